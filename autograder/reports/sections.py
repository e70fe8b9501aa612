"""Where in the course each exercise's subject is explained: a heading of the chapter's notebook."""

import re

from autograder import paths
from autograder.chapters import ASSIGNMENTS


def page(assignment: str, name: str) -> tuple[str, str]:
    """Return (title, address) of what to read again: the section of an exercise, for a question the chapter.

    Examples
    --------
    >>> page("03_pooling", "pool2d")[1].rpartition("/")[2]
    '03_pooling.html#pooling-replaces-each-window-by-one-number'
    """
    address = f"{paths.site()}notebooks/{assignment}.html"
    for exercise in ASSIGNMENTS.get(assignment, ()):
        if exercise.name == name:
            return exercise.section, f"{address}#{anchor(exercise.section)}"
    return f"chapter {assignment}", address


def anchor(heading: str) -> str:
    """Return the id that Sphinx gives a heading.

    >>> anchor("TensorFlow's rule")
    'tensorflow-s-rule'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-").lstrip("0123456789-")

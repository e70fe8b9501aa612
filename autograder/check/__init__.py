"""What a student calls: ``check`` tries a function and shows a report, ``hint`` gives the next hint."""

import sys

from autograder.chapters import EXERCISES
from autograder.check import report
from autograder.check.grade import grade
from autograder.check.local import local
from autograder.check.questions import question

_hints_given = {}


def check(name, subject, answer=None, points=0, mistakes=None):
    """Try an answer, show a report, and return its points.

    Parameters
    ----------
    name : str
        An exercise ("pad2d") or a short question.
    subject : callable or value
        The student's function, or the value they answered with.
    answer, points, mistakes : optional
        Of a short question: what is right, what it is worth, and ``{wrong value: sentence}``. They stand in the hidden
        tests; without them a question is only recorded, and None is returned.

    Returns
    -------
    int or None
        The points, 0 for what is not written yet; the value of a test cell, from which nbgrader takes partial credit.

    Examples
    --------
    >>> check("windows", None)
    windows: not answered yet
    0
    >>> check("windows", 6, answer=6, points=5)
    windows: 5 of 5 points
    5
    """
    if name in EXERCISES:
        result = grade(EXERCISES[name], local(subject))
        _show(report.to_text(result), report.to_html(result))
        return result.points
    text, got = question(name, subject, answer, points, mistakes or {})
    _show(text)
    return got


def hint(name):
    """Show the next hint for an exercise, from the idea to the shape of the loop; after the last, all of them.

    Examples
    --------
    >>> hint("conv2d_valid")  # doctest: +ELLIPSIS
    Hint 1 of 4 for conv2d_valid: One output cell is one sum: ...
    """
    if name not in EXERCISES:
        print(f"There are no hints for {name!r}; there are some for {', '.join(EXERCISES)}.")
        return
    hints = EXERCISES[name].hints
    given = _hints_given[name] = min(_hints_given.get(name, 0) + 1, len(hints))
    print(f"Hint {given} of {len(hints)} for {name}: {hints[given - 1]}")


def _show(text, html=None):
    """Display in a notebook, print elsewhere."""
    ipython = sys.modules.get("IPython")
    if html is None or ipython is None or ipython.get_ipython() is None:
        print(text)
    else:
        ipython.display.display({"text/plain": text, "text/html": html}, raw=True)

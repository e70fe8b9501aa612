"""The instructor's solutions: loops that a student can read, as they stand in the source notebooks."""

from typing import Any

import nbformat
import numpy as np

from autograder import paths


def cells(assignment: str) -> list[str]:
    """Return the sources of an assignment's solution cells.

    Parameters
    ----------
    assignment : str
        E.g. "01_why_padding".

    Raises
    ------
    FileNotFoundError
        If there is no such assignment.

    Examples
    --------
    >>> cells("01_why_padding")[0].partition("(")[0]
    'def pad2d'
    """
    found = nbformat.read(paths.source_notebook(assignment), as_version=4).cells
    return [c.source for c in found if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("solution")]


def functions(assignment: str) -> dict[str, Any]:
    """Return {name: value} of what an assignment's solution cells define.

    Examples
    --------
    >>> functions("01_why_padding")["same_padding"](28, 3)
    (1, 1)
    """
    space: dict[str, Any] = {"np": np}
    exec("\n".join(cells(assignment)), space)
    return space

"""What a student calls: ``check`` tries a function and shows a report, ``hint`` gives the next hint."""

import sys
from typing import Any

from autograder.chapters import EXERCISES
from autograder.check import report
from autograder.check.grade import grade
from autograder.check.local import local
from autograder.check.questions import recorded, unanswered

_hints_given: dict[str, int] = {}


def check(name: str, subject: Any, **numbers: int) -> int | None:
    """Try a function and show a report, or record the answer to a short question.

    Parameters
    ----------
    name : str
        An exercise ("pad2d") or a short question.
    subject : callable or value
        The student's function, or the value they answered with.
    **numbers : int
        The numbers that a short question asks with, where they are not those of the public copy; only the judge needs
        them.

    Returns
    -------
    int or None
        The points, 0 for what is not written yet; the value of a test cell, from which nbgrader takes partial credit.
        None for an answer, which is judged when the assignment is graded.

    Examples
    --------
    >>> check("windows", None)
    windows: not answered yet
    0
    >>> check("windows", 6)
    windows: your answer is recorded; it is judged when the assignment is graded
    """
    if name in EXERCISES:
        result = grade(EXERCISES[name], local(subject))
        _show(report.to_text(result), report.to_html(result))
        return result.points
    _show(recorded(name, subject))
    return 0 if unanswered(subject) else None


def hint(name: str) -> None:
    """Show the next hint for an exercise, from the idea to the shape of the loop; after the last, all of them.

    Examples
    --------
    >>> hint("conv2d_valid")  # doctest: +ELLIPSIS
    Hint 1 of 4 for conv2d_valid: Each output cell is one sum: ...
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

"""Judge the answer to a short question: a number, or a few."""

import re
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from autograder.chapters.model import Question
from autograder.check import report

PAIR = "a pair of numbers"
NOT_RIGHT = "That is not right."


@dataclass(frozen=True)
class Unsent:
    """Stands for a value that does not leave the sandbox, such as a function; `what` it is, in words."""

    what: str


def recorded(name: str, value: Any) -> str:
    """Return what a student's notebook says of an answer: only the judge knows what is right.

    >>> print(recorded("windows", "6"))
    windows: your answer is recorded; it is judged when the assignment is graded
      Received '6', which is text, not a number. Leave out the quotes.
    """
    if unanswered(value):
        return f"{name}: not answered yet"
    odd = f"\n  {_odd(value, 'a number')}" if not _numbers(value) else ""
    return f"{name}: your answer is recorded; it is judged when the assignment is graded{odd}"


def judged(question: Question, value: Any) -> tuple[str, int]:
    """Return the report on the answer to a short question, and its points.

    >>> from autograder.chapters.model import Question
    >>> judged(Question("windows", answer=6, points=5, wrong={7: "One too many."}), 7)
    ('windows: 0 of 5 points\\n  Received 7. One too many.', 0)
    """
    name, points = question.name, question.points
    if unanswered(value):
        return f"{name}: not answered yet", 0
    if _same_value(value, question.answer):
        return f"{name}: {points} of {points} points", points
    if _numbers(value) == _numbers(question.answer):
        sentence = f"Received {report.shown(value)}. {sentences(question).get(mistake(question, value), NOT_RIGHT)}"
    else:
        sentence = _odd(value, _numbers(question.answer))
    return f"{name}: 0 of {points} points\n  {sentence}", 0


def mistake(question: Question, value: Any) -> str | None:
    """Return the id of a wrong answer that the question knows, else None.

    >>> from autograder.chapters.model import Question
    >>> mistake(Question("grid", answer=(3, 4), points=5, wrong={(4, 3): "Rows come first."}), [4, 3])
    'answer_4_3'
    """
    known = question.wrong if _numbers(value) == _numbers(question.answer) else ()
    return next((_id(wrong) for wrong in known if _same_value(value, wrong)), None)


def sentences(question: Question) -> dict[str | None, str]:
    """Return what a student reads about each wrong answer that the question knows, by its id."""
    return {_id(wrong): sentence for wrong, sentence in question.wrong.items()}


def _id(wrong):
    return "answer_" + re.sub(r"[^\w-]+", "_", str(wrong)).strip("_")


def unanswered(value: Any) -> bool:
    """Tell whether a value is what stands in the released notebook, or its usual placeholder."""
    return value is None or value is ...


def _odd(value, asked):
    """Say what a value is that has another form than what is asked for."""
    if callable(value) or (isinstance(value, Unsent) and re.search("function|method", value.what)):
        return f"Received a function, not {asked}. Assign what it returns."
    if isinstance(value, Unsent):
        return f"Received {value.what}, not {asked}."
    return f"Received {report.shown(value)}, which is {_kind(value)}, not {asked}.{_advice(value)}"


def _kind(value):
    if isinstance(value, (tuple, list)):
        held = _numbers(value) if len(value) == 2 else "one number" if len(value) == 1 else f"{len(value)} entries"
        return held if held == PAIR else f"a {type(value).__name__} with {held or '2 entries'}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return _numbers(value) or {str: "text", bool: "a truth value"}.get(type(value), f"a {type(value).__name__}")


def _advice(value):
    if isinstance(value, str) and re.fullmatch(r"[\d\s.,+*/()-]+", value[:100]):
        return " Leave out the quotes."
    if isinstance(value, (tuple, list)) and len(value) == 1:
        return " Leave out the comma." if isinstance(value, tuple) else " Leave out the brackets."
    return ""


def _numbers(value):
    """Return how many numbers a value is, in words; empty if it is something else."""
    if isinstance(value, (tuple, list)) and len(value) > 1 and all(map(_is_number, value)):
        return PAIR if len(value) == 2 else f"{len(value)} numbers"
    return "a number" if _is_number(value) else ""


def _is_number(value):
    return isinstance(value, (Real, np.number)) and not isinstance(value, bool)


def _same_value(value, answer):
    """Compare by value; anything that is no number or sequence of numbers is simply not the same."""
    if isinstance(answer, (tuple, list)):
        alike = isinstance(value, (tuple, list)) and len(value) == len(answer)
        return alike and all(map(_same_value, value, answer))
    try:
        return not isinstance(value, (str, bytes)) and abs(float(value) - answer) <= 1e-6 * max(abs(answer), 1)
    except (TypeError, ValueError, OverflowError):
        return False

"""Compare what a student's function did with what is right."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from typing import Any

import numpy as np

from autograder.chapters.model import Behaviour, Case, Exercise
from autograder.check.sentences import KINDS, SENTENCES
from autograder.inside.call import UNWATCHED, Outcome

TOLERANCE = 1e-6  # of the largest value expected


@dataclass(frozen=True)
class Difference:
    """How an outcome differs from what is right.

    Attributes
    ----------
    kind : str
        "not_written", "undefined", "unsent", "raised", "not_refused", "wrong_error", "type", "length", "shape",
        "dtype", "values", "changed", "aliased", "forbidden", "stopped", "nothing_right",
        "not_accepted".
    text : str
        What is wrong, without the expected value.
    index : tuple or None
        The first index that differs.
    expected, received : object
        Values at that index, or whole small values; None where there are none.
    """

    kind: str
    text: str
    index: tuple[int, ...] | None = None
    expected: Any = None
    received: Any = None


@lru_cache(maxsize=2048)  # the open cases of a chapter are asked again for every submission of a class
def right(exercise: Exercise, case: Case) -> Outcome:
    """Return the Outcome of the reference on a case; it is kept, so its value must stay as it is."""
    try:
        return Outcome(exercise.reference(*case.args, **case.kwargs))  # a reference leaves its arguments as they are
    except Exception as error:
        return Outcome(error=type(error).__name__)


def named(exercise: Exercise, case: Case) -> list[tuple[str, Any]]:
    """Return [(parameter, argument)] of a case, in order."""
    return [*zip(_parameters(exercise.reference), case.args, strict=False), *case.kwargs.items()]


@lru_cache(maxsize=64)
def _parameters(function):
    return tuple(signature(function).parameters)


def difference(outcome: Outcome, expected: Outcome, behaviour: Behaviour | None = None) -> Difference | None:
    """Return the first Difference between two outcomes that counts for a behaviour, or None.

    Examples
    --------
    >>> from autograder.inside.call import Outcome
    >>> difference(Outcome(np.ones((2, 3))), Outcome(np.ones((3, 2)))).kind
    'shape'
    >>> difference(Outcome(np.array([[1.0, 2.0]])), Outcome(np.array([[1.0, 3.0]]))).index
    (0, 1)
    """
    by_value = _accepted(behaviour.accepts) if behaviour and behaviour.accepts else _values
    for compare in (_forbidden, _errors, by_value):
        found = compare(outcome, expected)
        if found is not None:
            return found or None
    if behaviour and behaviour.dtype and outcome.value.dtype != expected.value.dtype:
        text = f"The dtype is {outcome.value.dtype}; the image's is {expected.value.dtype}."
        return Difference("dtype", text, None, expected.value.dtype, outcome.value.dtype)
    if behaviour and behaviour.untouched:
        return _touched(outcome)
    return None


def equal(outcome: Outcome, other: Outcome, dtype: bool = False, untouched: bool = False) -> bool:
    """Tell whether two outcomes are the same behaviour: the same error type, or values equal within the tolerance.

    The dtype and what happened to the arguments count only where an exercise asks for them. What the second changes the
    first need not: some calls leave nothing to change.
    """
    if outcome.error is not None or other.error is not None:
        return outcome.error == other.error
    if untouched and (bool(outcome.changed) > bool(other.changed) or outcome.aliased != other.aliased):
        return False
    if dtype and getattr(outcome.value, "dtype", None) != getattr(other.value, "dtype", None):
        return False
    return _same(outcome.value, other.value)


def _same(got, want):
    """Tell whether there is no Difference between two values, without its words where that is quick."""
    if isinstance(got, float) and isinstance(want, float) and math.isfinite(got) and math.isfinite(want):
        return abs(got - want) <= TOLERANCE * (abs(want) or 1)
    if isinstance(got, np.ndarray) and isinstance(want, np.ndarray) and got.dtype.kind in "biuf":
        return got.shape == want.shape and bool(_close(got, want).all())
    if isinstance(got, tuple) and isinstance(want, tuple) and len(got) == len(want):
        return all(map(_same, got, want))
    return _compare(got, want) is None


def _forbidden(outcome, expected):
    if UNWATCHED in outcome.forbidden:
        return Difference("forbidden", f"It calls {UNWATCHED}, which hides from the grader what else it calls.")
    if outcome.forbidden:
        names = ", ".join(outcome.forbidden)
        return Difference("forbidden", f"It calls {names}, which does what this exercise asks you to write.")
    return None


NO_FUNCTION = "There is no function of this name: "
_FAILURES = {
    "NotImplementedError": ("not_written", SENTENCES["not_written"]),
    "Undefined": ("undefined", NO_FUNCTION + "{message}."),
    "Stopped": ("stopped", "{message}"),
    "Unsent": ("unsent", "It returns something other than a number, an array or a tuple of numbers: {message}."),
}


def _errors(outcome, expected):
    """Compare errors: None goes on to values, False says both refused rightly."""
    if outcome.error in _FAILURES:
        kind, text = _FAILURES[outcome.error]
        message = _in_its_place(outcome.message) if kind == "undefined" else outcome.message
        return Difference(kind, text.format(message=message))
    if outcome.error is None and outcome.value is None:
        return Difference("not_written", SENTENCES["none_not_refused" if expected.error else "returns_none"])
    if expected.error is None and outcome.error is None:
        return None
    if expected.error is None:
        where = _in_line(outcome.line)
        text = SENTENCES["raised"].format(error=outcome.error, where=where, message=outcome.message)
        return Difference("raised", text)
    if outcome.error is None:
        return Difference("not_refused", SENTENCES["not_refused"], received=outcome.value)
    if outcome.error != expected.error:
        text = SENTENCES["wrong_error"].format(error=outcome.error, expected=expected.error)
        return Difference("wrong_error", text)
    return False


def _in_line(line):
    """Return where a call failed, in words.

    >>> _in_line("7: total += x[i]")
    ' in line 7 (`total += x[i]`)'
    """
    number, _, code = line.partition(": ")
    return f" in line {number} (`{code.replace('`', chr(39))}`)" if code else ""


def _in_its_place(kind):
    """Say what stands in the place of a function; `kind` is the name of a type, empty where nothing is there."""
    if kind:
        again = "Another line gave the name a new value: run the cell that defines the function again"
        return f"it is {kind_in_words(kind)}, not a function. {again}"
    return "the cell that defines it is missing, or did not run to its end"


def kind_in_words(kind: str) -> str:
    """Return the name of a type in words.

    >>> kind_in_words("ndarray"), kind_in_words("float64"), kind_in_words("Pad")
    ('an array', 'a number', 'an object of type Pad')
    """
    if re.fullmatch(r"int|float|complex|u?int\d+|float\d+", kind):
        return "a number"
    return KINDS.get(kind) or (f"a {kind}" if kind in _PLAIN else f"an object of type {kind}")


_PLAIN = {"module", "tuple", "list", "dict", "set"}


def _accepted(accepts):
    """Return a comparison that asks the exercise whether a value is right."""

    def compare(outcome, expected):
        try:
            with np.printoptions(threshold=100, edgeitems=1):  # an error may quote an array
                wrong = accepts(outcome.value)
        except Exception:  # of a form the exercise did not expect
            wrong = f"It returns {_a(outcome.value)} in an unexpected form."
        return Difference("not_accepted", wrong) if wrong else None

    return compare


def _values(outcome, expected):
    return _compare(outcome.value, expected.value)


def _compare(got, want, place=()):
    """Compare arrays, numbers, words, and lists, tuples or dicts of these; `place` is where in the whole they stand."""
    if isinstance(want, (tuple, list)):
        return _compare_sequences(got, want, place)
    if isinstance(want, dict) and isinstance(got, dict) and got.keys() == want.keys():
        return _compare_sequences([got[key] for key in want], list(want.values()), place)
    if isinstance(want, str) and isinstance(got, str) and got == want:
        return None
    if type(want) is int and type(got) is int:  # most values are, and NumPy takes ten times as long
        return None if got == want else Difference("values", "The value differs.", place, want, got)
    form = "NumPy array" if isinstance(want, np.ndarray) else "number"
    fits = isinstance(got, np.ndarray) if form == "NumPy array" else _is_number(got) and _is_number(want)
    if not fits:
        text = SENTENCES["type"].format(what=_a(got), form=f"a {form}", part=_at(place))
        return Difference("type", text, place or None, received=got)
    return _compare_arrays(np.asarray(got), np.asarray(want), place)


def _compare_sequences(got, want, place):
    numbers = not any(isinstance(item, np.ndarray) for item in want)  # [2, 3] may be an array
    if not isinstance(got, (tuple, list)) and not (numbers and isinstance(got, np.ndarray) and got.ndim):
        text = SENTENCES["type"].format(what=_a(got), form=f"a {type(want).__name__}", part=_at(place))
        return Difference("type", text, place or None, received=got)
    if len(got) != len(want):
        entries = "1 entry" if len(got) == 1 else f"{len(got)} entries"
        text = SENTENCES["length"].format(entries=entries, part=_at(place))
        return Difference("length", text, place or None, len(want), len(got))
    compared = (_compare(g, w, (*place, i)) for i, (g, w) in enumerate(zip(got, want, strict=True)))
    return next((found for found in compared if found), None)


def _at(place):
    return f" at {place}" if place else ""


def _is_number(value):
    if isinstance(value, np.ndarray) and value.ndim == 0:  # np.where returns such a number
        value = value[()]
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _a(value):
    if value is None:
        return "None"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    kind = type(value).__name__
    return f"{'an' if kind.startswith(('a', 'e', 'i', 'o')) else 'a'} {kind}"


def _compare_arrays(got, want, place):
    if got.dtype.kind not in "biuf":
        return Difference("type", f"It returns values of {got.dtype}{_at(place)}, not numbers.", place or None)
    if got.shape != want.shape:
        text = SENTENCES["shape"].format(part=_at(place), shape=got.shape)
        return Difference("shape", text, place or None, want.shape, got.shape)
    wrong = ~_close(got, want)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    text = SENTENCES["values" if index else "value"]
    text = text.format(wrong=wrong.sum(), all=wrong.size, part=_at(place), index=f"index {index}")
    return Difference("values", text, (*place, *index), want[index].item(), got[index].item())


def _close(got, want):
    """Tell cell by cell what is equal: integers exactly, others to TOLERANCE of the largest expected.

    Where integers are expected, floats may differ by TOLERANCE itself: that is rounding, and never off by one.
    """
    whole = want.dtype.kind in "biu"
    if whole and got.dtype.kind in "biu":
        return got == want
    same = got == want
    if same.all():
        return same
    finite = np.isfinite(want)  # the outcome of a mistake may be infinite, and is compared too
    scale = 1 if whole else np.abs(want[finite]).max(initial=0)
    with np.errstate(all="ignore"):
        same |= np.isnan(got) & np.isnan(want)  # of two mistakes; what is right is never NaN
        return same | (finite & (np.abs(got - want) <= TOLERANCE * (scale or 1)))


def _touched(outcome):
    if outcome.changed:
        return Difference("changed", SENTENCES["changed"])
    if outcome.aliased:
        what = "same list at each call" if isinstance(outcome.value, list) else "array it was given, or a view of it"
        return Difference("aliased", SENTENCES["aliased"].format(what=what))
    return None

"""What all wrong results have in common, where no mistake explains them: what is seen, not why.

Each sentence is true of every wrong value that was seen, and of two at least; it helps to look in the right place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.model import Behaviour, Case, Exercise
from autograder.check.compare import _close, named, right
from autograder.inside.call import Outcome

Seen = tuple[Behaviour, Case, Outcome]  # what one call gave

FEW_NUMBERS = 3  # different numbers that a sentence about single numbers must be true of
FEW = 2  # wrong results that a sentence must be true of: one alone has many patterns


@dataclass(frozen=True)
class Pair:
    """A wrong result and the right one, as arrays of the same number of axes, and the call."""

    got: NDArray[Any]
    want: NDArray[Any]
    case: Case


def pattern(exercise: Exercise, seen: Sequence[Seen]) -> str:
    """Return what is true of all wrong results in one sentence, "" if nothing is.

    Parameters
    ----------
    exercise : Exercise
    seen : list of (Behaviour, Case, Outcome)
        Every call that was made; of fresh cases nothing is said.

    Returns
    -------
    str

    Examples
    --------
    >>> from autograder.chapters import EXERCISES
    >>> from autograder.inside.call import call
    >>> exercise = EXERCISES["translate"]
    >>> def late(image, dy, dx):
    ...     return exercise.reference(image, dy, dx)[::-1]
    >>> cases = [(b, case, call(late, case.args, case.kwargs)) for b in exercise.behaviours for case in b.cases]
    >>> pattern(exercise, cases)
    'Every result is upside down.'
    """
    seen = [one for one in seen if any(one[1] is case for case in one[0].cases)]
    if _check_turned_round(exercise, seen):
        return CHECK_TURNED_ROUND
    asked = [(case, outcome.value) for _, case, outcome in seen if not right(exercise, case).error]
    answered = [(case, got, right(exercise, case).value) for case, got in asked if got is not None]
    if len(answered) <= len(asked) / 2:
        return ""  # the errors say more
    arrays = [(case, _array(got), _array(want)) for case, got, want in answered]
    pairs = [Pair(got, want, case) for case, got, want in arrays if got is not None and want is not None]
    if len(pairs) < len(answered):
        return ""  # lists, or something of another form: the first difference says it
    wrong = [pair for pair in pairs if not _equal(pair.got, pair.want)]
    if len(wrong) < FEW:
        return ""
    sentences = [_of_shapes(wrong), _of_values(wrong), _of_places(wrong)]
    alike = next(filter(None, sentences), "")
    right_in = {id(pair.case) for pair in pairs} - {id(pair.case) for pair in wrong}
    return " ".join(filter(None, [alike, _of_arguments(exercise, [case for case, _ in asked], right_in)]))


CHECK_TURNED_ROUND = (
    "Valid arguments raise ValueError, and arguments that must raise it do not: is a comparison the wrong way round?"
)


def _check_turned_round(exercise, seen):
    """Tell whether a function refuses what is allowed, and lets through what is not."""
    asked = [(outcome, right(exercise, case).error) for _, case, outcome in seen]
    wrongly = [got for got, want in asked if got.error and not want]
    raised = all(got.error == "ValueError" and ": raise" in got.line for got in wrongly)  # by the code, not by NumPy
    return len(wrongly) >= FEW and raised and any(want and not got.error for got, want in asked)


def _array(value):
    """Return an array, a number or a tuple of numbers as a float array, None for anything else."""
    numbers = value if isinstance(value, (tuple, list)) else [value]
    if not isinstance(value, np.ndarray) and not all(isinstance(one, (int, float, np.number)) for one in numbers):
        return None
    array = np.asarray(value)
    with np.errstate(over="ignore"):  # a longdouble may hold more
        return array.astype(float) if array.dtype.kind in "biuf" else None


def _equal(got, want):
    return got.shape == want.shape and bool(_close(got, want).all())


# Sizes


def _of_shapes(wrong):
    """Say what is the same about shapes that are all wrong."""
    if any(pair.got.shape == pair.want.shape for pair in wrong):
        return ""
    flat = any(pair.want.ndim < 2 for pair in wrong)
    if not flat and all(pair.got.shape == pair.want.swapaxes(0, 1).shape for pair in wrong):
        return "Height and width of every result are swapped."
    if any(pair.got.ndim != pair.want.ndim for pair in wrong):
        return ""
    sizes = {tuple(np.subtract(pair.got.shape, pair.want.shape).tolist()) for pair in wrong}
    return f"Every result has {_sizes(sizes.pop())}." if len(sizes) == 1 else _input_size(wrong)


def _sizes(more):
    """Say by how much axes are too long or too short.

    >>> _sizes((-1, 2))
    'a row too few and 2 columns too many'
    """
    names = ("entry", "entries") if len(more) == 1 else ("row", "rows"), ("column", "columns"), ("channel", "channels")
    parts = []
    for n, (one, several) in zip(more, names if len(more) > 1 else [("entry", "entries")], strict=False):
        if n:
            amount = f"{'an' if one[0] in 'e' else 'a'} {one}" if abs(n) == 1 else f"{abs(n)} {several}"
            parts.append(f"{amount} too {'many' if n > 0 else 'few'}")
    return " and ".join(parts)


def _input_size(wrong):
    maps = [[arg for arg in pair.case.args if isinstance(arg, np.ndarray)][:1] for pair in wrong]
    same = all(map_ and map_[0].shape[:2] == pair.got.shape[:2] for map_, pair in zip(maps, wrong, strict=True))
    return "Every result is as large as the input." if same and wrong[0].want.ndim > 1 else ""


# Values


WHOLE: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "is upside down": lambda a: a[::-1],
    "is mirrored from left to right": lambda a: a[:, ::-1],
    "is rotated by 180°": lambda a: a[::-1, ::-1],
    "is transposed": lambda a: a.swapaxes(0, 1),
    "has the opposite sign": lambda a: -a,
    "has lost its minus signs": np.abs,
    "has zeros where negative numbers are right": lambda a: np.maximum(a, 0),
    "is rounded down to whole numbers": np.floor,
    "is rounded up to whole numbers": np.ceil,
    "is rounded to whole numbers": np.round,
    "has lost its fractions": np.trunc,
    "is 0 everywhere": np.zeros_like,
    "has its channels in the opposite order": lambda a: a[:, :, ::-1],
    "has the first channel's values in every channel": lambda a: np.broadcast_to(a[:, :, :1], a.shape),
    "is shifted up by a row": lambda a: np.roll(a, -1, 0),
    "is shifted down by a row": lambda a: np.roll(a, 1, 0),
    "is shifted left by a column": lambda a: np.roll(a, -1, 1),
    "is shifted right by a column": lambda a: np.roll(a, 1, 1),
}


def _of_values(wrong):
    """Say what turns every right result into the wrong one."""
    if any(pair.got.shape != pair.want.shape for pair in wrong):
        return ""
    if len({pair.got.tobytes() for pair in wrong}) < FEW_NUMBERS and not wrong[0].want.ndim:
        return ""
    for words, change in WHOLE.items():
        try:
            if all(_equal(pair.got, change(pair.want)) for pair in wrong):
                return f"Every result {words}."
        except (IndexError, ValueError):  # of fewer axes
            continue
    return _by_a_number(wrong)


def _by_a_number(wrong):
    """Say by which number all are too large, or what they are multiplied by."""
    got, want = (np.concatenate([getattr(pair, name).ravel() for pair in wrong]) for name in ("got", "want"))
    if not np.isfinite(got).all():
        return ""
    added, filled = got - want, want != 0
    if np.ptp(added) < 1e-9 and len(added) > FEW:
        return f"Every number is too {'large' if added[0] > 0 else 'small'} by {abs(added[0]):.4g}."
    times = got[filled] / want[filled]
    if len(times) > FEW and np.ptp(times) < 1e-9 * abs(times[0]) and not got[~filled].any():
        return f"Every number is {times[0]:.4g} times the right one."
    return ""


# Places


def _edges(shape: tuple[int, ...]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield parts of a result and their cells, small parts first."""
    parts: dict[str, Any] = {
        "the first row": np.s_[:1],
        "the last row": np.s_[-1:],
        "the first column": np.s_[:, :1],
        "the last column": np.s_[:, -1:],
    }
    masks = {name: np.zeros(shape, bool) for name in parts}
    for name, place in parts.items():
        masks[name][place] = True
    yield from masks.items()
    yield "the first row and column", masks["the first row"] | masks["the first column"]
    yield "the last row and column", masks["the last row"] | masks["the last column"]
    yield "the first and the last row", masks["the first row"] | masks["the last row"]
    yield "the first and the last column", masks["the first column"] | masks["the last column"]
    border = np.logical_or.reduce(list(masks.values()))
    yield "the border", border
    yield "the inside", ~border
    if len(shape) > 2:
        channels = np.arange(shape[2]) > 0
        yield "the channels after the first", np.broadcast_to(channels, shape)


def _of_places(wrong):
    """Say where the wrong cells are, if the others are right in all results."""
    if any(pair.got.shape != pair.want.shape or pair.want.ndim < 2 for pair in wrong):
        return ""
    cells = [~_close(pair.got, pair.want) for pair in wrong]
    if all(mask.all() for mask in cells):
        return ""
    places = [dict(_edges(pair.want.shape)) for pair in wrong]
    for name in places[0]:
        inside = all(name in p and not (mask & ~p[name]).any() for p, mask in zip(places, cells, strict=True))
        if inside and any(not p[name].all() for p in places):
            return f"All wrong cells are in {name} of a result.{_zeros(wrong)}"
    return "All wrong cells are 0." if _zeros(wrong) else ""


def _zeros(wrong):
    values = np.concatenate([pair.got[~_close(pair.got, pair.want)] for pair in wrong])
    return " They are 0." if not values.any() and len(values) > FEW else ""


# Arguments


def _of_arguments(exercise, cases, right_in):
    """Say which argument decides: with one kind of it everything is right, with the other everything wrong."""
    given = (name for b in exercise.behaviours for case in b.cases for name, _ in named(exercise, case))
    for name in dict.fromkeys(given):
        for kind in KINDS:
            kinds = [_holds(kind, dict(named(exercise, case)).get(name)) for case in cases]
            if None in kinds or sum(kinds) < FEW or len(kinds) - sum(kinds) < FEW:
                continue
            if all(known == (id(case) in right_in) for known, case in zip(kinds, cases, strict=True)):
                return f"Of the calls tried, those where `{name}` {kind.words} are right, and the others are wrong."
    return ""


def _holds(kind, value):
    """Tell whether an argument is of a kind; None where the question makes no sense."""
    try:
        fits = isinstance(value, kind.types) and isinstance(value, bool) <= (bool in kind.types)
        return bool(kind.holds(value)) if fits else None
    except IndexError:  # an array of fewer axes
        return None


@dataclass(frozen=True)
class Kind:
    """A kind of argument, in words that continue "those where `stride`"."""

    words: str
    types: tuple[type, ...]
    holds: Callable[[Any], Any]


NUMBERS, LEFT_OUT = (int, tuple), (type(None),)
KINDS = (
    Kind("is True or left out", (bool, *LEFT_OUT), lambda value: value is not False),
    Kind("is 1 or left out", NUMBERS + LEFT_OUT, lambda value: value in (None, 1, (1, 1))),
    Kind("is 0 or left out", (int, *LEFT_OUT), lambda value: not value),
    Kind("is an int", NUMBERS, lambda value: isinstance(value, int)),
    Kind("is the same in both directions", (tuple,), lambda value: value[0] == value[1]),
    Kind('is "valid" or left out', (str, *LEFT_OUT), lambda value: value in (None, "valid")),
    Kind("is odd", (int,), lambda value: value % 2 == 1),
    Kind("is 0 or more", (int,), lambda value: value >= 0),
    Kind("is square", (np.ndarray,), lambda value: value.shape[0] == value.shape[1]),
    Kind("has one channel", (np.ndarray,), lambda value: value.shape[2] == 1),
    Kind("holds floats", (np.ndarray,), lambda value: value.dtype.kind == "f"),
    Kind("has no negative number", (np.ndarray,), lambda value: (value >= 0).all()),
)

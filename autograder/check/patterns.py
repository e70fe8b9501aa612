"""What all wrong results have in common, where no known mistake explains them: what can be seen, not why.

Each sentence is true of every wrong result that it speaks of, so that students look in the right place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations, product
from operator import eq
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.generic import CHANGED_RESULTS, ended
from autograder.chapters.model import Behaviour, Case, Exercise
from autograder.check.compare import _close, equal, named, right
from autograder.check.errors import cause
from autograder.inside.call import Outcome, call

Seen = tuple[Behaviour, Case, Outcome]  # what one call gave

FEW = 2  # different numbers, or calls of a kind, that a sentence must be true of
FEW_NUMBERS = 3  # different numbers where each result is one: a few have many patterns


@dataclass(frozen=True)
class Pair:
    """A wrong result and the right one, as arrays, and the call."""

    got: NDArray[Any]
    want: NDArray[Any]
    case: Case


def pattern(exercise: Exercise, seen: Sequence[Seen]) -> str:
    """Return what is true of all wrong results in a few sentences, "" if nothing is.

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
    'Every wrong result is upside down.'
    """
    seen = [one for one in seen if any(one[1] is case for case in one[0].cases)]
    if _check_turned_round(exercise, seen):
        return CHECK_TURNED_ROUND
    asked = [(case, outcome.value) for _, case, outcome in seen if not right(exercise, case).error]
    fine = {id(case) for case, got in asked if _same(got, right(exercise, case).value)}
    wrong = [(case, got) for case, got in asked if got is not None and id(case) not in fine]
    if not wrong:
        return ""  # the errors say it
    alike = _alike(exercise, wrong, "Every wrong result" if fine else "Every result")
    where = _where([case for case, _ in asked], exercise, {id(case) for case, _ in asked} - fine)
    told = [alike, where and f"Of the calls tried, only those {where} are wrong."]
    return " ".join(filter(None, told if any(told) else _at_least(exercise, wrong, len(fine), len(asked))))


def _at_least(exercise, wrong, fine, asked):
    """Yield whether the shapes are right, and how many results are."""
    pairs = [(got, right(exercise, case).value) for case, got in wrong]
    if all(isinstance(array, np.ndarray) for pair in pairs for array in pair):
        shapes = [got.shape == want.shape for got, want in pairs]
        every = "Every wrong result" if fine else "Every result"
        kinds = {True: f"{every} has the right shape, but wrong numbers.", False: f"{every} has a wrong shape."}
        yield kinds[shapes[0]] if len(set(shapes)) == 1 else "Some results have a wrong shape, others wrong numbers."
    if fine:
        yield f"Of the {asked} calls tried, {fine} {'gives' if fine == 1 else 'give'} the right result."


def error(exercise: Exercise, seen: Sequence[Seen]) -> str:
    """Return what the errors say that calls with allowed arguments raise most often, and in which calls; "" if none.

    >>> from autograder.chapters import EXERCISES
    >>> exercise, failed = EXERCISES["translate"], Outcome(error="NameError", message="name 'dz' is not defined")
    >>> error(exercise, [(b, case, failed) for b in exercise.behaviours for case in b.cases])
    'There is no variable or function `dz`.'
    """
    asked = [(case, outcome) for behaviour, case, outcome in seen if not right(exercise, case).error]
    found: dict[tuple[str | None, str], list[tuple[Case, str]]] = {}
    for case, outcome in asked:
        if (outcome.error or outcome.value is None) and (told := cause(outcome)):
            found.setdefault((outcome.error, outcome.line), []).append((case, told))
    if not found:
        return ""
    (_, line), calls = max(found.items(), key=lambda item: len(item[1]))
    where = _where([case for case, _ in asked], exercise, {id(case) for case, _ in calls})
    number, _, code = line.partition(": ")
    place = f"in line {number} (`{code.replace('`', chr(39))}`)" if code else ""
    words = " ".join(filter(None, [place, where and f"in the calls {where}" if place else where]))
    return calls[0][1] + (f" This happens {words}." if words else "")


CHECK_TURNED_ROUND = (
    "Valid arguments raise ValueError, and arguments that must raise it do not: is a comparison the wrong way round?"
)


def _check_turned_round(exercise, seen):
    """Tell whether a function refuses what is allowed, and lets through what is not."""
    asked = [(outcome, right(exercise, case).error) for _, case, outcome in seen]
    wrongly = [got for got, want in asked if got.error and not want]
    raised = all(got.error == "ValueError" and ": raise" in got.line for got in wrongly)  # by the code, not by NumPy
    return len(wrongly) >= FEW and raised and any(want and not got.error for got, want in asked)


def _same(got, want):
    """Tell whether a result is right, whatever its dtype and the kind of sequence."""
    arrays = _array(got), _array(want)
    if arrays[0] is None or arrays[1] is None:  # rows of different lengths, or something of another form
        return equal(Outcome(got), Outcome(want))
    return _equal(*arrays)


def refusals(exercise: Exercise, seen: Sequence[Seen]) -> str:
    """Return which arguments of the first call that is wrongly accepted must be refused, "" if none is.

    >>> from autograder.chapters import EXERCISES
    >>> exercise, accepted = EXERCISES["same_padding"], Outcome((0, 0))
    >>> refusals(exercise, [(b, case, accepted) for b in exercise.behaviours for case in b.cases])
    '`stride=0` must raise ValueError, and does not.'
    """
    open_cases = [case for behaviour in exercise.behaviours for case in behaviour.cases]
    allowed = [dict(named(exercise, case)) for case in open_cases if not right(exercise, case).error]
    for _, case, outcome in seen:
        if right(exercise, case).error and not outcome.error and any(case is one for one in open_cases):
            given, guilty = dict(named(exercise, case)), []
            for name, value in given.items():
                others = [given | {name: one[name]} for one in allowed if name in one]
                if any(not call(exercise.reference, (), other).error for other in others):
                    array, short = isinstance(value, np.ndarray), len(repr(value)) < 60
                    plain = f"`{name}={value!r}`" if short else f"one of the `{name}` that are tried"
                    guilty.append(f"`{name}` of the shape {value.shape}" if array else plain)
            return f"{' with '.join(guilty[:2])} must raise ValueError, and does not." if guilty else ""
    return ""


def _array(value):
    """Return an array, a number or numbers in sequences as a float array, None for anything else."""
    try:
        array = np.asarray(value)
        with np.errstate(over="ignore"):  # a longdouble may hold more
            return array.astype(float) if array.dtype.kind in "biuf" else None
    except Exception:  # sequences of different lengths; an object that fails whatever it is asked
        return None


def _equal(got, want):
    return got.shape == want.shape and bool(_close(got, want).all())


def _alike(exercise, wrong, every):
    """Return what all results of one kind have in common: of the kind of deviation that is the most frequent."""
    told = [(case, got, right(exercise, case).value) for case, got in wrong]
    if (exercise.parts or isinstance(told[0][2], list)) and all(isinstance(got, (tuple, list)) for _, got, _ in told):
        return _in_parts(exercise, told, every) or _of_arrays(exercise, told, every)
    return _of_arrays(exercise, told, every)


def _of_arrays(exercise, told, every):
    """Return what all arrays, numbers or tuples of one kind have in common."""
    arrays = [Pair(got, want, case) for case, got, want in ((c, _array(g), _array(w)) for c, g, w in told)
              if got is not None and want is not None]  # fmt: skip
    shapes = [pair for pair in arrays if pair.got.shape != pair.want.shape]
    values = [pair for pair in arrays if pair.got.shape == pair.want.shape]
    if max(len(shapes), len(values)) < len(told) / 2:
        return ""
    if len(shapes) > len(values):
        return _of_shapes(shapes, every if len(shapes) == len(told) else "Every result of a wrong shape")
    return _of_values(exercise, values, every if len(values) == len(told) else "Every wrong result of the right shape")


def _in_parts(exercise, told, every):
    """Say which parts of the results are right, and what is wrong with the first that is not."""
    if not exercise.parts:
        return _of_lists(told, every)
    if any(len(got) != len(exercise.parts) for _, got, _ in told):
        return ""
    for order in list(permutations(range(len(exercise.parts))))[1:]:
        if all(np.shape(got[i]) == np.shape(want[j]) for _, got, want in told for i, j in enumerate(order)):
            words = ", ".join(exercise.parts[j] for j in order)
            return f"The shapes of {_lower(every)} are those of ({words}): return ({', '.join(exercise.parts)})."
    parts = {name: [(case, got[i], want[i]) for case, got, want in told] for i, name in enumerate(exercise.parts)}
    wrong = {name: [one for one in calls if not _same(*one[1:])] for name, calls in parts.items()}
    fine = [f"`{name}`" for name, calls in wrong.items() if not calls]
    name = next((name for name, calls in wrong.items() if calls), None)
    said = name and _of_arrays(exercise, wrong[name], f"Every wrong `{name}`")
    aside = f"{' and '.join(fine)} {'is' if len(fine) == 1 else 'are'} right. " if fine else ""
    return aside + (said or "") if name else ""


def _of_lists(told, every):
    """Say of lists of rows how many there are, or where in them the wrong ones are."""
    more = {len(got) - len(want) for _, got, want in told}
    if more != {0}:
        if len(more) == 1:
            return f"{every} has {_some(more.pop(), 'entry', 'entries')}."
        amount = "few" if max(more) < 0 else "many" if min(more) > 0 else ""
        return f"{every} has too {amount} entries." if amount else ""
    if not all(isinstance(row, (tuple, list)) and len(row) == 2 for _, got, _ in told for row in got):
        return ""
    off = [[[not _same(*both) for both in zip(*rows, strict=True)] for rows in zip(got, want, strict=True)]
           for _, got, want in told]  # fmt: skip
    first, second = (any(row[i] for rows in off for row in rows) for i in (0, 1))
    half = "" if first and second else f"Of each row, only the {'first' if first else 'second'} entry is wrong. "
    last = all(not any(row) for rows in off for row in rows[:-1])
    return (half + ("Only the last row is wrong." if last else "")).strip()


# Sizes


def _of_shapes(wrong, every):
    """Say what is the same about shapes that are all wrong."""
    full = [pair for pair in wrong if pair.got.size]
    if 0 < len(full) < len(wrong):
        return f"Some results are empty. {_of_shapes(full, 'Every other result of a wrong shape')}".strip()
    if all(pair.want.ndim > 1 and pair.got.shape == pair.want.swapaxes(0, 1).shape for pair in wrong):
        if all(_equal(pair.got, pair.want.swapaxes(0, 1)) for pair in wrong):
            return f"{every} is transposed."
        return f"Height and width of {_lower(every)} are swapped."
    more = {pair.got.ndim - pair.want.ndim for pair in wrong}
    if more != {0}:
        axes = f"{every} has {_some(more.pop(), 'axis', 'axes')}." if len(more) == 1 else ""
        squeezed = axes and all(_equal(pair.got.squeeze(), pair.want.squeeze()) for pair in wrong)
        return axes + (" Apart from that, the numbers are right." if squeezed else "")
    sizes = {tuple(np.subtract(pair.got.shape, pair.want.shape).tolist()) for pair in wrong}
    size = f"{every} has {_sizes(sizes.pop())}." if len(sizes) == 1 else _other_sizes(wrong, every)
    return " ".join(filter(None, [size, _cut(wrong)]))


def _some(n, one, several):
    """Say how many there are too many, or too few.

    >>> _some(-2, "row", "rows"), _some(1, "entry", "entries")
    ('2 rows too few', 'an entry too many')
    """
    amount = f"{'an' if one[0] in 'ae' else 'a'} {one}" if abs(n) == 1 else f"{abs(n)} {several}"
    return f"{amount} too {'many' if n > 0 else 'few'}"


def _sizes(more):
    """Say by how much axes are too long or too short.

    >>> _sizes((-1, 2))
    'a row too few and 2 columns too many'
    """
    names = [("row", "rows"), ("column", "columns"), ("channel", "channels"), ("entry", "entries")]
    names = names if len(more) > 1 else names[-1:]
    return " and ".join(_some(n, *words) for n, words in zip(more, names, strict=False) if n)


def _other_sizes(wrong, every):
    """Say whose shape a result has, or which sizes are right, and in which direction the others deviate."""
    inputs = [next((arg for arg in pair.case.args if isinstance(arg, np.ndarray)), None) for pair in wrong]
    if all(x is not None and x.shape[:2] == pair.got.shape[:2] for x, pair in zip(inputs, wrong, strict=True)):
        return f"{every} is as large as the input." if wrong[0].want.ndim > 1 else ""
    if all(not pair.got.size for pair in wrong):
        return f"{every} is empty."
    told, ndim = [], wrong[0].want.ndim
    names = {1: ["length"], 2: ["height", "width"], 3: ["height", "width", "number of channels"]}
    for axis, name in enumerate(names.get(ndim, [f"size of axis {axis}" for axis in range(ndim)])):
        signs = {int(np.sign(pair.got.shape[axis] - pair.want.shape[axis])) for pair in wrong}
        words = _SIGNS.get(frozenset(signs), "")
        told += [f"the {name} is {words}"] if words and (words != "right" or axis < 2) else []
    return f"In {_lower(every)}, {' and '.join(told)}." if any("too" in words for words in told) else ""


_SIGNS = {
    frozenset({0}): "right",
    frozenset({-1}): "too small",
    frozenset({1}): "too large",
    frozenset({0, -1}): "right or too small",
    frozenset({0, 1}): "right or too large",
}


def _lower(words):
    return words[0].lower() + words[1:]


def _cut(wrong):
    """Say that what is there is right, or that what is right is there."""
    small = [tuple(map(slice, np.minimum(pair.got.shape, pair.want.shape))) for pair in wrong]
    kept = [(pair.got[place], pair.want[place]) for pair, place in zip(wrong, small, strict=True)]
    if not all(got.size for got, _ in kept):
        return ""
    if all(_equal(*both) for both in kept):
        larger = all((np.array(pair.got.shape) >= pair.want.shape).all() for pair in wrong)
        return "The right result is at its top left." if larger else "The cells that are there are right."
    ends = [tuple(slice(size - n.stop, size) for n, size in zip(place, pair.want.shape, strict=True))
            for place, pair in zip(small, wrong, strict=True)]  # fmt: skip
    fewer = all((np.array(pair.got.shape) <= pair.want.shape).all() for pair in wrong)
    if fewer and all(_equal(pair.got, pair.want[end]) for pair, end in zip(wrong, ends, strict=True)):
        return "The cells that are there are right; those before them are missing."
    return ""


# Values


def _of_values(exercise, wrong, every):
    """Say what turns every right result into the wrong one, or where the wrong cells are and what they hold."""
    if len({pair.got.tobytes() for pair in wrong}) < FEW_NUMBERS and not wrong[0].want.ndim:
        return _of_ranges(wrong, every)
    for words, change in CHANGED_RESULTS.items():
        try:
            if all(_equal(pair.got, change(pair.want)) for pair in wrong):
                return ended(f"{every} {words}")
        except (IndexError, ValueError):  # of fewer axes
            continue
    return (
        _by_a_number(wrong)
        or _by_an_argument(exercise, wrong, every)
        or _moved(wrong, every)
        or " ".join(filter(None, [_of_places(wrong, every), _of_cells(wrong, every)]))
        or _of_ranges(wrong, every)
    )


def _numbers(wrong):
    """Return all wrong numbers, and the right ones."""
    return [np.concatenate([getattr(pair, name).ravel() for pair in wrong]) for name in ("got", "want")]


def _by_a_number(wrong):
    """Say by which number all are too large, or what they are multiplied by."""
    got, want = _numbers(wrong)
    if not np.isfinite(got).all():
        return ""
    added, filled = got - want, want != 0
    if np.ptp(added) < 1e-9 and len(added) > FEW:
        return f"Every number is too {'large' if added[0] > 0 else 'small'} by {abs(added[0]):.4g}."
    times = got[filled] / want[filled]
    if len(times) > FEW and np.ptp(times) < 1e-9 * abs(times[0]) and not got[~filled].any():
        return f"Every number is {times[0]:.4g} times the right one."
    return ""


def _quantities(exercise, case):
    """Yield the names and values of the numbers among the arguments, sizes of arrays too."""
    for name, value in named(exercise, case):
        if isinstance(value, int) and not isinstance(value, bool):
            yield f"`{name}`", value
        sizes = value.shape if isinstance(value, np.ndarray) else value if isinstance(value, tuple) else ()
        if sizes and all(isinstance(size, int) for size in sizes):
            yield from ((f"entry {i} of {f'`{name}.shape`' if sizes is not value else f'`{name}`'}", size)
                        for i, size in enumerate(sizes))  # fmt: skip
            yield f"the product of {f'`{name}.shape`' if sizes is not value else f'`{name}`'}", int(np.prod(sizes))


RELATED: dict[str, Callable[[NDArray[Any], float], Any]] = {
    "Every number is too large by {}.": lambda want, n: want + n,
    "Every number is too small by {}.": lambda want, n: want - n,
    "Every number is the right one divided by {}.": lambda want, n: want / n,
    "{every} is {}, and nothing else.": lambda want, n: np.full(want.shape, n),
}


def _by_an_argument(exercise, wrong, every):
    """Say how the right numbers and one number among the arguments give the wrong ones."""
    given = [dict(_quantities(exercise, pair.case)) for pair in wrong]
    for name in given[0]:
        if all(name in one for one in given) and len({one[name] for one in given}) >= FEW:
            for words, change in RELATED.items():
                with np.errstate(all="ignore"):
                    if all(
                        _equal(p.got, np.asarray(change(p.want, n[name]), float))
                        for p, n in zip(wrong, given, strict=True)
                    ):
                        return words.format(name, every=every)
    return ""


def _moved(wrong, every):
    """Say by how many rows and columns the right numbers stand in a wrong place."""
    if any(pair.want.ndim < 2 or min(pair.want.shape[:2]) < 2 for pair in wrong):
        return ""
    moves = sorted(product(range(-2, 3), repeat=2), key=lambda move: abs(move[0]) + abs(move[1]))
    for down, aside in moves[1:]:
        there = [(_overlap(p.got, down, aside), _overlap(p.want, -down, -aside)) for p in wrong]
        filled = {number for _, want in there for number in want.ravel().tolist()} - {0.0}
        if len(filled) > FEW and all(_equal(*both) for both in there):
            words = [
                f"{abs(n)} {one if abs(n) == 1 else one + 's'} too far {further if n > 0 else back}"
                for n, one, further, back in ((down, "row", "down", "up"), (aside, "column", "right", "left"))
                if n
            ]
            return f"{every} holds the right numbers, but {' and '.join(words)}."
    return ""


def _overlap(array, down, aside):
    """Return what is left of an array that is moved, in its own frame."""
    rows = slice(max(down, 0), array.shape[0] + min(down, 0))
    return array[rows, max(aside, 0) : array.shape[1] + min(aside, 0)]


# Places


def _edges(shape: tuple[int, ...]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield parts of a result and their cells, small parts first."""
    if len(shape) == 1:
        yield from (
            (name, np.arange(shape[0]) == n % shape[0]) for name, n in (("the first entry", 0), ("the last entry", -1))
        )
        return
    rows, columns = np.indices(shape[:2])
    down, aside = shape[0] - 1, shape[1] - 1
    edges = {
        "the first cell": (rows == 0) & (columns == 0),
        "the last cell": (rows == down) & (columns == aside),
        "the corners": np.isin(rows, (0, down)) & np.isin(columns, (0, aside)),
        "the first row": rows == 0,
        "the last row": rows == down,
        "the first column": columns == 0,
        "the last column": columns == aside,
        "the diagonal": rows == columns,
        "the first row and column": (rows == 0) | (columns == 0),
        "the last row and column": (rows == down) | (columns == aside),
        "the first and the last row": np.isin(rows, (0, down)),
        "the first and the last column": np.isin(columns, (0, aside)),
        "the border": np.isin(rows, (0, down)) | np.isin(columns, (0, aside)),
        "the inside": ~(np.isin(rows, (0, down)) | np.isin(columns, (0, aside))),
    }
    for name, cells in edges.items():
        yield name, np.broadcast_to(cells.reshape(cells.shape + (1,) * (len(shape) - 2)), shape)
    if len(shape) > 2:
        yield "the channels after the first", np.broadcast_to(np.arange(shape[2]) > 0, shape)
        yield "the first channel", np.broadcast_to(np.arange(shape[2]) == 0, shape)


PLURAL = {"the corners", "the channels after the first"}


def _of_places(wrong, every):
    """Say where the wrong cells are, if the others are right in all results."""
    cells = [~_close(pair.got, pair.want) for pair in wrong]
    if any(pair.want.ndim < 1 for pair in wrong) or all(mask.all() for mask in cells):
        return ""
    places = [dict(_edges(pair.want.shape)) for pair in wrong]
    for name in places[0]:
        inside = all(name in p and not (mask & ~p[name]).any() for p, mask in zip(places, cells, strict=True))
        if inside and any(not p[name].all() for p in places):
            return f"All wrong cells are in {name} of a result."
    for name in sorted(places[0], key=lambda name: -places[0][name].sum()):
        if all(name in p and not (mask & p[name]).any() for p, mask in zip(places, cells, strict=True)):
            return f"In every wrong result, {name} {'are' if ' and ' in name or name in PLURAL else 'is'} right."
    if all(not pair.want[mask].any() for pair, mask in zip(wrong, cells, strict=True)):
        return "Only cells that should be 0 are wrong."
    if all((mask == (pair.want != 0)).all() for pair, mask in zip(wrong, cells, strict=True)):
        return "Only cells that should be 0 are right."
    return ""


def _of_cells(wrong, every):
    """Say what the wrong cells hold, or in which direction they deviate."""
    got, want = _numbers(wrong)
    off = ~_close(got, want)
    got, want = got[off], want[off]
    if len(got) <= FEW:
        return ""
    for rest, part in ((np.s_[1:], "first row"), (np.s_[:, 1:], "first column")):
        if all(pair.got.ndim > 1 and not pair.got[rest].any() and pair.want[rest].any() for pair in wrong):
            return f"{every} is 0 after its {part}: is `return` inside a loop?"
    if all(pair.got.size > 1 and np.ptp(pair.got) == 0 for pair in wrong):
        return f"{every} holds the same number everywhere."
    if np.isnan(got).any() or np.isinf(got).any():
        return "There are NaN or infinite numbers in it: is there a division by 0?"
    if np.ptp(got) == 0:
        return f"All wrong cells are {got[0]:.4g}."
    if all(_equal(np.sort(pair.got, None), np.sort(pair.want, None)) for pair in wrong):
        return "The numbers are right, but they are in the wrong places."
    if np.ptp(got - want) < 1e-9:
        return f"Every wrong number is too {'large' if got[0] > want[0] else 'small'} by {abs(got[0] - want[0]):.4g}."
    if (got > want).all() or (got < want).all():
        return f"Every wrong number is too {'large' if got[0] > want[0] else 'small'}."
    if (np.abs(got) > np.abs(want)).all() or (np.abs(got) < np.abs(want)).all():
        return f"Every wrong number is too {'far from' if abs(got[0]) > abs(want[0]) else 'close to'} 0."
    if all(pair.want.ndim and np.isin(pair.got, _leaves(pair.case)).all() for pair in wrong):
        return "All numbers in the wrong results also occur in the input."
    return ""


def _of_ranges(wrong, every):
    """Say which numbers never occur in the wrong results, or never in the right ones."""
    if len(wrong) < FEW_NUMBERS:
        return ""
    if all((pair.got % 1 == 0).all() and (pair.want % 1).any() for pair in wrong):
        return f"{every} holds whole numbers only, where the right one has fractions."
    if all((pair.want >= 0).all() for pair in wrong) and sum((pair.got < 0).any() for pair in wrong) >= FEW:
        return "Some numbers are negative; the right ones are not."
    fractions = any((pair.got % 1).any() for pair in wrong)
    larger = sum((pair.want > 1).any() for pair in wrong) >= FEW
    if fractions and larger and all(((pair.got >= 0) & (pair.got <= 1)).all() for pair in wrong):
        return f"{every} holds numbers from 0 to 1 only."
    return ""


def _leaves(case):
    return np.concatenate([[0], *(arg.ravel() for arg in case.args if isinstance(arg, np.ndarray))])


# Arguments


def _where(cases, exercise, chosen):
    """Say by which argument some calls differ from all others, as in "where `stride` is 1"; "" if by none."""
    given = [dict(named(exercise, case)) for case in cases]
    names = dict.fromkeys(name for b in exercise.behaviours for case in b.cases for name, _ in named(exercise, case))
    asked = [
        (f"`{name}` {{}}", kind, [_holds(kind, one.get(name)) for one in given]) for name in names for kind in KINDS
    ]
    for name in names:
        values = dict.fromkeys(one[name] for one in given if isinstance(one.get(name), str))
        kinds = [Kind(f'is "{word}"', f'is not "{word}"', (str,), partial(eq, word)) for word in values]
        asked += [(f"`{name}` {{}}", kind, [_holds(kind, one.get(name)) for one in given]) for kind in kinds]
    for one, other in permutations([name for name in names if all(type(each.get(name)) is int for each in given)], 2):
        for kind in RELATIONS:
            known = [bool(kind.holds((each[one], each[other]))) for each in given]
            asked.append((f"`{one}` {{}} `{other}`", kind, known))
    for words, kind, known in asked:
        if None in known or sum(known) < FEW or len(known) - sum(known) < FEW:
            continue
        for told, wanted in ((kind.words, True), (kind.other, False)):
            if all((one == wanted) == (id(case) in chosen) for one, case in zip(known, cases, strict=True)):
                return f"where {words.format(told)}"
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
    """A kind of argument and all others, in words that continue "where `stride`"."""

    words: str
    other: str
    types: tuple[type, ...]
    holds: Callable[[Any], Any]


NUMBERS, LEFT_OUT = (int, tuple), (type(None),)
KINDS = (
    Kind("is True or left out", "is False", (bool, *LEFT_OUT), lambda value: value is not False),
    Kind("is 1 or left out", "is not 1", NUMBERS + LEFT_OUT, lambda value: value in (None, 1, (1, 1))),
    Kind("is 0 or left out", "is not 0", (int, *LEFT_OUT), lambda value: not value),
    Kind("is left out", "is given", (object,), lambda value: value is None),
    Kind("is an int", "is a pair", NUMBERS, lambda value: isinstance(value, int)),
    Kind(
        "is the same in both directions", "differs in the two directions", (tuple,), lambda value: value[0] == value[1]
    ),
    Kind('is "valid" or left out', 'is "same"', (str, *LEFT_OUT), lambda value: value in (None, "valid")),
    Kind("is odd", "is even", (int,), lambda value: value % 2 == 1),
    Kind("is 0 or more", "is negative", (int,), lambda value: value >= 0),
    Kind("is square", "is not square", (np.ndarray,), lambda value: value.shape[0] == value.shape[1]),
    Kind("has one channel", "has several channels", (np.ndarray,), lambda value: value.shape[2] == 1),
    Kind("has one row", "has several rows", (np.ndarray,), lambda value: value.shape[0] == 1),
    Kind("holds floats", "holds whole numbers", (np.ndarray,), lambda value: value.dtype.kind == "f"),
    Kind("has no negative number", "has negative numbers", (np.ndarray,), lambda value: (value >= 0).all()),
)
RELATIONS = (
    Kind("is larger than", "is not larger than", (tuple,), lambda pair: pair[0] > pair[1]),
    Kind("is a multiple of", "is not a multiple of", (tuple,), lambda pair: pair[1] and pair[0] % pair[1] == 0),
)

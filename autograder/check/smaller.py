"""Smaller variants of a case: fewer arguments, shorter axes and lists, smaller numbers, plainer values."""

from functools import partial
from inspect import Parameter, signature
from itertools import permutations

import numpy as np

from autograder.check.compare import named
from autograder.exercises.model import Case

PLAIN = (0, 1, 2, -1, 0.5, -0.5, 10, 100)  # what an array's cell may become


def size(case):
    """Return how large a case is: what is given, then its whole numbers added up, then how plain its values are.

    Returns
    -------
    tuple of numbers
        To compare: (arguments, cells of arrays and entries of lists; sum of absolute ints; characters of all values).

    Examples
    --------
    >>> size(Case((np.array([[0.0, 7.0]]), 2), {})), size(Case((np.array([[0.0, 1.0]]), 2), {}))
    ((4, 2, 4), (4, 2, 3))
    """
    values = [*case.args, *case.kwargs.values()]
    return len(values) + sum(map(_cells, values)), sum(abs(n) for n in _ints(values)), sum(map(_untidiness, values))


def steps(case, exercise):
    """Yield the ways to make a case smaller, from those that save most to those that only tidy up.

    Parameters
    ----------
    case : Case
    exercise : Exercise
        Its reference knows which arguments may be left out, its cases know where a 0 has a meaning.

    Yields
    ------
    callable
        ``step(case)`` yields smaller cases, the smallest first. What comes out need not have a meaning.
    """
    arrays = {place: value for place, value in _given(case).items() if isinstance(value, np.ndarray)}
    axes = [(place, axis) for place, array in arrays.items() for axis in range(array.ndim)]
    yield partial(_fewer_arguments, parameters=signature(exercise.reference).parameters)
    yield from (partial(_shorter, place=place, axis=axis) for place, axis in axes)
    for first, second in permutations(axes, 2):
        if first[0] != second[0] and _belong_together(arrays, first, second):
            yield partial(_both_shorter, first=first, second=second)
    whole = [place for place, value in _given(case).items() if type(value) is int]
    yield from (partial(_map_and_window, place=place, window=window) for place in arrays for window in whole)
    zeros = _zeros(exercise)
    for place, (name, value) in zip(_given(case), named(exercise, case), strict=True):
        if not isinstance(value, np.ndarray):
            yield partial(_simpler, place=place, least=0 if name in zeros else 1)
    yield from (partial(_plainer, place=place) for place in arrays)


def key(case):
    """Return what tells two cases apart."""
    return repr([(place, _key(value)) for place, value in _given(case).items()])


def _key(value):
    return (value.shape, value.dtype.str, value.tobytes()) if isinstance(value, np.ndarray) else value


def _given(case):
    """Return {position or name: argument}."""
    return dict(enumerate(case.args)) | case.kwargs


def _zeros(exercise):
    """Return the parameters that may be 0: one is, or has one in it, in a case of the exercise that is answered."""
    cases = [case for behaviour in exercise.behaviours if not behaviour.refuses for case in behaviour.cases]
    return {name for case in cases for name, value in named(exercise, case) if 0 in _ints(value)}


def _put(case, changes):
    args = tuple(changes.get(place, arg) for place, arg in enumerate(case.args))
    return Case(args, {name: changes.get(name, arg) for name, arg in case.kwargs.items()})


def _cells(value):
    if isinstance(value, np.ndarray):
        return value.size
    return len(value) + sum(map(_cells, value)) if isinstance(value, (list, tuple)) else 0


def _ints(value):
    """Yield the whole numbers of an argument, however deep; cells of arrays don't count."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _ints(item)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def _untidiness(value):
    """Return the number of characters that it takes to write down the numbers of a value; nothing for a 0."""
    if isinstance(value, np.ndarray):
        return sum(map(_untidiness, value.ravel().tolist()))
    if isinstance(value, (list, tuple, dict)):
        return sum(map(_untidiness, value.values() if isinstance(value, dict) else value))
    if not isinstance(value, (int, float)) or value == 0:
        return 0
    return {1: 1, -1: 2}.get(value) or 1 + len(f"{value:g}")


def _fewer_arguments(case, parameters):
    """Leave out what has a default; a word stays, since it may be what the case is about."""
    for name in case.kwargs:
        if not isinstance(case.kwargs[name], str):
            yield Case(case.args, {other: arg for other, arg in case.kwargs.items() if other != name})
    last = list(parameters.values())[: len(case.args)][-1:]
    if last and last[0].default is not Parameter.empty and not isinstance(case.args[-1], str):
        yield Case(case.args[:-1], case.kwargs)


def _lengths(n):
    """Return shorter lengths: 1, half, three quarters, ..., one less."""
    cuts = [n // 2**i for i in range(1, n.bit_length())]
    return dict.fromkeys([1, *(n - cut for cut in cuts)]) if n > 1 else ()


def _ends(array, axis, length):
    """Yield the beginning and the end of an array along an axis."""
    yield np.take(array, range(length), axis)
    yield np.take(array, range(array.shape[axis] - length, array.shape[axis]), axis)


def _shorter(case, place, axis):
    array = _given(case)[place]
    for length in _lengths(array.shape[axis]):
        yield from (_put(case, {place: end}) for end in _ends(array, axis, length))


def _belong_together(arrays, first, second):
    """Tell whether two axes are the same one of two arrays, or hold the same channels."""
    (a, i), (b, j) = first, second
    same_size = arrays[a].shape[i] == arrays[b].shape[j]
    return i == j or (same_size and i == arrays[a].ndim - 1 and j == arrays[b].ndim - 1)


def _both_shorter(case, first, second):
    """Shorten two arrays that fit together only so: x and its gradient, channels of x and of the filters."""
    given = _given(case)
    (a, i), (b, j) = first, second
    for length in _lengths(given[a].shape[i]):
        for other in range(1, given[b].shape[j]):
            ends = zip(_ends(given[a], i, length), _ends(given[b], j, other), strict=True)
            yield from (_put(case, {a: one, b: two}) for one, two in ends)


def _map_and_window(case, place, window):
    """Shorten a map's rows and columns and its window's size alike, so that there are as many windows as before."""
    array, size = _given(case)[place], _given(case).get(window)
    for less in range((size or 1) - 1, 0, -1):
        if array.ndim >= 2 and less < min(array.shape[:2]):
            yield _put(
                case, {place: array[: array.shape[0] - less, : array.shape[1] - less].copy(), window: size - less}
            )


def _simpler(case, place, least):
    """Simplify an argument that is no array, if it is still there; whole numbers stay `least` or more."""
    given = _given(case)
    if place not in given:
        return
    away = sorted({n for n in _ints(list(given.values())) if n > 1}, reverse=True)
    for value in _variants(given[place], away):
        if all(least <= n for n in _ints(value)) or any(n < least for n in _ints(given[place])):
            yield _put(case, {place: value})


def _variants(value, away):
    """Yield simpler forms of a number, list, tuple or dict; `away` are amounts that it may be worth taking away."""
    if isinstance(value, (bool, str)) or value is None:
        return
    if isinstance(value, int):
        yield from _smaller_ints(value, away)
    elif isinstance(value, float):
        yield from (0.0, 1.0, float(round(value)))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from (value | {name: variant} for variant in _variants(item, away))
    elif isinstance(value, (list, tuple)):
        yield from _simpler_entries(value, away)


def _smaller_ints(n, away):
    sign = -1 if n < 0 else 1
    yield 0
    yield from (sign * length for length in _lengths(abs(n)))
    yield from (n - amount for amount in away if n > amount)
    yield abs(n)


def _simpler_entries(value, away):
    if isinstance(value, list):
        yield from (value[:n] for n in (0, *_lengths(len(value))))
        yield from (value[:i] + value[i + 1 :] for i in range(len(value)))
    if all(isinstance(item, int) for item in value):
        yield type(value)(-(-item // 2) for item in value)
    for i, item in enumerate(value):
        yield from (type(value)([*value[:i], variant, *value[i + 1 :]]) for variant in _variants(item, away))


def _plainer(case, place):
    """Make the cells of an array plainer: all of them, then half of them, then one by one."""
    array = _given(case)[place]
    for cells in _plainer_cells(array):
        yield _put(case, {place: cells})


def _plainer_cells(array):
    yield from (np.zeros_like(array), np.ones_like(array))
    yield from (change(array).astype(array.dtype) for change in (np.sign, np.trunc, np.abs))
    filled = np.flatnonzero(array)
    for length in _lengths(len(filled) * 2):  # of the cells that are not 0: all, half, a quarter
        part = max(len(filled) - length, 1)
        yield from (_set(array, filled[i : i + part], 0) for i in range(0, len(filled), part))
    for i in filled:
        plain = (value for value in PLAIN if np.can_cast(np.min_scalar_type(value), array.dtype, "same_kind"))
        yield from (_set(array, i, value) for value in plain)


def _set(array, places, value):
    changed = array.copy()
    changed.flat[places] = value
    return changed

"""Wrong decisions that any function may hold: the right results of other arguments, or right results that are changed.

Each sentence says what is seen in the results, so it is true of every code that gives them.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from inspect import signature
from itertools import combinations, permutations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.model import Exercise, Mistake

Change = Callable[[Any], Any]

# What a student reads after "Every result", and the change to a right array, number or tuple of numbers
CHANGED_RESULTS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "is upside down": lambda a: _axes(a, 2)[::-1],
    "is mirrored from left to right": lambda a: a[:, ::-1],
    "is rotated by 180°": lambda a: a[::-1, ::-1],
    "is transposed": lambda a: a.swapaxes(0, 1),
    "has its channels first, as (C, H, W)": lambda a: _axes(a, 3, 3).transpose(2, 0, 1),
    "has its entries in reverse order": lambda a: _axes(a, 1, 1)[::-1],
    "has its channels in the opposite order": lambda a: a[:, :, ::-1],
    "has the opposite sign": lambda a: -a,
    "has lost its minus signs": np.abs,
    "has zeros where negative numbers are right": lambda a: np.maximum(a, 0),
    "is rounded down to whole numbers": np.floor,
    "is rounded up to whole numbers": np.ceil,
    "is rounded to whole numbers": np.round,
    "has lost its fractions": np.trunc,
    "is cut to the range from 0 to 255": lambda a: np.clip(a, 0, 255),
    "is reduced to 8 bits, from 0 to 255": lambda a: np.mod(np.trunc(a), 256),
    "is squared": np.square,
    "is the square root of what is right": lambda a: np.sqrt(np.abs(a)),
    "is 1 divided by what is right": lambda a: np.divide(1, a, where=a != 0, out=np.full(np.shape(a), np.inf)),
    "is 0 everywhere": np.zeros_like,
    "is 1 everywhere": np.ones_like,
    "has the first channel's values in every channel": lambda a: np.broadcast_to(a[:, :, :1], a.shape),
    "has the last channel's values in every channel": lambda a: np.broadcast_to(a[:, :, -1:], a.shape),
    "repeats its first row": lambda a: np.broadcast_to(_axes(a, 2)[:1], a.shape),
    "repeats its last row": lambda a: np.broadcast_to(_axes(a, 2)[-1:], a.shape),
    "repeats its first column": lambda a: np.broadcast_to(a[:, :1], a.shape),
    "repeats its last column": lambda a: np.broadcast_to(a[:, -1:], a.shape),
    "holds its first number everywhere": lambda a: (
        np.broadcast_to(a[0], a.shape) if a.ndim == 1 else np.broadcast_to(a[:1, :1], a.shape)
    ),
    "holds its last number everywhere": lambda a: (
        np.broadcast_to(a[-1], a.shape) if a.ndim == 1 else np.broadcast_to(a[-1:, -1:], a.shape)
    ),
    "lacks its first row": lambda a: _axes(a, 2)[1:],
    "lacks its last row": lambda a: _axes(a, 2)[:-1],
    "lacks its first column": lambda a: a[:, 1:],
    "lacks its last column": lambda a: a[:, :-1],
    "lacks its last row and column": lambda a: a[:-1, :-1],
    "lacks its first row and column": lambda a: a[1:, 1:],
    "has zeros in its first row: does a loop begin too late?": lambda a: _zero(a, np.s_[:1]),
    "has zeros in its last row: does a loop end too early?": lambda a: _zero(a, np.s_[-1:]),
    "has zeros in its first column: does a loop begin too late?": lambda a: _zero(a, np.s_[:, :1]),
    "has zeros in its last column: does a loop end too early?": lambda a: _zero(a, np.s_[:, -1:]),
    "has zeros in its last row and column: does a loop end too early?": lambda a: _zero(a, np.s_[-1:], np.s_[:, -1:]),
    "has zeros in its first row and column: does a loop begin too late?": lambda a: _zero(a, np.s_[:1], np.s_[:, :1]),
    "has zeros in its border": lambda a: _zero(a, np.s_[:1], np.s_[:, :1], np.s_[-1:], np.s_[:, -1:]),
    "holds only its first row, and the rest is 0: is `return` inside a loop?": lambda a: _zero(a, np.s_[1:]),
    "holds only its first column, and the rest is 0: is `return` inside a loop?": lambda a: _zero(a, np.s_[:, 1:]),
    "holds only its first number, and the rest is 0: is `return` inside a loop?": lambda a: _zero(
        a, np.s_[1:], np.s_[:, 1:]
    ),
    "holds only its last number, and the rest is 0": lambda a: _zero(a, np.s_[:-1], np.s_[:, :-1]),
    "holds only its first channel, and the rest is 0: is `return` inside a loop?": lambda a: _zero(a, np.s_[:, :, 1:]),
    "holds only its last channel, and the rest is 0": lambda a: _zero(a, np.s_[:, :, :-1]),
    "has zeros in its first channel: does a loop begin too late?": lambda a: _zero(_axes(a, 3), np.s_[:, :, :1]),
    "has zeros in its last channel: does a loop end too early?": lambda a: _zero(_axes(a, 3), np.s_[:, :, -1:]),
    "has an extra row of zeros at the end": lambda a: _more(a, 1, 0),
    "has an extra column of zeros at the end": lambda a: _more(a, 0, 1),
    "has an extra row and column of zeros at the end": lambda a: _more(a, 1, 1),
}
_LISTS: dict[str, Change] = {
    "lacks its first entry": lambda rows: rows[1:],
    "lacks its last entry": lambda rows: rows[:-1],
    "has its last entry twice": lambda rows: rows + rows[-1:],
    "has only its last entry": lambda rows: rows[-1:],
    "has only its first entry": lambda rows: rows[:1],
}
_NUMBERS: dict[str, Change] = {
    "is too large by 1": lambda n: n + 1,
    "is too small by 1": lambda n: n - 1,
    "is twice the right one": lambda n: n * 2,
    "is half the right one": lambda n: n / 2,
    "is half the right one, rounded down": lambda n: n // 2,
    "is 100 times the right one, as a percentage would be": lambda n: n * 100,
}
_ARRAYS = {  # after "It behaves as if it were given"
    "`{}` turned by 180°": lambda a: a[::-1, ::-1],
    "`{}` upside down": lambda a: a[::-1],
    "`{}` mirrored from left to right": lambda a: a[:, ::-1],
    "`{}` transposed": lambda a: a.swapaxes(0, 1),
    "`{}` with its channels in the opposite order": lambda a: a[:, :, ::-1],
    "`{}` with the opposite sign": lambda a: -a,
    "`{}` without its minus signs": np.abs,
    "`{}` without its fractions": lambda a: np.trunc(a),
    "`{}` divided by 255": lambda a: a / 255,
    "`{}` without its first row": lambda a: a[1:],
    "`{}` without its last row": lambda a: a[:-1],
    "`{}` without its first column": lambda a: a[:, 1:],
    "`{}` without its last column": lambda a: a[:, :-1],
    "`{}` without its last row and column": lambda a: a[:-1, :-1],
    "a `{}` of zeros": np.zeros_like,
    "a `{}` of ones": np.ones_like,
    "`{}` with zeros in its first row": lambda a: _zero(a, np.s_[:1]),
    "`{}` with zeros in its last row": lambda a: _zero(a, np.s_[-1:]),
    "`{}` with zeros in its first column": lambda a: _zero(a, np.s_[:, :1]),
    "`{}` with zeros in its last column": lambda a: _zero(a, np.s_[:, -1:]),
    "`{}` with zeros in its first row and column": lambda a: _zero(a, np.s_[:1], np.s_[:, :1]),
    "`{}` with zeros in its last row and column": lambda a: _zero(a, np.s_[-1:], np.s_[:, -1:]),
    "a `{}` whose channels are all like the first": lambda a: np.repeat(a[:, :, :1], a.shape[2], 2),
}
_PAIRS = {
    "`{}` with its two entries swapped": lambda pair: pair[::-1],
    "a `{}` whose first entry stands for both": lambda pair: (pair[0], pair[0]),
    "a `{}` whose second entry stands for both": lambda pair: (pair[1], pair[1]),
}
_SEQUENCES = {
    "`{}` in reverse order": lambda items: items[::-1],
    "`{}` without its first entry": lambda items: items[1:],
    "`{}` without its last entry": lambda items: items[:-1],
    "the first entry of `{}` alone": lambda items: items[:1],
    "the last entry of `{}` alone": lambda items: items[-1:],
}
_INTS = {
    "a `{}` that is 1 larger": lambda n: n + 1,
    "a `{}` that is 1 smaller": lambda n: n - 1,
    "twice the `{}`": lambda n: 2 * n,
    "half the `{}`, rounded down": lambda n: n // 2,
    "`{}` with the opposite sign": lambda n: -n,
    "the square of `{}`": lambda n: n * n,
}


def _axes(array, least, most=9):
    if not least <= np.ndim(array) <= most:
        raise IndexError(np.ndim(array))
    return array


def _zero(array, *places):
    zeroed = _axes(array, 2).copy()
    for place in places:
        zeroed[place] = 0
    return zeroed


def _more(array, rows, columns):
    return np.pad(_axes(array, 2), [(0, rows), (0, columns)] + [(0, 0)] * (np.ndim(array) - 2))


def changing(exercise: Exercise) -> list[Mistake]:
    """Return the mistake of writing into arguments, if there are any that can be changed."""
    if not any(behaviour.untouched and behaviour.cases[0].args for behaviour in exercise.behaviours):
        return []

    def around(function):
        def changed(*args, **kwargs):
            result = function(*args, **kwargs)
            for given in args:
                if isinstance(given, list):
                    given.clear()
                elif isinstance(given, np.ndarray):
                    given += 1
            return result

        return changed

    sentence = "An argument is changed: leave arrays and lists as they are given, and work on a copy."
    return [Mistake("arguments_changed", sentence, around(exercise.reference), "arguments", around)]


@lru_cache(maxsize=64)
def generic(exercise: Exercise) -> tuple[Mistake, ...]:
    """Return the wrong decisions about an exercise's arguments and results that are possible in any function.

    >>> from autograder.chapters import EXERCISES
    >>> mistakes = {mistake.id: mistake for mistake in generic(EXERCISES["same_padding"])}
    >>> mistakes["it_behaves_as_if_it_were_given_n_and_k_swapped"].solution(3, 10)
    (1, 1)
    >>> mistakes["every_result_has_its_entries_in_reverse_order"].sentence
    'Every result has its entries in reverse order.'
    """
    if any(behaviour.accepts for behaviour in exercise.behaviours):
        return ()
    changes = [(ended(f"Every result {words}"), "result", _after(change)) for words, change in _of_results(exercise)]
    changes += [(f"Every result is {words}, and nothing else.", "result", around) for words, around in _bare(exercise)]
    for words, name, change in _of_arguments(exercise):
        changes.append((f"It behaves as if it were given {words}.", f"argument {name}", _before(exercise, change)))
    return tuple(
        Mistake(_id(sentence), sentence, around(exercise.reference), decision, around)
        for sentence, decision, around in changes
    )


def ended(words: str) -> str:
    """Return a sentence with its full stop, unless it is a question."""
    return words if words.endswith("?") else f"{words}."


def _id(sentence):
    """Return a sentence as a name.

    >>> _id("Every result is 0.")
    'every_result_is_0'
    """
    return "_".join("".join(c if c.isalnum() else " " for c in sentence.lower()).split())


def _of_results(exercise):
    """Yield words and changes of the results that an exercise has."""
    case = exercise.behaviours[0].cases[0]
    value = exercise.reference(*case.args, **case.kwargs)
    if isinstance(value, list):
        yield from _LISTS.items()
    elif isinstance(value, np.ndarray):
        yield from CHANGED_RESULTS.items()
    elif exercise.parts:
        for order in list(permutations(range(len(exercise.parts))))[1:]:
            words = ", ".join(exercise.parts[i] for i in order)
            yield f"is in the order ({words})", lambda parts, order=order: tuple(parts[i] for i in order)
    else:
        yield from ((words, _of_numbers(change)) for words, change in (_NUMBERS | CHANGED_RESULTS).items())


def _bare(exercise):
    """Yield words and functions that return a number among the arguments, or the product of two, where one is asked."""
    case = exercise.behaviours[0].cases[0]
    if isinstance(exercise.reference(*case.args, **case.kwargs), (int, float)):
        parameters = signature(exercise.reference).parameters
        defaults = [one.default for one in parameters.values()]
        values = zip(parameters, [*case.args, *defaults[len(case.args) :]], strict=True)
        names = [name for name, value in values if type(value) is int]
        for some in [(name,) for name in names] + list(combinations(names, 2)):
            yield (
                " times ".join(f"`{name}`" for name in some),
                _before(exercise, dict, lambda given, some=some: prod(given[n] for n in some)),
            )


def _of_numbers(change):
    """Return a change of arrays as one of a number or a tuple of numbers."""

    def changed(value):
        found = change(np.array(value))
        return tuple(found.tolist()) if isinstance(value, tuple) else found.item()

    return changed


def _after(change):
    """Return what makes a function one whose results are changed."""

    def around(function):
        return lambda *args, **kwargs: change(function(*args, **kwargs))

    return around


def _before(exercise, change, result=None):
    """Return what makes a function one that is given other arguments, or that makes its result of them alone."""
    parameters = signature(exercise.reference).parameters
    defaults = {name: one.default for name, one in parameters.items() if one.default is not one.empty}

    def around(function):
        def changed(*args, **kwargs):
            given = defaults | dict(zip(parameters, args, strict=False)) | kwargs
            return result(given) if result else function(**change(given))

        return changed

    return around


def _of_arguments(exercise: Exercise) -> Iterator[tuple[str, str, Change]]:
    """Yield words, the argument, and the change of all arguments by name."""
    parameters = signature(exercise.reference).parameters
    values: dict[str, list[Any]] = {name: [] for name in parameters}
    for behaviour in exercise.behaviours:
        for case in () if behaviour.refuses else behaviour.cases:
            for name, value in (dict(zip(parameters, case.args, strict=False)) | case.kwargs).items():
                values[name].append(value)
    ints = [name for name, found in values.items() if any(type(value) is int for value in found)]
    for name, found in values.items():
        for words, kind, change in _of_values(found, parameters[name].default):
            yield words.format(name), name, _on(name, kind, change)
    for one, other in permutations(ints, 2):
        yield f"a `{one}` as large as `{other}`", one, partial(_taken, ((one, other),))
        if ints.index(one) < ints.index(other):
            yield f"`{one}` and `{other}` swapped", one, partial(_taken, ((one, other), (other, one)))


def _taken(pairs, given):
    """Return the arguments with the value of another one in the place of some."""
    return given | {one: given[other] for one, other in pairs}


def _on(name, kind, change):
    """Return a change of one argument among all, where it is of a kind."""
    return lambda given: given | {name: change(given[name])} if kind(given[name]) else given


def _of_values(found, default):
    """Yield words, the kind of value that a change is for, and the change."""
    sample = next((value for value in found if value is not None), None)
    words = dict.fromkeys(value for value in [default, *found] if isinstance(value, str))
    for one, other in permutations(words, 2):
        yield (
            f'`{{}}="{other}"` where it is "{one}"',
            _is(str),
            lambda value, one=one, other=other: other if value == one else value,
        )
    if any(isinstance(value, bool) for value in found):
        yield "the opposite of `{}`", _is(bool), lambda value: not value
        yield from ((f"`{{}}={value}`", _is(bool), lambda _, value=value: value) for value in (True, False))
    elif any(isinstance(value, int) for value in found):
        fixed = {0, 1} | ({default} if isinstance(default, int) else set())
        yield from ((f"`{{}}={n}`", _is(int, tuple), lambda _, n=n: n) for n in sorted(fixed))
        yield from ((words, _is(int), change) for words, change in _INTS.items())
    if any(isinstance(value, tuple) and len(value) == 2 for value in found):
        yield from ((words, _is(tuple), change) for words, change in _PAIRS.items())
    if isinstance(sample, np.ndarray):
        yield from ((words, _is(np.ndarray), change) for words, change in _ARRAYS.items())
    if isinstance(sample, list):
        yield from ((words, _is(list), change) for words, change in _SEQUENCES.items())
    if isinstance(sample, tuple) and len(sample) > 2:
        yield "`{}` with its first two entries swapped", _is(tuple), lambda size: (*size[:2][::-1], *size[2:])
        yield from ((words, _is(tuple), change) for words, change in _SEQUENCES.items())


def _is(*types):
    return lambda value: isinstance(value, types)

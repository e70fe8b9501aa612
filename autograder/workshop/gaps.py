"""Right solutions that lack one thing, made from the reference: each loses the points for that thing and no others."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

import numpy as np

from autograder.chapters.model import Exercise
from autograder.check.grade import Result, grade
from autograder.inside.call import call

INT_OR_PAIR = {"kernel_size", "padding", "size", "stride"}  # parameters that may be an int or a pair


@dataclass(frozen=True)
class Gap:
    """One thing that a solution may lack.

    Attributes
    ----------
    id : str
        What a `Behaviour` that is about it names in its `gaps`, or has as a flag: "refuses", "untouched", "dtype".
    lacking : tuple of callable
        ``lacking(function) -> function``: the ways to lack it, of which each must cost the same.
    everywhere : bool
        Whether a function without a behaviour about it must lose nothing. The others are tried only where there is one.
    """

    id: str
    lacking: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]
    everywhere: bool = False


def _given(change):
    """Return a way to lack something: the function sees every argument as ``change(name, value)`` makes it."""

    def lacking(function):
        names = tuple(signature(function).parameters)

        @wraps(function)
        def incomplete(*args, **kwargs):
            changed = {name: change(name, value) for name, value in kwargs.items()}
            return function(*map(change, names, args), **changed)

        return incomplete

    return lacking


def _ignoring(change):
    """Return a way to lack something as `_given` does; what must be refused still is, as that is another gap."""

    def lacking(function):
        changed = _given(change)(function)

        @wraps(function)
        def incomplete(*args, **kwargs):
            function(*args, **kwargs)
            return changed(*args, **kwargs)

        return incomplete

    return lacking


def _without(parameter):
    """Return a way to lack a parameter: the function always takes its default."""

    def lacking(function):
        default = signature(function).parameters[parameter].default
        return _ignoring(lambda name, value: default if name == parameter else value)(function)

    return lacking


def _no_pair(name, value):
    if name in INT_OR_PAIR and isinstance(value, (tuple, list)):
        raise TypeError(f"{name} must be an int")
    return value


def _first_of_pair(name, value):
    while name in INT_OR_PAIR and isinstance(value, (tuple, list)):
        value = value[0]
    return value


def _no_word(word):
    """Return what refuses a word, also within lists and dicts of layers."""

    def change(name, value):
        if isinstance(value, str) and value == word:
            raise ValueError(f"unknown: {word!r}")
        for part in _parts(value):
            change(name, part)
        return value

    return change


def _parts(value):
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def _same_is_valid(name, value):
    if isinstance(value, dict):
        return {key: _same_is_valid(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_same_is_valid(name, part) for part in value]
    return "valid" if isinstance(value, str) and value == "same" else value


def _square_only(name, value):
    if name in ("kernel", "w") and value.shape[0] != value.shape[1]:
        raise IndexError("the kernel is taken to be square")
    return value


def _no_cells(name, value):
    return 0 if name == "padding" and isinstance(value, int) else value


def _first_channel(name, value):
    """Cut maps to their first channel, and filters to their first input channel."""
    return value[:, :, :1] if isinstance(value, np.ndarray) and value.ndim > 2 else value


def _no_bias(name, value):
    return np.zeros_like(value) if name == "b" else value


def _result(change):
    """Return a way to lack something: ``change(array, args)`` is done to every array that is returned."""

    def lacking(function):
        @wraps(function)
        def incomplete(*args, **kwargs):
            result = function(*args, **kwargs)
            if isinstance(result, tuple):
                return tuple(change(part, args) if isinstance(part, np.ndarray) else part for part in result)
            return change(result, args) if isinstance(result, np.ndarray) else result

        return incomplete

    return lacking


def _in_the_input_s_dtype(result, args):
    dtype = next((arg.dtype for arg in args if isinstance(arg, np.ndarray)), result.dtype)
    return result.astype(np.int64).astype(dtype) if dtype.kind in "iu" else result


def _returns_what_it_refuses(function):
    @wraps(function)
    def incomplete(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ValueError:
            return np.zeros((1, 1))

    return incomplete


def _touches(function):
    """Return a function that gives an argument back where that is the result, and else writes into its arguments."""
    always_the_same = [] if signature(function).parameters else [function()]

    @wraps(function)
    def incomplete(*args, **kwargs):
        if always_the_same:
            return always_the_same[0]
        result = copy.deepcopy(function(*args, **kwargs))  # it may be a view of what is changed below
        for given in args:
            if isinstance(given, list):
                given.append(None)
            elif isinstance(given, np.ndarray) and np.array_equal(given, result):
                return given
            elif isinstance(given, np.ndarray):
                given += 1
        return result

    return incomplete


GAPS = (
    Gap("pairs", (_given(_no_pair), _given(_first_of_pair)), everywhere=True),
    Gap("refuses", (_returns_what_it_refuses,), everywhere=True),
    Gap("same", (_given(_no_word("same")), _given(_same_is_valid)), everywhere=True),
    Gap("integers", (_result(_in_the_input_s_dtype),), everywhere=True),
    Gap("dtype", (_result(lambda result, args: result.astype(float)),)),
    Gap("untouched", (_touches,), everywhere=True),
    Gap("channels", (_ignoring(_first_channel),)),
    Gap("square", (_given(_square_only),)),
    Gap("bias", (_ignoring(_no_bias),)),
    Gap("padding", (_ignoring(_no_cells),)),
    *(
        Gap(parameter, (_without(parameter),))
        for parameter in ("value", "stride", "kind", "size", "batch", "bytes_per_value")
    ),
    *(Gap(word, (_given(_no_word(word)),)) for word in ("constant", "reflect", "edge", "wrap", "valid")),
)


def about(exercise: Exercise, gap: Gap) -> set[str]:
    """Return the ids of the behaviours that are about a gap.

    >>> from autograder.chapters import EXERCISES
    >>> about(EXERCISES["pad2d"], GAPS[1])
    {'refuses'}
    """
    return {b.id for b in exercise.behaviours if gap.id in b.gaps or getattr(b, gap.id, False)}


def graded(exercise: Exercise, function: Callable[..., Any], seed: str | None) -> Result:
    """Grade a function that stands here, in this process; what it calls is not watched."""
    return grade(exercise, lambda args, kwargs, watch: call(function, args, kwargs), seed)


def tried(exercise: Exercise, seed: str | None = None) -> Iterator[tuple[Gap, set[str], set[str]]]:
    """Yield (gap, ids of the behaviours about it, ids of those that it costs) for each way to lack something."""
    for gap in GAPS:
        expected = about(exercise, gap)
        for lacking in gap.lacking if gap.everywhere or expected else ():
            function = lacking(exercise.reference)
            result = graded(exercise, function, seed)
            yield gap, expected, {one.behaviour.id for one in result.tried if one.difference}

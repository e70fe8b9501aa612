"""The form of an exercise. Expected values are never stored here: they come from ``autograder.reference``."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Case:
    """One call: the arguments that a function is tried with."""

    args: tuple
    kwargs: dict


def case(*args, **kwargs):
    """Return a Case; arrays may be written as nested lists of at least two dimensions.

    >>> case([[1, 2]], padding=1).args[0].shape
    (1, 2)
    """
    return Case(tuple(np.array(arg) if _is_table(arg) else arg for arg in args), kwargs)


def _is_table(arg):
    return isinstance(arg, list) and arg and isinstance(arg[0], list)


@dataclass(frozen=True, eq=False)
class Behaviour:
    """One thing that a function must do, which can be failed alone.

    Attributes
    ----------
    id : str
    words : str
        The behaviour in words; continues "Your function ...".
    points : int
    cases : tuple of Case
        Open cases: shown in reports with expected values.
    draw : callable
        ``draw(rng) -> Case``: a fresh case of the same behaviour.
    untouched : bool
        Whether this behaviour is about leaving arguments alone and returning a new array.
    dtype : bool
        Whether the dtype of the result counts.
    refuses : bool
        Whether its calls must raise: that alone earns nothing, since a function that always raises does it too.
    gaps : tuple of str
        What else it is about, as ids of ``autograder.gaps``: a right solution that lacks only this loses these points,
        and no others. So all that a behaviour is not about is in its plainest form in its cases: ints where pairs may
        stand, one channel, "valid", stride 1.
    accepts : callable or None
        Where many results are right: ``accepts(value) -> None``, or what is wrong with the value, in words. The value
        comes from a student and may be anything that the wire carries.
    """

    id: str
    words: str
    points: int
    cases: tuple
    draw: Callable[[np.random.Generator], Case]
    untouched: bool = False
    dtype: bool = False
    refuses: bool = False
    gaps: tuple[str, ...] = ()
    accepts: Callable[[object], str | None] | None = None


@dataclass(frozen=True, eq=False)
class Exercise:
    """One graded function.

    Attributes
    ----------
    name : str
        The function's name, the same in ``autograder.reference``.
    reference : callable
    behaviours : tuple of Behaviour
    hints : tuple of str
        From the idea to the shape of the loop.
    watch : tuple of str
        NumPy functions that the student is asked to write and so may not call.
    """

    name: str
    reference: Callable
    behaviours: tuple
    hints: tuple
    watch: tuple = ("sliding_window_view",)

    @property
    def points(self):
        """Points for a solution that shows all behaviours."""
        return sum(behaviour.points for behaviour in self.behaviours)

"""The forms of an exercise and of a short question, and of what goes wrong: wrong decisions, and wrong programs.

Expected values are never stored here: they come from the chapters' ``reference``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
Answer = float | tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """One call: the arguments that a function is tried with."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def case(*args: Any, **kwargs: Any) -> Case:
    """Return a Case; arrays may be written as nested lists of at least two dimensions.

    >>> case([[1, 2]], padding=1).args[0].shape
    (1, 2)
    """
    tables = (isinstance(arg, list) and arg and isinstance(arg[0], list) for arg in args)
    return Case(tuple(np.array(arg) if table else arg for arg, table in zip(args, tables, strict=True)), kwargs)


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
        What else it is about, as ids of ``autograder.workshop.gaps``: a right solution that lacks only this loses these
        points, and no others. So all that a behaviour is not about is in its plainest form in its cases: ints where
        pairs may stand, one channel, "valid", stride 1.
    accepts : callable or None
        Where many results are right: ``accepts(value) -> None``, or what is wrong with the value, in words. The value
        comes from a student and may be anything that the wire carries.
    """

    id: str
    words: str
    points: int
    cases: tuple[Case, ...]
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
    section : str
        The heading of the chapter that explains it.
    reference : callable
    behaviours : tuple of Behaviour
    hints : tuple of str
        From the idea to the shape of the loop.
    watch : tuple of str
        NumPy functions that the student is asked to write and so may not call.
    parts : tuple of str
        What a result that is a tuple of arrays consists of.
    """

    name: str
    section: str
    reference: Callable[..., Any]
    behaviours: tuple[Behaviour, ...]
    hints: tuple[str, ...]
    watch: tuple[str, ...] = ("sliding_window_view",)
    parts: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """Points for a solution that shows all behaviours."""
        return sum(behaviour.points for behaviour in self.behaviours)


@dataclass(frozen=True, eq=False)
class Question:
    """One short question: its answer is a number, or a few.

    Attributes
    ----------
    name : str
        The variable that a student assigns the answer to.
    answer : number or tuple of number
    points : int
    wrong : dict
        ``{wrong answer: sentence}``: what the student should read.
    """

    name: str
    answer: Answer
    points: int
    wrong: dict[Answer, str]


@dataclass(frozen=True, eq=False)
class Mistake:
    """One thing that students do wrongly.

    Attributes
    ----------
    id : str
        Stable name, used in reports and marks.
    sentence : str
        What the student should read.
    solution : callable
        The function with this mistake and no other.
    decision : str
        What was decided wrongly; empty for a program of its own, which goes together with no other mistake.
    around : callable or None
        Makes the mistake in any function: ``around(function)`` is given other arguments, or changes its results.
    """

    id: str
    sentence: str
    solution: Callable[..., Any]
    decision: str = ""
    around: Callable[[Callable[..., Any]], Callable[..., Any]] | None = None


def together(mistakes: Sequence[Mistake]) -> Callable[..., Any]:
    """Return the function with all of these mistakes, which are wrong choices of different decisions of one model.

    >>> mistakes = Mistakes()
    >>> @mistakes.model(rounding={"floor": "Rounded down."}, sign={"minus": "The sign is lost."})
    ... def halves(n, *, rounding="ceil", sign="plus"):
    ...     return (n // 2 if rounding == "floor" else -(-n // 2)) * (-1 if sign == "minus" else 1)
    >>> together(mistakes.by_function["halves"])(5)
    -2
    """
    first, *others = sorted(mistakes, key=lambda mistake: bool(mistake.around))
    function: Callable[..., Any] = partial(
        first.solution, **{other.decision: other.id for other in others if not other.around}
    )
    for other in others:
        function = other.around(function) if other.around else function
    return function


class Mistakes:
    """Collects what goes wrong in one chapter, by function.

    Attributes
    ----------
    by_function : dict
        ``{function: [Mistake, ...]}``.
    models : dict
        ``{function: model}``: called as it stands, a model is right.
    """

    def __init__(self) -> None:
        self.by_function: dict[str, list[Mistake]] = {}
        self.models: dict[str, Callable[..., Any]] = {}

    def model(self, **decisions: dict[str, str]) -> Callable[[Function], Function]:
        """Return a decorator for the model of a function: how students write it, with its decisions as parameters.

        The model has the name and the parameters of the function, and one keyword-only parameter a decision. Its
        default is the right choice; a wrong choice is the id of the mistake.

        Parameters
        ----------
        **decisions : dict
            For each decision ``{id: sentence}`` of its wrong choices.
        """

        def add(function: Function) -> Function:
            self.models[function.__name__] = function
            for decision, wrong in decisions.items():
                for id, sentence in wrong.items():
                    self._add(function.__name__, Mistake(id, sentence, partial(function, **{decision: id}), decision))
            return function

        return add

    def program(self, function: str, id: str, sentence: str) -> Callable[[Function], Function]:
        """Return a decorator for a wrong program that no decision of the model describes."""

        def add(solution: Function) -> Function:
            self._add(function, Mistake(id, sentence, solution))
            return solution

        return add

    def _add(self, function, mistake):
        self.by_function.setdefault(function, []).append(mistake)

"""The forms of an exercise and of a short question, and of what goes wrong: wrong decisions, and wrong programs.

Expected values are never stored here: they come from the chapters' ``reference``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
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

    @property
    def beside(self) -> bool:
        """Whether it earns nothing alone: functions that do nothing right refuse or change nothing as well."""
        return self.refuses or self.id == "untouched"


def untouched(*cases: Case, draw: Callable[[np.random.Generator], Case]) -> Behaviour:
    """Return the behaviour that every function has that is given an array or a list: it leaves them as they are."""
    return Behaviour("untouched", "leaves its arguments unchanged", 1, cases, draw, untouched=True)


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
    shown : tuple of str
        The passages of the question's text and of its solution in which its numbers stand.
    template : callable or None
        Returns this question with other numbers, see `varied`.
    terms : tuple of dict
        The numbers that a term may have, for the template.
    elsewhere : tuple
        The answers with all these numbers, and with those of the public copy.
    """

    name: str
    answer: Answer
    points: int
    wrong: dict[Answer, str]
    shown: tuple[str, ...] = ()
    template: "Callable[..., Question] | None" = None
    terms: tuple[dict[str, int], ...] = ()
    elsewhere: tuple[Answer, ...] = ()

    def with_numbers(self, **numbers: int) -> "Question":
        """Return the question with other numbers; without any, with those of the public copy."""
        if not self.template:
            if numbers:
                raise TypeError(f"{self.name} always has the same numbers. Received: {numbers}")
            return self
        made = self.template(**numbers)
        others = {answer: ANOTHER_TERM for answer in self.elsewhere if answer != made.answer}
        return replace(self, answer=made.answer, shown=made.shown, wrong=made.wrong | (others | made.wrong))


def varied(**values: Sequence[int]) -> Callable[[Callable[..., Question]], Question]:
    """Return a decorator that makes a short question of its template, so that each term can have its own numbers.

    The template's parameters are the numbers. Its defaults are those of the public copy.

    Parameters
    ----------
    **values : sequence of int
        For each parameter what it may be in a term. Left out are combinations whose answer is that of others, and those
        in which a known wrong answer is right, or two of them are the same: no term's answer is right in another term.

    Examples
    --------
    >>> @varied(side=(4, 5))
    ... def border(side=3):
    ...     return Question("border", answer=4 * side - 4, points=5, wrong={4 * side: "You counted corners twice."})
    >>> border.answer, border.terms, border.with_numbers(side=4).wrong[16]
    (8, ({'side': 4}, {'side': 5}), 'You counted corners twice.')
    >>> border.with_numbers(side=4).wrong[8]
    "This is the answer to another term's numbers. Use those in your question."
    """

    def question(template: Callable[..., Question]) -> Question:
        public = template()
        terms: dict[Answer, dict[str, int]] = {public.answer: {}}
        for chosen in product(*values.values()):
            made = template(**(numbers := dict(zip(values, chosen, strict=True))))
            if made.answer not in made.wrong and len(made.wrong) == len(public.wrong):
                terms.setdefault(made.answer, numbers)
        others = tuple(numbers for numbers in terms.values() if numbers)
        return replace(public, template=template, terms=others, elsewhere=tuple(terms)).with_numbers()

    return question


ANOTHER_TERM = "This is the answer to another term's numbers. Use those in your question."


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
        default is the right choice, "" where the code does not ask for it; a wrong choice is the id of the mistake.

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

"""The forms of what goes wrong: decisions that can be taken wrongly, and wrong programs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial


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
    """

    id: str
    sentence: str
    solution: Callable
    decision: str = ""


def together(mistakes):
    """Return the function with all of these mistakes, which are wrong choices of different decisions of one model.

    >>> mistakes = Mistakes()
    >>> @mistakes.model(rounding={"floor": "Rounded down."}, sign={"minus": "The sign is lost."})
    ... def halves(n, *, rounding="ceil", sign="plus"):
    ...     return (n // 2 if rounding == "floor" else -(-n // 2)) * (-1 if sign == "minus" else 1)
    >>> together(mistakes.by_function["halves"])(5)
    -2
    """
    first, *others = (mistake.solution for mistake in mistakes)
    return partial(first, **{name: wrong for other in others for name, wrong in other.keywords.items()})


class Mistakes:
    """Collects what goes wrong in one chapter, by function.

    Attributes
    ----------
    by_function : dict
        ``{function: [Mistake, ...]}``.
    models : dict
        ``{function: model}``: called as it stands, a model is right.
    """

    def __init__(self):
        self.by_function = {}
        self.models = {}

    def model(self, **decisions):
        """Return a decorator for the model of a function: how students write it, with its decisions as parameters.

        The model has the name and the parameters of the function, and one keyword-only parameter a decision. Its
        default is the right choice; a wrong choice is the id of the mistake.

        Parameters
        ----------
        **decisions : dict
            For each decision ``{id: sentence}`` of its wrong choices.
        """

        def add(function):
            self.models[function.__name__] = function
            for decision, wrong in decisions.items():
                for id, sentence in wrong.items():
                    self._add(function.__name__, Mistake(id, sentence, partial(function, **{decision: id}), decision))
            return function

        return add

    def program(self, function, id, sentence):
        """Return a decorator for a wrong program that no decision of the model describes."""

        def add(solution):
            self._add(function, Mistake(id, sentence, solution))
            return solution

        return add

    def _add(self, function, mistake):
        self.by_function.setdefault(function, []).append(mistake)

"""The form of a named mistake."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong solution that students write.

    Attributes
    ----------
    id : str
        Stable name, used in reports and marks.
    sentence : str
        What the student should read.
    solution : callable
        The wrong code.
    """

    id: str
    sentence: str
    solution: Callable


class Collection:
    """Collects the named mistakes of one chapter by function.

    >>> mistakes = Collection()
    >>> @mistakes.of("same_padding", "odd_before", "The odd cell comes after.")
    ... def wrong(n, k, stride=1): return (1, 0)
    >>> mistakes.by_function["same_padding"][0].id
    'odd_before'
    """

    def __init__(self):
        self.by_function = {}

    def of(self, function, id, sentence):
        """Return a decorator that adds a wrong solution of `function`."""

        def add(solution):
            self.by_function.setdefault(function, []).append(Mistake(id, sentence, solution))
            return solution

        return add

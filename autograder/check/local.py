"""Call a student's function in this very process, as a notebook does."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder.inside.call import Outcome, call

Subject = Callable[[tuple[Any, ...], dict[str, Any], Sequence[str]], Outcome]  # of args, kwargs, watch


def local(function: Any) -> Subject:
    """Return the subject that calls a function; what is not callable is undefined."""
    if not callable(function):
        return lambda args, kwargs, watch: Outcome(error="Undefined", message=type(function).__name__)
    return lambda args, kwargs, watch: call(function, args, kwargs, watch)

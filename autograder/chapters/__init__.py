"""One home for each chapter's exercises: the folder ``chNN_name`` serves the assignment ``NN_name``."""

import importlib
import pkgutil
from importlib.util import find_spec
from types import ModuleType
from typing import TypeVar

from autograder.chapters.generic import changing
from autograder.chapters.model import Exercise, Mistakes

Form = TypeVar("Form")


def modules(part: str) -> dict[str, ModuleType]:
    """Return {assignment: module} of the chapters that have a part, in order.

    Parameters
    ----------
    part : str
        Name of a module in the chapters' folders, e.g. "cases".

    Examples
    --------
    >>> modules("cases")["01_why_padding"].__name__
    'autograder.chapters.ch01_why_padding.cases'
    """
    folders = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)
    names = {folder.removeprefix("ch"): f"{__name__}.{folder}.{part}" for folder in folders}
    return {assignment: importlib.import_module(name) for assignment, name in names.items() if find_spec(name)}


def defined(module: ModuleType, form: type[Form]) -> tuple[Form, ...]:
    """Return the objects of one form among a module's globals, in the order of their definition."""
    return tuple(value for value in vars(module).values() if isinstance(value, form))


ASSIGNMENTS = {assignment: defined(module, Exercise) for assignment, module in modules("cases").items()}
EXERCISES = {exercise.name: exercise for exercises in ASSIGNMENTS.values() for exercise in exercises}
MISTAKES = {
    function: mistakes + changing(EXERCISES[function])
    for module in modules("decisions").values()
    for collected in defined(module, Mistakes)
    for function, mistakes in collected.by_function.items()
}

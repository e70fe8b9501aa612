"""One home for each chapter's exercises: the folder ``chNN_name`` serves the assignment ``NN_name``.

In it, ``reference`` is what is right, ``cases`` what is asked, ``decisions`` what goes wrong, and ``oracle`` what
TensorFlow says. An exercise is a function with behaviours; a behaviour has cases and points.
"""

import importlib
import pkgutil
from importlib.util import find_spec


def modules(part):
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


ASSIGNMENTS = {assignment: module.EXERCISES for assignment, module in modules("cases").items()}
EXERCISES = {exercise.name: exercise for exercises in ASSIGNMENTS.values() for exercise in exercises}
MISTAKES = {name: found for module in modules("decisions").values() for name, found in module.MISTAKES.items()}

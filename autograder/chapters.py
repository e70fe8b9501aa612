"""Finds what belongs to each chapter: a file ``chNN_name.py`` in a package serves the assignment ``NN_name``."""

import importlib
import pkgutil


def modules(package):
    """Return {assignment: module} of a package's chapter files, in order.

    Parameters
    ----------
    package : str
        Name of a package, e.g. "autograder.exercises".

    Examples
    --------
    >>> modules("autograder.exercises")["01_why_padding"].__name__
    'autograder.exercises.ch01_why_padding'
    """
    path = importlib.import_module(package).__path__
    names = sorted(found.name for found in pkgutil.iter_modules(path) if found.name.startswith("ch"))
    return {name.removeprefix("ch"): importlib.import_module(f"{package}.{name}") for name in names}

"""Grade every mutant in the place of a student's function: it is caught when it loses points.

One that is not must stand in the list of equivalents, and do what the reference does at every call of the contract.
"""

import builtins
import importlib
import inspect
import multiprocessing
import pickle
import resource
import signal
import types
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from autograder.chapters import EXERCISES, arguments
from autograder.chapters.model import Behaviour, Case
from autograder.check.compare import difference, right
from autograder.check.grade import fresh
from autograder.inside.call import call
from autograder.workshop.mutants import contract
from autograder.workshop.mutants.equivalent import EQUIVALENT
from autograder.workshop.mutants.walk import mutants

SEED = "mutants"
SECONDS = 2  # of CPU for one mutant; the slowest right solution takes a hundredth of it
MEMORY = 2 * 1024**3  # bytes for mutants, on top of what NumPy takes
MINUTES = 10  # of CPU for all of them, where one hangs in C and hears no signal


class TooLate(BaseException):
    """A mutant has not ended in time; not an Exception, so that no call takes it for an answer."""


@dataclass(frozen=True)
class Verdict:
    """What became of an exercise's mutants.

    Attributes
    ----------
    exercise : str
    made, caught : int
    equivalent : tuple of str
        Ids of those that get full marks, are listed, and do what the reference does.
    faults : tuple of str
        Of each that gets full marks and is wrong, or not listed: its id, and what it does otherwise.
    """

    exercise: str
    made: int
    caught: int
    equivalent: tuple[str, ...]
    faults: tuple[str, ...]


def verdicts(names=tuple(EXERCISES), workers=1):
    """Yield the Verdict of each exercise; mutants run in processes of their own, with limits on memory and time."""
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks of whoever asks
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_limit) as pool:
        yield from pool.map(_verdict_by_name, names)


def stale(found):
    """Return ids in the list of equivalents that none of these verdicts names: no longer made, or caught."""
    survived = {id for one in found for id in one.equivalent}
    return sorted(_listed() - survived)


def verdict(exercise):
    """Grade the mutants of one exercise, in this process."""
    made, asked = mutants(exercise.reference), _asked(exercise)
    left = [mutant for mutant in made if _gets_full_marks(exercise, mutant, asked)]
    reasons = {mutant.id: _against(exercise, mutant) for mutant in left}
    equivalent = tuple(id for id, why in reasons.items() if why is None)
    faults = tuple(f"{id} | {why}" for id, why in reasons.items() if why is not None)
    return Verdict(exercise.name, len(made), len(made) - len(left), equivalent, faults)


def _verdict_by_name(name):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return verdict(EXERCISES[name])


def _asked(exercise):
    """Return (behaviour, case, what is right) for every case that a function is graded with, fresh ones too."""
    return [
        (behaviour, case, right(exercise, case))
        for behaviour in exercise.behaviours
        for case in [*behaviour.cases, *fresh(exercise, behaviour, SEED)]
    ]


def _gets_full_marks(exercise, mutant, asked):
    """Ask until something differs; what did is asked first of the next mutant, which may be much the same."""
    function = build(mutant, exercise.reference)
    try:
        with _deadline():
            for i, (behaviour, case, expected) in enumerate(asked):
                if difference(call(function, case.args, case.kwargs), expected, behaviour):
                    asked.insert(0, asked.pop(i))
                    return False
            return True
    except TooLate:
        return False


# Is it right too?


def _against(exercise, mutant):
    """Return what speaks against a mutant being equivalent, in words, or None."""
    function = build(mutant, exercise.reference)
    if exercise.name in contract.RIGHT:  # many answers are right: this one must be, and need not be listed
        wrong = contract.RIGHT[exercise.name](function)
        return wrong and f"No check catches it. {wrong}"
    wrong = None if _helps_alike(exercise, mutant) else _otherwise(exercise, function)
    if wrong or mutant.id in _listed():
        return wrong
    return "No check catches it, and it is not listed in equivalent.py."


def _otherwise(exercise, function):
    """Return the first call of the contract at which a function does not do what the reference does, or None."""
    alike = Behaviour("alike", "", 0, (), None, untouched=True, dtype=any(b.dtype for b in exercise.behaviours))
    for case, expected in _answers(exercise.name):
        found = difference(call(function, case.args, case.kwargs), expected, alike)
        if found:
            return f"No check catches it. At {_shown(case)}: {found.text}"
    return None


@cache
def _answers(name):
    """Return the calls of the contract as cases, each with what the reference does."""
    cases = [Case(args, kwargs) for args, kwargs in contract.calls(name)]
    return [(case, right(EXERCISES[name], case)) for case in cases]


def _helps_alike(exercise, mutant):
    """Tell whether a mutant of a helper in ``arguments`` gives the very same for all that the contract asks of it.

    Then so does what calls it, and there are far fewer such questions than calls. Two in three survivors are of this
    kind. Values of another type, or other memory, do not pass as the same: they have to answer the calls themselves.
    """
    if mutant.module != arguments.__name__ or not callable(getattr(arguments, mutant.owner)):
        return False
    changed = build(mutant, getattr(arguments, mutant.owner))
    return all(_answer(changed, asked) == answer for asked, answer in _questions(exercise.name, mutant.owner))


@cache
def _questions(name, owner):
    """Return what a helper is asked when the reference answers the contract, pickled, each with its answer."""
    helper, asked = getattr(arguments, owner), {}

    def listening(*args, **kwargs):
        asked[pickle.dumps((args, kwargs))] = True
        return helper(*args, **kwargs)

    function = rebuilt(EXERCISES[name].reference, arguments.__name__, lambda module: module.update({owner: listening}))
    for case, _expected in _answers(name):
        call(function, case.args, case.kwargs)
    return [(question, _answer(helper, question)) for question in asked]


def _answer(helper, question):
    args, kwargs = pickle.loads(question)
    try:
        value = helper(*args, **kwargs)
        return pickle.dumps((value, [value is given for given in (*args, *kwargs.values())]))
    except Exception as error:
        return type(error)


def _shown(case):
    given = [repr(arg) for arg in case.args] + [f"{key}={value!r}" for key, value in case.kwargs.items()]
    return " ".join(", ".join(given).split())


@cache
def _listed():
    return {f"{place}: {line}" for place, by in EQUIVALENT.items() for lines in by.values() for line in lines}


# The mutant as a function


def build(mutant, function):
    """Return a function of the reference as it is with a mutant in the place of what was changed."""
    return rebuilt(function, mutant.module, lambda module: exec(mutant.code, module))


def rebuilt(function, to_change, change):
    """Return a function of the reference as it is after ``change(names)`` of one module.

    The modules that this concerns are run again, in namespaces of their own: the reference itself stays as it is.
    """
    fresh = {}

    def load(name):
        if name not in fresh:
            module = fresh[name] = types.ModuleType(name)
            module.__builtins__ = {**vars(builtins), "__import__": take}
            exec(_code(name), vars(module))
            if name == to_change:
                change(vars(module))
        return fresh[name]

    def take(name, globals=None, locals=None, fromlist=(), level=0):
        if name == "autograder.chapters":
            return types.SimpleNamespace(**{part: load(f"{name}.{part}") for part in fromlist})
        return load(name) if name.startswith("autograder.chapters.") else __import__(name, globals, locals, fromlist)

    return getattr(load(function.__module__), function.__name__)


@cache
def _code(name):
    return compile(inspect.getsource(importlib.import_module(name)), name, "exec")


# Mutants may never end, or ask for all there is


@contextmanager
def _deadline():
    def late(*signal):
        raise TooLate

    previous = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def _limit():
    there = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (there + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (60 * MINUTES,) * 2)

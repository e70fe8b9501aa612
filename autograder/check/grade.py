"""Try a function on the cases of an exercise: which behaviours it shows, and which named mistake explains it."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from autograder.check.compare import Difference, difference, equal, right
from autograder.inside.call import call
from autograder.mistakes import MISTAKES

FRESH_CASES = 3  # drawn for each behaviour where there is a course seed
NOT_THERE = {"not_written", "undefined"}  # kinds of difference that a missing function gives on every call


@dataclass(frozen=True)
class Tried:
    """One behaviour, tried: what differs in the first failing case, or in a smaller one like it, if any."""

    behaviour: object
    cases: int
    failed: object = None
    outcome: object = None
    difference: Difference | None = None
    fresh: bool = False
    shrunk: bool = False  # `failed` is the smallest failing case that was found, no longer the first

    @property
    def points(self):
        return 0 if self.difference else self.behaviour.points

    @property
    def kind(self):
        """The kind of the difference, or None."""
        return self.difference.kind if self.difference else None


@dataclass(frozen=True)
class Result:
    """What a function got: points, every behaviour tried, the named mistake if one explains all."""

    exercise: object
    tried: tuple[Tried, ...]
    mistake: object = None
    forbidden: Difference | None = None
    more: bool = False  # besides the mistake something else is wrong
    note: str = ""  # what the cells around the check say about it

    @property
    def points(self):
        return 0 if self.forbidden or self.unwritten else sum(tried.points for tried in self.tried)

    @property
    def max_points(self):
        return self.exercise.points

    @property
    def unwritten(self):
        """The Difference that says there is nothing to grade, or None."""
        return self.tried[0].difference if all(tried.kind in NOT_THERE for tried in self.tried) else None


def grade(exercise, subject, seed=None):
    """Try every behaviour of an exercise.

    Parameters
    ----------
    exercise : Exercise
    subject : callable
        ``subject(args, kwargs, watch) -> Outcome``: calls the student's function here or in a sandbox.
    seed : str, optional
        The course seed: with it, fresh cases are drawn besides the open ones.

    Returns
    -------
    Result
    """
    seen = []
    tried = list(attempts(exercise, subject, seed, seen))
    tried = _refusing_counts_beside_something_right(tried)
    forbidden = next((t.difference for t in tried if t.kind == "forbidden"), None)
    mistake, more = (None, False) if forbidden else diagnose(exercise, tried, seen)
    return Result(exercise, tuple(tried), mistake, forbidden, more)


def attempts(exercise, subject, seed=None, seen=None):
    """Yield what comes of every behaviour, one after the other; `seen` collects what the diagnosis needs."""
    for behaviour in exercise.behaviours:
        yield _try(exercise, behaviour, subject, seed, [] if seen is None else seen)


def _refusing_counts_beside_something_right(tried):
    if any(not t.difference and not t.behaviour.refuses for t in tried):
        return tried
    why = Difference("nothing_right", "Refusing counts once the function gives something right.")
    return [t if t.difference else replace(t, failed=t.behaviour.cases[0], difference=why) for t in tried]


def _try(exercise, behaviour, subject, seed, seen):
    """Try one behaviour; `seen` collects every behaviour, case and outcome for the diagnosis."""
    cases = [(case, False) for case in behaviour.cases] + [(case, True) for case in fresh(exercise, behaviour, seed)]
    failed = None
    for case, is_fresh in cases:
        outcome = subject(case.args, case.kwargs, exercise.watch)
        seen.append((behaviour, case, outcome))
        found = difference(outcome, right(exercise, case), behaviour)
        if found and not failed:
            failed = Tried(behaviour, len(cases), case, outcome, found, is_fresh)
        if found and found.kind in NOT_THERE | {"stopped"}:
            break
    return failed or Tried(behaviour, len(cases))


@lru_cache(maxsize=512)  # the very same cases for a whole class: what is right for them is kept too
def fresh(exercise, behaviour, seed):
    """Return the fresh cases of a behaviour for a course: the same for the same seed, none without one."""
    if seed is None:
        return ()
    text = f"{seed}/{exercise.name}/{behaviour.id}"
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()))
    return tuple(behaviour.draw(rng) for _ in range(FRESH_CASES))


def diagnose(exercise, tried, seen):
    """Return the named mistake that explains what was seen, and whether something else is wrong besides.

    A mistake is named when it alone gives exactly the outcomes seen, the right ones too, and no other mistake does.
    Values must be among them: many things make a function raise, and one that raises whatever it is given shows none.
    Failing that, when it alone explains the first behaviours that fail, one at a time, together with all that is right:
    of two mistakes the first that matters is told. Arguments that must be refused are looked at only when everything
    else is right: forgetting to refuse goes along with any other mistake.

    Returns
    -------
    (Mistake or None, bool)
    """
    wrong = [case for _, case, outcome in seen if not _same(exercise, outcome, right(exercise, case))]
    valid = [one for one in seen if not right(exercise, one[1]).error]
    if not wrong:
        return None, False
    whole = _only(exercise, valid if any(not right(exercise, case).error for case in wrong) else seen)
    return (whole, False) if whole else _first_of_several(exercise, tried, valid)


def _first_of_several(exercise, tried, seen):
    """Explain one failing behaviour after the other; without any that is right there is too little to go by."""
    shown = {t.behaviour.id for t in tried if not t.difference and not t.behaviour.refuses}
    failing = [t.behaviour.id for t in tried if t.difference and not t.behaviour.refuses]
    for id in failing if shown else []:
        mistake = _only(exercise, [one for one in seen if one[0].id in shown | {id}])
        if mistake:
            return mistake, True
    return None, False


def _only(exercise, seen):
    """Return the one mistake that explains all of this, None if there is none or several, or if no value was seen."""
    if all(outcome.value is None for _, _, outcome in seen):
        return None
    fitting = [mistake for mistake in MISTAKES.get(exercise.name, ()) if _explains(exercise, mistake, seen)]
    return fitting[0] if len(fitting) == 1 else None


def _explains(exercise, mistake, seen):
    return all(_same(exercise, outcome, _mistaken(mistake, case)) for _, case, outcome in seen)


@lru_cache(maxsize=8192)
def _mistaken(mistake, case):
    return call(mistake.solution, case.args, case.kwargs)


def _same(exercise, outcome, other):
    dtype = any(behaviour.dtype for behaviour in exercise.behaviours)
    untouched = any(behaviour.untouched for behaviour in exercise.behaviours)
    return equal(outcome, other, dtype, untouched)

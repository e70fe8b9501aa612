"""Try a function on the cases of an exercise: which behaviours it shows, and what explains the others."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from autograder.chapters.model import Behaviour, Case, Exercise, Mistake
from autograder.check.compare import Difference, difference, right
from autograder.check.diagnose import NOTHING, Explanation, diagnose
from autograder.check.local import Subject
from autograder.check.patterns import Seen
from autograder.check.sentences import SENTENCES
from autograder.inside.call import Outcome

FRESH_CASES = 3  # drawn for each behaviour where there is a course seed
Plan = Callable[[Sequence[Case], Sequence[str]], None]  # of cases, watch
NOT_THERE = {"not_written", "undefined"}  # kinds of difference that a missing function gives on every call


@dataclass(frozen=True)
class Tried:
    """One behaviour, tried: what differs in the first failing case, if any."""

    behaviour: Behaviour
    cases: int
    failed: Case | None = None
    outcome: Outcome | None = None
    difference: Difference | None = None
    fresh: bool = False

    @property
    def points(self) -> int:
        return 0 if self.difference else self.behaviour.points

    @property
    def kind(self) -> str | None:
        """The kind of the difference, or None."""
        return self.difference.kind if self.difference else None


@dataclass(frozen=True)
class Result:
    """What a function got: points, every behaviour tried, what explains those that failed."""

    exercise: Exercise
    tried: tuple[Tried, ...]
    explanation: Explanation = NOTHING
    forbidden: Difference | None = None
    note: str = ""  # what the cells around the check say about it

    @property
    def points(self) -> int:
        return 0 if self.forbidden or self.unwritten else sum(tried.points for tried in self.tried)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The mistakes that are there for certain, what costs most first."""
        return () if self.explanation.either else self.explanation.mistakes

    @property
    def mistake(self) -> Mistake | None:
        """The first of them, or None."""
        return next(iter(self.mistakes), None)

    @property
    def max_points(self) -> int:
        return self.exercise.points

    @property
    def unwritten(self) -> Difference | None:
        """The Difference that says there is nothing to grade, or None."""
        return self.tried[0].difference if all(tried.kind in NOT_THERE for tried in self.tried) else None


def grade(exercise: Exercise, subject: Subject, seed: str | None = None, plan: Plan | None = None) -> Result:
    """Try every behaviour of an exercise.

    Parameters
    ----------
    exercise : Exercise
    subject : Subject
        Calls the student's function, here or in a sandbox.
    seed : str, optional
        The course seed: with it, fresh cases are drawn besides the open ones.
    plan : callable, optional
        Told all cases, and what is watched, before the first call: some subjects can begin early.

    Returns
    -------
    Result
    """
    seen: list[Seen] = []
    if plan:
        plan(
            [case for behaviour in exercise.behaviours for case, _ in _cases(exercise, behaviour, seed)], exercise.watch
        )
    tried = list(attempts(exercise, subject, seed, seen))
    tried = _beside_something_right(tried)
    forbidden = next((t.difference for t in tried if t.kind == "forbidden"), None)
    explanation = NOTHING if forbidden else diagnose(exercise, seen)
    return Result(exercise, tuple(tried), explanation, forbidden)


def attempts(
    exercise: Exercise, subject: Subject, seed: str | None = None, seen: list[Seen] | None = None
) -> Iterator[Tried]:
    """Yield what comes of every behaviour, one after the other; `seen` collects what the diagnosis needs."""
    for behaviour in exercise.behaviours:
        yield _try(exercise, behaviour, subject, seed, [] if seen is None else seen)


def _beside_something_right(tried):
    if any(not t.difference and not t.behaviour.beside for t in tried):
        return tried
    why = Difference("nothing_right", SENTENCES["nothing_right"])
    return [t if t.difference else replace(t, failed=t.behaviour.cases[0], difference=why) for t in tried]


def _try(exercise, behaviour, subject, seed, seen):
    """Try one behaviour; `seen` collects every behaviour, case and outcome for the diagnosis."""
    cases, failed = _cases(exercise, behaviour, seed), None
    for case, is_fresh in cases:
        expected = right(exercise, case)  # first: meanwhile a sandbox may be at work
        outcome = subject(case.args, case.kwargs, exercise.watch)
        seen.append((behaviour, case, outcome))
        found = difference(outcome, expected, behaviour)
        if found and not failed:
            failed = Tried(behaviour, len(cases), case, outcome, found, is_fresh)
        if found and found.kind in NOT_THERE | {"stopped"}:
            break
    return failed or Tried(behaviour, len(cases))


def _cases(exercise, behaviour, seed):
    """Return [(Case, whether it is fresh)] of a behaviour."""
    return [(case, False) for case in behaviour.cases] + [(case, True) for case in fresh(exercise, behaviour, seed)]


@lru_cache(maxsize=512)  # asked again by each check of a course seed; what is right for them is kept too
def fresh(exercise: Exercise, behaviour: Behaviour, seed: str | None) -> tuple[Case, ...]:
    """Return the fresh cases of a behaviour for a course: the same for the same seed, none without one."""
    if seed is None:
        return ()
    text = f"{seed}/{exercise.name}/{behaviour.id}"
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()))
    return tuple(behaviour.draw(rng) for _ in range(FRESH_CASES))

"""Look for a smaller input on which a function still fails in the same way: the smallest is the easiest to understand.

Hypothesis would shrink too, but only what it drew itself, and it would have to be installed wherever a student checks:
here it takes NumPy alone. The search goes downhill: whatever is smaller and still fails is where it goes on from.
"""

import re
import time
from dataclasses import replace

from autograder.check.compare import difference, right
from autograder.check.smaller import key, size, steps
from autograder.inside import wire

CALLS = 150  # of the student's function, all behaviours together: through the judge's pipe each takes 1 to 2 ms
SECONDS = 0.25  # so that `check` still feels instant
NOT_ABOUT_INPUT = {"stopped", "forbidden", "undefined", "nothing_right"}  # kinds of difference


def shrunk(result, subject, seconds=SECONDS):
    """Return a Result in which the failing cases that no named mistake explains are as small as could be found.

    Points and diagnosis stay what they are. A smaller case is asked of the student's function only if the reference
    answers it, or refuses it for the same reason, as it did the first; it counts if the function fails in the same way.
    A function that no longer does the same for the first case is asked no further: it keeps something between calls, or
    was defined anew meanwhile.

    Parameters
    ----------
    result : Result
    subject : callable
        ``subject(args, kwargs, watch) -> Outcome``, as for `grade`. Called at most CALLS times; a call that had to be
        stopped is the last.
    seconds : float
        How long to look; the calls are the same ones whenever it is long enough.

    Returns
    -------
    Result
    """
    if result.mistake or result.forbidden or result.unwritten or result.points == result.max_points:
        return result
    left = _Left(subject, CALLS, time.monotonic() + seconds)
    return replace(result, tried=tuple(_smallest(result.exercise, tried, left) for tried in result.tried))


def _smallest(exercise, tried, left):
    if not tried.difference or tried.kind in NOT_ABOUT_INPUT:
        return tried
    return _Search(exercise, tried, left).run()


class _Spent(Exception):
    """No call is left."""


class _Left:
    """What is left of calls and time."""

    def __init__(self, subject, calls, ends):
        self.subject, self.calls, self.ends = subject, calls, ends

    def require(self):
        """Raise _Spent if nothing is left."""
        if not self.calls or time.monotonic() > self.ends:
            raise _Spent

    def call(self, case, watch):
        """Return the outcome of the student's function."""
        self.require()
        self.calls -= 1
        outcome = self.subject(case.args, case.kwargs, watch)
        if outcome.error == "Stopped":
            self.calls = 0
            raise _Spent
        return outcome


class _Search:
    """The way downhill from one failing case."""

    def __init__(self, exercise, tried, left):
        self.exercise, self.best, self.left = exercise, tried, left
        self.refusal = _refusal(right(exercise, tried.failed))
        self.failure = _failure(tried.outcome, tried.difference)
        self.size, self.seen = size(tried.failed), set()

    def run(self):
        """Return the smallest Tried found."""
        try:
            goes_on = self._does_it_again()
            while goes_on:
                goes_on = self._round()
        except _Spent:
            pass
        return self.best

    def _does_it_again(self):
        """Tell whether the best case so far still gives what it gave."""
        return _bytes(self.left.call(self.best.failed, self.exercise.watch)) == _bytes(self.best.outcome)

    def _round(self):
        """Take every step as often as it helps; tell whether any did."""
        before = self.size
        for step in steps(self.best.failed, self.exercise):
            while any(self._goes_on_from(case) for case in step(self.best.failed)):
                pass
        return self.size < before

    def _goes_on_from(self, case):
        """Tell whether a case is smaller and still fails; then it is the best."""
        self.left.require()
        if size(case) >= self.size or key(case) in self.seen:
            return False
        self.seen.add(key(case))
        expected = right(self.exercise, case)
        if _refusal(expected) != self.refusal:
            return False
        outcome = self.left.call(case, self.exercise.watch)
        found = difference(outcome, expected, self.best.behaviour)
        if not found or _failure(outcome, found) != self.failure:
            return False
        self.size = size(case)
        self.best = replace(self.best, failed=case, outcome=outcome, difference=found, shrunk=True)
        return True


def _bytes(outcome):
    """Return what tells outcomes apart: NaN is not equal to NaN, and the text of an array may take long to write."""
    try:
        return wire.dump(vars(outcome))
    except (wire.WireError, RecursionError):  # in a notebook a function may return anything
        return repr(outcome)


def _refusal(expected):
    """Return why the reference refuses a case, without what it received; the same for all that it answers."""
    return expected.error, _without_numbers(expected.message.partition("Received")[0])


def _failure(outcome, found):
    return found.kind, outcome.error, _without_numbers(outcome.message)


def _without_numbers(text):
    return re.sub(r"[\d.,()\s-]+", " ", text)

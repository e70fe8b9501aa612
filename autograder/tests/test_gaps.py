"""A right solution that lacks one thing loses the points for that thing and no others."""

import numpy as np
import pytest

from autograder.chapters import EXERCISES
from autograder.check.grade import fresh
from autograder.workshop import gaps

SEEDS = [None, "autumn", "spring", "winter"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_one_gap_costs_the_points_for_it_and_no_others(exercise, seed):
    for gap, expected, lost in gaps.tried(exercise, seed):
        assert (gap.id, lost) == (gap.id, expected)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_arguments_are_given_by_position(exercise):
    """A student may call a parameter something else."""
    for behaviour in exercise.behaviours:
        assert all(case.kwargs == {} for case in (*behaviour.cases, *fresh(exercise, behaviour, "autumn")))


def test_every_gap_that_a_behaviour_names_is_known():
    known = {gap.id for gap in gaps.GAPS}
    assert all(set(behaviour.gaps) <= known for e in EXERCISES.values() for behaviour in e.behaviours)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_what_can_be_changed_must_stay_as_it_is_given(exercise):
    """Every notebook says so once, at its beginning."""
    given = [arg for behaviour in exercise.behaviours for case in behaviour.cases for arg in case.args]
    can_be_changed = any(isinstance(arg, (np.ndarray, list)) for arg in given)
    assert any(behaviour.untouched for behaviour in exercise.behaviours) or not can_be_changed

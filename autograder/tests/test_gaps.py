"""A right solution that lacks one thing loses the points for that thing and no others."""

import pytest

from autograder import gaps
from autograder.exercises import ASSIGNMENTS, EXERCISES

SEEDS = [None, "autumn", "spring", "winter"]
# Taken out chapter by chapter, once their cases are in the plainest form of what they are not about
TO_DO = {exercise.name for assignment in list(ASSIGNMENTS)[3:] for exercise in ASSIGNMENTS[assignment]}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", [e for e in EXERCISES.values() if e.name not in TO_DO], ids=lambda e: e.name)
def test_one_gap_costs_the_points_for_it_and_no_others(exercise, seed):
    for gap, expected, lost in gaps.tried(exercise, seed):
        assert (gap.id, lost) == (gap.id, expected)


def test_every_gap_that_a_behaviour_names_is_known():
    known = {gap.id for gap in gaps.GAPS}
    assert all(set(behaviour.gaps) <= known for e in EXERCISES.values() for behaviour in e.behaviours)

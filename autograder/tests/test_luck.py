"""A program that is right only where two things happen to agree has no points for what it does not show.

Whatever a program does elsewhere, it is right at most where they agree. So the luckiest one stands for all: it does
there what the reference does, raises where it must, and else gives a 1×1 array of zeros.
"""

from inspect import signature

import numpy as np
import pytest

from autograder.chapters import ASSIGNMENTS
from autograder.check.compare import right
from autograder.check.grade import grade
from autograder.inside.call import call
from autograder.workshop import gaps

EXERCISES = [exercise for assignment in list(ASSIGNMENTS)[:3] for exercise in ASSIGNMENTS[assignment]]
EVERY_EXERCISE = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
SEEDS = [None, "autumn", "spring"]

AGREEMENTS = {
    "the window is stride + 1 wide": lambda given: given["window"] == tuple(s + 1 for s in given["stride"]),
    "the window is 3 wide": lambda given: given["window"] == (3, 3),
    "the window is 2 wide": lambda given: given["window"] == (2, 2),
    "the window is one cell": lambda given: given["window"] == (1, 1),
    "the stride is 2": lambda given: given["stride"] == (2, 2),
    "the stride is 3": lambda given: given["stride"] == (3, 3),
    "the input is square": lambda given: given["input"][0] == given["input"][1],
    "there are two channels": lambda given: given["channels"] == 2,
    "there are three channels": lambda given: given["channels"] == 3,
    "there are two filters": lambda given: given["filters"] == 2,
    "the padding is 1": lambda given: given["padding"] == 1,
    "the padding is 2": lambda given: given["padding"] == 2,
}
# What such a program does show: of a value and a dtype a frame of one cell shows all there is, and so does a square map
# of what comes of integers, of one channel and without a kind.
SHOWN = {
    ("pad2d", "the padding is 1"): {"value", "dtype"},
    ("global_pool", "the input is square"): {"default", "one_channel", "integers"},
    ("global_pool", "there are two channels"): {"integers"},
    ("global_pool", "there are three channels"): {"default"},
}


def described(exercise, args):
    """Return what can agree by chance in a call: {word: number or pair}."""
    parameters = signature(exercise.reference).parameters
    given = {name: parameter.default for name, parameter in parameters.items()} | dict(
        zip(parameters, args, strict=False)
    )
    words = {}
    for name, value in given.items():
        if name in ("kernel_size", "size", "k"):
            words["window"] = pair(value)
        if name in ("kernel", "w"):
            words["window"] = value.shape[:2]
        if name in ("image", "x"):
            words["input"] = value.shape[:2]
        if name in ("w", "x"):
            words["filters" if name == "w" else "channels"] = value.shape[-1]
        if name == "shape":
            words["input"] = value
        if name == "padding" and isinstance(value, int):
            words["padding"] = value
    if "window" in words:
        stride = given.get("stride", 1)
        words["stride"] = words["window"] if stride is None else pair(stride)
    return words


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def shown(exercise, function, seed):
    result = grade(exercise, lambda args, kwargs, watch: call(function, args, kwargs), seed)
    return {tried.behaviour.id for tried in result.tried if not tried.difference and not tried.behaviour.refuses}


@pytest.mark.parametrize("agreement", AGREEMENTS)
@EVERY_EXERCISE
def test_what_is_right_by_chance_has_no_points(exercise, agreement):
    agrees, tried = AGREEMENTS[agreement], []

    def lucky(*args):
        value = exercise.reference(*args)
        try:
            tried.append(agrees(described(exercise, args)))
        except KeyError:  # there is no such thing in this function, or no number of cells
            tried.append(False)
        return value if tried[-1] else np.zeros((1, 1))

    for seed in SEEDS:
        assert shown(exercise, lucky, seed) <= SHOWN.get((exercise.name, agreement), set())
    assert not all(tried)


@EVERY_EXERCISE
def test_no_right_answer_to_one_call_earns_anything_when_given_to_all(exercise):
    for case in [case for behaviour in exercise.behaviours for case in behaviour.cases]:
        answer = right(exercise, case).value
        assert answer is None or shown(exercise, lambda *args, _answer=answer: np.copy(_answer), None) == set()


@pytest.mark.parametrize("seed", SEEDS)
@EVERY_EXERCISE
def test_a_solution_with_every_gap_has_the_points_of_all_that_no_gap_is_about(exercise, seed):
    function, about = exercise.reference, set()
    for gap in reversed(gaps.GAPS):
        if gaps.about(exercise, gap):
            function, about = gap.lacking[0](function), about | gaps.about(exercise, gap)
    assert shown(exercise, function, seed) == {behaviour.id for behaviour in exercise.behaviours} - about

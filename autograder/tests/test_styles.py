"""Right solutions in many styles get full points, and nothing is said against any of them."""

import importlib
import pkgutil
from collections import Counter
from inspect import signature

import pytest
import styles

from autograder.chapters import ASSIGNMENTS, EXERCISES
from autograder.check.compare import difference
from autograder.check.grade import grade
from autograder.check.local import local
from autograder.inside.call import Outcome, call
from autograder.workshop import record

MODULES = [importlib.import_module(found.name) for found in pkgutil.iter_modules(styles.__path__, "styles.")]
SOLUTIONS = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if "__" in name.strip("_")  # pad2d__loops
}
NARROW = "kernel", "w", "b"  # no statement says that their integers may be too small for the products
STORED = [stored for assignment in record.CHAPTERS for stored in record.load(assignment).calls]
SEEDS = [None, "autumn", "spring"]


def exercise_of(style):
    return EXERCISES[style.split("__")[0]]


def asked(exercise):
    """Yield what TensorFlow was asked, but for empty shapes and lists of layers, of which no statement speaks."""
    for stored in STORED:
        empty = any(isinstance(value, (tuple, list)) and not value for value in stored.arguments.values())
        if stored.function == exercise.name and not empty:
            yield stored


@pytest.mark.parametrize("style", SOLUTIONS)
def test_a_right_solution_gets_full_points(style):
    for result in (grade(exercise_of(style), local(SOLUTIONS[style]), seed) for seed in SEEDS):
        lost = [(tried.behaviour.id, tried.failed, tried.difference) for tried in result.tried if tried.difference]
        assert (lost, result.mistake, result.points) == ([], None, exercise_of(style).points)


@pytest.mark.parametrize("style", SOLUTIONS)
def test_every_style_agrees_with_tensorflow(style):
    exercise = exercise_of(style)
    for stored in asked(exercise):
        wide = {name: stored.arguments[name].astype(float) for name in NARROW if name in stored.arguments}
        bound = signature(exercise.reference).bind(**{**stored.arguments, **wide})
        bound.apply_defaults()  # students name their parameters as they like: all are passed by position
        assert difference(call(SOLUTIONS[style], bound.args, {}), Outcome(stored.returns)) is None


def test_every_function_of_a_chapter_with_styles_is_there_in_at_least_six():
    styles_of = Counter(style.split("__")[0] for style in SOLUTIONS)
    chapters = [module.__name__.removeprefix("styles.ch") for module in MODULES]
    names = [exercise.name for assignment in chapters for exercise in ASSIGNMENTS[assignment]]
    assert {name: styles_of[name] for name in names if styles_of[name] < 6} == {}

"""Every named mistake loses points, every check catches what no other does, and no right solution is accused."""

import copy
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from random import Random

import nbformat
import numpy as np
import pytest

from autograder import paths, reference, solutions
from autograder.chapters import ASSIGNMENTS, EXERCISES, MISTAKES
from autograder.chapters.model import together
from autograder.chapters.questions import BY_ASSIGNMENT, QUESTIONS
from autograder.check import questions
from autograder.check.grade import FRESH_CASES, fresh, grade
from autograder.inside.call import call
from autograder.term_numbers import asked
from autograder.workshop.demo_class import CLASS

PAIRS = 30  # of mistakes that are made together, for each function
SEEDS = [None, "autumn", "spring"]
POINTS = dict.fromkeys(list(ASSIGNMENTS)[:7], 100)  # of an assignment; one that is added may have another sum
ANSWERS = [np.zeros((4, 5)), np.ones((2, 3), int), (1, 1), 0, "text", object(), [[1, 2]], float("nan")]
ERRORS = [ValueError, TypeError, IndexError, ZeroDivisionError, RecursionError]
EVERY_EXERCISE = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
EVERY_EXERCISE_WITH_INPUTS = pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES.values() if not any(b.accepts for b in e.behaviours)], ids=lambda e: e.name
)


def graded(exercise, function, seed=None):
    """Grade without a watch: references and mistakes may use what students may not."""
    return grade(exercise, lambda args, kwargs, watch: call(function, args, kwargs), seed)


@cache
def of_mistake(exercise, mistake, seed):
    return graded(exercise, mistake.solution, seed)


def mistakes_and_seeds(exercise):
    return list(product(MISTAKES[exercise.name], SEEDS[:2]))


def failed(result):
    return {tried.behaviour.id for tried in result.tried if tried.difference}


def other_styles():
    """Return right solutions in other styles than the reference: the instructors' loops, and a demo student's."""
    other = "\n".join(next(student for student in CLASS if student.id == "bela").answers.values())
    exec(other, of_a_student := {"np": np})
    loops = {assignment: solutions.functions(assignment) for assignment in ASSIGNMENTS}
    for style, space in [("other", of_a_student), *loops.items()]:
        yield from ((style, name, space[name]) for name in EXERCISES if name in space)


@EVERY_EXERCISE
def test_the_reference_gets_full_marks(exercise):
    for seed in SEEDS:
        result = graded(exercise, exercise.reference, seed)
        assert (result.points, result.mistake) == (exercise.points, None), seed


@pytest.mark.parametrize(("style", "name", "function"), list(other_styles()))
def test_right_solutions_in_other_styles_get_full_marks(style, name, function):
    for seed in SEEDS:
        result = graded(EXERCISES[name], function, seed)
        assert (result.points, result.mistake) == (EXERCISES[name].points, None), seed


@EVERY_EXERCISE
def test_every_named_mistake_loses_points(exercise):
    full = [(m.id, s) for m, s in mistakes_and_seeds(exercise) if of_mistake(exercise, m, s).points >= exercise.points]
    assert full == []


@EVERY_EXERCISE
def test_every_named_mistake_is_named(exercise):
    unnamed = [(m.id, s) for m, s in mistakes_and_seeds(exercise) if of_mistake(exercise, m, s).mistake is not m]
    assert unnamed == []


@EVERY_EXERCISE
def test_every_behaviour_is_failed_alone_by_some_mistake(exercise):
    alone = [failed(of_mistake(exercise, mistake, None)) for mistake in MISTAKES[exercise.name]]
    assert [b.id for b in exercise.behaviours if {b.id} not in alone] == []


@EVERY_EXERCISE
def test_there_are_eight_mistakes_with_names_and_sentences_of_their_own(exercise):
    found = MISTAKES[exercise.name]
    assert len(found) >= 8
    assert len({m.id for m in found}) == len({m.sentence for m in found}) == len(found)


def careless(exercise, mistake):
    """Return a function that makes a mistake, and answers what it should refuse."""

    def unrefusing(*args, **kwargs):
        if call(exercise.reference, args, kwargs).error:
            return np.zeros((1, 1))
        return mistake.solution(*args, **kwargs)

    return unrefusing


@EVERY_EXERCISE
def test_every_mistake_is_named_though_bad_arguments_are_not_refused(exercise):
    """Students who make a mistake rarely check arguments; that must not hide the mistake."""
    hidden = [
        (mistake.id, seed)
        for mistake, seed in Random(exercise.name).sample(mistakes_and_seeds(exercise), PAIRS // 2)
        if failed(of_mistake(exercise, mistake, None)) - {"refuses"}
        and graded(exercise, careless(exercise, mistake), seed).mistake is not mistake
    ]
    assert hidden == []


def pairs_of_mistakes(exercise):
    """Return pairs of wrong decisions, the same few at every run."""
    decided = [mistake for mistake in MISTAKES[exercise.name] if mistake.decision]
    pairs = [pair for pair in combinations(decided, 2) if pair[0].decision != pair[1].decision]
    return Random(exercise.name).sample(pairs, min(PAIRS, len(pairs)))


@EVERY_EXERCISE
def test_of_two_mistakes_both_are_told_and_never_a_third(exercise):
    """Another explanation is as good where it gives the same for every case: two may make a third that has a name."""
    told = {pair: graded(exercise, together(pair), "autumn").explanation for pair in pairs_of_mistakes(exercise)}
    partly = {pair: one for pair, one in told.items() if one.more}
    assert [pair for pair, one in partly.items() if not set(one.mistakes) & set(pair)] == []
    assert [pair for pair, one in partly.items() if not one.either and not set(one.mistakes) <= set(pair)] == []
    if not any(behaviour.accepts for behaviour in exercise.behaviours):  # where many results are right, words say it
        assert sum(set(one.mistakes) == set(pair) for pair, one in told.items()) >= len(told) / 2


@EVERY_EXERCISE
def test_a_constant_gets_nothing(exercise):
    for answer in ANSWERS:
        assert graded(exercise, lambda *args, _answer=answer, **kwargs: _answer, "autumn").points == 0, answer


@EVERY_EXERCISE
def test_always_raising_gets_nothing(exercise):
    def refuse(*args, **kwargs):
        raise ValueError

    assert graded(exercise, refuse, "autumn").points == 0


@EVERY_EXERCISE
def test_raising_whatever_is_given_is_taken_for_no_mistake(exercise):
    def refuse(*args, **kwargs):
        raise error

    for error, seed in product(ERRORS, SEEDS):
        assert graded(exercise, refuse, seed).mistake is None, (error, seed)


def test_raising_wherever_a_mistake_raises_is_not_yet_that_mistake():
    """Without the square image, which it pads rightly, nothing but errors is seen of the mistake itself."""
    exercise = EXERCISES["pad2d"]
    swapped = next(m for m in MISTAKES["pad2d"] if m.id == "height_and_width_swapped")
    square = [case for b in exercise.behaviours for case in b.cases if len(set(case.args[0].shape)) == 1]
    assert [call(swapped.solution, case.args, case.kwargs).error for case in square] == [None]
    never_square = tuple(
        replace(b, cases=tuple(c for c in b.cases if not any(c is one for one in square))) for b in exercise.behaviours
    )
    assert graded(replace(exercise, behaviours=never_square), swapped.solution).mistake is None
    assert graded(exercise, swapped.solution).mistake is swapped


@EVERY_EXERCISE_WITH_INPUTS
def test_one_answer_to_everything_is_taken_for_no_mistake(exercise):
    """Such an answer would have to be what a mistake gives for the first open case, or what is right for some."""
    cases = [case for behaviour in exercise.behaviours for case in behaviour.cases]
    answers = [call(exercise.reference, case.args, case.kwargs).value for case in cases]
    answers += [call(m.solution, cases[0].args, cases[0].kwargs).value for m in MISTAKES[exercise.name][::5]]
    for answer in {repr(answer): answer for answer in [None, *answers]}.values():
        assert graded(exercise, lambda *args, _answer=answer, **kwargs: copy.copy(_answer)).mistake is None


@EVERY_EXERCISE_WITH_INPUTS
def test_knowing_the_open_cases_by_heart_is_not_enough(exercise):
    cases = [case for behaviour in exercise.behaviours for case in behaviour.cases]
    known = {repr((case.args, case.kwargs)): call(exercise.reference, case.args, case.kwargs) for case in cases}

    def by_heart(*args, **kwargs):
        right = known.get(repr((args, kwargs)))
        if right is None or right.error:
            raise ValueError
        return right.value.copy() if isinstance(right.value, np.ndarray) else right.value

    assert graded(exercise, by_heart).points == exercise.points
    assert graded(exercise, by_heart, "autumn").points == 0


@EVERY_EXERCISE_WITH_INPUTS
def test_fresh_cases_are_repeatable_and_differ_between_courses(exercise):
    for behaviour in exercise.behaviours:
        drawn = [repr(fresh.__wrapped__(exercise, behaviour, seed)) for seed in ("autumn", "autumn", "spring")]
        assert drawn[0] == drawn[1]
        assert len(fresh(exercise, behaviour, "autumn")) == FRESH_CASES
    everything = [repr([fresh(exercise, b, seed) for b in exercise.behaviours]) for seed in ("autumn", "spring")]
    assert everything[0] != everything[1]


@EVERY_EXERCISE
def test_fresh_cases_show_the_behaviour_they_are_drawn_for(exercise):
    """A fresh case of a value is one that the reference answers; "refuses" draws what it refuses."""
    for behaviour in exercise.behaviours:
        for case in fresh(exercise, behaviour, "autumn"):
            error = call(exercise.reference, case.args, case.kwargs).error
            assert error == ("ValueError" if behaviour.id == "refuses" else None)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_points_of_the_notebook_are_those_of_exercises_questions_and_the_written_answer(assignment):
    cells = nbformat.read(paths.source_notebook(assignment), as_version=4).cells
    points = {
        c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in cells if c.metadata.nbgrader.get("grade")
    }
    asked = [*ASSIGNMENTS[assignment], *BY_ASSIGNMENT.get(assignment, ())]
    assert {name: points[name] for name in points if name != "words"} == {f"check_{e.name}": e.points for e in asked}
    assert sum(points.values()) == POINTS.get(assignment, sum(points.values()))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solutions_answer_the_short_questions_and_no_wrong_answer_is_taken_for_right(assignment):
    answers = solutions.functions(assignment)
    for question in asked(assignment).values():
        assert questions.judged(question, answers[question.name])[1] == question.points
        for wrong, sentence in question.wrong.items():
            text, points = questions.judged(question, wrong)
            assert (points, sentence in text) == (0, True)


def test_every_exercise_and_question_has_a_name_of_its_own():
    asked = [question.name for questions in BY_ASSIGNMENT.values() for question in questions]
    assert len(asked) == len(QUESTIONS) == len(set(asked) - set(EXERCISES))


def test_every_exercise_has_a_reference_and_hints():
    assert set(EXERCISES) == set(MISTAKES) == set(reference.__all__)
    assert all(len(exercise.hints) >= 3 for exercise in EXERCISES.values())

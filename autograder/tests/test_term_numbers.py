"""Each term asks the short questions with numbers of its own; answers of another term earn nothing and are told."""

import copy
import json
import os
import re
import zipfile
from unittest import mock

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder import doctor, paths, term_numbers
from autograder.chapters.model import ANOTHER_TERM
from autograder.chapters.questions import BY_ASSIGNMENT, QUESTIONS
from autograder.check import questions
from autograder.hosted import pack
from autograder.judge.class_grading import grade_class
from autograder.judge.score import score
from autograder.judge.settings import course_config
from autograder.reports import class_report
from autograder.tests.classes import environment
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT
from autograder.workshop.template import set_points

FIXED = {"zero_rows_above", "peak_gradient", "dense_parameters"}
VARIED = [question for question in QUESTIONS.values() if question.name not in FIXED]
ASKED = [question.name for question in BY_ASSIGNMENT[ASSIGNMENT]]


def public(assignment):
    """Return an assignment's source with the numbers of the public copy."""
    return term_numbers.put(json.loads(paths.source_notebook(assignment).read_text(encoding="utf-8")), {})


def cells(notebook):
    return {cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def test_all_questions_vary_but_those_that_tell_of_one_network_or_have_few_answers():
    assert {question.name for question in QUESTIONS.values() if not question.terms} == FIXED


@pytest.mark.parametrize("question", VARIED, ids=lambda question: question.name)
def test_no_answer_is_right_in_another_term_and_each_mistake_stays_one(question):
    terms = [question, *(question.with_numbers(**numbers) for numbers in question.terms)]
    assert len({term.answer for term in terms}) == len(terms) >= 6
    own = {len(term.wrong) - list(term.wrong.values()).count(ANOTHER_TERM) for term in terms}
    assert len(own) == 1
    for term in terms:
        assert [each for each in terms if questions.judged(term, each.answer)[1]] == [term]
        assert not any(questions.judged(term, wrong)[1] for wrong in term.wrong)


@pytest.mark.parametrize("assignment", BY_ASSIGNMENT)
def test_text_and_solution_get_the_numbers_and_the_solution_computes_the_answer(assignment):
    source = public(assignment)
    answers = {question.name: question for question in BY_ASSIGNMENT[assignment]}
    space = {"np": np}
    functions = [c for c in source["cells"] if c["cell_type"] == "code" and c["metadata"]["nbgrader"]["solution"]]
    exec("\n".join("".join(cell["source"]) for cell in functions), space)
    for question in answers.values():
        for numbers in question.terms:
            notebook = term_numbers.put(copy.deepcopy(source), {question.name: numbers})
            found = cells(notebook)
            assert term_numbers.named(found[f"check_{question.name}"]) == {question.name: numbers}
            exec(found[question.name], space)
            assert space[question.name] == question.with_numbers(**numbers).answer, numbers
            assert term_numbers.put(notebook, {}) == source


def test_the_numbers_in_a_text_are_those_that_its_check_names():
    found = cells(term_numbers.put(public(ASSIGNMENT), {"underread_pixels": {"height": 27, "width": 56}}))
    assert "over a 27×56 image" in found["underread_text"] and "so the output is 27×56" in found["underread_text"]
    assert "of the 1,512 pixels" in found["underread_text"]
    assert not re.search("32|48|1,536", found["underread_text"] + found["underread_pixels"])
    assert found["check_underread_pixels"] == 'check("underread_pixels", underread_pixels, height=27, width=56)'
    assert found["check_layers_that_fit"] == 'check("layers_that_fit", layers_that_fit)'


def test_a_text_that_no_longer_has_the_numbers_is_refused():
    notebook = public(ASSIGNMENT)
    (text,) = (cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == "layers_text")
    text["source"] = ["A small image goes through 5×5 kernels."]
    with pytest.raises(ValueError, match="layers_that_fit have no '28×28 image'"):
        term_numbers.put(notebook, {"layers_that_fit": {"size": 33, "kernel": 5}})


def test_a_test_that_judges_no_question_is_refused():
    notebook = public(ASSIGNMENT)
    (check,) = (c for c in notebook["cells"] if c["metadata"]["nbgrader"]["grade_id"] == "check_layers_that_fit")
    check["source"] = ["5"]  # all get the points
    with pytest.raises(ValueError, match="The test of layers_that_fit is not"):
        term_numbers.put(notebook, {})


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A course with the public copy of one assignment, and its settings."""
    config = course_config(
        [f"--CourseDirectory.root={tmp_path}", f"--CourseDirectory.db_url=sqlite:///{tmp_path}/classroom/gradebook.db"]
    )
    for name in ("autograder", "requirements.txt", "_config.yml"):
        (tmp_path / name).symlink_to(paths.COURSE / name)
    source = public(ASSIGNMENT)
    monkeypatch.setenv("PATH", environment()["PATH"])
    monkeypatch.setattr(paths, "COURSE", tmp_path)
    monkeypatch.setattr(paths, "CLASSROOM", tmp_path / "classroom")
    path = tmp_path / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(source, indent=1, ensure_ascii=False) + "\n")
    return tmp_path, config


def release(root, config, seed):
    """Begin a term as `make release` does, and return the answers to its short questions."""
    (root / "classroom").mkdir(exist_ok=True)
    (root / "classroom" / "course_seed").write_text(seed)
    term_numbers.write(config, [ASSIGNMENT])
    assert NbGraderAPI(config=config).generate_assignment(ASSIGNMENT, force=True)["success"]
    return solved()


def test_a_source_is_written_whole_or_not_at_all(root):
    root, config = root
    (root / "classroom").mkdir()
    (root / "classroom" / "course_seed").write_text("autumn")
    before = paths.source_notebook(ASSIGNMENT).read_bytes()
    with mock.patch.object(os, "replace", side_effect=OSError("full")), pytest.raises(OSError, match="full"):
        term_numbers.write(config, [ASSIGNMENT])
    assert paths.source_notebook(ASSIGNMENT).read_bytes() == before
    term_numbers.write(config, [ASSIGNMENT])
    assert paths.source_notebook(ASSIGNMENT).read_bytes() != before
    assert [path.name for path in (root / "solutions" / ASSIGNMENT).iterdir()] == [f"{ASSIGNMENT}.ipynb"]


def solved():
    """Return the solutions of the short questions."""
    source = cells(json.loads(paths.source_notebook(ASSIGNMENT).read_text()))
    return {name: re.sub("(?m)^ *### .*\n?", "", source[name]) for name in ASKED}


def hand_in(root, student, answers):
    path = root / "classroom" / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(solved_notebook(answers), path)
    return path


def marks(config):
    grade_class(config, ASSIGNMENT, workers=0, quiet=True, regrade=True)
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        return {one.student.id: one.score for one in gradebook.assignment_submissions(ASSIGNMENT)}


def test_two_terms_have_their_own_numbers_in_all_that_is_handed_out_and_graded(root):
    root, config = root
    copied = solved()  # the public copy's
    autumn = release(root, config, "autumn")
    hand_in(root, "ada", autumn)
    assert marks(config) == {"ada": 90}
    assert release(root, config, "another seed") == autumn  # handed out: within a term the numbers stay
    assert marks(config) == {"ada": 90}

    (root / "classroom").rename(root / "classroom-autumn")
    winter = release(root, config, "winter")
    assert all(winter[name] != autumn[name] != copied[name] for name in ASKED)
    for student, answers in {"ada": winter, "bela": autumn, "chen": copied}.items():
        path = hand_in(root, student, answers)
        points = score(ASSIGNMENT, path)
        assert [mark.message.endswith(ANOTHER_TERM) for mark in points.marks[-2:]] == [student != "ada"] * 2
    assert marks(config) == {"ada": 90, "bela": 80, "chen": 80}
    coursedir = CourseDirectory(config=config)
    rows = class_report.as_rows(class_report.gather(coursedir, ASSIGNMENT))
    assert {row[0] for row in rows if row[3] == ANOTHER_TERM} == set(ASKED)
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        assert doctor.released(doctor.Course(config, gradebook)) == []
    pack.gradescope(ASSIGNMENT, root / "autograder.zip")
    source = paths.source_notebook(ASSIGNMENT).read_bytes()
    with zipfile.ZipFile(root / "autograder.zip") as packed:
        assert packed.read(f"solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb") == source
    set_points(ASSIGNMENT, {question.name: question.points for question in BY_ASSIGNMENT[ASSIGNMENT]}, root)
    assert paths.source_notebook(ASSIGNMENT).read_bytes() == source

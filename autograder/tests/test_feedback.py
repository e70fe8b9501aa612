"""Feedback of a class: the pages are nbgrader's to the byte, and only those that no longer match are written anew."""

import shutil

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import GenerateFeedbackApp

from autograder.__main__ import main
from autograder.tests.classes import QUICK, nbgrader, url
from autograder.workshop.demo_class import ASSIGNMENT


@pytest.fixture(scope="module")
def graded(undisturbed, tmp_path_factory):
    """A graded class, with a figure beside one notebook, and nbgrader's own feedback pages in feedback/."""
    course = undisturbed.copy(tmp_path_factory.mktemp("graded") / "course")
    (course.folder / "autograded" / "ada" / ASSIGNMENT / "figure.png").write_bytes(b"a figure")
    assert nbgrader(GenerateFeedbackApp, course, ASSIGNMENT) == 0
    return course


@pytest.fixture
def course(graded, tmp_path):
    """A copy of that class, without the pages."""
    course = graded.copy(tmp_path / "course")
    shutil.rmtree(course.folder / "feedback")
    return course


def renew(course):
    """Renew the pages; returns the exit status."""
    return main(["feedback", "pages", ASSIGNMENT, *course.settings])


def files(course):
    """Return {path: (bytes, mode)} of all feedback."""
    top = course.folder / "feedback"
    paths = [path for path in top.rglob("*") if path.is_file()]
    return {str(path.relative_to(top)): (path.read_bytes(), path.stat().st_mode & 0o777) for path in paths}


def written(course):
    """Return {path: (inode, time of the last change)} of all feedback."""
    paths = (course.folder / "feedback").rglob("*.*")
    return {path.parts[-3]: (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def change(course, student):
    """Grade one submission by hand, as Formgrader does: points, a comment, and a penalty for lateness."""
    with Gradebook(url(course)) as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        for grade in notebook.grades:
            grade.manual_score = 1.5
        for comment in notebook.comments:
            comment.manual_comment = "Look at **the border** again."
        notebook.late_submission_penalty = 3
        gradebook.db.commit()


def test_pages_and_what_lies_beside_them_are_nbgraders_to_the_byte(course, graded, capsys):
    assert renew(course) == 0
    assert len(files(graded)) == len(QUICK) + 1
    assert files(course) == files(graded)
    assert capsys.readouterr().out == f"{len(QUICK)} feedback pages written, 0 were current\n"


def test_what_no_longer_matches_is_written_anew_and_the_rest_left_alone(course, capsys):
    renew(course)
    before, stood = files(course), written(course)
    change(course, "chen")
    path = course.folder / "feedback" / "dora" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    path.unlink()
    capsys.readouterr()
    assert renew(course) == 0
    assert capsys.readouterr().out == f"2 feedback pages written, {len(QUICK) - 2} were current\n"
    changed = {place for place, file in files(course).items() if file != before[place]}
    assert changed == {f"chen/{ASSIGNMENT}/{ASSIGNMENT}.html"}
    assert {student for student, when in written(course).items() if when != stood[student]} == {"chen", "dora"}
    ours = files(course)
    assert nbgrader(GenerateFeedbackApp, course, ASSIGNMENT, "--force") == 0
    assert files(course) == ours


def test_a_page_that_cannot_be_made_goes_and_stops_no_other(course, capsys):
    renew(course)
    (course.folder / "autograded" / "emil" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").chmod(0o600)
    (course.folder / "autograded" / "emil" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text("{")
    change(course, "gus")
    before = files(course)
    assert renew(course) == 2
    assert "Some feedback pages could not be made" in capsys.readouterr().err
    after = files(course)
    assert before.keys() - after.keys() == {f"emil/{ASSIGNMENT}/{ASSIGNMENT}.html"}
    assert {place.partition("/")[0] for place in after if after[place] != before[place]} == {"gus"}


def test_whom_the_settings_leave_out_gets_no_page(course):
    assert main(["feedback", "pages", ASSIGNMENT, *course.settings, "--CourseDirectory.student_id_exclude=ada"]) == 0
    students = {place.partition("/")[0] for place in files(course)}
    assert students == {*QUICK} - {"ada"}


def test_before_anything_is_graded_it_says_what_to_run(released, tmp_path, capsys):
    assert renew(released.copy(tmp_path / "course")) == 2
    assert f"Run: python -m autograder grade {ASSIGNMENT}" in capsys.readouterr().err

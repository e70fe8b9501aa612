"""What nbgrader's exchange writes beside a submission reaches the feedback, and nothing else does."""

import html
import re
import secrets
import shutil

import nbformat
import pytest
from nbgrader.apps import (
    CollectApp,
    FetchFeedbackApp,
    GenerateFeedbackApp,
    ReleaseAssignmentApp,
    ReleaseFeedbackApp,
    SubmitApp,
)

from autograder import paths
from autograder.judge import submission
from autograder.tests import classes
from autograder.tests.classes import files, grade
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

THREE = ("ada", "bela", "chen")
WHEN = "2026-10-01 12:00:00.000000 UTC"


def hand_in(course, student, when=WHEN):
    """Write the slips beside a submission; returns them."""
    slips = {"timestamp.txt": when, "submission_secret.txt": secrets.token_hex(64)}
    for name, text in slips.items():
        (place(course, "submitted", student) / name).write_text(text)
    return slips


def place(course, step, student):
    return course.folder / step / student / ASSIGNMENT


@pytest.mark.parametrize("command", ["ours", "nbgrader"])
def test_slips_are_kept_unless_they_are_forged(course, command):
    handed = hand_in(course, "ada")
    hand_in(course, "bela")
    secret = place(course, "submitted", "bela") / "submission_secret.txt"
    secret.unlink()
    secret.symlink_to(place(course, "submitted", "ada") / secret.name)
    hand_in(course, "chen")
    (place(course, "submitted", "chen") / secret.name).write_text("../../" * 20)
    (place(course, "submitted", "chen") / "other.txt").write_text("")
    for folder in set((course.folder / "submitted").iterdir()) - {course.folder / "submitted" / who for who in THREE}:
        shutil.rmtree(folder)
    grade(course) if command == "ours" else course.nbgrader("autograde", ASSIGNMENT)
    graded = {student: submission.slips(place(course, "autograded", student)) for student in THREE}
    assert graded == {"ada": handed, "bela": {"timestamp.txt": WHEN}, "chen": {"timestamp.txt": WHEN}}
    assert {path.name for path in place(course, "autograded", "chen").iterdir()} == {
        "timestamp.txt", f"{ASSIGNMENT}.ipynb",
    }  # fmt: skip


def test_slips_in_a_folder_that_is_a_link_are_not_read(course):
    hand_in(course, "ada")
    link = course.folder / "submitted" / "eve"
    link.mkdir()
    (link / ASSIGNMENT).symlink_to(place(course, "submitted", "ada"))
    assert submission.has_slips(place(course, "submitted", "ada"))
    assert submission.slips(link / ASSIGNMENT) == {}


def test_the_same_notebook_handed_in_again_gets_feedback_under_its_new_secret(course):
    hand_in(course, "ada")
    grade(course, students=["ada"])
    before = files(course)
    handed = hand_in(course, "ada", WHEN.replace("12:00", "13:00"))
    assert grade(course, students=["ada"]).graded == ["ada"]
    assert submission.slips(place(course, "autograded", "ada")) == handed
    assert grade(course, students=["ada"]).skipped == ["ada"]
    after = files(course)
    assert after.keys() == before.keys()


def test_feedback_is_released_also_if_somebody_handed_in_by_other_ways(course, tmp_path):
    hand_in(course, "ada")
    hand_in(course, "bela", WHEN.replace("UTC", "CEST"))  # a zone that only nbgrader takes for one
    grade(course, students=["ada", "bela", "chen"])
    course.nbgrader("generate_feedback", ASSIGNMENT)
    (tmp_path / "exchange").mkdir()
    log = course.nbgrader("release_feedback", ASSIGNMENT, f"--Exchange.root={tmp_path / 'exchange'}")
    assert "No feedback released for chen" in log
    released = list((tmp_path / "exchange").rglob("feedback/*.html"))
    assert {page.stat().st_mode & 0o777 for page in released} == {0o644}
    pages = {page.read_text() for page in released}
    assert pages == {(place(course, "feedback", who) / f"{ASSIGNMENT}.html").read_text() for who in ("ada", "bela")}


@pytest.mark.parametrize(
    ("name", "points", "why"),
    [
        (f"Copy of {ASSIGNMENT}", 90, "the one notebook with this assignment's cells that was worked on."),
        ("essay", 0, f"It must be called {ASSIGNMENT}.ipynb; submitted were: essay.ipynb. None of them has"),
    ],
)
def test_a_renamed_notebook_comes_back_under_its_name(course, tmp_path, monkeypatch, name, points, why):
    """A student's own commands and the instructor's, from submit to fetch_feedback."""
    monkeypatch.chdir(paths.COURSE)
    shutil.rmtree(course.folder / "submitted")
    home, exchange = tmp_path / "home" / ASSIGNMENT, tmp_path / "exchange"
    exchange.mkdir()
    home.mkdir(parents=True)
    solved = solved_notebook({}) if points else nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    nbformat.write(solved, home / f"{name}.ipynb")
    where = [f"--Exchange.root={exchange}", f"--Exchange.cache={tmp_path / 'cache'}"]
    release = f"--Exchange.assignment_dir={course.folder / 'release'}"
    student = [f"--Exchange.assignment_dir={home.parent}", "--student=ada"]
    assert classes.nbgrader(ReleaseAssignmentApp, course, ASSIGNMENT, *where, release) == 0
    assert classes.nbgrader(SubmitApp, course, ASSIGNMENT, *where, *student) == 0
    assert classes.nbgrader(CollectApp, course, ASSIGNMENT, *where) == 0
    summary = grade(course)
    assert why in summary.notes.get("ada", "") + summary.set_aside.get("ada", "")
    assert (course.marks()["ada"][0], "ada" in grade(course).set_aside) == (points, points == 0)
    for app in (GenerateFeedbackApp, ReleaseFeedbackApp):
        assert classes.nbgrader(app, course, ASSIGNMENT, *where) == 0
    assert classes.nbgrader(FetchFeedbackApp, course, ASSIGNMENT, *where, *student) == 0
    (page,) = home.rglob("feedback/*/*.html")
    assert page.stem == name and why in html.unescape(re.sub("<[^>]*>", "", page.read_text()))

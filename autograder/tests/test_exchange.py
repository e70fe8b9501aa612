"""What nbgrader's exchange writes beside a submission reaches the feedback, and nothing else does."""

import secrets
import shutil

import pytest

from autograder.judge import submission
from autograder.tests.classes import files, grade
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

"""A student who submits again: which submission counts, and that none is lost."""

import json
import os
import shutil
from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import CollectApp, FetchFeedbackApp, GenerateFeedbackApp, ReleaseFeedbackApp

from autograder import paths
from autograder.judge.attempts import Attempts
from autograder.judge.class_grading import CourseDirectory
from autograder.judge.settings import course_config
from autograder.tests import classes
from autograder.tests.classes import grade, url
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
MORNING, NOON, EVENING, NIGHT = (f"2026-10-01 {hour}:00:00.000000 UTC" for hour in ("08", "12", "18", "23"))
BAD, GOOD = {"pad2d": "", "words": ""}, {"words": ""}  # 72 and 90 points


def submit(course, answers, when=None, student="ada"):
    place = course.folder / "submitted" / student / ASSIGNMENT
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    nbformat.write(solved_notebook(answers), place / NOTEBOOK)
    if when:
        (place / "timestamp.txt").write_text(when)
    return place


@pytest.fixture
def course(course, monkeypatch):
    """A course into which nothing was handed in, with a deadline; commands run in the repository."""
    monkeypatch.chdir(paths.COURSE)
    shutil.rmtree(course.folder / "submitted")
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=NOON)
    return course


def total(course, student="ada"):
    with Gradebook(url(course)) as gradebook:
        return gradebook.find_submission(ASSIGNMENT, student).score


def counting(course, student="ada"):
    return (course.folder / "submitted" / student / ASSIGNMENT / "timestamp.txt").read_text()


@pytest.mark.parametrize(
    ("policy", "penalty", "tries", "counts"),
    [
        ("last in time", "none", [(GOOD, MORNING), (BAD, EVENING)], MORNING),
        ("last in time", "none", [(GOOD, MORNING), (BAD, NOON)], NOON),
        ("last in time", "none", [(GOOD, EVENING), (BAD, NIGHT)], NIGHT),
        ("last", "none", [(GOOD, MORNING), (BAD, EVENING)], EVENING),
        ("best", "none", [(GOOD, MORNING), (BAD, NOON)], MORNING),
        ("best", "none", [(BAD, MORNING), (GOOD, EVENING)], EVENING),
        ("best", "zero", [(BAD, MORNING), (GOOD, EVENING)], MORNING),
        ("best", "none", [(GOOD, MORNING), (GOOD, NOON)], NOON),
    ],
)
def test_the_submission_that_counts(course, policy, penalty, tries, counts):
    course.settings += [f"--Attempts.counts={policy}", f"--LateSubmissionPlugin.penalty_method={penalty}"]
    for answers, when in tries:
        submit(course, answers, when)
        grade(course)
    summary = grade(course)
    assert summary.skipped == ["ada"]
    assert counting(course) == counts
    assert total(course) == (72 if dict((when, answers) for answers, when in tries)[counts] is BAD else 90)
    note = summary.notes.get("ada", "")
    assert (f"number 1 ({counts}) counts, not the last ({tries[1][1]})" in note) == (counts == tries[0][1])


def test_an_extension_makes_the_later_one_count(course):
    submit(course, BAD, MORNING)
    grade(course)
    submit(course, GOOD, EVENING)
    assert grade(course).skipped == ["ada"]
    with Gradebook(url(course)) as gradebook:
        gradebook.grant_extension(ASSIGNMENT, "ada", hours=8)
    summary = grade(course)
    assert (summary.graded, summary.points, counting(course)) == (["ada"], {"ada": "72 -> 90"}, EVENING)


def test_without_times_the_last_counts_also_if_it_is_an_earlier_one_again(course):
    for answers, points in ((GOOD, 90), (BAD, 72), (GOOD, 90)):
        submit(course, answers)
        grade(course)
        assert grade(course).skipped == ["ada"]
        assert total(course) == points
    kept = sorted(path.name for path in (course.folder / "attempts" / "ada" / ASSIGNMENT).glob("[0-9]*"))
    assert kept == ["1", "2", "3"]


def test_a_corrected_test_is_asked_of_all_where_the_best_counts(course):
    course.settings.append("--Attempts.counts=best")
    submit(course, GOOD, MORNING)
    submit(course, GOOD, MORNING)
    grade(course)
    submit(course, {"conv2d_valid": "", "words": ""}, NOON)  # 72 points too
    grade(course)
    with Gradebook(url(course)) as gradebook:
        gradebook.find_source_cell("check_conv2d_valid", ASSIGNMENT, ASSIGNMENT).source = "18"
        gradebook.find_source_cell("check_pad2d", ASSIGNMENT, ASSIGNMENT).source = "check('pad2d', pad2d) / 2"
        gradebook.db.commit()
    assert grade(course, regrade=True).points == {"ada": "90 -> 81"}
    assert counting(course) == NOON


def exchanged(course, tmp_path, tries):
    """Put submissions into an exchange and the student's cache, as `nbgrader submit` does; return options."""
    course_id = "padding-strides-pooling"
    for number, (answers, when) in enumerate(tries):
        place = submit(course, answers, when, "ada")
        (place / "submission_secret.txt").write_text(f"{number}" * 128)
        name = f"ada+{ASSIGNMENT}+{when}"
        shutil.copytree(place, tmp_path / "exchange" / course_id / "inbound" / f"{name}+Ab3_efgh-jkl")
        shutil.copytree(place, tmp_path / "cache" / course_id / name)
    shutil.rmtree(course.folder / "submitted")
    return [f"--Exchange.root={tmp_path / 'exchange'}", f"--Exchange.cache={tmp_path / 'cache'}", "--student=ada"]


def test_the_exchange_loses_no_submission_and_gives_feedback_on_each(course, tmp_path):
    exchange = exchanged(course, tmp_path, [(GOOD, MORNING), (BAD, EVENING)])
    for _ in range(2):
        assert classes.nbgrader(CollectApp, course, ASSIGNMENT, "--update", *exchange) == 0
        grade(course)
        assert (counting(course), total(course)) == (MORNING, 90)
    for app in (GenerateFeedbackApp, ReleaseFeedbackApp):
        assert classes.nbgrader(app, course, ASSIGNMENT, *exchange[:2]) == 0
    fetched = [*exchange, f"--Exchange.assignment_dir={tmp_path / 'home'}"]
    assert classes.nbgrader(FetchFeedbackApp, course, ASSIGNMENT, *fetched) == 0
    pages = [tmp_path / "home" / ASSIGNMENT / "feedback" / when / f"{ASSIGNMENT}.html" for when in (MORNING, EVENING)]
    assert pages[0].read_text() == pages[1].read_text()
    assert f"number 1 ({MORNING}) counts, not the last ({EVENING})" in pages[0].read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files that belong to others")
def test_what_others_put_into_the_exchange_in_ones_name_is_not_kept(course, tmp_path):
    exchange = exchanged(course, tmp_path, [(BAD, MORNING), (GOOD, EVENING)])
    (forged,) = (tmp_path / "exchange").rglob(f"*{MORNING}*")
    shutil.chown(forged, 4711)
    assert classes.nbgrader(CollectApp, course, ASSIGNMENT, *exchange) == 0
    kept = list((course.folder / "attempts" / "ada" / ASSIGNMENT).glob("[0-9]*/timestamp.txt"))
    assert [path.read_text() for path in kept] == [EVENING]
    assert not any(path.stat().st_mode & 0o077 for path in (course.folder / "attempts").rglob("*"))


def test_links_and_other_files_of_a_submission(course, tmp_path):
    """What is no plain file is left out of what is kept, and a folder that is a link is never followed."""
    place = submit(course, GOOD, MORNING)
    (place / "secret").symlink_to(url(course).removeprefix("sqlite:///"))
    (place / "data.csv").write_text("1,2")
    coursedir = CourseDirectory(config=course_config(course.settings))
    due = datetime(2026, 10, 1, 12)
    attempts = Attempts(course_config(course.settings), coursedir, ASSIGNMENT, lambda student: due)
    attempts.choose("ada", {})
    (kept,) = attempts.of("ada")
    assert {path.name for path in kept.iterdir()} == {NOTEBOOK, "data.csv", "timestamp.txt"}
    (course.folder / "submitted" / "eve").mkdir()
    (course.folder / "submitted" / "eve" / ASSIGNMENT).symlink_to(place)
    attempts.choose("eve", {})
    assert attempts.of("eve") == []
    assert json.loads((kept / NOTEBOOK).read_text())["nbformat"] == 4


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("/"), lambda path: path.write_text("")])
def test_what_is_no_folder_in_the_place_of_one_stops_nobody(course, make):
    for answers, when in ((GOOD, MORNING), (BAD, NOON)):
        submit(course, answers, when)
        grade(course)
    place = course.folder / "submitted" / "ada" / ASSIGNMENT
    shutil.rmtree(place)
    make(place)
    submit(course, GOOD, MORNING, "bob")
    summary = grade(course)
    assert (summary.graded, [*summary.set_aside]) == (["bob"], ["ada"])


def test_of_a_submission_with_many_or_large_files_what_is_graded_is_kept(course, monkeypatch):
    monkeypatch.setattr("autograder.judge.attempts.MAX_BYTES", 1 << 20)
    for answers, when in ((GOOD, MORNING), (BAD, EVENING)):
        place = submit(course, answers, when)
        (place / "0.csv").write_bytes(bytes(1 << 20))
        for i in range(150):
            (place / f"0_{i}.txt").write_text("")
        grade(course)
    kept = [*(course.folder / "attempts" / "ada" / ASSIGNMENT).glob("[0-9]*")]
    assert len(kept) == 2
    for one in kept:
        assert {NOTEBOOK, "timestamp.txt"} <= {path.name for path in one.iterdir()}
        assert sum(path.stat().st_size for path in one.iterdir()) <= 1 << 20
    assert (counting(course), total(course)) == (MORNING, 90)

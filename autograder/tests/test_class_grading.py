"""A class graded by `python -m autograder grade`: the marks of plain nbgrader, and nothing lost whatever happens."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta

import nbformat
import pytest
from nbgrader.api import Comment, Grade, Gradebook

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.judge import class_grading, provenance, recorder, spread, submission
from autograder.judge.class_grading import grade_class
from autograder.judge.recorder import GradebookError
from autograder.judge.settings import course_config
from autograder.tests.classes import (
    QUICK,
    RIGHT_OR_WRONG,
    SET_ASIDE,
    command,
    endless,
    environment,
    files,
    grade,
    marks,
    paths_of,
    say_the_same,
    started,
    url,
)
from autograder.workshop.demo_class import ASSIGNMENT

HONEST = ("ada", "bela", "chen", "dora", "gus")


class Tomorrow(datetime):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, zone):
        return datetime.now(zone) + timedelta(days=1)


@pytest.fixture
def graded(undisturbed, tmp_path):
    """A fresh copy of the graded course."""
    return undisturbed.copy(tmp_path / "course")


def test_marks_files_and_summary_are_those_of_plain_nbgrader(undisturbed, course):
    course.nbgrader("autograde", ASSIGNMENT)
    assert marks(url(undisturbed)) == marks(url(course))
    assert say_the_same(files(undisturbed), files(course))
    assert set(undisturbed.summary.set_aside) == set(SET_ASIDE)
    assert set(undisturbed.summary.graded) == set(RIGHT_OR_WRONG)


def test_marks_are_those_of_plain_nbgrader_that_runs_check_in_its_own_kernel(undisturbed, course):
    """nbgrader's own Execute, with `check` in the student's process: for honest submissions the same, cell by cell.

    Short questions aside: only the judge knows their answers.
    """
    for folder in (course.folder / "submitted").iterdir():
        if folder.name not in HONEST:
            shutil.rmtree(folder)
    (course.folder / "plain.py").write_text("c = get_config()\n")
    arguments = [setting for setting in course.settings if "release" not in setting]
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--config=plain.py", *arguments,
         f"--CourseDirectory.source_directory={paths.COURSE / 'solutions'}", "--CourseDirectory.course_id=plain"],
        cwd=course.folder, env=environment() | {"PYTHONPATH": str(paths.COURSE)}, check=True, capture_output=True,
    )  # fmt: skip
    ours, plain = (of_functions(marks(url(one))) for one in (undisturbed, course))
    assert set(plain) == set(HONEST) and all(plain.values())
    assert {student: ours[student] for student in HONEST} == plain


def of_functions(marks):
    """Return {student: grades of the cells that check a function}."""
    checks = {f"check_{exercise.name}" for exercise in ASSIGNMENTS[ASSIGNMENT]}
    return {
        student: [grade for *_, grades, _comments in notebooks for grade in grades if grade[0] in checks]
        for student, (_when, notebooks) in marks.items()
    }


def test_what_follows_in_nbgrader_works_on_the_result(graded):
    graded.nbgrader("generate_feedback", ASSIGNMENT)
    page = (graded.folder / "feedback" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "In &quot;edge&quot; you mirror the image" in page.replace('"', "&quot;")
    assert "Graded 20" in page and "bubblewrap" in page
    assert graded.marks()["ada"] == (90, 100)


def test_a_graded_notebook_says_what_graded_it(undisturbed):
    text = files(undisturbed)[f"autograded/ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"]
    facts = provenance.read(text)
    assert sum(check["score"] for check in facts.pop(provenance.CHECKS)) == 90
    submitted = (undisturbed.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    assert facts["submission"] == provenance.fingerprint(submitted)
    assert all(facts[key] in json.loads(text)["cells"][-1]["source"] for key in facts)
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_a_second_run_grades_nothing_and_a_regrade_changes_no_byte(undisturbed, graded, monkeypatch):
    first, before, book = undisturbed.summary, files(graded), (graded.folder / "gradebook.db").read_bytes()
    second = grade(graded)
    assert sorted(second.skipped) == sorted([*first.graded, *first.set_aside])
    assert not second.graded and not second.older
    monkeypatch.setattr(provenance, "datetime", Tomorrow)
    third = grade(graded, regrade=True)
    assert sorted(third.unchanged) == sorted(first.graded)
    assert files(graded) == before
    assert (graded.folder / "gradebook.db").read_bytes() == book


def test_only_those_asked_for_are_graded(course):
    assert grade(course, students=["chen", "bela"]).graded == ["bela", "chen"]
    assert set(marks(url(course))) == {"bela", "chen"}
    with pytest.raises(FileNotFoundError, match=r"No submissions found for 01_why_padding .*: nobody-of-this-name\."):
        grade(course, students=["ada", "nobody-of-this-name"])


def test_a_new_submission_is_graded_again_and_marks_of_other_tests_are_pointed_out(graded, monkeypatch):
    place = graded.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    shutil.copyfile(graded.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", place)
    assert grade(graded).graded == ["chen"]
    given = graded.marks()
    assert given["chen"] == given["ada"]
    monkeypatch.setattr(provenance, "_code", lambda: "another")
    summary = grade(graded)
    assert set(summary.older) == set(QUICK)
    assert "--regrade (in nbgrader: --force) grades them again" in summary.as_text()


def test_manual_grades_comments_extra_credit_and_late_penalties_survive(course):
    stamp = course.folder / "submitted" / "bela" / ASSIGNMENT / "timestamp.txt"
    stamp.write_text("2026-10-02 12:00:00 UTC")
    settings = [*course.settings, "--LateSubmissionPlugin.penalty_method=zero"]
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-10-01 12:00:00 UTC")
    config = course_config(settings)
    grade_class(config, ASSIGNMENT, workers=0, quiet=True)
    with Gradebook(url(course)) as gradebook:
        late = gradebook.find_submission(ASSIGNMENT, "bela")
        assert (late.total_seconds_late, late.score, late.late_submission_penalty) == (86400, 90, 90)
        written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, "chen")
        written.manual_score, written.extra_credit, written.needs_manual_grade = 7, 2, False
        gradebook.find_comment("words", ASSIGNMENT, ASSIGNMENT, "chen").manual_comment = "Well said."
        gradebook.find_grade("check_pad2d", ASSIGNMENT, ASSIGNMENT, "gus").manual_score = 11
        gradebook.db.commit()
    before = marks(url(course))
    grade_class(config, ASSIGNMENT, regrade=True, workers=0, quiet=True)
    assert marks(url(course)) == before
    assert (course.folder / "autograded" / "bela" / ASSIGNMENT / "timestamp.txt").read_text() == stamp.read_text()
    shutil.copyfile(
        course.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",
        course.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",
    )
    grade_class(config, ASSIGNMENT, workers=0, quiet=True)
    with Gradebook(url(course)) as gradebook:
        written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, "chen")
        # Ada's words are Chen's: there is nothing new to read. nbgrader would ask for the points again.
        assert (written.manual_score, written.extra_credit, written.needs_manual_grade) == (7, 2, False)
        assert gradebook.find_comment("words", ASSIGNMENT, ASSIGNMENT, "chen").manual_comment == "Well said."


@pytest.mark.parametrize(("workers", "times"), [("0", 4), ("2", 2)])
def test_killed_and_run_again_the_gradebook_is_that_of_an_undisturbed_run(undisturbed, course, workers, times):
    chance = random.Random(int(workers))
    with endless(course, "tom"):  # so that there is always something left to kill
        for _ in range(times):
            run = started(course, f"--workers={workers}")
            done = len(paths_of(course))
            until = time.monotonic() + 60
            while run.poll() is None and len(paths_of(course)) <= done and time.monotonic() < until:
                time.sleep(0.005)  # until it has recorded something new
            with pytest.raises(subprocess.TimeoutExpired):  # else it ended by itself, and there was nothing to kill
                run.wait(chance.uniform(0, 0.05))
            run.kill()
            run.communicate()
            assert run.returncode == -signal.SIGKILL
            assert done < len(paths_of(course)) < len(QUICK)
    summary = grade(course)
    assert len(summary.skipped) >= times
    assert len(summary.skipped) < len(QUICK)
    assert marks(url(course)) == marks(url(undisturbed))
    assert say_the_same(files(course), files(undisturbed))
    assert not list((course.folder / "autograded" / recorder.STAGING).glob("*"))


class Killed(BaseException):
    """Stands for a SIGKILL at a given line."""


@pytest.mark.parametrize("step", ["_stage", "_into_gradebook", "commit", "_put_in_place", "rename"])
def test_killed_between_any_two_steps_of_recording_a_submission(undisturbed, course, monkeypatch, step):
    def killed(*arguments, **options):
        raise Killed

    with monkeypatch.context() as patch:
        if step == "rename":
            patch.setattr(recorder.os, "rename", killed)
        elif step == "commit":
            patch.setattr(recorder.Recorder, "_patiently", lambda self, write: (write(), killed()))
        else:
            patch.setattr(recorder.Recorder, step, killed)
        with pytest.raises(Killed):
            grade(course, students=["chen"])
    assert grade(course, students=["chen"]).graded == ["chen"]
    assert marks(url(course)) == {"chen": marks(url(undisturbed))["chen"]}


def test_a_locked_gradebook_is_waited_for_then_said_and_nothing_is_lost(course, monkeypatch):
    grade(course, students=["ada"])
    before = marks(url(course)), files(course)
    monkeypatch.setattr(recorder, "PATIENCE", 0.5)
    with sqlite3.connect(course.folder / "gradebook.db", timeout=1) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookError, match=r"can't be used: database is locked\. .* run the same command"):
            grade(course, students=["chen"])
        other.rollback()
    assert (marks(url(course)), files(course)) == before
    assert grade(course, students=["chen"]).graded == ["chen"]


def test_a_broken_gradebook_is_said_and_left_as_it_is(course):
    (course.folder / "gradebook.db").write_bytes(b"This is no database. " * 1000)
    with pytest.raises(GradebookError, match=r"file is not a database.*put a copy back"):
        grade(course)
    assert (course.folder / "gradebook.db").read_bytes() == b"This is no database. " * 1000
    assert files(course) == {}


def test_an_assignment_that_is_not_released_is_said(course):
    with pytest.raises(GradebookError, match=r"no assignment '09_unheard_of'\. Run: nbgrader generate_assignment"):
        grade_class(course_config(course.settings), "09_unheard_of", quiet=True)


def test_a_full_disk_is_said_and_the_previous_mark_is_kept(course):
    """The limit on the size of files makes every write fail half-way, as a full disk does."""
    grade(course, students=["chen"])
    before = marks(url(course)), files(course)
    for student in ("chen", "bela"):
        place = course.folder / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        shutil.copyfile(course.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", place)
    limit = resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY)  # less than a graded notebook
    done = subprocess.run(
        command(course, "--student=chen", "--student=bela", "--workers=0"), cwd=paths.COURSE, env=environment(),
        capture_output=True, text=True, preexec_fn=lambda: resource.setrlimit(*limit),
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "File too large" in done.stderr or "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert (marks(url(course)), files(course)) == before
    assert grade(course, students=["bela", "chen"]).graded == ["bela", "chen"]


def test_two_runs_at_once_are_one_too_many(course):
    coursedir = class_grading.CourseDirectory(config=course_config(course.settings))
    with class_grading._alone(coursedir), pytest.raises(GradebookError, match="Another run is grading this course"):
        grade(course)


def test_a_submission_that_changes_while_it_is_graded_is_graded_again(course, monkeypatch):
    place = course.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    better = (course.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    real = class_grading.grade_task

    def slow(assigned, notebooks):
        result = real(assigned, notebooks)
        place.write_bytes(better)
        return result

    monkeypatch.setattr(class_grading, "grade_task", slow)
    assert grade(course, students=["chen"]).graded == ["chen"]
    assert course.marks()["chen"][0] == 90


def test_a_submission_that_never_stops_changing_is_left_with_its_mark(course, monkeypatch):
    grade(course, students=["chen"])
    before = marks(url(course)), files(course)
    place = course.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    real = class_grading.grade_task

    def slow(assigned, notebooks):
        place.write_bytes(place.read_bytes() + b" ")
        return real(assigned, notebooks)

    monkeypatch.setattr(class_grading, "grade_task", slow)
    summary = grade(course, regrade=True, students=["chen"])
    assert "changes while it is graded" in summary.failed["chen"]
    assert (marks(url(course)), files(course)) == before


def test_a_folder_whose_name_is_no_text_stops_nobody(course):
    submitted = course.folder / "submitted"
    shutil.copytree(submitted / "ada", submitted / os.fsdecode(b"a\xff"))
    for student in {path.name for path in submitted.iterdir()} - {"ada", os.fsdecode(b"a\xff")}:
        shutil.rmtree(submitted / student)
    summary = grade(course)
    assert (summary.graded, [*summary.failed]) == (["ada"], [os.fsdecode(b"a\xff")])
    assert "no UTF-8 text" in summary.as_text().encode().decode()


def test_a_worker_that_fails_costs_one_submission_and_says_so(course, monkeypatch):
    grade(course, students=["chen"])
    before = marks(url(course))["chen"]
    chen = submission.read(course.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    real = submission.grade

    def breaks(handed, *rest):
        if handed == chen:
            raise RuntimeError("the machine's memory is broken")
        return real(handed, *rest)

    monkeypatch.setattr(submission, "grade", breaks)
    summary = grade(course, regrade=True)
    assert summary.failed == {"chen": "RuntimeError: the machine's memory is broken"}
    assert marks(url(course)).keys() == set(QUICK)
    assert marks(url(course))["chen"] == before
    assert "previous points kept" in summary.as_text()


def test_a_result_that_arrives_twice_counts_once(undisturbed, course, monkeypatch):
    class Twice(spread.ThisProcess):
        def __call__(self, names, task):
            for result in super().__call__(names, task):
                yield result
                yield result

    recorded = []
    real = recorder.Recorder.record
    monkeypatch.setattr(spread, "ThisProcess", Twice)
    monkeypatch.setattr(
        recorder.Recorder, "record", lambda self, some: recorded.extend(one.student for one in some) or real(self, some)
    )
    grade(course)
    assert sorted(recorded) == sorted(QUICK)
    assert marks(url(course)) == marks(url(undisturbed))


def test_the_command_shows_a_table_and_its_status(course):
    run = started(course, "--workers=0")
    out, error = run.communicate()
    assert run.returncode == 0, error
    assert "graded        11" in out and "set aside      4" in out
    assert "quinn                The notebook is empty" in out


def test_every_grade_and_comment_belongs_to_one_submission(undisturbed):
    with Gradebook(url(undisturbed)) as gradebook:
        for kind in (Grade, Comment):
            found = gradebook.db.query(kind.notebook_id, kind.cell_id).all()
            assert len(found) == len(set(found)) > 0

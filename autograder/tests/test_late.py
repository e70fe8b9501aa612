"""Points over time: what is shown and exported follows points by hand, deadlines and extensions, and says so."""

import csv
import html
import re

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp, GenerateFeedbackApp

from autograder import paths
from autograder.judge import late
from autograder.judge.settings import course_config
from autograder.tests import classes
from autograder.tests.classes import by_hand, due, few, grade, url
from autograder.workshop.demo import cell_of, solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """Ada in time, Bela a day late, Gus half-way; late submissions get 0 points."""
    folder = tmp_path_factory.mktemp("late") / "course"
    course = few(released, folder, {"ada": "01 12:00", "bela": "02 12:00", "gus": "01 12:00"})
    course.settings.append("--LateSubmissionPlugin.penalty_method=zero")
    due(course)
    course.summary = grade(course)
    return course


@pytest.fixture
def course(graded, tmp_path, monkeypatch):
    """A copy of that course; commands run in the repository."""
    monkeypatch.chdir(paths.COURSE)
    return graded.copy(tmp_path / "course")


def exported(course):
    path = course.folder / "marks.csv"
    assert classes.nbgrader(ExportApp, course, f"--to={path}") == 0
    with open(path, newline="", encoding="utf-8-sig") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def page(course, student):
    assert classes.nbgrader(GenerateFeedbackApp, course, ASSIGNMENT, "--force", f"--student={student}") == 0
    return (course.folder / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()


def test_the_table_says_who_is_late_and_who_waits_on_every_run(graded, course):
    for summary in (graded.summary, grade(course)):
        assert summary.late == {"bela": "1 d late: -90 points"}
        assert sorted(summary.waiting) == ["ada", "bela"]
        assert "late           1" in summary.as_text() and "waiting        2" in summary.as_text()


def test_points_by_hand_are_penalised_too(course):
    by_hand(course, "ada", 8)
    by_hand(course, "bela", 8)
    assert exported(course) == {"ada": 98, "bela": 0, "gus": 34}
    assert "-98.0)" in page(course, "bela")
    assert grade(course).waiting == []


def test_a_deadline_or_an_extension_that_changes_points_is_said(course):
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-10-03 12:00 UTC")
    summary = grade(course)
    assert summary.points == {"bela": "0 -> 90"} and not summary.late
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-09-30 12:00 UTC")
        gradebook.grant_extension(ASSIGNMENT, "ada", days=1)
    assert exported(course) == {"ada": 90, "bela": 0, "gus": 0}


def test_a_regrade_that_changes_a_total_says_so(course):
    place = course.folder / "submitted" / "ada" / ASSIGNMENT
    notebook = nbformat.read(place / NOTEBOOK, as_version=4)
    cell_of(notebook, "pad2d").source = ""
    nbformat.write(notebook, place / NOTEBOOK)
    assert grade(course).points == {"ada": "90 -> 72"}
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-09-30 12:00 UTC")
    summary = grade(course, regrade=True)
    assert summary.points == {"ada": "72 -> 0", "gus": "34 -> 0"}
    assert sorted(summary.graded) == ["ada", "gus"] and summary.unchanged == ["bela"]
    assert "ada                  72 -> 0" in summary.as_text()


def test_a_corrected_test_leaves_points_by_hand_and_another_answer_does_not(course):
    by_hand(course, "ada", 8)
    by_hand(course, "gus", 3)
    with Gradebook(url(course)) as gradebook:
        test = gradebook.find_source_cell("check_pad2d", ASSIGNMENT, ASSIGNMENT)
        test.source = "min(5, check('pad2d', pad2d))"
        gradebook.db.commit()
    summary = grade(course, regrade=True)
    assert summary.points == {"ada": "98 -> 85", "gus": "37 -> 24"} and summary.waiting == ["bela"]
    place = course.folder / "submitted" / "ada" / ASSIGNMENT
    nbformat.write(solved_notebook({"words": "Other words."}), place / NOTEBOOK)
    summary = grade(course)
    assert sorted(summary.waiting) == ["ada", "bela"] and not summary.points


def test_the_page_says_what_is_late_and_what_is_not_graded_yet(course):
    waiting = page(course, "ada")
    assert "8. In your own words</a> (Score: not graded yet / 10.0)" in waiting
    assert "(Score: 90.0 / 100.0; 10 points not graded yet)" in waiting
    assert "late" not in waiting.partition('id="notebook"')[0].partition("<body>")[2]
    assert "1 d late: -90 points" in page(course, "bela")
    by_hand(course, "ada", 0)
    read = page(course, "ada")
    assert "8. In your own words</a> (Score: 0.0 / 10.0)" in read and "not graded yet" not in read


def test_a_plug_in_of_the_instructors_decides_what_an_hour_costs(course, monkeypatch):
    monkeypatch.setattr(
        "nbgrader.plugins.LateSubmissionPlugin.late_submission_penalty",
        lambda self, who, score, seconds: seconds / 3600,
    )
    assert exported(course)["bela"] == 90 - 24
    config = course_config(course.settings)
    with Gradebook(url(course)) as gradebook:
        by_hand(course, "bela", 5)
        assert late.Penalties(config).settle_all(gradebook, ASSIGNMENT) == {}
        assert late.total(gradebook.find_submission(ASSIGNMENT, "bela")) == 95 - 24


def test_a_page_calls_each_question_by_its_title_and_says_when_it_was_submitted(course):
    text = page(course, "bela")
    solutions = nbformat.read(paths.COURSE / "solutions" / ASSIGNMENT / NOTEBOOK, as_version=4)
    headings = [cell.source.partition("\n")[0] for cell in solutions.cells if cell.source.startswith("## ")]
    titles = [re.sub(r" \(\d+ points.*|[#`]", "", heading).strip() for heading in headings]
    shown = re.findall(r'<li><a href="#.*?">(.*?)</a>', text)
    assert shown == [html.escape(title, quote=False).replace("'", "&#39;") for title in titles]
    assert "Test cell" not in text and "Grade cell" not in text
    assert "Submitted 2026-10-02 12:00 UTC" in text
    assert '<meta name="viewport"' in text

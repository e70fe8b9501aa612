"""What a class got wrong: counted from the judge's own record, with nobody's name unless it is asked for."""

import csv
import io
import json
import re
import stat
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder import paths
from autograder.__main__ import main
from autograder.chapters import ASSIGNMENTS, MISTAKES
from autograder.chapters.questions import QUESTIONS
from autograder.check import questions
from autograder.judge import provenance
from autograder.judge.settings import course_config
from autograder.reports.class_report import KINDS, Check, Report, as_html, as_rows, gather
from autograder.term_numbers import asked
from autograder.tests.classes import QUICK, by_hand, grade, url
from autograder.workshop.demo_class import ASSIGNMENT


@pytest.fixture(scope="module")
def report(undisturbed):
    return gather(CourseDirectory(config=course_config(undisturbed.settings)), ASSIGNMENT)


def test_every_student_counts_once_in_every_exercise(report):
    assert report.students == len(QUICK)
    assert list(report.checks)[:5] == [exercise.name for exercise in ASSIGNMENTS[ASSIGNMENT]]
    assert all(check.kinds.total() == report.students for check in report.checks.values())


def test_the_demos_mistakes_are_counted_where_they_were_made(report):
    found = {(check.name, id): who for check, id, who in report.mistakes()}
    corners_twice, *_ = asked(ASSIGNMENT)["underread_pixels"].wrong
    assert found == {
        ("conv2d_valid", "kernel_flipped"): ["dora"],
        ("same_padding", "odd_before"): ["dora"],
        ("pad2d_mode", "edge_is_reflect"): ["chen"],
        ("underread_pixels", f"answer_{corners_twice}"): ["dora"],
    }
    assert ("pad2d", "forbidden", ["emil"]) in [(check.name, id, who) for check, id, who in report.failures()]
    assert report.checks["same_padding"].kinds["nothing"] >= 1 + 5  # olga deleted hers; five were set aside


def test_the_record_is_the_judges_not_the_students(undisturbed):
    """mia hands in full marks for every cell, and metadata; nothing of it is in what is counted."""
    place = undisturbed.folder / "autograded" / "mia" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    checks = provenance.read(place.read_text())["checks"]
    assert [check["score"] for check in checks if check["name"] == "pad2d"] == [0]


def test_metadata_that_a_student_hands_in_is_not_counted(course, undisturbed):
    forged = course.folder / "submitted" / "gus" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(forged, as_version=4)
    notebook.metadata["autograder"] = {"checks": [{"name": "pad2d", "score": 99, "max_score": 1, "mistakes": ["x"]}]}
    nbformat.write(notebook, forged)
    assert main(["grade", ASSIGNMENT, "--student=gus", "--workers=0", *course.settings]) == 0
    found = gather(CourseDirectory(config=course_config(course.settings)), ASSIGNMENT)
    assert found.students == 1
    assert not found.mistakes()


def test_plain_nbgrader_keeps_the_same_record(course, undisturbed):
    course.nbgrader("autograde", ASSIGNMENT, "--student=dora")

    def checks(some):
        place = some.folder / "autograded" / "dora" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        return provenance.read(place.read_text())["checks"]

    assert checks(course) == checks(undisturbed) != []


def test_the_command_writes_a_page_and_csv_for_the_owner_alone(undisturbed, capsys):
    assert main(["class-report", ASSIGNMENT, *undisturbed.settings]) == 0
    web, sheet = (undisturbed.folder / "reports" / f"{ASSIGNMENT}_mistakes.{end}" for end in ("html", "csv"))
    assert capsys.readouterr().out.startswith(f"{len(QUICK)} submissions, 4 different mistakes")
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (web, sheet))
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    flipped = next(row for row in rows if row["id"] == "kernel_flipped")
    assert (flipped["students"], flipped["of"]) == ("1", str(len(QUICK)))
    assert flipped["in words"].startswith("The kernel is rotated")


def test_nobody_is_named_unless_asked_for(report):
    without = as_html(report) + json.dumps(as_rows(report))
    assert not any(re.search(rf"\b{student}\b", without) for student in QUICK)
    named = as_html(report, names=True) + json.dumps(as_rows(report, names=True))
    assert all(re.search(rf"\b{student}\b", named) for student in ("chen", "dora", "emil"))


class _Outside(HTMLParser):
    """Collects what a page would fetch or run."""

    def __init__(self, text):
        super().__init__()
        self.found, self.tags = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += [value for name, value in attrs if name in ("src", "srcset") or name.startswith("on")]
        self.found += [tag] if tag in ("script", "link", "img", "iframe", "object") else []


def test_the_page_stands_by_itself_and_shows_ids_as_text(report):
    odd = Report(ASSIGNMENT, students=1, checks={"pad2d": Check("pad2d")})
    odd.checks["pad2d"].add(
        "<script>alert(1)</script>",
        {"score": 0, "max_score": 1, "mistakes": ["int_is_total"], "failed": [], "written": True},
    )
    for text in (as_html(report), as_html(odd, names=True)):
        parsed = _Outside(text)
        assert not parsed.found
        assert {"table", "style", "figure"} <= parsed.tags
    assert "&lt;script&gt;alert(1)" in as_html(odd, names=True)


def test_what_was_graded_by_an_older_version_is_said(course, capsys):
    place = course.folder / "autograded" / "old" / ASSIGNMENT
    place.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(), place / f"{ASSIGNMENT}.ipynb")
    assert main(["class-report", ASSIGNMENT, *course.settings]) == 2
    assert "1 were graded by an older version: add --regrade" in capsys.readouterr().err


def test_every_exercise_has_a_section_that_is_there():
    for assignment, exercises in ASSIGNMENTS.items():
        cells = nbformat.read(paths.COURSE / "notebooks" / f"{assignment}.ipynb", as_version=4).cells
        lines = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.split("\n")]
        headings = {line.lstrip("# ") for line in lines if re.match(r"##+ ", line)}
        for exercise in exercises:
            assert exercise.section in headings, exercise.name


def test_every_named_mistake_has_a_sentence_in_the_report():
    name = "conv2d_valid"
    found = Report(ASSIGNMENT, students=99, checks={name: Check(name)})
    for mistake in MISTAKES[name]:
        record = {"score": 0, "max_score": 9, "mistakes": [mistake.id], "failed": ["corner"], "written": True}
        found.checks[name].add("ada", record)
    said = {row[3] for row in as_rows(found) if row[1] == "mistake"}
    assert said == {mistake.sentence for mistake in MISTAKES[name]}
    assert not found.failures()  # what a named mistake explains is not said twice
    assert set(KINDS) == {"right", "named", "other", "nothing"}


def test_points_of_the_class_are_those_of_the_gradebook(course):
    grade(course, students=["ada", "chen", "dora"])
    by_hand(course, "chen", 7)
    with Gradebook(url(course)) as gradebook:
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        totals = [submitted.score for submitted in submissions]
        waiting = [submitted.needs_manual_grade for submitted in submissions]
    found = gather(CourseDirectory(config=course_config(course.settings)), ASSIGNMENT)
    assert sorted(found.totals) == sorted(totals)
    assert sum(n for _, n in found.tenths()) == len(totals)
    assert found.written["words"].given.count(7) == 1
    assert found.written["words"].waiting == sum(waiting) > 0
    assert f"Mean {np.mean(totals):.1f}, median {np.median(totals):.1f} of 100 points" in as_html(found)


def test_a_known_wrong_answer_to_a_question_is_counted_under_its_sentence():
    name, question = next(iter(QUESTIONS.items()))
    found = Report(ASSIGNMENT, students=9, checks={name: Check(name)})
    for wrong in question.wrong:
        record = {
            "score": 0,
            "max_score": 5,
            "mistakes": [questions.mistake(question, wrong)],
            "failed": [],
            "written": True,
        }
        found.checks[name].add("ada", record)
    assert {row[3] for row in as_rows(found) if row[1] == "mistake"} == set(question.wrong.values())

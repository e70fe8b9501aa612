"""A student's day and an instructor's, by hand in a real browser: JupyterLab, nbgrader's extensions, our judge.

The two depend on each other, so their steps are fixtures, each of which needs the one before; the tests look at what
was seen. `make pictures` keeps the pictures that *A day in pictures* shows.
"""

import csv
import re

import nbformat
import pytest

from autograder.tests.days.people import ASSIGNMENT
from autograder.workshop.demo import solved_notebook

FORGETS_VALUE = """
def pad2d(image, padding, value=0.0):
    if isinstance(padding, int):
        padding = ((padding, padding), (padding, padding))
    (top, bottom), (left, right) = padding
    if min(top, bottom, left, right) < 0:
        raise ValueError(f"padding must not be negative. Received: {padding}")
    height, width = image.shape
    padded = np.zeros((top + height + bottom, left + width + right), image.dtype)
    padded[top : top + height, left : left + width] = image
    return padded
"""
MISTAKE = "The new cells are always 0: value is never used."
WORDS = "With a 3×3 kernel and padding 1 a corner is read by 4 windows, an inner pixel by 9: the border counts less."
COMMENT = "The first half is right. What can a network learn from the zeros?"


@pytest.fixture(scope="module")
def released(instructor):
    """The instructor edits the exercise and releases it."""
    instructor.edit()
    (question,) = (cell for cell in source(instructor).cells if cell.id == "words-text")
    instructor.write(source(instructor).cells.index(question), question.source.replace("10 points", "12 points"))
    total = instructor.give_points("words", 12)
    instructor.formgrader()
    said = {"assign": instructor.press("assign")}
    instructor.row().locator(".release a").wait_for()
    said["release"] = instructor.press("release")
    instructor.row().locator(".status", has_text="released").wait_for()
    instructor.picture("instructor_2_released", instructor.table)
    return {"total": total, **said}


@pytest.fixture(scope="module")
def handed_in(released, student):
    """The student works and submits: right, but for `pad2d`."""
    student.assignments()
    student.fetch()
    written = solved_notebook({"pad2d": FORGETS_VALUE, "words": WORDS})
    data = ((cell.metadata.get("nbgrader", {}), cell.source) for cell in written.cells)
    student.answer({of["grade_id"]: source for of, source in data if of.get("solution")})
    seen = {"report": student.check("pad2d"), "validated": student.validate()}
    return {**seen, "submitted": student.submit()}


@pytest.fixture(scope="module")
def graded(handed_in, instructor):
    """The instructor collects, grades, and gives feedback."""
    seen = {"collect": instructor.press("collect"), "autograde": instructor.autograde("ada")}
    seen["mark"] = instructor.grade_by_hand("words", 7, COMMENT)
    seen["feedback"] = instructor.give_feedback()
    instructor.lab.nbgrader("export", "--to=marks.csv")
    return seen


@pytest.fixture(scope="module")
def read(graded, student):
    """The student reads the feedback."""
    return student.feedback()


def source(instructor):
    return nbformat.read(instructor.lab.folder / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def test_an_exercise_is_edited_with_create_assignment(released, instructor):
    assert released["total"] == "102"
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in source(instructor).cells}
    assert cells["words"].metadata.nbgrader.points == 12
    assert "12 points" in cells["words_text"].source


def test_formgrader_generates_and_releases_it_without_solutions(released, labs):
    assert "Successfully created the student version" in released["assign"]
    assert "Successfully released" in released["release"]
    handed_out = (labs[1].folder.parent / "exchange").rglob(f"outbound/{ASSIGNMENT}/*.ipynb")
    (text,) = (path.read_text() for path in handed_out)
    assert "12 points" in text and "YOUR CODE HERE" in text
    assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text


def test_the_student_sees_the_report_in_the_notebook(handed_in):
    assert "pad2d: 15 of 18 points" in handed_in["report"]
    assert MISTAKE in handed_in["report"]
    assert handed_in["report"].endswith("15")  # what nbgrader takes for the points


def test_validate_names_the_one_check_that_is_not_full(handed_in):
    assert handed_in["validated"].count("The following cell failed") == 1
    assert 'check("pad2d", pad2d)' in handed_in["validated"]


def test_the_submission_is_listed_and_collected(handed_in, graded):
    assert "UTC" in handed_in["submitted"]
    assert "Collecting submission: ada" in graded["collect"]


def test_formgraders_button_grades_with_the_judge(graded, instructor):
    assert re.search(r"graded +1\b", graded["autograde"])
    path = instructor.lab.folder / "classroom" / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert "by autograder" in nbformat.read(path, as_version=4).cells[-1].source


def test_the_mark_is_what_the_judge_and_the_instructor_gave(graded, instructor):
    assert graded["mark"] == "94 / 102"  # 90 - 3 for `value`, and 7 for the written answer
    with open(instructor.lab.folder / "marks.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student_id"], float(row["score"]), float(row["max_score"])) == ("ada", 94, 102)


def test_the_student_reads_the_mistake_and_the_instructors_comment(graded, read):
    assert "Successfully generated feedback" in graded["feedback"]
    assert "Successfully released feedback" in graded["feedback"]
    assert MISTAKE in read
    assert COMMENT in read
    assert "94" in read and "102" in read


def test_the_slips_of_the_exchange_hold_no_more_than_they_should(graded, labs):
    """Feedback is released under a secret that only the student's own submission holds."""
    course = labs[0].folder / "classroom"
    secrets = {path.read_text().strip() for path in course.rglob("submission_secret.txt")}
    stamps = {path.read_text().strip() for path in course.rglob("timestamp.txt")}
    assert (len(secrets), len(stamps)) == (1, 1)
    assert len(list((labs[0].folder.parent / "exchange").rglob("feedback/*.html"))) == 1

"""A new exercise from the template: found wanting as it comes, and green when it is filled in."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.chapters.questions import BY_ASSIGNMENT
from autograder.tests.test_adopting import steps, write
from autograder.workshop.template import PARTS, _after_the_last_function, new_exercise, set_points

HELD = ("autograder", "notebooks", "solutions", "pyproject.toml")
BEGINS = {
    "reference": "def mirrored",
    "cases": "def _same",
    "decisions": "@_mistakes.model",
}  # the page's, after imports


@pytest.fixture
def course(tmp_path):
    """A copy of the course, without its tests."""
    for name in HELD:
        source, copy = paths.COURSE / name, shutil.copytree if (paths.COURSE / name).is_dir() else shutil.copy
        copy(
            source,
            tmp_path / name,
            **({"ignore": shutil.ignore_patterns("tests", "__pycache__")} if source.is_dir() else {}),
        )
    return tmp_path


def run(course, *command):
    """Run a program in a course, with that course's package."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=course, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_new_exercise_goes_to_the_end_of_a_chapter_and_is_green_when_filled_in_and_not_before(course):
    chapter = course / "autograder" / "chapters" / "ch02_strides"
    before = {part: (chapter / f"{part}.py").read_text() for part in PARTS}
    source = course / "solutions" / "02_strides" / "02_strides.ipynb"
    assert new_exercise("mirrored", "02_strides", course) == [*(chapter / f"{part}.py" for part in PARTS), source]
    assert all((chapter / f"{part}.py").read_text().startswith(text) for part, text in before.items())
    assert run(course, "ruff", "check", "--quiet", "autograder") == (0, "")
    assert run(course, "ruff", "format", "--check", "--quiet", "autograder") == (0, "")
    assert run(course, "autograder", "audit", "mirrored")[0] == 1
    filled_in = {Path(name).stem: text for name, language, text in steps() if language == "python"}
    for part, text in before.items():
        piece = filled_in[part]
        (chapter / f"{part}.py").write_text(f"{text}\n\n{piece[piece.index(BEGINS[part]) :]}")
    write(source, "python", filled_in["08_mirrors"])
    status, said = run(course, "autograder", "audit", "mirrored", "mosaic")
    assert (status, "2 functions" in said) == (0, True), said
    assert run(course, "autograder", "points", "02_strides") == (0, "02_strides: 110 points in all\n")
    status, said = run(course, "autograder", "score", "02_strides", source, "--sandbox", "none", "--json")
    result = json.JSONDecoder().raw_decode(said)[0]  # a warning follows it
    (graded,) = [each for each in result["checks"] if each["name"] == "mirrored"]
    assert (graded["score"], graded["max_score"]) == (10, 10)


def test_a_new_chapter_begins_with_how_to_work_and_the_checker(course):
    new_exercise("mirrored", "08_mirrors", course)
    cells = json.loads((course / "solutions/08_mirrors/08_mirrors.ipynb").read_text())["cells"]
    title = "".join(cells[0]["source"])
    assert title.startswith("# Exercise 8: mirrors\n")
    assert "notebooks/exercises/08_mirrors/08_mirrors.ipynb" in title
    assert "01_why_padding" not in title
    assert "from autograder import check, hint" in "".join(cells[1]["source"])
    assert [cell["id"] for cell in cells[2:]] == ["mirrored-text", "mirrored", "check-mirrored"]


def test_new_cells_stand_behind_the_last_function_and_before_the_questions(course):
    new_exercise("mirrored", "01_why_padding", course)
    cells = json.loads((course / "solutions/01_why_padding/01_why_padding.ipynb").read_text())["cells"]
    ids = [cell["id"] for cell in cells]
    assert ids[ids.index("check-same-padding") :][:4] == [
        "check-same-padding",
        "mirrored-text",
        "mirrored",
        "check-mirrored",
    ]


@pytest.mark.parametrize(
    ("name", "assignment", "reason"),
    [
        ("pool2d", "08_mirrors", "there is a function pool2d already, in .*/chapters/ch03_pooling/reference.py"),
        ("Mirrored", "08_mirrors", "Received: 'Mirrored'"),
        ("lambda", "08_mirrors", "Received: 'lambda'"),
        ("mirrored", "mirrors", "Received: 'mirrors'"),
        ("mirrored", "../08_mirrors", "Received: '../08_mirrors'"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(course, name, assignment, reason):
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=reason):
        new_exercise(name, assignment, course)
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_same_points_change_no_byte(course, assignment):
    path = course / f"solutions/{assignment}/{assignment}.ipynb"
    before = path.read_bytes()
    asked = [*ASSIGNMENTS[assignment], *BY_ASSIGNMENT[assignment]]
    assert set_points(assignment, {each.name: each.points for each in asked}, course) == 100
    assert path.read_bytes() == before


def test_changed_points_get_into_the_cell_and_the_heading(course):
    path = course / "solutions/03_pooling/03_pooling.ipynb"
    points = {exercise.name: exercise.points for exercise in ASSIGNMENTS["03_pooling"]}
    assert set_points("03_pooling", points | {"global_pool": 91}, course) == 191 - points["global_pool"]
    cells = {cell["id"]: cell for cell in json.loads(path.read_text())["cells"]}
    assert "(91 points)" in "".join(cells["global-pool-text"]["source"]).split("\n")[0]
    assert cells["check-global-pool"]["metadata"]["nbgrader"]["points"] == 91


def test_a_test_cell_and_the_points_of_a_question_are_written_too(course):
    path = course / "solutions/03_pooling/03_pooling.ipynb"
    text = path.read_text()
    path.write_text(text.replace('check(\\"unread_cells\\", unread_cells)', "5"))
    assert path.read_text() != text
    set_points("03_pooling", {"unread_cells": 6}, course)
    cells = {cell["id"]: cell for cell in json.loads(path.read_text())["cells"]}
    assert "".join(cells["check-unread-cells"]["source"]) == 'check("unread_cells", unread_cells)'
    assert cells["check-unread-cells"]["metadata"]["nbgrader"]["points"] == 6
    place = list(cells).index("unread-cells")
    assert "(6 points)" in "".join(list(cells.values())[place - 1]["source"])


def test_an_assignment_without_functions_gets_its_cells_at_the_end():
    assert _after_the_last_function([{"source": ["# Title"]}, {"source": "text"}]) == 2

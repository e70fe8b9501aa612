"""Files as they arrive: notebooks beside the one that is graded, and a cell that is too long."""

import html
import json
import re
import shutil

from autograder import paths
from autograder.tests.classes import files, grade, marks, say_the_same, url
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
HOSTILE = "<img src=x onerror=alert(1)> \x1b[31m\u202e[a](b).ipynb"
ADVICE = f"If the answers are in another file, submit that one under the name {NOTEBOOK}."
WHY = "the one notebook with this assignment's cells that was worked on."
NOTES = {
    "ada": f"Graded is '{ASSIGNMENT} (1).ipynb', {WHY} Not graded: '{NOTEBOOK}'.",
    "bela": f"Beside {NOTEBOOK} there are also '<img src=x onerror=alert(1)> [a](b).ipynb', 'old0.ipynb', "
    f"'old1.ipynb', 'old2.ipynb', 'old3.ipynb' and 3 more, which were not graded. {ADVICE}",
    "chen": f"Graded is '{NOTEBOOK}.txt', {WHY} Not graded: '{NOTEBOOK}'.",
    "fay": f"Beside {NOTEBOOK} there are also 'a.ipynb', 'b.ipynb', which were not graded. "
    f"{NOTEBOOK} is the notebook as it was released: nothing was written into it. {ADVICE}",
}
TOO_LONG = r"The longest is cell 4 \('pad2d'\) with 262417; it begins with 'values = \[0,"


def hand_in(course):
    """Replace the class by students who handed in more, or more in a cell, than the assignment asks for."""
    shutil.rmtree(course.folder / "submitted")
    released = paths.released_notebook(ASSIGNMENT).read_text(encoding="utf-8")
    solved = json.dumps(solved_notebook({}))
    pasted = json.dumps(solved_notebook({"pad2d": "values = [" + "0," * 131_203 + "]"}))
    for student, handed in {
        "ada": {NOTEBOOK: released, f"{ASSIGNMENT} (1).ipynb": solved},
        "bela": {NOTEBOOK: solved, HOSTILE: "", "notes.txt": "", **{f"old{i}.ipynb": "" for i in range(7)}},
        "chen": {NOTEBOOK: "", f"{NOTEBOOK}.txt": solved},
        "dora": {NOTEBOOK: pasted},
        "emil": {NOTEBOOK: solved},
        "fay": {NOTEBOOK: released, "a.ipynb": solved, "b.ipynb": solved},
    }.items():
        place = course.folder / "submitted" / student / ASSIGNMENT
        place.mkdir(parents=True)
        for name, content in handed.items():
            (place / name).write_text(content, encoding="utf-8")


def text_of(course, student):
    """Return what a student reads on the feedback page."""
    page = (course.folder / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def test_code_in_locked_cells_is_told_to_instructor_and_student(course):
    notebook = solved_notebook({})
    for cell in notebook.cells:
        data = cell.metadata.nbgrader
        cell.source += {"setup": "\nimport math", "check_pad2d": "\n<script>1</script>"}.get(data.grade_id, "")
    shutil.rmtree(course.folder / "submitted")
    place = course.folder / "submitted" / "ada" / ASSIGNMENT
    place.mkdir(parents=True)
    (place / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    note = "Something was written into locked cells, see the notes in the feedback: setup, check_pad2d."
    summary = grade(course)
    assert summary.notes == {"ada": note} and f"ada                  {note}" in summary.as_text()
    assert course.marks()["ada"][0] == 90
    course.nbgrader("generate_feedback", ASSIGNMENT)
    page = (course.folder / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    assert "your version runs below it" in page and "You wrote: &lt;script&gt;1&lt;/script&gt;" in page
    assert note in course.nbgrader("autograde", ASSIGNMENT, "--force")


def test_other_notebooks_and_too_long_cells_are_told_to_instructor_and_student(course, tmp_path):
    hand_in(course)
    plain = course.copy(tmp_path / "plain")
    summary = grade(course)
    assert summary.notes == NOTES
    assert all(f"{student:<20} {note}" in summary.as_text() for student, note in NOTES.items())
    assert re.search(TOO_LONG, summary.set_aside["dora"])
    assert {student: score for student, (score, _full) in course.marks().items()} == {
        "ada": 90, "bela": 90, "chen": 90, "dora": 0, "emil": 90, "fay": 0,
    }  # fmt: skip
    again = grade(course)
    assert (again.notes, len(again.skipped)) == (NOTES, 6)  # said as long as they are there

    said = plain.nbgrader("autograde", ASSIGNMENT)
    assert all(note in said for note in NOTES.values()) and re.search(TOO_LONG, said)
    assert marks(url(plain)) == marks(url(course))
    assert say_the_same(files(plain), files(course))

    course.nbgrader("generate_feedback", ASSIGNMENT)
    assert all(note in text_of(course, student) for student, note in NOTES.items())
    assert re.search(TOO_LONG, text_of(course, "dora"))
    assert "Beside" not in text_of(course, "emil")

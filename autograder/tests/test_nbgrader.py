"""A whole class through the real nbgrader: who gets which mark, with which reason."""

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from autograder import paths
from autograder.judge import provenance
from autograder.tests.forked import Course
from autograder.workshop.demo import demo
from autograder.workshop.demo_class import ASSIGNMENT, CLASS

# 90 points are automatic: 18 pad2d, 16 pad2d_mode, 16 window_counts, 18 conv2d_valid, 12 same_padding, 2 × 5.
MARKS = {
    "ada": 90,
    "bela": 90,
    "chen": 90 - 3,  # mode "edge"
    "dora": 90 - 5 - 3 - 5 - 5,  # slides, refuses; odd_after; a question
    "emil": 90 - 18,
    "fay": 0,
    "gus": 34,
    "hana": 90 - 16 - 5,  # the first question calls her endless function
    "ivo": 90 - 18,
    "jo": 90 - 18,
    "kim": 90 - 18,
    "lars": 90 - 18,
    "mia": 90 - 18,
    "nils": 90,
    "olga": 90 - 12,
    "pia": 90,
    "quinn": 0,
    "rosa": 0,
    "sam": 0,
    "tom": 90,
    "uma": 0,
    "vera": 0,
}
REASONS = {
    "chen": "In &quot;edge&quot; you mirror the image: that is &quot;reflect&quot;.",
    "dora": "The kernel is rotated by 180°.",
    "emil": "It calls np.pad, which does what this exercise asks you to write.",
    "hana": "Stopped after 5 s: an endless loop, or far too slow.",
    "ivo": "The kernel died: it was killed",
    "jo": "Unable to allocate 11.0 GiB",
    "kim": "Stopped after 10 s",
    "lars": "no function of this name",
    "quinn": "The notebook is empty",
    "rosa": "is cut off or is no JSON",
    "sam": "is cut off or is no JSON",
    "tom": "Graded is 'homework.ipynb', the one notebook with this assignment's cells",
    "uma": "cannot be opened: No such file or directory",
    "vera": "cannot be opened: it is a link",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The demo's class, graded once with plain nbgrader commands (each must end with status 0)."""
    folder = tmp_path_factory.mktemp("course") / "demo"
    with redirect_stdout(io.StringIO()) as said:
        status = demo(folder)
    course = Course(folder)
    course.status, course.said = status, said.getvalue()
    return course


def feedback(course, student):
    return (course.folder / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")


def graded(course, student):
    return nbformat.read(course.folder / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def test_the_demo_prints_a_line_for_each_student_and_says_where_to_look(course):
    assert course.status == 0
    lines = [line for line in course.said.splitlines() if " of 100 " in line]
    assert [line.split()[:2] for line in lines] == [[student, f"{score}"] for student, score in MARKS.items()]
    assert "grades.csv" in course.said


def test_every_submission_has_the_mark_it_deserves(course):
    assert {student: score for student, (score, _full) in course.marks().items()} == MARKS
    assert set(MARKS) == {student.id for student in CLASS}


@pytest.mark.parametrize("student", REASONS)
def test_the_feedback_says_why(course, student):
    assert REASONS[student] in feedback(course, student).replace("&#34;", "&quot;").replace('"', "&quot;")


@pytest.mark.parametrize("student", MARKS)
def test_everyone_has_a_feedback_page_without_live_html_of_theirs(course, student):
    page = feedback(course, student)
    assert "<h4" in page
    assert "<script" not in page.lower()  # nbgrader's own are left out too
    assert not re.search(r"<[^>]*\sonerror\s*=", page)


def test_forged_outputs_points_and_tags_do_not_survive(course):
    cells = {c.metadata.nbgrader.grade_id: c for c in graded(course, "mia").cells if "nbgrader" in c.metadata}
    assert cells["check_pad2d"].source == 'check("pad2d", pad2d)'
    assert cells["check_pad2d"].metadata.nbgrader.points == 18
    assert [o.data["text/plain"] for o in cells["check_pad2d"].outputs if o.output_type == "execute_result"] == ["0"]
    assert not any(c.metadata.get("tags") for c in graded(course, "mia").cells)
    assert not any(o.output_type == "execute_result" for o in cells["pad2d"].outputs)


def test_looking_for_the_answers_finds_nothing(course):
    cell = next(c for c in graded(course, "lars").cells if c.metadata.get("nbgrader", {}).get("grade_id") == "pad2d")
    (said,) = (o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout")
    assert "ImportError" in said
    assert not any(word in said for word in ("gradebook.db", "01_why_padding", str(paths.COURSE), "AUTOGRADER"))


def test_the_written_answer_waits_for_a_person(course):
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        waiting = {s.student.id for s in gradebook.assignment_submissions(ASSIGNMENT) if s.needs_manual_grade}
        answered = {"ada", "nils", "hana"}
        assert answered <= waiting
        assert not waiting & {"gus", "quinn", "uma"}  # nothing written: 0 without reading


def test_a_second_run_grades_nothing_again_and_a_forced_one_says_the_same(course):
    before = {path: path.read_text() for path in course.folder.glob("autograded/ada/**/*.ipynb")}
    said = course.nbgrader("autograde", ASSIGNMENT, "--student=ada")
    assert re.search(r"graded +0\s+unchanged +0\s+before +1\s", said)
    course.nbgrader("autograde", ASSIGNMENT, "--student=ada", "--force")
    assert before
    assert all(provenance.same(path.read_text(), text) for path, text in before.items())
    assert course.marks()["ada"][0] == MARKS["ada"]


def test_a_manual_grade_survives_grading_again(course):
    def written(gradebook):
        return gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, "bela")

    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        written(gradebook).manual_score = 8
        gradebook.db.commit()
    course.nbgrader("autograde", ASSIGNMENT, "--student=bela", "--force")
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        assert written(gradebook).score == 8
        written(gradebook).manual_score = None
        gradebook.db.commit()


def test_formgraders_button_goes_through_the_judge(tmp_path, monkeypatch):
    """Formgrader grades by NbGraderAPI, with the configuration that JupyterLab read."""
    course = Course(tmp_path)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    place = course.folder / "submitted" / "zoe" / ASSIGNMENT
    place.mkdir(parents=True)
    (place / f"{ASSIGNMENT}.ipynb").write_bytes(paths.released_notebook(ASSIGNMENT).read_bytes())
    monkeypatch.setenv("PATH", f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(paths.COURSE)).load_config()
    for setting in course.settings:
        name, _, value = setting.removeprefix("--CourseDirectory.").partition("=")
        config.CourseDirectory[name] = value
    done = NbGraderAPI(config=config).autograde(ASSIGNMENT, "zoe")
    assert done["success"], done
    cells = [c for c in graded(course, "zoe").cells if c.metadata.get("nbgrader", {}).get("grade_id") == "check_pad2d"]
    assert "not written yet" in json.dumps(cells[0].outputs)


def test_without_bubblewrap_grading_refuses_and_says_what_to_install(course, tmp_path):
    for program in ("python3", "setpriv", "alembic"):
        (tmp_path / program).symlink_to(f"{os.path.dirname(sys.executable)}/{program}")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--force", *course.settings],
        cwd=paths.COURSE, env=os.environ | {"PATH": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "apt-get install bubblewrap" in done.stderr
    assert course.marks()["ada"][0] == MARKS["ada"]  # nothing was lost

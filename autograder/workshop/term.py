"""Run a whole term: users of their own, nbgrader's exchange, and every mark asserted. ``make term``; it needs root.

Students work in the hub's views of the machine, as user ids of their own, with nbgrader's commands for students. The
instructor works with those of the guide. Late submissions get 0 points here, so that lateness shows.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder import paths
from autograder.hub.place import Place
from autograder.hub.spawner import student_view
from autograder.workshop.demo import cell_of, solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

STUDENTS = ("ada", "bela", "chen", "emil", "fay", "gus", "hana")
ENVIRONMENT = {"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"}


class Term:
    """A course in a folder of its own, and who takes part.

    Parameters
    ----------
    folder : path
        Made anew.
    """

    def __init__(self, folder: Path):
        self.folder, self.course = folder.resolve(), folder.resolve() / "course"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(paths.source_notebook(ASSIGNMENT).parent, self.course / "solutions" / ASSIGNMENT)
        self.classroom = self.course / "classroom"
        self.classroom.mkdir(mode=0o700)
        os.umask(0o022)
        self.place = Place(self.folder, self.course)
        self.place.prepare("padding-strides-pooling")
        self.url = f"sqlite:///{self.classroom / 'gradebook.db'}"

    def teach(self, *command: object, status: int = 0) -> str:
        """Run one of the instructor's commands, ``nbgrader ...`` or ``autograder ...``; returns what it says."""
        settings = {
            "CourseDirectory.root": self.course,
            "CourseDirectory.db_url": self.url,
            "Exchange.root": self.place.exchange,
            "LateSubmissionPlugin.penalty_method": "zero",
        }
        given = [f"--{name}={value}" for name, value in settings.items() if command[1] != "db" or "Course" in name]
        return run([sys.executable, "-m", *map(str, command), *given], paths.COURSE, os.environ, status)

    def study(self, student: str, *command: str) -> str:
        """Run one of nbgrader's commands as a student, who sees only what a student may see."""
        env = {"HOME": f"/home/{student}", "JUPYTER_CONFIG_PATH": str(self.place.settings("student"))}
        return run([*student_view(self.place, student), sys.executable, "-m", "nbgrader", *command], "/", env)

    def submit(self, student: str, answers: dict[str, str], name: str = ASSIGNMENT) -> None:
        """Write a student's notebook into the home, and submit it through the exchange."""
        home = self.place.home(student)
        shutil.rmtree(home / ASSIGNMENT, ignore_errors=True)
        (home / ASSIGNMENT).mkdir()
        nbformat.write(solved_notebook(answers), home / ASSIGNMENT / f"{name}.ipynb")
        for path in (home / ASSIGNMENT, home / ASSIGNMENT / f"{name}.ipynb"):
            shutil.chown(path, self.place.uid(student), self.place.uid(student))
        self.study(student, "submit", ASSIGNMENT)

    def deadline_is_now(self) -> None:
        """Give the assignment a deadline that has just passed."""
        self.teach("nbgrader", "db", "assignment", "add", ASSIGNMENT, f"--duedate={datetime.now(UTC):%F %T.%f} UTC")

    def by_hand(self, student: str, points: float) -> None:
        """Grade a written answer, as Formgrader does."""
        with Gradebook(self.url) as gradebook:
            written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, student)
            written.manual_score, written.needs_manual_grade = points, False
            gradebook.db.commit()

    def marks(self) -> dict[str, float]:
        """Export the points, and return those of each student."""
        path = self.folder / "marks.csv"
        self.teach("autograder", "export", "plain", "--to", path)
        with open(path, newline="", encoding="utf-8-sig") as file:
            return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}

    def page(self, student: str, name: str = ASSIGNMENT) -> str:
        """Fetch a student's feedback as the student, and return the text of the newest page."""
        self.study(student, "fetch_feedback", ASSIGNMENT)
        (*_, page) = sorted((self.place.home(student) / ASSIGNMENT / "feedback").glob(f"*/{name}.html"))
        return page.read_text(encoding="utf-8")


def run(command: Sequence[str], folder: Path | str, env: Mapping[str, str], status: int = 0) -> str:
    """Run a command that must end with a status; returns what it says."""
    done = subprocess.run(
        command, cwd=folder, env={**env, **ENVIRONMENT}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == status, f"{command} ended with {done.returncode}:\n{done.stdout[-3000:]}"
    return done.stdout


def expect(what: str, found: object, expected: object) -> None:
    """Print a step of the term, and raise AssertionError unless it came out as it should."""
    print(f"{'as expected' if found == expected else 'WRONG':<12} {what}: {found}", flush=True)
    assert found == expected, f"{what}: {found}, expected {expected}"


def term(folder: Path) -> None:
    """Run the term; raises AssertionError at the first thing that is not as it should be."""
    course = Term(folder)
    people = "".join(f"{name},{name.title()},{'AB'[i % 2]}\r\n" for i, name in enumerate(STUDENTS))
    (course.folder / "list.csv").write_text(f"id,first_name,section\r\n{people}")
    said = course.teach("autograder", "roster", course.folder / "list.csv")
    expect("the roster", re.findall(r"\d+ active", said), ["7 active"])
    course.teach("nbgrader", "generate_assignment", ASSIGNMENT)
    course.teach("nbgrader", "release_assignment", ASSIGNMENT)

    course.study("ada", "fetch_assignment", ASSIGNMENT)
    fetched = course.place.home("ada") / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    expect("Ada has fetched", "def pad2d" in fetched.read_text(), True)
    course.submit("ada", {})
    course.submit("bela", {}, f"Copy of {ASSIGNMENT}")
    course.submit("chen", {"pad2d": ""})
    course.submit("gus", {})
    course.deadline_is_now()
    course.submit("ada", {"conv2d_valid": ""})  # again, late, and worse
    course.submit("emil", {})  # late
    course.teach("autograder", "extend", "fay", ASSIGNMENT, "2h")
    course.submit("fay", {})  # late, but for the extension

    course.teach("nbgrader", "collect", ASSIGNMENT)
    table = course.teach("autograder", "grade", ASSIGNMENT)
    expect("missing", re.findall(r"missing +1 +(\w+)", table), ["hana"])
    expect("late", re.findall(r"^  (\w+) +.* late: (\S+) points", table, re.MULTILINE), [("emil", "-90")])
    expect("counts", "Of 2 submissions number 1" in table and "Graded is 'Copy of 01_why_padding.ipynb'" in table, True)
    first = {"ada": 90.0, "bela": 90.0, "chen": 72.0, "emil": 0.0, "fay": 90.0, "gus": 90.0, "hana": 0.0}
    expect("marks after grading", course.marks(), first)

    for student, points in {"ada": 8, "bela": 5, "emil": 7}.items():
        course.by_hand(student, points)
    second = first | {"ada": 98.0, "bela": 95.0}
    expect("marks after grading by hand, the late one penalised too", course.marks(), second)

    source = course.course / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    cell_of(notebook, "check_pad2d").source = "max(9, check('pad2d', pad2d))"
    nbformat.write(notebook, source)
    course.teach("nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    table = course.teach("autograder", "grade", ASSIGNMENT, "--regrade")
    changed = re.findall(r"^  (\w+) +(\d+ -> \d+)$", table, re.MULTILINE)
    expect("a corrected test changes", changed, [("chen", "72 -> 81")])
    expect("waiting for points by hand", re.findall(r"waiting +(\d+)", table), ["3"])  # chen, fay, gus

    said = course.teach("autograder", "extend", "emil", ASSIGNMENT, "1d")
    expect("an extension after submission", re.findall(r"Points: \d+ -> \d+", said), ["Points: 0 -> 97"])
    course.teach("autograder", "drop", "gus")
    last = second | {"chen": 81.0, "emil": 97.0}
    del last["gus"]
    expect("marks at the end", course.marks(), last)

    course.teach("nbgrader", "generate_feedback", ASSIGNMENT)
    course.teach("nbgrader", "release_feedback", ASSIGNMENT)
    expect("Ada's page", "(Score: 98.0 / 100.0)" in course.page("ada"), True)
    expect("Bela's page", "(Score: 95.0 / 100.0)" in course.page("bela", f"Copy of {ASSIGNMENT}"), True)
    expect("Chen's page", "(Score: 81.0 / 100.0; 10 points not graded yet)" in course.page("chen"), True)

    course.classroom.rename(course.course / "classroom-before")
    course.classroom.mkdir(mode=0o700)
    said = course.teach("autograder", "grade", ASSIGNMENT, status=2)
    course.teach(*re.findall(r"Run: (nbgrader .*)", said)[0].split())
    home = course.classroom / "submitted" / "zoe" / ASSIGNMENT
    home.mkdir(parents=True)
    nbformat.write(solved_notebook({}), home / f"{ASSIGNMENT}.ipynb")
    course.teach("autograder", "grade", ASSIGNMENT)
    expect("marks of a new term", course.marks(), {"zoe": 90.0})


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("Each student is a user of their own here, which takes root. Run: sudo make term")
    term(paths.COURSE / "_build" / "term")
    print("The term is over, and every mark is as it should be.")

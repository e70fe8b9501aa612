"""Make a class, grade it with plain nbgrader commands, and show what an instructor gets."""

import copy
import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from autograder import paths
from autograder.judge import sandbox
from autograder.workshop.demo_class import ASSIGNMENT, CLASS


def demo(folder):
    """Make the demo's class in `folder` (anew each time), grade it, and print the marks.

    Returns
    -------
    int
        0 when every submission was dealt with.

    Raises
    ------
    sandbox.SandboxError
        If no sandbox can be made here; what lies in `folder` stays.
    """
    sandbox.require()
    folder = Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    course = Course(folder)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    hand_in(folder / "submitted")
    course.nbgrader("autograde", ASSIGNMENT)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    rows = course.marks()
    print(table(rows))
    print(
        f"\nmarks     {folder / 'grades.csv'}\nfeedback  {folder / 'feedback'}/<student>/{ASSIGNMENT}/{ASSIGNMENT}.html"
    )
    return 0 if len(rows) == len(CLASS) else 1


class Course:
    """A course in a folder of its own, with this repository's assignments and settings and its own gradebook.

    Parameters
    ----------
    folder : path
        Gets submitted, autograded and feedback folders, and gradebook.db.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        places = {
            f"{step}_directory": self.folder / step for step in ("release", "submitted", "autograded", "feedback")
        }
        places["db_url"] = f"sqlite:///{self.folder / 'gradebook.db'}"
        self.settings = [f"--CourseDirectory.{name}={value}" for name, value in places.items()]

    def nbgrader(self, command, *arguments):
        """Run one nbgrader command with the course's own settings and return its log.

        Raises
        ------
        RuntimeError
            If the command fails; the message holds the end of its log.
        """
        path = (
            f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader calls alembic by name
        )
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, *map(str, arguments), *self.settings],
            cwd=paths.COURSE, env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"nbgrader {command} ended with status {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def marks(self):
        """Export the gradebook to grades.csv and return ``{student: (score, max_score)}``."""
        path = self.folder / "grades.csv"
        self.nbgrader("export", f"--to={path}")
        with open(path, newline="", encoding="utf-8") as file:
            return {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}


def table(rows):
    """Return the marks beside the class's stories, as text."""
    lines = ["student  points     what was handed in"]
    for student in CLASS:
        score, full = rows.get(student.id, (float("nan"), float("nan")))
        lines.append(f"{student.id:<8} {score:>3g} of {full:<4g} {student.story}")
    return "\n".join([*lines, "(10 of the 100 points are for a written answer, graded by hand)"])


def hand_in(folder):
    """Write every student's submission below `folder`."""
    for student in CLASS:
        place = folder / student.id / ASSIGNMENT
        place.mkdir(parents=True)
        change = _CHANGES.get(student.change)
        notebook = solved_notebook(student.answers)
        if change:
            change(place / student.file_name, notebook)
        else:
            _write(place / student.file_name, notebook)


def solved_notebook(answers):
    """Return the released notebook with the instructor's solutions, or the student's own answers, filled in."""
    released = nbformat.read(paths.released_notebook(ASSIGNMENT), as_version=4)
    solved = {cell.id: cell for cell in nbformat.read(paths.source_notebook(ASSIGNMENT), as_version=4).cells}
    for cell in released.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("solution"):
            cell.source = answers.get(data["grade_id"], _without_markers(solved[cell.id].source)).strip("\n")
    return released


def _without_markers(source):
    return "\n".join(line for line in source.split("\n") if not line.strip().startswith("### "))


def _write(path, notebook):
    nbformat.write(notebook, path)


def _cell(notebook, name):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def _unfinished(path, notebook):
    released = {c.id: c for c in nbformat.read(paths.released_notebook(ASSIGNMENT), as_version=4).cells}
    for cell in notebook.cells[8:]:
        cell.source = released[cell.id].source
    _write(path, notebook)


def _forged(path, notebook):
    """Give every cell a full mark as its output, more points, and a tag that nbgrader would skip."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "100"}, execution_count=1)]
            cell.metadata["tags"] = ["skip-execution"]
        if "points" in cell.metadata.get("nbgrader", {}):
            cell.metadata.nbgrader.points = 1000
    _cell(notebook, "check_pad2d").source = "18"
    _write(path, notebook)


def _deleted(path, notebook):
    gone = {"check_pad2d", "same_padding"}
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
    _write(path, notebook)


def _doubled(path, notebook):
    notebook.cells += [copy.deepcopy(_cell(notebook, name)) for name in ("check_pad2d", "pad2d")]
    path.write_text(json.dumps(notebook))


_CHANGES = {
    "unfinished": _unfinished,
    "forged": _forged,
    "deleted": _deleted,
    "doubled": _doubled,
    "empty": lambda path, notebook: path.write_text(""),
    "cut off": lambda path, notebook: path.write_text(json.dumps(notebook)[:9000]),
    "no JSON": lambda path, notebook: path.write_text("This is my homework."),
    "missing": lambda path, notebook: None,
    "link": lambda path, notebook: path.symlink_to(path.parents[3] / "gradebook.db"),
}

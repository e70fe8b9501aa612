"""Make a class, grade it with plain nbgrader commands, and show what an instructor gets."""

import copy
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import paths
from autograder.judge import sandbox
from autograder.workshop.demo_class import ASSIGNMENT, CLASS


def demo(folder: Path) -> int:
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
    folder = folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    course = Course(folder)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    hand_in(folder / "submitted")
    course.nbgrader("autograde", ASSIGNMENT)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    rows = course.marks()
    print(table(rows))
    print(
        f"\npoints    {folder / 'grades.csv'}\nfeedback  {folder / 'feedback'}/<student>/{ASSIGNMENT}/{ASSIGNMENT}.html"
    )
    return 0 if len(rows) == len(CLASS) else 1


class Course:
    """A course in a folder of its own, with this repository's assignments and settings and its own gradebook.

    Parameters
    ----------
    folder : path
        Gets submitted, autograded and feedback folders, and gradebook.db.
    """

    def __init__(self, folder: Path):
        self.folder, self.log = folder, ""
        folder.mkdir(parents=True, exist_ok=True)
        places = {
            f"{step}_directory": f"{folder / step}" for step in ("release", "submitted", "autograded", "feedback")
        }
        places["db_url"] = f"sqlite:///{folder / 'gradebook.db'}"
        self.settings = [f"--CourseDirectory.{name}={value}" for name, value in places.items()]

    def nbgrader(self, command: str, *arguments: object) -> str:
        """Run one nbgrader command with the course's own settings and return its log.

        Raises
        ------
        RuntimeError
            If the command fails; the message holds the end of its log.
        """
        # nbgrader calls alembic by name.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, *map(str, arguments), *self.settings],
            cwd=paths.COURSE, env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"nbgrader {command} ended with status {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def marks(self) -> dict[str, tuple[float, float]]:
        """Export the gradebook to grades.csv and return ``{student: (score, max_score)}``."""
        path = self.folder / "grades.csv"
        # ids as they are: ours keeps spreadsheets from taking one for a formula
        self.nbgrader("export", "--exporter=nbgrader.plugins.CsvExportPlugin", f"--to={path}")
        with open(path, newline="", encoding="utf-8") as file:
            return {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}


def table(rows: Mapping[str, tuple[float, float]]) -> str:
    """Return the marks beside the class's stories, as text."""
    lines = ["student  points     what was handed in"]
    for student in CLASS:
        score, full = rows.get(student.id, (float("nan"), float("nan")))
        lines.append(f"{student.id:<8} {score:>3g} of {full:<4g} {student.story}")
    return "\n".join([*lines, "(10 of the 100 points are for a written answer, graded by hand)"])


def hand_in(folder: Path) -> None:
    """Write every student's submission below `folder`."""
    for student in CLASS:
        place = folder / student.id / ASSIGNMENT
        place.mkdir(parents=True)
        _CHANGES[student.change](place / student.file_name, solved_notebook(student.answers))


def solved_notebook(answers: Mapping[str, str]) -> NotebookNode:
    """Return the released notebook with the instructor's solutions, or the student's own answers, filled in."""
    released = nbformat.read(paths.released_notebook(ASSIGNMENT), as_version=4)
    solved = {cell.id: cell for cell in nbformat.read(paths.source_notebook(ASSIGNMENT), as_version=4).cells}
    for cell in released.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("solution"):
            right = re.sub(r"^ *### .*\n?", "", solved[cell.id].source, flags=re.MULTILINE)  # nbgrader's markers
            cell.source = answers.get(data["grade_id"], right).strip("\n")
    return released


def _write(path, notebook):
    nbformat.write(notebook, path)


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return a cell by its grade_id."""
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
    cell_of(notebook, "check_pad2d").source = "18"
    _write(path, notebook)


def _deleted(path, notebook):
    gone = {"check_pad2d", "same_padding"}
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
    _write(path, notebook)


def _doubled(path, notebook):
    notebook.cells += [copy.deepcopy(cell_of(notebook, name)) for name in ("check_pad2d", "pad2d")]
    path.write_text(json.dumps(notebook))


_CHANGES = {
    None: _write,
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

"""How fast a class is graded: by plain nbgrader and by our own command, side by side.

Each way is one process, timed from its start to its end on the same submissions: its imports count. Plain nbgrader is
what most courses run: its own Execute, a kernel for each notebook, `check` in the student's process, no sandbox.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.judge.kernel import held
from autograder.workshop.demo import Course, cell_of, hand_in
from autograder.workshop.demo_class import ASSIGNMENT

HONEST = ("ada", "bela", "chen", "dora", "gus")  # of the demo's class: right ones, mistaken ones, an unfinished one
SIZES = {"plain": (10, 30, 100), "ours": (10, 30, 100, 1000)}
LOOK_SECONDS = 0.25  # between two looks at the memory


@dataclass(frozen=True)
class Row:
    """One way of grading, timed once.

    Attributes
    ----------
    way : str
    submissions : int
    seconds : float
    memory : int
        Most bytes that all its processes held together (proportional set size).
    marks : dict
        ``{student: score}``.
    """

    way: str
    submissions: int
    seconds: float
    memory: int
    marks: dict[str, float]

    @property
    def rate(self) -> float:
        """Submissions a second."""
        return self.submissions / self.seconds


def bench(sizes: Mapping[str, Sequence[int]] = SIZES) -> int:
    """Print a table of all ways and sizes; returns 1 if two ways gave different marks, else 0.

    Parameters
    ----------
    sizes : {way: sequence of int}
        How many submissions each way grades; "plain" and "ours".
    """
    rows: list[Row] = []
    print(f"{'way':<8} submissions  seconds  a second  of plain  memory (MiB)")
    for count in sorted({count for counts in sizes.values() for count in counts}):
        for way in (way for way in sizes if count in sizes[way]):
            rows.append(_timed(way, count))
            print(_line(rows[-1], rows), flush=True)
    return _compare(rows)


def _line(row, rows):
    plain = [other.rate for other in rows if other.way == "plain"]
    of_plain = f"{row.rate / plain[-1]:.1f} ×" if plain else "-"
    return (
        f"{row.way:<8} {row.submissions:>11} {row.seconds:>8.1f} {row.rate:>9.2f} {of_plain:>9} {row.memory >> 20:>13}"
    )


def _compare(rows):
    """Print whether all ways agree on the marks of those that both graded."""
    by_size: dict[int, list[Row]] = {}
    for row in rows:
        by_size.setdefault(row.submissions, []).append(row)
    different = [size for size, same in by_size.items() if any(row.marks != same[0].marks for row in same)]
    print(f"marks differ at {different} submissions" if different else "marks: the same in every way")
    return 1 if different else 0


def _timed(way, count):
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder) / "course")
        fill(course, count)
        command, folder = _command(way, course)
        start = time.perf_counter()
        memory = _run(command, folder)
        seconds = time.perf_counter() - start
        return Row(way, count, seconds, memory, _marks(course))


def fill(course: Course, count: int) -> list[str]:
    """Release the assignment and hand in `count` honest submissions; return the students' ids.

    No two have the same code: the same one again would have the same fresh cases, all of them known.
    """
    course.nbgrader("generate_assignment", ASSIGNMENT)
    hand_in(course.folder / "class")
    notebooks = cycle([_signed(course.folder / "class" / model / ASSIGNMENT) for model in HONEST])
    students = [f"s{i:05}" for i in range(count)]
    for student, text in zip(students, notebooks, strict=False):
        folder = course.folder / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(text.replace("SIGNATURE", student), encoding="utf-8")
    return students


def _signed(folder):
    """Return the text of a notebook with a line of code that can name a student."""
    notebook = nbformat.read(folder / f"{ASSIGNMENT}.ipynb", as_version=4)
    cell_of(notebook, "pad2d").source += "\n# SIGNATURE"
    return nbformat.writes(notebook)


def _command(way, course):
    """Return the command that grades a course in one way, and the folder to run it in."""
    if way == "ours":
        return [sys.executable, "-m", "autograder", "grade", ASSIGNMENT, *course.settings], paths.COURSE
    (course.folder / "plain.py").write_text("c = get_config()\n")
    settings = [*course.settings, f"--CourseDirectory.source_directory={paths.COURSE / 'solutions'}"]
    return [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--config=plain.py", *settings], course.folder


def _run(command, cwd):
    """Run a command to its end; returns the most memory that it and all below it held."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = os.environ | {"PATH": path, "PYTHONPATH": str(paths.COURSE)}
    most = 0
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=said, stderr=subprocess.STDOUT)
        while process.poll() is None:
            most = max(most, held(process.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(
                f"{' '.join(command[:5])} ended with status {process.returncode}:\n{said.read()[-3000:]}"
            )
    return most


def _marks(course):
    """Return the points of each student's functions: plain nbgrader does not judge short questions."""
    functions = {f"check_{exercise.name}" for exercise in ASSIGNMENTS[ASSIGNMENT]}
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        return {
            submitted.student.id: sum(
                grade.score for notebook in submitted.notebooks for grade in notebook.grades if grade.name in functions
            )
            for submitted in gradebook.assignment_submissions(ASSIGNMENT)
        }

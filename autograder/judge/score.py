"""Grade one file outside of any gradebook: a notebook, or a .py that defines the functions."""

from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder import paths
from autograder.exercises import EXERCISES
from autograder.judge import restore, sandbox
from autograder.judge.judge import judge
from autograder.judge.sandbox import Limits
from autograder.judge.seed import course_seed


@dataclass(frozen=True)
class Score:
    """What one file got. Written answers are for a person to grade and are not part of it."""

    assignment: str
    marks: tuple
    notebook: object = None  # as graded, with outputs

    @property
    def score(self):
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self):
        return sum(mark.max_score for mark in self.marks)

    def as_json(self):
        """Return the score as a dictionary for JSON."""
        checks = [mark.as_json() for mark in self.marks]
        return {"assignment": self.assignment, "score": self.score, "max_score": self.max_score, "checks": checks}

    def as_text(self):
        """Return the reports and the sum, for a person."""
        reports = "\n\n".join(mark.message for mark in self.marks)
        return (
            f"{reports}\n\n{self.assignment}: {self.score:g} of {self.max_score:g} points (written answers not counted)"
        )


def score(assignment, path, seed=None, limits=Limits(), sandboxed=True):
    """Grade one file.

    Parameters
    ----------
    assignment : str
        E.g. "01_why_padding".
    path : path
        A notebook, or a .py file; of the latter only the functions are asked, not the short questions.
    seed : str, optional
        The course seed; by default that of the classroom.
    limits : Limits
    sandboxed : bool
        False runs it as an ordinary process: for trusted files only.

    Raises
    ------
    FileNotFoundError
        If there is no such assignment or file.
    restore.Unreadable
        If the file is no notebook or no text.
    """
    path = Path(path)
    if sandboxed:
        sandbox.require()
    trusted = restore.from_source(nbformat.read(paths.source_notebook(assignment), as_version=4))
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    submitted = [("code", _program(path), None)] if path.suffix == ".py" else restore.read(path)
    if path.suffix == ".py":
        trusted = [cell for cell in trusted if _asks_for_function(cell)]
    notebook = restore.restore(submitted, trusted)
    marks = judge(notebook, seed or course_seed(paths.CLASSROOM), limits, sandboxed)
    return Score(assignment, tuple(marks), notebook)


def _program(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise restore.Unreadable(f"{path} is not UTF-8 text.") from None


def _asks_for_function(cell):
    return cell.grade and not cell.solution and any(f'check("{name}",' in cell.source for name in EXERCISES)

"""One submission: read once, graded from what was read, and what came of it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import parse_utc

from autograder.judge import provenance, restore
from autograder.judge.judge import judge
from autograder.judge.outputs import printable
from autograder.judge.restore import Unreadable

MAX_NAMES = 5  # of other notebooks that lie where one was expected


@dataclass(frozen=True)
class Handed:
    """A submitted notebook as it was read: its bytes, or why there are none."""

    content: bytes = b""
    trouble: str = ""


@dataclass(frozen=True)
class Graded:
    """A graded notebook.

    Attributes
    ----------
    notebook : NotebookNode
        With outputs, points and provenance.
    marks : list of Mark
    trouble : str
        Why the submission was set aside with no points, for student and instructor; empty where it was not.
    """

    notebook: object
    marks: list
    trouble: str


def take(path):
    """Return what was handed in at a path, whatever is there.

    Parameters
    ----------
    path : path
        Where the assignment's notebook should be.
    """
    path = Path(path)
    if os.path.islink(path.parent):
        return Handed(trouble="The folder of the submission is a link.")
    try:
        return Handed(restore.read_bytes(path))
    except Unreadable as error:
        return Handed(trouble=f"{error} {_other_notebooks(path)}".strip())


def slips(folder):
    """Return what nbgrader's exchange wrote beside a submission.

    Parameters
    ----------
    folder : path
        Of the submission. A student can write anything there, so what is no such slip is left out.

    Returns
    -------
    {name: text}
        timestamp.txt says when it was handed in; under submission_secret.txt its feedback is released, so that nobody
        else finds it.
    """
    found = {}
    for name, holds in () if os.path.islink(folder) else _SLIPS.items():
        try:
            text = restore.read_bytes(Path(folder) / name).decode().strip()
            found |= {name: text} if holds(text) else {}
        except (Unreadable, ValueError, OverflowError):
            continue
    return found


def has_slips(folder):
    """Tell whether a submission, or what came of it, came through nbgrader's exchange: whether all slips are there."""
    return slips(folder).keys() == _SLIPS.keys()


_SLIPS = {"timestamp.txt": parse_utc, "submission_secret.txt": re.compile("[0-9a-f]{128}").fullmatch}


def _other_notebooks(path):
    """Say which other notebooks lie there: most often it is a wrong name."""
    names = [" ".join(printable(other.name, 80).split()) for other in path.parent.glob("*.ipynb")]
    others = sorted(name for name in names if name != path.name)
    return f"It must be called {path.name}; submitted were: {', '.join(others[:MAX_NAMES])}." if others else ""


def restored(handed, trusted):
    """Return (the notebook to grade, why it has none of the student's cells or "")."""
    try:
        if handed.trouble:
            raise Unreadable(handed.trouble)
        return restore.restore(restore.parse(handed.content), trusted), ""
    except Unreadable as error:
        notice = f"This submission could not be graded. {error}"
        return restore.restore([], trusted, notice), str(error)


def grade(handed, trusted, seed):
    """Grade one notebook in a sandbox.

    Parameters
    ----------
    handed : Handed
    trusted : list of TrustedCell
    seed : str
        The course seed.

    Returns
    -------
    Graded
    """
    notebook, trouble = restored(handed, trusted)
    marks = judge(notebook, seed)
    for step in (ClearMetadataPreprocessor(), LimitOutput()):
        if step.enabled:
            notebook, _resources = step.preprocess(notebook, {})
    sign(notebook, provenance.provenance(handed.content, trusted), marks)
    return Graded(notebook, marks, trouble)


def sign(notebook, facts, marks):
    """Write into a graded notebook what graded it, and what each check found: nothing of a student's gets there."""
    notebook.metadata[provenance.KEY] = {**facts, provenance.CHECKS: [mark.as_record() for mark in marks]}
    notebook.cells.append(restore.new_cell("markdown", provenance.as_markdown(facts)))

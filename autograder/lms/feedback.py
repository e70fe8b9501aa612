"""Feedback pages of a class as one .zip, under the names by which Canvas and Moodle find whose they are."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.judge.classroom import classroom, place
from autograder.lms import tables
from autograder.lms.collect import COLLECTED, HEADS, LIST

FORMATS = {"canvas": "Canvas", "moodle": "Moodle"}


def downloaded(config: Config, assignment: str) -> Path:
    """Return the folder where ``nbgrader zip_collect`` looks for the downloads of an assignment.

    The settings are those of a command, since nbgrader makes its `CourseDirectory` before it has read them.
    """
    root = CourseDirectory(config=config).root
    return Path(root, config.ZipCollectApp.get("downloaded_directory", "downloaded"), assignment)


def _collected(config, assignment, lms):
    """Return the rows of what was collected from one system, as dictionaries."""
    path = downloaded(config, assignment) / LIST
    rows = [dict(zip(HEADS, row, strict=False)) for row in (tables.read_back(path)[1:] if path.is_file() else ())]
    return [row for row in rows if row["what came of it"] == COLLECTED and row["lms"] == lms]


def students_of(config: Config, assignments: Iterable[str], lms: str) -> set[str]:
    """Return the ids of the students whose work was collected from one system."""
    return {row["student"] for assignment in assignments for row in _collected(config, assignment, lms)}


def pack(config: Config, assignment: str, lms: str) -> tuple[Path, int, list[str]]:
    """Pack the feedback pages of all students whose work came from one system.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    assignment : str
    lms : str
        "canvas" or "moodle".

    Returns
    -------
    (path, int, list of str)
        The archive, how many pages are in it, and the students who have none yet.

    Raises
    ------
    FileNotFoundError
        If nothing was collected from there, or there are no pages.
    """
    coursedir = CourseDirectory(config=config)
    rows = _collected(config, assignment, FORMATS[lms])
    if not rows:
        raise FileNotFoundError(
            f"Nothing was collected from {FORMATS[lms]} for {assignment}: put its archive into "
            f"{downloaded(config, assignment) / 'archive'} and run: nbgrader zip_collect {assignment}"
        )
    folders = {r["prefix"]: place(coursedir, coursedir.feedback_directory, r["student"], assignment) for r in rows}
    found = {prefix: sorted(folder.glob("*.html")) for prefix, folder in folders.items()}
    without = sorted({row["student"] for row in rows if not found[row["prefix"]]})
    join = "/" if lms == "moodle" else ""  # so begins what the system called the student's file
    pages = {f"{prefix}{join}{page.name}": page for prefix, its in found.items() for page in its}
    if not pages:
        raise FileNotFoundError(f"There are no feedback pages yet. Run: python -m autograder grade {assignment}")
    path = classroom(coursedir) / f"feedback_{assignment}_{lms}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, page in pages.items():
            packed.write(page, name)
    return path, len(pages), without

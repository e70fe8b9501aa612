"""Feedback pages of a class as one .zip, under the names by which Canvas and Moodle find whose they are."""

import zipfile
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.lms import tables
from autograder.lms.collect import COLLECTED, HEADS, LIST

FORMATS = {"canvas": "Canvas", "moodle": "Moodle"}


def downloaded(config, assignment):
    """Return the folder where ``nbgrader zip_collect`` looks for the downloads of an assignment.

    The settings are those of a command, since nbgrader makes its `CourseDirectory` before it has read them.
    """
    root = CourseDirectory(config=config).root
    return Path(root, config.ZipCollectApp.get("downloaded_directory", "downloaded"), assignment)


def _collected(config, assignment, lms):
    """Return the rows of what was collected from one system, as dictionaries."""
    path = downloaded(config, assignment) / LIST
    rows = [dict(zip(HEADS, row, strict=False)) for row in (tables.read(path)[1:] if path.is_file() else ())]
    return [row for row in rows if row["what came of it"] == COLLECTED and row["lms"] == lms]


def students_of(config, assignments, lms):
    """Return the ids of the students whose work was collected from one system."""
    return {row["student"] for assignment in assignments for row in _collected(config, assignment, lms)}


def pack(config, assignment, lms):
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
    pages = {_name(row, page, lms): page for row in rows for page in _pages(coursedir, assignment, row["student"])}
    without = sorted({row["student"] for row in rows if not _pages(coursedir, assignment, row["student"])})
    if not pages:
        raise FileNotFoundError(f"There are no feedback pages yet. Run: nbgrader generate_feedback {assignment}")
    path = Path(coursedir.root, coursedir.submitted_directory).parent / f"feedback_{assignment}_{lms}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, page in pages.items():
            packed.write(page, name)
    return path, len(pages), without


def _pages(coursedir, assignment, student):
    folder = coursedir.format_path(coursedir.feedback_directory, student, assignment)
    return sorted(Path(coursedir.root, folder).glob("*.html"))


def _name(row, page, lms):
    """Return the page's name in the archive: what the system called the student's file begins like this."""
    return f"{row['prefix']}/{page.name}" if lms == "moodle" else f"{row['prefix']}{page.name}"

"""A course in a temporary folder, and who works there."""

import os
import shutil

import pytest

from autograder import paths
from autograder.tests.days.lab import Lab
from autograder.tests.days.people import ASSIGNMENT, Instructor, Student

KEEP_PICTURES = bool(os.environ.get("GUIDE_PICTURES"))  # make pictures


@pytest.fixture(scope="module")
def browser(launch):
    """A browser of its own: JupyterLab leaves pages that are slow to close."""
    chromium = launch()
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    """Two JupyterLabs, of an instructor in a course's folder and of a student anywhere, with one exchange."""
    top = tmp_path_factory.mktemp("days")
    course, work, exchange = top / "course", top / "work", top / "exchange"
    for folder in (course, work, exchange):
        folder.mkdir()
    exchange.chmod(0o777)
    shutil.copy(paths.COURSE / "nbgrader_config.py", course)
    shutil.copytree(paths.source_notebook(ASSIGNMENT).parent, course / "solutions" / ASSIGNMENT)
    settings = f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
    started = [
        Lab(top / "instructor", course, settings),
        Lab(top / "ada", work, settings + "c.CourseDirectory.student_id = 'ada'\n"),
    ]
    try:
        for lab in started:
            lab.wait()
        yield started
    finally:
        for lab in started:
            lab.close()


@pytest.fixture(scope="module")
def instructor(browser, labs):
    """The instructor, before the day begins."""
    return Instructor(browser, labs[0], KEEP_PICTURES)


@pytest.fixture(scope="module")
def student(browser, labs):
    """The student Ada, before the day begins."""
    return Student(browser, labs[1], KEEP_PICTURES)

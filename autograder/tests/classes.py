"""What the tests of whole-class grading share: who is in the class, how it is graded, what is compared."""

import contextlib
import os
import re
import shutil
import sys
from pathlib import Path

from nbgrader.api import Gradebook

from autograder import paths
from autograder.judge import provenance
from autograder.judge.class_grading import grade_class
from autograder.judge.settings import course_config
from autograder.tests.forked import Command
from autograder.workshop.demo_class import ASSIGNMENT

RIGHT_OR_WRONG = ("ada", "bela", "chen", "dora", "emil", "gus", "mia", "nils", "olga", "pia", "tom")
SET_ASIDE = ("quinn", "sam", "uma", "vera")
QUICK = (*RIGHT_OR_WRONG, *SET_ASIDE)  # to grade; the others of the class run into a limit


def grade(course, **options):
    return grade_class(course_config(course.settings), ASSIGNMENT, **{"workers": 0, "quiet": True, **options})


def few(released, folder, submitted):
    """Return a copy of a released course with these students alone, and when each of them submitted, in October 2026.

    Parameters
    ----------
    released : Course
    folder : path
        Where to make it.
    submitted : dict
        {student: day and time, as in "02 12:00"}
    """
    course = released.copy(folder)
    for student in (folder / "submitted").iterdir():
        if student.name in submitted:
            written = f"2026-10-{submitted[student.name]} UTC"
            (student / ASSIGNMENT / "timestamp.txt").write_text(written)
        else:
            shutil.rmtree(student)
    return course


def due(course, when="01 12:00"):
    """Set the deadline of a course's assignment, a day and time in October 2026."""
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=f"2026-10-{when} UTC")


def by_hand(course, student, points):
    """Give points for the written answer."""
    with Gradebook(url(course)) as gradebook:
        written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, student)
        written.manual_score, written.needs_manual_grade = points, False
        gradebook.db.commit()


def nbgrader(app, course, *arguments):
    """Run an nbgrader command in this process, which takes a tenth of the time; returns its exit status."""
    app = app()
    try:
        app.initialize([*map(str, arguments), *course.settings, *getattr(course, "more", ())])
        app.start()
    except SystemExit as ended:
        return ended.code
    return 0


def command(course, *arguments):
    return [sys.executable, "-m", "autograder", "grade", ASSIGNMENT, *arguments, *course.settings]


def started(course, *arguments):
    """Start that command; at once, and not after the seconds that its imports take."""
    return Command(command(course, *arguments)[2:], paths.COURSE, environment())


def url(course):
    return next(value for name, _, value in (one.partition("=") for one in course.settings) if name.endswith(".db_url"))


def marks(db_url):
    """Return all that a gradebook says of every submission, cell by cell."""
    with Gradebook(db_url) as gradebook:
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        return {s.student.id: (str(s.timestamp), [_notebook(n) for n in s.notebooks]) for s in submissions}


def _notebook(notebook):
    grades = sorted(
        (g.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade, g.max_score)
        for g in notebook.grades
    )
    comments = sorted((c.name, c.auto_comment, c.manual_comment) for c in notebook.comments)
    return notebook.name, notebook.score, notebook.late_submission_penalty, grades, comments


def paths_of(course):
    """Return where each graded notebook is, with what lies beside it; cheap enough to ask again and again."""
    return list((course.folder / "autograded").glob(f"*/{ASSIGNMENT}/*"))


def files(course):
    """Return the text of every graded notebook; files that are a program's own business left out."""
    return {str(path.relative_to(course.folder)): path.read_text() for path in paths_of(course)}


def say_the_same(some, others):
    return some.keys() == others.keys() and all(provenance.same(text, others[path]) for path, text in some.items())


def environment():
    """Return the environment of a command: nbgrader calls others by name."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@contextlib.contextmanager
def endless(course, student):
    """Make a submission take most of a minute, so that grading is not over when it is stopped; then restore it."""
    (path,) = (course.folder / "submitted" / student / ASSIGNMENT).glob("*.ipynb")
    written = path.read_text()
    changed = re.sub(r'"def (?=[a-z0-9_]+\()', r'"while True: pass\\n\\ndef ', written)
    assert changed.count("while True") > 3  # each is stopped after ten seconds
    path.write_text(changed)
    yield
    path.write_text(written)

"""The one writer of marks: each submission goes into nbgrader's gradebook and its folder whole, or not at all."""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypedDict

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.converters.autograde import Autograde
from sqlalchemy import TextClause, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

from autograder.judge import provenance, restore, submission
from autograder.judge.classroom import place
from autograder.judge.late import Penalties, total
from autograder.judge.times import submitted_at

PATIENCE = 60  # seconds to wait for a gradebook that another program has locked
STAGING = ".staging"  # below the folder of graded submissions; a name that no student can have


class GradebookError(RuntimeError):
    """The gradebook cannot be used; the message says why and what to do. Nothing was half written."""


class GradedNotebook(TypedDict):
    """What a worker sends back of one notebook.

    Its text, scores and comments for the gradebook as in `submission.Graded`, why it was set aside, what else the
    instructor should know, and what in the code to look at.
    """

    text: str
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    trouble: str
    note: str
    look: list[str]


class Recorded(NamedTuple):
    """What recording a submission changed.

    Attributes
    ----------
    changed : bool
        Whether anything did: a submission graded again with the same result keeps its files byte for byte.
    before, after : float or None
        Its points, late penalty taken off; None before there were any.
    """

    changed: bool
    before: float | None
    after: float


class Recorder:
    """Writes the marks of one assignment; used by one process at a time.

    The gradebook comes first, in one transaction a submission, then the folder by a rename. Killed in between, the
    folder is missing or old, so the submission is graded again and the same marks are written again.

    Parameters
    ----------
    autograde : nbgrader.converters.Autograde
        nbgrader's settings: its folders, the permissions of graded notebooks, its late penalty plug-in.
    assignment : str

    Raises
    ------
    GradebookError
        If the gradebook cannot be read, or does not know the assignment.
    """

    def __init__(self, autograde: Autograde, assignment: str):
        coursedir = autograde.coursedir
        self.autograde, self.coursedir, self.assignment = autograde, coursedir, assignment
        with explained(coursedir.db_url):
            self.gradebook = Gradebook(coursedir.db_url, coursedir.course_id)
            self.trusted = self._trusted()
        self.commit = self.gradebook.db.commit
        self.gradebook.db.commit = self.gradebook.db.flush  # nbgrader commits after each cell: here all at once
        self.penalties = Penalties(autograde.config)
        self.folder = Path(coursedir.root, coursedir.autograded_directory)
        shutil.rmtree(self.folder / STAGING, ignore_errors=True)

    def _trusted(self):
        """Return ``{notebook: its trusted cells}``."""
        try:
            notebooks = self.gradebook.find_assignment(self.assignment).notebooks
        except MissingEntry:
            notebooks = []
        if not notebooks:
            raise GradebookError(
                f"The gradebook has no assignment {self.assignment!r}. "
                f"Run: nbgrader generate_assignment {self.assignment} --force"
            )
        self.names = {
            n.id: (n.name, {cell.id: cell.name for cell in (*n.grade_cells, *n.solution_cells, *n.task_cells)})
            for n in notebooks
        }
        return {notebook.name: restore.from_gradebook(notebook) for notebook in notebooks}

    def close(self) -> None:
        """Close the gradebook."""
        self.gradebook.close()

    def deadline(self, student: str) -> datetime | None:
        """Return a student's own deadline, extension included; None if there is none."""
        with explained(self.coursedir.db_url):
            try:
                due = self.gradebook.find_assignment(self.assignment).duedate
                if due and (extension := self.penalties.roster.extension(student, self.assignment)) is not None:
                    return due + extension
                return due and self.gradebook.find_submission(self.assignment, student).duedate
            except MissingEntry:
                return due
            finally:
                self.gradebook.db.rollback()  # holds nothing while submissions are graded

    def submissions(self) -> list[SubmittedAssignment]:
        """Return what the gradebook has of all students who ever handed in."""
        with explained(self.coursedir.db_url):
            return list(self.gradebook.assignment_submissions(self.assignment))

    def graded(self, student: str) -> dict[str, str]:
        """Return ``{notebook: text of the graded notebook}`` of a student; empty if one is missing."""
        folder = self._place(student)
        try:
            return {name: (folder / f"{name}.ipynb").read_text(encoding="utf-8") for name in self.trusted}
        except (OSError, UnicodeDecodeError):
            return {}

    def slips(self, student: str) -> dict[str, str]:
        """Return what nbgrader's exchange wrote beside the submission that was graded last."""
        return submission.slips(self._place(student))

    def has_marks(self, student: str) -> bool:
        """Tell whether the gradebook has every automatic score of a student's submission."""
        with explained(self.coursedir.db_url):
            try:
                return self._complete(self.gradebook.find_submission(self.assignment, student))
            except MissingEntry:
                return False
            finally:
                self.gradebook.db.rollback()  # holds nothing while submissions are graded

    def _complete(self, submitted):
        automatic = {cell.name for cells in self.trusted.values() for cell in cells if cell.is_test}
        return all(
            grade.auto_score is not None
            for notebook in submitted.notebooks
            for grade in notebook.grades
            if self.names[notebook.notebook_id][1][grade.cell_id] in automatic
        )

    def record(self, student: str, graded: Mapping[str, GradedNotebook], slips: Mapping[str, str]) -> Recorded:
        """Write one submission's marks and graded notebooks.

        Parameters
        ----------
        student : str
        graded : {notebook: GradedNotebook}
        slips : {name: text}
            What nbgrader's exchange wrote beside the submission, see `submission.slips`.

        Returns
        -------
        Recorded
        """
        old = self.graded(student)
        same = bool(old) and all(provenance.same(old[name], new["text"]) for name, new in graded.items())
        in_place = same and self.slips(student) == slips
        if not in_place:
            staged = self._stage(student, graded, slips)
        when = submitted_at(slips.get("timestamp.txt"))
        with explained(self.coursedir.db_url):
            changed, before, after = self._patiently(lambda: self._into_gradebook(student, graded, when, old))
        if not in_place:
            self._put_in_place(student, staged)
        return Recorded(changed or not in_place or before != after, before, after)

    def settle(self) -> dict[str, tuple[float, float]]:
        """Compute the late penalties of all submissions anew: a deadline, an extension or points may have changed.

        Returns
        -------
        {student: (points before, points now)}
            Where they changed.
        """
        with explained(self.coursedir.db_url):
            return self._patiently(lambda: self.penalties.settle_all(self.gradebook, self.assignment))

    def _patiently(self, write):
        """Write in one transaction, waiting for a gradebook that is locked."""
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                result = write()
                self.commit()
                return result
            except (OperationalError, IntegrityError) as error:
                self.gradebook.db.rollback()
                # Two that enter the same student at once: it is there the next time.
                passing = isinstance(error, IntegrityError) or "locked" in str(error.orig)
                if not passing or time.monotonic() > ends:
                    raise
                time.sleep(0.2)
            except BaseException:
                self.gradebook.db.rollback()
                raise

    def _into_gradebook(self, student, graded, timestamp, old):
        self.gradebook.db.rollback()  # what was read before may have changed since
        self.gradebook.db.execute(begin_writing(self.gradebook.engine.dialect.name))
        self.gradebook.update_or_create_student(student)
        before = self._total(student)
        given = {"timestamp": timestamp} if timestamp else {}
        submitted = self.gradebook.update_or_create_submission(self.assignment, student, **given)
        changed = False
        for notebook in submitted.notebooks:
            name, cells = self.names[notebook.notebook_id]
            new = graded[name]
            same = name in old and provenance.same(old[name], new["text"])
            answers = [cell.name for cell in self.trusted[name] if cell.solution]
            untouched = _untouched(old.get(name), new["text"], answers)
            scores, comments = new["scores"], new["comments"]
            grades = [(grade, scores[cell]) for grade in notebook.grades if (cell := cells[grade.cell_id]) in scores]
            if not (same and all(grade.auto_score == score for grade, score in grades)):
                for grade, score in grades:
                    if grade.auto_score != score or cells[grade.cell_id] not in untouched:
                        grade.needs_manual_grade = score is None or grade.manual_score is not None  # as nbgrader says
                    grade.auto_score = score
                for comment in notebook.comments:
                    comment.auto_comment = comments.get(cells[comment.cell_id])
                changed = True
        self.penalties.settle(self.gradebook, submitted)
        self.gradebook.db.expire(submitted)  # its score is computed by the database
        return changed, before, total(submitted)

    def _total(self, student):
        """Return a student's points, None if there are none."""
        try:
            submitted = self.gradebook.find_submission(self.assignment, student)
        except MissingEntry:
            return None
        graded = any(grade.auto_score is not None for notebook in submitted.notebooks for grade in notebook.grades)
        return total(submitted) if graded else None

    def _place(self, student):
        return place(self.coursedir, self.coursedir.autograded_directory, student, self.assignment)

    def _stage(self, student, graded, slips):
        """Write the folder beside its place."""
        staged = self.folder / STAGING / student
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        for name, content in ({f"{name}.ipynb": new["text"] for name, new in graded.items()} | slips).items():
            (staged / name).write_text(content, encoding="utf-8")
        return staged

    def _put_in_place(self, student, staged):
        folder, old = self._place(student), staged.with_name(staged.name + ".old")
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            os.rename(folder, old)
        os.rename(staged, folder)
        self.autograde.set_permissions(self.assignment, student)
        shutil.rmtree(old, ignore_errors=True)


def _untouched(old, new, answers):
    """Return the names of graded cells with nothing new to read: all of the same submission, else the same answers."""
    if not old:
        return set()
    before, now = _sources(old), _sources(new)
    if provenance.read(old).get("submission") == provenance.read(new).get("submission"):
        return set(now)
    return {name for name in answers if before.get(name) == now.get(name)}


def _sources(text):
    """Return ``{name: source}`` of the assignment's cells in a graded notebook, which the grader wrote."""
    cells = json.loads(text)["cells"]
    return {c["metadata"]["nbgrader"]["grade_id"]: c["source"] for c in cells if "nbgrader" in c["metadata"]}


def begin_writing(database: str) -> TextClause:
    """Return the statement that begins a transaction that writes; it changes nothing."""
    if database == "postgresql":  # locks rows: only who wants the same one waits
        return text(f"SET LOCAL lock_timeout = '{PATIENCE * 1000:.0f}ms'")
    return text("UPDATE course SET id = id WHERE 1 = 0")  # SQLite: waits here for whoever else writes


@contextmanager
def explained(db_url: str) -> Iterator[None]:
    """Turn what a database says into what the instructor can do about it."""
    try:
        yield
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise GradebookError(
            f"The gradebook {_shown(db_url)} can't be used: {said}. Nothing of this submission was written. "
            "If another program holds it, wait for that; if it is broken, put a copy back. Then run the same command."
        ) from None
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise GradebookError(
            "The setting CourseDirectory.db_url can't be used. It is, for example, sqlite:////folder/gradebook.db, or "
            "postgresql+psycopg://user@host/database with the package psycopg installed."
        ) from None


def _shown(db_url):
    """Return where a database is, without user and password.

    >>> _shown("postgresql+psycopg://tutor:secret@db.example.org/course?password=secret")
    'db.example.org/course'
    """
    url = make_url(db_url)
    return "/".join(str(part) for part in (url.host or url.query.get("host"), url.database) if part)

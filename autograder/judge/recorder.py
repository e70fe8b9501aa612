"""The one writer of marks: each submission goes into nbgrader's gradebook and its folder whole, or not at all."""

import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import NamedTuple, TypedDict

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.converters.autograde import Autograde
from sqlalchemy import TextClause, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

from autograder.judge import provenance, restore, submission
from autograder.judge.classroom import place
from autograder.judge.late import Penalties, concerned, total
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


class Result(NamedTuple):
    """What is recorded of one submission.

    Attributes
    ----------
    student : str
    graded : {notebook: GradedNotebook}
    slips : {name: text}
        What nbgrader's exchange wrote beside the submission, see `submission.slips`.
    """

    student: str
    graded: Mapping[str, GradedNotebook]
    slips: Mapping[str, str]

    @property
    def when(self) -> datetime | None:
        """When it was handed in, if that is known."""
        return submitted_at(self.slips.get("timestamp.txt"))


class Recorder:
    """Writes the marks of one assignment; used by one process at a time.

    The gradebook comes first, in one transaction for several submissions, then each folder by a rename. Killed in
    between, a folder is missing or old, so the submission is graded again and the same marks are written again.

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
            n.id: (n.name, _names(n.grade_cells + n.task_cells), _names(n.solution_cells + n.task_cells))
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

    def late(self) -> list[SubmittedAssignment]:
        """Return what the gradebook has of all who were late."""
        with explained(self.coursedir.db_url):
            return [one for one in concerned(self.gradebook, self.assignment) if one.total_seconds_late]

    def waiting(self) -> list[str]:
        """Return all students who wait for points by hand, in order."""
        with explained(self.coursedir.db_url):
            return sorted(self._students(Grade.needs_manual_grade))

    def _students(self, *which):
        """Return the students with such a grade in this assignment: one look at the table for the whole class."""
        asked = select(SubmittedAssignment.student_id).distinct().join(SubmittedAssignment.assignment)
        asked = asked.join(SubmittedAssignment.notebooks).join(SubmittedNotebook.grades)
        return set(self.gradebook.db.scalars(asked.where(Assignment.name == self.assignment, *which)))

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

    @cached_property
    def marked(self) -> set[str]:
        """Students whose submission has every automatic score in the gradebook, when this was asked for first."""
        automatic = {cell.name for cells in self.trusted.values() for cell in cells if cell.is_test}
        cells = [
            id for _name, graded, _answers in self.names.values() for id, name in graded.items() if name in automatic
        ]
        with explained(self.coursedir.db_url):
            found = self._students() - self._students(Grade.cell_id.in_(cells), Grade.auto_score.is_(None))
            self.gradebook.db.rollback()  # holds nothing while submissions are graded
            return found

    def record(self, results: Sequence[Result]) -> list[Recorded]:
        """Write marks and graded notebooks of submissions, of one for each student."""
        old = [self.graded(result.student) for result in results]
        moved = [not self._in_place(*one) for one in zip(results, old, strict=True)]
        staged = {result.student: self._stage(result) for result in compress(results, moved)}
        with explained(self.coursedir.db_url):
            changes = self._patiently(lambda: self._into_gradebook(results, old))
        for student, folder in staged.items():
            self._put_in_place(student, folder)
        return [
            Recorded(changed or new or before != after, before, after)
            for new, (changed, before, after) in zip(moved, changes, strict=True)
        ]

    def _in_place(self, result, old):
        """Tell whether the folder holds what it should already."""
        same = bool(old) and all(provenance.same(old[name], new["text"]) for name, new in result.graded.items())
        return same and self.slips(result.student) == result.slips

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

    def _into_gradebook(self, results, old):
        """Write all marks; return (whether they changed, points before, points now) of each submission."""
        self.gradebook.db.rollback()  # what was read before may have changed since
        self.gradebook.db.execute(begin_writing(self.gradebook.engine.dialect.name))
        assignment = self.gradebook.find_assignment(self.assignment)
        known = self._known(SubmittedAssignment.student_id, results, SubmittedAssignment.assignment_id == assignment.id)
        first = [one.student not in known and self._is_plain(one, assignment) for one in results]
        self._enter([*compress(results, first)], assignment.id)
        return [
            (True, None, _points(result)) if new else self._update(result, texts)
            for new, result, texts in zip(first, results, old, strict=True)
        ]

    def _is_plain(self, result, assignment):
        """Tell whether a first submission is in time and without an extension, so that there is nothing to compute."""
        late = result.when and assignment.duedate and result.when > assignment.duedate
        return not late and self.penalties.roster.extension(result.student, self.assignment) is None

    def _known(self, column, results, *which):
        """Return those students of some results that a table has."""
        asked = select(column).where(column.in_([result.student for result in results]), *which)
        return set(self.gradebook.db.scalars(asked))

    def _enter(self, results, assignment):
        """Add the first submissions of students with one statement for each table; nbgrader needs a dozen for each."""
        rows = defaultdict(list)
        known = self._known(Student.id, results)
        rows[Student] = [{"id": result.student} for result in results if result.student not in known]
        for result in results:
            submitted = {"id": new_uuid(), "assignment_id": assignment}
            rows[SubmittedAssignment].append(submitted | {"student_id": result.student, "timestamp": result.when})
            for id, (name, graded, answers) in self.names.items():
                notebook = {"id": new_uuid(), "assignment_id": submitted["id"], "notebook_id": id}
                rows[SubmittedNotebook].append(notebook)
                there = {"notebook_id": notebook["id"]}
                for cell, score in _of(graded, result.graded[name]["scores"]):
                    marked = {"cell_id": cell, "auto_score": score, "needs_manual_grade": score is None}
                    rows[Grade].append(there | marked)
                for cell, comment in _of(answers, result.graded[name]["comments"]):
                    rows[Comment].append(there | {"cell_id": cell, "auto_comment": comment})
        for table, added in rows.items():
            if added:
                self.gradebook.db.execute(insert(table.__table__), added)

    def _update(self, result, old):
        """Write the marks of a submission into what the gradebook has of it; see `_into_gradebook`."""
        student = result.student
        self.gradebook.update_or_create_student(student)
        before = self._total(student)
        given = {"timestamp": result.when} if result.when else {}
        submitted = self.gradebook.update_or_create_submission(self.assignment, student, **given)
        changed = False
        for notebook in submitted.notebooks:
            name, graded, commented = self.names[notebook.notebook_id]
            new = result.graded[name]
            same = name in old and provenance.same(old[name], new["text"])
            answers = [cell.name for cell in self.trusted[name] if cell.solution]
            untouched = _untouched(old.get(name), new["text"], answers)
            scores, comments = new["scores"], new["comments"]
            grades = [(grade, scores[cell]) for grade in notebook.grades if (cell := graded[grade.cell_id]) in scores]
            if not (same and all(grade.auto_score == score for grade, score in grades)):
                for grade, score in grades:
                    if grade.auto_score != score or graded[grade.cell_id] not in untouched:
                        grade.needs_manual_grade = score is None or grade.manual_score is not None  # as nbgrader says
                    grade.auto_score = score
                for comment in notebook.comments:
                    comment.auto_comment = comments.get(commented[comment.cell_id])
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

    def _stage(self, result):
        """Write the folder beside its place."""
        staged = self.folder / STAGING / result.student
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        texts = {f"{name}.ipynb": new["text"] for name, new in result.graded.items()}
        for name, content in (texts | result.slips).items():
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


def _names(cells):
    return {cell.id: cell.name for cell in cells}


def _of(names, values):
    return ((cell, values.get(name)) for cell, name in names.items())


def _points(result):
    return sum(score or 0.0 for new in result.graded.values() for score in new["scores"].values())


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
            f"The gradebook {_shown(db_url)} can't be used: {said}. Nothing more was written. "
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

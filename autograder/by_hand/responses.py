"""The responses to one written question: read from the graded notebooks, their points kept in nbgrader's gradebook."""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import and_
from traitlets.config import Config

from autograder.judge.classroom import place
from autograder.judge.html import visible
from autograder.judge.recorder import STAGING, begin_writing, explained

MAX_COMMENT = 10_000  # characters


class Changed(Exception):
    """Points, comment or answer are no longer what the grader saw; nothing was written."""

    def __init__(self, groups: list[dict[str, Any]]):
        super().__init__("These points were changed elsewhere in the meantime.")
        self.groups = groups


class Asked(NamedTuple):
    """A written question of a released assignment."""

    notebook: str
    name: str
    grade_cell: str
    solution_cell: str
    points: float


def questions(gradebook: Gradebook, assignment: str) -> list[Asked]:
    """Return the written questions of an assignment: the cells that students fill in and a person grades."""
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        notebooks = []
    asked = []
    for notebook in notebooks:
        answers = {cell.name: cell.id for cell in notebook.solution_cells}
        cells = sorted((cell for cell in notebook.grade_cells if cell.name in answers), key=lambda cell: cell.name)
        asked += [Asked(notebook.name, cell.name, cell.id, answers[cell.name], cell.max_score) for cell in cells]
    return asked


class Responses:
    """All responses to one question.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader: its gradebook and its folders.
    assignment : str
    question : str
        The name of its cell; may be left out where an assignment has only one.

    Raises
    ------
    ValueError
        If there is no such question; the message names those there are.
    """

    def __init__(self, config: Config, assignment: str, question: str = ""):
        self.coursedir, self.assignment = CourseDirectory(config=config), assignment
        with explained(self.coursedir.db_url), self._gradebook() as gradebook:
            asked = questions(gradebook, assignment)
        if not asked:
            raise ValueError(
                f"The gradebook has no written question of {assignment!r}. "
                f"Run: nbgrader generate_assignment {assignment} --force"
            )
        found = [one for one in asked if question in ("", one.name)]
        if len(found) != 1:
            raise ValueError(f"Name one question of {assignment}: {', '.join(one.name for one in asked)}")
        (self.asked,) = found
        self._answers: dict[str, tuple[int, str]] = {}

    def _gradebook(self):
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    def groups(self) -> list[dict[str, Any]]:
        """Return what there is to grade: for equal answers with equal points one entry, without names.

        Each has the ids of its grades, the answer, its points (None if there are none), the comment, whether it waits
        for a person, and a version by which `grade` notices that any of this has changed.
        """
        with explained(self.coursedir.db_url), self._gradebook() as gradebook:
            return self._grouped(self._rows(gradebook))

    def grade(self, ids: Sequence[str], version: str, points: float | None, comment: str) -> list[dict[str, Any]]:
        """Write points and a comment for some equal answers: for all of them, or for none.

        Parameters
        ----------
        ids : sequence of str
        version : str
            What `groups` gave when the grader saw them.
        points : float or None
            None: they wait for a person again.
        comment : str

        Returns
        -------
        list of dict
            What `groups` would return of them.

        Raises
        ------
        Changed
            If they are no longer what the grader saw.
        ValueError
            If these points can't be given.
        """
        if points is not None and not (math.isfinite(points) and 0 <= points <= self.asked.points):
            raise ValueError(f"Points must be a number from 0 to {self.asked.points:g}.")
        if len(comment) > MAX_COMMENT:
            raise ValueError(f"A comment can have at most {MAX_COMMENT} characters.")
        with explained(self.coursedir.db_url), self._gradebook() as gradebook:
            gradebook.db.execute(begin_writing(gradebook.engine.dialect.name))
            rows = self._rows(gradebook, ids)
            groups = self._grouped(rows)
            if [(group["version"], len(group["ids"])) for group in groups] != [(version, len(ids))]:
                gradebook.db.rollback()
                raise Changed(groups)
            for grade, kept, _ in rows:
                grade.manual_score = None if points is None else float(points)
                grade.needs_manual_grade = points is None and grade.auto_score is None  # as Formgrader does
                if kept is not None:
                    kept.manual_comment = comment or None
            groups = self._grouped(rows)
            gradebook.db.commit()
            return groups

    def _rows(self, gradebook, ids=None):
        """Return (grade, comment, student) of all responses that are or will be graded by hand, or of some."""
        comment = and_(Comment.notebook_id == Grade.notebook_id, Comment.cell_id == self.asked.solution_cell)
        query = (
            gradebook.db.query(Grade, Comment, SubmittedAssignment.student_id)
            .select_from(Grade)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .outerjoin(Comment, comment)
            .filter(Grade.cell_id == self.asked.grade_cell)
            .order_by(Grade.id)  # drawn at random: the order says nothing about names
            .with_for_update(of=Grade)
        )
        rows = query.all() if ids is None else query.filter(Grade.id.in_(ids)).all()
        return [row for row in rows if row[0].needs_manual_grade or row[0].manual_score is not None]

    def _grouped(self, rows: Iterable[tuple[Any, Any, str]]) -> list[dict[str, Any]]:
        groups: dict[str, dict[str, Any]] = {}
        for grade, comment, student in rows:
            state = {
                "answer": self._answer(student),
                "points": grade.manual_score,
                "comment": (comment.manual_comment if comment is not None else None) or "",
                "waits": grade.needs_manual_grade,
            }
            version = hashlib.sha256(json.dumps(state).encode()).hexdigest()
            groups.setdefault(version, {"ids": [], "version": version, **state})["ids"].append(grade.id)
        return list(groups.values())

    def _answer(self, student):
        """Return a student's answer from the graded notebook, which is read again only if it changed.

        While a new one is recorded it stands in another folder, from before its marks are written.
        """
        folder = Path(self.coursedir.root, self.coursedir.autograded_directory, STAGING, student)
        if not folder.is_dir():
            folder = place(self.coursedir, self.coursedir.autograded_directory, student, self.assignment)
        path = folder / f"{self.asked.notebook}.ipynb"
        try:
            written = path.stat().st_mtime_ns
            if self._answers.get(student, (0, ""))[0] != written:
                cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
                texts = (c["source"] for c in cells if _grade_id(c) == self.asked.name)
                self._answers[student] = written, visible("".join(next(texts, "")).strip())
            return self._answers[student][1]
        except (OSError, ValueError, KeyError):
            return f"(The graded notebook is missing. Run: python -m autograder grade {self.assignment} --regrade)"


def _grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")

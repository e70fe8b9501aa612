"""Marks as files that Canvas and Moodle take into their gradebooks; plug-ins of ``nbgrader export``."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, Student, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode
from traitlets.config import Config

from autograder.judge import roster as roster_of
from autograder.judge.classroom import classroom
from autograder.judge.late import Penalties, total
from autograder.lms import feedback, moodle, tables

CANVAS_HEADS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID")
POINTS_POSSIBLE = "    Points Possible"  # the row below the heads, spelt as Canvas does


@dataclass(frozen=True)
class Grade:
    """What a student got in an assignment.

    Attributes
    ----------
    student : nbgrader.api.Student
    submission : nbgrader.api.SubmittedAssignment or None
        None where nothing was handed in: then there is no mark to report, and the LMS keeps what it has.
    """

    student: Student
    submission: SubmittedAssignment | None

    @property
    def score(self) -> str:
        """The mark with the late penalty taken off, never below 0, as text; "" if there is none."""
        if self.submission is None:
            return ""
        return _number(total(self.submission))


def export(config: Config, form: str, assignments: Sequence[str] = (), to: str = "", **settings: str) -> None:
    """Export marks without ``nbgrader export``.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    form : str
        One of `EXPORTERS`.
    assignments : sequence of str
        By default all.
    to : str
        A file; by default one in the classroom.
    settings
        Of the exporter, for example ``roster``.
    """
    coursedir = CourseDirectory(config=config)
    exporter = EXPORTERS[form](config=config, assignment=list(assignments), to=to, **settings)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        exporter.export(gradebook)


def _number(value):
    """Return a number as an LMS reads it.

    >>> _number(87.0), _number(2 / 3)
    ('87', '0.67')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


class _Exporter(ExportPlugin):
    """What the exporters share."""

    suffix = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the marks of the assignments asked for, by default of all, to `to`."""
        try:
            self._export(gradebook)
        except (OSError, ValueError) as error:
            if self.parent is None:
                raise
            self.parent.fail(str(error))

    def _export(self, gradebook):
        assignments = [a for a in gradebook.assignments if not self.assignment or a.name in map(str, self.assignment)]
        if not self.assignment:
            assignments = self._handed_in(gradebook, assignments)
        missing = {str(name) for name in self.assignment} - {a.name for a in assignments}
        if missing or not assignments:
            raise ValueError(f"The gradebook has no assignment {', '.join(sorted(missing))}".rstrip() + ".")
        for assignment in assignments:
            Penalties(self.config).settle_all(gradebook, assignment.name)
        gradebook.db.commit()
        self._tell_of_people(gradebook)
        path = Path(self.to or classroom(self._coursedir) / f"marks{self.suffix}.csv")
        tables.write(path, self.rows(gradebook, assignments))
        path.chmod(0o600)  # also one that was there before
        self.log.warning("Wrote %s", path)
        for assignment in assignments:
            waiting = sum(s.needs_manual_grade for s in gradebook.assignment_submissions(assignment.name))
            if waiting:
                self.log.warning("%s: %d submissions wait to be graded by hand", assignment.name, waiting)

    def _handed_in(self, gradebook, assignments):
        """Return the assignments of which there is a submission, and name the others."""
        left = [a for a in assignments if not a.num_submissions]
        if left:
            self.log.warning("Left out, since nobody has submitted it: %s", ", ".join(a.name for a in left))
        return [a for a in assignments if a.num_submissions]

    def _tell_of_people(self, gradebook):
        """Name those who are left out since they dropped the course, and those who seem to be there twice."""
        students, roster = gradebook.students, self._people
        if dropped := [student.id for student in students if roster.is_dropped(student.id)]:
            self.log.warning("Left out, since they dropped the course: %s", ", ".join(map(ascii, dropped)))
        there = {student.id for student in students}
        of_roster = [(one.id, (one.lms_id, one.email)) for one in roster.people.values()]
        of_gradebook = [(one.id, (one.lms_user_id or "", one.email or "")) for one in students]
        for one, other, text in roster_of.two_ids([*of_roster, *of_gradebook]):
            if {one, other} <= there:
                self.log.warning("%a and %a seem to be the same person: both have %a", one, other, text)

    @cached_property
    def _coursedir(self):
        return self.parent.coursedir if self.parent else CourseDirectory(config=self.config)

    @cached_property
    def _people(self):
        return roster_of.Roster.of(self._coursedir)

    def grades(self, gradebook: Gradebook, assignment: Assignment) -> dict[str, Grade]:
        """Return ``{student id: Grade}`` of all students who did not drop the course, or of those asked for."""
        wanted, roster = set(map(str, self.student)), self._people
        submitted = {submission.student_id: submission for submission in assignment.submissions}
        return {
            student.id: Grade(student, submitted.get(student.id))
            for student in gradebook.students
            if (student.id in wanted if wanted else not roster.is_dropped(student.id))
        }

    def check_points(self, assignment: Assignment, theirs: str, where: str) -> None:
        """Warn if an LMS has other points possible than the gradebook."""
        with contextlib.suppress(ValueError):
            if float(theirs.replace(",", ".")) != assignment.max_score:
                self.log.warning(
                    "%s: %s has %s points possible, the gradebook %s. Change one of them before you upload the file.",
                    *(assignment.name, where, theirs, _number(assignment.max_score)),
                )

    def rows(self, gradebook: Gradebook, assignments: Sequence[Assignment]) -> Iterable[Sequence[str]]:
        """Return the rows of the file."""
        raise NotImplementedError


class PlainExporter(_Exporter):
    """nbgrader's own columns, one row a student and assignment, in CSV that survives any name."""

    HEADS = (
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score"),
    )

    def rows(self, gradebook: Gradebook, assignments: Sequence[Assignment]) -> Iterator[Sequence[str]]:
        yield list(self.HEADS)
        for assignment in assignments:
            for grade in self.grades(gradebook, assignment).values():
                student, got = grade.student, grade.submission
                marks = (got.score, got.late_submission_penalty or 0.0) if got else (0.0, 0.0)
                row = (
                    *(assignment.name, assignment.duedate, got.timestamp if got else None, student.id),
                    *(student.last_name, student.first_name, student.email),
                    *(*marks, grade.score or 0.0, assignment.max_score),
                )
                yield [_text(value) for value in row]


def _text(value):
    return "" if value is None else str(value)


class CanvasExporter(_Exporter):
    """Marks for Canvas: Gradebook, Import.

    Canvas finds a student by ``ID``, its own number, else by ``SIS User ID`` or ``SIS Login ID``. Students whose work
    came in an archive of Canvas's are called by its number already.
    """

    suffix = "_canvas"

    id_column = Unicode(
        "SIS Login ID",
        help="What the ids are of students whose work did not come from Canvas: ID, SIS User ID or SIS Login ID.",
    ).tag(config=True)
    roster = Unicode(
        "",
        help="The gradebook as Canvas exported it (CSV): names, sections and the assignments' numbers are in it. "
        "Without it Canvas goes by the assignment's name, and makes a new one if it has none of this name.",
    ).tag(config=True)
    column = Unicode("", help="Of one assignment: its head in the roster, if it doesn't begin with its name.").tag(
        config=True
    )

    def rows(self, gradebook: Gradebook, assignments: Sequence[Assignment]) -> Iterator[Sequence[str]]:
        if self.id_column not in CANVAS_IDS:
            raise ValueError(f"CanvasExporter.id_column: one of {', '.join(CANVAS_IDS)}. Received: {self.id_column!r}")
        grades = [self.grades(gradebook, assignment) for assignment in assignments]
        roster = _Roster(self.roster) if self.roster else None
        heads = [roster.head(a.name, self.column) if roster else a.name for a in assignments]
        info = roster.heads if roster else list(CANVAS_HEADS)
        for assignment, head in zip(assignments, heads, strict=True):
            self.check_points(assignment, roster.points_possible(head) if roster else "", "Canvas")
        yield [*info, *heads]
        yield [POINTS_POSSIBLE, *[""] * (len(info) - 1), *(_number(a.max_score) for a in assignments)]
        theirs = feedback.students_of(self.config, [a.name for a in assignments], "Canvas")
        for student in sorted({name for one in grades for name, grade in one.items() if grade.submission}):
            column = "ID" if student in theirs else self.id_column
            known = next(one[student].student for one in grades if student in one)
            row = roster.student(column, student) if roster else _canvas_student(column, known)
            if row is None:
                self.log.warning("Left out %s: the roster has nobody with this %s", ascii(student), column)
            else:
                yield [*row, *(one[student].score for one in grades)]


def _canvas_student(column, student):
    """Return what Canvas is told of a student without a roster."""
    name = ", ".join(part for part in (student.last_name, student.first_name) if part) or student.id
    return [name, *(student.id if column == head else "" for head in CANVAS_IDS), ""]


class _Roster:
    """Canvas's own export of its gradebook."""

    def __init__(self, path: str):
        rows = tables.read(Path(path))
        if not rows or "Section" not in rows[0] or "ID" not in rows[0]:
            raise ValueError(f"{path} is no gradebook exported from Canvas: its first row has no 'ID' and 'Section'.")
        self.path, self.all = path, rows[0]
        self.heads = rows[0][: rows[0].index("Section") + 1]
        self.rows = [row for row in rows[1:] if len(row) == len(rows[0])]

    def head(self, assignment: str, column: str) -> str:
        """Return the head of an assignment's column, which has Canvas's number of it in brackets."""
        wanted = column or assignment
        rest = self.all[len(self.heads) :]
        found = [head for head in rest if head == wanted or head.rpartition(" (")[0] == wanted]
        if len(found) != 1:
            raise ValueError(
                f"{self.path} has {len(found) or 'no'} columns for {wanted!r}; name one with --column. "
                f"There are: {'; '.join(rest[:40])}"
            )
        return found[0]

    def points_possible(self, head: str) -> str:
        """Return the points possible of an assignment, "" if the file does not say."""
        row = next((row for row in self.rows if row[0].strip() == POINTS_POSSIBLE.strip()), self.all)
        return row[self.all.index(head)]

    def student(self, column: str, student: str) -> list[str] | None:
        """Return the cells that say who a student is, None if they are not in the roster."""
        place = self.heads.index(column) if column in self.heads else None
        found = [row for row in self.rows if place is not None and row[place] == student]
        return found[0][: len(self.heads)] if len(found) == 1 else None


class MoodleExporter(_Exporter):
    """Marks for Moodle.

    With the assignment's grading worksheet its column of grades is filled in, for *Upload grading worksheet*. Without
    one the file is for *Grades, Import, CSV file*: map ``ID number`` to the field that holds your students' ids.
    """

    suffix = "_moodle"

    worksheet = Unicode(
        "", help="The assignment's grading worksheet; by default the one that lies beside its archive."
    ).tag(config=True)
    moodle_id = Unicode("", help="The worksheet's column with the students' ids; see LmsExtractor.moodle_id.").tag(
        config=True
    )
    grade_column = Unicode(moodle.GRADE, help="The worksheet's column of grades.").tag(config=True)

    def rows(self, gradebook: Gradebook, assignments: Sequence[Assignment]) -> Iterable[Sequence[str]]:
        downloaded = feedback.downloaded(self.config, assignments[0].name) / "archive"
        sheet: moodle.Worksheet | None
        if self.worksheet:
            sheet = moodle.read_worksheet(Path(self.worksheet), self.moodle_id)
        else:
            sheet = moodle.find_worksheet(downloaded, self.moodle_id) if len(assignments) == 1 else None
        if sheet and len(assignments) > 1:
            raise ValueError("A grading worksheet is for one assignment: name it with --assignment.")
        if sheet:
            return self._filled(sheet, assignments[0], self.grades(gradebook, assignments[0]))
        return self._for_import(assignments, [self.grades(gradebook, a) for a in assignments])

    def _filled(self, sheet, assignment, grades):
        """Return the worksheet's rows with the marks filled in; all else stays as Moodle wrote it."""
        if moodle.MAXIMUM in sheet.rows[0]:
            for points in {row[sheet.rows[0].index(moodle.MAXIMUM)] for row in sheet.rows[1:]}:
                self.check_points(assignment, points, "Moodle")
        if self.grade_column not in sheet.rows[0]:
            raise ValueError(f"{sheet.path} has no column {self.grade_column!r}; name it with --column.")
        place, rows = sheet.rows[0].index(self.grade_column), [sheet.rows[0]]
        left = {name for name, grade in grades.items() if grade.submission}
        for row in sheet.rows[1:]:
            student = _known(sheet, row, grades)
            left.discard(student)
            score = grades[student].score if student in grades else ""
            rows.append([*row[:place], score or row[place], *row[place + 1 :]])
        for student in sorted(left):
            self.log.warning("Left out %s: not in %s", ascii(student), sheet.path)
        return rows

    def _for_import(self, assignments, grades):
        yield ["ID number", "First name", "Last name", "Email address", *(a.name for a in assignments)]
        for student, grade in grades[0].items():
            marks = [one[student].score for one in grades]
            if any(marks):  # of others Moodle would take the empty cell for "no grade"
                who = grade.student
                yield [student, *(_text(text) for text in (who.first_name, who.last_name, who.email)), *marks]


def _known(sheet, row, grades):
    """Return the gradebook's id of a worksheet's row, by id or by participant number, None if it has neither."""
    number = sheet.number(row)
    try:
        student = sheet.student(number)
    except moodle.Unknown:
        student = number
    return next((name for name in (student, number) if name in grades), None)


EXPORTERS = {"plain": PlainExporter, "canvas": CanvasExporter, "moodle": MoodleExporter}

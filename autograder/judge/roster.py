"""Who takes the course: ``roster.csv`` in the classroom, with names, sections, extensions, and who has left."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory

from autograder.judge.classroom import classroom

ACTIVE, DROPPED = "active", "dropped"
EXTENSION = "extension "  # before an assignment's name in the head of its column
# How an LMS heads what is asked for here, the best first.
HEADS = {
    "id": ("id", "SIS Login ID", "SIS User ID", "Username", "ID number", "Email address", "ID"),
    "first_name": ("first_name", "First name"),
    "last_name": ("last_name", "Last name", "Surname"),
    "name": ("name", "Student", "Full name"),
    "email": ("email", "Email address", "Email"),
    "section": ("section", "Section", "Groups"),
    "lms_id": ("lms_id", "ID", "ID number"),
    "status": ("status",),
}


@dataclass
class Person:
    """One row of the roster.

    Attributes
    ----------
    id : str
        As the gradebook calls them.
    first_name, last_name, email, section : str
    lms_id : str
        What the LMS calls them, if that is something else.
    status : str
        "active" or "dropped".
    extensions : dict
        ``{assignment: how much longer, as "2d 3h"}``.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    section: str = ""
    lms_id: str = ""
    status: str = ACTIVE
    extensions: dict[str, str] = field(default_factory=dict)


FIELDS = [one.name for one in fields(Person) if one.name != "extensions"]


class Roster:
    """The people of a course, by id.

    Parameters
    ----------
    path : path
        It need not be there.

    Raises
    ------
    ValueError
        If it can't be read, or a row says what can't be understood; the text says which.
    """

    def __init__(self, path: Path):
        from autograder.lms import tables  # here, since that room imports this one

        self.path = path
        self.people: dict[str, Person] = {}
        heads, *rows = (tables.read_back(path) or [[]]) if path.is_file() else [FIELDS]
        if "id" not in heads:
            raise ValueError(
                f"{path} has no column 'id'. It has: {', '.join(heads)}. If it is a list of your LMS, give it another "
                "name and run: python -m autograder roster FILE"
            )
        for row in rows:
            cells = dict(zip(heads, row, strict=False))
            if cells.get("id"):
                self._add(cells)

    def _add(self, cells):
        given = {name: cells[name] for name in FIELDS if cells.get(name)}
        extensions = {h.removeprefix(EXTENSION): text for h, text in cells.items() if h.startswith(EXTENSION) and text}
        person = Person(**given, extensions=extensions)
        _require_status(self.path, person.id, person.status)
        if person.id in self.people:
            raise ValueError(f"{self.path} has {person.id} in two rows. Keep one of them.")
        for text in extensions.values():
            span(text)
        self.people[person.id] = person

    @classmethod
    def of(cls, coursedir: CourseDirectory) -> "Roster":
        """Return the roster of a course."""
        return cls(classroom(coursedir) / "roster.csv")

    def save(self) -> None:
        """Write the file, readable for its owner alone, whole or not at all."""
        from autograder.lms import tables

        assignments = sorted({name for person in self.people.values() for name in person.extensions})
        rows = [[*FIELDS, *(EXTENSION + name for name in assignments)]]
        for person in sorted(self.people.values(), key=lambda person: (person.section, person.id)):
            texts = [getattr(person, name) for name in FIELDS]
            rows.append([*texts, *(person.extensions.get(name, "") for name in assignments)])
        new = self.path.with_name(f".{self.path.name}")
        tables.write(new, rows)
        new.chmod(0o600)
        os.replace(new, self.path)

    def is_dropped(self, student: str) -> bool:
        """Tell whether a student has left the course."""
        return student in self.people and self.people[student].status == DROPPED

    def extension(self, student: str, assignment: str) -> timedelta | None:
        """Return a student's extension, None if the roster says nothing of one."""
        person = self.people.get(student)
        text = person.extensions.get(assignment) if person else None
        return span(text) if text else None

    def extend(self, submitted: SubmittedAssignment) -> None:
        """Give a submission in the gradebook the extension that stands here; without one it keeps its own."""
        extension = self.extension(submitted.student_id, submitted.assignment.name)
        if extension is not None:
            submitted.extension = extension or None

    def take_in(self, rows: list[list[str]], id_column: str = "") -> int:
        """Take in a list from an LMS: Canvas's gradebook, Moodle's participants or worksheet, or a table like this one.

        Who is here already, by id, id in the LMS or email, keeps the id. Returns how many are new.

        Raises
        ------
        ValueError
            If it has no column of ids, or one of states that are not the roster's.
        """
        heads = rows[0] if rows else []
        column = {name: next((h for h in known if h in heads), "") for name, known in HEADS.items()}
        column["id"] = id_column or column["id"]
        if column["id"] not in heads:
            raise ValueError(f"No column {id_column or ' or '.join(HEADS['id'])!r}. There are: {', '.join(heads)}.")
        before = len(self.people)
        for row in rows[1:]:
            cells = dict(zip(heads, row, strict=False))
            given = {name: cells.get(head, "").strip() for name, head in column.items() if head}
            if given["id"] and "Points Possible" not in row[0]:
                _require_status("The list", given["id"], given.get("status") or ACTIVE)
                self._merge(given)
        return len(self.people) - before

    def _merge(self, given):
        name = given.pop("name", "")
        if name and not given.get("last_name"):
            last, comma, first = name.partition(", ")
            given |= {"last_name": last, "first_name": first} if comma else _in_two(name)
        person = self._known(given) or self.people.setdefault(given["id"], Person(given["id"]))
        for key, text in given.items():
            if text and key != "id" and text != person.id:
                setattr(person, key, text)

    def _known(self, given):
        """Return the person whom a list means, who may have another id in it."""
        ids = {given["id"], given.get("lms_id")} - {"", None}
        email = given.get("email", "").casefold()
        for person in self.people.values():
            if ids & {person.id, person.lms_id} or (email and email in (person.email.casefold(), person.id.casefold())):
                return person
        return None

    def write_to(self, gradebook: Gradebook) -> None:
        """Enter everybody into nbgrader's gradebook, which keeps names, addresses and ids in the LMS."""
        for person in self.people.values():
            texts = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
            texts["lms_user_id"] = person.lms_id
            gradebook.update_or_create_student(person.id, **{key: text for key, text in texts.items() if text})

    def read_from(self, gradebook: Gradebook) -> None:
        """Take in the students of the gradebook who are not here."""
        for student in gradebook.students:
            if student.id not in self.people:
                texts = (student.first_name, student.last_name, student.email)
                first, last, email = (text or "" for text in texts)
                self.people[student.id] = Person(student.id, first, last, email, lms_id=student.lms_user_id or "")


def _require_status(where, student, status):
    if status not in (ACTIVE, DROPPED):
        raise ValueError(f"{where}: the status of {student} is {status!r}; write active or dropped.")


def _in_two(name):
    first, _, last = name.rpartition(" ")
    return {"first_name": first, "last_name": last}


def span(text: str) -> timedelta:
    """Return a span of time.

    Parameters
    ----------
    text : str
        Weeks, days, hours, minutes: "1w", "2d 3h", "90min"; "0" for none.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> print(span("2d 3h"))
    2 days, 3:00:00
    """
    units = {"w": "weeks", "d": "days", "h": "hours", "min": "minutes"}
    part = r"(\d{1,5}) *(w|d|h|min)"
    parts = re.findall(part, text)
    if text.strip() != "0" and (not parts or re.sub(part, "", text).strip()):
        raise ValueError(f"{text!r} is no span of time. Write for example 2d, 36h, 1w 2d or 90min; 0 for none.")
    return sum((timedelta(**{units[unit]: int(number)}) for number, unit in parts), timedelta())


def two_ids(people: Iterable[tuple[str, Iterable[str]]]) -> list[tuple[str, str, str]]:
    """Return who seems to be there under two ids.

    Parameters
    ----------
    people : iterable of (id, other texts that are one person's alone)

    Returns
    -------
    list of (id, other id, what both have)

    Examples
    --------
    >>> two_ids([("ada", ["17", "ada@example.org"]), ("17", []), ("bo", ["bo@example.org"])])
    [('17', 'ada', '17')]
    """
    owner: dict[str, str] = {}
    found = set()
    for student, texts in people:
        for text in {student, *texts} - {""}:
            first = owner.setdefault(text.casefold(), student)
            if first != student:
                found.add((min(first, student), max(first, student), text))
    return sorted(found)

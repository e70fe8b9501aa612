"""Moodle's grading worksheet: the CSV file of an assignment that says who each participant is, and takes the marks."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.lms import tables

IDS = ("ID number", "Username", "Email address")  # what may be a student's id, the best first
GRADE, MAXIMUM = "Grade", "Maximum Grade"
_PARTICIPANT = re.compile(r"\D*(\d+)")  # "Participant 4711", in any language


class Unknown(ValueError):
    """A participant whom the worksheet gives no usable id; the text says why."""


@dataclass(frozen=True)
class Worksheet:
    """A grading worksheet as Moodle wrote it: its first column says "Participant 4711".

    Attributes
    ----------
    path : path
    rows : list of list of str
        The first one has the heads.
    column : str
        The head of the column that has the students' ids; "" takes the participants' numbers.
    """

    path: Path
    rows: list[list[str]]
    column: str

    @cached_property
    def _by_number(self):
        """The ids by participant number."""
        if not self.column:
            return {self.number(row): self.number(row) for row in self.rows[1:]}
        place = self.rows[0].index(self.column)
        return {self.number(row): row[place].strip() for row in self.rows[1:]}

    def _is_called(self, number, called):
        """Compare a name as far as file names keep it; "Participant" where Moodle grades anonymously is right."""
        row = next(row for row in self.rows[1:] if self.number(row) == number)
        texts = (row[0].replace(number, ""), row[1], called)
        anonymous, theirs, given = ("".join(filter(str.isalnum, text)).casefold() for text in texts)
        return given == anonymous or (theirs != "" and given.endswith(theirs))  # before it may stand a group

    @staticmethod
    def number(row: list[str]) -> str:
        """Return a row's participant number."""
        return _PARTICIPANT.sub(r"\1", row[0])

    def student(self, number: str, called: str | None = None) -> str:
        """Return a participant's id.

        Parameters
        ----------
        number : str
        called : str, optional
            The name before the number in the archive: a group's number, or a participant's of another assignment, may
            be that of somebody here.

        Raises
        ------
        Unknown
            If there is none, or it is not theirs alone, or no folder can have that name.
        """
        if number not in self._by_number:
            raise Unknown(f"participant {number} is not in {self.path.name}: download it again")
        if called is not None and not self._is_called(number, called):
            raise Unknown(
                f"participant {number} is not called {called!r} in {self.path.name}: is it this assignment's, and no "
                "group's submission?"
            )
        student = self._by_number[number]
        if list(self._by_number.values()).count(student) > 1:
            raise Unknown(f"{self.column} {student!r} is that of several participants in {self.path.name}")
        if not re.fullmatch(r"[\w@+-][\w.@+ -]{0,99}", student):
            raise Unknown(f"participant {number} has no usable {self.column} in {self.path.name}: {student!r}")
        return student


def find_worksheet(folder: Path, column: str = "") -> Worksheet | None:
    """Return the worksheet that lies in a folder, None if there is none; see `read_worksheet`."""
    found = [path for path in sorted(folder.glob("*.csv")) if not path.is_symlink()]
    if len(found) > 1:
        raise ValueError(f"Several CSV files lie in {folder}; leave only the latest grading worksheet there.")
    return read_worksheet(found[0], column) if found else None


def read_worksheet(path: Path, column: str = "") -> Worksheet:
    """Read a grading worksheet.

    Parameters
    ----------
    path : path
    column : str
        The head of the column with the students' ids; by default the first of `IDS` that is there.

    Raises
    ------
    ValueError
        If it is no grading worksheet, or has no such column.
    """
    rows = [row for row in tables.read(path) if row]
    if len(rows) < 2 or not all(_PARTICIPANT.fullmatch(row[0]) and len(row) == len(rows[0]) > 1 for row in rows[1:]):
        raise ValueError(f"{path} is no grading worksheet of Moodle: its first column says 'Participant' and a number.")
    if column and column not in rows[0]:
        raise ValueError(f"{path} has no column {column!r}. It has: {', '.join(rows[0])}.")
    return Worksheet(path, rows, column or next((name for name in IDS if name in rows[0]), ""))

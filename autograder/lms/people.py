"""The commands ``roster``, ``extend`` and ``drop``: they change the roster and nbgrader's gradebook together."""

from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.judge import late
from autograder.judge.roster import ACTIVE, DROPPED, Roster, span, two_ids
from autograder.lms import tables


@contextmanager
def _course(config):
    """Give the roster, with all of the gradebook's students in it, and the gradebook; afterwards write both."""
    coursedir = CourseDirectory(config=config)
    roster = Roster.of(coursedir)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        roster.read_from(gradebook)
        yield roster, gradebook
        roster.save()
        roster.write_to(gradebook)


def take_in(config: Config, lists: Sequence[Path] = (), id_column: str = "") -> str:
    """Take in the lists of an LMS, and return in words what the roster then holds.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    lists : sequence of path
        CSV files.
    id_column : str
        The column with the ids for the gradebook.
    """
    with _course(config) as (roster, _gradebook):
        lines = []
        for path in lists:
            new = roster.take_in(tables.read(path), id_column)
            lines.append(f"{path}: {new} new")
        people = roster.people.values()
        dropped = [person.id for person in people if person.status == DROPPED]
        lines.append(f"{roster.path}: {len(people) - len(dropped)} active, {len(dropped)} dropped")
        granted = [(person.id, *one) for person in people for one in person.extensions.items()]
        lines += [f"  {student}: {text} more for {assignment}" for student, assignment, text in sorted(granted)]
        twice = two_ids((person.id, (person.lms_id, person.email)) for person in people)
        lines += [f"  {one} and {other} seem to be the same person: both have {text}" for one, other, text in twice]
    return "\n".join(lines)


def extend(config: Config, student: str, assignment: str, text: str) -> str:
    """Give a student more time for an assignment, before or after it was handed in; return what that changes.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    student, assignment : str
    text : str
        See `roster.span`; it counts from the assignment's deadline and takes the place of an earlier extension.

    Raises
    ------
    ValueError
        If there is no such student or assignment, or no deadline.
    """
    extension = span(text)
    with _course(config) as (roster, gradebook):
        person = _person(roster, student)
        try:
            due = gradebook.find_assignment(assignment).duedate
        except MissingEntry:
            names = ", ".join(one.name for one in gradebook.assignments) or "none"
            raise ValueError(f"The gradebook has no assignment {assignment!r}. There are: {names}.") from None
        if due is None:
            raise ValueError(
                f"{assignment} has no deadline. Give it one: nbgrader db assignment add {assignment} "
                '--duedate="2027-01-15 23:59 UTC"'
            )
        person.extensions[assignment] = text
        roster.save()
        lines = [f"{student} may hand in {assignment} until {due + extension:%Y-%m-%d %H:%M} UTC."]
        try:
            submitted = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return lines[0]
        before = late.total(submitted)
        late.Penalties(config).settle(gradebook, submitted)
        gradebook.db.commit()
        after = late.total(submitted)
        lines.append(f"Points: {before:g} -> {after:g}." if before != after else f"Points: {after:g}, as before.")
        lines.append(f"If this changes which submission counts, run: python -m autograder grade {assignment}")
    return " ".join(lines)


def drop(config: Config, student: str, undo: bool = False) -> str:
    """Mark a student as having left the course, or as back in it; return in words what that means."""
    with _course(config) as (roster, _gradebook):
        _person(roster, student).status = ACTIVE if undo else DROPPED
    if undo:
        return f"{student} takes part again."
    return (
        f"{student} is no longer graded or exported. The points stay in the gradebook; --undo brings the student back."
    )


def _person(roster, student):
    if student not in roster.people:
        raise ValueError(
            f"Neither the roster nor the gradebook has a student {student!r}. Add them to {roster.path}, or to the "
            "gradebook: python -m autograder roster FILE"
        )
    return roster.people[student]

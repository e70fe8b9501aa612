"""Late penalties, computed by nbgrader's plug-in from what is true now: points given by hand, deadline, extension.

nbgrader computes them when it grades, and leaves them as they are when points, a deadline or an extension change later.
Here they are computed again before points are shown, exported or compared.
"""

from collections.abc import Collection
from datetime import timedelta

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import or_, select
from traitlets.config import Config

from autograder.judge.roster import Roster


def total(submitted: SubmittedAssignment) -> float:
    """Return the points of a submission with its late penalty taken off, never below 0."""
    return max(0.0, submitted.score - (submitted.late_submission_penalty or 0))


def concerned(gradebook: Gradebook, assignment: str, students: Collection[str] = ()) -> list[SubmittedAssignment]:
    """Return the submissions that came after the due date or have a penalty, and those of some students."""
    asked = select(SubmittedAssignment).join(SubmittedAssignment.assignment).where(Assignment.name == assignment)
    penalised = select(SubmittedNotebook.assignment_id).where(SubmittedNotebook.late_submission_penalty.is_not(None))
    after = SubmittedAssignment.timestamp > Assignment.duedate
    which = or_(after, SubmittedAssignment.id.in_(penalised), SubmittedAssignment.student_id.in_(students))
    return [*gradebook.db.scalars(asked.where(which))]


class Penalties:
    """nbgrader's late penalties of one course, with the extensions that its roster grants.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader, with its late penalty plug-in.
    """

    def __init__(self, config: Config):
        self.nbgraders = AssignLatePenalties(config=config)
        self.nbgraders.init_plugin()
        self.roster = Roster.of(CourseDirectory(config=config))

    def settle(self, gradebook: Gradebook, submitted: SubmittedAssignment) -> bool:
        """Compute a submission's penalties anew, without a commit; returns whether they changed."""
        self.roster.extend(submitted)
        gradebook.db.flush()
        before = [notebook.late_submission_penalty for notebook in submitted.notebooks]
        for notebook in submitted.notebooks:
            notebook.late_submission_penalty = self._of(gradebook, submitted, notebook)
        changed = before != [notebook.late_submission_penalty for notebook in submitted.notebooks]
        if changed:
            gradebook.db.flush()
            gradebook.db.expire(submitted)
        return changed

    def cost(self, student: str, score: float, seconds: float) -> float:
        """Return the penalty for so many points, so many seconds late, between 0 and the points."""
        penalty = self.nbgraders.plugin_inst.late_submission_penalty(student, score, seconds) if seconds else None
        return min(max(penalty or 0.0, 0.0), score)

    def _of(self, gradebook, submitted, notebook):
        if not submitted.total_seconds_late:
            return None
        gradebook.db.refresh(notebook)  # its score is computed by the database
        penalty = self.nbgraders.plugin_inst.late_submission_penalty(
            submitted.student_id, notebook.score, submitted.total_seconds_late
        )
        return None if penalty is None else self.nbgraders._check_late_penalty(notebook, penalty)

    def settle_all(self, gradebook: Gradebook, assignment: str) -> dict[str, tuple[float, float]]:
        """Compute the penalties of an assignment anew, without a commit.

        Returns
        -------
        {student: (points before, points now)}
            Where they changed.
        """
        changed = {}
        extended = [person.id for person in self.roster.people.values() if assignment in person.extensions]
        for submitted in concerned(gradebook, assignment, extended):
            before = total(submitted)
            if self.settle(gradebook, submitted) and total(submitted) != before:
                changed[submitted.student_id] = before, total(submitted)
        return changed


def in_words(seconds: float) -> str:
    """Return how late something was.

    >>> in_words(183900), in_words(59)
    ('2 d 3 h 5 min late', '1 min late')
    """
    minutes = -(-int(seconds) // 60)
    parts = {"d": minutes // 1440, "h": minutes // 60 % 24, "min": minutes % 60}
    return " ".join([*(f"{value} {unit}" for unit, value in parts.items() if value), "late"])


def about(submitted: SubmittedAssignment) -> str:
    """Say how late a submission was and what that costs; empty if it was in time.

    An extension that was granted is counted, and named.
    """
    if not submitted.total_seconds_late:
        return ""
    extended = f", with {_span(submitted.extension)} of extension" if submitted.extension else ""
    penalty = submitted.late_submission_penalty or 0
    return f"{in_words(submitted.total_seconds_late)}{extended}: {f'-{penalty:g}' if penalty else 'no'} points"


def _span(extension: timedelta) -> str:
    return in_words(extension.total_seconds()).removesuffix(" late")

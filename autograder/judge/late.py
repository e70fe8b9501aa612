"""Late penalties, computed by nbgrader's plug-in from what is true now: points given by hand, deadline, extension.

nbgrader computes them when it grades, and leaves them as they are when points, a deadline or an extension change later.
Here they are computed again before points are shown, exported or compared.
"""

from datetime import timedelta
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties, GetGrades
from traitlets.config import Config

NOT_GRADED = "not graded yet"


def total(submitted: SubmittedAssignment) -> float:
    """Return the points of a submission with its late penalty taken off, never below 0."""
    return max(0.0, submitted.score - (submitted.late_submission_penalty or 0))


class Penalties:
    """nbgrader's late penalties of one course.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader, with its late penalty plug-in.
    """

    def __init__(self, config: Config):
        self.nbgraders = AssignLatePenalties(config=config)
        self.nbgraders.init_plugin()

    def settle(self, gradebook: Gradebook, submitted: SubmittedAssignment) -> bool:
        """Compute a submission's penalties anew, without a commit; returns whether they changed."""
        gradebook.db.flush()
        before = [notebook.late_submission_penalty for notebook in submitted.notebooks]
        for notebook in submitted.notebooks:
            notebook.late_submission_penalty = self._of(gradebook, submitted, notebook)
        changed = before != [notebook.late_submission_penalty for notebook in submitted.notebooks]
        if changed:
            gradebook.db.flush()
            gradebook.db.expire(submitted)
        return changed

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
        for submitted in gradebook.assignment_submissions(assignment):
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


class CurrentGrades(GetGrades):
    """nbgrader's GetGrades for feedback pages, with today's penalty, lateness, and what nobody has graded yet."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        of: dict[str, Any] = resources["nbgrader"]
        with Gradebook(of["db_url"]) as gradebook:
            submitted = gradebook.find_submission(of["assignment"], of["student"])
            if Penalties(self.config).settle(gradebook, submitted):
                gradebook.db.commit()
            of["lateness"] = about(submitted)
            (notebook,) = (one for one in submitted.notebooks if one.name == of["notebook"])
            waiting = {g.name: g.max_score for g in notebook.grades if g.manual_score is None and g.auto_score is None}
        of["waiting"] = f"; {sum(waiting.values()):g} points {NOT_GRADED}" if waiting else ""
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in waiting:
                cell.metadata.nbgrader.shown = NOT_GRADED
        return nb, resources

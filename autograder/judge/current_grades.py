"""What a feedback page says of points: today's penalty, how late it was, and what nobody has graded yet."""

import re
from collections.abc import Container
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades
from traitlets.config import Config

from autograder.judge.attempts import Attempts
from autograder.judge.late import Penalties, about

NOT_GRADED = "not graded yet"


class Standing:
    """How the submissions of an assignment stand today.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    gradebook : Gradebook
    assignment : str
    """

    def __init__(self, config: Config, gradebook: Gradebook, assignment: str):
        self.gradebook, self.penalties = gradebook, Penalties(config)
        self.attempts = Attempts(config, CourseDirectory(config=config), assignment)

    def tell(self, of: dict[str, Any]) -> tuple[SubmittedNotebook, dict[str, float]]:
        """Add to what a page is about how late it was and what waits for a grader; its penalty becomes today's.

        Returns
        -------
        (SubmittedNotebook, {name of a cell: its points})
            The notebook in the gradebook, and what nobody has graded yet.
        """
        submitted = self.gradebook.find_submission(of["assignment"], of["student"])
        if self.penalties.settle(self.gradebook, submitted):
            self.gradebook.db.commit()
        (notebook,) = (one for one in submitted.notebooks if one.name == of["notebook"])
        waiting = {g.name: g.max_score for g in notebook.grades if g.manual_score is None and g.auto_score is None}
        of["lateness"] = ". ".join(filter(None, [about(submitted), self.attempts.note(of["student"])]))
        of["submitted"] = f"Submitted {submitted.timestamp:%Y-%m-%d %H:%M} UTC" if submitted.timestamp else ""
        of["waiting"] = f"; {sum(waiting.values()):g} points {NOT_GRADED}" if waiting else ""
        return notebook, waiting


def name_questions(nb: NotebookNode, waiting: Container[str]) -> None:
    """Give each graded cell its question's title, and say where nobody has graded it yet."""
    title = ""
    for cell in nb.cells:
        own = cell.metadata.get("nbgrader", {})
        title = _title(cell) if own.get("locked") and cell.cell_type == "markdown" else title
        if own.get("grade"):
            own["title"] = title or own["grade_id"]
        if own.get("grade_id") in waiting:
            own["shown"] = NOT_GRADED


class CurrentGrades(GetGrades):
    """nbgrader's GetGrades for feedback pages: also each question's title, lateness, and what nobody has graded yet."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        of: dict[str, Any] = resources["nbgrader"]
        with Gradebook(of["db_url"]) as gradebook:
            _notebook, waiting = Standing(self.config, gradebook, of["assignment"]).tell(of)
        nb, resources = super().preprocess(nb, resources)
        name_questions(nb, waiting)
        return nb, resources


def _title(cell):
    """Return the first heading of a text, without the points that it may name; empty if it has none.

    >>> _title(NotebookNode(source="## 1. `pad2d`: a frame (18 points)"))
    '1. pad2d: a frame'
    """
    heading = re.search(r"^#+ +(.+?)(?: \([^()]*points?[^()]*\))?$", cell.source, re.MULTILINE)
    return heading[1].replace("`", "") if heading else ""

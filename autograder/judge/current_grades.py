"""What a feedback page says of points: today's penalty, how late it was, and what nobody has graded yet."""

import re
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades

from autograder.judge.attempts import Attempts
from autograder.judge.late import Penalties, about

NOT_GRADED = "not graded yet"


class CurrentGrades(GetGrades):
    """nbgrader's GetGrades for feedback pages: also each question's title, lateness, and what nobody has graded yet."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        of: dict[str, Any] = resources["nbgrader"]
        with Gradebook(of["db_url"]) as gradebook:
            submitted = gradebook.find_submission(of["assignment"], of["student"])
            if Penalties(self.config).settle(gradebook, submitted):
                gradebook.db.commit()
            attempts = Attempts(self.config, CourseDirectory(config=self.config), of["assignment"])
            of["lateness"] = ". ".join(filter(None, [about(submitted), attempts.note(of["student"])]))
            of["submitted"] = f"Submitted {submitted.timestamp:%Y-%m-%d %H:%M} UTC" if submitted.timestamp else ""
            (notebook,) = (one for one in submitted.notebooks if one.name == of["notebook"])
            waiting = {g.name: g.max_score for g in notebook.grades if g.manual_score is None and g.auto_score is None}
        of["waiting"] = f"; {sum(waiting.values()):g} points {NOT_GRADED}" if waiting else ""
        nb, resources = super().preprocess(nb, resources)
        title = ""
        for cell in nb.cells:
            own = cell.metadata.get("nbgrader", {})
            title = _title(cell) if own.get("locked") and cell.cell_type == "markdown" else title
            if own.get("grade"):
                own["title"] = title or own["grade_id"]
            if own.get("grade_id") in waiting:
                own["shown"] = NOT_GRADED
        return nb, resources


def _title(cell):
    """Return the first heading of a text, without the points that it may name; empty if it has none.

    >>> _title(NotebookNode(source="## 1. `pad2d`: a frame (18 points)"))
    '1. pad2d: a frame'
    """
    heading = re.search(r"^#+ +(.+?)(?: \([^()]*points?[^()]*\))?$", cell.source, re.MULTILINE)
    return heading[1].replace("`", "") if heading else ""

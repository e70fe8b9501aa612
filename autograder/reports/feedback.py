"""The feedback pages of a class: nbgrader's own, made faster, and written only where they would change.

The gradebook is opened once for the class, instead of once for a page, and asked three things of a submission instead
of two of each cell.
"""

import shutil
from collections import Counter
from filecmp import cmp
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files
from traitlets.config import Config

from autograder.judge.classroom import places
from autograder.judge.current_grades import CurrentGrades, Standing, name_questions

Resources = dict[str, Any]


def renew(config: Config, assignment: str) -> Counter[str]:
    """Make the feedback pages of an assignment, and write those that are missing or differ.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    assignment : str

    Returns
    -------
    Counter
        How many pages were "written", and how many were "current" and left alone.

    Raises
    ------
    FileNotFoundError
        If nothing is graded.
    RuntimeError
        If some page can't be made; the others are.
    """
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = assignment
    if not places(coursedir, coursedir.autograded_directory, assignment):
        raise FileNotFoundError(f"Nothing is graded yet. Run: python -m autograder grade {assignment}")
    feedback = Feedback(coursedir=coursedir, config=config)
    try:
        feedback.start()
    except NbGraderException:
        raise RuntimeError("Some feedback pages could not be made. The log above says which, and why") from None
    return feedback.made


class Feedback(GenerateFeedback):
    """nbgrader's maker of feedback, which leaves alone what would stay the same.

    Attributes
    ----------
    made : Counter
        How many pages were "written" and how many "current".
    """

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self.made: Counter[str] = Counter()
        self.update_config(Config(Exporter={"optimistic_validation": True}))  # once a page, not after every step
        steps: list[Any] = self.preprocessors  # type: ignore[has-type]  # a trait of nbgrader's
        self.preprocessors = [self.add_grades if step is CurrentGrades else step for step in steps]

    def start(self) -> None:
        """Make all pages."""
        with Gradebook(self.coursedir.db_url) as gradebook:
            self.standing = Standing(self.config, gradebook, self.coursedir.assignment_id)
            notebooks = gradebook.find_assignment(self.coursedir.assignment_id).notebooks
            self.cells = [  # kept, so that they are not asked for again
                cell for each in notebooks for cell in (*each.grade_cells, *each.solution_cells, *each.task_cells)
            ]
            super().start()

    def add_grades(self, notebook: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write points and comments into a notebook as CurrentGrades does, which opens the gradebook for each."""
        of = resources["nbgrader"]
        found, waiting = self.standing.tell(of)
        grades = {grade.name: grade for grade in found.grades}
        comments = {comment.name: comment.comment for comment in found.comments}
        for cell in notebook.cells:
            if utils.is_solution(cell) or utils.is_task(cell):
                cell.metadata.nbgrader["comment"] = comments[cell.metadata.nbgrader["grade_id"]]
            if utils.is_grade(cell) or utils.is_task(cell):
                grade = grades[cell.metadata.nbgrader["grade_id"]]
                cell.metadata.nbgrader |= {"score": grade.score, "points": grade.max_score}
        penalty = found.late_submission_penalty or 0
        of |= {"score": found.score - penalty, "max_score": found.max_score, "late_penalty": penalty}
        name_questions(notebook, waiting)
        return notebook, resources

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Return whether a student's pages are made: always, unless nbgrader's settings leave the student out."""
        return student_id not in self.coursedir.student_id_exclude.split(",")

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the files beside the notebooks that are not there already."""
        source = Path(self._format_source(assignment_id, student_id))
        for name in find_all_files(str(source), [*self.coursedir.ignore, "*.ipynb"]):
            target = Path(self._format_dest(assignment_id, student_id), Path(name).relative_to(source))
            if not (target.is_file() and cmp(name, target, shallow=False)):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy(name, target)

    def write_single_notebook(self, output: str, resources: Resources) -> None:
        """Write a page, unless it stands there already."""
        about = resources["nbgrader"]
        folder = Path(self._format_dest(about["assignment"], about["student"]))
        page = folder / f"{resources['unique_key']}{resources['output_extension']}"
        if page.is_file() and page.read_bytes() == output.encode():
            self.made["current"] += 1
            return
        super().write_single_notebook(output, resources)
        self.made["written"] += 1

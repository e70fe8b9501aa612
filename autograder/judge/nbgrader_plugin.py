"""The judge's place in nbgrader: `nbgrader autograde` and Formgrader's button grade through it.

nbgrader keeps its gradebook, its late penalties, its feedback. Replaced are the step that executes notebooks (`Judge`
for nbgrader's `Execute`), the one that reads them (`SubmissionReader`), and the choice of what is graded
(`JudgedAutograde`): every folder of a student counts, whatever is in it.
"""

import glob
import os
import warnings
from contextlib import contextmanager
from pathlib import Path

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.api import Gradebook
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from sqlalchemy.exc import SAWarning

from autograder.judge import html, provenance, restore, sandbox, submission
from autograder.judge.judge import judge
from autograder.judge.seed import course_seed


def use_judge(config):
    """Make nbgrader grade through the judge; called from ``nbgrader_config.py`` with its config object."""
    # nbgrader 0.9.6 makes SQLAlchemy 2 warn of each new submission; it adds the object itself a line later.
    warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)
    config.Autograde.exporter_class = SubmissionReader
    config.Autograde.autograde_preprocessors = [
        Judge,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {
        "markdown2html": html.markdown2html,
        "clean_html": html.clean,
        "highlight_code": html.highlight_code,
    }
    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        module.Autograde = JudgedAutograde


class JudgedAutograde(Autograde):
    """nbgrader's Autograde, for which each student's folder is a submission, also one without a readable notebook."""

    def start(self):
        """Grade; refuses before the first submission if there is no sandbox."""
        try:
            sandbox.require()
        except sandbox.SandboxError as error:
            self.log.error(str(error))
            raise nbgrader.apps.autogradeapp.NbGraderException(str(error)) from None
        with self._files_left_alone():
            super().start()

    def init_notebooks(self):
        """Take the notebooks that the assignment names from every folder, there or not."""
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        folders = [folder for folder in glob.glob(pattern) if os.path.isdir(folder)]
        names = self._notebook_names() if folders else []
        if not names:
            super().init_notebooks()  # says what is missing
            return
        self.assignments = {folder: [os.path.join(folder, f"{name}.ipynb") for name in names] for folder in folders}

    def _notebook_names(self):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                return [n.name for n in gradebook.find_assignment(self.coursedir.assignment_id).notebooks]
            except nbgrader.api.MissingEntry:
                return []

    @contextmanager
    def _files_left_alone(self):
        """Copy no file that lies beside a submitted notebook: it is not needed, and may be a link to anywhere."""
        ignored = self.coursedir.ignore
        self.coursedir.ignore = ["*"]
        try:
            yield
        finally:
            self.coursedir.ignore = ignored


class SubmissionReader(NotebookExporter):
    """Reads a submitted notebook, whatever it is, and restores the assignment's own cells."""

    def from_filename(self, filename, resources=None, **kwargs):
        """Return the restored notebook, run through the preprocessors of nbgrader's current step."""
        data = resources["nbgrader"]
        resources.setdefault("metadata", {})["name"] = data["notebook"]
        with Gradebook(data["db_url"]) as gradebook:
            trusted = restore.from_gradebook(gradebook.find_notebook(data["notebook"], data["assignment"]))
        if not self.parent._sanitizing:  # the second step reads what the first one wrote
            return super().from_filename(filename, resources=resources, **kwargs)
        handed = submission.take(filename)
        notebook, trouble = submission.restored(handed, trusted)
        if trouble:
            self.log.warning("Set aside %s: %s", filename, trouble)
        notebook.metadata[provenance.KEY] = provenance.provenance(handed.content, trusted)
        return self.from_notebook_node(notebook, resources=resources, **kwargs)


class Judge(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute."""

    def preprocess(self, nb, resources):
        """Write outputs and points into a restored notebook, and what graded it."""
        coursedir = self.parent.parent.coursedir
        classroom = Path(coursedir.root, coursedir.submitted_directory).parent
        facts = nb.metadata.pop(provenance.KEY)
        marks = judge(nb, course_seed(classroom))
        submission.sign(nb, facts, marks)
        return nb, resources

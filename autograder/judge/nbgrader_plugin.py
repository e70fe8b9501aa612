"""The judge's place in nbgrader: `nbgrader autograde` and Formgrader's button grade through it.

nbgrader keeps its gradebook, its late penalties, its feedback. Replaced are the step that executes notebooks (`Judge`
for nbgrader's `Execute`), the one that reads them (`SubmissionReader`), the choice of what is graded
(`JudgedAutograde`): every folder of a student counts, whatever is in it; what makes the pages that show a submission
(`pages`); the release of feedback, which no one submission can stop (`ReleaseFeedback`); and how times are read, on
every way to the gradebook (`times`, `Collect`).
"""

import glob
import os
import re
import warnings
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.zipcollectapp
import nbgrader.coursedir
import nbgrader.exchange.default.collect
import nbgrader.utils
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.api import Gradebook
from nbgrader.converters.autograde import Autograde
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from nbgrader.server_extensions.formgrader import formgrader
from sqlalchemy.exc import SAWarning

from autograder.judge import pages, provenance, restore, sandbox, submission
from autograder.judge.judge import judge
from autograder.judge.seed import course_seed
from autograder.judge.times import by_nbgrader, parse_utc, submitted_at

PARSERS = {  # modules of nbgrader that read times, and what each reads them with
    nbgrader.utils: parse_utc,
    nbgrader.apps.zipcollectapp: parse_utc,
    nbgrader.exchange.default.collect: parse_utc,
    nbgrader.apps.api: submitted_at,
    nbgrader.coursedir: submitted_at,
}


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
    config.ExchangeFactory.collect = Collect
    config.ExchangeFactory.release_feedback = ReleaseFeedback
    config.GenerateFeedback.exporter_class = pages.Page
    formgrader.HTMLExporter, formgrader.Environment = pages.Page, pages.lists
    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        module.Autograde = JudgedAutograde
    for module, parser in PARSERS.items():
        module.parse_utc = parser


class JudgedAutograde(Autograde):
    """nbgrader's Autograde, for which each student's folder is a submission, also one without a readable notebook."""

    def start(self):
        """Grade; refuses before the first submission if there is no sandbox."""
        try:
            sandbox.require()
        except sandbox.SandboxError as error:
            self.log.error(str(error))
            raise nbgrader.apps.autogradeapp.NbGraderException(str(error)) from None
        self.coursedir.get_existing_timestamp = self._submitted_at
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

    def init_assignment(self, assignment_id, student_id):
        """Set up nbgrader's folder for a graded submission, with the slips of its exchange: feedback needs them."""
        super().init_assignment(assignment_id, student_id)
        if why := submission.untimed(self._format_source(assignment_id, student_id)):
            self.log.warning("%s: %s", student_id, why)
        graded = Path(self._format_dest(assignment_id, student_id))
        graded.mkdir(parents=True, exist_ok=True)
        for name, text in submission.slips(self._format_source(assignment_id, student_id)).items():
            (graded / name).unlink(missing_ok=True)  # read-only since the last time
            (graded / name).write_text(text, encoding="utf-8")

    @staticmethod
    def _submitted_at(folder):
        return submitted_at(submission.slips(folder).get("timestamp.txt"))

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


class Collect(ExchangeCollect):
    """nbgrader's collection from the exchange, also of submissions whose time has a zone such as +04."""

    def _path_to_record(self, path):
        """Read the name of a folder there, student+assignment+time+random, where the time may have a + of its own."""
        name = os.path.basename(path)
        student, _, rest = name.partition(f"+{self.coursedir.assignment_id}+")
        when = datetime.min
        for parse in (by_nbgrader, parse_utc):  # the first still tells which is later where the zone is unknown
            with suppress(ValueError, OverflowError):
                when = parse(re.sub(r"\+[\w-]{12}$", "", rest))
        return {"username": student, "filename": name, "timestamp": when}

    def do_copy(self, src, dest, log=None):
        """Copy a submission, for the instructor's eyes only: the exchange's files may be open to others."""
        super().do_copy(src, dest, log)
        for path in [Path(dest), *Path(dest).rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's release of feedback, which a submission that did not come through the exchange does not stop."""

    def copy_files(self):
        """Release what has a secret to be released under, and name the rest."""
        others = {Path(folder).parent.name for folder in glob.glob(self.src_path) if not submission.has_slips(folder)}
        for student in sorted(others):
            self.log.warning("No feedback released for %s: nothing was submitted through the exchange.", student)
        excluded = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join([*filter(None, [excluded]), *others])
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = excluded
        for page in Path(self.dest_path).glob("*.html"):
            page.chmod(0o644)  # each student fetches their own, by a name that nobody else knows


class SubmissionReader(NotebookExporter):
    """Reads a submitted notebook, whatever it is, and restores the assignment's own cells."""

    def from_filename(self, filename, resources=None, **kwargs):
        """Return the restored notebook, run through the preprocessors of nbgrader's current step."""
        data = resources["nbgrader"]
        resources.setdefault("metadata", {})["name"] = data["notebook"]
        with Gradebook(data["db_url"]) as gradebook:
            trusted = restore.from_gradebook(gradebook.find_notebook(data["notebook"], data["assignment"]))
            names = [notebook.name for notebook in gradebook.find_assignment(data["assignment"]).notebooks]
        if not self.parent._sanitizing:  # the second step reads what the first one wrote
            return super().from_filename(filename, resources=resources, **kwargs)
        handed = submission.take(filename, names)
        notebook, trouble = submission.restored(handed, trusted)
        if trouble:
            self.log.warning("Set aside %s: %s", filename, trouble)
        for note in filter(None, [submission.beside(handed, trusted), submission.edited(handed, trusted)]):
            self.log.warning("%s: %s", filename, note)
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

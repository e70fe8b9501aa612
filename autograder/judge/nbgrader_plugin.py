"""The judge's place in nbgrader: `nbgrader autograde` and Formgrader's button grade through it.

nbgrader keeps its gradebook, its late penalties, its feedback. Replaced are how a class is graded (`JudgedAutograde`);
what makes the pages that show a submission (`pages`); the release of feedback, which no one submission can stop
(`ReleaseFeedback`); and how times are read, on every way to the gradebook (`times`, `Collect`).
"""

import glob
import logging
import os
import re
import shutil
import warnings
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.zipcollectapp
import nbgrader.coursedir
import nbgrader.exchange.default.collect
import nbgrader.utils
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.server_extensions.formgrader import formgrader
from nbgrader.utils import notebook_hash
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.judge import pages, submission
from autograder.judge.attempts import Attempts
from autograder.judge.class_grading import grade_class
from autograder.judge.current_grades import CurrentGrades
from autograder.judge.times import by_nbgrader, parse_utc, submitted_at

PARSERS = {  # modules of nbgrader that read times, and what each reads them with
    nbgrader.utils: parse_utc,
    nbgrader.apps.zipcollectapp: parse_utc,
    nbgrader.exchange.default.collect: parse_utc,
    nbgrader.apps.api: submitted_at,
    nbgrader.coursedir: submitted_at,
}


def use_judge(config: Config) -> None:
    """Make nbgrader grade through the judge; called from ``nbgrader_config.py`` with its config object."""
    # nbgrader 0.9.6 makes SQLAlchemy 2 warn of each new submission; it adds the object itself a line later.
    warnings.filterwarnings("ignore", "Object of type <Submitted", SAWarning)
    config.ExchangeFactory.collect = Collect
    config.ExchangeFactory.release_feedback = ReleaseFeedback
    config.GenerateFeedback.exporter_class = pages.Page
    config.GenerateFeedback.preprocessors = [CurrentGrades, CSSHTMLHeaderPreprocessor]
    formgrader.HTMLExporter, formgrader.Environment = pages.Page, pages.lists
    for module in (nbgrader.apps.api, nbgrader.apps.autogradeapp):
        module.Autograde = JudgedAutograde
    for module, parser in PARSERS.items():
        module.parse_utc = parser


class JudgedAutograde(Autograde):
    """nbgrader's Autograde, which does what `python -m autograder grade` does."""

    def start(self) -> None:
        """Grade whom nbgrader was asked for, with `force` also what was graded before, and log what came of it."""
        try:
            summary = grade_class(
                self.config, self.coursedir.assignment_id, regrade=self.force, quiet=True, autograde=self
            )
        except (OSError, ValueError, RuntimeError) as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from None
        self.log.info(summary.as_text())
        if summary.failed:
            raise NbGraderException("Not every submission could be graded; the log says which, and why.")


class Collect(ExchangeCollect):
    """nbgrader's collection from the exchange, also of submissions whose time has a zone such as +04."""

    def _path_to_record(self, path):
        """Read the name of a folder there, student+assignment+time+random, where the time may have a + of its own."""
        name = os.path.basename(path)
        student, _, rest = name.partition(f"+{self.coursedir.assignment_id}+")
        when: datetime | None = datetime.min
        for parse in (by_nbgrader, parse_utc):  # the first still tells which is later where the zone is unknown
            with suppress(ValueError, OverflowError):
                when = parse(re.sub(r"\+[\w-]{12}$", "", rest))
        return {"username": student, "filename": name, "timestamp": when}

    def do_copy(self, src: str, dest: str, log: logging.Logger | None = None) -> None:
        """Copy a submission, for the instructor's eyes only: the exchange's files may be open to others.

        The student's other submissions are kept too, so that an earlier one may count (`attempts`). They are told
        apart from those of others in that name by whose files they are.
        """
        student, owner = self._path_to_record(src)["username"], os.stat(src).st_uid
        pattern = f"{glob.escape(student)}+{glob.escape(self.coursedir.assignment_id)}+*"
        theirs = [path for path in Path(src).parent.glob(pattern) if path.stat().st_uid == owner]
        attempts = Attempts(self.config, self.coursedir, self.coursedir.assignment_id)
        for path in sorted(theirs, key=lambda path: self._path_to_record(str(path))["timestamp"]):
            attempts.keep(student, path)
        super().do_copy(src, dest, log)
        for path in [Path(dest), *Path(dest).rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o700)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's release of feedback, which a submission that did not come through the exchange does not stop."""

    def copy_files(self) -> None:
        """Release what has a secret to be released under, and name the rest."""
        folders = [*map(Path, glob.glob(self.src_path))]
        others = {folder.parent.name for folder in folders if not submission.has_slips(folder)}
        for student in sorted(others):
            self.log.warning("No feedback released for %s: nothing was submitted through the exchange.", student)
        excluded = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join([*filter(None, [excluded]), *others])
        try:
            super().copy_files()
            for folder in set(folders) - {folder for folder in folders if folder.parent.name in others}:
                if folder.parent.name not in excluded.split(","):
                    self._release_to_all_attempts(folder)
        finally:
            self.coursedir.student_id_exclude = excluded
        for page in Path(self.dest_path).glob("*.html"):
            page.chmod(0o644)  # each student fetches their own, by a name that nobody else knows

    def _release_to_all_attempts(self, folder):
        """Release a student's pages where `fetch_feedback` looks for them: by every submission, and its own names."""
        student, pages = folder.parent.name, sorted(folder.glob("*.html"))
        for attempt in Attempts(self.config, self.coursedir, self.coursedir.assignment_id).of(student):
            secret = submission.slips(attempt).get("submission_secret.txt")
            submitted = {path.stem for path in attempt.glob("*.ipynb")} if len(pages) == 1 else set()
            for page in pages if secret else ():
                for name in submitted | {page.stem}:
                    released = Path(self.dest_path, f"{notebook_hash(secret=secret, notebook_id=name)}.html")
                    shutil.copyfile(page, released.with_suffix(".tmp"))
                    os.replace(released.with_suffix(".tmp"), released)

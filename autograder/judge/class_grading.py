"""Grade a class: find what was handed in, spread it over workers, record each result once, say what came of it."""

import contextlib
import fcntl
import fnmatch
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from nbgrader.converters.autograde import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import temp_attrs
from tqdm import tqdm
from traitlets.config import Config

from autograder.judge import late, look, provenance, sandbox, spread, submission
from autograder.judge.attempts import Attempts
from autograder.judge.classroom import classroom, place, places
from autograder.judge.recorder import GradebookError, GradedNotebook, Recorder, Result
from autograder.judge.restore import TrustedCell
from autograder.judge.seed import course_seed
from autograder.judge.session import Session
from autograder.judge.submission import Submission

MAX_LISTED = 20  # students in one line of the table
MAX_CHANGES = 3  # of one submission while it is graded, before it is left for the next run


@dataclass
class Summary:
    """What came of a run.

    Attributes
    ----------
    graded, unchanged, skipped : list of str
        Students: recorded anew; graded again with the same result; graded already.
    set_aside : dict
        ``{student: why the mark is 0}``, also of skipped ones.
    failed : dict
        ``{student: why there is no new mark}``; the previous one is kept.
    notes : dict
        ``{student: which other notebooks lie beside the graded one, and the like}``, also of skipped ones; of those
        graded, also into which locked cells they wrote.
    look : dict
        ``{student: what in the code an instructor should look at}``, also of skipped ones; it changes no points.
    older : list of str
        Skipped ones whose marks come from another version of the tests or of the grader.
    points : dict
        ``{student: total before and now}`` of those who had points before, where the total changed: by a regrade, a
        new submission, or a deadline or extension that was changed since.
    late : dict
        ``{student: how late, and the penalty}``, of all who ever handed in.
    waiting : list of str
        Those of whom a person has something to grade, of all who ever handed in.
    missing : list of str
        Those of the gradebook and the roster who handed in nothing.
    dropped : list of str
        Those who left the course, by the roster; what they handed in is not graded.
    """

    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    set_aside: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    look: dict[str, str] = field(default_factory=dict)
    older: list[str] = field(default_factory=list)
    points: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """Return a table for the instructor."""
        lines = [f"graded     {len(self.graded):>5}", f"unchanged  {len(self.unchanged):>5}"]
        lines += [f"before     {len(self.skipped):>5}", f"set aside  {len(self.set_aside):>5}  (0 points)"]
        lines += [f"failed     {len(self.failed):>5}  (previous points kept)"] if self.failed else []
        lines += [f"late       {len(self.late):>5}"] if self.late else []
        lines += [f"waiting    {len(self.waiting):>5}  (for points by hand)"] if self.waiting else []
        for title, students in (("missing", self.missing), ("dropped", self.dropped)):
            lines += [f"{title:<10} {len(students):>5}  {_listed(students)}"] if students else []
        for title, reasons in (
            ("Points changed", self.points),
            ("Set aside", self.set_aside),
            ("Failed", self.failed),
            ("Late", self.late),
            ("Notes", self.notes),
            ("Look at this (no points depend on it)", self.look),
        ):
            lines += [f"\n{title}:"] if reasons else []
            lines += [f"  {ascii(student)[1:-1][:40]:<20} {reason}" for student, reason in sorted(reasons.items())]
        if self.older:
            lines.append(
                f"\n{len(self.older)} graded before by other tests or another version; "
                "--regrade (in nbgrader: --force) grades them again."
            )
        return "\n".join(lines)


def _listed(students):
    """Return some names on one line."""
    shown = ", ".join(ascii(student)[1:-1][:40] for student in sorted(students)[:MAX_LISTED])
    return shown + (f" and {len(students) - MAX_LISTED} more" if len(students) > MAX_LISTED else "")


def grade_class(
    config: Config,
    assignment: str,
    students: Sequence[str] = (),
    regrade: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    quiet: bool = False,
    autograde: Autograde | None = None,
) -> Summary:
    """Grade what is in the classroom, and record it in nbgrader's gradebook.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader: directories, gradebook, late penalties, permissions, what is kept of outputs, hooks.
    assignment : str
    students : sequence of str
        Only these, or patterns of them; by default nbgrader's setting, which is all that handed something in.
    regrade : bool
        Grade again what was graded before; without it, only what is new or was handed in anew.
    workers : int, optional
        Processes of this machine; by default one for each core if there is enough to do. 0: this process alone.
    scheduler : str, optional
        Address of a dask.distributed scheduler whose workers grade instead.
    quiet : bool
        Show no progress.
    autograde : nbgrader.converters.Autograde, optional
        nbgrader's own command, if that was called.

    Raises
    ------
    sandbox.SandboxError, GradebookError, spread.ClusterError, spread.UnfitWorker
        If nothing can be graded, or not any more; everything recorded before stays.
    """
    if scheduler is None:
        sandbox.require()
    if not autograde:
        autograde = Autograde(coursedir=CourseDirectory(config=config, assignment_id=assignment), config=config)
    with _alone(autograde.coursedir):
        recorder = Recorder(autograde, assignment)
        try:
            return Class(autograde, assignment, recorder).grade(students, regrade, workers, scheduler, quiet)
        finally:
            recorder.close()


class Class:
    """One assignment of one course while it is graded."""

    def __init__(self, autograde: Autograde, assignment: str, recorder: Recorder):
        self.autograde, self.assignment, self.recorder = autograde, assignment, recorder
        self.coursedir, self.summary = autograde.coursedir, Summary()
        self.submitted: dict[str, dict[str, Submission]] = {}
        self.changes: Counter[str] = Counter()
        self.roster = recorder.penalties.roster
        self.attempts = Attempts(autograde.config, self.coursedir, assignment, recorder.deadline)
        self.tests = {name: provenance.tests(cells) for name, cells in recorder.trusted.items()}
        self.assigned = json.dumps(
            {
                "seed": course_seed(classroom(self.coursedir)),
                "settings": submission.settings(autograde.config),
                "tests": self.tests,
                "notebooks": {name: [asdict(cell) for cell in cells] for name, cells in recorder.trusted.items()},
            }
        ).encode()

    def grade(
        self, students: Sequence[str], regrade: bool, workers: int | None, scheduler: str | None, quiet: bool
    ) -> Summary:
        """Grade and record; see `grade_class`."""
        there = self._students(students)
        for student in there:
            self.attempts.choose(student, self.tests)
        waiting = [one for one in there if regrade or one in self.attempts.trying or self._is_new(one)]
        done = set()
        with (
            spread.over(grade_task, fit_to_grade, self.assigned, workers, scheduler, len(waiting)) as results,
            tqdm(total=len(waiting), unit="submission", disable=quiet or None) as progress,
        ):
            for some in results(waiting, self._task):
                some = [one for one in some if one[0] not in done]  # a worker that was given up may still answer
                again = self._take_in(some)
                for student in again:
                    results.again(student)
                done |= {student for student, _result, _error in some} - again
                progress.update(len(some) - len(again))
                progress.set_postfix(set_aside=len(self.summary.set_aside), refresh=bool(again))
        self._look_at_gradebook()
        return self.summary

    def _look_at_gradebook(self):
        """Bring all late penalties up to date, and note who is late and who waits for points by hand."""
        for student, (before, after) in self.recorder.settle().items():
            self.summary.points[student] = f"{before:g} -> {after:g}"
        self.summary.late = {one.student_id: late.about(one) for one in self.recorder.late()}
        self.summary.waiting = self.recorder.waiting()
        known = {student.id for student in self.recorder.gradebook.students} | self.roster.people.keys()
        there = set(places(self.coursedir, self.coursedir.submitted_directory, self.assignment))
        self.summary.missing += [one for one in sorted(known - there) if not self.roster.is_dropped(one)]

    def _students(self, wanted):
        """Return the ids of those wanted who handed something in; of strangers note that they may not be entered."""
        pattern = Path(self.coursedir.root, self.coursedir.format_path(self.coursedir.submitted_directory, "*", "."))
        folder = pattern.parent
        there = {
            entry.name
            for entry in (os.scandir(folder) if folder.is_dir() else ())
            if entry.is_dir() and os.path.lexists(self._place(entry.name))
        }
        found = {one: there & {one} or fnmatch.filter(there, one) for one in wanted or [self.coursedir.student_id]}
        if missing := ", ".join(sorted(one for one in found if not found[one])):
            raise FileNotFoundError(f"No submissions found for {self.assignment} below {folder}: {missing}.")
        students = set().union(*found.values()).difference(self.coursedir.student_id_exclude.split(","))
        self.summary.dropped += sorted(filter(self.roster.is_dropped, students))
        students -= set(self.summary.dropped)
        nameless = {one for one in students if one != one.encode(errors="replace").decode()}
        self.summary.failed |= dict.fromkeys(nameless, "The name of this folder is no UTF-8 text. Rename it.")
        students -= nameless
        if not self.autograde.create_student:
            strangers = students - {student.id for student in self.recorder.gradebook.students}
            self.summary.failed |= dict.fromkeys(strangers, "The gradebook has no such student.")
            students -= strangers
        return sorted(students)

    def _place(self, student):
        return self.attempts.trying.get(student) or place(
            self.coursedir, self.coursedir.submitted_directory, student, self.assignment
        )

    def _is_new(self, student):
        """Tell whether a submission is to be graded, and note it if it isn't."""
        graded = {name: provenance.read(text) for name, text in self.recorder.graded(student).items()}
        submitted = self._submitted(student)
        fingerprints = {name: provenance.fingerprint(one.content) for name, one in submitted.items()}
        if not graded or any(graded[name].get("submission") != fingerprints[name] for name in graded):
            return True
        slips = submission.slips(self._place(student))
        if student not in self.recorder.marked or self.recorder.slips(student) != slips:
            return True
        self.summary.skipped.append(student)
        reasons = []
        for name, one in submitted.items():
            released, checks = _released(self.recorder.trusted[name]), graded[name].get(provenance.CHECKS, ())
            reasons += look.of_submission(one.content, released, checks)
        self._look(student, reasons)
        if troubles := [*filter(None, (graded[name].get(provenance.TROUBLE) for name in graded))]:
            self.summary.set_aside[student] = " ".join(troubles)
        if any(graded[name].get("tests") != self.tests[name] for name in graded):
            self.summary.older.append(student)
        return False

    def _submitted(self, student):
        """Return ``{notebook: Submission}``, and note what is odd about it."""
        names = self.recorder.trusted
        submitted = {name: submission.read(self._place(student) / f"{name}.ipynb", names) for name in names}
        notes = [submission.beside(one, self.recorder.trusted[name]) for name, one in submitted.items()]
        notes += [submission.untimed(self._place(student)), self.attempts.note(student)]
        if notes := [note for note in notes if note]:
            self.summary.notes[student] = " ".join(notes)
        return submitted

    def _task(self, student):
        """Read a submission, once; return what a worker needs of it."""
        self._hook(student, self.autograde.run_pre_convert_hook)
        self.submitted[student] = submitted = self._submitted(student)
        return submitted

    def _hook(self, student, run):
        """Run one of the functions that an instructor may have nbgrader call before and after each submission."""
        self.autograde.notebooks = [str(self._place(student) / f"{name}.ipynb") for name in self.recorder.trusted]
        with temp_attrs(self.coursedir, student_id=student):
            run()

    def _take_in(self, some):
        """Record workers' results; return the students whose submissions have to be graded again."""
        results, again = [], set()
        for student, result, error in some:
            if error:
                del self.submitted[student]
                self.summary.failed[student] = error
            elif self._changed(student):
                self.changes[student] += 1
                if self.changes[student] < MAX_CHANGES:
                    again.add(student)
                else:
                    why = "The submission changes while it is graded. Run the same command again."
                    self.summary.failed[student] = why
            elif self.attempts.tried(student, graded := json.loads(result), self.tests):
                again.add(student)
            else:
                results.append(Result(student, graded, submission.slips(self._place(student))))
        for one, recorded in zip(results, self.recorder.record(results) if results else (), strict=True):
            self._sum_up(one.student, one.graded, recorded)
        return again

    def _changed(self, student):
        """Tell whether a submission has changed since it was read."""
        submitted = self.submitted.pop(student)
        return self._submitted(student) != submitted

    def _sum_up(self, student, graded, recorded):
        if recorded.before not in (None, recorded.after):
            self.summary.points[student] = f"{recorded.before:g} -> {recorded.after:g}"
        self._hook(student, self.autograde.run_post_convert_hook)
        if notes := [*filter(None, [self.summary.notes.get(student), *(one["note"] for one in graded.values())])]:
            self.summary.notes[student] = " ".join(notes)
        self._look(student, [reason for one in graded.values() for reason in one["look"]])
        if troubles := [*filter(None, (one["trouble"] for one in graded.values()))]:
            self.summary.set_aside[student] = " ".join(troubles)
        else:
            (self.summary.graded if recorded.changed else self.summary.unchanged).append(student)

    def _look(self, student, reasons):
        if reasons:
            self.summary.look[student] = "; ".join(reasons)


def grade_task(assigned: bytes, notebooks: dict[str, Submission]) -> bytes:
    """Grade one submission: what a worker does.

    Parameters
    ----------
    assigned : bytes
        JSON: the course seed, the instructor's settings of what is kept of outputs, the trusted cells of each notebook,
        and the fingerprints of its tests.
    notebooks : {name: Submission}

    Returns
    -------
    bytes
        JSON, a `GradedNotebook` for each notebook.

    Raises
    ------
    spread.UnfitWorker
        If this worker has another version of the grader than the one that sent the task.
    """
    told, assignment = _told(assigned)
    results: dict[str, GradedNotebook] = {}
    for name, trusted in assignment.items():
        submitted = notebooks[name]
        graded = submission.grade(submitted, trusted, told["seed"], told["settings"])
        records = [mark.as_record() for mark in graded.marks]
        results[name] = {
            "text": graded.text,
            "scores": graded.scores,
            "comments": graded.comments,
            "trouble": graded.trouble,
            "note": submission.edited(submitted, trusted),
            "look": look.of_submission(submitted.content, _released(trusted), records),
        }
    return json.dumps(results).encode()


def _released(trusted):
    return {cell.name: cell.source for cell in trusted}


def fit_to_grade(assigned: bytes) -> None:
    """Raise unless this worker grades as all others do: with the same code, in a sandbox; see `grade_task`."""
    _told(assigned)
    sandbox.require()
    with Session() as session:
        session.run("1")


@lru_cache(maxsize=1)
def _told(assigned):
    """Return (what was assigned, its notebooks' trusted cells), if the code here makes of them the tests meant."""
    told = json.loads(assigned)
    trusted = {name: [TrustedCell(**cell) for cell in cells] for name, cells in told["notebooks"].items()}
    if {name: provenance.tests(cells) for name, cells in trusted.items()} != told["tests"]:
        raise spread.UnfitWorker(
            f"It has another version of the grader ({provenance.grader()}) than the one that was asked to grade. "
            "Install the same version on both, and restart the worker."
        )
    return told, trusted


@contextlib.contextmanager
def _alone(coursedir):
    """Keep a second grader of the same course out."""
    folder = Path(coursedir.root, coursedir.autograded_directory)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".grading", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GradebookError(
                "Another run is grading this course. Wait for it, or stop it, then run this again."
            ) from None
        yield

"""Which of a student's submissions counts: all that were ever there are kept, and one setting chooses."""

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets import Enum
from traitlets.config import Config, Configurable

from autograder.judge import provenance, restore, submission
from autograder.judge.classroom import classroom, place
from autograder.judge.late import Penalties
from autograder.judge.outputs import one_line
from autograder.judge.times import LONGEST, submitted_at

MAX_FILES, MAX_BYTES = 100, 100 << 20  # of one submission that are kept
COUNTS, SCORE = ".counts", ".score"  # the number of the one that counts; what one got, where the best counts

Deadline = Callable[[str], datetime | None]


class Attempts(Configurable):
    """The submissions of one assignment, each in a folder of its own, numbered as they came.

    They lie in ``attempts`` in the classroom, since a collection from the exchange or an LMS overwrites what it
    collected before. The one that counts is put into the folder of submissions.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader, with ``Attempts.counts``.
    coursedir : CourseDirectory
    assignment : str
    deadline : callable
        Returns a student's own deadline in UTC, None if there is none; needed to choose.
    """

    counts = Enum(
        ("last in time", "best", "last"),
        "last in time",
        help="Which of a student's submissions counts. 'last in time': the last before the deadline, extension "
        "included, or the last of all if every one is late. 'best': all are graded, and the one with the most points "
        "after its late penalty counts. 'last': the last, however late.",
    ).tag(config=True)

    def __init__(
        self, config: Config, coursedir: CourseDirectory, assignment: str, deadline: Deadline = lambda student: None
    ):
        super().__init__(config=config)
        self.coursedir, self.assignment, self.deadline = coursedir, assignment, deadline
        self.trying: dict[str, Path] = {}  # student -> the attempt that is graded to be compared
        self.penalties = Penalties(config)

    def of(self, student: str) -> list[Path]:
        """Return the folders of a student's submissions, in the order in which they came."""
        folder = self._folder(student)
        found = [one for one in folder.iterdir() if one.name.isdigit()] if folder.is_dir() else []
        return sorted(found, key=lambda one: int(one.name))

    def _folder(self, student):
        return classroom(self.coursedir) / "attempts" / student / self.assignment

    def keep(self, student: str, folder: Path) -> None:
        """Keep what lies in a folder, unless it is what was kept last, or what counts, or has the same time."""
        if os.path.islink(folder):
            return
        new, attempts = _facts(folder), self.of(student)
        known = {one: _facts(one) for one in attempts}
        told = "timestamp.txt" in new
        if any(new == known[one] and (told or one in (attempts[-1], self._counting(student))) for one in attempts):
            return
        number = int(attempts[-1].name) + 1 if attempts else 1
        _write(self._folder(student) / str(number), _contents(folder))

    def choose(self, student: str, tests: Mapping[str, str]) -> None:
        """Put the submission that counts in place; where the best counts, find out first which have to be graded.

        A link or a file where the folder should be stays there, to be set aside.
        """
        if not stat.S_ISDIR(os.lstat(self._place(student)).st_mode):
            return
        self.keep(student, self._place(student))
        attempts = self.of(student)
        if len(attempts) < 2:
            return
        if self.counts == "best":
            unknown = [one for one in attempts if _score(one).get("tests") != tests]
            if unknown:
                self.trying[student] = unknown[0]
                return
            due = self.deadline(student)
            chosen = max(attempts, key=lambda one: (self._points(student, one, due), int(one.name)))
        else:
            due = self.deadline(student) if self.counts == "last in time" else None
            chosen = ([one for one in attempts if not _late(one, due)] or attempts)[-1]
        self._put_in_place(student, chosen)

    def tried(self, student: str, graded: Mapping[str, Any], tests: Mapping[str, str]) -> bool:
        """Take in what a submission got that was graded for comparison; returns False if none was, else True."""
        if student not in self.trying:
            return False
        points = sum(score or 0.0 for one in graded.values() for score in one["scores"].values())
        (self.trying.pop(student) / SCORE).write_text(json.dumps({"tests": tests, "points": points}))
        self.choose(student, tests)
        return True

    def _points(self, student, attempt, due):
        points = _score(attempt)["points"]
        return points - self.penalties.cost(student, points, _late(attempt, due))

    def note(self, student: str) -> str:
        """Say that a later submission does not count; empty if there is none."""
        attempts, counting = self.of(student), self._counting(student)
        if counting not in attempts or counting == attempts[-1]:
            return ""
        return (
            f"Of {len(attempts)} submissions number {counting.name}{_when(counting)} counts, not the last"
            f"{_when(attempts[-1])}: the {REASONS[self.counts]} counts."
        )

    def _counting(self, student):
        try:
            return self._folder(student) / (self._folder(student) / COUNTS).read_text()
        except OSError:
            return None

    def _place(self, student):
        return place(self.coursedir, self.coursedir.submitted_directory, student, self.assignment)

    def _put_in_place(self, student, attempt):
        folder = self._place(student)
        (self._folder(student) / COUNTS).write_text(attempt.name)
        if _facts(attempt) == _facts(folder):
            return
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        _write(folder.with_name(f".{folder.name}.new"), _contents(attempt))
        os.rename(folder, old)
        os.rename(folder.with_name(f".{folder.name}.new"), folder)
        shutil.rmtree(old)


REASONS = {"last in time": "last one before the deadline", "best": "best one", "last": "last one"}


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files in a folder that can be read, one at a time: all may not fit into memory.

    What is graded comes first: with many files beside it, it would be lost. Names with a dot first are not theirs.
    """
    left = MAX_BYTES
    for path in sorted(folder.glob("[!.]*"), key=_last)[:MAX_FILES]:
        try:
            content = restore.read_bytes(path)
        except restore.Unreadable:
            continue  # a link, a folder, too large: nothing that is graded
        if len(content) <= left:
            left -= len(content)
            yield path.name, content


def _last(path):
    """Return what sorts the exchange's slips first, then notebooks, then all else."""
    return path.name not in submission.SLIPS, ".ipynb" not in path.name.lower(), path.name


def _facts(folder):
    return {name: provenance.fingerprint(content) for name, content in _contents(folder)}


def _write(folder: Path, content: Iterable[tuple[str, bytes]]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    new = folder.with_name(f".{folder.name}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name, text in content:
        (new / name).write_bytes(text)
    os.rename(new, folder)


def _score(attempt):
    try:
        return json.loads((attempt / SCORE).read_text())
    except (OSError, ValueError):
        return {}


def _late(attempt, due):
    """Return how many seconds late a submission was."""
    when = submitted_at(submission.slips(attempt).get("timestamp.txt"))
    return max(0.0, (when - due).total_seconds()) if when and due else 0.0


def _when(attempt):
    when = submission.slips(attempt).get("timestamp.txt")
    return f" ({one_line(when, LONGEST)})" if when else ""

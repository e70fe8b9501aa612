"""Where the time of a submission goes, when one process grades a class: milliseconds of each stage."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from unittest import mock

from autograder.judge.class_grading import grade_class
from autograder.judge.settings import course_config
from autograder.workshop.bench._table import table
from autograder.workshop.bench.grading import fill
from autograder.workshop.demo import Course
from autograder.workshop.demo_class import ASSIGNMENT

SUBMISSIONS = 100
FIRST = 10  # graded before: what is made once for a class does not count
REST = "class"
# Each stage in words, and the functions that are it: those that it calls and are another stage do not count for it.
STAGES = {
    "start": ("sandboxes are started and stopped", "judge.session:Session._start judge.session:Session.stop"),
    "cells": ("the student's cells run", "judge.session:Session.run"),
    "calls": ("the student's functions are called", "judge.session:Session.call judge.session:Session.value"),
    "draw": ("fresh cases are drawn", "check.grade:.fresh"),
    "compare": ("results are compared with what is right", "check.grade:.difference check.grade:.right"),
    "diagnose": ("mistakes are sought", "check.grade:.diagnose"),
    "report": ("reports are written", "check.report:.to_text check.report:.to_html"),
    "notebook": ("the notebook is restored, looked at, written", "judge.class_grading:.grade_task"),
    "gradebook": ("points and the notebook are recorded", "judge.recorder:Recorder.record"),
    REST: ("submissions are found, read, handed out", ""),
}


class Clock:
    """Counts the seconds of each stage without those of the stages inside it.

    Examples
    --------
    >>> clock = Clock()
    >>> with clock.running("outer"), clock.running("inner"):
    ...     pass
    >>> sorted(clock.wall) == sorted(clock.computing) == ["inner", "outer"]
    True
    """

    def __init__(self) -> None:
        self.wall: dict[str, float] = defaultdict(float)
        self.computing: dict[str, float] = defaultdict(float)
        self.stages: list[str] = []
        self.since = time.perf_counter(), time.process_time()

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        """Count what runs inside for a stage."""
        self._count()
        self.stages.append(stage)
        try:
            yield
        finally:
            self._count()
            self.stages.pop()

    def _count(self):
        wall, computing = time.perf_counter(), time.process_time()
        for stage in self.stages[-1:]:
            self.wall[stage] += wall - self.since[0]
            self.computing[stage] += computing - self.since[1]
        self.since = wall, computing


def bench() -> int:
    """Grade a class in this process and print what each stage takes of a submission; returns 0."""
    clock = measure(SUBMISSIONS)
    print(f"A submission of {ASSIGNMENT} in one process: ms, of {SUBMISSIONS} after the first {FIRST}")
    print(table(("", "wall", "computing", ""), [*_rows(clock)]))
    return 0


def _rows(clock):
    """Yield the rows of the table; computing is of this process, without the sandbox's."""
    for stage, (words, _) in STAGES.items():
        yield stage, *(f"{1000 * each[stage] / SUBMISSIONS:.1f}" for each in (clock.wall, clock.computing)), words
    yield "all", *(f"{1000 * sum(each.values()) / SUBMISSIONS:.1f}" for each in (clock.wall, clock.computing)), ""


def measure(count: int) -> Clock:
    """Grade so many submissions in this process; return what was counted, without the first ones."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as replaced:
        course = Course(Path(folder))
        students = fill(course, FIRST + count)
        _grade(course, students[:FIRST])
        for stage, (_, functions) in STAGES.items():
            for function in functions.split():
                replaced.enter_context(_counted(clock, stage, f"autograder.{function}"))
        with clock.running(REST):
            _grade(course, students[FIRST:])
    return clock


def _grade(course, students):
    grade_class(course_config(course.settings), ASSIGNMENT, students, workers=0, quiet=True)


def _counted(clock, stage, place):
    owner, _, name = place.rpartition(".")
    owner = resolve_name(owner)
    function = getattr(owner, name)

    @wraps(function)
    def counted(*args, **kwargs):
        with clock.running(stage):
            return function(*args, **kwargs)

    return mock.patch.object(owner, name, counted)

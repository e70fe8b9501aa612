"""Grade a restored notebook: the student's cells run in the sandbox, the test cells here, outside."""

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

from nbformat import NotebookNode

from autograder.chapters import EXERCISES
from autograder.chapters.model import Case
from autograder.chapters.questions import QUESTIONS
from autograder.check import questions, report
from autograder.check.grade import grade
from autograder.inside.call import Outcome
from autograder.judge import outputs, sandbox
from autograder.judge.reasons import Around
from autograder.judge.sandbox import Limits
from autograder.judge.seed import submission_seed
from autograder.judge.session import Session, Stopped

MAX_OUTPUTS = 10 << 20  # characters of outputs of one submission, pictures included
FORBIDDEN = "forbidden"  # what `Mark.failed` says of a function that calls what it is asked to write
MAX_STOPS = 2  # of one function: after that the rest of its cases is not tried


class GradingError(RuntimeError):
    """A test cell of the course itself is wrong; nobody's mark may come from it."""


class MarkRecord(TypedDict):
    """What a graded notebook keeps of a `Mark`, in its metadata."""

    name: str
    score: float
    max_score: float
    mistakes: list[str]
    failed: list[str]
    written: bool
    numbers: NotRequired[dict[str, int]]


@dataclass(frozen=True)
class Mark:
    """What one check gave: an exercise or a short question.

    Attributes
    ----------
    name : str
    score, max_score : float
    mistakes : tuple of str
        Ids of the mistakes that were recognised, what costs most first.
    message : str
        What the student reads.
    failed : tuple of str
        Ids of the behaviours that an exercise's function does not show; `FORBIDDEN` alone if it calls what it is asked
        to write.
    written : bool
        Whether there was anything to judge.
    numbers : dict
        The numbers that a short question asked with, where they are not those of the public copy.
    """

    name: str
    score: float
    max_score: float
    mistakes: tuple[str, ...]
    message: str
    failed: tuple[str, ...] = ()
    written: bool = True
    numbers: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the mark as a dictionary for JSON."""
        return {
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "mistake": next(iter(self.mistakes), None),
            "mistakes": list(self.mistakes),
            "message": self.message,
        }

    def as_record(self) -> MarkRecord:
        """Return what a graded notebook keeps of it; its outputs hold the message."""
        record: MarkRecord = {
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "mistakes": list(self.mistakes),
            "failed": list(self.failed),
            "written": self.written,
        }
        return record | {"numbers": self.numbers} if self.numbers else record


def mark_notebook(
    notebook: NotebookNode, seed: str | None, limits: Limits = Limits(), sandboxed: bool = True, before: str = ""
) -> tuple[list[Mark], dict[str, float]]:
    """Run a restored notebook and write outputs into it.

    Parameters
    ----------
    notebook : NotebookNode
        From `restore`: the metadata of its cells can be trusted, their answers cannot.
    seed : str or None
        The course seed: fresh cases are drawn from it and the submission's code.
    limits : Limits
    sandboxed : bool
        False is for trusted notebooks only.
    before : str
        Code that runs before the first cell and is shown nowhere.

    Returns
    -------
    marks : list of Mark
        One for each check of each test cell, in order.
    scores : {test cell: points}
    """
    marks: list[Mark] = []
    scores, left = {}, MAX_OUTPUTS
    seed = submission_seed(seed, [c.source for c in notebook.cells if c.cell_type == "code" and not is_test(c)])
    with Session(limits, sandboxed) as session:
        _run(before, session)
        code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        for count, i in enumerate(code, start=1):
            cell = notebook.cells[i]
            cell.execution_count = count
            if is_test(cell):
                tester = Tester(session, seed, Around(notebook.cells, i))
                scores[cell.metadata.nbgrader.grade_id] = _test(cell, tester, count)
                marks += tester.marks
            else:
                cell.outputs = _run(cell.source, session)
                left -= len(str(cell.outputs))
                if left < 0:
                    cut = "... the notebook's outputs are too large: left out ..."
                    cell.outputs = [outputs.new_output("stream", name="stdout", text=cut)]
    return marks, scores


def is_test(cell: NotebookNode) -> bool:
    """Tell whether a cell of a notebook is one of the course's tests, whose value is points."""
    data = cell.metadata.get("nbgrader", {})
    return bool(data.get("grade") and not data.get("solution"))


def _run(source, session):
    """Run a student's cell; one that was stopped leaves the reason as its output."""
    if not source.strip():
        return []
    try:
        return outputs.clean(session.run(source))
    except Stopped as stopped:
        return [outputs.new_output("error", ename="Stopped", evalue=str(stopped), traceback=[f"Stopped: {stopped}"])]


def _test(cell, tester, count):
    """Run a test cell and return its points, which are its value; `tester` has the marks."""
    name, points = cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points
    try:
        value = _evaluate(cell.source, Names(tester.session, tester.check))
    except sandbox.SandboxError:
        raise
    except Exception as error:
        raise GradingError(f"Test cell {name!r} of the course fails: {type(error).__name__}: {error}") from error
    if not isinstance(value, (int, float)) or not 0 <= value <= points:
        raise GradingError(f"Test cell {name!r} must give 0 to {points} points. Its value: {value!r}")
    data = {"text/plain": f"{value:g}"}
    result = outputs.new_output("execute_result", data=data, metadata={}, execution_count=count)
    shown = [outputs.new_output("display_data", data=data, metadata={}) for data in tester.reports]
    cell.outputs = [*shown, result]
    return float(value)


def _evaluate(source, names):
    """Run the instructor's code and return the value of its last expression."""
    code, last = _compiled(source)
    space = {"__builtins__": builtins}
    exec(code, space, names)
    return last and eval(last, space, names)


@lru_cache(maxsize=64)  # the same for each submission of a class
def _compiled(source):
    """Return the code of a test cell, and of its last expression or None."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    code = compile(ast.Module(body, []), "<test cell>", "exec")
    return code, last and compile(ast.Expression(last.value), "<test cell>", "eval")


class Names(dict[str, object]):
    """The names of a test cell: `check`, what the cell assigns, and a stand-in for every name of the student's."""

    def __init__(self, session: Session, check: Callable[..., float]):
        super().__init__(check=check)
        self.session = session

    def __missing__(self, name: str) -> "Remote":
        if hasattr(builtins, name):
            raise KeyError(name)  # Python goes on to look there
        return Remote(self.session, name)


class Remote:
    """Stands for one name of the student's; the object itself stays in the sandbox."""

    def __init__(self, session: Session, name: str):
        self.session, self.name, self.stops, self.stopped = session, name, 0, ""

    def plan(self, cases: Sequence[Case], watch: Sequence[str]) -> None:
        """Say which calls come next."""
        self.session.plan(self.name, cases, watch)

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any], watch: Sequence[str]) -> Outcome:
        """Call the student's function there; a stop is an outcome like any other."""
        if self.stops >= MAX_STOPS and not self.session.spent():
            return Outcome(error="Stopped", message=f"Not tried: {self.name} was stopped {self.stops} times before.")
        try:
            return self.session.call(self.name, args, kwargs, watch)
        except Stopped as stopped:
            self.stops += 1
            return Outcome(error="Stopped", message=str(stopped))

    def value(self) -> object:
        """Return the student's value, None if there is none; after a stop, `stopped` says why."""
        try:
            return self.session.value(self.name)
        except Stopped as stopped:
            self.stopped = str(stopped)
            return None


class Tester:
    """The `check` of test cells in the judge; collects reports and marks."""

    def __init__(self, session: Session, seed: str | None, around: Around):
        self.session, self.seed, self.around = session, seed, around
        self.reports: list[dict[str, str]] = []
        self.marks: list[Mark] = []

    def check(self, name: str, subject: Remote, **numbers: int) -> float:
        """Judge an exercise or a short question; see `autograder.check`."""
        judge = self._exercise if name in EXERCISES else self._question
        return judge(name, subject, **numbers)

    def _question(self, name, subject, **numbers):
        question, value = QUESTIONS[name].with_numbers(**numbers), subject.value()
        text, points = questions.judged(question, value)
        if subject.stopped:
            text = f"{question.name}: {points} of {question.points} points\n  {subject.stopped}"
        elif value is None and (why := self.around.unanswered(question.name)):
            text += f": {why}"
        self.reports.append({"text/plain": text})
        known, written = questions.mistake(question, value), not questions.unanswered(value)
        mistakes = (known,) if known else ()
        self.marks.append(
            Mark(question.name, points, question.points, mistakes, text, written=written, numbers=numbers)
        )
        return points

    def _exercise(self, name, subject):
        result = grade(EXERCISES[name], subject.call, self.seed, subject.plan)
        result = replace(result, note=self.around.about(result))
        text = report.to_text(result)
        self.reports.append({"text/plain": text, "text/html": report.to_html(result)})
        mistakes = tuple(mistake.id for mistake in result.mistakes)
        failed = tuple(tried.behaviour.id for tried in result.tried if tried.difference)
        failed = (FORBIDDEN,) if result.forbidden else failed
        self.marks.append(Mark(name, result.points, result.max_points, mistakes, text, failed, not result.unwritten))
        return result.points

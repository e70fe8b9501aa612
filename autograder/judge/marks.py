"""Grade a restored notebook: the student's cells run in the sandbox, the test cells here, outside."""

import ast
import builtins
from dataclasses import dataclass, replace

from autograder.chapters import EXERCISES
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
    """

    name: str
    score: float
    max_score: float
    mistakes: tuple
    message: str
    failed: tuple = ()
    written: bool = True

    def as_json(self):
        """Return the mark as a dictionary for JSON."""
        return {
            "name": self.name,
            "score": self.score,
            "max_score": self.max_score,
            "mistake": next(iter(self.mistakes), None),
            "mistakes": list(self.mistakes),
            "message": self.message,
        }

    def as_record(self):
        """Return what a graded notebook keeps of it; its outputs hold the message."""
        lists = {"failed": list(self.failed), "mistakes": list(self.mistakes)}
        return {key: value for key, value in vars(self).items() if key != "message"} | lists


def mark_notebook(notebook, seed, limits=Limits(), sandboxed=True, before=""):
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
    marks, scores, left = [], {}, MAX_OUTPUTS
    seed = submission_seed(seed, [c.source for c in notebook.cells if c.cell_type == "code" and not _is_test(c)])
    with Session(limits, sandboxed) as session:
        _run(before, session)
        code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        for count, i in enumerate(code, start=1):
            cell = notebook.cells[i]
            cell.execution_count = count
            if _is_test(cell):
                tester = Tester(session, seed, Around(notebook.cells, i))
                scores[cell.metadata.nbgrader.grade_id] = _test(cell, tester, count)
                marks += tester.marks
            else:
                cell.outputs = _run(cell.source, session)
                left -= len(str(cell.outputs))
                if left < 0:
                    cell.outputs = [
                        outputs.new_output(
                            "stream", name="stdout", text="... the notebook's outputs are too large: left out ..."
                        )
                    ]
    return marks, scores


def _is_test(cell):
    data = cell.metadata.get("nbgrader", {})
    return data.get("grade", False) and not data.get("solution", False)


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
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    space = {"__builtins__": builtins}
    exec(compile(ast.Module(body, []), "<test cell>", "exec"), space, names)
    return last and eval(compile(ast.Expression(last.value), "<test cell>", "eval"), space, names)


class Names(dict):
    """The names of a test cell: `check`, what the cell assigns, and a stand-in for every name of the student's."""

    def __init__(self, session, check):
        super().__init__(check=check)
        self.session = session

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)  # Python goes on to look there
        return Remote(self.session, name)


class Remote:
    """Stands for one name of the student's; the object itself stays in the sandbox."""

    def __init__(self, session, name):
        self.session, self.name, self.stops, self.stopped = session, name, 0, ""

    def call(self, args, kwargs, watch):
        """Call the student's function there; a stop is an outcome like any other."""
        if self.stops >= MAX_STOPS and not self.session.spent():
            return Outcome(error="Stopped", message=f"Not tried: {self.name} was stopped {self.stops} times before.")
        try:
            return self.session.call(self.name, args, kwargs, watch)
        except Stopped as stopped:
            self.stops += 1
            return Outcome(error="Stopped", message=str(stopped))

    def value(self):
        """Return the student's value, None if there is none; after a stop, `stopped` says why."""
        try:
            return self.session.value(self.name)
        except Stopped as stopped:
            self.stopped = str(stopped)
            return None


class Tester:
    """The `check` of test cells in the judge; collects reports and marks."""

    def __init__(self, session, seed, around):
        self.session, self.seed, self.around = session, seed, around
        self.reports, self.marks = [], []

    def check(self, name, subject):
        """Judge an exercise or a short question; see `autograder.check`."""
        return (
            self._exercise(EXERCISES[name], subject) if name in EXERCISES else self._question(QUESTIONS[name], subject)
        )

    def _question(self, question, subject):
        value = subject.value()
        text, points = questions.judged(question, value)
        if subject.stopped:
            text = f"{question.name}: {points} of {question.points} points\n  {subject.stopped}"
        elif value is None and (why := self.around.unanswered(question.name)):
            text += f": {why}"
        self.reports.append({"text/plain": text})
        written = not questions.unanswered(value)
        self.marks.append(Mark(question.name, points, question.points, (), text, written=written))
        return points

    def _exercise(self, exercise, subject):
        result = grade(exercise, subject.call, self.seed)
        result = replace(result, note=self.around.about(result))
        self.reports.append(_shown(result))
        mistakes = tuple(mistake.id for mistake in result.mistakes)
        text = self.reports[-1]["text/plain"]
        failed = tuple(tried.behaviour.id for tried in result.tried if tried.difference)
        failed = (FORBIDDEN,) if result.forbidden else failed
        self.marks.append(
            Mark(exercise.name, result.points, result.max_points, mistakes, text, failed, not result.unwritten)
        )
        return result.points


def _shown(result):
    return {"text/plain": report.to_text(result), "text/html": report.to_html(result)}

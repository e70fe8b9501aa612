"""What needs attention in a course, on one screen: `python -m autograder doctor`.

Each check returns its problems. Each problem ends with the command that fixes it, or says what to do.
"""

import json
import platform
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import Exchange
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder import paths
from autograder.by_hand.responses import questions
from autograder.inside import seccomp
from autograder.judge import kernel, sandbox, submission
from autograder.judge.classroom import classroom, place, places
from autograder.judge.current_grades import NOT_GRADED
from autograder.judge.outputs import printable
from autograder.judge.recorder import explained
from autograder.judge.roster import Roster, two_ids

SHOWN = 3  # problems of one check that are listed; the rest is counted
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS\n?", re.DOTALL)


@dataclass
class Course:
    """A course, as the checks look at it.

    Attributes
    ----------
    config : traitlets Config
        Of nbgrader.
    gradebook : Gradebook or None
        None where there is none yet.
    root : path
        The course's checkout.
    """

    config: Config
    gradebook: Gradebook | None
    root: Path = paths.COURSE
    coursedir: CourseDirectory = field(init=False)

    def __post_init__(self) -> None:
        self.coursedir = CourseDirectory(config=self.config)

    def assignments(self) -> list[Any]:
        """Return the assignments that the gradebook has, with their notebooks."""
        return [each for each in self.gradebook.assignments if each.notebooks] if self.gradebook else []

    def graded(self, assignment: Any) -> list[Any]:
        """Return a row for each graded cell of each student who takes the course, in one query."""
        roster = self.roster()
        rows = (
            self.gradebook.db.query(  # type: ignore[union-attr]
                *(SubmittedAssignment.student_id, Notebook.name, SubmittedNotebook.late_submission_penalty),
                *(Grade.manual_score, Grade.auto_score, Grade.score, Grade.needs_manual_grade, Grade.cell_id),
            )
            .select_from(Grade)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .filter(SubmittedAssignment.assignment_id == assignment.id)
        )
        return [row for row in rows if not (roster and roster.is_dropped(row.student_id))]

    def roster(self) -> Roster | None:
        """Return the roster; None where it can't be read, which its own check says."""
        try:
            return Roster.of(self.coursedir)
        except ValueError:
            return None


def address(course: Course) -> list[str]:
    """The repository's address is known, and the same in all files."""
    for option in ("--known", "--check"):
        command = [sys.executable, str(paths.COURSE / "book" / "address.py"), option, "--root", str(course.root)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return [" ".join(done.stderr.split())]
    return []


def isolated(course: Course) -> list[str]:
    """A sandbox can be started."""
    try:
        sandbox.require()
        return []
    except sandbox.SandboxError as error:
        return [str(error)]


def kernel_features(course: Course) -> list[str]:
    """A kernel starts with the filter of system calls for this processor."""
    if platform.machine() not in seccomp.MACHINES:
        known = " or ".join(seccomp.MACHINES)
        return [f"There is no filter of system calls for {platform.machine()}. Grade on a machine with {known}."]
    try:
        kernel.start(sandbox.Limits()).stop()
        return []
    except OSError as error:
        return [f"No kernel for students' code starts here: {error}."]


def exchange(course: Course) -> list[str]:
    """Students can fetch and submit through the exchange, and cannot see or change what is not theirs."""
    root = Path(Exchange(coursedir=course.coursedir, config=course.config).root)
    own = root / course.coursedir.course_id
    wanted = [
        (root, 0o007, 0o007, "o+rwx", "students can't use the exchange"),
        (own / "outbound", 0o007, 0o005, "o=rx", "students can't fetch, or can change what is released"),
        (own / "inbound", 0o007, 0o003, "o=wx", "students can't submit, or can see who did"),
        (own / "feedback", 0o003, 0o001, "o=x", "students can't fetch feedback, or can change it"),
    ]
    found = [(path, path.stat().st_mode, *rest) for path, *rest in wanted if path.is_dir()]
    return [
        f"{path}: {why}. Run: chmod {change} {path}"
        for path, mode, mask, right, change, why in found
        if mode & mask != right
    ]


def released(course: Course) -> list[str]:
    """The gradebook and the released notebooks have the tests, texts and points of solutions/."""
    problems = []
    for assignment in course.assignments():
        folder = place(course.coursedir, course.coursedir.release_directory, ".", assignment.name)
        given = _cells(folder / f"{assignment.name}.ipynb")
        try:
            source = _cells(paths.source_notebook(assignment.name))
        except FileNotFoundError as error:
            problems.append(f"{error} The gradebook has one of that name: put its source back.")
            continue
        recorded = {name: part for notebook in assignment.notebooks for name, part in _recorded(notebook).items()}
        known = {"gradebook": recorded, "released notebook": given}
        if other := [what for what, cells in known.items() if cells != source]:
            problems.append(
                f"{assignment.name}: the {' and the '.join(other)} and solutions/ differ. "
                f"Run: nbgrader generate_assignment {assignment.name} --force"
            )
    return problems


def _cells(path):
    """Return {name: (points, text if it is locked)} of a notebook's cells, hidden tests left out."""
    if not path.is_file():
        return {}
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if "nbgrader" in cell["metadata"]]
    own = [(cell["metadata"]["nbgrader"], "".join(cell["source"])) for cell in cells]
    return {
        data["grade_id"]: (data.get("points") if data["grade"] else None, _locked(text, data["solution"]))
        for data, text in own
    }


def _recorded(notebook):
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    texts = {cell.name: cell.source for cell in notebook.source_cells}
    return {name: (points.get(name), _locked(text, name in answers)) for name, text in texts.items()}


def _locked(text, solution):
    return None if solution else HIDDEN.sub("", text).strip()


def deadlines(course: Course) -> list[str]:
    """Every submission time can be read, and every assignment with an extension has a deadline."""
    problems = []
    roster = course.roster()
    due = {each.name: each.duedate for each in (course.gradebook.assignments if course.gradebook else ())}
    for assignment in due:
        for student, folder in sorted(
            places(course.coursedir, course.coursedir.submitted_directory, assignment).items()
        ):
            if note := submission.untimed(folder):
                file = printable(str(folder / "timestamp.txt"), 500)
                again = f"Correct {file}, then run: python -m autograder grade {assignment}"
                problems.append(f"{assignment}, {ascii(student)[1:-1]}: {note} {again}")
    granted = {name for person in (roster.people.values() if roster else ()) for name in person.extensions}
    return problems + [
        f"{name}: there are extensions, but no deadline. "
        f'Run: nbgrader db assignment add {name} --duedate="YYYY-MM-DD 23:59 UTC"'
        for name in sorted(granted)
        if due.get(name) is None
    ]


def permissions(course: Course) -> list[str]:
    """Only the instructor can read students' work, points and the course's seed."""
    database = make_url(course.coursedir.db_url)
    folder = classroom(course.coursedir)
    private = [folder, *([Path(database.database)] if database.drivername == "sqlite" and database.database else [])]
    modes = [(path, stat.S_IMODE(path.stat().st_mode)) for path in private if path.exists()]
    return [f"Others can read {path}. Run: chmod go-rwx {path}" for path, mode in modes if mode & 0o077]


def roster(course: Course) -> list[str]:
    """The roster can be read, lists nobody twice, and has everybody who is in the gradebook."""
    try:
        listed = Roster.of(course.coursedir)
    except ValueError as error:
        return [str(error)]
    known = [student.id for student in course.gradebook.students] if course.gradebook and listed.people else []
    missing = [student for student in known if student not in listed.people]
    people = [(person.id, (person.lms_id, person.email)) for person in listed.people.values()]
    twice = two_ids([*people, *((student, ()) for student in missing)])
    problems = [
        f"{one} and {other} seem to be the same person: both have {text}. "
        f"Run: python -m autograder drop {_less_active(course.coursedir, one, other)}"
        for one, other, text in twice
        if not (listed.is_dropped(one) or listed.is_dropped(other))
    ]
    named = {student for one, other, _text in twice for student in (one, other)}
    if strangers := [ascii(student)[1:-1] for student in missing if student not in named]:
        problems.append(f"{_some(strangers)} not in {listed.path}. Run: python -m autograder roster")
    return problems


def _less_active(coursedir, *students):
    """Return the student who handed in fewer assignments, the first of several."""
    handed_in = {one: place(coursedir, coursedir.submitted_directory, one, "*") for one in students}
    return min(students, key=lambda one: len(list(handed_in[one].parent.glob("*"))))


def ungraded(course: Course) -> list[str]:
    """Everything that was submitted is graded."""
    problems = []
    listed, coursedir = course.roster(), course.coursedir
    for assignment in course.assignments():
        there = places(coursedir, coursedir.submitted_directory, assignment.name)
        done = places(coursedir, coursedir.autograded_directory, assignment.name)
        missing = [one for one in there if one not in done and not (listed and listed.is_dropped(one))]
        if missing:
            problems.append(
                f"{assignment.name}: {len(missing)} not graded yet. Run: python -m autograder grade {assignment.name}"
            )
    return problems


def by_hand(course: Course) -> list[str]:
    """Nothing is waiting to be graded by hand."""
    problems = []
    for assignment in course.assignments():
        name, waiting = assignment.name, [row.cell_id for row in course.graded(assignment) if row.needs_manual_grade]
        written = sum(map(waiting.count, {one.grade_cell for one in questions(course.gradebook, name)}))
        if written:
            problems.append(f"{name}: {written} written answers to be graded. Run: python -m autograder by-hand {name}")
        if code := len(waiting) - written:
            problems.append(
                f"{name}: {code} functions or short questions were graded again after you gave them points by hand. "
                "Look at them in Formgrader, under Manual Grading."
            )
    return problems


def feedback(course: Course) -> list[str]:
    """No feedback page is missing, once some are written, or shows other points than the gradebook."""
    problems = []
    for assignment in course.assignments():
        folder = course.coursedir.feedback_directory
        graded: dict[Path, list[Any]] = {}
        for row in course.graded(assignment) if places(course.coursedir, folder, assignment.name) else ():
            page = place(course.coursedir, folder, row.student_id, assignment.name) / f"{row.name}.html"
            graded.setdefault(page, []).append(row)
        if stale := [page for page, rows in graded.items() if not _tells(page, rows)]:
            problems.append(
                f"{assignment.name}: {len(stale)} feedback pages are missing or show other points. "
                f"Run: python -m autograder feedback pages {assignment.name}"
            )
    return problems


def _tells(page, rows):
    """Tell whether a feedback page shows the gradebook's points, for each question and in total."""
    if not page.is_file():
        return False
    head = page.read_text(encoding="utf-8").partition('id="notebook"')[0]  # below are the student's own words
    shown = re.findall(r"\(Score: ([\w. -]+) / ", head)
    total = sum(row.score for row in rows) - (rows[0].late_submission_penalty or 0)
    points = [
        NOT_GRADED if row.manual_score is None and row.auto_score is None else str(round(float(row.score), 2))
        for row in rows
    ]
    return sorted(shown) == sorted([str(round(float(total), 2)), *points])


CHECKS: dict[str, Callable[[Course], list[str]]] = {
    "address": address,
    "sandbox": isolated,
    "kernel features": kernel_features,
    "exchange": exchange,
    "released": released,
    "deadlines": deadlines,
    "permissions": permissions,
    "roster": roster,
    "grading": ungraded,
    "grading by hand": by_hand,
    "feedback": feedback,
}


def examine(config: Config, root: Path = paths.COURSE) -> dict[str, list[str]]:
    """Return ``{check: its problems}`` of a course; nothing is changed.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    root : path
        The course's checkout.
    """
    coursedir = CourseDirectory(config=config)
    url = make_url(coursedir.db_url)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        return {name: check(Course(config, None, root)) for name, check in CHECKS.items()}
    with explained(coursedir.db_url), Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        return {name: check(Course(config, gradebook, root)) for name, check in CHECKS.items()}


def as_text(found: dict[str, list[str]]) -> str:
    """Return one screen.

    >>> print(as_text({"sandbox": [], "roster": ["Ada is there twice."]}))
    ok     sandbox          A sandbox can be started.
    TO DO  roster           Ada is there twice.
    <BLANKLINE>
    1 of 2 checks found something to do.
    """
    lines = []
    for name, problems in found.items():
        about = str(CHECKS[name].__doc__)
        lines += [f"{'TO DO' if problems else 'ok':<6} {name:<16} {text}" for text in _first(problems) or [about]]
    wrong = sum(map(bool, found.values()))
    said = f"{wrong} of {len(found)} checks found something to do." if wrong else "Nothing to do."
    return "\n".join([*lines, "", said])


def _first(problems):
    more = len(problems) - SHOWN
    return [*problems[:SHOWN], *([f"and {more} more of this kind"] if more > 0 else [])]


def _some(names: Iterable[str]) -> str:
    first, *others = names
    return f"{first} and {len(others)} more are" if others else f"{first} is"

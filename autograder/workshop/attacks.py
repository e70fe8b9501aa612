"""Run the attack table: each hostile submission is graded, and must get the mark that its honest rest deserves."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder import paths
from autograder.judge import look, restore
from autograder.judge.restore import Unreadable
from autograder.judge.sandbox import Limits
from autograder.judge.score import score
from autograder.workshop.attack_table import ASSIGNMENT, EVADING, IN_A_COURSE, SUBMISSIONS, Attack
from autograder.workshop.demo import Course

LIMITS = Limits(cell_seconds=2, call_seconds=1, submission_seconds=45, memory=1 << 30, submission_memory=3 << 29)


@dataclass(frozen=True)
class Outcome:
    """What came of an attack.

    Attributes
    ----------
    mark : float or None
        None where nothing could be read.
    happened : str
        The reasons for lost points.
    look : str
        What the instructor is told to look at.
    """

    mark: float | None
    happened: str
    look: str = ""


def run(attack: Attack, seed: str = "the course seed of the attacks") -> Outcome:
    """Grade an attack as `python -m autograder score` does and return the Outcome."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{ASSIGNMENT}.ipynb")
        attack.hand_in(path)
        try:
            result = score(ASSIGNMENT, path, seed, LIMITS)
        except (Unreadable, FileNotFoundError) as error:
            return Outcome(None, str(error))
        released = {name: source for _kind, source, name in restore.read(paths.released_notebook(ASSIGNMENT)) if name}
        full = [mark.as_record() for mark in result.marks]
        reasons = look.of_submission(path.read_bytes(), released, full)
    return Outcome(result.score, _reasons(result), "; ".join(reasons))


def run_course(folder: Path) -> tuple[Course, dict[str, float]]:
    """Hand in all of IN_A_COURSE, grade them with plain nbgrader in one run, and return the Course and its marks."""
    course = Course(folder)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    for attack in IN_A_COURSE:
        place = course.folder / "submitted" / attack.student / ASSIGNMENT
        place.mkdir(parents=True)
        attack.hand_in(place / f"{ASSIGNMENT}.ipynb")
    course.log = course.nbgrader("autograde", ASSIGNMENT)
    course.nbgrader("generate_feedback", ASSIGNMENT, "--student=page_*")
    return course, {student: mark for student, (mark, _full) in course.marks().items()}


def table() -> int:
    """Run every attack, print the table line by line, and return 0 if each got the mark it deserves, else 1.

    What evades the watch on forbidden functions gets more than it deserves; it counts as dealt with if the instructor
    is told to look at it.
    """
    print(f"{'attack':<44} {'score':>5} {'due':>4}  what happened")
    failed = 0
    for attack in SUBMISSIONS:
        outcome = run(attack)
        failed += outcome.mark != attack.mark
        _print_row(attack, outcome)
    with tempfile.TemporaryDirectory() as folder:
        _course, marks = run_course(Path(folder))
    for attack in IN_A_COURSE:
        mark = marks.get(attack.student)
        failed += mark != attack.mark
        _print_row(attack, Outcome(mark, f"handed in by {attack.student!a}: {attack.tried}"))
    unseen = sum(_evaded_unseen(attack) for attack in EVADING)
    print(
        f"{len(EVADING)} ways round the watch on forbidden functions, {unseen} of them without a word to the instructor"
    )
    print(f"{len(SUBMISSIONS) + len(IN_A_COURSE)} attacks, {failed} with a score other than the one due")
    return 1 if failed or unseen else 0


def _evaded_unseen(attack):
    outcome = run(attack)
    _print_row(attack, Outcome(outcome.mark, outcome.look, outcome.look))
    return outcome.mark != attack.mark and not outcome.look


def _print_row(attack, outcome):
    mark, due = ("-" if value is None else f"{value:g}" for value in (outcome.mark, attack.mark))
    told = "  (look at this)" if outcome.look else ""
    print(f"{attack.name:<44} {mark:>5} {due:>4}  {outcome.happened[:150]}{told}", flush=True)


def _reasons(result):
    errors = [output.evalue for cell in result.notebook.cells for output in cell.get("outputs", ())
              if output.output_type == "error"]  # fmt: skip
    lost = [f"{mark.name}: {_reason(mark.message)}" for mark in result.marks if mark.score < mark.max_score]
    return "; ".join(errors + lost) or "nothing gained, nothing lost"


def _reason(message):
    """Return the first line of a report that says what is wrong."""
    lines = [line.strip() for line in message.split("\n")[1:]]
    return next((line for line in lines if line and not line.startswith(("✓", "✗", "tried"))), message)

"""Grade one submission in the container of a service, and write the result as that service reads it.

The service makes a container for each submission and throws it away afterwards: it is the sandbox. In it the student's
code runs as another account, without network and other programs (`judge.sandbox`), and this process, as root, writes
the result where that account may not write.

Sources: gradescope-autograders.readthedocs.io, "Autograder Specifications"; prairielearn.readthedocs.io, "External
grading".
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder import paths
from autograder.judge import restore, sandbox
from autograder.judge.outputs import one_line
from autograder.judge.score import Score, score

NONE = "There is no notebook in what you submitted. Submit {}.ipynb, or a .py file that defines the functions."
SEVERAL = "You submitted several notebooks: {}. Submit one, or call the one that counts {}.ipynb."


def gradescope(score: Score | None, reason: str) -> dict[str, Any]:
    """Return points of each test, and a text for the student; the reason where there is no score."""
    if score is None:
        return {"score": 0, "output": reason, "output_format": "text"}
    tests = [
        {"name": m.name, "score": m.score, "max_score": m.max_score, "output": m.message, "output_format": "text"}
        for m in score.marks
    ]
    return {"output": "Written answers are not part of these points.", "output_format": "text", "tests": tests}


def prairielearn(score: Score | None, reason: str) -> dict[str, Any]:
    """Return a share of all possible points between 0 and 1, and each test's points; no attempt without a score.

    A program is not asked the short questions, and gets none of their points.
    """
    if score is None:
        return {"gradable": False, "message": reason}
    tests = [{"name": m.name, "points": m.score, "max_points": m.max_score, "output": m.message} for m in score.marks]
    return {"gradable": True, "score": score.score / score.possible, "tests": tests}


# Where a service puts a submission and looks for its result, below the root of the container, and what it reads there.
SERVICES = {
    "gradescope": ("autograder/submission", "autograder/results/results.json", gradescope),
    "prairielearn": ("grade/student", "grade/results/results.json", prairielearn),
}


def submitted(folder: Path, assignment: str) -> Path:
    """Return the file to grade: the one with the assignment's name, else the only notebook, else the only program.

    Raises
    ------
    restore.Unreadable
        If there is none, or it is not clear which; the message is for the student.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for ending in (".ipynb", ".py"):
        found = [path for path in files if path.suffix.lower() == ending]
        named = [path for path in found if path.stem == assignment]
        if len(found) == 1 or len(named) == 1:
            return (named or found)[0]
        if found:
            names = ", ".join(one_line(path.name, 100) for path in found)
            raise restore.Unreadable(SEVERAL.format(names, assignment))
    raise restore.Unreadable(NONE.format(assignment))


def grade(service: str, assignment: str, root: Path = Path("/")) -> Path:
    """Grade what was submitted and write the result, readable for the service.

    Parameters
    ----------
    service : str
        One of `SERVICES`.
    assignment : str
        For example "01_why_padding".
    root : path
        Below which the service's folders lie.

    Returns
    -------
    path
        Of the result.

    Raises
    ------
    sandbox.SandboxError
        If student code can't be kept away from the result here. Nothing is run then.
    """
    os.environ[sandbox.VARIABLE] = sandbox.ACCOUNT
    submission, results, as_read = SERVICES[service]
    target = root / results
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o700)  # while student code runs
    reason, result = "", None
    try:
        result = score(assignment, submitted(root / submission, assignment))
    except restore.Unreadable as error:
        reason = one_line(str(error), 1000)
    target.unlink(missing_ok=True)
    target.write_text(json.dumps(as_read(result, reason)), encoding="utf-8")
    target.parent.chmod(0o755)
    return target


def main(argv: Sequence[str]) -> int:
    """Run ``python -m autograder.hosted.run SERVICE ASSIGNMENT`` in the container; it closes the course to students."""
    service, assignment = argv
    for name in ("autograder", "solutions"):
        (paths.COURSE / name).chmod(0o700)
    print(f"wrote {grade(service, assignment)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Grade files outside of any gradebook: notebooks, or programs (.py) that define the functions."""

import io
import json
import os
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import paths
from autograder.chapters import EXERCISES
from autograder.judge import restore, sandbox
from autograder.judge.marks import Mark, mark_notebook
from autograder.judge.outputs import one_line
from autograder.judge.sandbox import Limits
from autograder.judge.seed import course_seed

# A program is imported, not run: what stands below `if __name__ == "__main__":` is for the student's own machine.
_AS_MODULE = '__name__ = "submission"\n__import__("sys").modules[__name__] = __import__("sys").modules["__main__"]'
_BLANK = b"\xef\xbb\xbf \t\r\n"  # a byte-order mark and white space
_DEFINITION = re.compile(rb"(?:^|[\r\n])(?:async )?def \w")


@dataclass(frozen=True)
class Score:
    """What one file got. Written answers are for a person to grade and are not part of it."""

    assignment: str
    marks: tuple[Mark, ...]
    notebook: NotebookNode  # as graded, with outputs
    possible: float  # the points of all tests of the assignment, also of those that a program is not asked

    @property
    def score(self) -> float:
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self) -> float:
        return sum(mark.max_score for mark in self.marks)

    def as_json(self) -> dict[str, object]:
        """Return the score as a dictionary for JSON."""
        checks = [mark.as_json() for mark in self.marks]
        return {"assignment": self.assignment, "score": self.score, "max_score": self.max_score, "checks": checks}

    def as_text(self) -> str:
        """Return the reports and the sum, for a person."""
        reports = "\n\n".join(mark.message for mark in self.marks)
        points = f"{self.score:g} of {self.max_score:g} points (written answers not counted)"
        return f"{reports}\n\n{self.assignment}: {points}"


def score(
    assignment: str, path: Path, seed: str | None = None, limits: Limits = Limits(), sandboxed: bool = True
) -> Score:
    """Grade one file, as what it holds: a notebook may be called .py, and a program .ipynb.

    Parameters
    ----------
    assignment : str
        E.g. "01_why_padding".
    path : path
        A notebook or a program; of the latter only the functions are asked, not the short questions.
    seed : str, optional
        The course seed; by default that of the classroom.
    limits : Limits
    sandboxed : bool
        False runs it as an ordinary process: for trusted files only.

    Raises
    ------
    FileNotFoundError
        If there is no such assignment or file.
    restore.Unreadable
        If the file can't be read as either.
    """
    if sandboxed:
        sandbox.require()
    source = paths.source_notebook(assignment).read_text(encoding="utf-8")
    trusted = restore.from_source(nbformat.v4.reads(source))  # the course's own: not validated, which takes 0.1 s
    possible = sum(cell.points for cell in trusted if cell.is_test)
    content = _content(path)
    submitted: list[restore.SubmittedCell]
    before = ""
    if _is_program(path, content):
        setup = [cell.source for cell in trusted if cell.cell_type == "code" and cell.locked and not cell.grade]
        before = "\n".join([*setup, _AS_MODULE])
        submitted = [("code", _text(content), None)]
        asked = [f'check("{name}",' for name in EXERCISES]
        trusted = [cell for cell in trusted if cell.is_test and any(check in cell.source for check in asked)]
    else:
        submitted = restore.parse(content)
    notebook = restore.restore(submitted, trusted)
    marks, _scores = mark_notebook(notebook, seed or course_seed(paths.CLASSROOM), limits, sandboxed, before)
    return Score(assignment, tuple(marks), notebook, possible)


def score_all(assignment: str, files: Sequence[Path], as_json: bool = False, sandboxed: bool = True) -> int:
    """Grade files one after the other and print what each of them got; one that can't be read stops no other.

    Parameters
    ----------
    assignment : str
    files : list of path
    as_json : bool
        Whether to print one JSON object a line; else reports, and a table at the end.
    sandboxed : bool

    Returns
    -------
    int
        0 if every file got a score, 1 if only some did, 2 if none did.
    """
    paths.source_notebook(assignment)  # an unknown assignment is no fault of the files
    rows, failed = [f"{'points':>10}  file"], 0
    for file in files:
        try:
            result = score(assignment, file, sandboxed=sandboxed)
            points, text, found = f"{result.score:g} of {result.max_score:g}", result.as_text(), result.as_json()
            rows.append(f"{points:>10}  {_shown(file)}")
        except (OSError, restore.Unreadable, sandbox.SandboxError) as error:
            failed += 1
            found = {"error": (text := one_line(str(error), 1000))}
            rows.append(f"{'none':>10}  {_shown(file)}: {text}")
        line = json.dumps({"assignment": assignment, "file": str(file)} | found)
        print(line if as_json else f"== {_shown(file)} ==\n\n{text}\n", flush=True)
    if not as_json:
        print("\n".join(rows))
    return 0 if not failed else 1 if failed < len(files) else 2


def _shown(path):
    """Return a path for a terminal; one that would steer it is quoted with escapes.

    >>> _shown("a b.py"), _shown("a\\n\\x1b[31m.py")
    ('a b.py', "'a\\\\n\\\\x1b[31m.py'")
    """
    text = str(path)
    return text if text == one_line(text, 1000) else ascii(text[:1000])


def _content(path):
    if path.is_dir():
        raise restore.Unreadable(f"This is a folder. Name the files in it, for example {_shown(path / '*.ipynb')}")
    if not os.path.lexists(path):
        raise FileNotFoundError(f"There is no file {_shown(path)}.")
    content = restore.read_bytes(path)
    notebook = path.suffix.lower() == ".ipynb" or content.lstrip(_BLANK)[:1] == b"{"
    if not notebook and not _is_program(path, content):
        raise restore.Unreadable("This is neither a notebook (.ipynb) nor a program that defines functions (.py).")
    return content


def _is_program(path, content):
    """Tell a program from a notebook by what it holds, and one that is broken at its very start by its name."""
    text = content.lstrip(_BLANK)
    named = path.suffix.lower() == ".py"
    return text[:1] != b"{" and (named or (text[:1] != b"<" and bool(_DEFINITION.search(text))))


def _text(content):
    """Return a program's text: in UTF-8, or as its first lines declare it."""
    if len(content) > restore.MAX_SOURCE:
        raise restore.Unreadable(f"The program has {len(content)} bytes; at most {restore.MAX_SOURCE} are accepted.")
    content = re.sub(rb"\r\n?", b"\n", content)
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding).encode(errors="replace").decode()  # half a character can't be stored
    except (SyntaxError, ValueError, LookupError) as error:
        raise restore.Unreadable(
            f"The program is neither UTF-8 text nor in an encoding that its first lines declare: {error}. "
            "Save it as UTF-8."
        ) from None

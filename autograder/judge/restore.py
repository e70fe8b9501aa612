"""Put a submission back into the assignment's own form: the student's answers, everything else as it was released."""

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode, from_dict

from autograder.inside.wire import holds_more
from autograder.judge.outputs import one_line, printable

if TYPE_CHECKING:  # it takes a second, and `score` needs nothing of it
    from nbgrader.api import Notebook

SubmittedCell = tuple[str, str, str | None]  # its type, its source, its grade_id

MAX_NOTEBOOK = 20 << 20  # bytes
MAX_CELLS = 1000
MAX_VALUES = 500_000  # lists, dictionaries, entries of these: read, they take 100 MiB; a solved notebook has 2000
MAX_MARKDOWN = 20_000  # characters of a cell: turning hostile Markdown into HTML takes time that grows with its square
MAX_SOURCE = 200_000  # characters of all cells: nobody reads a longer feedback page; a solved notebook has 20,000
MAX_QUOTED = 1000  # characters of what a student wrote into a locked cell
SCHEMA_VERSION = 3  # of nbgrader's cell metadata
NOTE = "**Note of the grader.** "


class Unreadable(ValueError):
    """A submission that is no notebook; the text says why, for the student and the instructor."""


@dataclass(frozen=True)
class TrustedCell:
    """A cell as the instructor wrote it."""

    name: str
    cell_type: str
    source: str
    grade: bool
    solution: bool
    points: float

    @property
    def locked(self) -> bool:
        """Whether a student's changes to it count for nothing."""
        return not self.solution

    @property
    def is_test(self) -> bool:
        """Whether its value is points; others are graded by a person."""
        return self.grade and self.locked

    @cached_property
    def released(self) -> list[str]:
        """The lines of the cell as students got it, without hidden tests; indentation and empty lines don't matter."""
        return _lines(_HIDDEN.sub("", self.source))

    def added(self, source: str) -> list[str]:
        """Return the lines of a student's version that the released one does not have."""
        released = set(self.released)
        return [line for line in _lines(source) if line not in released]

    def with_source(self, source: str) -> NotebookNode:
        """Return a notebook cell with trusted metadata and this source."""
        metadata = {"grade_id": self.name, "grade": self.grade, "solution": self.solution, "locked": self.locked}
        metadata |= {"task": False, "schema_version": SCHEMA_VERSION, "cell_type": self.cell_type}
        metadata |= {"points": self.points} if self.grade else {}
        metadata["checksum"] = self._checksum
        return new_cell(self.cell_type, source, {"nbgrader": metadata})

    @cached_property
    def _checksum(self):
        """Return nbgrader's checksum of the cell; to import nbgrader for it takes a second."""
        facts = [self.source, self.cell_type, self.grade, self.solution, self.locked, self.name]
        facts += [float(self.points)] if self.grade else []
        return hashlib.md5("".join(map(str, facts)).encode()).hexdigest()


def _lines(source):
    return [line.strip() for line in source.split("\n") if line.strip()]


_HIDDEN = re.compile(r"^.*BEGIN HIDDEN TESTS[\s\S]*?END HIDDEN TESTS.*", re.MULTILINE)


def new_cell(cell_type: str, source: str, metadata: dict[str, Any] | None = None) -> NotebookNode:
    """Return a notebook cell without a random id, so that the same submission gives the same bytes.

    nbformat's own constructors validate each cell against a schema, which takes longer than to grade it.
    """
    code: dict[str, object] = {"execution_count": None, "outputs": []} if cell_type == "code" else {}
    return from_dict({"cell_type": cell_type, "metadata": metadata or {}, "source": source, **code})


def from_gradebook(notebook: "Notebook") -> list[TrustedCell]:
    """Return the trusted cells of a notebook in nbgrader's gradebook."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    return [
        TrustedCell(c.name, c.cell_type, c.source, c.name in points, c.name in solutions, points.get(c.name, 0))
        for c in notebook.source_cells
    ]


def from_source(notebook: NotebookNode) -> list[TrustedCell]:
    """Return the trusted cells of an instructor's notebook, hidden tests included, solutions left out."""
    return [
        TrustedCell(
            data["grade_id"], cell.cell_type, "" if data["solution"] else cell.source, data["grade"], data["solution"],
            data.get("points", 0),
        )
        for cell in notebook.cells
        if (data := cell.metadata.get("nbgrader"))
    ]  # fmt: skip


def read(path: Path) -> list[SubmittedCell]:
    """Return a submitted notebook's cells; see `parse`.

    Raises
    ------
    Unreadable
        If there is no such file, or it is a link, too large, empty, cut off, not JSON or not a notebook.
    """
    return parse(read_bytes(path))


@lru_cache(maxsize=1)  # a submission is graded, then looked at
def parse(content: bytes) -> list[SubmittedCell]:
    """Return the cells of a submitted notebook as ``[(cell type, source, grade_id or None)]``; nothing else counts.

    >>> parse(b'{"cells": [{"cell_type": "code", "source": ["a = 1"], "metadata": {"tags": ["skip-execution"]}}]}')
    [('code', 'a = 1', None)]
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The notebook is not UTF-8 text. Save it in Jupyter and submit it again.") from None
    if not text or text.isspace():
        raise Unreadable("The notebook is empty (0 cells, no text). Save it in Jupyter and submit it again.")
    if holds_more(content, MAX_VALUES):
        raise Unreadable(
            f"The notebook holds more than {MAX_VALUES} lines, numbers and other values in {len(content)} bytes; at "
            f"most {MAX_VALUES} are accepted. Clear its outputs (in Jupyter: Kernel, Restart Kernel and Clear Outputs "
            "of All Cells) and submit it again."
        )
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        why = str(error)[:200]
        raise Unreadable(
            f"The notebook is cut off or is no JSON: {why}. Save it in Jupyter and submit it again."
        ) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("The file is JSON but not a notebook of format 4: it has no list of cells.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; at most {MAX_CELLS} are accepted.")
    return [_read_cell(cell) for cell in cells if isinstance(cell, dict)]


def read_bytes(path: Path) -> bytes:
    """Return the content of a submitted file that is a regular one and not too large; raises Unreadable."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        why = "it is a link, and links are not followed" if error.errno == errno.ELOOP else error.strerror
        raise Unreadable(f"The file cannot be opened: {why}.") from None
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        os.close(fd)
        raise Unreadable("This is not a regular file, but a folder, a pipe or a device.")
    with os.fdopen(fd, "rb") as file:
        if status.st_size > MAX_NOTEBOOK:
            raise Unreadable(f"The file has {status.st_size} bytes; at most {MAX_NOTEBOOK} are accepted.")
        return file.read(MAX_NOTEBOOK)


def _read_cell(cell):
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    source = source.encode(errors="replace").decode()  # a lone surrogate can't be stored as UTF-8
    if cell.get("cell_type") != "code" and len(source) > MAX_MARKDOWN:
        source = source[:MAX_MARKDOWN] + "\n\n... cut off by the grader ..."
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return ("code" if cell.get("cell_type") == "code" else "markdown"), source, name if isinstance(name, str) else None


def restore(
    submitted: Sequence[SubmittedCell], trusted: Sequence[TrustedCell], notice: str | None = None
) -> NotebookNode:
    """Return the notebook to grade.

    Every trusted cell is there once: a locked one with the instructor's source, an answer with the student's. The
    student's own cells stay where they are, without metadata. Of a cell that is there twice, the last counts; one that
    is missing is put back.

    A student's code in a locked cell earns nothing there, but nor is it lost without a word. A copy of a locked cell
    with other text is a cell of their own. A changed set-up cell runs as one, after the instructor's. What was written
    into a test or a text is quoted in a note above it.

    Parameters
    ----------
    submitted : list of SubmittedCell
    trusted : list of TrustedCell
    notice : str, optional
        Shown first, e.g. why nothing could be read. As it is: names of files in it are no Markdown.

    Raises
    ------
    Unreadable
        If the cells hold too much to be shown on a feedback page.
    """
    _refuse_too_much(submitted)
    by_name = {cell.name: cell for cell in trusted}
    counting = _counting(submitted, by_name)
    placed = []  # (name or None, cell)
    for i, (cell_type, source, name) in enumerate(submitted):
        kept = by_name.get(name or "")
        if counting.get(name) == i:
            placed += _placed(kept, source)
        elif not (kept and kept.locked) or kept.added(source):
            placed.append((None, new_cell(cell_type, source)))
    _put_back(placed, trusted)
    head = [_note(notice)] if notice else []
    cells = head + [cell for _name, cell in placed]
    return NotebookNode(cells=cells, metadata=from_dict(_METADATA), nbformat=4, nbformat_minor=4)


def _refuse_too_much(submitted):
    """Raise Unreadable, naming the longest cell, if the cells hold more than a feedback page can show."""
    sizes = [len(source) for _type, source, _name in submitted]
    if sum(sizes) <= MAX_SOURCE:
        return
    longest = max(range(len(sizes)), key=sizes.__getitem__)
    _type, source, name = submitted[longest]
    called = f" ({printable(name[:60], 60)!r})" if name else ""
    begins = printable(source.strip().partition("\n")[0][:60], 60)
    raise Unreadable(
        f"Its cells hold {sum(sizes)} characters; at most {MAX_SOURCE} are accepted. The longest is cell "
        f"{longest + 1}{called} with {sizes[longest]}; it begins with {begins!r}. Shorten it and submit it again."
    )


def _counting(submitted, by_name):
    """Return ``{name: index}`` of the last cell of each name; of a locked one, of the last with the released text."""
    last: dict[str, int] = {}
    untouched: dict[str, int] = {}
    for i, (_type, source, name) in enumerate(submitted):
        if name in by_name:
            last[name] = i
            kept = by_name[name]
            untouched |= {name: i} if kept.locked and _lines(source) == kept.released else {}
    return last | untouched


def edited(submitted: Sequence[SubmittedCell], trusted: Sequence[TrustedCell]) -> list[str]:
    """Return the names of the locked cells into which something was written."""
    by_name = {cell.name: cell for cell in trusted if cell.locked}
    return [name for name, i in _counting(submitted, by_name).items() if by_name[name].added(submitted[i][1])]


def _placed(kept, source):
    """Return ``[(name or None, cell)]``: a trusted cell, and beside it what a student wrote into it if it is locked."""
    if not kept.locked:
        return [(kept.name, kept.with_source(source))]
    cell, added = (kept.name, kept.with_source(kept.source)), kept.added(source)
    if not added:
        return [cell]
    if kept.cell_type == "code" and not kept.grade:
        return [cell, (None, _note(CHANGED_SETUP)), (None, new_cell("code", source))]
    note = f"{CHANGED_TEST if kept.grade else CHANGED_TEXT} {' '.join(added)[:MAX_QUOTED]}"
    return [(None, _note(note)), cell]


CHANGED_SETUP = (
    "The locked cell above was changed. It was put back, and your version runs below it, as a cell of your own."
)
CHANGED_TEST = (
    "The test below was changed. It was put back, and what you wrote into it did not run: "
    "move it into a cell of your own. You wrote:"
)
CHANGED_TEXT = (
    "The locked text below was changed. It was put back, and what you wrote into it does not count. You wrote:"
)


def _note(text):
    """Return a note that shows a text as it is: a student chooses the names of files, and writes no notes for us."""
    return new_cell("markdown", NOTE + _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text, MAX_MARKDOWN)))


def is_note(source: str) -> bool:
    """Tell whether a text cell is a note of the grader's."""
    return source.startswith(NOTE)


_MARKUP = re.compile(r"[^\w\s.,:;'/()-]|(?<![^\W_])_|_(?![^\W_])")


_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _put_back(placed, trusted):
    """Insert the trusted cells that a submission lacks; a missing answer is an empty one.

    A cell goes after the one it followed. A test whose answer is not there goes to the end: the function may have been
    written in a cell of the student's own, in a notebook that lost nbgrader's marks, or in a program.
    """
    present = {name for name, _cell in placed if name}
    previous = answer = None
    for cell in trusted:
        answer = cell.name if cell.solution else answer
        if cell.name not in present:
            after = next((i for i, (name, _cell) in enumerate(placed, start=1) if name and name == previous), 0)
            where = len(placed) if cell.is_test and answer not in present else after
            missing_code = cell.solution and cell.cell_type == "code"
            placed.insert(where, (cell.name, cell.with_source("" if missing_code else cell.source)))
        previous = cell.name

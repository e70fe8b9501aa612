"""One submission: read once, graded from what was read, and what came of it."""

import contextlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import IgnorePattern, LimitOutput
from traitlets.config import Config

from autograder.judge import provenance, restore, times
from autograder.judge.marks import Mark, mark_notebook
from autograder.judge.outputs import one_line
from autograder.judge.restore import TrustedCell, Unreadable

MAX_NAMES = 5  # of other notebooks that lie beside the one to grade, or in its place
STEPS = (IgnorePattern, LimitOutput)  # of nbgrader's, in its order; see `grade`


@dataclass(frozen=True)
class Submission:
    """A submitted notebook as it was read.

    Attributes
    ----------
    content : bytes
    trouble : str
        Why there is no content.
    name : str
        Of the file.
    others : sequence of str
        Names of notebooks beside it that the assignment does not ask for, printable.
    renamed : str
        What the file is called, printable, where that is not the assignment's name.
    """

    content: bytes = b""
    trouble: str = ""
    name: str = ""
    others: tuple[str, ...] = ()
    renamed: str = ""


@dataclass(frozen=True)
class Graded:
    """A graded notebook.

    Attributes
    ----------
    notebook : NotebookNode
        With outputs and provenance.
    marks : list of Mark
    scores : dict
        ``{graded cell: points, or None where a person gives them}``.
    comments : dict
        ``{answer: what nbgrader says of it, or None}``.
    trouble : str
        Why the submission was set aside with no points, for student and instructor; empty where it was not.
    """

    notebook: NotebookNode
    marks: list[Mark]
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    trouble: str

    @property
    def text(self) -> str:
        """The notebook's file, a line for each cell: nbformat's writer indents, which takes thirty times as long."""
        cells = ",\n".join(map(_JSON.encode, self.notebook.cells))
        others = _JSON.encode({name: value for name, value in self.notebook.items() if name != "cells"})
        return f'{{"cells": [\n{cells}\n],\n{others[1:]}\n'


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def read(path: Path, notebooks: Mapping[str, Sequence[TrustedCell]] | None = None) -> Submission:
    """Return what was handed in at a path, whatever is there.

    A copy made in Colab is called "Copy of" something. So one other notebook that has the assignment's tests is taken
    where the one of the right name is missing, has them not, or is as it was released.

    Parameters
    ----------
    path : path
        Where the assignment's notebook should be.
    notebooks : {name: list of TrustedCell}, optional
        All notebooks of the assignment.
    """
    if os.path.islink(path.parent):
        return Submission(trouble="The folder of the submission is a link.", name=path.name)
    notebooks = notebooks or {}
    beside = _beside(path.parent, {path.name, *(f"{name}.ipynb" for name in notebooks)})
    trusted = notebooks.get(path.stem, ())
    submitted = _named(path, beside, trusted)
    if beside and trusted and (not is_of(submitted.content, trusted) or _is_untouched(submitted, trusted)):
        return _renamed(path, beside, trusted) or submitted
    return submitted


def _named(path, beside, trusted):
    """Return the submission at a path."""
    try:
        return Submission(restore.read_bytes(path), name=path.name, others=_printable(beside))
    except Unreadable as error:
        hint = f"It must be called {path.name}; submitted were: {_listed(_printable(beside))}." if beside else ""
        hint += " None of them has this assignment's cells." if beside and trusted else ""
        return Submission(trouble=f"{error} {hint}".strip(), name=path.name)


def _renamed(path, beside, trusted):
    """Return the submission under another name, None if there is none, or it can't be told which of several it is."""
    contents = {}
    for name in beside:
        with contextlib.suppress(Unreadable):
            contents[name] = restore.read_bytes(path.with_name(name))
    found = [name for name, content in contents.items() if is_of(content, trusted)]
    if len(found) == 1:
        others = [name for name in beside if name != found[0]] + [path.name] * os.path.lexists(path)
        return Submission(contents[found[0]], name=path.name, others=_printable(others), renamed=_printable(found)[0])
    if len(found) > 1 and not os.path.lexists(path):
        which = f"It must be called {path.name}; submitted were: {_listed(_printable(found))}."
        why = "All of them have this assignment's cells, so that it can't be told which one counts."
        return Submission(trouble=f"{which} {why}", name=path.name)
    return None


def is_of(content: bytes, trusted: Sequence[TrustedCell]) -> bool:
    """Tell whether a notebook is an assignment's, whatever its name: whether it has at least half of the tests."""
    try:
        cells = restore.parse(content)
    except Unreadable:
        return False
    names, texts = {name for _type, _source, name in cells}, {source.strip() for _type, source, _name in cells}
    tests = [cell for cell in trusted if cell.is_test]
    there = [cell for cell in tests if cell.name in names or "\n".join(cell.released) in texts]
    return len(tests) <= 2 * len(there) > 0


def _beside(folder, expected):
    """Return the names of other notebooks in a folder."""
    names = (path.name for path in folder.glob("*"))
    return sorted(name for name in names if _NOTEBOOK.fullmatch(name) and name not in expected)


def _printable(names):
    return tuple(one_line(name[:80], 80) for name in names)


_NOTEBOOK = re.compile(r"[^.].*\.ipynb(.{0,5}\.(txt|json))?", re.IGNORECASE | re.DOTALL)


def _listed(names):
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def beside(submitted: Submission, trusted: Sequence[TrustedCell]) -> str:
    """Say which notebook is graded where that is a question, for student and instructor; empty if it is none."""
    if submitted.renamed:
        left = f" Not graded: {_listed([repr(name) for name in submitted.others])}." if submitted.others else ""
        return (
            f"Graded is '{submitted.renamed}', the one notebook with this assignment's cells that was worked on.{left}"
        )
    if not submitted.others:
        return ""
    are, were = ("is", "was") if len(submitted.others) == 1 else ("are", "were")
    others = _listed([f"'{name}'" for name in submitted.others])
    text = f"Beside {submitted.name} there {are} also {others}, which {were} not graded."
    if _is_untouched(submitted, trusted):
        text += f" {submitted.name} is the notebook as it was released: nothing was written into it."
    return f"{text} If the answers are in another file, submit that one under the name {submitted.name}."


def _is_untouched(submitted, trusted):
    """Tell whether a notebook has the answers that were released, and no code of the student's own."""
    try:
        cells = restore.parse(submitted.content)
    except Unreadable:
        return False
    released = {cell.name: cell.source for cell in trusted if cell.solution}
    found = {name: source for _type, source, name in cells if name in released}
    known = {cell.name for cell in trusted}
    own = any(kind == "code" and source.strip() and name not in known for kind, source, name in cells)
    return found == released and not own


def edited(submitted: Submission, trusted: Sequence[TrustedCell]) -> str:
    """Say into which locked cells something was written, for the instructor; empty if into none."""
    try:
        names = restore.edited(restore.parse(submitted.content), trusted)
    except Unreadable:
        return ""
    note = f"Something was written into locked cells, see the notes in the feedback: {', '.join(names)}."
    return note if names else ""


def slips(folder: Path) -> dict[str, str]:
    """Return what nbgrader's exchange wrote beside a submission.

    Parameters
    ----------
    folder : path
        Of the submission. A student can write anything there, so what is no such slip is left out.

    Returns
    -------
    {name: text}
        timestamp.txt says when it was handed in; under submission_secret.txt its feedback is released, so that nobody
        else finds it.
    """
    found: dict[str, str] = {}
    for name, holds in () if os.path.islink(folder) else SLIPS.items():
        try:
            text = restore.read_bytes(folder / name).decode().strip()
            found |= {name: text} if holds(text) else {}
        except (Unreadable, ValueError, OverflowError):
            continue
    return found


def untimed(folder: Path) -> str:
    """Say that a submission's timestamp.txt is none, for the instructor; empty if it is one, or is not there."""
    path = folder / "timestamp.txt"
    if os.path.islink(folder) or not os.path.lexists(path):
        return ""
    try:
        times.parse_utc(restore.read_bytes(path).decode().strip())
        return ""
    except ValueError as error:
        why = str(error).replace("The notebook", "It")
        return f"When it was submitted is unknown, so it does not count as late. timestamp.txt: {why}"


def has_slips(folder: Path) -> bool:
    """Tell whether a submission, or what came of it, came through nbgrader's exchange: whether all slips are there."""
    return slips(folder).keys() == SLIPS.keys()


SLIPS: dict[str, Callable[[str], object]] = {
    "timestamp.txt": times.by_nbgrader,
    "submission_secret.txt": re.compile("[0-9a-f]{128}").fullmatch,
}


def settings(config: Config) -> dict[str, dict[str, Any]]:
    """Return an instructor's settings of `STEPS`, as `grade` takes them; JSON can hold them."""
    return {step.__name__: step(config=config).trait_values(config=True) for step in STEPS}


def grade(
    submitted: Submission, trusted: Sequence[TrustedCell], seed: str, settings: dict[str, dict[str, Any]]
) -> Graded:
    """Grade one notebook: these are the steps, in their order, of every command and button that grades.

    Of nbgrader's other steps nothing is left to do. What `restore` returns has each of the assignment's cells once,
    with its metadata, and no output or metadata of a student's. `Recorder` writes scores and late penalties.

    Parameters
    ----------
    submitted : Submission
    trusted : list of TrustedCell
    seed : str
        The course seed.
    settings : dict
        See `settings`.
    """
    notebook, trouble = _restored(submitted, trusted)
    marks, points = mark_notebook(notebook, seed)
    for step in STEPS:
        notebook, _resources = step(**settings[step.__name__])(notebook, {})
    facts = provenance.provenance(submitted.content, trusted)
    records = [mark.as_record() for mark in marks]
    notebook.metadata[provenance.KEY] = {**facts, provenance.CHECKS: records, provenance.TROUBLE: trouble}
    scores, comments = _for_gradebook(notebook, trusted, points)
    notebook.cells.append(restore.new_cell("markdown", provenance.as_markdown(facts)))
    return Graded(notebook, marks, scores, comments, trouble)


def _restored(submitted, trusted):
    """Return (the notebook to grade, why it has none of the student's cells or "")."""
    note = beside(submitted, trusted)
    try:
        if submitted.trouble:
            raise Unreadable(submitted.trouble)
        return restore.restore(restore.parse(submitted.content), trusted, note), ""
    except Unreadable as error:
        notice = f"This submission could not be graded. {error} {note}".strip()
        return restore.restore([], trusted, notice), str(error)


def _for_gradebook(notebook, trusted, points):
    """Return (scores, comments) by nbgrader's rules: a written answer that nobody wrote has 0 points, others wait."""
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}
    unwritten = {cell.name for cell in trusted if cell.solution and sources[cell.name] == cell.source}
    waiting = {cell.name: 0.0 if cell.name in unwritten else None for cell in trusted if cell.grade}
    comments = {cell.name: "No response." if cell.name in unwritten else None for cell in trusted if cell.solution}
    return waiting | points, comments

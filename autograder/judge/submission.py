"""One submission: read once, graded from what was read, and what came of it."""

import json
import os
import re
from collections.abc import Callable, Collection, Sequence
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
    """

    content: bytes = b""
    trouble: str = ""
    name: str = ""
    others: tuple[str, ...] = ()


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


def read(path: Path, notebooks: Collection[str] = ()) -> Submission:
    """Return what was handed in at a path, whatever is there.

    Parameters
    ----------
    path : path
        Where the assignment's notebook should be.
    notebooks : iterable of str
        Names of all notebooks of the assignment.
    """
    if os.path.islink(path.parent):
        return Submission(trouble="The folder of the submission is a link.", name=path.name)
    others = _others(path.parent, {path.name, *(f"{name}.ipynb" for name in notebooks)})
    try:
        return Submission(restore.read_bytes(path), name=path.name, others=others)
    except Unreadable as error:
        hint = f"It must be called {path.name}; submitted were: {_listed(others)}." if others else ""
        return Submission(trouble=f"{error} {hint}".strip(), name=path.name)


def _others(folder, expected):
    """Return the printable names of other notebooks in a folder."""
    names = [path.name for path in folder.glob("*") if _NOTEBOOK.fullmatch(path.name) and path.name not in expected]
    return tuple(one_line(name[:80], 80) for name in sorted(names))


_NOTEBOOK = re.compile(r"[^.].*\.ipynb(.{0,5}\.(txt|json))?", re.IGNORECASE | re.DOTALL)


def _listed(names):
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def beside(submitted: Submission, trusted: Sequence[TrustedCell]) -> str:
    """Say that other notebooks lie beside the graded one, for student and instructor; empty if there are none."""
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
    for name, holds in () if os.path.islink(folder) else _SLIPS.items():
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
    return slips(folder).keys() == _SLIPS.keys()


_SLIPS: dict[str, Callable[[str], object]] = {
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
    notebook.metadata[provenance.KEY] = {**facts, provenance.CHECKS: [mark.as_record() for mark in marks]}
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

"""How the points of a written answer are given: ``written.toml`` beside the short questions of each chapter."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder import paths

CHAPTERS = Path(__file__).parent.parent / "chapters"


@dataclass(frozen=True)
class Rubric:
    """What a full answer to one question contains.

    Attributes
    ----------
    criteria : tuple of (float, str)
        Points, and what they are given for.
    model : str
        An answer that gets all points.
    comments : tuple of str
        What graders often write, to choose from.
    """

    criteria: tuple[tuple[float, str], ...] = ()
    model: str = ""
    comments: tuple[str, ...] = ()


def place(assignment: str) -> Path:
    """Return the file that holds the rubrics of an assignment."""
    return CHAPTERS / f"ch{assignment}" / "written.toml"


def rubrics(assignment: str) -> dict[str, Rubric]:
    """Return ``{question: Rubric}`` of an assignment, empty if it has none.

    Examples
    --------
    >>> sum(points for points, _ in rubrics("01_why_padding")["words"].criteria)
    10
    """
    path = place(assignment)
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return {
            name: Rubric(
                tuple((each["points"], each["for"]) for each in entry["criteria"]),
                entry["model"].strip(),
                tuple(entry.get("comments", ())),
            )
            for name, entry in entries.items()
        }
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is not a list of rubrics: {error}. See another chapter's file for the form."
        ) from None


def question(assignment: str, name: str) -> str:
    """Return the text of a written question as students read it, from the assignment's source."""
    cells = nbformat.read(paths.source_notebook(assignment), as_version=4).cells
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    before = cells[: ids.index(name)] if name in ids else []
    texts = [cell.source for cell in before if cell.cell_type == "markdown"]
    return texts[-1] if texts else ""

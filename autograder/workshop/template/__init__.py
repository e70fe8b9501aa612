"""A new exercise from a template: its function, its cases, its decisions and its cells, ready to be filled in.

The pieces lie beside this file, one for each part of a chapter, with `name_of_it` in the place of the function's name.
Each goes to the end of the chapter's file; a file that is not there yet begins with `PART_begin.txt`.
"""

import json
import keyword
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from autograder import paths

PARTS = ("reference", "cases", "decisions")
PIECES = Path(__file__).parent


def new_exercise(name: str, assignment: str, course: Path = paths.COURSE) -> list[Path]:
    """Write the skeleton of an exercise into a course.

    Parameters
    ----------
    name : str
        The function's name, such as "flip2d": no exercise may have it yet.
    assignment : str
        Where it goes, such as "01_why_padding", or a new one, such as "08_attention".
    course : path
        Top folder of the checkout.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ValueError
        If the name is none for a function or taken, or the assignment's is not of the form 08_some_words.
    """
    _refuse(name, assignment, course)
    chapter = course / "autograder" / "chapters" / f"ch{assignment}"
    source = course / "solutions" / assignment / f"{assignment}.ipynb"
    narrative = course / "notebooks" / f"{assignment}.ipynb"
    texts = {chapter / f"{part}.py": _with_piece(chapter / f"{part}.py", name, assignment) for part in PARTS}
    if not chapter.exists():
        number = int(assignment.split("_")[0])
        texts[chapter / "__init__.py"] = f'"""All that is known of the exercises of chapter {number}."""\n'
        texts[narrative] = _as_text(_new_narrative(assignment, course))
    texts[source] = _with_cells(source, name, assignment, course)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _refuse(name, assignment, course):
    if not re.fullmatch("[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ValueError(f"a function's name is needed, in small letters, such as flip2d. Received: {name!r}")
    if not re.fullmatch("[0-9]{2}(_[a-z0-9]+)+", assignment):
        raise ValueError(f"an assignment's name is needed, such as 08_attention. Received: {assignment!r}")
    for path in (course / "autograder" / "chapters").glob("ch*/reference.py"):
        if re.search(rf"^def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            raise ValueError(f"there is a function {name} already, in {path.relative_to(course)}")


def _with_piece(path, name, assignment):
    """Return a chapter's file with a new piece at its end."""
    there = path.exists()
    names = ["{}.txt"] if there else ["{}_begin.txt", "{}.txt"]
    text = "".join((PIECES / name.format(path.stem)).read_text(encoding="utf-8") for name in names)
    text = text.replace("CHAPTER", f"ch{assignment}").replace("NUMBER", str(int(assignment.split("_")[0])))
    text = text.replace("WORDS", _words(assignment)).replace("name_of_it", name).replace("NAME_OF_IT", name.upper())
    return path.read_text(encoding="utf-8") + text if there else text


def _with_cells(path, name, assignment, course):
    """Return a chapter's source notebook with the new cells after its last function."""
    notebook = json.loads(path.read_text(encoding="utf-8")) if path.exists() else _new_source(assignment, course)
    pieces = (PIECES / "cells.json").read_text(encoding="utf-8")
    cells = json.loads(pieces.replace("name_of_it", name).replace("name-of-it", name.replace("_", "-")))
    place = _after_the_last_function(notebook["cells"])
    notebook["cells"][place:place] = cells
    return _as_text(notebook)


def _after_the_last_function(cells):
    """Return the place after the last check of a function (a cell that defines one comes before it), or the end."""
    checks = [
        i
        for i, (answer, test) in enumerate(pairwise(cells), start=2)
        if "".join(answer["source"]).startswith("def ") and re.fullmatch(_CHECK, "".join(test["source"]))
    ]
    return checks[-1] if checks else len(cells)


_CHECK = r'check\("(\w+)", \1\)'


def _new_source(assignment, course):
    """Return an assignment without an exercise: it says how to work, and fetches the checker."""
    (path,) = (course / "solutions").glob("01_*/01_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8").replace(path.stem, assignment))
    title, setup = notebook["cells"][:2]
    how_to_work = "".join(title["source"]).partition("\n")[2]
    title["source"] = f"# Exercise {int(assignment.split('_')[0])}: {_words(assignment)}\n{how_to_work}"
    return notebook | {"cells": [title, setup]}


def _new_narrative(assignment, course):
    """Return a chapter with its title, its links and one heading."""
    (path,) = (course / "notebooks").glob("01_*.ipynb")
    title = json.loads(path.read_text(encoding="utf-8").replace(path.stem, assignment))["cells"][0]
    links = "".join(title["source"]).split("\n\n")[1]
    title["source"] = f"# {_words(assignment).capitalize()}\n\n{links}\n\n(What this chapter shows.)"
    cells = json.loads((PIECES / "narrative.json").read_text(encoding="utf-8"))
    return _new_source(assignment, course) | {"cells": [title, *cells]}


def _words(assignment):
    return assignment.split("_", 1)[1].replace("_", " ")


def _as_text(notebook):
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def set_points(assignment: str, points: Mapping[str, int], course: Path = paths.COURSE) -> int:
    """Write an assignment's test cells: what they check, their points, and the points in the heading above.

    Parameters
    ----------
    assignment : str
    points : dict
        {function or short question: points}, as `autograder.chapters` has them.
    course : path
        Top folder of the checkout.

    Returns
    -------
    int
        Points of the whole notebook, with its written answer.
    """
    path = course / "solutions" / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        paths.source_notebook(assignment)  # says which assignments there are
    before = path.read_text(encoding="utf-8")
    notebook, text = json.loads(before), {"source": ""}
    cells = {f"check_{name}": name for name in points}
    for cell in notebook["cells"]:
        text = cell if cell["cell_type"] == "markdown" else text
        data = cell["metadata"]["nbgrader"]
        if name := cells.get(data["grade_id"]):
            data["points"] = points[name]
            text["source"] = _with_points(text["source"], points[name])
            check = rf'check\("{name}", {name}(, \w+=\d+)*\)'  # with a term's numbers
            if not re.fullmatch(check, "".join(cell["source"])):
                cell["source"] = [f'check("{name}", {name})']
    if (after := _as_text(notebook)) != before:
        path.write_text(after, encoding="utf-8")
    return sum(cell["metadata"]["nbgrader"].get("points", 0) for cell in notebook["cells"])


def _with_points(source, value):
    """Return a cell's source, a text or its lines as before, with other points in its heading.

    >>> _with_points(["## 1. `f` (5 points)\\n", "(2 points)"], 7)
    ['## 1. `f` (7 points)\\n', '(2 points)']
    """
    if isinstance(source, list):
        return [_with_points(source[0], value), *source[1:]]
    return re.sub(r"\(\d+ points\)", f"({value} points)", source, count=1)

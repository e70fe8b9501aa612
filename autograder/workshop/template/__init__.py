"""A new exercise from a template: function, cases, mistakes and the notebook's cells, ready to be filled in.

The pieces lie beside this file, one for each part of a chapter, with `name_of_it` in the place of the function's name.
They go to the end of the chapter's files; a chapter that is not there yet begins with them.
"""

import ast
import copy
import json
import keyword
import re
from pathlib import Path

from autograder import paths

PARTS = ("reference", "cases", "mistakes")
PIECES = Path(__file__).parent
WIDTH = 120  # of a line
# What the pieces use and a chapter may not have needed before: the name, and the line that brings it.
NEEDED = {
    "reference": {"arguments": "from autograder.chapters import arguments\n"},
    "cases": {"np": "import numpy as np\n\n"},
    "mistakes": {"reference": "from autograder.chapters.CHAPTER import reference\n"},
}


def new_exercise(name, assignment, course=paths.COURSE):
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
    course = Path(course)
    _refuse(name, assignment, course)
    chapter = course / "autograder" / "chapters" / f"ch{assignment}"
    notebook = course / "solutions" / assignment / f"{assignment}.ipynb"
    texts = {chapter / f"{part}.py": _with_exercise(chapter / f"{part}.py", name, assignment) for part in PARTS}
    if not chapter.exists():
        number = int(assignment.split("_")[0])
        texts[chapter / "__init__.py"] = f'"""All that is known of the exercises of chapter {number}."""\n'
    texts[notebook] = _with_cells(notebook, name, assignment, course)
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
        if name in _exported(path.read_text(encoding="utf-8")):
            raise ValueError(f"there is a function {name} already, in {path.relative_to(course)}")


def _exported(source):
    """Return the names in a module's `__all__`.

    >>> _exported("__all__ = ['a', 'b']")
    ['a', 'b']
    """
    return ast.literal_eval(re.search(r"^__all__ = (\[.*?\])", source, re.MULTILINE | re.DOTALL)[1])


def _with_exercise(path, name, assignment):
    """Return a chapter's file with the new piece in it; without the file, a file that begins with it."""
    part = path.stem
    if path.exists():
        source = path.read_text(encoding="utf-8")
    else:
        number, words = assignment.split("_", 1)
        begin = (PIECES / f"{part}_begin.txt").read_text(encoding="utf-8")
        source = begin.replace("NUMBER", str(int(number))).replace("WORDS", words.replace("_", " "))
    piece = (PIECES / f"{part}.txt").read_text(encoding="utf-8")
    piece = piece.replace("name_of_it", name).replace("NAME_OF_IT", name.upper())
    return _PLACES[part](_with_imports(source, NEEDED[part]), piece, name).replace("CHAPTER", f"ch{assignment}")


def _with_imports(source, needed):
    """Return a module's source with the imports it lacks, before the first of ours.

    >>> _with_imports("import b\\n\\nfrom autograder import c\\n", {"np": "import numpy as np\\n\\n", "c": "..."})
    'import b\\n\\nimport numpy as np\\n\\nfrom autograder import c\\n'
    """
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    there = {alias.asname or alias.name for node in imports for alias in node.names}
    lines = "".join(line for name, line in needed.items() if name not in there)
    return re.sub(r"^(?=from autograder)", lambda match: lines, source, count=1, flags=re.MULTILINE)


def _into_reference(source, piece, name):
    names = json.dumps(sorted([*_exported(source), name]))
    line = f"__all__ = {names}"
    if len(line) > WIDTH:
        line = "__all__ = [\n" + "".join(f'    "{each}",\n' for each in json.loads(names)) + "]"
    return re.sub(r"^__all__ = \[.*?\]", line, source, count=1, flags=re.MULTILINE | re.DOTALL) + "\n\n" + piece


def _into_cases(source, piece, name):
    begin, _, names = source.rpartition("\nEXERCISES = (")
    names = [each for each in re.split(r"[,\s]+", names.rstrip().rstrip(")")) if each] + [name.upper()]
    line = f"EXERCISES = ({', '.join(names)}{',' if len(names) == 1 else ''})\n"
    if len(line) > WIDTH:
        line = "EXERCISES = (\n" + "".join(f"    {each},\n" for each in names) + ")\n"
    return begin + "\n" + piece + "\n" + line


def _into_mistakes(source, piece, name):
    return source + "\n\n" + piece


_PLACES = {"reference": _into_reference, "cases": _into_cases, "mistakes": _into_mistakes}


def _with_cells(path, name, assignment, course):
    """Return a chapter's notebook with the new cells behind its last function."""
    notebook = json.loads(path.read_text(encoding="utf-8")) if path.exists() else _new_notebook(assignment, course)
    pieces = (PIECES / "cells.json").read_text(encoding="utf-8")
    cells = json.loads(pieces.replace("name_of_it", name).replace("name-of-it", name.replace("_", "-")))
    place = _behind_the_last_function(notebook["cells"])
    notebook["cells"][place:place] = cells
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _behind_the_last_function(cells):
    """Return the place behind the last cell that only checks a function; with none, the end."""
    checks = [
        i for i, cell in enumerate(cells, start=1) if re.fullmatch(r'check\("(\w+)", \1\)', "".join(cell["source"]))
    ]
    return checks[-1] if checks else len(cells)


def _new_notebook(assignment, course):
    """Return a notebook that begins like that of chapter 1: it says how to work, and fetches the checker."""
    (path,) = (course / "solutions").glob("01_*/01_*.ipynb")
    notebook = copy.deepcopy(json.loads(path.read_text(encoding="utf-8")))
    text = json.dumps(notebook["cells"][:2], ensure_ascii=False).replace(path.stem, assignment)
    notebook["cells"] = json.loads(text)
    title = "".join(notebook["cells"][0]["source"]).partition("\n")[2]
    number, words = assignment.split("_", 1)
    notebook["cells"][0]["source"] = f"# Exercise {int(number)}: {words.replace('_', ' ')}\n{title}"
    return notebook


def set_points(assignment, points, course=paths.COURSE):
    """Write the points of an assignment's exercises into its notebook: the check cells and the headings.

    Parameters
    ----------
    assignment : str
    points : dict
        {function: points}, as `autograder.chapters` has them.
    course : path
        Top folder of the checkout.

    Returns
    -------
    int
        Points of the whole notebook, with its short questions and written answer.
    """
    path = Path(course) / "solutions" / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        paths.source_notebook(assignment)  # says which assignments there are
    notebook = json.loads(path.read_text(encoding="utf-8"))
    data = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in notebook["cells"]}
    for name, value in points.items():
        data[f"check_{name}"]["metadata"]["nbgrader"]["points"] = value
        text = data[f"{name}_text"]
        text["source"] = _with_points(text["source"], value)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return sum(cell["metadata"]["nbgrader"].get("points", 0) for cell in notebook["cells"])


def _with_points(source, value):
    """Return a cell's source, a text or its lines as before, with other points in its heading.

    >>> _with_points(["## 1. `f` (5 points)\\n", "(2 points)"], 7)
    ['## 1. `f` (7 points)\\n', '(2 points)']
    """
    if isinstance(source, list):
        return [_with_points(source[0], value), *source[1:]]
    return re.sub(r"\(\d+ points\)", f"({value} points)", source, count=1)

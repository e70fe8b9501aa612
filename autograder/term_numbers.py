"""The numbers of the short questions, drawn from the term's seed: `make release` writes them into `solutions/`.

Whatever is handed out, graded, packed for a service or shown on the site comes from there, so all of it agrees. The
check of a question names its numbers, and the judge takes them from there: `check("name", name, height=24)`. A check
that names none asks with those of the public copy.
"""

import hmac
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograder import paths
from autograder.chapters.model import Question
from autograder.chapters.questions import BY_ASSIGNMENT, QUESTIONS
from autograder.judge.seed import course_seed

if TYPE_CHECKING:  # it takes a second, and `asked` needs nothing of it
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

Numbers = Mapping[str, dict[str, int]]  # of each short question
CHECK = re.compile(r'check\("(\w+)", \1((?:, \w+=\d+)*)\)')


def write(config: "Config", assignments: Sequence[str] = ()) -> dict[str, Numbers]:
    """Write a term's numbers into assignments' sources.

    An assignment that was handed out keeps its numbers, those in the gradebook, whatever the seed is now.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    assignments : sequence of str
        All by default.

    Returns
    -------
    dict
        The numbers of each assignment.

    Raises
    ------
    FileNotFoundError
        If there is no such assignment.
    ValueError
        If numbers can't be written, see `put`. This assignment then stays as it is.
    """
    from nbgrader.coursedir import CourseDirectory

    from autograder.judge.classroom import classroom, place

    coursedir, written = CourseDirectory(config=config), {}
    for assignment in assignments or BY_ASSIGNMENT:
        path = place(coursedir, coursedir.source_directory, ".", assignment) / f"{assignment}.ipynb"
        if not path.is_file():
            paths.source_notebook(assignment)  # says which assignments there are
        before = path.read_text(encoding="utf-8")
        numbers = handed_out(coursedir, assignment)
        if numbers is None:
            numbers = drawn(BY_ASSIGNMENT.get(assignment, ()), course_seed(classroom(coursedir)))
        notebook = put(json.loads(before), {**_in_json(before), **numbers})
        if (after := json.dumps(notebook, indent=1, ensure_ascii=False) + "\n") != before:
            new = path.with_name(f".{path.name}")
            new.write_text(after, encoding="utf-8")
            os.replace(new, path)  # whole or not at all
        written[assignment] = numbers
    return written


def drawn(questions: Iterable[Question], seed: str) -> Numbers:
    """Return the numbers that a seed gives to questions; those that always have the same are left out.

    >>> from autograder.chapters.questions import QUESTIONS
    >>> drawn([QUESTIONS["layers_that_fit"]], "autumn") != drawn([QUESTIONS["layers_that_fit"]], "spring")
    True
    """
    return {
        question.name: question.terms[
            int.from_bytes(hmac.digest(seed.encode(), question.name.encode(), "sha256")) % len(question.terms)
        ]
        for question in questions
        if question.terms
    }


def handed_out(coursedir: "CourseDirectory", assignment: str) -> Numbers | None:
    """Return the numbers that the gradebook has of an assignment; None if it was not handed out."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            cells = gradebook.find_notebook(assignment, assignment).source_cells
        except MissingEntry:
            return None
        return named("\n".join(cell.source for cell in cells if cell.locked))


def named(text: str) -> Numbers:
    """Return the numbers that the checks in a text name.

    >>> named('check("border", border, side=4)  check("pad2d", pad2d)')
    {'border': {'side': 4}, 'pad2d': {}}
    """
    return {
        name: {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", rest)} for name, rest in CHECK.findall(text)
    }


def put(notebook: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    """Return an instructor's notebook with these numbers of its short questions; others get those of the public copy.

    Raises
    ------
    ValueError
        If text and solution do not have the numbers that the check names, or it is not the check of a short question.
    """
    text: dict[str, Any] = {}
    cells = {_name(cell): cell for cell in notebook["cells"]}
    for cell in notebook["cells"]:
        text = cell if cell["cell_type"] == "markdown" else text
        question = QUESTIONS.get(_name(cell))
        if question and question.terms:
            _ask(question, text, cell, cells[f"check_{question.name}"], numbers.get(question.name, {}))
    return notebook


def _name(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _ask(question, text, solution, check, numbers):
    """Write a question's numbers into its three cells."""
    before = named("".join(check["source"])).get(question.name)
    if before is None:
        raise ValueError(f'The test of {question.name} is not check("{question.name}", {question.name})')
    passages = dict(zip(question.with_numbers(**before).shown, question.with_numbers(**numbers).shown, strict=True))
    pattern = re.compile("(?<![0-9])(?:" + "|".join(map(re.escape, sorted(passages, key=len, reverse=True))) + ")")
    there = set(pattern.findall("".join([*text["source"], "\n", *solution["source"]])))
    if missing := passages.keys() - there if before != numbers else ():
        raise ValueError(
            f"Text and solution of {question.name} have no {min(missing)!r}, so they can't get a term's numbers. "
            "Write it there, or change `shown` in the chapter's questions.py."
        )
    for cell in (text, solution):
        _set(cell, pattern.sub(lambda found: passages[found[0]], "".join(cell["source"])))
    call = "".join(f", {key}={value}" for key, value in numbers.items())
    _set(check, CHECK.sub(lambda found: f'check("{found[1]}", {found[1]}{call})', "".join(check["source"])))


def _set(cell, source):
    """Set a cell's source, a text or its lines as before."""
    cell["source"] = source.splitlines(keepends=True) if isinstance(cell["source"], list) else source


def asked(assignment: str) -> dict[str, Question]:
    """Return an assignment's short questions as its source asks them."""
    numbers = _in_json(paths.source_notebook(assignment).read_text(encoding="utf-8"))
    return {
        question.name: question.with_numbers(**numbers.get(question.name, {}))
        for question in BY_ASSIGNMENT.get(assignment, ())
    }


def _in_json(text):
    return named(text.replace('\\"', '"'))

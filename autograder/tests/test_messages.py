"""Every command that a message or a page names is one that there is."""

import argparse
import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from autograder import paths
from autograder.__main__ import _parser

MAKEFILE = (paths.COURSE / "Makefile").read_text(encoding="utf-8")
SOURCES = [
    path for path in (paths.COURSE / "autograder").rglob("*.py") if not {"tests", "__pycache__"} & set(path.parts)
] + [paths.COURSE / "book" / "address.py"]
PAGES = [
    path
    for folder in ("book", ".github", "")
    for path in sorted((paths.COURSE / folder).glob("*.md" if folder == "" else "**/*.md"))
]
COMMAND = re.compile(
    r"(?:Run:?|run:?|`)\s*(python -m autograder|nbgrader|make) ([a-z](?:[\w.-]*\w)?)((?: [^`\n\"';]*)?)"
)


def texts(path):
    """Return the texts in which a file may name a command: of a program its strings, of a page all of it."""
    if path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
        blocks = re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        return [text, *(f"`{line}" for block in blocks for line in block.splitlines())]
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(value) for node in joined for value in node.values}
    plain = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in parts]
    return [*(node.value for node in plain if isinstance(node.value, str)), *map(_with_words, joined)]


def _with_words(node):
    """Return an f-string with a word in place of each value."""
    return "".join(value.value if isinstance(value, ast.Constant) else "WORD" for value in node.values)


@cache
def commands():
    """Return {(program, command, the rest, file)} of all that is named."""
    return sorted(
        {
            (found[1], found[2], found[3].strip(), str(path.relative_to(paths.COURSE)))
            for path in (*SOURCES, *PAGES)
            for text in texts(path)
            for found in COMMAND.finditer(text)
        }
    )


def parsers():
    """Return {command: its parser} of `python -m autograder`."""
    (action,) = (one for one in _parser()._actions if isinstance(one, argparse._SubParsersAction))
    return action.choices


def test_commands_are_found_where_they_are_known_to_be():
    found = {(program, command, file) for program, command, _rest, file in commands()}
    assert ("nbgrader", "generate_assignment", str(Path("autograder", "judge", "recorder.py"))) in found
    assert ("python -m autograder", "grade", str(Path("book", "instructors_guide.md"))) in found
    assert ("make", "release", str(Path("book", "instructors_guide.md"))) in found


@pytest.mark.parametrize("one", [one for one in commands() if one[0] == "make"], ids=" ".join)
def test_make_has_the_target(one):
    assert re.search(rf"^{re.escape(one[1])}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("one", [one for one in commands() if one[0] == "nbgrader"], ids=" ".join)
def test_nbgrader_has_the_command(one):
    assert one[1] in NbGraderApp.subcommands


@pytest.mark.parametrize("one", [one for one in commands() if one[0].startswith("python")], ids=" ".join)
def test_the_command_parses_with_its_options(one):
    _program, command, rest, _file = one
    parser = parsers()[command]
    known = {option for action in parser._actions for option in action.option_strings}
    assert {option.partition("=")[0] for option in re.findall(r"--[a-z][a-z-]*(?![\w.-]*\.)", rest)} <= known


def test_what_a_message_asks_for_is_not_skipped():
    """`nbgrader generate_assignment` skips what was generated before, so a message that asks for it says --force."""
    asked = [one for one in commands() if one[1] == "generate_assignment" and one[3].endswith(".py")]
    assert asked and all("--force" in rest for _program, _command, rest, _file in asked)


def test_a_release_enters_what_is_handed_out_and_nothing_else_does():
    """A new term has no gradebook, whatever was made before: `make release` depends on no stamp."""

    def told(*arguments):
        command = ["make", "--dry-run", "--old-file=.venv/installed", *arguments]
        return subprocess.run(command, cwd=paths.COURSE, capture_output=True, text=True, check=True).stdout

    one = told("release", "ASSIGNMENT=02_strides")
    assert one.index("python -m autograder numbers 02_strides") < one.index(" exercises\n")
    assert "nbgrader generate_assignment '02_strides' --force" in one
    assert "nbgrader generate_assignment '*' --force" in told("release")
    made = re.findall("nbgrader generate_assignment.*", told("--always-make", "exercises"))
    assert made and all("--no-db" in line for line in made)

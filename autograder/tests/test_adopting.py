"""The recipe of book/adopting.md, followed to the letter in a fresh checkout, gives a course whose tests are green."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.paths import COURSE

MADE = (".git", ".venv", "_build", "classroom", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
PAGE = (COURSE / "book" / "adopting.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^([^\n]*(?:\n[^\n]+)*)\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Of what `make quick` runs, that which knows the new exercise. All of it takes minutes.
QUICK = {
    "CORE": "autograder/chapters autograder/workshop autograder/tests/test_exercises.py "
    "autograder/tests/test_release.py autograder/tests/test_repository.py",
    "PYTEST": "pytest --quiet -k 'mirror or mutants or repository'",
}


def steps():
    """Yield (file that the paragraph above begins with or "", language, text) of the recipe's code."""
    recipe = PAGE[PAGE.index("## A new exercise") : PAGE.index("## Upgrading")]
    for above, language, text in BLOCK.findall(recipe):
        named = re.match(r"`([\w./]+)` (?:is|says|lists)", above.strip())
        yield named[1] if named else "", language, text


def write(path, language, text):
    """Write code of the page where the page says: a file, a cell of a notebook, an entry of the contents."""
    if path.suffix == ".py":
        path.write_text(text, encoding="utf-8")
    elif path.suffix == ".ipynb":
        notebook = json.loads(path.read_text(encoding="utf-8"))
        begin = "def mirrored" if language == "python" else "## .the heading"
        (cell,) = [cell for cell in notebook["cells"] if re.match(begin, "".join(cell["source"]))]
        cell["source"] = text.rstrip("\n")
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        chapters, rest = path.read_text(encoding="utf-8").split("  - caption: To look", 1)
        path.write_text(f"{chapters}{text}  - caption: To look{rest}", encoding="utf-8")


def run(command, course):
    """Run a command of the page in a course; without a sandbox's or an environment's making, which others test."""
    words = shlex.split(command)
    if words[0] == "make":
        words[1:1] = ["--old-file=.venv/installed"]
        words += [f"{name}={value}" for name, value in QUICK.items()] if "quick" in words else []
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "PYTHONPATH": str(course), "MAKEFLAGS": ""}
    done = subprocess.run(words, cwd=course, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A fresh checkout of what is here, in which the recipe was followed; and what its last command said."""
    course = tmp_path_factory.mktemp("fork") / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns(*MADE))
    if (known := COURSE / "_build" / "mypy").is_dir():  # of NumPy and of every file: else it takes 20 s more
        shutil.copytree(known, course / "_build" / "mypy")
    run("git init --quiet", course)
    said = ""
    for name, language, text in steps():
        if language == "bash":
            for command in text.splitlines():
                said = run(command, course)
        else:
            assert (course / name).is_file(), f"{name} is not there to be filled in"
            write(course / name, language, text)
    return course, said


def test_the_recipe_followed_to_the_letter_leaves_the_tests_green(course):
    """Each command must succeed; the last runs the tests that know the new exercise."""
    passed = re.search(r"^(\d+) passed", course[1], re.MULTILINE)
    assert int(passed[1]) > 40


def test_the_recipe_fills_in_every_file_that_was_begun(course):
    written = [path for path in course[0].rglob("*mirror*") if path.is_dir()]
    assert len(written) == 3  # the chapter, its source, its release
    shown = {name for name, language, _text in steps() if language != "bash"}
    assert {Path(name).name for name in shown} >= {"reference.py", "cases.py", "decisions.py", "08_mirrors.ipynb"}


def test_the_new_chapter_is_in_the_contents(course):
    contents = (course[0] / "_toc.yml").read_text(encoding="utf-8")
    listed = re.findall(r"file: (notebooks/\S+)", contents)
    assert listed[-2:] == ["notebooks/08_mirrors", "notebooks/exercises/08_mirrors/08_mirrors"]
    assert all((course[0] / f"{name}.ipynb").is_file() for name in listed)

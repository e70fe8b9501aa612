"""The solutions as a PDF: every solution and every model answer, for the instructor's eyes only."""

import re
import shutil
import subprocess
import sys
import unicodedata

import nbformat
import pytest

from autograder import paths
from autograder.__main__ import main
from autograder.by_hand import rubrics
from autograder.chapters import ASSIGNMENTS
from autograder.tests.pdf import pages_of


def words(text):
    """Return a text without spaces, Markdown and ligatures: a PDF breaks lines where it likes, and joins letters."""
    return re.sub(r"[\s`*]", "", unicodedata.normalize("NFKC", text))


def made(path, *assignments):
    """Run the command in a process of its own: Playwright's loop may already run in this one."""
    command = [sys.executable, "-m", "autograder", "solutions-pdf", *assignments, f"--to={path}"]
    done = subprocess.run(command, cwd=paths.COURSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return made(tmp_path_factory.mktemp("pdf") / "solutions.pdf")


@pytest.fixture(scope="module")
def text(printed):
    return words("".join(re.sub(r"\s*\d+\s*$", "", page) for page in pages_of(printed)))  # without their numbers


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_it_has_all_functions_and_model_answers(text, assignment):
    assert all(f"def{exercise.name}(" in text for exercise in ASSIGNMENTS[assignment])
    for rubric in rubrics.rubrics(assignment).values():
        assert [sentence for sentence in rubric.model.split(". ") if words(sentence) not in text] == []
        assert all(words(criterion) in text for _points, criterion in rubric.criteria)
    source = nbformat.read(paths.source_notebook(assignment), as_version=4)
    code = "\n".join(cell.source for cell in source.cells if cell.cell_type == "code")
    solutions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", code, re.DOTALL)
    lines = "".join(solutions).splitlines()
    assert len(lines) > 20 and [line for line in lines if words(line) not in text] == []
    assert "BEGINSOLUTION" not in text


def test_nobody_else_can_read_it(printed):
    assert printed.stat().st_mode & 0o777 == 0o600


def test_one_assignment_alone(tmp_path):
    path = made(tmp_path / "one.pdf", "02_strides")
    text = "".join(pages_of(path))
    assert "676" in text and "U-Net" not in text


def test_without_chromium_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert main(["solutions-pdf", "02_strides", f"--to={tmp_path / 'one.pdf'}"]) == 2
    assert ".ci/system-packages pictures" in capsys.readouterr().err

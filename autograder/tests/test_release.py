"""The released exercises are what the sources give, and give nothing away."""

import re

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.judge.settings import course_config
from autograder.term_numbers import asked
from autograder.tests.classes import environment
from autograder.workshop.demo import Course

EVERY_ASSIGNMENT = pytest.mark.parametrize("assignment", ASSIGNMENTS)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that knows nothing of the one in which the committed notebooks were generated."""
    return Course(tmp_path_factory.mktemp("course"))


@EVERY_ASSIGNMENT
def test_generating_again_gives_the_committed_bytes(course, assignment, monkeypatch):
    """By Formgrader's button here; by `make exercises`, a command, there."""
    monkeypatch.setenv("PATH", environment()["PATH"])
    done = NbGraderAPI(config=course_config(course.settings)).generate_assignment(assignment)
    assert done["success"], done
    (path,) = (course.folder / "release" / assignment).iterdir()  # one file: nothing else is released
    stale = f"stale: run `make exercises` and commit notebooks/exercises/{assignment}"
    assert path.read_bytes() == paths.released_notebook(assignment).read_bytes(), stale


@EVERY_ASSIGNMENT
def test_nothing_but_the_notebook_lies_in_the_source(assignment):
    assert [path.name for path in paths.source_notebook(assignment).parent.iterdir()] == [f"{assignment}.ipynb"]


def hidden_lines(source):
    """Return the lines between BEGIN and END of solutions and hidden tests."""
    regions = re.findall(
        r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END (?:SOLUTION|HIDDEN TESTS)", source, re.DOTALL
    )
    return [line.strip() for region in regions for line in region.split("\n") if len(line.strip()) > 8]


@EVERY_ASSIGNMENT
def test_neither_solution_nor_hidden_test_nor_what_a_wrong_answer_is_told_is_released(assignment):
    source = nbformat.read(paths.source_notebook(assignment), as_version=4)
    released = nbformat.read(paths.released_notebook(assignment), as_version=4)
    code = [line.strip() for cell in released.cells if cell.cell_type == "code" for line in cell.source.split("\n")]
    secret = [line for cell in source.cells for line in hidden_lines(cell.source)]
    assert [line for line in secret if line in code] == []
    told = [sentence for question in asked(assignment).values() for sentence in question.wrong.values()]
    assert secret
    assert not any(sentence in cell.source for sentence in told for cell in released.cells)
    written = [
        c.source for c in source.cells if c.cell_type == "markdown" and c.metadata.get("nbgrader", {}).get("grade")
    ]
    assert not any(text in cell.source for text in written for cell in released.cells)
    assert not any(line.startswith("### ") for line in code)


@EVERY_ASSIGNMENT
def test_sources_are_committed_without_outputs(assignment):
    notebook = nbformat.read(paths.source_notebook(assignment), as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)

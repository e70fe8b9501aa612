"""Solutions run from top to bottom to full marks; notebooks are tidy. `test_hosts.py` runs the released exercises."""

import re
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.paths import COURSE

DATA = COURSE / "notebooks" / "data" / "fashion_mnist_subset.npz"
EVERY_ASSIGNMENT = pytest.mark.parametrize("assignment", ASSIGNMENTS)
NOTEBOOKS = sorted(path for folder in ("notebooks", "solutions") for path in (COURSE / folder).rglob("*.ipynb"))
EVERY_NOTEBOOK = pytest.mark.parametrize(
    "path",
    [path for path in NOTEBOOKS if ".ipynb_checkpoints" not in path.parts],
    ids=lambda path: str(path.relative_to(COURSE)),
)


def executed(path, folder):
    """Run a notebook in an empty folder; an error in a cell is an error here."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def points_given(notebook):
    """Return {test cell: the number under it, None if there is none}."""
    values = {}
    for cell in notebook.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("grade") and not data.get("solution"):
            results = [o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result"]
            values[data.grade_id] = float(results[0]) if results else None
    return values


@EVERY_ASSIGNMENT
def test_the_solution_gets_full_marks_in_the_notebook(assignment, tmp_path):
    notebook = executed(paths.source_notebook(assignment), tmp_path)
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("points")}
    given = {name: value for name, value in points_given(notebook).items() if value is not None}
    asked = [f"check_{exercise.name}" for exercise in ASSIGNMENTS[assignment]]  # answers are only recorded there
    assert given == {name: cells[name].metadata.nbgrader.points for name in asked}


@EVERY_NOTEBOOK
def test_notebooks_hold_no_traceback_no_noise_and_no_path_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not any(output.output_type == "error" or output.get("name") == "stderr" for output in outputs)
    assert not any(place in text for place in (str(COURSE), "/home/", "/root/", "/Users/", "site-packages"))


@EVERY_NOTEBOOK
def test_notebooks_are_short_and_their_kernel_is_anybodys(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert path.stat().st_size < 2_000_000
    assert max(cell.source.count("\n") + 1 for cell in notebook.cells if cell.cell_type == "code") <= 40


@EVERY_NOTEBOOK
def test_notebooks_have_one_title_and_portable_markdown(path):
    texts = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    headings = [line for text in texts for line in outside_code(text) if line.startswith("#")]
    assert [line for line in headings if line.startswith("# ")] == headings[:1]
    assert not any(mark in text for text in texts for mark in ("```{", ":::", "{ref}", "{doc}", "{cite}", "{term}"))


@EVERY_NOTEBOOK
def test_no_formula_stands_inside_raw_html(path):
    """The site shows its dollar signs: Markdown is not read within an HTML block, which an empty line ends."""
    texts = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    blocks = [block for text in texts for block in re.findall(r"<details.*?(?=\n\n|</details>)", text, re.DOTALL)]
    assert not [block for block in blocks if "$" in block]


def find_data(path, address, folder, monkeypatch):
    """Return a narrative's own `find_data` for an empty folder, with the data served at `address`.

    Kaggle's folder of attached data sets is `attached` in there.
    """
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    monkeypatch.chdir(folder)
    space = {"Path": Path, "urllib": urllib}
    source = re.sub(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/main", address, cells["find-data"])
    source = source.replace("/kaggle/input", str(folder / "attached"))
    until_found = source[: source.index("    return Path(name)\n") + len("    return Path(name)\n")]
    exec(until_found, space)  # without the lines that load what was found
    return space["find_data"]


NOWHERE = "http://127.0.0.1:9"  # nobody answers there
WITH_DATA = pytest.mark.parametrize(
    "path",
    [path for path in NOTEBOOKS if '"find-data"' in path.read_text(encoding="utf-8")],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)


@WITH_DATA
def test_alone_in_an_empty_folder_a_narrative_fetches_its_data(path, tmp_path, monkeypatch):
    found = find_data(path, COURSE.as_uri(), tmp_path, monkeypatch)(DATA.name)
    assert (tmp_path / found).read_bytes() == DATA.read_bytes()


@WITH_DATA
def test_a_narrative_finds_data_that_are_attached_in_kaggle(path, tmp_path, monkeypatch):
    attached = tmp_path / "attached" / "a-dataset" / DATA.name
    attached.parent.mkdir(parents=True)
    attached.touch()
    assert find_data(path, NOWHERE, tmp_path, monkeypatch)(DATA.name) == attached


@WITH_DATA
def test_where_nothing_can_be_fetched_a_narrative_says_what_to_do(path, tmp_path, monkeypatch):
    """It names all that it will ask for at once, not one file after the other."""
    advice = "could not be fetched.*the folder `data`.*upload.*attach.*make address URL="
    with pytest.raises(FileNotFoundError, match=advice) as error:
        find_data(path, NOWHERE, tmp_path, monkeypatch)("any_file")
    needed = set(re.findall(r'find_data\(\\"([^"]+)\\"\)', path.read_text(encoding="utf-8")))
    assert needed and all(name in str(error.value) for name in needed)
    assert error.value.__suppress_context__  # one message, and no traceback of the fetch


def outside_code(text):
    inside = False
    for line in text.split("\n"):
        inside ^= line.startswith("```")
        if not inside:
            yield line

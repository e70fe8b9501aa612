"""Opened alone on Colab and Kaggle: the exercises fetch their checker; what the notebooks' metadata ask of the hosts.

The narratives are run in the same way by `make test`, with the plugin `alone.py`; their outputs are compared there.
"""

from itertools import cycle
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import paths
from autograder.exercises import ASSIGNMENTS
from autograder.paths import COURSE
from autograder.tests import hosts
from autograder.tests.test_notebooks import points_given

NARRATIVES = sorted((COURSE / "notebooks").glob("*.ipynb"))
EXERCISES = [paths.released_notebook(assignment) for assignment in ASSIGNMENTS]
EVERY_NARRATIVE = pytest.mark.parametrize("path", NARRATIVES, ids=lambda path: path.stem)
EVERY_NOTEBOOK = pytest.mark.parametrize(
    "path", [*NARRATIVES, *EXERCISES], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
ON_A_HOST = pytest.mark.parametrize(("assignment", "host"), list(zip(ASSIGNMENTS, cycle(hosts.MARKERS), strict=False)))


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The repository's address on this machine, and what was asked for."""
    with hosts.served(COURSE, tmp_path_factory.mktemp("repository")) as served:
        yield served


def executed(path):
    """Run a notebook where it lies; an error in a cell is an error here."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    return notebook


def complaints(notebook):
    """Return what a notebook's cells wrote to stderr."""
    return [o.text for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]


@ON_A_HOST
def test_an_exercise_alone_fetches_its_checker_and_runs_to_the_end_with_0_points(
    assignment, host, repository, tmp_path, monkeypatch
):
    address, asked = repository
    monkeypatch.setenv("JUPYTER_PATH", hosts.host(tmp_path / "host", host))
    notebook = executed(hosts.alone(paths.released_notebook(assignment), tmp_path, address, host))
    assert asked.pop() == "/archive/refs/heads/main.zip"
    assert set(points_given(notebook).values()) == {0.0}
    assert complaints(notebook) == []


def test_a_host_has_numpy_and_tensorflow_and_nothing_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", hosts.host(tmp_path / "host", "colab"))
    asks = "from importlib.util import find_spec as f; print([bool(f(n)) for n in {!r}])"
    names = ["numpy", "tensorflow", "keras", "matplotlib", "autograder", "nbgrader", "nbformat", "pytest"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(asks.format(names))])
    NotebookClient(notebook, kernel_name="colab", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert notebook.cells[0].outputs[0].text == f"{[True] * 4 + [False] * 4}\n"


class _Machine:
    """A TensorFlow that finds these GPUs."""

    __version__ = "2.21.0"

    def __init__(self, details):
        self.config = self.experimental = self
        self.gpus = {f"/physical_device:GPU:{i}": found for i, found in enumerate(details)}

    def list_physical_devices(self, kind):
        return [SimpleNamespace(name=name) for name in self.gpus] if kind == "GPU" else []

    def get_device_details(self, gpu):
        return self.gpus[gpu.name]


@EVERY_NARRATIVE
@pytest.mark.parametrize(
    ("details", "shown"),
    [
        ([], "the CPU"),
        ([{"device_name": "Tesla T4"}] * 2, "Tesla T4, Tesla T4"),
        ([{}], "/physical_device:GPU:0"),  # another maker's, which TensorFlow knows nothing about
    ],
)
def test_a_narrative_says_on_which_gpu_it_runs(path, details, shown, capsys):
    (cell,) = [cell for cell in nbformat.read(path, as_version=4).cells if cell.id == "device"]
    exec(cell.source, {"tf": _Machine(details)})
    assert capsys.readouterr().out == f"TensorFlow 2.21.0 runs on {shown}\n"


@EVERY_NOTEBOOK
def test_kaggle_gives_a_notebook_what_it_asks_for(path):
    """Internet, which Kaggle switches off for a new notebook, and a GPU where a network is trained."""
    metadata = nbformat.read(path, as_version=4).metadata
    trains = ".fit(" in path.read_text(encoding="utf-8")
    kaggle = metadata.kaggle
    assert kaggle.isInternetEnabled
    assert (kaggle.isGpuEnabled, kaggle.accelerator) == (trains, "nvidiaTeslaT4" if trains else "none")
    assert metadata.get("accelerator") == ("GPU" if trains else None)
    assert metadata.get("colab", {}).get("gpuType") == ("T4" if trains else None)

"""Opened alone on Colab and Kaggle: the exercises fetch their checker; what the notebooks' metadata ask of the hosts.

The narratives are run in the same way by `make test`, with the plugin `alone.py`; their outputs are compared there.
"""

from itertools import cycle
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import checker, paths
from autograder.chapters import ASSIGNMENTS
from autograder.paths import COURSE
from autograder.tests import hosts
from autograder.tests.test_notebooks import points_given

NARRATIVES = sorted(p for place in ("*.ipynb", "going_further/*.ipynb") for p in (COURSE / "notebooks").glob(place))
EXERCISES = [paths.released_notebook(assignment) for assignment in ASSIGNMENTS]
TRAINING = [path for path in NARRATIVES if ".fit(" in path.read_text(encoding="utf-8")]
EVERY_TRAINING = pytest.mark.parametrize("path", TRAINING, ids=lambda path: f"{path.parent.name}-{path.stem}")
EVERY_NOTEBOOK = pytest.mark.parametrize(
    "path", [*NARRATIVES, *EXERCISES], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
ON_A_HOST = pytest.mark.parametrize(("assignment", "host"), list(zip(ASSIGNMENTS, cycle(hosts.MARKERS), strict=False)))


NOWHERE = "http://127.0.0.1:9"  # nobody answers there


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The checker as `make release` builds it."""
    return checker.build(tmp_path_factory.mktemp("wheel"))


def asset(wheel):
    """Return where a release has its wheel."""
    return f"/releases/download/v{checker.pin(wheel)[0]}/{wheel.name}"


@pytest.fixture
def repository(wheel):
    """The repository's address on this machine, and what was asked for."""
    with hosts.served(COURSE, {asset(wheel): wheel}) as served:
        yield served


def released(assignment, folder, address, host, wheel):
    """Copy an exercise that was released with this wheel into an empty folder."""
    path = hosts.alone(paths.released_notebook(assignment), folder, address, host)
    path.write_text(checker.pinned(path.read_text(encoding="utf-8"), *checker.pin(wheel)), encoding="utf-8")
    return path


def executed(path, **settings):
    """Run a notebook where it lies; an error in a cell is an error here."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}, **settings).execute()
    return notebook


def set_up(path):
    """Run the set-up cell alone; return what a student then reads, and whether all went well."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "setup"]
    nbformat.write(notebook, path)
    (cell,) = executed(path, allow_errors=True).cells
    assert all(output.get("name") == "stderr" for output in cell.outputs)  # a sentence, and no traceback
    said = "".join(complaints(SimpleNamespace(cells=[cell])))
    assert "\x1b" not in said
    return said


def with_one_byte_changed(wheel, folder):
    """Copy a wheel whose code has another letter in one place."""
    changed = folder / wheel.name
    code = wheel.read_bytes()
    place = code.index(b"def grade(")
    changed.write_bytes(code[:place] + b"D" + code[place + 1 :])
    return changed


def complaints(notebook):
    """Return what a notebook's cells wrote to stderr."""
    return [o.text for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]


@ON_A_HOST
def test_an_exercise_alone_fetches_its_checker_and_runs_to_the_end_with_0_points(
    assignment, host, wheel, repository, tmp_path, monkeypatch
):
    address, asked = repository
    monkeypatch.setenv("JUPYTER_PATH", hosts.host(tmp_path / "host", host))
    notebook = executed(released(assignment, tmp_path, address, host, wheel))
    assert asked == [asset(wheel)]
    assert set(points_given(notebook).values()) == {0.0}
    assert complaints(notebook) == []


@pytest.fixture
def kaggle(tmp_path, monkeypatch):
    """Kaggle on this machine; the folder where it installs packages."""
    monkeypatch.setenv("JUPYTER_PATH", hosts.host(tmp_path / "host", "kaggle"))
    (packages,) = (tmp_path / "host" / "kaggle").glob("lib/python*/site-packages")
    return packages


def test_a_wheel_with_one_byte_changed_is_not_installed(wheel, kaggle, tmp_path):
    with hosts.served(COURSE, {asset(wheel): with_one_byte_changed(wheel, tmp_path)}) as (address, asked):
        said = set_up(released("01_why_padding", tmp_path, address, "kaggle", wheel))
    assert asked == [asset(wheel)]
    assert "could not be installed" in said
    assert f"{address}{asset(wheel)} is not the file that this notebook was made for. Do not use it" in said
    assert not (kaggle / "autograder").exists()


def test_without_internet_an_exercise_says_what_to_turn_on_or_upload(wheel, kaggle, tmp_path):
    said = set_up(released("01_why_padding", tmp_path, NOWHERE, "kaggle", wheel))
    assert "choose Settings → Turn on internet" in said
    assert f"run this cell again.\n{NOWHERE}{asset(wheel)}\n" in said
    assert "(pip said: ERROR: " in said
    assert not (kaggle / "autograder").exists()


def test_an_uploaded_wheel_is_installed_without_internet(wheel, kaggle, tmp_path):
    path = released("01_why_padding", tmp_path, NOWHERE, "kaggle", wheel)
    (path.parent / wheel.name).write_bytes(wheel.read_bytes())
    assert set_up(path) == ""
    assert (kaggle / "autograder").is_dir()


def test_an_uploaded_wheel_with_one_byte_changed_is_not_installed(wheel, kaggle, tmp_path):
    path = released("01_why_padding", tmp_path, NOWHERE, "kaggle", wheel)
    with_one_byte_changed(wheel, path.parent)
    assert "is not the file that this notebook was made for" in set_up(path)
    assert not (kaggle / "autograder").exists()


def test_while_the_course_has_no_address_an_exercise_says_so(wheel, kaggle, tmp_path, monkeypatch):
    monkeypatch.setenv("https_proxy", NOWHERE)  # nothing is asked of GitHub here
    said = set_up(released("01_why_padding", tmp_path, "https://github.com/OWNER.invalid/REPOSITORY", "kaggle", wheel))
    assert "The course has no address yet. Its teacher should run `make address`" in said


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


@EVERY_TRAINING
@pytest.mark.parametrize(
    ("details", "shown"),
    [
        ([], "the CPU"),
        ([{"device_name": "Tesla T4"}] * 2, "Tesla T4, Tesla T4"),
        ([{}], "/physical_device:GPU:0"),  # another maker's, which TensorFlow knows nothing about
    ],
)
def test_a_narrative_that_trains_says_on_which_processor(path, details, shown, capsys):
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

"""`python -m autograder`, as an instructor calls it."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from autograder import paths
from autograder.chapters import ASSIGNMENTS

SOLUTION = paths.source_notebook("01_why_padding")
FLIPPED = "import numpy as np\n\ndef conv2d_valid(image, kernel):\n    kernel = kernel[::-1, ::-1]\n" + (
    "    (H, W), (h, w) = image.shape, kernel.shape\n    if h > H or w > W:\n        raise ValueError\n"
    "    return np.array([[(image[i:i + h, j:j + w].astype(float) * kernel).sum() for j in range(W - w + 1)] "
    "for i in range(H - h + 1)])\n"
)


def autograder(*arguments):
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, cwd=paths.COURSE, capture_output=True, text=True)


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FLIPPED)
    return path


def test_score_prints_one_json_object_with_the_documented_keys():
    done = autograder("score", "01_why_padding", SOLUTION, "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(result) == ["assignment", "score", "max_score", "checks"]
    assert (result["assignment"], result["score"], result["max_score"]) == ("01_why_padding", 90, 90)
    assert [check["name"] for check in result["checks"]][:5] == [e.name for e in ASSIGNMENTS["01_why_padding"]]
    names = ["name", "score", "max_score", "mistake", "mistakes", "message"]
    assert all(list(check) == names for check in result["checks"])


def test_a_program_is_asked_for_its_functions_only_and_its_mistake_is_named(program):
    result = json.loads(autograder("score", "01_why_padding", program, "--json").stdout)
    checks = {check["name"]: check for check in result["checks"]}
    assert list(checks) == [exercise.name for exercise in ASSIGNMENTS["01_why_padding"]]
    assert checks["conv2d_valid"]["mistake"] == "kernel_flipped"
    assert (checks["conv2d_valid"]["score"], result["score"], result["max_score"]) == (13, 13, 80)
    assert checks["pad2d"]["mistake"] is None


def test_score_for_a_person_shows_the_report(program):
    said = autograder("score", "01_why_padding", program).stdout
    assert "What went wrong: The kernel is rotated by 180°." in said
    assert "01_why_padding: 13 of 80 points" in said


def test_a_program_that_does_not_even_parse_gets_0_and_status_0(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def pad2d(:\n")
    done = autograder("score", "01_why_padding", path, "--json")
    assert (done.returncode, json.loads(done.stdout)["score"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("01_why_padding", "no_such.ipynb"), "There is no file no_such.ipynb"),
        (("01_why", SOLUTION), "There is no assignment '01_why' in solutions/. There are: 01_why_padding"),
        (("01_why_padding", paths.COURSE / "LICENSE"), "This is neither a notebook (.ipynb) nor a program"),
    ],
)
def test_what_cannot_be_scored_is_said_with_status_2(arguments, message):
    done = autograder("score", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_sandbox_it_says_so(program):
    done = autograder("score", "01_why_padding", program, "--sandbox", "none")
    assert "No sandbox" in done.stderr
    assert "13 of 80 points" in done.stdout


def test_a_student_needs_numpy_alone():
    """`from autograder import check` must not import what Colab may lack."""
    code = "import sys; import autograder; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.COURSE, capture_output=True, text=True)
    installed = {name for name in packages_distributions() if not name.startswith("_")} - {"autograder"}
    assert set(done.stdout.split()) & installed == {"numpy"}

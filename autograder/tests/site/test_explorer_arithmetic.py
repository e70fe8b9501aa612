"""The explorer's arithmetic in Node, against vectors that `autograder.reference` makes for each run."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml

from autograder.tests.site import explorer_vectors

ROOT = Path(__file__).parents[3]
SCRIPTS = ROOT / "book" / "_static" / "explorer"
PLACES = ROOT / "book" / "explorer_placements.yml"

# In arithmetic.js, a mistake each: what stands there, what stands there instead, and a test that notices.
MUTANTS = {
    "the odd cell before": ("[Math.floor(total / 2), Math.ceil", "[Math.ceil(total / 2), Math.floor"),
    "the last window left out": ("Math.floor((padded - reach) / s) + 1", "Math.floor((padded - reach) / s)"),
    "stride forgotten": ("range(out).map((i) => i * s - before)", "range(out).map((i) => i - before)"),
    "dilation forgotten": ("const span = (k, d) => d * (k - 1) + 1;", "const span = (k, d) => k;"),
    "the edge repeated in reflect": ("const period = Math.max(2 * (n - 1), 1);", "const period = 2 * n;"),
    "rows and columns swapped": ("kernel[cell.i][cell.j]", "kernel[cell.j][cell.i]"),
    "kernel flipped": ("setting, top + i * rows.d", "setting, top + (rows.k - 1 - i) * rows.d"),
    "average of the window's size": ("sum(values) / values.length", "sum(values) / 4"),
    "stamps overwrite": ("out[row][column] += value * weight", "out[row][column] = value * weight"),
    "padding read as pixels": ("if (place >= 0) counts[place] += 1", "counts[Math.max(place, 0)] += 1"),
    "bias in each channel": ("weights + (bias ? cout : 0),", "weights + (bias ? cin * cout : 0),"),
    "zeros win in max pooling": ('setting.mode === "ignore" ? null : setting.fill', "setting.fill"),
}


@pytest.fixture(scope="session")
def vectors(tmp_path_factory):
    """The file of vectors."""
    path = tmp_path_factory.mktemp("explorer") / "vectors.json"
    explorer_vectors.write(path)
    return path


def node(vectors, scripts=SCRIPTS):
    """Run the tests in Node; the finished process."""
    if not shutil.which("node"):
        pytest.fail("there is no node. Run: apt-get install nodejs")
    places = json.dumps(yaml.safe_load(PLACES.read_text(encoding="utf-8")))
    settings = {"EXPLORER_VECTORS": str(vectors), "EXPLORER_SCRIPTS": str(scripts), "EXPLORER_PLACES": places}
    command = ["node", "--test", str(Path(__file__).with_name("explorer_arithmetic.test.js"))]
    return subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=120)


def test_agrees_with_the_reference_in_node(vectors):
    done = node(vectors)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_in_the_arithmetic_is_noticed(vectors, tmp_path, name):
    shutil.copytree(SCRIPTS, tmp_path / "explorer")
    file, (right, wrong) = tmp_path / "explorer" / "arithmetic.js", MUTANTS[name]
    text = file.read_text(encoding="utf-8")
    assert text.count(right) == 1
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    assert node(vectors, tmp_path / "explorer").returncode == 1


TRANSPOSED = [(3, 3, 2, 1), (3, 2, 3, 1), (4, 4, 2, 1), (2, 5, 3, 1), (3, 1, 4, 1), (5, 3, 1, 2)]


@pytest.mark.parametrize(("n", "k", "s", "d"), TRANSPOSED)
def test_a_transposed_same_is_cropped_as_tensorflow_does(tf, n, k, s, d):
    image, kernel = np.arange(1, n * n + 1).reshape(n, n), np.arange(1, k * k + 1).reshape(k, k)
    setting = {"op": "transposed", "size": [n, n], "kernel": [k, k], "stride": [s, s], "dilation": [d, d]}
    ours = explorer_vectors.expected(image, kernel, {**setting, "padding": "same"})["output"]
    x, w = image[None, :, :, None].astype("float32"), kernel[:, :, None, None].astype("float32")
    theirs = tf.nn.conv2d_transpose(x, w, (1, n * s, n * s, 1), s, "SAME", dilations=d)
    np.testing.assert_allclose(ours, theirs[0, :, :, 0])


@pytest.mark.parametrize(("n", "k", "d"), [(7, 3, 2), (6, 2, 3), (9, 4, 2)])
def test_a_dilated_same_is_padded_as_tensorflow_does(tf, n, k, d):
    image, kernel = np.arange(1, n * n + 1).reshape(n, n), np.arange(1, k * k + 1).reshape(k, k)
    setting = {"size": [n, n], "kernel": [k, k], "stride": [1, 1], "dilation": [d, d], "padding": "same"}
    padded = explorer_vectors.pad(image, explorer_vectors.sides(setting), "constant", 0)
    x, w = padded[None, :, :, None].astype("float32"), kernel[:, :, None, None].astype("float32")
    theirs = tf.nn.conv2d(image[None, :, :, None].astype("float32"), w, 1, "SAME", dilations=d)
    np.testing.assert_allclose(tf.nn.conv2d(x, w, 1, "VALID", dilations=d), theirs)

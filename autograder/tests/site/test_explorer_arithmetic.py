"""The explorer's arithmetic in Node, against vectors that `autograder.reference` makes for each run."""

import json
import os
import re
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
    "rows and columns swapped": ("cell.value * kernel[cell.i][cell.j]", "cell.value * kernel[cell.j][cell.i]"),
    "kernel flipped": ("setting, top + i * rows.d", "setting, top + (rows.k - 1 - i) * rows.d"),
    "average of the window's size": ("sum(values) / values.length", "sum(values) / 4"),
    "stamps overwrite": ("out[row][column] += value * weight", "out[row][column] = value * weight"),
    "padding read as pixels": ("if (place >= 0) counts[place] += 1", "counts[Math.max(place, 0)] += 1"),
    "bias in each channel": ("weights + (bias ? cout : 0),", "weights + (bias ? cin * cout : 0),"),
    "a tie shared by all": ("Number(cell === winner)", "Number(cell.value === value)"),
    "overlapping gradients overwrite": ("+= value * part.factor", "= value * part.factor"),
    "gradient of padding given to a mean": ("1 / counted.length", "1 / cells.length"),
    "a kernel's gradient without the input": ("+= value * part.value", "+= value"),
    "copies use nothing": ("(pixel ? source(at, n, setting.mode) : at) === place", "at === place"),
    "planes of the input left out": ("value + part[r][c]", "part[r][c]"),
    "every way counted once": ("(result.get(at) ?? 0) + count", "count"),
    "steps add up": ("step *= s;", "step += s;"),
    "zeros win in max pooling": ('setting.mode === "ignore" ? null : setting.fill', "setting.fill"),
}


@pytest.fixture(scope="session")
def vectors(tmp_path_factory):
    """The file of vectors."""
    path = tmp_path_factory.mktemp("explorer") / "vectors.json"
    explorer_vectors.write(path)
    return path


def node(vectors, scripts=SCRIPTS, **settings):
    """Run the tests in Node; the finished process."""
    if not shutil.which("node"):
        pytest.fail("there is no node. Run: apt-get install nodejs")
    places = json.dumps(yaml.safe_load(PLACES.read_text(encoding="utf-8")))
    settings |= {"EXPLORER_SCRIPTS": str(scripts), "EXPLORER_PLACES": places}
    return run("--test", "explorer_arithmetic.test.js", EXPLORER_VECTORS=str(vectors), **settings)


def run(*arguments, **settings):
    """Run a script of this folder in Node, with settings in its environment; the finished process."""
    *options, name = arguments
    command = ["node", *options, str(Path(__file__).with_name(name))]
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
    done = node(vectors, tmp_path / "explorer", EXPLORER_FIRST_FAILURE="yes")
    assert done.returncode == 1
    assert "AssertionError" in done.stdout


# ------------------------------------------------------------------------------------------------ Keras's lines

TYPED = [
    "MaxPooling2D(2)",
    'MaxPooling2D(3, 2, "same")',
    "keras.layers.AveragePooling2D(pool_size=(2, 3), strides=(1, 2), padding='same')",
    "GlobalAveragePooling2D()",
    "Conv2D(1, 3)",
    'Conv2D(1, (2, 4), strides=(2, 1), padding="same", use_bias=False)',
    "Conv2D(1, 3, dilation_rate=2)",
    "Sequential([ZeroPadding2D(((0, 1), (2, 0))), Conv2D(1, 3, strides=2)])",
    "Conv2DTranspose(1, 3, strides=2)",
    "Conv2DTranspose(1, 2, strides=3)",
    "Conv2DTranspose(1, 3, strides=2, output_padding=1)",
    "Conv2DTranspose(1, 2, strides=3, output_padding=2)",
    'Conv2DTranspose(1, 3, strides=2, padding="same")',
    'Conv2DTranspose(1, 3, strides=2, padding="same", output_padding=1)',
    'Conv2DTranspose(1, 3, strides=2, padding="same", output_padding=0)',
    'Conv2DTranspose(1, 4, strides=2, padding="same", output_padding=1)',
    'Conv2DTranspose(1, (3, 2), strides=(2, 3), padding="same", output_padding=(0, 1))',
    "Sequential([Conv2DTranspose(1, 3, strides=2), Cropping2D(((1, 0), (0, 2)))])",
]


@pytest.fixture(scope="module")
def lines(vectors):
    """What the explorer writes for the vectors' settings, and shows for the lines above."""
    typed = json.dumps([{"line": line, "size": [5, 4]} for line in TYPED])
    done = run("explorer_lines.js", EXPLORER_VECTORS=str(vectors), EXPLORER_SCRIPTS=str(SCRIPTS), EXPLORER_TYPED=typed)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_keras(tf, line, image, kernel):
    """The output of a line, with this kernel, or None where Keras refuses."""
    layers = tf.keras.layers
    layer = eval(line, {"keras": tf.keras, "Sequential": tf.keras.Sequential, **vars(layers)})
    x = np.asarray(image, "float32")[None, :, :, None]
    try:
        layer(x)
        for each in getattr(layer, "layers", [layer]):
            if each.weights:
                each.weights[0].assign(np.asarray(kernel, "float32")[:, :, None, None])
        out = np.asarray(layer(x))
        return out.reshape(out.shape[1:3] if out.ndim == 4 else (1, 1))  # global pooling gives (1, 1) numbers
    except (ValueError, tf.errors.InvalidArgumentError):
        return None


def test_lines_that_the_explorer_writes_are_keras_s(tf, vectors, lines):
    cases = json.loads(vectors.read_text(encoding="utf-8"))["cases"]
    written = [(line, case) for line, case in zip(lines["written"], cases, strict=True) if line]
    assert len(written) > 200
    for line, case in written[:250]:
        found = in_keras(tf, line, case["image"], case["kernel"])
        np.testing.assert_allclose(found, case["expected"]["output"], rtol=1e-5, err_msg=line)


@pytest.mark.parametrize("line", TYPED)
def test_a_line_typed_in_shows_keras_s_output(tf, lines, line):
    image = [[(7 * r + 3 * c + 5 * r * c + 2) % 10 for c in range(4)] for r in range(5)]
    shown = lines["typed"][TYPED.index(line)]
    sizes = re.search(r"(?:Conv2D|Conv2DTranspose)\(1, (\(\d, \d\)|\d)", line)
    size = np.broadcast_to(eval(sizes[1]), 2) if sizes else (1, 1)
    theirs = in_keras(tf, line, image, np.arange(1, np.prod(size) + 1).reshape(size))
    assert (shown is None) == (theirs is None)
    if shown is not None:
        np.testing.assert_allclose(shown, theirs, rtol=1e-5)


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

"""What *The same layer elsewhere* and the cheat sheet say, against TensorFlow and the record of other frameworks."""

import json
import math
import re
from ast import literal_eval

import numpy as np
import pytest

from autograder.paths import COURSE

RECORD = json.loads((COURSE / "notebooks" / "data" / "frameworks.json").read_text(encoding="utf-8"))
TORCH, JAX, ONNX = (RECORD[name]["answers"] for name in ("PyTorch", "JAX", "ONNX Runtime"))
PAGE = (COURSE / "book" / "frameworks.md").read_text(encoding="utf-8")
SHEET = (COURSE / "book" / "cheat_sheet.md").read_text(encoding="utf-8")
EVERY_CONVOLUTION = pytest.mark.parametrize("case", list(JAX["lax SAME"]))


def row(tf, n):
    return tf.reshape(tf.range(1.0, n + 1), (1, n, 1))


def same_windows(tf, case):
    """The windows of TensorFlow's "same" for (n, k, s)."""
    n, k, s = literal_eval(case)
    return tf.nn.conv1d(row(tf, n), tf.eye(k)[:, None], s, "SAME")[0].numpy().tolist()


@EVERY_CONVOLUTION
def test_jax_and_onnx_pad_at_every_stride_as_tensorflow_does(tf, case):
    assert JAX["lax SAME"][case] == ONNX["Conv SAME_UPPER"][case] == same_windows(tf, case)
    odd_cell = same_windows(tf, case) != JAX["lax SAME_LOWER"][case]
    n, k, s = literal_eval(case)
    assert odd_cell == (max((math.ceil(n / s) - 1) * s + k - n, 0) % 2 == 1)
    assert JAX["lax SAME_LOWER"][case] == ONNX["Conv SAME_LOWER"][case]


@EVERY_CONVOLUTION
def test_pytorch_agrees_at_stride_1_and_refuses_same_beyond(tf, case):
    answer = TORCH["conv padding=same"][case]
    if case.endswith(" 1)"):
        assert answer == same_windows(tf, case)
    else:
        assert answer == "ValueError: padding='same' is not supported for strided convolutions"


def test_padding_1_at_stride_2_has_the_size_of_same_and_other_windows(tf):
    case = "(28, 3, 2)"
    ours, theirs = np.array(same_windows(tf, case)), np.array(TORCH["conv padding=1"][case])
    assert ours.shape == theirs.shape == (14, 3)
    assert ours[:, 0].tolist() == list(range(1, 29, 2))
    assert theirs[:, 0].tolist() == [0, *range(2, 28, 2)]


def test_keras_and_onnx_leave_padding_out_of_an_average_and_pytorch_and_flax_do_not(tf):
    ours = tf.keras.layers.AveragePooling1D(2, 2, "same")(row(tf, 5))[0, :, 0].numpy().tolist()
    assert ours == JAX["flax average pool SAME count_include_pad=False"]["(5, 2, 2)"] == [1.5, 3.5, 5.0]
    assert JAX["flax average pool SAME"]["(5, 2, 2)"] == [1.5, 3.5, 2.5]
    assert ONNX["AveragePool pads=1"] == TORCH["average pool padding=1 count_include_pad=False"]
    assert ONNX["AveragePool pads=1 count_include_pad"] == TORCH["average pool padding=1"] != ONNX["AveragePool pads=1"]


def test_flax_and_onnx_pool_at_stride_1_unless_told_otherwise(tf):
    ours = tf.keras.layers.MaxPooling1D(3)(row(tf, 6))[0, :, 0].numpy().tolist()
    assert ours == TORCH["default stride of a pool"] == [3, 6]
    assert JAX["default stride of a pool"] == ONNX["default stride of a pool"] == [3, 4, 5, 6]


def test_ceil_mode_keeps_the_last_window():
    assert TORCH["max pool"]["(7, 2, 2)"] == [2, 4, 6]
    assert TORCH["max pool ceil_mode"] == ONNX["MaxPool ceil_mode"]
    assert TORCH["max pool ceil_mode"]["(7, 2, 2)"] == [2, 4, 6, 7]


def test_a_transposed_convolution_has_the_stated_sizes(tf):
    for case, answer in TORCH["transposed"].items():
        n, k, s, padding, output_padding = literal_eval(case)
        assert len(answer) == (n - 1) * s - 2 * padding + k - 1 + output_padding + 1
        assert answer == ONNX["transposed"][case]
        for mode, size in (("same", n * s), ("valid", n * s + max(k - s, 0))):
            layer = tf.keras.layers.Conv1DTranspose(1, k, s, mode)
            assert (
                layer.compute_output_shape((1, n, 1))[1]
                == size
                == len(JAX["transposed"][f"{(n, k, s)} {mode.upper()}"])
            )


def test_a_transposed_convolution_of_equal_size_leaves_out_another_cell(tf):
    stamps = [1, 1, 2, 1, 2, 1, 1]
    layer = tf.keras.layers.Conv1DTranspose(1, 3, 2, "same", kernel_initializer="ones")
    assert layer(np.ones((1, 3, 1)))[0, :, 0].numpy().tolist() == stamps[:-1] == JAX["transposed"]["(3, 3, 2) SAME"]
    assert TORCH["transposed"]["(3, 3, 2, 1, 1)"] == ONNX["transposed"]["(3, 3, 2, 1, 1)"] == stamps[1:]


def test_the_page_names_the_versions_that_were_asked():
    for found in (part for entry in RECORD.values() for part in re.findall(r"\d+\.\d+\.\d+", entry["version"])):
        assert found in PAGE


def test_examples_on_the_cheat_sheet_are_right(tf):
    def size(layer, n):
        return layer.compute_output_shape((1, n, 1))[1]

    pool, conv, back = tf.keras.layers.MaxPooling1D, tf.keras.layers.Conv1D, tf.keras.layers.Conv1DTranspose
    sizes = [size(conv(1, 3, 2), 28), size(pool(2), 7), size(pool(2, padding="same"), 7), 28 + 3 - 1]
    sizes += [size(back(1, 3, 2), 3), size(back(1, 3, 2, "same"), 3), len(TORCH["transposed"]["(3, 3, 2, 1, 1)"])]
    assert [int(found) for found in re.findall(r"\$[^$|]*\$: (\d+) \|", SHEET)] == sizes
    model = tf.keras.Sequential([tf.keras.Input((28, 28, 32)), tf.keras.layers.Conv2D(32, 3)])
    assert f"32 to 32 channels: {model.count_params():,} |" in SHEET
    assert (
        f"128 to 10: {tf.keras.Sequential([tf.keras.Input((128,)), tf.keras.layers.Dense(10)]).count_params():,} |"
        in SHEET
    )
    assert f"26×26, 3×3, 1 to 32: {26 * 26 * 3 * 3 * 32:,} |" in SHEET

"""A network within a budget is counted as Keras counts it; a mosaic is every map in its place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import reference
from autograder.check import report
from autograder.check.grade import grade
from autograder.exercises import EXERCISES
from autograder.exercises.ch06_classifier import LEAST_FIELD, MOST_BYTES, MOST_PARAMETERS
from autograder.inside.call import call

MAPS = hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 9)), elements=st.floats(-9, 9))


def graded(design):
    return grade(EXERCISES["design"], lambda args, kwargs, watch: call(design, args, kwargs))


def failed(design):
    return {tried.behaviour.id: tried.difference.text for tried in graded(design).tried if tried.difference}


@settings(deadline=None, max_examples=60)
@given(maps=MAPS, columns=st.integers(1, 11))
def test_every_map_stands_in_its_place_and_the_rest_is_0(maps, columns):
    picture = reference.mosaic(maps, columns)
    height, width, channels = maps.shape
    rows = int(np.ceil(channels / columns))
    assert picture.shape == (rows * height, columns * width)
    for place in range(rows * columns):
        i, j = divmod(place, columns)
        tile = picture[i * height : (i + 1) * height, j * width : (j + 1) * width]
        expected = maps[:, :, place] if place < channels else np.zeros((height, width))
        np.testing.assert_array_equal(tile, expected)


@pytest.mark.parametrize("columns", [0, -1, 1.5, "2"])
def test_a_column_count_without_meaning_is_refused(columns):
    with pytest.raises(ValueError, match="Received"):
        reference.mosaic(np.zeros((2, 2, 3)), columns)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 2, 2)])
def test_maps_of_another_form_are_refused(shape):
    with pytest.raises(ValueError, match="Received"):
        reference.mosaic(np.zeros(shape), 2)


def test_mosaic_gives_a_new_array_and_leaves_the_maps_as_they_were():
    maps = np.arange(4.0).reshape(2, 2, 1)
    picture = reference.mosaic(maps, 1)
    picture[:] = 9
    assert maps.tolist() == [[[0.0], [1.0]], [[2.0], [3.0]]]


@pytest.fixture(scope="module")
def keras_model():
    """The reference's network, built by Keras."""
    import keras

    layers = [keras.Input((28, 28, 1))]
    for layer in reference.design():
        if layer["kind"] == "conv":
            made = keras.layers.Conv2D(layer["filters"], layer["kernel"], layer["stride"], layer["padding"])
        elif layer["kind"] == "pool":
            made = keras.layers.MaxPooling2D(layer["size"], layer["stride"], layer["padding"])
        else:
            made = keras.layers.Flatten() if layer["kind"] == "flatten" else keras.layers.Dense(layer["units"])
        layers.append(made)
    return keras.Sequential(layers)


def test_keras_counts_the_design_within_the_budget(keras_model):
    shapes = [(1, 28, 28, 1)]
    for layer in keras_model.layers:
        shapes.append(layer.compute_output_shape(shapes[-1]))
    assert keras_model.count_params() <= MOST_PARAMETERS
    assert sum(4 * int(np.prod(shape)) for shape in shapes) <= MOST_BYTES
    assert shapes[-1] == (1, 10)


def test_the_design_sees_as_many_pixels_as_its_gradient_reaches():
    import tensorflow as tf

    x = tf.Variable(tf.ones([1, 60, 60, 1]))
    with tf.GradientTape() as tape:
        y = x
        for layer in reference.design():
            if layer["kind"] == "conv":
                y = tf.nn.conv2d(y, tf.ones([layer["kernel"]] * 2 + [1, 1]), layer["stride"], "SAME")
            elif layer["kind"] == "pool":
                y = tf.nn.avg_pool2d(y, layer["size"], layer["stride"], "VALID")
        middle = y[0, 7, 7, 0]
    reached = np.abs(tape.gradient(middle, x).numpy()[0, :, :, 0]).sum(0) > 0
    assert reached.sum() >= LEAST_FIELD


def test_another_good_design_is_right_and_nobody_is_accused():
    def design():
        return [
            {"kind": "conv", "filters": 4, "kernel": 7, "stride": 2, "padding": "valid"},
            {"kind": "conv", "filters": 8, "kernel": 8, "stride": 1, "padding": "valid"},
            {"kind": "flatten"},
            {"kind": "dense", "units": 10},
        ]

    result = graded(design)
    assert (result.points, result.mistake) == (EXERCISES["design"].points, None)


def test_each_limit_is_told_with_the_number_that_breaks_it():
    def design():
        return [
            {"kind": "conv", "filters": 64, "kernel": 3, "stride": 1, "padding": "same"},
            {"kind": "flatten"},
            {"kind": "dense", "units": 10},
        ]

    told = failed(design)
    assert set(told) == {"parameters", "activations", "field"}
    assert "502,410 parameters" in told["parameters"]
    assert "404,584 bytes" in told["activations"]
    assert "sees 3 px" in told["field"]


@pytest.mark.parametrize(
    "value", [[{"kind": "warp"}], [{"filters": 3}], [{"kind": "dense", "units": 10}], [[]], [{}], "conv"]
)
def test_what_is_no_network_is_told_and_earns_nothing_of_the_budget(value):
    told = failed(lambda: value)
    assert {"network", "parameters", "activations", "field"} <= set(told)
    assert report.to_html(graded(lambda: value))


def test_one_list_for_all_calls_is_not_a_fresh_one():
    layers = reference.design()
    assert set(failed(lambda: layers)) == {"fresh"}

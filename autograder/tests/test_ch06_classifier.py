"""A network within a budget is counted as Keras counts it; a mosaic is every map in its place.

What Keras and a tape say of small networks and gradients is in the oracle; here it is asked about the trained network.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import garments, paths, reference, solutions
from autograder.chapters import EXERCISES
from autograder.chapters.ch06_classifier import oracle
from autograder.chapters.ch06_classifier.cases import LEAST_FIELD, MOST_BYTES, MOST_PARAMETERS
from autograder.check import report
from autograder.check.grade import grade
from autograder.inside import garments as stored
from autograder.inside.call import call
from autograder.judge.sandbox import Limits
from autograder.judge.session import Session
from autograder.workshop import record, train

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


def conv(filters, kernel, stride=1, padding="valid"):
    return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding}


def pool(size, stride=None):
    return {"kind": "pool", "size": size, "stride": stride or size, "padding": "valid"}


FLATTEN = {"kind": "flatten"}
END = [FLATTEN, {"kind": "dense", "units": 10}]
TWO = [conv(8, 3), conv(8, 3)]


@pytest.mark.parametrize(
    "layers",
    [
        [conv(4, 7, 2), conv(8, 7), conv(16, 3), *END],
        [conv(8, 3), pool(2), conv(12, 3), pool(2), conv(16, 3), conv(16, 1), pool(3), *END],
        [conv(6, 5, 2, "same"), conv(16, 5, 2, "same"), conv(16, 5), *END],
        [conv(8, 3), pool(2), conv(8, 3), pool(2), conv(16, 5), FLATTEN, {"kind": "dense", "units": 16}, *END[1:]],
        [conv(10, 3), conv(10, 3), pool(24), *END],
    ],
    ids=["strides", "pointwise", "five_by_five", "hidden_layer", "global_pooling"],
)
def test_another_good_design_is_right_and_nobody_is_accused(layers):
    result = graded(lambda: list(layers))
    assert (result.points, result.mistake) == (EXERCISES["design"].points, None)


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ([], "it has 0."),
        ([pool(28), *END], "it has 0."),
        ([FLATTEN, {"kind": "dense", "units": 64}, *END[1:]], "it has 0."),
        ([conv(8, 20), *END], "it has 1."),
        ([conv(8, 5), pool(16), *END], "it has 1."),
        ([conv(8, 1), conv(8, 1), pool(28), *END], "it has 0."),
        ([conv(8, 1, 2), conv(8, 1, 7), pool(2), *END], "it has 0."),
        ([conv(1, 3), conv(1, 3), pool(24), *END], "it has 0."),
        ([pool(1), conv(8, 3), conv(8, 3), pool(24), *END], "Layer 1 is a pooling layer"),
        ([pool(7), conv(8, 2), conv(8, 2), *END], "Layer 1 is a pooling layer"),
        ([*END, *TWO], "a conv layer needs an input of shape (H, W, C)"),
        ([*TWO, END[1]], "flatten the map first"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_no_convolutional_network_gets_nothing_and_is_told_why(layers, told):
    result = graded(lambda: [dict(layer) for layer in layers])
    assert result.points == 0
    assert told in report.to_text(result)


@pytest.mark.parametrize(
    ("layers", "behaviour", "told"),
    [
        ([*TWO, conv(8, 20), *END], "field", "It has a kernel of 20; at most 7 is allowed."),
        ([conv(8, 3), conv(16, 3, 9), pool(2), *END], "field", "Layer 2 has a stride of 9 and a window of 3"),
        ([*TWO, pool(1, 8), *END], "field", "Layer 3 has a stride of 8 and a window of 1"),
        ([*TWO, pool(2), *END], "field", "Its receptive field is 6 px; it must be at least 20."),
        ([*TWO, pool(24), *END], "network", "Layer 3 gives too few values: 8. 10 classes need at least 10."),
        (
            [*TWO, pool(16, 8), FLATTEN, {"kind": "dense", "units": 1}, *END[1:]],
            "network",
            "Layer 5 gives too few values: 1.",
        ),
        ([*TWO, pool(16, 8), FLATTEN, {"kind": "dense", "units": 12}], "network", "a dense layer with 10 units"),
        ([*TWO, pool(16, 8), FLATTEN, {"kind": "dense", "units": 2000}, *END[1:]], "parameters", "86,674 parameters"),
    ],
    ids=lambda value: str(value)[-60:],
)
def test_a_network_with_one_fault_loses_the_points_for_that(layers, behaviour, told):
    faults = failed(lambda: list(layers))
    assert set(faults) == {behaviour}
    assert told in faults[behaviour]


def test_each_limit_is_told_with_the_number_that_breaks_it():
    told = failed(lambda: [conv(64, 3, 1, "same"), conv(64, 3, 1, "same"), *END])
    assert set(told) == {"parameters", "activations", "field"}
    assert "539,338 parameters" in told["parameters"]
    assert "605,288 bytes" in told["activations"]
    assert "receptive field is 5 px" in told["field"]


@pytest.mark.parametrize(
    "value", [[{"kind": "warp"}], [{"filters": 3}], [{"kind": "dense", "units": 10}], [[]], [{}], "conv"]
)
def test_what_is_no_network_is_told_and_earns_nothing(value):
    result = graded(lambda: value)
    assert result.points == 0
    assert report.to_html(result)


def test_one_list_for_all_calls_is_not_a_fresh_one():
    layers = reference.design()
    assert set(failed(lambda: layers)) == {"fresh"}


# The trained network


@pytest.fixture(scope="module")
def trained():
    """The network of the course as Keras builds it, with the stored weights."""
    model = train.untrained(record.tensorflow().keras)
    model.set_weights([array for layer in garments().weights for array in layer])
    return model


def test_the_stored_logits_are_those_of_keras_for_the_stored_weights(trained):
    images, *_, logits = garments()
    np.testing.assert_allclose(trained.predict(images, verbose=0), logits, rtol=0, atol=1e-4)


def test_the_statement_tells_how_many_test_images_keras_recognises(trained):
    with np.load(train.DATA) as data:
        x, y = data["x_test"], data["y_test"]
    right = int((trained.predict(x[..., None] / 255, verbose=0).argmax(1) == y).sum())
    text = paths.source_notebook("06_classifier").read_text(encoding="utf-8")
    assert f"Of {len(y):,} images that it had not seen, it classified {right} correctly." in text
    assert f"with seed {train.SEED}." in text
    assert f"together {trained.count_params():,} weights and biases" in text


def test_reference_and_solution_give_the_logits_of_keras_for_real_garments():
    images, *_, weights, logits = garments()
    for forward in (reference.forward, solutions.functions("06_classifier")["forward"]):
        np.testing.assert_allclose([forward(image, weights) for image in images], logits, rtol=0, atol=1e-4)


def test_a_student_s_cell_loads_the_garments_where_it_is_graded():
    cell = "from autograder import garments\nimages, *_, logits = garments()\nprint(images.shape, logits.shape)"
    with Session(Limits()) as session:
        outputs = session.run(cell)
    assert [output["text"] for output in outputs] == ["(10, 28, 28, 1) (10, 10)\n"]


def test_the_garments_are_the_first_test_image_of_each_class():
    images, labels, names, _weights, _logits = garments()
    with np.load(train.DATA) as data:
        first = [np.flatnonzero(data["y_test"] == label)[0] for label in labels]
        np.testing.assert_array_equal(images[..., 0] * 255, data["x_test"][first])
    assert labels == list(range(len(names)))


def test_weights_and_garments_take_little_room():
    assert stored.STORED.stat().st_size < 60_000
    assert sum(array.size for layer in garments().weights for array in layer) < 10_000


@pytest.mark.parametrize(
    ("shape", "kernel"), [((6, 9), (3, 3)), ((7, 4), (2, 5)), ((12, 5), (4, 1))], ids=["odd", "even", "line"]
)
def test_a_network_with_random_weights_gives_what_keras_gives(tf, shape, kernel):
    rng = np.random.default_rng(1)
    units_in = shape[0] // 2 * (shape[1] // 2) * 3
    shapes = [(*kernel, 1, 3), (units_in, 7), (7, 4)]
    weights = [(rng.normal(size=s), rng.normal(size=s[-1])) for s in shapes]
    image = rng.normal(size=(*shape, 1))
    np.testing.assert_allclose(reference.forward(image, weights), oracle.forward(tf, image, weights), rtol=1e-9)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(data=st.data())
def test_gradients_of_a_convolution_are_those_of_the_tape(tf, data):
    size, kernel, channels, filters = (data.draw(st.integers(1, most)) for most in (7, 4, 3, 3))
    shape, padding = (size, data.draw(st.integers(kernel, 8))), data.draw(st.sampled_from(["valid", "same"]))
    stride = data.draw(st.integers(1, 3))
    kernel = min(kernel, *shape)
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    x, w = rng.normal(size=(*shape, channels)), rng.normal(size=(kernel, kernel, channels, filters))
    places = [reference.output_size(n, kernel, stride, padding) for n in shape]
    grad = rng.normal(size=(*places, filters))
    ours = reference.conv2d_backward(x, w, grad, stride, padding)
    for one, other in zip(ours, oracle.conv2d_backward(tf, x, w, grad, stride, padding), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "change",
    [
        dict(grad=np.ones((2, 3, 1))),
        dict(grad=np.ones((2, 2, 2))),
        dict(w=np.ones((2, 2, 2, 1))),
        dict(w=np.ones((4, 4, 1, 1))),
        dict(stride=0),
        dict(stride=(1, -1)),
        dict(padding="full"),
        dict(x=np.ones((3, 3))),
    ],
    ids=str,
)
def test_gradients_of_no_layer_are_refused(change):
    layer = dict(x=np.ones((3, 3, 1)), w=np.ones((2, 2, 1, 1)), grad=np.ones((2, 2, 1)))
    with pytest.raises(ValueError, match="Received"):
        reference.conv2d_backward(**layer | change)


@pytest.mark.parametrize(
    "weights",
    [
        [(np.ones((1, 1, 2, 1)), np.ones(1))],
        [(np.ones((1, 1, 1, 2)), np.ones(1))],
        [(np.ones((3, 2)), np.ones(2))],
        [(np.ones((4, 2)), np.ones(3))],
        [(np.ones((4, 2)), np.ones(2)), (np.ones((1, 1, 1, 1)), np.ones(1))],
    ],
    ids=["channels", "filter_bias", "values", "unit_bias", "convolution_after_dense"],
)
def test_a_layer_that_does_not_fit_is_refused(weights):
    with pytest.raises(ValueError, match="Received"):
        reference.forward(np.ones((2, 2, 1)), weights)

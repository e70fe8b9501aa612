"""Does the reference of chapter 7 do what TensorFlow does, on arguments nobody chose, and refuse what has no meaning?

The oracles in autograder/chapters ask TensorFlow; nothing here is compared with the reference itself.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import reference
from autograder.chapters.ch07_beyond_classification import oracle
from autograder.tests.frame import (
    arrays,
    assert_does_what_tensorflow_does,
    assert_is_refused_saying_what_was_received,
    refused,
    tries,
)

TRIES = tries(40)
FEW_TRIES = tries(12)  # building a network in Keras takes a while
ROUNDING = 1e-4  # of at most 16 products of up to 2**15 · 2**15


# Arguments that have a meaning


@st.composite
def dilated_calls(draw):
    """An image that the dilated kernel fits into, with up to 4 places for it in each direction."""
    kernel, rate = draw(arrays((1, 3), (1, 3))), draw(st.integers(1, 4))
    spans = [(k - 1) * rate for k in kernel.shape]
    return dict(image=draw(arrays(*((span + 1, span + 4) for span in spans))), kernel=kernel, rate=rate)


@st.composite
def unet_calls(draw):
    depth = draw(st.integers(0, 3))
    height, width = (2**depth * draw(st.integers(1, 5)) for _ in range(2))
    shape = (height, width, draw(st.integers(1, 3)))
    return dict(input_shape=shape, depth=depth, filters=draw(st.integers(1, 5)))


CALLS = {
    "dilate_kernel": st.fixed_dictionaries(dict(kernel=arrays((1, 4), (1, 4)), rate=st.integers(1, 5))),
    "conv2d_dilated": dilated_calls(),
    "upsample2d": st.fixed_dictionaries(dict(x=arrays((1, 4), (1, 4), (1, 3)), factor=st.integers(1, 5))),
    "conv2d_transpose": st.fixed_dictionaries(
        dict(image=arrays((1, 4), (1, 4)), kernel=arrays((1, 4), (1, 4)), stride=st.integers(1, 5)),
    ),
}


# Is the result TensorFlow's?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_the_reference_does_what_tensorflow_does(tf, name, data):
    assert_does_what_tensorflow_does(oracle, tf, name, data.draw(CALLS[name]), ROUNDING, 1e-9)


@FEW_TRIES
@given(call=unet_calls())
def test_are_the_shapes_of_a_unet_those_of_keras(tf, call):
    assert_does_what_tensorflow_does(oracle, tf, "unet_shapes", call)


# Is the result of the right kind?


def test_are_the_shapes_of_a_unet_plain_ints_in_tuples():
    shapes = reference.unet_shapes(tuple(np.array([8, 12, 1])), np.int64(1), np.int64(4))
    assert shapes == [(8, 12, 4), (4, 6, 8), (8, 12, 4)]
    assert {type(size) for shape in shapes for size in shape} == {int}
    assert {type(shape) for shape in shapes} == {tuple}


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_do_small_integers_not_wrap_around(dtype):
    largest = True if dtype == "bool" else np.iinfo(dtype).max
    image, kernel = np.full((3, 3), largest, dtype), np.ones((2, 2), dtype)
    assert reference.conv2d_dilated(image, kernel, 2).tolist() == [[4 * int(largest)]]
    assert reference.conv2d_transpose(image, kernel, 1)[1, 1] == 4 * int(largest)


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_do_integer_images_not_lose_the_fractions_of_a_kernel(dtype):
    image, quarter = np.array([[3, 5, 8], [1, 1, 2]], dtype), np.full((2, 2), 0.25)
    assert reference.conv2d_dilated(image, quarter, 1).tolist() == [[2.5, 4.0]]
    assert reference.conv2d_transpose(image, quarter, 2)[0].tolist() == [0.75, 0.75, 1.25, 1.25, 2.0, 2.0]


# Is what has no meaning refused?

IMAGE = np.arange(12.0).reshape(3, 4)
KERNEL = np.ones((2, 2))
MAP = IMAGE[:, :, None]
NO_COUNTS = (0, -1, 1.5, (2, 2), "2", None)


REFUSED = [
    *refused(
        "dilate_kernel",
        *(dict(kernel=KERNEL, rate=rate) for rate in NO_COUNTS),
        dict(kernel=KERNEL[0], rate=1),
        dict(kernel=np.ones((2, 2, 1)), rate=1),
        dict(kernel=np.ones((0, 2)), rate=1),
    ),
    *refused(
        "conv2d_dilated",
        *(dict(image=IMAGE, kernel=KERNEL, rate=rate) for rate in NO_COUNTS),
        dict(image=IMAGE, kernel=KERNEL, rate=3),  # too high
        dict(image=IMAGE.T, kernel=KERNEL, rate=3),  # too wide
        dict(image=IMAGE, kernel=np.ones((4, 1)), rate=1),
        dict(image=IMAGE, kernel=np.ones((2, 0)), rate=1),
        dict(image=IMAGE[0], kernel=KERNEL, rate=1),
        dict(image=MAP, kernel=KERNEL, rate=1),
        dict(image=IMAGE, kernel=KERNEL[0], rate=1),
    ),
    *refused(
        "upsample2d",
        *(dict(x=MAP, factor=factor) for factor in NO_COUNTS),
        dict(x=IMAGE, factor=2),
        dict(x=MAP[None], factor=2),
    ),
    *refused(
        "conv2d_transpose",
        *(dict(image=IMAGE, kernel=KERNEL, stride=stride) for stride in NO_COUNTS),
        dict(image=IMAGE[0], kernel=KERNEL, stride=1),
        dict(image=MAP, kernel=KERNEL, stride=1),
        dict(image=IMAGE[:0], kernel=KERNEL, stride=1),
        dict(image=IMAGE, kernel=KERNEL[0], stride=1),
        dict(image=IMAGE, kernel=KERNEL[:, :0], stride=1),
    ),
    *refused(
        "unet_shapes",
        *(dict(input_shape=(8, 8, 1), depth=1, filters=filters) for filters in NO_COUNTS),
        *(dict(input_shape=(8, 8, 1), depth=depth, filters=4) for depth in (-1, 0.5, (1, 1), None)),
        *(dict(input_shape=shape, depth=2, filters=4) for shape in ((6, 8, 1), (8, 6, 1), (7, 8, 1), (250, 256, 1))),
        *(dict(input_shape=shape, depth=0, filters=4) for shape in ((-8, 8, 1), (8, -8, 1), (8, 8, 0), (8, 8), 8)),
        dict(input_shape=(12, 12, 1), depth=3, filters=4),  # even, and divides by 2 · depth
    ),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_is_what_has_no_meaning_refused_saying_what_was_received(name, call):
    assert_is_refused_saying_what_was_received(name, call)

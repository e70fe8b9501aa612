"""Does the reference do what TensorFlow does, on arguments nobody chose, and refuse what has no meaning?

The oracles in autograder/chapters ask TensorFlow; nothing here is compared with the reference itself.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import reference
from autograder.chapters.ch01_why_padding import oracle
from autograder.tests.frame import (
    arrays,
    assert_does_what_tensorflow_does,
    assert_is_refused_saying_what_was_received,
    refused,
    tries,
)

TRIES = tries(60)
ROUNDING = 1e-6  # 25 products of at most 2**15 · 100, added up in float64 in two orders, differ by less


# Arguments that have a meaning

IMAGES = arrays((1, 7), (1, 7))


@st.composite
def pad2d_calls(draw):
    image, side = draw(IMAGES), st.tuples(st.integers(0, 4), st.integers(0, 4))
    value = draw(st.integers(0, 255) if image.dtype.kind in "iu" else st.integers(-20, 20).map(lambda n: n / 4))
    return dict(image=image, padding=draw(st.integers(0, 4) | st.tuples(side, side)), value=value)


@st.composite
def pad2d_mode_calls(draw):
    image = draw(IMAGES)
    padding = draw(st.integers(0, min(image.shape) - 1))
    return dict(image=image, padding=padding, mode=draw(st.sampled_from(["constant", "reflect", "edge", "wrap"])))


@st.composite
def window_counts_calls(draw):
    shape, padding = draw(st.tuples(st.integers(1, 9), st.integers(1, 9))), draw(st.integers(0, 3))
    high, wide = (n + 2 * padding for n in shape)
    kernel = draw(st.tuples(st.integers(1, high), st.integers(1, wide)) | st.integers(1, min(high, wide)))
    stride = draw(st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    return dict(shape=shape, kernel_size=kernel, stride=stride, padding=padding)


@st.composite
def conv2d_valid_calls(draw):
    image = draw(IMAGES)
    kernel = draw(arrays(*((1, min(n, 5)) for n in image.shape)))
    return dict(image=image, kernel=kernel)


CALLS = {
    "pad2d": pad2d_calls(),
    "pad2d_mode": pad2d_mode_calls(),
    "window_counts": window_counts_calls(),
    "conv2d_valid": conv2d_valid_calls(),
    "same_padding": st.fixed_dictionaries(
        dict(n=st.integers(1, 40), k=st.integers(1, 12)), optional=dict(stride=st.integers(1, 6))
    ),
}


# Is the result TensorFlow's?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_the_reference_does_what_tensorflow_does(tf, name, data):
    tolerance = ROUNDING if name == "conv2d_valid" else 0
    assert_does_what_tensorflow_does(oracle, tf, name, data.draw(CALLS[name]), tolerance)


@pytest.mark.parametrize("stride", range(1, 7))
def test_is_same_padding_that_of_tensorflow_for_every_small_size(tf, stride):
    sizes = list(itertools.product(range(1, 11), repeat=2))  # half of the kernels are larger than the image
    expected = {(n, k): oracle.same_padding(tf, n, k, stride) for n, k in sizes}
    assert {(n, k): reference.same_padding(n, k, stride) for n, k in sizes} == expected


# Is the result of the right kind?


@TRIES
@given(call=CALLS["pad2d"])
def test_does_pad2d_keep_the_dtype(call):
    assert reference.pad2d(**call).dtype == call["image"].dtype


@TRIES
@given(call=CALLS["window_counts"])
def test_does_window_counts_return_integers(call):
    assert reference.window_counts(**call).dtype.kind == "i"


def test_does_same_padding_return_two_plain_ints():
    assert [type(cells) for cells in reference.same_padding(np.int64(28), np.int64(4))] == [int, int]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_do_small_integers_not_wrap_around(dtype):
    largest = True if dtype == "bool" else np.iinfo(dtype).max
    image = np.full((2, 3), largest, dtype)
    expected = 4 * int(largest)
    assert reference.conv2d_valid(image, np.ones((2, 2), dtype)).tolist() == [[expected, expected]]


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_do_integer_images_not_lose_the_fractions_of_a_kernel(dtype):
    image = np.array([[3, 5, 8], [1, 1, 2]], dtype)
    assert reference.conv2d_valid(image, np.full((2, 2), 0.25)).tolist() == [[2.5, 4.0]]


# Is what has no meaning refused?

IMAGE = np.arange(12.0).reshape(3, 4)


REFUSED = [
    *refused(
        "pad2d",
        dict(image=IMAGE, padding=-1),
        *(
            dict(image=IMAGE, padding=p)
            for p in (((-1, 0), (0, 0)), ((0, -1), (0, 0)), ((0, 0), (-1, 0)), ((0, 0), (0, -1)))
        ),
        dict(image=IMAGE, padding=0.5),
        dict(image=IMAGE, padding=((1, 1), (1, 1), (1, 1))),
        dict(image=IMAGE, padding=((1, 1, 1), (1, 1, 1))),
        dict(image=IMAGE, padding="same"),
        dict(image=IMAGE[0], padding=1),
        dict(image=IMAGE[..., None], padding=1),
    ),
    *refused(
        "pad2d_mode",
        *(dict(image=IMAGE, padding=1, mode=mode) for mode in ("same", "zeros", "REFLECT", "", None)),
        *(dict(image=IMAGE, padding=-1, mode=mode) for mode in ("constant", "reflect", "edge", "wrap")),
        *(dict(image=IMAGE, padding=3, mode=mode) for mode in ("constant", "reflect", "edge", "wrap")),
        dict(image=IMAGE.T, padding=3, mode="wrap"),
        dict(image=IMAGE, padding=(1, 1), mode="edge"),
        dict(image=IMAGE, padding=1.5, mode="edge"),
        dict(image=IMAGE[0], padding=1, mode="edge"),
    ),
    *refused(
        "window_counts",
        *(dict(shape=(5, 7), kernel_size=k) for k in (0, -1, (0, 1), (1, 0), (1, 2, 3), 1.5)),
        *(dict(shape=(5, 7), kernel_size=3, stride=s) for s in (0, -1, (0, 1), (1, 0), 0.5)),
        *(dict(shape=(5, 7), kernel_size=3, padding=p) for p in (-1, (1, 1), 0.5, "same")),
        *(dict(shape=shape, kernel_size=1) for shape in ((-5, 7), (5, -7), (5, 7, 3), (5,))),
        *(dict(shape=(5, 7), kernel_size=k) for k in (6, (6, 1), (1, 8))),
        dict(shape=(5, 7), kernel_size=(8, 1), padding=1),
    ),
    *refused(
        "conv2d_valid",
        *(
            dict(image=IMAGE, kernel=np.ones(shape))
            for shape in ((4, 1), (1, 5), (4, 5), (0, 1), (1, 0), (2,), (2, 2, 1))
        ),
        dict(image=IMAGE[0], kernel=np.ones((1, 1))),
    ),
    *refused(
        "same_padding",
        *(dict(n=n, k=3) for n in (0, -5, 2.5)),
        *(dict(n=5, k=k) for k in (0, -3, 2.5)),
        *(dict(n=5, k=3, stride=s) for s in (0, -1, 1.5, (1, 1))),
    ),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_is_what_has_no_meaning_refused_saying_what_was_received(name, call):
    assert_is_refused_saying_what_was_received(name, call)

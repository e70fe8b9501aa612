"""Does chapter 2's reference do what TensorFlow does, on arguments nobody chose, and refuse what has no meaning?

The oracles in autograder/chapters ask TensorFlow; nothing here is compared with the reference itself.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import reference
from autograder.chapters.ch02_strides import oracle
from autograder.tests.frame import (
    arrays,
    assert_does_what_tensorflow_does,
    assert_is_refused_saying_what_was_received,
    refused,
    tries,
)

TRIES = tries(60)
ROUNDING = 1e-6  # 75 products of at most 2**15 · 100, added up in float64 in two orders, differ by less


# Arguments that have a meaning

STRIDES = st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def output_size_calls(draw):
    n, padding = draw(st.integers(1, 40)), draw(st.integers(0, 4) | st.sampled_from(["valid", "same"]))
    cells = {"valid": n, "same": 50}.get(padding) or n + 2 * padding
    return dict(n=n, k=draw(st.integers(1, cells)), stride=draw(st.integers(1, 6)), padding=padding)


@st.composite
def conv2d_strided_calls(draw):
    shape = draw(st.tuples(st.integers(1, 8), st.integers(1, 8)))
    kernel = [draw(st.integers(1, min(n, 5))) for n in shape]
    return dict(image=draw(arrays(*shape)), kernel=draw(arrays(*kernel)), stride=draw(STRIDES))


@st.composite
def conv2d_calls(draw):
    shape, padding = draw(st.tuples(*[st.integers(1, 6)] * 2)), draw(st.sampled_from(["valid", "same"]))
    kernel = [draw(st.integers(1, 5 if padding == "same" else min(n, 5))) for n in shape]
    channels, filters = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    x, w, b = draw(arrays(*shape, channels)), draw(arrays(*kernel, channels, filters)), draw(arrays(filters))
    return dict(x=x, w=w, b=b, stride=draw(STRIDES), padding=padding)


@st.composite
def unread_calls(draw):
    n, padding = draw(st.integers(1, 40)), draw(st.integers(0, 4))
    k = draw(st.integers(1, min(n + 2 * padding, 9)))
    return dict(n=n, k=k, stride=draw(st.integers(1, 9)), padding=padding)


CALLS = {
    "output_size": output_size_calls(),
    "conv2d_strided": conv2d_strided_calls(),
    "conv2d": conv2d_calls(),
    "unread": unread_calls(),
}


# Is the result TensorFlow's?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_the_reference_does_what_tensorflow_does(tf, name, data):
    tolerance = dict(atol=ROUNDING, rtol=1e-12) if name.startswith("conv2d") else {}
    assert_does_what_tensorflow_does(oracle, tf, name, data.draw(CALLS[name]), **tolerance)


def test_are_stride_1_and_valid_the_defaults():
    x, w, b = np.arange(24.0).reshape(3, 4, 2), np.ones((2, 2, 2, 3)), np.arange(3.0)
    np.testing.assert_array_equal(reference.conv2d(x, w, b), reference.conv2d(x, w, b, 1, "valid"))
    assert reference.output_size(9, 3) == reference.output_size(9, 3, 1, 0)
    assert reference.unread(9, 3, 4) == reference.unread(9, 3, 4, 0)


# Is the result of the right kind?


@pytest.mark.parametrize("padding", [0, 1, "valid", "same"])
def test_does_output_size_return_a_plain_int(padding):
    assert type(reference.output_size(np.int64(9), np.int64(3), np.int64(2), padding)) is int


def test_does_unread_return_a_plain_int():
    assert type(reference.unread(np.int64(9), np.int64(3), np.int64(4), np.int64(1))) is int


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_do_small_integers_not_wrap_around(dtype):
    largest = True if dtype == "bool" else np.iinfo(dtype).max
    image, kernel = np.full((2, 5), largest, dtype), np.ones((2, 2), dtype)
    expected = 4 * int(largest)
    assert reference.conv2d_strided(image, kernel, 3).tolist() == [[expected, expected]]
    layer = reference.conv2d(image[..., None], kernel[..., None, None], np.array([largest], dtype), stride=3)
    assert layer.tolist() == [[[expected + int(largest)]] * 2]


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_do_integer_images_not_lose_the_fractions_of_a_kernel(dtype):
    image, kernel = np.array([[3, 5, 8], [1, 1, 2]], dtype), np.full((2, 2), 0.25)
    assert reference.conv2d_strided(image, kernel, 1).tolist() == [[2.5, 4.0]]
    layer = reference.conv2d(image[..., None], kernel[..., None, None], np.array([0.5]))
    assert layer.tolist() == [[[3.0], [4.5]]]


# Is what has no meaning refused?

IMAGE = np.arange(12.0).reshape(3, 4)
X, W, B = np.zeros((3, 4, 2)), np.zeros((2, 2, 2, 3)), np.zeros(3)


REFUSED = [
    *refused(
        "output_size",
        *(dict(n=n, k=1) for n in (0, -5, 2.5)),
        *(dict(n=5, k=k) for k in (0, -3, 2.5, 6)),
        *(dict(n=5, k=3, stride=s) for s in (0, -1, 1.5, (1, 1))),
        *(dict(n=5, k=3, padding=p) for p in (-1, 0.5, "full", "SAME", "", None, (1, 1))),
        *(dict(n=5, k=k, padding=p) for k, p in ((8, 1), (6, "valid"), (0, "same"))),
        dict(n=5, k=3, stride=0, padding="same"),
    ),
    *refused(
        "conv2d_strided",
        *(
            dict(image=IMAGE, kernel=np.ones(shape), stride=1)
            for shape in ((4, 1), (1, 5), (4, 5), (0, 1), (1, 0), (2,), (2, 2, 1))
        ),
        *(dict(image=IMAGE, kernel=np.ones((2, 2)), stride=s) for s in (0, -1, (0, 1), (1, 0), 0.5, (1, 1, 1), "2")),
        dict(image=IMAGE[0], kernel=np.ones((1, 1)), stride=1),
    ),
    *refused(
        "conv2d",
        *(dict(x=X, w=np.zeros(shape), b=B) for shape in ((2, 2, 1, 3), (2, 2, 3, 3), (2, 2, 2, 1), (2, 2, 2))),
        *(dict(x=X, w=np.zeros(shape), b=B) for shape in ((4, 1, 2, 3), (1, 5, 2, 3), (0, 1, 2, 3))),
        *(dict(x=X, w=W, b=b) for b in (np.zeros(1), np.zeros(4), np.zeros((3, 1)), 0.0)),
        *(dict(x=x, w=W, b=B) for x in (X[:, :, :1], X[:, :, 0], X[None])),
        *(dict(x=X, w=W, b=B, stride=s) for s in (0, -1, (0, 1), (1, 0), 0.5)),
        *(dict(x=X, w=W, b=B, padding=p) for p in ("full", "SAME", 0, 1, None)),
    ),
    *refused(
        "unread",
        *(dict(n=n, k=1, stride=1) for n in (0, -5, 2.5)),
        *(dict(n=5, k=k, stride=1) for k in (0, -3, 2.5, 6)),
        *(dict(n=5, k=3, stride=s) for s in (0, -1, 1.5, (1, 1))),
        *(dict(n=5, k=3, stride=1, padding=p) for p in (-1, 0.5, "valid", "same", (1, 1))),
        dict(n=5, k=8, stride=1, padding=1),
    ),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_is_what_has_no_meaning_refused_saying_what_was_received(name, call):
    assert_is_refused_saying_what_was_received(name, call)

"""Does the reference pool as TensorFlow does, forwards and backwards, and refuse what has no meaning?

The oracles in autograder/chapters ask TensorFlow; nothing here is compared with the reference itself.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import reference
from autograder.chapters.ch03_pooling import oracle
from autograder.tests.frame import (
    NUMBERS,
    arrays,
    assert_does_what_tensorflow_does,
    assert_is_refused_saying_what_was_received,
    refused,
    tries,
)

TRIES = tries(60)
ROUNDING = 1e-6  # 100 squares of at most 2**15, added up in float64 in two orders, differ by less


# Arguments that have a meaning

FEW = {"int64": st.integers(-3, 3)}  # so few that ties are common
MAPS = arrays((1, 8), (1, 8), (1, 3), numbers={name: NUMBERS[name] for name in ("uint8", "int16", "float64")} | FEW)
STEPS = st.integers(1, 4) | st.tuples(st.integers(1, 4), st.integers(1, 4))


def fitting_sizes(x):
    h, w, _channels = x.shape
    return st.tuples(st.integers(1, h), st.integers(1, w)) | st.integers(1, min(h, w))


@st.composite
def pool2d_calls(draw):
    x, padding = draw(MAPS), draw(st.sampled_from(["valid", "same"]))
    any_size = st.integers(1, 9) | st.tuples(st.integers(1, 9), st.integers(1, 9))
    return dict(
        x=x,
        size=draw(fitting_sizes(x) if padding == "valid" else any_size),
        stride=draw(st.none() | STEPS),
        kind=draw(st.sampled_from(["max", "avg", "min", "l2"])),
        padding=padding,
    )


@st.composite
def max_pool_backward_calls(draw):
    x = draw(MAPS)
    size, stride = draw(fitting_sizes(x)), draw(STEPS)
    rows, columns = ((np.array(x.shape[:2]) - size) // stride + 1).tolist()
    grad = draw(arrays(rows, columns, x.shape[2], numbers={name: NUMBERS[name] for name in ("int16", "float64")}))
    return dict(x=x, grad=grad, size=size, stride=stride)


CALLS = {
    "pool2d": pool2d_calls(),
    "global_pool": st.fixed_dictionaries(dict(x=MAPS), optional=dict(kind=st.sampled_from(["avg", "max"]))),
    "max_pool_backward": max_pool_backward_calls(),
}


# Is the result TensorFlow's?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_the_reference_does_what_tensorflow_does(tf, name, data):
    assert_does_what_tensorflow_does(oracle, tf, name, data.draw(CALLS[name]), atol=ROUNDING, rtol=1e-12)


@st.composite
def tied_calls(draw):
    """Windows that overlap on maps of so few values that nearly every window has its largest more than once."""
    shape = draw(st.tuples(st.integers(2, 8), st.integers(2, 8), st.integers(1, 4)))
    x = draw(hnp.arrays(float, shape, elements=st.sampled_from([-1.0, 0.0, 1.0])))
    size = draw(st.tuples(*(st.integers(2, n) for n in shape[:2])))
    stride = tuple(draw(st.integers(1, k - 1)) for k in size)
    places = [(n - k) // s + 1 for n, k, s in zip(shape, size, stride, strict=False)]
    grad = draw(hnp.arrays(float, (*places, shape[2]), elements=st.integers(-9, 9).map(float)))
    return dict(x=x, grad=grad, size=size, stride=stride)


@TRIES
@given(call=tied_calls())
def test_do_ties_of_overlapping_windows_go_where_tensorflow_s_tape_sends_them(tf, call):
    assert_does_what_tensorflow_does(oracle, tf, "max_pool_backward", call)


# Is the result of the right kind?


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_do_small_integers_neither_wrap_around_nor_lose_fractions(dtype):
    x = np.full((2, 2, 1), np.iinfo(dtype).max, dtype)
    x[0, 0] -= 1
    exact = x.astype(float)
    assert reference.pool2d(x, 2, kind="avg").item() == reference.global_pool(x).item() == exact.mean()
    assert reference.pool2d(x, 2, kind="l2").item() == pytest.approx(np.sqrt((exact**2).sum()))


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_do_integers_lose_no_gradient(dtype):
    x = np.array([[1, 3, 2]], dtype)[:, :, None]
    assert reference.max_pool_backward(x, np.array([[[0.5], [-2.75]]]), (1, 2), 1).ravel().tolist() == [0, -2.25, 0]
    grad = np.array([[[200], [200]]], "uint8")
    assert reference.max_pool_backward(x, grad, (1, 2), 1).ravel().tolist() == [0, 400, 0]


# Is what has no meaning refused?

X = np.arange(24.0).reshape(3, 4, 2)
GRAD = np.ones((2, 3, 2))


REFUSED = [
    *refused(
        "pool2d",
        *(dict(x=X, size=size) for size in (0, -1, (0, 1), (1, 0), (1, 1, 1), 1.5, None)),
        *(dict(x=X, size=1, stride=stride) for stride in (0, -1, (0, 1), (1, 0), (1, 1, 1), 0.5)),
        *(dict(x=X, size=1, kind=kind) for kind in ("mean", "MAX", "", None)),
        *(dict(x=X, size=1, padding=padding) for padding in ("full", "SAME", "", None, 1)),
        *(dict(x=X, size=size) for size in (4, (4, 1), (1, 5))),
        *(dict(x=x, size=1) for x in (X[0], X[None], X[:0], X[:, :, :0])),
        dict(x=X, size=0, padding="same"),
    ),
    *refused(
        "global_pool",
        *(dict(x=X, kind=kind) for kind in ("min", "l2", "mean", "", None)),
        *(dict(x=x) for x in (X[0], X[None], X[:0])),
    ),
    *refused(
        "max_pool_backward",
        *(dict(x=X, grad=GRAD, size=size, stride=1) for size in (0, -1, (0, 1), 1.5, 4, (1, 5))),
        *(dict(x=X, grad=GRAD, size=2, stride=stride) for stride in (0, -1, (1, 0), 0.5, None)),
        *(
            dict(x=X, grad=np.ones(shape), size=2, stride=1)
            for shape in ((3, 2, 2), (2, 3, 1), (2, 3), (1, 2, 3, 2), (3, 4, 2), (2, 2, 2), (0, 3, 2))
        ),
        dict(x=X[0], grad=GRAD[0], size=1, stride=1),
    ),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_is_what_has_no_meaning_refused_saying_what_was_received(name, call):
    assert_is_refused_saying_what_was_received(name, call)

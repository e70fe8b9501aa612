"""Chapter 4: does the reference do what TensorFlow does, on arguments nobody chose, and refuse what has no meaning?

The oracles in autograder/chapters ask TensorFlow; nothing here is compared with the reference itself.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import reference
from autograder.chapters.ch04_translation_invariance import oracle
from autograder.tests.frame import (
    NUMBERS,
    arrays,
    assert_does_what_tensorflow_does,
    assert_is_refused_saying_what_was_received,
    refused,
    tries,
)

TRIES = tries(50)
ROUNDING = 1e-9  # of sums of at most 500 numbers below 2**15, in float64 and in two orders


# Arguments that have a meaning

EXACT = {name: NUMBERS[name] for name in ("uint8", "int16", "int64", "float64")}
SHIFTS = st.integers(-9, 9)


@st.composite
def labels(draw):
    shape = draw(st.tuples(st.integers(2, 5), st.integers(1, 12)))
    return draw(hnp.arrays(draw(st.sampled_from(["int64", "uint8"])), shape, elements=st.integers(0, 3)))


@st.composite
def pool_shift_error_calls(draw):
    x = draw(arrays((1, 7), (1, 7), (1, 3), numbers=EXACT))
    high, wide, _channels = x.shape
    size = draw(st.tuples(st.integers(1, high), st.integers(1, wide)) | st.integers(1, min(high, wide)))
    return dict(x=x, dy=draw(SHIFTS), dx=draw(SHIFTS), size=size)


CALLS = {
    "translate": st.fixed_dictionaries(dict(image=arrays((1, 7), (1, 7), numbers=EXACT), dy=SHIFTS, dx=SHIFTS)),
    "consistency": st.fixed_dictionaries(dict(labels=labels())),
    "blur_pool2d": st.fixed_dictionaries(
        dict(x=arrays((2, 7), (2, 7), (1, 3), numbers=EXACT)),  # tf.pad refuses to reflect a single row
        optional=dict(stride=st.integers(1, 8)),
    ),
    "pool_shift_error": pool_shift_error_calls(),
}


# Is the result TensorFlow's?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_the_reference_does_what_tensorflow_does(tf, name, data):
    tolerance = 0 if name in ("translate", "consistency") else ROUNDING
    assert_does_what_tensorflow_does(oracle, tf, name, data.draw(CALLS[name]), tolerance)


@pytest.mark.parametrize("shape", [(1, 5, 2), (5, 1, 2), (1, 1, 1)])
def test_does_a_single_row_or_column_repeat_itself_as_in_numpy(shape):
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    wider = np.concatenate([x] * 3) if shape[0] == 1 else x
    wider = np.concatenate([wider] * 3, axis=1) if shape[1] == 1 else wider
    whole = reference.blur_pool2d(wider, 1)  # alike in all rows or columns, as the reflected one is
    np.testing.assert_array_equal(reference.blur_pool2d(x, 1), whole[: shape[0], : shape[1]])


# Does it mean what it should?


@TRIES
@given(
    x=arrays((1, 3), (1, 3), (1, 2), numbers=EXACT), size=st.tuples(st.integers(1, 3), st.integers(1, 3)), times=SHIFTS
)
def test_is_an_error_of_0_left_after_once_round(x, size, times):
    x = np.tile(x, (*size, 1))
    assert reference.pool_shift_error(x, times * x.shape[0], times * x.shape[1], size=size) == 0


@pytest.mark.parametrize("dark", [0.2, 0.8])
def test_is_the_error_on_random_dots_what_probability_says(dark):
    """A 2×2 maximum changes if the two shared pixels are dark, and of the two old and two new ones one pair is not."""
    dots = np.random.default_rng(1).random((600, 600, 1)) > dark
    assert reference.pool_shift_error(dots, 0, 1) == pytest.approx(dark**2 * 2 * dark**2 * (1 - dark**2), abs=0.01)


# Is the result of the right kind?


def test_is_a_share_or_an_error_a_plain_float():
    assert type(reference.consistency(np.array([[1, 2], [1, 3]]))) is float
    assert type(reference.pool_shift_error(np.ones((2, 2, 1), "float32"), 0, 1)) is float


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float32"])
def test_does_translate_keep_the_dtype(dtype):
    assert reference.translate(np.ones((2, 3), dtype), 1, 0).dtype == dtype


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_do_small_integers_neither_wrap_around_nor_lose_fractions(dtype):
    largest = True if dtype == "bool" else np.iinfo(dtype).max
    x = np.array([[[0], [largest], [0], [0]]] * 2, dtype)
    assert reference.blur_pool2d(x)[..., 0].tolist() == [[int(largest) / 2, int(largest) / 4]]
    assert reference.pool_shift_error(x, 0, 1) == int(largest)


# Is what has no meaning refused?

IMAGE = np.arange(12.0).reshape(3, 4)
X = np.arange(24.0).reshape(3, 4, 2)


REFUSED = [
    *refused(
        "translate",
        *(dict(image=image, dy=1, dx=1) for image in (IMAGE[0], X, 3)),
        *(dict(image=IMAGE, dy=d, dx=1) for d in (0.5, "1", None, (1, 1))),
        *(dict(image=IMAGE, dy=1, dx=d) for d in (1.0, [1])),
    ),
    *refused(
        "consistency",
        *(dict(labels=np.zeros(shape, int)) for shape in ((1, 4), (1, 1), (0, 4), (2, 0), (4,), (2, 3, 4))),
    ),
    *refused(
        "blur_pool2d",
        *(dict(x=X, stride=stride) for stride in (0, -1, 1.5, "2", (2, 2))),
        *(dict(x=x) for x in (IMAGE, X[None], np.zeros((0, 4, 2)), np.zeros((3, 4, 0)))),
    ),
    *refused(
        "pool_shift_error",
        *(dict(x=X, dy=1, dx=0, size=size) for size in (0, -1, (0, 1), (1, 0), 1.5, (1, 2, 1), 4, (4, 1), (1, 5))),
        *(dict(x=X, dy=dy, dx=dx) for dy, dx in ((0.5, 0), (0, "1"), ((1, 1), 0))),
        *(dict(x=x, dy=1, dx=0) for x in (IMAGE, X[None], np.zeros((3, 4, 0)), np.zeros((1, 4, 2)))),
    ),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_is_what_has_no_meaning_refused_saying_what_was_received(name, call):
    assert_is_refused_saying_what_was_received(name, call)

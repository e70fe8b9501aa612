"""What the property tests of all chapters share: numbers to try, and what must hold of every graded function."""

import copy

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import reference

NUMBERS = {
    "uint8": st.integers(0, 255),
    "int16": st.integers(-(2**15), 2**15 - 1),
    "int64": st.integers(-(10**4), 10**4),
    "float32": st.integers(-800, 800).map(lambda eighths: eighths / 8),  # sums of products stay exact in 24 bits
    "float64": st.floats(-100, 100, allow_subnormal=False),
}


def tries(most):
    """Return settings for `most` examples: the same ones every time, so that what passes here passes everywhere.

    To look for new ones, take derandomize out and raise the number. No deadline: the first one waits for TensorFlow.
    """
    return settings(max_examples=most, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def arrays(draw, *sizes, numbers=NUMBERS):
    """Draw an array of any dtype in `numbers`; each of `sizes` is a size, or a smallest and a largest one."""
    dtype = draw(st.sampled_from(sorted(numbers)))
    shape = tuple(n if isinstance(n, int) else draw(st.integers(*n)) for n in sizes)
    return draw(hnp.arrays(dtype, shape, elements=numbers[dtype]))


def assert_does_what_tensorflow_does(oracle, tf, name, call, atol=0, rtol=0):
    """Compare the reference with a chapter's oracle; what it is given stays as it was and is no part of the result."""
    given, result = copy.deepcopy(call), getattr(reference, name)(**call)
    expected = getattr(oracle, name)(tf, **given)
    if isinstance(expected, (np.ndarray, float)):
        assert np.shape(result) == np.shape(expected)
        np.testing.assert_allclose(result, expected, rtol=rtol, atol=atol)
    else:
        assert result == expected
    for argument, value in call.items():
        np.testing.assert_equal(value, given[argument])
        assert type(value) is type(given[argument])
        assert not (isinstance(value, np.ndarray) and np.shares_memory(result, value))
    assert not isinstance(result, np.ndarray) or result.flags.writeable


def refused(name, *calls):
    """Return test parameters for calls that have no meaning."""
    return [pytest.param(name, call, id=f"{name}-{number}") for number, call in enumerate(calls)]


def assert_is_refused_saying_what_was_received(name, call):
    with pytest.raises(ValueError, match="Received"):
        getattr(reference, name)(**call)

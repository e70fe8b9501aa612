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


def ours(name, call):
    """Ask the reference."""
    return getattr(reference, name)(**call)


def theirs(oracle, tf, name, call):
    """Ask TensorFlow, by a chapter's oracle."""
    return getattr(oracle, name)(tf, **call)


def assert_arguments_stay_unchanged(name, call):
    before = copy.deepcopy(call)
    ours(name, call)
    for argument, value in call.items():
        same = np.array_equal if isinstance(value, np.ndarray) else value.__class__.__eq__
        assert same(value, before[argument]), argument


def assert_is_a_new_array(name, call):
    result = ours(name, call)
    assert result.flags.writeable
    assert not any(np.shares_memory(result, value) for value in call.values() if isinstance(value, np.ndarray))


def refused(name, *calls):
    """Return test parameters for calls that have no meaning."""
    return [pytest.param(name, call, id=f"{name}-{number}") for number, call in enumerate(calls)]


def assert_is_refused_saying_what_was_received(name, call):
    with pytest.raises(ValueError, match="Received"):
        ours(name, call)

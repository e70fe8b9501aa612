"""Is the reference what TensorFlow said, and does TensorFlow still say it?"""

import numpy as np
import pytest

from autograder import reference
from autograder.workshop import record

CALLS: dict[str, list[record.Call]] = {}
for assignment in record.CHAPTERS:
    for call in record.load(assignment).calls:
        CALLS.setdefault(call.function, []).append(call)


def assert_equal(received, expected):
    """Compare arrays with their shapes, in lists and tuples too; all else as Python does."""
    if isinstance(expected, np.ndarray):
        assert received.shape == expected.shape
        np.testing.assert_array_equal(received, expected)
    elif isinstance(expected, (list, tuple)):
        assert type(received) is type(expected)
        for one, other in zip(received, expected, strict=True):
            assert_equal(one, other)
    else:
        assert received == expected


@pytest.mark.parametrize("function", CALLS)
def test_does_the_reference_equal_what_is_stored(function):
    for call in CALLS[function]:
        received = getattr(reference, function)(**call.arguments)
        assert type(received) is type(call.returns), call.arguments
        assert_equal(received, call.returns)


def test_does_tensorflow_still_say_the_same(tmp_path):
    for path in record.record(tmp_path):
        with np.load(path) as now, np.load(record.FOLDER / path.relative_to(tmp_path)) as stored:
            assert now.files == stored.files
            for name in stored.files:
                np.testing.assert_array_equal(now[name], stored[name], strict=True)


def test_do_literals_come_back_as_what_they_were():
    for value in (3, -1.5, None, "same", (1, 2), [((1, 0), 2)], {"kind": "conv", "padding": "same"}):
        came_back = record._from_stored(record._to_stored(value))
        assert came_back == value and type(came_back) is type(value)


def test_do_arrays_in_a_list_come_back_with_their_dtypes_and_shapes():
    value = [(np.array([[0.1, -2.5]]), np.array([3, 4], "uint8")), 1]
    came_back = record._from_stored(record._to_stored(value))
    assert_equal(came_back, value)
    assert [array.dtype for array in came_back[0]] == [array.dtype for array in value[0]]

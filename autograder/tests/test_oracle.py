"""Is the reference what TensorFlow said, and does TensorFlow still say it?"""

import numpy as np
import pytest

from autograder import reference
from autograder.workshop import record

STORED = {assignment: record.load(assignment) for assignment in record.CHAPTERS}
CALLS = [
    pytest.param(call, id=f"{assignment}-{call.function}-{number}")
    for assignment, stored in STORED.items()
    for number, call in enumerate(stored.calls)
]


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What TensorFlow says today, recorded in a folder of its own."""
    folder = tmp_path_factory.mktemp("outputs")
    record.record(folder)
    return folder


@pytest.mark.parametrize("call", CALLS)
def test_does_the_reference_equal_what_is_stored(call):
    received = getattr(reference, call.function)(**call.arguments)
    assert type(received) is type(call.returns)
    assert_equal(received, call.returns)


@pytest.mark.parametrize("assignment", STORED)
def test_are_all_functions_of_the_assignment_stored(assignment):
    asked = set(record.CHAPTERS[assignment].CALLS)
    assert {call.function for call in STORED[assignment].calls} == asked
    assert len(STORED[assignment].calls) == sum(map(len, record.CHAPTERS[assignment].CALLS.values()))


@pytest.mark.parametrize("assignment", STORED)
def test_does_tensorflow_still_say_the_same(assignment, folder):
    again, stored = record.load(assignment, folder), STORED[assignment]
    assert again.tensorflow == stored.tensorflow == record.tensorflow().__version__
    for new, old in zip(again.calls, stored.calls, strict=True):
        assert new.function == old.function
        _assert_same({**new.arguments, "returns": new.returns}, {**old.arguments, "returns": old.returns})


def _assert_same(new, old):
    assert list(new) == list(old)
    for name in new:
        assert type(new[name]) is type(old[name])
        assert getattr(new[name], "dtype", None) == getattr(old[name], "dtype", None)
        assert_equal(new[name], old[name])


def test_does_recording_twice_write_the_same_bytes(folder, tmp_path):
    for path in record.record(tmp_path):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_do_literals_come_back_as_what_they_were():
    for value in (3, -1.5, None, "same", (1, 2), [((1, 0), 2)], {"kind": "conv", "padding": "same"}):
        came_back = record._from_stored(record._to_stored(value))
        assert came_back == value and type(came_back) is type(value)


def test_do_arrays_in_a_list_come_back_with_their_dtypes_and_shapes():
    value = [(np.array([[0.1, -2.5]]), np.array([3, 4], "uint8")), 1]
    came_back = record._from_stored(record._to_stored(value))
    assert_equal(came_back, value)
    assert [array.dtype for array in came_back[0]] == [array.dtype for array in value[0]]

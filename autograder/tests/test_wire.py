"""The wire format: what goes through comes back the same, and nothing forged does more than raise WireError."""

import contextlib
import json
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.inside import wire

DTYPES = ("bool", "int8", "uint8", "int16", "int64", "uint64", "float16", "float32", "float64", ">f8", ">i4")
quick = settings(max_examples=40, deadline=None)

shapes = npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
arrays = st.sampled_from(DTYPES).flatmap(lambda dtype: npst.arrays(dtype, shapes))
layouts = st.sampled_from(
    (np.ascontiguousarray, np.asfortranarray, np.transpose, lambda a: a[..., ::-1] if a.ndim else a)
)
numbers = st.none() | st.booleans() | st.integers(1 - 2**63, 2**63 - 1) | st.floats() | st.text(max_size=20)
messages = st.recursive(
    numbers | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.sampled_from(("array", "tuple", "dict", "a", "")), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(a, b):
    """Whether two messages are equal in value, type, shape and dtype, NaN being equal to NaN."""
    if isinstance(a, (np.ndarray, np.generic)):
        native = [np.asarray(value).dtype.newbyteorder("=") for value in (a, b)]  # a scalar has no byte order
        return (
            np.shape(a) == np.shape(b)
            and native[0] == native[1]
            and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b or (a != a and b != b)


def load(frame):
    """Return the message of a whole frame, read as the judge does: so many bytes as its prefix promises, no others."""
    length, size = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
    content = frame[wire.PREFIX.size :]
    assert len(content) == length + size
    return wire.read(content, length)


def there_and_back(value):
    return load(wire.dump(value))


def frame(body, values=b"", header=None):
    """Return a hand-made frame, whatever its header promises."""
    header = json.dumps(body).encode() if header is None else header
    return wire.PREFIX.pack(len(header), len(values)) + header + values


def refused(data):
    """Whether load raises WireError; any other exception goes on and fails the test."""
    try:
        load(data)
    except wire.WireError:
        return True
    return False


@quick
@given(messages)
def test_a_message_comes_back_as_it_was(message):
    assert same(there_and_back(message), message)


@quick
@given(arrays, layouts)
def test_an_array_comes_back_whatever_its_layout_in_memory(array, layout):
    laid_out = layout(array).reshape(array.shape) if layout is np.ascontiguousarray else layout(array)
    back = there_and_back(laid_out)
    assert same(back, laid_out)
    assert np.asarray(back).flags.c_contiguous


def test_what_comes_back_can_be_written_to():
    back = there_and_back(np.zeros(3))
    back[0] = 1
    assert back[0] == 1


def test_a_numpy_scalar_comes_back_as_one_of_its_dtype():
    assert same(there_and_back(np.float32(1.5)), np.float32(1.5))


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, "a", None], dtype=object),
        np.array(["a", "b"]),
        np.array([b"a"]),
        np.array([1j]),
        np.complex128(1),
        np.array(["2026-01-01"], dtype="datetime64[D]"),
        np.zeros(2, dtype=[("a", "f8")]),
        1j,
        b"bytes",
        {1, 2},
        {1: "a key that is no text"},
        len,
        object(),
        [[{"deep": (print,)}]],
    ],
    ids=lambda value: str(getattr(value, "dtype", type(value).__name__)),
)
def test_what_is_no_number_text_or_container_of_them_is_refused(value):
    with pytest.raises(wire.WireError):
        wire.dump(value)


@pytest.mark.parametrize("nest", [lambda v: [v], lambda v: (v,), lambda v: {"a": v}], ids=["list", "tuple", "dict"])
def test_deep_nesting_is_refused(nest):
    value = 1
    for _ in range(wire.MAX_DEPTH + 1):
        value = nest(value)
    with pytest.raises(wire.WireError):
        wire.dump(value)


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(wire.WireError):
        wire.dump(endless)


@pytest.mark.parametrize(
    "number", [2**64, -(2**64), 10**400, 10**5000], ids=["64 bits", "-64 bits", "10**400", "10**5000"]
)
def test_a_whole_number_that_no_array_holds_is_refused_in_both_directions(number):
    """NumPy would make an array of objects of it, and a float of it overflows: in the judge, where nothing may."""
    with pytest.raises(wire.WireError):
        wire.dump([number])
    if number < 10**4000:  # more digits than Python reads are no JSON
        assert refused(frame([number])) and refused(frame({"tuple": [1, number]}))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"no JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[1,]",
        b"[1] 2",
        b"1" * 5000,
    ],
    ids=lambda header: repr(header[:30]),
)
def test_a_header_that_is_malformed_is_refused(header):
    assert refused(frame(None, header=header))


@pytest.mark.parametrize(
    "body",
    [
        {"array": 0},
        {"array": "ab"},
        {"array": None},
        {"array": []},
        {"array": ["<f8"]},
        {"array": ["<f8", [2], 0]},
        {"array": {"<f8": 1, "shape": [2]}},
        {"tuple": 3},
        {"tuple": {"a": 1}},
        {"dict": []},
        {"dict": None},
        {"pickle": "gASVAAA="},
        {},
        {"array": ["<f8", [2]], "tuple": []},
        [[{"set": [1]}]],
    ],
    ids=str,
)
def test_a_body_of_unknown_form_is_refused(body):
    assert refused(frame(body, bytes(16)))


@pytest.mark.parametrize(
    ("dtype", "shape"),
    [
        ("<f8", [1]),
        ("<f8", [3]),
        ("<f8", [10**12]),
        ("<f8", [2**62, 2**62]),
        ("<f8", [10**30]),
        ("<f8", [-2]),
        ("<f8", [2.0]),
        ("<f8", ["2"]),
        ("<f8", [[2]]),
        ("<f8", [None]),
        ("<f8", 2),
        ("<f8", "2"),
        ("<f8", {"2": 2}),
        ("<f8", [1] * 8 + [2]),
        ("<f8", [1] * 5000),
        ("|O", [2]),
        ("O", [2]),
        ("<U2", [2]),
        ("|S8", [2]),
        ("|V8", [2]),
        ("<c16", [1]),
        ("<M8[s]", [2]),
        ("<f8,<f8", [1]),
        ("(2,)<f8", [1]),
        ("<f3", [2]),
        ("<f8\n", [2]),
        ("float64", [2]),
        ("no such type", [2]),
        ("", [2]),
        (None, [2]),
        (8, [2]),
        (["<f8"], [2]),
        ([["a", "<f8"]], [2]),
    ],
    ids=lambda part: repr(part)[:30],
)
def test_an_array_that_is_not_one_of_numbers_of_that_size_is_refused(dtype, shape):
    assert refused(frame({"array": [dtype, shape]}, bytes(16)))


def test_an_array_made_by_hand_is_accepted():
    assert same(load(frame({"array": ["<f8", [2]]}, struct.pack("<dd", 1, 2))), np.array([1.0, 2.0]))


went_off = []


class Bomb:
    """Unpickled, it would leave a trace in `went_off`."""

    def __reduce__(self):
        return eval, (f"__import__({__name__!r}).went_off.append(1)",)


def test_a_pickle_is_never_opened():
    pickled = pickle.dumps([Bomb()])
    for dtype, shape in ("|O", [1]), ("O", []), ("|V1", [len(pickled)]), ("pickle", []):
        assert refused(frame({"array": [dtype, shape]}, pickled))
    assert not went_off


@quick
@given(messages, st.data())
def test_a_frame_whose_header_is_said_to_be_shorter_is_refused(message, data):
    whole = wire.dump(message)
    length, size = wire.PREFIX.unpack(whole[: wire.PREFIX.size])
    less = data.draw(st.integers(0, length - 1))
    assert refused(wire.PREFIX.pack(less, length - less + size) + whole[wire.PREFIX.size :])


@quick
@given(messages, st.integers(1, 100))
def test_a_frame_that_promises_other_values_than_its_arrays_is_refused(message, other):
    whole = wire.dump(message)
    length, size = wire.PREFIX.unpack(whole[: wire.PREFIX.size])
    content = whole[wire.PREFIX.size :]
    assert refused(wire.PREFIX.pack(length, size + other) + content + bytes(other))
    assert not size or refused(wire.PREFIX.pack(length, size - min(size, other)) + content[: -min(size, other)])


@quick
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_wire_error(data):
    refused(wire.PREFIX.pack(len(data), 0) + data)
    refused(frame({"array": ["<f8", [len(data) // 8]]}, data))


@quick
@given(messages, st.data())
def test_a_frame_with_one_byte_changed_raises_nothing_but_wire_error(message, data):
    changed = bytearray(wire.dump(message))
    where = data.draw(st.integers(wire.PREFIX.size, len(changed) - 1))
    changed[where] = data.draw(st.integers(0, 255))
    refused(bytes(changed))


def test_values_cannot_be_named_again_and_again_until_they_fill_the_memory():
    """Sixty megabytes named a thousand times would be sixty gigabytes in the judge."""
    assert refused(frame([{"array": ["<f8", [1000]]}] * 100, bytes(8000)))


@pytest.mark.parametrize("count", [wire.MAX_ARRAYS, wire.MAX_ARRAYS + 1])
def test_no_more_arrays_than_are_carried_come_in_or_go_out(count):
    too_many = count > wire.MAX_ARRAYS
    assert refused(frame([{"array": ["|u1", [1]]}] * count, bytes(count))) == too_many
    with pytest.raises(wire.WireError) if too_many else contextlib.nullcontext():
        wire.dump([np.zeros(1)] * count)


def test_items_are_those_that_are_there_and_not_what_a_subclass_computes():
    """What it computed when it is sent, nobody would watch."""

    class Lazy(list):
        def __iter__(self):
            return iter([7])

    class LazyTuple(tuple):
        __iter__ = Lazy.__iter__

    class LazyDict(dict):
        def items(self):
            return [("a", 7)]

    sent = wire.dump([Lazy([1, 2]), LazyTuple((3,)), LazyDict(b=4)])
    assert load(sent) == [[1, 2], (3,), {"b": 4}]

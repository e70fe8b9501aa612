"""The wire format: what goes through comes back the same, and nothing forged does more than raise WireError."""

import io
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
        | st.dictionaries(st.sampled_from(("npy", "tuple", "dict", "a", "")), inner, max_size=4)
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


def there_and_back(value):
    return wire.load(wire.dump(value))


def npy(descr="'<f8'", shape="(2,)", fortran="False", data=b"\0" * 16, version=(1, 0)):
    """Return a hand-made .npy, whatever its header promises."""
    header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    length = struct.pack("<H" if version == (1, 0) else "<I", len(header))
    return b"\x93NUMPY" + bytes(version) + length + header + data


def frame(body, blobs=(), lengths=None, header=None):
    """Return a hand-made frame, whatever its header promises."""
    lengths = [len(blob) for blob in blobs] if lengths is None else lengths
    header = json.dumps({"body": body, "blobs": lengths}).encode() if header is None else header
    return wire.PREFIX.pack(len(header)) + header + b"".join(blobs)


def refused(data):
    """Whether load raises WireError; any other exception goes on and fails the test."""
    try:
        wire.load(data)
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
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"body": 1}',
        b'{"blobs": []}',
        b'{"body": 1, "blobs": [], "more": 1}',
        b'{"body": 1, "blobs": null}',
        b'{"body": 1, "blobs": 3}',
        b'{"body": 1, "blobs": [-1]}',
        b'{"body": 1, "blobs": [1.0]}',
        b'{"body": 1, "blobs": [true]}',
        b'{"body": 1, "blobs": ["1"]}',
        b'{"body": 1, "blobs": [NaN]}',
        b'{"body": ' + b"1" * 5000 + b', "blobs": []}',
        b'{"body": 1, "blobs": [' + b"9" * 300 + b"]}",
    ],
    ids=lambda header: repr(header[:30]),
)
def test_a_header_that_is_malformed_is_refused(header):
    assert refused(frame(None, header=header))


@pytest.mark.parametrize(
    "body",
    [
        {"npy": 1},
        {"npy": -1},
        {"npy": True},
        {"npy": "0"},
        {"npy": 10**30},
        {"npy": None},
        {"tuple": 3},
        {"tuple": {"a": 1}},
        {"dict": []},
        {"dict": None},
        {"pickle": "gASVAAA="},
        {},
        {"npy": 0, "tuple": []},
        [[{"set": [1]}]],
    ],
    ids=str,
)
def test_a_body_of_unknown_form_is_refused(body):
    assert refused(frame(body, [npy()]))


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\x93NUMPY",
        b"PK\x03\x04 a zip file",
        npy()[:-1],
        npy(data=b"\0" * 17),
        npy(shape="(1000000000000,)"),
        npy(shape=f"({2**62}, {2**62})"),
        npy(shape="(-1,)"),
        npy(shape="(2.0,)"),
        npy(shape="2"),
        npy(fortran="True"),
        npy(fortran="1"),
        npy(version=(2, 0)),
        npy(version=(3, 0)),
        npy(version=(9, 9)),
        npy(descr="'|O'"),
        npy(descr="'<U2'"),
        npy(descr="'|S8'"),
        npy(descr="'|V8'"),
        npy(descr="'<c16'", shape="(1,)"),
        npy(descr="'<M8[s]'"),
        npy(descr="[('a', '<f8')]"),
        npy(descr="[('a', '|O')]"),
        npy(descr="('<f8', (2,))", shape="(1,)"),
        npy(descr="'no such type'"),
        npy(descr="__import__('os').abort()"),
        npy(shape="(" * 5000),
        npy(shape="1" * 60_000),
    ],
    ids=lambda blob: repr(blob[20:75]),
)
def test_an_array_that_is_not_plain_npy_of_numbers_is_refused(blob):
    assert refused(frame({"npy": 0}, [blob]))


went_off = []


class Bomb:
    """Unpickled, it would leave a trace in `went_off`."""

    def __reduce__(self):
        return eval, (f"__import__({__name__!r}).went_off.append(1)",)


def test_a_pickle_is_never_opened():
    file = io.BytesIO()
    np.save(file, np.array([Bomb()], dtype=object), allow_pickle=True)
    pickled = pickle.dumps([Bomb()])
    for blob in (file.getvalue(), pickled, npy(descr="'|O'", shape="(1,)", data=pickled)):
        assert refused(frame({"npy": 0}, [blob]))
    assert not went_off


@quick
@given(messages, st.data())
def test_a_frame_cut_off_anywhere_is_refused(message, data):
    whole = wire.dump(message)
    assert refused(whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize("message", [1, [np.eye(2)]], ids=["no array", "an array"])
def test_a_frame_with_something_behind_it_is_refused(message):
    assert refused(wire.dump(message) + b"\0" * 8)


@pytest.mark.parametrize("lengths", [[], [0], [1], [10**9], [10**30], [16, 16]], ids=str)
def test_lengths_that_do_not_fit_the_blobs_are_refused(lengths):
    assert refused(frame({"npy": 0}, [npy()], lengths))


@pytest.mark.parametrize("prefix", [b"", b"\0", b"\0" * 7, b"\xff" * 8, b"\0" * 8], ids=repr)
def test_a_wrong_length_of_the_header_is_refused(prefix):
    assert refused(prefix)


@quick
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_wire_error(data):
    refused(data)
    refused(wire.PREFIX.pack(len(data)) + data)
    refused(frame({"npy": 0}, [data]))
    refused(frame({"npy": 0}, [npy(data=data)]))


@quick
@given(messages, st.data())
def test_a_frame_with_one_byte_changed_raises_nothing_but_wire_error(message, data):
    changed = bytearray(wire.dump(message))
    where = data.draw(st.integers(wire.PREFIX.size, len(changed) - 1))
    changed[where] = data.draw(st.integers(0, 255))
    refused(bytes(changed))


def test_one_array_cannot_be_named_again_and_again_until_it_fills_the_memory():
    """Sixty megabytes named a thousand times would be sixty gigabytes in the judge."""
    assert refused(frame([{"npy": 0}] * 100, [npy(shape="(1000,)", data=bytes(8000))]))


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
    assert wire.load(sent) == [[1, 2], (3,), {"b": 4}]

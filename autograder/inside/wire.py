"""Frames between the judge and the sandbox: one JSON header, then plain ``.npy`` blobs. Nothing is ever unpickled.

A frame is ``length of header (8 bytes) | header (JSON) | blobs``; the header's ``"blobs"`` lists their lengths.
In the header an array stands as ``{"npy": index}`` and a tuple as ``{"tuple": [...]}``.
"""

import io
import json
import re
import struct
from functools import lru_cache
from itertools import islice
from typing import Any, TypedDict

import numpy as np

PREFIX = struct.Struct(">Q")
MAX_DEPTH = 20
LARGEST = 2**64  # whole numbers below it are carried: what an integer array holds
KINDS = "biuf"  # booleans, integers, floats: what an exercise takes and returns
MAX_AXES = 8  # of an array: exercises need four, and the text of 64 axes takes a minute to write
MAX_ARRAYS = 1000  # of an answer, and NumPy's numbers: each takes 0.1 ms to read, however small it is
ARRAY_FORMS = 256  # whose .npy headers are kept: they take longer to write and to read than most arrays
MAX_VALUES = 50_000  # of a header: each takes up to 100 bytes once it is read


class WireError(ValueError):
    """A value or frame that the protocol does not carry."""


class Header(TypedDict):
    """What a frame begins with: the message, and the lengths of the blobs that belong to it."""

    body: object
    blobs: list[int]


def dump(message: object) -> bytes:
    """Return the bytes of one frame.

    >>> load(dump({"args": (1, np.eye(2))}))["args"][1].shape
    (2, 2)
    """
    blobs: list[bytes] = []
    body = _pack(message, blobs, MAX_DEPTH)
    header = json.dumps({"body": body, "blobs": [len(blob) for blob in blobs]}).encode()
    return b"".join([PREFIX.pack(len(header)), header, *blobs])


def load(frame: bytes) -> Any:
    """Return the message of one whole frame, or raise WireError."""
    if len(frame) < PREFIX.size:
        raise WireError("the frame is cut off")
    start = PREFIX.size + PREFIX.unpack(frame[: PREFIX.size])[0]
    header = parse_header(frame[PREFIX.size : start])
    if len(frame) != start + sum(header["blobs"]):
        raise WireError("the frame is not as long as its header says")
    return unpack(header, frame[start:])


def holds_more(data: bytes, most: int) -> bool:
    """Tell whether a JSON text holds more than `most` lists, dictionaries and entries of these, without reading them.

    Millions of tiny objects take forty times the memory of their text.

    >>> holds_more(b'[1, "a, b, c"]', 2), holds_more(b'[1, "a", {}]', 2)
    (False, True)
    """
    if sum(map(data.count, (b",", b"[", b"{"))) <= most:  # in texts too
        return False
    return next(islice(_TO_NEXT_VALUE.finditer(data), most + 2, None), None) is not None  # the end matches twice


_TO_NEXT_VALUE = re.compile(rb'(?:[^"\[{,]++|"(?:[^"\\]++|\\[\s\S])*+"?)*+(?:[\[{,]|\Z)')


def parse_header(data: bytes) -> Header:
    """Return the header of a frame, checked for its form.

    Raises
    ------
    WireError
        If it is not JSON, holds very many values, or does not hold a body and the lengths of the blobs.
    """
    if holds_more(data, MAX_VALUES):
        raise WireError(f"its header holds more than {MAX_VALUES} values")
    try:
        header = json.loads(data.decode())
        lengths = header["blobs"]
        sizes = all(type(n) is int and 0 <= n < LARGEST for n in lengths)
        if header.keys() == {"body", "blobs"} and sizes and len(lengths) <= MAX_ARRAYS:
            return header
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise WireError("the header of an answer is malformed")


def unpack(header: Header, data: bytes) -> Any:
    """Return the message of a parsed header and its blobs as one bytes object."""
    blobs, start = [], 0
    for length in header["blobs"]:
        blobs.append(data[start : start + length])
        start += length
    return _unpack(header["body"], dict(enumerate(blobs)), MAX_DEPTH)


def _pack(value, blobs, depth):
    if depth == 0:
        raise WireError(f"the value is nested more than {MAX_DEPTH} deep")
    if value is None or type(value) in _PLAIN:
        _refuse_long(value)
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return _pack_array(value, blobs)
    if isinstance(value, tuple):  # its items themselves: a subclass could compute others while nobody watches
        return {"tuple": [_pack(item, blobs, depth - 1) for item in tuple.__iter__(value)]}
    if isinstance(value, list):
        return [item if type(item) in _SHORT else _pack(item, blobs, depth - 1) for item in list.__iter__(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in dict.keys(value)):
        items = dict.items(value)
        return {"dict": {str(k): item if type(item) in _SHORT else _pack(item, blobs, depth - 1) for k, item in items}}
    raise WireError(f"a {type(value).__name__} is not a number, text, list, tuple, dict or array")


_PLAIN = {bool, int, float, str}
_SHORT = {bool, float, str, type(None)}  # they are as they stand, and most of a message


def _refuse_long(value):
    if type(value) is int and abs(value) >= LARGEST:
        raise WireError("a whole number has more than 64 bits")


def _pack_array(value, blobs):
    array = np.asarray(value)
    if array.dtype.kind not in KINDS:
        raise WireError(f"an array of {array.dtype} is not an array of numbers")
    if array.ndim > MAX_AXES:
        raise WireError(f"an array of {array.ndim} axes is not an array of at most {MAX_AXES}")
    if len(blobs) == MAX_ARRAYS:
        raise WireError(f"a whole of more than {MAX_ARRAYS} arrays is not small enough")
    blobs.append(_array_start(array.dtype, array.shape) + array.tobytes())
    return {"npy": len(blobs) - 1}


@lru_cache(maxsize=ARRAY_FORMS)
def _array_start(dtype, shape):
    """Return what stands before the values of an array in C order in its ``.npy``."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype.str, "fortran_order": False, "shape": shape})
    return file.getvalue()


def _unpack(value, blobs, depth):
    if depth == 0:
        raise WireError("the message is nested too deep")
    if type(value) is list:
        return [item if type(item) in _SHORT else _unpack(item, blobs, depth - 1) for item in value]
    if type(value) is not dict:
        _refuse_long(value)
        return value
    if len(value) != 1:
        raise WireError("the message holds an unknown form")
    ((form, content),) = value.items()
    if form == "npy" and type(content) is int and content in blobs:
        return _unpack_array(blobs.pop(content))  # once: a short header may not name one array a million times
    if form == "tuple" and isinstance(content, list):
        return tuple(_unpack(item, blobs, depth - 1) for item in content)
    if form == "dict" and isinstance(content, dict):
        items = content.items()
        return {key: item if type(item) in _SHORT else _unpack(item, blobs, depth - 1) for key, item in items}
    raise WireError("the message holds an unknown form")


def _unpack_array(blob):
    """Read one ``.npy``; its header may not promise more data than came with it."""
    start = len(_MAGIC) + 2 + int.from_bytes(blob[len(_MAGIC) : len(_MAGIC) + 2], "little")
    try:
        shape, dtype = _array_form(blob[:start])
        array = np.frombuffer(blob[start:], dtype=dtype).reshape(shape).copy()
    except WireError:
        raise
    except Exception as error:  # NumPy's parsers raise many kinds; a hostile header must not choose one that escapes
        raise WireError(f"an array cannot be read: {type(error).__name__}") from None
    return array[()] if array.ndim == 0 else array


@lru_cache(maxsize=ARRAY_FORMS)
def _array_form(start):
    """Return (shape, dtype) of a ``.npy``, from what stands before its values."""
    if not start.startswith(_MAGIC):
        raise WireError("an array is not .npy version 1.0")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(io.BytesIO(start[len(_MAGIC) :]))
    if min(shape, default=0) < 0 or dtype.kind not in KINDS or dtype.hasobject or fortran:
        raise WireError(f"an array of {dtype} is not an array of numbers in C order")
    if len(shape) > MAX_AXES:
        raise WireError(f"an array of {len(shape)} axes is not an array of at most {MAX_AXES}")
    return shape, dtype


_MAGIC = np.lib.format.magic(1, 0)

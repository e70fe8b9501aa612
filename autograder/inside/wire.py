"""Frames between the judge and the sandbox: one JSON header, then the values of arrays. Nothing is ever unpickled.

A frame is ``length of header, length of values (8 bytes each) | header (JSON) | values``. In the header an array stands
as ``{"array": [dtype, shape]}``, with its values in the same order as the arrays, and a tuple as ``{"tuple": [...]}``.
"""

import json
import re
import struct
from itertools import islice
from typing import Any

import numpy as np

PREFIX = struct.Struct(">QQ")
MAX_DEPTH = 20
LARGEST = 2**64  # whole numbers below it are carried: what an integer array holds
KINDS = "biuf"  # booleans, integers, floats: what an exercise takes and returns
MAX_AXES = 8  # of an array: exercises need four, and the text of 64 axes takes a minute to write
MAX_ARRAYS = 1000  # of an answer, and NumPy's numbers: each takes far more memory than its text
MAX_VALUES = 50_000  # of a header: each takes up to 100 bytes once it is read


class WireError(ValueError):
    """A value or frame that the protocol does not carry."""


def dump(message: object) -> bytes:
    """Return the bytes of one frame.

    >>> frame = dump({"args": (1, np.eye(2))})
    >>> length, size = PREFIX.unpack(frame[: PREFIX.size])
    >>> read(frame[PREFIX.size :], length)["args"][1].shape
    (2, 2)
    """
    values: list[bytes] = []
    header = json.dumps(_pack(message, values, MAX_DEPTH)).encode()
    return b"".join([PREFIX.pack(len(header), sum(map(len, values))), header, *values])


def read(content: bytes, length: int) -> Any:
    """Return the message of a frame without its prefix, whose header has that length.

    Raises
    ------
    WireError
        If the header is not JSON, holds very many values, or is not of the form that `dump` writes.
    """
    text = content[:length]
    if holds_more(text, MAX_VALUES):
        raise WireError(f"its header holds more than {MAX_VALUES} values")
    try:
        header = json.loads(text.decode())
    except (ValueError, RecursionError):
        raise WireError("the header of an answer is malformed") from None
    arrays = _Arrays(content, length)
    message = _unpack(header, arrays, MAX_DEPTH)
    if arrays.at != len(content):
        raise WireError("the frame holds more values than its arrays")
    return message


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


def _pack(value, values, depth):
    if depth == 0:
        raise WireError(f"the value is nested more than {MAX_DEPTH} deep")
    if value is None or type(value) in _PLAIN:
        _refuse_long(value)
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return _pack_array(value, values)
    if isinstance(value, tuple):  # its items themselves: a subclass could compute others while nobody watches
        return {"tuple": [_pack(item, values, depth - 1) for item in tuple.__iter__(value)]}
    if isinstance(value, list):
        return [item if type(item) in _SHORT else _pack(item, values, depth - 1) for item in list.__iter__(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in dict.keys(value)):
        items = dict.items(value)
        return {"dict": {str(k): item if type(item) in _SHORT else _pack(item, values, depth - 1) for k, item in items}}
    raise WireError(f"a {type(value).__name__} is not a number, text, list, tuple, dict or array")


_PLAIN = {bool, int, float, str}
_SHORT = {bool, float, str, type(None)}  # they are as they stand, and most of a message


def _refuse_long(value):
    if type(value) is int and abs(value) >= LARGEST:
        raise WireError("a whole number has more than 64 bits")


def _pack_array(value, values):
    array = np.asarray(value)
    if array.dtype.kind not in KINDS:
        raise WireError(f"an array of {array.dtype} is not an array of numbers")
    if array.ndim > MAX_AXES:
        raise WireError(f"an array of {array.ndim} axes is not an array of at most {MAX_AXES}")
    if len(values) == MAX_ARRAYS:
        raise WireError(_TOO_MANY)
    values.append(array.tobytes())
    return {"array": [array.dtype.str, array.shape]}


def _unpack(value, arrays, depth):
    if depth == 0:
        raise WireError("the message is nested too deep")
    if type(value) is list:
        return [item if type(item) in _SHORT else _unpack(item, arrays, depth - 1) for item in value]
    if type(value) is not dict:
        _refuse_long(value)
        return value
    if len(value) != 1:
        raise WireError("the message holds an unknown form")
    ((form, content),) = value.items()
    if form == "array" and isinstance(content, list) and len(content) == 2:
        return arrays.next(*content)
    if form == "tuple" and isinstance(content, list):
        return tuple(_unpack(item, arrays, depth - 1) for item in content)
    if form == "dict" and isinstance(content, dict):
        items = content.items()
        return {key: item if type(item) in _SHORT else _unpack(item, arrays, depth - 1) for key, item in items}
    raise WireError("the message holds an unknown form")


class _Arrays:
    """The arrays of a frame, one after the other: so no header can name one array a million times."""

    def __init__(self, content: bytes, at: int):
        self.content, self.at, self.left = content, at, MAX_ARRAYS

    def next(self, dtype: object, shape: object) -> Any:
        """Return the next array, of which the frame holds as many values as its header says, or raise WireError."""
        if not self.left:
            raise WireError(_TOO_MANY)
        if not (isinstance(dtype, str) and _NUMBERS.fullmatch(dtype)):
            raise WireError(f"an array of {str(dtype)[:20]} is not an array of numbers")
        if not isinstance(shape, list) or len(shape) > MAX_AXES:
            raise WireError(f"an array of shape {str(shape)[:50]} is not one of at most {MAX_AXES} axes")
        try:
            array = np.ndarray(shape, dtype, self.content, self.at).copy()
        except Exception as error:  # NumPy raises many kinds; a hostile header must not choose one that escapes
            raise WireError(f"an array cannot be read: {type(error).__name__}") from None
        self.at, self.left = self.at + array.nbytes, self.left - 1
        return array[()] if array.ndim == 0 else array


_TOO_MANY = f"a whole of more than {MAX_ARRAYS} arrays is not small enough"
_NUMBERS = re.compile(rf"[<>|][{KINDS}]\d\d?")

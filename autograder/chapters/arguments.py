"""Arguments as every chapter takes them; what has no meaning is refused, with what was received."""

import operator
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntPair = int | tuple[int, int]  # (vertical, horizontal)
Padding = Literal["valid", "same"]
PADDINGS = get_args(Padding)


def whole(**named: Any) -> int:
    """Return the one named whole number, of either sign, or raise ValueError."""
    ((name, value),) = named.items()
    try:
        return operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number. Received: {value!r}") from None


def at_least(least: int, **named: Any) -> int:
    """Return the one named whole number, or raise ValueError if it is below `least`.

    >>> at_least(1, stride=2)
    2
    >>> at_least(1, stride=0)
    Traceback (most recent call last):
        ...
    ValueError: stride must be a whole number of at least 1. Received: 0
    """
    ((name, value),) = named.items()
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least:
        raise ValueError(f"{name} must be a whole number of at least {least}. Received: {value!r}")
    return number


def pair(least: int, **named: Any) -> tuple[int, int]:
    """Return (vertical, horizontal) of the one named int or pair, each at least `least`, or raise ValueError.

    >>> pair(1, stride=2), pair(0, padding=(0, 1))
    ((2, 2), (0, 1))
    """
    ((name, value),) = named.items()
    values = value if isinstance(value, (tuple, list)) else (value, value)
    if len(values) != 2:
        raise ValueError(f"{name} must be an int or a pair (vertical, horizontal). Received: {value!r}")
    vertical, horizontal = (at_least(least, **{name: part}) for part in values)
    return vertical, horizontal


def array(shape: str, **named: ArrayLike) -> NDArray[Any]:
    """Return the one named argument as an array of as many axes as the words in `shape`, or raise ValueError.

    >>> array("(H, W, C)", x=[[[1]]]).ndim
    3
    """
    ((name, value),) = named.items()
    found = np.asarray(value)
    if found.ndim != len(shape.strip("(,)").split(",")):
        raise ValueError(f"{name} must have the shape {shape}. Received an array of shape {found.shape}")
    return found


def image(**named: ArrayLike) -> NDArray[Any]:
    """Return the one named argument as an (H, W) array, or raise ValueError."""
    return array("(H, W)", **named)


def filled_image(**named: ArrayLike) -> NDArray[Any]:
    """Return the one named argument as an (H, W) array that holds something, or raise ValueError."""
    ((name, _),) = named.items()
    found = image(**named)
    pair(1, **{name: found.shape})
    return found


def feature_map(**named: ArrayLike) -> NDArray[Any]:
    """Return the one named argument as an (H, W, C) array that holds something, or raise ValueError."""
    ((name, _),) = named.items()
    found = array("(H, W, C)", **named)
    if not found.size:
        raise ValueError(f"{name} must hold something. Received an array of shape {found.shape}")
    return found


def wide(array: NDArray[Any]) -> NDArray[Any]:
    """Return small integers as int64: sums of products do not fit into uint8."""
    return array.astype(np.int64) if array.dtype.kind in "biu" else array


def one_of(choices: Sequence[str], **named: str) -> str:
    """Return the one named word, or raise ValueError if it is not one of `choices`."""
    ((name, value),) = named.items()
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}. Received: {value!r}")
    return value


def fits(window_name: str, window: Sequence[int], size_name: str, size: Sequence[int]) -> None:
    """Raise ValueError if a window is larger than what it slides over, in either direction."""
    if any(k > n for k, n in zip(window, size, strict=True)):
        raise ValueError(f"{window_name} must fit into the {size_name} of {tuple(size)}. Received: {tuple(window)}")

"""Arguments that have no meaning are refused here, with what was received."""

import operator

import numpy as np


def at_least(least, **named):
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
        whole = operator.index(value)
    except TypeError:
        whole = None
    if whole is None or whole < least:
        raise ValueError(f"{name} must be a whole number of at least {least}. Received: {value!r}")
    return whole


def pair(least, **named):
    """Return (vertical, horizontal) of the one named int or pair, each at least `least`, or raise ValueError.

    >>> pair(1, stride=2), pair(0, padding=(0, 1))
    ((2, 2), (0, 1))
    """
    ((name, value),) = named.items()
    values = value if isinstance(value, (tuple, list)) else (value, value)
    if len(values) != 2:
        raise ValueError(f"{name} must be an int or a pair (vertical, horizontal). Received: {value!r}")
    return tuple(at_least(least, **{name: part}) for part in values)


def image(**named):
    """Return the one named argument as an (H, W) array, or raise ValueError."""
    ((name, value),) = named.items()
    array = np.asarray(value)
    if array.ndim != 2:
        raise ValueError(f"{name} must have the shape (H, W). Received an array of shape {array.shape}")
    return array


def one_of(choices, **named):
    """Return the one named word, or raise ValueError if it is not one of `choices`."""
    ((name, value),) = named.items()
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}. Received: {value!r}")
    return value


def fits(window_name, window, size_name, size):
    """Raise ValueError if a window is larger than what it slides over, in either direction."""
    if any(k > n for k, n in zip(window, size, strict=True)):
        raise ValueError(f"{window_name} must fit into the {size_name} of {tuple(size)}. Received: {tuple(window)}")

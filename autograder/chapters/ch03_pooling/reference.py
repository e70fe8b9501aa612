"""Chapter 3: pooling, forwards and backwards.

n: size of the input along one axis, k: of the window, s: stride; H, W, C: height, width and channels.
"""

from functools import reduce
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.chapters import arguments
from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch01_why_padding.reference import same_padding

Kind = Literal["max", "avg", "min", "l2"]
GlobalKind = Literal["avg", "max"]


def pool2d(
    x: ArrayLike, size: IntPair, stride: IntPair | None = None, kind: Kind = "max", padding: Padding = "valid"
) -> NDArray[Any]:
    """Put one number in the place of each window of a feature map, in every channel separately.

    Parameters
    ----------
    x : array (H, W, C)
    size : int or (vertical, horizontal)
    stride : int or (vertical, horizontal), optional
        The size, where it is None.
    kind : {"max", "avg", "min", "l2"}
        The largest cell; the mean; the smallest; the root of the sum of squares.
    padding : {"valid", "same"}
        Only windows that fit; or TensorFlow's "same", in which padded cells count for nothing.

    Returns
    -------
    array (H_out, W_out, C)
        Of x's dtype for "max" and "min", float64 for "avg" and "l2".

    Raises
    ------
    ValueError
        If x has another form, a size or stride is below 1, a word unknown, or the window too large for "valid".

    Examples
    --------
    >>> x = np.array([[3, 1, -4], [2, 5, -6]])[:, :, None]
    >>> pool2d(x, 2, stride=1)[:, :, 0]
    array([[5, 5]])
    >>> pool2d(x, 2, kind="avg", padding="same")[:, :, 0]
    array([[ 2.75, -5.  ]])

    References
    ----------
    tf.nn.max_pool2d, tf.nn.avg_pool2d; "same" as in tf.nn, "Notes on padding".
    """
    x, kernel = arguments.feature_map(x=x), arguments.pair(1, size=size)
    strides = kernel if stride is None else arguments.pair(1, stride=stride)
    arguments.one_of(get_args(Kind), kind=kind)
    sides = _sides(x.shape, kernel, strides, arguments.one_of(arguments.PADDINGS, padding=padding))
    if kind in ("max", "min"):
        # A padded cell repeats an edge cell that its window holds anyway, so it changes nothing.
        padded = np.pad(x, (*sides, (0, 0)), mode="edge")
        return reduce(np.maximum if kind == "max" else np.minimum, _cells(padded, kernel, strides)).copy()
    padded = np.pad(x.astype(np.float64), (*sides, (0, 0)))
    if kind == "l2":
        return np.sqrt(sum(cell * cell for cell in _cells(padded, kernel, strides)))
    rows, columns = map(_real_cells, x.shape, kernel, strides, sides)
    return sum(_cells(padded, kernel, strides)) / np.outer(rows, columns)[:, :, None]


def global_pool(x: ArrayLike, kind: GlobalKind = "avg") -> NDArray[Any]:
    """Put one number in the place of each channel.

    Parameters
    ----------
    x : array (H, W, C)
    kind : {"avg", "max"}

    Returns
    -------
    array (C,)
        Float64 for "avg", of x's dtype for "max".

    Raises
    ------
    ValueError
        If x has another form or kind is unknown.

    Examples
    --------
    >>> x = np.array([[[1, -8], [2, -6]]])
    >>> global_pool(x), global_pool(x, "max")
    (array([ 1.5, -7. ]), array([ 2, -6]))

    References
    ----------
    keras.layers.GlobalAveragePooling2D, GlobalMaxPooling2D.
    """
    x = arguments.feature_map(x=x)
    if arguments.one_of(get_args(GlobalKind), kind=kind) == "max":
        return x.max(axis=(0, 1))
    return x.mean(axis=(0, 1), dtype=np.float64)


def max_pool_backward(x: ArrayLike, grad: ArrayLike, size: IntPair, stride: IntPair) -> NDArray[Any]:
    """Send the gradient of a valid max pooling back to its input.

    Each output's gradient goes to the largest cell of its window, at a tie to the first in row order. Where windows
    overlap, what a cell gets adds up.

    Parameters
    ----------
    x : array (H, W, C)
        What was pooled.
    grad : array (H_out, W_out, C)
        The gradient for what came out.
    size, stride : int or (vertical, horizontal)

    Returns
    -------
    array (H, W, C)
        The gradient for x: int64 where grad is of integers, else float64.

    Raises
    ------
    ValueError
        If x has another form, a size or stride is below 1, the window too large, or grad not of the output's shape.

    Examples
    --------
    >>> x = np.array([[3, 1, 4, 4]])[:, :, None]
    >>> max_pool_backward(x, np.array([[0.5, 2.0]])[:, :, None], (1, 3), 1)[:, :, 0]
    array([[0. , 0. , 2.5, 0. ]])

    References
    ----------
    tf.raw_ops.MaxPoolGrad, on the CPU.
    """
    x, kernel, strides = arguments.feature_map(x=x), arguments.pair(1, size=size), arguments.pair(1, stride=stride)
    arguments.fits("size", kernel, "feature map", x.shape[:2])
    first, *others = _cells(x, kernel, strides)  # in row order
    largest, winner = first.copy(), np.zeros(first.shape, np.intp)
    for number, cell in enumerate(others, 1):
        better = cell > largest
        winner[better] = number
        largest[better] = cell[better]
    grad = np.asarray(grad)
    if grad.shape != winner.shape:
        raise ValueError(f"grad must have the shape {winner.shape} of the output. Received an array of {grad.shape}")
    result = np.zeros(x.shape, np.result_type(grad, np.int64))
    for number, cell in enumerate(_cells(result, kernel, strides)):
        cell += np.where(winner == number, grad, 0)  # into result: the same cell of no two windows is the same place
    return result


def _sides(shape, kernel, strides, padding):
    """Return ((top, bottom), (left, right)), the cells to add, or raise ValueError where a window does not fit."""
    if padding == "same":
        return tuple(map(same_padding, shape, kernel, strides))
    arguments.fits("size", kernel, "feature map", shape[:2])
    return (0, 0), (0, 0)


def _cells(x, kernel, strides):
    """Yield a view for each cell of a window, in row order: that cell of all windows, (H_out, W_out, C)."""
    (h, w, _channels), (kh, kw), (sh, sw) = x.shape, kernel, strides
    for i, j in np.ndindex(kh, kw):
        yield x[i : i + h - kh + 1 : sh, j : j + w - kw + 1 : sw]


def _real_cells(n, k, s, sides):
    """Return for each window along one axis how many of its cells are not padding."""
    before, after = sides
    starts = np.arange(0, n + before + after - k + 1, s) - before
    return np.minimum(starts + k, n) - np.maximum(starts, 0)

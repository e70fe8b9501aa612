"""Chapter 6: a network within a budget, a look at its feature maps, a trained network run, and one step back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.chapters import arguments
from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch01_why_padding.reference import same_padding
from autograder.chapters.ch02_strides.reference import conv2d, output_size
from autograder.chapters.ch03_pooling.reference import pool2d
from autograder.chapters.ch05_memory_math.reference import Layer


def design() -> list[Layer]:
    """Return one network that keeps the budget of the exercise; there are many.

    Returns
    -------
    list of dict
        Layers as in `summarize`, for a 28×28×1 input and 10 classes: at most 60,000 parameters and 150,000 bytes of
        float32 activations an image, a receptive field of at least 20 px. A fresh list at each call.

    Examples
    --------
    >>> from autograder.chapters.ch05_memory_math.reference import summarize
    >>> sum(params for _, params in summarize((28, 28, 1), design()))
    21706
    """
    return [
        {"kind": "conv", "filters": 8, "kernel": 5, "stride": 1, "padding": "same"},
        {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"},
        {"kind": "conv", "filters": 16, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"},
        {"kind": "conv", "filters": 32, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "flatten"},
        {"kind": "dense", "units": 10},
    ]


def mosaic(maps: ArrayLike, columns: int) -> NDArray[Any]:
    """Tile the channels of a feature map into one picture, row by row.

    Parameters
    ----------
    maps : array (H, W, C)
    columns : int
        Maps beside each other; the places left over in the last row are 0.

    Returns
    -------
    array (ceil(C / columns)·H, columns·W)

    Raises
    ------
    ValueError
        If `columns` is below 1 or `maps` not of the shape (H, W, C).

    Examples
    --------
    >>> mosaic(np.array([[[1, 2, 3]]]), 2)
    array([[1, 2],
           [3, 0]])
    """
    maps, columns = arguments.array("(H, W, C)", maps=maps), arguments.at_least(1, columns=columns)
    height, width, channels = maps.shape
    rows = -(-channels // columns)
    places = np.zeros((rows * columns, height, width), maps.dtype)
    places[:channels] = maps.transpose(2, 0, 1)
    return places.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


def forward(image: ArrayLike, weights: Sequence[tuple[ArrayLike, ArrayLike]]) -> NDArray[Any]:
    """Run a trained network on one image.

    Parameters
    ----------
    image : array (H, W, 1)
    weights : list of (w, b)
        For each layer, in order. Where w is (kh, kw, C_in, C_out), it is a "same" convolution, followed by ReLU and max
        pooling 2×2. Where w is (units_in, units), it is a dense layer, followed by ReLU unless it is the last; the
        first dense layer reads the flattened map.

    Returns
    -------
    array (units,)
        The logits.

    Raises
    ------
    ValueError
        If a layer does not fit what comes before it, or its b not its w.

    Examples
    --------
    >>> image = np.array([[[1.0], [3.0]], [[2.0], [0.0]]])
    >>> weights = [(np.full((1, 1, 1, 1), 2.0), np.array([1.0])), (np.array([[1.0, -1.0]]), np.array([0.0, 5.0]))]
    >>> forward(image, weights)
    array([ 7., -2.])
    """
    values = arguments.array("(H, W, C)", image=image)
    for number, (w, b) in enumerate(weights, 1):
        if np.ndim(w) == 4:
            values = pool2d(np.maximum(conv2d(values, w, b, padding="same"), 0), 2)
        else:
            values = _dense(values.ravel(), w, b)
            values = values if number == len(weights) else np.maximum(values, 0)
    return values


def _dense(values, w, b):
    w, b = arguments.array("(units_in, units)", w=w), arguments.array("(units,)", b=b)
    if w.shape != (len(values), len(b)):
        raise ValueError(f"w must be {(len(values), len(b))} for this input and b. Received: {w.shape}")
    return values @ w + b


def conv2d_backward(
    x: ArrayLike, w: ArrayLike, grad: ArrayLike, stride: IntPair = 1, padding: Padding = "valid"
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Send the gradient of a convolutional layer back to what went into it: map, filters and bias.

    Parameters
    ----------
    x : array (H, W, C_in)
    w : array (kh, kw, C_in, C_out)
    grad : array (H_out, W_out, C_out)
        The gradient of a loss for the output of `conv2d`.
    stride : int or (vertical, horizontal)
    padding : "valid" or "same"

    Returns
    -------
    dx, dw, db : array (H, W, C_in), array (kh, kw, C_in, C_out), array (C_out,)

    Raises
    ------
    ValueError
        If the shapes do not belong together, a stride is below 1, the padding unknown, or, with "valid", the filters
        are larger than the map.

    Examples
    --------
    >>> x, w = np.array([[[1], [2], [4]]]), np.array([[[[3]], [[10]]]])
    >>> dx, dw, db = conv2d_backward(x, w, np.array([[[1], [5]]]))
    >>> dx[:, :, 0], dw[:, :, 0, 0], db
    (array([[ 3, 25, 50]]), array([[11, 22]]), array([6]))

    References
    ----------
    The gradient of tf.nn.conv2d.
    """
    x, w = arguments.array("(H, W, C_in)", x=x), arguments.array("(kh, kw, C_in, C_out)", w=w)
    grad, strides = arguments.array("(H_out, W_out, C_out)", grad=grad), arguments.pair(1, stride=stride)
    sizes, kernel = x.shape[:2], arguments.pair(1, w=w.shape[:2])
    places = [output_size(n, k, s, padding) for n, k, s in zip(sizes, kernel, strides, strict=True)]
    if x.shape[2] != w.shape[2] or grad.shape != (*places, w.shape[3]):
        raise ValueError(f"grad and w do not belong to x {x.shape}. Received: grad {grad.shape}, w {w.shape}")
    x, w, grad = map(arguments.wide, (x, w, grad))
    sides = [(0, 0)] * 2 if padding == "valid" else list(map(same_padding, sizes, kernel, strides))
    padded = np.pad(x, [*sides, (0, 0)])
    dx = np.zeros(padded.shape, np.result_type(w, grad))
    dw = np.zeros(w.shape, np.result_type(x, grad))
    for cell in np.ndindex(*kernel):
        read = tuple(slice(c, c + (m - 1) * s + 1, s) for c, m, s in zip(cell, places, strides, strict=True))
        dx[read] += grad @ w[cell].T  # (H_out, W_out, C_in): of no two windows is it the same cell
        dw[cell] = np.tensordot(padded[read], grad, ([0, 1], [0, 1]))
    (top, _), (left, _) = sides
    return dx[top : top + sizes[0], left : left + sizes[1]].copy(), dw, grad.sum((0, 1))

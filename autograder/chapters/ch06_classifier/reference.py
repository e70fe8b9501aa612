"""Chapter 6: a network within a budget, and a look at its feature maps."""

import numpy as np

from autograder.chapters import arguments

__all__ = ["design", "mosaic"]


def design():
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


def mosaic(maps, columns):
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

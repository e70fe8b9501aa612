"""Chapter 4: moving an image, and what pooling makes of it.

H, W, C: height, width and channels; dy, dx: pixels to move down and right, up and left if negative; s: stride.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograder.chapters import arguments
from autograder.chapters.arguments import IntPair

BLUR = (0.25, 0.5, 0.25)  # 1 2 1, so that two directions give [1, 2, 1] ⊗ [1, 2, 1] / 16


def _feature_map(x: ArrayLike) -> NDArray[np.float64]:
    """Return x as an (H, W, C) array of floats, which neither wrap around nor lose fractions, or raise ValueError."""
    return arguments.feature_map(x=x).astype(np.float64)


def translate(image: ArrayLike, dy: int, dx: int) -> NDArray[Any]:
    """Move an image; zeros move in, and what leaves is lost.

    Parameters
    ----------
    image : array (H, W)
    dy, dx : int
        Pixels to move down and right; a negative number moves up or left. They may exceed the image.

    Returns
    -------
    array (H, W), of the image's dtype

    Raises
    ------
    ValueError
        If the image has no two axes, or a shift is not a whole number.

    Examples
    --------
    >>> translate(np.array([[1, 2, 3], [4, 5, 6]]), 1, -1)
    array([[0, 0, 0],
           [2, 3, 0]])
    """
    image = arguments.image(image=image)
    dy, dx = arguments.whole(dy=dy), arguments.whole(dx=dx)
    (to_rows, from_rows), (to_columns, from_columns) = (
        _slices(n, d) for n, d in zip(image.shape, (dy, dx), strict=True)
    )
    moved = np.zeros_like(image)
    moved[to_rows, to_columns] = image[from_rows, from_columns]
    return moved


def _slices(n, d):
    """Return where n cells moved by d end up, and where those come from: two slices of the same length."""
    kept = max(n - abs(d), 0)
    start, moved = max(-d, 0), max(d, 0)
    return slice(moved, moved + kept), slice(start, start + kept)


def consistency(labels: ArrayLike) -> float:
    """Return the share of predictions that a shift leaves as they are.

    Parameters
    ----------
    labels : array (S, N)
        Row 0 holds the labels predicted for N images, each other row those for shifted copies of the same images.

    Returns
    -------
    float
        Of the (S - 1)·N labels below row 0, the share that equals row 0's label of the same image.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or no images.

    Examples
    --------
    >>> consistency(np.array([[9, 2, 2, 5], [9, 2, 3, 5], [9, 1, 3, 5]]))
    0.625

    References
    ----------
    Zhang 2019, arXiv 1904.11486, compares two random shifts; here each shift is compared with no shift.
    """
    labels = np.asarray(labels)
    if labels.ndim != 2 or len(labels) < 2 or labels.size == 0:
        raise ValueError(f"labels must have at least two rows and an image. Received the shape {labels.shape}")
    return float((labels[1:] == labels[0]).mean())


def blur_pool2d(x: ArrayLike, stride: int = 2) -> NDArray[np.float64]:
    """Blur every channel by [1, 2, 1] ⊗ [1, 2, 1] / 16, then keep every stride-th cell, from the first.

    Parameters
    ----------
    x : array (H, W, C)
    stride : int

    Returns
    -------
    array (ceil(H / stride), ceil(W / stride), C)
        Before blurring, the border is padded by one pixel as numpy.pad does in mode "reflect"; an axis of a single
        cell repeats it.

    Raises
    ------
    ValueError
        If x has no three axes, or the stride is not a whole number of at least 1.

    Examples
    --------
    >>> blur_pool2d(np.array([[[0], [4], [0], [8]]]))[..., 0]
    array([[2., 3.]])

    References
    ----------
    Zhang 2019, "Making Convolutional Networks Shift-Invariant Again", arXiv 1904.11486.
    """
    x, s = _feature_map(x), arguments.at_least(1, stride=stride)
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="reflect")
    h, w, _channels = x.shape
    rows = np.sum([weight * padded[i : i + h : s] for i, weight in enumerate(BLUR)], axis=0)
    return np.sum([weight * rows[:, j : j + w : s] for j, weight in enumerate(BLUR)], axis=0)


def pool_shift_error(x: ArrayLike, dy: int, dx: int, size: IntPair = 2) -> float:
    """Return by how much a max pooling changes, cell by cell, when its input is rolled.

    Parameters
    ----------
    x : array (H, W, C)
    dy, dx : int
        Pixels to roll x down and right: what leaves on one side comes back on the other.
    size : int or (vertical, horizontal)
        Of the pooling window, and its stride; cells that fill no window are left out.

    Returns
    -------
    float
        Mean over all pooled cells and channels of the absolute difference.

    Raises
    ------
    ValueError
        If x has no three axes, a shift is not a whole number, or the window is below 1 or does not fit.

    Examples
    --------
    >>> pool_shift_error(np.array([[[1], [0], [5], [3]]]), 0, 1, size=(1, 2))
    1.0
    >>> pool_shift_error(np.array([[[1], [0], [5], [3]]]), 0, 2, size=(1, 2))
    4.0

    References
    ----------
    Azulay and Weiss 2018, arXiv 1805.12177, on what subsampling does to shifted images.
    """
    x, shift, sizes = _feature_map(x), (arguments.whole(dy=dy), arguments.whole(dx=dx)), arguments.pair(1, size=size)
    arguments.fits("size", sizes, "x", x.shape[:2])
    rolled = np.roll(x, shift, axis=(0, 1))
    return float(np.abs(_max_pool(rolled, sizes) - _max_pool(x, sizes)).mean())


def _max_pool(x, sizes):
    """Return the maxima of windows that do not overlap."""
    (kh, kw), (h, w, channels) = sizes, x.shape
    rows, columns = h // kh, w // kw
    windows = x[: rows * kh, : columns * kw].reshape(rows, kh, columns, kw, channels)
    return windows.max(axis=(1, 3))

"""Chapter 1: padding, and what a 3×3 window does at the border.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride; H, W: height and width.
"""

from typing import Any, Literal, get_args

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from autograder.chapters import arguments
from autograder.chapters.arguments import IntPair

Mode = Literal["constant", "reflect", "edge", "wrap"]


def pad2d(image: ArrayLike, padding: int | tuple[tuple[int, int], tuple[int, int]], value: float = 0.0) -> NDArray[Any]:
    """Surround an image with a constant.

    Parameters
    ----------
    image : array (H, W)
    padding : int or ((top, bottom), (left, right))
        Cells to add, at least 0.
    value : float
        What to fill with.

    Returns
    -------
    array (top + H + bottom, left + W + right), of the image's dtype

    Raises
    ------
    ValueError
        If a padding is negative or not a whole number.

    Examples
    --------
    >>> pad2d(np.array([[1, 2]]), ((1, 0), (0, 2)))
    array([[0, 0, 0, 0],
           [1, 2, 0, 0]])
    """
    image = arguments.image(image=image)
    if not isinstance(padding, (tuple, list)):
        padding = (padding, padding), (padding, padding)
    widths = [arguments.pair(0, padding=side) for side in padding]
    if len(widths) != 2:
        raise ValueError(f"padding must be an int or ((top, bottom), (left, right)). Received: {padding!r}")
    return np.pad(image, widths, constant_values=value)


def pad2d_mode(image: ArrayLike, padding: int, mode: Mode) -> NDArray[Any]:
    """Surround an image with zeros or with what it holds itself.

    Parameters
    ----------
    image : array (H, W)
    padding : int
        Cells to add on each side, at least 0 and smaller than H and W.
    mode : {"constant", "reflect", "edge", "wrap"}
        Zeros; mirrored without repeating the edge pixel; the edge pixel repeated; from the opposite side (circular).

    Returns
    -------
    array (H + 2·padding, W + 2·padding)

    Raises
    ------
    ValueError
        If the mode is unknown or the padding negative or not smaller than the image.

    Examples
    --------
    >>> pad2d_mode(np.array([[1, 2, 3], [4, 5, 6]]), 1, "reflect")
    array([[5, 4, 5, 6, 5],
           [2, 1, 2, 3, 2],
           [5, 4, 5, 6, 5],
           [2, 1, 2, 3, 2]])

    References
    ----------
    Meanings of the modes: numpy.pad.
    """
    image = arguments.image(image=image)
    arguments.one_of(get_args(Mode), mode=mode)
    p = arguments.at_least(0, padding=padding)
    if p >= min(image.shape):
        raise ValueError(f"padding must be smaller than the image of {image.shape}. Received: {padding}")
    return np.pad(image, p, mode=mode)


def window_counts(
    shape: tuple[int, int], kernel_size: IntPair, stride: IntPair = 1, padding: int = 0
) -> NDArray[np.int64]:
    """Count the windows of a convolution that cover each pixel of the unpadded image.

    Parameters
    ----------
    shape : (H, W)
    kernel_size, stride : int or (vertical, horizontal)
    padding : int
        Cells added on each side.

    Returns
    -------
    int array (H, W)

    Raises
    ------
    ValueError
        If a size or stride is below 1, the padding negative, or the window larger than the padded image.

    Examples
    --------
    >>> window_counts((3, 4), 3, padding=1)
    array([[4, 6, 6, 4],
           [6, 9, 9, 6],
           [4, 6, 6, 4]])
    """
    sizes = arguments.pair(1, shape=tuple(shape))
    kernel, strides = arguments.pair(1, kernel_size=kernel_size), arguments.pair(1, stride=stride)
    p = arguments.at_least(0, padding=padding)
    arguments.fits("kernel_size", kernel, "padded image", [n + 2 * p for n in sizes])
    rows, columns = (_counts_along(n, k, s, p) for n, k, s in zip(sizes, kernel, strides, strict=True))
    return np.outer(rows, columns)


def _counts_along(n, k, s, p):
    starts = np.arange(0, n + 2 * p - k + 1, s)[:, None] - p
    pixels = np.arange(n)
    return ((starts <= pixels) & (pixels < starts + k)).sum(axis=0)


def conv2d_valid(image: ArrayLike, kernel: ArrayLike) -> NDArray[Any]:
    """Slide a kernel over an image without padding: cross-correlation, the kernel is not flipped.

    Parameters
    ----------
    image : array (H, W)
    kernel : array (kh, kw)

    Returns
    -------
    array (H - kh + 1, W - kw + 1)

    Raises
    ------
    ValueError
        If the kernel is larger than the image.

    Examples
    --------
    >>> conv2d_valid(np.array([[1, 2, 4], [8, 16, 32]]), np.array([[1, -1]]))
    array([[ -1,  -2],
           [ -8, -16]])
    """
    image, kernel = arguments.image(image=image), arguments.filled_image(kernel=kernel)
    arguments.fits("kernel", kernel.shape, "image", image.shape)
    windows = sliding_window_view(arguments.wide(image), kernel.shape)
    return np.tensordot(windows, arguments.wide(kernel), axes=2)


def same_padding(n: int, k: int, stride: int = 1) -> tuple[int, int]:
    """Return the cells that TensorFlow's "same" adds along one axis.

    Parameters
    ----------
    n, k, stride : int
        Sizes of input and kernel, and the stride.

    Returns
    -------
    (before, after) : tuple of int
        The odd cell comes after.

    Raises
    ------
    ValueError
        If a size or the stride is below 1.

    Examples
    --------
    >>> same_padding(28, 3), same_padding(28, 3, stride=2), same_padding(28, 4)
    ((1, 1), (0, 1), (1, 2))

    References
    ----------
    tf.nn, "Notes on padding": output ceil(n / s), total max((output - 1)·s + k - n, 0).
    """
    n, k, s = arguments.at_least(1, n=n), arguments.at_least(1, k=k), arguments.at_least(1, stride=stride)
    output = -(-n // s)
    total = max((output - 1) * s + k - n, 0)
    return total // 2, total - total // 2

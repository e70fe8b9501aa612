"""Chapter 2: strides, the step from one window to the next.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride; H, W: height, width; C: channels.
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from autograder.chapters import arguments
from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch01_why_padding.reference import same_padding


def output_size(n: int, k: int, stride: int = 1, padding: int | Padding = 0) -> int:
    """Count the windows of a convolution along one axis.

    Parameters
    ----------
    n, k, stride : int
        Sizes of input and kernel, and the stride.
    padding : int, "valid" or "same"
        Cells on each side, or TensorFlow's word.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a size or the stride is below 1, the padding negative or an unknown word, or the kernel larger than the
        padded axis; with "same" every kernel fits.

    Examples
    --------
    >>> output_size(28, 3, 2), output_size(28, 3, 2, padding=1), output_size(28, 3, 2, padding="same")
    (13, 14, 14)

    References
    ----------
    Dumoulin and Visin 2016, arXiv 1603.07285, relationship 6; tf.nn, "Notes on padding".
    """
    n, k, s = arguments.at_least(1, n=n), arguments.at_least(1, k=k), arguments.at_least(1, stride=stride)
    if isinstance(padding, str):
        arguments.one_of(arguments.PADDINGS, padding=padding)
    if padding == "same":
        return -(-n // s)
    p = 0 if padding == "valid" else arguments.at_least(0, padding=padding)
    arguments.fits("k", (k,), "padded axis", (n + 2 * p,))
    return (n + 2 * p - k) // s + 1


def conv2d_strided(image: ArrayLike, kernel: ArrayLike, stride: IntPair) -> NDArray[Any]:
    """Slide a kernel over an image by a stride, without padding; the kernel is not flipped.

    Parameters
    ----------
    image : array (H, W)
    kernel : array (kh, kw)
    stride : int or (vertical, horizontal)

    Returns
    -------
    array (floor((H - kh) / vertical) + 1, floor((W - kw) / horizontal) + 1)

    Raises
    ------
    ValueError
        If the kernel is larger than the image or a stride below 1.

    Examples
    --------
    >>> conv2d_strided(np.array([[1, 2, 4, 8, 16]]), np.array([[1, -1]]), (1, 2))
    array([[-1, -4]])
    """
    image, kernel = arguments.image(image=image), arguments.filled_image(kernel=kernel)
    down, right = arguments.pair(1, stride=stride)
    arguments.fits("kernel", kernel.shape, "image", image.shape)
    windows = sliding_window_view(arguments.wide(image), kernel.shape)[::down, ::right]  # (H_out, W_out, kh, kw)
    return np.tensordot(windows, arguments.wide(kernel), axes=2)


def conv2d(x: ArrayLike, w: ArrayLike, b: ArrayLike, stride: IntPair = 1, padding: Padding = "valid") -> NDArray[Any]:
    """Compute a convolutional layer on one feature map; the filters are not flipped.

    Parameters
    ----------
    x : array (H, W, C_in)
    w : array (kh, kw, C_in, C_out)
    b : array (C_out,)
    stride : int or (vertical, horizontal)
    padding : "valid" or "same"

    Returns
    -------
    array (H_out, W_out, C_out)

    Raises
    ------
    ValueError
        If the shapes do not belong together, a stride is below 1, the padding unknown, or, with "valid", the filters
        are larger than the map.

    Examples
    --------
    >>> x = np.arange(16).reshape(4, 4, 1)
    >>> conv2d(x, np.ones((3, 3, 1, 2), int), [0, 100], stride=2, padding="same")[:, :, 1]
    array([[145, 139],
           [166, 150]])

    References
    ----------
    tf.nn.conv2d.
    """
    x, b = arguments.array("(H, W, C_in)", x=x), arguments.array("(C_out,)", b=b)
    w = arguments.array("(kh, kw, C_in, C_out)", w=w)
    kernel, channels, filters = arguments.pair(1, w=w.shape[:2]), *w.shape[2:]
    if (channels, filters) != (x.shape[2], len(b)):
        raise ValueError(f"w must be (kh, kw, {x.shape[2]}, {len(b)}) for this x and b. Received: {w.shape}")
    strides = arguments.pair(1, stride=stride)
    if arguments.one_of(arguments.PADDINGS, padding=padding) == "same":
        sides = [same_padding(*axis) for axis in zip(x.shape[:2], kernel, strides, strict=True)]
        x = np.pad(x, [*sides, (0, 0)])
    arguments.fits("w", kernel, "padded map", x.shape[:2])
    windows = sliding_window_view(arguments.wide(x), w.shape[:3])  # (places down, places right, 1, kh, kw, C_in)
    result = np.tensordot(windows[:: strides[0], :: strides[1], 0], arguments.wide(w), axes=3)
    result = result.astype(np.result_type(result, b), copy=False)
    result += b  # into the same memory: asking for as much again takes longer than all the sums
    return result


def unread(n: int, k: int, stride: int, padding: int = 0) -> int:
    """Count the cells after the last window of one padded axis.

    Parameters
    ----------
    n, k, stride : int
        Sizes of input and kernel, and the stride.
    padding : int
        Cells on each side; they belong to the axis.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a size or the stride is below 1, the padding negative, or the kernel larger than the padded axis.

    Examples
    --------
    >>> unread(28, 3, 2), unread(29, 3, 2), unread(20, 3, 5)
    (1, 0, 2)
    """
    p = arguments.at_least(0, padding=padding)
    windows = output_size(n, k, stride, p)
    return int(n + 2 * p - ((windows - 1) * stride + k))

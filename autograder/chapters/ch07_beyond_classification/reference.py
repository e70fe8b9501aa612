"""Chapter 7: dilation, upsampling, transposed convolution, and the sizes of a U-Net.

n: size of the input along one axis, k: of the kernel, s: stride, d: dilation rate; H, W, C: height, width, channels.
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from autograder.chapters import arguments


def dilate_kernel(kernel: ArrayLike, rate: int) -> NDArray[Any]:
    """Spread a kernel: its cells stand `rate` apart, with zeros between.

    Parameters
    ----------
    kernel : array (kh, kw)
    rate : int
        Step from one cell of the kernel to the next, at least 1.

    Returns
    -------
    array ((kh - 1)·rate + 1, (kw - 1)·rate + 1)

    Raises
    ------
    ValueError
        If the rate is below 1 or the kernel has no cell.

    Examples
    --------
    >>> dilate_kernel(np.array([[1, 2, 3], [4, 5, 6]]), 2)
    array([[1, 0, 2, 0, 3],
           [0, 0, 0, 0, 0],
           [4, 0, 5, 0, 6]])

    References
    ----------
    F. Yu and V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, arXiv 1511.07122.
    """
    kernel, d = arguments.filled_image(kernel=kernel), arguments.at_least(1, rate=rate)
    dilated = np.zeros(_span(kernel, d), kernel.dtype)
    dilated[::d, ::d] = kernel
    return dilated


def conv2d_dilated(image: ArrayLike, kernel: ArrayLike, rate: int) -> NDArray[Any]:
    """Slide a dilated kernel over an image without padding: every window uses each rate-th pixel it spans.

    Parameters
    ----------
    image : array (H, W)
    kernel : array (kh, kw)
        As it is before the dilation; not flipped.
    rate : int
        Step from one pixel read to the next, at least 1.

    Returns
    -------
    array (H - (kh - 1)·rate, W - (kw - 1)·rate)

    Raises
    ------
    ValueError
        If the rate is below 1 or the dilated kernel is larger than the image.

    Examples
    --------
    >>> conv2d_dilated(np.array([[1, 2, 4, 8], [10, 20, 40, 80]]), np.array([[1, -1]]), 2)
    array([[ -3,  -6],
           [-30, -60]])

    References
    ----------
    The dilations of tf.nn.conv2d, with padding "VALID".
    """
    image, kernel = arguments.image(image=image), arguments.filled_image(kernel=kernel)
    d = arguments.at_least(1, rate=rate)
    span = _span(kernel, d)
    arguments.fits("the dilated kernel", span, "image", image.shape)
    windows = sliding_window_view(arguments.wide(image), span)[..., ::d, ::d]
    return np.tensordot(windows, arguments.wide(kernel), axes=2)


def upsample2d(x: ArrayLike, factor: int) -> NDArray[Any]:
    """Enlarge a feature map by repeating each cell: nearest neighbour.

    Parameters
    ----------
    x : array (H, W, C)
    factor : int
        Copies of each cell in each direction, at least 1.

    Returns
    -------
    array (H·factor, W·factor, C)

    Raises
    ------
    ValueError
        If the factor is below 1 or x is no feature map.

    Examples
    --------
    >>> upsample2d(np.array([[[1], [2]]]), 2)[:, :, 0]
    array([[1, 1, 2, 2],
           [1, 1, 2, 2]])

    References
    ----------
    keras.layers.UpSampling2D with interpolation "nearest".
    """
    x, f = arguments.array("(H, W, C)", x=x), arguments.at_least(1, factor=factor)
    return x.repeat(f, axis=0).repeat(f, axis=1)


def conv2d_transpose(image: ArrayLike, kernel: ArrayLike, stride: int) -> NDArray[Any]:
    """Let each pixel stamp the kernel, times its value, `stride` cells apart; where stamps overlap they add up.

    Parameters
    ----------
    image : array (H, W)
    kernel : array (kh, kw)
    stride : int
        Step from one stamp to the next, at least 1; may be larger than the kernel.

    Returns
    -------
    array ((H - 1)·stride + kh, (W - 1)·stride + kw)

    Raises
    ------
    ValueError
        If the stride is below 1, or image or kernel has no cell.

    Examples
    --------
    >>> conv2d_transpose(np.array([[1, 10]]), np.array([[1, 2, 3]]), 2)
    array([[ 1,  2, 13, 20, 30]])

    References
    ----------
    tf.nn.conv2d_transpose, padding "VALID", with this output_shape: the gradient of a strided convolution.
    V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, arXiv 1603.07285.
    """
    image, kernel = (
        arguments.wide(arguments.filled_image(image=image)),
        arguments.wide(arguments.filled_image(kernel=kernel)),
    )
    s = arguments.at_least(1, stride=stride)
    (height, width), (kh, kw) = image.shape, kernel.shape
    stamped = np.zeros(((height - 1) * s + kh, (width - 1) * s + kw), np.result_type(image, kernel))
    for (row, column), weight in np.ndenumerate(kernel):  # this cell of all stamps at once
        stamped[row : row + (height - 1) * s + 1 : s, column : column + (width - 1) * s + 1 : s] += weight * image
    return stamped


def unet_shapes(input_shape: tuple[int, int, int], depth: int, filters: int) -> list[tuple[int, int, int]]:
    """Return the shapes of a U-Net's maps, on the way down, in the bridge, and on the way up.

    The convolutions are "same", each level down pools 2×2 and has twice the filters.

    Parameters
    ----------
    input_shape : (H, W, C)
    depth : int
        Number of poolings, at least 0.
    filters : int
        Filters of the first level, at least 1.

    Returns
    -------
    list of 2·depth + 1 tuples (H, W, C)
        Each encoder level before its pooling, the bridge, each decoder level after its convolutions.

    Raises
    ------
    ValueError
        If height or width does not divide by 2**depth, or a number is too small to have a meaning.

    Examples
    --------
    >>> unet_shapes((8, 12, 1), depth=1, filters=4)
    [(8, 12, 4), (4, 6, 8), (8, 12, 4)]

    References
    ----------
    O. Ronneberger, P. Fischer and T. Brox, U-Net, arXiv 1505.04597 (there without padding).
    """
    if not isinstance(input_shape, (tuple, list)) or len(input_shape) != 3:
        raise ValueError(f"input_shape must be (H, W, C). Received: {input_shape!r}")
    height, width, _channels = (arguments.at_least(1, input_shape=size) for size in input_shape)
    depth, filters = arguments.at_least(0, depth=depth), arguments.at_least(1, filters=filters)
    if height % 2**depth or width % 2**depth:
        raise ValueError(f"height and width must divide by 2**depth = {2**depth}. Received: {height} × {width}")
    down = [(height // 2**level, width // 2**level, filters * 2**level) for level in range(depth + 1)]
    return down + down[:-1][::-1]


def _span(kernel: NDArray[Any], d: int) -> tuple[int, ...]:
    """Return (height, width) of what the dilated kernel reaches over."""
    return tuple((k - 1) * d + 1 for k in kernel.shape)

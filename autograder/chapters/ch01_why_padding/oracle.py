"""Chapter 1: what TensorFlow is asked about padding, and how.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride; H, W: height and width.

Every function answers for the graded function of the same name, whose reference says what it takes and returns.
TensorFlow comes first, so that this file can be read without it. All values in CALLS are small multiples of 1/8: sums
of their products are exact in float64, so every machine records the same numbers whatever order it adds them in.
"""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.arguments import IntPair
from autograder.chapters.ch01_why_padding.reference import Mode

LINE = np.array([[2.0, -1.0, -1.0, 0.5, 3.0, -4.0]])
SMALL = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
TIED = np.array([[7.0, 7.0, -1.0], [7.0, 0.0, -1.0], [-3.0, -3.0, -1.0], [0.0, 7.0, 7.0], [2.0, 2.0, 2.0]])
WIDE = np.array(
    [
        [3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0],
        [-6.0, 5.0, 3.5, -5.0, 8.0, 9.0, 7.0],
        [9.0, 3.0, -2.0, 3.0, 8.0, -4.0, 6.0],
        [2.0, 6.0, 4.0, -3.0, 3.0, 8.0, 3.0],
        [2.0, 7.0, -9.5, 5.0, 0.0, 2.0, -8.0],
    ]
)
INTEGERS = np.array([[3, -5, 8, 1], [1, 1, -2, 30000], [7, 0, 4, -30000]], dtype="int16")
BYTES = np.array([[250, 200, 100, 3], [255, 200, 50, 0]], dtype="uint8")
SINGLE = np.array([[0.5, -1.25], [3.0, 8.0], [-0.125, 2.0]], dtype="float32")
IMAGES = (LINE, SMALL, TIED, WIDE, INTEGERS, BYTES, SINGLE)

KERNELS = (
    np.array([[-2.0]]),  # 1×1
    np.array([[1.0, 2.0]]),
    np.array([[1.0], [-3.0]]),
    np.array([[0.5, 2.0], [-1.0, 4.0]]),  # even
    np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 5.0, -1.0]]),  # odd
    np.array([[1.0, -2.0, 0.25], [3.0, 0.0, -2.0]]),  # even × odd
    np.array([[1, 0], [-1, 3], [2, 2], [0, 1]]),
)

CALLS = {
    "pad2d": [
        dict(image=LINE, padding=2),
        dict(image=SMALL, padding=0),
        dict(image=SMALL, padding=1, value=7.0),
        dict(image=SMALL, padding=((2, 2), (2, 2)), value=-1.5),
        dict(image=TIED, padding=((0, 0), (0, 0))),
        dict(image=TIED, padding=((1, 1), (3, 3)), value=7.0),
        dict(image=WIDE, padding=((3, 1), (0, 2))),
        dict(image=WIDE, padding=((0, 4), (1, 0)), value=0.5),
        dict(image=INTEGERS, padding=((1, 0), (0, 2)), value=-3),
        dict(image=BYTES, padding=3, value=255),
        dict(image=SINGLE, padding=((0, 1), (2, 3)), value=0.25),
    ],
    "pad2d_mode": [
        dict(image=image, padding=padding, mode=mode)
        for mode in ("constant", "reflect", "edge", "wrap")
        for image, padding in ((LINE, 0), (SMALL, 1), (TIED, 2), (WIDE, 4), (INTEGERS, 2), (BYTES, 1), (SINGLE, 1))
    ],
    "window_counts": [
        dict(shape=(5, 7), kernel_size=3),
        dict(shape=(1, 6), kernel_size=1),
        dict(shape=(4, 3), kernel_size=(4, 3)),  # as large as the image
        dict(shape=(8, 9), kernel_size=3, stride=1, padding=1),
        dict(shape=(3, 5), kernel_size=3, stride=1, padding=2),  # "full"
        dict(shape=(2, 3), kernel_size=(4, 5), stride=1, padding=1),  # fits thanks to the padding only
        dict(shape=(6, 8), kernel_size=3, stride=2, padding=0),  # the last row and column are left over
        dict(shape=(7, 10), kernel_size=2, stride=3, padding=1),
        dict(shape=(4, 7), kernel_size=1, stride=3, padding=0),
        dict(shape=(6, 7), kernel_size=(2, 3), stride=(1, 2), padding=0),
        dict(shape=(9, 5), kernel_size=(4, 1), stride=(3, 2), padding=1),
        dict(shape=(5, 6), kernel_size=2, stride=1, padding=4),  # windows that lie in the padding alone
    ],
    "conv2d_valid": [
        dict(image=image, kernel=kernel)
        for image in IMAGES
        for kernel in (*KERNELS, image[::-1])  # the last is as large as the image
        if np.all(np.less_equal(kernel.shape, image.shape))
    ],
    "same_padding": [
        dict(n=28, k=3),
        dict(n=28, k=4),
        dict(n=9, k=1),
        dict(n=5, k=5),
        dict(n=28, k=3, stride=2),
        dict(n=27, k=3, stride=2),
        dict(n=6, k=2, stride=2),
        dict(n=7, k=5, stride=4),
        dict(n=11, k=6, stride=3),
        dict(n=6, k=1, stride=3),
        dict(n=9, k=2, stride=3),  # no padding, and the last cell is left over
        dict(n=3, k=5),  # kernels larger than the image
        dict(n=3, k=8),
        dict(n=2, k=7, stride=2),
        dict(n=1, k=4, stride=3),
        dict(n=2, k=3, stride=5),
    ],
}


def pad2d(
    tf: ModuleType, image: NDArray[Any], padding: int | tuple[tuple[int, int], tuple[int, int]], value: float = 0.0
) -> NDArray[Any]:
    """Ask tf.pad for an image surrounded with a constant.

    Examples
    --------
    >>> import tensorflow as tf
    >>> pad2d(tf, np.array([[1, 2]]), ((1, 0), (0, 2)), value=9)
    array([[9, 9, 9, 9],
           [1, 2, 9, 9]])
    """
    if isinstance(padding, int):
        padding = ((padding, padding), (padding, padding))
    value = tf.cast(value, image.dtype)  # tf.pad refuses two dtypes
    return tf.pad(image, padding, "CONSTANT", constant_values=value).numpy()


def pad2d_mode(tf: ModuleType, image: NDArray[Any], padding: int, mode: Mode) -> NDArray[Any]:
    """Ask tf.pad for zeros and reflection; tf.pad knows neither "edge" nor "wrap", so tf.gather answers those.

    Examples
    --------
    >>> import tensorflow as tf
    >>> pad2d_mode(tf, np.array([[1, 2, 3]]), 0, "reflect"), pad2d_mode(tf, np.array([[1, 2], [3, 4]]), 1, "wrap")[0]
    (array([[1, 2, 3]]), array([4, 3, 4, 3]))
    """
    if mode in ("constant", "reflect"):
        return tf.pad(image, [[padding, padding]] * 2, mode.upper()).numpy()
    rows, columns = (_shown(tf, n, padding, mode) for n in image.shape)
    return tf.gather(tf.gather(image, rows, axis=0), columns, axis=1).numpy()


def _shown(tf, n, p, mode):
    """Return which of n cells each of the n + 2p padded cells shows: the nearest, or going round in a circle."""
    cells = tf.range(-p, n + p)
    return tf.clip_by_value(cells, 0, n - 1) if mode == "edge" else tf.math.floormod(cells, n)


def window_counts(
    tf: ModuleType, shape: tuple[int, int], kernel_size: IntPair, stride: IntPair = 1, padding: int = 0
) -> NDArray[np.int64]:
    """Ask for the gradient of a convolution of ones: a pixel moves the sum of the output once for each window over it.

    Examples
    --------
    >>> import tensorflow as tf
    >>> window_counts(tf, (3, 4), (1, 2), stride=2)
    array([[1, 1, 1, 1],
           [0, 0, 0, 0],
           [1, 1, 1, 1]])
    """
    image = tf.zeros(shape, tf.float64)
    kernel = tf.ones(np.broadcast_to(kernel_size, 2), tf.float64)
    strides = [int(s) for s in np.broadcast_to(stride, 2)]
    with tf.GradientTape() as tape:
        tape.watch(image)
        output = _convolve(tf, tf.pad(image, [[padding, padding]] * 2), kernel, strides)
    return tape.gradient(output, image).numpy().round().astype(int)


def conv2d_valid(tf: ModuleType, image: NDArray[Any], kernel: NDArray[Any]) -> NDArray[Any]:
    """Ask tf.nn.conv2d without padding, in float64.

    Examples
    --------
    >>> import tensorflow as tf
    >>> conv2d_valid(tf, np.array([[1, 2, 4], [8, 16, 32]]), np.array([[1, -1]]))
    array([[ -1.,  -2.],
           [ -8., -16.]])
    """
    return _convolve(tf, tf.cast(image, tf.float64), tf.cast(kernel, tf.float64), 1).numpy()


def _convolve(tf, image, kernel, strides):
    """Give tf.nn.conv2d the batch and channel axes that it wants, and take them off again."""
    return tf.nn.conv2d(image[None, :, :, None], kernel[:, :, None, None], strides, "VALID")[0, :, :, 0]


def same_padding(tf: ModuleType, n: int, k: int, stride: int = 1) -> tuple[int, int]:
    """Read TensorFlow's "same" off tf.nn.conv2d: unit kernels show which cells of a window lie in the padding.

    Examples
    --------
    >>> import tensorflow as tf
    >>> same_padding(tf, 28, 3, stride=2), same_padding(tf, 28, 4), same_padding(tf, 3, 8)
    ((0, 1), (1, 2), (3, 4))
    """
    line = tf.ones((1, 1, n, 1), tf.float64)
    # k kernels of one row, each 1 in another place: channel j of an output is cell j of its window.
    probes = tf.eye(k, dtype=tf.float64)[None, :, None, :]  # (1, k, 1, k)
    windows = tf.nn.conv2d(line, probes, stride, "SAME")[0, 0].numpy()  # (outputs, k)
    # The first and the last window hold one pixel at least, so the ones in them tell where padding ends.
    return int(windows[0].argmax()), int(windows[-1, ::-1].argmax())

"""Chapter 2: what TensorFlow is asked about strides, and how.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride; H, W: height, width; C: channels.

Every function answers for the graded function of the same name, whose reference says what it takes and returns.
TensorFlow comes first, so that this file can be read without it. All values in CALLS are small multiples of 1/8: sums
of their products are exact in float64, so every machine records the same numbers whatever order it adds them in.
"""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch01_why_padding.oracle import BYTES, IMAGES, INTEGERS, KERNELS, LINE, SINGLE, TIED, WIDE

STRIDES = (1, 2, (3, 1))


def _stack(*channels):
    return np.stack(channels, axis=-1)


MAP = _stack(WIDE, WIDE[::-1] - 2.5, -WIDE[:, ::-1])  # (5, 7, 3)
TALL = _stack(TIED, TIED * -0.5)  # (5, 3, 2)
ROW = _stack(LINE, -LINE)  # (1, 6, 2)
GREY = INTEGERS[..., None]  # (3, 4, 1)
COLOURS = _stack(BYTES, BYTES[::-1], BYTES[:, ::-1])  # (2, 4, 3)


def _filters(*shape):
    """Return filters of different weights, multiples of 1/8 in a mixed order."""
    count = int(np.prod(shape))
    return ((np.arange(count) * 17) % (count + 1) - 12.0).reshape(shape) / 8


CALLS = {
    "output_size": [
        dict(n=28, k=3),
        dict(n=5, k=5),
        dict(n=7, k=1),
        dict(n=9, k=3, stride=2),
        dict(n=10, k=3, stride=2),  # a rest of 1
        dict(n=12, k=4, stride=3),
        dict(n=20, k=3, stride=5),  # gaps between the windows
        dict(n=4, k=2, stride=7),  # one window
        dict(n=28, k=3, stride=2, padding=1),
        dict(n=31, k=5, stride=3, padding=1),
        dict(n=2, k=5, stride=1, padding=2),  # fits thanks to the padding only
        dict(n=5, k=2, stride=1, padding=4),
        dict(n=9, k=3, stride=2, padding="valid"),
        dict(n=10, k=4, stride=3, padding="valid"),
        dict(n=28, k=3, stride=1, padding="same"),
        dict(n=7, k=4, stride=2, padding="same"),
        dict(n=28, k=3, stride=3, padding="same"),
        dict(n=3, k=5, stride=2, padding="same"),  # kernels larger than the input
        dict(n=2, k=8, stride=1, padding="same"),
        dict(n=2, k=3, stride=5, padding="same"),
    ],
    "conv2d_strided": [
        dict(image=image, kernel=kernel, stride=stride)
        for image in IMAGES
        for kernel in (*KERNELS, image[::-1])  # the last is as large as the image
        for stride in (2, (1, 3))
        if np.all(np.less_equal(kernel.shape, image.shape))
    ],
    "conv2d": [
        dict(x=MAP, w=_filters(3, 3, 3, 2), b=np.array([0.0, 0.0])),
        dict(x=MAP, w=_filters(1, 1, 3, 4), b=np.array([1.0, -2.5, 0.0, 4.0])),
        dict(x=TALL, w=_filters(5, 3, 2, 1), b=np.array([-1.0])),  # as large as the map
        dict(x=ROW, w=_filters(1, 2, 2, 3), b=np.array([0.5, -8.0, 100.0]), stride=(1, 3)),
        dict(x=GREY, w=np.arange(12).reshape(2, 3, 1, 2) - 5, b=np.array([3, -7])),
        dict(x=COLOURS, w=np.full((2, 2, 3, 2), 200, "uint8"), b=np.array([250, 1], "uint8")),
        dict(x=SINGLE[..., None], w=_filters(2, 2, 1, 2), b=np.array([0.25, -0.25]), padding="same"),
        *(
            dict(x=x, w=_filters(*size, x.shape[2], 2), b=np.array([0.5, -3.0]), stride=stride, padding="same")
            for x in (MAP, TALL, MAP[:4, :6], ROW)
            for size in ((3, 3), (2, 4), (5, 2), (1, 1))  # partly larger than the map
            for stride in STRIDES
        ),
        *(
            dict(x=x, w=_filters(*size, x.shape[2], 3), b=np.array([2.0, 0.0, -0.125]), stride=stride, padding="valid")
            for x in (MAP, TALL, MAP[:4, :6])
            for size in ((3, 3), (2, 1), (1, 2))
            for stride in (2, (1, 3))
        ),
    ],
    "unread": [
        dict(n=28, k=3, stride=2),
        dict(n=29, k=3, stride=2),
        dict(n=11, k=4, stride=4),
        dict(n=9, k=1, stride=1),
        dict(n=5, k=5, stride=3),  # one window, as large as the input
        dict(n=20, k=3, stride=5),  # gaps between the windows
        dict(n=10, k=2, stride=3),
        dict(n=7, k=2, stride=9),  # one window
        dict(n=28, k=3, stride=2, padding=1),
        dict(n=8, k=3, stride=3, padding=1),
        dict(n=7, k=3, stride=3, padding=1),
        dict(n=2, k=5, stride=2, padding=2),  # fits thanks to the padding only
        dict(n=3, k=2, stride=4, padding=3),
    ],
}


def output_size(tf: ModuleType, n: int, k: int, stride: int = 1, padding: int | Padding = 0) -> int:
    """Read the number of windows off the shape of a convolution.

    Examples
    --------
    >>> import tensorflow as tf
    >>> output_size(tf, 28, 3, 2), output_size(tf, 28, 3, 2, 1), output_size(tf, 2, 8, padding="same")
    (13, 14, 2)
    """
    if not isinstance(padding, str):
        n, padding = n + 2 * padding, "valid"
    row, ones = tf.zeros((1, n, 1)), tf.ones((1, k, 1, 1))
    return int(_convolve(tf, row, ones, (1, stride), padding).shape[1])


def conv2d_strided(tf: ModuleType, image: NDArray[Any], kernel: NDArray[Any], stride: IntPair) -> NDArray[Any]:
    """Ask tf.nn.conv2d without padding, in float64.

    Examples
    --------
    >>> import tensorflow as tf
    >>> conv2d_strided(tf, np.array([[1, 2, 4, 8, 16]]), np.array([[1, -1]]), (1, 2))
    array([[-1., -4.]])
    """
    return _convolve(tf, image[..., None], kernel[..., None, None], stride, "valid")[..., 0].numpy()


def conv2d(
    tf: ModuleType, x: NDArray[Any], w: NDArray[Any], b: NDArray[Any], stride: IntPair = 1, padding: Padding = "valid"
) -> NDArray[Any]:
    """Ask tf.nn.conv2d and tf.nn.bias_add, in float64.

    Examples
    --------
    >>> import tensorflow as tf
    >>> x = np.arange(16).reshape(4, 4, 1)
    >>> conv2d(tf, x, np.ones((3, 3, 1, 2)), np.array([0, 100]), stride=2, padding="same")[:, :, 1]
    array([[145., 139.],
           [166., 150.]])
    """
    return tf.nn.bias_add(_convolve(tf, x, w, stride, padding), tf.cast(b, tf.float64)).numpy()


def unread(tf: ModuleType, n: int, k: int, stride: int, padding: int = 0) -> int:
    """Ask for the gradient of a convolution of ones: cells behind the last window have none.

    Examples
    --------
    >>> import tensorflow as tf
    >>> unread(tf, 28, 3, 2), unread(tf, 29, 3, 2), unread(tf, 20, 3, 5)
    (1, 0, 2)
    """
    row = tf.zeros((1, n + 2 * padding, 1), tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(row)
        output = _convolve(tf, row, tf.ones((1, k, 1, 1)), (1, stride), "valid")
    read = tape.gradient(output, row).numpy()[0, ::-1, 0] > 0.5
    return int(read.argmax())  # the first cell from the end that is read


def _convolve(tf, x, w, stride, padding):
    """Ask tf.nn.conv2d for one map (H, W, C_in), in float64."""
    x, w = tf.cast(x, tf.float64), tf.cast(w, tf.float64)
    return tf.nn.conv2d(x[None], w, [int(s) for s in np.broadcast_to(stride, 2)], padding.upper())[0]

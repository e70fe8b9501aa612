"""Chapter 4: what TensorFlow is asked about moved images, and how.

H, W, C: height, width and channels; dy, dx: pixels to move down and right; s: stride.

Every function answers for the graded function of the same name, whose reference says what it takes and returns.
TensorFlow comes first, so that this file can be read without it. All values in CALLS are small multiples of 1/8:
blurred and added up they are exact in float64, so every machine records the same numbers whatever order it adds them
in.
"""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.arguments import IntPair

LINE = np.array([[2.0, -1.0, -1.0, 0.5, 3.0, -4.0]])
SMALL = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
TALL = np.array([[7.0, 7.0, -1.0], [7.0, 0.0, -1.0], [-3.0, -3.0, -1.0], [0.0, 7.0, 7.0], [2.0, 2.0, 2.0]])
INTEGERS = np.array([[3, -5, 8, 1], [1, 1, -2, 30000], [7, 0, 4, -30000]], dtype="int16")
BYTES = np.array([[250, 200, 100, 3], [255, 200, 50, 0]], dtype="uint8")


def _maps(h, w, channels, dtype=float):
    """Return an (H, W, C) array of eighths between -8 and 8, or of whole numbers, that looks like noise."""
    cells = np.arange(h * w * channels)
    noise = (cells * 37 + cells**2 * 11) % 129 - 64
    return (noise / 8 if dtype is float else noise % 97 if dtype == "uint8" else noise).astype(dtype).reshape(h, w, -1)


NEGATIVE = -1 - np.abs(_maps(6, 4, 1))
MAPS = (
    _maps(2, 3, 1),
    _maps(5, 7, 2),
    _maps(6, 4, 3),
    _maps(8, 9, 1),
    NEGATIVE,
    TALL[..., None],
    _maps(4, 5, 2, "int64"),
    250 + np.minimum(_maps(4, 6, 2, "uint8"), 5),  # bytes near their largest
)

CALLS = {
    "translate": [
        dict(image=image, dy=dy, dx=dx)
        for image in (LINE, SMALL, TALL, INTEGERS, BYTES)
        for dy, dx in ((0, 0), (1, 2), (-1, -2), (1, -1), (-2, 1), (0, 3), (0, -1), (2, 0), (9, 0), (0, -9), (-1, 50))
    ],
    "consistency": [
        dict(labels=np.array(labels))
        for labels in (
            [[3, 5, 8, 2], [3, 5, 8, 2]],
            [[3, 5, 8, 2], [5, 3, 2, 8]],
            [[9], [9], [7]],
            [[9, 2, 2, 5], [9, 2, 3, 5], [9, 1, 3, 5]],
            [[0, 0, 1], [0, 1, 1], [1, 0, 1], [0, 0, 0]],
            [[1, 2, 3], [3, 1, 2], [3, 1, 2]],  # the shifted rows agree with each other only
            [[0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 6]],
        )
    ],
    "blur_pool2d": [
        *(dict(x=x) for x in MAPS),
        *(dict(x=x, stride=stride) for x in MAPS for stride in (1, 3)),
        dict(x=_maps(5, 7, 2), stride=20),  # one cell is left
    ],
    "pool_shift_error": [
        *(dict(x=x, dy=dy, dx=dx) for x in MAPS for dy, dx in ((1, 0), (0, 1), (-1, 3))),
        dict(x=_maps(5, 7, 2), dy=0, dx=0),
        dict(x=_maps(8, 4, 2), dy=2, dx=-2),
        dict(x=_maps(8, 4, 2), dy=8, dx=4),  # once round
        dict(x=_maps(8, 9, 1), dy=11, dx=-13),  # more than once round
        dict(x=_maps(8, 9, 1), dy=1, dx=1, size=1),
        dict(x=_maps(8, 9, 1), dy=1, dx=2, size=3),
        dict(x=_maps(8, 9, 1), dy=2, dx=1, size=(2, 3)),
        dict(x=_maps(5, 7, 2), dy=1, dx=1, size=(5, 1)),
        dict(x=_maps(5, 5, 2), dy=3, dx=0, size=5),  # one window holds all
    ],
}


def translate(tf: ModuleType, image: NDArray[Any], dy: int, dx: int) -> NDArray[Any]:
    """Ask tf.pad for zeros all around the image, and tf.slice for the part that shows after the move.

    Examples
    --------
    >>> import tensorflow as tf
    >>> translate(tf, np.array([[1, 2, 3], [4, 5, 6]]), 1, -1)
    array([[0, 0, 0],
           [2, 3, 0]])
    """
    padded = tf.pad(image, [[abs(dy), abs(dy)], [abs(dx), abs(dx)]])
    return tf.slice(padded, [abs(dy) - dy, abs(dx) - dx], image.shape).numpy()


def consistency(tf: ModuleType, labels: NDArray[Any]) -> float:
    """Ask tf.equal row by row, and count.

    Examples
    --------
    >>> import tensorflow as tf
    >>> consistency(tf, np.array([[9, 2, 2, 5], [9, 2, 3, 5], [9, 1, 3, 5]]))
    0.625
    """
    first, *others = tf.unstack(labels)
    same = [tf.math.count_nonzero(tf.equal(first, other)) for other in others]
    return int(tf.add_n(same)) / (len(others) * labels.shape[1])


def blur_pool2d(tf: ModuleType, x: NDArray[Any], stride: int = 2) -> NDArray[np.float64]:
    """Ask tf.pad for the reflection and tf.nn.depthwise_conv2d, with its own stride, for the blur, in float64.

    Examples
    --------
    >>> import tensorflow as tf
    >>> blur_pool2d(tf, np.array([[[0], [4], [0], [8]]] * 2))[..., 0]
    array([[2., 3.]])
    """
    padded = tf.pad(tf.cast(x, tf.float64)[None], [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")  # of two cells at least
    weights = tf.constant([[1, 2, 1], [2, 4, 2], [1, 2, 1]], tf.float64) / 16
    filters = tf.tile(weights[:, :, None, None], [1, 1, x.shape[-1], 1])  # (3, 3, C, 1): one a channel
    return tf.nn.depthwise_conv2d(padded, filters, [1, stride, stride, 1], "VALID")[0].numpy()


def pool_shift_error(tf: ModuleType, x: NDArray[Any], dy: int, dx: int, size: IntPair = 2) -> float:
    """Ask tf.roll and tf.nn.max_pool2d, in float64.

    Examples
    --------
    >>> import tensorflow as tf
    >>> pool_shift_error(tf, np.array([[[1], [0], [5], [3]]]), 0, 1, size=(1, 2))
    1.0
    """
    sizes = [int(k) for k in np.broadcast_to(size, 2)]
    still = tf.cast(x, tf.float64)[None]
    rolled = tf.roll(still, [dy, dx], axis=[1, 2])
    before, after = (tf.nn.max_pool2d(images, sizes, sizes, "VALID") for images in (still, rolled))
    return float(tf.reduce_sum(tf.abs(after - before))) / int(tf.size(before))

"""Chapter 3: what TensorFlow is asked about pooling, and how.

H, W, C: height, width and channels; k: size of the window along one axis.

Every function answers for the graded function of the same name, whose reference says what it takes and returns.
TensorFlow comes first, so that this file can be read without it. All is asked in float64. All values in CALLS are
small multiples of 1/8, so their sums are exact whatever order they are added in.
"""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch03_pooling.reference import GlobalKind, Kind


def _channel(table):
    return np.array(table)[:, :, None]


LINE = _channel([[2.0, -1.0, -1.0, 0.5, 3.0, -4.0]])
NOTES = _channel([[3, 1, 1, 3], [2, 5, 0, 2], [1, 4, 2, 1], [4, 7, 2, 4]])  # the map of the handwritten notes
NEGATIVE = -_channel([[3.0, 1.0, 4.0, 1.5, 5.0], [9.0, 2.0, 6.0, 5.0, 3.0], [5.0, 8.0, 9.5, 7.0, 9.0]])
TIED = _channel([[7, 7, -1, 7, 2], [7, 0, -1, 7, 2], [-3, -3, -1, -1, 2], [0, 7, 7, 2, 2]])
CHANNELS = np.random.default_rng(3).integers(-72, 73, (7, 9, 3)) / 8
BYTES = np.random.default_rng(4).integers(200, 256, (4, 6, 2)).astype("uint8")

POOLED = (  # x, size, stride, padding: by each kind
    (LINE, 1, 1, "valid"),
    (LINE, (1, 4), None, "same"),
    (NOTES, 2, None, "valid"),
    (NOTES, 9, 2, "same"),  # larger than the map
    (NEGATIVE, 2, 1, "same"),  # overlapping, even: one cell is padded, after
    (NEGATIVE, 3, 1, "same"),
    (NEGATIVE, 2, 2, "valid"),  # the last row and column are left over
    (TIED, (3, 4), (1, 1), "valid"),
    (CHANNELS, 3, 2, "same"),
    (CHANNELS, 2, 3, "valid"),  # gaps
    (CHANNELS, 2, 3, "same"),
    (CHANNELS, (7, 9), None, "valid"),  # as large as the map
    (BYTES, (2, 1), (1, 2), "valid"),
    (BYTES, (4, 2), (3, 1), "same"),
)

BACK = (  # x, size, stride
    (LINE, 1, 1),
    (LINE, (1, 3), (1, 1)),
    (NOTES, 2, 2),
    (NOTES, 3, 1),
    (NEGATIVE, 2, 2),  # leftovers
    (NEGATIVE, 2, 1),
    (TIED, 2, 2),
    (TIED, 2, 1),  # ties in windows that overlap
    (TIED, 3, 1),
    (TIED, (4, 5), 1),
    (CHANNELS, 3, 2),
    (CHANNELS, 2, 3),
    (CHANNELS, (3, 2), (1, 4)),
    (BYTES, (2, 3), 1),
)


def _grad(x, size, stride):
    """Return some gradient for what max pooling makes of x."""
    rows, columns = (np.array(x.shape[:2]) - size) // stride + 1
    return np.random.default_rng(5).integers(-40, 41, (rows, columns, x.shape[2])) / 8


CALLS = {
    "pool2d": [
        *(
            dict(x=x, size=size, stride=stride, kind=kind, padding=padding)
            for kind in ("max", "avg", "min", "l2")
            for x, size, stride, padding in POOLED
        ),
        dict(x=NOTES, size=2),
        dict(x=CHANNELS, size=(2, 3)),
    ],
    "global_pool": [
        *(dict(x=x, kind=kind) for kind in ("avg", "max") for x in (LINE, NOTES, NEGATIVE, TIED, CHANNELS, BYTES)),
        dict(x=CHANNELS),
    ],
    "max_pool_backward": [dict(x=x, grad=_grad(x, size, stride), size=size, stride=stride) for x, size, stride in BACK],
}


def pool2d(
    tf: ModuleType,
    x: NDArray[Any],
    size: IntPair,
    stride: IntPair | None = None,
    kind: Kind = "max",
    padding: Padding = "valid",
) -> NDArray[Any]:
    """Ask tf.nn.max_pool2d and avg_pool2d; the two kinds that TensorFlow lacks come from others of its operations.

    Examples
    --------
    >>> import tensorflow as tf
    >>> pool2d(tf, np.array([[[3], [-4], [12]]]), (1, 2), kind="l2", padding="same")[:, :, 0]
    array([[ 5., 12.]])
    """
    size = _pair(size)
    stride = size if stride is None else _pair(stride)
    batch, sides = tf.cast(x, tf.float64)[None], padding.upper()
    if kind == "l2":
        return tf.sqrt(_window_sums(tf, batch * batch, size, stride, sides))[0].numpy()
    if kind == "min":
        return -tf.nn.max_pool2d(-batch, size, stride, sides)[0].numpy()
    ask = tf.nn.max_pool2d if kind == "max" else tf.nn.avg_pool2d
    return ask(batch, size, stride, sides)[0].numpy()


def _window_sums(tf, batch, size, stride, padding):
    """Convolve each channel with ones: channels go into the batch, because conv2d adds channels up."""
    channels = tf.transpose(batch, (3, 1, 2, 0))  # (C, H, W, 1)
    sums = tf.nn.conv2d(channels, tf.ones((*size, 1, 1), batch.dtype), stride, padding)
    return tf.transpose(sums, (3, 1, 2, 0))


def global_pool(tf: ModuleType, x: NDArray[Any], kind: GlobalKind = "avg") -> NDArray[Any]:
    """Ask Keras's GlobalAveragePooling2D and GlobalMaxPooling2D.

    Examples
    --------
    >>> import tensorflow as tf
    >>> global_pool(tf, np.array([[[1, -8], [2, -6]]]))
    array([ 1.5, -7. ])
    """
    layers = {"avg": tf.keras.layers.GlobalAveragePooling2D, "max": tf.keras.layers.GlobalMaxPooling2D}
    return layers[kind](dtype="float64")(x[None].astype("float64"))[0].numpy()


def max_pool_backward(
    tf: ModuleType, x: NDArray[Any], grad: NDArray[Any], size: IntPair, stride: IntPair
) -> NDArray[Any]:
    """Ask for the gradient of tf.nn.max_pool2d by a tape; on the CPU a tie goes to the first cell.

    Examples
    --------
    >>> import tensorflow as tf
    >>> x = np.array([[[3], [1], [4], [4]]])
    >>> max_pool_backward(tf, x, np.array([[[0.5], [2.0]]]), (1, 3), 1)[:, :, 0]
    array([[0. , 0. , 2.5, 0. ]])
    """
    batch = tf.cast(x, tf.float64)[None]
    with tf.GradientTape() as tape:
        tape.watch(batch)
        output = tf.nn.max_pool2d(batch, _pair(size), _pair(stride), "VALID")
    return tape.gradient(output, batch, tf.cast(grad, tf.float64)[None])[0].numpy()


def _pair(value):
    return [int(n) for n in np.broadcast_to(value, 2)]

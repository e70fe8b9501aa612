"""Chapter 6: a mosaic by TensorFlow, which has none; a trained network by Keras; gradients by a tape.

`design` has many right answers and so none to record. All is asked in float64. All values in CALLS are small multiples
of 1/8, so sums of their products are exact whatever order they are added in.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.arguments import IntPair, Padding

_WIDE = np.arange(2 * 3 * 5, dtype=float).reshape(2, 3, 5) - 7.5
_TIED = np.array([[[1.0, 1.0, -2.0, 0.0]], [[3.0, 1.0, -2.0, 4.0]]])
_BYTES = np.arange(24, dtype="uint8").reshape(2, 4, 3) * 10


def _eighths(*shape):
    """Return multiples of 1/8 of either sign, in a mixed order that depends on the shape."""
    return np.random.default_rng(shape).integers(-16, 17, shape) / 8


def _network(*shapes):
    return [(_eighths(*shape), _eighths(shape[-1])) for shape in shapes]


# x, w, stride, padding
_LAYERS = (
    ((1, 3, 1), (1, 2, 1, 1), 1, "valid"),
    ((4, 5, 2), (3, 3, 2, 3), 1, "valid"),
    ((5, 6, 1), (2, 2, 1, 2), 2, "valid"),  # the last row is not read
    ((7, 8, 2), (2, 1, 2, 1), 3, "valid"),  # nor is what lies between the windows
    ((6, 7, 3), (3, 2, 3, 2), (1, 2), "valid"),
    ((3, 4, 2), (3, 4, 2, 2), 1, "valid"),  # one window
    ((4, 5, 2), (3, 3, 2, 2), 1, "same"),
    ((4, 5, 1), (2, 4, 1, 3), 1, "same"),  # even kernels
    ((5, 6, 2), (3, 3, 2, 1), 2, "same"),
    ((5, 8, 1), (1, 2, 1, 1), (2, 3), "same"),  # less to read than there is
    ((2, 3, 2), (5, 4, 2, 2), 1, "same"),  # kernels larger than the map
)


def _output(x, w, stride, padding):
    """Return the shape of a layer's output."""
    places = [n if padding == "same" else n - k + 1 for n, k in zip(x[:2], w[:2], strict=True)]
    return *(-(-n // int(s)) for n, s in zip(places, np.broadcast_to(stride, 2), strict=True)), w[3]


CALLS = {
    "mosaic": [dict(maps=maps, columns=columns) for maps in (_WIDE, _TIED, _BYTES) for columns in (1, 2, 3, 5, 7)],
    "forward": [
        dict(image=_eighths(2, 3, 1), weights=_network((6, 4))),
        dict(image=_eighths(2, 2, 1), weights=_network((4, 5), (5, 3), (3, 2))),
        dict(image=_eighths(4, 6, 1), weights=_network((3, 3, 1, 2), (12, 3))),
        dict(image=_eighths(5, 7, 1), weights=_network((2, 4, 1, 3), (18, 4), (4, 2))),
        dict(image=_eighths(9, 8, 1), weights=_network((3, 3, 1, 3), (3, 2, 3, 2), (8, 5), (5, 3))),
        dict(image=_eighths(11, 13, 1), weights=_network((5, 5, 1, 2), (1, 1, 2, 4), (3, 3, 4, 3), (3, 2))),
    ],
    "conv2d_backward": [
        dict(x=_eighths(*x), w=_eighths(*w), grad=_eighths(*_output(x, w, *how)), stride=how[0], padding=how[1])
        for x, w, *how in _LAYERS
    ]
    + [dict(x=_BYTES, w=_eighths(2, 2, 3, 1), grad=_eighths(1, 3, 1))],
}


def mosaic(tf: ModuleType, maps: NDArray[Any], columns: int) -> NDArray[Any]:
    """Concatenate whole rows of maps, each row map by map, with maps of zeros at the end."""
    height, width, channels = maps.shape
    rows = -(-channels // columns)
    tiles = [tf.constant(maps[:, :, c]) for c in range(channels)]
    tiles += [tf.zeros((height, width), maps.dtype)] * (rows * columns - channels)
    return tf.concat([tf.concat(tiles[r * columns : (r + 1) * columns], 1) for r in range(rows)], 0).numpy()


def forward(tf: ModuleType, image: NDArray[Any], weights: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
    """Ask Keras: a Sequential model of "same" convolutions with ReLU, max pooling and dense layers.

    Examples
    --------
    >>> import tensorflow as tf
    >>> image = np.array([[[1.0], [3.0]], [[2.0], [0.0]]])
    >>> forward(tf, image, [(np.full((1, 1, 1, 1), 2.0), np.ones(1)), (np.array([[1.0, -1.0]]), np.array([0.0, 5.0]))])
    array([ 7., -2.])
    """
    layers = tf.keras.layers
    model = tf.keras.Sequential([tf.keras.Input(image.shape, dtype="float64")])
    for number, (w, _b) in enumerate(weights, 1):
        activation = None if number == len(weights) else "relu"
        if w.ndim == 4:
            model.add(layers.Conv2D(w.shape[3], w.shape[:2], padding="same", activation=activation, dtype="float64"))
            model.add(layers.MaxPooling2D(2, dtype="float64"))
        else:
            model.add(layers.Flatten(dtype="float64"))
            model.add(layers.Dense(w.shape[1], activation=activation, dtype="float64"))
    model.set_weights([array for layer in weights for array in layer])
    return model(image[None])[0].numpy()


def conv2d_backward(
    tf: ModuleType,
    x: NDArray[Any],
    w: NDArray[Any],
    grad: NDArray[Any],
    stride: IntPair = 1,
    padding: Padding = "valid",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Ask a tape for the gradients of tf.nn.conv2d and tf.nn.bias_add.

    Examples
    --------
    >>> import tensorflow as tf
    >>> x, w = np.array([[[1], [2], [4]]]), np.array([[[[3]], [[10]]]])
    >>> dx, dw, db = conv2d_backward(tf, x, w, np.array([[[1], [5]]]))
    >>> dx[:, :, 0], dw[:, :, 0, 0], db
    (array([[ 3., 25., 50.]]), array([[11., 22.]]), array([6.]))
    """
    inputs = tf.cast(x[None], tf.float64), tf.cast(w, tf.float64), tf.zeros(w.shape[3], tf.float64)
    strides = [int(s) for s in np.broadcast_to(stride, 2)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        batch, filters, bias = inputs
        output = tf.nn.bias_add(tf.nn.conv2d(batch, filters, strides, padding.upper()), bias)
    dx, dw, db = tape.gradient(output, inputs, tf.cast(grad[None], tf.float64))
    return dx[0].numpy(), dw.numpy(), db.numpy()

"""Chapter 7: what TensorFlow is asked about dilation, upsampling, transposed convolution and U-Nets, and how.

n: size of the input along one axis, k: of the kernel, s: stride, d: dilation rate; H, W, C: height, width, channels.

Every function answers for the graded function of the same name, whose reference says what it takes and returns.
TensorFlow comes first, so that this file can be read without it. All values in CALLS are small multiples of 1/8: sums
of their products are exact in float64, so every machine records the same numbers whatever order it adds them in.
"""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.chapters.ch01_why_padding import oracle as padding

SMALL = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
LINE = np.array([[2.0, -1.0, -1.0, 0.5, 3.0, -4.0, 7.0]])
WIDE = np.array(
    [
        [3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0, 6.0],
        [-6.0, 5.0, 3.5, -5.0, 8.0, 9.0, 7.0, 0.0],
        [9.0, 3.0, -2.0, 3.0, 8.0, -4.0, 6.0, -2.0],
        [2.0, 6.0, 4.0, -3.0, 3.0, 8.0, 3.0, 7.0],
        [2.0, 7.0, -9.5, 5.0, 0.0, 2.0, -8.0, 8.0],
    ]
)
TALL = np.flip(WIDE.T, axis=1)
INTEGERS = np.array([[3, -5, 8, 1], [1, 1, -2, 30000], [7, 0, 4, -30000]], dtype="int16")
BYTES = np.array([[250, 200, 100, 3, 9], [255, 200, 50, 0, 1], [7, 255, 254, 253, 0]], dtype="uint8")
SINGLE = np.array([[0.5, -1.25], [3.0, 8.0], [-0.125, 2.0]], dtype="float32")

KERNELS = (
    *padding.KERNELS,
    np.array([[250, 255], [1, 200]], dtype="uint8"),
)

MAPS = (
    SMALL[:, :, None],
    np.stack([WIDE, -WIDE, WIDE[::-1]], axis=-1),  # several channels
    np.array([[[1.5, -2.0]]]),  # 1×1
    INTEGERS[:, :, None],
    np.stack([BYTES, BYTES[::-1]], axis=-1),
)

CALLS = {
    "dilate_kernel": [dict(kernel=kernel, rate=rate) for kernel in KERNELS for rate in (1, 2, 3, 5)],
    "conv2d_dilated": [
        dict(image=image, kernel=kernel, rate=rate)
        for image in (LINE, WIDE, TALL, INTEGERS, BYTES)
        for kernel in KERNELS
        for rate in (1, 2, 3)
        if all((k - 1) * rate < n for k, n in zip(kernel.shape, image.shape, strict=True))
    ],
    "upsample2d": [dict(x=x, factor=factor) for x in MAPS for factor in (1, 2, 3, 5)],
    "conv2d_transpose": [
        dict(image=image, kernel=kernel, stride=stride)
        for image in (SMALL, INTEGERS, SINGLE)
        for kernel in KERNELS
        for stride in (1, 2, 3)  # overlapping, touching, apart
    ],
    "unet_shapes": [
        dict(input_shape=(256, 256, 1), depth=2, filters=8),
        dict(input_shape=(32, 48, 3), depth=3, filters=2),
        dict(input_shape=(20, 12, 1), depth=2, filters=3),
        dict(input_shape=(6, 10, 2), depth=1, filters=5),
        dict(input_shape=(4, 2, 1), depth=1, filters=1),
        dict(input_shape=(7, 5, 3), depth=0, filters=6),  # the bridge alone
        dict(input_shape=(16, 48, 1), depth=4, filters=1),  # the bridge is 1 × 3
    ],
}


def dilate_kernel(tf: ModuleType, kernel: NDArray[Any], rate: int) -> NDArray[Any]:
    """Ask for the gradient of the single window of a dilated convolution: at each pixel, the weight it is read with.

    Examples
    --------
    >>> import tensorflow as tf
    >>> dilate_kernel(tf, np.array([[1, 2, 3]]), 2)
    array([[1., 0., 2., 0., 3.]])
    """
    image = tf.zeros([(k - 1) * rate + 1 for k in kernel.shape], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(image)
        window = _dilated(tf, image, kernel, rate)
    return tape.gradient(window, image).numpy()


def conv2d_dilated(tf: ModuleType, image: NDArray[Any], kernel: NDArray[Any], rate: int) -> NDArray[Any]:
    """Ask tf.nn.atrous_conv2d, without padding, in float64.

    Examples
    --------
    >>> import tensorflow as tf
    >>> conv2d_dilated(tf, np.array([[1, 2, 4, 8]]), np.array([[1, -1]]), 2)
    array([[-3., -6.]])
    """
    return _dilated(tf, tf.cast(image, tf.float64), kernel, rate).numpy()


def _dilated(tf, image, kernel, rate):
    """Give TensorFlow the batch and channel axes that it wants, and take them off again."""
    kernel = tf.cast(kernel, tf.float64)[:, :, None, None]
    return tf.nn.atrous_conv2d(image[None, :, :, None], kernel, rate, "VALID")[0, :, :, 0]


def upsample2d(tf: ModuleType, x: NDArray[Any], factor: int) -> NDArray[Any]:
    """Ask Keras's UpSampling2D, in the dtype of x.

    Examples
    --------
    >>> import tensorflow as tf
    >>> upsample2d(tf, np.array([[[1.5], [2.0]]]), 2)[:, :, 0]
    array([[1.5, 1.5, 2. , 2. ],
           [1.5, 1.5, 2. , 2. ]])
    """
    layer = tf.keras.layers.UpSampling2D(factor, dtype=x.dtype.name)
    return np.array(layer(tf.constant(x)[None]))[0]


def conv2d_transpose(tf: ModuleType, image: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    """Ask tf.nn.conv2d_transpose in float64, for as many cells as the stamps reach.

    The size is asked for, because Keras's layer gives H·stride where the kernel is smaller than the stride.

    Examples
    --------
    >>> import tensorflow as tf
    >>> conv2d_transpose(tf, np.array([[1, 10]]), np.array([[1, 2, 3]]), 2)
    array([[ 1.,  2., 13., 20., 30.]])
    """
    image, kernel = tf.cast(image, tf.float64), tf.cast(kernel, tf.float64)
    size = [(n - 1) * stride + k for n, k in zip(image.shape, kernel.shape, strict=True)]
    stamped = tf.nn.conv2d_transpose(
        image[None, :, :, None], kernel[:, :, None, None], [1, *size, 1], stride, padding="VALID"
    )
    return stamped[0, :, :, 0].numpy()


def unet_shapes(
    tf: ModuleType, input_shape: tuple[int, int, int], depth: int, filters: int
) -> list[tuple[int, int, int]]:
    """Build the U-Net of the chapter's notebook in Keras, and read the shapes of its maps.

    Examples
    --------
    >>> import tensorflow as tf
    >>> unet_shapes(tf, (8, 12, 1), 1, 4)
    [(8, 12, 4), (4, 6, 8), (8, 12, 4)]
    """
    layers = tf.keras.layers

    def convolve(x, number):
        for _ in range(2):
            x = layers.Conv2D(number, 3, padding="same", kernel_initializer="zeros")(x)
        return x

    x, kept = tf.keras.Input(input_shape), []
    for level in range(depth):
        kept.append(convolve(x, filters * 2**level))
        x = layers.MaxPooling2D(2)(kept[level])
    maps = [*kept, x := convolve(x, filters * 2**depth)]
    for level in reversed(range(depth)):
        x = layers.Concatenate()([layers.UpSampling2D(2)(x), kept[level]])
        maps.append(x := convolve(x, filters * 2**level))
    return [tuple(found.shape[1:]) for found in maps]

"""Chapter 5: what TensorFlow and Keras are asked about the cost of networks, and how.

n, k, s: input size, kernel size and stride along one axis; H, W, C: height, width and channels of a map.

Every function answers for the graded function of the same name, whose reference says what it takes and returns.
TensorFlow comes first, so that this file can be read without it. All answers are whole numbers, the same on every
machine.
"""

from collections.abc import Sequence
from types import ModuleType

from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch05_memory_math.layers import FLATTEN, conv, dense, pool
from autograder.chapters.ch05_memory_math.reference import Layer, Shape

NETWORKS: tuple[tuple[Shape, list[Layer]], ...] = (
    ((28, 28, 1), [conv(32, 3), pool(2, 2), conv(32, 3), pool(2, 2), FLATTEN, dense(128), dense(10)]),
    ((28, 28, 1), [conv(8, 3, 2, "same"), conv(8, 3, 2, "same"), conv(4, 3, 2, "same")]),  # 14, 7, 4
    ((9, 14, 3), [conv(5, 4), conv(2, 1)]),  # even kernel, then 1×1
    ((11, 8, 2), [conv(3, 3, 3), pool(2, 1)]),  # sizes that do not divide
    ((7, 10, 4), [pool(3, 2), pool(2, 2, "same")]),
    ((3, 5, 2), [conv(6, 7, 1, "same"), pool(4, 3, "same"), FLATTEN]),  # windows larger than the map
    ((4, 6, 5), [FLATTEN, FLATTEN, dense(3)]),
    ((12,), [dense(7), dense(1)]),
    ((5, 3, 2), []),
)

CALLS = {
    "conv_params": [
        dict(kernel_size=3, c_in=1, c_out=32),
        dict(kernel_size=3, c_in=32, c_out=32),
        dict(kernel_size=1, c_in=7, c_out=1),
        dict(kernel_size=4, c_in=3, c_out=5),
        dict(kernel_size=(1, 7), c_in=2, c_out=3),
        dict(kernel_size=(5, 2), c_in=3, c_out=4, bias=False),
        dict(kernel_size=11, c_in=3, c_out=96, bias=False),
    ],
    "conv_macs": [
        dict(shape=(28, 28), kernel_size=3, c_in=1, c_out=32),
        dict(shape=(5, 7), kernel_size=1, c_in=4, c_out=3),
        dict(shape=(4, 6), kernel_size=(4, 6), c_in=2, c_out=5),  # one window
        dict(shape=(9, 13), kernel_size=3, c_in=2, c_out=3, stride=2),
        dict(shape=(8, 12), kernel_size=3, c_in=3, c_out=2, stride=2),  # the last row and column are left over
        dict(shape=(10, 7), kernel_size=(2, 3), c_in=3, c_out=4, stride=(3, 2)),
        dict(shape=(6, 9), kernel_size=3, c_in=2, c_out=2, padding="same"),
        dict(shape=(7, 10), kernel_size=4, c_in=1, c_out=3, stride=3, padding="same"),
        dict(shape=(2, 3), kernel_size=5, c_in=1, c_out=2, padding="same"),  # a kernel larger than the input
        dict(shape=(11, 5), kernel_size=(1, 2), c_in=3, c_out=1, stride=(4, 2), padding="same"),
    ],
    "activation_bytes": [
        dict(shape=(226, 226, 100)),
        dict(shape=(8, 6, 4), batch=16),
        dict(shape=(7, 5, 3), bytes_per_value=2),
        dict(shape=(3, 4), batch=5, bytes_per_value=8),
        dict(shape=(128,), batch=32, bytes_per_value=1),
        dict(shape=(2, 3, 4, 5)),
        dict(shape=()),
    ],
    "receptive_field": [
        dict(layers=layers)
        for layers in (
            [],
            [(1, 1)],
            [(1, 3), (2, 1)],
            [(3, 1), (3, 1), (3, 1)],
            [(3, 2), (3, 2), (3, 2)],
            [(5, 3)],  # its own stride widens nothing
            [(3, 1), (2, 2), (3, 1), (2, 2)],
            [(7, 2), (3, 2), (3, 1), (1, 2), (3, 1)],
            [(2, 3), (2, 5), (3, 1)],  # strides larger than their kernels: pixels between are not read
            [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)],  # AlexNet: 195
        )
    ],
    "summarize": [dict(input_shape=shape, layers=layers) for shape, layers in NETWORKS],
    "training_bytes": [
        dict(input_shape=shape, layers=layers, batch=batch)
        for (shape, layers), batch in zip(NETWORKS, (1, 8, 3, 1, 16, 2, 5, 100, 7), strict=True)
    ],
}


def conv_params(tf: ModuleType, kernel_size: IntPair, c_in: int, c_out: int, bias: bool = True) -> int:
    """Ask Keras for the parameters of a Conv2D.

    Examples
    --------
    >>> import tensorflow as tf
    >>> conv_params(tf, 3, 16, 32)
    4640
    """
    layer = tf.keras.layers.Conv2D(c_out, kernel_size, use_bias=bias)
    layer.build((None, None, None, c_in))
    return int(layer.count_params())


def conv_macs(
    tf: ModuleType,
    shape: tuple[int, int],
    kernel_size: IntPair,
    c_in: int,
    c_out: int,
    stride: IntPair = 1,
    padding: Padding = "valid",
) -> int:
    """Ask TensorFlow's profiler, which counts multiplications and additions apart, so twice as many.

    Examples
    --------
    >>> import tensorflow as tf
    >>> conv_macs(tf, (228, 228), 3, 3, 100)
    137905200
    """
    kernel = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    graph = tf.Graph()
    with graph.as_default():
        image, weights = tf.zeros((1, *shape, c_in)), tf.zeros((*kernel, c_in, c_out))
        tf.nn.conv2d(image, weights, stride, padding.upper())
    options = tf.compat.v1.profiler.ProfileOptionBuilder
    options = options(options.float_operation()).with_empty_output().build()
    return tf.compat.v1.profiler.profile(graph, options=options).total_float_ops // 2


def activation_bytes(tf: ModuleType, shape: Shape, batch: int = 1, bytes_per_value: int = 4) -> int:
    """Make the batch of maps and ask how many bytes it takes.

    Examples
    --------
    >>> import tensorflow as tf
    >>> activation_bytes(tf, (8, 6, 4), batch=16)
    12288
    """
    dtype = {1: tf.uint8, 2: tf.float16, 4: tf.float32, 8: tf.float64}[bytes_per_value]
    return tf.zeros((batch, *shape), dtype).numpy().nbytes


def receptive_field(tf: ModuleType, layers: Sequence[tuple[int, int]]) -> int:
    """Ask for the gradient of one value behind convolutions of ones: it is not 0 where a pixel can change the value.

    Examples
    --------
    >>> import tensorflow as tf
    >>> receptive_field(tf, [(3, 1), (2, 2), (3, 1), (2, 2)])
    10
    """
    line = tf.zeros((1, 600, 1), tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(line)
        values = line
        for k, s in layers:
            values = tf.nn.conv1d(values, tf.ones((k, 1, 1), tf.float64), s, "VALID")
        value = values[0, values.shape[1] // 2, 0]
    seen = tf.where(tape.gradient(value, line)[0, :, 0]).numpy()
    return int(seen[-1, 0] - seen[0, 0] + 1)


def _model(tf, input_shape, layers):
    """Build the network in Keras, without weights that take time to draw."""
    make = {
        "conv": lambda filters, kernel, stride, padding: tf.keras.layers.Conv2D(
            filters, kernel, stride, padding, kernel_initializer="zeros"
        ),
        "pool": lambda size, stride, padding: tf.keras.layers.MaxPooling2D(size, stride, padding),
        "flatten": tf.keras.layers.Flatten,
        "dense": lambda units: tf.keras.layers.Dense(units, kernel_initializer="zeros"),
    }
    parts = [make[layer["kind"]](**{key: layer[key] for key in layer if key != "kind"}) for layer in layers]
    return tf.keras.Sequential([tf.keras.Input(input_shape), *parts])


def summarize(tf: ModuleType, input_shape: Shape, layers: Sequence[Layer]) -> list[tuple[Shape, int]]:
    """Ask Keras for each layer's output shape and parameters, the last two columns of its summary.

    Examples
    --------
    >>> import tensorflow as tf
    >>> summarize(tf, (4, 6, 5), [{"kind": "flatten"}, {"kind": "dense", "units": 3}])
    [((120,), 0), ((3,), 363)]
    """
    model = _model(tf, input_shape, layers)
    return [(tuple(layer.output.shape[1:]), int(layer.count_params())) for layer in model.layers]


def training_bytes(tf: ModuleType, input_shape: Shape, layers: Sequence[Layer], batch: int) -> int:
    """Run the layers on a batch with Adam built, and add up the bytes of every tensor that training holds.

    Examples
    --------
    >>> import tensorflow as tf
    >>> training_bytes(tf, (28, 28, 1), [{"kind": "flatten"}, {"kind": "dense", "units": 10}], 2)
    138224
    """
    model = _model(tf, input_shape, layers)
    adam = tf.keras.optimizers.Adam()
    adam.build(model.trainable_variables)
    moments = [v for v in adam.variables if len(v.shape)]  # the others are the step and the learning rate
    gradients = model.trainable_variables  # as large as the weights
    held = [tf.zeros((batch, *input_shape))]
    for layer in model.layers:
        held.append(layer(held[-1]))
    return sum(tf.convert_to_tensor(v).numpy().nbytes for v in (*model.variables, *gradients, *moments, *held))

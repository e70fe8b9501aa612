"""Chapter 5: what a network costs, counted before it is built.

n, k, s: input size, kernel size and stride along one axis; H, W, C: height, width and channels of a map. All counts are
Python's own ints, which have no largest value.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

from autograder.chapters import arguments
from autograder.chapters.arguments import IntPair, Padding
from autograder.chapters.ch02_strides.reference import output_size

Shape = tuple[int, ...]
Layer = dict[str, Any]
KINDS = ("conv", "pool", "flatten", "dense")
COPIES = 4  # of the weights in training: themselves, their gradients, Adam's two moments
FLOAT32 = 4  # bytes


def conv_params(kernel_size: IntPair, c_in: int, c_out: int, bias: bool = True) -> int:
    """Count the parameters of a convolution.

    Parameters
    ----------
    kernel_size : int or (vertical, horizontal)
    c_in, c_out : int
        Channels of the input, and filters.
    bias : bool
        Whether each filter has one.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a kernel size is below 1 or a channel count negative.

    Examples
    --------
    >>> conv_params(3, 16, 32), conv_params((1, 7), 16, 32, bias=False)
    (4640, 3584)

    References
    ----------
    keras.layers.Conv2D: a kernel (kh, kw, C_in, C_out) and a bias (C_out,).
    """
    kernel = arguments.pair(1, kernel_size=kernel_size)
    c_in, c_out = arguments.at_least(0, c_in=c_in), arguments.at_least(0, c_out=c_out)
    return (prod(kernel) * c_in + bool(bias)) * c_out


def conv_macs(
    shape: tuple[int, int],
    kernel_size: IntPair,
    c_in: int,
    c_out: int,
    stride: IntPair = 1,
    padding: Padding = "valid",
) -> int:
    """Count the multiply-adds of one convolution: output positions times weights.

    Products with padding are counted, the bias is not.

    Parameters
    ----------
    shape : (H, W)
    kernel_size, stride : int or (vertical, horizontal)
    c_in, c_out : int
        Channels of the input, and filters.
    padding : {"valid", "same"}

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a size or stride is below 1, a dimension or channel count negative, the padding unknown, or the kernel larger
        than the input in "valid".

    Examples
    --------
    >>> conv_macs((228, 228), 3, 3, 100), conv_macs((228, 228), 3, 3, 100, stride=2)
    (137905200, 34476300)
    """
    shape, kernel = arguments.pair(0, shape=shape), arguments.pair(1, kernel_size=kernel_size)
    strides = arguments.pair(1, stride=stride)
    positions = prod(_windows(shape, kernel, strides, padding))
    return positions * conv_params(kernel, c_in, c_out, bias=False)


def _windows(shape, kernel, strides, padding):
    """Return (rows, columns) of windows; "same" has none along an axis without a cell."""
    arguments.one_of(arguments.PADDINGS, padding=padding)
    axes = zip(shape, kernel, strides, strict=True)
    return tuple(0 if n == 0 and padding == "same" else output_size(n, k, s, padding) for n, k, s in axes)


def activation_bytes(shape: Shape, batch: int = 1, bytes_per_value: int = 4) -> int:
    """Return the bytes that a map of this shape takes for a whole batch.

    Parameters
    ----------
    shape : tuple of int
        Of one image's map: (H, W, C), (units,) or any other.
    batch, bytes_per_value : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a dimension is negative, the batch or the bytes of a value below 1.

    Examples
    --------
    >>> activation_bytes((226, 226, 100)), activation_bytes((226, 226, 100), batch=100)
    (20430400, 2043040000)
    """
    values = prod(_dimensions(shape=shape))
    return values * arguments.at_least(1, batch=batch) * arguments.at_least(1, bytes_per_value=bytes_per_value)


def _dimensions(**named):
    """Return the one named shape as a tuple of whole numbers, or raise ValueError."""
    ((name, value),) = named.items()
    if not isinstance(value, (tuple, list)):
        raise ValueError(f"{name} must be a tuple of whole numbers. Received: {value!r}")
    return tuple(arguments.at_least(0, **{f"{name}[{i}]": size}) for i, size in enumerate(value))


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """Return how many pixels along one axis can change a value after these layers.

    Parameters
    ----------
    layers : list of (kernel_size, stride)
        From input to output; a pooling counts like a convolution.

    Returns
    -------
    int
        The span from the first to the last of them; 1 without layers.

    Raises
    ------
    ValueError
        If a kernel size or stride is below 1, or a layer no pair.

    Examples
    --------
    >>> receptive_field([(3, 1), (2, 2), (3, 1), (2, 2)]), receptive_field([])
    (10, 1)

    References
    ----------
    A. Araujo, W. Norris and J. Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019.
    """
    if not isinstance(layers, (tuple, list)):
        raise ValueError(f"layers must be a list of (kernel_size, stride). Received: {layers!r}")
    for layer in layers:
        if not isinstance(layer, (tuple, list)):  # an int would stand for a pair elsewhere
            raise ValueError(f"a layer must be (kernel_size, stride). Received: {layer!r}")
    pairs = [arguments.pair(1, layer=layer) for layer in layers]
    steps = accumulate((s for _, s in pairs), mul, initial=1)  # pixels between neighbours of each layer's input
    return 1 + sum((k - 1) * step for (k, _), step in zip(pairs, steps, strict=False))


def summarize(input_shape: Shape, layers: Sequence[Layer]) -> list[tuple[Shape, int]]:
    """Return what a summary prints of each layer: the shape of its output and its parameters.

    Parameters
    ----------
    input_shape : (H, W, C) or (values,)
    layers : list of dict
        ``{"kind": "conv", "filters", "kernel", "stride", "padding"}``,
        ``{"kind": "pool", "size", "stride", "padding"}``, ``{"kind": "flatten"}`` or ``{"kind": "dense", "units"}``;
        all values but kind and padding are ints.

    Returns
    -------
    list of (output_shape, params)
        One a layer.

    Raises
    ------
    ValueError
        If a kind or padding is unknown, a key missing, a number below 1, a window does not fit, or a dense layer is
        given a map that was not flattened.

    Examples
    --------
    >>> conv = {"kind": "conv", "filters": 32, "kernel": 3, "stride": 1, "padding": "valid"}
    >>> summarize((28, 28, 1), [conv, {"kind": "flatten"}, {"kind": "dense", "units": 10}])
    [((26, 26, 32), 320), ((21632,), 0), ((10,), 216330)]

    References
    ----------
    The counts are those of Keras: Conv2D, MaxPooling2D, Flatten, Dense.
    """
    shape = _dimensions(input_shape=input_shape)
    if len(shape) not in (1, 3):
        raise ValueError(f"input_shape must be (H, W, C) or (values,). Received: {input_shape!r}")
    if not isinstance(layers, (tuple, list)):
        raise ValueError(f"layers must be a list of dicts. Received: {layers!r}")
    rows = []
    for layer in layers:
        shape, params = _row(shape, layer)
        rows.append((shape, params))
    return rows


def _row(shape, layer):
    """Return (output_shape, params) of one layer on a map of this shape."""
    kind = arguments.one_of(KINDS, kind=_key(layer, "kind"))
    if kind == "flatten":
        return (prod(shape),), 0
    if kind == "dense":
        _of_dimensions(1, kind, shape)
        units = arguments.at_least(1, units=_key(layer, "units"))
        return (units,), (shape[0] + 1) * units
    _of_dimensions(3, kind, shape)
    size = "kernel" if kind == "conv" else "size"
    window = (arguments.at_least(1, **{size: _key(layer, size)}),) * 2
    strides = (arguments.at_least(1, stride=_key(layer, "stride")),) * 2
    rows_and_columns = _windows(shape[:2], window, strides, _key(layer, "padding"))
    if kind == "pool":
        return (*rows_and_columns, shape[2]), 0
    filters = arguments.at_least(1, filters=_key(layer, "filters"))
    return (*rows_and_columns, filters), conv_params(window, shape[2], filters)


def _key(layer, name):
    """Return one entry of a layer, or raise ValueError if it is not there."""
    if not isinstance(layer, dict) or name not in layer:
        raise ValueError(f"a layer must be a dict with the key {name!r}. Received: {layer!r}")
    return layer[name]


def _of_dimensions(dimensions, kind, shape):
    if len(shape) != dimensions:
        wanted = "(values,): flatten the map first" if dimensions == 1 else "(H, W, C)"
        raise ValueError(f"a {kind} layer needs an input of shape {wanted}. Received: {shape}")


def training_bytes(input_shape: Shape, layers: Sequence[Layer], batch: int) -> int:
    """Return the bytes that training with Adam holds, all in float32: weights and maps.

    Parameters
    ----------
    input_shape, layers
        As in `summarize`.
    batch : int

    Returns
    -------
    int
        The weights, their gradients and Adam's two moments, once; the input and every layer's output for each image.

    Raises
    ------
    ValueError
        As in `summarize`, and if the batch is below 1.

    Examples
    --------
    >>> training_bytes((28, 28, 1), [{"kind": "flatten"}, {"kind": "dense", "units": 10}], batch=2)
    138224
    """
    rows = summarize(input_shape, layers)
    maps = sum(activation_bytes(shape, batch, FLOAT32) for shape in (input_shape, *(shape for shape, _ in rows)))
    return COPIES * FLOAT32 * sum(params for _, params in rows) + maps

"""Chapter 6: design a network within a budget, lay out its maps, run a trained one, and send gradients back."""

from functools import partial
from math import prod

import numpy as np

from autograder.chapters.ch05_memory_math.reference import activation_bytes, receptive_field, summarize
from autograder.chapters.ch06_classifier import reference
from autograder.chapters.model import Behaviour, Exercise, case, untouched

INPUT = (28, 28, 1)
CLASSES = 10
LEAST_CONVOLUTIONS = 2
LEAST_FILTERS = 2
MOST_KERNEL = 7
MOST_PARAMETERS = 60_000
MOST_BYTES = 150_000
LEAST_FIELD = 20


def _rows(layers):
    """Return (output shape, parameters) of each layer; raises for what is no network."""
    return summarize(INPUT, layers)


def _sliding(layers):
    """Return (place in the list, kernel or pool size, stride) of each convolution and pooling layer."""
    kinds = {"conv": "kernel", "pool": "size"}
    return [(i, x[kinds[x["kind"]]], x["stride"]) for i, x in enumerate(layers, 1) if x["kind"] in kinds]


def _not_convolutional(layers):
    """Say what keeps a list from being a convolutional network, or None: nothing else counts where there is none."""
    try:
        _rows(layers)
    except ValueError as error:
        return f"That is not a network for a 28×28×1 image: {error}"[:300]
    convolutions = [layer for layer in layers if layer["kind"] == "conv"]
    real = [conv for conv in convolutions if conv["kernel"] > 1 and conv["filters"] >= LEAST_FILTERS]
    if len(real) < LEAST_CONVOLUTIONS:
        return (
            f"It needs {LEAST_CONVOLUTIONS} convolutions with a kernel larger than 1 and at least {LEAST_FILTERS} "
            f"filters; it has {len(real)}."
        )
    first = _sliding(layers)[0][0]
    if layers[first - 1]["kind"] == "pool":
        return f"Layer {first} is a pooling layer; a convolution must come before the first one."
    return None


def _network(layers):
    """Say what keeps a convolutional network from being a classifier of ten classes, or None."""
    rows = _rows(layers)
    if layers[-1]["kind"] != "dense" or rows[-1][0] != (CLASSES,):
        return f"The last layer must be a dense layer with {CLASSES} units, one for each class."
    values = [prod(shape) for shape, _params in rows]
    narrow = values.index(min(values))
    if values[narrow] < CLASSES:
        return f"Layer {narrow + 1} gives too few values: {values[narrow]}. {CLASSES} classes need at least {CLASSES}."
    return None


def _parameters(layers):
    params = sum(params for _shape, params in _rows(layers))
    return (
        None if params <= MOST_PARAMETERS else f"It has {params:,} parameters; at most {MOST_PARAMETERS:,} are allowed."
    )


def _activations(layers):
    shapes = [INPUT, *(shape for shape, _params in _rows(layers))]
    size = sum(activation_bytes(shape) for shape in shapes)
    return (
        None
        if size <= MOST_BYTES
        else f"Its activations take {size:,} bytes an image; at most {MOST_BYTES:,} are allowed."
    )


def _field(layers):
    kernels = [layer["kernel"] for layer in layers if layer["kind"] == "conv"]
    if max(kernels) > MOST_KERNEL:
        return f"It has a kernel of {max(kernels)}; at most {MOST_KERNEL} is allowed."
    for place, size, stride in _sliding(layers):
        if stride > size:
            return f"Layer {place} has a stride of {stride} and a window of {size}, so it skips pixels."
    field = receptive_field([(size, stride) for _place, size, stride in _sliding(layers)])
    return None if field >= LEAST_FIELD else f"Its receptive field is {field} px; it must be at least {LEAST_FIELD}."


def _list(layers):
    return None if isinstance(layers, list) else f"It returns a {type(layers).__name__}, not a list."


def _convolutional(measure, layers):
    """Say what keeps a list from being a convolutional network that is as `measure` wants it, or None."""
    return _not_convolutional(layers) or measure(layers)


def _design(id, words, points, measure, **more):
    """Return a behaviour of a convolutional network: whatever is measured, anything else does not show it."""
    return Behaviour(id, words, points, (case(),), lambda rng: case(), accepts=partial(_convolutional, measure), **more)


DESIGN = Exercise(
    name="design",
    section="The pattern of the network",
    reference=reference.design,
    behaviours=(
        _design("network", "returns a convolutional network that ends in a dense layer with 10 units", 5, _network),
        _design("parameters", f"has at most {MOST_PARAMETERS:,} parameters", 5, _parameters),
        _design("activations", f"needs at most {MOST_BYTES:,} bytes of float32 activations an image", 5, _activations),
        _design("field", f"sees at least {LEAST_FIELD} pixels with kernels of at most {MOST_KERNEL}", 5, _field),
        _design("fresh", "returns a new list at each call", 2, _list, untouched=True),
    ),
    hints=(
        "Start with conv, pool, conv, pool, flatten, dense. Count on paper or with your functions of exercise 5.",
        "Most parameters are in the dense layer after the flatten. Make the map before it small first.",
        "Most activation bytes are in the first layers, where the map is still 28×28. Use few filters there.",
        "Each pool doubles the step of all later windows: after two pools, a 3×3 kernel adds 8 px to the field.",
    ),
)


def _maps(rng, height, width, channels):
    return rng.integers(-9, 10, (height, width, channels)).astype(float)


def _alike(rng, height, width, channels):
    """Return maps that are all the same, so that their order plays no part."""
    return np.repeat(_maps(rng, height, width, 1), channels, axis=2)


_RNG = np.random.default_rng(6)  # for the open cases, which stay the same

MOSAIC = Exercise(
    name="mosaic",
    section="Inside: feature maps",
    reference=reference.mosaic,
    behaviours=(
        Behaviour(
            "order",
            "lays the maps out in row order: left to right, then down",
            3,
            (case(_maps(_RNG, 2, 2, 6), 3), case(_maps(_RNG, 1, 1, 8), 4), case(_maps(_RNG, 2, 2, 3) / 4, 1)),
            lambda rng: case(_maps(rng, 2, 2, 6) / 4, 3),
        ),
        Behaviour(
            "non_square",
            "does not confuse height and width",
            4,
            (case(_alike(_RNG, 1, 3, 2), 2), case(_alike(_RNG, 3, 2, 3), 3), case(_alike(_RNG, 2, 3, 4), 2)),
            lambda rng: case(_alike(rng, 2, int(rng.integers(3, 6)), 4), 2),
        ),
        Behaviour(
            "empty",
            "fills the places after the last map with 0, and loses no map",
            3,
            (case(_alike(_RNG, 2, 2, 3), 2), case(_alike(_RNG, 2, 2, 7), 3)),
            lambda rng: case(_alike(rng, 2, 2, int(rng.choice([5, 7]))), 3),
        ),
        Behaviour(
            "wide",
            "is `columns` maps wide even if there are fewer maps",
            2,
            (case(_alike(_RNG, 2, 2, 2), 4), case(_alike(_RNG, 1, 1, 1), 3)),
            lambda rng: case(_alike(rng, 2, 2, 2), int(rng.integers(3, 6))),
        ),
        untouched(case(-np.ones((2, 2, 2)), 2), draw=lambda rng: case(_alike(rng, 2, 2, 2), 2)),
        Behaviour(
            "refuses",
            "raises ValueError for a column count below 1",
            1,
            (case(_alike(_RNG, 2, 2, 2), 0), case(_alike(_RNG, 2, 2, 2), -1)),
            lambda rng: case(_maps(rng, 2, 2, 2), -int(rng.integers(0, 4))),
            refuses=True,
        ),
    ),
    hints=(
        "Start with a picture of zeros, and copy each channel to its place.",
        "C maps with `columns` maps in a row need ceil(C / columns) rows: -(-C // columns).",
        "Map number c is in row c // columns and column c % columns of the mosaic.",
        "Its first pixel goes to (row · H, column · W). Assign maps[:, :, c] to a slice of H rows and W columns.",
    ),
)

# forward


def _numbers(rng, *shape):
    """Return different whole numbers of either sign, none of them 0."""
    size = int(np.prod(shape))
    return (rng.permutation(np.arange(1.0, size + 1)) * rng.choice([-1, 1], size)).reshape(shape)


def _symmetric(rng, k):
    """Return a k×k kernel of positive numbers that neither turning nor mirroring changes."""
    half = _positive(rng, k, k)
    half = half + half.T
    return half + half[::-1, ::-1] + np.eye(k) + np.eye(k)[::-1]


def _image(*rows):
    """Return an image of one channel, (H, W, 1)."""
    return np.array(rows, float)[:, :, None]


def _filters(*kernels, b=None):
    """Return (w, b) of a convolution of one input channel: kernels (kh, kw)."""
    w = np.stack([np.array(kernel, float) for kernel in kernels], axis=-1)[:, :, None]
    return w, np.zeros(len(kernels)) if b is None else np.array(b, float)


def _dense(*rows, b=None):
    """Return (w, b) of a dense layer: for each value that goes in a row of weights."""
    w = np.array(rows, float)
    return w, np.zeros(w.shape[1]) if b is None else np.array(b, float)


def _positive(rng, *shape):
    """Return whole numbers from 1 to 9, as floats."""
    return rng.integers(1, 10, shape).astype(float)


def _logits(rng, units_in, units=2):
    """Return a dense layer of different weights, whose biases are not 0."""
    w = rng.permutation(np.arange(1.0, units_in * units + 1)).reshape(units_in, units) - units_in * units // 2
    return w, _positive(rng, units)


def _any_order(rng):
    """Return a dense layer for the four values of a 2×2 map, whose order plays no part."""
    first, second, b = _numbers(rng, 3, 2)
    return np.array([first, second, second, first]), b


def _run(image, *weights):
    return case(image, list(weights))


def _draw_dense(rng):
    height, width = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    return _run(_positive(rng, height, width, 1), _logits(rng, height * width, 3))


def _draw_relu(rng):
    """Return an image whose left half is below 0 after the convolution, and a part of the right half as well."""
    image = np.concatenate([_positive(rng, 2, 2, 1), 10 + _positive(rng, 2, 2, 1)], axis=1)
    return _run(image, _filters([[1]], b=[-10.5 - rng.integers(3)]), _logits(rng, 2))


def _draw_hidden(rng):
    """Return a network with a hidden unit below 0, and one above."""
    signs = np.array([1.0, -1.0, 1.0])
    outer, inner = _positive(rng, 2, 3) * signs
    return _run(_positive(rng, 2, 2, 1), (np.array([outer, inner, inner, outer]), signs), _logits(rng, 3))


def _draw_depth(rng):
    first, second = (_positive(rng, 1, 1, 1, 3), _positive(rng, 3)), (_positive(rng, 1, 1, 3, 2), _positive(rng, 2))
    return _run(_positive(rng, 4, 4, 1), first, second, _logits(rng, 2))


def _draw_sizes(rng):
    height, width = 2 + int(rng.integers(2)), 5 + 2 * int(rng.integers(2))
    kernel = np.full(((1, 3), (3, 1))[rng.integers(2)], float(rng.integers(1, 5)))
    return _run(_positive(rng, height, width, 1), _filters(kernel), _logits(rng, width // 2))


def _draw_even(rng):
    return _run(_positive(rng, 4, 4, 1), _filters(_symmetric(rng, int(rng.choice([2, 4])))), _any_order(rng))


SMALL = _image([1, 3], [2, 0])
FOUR = _image([1, 2, 0, 1], [0, 3, 1, 2], [2, 1, 4, 0], [1, 0, 2, 5])
TO_TWO = _dense([1, -1], [2, 0], [0, 3], [-1, 1], b=[0, 10])
ANY_ORDER = _dense([1, -1], [2, 0], [2, 0], [1, -1], b=[0, 10])  # of the four values of a 2×2 map
EDGES = [[1, 0, 2], [0, 3, 0], [0, 1, 5]]
CROSS = [[0, 1, 0], [1, 3, 1], [0, 1, 0]]  # neither turning nor mirroring changes it
EVEN = [[1, 2], [2, 1]]

FORWARD = Exercise(
    name="forward",
    section="By hand: the forward pass",
    reference=reference.forward,
    behaviours=(
        Behaviour(
            "dense",
            "flattens the map row by row for a dense layer, and applies no ReLU to the logits of the last layer",
            4,
            (
                _run(_image([4]), _dense([2, -3])),
                _run(_image([0.5]), _dense([2, -3])),
                _run(SMALL, TO_TWO),
                _run(_image([2, 1, 0], [5, 3, 1]), _dense([1, 0], [0, 1], [3, 2], [-2, 1], [1, -4], [0, 2], b=[1, -2])),
            ),
            _draw_dense,
        ),
        Behaviour(
            "convolution",
            'runs a "same" convolution with its bias, then takes the largest of each 2×2 window',
            5,
            (
                _run(SMALL, _filters([[2]]), _dense([1, -1])),
                _run(SMALL, _filters([[2]], b=[10]), _dense([1, -1])),
                _run(FOUR, _filters(EDGES), ANY_ORDER),
                _run(FOUR, _filters(EDGES, b=[3]), ANY_ORDER),
            ),
            lambda rng: _run(_positive(rng, 4, 4, 1), (_positive(rng, 3, 3, 1, 1), _positive(rng, 1)), _any_order(rng)),
        ),
        Behaviour(
            "relu",
            "sets negative values after a convolution to 0, even where a whole window is negative",
            3,
            (
                _run(_image([1, 3], [2, 4]), _filters([[-1]]), _dense([1, -1])),
                _run(_image([1, 3, 9, 2], [2, 4, 3, 8]), _filters([[1]], b=[-5]), _dense([1, -1], [1, 2])),
            ),
            _draw_relu,
        ),
        Behaviour(
            "hidden",
            "sets negative values after a dense layer to 0, unless it is the last layer",
            3,
            (
                _run(_image([4]), _dense([1, -1]), _dense([1, -1], [2, 5])),
                _run(SMALL, ANY_ORDER, _dense([1, -2], [3, -4], b=[0, 1]), _dense([2, -1], [1, 1])),
                _run(
                    SMALL,
                    _dense([1, -1, 2], [2, 0, 1], [2, 0, 1], [1, -1, 2], b=[0, 3, -1]),
                    _dense([1, 0, -1], [2, 2, 1], [-3, 1, 1]),
                ),
            ),
            _draw_hidden,
        ),
        Behaviour(
            "channels",
            "runs several convolutions on maps of several channels, and flattens in the order (row, column, channel)",
            3,
            (
                _run(SMALL, _filters([[1]], [[2]], [[3]], b=[0, 1, 0]), _dense([1, -1], [2, 0], [0, 3])),
                _run(
                    FOUR[:2],
                    _filters([[1]], [[2]], b=[0, 1]),
                    _dense([1, -1], [2, 0], [0, 3], [-2, 1]),
                ),
                _run(
                    FOUR,
                    _filters([[1]], [[2]], [[3]], b=[0, 1, 0]),
                    (np.array([[[[1.0, 2.0], [3.0, 0.5], [2.0, 1.0]]]]), np.array([0.0, 4.0])),
                    _dense([1, -1], [2, 3]),
                ),
            ),
            _draw_depth,
        ),
        Behaviour(
            "sizes",
            "takes images and kernels that are not square, and pools without the last row or column of an odd size",
            1,
            (
                _run(FOUR[:2], _filters([[1]]), _dense([1, -1], [2, 0])),
                _run(FOUR[:, :3], _filters([[1]]), _dense([1, -1], [2, 0])),
                _run(FOUR[:3], _filters(CROSS), _dense([1, -1], [2, 0])),
                _run(FOUR, _filters([[2, 3, 2]]), ANY_ORDER),
                _run(FOUR[:2], _filters([[1], [3], [1]]), _dense([1, -1], [2, 0])),
            ),
            _draw_sizes,
        ),
        Behaviour(
            "even",
            "puts the odd padded cell after the map if the kernel is even",
            1,
            (
                _run(SMALL, _filters(EVEN), _dense([1, -1])),
                _run(FOUR, _filters(EVEN), ANY_ORDER),
            ),
            _draw_even,
        ),
        untouched(
            _run(_image([4]), _dense([1, 2])),
            _run(SMALL, _filters([[2]]), _dense([1, 2])),
            draw=lambda rng: _run(_positive(rng, 1, 1, 1), (_positive(rng, 1, 3), np.zeros(3))),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a layer or a bias that does not fit what comes before it",
            1,
            (
                _run(SMALL, (np.ones((1, 1, 2, 1)), np.zeros(1)), _dense([1, -1])),
                _run(SMALL, _dense([1, -1], [2, 3])),
                _run(_image([4]), _dense([1, 2]), _dense([1, -1])),
                _run(SMALL, _filters([[1]], [[2]], b=[1]), _dense([1], [2])),
                _run(_image([4]), _dense([1, -1], b=[3])),
            ),
            lambda rng: _run(_positive(rng, 4, 4, 1), (_positive(rng, 1, 1, int(rng.integers(2, 5)), 1), np.zeros(1))),
            refuses=True,
        ),
    ),
    hints=(
        "Go through the list layer by layer, and keep the current values in one variable. w.ndim gives the kind of "
        "layer.",
        'A convolutional layer takes three steps: conv2d with padding="same", np.maximum(…, 0), and pool2d with size '
        "2.",
        "A dense layer is one product: values.ravel() @ w + b. (ravel does nothing to values that are already flat.)",
        "ReLU comes after every layer except the last. Enumerate the layers, or treat weights[-1] separately.",
    ),
)

# conv2d_backward


def _one(*rows):
    """Return filters (kh, kw, 1, 1)."""
    return np.array(rows, float)[:, :, None, None]


def _nothing(*shape):
    """Return zeros: a map of zeros makes every dw 0, filters of zeros every dx."""
    return np.zeros(shape)


def _balanced(rng, *shape):
    """Return gradients that add up to 0 for each filter, the last of them 0: db is 0 then, rightly summed or not."""
    grad = _numbers(rng, *shape)
    grad[-1, -1] = 0
    grad[0, 0] -= grad.sum((0, 1))
    return grad


def _for_dx(rng, size, k, places, *how):
    """Return a call about dx alone: the map is 0, and neither turning nor mirroring changes the kernel."""
    return case(_nothing(*size, 1), _one(*_symmetric(rng, k)), _balanced(rng, *places, 1), *how)


def _for_dw(rng, size, k, places, *how):
    """Return a call about dw alone: the kernel is 0."""
    return case(_numbers(rng, *size, 1), _nothing(k, k, 1, 1), _balanced(rng, *places, 1), *how)


def _draw_stride(rng):
    """Return windows that leave cells between them, or at the end."""
    k, s = ((2, 3), (2, 2), (1, 2), (1, 3))[rng.integers(4)]
    return _for_dx(rng, (s + k + (k == s), 2 * s + k + (k == s)), k, (2, 3), s)


def _draw_stride_kernel(rng):
    s = int(rng.integers(2, 4))
    return _for_dw(rng, (s + 2, 2 * s + 2), 2, (2, 3), s)


def _draw_pairs(rng):
    """Return windows that fit at either stride in both directions."""
    return _for_dx(rng, (6, 6), 3, (2, 2), ((2, 3), (3, 2))[rng.integers(2)])


def _draw_same(rng, to=_for_dx):
    size = int(rng.integers(2, 4)), int(rng.integers(4, 6))
    return to(rng, size, int(rng.integers(2, 4)), size, 1, "same")


def _draw_same_stride(rng):
    """Return an axis that needs a padded cell on both sides, and one that needs one after."""
    rows, columns = int(rng.integers(2, 4)), int(rng.integers(4, 6))
    return _for_dx(rng, (2 * rows - 1, 2 * columns), 3, (rows, columns), 2, "same")


def _draw_unmatched(rng):
    return case(_numbers(rng, 3, 4, 1), _numbers(rng, 2, 2, 1, 1), _numbers(rng, 3, int(rng.integers(3, 6)), 1))


GRID = _image([1, 2, 0], [3, 1, 5], [2, 4, 1])
WIDE = _image([1, 2, 0, 3, 1], [3, 1, 5, 2, 4], [2, 4, 1, 0, 6], [5, 0, 2, 1, 3], [1, 3, 2, 4, 7])
MIRRORED = np.outer([1.0, 2, 5, 3, 4, 6], [1, 2, 5, 3, 4, 6])[:, :, None] % 7  # at the diagonal, and so is dw then
STAMP = _one([1, 2], [3, 5])
ZERO = _image([1, 2], [-3, 0])  # adds up to 0
ZERO_ROW = _image([2, -2, 0])
ZERO_MIRRORED = _image([-4, 2], [2, 0])

CONV2D_BACKWARD = Exercise(
    name="conv2d_backward",
    section="By hand: one training step",
    reference=reference.conv2d_backward,
    parts=("dx", "dw", "db"),
    behaviours=(
        Behaviour(
            "input",
            "computes dx: adds each gradient times the kernel to the cells that its window covers",
            3,
            (
                case(_nothing(1, 3, 1), _one([10]), ZERO_ROW),
                case(_nothing(2, 4, 1), STAMP, ZERO_ROW),
                case(_nothing(3, 3, 1), STAMP / 4, ZERO / 2),
            ),
            lambda rng: case(_nothing(3, 4, 1), _numbers(rng, 2, 2, 1, 1), _balanced(rng, 2, 3, 1)),
        ),
        Behaviour(
            "kernel",
            "computes dw: adds up each gradient times the window that it belongs to",
            4,
            (
                case(_image([1, 4, 3]), _nothing(1, 1, 1, 1), ZERO_ROW),
                case(WIDE[:2, :4], _nothing(2, 2, 1, 1), ZERO_ROW),
                case(WIDE[2:, 2:] / 4, _nothing(2, 2, 1, 1), ZERO / 2),
            ),
            lambda rng: case(_numbers(rng, 3, 4, 1), _nothing(2, 2, 1, 1), _balanced(rng, 2, 3, 1)),
        ),
        Behaviour(
            "bias",
            "computes db: the sum of the gradients for each filter",
            2,
            (
                case(_nothing(1, 2, 1), _nothing(1, 1, 1, 1), _image([1, 4])),
                case(_nothing(3, 3, 1), _nothing(2, 2, 1, 1), _image([1, 2], [4, 8])),
                case(_nothing(2, 2, 1), _nothing(1, 1, 1, 2), np.stack([[[1.0, 2], [4, 8]], [[5, -1], [0, 3]]], -1)),
            ),
            lambda rng: case(_nothing(3, 4, 1), _nothing(2, 2, 1, 2), _numbers(rng, 2, 3, 2)),
            gaps=("channels",),
        ),
        Behaviour(
            "channels",
            "adds up over the filters for dx, and does not mix channels and filters for dw",
            2,
            (
                case(np.array([[[1.0, 5], [2, -3], [4, 1]]]), np.array([[[[2.0], [7]]]]), ZERO_ROW),
                case(_image([1, 2, 4]), np.array([[[[2.0, 7]]]]), np.array([[[3.0, 1], [-3, -1], [0, 0]]])),
                case(
                    np.concatenate([GRID[:2, :2], GRID[1:, 1:]], axis=2),
                    np.array([[[[1.0, 2, 3], [4, 5, 7]]]]),
                    np.concatenate([ZERO[::-1], -2 * ZERO, ZERO[:, ::-1]], axis=2),
                ),
            ),
            lambda rng: case(_numbers(rng, 2, 3, 2), _numbers(rng, 1, 1, 2, 3), _balanced(rng, 2, 3, 3)),
            gaps=("channels",),
        ),
        Behaviour(
            "shapes",
            "takes kernels that are not square",
            1,
            (
                case(_nothing(3, 3, 1), _one([2, 3, 2]), _image([1], [-1], [0])),
                case(_nothing(3, 4, 1), _one([1, 1], [2, 2], [1, 1]), ZERO_ROW),
            ),
            lambda rng: case(_nothing(3, 4, 1), np.full((2, 3, 1, 1), rng.integers(2, 9) / 2), _balanced(rng, 2, 2, 1)),
            gaps=("square",),
        ),
        Behaviour(
            "stride",
            "starts each window an int stride after the last one for dx, and gives 0 to cells that no window covers",
            1,
            (
                case(_nothing(1, 5, 1), _one([10]), ZERO_ROW, 2),
                case(_nothing(5, 5, 1), _one(*EVEN), ZERO, 2),
                case(_nothing(5, 5, 1), _one(*EVEN), ZERO, 3),
            ),
            _draw_stride,
            gaps=("stride",),
        ),
        Behaviour(
            "stride_kernel",
            "starts the windows an int stride apart for dw",
            1,
            (
                case(MIRRORED[:4, :4], _nothing(2, 2, 1, 1), ZERO_MIRRORED, 2),
                case(MIRRORED, _nothing(3, 3, 1, 1), ZERO_MIRRORED, 3),
            ),
            _draw_stride_kernel,
            gaps=("stride",),
        ),
        Behaviour(
            "pairs",
            "takes a stride (vertical, horizontal)",
            1,
            (
                case(_nothing(6, 6, 1), _one(*CROSS), ZERO, (2, 3)),
                case(_nothing(6, 6, 1), _one(*CROSS), ZERO, (3, 2)),
            ),
            _draw_pairs,
            gaps=("pairs", "stride"),
        ),
        Behaviour(
            "same",
            'lets windows reach beyond the map when padding is "same", farther at its end for an even kernel, and '
            "gives dx for the map alone",
            2,
            (
                case(_nothing(2, 2, 1), _one(*EVEN), ZERO, 1, "same"),
                case(_nothing(2, 3, 1), _one(*CROSS), _image([1, 2, -4], [3, -2, 0]), 1, "same"),
                case(_nothing(1, 2, 1), _one(*CROSS), _image([1, -1]), 1, "same"),
            ),
            _draw_same,
            gaps=("same",),
        ),
        Behaviour(
            "same_kernel",
            'uses the zeros around the map for dw if padding is "same"',
            1,
            (
                case(MIRRORED[:2, :2], _nothing(2, 2, 1, 1), ZERO_MIRRORED, 1, "same"),
                case(MIRRORED[:3, :3], _nothing(3, 3, 1, 1), _image([1, 2, 3], [2, 1, -6], [3, -6, 0]), 1, "same"),
            ),
            lambda rng: _draw_same(rng, _for_dw),
            gaps=("same",),
        ),
        Behaviour(
            "same_stride",
            'pads only what ceil(n / stride) windows need if padding is "same" and the stride is larger than 1',
            1,
            (
                case(_nothing(4, 4, 1), _one(*CROSS), ZERO, 2, "same"),
                case(_nothing(3, 4, 1), _one(*EVEN), ZERO, 2, "same"),
            ),
            _draw_same_stride,
            gaps=("same", "stride"),
        ),
        Behaviour(
            "integers",
            "keeps the fractions of dx and dw if the map or the kernel holds integers",
            1,
            (
                case(_nothing(1, 3, 1).astype("uint8"), _one([1]), ZERO_ROW / 8),
                case(_nothing(3, 3, 1).astype("int64"), _one(*EVEN), ZERO / 8),
                case(_image([1, 4, 3]).astype("int64"), _nothing(1, 1, 1, 1).astype("int64"), ZERO_ROW / 8),
            ),
            lambda rng: case(_nothing(3, 4, 1).astype("int64"), _one(*EVEN), _balanced(rng, 2, 3, 1) / 8),
            gaps=("integers",),
        ),
        untouched(
            case(_image([1, 4, 3]), _one([2]), ZERO_ROW),
            draw=lambda rng: case(_numbers(rng, 1, 3, 1), _one([3]), _balanced(rng, 1, 3, 1)),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a grad of another shape than the output, unequal channels, an unknown padding, a "
            "stride below 1, and a kernel that does not fit",
            1,
            (
                case(GRID, STAMP, ZERO[:1]),
                case(GRID, STAMP, np.concatenate([ZERO, ZERO], axis=2)),
                case(GRID, np.ones((2, 2, 2, 1)), ZERO),
                case(np.concatenate([GRID, GRID], axis=2), STAMP, ZERO),
                case(GRID, STAMP, ZERO, 1, "full"),
                case(GRID, STAMP, ZERO, 0),
                case(GRID[:1], STAMP, ZERO[:1]),
            ),
            _draw_unmatched,
            refuses=True,
        ),
    ),
    hints=(
        "Output cell (i, j) of filter o is the sum of window · w[:, :, :, o], plus b[o]. Raise one of these numbers a "
        "little: by how much does the output change? Multiply that by grad[i, j, o].",
        "Start with three arrays of zeros, in floats. Go through the windows as in conv2d. Each output cell passes "
        "its gradient to the values its window covers, to the weights and to the bias.",
        "With g = grad[i, j, o]: dx[window] += w[:, :, :, o] * g, dw[:, :, :, o] += x[window] * g, db[o] += g.",
        'For "same", pad x as in conv2d, make dx as large as the padded map, and cut off the padding at the end.',
    ),
)

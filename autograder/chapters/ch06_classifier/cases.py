"""Chapter 6: design a network within a budget, and lay out its feature maps."""

from math import prod

import numpy as np

from autograder.chapters.ch05_memory_math.reference import activation_bytes, receptive_field, summarize
from autograder.chapters.ch06_classifier import reference
from autograder.chapters.model import Behaviour, Exercise, case

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


def _windows(layers):
    """Return (place in the list, kernel or pool size, stride) of each convolution and pooling layer."""
    kinds = {"conv": "kernel", "pool": "size"}
    return [(i, x[kinds[x["kind"]]], x["stride"]) for i, x in enumerate(layers, 1) if x["kind"] in kinds]


def _not_convolutional(layers):
    """Say what keeps a list from being a convolutional network, or None: nothing else counts where there is none."""
    try:
        _rows(layers)
    except ValueError as error:
        return f"That is no network for a 28×28×1 image: {error}"[:300]
    convolutions = [layer for layer in layers if layer["kind"] == "conv"]
    real = [conv for conv in convolutions if conv["kernel"] > 1 and conv["filters"] >= LEAST_FILTERS]
    if len(real) < LEAST_CONVOLUTIONS:
        return (
            f"It needs {LEAST_CONVOLUTIONS} convolutions with a kernel larger than 1 and at least {LEAST_FILTERS} "
            f"filters; it has {len(real)}."
        )
    first = _windows(layers)[0][0]
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
    for place, size, stride in _windows(layers):
        if stride > size:
            return f"Layer {place} has a stride of {stride} and a window of {size}, so it skips pixels."
    field = receptive_field([(size, stride) for _place, size, stride in _windows(layers)])
    return None if field >= LEAST_FIELD else f"Its receptive field is {field} px; it must be at least {LEAST_FIELD}."


def _list(layers):
    return None if isinstance(layers, list) else f"It returns a {type(layers).__name__}, not a list."


def _design(id, words, points, accepts, **more):
    """Return a behaviour of a convolutional network: whatever is measured, anything else does not show it."""

    def both(layers):
        return _not_convolutional(layers) or accepts(layers)

    return Behaviour(id, words, points, (case(),), lambda rng: case(), accepts=both, **more)


DESIGN = Exercise(
    name="design",
    section="The pattern of the network",
    reference=reference.design,
    behaviours=(
        _design("network", "returns a convolutional network that ends in a dense layer with 10 units", 13, _network),
        _design("parameters", f"has at most {MOST_PARAMETERS:,} parameters", 12, _parameters),
        _design("activations", f"needs at most {MOST_BYTES:,} bytes of float32 activations an image", 12, _activations),
        _design("field", f"sees at least {LEAST_FIELD} pixels with kernels of at most {MOST_KERNEL}", 12, _field),
        _design("fresh", "returns a fresh list at each call", 6, _list, untouched=True),
    ),
    hints=(
        "Begin with conv, pool, conv, pool, flatten, dense, and count with pencil or with your functions of chapter 5.",
        "Most parameters are where the flattened map meets the dense layer: make that map small first.",
        "Most activation bytes are in the first layers, where the map is still 28×28: use few filters there.",
        "Each pool doubles the step of every window after it: a 3×3 kernel after two pools widens the field by 8 px.",
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
            8,
            (case(_maps(_RNG, 2, 2, 6), 3), case(_maps(_RNG, 1, 1, 8), 4), case(_maps(_RNG, 2, 2, 3), 1)),
            lambda rng: case(_maps(rng, 2, 2, 6), 3),
        ),
        Behaviour(
            "non_square",
            "keeps height and width apart",
            6,
            (case(_alike(_RNG, 1, 3, 2), 2), case(_alike(_RNG, 3, 2, 3), 3), case(_alike(_RNG, 2, 3, 4), 2)),
            lambda rng: case(_alike(rng, 2, int(rng.integers(3, 6)), 4), 2),
        ),
        Behaviour(
            "empty",
            "leaves the places behind the last map 0, and loses no map",
            5,
            (case(_alike(_RNG, 2, 2, 3), 2), case(_alike(_RNG, 2, 2, 7), 3)),
            lambda rng: case(_alike(rng, 2, 2, int(rng.choice([5, 7]))), 3),
        ),
        Behaviour(
            "wide",
            "is columns maps wide also when there are fewer maps",
            3,
            (case(_alike(_RNG, 2, 2, 2), 4), case(_alike(_RNG, 1, 1, 1), 3)),
            lambda rng: case(_alike(rng, 2, 2, 2), int(rng.integers(3, 6))),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a column count below 1",
            3,
            (case(_alike(_RNG, 2, 2, 2), 0), case(_alike(_RNG, 2, 2, 2), -1)),
            lambda rng: case(_maps(rng, 2, 2, 2), -int(rng.integers(0, 4))),
            refuses=True,
        ),
    ),
    hints=(
        "The picture is a sheet of zeros; each channel is stamped onto its place.",
        "C maps in rows of `columns` need ceil(C / columns) rows: -(-C // columns).",
        "Map number c stands in row c // columns, column c % columns.",
        "Its first pixel lands at (row · H, column · W): assign maps[:, :, c] to a slice of that size.",
    ),
)

EXERCISES = (DESIGN, MOSAIC)

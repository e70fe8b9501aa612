"""The calls that the course speaks of, small ones all of them: every combination of a few arguments of each kind.

What has a meaning and what must be refused; not what the contract says nothing about: arguments of another type or form
(a stride of 1.5, an image with three axes, a list where a tuple is meant), arrays without a cell, booleans in arrays.
Whole numbers are such that sums of their products stay below 2**53: floats hold them exactly.
"""

import itertools

import numpy as np

from autograder.chapters import EXERCISES

DRAWN = 12  # fresh cases of each behaviour
DTYPES = {
    "float64": (-8, 9),
    "uint8": (0, 256),
    "int8": (-128, 128),
    "int32": (-(2**15), 2**15),
    "int64": (-9, 9),
}
WIDE = ("float64", "int64")  # a kernel holds fractions or the default ints
WORDS = ("valid", "same", "full", "")


def calls(name):
    """Yield (args, kwargs) for an exercise: the grid below, its open cases, and fresh ones."""
    exercise = EXERCISES[name]
    yield from GRID[name]()
    rng = np.random.default_rng(7)
    for behaviour in exercise.behaviours:
        for case in [*behaviour.cases, *(behaviour.draw(rng) for _ in range(DRAWN))]:
            yield case.args, case.kwargs


def _array(*shape, dtype="float64", seed=0):
    """Return numbers of either sign where the dtype has them; floats have fractions."""
    rng = np.random.default_rng([seed, *shape])
    return (rng.integers(*DTYPES[dtype], shape) / (4 if dtype == "float64" else 1)).astype(dtype)


def _arrays(*shapes, dtypes=tuple(DTYPES)[:4]):
    return [_array(*shape, dtype=dtype) for shape in shapes for dtype in dtypes]


def _product(*choices, **named):
    """Yield every combination as (args, kwargs); a choice of a keyword may be left out."""
    for args in itertools.product(*choices):
        yield args, {}
        for key, values in named.items():
            yield from ((args, {key: value}) for value in values)


def _pad2d():
    images = _arrays((1, 1), (2, 3), (3, 1))
    sides = [((a, b), (c, d)) for a, b, c, d in itertools.product((-1, 0, 2), repeat=4)]
    yield from _product(images, [-2, -1, 0, 1, 3, *sides[::3]], value=[0, 7, 1.5])
    yield from _product(images[:1], sides)


def _pad2d_mode():
    modes = ("constant", "reflect", "edge", "wrap", "symmetric", "empty", "zeros", "")
    for image in _arrays((1, 1), (2, 3), (4, 3), (5, 5)):
        yield from _product([image], range(-2, min(image.shape)), modes)


def _window_counts():
    shapes = [(1, 1), (2, 4), (5, 3), (-1, 3), (3, -2)]
    sizes = (-1, 0, 1, 2, 3, 4, (1, 3), (3, 1), (2, 5), (4, 2), (0, 2), (2, 0), (-1, 1))
    steps = (-1, 0, 1, 2, 3, (1, 2), (3, 1), (0, 1), (1, 0))
    yield from _product(shapes, sizes, steps, (-1, 0, 1, 2))
    yield from _product(shapes, sizes, stride=steps, padding=(0, 1))


SIZES_1D = (-2, -1, *range(1, 12))  # of an axis
KERNELS = [(1, 1), (1, 3), (2, 2), (3, 1), (2, 4), (5, 2), (6, 3)]
IMAGES = [(1, 1), (2, 3), (3, 2), (4, 5)]
STEPS = (-2, -1, 0, 1, 2, 3, 7, (1, 2), (3, 1), (0, 1), (1, 0), (1, -1), (-1, 1))


def _conv2d_valid():
    yield from _product(_arrays(*IMAGES, (5, 5)), _arrays(*KERNELS, dtypes=WIDE))


def _same_padding():
    yield from _product(SIZES_1D, range(-2, 9), range(-2, 6))
    yield from _product(SIZES_1D, range(-2, 9))


def _output_size():
    yield from _product(SIZES_1D[:6], range(-1, 7), range(-1, 4), (-1, 0, 1, 2, 3, *WORDS))
    yield from _product(SIZES_1D, range(-2, 9))


def _conv2d_strided():
    yield from _product(_arrays(*IMAGES, dtypes=["float64", "uint8"]), _arrays(*KERNELS, dtypes=["float64"]), STEPS)
    yield from _product(_arrays((4, 5)), _arrays(*KERNELS[:5], dtypes=WIDE), (0, 2, (1, 3)))


def _conv2d():
    maps = _arrays((1, 1, 1), (2, 3, 2), (4, 3, 2))
    banks = [(1, 1, 1, 1), (1, 1, 2, 1), (2, 2, 2, 2), (2, 3, 2, 1), (5, 1, 2, 1), (1, 4, 2, 3), (2, 2, 3, 1)]
    dtypes = ("float64", "float64"), ("int64", "int64"), ("float64", "int64")
    for x, shape, (of_w, of_b) in itertools.product(maps, banks, dtypes):
        w, b = _array(*shape, dtype=of_w), _array(shape[-1], dtype=of_b)
        yield from _product([x], [w], [b], [1, (1, 2)], padding=WORDS[1:3])
    for x, shape in itertools.product(maps, banks):
        yield from _product([x], [_array(*shape)], [_array(shape[-1] + 1), _array(1)])
    for x, shape in itertools.product(maps[::4], banks):
        yield from _product([x], [_array(*shape)], [_array(shape[-1])], STEPS, WORDS[:2])


def _unread():
    yield from _product(SIZES_1D[:9], range(-1, 9), range(-1, 6), range(-2, 4))
    yield from _product(SIZES_1D[:9], range(-1, 9), range(-1, 6))


MAPS = [(1, 1, 1), (2, 3, 2), (4, 3, 1), (3, 5, 2)]
SIZES = (-1, 0, 1, 2, 3, 5, 7, (1, 2), (3, 1), (2, 4), (4, 2), (1, 5), (6, 1), (0, 1), (1, -1))


def _pool2d():
    for x in [*_arrays(*MAPS, dtypes=["float64"]), _array(3, 5, 2, dtype="uint8")]:
        yield from _product([x], SIZES, [None, (2, 1)], ("max", "avg", "min", "l2", "sum"), WORDS[:2])
    yield from _product([_array(4, 3, 1)], SIZES, STEPS, ("max", "avg"), WORDS[:2])
    yield from _product(_arrays((4, 3, 1)), SIZES, stride=(1, 2), kind=("avg", "none"), padding=("same", "none"))


def _global_pool():
    yield from _product(_arrays(*MAPS, (7, 2, 3)), ("avg", "max", "min", "sum", ""))
    yield from _product(_arrays(*MAPS, (7, 2, 3)))


def _max_pool_backward():
    for x, size, step in itertools.product(_arrays(*MAPS[2:], dtypes=["float64"]), SIZES, STEPS):
        (kh, kw), (sh, sw) = (n if isinstance(n, tuple) else (n, n) for n in (size, step))
        right = [max((n - k) // s + 1 if s > 0 else 1, 1) for n, k, s in zip(x.shape, (kh, kw), (sh, sw), strict=False)]
        shapes = [(*right, x.shape[2]), (right[0] + 1, right[1], x.shape[2]), (1, 1, 1), (*right, 1)]
        for shape, dtype in zip(shapes, ("float64", "int64", "float64", "int64"), strict=True):
            yield (x, _array(*shape, dtype=dtype), size, step), {}
        yield (np.zeros(x.shape, "uint8"), _array(*shapes[0]), size, step), {}


def _translate():
    yield from _product(_arrays((1, 1), (2, 3), (4, 3)), range(-6, 7), range(-5, 6))


def _consistency():
    for rows, images in itertools.product(range(1, 5), range(1, 6)):
        for seed in range(4):
            rng = np.random.default_rng([seed, rows, images])
            yield (rng.integers(0, 3, (rows, images)),), {}
            yield (rng.integers(0, 2, (rows, images)).astype(float),), {}


def _blur_pool2d():
    yield from _product(_arrays(*MAPS, (6, 7, 1), (8, 8, 1)), range(-2, 9))
    yield from _product(_arrays(*MAPS, (6, 7, 1), (8, 8, 1)))


def _pool_shift_error():
    sizes = (-1, 0, 1, 2, 3, 6, (1, 2), (2, 1), (3, 2), (2, 4), (0, 1))
    yield from _product(_arrays(*MAPS, dtypes=["float64", "uint8"]), (-2, 0, 1), (-1, 0, 3), sizes)
    yield from _product(_arrays(*MAPS), (-2, 0, 1), (-1, 0, 3))


SOME = (-2, -1, 1, 2, 5)


def _conv_params():
    yield from _product(SIZES, SOME, SOME, bias=(True, False))


def _conv_macs():
    shapes = [(1, 1), (2, 5), (4, 3), (5, 5), (-1, 3), (3, -1)]
    yield from _product(shapes, SIZES, [2], [3], (0, 1, 3), WORDS[:2])
    yield from _product(shapes[:3], SIZES, [1], [2], stride=STEPS, padding=WORDS)
    yield from _product(shapes[1:2], (2, (1, 3)), SOME, SOME, (1, 2), WORDS)


def _activation_bytes():
    shapes = [s for n in range(1, 4) for s in itertools.product((-2, -1, 1, 3), repeat=n)]
    yield from _product(shapes, (-1, 0, 1, 3), (1, 2, 8))
    yield from _product(shapes, batch=(0, 2), bytes_per_value=(1, 2))


def _receptive_field():
    layers = list(itertools.product((-1, 0, 1, 2, 3), (-1, 0, 1, 2, 3)))
    yield from _product([[], *([layer] for layer in layers), *([a, b] for a in layers for b in layers)])
    valid = list(itertools.product((1, 2, 4), (1, 2, 3)))
    yield from _product([[*three] for three in itertools.product(valid, repeat=3)])


def _layers():
    """Yield lists of layers that are small, each kind after each, with all that must be refused."""
    words, numbers = ("valid", "same", "full"), (-1, 0, 1, 2, 3, 5)
    convs = [
        {"kind": "conv", "filters": f, "kernel": k, "stride": s, "padding": p}
        for f, k, s, p in [(2, k, s, p) for k in numbers for s in (0, 1, 3) for p in words]
        + [(f, 2, s, "same") for f in (-1, 1, 4) for s in (-1, 1, 2)]
    ]
    pools = [
        {"kind": "pool", "size": k, "stride": s, "padding": p} for k in numbers for s in (-1, 0, 1, 2) for p in words
    ]
    dense = [{"kind": "dense", "units": units} for units in (-1, 1, 4)]
    flatten = {"kind": "flatten"}
    every = [*convs, *pools, *dense, flatten, {"kind": "dropout"}, {"kind": ""}, {}]
    every += [{key: layer[key] for key in layer if key != gone} for layer in (convs[5], pools[5]) for gone in layer]
    yield from ([layer] for layer in every)
    yield from ([flatten, layer] for layer in (*dense, flatten))
    yield from ([flatten, layer, dense[2]] for layer in dense)
    yield from ([first, second] for first in (convs[20], pools[20], pools[30]) for second in every[::3])
    yield from ([convs[20], pools[20], flatten, layer] for layer in dense)


def _summarize():
    yield from _product([(5, 5, 1), (4, 7, 3), (1, 2, 2)], list(_layers()))
    yield from _product([(6,), (1,)], [[{"kind": "dense", "units": 3}], [{"kind": "flatten"}]])
    yield from _product([(-1, 5, 1), (5, -2, 1), (5, 5, -1)], [[{"kind": "flatten"}]])


def _training_bytes():
    yield from _product([(5, 5, 1), (4, 7, 3)], list(_layers())[::2], (-1, 0, 1, 3))
    yield from _product([(-1, 5, 1)], [[{"kind": "flatten"}]], (1,))


def _mosaic():
    yield from _product(_arrays(*MAPS, (1, 2, 5), (2, 2, 7)), range(-2, 9))


def _dilate_kernel():
    yield from _product(_arrays((1, 1), (1, 3), (2, 2), (3, 2)), range(-3, 6))


def _conv2d_dilated():
    shapes = (1, 1), (1, 3), (2, 2), (3, 1)
    yield from _product(
        _arrays(*IMAGES, (5, 6), dtypes=["float64", "uint8"]), [_array(*k) for k in shapes], range(-2, 6)
    )
    yield from _product(_arrays((4, 5)), _arrays((1, 3), (2, 2), dtypes=WIDE), (1, 2))


def _upsample2d():
    yield from _product(_arrays(*MAPS), range(-3, 6))


def _conv2d_transpose():
    shapes = (1, 1), (1, 3), (2, 2), (3, 1)
    yield from _product(_arrays(*IMAGES, dtypes=["float64", "uint8"]), [_array(*k) for k in shapes], range(-2, 5))
    yield from _product(_arrays((2, 3)), _arrays((1, 3), (2, 2), dtypes=WIDE), (1, 2))


def _unet_shapes():
    shapes = [(h, w, c) for h in (1, 2, 4, 6, 12) for w in (1, 2, 3, 8, 12) for c in (1, 3)]
    shapes += [(-4, 4, 1), (4, -4, 1), (4, 4, -1)]
    yield from _product(shapes, range(-2, 4), range(-2, 4))


def _keeps_the_budget(design):
    """Say what is wrong with a network, counted here once more with nothing but sums; None if it is right."""
    layers, shape, values, params, field, step = design(), (28, 28, 1), 28 * 28, 0, 1, 1
    small = [x for x in layers if x["kind"] == "conv" and x["kernel"] > 1 and x["filters"] > 1]
    network = len(small) > 1 and layers[0]["kind"] == "conv"
    for layer in layers:
        if layer["kind"] == "flatten":
            shape = (np.prod(shape),)
        elif layer["kind"] == "dense":
            params, shape = params + (shape[0] + 1) * layer["units"], (layer["units"],)
        else:
            k, s = layer.get("kernel") or layer["size"], layer["stride"]
            network = network and s <= k and layer.get("kernel", 1) < 8
            starts = range(0, shape[0] if layer["padding"] == "same" else shape[0] - k + 1, s)
            params += (k * k * shape[2] + 1) * layer.get("filters", 0)
            shape = (len(starts), len(starts), layer.get("filters") or shape[2])
            field, step = field + (k - 1) * step, step * s
        values += np.prod(shape)
        network = network and np.prod(shape) >= 10
    kept = network and params <= 60_000 and 4 * values <= 150_000 and field >= 20
    kept = kept and shape == (10,) and design() is not layers
    return None if kept else f"It returns {layers}: {params} parameters, {4 * values} bytes, {field} px, {shape}."


# Where many answers are right: a function that says what is wrong with one, or None.
RIGHT = {"design": _keeps_the_budget}
GRID = {name: globals()[f"_{name}"] for name in EXERCISES if name not in RIGHT}

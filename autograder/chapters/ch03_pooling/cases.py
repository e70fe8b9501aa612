"""Chapter 3: pooling forwards, globally, and backwards."""

import numpy as np

from autograder.chapters.ch03_pooling import reference
from autograder.chapters.model import Behaviour, Exercise, case, untouched


def _map(table, dtype=float):
    """Return a feature map of one channel, (H, W, 1)."""
    return np.array(table, dtype=dtype)[:, :, None]


def _distinct(rng, height, width, channels=1):
    """Return an (H, W, C) map of different positive whole numbers: no tie, and no window without a positive cell."""
    size = height * width * channels
    return rng.permutation(np.arange(1.0, size + 1)).reshape(height, width, channels)


def _negative(rng, height, width):
    return -_distinct(rng, height, width)


def _mixed(rng, height, width):
    """Return a map with negative values whose maxima and minima differ in sign."""
    return _distinct(rng, height, width) - height * width // 2


def _grad(rng, *shape):
    """Return different gradients, none of them 0, with fractions."""
    size = int(np.prod(shape))
    return (rng.permutation(size) + 1.5).reshape(shape) * rng.choice([-1.0, 1.0], shape)


NOTES = _map([[3, 1, 1, 3], [2, 5, 0, 2], [1, 4, 2, 1], [4, 7, 2, 4]])
POSITIVE = _map([[1, 8, 3, 6, 2, 9], [7, 2, 5, 4, 8, 1], [3, 6, 9, 1, 7, 5], [4, 5, 2, 8, 3, 6]])
MIXED = _map([[3, -1, -4, -2, 5, 0], [-2, 6, -7, -3, 1, -8], [2, 4, -5, 1, -9, -6]])
BELOW = _map([[-3, -1, -4, -2], [-5, -9, -7, -6], [-5, -3, -5, -8]])
ODD = _map(
    [[2, 7, 1, 8, 3, 9, 4], [6, 1, 5, 2, 7, 3, 8], [4, 9, 3, 7, 1, 6, 2], [8, 2, 6, 4, 5, 1, 7], [3, 5, 8, 1, 7, 2, 9]]
)
CHANNELS = np.array(
    [
        [[1, 50, 9], [2, 40, 7], [8, 10, 3], [6, 20, 5]],
        [[4, 30, 1], [3, 20, 2], [5, 60, 4], [7, 70, 6]],
    ],
    dtype=float,
)
TWO = np.concatenate([MIXED, -MIXED], axis=2)
BYTES = _map([[200, 250, 255, 7], [201, 100, 0, 3]], "uint8")


def _between(rng, least, most):
    return int(rng.integers(least, most + 1))


def _draw_kind(rng):
    kind = str(rng.choice(["max", "avg", "min", "l2"]))
    size = _between(rng, 2, 3)
    x = _negative(rng, 2 * size, 3 * size) if kind == "max" else _mixed(rng, 2 * size, 3 * size)
    return case(x, size, size, kind)


def _draw_overlap(rng):
    kind = str(rng.choice(["avg", "min", "l2"]))
    return case(_distinct(rng, _between(rng, 3, 4), _between(rng, 5, 6)), _between(rng, 2, 3), 1, kind)


def _draw_stride(rng):
    size, stride = ((1, 2), (2, 1), (2, 3), (3, 1), (3, 2))[rng.integers(5)]
    return case(_distinct(rng, size + stride * _between(rng, 1, 2), size + stride * _between(rng, 3, 4)), size, stride)


def _draw_pairs(rng):
    stride = _between(rng, 1, 3), _between(rng, 1, 2)
    shape = 3 + stride[0] * _between(rng, 1, 2), 2 + stride[1] * _between(rng, 3, 4)
    return case(_distinct(rng, *shape), (3, 2), stride)


def _with_rest(rng, size):
    """Return the height and width of a map at whose ends cells are left over, wider than high."""
    return 2 * size + _between(rng, 1, size - 1), 3 * size + _between(rng, 1, size - 1)


def _draw_leftover(rng):
    size = _between(rng, 2, 3)
    return case(_distinct(rng, *_with_rest(rng, size)), size, size)


def _draw_same(rng):
    size = _between(rng, 2, 3)
    return case(_distinct(rng, *_with_rest(rng, size)), size, size, "max", "same")


def _draw_same_stride(rng):
    """Return a map that needs one padded cell on all sides."""
    height, width, stride = 2 * _between(rng, 2, 3) + 1, 2 * _between(rng, 4, 5) + 1, _between(rng, 1, 2)
    return case(_distinct(rng, height, width), 3, stride, "max", "same")


def _draw_real_cells(rng):
    size = _between(rng, 2, 3)
    return case(_negative(rng, *_with_rest(rng, size)), size, size, "max", "same")


def _draw_real_kinds(rng):
    size = _between(rng, 2, 3)
    return case(_distinct(rng, *_with_rest(rng, size)), size, size, str(rng.choice(["avg", "min"])), "same")


POOL2D = Exercise(
    name="pool2d",
    section="Pooling replaces each window by one number",
    reference=reference.pool2d,
    behaviours=(
        Behaviour(
            "kinds",
            "gives the maximum, mean, minimum or root of the sum of squares of each window",
            5,
            (
                case(BELOW[:2], 2, 2, "max"),
                case(NOTES[:2], 2, 2, "avg"),
                case(MIXED, 3, 3, "avg"),
                case(MIXED / 4, 3, 3, "avg"),
                case(NOTES[:2], 2, 2, "min"),
                case(MIXED, 3, 3, "min"),
                case(NOTES[:2], 2, 2, "l2"),
                case(MIXED, 3, 3, "l2"),
            ),
            _draw_kind,
            gaps=("kind",),
        ),
        Behaviour(
            "overlap",
            'gives means, minima and roots of sums of squares of overlapping windows too, also with "same"',
            1,
            (case(NOTES[:2], 2, 1, "l2"), case(POSITIVE[:3], 3, 1, "min"), case(POSITIVE, 2, 1, "avg", "same")),
            _draw_overlap,
            gaps=("kind", "same", "stride"),
        ),
        Behaviour(
            "stride",
            "moves the window by an int stride, or by its own size if stride is None",
            4,
            (case(POSITIVE, 2), case(POSITIVE, 2, 1), case(ODD, 3, 2), case(ODD, 1, 2)),
            _draw_stride,
            gaps=("stride",),
        ),
        Behaviour(
            "pairs",
            "takes size and stride as (vertical, horizontal)",
            2,
            (case(POSITIVE, (2, 3)), case(ODD, (3, 2), (2, 1)), case(ODD, (1, 3), (1, 2))),
            _draw_pairs,
            gaps=("pairs", "stride"),
        ),
        Behaviour(
            "leftover",
            'leaves out windows that do not fit at the end, with "valid"',
            4,
            (case(POSITIVE, 4, 4), case(ODD, 3, 3), case(ODD, 2, 2)),
            _draw_leftover,
        ),
        Behaviour(
            "channels",
            "pools each channel separately and keeps them all",
            4,
            (case(CHANNELS, 2, 2), case(TWO, 3, 3)),
            lambda rng: case(_distinct(rng, 4, 6, _between(rng, 2, 4)), 2, 2),
            gaps=("channels",),
        ),
        Behaviour(
            "same",
            'has ceil(n / stride) windows with "same", and half of the padding before, the odd cell after',
            3,
            (
                case(ODD, 2, 2, "max", "same"),
                case(ODD, 3, 3, "max", "same"),
                case(POSITIVE, 4, 4, "max", "same"),
                case(POSITIVE[:2, :3], 4, 4, "max", "same"),
            ),
            _draw_same,
            gaps=("same",),
        ),
        Behaviour(
            "same_stride",
            'pads what the windows need with "same" if the stride is not the size',
            2,
            (
                case(ODD, 3, 2, "max", "same"),
                case(POSITIVE, 3, 1, "max", "same"),
                case(ODD, 5, 1, "max", "same"),
            ),
            _draw_same_stride,
            gaps=("same", "stride"),
        ),
        Behaviour(
            "real_cells",
            'takes no padded cell as the maximum with "same", also if all real cells are negative',
            3,
            (case(BELOW, 2, 2, "max", "same"), case(BELOW, 3, 3, "max", "same")),
            _draw_real_cells,
            gaps=("same",),
        ),
        Behaviour(
            "real_kinds",
            'uses only the real cells for the mean and the minimum with "same"',
            3,
            (
                case(ODD, 2, 2, "avg", "same"),
                case(ODD, 3, 3, "avg", "same"),
                case(POSITIVE, 4, 4, "avg", "same"),
                case(ODD, 2, 2, "min", "same"),
                case(POSITIVE, 3, 3, "min", "same"),
                case(POSITIVE, 4, 4, "min", "same"),
            ),
            _draw_real_kinds,
            gaps=("same", "kind"),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the map holds integers",
            2,
            (
                case(BYTES, 2, 2, "avg"),
                case(BYTES, 2, 2, "l2"),
                case(np.abs(MIXED).astype("int64"), 3, 3, "avg"),
            ),
            lambda rng: case(rng.integers(150, 256, (4, 6, 1)).astype("uint8"), 2, 2, str(rng.choice(["avg", "l2"]))),
            gaps=("integers", "kind"),
        ),
        untouched(case(POSITIVE, 2), draw=lambda rng: case(_distinct(rng, 4, 6), 2)),
        Behaviour(
            "refuses",
            "raises ValueError for an unknown kind or padding, a size or stride below 1 and a window too large",
            2,
            (
                case(POSITIVE, 2, 2, "mean"),
                case(POSITIVE, 2, 2, "max", "full"),
                case(POSITIVE, 2, 0, "avg"),
                case(POSITIVE, 0, 2),
                case(POSITIVE, 2, -1),
                case(POSITIVE, 5, 1),
                case(POSITIVE.swapaxes(0, 1), 5, 1),
            ),
            lambda rng: case(_distinct(rng, 4, 6), 2, 2, str(rng.choice(["median", "sum", "maximum", "mean"]))),
            refuses=True,
        ),
    ),
    hints=(
        "Four steps: find the windows, find the real cells of each, take one channel, compute one number.",
        '"valid" has a padding of 0. With "same" the first window starts before the map, at row -top and column '
        "-left. Your same_padding of exercise 1 gives top and left.",
        "You need no padded array: cut each window off at the map's edges, max(start, 0) and min(start + k, n). Only "
        "the real cells are left, and their mean divides by the right number.",
        "Loop over i and j of the output, with window = x[r0:r1, c0:c1] in floats. A NumPy reduction with axis=(0, 1) "
        "keeps the channels apart.",
    ),
)


GLOBAL_POOL = Exercise(
    name="global_pool",
    section="Pooling treats each channel separately",
    reference=reference.global_pool,
    behaviours=(
        Behaviour(
            "avg",
            "averages all H·W cells of each channel, also if the map is not square",
            3,
            (case(CHANNELS, "avg"), case(TWO / 4, "avg")),
            lambda rng: case(_distinct(rng, int(rng.integers(2, 4)), int(rng.integers(4, 7)), 3), "avg"),
        ),
        Behaviour(
            "max",
            "takes the largest cell of each channel, also if all are negative",
            3,
            (case(CHANNELS, "max"), case(np.concatenate([BELOW, MIXED[:, :4]], axis=2), "max")),
            lambda rng: case(-_distinct(rng, 2, int(rng.integers(3, 6)), 2), "max"),
            gaps=("kind",),
        ),
        Behaviour(
            "default",
            "averages if no kind is given, and leaves x unchanged",
            1,
            (case(CHANNELS[:, :2]), case(TWO[:, :3])),
            lambda rng: case(_distinct(rng, 3, 3, int(rng.integers(2, 4)))),
            untouched=True,
        ),
        Behaviour(
            "one_channel",
            "returns an array (C,) also for a map with one channel",
            1,
            (case(NOTES, "avg"), case(BELOW[:, :3], "avg")),
            lambda rng: case(_distinct(rng, *[_between(rng, 3, 5)] * 2), "avg"),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the map holds integers",
            2,
            (
                case(np.repeat(BYTES[:, :2], 2, axis=2), "avg"),
                case(np.array([[[3, -1], [2, 5]], [[1, 1], [4, 2]]]), "avg"),
            ),
            lambda rng: case(rng.integers(150, 256, (4, 4, 2)).astype("uint8"), "avg"),
            gaps=("integers",),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for an unknown kind",
            2,
            (case(CHANNELS, "mean"), case(CHANNELS, "min")),
            lambda rng: case(_distinct(rng, 2, 3, 2), str(rng.choice(["median", "sum", "maximum", "l2"]))),
            refuses=True,
        ),
    ),
    hints=(
        "The window is the whole map. One number is left for each channel, so the result has C numbers.",
        "Channel c is the (H, W) array x[:, :, c].",
        "Loop over the channels and fill an array of C floats. Or give a NumPy reduction the two axes to reduce.",
    ),
)


def _cells_twice(rng):
    """Return a map in which one cell wins every window that holds it, besides windows won by others."""
    height, width, size = int(rng.integers(4, 6)), int(rng.integers(6, 8)), int(rng.integers(2, 4))
    x = _distinct(rng, height, width)
    x[1, int(rng.integers(1, width - 1))] = 100
    return case(x, _grad(rng, height - size + 1, width - size + 1, 1), size, 1)


def _tied(rng):
    """Return a map of six windows, each with its largest value at two places."""
    x = _distinct(rng, 4, 6)
    for row, column in np.ndindex(2, 3):
        x[2 * row, 2 * column + 1] = x[2 * row + 1, 2 * column] = 50 + row
    return case(x, _grad(rng, 2, 3, 1), 2, 2)


def _draw_pairs_backward(rng):
    size, stride = (2, 3), (_between(rng, 2, 3), _between(rng, 3, 4))
    return case(_distinct(rng, 2 + stride[0], 3 + stride[1]), _grad(rng, 2, 2, 1), size, stride)


def _draw_unread(rng):
    stride = _between(rng, 2, 3)
    return case(_distinct(rng, stride + 3, 2 * stride + 3), _grad(rng, 2, 3, 1), 2, stride)


PEAK = _map([[2, 1, 4, 3, 5], [6, 3, 9, 1, 2], [1, 5, 2, 8, 4], [7, 2, 3, 1, 6]])
TIED = _map([[1, 7, 3, 3], [7, 0, 3, 3], [5, 2, 0, 0], [5, 5, 6, 6]])

MAX_POOL_BACKWARD = Exercise(
    name="max_pool_backward",
    section="A gradient passes through pooling",
    reference=reference.max_pool_backward,
    behaviours=(
        Behaviour(
            "winner",
            "gives each gradient to the maximum of its window alone, also if all cells are negative",
            7,
            (
                case(BELOW[:2], _map([[0.5, -3]]), 2, 2),
                case(MIXED, _map([[-1.5, 4]]), 3, 3),
                case(NOTES, _map([[10, 20], [30, 40]]), 2, 2),
                case(MIXED[:, :3], _map([[2.5]]), 3, 3),
            ),
            lambda rng: case(_negative(rng, 4, 6), _grad(rng, 2, 3, 1), 2, 2),
        ),
        Behaviour(
            "overlap",
            "adds up the gradients that a cell gets from several windows",
            7,
            (
                case(_map([[1, 5, 9, 4], [0, 2, 3, 2]]), _map([[-2, 0.5, 4]]), 2, 1),
                case(PEAK, _map([[1, 2, 4], [8, 16, 32]]), 3, 1),
                case(PEAK, _map([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]), 2, 1),
            ),
            _cells_twice,
        ),
        Behaviour(
            "ties",
            "gives the gradient to the first maximum in row order if there are several",
            6,
            (
                case(TIED[:2], _map([[10, 20]]), 2, 2),
                case(TIED, _map([[10, 20], [30, 40]]), 2, 2),
                case(np.zeros((3, 6, 1)), _map([[6, -2]]), 3, 3),
            ),
            _tied,
        ),
        Behaviour(
            "channels",
            "looks for the maximum in each channel separately",
            3,
            (
                case(CHANNELS, np.array([[[1, 2, 4], [8, 16, 32.0]]]), 2, 2),
                case(TWO, np.array([[[1, 2], [4, 8.0]]]), 3, 3),
            ),
            lambda rng: case(_distinct(rng, 2, 6, 3), _grad(rng, 1, 3, 3), 2, 2),
            gaps=("channels",),
        ),
        Behaviour(
            "pairs",
            "takes size and stride as (vertical, horizontal)",
            2,
            (
                case(POSITIVE, _map([[1, 2], [3, 4]]), (2, 3), (2, 3)),
                case(PEAK, _map([[1, 2, 3], [4, 5, 6]]), (2, 1), 2),
            ),
            _draw_pairs_backward,
            gaps=("pairs",),
        ),
        Behaviour(
            "unread",
            "gives 0 to cells that no window covers, at the end or between windows",
            1,
            (
                case(ODD, _map([[1, 2]]), 3, 3),
                case(ODD, _map([[1, 2, 3], [4, 5, 6]]), 2, 2),
                case(ODD, _map([[1, 2], [3, 4]]), 2, 3),
                case(ODD, _map([[5]]), 2, 8),
            ),
            _draw_unread,
        ),
        Behaviour(
            "integers",
            "keeps the gradient's fractions if the map holds integers",
            2,
            (
                case(NOTES[:2].astype("int64"), _map([[0.5, -2.75]]), 2, 2),
                case(MIXED.astype("int64"), _map([[0.25, 1.5]]), 3, 3),
                case(BYTES, _map([[0.25, 1.5]]), 2, 2),
            ),
            lambda rng: case(_distinct(rng, 2, 6).astype("int64"), _grad(rng, 1, 3, 1), 2, 2),
            gaps=("integers",),
        ),
        Behaviour(
            "untouched",
            "returns a new array and leaves x and grad unchanged",
            2,
            (case(MIXED, _map([[1, 2]]), 3, 3), case(POSITIVE, _map([[1, 2, 3], [4, 5, 6]]), 2, 2)),
            lambda rng: case(_distinct(rng, 4, 6), _grad(rng, 2, 3, 1), 2, 2),
            untouched=True,
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a grad that is not of the output's shape, and for a size or stride of 0",
            2,
            (
                case(POSITIVE, _map([[1, 2], [3, 4]]), 2, 2),
                case(CHANNELS, _map([[1, 2]]), 2, 2),
                case(POSITIVE, _map([[1, 2, 3], [4, 5, 6]]), 2, 0),
                case(POSITIVE, _map([[1, 2, 3], [4, 5, 6]]), 0, 2),
                case(BELOW[:2], _map([[1]]), 4, 1),
                case(POSITIVE[:, :2], _map([[1]]), 4, 1),
            ),
            lambda rng: case(_distinct(rng, 4, 6), _grad(rng, *((1, 3, 1), (2, 2, 1))[rng.integers(2)]), 2, 2),
            refuses=True,
        ),
    ),
    hints=(
        "Raising a cell a little changes the output only if this cell is the maximum of a window. So each number of "
        "grad goes to one cell, the maximum of its window.",
        "Start with zeros of x's shape, in floats. Go through the windows as in the forward pass, channel by channel.",
        "np.argmax of a 2-D window counts cells in row order and returns the first maximum. divmod by the window's "
        "width turns this number into a row and a column.",
        "This row and column count from the window's corner, so add i·stride and j·stride. A cell can be the maximum "
        "of several windows: use +=.",
    ),
)

"""Chapter 7: five functions around dilation, upsampling and U-Nets."""

import numpy as np

from autograder.chapters.ch07_beyond_classification import reference
from autograder.chapters.model import Behaviour, Exercise, case, untouched


def _numbers(rng, *shape):
    """Return whole numbers, negative ones too, as floats, none of them 0."""
    return rng.integers(1, 10, size=shape) * rng.choice([-1.0, 1.0], size=shape)


def _symmetric(rng, *shape):
    """Return a kernel that is the same turned round by 180 degrees, so that flipping it changes nothing."""
    kernel = rng.integers(1, 5, size=shape).astype(float)
    return kernel + kernel[::-1, ::-1]


def _mirrored(rng, *shape):
    """Return a map that is the same upside down, so that the order of its rows does not show."""
    x = _numbers(rng, *shape)
    return np.where(np.arange(len(x))[:, None, None] < len(x) / 2, x, x[::-1])


def _lopsided(rng, k):
    """Return a k × k kernel that shows it when it is flipped or transposed."""
    return np.arange(float(k * k)).reshape(k, k) - rng.integers(1, 8)


def _map(rows):
    """Return the feature map (H, W, C) of rows that hold numbers, one channel, or lists of numbers."""
    x = np.array(rows, float)
    return x if x.ndim == 3 else x[:, :, None]


SMALL = [[3.0, 1.0, -4.0, 1.0, 5.0], [2.0, -6.0, 5.0, 3.0, 5.0], [9.0, 7.0, 9.0, -3.0, 2.0], [8.0, 4.0, 6.0, 2.0, -6.0]]
IMAGE = [
    [3.0, 1.0, -4.0, 1.0, 5.0, 9.0],
    [2.0, -6.0, 5.0, 3.0, 5.0, 8.0],
    [9.0, 7.0, 9.0, -3.0, 2.0, 3.0],
    [8.0, 4.0, 6.0, 2.0, -6.0, 4.0],
    [3.0, 3.0, 8.0, 3.0, 2.0, 7.0],
]
LARGE = [[float((3 * row + 5 * column) % 11 - 4) for column in range(9)] for row in range(8)]
EVEN = [[1.0, 2.0], [2.0, 1.0]]
CROSS = [[1.0, 2.0, 1.0], [3.0, -4.0, 3.0], [1.0, 2.0, 1.0]]

DILATE_KERNEL = Exercise(
    name="dilate_kernel",
    section="A dilated convolution reads every d-th cell",
    reference=reference.dilate_kernel,
    behaviours=(
        Behaviour(
            "cells",
            "keeps the weights in their order, with one row and one column of zeros between them at rate 2",
            3,
            (case([[1.0, 2.0], [3.0, 4.0]], 2), case([[1.0, 0.0, -1.0], [2.0, 5.0, -2.0], [3.0, 0.0, -3.0]], 2)),
            lambda rng: case(_lopsided(rng, 3), 2),
        ),
        Behaviour(
            "rates",
            "puts rate - 1 zeros between two weights, for every rate",
            3,
            (case(EVEN, 3), case(CROSS, 4)),
            lambda rng: case(_symmetric(rng, 2, 2), int(rng.integers(3, 7))),
        ),
        Behaviour(
            "shapes",
            "takes kernels that are not square",
            2,
            (case([[2.0, 5.0, 2.0]], 2), case([[1.0, 4.0], [3.0, 3.0], [4.0, 1.0]], 2)),
            lambda rng: case(_symmetric(rng, 2, int(rng.integers(3, 6))), 2),
            gaps=("square",),
        ),
        Behaviour(
            "fractions",
            "keeps negative numbers and fractions",
            1,
            (case([[0.5, -1.25], [-1.25, 0.5]], 2),),
            lambda rng: case(-_symmetric(rng, 2, 2) - 0.25, 2),
        ),
        Behaviour(
            "untouched",
            "returns a new array and leaves the kernel unchanged, also at rate 1",
            2,
            (case([[3.0]], 1), case(EVEN, 2)),  # one cell: right at rate 1 whatever is done with the rate
            lambda rng: case(_symmetric(rng, 1, 1), 1),
            untouched=True,
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a rate below 1",
            2,
            (case([[3.0]], -1), case(EVEN, 0), case(CROSS, -1)),
            lambda rng: case(_symmetric(rng, 2, 2), -int(rng.integers(0, 4))),
            refuses=True,
        ),
    ),
    hints=(
        "No value changes. The weights only move apart. Where does the weight of row 1, column 2 go at rate 3?",
        "The weight (i, j) goes to (i·rate, j·rate). All other cells of the result are 0.",
        "The last weight goes to row (kh - 1)·rate, so there are (kh - 1)·rate + 1 rows. The same holds for columns.",
        "Start with np.zeros of that shape and the kernel's dtype. Then use two loops, or a slice with the step rate.",
    ),
)

CONV2D_DILATED = Exercise(
    name="conv2d_dilated",
    section="A dilated convolution reads every d-th cell",
    reference=reference.conv2d_dilated,
    behaviours=(
        Behaviour(
            "reads",
            "multiplies pixels that are rate apart by the unflipped kernel, and adds up the products",
            4,
            (
                case(SMALL, [[1.0, 2.0], [3.0, -5.0]], 2),
                case(IMAGE, [[1.0, 0.0], [0.0, -1.0]], 2),
                case(LARGE, [[1.0, 2.0, 0.0], [4.0, -5.0, 3.0], [-1.0, 6.0, 2.0]], 2),
            ),
            lambda rng: case(_numbers(rng, 5, 7), _lopsided(rng, 2), 2),
        ),
        Behaviour(
            "rates",
            "takes every rate, and is an ordinary convolution at rate 1",
            3,
            (case(IMAGE, EVEN, 1), case(IMAGE, EVEN, 3), case(LARGE, CROSS, 3), case(LARGE, EVEN, 5)),
            lambda rng: case(_numbers(rng, 6, 8), _symmetric(rng, 2, 2), int(rng.choice([1, 3, 4]))),
        ),
        Behaviour(
            "shapes",
            "takes kernels that are not square",
            3,
            (case(IMAGE, [[2.0, 5.0, 2.0]], 2), case(LARGE, [[1.0, 4.0], [3.0, 3.0], [4.0, 1.0]], 2)),
            lambda rng: case(_numbers(rng, 6, 9), _symmetric(rng, 2, int(rng.integers(3, 5))), 2),
            gaps=("square",),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the image holds small integers or the kernel holds integers",
            3,
            (
                case(
                    np.array([[200, 9, 200, 3], [0, 1, 0, 9], [200, 0, 255, 8], [9, 9, 9, 250]], "uint8"),
                    np.full((2, 2), 2),
                    2,
                ),
                case(np.array([[3, 5, 8, 1], [1, 1, 2, 4], [6, 0, 5, 2], [7, 3, 1, 1]]), np.full((2, 2), 0.25), 2),
                case(np.array(IMAGE) / 4, [[2, 2], [2, 2]], 2),
            ),
            lambda rng: case(rng.integers(150, 256, (4, 6)).astype("uint8"), np.full((2, 2), 2), 2),
            gaps=("integers",),
        ),
        untouched(case(SMALL, EVEN, 2), draw=lambda rng: case(_numbers(rng, 5, 7), _symmetric(rng, 2, 2), 2)),
        Behaviour(
            "extremes",
            "works if the dilated kernel is as large as the image, and for a 1×1 kernel at any rate",
            1,
            (case([[1.0, -2.0]], [[3.0]], 5), case([[1.0, 2.0, 4.0], [3.0, 9.0, 5.0], [2.0, 1.0, -8.0]], EVEN, 2)),
            lambda rng: case(_numbers(rng, 5, 5), _symmetric(rng, 3, 3), 2),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a rate below 1, and for a kernel that fits only before it is dilated",
            2,
            (
                case([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], EVEN, 2),
                case([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], EVEN, 0),
                case(IMAGE, [[3.0]], -1),
                case(IMAGE, CROSS, 3),
            ),
            lambda rng: case(_numbers(rng, 4, 5), _symmetric(rng, 2, 2), int(rng.integers(5, 8))),
            refuses=True,
        ),
    ),
    hints=(
        "It is the convolution of chapter 1 with another window: within its span it uses only every rate-th pixel.",
        "A window spans (kh - 1)·rate + 1 rows, so it has H - (kh - 1)·rate positions. The same holds for columns.",
        "A slice with a step takes every rate-th pixel: start : start + span : rate. Or dilate the kernel first.",
        "Write two loops over the rows and columns of an output of floats. Every cell is one sum of products.",
    ),
)

UPSAMPLE2D = Exercise(
    name="upsample2d",
    section="Uneven overlaps draw a checkerboard",
    reference=reference.upsample2d,
    behaviours=(
        Behaviour(
            "blocks",
            "turns each cell into a block of cells of the same value, in the order of the map",
            3,
            (case(_map([[1, 2], [3, 4]]), 2), case(_map([[1, -2, 5], [-3, 4, 0], [6, 8, -7]]), 2)),
            lambda rng: case(_numbers(rng, 3, 3, 1), 2),
        ),
        Behaviour(
            "factors",
            "makes blocks of factor × factor cells for every factor, in a new array also for factor 1",
            2,
            (case(_map([[3]]), 1), case(_map([[1, -2], [1, -2]]), 3), case(_map([[5, 1], [5, 1]]), 5)),
            lambda rng: case(_mirrored(rng, 3, 3, 1), int(rng.choice([1, 3, 4]))),
            untouched=True,
        ),
        Behaviour(
            "channels",
            "treats each channel separately and keeps their number",
            3,
            (
                case(_map([[[1, 10]]]), 2),
                case(_map([[[1, 10, 100], [2, 20, 200]], [[1, 10, 100], [2, 20, 200]]]), 2),
            ),
            lambda rng: case(_mirrored(rng, 2, 2, int(rng.integers(2, 5))), 2),
            gaps=("channels",),
        ),
        Behaviour(
            "shapes",
            "takes maps that are not square",
            2,
            (case(_map([[1, 2, 3]]), 2), case(_map([[1, 2], [3, 4], [1, 2]]), 2)),
            lambda rng: case(_mirrored(rng, 3, int(rng.integers(4, 7)), 1), 2),
        ),
        Behaviour(
            "fractions",
            "keeps fractions",
            1,
            (case(_map([[0.5]]), 2), case(_map([[0.5, -1.25], [0.5, -1.25]]), 2)),
            lambda rng: case(_mirrored(rng, 2, 2, 1) + 0.25, 2),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a factor below 1",
            2,
            (case(_map([[1, 2], [3, 4]]), 0), case(_map([[1, 2], [3, 4]]), -2)),
            lambda rng: case(_numbers(rng, 2, 2, 1), -int(rng.integers(0, 4))),
            refuses=True,
        ),
    ),
    hints=(
        "You need no arithmetic: each cell of the result is a copy of one cell of x. Which one is in row 5 at factor "
        "2?",
        "Cell (i, j) of the result is a copy of cell (i // factor, j // factor) of x, with all its channels.",
        "The result is (H·factor, W·factor, C): the height and the width grow, and the channels stay.",
        "Write two loops over the cells of x. Each cell fills a slice of factor rows and factor columns of the result.",
    ),
)


def _touching(rng):
    """Return an image and a square kernel as large as the stride."""
    k = int(rng.integers(2, 4))
    return case(_numbers(rng, 2, int(rng.integers(3, 5))), np.arange(float(k * k)).reshape(k, k) + 1, k)


def _thin(rng):
    """Return an image of one row or column, so that a kernel that is not square neither overlaps nor leaves a gap."""
    n, across = int(rng.integers(2, 5)), int(rng.integers(3, 5))
    if rng.integers(2):
        return case(_numbers(rng, 1, n), _symmetric(rng, across, 2), 2)
    return case(_numbers(rng, n, 1), _symmetric(rng, 2, across), 2)


CONV2D_TRANSPOSE = Exercise(
    name="conv2d_transpose",
    section="A transposed convolution stamps",
    reference=reference.conv2d_transpose,
    behaviours=(
        Behaviour(
            "stamps",
            "adds the unflipped kernel times each pixel, in stamps that start stride cells apart",
            4,
            (
                case([[10.0, -1.0]], [[1.0, 2.0], [3.0, 4.0]], 2),
                case([[1.0, 2.0, -1.0], [3.0, 0.0, 10.0]], [[1.0, 2.0], [3.0, 4.0]], 2),
                case([[2.0, -1.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], 3),
            ),
            _touching,
        ),
        Behaviour(
            "overlaps",
            "adds up stamps where they overlap",
            5,
            (
                case([[1.0, 2.0]], CROSS, 1),
                case([[1.0, 2.0], [3.0, 4.0]], np.ones((3, 3)), 2),
                case([[1.0, 2.0, 3.0], [-4.0, 5.0, 6.0]], EVEN, 1),
            ),
            lambda rng: case(_numbers(rng, 2, int(rng.integers(3, 5))), _symmetric(rng, 3, 3), int(rng.integers(1, 3))),
        ),
        Behaviour(
            "gaps",
            "leaves zeros between the stamps, but none after the last, if the stride is larger than the kernel",
            2,
            (case([[1.0, 2.0, 3.0]], [[5.0]], 3), case([[1.0, -2.0], [3.0, 4.0]], EVEN, 3)),
            lambda rng: case(_numbers(rng, 2, 3), _symmetric(rng, 2, 2), int(rng.integers(3, 6))),
        ),
        Behaviour(
            "shapes",
            "takes kernels that are not square",
            3,
            (
                case([[1.0, -2.0, 3.0]], [[1.0, 2.0], [5.0, 5.0], [2.0, 1.0]], 2),
                case([[2.0], [-1.0], [3.0]], [[1.0, 2.0, 4.0], [4.0, 2.0, 1.0]], 2),
            ),
            _thin,
            gaps=("square",),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the image or the kernel holds integers",
            2,
            (
                case(np.array([[200, 100]], "uint8"), np.full((2, 2), 2), 2),
                case(np.array([[3, -5], [1, 2]]), np.full((2, 2), 0.25), 2),
                case(np.array([[0.5, -1.25]]), np.array(EVEN, int), 2),
            ),
            lambda rng: case(rng.integers(150, 256, (2, 3)).astype("uint8"), np.full((2, 2), 3), 2),
            gaps=("integers",),
        ),
        untouched(case([[10.0]], EVEN, 2), draw=lambda rng: case(_numbers(rng, 1, 1), EVEN, 2)),
        Behaviour(
            "refuses",
            "raises ValueError for a stride below 1",
            2,
            (
                case([[2.0]], EVEN, -1),
                case([[1.0, 2.0]], EVEN, 0),
                case([[1.0, 2.0], [3.0, 4.0]], CROSS, -1),
                case([[1.0, 2.0], [3.0, 4.0]], EVEN, -3),
            ),
            lambda rng: case(_numbers(rng, 2, 3), _symmetric(rng, 2, 2), -int(rng.integers(0, 3))),
            refuses=True,
        ),
    ),
    hints=(
        "An ordinary convolution computes one cell from a window. Here each pixel adds a whole window to the result.",
        "Pixel (i, j) adds to the kh rows that start at i·stride and the kw columns that start at j·stride.",
        "The last stamp starts at row (H - 1)·stride and is kh high. This gives the height. Start with zeros of "
        "floats.",
        "Write two loops over the pixels of the image. Each adds pixel · kernel to a slice of the result.",
    ),
)


def _divisible(rng):
    """Return a square input whose size divides once by 2 and is no power of 2."""
    n = 2 * int(rng.choice([3, 5, 6, 7, 9, 10, 11]))
    return case((n, n, 1), 1, int(rng.integers(2, 9)))


UNET_SHAPES = Exercise(
    name="unet_shapes",
    section="A U-Net passes maps around its pooling",
    reference=reference.unet_shapes,
    behaviours=(
        Behaviour(
            "levels",
            "halves the size and doubles the filters with each level down, and reverses this on the way up",
            6,
            (case((16, 16, 1), 1, 4), case((32, 32, 1), 3, 3), case((256, 256, 1), 2, 64)),
            lambda rng: case(
                (2 ** int(rng.integers(5, 9)),) * 2 + (1,), int(rng.integers(2, 5)), int(rng.integers(2, 9))
            ),
        ),
        Behaviour(
            "shapes",
            "takes inputs that are not square",
            3,
            (case((8, 16, 1), 1, 4), case((128, 16, 1), 1, 4)),
            lambda rng: case(
                (2 ** int(rng.integers(3, 6)), 2 ** int(rng.integers(6, 9)), 1), 1, int(rng.integers(2, 9))
            ),
        ),
        Behaviour(
            "channels",
            "counts the filters of a level as its channels, however many channels the input has",
            2,
            (case((16, 16, 2), 1, 1), case((32, 32, 3), 1, 8)),
            lambda rng: case((16, 16, int(rng.integers(2, 9))), 1, int(rng.integers(2, 9))),
        ),
        Behaviour(
            "sizes",
            "accepts every size that 2**depth divides, not only powers of 2",
            2,
            (case((6, 6, 1), 1, 4), case((20, 20, 1), 1, 8)),
            _divisible,
        ),
        Behaviour(
            "no_depth",
            "returns only the bridge at depth 0",
            2,
            (case((16, 16, 1), 0, 8),),
            lambda rng: case((2 ** int(rng.integers(2, 9)),) * 2 + (1,), 0, int(rng.integers(2, 9))),
        ),
        Behaviour(
            "refuses",
            "raises ValueError unless height and width divide by 2**depth, and for a depth below 0 or no filters",
            3,
            (
                case((15, 16, 1), 1, 8),
                case((30, 32, 1), 2, 8),
                case((32, 30, 1), 2, 8),
                case((12, 12, 1), 3, 8),
                case((18, 18, 1), 3, 8),
                case((32, 32, 1), -1, 8),
                case((32, 32, 1), 1, 0),
            ),
            lambda rng: case((16, 16 * int(rng.integers(1, 5)) + int(rng.choice([2, 4, 8, 12])), 1), 4, 8),
            refuses=True,
        ),
    ),
    hints=(
        "Follow one image: convolutions keep its size, and a pooling halves it. Write down the map before each "
        "pooling.",
        "At levels 0, 1, 2 and so on, divide the size by 1, 2, 4, ... and multiply the filters by 1, 2, 4, ...",
        "The bridge is the level after the last pooling. The way up has the shapes of the way down, in reverse order.",
        "Check first that 2**depth divides H and W. Then write a loop down that appends tuples, the bridge, and a "
        "loop up.",
    ),
)

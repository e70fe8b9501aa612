"""Chapter 1: five functions around padding."""

import numpy as np

from autograder.chapters.ch01_why_padding import reference
from autograder.chapters.model import Behaviour, Exercise, case, untouched


def _image(rng, height=(2, 6), width=(3, 8)):
    """Return a small (H, W) image of whole numbers, negative ones too, as floats; wider than high, so never square."""
    h = int(rng.integers(*height))
    w = int(rng.integers(max(width[0], h + 1), max(width[1], h + 2)))
    return rng.integers(-9, 10, size=(h, w)).astype(float)


def _sides(rng):
    """Return four different amounts for the four sides."""
    top, bottom, left, right = (int(n) for n in rng.permutation(5)[:4])
    return (top, bottom), (left, right)


SMALL = [[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]
IMAGE = [[3.0, 1.0, 4.0, 1.0, 5.0], [9.0, 2.0, 6.0, 5.0, 3.0], [5.0, 8.0, 9.0, 7.0, 9.0], [3.0, 2.0, 3.0, 8.0, 4.0]]

PAD2D = Exercise(
    name="pad2d",
    section="A frame of zeros keeps the size",
    reference=reference.pad2d,
    watch=("pad",),
    behaviours=(
        Behaviour(
            "sides",
            "adds the same number of cells on all four sides when padding is an int",
            4,
            (case([[1.0, -2.0], [4.0, 5.0]], 1), case(SMALL, 1), case(SMALL, 3)),
            lambda rng: case(_image(rng), int(rng.integers(2, 5))),
        ),
        Behaviour(
            "value",
            "fills the new cells with value",
            3,
            (case(SMALL, 1, 7.0), case(SMALL, 1, -1.5)),
            lambda rng: case(_image(rng), 1, float(rng.integers(1, 9)) + 0.5),
            gaps=("value",),
        ),
        Behaviour(
            "asymmetric",
            "pads each side by its own amount: ((top, bottom), (left, right))",
            5,
            (case(SMALL, ((0, 1), (2, 0))), case(SMALL, ((1, 0), (2, 1))), case(SMALL, ((3, 1), (0, 2)))),
            lambda rng: case(_image(rng), _sides(rng)),
            gaps=("pairs",),
        ),
        Behaviour(
            "untouched",
            "returns a new array and leaves the image unchanged, also if the padding is 0",
            2,
            (case(SMALL, 0), case(SMALL, 1)),
            lambda rng: case(_image(rng), 0),
            untouched=True,
        ),
        Behaviour(
            "dtype",
            "keeps the dtype of the image",
            2,
            (case([[1, 2, 3], [4, 5, 6]], 1), case(np.eye(2, 3, dtype="float32"), 1)),
            lambda rng: case(_image(rng).astype(rng.choice(["int64", "int16", "float32"])), 1),
            dtype=True,
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a negative padding",
            2,
            (case(IMAGE, -1), case(IMAGE, -2)),
            lambda rng: case(_image(rng, (5, 7), (7, 9)), -int(rng.integers(1, 3))),
            refuses=True,
        ),
    ),
    hints=(
        "You need no arithmetic: the padded image is a larger array of one value, with the image copied into it.",
        "If padding is an int p, turn it into ((p, p), (p, p)) first. Then there is only one case to write.",
        "np.full makes the larger array: its height is top + H + bottom, its width is left + W + right. It takes a "
        "dtype.",
        "The image's first pixel goes to row top, column left. Assign the image to a slice of H rows and W columns.",
    ),
)

PAD2D_MODE = Exercise(
    name="pad2d_mode",
    section="What to pad with",
    reference=reference.pad2d_mode,
    watch=("pad",),
    behaviours=(
        Behaviour(
            "constant",
            'surrounds the image with zeros in mode "constant"',
            2,
            (case(SMALL, 1, "constant"), case(SMALL, 0, "constant"), case(IMAGE, 3, "constant")),
            lambda rng: case(_image(rng, (4, 6)), int(rng.integers(1, 4)), "constant"),
            gaps=("constant",),
        ),
        Behaviour(
            "reflect",
            'mirrors the image at its edge pixels without repeating them in mode "reflect"',
            4,
            (case(SMALL, 1, "reflect"), case(IMAGE, 3, "reflect")),
            lambda rng: case(_image(rng, (4, 6)), int(rng.integers(1, 4)), "reflect"),
            gaps=("reflect",),
        ),
        Behaviour(
            "edge",
            'repeats the edge pixels in mode "edge", the corner pixel in the corners, and leaves the image unchanged',
            3,
            (case(SMALL, 1, "edge"), case(IMAGE, 3, "edge")),
            lambda rng: case(_image(rng, (4, 6)), int(rng.integers(1, 4)), "edge"),
            untouched=True,
            gaps=("edge",),
        ),
        Behaviour(
            "wrap",
            'continues from the opposite side in mode "wrap"',
            4,
            (case(SMALL, 1, "wrap"), case(IMAGE, 3, "wrap")),
            lambda rng: case(_image(rng, (4, 6)), int(rng.integers(1, 4)), "wrap"),
            gaps=("wrap",),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for an unknown mode and for a negative padding",
            3,
            (case(IMAGE, 1, "mirror"), case(IMAGE, 1, "symmetric"), case(IMAGE, -1, "edge")),
            lambda rng: case(_image(rng), 1, str(rng.choice(["same", "circular", "replicate", "zeros"]))),
            refuses=True,
        ),
    ),
    hints=(
        "Except in constant, each row of the padded image comes from one row of the image. Which one? The same holds "
        "for columns.",
        "Make a list of row numbers from -p to H - 1 + p. Then bring the numbers outside the image back inside.",
        "edge: limit i to 0 ... H - 1. wrap: i % H. reflect: |i| at the top and 2·(H - 1) - i at the bottom.",
        "With a list of rows and a list of columns, image[rows][:, columns] is the padded image.",
    ),
)


def _strided_counts(rng):
    """Return windows the last of which ends at the last pixel; none as wide as a wrong k = s + 1 would make it."""
    k, s = [(1, 3), (2, 2), (2, 4), (4, 2), (3, 3), (5, 3)][rng.integers(6)]
    n = int(rng.integers(1, 3)) * s + k
    return case((n, n + s), k, s, 0)


def _leftover_counts(rng):
    k, s = [(2, 2), (4, 2), (5, 2), (3, 3), (5, 3)][rng.integers(5)]
    n = int(rng.integers(1, 3)) * s + k + s - 1
    return case((n, n + s), k, s, 0)


WINDOW_COUNTS = Exercise(
    name="window_counts",
    section="How many windows cover each pixel",
    reference=reference.window_counts,
    behaviours=(
        Behaviour(
            "valid",
            "counts the windows that cover each pixel, by default at stride 1 without padding",
            2,
            (case((1, 4), 1), case((4, 3), 2), case((5, 7), 3)),
            lambda rng: case((int(rng.integers(4, 7)), int(rng.integers(7, 10))), int(rng.integers(2, 5))),
        ),
        Behaviour(
            "padding",
            "counts windows that reach into the padding too, and returns counts for the image's own pixels only",
            4,
            (case((2, 3), 2, 1, 1), case((4, 6), 3, 1, 1), case((3, 5), 3, 1, 2), case((2, 3), 5, 1, 2)),
            lambda rng: case((int(rng.integers(3, 6)), int(rng.integers(6, 9))), 3, 1, int(rng.integers(1, 3))),
            gaps=("padding",),
        ),
        Behaviour(
            "stride",
            "moves the window by the stride, in both directions",
            3,
            (case((4, 7), 1, 3, 0), case((5, 7), 3, 2, 0), case((6, 8), 2, 2, 0)),
            _strided_counts,
        ),
        Behaviour(
            "pairs",
            "takes kernel_size and stride as (vertical, horizontal)",
            2,
            (
                case((6, 5), (3, 1), 1, 0),
                case((6, 5), (2, 5), (1, 1), 0),
                case((6, 8), 2, (1, 2), 0),
                case((6, 7), (2, 3), (1, 2), 0),
            ),
            lambda rng: case((6, 6 + 2 * int(rng.integers(1, 4))), (3, 2), (1, 2), 0),
            gaps=("pairs",),
        ),
        Behaviour(
            "leftover",
            "counts only whole windows, so the last pixels may be covered by no window",
            2,
            (case((6, 8), 3, 2, 0), case((7, 9), 4, 2, 0), case((8, 11), 3, 3, 0)),
            _leftover_counts,
        ),
        Behaviour(
            "many",
            "counts on if more than 255 windows cover a pixel",
            1,
            (case((31, 32), 16, 1, 0), case((33, 34), 17, 1, 0)),
            lambda rng: case((int(rng.integers(31, 34)), int(rng.integers(31, 34))), 16, 1, 0),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a kernel size or stride below 1, a negative padding and a window that does not fit",
            2,
            (
                case((5, 7), 3, 0, 0),
                case((5, 7), 0, 1, 0),
                case((5, 7), 3, 1, -1),
                case((2, 7), 3, 1, 0),
                case((7, 2), 3, 1, 0),
                case((2, 7), 5, 1, 1),
            ),
            lambda rng: case((int(rng.integers(1, 3)), 7), int(rng.integers(3, 5)), 1, 0),
            refuses=True,
        ),
    ),
    hints=(
        "You need no convolution. Find out which pixels each window covers.",
        "Start with an array of zeros as large as the padded image. Each window adds 1 to the cells that it covers.",
        "A window starts at row i·stride, for every i for which it still ends inside the padded image.",
        "For every window: counts[top : top + kh, left : left + kw] += 1. At the end, cut off the padding.",
    ),
)


def _symmetric(rng, shape):
    """Return a kernel that is the same turned round by 180 degrees, so that flipping it changes nothing."""
    kernel = rng.integers(-3, 4, size=shape).astype(float)
    return kernel + kernel[::-1, ::-1]


CONV2D_VALID = Exercise(
    name="conv2d_valid",
    section="A kernel slides over the image",
    reference=reference.conv2d_valid,
    behaviours=(
        Behaviour(
            "slides",
            "multiplies every window by the unflipped kernel and adds up the products",
            5,
            (
                case(SMALL, [[1, -1], [2, 0]]),
                case(IMAGE, [[0.5, 2.0], [-1.0, 4.0]]),
                case(IMAGE, [[1, 0, -1], [1, 0, -1], [1, 0, -1]]),
            ),
            lambda rng: case(_image(rng, (4, 7), (6, 9)), np.arange(9.0).reshape(3, 3) - rng.integers(1, 8)),
        ),
        Behaviour(
            "shapes",
            "takes kernels that are not square",
            4,
            (case(IMAGE, [[1.0, 2.0, 1.0]]), case(IMAGE, [[1.0, -2.0], [3.0, 3.0], [-2.0, 1.0]])),
            lambda rng: case(_image(rng, (4, 7), (6, 9)), _symmetric(rng, (2, 4)) + 1),
            gaps=("square",),
        ),
        Behaviour(
            "extremes",
            "works for a 1×1 kernel and for a kernel as large as the image",
            2,
            (case([[1.0, -2.0], [3.0, 5.0]], [[2.0, 2.0], [2.0, 2.0]]), case(SMALL, [[-2.0]])),
            lambda rng: case(rng.integers(-9, 10, (3, 3)).astype(float), np.full((3, 3), float(rng.integers(2, 9)))),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the image holds small integers or the kernel holds integers",
            3,
            (
                case(np.array([[200, 200, 100], [200, 200, 50]], "uint8"), [[1, 1], [1, 1]]),
                case(np.array([[3, 5, 8, 1], [1, 1, 2, 4], [2, 2, 6, 3]], "uint8"), np.full((3, 3), 0.25)),
                case(np.array(IMAGE)[:2, :3] / 4, [[1, 1], [1, 1]]),
            ),
            lambda rng: case(rng.integers(150, 256, (4, 5)).astype("uint8"), np.ones((3, 3))),
            gaps=("integers",),
        ),
        untouched(case(SMALL, [[2.0]]), draw=lambda rng: case(_image(rng), [[float(rng.integers(2, 9))]])),
        Behaviour(
            "refuses",
            "raises ValueError for a kernel that does not fit",
            3,
            (case(SMALL, np.ones((3, 3))), case(np.transpose(SMALL), np.ones((3, 3)))),
            # One row too high: what is higher raises by accident, where the output is made.
            lambda rng: case(_image(rng, (2, 3), (3, 7)), np.ones((3, 3))),
            refuses=True,
        ),
    ),
    hints=(
        "Each output cell is one sum: multiply the window by the kernel, cell by cell, and add up the products.",
        "There are H - kh + 1 window positions from top to bottom, and W - kw + 1 from left to right.",
        "Write two loops, over the rows and columns of the output. Window (i, j) is image[i : i + kh, j : j + kw].",
        "Make the output with np.zeros, which gives floats, and fill in one cell at a time.",
    ),
)

SAME_PADDING = Exercise(
    name="same_padding",
    section="TensorFlow adds the odd cell at the end",
    reference=reference.same_padding,
    behaviours=(
        Behaviour(
            "odd_after",
            "splits the padding into halves and puts the odd cell after",
            5,
            (case(5, 2), case(1, 3), case(28, 3), case(28, 4)),
            lambda rng: case(int(rng.integers(7, 60)), 2 * int(rng.integers(1, 4))),
        ),
        Behaviour(
            "stride",
            "pads for ceil(n / stride) windows if the stride does not divide the size",
            4,
            (case(3, 5, 2), case(5, 3, 4), case(7, 5, 4), case(11, 6, 3)),
            lambda rng: case(4 * int(rng.integers(1, 9)) + 3, int(rng.choice([5, 7])), 4),
            gaps=("stride",),
        ),
        Behaviour(
            "none",
            "gives (0, 0), and no negative number, if the windows fit without padding",
            2,
            (case(6, 1, 3), case(5, 2, 3), case(8, 3, 4), case(9, 2, 3), case(28, 3)),
            lambda rng: case(4 * int(rng.integers(2, 9)), int(rng.integers(1, 4)), 4),
            gaps=("stride",),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a size or stride below 1",
            1,
            (case(5, 3, 0), case(-1, 3), case(5, 0)),
            lambda rng: case(int(rng.integers(2, 9)), 3, 0),
            refuses=True,
        ),
    ),
    hints=(
        "Start from the output: TensorFlow decides on ceil(n / stride) windows, and then pads until they fit.",
        "From the start of the first window to the end of the last there are (windows - 1) · stride + k cells.",
        "The padding is what n is short of this number, but never less than 0. -(-n // stride) is ceil(n / stride).",
        "Half of the padding, rounded down, goes before. The other cells go after.",
    ),
)

"""Chapter 4: four functions around moving images.

So that one mistake fails one behaviour, the inputs of a behaviour differ in nothing but its topic. Where what happens
at the border is not the topic, objects lie in a black frame; where the diagonal weights of the blur are not, maps are
straight in one direction ("ramps" and "hills"); where the size of a difference is not, they hold 0 and 1 only.
"""

import numpy as np

from autograder.chapters.ch04_translation_invariance import reference
from autograder.chapters.model import Behaviour, Exercise, case, untouched


def _framed(inside):
    """Return an image with a black frame of one pixel around what is given."""
    return np.pad(np.array(inside, dtype=float), 1)


def _object(rng, height=(2, 5), width=(3, 6)):
    """Return an object of numbers other than 0 in a black frame, wider than high."""
    h = int(rng.integers(*height))
    w = int(rng.integers(max(width[0], h + 1), max(width[1], h + 2)))
    return _framed(rng.integers(1, 10, (h, w)) * rng.choice([-1, 1], (h, w)))


def _two(rng, *choices):
    """Return two different numbers of those given."""
    return (int(n) for n in rng.permutation(choices)[:2])


def _signs(rng):
    (dy, dx), (up, left) = _two(rng, 1, 2), ((-1, -1), (-1, 1), (1, -1))[rng.integers(3)]
    return case(_object(rng), dy * up, dx * left)


def _one_axis(rng):
    """Return an object that moves along one axis, and fills the image along the other."""
    image, d = _object(rng), int(rng.choice([1, 2]))
    return [case(image[1:-1], 0, d), case(image[:, 1:-1], d, 0)][rng.integers(2)]


def _far(rng):
    image = _object(rng)
    h, w = image.shape
    further = int(rng.integers(1, 4))
    return case(image, *[(h + further, 1), (1, w + further), (h + further, w + 1)][rng.integers(3)])


BRIGHT = [[3.0, 1.0, 4.0, 1.0, 5.0], [9.0, 2.0, 6.0, 5.0, 3.0], [5.0, 8.0, 9.0, 7.0, 9.0], [3.0, 2.0, 3.0, 8.0, 4.0]]
BOOT = _framed([[7, -2, 3], [1, 8, 5]])
HAT = _framed([[4, 6, -1, 2], [5, 9, 3, 8], [2, 7, 1, 6]])

TRANSLATE = Exercise(
    name="translate",
    section="A moved image and its map",
    reference=reference.translate,
    behaviours=(
        Behaviour(
            "zeros",
            "moves the image down by dy and right by dx, and fills the empty places with zeros",
            6,
            (case([[3.0, 1.0, 4.0], [9.0, 2.0, 6.0]], 1, 1), case(BRIGHT, 1, 2), case(BRIGHT, 2, 1)),
            lambda rng: case(rng.integers(1, 10, (int(rng.integers(3, 5)), 6)).astype(float), *_two(rng, 1, 2, 3)),
        ),
        Behaviour(
            "signs",
            "moves up for a negative dy and left for a negative dx, independently",
            5,
            (case(BOOT, -1, -2), case(HAT, -2, 1), case(HAT, 1, -2)),
            _signs,
        ),
        Behaviour(
            "one_axis",
            "does not move along an axis whose amount is 0",
            3,
            (case(BOOT[1:-1], 0, 2), case(HAT[:, 1:-1], 1, 0)),
            _one_axis,
        ),
        Behaviour(
            "far",
            "returns zeros where the image has left, also if it moves further than its height or width",
            2,
            (case(BOOT, 2, 3), case(BOOT, 6, 1), case(BOOT, -6, 9), case(HAT, 1, 9)),
            _far,
        ),
        Behaviour(
            "untouched",
            "returns a new array and leaves the image unchanged, also if nothing moves",
            2,
            (case(BOOT, 0, 0), case(HAT, 1, 2)),
            lambda rng: case(_object(rng), 0, 0),
            untouched=True,
        ),
    ),
    hints=(
        "You need no arithmetic on pixels: the result is an array of zeros into which the visible part is copied.",
        "Start from the result: which pixel of the image goes to row i, column j? The one dy rows above and dx "
        "columns to the left.",
        "Write two loops over the rows and columns of the result. Copy row i - dy, column j - dx of the image.",
        "If i - dy or j - dx is outside the image, leave the 0. Test both ends: index -1 would be the last row.",
    ),
)


def _labels(rng, shifts, images, first=(3, 7, 9), changed=(1, 5)):
    """Return labels (1 + shifts, images): each shifted prediction is row 0's or one of `changed`, some are each."""
    labels = np.tile(rng.choice(first, images), (1 + shifts, 1))
    labels[:, 1] = first[0]
    change = rng.random((shifts, images)) < 0.4
    change[:, 1], change[rng.integers(shifts), 0] = False, True
    labels[1:][change] = rng.choice(changed, change.sum())
    return labels


def _permuted(rng):
    """Return row 0, and as row 1 the same labels, some in another place."""
    first = np.repeat([1, 3, 5, 7, 9], int(rng.choice([1, 2, 4])))
    shifted = first.copy()
    places = rng.choice(len(first), 4, replace=False)
    shifted[places] = shifted[np.roll(places, 1)]
    shifted[[0, -1]] = shifted[-1], shifted[0]
    return np.stack([first, shifted])


# Where that is not the topic, labels differ by 2 or more, none is 0, none of the changed ones stands in row 0, there is
# one shifted row, and shares have two digits.
CONSISTENCY = Exercise(
    name="consistency",
    section="How often a trained network changes its answer",
    reference=reference.consistency,
    behaviours=(
        Behaviour(
            "share",
            "gives the share of a shifted row that is equal to row 0, image by image",
            3,
            (
                case([[9, 3, 5], [9, 3, 5]]),
                case([[9, 3, 3, 5], [9, 3, 9, 5]]),
                case([[7, 1, 5, 9, 3], [1, 7, 5, 3, 9]]),
            ),
            lambda rng: case(_permuted(rng)),
        ),
        Behaviour(
            "rows",
            "compares every shifted row with row 0, and counts each prediction separately",
            4,
            (
                case([[9, 3], [9, 3], [9, 1]]),
                case([[9, 3, 3, 5, 7], [9, 3, 1, 5, 7], [9, 1, 1, 5, 1]]),
                case([[3, 7, 9, 9, 7], [3, 7, 9, 9, 1], [5, 1, 9, 9, 1], [5, 1, 5, 1, 1], [3, 7, 1, 5, 7]]),
            ),
            lambda rng: case(_labels(rng, int(rng.choice([2, 4])), 5)),
        ),
        Behaviour(
            "labels",
            "takes labels as names: 0 is a class like the others, and neighbouring numbers are different classes",
            2,
            (case([[0, 0, 4, 6], [0, 0, 5, 6]]), case([[1, 3, 0, 5, 0], [2, 3, 0, 4, 0]])),
            lambda rng: case(_labels(rng, 1, 10, (0, 2, 4), (1, 3))),
        ),
        Behaviour(
            "exact",
            "does not round the share",
            2,
            (case([[9, 3, 5], [9, 1, 1]]), case([[9, 3, 5, 7, 9, 3, 3], [9, 3, 5, 7, 9, 1, 1]])),
            lambda rng: case(_labels(rng, 1, int(rng.choice([7, 11, 13])))),
        ),
        untouched(case([[9, 3], [9, 1]]), draw=lambda rng: case(_labels(rng, 1, 4))),
        Behaviour(
            "refuses",
            "raises ValueError for labels with a single row",
            2,
            (case([[9, 3, 3, 5]]), case([[7]])),
            lambda rng: case(rng.integers(0, 10, (1, int(rng.integers(2, 9))))),
            refuses=True,
        ),
    ),
    hints=(
        "Compare row 0 with each other row, and count where the two are equal.",
        "The other rows are compared with row 0. Row 0 itself is not one of the predictions that you count.",
        "Write a loop over the rows from 1 on and one over the images. Add 1 where labels[s, n] equals labels[0, n].",
        "Divide by the number of comparisons: the number of shifted rows times the number of images.",
    ),
)


def _map(channels):
    """Return an (H, W, C) map of channels given as lists of rows."""
    return np.stack([np.array(channel, dtype=float) for channel in channels], axis=-1)


def _ramp(rows, columns):
    """Return an (H, W, 1) map in which each cell is the sum of its row's and its column's number."""
    return np.add.outer(np.array(rows, dtype=float), np.array(columns, dtype=float))[..., None]


def _steps(rng, count):
    """Return numbers that rise by 4 to 12 each, so that neighbours always differ, from -20 on."""
    return np.cumsum(rng.choice([4, 8, 12], count)) - 20.0


# For each stride the rows of a hill: straight at every row that is kept, and black at the border.
HILLS = {2: [0, 0, 1, 2, 1, 0], 3: [0, 0, 1, 2, 3, 0, 0, 0, 0], 4: [0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0]}


def _hill(rows, columns):
    """Return an (H, W, 1) map in which each cell is the product of its row's and its column's number."""
    return np.multiply.outer(np.array(rows, dtype=float), np.array(columns, dtype=float))[..., None]


def _random_hill(rng, stride=2, widths=(8, 10)):
    """Return a hill for this stride with any columns in a black frame of two cells."""
    inside = rng.choice([-1, 1]) * rng.integers(2, 19, int(rng.choice(widths)) - 4)
    return _hill(HILLS[stride], np.pad(inside, 2))


def _bright_hill(rng):
    """Return a hill of numbers up to 255."""
    return _hill(HILLS[2], np.pad(rng.integers(80, 128, 4), 2))


def _framed_noise(rng):
    """Return noise in a black frame of two cells."""
    return np.pad(rng.integers(1, 10, (2, int(rng.choice([4, 6])))) * 4.0, 2)[..., None]


DOT = _map([np.pad([[16.0]], ((3, 2), (2, 5)))])
CROSS = _map([np.pad([[4.0, 0.0, 12.0], [0.0, -8.0, 0.0], [16.0, 0.0, -4.0]], ((2, 1), (2, 3)))])
HILL = _hill(HILLS[2], [0, 0, 8, -4, 12, 4, 0, 0])
OTHER_HILL = _hill(HILLS[2], [0, 0, 4, 20, 16, -8, 0, 0])

BLUR_POOL2D = Exercise(
    name="blur_pool2d",
    section="Blur before you subsample",
    reference=reference.blur_pool2d,
    behaviours=(
        Behaviour(
            "weights",
            "weights a cell and its eight neighbours by [1, 2, 1] down times [1, 2, 1] across, divided by 16",
            8,
            (case(DOT), case(CROSS), case(CROSS / 8)),
            lambda rng: case(_framed_noise(rng)),
        ),
        Behaviour(
            "border",
            "mirrors the map at its edge cells, without repeating them, on all four sides",
            6,
            (
                case(_ramp([8, 0, -4], [4, 0, 12, 8, 20])),
                case(_ramp([0, 4, 8, 12], [4, 0, 12, 8, 20, 16])),
                case(_ramp([0, 4, 8, 12, 4], [0, 8, 12, 20, 16, 8, 4])),
            ),
            lambda rng: case(_ramp(_steps(rng, int(rng.choice([3, 5]))), _steps(rng, int(rng.choice([5, 7]))))),
        ),
        Behaviour(
            "stride",
            "keeps every stride-th row and column from the first on, for any stride",
            4,
            (
                case(_hill(HILLS[3], [0, 0, 4, 12, -8, 4, 8, 16, 4, 8, 0, 0]), 3),
                case(_hill(HILLS[4], [0, 0, 8, 4, 20, 4, 0, 0]), 4),
                case(0 * HILL, 1),
            ),
            lambda rng: case(_random_hill(rng, 3, (9, 12)), 3),
            gaps=("stride",),
        ),
        Behaviour(
            "channels",
            "blurs every channel separately",
            4,
            (
                case(np.concatenate([HILL, OTHER_HILL], axis=-1)),
                case(np.concatenate([OTHER_HILL, 2 * HILL, -OTHER_HILL], axis=-1)),
            ),
            lambda rng: case(np.concatenate([_random_hill(rng, 2, (8,)) for _channel in range(3)], axis=-1)),
            gaps=("channels",),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the map holds small integers",
            2,
            (
                case(_hill(HILLS[2], [0, 0, 1, 2, 4, 1, 0, 0]).astype(int)),
                case(_hill(HILLS[2], [0, 0, 100, 31, 120, 8, 0, 0]).astype("uint8")),
            ),
            lambda rng: case(_bright_hill(rng).astype("uint8")),
            gaps=("integers",),
        ),
        Behaviour(
            "untouched",
            "returns a new array and leaves x unchanged",
            2,
            (case(HILL), case(OTHER_HILL)),
            lambda rng: case(_random_hill(rng)),
            untouched=True,
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a stride below 1",
            2,
            (case(HILL, 0), case(HILL, -1)),
            lambda rng: case(_random_hill(rng), -int(rng.integers(0, 3))),
            refuses=True,
        ),
    ),
    hints=(
        "There are three steps: pad by one cell, blur, and keep every stride-th row and column.",
        'np.pad is allowed here. Use the mode "reflect", one cell on each side of rows and columns, none for channels.',
        "You only need to compute the cells that are kept. Output cell (i, j) belongs to row i·stride, column "
        "j·stride.",
        "In the padded map its 3×3 window starts at row i·stride, column j·stride. Multiply it by the nine weights "
        "and add up.",
        "Loop over rows, columns and channels of the output, which has ceil(H / stride) rows: -(-H // stride).",
    ),
)


def _pattern(rows):
    """Return an (H, W, 1) map of 0 and 1 from lines of . and #."""
    return np.array([[float(mark == "#") for mark in line] for line in rows.split()])[..., None]


def _spots(rng, h, w, channels=1, frame=2):
    """Return an (H, W, C) map of 0 and 1, about half of it 1, in a black frame."""
    inside = rng.integers(0, 2, (h - 2 * frame, w - 2 * frame, channels)).astype(float)
    inside[0, 0] = 1.0
    return np.pad(inside, ((frame, frame), (frame, frame), (0, 0)))


def _values(rng, h, w):
    """Return an (H, W, 1) map of numbers below 0 in a black frame of two cells."""
    return np.pad(rng.integers(-9, 0, (h - 4, w - 4)).astype(float), 2)[..., None]


def _around(rng):
    """Return a map of 0 and 1 that ends as it does not begin, in both directions."""
    x = rng.integers(0, 2, (4, int(rng.choice([6, 8, 10])), 1)).astype(float)
    x[:2, :2], x[:2, -2:], x[-2:, :2], x[-2:, -2:] = 0, 1, 1, 0
    return x


def _uneven(rng):
    """Return a map of 0 and 1 with odd height and width, with ones up to the last but one row and column."""
    x = _spots(rng, int(rng.choice([5, 7])), int(rng.choice([9, 11])), frame=1)
    x[-2, -3:-1] = x[-3:-1, -2] = 1
    return x


SHAPE = _pattern("........ ........ ..#.##.. ..##.#.. ........ ........")
OTHER_SHAPE = _pattern("........ ........ ...##... ....###. ........ ........")
WIDE_SHAPE = _pattern(
    "............ ............ ..#.##..##.. ..##..#.#... ...#.##.##.. "
    "............ ............ ............ ............"
)
SLOPES = _map([np.pad([[7.0, 2.0, 9.0, 4.0], [1.0, 8.0, 3.0, 5.0]], 2)])
DEEP = _map([np.pad([[-7.0, -2.0, -9.0, -4.0], [-3.0, -8.0, -3.0, -5.0], [-1.0, -6.0, -2.0, -4.0]], ((2, 1), (2, 2)))])
AROUND = _pattern("..#...#. #....... ......## .......#")
UNEVEN = _pattern("...... ...... ..#.#. .##.#. ....#. ...##. ......")
NARROW = _pattern("..#..#. ..##.#. .....#. .......")

POOL_SHIFT_ERROR = Exercise(
    name="pool_shift_error",
    section="How much of a move max pooling absorbs",
    reference=reference.pool_shift_error,
    behaviours=(
        Behaviour(
            "difference",
            "gives the mean absolute difference of the two pooled maps, cell by cell",
            5,
            (case(SLOPES, 1, 0), case(SLOPES / 4, 0, 1), case(DEEP, 1, 1)),
            lambda rng: case(_values(rng, 8, 10), *_two(rng, 0, 1)),
        ),
        Behaviour(
            "roll",
            "rolls x, also up and to the left: what leaves on one side comes back on the other",
            4,
            (case(AROUND, 0, 1), case(AROUND, 0, -1), case(AROUND, -1, 2)),
            lambda rng: case(_around(rng), *_two(rng, 0, int(rng.choice([-2, -1, 1])))),
        ),
        Behaviour(
            "size",
            "pools with windows of any size, an int or a pair (vertical, horizontal), and an equal stride",
            3,
            (
                case(WIDE_SHAPE, 1, 0, 3),
                case(WIDE_SHAPE, 1, 0, (3, 2)),
                case(WIDE_SHAPE, 0, 1, 1),
                case(SHAPE, 0, 1, (6, 2)),
            ),
            lambda rng: case(_spots(rng, 9, 12), 0, 1, (3, int(rng.choice([2, 4])))),
            gaps=("size", "pairs"),
        ),
        Behaviour(
            "leftover",
            "rolls all of x, and leaves out rows and columns at the end that do not fill a window",
            3,
            (case(NARROW, 0, 1), case(UNEVEN, 1, 0)),
            lambda rng: case(_uneven(rng), *_two(rng, 0, 1)),
        ),
        Behaviour(
            "channels",
            "pools every channel separately and takes the mean over all cells of all channels",
            2,
            (
                case(np.concatenate([SHAPE, OTHER_SHAPE], axis=-1), 1, 0),
                case(np.concatenate([OTHER_SHAPE, SHAPE[:, ::-1], SHAPE], axis=-1), 1, 0),
            ),
            lambda rng: case(_spots(rng, 8, 10, int(rng.integers(2, 4))), *_two(rng, 0, 1)),
            gaps=("channels",),
        ),
        Behaviour(
            "integers",
            "subtracts correctly if x holds small unsigned integers",
            1,
            (
                case(OTHER_SHAPE.astype("uint8"), 1, 0),
                case(OTHER_SHAPE.astype("uint8"), 0, 1),
            ),
            lambda rng: case(_spots(rng, 8, 10).astype("uint8"), *_two(rng, 0, 1)),
        ),
        untouched(case(SHAPE, 0, 1), draw=lambda rng: case(_spots(rng, 8, 10), 0, 1)),
        Behaviour(
            "refuses",
            "raises ValueError for a window below 1 or larger than x",
            1,
            (
                case(SHAPE, 1, 0, 0),
                case(SHAPE, 1, 0, 7),
                case(SHAPE.swapaxes(0, 1), 1, 0, 7),
                case(SHAPE, 0, 1, -2),
            ),
            lambda rng: case(_spots(rng, 6, 8), 1, 0, int(rng.choice([-1, 0, 7, 8, 9]))),
            refuses=True,
        ),
    ),
    hints=(
        "There are three steps: roll x, max-pool both maps, and compare the results. Write the pooling as a function.",
        "Roll all of x first: np.roll(x, (dy, dx), axis=(0, 1)). The windows stay where they are.",
        "With windows of kh × kw cells, the pooled map has H // kh rows and W // kw columns. Window (i, j) starts at "
        "(i·kh, j·kw). Take one maximum for each channel.",
        "Take np.abs of the difference and then its mean over all cells. Turn small integers into floats first.",
    ),
)

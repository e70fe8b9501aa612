"""Chapter 2: four functions around the step from one window to the next.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride.
"""

import numpy as np

from autograder.chapters.ch02_strides import reference
from autograder.chapters.model import Behaviour, Exercise, case, untouched


def _numbers(rng, *shape):
    """Return whole numbers from -9 to 9, as floats."""
    return rng.integers(-9, 10, size=shape).astype(float)


def _between(rng, least, most):
    return int(rng.integers(least, most + 1))


# output_size


def _rest_size(rng):
    """Return a size for which the last place is not at the end: the division has a rest."""
    k, s, windows = _between(rng, 2, 5), _between(rng, 3, 5), _between(rng, 3, 9)
    return case((windows - 1) * s + k + _between(rng, 1, s - 1), k, s, 0)


def _padded_size(rng):
    """Return a padded size for which the division has no rest; there are as many windows as in "same"."""
    s, p, windows = _between(rng, 2, 4), _between(rng, 1, 2), _between(rng, 3, 9)
    k = 2 * p + _between(rng, 1, s)
    return case((windows - 1) * s + k - 2 * p, k, s, p)


OUTPUT_SIZE = Exercise(
    name="output_size",
    section="The output size is rounded down",
    reference=reference.output_size,
    behaviours=(
        Behaviour(
            "default",
            "counts the window positions, by default at stride 1 without padding",
            2,
            (case(1, 1), case(5, 5), case(7, 3), case(8, 2)),
            lambda rng: case(_between(rng, 9, 40), _between(rng, 2, 8)),
        ),
        Behaviour(
            "stride",
            "rounds down if the stride does not divide: half a window does not count",
            4,
            (case(9, 3, 2, 0), case(10, 3, 2, 0), case(12, 4, 3, 0), case(28, 3, 3, 0)),
            _rest_size,
            gaps=("stride",),
        ),
        Behaviour(
            "padding",
            "adds an int padding on both sides",
            3,
            (case(5, 3, 1, 2), case(8, 4, 1, 1), case(3, 7, 1, 2), case(29, 3, 1, 1)),
            lambda rng: case(_between(rng, 9, 40), _between(rng, 2, 8), 1, _between(rng, 1, 3)),
            gaps=("padding",),
        ),
        Behaviour(
            "padded_stride",
            "counts along the padded axis if there are both a padding and a stride",
            1,
            (case(8, 4, 3, 1), case(11, 5, 2, 2), case(29, 3, 2, 1)),
            _padded_size,
            gaps=("padding", "stride"),
        ),
        Behaviour(
            "valid",
            'does not pad with padding="valid"',
            2,
            (case(7, 2, 1, "valid"), case(9, 3, 1, "valid")),
            lambda rng: case(_between(rng, 9, 40), _between(rng, 2, 8), 1, "valid"),
            gaps=("valid",),
        ),
        Behaviour(
            "same",
            'gives n windows for padding="same" at stride 1 and any kernel',
            2,
            (case(8, 2, 1, "same"), case(10, 4, 1, "same"), case(28, 3, 1, "same")),
            lambda rng: case(_between(rng, 9, 40), _between(rng, 2, 8), 1, "same"),
            gaps=("same",),
        ),
        Behaviour(
            "same_stride",
            'gives ceil(n / stride) for padding="same"',
            2,
            (case(7, 3, 2, "same"), case(10, 5, 3, "same"), case(28, 3, 2, "same")),
            lambda rng: case(4 * _between(rng, 2, 9) + 1, 2 * _between(rng, 1, 3) + 1, 4, "same"),
            gaps=("same", "stride"),
        ),
        Behaviour(
            "same_large",
            'accepts a kernel larger than the input if padding is "same"',
            2,
            (case(3, 5, 1, "same"), case(4, 7, 1, "same")),
            lambda rng: case(_between(rng, 2, 6), 2 * _between(rng, 3, 5) + 1, 1, "same"),
            gaps=("same",),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a size or stride below 1, a negative padding, another word and a kernel too large",
            2,
            (
                case(9, 3, 0, 0),
                case(9, 0, 1, 0),
                case(-1, 3, 1, "same"),
                case(9, 3, 1, -1),
                case(9, 3, 1, "full"),
                case(4, 7, 1, 1),
                case(3, 10, 1, 3),
            ),
            lambda rng: case(_between(rng, 2, 4), _between(rng, 7, 9), 1, 1),
            refuses=True,
        ),
    ),
    hints=(
        "List the cells at which a window can begin: 0, stride, 2·stride and so on. How many of them are there?",
        "The last window that fits begins at cell n + 2·padding - k or before it. Count every stride-th cell up to "
        "there.",
        "// rounds down. The window at cell 0 counts too, so there is one window more than the division gives.",
        '"valid" is a padding of 0. "same" depends only on n and stride: -(-n // stride) rounds up.',
    ),
)

# conv2d_strided

# The same turned round and mirrored at the diagonal, so that only the stride can go wrong; of two sizes, so that a
# window of stride + 1 cells, or always of 3, is not right by chance
CROSS = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
EVEN = np.array([[1.0, 2.0], [2.0, 1.0]])
IMAGE = np.array(
    [
        [7.0, 2.0, 3.0, 3.0, 8.0, -1.0, 6.0],
        [4.0, 5.0, -3.0, 8.0, 4.0, 0.0, 2.0],
        [3.0, 3.0, 2.0, 8.0, -4.0, 5.0, 1.0],
        [2.0, -8.0, 7.0, 2.0, 7.0, 9.0, 4.0],
        [5.0, 4.0, 4.0, -5.0, 4.0, 3.0, 8.0],
    ]
)


def _symmetric(rng, k):
    """Return a k×k kernel that neither turning round by 180 degrees nor transposing changes."""
    half = _numbers(rng, k, k)
    half = half + half.T
    return half + half[::-1, ::-1] + np.eye(k) + np.eye(k)[::-1]


def _just(rng, kernel, strides):
    """Return an image into which the windows fit without a rest; wider than high at equal strides."""
    rows = _between(rng, 2, 3)
    windows = rows, rows + _between(rng, 1, 2)
    return _numbers(rng, *((m - 1) * s + k for m, s, k in zip(windows, strides, np.shape(kernel), strict=True)))


def _strided(rng, kernel, strides, stride=None):
    return case(_just(rng, kernel, strides), kernel, stride or strides)


def _strided_by_int(rng):
    s = _between(rng, 2, 3)
    return _strided(rng, _symmetric(rng, _between(rng, 2, 4)), (s, s), s)


def _strided_by_pair(rng):
    down = _between(rng, 1, 2)
    return _strided(rng, _symmetric(rng, down + _between(rng, 1, 2)), (down, down + 1))


def _strided_with_rest(rng):
    kernel = _symmetric(rng, 3)
    image = _just(rng, kernel, (3, 3))
    return case(np.pad(image, ((0, _between(rng, 1, 2)), (0, _between(rng, 1, 2))), mode="edge"), kernel, 3)


CONV2D_STRIDED = Exercise(
    name="conv2d_strided",
    section="A stride of 2 visits every second position",
    reference=reference.conv2d_strided,
    behaviours=(
        Behaviour(
            "stride",
            "moves the window by an int stride in both directions",
            4,
            (case(IMAGE[:4, :7], [[2.0]], 3), case(IMAGE[:4, :6], EVEN, 2), case(IMAGE, CROSS, 2)),
            _strided_by_int,
        ),
        Behaviour(
            "pairs",
            "takes a stride (vertical, horizontal)",
            5,
            (case(IMAGE[:4, :5], EVEN, (2, 1)), case(IMAGE, CROSS, (2, 1)), case(IMAGE, CROSS, (1, 2))),
            _strided_by_pair,
            gaps=("pairs",),
        ),
        Behaviour(
            "leftover",
            "leaves out windows that do not fit if the stride does not divide",
            4,
            (case(IMAGE[:4, :6], CROSS, 2), case(IMAGE, CROSS, 3), case(IMAGE, EVEN, 2)),
            _strided_with_rest,
        ),
        Behaviour(
            "kernel",
            "multiplies every window by the unflipped kernel and adds up the products",
            2,
            (
                case(IMAGE[:4, :6], [[0.5, 2.0], [-1.0, 4.0]], 1),
                case(IMAGE, [[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]], 1),
            ),
            lambda rng: _strided(rng, np.arange(9.0).reshape(3, 3) - _between(rng, 1, 7), (1, 1), 1),
        ),
        Behaviour(
            "shapes",
            "takes kernels that are not square",
            2,
            (
                case(IMAGE[:2, :3], [[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]], 1),
                case(IMAGE[:4, :5], [[1.0, -2.0], [3.0, 3.0], [-2.0, 1.0]], 1),
                case(IMAGE, [[1.0, 2.0, 1.0]], 1),
            ),
            lambda rng: _strided(rng, np.full((2, 4), float(_between(rng, 2, 9))), (1, 1), 1),
            gaps=("square",),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if the image holds small integers or the kernel holds integers",
            1,
            (
                case(np.array([[200, 200, 100], [200, 200, 50], [9, 8, 7]], "uint8"), [[1, 1], [1, 1]], 1),
                case(np.array([[3, 5, 8, 1], [1, 1, 2, 4], [2, 2, 6, 3]], "uint8"), np.full((3, 3), 0.25), 1),
                case(IMAGE[:2, :3] / 4, [[1, 1], [1, 1]], 1),
            ),
            lambda rng: case(rng.integers(150, 256, (4, 5)).astype("uint8"), np.ones((3, 3)), 1),
            gaps=("integers",),
        ),
        untouched(case(IMAGE[:2, :3], [[2.0]], 1), draw=lambda rng: case(_numbers(rng, 2, 3), [[3.0]], 1)),
        Behaviour(
            "refuses",
            "raises ValueError for a kernel that does not fit and for a stride below 1",
            1,
            (
                case(IMAGE[:2], CROSS, 2),
                case(IMAGE[:, :2], CROSS, 1),
                case(IMAGE, CROSS, 0),
                case(IMAGE, CROSS, -1),
            ),
            lambda rng: case(_numbers(rng, _between(rng, 1, 2), 6), CROSS, _between(rng, 1, 3)),
            refuses=True,
        ),
    ),
    hints=(
        "It is the convolution of chapter 1, computed only at every stride-th window position.",
        "If stride is an int, turn it into the pair (stride, stride) first. Then there is only one case to write.",
        "The output has (H - kh) // vertical + 1 rows. For the columns use W, kw and the horizontal stride.",
        "Loop over the output's rows i and columns j. The window starts at row i·vertical, column j·horizontal.",
    ),
)

# conv2d


def _layer(x, *filters, b=None, then=()):
    """Return a call of conv2d: x (H, W) or (H, W, C_in), each filter (kh, kw) or (kh, kw, C_in)."""
    x, *kernels = (np.asarray(a)[..., None] if np.ndim(a) == 2 else np.asarray(a) for a in (x, *filters))
    b = np.zeros(len(kernels)) if b is None else np.array(b, float)
    return case(x, np.stack(kernels, axis=-1), b, *then)


def _channels(*channels):
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)


def _first_only(kernel, channels=2):
    """Return a filter that looks at the first channel alone: mistakes about channels do not show in it."""
    return _channels(kernel, *[np.zeros_like(kernel)] * (channels - 1))


ONES = np.ones((2, 2))
SMALL = IMAGE[:3, :4]
TWO = _channels(IMAGE[:3, :4], IMAGE[2:, 3:])  # (3, 4, 2)
GREY = np.array([[200, 200, 100], [200, 200, 50]], "uint8")[..., None]  # (2, 3, 1)


def _many_channels(rng):
    channels = _between(rng, 2, 3)
    return _layer(_numbers(rng, 4, 5, channels), _channels(*(_symmetric(rng, 3) for _ in range(channels))))


def _many_filters(rng):
    k = _between(rng, 2, 3)
    first, *others = ((np.arange(k * k) * 3.0 % 5 + m).reshape(k, k) for m in rng.permutation(5)[: _between(rng, 2, 3)])
    return _layer(_numbers(rng, 4, 5), first, *others)


def _biased(rng):
    kernel = _symmetric(rng, _between(rng, 2, 3))
    return _layer(_numbers(rng, 4, 5), kernel, kernel, b=rng.permutation(9)[:2] + 0.5)


def _layer_by_int(rng):
    kernel, s = _symmetric(rng, _between(rng, 2, 4)), _between(rng, 2, 3)
    return _layer(_just(rng, kernel, (s, s)), kernel, then=(s,))


def _layer_by_pair(rng):
    down = _between(rng, 1, 2)
    kernel, stride = _symmetric(rng, down + _between(rng, 1, 2)), (down, down + 1)
    return _layer(_just(rng, kernel, stride), kernel, then=(stride,))


def _same_strided_layer(rng):
    """Return an axis that needs a cell on both sides, and one that needs none; never an odd cell."""
    sizes = rng.permutation([3 * _between(rng, 1, 2) + 1, 3 * _between(rng, 1, 2)])
    return _layer(_numbers(rng, *sizes), _symmetric(rng, 3) + 1, then=(3, "same"))


def _second_channel(rng):
    """Return a layer in which nothing comes of the second channel, unless its being there is a mistake's undoing."""
    return _layer(_numbers(rng, 4, 5, 2), _first_only(_symmetric(rng, 3)), b=[_between(rng, 1, 9)], then=(1, "same"))


CONV2D = Exercise(
    name="conv2d",
    section="Height and width can have different strides",
    reference=reference.conv2d,
    behaviours=(
        Behaviour(
            "channels",
            "adds up over all input channels",
            5,
            (
                _layer(TWO, _channels(ONES, 2 * ONES)),
                _layer(_channels(IMAGE, -IMAGE, IMAGE[::-1]), [[[1.0, 1.0, 3.0]]]),
            ),
            _many_channels,
            gaps=("channels",),
        ),
        Behaviour(
            "filters",
            "makes one map for each filter, without flipping it",
            4,
            (
                _layer(SMALL, [[0.5, 2.0], [-1.0, 4.0]], [[1.0, 1.0], [-3.0, -3.0]], -ONES),
                _layer(IMAGE, CROSS, [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]]),
                _layer(IMAGE[:2, :2], EVEN, ONES),
            ),
            _many_filters,
        ),
        Behaviour(
            "shapes",
            "takes filters that are not square",
            1,
            (_layer(SMALL, [[1.0, 2.0, 1.0]]), _layer(IMAGE, [[1.0, -2.0], [3.0, 3.0], [-2.0, 1.0]])),
            lambda rng: _layer(_numbers(rng, 4, 5), np.full((2, 4), float(_between(rng, 2, 9)))),
            gaps=("square",),
        ),
        Behaviour(
            "bias",
            "adds each filter's bias to its map, once in each cell",
            3,
            (_layer(SMALL, ONES, ONES, b=[10, -5]), _layer(IMAGE, CROSS, b=[100])),
            _biased,
            gaps=("bias",),
        ),
        Behaviour(
            "stride",
            "moves the window by an int stride in both directions",
            2,
            (
                _layer(IMAGE[:4, :7], [[2.0]], then=(3,)),
                _layer(IMAGE[:4, :6], EVEN, then=(2,)),
                _layer(IMAGE, CROSS, then=(2,)),
                _layer(IMAGE, CROSS, then=(8,)),
            ),
            _layer_by_int,
            gaps=("stride",),
        ),
        Behaviour(
            "pairs",
            "takes a stride (vertical, horizontal)",
            2,
            (
                _layer(IMAGE[:4, :5], EVEN, then=((2, 1),)),
                _layer(IMAGE, CROSS, then=((1, 2),)),
            ),
            _layer_by_pair,
            gaps=("pairs", "stride"),
        ),
        Behaviour(
            "same",
            'pads each axis as its windows need if padding is "same": half before, and the odd cell after',
            3,
            (
                _layer(IMAGE[:3, :5], ONES, then=(1, "same")),
                _layer(IMAGE[:4, :7], CROSS, then=(1, "same")),
                _layer(IMAGE[:1, :2], CROSS, then=(1, "same")),
            ),
            lambda rng: _layer(_numbers(rng, 4, 6), _symmetric(rng, _between(rng, 2, 4)) + 1, then=(1, "same")),
            gaps=("same",),
        ),
        Behaviour(
            "same_stride",
            'pads only what ceil(n / stride) windows need if padding is "same" and the stride is larger than 1',
            2,
            (
                _layer(IMAGE[:4, :6], [[2.0]], then=(3, "same")),
                _layer(IMAGE[:4, :6], CROSS, then=(3, "same")),
                _layer(IMAGE[:3, :7], CROSS, then=(3, "same")),
                _layer(IMAGE[:4, :6], np.ones((4, 4)), then=(2, "same")),
            ),
            _same_strided_layer,
            gaps=("same", "stride"),
        ),
        Behaviour(
            "integers",
            "neither wraps around nor loses fractions if x holds small integers or the filters hold integers",
            2,
            (
                case(GREY, np.ones((2, 2, 1, 1), int), np.zeros(1)),
                case(GREY, np.full((1, 1, 1, 1), 0.125), np.zeros(1, int)),
                case(SMALL[..., None] / 4, np.ones((2, 2, 1, 1), int), np.zeros(1, int)),
            ),
            lambda rng: case(rng.integers(150, 256, (3, 4, 1)).astype("uint8"), np.ones((3, 3, 1, 1)), np.zeros(1)),
            gaps=("integers",),
        ),
        Behaviour(
            "together",
            'adds the bias once, and pads no channels with "same", if there are several channels',
            1,
            (
                _layer(TWO, _first_only(CROSS), b=[100], then=(1, "same")),
                _layer(_channels(IMAGE, -IMAGE, IMAGE[::-1]), _first_only([[2.0]], 3), b=[0.5], then=(1, "same")),
            ),
            _second_channel,
            gaps=("bias", "same"),
        ),
        untouched(_layer(SMALL, [[2.0]]), draw=lambda rng: _layer(_numbers(rng, 2, 3), [[3.0]])),
        Behaviour(
            "refuses",
            "raises ValueError for channels or biases that do not match, an unknown padding and filters too large",
            2,
            (
                case(TWO, np.ones((2, 2, 1, 1)), np.zeros(1)),
                case(SMALL[..., None], np.ones((2, 2, 2, 1)), np.zeros(1)),
                case(SMALL[..., None], np.ones((2, 2, 1, 2)), np.zeros(3)),
                case(SMALL[..., None], np.ones((2, 2, 1, 2)), np.zeros(1)),
                _layer(SMALL, ONES, then=(1, "full")),
                _layer(SMALL, ONES, then=(0,)),
                _layer(SMALL, ONES, then=(-1,)),
                _layer(SMALL, np.ones((4, 4))),
                _layer(IMAGE[:4, :3], np.ones((4, 4))),
            ),
            lambda rng: case(_numbers(rng, 4, 5, 3), np.ones((2, 2, _between(rng, 1, 2), 1)), np.zeros(1)),
            refuses=True,
        ),
    ),
    hints=(
        "Each output cell belongs to one window position and one filter: multiply the window (kh, kw, C_in) by the "
        "filter and add up the products.",
        "A window has all channels, and so has a filter, w[:, :, :, o]. The sum over kh, kw and C_in is one number.",
        'For "same", find (before, after) for each axis as in chapter 1, and copy x into a larger array of zeros. '
        'Then go on as for "valid". Do not pad the channel axis.',
        "Write three loops, over output rows i, columns j and filters o. The window starts at row i·vertical, column "
        "j·horizontal of the padded map. Add b[o] to each sum.",
    ),
)

# unread


def _rest_of(rng):
    k, s = _between(rng, 3, 5), 3
    return case(_between(rng, 3, 9) * s + k + _between(rng, 1, 2), k, s)


def _rest_after_padding(rng):
    k, s, p = _between(rng, 3, 5), 3, _between(rng, 1, 2)
    return case(_between(rng, 3, 9) * s + k + 1 - 2 * p, k, s, p)


def _rest_and_gaps(rng):
    k, s = _between(rng, 1, 3), _between(rng, 5, 6)
    return case(_between(rng, 2, 5) * s + k + _between(rng, 1, 3), k, s, 0)


UNREAD = Exercise(
    name="unread",
    section="Which pixels the windows cover",
    reference=reference.unread,
    behaviours=(
        Behaviour(
            "rest",
            "counts the cells after the last window, by default without padding",
            4,
            (case(5, 5, 2), case(9, 3, 2), case(10, 3, 2), case(11, 4, 4), case(28, 5, 3)),
            _rest_of,
        ),
        Behaviour(
            "padding",
            "counts along the padded axis: the padding is on both sides, and its cells count too",
            3,
            (case(7, 3, 3, 1), case(8, 3, 3, 1), case(9, 4, 3, 1), case(9, 5, 4, 2), case(3, 4, 1, 1)),
            _rest_after_padding,
            gaps=("padding",),
        ),
        Behaviour(
            "gaps",
            "counts the cells at the end, but not the gaps between windows, if the stride is larger than the kernel",
            3,
            (case(7, 3, 6, 0), case(10, 2, 3, 0), case(20, 3, 5, 0)),
            _rest_and_gaps,
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a kernel that does not fit, a stride below 1 and a negative padding",
            2,
            (case(4, 7, 2, 1), case(5, 7, 2, 0), case(9, 3, 0, 0), case(9, 3, 2, -1)),
            lambda rng: case(_between(rng, 1, 4), _between(rng, 7, 9), _between(rng, 1, 3), 0),
            refuses=True,
        ),
    ),
    hints=(
        "Draw the padded axis as a row of cells and colour the windows. How many cells are to the right of the last "
        "one?",
        "The windows begin at 0, stride, 2·stride and so on. The last one begins no later than n + 2·padding - k.",
        "How far is the start of the last window from n + 2·padding - k? The remainder, %, gives this number.",
    ),
)

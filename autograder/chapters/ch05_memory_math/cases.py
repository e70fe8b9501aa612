"""Chapter 5: six functions that count what a network costs.

Most cases leave out all that is not their topic (one channel, stride 1, no weights), so that one mistake fails one
behaviour.
"""

from autograder.chapters.ch05_memory_math import reference
from autograder.chapters.ch05_memory_math.layers import FLATTEN, conv, dense, pool
from autograder.chapters.model import Behaviour, Exercise, case, untouched


def _int(rng, least, most):
    """Return a whole number from least to most, both included."""
    return int(rng.integers(least, most + 1))


def _two(rng, least, most):
    """Return two different whole numbers."""
    first, second = rng.choice(range(least, most + 1), 2, replace=False)
    return int(first), int(second)


CONV_PARAMS = Exercise(
    name="conv_params",
    section="A summary lists parameters, not maps",
    reference=reference.conv_params,
    behaviours=(
        Behaviour(
            "depth",
            "counts kh·kw weights for every input channel, and one bias, in a filter",
            4,
            (case(3, 2, 1), case(5, 3, 1)),
            lambda rng: case(_int(rng, 2, 7), _int(rng, 4, 64), 1),
        ),
        Behaviour(
            "filters",
            "counts the weights and the bias of every filter",
            3,
            (case(3, 1, 4), case(5, 1, 8)),
            lambda rng: case(_int(rng, 2, 7), 1, _int(rng, 4, 64)),
        ),
        Behaviour(
            "no_bias",
            "counts only the weights if bias is False",
            2,
            (case(3, 2, 4, False), case(5, 3, 4, False)),
            lambda rng: case(_int(rng, 2, 7), _int(rng, 2, 9), _int(rng, 4, 64), False),
        ),
        Behaviour(
            "pairs",
            "takes a kernel size as (vertical, horizontal)",
            2,
            (case((2, 3), 1, 1), case((1, 7), 1, 1)),
            lambda rng: case(_two(rng, 2, 9), 1, 1),
            gaps=("pairs",),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a kernel size below 1 and for a negative number of channels",
            1,
            (case(0, 3, 8), case(-1, 3, 8), case(3, -1, 8), case(3, 3, -1)),
            lambda rng: case(-_int(rng, 0, 3), _int(rng, 1, 4), _int(rng, 1, 4)),
            refuses=True,
        ),
    ),
    hints=(
        "Draw one filter as a block: kh high, kw wide, and as deep as the input has channels.",
        "How many weights are in the block? Each filter has one more parameter, its bias, unless bias is False.",
        "All filters have the same size, so multiply by their number at the end. An int k means k high and k wide.",
    ),
)


def _leftover(rng, k, s):
    """Return a size at which s - 1 cells are left over behind the last window."""
    return k + s * _int(rng, 1, 5) + s - 1


def _dividing(rng, k, s):
    """Return a size at which the last window ends at the last pixel."""
    return k + s * _int(rng, 1, 5)


def _stride_case(rng):
    k, s = _int(rng, 2, 5), _int(rng, 2, 4)
    return case((_dividing(rng, k, s), _dividing(rng, k, s)), k, 1, 1, s, "valid")


def _stride_pair_case(rng):
    """Return a case with a pair as a stride that leaves no cell over."""
    k, (down, right) = _int(rng, 4, 6), _two(rng, 2, 4)
    return case((_dividing(rng, k, down), _dividing(rng, k, right)), k, 1, 1, (down, right), "valid")


def _leftover_case(rng):
    k, s = _int(rng, 4, 6), _int(rng, 2, 4)
    return case((_leftover(rng, k, s), _leftover(rng, k, s)), k, 1, 1, s, "valid")


CONV_MACS = Exercise(
    name="conv_macs",
    section="Multiply-adds are output positions times weights",
    reference=reference.conv_macs,
    behaviours=(
        Behaviour(
            "positions",
            "counts the window positions, by default at stride 1 without padding",
            3,
            (case((3, 5), 3, 1, 1), case((5, 7), 3, 1, 1), case((4, 9), 2, 1, 1)),
            lambda rng: case((_int(rng, 5, 12), _int(rng, 13, 20)), _int(rng, 2, 5), 1, 1),
        ),
        Behaviour(
            "channels",
            "counts products for every input channel and every filter, but not the bias",
            3,
            (case((2, 3), 1, 3, 4, 1, "valid"), case((4, 6), 3, 2, 5, 1, "valid")),
            lambda rng: case((_int(rng, 4, 9), 10), _int(rng, 2, 4), *_two(rng, 3, 32), 1, "valid"),
        ),
        Behaviour(
            "stride",
            "counts the first position too if the stride is larger than 1",
            2,
            (case((5, 7), 3, 1, 1, 2, "valid"), case((8, 11), 2, 1, 1, 3, "valid")),
            _stride_case,
            gaps=("stride",),
        ),
        Behaviour(
            "leftover",
            "counts no position where the kernel would reach beyond the end",
            1,
            (case((4, 6), 3, 1, 1, 2, "valid"), case((8, 11), 3, 1, 1, 3, "valid")),
            _leftover_case,
            gaps=("stride",),
        ),
        Behaviour(
            "same",
            'counts a position for every cell with "same" at stride 1, also if the kernel is larger than the input',
            2,
            (
                case((3, 5), 3, 1, 1, 1, "same"),
                case((1, 4), 2, 1, 1, 1, "same"),
                case((2, 3), 5, 1, 1, 1, "same"),
            ),
            lambda rng: case((_int(rng, 2, 5), _int(rng, 6, 9)), _int(rng, 2, 7), 1, 1, 1, "same"),
            gaps=("same",),
        ),
        Behaviour(
            "same_stride",
            'counts ceil(n / stride) positions along each axis with "same"',
            1,
            (case((4, 7), 3, 1, 1, 2, "same"), case((7, 10), 4, 1, 1, 3, "same")),
            lambda rng: case((4 * _int(rng, 1, 5) + 1, 4 * _int(rng, 1, 5) + 3), _int(rng, 4, 7), 1, 1, 4, "same"),
            gaps=("same", "stride"),
        ),
        Behaviour(
            "pairs",
            "takes kernel_size as (vertical, horizontal)",
            1,
            (case((3, 5), (2, 3), 1, 1, 1, "valid"), case((6, 9), (3, 1), 1, 1, 1, "valid")),
            lambda rng: case((_int(rng, 5, 8), _int(rng, 9, 14)), _two(rng, 1, 5), 1, 1, 1, "valid"),
            gaps=("pairs",),
        ),
        Behaviour(
            "stride_pairs",
            "takes stride as (vertical, horizontal)",
            1,
            (case((5, 9), 3, 1, 1, (2, 3), "valid"), case((9, 6), 3, 1, 1, (3, 1), "valid")),
            _stride_pair_case,
            gaps=("pairs", "stride"),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a stride below 1, negative sizes, an unknown padding and a kernel that does not fit",
            1,
            (
                case((5, 7), 3, 1, 1, 0, "valid"),
                case((5, 7), 0, 1, 1, 1, "valid"),
                case((5, 7), 3, -1, 1, 1, "valid"),
                case((-1, 7), 1, 1, 1, 1, "valid"),
                case((5, 7), 3, 1, 1, 1, "full"),
                case((2, 7), 3, 1, 1, 1, "valid"),
                case((7, 2), 3, 1, 1, 1, "valid"),
            ),
            lambda rng: case((_int(rng, 1, 3), 7), _int(rng, 4, 6), 1, 1, 1, "valid"),
            refuses=True,
        ),
    ),
    hints=(
        "Find two numbers: how many window positions are there, and how many products are computed at each?",
        "At one position each filter multiplies all its weights: kh·kw·c_in products. There are c_out filters.",
        "Along an axis there are (n - k) // s + 1 positions with valid, and n / s rounded up with same. Multiply rows "
        "by columns.",
        "A kernel that does not fit is an error with valid only. Check the word for the padding before you use it.",
    ),
)

ACTIVATION_BYTES = Exercise(
    name="activation_bytes",
    section="A map costs 4 bytes a value",
    reference=reference.activation_bytes,
    behaviours=(
        Behaviour(
            "values",
            "counts, by default, 4 bytes for each value of one image's map",
            3,
            (case((5, 7, 3)), case((26, 26, 32))),
            lambda rng: case((_int(rng, 5, 30), _int(rng, 31, 60), _int(rng, 2, 9))),
        ),
        Behaviour(
            "batch",
            "counts the maps of all images of the batch",
            2,
            (case((2, 3, 4), 5, 4), case((5, 7, 3), 100, 4), case((64, 64, 32), 5000, 4)),
            lambda rng: case((_int(rng, 5, 30), 6, 4), _int(rng, 5, 200), 4),
            gaps=("batch",),
        ),
        Behaviour(
            "precision",
            "takes any number of bytes for a value",
            2,
            (case((2, 3, 4), 1, 2), case((5, 7, 3), 1, 8)),
            lambda rng: case((_int(rng, 5, 60), 7, _int(rng, 2, 60)), 1, int(rng.choice([1, 2, 8]))),
            gaps=("bytes_per_value",),
        ),
        Behaviour(
            "any_shape",
            "takes shapes with any number of axes, such as a dense layer's output",
            1,
            (case((128,), 1, 4), case((9, 10), 1, 4), case((2, 3, 4, 5), 1, 4)),
            lambda rng: case((_int(rng, 20, 5000),), 1, 4),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for a negative dimension and for a batch below 1",
            1,
            (case((8, -1, 4)), case((8, 6, -4)), case((-8, -6, 4)), case((8, 6, 4), 0), case((8, 6, 4), -1)),
            lambda rng: case((8, 6, 4), -_int(rng, 0, 5)),
            refuses=True,
        ),
    ),
    hints=(
        "How many values does one map have? All axes count: rows, columns and channels.",
        "A shape can have one number, three or any other count. Multiply them in a loop over the shape.",
        "Every image of the batch has a map of its own, and every value takes bytes_per_value.",
    ),
)


def _odd(rng):
    return 2 * _int(rng, 1, 4) + 1


def _own_kernels(rng):
    small, large = sorted(_two(rng, 1, 5))
    return case([(2 * large + 1, 1), (2 * small + 1, 1), (2 * large + 3, 1)])


def _strides_before(rng):
    k = _odd(rng)
    return case([(k, 2), (k, _int(rng, 2, 4)), (k, 3), (k, 1)])


def _last_stride(rng):
    k = _odd(rng)
    return case([(k, 1)] * _int(rng, 0, 3) + [(k, _int(rng, 2, 6))])


RECEPTIVE_FIELD = Exercise(
    name="receptive_field",
    section="The receptive field: how many pixels one value sees",
    reference=reference.receptive_field,
    behaviours=(
        Behaviour(
            "kernels",
            "adds each layer's kernel size minus one",
            3,
            (case([(3, 1), (5, 1)]), case([(7, 1), (3, 1), (5, 1)])),
            _own_kernels,
        ),
        Behaviour(
            "strides",
            "multiplies the strides of all earlier layers, pooling layers too",
            4,
            (
                case([(3, 2), (3, 1)]),
                case([(3, 2), (3, 2), (3, 1)]),
                case([(3, 1), (3, 3), (3, 1)]),
                case([(5, 2), (5, 3), (5, 2), (5, 1)]),
            ),
            _strides_before,
        ),
        Behaviour(
            "last_stride",
            "does not use the stride of the last layer, because no layer comes after it",
            3,
            (case([(5, 3)]), case([(3, 1), (3, 2)])),
            _last_stride,
        ),
        Behaviour(
            "even",
            "counts even kernels like odd ones",
            2,
            (case([(2, 1), (2, 1)]), case([(4, 1), (4, 1)]), case([(2, 1)] * 3)),
            lambda rng: case([(2 * _int(rng, 1, 4), 1)] * _int(rng, 2, 6)),
        ),
        Behaviour(
            "few",
            "gives 1 without layers, and the kernel size for one layer",
            1,
            (case([]), case([(1, 1)]), case([(3, 1)])),
            lambda rng: case([(_odd(rng) + 4, 1)]),
        ),
        untouched(case([(1, 1)]), case([(3, 1)]), draw=lambda rng: case([(_odd(rng) + 4, 1)])),
        Behaviour(
            "refuses",
            "raises ValueError for a kernel size or stride below 1",
            1,
            (case([(3, 1), (0, 1)]), case([(3, 0), (3, 1)]), case([(3, 1), (3, -2)])),
            lambda rng: case([(3, 1), (3, -_int(rng, 0, 4)), (3, 1)]),
            refuses=True,
        ),
    ),
    hints=(
        "Start with a single pixel, which sees itself: 1. Each layer adds to it.",
        "A window of k cells reaches k - 1 steps from its first cell to its last. How wide is a step, in pixels?",
        "A step on the input is 1 pixel wide. After a layer with stride s, a step is s times as wide as before.",
        "Write one loop with two numbers, the field and the step. Add (k - 1) steps to the field, then multiply the "
        "step by s.",
    ),
)


def _sizes(rng):
    """Return height and width, different."""
    return _int(rng, 6, 12), _int(rng, 13, 20)


def _valid_row(rng):
    k, s = _int(rng, 2, 5), _int(rng, 2, 4)
    return case((_leftover(rng, k, s), _leftover(rng, k, s) + s, 1), [conv(_int(rng, 2, 9), k, s)])


def _deep_row(rng):
    first, second, third = (int(n) for n in rng.choice(range(2, 30), 3, replace=False))
    return case((*_sizes(rng), 1), [conv(first, 1), conv(second, 1), conv(third, 1)])


def _same_row(rng):
    height, width = 4 * _int(rng, 1, 6) + 1, 4 * _int(rng, 1, 6) + 3
    return case((height, width, 1), [conv(_int(rng, 2, 9), _int(rng, 2, 7), 4, "same")])


def _pool_row(rng):
    s = _int(rng, 2, 4)
    return case((_dividing(rng, s + 1, s), _dividing(rng, s + 1, s), _int(rng, 2, 20)), [pool(s + 1, s)])


def _dense_row(rng):
    return case((*_sizes(rng), _int(rng, 2, 5)), [FLATTEN, dense(_int(rng, 2, 20)), dense(_int(rng, 21, 30))])


SUMMARIZE = Exercise(
    name="summarize",
    section="A summary lists parameters, not maps",
    reference=reference.summarize,
    behaviours=(
        Behaviour(
            "valid",
            'gives the shape and the parameters of a "valid" convolution, also if the stride does not divide',
            3,
            (case((3, 5, 1), [conv(2, 3)]), case((8, 12, 1), [conv(4, 3, 2)]), case((10, 7, 1), [conv(5, 2, 3)])),
            _valid_row,
        ),
        Behaviour(
            "channels",
            "uses a convolution's number of filters as the number of channels of the next layer",
            3,
            (
                case((3, 4, 2), [conv(3, 1), conv(4, 1)]),
                case((4, 3, 1), [conv(2, 1), conv(16, 1), conv(1, 1)]),
                case((3, 4, 1), [conv(2, 1), pool(1, 1)]),
            ),
            _deep_row,
        ),
        Behaviour(
            "same",
            'gives ceil(n / stride) rows and columns with "same"',
            3,
            (
                case((1, 4, 1), [conv(3, 2, 1, "same")]),
                case((4, 7, 1), [conv(2, 3, 2, "same")]),
                case((10, 7, 1), [conv(2, 5, 3, "same")]),
                case((5, 7, 1), [pool(2, 2, "same")]),
            ),
            _same_row,
            gaps=("same",),
        ),
        Behaviour(
            "pool",
            "keeps the channels in a pooling layer, uses its size and stride, and counts no parameters for it",
            3,
            (
                case((3, 4, 2), [pool(2, 1)]),
                case((7, 9, 4), [pool(3, 2)]),
                case((5, 8, 3), [pool(2, 1), pool(2, 1)]),
            ),
            _pool_row,
        ),
        Behaviour(
            "dense",
            "flattens a map to all its values, and gives each dense unit a weight for every value and a bias",
            3,
            (
                case((6,), [dense(3)]),
                case((4, 6, 5), [FLATTEN, dense(3)]),
                case((3, 5, 2), [FLATTEN, dense(16), dense(1)]),
            ),
            _dense_row,
        ),
        untouched(
            case((2, 4, 2), [FLATTEN]),
            case((6, 4, 2), [pool(2, 2), FLATTEN]),
            draw=lambda rng: case((2 * _int(rng, 2, 9), 2 * _int(rng, 2, 9), 2), [pool(2, 2), FLATTEN]),
        ),
        Behaviour(
            "refuses",
            "raises ValueError for an unknown kind, a missing key, a window too large and a dense layer on a map",
            1,
            (
                case((6, 4, 2), [{"kind": "dropout"}]),
                case((6, 4, 2), [{"kind": "pool", "size": 2, "padding": "valid"}]),
                case((6,), [{"kind": "dense"}]),
                case((6, 4, 2), [conv(3, 5)]),
                case((4, 6, 2), [conv(3, 5)]),
                case((-1, 4, 2), [FLATTEN]),
                case((6, 4, 2), [conv(3, 2, 0)]),
                case((6, 4, 2), [conv(3, 2, 1, "full")]),
                case((6, 4, 2), [pool(0, 1)]),
                case((6, 4, 2), [dense(10)]),
            ),
            lambda rng: case((6, _int(rng, 2, 4), 2), [pool(2, 1), dense(_int(rng, 2, 20))]),
            refuses=True,
        ),
    ),
    hints=(
        "Go through the layers and keep the current shape in a variable. Each layer changes it and adds a row.",
        "A convolution and a pooling layer change height and width in the same way. The channels become the filters "
        "in a convolution, and stay as they are in a pooling layer.",
        "Parameters depend on the shape before the layer: its channels for a convolution, its values for a dense "
        "layer.",
        "Write one loop with a branch for each kind. Start with shape = input_shape and an empty list. You may call "
        "conv_params.",
    ),
)

TRAINING_BYTES = Exercise(
    name="training_bytes",
    section="What training holds in memory",
    reference=reference.training_bytes,
    behaviours=(
        Behaviour(
            "weights",
            "counts 16 bytes for every parameter of every layer: weight, gradient and two moments",
            3,
            (case((3, 4, 1), [conv(8, 3), conv(1, 1)], 1), case((6, 4, 2), [conv(3, 2), conv(5, 3)], 1)),
            lambda rng: case((*_sizes(rng), _int(rng, 1, 4)), [conv(_int(rng, 2, 9), 3), conv(_int(rng, 2, 9), 2)], 1),
        ),
        Behaviour(
            "outputs",
            "counts the outputs of layers without parameters too",
            3,
            (case((4, 6, 1), [pool(2, 2)], 1), case((5, 7, 2), [pool(3, 1), pool(3, 1)], 1)),
            lambda rng: case((*_sizes(rng), _int(rng, 1, 9)), [pool(3, 2), pool(2, 1)], 1),
        ),
        Behaviour(
            "batch",
            "multiplies the input and the maps by the batch, but not the weights",
            3,
            (case((3, 4, 1), [conv(2, 3)], 2), case((6, 4, 2), [conv(3, 2)], 64)),
            lambda rng: case((*_sizes(rng), _int(rng, 1, 4)), [conv(_int(rng, 2, 9), 3)], _int(rng, 5, 64)),
        ),
        Behaviour(
            "flatten",
            "counts the output of a flatten layer as a map of its own",
            1,
            (case((2, 3, 4), [FLATTEN], 1), case((28, 28, 1), [FLATTEN], 1)),
            lambda rng: case((*_sizes(rng), _int(rng, 1, 9)), [FLATTEN], 1),
        ),
        untouched(case((3, 4, 1), [conv(1, 1)], 1), draw=lambda rng: case((*_sizes(rng), 1), [conv(1, 1)], 1)),
        Behaviour(
            "refuses",
            "raises ValueError for a batch below 1 and for layers that summarize does not accept",
            1,
            (
                case((6, 4, 2), [pool(2, 2)], 0),
                case((6, 4, 2), [pool(2, 2)], -1),
                case((6, 4, 2), [{"kind": "dropout"}], 1),
            ),
            lambda rng: case((6, 4, 2), [pool(2, 2)], -_int(rng, 0, 5)),
            refuses=True,
        ),
    ),
    hints=(
        "summarize has done most of the work: it returns the shape of every output and the parameters of every layer.",
        "There are two sums: all parameters, held four times, and the values of the input and of all outputs.",
        "Only one of the two sums is multiplied by the batch. Both are in float32: 4 bytes a value.",
    ),
)

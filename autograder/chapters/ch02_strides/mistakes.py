"""Chapter 2: what goes wrong with strides. Each wrong solution is what a student writes who holds the idea named.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride.
"""

import math

import numpy as np

from autograder.chapters.ch02_strides import reference
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


# output_size


def _size(formula=None, valid=None, same=None):
    """Return an output_size that does wrongly what is given, by functions of (n, k, s, p), and the rest rightly."""

    def output_size(n, k, stride=1, padding=0):
        right = reference.output_size(n, k, stride, padding)
        wrong = {"valid": valid or formula, "same": same}.get(padding, formula)
        return wrong(n, k, stride, 0 if isinstance(padding, str) else padding) if wrong else right

    return output_size


_of(
    "output_size",
    "rounded_up",
    "The number of windows is rounded up: a window that fits only in part does not count.",
)(_size(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1))
_of(
    "output_size",
    "rounded_to_nearest",
    "`round` goes up or down to the nearest; a window that fits only in part never counts, so use //.",
)(_size(lambda n, k, s, p: round((n + 2 * p - k) / s) + 1))
_of(
    "output_size",
    "not_rounded",
    "The division with / leaves a fraction of a window; // drops what is behind the point.",
)(_size(lambda n, k, s, p: (n + 2 * p - k) / s + 1))
_of(
    "output_size",
    "first_window_missed",
    "The window at the very first cell is not counted: add 1 to the division.",
)(_size(lambda n, k, s, p: (n + 2 * p - k) // s))
_of(
    "output_size",
    "one_subtracted",
    "1 is subtracted at the end; the window at the very first cell is one more: add 1.",
)(_size(lambda n, k, s, p: (n + 2 * p - k) // s - 1))
_of(
    "output_size",
    "brackets_missing",
    "Only the padding is divided by the stride: put brackets around n + 2·padding - k.",
)(_size(lambda n, k, s, p: (n - k) + 2 * p // s + 1))
_of(
    "output_size",
    "padding_keeps_the_size",
    'Any padding is taken for "same". A number of cells keeps the size for one kernel only, so count the windows.',
)(_size(lambda n, k, s, p: -(-n // s) if p else (n - k) // s + 1))
_of(
    "output_size",
    "padding_after_division",
    "The padding is added after the division; it makes the axis longer, so add it before you divide.",
)(_size(lambda n, k, s, p: (n - k) // s + 1 + 2 * p))
_of("output_size", "stride_ignored", "The window moves by one cell each time: `stride` is never used.")(
    _size(lambda n, k, s, p: n + 2 * p - k + 1)
)
_of(
    "output_size",
    "stride_skips_that_many",
    "The window moves by stride + 1 cells; a stride of 2 moves it by two and so leaves out one place.",
)(_size(lambda n, k, s, p: (n + 2 * p - k) // (s + 1) + 1 if s > 1 else n + 2 * p - k + 1))
_of("output_size", "padding_once", "The padding is added once; it is on both sides, so it counts twice.")(
    _size(lambda n, k, s, p: (n + p - k) // s + 1)
)
_of("output_size", "padding_ignored", "The padding adds nothing to the axis: `padding` as a number is never used.")(
    _size(lambda n, k, s, p: (n - k) // s + 1)
)
_of(
    "output_size",
    "valid_misses_a_place",
    'For "valid" you round (n - k) / stride up. There are n - k + 1 places; every stride-th counts, from the first.',
)(_size(valid=lambda n, k, s, p: math.ceil((n - k) / s)))
_of(
    "output_size",
    "same_keeps_the_size",
    '"same" is taken to keep the size n at any stride. There are ceil(n / stride) windows.',
)(_size(same=lambda n, k, s, p: n))
_of("output_size", "same_rounded_down", 'For "same" n / stride is rounded down; it is rounded up.')(
    _size(same=lambda n, k, s, p: n // s)
)
_of(
    "output_size",
    "same_as_half_kernel",
    '"same" is computed as a padding of (k - 1) // 2 on both sides. For an even kernel that is one cell too few.',
)(_size(same=lambda n, k, s, p: (n + 2 * ((k - 1) // 2) - k) // s + 1))
_of(
    "output_size",
    "same_with_half_kernel_each_side",
    '"same" is computed as a padding of k // 2 on both sides. For an even kernel that is one cell too many.',
)(_size(same=lambda n, k, s, p: (n + 2 * (k // 2) - k) // s + 1))
_of(
    "output_size",
    "same_taken_for_valid",
    'For "same" you count the windows without padding, as for "valid".',
)(_size(same=lambda n, k, s, p: (n - k) // s + 1))


@_of("output_size", "padded_by_default", "Without a `padding` you count as if it were 1; the default is 0.")
def _(n, k, stride=1, padding=1):
    return reference.output_size(n, k, stride, padding)


@_of(
    "output_size",
    "same_refuses_large_kernels",
    'A kernel larger than the input is refused for "same" too; there every kernel fits, because the padding grows.',
)
def _(n, k, stride=1, padding=0):
    if padding == "same" and k > n:
        raise ValueError((n, k))
    return reference.output_size(n, k, stride, padding)


@_of(
    "output_size",
    "misfit_accepted",
    "A kernel larger than the padded input gives 0 or fewer windows; it must raise ValueError.",
)
def _(n, k, stride=1, padding=0):
    if padding in ("valid", "same"):
        return reference.output_size(n, k, stride, padding)
    if isinstance(padding, str) or min(stride, padding + 1) < 1:
        raise ValueError((stride, padding))
    return (n + 2 * padding - k) // stride + 1


@_of("output_size", "unknown_word_is_valid", "An unknown word for the padding is taken for a known one.")
def _(n, k, stride=1, padding=0):
    known = not isinstance(padding, str) or padding == "same"
    return reference.output_size(n, k, stride, padding if known else "valid")


@_of(
    "output_size",
    "negative_padding_accepted",
    "A negative padding is accepted; it has no meaning and must raise ValueError.",
)
def _(n, k, stride=1, padding=0):
    if not isinstance(padding, str) and padding < 0:
        return (n + 2 * padding - k) // stride + 1
    return reference.output_size(n, k, stride, padding)


# conv2d_strided


def _starts(n, k, s):
    return [i * s for i in range((n - k) // s + 1)]


def _fits(image, kernel, strides):
    if np.any(np.greater(kernel.shape, image.shape)) or min(strides) < 1:
        raise ValueError((image.shape, kernel.shape, strides))


def _slide(image, kernel, stride, starts=_starts, dtype=float):
    """Convolve with two loops, rightly; `starts(n, k, s)` says where windows begin along an axis."""
    _fits(image, kernel, _pair(stride))
    (kh, kw), (down, right) = kernel.shape, _pair(stride)
    rows, columns = starts(image.shape[0], kh, down), starts(image.shape[1], kw, right)
    out = np.zeros((len(rows), len(columns)), dtype)
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            window = image[top : top + kh, left : left + kw].astype(dtype)
            out[i, j] = (window * kernel).sum(dtype=dtype)
    return out


@_of("conv2d_strided", "stride_ignored", "The window moves by one pixel each time: `stride` is never used.")
def _(image, kernel, stride):
    return _slide(image, kernel, 1)


@_of(
    "conv2d_strided",
    "window_starts_at_i",
    "The output has the right size, but its windows begin at i, j. They begin at i·vertical, j·horizontal.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, stride, lambda n, k, s: range((n - k) // s + 1))


@_of(
    "conv2d_strided",
    "stride_in_one_axis",
    "An int stride is used downwards only; to the right the window still moves by one.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, stride if isinstance(stride, tuple) else (stride, 1))


@_of(
    "conv2d_strided",
    "no_gaps",
    "The window never moves farther than its own size; a stride larger than the kernel leaves pixels out.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, tuple(map(min, _pair(stride), kernel.shape)))


@_of("conv2d_strided", "pairs_swapped", "Vertical and horizontal are swapped: the stride is (vertical, horizontal).")
def _(image, kernel, stride):
    return _slide(image, kernel, _pair(stride)[::-1])


@_of("conv2d_strided", "first_of_pair_twice", "The first number of a pair is used for both directions.")
def _(image, kernel, stride):
    return _slide(image, kernel, _pair(stride)[0])


@_of(
    "conv2d_strided",
    "input_thinned_out",
    "Pixels are left out of the image before it is convolved; a window reads all its pixels, only places are left out.",
)
def _(image, kernel, stride):
    down, right = _pair(stride)
    _fits(image, kernel, (down, right))
    return _slide(image[::down, ::right], kernel, 1)


@_of(
    "conv2d_strided",
    "stride_skips_that_many",
    "The window moves by stride + 1 pixels; a stride of 2 moves it by two and so leaves out one place.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, tuple(s + 1 if s > 1 else s for s in _pair(stride)))


@_of(
    "conv2d_strided",
    "windows_stick_out",
    "Windows that stick out at the end are computed too, with zeros for what is missing; only whole windows count.",
)
def _(image, kernel, stride):
    _fits(image, kernel, _pair(stride))
    down, right = _pair(stride)
    padded = np.pad(image, ((0, down - 1), (0, right - 1)))
    return _slide(padded, kernel, stride)


@_of(
    "conv2d_strided",
    "rest_refused",
    "A stride that does not divide is refused; it is allowed, and the last pixels are just not read.",
)
def _(image, kernel, stride):
    _fits(image, kernel, _pair(stride))
    if any((n - k) % s for n, k, s in zip(image.shape, kernel.shape, _pair(stride), strict=True)):
        raise ValueError(stride)
    return _slide(image, kernel, stride)


@_of(
    "conv2d_strided",
    "last_window_missed",
    "The last row and column of windows are missing: there are (H - kh) // stride + 1 of them.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, stride)[:-1, :-1]


@_of(
    "conv2d_strided",
    "window_at_the_end_missed",
    "A window that ends at the very last row or column is missing: the places go up to H - kh and W - kw themselves.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, stride, lambda n, k, s: range(0, n - k, s))


@_of(
    "conv2d_strided", "kernel_flipped", "The kernel is turned round by 180°. A convolutional network does not flip it."
)
def _(image, kernel, stride):
    return _slide(image, kernel[::-1, ::-1], stride)


@_of("conv2d_strided", "kernel_transposed", "Rows and columns of the kernel are swapped.")
def _(image, kernel, stride):
    return _slide(image, kernel.T, stride)


@_of(
    "conv2d_strided",
    "square_kernel_assumed",
    "kernel.shape[0] is used for both directions; the width of a kernel is kernel.shape[1].",
)
def _(image, kernel, stride):
    _fits(image, kernel, _pair(stride))
    k = kernel.shape[0]
    rows, columns = (_starts(n, k, s) for n, s in zip(image.shape, _pair(stride), strict=True))
    out = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            out[i, j] = (image[top : top + k, left : left + k].astype(float) * kernel).sum()
    return out


@_of("conv2d_strided", "mean_instead_of_sum", "The products are averaged; a convolution adds them up.")
def _(image, kernel, stride):
    return _slide(image, kernel, stride) / kernel.size


@_of(
    "conv2d_strided",
    "integers_wrap",
    "The output has the image's dtype, so sums wrap around or lose their fractions: compute in floats.",
)
def _(image, kernel, stride):
    return _slide(image, kernel, stride, dtype=image.dtype)


@_of(
    "conv2d_strided",
    "empty_instead_of_error",
    "A kernel that does not fit gives an empty array; it must raise ValueError.",
)
def _(image, kernel, stride):
    if np.all(np.less_equal(kernel.shape, image.shape)):
        return _slide(image, kernel, stride)
    return np.zeros(
        [max((n - k) // s + 1, 0) for n, k, s in zip(image.shape, kernel.shape, _pair(stride), strict=True)]
    )


@_of("conv2d_strided", "zero_stride_accepted", "A stride of 0 is taken for 1; it must raise ValueError.")
def _(image, kernel, stride):
    return _slide(image, kernel, tuple(s or 1 for s in _pair(stride)))


# conv2d


def _same_sides(x, w, strides):
    return [reference.same_padding(*axis) for axis in zip(x.shape[:2], w.shape[:2], strides, strict=True)]


def _matching(x, w, b, padding):
    """Raise for shapes that do not belong together, and for an unknown padding."""
    if w.shape[2:] != (x.shape[2], len(b)) or padding not in ("valid", "same"):
        raise ValueError((x.shape, w.shape, b.shape, padding))


def _padded(x, w, strides, padding, sides=_same_sides, mode="constant"):
    return np.pad(x, [*sides(x, w, strides), (0, 0)], mode=mode) if padding == "same" else x


def _layer(x, w, b, strides, starts=_starts, cell=None, dtype=float):
    """Compute all maps of a padded x with three loops, rightly; `cell(window, filter, bias)` gives one value."""
    cell = cell or (lambda window, weights, bias: (window * weights).sum(dtype=dtype) + bias)
    _fits(x[:, :, 0], w[:, :, 0, 0], strides)
    kh, kw, _, filters = w.shape
    rows, columns = starts(x.shape[0], kh, strides[0]), starts(x.shape[1], kw, strides[1])
    out = np.zeros((len(rows), len(columns), filters), dtype)
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            window = x[top : top + kh, left : left + kw].astype(dtype)
            for o in range(filters):
                out[i, j, o] = cell(window, w[:, :, :, o], b[o])
    return out


def _conv2d(sides=_same_sides, mode="constant", **wrong):
    """Return a conv2d that does what is given wrongly and the rest rightly."""

    def conv2d(x, w, b, stride=1, padding="valid"):
        _matching(x, w, b, padding)
        return _layer(_padded(x, w, _pair(stride), padding, sides, mode), w, b, _pair(stride), **wrong)

    return conv2d


_of("conv2d", "first_channel_only", "Only the first input channel is read; a filter adds up over all of them.")(
    _conv2d(cell=lambda window, weights, bias: (window * weights)[:, :, 0].sum() + bias)
)
_of(
    "conv2d",
    "last_channel_wins",
    "Each channel's sum replaces the one before, so only the last counts: add them up, += and not =.",
)(_conv2d(cell=lambda window, weights, bias: (window * weights)[:, :, -1].sum() + bias))
_of("conv2d", "channels_averaged", "The input channels are averaged; a convolution adds them up.")(
    _conv2d(cell=lambda window, weights, bias: (window * weights).sum(axis=(0, 1)).mean() + bias)
)
_of("conv2d", "bias_forgotten", "The bias is never added.")(
    _conv2d(cell=lambda window, weights, bias: (window * weights).sum())
)
_of(
    "conv2d",
    "bias_per_window_cell",
    "The bias is inside the sum, so it is added once for every cell of the window; it comes once, after the sum.",
)(_conv2d(cell=lambda window, weights, bias: (window * weights + bias).sum()))
_of(
    "conv2d",
    "bias_per_channel",
    "The bias is added once for every input channel; it comes once a cell, after the sum over the channels.",
)(_conv2d(cell=lambda window, weights, bias: ((window * weights).sum(axis=(0, 1)) + bias).sum()))
_of("conv2d", "kernel_flipped", "The filters are turned round by 180°. A convolutional network does not flip them.")(
    _conv2d(cell=lambda window, weights, bias: (window * weights[::-1, ::-1]).sum() + bias)
)
_of("conv2d", "kernel_transposed", "Rows and columns of the filters are swapped: w is (kh, kw, C_in, C_out).")(
    _conv2d(cell=lambda window, weights, bias: (window * weights.swapaxes(0, 1)).sum() + bias)
)
_of(
    "conv2d",
    "window_starts_at_i",
    "The output has the right size, but its windows begin at i, j. They begin at i·vertical, j·horizontal.",
)(_conv2d(starts=lambda n, k, s: range((n - k) // s + 1)))
_of(
    "conv2d",
    "same_padding_of_stride_1",
    'For "same" the padding of stride 1 is used. A larger stride needs less: even size, k = 3, stride 2 gives (0, 1).',
)(_conv2d(sides=lambda x, w, strides: _same_sides(x, w, (1, 1))))
_of(
    "conv2d",
    "same_is_half_kernel",
    '"same" pads both sides by k // 2. TensorFlow pads only what the windows need, and the odd cell after.',
)(_conv2d(sides=lambda x, w, strides: [(k // 2, k // 2) for k in w.shape[:2]]))
_of("conv2d", "odd_before", 'In "same" the odd cell is put before; TensorFlow puts it after (bottom, right).')(
    _conv2d(sides=lambda x, w, strides: [side[::-1] for side in _same_sides(x, w, strides)])
)
_of("conv2d", "axes_swapped", 'In "same" the padding of rows and columns is swapped.')(
    _conv2d(sides=lambda x, w, strides: _same_sides(x, w, strides)[::-1])
)
_of("conv2d", "same_repeats_edge", '"same" surrounds the map with its edge values; it is zeros.')(_conv2d(mode="edge"))
_of("conv2d", "padding_ignored", 'The map is never padded: "same" is treated as "valid".')(
    _conv2d(sides=lambda x, w, strides: [(0, 0), (0, 0)])
)


_of(
    "conv2d",
    "same_is_symmetric",
    '"same" pads both sides by (k - 1) // 2. That is TensorFlow\'s rule for odd k at stride 1 alone.',
)(_conv2d(sides=lambda x, w, strides: [((k - 1) // 2, (k - 1) // 2) for k in w.shape[:2]]))
_of(
    "conv2d",
    "last_window_missed",
    "The last row and column of windows are missing: there are (H - kh) // stride + 1 of them.",
)(_conv2d(starts=lambda n, k, s: _starts(n, k, s)[:-1]))


@_of("conv2d", "first_filter_only", "Every map is that of the first filter: use w[:, :, :, o] for map o.")
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d()(x, np.repeat(w[..., :1], w.shape[3], axis=3), b, stride, padding)


@_of("conv2d", "first_bias_only", "Every map gets the first filter's bias: map o gets b[o].")
def _(x, w, b, stride=1, padding="valid"):
    _matching(x, w, b, padding)
    return _conv2d()(x, w, np.full(len(b), b[0]), stride, padding)


@_of("conv2d", "stride_ignored", "The window moves by one cell each time: `stride` is never used.")
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d()(x, w, b, 1, padding)


@_of(
    "conv2d",
    "stride_in_one_axis",
    "An int stride is used downwards only; to the right the window still moves by one.",
)
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d()(x, w, b, stride if isinstance(stride, tuple) else (stride, 1), padding)


@_of(
    "conv2d",
    "no_gaps",
    "The window never moves farther than its own size; a stride larger than the filters leaves cells out.",
)
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d()(x, w, b, tuple(map(min, _pair(stride), w.shape)), padding)


@_of(
    "conv2d",
    "square_filters_assumed",
    "w.shape[0] is used for both directions; the width of a filter is w.shape[1].",
)
def _(x, w, b, stride=1, padding="valid"):
    _matching(x, w, b, padding)
    x, k = _padded(x, w, _pair(stride), padding), w.shape[0]
    _fits(x[:, :, 0], w[:, :, 0, 0], _pair(stride))
    rows, columns = (_starts(n, k, s) for n, s in zip(x.shape, _pair(stride), strict=False))
    out = np.zeros((len(rows), len(columns), len(b)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            window = x[top : top + k, left : left + k].astype(float)
            for o in range(len(b)):
                out[i, j, o] = (window * w[:, :, :, o]).sum() + b[o]
    return out


@_of("conv2d", "pairs_swapped", "Vertical and horizontal are swapped: the stride is (vertical, horizontal).")
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d()(x, w, b, _pair(stride)[::-1], padding)


@_of(
    "conv2d",
    "map_thinned_out",
    "Cells are left out of the map before it is convolved. The window reads all its cells; only places are left out.",
)
def _(x, w, b, stride=1, padding="valid"):
    _matching(x, w, b, padding)
    down, right = _pair(stride)
    return _layer(_padded(x, w, (down, right), padding)[::down, ::right], w, b, (1, 1))


@_of(
    "conv2d",
    "channels_padded_too",
    'In "same" the channel axis is padded as well: np.pad takes one pair for each axis, (0, 0) for the channels.',
)
def _(x, w, b, stride=1, padding="valid"):
    _matching(x, w, b, padding)
    padded = _padded(x, w, _pair(stride), padding)
    return _layer(np.pad(padded, ((0, 0), (0, 0), (1, 1))) if padding == "same" else padded, w, b, _pair(stride))


@_of(
    "conv2d",
    "windows_of_the_bare_map",
    "The map is padded, but the windows are cut out of the map without padding.",
)
def _(x, w, b, stride=1, padding="valid"):
    _matching(x, w, b, padding)
    (down, right), (kh, kw, _, filters) = _pair(stride), w.shape
    rows, columns = _padded(x, w, (down, right), padding).shape[:2]
    if kh > rows or kw > columns:
        raise ValueError((x.shape, w.shape))
    out = np.zeros((len(_starts(rows, kh, down)), len(_starts(columns, kw, right)), filters))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            window = x[i * down : i * down + kh, j * right : j * right + kw].astype(float)
            for o in range(filters):
                out[i, j, o] = (window * w[:, :, :, o]).sum() + b[o]
    return out


@_of(
    "conv2d",
    "integers_wrap",
    "The output has the dtype of x, so sums wrap around or lose their fractions: compute in floats.",
)
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d(dtype=x.dtype)(x, w, b, stride, padding)


@_of(
    "conv2d",
    "unmatched_accepted",
    "Channels or biases that do not belong together give a result all the same; they must raise ValueError.",
)
def _(x, w, b, stride=1, padding="valid"):
    if padding not in ("valid", "same"):
        raise ValueError(padding)
    return _layer(_padded(x, w, _pair(stride), padding), w, b, _pair(stride))


@_of("conv2d", "unknown_padding_is_valid", "An unknown word for the padding is taken for a known one.")
def _(x, w, b, stride=1, padding="valid"):
    return _conv2d()(x, w, b, stride, padding if padding == "same" else "valid")


# unread


def _rest(formula):
    """Return an unread that counts by formula(n, k, s, p) and refuses what has no meaning."""

    def unread(n, k, stride, padding=0):
        reference.unread(n, k, stride, padding)
        return formula(n, k, stride, padding)

    return unread


def _unread_anywhere(n, k, s, p):
    read = {cell for start in range(0, n + 2 * p - k + 1, s) for cell in range(start, start + k)}
    return n + 2 * p - len(read)


_of(
    "unread", "kernel_ignored", "The kernel's size is left out: the last place is n + 2·padding - k, not the last cell."
)(_rest(lambda n, k, s, p: (n + 2 * p) % s))
_of("unread", "padding_ignored", "The padding adds nothing to the axis: `padding` is never used.")(
    _rest(lambda n, k, s, p: (n - k) % s)
)
_of("unread", "padding_once", "The padding is added once; it is on both sides, so it counts twice.")(
    _rest(lambda n, k, s, p: (n + p - k) % s)
)
_of(
    "unread",
    "gaps_counted",
    "The gaps between the windows are counted too; asked are only the cells behind the last window.",
)(_rest(_unread_anywhere))
_of(
    "unread",
    "none_while_stride_fits_kernel",
    "You give 0 as long as the stride is at most k. Then there are no gaps, but cells may still be left at the end.",
)(_rest(lambda n, k, s, p: (n + 2 * p - k) % s if s > k else 0))
_of(
    "unread",
    "none_below_larger_stride",
    "You give 0 where the stride is larger than k. There are gaps then, and cells may be left at the end as well.",
)(_rest(lambda n, k, s, p: (n + 2 * p - k) % s if s <= k else 0))
_of(
    "unread",
    "missing_cells_counted",
    "You count the cells that the next window would need, not those that are left.",
)(_rest(lambda n, k, s, p: -(n + 2 * p - k) % s))
_of(
    "unread",
    "places_for_cells",
    "The number of places, n + 2·padding - k + 1, is divided; the rest is that of n + 2·padding - k.",
)(_rest(lambda n, k, s, p: (n + 2 * p - k + 1) % s))
_of(
    "unread",
    "windows_as_wide_as_stride",
    "Every window is taken to be as wide as the stride: the last one is k wide.",
)(_rest(lambda n, k, s, p: max(n + 2 * p - ((n + 2 * p - k) // s + 1) * s, 0)))
_of(
    "unread",
    "image_only",
    "Cells of the padding are left out of the count; they belong to the padded axis.",
)(_rest(lambda n, k, s, p: max((n + 2 * p - k) % s - p, 0)))
_of("unread", "quotient_for_rest", "// gives the number of steps; what is left over is the remainder, %.")(
    _rest(lambda n, k, s, p: (n + 2 * p - k) // s)
)


@_of("unread", "padded_by_default", "Without a `padding` you count as if it were 1; the default is 0.")
def _(n, k, stride, padding=1):
    return reference.unread(n, k, stride, padding)


@_of(
    "unread",
    "misfit_accepted",
    "A kernel larger than the padded axis gives a number all the same; it must raise ValueError.",
)
def _(n, k, stride, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError((stride, padding))
    return (n + 2 * padding - k) % stride


@_of("unread", "nothing_refused", "Arguments without a meaning are not checked; they must raise ValueError.")
def _(n, k, stride, padding=0):
    return (n + 2 * padding - k) % stride

"""Chapter 3: what goes wrong with pooling. Each wrong solution is what a student writes who holds the idea named."""

import numpy as np

from autograder.chapters.ch03_pooling import reference
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function

SUMMARIES = {
    "max": lambda window: window.max(axis=(0, 1)),
    "avg": lambda window: window.mean(axis=(0, 1)),
    "min": lambda window: window.min(axis=(0, 1)),
    "l2": lambda window: np.sqrt((window**2).sum(axis=(0, 1))),
}


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def _starts(n, k, s, padding):
    """Return where windows begin along one axis: before 0 for those that begin in the padding."""
    if padding == "same":
        return [i * s - reference.same_padding(n, k, s)[0] for i in range(-(-n // s))]
    return list(range(0, n - k + 1, s))


def _windows(x, rows, columns, size, summary):
    """Summarise the real cells of every window, rightly, with two loops; `rows` and `columns` say where they begin."""
    (kh, kw), (h, w, channels) = size, x.shape
    out = np.zeros((len(rows), len(columns), channels))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            out[i, j] = summary(x[max(top, 0) : min(top + kh, h), max(left, 0) : min(left + kw, w)])
    return out


def _pool(x, size, stride=None, kind="max", padding="valid", summaries=SUMMARIES, starts=_starts):
    """Pool rightly; the mistakes below call it with something wrong."""
    reference.pool2d(x, size, stride, kind, padding)  # refuses what has no meaning
    size, stride = _pair(size), _pair(size if stride is None else stride)
    rows, columns = (starts(n, k, s, padding) for n, k, s in zip(x.shape, size, stride, strict=False))
    return _windows(x.astype(float), rows, columns, size, summaries[kind])


def _kind(**wrong):
    """Return a pool2d that summarises the kinds in `wrong` wrongly."""

    def pool2d(x, size, stride=None, kind="max", padding="valid"):
        return _pool(x, size, stride, kind, padding, SUMMARIES | wrong)

    return pool2d


_of(
    "pool2d",
    "maximum_starts_at_zero",
    "The search for the maximum starts at 0, so a window of negative values gives 0: start at -inf, or at a cell.",
)(_kind(max=lambda window: np.maximum(window.max(axis=(0, 1)), 0)))
_of(
    "pool2d",
    "minimum_starts_at_zero",
    "The search for the minimum starts at 0, so a window of positive values gives 0: start at inf, or at a cell.",
)(_kind(min=lambda window: np.minimum(window.min(axis=(0, 1)), 0)))
_of(
    "pool2d",
    "divides_by_four",
    "The mean always divides by 4: that is the number of cells of a 2×2 window only.",
)(_kind(avg=lambda window: window.sum(axis=(0, 1)) / 4))
_of(
    "pool2d",
    "sum_for_average",
    'In "avg" the cells are added up but not divided by their number.',
)(_kind(avg=lambda window: window.sum(axis=(0, 1))))
_of(
    "pool2d",
    "l2_without_root",
    'In "l2" the root is missing: it is the root of the sum of squares.',
)(_kind(l2=lambda window: (window**2).sum(axis=(0, 1))))
_of(
    "pool2d",
    "l2_of_mean",
    'In "l2" the mean of the squares is taken; it is the root of their sum.',
)(_kind(l2=lambda window: np.sqrt((window**2).mean(axis=(0, 1)))))
_of(
    "pool2d",
    "l2_is_plain_sum",
    'In "l2" the absolute values are added up; square the cells, add, and take the root.',
)(_kind(l2=lambda window: np.abs(window).sum(axis=(0, 1))))
_of(
    "pool2d",
    "max_by_absolute_value",
    'In "max" the cell farthest from 0 wins: -9 is smaller than 1, not larger.',
)(_kind(max=lambda window: np.take_along_axis(*_farthest(window), axis=0)[0]))

_of(
    "pool2d",
    "min_by_absolute_value",
    'In "min" the cell nearest to 0 is taken: -9 is smaller than 1.',
)(_kind(min=lambda window: np.take_along_axis(*_farthest(window, nearest=True), axis=0)[0]))


def _farthest(window, nearest=False):
    """Return the cells of a window, (cells, C), and which of them is farthest from 0, or nearest to it."""
    cells = window.reshape(-1, window.shape[2])
    return cells, (-np.abs(cells) if nearest else np.abs(cells)).argmax(axis=0)[None]


@_of("pool2d", "kind_ignored", "The kind is never used: you always take the maximum.")
def _(x, size, stride=None, kind="max", padding="valid"):
    reference.pool2d(x, size, stride, kind, padding)
    return _pool(x, size, stride, "max", padding)


@_of(
    "pool2d",
    "stride_defaults_to_one",
    "Without a stride the window moves by 1; in pooling the stride is then the size.",
)
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, size, 1 if stride is None else stride, kind, padding)


@_of("pool2d", "stride_is_the_size", "`stride` is never used: the window always moves by its own size.")
def _(x, size, stride=None, kind="max", padding="valid"):
    reference.pool2d(x, size, stride, kind, padding)
    return _pool(x, size, None, kind, padding)


@_of(
    "pool2d",
    "no_gaps",
    "The window never moves farther than its own size; a stride larger than the size leaves cells out.",
)
def _(x, size, stride=None, kind="max", padding="valid"):
    strides = _pair(size if stride is None else stride)
    return _pool(x, size, tuple(map(min, strides, _pair(size))), kind, padding)


@_of(
    "pool2d", "stride_skips_cells", "`stride` cells are skipped between windows; the stride is how far a window moves."
)
def _(x, size, stride=None, kind="max", padding="valid"):
    reference.pool2d(x, size, stride, kind, padding)
    between = [k + s if stride is not None else k for k, s in zip(_pair(size), _pair(stride), strict=True)]
    return _pool(x, size, tuple(between), kind, padding)


@_of("pool2d", "starts_at_i", "The window of output cell i starts at row i; it must start at row i·stride.")
def _(x, size, stride=None, kind="max", padding="valid"):
    def starts(n, k, s, padding):
        right = _starts(n, k, s, padding)
        return [right[0] + i for i in range(len(right))]

    return _pool(x, size, stride, kind, padding, starts=starts)


@_of(
    "pool2d", "stride_in_one_axis", "An int stride is used downwards only; to the right the window still moves by one."
)
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, size, (stride, 1) if isinstance(stride, int) and stride > 0 else stride, kind, padding)


@_of("pool2d", "pairs_swapped", "Vertical and horizontal are swapped: a pair is (vertical, horizontal).")
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, _pair(size)[::-1], None if stride is None else _pair(stride)[::-1], kind, padding)


@_of(
    "pool2d",
    "squares_in_place",
    "The cells are squared in the map itself (a slice is no copy): overlapping windows square them again. Make a copy.",
)
def _(x, size, stride=None, kind="max", padding="valid"):
    def l2(window):
        window **= 2
        return np.sqrt(window.sum(axis=(0, 1)))

    return _pool(x, size, stride, kind, padding, SUMMARIES | {"l2": l2})


@_of(
    "pool2d", "windows_stick_out", 'Windows that stick out at the end are pooled too; in "valid" only whole ones count.'
)
def _(x, size, stride=None, kind="max", padding="valid"):
    def starts(n, k, s, padding):
        if padding == "same" or (n - k) % s == 0:
            return _starts(n, k, s, padding)
        return [*_starts(n, k, s, padding), (n - k) // s * s + s]

    return _pool(x, size, stride, kind, padding, starts=starts)


@_of("pool2d", "last_window_missed", "The last window is missed: it starts at H - kh, so the range ends at H - kh + 1.")
def _(x, size, stride=None, kind="max", padding="valid"):
    def starts(n, k, s, padding):
        return _starts(n, k, s, padding) if padding == "same" else list(range(0, n - k, s))

    return _pool(x, size, stride, kind, padding, starts=starts)


@_of("pool2d", "across_channels", "The channels are pooled together, so all get the same number: take each by itself.")
def _(x, size, stride=None, kind="max", padding="valid"):
    def together(kind):
        return lambda window: SUMMARIES[kind](window.reshape(-1, 1, 1))[0]

    return _pool(x, size, stride, kind, padding, {kind: together(kind) for kind in SUMMARIES})


@_of(
    "pool2d",
    "channel_axis_lost",
    "The result has no channel axis: it is (H_out, W_out, C), one number for each channel.",
)
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, size, stride, kind, padding)[:, :, 0]


@_of("pool2d", "first_channel_only", "Only the first channel is pooled; the result has as many channels as x.")
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x[:, :, :1], size, stride, kind, padding)


def _same(starts):
    """Return a pool2d that places the windows of "same" by `starts(n, k, s)`."""

    def pool2d(x, size, stride=None, kind="max", padding="valid"):
        return _pool(
            x,
            size,
            stride,
            kind,
            padding,
            starts=lambda n, k, s, p: starts(n, k, s) if p == "same" else _starts(n, k, s, p),
        )

    return pool2d


def _placed(windows, s, before):
    return [i * s - before for i in range(windows)]


_of("pool2d", "odd_before", 'In "same" the odd padded cell is put before; TensorFlow puts it after (bottom, right).')(
    _same(lambda n, k, s: _placed(-(-n // s), s, reference.same_padding(n, k, s)[1]))
)
_of("pool2d", "padding_after_only", 'In "same" all padding comes after; half of it, rounded down, belongs before.')(
    _same(lambda n, k, s: _placed(-(-n // s), s, 0))
)
_of("pool2d", "floor_of_n_over_stride", 'In "same" the number of windows is rounded down; it is ceil(n / stride).')(
    _same(lambda n, k, s: _placed(n // s, s, reference.same_padding(n, k, s)[0]))
)
_of(
    "pool2d",
    "same_keeps_the_size",
    '"same" is taken to keep the size at any stride. The output has ceil(n / stride) cells along each axis.',
)(_same(lambda n, k, s: _placed(n, 1, reference.same_padding(n, k, 1)[0])))
_of(
    "pool2d",
    "same_pads_half_the_window",
    '"same" is taken for k // 2 padded cells on both sides; how many there are depends on n and the stride too.',
)(_same(lambda n, k, s: [start for start in range(-(k // 2), n + k // 2 - k + 1, s) if start < n]))
_of(
    "pool2d",
    "same_pads_to_a_multiple",
    '"same" pads the map to a multiple of the window\'s size; at another stride the windows need other cells.',
)(_same(lambda n, k, s: _placed(-(-n // s), s, -n % k // 2)))


@_of(
    "pool2d",
    "same_refuses_large_windows",
    'A window larger than the map is refused for "same" too; there every window fits, because the padding grows.',
)
def _(x, size, stride=None, kind="max", padding="valid"):
    if any(k > n for k, n in zip(_pair(size), x.shape, strict=False)):
        raise ValueError((x.shape, size))
    return _pool(x, size, stride, kind, padding)


_of("pool2d", "same_is_valid", '`padding` is never used: "same" gives what "valid" gives.')(
    _same(lambda n, k, s: _starts(n, k, s, "valid"))
)


def _filled(**fills):
    """Return a pool2d that fills the padded cells by kind and then counts them as cells; kinds not named are right."""

    def pool2d(x, size, stride=None, kind="max", padding="valid"):
        if padding != "same" or kind not in fills:
            return _pool(x, size, stride, kind, padding)
        reference.pool2d(x, size, stride, kind, padding)
        kernel, strides = _pair(size), _pair(size if stride is None else stride)
        sides = [reference.same_padding(n, k, s) for n, k, s in zip(x.shape, kernel, strides, strict=False)]
        padded = np.pad(x.astype(float), (*sides, (0, 0)), constant_values=fills[kind])
        return _pool(padded, size, stride, kind)

    return pool2d


_of(
    "pool2d",
    "minimum_of_minus_infinity",
    "The padding is -inf for the minimum too, so it always wins there: for the minimum it must be +inf.",
)(_filled(min=-np.inf))
_of(
    "pool2d",
    "zeros_count",
    "The padded zeros count as cells: they win against negative values, and the mean divides by them too.",
)(_filled(max=0, min=0, avg=0))
_of(
    "pool2d",
    "zeros_win",
    'In "same" the padded zeros win the maximum of negative cells and the minimum of positive ones; they are no cells.',
)(_filled(max=0, min=0))
_of(
    "pool2d",
    "zeros_win_maximum",
    "The padded zeros win the maximum where all real cells are negative; they must never win.",
)(_filled(max=0))
_of(
    "pool2d",
    "zeros_win_minimum",
    "The padded zeros win the minimum where all real cells are positive; they must never win.",
)(_filled(min=0))
_of(
    "pool2d",
    "mean_divides_by_window",
    "The mean divides by the size of the window where some of its cells are padding; divide by the real cells.",
)(_filled(avg=0))


@_of(
    "pool2d",
    "fractions_cut_off",
    "The output has x's dtype, so a map of integers loses the fractions: compute in floats.",
)
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, size, stride, kind, padding).astype(x.dtype)


@_of(
    "pool2d",
    "squares_wrap_around",
    "Small integers are squared in their own dtype and wrap around: make them floats first.",
)
def _(x, size, stride=None, kind="max", padding="valid"):
    if kind != "l2":
        return _pool(x, size, stride, kind, padding)
    return np.sqrt(
        _pool(x * x, size, stride, "avg", padding) * _pool(np.ones(x.shape), size, stride, "l2", padding) ** 2
    )


@_of(
    "pool2d", "unknown_kind_accepted", "An unknown kind is treated as if it were a known one; it must raise ValueError."
)
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, size, stride, kind if kind in SUMMARIES else "l2", padding)


@_of(
    "pool2d",
    "unknown_padding_accepted",
    'Any padding but "same" is taken for "valid"; an unknown one must raise ValueError.',
)
def _(x, size, stride=None, kind="max", padding="valid"):
    return _pool(x, size, stride, kind, padding if padding == "same" else "valid")


@_of("pool2d", "misfit_accepted", "A window larger than the map gives an empty array; it must raise ValueError.")
def _(x, size, stride=None, kind="max", padding="valid"):
    if padding == "valid" and any(k > n for k, n in zip(_pair(size), x.shape, strict=False)):
        return np.zeros((0, 0, x.shape[2]))
    return _pool(x, size, stride, kind, padding)


def _known(kind):
    if kind not in ("avg", "max"):
        raise ValueError(kind)


def _globally(avg=lambda x: x.mean(axis=(0, 1)), largest=lambda x: x.max(axis=(0, 1))):
    """Return a global_pool of these two, one of which is wrong."""

    def global_pool(x, kind="avg"):
        _known(kind)
        return avg(x) if kind == "avg" else largest(x)

    return global_pool


_of("global_pool", "sum_for_average", "The cells are added up but not divided by their number.")(
    _globally(avg=lambda x: x.sum(axis=(0, 1)))
)
_of(
    "global_pool",
    "square_assumed",
    "The sum is divided by H·H; the number of cells is H·W. A square map hides it.",
)(_globally(avg=lambda x: x.sum(axis=(0, 1)) / x.shape[0] ** 2))
_of(
    "global_pool",
    "divides_by_all_values",
    "The sum of a channel is divided by H·W·C; a channel has H·W cells.",
)(_globally(avg=lambda x: x.sum(axis=(0, 1)) / x.size))
_of(
    "global_pool",
    "maximum_starts_at_zero",
    "The search for the maximum starts at 0, so a channel of negative values gives 0: start at -inf, or at a cell.",
)(_globally(largest=lambda x: np.maximum(x.max(axis=(0, 1)), 0)))
_of(
    "global_pool",
    "max_by_absolute_value",
    'In "max" the cell farthest from 0 wins: -9 is smaller than 1, not larger.',
)(_globally(largest=lambda x: np.take_along_axis(*_farthest(x), axis=0)[0]))
_of(
    "global_pool",
    "maximum_of_row_means",
    'In "max" the largest row average is returned; take the largest cell.',
)(_globally(largest=lambda x: x.mean(axis=1).max(axis=0)))


@_of("global_pool", "always_average", "The kind is never used: you always average.")
def _(x, kind="avg"):
    _known(kind)
    return x.mean(axis=(0, 1))


@_of("global_pool", "kinds_swapped", '"avg" and "max" are swapped.')
def _(x, kind="avg"):
    _known(kind)
    return x.max(axis=(0, 1)) if kind == "avg" else x.mean(axis=(0, 1))


@_of("global_pool", "default_is_max", 'Without a kind you take the maximum; the default is "avg".')
def _(x, kind="max"):
    return reference.global_pool(x, kind)


@_of("global_pool", "one_number_for_all", "One number is returned for all channels together; each channel has its own.")
def _(x, kind="avg"):
    _known(kind)
    return x.mean() if kind == "avg" else x.max()


@_of(
    "global_pool",
    "channels_pooled_away",
    "You pool along the channels and keep the map; keep the channels, pool the map.",
)
def _(x, kind="avg"):
    _known(kind)
    return x.mean(axis=2) if kind == "avg" else x.max(axis=2)


@_of("global_pool", "rows_only", "Only the rows are pooled, which gives (W, C): pool along both H and W.")
def _(x, kind="avg"):
    _known(kind)
    return x.mean(axis=0) if kind == "avg" else x.max(axis=0)


@_of("global_pool", "axes_kept", "The result is (1, 1, C): the axes H and W must go, which leaves (C,).")
def _(x, kind="avg"):
    return reference.global_pool(x, kind)[None, None]


@_of(
    "global_pool",
    "one_channel_squeezed",
    "For one channel a plain number is returned; it must be an array of length 1.",
)
def _(x, kind="avg"):
    return np.squeeze(reference.global_pool(x, kind))[()]


@_of(
    "global_pool",
    "fractions_cut_off",
    "The output has x's dtype, so a map of integers loses the fractions: compute in floats.",
)
def _(x, kind="avg"):
    return reference.global_pool(x, kind).astype(x.dtype)


@_of("global_pool", "sums_wrap_around", "Small integers are added up in their own dtype and wrap around: use floats.")
def _(x, kind="avg"):
    _known(kind)
    return x.sum(axis=(0, 1), dtype=x.dtype) / (x.shape[0] * x.shape[1]) if kind == "avg" else x.max(axis=(0, 1))


@_of(
    "global_pool",
    "unknown_kind_accepted",
    "An unknown kind is treated as if it were a known one; it must raise ValueError.",
)
def _(x, kind="avg"):
    return x.max(axis=(0, 1)) if kind == "max" else x.mean(axis=(0, 1))


def _first_maximum(window):
    return np.unravel_index(window.argmax(), window.shape)


def _winner_takes(find):
    """Return a share function that gives the whole gradient to the cell `find(window)`, if there is one."""

    def share(window, g):
        given = np.zeros(window.shape)
        place = find(window)
        if place is not None:
            given[place] = g
        return given

    return share


_right_share = _winner_takes(_first_maximum)


def _back(x, grad, size, stride, share=_right_share, starts=lambda i, j, s: (i * s[0], j * s[1])):
    """Send the gradient back, rightly, window by window; `share(window, g)` says what each of its cells gets."""
    reference.max_pool_backward(x, grad, size, stride)  # refuses what has no meaning
    (kh, kw), strides = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        top, left = starts(i, j, strides)
        place = slice(top, top + kh), slice(left, left + kw), c
        dx[place] += share(x[place], grad[i, j, c])
    return dx


def _shares(share):
    def max_pool_backward(x, grad, size, stride):
        return _back(x, grad, size, stride, share)

    return max_pool_backward


_of(
    "max_pool_backward",
    "no_gradient",
    "You return zeros. Pooling has no parameters, but a gradient passes through it to the layers before.",
)(_shares(lambda window, g: np.zeros(window.shape)))
_of(
    "max_pool_backward",
    "all_cells_get_it",
    "Every cell of a window gets the gradient; only its largest cell does.",
)(_shares(lambda window, g: np.full(window.shape, g)))
_of(
    "max_pool_backward",
    "shared_like_average",
    "The gradient is shared evenly by all cells: that is average pooling. Here the largest cell gets all of it.",
)(_shares(lambda window, g: np.full(window.shape, g / window.size)))
_of(
    "max_pool_backward",
    "times_the_value",
    "The gradient is multiplied by the cell's value; the winner gets the gradient as it came.",
)(_shares(lambda window, g: _right_share(window, g * window.max())))
_of(
    "max_pool_backward",
    "ones_for_winners",
    "The winners get 1, not the gradient that arrived: `grad` is never used.",
)(_shares(lambda window, g: _right_share(window, 1)))
_of(
    "max_pool_backward",
    "smallest_cell_wins",
    "The gradient goes to the smallest cell; that is min pooling.",
)(_shares(_winner_takes(lambda window: np.unravel_index(window.argmin(), window.shape))))
_of(
    "max_pool_backward",
    "maximum_starts_at_zero",
    "The search for the maximum starts at 0, so a window of negative cells has no winner: start at -inf, or at a cell.",
)(_shares(_winner_takes(lambda window: _first_maximum(window) if window.max() >= 0 else None)))
_of(
    "max_pool_backward",
    "max_by_absolute_value",
    "The cell farthest from 0 gets the gradient: -9 is smaller than 1, not larger.",
)(_shares(_winner_takes(lambda window: _first_maximum(np.abs(window)))))
_of(
    "max_pool_backward",
    "tie_to_all",
    "At a tie every maximum gets the whole gradient, so it grows on its way back: give it to the first in row order.",
)(_shares(lambda window, g: (window == window.max()) * g))
_of(
    "max_pool_backward",
    "tie_shared",
    "At a tie the gradient is shared by the maxima; here the first in row order gets all of it.",
)(_shares(lambda window, g: (window == window.max()) * g / (window == window.max()).sum()))
_of(
    "max_pool_backward",
    "tie_to_last",
    "At a tie the last maximum gets the gradient (`>=` for `>`?); it is the first in row order.",
)(_shares(_winner_takes(lambda window: tuple(np.argwhere(window == window.max())[-1]))))
_of(
    "max_pool_backward",
    "tie_in_column_order",
    "At a tie the first maximum in column order gets the gradient: go through a window row by row.",
)(_shares(_winner_takes(lambda window: _first_maximum(window.T)[::-1])))


@_of(
    "max_pool_backward",
    "overwritten",
    "Where windows overlap, the last one overwrites what a cell already got: write += where you write =.",
)
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kh, kw), (sh, sw) = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        r, q = _first_maximum(x[i * sh : i * sh + kh, j * sw : j * sw + kw, c])
        dx[i * sh + r, j * sw + q, c] = grad[i, j, c]
    return dx


@_of(
    "max_pool_backward",
    "window_overwritten",
    "Each window writes all its cells anew, zeros too, and wipes out what overlapping windows gave: add with +=.",
)
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kh, kw), (sh, sw) = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        place = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw), c
        dx[place] = _right_share(x[place], grad[i, j, c])
    return dx


@_of(
    "max_pool_backward",
    "corner_forgotten",
    "The winner's row and column count from its window's corner: add i·stride and j·stride.",
)
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kh, kw), (sh, sw) = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        dx[(*_first_maximum(x[i * sh : i * sh + kh, j * sw : j * sw + kw, c]), c)] += grad[i, j, c]
    return dx


@_of("max_pool_backward", "starts_at_i", "The window of output cell i starts at row i; it must start at row i·stride.")
def _(x, grad, size, stride):
    return _back(x, grad, size, stride, starts=lambda i, j, s: (i, j))


@_of("max_pool_backward", "stride_is_the_size", "`stride` is never used: the windows always move by their own size.")
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kh, kw), dx = _pair(size), np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        place = slice(i * kh, i * kh + kh), slice(j * kw, j * kw + kw), c
        if x[place].size:
            dx[place] += _right_share(x[place], grad[i, j, c])
    return dx


@_of("max_pool_backward", "pairs_swapped", "Vertical and horizontal are swapped: a pair is (vertical, horizontal).")
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kw, kh), (sw, sh) = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        place = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw), c
        if x[place].size:
            dx[place] += _right_share(x[place], grad[i, j, c])
    return dx


@_of(
    "max_pool_backward",
    "unread_cells_cut_off",
    "The result is only as large as the windows reach; it has x's shape, with 0 where no window reads.",
)
def _(x, grad, size, stride):
    dx = _back(x, grad, size, stride)
    rows, columns = ((n - 1) * s + k for n, s, k in zip(grad.shape, _pair(stride), _pair(size), strict=False))
    return dx[:rows, :columns]


@_of(
    "max_pool_backward",
    "one_winner_for_all_channels",
    "Only one cell of a window wins, over all channels; each channel has a winner of its own.",
)
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kh, kw), (sh, sw) = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(grad.shape[:2]):
        r, q, c = _first_maximum(x[i * sh : i * sh + kh, j * sw : j * sw + kw])
        dx[i * sh + r, j * sw + q, c] += grad[i, j, c]
    return dx


@_of(
    "max_pool_backward",
    "winners_of_first_channel",
    "The winners of the first channel get the gradient in every channel; look for them in each channel anew.",
)
def _(x, grad, size, stride):
    return _back(np.repeat(x[:, :, :1], x.shape[2], axis=2), grad, size, stride)


@_of(
    "max_pool_backward",
    "fractions_cut_off",
    "The result has x's dtype, so with a map of integers the gradient loses its fractions: make zeros of floats.",
)
def _(x, grad, size, stride):
    reference.max_pool_backward(x, grad, size, stride)
    (kh, kw), (sh, sw) = _pair(size), _pair(stride)
    dx = np.zeros_like(x)
    for i, j, c in np.ndindex(grad.shape):
        r, q = _first_maximum(x[i * sh : i * sh + kh, j * sw : j * sw + kw, c])
        dx[i * sh + r, j * sw + q, c] += grad[i, j, c]
    return dx


@_of(
    "max_pool_backward",
    "collected_in_x",
    "The gradient is collected in x itself, which is lost with that: make a new array of zeros.",
)
def _(x, grad, size, stride):
    result = _back(x, grad, size, stride)
    x = np.asarray(x, dtype=float)  # the same array where x holds floats
    x[:] = result
    return x


@_of(
    "max_pool_backward",
    "grad_of_any_shape",
    "A grad that is not of the output's shape is accepted; it must raise ValueError.",
)
def _(x, grad, size, stride):
    if min(*_pair(size), *_pair(stride)) < 1:
        raise ValueError((size, stride))
    (kh, kw), (sh, sw) = _pair(size), _pair(stride)
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(grad.shape):
        r, q = _first_maximum(x[i * sh : i * sh + kh, j * sw : j * sw + kw, c])
        dx[i * sh + r, j * sw + q, c] += grad[i, j, c]
    return dx


@_of("max_pool_backward", "zero_stride_accepted", "A stride of 0 is accepted; it must raise ValueError.")
def _(x, grad, size, stride):
    if min(_pair(stride)) < 1:
        return np.zeros(x.shape)
    return _back(x, grad, size, stride)

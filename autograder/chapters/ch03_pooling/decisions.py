"""Chapter 3: what goes wrong with pooling. Each model is written as students write it; its parameters are decisions."""

import math
import operator

import numpy as np

from autograder.chapters import choices
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()

# What all windows have in common, forwards and backwards


PAIRS = {
    "pairs_swapped": "Vertical and horizontal are swapped: a pair is (vertical, horizontal).",
    "size_swapped": "The pair for the size is taken as (horizontal, vertical); it is (vertical, horizontal).",
    "stride_swapped": "The pair for the stride is taken as (horizontal, vertical); it is (vertical, horizontal).",
    "first_of_pair": "Only the first number of a pair is used; the second is for the horizontal direction.",
    "first_of_size": "Only the first number of the size is used; the second is for the horizontal direction.",
    "first_of_stride": "Only the first number of the stride is used; the second is for the horizontal direction.",
    "pairs_fail": "A pair fails with an error: size and stride may be an int or a pair (vertical, horizontal).",
}
STARTS_AT_I = choices.by_axis(starts_at_i="The window of output cell i starts at i; it must start at i·stride.")
EXTENTS = choices.by_axis(
    window_one_too_large="The windows are one cell too long: a slice must stop at start + size.",
    window_one_too_small="The windows lack their last cells: a slice must stop at start + size.",
    window_as_large_as_stride="The windows are as long as the stride; they must be as long as the size.",
)
BELOW_ONE = {
    "zero_size_accepted": "A size below 1 must raise ValueError.",
    "zero_stride_accepted": "A stride below 1 must raise ValueError.",
    "below_one_accepted": "A size or stride below 1 must raise ValueError.",
}
ACCEPTED = {  # what is accepted by choices that accept several things
    "unknown_words_accepted": ("unknown_kind_accepted", "unknown_padding_accepted"),
    "below_one_accepted": ("zero_size_accepted", "zero_stride_accepted"),
    "stride_and_misfit_accepted": ("zero_stride_accepted", "misfit_accepted"),
    "size_and_misfit_accepted": ("zero_size_accepted", "misfit_accepted"),
    "no_size_refused": ("zero_size_accepted", "zero_stride_accepted", "misfit_accepted"),
    "any_grad_accepted": ("grad_of_any_shape", "misfit_accepted"),
}


def _accepted(bad, *choices):
    """Tell whether a call is accepted that has no meaning; raise ValueError if no choice accepts it."""
    accepted = {id for choice in choices for id in ACCEPTED.get(choice, (choice,))}
    if any(found and id not in accepted for id, found in bad.items()):
        raise ValueError
    return any(bad.values())


def _pair(value, pairs="vertical_first", name=""):
    """Return (vertical, horizontal) of an int or a pair."""
    if isinstance(value, int):
        return value, value
    if pairs == "pairs_fail":
        raise TypeError
    if pairs in ("first_of_pair", f"first_of_{name}"):
        return value[0], value[0]
    return value[::-1] if pairs in ("pairs_swapped", f"{name}_swapped") else value


def _extents(kernel, strides, extent):
    """Return where the slices of a window begin and stop, counted from its start, along each axis."""
    for k, s, axis in zip(kernel, strides, ("_down", "_right"), strict=True):
        yield {
            "window_one_too_large": (0, k + 1),
            "window_one_too_small": (0, k - 1),
            "window_lacks_its_first": (1, k),
            "window_as_large_as_stride": (0, s),
        }.get(extent.removesuffix(axis), (0, k))


# One number for the cells of a window, (cells, C), in each channel

LARGEST = {
    "largest": lambda cells: cells.max(axis=0),
    "maximum_starts_at_zero": lambda cells: np.maximum(cells.max(axis=0), 0),
    "max_by_absolute_value": lambda cells: np.take_along_axis(cells, np.abs(cells).argmax(axis=0)[None], axis=0)[0],
    "smallest_for_maximum": lambda cells: cells.min(axis=0),
}
SMALLEST = {
    "smallest": lambda cells: cells.min(axis=0),
    "minimum_starts_at_zero": lambda cells: np.minimum(cells.min(axis=0), 0),
    "min_by_absolute_value": lambda cells: np.take_along_axis(cells, np.abs(cells).argmin(axis=0)[None], axis=0)[0],
    "largest_for_minimum": lambda cells: cells.max(axis=0),
}
MEANS = {  # k: size of the window along one axis
    "mean": lambda cells, total, k: total / len(cells),
    "sum_for_average": lambda cells, total, k: total,
    "divides_by_four": lambda cells, total, k: total / 4,
    "divides_by_a_side": lambda cells, total, k: total / k,
    "divides_by_both_sides": lambda cells, total, k: total / (k + k),
    "divides_by_one_less": lambda cells, total, k: total / (len(cells) - 1),
    "mean_rounded_down": lambda cells, total, k: total // len(cells),
    "median_for_average": lambda cells, total, k: np.median(cells, axis=0),
}
NORMS = {
    "root_of_squares": lambda cells, squares: np.sqrt(squares),
    "l2_without_root": lambda cells, squares: squares,
    "l2_of_mean": lambda cells, squares: np.sqrt(squares / len(cells)),
    "l2_mean_without_root": lambda cells, squares: squares / len(cells),
    "l2_divided": lambda cells, squares: np.sqrt(squares) / len(cells),
    "l2_is_plain_sum": lambda cells, squares: np.abs(cells).sum(axis=0),
    "l2_squares_the_sum": lambda cells, squares: np.abs(cells.sum(axis=0)),
}
BORDERS = {  # what a padded cell holds where it counts as a cell, by kind; in "l2" a zero changes nothing
    "zeros_count": {"max": 0, "min": 0, "avg": 0},
    "zeros_win": {"max": 0, "min": 0},
    "zeros_win_maximum": {"max": 0},
    "zeros_win_minimum": {"min": 0},
    "mean_divides_by_window": {"avg": 0},
    "zeros_win_minimum_and_count": {"min": 0, "avg": 0},
    "zeros_win_maximum_and_count": {"max": 0, "avg": 0},
    "minimum_of_minus_infinity": {"min": -math.inf},
    "minus_infinity_and_zeros": {"min": -math.inf, "avg": 0},
    "minus_infinity_everywhere": {"min": -math.inf, "avg": -math.inf, "l2": -math.inf},
}


def _steps(kernel, strides, step):
    """Return how far the window moves, (vertical, horizontal)."""
    (kh, kw), (sh, sw) = kernel, strides
    return {
        "stride_is_the_size": kernel,
        "stride_ignored": (1, 1),
        "no_gaps": (min(kh, sh), min(kw, sw)),
        "stride_skips_cells": (kh + sh, kw + sw),
        "stride_in_one_axis": (sh, 1),
        "stride_across_only": (1, sw),
    }.get(step, strides)


def _sides(n, k, s, same):
    """Return how many cells "same" pads before and after along one axis."""
    windows = n // s if same == "windows_rounded_down" else -(-n // s)
    total = max((windows - 1) * s + k - n, 0)
    half, multiple = total // 2, -n % k
    return {
        "odd_before": (total - half, half),
        "odd_dropped": (half, half),
        "odd_on_both_sides": (total - half, total - half),
        "padding_after_only": (0, total),
        "padding_before_only": (total, 0),
        "padded_twice": (total, total),
        "same_pads_half_the_window": (k // 2, k // 2),
        "same_pads_half_of_k_minus_1": ((k - 1) // 2, (k - 1) // 2),
        "same_pads_for_stride_one": ((k - 1) // 2, k // 2),
        "same_pads_to_a_multiple": (multiple // 2, multiple - multiple // 2),
        "same_is_valid": (0, 0),
    }.get(same, (half, total - half))


def _starts(n, k, s, padding, same, count, step, height, axis):
    """Return where the windows start along one axis, in the padded map, and what is padded before and after."""
    s = 1 if padding == "same" and same == "same_keeps_the_size" else s
    before, after = _sides(n, k, s, same) if padding == "same" else (0, 0)
    right = (n + before + after - k) // s + 1
    windows = {
        "last_window_missed": -(-(n + before + after - k) // s),
        "windows_stick_out": -(-(n + before + after - k) // s) + 1,
    }
    in_valid = {
        "n_over_stride": n // s,
        "n_over_stride_rounded_up": -(-n // s),
        "n_over_size": n // k,
        "height_for_width": (height - k) // s + 1,
    }
    count, step = count.removesuffix(axis), step.removesuffix(axis)
    in_same = {"floor_of_n_over_stride": n // s, "same_pads_to_a_multiple": -(-n // s)}
    windows = windows.get(count, in_same.get(same, right) if padding == "same" else in_valid.get(count, right))
    return [i * (1 if step == "starts_at_i" else s) for i in range(windows)], before, after


@_mistakes.model(
    words={
        "unknown_kind_accepted": "An unknown kind is treated as if it were a known one; it must raise ValueError.",
        "unknown_padding_accepted": 'Any padding but "same" is taken for "valid"; an unknown one must raise '
        "ValueError.",
        "unknown_words_accepted": "An unknown kind and an unknown padding are accepted; each must raise ValueError.",
    },
    numbers=BELOW_ONE
    | {
        "misfit_accepted": 'In "valid" a window larger than the map must raise ValueError.',
        "stride_and_misfit_accepted": 'A stride below 1 must raise ValueError, and in "valid" a window larger than '
        "the map.",
        "size_and_misfit_accepted": 'A size below 1 must raise ValueError, and in "valid" a window larger than the '
        "map.",
        "no_size_refused": 'A size or stride below 1 must raise ValueError, and in "valid" a window larger than the '
        "map.",
        "same_refuses_large_windows": 'A window larger than the map fails in "same" too; there every window fits, '
        "because the padding grows.",
    },
    pairs=PAIRS,
    default={
        "stride_defaults_to_one": "Without a stride the window moves by 1; in pooling the default stride is the size.",
        "stride_none_fails": "Your function fails if the stride is left out; the stride is the size then.",
    },
    step=STARTS_AT_I
    | {
        "stride_is_the_size": "`stride` is never used: the window always moves by its own size.",
        "stride_ignored": "The window always moves by one; it moves by `stride`.",
        "no_gaps": "The window never moves farther than its own size; with a larger stride it must skip cells.",
        "stride_skips_cells": "`stride` cells are skipped between windows; the stride is how far a window moves.",
        "stride_in_one_axis": "The stride is used downwards only; to the right the window still moves by one.",
        "stride_across_only": "The stride is used to the right only; downwards the window still moves by one.",
    },
    count=choices.by_axis(
        last_window_missed="A window that ends at the edge is missed: it starts at n - k, so the range ends at "
        "n - k + 1.",
        windows_stick_out='Windows that do not fit at the end are pooled too; with "valid" only whole ones count.',
        n_over_stride='In "valid" there are n // stride windows; only (n - k) // stride + 1 are whole.',
    )
    | {
        "n_over_stride_rounded_up": 'In "valid" there are ceil(n / stride) windows, as in "same"; only '
        "(n - k) // stride + 1 are whole.",
        "n_over_size": 'In "valid" there are n // k windows at any stride; there must be (n - k) // stride + 1.',
        "height_for_width": "You use as many windows across as down; the number across depends on the width.",
    },
    extent=EXTENTS,
    same={
        **choices.SIDES,
        "odd_dropped": 'In "same" the odd padded cell is lost; before and after must add up to all padded cells.',
        "odd_on_both_sides": 'In "same" the odd padded cell is put on both sides; it belongs after (bottom, right).',
        "padding_before_only": 'In "same" all padding comes before; only half of it, rounded down, belongs there.',
        "padded_twice": 'In "same" all padded cells are put on both sides; half of them belong on each.',
        "floor_of_n_over_stride": 'In "same" the number of windows is rounded down; it is ceil(n / stride).',
        "windows_rounded_down": 'In "same" the padding is that of n // stride windows; there are ceil(n / stride).',
        "same_keeps_the_size": '"same" is taken to keep the size at any stride. The output has ceil(n / stride) cells '
        "along each axis.",
        "same_pads_half_the_window": 'In "same" you pad k // 2 cells on both sides; the number depends on n and the '
        "stride too.",
        "same_pads_half_of_k_minus_1": 'In "same" you pad (k - 1) // 2 cells on both sides; the number depends on n '
        "and the stride too.",
        "same_pads_for_stride_one": 'In "same" you always pad k - 1 cells; the number depends on n and the stride too.',
        "same_pads_to_a_multiple": '"same" pads the map to a multiple of the window\'s size; that is the rule only '
        "where the stride is the size.",
        "same_is_valid": '`padding` is never used: "same" gives what "valid" gives.',
        "same_fails": 'In "same" your function fails with an error; "same" is one of the two paddings.',
    },
    border={
        "zeros_count": "The padded zeros count as cells: they are larger than negative values, and the mean divides by "
        "them too.",
        "zeros_win": 'With "same" the padded zeros become the maximum of negative cells and the minimum of positive '
        "ones; they must not count.",
        "zeros_win_maximum": "The padded zeros become the maximum if all real cells are negative; they must not count.",
        "zeros_win_minimum": "The padded zeros become the minimum if all real cells are positive; they must not count.",
        "mean_divides_by_window": "The mean divides by the size of the window where some of its cells are padding; "
        "divide by the real cells.",
        "zeros_win_minimum_and_count": "The padded zeros become the minimum, and the mean divides by them too; they "
        "must not count.",
        "zeros_win_maximum_and_count": "The padded zeros become the maximum, and the mean divides by them too; they "
        "must not count.",
        "minimum_of_minus_infinity": "The padding is -inf for the minimum too, so it is always the minimum: there it "
        "must be +inf.",
        "minus_infinity_and_zeros": "The padding of -inf becomes the minimum, and the mean divides by padded cells; "
        "they must not count.",
        "minus_infinity_everywhere": "The padding is -inf for every kind; that is right for the maximum only.",
    },
    channels={
        "across_channels": "The channels are pooled together, so all get the same number: pool each separately.",
        "channels_pooled_away": "All channels of a window are pooled into one number; each channel has its own.",
        "channel_axis_lost": "The result has no channel axis: its shape must be (H_out, W_out, C), one number for each "
        "channel.",
        "first_channel_only": "Only the first channel is pooled; the result has as many channels as x.",
    },
    kinds={"kind_ignored": "The kind is never used: you always take the maximum."},
    largest={
        "maximum_starts_at_zero": "The search for the maximum starts at 0, so a window of negative values gives 0: "
        "start at -inf, or at a cell.",
        "max_by_absolute_value": '"max" gives the cell farthest from 0: -9 is smaller than 1, not larger.',
    },
    smallest={
        "minimum_starts_at_zero": "The search for the minimum starts at 0, so a window of positive values gives 0: "
        "start at inf, or at a cell.",
        "min_by_absolute_value": 'In "min" the cell nearest to 0 is taken: -9 is smaller than 1.',
        "largest_for_minimum": 'In "min" you take the largest cell; take the smallest.',
    },
    mean={
        "sum_for_average": 'In "avg" the cells are added up but not divided by their number.',
        "divides_by_four": "The mean always divides by 4: that is the number of cells of a 2×2 window only.",
        "divides_by_a_side": "The mean divides by the size k; a window has k · k cells.",
        "divides_by_both_sides": "The mean divides by k + k; a window has k · k cells.",
        "divides_by_one_less": "The mean divides by one less than the number of cells.",
        "mean_rounded_down": "The mean is rounded down; it must keep its fractions.",
        "median_for_average": 'In "avg" you take the median; divide the sum of the cells by their number.',
    },
    norm={
        "l2_without_root": 'In "l2" the root is missing: take the root of the sum of squares.',
        "l2_of_mean": 'In "l2" you take the root of the mean of the squares; take the root of their sum.',
        "l2_mean_without_root": 'In "l2" you return the mean of the squares; return the root of their sum.',
        "l2_divided": 'In "l2" the root is divided by the number of cells; return the root of the sum of squares '
        "itself.",
        "l2_is_plain_sum": 'In "l2" the absolute values are added up; square the cells, add, and take the root.',
        "l2_squares_the_sum": 'In "l2" the cells are added before they are squared; square each cell, then add.',
    },
    dtype={
        "fractions_cut_off": "The output has x's dtype, so a map of integers loses the fractions: compute in floats.",
        "squares_wrap_around": "Small integers are squared in their own dtype and wrap around: make them floats first.",
        "sums_wrap_around": "Small integers are added up in their own dtype and wrap around: make them floats first.",
    },
    kept={
        "squares_in_place": "The cells are squared in the map itself (a slice is no copy): overlapping windows square "
        "them again. Make a copy.",
        "kept_between_windows": "What was found in one window is kept for the next: start anew for each window.",
    },
)
@np.errstate(all="ignore")
def pool2d(
    x, size, stride=None, kind="max", padding="valid", *,
    words="", numbers="", pairs="vertical_first", default="size", step="stride", count="", extent="size", same="",
    border="", channels="", kinds="all", largest="largest", smallest="smallest", mean="mean", norm="root_of_squares",
    dtype="", kept="",
):  # fmt: skip
    if stride is None and default == "stride_none_fails":
        raise TypeError
    if stride is None:
        stride = 1 if default == "stride_defaults_to_one" else size
    kernel, strides = _pair(size, pairs, "size"), _pair(stride, pairs, "stride")
    too_large = any(map(operator.gt, kernel, x.shape))
    bad = {
        "unknown_kind_accepted": kind not in ("max", "avg", "min", "l2"),
        "unknown_padding_accepted": padding not in ("valid", "same"),
        "zero_size_accepted": min(kernel) < 1,
        "zero_stride_accepted": min(strides) < 1,
        "misfit_accepted": padding == "valid" and too_large,
        "same_accepted": same == "same_fails" and padding == "same",
        "large_window_accepted": numbers == "same_refuses_large_windows" and too_large,
    }
    if _accepted(bad, words, numbers):
        return x

    height, width, number = x.shape
    steps = _steps(kernel, strides, step)
    (rows, top, bottom), (columns, left, right) = (
        _starts(n, k, s, padding, same, count, step, height, axis)
        for n, k, s, axis in zip(x.shape, kernel, steps, ("_down", "_right"), strict=False)
    )
    fill = BORDERS.get(border, {}).get(kind)
    cells_of = x if dtype.endswith("wrap_around") else x.astype(float)
    padded = np.full((height + top + bottom, width + left + right, number), fill or 0, cells_of.dtype)
    counts = np.full(padded.shape[:2], fill is not None)
    padded[top : top + height, left : left + width] = cells_of
    counts[top : top + height, left : left + width] = True

    (up, down), (west, east) = _extents(kernel, strides, extent)
    kind = "max" if kinds == "kind_ignored" else kind
    sums = x.dtype if dtype == "sums_wrap_around" else None
    out, seen = np.zeros((len(rows), len(columns), number)), ()
    for i, j in np.ndindex(out.shape[:2]):
        window = np.s_[rows[i] + up : rows[i] + down, columns[j] + west : columns[j] + east]
        cells = padded[window][counts[window]]
        cells = cells.reshape(-1, 1) if channels in ("across_channels", "channels_pooled_away") else cells
        seen = np.array([*seen, *cells]) if kept == "kept_between_windows" else cells
        if kind == "max":
            out[i, j] = LARGEST[largest](seen)
        elif kind == "min":
            out[i, j] = SMALLEST[smallest](seen)
        elif kind == "avg":
            out[i, j] = MEANS[mean](cells, seen.sum(axis=0, dtype=sums), kernel[0])
        else:
            out[i, j] = NORMS[norm](seen, (seen * seen).sum(axis=0, dtype=sums))
        if kept == "squares_in_place" and kind == "l2":
            padded[window] *= padded[window]
    out = out[
        {
            "first_channel_only": np.s_[:, :, :1],
            "channel_axis_lost": np.s_[:, :, 0],
            "channels_pooled_away": np.s_[:, :, 0],
        }.get(channels, ...)
    ]
    return out.astype(x.dtype if dtype == "fractions_cut_off" else float)


@_mistakes.model(
    default={
        "default_is_max": 'Without a kind you take the maximum; the default is "avg".',
    },
    kinds={
        "avg_fails": '"avg" ends in an error; it is one of the two kinds.',
        "max_fails": '"max" ends in an error; it is one of the two kinds.',
        "always_average": "The kind is never used: you always average.",
        "kinds_swapped": '"avg" and "max" are swapped.',
    },
    channels={
        "one_number_for_all": "One number is returned for all channels together; each channel has its own.",
        "across_channels": "The channels are pooled together, so all get the same number: pool each separately.",
        "channels_pooled_away": "You pool along the channels and keep the map; keep the channels, pool the map.",
        "rows_only": "Only the rows are pooled, which gives (W, C): pool along both H and W.",
        "columns_only": "Only the columns are pooled, which gives (H, C): pool along both H and W.",
        "rows_for_channels": "You return one number for each row of the map; return one for each channel, x[:, :, c].",
        "first_rows_for_channels": "Your channel c is row c of the map, x[c]; it is x[:, :, c].",
        "first_columns_for_channels": "Your channel c is column c of the map, x[:, c]; it is x[:, :, c].",
        "first_channel_only": "Only the first channel is pooled; the result has as many numbers as x has channels.",
    },
    largest={
        "maximum_starts_at_zero": "The search for the maximum starts at 0, so a channel of negative values gives 0: "
        "start at -inf, or at a cell.",
        "max_by_absolute_value": '"max" gives the cell farthest from 0: -9 is smaller than 1, not larger.',
        "smallest_for_maximum": 'In "max" the smallest cell is taken; it is the largest.',
        "maximum_of_row_means": 'In "max" the largest row average is returned; take the largest cell.',
        "mean_of_row_maxima": 'In "max" the maxima of the rows are averaged; take the largest cell.',
    },
    mean={
        "sum_for_average": "The cells are added up but not divided by their number.",
        "square_assumed": "The sum is divided by H·H; the number of cells is H·W. A square map hides it.",
        "width_squared": "The sum is divided by W·W; the number of cells is H·W. A square map hides it.",
        "divides_by_all_values": "The sum of a channel is divided by H·W·C; a channel has H·W cells.",
        "divides_by_height": "The sum of a channel is divided by H; a channel has H·W cells.",
        "divides_by_width": "The sum of a channel is divided by W; a channel has H·W cells.",
        "divides_by_both_sides": "The sum of a channel is divided by H + W; a channel has H·W cells.",
        "divides_by_channels": "The sum of a channel is divided by C; a channel has H·W cells.",
        "divides_by_one_less": "The mean divides by one less than the number of cells.",
        "mean_rounded_down": "The mean is rounded down; it must keep its fractions.",
        "median_for_average": "You take the median; the average is the sum of the cells divided by their number.",
    },
    kept={"kept_between_channels": "What was found in one channel is kept for the next: start anew for each channel."},
    dtype={
        "fractions_cut_off": "The output has x's dtype, so a map of integers loses the fractions: compute in floats.",
        "sums_wrap_around": "Small integers are added up in their own dtype and wrap around: use floats.",
    },
    result={
        "all_zero": "The result is 0 everywhere: nothing that was found is written into it.",
        "axes_kept": "The result has the shape (1, 1, C): drop the axes H and W, which leaves (C,).",
        "one_channel_squeezed": "For one channel a plain number is returned; it must be an array of length 1.",
        "first_channel_left_zero": "The first channel stays 0: the loop over the channels starts one too late.",
        "last_channel_left_zero": "The last channel stays 0: the loop over the channels ends one too early.",
        "returned_after_first_channel": "Only the first channel is pooled, the others stay 0: is `return` in a loop?",
    },
    refuses={
        "unknown_kind_accepted": "An unknown kind is treated as if it were a known one; it must raise ValueError."
    },
)
def global_pool(
    x, kind=None, *,
    default="avg", kinds="", channels="", largest="largest", mean="mean", kept="", dtype="", result="", refuses="",
):  # fmt: skip
    kind = kind or {"default_is_max": "max"}.get(default, "avg")
    if _accepted(
        {"unknown_kind_accepted": kind not in ("avg", "max"), "known_kind_accepted": kinds == f"{kind}_fails"}, refuses
    ):
        return x
    other = {"avg": "max", "max": "avg"}[kind]
    kind = {"always_average": "avg", "kinds_swapped": other}.get(kinds, kind)
    given = x.dtype
    x = x if dtype == "sums_wrap_around" else x.astype(float)
    h, w, c = x.shape
    if channels == "first_rows_for_channels" and c > h:
        raise IndexError
    pooled = {  # the axis that is pooled comes first
        "one_number_for_all": x.reshape(-1),
        "across_channels": np.repeat(x.reshape(-1, 1), c, axis=1),
        "channels_pooled_away": np.moveaxis(x, 2, 0),
        "rows_only": x,
        "columns_only": x.swapaxes(0, 1),
        "rows_for_channels": x.reshape(h, -1).T,
        "first_rows_for_channels": x[:c].reshape(min(c, h), -1).T,
        "first_columns_for_channels": x[:, :c].swapaxes(0, 1).reshape(min(c, w), -1).T,
        "first_channel_only": x[:, :, :1].reshape(-1, 1),
    }.get(channels, x.reshape(-1, c))
    number = len(pooled)
    divisors = {
        "sum_for_average": 1,
        "square_assumed": h * h,
        "width_squared": w * w,
        "divides_by_all_values": h * w * c,
        "divides_by_height": h,
        "divides_by_width": w,
        "divides_by_both_sides": h + w,
        "divides_by_channels": c,
        "divides_by_one_less": number - 1,
    }
    if kind == "max" and largest in LARGEST:
        out = LARGEST[largest](pooled)
    elif kind == "max":
        out = x.mean(axis=1).max(axis=0) if largest == "maximum_of_row_means" else x.max(axis=1).mean(axis=0)
    elif mean == "median_for_average":
        out = np.median(pooled, axis=0)
    else:
        out = pooled.sum(axis=0, dtype=given if dtype == "sums_wrap_around" else None) / divisors.get(mean, number)
    out = np.floor(out) if kind == "avg" and mean == "mean_rounded_down" else out
    if kept == "kept_between_channels":
        out = out.cumsum(axis=-1) if kind == "avg" else np.maximum.accumulate(out, axis=-1)
    out = out.astype(given if dtype == "fractions_cut_off" else float)
    zero = {
        "all_zero": ...,
        "first_channel_left_zero": 0,
        "last_channel_left_zero": -1,
        "returned_after_first_channel": np.s_[1:],
    }
    if result in zero:
        out[zero[result]] = 0
    if result == "one_channel_squeezed" and out.size == 1:
        return out.item()
    return out[None, None] if result == "axes_kept" else out


SHARES = {  # what the cells of a window get of its gradient g; wins: 1 for the winner
    "all": lambda wins, g, window: wins * g,
    "all_cells_get_it": lambda wins, g, window: np.full(wins.shape, g),
    "shared_like_average": lambda wins, g, window: np.full(wins.shape, g / wins.size),
    "winner_gets_a_share": lambda wins, g, window: wins * g / wins.size,
    "times_the_value": lambda wins, g, window: wins * g * window,
    "value_for_gradient": lambda wins, g, window: wins * window,
}


def _winner(window, winner, tie):
    """Return an array of a window's shape with 1 for the cell that wins."""
    values = -window if winner == "smallest_cell_wins" else window
    wins = np.zeros(window.shape)
    if winner in ("maximum_starts_at_zero", "first_cell_wins_below_zero") and values.max() < 0:
        wins.flat[0] = winner == "first_cell_wins_below_zero"
        return wins
    if tie in ("tie_to_all", "tie_shared"):
        best = values == values.max()
        return best / (best.sum() if tie == "tie_shared" else 1)
    if tie == "tie_in_column_order":
        wins.T.flat[values.T.argmax()] = 1
    elif tie == "tie_to_last":
        wins.flat[-1 - values.ravel()[::-1].argmax()] = 1
    else:
        wins.flat[values.argmax()] = 1
    return wins


@_mistakes.model(
    shapes={
        "grad_of_any_shape": "A grad that is not of the output's shape is accepted; it must raise ValueError.",
        "any_grad_accepted": "A grad of another shape and a window larger than the map raise no error; both must raise "
        "ValueError.",
    },
    numbers=BELOW_ONE
    | {
        "ones_refused": "A size or stride of 1 fails with ValueError; only numbers below 1 must.",
        "full_window_refused": "A window as large as the map fails with ValueError; it fits.",
    },
    pairs=PAIRS,
    step=STARTS_AT_I | {"stride_is_the_size": "The windows always move by their own size; they must move by `stride`."},
    extent=EXTENTS
    | choices.by_axis(window_lacks_its_first="The windows lack their first cells: a slice must begin at start."),
    windows={
        "windows_at_the_edge_missed": "A window that ends at the edge is missed: it starts at H - kh, so the range "
        "ends at H - kh + 1.",
        "returned_after_first_window": "Only the first window gets its gradient: is `return` in a loop?",
    },
    winner={
        "smallest_cell_wins": "The gradient goes to the smallest cell; that is min pooling.",
        "maximum_starts_at_zero": "The search for the maximum starts at 0, so a window of negative cells has no "
        "maximum: start at -inf, or at a cell.",
        "first_cell_wins_below_zero": "The first cell of a window gets the gradient if all are negative: start the "
        "search for the maximum at -inf, or at a cell.",
    },
    tie={
        "tie_to_all": "At a tie every maximum gets the whole gradient, so it grows on its way back: give it to the "
        "first in row order.",
        "tie_shared": "At a tie the gradient is shared by the maxima; here the first in row order gets all of it.",
        "tie_to_last": "At a tie the last maximum gets the gradient (`>=` for `>`?); give it to the first in row "
        "order.",
        "tie_in_column_order": "At a tie the first maximum in column order gets the gradient: go through a window row "
        "by row.",
    },
    share={
        "all_cells_get_it": "Every cell of a window gets the gradient; only its largest cell does.",
        "shared_like_average": "The gradient is shared evenly by all cells: that is average pooling. Here the largest "
        "cell gets all of it.",
        "winner_gets_a_share": "The maximum gets the gradient divided by the number of cells; it must get all of it.",
        "times_the_value": "The gradient is multiplied by the cell's value; pass it on to the maximum unchanged.",
        "value_for_gradient": "The maxima get their own values instead of the gradient: `grad` is never used.",
    },
    place=choices.by_axis(
        corner_forgotten="The index of the maximum counts from its window's corner: add i·stride and j·stride.",
        corner_without_stride="You place the gradient as if its window started at (i, j); it starts at "
        "(i·stride, j·stride).",
    )
    | {
        "winner_transposed": "The row and the column of the maximum are swapped on the way back.",
        "divided_by_height": "You divide the flat index by the window's height; a row of the window has kw cells, so "
        "divide by kw.",
    },
    adding={
        "overwritten": "Where windows overlap, the last one overwrites what a cell already got: write += where you "
        "write =.",
        "window_overwritten": "Each window writes all its cells anew, zeros too, and wipes out what overlapping "
        "windows gave: add with +=.",
    },
    channels={
        "one_winner_for_all_channels": "Only one cell of a window gets the gradient, over all channels; each channel "
        "has a maximum of its own.",
        "winners_of_first_channel": "The maxima of the first channel get the gradient in every channel; look for them "
        "in each channel anew.",
    },
    dtype={
        "fractions_cut_off": "The result has x's dtype, so with a map of integers the gradient loses its fractions: "
        "make zeros of floats.",
        "integers_only": "The result holds integers, so the gradient loses its fractions: make zeros of floats.",
    },
    result={
        "unread_cells_cut_off": "The result ends where the last window ends; it must have x's shape, with 0 where no "
        "window covers x.",
    },
)
def max_pool_backward(
    x, grad, size, stride, *,
    shapes="", numbers="", pairs="vertical_first", step="stride", extent="size", windows="all", winner="largest",
    tie="", share="all", place="", adding="", channels="", dtype="", result="",
):  # fmt: skip
    kernel, strides = _pair(size, pairs, "size"), _pair(stride, pairs, "stride")
    positive = min(*kernel, *strides) >= 1
    shape = (
        tuple((n - k) // s + 1 for n, k, s in zip(x.shape, _pair(size), _pair(stride), strict=False))
        if positive
        else ()
    )
    bad = {
        "zero_size_accepted": min(kernel) < 1,
        "zero_stride_accepted": min(strides) < 1,
        "misfit_accepted": positive and min(shape) < 1,
        "grad_of_any_shape": positive and min(shape) > 0 and grad.shape != (*shape, x.shape[2]),
        "ones_accepted": numbers == "ones_refused" and min(*kernel, *strides) == 1,
        "full_window_accepted": numbers == "full_window_refused" and any(map(operator.eq, kernel, x.shape)),
    }
    if _accepted(bad, shapes, numbers):
        return x
    dx = np.zeros(x.shape, {"fractions_cut_off": x.dtype, "integers_only": int}.get(dtype, float))
    values = x.astype(float)
    (up, down), (west, east) = _extents(kernel, strides, extent)
    sh, sw = {
        "starts_at_i": (1, 1),
        "starts_at_i_down": (1, strides[1]),
        "starts_at_i_right": (strides[0], 1),
        "stride_is_the_size": kernel,
    }.get(step, strides)
    for i, j, c in np.ndindex(grad.shape):
        top, left = i * sh, j * sw
        at_the_edge = top >= x.shape[0] - kernel[0] or left >= x.shape[1] - kernel[1]
        if {"windows_at_the_edge_missed": at_the_edge, "returned_after_first_window": i + j > 0}.get(windows):
            continue
        window = values[top + up : top + down, left + west : left + east]
        if channels == "one_winner_for_all_channels":
            wins = _winner(window, winner, tie)[:, :, c]
        else:
            wins = _winner(window[:, :, 0 if channels == "winners_of_first_channel" else c], winner, tie)
        given = SHARES[share](wins, grad[i, j, c], window[:, :, c])
        rows, columns = given.nonzero()
        amounts = given[rows, columns]
        if place == "divided_by_height":
            rows, columns = np.divmod(rows * kernel[1] + columns, kernel[0])
        elif place == "winner_transposed":
            rows, columns = columns, rows
        if place.startswith("corner"):
            top = {"corner_forgotten": 0, "corner_without_stride": i}.get(place.removesuffix("_down"), top)
            left = {"corner_forgotten": 0, "corner_without_stride": j}.get(place.removesuffix("_right"), left)
        if adding == "window_overwritten":
            dx[top : top + down, left : left + east, c] = 0
        there = top + rows, left + columns, c
        dx[there] = amounts if adding in ("overwritten", "window_overwritten") else dx[there] + amounts
    if result == "unread_cells_cut_off":
        return dx[: (grad.shape[0] - 1) * sh + down, : (grad.shape[1] - 1) * sw + east]
    return dx

"""Chapter 2: what goes wrong with strides. Each model is written as students write the function.

n: size of the input along one axis, k: of the kernel, p: padding a side, s: stride; H, W: height, width; C: channels.
"""

import numpy as np

from autograder.chapters import choices
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()


def _refuse(accepted, **bad):
    """Raise ValueError if anything is bad, but for what is accepted by mistake."""
    if accepted != "nothing_refused" and any(is_bad for kind, is_bad in bad.items() if kind != accepted):
        raise ValueError(bad)


# output_size


@_mistakes.model(
    defaults={
        "padded_by_default": "Without a `padding` the row is padded by 1; the default is 0.",
        "stride_2_by_default": "Without a `stride` the window moves by 2; the default is 1.",
    },
    cells={
        "padding_once": "The padding is added once; it is on both sides, so it counts twice.",
        "padding_ignored": "The padding adds nothing to the row: `padding` as a number is never used.",
        "padding_subtracted": "The padding makes the row shorter; it makes it longer, so add it.",
        "padding_plus_2": "2 + padding cells are added to the row; with padding cells on each side it is 2·padding.",
        "padding_thrice": "The padding is added three times; it is on both sides, so it counts twice.",
        "always_padded_by_1": "2 cells are added whatever the padding is; there are padding cells on each side.",
        "padding_after_division": "The padding is added after the division; add it to n before you divide.",
        "brackets_missing": "Only the padding is divided by the stride: put brackets around n + 2·padding - k.",
        "padding_keeps_the_size": 'You treat any padding as "same"; p cells on each side amount to that only for k = '
        "2p + 1.",
    },
    kernel={
        "kernel_ignored": "The kernel's size is left out: the last window begins at n + 2·padding - k.",
        "kernel_added": "The kernel's size is added to the row; the last window begins at n + 2·padding - k.",
        "sizes_cancel": "Neither n nor k is left in the result: the last window begins at n + 2·padding - k.",
        "n_and_k_swapped": "n and k are swapped: the kernel moves over the input, so k is subtracted from n.",
    },
    move={
        "stride_ignored": "The window moves by one cell each time: `stride` is never used.",
        "stride_skips_that_many": "The window moves by stride + 1 cells; a stride of 2 moves it by two cells.",
        "moves_by_kernel": "The window moves by its own size, k; it moves by the stride.",
    },
    rounding={
        "rounded_up": "The number of windows is rounded up: a window that fits only in part does not count.",
        "rounded_to_nearest": "`round` goes up or down; a window that fits only in part never counts, so use //.",
        "not_rounded": "The division with / leaves a fraction of a window; use //, which rounds down.",
        "multiplied": "You multiply by the stride; a larger stride gives fewer windows, so divide by it.",
        "remainder": "% gives the cells that are left over; the number of steps is the quotient, //.",
    },
    first={
        "first_window_missed": "One window is missing: the one at the very first cell counts too, so add 1.",
        "one_subtracted": "Two windows are missing: 1 is subtracted after the division; it has to be added.",
        "all_counted_twice": "There are twice as many windows as there should be: each one is counted twice.",
        "counted_twice": "There is one window too many: add exactly 1 to the quotient.",
        "one_in_brackets": "The 1 for the first window is added before the division; add it afterwards.",
        "exact_fit_missed": "Where the stride divides n + 2·padding - k, the window at the very end is missing.",
        "last_start_too_far": "The last window may begin one cell too late: its last possible position is n + "
        "2·padding - k.",
    },
    valid={
        "valid_misses_a_place": 'For "valid" the count is (n - k) / stride, rounded up. There are n - k + 1 positions.',
        "valid_refused": '"valid" raises ValueError; it means a padding of 0.',
        "valid_taken_for_same": '"valid" gives ceil(n / stride), as for "same"; it means a padding of 0.',
    },
    same={
        "same_keeps_the_size": 'You take "same" to keep the size n at any stride; there are ceil(n / stride) windows.',
        "same_rounded_to_nearest": 'For "same" you round n / stride to the nearest whole number; round it up.',
        "same_rounded_down": 'For "same" you round n / stride down; round it up.',
        "same_one_more": 'For "same" n // stride + 1 is one too many where the stride divides n: use ceil(n / stride).',
        "same_not_rounded": 'For "same" n / stride leaves a fraction of a window; round it up.',
        "same_as_half_kernel": '"same" is computed as a padding of (k - 1) // 2 on both sides. '
        "For an even kernel that is one cell too few.",
        "same_with_half_kernel_each_side": '"same" is computed as a padding of k // 2 on both sides. '
        "For an even kernel that is one cell too many.",
        "same_taken_for_valid": 'For "same" the windows are counted without padding, as for "valid".',
        "same_refuses_large_kernels": 'A kernel larger than the input raises an error with "same"; there every kernel '
        "fits.",
        "same_refused": 'For "same" your code fails with an error; it must give ceil(n / stride) windows.',
        "same_one_cell_less": 'For "same" you divide n - 1 by the stride; divide n, and round up.',
        "same_multiplied": 'For "same" n is multiplied by the stride; divide by it.',
        "same_negative": 'For "same" the count is negative: to round up, write -(-n // stride).',
        "same_of_the_kernel": 'For "same" you round k / stride up; round n / stride up instead.',
    },
    fits={
        "bare_row_refused": "The kernel is compared with too short a row; it has to fit into n + 2·padding.",
        "stride_1_refused": "A stride of 1 raises ValueError; strides from 1 on are allowed.",
    },
    refuses={
        "bad_size_accepted": "A size n or k below 1 must raise ValueError.",
        "bad_stride_accepted": "A stride below 1 must raise ValueError.",
        "misfit_accepted": "A kernel larger than the padded row must raise ValueError.",
        "unknown_word_is_valid": 'A word other than "valid" and "same" must raise ValueError.',
        "negative_padding_accepted": "A negative padding must raise ValueError.",
        "nothing_refused": "Invalid arguments are not checked; they must raise ValueError.",
    },
)
def output_size(
    n, k, stride=None, padding=None, *,
    defaults="", cells="", kernel="", move="", rounding="", first="", valid="", same="", fits="", refuses="",
):  # fmt: skip
    stride = 1 + (defaults == "stride_2_by_default") if stride is None else stride
    padding = int(defaults == "padded_by_default") if padding is None else padding
    word, p = (padding, 0) if isinstance(padding, str) else ("", padding)
    _refuse(
        refuses,
        bad_size_accepted=min(n, k) < 1,
        bad_stride_accepted=stride < 1,
        unknown_word_is_valid=word not in ("", "valid", "same"),
        negative_padding_accepted=p < 0,
    )
    if (fits == "stride_1_refused" and stride == 1) or f"{word}_refused" in (same, valid):
        raise ValueError(word)
    if word == "same" and same == "same_refuses_large_kernels" and k > n:
        raise ValueError(k)
    if word == "valid" and valid == "valid_misses_a_place":
        return -(-(n - k) // stride)
    half = {"same_as_half_kernel": (k - 1) // 2, "same_with_half_kernel_each_side": k // 2, "same_taken_for_valid": 0}
    if (word == "same" and same not in half) or (word == "valid" and valid == "valid_taken_for_same"):
        sizes = {
            "same_keeps_the_size": n,
            "same_rounded_down": n // stride,
            "same_rounded_to_nearest": round(n / stride),
            "same_one_more": n // stride + 1,
            "same_one_cell_less": -(-(n - 1) // stride),
            "same_multiplied": n * stride,
            "same_negative": -n // stride,
            "same_of_the_kernel": -(-k // stride),
        }
        return n / stride if same == "same_not_rounded" else sizes.get(same, -(-n // stride))
    p = half[same] if word == "same" else p
    _refuse(refuses, misfit_accepted=k > n + 2 * p)
    if fits == "bare_row_refused" and k > n:
        raise ValueError(k)
    if p and cells == "padding_keeps_the_size":
        return -(-n // stride)
    added = {
        "padding_once": p,
        "padding_subtracted": -2 * p,
        "padding_plus_2": 2 + p,
        "padding_thrice": 3 * p,
        "always_padded_by_1": 2,
        "brackets_missing": 2 * p // stride,
    }
    length = n + added.get(cells, 0 if cells in ("padding_ignored", "padding_after_division") else 2 * p)
    last = {
        "kernel_ignored": length,
        "kernel_added": length + k,
        "n_and_k_swapped": length - 2 * n + k,
        "sizes_cancel": length - n,
    }
    last = last.get(kernel, length - k) + {"one_in_brackets": 1, "last_start_too_far": 1, "exact_fit_missed": -1}.get(
        first, 0
    )
    by = {"stride_ignored": 1, "stride_skips_that_many": stride + 1, "moves_by_kernel": k}
    by = 1 if cells == "brackets_missing" else by.get(move, stride)
    steps = {
        "rounded_up": -(-last // by),
        "rounded_to_nearest": round(last / by),
        "not_rounded": last / by,
        "remainder": last % by,
        "multiplied": last * by,
    }
    windows = steps.get(rounding, last // by)
    windows += {"first_window_missed": 0, "one_in_brackets": 0, "one_subtracted": -1, "counted_twice": 2}.get(first, 1)
    windows *= 2 if first == "all_counted_twice" else 1
    return windows + (2 * p if cells == "padding_after_division" else 0)


# conv2d_strided and conv2d


SLIDING = dict(
    pair={
        "stride_in_one_axis": "An int stride is used downwards only; to the right the window still moves by one.",
        "int_not_downwards": "An int stride is used to the right only; downwards the window still moves by one.",
        **choices.STRIDE_PAIRS,
    },
    step={
        **choices.by_axis(
            stride_ignored="The window moves by one cell each time: `stride` is not used.",
            window_starts_at_i="The output has the right size, but window i begins at cell i; it must begin at "
            "i·stride.",
            stride_skips_that_many="The window moves by stride + 1 cells; a stride of 2 moves it by two cells.",
        ),
        "start_divided": "Window i begins at i // stride; it must begin at i·stride.",
        "no_gaps": "The window never moves farther than its own size; with a larger stride it must skip cells.",
        "input_thinned_out": "You drop cells of the input before the convolution. Only window positions are skipped; "
        "each window uses all its cells.",
    },
    count={
        **choices.by_axis(
            last_window_missed="The last window is missing: there are (size - k) // stride + 1 of them.",
            two_windows_missed="Two windows are missing at the end: there are (size - k) // stride + 1 of them.",
            window_at_the_end_missed="A window that ends at the very last cell is missing: "
            "the last window may begin at size - k itself.",
            windows_stick_out="Windows that do not fit at the end are computed too, with zeros for what is missing; "
            "only whole windows count.",
        ),
        "rounded_down": "There are (size - k + 1) // stride windows, one too few where that leaves a remainder.",
        "rest_refused": "Where the stride does not divide size - k, your code raises ValueError; the cells left over "
        "are simply not used.",
    },
    window={
        "square_kernel_assumed": "The kernel's height is used for its width too; the width is the second size.",
        "width_for_height": "The kernel's width is used for its height too; the height is the first size.",
        "as_wide_as_the_stride": "The window is stride + 1 cells wide; it must be as large as the kernel.",
        **choices.by_axis(
            end_of_kernel_left_out="The sum leaves out the last cells of each window: the loop ends too early."
        ),
    },
    turned=choices.TURNED,
    products={
        "mean_instead_of_sum": "The products are averaged; a convolution adds them up.",
        "added_to_the_kernel": "Window and kernel are added; a convolution multiplies them cell by cell.",
        "kernel_unused": "The cells of the window are added up, but the kernel is not used.",
        "last_product_only": "Only the last product of each window counts: add them up, += and not =.",
    },
)
RESULT = dict(
    buffer={"integers_wrap": "The output has the dtype of the input, so sums wrap around or lose their fractions."},
    result={
        "negatives_cut": "Negative results become 0; the convolution itself keeps them. ReLU is a step of its own.",
        "size_of_stride_1": "The output has the size of stride 1, and zeros after the windows that are computed.",
        "gaps_in_the_output": "The output has the size of stride 1, and zeros between the windows that are computed.",
    },
)


def _strides(stride, pair):
    if not isinstance(stride, tuple):
        return {"stride_in_one_axis": (stride, 1), "int_not_downwards": (1, stride)}.get(pair, (stride, stride))
    if pair == "pairs_not_taken":
        raise TypeError(stride)
    down, right = stride
    changed = {
        "pairs_swapped": (right, down),
        "first_of_pair_twice": (down, down),
        "second_of_pair_twice": (right, right),
    }
    return changed.get(pair, stride)


def _starts(n, k, s, step, count):
    """Return where the windows of one axis begin."""
    steps = {"stride_ignored": 1, "stride_skips_that_many": s + 1, "no_gaps": min(s, k)}
    s = steps.get(step, s)
    windows = {
        "last_window_missed": (n - k) // s,
        "two_windows_missed": (n - k) // s - 1,
        "window_at_the_end_missed": -(-(n - k) // s),
        "windows_stick_out": -(-(n - k) // s) + 1,
        "rounded_down": (n - k + 1) // s,
    }.get(count, (n - k) // s + 1)
    if windows < 0:
        raise ValueError("negative dimensions")
    if (n - k) % s and count == "rest_refused":
        raise ValueError(n)
    places = np.arange(windows)
    return places // s if step == "start_divided" else places * (1 if step == "window_starts_at_i" else s)


def _slide(x, w, strides, shape, *, step="", count="", window="", turned="", products=""):
    """Return the sums of every window times every filter, (H_out, W_out, C_in, C_out)."""
    w = choices.turned(w, turned)
    if step == "input_thinned_out":
        x, shape, strides = x[:: strides[0], :: strides[1]], -(-np.array(shape[:2]) // strides), (1, 1)
    kh, kw = w.shape[:2]
    kh, kw = {"square_kernel_assumed": (kh, kh), "width_for_height": (kw, kw)}.get(window, (kh, kw))
    rows = _starts(shape[0], kh, strides[0], step.removesuffix("_down"), count.removesuffix("_down"))
    columns = _starts(shape[1], kw, strides[1], step.removesuffix("_right"), count.removesuffix("_right"))
    if window == "as_wide_as_the_stride":
        kh, kw = strides[0] + 1, strides[1] + 1
    if window == "as_wide_as_the_stride" or count.startswith("windows_stick_out"):
        x = np.pad(x, [(0, strides[0]), (0, strides[1]), (0, 0)])
    if rows.size and columns.size and (rows[-1] + kh > x.shape[0] or columns[-1] + kw > x.shape[1]):
        raise ValueError("a window is cut off at the edge")
    windows = x[rows[:, None, None, None] + np.arange(kh)[:, None], columns[:, None, None] + np.arange(kw), :, None]
    if window.startswith("end_of_kernel_left_out"):
        inside = slice(None if window.endswith("_right") else -1), slice(None if window.endswith("_down") else -1)
        windows, w = windows[:, :, *inside], w[inside]
    if products == "added_to_the_kernel":
        return (windows + w).sum(axis=(2, 3))
    found = windows * (w != np.inf if products == "kernel_unused" else w)  # (H_out, W_out, kh, kw, C_in, C_out)
    if products == "last_product_only":
        return found[:, :, -1, -1]
    sums = found.sum(axis=(2, 3))
    return sums / max(w[..., 0].size, 1) if products == "mean_instead_of_sum" else sums


def _finish(out, places, strides, dtype, buffer, result):
    """Return the output as it is kept; `places` are those of stride 1."""
    if result in ("size_of_stride_1", "gaps_in_the_output"):
        (rows, columns), (down, right) = out.shape[:2], strides if result == "gaps_in_the_output" else (1, 1)
        small, out = out, np.zeros((*places, *out.shape[2:]))
        out[: rows * down : down, : columns * right : right] = small
    out = np.maximum(out, 0) if result == "negatives_cut" else out
    return out.astype(int).astype(dtype) if buffer and dtype.kind in "iu" else out


@_mistakes.model(
    **SLIDING,
    **RESULT,
    refuses={
        "empty_instead_of_error": "A kernel that does not fit gives a result; it must raise ValueError.",
        "zero_stride_accepted": "A stride below 1 must raise ValueError.",
        "nothing_refused": "Arguments that have no meaning are not checked; they must raise ValueError.",
    },
)
def conv2d_strided(image, kernel, stride, *, pair="", buffer="", result="", refuses="", **sliding):
    (height, width), (kh, kw) = image.shape, kernel.shape
    down, right = _strides(stride, pair)
    _refuse(refuses, empty_instead_of_error=kh > height or kw > width, zero_stride_accepted=min(down, right) < 1)
    out = _slide(image[:, :, None], kernel[:, :, None, None], (down, right), image.shape, **sliding)[:, :, 0, 0]
    return _finish(out, (height - kh + 1, width - kw + 1), (down, right), image.dtype, buffer, result)


# conv2d


def _same_sides(n, k, s, same, odd_cell):
    """Return (before, after), the cells that "same" adds along one axis."""
    if same == "same_refused" or (same == "same_refuses_large_filters" and k > n):
        raise ValueError("same")
    windows = {"same_rounded_down": n // s, "same_keeps_the_size": n}.get(same, -(-n // s))
    total = {
        "same_padding_of_stride_1": k - 1,
        "same_is_half_kernel": 2 * (k // 2),
        "same_is_symmetric": 2 * ((k - 1) // 2),
        "same_with_a_window_more": windows * s + k - n,
        "kernel_on_both_sides": 2 * k,
        "one_less_on_both_sides": 2 * (k - 1),
        "padding_ignored": 0,
    }.get(same, (windows - 1) * s + k - n)
    total = max(total, 0)
    half = total // 2
    sides = {
        "odd_before": (total - half, half),
        "odd_dropped": (half, half),
        "odd_on_both_sides": (total - half, total - half),
        "all_after": (0, total),
        "all_before": (total, 0),
    }
    return sides.get(odd_cell, (half, total - half))


def _padded(x, rows, columns, padded, fill):
    """Return the map as "same" pads it, given (before, after) for rows and columns."""
    rows, columns = {
        "axes_swapped": (columns, rows),
        "rows_padding_for_both": (rows, rows),
        "columns_padding_for_both": (columns, columns),
        "rows_only": (rows, (0, 0)),
        "columns_only": ((0, 0), columns),
    }.get(padded, (rows, columns))
    if fill:
        return np.pad(x, [rows, columns, (0, 0)], {"same_repeats_edge": "edge", "same_reflects": "reflect"}[fill])
    height, width, channels = x.shape
    result = np.zeros((sum(rows) + height, sum(columns) + width, channels), x.dtype)
    result[rows[0] : rows[0] + height, columns[0] : columns[0] + width] = x
    return result


@_mistakes.model(
    **SLIDING,
    **RESULT,
    same={
        "same_padding_of_stride_1": 'In "same" you pad as for stride 1. A larger stride may need less: an even size '
        "with k = 3 and stride 2 gets (0, 1).",
        "same_is_half_kernel": '"same" pads both sides by k // 2. TensorFlow pads only what the windows need, with the '
        "odd cell after.",
        "same_is_symmetric": '"same" pads both sides by (k - 1) // 2. That is TensorFlow\'s rule only for odd k at '
        "stride 1.",
        "same_keeps_the_size": '"same" pads so much that the size stays n at any stride; '
        "pad what ceil(n / stride) windows need.",
        "same_rounded_down": 'In "same" the number of windows, n / stride, is rounded down; round it up.',
        "same_with_a_window_more": '"same" pads stride cells too many: windows need (windows - 1)·stride + k cells.',
        "kernel_on_both_sides": '"same" pads both sides by k; the windows need much less.',
        "one_less_on_both_sides": '"same" pads both sides by k - 1; at stride 1 that is the total of both sides.',
        "padding_ignored": 'The map is never padded: "same" is treated as "valid".',
        "same_refused": 'In "same" your code fails with an error; it must pad the map by what the windows need.',
        "same_refuses_large_filters": 'In "same" a filter larger than the map raises ValueError; with the padding, '
        "every filter fits.",
    },
    odd_cell={
        "odd_before": 'In "same" the odd cell is put before; TensorFlow puts it after (bottom, right).',
        "odd_dropped": 'In "same" the odd cell is left out; before and after must add up to the total.',
        "odd_on_both_sides": 'In "same" the odd cell is put on both sides; TensorFlow puts it after (bottom, right).',
        "all_after": 'In "same" all padding is put after; half of it comes before.',
        "all_before": 'In "same" all padding is put before; only half of it, rounded down, comes before.',
    },
    padded={
        "axes_swapped": 'In "same" the padding of rows and columns is swapped.',
        "rows_padding_for_both": 'In "same" the columns are padded like the rows; compute it for each axis.',
        "columns_padding_for_both": 'In "same" the rows are padded like the columns; compute it for each axis.',
        "rows_only": 'In "same" only rows are added, and no columns.',
        "columns_only": 'In "same" only columns are added, and no rows.',
        "windows_of_the_bare_map": "The map is padded, but the windows are cut out of the map without padding.",
        "size_of_the_bare_map": "The map is padded, but the windows are counted on the map without padding.",
    },
    fill={
        "same_repeats_edge": 'In "same" you pad with the edge values; pad with zeros.',
        "same_reflects": 'In "same" you pad with the mirrored map; pad with zeros.',
    },
    channels={
        "first_channel_only": "Only the first input channel is used; a filter adds up over all of them.",
        "last_channel_wins": "Each channel's sum replaces the one before, so only the last counts: add them up.",
        "channels_averaged": "The input channels are averaged; a convolution adds them up.",
        "last_channel_missed": "The last input channel is left out: the loop over the channels ends one too early.",
        "first_channel_missed": "The first input channel is left out: the loop over the channels begins at 1.",
        "filter_of_first_channel": "All channels are multiplied by the filter's first channel: use w[:, :, c, o].",
    },
    filters={
        "first_filter_only": "Every map is that of the first filter: use w[:, :, :, o] for map o.",
        "one_map": "There is only one map, the sum of all filters' maps; each filter makes a map of its own.",
        "filters_first": "The numbers of w are used in the order (C_out, kh, kw, C_in): filter o is w[:, :, :, o].",
        "filters_and_channels_first": "The numbers of w are used in the order (C_out, C_in, kh, kw): "
        "filter o is w[:, :, :, o].",
    },
    bias={
        "bias_forgotten": "The bias is never added.",
        "bias_per_window_cell": "The bias is inside the sum, so it is added once for every cell of the window; add it "
        "once, after the sum.",
        "bias_per_channel": "The bias is added once for every input channel; add it once for each output cell, after "
        "the sum.",
        "bias_per_place_in_window": "The bias is added kh·kw times for each window; add it once, after the sum.",
        "first_bias_only": "Every map gets the first filter's bias: map o gets b[o].",
        "last_bias_only": "Every map gets the last filter's bias: map o gets b[o].",
        "all_biases": "Every map gets the sum of all biases: map o gets b[o].",
        "bias_multiplied": "The sum is multiplied by the bias; add the bias instead.",
    },
    refuses={
        "unmatched_accepted": "Channels of x and w that differ must raise ValueError.",
        "biases_accepted": "A b of another length than the filters must raise ValueError.",
        "unknown_padding_is_valid": 'A padding other than "valid" and "same" must raise ValueError.',
        "bad_stride_accepted": "A stride below 1 must raise ValueError.",
        "misfit_accepted": "Filters larger than the map must raise ValueError.",
        "nothing_refused": "Arguments that have no meaning are not checked; they must raise ValueError.",
    },
)
def conv2d(
    x, w, b, stride=1, padding="valid", *,
    pair="", same="", odd_cell="", padded="", fill="", channels="", filters="", bias="", buffer="", result="",
    refuses="", **sliding,
):  # fmt: skip
    strides, map_alone = _strides(stride, pair), x
    kh, kw, c_in, c_out = w.shape
    _refuse(
        refuses,
        unmatched_accepted=c_in != x.shape[2],
        biases_accepted=len(b) != c_out,
        unknown_padding_is_valid=padding not in ("valid", "same"),
        bad_stride_accepted=min(strides) < 1,
    )
    if padding == "same":
        sides = (_same_sides(*axis, same, odd_cell) for axis in zip(x.shape, (kh, kw), strides, strict=False))
        x = _padded(x, *sides, padded, fill)
    _refuse(refuses, misfit_accepted=kh > x.shape[0] or kw > x.shape[1])
    if filters == "filters_first":
        w = w.reshape(c_out, kh, kw, c_in).transpose(1, 2, 3, 0)
    elif filters == "filters_and_channels_first":
        w = w.reshape(c_out, c_in, kh, kw).transpose(2, 3, 1, 0)
    elif filters == "first_filter_only":
        w = w[:, :, :, :1].repeat(c_out, axis=3)
    w = w[:, :, :1] if channels == "filter_of_first_channel" else w
    windows_of = map_alone if padded == "windows_of_the_bare_map" else x
    counted = map_alone if padded == "size_of_the_bare_map" else x
    sums = _slide(windows_of, w, strides, counted.shape, **sliding)

    read = {"first_channel_only": (0, 1), "last_channel_wins": (-1, None), "last_channel_missed": (0, -1)}
    read = slice(*read.get(channels, (channels == "first_channel_missed", None)))
    sums = sums[:, :, read].sum(axis=2) / (c_in if channels == "channels_averaged" else 1)
    if bias in ("first_bias_only", "last_bias_only"):
        b = b[:1] if bias == "first_bias_only" else b[-1:]
    b = b.sum() if bias == "all_biases" else b
    times = {"bias_forgotten": 0, "bias_per_channel": c_in}
    times |= {"bias_per_window_cell": kh * kw * c_in, "bias_per_place_in_window": kh * kw}
    out = sums * b if bias == "bias_multiplied" else sums + b * times.get(bias, 1)

    if filters == "one_map":
        out = out.sum(axis=2, keepdims=True)
    return _finish(out, (x.shape[0] - kh + 1, x.shape[1] - kw + 1), strides, x.dtype, buffer, result)


# unread


@_mistakes.model(
    defaults={"padded_by_default": "Without a `padding` the axis is padded by 1; the default is 0."},
    cells={
        "padding_ignored": "The padding adds nothing to the axis: `padding` is never used.",
        "padding_once": "The padding is added once; it is on both sides, so it counts twice.",
        "padding_subtracted": "The padding makes the axis shorter; it makes it longer, so add it.",
        "padding_thrice": "The padding is added three times; it is on both sides, so it counts twice.",
        "padding_plus_2": "2 + padding cells are added to the axis; with padding cells on each side it is 2·padding.",
    },
    last={
        "kernel_ignored": "The kernel's size is left out: the last window begins at n + 2·padding - k or before it.",
        "places_for_cells": "You divide the number of positions, n + 2·padding - k + 1; take the remainder of n + "
        "2·padding - k instead.",
        "one_place_less": "The last possible start is taken to be n + 2·padding - k - 1; it is n + 2·padding - k.",
        "kernel_added": "The kernel's size is added to the axis; the last possible start is n + 2·padding - k.",
        "windows_as_wide_as_stride": "You take every window to be as wide as the stride; the last one is k cells wide.",
    },
    divisor={
        "kernel_for_stride": "The windows are taken to move by k; they move by the stride.",
        "stride_skips_that_many": "The window moves by stride + 1 cells; a stride of 2 moves it by two cells.",
    },
    rest={
        "missing_cells_counted": "You count the cells that the next window would need, not those that are left.",
        "quotient_for_rest": "// gives the number of steps; what is left over is the remainder, %.",
        "stride_for_none": "Where the last window ends at the last cell, no cell is left; you count stride of them.",
        "last_window_counted": "The k cells of the last window are counted too; count only the cells after it.",
        "another_window_subtracted": "The result is too small by one stride: you take off one window more than there "
        "are.",
        "another_window_left": "The result is too large by one stride: you take off one window fewer than there are.",
        "one_too_many": "There is one cell too many: exactly 1 is added.",
        "gaps_counted": "The gaps between the windows are counted too; count only the cells after the last window.",
        "none_while_stride_fits_kernel": "You give 0 as long as the stride is at most k. "
        "Then there are no gaps, but cells may still be left at the end.",
        "none_below_larger_stride": "You give 0 where the stride is larger than k. "
        "There are gaps then, and cells may be left at the end as well.",
    },
    counted={
        "image_only": "Cells of the padding are left out of the count; they belong to the padded axis.",
        "padding_taken_off": "You subtract all padding cells from the result; they belong to the padded axis.",
    },
    fits={
        "fit_without_padding": "A kernel that fits only with the padding raises an error; the padding counts too.",
    },
    refuses={
        "bad_stride_accepted": "A stride below 1 must raise ValueError.",
        "negative_padding_accepted": "A negative padding must raise ValueError.",
        "misfit_accepted": "A kernel larger than the padded axis must raise ValueError.",
        "nothing_refused": "Arguments that have no meaning are not checked; they must raise ValueError.",
    },
)
def unread(
    n, k, stride, padding=None, *,
    defaults="", cells="", last="", divisor="", rest="remainder", counted="", fits="", refuses="",
):  # fmt: skip
    p = int(defaults == "padded_by_default") if padding is None else padding
    added = {
        "padding_ignored": 0,
        "padding_once": p,
        "padding_subtracted": -2 * p,
        "padding_plus_2": 2 + p,
        "padding_thrice": 3 * p,
    }
    length = n + added.get(cells, 2 * p)
    _refuse(
        refuses,
        bad_size_accepted=min(n, k) < 1,
        bad_stride_accepted=stride < 1,
        negative_padding_accepted=p < 0,
        misfit_accepted=k > n + 2 * p,
    )
    if fits == "fit_without_padding" and k > n:
        raise ValueError(p)
    steps = {
        "kernel_ignored": length,
        "places_for_cells": length - k + 1,
        "one_place_less": length - k - 1,
        "kernel_added": length + k,
    }.get(last, length - k)
    s = {"kernel_for_stride": k, "stride_skips_that_many": stride + 1}.get(divisor, stride)
    left = steps % s
    if last == "windows_as_wide_as_stride":
        left = max(length - (steps // s + 1) * s, 0)
    left = {
        "missing_cells_counted": -steps % s,
        "quotient_for_rest": steps // s,
        "stride_for_none": left or s,
        "last_window_counted": left + k,
        "another_window_subtracted": left - s,
        "another_window_left": left + s,
        "one_too_many": left + 1,
        "gaps_counted": left + max(s - k, 0) * (steps // s),
        "none_while_stride_fits_kernel": left if s > k else 0,
        "none_below_larger_stride": left if s <= k else 0,
    }.get(rest, left)
    return {"image_only": max(left - p, 0), "padding_taken_off": left - 2 * p}.get(counted, left)

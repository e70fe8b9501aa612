"""Chapter 7: what goes wrong beyond classification. Each model is written as students write the function.

n: size of the input along one axis, k: of the kernel; a mistake whose id ends in _down or _right is made in one axis.
"""

import numpy as np

from autograder.chapters import choices
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()


def _along(axis, choices):
    """Return the choices for one axis, "_down" or "_right"; one for the other axis only means nothing here."""
    return {decision: choice.removesuffix(axis) for decision, choice in choices.items()}


def _checks(number):
    """Return the mistakes that let a rate, factor or stride below 1 pass."""
    return {
        "zero_is_one": f"A {number} below 1 must raise ValueError.",
        "zero_accepted": f"A {number} of 0 is accepted; it must raise ValueError, as a negative one does.",
        "negative_accepted": f"A negative {number} is accepted; it must raise ValueError, as 0 does.",
    }


def _checked(number, check, **accepted):
    """Return a rate, factor or stride, or raise ValueError; one that is accepted by mistake is taken for 1."""
    accepted |= {"zero_is_one": True, "zero_accepted": number == 0, "negative_accepted": number < 0}
    if number < 1 and not accepted.get(check):
        raise ValueError(number)
    return max(number, 1)


def _sides(what):
    """Return the mistakes with the sides of a kernel, map or image."""
    return {
        "square_assumed": f"If the {what} is not square, your code fails: its sides are shape[0] and shape[1].",
        "height_for_width": f"The height of the {what} is used for its width too; the width is shape[1].",
        "height_for_width_in_size": f"The size is computed from the height of the {what} alone; its width is shape[1].",
        "width_for_height": f"The width of the {what} is used for its height too; the height is shape[0].",
        "width_for_height_in_size": f"The size is computed from the width of the {what} alone; its height is shape[0].",
    }


def _taken(shape, sides):
    """Return what is taken for (height, width): by the loops, and where the size is computed."""
    height, width = shape[:2]
    if sides == "square_assumed" and height != width:
        raise ValueError(shape)
    wrong = {"height_for_width": (height, height), "width_for_height": (width, width), "sides_swapped": (width, height)}
    sized = wrong.get(sides.removesuffix("_in_size"), (height, width))
    return (height, width) if sides.endswith("_in_size") else sized, sized


def _laid_out(array, rows, columns):
    """Copy cells into a new array; `rows` and `columns` are (cells read, cells written, length)."""
    out = np.zeros((rows[2], columns[2], *array.shape[2:]), array.dtype)
    out[np.ix_(rows[1], columns[1])] = array[np.ix_(rows[0], columns[0])]
    return out


# dilate_kernel


def _dilated(k, k_in_size, rate, *, step="", size="", between="", offset=""):
    """Return (cells read, cells written, length) of one axis."""
    apart = {
        "rate_is_zeros_between": rate + 1,
        "always_two": 2,
        "zeros_put_in_again": 2 ** (rate - 1),
        "rate_ignored": 1,
        "one_zero_too_few": rate - 1,
    }.get(step, rate)
    length = {
        "zeros_at_the_end": k_in_size * apart,
        "one_step_too_long": k_in_size * apart + 1,
        "room_for_rate_zeros": (k_in_size - 1) * apart + k_in_size,
        "k_times_rate_minus_1": k_in_size * apart - 1,
        "last_cut_off": (k_in_size - 1) * apart,
    }.get(size, (k_in_size - 1) * apart + 1)
    length = k * apart if between == "cells_repeated" or offset == "zeros_before" else length
    cells = np.arange(k - 1 if size == "last_cut_off" else k)
    if between in ("cells_repeated", "gaps_filled"):
        written = np.arange(min(length, k * apart))
        return written // max(apart, 1), written, length
    return cells, {"in_the_corner": cells, "zeros_before": (cells + 1) * apart - 1}.get(offset, cells * apart), length


@_mistakes.model(
    step={
        "rate_is_zeros_between": "You put rate zeros between two cells; put rate - 1.",
        "always_two": "The rate is ignored: your cells are always 2 apart.",
        "zeros_put_in_again": "You insert zeros rate - 1 times over, each time between the zeros too: at rate 3 the "
        "cells are 4 apart, not 3.",
        "one_zero_too_few": "The cells are rate - 1 apart; they must be rate apart, with rate - 1 zeros in between.",
        "rate_ignored": "The rate is ignored: the cells stay side by side.",
        "rate_ignored_down": "Only the columns are moved apart; the rows must be too.",
        "rate_ignored_right": "Only the rows are moved apart; the columns must be too.",
    },
    size={
        **choices.by_axis(
            zeros_at_the_end="There are zeros after the last cell too: the result is k·rate long. "
            "It ends with the last cell.",
            one_step_too_long="The result is k·rate + 1 long: there are k - 1 steps from the first cell to the last.",
        ),
        "room_for_rate_zeros": "The size leaves room for rate zeros between two cells, so zeros follow at the end; "
        "only rate - 1 belong in between.",
        "k_times_rate_minus_1": "The result is k·rate - 1 long, which is right at rate 2 only. "
        "It is (k - 1)·rate + 1 long.",
        "last_cut_off": "The last cells of the kernel are missing: the result is (k - 1)·rate + 1 long.",
    },
    between={
        "cells_repeated": "The cells are repeated; put zeros between them.",
        "gaps_filled": "The gaps repeat the cell before them; they must hold zeros.",
    },
    offset={
        **choices.by_axis(
            in_the_corner="The size is right, but the cells lie side by side at the beginning; cell i must go to "
            "i·rate.",
        ),
        "zeros_before": "There are rate - 1 zeros before the first cell; the result must begin with it.",
    },
    turned={
        "kernel_flipped": "The kernel is rotated by 180°; use it as it is.",
        "kernel_transposed": "Rows and columns of the kernel are swapped.",
    },
    sides=_sides("kernel"),
    buffer={"fractions_cut": "The new array holds whole numbers only, so fractions are cut off."},
    returned={
        "same_array_returned": "At rate 1 the kernel itself is returned, not a copy: changing one changes both.",
    },
    check={
        **_checks("rate"),
        "checked_by_size": "A rate below 1 raises an error only if no array has that size; check the rate itself.",
        "one_cell_unchecked": "For a kernel of one cell a negative rate is accepted; it must raise ValueError.",
    },
)
def dilate_kernel(kernel, rate, *, turned="", sides="", buffer="", returned="", check="", **of_axis):
    longest = max(kernel.shape)
    rate = _checked(rate, check, checked_by_size=(longest - 1) * rate >= -1, one_cell_unchecked=longest == 1 and rate)
    if rate == 1 and returned:
        return kernel
    kernel = choices.turned(kernel.astype(int) if buffer else kernel, turned)
    (kh, kw), (kh_in_size, kw_in_size) = _taken(kernel.shape, sides)
    rows = _dilated(kh, kh_in_size, rate, **_along("_down", of_axis))
    columns = _dilated(kw, kw_in_size, rate, **_along("_right", of_axis))
    return _laid_out(kernel, rows, columns)


# conv2d_dilated


def _windows(n, k, k_read, k_in_size, rate, *, step="", start="", places=""):
    """Return (windows, k): which cells of one axis each window reads."""
    spread = {"rate_ignored": 1, "rate_is_stride": 1, "always_two": 2, "rate_is_pixels_left_out": rate + 1}
    apart = spread.get(step, rate)
    taken = {
        "span_too_long": k_in_size * apart,
        "span_too_long_unchecked": k_in_size * apart,
        "span_one_too_long": (k_in_size - 1) * apart + 2,
        "span_one_too_short": (k_in_size - 1) * apart,
        "span_of_the_kernel": k_in_size,
        "places_of_the_kernel": k_in_size,
    }.get(places, (k_in_size - 1) * apart + 1)
    count = n - taken + 1 + {"last_row_and_column_missed": -1, "one_place_too_many": 1}.get(places, 0)
    if count < 0 or (places == "span_too_long" and not count):
        raise ValueError("negative dimensions")
    starts = range(int(start == "starts_one_late"), count + (start == "starts_one_late"))
    if step == "rate_is_stride" or start == "stride_too":
        starts = starts[::rate]
    span = taken if places.startswith("span_") and places != "span_too_long" else (k_read - 1) * apart + 1
    span, apart = (k_read, 1) if step == "window_not_spread" else (span, apart)
    read = [_read(range(start, min(start + span, n), apart), k) for start in starts]
    return np.array(read, int).reshape(-1, k)


def _read(cells, k):
    """Return the cells that a slice reads; NumPy repeats a single one."""
    if len(cells) not in (1, k):
        raise IndexError("the window is cut off")
    return [*cells] * (k // len(cells))


def _convolved(windows, kernel, products):
    """Return what each window gives, (H_out, W_out)."""
    if products == "added_to_the_kernel":
        return (windows + kernel).sum(axis=(2, 3))
    found = windows * kernel
    if products in ("averaged", "largest_product"):
        return (found.mean if products == "averaged" else found.max)(axis=(2, 3))
    if products == "last_product_only":
        return found[:, :, -1, -1]
    sums = found.sum(axis=(2, 3))
    return sums.cumsum().reshape(sums.shape) if products == "sum_carried_on" else sums


@_mistakes.model(
    step={
        "rate_is_pixels_left_out": "You skip rate pixels between two that you use; skip rate - 1.",
        **choices.by_axis(
            rate_ignored="The rate is ignored: the window is as small as without dilation.",
            window_not_spread="The output has the right size, but the pixels of a window are side by side; they must "
            "be rate apart.",
        ),
        "always_two": "The rate is ignored: your window always uses every second pixel.",
        "rate_is_stride": "The rate is used as a stride: the window itself must be spread out.",
    },
    start={
        "stride_too": "Windows start only at every rate-th pixel. Dilation spreads a window out, but it still moves by "
        "1.",
        **choices.by_axis(
            starts_one_late="Every window starts one pixel late; the first one starts at the first pixel."
        ),
    },
    places={
        **choices.by_axis(
            last_row_and_column_missed="The last position is missing: there are n - (k - 1)·rate, not one fewer.",
            one_place_too_many="There is one position too many, where the window no longer fits; "
            "there are n - (k - 1)·rate positions.",
            places_of_the_kernel="There are n - k + 1 positions, as without dilation; "
            "the dilated kernel has n - (k - 1)·rate.",
            span_of_the_kernel="The window reaches over k pixels, as without dilation; it spans (k - 1)·rate + 1.",
            span_one_too_short="The window reaches over (k - 1)·rate pixels, so its last ones are missing; "
            "it spans (k - 1)·rate + 1.",
        ),
        "span_one_too_long": "The window reaches over (k - 1)·rate + 2 pixels; it spans (k - 1)·rate + 1.",
        "span_too_long": "The span is taken as k·rate, so the last rows and columns are missing; "
        "it is (k - 1)·rate + 1.",
        "span_too_long_unchecked": "The span is taken as k·rate, and where that is too long nothing is left; "
        "it is (k - 1)·rate + 1.",
    },
    turned=choices.TURNED,
    border={
        "padded_to_same": "The output is as large as the image: you padded. Here only windows that fit count.",
        "odd_cell_before": "You padded, with the odd cell before. Here only windows that fit count.",
    },
    sides=_sides("kernel")
    | {
        "square_assumed": "Your window is as wide as it is high; it must have the height and the width of the kernel.",
        "sides_swapped": "Height and width of the kernel are swapped: the height is shape[0], the width shape[1].",
    },
    products={
        "averaged": "The products are averaged; a convolution adds them up.",
        "added_to_the_kernel": "Window and kernel are added; a convolution multiplies them cell by cell.",
        "largest_product": "The largest product is taken; a convolution adds them up.",
        "last_product_only": "Only the last product of each window counts: add them up, += and not =.",
        "sum_carried_on": "The sum goes on from one window to the next; it starts at 0 for each window.",
    },
    buffer={
        "integers_wrap": "The output has the image's dtype, so sums wrap around or lose their fractions: "
        "compute in floats.",
        "kernel_in_the_image_s_dtype": "The kernel is turned into the image's dtype: fractions are lost, "
        "or products wrap around. Compute in floats.",
        "fractions_cut": "The output holds whole numbers only, so fractions are cut off: compute in floats.",
        "kernel_cut": "The kernel is turned into whole numbers, so its fractions are cut off.",
    },
    rate_check=_checks("rate"),
    fit_check={
        "only_kernel_checked": "A kernel that no longer fits once it is dilated must raise ValueError.",
        "empty_output": "A dilated kernel that is one row or column too large gives an empty output; "
        "it must raise ValueError.",
        "exact_fit_refused": "A dilated kernel as high or as wide as the image raises an error; it still fits once.",
    },
)
def conv2d_dilated(
    image, kernel, rate, *, turned="", border="", sides="", products="", buffer="",
    rate_check="", fit_check="", **of_axis,
):  # fmt: skip
    rate = _checked(rate, rate_check)
    places = min(n - (k - 1) * rate for n, k in zip(image.shape, kernel.shape, strict=True))
    least = {"only_kernel_checked": places, "empty_output": 0, "exact_fit_refused": 2}
    if places < least.get(fit_check, 1):
        raise ValueError(kernel.shape)
    if places < 1:
        return np.zeros((0, 0))
    kernel = choices.turned(kernel, turned)
    if border:
        odd = int(border == "odd_cell_before")
        around = [((k - 1) * rate + odd, (k - 1) * rate + 1 - odd) for k in kernel.shape]
        image = np.pad(image, [(before // 2, after // 2) for before, after in around])
    if buffer.startswith("kernel_"):
        kernel = kernel.astype(image.dtype if buffer == "kernel_in_the_image_s_dtype" else int)
    read, sized = _taken(kernel.shape, "" if sides == "square_assumed" else sides)
    if sides == "square_assumed":
        read = sized = (kernel.shape[0],) * 2
    elif any(r > k for r, k in zip(read, kernel.shape, strict=True)):
        raise IndexError(kernel.shape)
    else:
        kernel = kernel[: read[0], : read[1]]
    rows, columns = (
        _windows(n, k, r, s, rate, **_along(axis, of_axis))
        for n, k, r, s, axis in zip(image.shape, kernel.shape, read, sized, ("_down", "_right"), strict=True)
    )
    windows = image[rows[:, None, :, None], columns[:, None, :]]
    if buffer != "kernel_in_the_image_s_dtype":
        windows = windows.astype(float)
    return _kept(_convolved(windows, kernel, products), image.dtype, buffer)


def _kept(out, dtype, buffer):
    """Return the output as its buffer holds it."""
    if buffer == "integers_wrap" and dtype.kind in "iu":
        return out.astype(int).astype(dtype)
    return out.astype(int) if buffer == "fractions_cut" else out


# upsample2d


def _enlarged(n, n_in_size, factor, *, copies="", block="", order="", size=""):
    """Return (cells read, cells written, length) of one axis."""
    times = {
        "doubled_again": 2 ** (factor - 1),
        "always_two": 2,
        "factor_ignored": 1,
        "one_copy_too_many": factor + 1,
        "one_copy_too_few": factor - 1,
    }.get(copies, factor)
    length = n_in_size * (1 if size == "size_not_enlarged" else times)
    written = np.arange(n * times)
    read = written % n if order == "tiled" else written // max(times, 1)
    kept = {
        "zeros_between": written == read * times,
        "last_copy_missing": written != read * times + times - 1,
        "block_ends_early": written < read + times,
    }.get(block, written >= 0)
    if block in ("block_starts_early", "blocks_overlap"):
        read = np.minimum(written, n - 1)
        kept = written < n - 1 + times if block == "blocks_overlap" else kept
    kept &= written < length
    return read[kept], written[kept], length


def _blended(x, factor):
    """Return x enlarged by linear interpolation, as libraries do it."""
    for axis in (0, 1):
        n = x.shape[axis]
        at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        x = np.apply_along_axis(lambda cells, at=at: np.interp(at, np.arange(len(cells)), cells), axis, x)
    return x


@_mistakes.model(
    copies={
        "doubled_again": "You double factor - 1 times: factor 3 then gives 4 copies, not 3.",
        "always_two": "The factor is ignored: you always double.",
        "factor_ignored": "The factor is ignored: the map keeps its size.",
        "factor_ignored_down": "Only the columns are repeated; the rows must be too.",
        "factor_ignored_right": "Only the rows are repeated; the columns must be too.",
        "one_copy_too_many": "There are factor + 1 copies of each cell in a row or column; there must be factor.",
        "one_copy_too_few": "There are factor - 1 copies of each cell in a row or column; there must be factor.",
    },
    block={
        "zeros_between": "Only one cell of each block holds the value and the others 0; fill the whole block.",
        "zeros_between_down": "Only the first row of each block is filled; the others stay 0.",
        "zeros_between_right": "Only the first column of each block is filled; the others stay 0.",
        **choices.by_axis(
            last_copy_missing="The end of each block stays 0: it is factor cells long.",
            block_starts_early="The block of cell i starts at i and covers the blocks before; it must start at "
            "i·factor.",
            blocks_overlap="The block of cell i goes from i to i + factor; it must go from i·factor to (i + 1)·factor.",
            block_ends_early="The block of cell i ends at i + factor; it must end at (i + 1)·factor.",
        ),
    },
    size=choices.by_axis(
        size_not_enlarged="The result is only as large as the map, so much is cut off: make it factor times as large."
    ),
    order=choices.by_axis(tiled="Copies of the whole map are laid side by side; repeat each cell next to itself."),
    turned={"map_upside_down": "The rows of the map are in reverse order; keep their order."},
    sides=_sides("map") | {"sides_swapped_in_size": "The size is computed with height and width of the map swapped."},
    channels={
        "channels_first": "Width and channels are enlarged; the axes are (height, width, channels).",
        "channels_repeated": "The channels are repeated as well; keep their number.",
        "first_channel_only": "Only the first channel is enlarged; the others are missing.",
        "other_channels_empty": "Only the first channel is filled; the others stay 0.",
        "channel_axis_missing": "The result has no axis for the channels; it is (H·factor, W·factor, C), "
        "also for one channel.",
    },
    values={
        "blended": "Values between two cells are blended; nearest neighbour only repeats values.",
        "values_shared_out": "Each value is divided among the cells of its block; each must hold all of it.",
    },
    buffer={"fractions_cut": "The new array holds whole numbers only, so fractions are cut off."},
    returned={"same_array_returned": "For factor 1 x itself is returned, not a copy: changing one changes both."},
    check=_checks("factor"),
)
def upsample2d(x, factor, *, turned="", sides="", channels="", values="", buffer="", returned="", check="", **of_axis):
    factor = _checked(factor, check)
    if factor == 1 and returned:
        return x
    x = choices.turned(x.astype(int) if buffer else x, turned)
    x = x[:, :, :1] if channels in ("first_channel_only", "channel_axis_missing") else x
    if channels == "other_channels_empty":
        x = x * (np.arange(x.shape[2]) == 0)
    if channels == "channels_repeated":
        x = x.repeat(factor, axis=2)
    x = x.transpose(1, 2, 0) if channels == "channels_first" else x
    if values == "blended":
        large = _blended(x, factor)
    else:
        (height, width), (height_in_size, width_in_size) = _taken(x.shape, sides)
        rows = _enlarged(height, height_in_size, factor, **_along("_down", of_axis))
        large = _laid_out(x, rows, _enlarged(width, width_in_size, factor, **_along("_right", of_axis)))
    large = large / factor**2 if values == "values_shared_out" else large
    large = large.transpose(2, 0, 1) if channels == "channels_first" else large
    return large[:, :, 0] if channels == "channel_axis_missing" else large


# conv2d_transpose


def _steps(n, k, stride, step="", size=""):
    """Return (step from stamp to stamp, length, first cell kept) of one axis."""
    apart = {
        "stride_ignored": 1,
        "always_two": 2,
        "stamps_side_by_side": k,
        "stride_between_stamps": k + stride,
        "stride_skips_that_many": stride + 1,
    }.get(step, stride)
    end = (n - 1) * apart + k
    length = {
        "size_at_least_stride": max(end, n * apart),
        "one_step_too_many": end + apart,
        "stride_added": n - 1 + stride + k,
        "cut_to_same": n * apart,
        "cropped_to_same": n * apart,
        "short_for_k": n * apart,
    }.get(size, end)
    if length < end and size in ("short_for_k", "stride_added"):
        raise ValueError("could not broadcast")
    first = max(k - apart, 0) // 2 if size == "cropped_to_same" else 0
    return 1 if step == "stamps_not_moved_apart" else apart, length, first


def _stamped(image, kernel, down, right, overlap):
    """Return the stamps on as many cells as they need."""
    (height, width), (kh, kw) = image.shape, kernel.shape
    out = np.zeros(((height - 1) * down + kh, (width - 1) * right + kw))
    if overlap == "overwritten_by_cells":
        for a, b in np.ndindex(kh, kw):
            out[a : a + (height - 1) * down + 1 : down, b : b + (width - 1) * right + 1 : right] = image * kernel[a, b]
        return out
    for i in range(height):
        for j in range(width):
            place = out[i * down : i * down + kh, j * right : j * right + kw]
            stamp = image[i, j] * kernel
            other = {"overwritten": stamp, "largest_wins": np.maximum(place, stamp)} if overlap else {}
            place[...] = other.get(overlap, place + stamp)
    return out


@_mistakes.model(
    overlap={
        "overwritten": "Where stamps overlap, the later one replaces the earlier: add them up, with += instead of =.",
        "overwritten_by_cells": "Where stamps overlap, a later cell of the kernel replaces the earlier ones: add them "
        "up, with += instead of =.",
        "largest_wins": "Where stamps overlap, only the largest value stays; add them up.",
        "overlaps_averaged": "Where stamps overlap, you divide by their number; only add them up.",
    },
    turned=choices.TURNED
    | {
        "kernel_flipped": "The stamps are rotated by 180°: a stamp is pixel · kernel, with the kernel as it is. "
        "(Convolving an image with zeros between its pixels needs the kernel flipped.)",
        "kernel_transposed": 'Rows and columns of the kernel are swapped; "transposed" refers to the matrix of the '
        "convolution, not to the kernel.",
    },
    step={
        "stride_ignored": "The stamps are 1 cell apart whatever the stride is.",
        "stride_ignored_right": "The stride is used downwards only; to the right the stamps are 1 cell apart.",
        "stride_ignored_down": "The stride is used to the right only; downwards the stamps are 1 cell apart.",
        "always_two": "The stride is ignored: your stamps always start 2 cells apart.",
        "stamps_side_by_side": "The stamps start a kernel's size apart and never overlap; they must start stride cells "
        "apart.",
        **choices.by_axis(
            stamps_not_moved_apart="The result has the right size, but the stamps start at (i, j); they must start at "
            "(i·stride, j·stride).",
        ),
        "stride_between_stamps": "There are stride cells from the end of a stamp to the next; "
        "stride is the step from start to start.",
        "stride_skips_that_many": "The stamps start stride + 1 cells apart; they must start stride cells apart.",
    },
    size={
        "size_at_least_stride": "Where the kernel is smaller than the stride you add empty rows and columns at the "
        "end, as Keras does; here the result ends with the last stamp.",
        **choices.by_axis(
            one_step_too_many="The result is H·stride + kh high; H stamps have only H - 1 steps between them, so it "
            "must be (H - 1)·stride + kh.",
            stride_added="The size adds the stride only once; H stamps have H - 1 steps between them, so it must be (H "
            "- 1)·stride + kh.",
        ),
        "cut_to_same": 'The result has H·stride by W·stride cells, as with "same" padding: '
        "it must reach to the end of the last stamp.",
        "cropped_to_same": 'The border is cut off on both sides, as with "same" padding; keep every stamp whole.',
        "short_for_k": "A kernel larger than the stride ends in an error: the size H·stride has no room for it. "
        "It is (H - 1)·stride + kh.",
    },
    product={"added_to_the_kernel": "Pixel and kernel are added; a stamp is pixel · kernel."},
    kernel_sides=_sides("kernel"),
    buffer={
        "integers_wrap": "The result has the image's dtype, so values wrap around or lose their fractions: "
        "compute in floats.",
        "fractions_cut": "The result holds whole numbers only, so fractions are cut off: compute in floats.",
    },
    check={
        **_checks("stride"),
        "checked_by_size": "A stride below 1 raises an error only if no array has that size; check the stride itself.",
        "checked_by_place": "A stride below 1 raises an error only if a stamp has no place; check the stride itself.",
    },
)
def conv2d_transpose(
    image, kernel, stride, *, overlap="", turned="", step="", size="", product="",
    kernel_sides="", buffer="", check="",
):  # fmt: skip
    smallest = min((n - 1) * stride + k for n, k in zip(image.shape, kernel.shape, strict=True))
    placed = stride == 0 or image.size == 1
    stride = _checked(stride, check, checked_by_size=smallest >= 0, checked_by_place=placed)
    dtype, kernel = image.dtype, choices.turned(kernel, turned)
    image, kernel = image.astype(float), kernel.astype(float)
    (kh, kw), (kh_in_size, kw_in_size) = _taken(kernel.shape, kernel_sides)
    if kh > kernel.shape[0] or kw > kernel.shape[1]:
        raise IndexError
    kernel = kernel[:kh, :kw]
    of_axis = dict(step=step, size=size)
    down, high, top = _steps(image.shape[0], kh_in_size, stride, **_along("_down", of_axis))
    right, wide, left = _steps(image.shape[1], kw_in_size, stride, **_along("_right", of_axis))
    ones = np.ones(image.shape), np.ones(kernel.shape)
    stamps = _stamped(image, kernel, down, right, overlap)
    if product:
        stamps = _stamped(image, ones[1], down, right, overlap) + _stamped(ones[0], kernel, down, right, overlap)
    if overlap == "overlaps_averaged":
        stamps /= np.maximum(_stamped(*ones, down, right, ""), 1)
    if "in_size" in kernel_sides and (stamps.shape[0] > high or stamps.shape[1] > wide):
        raise IndexError
    out = np.zeros((high, wide))
    kept = stamps[top : top + high, left : left + wide]
    out[: kept.shape[0], : kept.shape[1]] = kept
    return _kept(out, dtype, buffer)


# unet_shapes


def _sizes(n, depth, sizes):
    """Return the sizes along one axis of all levels, down and up again."""
    levels = [*range(depth + 1), *range(depth)[::-1]]
    if sizes in ("convolutions_shrink", "one_convolution_shrinks"):
        lost, found = 4 if sizes == "convolutions_shrink" else 2, []
        for at in range(2 * depth + 1):
            found.append(n - lost)
            n = found[-1] // 2 if at < depth else found[-1] * 2
        return found
    return [
        {
            "one_pooling_for_all": n // 2 if level else n,
            "sizes_stay": n,
            "pooled_first": n // 2 ** (level + 1),
            "divided_by_levels": n // (level + 1),
            "quartered": n // 4**level,
            "sizes_doubled": n * 2**level,
            "divided_by_3": n // 3**level,
        }.get(sizes, n // 2**level)
        for level in levels
    ]


def _mixed(rows, columns, sides):
    """Return the heights and widths of all levels, where one of them stands for the other in some levels."""
    last = len(rows) - 1
    wrong = {
        "below": {level for level in range(last + 1) if 0 < level < last},
        "levels": {level for level in range(last + 1) if level != last // 2},
    }.get(sides.rpartition("_")[2], ())
    high = [columns[i] if i in wrong and sides.startswith("width") else n for i, n in enumerate(rows)]
    wide = [rows[i] if i in wrong and sides.startswith("square") else n for i, n in enumerate(columns)]
    return high, wide


def _way_up(shapes, bridge, way_up):
    """Return the levels on the way up, deepest first."""
    changes = {
        "skip_counted": lambda h, w, c: (h, w, 3 * c),
        "filters_not_halved_again": lambda h, w, c: (h, w, 2 * c),
        "filters_halved_once_more": lambda h, w, c: (h, w, c // 2),
        "filters_of_the_bridge": lambda h, w, c: (h, w, bridge[2]),
        "not_enlarged": lambda h, w, c: (*bridge[:2], c),
        "not_enlarged_down": lambda h, w, c: (bridge[0], w, c),
        "not_enlarged_right": lambda h, w, c: (h, bridge[1], c),
        "before_enlarging": lambda h, w, c: (h // 2, w // 2, c),
        "enlarged_twice": lambda h, w, c: (h * 2, w * 2, c),
    }
    up = [changes[way_up](*shape) for shape in shapes] if way_up in changes else shapes
    whole = {
        "way_down_only": [],
        "way_up_in_wrong_order": up[::-1],
        "top_level_missing": up[:-1],
        "deepest_level_missing": up[1:],
        "output_listed": [*up, (*(up or [bridge])[-1][:2], 1)],
    }
    return whole.get(way_up, up)


def _bridge(last, bridge, choice):
    """Return the bridge as a list, given the level before it."""
    return {
        "bridge_missing": [],
        "bridge_twice": [bridge, bridge],
        "bridge_not_doubled": [(*bridge[:2], last[2])],
        "bridge_not_pooled": [(*last[:2], bridge[2])],
        "bridge_like_last_level": [last],
    }.get(choice, [bridge])


def _filters(filters, level, growth):
    return {
        "filters_added": filters * (level + 1),
        "filters_stay": filters,
        "filters_tripled": filters * 3**level,
        "filters_quadrupled": filters * 4**level,
        "filters_halved": filters // 2**level,
        "one_filter_more": filters + level,
    }.get(growth, filters * 2**level)


def _refuses_size(height, width, depth, divides):
    """Tell whether a size is taken not to divide."""
    divisor = {
        "only_even_checked": 2,
        "twice_the_depth_checked": 2 * depth or 1,
        "one_pooling_more_checked": 2 ** (depth + 1),
        "one_pooling_less_checked": 2 ** max(depth - 1, 0),
    }.get(divides, 2**depth)
    uneven = [bool(n % divisor) for n in (height, width)]
    if divides == "powers_of_two_only":
        return any(uneven) or height & (height - 1) or width & (width - 1)
    alone = {"remainders_dropped": [], "only_height_checked": uneven[:1], "only_width_checked": uneven[1:]}
    return all(uneven) if divides == "one_side_may_not_divide" else any(alone.get(divides, uneven))


@_mistakes.model(
    sizes={
        "one_pooling_for_all": "Every level below the first is half as large as the input; "
        "each pooling halves the size again.",
        "pooled_first": "The first level is already half as large as the input; it comes before any pooling.",
        "divided_by_levels": "The size is divided by 1, 2, 3, ...; each pooling halves it, so by 1, 2, 4, ...",
        **choices.by_axis(
            sizes_stay="All levels are as large as the input; each pooling halves the size.",
            quartered="The size is divided by 4 with each level; a 2×2 pooling halves it.",
            divided_by_3="The size is divided by 3 with each level; a 2×2 pooling halves it.",
            sizes_doubled="The size doubles with each level down; a pooling halves it.",
        ),
        "convolutions_shrink": "Each pair of convolutions takes 4 rows and columns off, as without padding; "
        '"same" keeps the size.',
        "one_convolution_shrinks": "Each level takes 2 rows and columns off, as a convolution without padding does; "
        '"same" keeps the size.',
    },
    growth={
        "filters_added": "The filters grow by the same number each level; they double: 8, 16, 32.",
        "filters_stay": "Every level has the same number of filters; it doubles with each level down.",
        "filters_tripled": "The filters are multiplied by 3 with each level; they double.",
        "filters_quadrupled": "The filters are multiplied by 4 with each level; they double.",
        "filters_halved": "The filters halve with each level down; they must double.",
        "one_filter_more": "Each level has one filter more than the one above; the filters double.",
    },
    channels={
        "input_channels_multiplied": "The input's channels are multiplied in: a filter covers all of them and gives "
        "one channel.",
        "input_channels_added": "The input's channels are added to the filters: a filter covers all of them and gives "
        "one channel.",
        "input_channels_kept": "The levels start with the input's channels; the first one has `filters` of them.",
    },
    levels={
        "one_level_too_many": "There is one level too many: `depth` is the number of poolings.",
        "one_level_too_few": "There is one level too few: `depth` is the number of poolings, and the bridge comes "
        "after the last.",
    },
    way_down={
        "after_pooling": "The levels on the way down are given after their pooling; give the map before it, "
        "which the skip keeps.",
        "input_listed": "The list begins with the input itself; it begins with the first level's map.",
        "first_level_missing": "The first level is missing on the way down.",
    },
    bridge={
        "bridge_missing": "The bridge is missing: the level between the way down and the way up.",
        "bridge_twice": "The bridge is listed twice.",
        "bridge_not_doubled": "The bridge has as many filters as the level before it; it is one level deeper, "
        "so it has twice as many.",
        "bridge_not_pooled": "The bridge is as large as the level before it; the last level is pooled too.",
        "bridge_like_last_level": "The bridge is a copy of the level before it; it is pooled, with twice the filters.",
    },
    way_up={
        "way_down_only": "The list ends with the bridge: the way up is missing.",
        "way_up_in_wrong_order": "The way up is listed from the top level; it begins at the deepest.",
        "skip_counted": "On the way up you give the channels right after the skip is joined; "
        "give those after the level's convolutions.",
        "filters_not_halved_again": "On the way up each level has twice the filters it should, those of the level "
        "below it; they halve as the size doubles.",
        "filters_halved_once_more": "On the way up each level has half the filters it should; "
        "it has those of its level on the way down.",
        "filters_of_the_bridge": "On the way up all levels have the filters of the bridge; "
        "they halve as the size doubles.",
        **choices.by_axis(
            not_enlarged="On the way up all levels are as large as the bridge; each upsampling doubles the size.",
        ),
        "before_enlarging": "On the way up each level has half its size; give it after the upsampling.",
        "enlarged_twice": "On the way up each level is twice as large as on the way down; both must have the same "
        "size.",
        "top_level_missing": "The last level on the way up is missing; it ends with the size of the input.",
        "deepest_level_missing": "The first level on the way up is missing: the one right after the bridge.",
        "output_listed": "The list ends with an output of one channel; it ends with the last level's map.",
    },
    sides={
        "square_input_assumed": "The height is used for the width too; the input is (H, W, C).",
        "width_for_height": "The width is used for the height too; the input is (H, W, C).",
        "height_and_width_swapped": "Height and width are swapped: the input is (H, W, C).",
        "square_below": "Below the first level the height is used for the width too.",
        "width_for_height_below": "Below the first level the width is used for the height too.",
        "square_levels": "Everywhere but in the bridge, the height is used for the width too.",
        "width_for_height_in_levels": "Everywhere but in the bridge, the width is used for the height too.",
    },
    form={
        "channels_first": "The channels come first in your tuples; a shape is (H, W, C).",
        "channels_missing": "Your tuples are (H, W); a shape is (H, W, C).",
        "channels_only": "You list only the filters; a shape is (H, W, C).",
    },
    divides={
        "powers_of_two_only": "You accept powers of 2 only; 20 is divisible by 2**2 just as well.",
        "one_pooling_more_checked": "You check divisibility by 2**(depth + 1); with depth poolings the sizes must be "
        "divisible by 2**depth.",
        "one_pooling_less_checked": "You check divisibility by 2**(depth - 1); with depth poolings the sizes must be "
        "divisible by 2**depth.",
        "remainders_dropped": "A size not divisible by 2**depth is rounded down, so the way up does not fit the skips. "
        "It must raise ValueError.",
        "only_height_checked": "Only the height is checked; the width must be divisible by 2**depth too.",
        "only_width_checked": "Only the width is checked; the height must be divisible by 2**depth too.",
        "one_side_may_not_divide": "You raise an error only if neither side is divisible by 2**depth; both sides must "
        "be.",
        "only_even_checked": "You check that the sizes are even; with depth poolings they must be divisible by "
        "2**depth.",
        "twice_the_depth_checked": "You check divisibility by 2 · depth; each pooling halves, so check 2**depth.",
    },
    no_depth={
        "depth_0_refused": "A depth of 0 raises an error; it means no pooling, only the bridge.",
        "depth_0_empty": "Depth 0 gives an empty list: the bridge is there at every depth.",
    },
    depth_check={"negative_depth_accepted": "A depth below 0 must raise ValueError."},
    filter_check={"no_filters_accepted": "Fewer than one filter must raise ValueError."},
)
def unet_shapes(
    input_shape, depth, filters, *, sizes="", growth="", channels="", levels="", way_down="", bridge="", way_up="",
    sides="", form="", divides="", no_depth="", depth_check="", filter_check="",
):  # fmt: skip
    height, width, channels_in = input_shape
    if (depth < 0 and not depth_check) or (filters < 1 and not filter_check):
        raise ValueError((depth, filters))
    depth = max(depth, 0)
    if _refuses_size(height, width, depth, divides) or (no_depth == "depth_0_refused" and not depth):
        raise ValueError(input_shape)
    if no_depth and not depth:
        return []
    swapped = {"square_input_assumed": (height,) * 2, "width_for_height": (width,) * 2}
    height, width = (width, height) if sides == "height_and_width_swapped" else swapped.get(sides, (height, width))
    depth = max(depth + {"one_level_too_many": 1, "one_level_too_few": -1}.get(levels, 0), 0)
    first = {"input_channels_multiplied": filters * channels_in, "input_channels_added": filters + channels_in}
    filters = channels_in if channels == "input_channels_kept" else first.get(channels, filters)
    grown = [_filters(filters, level, growth) for level in range(depth + 1)]
    rows, columns = (_sizes(n, depth, sizes.removesuffix(axis)) for n, axis in ((height, "_down"), (width, "_right")))
    right = [*zip(*_mixed(rows, columns, sides), grown + grown[-2::-1], strict=True)]
    down = {
        "after_pooling": [(h // 2, w // 2, c) for h, w, c in right[:depth]],
        "input_listed": [(height, width, channels_in), *right[:depth]],
        "first_level_missing": right[1:depth],
    }.get(way_down, right[:depth])
    up = _way_up(right[depth + 1 :], right[depth], way_up)
    shapes = down + _bridge(right[max(depth - 1, 0)], right[depth], bridge) + up
    written = {"channels_first": np.s_[-1, 0, 1], "channels_missing": np.s_[0, 1], "channels_only": np.s_[2]}
    return [tuple(np.array(shape)[[written[form]]].ravel().tolist()) for shape in shapes] if form else shapes

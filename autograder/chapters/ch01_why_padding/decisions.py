"""Chapter 1: what goes wrong with padding. Each model is written as students write the function."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.chapters import choices
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()

SIDES = ("top", "bottom", "left", "right")


@_mistakes.model(
    ints={
        "int_is_total": "An int padding is split between the two sides; it means that many cells on each side.",
        "one_cell_for_any_int": "An int padding always adds one cell on each side, however large it is.",
        "int_fails": "An int padding fails with TypeError: an int p means ((p, p), (p, p)).",
    },
    pairs={
        "pairs_fail": "A padding of pairs fails with TypeError: it may be ((top, bottom), (left, right)).",
        "axes_swapped": "The two pairs are swapped: the first is (top, bottom), the second (left, right).",
        "read_as_corners": "The pairs are taken for (top, left) and (bottom, right); they are (top, bottom) and "
        "(left, right).",
        "first_amount_everywhere": "The first amount is used on all four sides; each side has an amount of its own.",
        "before_on_both_ends": "Bottom and right get as many cells as top and left; they have amounts of their own.",
    },
    ends={
        "ends_swapped": "Before and after are swapped: in ((top, bottom), (left, right)) top and left come first.",
        "top_and_bottom_swapped": "Top and bottom are swapped: the top comes first.",
        "left_and_right_swapped": "Left and right are swapped: the left comes first.",
    },
    size={
        "nothing_after": "The cells at the bottom and right are missing: the height is top + H + bottom.",
        "nothing_before": "The cells at the top and left are missing: the height is top + H + bottom.",
        "rows_only": "Cells are added above and below only; the left and right need theirs too.",
        "columns_only": "Cells are added at the left and right only; the top and bottom need theirs too.",
        **{f"{side}_only": f"Only the {side} gets new cells; each side needs its own." for side in SIDES},
        "bottom_missing": "The rows at the bottom are missing: the height is top + H + bottom.",
        "right_missing": "The columns at the right are missing: the width is left + W + right.",
        "one_too_large": "There is one row and one column too many: the height is top + H + bottom.",
    },
    place={
        "one_end_only": "All padding is at the bottom and right; the top and left get none.",
        "other_end_only": "All padding is at the top and left; the bottom and right get none.",
        "top_bare": "All new rows are at the bottom: the image should start at row top.",
        "left_bare": "All new columns are at the right: the image should start at column left.",
        "left_is_top": "The image starts at row left and column top; it should start at row top and column left.",
        "ends_at_minus_zero": "A slice that ends at -bottom is empty where bottom is 0: let it end at top + H.",
    },
    copied={
        "height_and_width_swapped": "Height and width are swapped: image.shape is (H, W). A square image hides it.",
        "last_row_and_column_lost": "The image's last row and column are not copied.",
        "image_missing": "The image's own pixels are missing from the result.",
        "value_added": "The fill value is added to the image's own pixels too.",
    },
    fill={
        "value_ignored": "The new cells are always 0: `value` is never used.",
        "ones_by_default": "Without a `value` the new cells are 1; the default is 0.",
    },
    dtype={
        "dtype_lost": "The result does not have the image's dtype: make the new array with it.",
        "always_int": "The result always holds whole numbers: make the new array with the image's dtype.",
    },
    returned={"same_array_returned": "With nothing to add, the image itself is returned, not a copy of it."},
    refused={
        "negative_accepted": "A negative padding must raise ValueError.",
        "zero_refused": "A padding of 0 raises an error; only a negative one must raise ValueError.",
    },
)
def pad2d(
    image, padding, value=0.0, *,
    ints="", pairs="", ends="", size="", place="", copied="", fill="", dtype="", returned="", refused="",
):  # fmt: skip
    if ("int_fails" if isinstance(padding, int) else "pairs_fail") in (ints, pairs):
        raise TypeError(padding)
    if isinstance(padding, int):
        less = {"int_is_total": (padding // 2, padding - padding // 2), "one_cell_for_any_int": (min(padding, 1),) * 2}
        (top, bottom) = (left, right) = less.get(ints, (padding, padding))
    else:
        (top, bottom), (left, right) = padding
        top, bottom, left, right = {
            "axes_swapped": (left, right, top, bottom),
            "read_as_corners": (top, left, bottom, right),
            "first_amount_everywhere": (top, top, top, top),
            "before_on_both_ends": (top, top, left, left),
        }.get(pairs, (top, bottom, left, right))
        if ends in ("ends_swapped", "top_and_bottom_swapped"):
            top, bottom = bottom, top
        if ends in ("ends_swapped", "left_and_right_swapped"):
            left, right = right, left
    if min(top, bottom, left, right) < (refused == "zero_refused"):
        if refused == "negative_accepted":
            return image
        raise ValueError(padding)
    if returned == "same_array_returned" and not any((top, bottom, left, right)):
        return image
    top, bottom, left, right = {
        "nothing_after": (top, 0, left, 0),
        "bottom_missing": (top, 0, left, right),
        "right_missing": (top, bottom, left, 0),
        "nothing_before": (0, bottom, 0, right),
        "rows_only": (top, bottom, 0, 0),
        "columns_only": (0, 0, left, right),
        "top_only": (top, 0, 0, 0),
        "bottom_only": (0, bottom, 0, 0),
        "left_only": (0, 0, left, 0),
        "right_only": (0, 0, 0, right),
        "one_too_large": (top, bottom + 1, left, right + 1),
    }.get(size, (top, bottom, left, right))
    h, w = image.shape[::-1] if copied == "height_and_width_swapped" else image.shape
    value = {"value_ignored": 0, "ones_by_default": value or 1}.get(fill, value)
    kind = {"dtype_lost": float, "always_int": int}.get(dtype, image.dtype)
    padded = np.full((top + h + bottom, left + w + right), value, dtype=kind)
    row, column = {
        "one_end_only": (0, 0),
        "other_end_only": (top + bottom, left + right),
        "top_bare": (0, left),
        "left_bare": (top, 0),
        "left_is_top": (left, top),
    }.get(place, (top, left))
    if place == "ends_at_minus_zero":
        inside = padded[top:-bottom, left:-right]
    else:
        inside = padded[row : row + h, column : column + w]
    if copied == "last_row_and_column_lost":
        inside[:-1, :-1] = image[:-1, :-1]
    elif copied != "image_missing":
        inside[:] = image + value if copied == "value_added" else image
    return padded


_STANDS = {  # which of n pixels stands at place i of the p before the image (i < 0) and of those after it (i >= n)
    "edge": lambda i, n, p: np.where(i < 0, 0, n - 1),
    "edge_is_the_first_pixel": lambda i, n, p: 0 * i,
    "edge_from_the_other_side": lambda i, n, p: np.where(i < 0, n - 1, 0),
    "edge_is_the_neighbour": lambda i, n, p: np.where(i < 0, 1, n - 2),
    "reflect": lambda i, n, p: np.where(i < 0, -i, 2 * (n - 1) - i),
    "reflect_unturned": lambda i, n, p: np.where(i < 0, i + p + 1, i - p - 1),
    "reflect_repeats_edge_before": lambda i, n, p: np.where(i < 0, -i - 1, 2 * (n - 1) - i),
    "reflect_repeats_edge_after": lambda i, n, p: np.where(i < 0, -i, 2 * n - 1 - i),
    "reflect_skips_one_after": lambda i, n, p: np.where(i < 0, -i, 2 * n - 3 - i),
    "reflect_after_only": lambda i, n, p: np.where(i < 0, i, 2 * (n - 1) - i),
    "symmetric": lambda i, n, p: np.where(i < 0, -i - 1, 2 * n - 1 - i),
    "wrap": lambda i, n, p: i % n,
    "wrap_repeats_own_end": lambda i, n, p: np.where(i < 0, i + p, i - p),
    "wrap_skips_the_edge": lambda i, n, p: np.where(i < 0, i + n - 1, i - n + 1),
    "wrap_mirrored_before": lambda i, n, p: np.where(i < 0, -i, i - n),
}
_SAME_AS = {
    "reflect_repeats_edge": "symmetric",
    "reflect_is_edge": "edge",
    "edge_is_reflect": "reflect",
    "edge_is_symmetric": "symmetric",
    "wrap_is_mirrored": "symmetric",
    "wrap_is_reflect": "reflect",
}


@_mistakes.model(
    reflect={
        "reflect_repeats_edge": 'In "reflect" you mirror the edge pixel too; the first new cell must show its '
        "neighbour.",
        "reflect_is_edge": 'In "reflect" you repeat the edge pixel in every new cell: that is "edge". Mirror the image '
        "instead.",
        "reflect_repeats_edge_before": 'In "reflect" the first row and column are repeated; the second ones should '
        "come before them.",
        "reflect_repeats_edge_after": 'In "reflect" the last row and column are repeated; the second-to-last ones '
        "should come after them.",
        "reflect_skips_one_after": 'In "reflect" a pixel is skipped at the end: the second-to-last row should come '
        "after the last.",
        "reflect_after_only": 'In "reflect" the cells before the image come from its other end: a negative index '
        "counts from there, so change its sign.",
        "reflect_unturned": 'In "reflect" the pixels next to the edge keep their order; a mirror reverses it.',
    },
    edge={
        "edge_is_reflect": 'In "edge" you mirror the image: that is "reflect". Repeat the edge pixel itself in every '
        "new cell.",
        "edge_is_symmetric": 'In "edge" you mirror the image, the edge pixel included. Repeat only the edge pixel in '
        "every new cell.",
        "edge_is_the_neighbour": 'In "edge" the pixel next to the edge pixel is repeated; repeat the edge pixel.',
        "edge_from_the_other_side": 'In "edge" the opposite edge is repeated; each side repeats its own.',
        "edge_is_the_first_pixel": 'In "edge" the first row and column are repeated at the end too; the last ones '
        "belong there.",
    },
    wrap={
        "wrap_is_mirrored": 'In "wrap" you mirror the image; it should continue from the opposite side: the last '
        "column comes before the first.",
        "wrap_is_reflect": 'In "wrap" you mirror the image at its edge pixels: that is "reflect".',
        "wrap_mirrored_before": 'In "wrap" the cells before the image mirror it; they must show the opposite side.',
        "wrap_repeats_own_end": 'In "wrap" each side repeats its own pixels; the last columns, in their order, belong '
        "before the first.",
        "wrap_skips_the_edge": 'In "wrap" the opposite edge itself is left out: the last column must come right before '
        "the first.",
    },
    constant={
        "zeros_become_ones": 'In "constant" the new cells are 1; they must be 0.',
    },
    modes={"always_zeros": "The mode is ignored: you always get zeros."},
    corners={
        "corners_empty": "The four corners stay 0: pad the rows first, then the columns of the result, and the corners "
        "fill up.",
        "edge_corners_empty": 'In "edge" the four corners stay 0: pad the rows first, then the columns of the result, '
        "and the corners fill up.",
        "reflect_corners_empty": 'In "reflect" the four corners stay 0; they must mirror the image in both directions.',
        "wrap_corners_empty": 'In "wrap" the four corners stay 0; they must show the opposite corners.',
    },
    axes={
        "rows_only": "Only the cells above and below are filled; those at the left and right stay 0.",
        "columns_only": "Only the cells at the left and right are filled; those above and below stay 0.",
        "height_for_both": "The columns are counted with the image's height; it has image.shape[1] columns.",
    },
    size={
        "nothing_after": "The cells at the bottom and right are missing: the height is H + 2·padding.",
        "nothing_before": "The cells at the top and left are missing: the height is H + 2·padding.",
        "after_zero": "The cells at the bottom and right stay 0 in every mode.",
    },
    unknown={"unknown_mode_accepted": "An unknown mode must raise ValueError."},
    negative={
        "negative_accepted": "A negative padding must raise ValueError.",
    },
)
def pad2d_mode(
    image, padding, mode, *,
    reflect="reflect", edge="edge", wrap="wrap", constant="", modes="", corners="", axes="", size="", unknown="refused",
    negative="refused",
):  # fmt: skip
    p = padding
    if p < 0:
        if negative == "negative_accepted":
            return image
        raise ValueError(padding)
    choice = {"reflect": reflect, "edge": edge, "wrap": wrap, "constant": constant}.get(mode, unknown)
    if choice == "refused":
        raise ValueError(mode)
    rule = _SAME_AS.get(choice, choice)
    h, w = image.shape
    padded = np.full((h + 2 * p, w + 2 * p), float(choice == "zeros_become_ones"))
    padded[p : p + h, p : p + w] = image
    if rule in _STANDS and modes != "always_zeros":
        n = h if axes == "height_for_both" else w
        rows, columns = np.arange(-p, h + p), np.arange(-p, w + p)
        rows = np.where((rows >= 0) & (rows < h), rows, _STANDS[rule](rows, h, p))
        columns = np.where((columns >= 0) & (columns < n), columns, _STANDS[rule](columns, n, p))
        padded = image[np.ix_(rows, columns)]
        if axes == "rows_only":
            padded[:, :p] = padded[:, p + w :] = 0
        if axes == "columns_only":
            padded[:p] = padded[p + h :] = 0
        if corners in ("corners_empty", f"{mode}_corners_empty"):
            outside = [*range(p), *range(-p, 0)]
            padded[np.ix_(outside, outside)] = 0
    if mode == "constant" and axes == "height_for_both":
        padded[:, p + h :] = 0
    if size == "after_zero":
        padded[p + h :] = padded[:, p + w :] = 0
    return {
        "nothing_after": padded[: p + h, : p + w],
        "nothing_before": padded[p:, p:],
    }.get(size, padded)


_ACCEPTED = {  # by a choice, of what must be refused
    "zero_accepted": ("kernel", "stride"),
    "zero_kernel_accepted": ("kernel",),
    "zero_stride_accepted": ("stride",),
    "nothing_refused": ("kernel", "stride", "padding", "high", "wide"),
    "nothing_checked": ("kernel", "padding", "high", "wide"),
    "negative_padding_accepted": ("padding",),
    "misfit_accepted": ("high", "wide"),
    "too_high_accepted": ("high",),
    "too_wide_accepted": ("wide",),
}

_STARTS = {  # of windows of k cells that move by s over n cells
    "whole_windows": lambda n, k, s: range(0, n - k + 1, s),
    "first_window_missed": lambda n, k, s: range(s, n - k + 1, s),
    "last_window_missed": lambda n, k, s: range(0, n - k, s),
    "last_row_missed": lambda n, k, s: range(0, n - k, s),
    "last_column_missed": lambda n, k, s: range(0, n - k, s),
    "size_lacks_one": lambda n, k, s: range(0, (n - k) // s * s, s),
    "one_is_divided_too": lambda n, k, s: range(0, (n - k + 1) // s * s, s),
    "windows_stick_out": lambda n, k, s: range(0, n - k + s, s),
    "one_window_too_many": lambda n, k, s: range(0, n - k + 2, s),
    "size_has_two": lambda n, k, s: range(0, ((n - k) // s + 2) * s, s),
    "one_row_too_few": lambda n, k, s: range(0, (n - k) // s * s, s),
    "one_column_too_few": lambda n, k, s: range(0, (n - k) // s * s, s),
    "row_sticks_out": lambda n, k, s: range(0, n - k + 2, s),
    "column_sticks_out": lambda n, k, s: range(0, n - k + 2, s),
    "windows_at_every_pixel": lambda n, k, s: range(0, n, s),
    "stride_not_multiplied": lambda n, k, s: range((n - k) // s + 1),
}


@_mistakes.model(
    stride_used={
        "stride_ignored": "The window moves by one cell each time: `stride` is never used.",
        "stride_in_one_axis": "The stride is used downwards only; to the right the window still moves by one.",
        "stride_to_the_right_only": "The stride is used to the right only; downwards the window still moves by one.",
        "no_gaps": "The window never moves farther than its own size; with a larger stride it must skip pixels.",
        "stride_is_kernel": "The window moves by its own size each time: `stride` is never used.",
    },
    pairs={
        "pairs_swapped": "Vertical and horizontal are swapped: a pair is (vertical, horizontal).",
        "pairs_fail": "Pairs fail with TypeError: kernel_size and stride may be (vertical, horizontal).",
        "first_of_pair_for_both": "The first entry of a pair is used in both directions; the second is horizontal.",
        "strides_swapped": "The two strides are swapped: stride is (vertical, horizontal).",
    },
    padding_used={
        "padding_ignored": "Windows that begin in the padding are not counted: `padding` is never used.",
        "padding_kept": "The result still has the counts of the padding: cut them off, so that its shape is (H, W).",
        "padding_once": "The padded height is taken as H + padding; with both sides it is H + 2·padding.",
        "cut_at_zero": "You cut the result out from the corner of the padded image; the image itself begins at row and "
        "column padding.",
        "ends_at_minus_zero": "With a padding of 0, counts[padding:-padding] is empty: end the slice at padding + H.",
    },
    defaults={
        "always_padded": "Without a `padding` you count as if it were 1; the default is 0.",
        "stride_two_by_default": "Without a `stride` the window moves by 2; the default is 1.",
    },
    windows={
        "last_window_missed": "The last window is missed: it starts at H - kh, so the range ends at H - kh + 1.",
        "first_window_missed": "The first window of each direction is missed: it starts at 0.",
        "size_lacks_one": "A window is missing in each direction: there are (H - kh) // stride + 1 from top to bottom.",
        "one_is_divided_too": "The number of windows is (H - kh) // stride + 1: the 1 is added after the division.",
        "windows_stick_out": "Windows that do not fit at the end are counted too; only whole windows count.",
        "one_window_too_many": "A window that is one cell too far is counted: the range ends at H - kh + 1.",
        "size_has_two": "There is a window too many in each direction: there are (H - kh) // stride + 1.",
        "windows_at_every_pixel": "Windows begin even where they no longer fit; the last one starts at H - kh.",
        "stride_not_multiplied": "The number of windows is right, but window i starts at i; it must start at i·stride.",
    },
    down={
        "last_row_missed": "The bottom row of windows is missed: the last one starts at row H - kh.",
        "one_row_too_few": "A row of windows is missing: there are (H - kh) // stride + 1.",
        "row_sticks_out": "A row of windows that does not fit at the bottom is counted: the last starts at row H - kh.",
    },
    across={
        "last_column_missed": "The rightmost windows are missed: the last one starts at column W - kw.",
        "one_column_too_few": "A column of windows is missing: there are (W - kw) // stride + 1.",
        "column_sticks_out": "Windows that do not fit on the right are counted: the last starts at column W - kw.",
    },
    covered={
        "window_one_too_large": "Each window covers one row and one column too many: it ends before top + kh.",
        "window_one_too_small": "Each window covers one row and one column too few: a slice ends before its stop.",
        "counted_twice": "Each window adds 2 to the pixels it covers; it must add 1.",
        "starts_only": "Each window is counted at its first pixel only; it covers kh·kw pixels.",
        "at_most_one": "Every covered pixel gets a 1; count how many windows cover it.",
        "axes_added": "The counts along the two axes are added; multiply them: each row of windows has all columns.",
        "counts_wrap_around": "Counts above 255 wrap around: the array is of 8-bit integers; let it be of ints.",
    },
    sizes={
        "zero_accepted": "A kernel size or stride below 1 must raise ValueError.",
        "zero_kernel_accepted": "A kernel size below 1 must raise ValueError.",
        "zero_stride_accepted": "A stride below 1 must raise ValueError.",
        "nothing_refused": "A size or stride of 0, a negative padding and a window too large must raise ValueError.",
        "nothing_checked": "A kernel size of 0, a negative padding and a window too large must raise ValueError.",
    },
    negative={
        "negative_padding_accepted": "A negative padding must raise ValueError.",
    },
    fits={
        "misfit_accepted": "A window larger than the padded image must raise ValueError.",
        "too_high_accepted": "A window higher than the padded image must raise ValueError.",
        "too_wide_accepted": "A window wider than the padded image must raise ValueError.",
        "fit_without_padding": "A window that fits only with the padding raises an error; the padding counts too.",
        "exact_fit_refused": "A window as high or wide as the image raises an error; it fits exactly.",
    },
)
def window_counts(
    shape, kernel_size, stride=None, padding=None, *,
    stride_used="", pairs="", padding_used="", defaults="", windows="whole_windows", down="whole_windows",
    across="whole_windows", covered="", sizes="refused", negative="refused", fits="refused",
):  # fmt: skip
    stride = {"stride_two_by_default": 2}.get(defaults, 1) if stride is None else stride
    p = int(defaults == "always_padded") if padding is None else padding
    if pairs == "pairs_fail" and not isinstance(kernel_size, int) * isinstance(stride, int):
        raise TypeError(kernel_size, stride)
    (kh, kw), (sh, sw) = (n if isinstance(n, tuple) else (n, n) for n in (kernel_size, stride))
    kh, kw, sh, sw = {
        "pairs_swapped": (kw, kh, sw, sh),
        "first_of_pair_for_both": (kh, kh, sh, sh),
        "strides_swapped": (kh, kw, sw, sh),
    }.get(pairs, (kh, kw, sh, sw))
    h, w = shape
    accepted = [kind for choice in (sizes, negative, fits) for kind in _ACCEPTED.get(choice, ())]
    around = {"padding_ignored": 0, "padding_once": p}.get(padding_used, 2 * p)
    bad = {
        "kernel": min(kh, kw) < 1,
        "stride": min(sh, sw) < 1,
        "padding": p < 0,
        "high": kh > h + around - (fits == "exact_fit_refused"),
        "wide": kw > w + around - (fits == "exact_fit_refused"),
    }
    if any(is_bad and kind not in accepted for kind, is_bad in bad.items()):
        raise ValueError(shape, kernel_size, stride, padding)
    if any(bad.values()):
        return np.zeros(shape, dtype=int)
    if fits == "fit_without_padding" and (kh > h or kw > w):
        raise ValueError(shape, kernel_size)
    sh, sw = {
        "stride_ignored": (1, 1),
        "stride_in_one_axis": (sh, 1 if isinstance(stride, int) else sw),
        "stride_to_the_right_only": (1 if isinstance(stride, int) else sh, sw),
        "no_gaps": (min(sh, kh), min(sw, kw)),
        "stride_is_kernel": (kh, kw),
    }.get(stride_used, (sh, sw))
    sides = []
    for n, k, s, starts in ((h, kh, sh, down), (w, kw, sw, across)):
        counts = np.zeros(n + around, dtype=int)
        cells = {"window_one_too_large": k + 1, "window_one_too_small": k - 1, "starts_only": 1}.get(covered, k)
        for start in _STARTS[windows if starts == "whole_windows" else starts](n + around, k, s):
            counts[start : start + cells] += 1
        first = 0 if padding_used in ("padding_ignored", "cut_at_zero") else p
        kept = {"padding_kept": slice(None), "ends_at_minus_zero": slice(p, -p)}
        sides.append(counts[kept.get(padding_used, slice(first, first + n))])
    counts = np.outer(*sides)
    return {
        "at_most_one": np.minimum(counts, 1),
        "counted_twice": 2 * counts,
        "axes_added": np.add.outer(*sides),
        "counts_wrap_around": counts % 256,
    }.get(covered, counts)


_SUMS = {
    "starts_at_one": lambda products: 1 + products.sum(axis=-1),
    "products": lambda products: products.sum(axis=-1),
    "mean_instead_of_sum": lambda products: products.mean(axis=-1),
    "max_instead_of_sum": lambda products: products.max(axis=-1),
    "last_product_only": lambda products: products[..., -1],
    "sum_goes_on": lambda products: products.sum(axis=-1).cumsum().reshape(products.shape[:2]),
}


def _cast(array, dtype):
    """Return the values as an array of that dtype stores them: without fractions, and wrapped around."""
    return array.astype(dtype) if np.dtype(dtype).kind == "f" else array.astype(np.int64).astype(dtype)


@_mistakes.model(
    turned=choices.TURNED,
    window={
        "square_kernel_assumed": "kernel.shape[0] is used for both directions; a kernel's width is kernel.shape[1].",
        "kernel_width_for_both": "kernel.shape[1] is used for both directions; a kernel's height is kernel.shape[0].",
        "kernel_cut_to_a_square": "Both loops over the kernel end at kernel.shape[0]; its width is kernel.shape[1].",
        "kernel_sizes_swapped": "Height and width of the kernel are swapped: kernel.shape is (kh, kw).",
    },
    padded={
        "padded_to_same": "The output is as large as the image: you padded. Here only windows that fit count.",
        "padded_by_half": "The image is padded by k // 2 on each side. Here only windows that fit count.",
        "padded_by_half_the_height": "The image is padded by kh // 2 on all sides. Here only windows that fit count.",
        "padded_by_kernel": "The image is padded by k - 1 on each side. Here only windows that fit count.",
    },
    summed={
        "mean_instead_of_sum": "The products are averaged; a convolution adds them up.",
        "max_instead_of_sum": "The largest product is taken; a convolution adds all products up.",
        "matrix_product": "`@` is the matrix product; here each cell of the window is multiplied by one cell of the "
        "kernel: use `*`.",
        "added_instead_of_multiplied": "Window and kernel are added; multiply them cell by cell.",
        "starts_at_one": "Each sum starts at 1; it must start at 0.",
        "last_product_only": "Only the last product of each window is kept; add all of them up.",
        "sum_goes_on": "The sum goes on from one window to the next: it starts at 0 for each window.",
    },
    dtype={
        "integers_wrap": "The output has the image's dtype, so sums wrap around or lose their fractions: compute in "
        "floats.",
        "products_wrap": "The sum is kept in the image's dtype, so each step loses fractions: add up in floats.",
        "always_int_at_each_step": "The sum is kept as a whole number, so each step loses fractions: add up in floats.",
    },
    size={
        "last_row_and_column_missed": "The last row and column are missing: there are H - kh + 1 positions, not "
        "H - kh.",
        "last_row_missed": "The last row is missing: there are H - kh + 1 positions from top to bottom.",
        "last_column_missed": "The last column is missing: there are W - kw + 1 positions from left to right.",
        "image_sized": "The output has the image's size, and its last rows and columns stay 0: its height must be H - "
        "kh + 1.",
        "image_sized_with_border": "The output has the image's size and a border of zeros: its height must be H - kh + "
        "1.",
        "side_by_side": "The kernel moves by its own size; it must move by one cell at a time.",
        "transposed": "The output is transposed: the row comes first, then the column.",
    },
    fits={
        "empty_instead_of_error": "A kernel that does not fit into the image must raise ValueError.",
        "too_high_accepted": "A kernel higher than the image must raise ValueError.",
        "too_wide_accepted": "A kernel wider than the image must raise ValueError.",
        "exact_fit_refused": "A kernel as high or as wide as the image raises an error; it fits.",
        "whole_image_refused": "A kernel as large as the image raises an error; it fits at one position.",
    },
)
def conv2d_valid(
    image, kernel, *,
    turned="", window="kernel_sized", padded="", summed="products", dtype="", size="", fits="",
):  # fmt: skip
    (h, w), (kh, kw) = image.shape, kernel.shape
    if (kh == h) + (kw == w) >= {"exact_fit_refused": 1, "whole_image_refused": 2}.get(fits, 3):
        raise ValueError(kernel)
    if kh > h or kw > w:
        if fits == "empty_instead_of_error" or fits == ("too_high_accepted" if kh > h else "too_wide_accepted"):
            return np.zeros((0, 0))
        raise ValueError(kernel)
    kernel = choices.turned(kernel, turned)
    if window == "kernel_cut_to_a_square":
        if kh > kw:
            raise IndexError(kernel.shape)
        kernel = kernel[:, :kh]
    kh, kw = kernel.shape
    top, left, bottom, right = {
        "padded_to_same": ((kh - 1) // 2, (kw - 1) // 2, kh // 2, kw // 2),
        "padded_by_half": (kh // 2, kw // 2, kh // 2, kw // 2),
        "padded_by_half_the_height": (kh // 2, kh // 2, kh // 2, kh // 2),
        "padded_by_kernel": (kh - 1, kw - 1, kh - 1, kw - 1),
    }.get(padded, (0, 0, 0, 0))
    wide = np.zeros((top + h + bottom, left + w + right))
    wide[top : top + h, left : left + w] = image
    covered = {"square_kernel_assumed": (kh, kh), "kernel_width_for_both": (kw, kw), "kernel_sizes_swapped": (kw, kh)}
    windows = sliding_window_view(wide, covered.get(window, (kh, kw)))
    combined = {"matrix_product": np.matmul, "added_instead_of_multiplied": np.add}.get(summed, np.multiply)
    products = combined(windows, kernel.astype(float))
    products = products.reshape(*products.shape[:2], -1)
    stored = image.dtype if dtype in ("integers_wrap", "products_wrap") else int if "int" in dtype else float
    if dtype in ("products_wrap", "always_int_at_each_step"):
        out = np.zeros(products.shape[:2], stored)
        for product in np.moveaxis(products, -1, 0):
            out = _cast(out + product, stored)
    else:
        out = _cast(_SUMS.get(summed, _SUMS["products"])(products), stored)
    if size.startswith("image_sized"):
        top, left = (kh // 2, kw // 2) if size.endswith("border") else (0, 0)
        filled = np.zeros(image.shape)
        filled[top : top + out.shape[0], left : left + out.shape[1]] = out
        return filled
    return {
        "last_row_and_column_missed": out[:-1, :-1],
        "last_row_missed": out[:-1],
        "last_column_missed": out[:, :-1],
        "side_by_side": out[::kh, ::kw],
        "transposed": out.T,
    }.get(size, out)


@_mistakes.model(
    needed={
        "floor_instead_of_ceil": "The number of windows is rounded down; it must be ceil(n / stride).",
        "rounded_up_always": "There is one window too many where the stride divides n: there are ceil(n / stride).",
        "rounded_to_nearest": "The number of windows is rounded to the nearest; it must be ceil(n / stride).",
        "keeps_the_size": 'You take "same" to keep the size n at any stride; the output has ceil(n / stride) cells.',
        "steps_of_one": "You let the windows move by 1; together they must cover (windows - 1)·stride + k cells.",
        "stride_ignored": "The stride is ignored: at stride 2 fewer windows have to fit, so less padding may do.",
        "kernel_sized": "The total is k; it must be (windows - 1)·stride + k - n, which is k - 1 at stride 1.",
        "remainder_ignored": "The total is k - stride; that holds only where the stride divides n.",
        "half_kernel": 'Both sides get (k - 1) // 2. That keeps the size for odd k at stride 1; "same" depends on n '
        "and stride too.",
        "half_kernel_for_even_too": 'Both sides get k // 2. That keeps the size for odd k at stride 1; "same" depends '
        "on n and stride too.",
    },
    default={"stride_two_by_default": "Without a `stride` it is taken to be 2; the default is 1."},
    total={
        "input_not_subtracted": "The total is all that the windows cover; subtract the n cells that are there already.",
        "one_stride_too_many": "You count one stride too many: the windows cover (windows - 1)·stride + k cells.",
        "one_too_many": "The total is one cell too large: it is (windows - 1)·stride + k - n.",
        "one_too_few": "The total is one cell too small: it is (windows - 1)·stride + k - n.",
        "n_and_k_swapped": "The sizes of input and kernel are swapped: n is the input's.",
    },
    negative={
        "negative_total": "The total comes out negative when the windows fit anyway; it must be at least 0.",
        "negative_turned_positive": "A negative total loses its sign; where the windows fit anyway, nothing is added.",
        "at_least_one": "You always add at least one cell; where the windows fit without padding, add none.",
    },
    split={
        "odd_before": "You put the odd cell before the input; TensorFlow puts it after (bottom, right).",
        "symmetric": "Both sides get the same number of cells; when the total is odd, the end gets one more.",
        "symmetric_rounded_up": "Both sides get the larger half; when the total is odd, the beginning gets one cell "
        "less.",
        "total_on_each_side": "Each side gets the whole total; split it between before and after.",
        "after_is_total": "You add the whole total at the end; subtract the cells that come before.",
        "before_is_total": "You add the whole total at the beginning; subtract the cells that come after.",
        "all_after": "All cells are put after; half of them, rounded down, come before.",
        "all_before": "All cells are put before; half of them, rounded up, come after.",
        "not_rounded": "Both sides get total / 2, which may not be whole: before is total // 2, and after is total - "
        "before.",
        "total_alone": "Only the total is returned; return (before, after).",
    },
    refused={
        "zero_stride_accepted": "A size or stride below 1 must raise ValueError.",
        "zero_accepted": "A kernel size or stride of 0 must raise ValueError.",
        "input_accepted": "An input size below 1 must raise ValueError.",
        "kernel_accepted": "A kernel size below 1 must raise ValueError.",
        "stride_accepted": "A stride below 1 must raise ValueError.",
        "only_stride_refused": "A size of input or kernel below 1 must raise ValueError.",
        "one_refused": "A size or stride of 1 raises an error; only one below 1 must raise ValueError.",
    },
)
def same_padding(n, k, stride=None, *, needed="", default="", total="", negative="", split="", refused=""):
    s = 1 + (default == "stride_two_by_default") if stride is None else stride
    least = {"zero_accepted": 0, "one_refused": 2}.get(refused, 1)
    checked = {
        "zero_stride_accepted": (1,),
        "input_accepted": (k, s),
        "kernel_accepted": (n, s),
        "stride_accepted": (n, k),
        "only_stride_refused": (s,),
    }.get(refused, (n, k, s))
    if min(checked) < least:
        raise ValueError(n, k, s)
    if min(n, k, s) < 1:
        return 0, 0
    if total == "n_and_k_swapped":
        n, k = k, n
    count = {"floor_instead_of_ceil": n // s, "rounded_up_always": n // s + 1, "rounded_to_nearest": round(n / s)}
    count = n if needed == "keeps_the_size" else count.get(needed, -(-n // s))
    cells = {
        "steps_of_one": count - 1 + k - n,
        "stride_ignored": k - 1,
        "kernel_sized": k,
        "remainder_ignored": k - s,
        "half_kernel": (k - 1) // 2 * 2,
        "half_kernel_for_even_too": k // 2 * 2,
    }.get(needed, (count - 1) * s + k - n)
    cells += {"input_not_subtracted": n, "one_stride_too_many": s, "one_too_many": 1, "one_too_few": -1}.get(total, 0)
    cells = {
        "negative_total": cells,
        "negative_turned_positive": abs(cells),
        "at_least_one": max(cells, 1),
    }.get(negative, max(cells, 0))
    return {
        "odd_before": (cells - cells // 2, cells // 2),
        "symmetric": (cells // 2, cells // 2),
        "symmetric_rounded_up": (cells - cells // 2, cells - cells // 2),
        "total_on_each_side": (cells, cells),
        "after_is_total": (cells // 2, cells),
        "before_is_total": (cells, cells - cells // 2),
        "all_after": (0, cells),
        "all_before": (cells, 0),
        "not_rounded": (cells / 2, cells / 2),
        "total_alone": cells,
    }.get(split, (cells // 2, cells - cells // 2))

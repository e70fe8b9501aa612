"""Chapter 6: what goes wrong with a network. Each model is written as students write the function.

H, W, C: height, width and channels of a map; kh, kw: height and width of a kernel.
"""

from typing import Any

import numpy as np

from autograder.chapters import choices
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()


# design


def _conv(filters, kernel, padding="same"):
    return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": 1, "padding": padding}


def _pool(size=2):
    return {"kind": "pool", "size": size, "stride": size, "padding": "valid"}


_SHARED: dict[str, list[dict[str, Any]]] = {}  # the lists of a design that is built once


@_mistakes.model(
    convolutions={
        "no_convolution": "A pooling layer and a dense layer do not make a convolutional network: use at least two "
        "convolutions.",
        "one_large_kernel": "A single large kernel sees enough, but the exercise asks for several small layers.",
        "field_of_ten": "Two 3×3 convolutions and two pools see 10 px: a third convolution after them would see 18.",
        "slides_network": "This is the large network of chapter 6: 421,642 parameters, most of them after the "
        "flattened map, and large maps.",
    },
    kernel={
        "kernel_of_nine": "A 9×9 kernel widens the field at once; kernels are at most 7, so use more layers.",
        "kernel_too_large": "Without padding the map becomes smaller than the last kernel.",
    },
    filters={
        "many_filters_first": "32 filters on the 28×28 map take 100,352 bytes: use few filters where the map is large."
    },
    pools={"no_reduction": "Without pooling or stride the map stays 28×28 to the end."},
    flatten={"no_flatten": "The dense layer comes right after a map: put a flatten layer in between."},
    hidden={"hidden_layer_too_large": "The flattened map feeds 128 units: nearly all parameters are there."},
    last={
        "one_output_too_few": "The last layer needs 10 units, one for each class.",
        "ends_in_features": "It ends in a dense layer of 128 features; the classes need one more layer of 10 units.",
        "no_dense_layer": "There is no dense layer at the end: the classes need one of 10 units.",
    },
    built={
        "same_list_again": "The same list is returned each time, so changing it changes the next result. Build it in "
        "the function."
    },
)
def design(*, convolutions="", kernel="", filters="", pools="", flatten="before_dense", hidden="", last="", built=""):
    first, size = {"many_filters_first": 32}.get(filters, 8), {"kernel_of_nine": 9}.get(kernel, 5)
    end = (3, "same") if kernel != "kernel_too_large" else (30, "valid")
    pool = [] if pools == "no_reduction" else [_pool()]
    layers = {
        "no_convolution": [_pool(28)],
        "one_large_kernel": [_conv(first, 20, "valid")],
        "field_of_ten": [_conv(first, 3), *pool, _conv(16, 3), *pool],
        "slides_network": [_conv(32, 3), *pool, _conv(64, 3), *pool],
    }.get(convolutions, [_conv(first, size), *pool, _conv(16, 3), *pool, _conv(32, *end)])
    layers += [{"kind": "flatten"}] if flatten == "before_dense" else []
    units = [128] if hidden == "hidden_layer_too_large" or convolutions == "slides_network" else []
    units += {"one_output_too_few": [1], "ends_in_features": [128], "no_dense_layer": []}.get(last, [10])
    layers += [{"kind": "dense", "units": n} for n in units]
    return _SHARED.setdefault(str(layers), layers) if built == "same_list_again" else layers


# mosaic


@_mistakes.model(
    axes={
        "channels_first": "The first axis is taken for the channels; maps are (H, W, C).",
    },
    order={
        "column_order": "The maps go down the columns first; row order goes left to right, then down.",
        "row_and_column_swapped": "Row and column are swapped: map c is in row c // columns, column c % columns.",
        "rows_backwards": "The rows of maps are in reverse order: map 0 belongs to the top row.",
        "right_to_left": "The maps go from right to left; row order goes left to right.",
    },
    shown={
        "last_map_everywhere": "Every place shows the last map; place c shows maps[:, :, c].",
        "last_map_alone": "Only the last map is there: all others are lost when the picture is made anew.",
        "last_map_missing": "The last map is missing: the loop ends one too early.",
        "first_map_missing": "The first map is missing: the loop begins one too late.",
        "maps_overlap": "The maps overlap: map (row, column) begins at pixel (row · H, column · W).",
    },
    width={
        "columns_taken_for_rows": "`columns` is used as the number of rows.",
        "one_column_more": "There is one column too many: a row holds `columns` maps.",
        "one_row": "All maps are in one row; a new row begins after `columns` maps.",
        "one_column": "All maps are in one column; a row holds `columns` maps.",
        "narrow": "With fewer maps than columns the picture is too narrow: it is always columns · W wide.",
    },
    sizes={"height_and_width_swapped": "Height and width of a map are mixed up; square maps hide it."},
    rows={
        "last_row_missing": "C // columns rows are too few: the maps of a last row that is not full are lost.",
        "full_rows_only": "Only full rows of maps are shown (one row if none is full): ceil(C / columns) rows are "
        "needed.",
        "rest_fails": "Where the last row is not full, your code fails with ValueError: ceil(C / columns) rows are "
        "needed.",
        "one_row_too_many": "There is a row too many: C // columns + 1 is one more than ceil(C / columns) "
        "when it divides.",
        "always_one_row_more": "There is always a row too many: ceil(C / columns) rows hold all maps.",
        "a_row_each": "The picture has C rows of maps: ceil(C / columns) rows are enough.",
    },
    left_over={
        "left_over_filled": "The places left over show a map again; they must be 0.",
        "left_over_ones": "The places left over are 1; they must be 0.",
    },
    result={
        "reshaped": "`reshape` alone mixes the pixels of different maps: first bring the axes into order.",
        "not_joined": "The result is not one picture: the maps are still on axes of their own.",
    },
    least={"one_column_refused": "A column count of 1 raises an error; only counts below 1 are invalid."},
    refuses={
        "no_columns_accepted": "A column count below 1 must raise ValueError.",
        "zero_accepted": "A column count of 0 must raise ValueError, like those below it.",
        "negative_accepted": "A negative column count must raise ValueError, like 0.",
    },
)
def mosaic(
    maps, columns, *,
    axes="", order="", shown="", width="", sizes="", rows="", left_over="", result="", least="", refuses="",
):  # fmt: skip
    accepted = {"no_columns_accepted": columns < 1, "zero_accepted": columns == 0, "negative_accepted": columns < 0}
    if columns < 1 and not accepted.get(refuses):
        raise ValueError(columns)
    columns = max(columns, 1)
    maps = maps.transpose(1, 2, 0) if axes == "channels_first" else maps
    h, w, count = maps.shape
    across = {
        "columns_taken_for_rows": -(-count // columns),
        "one_column_more": columns + 1,
        "one_row": count,
        "one_column": 1,
        "narrow": min(columns, count),
    }.get(width, columns)
    whole, rest = divmod(count, across)
    if (least == "one_column_refused" and columns == 1) or (sizes and h != w):
        raise ValueError(maps.shape)
    down = whole + (rest > 0) if width != "columns_taken_for_rows" else columns
    down -= rest > 0 and (rows in ("last_row_missing", "rest_fails") or (rows == "full_rows_only" and whole > 0))
    down += {"one_row_too_many": not rest, "always_one_row_more": 1}.get(rows, 0)
    down = count if rows == "a_row_each" else down
    shows = {"last_map_everywhere": [-1] * count}.get(shown, [*range(count)])
    shows += [-1] * (down * across - count) if left_over == "left_over_filled" else []
    kept = {"last_map_alone": [count - 1], "last_map_missing": range(count - 1), "first_map_missing": range(1, count)}
    kept = kept.get(shown, range(len(shows)))
    down_by, right_by = (1, 1) if shown == "maps_overlap" else (h, w)
    picture = np.full((down * h, across * w), float(left_over == "left_over_ones"))
    for place in kept:
        row, column = divmod(place, across) if order != "column_order" else (place % down, place // down)
        row, column = (column, row) if order == "row_and_column_swapped" else (row, column)
        row = down - 1 - row if order == "rows_backwards" else row
        column = across - 1 - column if order == "right_to_left" else column
        window = picture[row * down_by :, column * right_by :][:h, :w]
        if window.shape == (h, w) or rows not in ("last_row_missing", "full_rows_only"):
            window[:] = maps[:, :, shows[place]]  # fails where the picture is too small
    return {
        "reshaped": np.append(maps.ravel(), np.zeros(picture.size))[: picture.size].reshape(picture.shape),
        "not_joined": picture.reshape(down, h, across, w).swapaxes(1, 2),
    }.get(result, picture)


# forward


def _convolved(x, w, sides):
    """Convolve at all places; `sides` is (before, after) for each axis."""
    (kh, kw, _, filters), ((top, bottom), (left, right)), (h, width, channels) = w.shape, sides, x.shape
    padded = np.zeros((h + top + bottom, width + left + right, channels))
    padded[top : top + h, left : left + width] = x
    out = np.zeros((padded.shape[0] - kh + 1, padded.shape[1] - kw + 1, filters))
    for i, j in np.ndindex(kh, kw):
        out += padded[i : i + out.shape[0], j : j + out.shape[1]] @ w[i, j]
    return out


def _pooled(maps, pool):
    """Pool maps by 2×2 windows, or do what is wrong."""
    if pool == "pooling_by_one":
        return np.maximum(np.maximum(maps[:-1, :-1], maps[:-1, 1:]), np.maximum(maps[1:, :-1], maps[1:, 1:]))
    if pool == "pooling_rounds_up":
        maps = np.pad(maps, ((0, maps.shape[0] % 2), (0, maps.shape[1] % 2), (0, 0)), mode="edge")
    rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
    if pool == "pooling_starts_at_i":
        return _pooled(maps, "pooling_by_one")[:rows, :columns]
    blocks = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
    return {
        "average_pooling": blocks.mean((1, 3)),
        "min_pooling": blocks.min((1, 3)),
        "sum_pooling": blocks.sum((1, 3)),
        "first_of_each_window": blocks[:, 0, :, 0],
        "pooled_across_channels": np.broadcast_to(blocks.max((1, 3, 4))[..., None], (rows, columns, maps.shape[2])),
        "pooling_missing": maps,
    }.get(pool, blocks.max((1, 3)))


@_mistakes.model(
    kernel=choices.TURNED,
    padding={
        "odd_before": "For an even kernel you pad one cell too many before the map: half of the k - 1 cells, rounded "
        "down, come before it.",
        "padding_after_only": choices.SIDES["padding_after_only"],
        "not_padded": 'The convolutions make the map smaller; they are "same", so pad it first.',
    },
    bias={
        "bias_missing_in_convolution": "The convolutions add no bias: each filter has one.",
        "bias_after_relu": "The bias of a convolution is added after ReLU; it belongs before.",
        "bias_of_first_filter": "All filters get the bias of the first one: each has its own.",
    },
    relu={
        "relu_missing_after_convolution": "Negative values after a convolution stay negative; ReLU sets them to 0.",
        "absolute_value": "After a convolution the sign is dropped; ReLU sets negative values to 0.",
    },
    pool={
        "average_pooling": "Each 2×2 window is averaged; max pooling takes its largest value.",
        "min_pooling": "The smallest value of each 2×2 window is taken; max pooling takes the largest.",
        "sum_pooling": "The values of each 2×2 window are added up; max pooling takes the largest.",
        "first_of_each_window": "The first value of each 2×2 window is taken; max pooling takes the largest.",
        "pooling_rounds_up": "If a size is odd, the window that does not fit is pooled too; only whole ones count.",
        "pooling_missing": "The maps are not pooled: after each convolution comes max pooling 2×2 with stride 2.",
        "pooling_starts_at_i": "The pooling window of cell (i, j) starts at (i, j); it must start at (2·i, 2·j).",
        "pooled_across_channels": "Pooling takes the largest value of all channels; each channel is pooled separately.",
        "pooling_by_one": "The pooling window moves by 1; its stride is 2.",
    },
    channels={
        "first_channel_only": "A convolution uses only the first channel; it must add up over all channels.",
        "first_filter_for_all": "All maps are made by the first filter; each filter makes one of its own.",
    },
    flatten={
        "flattened_by_columns": "The map is flattened column by column; the order is (row, column, channel).",
        "flattened_by_channels": "The map is flattened channel by channel; the order is (row, column, channel).",
        "flattened_backwards": "The flattened map is in reverse order; it begins with row 0, column 0.",
        "averaged": "The maps are averaged; flatten keeps all their values.",
    },
    dense_bias={"bias_missing_in_dense": "The dense layers add no bias: each unit has one."},
    hidden={
        "relu_missing_after_dense": "Negative values after a hidden dense layer stay negative; ReLU sets them to 0.",
    },
    logits={
        "relu_after_last": "ReLU is applied after the last layer too; logits may be negative.",
        "softmax": "The result holds probabilities; the logits are what the last layer gives, without softmax.",
        "class_for_logits": "The result is the number of a class; return all logits.",
        "last_layer_left_out": "The last layer is not run: the result is what goes into it.",
        "on_two_axes": "The result has two axes; the logits are an array (units,).",
    },
    channel_check={"channels_accepted": "A convolution for another number of channels must raise ValueError."},
    filter_check={"filter_bias_accepted": "A bias of another length than there are filters must raise ValueError."},
    unit_check={"unit_bias_accepted": "A bias of another length than there are units must raise ValueError."},
    dense_check={"dense_misfit_accepted": "A dense layer for another number of values must raise ValueError."},
    checks={"nothing_checked": "Channels and biases are not checked: those that do not fit must raise ValueError."},
)
def forward(
    image, weights, *,
    kernel="", padding="same", bias="", relu="", pool="", channels="all", flatten="", dense_bias="", hidden="relu",
    logits="", channel_check="", filter_check="", unit_check="", dense_check="", checks="all",
):  # fmt: skip
    values, layers = image.astype(float), list(weights)
    accepted = {channel_check, filter_check, unit_check, dense_check, checks}
    for position, (w, b) in enumerate(layers):
        misfits = {"filter_bias_accepted" if w.ndim == 4 else "unit_bias_accepted"} if w.shape[-1] != len(b) else set()
        if w.ndim == 4 and w.shape[2] != values.shape[2]:
            misfits.add("channels_accepted")
        if w.ndim == 2 and len(w) != values.size:
            misfits.add("dense_misfit_accepted")
        if misfits and (misfits <= accepted or (checks != "all" and "dense_misfit_accepted" not in misfits)):
            return np.zeros(1)  # some value
        if misfits and "dense_misfit_accepted" not in misfits:
            raise ValueError(misfits)
        if logits == "last_layer_left_out" and w is layers[-1][0]:
            values = values.ravel()
        elif w.ndim == 4:
            w = choices.turned(w, kernel)
            w = np.repeat(w[..., :1], w.shape[3], axis=3) if channels == "first_filter_for_all" else w
            values, w = (values[..., :1], w[:, :, :1]) if channels == "first_channel_only" else (values, w)
            totals = [k - 1 for k in w.shape[:2]]
            before = {"odd_before": [-(-n // 2) for n in totals], "padding_after_only": [0, 0]}
            before = before.get(padding, [n // 2 for n in totals])
            sides = [(first, n - first) for first, n in zip(before, totals, strict=True)]
            maps = _convolved(values, w, [(0, 0)] * 2 if padding == "not_padded" else sides)
            b = {"bias_missing_in_convolution": 0 * b, "bias_of_first_filter": b[:1]}.get(bias, b)
            first, later = (0, b) if bias == "bias_after_relu" else (b, 0)
            active = {"relu_missing_after_convolution": maps + first, "absolute_value": np.abs(maps + first)}
            values = _pooled(active.get(relu, np.maximum(maps + first, 0)) + later, pool)
        else:
            if values.ndim == 3:
                values = {
                    "flattened_by_columns": values.swapaxes(0, 1),
                    "flattened_by_channels": values.transpose(2, 0, 1),
                    "flattened_backwards": values[::-1, ::-1, ::-1],
                    "averaged": values.mean((0, 1)),
                }.get(flatten, values)
            values = values.ravel() @ w + (0 if dense_bias == "bias_missing_in_dense" else b)
            last = position == len(layers) - 1
            rectified = logits == "relu_after_last" if last else hidden == "relu"
            values = np.maximum(values, 0) if rectified else values
    likely = np.exp(values - values.max())
    return {
        "softmax": likely / likely.sum(),
        "class_for_logits": int(values.argmax()),
        "on_two_axes": values[None],
    }.get(logits, values)


# conv2d_backward


@_mistakes.model(
    returned={
        "dw_first": "The gradients are in another order: return dx, dw, db.",
        "db_not_returned": "db is missing in the result: return dx, dw, db.",
    },
    used={
        "first_filter_only": "Only the first filter sends its gradients back; dx adds up over all filters.",
    },
    dx={
        "dx_kernel_flipped": "For dx the kernel is rotated by 180°; each gradient is multiplied by the kernel as it "
        "is.",
        "dx_kernel_transposed": "For dx rows and columns of the kernel are swapped.",
        "dx_overwritten": "In dx only the last window that covers a cell counts; gradients of several windows add up: "
        "use +=.",
        "dx_averaged": "dx is divided by the number of windows that cover a cell; their gradients add up.",
        "dx_gradient_forgotten": "dx gets only the kernel; multiply it by each gradient.",
        "dx_of_window": "dx gets gradient times window; it must get gradient times kernel.",
    },
    dx_filters={
        "dx_of_last_filter": "dx is only that of the last filter; add up the gradients of all filters.",
        "dx_of_first_filter": "dx is only that of the first filter; add up the gradients of all filters.",
        "dx_channels_mixed": "All channels of dx get the same, the sum over the kernel's channels; each has its own.",
    },
    dw={
        "dw_flipped": "dw is rotated by 180°; weight (a, b) gets each gradient times cell (a, b) of its window.",
        "dw_transposed": "Rows and columns of dw are swapped.",
        "dw_overwritten": "In dw only the last window counts; what all windows send adds up, so use +=.",
        "dw_averaged": "dw is divided by the number of windows; what they send adds up.",
        "dw_input_forgotten": "dw gets only the gradients; multiply each by its window.",
        "dw_gradient_forgotten": "dw gets only the windows; multiply each by its gradient.",
        "dw_starts_at_i": "For dw the window of output cell i is taken from cell i; it must start at i·stride.",
        "dw_reads_edges": 'In "same" you use the edge pixels as padding for dw; the padding holds zeros.',
    },
    dw_filters={
        "dw_filters_mixed": "All filters of dw get the same, the sum over all filters' gradients; each has its own.",
        "dw_channels_mixed": "All channels of dw get the same, the sum over the channels of x; each has its own.",
        "dw_first_channel_only": "dw is right for the first channel only; each channel has its own.",
    },
    db={
        "db_averaged": "db is divided by the number of positions; it is the sum of a filter's gradients.",
        "db_overwritten": "db is only the gradient of the last position; add up those of all positions.",
        "db_of_first_place": "db is only the gradient of the first position; add up those of all positions.",
        "db_not_summed": "db is `grad` as it was given; add up over all positions, which leaves (C_out,).",
        "db_counts": "db is the number of windows; add up their gradients.",
        "db_zero": "db stays 0: it is the sum of each filter's gradients.",
        "db_mixed": "All filters get the same db, the sum of all gradients; each filter has its own.",
        "db_a_number": "db is one number, the sum of all gradients; it is an array (C_out,), one for each filter.",
        "db_with_axes": "db still has the axes of the positions, of length 1; it is an array (C_out,).",
    },
    kernel={"square_kernel_assumed": "Height and width of the kernel are mixed up; square kernels hide it."},
    step={
        "no_gaps": "A window never starts beyond the end of the one before; with a larger stride it must skip cells.",
        "dx_starts_at_i": "In dx the window of output cell i starts at cell i; it must start at i·stride.",
        "starts_at_i": "The window of output cell i starts at cell i; it must start at i·stride.",
        "stride_in_one_axis": "The stride is used downwards only; to the right window j starts at j·stride too.",
        "stride_not_downwards": "The stride is used to the right only; downwards window i starts at i·stride too.",
        **choices.STRIDE_PAIRS,
    },
    same={
        **choices.SIDES,
        "half_a_kernel_before": 'In "same" you put k // 2 cells before the map; put half of what the windows need '
        "there, rounded down.",
        "padded_as_at_stride_1": 'In "same" k - 1 cells are padded at any stride; the windows need fewer '
        "where they move farther.",
        "padding_kept_in_dx": 'In "same" dx has the size of the padded map; cut the padding off.',
        "cut_at_the_end": 'In "same" the padding before the map stays in dx, and as many cells are cut off at the end.',
    },
    buffers={
        "dx_in_dtype_of_x": "dx has the dtype of x, so fractions are lost where x holds integers: use floats.",
        "dw_in_dtype_of_w": "dw has the dtype of w, so fractions are lost where w holds integers: use floats.",
    },
    grad_check={"any_grad_accepted": "A `grad` of another shape than the output must raise ValueError."},
    channel_check={"channels_accepted": "Filters for another number of channels must raise ValueError."},
    word_check={"unknown_padding_accepted": 'A padding other than "valid" and "same" must raise ValueError.'},
    stride_check={"stride_below_1_accepted": "A stride below 1 must raise ValueError."},
    checks={"nothing_checked": "Nothing is checked: arguments that do not fit together must raise ValueError."},
)
def conv2d_backward(
    x, w, grad, stride=1, padding="valid", *,
    returned="", used="", dx="", dx_filters="", dw="", dw_filters="", db="", kernel="", step="stride",
    same="", buffers="", grad_check="", channel_check="", word_check="", stride_check="", checks="all",
):  # fmt: skip
    accepted = {grad_check, channel_check, word_check, stride_check, checks}

    def refuse(id, wrong):
        if wrong and not accepted & {id, "nothing_checked"}:
            raise ValueError(id)

    if step == "pairs_not_taken" and isinstance(stride, tuple):
        raise TypeError(stride)
    if kernel and w.shape[0] != w.shape[1]:
        raise ValueError(w.shape)
    down, right = strides = stride if isinstance(stride, tuple) else (stride, stride)
    (height, width, channels), (kh, kw, _, filters) = x.shape, w.shape
    refuse("unknown_padding_accepted", padding not in ("valid", "same"))
    refuse("stride_below_1_accepted", min(strides) < 1)
    refuse("channels_accepted", channels != w.shape[2])
    if padding not in ("valid", "same") or min(strides) < 1:
        return x, w, grad  # some value
    needed = [0, 0]
    if padding == "same":
        needed = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(x.shape, w.shape, strides, strict=False)]
    sizes = [n if padding == "valid" else n + k - 1 for n, k in zip(x.shape, w.shape, strict=False)]
    places = [(n - k) // s + 1 for n, k, s in zip(sizes, w.shape, strides, strict=False)]
    refuse("any_grad_accepted", grad.shape != (*places, filters))
    if grad.shape != (*places, filters) or channels != w.shape[2]:
        return x, w, grad
    before = [0, 0]
    if padding == "same":
        before = {
            "odd_before": [-(-n // 2) for n in needed],
            "padding_after_only": [0, 0],
            "half_a_kernel_before": [kh // 2, kw // 2],
            "padded_as_at_stride_1": [(kh - 1) // 2, (kw - 1) // 2],
        }.get(same, [n // 2 for n in needed])
    if {"dx_in_dtype_of_x": x, "dw_in_dtype_of_w": w}.get(buffers, grad).dtype.kind in "iu":
        raise TypeError(buffers)  # as += does
    grad = grad * (np.arange(filters) == 0) if used == "first_filter_only" else grad
    steps = {
        "no_gaps": (min(down, kh), min(right, kw)),
        "starts_at_i": (1, 1),
        "stride_in_one_axis": (down, 1),
        "stride_not_downwards": (1, right),
        "pairs_swapped": (right, down),
        "first_of_pair_twice": (down, down),
        "second_of_pair_twice": (right, right),
    }.get(step, strides)
    ends = [(m - 1) * s + k for m, s, k in zip(places, steps, w.shape, strict=False)]
    if any(end > n + m for end, n, m in zip(ends, x.shape, needed, strict=False)):
        raise ValueError(steps)
    padded = np.zeros((height + kh + needed[0], width + kw + needed[1], channels))  # with room at the end
    padded[before[0] : before[0] + height, before[1] : before[1] + width] = x
    to_x = _to_map(padded, w, grad, (1, 1) if step == "dx_starts_at_i" else steps, dx, dx_filters)
    if dw == "dw_reads_edges":
        around = [(first, n - m - first) for first, n, m in zip(before, padded.shape, x.shape, strict=False)]
        padded = np.pad(x, [*around, (0, 0)], mode="edge").astype(float)
    to_w = _to_filters(padded, w, grad, (1, 1) if dw == "dw_starts_at_i" else steps, dw, dw_filters)
    if same == "padding_kept_in_dx":
        to_x = to_x[: height + needed[0], : width + needed[1]]
    elif same == "cut_at_the_end":
        to_x = to_x[:height, :width]
    else:
        to_x = to_x[before[0] : before[0] + height, before[1] : before[1] + width]
    to_b = _to_biases(grad, db)
    return {"dw_first": (to_w, to_x, to_b), "db_not_returned": (to_x, to_w)}.get(returned, (to_x, to_w, to_b))


def _reads(w, grad, steps):
    """Return each cell of the kernel with what it reads; the first cell comes last, as the last window reads it."""
    lengths = [(m - 1) * s + 1 for m, s in zip(grad.shape, steps, strict=False)]
    cells = [*np.ndindex(w.shape[:2])][::-1]
    return [(c, tuple(slice(a, a + n, s) for a, n, s in zip(c, lengths, steps, strict=True))) for c in cells]


def _to_map(padded, w, grad, steps, dx, dx_filters):
    match dx:
        case "dx_kernel_flipped":
            w = w[::-1, ::-1]
        case "dx_kernel_transposed" if w.shape[0] == w.shape[1]:
            w = w.swapaxes(0, 1)
        case "dx_gradient_forgotten":
            grad = np.ones_like(grad)
    match dx_filters:
        case "dx_of_last_filter":
            grad, w = grad[..., -1:], w[..., -1:]
        case "dx_of_first_filter":
            grad, w = grad[..., :1], w[..., :1]
        case "dx_channels_mixed":
            w = np.broadcast_to(w.sum(2, keepdims=True), w.shape)
    result, readers = np.zeros(padded.shape), np.zeros(padded.shape)
    for cell, read in _reads(w, grad, steps):
        parts = padded[read] * grad.sum(2, keepdims=True) if dx == "dx_of_window" else grad @ w[cell].T
        if dx == "dx_overwritten":
            result[read] = parts
        else:
            result[read] += parts
            readers[read] += 1
    return result / np.maximum(readers, 1) if dx == "dx_averaged" else result


def _to_filters(padded, w, grad, steps, dw, dw_filters):
    result, channels = np.zeros(w.shape), w.shape[2]
    grad = np.ones_like(grad) if dw == "dw_gradient_forgotten" else grad
    for cell, read in _reads(w, grad, steps):
        windows = padded[read] if dw != "dw_input_forgotten" else np.ones_like(padded[read])
        if dw == "dw_overwritten":
            result[cell] = np.outer(windows[-1, -1], grad[-1, -1])
        else:
            result[cell] = windows.reshape(-1, channels).T @ grad.reshape(-1, w.shape[3])
    match dw:
        case "dw_flipped":
            result = result[::-1, ::-1]
        case "dw_transposed" if w.shape[0] == w.shape[1]:
            result = result.swapaxes(0, 1)
        case "dw_averaged":
            result = result / (grad.shape[0] * grad.shape[1])
    match dw_filters:
        case "dw_filters_mixed":
            return np.broadcast_to(result.sum(3, keepdims=True), w.shape)
        case "dw_channels_mixed":
            return np.broadcast_to(result.sum(2, keepdims=True), w.shape)
        case "dw_first_channel_only":
            return result * (np.arange(channels) == 0)[:, None]
    return result


def _to_biases(grad, db):
    sums, places = grad.sum((0, 1)), grad.shape[0] * grad.shape[1]
    return {
        "db_averaged": sums / places,
        "db_overwritten": grad[-1, -1],
        "db_of_first_place": grad[0, 0],
        "db_not_summed": grad,
        "db_counts": 0 * sums + places,
        "db_zero": 0 * sums,
        "db_mixed": 0 * sums + sums.sum(),
        "db_a_number": sums.sum(),
        "db_with_axes": sums[None, None],
    }.get(db, sums)

"""Chapter 5: what goes wrong in counting. Each model is written as students write the function."""

from itertools import accumulate
from math import inf, prod
from operator import add, mul, sub

from autograder.chapters.model import Mistakes

_mistakes = Mistakes()


def _pair(value, taken):
    """Return an int or a pair as (vertical, horizontal); the end of `taken` says what goes wrong."""
    if taken.endswith("ints_only" if isinstance(value, tuple) else "pairs_only"):
        raise TypeError(value)
    if not isinstance(value, tuple):
        return value, value
    wrong = {"swapped": value[::-1], "first_of_pair": value[:1] * 2}
    return next((pair for end, pair in wrong.items() if taken.endswith(end)), value)


OPERATORS = {"added": add, "subtracted": sub, "divided": lambda a, b: a // b if b else 0}


def _times(a, b, choice):
    """Return a · b, or what the end of a choice makes of the two."""
    return next((operator(a, b) for end, operator in OPERATORS.items() if choice.endswith(end)), a * b)


def _instead(names, right):
    """Return the mistakes that put one of these names in the place of the right one."""
    return {f"{name}_for_{right}": f"{name} is used where {right} belongs." for name in names}


def _one_of(values, choice, right):
    """Return the value of the name that a choice puts in the place of the right one, or else that of the right one."""
    return values.get(choice.removesuffix(f"_for_{right}"), values[right])


def _cells(kernel_size, kh, kw, cells):
    """Return how many cells a kernel has, by the choice for them."""
    return {
        "int_counted_once": kh * kw if isinstance(kernel_size, tuple) else kernel_size,
        "one_side_counted": kh,
        "kernel_forgotten": 1,
        "first_side_squared": kh * kh,
        "second_side_squared": kw * kw,
        "sides_too_large": (kh + 1) * (kw + 1),
        "sides_too_small": (kh - 1) * (kw - 1),
    }.get(cells, _times(kh, kw, cells))


CELLS = {
    "int_counted_once": "An int k as kernel size is counted once; it means k rows and k columns, k · k cells.",
    "one_side_counted": "Only the first side of the kernel is counted; it has kh · kw cells, k · k for an int k.",
    "sides_added": "The sides of the kernel are added: a kernel has kh · kw cells.",
    "sides_divided": "One side of the kernel is divided by the other: a kernel has kh · kw cells.",
    "kernel_forgotten": "The cells of the kernel are not counted: a filter has kh · kw weights for each input channel.",
    "first_side_squared": "The first side of the kernel is squared; a pair has two sides, kh · kw.",
    "second_side_squared": "The second side of the kernel is squared; a pair has two sides, kh · kw.",
    "sides_too_large": "The sides of the kernel are counted one too large: it has kh · kw cells.",
    "sides_too_small": "The sides of the kernel are counted one too small: it has kh · kw cells.",
}


@_mistakes.model(
    kernel_taken={
        "kernel_pairs_only": "An int as kernel size ends in an error; k means the pair (k, k).",
        "kernel_ints_only": "A pair as kernel size ends in an error: it is (kh, kw), unpack it before you multiply.",
    },
    cells=CELLS,
    depth={
        "depth_forgotten": "A filter is as deep as its input: it has kh · kw weights for each input channel.",
        "depth_added": "The input channels are added to the kernel's cells; a filter has kh · kw · c_in weights.",
        "depth_subtracted": "The input channels are subtracted from the kernel's cells; multiply: kh · kw · c_in.",
        "depth_divided": "The kernel's cells are divided by the input channels; multiply: kh · kw · c_in.",
        "side_added": "A side of the kernel is added to the other times c_in; a filter has kh · kw · c_in weights.",
        "channels_added": "Input channels and filters are added up; every filter has weights for every input channel.",
        **_instead(("c_out", "kh", "kw", "bias"), "c_in"),
    },
    side=_instead(("c_in", "c_out"), "kh") | _instead(("c_in", "c_out"), "kw"),
    filters={
        "filters_forgotten": "You count the parameters of one filter: multiply by the number of filters.",
        "weights_of_one_filter": "You count the biases of all filters but the weights of only one: multiply them too.",
        "filters_added": "The number of filters is added to one filter's parameters: multiply by it.",
        "filters_subtracted": "You subtract one filter's parameters from the number of filters: multiply the two.",
        **_instead(("c_in", "kh", "kw"), "c_out"),
    },
    bias_count={
        "bias_forgotten": "The biases are missing: each filter has one, unless bias is False.",
        "one_bias": "You count a single bias for the whole layer; every filter has one of its own.",
        "two_biases": "You count two biases for each filter; it has one.",
        "bias_of_inputs": "You count one bias for each input channel; there is one for each filter.",
        "bias_per_channel": "You count a bias for each input channel of a filter; a filter has one in all.",
        "bias_per_cell": "You count a bias for each cell of a filter's kernel; a filter has one in all.",
        "bias_per_weight": "You count a bias for each weight; a bias is added once for each filter.",
        "bias_subtracted": "The biases are subtracted; they are parameters like the weights, so add them.",
        "bias_replaces": "Where there is a bias, only the biases are counted: add them to the weights.",
    },
    bias_asked={"bias_always": "The biases are counted though bias is False: leave them out then."},
    kernel_check={
        "small_kernel_accepted": "A kernel size below 1 must raise ValueError.",
        "kernel_of_one_refused": "A kernel side of 1 raises ValueError; only sizes below 1 are invalid.",
    },
    channel_check={
        "negative_channels_accepted": "A negative number of channels is accepted; it must raise ValueError.",
        "negative_inputs_accepted": "A negative number of input channels is accepted; it must raise ValueError.",
        "negative_filters_accepted": "A negative number of filters is accepted; it must raise ValueError.",
    },
)
def conv_params(
    kernel_size, c_in, c_out, bias=True, *,
    kernel_taken="", cells="", depth="c_in", side="", filters="c_out", bias_count="", bias_asked="", kernel_check="",
    channel_check="",
):  # fmt: skip
    kh, kw = _pair(kernel_size, kernel_taken)
    least = {"small_kernel_accepted": -inf, "kernel_of_one_refused": 2}.get(kernel_check, 1)
    checked = {
        "negative_channels_accepted": (0,),
        "negative_inputs_accepted": (c_out,),
        "negative_filters_accepted": (c_in,),
    }.get(channel_check, (c_in, c_out))
    if min(kh, kw) < least or min(checked) < 0:
        raise ValueError
    named = {"kh": kh, "kw": kw, "c_in": c_in, "c_out": c_out, "bias": bias}
    kh, kw = _one_of(named, side, "kh"), _one_of(named, side, "kw")
    cells = _cells(kernel_size, kh, kw, cells)
    one = {
        "depth_forgotten": cells,
        "side_added": kh + kw * c_in,
    }.get(depth, _times(cells, _one_of(named, depth, "c_in"), depth))
    times = 1 if filters == "filters_forgotten" else _one_of(named, filters, "c_out")
    biases = {
        "bias_forgotten": 0,
        "one_bias": 1,
        "two_biases": 2 * times,
        "bias_of_inputs": c_in,
        "bias_per_channel": c_in * times,
        "bias_per_cell": cells * times,
        "bias_per_weight": one * times,
        "bias_subtracted": -times,
    }.get(bias_count, times)
    asked = bias or bias_asked == "bias_always"
    biases = biases if asked else 0
    if filters in ("filters_added", "filters_subtracted"):
        return _times(c_out, one + bool(biases), filters)
    weights = {"channels_added": cells * (c_in + c_out)}.get(
        depth, one * (1 if filters == "weights_of_one_filter" else times)
    )
    return biases if asked and bias_count == "bias_replaces" else weights + biases


# How many places a window of k cells has on n cells at stride s: "valid", "same", and what is written instead of them
PLACES = {
    "valid": lambda n, k, s: (n - k) // s + 1,
    "first_place_missed": lambda n, k, s: (n - k) // s,
    "last_place_missed": lambda n, k, s: -((k - n) // s),
    "one_place_too_many": lambda n, k, s: (n - k) // s + 2,
    "one_added_before_dividing": lambda n, k, s: (n - k + 1) // s,
    "valid_rounds_up": lambda n, k, s: -((k - n) // s) + 1,
    "valid_not_rounded": lambda n, k, s: (n - k) / s + 1,
    "stride_ignored_in_valid": lambda n, k, s: n - k + 1,
    "input_positions": lambda n, k, s: -(-n // s),
    "kernel_not_subtracted": lambda n, k, s: n // s + 1,
    "kernel_added": lambda n, k, s: (n + k) // s + 1,
    "one_subtracted": lambda n, k, s: (n - k) // s - 1,
    "same": lambda n, k, s: -(-n // s),
    "same_rounds_to_nearest": lambda n, k, s: round(n / s),
    "same_keeps_the_size": lambda n, k, s: n,
    "same_rounds_down": lambda n, k, s: n // s,
    "same_not_rounded": lambda n, k, s: n / s,
    "same_one_too_many": lambda n, k, s: n // s + 1,
    "same_adds_half_kernels": lambda n, k, s: (n + 2 * (k // 2) - k) // s + 1,
    "same_adds_too_little": lambda n, k, s: (n + 2 * ((k - 1) // 2) - k) // s + 1,
}

VALID = {
    "first_place_missed": "One position is missing along each axis: (n - k) // s is the number of steps, so add 1.",
    "last_place_missed": "A place is missing where the last window would end at the very border: it still fits.",
    "one_place_too_many": "There is one place too many along each axis: there are (n - k) // s + 1.",
    "one_added_before_dividing": "You compute (n - k + 1) // s; the 1 is added last: (n - k) // s + 1.",
    "valid_rounds_up": 'With "valid" you round up; a window that does not fit at the end does not count.',
    "valid_not_rounded": 'In "valid" you do not round; round (n - k) / s down, since half a window does not count.',
    "stride_ignored_in_valid": 'In "valid" the stride is never used: the kernel is applied only at every s-th '
    "position.",
    "input_positions": 'In "valid" a window starts at every s-th cell to the end; those at the end do not fit.',
    "kernel_not_subtracted": "The kernel size is not subtracted: there are (n - k) // s + 1 positions.",
    "one_subtracted": "You subtract 1 at the end; add it: (n - k) // s + 1.",
    "valid_refused": 'The padding "valid" raises ValueError; it is one of the two paddings.',
    "kernel_added": "The kernel size is added to the input's; subtract it: (n - k) // s + 1.",
}

SAME = {
    "same_keeps_the_size": 'You take "same" to keep the size at any stride; it gives ceil(n / stride).',
    "same_rounds_down": 'In "same" you round n / stride down; round it up.',
    "same_rounds_to_nearest": 'In "same" you round n / stride to the nearest whole number; round it up.',
    "same_not_rounded": 'In "same" you do not round n / stride; round it up.',
    "same_one_too_many": 'In "same" there is a place too many where the stride divides: it is ceil(n / stride).',
    "same_adds_half_kernels": 'In "same" you add k // 2 cells on both sides; for even kernels that is one too many.',
    "same_adds_too_little": 'In "same" you add (k - 1) // 2 cells on both sides; for even kernels that is one too few.',
    "padding_ignored": 'The padding is never used: "same" has more positions than "valid".',
    "large_kernel_refused": 'With "same" a kernel larger than the input raises an error; with the padding, every '
    "kernel fits.",
}


NUMBERS = {"negative_size_accepted", "zero_stride_accepted", "small_kernel_accepted", "negative_channels_accepted"}


def _refuse(meaningless, accepted):
    """Raise ValueError for what has no meaning, but for what one of the mistakes in `accepted` lets pass."""
    passing = accepted | NUMBERS if "numbers_accepted" in accepted else accepted
    if "nothing_checked" not in accepted and any(found and id not in passing for id, found in meaningless.items()):
        raise ValueError


def _slid(shape, kernel, strides, padding, valid, same, fit_check, accepted):
    """Return (rows, columns) of the places of a window, by the choices of a model."""
    misfits = [k > n for n, k in zip(shape, kernel, strict=True)]
    looked_at = {
        "misfit_accepted": [],
        "sizes_accepted": [],
        "high_misfit_accepted": misfits[1:],
        "wide_misfit_accepted": misfits[:1],
        "exact_fit_refused": [k >= n for n, k in zip(shape, kernel, strict=True)],
    }.get(fit_check, misfits)
    meaningless = {
        "zero_stride_accepted": min(strides) < 1,
        "small_kernel_accepted": min(kernel) < 1,
        "unknown_padding_accepted": padding not in ("valid", "same"),
    }
    _refuse(meaningless, accepted)
    if padding == "same" and same == "large_kernel_refused" and any(misfits):
        raise ValueError
    rule = PLACES.get(same, PLACES["same"])
    if padding == "valid" or same == "padding_ignored":
        _refuse({"no meaning": any(looked_at) or valid == "valid_refused"}, accepted)
        rule = PLACES.get(valid, PLACES["valid"])
    return [rule(*axis) for axis in zip(shape, kernel, strides, strict=True)]


@_mistakes.model(
    kernel_taken={
        "kernel_pair_swapped": "The kernel's pair is swapped: it is (vertical, horizontal), as shape is (H, W).",
        "kernel_first_of_pair": "Only the first number of the kernel's pair is used, in both directions.",
        "kernel_ints_only": "A pair as kernel size ends in an error: it is (kh, kw), unpack it.",
        "kernel_pairs_only": "An int as kernel size ends in an error; k means the pair (k, k).",
    },
    stride_taken={
        "stride_pair_swapped": "The stride's pair is swapped: it is (vertical, horizontal), as shape is (H, W).",
        "stride_first_of_pair": "Only the first number of the stride's pair is used, in both directions.",
        "stride_ints_only": "A pair as stride ends in an error: it is (vertical, horizontal), unpack it.",
        "stride_pairs_only": "An int as stride ends in an error; s means the pair (s, s).",
    },
    padding_use={"paddings_turned": '"valid" and "same" are swapped.'},
    stride_use={
        "stride_ignored": "The stride is never used: the kernel is applied only at every s-th position.",
        "stride_down_only": "The stride is used for the rows only; it counts for the columns too.",
        "stride_right_only": "The stride is used for the columns only; it counts for the rows too.",
    },
    axes={
        "width_twice": "The width is used for both axes: shape is (H, W).",
        "rows_only": "You count the positions along the first axis only: multiply by those along the second.",
        "places_added": "The positions along the two axes are added; multiply them.",
    },
    valid=VALID,
    same=SAME,
    cells=CELLS,
    channels={
        "depth_forgotten": "A filter is as deep as its input: each position takes kh · kw products for each channel.",
        "filters_forgotten": "You count the products of one filter; all c_out filters are applied at every position.",
        "channels_forgotten": "Channels and filters are not counted: every filter takes products of every channel.",
        "channels_added": "Input channels and filters are added up; every filter takes products of every channel.",
        **_instead(("c_out",), "c_in"),
        **_instead(("c_in",), "c_out"),
    },
    total={
        "bias_counted": "The bias is counted as a product at every position; it is only added, so leave it out.",
        "bias_counted_once": "The biases are added to the products; they are not multiplied, so leave them out.",
        "counted_twice": "You count multiplications and additions separately; a multiply-add is one of each and counts "
        "once.",
        "weights_only": "You count the weights; each of them is used at every position of the kernel.",
        "places_only": "You count the positions; at each of them every filter takes kh · kw · c_in products.",
        "weights_added": "Positions and weights are added: at each position all weights are multiplied.",
        "weights_subtracted": "Weights are subtracted from positions: at each position all weights are multiplied.",
    },
    stride_check={
        "zero_stride_accepted": "A stride below 1 must raise ValueError.",
        "large_stride_refused": "A stride larger than the kernel raises an error; it only leaves cells uncovered.",
        "stride_of_one_refused": "A stride of 1 raises an error; only strides below 1 are invalid.",
    },
    kernel_check={"small_kernel_accepted": "A kernel size below 1 must raise ValueError."},
    channel_check={"negative_channels_accepted": "A negative number of channels must raise ValueError."},
    padding_check={"unknown_padding_accepted": 'A padding other than "valid" and "same" must raise ValueError.'},
    fit_check={
        "misfit_accepted": "A kernel that does not fit gives a number; it must raise ValueError.",
        "high_misfit_accepted": "A kernel higher than the input is accepted; it must raise ValueError.",
        "wide_misfit_accepted": "A kernel wider than the input is accepted; it must raise ValueError.",
        "sizes_accepted": "A negative size and a kernel that does not fit must raise ValueError.",
        "exact_fit_refused": "A kernel as large as the input raises an error; it fits, at one position.",
    },
    checks={
        "numbers_accepted": "A kernel size or stride below 1 and negative channels must raise ValueError.",
        "nothing_checked": "Nothing is checked: invalid arguments must raise ValueError.",
    },
)
def conv_macs(
    shape, kernel_size, c_in, c_out, stride=1, padding="valid", *,
    kernel_taken="vertical_first", stride_taken="vertical_first", padding_use="",
    stride_use="", axes="", valid="valid", same="same", cells="", channels="", total="", stride_check="",
    kernel_check="", channel_check="", padding_check="", fit_check="", checks="all",
):  # fmt: skip
    kernel, strides = _pair(kernel_size, kernel_taken), _pair(stride, stride_taken)
    if padding_use == "paddings_turned":
        padding = {"valid": "same", "same": "valid"}.get(padding, padding)
    accepted = {stride_check, kernel_check, channel_check, padding_check, fit_check, checks}
    _refuse({"negative_channels_accepted": min(c_in, c_out) < 0, "sizes_accepted": min(shape) < 0}, accepted)
    too_strict = {
        "large_stride_refused": any(s > k for s, k in zip(strides, kernel, strict=True)),
        "stride_of_one_refused": min(strides) == 1,
    }
    if too_strict.get(stride_check):
        raise ValueError(stride)
    shape = shape[1:] * 2 if axes == "width_twice" else shape
    strides = {
        "stride_ignored": (1, 1),
        "stride_down_only": (strides[0], 1),
        "stride_right_only": (1, strides[1]),
    }.get(stride_use, strides)
    rows, columns = _slid(shape, kernel, strides, padding, valid, same, fit_check, accepted)
    places = {"rows_only": rows, "places_added": rows + columns}.get(axes, rows * columns)
    named = {"c_in": c_in, "c_out": c_out}
    filters = {
        "depth_forgotten": c_out,
        "filters_forgotten": c_in,
        "channels_forgotten": 1,
        "channels_added": c_in + c_out,
    }.get(channels, _one_of(named, channels, "c_in") * _one_of(named, channels, "c_out"))
    weights = _cells(kernel_size, *kernel, cells) * filters
    return {
        "bias_counted": places * (weights + c_out),
        "bias_counted_once": places * weights + c_out,
        "counted_twice": 2 * places * weights,
        "weights_only": weights,
        "places_only": places,
        "weights_added": places + weights,
        "weights_subtracted": places - weights,
    }.get(total, places * weights)


@_mistakes.model(
    values={
        "sizes_added": "The sizes in the shape are added up; the number of values is their product.",
        "sizes_added_to_one": "You start at 1 and add the sizes in the shape; the number of values is their product.",
        "channels_forgotten": "You count rows and columns only; a map has a value for each channel too.",
        "last_size_forgotten": "The last size in the shape is left out: the number of values is the product of all.",
        "first_size_forgotten": "The first size in the shape is left out: it is not the batch, so multiply all sizes.",
        "first_size_only": "Only the first size in the shape is counted: multiply all sizes.",
        "last_size_only": "Only the last size in the shape is counted: multiply all sizes.",
        "values_doubled": "The result is doubled: there is no factor of 2, and a product starts at 1.",
        "first_size_squared": "The first size is used as the second too; each axis has a size of its own.",
        "three_axes_only": "You unpack the shape into three numbers; it may have one, two or more.",
        "three_axes_read": "You take three numbers from the shape; it may have one, two or more.",
    },
    images={
        "batch_ignored": "You count the map of one image; every image of the batch has its own.",
        "batch_added": "The batch is added; every image has a map of its own, so multiply by it.",
        "batch_added_to_bytes": "The batch is added to the bytes of one map; multiply, as every image has a map.",
        "batch_divides": "You divide by the batch; every image has a map of its own, so multiply by it.",
        "batch_subtracted": "The batch is subtracted; every image has a map of its own, so multiply by it.",
        "batch_squared": "The batch is counted twice: multiply by it once.",
        **_instead(("values", "bytes_per_value"), "batch"),
        **_instead(("batch", "bytes_per_value"), "values"),
    },
    bytes_each={
        "always_four_bytes": "You always count 4 bytes a value: bytes_per_value is never used.",
        "values_counted": "You count the values; each of them takes bytes_per_value bytes.",
        "bytes_added": "bytes_per_value is added; each value takes that many bytes, so multiply by it.",
        "bytes_subtracted": "bytes_per_value is subtracted; each value takes that many bytes, so multiply by it.",
        "bytes_divide": "You divide by bytes_per_value; each value takes that many bytes, so multiply by it.",
        "default_is_double": "Without bytes_per_value you count 8 bytes a value; the default is 4, float32.",
        **_instead(("values", "batch"), "bytes_per_value"),
    },
    unit={
        "bits_counted": "You count bits; bytes_per_value is in bytes already.",
        "bits_divided": "You divide by 8; bytes_per_value is in bytes already, not in bits.",
        "kilobytes": "You divide by 1024; return the number of bytes.",
        "kilobytes_of_1000": "You divide by 1000; return the number of bytes.",
        "megabytes": "You divide by 1024 · 1024; return the number of bytes.",
        "megabytes_of_1000": "You divide by 1,000,000; return the number of bytes.",
        "bytes_wrap_around": "A number of bytes above 2,147,483,647 wraps around, as in 32 bits; use Python's ints.",
    },
    shape_check={"negative_size_accepted": "A negative dimension must raise ValueError."},
    batch_check={
        "empty_batch_accepted": "A batch below 1 is accepted; it must raise ValueError.",
        "zero_batch_accepted": "A batch of 0 must raise ValueError, like those below it.",
        "batch_of_one_refused": "A batch of 1 raises an error; only batches below 1 are invalid.",
    },
)
def activation_bytes(
    shape, batch=1, bytes_per_value=None, *,
    values="", images="", bytes_each="", unit="", shape_check="", batch_check="",
):  # fmt: skip
    least = {"empty_batch_accepted": -inf, "zero_batch_accepted": 0, "batch_of_one_refused": 2}.get(batch_check, 1)
    if batch < least or (min(shape) < 0 and shape_check != "negative_size_accepted"):
        raise ValueError
    default = 8 if bytes_each == "default_is_double" else 4
    each = default if bytes_per_value is None or bytes_each == "always_four_bytes" else bytes_per_value
    if values == "three_axes_only" and len(shape) != 3:
        raise ValueError
    if values == "three_axes_read" and len(shape) < 3:
        raise IndexError
    one = {
        "sizes_added": sum(shape),
        "sizes_added_to_one": 1 + sum(shape),
        "channels_forgotten": prod(shape[:2]),
        "last_size_forgotten": prod(shape[:-1]),
        "first_size_forgotten": prod(shape[1:]),
        "first_size_only": shape[0],
        "values_doubled": 2 * prod(shape),
        "last_size_only": shape[-1],
        "first_size_squared": prod(shape[:1] * 2 + shape[2:]),
        "three_axes_read": prod(shape[:3]),
    }.get(values, prod(shape))
    named = {"values": one, "batch": batch, "bytes_per_value": each}
    all_images = {
        "batch_ignored": one,
        "batch_divides": one / batch if batch else 0,
        "batch_squared": one * batch * batch,
        "batch_added_to_bytes": one,
    }.get(images, _times(_one_of(named, images, "values"), _one_of(named, images, "batch"), images))
    total = {
        "values_counted": all_images,
        "bytes_divide": all_images / each,
    }.get(bytes_each, _times(all_images, _one_of(named, bytes_each, "bytes_per_value"), bytes_each))
    if images == "batch_added_to_bytes":
        total += batch
    return {
        "bytes_wrap_around": (total + 2**31) % 2**32 - 2**31,
        "bits_counted": total * 8,
        "bits_divided": total / 8,
        "kilobytes": total / 1024,
        "kilobytes_of_1000": total / 1000,
        "megabytes": total / 1024**2,
        "megabytes_of_1000": total / 1000**2,
    }.get(unit, total)


@_mistakes.model(
    order={
        "order_reversed": "A layer's steps are widened by the strides of later layers; use those of the earlier ones.",
        "first_layer_only": "Only the first layer is counted: go through all of them before you return.",
        "first_layer_missed": "The first layer is left out: every layer adds to the field.",
        "last_layer_missed": "The last layer is left out: every layer adds to the field.",
        "pools_ignored": "Layers whose stride is their size, pooling layers, are left out: they count too.",
        "pool_kernels_ignored": "The sizes of pooling layers, whose stride is their size, are left out; add them.",
        "size_and_stride_swapped": "Size and stride are swapped: a layer is (kernel_size, stride).",
        "first_kernel_everywhere": "The first kernel size is used for all layers; each has its own.",
    },
    step={
        "strides_ignored": "The strides are never used: after a layer with a stride, each step is that much wider.",
        "own_stride_counts": "A layer's own stride widens its field; it counts only for the layers after it.",
        "own_stride_only": "A layer's steps are multiplied by its own stride; it takes those of all earlier layers.",
        "previous_stride_only": "Only the stride of the layer just before is used; all earlier strides multiply.",
        "strides_added": "The earlier strides, each less one, are added up; a step becomes s times as wide: multiply.",
        "strides_summed": "The earlier strides are added to the step; a step becomes s times as wide: multiply.",
        "all_strides": "The strides of all layers are used for each; only those of earlier layers widen its steps.",
        "strides_subtracted": "The stride is subtracted from the step; a step becomes s times as wide: multiply.",
        "starts_two_wide": "The first step is 2 pixels wide; on the input it is 1.",
        "strides_divide": "The step is divided by the stride; after a stride, a step is s times as wide: multiply.",
    },
    growth={
        "whole_kernels_added": "Each layer adds k steps; the field grows by k - 1, since one cell is there already.",
        "one_step_too_few": "Each layer adds k - 2 steps; a window of k cells reaches k - 1 steps further.",
        "two_steps_too_many": "Each layer adds k + 1 steps; a window of k cells reaches k - 1 steps further.",
        "one_side_only": "Each layer adds k // 2 steps, which is one side of the window; it adds k - 1 in all.",
        "even_kernels_rounded": "You add k // 2 on both sides; that is k - 1 for odd kernels only.",
        "even_kernels_short": "You add (k - 1) // 2 on both sides; that is k - 1 for odd kernels only.",
    },
    widening={
        "step_added": "A layer's k - 1 steps and the width of a step are added; multiply the two.",
        "step_subtracted": "The width of a step is subtracted from the k - 1 steps of a layer; multiply the two.",
        "step_divided": "The k - 1 steps of a layer are divided by the width of a step; multiply the two.",
    },
    total={
        "kernels_multiplied": "The kernel sizes are multiplied; each layer adds to the field.",
        "kernels_summed": "The field starts at 0 and each layer adds k steps; start at 1 and add k - 1.",
        "last_growth_only": "Only the last layer counts, as the field is set anew at every layer: add to it.",
        "growth_subtracted": "The layers' steps are subtracted from the field; it grows, so add them.",
        "growth_multiplied": "The field is multiplied by each layer's steps; it grows by them, so add.",
    },
    start={
        "starts_at_zero": "The field starts at 0; a pixel sees itself, so it starts at 1.",
        "starts_at_two": "The field starts at 2; a pixel sees only itself, so it starts at 1.",
        "empty_is_zero": "Without layers you return 0; a pixel sees itself, so return 1.",
        "empty_fails": "An empty list of layers raises an error; without layers the field is 1.",
        "last_stride_counts": "Going back from the output, you start with the last stride; start with one cell.",
        "whole_field_stretched": "The whole field is multiplied by the stride; it is (field - 1) · s + k.",
    },
    kernel_check={
        "small_kernel_accepted": "A kernel size below 1 is accepted; it must raise ValueError.",
        "kernel_of_one_refused": "A kernel size of 1 raises an error; only sizes below 1 are invalid.",
    },
    stride_check={
        "zero_stride_accepted": "A stride below 1 is accepted; it must raise ValueError.",
        "stride_of_zero_accepted": "A stride of 0 must raise ValueError, like those below it.",
        "negative_stride_accepted": "A negative stride must raise ValueError, like a stride of 0.",
    },
)
def receptive_field(
    layers, *,
    order="", step="", growth="", widening="", total="", start="", kernel_check="", stride_check="",
):  # fmt: skip
    for k, s in layers:
        least = {"small_kernel_accepted": -inf, "kernel_of_one_refused": 2}.get(kernel_check, 1)
        accepted = {"zero_stride_accepted": s < 1, "stride_of_zero_accepted": s == 0, "negative_stride_accepted": s < 0}
        if k < least or (s < 1 and not accepted.get(stride_check)):
            raise ValueError
    if start == "empty_fails" and not layers:
        raise IndexError
    layers = {
        "order_reversed": layers[::-1],
        "first_layer_only": layers[:1],
        "first_layer_missed": layers[1:],
        "last_layer_missed": layers[:-1],
        "pools_ignored": [(k, s) for k, s in layers if k != s],
        "pool_kernels_ignored": [(1 if k == s else k, s) for k, s in layers],
        "size_and_stride_swapped": [(s, k) for k, s in layers],
        "first_kernel_everywhere": [(layers[0][0], s) for _, s in layers],
    }.get(order, layers)
    kernels, strides = [k for k, _ in layers], [s for _, s in layers]
    steps = {
        "strides_ignored": [1 for _ in strides],
        "own_stride_counts": list(accumulate(strides, mul)),
        "own_stride_only": strides,
        "previous_stride_only": [1, *strides[:-1]],
        "strides_added": list(accumulate((s - 1 for s in strides), initial=1)),
        "strides_summed": list(accumulate(strides, initial=1)),
        "all_strides": [prod(strides) for _ in strides],
        "strides_subtracted": list(accumulate(strides, sub, initial=1)),
        "starts_two_wide": list(accumulate(strides, mul, initial=2)),
        "strides_divide": list(accumulate(strides, lambda step, s: step // s if s else 0, initial=1)),
    }.get(step) or list(accumulate(strides, mul, initial=1))
    widths = {
        "whole_kernels_added": kernels,
        "one_step_too_few": [k - 2 for k in kernels],
        "two_steps_too_many": [k + 1 for k in kernels],
        "one_side_only": [k // 2 for k in kernels],
        "even_kernels_rounded": [2 * (k // 2) for k in kernels],
        "even_kernels_short": [2 * ((k - 1) // 2) for k in kernels],
    }.get(growth, [k - 1 for k in kernels])
    grown = [_times(width, step, widening) for width, step in zip(widths, steps, strict=False)]
    first = {
        "starts_at_zero": 0,
        "starts_at_two": 2,
        "empty_is_zero": 1 if layers else 0,
        "last_stride_counts": 1 + (strides[-1] - 1) * prod(strides) if strides else 1,  # going back from the output
        "whole_field_stretched": prod(strides),
    }.get(start, 1)
    return {
        "kernels_multiplied": prod(kernels),
        "kernels_summed": sum(map(mul, kernels, steps)),
        "last_growth_only": grown[-1] if grown else first,
        "growth_subtracted": first - sum(grown),
        "growth_multiplied": first * prod(grown),
    }.get(total, first + sum(grown))


NEEDED = {
    "conv": {"filters", "kernel", "stride", "padding"},
    "pool": {"size", "stride", "padding"},
    "flatten": set(),
    "dense": {"units"},
}


@_mistakes.model(
    valid=VALID,
    same=SAME,
    axes={
        "height_twice": "The height is used for both axes: a shape is (H, W, C).",
        "width_twice": "The width is used for both axes: a shape is (H, W, C).",
        "channels_first": "The channels come first in what you return: a shape is (H, W, C).",
    },
    stride_use={
        "stride_ignored": "The stride is never used: a window is placed only at every s-th position.",
        "kernel_as_stride": "Windows move by their own size; every layer has a stride of its own.",
    },
    conv_shape={
        "filters_not_the_channels": "You let a convolution keep its input's channels; it gives one channel for each "
        "filter.",
    },
    conv_depth={
        "depth_of_the_input": "Every convolution is counted as deep as the input; it is as deep as the map before it.",
        "depth_forgotten": "A filter is counted one channel deep; it is as deep as its layer's input.",
        "depth_is_filters": "A filter is counted as deep as there are filters; it is as deep as its layer's input.",
    },
    conv_cells={
        "int_counted_once": "A kernel's size k is counted once in the parameters; a kernel has k · k cells.",
        "sides_added": "The sides of a kernel are added in the parameters; it has k · k cells.",
    },
    conv_filters={
        "filters_forgotten": "A convolution's parameters are those of one filter: multiply by the number of filters.",
    },
    conv_bias={
        "bias_forgotten": "The biases of the convolutions are missing: one for each filter.",
        "one_bias": "A convolution is counted with a single bias; every filter has one.",
        "bias_per_channel": "A bias is counted for each channel of a filter; a filter has one in all.",
        "bias_of_inputs": "A convolution is counted with a bias for each input channel; there is one for each filter.",
    },
    pool_window={
        "pool_uses_size_as_stride": "Your pooling windows always move by their size; use the layer's stride.",
        "pool_uses_stride_as_size": "A pooling layer's size is never used: height and width depend on size and stride.",
        "pool_always_halves": "A pooling layer halves height and width here; that depends on size and stride.",
        "pool_moves_by_one": "Your pooling windows always move by 1; use the layer's stride.",
        "pool_always_valid": 'You treat "same" as "valid" in pooling layers; their padding counts like a '
        "convolution's.",
    },
    pool_channels={
        "pool_merges_channels": "Your pooling layer gives one channel; pooling keeps the number of channels.",
    },
    pool_params={
        "pool_has_weights": "A pooling layer is given weights like a convolution; it has no parameters.",
        "pool_has_a_window": "A pooling layer is given size · size parameters; it has none.",
        "pool_has_those_before": "A pooling layer is given the parameters of the layer before; it has none.",
    },
    flat={
        "flatten_forgets_channels": "Your flatten gives H · W values; there are H · W · C.",
        "flatten_gives_a_number": "The shape after flatten is a number; it is a tuple with one number, (n,).",
        "flatten_keeps_the_shape": "Your flatten keeps the shape; it must give one axis with H · W · C values.",
    },
    dense={
        "dense_inputs_forgotten": "A dense layer is counted without its weights: a unit has one for every value.",
        "dense_bias_forgotten": "The biases of the dense layers are missing: one for each unit.",
        "dense_one_bias": "A dense layer is counted with a single bias; every unit has one.",
        "dense_bias_of_inputs": "A dense layer is counted with a bias for each value that comes in; each unit has one.",
    },
    dense_shape={
        "dense_gives_a_number": "The shape after a dense layer is a number; it is a tuple with one, (units,)."
    },
    carried={
        "shape_not_carried": "Every layer is given input_shape; give it the output shape of the layer before.",
        "parameters_added_up": "Each row holds the parameters of all layers so far; give those of its own layer.",
        "input_shapes_listed": "Each row holds the shape that comes into a layer; give that of its output.",
    },
    listed={
        "input_listed": "The input is listed as a layer; the list has one entry for each layer only.",
        "last_layer_only": "Only the last layer is returned: collect a row for each layer in a list.",
        "params_first": "An entry is (params, output_shape) here; the shape comes first.",
        "shapes_only": "The list holds shapes; an entry is (output_shape, params).",
    },
    kind_check={"unknown_kind_skipped": "A layer of an unknown kind must raise ValueError."},
    key_check={"missing_key_accepted": "A layer without a key that its kind needs must raise ValueError."},
    fit_check={
        "misfit_accepted": "A window that does not fit must raise ValueError.",
        "high_misfit_accepted": "A window higher than the map is accepted; it must raise ValueError.",
        "wide_misfit_accepted": "A window wider than the map is accepted; it must raise ValueError.",
    },
    number_check={
        "negative_size_accepted": "A negative dimension must raise ValueError.",
        "zero_stride_accepted": "A stride below 1 must raise ValueError.",
        "small_kernel_accepted": "A kernel or size below 1 must raise ValueError.",
        "numbers_accepted": "A negative dimension and a kernel, size or stride below 1 must raise ValueError.",
    },
    padding_check={"unknown_padding_accepted": 'A padding other than "valid" and "same" must raise ValueError.'},
    dense_check={"dense_on_a_map_accepted": "A dense layer on a map that was not flattened must raise ValueError."},
    checks={"nothing_checked": "Nothing is checked: invalid layers must raise ValueError."},
)
def summarize(
    input_shape, layers, *,
    valid="valid", same="same", axes="", stride_use="", conv_shape="filters", conv_depth="", conv_cells="",
    conv_filters="all", conv_bias="", pool_window="", pool_channels="", pool_params="", flat="", dense="",
    dense_shape="", carried="", listed="", kind_check="", key_check="", fit_check="", number_check="", padding_check="",
    dense_check="", checks="all",
):  # fmt: skip
    accepted = {kind_check, key_check, fit_check, number_check, padding_check, dense_check, checks}
    shape, rows, so_far = tuple(input_shape), [], 0
    _refuse({"negative_size_accepted": min(shape) < 0}, accepted)
    for layer in layers:
        before = tuple(input_shape) if carried == "shape_not_carried" else shape
        kind = layer["kind"]
        _refuse({"unknown_kind_skipped": kind not in NEEDED}, accepted)
        _refuse({"missing_key_accepted": not NEEDED.get(kind, set()) <= layer.keys()}, accepted)
        params = 0
        if kind == "flatten":
            shape = {
                "flatten_forgets_channels": (prod(before[:2]),),
                "flatten_gives_a_number": prod(before),
                "flatten_keeps_the_shape": before,
            }.get(flat, (prod(before),))
        elif kind == "dense":
            _refuse({"dense_on_a_map_accepted": len(before) != 1}, accepted)
            values, units = before[0], layer["units"]
            params = {
                "dense_inputs_forgotten": units,
                "dense_bias_forgotten": values * units,
                "dense_one_bias": values * units + 1,
                "dense_bias_of_inputs": values * units + values,
            }.get(dense, (values + 1) * units)
            shape = units if dense_shape == "dense_gives_a_number" else (units,)
        elif kind in NEEDED:
            k, s, padding = layer["kernel" if kind == "conv" else "size"], layer["stride"], layer["padding"]
            if kind == "pool":
                k, s, padding = {
                    "pool_uses_size_as_stride": (k, k, padding),
                    "pool_uses_stride_as_size": (s, s, padding),
                    "pool_always_halves": (2, 2, padding),
                    "pool_moves_by_one": (k, 1, padding),
                    "pool_always_valid": (k, s, "valid" if padding == "same" else padding),
                }.get(pool_window, (k, s, padding))
            s = {"stride_ignored": 1, "kernel_as_stride": k}.get(stride_use, s)
            sizes = {"height_twice": before[:1] * 2, "width_twice": before[1:2] * 2}.get(axes, before[:2])
            sizes = _slid(sizes, (k, k), (s, s), padding, valid, same, fit_check, accepted)
            if kind == "conv":
                filters = layer["filters"]
                channels = {
                    "filters_not_the_channels": before[2],
                }.get(conv_shape, filters)
                depths = {"depth_of_the_input": input_shape[-1], "depth_forgotten": 1, "depth_is_filters": filters}
                depth = depths.get(conv_depth, before[2])
                wrong = dict(cells=conv_cells, filters=conv_filters, bias_count=conv_bias)
                params = conv_params(k, depth, filters, **wrong)
            else:
                channels = 1 if pool_channels == "pool_merges_channels" else before[2]
                weights = (k * k * before[2] + 1) * before[2]
                params = {
                    "pool_has_weights": weights,
                    "pool_has_a_window": k * k,
                    "pool_has_those_before": rows[-1][1] if rows else 0,
                }.get(pool_params, 0)
            shape = (*sizes, channels)
        so_far += params
        told = before if carried == "input_shapes_listed" else shape
        if isinstance(told, tuple) and len(told) == 3:
            h, w, c = told
            told = (c, h, w) if axes == "channels_first" else told
        rows.append((told, so_far if carried == "parameters_added_up" else params))
    return {
        "input_listed": [(tuple(input_shape), 0), *rows],
        "last_layer_only": rows[-1:],
        "params_first": [row[::-1] for row in rows],
        "shapes_only": [told for told, _ in rows],
    }.get(listed, rows)


@_mistakes.model(
    table={
        "biases_missing": "The biases are missing among the parameters: each filter and each unit has one.",
        "depth_of_the_input": "Every convolution is counted as deep as the input; it is as deep as the map before it.",
    },
    copies={
        "weights_forgotten": "No parameters are counted: each takes 16 bytes, for weight, gradient and two moments.",
        "weights_once": "You count 4 bytes a parameter; it takes 16, for weight, gradient and Adam's two moments.",
        "adam_forgotten": "You count 8 bytes a parameter; it takes 16, as Adam holds two more numbers for each weight.",
        "one_moment": "You count 12 bytes a parameter; it takes 16, for weight, gradient and two moments.",
        "five_copies": "You count 20 bytes a parameter; it takes 16, for weight, gradient and two moments.",
        "eight_bytes_each": "You count 32 bytes a parameter: four numbers of 4 bytes each are 16.",
        "four_added": "4 is added to the number of parameters; multiply by it.",
        "copies_counted_twice": "You count 64 bytes a parameter: four numbers of 4 bytes each are 16.",
    },
    of_layers={
        "weights_of_the_last_layer": "Only the last layer's parameters are counted: add up those of all layers.",
        "weights_of_the_first_layer": "Only the first layer's parameters are counted: add up those of all layers.",
    },
    outputs={
        "last_output_only": "Only the last output is counted; training keeps the outputs of all layers.",
        "largest_map_only": "Only the largest of all maps is counted; training keeps the input and all outputs.",
        "largest_output_only": "Only the largest output is counted; training keeps the outputs of all layers.",
        "input_for_outputs": "The shape of the input is counted for every output; each layer's output has its own.",
        "last_output_forgotten": "The output of the last layer is left out; it counts like all others.",
        "outputs_forgotten": "The outputs of the layers are missing: they are held for the backward pass.",
        "pools_not_counted": "The outputs of pooling layers are left out: they are maps like all others.",
        "flatten_not_counted": "The output of flatten is left out; here it counts as a map of its own.",
        "without_parameters_not_counted": "Pooling and flatten are left out: their outputs are held like all others.",
    },
    input_map={
        "input_forgotten": "The input is missing: it is held for the backward pass like the maps.",
        "input_of_one_image": "The input is counted for one image; it is there for the whole batch.",
        "input_twice": "The input is counted twice: it is held once, besides the output of every layer.",
    },
    values={
        "channels_forgotten": "The maps are counted without their channels: a map has H · W · C values.",
        "sizes_added": "The sizes of a map are added up; it has H · W · C values.",
    },
    images={
        "batch_ignored": "You count the maps of one image; every image of the batch has its own.",
        "outputs_of_one_image": "The outputs are counted for one image; every image of the batch has its own.",
        "weights_for_each_image": "The weights are multiplied by the batch; all images share them.",
        "batch_on_weights_only": "You multiply the weights by the batch, not the maps; only the maps depend on the "
        "batch.",
        "maps_subtracted": "The maps are subtracted from the weights; both are held, so add them.",
        "weights_subtracted": "The weights are subtracted from the maps; both are held, so add them.",
        "batch_added": "The batch is added; every image has maps of its own, so multiply by it.",
    },
    map_bytes={
        "map_values_counted": "The values of the maps are counted, one byte each; in float32 each takes 4 bytes.",
        "map_gradients_counted": "You count 8 bytes for each value of a map; here the gradients of the maps are left "
        "out, so count 4.",
        "map_copies_counted": "You count 16 bytes for each value of a map; only parameters are held four times.",
    },
    unit={
        "values_not_bytes": "You count numbers; each takes 4 bytes in float32.",
        "kilobytes": "You divide by 1024: the answer is asked for in bytes.",
        "megabytes": "You divide by 1024 · 1024: the answer is asked for in bytes.",
        "megabytes_of_1000": "You divide by 1,000,000: the answer is asked for in bytes.",
    },
    batch_check={
        "empty_batch_accepted": "A batch below 1 is accepted; it must raise ValueError.",
        "zero_batch_accepted": "A batch of 0 must raise ValueError, like those below it.",
    },
    layer_check={"layers_unchecked": "Invalid layers must raise ValueError, as in summarize."},
)
def training_bytes(
    input_shape, layers, batch, *,
    table="", copies="", of_layers="all", outputs="all", input_map="", values="", images="", map_bytes="", unit="",
    batch_check="", layer_check="",
):  # fmt: skip
    if batch < {"empty_batch_accepted": -inf, "zero_batch_accepted": 0}.get(batch_check, 1):
        raise ValueError
    wrong = {
        "biases_missing": {"conv_bias": "bias_forgotten", "dense": "dense_bias_forgotten"},
        "depth_of_the_input": {"conv_depth": "depth_of_the_input"},
    }.get(table, {})
    checks = "nothing_checked" if layer_check == "layers_unchecked" else "all"
    rows = summarize(input_shape, layers, checks=checks, **wrong)
    params = [params for _, params in rows]
    params = {"weights_of_the_last_layer": params[-1:], "weights_of_the_first_layer": params[:1]}.get(of_layers, params)
    count = {"channels_forgotten": lambda shape: prod(shape[:2]), "sizes_added": sum}.get(values, prod)
    first, maps = count(input_shape), [count(shape) for shape, _ in rows]
    left_out = {
        "pools_not_counted": ("pool",),
        "flatten_not_counted": ("flatten",),
        "without_parameters_not_counted": ("pool", "flatten"),
    }.get(outputs, ())
    held = {
        "last_output_only": maps[-1:],
        "last_output_forgotten": maps[:-1],
        "input_for_outputs": [first for _ in maps],
        "outputs_forgotten": [],
        "largest_map_only": [max(first, *maps) - first],
        "largest_output_only": [max(maps)],
    }.get(outputs, [n for n, layer in zip(maps, layers, strict=False) if layer["kind"] not in left_out])
    bytes_each = {"weights_forgotten": 0, "weights_once": 4, "adam_forgotten": 8, "one_moment": 12}
    bytes_each |= {"five_copies": 20, "eight_bytes_each": 32, "copies_counted_twice": 64}
    weights = bytes_each.get(copies, 16) * sum(params) + (16 - 12 * sum(params)) * (copies == "four_added")
    first *= {"input_forgotten": 0, "input_twice": 2}.get(input_map, 1)
    each = {"map_values_counted": 1, "map_gradients_counted": 8, "map_copies_counted": 16}.get(map_bytes, 4)
    inputs, outputs = each * first, each * sum(held)
    total = {
        "batch_ignored": weights + inputs + outputs,
        "outputs_of_one_image": weights + batch * inputs + outputs,
        "weights_for_each_image": batch * (weights + inputs + outputs),
        "batch_on_weights_only": batch * weights + inputs + outputs,
        "maps_subtracted": weights - batch * (inputs + outputs),
        "weights_subtracted": batch * (inputs + outputs) - weights,
        "batch_added": weights + inputs + outputs + batch,
    }.get(images, weights + (inputs if input_map == "input_of_one_image" else batch * inputs) + batch * outputs)
    return {
        "values_not_bytes": total / 4,
        "kilobytes": total / 1024,
        "megabytes": total / 1024**2,
        "megabytes_of_1000": total / 1000**2,
    }.get(unit, total)

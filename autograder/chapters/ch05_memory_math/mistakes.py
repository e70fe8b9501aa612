"""Chapter 5: what goes wrong in counting. Each wrong solution is what a student writes who holds the idea named."""

from math import ceil, prod

from autograder.chapters.ch05_memory_math import reference
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function


def _pair(value):
    return value if isinstance(value, (tuple, list)) else (value, value)


def _kernel(kernel_size, c_in, c_out):
    """Raise for what has no meaning, as the reference does; return (kh, kw)."""
    reference.conv_params(kernel_size, c_in, c_out)
    return _pair(kernel_size)


@_of("conv_params", "depth_forgotten", "A filter is as deep as its input: it has kh·kw weights for each input channel.")
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _kernel(kernel_size, c_in, c_out)
    return (kh * kw + bias) * c_out


@_of("conv_params", "bias_forgotten", "The biases are missing: each filter has one, unless bias is False.")
def _(kernel_size, c_in, c_out, bias=True):
    return reference.conv_params(kernel_size, c_in, c_out, bias=False)


@_of("conv_params", "one_bias", "You count a single bias for the whole layer; every filter has one of its own.")
def _(kernel_size, c_in, c_out, bias=True):
    return reference.conv_params(kernel_size, c_in, c_out, bias=False) + bias


@_of("conv_params", "bias_always", "The biases are counted though bias is False: the argument is never used.")
def _(kernel_size, c_in, c_out, bias=True):
    return reference.conv_params(kernel_size, c_in, c_out)


@_of("conv_params", "bias_per_channel", "You count a bias for each input channel of a filter; a filter has one in all.")
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _kernel(kernel_size, c_in, c_out)
    return (kh * kw + bias) * c_in * c_out


@_of("conv_params", "bias_of_inputs", "You count one bias for each input channel; there is one for each filter.")
def _(kernel_size, c_in, c_out, bias=True):
    return reference.conv_params(kernel_size, c_in, c_out, bias=False) + bias * c_in


@_of("conv_params", "bias_per_weight", "You count a bias for each weight; a bias is added once for each filter.")
def _(kernel_size, c_in, c_out, bias=True):
    return reference.conv_params(kernel_size, c_in, c_out, bias=False) * (1 + bias)


@_of("conv_params", "filters_forgotten", "You count the parameters of one filter: multiply by the number of filters.")
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _kernel(kernel_size, c_in, c_out)
    return kh * kw * c_in + bias


@_of(
    "conv_params", "channels_added", "Input channels and filters are added up; every filter has weights for every one."
)
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _kernel(kernel_size, c_in, c_out)
    return kh * kw * (c_in + c_out) + bias * c_out


@_of("conv_params", "sides_added", "The sides of the kernel are added: a kernel has kh · kw cells.")
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _kernel(kernel_size, c_in, c_out)
    return ((kh + kw) * c_in + bias) * c_out


@_of("conv_params", "square_kernel_assumed", "The first side of the kernel is squared; a pair has two sides, kh · kw.")
def _(kernel_size, c_in, c_out, bias=True):
    kh, _kw = _kernel(kernel_size, c_in, c_out)
    return reference.conv_params(kh, c_in, c_out, bias)


@_of(
    "conv_params", "ints_only", "A pair as kernel size ends in an error: it is (kh, kw), unpack it before you multiply."
)
def _(kernel_size, c_in, c_out, bias=True):
    _kernel(kernel_size, c_in, c_out)
    return (kernel_size * kernel_size * c_in + bias) * c_out


@_of("conv_params", "nonsense_accepted", "A kernel size below 1 or a negative channel count must raise ValueError.")
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _pair(kernel_size)
    return (kh * kw * c_in + bias) * c_out


@_of(
    "conv_params", "negative_channels_accepted", "A negative number of channels is accepted; it must raise ValueError."
)
def _(kernel_size, c_in, c_out, bias=True):
    kh, kw = _kernel(kernel_size, 1, 1)
    return (kh * kw * c_in + bias) * c_out


def _macs(shape, kernel_size, c_in, c_out, stride, padding, valid=None, same=None):
    """Count rightly, but for `valid(n, k, s)` or `same(n, k, s)`, the places along one axis."""
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    valid = valid or (lambda n, k, s: (n - k) // s + 1)
    same = same or (lambda n, k, s: ceil(n / s))
    places = {"valid": valid, "same": same}[padding]
    high, wide = (places(*axis) for axis in zip(shape, _pair(kernel_size), _pair(stride), strict=True))
    return high * wide * prod(_pair(kernel_size)) * c_in * c_out


@_of("conv_macs", "stride_ignored", "The stride is never used: the kernel stops at every s-th place only.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    return _macs(shape, kernel_size, c_in, c_out, 1, padding)


@_of("conv_macs", "one_added_before_dividing", "You compute (n - k + 1) // s; the 1 is added last: (n - k) // s + 1.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding, valid=lambda n, k, s: (n - k + 1) // s)


@_of(
    "conv_macs",
    "large_stride_refused",
    "A stride larger than the kernel raises an error; it has a meaning, only some cells are then covered by no window.",
)
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    if any(s > max(k, 1) for s, k in zip(_pair(stride), _pair(kernel_size), strict=True)):
        raise ValueError(stride)
    return reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)


@_of("conv_macs", "valid_rounds_up", 'In "valid" you round up; a kernel that would stick out at the end does not stop.')
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding, valid=lambda n, k, s: ceil((n - k) / s) + 1)


@_of(
    "conv_macs",
    "first_place_missed",
    "One place is missing along each axis: (n - k) // s are the steps between places.",
)
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding, valid=lambda n, k, s: (n - k) // s)


@_of("conv_macs", "input_positions", "You count a place for every input pixel; without padding there are fewer.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding, valid=lambda n, k, s: ceil(n / s))


@_of("conv_macs", "same_keeps_the_size", '"same" is taken to keep the size at any stride; it gives ceil(n / stride).')
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding, same=lambda n, k, s: n)


@_of("conv_macs", "same_rounds_down", 'In "same" n / stride is rounded down; it is rounded up.')
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding, same=lambda n, k, s: n // s)


@_of(
    "conv_macs",
    "large_kernel_refused",
    'In "same" every kernel fits, also one larger than the input: padding is added.',
)
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out)
    return reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)


@_of("conv_macs", "padding_default_same", 'Without a padding you compute "same"; the default is "valid".')
def _(shape, kernel_size, c_in, c_out, stride=1, padding="same"):
    return _macs(shape, kernel_size, c_in, c_out, stride, padding)


@_of("conv_macs", "padding_ignored", 'The padding is never used: "same" has more places than "valid".')
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    shape = [max(n, k) for n, k in zip(shape, _pair(kernel_size), strict=True)]
    return _macs(shape, kernel_size, c_in, c_out, stride, "valid")


@_of("conv_macs", "depth_forgotten", "A filter is as deep as its input: each place takes kh·kw products a channel.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    return reference.conv_macs(shape, kernel_size, 1, c_out, stride, padding)


@_of("conv_macs", "filters_forgotten", "You count the products of one filter; all c_out filters stop at every place.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    return reference.conv_macs(shape, kernel_size, c_in, 1, stride, padding)


@_of("conv_macs", "bias_counted", "The bias is counted as a product at every place; it is only added, so leave it out.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    positions = reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    positions //= prod(_pair(kernel_size)) * c_in * c_out
    return positions * reference.conv_params(kernel_size, c_in, c_out)


@_of("conv_macs", "counted_twice", "Multiplications and additions are counted apart; a multiply-add is one of each.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return 2 * reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)


@_of("conv_macs", "weights_only", "You count the weights; each of them is used at every place of the kernel.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    return reference.conv_params(kernel_size, c_in, c_out, bias=False)


@_of("conv_macs", "pairs_swapped", "Vertical and horizontal are swapped: a pair is (vertical, horizontal).")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    swapped = [n if isinstance(n, int) else n[::-1] for n in (kernel_size, stride)]
    return _macs(shape, swapped[0], c_in, c_out, swapped[1], padding)


@_of("conv_macs", "first_of_pair", "Only the first number of a pair is used, in both directions.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    return _macs(shape, _pair(kernel_size)[0], c_in, c_out, _pair(stride)[0], padding)


@_of(
    "conv_macs",
    "ints_only",
    "A pair ends in an error: kernel_size and stride may be (vertical, horizontal), unpack them.",
)
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)
    weights = kernel_size * kernel_size * c_in * c_out
    if padding == "same":
        return ceil(shape[0] / stride) * ceil(shape[1] / stride) * weights
    return ((shape[0] - kernel_size) // stride + 1) * ((shape[1] - kernel_size) // stride + 1) * weights


@_of("conv_macs", "misfit_accepted", "A kernel that does not fit gives a number; it must raise ValueError.")
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    if padding == "valid" and any(k > n for n, k in zip(shape, _pair(kernel_size), strict=True)):
        return 0
    return reference.conv_macs(shape, kernel_size, c_in, c_out, stride, padding)


@_of("conv_macs", "unknown_padding_accepted", 'A padding other than "valid" and "same" must raise ValueError.')
def _(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    return reference.conv_macs(shape, kernel_size, c_in, c_out, stride, "valid" if padding == "valid" else "same")


def _whole(shape, batch, bytes_per_value):
    """Raise for what has no meaning, as the reference does."""
    reference.activation_bytes(shape, batch, bytes_per_value)


@_of("activation_bytes", "batch_ignored", "You count the map of one image; every image of the batch has its own.")
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, batch, bytes_per_value)
    return prod(shape) * bytes_per_value


@_of("activation_bytes", "batch_added", "The batch is added; every image has a map of its own, so multiply by it.")
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, batch, bytes_per_value)
    return (prod(shape) + batch) * bytes_per_value


@_of("activation_bytes", "always_four_bytes", "You always count 4 bytes a value: bytes_per_value is never used.")
def _(shape, batch=1, bytes_per_value=4):
    return reference.activation_bytes(shape, batch)


@_of("activation_bytes", "values_counted", "You count the values; each of them takes bytes_per_value bytes.")
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, batch, bytes_per_value)
    return prod(shape) * batch


@_of("activation_bytes", "bits_counted", "You count bits: bytes_per_value are bytes already.")
def _(shape, batch=1, bytes_per_value=4):
    return 8 * reference.activation_bytes(shape, batch, bytes_per_value)


@_of(
    "activation_bytes",
    "default_is_double",
    "Without bytes_per_value you count 8 bytes a value; the default is 4, float32.",
)
def _(shape, batch=1, bytes_per_value=8):
    return reference.activation_bytes(shape, batch, bytes_per_value)


@_of("activation_bytes", "three_axes_only", "You unpack the shape into three numbers; it may have one, two or more.")
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, batch, bytes_per_value)
    h, w, c = shape
    return h * w * c * batch * bytes_per_value


@_of(
    "activation_bytes", "channels_forgotten", "You count rows and columns only; a map has a value for each channel too."
)
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, batch, bytes_per_value)
    return prod(shape[:2]) * batch * bytes_per_value


@_of("activation_bytes", "sizes_added", "The sizes in the shape are added up; the number of values is their product.")
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, batch, bytes_per_value)
    return sum(shape) * batch * bytes_per_value


@_of("activation_bytes", "kilobytes", "You divide by 1024: the answer is asked for in bytes.")
def _(shape, batch=1, bytes_per_value=4):
    return reference.activation_bytes(shape, batch, bytes_per_value) / 1024


@_of("activation_bytes", "nonsense_accepted", "A negative dimension and a batch below 1 must raise ValueError.")
def _(shape, batch=1, bytes_per_value=4):
    return prod(shape) * batch * bytes_per_value


@_of("activation_bytes", "empty_batch_accepted", "A batch below 1 is accepted; it must raise ValueError.")
def _(shape, batch=1, bytes_per_value=4):
    _whole(shape, 1, bytes_per_value)
    return prod(shape) * batch * bytes_per_value


def _field(layers, change=lambda k, s: (k, s), start=1):
    """Follow the field rightly through the layers, but for what `change` makes of each of them."""
    reference.receptive_field(layers)
    field, step = start, 1
    for layer in layers:
        k, s = change(*layer)
        field += (k - 1) * step
        step *= s
    return field


@_of(
    "receptive_field", "strides_ignored", "The strides are never used: behind a stride, every step is that much wider."
)
def _(layers):
    return _field(layers, lambda k, s: (k, 1))


@_of(
    "receptive_field",
    "own_stride_counts",
    "A layer's own stride widens its field; it counts only for the layers after it.",
)
def _(layers):
    reference.receptive_field(layers)
    field, step = 1, 1
    for k, s in layers:
        step *= s
        field += (k - 1) * step
    return field


@_of(
    "receptive_field",
    "own_stride_only",
    "A layer's steps are multiplied by its own stride; they must be multiplied by all earlier layers' strides.",
)
def _(layers):
    reference.receptive_field(layers)
    return 1 + sum((k - 1) * s for k, s in layers)


@_of(
    "receptive_field",
    "last_stride_counts",
    "Going back from the output you begin with the last stride; begin with one value, which is 1 wide.",
)
def _(layers):
    reference.receptive_field(layers)
    field = layers[-1][1] if layers else 1
    for k, s in reversed(layers):
        field = (field - 1) * s + k
    return field


@_of(
    "receptive_field",
    "previous_stride_only",
    "Only the stride of the layer just before is used; the strides of all earlier layers multiply.",
)
def _(layers):
    reference.receptive_field(layers)
    field, before = 1, 1
    for k, s in layers:
        field += (k - 1) * before
        before = s
    return field


@_of("receptive_field", "strides_added", "The earlier strides are added up; a step becomes s times as wide: multiply.")
def _(layers):
    reference.receptive_field(layers)
    field, step = 1, 1
    for k, s in layers:
        field += (k - 1) * step
        step += s - 1
    return field


@_of(
    "receptive_field",
    "pools_ignored",
    "Layers whose stride is their size, pooling layers, are left out: they count too.",
)
def _(layers):
    return _field(layers, lambda k, s: (1, 1) if k == s else (k, s))


@_of("receptive_field", "even_kernels_rounded", "You add k // 2 on both sides; that is k - 1 for odd kernels only.")
def _(layers):
    return _field(layers, lambda k, s: (2 * (k // 2) + 1, s))


@_of("receptive_field", "first_kernel_everywhere", "The first kernel size is used for all layers; each has its own.")
def _(layers):
    reference.receptive_field(layers)
    return _field([(layers[0][0], s) for _, s in layers])


@_of(
    "receptive_field",
    "whole_kernels_added",
    "Each layer adds k steps; the field grows by k - 1, since one cell is there.",
)
def _(layers):
    return _field(layers, lambda k, s: (k + 1, s))


@_of("receptive_field", "kernels_multiplied", "The kernel sizes are multiplied; each layer adds to the field.")
def _(layers):
    reference.receptive_field(layers)
    return prod(k for k, _ in layers)


@_of("receptive_field", "starts_at_zero", "The field starts at 0; a pixel sees itself, so it starts at 1.")
def _(layers):
    return _field(layers, start=0)


@_of(
    "receptive_field",
    "order_reversed",
    "The layers are taken from output to input; strides count for what comes after.",
)
def _(layers):
    return _field(layers[::-1])


@_of("receptive_field", "empty_is_zero", "Without layers you give 0; a pixel sees itself, so it is 1.")
def _(layers):
    return _field(layers) if layers else 0


@_of("receptive_field", "empty_fails", "An empty list of layers raises an error; without layers the field is 1.")
def _(layers):
    return _field([layers[0], *layers[1:]])


@_of("receptive_field", "nonsense_accepted", "A kernel size or stride below 1 is accepted; it must raise ValueError.")
def _(layers):
    field, step = 1, 1
    for k, s in layers:
        field += (k - 1) * step
        step *= s
    return field


@_of("receptive_field", "zero_stride_accepted", "A stride below 1 is accepted; it must raise ValueError.")
def _(layers):
    reference.receptive_field([(k, 1) for k, _ in layers])
    field, step = 1, 1
    for k, s in layers:
        field += (k - 1) * step
        step *= s
    return field


def _rows(input_shape, layers, **wrong):
    """Summarize rightly, but for the parts in `wrong`, each a function of a few sizes."""
    reference.summarize(input_shape, layers)
    valid = wrong.get("valid", lambda n, k, s: (n - k) // s + 1)
    same = wrong.get("same", lambda n, k, s: ceil(n / s))
    conv = wrong.get("conv", lambda k, c_in, filters: (k * k * c_in + 1) * filters)
    pool = wrong.get("pool", lambda layer: layer)
    pooled = wrong.get("pooled", lambda h, w, c: (h, w, c))
    pool_params = wrong.get("pool_params", lambda layer, c: 0)
    flat = wrong.get("flat", prod)
    dense = wrong.get("dense", lambda values, units: (values + 1) * units)
    shape, rows = tuple(input_shape), []
    for layer in layers:
        before, params = shape, 0
        if layer["kind"] == "flatten":
            shape = (flat(shape),)
        elif layer["kind"] == "dense":
            shape, params = (layer["units"],), dense(before[0], layer["units"])
        else:
            places = valid if layer["padding"] == "valid" else same
            if layer["kind"] == "pool":
                layer = pool(layer)
            k = layer["kernel"] if layer["kind"] == "conv" else layer["size"]
            h, w = (places(n, k, layer["stride"]) for n in before[:2])
            if layer["kind"] == "conv":
                shape, params = (h, w, layer["filters"]), conv(k, before[2], layer["filters"])
            else:
                shape, params = pooled(h, w, before[2]), pool_params(layer, before[2])
        rows.append((shape, params))
    return rows


@_of(
    "summarize",
    "depth_of_the_input",
    "Every convolution is counted with the input's channels; after the first, they are the filters before it.",
)
def _(input_shape, layers):
    return _rows(input_shape, layers, conv=lambda k, c_in, filters: (k * k * input_shape[2] + 1) * filters)


@_of("summarize", "conv_bias_forgotten", "The biases of the convolutions are missing: one for each filter.")
def _(input_shape, layers):
    return _rows(input_shape, layers, conv=lambda k, c_in, filters: k * k * c_in * filters)


@_of("summarize", "valid_rounds_up", 'In "valid" you round up; a window that would stick out at the end is left out.')
def _(input_shape, layers):
    return _rows(input_shape, layers, valid=lambda n, k, s: ceil((n - k) / s) + 1)


@_of("summarize", "last_window_missed", 'In "valid" one window is missing along each axis: (n - k) // s + 1.')
def _(input_shape, layers):
    return _rows(input_shape, layers, valid=lambda n, k, s: (n - k) // s)


@_of("summarize", "same_keeps_the_size", '"same" is taken to keep the size at any stride; it gives ceil(n / stride).')
def _(input_shape, layers):
    return _rows(input_shape, layers, same=lambda n, k, s: n)


@_of("summarize", "same_rounds_down", 'In "same" n / stride is rounded down; it is rounded up.')
def _(input_shape, layers):
    return _rows(input_shape, layers, same=lambda n, k, s: n // s)


@_of("summarize", "height_and_width_swapped", "Height and width are swapped: a shape is (H, W, C).")
def _(input_shape, layers):
    rows = reference.summarize(input_shape, layers)
    return [((shape[1], shape[0], *shape[2:]) if len(shape) == 3 else shape, params) for shape, params in rows]


@_of("summarize", "pool_uses_size_as_stride", "A pooling layer moves by its size; it has a stride of its own.")
def _(input_shape, layers):
    return _rows(input_shape, layers, pool=lambda layer: {**layer, "stride": layer["size"]})


@_of(
    "summarize", "pool_always_halves", "A pooling layer halves height and width here; that depends on size and stride."
)
def _(input_shape, layers):
    reference.summarize(input_shape, layers)
    return _rows(input_shape, layers, pool=lambda layer: {**layer, "size": 2, "stride": 2})


@_of("summarize", "pool_has_weights", "A pooling layer is given weights like a convolution; it has no parameters.")
def _(input_shape, layers):
    return _rows(input_shape, layers, pool_params=lambda layer, c: (layer["size"] ** 2 * c + 1) * c)


@_of("summarize", "pool_merges_channels", "A pooling layer gives one channel; it pools each channel for itself.")
def _(input_shape, layers):
    return _rows(input_shape, layers, pooled=lambda h, w, c: (h, w, 1))


@_of("summarize", "flatten_forgets_channels", "Flatten gives H·W values; there are H·W·C.")
def _(input_shape, layers):
    return _rows(input_shape, layers, flat=lambda shape: prod(shape[:2]))


@_of("summarize", "dense_bias_forgotten", "The biases of the dense layers are missing: one for each unit.")
def _(input_shape, layers):
    return _rows(input_shape, layers, dense=lambda values, units: values * units)


@_of("summarize", "dense_one_bias", "A dense layer is counted with a single bias; every unit has one.")
def _(input_shape, layers):
    return _rows(input_shape, layers, dense=lambda values, units: values * units + 1)


@_of(
    "summarize",
    "parameters_added_up",
    "Each row holds the parameters of all layers so far; give those of its own layer.",
)
def _(input_shape, layers):
    rows, total = [], 0
    for shape, params in reference.summarize(input_shape, layers):
        total += params
        rows.append((shape, total))
    return rows


@_of("summarize", "input_listed", "The input stands in the list as a layer; there is one entry for each layer only.")
def _(input_shape, layers):
    return [(tuple(input_shape), 0), *reference.summarize(input_shape, layers)]


@_of("summarize", "last_layer_only", "Only the last layer is returned: collect a row for each layer in a list.")
def _(input_shape, layers):
    return reference.summarize(input_shape, layers)[-1:]


@_of(
    "summarize",
    "layers_changed",
    "The layers you were given are changed (pop, del, =): go through them with a for loop and only read the dicts.",
)
def _(input_shape, layers):
    rows = reference.summarize(input_shape, layers)
    while layers:
        layers.pop(0)
    return rows


@_of("summarize", "dense_on_a_map_accepted", "A dense layer on a map that was not flattened must raise ValueError.")
def _(input_shape, layers):
    flat = [{"kind": "flatten"}] if layers[-1]["kind"] == "dense" else []
    return reference.summarize(input_shape, [*layers[:-1], *flat, layers[-1]])


@_of("summarize", "unknown_kind_skipped", "A layer of an unknown kind is left out; it must raise ValueError.")
def _(input_shape, layers):
    known = [layer for layer in layers if layer["kind"] in ("conv", "pool", "flatten", "dense")]
    return reference.summarize(input_shape, known)


def _sums(input_shape, layers, batch):
    """Return parameters of each layer, values of the input, values of each output."""
    reference.training_bytes(input_shape, layers, batch)
    rows = reference.summarize(input_shape, layers)
    return [params for _, params in rows], prod(input_shape), [prod(shape) for shape, _ in rows]


@_of(
    "training_bytes",
    "weights_once",
    "The weights are counted once; gradients and Adam's two moments are as large each.",
)
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 4 * sum(params) + 4 * batch * (values + sum(outputs))


@_of(
    "training_bytes", "adam_forgotten", "You count weights and gradients; Adam holds two more numbers for each weight."
)
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 8 * sum(params) + 4 * batch * (values + sum(outputs))


@_of(
    "training_bytes", "one_moment", "You count three numbers a weight; they are four: weight, gradient and two moments."
)
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 12 * sum(params) + 4 * batch * (values + sum(outputs))


@_of(
    "training_bytes",
    "weights_of_the_last_layer",
    "Only the last layer's parameters are counted: add up those of all layers.",
)
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 16 * params[-1] + 4 * batch * (values + sum(outputs))


@_of("training_bytes", "weights_for_each_image", "The weights are multiplied by the batch; all images share them.")
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return batch * (16 * sum(params) + 4 * (values + sum(outputs)))


@_of("training_bytes", "batch_ignored", "You count the maps of one image; every image of the batch has its own.")
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 16 * sum(params) + 4 * (values + sum(outputs))


@_of("training_bytes", "input_of_one_image", "The input is counted for one image; it is there for the whole batch.")
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 16 * sum(params) + 4 * (values + batch * sum(outputs))


@_of("training_bytes", "input_forgotten", "The input is missing: it is held for the backward pass like the maps.")
def _(input_shape, layers, batch):
    params, _values, outputs = _sums(input_shape, layers, batch)
    return 16 * sum(params) + 4 * batch * sum(outputs)


@_of("training_bytes", "last_output_only", "Only the last output is counted; training keeps the outputs of all layers.")
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 16 * sum(params) + 4 * batch * (values + outputs[-1])


@_of(
    "training_bytes",
    "largest_output_only",
    "Only the largest map is counted; training keeps the outputs of all layers.",
)
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    return 16 * sum(params) + 4 * batch * max(values, *outputs)


@_of(
    "training_bytes", "pools_not_counted", "The outputs of pooling layers are left out: they are maps like all others."
)
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    counted = [n for n, layer in zip(outputs, layers, strict=True) if layer["kind"] != "pool"]
    return 16 * sum(params) + 4 * batch * (values + sum(counted))


@_of("training_bytes", "flatten_not_counted", "The output of flatten is left out; here it counts as a map of its own.")
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, batch)
    counted = [n for n, layer in zip(outputs, layers, strict=True) if layer["kind"] != "flatten"]
    return 16 * sum(params) + 4 * batch * (values + sum(counted))


@_of("training_bytes", "values_not_bytes", "You count numbers; each takes 4 bytes in float32.")
def _(input_shape, layers, batch):
    return reference.training_bytes(input_shape, layers, batch) // 4


@_of("training_bytes", "empty_batch_accepted", "A batch below 1 is accepted; it must raise ValueError.")
def _(input_shape, layers, batch):
    params, values, outputs = _sums(input_shape, layers, 1)
    return 16 * sum(params) + 4 * batch * (values + sum(outputs))

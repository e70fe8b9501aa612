"""Right solutions of assignment 5, in many styles."""

import itertools
import math
import operator
from collections import namedtuple
from dataclasses import dataclass
from functools import reduce

import numpy as np

# conv_params


def conv_params__isinstance(kernel_size, c_in, c_out, bias=True):
    if isinstance(kernel_size, int):
        kh, kw = kernel_size, kernel_size
    else:
        kh, kw = kernel_size
    if kh < 1 or kw < 1:
        raise ValueError("kernel size must be at least 1")
    if c_in < 0 or c_out < 0:
        raise ValueError("negative channels")
    params = kh * kw * c_in * c_out
    if bias:
        params += c_out
    return params


def conv_params__np_prod(kernel_size, c_in, c_out, bias=True):
    kernel = np.ones(2, dtype=int) * kernel_size
    if np.any(kernel < 1) or min(c_in, c_out) < 0:
        raise ValueError("not a convolution")
    return (np.prod(kernel) * c_in + bias) * c_out


def conv_params__array_sizes(kernel_size, c_in, c_out, bias=True):
    k = kernel_size if isinstance(kernel_size, (tuple, list)) else (kernel_size, kernel_size)
    if min(k) < 1:
        raise ValueError(f"kernel {k}")
    weights = np.empty((*k, c_in, c_out))  # negative dimensions raise ValueError
    biases = np.empty(c_out if bias else 0)
    return weights.size + biases.size


def conv_params__try_unpack(kernel, inputs, filters, with_bias=True):
    try:
        vertical, horizontal = kernel
    except TypeError:
        vertical = horizontal = kernel
    for name, number, least in [("v", vertical, 1), ("h", horizontal, 1), ("in", inputs, 0), ("out", filters, 0)]:
        if number < least:
            raise ValueError(f"{name} is {number}, must be {least} or more")
    one_filter = vertical * horizontal * inputs + int(with_bias)
    return filters * one_filter


def conv_params__counting(kernel_size, c_in, c_out, bias=True):
    kh, kw = (kernel_size,) * 2 if type(kernel_size) is int else kernel_size
    if kh <= 0 or kw <= 0 or c_in < 0 or c_out < 0:
        raise ValueError
    count = 0
    for _ in range(c_out):
        for _ in range(c_in):
            count += kh * kw
        if bias:
            count += 1
    return count


def conv_params__match(kernel_size, c_in, c_out, bias=True):
    match kernel_size:
        case [a, b]:
            area = [a, b]
        case k:
            area = [k, k]
    if any(k < 1 for k in area) or any(c < 0 for c in (c_in, c_out)):
        raise ValueError(f"{kernel_size=}, {c_in=}, {c_out=}")
    return reduce(operator.mul, [*area, c_in, c_out], 1) + (c_out if bias else 0)


def conv_params__recursion(kernel_size, c_in, c_out, bias=True):
    if isinstance(kernel_size, int):
        return conv_params__recursion((kernel_size, kernel_size), c_in, c_out, bias)
    if bias:
        return conv_params__recursion(kernel_size, c_in, c_out, bias=False) + c_out
    if min(kernel_size) < 1 or c_in < 0 or c_out < 0:
        raise ValueError("impossible convolution")
    return math.prod(kernel_size) * c_in * c_out


def _product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result


def conv_params__lambda(kernel_size, c_in, c_out, bias=True):
    as_pair = lambda k: tuple(k) if np.ndim(k) else (k, k)  # noqa: E731 - a student's habit
    k = as_pair(kernel_size)
    if not all(side >= 1 for side in k) or not (c_in >= 0 <= c_out):
        raise ValueError("check the arguments")
    return int(_product([*k, c_in, c_out]) + bias * c_out)


# conv_macs


def conv_macs__ceil(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    h, w = shape
    if min(kh, kw, sh, sw) < 1 or min(h, w, c_in, c_out) < 0:
        raise ValueError("bad argument")
    if padding == "same":
        oh, ow = math.ceil(h / sh), math.ceil(w / sw)
    elif padding == "valid":
        if kh > h or kw > w:
            raise ValueError("kernel does not fit")
        oh, ow = (h - kh) // sh + 1, (w - kw) // sw + 1
    else:
        raise ValueError(f"unknown padding {padding}")
    return oh * ow * kh * kw * c_in * c_out


def conv_macs__len_of_range(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    k = (kernel_size,) * 2 if np.isscalar(kernel_size) else tuple(kernel_size)
    s = (stride,) * 2 if np.isscalar(stride) else tuple(stride)
    if padding not in ("valid", "same"):
        raise ValueError(padding)
    if any(v < 1 for v in k + s) or any(v < 0 for v in (*shape, c_in, c_out)):
        raise ValueError("too small")
    places = 1
    for size, window, step in zip(shape, k, s, strict=True):
        if padding == "valid" and window > size:
            raise ValueError(f"{window} does not fit in {size}")
        last = size if padding == "same" else size - window + 1
        places *= len(range(0, last, step))
    return places * math.prod(k) * c_in * c_out


def conv_macs__numpy(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    n, k, s = np.array(shape), np.broadcast_to(kernel_size, 2), np.broadcast_to(stride, 2)
    if (k < 1).any() or (s < 1).any() or (n < 0).any() or c_in < 0 or c_out < 0:
        raise ValueError("sizes")
    if padding == "valid":
        if (k > n).any():
            raise ValueError("does not fit")
        out = (n - k) // s + 1
    elif padding == "same":
        out = np.ceil(n / s).astype(int)
    else:
        raise ValueError("padding")
    return np.prod(out) * np.prod(k) * c_in * c_out


def conv_macs__dict_dispatch(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    def pair(v):
        return v if isinstance(v, (tuple, list)) else (v, v)

    rules = {"valid": lambda n, k, s: (n - k) // s + 1, "same": lambda n, k, s: -(-n // s)}
    try:
        positions = rules[padding]
    except KeyError:
        raise ValueError(f"padding must be one of {sorted(rules)}, not {padding!r}") from None
    if min(*pair(kernel_size), *pair(stride)) < 1:
        raise ValueError("kernel and stride must be positive")
    if min(*shape, c_in, c_out) < 0:
        raise ValueError("negative")
    oh, ow = (positions(*axis) for axis in zip(shape, pair(kernel_size), pair(stride), strict=True))
    if padding == "valid" and (oh < 1 or ow < 1):
        raise ValueError("no place for the kernel")
    kh, kw = pair(kernel_size)
    return (oh * ow) * (kh * kw * c_in) * c_out


def conv_macs__walk(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    def steps(n, k, s):
        if k < 1 or s < 1 or n < 0:
            raise ValueError("wrong size")
        if padding == "valid" and k > n:
            raise ValueError("the kernel does not fit")
        count, position = 0, 0
        while (position + k <= n) if padding == "valid" else (position < n):
            count += 1
            position += s
        return count

    if padding != "same" and padding != "valid":
        raise ValueError("padding is same or valid")
    if c_in < 0 or c_out < 0:
        raise ValueError("channels")
    if not isinstance(kernel_size, tuple):
        kernel_size = (kernel_size, kernel_size)
    if not isinstance(stride, tuple):
        stride = (stride, stride)
    vertical = steps(shape[0], kernel_size[0], stride[0])
    horizontal = steps(shape[1], kernel_size[1], stride[1])
    return vertical * horizontal * kernel_size[0] * kernel_size[1] * c_in * c_out


def conv_macs__match(size, kernel, inputs, filters, step=1, pad="valid"):
    def axis(n, k, s):
        match pad:
            case "valid" if k <= n:
                return (n - k + s) // s
            case "valid":
                raise ValueError("kernel larger than the input")
            case "same":
                return (n + s - 1) // s
            case other:
                raise ValueError(f"unknown padding: {other}")

    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    step = (step, step) if isinstance(step, int) else step
    for value, minimum in [*((v, 1) for v in (*kernel, *step)), *((v, 0) for v in (*size, inputs, filters))]:
        if value < minimum:
            raise ValueError(f"{value} is less than {minimum}")
    return math.prod(map(axis, size, kernel, step)) * math.prod(kernel) * inputs * filters


def conv_macs__padded_size(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    total = c_in * c_out
    if c_in < 0 or c_out < 0:
        raise ValueError("negative number of channels")
    for axis in (0, 1):
        n = shape[axis]
        k = kernel_size if isinstance(kernel_size, int) else kernel_size[axis]
        s = stride if isinstance(stride, int) else stride[axis]
        if k < 1 or s < 1 or n < 0:
            raise ValueError(f"axis {axis}: {n}, {k}, {s}")
        if padding == "same":
            n += max((math.ceil(n / s) - 1) * s + k - n, 0)
        elif padding != "valid":
            raise ValueError("padding?")
        if n < k:
            raise ValueError("does not fit")
        total *= k * (1 + (n - k) // s)
    return total


# activation_bytes


def activation_bytes__np_prod(shape, batch=1, bytes_per_value=4):
    if np.any(np.array(shape) < 0) or batch < 1:
        raise ValueError("negative dimension or empty batch")
    return np.prod(shape) * batch * bytes_per_value


def activation_bytes__math_prod(shape, batch=1, bytes_per_value=4):
    if min(shape) < 0:
        raise ValueError(f"negative dimension in {shape}")
    if batch < 1:
        raise ValueError(f"batch is {batch}")
    return math.prod(shape) * batch * bytes_per_value


def activation_bytes__loop(shape, batch=1, bytes_per_value=4):
    if batch <= 0:
        raise ValueError("batch")
    values = 1
    for n in shape:
        if n < 0:
            raise ValueError("dimension")
        values = values * n
    return values * batch * bytes_per_value


def activation_bytes__reduce(dims, images=1, width=4):
    if images < 1 or any(d < 0 for d in dims):
        raise ValueError("impossible")
    return reduce(lambda a, b: a * b, (*dims, images, width))


def activation_bytes__recursion(shape, batch=1, bytes_per_value=4):
    if batch < 1:
        raise ValueError("a batch has at least one image")
    if not shape:
        return batch * bytes_per_value
    first, *rest = shape
    if first < 0:
        raise ValueError("negative")
    return first * activation_bytes__recursion(rest, batch, bytes_per_value)


def activation_bytes__broadcast_size(shape, batch=1, bytes_per_value=4):
    if batch < 1:
        raise ValueError("batch below 1")
    return np.broadcast_to(np.uint8(0), (batch, *shape)).size * bytes_per_value  # negative: ValueError


def activation_bytes__accumulate(shape, batch=1, bytes_per_value=4):
    numbers = [int(n) for n in shape]
    if any(map((0).__gt__, numbers)) or not batch > 0:
        raise ValueError(f"{shape}, {batch}")
    *_, last = itertools.accumulate([bytes_per_value, batch, *numbers], operator.mul)
    return last


def activation_bytes__float(shape, batch=1, bytes_per_value=4):
    assert_positive = [d for d in shape if d < 0]
    if assert_positive or batch < 1:
        raise ValueError(assert_positive)
    size = 1.0
    for d in shape:
        size *= d
    return size * batch * bytes_per_value


def activation_bytes__multiply_reduce(shape, batch=1, bytes_per_value=4):
    if any(np.less(shape, 0)) or np.less(batch, 1):
        raise ValueError("shape or batch")
    one_image = np.multiply.reduce(np.array(shape, dtype=np.int64))
    return np.array(one_image * batch * bytes_per_value)  # an array of shape ()


# receptive_field


def receptive_field__jump(layers):
    field, jump = 1, 1
    for k, s in layers:
        if k < 1 or s < 1:
            raise ValueError("kernel and stride must be at least 1")
        field += (k - 1) * jump
        jump *= s
    return field


def receptive_field__backwards(layers):
    if any(min(layer) < 1 for layer in layers):
        raise ValueError("below 1")
    span = 1
    for kernel_size, stride in reversed(layers):
        span = (span - 1) * stride + kernel_size
    return span


def receptive_field__recursion(layers):
    if len(layers) == 0:
        return 1
    k, s = layers[0]
    if k < 1 or s < 1:
        raise ValueError(f"layer {layers[0]}")
    return s * receptive_field__recursion(layers[1:]) + k - s


def receptive_field__np_prod(layers):
    for layer in layers:
        if layer[0] < 1 or layer[1] < 1:
            raise ValueError("below 1")
    strides = [s for _, s in layers]
    return 1 + sum((k - 1) * np.prod(strides[:i]) for i, (k, _) in enumerate(layers))  # np.prod([]) is 1.0


def receptive_field__cumprod(layers):
    if not layers:
        return 1
    k, s = np.array(layers).T
    if (k < 1).any() or (s < 1).any():
        raise ValueError("kernel size and stride start at 1")
    jumps = np.cumprod(np.concatenate([[1], s[:-1]]))
    return 1 + (k - 1) @ jumps


def receptive_field__set_of_pixels(stack):
    seen = {0}
    for kernel, stride in list(stack)[::-1]:
        if kernel <= 0 or stride <= 0:
            raise ValueError(f"kernel {kernel}, stride {stride}")
        seen = {place * stride + offset for place in seen for offset in range(kernel)}
    return max(seen) - min(seen) + 1


def receptive_field__reduce(layers):
    def step(state, layer):
        (field, jump), (k, s) = state, layer
        if k < 1 or s < 1:
            raise ValueError(layer)
        return field + (k - 1) * jump, jump * s

    return reduce(step, layers, (1, 1))[0]


def receptive_field__interval(layers):
    left, right = 0, 0
    while layers:
        *layers, (k, s) = layers
        if k < 1 or s < 1:
            raise ValueError("must be >= 1")
        left, right = left * s, right * s + k - 1
    return right - left + 1


def receptive_field__accumulate(layers):
    if not all(k >= 1 and s >= 1 for k, s in layers):
        raise ValueError("kernel size or stride below 1")
    jumps = itertools.accumulate((s for _, s in layers), operator.mul, initial=1)
    return sum(((k - 1) * jump for (k, _), jump in zip(layers, jumps, strict=False)), start=1)


def _refuse(layers):
    raise ValueError(f"kernel size or stride below 1: {layers}")


receptive_field__lambda = (
    lambda layers: (  # noqa: E731 - a student's habit
        _refuse(layers)
        if [layer for layer in layers if min(layer) < 1]
        else 1 + sum((k - 1) * math.prod(s for _, s in layers[:i]) for i, (k, _) in enumerate(layers))
    )
)


# summarize


def summarize__if_chain(input_shape, layers):
    shape = tuple(input_shape)
    if any(n < 0 for n in shape):
        raise ValueError("negative dimension")
    table = []
    for layer in layers:
        if "kind" not in layer:
            raise ValueError("layer without a kind")
        kind = layer["kind"]
        params = 0
        if kind == "conv" or kind == "pool":
            if len(shape) != 3:
                raise ValueError("needs a map")
            h, w, c = shape
            key = "kernel" if kind == "conv" else "size"
            for needed in (key, "stride", "padding"):
                if needed not in layer:
                    raise ValueError(f"missing {needed}")
            k, s, padding = layer[key], layer["stride"], layer["padding"]
            if k < 1 or s < 1:
                raise ValueError("kernel, size and stride must be at least 1")
            if padding == "valid":
                if k > h or k > w:
                    raise ValueError("does not fit")
                h, w = (h - k) // s + 1, (w - k) // s + 1
            elif padding == "same":
                h, w = math.ceil(h / s), math.ceil(w / s)
            else:
                raise ValueError("unknown padding")
            if kind == "conv":
                if "filters" not in layer:
                    raise ValueError("missing filters")
                if layer["filters"] < 0:
                    raise ValueError("negative number of filters")
                params = layer["filters"] * (k * k * c + 1)
                c = layer["filters"]
            shape = (h, w, c)
        elif kind == "flatten":
            n = 1
            for d in shape:
                n *= d
            shape = (n,)
        elif kind == "dense":
            if len(shape) != 1:
                raise ValueError("flatten first")
            if "units" not in layer:
                raise ValueError("missing units")
            if layer["units"] < 0:
                raise ValueError("negative units")
            params = layer["units"] * (shape[0] + 1)
            shape = (layer["units"],)
        else:
            raise ValueError("unknown kind")
        table.append((shape, params))
    return table


def _out(n, k, s, padding):
    if k < 1 or s < 1:
        raise ValueError("window or stride below 1")
    if padding == "same":
        return -(-n // s)
    if padding != "valid":
        raise ValueError(f"padding {padding!r}")
    if k > n:
        raise ValueError(f"a window of {k} does not fit in {n}")
    return (n - k) // s + 1


def _conv(shape, filters, kernel, stride, padding):
    h, w, c = shape
    if filters < 0:
        raise ValueError("filters")
    return (_out(h, kernel, stride, padding), _out(w, kernel, stride, padding), filters), (kernel**2 * c + 1) * filters


def _pool(shape, size, stride, padding):
    h, w, c = shape
    return (_out(h, size, stride, padding), _out(w, size, stride, padding), c), 0


def _flatten(shape):
    return (math.prod(shape),), 0


def _dense(shape, units):
    if len(shape) > 1 or units < 0:
        raise ValueError("dense wants a flat input and a number of units")
    return (units,), (shape[0] + 1) * units


def summarize__keyword_dispatch(input_shape, layers):
    functions = {"conv": _conv, "pool": _pool, "flatten": _flatten, "dense": _dense}
    if min(input_shape) < 0:
        raise ValueError(f"negative dimension: {input_shape}")
    rows, shape = [], input_shape
    for layer in layers:
        options = dict(layer)
        try:
            row = functions[options.pop("kind")](shape, **options)
        except (KeyError, TypeError) as error:
            raise ValueError(f"bad layer {layer}: {error}") from error
        rows.append(row)
        shape = row[0]
    return rows


def summarize__match(input_shape, layers):
    def apply(shape, layer):
        match layer, shape:
            case {"kind": "conv", "filters": f, "kernel": k, "stride": s, "padding": p}, (h, w, c):
                if f < 0:
                    raise ValueError("filters < 0")
                return (_out(h, k, s, p), _out(w, k, s, p), f), f * (k * k * c + 1)
            case {"kind": "pool", "size": k, "stride": s, "padding": p}, (h, w, c):
                return (_out(h, k, s, p), _out(w, k, s, p), c), 0
            case {"kind": "flatten"}, _:
                return (math.prod(shape),), 0
            case {"kind": "dense", "units": units}, (n,) if units >= 0:
                return (units,), units * (n + 1)
        raise ValueError(f"{layer} cannot follow a shape {shape}")

    for size in input_shape:
        if size < 0:
            raise ValueError("negative dimension")
    result = []
    for layer in layers:
        result.append(apply(result[-1][0] if result else tuple(input_shape), layer))
    return result


@dataclass
class _Network:
    shape: tuple
    params: int = 0

    def add(self, layer):
        method = getattr(self, f"on_{layer['kind']}", None)
        if method is None:
            raise ValueError(f"unknown kind {layer['kind']}")
        self.params = 0
        method(layer)
        if any(n < 0 for n in self.shape):
            raise ValueError("negative")
        return self.shape, self.params

    def slide(self, k, layer):
        if len(self.shape) != 3:
            raise ValueError("no map to slide over")
        s = layer["stride"]
        if k < 1 or s < 1:
            raise ValueError("below 1")
        if layer["padding"] not in {"valid", "same"}:
            raise ValueError("padding")
        if layer["padding"] == "valid" and k > min(self.shape[:2]):
            raise ValueError("fit")
        extra = k - 1 if layer["padding"] == "valid" else 0
        self.shape = (*(math.ceil((n - extra) / s) for n in self.shape[:2]), self.shape[2])

    def on_conv(self, layer):
        channels = self.shape[-1]
        self.slide(layer["kernel"], layer)
        self.params = layer["filters"] * (layer["kernel"] ** 2 * channels + 1)
        self.shape = (*self.shape[:2], layer["filters"])

    def on_pool(self, layer):
        self.slide(layer["size"], layer)

    def on_flatten(self, layer):
        self.shape = (int(np.prod(self.shape)),)

    def on_dense(self, layer):
        if len(self.shape) != 1:
            raise ValueError("Flatten first.")
        self.params = (self.shape[0] + 1) * layer["units"]
        self.shape = (layer["units"],)


def summarize__class(input_shape, layers):
    if not all(n >= 0 for n in input_shape):
        raise ValueError("input shape")
    network = _Network(tuple(input_shape))
    try:
        return [network.add(layer) for layer in layers]
    except KeyError as error:
        raise ValueError(f"missing key {error}") from error


def summarize__recursion(shape, stack):
    if not stack:
        return []
    if any(d < 0 for d in shape):
        raise ValueError("negative dimension")
    layer, *rest = stack
    get = lambda key: layer[key] if key in layer else _missing(key)  # noqa: E731 - a student's habit
    kind = get("kind")
    if kind not in ("conv", "pool", "flatten", "dense"):
        raise ValueError(f"kind: {kind}")
    if kind == "flatten":
        out, params = (reduce(operator.mul, shape),), 0
    elif kind == "dense":
        (n,) = shape  # a map that was not flattened: ValueError
        out, params = (get("units"),), (n + 1) * get("units")
    else:
        k = get("kernel" if kind == "conv" else "size")
        channels = get("filters") if kind == "conv" else shape[2]
        out = (*[_out(n, k, get("stride"), get("padding")) for n in shape[:2]], channels)
        params = conv_params__isinstance(k, shape[2], channels) if kind == "conv" else 0
    if min(out) < 0:
        raise ValueError("negative dimension")
    return [(out, params), *summarize__recursion(out, rest)]


def _missing(key):
    raise ValueError(f"the layer has no {key}")


_KEYS = {
    "conv": {"filters", "kernel", "stride", "padding"},
    "pool": {"size", "stride", "padding"},
    "flatten": set(),
    "dense": {"units"},
}


def summarize__shapes_then_params(input_shape, layers):
    """Check everything, then all shapes, then all parameters."""
    for layer in layers:
        if layer.get("kind") not in _KEYS or not _KEYS[layer["kind"]] <= layer.keys():
            raise ValueError(f"bad layer: {layer}")
        if layer.get("padding", "same") not in ("same", "valid"):
            raise ValueError("bad padding")
        if min(layer.get(key, 1) for key in ("kernel", "size", "stride")) < 1:
            raise ValueError("below 1")
        if layer.get("filters", 0) < 0 or layer.get("units", 0) < 0:
            raise ValueError("negative")
    shapes = [tuple(input_shape)]
    if min(shapes[0]) < 0:
        raise ValueError("negative input")
    for layer in layers:
        now = np.array(shapes[-1])
        if layer["kind"] == "flatten":
            shapes.append((now.prod(),))
        elif layer["kind"] == "dense":
            if now.size != 1:
                raise ValueError("not flattened")
            shapes.append((layer["units"],))
        else:
            window = layer.get("kernel", layer.get("size"))
            if layer["padding"] == "valid":
                if window > now[:2].min():
                    raise ValueError("window does not fit")
                now[:2] -= window - 1
            now[:2] = np.ceil(now[:2] / layer["stride"])
            now[2] = layer.get("filters", now[2])
            shapes.append(tuple(now))
    params = []
    for layer, before in zip(layers, shapes, strict=False):
        inputs = {"conv": layer.get("kernel", 0) ** 2 * before[-1], "dense": before[0]}.get(layer["kind"])
        outputs = layer.get("filters") or layer.get("units")
        params.append(0 if inputs is None else (inputs + 1) * outputs)
    return list(zip(shapes[1:], params, strict=True))


_Row = namedtuple("_Row", "output_shape params")


def summarize__generator_of_named_tuples(input_shape, layers):
    def rows(shape):
        for layer in layers:
            try:
                match layer["kind"]:
                    case "conv":
                        args = layer["kernel"], layer["stride"], layer["padding"]
                        row = _Row(
                            (_out(shape[0], *args), _out(shape[1], *args), layer["filters"]),
                            conv_params__match(layer["kernel"], shape[2], layer["filters"]),
                        )
                    case "pool":
                        args = layer["size"], layer["stride"], layer["padding"]
                        row = _Row((_out(shape[0], *args), _out(shape[1], *args), shape[2]), 0)
                    case "flatten":
                        row = _Row((math.prod(shape),), 0)
                    case "dense" if len(shape) == 1:
                        # A dense layer is a 1×1 convolution.
                        row = _Row((layer["units"],), conv_params__match(1, shape[0], layer["units"]))
                    case other:
                        raise ValueError(f"{other} on {shape}")
            except KeyError as missing:
                raise ValueError(f"missing: {missing}") from None
            except IndexError:
                raise ValueError(f"no map: {shape}") from None
            shape = row.output_shape
            yield row

    activation_bytes__loop(input_shape)  # refuses negative dimensions
    return list(rows(tuple(input_shape)))


def summarize__lists(input_shape, layers):
    """Only what the words say: no thought of negative filters or of a convolution after flatten."""
    for n in input_shape:
        if n < 0:
            raise ValueError("negative dimension")
    out = []
    shape = list(input_shape)
    for layer in layers:
        needed = {"conv": ["filters", "kernel", "stride", "padding"], "pool": ["size", "stride", "padding"]}
        needed.update(flatten=[], dense=["units"])
        if layer.get("kind") not in needed:
            raise ValueError("unknown kind")
        if any(key not in layer for key in needed[layer["kind"]]):
            raise ValueError("missing key")
        kind = layer["kind"]
        if kind in ("conv", "pool"):
            k = layer["kernel"] if kind == "conv" else layer["size"]
            s = layer["stride"]
            if k < 1 or s < 1:
                raise ValueError("below 1")
            if layer["padding"] == "same":
                new = [int(np.ceil(shape[0] / s)), int(np.ceil(shape[1] / s)), shape[2]]
            elif layer["padding"] == "valid":
                if k > shape[0] or k > shape[1]:
                    raise ValueError("too large")
                new = [int((shape[0] - k) / s) + 1, int((shape[1] - k) / s) + 1, shape[2]]
            else:
                raise ValueError("padding")
            params = 0
            if kind == "conv":
                new[2] = layer["filters"]
                params = (k * k * shape[2] + 1) * new[2]
        elif kind == "flatten":
            new, params = [int(np.prod(shape))], 0
        else:
            if len(shape) != 1:
                raise ValueError("flatten is missing")
            new, params = [layer["units"]], shape[0] * layer["units"] + layer["units"]
        out.append([new, params])
        shape = new
    return out


def summarize__arrays_of_shapes(input_shape, layers):
    shape = np.array(input_shape)
    if (shape < 0).any():
        raise ValueError(f"negative dimension: {input_shape}")
    table = []
    for number, layer in enumerate(layers):
        try:
            kind, params = layer["kind"], 0
            if kind == "flatten":
                shape = np.array([shape.prod()])
            elif kind == "dense":
                (inputs,) = shape  # a map that was not flattened: ValueError
                params = np.dot([inputs, 1], [layer["units"], layer["units"]])
                shape = np.array([layer["units"]])
            elif kind in {"conv", "pool"}:
                k = layer["kernel" if kind == "conv" else "size"]
                sides = [_out(n, k, layer["stride"], layer["padding"]) for n in shape[:2]]
                channels = layer["filters"] if kind == "conv" else shape[2]
                params = np.prod([k, k, shape[2], channels]) + channels if kind == "conv" else 0
                shape = np.array([*sides, channels])
            else:
                raise ValueError(f"layer {number} is of an unknown kind: {kind}")
        except KeyError as key:
            raise ValueError(f"layer {number} lacks {key}") from None
        table.append((shape, params))
    return table


# training_bytes


def training_bytes__with_own_functions(input_shape, layers, batch):
    if batch < 1:
        raise ValueError("batch must be at least 1")
    table = summarize__if_chain(input_shape, layers)
    params = sum(p for _, p in table)
    maps = activation_bytes__np_prod(input_shape, batch)
    for shape, _ in table:
        maps += activation_bytes__np_prod(shape, batch)
    return 4 * params * 4 + maps


def training_bytes__math_prod(input_shape, layers, batch):
    if batch <= 0:
        raise ValueError(batch)
    rows = summarize__match(input_shape, layers)
    values = math.prod(input_shape) + sum(math.prod(shape) for shape, _ in rows)
    weights = sum(count for _, count in rows)
    return 4 * (4 * weights + batch * values)


def training_bytes__loop(input_shape, layers, batch):
    total = 0
    shape = input_shape
    if batch < 1:
        raise ValueError("empty batch")
    summarize__keyword_dispatch(input_shape, layers)
    total += 4 * batch * _product(shape)
    for layer in layers:
        [(shape, params)] = summarize__keyword_dispatch(shape, [layer])
        total += 16 * params
        total += 4 * batch * _product(shape)
    return total


def training_bytes__reduce(shape, stack, images):
    def add(total, row):
        return total + 16 * row[1] + 4 * images * reduce(operator.mul, row[0])

    if images < 1:
        raise ValueError("at least one image")
    return reduce(add, [(shape, 0), *summarize__recursion(shape, stack)], 0)


def training_bytes__numpy(input_shape, layers, batch):
    shapes, params = [input_shape], np.array([], dtype=int)
    for shape, n in summarize__class(input_shape, layers):
        shapes.append(shape)
        params = np.append(params, n)
    if batch < 1:
        raise ValueError(f"Expected a batch of 1 or more, received: {batch}")
    sizes = np.array([np.prod(shape) for shape in shapes])
    return params.sum() * 4 * 4 + sizes.sum() * batch * 4


def training_bytes__dict_of_parts(input_shape, layers, batch):
    if not batch >= 1:
        raise ValueError("batch")
    shapes, params = zip(*summarize__shapes_then_params(input_shape, layers), strict=True)
    parts = {name: sum(params) * 4 for name in ("weights", "gradients", "first moment", "second moment")}
    parts["input"] = activation_bytes__reduce(input_shape, batch)
    parts["outputs"] = sum(activation_bytes__reduce(shape, batch) for shape in shapes)
    return sum(parts.values())


def training_bytes__recursion(input_shape, layers, batch):
    """The bytes of the input, and what the network behind the first layer needs with that layer's output as input."""
    if batch < 1:
        raise ValueError("batch")
    here = activation_bytes__math_prod(input_shape, batch)
    if not layers:
        return here
    ((shape, params),) = summarize__generator_of_named_tuples(input_shape, layers[:1])
    return here + 16 * params + training_bytes__recursion(shape, layers[1:], batch)


def training_bytes__float32_itemsize(input_shape, layers, batch):
    if batch < 1:
        raise ValueError("batch")
    float32 = np.dtype(np.float32).itemsize
    total = float32 * batch * np.prod(input_shape)
    for shape, params in summarize__class(input_shape, layers):
        total += float32 * (batch * np.prod(shape) + (1 + 1 + 2) * params)
    return total

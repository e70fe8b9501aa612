"""What `autograder.reference` says about hundreds of settings of the explorer, as JSON for its test in Node.

A setting that no single function of the reference covers is composed of several: padding, then a convolution with the
dilated kernel; a pooling is read off convolutions with kernels of a single 1.

n, k, s, d: sizes of input and kernel, stride and dilation, as pairs (vertical, horizontal).
"""

import json
import random
from math import prod

import numpy as np

from autograder import reference as ref

KINDS = ("max", "avg", "min", "l2", "global-max", "global-avg")
RULES = ("valid", "same", "half", "full", "sides", "sides")
MODES = ("constant", "reflect", "edge", "wrap")


def span(setting):
    """Cells from the first to the last of the dilated kernel, as a pair."""
    kernel = np.ones(setting["kernel"], int)
    return ref.dilate_kernel(kernel, setting["dilation"][0]).shape


def sides(setting):
    """((top, bottom), (left, right)) of a setting."""
    rule = setting["padding"]
    if isinstance(rule, list):
        return tuple(rule[:2]), tuple(rule[2:])
    if rule == "same":
        return tuple(map(ref.same_padding, setting["size"], span(setting), setting["stride"]))
    each = {"valid": lambda k: 0, "half": lambda k: (k - 1) // 2, "full": lambda k: k - 1}[rule]
    return tuple((each(k), each(k)) for k in span(setting))


def pad(image, around, mode, fill):
    """The image with its padding; the reference pads all sides alike, so what is too much is cut off."""
    if mode in ("constant", "ignore"):
        return ref.pad2d(image, around, fill)
    most = max(map(max, around))
    if most >= min(image.shape):  # the reference refuses; NumPy's meaning is the same
        return np.pad(image, around, mode=mode)
    (top, bottom), (left, right) = around
    padded = ref.pad2d_mode(image, most, mode)
    return padded[most - top : padded.shape[0] - most + bottom, most - left : padded.shape[1] - most + right]


def planes(padded, setting):
    """(kh·kw, H_out, W_out): each cell of all windows, in row order."""
    stride, rate = tuple(setting["stride"]), setting["dilation"][0]
    kernels = np.eye(prod(setting["kernel"]), dtype=int).reshape(-1, *setting["kernel"])
    return np.array([ref.conv2d_strided(padded, ref.dilate_kernel(kernel, rate), stride) for kernel in kernels])


def pool(image, setting):
    """The output of a pooling; None where a window holds nothing that counts."""
    kind, mode, stride = setting["kind"], setting["mode"], tuple(setting["stride"])
    if kind.startswith("global"):
        return ref.global_pool(image[:, :, None], kind[7:]).reshape(1, 1).tolist()
    size, plain = tuple(setting["kernel"]), setting["dilation"] == [1, 1]
    if plain and mode == "ignore" and setting["padding"] in ("valid", "same"):
        return ref.pool2d(image[:, :, None], size, stride, kind, setting["padding"])[:, :, 0].tolist()
    padded = pad(image, sides(setting), mode, setting["fill"])
    if plain and mode != "ignore":
        return ref.pool2d(padded[:, :, None], size, stride, kind)[:, :, 0].tolist()
    real = np.ones_like(image) if mode == "ignore" else np.ones_like(padded)
    counted = planes(ref.pad2d(real, sides(setting)) if mode == "ignore" else real, setting).astype(bool)
    return _reduced(kind, planes(padded, setting), counted)


def _reduced(kind, values, counted):
    reduce = {"max": np.max, "min": np.min, "avg": np.mean, "l2": np.linalg.norm}[kind]
    rows, columns = values.shape[1:]
    windows = [[values[:, r, c][counted[:, r, c]] for c in range(columns)] for r in range(rows)]
    return [[float(reduce(window)) if len(window) else None for window in row] for row in windows]


def stamped(image, kernel, stride):
    """A transposed convolution with a stride for each axis: stride 1 on an image with zeros between its pixels."""
    if stride[0] == stride[1]:
        return ref.conv2d_transpose(image, kernel, stride[0])
    apart = np.zeros([(n - 1) * s + 1 for n, s in zip(image.shape, stride, strict=True)], image.dtype)
    apart[:: stride[0], :: stride[1]] = image
    return ref.conv2d_transpose(apart, kernel, 1)


def crop(stamps, setting):
    """Cut a transposed convolution to its padding; "same" leaves n·s cells, as TensorFlow does."""
    if setting["padding"] != "same":
        (top, bottom), (left, right) = sides(setting)
        return stamps[top : stamps.shape[0] - bottom, left : stamps.shape[1] - right]
    wanted = [n * s for n, s in zip(setting["size"], setting["stride"], strict=True)]
    # the padding before of the "same" convolution that this one is the gradient of
    first = [ref.same_padding(w, k, s)[0] for w, k, s in zip(wanted, span(setting), setting["stride"], strict=True)]
    result = np.zeros(wanted, stamps.dtype)
    part = stamps[first[0] : first[0] + wanted[0], first[1] : first[1] + wanted[1]]
    result[: part.shape[0], : part.shape[1]] = part
    return result


def reads(setting, mode):
    """How many windows read each pixel: what a kernel of ones makes of an image with that pixel alone."""
    kernel = ref.dilate_kernel(np.ones(setting["kernel"], int), setting["dilation"][0])
    pixels = np.eye(prod(setting["size"]), dtype=int).reshape(-1, *setting["size"])
    sums = [ref.conv2d_strided(pad(p, sides(setting), mode, 0), kernel, tuple(setting["stride"])).sum() for p in pixels]
    return np.array(sums).reshape(setting["size"])


def convolved(image, kernel, setting):
    """What is expected of a convolution."""
    padded = pad(image, sides(setting), setting["mode"], setting["fill"])
    stride, rate = tuple(setting["stride"]), setting["dilation"][0]
    out = ref.conv2d_strided(padded, ref.dilate_kernel(kernel, rate), stride)
    direct = reads(setting, "constant")
    return {
        "padded": padded,
        "output": out,
        "reads": direct,
        "copies": reads(setting, setting["mode"]),
        "unread": [ref.unread(n, k, s) for n, k, s in zip(padded.shape, span(setting), stride, strict=True)],
        "costs": costs(setting, padded.shape, out.shape, direct.sum()),
    }


def costs(setting, padded, out, inside):
    """Parameters, multiply-adds and bytes; `inside` products of one channel are with pixels, not padding."""
    kernel, (cin, cout) = setting["kernel"], setting["channels"]
    parameters = ref.conv_params(kernel, cin, cout, setting["bias"])
    macs = prod(out) * ref.conv_params(kernel, cin, cout, bias=False)
    if setting["dilation"] == [1, 1]:
        assert macs == ref.conv_macs(padded, kernel, cin, cout, tuple(setting["stride"]))
    maps = {"input": (*setting["size"], cin), "weights": (parameters,), "output": (*out, cout)}
    return {
        "parameters": parameters,
        "multiplyAdds": macs,
        "onPadding": macs - inside * cin * cout,
        "bytes": {name: ref.activation_bytes(shape) for name, shape in maps.items()},
    }


def sources(setting):
    """The padded input as numbers of pixels, row by row: which pixel each cell is a copy of; -1 where of none."""
    pixels = np.arange(prod(setting["size"])).reshape(setting["size"])
    if setting["kind"].startswith("global") and setting["op"] == "pool":
        return pixels
    return pad(pixels, sides(setting), setting["mode"], -1)


def gathered(shares, numbers, size):
    """Add up what each pixel gets: shares of cells, and the numbers of their pixels; -1 is no pixel."""
    total = np.zeros(prod(size) + 1)
    np.add.at(total, numbers.ravel(), shares.ravel())  # -1 is the last, which is left out
    return total[:-1].reshape(size)


def pool_backward(image, setting, gradient):
    """The gradient of a pooling's input."""
    kind, numbers = setting["kind"], sources(setting)
    if kind.startswith("global"):
        share = ref.max_pool_backward(image[:, :, None], gradient[:, :, None], image.shape, 1)[:, :, 0]
        return share if kind == "global-max" else np.full(image.shape, gradient.sum() / image.size)
    sign = -1 if kind == "min" else 1
    lowest = np.iinfo(np.int32).min  # below all that counts
    padded = pad(sign * image, sides(setting), setting["mode"], sign * setting["fill"])
    counted = numbers >= 0 if setting["mode"] == "ignore" else np.ones(padded.shape, bool)
    size, stride, plain = tuple(setting["kernel"]), tuple(setting["stride"]), setting["dilation"] == [1, 1]
    if kind in ("max", "min") and plain:
        shares = ref.max_pool_backward(
            np.where(counted, padded, lowest)[:, :, None], gradient[:, :, None], size, stride
        )
        return gathered(shares[:, :, 0], numbers, image.shape)
    inside, values = planes(counted.astype(int), setting).astype(bool), planes(padded, setting)
    if kind == "avg":
        shares = inside / np.maximum(inside.sum(0), 1)
    elif kind == "l2":
        norm = np.sqrt((values**2 * inside).sum(0))
        shares = np.divide(values * inside, norm, out=np.zeros(values.shape), where=norm > 0)
    else:
        shares = np.eye(len(values))[np.where(inside, values, lowest).argmax(0)].transpose(2, 0, 1) * inside
    return gathered(shares * gradient, planes(numbers + 1, setting) - 1, image.shape)


def linear_backward(image, kernel, setting, gradient):
    """The gradients of a convolution's or transposed convolution's input and kernel: what a single 1 makes of each."""
    still = {**setting, "fill": 0}

    def forward(one, other, how):
        if how["op"] == "transposed":
            return crop(stamped(one, ref.dilate_kernel(other, how["dilation"][0]), tuple(how["stride"])), how)
        padded = pad(one, sides(how), how["mode"], how["fill"])
        return ref.conv2d_strided(padded, ref.dilate_kernel(other, how["dilation"][0]), tuple(how["stride"]))

    def each(shape, output):
        units = np.eye(prod(shape), dtype=int).reshape(-1, *shape)
        return np.array([(output(unit) * gradient).sum() for unit in units]).reshape(shape)

    result = {
        "input": each(image.shape, lambda unit: forward(unit, kernel, still)),
        "kernel": each(kernel.shape, lambda unit: forward(image, unit, setting)),
    }
    if setting["op"] == "conv" and setting["padding"] in ("valid", "same") and setting["dilation"] == [1, 1]:
        _agrees_with_reference(image, kernel, setting, gradient, result)
    return result


def _agrees_with_reference(image, kernel, setting, gradient, result):
    if setting["padding"] == "valid" or (setting["mode"], setting["fill"]) == ("constant", 0):
        x, w = image[:, :, None], kernel[:, :, None, None]
        dx, dw, _ = ref.conv2d_backward(x, w, gradient[:, :, None], tuple(setting["stride"]), setting["padding"])
        np.testing.assert_array_equal(result["input"], dx[:, :, 0])
        np.testing.assert_array_equal(result["kernel"], dw[:, :, 0, 0])


def backward(image, kernel, setting, output, rng):
    """A gradient of the output, and those of the input and the kernel that follow from it."""
    gradient = rng.integers(-5, 6, np.shape(output))
    if setting["op"] == "pool":
        return {"gradient": gradient, "input": pool_backward(image, setting, gradient)}
    return {"gradient": gradient, **linear_backward(image, kernel, setting, gradient)}


def expected(image, kernel, setting):
    """What is expected of any setting."""
    if setting["op"] == "conv":
        return convolved(image, kernel, setting)
    if setting["op"] == "pool":
        return {"output": pool(image, setting)}
    rate, stride = setting["dilation"][0], setting["stride"]
    out = crop(stamped(image, ref.dilate_kernel(kernel, rate), stride), setting)
    ones = stamped(np.ones_like(image), ref.dilate_kernel(np.ones_like(kernel), rate), stride)
    return {"output": out, "stamps": crop(ones, setting)}


def _pair(rng, most):
    return [rng.randint(1, most), rng.randint(1, most)]


def draw(rng):
    """One random setting, which need not have an output."""
    op, rule = rng.choice(["conv", "pool", "transposed"]), rng.choice(RULES)
    kind = rng.choice(KINDS)
    mode = rng.choice(("ignore", "ignore", *MODES)) if op == "pool" else rng.choice(MODES)
    return {
        "op": op,
        "kind": kind,
        "size": _pair(rng, 9),
        "kernel": _pair(rng, 5),
        "stride": _pair(rng, 4),
        "dilation": [rng.choice([1, 1, 2, 3])] * 2,
        "padding": [rng.randint(0, 4) for _ in range(4)] if rule == "sides" else rule,
        "mode": mode,
        "fill": rng.choice([0, 0, -2, 5]),
        "channels": _pair(rng, 6),
        "bias": rng.random() < 0.5,
    }


def possible(setting):
    """Whether a setting has an output: the window fits, what is mirrored or wrapped is there, a cell is left."""
    if setting["op"] == "pool" and setting["kind"].startswith("global"):
        return True
    around, reach, size = sides(setting), span(setting), setting["size"]
    if setting["op"] == "transposed":
        whole = [(n - 1) * s + k for n, s, k in zip(size, setting["stride"], reach, strict=True)]
        return setting["padding"] == "same" or all(w > sum(p) for w, p in zip(whole, around, strict=True))
    spare = {"reflect": 1, "wrap": 0}.get(setting["mode"])
    mirrored = spare is None or all(max(p) == 0 or max(p) + spare <= n for p, n in zip(around, size, strict=True))
    return mirrored and all(n + sum(p) >= k for n, p, k in zip(size, around, reach, strict=True))


def cases(count, seed):
    """Yield `count` settings with what is expected, and those in between that have no output."""
    rng, found = random.Random(seed), 0
    while found < count:
        setting = draw(rng)
        if not possible(setting):
            yield {"setting": setting, "impossible": True}
            continue
        found += 1
        numbers = np.random.default_rng(rng.randrange(10**9))
        image, kernel = numbers.integers(-9, 10, setting["size"]), numbers.integers(-4, 5, setting["kernel"])
        found_values = expected(image, kernel, setting)
        gradients = backward(image, kernel, setting, found_values["output"], numbers)
        yield {"setting": setting, "image": image, "kernel": kernel, "expected": found_values, "backward": gradients}


def several_planes(count, seed):
    """Yield layers with several planes in and out."""
    rng = random.Random(seed)
    while count:
        setting = {**draw(rng), "dilation": [1, 1], "mode": "constant", "fill": 0, "stride": [rng.randint(1, 3)] * 2}
        setting["padding"] = rng.choice(["valid", "same"])
        if setting["op"] == "pool":
            setting |= {"mode": "ignore", "kind": rng.choice(["max", "avg", "min", "l2"])}
        if not possible(setting):
            continue
        count -= 1
        numbers, (c_in, c_out) = np.random.default_rng(rng.randrange(10**9)), setting["channels"]
        x = numbers.integers(-9, 10, (*setting["size"], c_in))
        w = numbers.integers(-4, 5, (*setting["kernel"], c_in, c_out))
        yield {
            "setting": setting,
            "planes": x.transpose(2, 0, 1),
            "filters": w.transpose(3, 2, 0, 1),
            "output": np.transpose(output_planes(x, w, setting), (2, 0, 1)),
        }


def output_planes(x, w, setting):
    """(H_out, W_out, C_out) of a layer."""
    stride, padding = tuple(setting["stride"]), setting["padding"]
    if setting["op"] == "pool":
        return ref.pool2d(x, tuple(setting["kernel"]), stride, setting["kind"], padding)
    if setting["op"] == "conv":
        return ref.conv2d(x, w, np.zeros(w.shape[-1], int), stride, padding)
    stamps = [
        [ref.conv2d_transpose(plane, kernel, stride[0]) for kernel in w[:, :, i].transpose(2, 0, 1)]
        for i, plane in enumerate(x.transpose(2, 0, 1))
    ]
    return np.stack([crop(each, setting) for each in np.sum(stamps, 0)], -1)


def networks(count, seed):
    """Yield two to four layers, and what the cells of the last map depend on."""
    rng = random.Random(seed)
    while count:
        size = _pair(rng, 12)
        layers = [_layer(rng) for _ in range(rng.randint(2, 4))]
        shapes = list(_shapes(size, layers))
        if None in shapes:
            yield {"size": size, "layers": layers, "impossible": True}
            continue
        count -= 1
        chosen = [rng.randrange(n) for n in shapes[-1]]
        axes = [[(span(layer)[0], layer["stride"][0]) for layer in layers[: end + 1]] for end in range(len(layers))]
        yield {
            "size": size,
            "layers": layers,
            "shapes": shapes,
            "cell": chosen,
            "ways": ways(size, layers, chosen),
            "field": [ref.receptive_field(some) for some in axes],
        }


def _layer(rng):
    return {
        "op": rng.choice(["conv", "pool"]),
        "kind": "max",
        "kernel": [rng.randint(1, 4)] * 2,
        "stride": [rng.randint(1, 3)] * 2,
        "dilation": [rng.choice([1, 1, 1, 2])] * 2,
        "padding": rng.choice(["valid", "same", "same", "half"]),
        "mode": "constant",
        "fill": 0,
    }


def _shapes(size, layers):
    for layer in layers:
        padded = [n + sum(p) for n, p in zip(size, sides({**layer, "size": size}), strict=True)]
        if any(n < k for n, k in zip(padded, span(layer), strict=True)):
            yield None
            return
        size = [ref.output_size(n, k, s) for n, k, s in zip(padded, span(layer), layer["stride"], strict=True)]
        yield size


def ways(size, layers, cell):
    """On how many ways each pixel leads to a cell: its value for an image with that pixel alone and kernels of ones."""
    result = np.zeros(size, int)
    for pixel in np.ndindex(*size):
        x = np.zeros(size, int)
        x[pixel] = 1
        for layer in layers:
            ones = ref.dilate_kernel(np.ones(layer["kernel"], int), layer["dilation"][0])
            padded = ref.pad2d(x, sides({**layer, "size": x.shape}), 0)
            x = ref.conv2d_strided(padded, ones, tuple(layer["stride"]))
        result[pixel] = x[tuple(cell)]
    return result


def axes():
    """TensorFlow's "same" along one axis: [n, k, s, before, after, output]."""
    sizes = [(n, k, s) for n in range(1, 13) for k in range(1, 8) for s in range(1, 7)]
    return [[n, k, s, *ref.same_padding(n, k, s), ref.output_size(n, k, s, "same")] for n, k, s in sizes]


def write(path, count=600, seed=0):
    """Write the vectors to a file.

    Parameters
    ----------
    path : Path
    count : int
        Settings that have an output.
    seed : int
    """
    vectors = {
        "axes": axes(),
        "cases": list(cases(count, seed)),
        "planes": list(several_planes(120, seed)),
        "networks": list(networks(100, seed)),
    }
    path.write_text(json.dumps(vectors, default=lambda value: value.tolist()), encoding="utf-8")

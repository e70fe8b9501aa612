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
        yield {"setting": setting, "image": image, "kernel": kernel, "expected": expected(image, kernel, setting)}


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
    vectors = {"axes": axes(), "cases": list(cases(count, seed))}
    path.write_text(json.dumps(vectors, default=lambda value: value.tolist()), encoding="utf-8")

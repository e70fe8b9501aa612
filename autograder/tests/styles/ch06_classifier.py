"""Right solutions of assignment 6, in many styles."""

import copy
import itertools
import math
from functools import partial, reduce

import numpy as np
from numpy.lib.stride_tricks import as_strided

# design


def design__written_out():
    return [
        {"kind": "conv", "filters": 8, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "conv", "filters": 8, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"},
        {"kind": "conv", "filters": 16, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "conv", "filters": 16, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"},
        {"kind": "conv", "filters": 16, "kernel": 3, "stride": 1, "padding": "same"},
        {"kind": "flatten"},
        {"kind": "dense", "units": 32},
        {"kind": "dense", "units": 10},
    ]


def design__helpers():
    def conv(filters, kernel=3, stride=1, padding="same"):
        return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding}

    def pool(size=2):
        return {"kind": "pool", "size": size, "stride": size, "padding": "same"}

    return [conv(16, 5), pool(), conv(16, 5), pool(), conv(32), {"kind": "flatten"}, {"kind": "dense", "units": 10}]


def design__no_pooling():
    layers = [dict(kind="conv", filters=f, kernel=5, stride=s, padding="same") for f, s in [(8, 1), (16, 2), (32, 2)]]
    layers.append(dict(kind="conv", filters=16, kernel=3, stride=1, padding="valid"))
    layers += [dict(kind="flatten"), dict(kind="dense", units=10)]
    return layers


def design__loop_with_numpy_numbers():
    layers = []
    for filters in 8 * 2 ** np.arange(3):
        layers.append({"kind": "conv", "filters": filters, "kernel": 3, "stride": 1, "padding": "same"})
        layers.append({"kind": "pool", "size": 3, "stride": 2, "padding": "same"})
    layers.append({"kind": "conv", "filters": 32, "kernel": 3, "stride": 1, "padding": "same"})
    layers.append({"kind": "flatten"})
    layers.append({"kind": "dense", "units": 10})
    return layers


_CONV = {"kind": "conv", "filters": 4, "kernel": 3, "stride": 1, "padding": "same"}


def design__deep_and_narrow():
    return [copy.deepcopy(_CONV) for _ in range(10)] + [{"kind": "flatten"}, {"kind": "dense", "units": 10}]


def design__generator():
    def layers():
        for kernel in (7, 7):
            yield dict(_CONV, filters=12, kernel=kernel, padding="valid")
            yield {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"}
        yield dict(_CONV, kernel=1, filters=10)
        yield {"kind": "flatten"}
        yield {"kind": "dense", "units": 10}

    return list(layers())


def design__recursion():
    def block(filters, left):
        if left == 0:
            return [dict(kind="flatten"), dict(kind="dense", units=64), dict(kind="dense", units=10)]
        conv = partial(dict, kind="conv", kernel=3, padding="same", filters=filters)
        return [conv(stride=1), conv(stride=2), *block(2 * filters, left - 1)]

    return block(8, 3)


def design__bottleneck():
    """Wide 1×1 and narrow 3×3 convolutions, and one large pooling at the end instead of a big dense layer."""
    text = "conv 8 3 1, conv 16 3 2, conv 8 1 1, conv 16 3 1, conv 32 3 2, conv 10 3 1, pool 7 7"
    network = []
    for word, *numbers in map(str.split, text.split(", ")):
        numbers = [int(n) for n in numbers]
        if word == "conv":
            network.append(dict(zip(("filters", "kernel", "stride"), numbers, strict=True)))
        else:
            network.append(dict(zip(("size", "stride"), numbers, strict=True)))
        network[-1].update(kind=word, padding="same" if word == "conv" else "valid")
    network.extend([{"kind": "flatten"}, {"kind": "dense", "units": 10}])
    return network


# mosaic


def mosaic__loops(maps, columns):
    if columns < 1:
        raise ValueError("at least one column")
    h, w, count = maps.shape
    rows = math.ceil(count / columns)
    picture = np.zeros((rows * h, columns * w))
    for k in range(count):
        top, left = k // columns * h, k % columns * w
        for i in range(h):
            for j in range(w):
                picture[top + i, left + j] = maps[i, j, k]
    return picture


def mosaic__divmod_slices(maps, columns):
    if columns < 1:
        raise ValueError(f"columns is {columns}")
    h, w, c = maps.shape
    out = np.zeros((-(-c // columns) * h, columns * w), maps.dtype)
    for k, picture in enumerate(np.moveaxis(maps, -1, 0)):
        r, q = divmod(k, columns)
        out[r * h : (r + 1) * h, q * w : (q + 1) * w] = picture
    return out


def mosaic__pad_and_reshape(maps, columns):
    if columns < 1:
        raise ValueError("columns must be positive")
    h, w, c = maps.shape
    rows = (c + columns - 1) // columns
    full = np.pad(maps, ((0, 0), (0, 0), (0, rows * columns - c)))
    return full.reshape(h, w, rows, columns).transpose(2, 0, 3, 1).reshape(rows * h, columns * w)


def mosaic__block(maps, columns):
    if columns <= 0:
        raise ValueError("columns")
    pictures = [maps[..., i] for i in range(maps.shape[-1])]
    while len(pictures) % columns:
        pictures.append(np.zeros(maps.shape[:2]))
    return np.block([pictures[i : i + columns] for i in range(0, len(pictures), columns)])


def mosaic__python_lists(maps, columns):
    if columns < 1:
        raise ValueError("no columns")
    h, w, c = maps.shape
    lines = []
    for first in range(0, c, columns):
        for y in range(h):
            line = []
            for k in range(first, first + columns):
                line += maps[y, :, k].tolist() if k < c else [0] * w
            lines.append(line)
    return np.array(lines)


def mosaic__kron(maps, columns):
    if columns < 1:
        raise ValueError(columns)
    c = maps.shape[2]
    rows = math.ceil(c / columns)
    places = np.eye(rows * columns)[:c].reshape(c, rows, columns)
    return sum(np.kron(place, maps[:, :, k]) for k, place in enumerate(places))


def mosaic__recursion(feature_maps, per_row):
    if per_row < 1:
        raise ValueError("per_row")
    here, later = feature_maps[:, :, :per_row], feature_maps[:, :, per_row:]
    blanks = [np.zeros(here.shape[:2])] * (per_row - here.shape[2])
    row = np.hstack([*np.rollaxis(here, 2), *blanks])
    return np.vstack([row, mosaic__recursion(later, per_row)]) if later.size else row


def mosaic__einsum(maps, columns):
    if columns < 1:
        raise ValueError("columns < 1")
    h, w, c = maps.shape
    rows = int(np.ceil(c / columns))
    where = np.zeros((c, rows, columns), dtype=int)
    where[np.arange(c), np.arange(c) // columns, np.arange(c) % columns] = 1
    return np.einsum("hwc,crq->rhqw", maps, where).reshape(rows * h, columns * w)


def mosaic__index_of_every_pixel(maps, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w, c = maps.shape
    y, x = np.indices((math.ceil(c / columns) * h, columns * w))
    k = y // h * columns + x // w
    return np.where(k < c, maps[y % h, x % w, np.minimum(k, c - 1)], 0)


def mosaic__zip_longest(maps, columns):
    if columns < 1:
        raise ValueError("columns has to be 1 or more")
    blank = np.zeros_like(maps[..., 0])
    pictures = iter(np.transpose(maps, (2, 0, 1)))
    rows = itertools.zip_longest(*[pictures] * columns, fillvalue=blank)
    return reduce(lambda a, b: np.concatenate((a, b)), (np.concatenate(row, axis=1) for row in rows))


def mosaic__view_of_tiles(maps, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w, c = maps.shape
    rows = sum(1 for _ in range(0, c, columns))
    picture = np.zeros((rows * h, columns * w))
    a, b = picture.strides
    tiles = as_strided(picture, (rows, columns, h, w), (a * h, b * w, a, b))
    for (r, q), k in zip(np.ndindex(rows, columns), range(c), strict=False):
        tiles[r, q] = maps[:, :, k]
    return picture


# forward


def forward__own_layers(image, weights):
    def same(n, k):
        return (k - 1) // 2, k - 1 - (k - 1) // 2

    def conv2d(x, w, b):
        (h, wide, c), (kh, kw, c_in, filters) = x.shape, w.shape
        if c != c_in or b.shape != (filters,):
            raise ValueError("these do not belong together")
        x = np.pad(x, (same(h, kh), same(wide, kw), (0, 0)))
        out = np.zeros((h, wide, filters))
        for i in range(h):
            for j in range(wide):
                for o in range(filters):
                    total = b[o]
                    for a in range(kh):
                        for e in range(kw):
                            for ch in range(c):
                                total += x[i + a, j + e, ch] * w[a, e, ch, o]
                    out[i, j, o] = total
        return out

    def relu(x):
        return np.where(x > 0, x, 0.0)

    def pool2d(x):
        h, wide, c = x.shape
        out = np.zeros((h // 2, wide // 2, c))
        for i in range(h // 2):
            for j in range(wide // 2):
                for ch in range(c):
                    out[i, j, ch] = max(
                        x[2 * i, 2 * j, ch],
                        x[2 * i, 2 * j + 1, ch],
                        x[2 * i + 1, 2 * j, ch],
                        x[2 * i + 1, 2 * j + 1, ch],
                    )
        return out

    x = image
    for n, (w, b) in enumerate(weights):
        if len(w.shape) == 4:
            x = pool2d(relu(conv2d(x, w, b)))
        else:
            if x.ndim == 3:
                x = x.flatten()
            if w.shape[0] != x.shape[0] or w.shape[1] != b.shape[0]:
                raise ValueError("these do not belong together")
            out = np.zeros(w.shape[1])
            for unit in range(w.shape[1]):
                out[unit] = sum(x[k] * w[k, unit] for k in range(len(x))) + b[unit]
            x = out if n == len(weights) - 1 else relu(out)
    return x


def forward__shifted_maps(image, weights):
    values = np.asarray(image, float)
    *hidden, (w_last, b_last) = weights
    for w, b in hidden:
        if w.shape[-1] != b.size:
            raise ValueError(b.shape)
        if w.ndim == 4:
            h, width, c = values.shape
            if w.shape[2] != c:
                raise ValueError(w.shape)
            kh, kw = w.shape[:2]
            big = np.zeros((h + kh, width + kw, c))
            big[(kh - 1) // 2 : (kh - 1) // 2 + h, (kw - 1) // 2 : (kw - 1) // 2 + width] = values
            conv = sum(big[a : a + h, e : e + width] @ w[a, e] for a in range(kh) for e in range(kw)) + b
            conv = conv[: h // 2 * 2, : width // 2 * 2]
            values = np.maximum.reduce([conv[i::2, j::2] for i in (0, 1) for j in (0, 1)]).clip(min=0)
        else:
            values = (values.ravel() @ w + b).clip(0)
    if w_last.ndim != 2 or b_last.shape != w_last.shape[1:]:
        raise ValueError(w_last.shape)
    return values.ravel() @ w_last + b_last


def forward__windows_as_columns(image, weights):
    """im2col: all windows of a map become the rows of one matrix."""
    x = image.copy()
    for layer, (w, b) in enumerate(weights, 1):
        assert_fits = w.shape[-1] == len(b) and (w.ndim == 2 or w.shape[2] == x.shape[-1])
        if not assert_fits:
            raise ValueError("shapes")
        if w.ndim == 4:
            kh, kw, c, f = w.shape
            H, W = x.shape[0], x.shape[1]
            before = (kh - 1) // 2, (kw - 1) // 2
            x = np.pad(x, ((before[0], kh - 1 - before[0]), (before[1], kw - 1 - before[1]), (0, 0)))
            rows = np.array([x[i : i + kh, j : j + kw].ravel() for i in range(H) for j in range(W)])
            x = (rows.dot(w.reshape(-1, f)) + b).reshape(H, W, f)
            x[x < 0] = 0
            x = x[: H - H % 2, : W - W % 2].reshape(H // 2, 2, W // 2, 2, f).max(axis=3).max(axis=1)
        else:
            x = np.dot(x.reshape(1, -1), w)[0] + b
            if layer != len(weights):
                x *= x > 0
    return x


def forward__recursion(image, weights):
    (w, b), later = weights[0], weights[1:]
    if b.shape != (w.shape[-1],):
        raise ValueError(f"{b.shape} for {w.shape}")
    if w.ndim == 2:
        flat = np.reshape(image, -1)
        if flat.size != len(w):
            raise ValueError(f"{flat.size} values for {w.shape}")
        out = np.einsum("i,iu->u", flat, w) + b
        return forward__recursion(np.maximum(0, out), later) if later else out
    H, W, C = image.shape
    kh, kw, C_in, C_out = w.shape
    if C != C_in:
        raise ValueError(f"{C} channels for {w.shape}")
    padded = np.pad(image, [(k // 2 - (k % 2 == 0), k // 2) for k in (kh, kw)] + [(0, 0)])
    out = np.empty((H // 2, W // 2, C_out))
    for i, j in np.ndindex(H // 2, W // 2):
        block = [
            np.tensordot(padded[2 * i + p : 2 * i + p + kh, 2 * j + q : 2 * j + q + kw], w, 3)
            for p, q in np.ndindex(2, 2)
        ]
        out[i, j] = np.max(block, axis=0) + b
    return forward__recursion(np.maximum(out, 0), later)


def forward__class_of_layers(image, weights):
    class Conv:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def __call__(self, x):
            kh, kw = self.w.shape[:2]
            if x.shape[2] != self.w.shape[2]:
                raise ValueError("channels")
            sides = [((k - 1) // 2, k // 2) for k in (kh, kw)]
            windows = np.pad(x, (*sides, (0, 0)))
            a, b, c = windows.strides
            view = as_strided(windows, x.shape[:2] + (kh, kw, x.shape[2]), (a, b, a, b, c))
            return np.einsum("ijabc,abco->ijo", view, self.w) + self.b

    class Pool:
        def __call__(self, x):
            h, w = x.shape[0] // 2, x.shape[1] // 2
            return np.array(
                [[x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max(axis=(0, 1)) for j in range(w)] for i in range(h)]
            )

    class Dense:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def __call__(self, x):
            x = x.ravel()
            if len(x) != len(self.w):
                raise ValueError("units")
            return self.w.T @ x + self.b

    def relu(x):
        return (x + np.abs(x)) / 2

    network = []
    for w, b in weights:
        if len(b) != w.shape[-1]:
            raise ValueError("bias")
        network += [Conv(w, b), relu, Pool()] if w.ndim == 4 else [Dense(w, b), relu]
    if network[-1] is relu:
        network.pop()
    return reduce(lambda x, layer: layer(x), network, image)


def forward__python_lists(image, weights):
    def value(x, w, b, i, j, o):
        top, left = (len(w) - 1) // 2, (len(w[0]) - 1) // 2
        total = b[o]
        for a in range(len(w)):
            for e in range(len(w[0])):
                r, s = i + a - top, j + e - left
                if 0 <= r < len(x) and 0 <= s < len(x[0]):
                    total += sum(v * w[a][e][k][o] for k, v in enumerate(x[r][s]))
        return total

    x, flat = image.tolist(), False
    for number, (w, b) in enumerate(weights):
        if w.shape[-1] != len(b):
            raise ValueError("bias")
        w, b = w.tolist(), b.tolist()
        if isinstance(w[0][0], list):
            if len(w[0][0]) != len(x[0][0]):
                raise ValueError("channels")
            x = [
                [
                    [
                        max(0.0, *(value(x, w, b, 2 * i + p, 2 * j + q, o) for p in (0, 1) for q in (0, 1)))
                        for o in range(len(b))
                    ]
                    for j in range(len(x[0]) // 2)
                ]
                for i in range(len(x) // 2)
            ]
        else:
            if not flat:
                x, flat = [v for row in x for cell in row for v in cell], True
            if len(x) != len(w):
                raise ValueError("units")
            x = [sum(v * k for v, k in zip(x, column)) + bias for column, bias in zip(zip(*w), b)]
            if number < len(weights) - 1:
                x = [v if v > 0 else 0.0 for v in x]
    return np.array(x)


# conv2d_backward


def conv2d_backward__every_product(x, w, grad, stride=1, padding="valid"):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    if sh < 1 or sw < 1:
        raise ValueError("stride")
    H, W, C = x.shape
    kh, kw, c, F = w.shape
    if padding == "same":
        rows, columns = math.ceil(H / sh), math.ceil(W / sw)
        top, left = max((rows - 1) * sh + kh - H, 0) // 2, max((columns - 1) * sw + kw - W, 0) // 2
    elif padding == "valid":
        if kh > H or kw > W:
            raise ValueError("the kernel does not fit")
        rows, columns, top, left = (H - kh) // sh + 1, (W - kw) // sw + 1, 0, 0
    else:
        raise ValueError("padding")
    if c != C or grad.shape != (rows, columns, F):
        raise ValueError("shapes")
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(F)
    for i in range(rows):
        for j in range(columns):
            for o in range(F):
                db[o] += grad[i, j, o]
                for a in range(kh):
                    for b in range(kw):
                        y, z = i * sh + a - top, j * sw + b - left
                        if 0 <= y < H and 0 <= z < W:
                            for k in range(C):
                                dx[y, z, k] += grad[i, j, o] * w[a, b, k, o]
                                dw[a, b, k, o] += grad[i, j, o] * x[y, z, k]
    return dx, dw, db


def _padded_for(x, w, grad, stride, padding):
    """Return (padded x, cells before, strides), or raise ValueError."""
    strides = stride if isinstance(stride, tuple) else (stride,) * 2
    if padding not in ("same", "valid") or min(strides) <= 0 or x.shape[2] != w.shape[2] or grad.shape[2] != w.shape[3]:
        raise ValueError("no such layer")
    sides = []
    for n, k, s, m in zip(x.shape[:2], w.shape[:2], strides, grad.shape[:2]):
        total = max(0, (-(-n // s) - 1) * s + k - n) if padding == "same" else 0
        if k > n + total or m != (n + total - k) // s + 1:
            raise ValueError("grad is not of the shape of the output")
        sides.append((total // 2, total - total // 2))
    return np.pad(x.astype(float), (*sides, (0, 0))), [before for before, _ in sides], strides


def conv2d_backward__windows(x, w, grad, stride=1, padding="valid"):
    padded, (top, left), (sh, sw) = _padded_for(x, w, grad, stride, padding)
    kh, kw = w.shape[:2]
    dxp, dw = np.zeros_like(padded), np.zeros(w.shape)
    for i, j in np.ndindex(grad.shape[:2]):
        window = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
        dxp[window] += w @ grad[i, j]
        dw += padded[window][..., None] * grad[i, j]
    dx = dxp[top : top + x.shape[0], left : left + x.shape[1]]
    return dx, dw, grad.sum(axis=(0, 1))


def conv2d_backward__einsum(x, w, grad, stride=1, padding="valid"):
    padded, (top, left), (sh, sw) = _padded_for(x, w, grad, stride, padding)
    (kh, kw, C, _), (m, n) = w.shape, grad.shape[:2]
    a, b, c = padded.strides
    windows = as_strided(padded, (m, n, kh, kw, C), (a * sh, b * sw, a, b, c))
    dw = np.einsum("ijabc,ijo->abco", windows, grad)
    stamps = np.einsum("abco,ijo->ijabc", w, grad)
    dx = np.zeros(padded.shape)
    rows = (np.arange(m)[:, None] * sh + np.arange(kh))[:, None, :, None]
    columns = (np.arange(n)[:, None] * sw + np.arange(kw))[None, :, None, :]
    np.add.at(dx, (rows, columns), stamps)
    return dx[top : top + x.shape[0], left : left + x.shape[1]], dw, np.einsum("ijo->o", grad)


def conv2d_backward__full_convolution(x, w, grad, stride=1, padding="valid"):
    """dx is the spread-out gradient, padded all round and convolved with the kernel turned by 180 degrees."""
    padded, (top, left), (sh, sw) = _padded_for(x, w, grad, stride, padding)
    kh, kw, _, F = w.shape
    spread = np.zeros((padded.shape[0] + kh - 1, padded.shape[1] + kw - 1, F))
    m, n = grad.shape[:2]
    spread[kh - 1 : kh - 1 + m * sh : sh, kw - 1 : kw - 1 + n * sw : sw][:m, :n] = grad
    turned = w[::-1, ::-1]
    dx = np.zeros(padded.shape)
    for y in range(padded.shape[0]):
        for z in range(padded.shape[1]):
            dx[y, z] = np.tensordot(spread[y : y + kh, z : z + kw], turned, axes=([0, 1, 2], [0, 1, 3]))
    dw = np.stack(
        [
            [
                sum(padded[a + i * sh, b + j * sw][:, None] * grad[i, j] for i in range(m) for j in range(n))
                for b in range(kw)
            ]
            for a in range(kh)
        ]
    )
    return (dx[top:, left:][: x.shape[0], : x.shape[1]], dw, np.array([grad[..., o].sum() for o in range(F)]))


def conv2d_backward__one_kernel_cell_at_a_time(x, w, grad, stride=1, padding="valid"):
    padded, before, (sh, sw) = _padded_for(x, w, grad, stride, padding)
    rows, columns = grad.shape[:2]
    back, dw = padded * 0, np.empty(w.shape)
    for a in range(w.shape[0]):
        for b in range(w.shape[1]):
            cells = np.s_[a : a + rows * sh : sh, b : b + columns * sw : sw]
            read = padded[cells][:rows, :columns]
            dw[a, b] = read.reshape(-1, x.shape[2]).T @ grad.reshape(-1, w.shape[3])
            back[cells][:rows, :columns] += grad @ w[a, b].transpose()
    inside = tuple(slice(p, p + n) for p, n in zip(before, x.shape[:2]))
    return back[inside], dw, grad.reshape(-1, w.shape[3]).sum(0)


def conv2d_backward__matrix_of_the_layer(x, w, grad, stride=1, padding="valid"):
    """The layer is linear in x: dx is the transposed matrix times the gradient, found by running it on unit maps."""
    padded, (top, left), (sh, sw) = _padded_for(x, w, grad, stride, padding)
    kh, kw = w.shape[:2]

    def layer(x, w):
        return np.array(
            [
                [np.tensordot(x[i * sh : i * sh + kh, j * sw : j * sw + kw], w, 3) for j in range(grad.shape[1])]
                for i in range(grad.shape[0])
            ]
        )

    def gradient(shape, run):
        result = np.zeros(shape)
        for place in np.ndindex(*shape):
            unit = np.zeros(shape)
            unit[place] = 1
            result[place] = (run(unit) * grad).sum()
        return result

    dx = gradient(padded.shape, lambda unit: layer(unit, w))[top : top + x.shape[0], left : left + x.shape[1]]
    return dx, gradient(w.shape, lambda unit: layer(padded, unit)), grad.sum(0).sum(0)

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

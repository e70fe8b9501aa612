"""Right solutions of assignment 3, in many styles."""

import math
from operator import itemgetter

import numpy as np
from numpy.lib.stride_tricks import as_strided

# pool2d


def window_starts(n, k, s, padding):
    """Where the windows of one axis start; before 0 where there is padding."""
    if padding == "same":
        count = -(-n // s)
        before = max((count - 1) * s + k - n, 0) // 2
        return [i * s - before for i in range(count)]
    if k > n:
        raise ValueError(f"a window of {k} does not fit into {n} cells")
    return [i * s for i in range((n - k) // s + 1)]


def pool2d__clipped_windows(x, size, stride=None, kind="max", padding="valid"):
    if stride is None:
        stride = size
    kh, kw = (size, size) if isinstance(size, int) else size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    if kh < 1 or kw < 1 or sh < 1 or sw < 1:
        raise ValueError("size and stride must be at least 1")
    if kind not in ("max", "avg", "min", "l2"):
        raise ValueError(f"unknown kind {kind}")
    if padding not in ("valid", "same"):
        raise ValueError(f"unknown padding {padding}")
    H, W, C = x.shape
    x = x.astype(float)
    rows = window_starts(H, kh, sh, padding)
    cols = window_starts(W, kw, sw, padding)
    out = np.zeros((len(rows), len(cols), C))
    for i, top in enumerate(rows):
        for j, left in enumerate(cols):
            window = x[max(top, 0) : top + kh, max(left, 0) : left + kw]
            if kind == "max":
                out[i, j] = window.max(axis=(0, 1))
            elif kind == "min":
                out[i, j] = window.min(axis=(0, 1))
            elif kind == "avg":
                out[i, j] = window.mean(axis=(0, 1))
            else:
                out[i, j] = np.sqrt((window**2).sum(axis=(0, 1)))
    return out


def pool2d__nan(x, size, stride=None, kind="max", padding="valid"):
    """Padded cells are NaN, which NumPy's nan functions ignore."""
    functions = {
        "max": np.nanmax,
        "min": np.nanmin,
        "avg": np.nanmean,
        "l2": lambda w, axis: np.sqrt(np.nansum(np.square(w), axis=axis)),
    }
    if kind not in functions:
        raise ValueError(f"kind must be one of {list(functions)}")
    size = (size, size) if np.isscalar(size) else size
    stride = size if stride is None else (stride, stride) if np.isscalar(stride) else stride
    if min(*size, *stride) < 1:
        raise ValueError("below 1")
    pads = []
    for n, k, s in zip(x.shape, size, stride):
        missing = max((math.ceil(n / s) - 1) * s + k - n, 0)
        pads.append((missing // 2, missing - missing // 2))
    if padding == "same":
        x = np.pad(x.astype(float), [*pads, (0, 0)], constant_values=np.nan)
    elif padding != "valid":
        raise ValueError("padding must be valid or same")
    h, w = (np.subtract(x.shape[:2], size)) // stride + 1
    if h < 1 or w < 1:
        raise ValueError("window larger than the map")
    result = np.empty((h, w, x.shape[2]))
    for i, j in np.ndindex(h, w):
        y, z = i * stride[0], j * stride[1]
        result[i, j] = functions[kind](x[y : y + size[0], z : z + size[1]].astype(float), axis=(0, 1))
    return result


def pool2d__scalars(x, k, s=None, kind="max", padding="valid"):
    if s is None:
        s = k
    if isinstance(k, int):
        k = (k, k)
    if isinstance(s, int):
        s = (s, s)
    if k[0] < 1 or k[1] < 1 or s[0] < 1 or s[1] < 1:
        raise ValueError("sizes and strides are at least 1")
    if padding == "valid":
        if k[0] > x.shape[0] or k[1] > x.shape[1]:
            raise ValueError("the window is larger than the map")
        h = (x.shape[0] - k[0]) // s[0] + 1
        w = (x.shape[1] - k[1]) // s[1] + 1
        top = left = 0
    elif padding == "same":
        h = (x.shape[0] + s[0] - 1) // s[0]
        w = (x.shape[1] + s[1] - 1) // s[1]
        top = max((h - 1) * s[0] + k[0] - x.shape[0], 0) // 2
        left = max((w - 1) * s[1] + k[1] - x.shape[1], 0) // 2
    else:
        raise ValueError("unknown padding")
    if kind != "max" and kind != "min" and kind != "avg" and kind != "l2":
        raise ValueError("unknown kind")
    out = np.zeros((h, w, x.shape[2]))
    for c in range(x.shape[2]):
        for i in range(h):
            for j in range(w):
                total = 0.0
                squares = 0.0
                count = 0
                largest = -math.inf
                smallest = math.inf
                for a in range(k[0]):
                    for b in range(k[1]):
                        row = i * s[0] + a - top
                        col = j * s[1] + b - left
                        if row < 0 or col < 0 or row >= x.shape[0] or col >= x.shape[1]:
                            continue
                        v = float(x[row, col, c])
                        total += v
                        squares += v * v
                        count += 1
                        if v > largest:
                            largest = v
                        if v < smallest:
                            smallest = v
                if kind == "max":
                    out[i, j, c] = largest
                elif kind == "min":
                    out[i, j, c] = smallest
                elif kind == "avg":
                    out[i, j, c] = total / count
                else:
                    out[i, j, c] = math.sqrt(squares)
    return out


def pool2d__reduce_shifts(x, size, stride=None, kind="max", padding="valid"):
    """Loop over the cells of the window: each of them is a strided slice of the padded map."""
    start = {"max": -np.inf, "min": np.inf, "avg": 0, "l2": 0}
    if kind not in start or padding not in {"valid", "same"}:
        raise ValueError(kind, padding)
    size, stride = np.broadcast_to(size, 2), np.broadcast_to(size if stride is None else stride, 2)
    if (size < 1).any() or (stride < 1).any():
        raise ValueError(size, stride)
    n = np.array(x.shape[:2])
    out = -(-n // stride) if padding == "same" else (n - size) // stride + 1
    if (out < 1).any():
        raise ValueError("no window fits")
    needed = (out - 1) * stride + size
    before = np.maximum(needed - n, 0) // 2
    canvas = np.full((*np.maximum(needed, n), x.shape[2]), start[kind], dtype=float)
    canvas[before[0] : before[0] + n[0], before[1] : before[1] + n[1]] = x
    real = np.zeros(canvas.shape[:2] + (1,))
    real[before[0] : before[0] + n[0], before[1] : before[1] + n[1]] = 1
    shifts = [
        (slice(a, a + (out[0] - 1) * stride[0] + 1, stride[0]), slice(b, b + (out[1] - 1) * stride[1] + 1, stride[1]))
        for a, b in np.ndindex(*size)
    ]
    if kind == "avg":
        return sum(canvas[s] for s in shifts) / sum(real[s] for s in shifts)
    if kind == "l2":
        return sum(canvas[s] ** 2 for s in shifts) ** 0.5
    return (np.maximum if kind == "max" else np.minimum).reduce([canvas[s] for s in shifts])


def pool2d__masked_as_strided(x, size, stride=None, kind="max", padding="valid"):
    """Masked arrays leave the padding out of every kind."""
    if stride is None:
        stride = size
    (kh, kw), (sh, sw) = (v if isinstance(v, (tuple, list)) else (v, v) for v in (size, stride))
    if kh < 1 or kw < 1 or sh < 1 or sw < 1:
        raise ValueError("size, stride")
    if padding == "same":
        up = max((math.ceil(x.shape[0] / sh) - 1) * sh + kh - x.shape[0], 0)
        across = max((math.ceil(x.shape[1] / sw) - 1) * sw + kw - x.shape[1], 0)
    elif padding == "valid":
        up = across = 0
    else:
        raise ValueError("padding")
    widths = ((up // 2, up - up // 2), (across // 2, across - across // 2), (0, 0))
    values = np.ascontiguousarray(np.pad(x, widths), dtype=float)
    mask = np.pad(np.zeros(x.shape, dtype=bool), widths, constant_values=True)
    h, w = (values.shape[0] - kh) // sh + 1, (values.shape[1] - kw) // sw + 1
    if h < 1 or w < 1:
        raise ValueError("window")

    def view(a):
        y, z, c = a.strides
        return as_strided(a, (h, w, x.shape[2], kh, kw), (y * sh, z * sw, c, y, z))

    windows = np.ma.array(view(values), mask=view(mask))
    if kind == "max":
        pooled = windows.max(axis=(3, 4))
    elif kind == "min":
        pooled = windows.min(axis=(3, 4))
    elif kind == "avg":
        pooled = windows.mean(axis=(3, 4))
    elif kind == "l2":
        pooled = np.ma.sqrt((windows**2).sum(axis=(3, 4)))
    else:
        raise ValueError("kind")
    return np.array(pooled)


def pool2d__rows_then_columns(x, size, stride=None, kind="max", padding="valid"):
    """Every kind can be taken along one axis after the other; the average as a sum and a count."""
    if stride is None:
        stride = size
    if kind not in ("max", "min", "avg", "l2") or padding not in ("same", "valid"):
        raise ValueError("unknown kind or padding")

    def along(a, axis, k, s, what):
        if k < 1 or s < 1:
            raise ValueError("below 1")
        n = a.shape[axis]
        parts = []
        for i in window_starts(n, k, s, padding):
            part = a.take(range(max(i, 0), min(i + k, n)), axis=axis)
            parts.append(what(part, axis=axis))
        return np.stack(parts, axis=axis)

    def both(a, what):
        k = (size, size) if np.ndim(size) == 0 else size
        s = (stride, stride) if np.ndim(stride) == 0 else stride
        return along(along(a, 0, k[0], s[0], what), 1, k[1], s[1], what)

    x = np.asarray(x, dtype=np.float64)
    if kind == "avg":
        return both(x, np.sum) / both(np.ones_like(x), np.sum)
    if kind == "l2":
        return np.sqrt(both(x * x, np.sum))
    return both(x, {"max": np.max, "min": np.min}[kind])


def pool2d__lists(x, size, stride=None, kind="max", padding="valid"):
    try:
        reduce = {
            "max": max,
            "min": min,
            "avg": lambda cells: sum(cells) / len(cells),
            "l2": lambda cells: math.sqrt(sum(c * c for c in cells)),
        }[kind]
    except KeyError:
        raise ValueError(f"kind {kind!r} is unknown") from None
    if padding != "same" and padding != "valid":
        raise ValueError(f"padding {padding!r} is unknown")
    stride = size if stride is None else stride
    size = [size] * 2 if isinstance(size, int) else list(size)
    stride = [stride] * 2 if isinstance(stride, int) else list(stride)
    for number in size + stride:
        if number < 1:
            raise ValueError(f"{number} is below 1")
    data = x.tolist()
    height, width, channels = len(data), len(data[0]), len(data[0][0])
    result = []
    for top in window_starts(height, size[0], stride[0], padding):
        row = []
        for left in window_starts(width, size[1], stride[1], padding):
            ys = [y for y in range(top, top + size[0]) if 0 <= y < height]
            xs = [z for z in range(left, left + size[1]) if 0 <= z < width]
            row.append([reduce([data[y][z][c] for y in ys for z in xs]) for c in range(channels)])
        result.append(row)
    return np.array(result)


def check_pair(v, what):
    """An int or a tuple of two ints, all of them at least 1."""
    if isinstance(v, int) and not isinstance(v, bool):
        v = (v, v)
    if not isinstance(v, tuple) or len(v) != 2 or not all(isinstance(n, int) for n in v):
        raise TypeError(f"{what} must be an int or a pair of ints, got {v!r}")
    if v[0] < 1 or v[1] < 1:
        raise ValueError(f"{what} must be at least 1, got {v}")
    return v


def pool2d__strict(
    x: np.ndarray,
    size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
    kind: str = "max",
    padding: str = "valid",
) -> np.ndarray:
    """Everything is checked, types included."""
    if not isinstance(x, np.ndarray) or x.ndim != 3:
        raise TypeError("x must be an array (H, W, C)")
    if not isinstance(kind, str) or not isinstance(padding, str):
        raise TypeError("kind and padding are words")
    kh, kw = check_pair(size, "size")
    sh, sw = (kh, kw) if stride is None else check_pair(stride, "stride")
    if kind not in ("max", "avg", "min", "l2"):
        raise ValueError(f"kind must be max, avg, min or l2, got {kind}")
    H, W, C = x.shape
    if padding == "same":
        h, w = math.ceil(H / sh), math.ceil(W / sw)
        top, left = max((h - 1) * sh + kh - H, 0) // 2, max((w - 1) * sw + kw - W, 0) // 2
    elif padding == "valid":
        if kh > H or kw > W:
            raise ValueError(f"a {kh}×{kw} window does not fit into a {H}×{W} map")
        h, w, top, left = (H - kh) // sh + 1, (W - kw) // sw + 1, 0, 0
    else:
        raise ValueError(f"padding must be valid or same, got {padding}")
    out = np.empty((h, w, C), dtype=np.float64)
    for i in range(h):
        for j in range(w):
            y0, x0 = i * sh - top, j * sw - left
            cells = x[max(y0, 0) : min(y0 + kh, H), max(x0, 0) : min(x0 + kw, W)].astype(np.float64).reshape(-1, C)
            if kind == "avg":
                out[i, j] = cells.sum(axis=0) / len(cells)
            elif kind == "l2":
                out[i, j] = np.linalg.norm(cells, axis=0)
            else:
                out[i, j] = getattr(cells, kind)(axis=0)
    assert out.shape == (h, w, C)
    return out


# global_pool


def global_pool__axis(x, kind="avg"):
    if kind == "avg":
        return np.mean(x, axis=(0, 1))
    if kind == "max":
        return np.max(x, axis=(0, 1))
    raise ValueError(f"unknown kind: {kind}")


def global_pool__loops(x, kind="avg"):
    if kind not in ("avg", "max"):
        raise ValueError("kind must be avg or max")
    H, W, C = x.shape
    out = np.zeros(C)
    for c in range(C):
        total = 0.0
        best = x[0, 0, c]
        for i in range(H):
            for j in range(W):
                total += x[i, j, c]
                if x[i, j, c] > best:
                    best = x[i, j, c]
        if kind == "avg":
            out[c] = total / (H * W)
        else:
            out[c] = best
    return out


def global_pool__reshape(fmap, how="avg"):
    flat = fmap.reshape(-1, fmap.shape[-1])
    functions = {"avg": flat.mean, "max": flat.max}
    if how not in functions:
        raise ValueError(f"{how} is neither avg nor max")
    return functions[how](axis=0)


def global_pool__einsum(x, kind="avg"):
    if kind == "avg":
        return np.einsum("hwc->c", x.astype(float)) / (x.shape[0] * x.shape[1])
    elif kind == "max":
        return np.maximum.reduce(np.maximum.reduce(x))
    else:
        raise ValueError


def global_pool__transposed_lists(x, kind="avg"):
    """A list of numbers for each channel."""
    channels = list(zip(*(pixel for row in x.tolist() for pixel in row)))
    if kind == "max":
        return np.array([max(channel) for channel in channels])
    if kind == "avg":
        return np.array([sum(channel) / len(channel) for channel in channels])
    raise ValueError("only avg and max")


def global_pool__match(x, kind="avg"):
    match kind:
        case "avg":
            pick = lambda channel: channel.sum(dtype=float) / channel.size
        case "max":
            pick = lambda channel: np.sort(channel, axis=None)[-1]
        case other:
            raise ValueError(f"unknown kind {other!r}")
    return np.array([pick(channel) for channel in np.moveaxis(x, -1, 0)])


def global_pool__recursion(x, kind="avg"):
    """Halve the map until one row of pixels is left."""
    if kind not in {"avg", "max"}:
        raise ValueError(kind)

    def fold(pixels):
        if len(pixels) == 1:
            return pixels[0]
        half = len(pixels) // 2
        a, b = fold(pixels[:half]), fold(pixels[half:])
        return np.maximum(a, b) if kind == "max" else a + b

    pixels = np.concatenate(list(x.astype(np.float64)))
    return fold(pixels) / (len(pixels) if kind == "avg" else 1)


def global_pool__one_big_window(x, kind="avg"):
    if kind in ["min", "l2"]:
        raise ValueError("global_pool only knows avg and max")
    return pool2d__clipped_windows(x, x.shape[:2], kind=kind).reshape(x.shape[2])


def global_pool__strict(x: np.ndarray, kind: str = "avg") -> np.ndarray:
    if not isinstance(x, np.ndarray):
        raise TypeError("x must be an array")
    if x.ndim != 3:
        raise ValueError(f"x must be (H, W, C), got {x.shape}")
    if kind not in ("avg", "max"):
        raise ValueError(f"unknown kind {kind}")
    print("global_pool", x.shape, x.dtype, kind)  # left from looking for a bug
    x = x.astype(np.float64)
    result = np.add.reduce(x, axis=(0, 1)) / x[..., 0].size if kind == "avg" else np.amax(np.amax(x, axis=0), axis=0)
    assert result.shape == x.shape[2:]
    return result


# max_pool_backward


def max_pool_backward__argmax(x, grad, size, stride):
    kh, kw = (size, size) if isinstance(size, int) else size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    if kh < 1 or kw < 1 or sh < 1 or sw < 1:
        raise ValueError("size and stride must be at least 1")
    H, W, C = x.shape
    if kh > H or kw > W:
        raise ValueError("window larger than the map")
    h_out, w_out = (H - kh) // sh + 1, (W - kw) // sw + 1
    if grad.shape != (h_out, w_out, C):
        raise ValueError(f"grad must be {(h_out, w_out, C)}, got {grad.shape}")
    dx = np.zeros(x.shape)
    for i in range(h_out):
        for j in range(w_out):
            for c in range(C):
                window = x[i * sh : i * sh + kh, j * sw : j * sw + kw, c]
                r, s = np.unravel_index(np.argmax(window), window.shape)
                dx[i * sh + r, j * sw + s, c] += grad[i, j, c]
    return dx


def max_pool_backward__scalars(x, grad, k, s):
    if isinstance(k, int):
        k = (k, k)
    if isinstance(s, int):
        s = (s, s)
    H, W, C = x.shape
    if k[0] < 1 or k[1] < 1 or s[0] < 1 or s[1] < 1 or k[0] > H or k[1] > W:
        raise ValueError("impossible window")
    if grad.shape[0] != (H - k[0]) // s[0] + 1 or grad.shape[1] != (W - k[1]) // s[1] + 1 or grad.shape[2] != C:
        raise ValueError("grad does not belong to x")
    back = np.zeros((H, W, C))
    for c in range(C):
        for i in range(grad.shape[0]):
            for j in range(grad.shape[1]):
                y, z = i * s[0], j * s[1]
                for a in range(i * s[0], i * s[0] + k[0]):
                    for b in range(j * s[1], j * s[1] + k[1]):
                        if x[a, b, c] > x[y, z, c]:
                            y, z = a, b
                back[y, z, c] = back[y, z, c] + grad[i, j, c]
    return back


def two(v):
    a, b = (v, v) if np.ndim(v) == 0 else v
    if a < 1 or b < 1:
        raise ValueError(f"{v} is below 1")
    return a, b


def max_pool_backward__add_at(x, grad, size, stride):
    """All windows at once: argmax over as_strided, np.add.at for those that overlap."""
    (kh, kw), (sh, sw) = two(size), two(stride)
    H, W, C = x.shape
    h, w = (H - kh) // sh + 1, (W - kw) // sw + 1
    if h < 1 or w < 1 or grad.shape != (h, w, C):
        raise ValueError("shapes do not match")
    x = np.ascontiguousarray(x)
    a, b, c = x.strides
    windows = as_strided(x, (h, w, C, kh, kw), (a * sh, b * sw, c, a, b)).reshape(h, w, C, kh * kw)
    dy, dz = np.divmod(windows.argmax(axis=-1), kw)
    i, j, channel = np.ogrid[:h, :w, :C]
    dx = np.zeros_like(x, dtype=float)
    np.add.at(dx, (i * sh + dy, j * sw + dz, channel), grad)
    return dx


def max_pool_backward__first_true(x, grad, size, stride):
    """Mark the maxima and take the first of them."""
    (kh, kw), (sh, sw) = two(size), two(stride)
    tops = range(0, x.shape[0] - kh + 1, sh)
    lefts = range(0, x.shape[1] - kw + 1, sw)
    if not tops or not lefts:
        raise ValueError("the window does not fit")
    if np.shape(grad) != (len(tops), len(lefts), x.shape[2]):
        raise ValueError("wrong shape of grad")
    result = np.zeros(x.shape, dtype=np.float64)
    for channel in range(x.shape[2]):
        plane = x[:, :, channel]
        for i, top in enumerate(tops):
            for j, left in enumerate(lefts):
                window = plane[top : top + kh, left : left + kw]
                row, column = np.argwhere(window == window.max())[0]
                result[top + row, left + column, channel] += grad[i, j, channel]
    return result


def max_pool_backward__python_max(x, grad, size, stride):
    """max of (row, column) pairs with a key keeps the first of equal ones."""
    size = size if isinstance(size, (tuple, list)) else (size, size)
    stride = stride if isinstance(stride, (tuple, list)) else (stride, stride)
    if min(size) < 1 or min(stride) < 1:
        raise ValueError(f"size={size}, stride={stride}")
    expected = tuple((n - k) // s + 1 for n, k, s in zip(x.shape, size, stride)) + x.shape[2:]
    if min(expected) < 1:
        raise ValueError(f"window {size} larger than map {x.shape}")
    if expected != grad.shape:
        raise ValueError(f"expected {expected}, got {grad.shape}")
    gradients = {}
    for (i, j, c), g in np.ndenumerate(grad):
        cells = [
            (row, column, c)
            for row in range(i * stride[0], i * stride[0] + size[0])
            for column in range(j * stride[1], j * stride[1] + size[1])
        ]
        winner = max(cells, key=lambda cell: x[cell])
        gradients[winner] = gradients.get(winner, 0) + g
    out = np.zeros(x.shape)
    for cell, g in gradients.items():
        out[cell] = g
    return out


def max_pool_backward__lists(x, grad, size, stride):
    (kh, kw), (sh, sw) = two(size), two(stride)
    h, w, channels = x.shape
    if kh > h or kw > w:
        raise ValueError("window > map")
    if list(grad.shape) != [(h - kh) // sh + 1, (w - kw) // sw + 1, channels]:
        raise ValueError("grad")
    values, out = x.tolist(), [[[0.0] * channels for _ in range(w)] for _ in range(h)]
    for i, row in enumerate(grad.tolist()):
        for j, pixel in enumerate(row):
            for c, g in enumerate(pixel):
                window = [(values[i * sh + a][j * sw + b][c], -a, -b) for a in range(kh) for b in range(kw)]
                _, a, b = sorted(window, key=itemgetter(0, 1, 2))[-1]
                out[i * sh - a][j * sw - b][c] += g
    return np.array(out)


def max_pool_backward__not_yet_given(x, grad, size, stride):
    """Go through the cells of the window in row order; a window that has found its winner is out."""
    (kh, kw), (sh, sw) = two(size), two(stride)
    H, W, C = x.shape
    if kh > H or kw > W:
        raise ValueError("the window is larger than the map")
    oh, ow = 1 + (H - kh) // sh, 1 + (W - kw) // sw
    if grad.shape != (oh, ow, C):
        raise ValueError("the shape of grad is not that of the pooled map")
    cut = lambda a, u, v: a[u : u + (oh - 1) * sh + 1 : sh, v : v + (ow - 1) * sw + 1 : sw]
    largest = np.max([cut(x, u, v) for u in range(kh) for v in range(kw)], axis=0)
    waiting = np.ones(grad.shape, dtype=bool)
    dx = np.zeros(x.shape)
    for u in range(kh):
        for v in range(kw):
            wins = waiting & (cut(x, u, v) == largest)
            cut(dx, u, v)[wins] += grad[wins]
            waiting &= ~wins
    return dx


def max_pool_backward__strict(x: np.ndarray, grad: np.ndarray, size, stride) -> np.ndarray:
    for name, a in (("x", x), ("grad", grad)):
        if not isinstance(a, np.ndarray) or a.ndim != 3:
            raise ValueError(f"{name} must be an array of three axes")
    kh, kw = check_pair(size, "size")
    sh, sw = check_pair(stride, "stride")
    pooled = pool2d__strict(x, (kh, kw), (sh, sw))
    if pooled.shape != grad.shape:
        raise ValueError(f"grad is {grad.shape}, the pooled map {pooled.shape}")
    dx = np.zeros(x.shape, dtype=np.float64)
    it = np.nditer(grad, flags=["multi_index"])
    for g in it:
        i, j, c = it.multi_index
        window = x[i * sh : i * sh + kh, j * sw : j * sw + kw, c]
        rows, columns = np.nonzero(window == pooled[i, j, c])
        dx[i * sh + rows[0], j * sw + columns[0], c] += g
    return dx

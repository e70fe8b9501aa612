"""Right solutions of assignment 1, in many styles."""

import itertools
import math
from collections import Counter, namedtuple
from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import as_strided

# pad2d


def pad2d__slices(image, padding, value=0.0):
    if isinstance(padding, int):
        padding = ((padding, padding), (padding, padding))
    (top, bottom), (left, right) = padding
    if min(top, bottom, left, right) < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    H, W = image.shape
    out = np.full((H + top + bottom, W + left + right), value, dtype=image.dtype)
    out[top : top + H, left : left + W] = image
    return out


def pad2d__loops(img, pad, val=0):
    if type(pad) == int:
        t = b = l = r = pad
    else:
        t = pad[0][0]
        b = pad[0][1]
        l = pad[1][0]
        r = pad[1][1]
    if t < 0 or b < 0 or l < 0 or r < 0:
        raise ValueError("negative padding")
    h = img.shape[0]
    w = img.shape[1]
    new = np.zeros((t + h + b, l + w + r), img.dtype)
    for i in range(t + h + b):
        for j in range(l + w + r):
            if t <= i < t + h and l <= j < l + w:
                new[i, j] = img[i - t, j - l]
            else:
                new[i, j] = val
    return new


def pad2d__concatenate(image, padding, value=0.0):
    try:
        (top, bottom), (left, right) = padding
    except TypeError:
        top = bottom = left = right = padding
    if any(p < 0 for p in (top, bottom, left, right)):
        raise ValueError("padding < 0")
    block = lambda rows, cols: np.full((rows, cols), value).astype(image.dtype)
    image = np.hstack([block(len(image), left), image, block(len(image), right)])
    width = image.shape[1]
    return np.concatenate([block(top, width), image, block(bottom, width)], axis=0)


def pad2d__recursion(image, padding, value=0.0):
    """One more row or column until nothing is left to add."""
    if np.ndim(padding) == 0:
        padding = [[padding] * 2] * 2
    (top, bottom), (left, right) = padding
    if min(min(padding[0]), min(padding[1])) < 0:
        raise ValueError(padding)
    if bottom:
        bigger = np.empty((image.shape[0] + 1, image.shape[1]), dtype=image.dtype)
        bigger[:-1] = image
        bigger[-1] = value
        return pad2d__recursion(bigger, ((top, bottom - 1), (left, right)), value)
    if top:
        return pad2d__recursion(image[::-1], ((0, top), (left, right)), value)[::-1]
    if left or right:
        return pad2d__recursion(image.T, ((left, right), (0, 0)), value).T
    return image.copy()


def pad2d__lists(image, padding, value=0.0):
    if isinstance(padding, (tuple, list)):
        (up, down), (left, right) = padding
    else:
        up, down, left, right = [padding] * 4
    for p in [up, down, left, right]:
        if p < 0:
            raise ValueError("The padding has to be >= 0")
    width = left + image.shape[1] + right
    rows = []
    for _ in range(up):
        rows.append([value] * width)
    for row in image.tolist():
        rows.append([value] * left + row + [value] * right)
    for _ in range(down):
        rows.append([value] * width)
    return np.array(rows).astype(image.dtype)


def pad2d__insert(image, padding, value=0.0):
    four = np.broadcast_to(padding, (2, 2))
    if (four < 0).any():
        raise ValueError("negative")
    for axis, (before, after) in enumerate(four):
        n = image.shape[axis]
        image = np.insert(image, [0] * before + [n] * after, value, axis=axis)
    return image


class Frame:
    def __init__(self, padding):
        if isinstance(padding, int):
            padding = (padding, padding), (padding, padding)
        self.rows, self.columns = padding
        if min(*self.rows, *self.columns) < 0:
            raise ValueError(f"Negative padding: {padding}")

    def shape(self, height, width):
        return height + sum(self.rows), width + sum(self.columns)

    def inside(self, height, width):
        rows = np.arange(height) + self.rows[0]
        columns = np.arange(width) + self.columns[0]
        return np.ix_(rows, columns)


def pad2d__class(image, padding, value=0.0):
    frame = Frame(padding)
    result = np.empty(frame.shape(*image.shape), image.dtype)
    result.fill(value)
    result[frame.inside(*image.shape)] = image
    return result


def pad2d__where(image: np.ndarray, padding, value: float = 0.0) -> np.ndarray:
    """Look up every cell of the result in the image, and use the value where that is outside."""
    (t, b), (l, r) = ((padding,) * 2,) * 2 if isinstance(padding, (int, np.integer)) else padding
    if t < 0 or b < 0 or l < 0 or r < 0:
        raise ValueError(f"{padding = }")
    H, W = image.shape
    y, x = np.indices((H + t + b, W + l + r))
    y, x = y - t, x - l
    inside = (y >= 0) & (y < H) & (x >= 0) & (x < W)
    return np.where(inside, image[y.clip(0, H - 1), x.clip(0, W - 1)], value).astype(image.dtype)


def pad2d__strict(image: np.ndarray, padding: int | tuple, value: float = 0.0) -> np.ndarray:
    """Everything is checked, types included."""
    if not isinstance(image, np.ndarray):
        raise TypeError(f"image must be an array, got {type(image).__name__}")
    if image.ndim != 2:
        raise ValueError(f"image must be (H, W), got {image.shape}")
    if isinstance(padding, int):
        padding = ((padding, padding), (padding, padding))
    if not isinstance(padding, tuple) or any(not isinstance(p, tuple) or len(p) != 2 for p in padding):
        raise TypeError(f"padding must be an int or ((top, bottom), (left, right)), got {padding!r}")
    if not all(isinstance(cells, int) for p in padding for cells in p):
        raise TypeError("paddings are ints")
    if not isinstance(value, (int, float)):
        raise TypeError("value must be a number")
    (top, bottom), (left, right) = padding
    if top < 0 or bottom < 0 or left < 0 or right < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    print("padding", image.shape, "by", padding)  # left from looking for a bug
    result = np.ones((top + image.shape[0] + bottom, left + image.shape[1] + right), dtype=image.dtype)
    result[:] = value
    result[top : result.shape[0] - bottom, left : result.shape[1] - right] = image
    return result


# pad2d_mode


def pad2d_mode__index_arrays(image, padding, mode):
    if padding < 0:
        raise ValueError("negative padding")
    if mode not in ("constant", "reflect", "edge", "wrap"):
        raise ValueError(f"unknown mode {mode}")

    def indices(n):
        i = np.arange(-padding, n + padding)
        if mode == "edge":
            return np.clip(i, 0, n - 1)
        if mode == "wrap":
            return i % n
        i = np.abs(i)
        return np.where(i >= n, 2 * (n - 1) - i, i)

    H, W = image.shape
    if mode == "constant":
        out = np.zeros((H + 2 * padding, W + 2 * padding), dtype=image.dtype)
        out[padding : padding + H, padding : padding + W] = image
        return out
    return image[np.ix_(indices(H), indices(W))]


def pad2d_mode__loops(img, p, mode):
    if mode != "constant" and mode != "edge" and mode != "reflect" and mode != "wrap":
        raise ValueError("mode must be constant, edge, reflect or wrap")
    if p < 0:
        raise ValueError("p must be >= 0")
    h, w = img.shape
    res = np.zeros((h + 2 * p, w + 2 * p))
    for i in range(h + 2 * p):
        for j in range(w + 2 * p):
            y = i - p
            x = j - p
            if mode == "constant":
                if y < 0 or y >= h or x < 0 or x >= w:
                    continue
            elif mode == "edge":
                y = min(max(y, 0), h - 1)
                x = min(max(x, 0), w - 1)
            elif mode == "reflect":
                if y < 0:
                    y = -y
                if y > h - 1:
                    y = 2 * (h - 1) - y
                if x < 0:
                    x = -x
                if x > w - 1:
                    x = 2 * (w - 1) - x
            else:
                y = y % h
                x = x % w
            res[i, j] = img[y, x]
    return res


def pad2d_mode__take(image, padding, mode):
    """np.take already knows two of the modes."""
    if padding < 0:
        raise ValueError
    rows, columns = (range(-padding, n + padding) for n in image.shape)
    if mode in {"edge", "wrap"}:
        how = {"edge": "clip", "wrap": "wrap"}[mode]
        return image.take(rows, axis=0, mode=how).take(columns, axis=1, mode=how)
    if mode == "reflect":
        fold = lambda i, n: n - 1 - abs(n - 1 - abs(i))
        return image[[fold(i, len(rows) - 2 * padding) for i in rows]][:, [fold(j, image.shape[1]) for j in columns]]
    if mode == "constant":
        frame = np.zeros((len(rows), len(columns)), image.dtype)
        frame[padding : len(rows) - padding, padding : len(columns) - padding] = image
        return frame
    raise ValueError(mode)


def pad_rows(rows, p, mode):
    if p == 0:
        return rows
    if mode == "constant":
        before = after = np.zeros_like(rows[:1]).repeat(p, axis=0)
    elif mode == "edge":
        before, after = np.repeat(rows[:1], p, axis=0), np.repeat(rows[-1:], p, axis=0)
    elif mode == "reflect":
        before, after = rows[1 : p + 1][::-1], rows[-p - 1 : -1][::-1]
    elif mode == "wrap":
        before, after = rows[-p:], rows[:p]
    return np.concatenate((before, rows, after))


def pad2d_mode__rows_then_columns(image, padding, mode):
    if mode not in ["constant", "edge", "reflect", "wrap"] or padding < 0:
        raise ValueError(f"Cannot pad by {padding} with mode {mode!r}")
    return pad_rows(pad_rows(image, padding, mode).T, padding, mode).T


def pad2d_mode__lists(image, padding, mode):
    before_and_after = {
        "constant": lambda line: ([0] * padding, [0] * padding),
        "edge": lambda line: ([line[0]] * padding, [line[-1]] * padding),
        "reflect": lambda line: (line[padding:0:-1], line[-2 : -2 - padding : -1]),
        "wrap": lambda line: (line[len(line) - padding :], line[:padding]),
    }
    if mode not in before_and_after:
        raise ValueError("unknown mode: " + str(mode))
    if padding < 0:
        raise ValueError("negative padding: " + str(padding))
    lines = [list(row) for row in image]
    for _ in range(2):
        padded = []
        for line in lines:
            a, b = before_and_after[mode](line)
            padded.append(a + line + b)
        lines = [list(column) for column in zip(*padded)]
    return np.array(lines)


def pad2d_mode__frame_by_frame(image, padding, mode):
    """Lay the image into zeros, then fill two rows and two columns at a time, from the inside to the outside."""
    p = padding
    if p < 0:
        raise ValueError("padding is negative")
    H, W = image.shape
    out = np.zeros(shape=(H + 2 * p, W + 2 * p), dtype=float)
    out[p : p + H, p : p + W] = image
    match mode:
        case "constant":
            return out
        case "edge":
            distance = lambda k, n: (k, 1 - k)
        case "reflect":
            distance = lambda k, n: (2 * k, -2 * k)
        case "wrap":
            distance = lambda k, n: (n, -n)
        case _:
            raise ValueError(f"no such mode: {mode}")
    for a, n in ((out, H), (out.T, W)):
        for k in range(1, p + 1):
            first, last = p, p + n - 1
            if mode == "edge":
                a[first - k], a[last + k] = a[first], a[last]
            else:
                plus, minus = distance(k, n)
                a[first - k] = a[first - k + plus]
                a[last + k] = a[last + k + minus]
    return out


def pad2d_mode__tiles(image, padding, mode):
    """Cut the result out of a 3 × 3 picture of images."""
    if padding < 0:
        raise ValueError(f"padding {padding} < 0")
    H, W = image.shape
    y, x = H - padding, W - padding
    if mode == "wrap":
        big = np.tile(image, (3, 3))
    elif mode == "constant":
        big = np.kron([[0, 0, 0], [0, 1, 0], [0, 0, 0]], image)
    elif mode == "edge":
        big = image[np.clip(np.arange(3 * H) - H, 0, H - 1)][:, np.clip(np.arange(3 * W) - W, 0, W - 1)]
    elif mode == "reflect":
        middle = np.hstack((image[:, :0:-1], image, image[:, -2::-1]))
        big = np.vstack((middle[:0:-1], middle, middle[-2::-1]))
        y, x = y - 1, x - 1
    else:
        raise ValueError("mode?")
    return big[y : y + H + 2 * padding, x : x + W + 2 * padding].copy()


def source_index(i, n, mode):
    """The index along an axis of n cells that cell i stands for, or None for a zero."""
    if 0 <= i < n:
        return i
    if mode == "constant":
        return None
    if mode == "edge":
        return 0 if i < 0 else n - 1
    if mode == "wrap":
        return source_index(i + n if i < 0 else i - n, n, mode)
    return source_index(-i if i < 0 else 2 * n - 2 - i, n, mode)


def pad2d_mode__recursion(image, padding, mode):
    if not isinstance(padding, int) or padding < 0:
        raise ValueError("padding has to be an int of at least 0")
    if mode not in "constant reflect edge wrap".split():
        raise ValueError(f"got mode {mode}")
    H, W = np.shape(image)

    def cell(i, j):
        i, j = source_index(i, H, mode), source_index(j, W, mode)
        return 0 if i is None or j is None else image[i][j]

    return np.array([[cell(i, j) for j in range(-padding, W + padding)] for i in range(-padding, H + padding)])


def pad2d_mode__strict(image: np.ndarray, padding: int, mode: str) -> np.ndarray:
    if not isinstance(image, np.ndarray) or image.ndim != 2:
        raise TypeError("image must be an array (H, W)")
    if not isinstance(padding, int) or not isinstance(mode, str):
        raise TypeError("padding must be an int and mode a word")
    if padding < 0 or padding >= min(image.shape):
        raise ValueError("padding must not be negative, and smaller than the image")
    if mode not in ("constant", "reflect", "edge", "wrap"):
        raise ValueError(f"unknown mode: {mode}")
    H, W = image.shape
    out = np.zeros((H + 2 * padding, W + 2 * padding), dtype=image.dtype)
    inner = out[padding : padding + H]
    inner[:, padding : padding + W] = image
    for k in range(1, padding + 1):
        if mode == "reflect":
            inner[:, padding - k], inner[:, padding + W - 1 + k] = image[:, k], image[:, W - 1 - k]
        elif mode == "edge":
            inner[:, padding - k], inner[:, padding + W - 1 + k] = image[:, 0], image[:, -1]
        elif mode == "wrap":
            inner[:, padding - k], inner[:, padding + W - 1 + k] = image[:, -k], image[:, k - 1]
    for k in range(1, padding + 1):
        if mode == "reflect":
            out[padding - k], out[padding + H - 1 + k] = inner[k], inner[H - 1 - k]
        elif mode == "edge":
            out[padding - k], out[padding + H - 1 + k] = inner[0], inner[-1]
        elif mode == "wrap":
            out[padding - k], out[padding + H - 1 + k] = inner[-k], inner[k - 1]
    return out


# window_counts


def window_counts__paint_windows(shape, kernel_size, stride=1, padding=0):
    kh, kw = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    if kh < 1 or kw < 1 or sh < 1 or sw < 1 or padding < 0:
        raise ValueError("kernel size and stride must be at least 1, padding at least 0")
    H, W = shape
    if kh > H + 2 * padding or kw > W + 2 * padding:
        raise ValueError("window larger than the padded image")
    counts = np.zeros((H + 2 * padding, W + 2 * padding), dtype=int)
    for i in range(0, H + 2 * padding - kh + 1, sh):
        for j in range(0, W + 2 * padding - kw + 1, sw):
            counts[i : i + kh, j : j + kw] += 1
    return counts[padding : padding + H, padding : padding + W]


def pair(v):
    try:
        a, b = v
    except TypeError:
        a = b = v
    if a < 1 or b < 1:
        raise ValueError(f"must be 1 or more: {v}")
    return a, b


def count_axis(n, k, s, p):
    if k > n + 2 * p:
        raise ValueError(f"{k} > {n + 2 * p}")
    line = [0] * (n + 2 * p)
    start = 0
    while start + k <= len(line):
        for c in range(start, start + k):
            line[c] += 1
        start += s
    return np.array(line[p : p + n])


def window_counts__outer_product(shape, kernel_size, stride=1, padding=0):
    if padding < 0:
        raise ValueError("padding")
    per_axis = [count_axis(*args, padding) for args in zip(shape, pair(kernel_size), pair(stride))]
    return np.outer(*per_axis)


def window_counts__differences(size, kernel, step=1, pad=0):
    """+1 where a window begins, -1 behind its end, then cumulative sums."""
    kernel, step = np.broadcast_to(kernel, 2), np.broadcast_to(step, 2)
    padded = np.array(size) + 2 * pad
    if pad < 0 or (kernel < 1).any() or (step < 1).any() or (kernel > padded).any():
        raise ValueError("bad arguments")
    lines = []
    for n, k, s in zip(padded, kernel, step):
        d = np.zeros(n + 1, dtype=np.int64)
        first = np.arange(0, n - k + 1, s)
        d[first] += 1
        np.subtract.at(d, first + k, 1)
        lines.append(d.cumsum()[pad : n - pad])
    return lines[0][:, None] * lines[1]


def window_counts__counter(shape, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw) = (x if isinstance(x, (list, tuple)) else (x, x) for x in (kernel_size, stride))
    H, W = shape
    if min(kh, kw, sh, sw) < 1 or padding < 0:
        raise ValueError("too small")
    if H + 2 * padding < kh or W + 2 * padding < kw:
        raise ValueError("the window does not fit")
    seen = Counter()
    tops = range(-padding, H + padding - kh + 1, sh)
    lefts = range(-padding, W + padding - kw + 1, sw)
    for top, left in itertools.product(tops, lefts):
        seen.update(itertools.product(range(top, top + kh), range(left, left + kw)))
    return np.array([[seen[y, x] for x in range(W)] for y in range(H)])


def windows_over(i, n, k, s, p):
    """How many windows along one axis contain pixel i: first ≤ t ≤ last with t·s ≤ i + p ≤ t·s + k - 1."""
    first = max(0, math.ceil((i + p - k + 1) / s))
    last = min((i + p) // s, (n + 2 * p - k) // s)
    return max(0, last - first + 1)


def window_counts__formula(shape, kernel_size, stride=1, padding=0):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size,) * 2
    if isinstance(stride, int):
        stride = (stride,) * 2
    if padding < 0:
        raise ValueError("padding must be >= 0")
    if kernel_size[0] < 1 or kernel_size[1] < 1:
        raise ValueError("kernel size must be >= 1")
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError("stride must be >= 1")
    if kernel_size[0] > shape[0] + 2 * padding or kernel_size[1] > shape[1] + 2 * padding:
        raise ValueError("kernel must fit")
    out = np.zeros(shape, dtype=np.int32)
    for r in range(shape[0]):
        for c in range(shape[1]):
            out[r, c] = windows_over(r, shape[0], kernel_size[0], stride[0], padding) * windows_over(
                c, shape[1], kernel_size[1], stride[1], padding
            )
    return out


def window_counts__bincount(shape, kernel_size, stride=1, padding=0):
    """The positions of all cells of all windows at once."""
    k = np.ones(2, int) * kernel_size
    s = np.ones(2, int) * stride
    n = np.add(shape, 2 * padding)
    if padding < 0 or min(k) < 1 or min(s) < 1 or any(k > n):
        raise ValueError(f"{shape=} {kernel_size=} {stride=} {padding=}")
    rows = np.add.outer(np.arange(0, n[0] - k[0] + 1, s[0]), np.arange(k[0])).ravel()
    columns = np.add.outer(np.arange(0, n[1] - k[1] + 1, s[1]), np.arange(k[1])).ravel()
    flat = (rows[:, np.newaxis] * n[1] + columns).ravel()
    counts = np.bincount(flat, minlength=n[0] * n[1]).reshape(n)
    return counts[padding : n[0] - padding, padding : n[1] - padding]


def window_counts__membership(shape, kernel_size, stride=1, padding=0):
    """A table (windows, pixels) of who reads whom for each axis, and einsum for the image."""

    def reads(n, k, s):
        if k < 1 or s < 1:
            raise ValueError("kernel size and stride start at 1")
        if k > n + 2 * padding:
            raise ValueError("the kernel is too large")
        start = np.arange(-padding, n + padding - k + 1, s)[:, None]
        pixel = np.arange(n)[None, :]
        return ((start <= pixel) & (pixel < start + k)).astype(int)

    if padding < 0:
        raise ValueError("padding below 0")
    kh, kw = kernel_size if np.size(kernel_size) == 2 else (kernel_size, kernel_size)
    sh, sw = stride if np.size(stride) == 2 else (stride, stride)
    return np.einsum("iy,jx->yx", reads(shape[0], kh, sh), reads(shape[1], kw, sw))


def window_counts__strict(
    shape: tuple[int, int],
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int = 0,
) -> np.ndarray:
    if not isinstance(shape, tuple) or len(shape) != 2 or not isinstance(padding, int):
        raise TypeError("shape must be (H, W) and padding an int")
    pairs = []
    for v in (kernel_size, stride):
        v = (v, v) if isinstance(v, int) else v
        if not isinstance(v, tuple) or len(v) != 2 or not isinstance(v[0], int) or not isinstance(v[1], int):
            raise TypeError(f"expected an int or a pair of ints, got {v!r}")
        pairs.append(v)
    (kh, kw), (sh, sw) = pairs
    H, W = shape
    if kh < 1 or kw < 1:
        raise ValueError("kernel_size must be at least 1")
    if sh < 1 or sw < 1:
        raise ValueError("stride must be at least 1")
    if padding < 0:
        raise ValueError("padding must not be negative")
    if H + 2 * padding < kh or W + 2 * padding < kw:
        raise ValueError("the window is larger than the padded image")
    counts = np.zeros((H, W), dtype=np.uint16)
    for top in range(-padding, H + padding - kh + 1, sh):
        for left in range(-padding, W + padding - kw + 1, sw):
            counts[max(top, 0) : max(top + kh, 0), max(left, 0) : max(left + kw, 0)] += 1
    return counts


# conv2d_valid


def conv2d_valid__four_loops(image, kernel):
    H, W = image.shape
    kh, kw = kernel.shape
    if kh > H or kw > W:
        raise ValueError("kernel larger than the image")
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            s = 0.0
            for a in range(kh):
                for b in range(kw):
                    s += float(image[i + a, j + b]) * float(kernel[a, b])
            out[i, j] = s
    return out


def conv2d_valid__windows(img, k):
    img = img.astype(np.float64)
    kh, kw = k.shape
    oh, ow = img.shape[0] - kh + 1, img.shape[1] - kw + 1
    if oh <= 0 or ow <= 0:
        raise ValueError(f"a {k.shape} kernel does not fit into {img.shape}")
    return np.array([[np.sum(img[i : i + kh, j : j + kw] * k) for j in range(ow)] for i in range(oh)])


def conv2d_valid__shift_and_add(image, kernel):
    """Two short loops: over the kernel, not over the image."""
    out_shape = tuple(n - k + 1 for n, k in zip(image.shape, kernel.shape))
    if min(out_shape) < 1:
        raise ValueError("does not fit")
    out = np.zeros(out_shape, dtype=float)
    for (dy, dx), weight in np.ndenumerate(kernel):
        out += weight * image[dy : dy + out_shape[0], dx : dx + out_shape[1]].astype(float)
    return out


def conv2d_valid__as_strided(image, kernel):
    image = np.ascontiguousarray(image, dtype=np.float64)
    (H, W), (kh, kw) = image.shape, kernel.shape
    if H < kh or W < kw:
        raise ValueError("The kernel must not be larger than the image.")
    windows = as_strided(image, shape=(H - kh + 1, W - kw + 1, kh, kw), strides=image.strides * 2)
    return np.einsum("ijab,ab->ij", windows, kernel)


def conv2d_valid__im2col(image, kernel):
    h, w = image.shape
    kh, kw = kernel.shape
    if kh > h or kw > w:
        raise ValueError("too large")
    columns = []
    for top in range(h - kh + 1):
        for left in range(w - kw + 1):
            columns.append(image[top : top + kh, left : left + kw].flatten())
    matrix = np.stack(columns).astype(float)
    return (matrix @ kernel.flatten()).reshape(h - kh + 1, -1)


def conv2d_valid__python_lists(image, kernel):
    image, kernel = image.tolist(), kernel.tolist()
    rows = len(image) - len(kernel) + 1
    cols = len(image[0]) - len(kernel[0]) + 1
    if rows < 1 or cols < 1:
        raise ValueError("kernel bigger than image")
    result = []
    for r in range(rows):
        line = []
        for c in range(cols):
            window = [row[c : c + len(kernel[0])] for row in image[r : r + len(kernel)]]
            line.append(sum(p * q for a, b in zip(window, kernel) for p, q in zip(a, b)))
        result.append(line)
    return np.array(result)


def conv2d_valid__matrix(image, kernel):
    """The kernel's rows as banded matrices, so that each output row is a sum of products."""
    if any(np.greater(kernel.shape, image.shape)):
        raise ValueError(f"kernel {kernel.shape} does not fit into image {image.shape}")
    W, kw = image.shape[1], kernel.shape[1]
    bands = [sum(v * np.eye(W, W - kw + 1, k=-j) for j, v in enumerate(row)) for row in kernel]
    oh = image.shape[0] - len(bands) + 1
    return reduce(np.add, (image[a : a + oh] @ band for a, band in enumerate(bands)))


def conv2d_valid__fourier(image, kernel):
    """Products of spectra are circular sums: the part that does not wrap around is the result."""
    H, W = image.shape
    kh, kw = kernel.shape
    if H < kh or W < kw:
        raise ValueError("kernel does not fit")
    spectrum = np.fft.rfft2(image) * np.conj(np.fft.rfft2(kernel, s=(H, W)))
    return np.fft.irfft2(spectrum, s=(H, W))[: H - kh + 1, : W - kw + 1]


def conv2d_valid__recursion(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("no window fits")
    if kernel.shape == (1, 1):
        return image * float(kernel[0, 0])
    if kernel.shape[0] > 1:
        return conv2d_valid__recursion(image[: -kernel.shape[0] + 1], kernel[:1]) + conv2d_valid__recursion(
            image[1:], kernel[1:]
        )
    return conv2d_valid__recursion(image.T, kernel.T).T


def conv2d_valid__strict(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    for name, a in {"image": image, "kernel": kernel}.items():
        if not isinstance(a, np.ndarray):
            raise TypeError(f"{name} must be an array")
        if a.ndim != 2:
            raise ValueError(f"{name} must have two axes")
    size = np.array(image.shape) - kernel.shape + 1
    if size.min() <= 0:
        raise ValueError(f"kernel {kernel.shape} does not fit into image {image.shape}")
    print("output", size)  # left from looking for a bug
    output = np.zeros(size, dtype=np.float64)
    for index in np.ndindex(*size):
        window = image[tuple(slice(i, i + k) for i, k in zip(index, kernel.shape))]
        output[index] = np.inner(window.ravel().astype(np.float64), kernel.ravel())
    return output


# same_padding


def same_padding__ceil(n, k, stride=1):
    if n < 1 or k < 1 or stride < 1:
        raise ValueError("n, k and stride must be at least 1")
    out = math.ceil(n / stride)
    total = max((out - 1) * stride + k - n, 0)
    return total // 2, total - total // 2


def same_padding__remainder(size, kernel, s=1):
    """The other way to write it, as in TensorFlow's guide."""
    if min(size, kernel, s) <= 0:
        raise ValueError("all of them are positive")
    if size % s == 0:
        pad_along = max(kernel - s, 0)
    else:
        pad_along = max(kernel - size % s, 0)
    before = pad_along // 2
    after = pad_along - before
    return [before, after]


def same_padding__divmod(n, k, stride=1):
    for name, v in {"n": n, "k": k, "stride": stride}.items():
        if v < 1:
            raise ValueError(f"{name} is {v}")
    windows, rest = divmod(n, stride)
    if rest:
        windows += 1
    missing = (windows - 1) * stride + k - n
    if missing <= 0:
        return 0, 0
    half, odd = divmod(missing, 2)
    return (half, half + odd)


def same_padding__while(n, k, stride=1):
    """Give a cell to the end, then one to the beginning, until the last window fits."""
    if n < 1 or k < 1 or stride < 1:
        raise ValueError()
    windows = -(-n // stride)
    pads = [0, 0]
    turn = 1
    while n + sum(pads) < (windows - 1) * stride + k:
        pads[turn] += 1
        turn = 1 - turn
    return tuple(pads)


def same_padding__numpy(n, k, stride=1):
    if np.any(np.array([n, k, stride]) < 1):
        raise ValueError("below 1")
    last = np.arange(0, n, stride)[-1]
    total = np.maximum(last + k - n, 0)
    return np.array([total // 2, (total + 1) // 2])


Padding = namedtuple("Padding", "before after")


def same_padding__namedtuple(n, k, stride=1):
    if n < 1:
        raise ValueError("n")
    if k < 1:
        raise ValueError("k")
    if stride < 1:
        raise ValueError("stride")
    out = int(np.ceil(n / stride))
    total = np.clip((out - 1) * stride + k - n, 0, None)
    return Padding(before=np.floor_divide(total, 2), after=np.int64(np.ceil(total / 2)))


def same_padding__recursion(n, k, stride=1):
    if n <= 0 or k <= 0 or stride <= 0:
        raise ValueError("n, k, stride > 0")
    if n > stride:
        return same_padding__recursion(n - stride, k, stride)
    missing = max(0, k - n)
    return missing >> 1, (missing + 1) >> 1


def same_padding__strict(n: int, k: int, stride: int = 1) -> tuple[int, int]:
    for name, value in (("n", n), ("k", k), ("stride", stride)):
        if not isinstance(value, int):
            raise TypeError(f"{name} must be an int")
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    end_of_last_window = max(range(0, n, stride)) + k
    missing = max(end_of_last_window - n, 0)
    print(f"{missing = }")
    return missing // 2, math.ceil(missing / 2)

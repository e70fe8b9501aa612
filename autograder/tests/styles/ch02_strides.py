"""Right solutions of assignment 2, in many styles."""

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import as_strided

# output_size


def output_size__formula(n, k, stride=1, padding=0):
    if n < 1 or k < 1 or stride < 1:
        raise ValueError("n, k and stride must be at least 1")
    if padding == "same":
        return math.ceil(n / stride)
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        raise ValueError(f"unknown padding {padding}")
    if padding < 0:
        raise ValueError("padding must not be negative")
    if k > n + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (n + 2 * padding - k) // stride + 1


def output_size__while(n, k, s=1, p=0):
    """Move the window until it sticks out."""
    if n <= 0 or k <= 0 or s <= 0:
        raise ValueError("sizes start at 1")
    if isinstance(p, str):
        if p not in ("valid", "same"):
            raise ValueError("p is a number, 'valid' or 'same'")
        if p == "same":
            count, position = 0, 0
            while position < n:
                count += 1
                position += s
            return count
        p = 0
    if p < 0:
        raise ValueError("p < 0")
    count, position = 0, -p
    while position + k <= n + p:
        count += 1
        position += s
    if count == 0:
        raise ValueError("no window fits")
    return count


def output_size__range(n, k, stride=1, padding=0):
    if min(n, k, stride) < 1:
        raise ValueError("below 1")
    if padding == "same":
        return len(range(0, n, stride))
    if padding == "valid":
        padding = 0
    if padding not in range(10**6):
        raise ValueError(f"padding: {padding!r}")
    starts = range(0, n + 2 * padding - k + 1, stride)
    if not starts:
        raise ValueError(f"no window of {k} cells fits")
    return len(starts)


def output_size__match(n, k, stride=1, padding=0):
    if any(v < 1 for v in (n, k, stride)):
        raise ValueError("a size or stride below 1")
    match padding:
        case "same":
            return -(-n // stride)
        case "valid":
            return output_size__match(n, k, stride, 0)
        case int() if padding >= 0:
            windows, _ = divmod(n + 2 * padding - k, stride)
            if windows < 0:
                raise ValueError("a window larger than the row")
            return windows + 1
        case _:
            raise ValueError(f"padding must be 'same', 'valid' or an int of at least 0, not {padding!r}")


def output_size__numpy(n, k, stride=1, padding=0):
    if padding == "same" and n >= 1 and k >= 1 and stride >= 1:
        return np.int64(np.ceil(n / stride))
    p = 0 if padding == "valid" else padding
    if not np.issubdtype(type(p), np.integer) or np.less([n, k, stride, p + 1], 1).any() or n + 2 * p < k:
        raise ValueError("invalid arguments")
    return np.floor_divide(n + 2 * p - k, stride) + 1


def output_size__recursion(n, k, stride=1, padding=0):
    """One window, and then those of the row without its first `stride` cells."""
    if n < 1 or k < 1 or stride < 1:
        raise ValueError("must be positive")
    if padding == "valid":
        padding = 0
    if padding == "same":
        return 1 if n <= stride else 1 + output_size__recursion(n - stride, k, stride, "same")
    if type(padding) is str or padding < 0:
        raise ValueError("wrong padding")
    row = n + 2 * padding
    if k > row:
        raise ValueError("does not fit")
    if row - stride < k:
        return 1
    return 1 + output_size__recursion(row - stride, k, stride)


def output_size__comparison_raises(n, k, stride=1, padding=0):
    """Comparing a word with 0 raises TypeError."""
    if padding in ("same", "valid"):
        same, padding = padding == "same", 0
    else:
        same = False
    try:
        bad = n < 1 or k < 1 or stride < 1 or padding < 0
    except TypeError:
        raise ValueError(f"unknown padding: {padding}") from None
    if bad or (not same and n + 2 * padding < k):
        raise ValueError(f"invalid: n={n}, k={k}, stride={stride}, padding={padding}")
    if same:
        return (n + stride - 1) // stride
    return math.floor((n + 2 * padding - k) / stride + 1)


def output_size__generator(n, k, stride=1, padding=0):
    rules = {"valid": (0, n - k), "same": (0, n - 1)}
    if n < 1 or k < 1 or stride < 1:
        raise ValueError("n, k, stride >= 1")
    if padding in rules:
        first, last = rules[padding]
    elif isinstance(padding, str) or padding < 0:
        raise ValueError("padding")
    else:
        first, last = -padding, n + padding - k
    if last < first:
        raise ValueError("kernel larger than the row")
    return sum(1 for i in range(first, last + 1) if (i - first) % stride == 0)


def output_size__strict(n: int, k: int, stride: int = 1, padding: int | str = 0) -> int:
    """Everything is checked, types included."""
    for name, value in (("n", n), ("k", k), ("stride", stride)):
        if not isinstance(value, int):
            raise TypeError(f"{name} must be an int, got {type(value).__name__}")
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if isinstance(padding, str):
        if padding.lower() not in ("valid", "same"):
            raise ValueError(f"unknown padding {padding}")
        if padding == "same":
            return math.ceil(n / stride)
        padding = 0
    elif not isinstance(padding, int):
        raise TypeError("padding must be an int or a word")
    elif padding < 0:
        raise ValueError("padding must not be negative")
    if k > n + 2 * padding:
        raise ValueError(f"{k} cells do not fit into {n + 2 * padding}")
    print("n, k, stride, padding =", n, k, stride, padding)
    return int((n - k + 2 * padding) / stride) + 1


# conv2d_strided


def conv2d_strided__loops(image, kernel, stride):
    if isinstance(stride, int):
        sh = sw = stride
    else:
        sh, sw = stride
    if sh < 1 or sw < 1:
        raise ValueError("stride below 1")
    H, W = image.shape
    kh, kw = kernel.shape
    if kh > H or kw > W:
        raise ValueError("kernel does not fit")
    out = np.zeros(((H - kh) // sh + 1, (W - kw) // sw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for u in range(kh):
                for v in range(kw):
                    out[i, j] += float(image[i * sh + u, j * sw + v]) * kernel[u, v]
    return out


def conv2d_strided__windows(img, filt, step):
    sy, sx = step if isinstance(step, (tuple, list)) else (step, step)
    if sy <= 0 or sx <= 0:
        raise ValueError("stride must be positive")
    fy, fx = filt.shape
    ys = range(0, img.shape[0] - fy + 1, sy)
    xs = range(0, img.shape[1] - fx + 1, sx)
    if len(ys) == 0 or len(xs) == 0:
        raise ValueError("filter too large")
    img = img.astype(float)
    return np.array([[(img[y : y + fy, x : x + fx] * filt).sum() for x in xs] for y in ys])


def conv2d_strided__subsample(image, kernel, stride):
    """At stride 1 first, and then every stride-th row and column of that."""
    sv, shz = np.broadcast_to(stride, (2,))
    if sv < 1 or shz < 1:
        raise ValueError(f"stride {stride}")
    H, W = image.shape
    h, w = kernel.shape
    if h > H or w > W:
        raise ValueError(f"kernel {kernel.shape} larger than image {image.shape}")
    full = np.zeros((H - h + 1, W - w + 1))
    for a, b in np.ndindex(h, w):
        full += kernel[a, b] * np.float64(image[a : H - h + 1 + a, b : W - w + 1 + b])
    return full[::sv, ::shz]


def conv2d_strided__strided_slices(image, kernel, stride):
    try:
        s0, s1 = stride
    except TypeError:
        s0, s1 = stride, stride
    if s0 < 1 or s1 < 1:
        raise ValueError("stride < 1")
    x = np.array(image, dtype=np.float64)
    k0, k1 = kernel.shape
    n0, n1 = (x.shape[0] - k0) // s0 + 1, (x.shape[1] - k1) // s1 + 1
    if n0 < 1 or n1 < 1:
        raise ValueError("kernel > image")
    total = 0
    for i in range(k0):
        for j in range(k1):
            total = total + kernel[i, j] * x[i : i + n0 * s0 : s0, j : j + n1 * s1 : s1][:n0, :n1]
    return total


def conv2d_strided__as_strided(image, kernel, stride):
    if np.isscalar(stride):
        stride = (stride, stride)
    if min(stride) < 1:
        raise ValueError("stride >= 1")
    image = np.array(image, dtype=float)
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("does not fit")
    oh = 1 + (image.shape[0] - kernel.shape[0]) // stride[0]
    ow = 1 + (image.shape[1] - kernel.shape[1]) // stride[1]
    b0, b1 = image.strides
    windows = as_strided(image, (oh, ow, *kernel.shape), (b0 * stride[0], b1 * stride[1], b0, b1), writeable=False)
    return np.tensordot(windows, kernel, axes=2)


def conv2d_strided__index_table(image, kernel, stride):
    """im2col with two tables of indices."""
    stride = (stride, stride) if np.ndim(stride) == 0 else tuple(stride)
    if any(s < 1 for s in stride):
        raise ValueError("strides must be at least 1")
    rows, columns = (
        np.arange(0, n - k + 1, s)[:, None] + np.arange(k) for n, k, s in zip(image.shape, kernel.shape, stride)
    )
    if rows.size == 0 or columns.size == 0:
        raise ValueError("the kernel must fit into the image")
    windows = image[rows[:, None, :, None], columns[None, :, None, :]].astype(float)
    return (windows * kernel).sum(axis=(2, 3))


def conv2d_strided__lists(image, kernel, stride):
    """Without NumPy but for the end."""
    down, right = (stride, stride) if type(stride) is int else stride
    if down < 1 or right < 1:
        raise ValueError("The stride is at least 1")
    pixels = [[float(v) for v in row] for row in image]
    weights = [[float(v) for v in row] for row in kernel]
    if len(weights) > len(pixels) or len(weights[0]) > len(pixels[0]):
        raise ValueError("The kernel is larger than the image")
    out = []
    y = 0
    while y + len(weights) <= len(pixels):
        out.append([])
        x = 0
        while x + len(weights[0]) <= len(pixels[0]):
            value = 0
            for dy, row in enumerate(weights):
                for dx, weight in enumerate(row):
                    value += weight * pixels[y + dy][x + dx]
            out[-1].append(value)
            x += right
        y += down
    return np.asarray(out)


def conv2d_strided__generator(image, kernel, stride):
    def windows():
        for top in range(0, H - kh + 1, vertical):
            for left in range(0, W - kw + 1, horizontal):
                yield image[top : top + kh, left : left + kw]

    (H, W), (kh, kw) = image.shape, kernel.shape
    vertical, horizontal = stride if hasattr(stride, "__len__") else [stride] * 2
    if not (vertical >= 1 and horizontal >= 1):
        raise ValueError("no such stride")
    if not (kh <= H and kw <= W):
        raise ValueError("no window")
    values = np.fromiter((np.vdot(window.astype(float), kernel) for window in windows()), dtype=float)
    return values.reshape((H - kh) // vertical + 1, (W - kw) // horizontal + 1)


def conv2d_strided__strict(image: np.ndarray, kernel: np.ndarray, stride: int | tuple[int, int]) -> np.ndarray:
    if not (isinstance(image, np.ndarray) and isinstance(kernel, np.ndarray)):
        raise TypeError("image and kernel must be arrays")
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError("image and kernel must have two axes")
    if isinstance(stride, int):
        stride = (stride, stride)
    if not isinstance(stride, tuple) or len(stride) != 2 or not all(isinstance(s, int) for s in stride):
        raise TypeError(f"stride must be an int or a pair of ints, got {stride!r}")
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError(f"{kernel.shape} does not fit into {image.shape}")
    windows = [
        [image[y : y + kernel.shape[0], x : x + kernel.shape[1]] for x in range(0, image.shape[1], stride[1])]
        for y in range(0, image.shape[0], stride[0])
    ]
    whole = [[window for window in row if window.shape == kernel.shape] for row in windows]
    return np.einsum("ijab,ab->ij", np.array([row for row in whole if row], dtype=np.float64), kernel)


# conv2d


def same_padding(n, k, stride):
    out = math.ceil(n / stride)
    total = max((out - 1) * stride + k - n, 0)
    return total // 2, total - total // 2


def conv2d__windows(x, w, b, stride=1, padding="valid"):
    sh, sw = (stride, stride) if isinstance(stride, int) else stride
    if sh < 1 or sw < 1:
        raise ValueError("stride must be at least 1")
    kh, kw, c_in, c_out = w.shape
    if x.shape[2] != c_in:
        raise ValueError(f"x has {x.shape[2]} channels, w has {c_in}")
    if len(b) != c_out:
        raise ValueError("b and w do not match")
    if padding == "same":
        x = np.pad(x, (same_padding(x.shape[0], kh, sh), same_padding(x.shape[1], kw, sw), (0, 0)))
    elif padding != "valid":
        raise ValueError(f"unknown padding {padding}")
    H, W, _ = x.shape
    if kh > H or kw > W:
        raise ValueError("filters larger than the map")
    h_out, w_out = (H - kh) // sh + 1, (W - kw) // sw + 1
    out = np.zeros((h_out, w_out, c_out))
    for i in range(h_out):
        for j in range(w_out):
            window = x[i * sh : i * sh + kh, j * sw : j * sw + kw, :]
            for f in range(c_out):
                out[i, j, f] = np.sum(window * w[:, :, :, f]) + b[f]
    return out


def conv2d__seven_loops(x, w, b, stride=1, padding="valid"):
    if isinstance(stride, int):
        stride = (stride, stride)
    s1, s2 = stride
    H, W, C = x.shape
    kh, kw, C2, F = w.shape
    if C != C2 or b.shape != (F,):
        raise ValueError("x, w and b do not fit together")
    if s1 < 1 or s2 < 1:
        raise ValueError("stride < 1")
    if padding == "valid":
        if kh > H or kw > W:
            raise ValueError("w is larger than x")
        top = left = 0
        Ho = (H - kh) // s1 + 1
        Wo = (W - kw) // s2 + 1
    elif padding == "same":
        Ho = -(-H // s1)
        Wo = -(-W // s2)
        top = max((Ho - 1) * s1 + kh - H, 0) // 2
        left = max((Wo - 1) * s2 + kw - W, 0) // 2
    else:
        raise ValueError("padding is 'valid' or 'same'")
    y = np.empty((Ho, Wo, F))
    for i in range(Ho):
        for j in range(Wo):
            for f in range(F):
                acc = float(b[f])
                for u in range(kh):
                    for v in range(kw):
                        r, c = i * s1 + u - top, j * s2 + v - left
                        if r < 0 or r >= H or c < 0 or c >= W:
                            continue  # a padded zero
                        for ch in range(C):
                            acc += float(x[r, c, ch]) * float(w[u, v, ch, f])
                y[i, j, f] = acc
    return y


def conv2d__as_strided_einsum(inputs, filters, bias, strides=1, pad="valid"):
    if np.isscalar(strides):
        strides = (strides,) * 2
    if min(strides) < 1 or pad not in ("valid", "same"):
        raise ValueError("bad strides or padding")
    if inputs.shape[-1] != filters.shape[2] or bias.shape[0] != filters.shape[3]:
        raise ValueError("bad shapes")
    k = filters.shape[:2]
    if pad == "same":
        inputs = np.pad(inputs, [same_padding(n, m, s) for n, m, s in zip(inputs.shape, k, strides)] + [(0, 0)])
    inputs = np.ascontiguousarray(inputs)
    out = [(n - m) // s + 1 for n, m, s in zip(inputs.shape, k, strides)]
    if min(out) < 1:
        raise ValueError("bad size")
    a, b, c = inputs.strides
    view = as_strided(inputs, (*out, *k, inputs.shape[2]), (a * strides[0], b * strides[1], a, b, c))
    return np.einsum("ijuvc,uvcf->ijf", view, filters) + bias


def conv2d__im2col(x, w, b, stride=1, padding="valid"):
    try:
        stride = tuple(stride)
    except TypeError:
        stride = (stride, stride)
    kh, kw, cin, cout = w.shape
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError("stride")
    if cin != x.shape[2]:
        raise ValueError("channels")
    if cout != b.size:
        raise ValueError("bias")
    if padding not in ["same", "valid"]:
        raise ValueError("padding")
    if padding == "same":
        (t, bo), (l, r) = same_padding(x.shape[0], kh, stride[0]), same_padding(x.shape[1], kw, stride[1])
        padded = np.zeros((t + x.shape[0] + bo, l + x.shape[1] + r, cin))
        padded[t : t + x.shape[0], l : l + x.shape[1]] = x
        x = padded
    tops = np.arange(0, x.shape[0] - kh + 1, stride[0])
    lefts = np.arange(0, x.shape[1] - kw + 1, stride[1])
    if tops.size == 0 or lefts.size == 0:
        raise ValueError("filter larger than map")
    patches = np.array([x[t : t + kh, l : l + kw].ravel() for t in tops for l in lefts], dtype=float)
    return (patches.dot(w.reshape(-1, cout)) + b).reshape(len(tops), len(lefts), cout)


def conv2d__shift_and_add(x, w, b, stride=1, padding="valid"):
    """A 1×1 layer for each cell of the kernel."""
    sv, sh = stride if isinstance(stride, tuple) else (stride, stride)
    kh, kw = w.shape[0], w.shape[1]
    if sv < 1 or sh < 1:
        raise ValueError(f"{stride=}")
    if x.shape[2] != w.shape[2] or w.shape[3] != b.shape[0]:
        raise ValueError(f"{x.shape=} {w.shape=} {b.shape=}")
    if padding == "same":
        rows, cols = same_padding(x.shape[0], kh, sv), same_padding(x.shape[1], kw, sh)
    elif padding == "valid":
        rows, cols = (0, 0), (0, 0)
    else:
        raise ValueError(f"{padding=}")
    x = np.pad(x.astype(float), (rows, cols, (0, 0)), mode="constant", constant_values=0)
    oh, ow = (x.shape[0] - kh) // sv + 1, (x.shape[1] - kw) // sh + 1
    if oh <= 0 or ow <= 0:
        raise ValueError("too small")
    out = np.tile(b.astype(float), (oh, ow, 1))
    for i, j in itertools.product(range(kh), range(kw)):
        out += x[i : i + (oh - 1) * sv + 1 : sv, j : j + (ow - 1) * sh + 1 : sh] @ w[i, j]
    return out


@dataclass
class Axis:
    """One direction of a convolution: cells, kernel, stride."""

    n: int
    k: int
    s: int

    def __post_init__(self):
        if self.s < 1:
            raise ValueError(f"stride {self.s} is below 1")

    def starts(self, padding):
        if padding == "same":
            before, _ = same_padding(self.n, self.k, self.s)
            return [i * self.s - before for i in range(-(-self.n // self.s))]
        if padding != "valid":
            raise ValueError(f"unknown padding {padding!r}")
        if self.k > self.n:
            raise ValueError(f"a kernel of {self.k} does not fit into {self.n}")
        return list(range(0, self.n - self.k + 1, self.s))

    def clip(self, start):
        """The part of a window that is on the map, and the part of the kernel that reads it."""
        a, b = max(start, 0), min(start + self.k, self.n)
        return slice(a, b), slice(a - start, b - start)


def conv2d__dataclass(x, w, b, stride=1, padding="valid"):
    """No padding at all: at the border only a part of the kernel is used."""
    pair = stride if isinstance(stride, (tuple, list)) else [stride, stride]
    if x.shape[2] != w.shape[2]:
        raise ValueError("channels of x and w differ")
    if len(b) != w.shape[3]:
        raise ValueError("a bias for each filter")
    vertical, horizontal = (Axis(x.shape[a], w.shape[a], pair[a]) for a in range(2))
    rows = []
    for top in vertical.starts(padding):
        y, ky = vertical.clip(top)
        row = []
        for left in horizontal.starts(padding):
            xs, kx = horizontal.clip(left)
            row.append(b + np.tensordot(x[y, xs], w[ky, kx], axes=3))
        rows.append(row)
    return np.array(rows)


def check_layer(x, w, b, s, padding):
    problems = []
    if s[0] < 1 or s[1] < 1:
        problems.append("a stride below 1")
    if x.shape[2] != w.shape[2]:
        problems.append("different channels")
    if w.shape[3] != b.shape[0]:
        problems.append("wrong number of biases")
    if padding not in {"same", "valid"}:
        problems.append("unknown padding")
    if padding == "valid" and (w.shape[0] > x.shape[0] or w.shape[1] > x.shape[1]):
        problems.append("filters too large")
    if problems:
        raise ValueError(", ".join(problems))


def conv2d__channel_by_channel(x, w, b, stride=1, padding="valid"):
    """Sums of two-dimensional convolutions, each of them at stride 1 and thinned out at the end."""
    s = np.zeros(2, dtype=int) + stride
    check_layer(x, w, b, s, padding)
    kh, kw, C_in, C_out = w.shape
    H, W = x.shape[:2]
    top = bottom = left = right = 0
    if padding == "same":
        top, bottom = same_padding(H, kh, s[0])
        left, right = same_padding(W, kw, s[1])

    def one(channel, kernel):
        big = np.pad(channel.astype("float64"), ((top, bottom), (left, right)))
        full = np.zeros((big.shape[0] - kh + 1, big.shape[1] - kw + 1))
        for i in range(full.shape[0]):
            for j in range(full.shape[1]):
                full[i, j] = np.vdot(big[i : i + kh, j : j + kw], kernel)
        return full[:: s[0], :: s[1]]

    maps = [sum(one(x[..., c], w[..., c, f]) for c in range(C_in)) + b[f] for f in range(C_out)]
    return np.stack(maps, axis=-1)


def conv2d__lists(x, w, b, stride=1, padding="valid"):
    s1, s2 = (stride, stride) if isinstance(stride, int) else (stride[0], stride[1])
    check_layer(x, w, b, (s1, s2), padding)
    rows, cols, channels = x.shape
    kh, kw, _, filters = w.shape
    if padding == "same":
        (top, bottom), (left, right) = same_padding(rows, kh, s1), same_padding(cols, kw, s2)
    else:
        top, bottom, left, right = 0, 0, 0, 0
    zero = [0.0] * channels
    grid = [[zero] * (left + cols + right) for _ in range(top)]
    grid += [[zero] * left + row + [zero] * right for row in x.tolist()]
    grid += [[zero] * (left + cols + right) for _ in range(bottom)]
    w, b = w.tolist(), b.tolist()

    def cell(r, c, f):
        total = b[f]
        for i in range(kh):
            for j in range(kw):
                total += sum(p * w[i][j][ch][f] for ch, p in enumerate(grid[r + i][c + j]))
        return total

    r_range = range(0, len(grid) - kh + 1, s1)
    c_range = range(0, len(grid[0]) - kw + 1, s2)
    return np.array([[[cell(r, c, f) for f in range(filters)] for c in c_range] for r in r_range])


def conv2d__strict(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray,
    stride: int | tuple[int, int] = 1,
    padding: str = "valid",
) -> np.ndarray:
    """Everything is checked, types included; the sums are matrix products."""
    for name, array, axes in (("x", x, 3), ("w", w, 4), ("b", b, 1)):
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{name} must be an array, got {type(array)}")
        if array.ndim != axes:
            raise ValueError(f"{name} must have {axes} axes, got {array.shape}")
    if isinstance(stride, int):
        stride = (stride, stride)
    if not isinstance(stride, tuple) or len(stride) != 2 or not all(isinstance(s, int) for s in stride):
        raise TypeError(f"stride must be an int or a pair of ints, got {stride!r}")
    if not isinstance(padding, str):
        raise TypeError("padding must be a word")
    check_layer(x, w, b, stride, padding)
    (kh, kw, c_in, c_out), (sh, sw) = w.shape, stride
    if padding == "same":
        x = np.pad(x, (same_padding(x.shape[0], kh, sh), same_padding(x.shape[1], kw, sw), (0, 0)))
    x = x.astype(np.float64)
    flat = w.reshape(kh * kw * c_in, c_out).astype(np.float64)
    out = np.empty(((x.shape[0] - kh) // sh + 1, (x.shape[1] - kw) // sw + 1, c_out))
    for i, j in np.ndindex(out.shape[:2]):
        out[i, j] = x[i * sh : i * sh + kh, j * sw : j * sw + kw].reshape(-1) @ flat + b
    return out


# unread


def unread__modulo(n, k, stride, padding=0):
    if n < 1 or k < 1 or stride < 1:
        raise ValueError("n, k and stride must be >= 1")
    if padding < 0:
        raise ValueError("padding must be >= 0")
    total = n + 2 * padding
    if k > total:
        raise ValueError("kernel larger than the axis")
    return (total - k) % stride


def unread__output_size(n, k, stride, padding=0):
    windows = output_size__formula(n, k, stride, padding)
    end_of_last = (windows - 1) * stride + k
    return n + 2 * padding - end_of_last


def unread__walk(length, window, step, pad=0):
    if length < 1 or window < 1 or step < 1 or pad < 0 or window > length + 2 * pad:
        raise ValueError("these numbers make no sense")
    length = length + pad + pad
    end = window
    while end + step <= length:
        end += step
    return length - end


def unread__cells(n, k, stride, padding=0):
    """Strike out what is read, and count from the end."""
    if min(n, k, stride) < 1 or padding < 0:
        raise ValueError("too small")
    read = np.zeros(n + 2 * padding, dtype=bool)
    if k > read.size:
        raise ValueError("too large")
    for start in range(0, read.size - k + 1, stride):
        read[start : start + k] = True
    return np.argmax(read[::-1])


@lru_cache(maxsize=None)
def unread__recursion(n, k, stride, padding=0):
    if n < 1 or k < 1 or stride < 1 or padding < 0:
        raise ValueError("out of range")
    if padding:
        return unread__recursion(n + 2 * padding, k, stride)
    if k > n:
        raise ValueError("no window")
    if n - stride < k:
        return n - k
    return unread__recursion(n - stride, k, stride)


def unread__last_start(n, k, stride, padding=0):
    for name, value, least in [("n", n, 1), ("k", k, 1), ("stride", stride, 1), ("padding", padding, 0)]:
        if value < least:
            raise ValueError(f"{name} must be at least {least}. Received: {value}")
    axis = range(n + 2 * padding)
    if k > len(axis):
        raise ValueError(f"The kernel ({k}) is larger than the axis ({len(axis)}).")
    *_, last = axis[: len(axis) - k + 1 : stride]
    return len(axis[last + k :])


def unread__numpy(n, k, stride, padding=0):
    n, k, s, p = np.array([n, k, stride, padding])
    if p < 0 or not np.all([n > 0, k > 0, s > 0]) or k > n + 2 * p:
        raise ValueError("bad argument")
    return np.mod(n + 2 * p - k, s)


def unread__string(n, k, stride, padding=0):
    """Draw the figure of the exercise and count the dots."""
    if n < 1 or k < 1 or stride < 1 or padding < 0:
        raise ValueError
    drawing = ["."] * (n + 2 * padding)
    if len(drawing) < k:
        raise ValueError
    for i in range(0, len(drawing) - k + 1, stride):
        drawing[i : i + k] = "#" * k
    text = "".join(drawing)
    return len(text) - len(text.rstrip("."))


def unread__strict(n: int, k: int, stride: int, padding: int = 0) -> int:
    if not all(isinstance(v, int) and not isinstance(v, bool) for v in (n, k, stride, padding)):
        raise TypeError("all arguments must be ints")
    if n < 1 or k < 1 or stride < 1 or padding < 0:
        raise ValueError(f"out of range: {n}, {k}, {stride}, {padding}")
    rest = n + 2 * padding - k
    if rest < 0:
        raise ValueError("kernel larger than the padded axis")
    return rest - rest // stride * stride


def unread__where(n, k, stride, padding=0):
    cells = n + 2 * padding
    if n < 1 or k < 1 or stride < 1 or padding < 0 or cells < k:
        raise ValueError("impossible")
    return np.where(stride == 1, 0, (cells - k) % stride)

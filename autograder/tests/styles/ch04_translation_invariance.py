"""Right solutions of assignment 4, in many styles."""

import contextlib
import itertools
import math
import statistics
from collections import Counter, deque
from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import as_strided

# translate


def translate__loops(image, dy, dx):
    height, width = image.shape
    moved = np.zeros((height, width))
    for row in range(height):
        for col in range(width):
            from_row, from_col = row - dy, col - dx
            if 0 <= from_row < height and 0 <= from_col < width:
                moved[row, col] = image[from_row, from_col]
    return moved


def translate__slices(image, dy, dx):
    h, w = image.shape
    out = np.zeros_like(image)
    if abs(dy) >= h or abs(dx) >= w:
        return out
    out[max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = image[
        max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)
    ]
    return out


def translate__roll_and_blank(img, down, right):
    if abs(down) >= img.shape[0] or abs(right) >= img.shape[1]:
        return np.zeros(img.shape)
    rolled = np.roll(img, (down, right), axis=(0, 1))
    if down > 0:
        rolled[:down] = 0
    elif down < 0:
        rolled[down:] = 0
    if right > 0:
        rolled[:, :right] = 0
    elif right < 0:
        rolled[:, right:] = 0
    return rolled


def translate__pad_and_crop(image, dy, dx):
    h, w = image.shape
    padded = np.pad(image, ((max(dy, 0), max(-dy, 0)), (max(dx, 0), max(-dx, 0))))
    top, left = max(-dy, 0), max(-dx, 0)
    return padded[top : top + h, left : left + w].copy()


def translate__shift_matrices(image, dy, dx):
    rows, columns = image.shape
    return np.eye(rows, k=-dy) @ image @ np.eye(columns, k=dx)


def translate__python_lists(image, dy, dx):
    def shift(seq, n, blank):
        size = len(seq)
        if n >= 0:
            return ([blank] * n + seq)[:size]
        return (seq + [blank] * -n)[-size:]

    rows = [shift(row, dx, 0) for row in image.tolist()]
    empty = [0] * image.shape[1]
    return np.array(shift(rows, dy, empty))


def translate__where_mask(image, dy, dx):
    y, x = np.indices(image.shape)
    y, x = y - dy, x - dx
    inside = (y >= 0) & (y < image.shape[0]) & (x >= 0) & (x < image.shape[1])
    return np.where(inside, image[y.clip(0, image.shape[0] - 1), x.clip(0, image.shape[1] - 1)], 0)


def translate__recursion(image, dy, dx):
    if abs(dy) > image.shape[0] or abs(dx) > image.shape[1]:
        return np.zeros(image.shape)
    if dy > 0:
        return translate__recursion(np.vstack([np.zeros((1, image.shape[1])), image[:-1]]), dy - 1, dx)
    if dy < 0:
        return translate__recursion(np.vstack([image[1:], np.zeros((1, image.shape[1]))]), dy + 1, dx)
    if dx != 0:
        return translate__recursion(image.T, dx, 0).T
    return image.copy()


def translate__dict_of_pixels(image, dy, dx):
    pixels = {(r + dy, c + dx): value for (r, c), value in np.ndenumerate(image)}
    return np.array([[pixels.get((r, c), 0) for c in range(image.shape[1])] for r in range(image.shape[0])])


def translate__scatter_nonzero(picture, dy, dx):
    result = np.zeros(picture.shape, dtype=picture.dtype)
    ys, xs = np.nonzero(picture)
    stays = (ys + dy >= 0) & (ys + dy < picture.shape[0]) & (xs + dx >= 0) & (xs + dx < picture.shape[1])
    result[ys[stays] + dy, xs[stays] + dx] = picture[ys[stays], xs[stays]]
    return result


def translate__deques(image, dy, dx):
    def push(items, steps, blank):
        line = deque(items, maxlen=len(items))
        for _ in range(abs(steps)):
            line.append(blank) if steps < 0 else line.appendleft(blank)
        return list(line)

    wide = [push(list(row), dx, 0.0) for row in image]
    return np.array(push(wide, dy, [0.0] * len(wide[0])))


def translate__three_by_three_canvas(image, dy, dx):
    h, w = image.shape
    dy, dx = min(max(dy, -h), h), min(max(dx, -w), w)
    canvas = np.zeros((3 * h, 3 * w))
    canvas[h + dy : 2 * h + dy, w + dx : 2 * w + dx] = image
    return canvas[h : 2 * h, w : 2 * w]


def translate__index_error(image, dy, dx):
    out = np.zeros(image.shape)
    for (r, c), value in np.ndenumerate(image):
        if r + dy < 0 or c + dx < 0:
            continue
        with contextlib.suppress(IndexError):
            out[r + dy, c + dx] = value
    return out


# consistency


def consistency__mean(labels):
    if len(labels) < 2:
        raise ValueError("nothing was shifted")
    return np.mean(labels[1:] == labels[0])


def consistency__loops(labels):
    s, n = labels.shape
    if s == 1:
        raise ValueError(f"need at least two rows, got {s}")
    same = 0
    for i in range(1, s):
        for j in range(n):
            if labels[i][j] == labels[0][j]:
                same += 1
    return same / ((s - 1) * n)


def consistency__unpacking(predictions):
    original, first, *others = predictions.tolist()  # too few rows: ValueError
    shifted = [first, *others]
    return sum(a == b for row in shifted for a, b in zip(original, row, strict=True)) / (len(shifted) * len(original))


def consistency__count_nonzero(labels):
    shifts = labels.shape[0] - 1
    if not shifts:
        raise ValueError("only one row")
    different = np.count_nonzero(labels[1:] - labels[:1])
    return 1 - different / labels[1:].size


def consistency__fraction(labels):
    base = list(labels[0])
    hits = Counter(bool(p == q) for row in labels[1:] for p, q in zip(base, row, strict=True))
    if not hits:
        raise ValueError("no shifted rows")
    return float(Fraction(hits[True], hits.total()))


def consistency__recursion(labels):
    def matches(rows):
        if len(rows) == 0:
            return 0
        return int((rows[0] == labels[0]).sum()) + matches(rows[1:])

    if labels.shape[0] <= 1:
        raise ValueError("single row")
    return matches(labels[1:]) / labels[1:].size


def consistency__statistics(labels):
    try:
        return statistics.fmean(share for row in labels[1:] for share in (row == labels[0]).tolist())
    except statistics.StatisticsError:
        raise ValueError("nothing was shifted") from None


def consistency__one_hot_einsum(labels):
    if labels.shape[0] < 2:
        raise ValueError("at least one shift, please")
    _, codes = np.unique(labels, return_inverse=True)
    codes = codes.reshape(labels.shape)
    hot = np.eye(codes.max() + 1)[codes]  # (S, N, classes)
    return np.einsum("nk,snk->", hot[0], hot[1:]) / labels[1:].size


def consistency__columns(labels):
    shares = []
    for column in np.transpose(labels):
        reference, rest = column[0], column[1:]
        if rest.size == 0:
            raise ValueError("row 0 alone")
        shares.append(sum(1 for p in rest if p == reference) / len(rest))
    return sum(shares) / len(shares)


def consistency__zero_division(labels):
    top, below = labels[0], labels[1:]
    agree = list(itertools.chain.from_iterable((row == top) for row in below))
    try:
        return sum(map(int, agree)) / len(agree)
    except ZeroDivisionError as error:
        raise ValueError("one row only") from error


def consistency__while_loop(labels):
    row, equal, total = 1, 0, 0
    if len(labels) == 1:
        raise ValueError("nothing was shifted")
    while row < len(labels):
        equal += np.equal(labels[row], labels[0]).sum()
        total += len(labels[row])
        row += 1
    return equal / total


def consistency__tensordot(labels):
    if len(labels) < 2:
        raise ValueError("one row")
    same = (labels[1:] == labels[0]).astype(float)
    return np.tensordot(same, np.full(same.shape, 1 / same.size), axes=2)  # an array of shape ()


class _TooFew(ValueError):
    """An error of the student's own."""


def consistency__own_error(labels, *, dtype=float):
    reference, *others = map(tuple, labels)
    if not others:
        raise _TooFew("no shifted row")
    same = [label == expected for row in others for label, expected in zip(row, reference, strict=True)]
    return dtype(same.count(True)) / dtype(len(same))


# blur_pool2d


def blur_pool2d__nine_slices(x, stride=2):
    if stride < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    h, w, _ = x.shape
    weights = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    padded = np.pad(x.astype(float), ((1, 1), (1, 1), (0, 0)), mode="reflect")
    blurred = np.zeros(x.shape)
    for i in range(3):
        for j in range(3):
            blurred += weights[i, j] * padded[i : i + h, j : j + w]
    return blurred[::stride, ::stride]


def blur_pool2d__separable(x, stride=2):
    if stride < 1:
        raise ValueError("stride")
    p = np.pad(x, [(1, 1), (1, 1), (0, 0)], "reflect").astype(np.float64)
    down = p[:-2] + 2 * p[1:-1] + p[2:]
    both = down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]
    return both[::stride, ::stride] / 16


def blur_pool2d__loops(x, stride=2):
    if stride < 1:
        raise ValueError("the stride has to be 1 or more")
    kernel = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    big = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="reflect")
    out_h, out_w = math.ceil(x.shape[0] / stride), math.ceil(x.shape[1] / stride)
    out = np.zeros((out_h, out_w, x.shape[2]))
    for c in range(x.shape[2]):
        for oy in range(out_h):
            for ox in range(out_w):
                total = 0.0
                for ky in range(3):
                    for kx in range(3):
                        total += float(big[oy * stride + ky, ox * stride + kx, c]) * kernel[ky][kx]
                out[oy, ox, c] = total / 16
    return out


def blur_pool2d__strided_einsum(x, stride=2):
    if stride <= 0:
        raise ValueError(stride)
    line = np.array([1, 2, 1]) / 4
    padded = np.ascontiguousarray(np.pad(x, ((1, 1), (1, 1), (0, 0)), mode="reflect"), dtype=float)
    a, b, c = padded.strides
    h, w = -(-x.shape[0] // stride), -(-x.shape[1] // stride)
    windows = as_strided(padded, (h, w, 3, 3, x.shape[2]), (a * stride, b * stride, a, b, c))
    return np.einsum("hwijc,i,j->hwc", windows, line, line)


def _blur_matrix(n, step):
    mirrored = np.pad(np.eye(n), ((1, 1), (0, 0)), mode="reflect")
    return (mirrored[:-2] + 2 * mirrored[1:-1] + mirrored[2:])[::step] / 4


def blur_pool2d__matrices(x, stride=2):
    if stride < 1:
        raise ValueError("stride below 1")
    rows, columns = _blur_matrix(x.shape[0], stride), _blur_matrix(x.shape[1], stride)
    return np.tensordot(columns, np.tensordot(rows, x, (1, 0)), (1, 1)).transpose(1, 0, 2)


def blur_pool2d__mirror_by_hand(x, stride=2):
    def mirror(i, n):
        if i < 0:
            return -i
        if i >= n:
            return 2 * (n - 1) - i
        return i

    if stride < 1:
        raise ValueError("stride too small")
    h, w, channels = x.shape
    values = x.tolist()
    result = []
    for y in range(0, h, stride):
        line = []
        for z in range(0, w, stride):
            cell = []
            for c in range(channels):
                s = 0
                for dy, wy in zip((-1, 0, 1), (1, 2, 1), strict=True):
                    for dx, wx in zip((-1, 0, 1), (1, 2, 1), strict=True):
                        s += wy * wx * values[mirror(y + dy, h)][mirror(z + dx, w)][c]
                cell.append(s / 16)
            line.append(cell)
        result.append(line)
    return np.array(result)


def blur_pool2d__average_twice(fmap, step=2):
    if step < 1:
        raise ValueError("step < 1")
    a = np.pad(fmap, ((1, 1), (1, 1), (0, 0)), mode="reflect") * 1.0
    for _ in range(2):  # [1, 1] after [1, 1] is [1, 2, 1]
        a = (a[1:] + a[:-1]) / 2
        a = (a[:, 1:] + a[:, :-1]) / 2
    return a[::step, ::step]


def blur_pool2d__channel_by_channel(x, stride=2):
    def blur(channel):
        p = np.pad(channel, 1, mode="reflect")
        weights = np.outer([1, 2, 1], [1, 2, 1])
        h, w = channel.shape
        return [[(p[i : i + 3, j : j + 3] * weights).sum() / 16 for j in range(w)] for i in range(h)]

    if not stride >= 1:
        raise ValueError(f"{stride=}")
    blurred = [np.array(blur(x[..., c].astype(float))) for c in range(x.shape[-1])]
    return np.stack([channel[::stride, ::stride] for channel in blurred], axis=-1)


def blur_pool2d__neighbours(x, stride=2):
    if stride < 1:
        raise ValueError("need stride >= 1")

    def smooth(a):
        above = np.concatenate([a[1:2], a[:-1]])
        below = np.concatenate([a[1:], a[-2:-1]])
        return (above + 2 * a + below) / 4

    vertical = smooth(np.asarray(x, dtype=float))
    return smooth(vertical.swapaxes(0, 1)).swapaxes(0, 1)[::stride, ::stride]


def blur_pool2d__ndindex(x, stride=2):
    if stride < 1:
        raise ValueError("stride")
    kernel = np.outer((1, 2, 1), (1, 2, 1))[:, :, None] / 16
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), "reflect")
    out = np.empty((math.ceil(x.shape[0] / stride), math.ceil(x.shape[1] / stride), x.shape[2]))
    for i, j in np.ndindex(out.shape[:2]):
        window = padded[i * stride : i * stride + 3, j * stride : j * stride + 3]
        out[i, j] = np.sum(window * kernel, axis=(0, 1))
    return out


class _Blur:
    kernel = (1, 2, 1)

    def __init__(self, axis):
        self.axis = axis

    def __call__(self, x):
        n = x.shape[self.axis]
        index = np.pad(np.arange(n), 1, mode="reflect")
        return sum(k * np.take(x, index[i : i + n], axis=self.axis) for i, k in enumerate(self.kernel)) / 4


def blur_pool2d__class(x, stride=2):
    if stride < 1:
        raise ValueError("Stride must be positive.")
    for blur in (_Blur(0), _Blur(1)):
        x = blur(x.astype("float64"))
    return x[tuple([slice(None, None, stride)] * 2)]


def blur_pool2d__float32(x, stride=2):
    if stride < 1:
        raise ValueError("stride must be >= 1")
    big = np.pad(x.astype(np.float32), ((1, 1), (1, 1), (0, 0)), mode="reflect")
    h, w = x.shape[:2]
    parts = [a * b * big[i : i + h, j : j + w] for i, a in enumerate((1, 2, 1)) for j, b in enumerate((1, 2, 1))]
    return (reduce(np.add, parts) / 16)[::stride, ::stride, :]


# pool_shift_error


def pool_shift_error__loops(x, dy, dx, size=2):
    sy, sx = (size, size) if isinstance(size, int) else size
    h, w, channels = x.shape
    if sy < 1 or sx < 1 or sy > h or sx > w:
        raise ValueError("window does not fit")
    rows, columns = h // sy, w // sx
    total = 0.0
    for c in range(channels):
        for i in range(rows):
            for j in range(columns):
                before = after = -math.inf
                for a in range(i * sy, i * sy + sy):
                    for b in range(j * sx, j * sx + sx):
                        before = max(before, float(x[a, b, c]))
                        after = max(after, float(x[(a - dy) % h, (b - dx) % w, c]))
                total += abs(after - before)
    return total / (rows * columns * channels)


def pool_shift_error__reshape(x, dy, dx, size=2):
    if isinstance(size, int):
        size = (size, size)
    sh, sw = size
    if min(size) < 1 or sh > x.shape[0] or sw > x.shape[1]:
        raise ValueError(f"bad window {size} for {x.shape}")

    def pool(a):
        a = a[: a.shape[0] // sh * sh, : a.shape[1] // sw * sw]
        return a.reshape(a.shape[0] // sh, sh, a.shape[1] // sw, sw, -1).max(axis=(1, 3))

    x = x.astype(float)
    return np.abs(pool(np.roll(x, (dy, dx), (0, 1))) - pool(x)).mean()


def pool_shift_error__strided(x, dy, dx, size=2):
    sh, sw = np.broadcast_to(size, 2)
    if sh < 1 or sw < 1:
        raise ValueError("window below 1")
    oh, ow = x.shape[0] // sh, x.shape[1] // sw
    if oh == 0 or ow == 0:
        raise ValueError("window larger than x")

    def pooled(a):
        a = np.ascontiguousarray(a, dtype=float)
        r, c, d = a.strides
        return as_strided(a, (oh, ow, a.shape[2], sh, sw), (r * sh, c * sw, d, r, c)).max(axis=(-2, -1))

    return float(np.mean(np.absolute(pooled(x) - pooled(np.roll(np.roll(x, dy, axis=0), dx, axis=1)))))


def pool_shift_error__reduceat(x, dy, dx, size=2):
    height, width = size if isinstance(size, (tuple, list)) else (size, size)
    if not (1 <= height <= x.shape[0] and 1 <= width <= x.shape[1]):
        raise ValueError(size)
    rows = np.arange(0, x.shape[0] // height * height, height)
    columns = np.arange(0, x.shape[1] // width * width, width)

    def pool(m):
        m = m[: len(rows) * height, : len(columns) * width]
        return np.maximum.reduceat(np.maximum.reduceat(m, rows, axis=0), columns, axis=1)

    return np.mean(abs(pool(np.roll(x, [dy, dx], axis=[0, 1])).astype(float) - pool(x).astype(float)))


def pool_shift_error__maximum_of_slices(x, dy, dx, size=2):
    try:
        sh, sw = size
    except TypeError:
        sh = sw = size
    if sh < 1 or sw < 1:
        raise ValueError("size")
    oh, ow = x.shape[0] // sh, x.shape[1] // sw
    if not oh * ow:
        raise ValueError("size")

    def pool(a):
        return reduce(
            np.maximum,
            (a[i : i + oh * sh : sh, j : j + ow * sw : sw] for i, j in itertools.product(range(sh), range(sw))),
        )

    shifted = pool(np.roll(x, (dy, dx), axis=(0, 1)).astype(np.float32))
    return np.abs(shifted - pool(x.astype(np.float32))).mean()


def pool_shift_error__python_lists(x, dy, dx, size=2):
    sh, sw = size if type(size) is tuple else (size,) * 2
    h, w, channels = x.shape
    if sh < 1 or sw < 1 or h < sh or w < sw:
        raise ValueError("no such window")

    def roll(seq, k):
        k %= len(seq)
        return seq[len(seq) - k :] + seq[: len(seq) - k]

    def pool(plane):
        return [
            max(plane[i + a][j + b] for a in range(sh) for b in range(sw))
            for i in range(0, h - sh + 1, sh)
            for j in range(0, w - sw + 1, sw)
        ]

    errors = []
    for c in range(channels):
        plane = x[:, :, c].tolist()
        rolled = [roll(row, dx) for row in roll(plane, dy)]
        errors += [abs(p - q) for p, q in zip(pool(rolled), pool(plane), strict=True)]
    return sum(errors) / len(errors)


def pool_shift_error__match(x, dy, dx, size=2):
    match size:
        case (int(a), int(b)):
            pass
        case int(a):
            b = a
        case _:
            raise ValueError(f"size: {size!r}")
    if a < 1 or b < 1 or a > len(x) or b > len(x[0]):
        raise ValueError(f"a window of {a} by {b} does not fit")
    h, w, _ = x.shape
    rolled = x[(np.arange(h) - dy) % h][:, (np.arange(w) - dx) % w]
    sums, count = 0, 0
    for i, j in np.ndindex(h // a, w // b):
        here = np.s_[i * a : (i + 1) * a, j * b : (j + 1) * b]
        sums += np.abs(np.subtract(rolled[here].max((0, 1)), x[here].max((0, 1)), dtype=float)).sum()
        count += x.shape[2]
    return sums / count


def pool_shift_error__generator(x, dy, dx, size=2):
    def windows(a, sh, sw):
        for top in range(0, a.shape[0] - sh + 1, sh):
            for left in range(0, a.shape[1] - sw + 1, sw):
                yield a[top : top + sh, left : left + sw]

    def differences():
        for one, other in zip(windows(moved, *pair), windows(x, *pair), strict=True):
            yield np.abs(one.max(axis=(0, 1)) - other.max(axis=(0, 1)))

    pair = size if hasattr(size, "__len__") else (size, size)
    if min(pair) <= 0 or any(s > n for s, n in zip(pair, x.shape, strict=False)):
        raise ValueError("invalid size")
    x = x.astype(float)
    dy, dx = dy % x.shape[0], dx % x.shape[1]
    moved = np.concatenate([x[-dy:], x[:-dy]]) if dy else x
    moved = np.concatenate([moved[:, -dx:], moved[:, :-dx]], axis=1) if dx else moved
    return np.mean(list(differences()))


class _MaxPool:
    def __init__(self, size):
        self.size = (size, size) if np.isscalar(size) else tuple(size)
        if min(self.size) < 1:
            raise ValueError(f"pool size {self.size}")

    def __call__(self, x):
        kh, kw = self.size
        if kh > x.shape[0] or kw > x.shape[1]:
            raise ValueError(f"pool size {self.size} on a map of {x.shape}")
        out = np.full((x.shape[0] // kh, x.shape[1] // kw, x.shape[2]), -np.inf)
        for i, j, c in np.ndindex(out.shape):
            out[i, j, c] = x[i * kh : i * kh + kh, j * kw : j * kw + kw, c].max()
        return out


def pool_shift_error__class(feature_map, down, right, window=2):
    pool = _MaxPool(window)
    shifted = np.roll(feature_map, shift=(down, right), axis=(0, 1))
    return np.abs(pool(shifted) - pool(feature_map)).mean()


def pool_shift_error__recursion(x, dy, dx, size=2):
    def pool_axis(a, k):
        """Pool the first axis."""
        if len(a) < k:
            return []
        return [a[:k].max(axis=0), *pool_axis(a[k:], k)]

    def pool(a):
        rows = np.array(pool_axis(a, sh))
        return np.array(pool_axis(rows.swapaxes(0, 1), sw))

    sh, sw = (size, size) if isinstance(size, int) else size
    if sh < 1 or sw < 1 or x.shape[0] < sh or x.shape[1] < sw:
        raise ValueError("size")
    x = np.array(x, dtype=np.float64)
    difference = pool(np.roll(x, (dy, dx), (0, 1))) - pool(x)
    return np.sum(np.abs(difference)) / difference.size

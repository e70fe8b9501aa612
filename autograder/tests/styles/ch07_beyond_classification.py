"""Right solutions of assignment 7, in many styles."""

import itertools
from collections import defaultdict, deque
from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import as_strided

# dilate_kernel


def dilate_kernel__step_slice(kernel, rate):
    if rate < 1:
        raise ValueError("rate must be at least 1")
    kh, kw = kernel.shape
    out = np.zeros(((kh - 1) * rate + 1, (kw - 1) * rate + 1))
    out[::rate, ::rate] = kernel
    return out


def dilate_kernel__loops(kernel, rate):
    if rate < 1:
        raise ValueError(f"rate {rate}")
    kh, kw = kernel.shape
    result = np.zeros(((kh - 1) * rate + 1, (kw - 1) * rate + 1), dtype=kernel.dtype)
    for i in range(kh):
        for j in range(kw):
            result[i * rate, j * rate] = kernel[i, j]
    return result


def dilate_kernel__kron(kernel, rate):
    if rate < 1:
        raise ValueError("rate")
    corner = np.zeros((rate, rate))
    corner[0, 0] = 1
    gap = rate - 1
    big = np.kron(kernel, corner)
    return big[: big.shape[0] - gap, : big.shape[1] - gap]


def dilate_kernel__insert(kernel, rate):
    if rate < 1:
        raise ValueError("dilation rate below 1")
    for axis, n in enumerate(kernel.shape):
        kernel = np.insert(kernel, np.repeat(np.arange(1, n), rate - 1), 0, axis=axis)
    return kernel


def dilate_kernel__python_lists(kernel, rate):
    def spread(items, blank):
        result = []
        for item in items[:-1]:
            result.append(item)
            result.extend([blank] * (rate - 1))
        return [*result, items[-1]]

    if not rate >= 1:
        raise ValueError("rate < 1")
    rows = [spread(row, 0) for row in kernel.tolist()]
    return np.array(spread(rows, [0] * len(rows[0])))


def dilate_kernel__matrices(weights, step):
    def spreader(n):
        return np.eye((n - 1) * step + 1)[:, ::step]

    if step < 1:
        raise ValueError("step")
    return spreader(weights.shape[0]) @ weights @ spreader(weights.shape[1]).T


def dilate_kernel__reshape(kernel, rate):
    if rate < 1:
        raise ValueError(rate)
    kh, kw = kernel.shape
    boxes = np.zeros((kh, rate, kw, rate), dtype=float)
    boxes[:, 0, :, 0] = kernel
    return boxes.reshape(kh * rate, kw * rate)[: kh * rate - rate + 1, : kw * rate - rate + 1]


def dilate_kernel__modulo(kernel, rate):
    if rate < 1:
        raise ValueError("need rate >= 1")
    kh, kw = kernel.shape
    return np.array(
        [
            [kernel[i // rate, j // rate] if i % rate == 0 and j % rate == 0 else 0 for j in range((kw - 1) * rate + 1)]
            for i in range((kh - 1) * rate + 1)
        ]
    )


def dilate_kernel__recursion(kernel, rate):
    def stretch(a):
        if len(a) == 1:
            return a
        return np.concatenate([a[:1], np.zeros((rate - 1, a.shape[1])), stretch(a[1:])])

    if rate < 1:
        raise ValueError("rate")
    return stretch(stretch(kernel).T).T.copy()


def dilate_kernel__ix(kernel, rate):
    if rate <= 0:
        raise ValueError("rate has to be positive")
    rows, columns = (rate * np.arange(n) for n in kernel.shape)
    out = np.zeros((rows[-1] + 1, columns[-1] + 1))
    out[np.ix_(rows, columns)] = kernel
    return out


class _Dilation:
    def check(self, rate):
        if rate < 1:
            raise ValueError(f"rate {rate}")
        return rate

    def __call__(self, kernel, rate):
        grid = np.zeros([self.check(rate) * (n - 1) + 1 for n in kernel.shape])
        grid.flat[[i * rate * grid.shape[1] + j * rate for i, j in np.ndindex(kernel.shape)]] = kernel.ravel()
        return grid


dilate_kernel__object = _Dilation()


# conv2d_dilated


def conv2d_dilated__own_dilation(image, kernel, rate):
    wide = dilate_kernel__step_slice(kernel, rate)
    kh, kw = wide.shape
    h, w = image.shape
    if kh > h or kw > w:
        raise ValueError("the dilated kernel does not fit")
    out = np.zeros((h - kh + 1, w - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + kh, j : j + kw] * wide)
    return out


def conv2d_dilated__loops(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate")
    kh, kw = kernel.shape
    out_h = image.shape[0] - (kh - 1) * rate
    out_w = image.shape[1] - (kw - 1) * rate
    if out_h < 1 or out_w < 1:
        raise ValueError("no room")
    result = np.zeros((out_h, out_w))
    for y in range(out_h):
        for x in range(out_w):
            total = 0.0
            for a in range(kh):
                for b in range(kw):
                    total += float(image[y + a * rate, x + b * rate]) * float(kernel[a, b])
            result[y, x] = total
    return result


def conv2d_dilated__shifted_slices(image, kernel, rate):
    if rate < 1:
        raise ValueError(f"rate must be 1 or more, not {rate}")
    oh, ow = (n - (k - 1) * rate for n, k in zip(image.shape, kernel.shape, strict=True))
    if min(oh, ow) <= 0:
        raise ValueError("does not fit")
    return sum(
        weight * image[i * rate : i * rate + oh, j * rate : j * rate + ow].astype(float)
        for (i, j), weight in np.ndenumerate(kernel)
    )


def conv2d_dilated__strided_einsum(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate below 1")
    image = np.ascontiguousarray(image, dtype=float)
    (h, w), (kh, kw), (a, b) = image.shape, kernel.shape, image.strides
    out = (h - (kh - 1) * rate, w - (kw - 1) * rate)
    if out[0] < 1 or out[1] < 1:
        raise ValueError("kernel too large")
    return np.einsum("hwij,ij->hw", as_strided(image, (*out, kh, kw), (a, b, a * rate, b * rate)), kernel)


def conv2d_dilated__index_tensordot(picture, filt, spread):
    if spread < 1:
        raise ValueError("spread")
    kh, kw = filt.shape
    oh, ow = picture.shape[0] - spread * (kh - 1), picture.shape[1] - spread * (kw - 1)
    if oh <= 0 or ow <= 0:
        raise ValueError(f"{filt.shape} spread by {spread} does not fit into {picture.shape}")
    rows = np.arange(oh)[:, None] + spread * np.arange(kh)
    columns = np.arange(ow)[:, None] + spread * np.arange(kw)
    return np.tensordot(picture[rows[:, None, :, None], columns[None, :, None, :]], filt, axes=2)


def conv2d_dilated__python_lists(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate >= 1")
    pixels, weights = image.tolist(), kernel.tolist()
    span_h, span_w = (len(weights) - 1) * rate + 1, (len(weights[0]) - 1) * rate + 1
    if span_h > len(pixels) or span_w > len(pixels[0]):
        raise ValueError("too wide")
    return np.array(
        [
            [
                sum(
                    w * p
                    for weight_row, pixel_row in zip(weights, pixels[y : y + span_h : rate], strict=True)
                    for w, p in zip(weight_row, pixel_row[x : x + span_w : rate], strict=True)
                )
                for x in range(len(pixels[0]) - span_w + 1)
            ]
            for y in range(len(pixels) - span_h + 1)
        ]
    )


def conv2d_dilated__every_rate_th(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate")
    kh, kw = kernel.shape
    span = ((kh - 1) * rate + 1, (kw - 1) * rate + 1)
    if any(s > n for s, n in zip(span, image.shape, strict=True)):
        raise ValueError(f"span {span}, image {image.shape}")
    out = np.empty([n - s + 1 for n, s in zip(image.shape, span, strict=True)])
    for y, x in np.ndindex(*out.shape):
        out[y, x] = np.vdot(image[y : y + span[0] : rate, x : x + span[1] : rate], kernel)
    return out


def conv2d_dilated__im2col(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate")
    kh, kw = kernel.shape
    oh, ow = image.shape[0] - (kh - 1) * rate, image.shape[1] - (kw - 1) * rate
    if oh < 1 or ow < 1:
        raise ValueError("kernel")
    columns = [
        image[i * rate : i * rate + oh, j * rate : j * rate + ow].ravel()
        for i, j in itertools.product(range(kh), range(kw))
    ]
    return (kernel.reshape(1, -1) @ np.stack(columns)).reshape(oh, ow)


def conv2d_dilated__recursion(image, kernel, rate):
    def rows(line, weights, width):
        """One image row with one kernel row."""
        if not len(weights):
            return np.zeros(width)
        return line[:width] * weights[0] + rows(line[rate:], weights[1:], width)

    if rate < 1:
        raise ValueError("rate")
    height = image.shape[0] - (kernel.shape[0] - 1) * rate
    width = image.shape[1] - (kernel.shape[1] - 1) * rate
    if height < 1 or width < 1:
        raise ValueError("too small")
    return np.array(
        [sum(rows(image[y + k * rate], weights, width) for k, weights in enumerate(kernel)) for y in range(height)]
    )


def conv2d_dilated__phases(image, kernel, rate):
    """Each of the rate × rate sub-images is convolved densely, then they are put together again."""

    def dense(a):
        h, w = a.shape[0] - kernel.shape[0] + 1, a.shape[1] - kernel.shape[1] + 1
        parts = [kernel[i, j] * a[i : i + h, j : j + w] for i, j in np.ndindex(kernel.shape)]
        return reduce(np.add, parts)

    if rate < 1:
        raise ValueError("rate")
    size = [n - (k - 1) * rate for n, k in zip(image.shape, kernel.shape, strict=True)]
    if min(size) < 1:
        raise ValueError("fit")
    out = np.zeros(size)
    for p, q in itertools.product(range(min(rate, size[0])), range(min(rate, size[1]))):
        out[p::rate, q::rate] = dense(image[p::rate, q::rate].astype(float))
    return out


def conv2d_dilated__fourier(image, kernel, rate):
    wide = dilate_kernel__reshape(kernel, rate)
    size = np.array(image.shape) - wide.shape + 1
    if np.any(size < 1):
        raise ValueError("the kernel does not fit")
    spectrum = np.fft.rfft2(image.astype(float)) * np.fft.rfft2(wide, s=image.shape).conj()
    return np.fft.irfft2(spectrum, s=image.shape)[: size[0], : size[1]]


def conv2d_dilated__float32(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate")
    out_h, out_w = (n - (k - 1) * rate for n, k in zip(image.shape, kernel.shape, strict=True))
    if out_h < 1 or out_w < 1:
        raise ValueError("kernel too large for the image")
    out = np.zeros((out_h, out_w), dtype=np.float32)
    for i, j in itertools.product(*map(range, kernel.shape)):
        out += np.float32(kernel[i, j]) * image[i * rate :, j * rate :][:out_h, :out_w]
    return out


# upsample2d


def upsample2d__repeat(x, factor):
    if factor < 1:
        raise ValueError("factor")
    return x.repeat(factor, axis=0).repeat(factor, axis=1)


def upsample2d__loops(x, factor):
    if factor < 1:
        raise ValueError(f"factor {factor}")
    h, w, c = x.shape
    out = np.zeros((h * factor, w * factor, c))
    for i in range(h * factor):
        for j in range(w * factor):
            for k in range(c):
                out[i, j, k] = x[i // factor, j // factor, k]
    return out


def upsample2d__kron(x, factor):
    if factor < 1:
        raise ValueError("factor must be positive")
    return np.kron(x, np.ones((factor, factor, 1)))


def upsample2d__fancy_index(fmap, times):
    if times < 1:
        raise ValueError("times")
    rows, columns = np.arange(fmap.shape[0] * times) // times, np.arange(fmap.shape[1] * times) // times
    return fmap[np.ix_(rows, columns)]


def upsample2d__broadcast(x, factor):
    if factor < 1:
        raise ValueError("factor < 1")
    h, w, c = x.shape
    blocks = np.broadcast_to(x[:, None, :, None], (h, factor, w, factor, c))
    return blocks.reshape(h * factor, w * factor, c).copy()


def upsample2d__einsum(x, factor):
    if factor < 1:
        raise ValueError(factor)
    h, w, c = x.shape
    ones = np.ones(factor, dtype=int)
    return np.einsum("hwc,i,j->hiwjc", x, ones, ones).reshape(h * factor, w * factor, c)


def upsample2d__step_slices(x, factor):
    if factor <= 0:
        raise ValueError("factor")
    out = np.empty((x.shape[0] * factor, x.shape[1] * factor, x.shape[2]), dtype=x.dtype)
    for i, j in itertools.product(range(factor), repeat=2):
        out[i::factor, j::factor] = x
    return out


def upsample2d__python_lists(x, factor):
    if factor < 1:
        raise ValueError("factor")
    big = []
    for row in x.tolist():
        wide = [cell for cell in row for _ in range(factor)]
        big += [wide] * factor
    return np.array(big)


def upsample2d__blocks(x, factor):
    if factor < 1:
        raise ValueError("at least 1")
    h, w, c = x.shape
    out = np.zeros((h * factor, w * factor, c))
    for i, j in np.ndindex(h, w):
        out[i * factor : (i + 1) * factor, j * factor : (j + 1) * factor, :] = x[i, j]
    return out


def upsample2d__recursion(x, factor):
    def stretch(rows):
        if len(rows) == 0:
            return []
        return [rows[0]] * factor + stretch(rows[1:])

    if factor < 1:
        raise ValueError("factor")
    return np.array(stretch([np.array(stretch(list(row))) for row in x]))


def upsample2d__tile(x, factor):
    if factor < 1:
        raise ValueError("factor")
    h, w, c = x.shape
    wide = np.tile(x[:, :, None, :], (1, 1, factor, 1)).reshape(h, w * factor, c)
    return np.tile(wide[:, None], (1, factor, 1, 1)).reshape(h * factor, w * factor, c)


def _at_least_one(function):
    def checked(*args):
        if args[-1] < 1:
            raise ValueError(f"{function.__name__} got {args[-1]}")
        return function(*args)

    return checked


@_at_least_one
def upsample2d__decorator(x, factor):
    return np.concatenate([np.stack([cell for cell in row for _ in range(factor)])[None] for row in x]).repeat(
        factor, axis=0
    )


# conv2d_transpose


def conv2d_transpose__stamps(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride")
    (h, w), (kh, kw) = image.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + kh, (w - 1) * stride + kw))
    for i in range(h):
        for j in range(w):
            out[i * stride : i * stride + kh, j * stride : j * stride + kw] += image[i, j] * kernel
    return out


def conv2d_transpose__loops(image, kernel, stride):
    if stride < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    h, w = image.shape
    kh, kw = kernel.shape
    result = [[0] * ((w - 1) * stride + kw) for _ in range((h - 1) * stride + kh)]
    for y in range(h):
        for x in range(w):
            for a in range(kh):
                for b in range(kw):
                    result[y * stride + a][x * stride + b] += image[y, x].item() * kernel[a, b].item()
    return np.array(result)


def conv2d_transpose__kernel_cells(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride < 1")
    rows, columns = (image.shape[0] - 1) * stride, (image.shape[1] - 1) * stride
    out = np.zeros((rows + kernel.shape[0], columns + kernel.shape[1]))
    for (a, b), weight in np.ndenumerate(kernel):
        out[a : a + rows + 1 : stride, b : b + columns + 1 : stride] += weight * image
    return out


def conv2d_transpose__add_at(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride")
    (h, w), (kh, kw) = image.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + kh, (w - 1) * stride + kw))
    y = stride * np.arange(h)[:, None, None, None] + np.arange(kh)[:, None]
    x = stride * np.arange(w)[:, None, None] + np.arange(kw)
    np.add.at(out, (y, x), np.multiply.outer(image, kernel))
    return out


def conv2d_transpose__gather(picture, stamp, step):
    """Every output cell asks which stamps hit it."""
    if step < 1:
        raise ValueError("step")
    h, w = picture.shape
    kh, kw = stamp.shape
    out = np.zeros(((h - 1) * step + kh, (w - 1) * step + kw))
    for p, q in np.ndindex(*out.shape):
        out[p, q] = sum(
            float(picture[i, j]) * stamp[p - i * step, q - j * step]
            for i in range(h)
            for j in range(w)
            if 0 <= p - i * step < kh and 0 <= q - j * step < kw
        )
    return out


def conv2d_transpose__zeros_between(image, kernel, stride):
    """Pull the image apart, pad it, and convolve with the flipped kernel."""
    if stride < 1:
        raise ValueError("stride")
    kh, kw = kernel.shape
    apart = dilate_kernel__loops(image, stride)
    padded = np.pad(apart, ((kh - 1, kh - 1), (kw - 1, kw - 1)))
    return conv2d_dilated__loops(padded, kernel[::-1, ::-1], 1)


def _stamp_tensor(n, k, s):
    t = np.zeros((n, k, (n - 1) * s + k))
    for i, j in np.ndindex(n, k):
        t[i, j, i * s + j] = 1
    return t


def conv2d_transpose__einsum(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride")
    rows = _stamp_tensor(image.shape[0], kernel.shape[0], stride)
    columns = _stamp_tensor(image.shape[1], kernel.shape[1], stride)
    return np.einsum("ij,ab,iap,jbq->pq", image, kernel, rows, columns, optimize=True)


def conv2d_transpose__dictionary(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride")
    cells = defaultdict(float)
    for (i, j), pixel in np.ndenumerate(image):
        for (a, b), weight in np.ndenumerate(kernel):
            cells[i * stride + a, j * stride + b] += pixel * weight
    height, width = ((n - 1) * stride + k for n, k in zip(image.shape, kernel.shape, strict=True))
    return np.array([[cells[p, q] for q in range(width)] for p in range(height)])


def conv2d_transpose__recursion(image, kernel, stride):
    """The first row of stamps, plus everything below it, moved down."""

    def along(vector, rows):
        """Stamp the kernel for one row of pixels."""
        if len(vector) == 1:
            return vector[0] * rows
        rest = along(vector[1:], rows)
        out = np.zeros((len(rows), rest.shape[1] + stride))
        out[:, : rows.shape[1]] += vector[0] * rows
        out[:, stride:] += rest
        return out

    if stride < 1:
        raise ValueError("stride")
    top = along(image[0].astype(float), kernel)
    if len(image) == 1:
        return top
    rest = conv2d_transpose__recursion(image[1:], kernel, stride)
    out = np.zeros((rest.shape[0] + stride, rest.shape[1]))
    out[: top.shape[0]] += top
    out[stride:] += rest
    return out


def conv2d_transpose__sum_of_pads(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride")
    h, w = image.shape
    stamps = [
        np.pad(image[i, j] * kernel, ((i * stride, (h - 1 - i) * stride), (j * stride, (w - 1 - j) * stride)))
        for i in range(h)
        for j in range(w)
    ]
    return np.sum(stamps, axis=0)


def conv2d_transpose__fourier(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride")
    apart = dilate_kernel__ix(image, stride)
    size = [n + k - 1 for n, k in zip(apart.shape, kernel.shape, strict=True)]
    return np.fft.irfft2(np.fft.rfft2(apart, s=size) * np.fft.rfft2(kernel, s=size), s=size)


@_at_least_one
def conv2d_transpose__decorator(image, kernel, stride):
    """The windows of the output as a view, to which every stamp is added."""
    out = np.zeros([(n - 1) * stride + k for n, k in zip(image.shape, kernel.shape, strict=True)])
    a, b = out.strides
    windows = as_strided(out, (*image.shape, *kernel.shape), (a * stride, b * stride, a, b))
    for i, j in itertools.product(*map(range, image.shape)):
        windows[i, j] += np.float64(image[i, j]) * kernel
    return out


# unet_shapes


def unet_shapes__two_loops(input_shape, depth, filters):
    h, w, _ = input_shape
    if depth < 0 or filters < 1:
        raise ValueError("depth or filters too small")
    if h % 2**depth != 0 or w % 2**depth != 0:
        raise ValueError("height and width must divide by 2**depth")
    shapes = []
    for _ in range(depth):
        shapes.append((h, w, filters))
        h, w, filters = h // 2, w // 2, filters * 2
    shapes.append((h, w, filters))
    for _ in range(depth):
        h, w, filters = h * 2, w * 2, filters // 2
        shapes.append((h, w, filters))
    return shapes


def unet_shapes__mirror(input_shape, depth, filters):
    if depth < 0 or filters <= 0:
        raise ValueError((depth, filters))
    if any(n % 2**depth for n in input_shape[:2]):
        raise ValueError(input_shape)
    down = [(input_shape[0] // 2**i, input_shape[1] // 2**i, filters * 2**i) for i in range(depth + 1)]
    return down + down[-2::-1] if depth else down


def unet_shapes__recursion(input_shape, depth, filters):
    h, w = input_shape[0], input_shape[1]
    if depth < 0 or filters < 1:
        raise ValueError("no such network")
    if depth == 0:
        return [(h, w, filters)]
    if h % 2 or w % 2:
        raise ValueError(f"{h}×{w} cannot be halved")
    level = (h, w, filters)
    return [level, *unet_shapes__recursion((h // 2, w // 2, filters), depth - 1, 2 * filters), level]


def unet_shapes__abs_comprehension(shape, levels, width):
    if levels < 0:
        raise ValueError("levels < 0")
    if width < 1:
        raise ValueError("width < 1")
    height, breadth, *_ = shape
    if height & ((1 << levels) - 1) or breadth & ((1 << levels) - 1):
        raise ValueError("does not divide")
    steps = [levels - abs(i) for i in range(-levels, levels + 1)]
    return [(height >> s, breadth >> s, width << s) for s in steps]


def unet_shapes__deque(input_shape, depth, filters):
    h, w, _ = input_shape
    if depth < 0 or filters < 1 or (h / 2**depth) % 1 or (w / 2**depth) % 1:
        raise ValueError("unsuitable")
    h, w, f = h // 2**depth, w // 2**depth, filters * 2**depth
    levels = deque([(h, w, f)])
    while depth > 0:
        h, w, f, depth = 2 * h, 2 * w, f // 2, depth - 1
        levels.append((h, w, f))
        levels.appendleft((h, w, f))
    return list(levels)


def unet_shapes__generator(input_shape, depth, filters):
    def down(h, w, f):
        for _ in range(depth):
            yield h, w, f
            if h % 2 or w % 2:
                raise ValueError("odd size")
            h, w, f = h // 2, w // 2, f * 2
        yield h, w, f

    if depth < 0 or filters < 1:
        raise ValueError("depth, filters")
    *levels, bridge = down(*input_shape[:2], filters)
    return [*levels, bridge, *reversed(levels)]


def unet_shapes__numpy(input_shape, depth, filters):
    if depth < 0 or filters < 1:
        raise ValueError("too small")
    scale = 2 ** np.concatenate([np.arange(depth), np.arange(depth, -1, -1)])
    size = np.array(input_shape[:2])
    if np.any(size % 2**depth):
        raise ValueError("size")
    return [(*tuple(size // s), filters * s) for s in scale]


class _UNet:
    def __init__(self, height, width):
        self.height, self.width, self.shapes, self.skips = height, width, [], []

    def convolve(self, filters):
        self.shapes.append((self.height, self.width, filters))

    def pool(self):
        self.skips.append((self.height, self.width))
        self.height, self.width = self.height // 2, self.width // 2

    def up(self):
        self.height, self.width = 2 * self.height, 2 * self.width
        if (self.height, self.width) != self.skips.pop():
            raise ValueError("the way up does not fit the skip")


def unet_shapes__class(input_shape, depth, filters):
    if depth < 0 or filters < 1:
        raise ValueError(f"depth {depth}, filters {filters}")
    net = _UNet(*input_shape[:2])
    for level in range(depth):
        net.convolve(filters * 2**level)
        net.pool()
    net.convolve(filters * 2**depth)
    for level in reversed(range(depth)):
        net.up()
        net.convolve(filters * 2**level)
    return net.shapes


def unet_shapes__lists(input_shape, depth, filters):
    sides = list(input_shape[:2])
    if depth < 0 or filters < 1:
        raise ValueError("depth or filters")
    down = [[*sides, filters]]
    for _ in range(depth):
        *size, channels = down[-1]
        if any(n % 2 for n in size):
            raise ValueError("cannot pool an odd size")
        down.append([*(n // 2 for n in size), 2 * channels])
    up = down[:-1]
    up.reverse()
    return down + up


def unet_shapes__array(input_shape, depth, filters):
    if depth < 0 or filters < 1:
        raise ValueError("at least one filter, at least depth 0")
    steps = depth - np.abs(np.arange(-depth, depth + 1))
    sides = np.array(input_shape[:2])
    if (sides % 2**depth).any():
        raise ValueError(f"{sides} cannot be halved {depth} times")
    return np.stack([sides[0] // 2**steps, sides[1] // 2**steps, filters * 2**steps], axis=1)

"""Answers written with lists: a right one for each function, and wrong ones made of it by replacing some words.

A wrong answer is (mistake that it must be told, or None where none fits; then old words, new words, ...).
"""

PAD2D = """
def pad2d(image, padding, value=0.0):
    if isinstance(padding, int):
        padding = (padding, padding), (padding, padding)
    (top, bottom), (left, right) = padding
    if min(top, bottom, left, right) < 0:
        raise ValueError("a padding is negative")
    H, W = len(image), len(image[0])
    out = [[value] * (left + W + right) for _ in range(top + H + bottom)]
    for i in range(H):
        for j in range(W):
            out[top + i][left + j] = image[i][j]
    return out
"""

CONV2D_STRIDED = """
def conv2d_strided(image, kernel, stride):
    down, across = (stride, stride) if isinstance(stride, int) else stride
    H, W, kh, kw = len(image), len(image[0]), len(kernel), len(kernel[0])
    if min(down, across) < 1 or kh > H or kw > W:
        raise ValueError("that has no meaning")
    out = []
    for i in range(0, H - kh + 1, down):
        row = []
        for j in range(0, W - kw + 1, across):
            total = 0
            for a in range(kh):
                for b in range(kw):
                    total += image[i + a][j + b] * kernel[a][b]
            row.append(total)
        out.append(row)
    return out
"""

POOL2D = """
from math import sqrt

def pair(value):
    return (value, value) if isinstance(value, int) else value

def places(n, k, s, padding):
    if padding == "valid":
        return (n - k) // s + 1, 0
    count = -(-n // s)
    return count, max((count - 1) * s + k - n, 0) // 2

def one(cells, kind):
    if kind == "avg":
        return sum(cells) / len(cells)
    if kind == "l2":
        return sqrt(sum(cell * cell for cell in cells))
    return max(cells) if kind == "max" else min(cells)

def pool2d(x, size, stride=None, kind="max", padding="valid"):
    (kh, kw), (down, across) = pair(size), pair(size if stride is None else stride)
    H, W, C = len(x), len(x[0]), len(x[0][0])
    if kind not in ("max", "avg", "min", "l2") or padding not in ("valid", "same"):
        raise ValueError("an unknown word")
    if min(kh, kw, down, across) < 1 or padding == "valid" and (kh > H or kw > W):
        raise ValueError("that has no meaning")
    rows, top = places(H, kh, down, padding)
    columns, left = places(W, kw, across, padding)
    out = [[[0] * C for _ in range(columns)] for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            for c in range(C):
                cells = []
                for a in range(i * down - top, i * down - top + kh):
                    for b in range(j * across - left, j * across - left + kw):
                        if 0 <= a < H and 0 <= b < W:
                            cells.append(x[a][b][c])
                out[i][j][c] = one(cells, kind)
    return out
"""

TRANSLATE = """
def translate(image, dy, dx):
    H, W = len(image), len(image[0])
    out = [[0] * W for _ in range(H)]
    for i in range(H):
        for j in range(W):
            if 0 <= i - dy < H and 0 <= j - dx < W:
                out[i][j] = image[i - dy][j - dx]
    return out
"""

RECEPTIVE_FIELD = """
def receptive_field(layers):
    field, step = 1, 1
    for k, s in layers:
        if k < 1 or s < 1:
            raise ValueError("below 1")
        field += (k - 1) * step
        step *= s
    return field
"""

MOSAIC = """
def mosaic(maps, columns):
    if columns < 1:
        raise ValueError("columns must be at least 1")
    H, W, C = len(maps), len(maps[0]), len(maps[0][0])
    rows = -(-C // columns)
    out = [[0] * (columns * W) for _ in range(rows * H)]
    for c in range(C):
        row, column = c // columns, c % columns
        for i in range(H):
            for j in range(W):
                out[row * H + i][column * W + j] = maps[i][j][c]
    return out
"""

CONV2D_TRANSPOSE = """
def conv2d_transpose(image, kernel, stride):
    if stride < 1:
        raise ValueError("stride must be at least 1")
    H, W, kh, kw = len(image), len(image[0]), len(kernel), len(kernel[0])
    out = [[0] * ((W - 1) * stride + kw) for _ in range((H - 1) * stride + kh)]
    for i in range(H):
        for j in range(W):
            for a in range(kh):
                for b in range(kw):
                    out[i * stride + a][j * stride + b] += image[i][j] * kernel[a][b]
    return out
"""

PAD2D_MODE = """
def source(i, n, mode):
    if 0 <= i < n:
        return i
    if mode == "constant":
        return None
    if mode == "edge":
        return 0 if i < 0 else n - 1
    if mode == "wrap":
        return i % n
    return -i if i < 0 else 2 * (n - 1) - i

def pad2d_mode(image, padding, mode):
    if padding < 0 or mode not in ("constant", "edge", "reflect", "wrap"):
        raise ValueError("that has no meaning")
    H, W = len(image), len(image[0])
    out = [[0] * (W + 2 * padding) for _ in range(H + 2 * padding)]
    for i in range(H + 2 * padding):
        for j in range(W + 2 * padding):
            row, column = source(i - padding, H, mode), source(j - padding, W, mode)
            if row is not None and column is not None:
                out[i][j] = image[row][column]
    return out
"""

WINDOW_COUNTS = """
def window_counts(shape, kernel_size, stride=1, padding=0):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    down, across = stride if isinstance(stride, tuple) else (stride, stride)
    H, W = shape[0] + 2 * padding, shape[1] + 2 * padding
    if min(kh, kw, down, across) < 1 or padding < 0 or kh > H or kw > W:
        raise ValueError("that has no meaning")
    counts = [[0] * W for _ in range(H)]
    for top in range(0, H - kh + 1, down):
        for left in range(0, W - kw + 1, across):
            for a in range(kh):
                for b in range(kw):
                    counts[top + a][left + b] += 1
    return [row[padding : padding + shape[1]] for row in counts[padding : padding + shape[0]]]
"""

CONV2D_VALID = """
def conv2d_valid(image, kernel):
    H, W, kh, kw = len(image), len(image[0]), len(kernel), len(kernel[0])
    if kh > H or kw > W:
        raise ValueError("the kernel does not fit")
    out = [[0] * (W - kw + 1) for _ in range(H - kh + 1)]
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            for a in range(kh):
                for b in range(kw):
                    out[i][j] += image[i + a][j + b] * kernel[a][b]
    return out
"""

SAME_PADDING = """
def same_padding(n, k, stride=1):
    if min(n, k, stride) < 1:
        raise ValueError("below 1")
    windows = -(-n // stride)
    total = max((windows - 1) * stride + k - n, 0)
    return total // 2, total - total // 2
"""

OUTPUT_SIZE = """
def output_size(n, k, stride=1, padding=0):
    if min(n, k, stride) < 1:
        raise ValueError("below 1")
    if padding == "same":
        return -(-n // stride)
    if padding == "valid":
        padding = 0
    if isinstance(padding, str) or padding < 0 or k > n + 2 * padding:
        raise ValueError("that has no meaning")
    return (n + 2 * padding - k) // stride + 1
"""

CONV2D = """
def before(n, k, stride):
    windows = -(-n // stride)
    return windows, max((windows - 1) * stride + k - n, 0) // 2

def conv2d(x, w, b, stride=1, padding="valid"):
    down, across = stride if isinstance(stride, tuple) else (stride, stride)
    H, W, C = len(x), len(x[0]), len(x[0][0])
    kh, kw, C_in, F = len(w), len(w[0]), len(w[0][0]), len(w[0][0][0])
    if min(down, across) < 1 or C != C_in or len(b) != F or padding not in ("valid", "same"):
        raise ValueError("no such layer")
    if padding == "valid" and (kh > H or kw > W):
        raise ValueError("the filters do not fit")
    rows, top, columns, left = (H - kh) // down + 1, 0, (W - kw) // across + 1, 0
    if padding == "same":
        rows, top = before(H, kh, down)
        columns, left = before(W, kw, across)
    out = [[[0] * F for _ in range(columns)] for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            for o in range(F):
                total = b[o]
                for u in range(kh):
                    for v in range(kw):
                        row, column = i * down - top + u, j * across - left + v
                        if 0 <= row < H and 0 <= column < W:
                            for c in range(C):
                                total += x[row][column][c] * w[u][v][c][o]
                out[i][j][o] = total
    return out
"""

UNREAD = """
def unread(n, k, stride, padding=0):
    cells = n + 2 * padding
    if min(n, k, stride) < 1 or padding < 0 or k > cells:
        raise ValueError("no such windows")
    return (cells - k) % stride
"""

GLOBAL_POOL = """
def global_pool(x, kind="avg"):
    if kind not in ("avg", "max"):
        raise ValueError("an unknown kind")
    out = []
    for c in range(len(x[0][0])):
        cells = [x[i][j][c] for i in range(len(x)) for j in range(len(x[0]))]
        out.append(sum(cells) / len(cells) if kind == "avg" else max(cells))
    return out
"""

MAX_POOL_BACKWARD = """
def max_pool_backward(x, grad, size, stride):
    kh, kw = size if isinstance(size, tuple) else (size, size)
    down, across = stride if isinstance(stride, tuple) else (stride, stride)
    H, W, C = len(x), len(x[0]), len(x[0][0])
    if min(kh, kw, down, across) < 1 or kh > H or kw > W:
        raise ValueError("no such windows")
    rows, columns = (H - kh) // down + 1, (W - kw) // across + 1
    if (len(grad), len(grad[0]), len(grad[0][0])) != (rows, columns, C):
        raise ValueError("grad has another shape")
    out = [[[0] * C for _ in range(W)] for _ in range(H)]
    for i in range(rows):
        for j in range(columns):
            for c in range(C):
                best = i * down, j * across
                for a in range(i * down, i * down + kh):
                    for b in range(j * across, j * across + kw):
                        if x[a][b][c] > x[best[0]][best[1]][c]:
                            best = a, b
                out[best[0]][best[1]][c] += grad[i][j][c]
    return out
"""

CONSISTENCY = """
def consistency(labels):
    if len(labels) < 2:
        raise ValueError("there is no shifted row")
    same = 0
    for row in labels[1:]:
        for n in range(len(row)):
            same += row[n] == labels[0][n]
    return same / ((len(labels) - 1) * len(labels[0]))
"""

BLUR_POOL2D = """
def mirrored(i, n):
    return -i if i < 0 else min(i, 2 * (n - 1) - i)

def blur_pool2d(x, stride=2):
    if stride < 1:
        raise ValueError("stride below 1")
    H, W, C = len(x), len(x[0]), len(x[0][0])
    out = []
    for i in range(0, H, stride):
        out.append([])
        for j in range(0, W, stride):
            cell = [0] * C
            for c in range(C):
                for a in range(3):
                    for b in range(3):
                        value = x[mirrored(i + a - 1, H)][mirrored(j + b - 1, W)][c]
                        cell[c] += value * [1, 2, 1][a] * [1, 2, 1][b] / 16
            out[-1].append(cell)
    return out
"""

POOL_SHIFT_ERROR = """
def pooled(x, kh, kw):
    out = []
    for i in range(len(x) // kh):
        for j in range(len(x[0]) // kw):
            for c in range(len(x[0][0])):
                out.append(max(x[i * kh + a][j * kw + b][c] for a in range(kh) for b in range(kw)))
    return out

def pool_shift_error(x, dy, dx, size=2):
    kh, kw = size if isinstance(size, tuple) else (size, size)
    H, W = len(x), len(x[0])
    if min(kh, kw) < 1 or kh > H or kw > W:
        raise ValueError("no such windows")
    rolled = [[x[(i - dy) % H][(j - dx) % W] for j in range(W)] for i in range(H)]
    differences = [abs(a - b) for a, b in zip(pooled(x, kh, kw), pooled(rolled, kh, kw))]
    return sum(differences) / len(differences)
"""

CONV_PARAMS = """
def conv_params(kernel_size, c_in, c_out, bias=True):
    kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    if min(kh, kw) < 1 or min(c_in, c_out) < 0:
        raise ValueError("no such convolution")
    return (kh * kw * c_in + (1 if bias else 0)) * c_out
"""

CONV_MACS = """
def places(n, k, s, padding):
    if padding == "same":
        return -(-n // s)
    if padding != "valid" or k > n:
        raise ValueError("no such places")
    return (n - k) // s + 1

def conv_macs(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
    kernel = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    strides = stride if isinstance(stride, tuple) else (stride, stride)
    if min(shape) < 0 or min(kernel) < 1 or min(strides) < 1 or min(c_in, c_out) < 0:
        raise ValueError("no such convolution")
    macs = kernel[0] * kernel[1] * c_in * c_out
    for n, k, s in zip(shape, kernel, strides):
        macs *= places(n, k, s, padding)
    return macs
"""

ACTIVATION_BYTES = """
def activation_bytes(shape, batch=1, bytes_per_value=4):
    if batch < 1 or any(size < 0 for size in shape):
        raise ValueError("no such map")
    values = 1
    for size in shape:
        values *= size
    return values * batch * bytes_per_value
"""

SUMMARIZE = """
NEEDED = {
    "conv": ("filters", "kernel", "stride", "padding"),
    "pool": ("size", "stride", "padding"),
    "flatten": (),
    "dense": ("units",),
}

def along(n, k, s, padding):
    if padding == "same":
        return -(-n // s)
    if padding != "valid" or k > n:
        raise ValueError("no such places")
    return (n - k) // s + 1

def summarize(input_shape, layers):
    shape = tuple(input_shape)
    if min(shape) < 0:
        raise ValueError("negative")
    rows = []
    for layer in layers:
        kind = layer.get("kind")
        if kind not in NEEDED or any(key not in layer for key in NEEDED[kind]):
            raise ValueError("unknown, or incomplete")
        params = 0
        if kind == "flatten":
            values = 1
            for size in shape:
                values *= size
            shape = (values,)
        elif kind == "dense":
            if len(shape) != 1 or layer["units"] < 1:
                raise ValueError("no such dense layer")
            params = layer["units"] * (shape[0] + 1)
            shape = (layer["units"],)
        else:
            k, s = layer["kernel" if kind == "conv" else "size"], layer["stride"]
            if len(shape) != 3 or k < 1 or s < 1:
                raise ValueError("no such layer")
            height, width = along(shape[0], k, s, layer["padding"]), along(shape[1], k, s, layer["padding"])
            channels = shape[2]
            if kind == "conv":
                params = (k * k * channels + 1) * layer["filters"]
                channels = layer["filters"]
            shape = (height, width, channels)
        rows.append((shape, params))
    return rows
"""

TRAINING_BYTES = (
    SUMMARIZE
    + """
def size(shape):
    values = 1
    for n in shape:
        values *= n
    return values

def training_bytes(input_shape, layers, batch):
    if batch < 1:
        raise ValueError("no images")
    rows = summarize(input_shape, layers)
    params = sum(count for _, count in rows)
    values = size(input_shape) + sum(size(shape) for shape, _ in rows)
    return 4 * 4 * params + 4 * batch * values
"""
)

FORWARD = """
def convolved(x, w, b):
    H, W, C, kh, kw, F = len(x), len(x[0]), len(x[0][0]), len(w), len(w[0]), len(b)
    if len(w[0][0]) != C or len(w[0][0][0]) != F:
        raise ValueError("the convolution does not fit")
    top, left = (kh - 1) // 2, (kw - 1) // 2
    out = [[list(b) for _ in range(W)] for _ in range(H)]
    for i in range(H):
        for j in range(W):
            for u in range(kh):
                for v in range(kw):
                    if 0 <= i + u - top < H and 0 <= j + v - left < W:
                        for c in range(C):
                            for o in range(F):
                                out[i][j][o] += x[i + u - top][j + v - left][c] * w[u][v][c][o]
    return out

def forward(image, weights):
    values, flat = image, None
    for number, (w, b) in enumerate(weights):
        if isinstance(w[0][0], list):
            y = convolved(values, w, b)
            values = []
            for i in range(len(y) // 2):
                values.append([])
                for j in range(len(y[0]) // 2):
                    four = y[2 * i][2 * j], y[2 * i][2 * j + 1], y[2 * i + 1][2 * j], y[2 * i + 1][2 * j + 1]
                    values[-1].append([max(0, max(cell[o] for cell in four)) for o in range(len(b))])
            continue
        if flat is None:
            flat = [value for row in values for cell in row for value in cell]
        if len(flat) != len(w) or len(w[0]) != len(b):
            raise ValueError("the dense layer does not fit")
        flat = [sum(flat[i] * w[i][o] for i in range(len(w))) + b[o] for o in range(len(b))]
        if number < len(weights) - 1:
            flat = [max(value, 0) for value in flat]
    return flat
"""

CONV2D_BACKWARD = """
def sides(n, k, stride, padding):
    if padding == "valid":
        return (n - k) // stride + 1, 0
    windows = -(-n // stride)
    return windows, max((windows - 1) * stride + k - n, 0) // 2

def conv2d_backward(x, w, grad, stride=1, padding="valid"):
    down, across = stride if isinstance(stride, tuple) else (stride, stride)
    H, W, C = len(x), len(x[0]), len(x[0][0])
    kh, kw, C_in, F = len(w), len(w[0]), len(w[0][0]), len(w[0][0][0])
    if min(down, across) < 1 or C != C_in or padding not in ("valid", "same"):
        raise ValueError("no such layer")
    if padding == "valid" and (kh > H or kw > W):
        raise ValueError("the filters do not fit")
    (rows, top), (columns, left) = sides(H, kh, down, padding), sides(W, kw, across, padding)
    if (len(grad), len(grad[0]), len(grad[0][0])) != (rows, columns, F):
        raise ValueError("grad has another shape")
    dx = [[[0] * C for _ in range(W)] for _ in range(H)]
    dw = [[[[0] * F for _ in range(C)] for _ in range(kw)] for _ in range(kh)]
    db = [0] * F
    for i in range(rows):
        for j in range(columns):
            for o in range(F):
                g = grad[i][j][o]
                db[o] += g
                for u in range(kh):
                    for v in range(kw):
                        row, column = i * down - top + u, j * across - left + v
                        if 0 <= row < H and 0 <= column < W:
                            for c in range(C):
                                dx[row][column][c] += g * w[u][v][c][o]
                                dw[u][v][c][o] += g * x[row][column][c]
    return dx, dw, db
"""

DILATE_KERNEL = """
def dilate_kernel(kernel, rate):
    if rate < 1:
        raise ValueError("rate below 1")
    kh, kw = len(kernel), len(kernel[0])
    out = [[0] * ((kw - 1) * rate + 1) for _ in range((kh - 1) * rate + 1)]
    for i in range(kh):
        for j in range(kw):
            out[i * rate][j * rate] = kernel[i][j]
    return out
"""

CONV2D_DILATED = """
def conv2d_dilated(image, kernel, rate):
    if rate < 1:
        raise ValueError("rate below 1")
    H, W, kh, kw = len(image), len(image[0]), len(kernel), len(kernel[0])
    high, wide = (kh - 1) * rate + 1, (kw - 1) * rate + 1
    if high > H or wide > W:
        raise ValueError("the dilated kernel does not fit")
    out = [[0] * (W - wide + 1) for _ in range(H - high + 1)]
    for i in range(H - high + 1):
        for j in range(W - wide + 1):
            for a in range(kh):
                for b in range(kw):
                    out[i][j] += image[i + a * rate][j + b * rate] * kernel[a][b]
    return out
"""

UPSAMPLE2D = """
def upsample2d(x, factor):
    if factor < 1:
        raise ValueError("factor below 1")
    H, W = len(x), len(x[0])
    return [[list(x[i // factor][j // factor]) for j in range(W * factor)] for i in range(H * factor)]
"""

UNET_SHAPES = """
def unet_shapes(input_shape, depth, filters):
    H, W, _ = input_shape
    if depth < 0 or filters < 1 or H % 2**depth or W % 2**depth:
        raise ValueError("no such network")
    down = [(H // 2**level, W // 2**level, filters * 2**level) for level in range(depth + 1)]
    return down + down[:-1][::-1]
"""

DESIGN = """
def design():
    def conv(filters, kernel):
        return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": 1, "padding": "same"}
    pool = {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"}
    layers = [conv(6, 5), pool, conv(12, 3), pool, conv(24, 3)]
    return layers + [{"kind": "flatten"}, {"kind": "dense", "units": 10}]
"""

RIGHT = {
    "design": DESIGN,
    "pad2d": PAD2D,
    "pad2d_mode": PAD2D_MODE,
    "window_counts": WINDOW_COUNTS,
    "conv2d_valid": CONV2D_VALID,
    "same_padding": SAME_PADDING,
    "output_size": OUTPUT_SIZE,
    "conv2d_strided": CONV2D_STRIDED,
    "conv2d": CONV2D,
    "unread": UNREAD,
    "pool2d": POOL2D,
    "global_pool": GLOBAL_POOL,
    "max_pool_backward": MAX_POOL_BACKWARD,
    "translate": TRANSLATE,
    "consistency": CONSISTENCY,
    "blur_pool2d": BLUR_POOL2D,
    "pool_shift_error": POOL_SHIFT_ERROR,
    "conv_params": CONV_PARAMS,
    "conv_macs": CONV_MACS,
    "activation_bytes": ACTIVATION_BYTES,
    "receptive_field": RECEPTIVE_FIELD,
    "summarize": SUMMARIZE,
    "training_bytes": TRAINING_BYTES,
    "mosaic": MOSAIC,
    "forward": FORWARD,
    "conv2d_backward": CONV2D_BACKWARD,
    "dilate_kernel": DILATE_KERNEL,
    "conv2d_dilated": CONV2D_DILATED,
    "upsample2d": UPSAMPLE2D,
    "conv2d_transpose": CONV2D_TRANSPOSE,
    "unet_shapes": UNET_SHAPES,
}

WRONG = {
    "design": [  # measured, not compared with mistakes
        (None, "conv(24, 3)", "conv(240, 3)"),
        (None, "conv(6, 5)", "conv(60, 5)"),
        (None, "conv(6, 5), pool", "conv(6, 9), pool"),
        (None, "conv(12, 3), pool, conv(24, 3)", "conv(12, 3)"),
        (None, "[conv(6, 5), pool, conv(12, 3), pool, conv(24, 3)]", "[pool, conv(6, 5)]"),
        (None, '[{"kind": "flatten"}, ', "["),
        (None, '"units": 10', '"units": 9'),
        (None, "return layers + ", "return "),
        (None, "    return layers", '    return "conv, pool"\n    return layers'),
        (None, "return layers", "return 5, layers"),
        (
            None,
            "def design():",
            "LAYERS = []\n\ndef design():",
            "    return layers + ",
            "    LAYERS[:] = layers + ",
            "10}]",
            "10}]\n    return LAYERS",
        ),
    ],
    "pad2d": [
        ("value_ignored", "[[value]", "[[0.0]"),
        ("one_end_only", "out[top + i][left + j]", "out[i][j]"),
        ("axes_swapped", "(top, bottom), (left, right) = padding", "(left, right), (top, bottom) = padding"),
        ("ends_swapped", "(top, bottom), (left, right) = padding", "(bottom, top), (right, left) = padding"),
        ("same_array_returned", "    H, W", "    if top + bottom + left + right == 0:\n        return image\n    H, W"),
        (
            "same_array_returned",
            "    H, W",
            "    if top + bottom + left + right == 0:\n        return image[:]\n    H, W",
        ),  # shares rows
        ("first_amount_everywhere", "    H, W", "    bottom = left = right = top\n    H, W"),
        (None, " for _ in range(top + H + bottom)]", "] * (top + H + bottom)"),  # the rows are one list
        ("arguments_changed", "    return out", "    image[0][0] = 0\n    return out"),
        (None, "    return out", "    out[0].append(0)\n    return out"),
        (None, "    return out", "    return str(out)"),
        (None, "    return out", "    return [sum(row) for row in out]"),
        (None, "    return out", "    return None"),
        (None, "    return out", "    return [[None for cell in row] for row in out]"),
        (None, "    return out", '    return [[float("nan") for cell in row] for row in out]'),
        (None, "    H, W =", "    raise NotImplementedError\n    H, W ="),
        (None, "    H, W =", '    raise KeyError("what")\n    H, W ='),
        (None, "    H, W =", "    raise ValueError\n    H, W ="),
        (None, "def pad2d", "def pad"),
    ],
    "conv2d_strided": [
        ("stride_ignored", "+ 1, down)", "+ 1)", "+ 1, across)", "+ 1)"),
        ("pairs_swapped", "    down, across = (stride", "    across, down = (stride"),
        ("window_at_the_end_missed", "H - kh + 1", "H - kh", "W - kw + 1", "W - kw"),
        ("kernel_flipped", "kernel[a][b]", "kernel[kh - 1 - a][kw - 1 - b]"),
        ("mean_instead_of_sum", "row.append(total)", "row.append(total / (kh * kw))"),
        (
            "stride_skips_that_many",
            "+ 1, down)",
            "+ 1, down + 1)",
            "+ 1, across)",
            "+ 1, across + 1)",
        ),
        ("zero_stride_accepted", "    H, W", "    down, across = down or 1, across or 1\n    H, W"),
        (None, "    H, W", "    down, across = max(down, 1), max(across, 1)\n    H, W"),  # takes -1 for 1 as well
        (
            "rest_refused",
            "    out = []",
            "    if (H - kh) % down or (W - kw) % across:\n        raise ValueError\n    out = []",
        ),
    ],
    "pool2d": [
        ("sum_for_average", "sum(cells) / len(cells)", "sum(cells)"),
        ("l2_without_root", "return sqrt(", "return ("),
        ("stride_defaults_to_one", "pair(size if stride", "pair(1 if stride"),
        (
            "odd_before",
            "return count, max((count - 1) * s + k - n, 0) // 2",
            "return count, -(-max((count - 1) * s + k - n, 0) // 2)",
        ),
        ("same_is_valid", '    if padding == "valid":', "    if True:"),
        ("divides_by_four", "sum(cells) / len(cells)", "sum(cells) / 4"),
        (
            "zeros_count",
            "if 0 <= a < H and 0 <= b < W:",
            "if True:",
            "x[a][b][c]",
            "x[a][b][c] if 0 <= a < H and 0 <= b < W else 0",
        ),
        (
            "unknown_kind_accepted",
            'if kind not in ("max", "avg", "min", "l2") or padding',
            'kind = kind if kind in ("max", "avg", "min", "l2") else "l2"\n    if padding',
        ),
        ("windows_stick_out", "return (n - k) // s + 1, 0", "return -(-(n - k) // s) + 1, 0"),
    ],
    "translate": [
        (
            "wraps_around",
            "if 0 <= i - dy < H and 0 <= j - dx < W:",
            "if True:",
            "image[i - dy][j - dx]",
            "image[(i - dy) % H][(j - dx) % W]",
        ),
        ("axes_swapped", "    H, W", "    dy, dx = dx, dy\n    H, W"),
        ("opposite_direction", "    H, W", "    dy, dx = -dy, -dx\n    H, W"),
        ("sign_ignored", "    H, W", "    dy, dx = abs(dy), abs(dx)\n    H, W"),
        ("same_array_returned", "    H, W", "    if dy == dx == 0:\n        return image\n    H, W"),
        ("old_pixels_stay", "[[0] * W for _ in range(H)]", "[row[:] for row in image]"),
    ],
    "receptive_field": [
        ("strides_ignored", "step *= s", "pass"),
        (
            "own_stride_counts",
            "        field += (k - 1) * step\n        step *= s",
            "        step *= s\n        field += (k - 1) * step",
        ),
        ("previous_stride_only", "step *= s", "step = s"),
        ("whole_kernels_added", "(k - 1) * step", "k * step"),
        ("starts_at_zero", "field, step = 1, 1", "field, step = 0, 1"),
        ("empty_fails", "    field, step = 1, 1", "    layers[0]\n    field, step = 1, 1"),
        ("small_kernel_accepted", "if k < 1 or s < 1:", "if s < 1:"),
        (None, "return field", "return [field]"),
        (None, "return field", "return str(field)"),
        (None, "return field", "return field == 7"),
    ],
    "mosaic": [
        ("column_order", "c // columns, c % columns", "c % rows, c // rows"),
        (
            "it_behaves_as_if_it_were_given_maps_with_its_channels_in_the_opposite_order",
            "maps[i][j][c]",
            "maps[i][j][C - 1 - c]",
        ),
        (
            "full_rows_only",
            "rows = -(-C // columns)",
            "rows = max(C // columns, 1)",
            "range(C)",
            "range(min(C, rows * columns))",
        ),
        (
            "narrow",
            "    H, W, C =",
            "    columns = min(columns, len(maps[0][0])) if columns > 0 else columns\n    H, W, C =",
        ),
        (
            "no_columns_accepted",
            "    if columns < 1:\n        raise",
            "    columns = max(columns, 1)\n    if False:\n        raise",
        ),
        ("one_row_too_many", "-(-C // columns)", "C // columns + 1"),
    ],
    "conv2d_transpose": [
        ("overwritten", "] += image", "] = image"),
        ("kernel_flipped", "kernel[a][b]", "kernel[kh - 1 - a][kw - 1 - b]"),
        ("one_step_too_many", "(W - 1) * stride", "W * stride", "(H - 1) * stride", "H * stride"),
        ("stamps_not_moved_apart", "out[i * stride + a][j * stride + b]", "out[i + a][j + b]"),
        (
            "zero_is_one",
            "    if stride < 1:\n        raise",
            "    stride = max(stride, 1)\n    if False:\n        raise",
        ),
        ("stride_ignored", "    H, W", "    stride = 1\n    H, W"),
        (None, "    return out", "    return out[0]"),
    ],
    "pad2d_mode": [
        (
            "it_behaves_as_if_it_were_given_mode_constant_where_it_is_edge",
            '    if mode == "edge":\n        return 0 if i < 0 else n - 1\n',
            '    if mode == "edge":\n        return None\n',
        ),
        (
            "reflect_repeats_edge",
            "return -i if i < 0 else 2 * (n - 1) - i",
            "return -i - 1 if i < 0 else 2 * n - 1 - i",
        ),
        ("negative_accepted", "if padding < 0 or mode", "if mode"),
        ("it_behaves_as_if_it_were_given_mode_edge_where_it_is_wrap", "return i % n", "return 0 if i < 0 else n - 1"),
    ],
    "window_counts": [
        ("stride_ignored", "+ 1, down)", "+ 1)", "+ 1, across)", "+ 1)"),
        (
            "windows_at_every_pixel",
            "H - kh + 1, down",
            "H, down",
            "W - kw + 1, across",
            "W, across",
            "                    counts[top + a]",
            "                    if top + a < H and left + b < W: counts[top + a]",
        ),
        ("counted_twice", "+= 1", "+= 2"),
        ("at_most_one", "+= 1", "= 1"),
        (None, "    return [row", "    return counts, [row"),
    ],
    "conv2d_valid": [
        ("kernel_flipped", "kernel[a][b]", "kernel[kh - 1 - a][kw - 1 - b]"),
        ("mean_instead_of_sum", "* kernel[a][b]", "* kernel[a][b] / (kh * kw)"),
        ("last_product_only", "] += image", "] = image"),
        ("added_instead_of_multiplied", " * kernel[a][b]", " + kernel[a][b]"),
    ],
    "same_padding": [
        ("odd_before", "return total // 2, total - total // 2", "return total - total // 2, total // 2"),
        ("floor_instead_of_ceil", "-(-n // stride)", "n // stride"),
        ("negative_total", "max((windows - 1) * stride + k - n, 0)", "(windows - 1) * stride + k - n"),
        ("total_on_each_side", "return total // 2, total - total // 2", "return total, total"),
        (None, "return total // 2, total - total // 2", "return [total // 2]"),
        (None, "return total // 2, total - total // 2", "return str(total // 2)"),
    ],
    "output_size": [
        ("padding_once", "n + 2 * padding", "n + padding"),
        ("same_keeps_the_size", "return -(-n // stride)", "return n"),
        ("stride_ignored", "(n + 2 * padding - k) // stride", "(n + 2 * padding - k)"),
        ("rounded_up", "(n + 2 * padding - k) // stride + 1", "-(-(n + 2 * padding - k) // stride) + 1"),
        ("not_rounded", "(n + 2 * padding - k) // stride", "(n + 2 * padding - k) / stride"),
    ],
    "conv2d": [
        ("bias_forgotten", "total = b[o]", "total = 0"),
        ("first_channel_only", "for c in range(C):", "for c in range(1):"),
        ("kernel_flipped", "w[u][v]", "w[kh - 1 - u][kw - 1 - v]"),
        (
            "odd_before",
            "return windows, max((windows - 1) * stride + k - n, 0) // 2",
            "return windows, -(-max((windows - 1) * stride + k - n, 0) // 2)",
        ),
        ("pairs_swapped", "down, across = stride if", "across, down = stride if"),
    ],
    "unread": [
        ("padding_once", "n + 2 * padding", "n + padding"),
        ("kernel_ignored", "(cells - k) % stride", "cells % stride"),
        ("quotient_for_rest", "(cells - k) % stride", "(cells - k) // stride"),
        ("negative_padding_accepted", " or padding < 0", ""),
    ],
    "global_pool": [
        ("sum_for_average", "sum(cells) / len(cells)", "sum(cells)"),
        ("kinds_swapped", 'if kind == "avg" else', 'if kind == "max" else'),
        ("smallest_for_maximum", "else max(cells)", "else min(cells)"),
        ("unknown_kind_accepted", 'if kind not in ("avg", "max"):', "if False:"),
    ],
    "max_pool_backward": [
        ("overwritten", "] += grad", "] = grad"),
        ("tie_to_last", "] > x[best", "] >= x[best"),
        ("smallest_cell_wins", "] > x[best", "] < x[best"),
        (
            "grad_of_any_shape",
            "    if (len(grad), len(grad[0]), len(grad[0][0])) != (rows, columns, C):\n        raise",
            "    rows, columns = min(rows, len(grad)), min(columns, len(grad[0]))\n"
            "    C = min(C, len(grad[0][0]))\n    if False:\n        raise",
        ),
    ],
    "consistency": [
        ("divided_by_images", "((len(labels) - 1) * len(labels[0]))", "len(labels[0])"),
        ("share_that_differs", "row[n] == labels", "row[n] != labels"),
        ("row_0_counted", "labels[1:]", "labels", "(len(labels) - 1)", "len(labels)"),
        ("not_divided", "return same / ((len(labels) - 1) * len(labels[0]))", "return same"),
    ],
    "blur_pool2d": [
        (
            "zero_padded",
            "value = x[mirrored(i + a - 1, H)][mirrored(j + b - 1, W)][c]",
            "value = x[i + a - 1][j + b - 1][c] if 0 <= i + a - 1 < H and 0 <= j + b - 1 < W else 0",
        ),
        ("not_divided", " / 16", ""),
        ("edge_padded", "return -i if i < 0 else min(i, 2 * (n - 1) - i)", "return min(max(i, 0), n - 1)"),
        ("box_blur", "value * [1, 2, 1][a] * [1, 2, 1][b] / 16", "value / 9"),
    ],
    "pool_shift_error": [
        ("opposite_direction", "(i - dy) % H", "(i + dy) % H", "(j - dx) % W", "(j + dx) % W"),
        ("axes_swapped", "    H, W", "    dy, dx = dx, dy\n    H, W"),
        ("sum_of_differences", "sum(differences) / len(differences)", "sum(differences)"),
        ("sign_kept", "abs(a - b)", "b - a"),
    ],
    "conv_params": [
        ("bias_forgotten", "(1 if bias else 0)", "0"),
        ("one_bias", "(kh * kw * c_in + (1 if bias else 0)) * c_out", "kh * kw * c_in * c_out + (1 if bias else 0)"),
        ("depth_forgotten", "kh * kw * c_in", "kh * kw"),
        ("bias_always", "(1 if bias else 0)", "1"),
    ],
    "conv_macs": [
        ("stride_ignored", "    macs = ", "    strides = 1, 1\n    macs = "),
        ("depth_forgotten", "kernel[1] * c_in * c_out", "kernel[1] * c_out"),
        ("valid_rounds_up", "(n - k) // s + 1", "-(-(n - k) // s) + 1"),
        ("same_keeps_the_size", "return -(-n // s)", "return n"),
    ],
    "activation_bytes": [
        ("batch_ignored", "values * batch * ", "values * "),
        ("values_counted", "values * batch * bytes_per_value", "values * batch"),
        ("sizes_added_to_one", "values *= size", "values += size"),
        ("zero_batch_accepted", "batch < 1", "batch < 0"),
    ],
    "summarize": [
        ("bias_forgotten", "(k * k * channels + 1)", "(k * k * channels)"),
        ("depth_forgotten", "(k * k * channels + 1)", "(k * k + 1)"),
        ("params_first", "rows.append((shape, params))", "rows.append((params, shape))"),
        ("shapes_only", "rows.append((shape, params))", "rows.append(shape)"),
        (None, "return rows", "return rows[0]"),
        (None, "return rows", "return [str(row) for row in rows]"),
    ],
    "training_bytes": [
        ("adam_forgotten", "return 4 * 4 * params", "return 2 * 4 * params"),
        ("input_forgotten", "size(input_shape) + sum", "sum"),
        ("batch_ignored", "4 * batch * values", "4 * values"),
        ("weights_once", "return 4 * 4 * params", "return 4 * params"),
    ],
    "forward": [
        ("relu_after_last", "if number < len(weights) - 1:", "if True:"),
        ("bias_missing_in_dense", " + b[o] for o", " for o"),
        ("relu_missing_after_dense", "if number < len(weights) - 1:", "if False:"),
        ("odd_before", "(kh - 1) // 2, (kw - 1) // 2", "kh // 2, kw // 2"),
        ("average_pooling", "max(cell[o] for cell in four)", "sum(max(cell[o], 0) for cell in four) / 4"),
    ],
    "conv2d_backward": [
        ("db_counts", "db[o] += g", "db[o] += 1"),
        ("dx_overwritten", "dx[row][column][c] += g", "dx[row][column][c] = g"),
        ("dw_first", "return dx, dw, db", "return dw, dx, db"),
        ("db_not_returned", "return dx, dw, db", "return dx, dw"),
        ("dx_kernel_flipped", "g * w[u][v]", "g * w[kh - 1 - u][kw - 1 - v]"),
        (None, "return dx, dw, db", "return dx, dw, [db]"),
    ],
    "dilate_kernel": [
        ("rate_ignored", "    kh, kw", "    rate = 1\n    kh, kw"),
        ("rate_is_zeros_between", "    kh, kw", "    rate += 1\n    kh, kw"),
        ("in_the_corner", "out[i * rate][j * rate]", "out[i][j]"),
        ("kernel_flipped", "kernel[i][j]", "kernel[kh - 1 - i][kw - 1 - j]"),
    ],
    "conv2d_dilated": [
        ("rate_ignored", "    H, W", "    rate = 1\n    H, W"),
        ("kernel_flipped", "kernel[a][b]", "kernel[kh - 1 - a][kw - 1 - b]"),
        ("it_behaves_as_if_it_were_given_a_rate_that_is_1_larger", "    H, W", "    rate += 1\n    H, W"),
        ("last_product_only", "] += image", "] = image"),
    ],
    "upsample2d": [
        ("always_two", "    H, W", "    factor = 2\n    H, W"),
        ("tiled", "x[i // factor][j // factor]", "x[i % H][j % W]"),
        ("factor_ignored", "    H, W", "    factor = 1\n    H, W"),
        ("same_array_returned", "    H, W", "    if factor == 1:\n        return x\n    H, W"),
    ],
    "unet_shapes": [
        ("filters_stay", "filters * 2**level", "filters"),
        ("way_down_only", "return down + down[:-1][::-1]", "return down"),
        ("bridge_twice", "return down + down[:-1][::-1]", "return down + down[::-1]"),
        (
            "channels_first",
            "(H // 2**level, W // 2**level, filters * 2**level)",
            "(filters * 2**level, H // 2**level, W // 2**level)",
        ),
        (None, "return down + down[:-1][::-1]", "return [list(shape) + [1] for shape in down + down[:-1][::-1]]"),
    ],
}


def answers(function):
    """Return [(what it must be told, source)], the right answer first.

    >>> [told for told, source in answers("translate")][:3]
    [None, 'wraps_around', 'axes_swapped']
    """
    wrong = [(told, _replaced(RIGHT[function], words)) for told, *words in WRONG[function]]
    return [(None, RIGHT[function]), *wrong]


def _replaced(source, words):
    for old, new in zip(words[::2], words[1::2], strict=True):
        assert old in source, f"{old!r} does not stand in the answer"
        source = source.replace(old, new)
    return source

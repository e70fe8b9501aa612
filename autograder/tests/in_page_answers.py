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
    H, W = len(x), len(x[0])
    if kind not in ("max", "avg", "min", "l2") or padding not in ("valid", "same"):
        raise ValueError("an unknown word")
    if min(kh, kw, down, across) < 1 or padding == "valid" and (kh > H or kw > W):
        raise ValueError("that has no meaning")
    rows, top = places(H, kh, down, padding)
    columns, left = places(W, kw, across, padding)
    out = [[0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            cells = []
            for a in range(i * down - top, i * down - top + kh):
                for b in range(j * across - left, j * across - left + kw):
                    if 0 <= a < H and 0 <= b < W:
                        cells.append(x[a][b])
            out[i][j] = one(cells, kind)
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

RIGHT = {
    "pad2d": PAD2D,
    "conv2d_strided": CONV2D_STRIDED,
    "pool2d": POOL2D,
    "translate": TRANSLATE,
    "receptive_field": RECEPTIVE_FIELD,
    "mosaic": MOSAIC,
    "conv2d_transpose": CONV2D_TRANSPOSE,
}

WRONG = {
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
        (None, "    return out", "    image[0][0] = 0\n    return out"),
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
            "x[a][b]",
            "x[a][b] if 0 <= a < H and 0 <= b < W else 0",
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
        ("backwards", "maps[i][j][c]", "maps[i][j][C - 1 - c]"),
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

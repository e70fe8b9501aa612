"""Chapter 1: what goes wrong with padding. Each wrong solution is what a student writes who holds the idea named."""

import numpy as np

from autograder.chapters.ch01_why_padding import reference
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function


def _sides(padding):
    return ((padding, padding), (padding, padding)) if isinstance(padding, int) else padding


def _refuse_negative(sides):
    if min(min(side) for side in sides) < 0:
        raise ValueError(sides)


def _lay(image, sides, value=0.0, dtype=None):
    """Lay the image into a larger array, rightly; the mistakes below call it with something wrong."""
    (top, bottom), (left, right) = sides
    _refuse_negative(sides)
    h, w = image.shape
    padded = np.full((top + h + bottom, left + w + right), value, dtype=dtype or image.dtype)
    padded[top : top + h, left : left + w] = image
    return padded


@_of("pad2d", "value_ignored", "The new cells are always 0: `value` is never used.")
def _(image, padding, value=0.0):
    return _lay(image, _sides(padding))


@_of("pad2d", "int_is_total", "An int padding is split between the two sides; it means that many cells on each side.")
def _(image, padding, value=0.0):
    if isinstance(padding, int):
        padding = ((padding // 2, padding - padding // 2),) * 2
    return _lay(image, padding, value)


@_of("pad2d", "one_cell_for_any_int", "An int padding always adds one cell on each side, however large it is.")
def _(image, padding, value=0.0):
    return _lay(image, _sides(min(padding, 1) if isinstance(padding, int) else padding), value)


@_of("pad2d", "one_end_only", "Cells are added at the bottom and right only; the top and left stay bare.")
def _(image, padding, value=0.0):
    (top, bottom), (left, right) = _sides(padding)
    return _lay(image, ((0, top + bottom), (0, left + right)), value)


@_of("pad2d", "axes_swapped", "Top and bottom are taken for left and right: the first pair is vertical.")
def _(image, padding, value=0.0):
    rows, columns = _sides(padding)
    return _lay(image, (columns, rows), value)


@_of(
    "pad2d", "ends_swapped", "Before and after are swapped: in ((top, bottom), (left, right)) top and left come first."
)
def _(image, padding, value=0.0):
    return _lay(image, tuple(side[::-1] for side in _sides(padding)), value)


@_of("pad2d", "first_amount_everywhere", "The first amount is used on all four sides.")
def _(image, padding, value=0.0):
    ((top, _bottom), _columns) = _sides(padding)
    return _lay(image, ((top, top), (top, top)), value)


@_of("pad2d", "dtype_lost", "The result is always float64: make the new array with the image's dtype.")
def _(image, padding, value=0.0):
    return _lay(image, _sides(padding), value, float)


@_of(
    "pad2d",
    "same_array_returned",
    "With nothing to add the image itself is returned, not a copy: changing one changes both.",
)
def _(image, padding, value=0.0):
    sides = _sides(padding)
    return image if sides == ((0, 0), (0, 0)) else _lay(image, sides, value)


@_of("pad2d", "negative_crops", "A negative padding cuts pixels off where it must raise ValueError.")
def _(image, padding, value=0.0):
    sides = _sides(padding)
    (top, bottom), (left, right) = [[max(-side, 0) for side in pair] for pair in sides]
    kept = image[top : image.shape[0] - bottom, left : image.shape[1] - right]
    return _lay(kept, [[max(side, 0) for side in pair] for pair in sides], value)


@_of(
    "pad2d", "height_and_width_swapped", "Height and width are swapped: image.shape is (H, W). A square image hides it."
)
def _(image, padding, value=0.0):
    (top, bottom), (left, right) = _sides(padding)
    _refuse_negative(((top, bottom), (left, right)))
    w, h = image.shape
    padded = np.full((top + h + bottom, left + w + right), value, dtype=image.dtype)
    padded[top : top + h, left : left + w] = image
    return padded


def _by_index(image, p, rows_of):
    """Pad by looking up which row and column each place shows."""
    rows, columns = (rows_of(np.arange(-p, n + p), n) for n in image.shape)
    return image[np.ix_(rows, columns)]


def _mode(**wrong):
    """Return a pad2d_mode that does the modes in `wrong` wrongly and the rest rightly."""

    def pad2d_mode(image, padding, mode):
        if mode in wrong and padding >= 0:
            return wrong[mode](image, padding)
        return reference.pad2d_mode(image, padding, mode)

    return pad2d_mode


def _symmetric(image, p):
    return np.pad(image, p, mode="symmetric")


def _edge(image, p):
    return np.pad(image, p, mode="edge")


def _reflect(image, p):
    return np.pad(image, p, mode="reflect")


_of(
    "pad2d_mode",
    "reflect_repeats_edge",
    'In "reflect" the edge pixel is repeated: the mirror stands on it, so the first new cell shows its neighbour.',
)(_mode(reflect=_symmetric))
_of(
    "pad2d_mode",
    "reflect_is_edge",
    'In "reflect" you repeat the edge pixel: that is "edge". In a mirror the first new cell shows the second pixel.',
)(_mode(reflect=_edge))
_of(
    "pad2d_mode",
    "edge_is_reflect",
    'In "edge" you mirror the image: that is "reflect". Repeat the edge pixel itself in every new cell.',
)(_mode(edge=_reflect))
_of(
    "pad2d_mode",
    "edge_and_reflect_swapped",
    '"edge" and "reflect" are swapped: edge repeats the border pixel, reflect mirrors the pixels behind it.',
)(_mode(edge=_reflect, reflect=_edge))


@_of("pad2d_mode", "always_zeros", "The mode is ignored: you always get zeros.")
def _(image, padding, mode):
    return reference.pad2d_mode(image, padding, "constant" if mode in ("reflect", "edge", "wrap") else mode)


def _corners_empty(mode):
    def pad(image, p):
        padded = np.pad(image, p, mode=mode)
        corners = [*range(p), *range(-p, 0)]
        padded[np.ix_(corners, corners)] = 0
        return padded

    return pad


_of(
    "pad2d_mode",
    "edge_corners_empty",
    'In "edge" the four corners stay 0: pad the rows first, then the columns of the result, and the corners fill up.',
)(_mode(edge=_corners_empty("edge")))
_of(
    "pad2d_mode",
    "corners_empty",
    "The four corners stay 0: pad the rows first, then the columns of the result, and the corners fill up.",
)(_mode(**{mode: _corners_empty(mode) for mode in ("reflect", "edge", "wrap")}))
_of(
    "pad2d_mode",
    "wrap_is_mirrored",
    'In "wrap" the image is mirrored; it goes on from the opposite side: left of the first column stands the last.',
)(_mode(wrap=_symmetric))
_of(
    "pad2d_mode",
    "wrap_repeats_own_end",
    'In "wrap" each side repeats its own end: left of the first column must stand the last columns, in order.',
)(_mode(wrap=lambda image, p: _by_index(image, p, lambda i, n: np.where(i < 0, i + p, np.where(i >= n, i - p, i)))))
_of(
    "pad2d_mode",
    "zeros_become_ones",
    'In "constant" the new cells are not 0.',
)(_mode(constant=lambda image, p: np.pad(image, p, constant_values=1)))


@_of(
    "pad2d_mode",
    "unknown_mode_accepted",
    "An unknown mode is treated as if it were a known one; it must raise ValueError.",
)
def _(image, padding, mode):
    return reference.pad2d_mode(image, padding, mode if mode in ("reflect", "edge", "wrap") else "constant")


def _counts(shape, kernel, strides, p, starts):
    """Count windows with two loops; `starts(n, k, s)` says where windows begin on a padded axis."""
    (h, w), (kh, kw) = shape, kernel
    padded = np.zeros((h + 2 * p, w + 2 * p), dtype=int)
    for i in starts(h + 2 * p, kh, strides[0]):
        for j in starts(w + 2 * p, kw, strides[1]):
            padded[i : i + kh, j : j + kw] += 1
    return padded[p : p + h, p : p + w]


def _starts(n, k, s):
    return range(0, n - k + 1, s)


def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def _checked(shape, kernel_size, stride, padding):
    """Raise for what has no meaning, as the reference does; return the pairs."""
    reference.window_counts(shape, kernel_size, stride, padding)
    return _pair(kernel_size), _pair(stride)


@_of("window_counts", "stride_ignored", "The window moves by one cell each time: `stride` is never used.")
def _(shape, kernel_size, stride=1, padding=0):
    kernel, _strides = _checked(shape, kernel_size, stride, padding)
    return _counts(shape, kernel, (1, 1), padding, _starts)


@_of(
    "window_counts",
    "stride_in_one_axis",
    "The stride is used downwards only; to the right the window still moves by one.",
)
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    return _counts(shape, kernel, strides if isinstance(stride, tuple) else (stride, 1), padding, _starts)


@_of(
    "window_counts",
    "no_gaps",
    "The window never moves farther than its own size; a stride larger than the kernel leaves pixels out.",
)
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    return _counts(shape, kernel, tuple(map(min, strides, kernel)), padding, _starts)


@_of("window_counts", "padding_ignored", "Windows that begin in the padding are not counted: `padding` is never used.")
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    return reference.window_counts(shape, kernel, strides, 0)


@_of(
    "window_counts",
    "padding_kept",
    "The counts of the padding's cells are still there: cut them off, the result is (H, W).",
)
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    h, w = shape
    return _counts((h + 2 * padding, w + 2 * padding), kernel, strides, 0, _starts)


@_of("window_counts", "pairs_swapped", "Vertical and horizontal are swapped: a pair is (vertical, horizontal).")
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    return _counts(shape, kernel[::-1], strides[::-1], padding, _starts)


@_of(
    "window_counts",
    "last_window_missed",
    "The last window is missed: it starts at H - kh, so the range ends at H - kh + 1.",
)
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    return _counts(shape, kernel, strides, padding, lambda n, k, s: range(0, n - k, s))


@_of(
    "window_counts", "windows_stick_out", "Windows that stick out at the end are counted too; only whole windows count."
)
def _(shape, kernel_size, stride=1, padding=0):
    kernel, strides = _checked(shape, kernel_size, stride, padding)
    return _counts(shape, kernel, strides, padding, _starts_and_one_more)


def _starts_and_one_more(n, k, s):
    return range(0, n - k + s, s)


@_of("window_counts", "always_padded", "Without a `padding` you count as if it were 1; the default is 0.")
def _(shape, kernel_size, stride=1, padding=1):
    return reference.window_counts(shape, kernel_size, stride, padding)


@_of("window_counts", "misfit_accepted", "A window that does not fit gives zeros; it must raise ValueError.")
def _(shape, kernel_size, stride=1, padding=0):
    return _counts(shape, _pair(kernel_size), _pair(stride), padding, _starts)


def _slide(image, kernel, dtype=float):
    """Convolve with two loops, rightly."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError((image.shape, kernel.shape))
    out = np.zeros((h - kh + 1, w - kw + 1), dtype=dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + kh, j : j + kw].astype(dtype) * kernel).sum(dtype=dtype)
    return out


@_of("conv2d_valid", "kernel_flipped", "The kernel is turned round by 180°. A convolutional network does not flip it.")
def _(image, kernel):
    return _slide(image, kernel[::-1, ::-1])


@_of("conv2d_valid", "kernel_transposed", "Rows and columns of the kernel are swapped.")
def _(image, kernel):
    return _slide(image, kernel.T)


@_of(
    "conv2d_valid",
    "last_row_and_column_missed",
    "The last row and column are missing: there are H - kh + 1 places, not H - kh.",
)
def _(image, kernel):
    return _slide(image, kernel)[:-1, :-1]


@_of(
    "conv2d_valid",
    "padded_to_same",
    "The output is as large as the image: you padded. Here only windows that fit count.",
)
def _(image, kernel):
    kh, kw = kernel.shape
    reference.conv2d_valid(image, kernel)
    return _slide(np.pad(image, (((kh - 1) // 2, kh // 2), ((kw - 1) // 2, kw // 2))), kernel)


@_of(
    "conv2d_valid",
    "square_kernel_assumed",
    "kernel.shape[0] is used for both directions; the width of a kernel is kernel.shape[1].",
)
def _(image, kernel):
    reference.conv2d_valid(image, kernel)
    (h, w), k = image.shape, kernel.shape[0]
    out = np.zeros((h - k + 1, w - k + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + k, j : j + k].astype(float) * kernel).sum()
    return out


@_of("conv2d_valid", "mean_instead_of_sum", "The products are averaged; a convolution adds them up.")
def _(image, kernel):
    return _slide(image, kernel) / kernel.size


@_of(
    "conv2d_valid",
    "matrix_product",
    "`@` multiplies matrices; here each cell of the window meets one cell of the kernel: use `*`.",
)
def _(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError((image.shape, kernel.shape))
    out = np.zeros((h - kh + 1, w - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + kh, j : j + kw] @ kernel).sum()
    return out


@_of(
    "conv2d_valid",
    "integers_wrap",
    "The output has the image's dtype, so sums wrap around or lose their fractions: compute in floats.",
)
def _(image, kernel):
    return _slide(image, kernel, image.dtype)


@_of(
    "conv2d_valid",
    "empty_instead_of_error",
    "A kernel that does not fit gives an empty array; it must raise ValueError.",
)
def _(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    return _slide(image, kernel) if kh <= h and kw <= w else np.zeros((max(h - kh + 1, 0), max(w - kw + 1, 0)))


@_of("conv2d_valid", "whole_image_refused", "A kernel as large as the image fits exactly once; it is no error.")
def _(image, kernel):
    if kernel.shape[0] >= image.shape[0] and kernel.shape[1] >= image.shape[1]:
        raise ValueError((image.shape, kernel.shape))
    return _slide(image, kernel)


def _split(total):
    return total // 2, total - total // 2


def _positive(*values):
    if min(values) < 1:
        raise ValueError(values)


@_of("same_padding", "odd_before", "The odd cell is put before; TensorFlow puts it after (bottom, right).")
def _(n, k, stride=1):
    return reference.same_padding(n, k, stride)[::-1]


@_of("same_padding", "symmetric", "Both sides get the same; when the total is odd, the side after gets one cell more.")
def _(n, k, stride=1):
    before, _after = reference.same_padding(n, k, stride)
    return before, before


@_of(
    "same_padding",
    "half_kernel",
    'Both sides get (k - 1) // 2. That keeps the size for odd k at stride 1; "same" depends on n and stride too.',
)
def _(n, k, stride=1):
    _positive(n, k, stride)
    return (k - 1) // 2, (k - 1) // 2


@_of(
    "same_padding",
    "stride_ignored",
    "The stride is ignored: at stride 2, fewer windows have to fit, so less padding is needed.",
)
def _(n, k, stride=1):
    _positive(n, k, stride)
    return _split(k - 1)


@_of(
    "same_padding",
    "keeps_the_size",
    '"same" is taken to keep the size n at any stride. The output has ceil(n / stride) cells.',
)
def _(n, k, stride=1):
    _positive(n, k, stride)
    return _split((n - 1) * stride + k - n)


@_of("same_padding", "floor_instead_of_ceil", "The number of windows is rounded down; it is ceil(n / stride).")
def _(n, k, stride=1):
    _positive(n, k, stride)
    return _split(max((n // stride - 1) * stride + k - n, 0))


@_of("same_padding", "negative_total", "The total comes out negative when the windows fit anyway; it is at least 0.")
def _(n, k, stride=1):
    _positive(n, k, stride)
    return _split((-(-n // stride) - 1) * stride + k - n)


@_of("same_padding", "total_on_each_side", "Each side gets the whole total; it is shared between before and after.")
def _(n, k, stride=1):
    return (sum(reference.same_padding(n, k, stride)),) * 2


@_of("same_padding", "zero_stride_accepted", "A size or stride below 1 is accepted; it must raise ValueError.")
def _(n, k, stride=1):
    return reference.same_padding(max(n, 1), max(k, 1), max(stride, 1))

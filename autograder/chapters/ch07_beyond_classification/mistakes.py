"""Chapter 7: what goes wrong beyond classification. A wrong solution is what a student writes who holds that idea."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.chapters.ch07_beyond_classification import reference
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function


def _refuse_below_1(number):
    if number < 1:
        raise ValueError(number)


def _spread(kernel, down, right, shape=None, dtype=None):
    """Lay the cells of a kernel `down` and `right` apart; the mistakes below call it with something wrong."""
    kh, kw = kernel.shape
    out = np.zeros(shape or ((kh - 1) * down + 1, (kw - 1) * right + 1), dtype or kernel.dtype)
    for i in range(kh):
        for j in range(kw):
            out[i * down, j * right] = kernel[i, j]
    return out


@_of("dilate_kernel", "rate_is_zeros_between", "You put rate zeros between two cells; rate - 1 stand there.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel, rate + 1, rate + 1)


@_of("dilate_kernel", "always_two", "The rate is ignored: your cells always stand 2 apart.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel, 2, 2)


@_of(
    "dilate_kernel",
    "zeros_put_in_again",
    "You put zeros between all cells, rate - 1 times over, between zeros too: at rate 3 cells stand 4 apart, not 3.",
)
def _(kernel, rate):
    _refuse_below_1(rate)
    out = kernel.copy()
    for _time in range(rate - 1):
        out = _spread(out, 2, 2)
    return out


@_of(
    "dilate_kernel",
    "zeros_at_the_end",
    "The result is kh·rate by kw·rate: there are zeros after the last cell too. It ends with the last cell.",
)
def _(kernel, rate):
    _refuse_below_1(rate)
    kh, kw = kernel.shape
    return _spread(kernel, rate, rate, (kh * rate, kw * rate))


@_of("dilate_kernel", "cells_repeated", "The cells are repeated; between them must stand zeros.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return kernel.repeat(rate, axis=0).repeat(rate, axis=1)


@_of(
    "dilate_kernel",
    "gaps_filled",
    "The gaps hold the cell before them: only the cells of the kernel have a weight, between them stand zeros.",
)
def _(kernel, rate):
    _refuse_below_1(rate)
    kh, kw = kernel.shape
    return kernel.repeat(rate, axis=0).repeat(rate, axis=1)[: (kh - 1) * rate + 1, : (kw - 1) * rate + 1]


@_of("dilate_kernel", "columns_only", "Only the columns are moved apart; the rows must be too.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel, 1, rate)


@_of("dilate_kernel", "rows_only", "Only the rows are moved apart; the columns must be too.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel, rate, 1)


@_of("dilate_kernel", "turned_round", "The kernel comes out turned by 180°: it is not flipped.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel[::-1, ::-1], rate, rate)


@_of("dilate_kernel", "transposed", "Rows and columns of the kernel are swapped.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel.T, rate, rate)


@_of(
    "dilate_kernel",
    "in_the_corner",
    "The size is right, but the cells lie side by side in the top left corner: (i, j) goes to (i·rate, j·rate).",
)
def _(kernel, rate):
    _refuse_below_1(rate)
    kh, kw = kernel.shape
    return _spread(kernel, 1, 1, ((kh - 1) * rate + 1, (kw - 1) * rate + 1))


@_of(
    "dilate_kernel",
    "square_kernel_assumed",
    "kernel.shape[0] is used for both directions; the width of a kernel is kernel.shape[1].",
)
def _(kernel, rate):
    _refuse_below_1(rate)
    k = kernel.shape[0]
    out = np.zeros(((k - 1) * rate + 1, (k - 1) * rate + 1))
    out[::rate, ::rate] = kernel
    return out


@_of("dilate_kernel", "fractions_cut", "The new array holds whole numbers only, so fractions are cut off.")
def _(kernel, rate):
    _refuse_below_1(rate)
    return _spread(kernel, rate, rate, dtype=int)


@_of(
    "dilate_kernel",
    "same_array_returned",
    "At rate 1 the kernel itself is returned, not a copy: changing one changes both.",
)
def _(kernel, rate):
    _refuse_below_1(rate)
    return kernel if rate == 1 else _spread(kernel, rate, rate)


@_of("dilate_kernel", "zero_is_one", "A rate below 1 is treated as 1; it must raise ValueError.")
def _(kernel, rate):
    return _spread(kernel, max(rate, 1), max(rate, 1))


@_of("dilate_kernel", "negative_is_positive", "A negative rate is taken without its sign; it must raise ValueError.")
def _(kernel, rate):
    _refuse_below_1(abs(rate))
    return _spread(kernel, abs(rate), abs(rate))


def _check_dilated(image, kernel, rate):
    """Raise for what has no meaning, as the reference does."""
    reference.conv2d_dilated(image, kernel, rate)


def _slide(image, kernel, rate=1, dtype=float):
    """Convolve with two loops, rightly, whatever fits."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    out = np.zeros((h - (kh - 1) * rate, w - (kw - 1) * rate), dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            window = image[i : i + (kh - 1) * rate + 1 : rate, j : j + (kw - 1) * rate + 1 : rate]
            out[i, j] = (window.astype(dtype) * kernel).sum()
    return out


@_of("conv2d_dilated", "rate_ignored", "The rate is ignored: the window is as small as without dilation.")
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel)


@_of("conv2d_dilated", "rate_is_stride", "The rate is used as a stride: the window itself must be spread out.")
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel)[::rate, ::rate]


@_of(
    "conv2d_dilated",
    "stride_too",
    "Windows start at every rate-th pixel only, as on image[::rate, ::rate]. They are spread out, but move by 1.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel, rate)[::rate, ::rate]


@_of(
    "conv2d_dilated",
    "rate_is_pixels_left_out",
    "You leave rate pixels out between two that are read; rate - 1 are left out.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel, rate + 1)


@_of("conv2d_dilated", "always_two", "The rate is ignored: your window always reads every second pixel.")
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel, 2)


def _with_zeros_at_the_end(image, kernel, rate):
    """Convolve with a kernel of k·rate rows and columns, the last ones zeros; nothing where it does not fit."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    return _slide(image, kernel, rate)[: max(h - kh * rate + 1, 0), : max(w - kw * rate + 1, 0)]


@_of(
    "conv2d_dilated",
    "span_too_long",
    "The span is taken as k·rate, so the last rows and columns are missing: it is (k - 1)·rate + 1.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    if any(k * rate > n for k, n in zip(kernel.shape, image.shape, strict=True)):
        raise ValueError((image.shape, kernel.shape, rate))
    return _with_zeros_at_the_end(image, kernel, rate)


@_of(
    "conv2d_dilated",
    "span_too_long_unchecked",
    "The span is taken as k·rate, and where that is too long nothing is left: it is (k - 1)·rate + 1.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    if any(k * rate > n + 1 for k, n in zip(kernel.shape, image.shape, strict=True)):
        raise ValueError("negative dimensions are not allowed")  # from np.zeros
    return _with_zeros_at_the_end(image, kernel, rate)


@_of(
    "conv2d_dilated",
    "last_row_and_column_missed",
    "The last row and column are missing: there are H - (kh - 1)·rate places, not one fewer.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel, rate)[:-1, :-1]


@_of(
    "conv2d_dilated", "kernel_flipped", "The kernel is turned round by 180°. A convolutional network does not flip it."
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, kernel[::-1, ::-1], rate)


@_of("conv2d_dilated", "columns_only", "Only the columns of the window are spread out; its rows must be too.")
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    return _slide(image, _spread(kernel, 1, rate))


@_of(
    "conv2d_dilated",
    "gaps_filled",
    "The kernel is enlarged by repeating its weights, so it reads all pixels it spans; between the cells stand zeros.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    span = [(k - 1) * rate + 1 for k in kernel.shape]
    return _slide(image, kernel.repeat(rate, axis=0).repeat(rate, axis=1)[: span[0], : span[1]])


@_of(
    "conv2d_dilated",
    "padded_to_same",
    "The output is as large as the image: you padded. Here only windows that fit count.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    around = [((k - 1) * rate // 2, (k - 1) * rate - (k - 1) * rate // 2) for k in kernel.shape]
    return _slide(np.pad(image, around), kernel, rate)


@_of(
    "conv2d_dilated",
    "square_kernel_assumed",
    "kernel.shape[0] is used for both directions; the width of a kernel is kernel.shape[1].",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    (h, w), span = image.shape, (kernel.shape[0] - 1) * rate + 1
    out = np.zeros((h - span + 1, w - span + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + span : rate, j : j + span : rate].astype(float) * kernel).sum()
    return out


@_of(
    "conv2d_dilated",
    "integers_wrap",
    "The output has the image's dtype, so sums wrap around or lose their fractions: compute in floats.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    convolved = _slide(image, kernel, rate)
    return convolved.astype(int).astype(image.dtype) if image.dtype.kind in "iu" else convolved


@_of(
    "conv2d_dilated",
    "kernel_in_the_image_s_dtype",
    "The kernel is turned into the image's dtype: fractions are lost, or products wrap around. Compute in floats.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    windows = sliding_window_view(image, [(k - 1) * rate + 1 for k in kernel.shape])[..., ::rate, ::rate]
    return (windows * kernel.astype(image.dtype)).sum(axis=(2, 3)).astype(float)


@_of(
    "conv2d_dilated",
    "exact_fit_refused",
    "A dilated kernel as high or as wide as the image still fits once; it is no error.",
)
def _(image, kernel, rate):
    _check_dilated(image, kernel, rate)
    if any((k - 1) * rate + 1 >= n for k, n in zip(kernel.shape, image.shape, strict=True)):
        raise ValueError((image.shape, kernel.shape, rate))
    return _slide(image, kernel, rate)


@_of(
    "conv2d_dilated",
    "only_kernel_checked",
    "You check that the kernel fits, not the dilated kernel: one that no longer fits must raise ValueError.",
)
def _(image, kernel, rate):
    _refuse_below_1(rate)
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError((image.shape, kernel.shape))
    if (kh - 1) * rate >= h or (kw - 1) * rate >= w:
        return np.zeros((max(h - (kh - 1) * rate, 0), max(w - (kw - 1) * rate, 0)))
    return _slide(image, kernel, rate)


@_of("conv2d_dilated", "zero_is_one", "A rate below 1 is treated as 1; it must raise ValueError.")
def _(image, kernel, rate):
    _check_dilated(image, kernel, max(rate, 1))
    return _slide(image, kernel, max(rate, 1))


def _enlarge(x, down, right):
    return x.repeat(down, axis=0).repeat(right, axis=1)


@_of("upsample2d", "tiled", "The whole map is laid side by side; each cell must be repeated next to itself.")
def _(x, factor):
    _refuse_below_1(factor)
    return np.tile(x, (factor, factor, 1))


@_of(
    "upsample2d", "zeros_between", "Only one cell of each block holds the value and the others 0; fill the whole block."
)
def _(x, factor):
    _refuse_below_1(factor)
    out = np.zeros_like(_enlarge(x, factor, factor))
    out[::factor, ::factor] = x
    return out


@_of("upsample2d", "columns_only", "Only the columns are repeated; the rows must be too.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x, 1, factor)


@_of("upsample2d", "rows_only", "Only the rows are repeated; the columns must be too.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x, factor, 1)


@_of("upsample2d", "channels_first", "Width and channels are enlarged; the axes are (height, width, channels).")
def _(x, factor):
    _refuse_below_1(factor)
    return x.repeat(factor, axis=1).repeat(factor, axis=2)


@_of("upsample2d", "channels_repeated", "The channels are repeated as well; their number stays.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x, factor, factor).repeat(factor, axis=2)


@_of("upsample2d", "first_channel_only", "Only the first channel is enlarged; the others are missing.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x[:, :, :1], factor, factor)


@_of("upsample2d", "first_channel_everywhere", "All channels show the first one.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x[:, :, :1], factor, factor).repeat(x.shape[2], axis=2)


@_of("upsample2d", "doubled_again", "You double factor - 1 times: factor 3 then gives 4 copies, not 3.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x, 2 ** (factor - 1), 2 ** (factor - 1))


@_of("upsample2d", "always_two", "The factor is ignored: you always double.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x, 2, 2)


@_of("upsample2d", "blended", "Values between two cells are blended; nearest neighbour only repeats values.")
def _(x, factor):
    _refuse_below_1(factor)
    out = x.astype(float)
    for axis in (0, 1):
        n = x.shape[axis]
        places = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        before = np.minimum(places.astype(int), max(n - 2, 0))
        after, share = np.minimum(before + 1, n - 1), places - before
        share = share.reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        out = out.take(before, axis) * (1 - share) + out.take(after, axis) * share
    return out


@_of("upsample2d", "values_shared_out", "Each value is divided among the cells of its block; each must hold all of it.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x, factor, factor) / factor**2


@_of(
    "upsample2d",
    "square_map_assumed",
    "x.shape[0] is used for height and width; the width is x.shape[1].",
)
def _(x, factor):
    _refuse_below_1(factor)
    n, _width, channels = x.shape
    out = np.zeros((n * factor, n * factor, channels), x.dtype)
    for i in range(n):
        for j in range(n):
            out[i * factor : (i + 1) * factor, j * factor : (j + 1) * factor] = x[i, j]
    return out


@_of("upsample2d", "fractions_cut", "The new array holds whole numbers only, so fractions are cut off.")
def _(x, factor):
    _refuse_below_1(factor)
    return _enlarge(x.astype(int), factor, factor)


@_of(
    "upsample2d",
    "same_array_returned",
    "For factor 1 x itself is returned, not a copy: changing one changes both.",
)
def _(x, factor):
    _refuse_below_1(factor)
    return x if factor == 1 else _enlarge(x, factor, factor)


@_of("upsample2d", "zero_is_one", "A factor below 1 must raise ValueError.")
def _(x, factor):
    return _enlarge(x, max(factor, 1), max(factor, 1))


def _stamp(image, kernel, stride, size=None, dtype=float, lay=np.add):
    """Stamp with two loops; `size(n, k)` is that of the result, `lay(there, stamp)` what a stamp does to it."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    size = size or (lambda n, k: (n - 1) * stride + k)
    out = np.zeros((size(h, kh), size(w, kw)), dtype)
    for i in range(h):
        for j in range(w):
            place = out[i * stride : i * stride + kh, j * stride : j * stride + kw]
            place[...] = lay(place, (image[i, j].astype(dtype) * kernel).astype(dtype))
    return out


@_of(
    "conv2d_transpose", "overwritten", "Where stamps overlap the later one replaces the earlier: add, += instead of =."
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel, stride, lay=lambda there, stamp: stamp)


@_of("conv2d_transpose", "largest_wins", "Where stamps overlap only the largest value stays: they add up.")
def _(image, kernel, stride):
    _refuse_below_1(stride)
    hits = _stamp(np.ones_like(image, float), np.ones_like(kernel, float), stride)
    largest = _stamp(image, kernel, stride, lay=np.maximum)
    return np.where(hits > 1, largest, _stamp(image, kernel, stride))


@_of("conv2d_transpose", "overlaps_averaged", "Where stamps overlap you divide by their number: they add up.")
def _(image, kernel, stride):
    _refuse_below_1(stride)
    hits = _stamp(np.ones_like(image, float), np.ones_like(kernel, float), stride)
    return _stamp(image, kernel, stride) / np.maximum(hits, 1)


@_of(
    "conv2d_transpose",
    "kernel_flipped",
    "The stamps are turned by 180°: a stamp is pixel · kernel as it stands. "
    "(Convolving an image with zeros between its pixels needs the kernel flipped.)",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel[::-1, ::-1], stride)


@_of(
    "conv2d_transpose",
    "kernel_transposed",
    'Rows and columns of the kernel are swapped; "transposed" means another matrix.',
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel.T, stride)


@_of(
    "conv2d_transpose",
    "size_at_least_stride",
    "Where the kernel is smaller than the stride you add empty rows and columns at the end, as Keras does; "
    "here the result ends with the last stamp.",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel, stride, lambda n, k: (n - 1) * stride + max(k, stride))


@_of(
    "conv2d_transpose",
    "one_step_too_many",
    "The result is H·stride + kh high: H stamps are H - 1 steps apart, so it is (H - 1)·stride + kh.",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel, stride, lambda n, k: n * stride + k)


@_of(
    "conv2d_transpose",
    "cut_to_same",
    'The result has H·stride by W·stride cells, as with "same" padding: it must reach to the end of the last stamp.',
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    out = np.zeros([n * stride for n in image.shape])
    whole = _stamp(image, kernel, stride)[: out.shape[0], : out.shape[1]]
    out[: whole.shape[0], : whole.shape[1]] = whole
    return out


@_of("conv2d_transpose", "stride_ignored", "The stamps are 1 cell apart whatever the stride is.")
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel, 1)


@_of(
    "conv2d_transpose",
    "stamps_not_moved_apart",
    "The result has the right size, but the stamps start at (i, j): they start at (i·stride, j·stride).",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return _stamp(image, kernel, 1, lambda n, k: (n - 1) * stride + k)


@_of(
    "conv2d_transpose",
    "stamps_side_by_side",
    "The stamps stand a kernel's size apart, so they never overlap: they stand stride apart.",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    return np.kron(image.astype(float), kernel)


@_of(
    "conv2d_transpose",
    "stride_downwards_only",
    "The stride is used downwards only; to the right the stamps are 1 cell apart.",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    (h, w), (kh, kw) = image.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + kh, w - 1 + kw))
    for i in range(h):
        for j in range(w):
            out[i * stride : i * stride + kh, j : j + kw] += image[i, j].astype(float) * kernel
    return out


@_of(
    "conv2d_transpose",
    "square_kernel_assumed",
    "kernel.shape[0] is used for both directions; the width of a kernel is kernel.shape[1].",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    (h, w), k = image.shape, kernel.shape[0]
    out = np.zeros(((h - 1) * stride + k, (w - 1) * stride + k))
    for i in range(h):
        for j in range(w):
            out[i * stride : i * stride + k, j * stride : j * stride + k] += image[i, j].astype(float) * kernel
    return out


@_of(
    "conv2d_transpose",
    "height_and_width_swapped",
    "Height and width are swapped: image.shape is (H, W). A square image hides it.",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    (w, h), (kh, kw) = image.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + kh, (w - 1) * stride + kw))
    for i in range(h):
        for j in range(w):
            out[i * stride : i * stride + kh, j * stride : j * stride + kw] += image[i, j].astype(float) * kernel
    return out


@_of(
    "conv2d_transpose",
    "integers_wrap",
    "The result has the image's dtype, so values wrap around or lose their fractions: compute in floats.",
)
def _(image, kernel, stride):
    _refuse_below_1(stride)
    stamped = _stamp(image, kernel, stride)
    return stamped.astype(int).astype(image.dtype) if image.dtype.kind in "iu" else stamped


@_of(
    "conv2d_transpose",
    "zero_accepted",
    "Stride 0 piles all stamps onto one place; a stride below 1 must raise ValueError.",
)
def _(image, kernel, stride):
    if stride < 0:
        raise ValueError(stride)
    return _stamp(image, kernel, stride)


@_of("conv2d_transpose", "zero_is_one", "A stride below 1 is treated as 1; it must raise ValueError.")
def _(image, kernel, stride):
    return _stamp(image, kernel, max(stride, 1))


def _check_unet(input_shape, depth, filters):
    """Raise for what has no meaning, as the reference does."""
    reference.unet_shapes(input_shape, depth, filters)


def _unet(input_shape, depth, filters, level_filters=None, size=None):
    """List the shapes rightly; `level_filters(level)` and `size(n, level)` say otherwise."""
    h, w = input_shape[:2]
    level_filters = level_filters or (lambda level: filters * 2**level)
    size = size or (lambda n, level: n // 2**level)
    down = [(size(h, level), size(w, level), level_filters(level)) for level in range(depth + 1)]
    return down + down[:-1][::-1]


@_of(
    "unet_shapes",
    "after_pooling",
    "The levels on the way down are given after their pooling; give the map before it, which the skip keeps.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return [(h // 2, w // 2, c) for h, w, c in right[:depth]] + right[depth:]


@_of("unet_shapes", "bridge_missing", "The bridge is missing: the level between the way down and the way up.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return right[:depth] + right[depth + 1 :] if depth else right


@_of("unet_shapes", "way_down_only", "The list ends with the bridge: the way up is missing.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape, depth, filters)[: depth + 1]


@_of("unet_shapes", "way_up_in_wrong_order", "The way up is listed from the top level; it begins at the deepest.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return right[: depth + 1] + right[:depth]


@_of("unet_shapes", "filters_added", "The filters grow by the same number each level; they double: 8, 16, 32.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape, depth, filters, lambda level: filters * (level + 1))


@_of("unet_shapes", "filters_stay", "Every level has the same number of filters; it doubles with each level down.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape, depth, filters, lambda level: filters)


@_of(
    "unet_shapes",
    "bridge_not_doubled",
    "The bridge has as many filters as the level before it; it is one level deeper, so it has twice as many.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return [*right[:depth], (*right[depth][:2], right[max(depth - 1, 0)][2]), *right[depth + 1 :]]


@_of(
    "unet_shapes",
    "bridge_not_pooled",
    "The bridge is as large as the level before it; the last level is pooled too.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return [*right[:depth], (*right[max(depth - 1, 0)][:2], right[depth][2]), *right[depth + 1 :]]


@_of(
    "unet_shapes",
    "skip_counted",
    "On the way up you give the channels right after the skip is joined; give those after the level's convolutions.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return right[: depth + 1] + [(h, w, 3 * c) for h, w, c in right[depth + 1 :]]


@_of(
    "unet_shapes",
    "filters_not_halved_again",
    "On the way up each level still has the filters of the level below it; they halve as the size doubles.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    right = _unet(input_shape, depth, filters)
    return right[: depth + 1] + [(h, w, 2 * c) for h, w, c in right[depth + 1 :]]


@_of(
    "unet_shapes",
    "convolutions_shrink",
    'Each pair of convolutions takes 4 rows and columns off, as without padding; "same" keeps the size.',
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    (h, w), shapes = input_shape[:2], []
    for level in range(2 * depth + 1):
        h, w = h - 4, w - 4
        shapes.append((h, w, filters * 2 ** min(level, 2 * depth - level)))
        h, w = (h // 2, w // 2) if level < depth else (h * 2, w * 2)
    return shapes


@_of(
    "unet_shapes",
    "one_pooling_for_all",
    "Every level below the first is half as large as the input; each pooling halves the size again.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape, depth, filters, size=lambda n, level: n // 2 if level else n)


@_of("unet_shapes", "square_input_assumed", "The height is used for the width too; the input is (H, W, C).")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet((input_shape[0], input_shape[0]), depth, filters)


@_of("unet_shapes", "height_and_width_swapped", "Height and width are swapped: the input is (H, W, C).")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape[1::-1], depth, filters)


@_of(
    "unet_shapes",
    "input_channels_multiplied",
    "The input's channels are multiplied in: a filter reads all of them and gives one channel.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape, depth, filters * input_shape[2])


@_of(
    "unet_shapes",
    "powers_of_two_only",
    "You accept powers of 2 only; 20 divides by 2**2 just as well.",
)
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    if any(n & (n - 1) for n in input_shape[:2]):
        raise ValueError(input_shape)
    return _unet(input_shape, depth, filters)


@_of("unet_shapes", "depth_0_refused", "Depth 0 has a meaning: no pooling, only the bridge.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    _refuse_below_1(depth)
    return _unet(input_shape, depth, filters)


@_of("unet_shapes", "depth_0_empty", "Depth 0 gives an empty list: the bridge is there at every depth.")
def _(input_shape, depth, filters):
    _check_unet(input_shape, depth, filters)
    return _unet(input_shape, depth, filters) if depth else []


@_of(
    "unet_shapes",
    "remainders_dropped",
    "A size that does not divide is rounded down: the way up then does not fit the skips. It must raise ValueError.",
)
def _(input_shape, depth, filters):
    if depth < 0 or filters < 1:
        raise ValueError((depth, filters))
    return _unet(input_shape, depth, filters)


@_of("unet_shapes", "only_height_checked", "Only the height is checked; the width must divide by 2**depth too.")
def _(input_shape, depth, filters):
    if depth < 0 or filters < 1 or input_shape[0] % 2**depth:
        raise ValueError(input_shape)
    return _unet(input_shape, depth, filters)


@_of(
    "unet_shapes",
    "only_even_checked",
    "You check that the sizes are even; with depth poolings they must divide by 2**depth.",
)
def _(input_shape, depth, filters):
    if depth < 0 or filters < 1 or (depth and (input_shape[0] % 2 or input_shape[1] % 2)):
        raise ValueError(input_shape)
    return _unet(input_shape, depth, filters)


@_of(
    "unet_shapes",
    "twice_the_depth_checked",
    "You check that the sizes divide by 2 · depth; each pooling halves, so it is 2**depth.",
)
def _(input_shape, depth, filters):
    if depth < 0 or filters < 1 or (depth and (input_shape[0] % (2 * depth) or input_shape[1] % (2 * depth))):
        raise ValueError(input_shape)
    return _unet(input_shape, depth, filters)

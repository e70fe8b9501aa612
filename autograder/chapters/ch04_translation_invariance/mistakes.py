"""Chapter 4: what goes wrong with shifts. Each wrong solution is what a student writes who holds the idea named."""

import numpy as np

from autograder.chapters.ch04_translation_invariance import reference
from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function


def _looked_up(image, row, column):
    """Return an image whose cell (i, j) is the image's (row(i), column(j)), or 0 where that lies outside."""
    height, width = image.shape
    out = np.zeros_like(image)
    for i in range(height):
        for j in range(width):
            if 0 <= row(i) < height and 0 <= column(j) < width:
                out[i, j] = image[row(i), column(j)]
    return out


def _moved(image, dy, dx):
    """Translate, rightly; the mistakes below call it with something wrong."""
    return _looked_up(image, lambda i: i - dy, lambda j: j - dx)


@_of(
    "translate",
    "wraps_around",
    "What leaves on one side comes back on the other, as np.roll does it; zeros must move in.",
)
def _(image, dy, dx):
    return np.roll(image, (dy, dx), axis=(0, 1))


@_of("translate", "edge_repeated", "The edge pixels are repeated where zeros must move in.")
def _(image, dy, dx):
    rows, columns = (np.clip(np.arange(n) - d, 0, n - 1) for n, d in zip(image.shape, (dy, dx), strict=True))
    return image[np.ix_(rows, columns)]


@_of(
    "translate", "old_pixels_stay", "Where zeros must move in, the old pixels stay: start from zeros, not from a copy."
)
def _(image, dy, dx):
    out = image.copy()
    height, width = image.shape
    for i in range(height):
        for j in range(width):
            if 0 <= i - dy < height and 0 <= j - dx < width:
                out[i, j] = image[i - dy, j - dx]
    return out


@_of("translate", "axes_swapped", "dy and dx are swapped: dy moves down, which is axis 0.")
def _(image, dy, dx):
    return _moved(image, dx, dy)


@_of(
    "translate",
    "opposite_direction",
    "The image moves the opposite way: the cell (i, j) of the result shows (i - dy, j - dx) of the image.",
)
def _(image, dy, dx):
    return _moved(image, -dy, -dx)


@_of("translate", "sign_ignored", "The sign is ignored: a negative dy must move up, a negative dx to the left.")
def _(image, dy, dx):
    return _moved(image, abs(dy), abs(dx))


@_of("translate", "negative_does_nothing", "A negative amount moves nothing; it must move up or to the left.")
def _(image, dy, dx):
    return _moved(image, max(dy, 0), max(dx, 0))


@_of(
    "translate",
    "negative_index",
    "One end is not tested: a row or column of -1 is taken for the last one, so pixels come in from the other side.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    for i in range(height):
        for j in range(width):
            if -height <= i - dy < height and -width <= j - dx < width:
                out[i, j] = image[i - dy, j - dx]
    return out


@_of(
    "translate",
    "zero_slice_is_empty",
    "With an amount of 0 nothing is copied: image[:-0] is empty. Write image[: height - dy].",
)
def _(image, dy, dx):
    return np.zeros_like(image) if 0 in (dy, dx) else _moved(image, dy, dx)


@_of(
    "translate",
    "one_axis_forgotten",
    "An image that moves along one axis only is lost: an amount of 0 belongs to one of the branches too.",
)
def _(image, dy, dx):
    if dy == 0 and dx == 0:
        return image.copy()
    out = np.zeros_like(image)
    return _moved(image, dy, dx) if dy != 0 and dx != 0 else out


@_of(
    "translate",
    "far_is_refused",
    "A move further than the image is large raises an error; the image has then moved out, and zeros are left.",
)
def _(image, dy, dx):
    if abs(dy) >= image.shape[0] or abs(dx) >= image.shape[1]:
        raise ValueError("could not broadcast input array")
    return _moved(image, dy, dx)


@_of("translate", "far_comes_back", "An image that has moved out comes back: no remainder (%) is needed here.")
def _(image, dy, dx):
    height, width = image.shape
    return _moved(image, int(np.fmod(dy, height)), int(np.fmod(dx, width)))


@_of(
    "translate",
    "first_rows_cleared",
    "After the roll the first rows and columns are cleared; where the amount is negative, it must be the last ones.",
)
def _(image, dy, dx):
    out = np.roll(image, (dy, dx), axis=(0, 1))
    out[:dy] = 0
    out[:, :dx] = 0
    return out


@_of(
    "translate",
    "slices_for_positive_only",
    "Slices such as [dy:] count from the end when dy is negative: a negative amount needs slices of its own.",
)
def _(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    out[dy:, dx:] = image[: max(height - dy, 0), : max(width - dx, 0)]
    return out


@_of(
    "translate",
    "slices_from_the_end",
    "image[:-dy] is right for positive amounts only: with 0 it is empty, and a negative one needs its own slices.",
)
def _(image, dy, dx):
    out = np.zeros_like(image)
    out[dy:, dx:] = image[:-dy, :-dx]
    return out


@_of("translate", "image_overwritten", "The image itself is overwritten: lay the result into a new array.")
def _(image, dy, dx):
    image[...] = _moved(image, dy, dx)
    return image.copy()


@_of(
    "translate",
    "same_array_returned",
    "When nothing moves the image itself is returned, not a copy: changing one changes both.",
)
def _(image, dy, dx):
    return image if dy == 0 and dx == 0 else _moved(image, dy, dx)


@_of("translate", "cropped", "Rows and columns are cut off; the result has the size of the image, with zeros moved in.")
def _(image, dy, dx):
    height, width = image.shape
    return image[max(-dy, 0) : max(height - dy, 0), max(-dx, 0) : max(width - dx, 0)]


@_of("translate", "grown", "The result is larger than the image: what moves out must be cut off.")
def _(image, dy, dx):
    return np.pad(image, ((max(dy, 0), max(-dy, 0)), (max(dx, 0), max(-dx, 0))))


@_of(
    "translate",
    "height_and_width_swapped",
    "Height and width are swapped: image.shape is (H, W). A square image hides it.",
)
def _(image, dy, dx):
    width, height = image.shape
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            if 0 <= i - dy < image.shape[0] and 0 <= j - dx < image.shape[1]:
                out[i, j] = image[i - dy, j - dx]
    return out


def _rows(labels):
    """Refuse a single row, and return row 0 and the shifted rows."""
    if len(labels) < 2:
        raise ValueError(labels.shape)
    return labels[0], labels[1:]


@_of(
    "consistency",
    "row_0_counted",
    "Row 0 is compared with itself and counted, which makes the share too large: count the shifted rows only.",
)
def _(labels):
    _rows(labels)
    return float((labels == labels[0]).mean())


@_of("consistency", "neighbouring_rows", "Each row is compared with the row before it; all are compared with row 0.")
def _(labels):
    _rows(labels)
    return float((labels[1:] == labels[:-1]).mean())


@_of("consistency", "first_shift_only", "Only row 1 is compared; every shifted row counts.")
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted[0] == first).mean())


@_of("consistency", "last_shift_only", "Only the last row counts: what a loop returns must be added up over all rows.")
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted[-1] == first).mean())


@_of(
    "consistency",
    "all_shifts_must_agree",
    "An image counts only if all its shifted predictions agree; here each prediction counts by itself.",
)
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted == first).all(axis=0).mean())


@_of("consistency", "one_agreement_is_enough", "An image counts as soon as one shift agrees; each prediction counts.")
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted == first).any(axis=0).mean())


@_of("consistency", "every_pair", "All pairs of rows are compared, shifted with shifted too; compare with row 0 only.")
def _(labels):
    _rows(labels)
    s = len(labels)
    return float(np.mean([(labels[i] == labels[j]).mean() for i in range(s) for j in range(i)]))


@_of(
    "consistency",
    "divided_by_images",
    "The count is divided by the number of images only; there are as many predictions as images times shifted rows.",
)
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted == first).sum() / labels.shape[1])


@_of("consistency", "divided_by_all", "The count is divided by all labels, row 0's too; only the others are compared.")
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted == first).sum() / labels.size)


@_of("consistency", "share_that_differs", "This is the share that changes; the consistency is the share that does not.")
def _(labels):
    first, shifted = _rows(labels)
    return float((shifted != first).mean())


@_of("consistency", "axes_swapped", "Rows and columns are swapped: a row holds the labels of all images for one shift.")
def _(labels):
    _rows(labels)
    return float((labels[:, 1:] == labels[:, :1]).mean()) if labels.shape[1] > 1 else 0.0


@_of("consistency", "neighbours_agree", "Labels that differ by 1 are taken as equal; labels are names, not amounts.")
def _(labels):
    first, shifted = _rows(labels)
    return float((np.abs(shifted - first) <= 1).mean())


@_of("consistency", "label_0_ignored", "Predictions of label 0 are left out; 0 is a class like any other.")
def _(labels):
    first, shifted = _rows(labels)
    return float(((shifted == first) & (shifted != 0)).mean())


@_of("consistency", "rounded", "The share is rounded; give it as it is.")
def _(labels):
    first, shifted = _rows(labels)
    return round(float((shifted == first).mean()), 2)


@_of("consistency", "whole_division", "The division is whole (//), which makes 0 of every share below 1.")
def _(labels):
    first, shifted = _rows(labels)
    return int((shifted == first).sum()) // shifted.size


@_of(
    "consistency",
    "anywhere_in_row_0",
    "A label counts if it stands anywhere in row 0; compare it with row 0's label of the same image.",
)
def _(labels):
    first, shifted = _rows(labels)
    return float(np.isin(shifted, first).mean())


@_of("consistency", "percent", "This is a percentage; the share of all is 1.0.")
def _(labels):
    first, shifted = _rows(labels)
    return 100 * float((shifted == first).mean())


@_of("consistency", "one_shift_refused", "Two rows are refused: one shifted row beside row 0 is enough.")
def _(labels):
    if len(labels) <= 2:
        raise ValueError(labels.shape)
    return float((labels[1:] == labels[0]).mean())


@_of("consistency", "single_row_accepted", "A single row is accepted, though nothing was shifted: raise ValueError.")
def _(labels):
    return float((labels[1:] == labels[0]).mean()) if len(labels) > 1 else 1.0


BLUR = np.outer([1, 2, 1], [1, 2, 1]) / 16


def _blurred(x, stride, weights=BLUR, mode="reflect", first=0, dtype=float):
    """Blur and subsample with loops, rightly; the mistakes below call it with something wrong."""
    if stride < 1:
        raise ValueError(stride)
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode=mode)
    height, width, channels = x.shape
    rows, columns = range(first, height, stride), range(first, width, stride)
    out = np.zeros((len(rows), len(columns), channels), dtype=dtype)
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            for c in range(channels):
                out[i, j, c] = (padded[top : top + 3, left : left + 3, c] * weights).sum()
    return out


@_of(
    "blur_pool2d",
    "four_neighbours",
    "The four neighbours alone are averaged: the cell itself weighs 4/16, they 2/16 each, the diagonal ones 1/16.",
)
def _(x, stride=2):
    return _blurred(x, stride, np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4)


@_of("blur_pool2d", "box_blur", "All nine cells weigh the same; the weights are [1, 2, 1] ⊗ [1, 2, 1] / 16.")
def _(x, stride=2):
    return _blurred(x, stride, np.full((3, 3), 1 / 9))


@_of("blur_pool2d", "not_divided", "The sum is not divided by 16: the weights must add up to 1.")
def _(x, stride=2):
    return _blurred(x, stride, 16 * BLUR)


@_of("blur_pool2d", "divided_by_4", "The sum is divided by 4, which is right for one direction: for both it is 16.")
def _(x, stride=2):
    return _blurred(x, stride, 4 * BLUR)


@_of("blur_pool2d", "divided_by_9", "The sum is divided by 9, the number of cells; the weights add up to 16.")
def _(x, stride=2):
    return _blurred(x, stride, 16 / 9 * BLUR)


@_of("blur_pool2d", "horizontal_only", "The blur is horizontal only; rows above and below count too.")
def _(x, stride=2):
    return _blurred(x, stride, np.array([[0, 0, 0], [1, 2, 1], [0, 0, 0]]) / 4)


@_of("blur_pool2d", "vertical_only", "The blur is vertical only; columns to the left and right count too.")
def _(x, stride=2):
    return _blurred(x, stride, np.array([[0, 1, 0], [0, 2, 0], [0, 1, 0]]) / 4)


@_of("blur_pool2d", "not_blurred", "Nothing is blurred: every stride-th cell is kept as it was.")
def _(x, stride=2):
    return _blurred(x, stride, np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))


@_of(
    "blur_pool2d",
    "maximum_first",
    "A maximum is taken before the blur; that is another layer. Here x itself is blurred.",
)
def _(x, stride=2):
    if stride < 1:
        raise ValueError(stride)
    below = np.concatenate([x[1:], x[-1:]])
    right = [np.concatenate([a[:, 1:], a[:, -1:]], axis=1) for a in (x, below)]
    return _blurred(np.maximum.reduce([x, below, *right]), stride)


@_of(
    "blur_pool2d", "edge_padded", 'The edge cells are repeated: that is "edge". In "reflect" the mirror stands on them.'
)
def _(x, stride=2):
    return _blurred(x, stride, mode="edge")


@_of("blur_pool2d", "zero_padded", "The padding is zeros, which darkens the border; it is the mirrored map.")
def _(x, stride=2):
    return _blurred(x, stride, mode="constant")


@_of("blur_pool2d", "wrapped", "The padding comes from the opposite side; it is the mirrored map.")
def _(x, stride=2):
    return _blurred(x, stride, mode="wrap")


@_of("blur_pool2d", "not_padded", "Nothing is padded, so the border cells are missing: pad by one pixel first.")
def _(x, stride=2):
    if stride < 1:
        raise ValueError(stride)
    return _blurred(x, 1)[1:-1, 1:-1][::stride, ::stride]


@_of("blur_pool2d", "stride_ignored", "Every second cell is kept whatever the stride is.")
def _(x, stride=2):
    return _blurred(x, 2 if stride > 0 else stride)


@_of("blur_pool2d", "not_subsampled", "All cells are kept; only every stride-th stays, downwards and to the right.")
def _(x, stride=2):
    return _blurred(x, min(stride, 1))


@_of(
    "blur_pool2d", "stride_in_one_axis", "Every stride-th row is kept, but every column; keep every stride-th of both."
)
def _(x, stride=2):
    if stride < 1:
        raise ValueError(stride)
    return _blurred(x, 1)[::stride]


@_of("blur_pool2d", "starts_at_second", "The second cell is the first that is kept; begin with the first.")
def _(x, stride=2):
    return _blurred(x, stride, first=1) if stride > 1 else _blurred(x, stride)


@_of(
    "blur_pool2d",
    "stride_before_blur",
    "Cells are dropped first and blurred afterwards; then it is too late: blur all of x, then drop.",
)
def _(x, stride=2):
    if stride < 1:
        raise ValueError(stride)
    return _blurred(x[::stride, ::stride], 1)


@_of("blur_pool2d", "last_cells_missed", "The last row and column are lost where the stride does not divide the size.")
def _(x, stride=2):
    out = _blurred(x, stride)
    return out[: x.shape[0] // stride, : x.shape[1] // stride]


@_of("blur_pool2d", "channels_added", "The channels are added up; each is blurred by itself and stays.")
def _(x, stride=2):
    out = _blurred(x, stride)
    return out.sum(axis=-1, keepdims=True)


@_of("blur_pool2d", "first_channel_everywhere", "The first channel is written into all of them.")
def _(x, stride=2):
    return _blurred(np.repeat(x[..., :1], x.shape[2], axis=2), stride)


@_of("blur_pool2d", "last_channel_empty", "The last channel stays 0: the loop over the channels ends too early.")
def _(x, stride=2):
    out = _blurred(x, stride)
    out[..., max(x.shape[2] - 1, 1) :] = 0
    return out


@_of("blur_pool2d", "fractions_lost", "The output has x's dtype, so integers lose their fractions: make it of floats.")
def _(x, stride=2):
    return _blurred(x, stride, dtype=x.dtype)


@_of("blur_pool2d", "integers_wrap", "Sums of small integers wrap around before they are divided: turn x into floats.")
def _(x, stride=2):
    return (
        _blurred(x, stride, (16 * BLUR).astype(x.dtype), dtype=x.dtype) / 16
        if x.dtype.kind in "iu"
        else _blurred(x, stride)
    )


@_of("blur_pool2d", "x_overwritten", "x itself is overwritten with its blurred copy: work on a new array.")
def _(x, stride=2):
    out = _blurred(x, stride)
    if x.dtype.kind == "f":
        x[...] = _blurred(x, 1)
    return out


@_of("blur_pool2d", "stride_0_accepted", "A stride below 1 is accepted; it must raise ValueError.")
def _(x, stride=2):
    return _blurred(x, max(stride, 1))


def _pair(size):
    return size if isinstance(size, tuple) else (size, size)


def _refuse(x, size):
    kh, kw = _pair(size)
    if min(kh, kw) < 1 or kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError(size)


def _pooled(x, size, reduce=np.max):
    """Max-pool with loops, rightly; the mistakes below call it with something wrong."""
    _refuse(x, size)
    kh, kw = _pair(size)
    out = np.zeros((x.shape[0] // kh, x.shape[1] // kw, x.shape[2]))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = reduce(x[i * kh : (i + 1) * kh, j * kw : (j + 1) * kw].astype(float), axis=(0, 1))
    return out


def _rolled(x, dy, dx):
    return np.roll(x, (dy, dx), axis=(0, 1))


def _difference(x, dy, dx, size, **wrong):
    return _pooled(_rolled(x, dy, dx), size, **wrong) - _pooled(x, size, **wrong)


@_of("pool_shift_error", "squared", "The differences are squared; it is their absolute value that counts.")
def _(x, dy, dx, size=2):
    return float((_difference(x, dy, dx, size) ** 2).mean())


@_of(
    "pool_shift_error", "root_of_mean_square", "This is the root of the mean square; asked is the mean absolute value."
)
def _(x, dy, dx, size=2):
    return float(np.sqrt((_difference(x, dy, dx, size) ** 2).mean()))


@_of(
    "pool_shift_error", "sign_kept", "Differences of both signs cancel: take each one's absolute value before the mean."
)
def _(x, dy, dx, size=2):
    return float(_difference(x, dy, dx, size).mean())


@_of("pool_shift_error", "difference_of_means", "The means of the two maps are compared; compare them cell by cell.")
def _(x, dy, dx, size=2):
    return abs(float(_difference(x, dy, dx, size).mean()))


@_of("pool_shift_error", "largest_difference", "This is the largest difference; asked is the mean over all cells.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dy, dx, size)).max())


@_of("pool_shift_error", "sum_of_differences", "The differences are added up; divide by the number of pooled cells.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dy, dx, size)).sum())


@_of("pool_shift_error", "share_of_changed_cells", "The changed cells are counted; asked is by how much they change.")
def _(x, dy, dx, size=2):
    return float((_difference(x, dy, dx, size) != 0).mean())


@_of("pool_shift_error", "average_pooling", "The windows are averaged; take the maximum of each.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dy, dx, size, reduce=np.mean)).mean())


@_of(
    "pool_shift_error",
    "maximum_at_least_0",
    "A maximum below 0 becomes 0: start from the window's first cell, not from 0.",
)
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dy, dx, size, reduce=lambda a, axis: np.maximum(a.max(axis), 0))).mean())


@_of("pool_shift_error", "not_pooled", "x is compared with x rolled; pool both before you compare.")
def _(x, dy, dx, size=2):
    _refuse(x, size)
    return float(np.abs(_rolled(x.astype(float), dy, dx) - x).mean())


@_of("pool_shift_error", "pooled_map_rolled", "The pooled map is rolled; roll x, and pool what comes out.")
def _(x, dy, dx, size=2):
    pooled = _pooled(x, size)
    return float(np.abs(_rolled(pooled, dy, dx) - pooled).mean())


@_of("pool_shift_error", "axes_swapped", "dy and dx are swapped: dy rolls down, which is axis 0.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dx, dy, size)).mean())


@_of(
    "pool_shift_error", "opposite_direction", "x is rolled the opposite way: a positive dy rolls down, dx to the right."
)
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, -dy, -dx, size)).mean())


@_of(
    "pool_shift_error",
    "zeros_move_in",
    "Zeros move in; here x is rolled, and what leaves comes back on the other side.",
)
def _(x, dy, dx, size=2):
    moved = np.stack([_moved(x[..., c], dy, dx) for c in range(x.shape[2])], axis=-1)
    return float(np.abs(_pooled(moved, size) - _pooled(x, size)).mean())


@_of("pool_shift_error", "stride_1", "The windows move by one cell; their stride is their size.")
def _(x, dy, dx, size=2):
    _refuse(x, size)
    kh, kw = _pair(size)
    maps = [
        np.max([a[i : x.shape[0] - kh + 1 + i, j : x.shape[1] - kw + 1 + j] for i in range(kh) for j in range(kw)], 0)
        for a in (x.astype(float), _rolled(x.astype(float), dy, dx))
    ]
    return float(np.abs(maps[1] - maps[0]).mean())


@_of("pool_shift_error", "axis_missing", "np.roll without an axis rolls all values as one row: give axis=(0, 1).")
def _(x, dy, dx, size=2):
    return float(np.abs(_pooled(np.roll(x, (dy, dx)), size) - _pooled(x, size)).mean())


@_of("pool_shift_error", "rolled_down_only", "x is rolled down only: dx, to the right, is never used.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dy, 0, size)).mean())


@_of("pool_shift_error", "size_ignored", "The window is 2×2 whatever `size` says.")
def _(x, dy, dx, size=2):
    _refuse(x, size)
    return float(np.abs(_difference(x, dy, dx, 2)).mean())


@_of("pool_shift_error", "pair_swapped", "A pair is (vertical, horizontal): its first number is the window's height.")
def _(x, dy, dx, size=2):
    _refuse(x, size)
    return float(np.abs(_difference(x, dy, dx, _pair(size)[::-1])).mean())


@_of(
    "pool_shift_error", "pair_refused", "A pair (vertical, horizontal) raises an error; `size` may be an int or a pair."
)
def _(x, dy, dx, size=2):
    _refuse(x, size)
    return float(np.abs(_difference(x, dy, dx, int(size))).mean())


@_of(
    "pool_shift_error",
    "cropped_before_rolling",
    "The rows and columns that fill no window are cut off before x is rolled; roll all of x, then pool.",
)
def _(x, dy, dx, size=2):
    _refuse(x, size)
    kh, kw = _pair(size)
    whole = x[: x.shape[0] // kh * kh, : x.shape[1] // kw * kw]
    return float(np.abs(_difference(whole, dy, dx, size)).mean())


@_of("pool_shift_error", "part_windows_counted", "Windows that stick out at the end count too; only whole windows do.")
def _(x, dy, dx, size=2):
    _refuse(x, size)
    kh, kw = _pair(size)
    maps = [
        np.array(
            [
                [a[i : i + kh, j : j + kw].max((0, 1)) for j in range(0, x.shape[1], kw)]
                for i in range(0, x.shape[0], kh)
            ]
        )
        for a in (x.astype(float), _rolled(x.astype(float), dy, dx))
    ]
    return float(np.abs(maps[1] - maps[0]).mean())


@_of("pool_shift_error", "pooled_across_channels", "The maximum is taken over the channels too; pool each by itself.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x.max(axis=2, keepdims=True), dy, dx, size)).mean())


@_of("pool_shift_error", "channels_added", "The channels' errors are added up; the mean is over all channels too.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x, dy, dx, size)).sum(axis=2).mean())


@_of("pool_shift_error", "first_channel_only", "Only the first channel is measured.")
def _(x, dy, dx, size=2):
    return float(np.abs(_difference(x[..., :1], dy, dx, size)).mean())


@_of("pool_shift_error", "difference_wraps", "0 - 1 is 255 in uint8: turn x into floats before you subtract.")
def _(x, dy, dx, size=2):
    before, after = (_pooled(a, size).astype(x.dtype) for a in (x, _rolled(x, dy, dx)))
    return float(np.abs(after - before).mean())


@_of("pool_shift_error", "misfit_accepted", "A window below 1 or larger than x is accepted; it must raise ValueError.")
def _(x, dy, dx, size=2):
    try:
        return reference.pool_shift_error(x, dy, dx, size)
    except ValueError:
        return 0.0

"""Chapter 6: what goes wrong with a budget, and with a sheet of pictures."""

import numpy as np

from autograder.chapters.model import Mistakes

_mistakes = Mistakes()
_of = _mistakes.program
MISTAKES = _mistakes.by_function


def _conv(filters, kernel, stride=1, padding="same"):
    return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding}


def _pool(size=2, stride=2):
    return {"kind": "pool", "size": size, "stride": stride, "padding": "valid"}


def _dense(units=10):
    return {"kind": "dense", "units": units}


_FLATTEN = {"kind": "flatten"}
_SHARED = [_conv(8, 5), _pool(), _conv(16, 3), _pool(), _conv(32, 3), _FLATTEN, _dense()]


@_of("design", "no_flatten", "The dense layer stands on a map: put a flatten layer in between.")
def _():
    return [_conv(8, 5), _pool(), _conv(16, 3), _pool(), _conv(32, 3), _dense()]


@_of("design", "one_output_too_few", "The last layer needs 10 units, one for each class.")
def _():
    return [_conv(8, 5), _pool(), _conv(16, 3), _pool(), _conv(32, 3), _FLATTEN, _dense(1)]


@_of(
    "design",
    "ends_in_features",
    "It ends in a dense layer of 128 features; the classes need one more layer of 10 units.",
)
def _():
    return [_conv(8, 5), _pool(), _conv(8, 3), _pool(), _conv(8, 3), _FLATTEN, _dense(128)]


@_of("design", "hidden_layer_too_large", "The flattened map meets 128 units: nearly all parameters are there.")
def _():
    return [_conv(8, 5), _pool(), _conv(16, 3), _pool(), _conv(32, 3), _FLATTEN, _dense(128), _dense()]


@_of(
    "design",
    "slides_network",
    "The network of the slides: 421,642 parameters, most where the map is flattened, and large maps.",
)
def _():
    return [_conv(32, 3), _pool(), _conv(64, 3), _pool(), _FLATTEN, _dense(128), _dense()]


@_of(
    "design",
    "many_filters_first",
    "32 filters on the 28×28 map take 100,352 bytes: use few filters where the map is large.",
)
def _():
    return [_conv(32, 5), _pool(), _conv(32, 3), _pool(), _conv(32, 3), _FLATTEN, _dense()]


@_of("design", "no_reduction", "Without pooling or stride the map stays 28×28 to the end.")
def _():
    return [_conv(8, 3), _conv(8, 3), _conv(8, 3), _FLATTEN, _dense()]


@_of(
    "design",
    "field_of_ten",
    "Two 3×3 convolutions and two pools see 10 px: a third convolution behind them would see 18.",
)
def _():
    return [_conv(8, 3), _pool(), _conv(16, 3), _pool(), _FLATTEN, _dense()]


@_of(
    "design",
    "same_list_again",
    "The same list is returned each time: whoever changes it changes the next result. Build it in the function.",
)
def _():
    return _SHARED


@_of(
    "design",
    "no_convolution",
    "A pooling layer and a dense layer are no convolutional network: it needs at least two convolutions.",
)
def _():
    return [_pool(28, 28), _FLATTEN, _dense()]


@_of("design", "one_large_kernel", "A single large kernel sees enough, but the exercise asks for several small layers.")
def _():
    return [_conv(8, 20, padding="valid"), _FLATTEN, _dense()]


@_of("design", "kernel_of_nine", "A 9×9 kernel widens the field at once; kernels are at most 7, so use more layers.")
def _():
    return [_conv(4, 9), _pool(), _conv(8, 5), _pool(), _conv(16, 3), _FLATTEN, _dense()]


@_of("design", "kernel_too_large", "Without padding the map becomes smaller than the last kernel.")
def _():
    layers = [
        _conv(8, 5, padding="valid"),
        _pool(),
        _conv(16, 3, padding="valid"),
        _pool(),
        _conv(32, 7, padding="valid"),
    ]
    return [*layers, _FLATTEN, _dense()]


def _stamp(maps, columns, place, rows=None):
    """Stamp each map where `place(c)` says; the mistakes below say it wrongly."""
    if columns < 1:
        raise ValueError(columns)
    height, width, channels = maps.shape
    rows = rows or -(-channels // columns)
    picture = np.zeros((rows * height, columns * width))
    for c in range(channels):
        row, column = place(c)
        picture[row * height : (row + 1) * height, column * width : (column + 1) * width] = maps[:, :, c]
    return picture


def _right(columns):
    return lambda c: (c // columns, c % columns)


@_of("mosaic", "column_order", "The maps go down the columns first; row order goes left to right, then down.")
def _(maps, columns):
    rows = -(-maps.shape[2] // max(columns, 1))
    if columns >= 1 and maps.shape[2] < rows * columns:
        return _stamp(maps, columns, _right(columns))
    return _stamp(maps, columns, lambda c: (c % rows, c // rows))


@_of("mosaic", "backwards", "The maps stand in reverse order: map 0 belongs to the top left.")
def _(maps, columns):
    return _stamp(maps[:, :, ::-1], columns, _right(columns))


@_of("mosaic", "first_map_everywhere", "Every place shows the first map; place c shows maps[:, :, c].")
def _(maps, columns):
    return _stamp(np.repeat(maps[:, :, :1], maps.shape[2], axis=2), columns, _right(columns))


@_of("mosaic", "columns_taken_for_rows", "`columns` is used as the number of rows.")
def _(maps, columns):
    if columns < 1:
        raise ValueError(columns)
    across = -(-maps.shape[2] // columns)
    return _stamp(maps, across, _right(across), rows=columns)


@_of("mosaic", "height_and_width_swapped", "Height and width of a map are swapped; square maps hide it.")
def _(maps, columns):
    if columns < 1:
        raise ValueError(columns)
    width, height, channels = maps.shape
    picture = np.zeros((-(-channels // columns) * height, columns * width))
    for c in range(channels):
        top, left = c // columns * height, c % columns * width
        picture[top : top + height, left : left + width] = maps[:, :, c]
    return picture


@_of("mosaic", "last_row_missing", "C // columns rows are too few: the maps of the last row that is not full are lost.")
def _(maps, columns):
    if columns < 1:
        raise ValueError(columns)
    whole = maps.shape[2] // columns * columns or maps.shape[2]
    return _stamp(maps[:, :, :whole], columns, _right(columns))


@_of("mosaic", "last_map_repeated", "The places left over repeat the last map; they must be 0.")
def _(maps, columns):
    if columns < 1:
        raise ValueError(columns)
    missing = -maps.shape[2] % columns
    return _stamp(np.concatenate([maps] + [maps[:, :, -1:]] * missing, axis=2), columns, _right(columns))


@_of(
    "mosaic",
    "one_row_too_many",
    "There is a row too many: C // columns + 1 is one more than ceil(C / columns) when it divides.",
)
def _(maps, columns):
    return _stamp(maps, columns, _right(columns), rows=maps.shape[2] // max(columns, 1) + 1)


@_of("mosaic", "narrow", "With fewer maps than columns the picture is too narrow: it is always columns · W wide.")
def _(maps, columns):
    columns = min(columns, maps.shape[2])
    return _stamp(maps, columns, _right(columns))


@_of("mosaic", "channels_first", "The first axis is taken for the channels; maps are (H, W, C).")
def _(maps, columns):
    return _stamp(maps.transpose(1, 2, 0), columns, _right(columns))


@_of("mosaic", "no_columns_accepted", "A column count below 1 is accepted; it must raise ValueError.")
def _(maps, columns):
    return _stamp(maps, max(columns, 1), _right(max(columns, 1)))

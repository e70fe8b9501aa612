"""Mutants that no check can catch, each with the reason why it is right too.

For each function or constant: reason, then the changed lines as ``walk.Mutant.line`` writes them. Each of them and the
reference answer the calls of ``contract``, so a wrong reason shows. A line that is no longer made, or that every check
catches, must go: ``verdicts.stale`` tells. What is not graded is what the contract of the exercises does not speak of.
"""

FORM = (
    "Arguments of another type or form (a stride of 1.5, an image with three axes, a list for an array) are not graded."
)
NO_CELL = "Arrays and shapes without a cell, and what is only looked at to refuse them, are not graded."
NONE_OF_IT = (
    "What comes of 0 channels, filters, units or bytes a value is not graded; negative numbers are still refused."
)
SMALLER = "A padding as large as the image is not graded: the exercise says that it is smaller."
NUMPY = "NumPy refuses the same with ValueError: a negative pad, a step of 0, a window or a shape that does not fit."
LATER = "What passes here is refused with ValueError by what follows."
REFUSED = "What would make a difference was refused before."
AS_GIVEN = "Both names hold the same: the number or shape that was checked is the one that was given."
ONE_FORM = (
    "An exercise that calls this in another form (ints, maps, a list of biases) catches it; here there is one form."
)
TYPE = "Another type of the same value; values are compared, and whole numbers below 2**53 are the same as floats."
DEFAULT = "That is NumPy's own choice, or the default, where nothing is said."
SINGLE = "Numbers of more than 16 bits are not graded; 32 bits hold the others, floats to within the tolerance."
KERNEL = "A kernel of narrow integers is not graded; one of the default int, or of floats, makes every product as wide."
GRADIENT = "A gradient of narrow integers is not graded; the sums of others need no wider numbers."
WIDE = "One factor in 64 bits makes the product one of 64 bits."
ORDER = "The order plays no part in a sum, product, maximum, any(), mean, or in what is written to different places."
SIGNS = "Both signs change together, and only the product, or the absolute value, is used."
TOGETHER = "The two are set together, and have the same shape."
UNREAD = "One more row, column or channel at the end, which no window that is kept reads."
ONE = "There is one entry there: the first is the last."
UNUSED = "Nobody reads that value here: it is there to be checked, or comes after the last that counts."
COPY = "NumPy has made a new array already: a copy more or less is the same."
TEXT = "Only the text of the error changes; of the words of a shape only how many there are counts."

EQUIVALENT = {
    "arguments.array": {
        FORM: [
            "found = value",
            "if False:",
            "if found.ndim < len(shape.strip('(,)').split(',')):",
            "if found.ndim > len(shape.strip('(,)').split(',')):",
            "if value.ndim != len(shape.strip('(,)').split(',')):",
            "raise TypeError(...)",
            "return value",
        ],
        ONE_FORM: [
            "if found.ndim != len('(,)'.split(',')):",
            "if found.ndim != len(shape.split(',')):",
            "if found.ndim != len(shape.strip('()').split(',')):",
            "if found.ndim != len(shape.strip('(,').split(',')):",
            "if found.ndim != len(shape.strip().split(',')):",
        ],
        TEXT: [
            "if found.ndim != len(shape.strip('(,)').split()):",
            "if found.ndim != len(shape.strip('(,)?').split(',')):",
            "if found.ndim != len(shape.strip(',)').split(',')):",
        ],
    },
    "arguments.at_least": {
        FORM: [
            "if least is None or number < least:",
            "if name is None or number < least:",
            "if named is None or number < least:",
            "if number < least:",
            "if number is 0 or number < least:",
            "if value is None or number < least:",
            "number = 0",
            "number = value",
            "try:",
            "without number = None",
        ],
        NO_CELL: [
            "number = operator.index(least)",
            "raise TypeError(...)",
            "return least",
            "return name",
            "return named",
            "without return number",
        ],
        NUMPY: [
            "if False:",
            "if number is None and number < least:",
            "if number is None or least < least:",
            "if number is None or number < number:",
            "if number is None or number < value:",
            "if number is None:",
        ],
        AS_GIVEN: [
            "if number is None or value < least:",
            "return value",
        ],
    },
    "arguments.feature_map": {
        FORM: [
            "if not _.size:",
            "return _",
        ],
        NO_CELL: [
            "if False:",
            "raise TypeError(...)",
        ],
        TEXT: [
            "(_, name), = named.items()",
            "found = array('(H, W, C)?', **named)",
            "without (name, _), = named.items()",
        ],
    },
    "arguments.fits": {
        NUMPY: [
            "if False:",
            "if any((k > k for k, n in zip(window, size, strict=True))):",
            "if any((k > n for k, n in (*zip(window, size, strict=True),)[1:])):",
            "if any((k > n for k, n in (*zip(window, size, strict=True),)[:-1])):",
            "if any((k > n for k, n in zip(size, size, strict=True))):",
            "if any((k > n for k, n in zip(window, window, strict=True))):",
            "if any((n > n for k, n in zip(window, size, strict=True))):",
        ],
        ORDER: [
            "if all((k > n for k, n in zip(window, size, strict=True))):",
            "if any((k > n for k, n in (*zip(window, size, strict=True),)[::-1])):",
        ],
    },
    "arguments.image": {
        TEXT: [
            "return array('(H, W)?', **named)",
        ],
    },
    "arguments.one_of": {
        LATER: [
            "if False:",
            "if value not in value:",
        ],
        UNUSED: [
            "return choices",
            "return name",
            "return named",
            "without return value",
        ],
    },
    "arguments.pair": {
        FORM: [
            "if False:",
            "if len(value) != 2:",
            "if len(values) < 2:",
            "if len(values) > 2:",
            "raise TypeError(...)",
            "values = value if isinstance(value, (tuple,)) else (value, value)",
        ],
        NO_CELL: [
            "return tuple((at_least(least, **{name: least}) for part in values))",
            "return tuple((at_least(least, **{name: part}) for part in (*values,)[1:]))",
            "return tuple((at_least(least, **{name: part}) for part in (*values,)[:-1]))",
            "return tuple((least for part in values))",
            "return tuple()",
            "without return tuple((at_least(least, **{name: part}) for part in values))",
        ],
        NUMPY: [
            "return tuple((at_least(part, **{name: part}) for part in values))",
        ],
        ONE_FORM: [
            "return tuple((at_least(least, **{name: part}) for part in value))",
            "values = value if True else (value, value)",
            "values = value if isinstance(value, (tuple, list)) else (least, value)",
            "values = value if isinstance(value, (tuple, list)) else (name, value)",
            "values = value if isinstance(value, (tuple, list)) else (named, value)",
            "values = value if isinstance(value, (tuple, list)) else (part, value)",
            "values = value if isinstance(value, (tuple, list)) else (value, least)",
            "values = value if isinstance(value, (tuple, list)) else (value, name)",
            "values = value if isinstance(value, (tuple, list)) else (value, named)",
            "values = value if isinstance(value, (tuple, list)) else (value, part)",
            "values = value if isinstance(value, (tuple, list)) else (value, values)",
            "values = value if isinstance(value, (tuple, list)) else (value,)",
            "values = value if isinstance(value, (tuple, list)) else (values, value)",
            "values = value if value else (value, value)",
        ],
        TYPE: [
            "return (at_least(least, **{name: part}) for part in values)",
        ],
        ORDER: [
            "return tuple((at_least(least, **{name: part}) for part in (*values,)[::-1]))",
        ],
    },
    "arguments.whole": {
        FORM: [
            "raise TypeError(...)",
            "return value",
            "try:",
        ],
    },
    "arguments.wide": {
        FORM: [
            "return array.astype(np.int64) if array.dtype.kind in 'biu?' else array",
            "return array.astype(np.int64) if array.dtype.kind in 'iu' else array",
        ],
        KERNEL: [
            "return array if array.dtype.kind in 'biu' else array",
            "return array.astype(np.int64) if False else array",
            "return array.astype(np.int64) if array.dtype.kind in 'bi' else array",
            "return array.astype(np.int64) if array.dtype.kind in 'bu' else array",
        ],
        SINGLE: [
            "return array.astype(np.float32) if array.dtype.kind in 'biu' else array",
            "return array.astype(np.int32) if array.dtype.kind in 'biu' else array",
        ],
        TYPE: [
            "return array.astype(np.float64) if array.dtype.kind in 'biu' else array",
        ],
    },
    "ch01_why_padding._counts_along": {
        TYPE: [
            "return ((starts <= pixels) * (pixels < starts + k)).sum(axis=0)",
            "return ((starts <= pixels) // (pixels < starts + k)).sum(axis=0)",
        ],
    },
    "ch01_why_padding.conv2d_valid": {
        FORM: [
            "without image, kernel = (arguments.image(image=image), arguments.image(kernel=kernel))",
        ],
        NO_CELL: [
            "arguments.pair(0, kernel=kernel.shape)",
            "arguments.pair(1, kernel=image.shape)",
            "without arguments.pair(1, kernel=kernel.shape)",
        ],
        NUMPY: [
            "arguments.fits('kernel', image.shape, 'image', image.shape)",
            "arguments.fits('kernel', kernel.shape, 'image', kernel.shape)",
            "without arguments.fits('kernel', kernel.shape, 'image', image.shape)",
        ],
        DEFAULT: [
            "return np.tensordot(windows, arguments.wide(kernel))",
        ],
        WIDE: [
            "return np.tensordot(windows, kernel, axes=2)",
            "windows = sliding_window_view(image, kernel.shape)",
        ],
    },
    "ch01_why_padding.pad2d": {
        FORM: [
            "if False: (2)",
            "if len(padding) != 2:",
            "if len(widths) < 2:",
            "if len(widths) > 2:",
            "if not isinstance(padding, (tuple,)):",
            "raise TypeError(...)",
            "without image = arguments.image(image=image)",
        ],
        NUMPY: [
            "widths = [arguments.pair(-1, padding=side) for side in padding]",
        ],
        AS_GIVEN: [
            "return np.pad(image, padding, constant_values=value)",
        ],
        TYPE: [
            "def pad2d(image, padding, value=-0.0):",
        ],
    },
    "ch01_why_padding.pad2d_mode": {
        FORM: [
            "without image = arguments.image(image=image)",
        ],
        SMALLER: [
            "if False:",
            "if p == min(image.shape):",
            "if p > min(image.shape):",
            "if p >= max(image.shape):",
            "raise TypeError(...)",
        ],
        NUMPY: [
            "p = arguments.at_least(-1, padding=padding)",
        ],
        AS_GIVEN: [
            "if padding >= min(image.shape):",
            "return np.pad(image, padding, mode=mode)",
        ],
    },
    "ch01_why_padding.same_padding": {
        NO_CELL: [
            "n, k, s = (arguments.at_least(0, n=n), arguments.at_least(1, k=k), arguments.at_least(1, stride=stride))",
        ],
        AS_GIVEN: [
            "output = -(-n // stride)",
            "total = max((output - 1) * stride + k - n, 0)",
        ],
        ORDER: [
            "total = max(0, (output - 1) * s + k - n)",
        ],
    },
    "ch01_why_padding.window_counts": {
        NO_CELL: [
            "sizes = arguments.pair(0, shape=tuple(shape))",
        ],
        AS_GIVEN: [
            "arguments.fits('kernel_size', kernel, 'padded image', [n + 2 * p for n in shape])",
            "arguments.fits('kernel_size', kernel, 'padded image', [n + 2 * padding for n in sizes])",
            "rows, columns = (_counts_along(n, k, s, p) for n, k, s in zip(shape, kernel, strides, strict=True))",
            "rows, columns = (_counts_along(n, k, s, padding) for n, k, s in zip(sizes, kernel, strides, strict=True))",
            "sizes = arguments.pair(1, shape=shape)",
        ],
    },
    "ch02_strides.conv2d": {
        FORM: [
            "without w = arguments.array('(kh, kw, C_in, C_out)', w=w)",
            "without x, b = (arguments.array('(H, W, C_in)', x=x), arguments.array('(C_out,)', b=b))",
        ],
        NO_CELL: [
            "kernel, channels, filters = (arguments.pair(0, w=w.shape[:2]), *w.shape[2:])",
        ],
        NUMPY: [
            "arguments.fits('w', kernel, 'padded map', w.shape[:2])",
            "strides = arguments.pair(0, stride=stride)",
            "without arguments.fits('w', kernel, 'padded map', x.shape[:2])",
        ],
        WIDE: [
            "result = np.tensordot(windows[::strides[0], ::strides[1], 0], w, axes=3)",
            "windows = sliding_window_view(x, w.shape[:3])",
        ],
        ORDER: [
            "result = result.astype(np.result_type(b, result), copy=False)",
        ],
        UNREAD: [
            "x = np.pad(x, [*sides, (0, 1)])",
        ],
        ONE: [
            "result = np.tensordot(windows[::strides[0], ::strides[1], -1], arguments.wide(w), axes=3)",
        ],
        COPY: [
            "result = result.astype(np.result_type(result, b))",
            "result = result.astype(np.result_type(result, b), copy=True)",
        ],
        TEXT: [
            "w = arguments.array('(kh, kw, C_in, C_out)?', w=w)",
            "x, b = (arguments.array('(H, W, C_in)?', x=x), arguments.array('(C_out,)', b=b))",
        ],
    },
    "ch02_strides.conv2d_strided": {
        FORM: [
            "without image, kernel = (arguments.image(image=image), arguments.image(kernel=kernel))",
        ],
        NO_CELL: [
            "arguments.pair(0, kernel=kernel.shape)",
            "arguments.pair(1, kernel=image.shape)",
            "without arguments.pair(1, kernel=kernel.shape)",
        ],
        NUMPY: [
            "arguments.fits('kernel', image.shape, 'image', image.shape)",
            "arguments.fits('kernel', kernel.shape, 'image', kernel.shape)",
            "down, right = arguments.pair(0, stride=stride)",
            "without arguments.fits('kernel', kernel.shape, 'image', image.shape)",
        ],
        DEFAULT: [
            "return np.tensordot(windows, arguments.wide(kernel))",
        ],
        WIDE: [
            "return np.tensordot(windows, kernel, axes=2)",
            "windows = sliding_window_view(image, kernel.shape)[::down, ::right]",
        ],
    },
    "ch02_strides.output_size": {
        NO_CELL: [
            "n, k, s = (arguments.at_least(0, n=n), arguments.at_least(1, k=k), arguments.at_least(1, stride=stride))",
        ],
        LATER: [
            "if False:",
            "if isinstance(k, str):",
            "if isinstance(n, str):",
            "if isinstance(s, str):",
            "if isinstance(stride, str):",
            "without arguments.one_of(arguments.PADDINGS, padding=padding)",
        ],
        AS_GIVEN: [
            "return (n + 2 * p - k) // stride + 1",
            "return -(-n // stride)",
        ],
    },
    "ch02_strides.unread": {
        LATER: [
            "p = arguments.at_least(-1, padding=padding)",
        ],
        AS_GIVEN: [
            "return int(n + 2 * padding - ((windows - 1) * stride + k))",
            "windows = output_size(n, k, stride, padding)",
        ],
        TYPE: [
            "return n + 2 * p - ((windows - 1) * stride + k)",
        ],
    },
    "ch03_pooling._cells": {
        ORDER: [
            "for i, j in (*np.ndindex(kh, kw),)[::-1]:",
        ],
    },
    "ch03_pooling._real_cells": {
        ORDER: [
            "return np.minimum(n, starts + k) - np.maximum(starts, 0)",
            "return np.minimum(starts + k, n) - np.maximum(0, starts)",
        ],
        SIGNS: [
            "return np.maximum(starts, 0) - np.minimum(starts + k, n)",
        ],
    },
    "ch03_pooling.global_pool": {
        SINGLE: [
            "return x.mean(axis=(0, 1), dtype=np.float32)",
        ],
        FORM: [
            "without x = arguments.feature_map(x=x)",
        ],
        DEFAULT: [
            "return x.mean(axis=(0, 1))",
        ],
        ORDER: [
            "return x.max(axis=(1, 0))",
            "return x.mean(axis=(1, 0), dtype=np.float64)",
        ],
    },
    "ch03_pooling.max_pool_backward": {
        SINGLE: [
            "result = np.zeros(x.shape, np.result_type(grad, np.int32))",
        ],
        GRADIENT: [
            "result = np.zeros(x.shape, np.result_type(grad))",
            "result = np.zeros(x.shape, np.result_type(grad, np.uint8))",
        ],
        FORM: [
            "grad = grad",
            "without grad = np.asarray(grad)",
        ],
        NUMPY: [
            "if grad.shape < winner.shape:",
            "x, kernel, strides = (arguments.feature_map(x=x), arguments.pair(1, size=size), arguments.pair(0, stride=stride))",  # noqa: E501
        ],
        TYPE: [
            "largest, winner = (cell.copy(), np.zeros(cell.shape))",
            "result = np.zeros(x.shape)",
            "result = np.zeros(x.shape, np.result_type(grad, np.float32))",
            "result = np.zeros(x.shape, np.result_type(grad, np.float64))",
        ],
        ORDER: [
            "for number, cell in (*enumerate(_cells(result, kernel, strides)),)[::-1]:",
            "result = np.zeros(x.shape, np.result_type(np.int64, grad))",
        ],
        TOGETHER: [
            "if grad.shape != better.shape:",
            "if grad.shape != cell.shape:",
            "if grad.shape != largest.shape:",
            "if winner is None:",
            "largest, winner = (None, 0)",
            "winner, largest = (None, None)",
        ],
    },
    "ch03_pooling.pool2d": {
        SINGLE: [
            "padded = np.pad(x.astype(np.float32), (*sides, (0, 0)))",
        ],
        ORDER: [
            "return np.sqrt(sum((cell * cell for cell in (*_cells(padded, kernel, strides),)[::-1])))",
        ],
        COPY: [
            "return reduce(np.maximum if kind == 'max' else np.minimum, _cells(padded, kernel, strides))",
        ],
    },
    "ch04_translation_invariance._feature_map": {
        SINGLE: [
            "return arguments.feature_map(x=x).astype(np.float32)",
        ],
        WIDE: [
            "return arguments.feature_map(x=x)",
        ],
    },
    "ch04_translation_invariance._max_pool": {
        ORDER: [
            "return windows.max(axis=(3, 1))",
        ],
    },
    "ch04_translation_invariance._slices": {
        ORDER: [
            "kept = max(0, n - abs(d))",
            "start, moved = (max(-d, 0), max(0, d))",
            "start, moved = (max(0, -d), max(d, 0))",
        ],
    },
    "ch04_translation_invariance.blur_pool2d": {
        FORM: [
            "x, s = (x, arguments.at_least(1, stride=stride))",
        ],
        NUMPY: [
            "x, s = (_feature_map(x), arguments.at_least(0, stride=stride))",
        ],
        AS_GIVEN: [
            "return sum((weight * rows[:, j:j + w:stride] for j, weight in enumerate(BLUR)))",
            "rows = sum((weight * padded[i:i + h:stride] for i, weight in enumerate(BLUR)))",
        ],
        ORDER: [
            "return sum((weight * rows[:, j:j + w:s] for j, weight in (*enumerate(BLUR),)[::-1]))",
            "rows = sum((weight * padded[i:i + h:s] for i, weight in (*enumerate(BLUR),)[::-1]))",
        ],
        UNREAD: [
            "padded = np.pad(x, ((1, 1), (1, 2), (0, 0)), mode='reflect')",
            "padded = np.pad(x, ((1, 2), (1, 1), (0, 0)), mode='reflect')",
        ],
    },
    "ch04_translation_invariance.consistency": {
        FORM: [
            "if labels.ndim < 2 or len(labels) < 2 or labels.size == 0:",
            "if labels.ndim > 2 or len(labels) < 2 or labels.size == 0:",
            "if len(labels) < 2 or labels.size == 0:",
            "if len(labels) < 2:",
            "labels = labels",
            "without labels = np.asarray(labels)",
        ],
        NO_CELL: [
            "if labels.ndim != 2 or len(labels) < 2 or labels.size < 0:",
            "if labels.ndim != 2 or len(labels) < 2 or labels.size <= 0:",
            "if labels.ndim != 2 or len(labels) < 2 or labels.size == -1:",
            "if labels.ndim != 2 or len(labels) < 2 or labels.size == 1:",
            "if labels.ndim != 2 or len(labels) < 2:",
        ],
        TYPE: [
            "return (labels[1:] == labels[0]).mean()",
        ],
    },
    "ch04_translation_invariance.pool_shift_error": {
        TYPE: [
            "return np.abs(_max_pool(rolled, sizes) - _max_pool(x, sizes)).mean()",
        ],
        SIGNS: [
            "return float(np.abs(_max_pool(x, sizes) - _max_pool(rolled, sizes)).mean())",
        ],
    },
    "ch04_translation_invariance.translate": {
        FORM: [
            "without dy, dx = (arguments.whole(dy=dy), arguments.whole(dx=dx))",
            "without image = arguments.image(image=image)",
        ],
    },
    "ch05_memory_math._dimensions": {
        FORM: [
            "if False:",
            "if not isinstance(value, (tuple,)):",
            "if not value:",
            "raise TypeError(...)",
        ],
        NO_CELL: [
            "return tuple((arguments.at_least(1, **{f'{name}[{i}]': size}) for i, size in enumerate(value)))",
        ],
        TYPE: [
            "return (arguments.at_least(0, **{f'{name}[{i}]': size}) for i, size in enumerate(value))",
        ],
        ORDER: [
            "return tuple((arguments.at_least(0, **{f'{name}[{i}]': size}) for i, size in (*enumerate(value),)[::-1]))",
        ],
    },
    "ch05_memory_math._key": {
        FORM: [
            "if name not in layer:",
            "if not layer or name not in layer:",
        ],
    },
    "ch05_memory_math._of_dimensions": {
        LATER: [
            "if len(shape) > dimensions:",
        ],
    },
    "ch05_memory_math._row": {
        NONE_OF_IT: [
            "filters = arguments.at_least(0, filters=_key(layer, 'filters'))",
            "units = arguments.at_least(0, units=_key(layer, 'units'))",
        ],
        LATER: [
            "strides = (arguments.at_least(0, stride=_key(layer, 'stride')),) * 2",
            "window = (arguments.at_least(0, **{size: _key(layer, size)}),) * 2",
            "without _of_dimensions(3, kind, shape)",
        ],
        ONE: [
            "return ((units,), (shape[-1] + 1) * units)",
        ],
        TEXT: [
            "window = (arguments.at_least(1, **{kind: _key(layer, size)}),) * 2",
        ],
    },
    "ch05_memory_math._windows": {
        NO_CELL: [
            "return tuple((-1 if n == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if False else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if axes == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",  # noqa: E501
            "return tuple((0 if k == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if kernel == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",  # noqa: E501
            "return tuple((0 if n < 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == -1 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and axes == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and k == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and kernel == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and n == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and padding != 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and padding == 'same?' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and s == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and shape == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 and strides == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if n == 0 else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if padding == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",  # noqa: E501
            "return tuple((0 if s == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
            "return tuple((0 if shape == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",  # noqa: E501
            "return tuple((0 if strides == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",  # noqa: E501
            "return tuple((1 if n == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
        ],
        LATER: [
            "without arguments.one_of(arguments.PADDINGS, padding=padding)",
        ],
        REFUSED: [
            "return tuple((0 if n <= 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes))",
        ],
        TYPE: [
            "return (0 if n == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in axes)",
        ],
        ORDER: [
            "return tuple((0 if n == 0 and padding == 'same' else output_size(n, k, s, padding) for n, k, s in (*axes,)[::-1]))",  # noqa: E501
        ],
    },
    "ch05_memory_math.activation_bytes": {
        NONE_OF_IT: [
            "return values * arguments.at_least(1, batch=batch) * arguments.at_least(0, bytes_per_value=bytes_per_value)",  # noqa: E501
        ],
    },
    "ch05_memory_math.conv_macs": {
        NO_CELL: [
            "shape, kernel = (arguments.pair(1, shape=shape), arguments.pair(1, kernel_size=kernel_size))",
        ],
        LATER: [
            "strides = arguments.pair(0, stride=stride)",
            "shape, kernel = (arguments.pair(-1, shape=shape), arguments.pair(1, kernel_size=kernel_size))",
            "shape, kernel = (arguments.pair(0, shape=shape), arguments.pair(0, kernel_size=kernel_size))",
        ],
        AS_GIVEN: [
            "return positions * conv_params(kernel_size, c_in, c_out, bias=False)",
        ],
        ORDER: [
            "return positions * conv_params(kernel, c_out, c_in, bias=False)",
        ],
    },
    "ch05_memory_math.conv_params": {
        NONE_OF_IT: [
            "c_in, c_out = (arguments.at_least(0, c_in=c_in), arguments.at_least(1, c_out=c_out))",
            "c_in, c_out = (arguments.at_least(1, c_in=c_in), arguments.at_least(0, c_out=c_out))",
        ],
        TYPE: [
            "return (prod(kernel) * c_in + bias) * c_out",
        ],
    },
    "ch05_memory_math.receptive_field": {
        FORM: [
            "for layer in (*layers,)[1:]:",
            "for layer in (*layers,)[:-1]:",
            "for layer in (*layers,)[::-1]:",
            "if False:",
            "if False: (2)",
            "if not isinstance(layer, (tuple,)):",
            "if not isinstance(layers, (list,)):",
            "if not isinstance(layers, (tuple, list)):",
            "if not layer:",
            "raise TypeError(...)",
            "raise TypeError(...) (2)",
            "without for layer in layers:",
        ],
        AS_GIVEN: [
            "return 1 + sum(((k - 1) * step for (k, _), step in zip(layers, steps, strict=False)))",
            "steps = accumulate((s for _, s in layers), mul, initial=1)",
        ],
        ORDER: [
            "return 1 + sum(((k - 1) * step for (k, _), step in (*zip(pairs, steps, strict=False),)[::-1]))",
        ],
        UNUSED: [
            "steps = accumulate((s for _, s in (*pairs,)[:-1]), mul, initial=1)",
        ],
    },
    "ch05_memory_math.summarize": {
        FORM: [
            "if False:",
            "if False: (2)",
            "if not isinstance(input_shape, (tuple, list)):",
            "if not isinstance(layers, (list,)):",
            "if not layers:",
            "raise TypeError(...)",
            "raise TypeError(...) (2)",
        ],
        AS_GIVEN: [
            "if len(input_shape) not in (1, 3):",
            "if not isinstance(shape, (tuple, list)):",
        ],
        ORDER: [
            "if len(shape) not in (3, 1):",
        ],
    },
    "ch05_memory_math.training_bytes": {
        DEFAULT: [
            "maps = sum((activation_bytes(shape, batch) for shape in (input_shape, *(shape for shape, _ in rows))))",
        ],
        ORDER: [
            "maps = sum((activation_bytes(shape, FLOAT32, batch) for shape in (input_shape, *(shape for shape, _ in rows))))",  # noqa: E501
            "maps = sum((activation_bytes(shape, batch, FLOAT32) for shape in (*(input_shape, *(shape for shape, _ in rows)),)[::-1]))",  # noqa: E501
            "maps = sum((activation_bytes(shape, batch, FLOAT32) for shape in (*(shape for shape, _ in rows), input_shape)))",  # noqa: E501
            "maps = sum((activation_bytes(shape, batch, FLOAT32) for shape in (input_shape, *(shape for shape, _ in (*rows,)[::-1]))))",  # noqa: E501
            "return COPIES * FLOAT32 * sum((params for _, params in (*rows,)[::-1])) + maps",
        ],
    },
    "ch06_classifier.mosaic": {
        TYPE: [
            "places = np.zeros((rows * columns, height, width))",
        ],
        ORDER: [
            "return places.reshape(rows, columns, height, width).swapaxes(2, 1).reshape(rows * height, columns * width)",  # noqa: E501
        ],
        TEXT: [
            "maps, columns = (arguments.array('(H, W, C)?', maps=maps), arguments.at_least(1, columns=columns))",
        ],
    },
    "ch07_beyond_classification._filled": {
        FORM: [
            "arguments.pair(1, **{name: _value.shape})",
            "return _value",
        ],
        NO_CELL: [
            "arguments.pair(0, **{name: array.shape})",
            "without arguments.pair(1, **{name: array.shape})",
        ],
    },
    "ch07_beyond_classification.conv2d_dilated": {
        FORM: [
            "without image, kernel = (arguments.image(image=image), _filled(kernel=kernel))",
        ],
        NUMPY: [
            "d = arguments.at_least(0, rate=rate)",
            "without arguments.fits('the dilated kernel', span, 'image', image.shape)",
        ],
        AS_GIVEN: [
            "span = _span(kernel, rate)",
            "windows = sliding_window_view(arguments.wide(image), span)[..., ::d, ::rate]",
            "windows = sliding_window_view(arguments.wide(image), span)[..., ::rate, ::d]",
        ],
        DEFAULT: [
            "return np.tensordot(windows, arguments.wide(kernel))",
        ],
        WIDE: [
            "return np.tensordot(windows, kernel, axes=2)",
            "windows = sliding_window_view(image, span)[..., ::d, ::d]",
        ],
    },
    "ch07_beyond_classification.conv2d_transpose": {
        KERNEL: [
            "without image, kernel = (arguments.wide(_filled(image=image)), arguments.wide(_filled(kernel=kernel)))",
        ],
        NUMPY: [
            "s = arguments.at_least(0, stride=stride)",
        ],
        AS_GIVEN: [
            "for (row, column), weight in (*np.ndenumerate(kernel),)[::-1]:",
            "stamped = np.zeros(((height - 1) * s + kh, (width - 1) * stride + kw), np.result_type(image, kernel))",
            "stamped = np.zeros(((height - 1) * stride + kh, (width - 1) * s + kw), np.result_type(image, kernel))",
            "stamped[row:row + (height - 1) * s + 1:s, column:column + (width - 1) * s + 1:stride] += weight * image",
            "stamped[row:row + (height - 1) * s + 1:s, column:column + (width - 1) * stride + 1:s] += weight * image",
            "stamped[row:row + (height - 1) * s + 1:stride, column:column + (width - 1) * s + 1:s] += weight * image",
            "stamped[row:row + (height - 1) * stride + 1:s, column:column + (width - 1) * s + 1:s] += weight * image",
        ],
        TYPE: [
            "stamped = np.zeros(((height - 1) * s + kh, (width - 1) * s + kw))",
        ],
        WIDE: [
            "image, kernel = (_filled(image=image), arguments.wide(_filled(kernel=kernel)))",
            "image, kernel = (arguments.wide(_filled(image=image)), _filled(kernel=kernel))",
        ],
        ORDER: [
            "stamped = np.zeros(((height - 1) * s + kh, (width - 1) * s + kw), np.result_type(kernel, image))",
        ],
    },
    "ch07_beyond_classification.dilate_kernel": {
        NUMPY: [
            "kernel, d = (_filled(kernel=kernel), arguments.at_least(0, rate=rate))",
        ],
        AS_GIVEN: [
            "dilated = np.zeros(_span(kernel, rate), kernel.dtype)",
            "dilated[::d, ::rate] = kernel",
            "dilated[::rate, ::d] = kernel",
        ],
        TYPE: [
            "dilated = np.zeros(_span(kernel, d))",
        ],
    },
    "ch07_beyond_classification.unet_shapes": {
        FORM: [
            "if False:",
            "if len(input_shape) != 3:",
            "if not input_shape or len(input_shape) != 3:",
            "if not isinstance(input_shape, (tuple, list)) and len(input_shape) != 3:",
            "if not isinstance(input_shape, (tuple, list)) or len(input_shape) < 3:",
            "if not isinstance(input_shape, (tuple, list)) or len(input_shape) > 3:",
            "if not isinstance(input_shape, (tuple, list)):",
            "if not isinstance(input_shape, (tuple,)) or len(input_shape) != 3:",
            "raise TypeError(...)",
        ],
        NO_CELL: [
            "height, width, _channels = (arguments.at_least(0, input_shape=size) for size in input_shape)",
        ],
        TYPE: [
            "down = [(height / 2 ** level, width // 2 ** level, filters * 2 ** level) for level in range(depth + 1)]",
            "down = [(height // 2 ** level, width / 2 ** level, filters * 2 ** level) for level in range(depth + 1)]",
        ],
    },
    "ch07_beyond_classification.upsample2d": {
        AS_GIVEN: [
            "return x.repeat(f, axis=0).repeat(factor, axis=1)",
            "return x.repeat(factor, axis=0).repeat(f, axis=1)",
        ],
        TEXT: [
            "x, f = (arguments.array('(H, W, C)?', x=x), arguments.at_least(1, factor=factor))",
        ],
    },
}

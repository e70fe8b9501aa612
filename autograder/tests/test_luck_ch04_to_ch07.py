"""A wrong program gets the points of the behaviours that it shows, and none because a case hides its fault."""

import numpy as np
import pytest

from autograder import reference
from autograder.chapters import EXERCISES
from autograder.check.grade import grade
from autograder.inside.call import call


def asked(function):
    """Return a decorator: the wrong program refuses what the reference refuses, and else does its own."""

    def wrong(program):
        def refusing(*args):
            getattr(reference, function)(*args)
            return program(*args)

        return refusing

    return wrong


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def of_size(choose):
    return lambda x, dy, dx, size=2: reference.pool_shift_error(x, dy, dx, choose(pair(size)))


def params(weights):
    def program(kernel_size, c_in, c_out, bias=True):
        kh, kw = pair(kernel_size)
        return weights(kh, kw, c_in, c_out) + c_out * bias

    return program


def macs(positions):
    def program(shape, kernel_size, c_in, c_out, stride=1, padding="valid"):
        kernel, strides = pair(kernel_size), pair(stride)
        return np.prod(positions(shape, kernel, strides, padding)) * np.prod(kernel) * c_in * c_out

    return program


def places(shape, kernel, strides, padding):
    whole = [
        -(-n // s) if padding == "same" else (n - k) // s + 1 for n, k, s in zip(shape, kernel, strides, strict=True)
    ]
    return [int(n) for n in whole]


# (function, what its coincidence is, program, behaviours that it shows besides "refuses")
WRONG = [
    ("translate", "the same amount both ways", lambda image, dy, dx: reference.translate(image, dy, dy), ""),
    ("translate", "down only", lambda image, dy, dx: reference.translate(image, dy, 0), ""),
    ("translate", "nothing moves", lambda image, dy, dx: image.copy(), ""),
    ("consistency", "always a half", lambda labels: 0.5, ""),
    ("consistency", "the first image only", lambda labels: float((labels[1:, 0] == labels[0, 0]).mean()), ""),
    ("blur_pool2d", "always 0", lambda x, stride=2: 0.0 * reference.blur_pool2d(x, stride), ""),
    ("blur_pool2d", "not blurred", lambda x, stride=2: x[::stride, ::stride].astype(float), ""),
    (
        "blur_pool2d",
        "strides up to 3",
        lambda x, stride=2: reference.blur_pool2d(x, min(stride, 3)),
        "weights border channels integers untouched",
    ),
    ("pool_shift_error", "always 0", lambda x, dy, dx, size=2: 0.0, ""),
    (
        "pool_shift_error",
        "square windows as high as asked",
        of_size(lambda size: size[0]),
        "difference roll leftover channels integers untouched",
    ),
    (
        "pool_shift_error",
        "square windows as wide as asked",
        of_size(lambda size: size[1]),
        "difference roll leftover channels integers untouched",
    ),
    (
        "pool_shift_error",
        "shifts without their sign",
        lambda x, dy, dx, size=2: reference.pool_shift_error(x, abs(dy), abs(dx), size),
        "difference size leftover channels integers untouched",
    ),
    (
        "pool_shift_error",
        "shifts of 1 only",
        lambda x, dy, dx, size=2: reference.pool_shift_error(x, int(np.sign(dy)), int(np.sign(dx)), size),
        "difference size leftover channels integers untouched",
    ),
    (
        "pool_shift_error",
        "the mean of the channels",
        lambda x, dy, dx, size=2: reference.pool_shift_error(x.mean(axis=2, keepdims=True), dy, dx, size),
        "difference roll size leftover integers untouched",
    ),
    ("conv_params", "channels added", params(lambda kh, kw, i, o: kh * kw * (i + o - 1)), "depth filters pairs"),
    (
        "conv_params",
        "the larger channel count",
        params(lambda kh, kw, i, o: kh * kw * max(i, o)),
        "depth filters pairs",
    ),
    ("conv_params", "always 3×3", params(lambda kh, kw, i, o: 9 * i * o), ""),
    (
        "conv_params",
        "an int kernel counted once",
        params(lambda kh, kw, i, o: (kh if kh == kw else kh * kw) * i * o),
        "pairs",
    ),
    ("conv_macs", "as wide as high", macs(lambda n, k, s, p: places(n, k, s, p)[:1] * 2), ""),
    (
        "conv_macs",
        "strides of 1 and 2",
        macs(lambda n, k, s, p: places(n, k, tuple(min(one, 2) for one in s), p)),
        "positions channels same pairs",
    ),
    ("activation_bytes", "as wide as high", lambda s, b=1, n=4: s[0] * s[0] * s[-1] * b * n, ""),
    ("activation_bytes", "the last axis only", lambda s, b=1, n=4: s[-1] * b * n, ""),
    ("receptive_field", "3×3 always", lambda layers: reference.receptive_field([(3, s) for _, s in layers]), ""),
    ("receptive_field", "the largest kernel", lambda layers: max([k for k, _ in layers], default=1), "few untouched"),
    (
        "receptive_field",
        "strides of 1 and 2",
        lambda layers: reference.receptive_field([(k, min(s, 2)) for k, s in layers]),
        "kernels last_stride even few untouched",
    ),
    (
        "summarize",
        "no parameters",
        lambda shape, layers: [(s, 0) for s, _ in reference.summarize(shape, layers)],
        "pool untouched",
    ),
    ("training_bytes", "weights only", lambda s, ls, b: 16 * sum(p for _, p in reference.summarize(s, ls)), ""),
    ("mosaic", "one row", lambda maps, columns: np.concatenate(list(maps.transpose(2, 0, 1)), axis=1), ""),
    ("mosaic", "always three columns", lambda maps, columns: reference.mosaic(maps, 3), ""),
    ("mosaic", "reshaped", lambda maps, columns: maps.reshape(-1, columns * maps.shape[1]), ""),
    ("forward", "always 0", lambda image, weights: 0.0 * weights[-1][1], ""),
    ("forward", "the last biases", lambda image, weights: weights[-1][1], ""),
    (
        "forward",
        "one layer only",
        lambda image, weights: reference.forward(image, weights[:1]).ravel()[: len(weights[-1][1])],
        "dense",
    ),
    (
        "conv2d_backward",
        "always 0",
        lambda x, w, grad, stride=1, padding="valid": (0.0 * x, 0.0 * w, np.zeros(w.shape[3])),
        "",
    ),
    (
        "conv2d_backward",
        "strides up to 2",
        lambda x, w, grad, stride=1, padding="valid": (
            tuple(0.0 * part for part in reference.conv2d_backward(x, w, grad, stride, padding))
            if np.max(stride) > 2
            else reference.conv2d_backward(x, w, grad, stride, padding)
        ),
        "input kernel bias channels shapes same same_kernel same_stride integers untouched",
    ),
    ("dilate_kernel", "the kernel as it was", lambda kernel, rate: kernel.copy(), ""),
    (
        "dilate_kernel",
        "rates up to 3",
        lambda kernel, rate: reference.dilate_kernel(kernel, min(rate, 3)),
        "cells shapes fractions untouched",
    ),
    (
        "conv2d_dilated",
        "rates up to 3",
        lambda image, kernel, rate: reference.conv2d_dilated(image, kernel, min(rate, 3)),
        "reads shapes integers extremes untouched",
    ),
    (
        "conv2d_dilated",
        "one value everywhere",
        lambda image, kernel, rate: reference.conv2d_dilated(image, kernel, rate) * 0 + image.sum() * kernel.sum(),
        "",
    ),
    ("upsample2d", "the map as it was", lambda x, factor: x.copy(), ""),
    ("upsample2d", "tiled", lambda x, factor: np.tile(x, (factor, factor, 1)), ""),
    (
        "conv2d_transpose",
        "strides up to 2",
        lambda image, kernel, stride: reference.conv2d_transpose(image, kernel, min(stride, 2)),
        "overlaps shapes integers untouched",
    ),
    ("unet_shapes", "the bridge alone", lambda shape, depth, filters: [(*shape[:2], filters)], "no_depth"),
    (
        "unet_shapes",
        "depths of 0 and 1",
        lambda shape, depth, filters: reference.unet_shapes(shape, min(depth, 1), filters),
        "shapes channels sizes no_depth",
    ),
]


@pytest.mark.parametrize("seed", ["autumn", None])
@pytest.mark.parametrize(
    ("function", "program", "shown"), [(f, p, s) for f, _, p, s in WRONG], ids=[f"{f}-{why}" for f, why, *_ in WRONG]
)
def test_a_wrong_program_gets_no_points_by_luck(function, program, shown, seed):
    program = asked(function)(program)
    result = grade(EXERCISES[function], lambda args, kwargs, watch: call(program, args, kwargs), seed)
    earned = {tried.behaviour.id for tried in result.tried if not tried.difference}
    assert earned - {"refuses"} == set(shown.split())

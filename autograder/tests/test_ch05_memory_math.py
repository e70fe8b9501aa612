"""Does the reference of chapter 5 count what TensorFlow and Keras count, and refuse what has no meaning?

The oracles in autograder/chapters ask TensorFlow; nothing here is compared with the reference itself.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import reference
from autograder.chapters.ch05_memory_math import oracle
from autograder.tests.frame import (
    assert_does_what_tensorflow_does,
    assert_is_refused_saying_what_was_received,
    refused,
    tries,
)

TRIES = tries(25)


# Arguments that have a meaning


def _numbers(most):
    return st.integers(1, most)


def _int_or_pair(most):
    return _numbers(most) | st.tuples(_numbers(most), _numbers(most))


@st.composite
def conv_macs_calls(draw):
    shape, padding = draw(st.tuples(_numbers(9), _numbers(9))), draw(st.sampled_from(["valid", "same"]))
    largest = shape if padding == "valid" else (7, 7)
    kernel = draw(st.tuples(*(_numbers(n) for n in largest)) | _numbers(min(largest)))
    channels = dict(c_in=draw(_numbers(4)), c_out=draw(_numbers(4)))
    return dict(shape=shape, kernel_size=kernel, **channels, stride=draw(_int_or_pair(4)), padding=padding)


@st.composite
def networks(draw):
    """Draw a network whose windows fit: the map is never followed by more than it allows."""
    shape = draw(st.tuples(_numbers(12), _numbers(12), _numbers(3)))
    size, layers = min(shape[:2]), []
    for _ in range(draw(st.integers(0, 3))):
        padding = draw(st.sampled_from(["valid", "same"]))
        k, s = draw(_numbers(size if padding == "valid" else 6)), draw(_numbers(3))
        if draw(st.booleans()):
            layers.append({"kind": "conv", "filters": draw(_numbers(4)), "kernel": k, "stride": s, "padding": padding})
        else:
            layers.append({"kind": "pool", "size": k, "stride": s, "padding": padding})
        size = (size - k) // s + 1 if padding == "valid" else -(-size // s)
    if draw(st.booleans()):
        layers.append({"kind": "flatten"})
        layers += [{"kind": "dense", "units": units} for units in draw(st.lists(_numbers(5), max_size=2))]
    return dict(input_shape=shape, layers=layers)


CALLS = {
    "conv_params": st.fixed_dictionaries(
        dict(kernel_size=_int_or_pair(9), c_in=_numbers(9), c_out=_numbers(9)), optional=dict(bias=st.booleans())
    ),
    "conv_macs": conv_macs_calls(),
    "activation_bytes": st.fixed_dictionaries(
        dict(shape=st.lists(st.integers(0, 6), max_size=4).map(tuple)),
        optional=dict(batch=_numbers(5), bytes_per_value=st.sampled_from([1, 2, 4, 8])),
    ),
    "receptive_field": st.fixed_dictionaries(
        dict(layers=st.lists(st.tuples(_numbers(5), _numbers(3)), max_size=4)),
    ),
    "summarize": networks(),
    "training_bytes": st.builds(dict, networks(), batch=_numbers(5)),
}


# Is the result TensorFlow's?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_the_reference_counts_what_tensorflow_counts(tf, name, data):
    assert_does_what_tensorflow_does(oracle, tf, name, data.draw(CALLS[name]))


@TRIES
@given(network=networks(), more=st.integers(1, 9))
def test_does_each_further_image_take_the_same(network, more):
    one, two, many = (reference.training_bytes(**network, batch=batch) for batch in (1, 2, 1 + more))
    assert many - one == more * (two - one)


# Is the result of the right kind?


@pytest.mark.parametrize("name", CALLS)
@TRIES
@given(data=st.data())
def test_are_counts_plain_ints(name, data):
    result = getattr(reference, name)(**data.draw(CALLS[name]))
    counts = [n for shape, params in result for n in (*shape, params)] if name == "summarize" else [result]
    assert all(type(count) is int for count in counts)


def test_do_large_counts_not_wrap_around():
    assert reference.activation_bytes((2**40, 2**40)) == 2**82
    assert reference.receptive_field([(3, 2)] * 100) == 2**101 - 1


def test_are_numpy_s_integers_taken():
    three, two = np.int16(3), np.int16(2)
    assert reference.conv_params(three, two, 2000) == 38_000
    assert reference.receptive_field([(three, two), (three, two)]) == 7
    assert reference.activation_bytes(np.ones((300, 300, 3)).shape, np.int8(100)) == 108_000_000


# Is what has no meaning refused?

SHAPE = (6, 4, 2)
CONV = {"kind": "conv", "filters": 3, "kernel": 2, "stride": 1, "padding": "valid"}
POOL = {"kind": "pool", "size": 2, "stride": 2, "padding": "valid"}
FLATTEN, DENSE = {"kind": "flatten"}, {"kind": "dense", "units": 10}
NO_NETWORKS = [
    *([{key: layer[key] for key in layer if key != left_out}] for layer in (CONV, POOL) for left_out in layer),
    [{}],
    [{"kind": "dropout"}],
    [{"kind": None}],
    ["conv"],
    "conv",
    *([{**CONV, key: n}] for key in ("filters", "kernel", "stride") for n in (0, -1, 1.5, "2")),
    *([{**POOL, key: n}] for key in ("size", "stride") for n in (0, -1, 1.5, None)),
    *([{**layer, "padding": word}] for layer in (CONV, POOL) for word in ("full", "SAME", 1, None)),
    [{**CONV, "kernel": 5}],
    [{**POOL, "size": 5}],
    [POOL, POOL, POOL],  # nothing is left for the third
    [DENSE],
    [CONV, DENSE],
    [FLATTEN, {"kind": "dense"}],
    *([FLATTEN, {**DENSE, "units": n}] for n in (0, -1, 0.5)),
    [FLATTEN, CONV],
    [FLATTEN, DENSE, POOL],
]


REFUSED = [
    *refused(
        "conv_params",
        *(dict(kernel_size=k, c_in=1, c_out=1) for k in (0, -3, (0, 1), (1, -1), (1, 2, 3), 1.5, "3")),
        dict(kernel_size=3, c_in=-1, c_out=1),
        dict(kernel_size=3, c_in=1, c_out=-1),
        dict(kernel_size=3, c_in=1.5, c_out=1),
    ),
    *refused(
        "conv_macs",
        *(dict(shape=(5, 7), kernel_size=k, c_in=1, c_out=1) for k in (0, -3, (0, 1), 6, (1, 8))),
        *(dict(shape=(5, 7), kernel_size=3, c_in=1, c_out=1, stride=s) for s in (0, -1, (1, 0), 0.5)),
        *(dict(shape=(5, 7), kernel_size=3, c_in=1, c_out=1, padding=p) for p in ("full", "SAME", 1, None)),
        *(dict(shape=s, kernel_size=1, c_in=1, c_out=1, padding="same") for s in ((-5, 7), (5, -7), (5, 7, 3), (5,))),
        dict(shape=(5, 7), kernel_size=3, c_in=-1, c_out=1),
        dict(shape=(5, 7), kernel_size=3, c_in=1, c_out=-1),
    ),
    *refused(
        "activation_bytes",
        *(dict(shape=shape) for shape in ((-1,), (5, -7, 3), (2.5, 2), 7, "shape")),
        *(dict(shape=(5, 7), batch=batch) for batch in (0, -1, 1.5)),
        *(dict(shape=(5, 7), bytes_per_value=n) for n in (0, -4)),
    ),
    *refused(
        "receptive_field",
        *(dict(layers=[(3, 1), layer]) for layer in ((0, 1), (-1, 1), (3, 0), (3, -1), (3,), (3, 1, 1), 3, (1.5, 1))),
        dict(layers=3),
    ),
    *refused(
        "summarize",
        *(dict(input_shape=SHAPE, layers=layers) for layers in NO_NETWORKS),
        *(dict(input_shape=shape, layers=[FLATTEN]) for shape in ((-6, 4, 2), (6, 4), (6, 4, 2, 1), (), 6)),
        dict(input_shape=(12,), layers=[POOL]),
    ),
    *refused(
        "training_bytes",
        *(dict(input_shape=SHAPE, layers=[POOL], batch=batch) for batch in (0, -1, 1.5)),
        *(dict(input_shape=SHAPE, layers=layers, batch=2) for layers in NO_NETWORKS),
    ),
]


@pytest.mark.parametrize(("name", "call"), REFUSED)
def test_is_what_has_no_meaning_refused_saying_what_was_received(name, call):
    assert_is_refused_saying_what_was_received(name, call)

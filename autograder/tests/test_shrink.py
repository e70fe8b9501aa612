"""A failing case becomes as small as it can, still fails in the same way, and tells no more than the first one did."""

import time
from inspect import signature

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import check, reference
from autograder.check import report, shrink
from autograder.check.compare import difference, named, right
from autograder.check.grade import grade
from autograder.check.shrink import shrunk
from autograder.check.smaller import size
from autograder.exercises import EXERCISES
from autograder.inside.call import Outcome, call
from autograder.mistakes import MISTAKES

TRIES = settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WITH_INPUTS = {name: e for name, e in EXERCISES.items() if not any(b.accepts for b in e.behaviours)}


class Student:
    """A function that is right except where `when` holds of its arguments by name; counts its calls."""

    def __init__(self, name, when, wrong=None):
        self.exercise, self.when, self.wrong = EXERCISES[name], when, wrong or one_more
        self.signature, self.calls = signature(self.exercise.reference), 0

    def __call__(self, *args, **kwargs):
        result = self.exercise.reference(*args, **kwargs)
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return self.wrong(result) if self.when(**bound.arguments) else result

    def subject(self, args, kwargs, watch):
        self.calls += 1
        return call(self, args, kwargs)

    def results(self, seed=None):
        """Return the Result before and after shrinking, however busy the machine is; counts only the latter's calls."""
        result = grade(self.exercise, self.subject, seed)
        self.calls = 0
        return result, shrunk(result, self.subject, seconds=60)


def one_more(value):
    """Return a result whose last number is 1 too large."""
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flat[-1] += 1
        return value
    return type(value)([*value[:-1], one_more(value[-1])]) if isinstance(value, (tuple, list)) else value + 1


def failing(result):
    return [tried for tried in result.tried if tried.difference and tried.kind != "nothing_right"]


def arguments(exercise, tried):
    """Return the arguments of the case by name, arrays as lists."""
    return {name: a.tolist() if isinstance(a, np.ndarray) else a for name, a in named(exercise, tried.failed)}


CONV = {"kind": "conv", "filters": 1, "kernel": 1, "stride": 1, "padding": "valid"}

# (function, where it is wrong, the smallest such arguments of the first behaviour that fails)
TRIGGERED = [
    ("pad2d", lambda image, **_: image.shape[1] >= 3, dict(image=[[0, 0, 0]], padding=0)),
    ("pad2d", lambda image, **_: (image < 0).any(), dict(image=[[-1]], padding=0)),
    ("pad2d_mode", lambda padding, **_: padding >= 2, dict(image=[[0] * 3] * 3, padding=2, mode="constant")),
    ("window_counts", lambda shape, **_: shape[1] >= 5, dict(shape=(1, 5), kernel_size=1)),
    ("window_counts", lambda stride, **_: stride == 3, dict(shape=(1, 1), kernel_size=1, stride=3)),
    ("conv2d_valid", lambda image, **_: image.shape[0] >= 3, dict(image=[[0]] * 3, kernel=[[0]])),
    ("conv2d_valid", lambda kernel, **_: kernel.shape[0] == 2, dict(image=[[0]] * 2, kernel=[[0]] * 2)),
    ("same_padding", lambda n, **_: n >= 8, dict(n=8, k=1)),
    ("same_padding", lambda n, k, **_: n >= k > 3, dict(n=4, k=4)),
    ("output_size", lambda padding, **_: padding == "same", dict(n=1, k=1, stride=1, padding="same")),
    ("conv2d_strided", lambda image, **_: image.shape > (2, 4), dict(image=[[0]] * 3, kernel=[[0]], stride=1)),
    ("conv2d_strided", lambda stride, **_: stride == (2, 1), dict(image=[[0]], kernel=[[0]], stride=(2, 1))),
    ("conv2d", lambda x, **_: x.shape[1] >= 4, dict(x=[[[0]] * 4], w=[[[[0]]]], b=[0])),
    ("conv2d", lambda x, **_: x.shape[2] >= 2, dict(x=[[[0, 0]]], w=[[[[0], [0]]]], b=[0])),
    ("conv2d", lambda b, **_: len(b) >= 2, dict(x=[[[0]]], w=[[[[0, 0]]]], b=[0, 0])),
    ("unread", lambda stride, **_: stride >= 3, dict(n=1, k=1, stride=3)),
    ("pool2d", lambda x, kind, **_: kind == "max" and (x < 0).any(), dict(x=[[[-1]]], size=1, stride=1, kind="max")),
    ("pool2d", lambda stride, **_: stride == 2, dict(x=[[[0]]], size=1, stride=2, kind="max")),
    ("global_pool", lambda x, **_: x.shape[1] >= 3, dict(x=[[[0]] * 3], kind="avg")),
    ("max_pool_backward", lambda grad, **_: (grad < 0).any(), dict(x=[[[0]]], grad=[[[-1]]], size=1, stride=1)),
    ("max_pool_backward", lambda x, **_: x.shape[2] >= 2, dict(x=[[[0, 0]]], grad=[[[0, 0]]], size=1, stride=1)),
    ("max_pool_backward", lambda x, **_: x.shape[1] >= 2, dict(x=[[[0], [0]]], grad=[[[0]]], size=1, stride=2)),
    ("translate", lambda dy, **_: dy < 0, dict(image=[[0]], dy=-1, dx=0)),
    ("consistency", lambda labels, **_: labels.shape[0] >= 3, dict(labels=[[0]] * 3)),
    ("blur_pool2d", lambda x, **_: x.shape[0] >= 3, dict(x=[[[0]]] * 3)),
    ("pool_shift_error", lambda dx, **_: dx < 0, dict(x=[[[0]] * 2] * 2, dy=0, dx=-1)),
    ("conv_params", lambda c_in, **_: c_in >= 3, dict(kernel_size=1, c_in=3, c_out=1)),
    ("conv_macs", lambda shape, **_: shape[1] >= 6, dict(shape=(1, 6), kernel_size=1, c_in=1, c_out=1)),
    ("activation_bytes", lambda batch, **_: batch >= 16, dict(shape=(1, 1, 1), batch=16)),
    ("receptive_field", lambda layers: any(s >= 3 for _, s in layers), dict(layers=[(1, 3)])),
    ("summarize", lambda layers, **_: len(layers) >= 2, dict(input_shape=(1, 1, 1), layers=[CONV, CONV])),
    ("training_bytes", lambda batch, **_: batch >= 10, dict(input_shape=(1, 1, 1), layers=[], batch=10)),
    ("mosaic", lambda maps, **_: maps.shape[2] >= 3, dict(maps=[[[0, 0, 0]]], columns=1)),
    ("dilate_kernel", lambda kernel, **_: kernel.shape[1] >= 3, dict(kernel=[[0, 0, 0]], rate=1)),
    ("conv2d_dilated", lambda rate, **_: rate == 3, dict(image=[[0]], kernel=[[0]], rate=3)),
    ("upsample2d", lambda factor, **_: factor == 3, dict(x=[[[0]]], factor=3)),
    ("conv2d_transpose", lambda kernel, **_: (kernel < 0).any(), dict(image=[[0]], kernel=[[-1]], stride=1)),
    ("unet_shapes", lambda depth, **_: depth >= 2, dict(input_shape=(4, 4, 1), depth=2, filters=1)),
]


def test_every_function_that_takes_something_is_shrunk_here():
    assert {name for name, *_ in TRIGGERED} == set(WITH_INPUTS)


@pytest.mark.parametrize(("name", "when", "smallest"), TRIGGERED, ids=[f"{t[0]}-{i}" for i, t in enumerate(TRIGGERED)])
def test_a_mistake_without_a_name_is_shown_on_the_smallest_input(name, when, smallest):
    _, after = Student(name, when).results()
    assert after.mistake is None
    assert arguments(EXERCISES[name], failing(after)[0]) == smallest
    assert failing(after)[0].shrunk


@TRIES
@given(height=st.integers(1, 4), width=st.integers(1, 5))
def test_a_mistake_of_large_images_is_shown_on_one_that_is_just_large_enough(height, width):
    student = Student("conv2d_valid", lambda image, **_: image.shape[0] >= height and image.shape[1] >= width)
    tried = failing(student.results()[1])[0]
    assert tried.failed.args[0].shape == (height, width)
    assert tried.failed.args[1].shape == (1, 1)


def numbers(value):
    """Yield every number of an argument, and the sizes of an array."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, np.ndarray):
        yield from (*value.shape, float(value.min()), float(value.max()))
    elif isinstance(value, (int, float)):
        yield value


@pytest.mark.parametrize("name", WITH_INPUTS)
@TRIES
@given(data=st.data())
def test_what_is_shrunk_still_fails_in_the_same_way_and_is_no_larger(name, data):
    parameter = data.draw(st.sampled_from(sorted(signature(EXERCISES[name].reference).parameters)))
    least, seed = data.draw(st.integers(-2, 9)), data.draw(st.sampled_from([None, "autumn"]))
    student = Student(name, lambda **given: any(n >= least for n in numbers(given[parameter])))
    before, after = student.results(seed)
    assert (after.points, after.mistake, after.more) == (before.points, before.mistake, before.more)
    for first, small in zip(failing(before), failing(after), strict=True):
        assert size(small.failed) <= size(first.failed)
        assert (small.behaviour, small.fresh) == (first.behaviour, first.fresh)
        expected, outcome = right(student.exercise, small.failed), student.subject(*vars(small.failed).values(), ())
        assert expected.error == right(student.exercise, first.failed).error
        found = difference(outcome, expected, small.behaviour)
        assert found == small.difference
        assert found.kind == first.kind


def shrunk_result(name, function):
    def subject(args, kwargs, watch):
        return call(function, args, kwargs)

    return shrunk(grade(EXERCISES[name], subject), subject, seconds=60)


def test_what_must_be_refused_stays_refused_for_the_same_reason():
    def output_size(n, k, stride=1, padding=0):
        if stride == 0:
            raise ZeroDivisionError
        return reference.output_size(n, k, stride, padding)

    (tried,) = failing(shrunk_result("output_size", output_size))
    assert (tried.failed.args, tried.kind) == ((1, 1, 0), "wrong_error")


def test_a_behaviour_about_the_dtype_stays_about_it():
    def pad2d(image, padding, value=0.0):
        padded = reference.pad2d(image, padding, value)
        return padded.astype("float32") if image.dtype.kind == "i" and padded.size > 6 else padded

    (tried,) = failing(shrunk_result("pad2d", pad2d))
    assert (tried.behaviour.id, tried.kind, tried.failed.args[0].dtype) == ("dtype", "dtype", "int64")
    assert arguments(EXERCISES["pad2d"], tried) == dict(image=[[0]], padding=1)


def test_a_behaviour_about_arguments_left_alone_stays_about_that():
    def translate(image, dy, dx):
        moved = reference.translate(image, dy, dx)
        image[0, 0] += image.shape[1] >= 6
        return moved

    (tried,) = failing(shrunk_result("translate", translate))
    assert (tried.behaviour.id, tried.kind) == ("untouched", "changed")
    assert arguments(EXERCISES["translate"], tried) == dict(image=[[0] * 6], dy=0, dx=0)


@pytest.mark.parametrize("name", EXERCISES)
def test_right_solutions_and_named_mistakes_are_not_called_again(name):
    student = Student(name, lambda **_: False)
    before, after = student.results("autumn")
    assert after is before
    assert student.calls == 0
    for mistake in MISTAKES[name]:
        result = grade(EXERCISES[name], lambda args, kwargs, watch, m=mistake: call(m.solution, args, kwargs))
        assert shrunk(result, None) is result


@pytest.mark.parametrize("name", WITH_INPUTS)
def test_calls_are_limited(name):
    student = Student(name, lambda **_: True, lambda value: [value])  # fails on everything
    student.results("autumn")
    assert student.calls <= shrink.CALLS


def test_calls_end_when_the_time_is_over(monkeypatch):
    now = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    student = Student("conv2d_valid", lambda image, **_: image.shape[1] >= 4)
    student.results()
    assert 0 < student.calls <= 60


def test_a_call_that_had_to_be_stopped_is_the_last():
    student = Student("conv2d_valid", lambda image, **_: image.shape[1] >= 4)
    result, calls = grade(student.exercise, student.subject), []

    def stopped(args, kwargs, watch):
        calls.append(args)
        return Outcome(error="Stopped", message="Stopped after 5 s.")

    assert shrunk(result, stopped) == result
    assert len(calls) == 1


def test_an_endless_loop_on_smaller_inputs_does_not_hold_up_a_notebook(capsys):
    known = {case.args[0] for behaviour in EXERCISES["output_size"].behaviours for case in behaviour.cases}

    def output_size(n, k, stride=1, padding=0):
        while n not in known:
            pass
        return reference.output_size(n, k, stride, padding) + (stride == 3)

    began = time.monotonic()
    check("output_size", output_size)
    assert time.monotonic() - began < 30  # or it would never end
    assert "rounds down" in capsys.readouterr().out


def test_further_calls_print_nothing(capsys):
    calls = []

    def same_padding(n, k, stride=1):
        calls.append(n)
        print("called")
        return reference.same_padding(n, k, stride) if n < 8 else (7, 7)

    check("same_padding", same_padding)
    asked = sum(len(behaviour.cases) for behaviour in EXERCISES["same_padding"].behaviours)
    assert capsys.readouterr().out.count("called") == asked < len(calls)


# What is shown


def text_of(name, when, wrong=None, seed=None):
    return report.to_text(Student(name, when, wrong).results(seed)[1])


def test_input_yours_and_expected_stand_side_by_side_in_text():
    said = text_of("conv2d_valid", lambda image, **_: image.shape[1] >= 4)
    assert (
        """
        smallest failing input found: conv2d_valid(image: (1, 4) float64, kernel: (1, 1) int64)
        1 of 4 values differ, the first at index (0, 3).
        at (0, 3): expected 0, received 1
        image (1, 4)    kernel (1, 1)    yours (1, 4)    expected (1, 4)
        0  0  0  0      0                0  0  0  1✗     0  0  0  0
"""
        in said
    )


def test_channels_stand_beside_each_other():
    said = text_of("pool2d", lambda x, **_: x.shape[2] >= 2)
    assert "x[:, :, 0] (1, 1)    x[:, :, 1] (1, 1)    yours[:, :, 0] (1, 1)" in said


def test_short_lists_are_shown_as_a_whole():
    said = text_of("unet_shapes", lambda depth, **_: depth >= 1, lambda shapes: [*shapes[:-1], (0, 0, np.int64(7))])
    assert "expected [(2, 2, 1), (1, 1, 2), (2, 2, 1)]" in said
    assert "received [(2, 2, 1), (1, 1, 2), (0, 0, 7)]" in said


def test_a_list_of_another_length_is_shown_beside_the_expected_one():
    said = text_of("same_padding", lambda n, **_: n >= 8, lambda value: (*value, 0))
    assert "It returns 3 entries: not the right number.\n        expected (0, 0)\n        received (0, 0, 0)" in said


def test_an_error_is_said_once():
    said = text_of("conv2d", lambda **_: True, lambda value: value.no_such_name)
    assert said.count("AttributeError") == 1
    assert said.count("the same as above") == 9


def test_a_named_mistake_is_reported_without_tables():
    mistake = next(mistake for mistake in MISTAKES["conv2d_valid"] if mistake.id == "kernel_flipped")
    result = grade(EXERCISES["conv2d_valid"], lambda args, kwargs, watch: call(mistake.solution, args, kwargs))
    said = report.to_text(shrunk(result, None))
    assert "smallest" not in said
    assert "yours" not in said
    assert "yours" in report.to_html(result)


@pytest.mark.parametrize("name", WITH_INPUTS)
@pytest.mark.parametrize("wrong", [one_more, lambda value: [value, value], lambda value: np.full(1, np.nan)])
def test_a_fresh_case_is_shrunk_without_its_expected_value(name, wrong):
    exercise = WITH_INPUTS[name]
    open_calls = {repr((c.args, c.kwargs)) for b in exercise.behaviours for c in b.cases}

    def wrong_elsewhere(*args, **kwargs):
        value = exercise.reference(*args, **kwargs)
        return value if repr((args, kwargs)) in open_calls else wrong(value)

    def subject(args, kwargs, watch):
        return call(wrong_elsewhere, args, kwargs)

    result = shrunk(grade(exercise, subject, "autumn"), subject, seconds=60)
    assert any(tried.shrunk for tried in result.tried)
    assert all(tried.fresh for tried in failing(result))
    for shown in (report.to_text(result), report.to_html(result)):
        assert "smallest failing input found" in shown
        assert "a fresh case" in shown
        assert "expected" not in shown
        assert "must be" not in shown
        assert "<table" not in shown


def test_a_failing_open_case_is_preferred_to_a_fresh_one():
    _, after = Student("conv2d_valid", lambda image, **_: image.shape[1] >= 4).results("autumn")
    assert not any(tried.fresh for tried in failing(after) if tried.behaviour.id != "integers")

"""What is told of a wrong function, and what is not: nothing that a seen value contradicts."""

from itertools import count

import numpy as np
import pytest

from autograder.chapters import EXERCISES, MISTAKES
from autograder.check import report
from autograder.check.grade import grade
from autograder.check.local import local
from autograder.inside.call import Outcome, call


def told(name, function):
    """Return the result and its report."""
    result = grade(EXERCISES[name], local(function), "autumn")
    return result, report.to_text(result)


def test_a_case_that_contradicts_a_mistake_keeps_it_from_being_told():
    """The layer's own stride is not "the stride of the layer just before"."""

    def receptive_field(layers):
        field = 1
        for k, s in layers:
            if k < 1 or s < 1:
                raise ValueError
            field += (k - 1) * s
        return field

    result, text = told("receptive_field", receptive_field)
    assert result.mistake and "just before" not in text


def test_of_two_mistakes_both_are_told_and_what_costs_most_comes_first():
    def conv2d_valid(image, kernel):
        (h, w), (kh, kw) = image.shape, kernel.shape
        if kh > h or kw > w:
            raise ValueError
        places = [(i, j) for i in range(h - kh + 1) for j in range(w - kw + 1)]
        sums = [(image[i : i + kh, j : j + kw] * kernel[::-1, ::-1]).mean() for i, j in places]
        return np.array(sums, dtype=float).reshape(h - kh + 1, w - kw + 1)

    result, text = told("conv2d_valid", conv2d_valid)
    assert len(result.mistakes) == 2 and "kernel_flipped" in [mistake.id for mistake in result.mistakes]
    assert "What went wrong first: " in text and "Also: " in text


def test_results_that_are_changed_afterwards_have_a_sentence_for_any_function():
    def translate(image, dy, dx):
        return EXERCISES["translate"].reference(image, dy, dx)[::-1]

    assert "What went wrong: Every result is upside down." in told("translate", translate)[1]


def test_arguments_that_are_taken_for_others_have_a_sentence_for_any_function():
    def conv2d_transpose(image, kernel, stride):
        return EXERCISES["conv2d_transpose"].reference(image, kernel, 2 * stride)

    assert "as if it were given twice the `stride`." in told("conv2d_transpose", conv2d_transpose)[1]


def test_a_mistake_is_named_though_lists_are_returned():
    def translate(image, dy, dx):
        return EXERCISES["translate"].reference(image, -dy, -dx).tolist()

    result, text = told("translate", translate)
    assert "What went wrong first: It returns lists, not an array." in text
    assert result.mistake


def test_an_error_is_told_with_its_cause_and_its_line():
    def conv2d_valid(image, kernel):
        (h, w), (kh, kw) = image.shape, kernel.shape
        if kh > h or kw > w:
            raise ValueError
        sums = [(image[i : i + kh, j : j + kw] * kernel).sum() for i in range(h - kh + 1) for j in range(w - kw + 2)]
        return np.array(sums, dtype=float).reshape(h - kh + 1, w - kw + 1)

    text = told("conv2d_valid", conv2d_valid)[1]
    assert "Arrays of the shapes (" in text and "these shapes do not fit together. This happens in line " in text


def test_without_a_mistake_that_fits_it_says_what_the_wrong_results_have_in_common():
    def translate(image, dy, dx):
        found = EXERCISES["translate"].reference(image, dy, dx)
        return found if dx <= 0 else found + np.arange(found.size).reshape(found.shape)

    result, text = told("translate", translate)
    assert not result.mistakes
    assert "What the wrong results have in common: " in text and "Every wrong number is too large." in text


def normalised(maps, columns):
    found = EXERCISES["mosaic"].reference(maps, columns)
    return (found - found.min()) / (np.ptp(found) or 1)


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("mosaic", normalised, "holds numbers from 0 to 1 only."),
        ("unread", lambda n, k, s, p=0: n + 2 * p - ((n + 2 * p - k) // s + 1) * k, "Some numbers are negative"),
        ("consistency", lambda labels: float(labels[-1, 0] == labels[0, 0]), "holds whole numbers only"),
    ],
)
def test_of_numbers_that_cannot_be_right_it_says_so(name, function, words):
    assert words in told(name, function)[1]


def test_a_layer_without_channels_and_with_one_bias_may_be_written_in_two_ways():
    """The formula is that of another pair of mistakes as well, so both pairs are told."""

    def conv_params(kernel_size, c_in, c_out, bias=True):
        kh, kw = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        if min(kh, kw) < 1 or min(c_in, c_out) < 0:
            raise ValueError
        return kh * kw * c_out + bias

    result, text = told("conv_params", conv_params)
    assert not result.mistakes and result.explanation.either
    assert "A filter is as deep as its input" in text and "c_out is used where c_in belongs." in text


def test_a_check_the_wrong_way_round_is_asked_about_and_numpys_own_errors_are_not():
    def turned(n, k, stride=1):
        if min(n, k, stride) >= 2:
            raise ValueError("too small")
        return EXERCISES["same_padding"].reference(max(n, 1), max(k, 1), max(stride, 1))

    def broadcast(n, k, stride=1):
        return np.zeros(max(n, 0)) + np.zeros(max(n, 0) + 2)

    assert "is a comparison the wrong way round?" in told("same_padding", turned)[1]
    assert "the wrong way round" not in told("same_padding", broadcast)[1]


def with_a_zero(argument):
    """Write into an array, also into one of a list; shorten any other list."""
    if isinstance(argument, np.ndarray):
        argument.flat[-1] = 0
    elif isinstance(argument, list) and argument and isinstance(argument[0], tuple) and np.ndim(argument[0][0]):
        argument[0][0].flat[-1] = 0
    elif isinstance(argument, list) and len(argument) > 1:
        argument.pop()


def emptied(argument):
    if isinstance(argument, np.ndarray):
        argument -= argument.dtype.type(9)
    elif isinstance(argument, list):
        argument.clear()


CHANGEABLE = [name for name, e in EXERCISES.items() if any(b.untouched and b.cases[0].args for b in e.behaviours)]


@pytest.mark.parametrize(("change", "first"), [(with_a_zero, True), (emptied, False)])
@pytest.mark.parametrize("name", CHANGEABLE)
def test_a_wrong_decision_is_told_beside_a_changed_argument(name, change, first):
    """Whether the argument is changed before it is used, or after."""
    mistake = next(mistake for mistake in MISTAKES[name] if mistake.decision)

    def changing(*args):
        for arg in args if first else ():
            change(arg)
        result = np.copy(found) if isinstance(found := mistake.solution(*args), np.ndarray) else found
        for arg in () if first else args:
            change(arg)
        return result

    result = grade(EXERCISES[name], lambda args, kwargs, watch: call(changing, args, kwargs))
    assert {told.id for told in result.mistakes} == {mistake.id, "arguments_changed"}


def test_what_is_right_for_a_changed_argument_has_no_other_mistake():
    def translate(image, dy, dx):
        image -= image.mean()
        return EXERCISES["translate"].reference(image, dy, dx)

    result, text = told("translate", translate)
    assert [mistake.id for mistake in result.mistakes] == ["arguments_changed"] and "Also: " not in text


def test_a_changed_argument_that_must_be_refused_is_told_as_that():
    def summarize(input_shape, layers):
        for layer in layers:
            if layer.get("kind") == "pool":
                layer.setdefault("stride", 1)
        return EXERCISES["summarize"].reference(input_shape, layers)

    result, text = told("summarize", summarize)
    assert not result.mistakes and "must raise ValueError, and does not." in text


def test_where_nothing_else_can_be_said_it_says_whether_shapes_are_right():
    odd = count()

    def translate(image, dy, dx):
        found = EXERCISES["translate"].reference(image, dy, dx)
        return found + (np.arange(found.size).reshape(found.shape) % 3 - 1.3) * (1 + next(odd) % 2 * dy)

    text = told("translate", translate)[1]
    assert "Every result has the right shape, but wrong numbers." in text


@pytest.mark.parametrize("changed", [(0,), (7,), ("image",), ([],)])
@pytest.mark.parametrize("after", [(), (None,), (np.zeros((10**4, 10**4)),), ("image",), (0, 0)])
def test_whatever_a_submission_says_of_changed_arguments_it_is_graded(changed, after):
    said = Outcome(np.zeros((2, 2)), changed=changed, after=after)
    result = grade(EXERCISES["translate"], lambda args, kwargs, watch: said)
    assert result.mistakes


class Odd:
    """Something that a student's class may be: it fails whatever it is asked."""

    def __repr__(self):
        raise RuntimeError

    def __array__(self, *args, **kwargs):
        raise RuntimeError


def odd_values():
    """Return what a function may give back by mistake, or to break the check."""
    itself = []
    itself.append(itself)
    numbers = [10**5000, 1j, float("nan"), np.float16(3), np.datetime64("2020"), np.zeros((5,) * 8, bool)]
    arrays = [np.array([None]), np.array("a"), np.full((3, 3), np.nan), np.zeros((3, 0, 2)), (np.zeros((2, 2)), 1)]
    return [Odd(), [Odd(), 1], itself, {"kind": itself}, (x for x in ()), *numbers, *arrays]


@pytest.mark.parametrize("name", ["pad2d", "same_padding", "summarize", "conv2d_backward"])
def test_whatever_a_function_returns_it_is_graded(name):
    """Everywhere, or in some calls only: beside right results, more is looked for."""
    exercise = EXERCISES[name]
    for value in odd_values():
        asked = count()

        def sometimes(*args, _value=value, _asked=asked, **kwargs):
            return _value if next(_asked) % 2 else exercise.reference(*args, **kwargs)

        assert told(name, lambda *args, _value=value, **kwargs: _value)[0].points == 0
        assert told(name, sometimes)[0].points < exercise.points

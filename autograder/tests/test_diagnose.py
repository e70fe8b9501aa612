"""What is told of a wrong function, and what is not: nothing that a seen value contradicts."""

from itertools import count

import numpy as np
import pytest

from autograder.chapters import EXERCISES
from autograder.check import report
from autograder.check.grade import grade
from autograder.check.local import local


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


def test_without_a_mistake_that_fits_it_says_what_the_results_have_in_common():
    def translate(image, dy, dx):
        return EXERCISES["translate"].reference(image, dy, dx)[::-1]

    result, text = told("translate", translate)
    assert not result.mistakes
    assert "What the wrong results have in common: Every result is upside down." in text


def test_a_check_the_wrong_way_round_is_asked_about_and_numpys_own_errors_are_not():
    def turned(n, k, stride=1):
        if min(n, k, stride) >= 2:
            raise ValueError("too small")
        return EXERCISES["same_padding"].reference(max(n, 1), max(k, 1), max(stride, 1))

    def broadcast(n, k, stride=1):
        return np.zeros(max(n, 0)) + np.zeros(max(n, 0) + 2)

    assert "is a comparison the wrong way round?" in told("same_padding", turned)[1]
    assert "the wrong way round" not in told("same_padding", broadcast)[1]


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

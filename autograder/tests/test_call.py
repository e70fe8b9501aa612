"""One call of a student's function: what is noticed, and what is not held against them."""

import inspect
import sys
import threading
import types

import nbformat
import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from numpy import pad
from numpy.lib.stride_tricks import sliding_window_view

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.inside.call import UNWATCHED, call
from autograder.inside.runner import is_plain


def image():
    return np.arange(6.0).reshape(2, 3)


def test_a_value_is_returned_as_it_is():
    outcome = call(lambda x, y=1: (x, y), (2,), {"y": 3})
    assert (outcome.value, outcome.error, outcome.changed, outcome.aliased, outcome.forbidden) == (
        (2, 3),
        None,
        (),
        False,
        (),
    )


def test_the_callers_arrays_stay_as_they_are():
    def vandal(a, b):
        a[:] = b[:] = 7

    mine, other = image(), image()
    call(vandal, (mine,), {"b": other})
    assert np.array_equal(mine, image()) and np.array_equal(other, image())


def write(a):
    a[0, 0] = 9


def retype(a):
    a.dtype = np.int64


def reshape(a):
    a.shape = (3, 2)


@pytest.mark.parametrize("vandal", [write, retype, reshape])
def test_a_changed_argument_is_noticed_by_its_position(vandal):
    assert call(lambda a, b: vandal(b), (image(), image()), {}).changed == (1,)


def test_a_changed_list_is_noticed():
    assert call(lambda layers: layers.append(1), ([(3, 1)],), {}).changed == (0,)


def test_an_unchanged_argument_with_nan_in_it_is_not_held_against_anyone():
    assert call(lambda a: a + 1, (np.array([[np.nan, 1.0]]),), {}).changed == ()


@pytest.mark.parametrize(
    "function",
    [
        lambda a: a,
        lambda a: a[:],
        lambda a: a.T,
        lambda a: a[1:, ::2],
        lambda a: a.reshape(-1),
        lambda a: np.asarray(a),
    ],
    ids=["itself", "slice", "transposed", "part", "reshaped", "asarray"],
)
def test_the_argument_or_a_view_of_it_is_noticed(function):
    assert call(function, (image(),), {}).aliased


@pytest.mark.parametrize(
    "function", [lambda a: a.copy(), lambda a: a + 0, lambda a: a[[0]], lambda a: 3, lambda a: None]
)
def test_a_new_array_is_not_taken_for_a_view(function):
    assert not call(function, (image(),), {}).aliased


@pytest.mark.parametrize("error", [ValueError, IndexError, NotImplementedError, ZeroDivisionError, RecursionError])
def test_an_error_is_told_by_its_name_and_text(error):
    def fails():
        raise error("the reason")

    outcome = call(fails, (), {})
    assert (outcome.error, outcome.message, outcome.value) == (error.__name__, "the reason", None)


def test_wrong_arguments_and_endless_recursion_are_errors_like_any_other():
    def deeper(n):
        return deeper(n + 1)

    assert call(lambda: 1, (2,), {}).error == "TypeError"
    assert call(deeper, (0,), {}).error == "RecursionError"


def test_the_text_of_an_error_has_an_end():
    def fails():
        raise ValueError("x" * 10_000)

    assert len(call(fails, (), {}).message) <= 500


def test_an_error_that_cannot_be_shown_is_an_outcome_too():
    class Odd(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    def fails():
        raise Odd

    assert call(fails, (), {}).error in ("Odd", "Exception")


def test_a_function_that_exits_does_not_take_the_caller_with_it():
    assert call(sys.exit, (), {}).error == "SystemExit"


def test_ctrl_c_still_stops_a_notebook():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(interrupted, (), {})


def pads_in_a_helper(a):
    def helper(b):
        return [np.pad(row, 1) for row in b]

    return helper(a)


def pads_then_fails(a):
    np.pad(a, 1)
    raise ValueError


@pytest.mark.parametrize(
    "function",
    [
        lambda a: np.pad(a, 1),
        lambda a: pad(a, 1, mode="edge"),
        lambda a: list(map(pad, a, [1, 2])),
        lambda a: getattr(np, "p" + "ad")(a, 1),
        pads_in_a_helper,
        pads_then_fails,
    ],
    ids=["np.pad", "from numpy import pad", "through map", "by name", "in a helper", "then an error"],
)
def test_np_pad_is_seen_however_it_is_called(function):
    assert call(function, (image(),), {}, ("pad",)).forbidden == ("np.pad",)


def pads_in_a_thread(a):
    thread = threading.Thread(target=np.pad, args=(a, 1))
    thread.start()
    thread.join()


def pads_by_another_name(a):
    original = np.pad.__wrapped__
    space = {**original.__globals__, "__name__": "own"}
    own = types.FunctionType(original.__code__.replace(co_name="own"), space, "own", original.__defaults__)
    return own(a, 1)


def pads_by_a_copy(a):
    space = {**np.pad.__wrapped__.__globals__, "__name__": "own"}
    exec(inspect.getsource(np.pad.__wrapped__).replace("def pad(", "def own("), space)
    return space["own"](a, 1)


def pads_by_a_helper(a):
    from numpy.lib._arraypad_impl import _pad_simple

    return _pad_simple(a, [(1, 1)] * a.ndim, 0)[0]


@pytest.mark.parametrize(
    "function",
    [pads_in_a_thread, lambda a: np.pad.__wrapped__(a, 1), pads_by_another_name, pads_by_a_copy, pads_by_a_helper],
)
def test_np_pad_is_seen_where_it_is_hidden(function):
    assert call(function, (image(),), {}, ("pad",)).forbidden == ("np.pad",)


def switches_off(a):
    sys.setprofile(None)
    return np.pad(a, 1)


def switches_off_and_on(a):
    watch = sys.getprofile()
    sys.setprofile(None)
    np.pad(a, 1)
    sys.setprofile(watch)


@pytest.mark.parametrize("function", [switches_off, switches_off_and_on])
def test_who_switches_the_watch_off_is_seen_too(function):
    assert UNWATCHED in call(function, (image(),), {}, ("pad",)).forbidden


def test_without_a_watch_nothing_is_held_against_a_profiler():
    assert call(lambda: sys.setprofile(None), (), {}).forbidden == ()


def test_threads_started_later_are_not_watched_any_more():
    before = threading.getprofile()
    call(pads_in_a_thread, (image(),), {}, ("pad",))
    assert threading.getprofile() is before


@pytest.mark.parametrize(
    "function",
    [lambda a: np.lib.stride_tricks.sliding_window_view(a, (2, 2)), lambda a: sliding_window_view(a, 2, axis=1)],
)
def test_sliding_window_view_is_seen(function):
    assert call(function, (image(),), {}, ("pad", "sliding_window_view")).forbidden == ("np.sliding_window_view",)


def mentions_it(a):
    """Instead of np.pad, or sliding_window_view."""
    pad = np.pad  # kept in a name, never called
    return np.zeros_like(a) if pad else a


def has_its_own(a):
    def pad(b):
        return b + 1

    return pad(a)


@pytest.mark.parametrize("function", [mentions_it, has_its_own, lambda a: np.lib.stride_tricks.as_strided(a, (2, 2))])
def test_what_is_not_called_is_not_seen(function):
    assert call(function, (image(),), {}, ("pad", "sliding_window_view")).forbidden == ()


def test_what_is_allowed_is_not_seen():
    assert call(lambda a: np.pad(a, 1), (image(),), {}, ("sliding_window_view",)).forbidden == ()


def test_an_earlier_call_leaves_nothing_behind():
    call(lambda a: np.pad(a, 1), (image(),), {}, ("pad",))
    assert call(lambda a: a + 1, (image(),), {}, ("pad",)).forbidden == ()


def test_a_profiler_that_was_there_is_there_again():
    before = sys.getprofile()
    profiler = lambda *event: None  # noqa: E731
    sys.setprofile(profiler)
    try:
        call(pads_then_fails, (image(),), {}, ("pad",))
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


# Cells that IPython would transform


ODD = [
    "", "\n", " a = 1", "\na = 1", "%time a", "a = 1\n%time a", "a = %time b", "a = !ls", "!ls", "  !ls", "a?", "a? ",
    "?a", "a??", "f(a)?\nb = 1", "/f 1", ",f 1", ";f 1", ">>> a = 1", "a = 1\n>>> b", "a = 1\n...", "In [1]: a = 1",
    " In [1]: a", "[nav] In [1]: a", "[ins] In [2]: a", "   ...: a = 1", "a = 1\n   ...: b", "%%time\na = 1",
    "if a:\n    %time b", "if a:\n    b = %time c", "a\r%time b", "a\x0c\n%time b", "a\x0c%time", "a\u2028%time b",
    "a = (1\n% 2)", "a ==  % b", "'''\n%time\n'''", "a = '?'", "# a?", "a; %time b", "a = b = %time c", "%%", "%", "!",
    "a: int = %time b", "a =\t!ls", "def f(:\n    a?", "a = \\\n%time b", "x = 7 % 5", "a = 'why?'  # so", "a.b[0]?",
    "a = 1 ;b?", "print(a)  ?", "class A: ...", "a = 1\n\n\n", "a = 1\n  ", "'a' '?'", "a = {1: '%s' % 2}",
]  # fmt: skip


@pytest.mark.parametrize("code", ODD)
def test_what_is_plain_is_as_ipython_leaves_it(code):
    transformed = TransformerManager().transform_cell(code)
    assert not is_plain(code) or transformed.removesuffix("\n") == code.removesuffix("\n")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_answers_are_plain_cells(assignment):
    cells = nbformat.read(paths.source_notebook(assignment), as_version=4).cells
    answers = [cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("solution")]
    plain = [code for code in answers if is_plain(code)]
    assert len(plain) >= len(ASSIGNMENTS[assignment])
    assert all(TransformerManager().transform_cell(code) == code + "\n" for code in plain)

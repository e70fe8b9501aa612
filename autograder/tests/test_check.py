"""What a student sees in the notebook."""

import re
import subprocess
import sys

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder import check, hint, reference
from autograder.chapters import EXERCISES, MISTAKES
from autograder.chapters.model import Question
from autograder.check import report
from autograder.check.compare import difference
from autograder.check.grade import grade
from autograder.check.questions import judged
from autograder.inside.call import Outcome, call
from autograder.paths import COURSE
from autograder.workshop.demo_class import CLASS

LAYERS = Question("layers", answer=6, points=5, wrong={7: "You counted one too many."})


def mistaken(name, id):
    return next(mistake.solution for mistake in MISTAKES[name] if mistake.id == id)


def result_of(name, function, seed=None):
    return grade(EXERCISES[name], lambda args, kwargs, watch: call(function, args, kwargs), seed)


@pytest.fixture
def notebook():
    """Run inside an IPython shell, as in a notebook."""
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_reflecting_where_the_edge_is_repeated_is_told(capsys):
    program = next(student for student in CLASS if student.id == "chen").answers["pad2d_mode"]
    exec(program, space := {"np": np})
    points = check("pad2d_mode", space["pad2d_mode"])
    said = capsys.readouterr().out
    assert points == 13
    assert 'What went wrong: In "edge" you mirror the image: that is "reflect".' in said
    assert "tried pad2d_mode(image: (2, 3) float64, 1, 'edge')" in said
    assert "at (0, 0): expected 1, received 5" in said


def test_a_function_without_a_body_is_not_written_yet(capsys):
    def pad2d(image, padding, value=0.0):
        pass

    assert check("pad2d", pad2d) == 0
    assert "not written yet" in capsys.readouterr().out


def test_raising_not_implemented_is_not_written_yet(capsys):
    def pad2d(image, padding, value=0.0):
        raise NotImplementedError

    assert check("pad2d", pad2d) == 0
    assert "not written yet" in capsys.readouterr().out


def test_forgetting_a_return_in_one_branch_loses_that_branch_only(capsys):
    def pad2d_mode(image, padding, mode):
        return None if mode == "constant" else reference.pad2d_mode(image, padding, mode)

    assert result_of("pad2d_mode", pad2d_mode).points == 16 - 2


def test_returning_none_where_it_must_refuse_loses_that_only():
    def same_padding(n, k, stride=1):
        return reference.same_padding(n, k, stride) if min(n, k, stride) > 0 else None

    result = result_of("same_padding", same_padding)
    assert result.points == 12 - 1
    assert "It returns None where it must raise ValueError." in report.to_text(result)


@pytest.mark.parametrize("subject", [None, 3, "pad2d", np.ones(2)])
def test_what_is_no_function_gets_nothing_and_raises_nothing(subject, capsys):
    assert check("pad2d", subject) == 0
    assert "no function of this name" in capsys.readouterr().out


def test_an_error_in_the_function_is_reported_not_raised(capsys):
    def same_padding(n, k, stride=1):
        return [][5]

    assert check("same_padding", same_padding) == 0
    line = same_padding.__code__.co_firstlineno + 1
    assert f"It raises IndexError in line {line} (`return [][5]`): list index out of range" in capsys.readouterr().out


@pytest.mark.parametrize("function", [lambda image, padding, value=0.0: np.pad(image, padding, constant_values=value)])
def test_np_pad_is_reported_and_loses_the_points(function, capsys):
    assert check("pad2d", function) == 0
    assert "np.pad, which does what this exercise asks you to write" in capsys.readouterr().out


def test_points_are_a_plain_number_for_nbgrader():
    assert repr(check("same_padding", reference.same_padding)) == "12"


def test_the_report_in_a_notebook_has_pictures_of_yours_beside_expected(notebook):
    with capture_output() as captured:
        check("pad2d", mistaken("pad2d", "axes_swapped"))
    (shown,) = captured.outputs
    html = shown.data["text/html"]
    captions = re.findall(r"<caption>(.*?)</caption>", html)
    assert captions == ["image (2, 3)", "yours (4, 4)", "expected (3, 5)"]
    assert "The shape is (4, 4)." in shown.data["text/plain"]


def test_a_picture_marks_exactly_the_wrong_cells():
    html = report.to_html(result_of("pad2d", mistaken("pad2d", "value_ignored")))
    assert "<code>value</code> is never used" in html
    yours = html.split("yours")[1].split("expected")[0]
    assert yours.count("✗") == 14  # the frame of a 2×3 image: 4·5 - 2·3


def test_a_map_of_one_channel_is_drawn_too():
    html = report.to_html(result_of("pool2d", mistaken("pool2d", "zeros_count")))
    assert re.findall(r"<caption>(.*?)</caption>", html)[-2].startswith("yours")


def test_infinities_are_compared_as_what_they_are():
    for got, want, same in [
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (5.0, -np.inf, False),
        (np.inf, 5.0, False),
    ]:
        found = difference(Outcome(np.array([got, 1.0])), Outcome(np.array([want, 1.0])))
        assert (found is None) == same


def test_floats_equal_expected_integers_up_to_rounding():
    for got, want, same in [
        (1e6 + 1e-9, 10**6, True),
        (1e6 + 1, 10**6, False),
        (1e6 + 0.001, 10**6, False),
        (10**6 + 1, 10**6, False),
        (10**9 - 1, 10**9, False),
        (2**60 + 1, 2**60, False),
    ]:
        assert (difference(Outcome(got), Outcome(want)) is None) == same
        assert (difference(Outcome(np.array([got])), Outcome(np.array([want]))) is None) == same


def test_a_result_that_holds_markup_is_escaped():
    def pad2d(image, padding, value=0.0):
        raise ValueError("<script>alert(1)</script>")

    html = report.to_html(result_of("pad2d", pad2d))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("name", [name for name, e in EXERCISES.items() if not any(b.accepts for b in e.behaviours)])
def test_a_fresh_case_never_shows_what_is_expected(name):
    """Right on all open cases, wrong on the rest: only fresh cases can fail, and the report keeps their answers."""
    open_calls = {repr((c.args, c.kwargs)) for b in EXERCISES[name].behaviours for c in b.cases}

    def wrong_elsewhere(*args, **kwargs):
        right = EXERCISES[name].reference(*args, **kwargs)
        return right if repr((args, kwargs)) in open_calls else np.add(right, 123456)

    result = result_of(name, wrong_elsewhere, "autumn")
    assert any(tried.fresh for tried in result.tried)
    for text in (report.to_text(result), report.to_html(result)):
        assert "a fresh case" in text
        assert "expected" not in text


def test_nan_infinity_and_huge_numbers_are_wrong_not_a_crash():
    for wrong in (np.nan, np.inf, 1e308, -1e308):
        result = result_of("conv2d_valid", lambda image, kernel, wrong=wrong: np.full((2, 3), wrong))
        assert result.points == 0
        assert report.to_html(result)


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (6, 5),
        (6.0, 5),
        (np.int64(6), 5),
        (np.array(6), 5),
        (7, 0),
        (None, 0),
        (..., 0),
        ("6", 0),
        ([6], 0),
        (object(), 0),
    ],
)
def test_a_short_question_is_compared_by_value(value, points):
    assert judged(LAYERS, value)[1] == points


def test_a_known_wrong_answer_to_a_question_is_explained():
    assert "You counted one too many." in judged(LAYERS, 7)[0]


def test_in_the_notebook_an_answer_is_only_recorded(capsys):
    assert check("layers_that_fit", 6) is check("layers_that_fit", 7, size=33, kernel=5) is None
    assert check("layers_that_fit", None) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert "recorded" in first and first == second
    assert "not answered yet" in third


def test_what_a_student_imports_knows_no_answer():
    loaded = "import autograder, autograder.in_page, sys; print([m for m in sys.modules if m.endswith('questions')])"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=COURSE, capture_output=True, text=True, check=True)
    assert done.stdout == "['autograder.check.questions']\n"


def test_hints_come_one_after_the_other_and_the_last_stays(capsys):
    for _ in range(6):
        hint("same_padding")
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" for ")[0] for line in said] == [f"Hint {n} of 4" for n in (1, 2, 3, 4, 4, 4)]


def test_hints_hold_no_solution():
    for exercise in EXERCISES.values():
        assert not any("return " in text or "def " in text for text in exercise.hints)


def test_hint_for_an_unknown_name_says_what_there_is(capsys):
    hint("pool")
    assert "pad2d" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("got", "want", "kind", "index"),
    [
        ([((2, 3), 4)], [((2, 3), 4)], None, None),
        ([[[2, 3], 4]], [((2, 3), 4)], None, None),
        ([((2, 3), 5)], [((2, 3), 4)], "values", (0, 1)),
        ([((2, 4), 4)], [((2, 3), 4)], "values", (0, 0, 1)),
        ([((2, 3, 1), 4)], [((2, 3), 4)], "length", (0, 0)),
        ([], [((2, 3), 4)], "length", None),
        (7, [((2, 3), 4)], "type", None),
        ([((2, "3"), 4)], [((2, 3), 4)], "type", (0, 0, 1)),
        (np.array([2, 3]), (2, 3), None, None),
        (np.array([2, 4]), (2, 3), "values", (1,)),
        (np.array([2, 3, 1]), (2, 3), "length", None),
        (np.array(7), (2, 3), "type", None),
        (np.array(7), 7, None, None),
        (np.array([7]), 7, "type", None),
        (np.array(True), 1, "type", None),
        (np.array([[2, 3], [4, 5]]), [(2, 3), (4, 5)], None, None),
    ],
)
def test_pairs_and_lists_are_compared_by_value_and_place(got, want, kind, index):
    found = difference(Outcome(got), Outcome(want))
    assert (found and found.kind, found and found.index) == (kind, index)


def test_only_what_is_sure_is_called_forbidden():
    """A function of the student's that is called `pad` is fine."""

    def pad(image, n):
        return reference.pad2d(image, n)

    seen = call(pad, (np.ones((2, 2)), 1), {}, watch=("sliding_window_view",))
    assert seen.forbidden == ()
    assert isinstance(seen, Outcome)

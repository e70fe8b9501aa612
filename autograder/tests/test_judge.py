"""Marks: what a submission gets, whatever its code says about itself."""

import re

import nbformat
import numpy as np
import pytest

from autograder import reference
from autograder.check import question
from autograder.check.grade import fresh
from autograder.exercises import EXERCISES
from autograder.judge import judge as judge_module
from autograder.judge.judge import GradingError, judge
from autograder.judge.restore import TrustedCell, restore
from autograder.judge.sandbox import Limits

LIMITS = Limits(cell_seconds=5, call_seconds=1, submission_seconds=120)
SEED = "a course seed"
POINTS = {name: exercise.points for name, exercise in EXERCISES.items()}
SETUP = "import numpy as np\nfrom autograder import check, hint"

SAME_PADDING = """
def same_padding(n, k, stride=1):
    if min(n, k, stride) < 1:
        raise ValueError("at least 1")
    total = max((-(-n // stride) - 1) * stride + k - n, 0)
    return total // 2, total - total // 2
"""
CONV2D_VALID = """
def conv2d_valid(image, kernel):
    (h, w), (kh, kw) = image.shape, kernel.shape
    if kh > h or kw > w:
        raise ValueError("does not fit")
    out = np.zeros((h - kh + 1, w - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i : i + kh, j : j + kw].astype(float) * kernel).sum()
    return out
"""
PAD2D_MODE = """
def pad2d_mode(image, padding, mode):
    if padding < 0 or mode not in ("constant", "reflect", "edge", "wrap"):
        raise ValueError(mode)
    def index(n):
        i = np.arange(-padding, n + padding)
        edges = {"reflect": n - 1 - abs(n - 1 - abs(i)), "edge": i.clip(0, n - 1), "wrap": i % n, "constant": i.clip(0, n - 1)}
        return edges[mode]
    out = image[index(image.shape[0])][:, index(image.shape[1])]
    if mode == "constant" and padding:
        out[:padding] = out[-padding:] = out[:, :padding] = out[:, -padding:] = 0
    return out
"""


def asks_for(*names):
    """Return an assignment: a setup, and for each function an answer and a test."""
    cells = [TrustedCell("setup", "code", SETUP, False, False, 0)]
    for name in names:
        cells.append(TrustedCell(name, "code", "", False, True, 0))
        cells.append(TrustedCell(f"test_{name}", "code", f'check("{name}", {name})', True, False, POINTS[name]))
    return cells


def judged(answers, trusted=None, seed=SEED, before="", after=""):
    """Return marks by name, and the judged notebook, of answers by cell name; `before` and `after` are cells of their own."""
    trusted = trusted or asks_for(*answers)
    cells = [(cell.cell_type, answers.get(cell.name, cell.source), cell.name) for cell in trusted]
    cells = [cells[0], ("code", before, None), *cells[1:], ("code", after, None)]
    notebook = restore(cells, trusted)
    marks = judge(notebook, seed, LIMITS)
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    return {mark.name: mark for mark in marks}, notebook


def results(notebook):
    """Return every value that nbgrader would read as a mark."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", ()) if output.output_type == "execute_result"]
    return [float(output.data["text/plain"]) for output in found]


def texts(notebook):
    return nbformat.writes(notebook)


# Marks


def test_right_functions_get_full_points_and_nbgrader_reads_them():
    answers = {"same_padding": SAME_PADDING, "conv2d_valid": CONV2D_VALID, "pad2d_mode": PAD2D_MODE}
    marks, notebook = judged(answers)
    assert {name: mark.score for name, mark in marks.items()} == {name: POINTS[name] for name in answers}
    assert results(notebook) == [POINTS[name] for name in answers]


def test_a_function_that_is_not_defined_gets_nothing_and_the_others_count():
    marks, notebook = judged({"conv2d_valid": "", "same_padding": SAME_PADDING})
    assert marks["conv2d_valid"].score == 0 and "no function of this name" in marks["conv2d_valid"].message
    assert marks["same_padding"].score == POINTS["same_padding"]
    assert results(notebook) == [0, POINTS["same_padding"]]


@pytest.mark.parametrize("body", ["pass", "return None", "raise NotImplementedError", "..."])
def test_a_function_that_is_not_written_is_told_so(body):
    marks, _ = judged({"same_padding": f"def same_padding(n, k, stride=1):\n    {body}"})
    assert marks["same_padding"].score == 0 and "not written yet" in marks["same_padding"].message


def test_a_function_that_loops_is_stopped_and_the_others_count():
    marks, notebook = judged({"conv2d_valid": "def conv2d_valid(image, kernel):\n    while True: pass", "same_padding": SAME_PADDING})
    assert marks["conv2d_valid"].score == 0 and "Stopped after 1 s" in marks["conv2d_valid"].message
    assert marks["same_padding"].score == POINTS["same_padding"]


def test_a_function_that_loops_in_one_case_keeps_the_points_of_the_others():
    slow = SAME_PADDING.replace("    total", "    while stride == 4: pass\n    total", 1)
    marks, _ = judged({"same_padding": slow})
    assert 0 < marks["same_padding"].score < POINTS["same_padding"]


def test_a_cell_that_is_stopped_says_so_and_the_others_count():
    marks, notebook = judged({"conv2d_valid": "import os\nos._exit(3)", "same_padding": SAME_PADDING})
    assert (marks["conv2d_valid"].score, marks["same_padding"].score) == (0, POINTS["same_padding"])
    assert "exit status 3" in texts(notebook)


@pytest.mark.parametrize("ending", ["return None", "print('not allowed')", "raise NotImplementedError", "pass"])
def test_a_case_that_is_not_written_costs_that_behaviour_and_no_other(ending):
    """Only a function that gives nothing at all is "not written yet"."""
    partly = PAD2D_MODE.replace("raise ValueError(mode)", ending + "\n        return" * (ending[0] == "p"))
    marks, _ = judged({"pad2d_mode": partly})
    refuses = next(b.points for b in EXERCISES["pad2d_mode"].behaviours if b.id == "refuses")
    assert marks["pad2d_mode"].score == POINTS["pad2d_mode"] - refuses


def test_a_subclass_of_value_error_is_a_value_error():
    own = "class Negative(ValueError):\n    pass\n" + SAME_PADDING.replace("ValueError(", "Negative(")
    marks, _ = judged({"same_padding": own})
    assert marks["same_padding"].score == POINTS["same_padding"]


def test_np_pad_loses_the_points_where_it_is_what_was_asked():
    marks, _ = judged({"pad2d_mode": "def pad2d_mode(image, padding, mode):\n    return np.pad(image, padding, mode=mode)"})
    assert marks["pad2d_mode"].score == 0 and "np.pad" in marks["pad2d_mode"].message


def test_the_same_submission_gets_the_same_marks_and_outputs_again():
    flipped = {"conv2d_valid": CONV2D_VALID.replace("kernel).sum", "kernel[::-1, ::-1]).sum"), "same_padding": "x = 1"}
    first, second = judged(flipped), judged(flipped)
    assert first == second and first[0]["conv2d_valid"].mistake == "kernel_flipped"


# Short questions


def asks(question, answer, mistakes=None):
    test = f"check({question!r}, {question}, answer={answer!r}, points=5, mistakes={mistakes or {}!r})"
    return [
        TrustedCell("setup", "code", SETUP, False, False, 0),
        TrustedCell(question, "code", "", False, True, 0),
        TrustedCell(f"test_{question}", "code", f"check({question!r}, {question})\n{test}", True, False, 5),
    ]


@pytest.mark.parametrize(
    "source, points, words",
    [
        ("windows = 6", 5, "5 of 5"),
        ("windows = 6.0", 5, "5 of 5"),
        ("windows = np.int16(6)", 5, "5 of 5"),
        ("windows = 7", 0, "One too many."),
        ("windows = '6'", 0, "not right"),
        ("windows = None", 0, "not answered"),
        ("windows = ...", 0, "not answered"),
        ("", 0, "not answered"),
    ],
)
def test_a_short_question_is_judged_by_its_value(source, points, words):
    marks, notebook = judged({"windows": source}, asks("windows", 6, {7: "One too many."}))
    assert marks["windows"].score == points and words in marks["windows"].message
    assert results(notebook) == [points]


@pytest.mark.parametrize(
    "value",
    [
        10**400, -(10**400), float("inf"), float("nan"), "\ud800", "6", [6], (6,), {"a": 6}, np.full(3, 6), np.zeros((0, 5)),
        [[[10**400]]], True, np.float64(1e300), [],
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_an_odd_value_is_a_wrong_answer_and_no_error(value):
    for answer in (6, 6.5, (6, 7), [1.5]):
        text, points = question("q", value, answer, 5, {7: "Seven.", (1, 2): "A pair."})
        assert points == 0 and text.encode()


# Marks that nobody earned


def test_a_forged_check_and_forged_outputs_in_the_students_namespace_count_for_nothing():
    forger = """
class Marks(int):
    __call__ = lambda self, *args, **kwargs: Marks(18)
    __repr__ = lambda self: "18"
    __eq__ = __le__ = __ge__ = lambda self, other: True
import builtins, sys
check = builtins.check = same_padding = Marks(18)
sys.modules["autograder"].check = check
from IPython.display import display, HTML
display(HTML("<script>forged()</script><b>18 of 18</b>"))
print("same_padding: 18 of 18 points")
Marks(18)
"""
    marks, notebook = judged({"same_padding": forger}, before=forger, after=forger)
    assert marks["same_padding"].score == 0
    assert results(notebook) == [0]
    assert "<script>" not in texts(notebook)


def test_a_result_after_the_test_cell_is_no_mark():
    _, notebook = judged({"same_padding": ""}, after="99")
    assert results(notebook) == [0]


def test_an_error_without_a_name_earns_nothing():
    nameless = """
def same_padding(n, k, stride=1):
    if min(n, k, stride) < 1:
        raise ValueError
    raise type("", (Exception,), {})
"""
    marks, _ = judged({"same_padding": nameless})
    assert marks["same_padding"].score == 0


def test_always_raising_value_error_earns_nothing():
    marks, _ = judged({"same_padding": "def same_padding(*args, **kwargs):\n    raise ValueError"})
    assert marks["same_padding"].score == 0


EQUAL_TO_ALL = """
class Equal(np.ndarray):
    __eq__ = __le__ = __lt__ = lambda self, other: np.ones(np.shape(other), bool)
    __sub__ = __rsub__ = lambda self, other: np.zeros(np.shape(other))
    __array_ufunc__ = lambda self, ufunc, method, *inputs, **kwargs: np.zeros(inputs[0].shape)
def conv2d_valid(image, kernel):
    return np.ones((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1)).view(Equal)
"""


@pytest.mark.parametrize(
    "code",
    [
        EQUAL_TO_ALL,
        "def conv2d_valid(image, kernel):\n    return np.full((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1), np.nan)",
        "def conv2d_valid(image, kernel):\n    return np.full((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1), np.inf)",
        "def conv2d_valid(image, kernel):\n    return np.zeros((0, 0))",
        "def conv2d_valid(image, kernel):\n    return np.broadcast_to(1.0, (1, 1))",
        "def conv2d_valid(image, kernel):\n    return True",
    ],
    ids=["equal to everything", "nan", "inf", "empty", "one cell", "True"],
)
def test_a_value_that_compares_oddly_earns_nothing(code):
    marks, _ = judged({"conv2d_valid": code})
    assert marks["conv2d_valid"].score == 0


def hard_coded(name):
    """Return code that knows every open case of an exercise by heart, and else gives zeros of the right shape."""
    known = []
    for behaviour in EXERCISES[name].behaviours:
        for case in behaviour.cases:
            try:
                value = getattr(reference, name)(*case.args, **case.kwargs)
            except ValueError:
                value = None
            known.append((repr(case.args), value.tolist() if isinstance(value, np.ndarray) else value))
    return f"""
known = dict({known!r})
def {name}(*args):
    value = known.get(repr(args), 0)
    if value is None:
        raise ValueError
    if value == 0:
        return np.zeros((args[0].shape[0] - args[1].shape[0] + 1, args[0].shape[1] - args[1].shape[1] + 1))
    return np.array(value)
"""


def test_answers_learned_by_heart_pass_the_open_cases_and_fail_the_fresh_ones():
    learned = {"conv2d_valid": hard_coded("conv2d_valid")}
    assert judged(learned, seed=None)[0]["conv2d_valid"].score == POINTS["conv2d_valid"]
    marks, notebook = judged(learned)
    assert marks["conv2d_valid"].score < POINTS["conv2d_valid"] / 4
    assert "a fresh case" in marks["conv2d_valid"].message


def test_a_report_of_a_fresh_case_never_holds_what_is_expected():
    _, notebook = judged({"conv2d_valid": hard_coded("conv2d_valid")})
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "text/html" in o.get("data", {})]
    assert len(outputs) == 1
    lines = outputs[0].data["text/plain"].split("\n")
    after_fresh = [lines[i + 1 : i + 3] for i, line in enumerate(lines) if "a fresh case" in line]
    assert len(after_fresh) >= 3
    for differs, received in after_fresh:
        assert re.fullmatch(r"\s*(\d+ of \d+ values differ, the first at index \(.*\)\.|It returns a value where .*)", differs)
        assert re.fullmatch(r"\s*at \(\d+, \d+\): received 0|\s*[✓✗] .*", received) and "expected" not in received
    assert "<table" not in outputs[0].data["text/html"] and "expected" not in outputs[0].data["text/html"]


def test_fresh_cases_hang_on_the_seed():
    exercise = EXERCISES["conv2d_valid"]
    drawn = [[repr(case) for b in exercise.behaviours for case in fresh(exercise, b, seed)] for seed in ("a", "a", "b")]
    assert drawn[0] == drawn[1] != drawn[2]


# Nothing that a student returns, raises or reports ends the judge


HOSTILE = {
    "huge numbers": "out = np.full(shape, 1.7e308); out.flat[0] = -1.7e308; return out",
    "nan": "return np.full(shape, np.nan)",
    "inf": "out = np.zeros(shape); out.flat[0] = np.inf; return out",
    "longdouble": "return np.full(shape, np.longdouble(10) ** 4000)",
    "float16": "return np.full(shape, 6e4, dtype='float16')",
    "big-endian": "return np.zeros(shape, dtype='>f4')",
    "uint64": "return np.full(shape, 2**64 - 1, dtype='uint64')",
    "bool": "return np.ones(shape, dtype=bool)",
    "one axis too many": "return np.zeros((*shape, 1, 1, 1))",
    "sixty axes": "return np.zeros((1,) * 60)",
    "no cells": "return np.zeros((0, 10**9))",
    "a huge int": "return 10**400",
    "a text": "return '<script>' * 1000",
    "a dictionary": "return {'npy': 0}",
    "half a character in an error": "raise IndexError('\\ud800 \\x1b[31m \\x00')",
    "half a character in an error's name": "raise type('E\\ud800', (Exception,), {})('x')",
    "a script in an error": "raise type('<script>alert(1)</script>', (Exception,), {})('<img src=x onerror=alert(1)>')",
    "braces in an error": "raise NotImplementedError('{message} {0} {x.y}')",
    "an endless error": "raise IndexError('x' * 10**6)",
    "the end": "import sys; sys.exit()",
    "no text": "raise type('E', (Exception,), {'__str__': None})",
}


@pytest.fixture(scope="module")
def hostile():
    """Every hostile answer in one notebook of many test cells: one sandbox, one judge."""
    cells, trusted = [], asks_for("conv2d_valid")
    head = "def conv2d_valid(image, kernel):\n    shape = (image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1)"
    return head, trusted, cells


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_function_gives_is_a_mark_and_a_notebook_that_can_be_stored(hostile, body):
    head, trusted, _ = hostile
    marks, notebook = judged({"conv2d_valid": f"{head}\n    {body}"}, trusted, seed=None)
    assert marks["conv2d_valid"].score < POINTS["conv2d_valid"] / 4
    assert len(texts(notebook)) < 100_000
    assert "<script>" not in "".join(o.data["text/html"] for c in notebook.cells for o in c.get("outputs", ()) if "text/html" in o.get("data", {}))


@pytest.mark.parametrize("value", ["(10**400, 1)", "(1, float('nan'))", "(np.zeros(2), 1)", "('a', 'b')", "((1, 2), 3)", "[1]"])
def test_whatever_stands_in_a_pair_is_a_mark(value):
    marks, _ = judged({"same_padding": f"def same_padding(n, k, stride=1):\n    return {value}"}, seed=None)
    assert marks["same_padding"].score <= 1


FORGED_ANSWERS = {
    "outputs of unknown type": "r.Worker.run = lambda self, code: {'outputs': [{'output_type': []}]}",
    "an array for a name": "r.Worker.run = lambda self, code: {'outputs': [{'output_type': 'stream', 'name': np.zeros(2), 'text': 'x'}]}",
    "outputs without form": "r.Worker.run = lambda self, code: {'outputs': {'a': 1}}",
    "a forged result": "r.Worker.run = lambda self, code: {'outputs': [{'output_type': 'execute_result', 'data': {'text/plain': '12'}}]}",
    "numbers for names": "r.Worker.call = lambda self, **k: {'outcome': {**vars(r.call(int, (), {})), 'forbidden': (1,)}}",
    "a flood of names": "r.Worker.call = lambda self, **k: {'outcome': {**vars(r.call(int, (), {})), 'forbidden': ('x' * 10**6,)}}",
    "a nameless error": "r.Worker.call = lambda self, **k: {'outcome': {**vars(r.call(int, (), {})), 'error': ''}}",
    "no answer": "r.Worker.answer = lambda self, request: None",
}


@pytest.mark.parametrize("code", FORGED_ANSWERS.values(), ids=FORGED_ANSWERS)
def test_a_kernel_that_forges_its_answers_gets_a_mark_of_nothing(code):
    marks, notebook = judged({"same_padding": SAME_PADDING.replace("total //", "7 + total //")}, before=f"import inside.runner as r\n{code}", after="1 + 1")
    assert marks["same_padding"].score == 0 and results(notebook) == [0]
    assert len(texts(notebook)) < 100_000


# The course's own mistakes


@pytest.mark.parametrize(
    "source",
    ["99", "-1", "None", "'5'", "float('nan')", "x = 5", "True + 5.5", "check('same_padding', same_padding) + 100"],
)
def test_a_test_cell_that_gives_no_mark_is_an_error_of_the_course_not_a_mark(source):
    cell = TrustedCell("test", "code", source, True, False, 5)
    with pytest.raises(GradingError, match="'test' must give 0 to 5 points"):
        judge(restore([], [cell]), SEED, LIMITS)


@pytest.mark.parametrize("source", ["check('same_padding',", "1 / 0", "check()", "import no_such_module\n5", "no_such_name.x"])
def test_a_test_cell_that_fails_is_an_error_of_the_course_that_names_the_cell(source):
    cell = TrustedCell("test", "code", source, True, False, 5)
    with pytest.raises(GradingError, match="'test'"):
        judge(restore([], [cell]), SEED, LIMITS)


def test_a_students_name_is_never_an_object_in_the_judge():
    assert not callable(judge_module.Remote(None, "same_padding"))

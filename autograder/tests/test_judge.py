"""Marks: what a submission gets, whatever its code says about itself."""

import json
import re

import nbformat
import numpy as np
import pytest
from nbgrader.utils import determine_grade, is_grade, is_solution

from autograder import reference
from autograder.chapters import EXERCISES
from autograder.chapters.model import Question
from autograder.chapters.questions import QUESTIONS
from autograder.check import questions
from autograder.judge import provenance
from autograder.judge.marks import GradingError, Remote, mark_notebook
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
        nearest = i.clip(0, n - 1)
        return {"reflect": n - 1 - abs(n - 1 - abs(i)), "edge": nearest, "wrap": i % n, "constant": nearest}[mode]
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
    """Return marks by name, and the judged notebook, of answers by cell name, between cells of their own."""
    trusted = trusted or asks_for(*answers)
    cells = [(cell.cell_type, answers.get(cell.name, cell.source), cell.name) for cell in trusted]
    cells = [cells[0], ("code", before, None), *cells[1:], ("code", after, None)]
    notebook = restore(cells, trusted)
    marks, scores = mark_notebook(notebook, seed, LIMITS)
    tests = [cell for cell in notebook.cells if is_grade(cell) and not is_solution(cell)]
    assert scores == {cell.metadata.nbgrader.grade_id: pytest.approx(determine_grade(cell)[0]) for cell in tests}
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()
    return {mark.name: mark for mark in marks}, notebook


def judged_each(name, sources, test=None, seed=None):
    """Return the mark of each source, judged one after the other in one notebook, and the notebook."""
    trusted = [TrustedCell("setup", "code", SETUP, False, False, 0)]
    for i in range(len(sources)):
        trusted.append(TrustedCell(f"answer_{i}", "code", "", False, True, 0))
        trusted.append(TrustedCell(f"test_{i}", "code", test or f'check("{name}", {name})', True, False, 99))
    answers = {f"answer_{i}": source for i, source in enumerate(sources)}
    notebook = restore([(cell.cell_type, answers.get(cell.name, cell.source), cell.name) for cell in trusted], trusted)
    marks, _scores = mark_notebook(notebook, seed, LIMITS)
    nbformat.writes(notebook).encode()
    return marks, notebook


def results(notebook):
    """Return every value that nbgrader would read as a mark."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [float(output.data["text/plain"]) for output in outputs if output.output_type == "execute_result"]


def shown(notebook):
    """Return everything that the outputs of a notebook show, as one text."""
    return json.dumps([cell.get("outputs", ()) for cell in notebook.cells], ensure_ascii=False)


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


def test_a_function_that_is_not_written_is_told_so():
    bodies = ("pass", "return None", "raise NotImplementedError", "...", '"""Only words."""')
    marks, _ = judged_each("same_padding", [f"def same_padding(n, k, stride=1):\n    {body}" for body in bodies])
    assert all(mark.score == 0 and "not written yet" in mark.message for mark in marks)


def test_a_function_that_loops_is_stopped_and_the_others_count():
    looping = "def conv2d_valid(image, kernel):\n    while True: pass"
    marks, _ = judged({"conv2d_valid": looping, "same_padding": SAME_PADDING})
    assert marks["conv2d_valid"].score == 0 and "Stopped after 1 s" in marks["conv2d_valid"].message
    assert marks["same_padding"].score == POINTS["same_padding"]


def test_a_function_that_loops_in_one_case_keeps_the_points_of_the_others():
    slow = SAME_PADDING.replace("    total", "    while stride == 4: pass\n    total", 1)
    marks, _ = judged({"same_padding": slow})
    assert 0 < marks["same_padding"].score < POINTS["same_padding"]


def test_a_cell_that_is_stopped_says_so_and_the_others_count():
    marks, notebook = judged({"conv2d_valid": "import os\nos._exit(3)", "same_padding": SAME_PADDING})
    assert (marks["conv2d_valid"].score, marks["same_padding"].score) == (0, POINTS["same_padding"])
    assert "exit status 3" in shown(notebook)


@pytest.mark.parametrize("ending", ["return None", "raise NotImplementedError"])
def test_a_case_that_is_not_written_costs_that_behaviour_and_no_other(ending):
    """Only a function that gives nothing at all is "not written yet"."""
    marks, _ = judged({"pad2d_mode": PAD2D_MODE.replace("raise ValueError(mode)", ending)})
    refuses = next(b.points for b in EXERCISES["pad2d_mode"].behaviours if b.id == "refuses")
    assert marks["pad2d_mode"].score == POINTS["pad2d_mode"] - refuses


def test_a_subclass_of_value_error_is_a_value_error():
    own = "class Negative(ValueError):\n    pass\n" + SAME_PADDING.replace("ValueError(", "Negative(")
    marks, _ = judged({"same_padding": own})
    assert marks["same_padding"].score == POINTS["same_padding"]


def test_np_pad_loses_the_points_where_it_is_what_was_asked():
    lazy = "def pad2d_mode(image, padding, mode):\n    return np.pad(image, padding, mode=mode)"
    marks, _ = judged({"pad2d_mode": lazy})
    assert marks["pad2d_mode"].score == 0 and "np.pad" in marks["pad2d_mode"].message


def test_the_same_submission_gets_the_same_marks_and_outputs_again():
    flipped = {"conv2d_valid": CONV2D_VALID.replace("kernel).sum", "kernel[::-1, ::-1]).sum"), "same_padding": "x = 1"}
    first, second = judged(flipped), judged(flipped)
    assert first == second and first[0]["conv2d_valid"].mistakes == ("kernel_flipped",)


# Short questions


QUESTION = Question("windows", answer=6, points=5, wrong={7: "One too many."})
ANSWERS = {
    "windows = 6": (5, "5 of 5"),
    "windows = 6.0": (5, "5 of 5"),
    "windows = np.int16(6)": (5, "5 of 5"),
    "windows = 7": (0, "One too many."),
    "windows = 8": (0, "not right"),
    "windows = '6'": (0, "is text, not a number"),
    "windows = None": (0, "not answered"),
    "windows = ...": (0, "not answered"),
    "del windows": (0, "not answered"),
}


def test_a_short_question_is_judged_by_its_value(monkeypatch):
    monkeypatch.setitem(QUESTIONS, "windows", QUESTION)
    marks, notebook = judged_each("windows", list(ANSWERS))
    assert [mark.score for mark in marks] == [points for points, _ in ANSWERS.values()] == results(notebook)
    assert all(words in mark.message for mark, (_, words) in zip(marks, ANSWERS.values(), strict=True))


@pytest.mark.parametrize(
    "value",
    [
        10**400, -(10**400), float("inf"), float("nan"), "\ud800", "6", [6], (6,), {"a": 6}, np.full(3, 6),
        np.zeros((0, 5)), [[[10**400]]], True, np.float64(1e300), [],
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_an_odd_value_is_a_wrong_answer_and_no_error(value):
    for answer in (6, 6.5, (6, 7), [1.5]):
        text, points = questions.judged(Question("q", answer, 5, {7: "Seven.", (1, 2): "A pair."}), value)
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
    assert "<script>" not in shown(notebook)


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


HEAD = """
def conv2d_valid(image, kernel):
    shape = (image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1)
"""
EQUAL_TO_ALL = """
class Equal(np.ndarray):
    __eq__ = __le__ = __lt__ = lambda self, other: np.ones(np.shape(other), bool)
    __sub__ = __rsub__ = lambda self, other: np.zeros(np.shape(other))
    __array_ufunc__ = lambda self, ufunc, method, *inputs, **kwargs: np.zeros(inputs[0].shape)
def conv2d_valid(image, kernel):
    return np.ones((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1)).view(Equal)
"""


def test_a_value_that_compares_oddly_earns_nothing():
    bodies = (
        "np.full(shape, np.nan)",
        "np.full(shape, np.inf)",
        "np.zeros((0, 0))",
        "np.ones((1, 1))",
        "True",
        "shape",
    )
    marks, _ = judged_each("conv2d_valid", [EQUAL_TO_ALL, *(f"{HEAD}    return {body}" for body in bodies)])
    assert [mark.score for mark in marks] == [0] * (len(bodies) + 1)


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
    marks, _ = judged(learned)
    assert marks["conv2d_valid"].score < POINTS["conv2d_valid"] / 4
    assert "a fresh case" in marks["conv2d_valid"].message


def test_a_report_of_a_fresh_case_never_holds_what_is_expected():
    _, notebook = judged({"conv2d_valid": hard_coded("conv2d_valid")})
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ()) if "text/html" in o.get("data", {})]
    assert len(outputs) == 1
    text, page = outputs[0].data["text/plain"], outputs[0].data["text/html"]
    allowed = (
        r"conv2d_valid: \d+ of \d+ points",
        r"[✓✗] \d+/\d+  .*",
        r"tried conv2d_valid\(image: \(\d+, \d+\) \w+, kernel: \(\d+, \d+\) \w+\)"
        r" \(a fresh case, drawn [\w ]*\)(, as above)?",
        r"\d+ of \d+ values differ, the first at index \(\d+, \d+\)\.",
        r"at \(\d+, \d+\): received 0",
        r"It returns a value where it must raise ValueError\.",
        r"It raises ValueError: .*",
    )
    assert text.count("a fresh case") >= 3
    assert not [line for line in text.split("\n") if not any(re.fullmatch(form, line.strip()) for form in allowed)]
    assert "<table" not in page and "expected" not in page


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
    "a dictionary": "return {'array': ['<f8', [0]]}",
    "half a character in an error": "raise IndexError('\\ud800 \\x1b[31m \\x00')",
    "half a character in an error's name": "raise type('E\\ud800', (Exception,), {})('x')",
    "a script in an error": "raise type('<script>alert(1)</script>', (Exception,), {})('<img src=x onerror=alert(1)>')",
    "braces in an error": "raise NotImplementedError('{message} {0} {x.y}')",
    "an endless error": "raise IndexError('x' * 10**6)",
    "the end": "import sys; sys.exit()",
    "no text": "raise type('E', (Exception,), {'__str__': None})",
}


@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_whatever_a_function_gives_is_a_mark_and_a_notebook_that_can_be_stored(part):
    marks, notebook = judged_each("conv2d_valid", [f"{HEAD}    {body}" for body in list(HOSTILE.values())[part::4]])
    assert all(mark.score < POINTS["conv2d_valid"] / 4 for mark in marks)
    pages = [
        o.data["text/html"] for c in notebook.cells for o in c.get("outputs", ()) if "text/html" in o.get("data", {})
    ]
    assert len(shown(notebook)) < 100_000 and "<script>" not in "".join(pages)
    assert not any(code in shown(notebook) for code in ("\\u001b", "\\u0000", "\x1b", "\x00"))


PAIRS = ("((1, 1), (1, 1))", "(np.zeros(2), 1)", "('1', '1')", "(10**400, 1)", "(1, float('nan'))", "[1]")


@pytest.mark.parametrize("pair", PAIRS)
def test_whatever_stands_in_a_pair_is_a_mark(pair):
    marks, _ = judged_each("same_padding", [f"def same_padding(n, k, stride=1):\n    return {pair}"])
    assert marks[0].score <= 1


# What is put in the place of the kernel's own methods.
FORGED_OUTPUTS = {
    "outputs of unknown type": "[{'output_type': []}]",
    "an array for a name": "[{'output_type': 'stream', 'name': np.zeros(2), 'text': 'x'}]",
    "outputs without form": "{'a': 1}",
    "a forged result": "[{'output_type': 'execute_result', 'data': {'text/plain': '12'}}]",
}
FORGED_OUTCOMES = {
    "numbers for names": "{'forbidden': (1,)}",
    "a flood of names": "{'forbidden': ('x' * 10**6,)}",
    "a nameless error": "{'error': ''}",
    "half a character": "{'error': 'E', 'message': '\\ud800'}",
}
WRONG = SAME_PADDING.replace("total //", "7 + total //")


def gets_nothing(forger):
    marks, notebook = judged({"same_padding": WRONG}, before=f"import inside.runner as r\n{forger}", after="1 + 1")
    return marks["same_padding"].score == 0 and results(notebook) == [0] and len(shown(notebook)) < 100_000


@pytest.mark.parametrize("outputs", FORGED_OUTPUTS.values(), ids=FORGED_OUTPUTS)
def test_a_kernel_that_forges_outputs_gets_a_mark_of_nothing(outputs):
    assert gets_nothing(f"r.Worker.run = lambda self, code: {{'outputs': {outputs}}}")


@pytest.mark.parametrize("fields", FORGED_OUTCOMES.values(), ids=FORGED_OUTCOMES)
def test_a_kernel_that_forges_outcomes_gets_a_mark_of_nothing(fields):
    assert gets_nothing(
        f"whole = vars(r.call(int, (), {{}}))\nr.Worker.call = lambda self, **k: {{'outcome': {{**whole, **{fields}}}}}"
    )


def test_a_kernel_that_does_not_answer_gets_a_mark_of_nothing():
    assert gets_nothing("r.Worker.answer = lambda self, request: None")


# The course's own mistakes


@pytest.mark.parametrize(
    "source",
    ["99", "-1", "None", "'5'", "float('nan')", "x = 5", "True + 5.5", "check('same_padding', same_padding) + 100"],
)
def test_a_test_cell_that_gives_no_mark_is_an_error_of_the_course_not_a_mark(source):
    cell = TrustedCell("test", "code", source, True, False, 5)
    with pytest.raises(GradingError, match="'test' must give 0 to 5 points"):
        mark_notebook(restore([], [cell]), SEED, LIMITS)


@pytest.mark.parametrize(
    "source",
    ["check('same_padding',", "1 / 0", "check()", "check('no_such', 5)", "import no_such_module\n5", "no_name.x"],
)
def test_a_test_cell_that_fails_is_an_error_of_the_course_that_names_the_cell(source):
    cell = TrustedCell("test", "code", source, True, False, 5)
    with pytest.raises(GradingError, match="'test'"):
        mark_notebook(restore([], [cell]), SEED, LIMITS)


def test_a_students_name_is_never_an_object_in_the_judge():
    assert not callable(Remote(None, "same_padding"))


def test_what_decides_a_mark_holds_no_demo_student_no_attack_and_no_oracle():
    files = {path.relative_to(provenance.PACKAGE).as_posix(): path for path in provenance.deciding()}
    chapter = {f"chapters/ch03_pooling/{part}.py" for part in ("reference", "cases", "decisions", "questions")}
    assert {*chapter, "check/grade.py", "inside/call.py", "judge/marks.py"} <= set(files)
    assert [name for name in files if re.search("demo|attack|oracle|workshop", name)] == []
    leaving = re.compile(r"^\s*(from|import) autograder\.workshop", re.MULTILINE)
    assert [name for name, path in files.items() if leaving.search(path.read_text())] == []

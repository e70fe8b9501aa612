"""What one submission may cost the judge: seconds, memory, sandboxes. Whatever it costs, the honest part is graded."""

import json
import subprocess
import sys

import numpy as np
import pytest

from autograder.check import report, tables
from autograder.check.compare import difference
from autograder.inside import wire
from autograder.inside.call import Outcome
from autograder.judge import kernel, restore
from autograder.judge.sandbox import Limits
from autograder.judge.score import score
from autograder.workshop import attack_table, attacks
from autograder.workshop.attack_table import ASSIGNMENT, FULL, answers
from autograder.workshop.demo import solved_notebook

FOR_EVER = "import time\ntime.sleep(3600)"
FUNCTIONS = ("pad2d", "pad2d_mode", "window_counts", "conv2d_valid", "same_padding")
MEASURED = """
import resource, sys
from autograder.__main__ import main
status = main(["score", sys.argv[1], sys.argv[2], "--json"])
used = resource.getrusage(resource.RUSAGE_SELF)
held = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # ru_maxrss is also the parent's
print(used.ru_utime + used.ru_stime, int(held.split()[1]) >> 10, status)
"""


def measured(path):
    """Grade a file with the command `score`; return what it printed, its own CPU seconds and the MiB that it held."""
    ended = subprocess.run([sys.executable, "-c", MEASURED, ASSIGNMENT, path], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    *printed, used = ended.stdout.strip().split("\n")
    seconds, held, status = used.split()
    found = {"error": ended.stderr} if status == "2" else json.loads("\n".join(printed))
    return found, float(seconds), int(held)


def graded(hand_in, folder):
    """Return what `measured` does of an attack that is handed in."""
    path = folder / f"{ASSIGNMENT}.ipynb"
    hand_in(path)
    return measured(path)


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """What the solved notebook costs: (CPU seconds, MiB), most of them for imports."""
    found, seconds, held = graded(answers(), tmp_path_factory.mktemp("honest"))
    assert found["score"] == FULL
    return seconds, held


def every_function_returns(expression):
    code = "import numpy as np\ndef {}(*args, **kwargs):\n    return {}"
    return answers(**{name: code.format(name, expression) for name in FUNCTIONS})


# Answers of a form that takes long to write down, or to count


@pytest.mark.parametrize(
    "expression",
    [
        "np.zeros((2,) * 19, bool)",
        "np.zeros((5,) * 8, bool)",
        "(np.zeros((5,) * 8, bool), 1)",
        "[np.zeros((4,) * 3, bool)] * 2400",
        "np.zeros((2**40, 0), bool)",
        "np.zeros((1,) * 64)",
    ],
)
def test_an_odd_array_from_every_function_costs_seconds_and_no_memory(expression, tmp_path, honest):
    found, seconds, held = graded(every_function_returns(expression), tmp_path)
    assert found["score"] == 5  # of the question whose answer calls none of them
    assert seconds < honest[0] + 15 and held < honest[1] + 200
    assert len(json.dumps(found)) < 50_000


def test_arrays_as_answers_to_questions_are_described(tmp_path, honest):
    large = "np.zeros((5,) * 8, bool)"
    sources = {"underread_pixels": large, "layers_that_fit": f"[{large}] * 2"}
    sources = {name: f"import numpy as np\n{name} = {value}" for name, value in sources.items()}
    found, seconds, _held = graded(answers(**sources), tmp_path)
    messages = {check["name"]: check["message"] for check in found["checks"]}
    assert found["score"] == FULL - 10 and seconds < honest[0] + 10
    assert "Received an array of 390625 values" in messages["underread_pixels"]
    assert "[an array of 390625 values, an array of 390625 values]" in messages["layers_that_fit"]


def test_more_axes_than_eight_neither_leave_the_sandbox_nor_enter_the_judge():
    with pytest.raises(wire.WireError, match="an array of 9 axes is not an array of at most 8"):
        wire.dump({"value": np.zeros((1,) * 9)})
    header = '{"array": ["<f8", [%s]]}'
    eight, nine = (header % ", ".join("1" * axes) for axes in (8, 9))
    assert wire.read(eight.encode() + bytes(8), len(eight)).ndim == 8
    with pytest.raises(wire.WireError, match="not one of at most 8 axes"):
        wire.read(nine.encode() + bytes(8), len(nine))


def test_an_array_that_stands_for_a_pair_is_counted_before_it_is_listed():
    endless = Outcome(np.zeros((2**40, 0), bool))
    assert difference(endless, Outcome((1, 1))).kind == "length"
    assert difference(Outcome(np.array([1, 1])), Outcome((1, 1))) is None
    assert difference(Outcome(np.array(1)), Outcome((1, 1))).kind == "type"


def test_a_report_shows_no_more_tables_than_fit_and_makes_no_others():
    assert tables.side_by_side({"yours": np.zeros((2,) * 20)}, {}) == []
    assert len(tables.side_by_side({"yours": np.zeros((2, 2, 2, 4))}, {})) == 8


def test_a_long_list_is_shown_by_its_beginning():
    assert report.shown([0] * 10**6) == repr([0] * 100)[: report.MAX_WHOLE]
    assert report.shown({"a": [np.float64(1), np.zeros(101)]}) == "{'a': [1.0, an array of 101 values]}"
    assert report.shown((np.array([1, 2]), "é")) == "(array([1, 2]), '\\xe9')"


# After the end of its time


def cells_after(first, then):
    """Hand in a right notebook, then a cell that works, then others."""

    def change(notebook):
        notebook.cells += [attack_table._code(source) for source in [first, *then]]  # fmt: skip

    return attack_table.changed(change)


@pytest.fixture
def starts(monkeypatch):
    """The times at which kernels were started, in order."""
    found = []
    real = kernel.start
    monkeypatch.setattr(kernel, "start", lambda limits: found.append(limits) or real(limits))
    return found


def scored(hand_in, folder, **limits):
    path = folder / f"{ASSIGNMENT}.ipynb"
    hand_in(path)
    return score(ASSIGNMENT, path, "a seed", Limits(**limits))


def errors(result):
    return [output.evalue for cell in result.notebook.cells for output in cell.get("outputs", ())
            if output.output_type == "error"]  # fmt: skip


def test_once_the_time_is_over_nothing_is_started_and_what_was_reached_stays(tmp_path, starts):
    hand_in = cells_after(FOR_EVER, ["1"] * 100)
    result = scored(hand_in, tmp_path, cell_seconds=600, submission_seconds=20)
    stopped, *after = errors(result)
    assert result.score == FULL and "Stopped after" in stopped
    assert after == ["The whole submission took longer than 20 s."] * 100
    assert len(starts) == 1


def test_checks_after_the_end_of_time_say_so(tmp_path, starts):
    result = scored(answers(pad2d_mode=FOR_EVER), tmp_path, cell_seconds=600, submission_seconds=20)
    first, *others = result.marks
    assert first.score == first.max_score == 18 and not any(mark.score for mark in others)
    assert all("The whole submission took longer than 20 s." in mark.message for mark in others)
    assert len(starts) == 1


def test_a_judge_that_computed_too_long_for_one_submission_stops(tmp_path):
    result = scored(answers(), tmp_path, judge_seconds=0)
    assert result.score == 0
    assert {mark.message.split("\n")[-1].strip() for mark in result.marks} >= {
        "Judging the whole submission took more than 0 s of computing."
    }


def test_a_submission_that_sends_too_much_is_stopped_and_keeps_its_marks(tmp_path):
    lies = "import inside.runner as r\nr.Worker.run = lambda *_, **__: {'outputs': [{'text': 'x' * 3_000_000}]}"
    result = scored(cells_after(lies, ["1"] * 5), tmp_path, received=10 << 20)
    assert result.score == FULL
    assert errors(result) == ["The whole submission sent more than 10 MiB of results and outputs."]


def test_a_cell_with_very_many_outputs_goes_on(tmp_path):
    right = next(c.source for c in solved_notebook({}).cells if attack_table._name(c) == "pad2d")
    result = scored(answers(pad2d=f"for i in range(20_000): display(i)\n{right}"), tmp_path, cell_seconds=100)
    assert (result.score, errors(result)) == (FULL, [])


# Millions of tiny JSON objects


def notebook_with(junk):
    """Hand in the right notebook with this JSON in it besides, beside its cells."""
    return attack_table.content(b'{"junk": ' + junk + b", " + json.dumps(solved_notebook({})).encode()[1:])


@pytest.mark.parametrize(
    "piece", [b"{},", b"[],", b'{"a":1},', b"1234567,"], ids=["dictionaries", "lists", "keys", "numbers"]
)
def test_millions_of_tiny_values_are_refused_before_they_take_memory(piece, tmp_path, honest):
    junk = b"[" + piece * ((19 << 20) // len(piece)) + b"0]"
    found, seconds, held = graded(notebook_with(junk), tmp_path)
    assert "more than 500000" in found["error"] and "Clear its outputs" in found["error"]
    assert held < honest[1] + 100 and seconds < honest[0] + 10


@pytest.mark.parametrize(
    "junk",
    [
        b'"' + b"iVBORw0K" * 2_000_000 + b'"',
        json.dumps([f"line {i}: [1, 2, 3], {{'a': 1}}, \"x\"\n" for i in range(20_000)]).encode(),
        json.dumps(", ".join(map(str, range(10**6)))).encode(),
        json.dumps([{"x": i, "y": i / 7} for i in range(40_000)]).encode(),
    ],
    ids=["a picture of 15 MB", "20,000 lines", "a million numbers printed", "a chart of 40,000 points"],
)
def test_what_a_student_saves_is_read_however_long(junk):
    content = b'{"outputs": ' + junk + b', "cells": [{"cell_type": "code", "source": "a = 1"}]}'
    assert restore.parse(content) == [("code", "a = 1", None)]


def test_values_are_counted_outside_of_texts_only():
    for value in ([], {"a": [1, {}]}, ['"[', "\\", "{,{,"], "\\", [[[]]], {"k,": "[]"}, list(range(9))):
        text = json.dumps(value).encode()
        count = structure(value)
        assert wire.holds_more(text, count - 1) and not wire.holds_more(text, count), value


def structure(value):
    """Count brackets and commas of a JSON value from the value itself."""
    if isinstance(value, (list, dict)):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(len(value) - 1, 0) + sum(map(structure, inner))
    return 0


@pytest.mark.parametrize("text", [b'"' * 10**6, b'"' + b"\\" * 10**6, b"a" * 10**6, b'"a"' * 10**6])
def test_counting_takes_time_that_grows_with_the_text(text):
    assert not wire.holds_more(text, 5)  # a quadratic search would take hours


def test_a_cell_whose_outputs_are_a_million_objects_is_stopped(tmp_path, honest):
    lies = "import inside.runner as r\nr.Worker.run = lambda *_, **__: {'outputs': [{}] * 300_000}\n"
    found, seconds, held = graded(answers(pad2d=lies + "def pad2d(*args): pass", underread_pixels=lies), tmp_path)
    assert found["score"] == 0  # no cell below the lie gets to run
    assert held < honest[1] + 100 and seconds < honest[0] + 10


def test_rows_of_the_attack_table_are_about_the_budget():
    named = {attack.name for attack in attacks.SUBMISSIONS}
    assert {"an answer of many axes", "an answer without an end", "tiny JSON objects", "cells after the end of time",
            "outputs of tiny objects"} <= named  # fmt: skip

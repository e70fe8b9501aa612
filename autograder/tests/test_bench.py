"""The benchmark measures what it says, compares results before it compares times, and says what it lacks."""

import subprocess
import sys

import numpy as np
import pytest

from autograder import reference as right
from autograder import solutions
from autograder.__main__ import main
from autograder.chapters import EXERCISES
from autograder.tests.forked import Course
from autograder.workshop.bench import PARTS, _table, bench, check, grading, profile, reference

TINY = dict(size=12, channels=2)
SUBJECTS = list(reference.subjects(**TINY))


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: f"{subject.function}: {subject.words}")
def test_a_row_holds_the_times_of_reference_loop_and_tensorflow(tf, subject):
    row = reference.measure(tf, subject, repetitions=2)
    for seconds in (row.reference, row.loop, row.tensorflow):
        assert len(seconds) == 2
        assert min(seconds) > 0
    assert row.ratio == min(row.reference) / min(row.tensorflow)
    assert row.cells()[0] in EXERCISES
    assert subject.words in row.cells()[-1]


def test_a_loop_that_ran_on_a_part_is_scaled_and_the_row_says_so(monkeypatch, tf):
    monkeypatch.setattr(reference, "in_turn", lambda functions, repetitions: [[0.25] for _ in functions])
    row = reference.measure(tf, SUBJECTS[0], repetitions=1)
    assert (row.reference, row.loop, row.tensorflow) == ([0.25], [0.25 * TINY["channels"]], [0.25])
    assert "1/2 of the loop measured" in row.cells()[-1]


def test_results_that_differ_are_not_timed(monkeypatch, tf):
    conv2d = right.conv2d
    monkeypatch.setattr(right, "conv2d", lambda *args, **kwargs: conv2d(*args, **kwargs) + 1)
    with pytest.raises(RuntimeError, match="TensorFlow differ"):
        reference.measure(tf, SUBJECTS[0], repetitions=1)
    monkeypatch.setattr(right, "conv2d", conv2d)
    monkeypatch.setattr(solutions, "functions", lambda assignment: {"conv2d": lambda *a, **k: conv2d(*a, **k) + 1})
    with pytest.raises(RuntimeError, match="the loop differ"):
        reference.measure(tf, SUBJECTS[0], repetitions=1)


def test_the_layer_of_the_issue_is_measured_in_both_precisions():
    first, second = (subject for subject in reference.subjects() if subject.function == "conv2d")
    for subject, dtype in ((first, "float32"), (second, "float64")):
        assert {array.dtype.name for array in subject.arguments.values() if isinstance(array, np.ndarray)} == {dtype}
        assert subject.arguments["x"].shape == (224, 224, 3)
        assert subject.arguments["w"].shape == (3, 3, 3, 64)


def test_the_table_has_a_line_for_each_subject(monkeypatch, tf, capsys):
    monkeypatch.setattr(reference, "tensorflow", lambda: tf)
    monkeypatch.setattr(reference, "subjects", lambda: SUBJECTS[:3])
    monkeypatch.setattr(reference, "REPETITIONS", 1)
    reference.main()
    title, head, *rows = capsys.readouterr().out.splitlines()
    assert tf.__version__ in title
    assert "reference" in head
    assert [row.split()[0] for row in rows] == [subject.function for subject in SUBJECTS[:3]]


def test_the_process_that_measures_has_one_thread_from_the_beginning(monkeypatch):
    asked = []

    def ran(program, env, **_):
        asked.append(env)
        return subprocess.CompletedProcess(program, 0)

    monkeypatch.setattr(subprocess, "run", ran)
    bench(["reference"])
    (environment,) = asked
    assert {environment[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")} == {"1"}


def test_without_tensorflow_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(RuntimeError, match="pip install tensorflow"):
        reference.tensorflow()


def test_an_error_of_the_measuring_process_is_told(monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1, stderr=b"Traceback\nRuntimeError: " + reference.HELP.encode())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    assert main(["bench", "reference"]) == 2
    assert "pip install tensorflow" in capsys.readouterr().err


def test_check_is_timed_in_a_kernel_for_right_and_wrong_solutions():
    times = check.measure("04_translation_invariance", ["translate", "consistency"], repetitions=1)
    assert list(times) == ["translate", "consistency"]
    assert all(seconds > 0 for both in times.values() for seconds in both)


def test_a_cell_that_fails_in_the_kernel_is_told():
    with pytest.raises(RuntimeError, match="NameError"):
        check.measure("04_translation_invariance", ["no_such_function"], repetitions=1)


def test_without_a_kernel_it_says_what_to_install(monkeypatch):
    import jupyter_client.manager

    def missing(**_):
        raise jupyter_client.kernelspec.NoSuchKernel("python3")

    monkeypatch.setattr(jupyter_client.manager, "start_new_kernel", missing)
    with pytest.raises(RuntimeError, match="pip install ipykernel"):
        check.measure("04_translation_invariance", ["translate"], repetitions=1)


def test_every_function_is_checked_and_the_slowest_is_named(monkeypatch, capsys):
    monkeypatch.setattr(
        check, "measure", lambda assignment, names, repetitions: dict.fromkeys(names, (0.01, 0.02)) | slow(names)
    )

    def slow(names):
        return {"mosaic": (0.01, 0.75)} if "mosaic" in names else {}

    check.bench()
    said = capsys.readouterr().out
    assert all(name in said for name in EXERCISES)
    assert "the slowest, mosaic, takes 750 ms: longer than 500 ms" in said


def test_every_stage_of_a_submission_is_counted_and_no_time_twice(monkeypatch, capsys):
    monkeypatch.setattr(profile, "FIRST", 1)
    monkeypatch.setattr(profile, "SUBMISSIONS", 2)
    clocks = []
    measure = profile.measure
    monkeypatch.setattr(profile, "measure", lambda count: clocks.append(measure(count)) or clocks[0])
    profile.bench()
    (clock,) = clocks
    assert set(clock.wall) == set(profile.STAGES)
    assert all(seconds > 0 for seconds in clock.wall.values())
    assert sum(clock.computing.values()) <= sum(clock.wall.values())
    _title, _head, *rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == [*profile.STAGES, "all"]


def test_no_two_submissions_of_the_benchmark_have_the_same_code(tmp_path):
    students = grading.fill(Course(tmp_path), 11)
    texts = {path.read_text() for path in (tmp_path / "submitted").glob("*/*/*.ipynb")}
    assert len(texts) == len(students) == 11


def test_all_parts_run_by_default_and_named_ones_alone(monkeypatch):
    ran = []
    for part in (check, reference):
        monkeypatch.setattr(part, "bench", lambda part=part: ran.append(part) or 0)
    assert {"check", "reference"} <= set(PARTS)
    assert main(["bench", "check"]) == 0
    assert ran == [check]
    for part in set(PARTS) - {"check", "reference"}:
        monkeypatch.setattr(f"autograder.workshop.bench.{part}.bench", lambda: 3)
    assert bench() == (3 if set(PARTS) - {"check", "reference"} else 0)
    assert ran == [check, check, reference]


def test_an_unknown_part_is_told_with_those_there_are(capsys):
    assert main(["bench", "spelling"]) == 2
    assert "'spelling'. There are: check, " in capsys.readouterr().err


def test_functions_are_timed_in_turn_and_the_first_call_does_not_count():
    calls = []
    seconds = _table.in_turn([lambda: calls.append("a"), lambda: calls.append("b")], repetitions=2)
    assert calls == ["a", "b"] * 3
    assert [len(taken) for taken in seconds] == [2, 2]

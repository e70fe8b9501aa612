"""How long ``check`` takes in a notebook, from running the cell to having the report; right solutions and wrong."""

import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from statistics import median
from typing import Any

import nbformat
import numpy as np

from autograder import paths
from autograder.chapters import ASSIGNMENTS
from autograder.judge.marks import is_test
from autograder.workshop.bench._table import ms, table

INSTANT = 0.5  # seconds that a student does not wait
REPETITIONS = 3
HELP = "A Jupyter kernel is needed to run notebooks. Install it: pip install ipykernel (or run make environment)."

_SPOIL = "from autograder.workshop.bench.check import spoiled as _spoiled"


def bench() -> int:
    """Check every function in a kernel, as the loop solution has it and spoiled, and print what it took; returns 0.

    Raises
    ------
    RuntimeError
        If there is no kernel, or a cell fails.
    """
    times: dict[str, tuple[float, float]] = {}
    for assignment, exercises in ASSIGNMENTS.items():
        times |= measure(assignment, [exercise.name for exercise in exercises], REPETITIONS)
    print(f"check in a notebook: median of {REPETITIONS} in ms, from running the cell to having the report")
    rows = [(name, ms(right), ms(wrong)) for name, (right, wrong) in times.items()]
    print(table(("", "right", "wrong"), rows))
    slowest, name = max((seconds, name) for name, both in times.items() for seconds in both)
    verdict = "within" if slowest < INSTANT else "longer than"
    print(f"{len(times)} functions; the slowest, {name}, takes {ms(slowest)} ms: {verdict} {ms(INSTANT)} ms")
    return 0


def measure(assignment: str, names: Iterable[str], repetitions: int) -> dict[str, tuple[float, float]]:
    """Return {name: (seconds for a right solution, for a spoiled one)}.

    The solution cells of the assignment's notebook run in a kernel of their own; then each check cell does.

    Raises
    ------
    RuntimeError
        If there is no kernel, or a cell fails.
    """
    with _kernel() as kernel:
        for source in _cells(assignment):
            _run(kernel, source)
        _run(kernel, _SPOIL)
        return {name: _measure(kernel, name, repetitions) for name in names}


def spoiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose results are wrong in the last number: no mistake that has a name.

    Examples
    --------
    >>> spoiled(lambda n: (n, n))(3)
    (3, 4)
    """
    return lambda *args, **kwargs: _spoil(function(*args, **kwargs))


def _spoil(value):
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flat[-1] += 1
        return value
    if isinstance(value, (tuple, list)):
        return type(value)([*value[:-1], _spoil(value[-1])])
    return value | {"units": 7} if isinstance(value, dict) else value + 1


def _cells(assignment):
    """Return the code cells of a source notebook but for its tests."""
    cells = nbformat.read(paths.source_notebook(assignment), as_version=4).cells
    return [c.source for c in cells if c.cell_type == "code" and not is_test(c)]


@contextmanager
def _kernel():
    try:
        from jupyter_client.manager import start_new_kernel

        manager, client = start_new_kernel(kernel_name="python3", cwd=str(paths.COURSE), stderr=subprocess.DEVNULL)
    except Exception as error:  # no client, no kernel of that name
        raise RuntimeError(f"{HELP} ({error})") from error
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _measure(kernel, name, repetitions):
    right, wrong = f"check({name!r}, {name})", f"check({name!r}, _spoiled({name}))"
    tried = [(_run(kernel, right), _run(kernel, wrong)) for _ in range(repetitions)]
    return tuple(map(median, zip(*tried, strict=True)))


def _run(kernel, source):
    """Run one cell; return the seconds until all it shows is there."""
    began = time.perf_counter()
    reply = kernel.execute_interactive(source, output_hook=lambda message: None, timeout=60)
    seconds = time.perf_counter() - began
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"A cell fails: {reply['content']['ename']}: {reply['content']['evalue']}\n{source}")
    return seconds

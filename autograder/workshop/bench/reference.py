"""The reference, the loops of the solutions and TensorFlow on one thread, side by side on inputs of a real size."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

from autograder import paths, reference, solutions
from autograder.workshop.bench._table import in_turn, ms, table

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
REPETITIONS = 9
HELP = "TensorFlow is needed to compare with it. Install it: pip install tensorflow==2.21.0 (or run make environment)."


@dataclass(frozen=True)
class Subject:
    """One call to measure.

    Attributes
    ----------
    function : str
        A graded function.
    assignment : str
        Where its loop solution stands.
    words : str
        The input in words.
    arguments : dict
    tensorflow : callable
        ``tensorflow(tf, batch)`` with the first argument as a tensor (1, H, W, C): what TensorFlow is asked.
    part : dict
        Arguments for the loop that take it less time, instead of those above; empty where it can do all.
    times : int
        How often that part goes into the whole: the loop's time is multiplied by it.
    """

    function: str
    assignment: str
    words: str
    arguments: dict[str, Any]
    tensorflow: Callable[..., Any]
    part: dict[str, Any] = field(default_factory=dict)
    times: int = 1


@dataclass(frozen=True)
class Row:
    """Seconds that one subject took: all repetitions, the loop's scaled to the whole."""

    subject: Subject
    reference: list[float]
    loop: list[float]
    tensorflow: list[float]

    @property
    def ratio(self) -> float:
        """The reference's best time in those of TensorFlow."""
        return min(self.reference) / min(self.tensorflow)

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        scaled = [f"1/{self.subject.times} of the loop measured"] if self.subject.times > 1 else []
        best = [ms(min(seconds)) for seconds in (self.reference, self.loop, self.tensorflow)]
        medians = f"{median(self.reference) / median(self.tensorflow):.2f}"
        return self.subject.function, *best, f"{self.ratio:.2f}", medians, ", ".join([self.subject.words, *scaled])


def bench() -> int:
    """Measure in a process of its own, whose libraries have one thread each from the beginning; print the table.

    Returns
    -------
    int
        0.

    Raises
    ------
    RuntimeError
        If TensorFlow is missing, or two of the three results differ.
    """
    program = [sys.executable, "-c", "from autograder.workshop.bench.reference import main; main()"]
    environment = os.environ | ONE_THREAD | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(program, env=environment, cwd=paths.COURSE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RuntimeError(said[-1] if said else f"The measuring process ended with status {done.returncode}.")
    return 0


def main() -> None:
    """Measure in this process and print the table; its environment says how many threads there are."""
    tf = tensorflow()
    rows = [measure(tf, subject, REPETITIONS).cells() for subject in subjects()]
    print(f"Reference, loop and TensorFlow {tf.__version__} on one thread: best of {REPETITIONS}, in ms")
    head = ("", "reference", "loop", "TensorFlow", "×", "× of medians", "")
    print(table(head, rows))


def tensorflow() -> Any:
    """Return TensorFlow on one thread.

    Raises
    ------
    RuntimeError
        If it is not installed; the message says what to do.
    """
    try:
        import tensorflow as tf
    except ImportError:
        raise RuntimeError(HELP) from None
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return tf


def measure(tf: Any, subject: Subject, repetitions: int) -> Row:
    """Return the Row of a subject.

    Raises
    ------
    RuntimeError
        If reference, loop and TensorFlow do not give the same result.
    """
    function, loop = getattr(reference, subject.function), solutions.functions(subject.assignment)[subject.function]
    first, *_ = subject.arguments.values()
    batch = tf.constant(first.reshape(1, *first.shape, *[1] * (3 - first.ndim)))
    part = subject.arguments | subject.part

    def ask():
        return np.squeeze(subject.tensorflow(tf, batch).numpy())

    _require_equal(subject, "TensorFlow", np.squeeze(function(**subject.arguments)), ask())
    _require_equal(subject, "the loop", function(**part), loop(**part))
    fast = in_turn([lambda: function(**subject.arguments), ask], repetitions)
    slow = in_turn([lambda: loop(**part)], min(repetitions, 2))[0]  # seconds each, and steady
    return Row(subject, fast[0], [subject.times * seconds for seconds in slow], fast[1])


def _require_equal(subject, name, ours, theirs):
    tolerance = 1e-4 if ours.dtype == np.float32 else 1e-9
    if ours.shape != theirs.shape or not np.allclose(ours, theirs, rtol=tolerance, atol=tolerance):
        raise RuntimeError(f"{subject.function}: the reference and {name} differ on {subject.words}.")


def subjects(size: int = 224, channels: int = 64) -> Iterator[Subject]:
    """Yield what is measured: maps of size × size, as the first layers of a network see them.

    Parameters
    ----------
    size, channels : int
        Small numbers for a test.
    """
    rng = np.random.default_rng(0)
    for dtype in ("float32", "float64"):
        yield _conv2d(rng, size, channels, dtype)
    yield from _chapter_1(rng, size)
    yield from _chapter_3(rng, size // 2, channels)
    yield _blur(rng, size // 2, channels)
    yield from _chapter_7(rng, size)


def _conv2d(rng, n, filters, dtype):
    x, w = rng.normal(size=(n, n, 3)).astype(dtype), rng.normal(size=(3, 3, 3, filters)).astype(dtype)
    b = rng.normal(size=filters).astype(dtype)
    return Subject(
        "conv2d",
        "02_strides",
        f'{n}×{n}×3, {filters} filters of 3×3, "same", {dtype}',
        dict(x=x, w=w, b=b, padding="same"),
        lambda tf, batch: tf.nn.bias_add(tf.nn.conv2d(batch, w, 1, "SAME"), b),
        part=dict(w=w[..., :1], b=b[:1]),
        times=filters,
    )


def _chapter_1(rng, n):
    image, kernel = rng.normal(size=(n, n)), rng.normal(size=(3, 3))
    yield Subject(
        "pad2d",
        "01_why_padding",
        f"{n}×{n}, 1 on each side",
        dict(image=image, padding=1),
        lambda tf, batch: tf.pad(batch, ((0, 0), (1, 1), (1, 1), (0, 0))),
    )
    yield Subject(
        "conv2d_valid",
        "01_why_padding",
        f"{n}×{n}, 3×3",
        dict(image=image, kernel=kernel),
        lambda tf, batch: tf.nn.conv2d(batch, kernel[:, :, None, None], 1, "VALID"),
    )


def _chapter_3(rng, n, channels):
    x, half = rng.normal(size=(n, n, channels)), (n - 2) // 2 + 1
    few = x[:, :, :2]
    for kind, k, padding in (("max", 2, "valid"), ("avg", 3, "same")):
        yield Subject(
            "pool2d",
            "03_pooling",
            f'{n}×{n}×{channels}, {kind} {k}×{k}, stride 2, "{padding}"',
            dict(x=x, size=k, stride=2, kind=kind, padding=padding),
            lambda tf, batch, kind=kind, k=k, padding=padding: getattr(tf.nn, f"{kind}_pool2d")(
                batch, k, 2, padding.upper()
            ),
        )
    grad = rng.normal(size=(half, half, channels))
    yield Subject(
        "max_pool_backward",
        "03_pooling",
        f"{n}×{n}×{channels}, 2×2, stride 2",
        dict(x=x, grad=grad, size=2, stride=2),
        lambda tf, batch: _gradient(tf, batch, grad),
        part=dict(x=few, grad=grad[:, :, :2]),
        times=channels // 2,
    )


def _gradient(tf, batch, grad):
    with tf.GradientTape() as tape:
        tape.watch(batch)
        pooled = tf.nn.max_pool2d(batch, 2, 2, "VALID")
    return tape.gradient(pooled, batch, grad[None])


def _blur(rng, n, channels):
    x = rng.normal(size=(n, n, channels))
    weights = np.outer([1, 2, 1], [1, 2, 1])[:, :, None, None].repeat(channels, axis=2) / 16
    return Subject(
        "blur_pool2d",
        "04_translation_invariance",
        f"{n}×{n}×{channels}, stride 2; in TensorFlow a depthwise convolution",
        dict(x=x, stride=2),
        lambda tf, batch: tf.nn.depthwise_conv2d(
            tf.pad(batch, ((0, 0), (1, 1), (1, 1), (0, 0)), "REFLECT"), weights, (1, 2, 2, 1), "VALID"
        ),
        part=dict(x=x[:, :, :2]),
        times=channels // 2,
    )


def _chapter_7(rng, n):
    image, kernel = rng.normal(size=(n, n)), rng.normal(size=(3, 3))
    yield Subject(
        "conv2d_dilated",
        "07_beyond_classification",
        f"{n}×{n}, 3×3, rate 2",
        dict(image=image, kernel=kernel, rate=2),
        lambda tf, batch: tf.nn.conv2d(batch, kernel[:, :, None, None], 1, "VALID", dilations=2),
    )
    larger = 2 * n + 1
    yield Subject(
        "conv2d_transpose",
        "07_beyond_classification",
        f"{n}×{n}, 3×3, stride 2",
        dict(image=image, kernel=kernel, stride=2),
        lambda tf, batch: tf.nn.conv2d_transpose(
            batch, kernel[:, :, None, None], (1, larger, larger, 1), 2, padding="VALID"
        ),
    )
    yield Subject(
        "upsample2d",
        "07_beyond_classification",
        f"{n}×{n}×3, factor 2",
        dict(x=rng.normal(size=(n, n, 3)), factor=2),
        lambda tf, batch: tf.repeat(tf.repeat(batch, 2, axis=1), 2, axis=2),
    )

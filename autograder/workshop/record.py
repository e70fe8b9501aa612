"""Record what TensorFlow says, one oracle.npz a chapter, and load it again without TensorFlow.

The chapters' ``oracle`` asks TensorFlow.

In a file, ``tensorflow`` is the version, ``pad2d/03/image`` the argument ``image`` of the fourth call of ``pad2d`` and
``pad2d/03/returns`` what TensorFlow returned. Arrays are stored as they are, all else as the text of a Python literal,
which brings back ints, tuples and lists as what they were. An array in a list stands there as its dtype and its
numbers. Nothing is pickled.
"""

import ast
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder import chapters

FOLDER = Path(chapters.__file__).parent
CHAPTERS = chapters.modules("oracle")


@dataclass(frozen=True)
class Call:
    """One call of a graded function, and what TensorFlow returned for it."""

    function: str
    arguments: dict[str, Any]
    returns: Any


@dataclass(frozen=True)
class Oracle:
    """The recorded calls of one assignment, and the version of the TensorFlow that answered them."""

    tensorflow: str
    calls: tuple[Call, ...]


def record(folder: Path = FOLDER) -> list[Path]:
    """Ask TensorFlow for all outputs and write them.

    Parameters
    ----------
    folder : path
        Where the chapters' folders are; made if missing.

    Returns
    -------
    list of Path
        The files written, one a chapter; the same outputs give the same bytes.

    Raises
    ------
    ImportError
        If TensorFlow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     record(Path(folder))[0].relative_to(folder).as_posix()
    'ch01_why_padding/oracle.npz'
    """
    tf, paths = tensorflow(), [_path(assignment, folder) for assignment in CHAPTERS]
    for path, chapter in zip(paths, CHAPTERS.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, allow_pickle=False, tensorflow=tf.__version__, **_answers(tf, chapter))
    return paths


def load(assignment: str, folder: Path = FOLDER) -> Oracle:
    """Return the recorded outputs of one assignment.

    Raises
    ------
    FileNotFoundError
        If nothing is recorded for the assignment.

    Examples
    --------
    >>> next(call for call in load("01_why_padding").calls if call.function == "same_padding")
    Call(function='same_padding', arguments={'n': 28, 'k': 3}, returns=(1, 1))
    """
    calls: dict[str, dict[str, Any]] = {}
    with np.load(_path(assignment, folder), allow_pickle=False) as stored:
        version = str(stored["tensorflow"])
        for key in stored.files[1:]:  # the first is the version
            call, _, name = key.rpartition("/")
            calls.setdefault(call, {})[name] = _from_stored(stored[key])
    return Oracle(version, tuple(Call(key.split("/")[0], parts, parts.pop("returns")) for key, parts in calls.items()))


def tensorflow() -> Any:
    """Return the module, imported only now, because that takes seconds, and with few of its greetings on stderr."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow

    return tensorflow


def _path(assignment, folder):
    return folder / f"ch{assignment}" / "oracle.npz"


def _answers(tf, chapter):
    """Return all arguments and outputs of a chapter as {"function/number/name": array}."""
    stored = {}
    for function, calls in chapter.CALLS.items():
        for number, arguments in enumerate(calls):
            with tf.device("CPU:0"):  # the same on a machine with a GPU
                returns = getattr(chapter, function)(tf, **arguments)
            for name, value in {**arguments, "returns": returns}.items():
                stored[f"{function}/{number:02}/{name}"] = _to_stored(value)
    return stored


def _to_stored(value):
    return value if isinstance(value, np.ndarray) else np.array(repr(_without_arrays(value)))


def _from_stored(array):
    return _with_arrays(ast.literal_eval(str(array))) if array.dtype.kind == "U" else array


def _without_arrays(value):
    if isinstance(value, np.ndarray):
        return {value.dtype.str: value.tolist()}
    return type(value)(map(_without_arrays, value)) if isinstance(value, (list, tuple)) else value


def _with_arrays(value):
    if isinstance(value, dict) and len(value) == 1:
        ((dtype, numbers),) = value.items()
        return np.array(numbers, dtype) if dtype[0] in "<>|" else value
    return type(value)(map(_with_arrays, value)) if isinstance(value, (list, tuple)) else value

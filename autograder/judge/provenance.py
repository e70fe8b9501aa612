"""What graded a submission: written into each graded notebook, so that an appeal can be run again."""

import functools
import hashlib
import json
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from autograder.judge import restore
from autograder.judge.restore import TrustedCell

PACKAGE = Path(__file__).parent.parent
DECIDES = ("chapters", "check", "inside", "judge")  # the rooms whose code decides a mark
KEY = "autograder"  # in the metadata of a graded notebook
CHECKS = "checks"  # what each check found
TROUBLE = "trouble"  # why a submission was set aside, empty if it was not
TIME = "graded"  # the one entry that differs when the same submission is graded again


def provenance(submitted: bytes, trusted: Sequence[TrustedCell]) -> dict[str, str]:
    """Return everything a score depends on, except the secret seed, and when it was graded.

    Parameters
    ----------
    submitted : bytes
        The submitted notebook, as read.
    trusted : list of TrustedCell
        The assignment, with its tests.
    """
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat(" ")
    return {
        "submission": fingerprint(submitted),
        "tests": tests(trusted),
        "grader": grader(),
        "environment": _environment(),
        TIME: f"{now} UTC",
    }


@functools.cache
def grader() -> str:
    """Return version and fingerprint of the code that grades."""
    return f"{metadata.version('padding-strides-pooling')}, code {_code()}"


def tests(trusted: Sequence[TrustedCell]) -> str:
    """Return the fingerprint of an assignment's tests and of all code that decides a mark."""
    return _tests(tuple(trusted), _code())


@functools.lru_cache(maxsize=16)  # the same for each submission of a class
def _tests(trusted, code):
    return fingerprint(json.dumps([asdict(cell) for cell in trusted]).encode() + code.encode())


def deciding() -> list[Path]:
    """Return the files of all code that decides a mark: of the chapters all but what asks TensorFlow."""
    files = sorted(path for room in DECIDES for path in (PACKAGE / room).rglob("*.py"))
    return [path for path in files if path.name != "oracle.py"]


def fingerprint(content: bytes) -> str:
    """Return the beginning of the SHA-256 of some bytes.

    >>> fingerprint(b"")
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(content).hexdigest()[:16]


def as_markdown(facts: dict[str, str]) -> str:
    """Return the lines that a graded notebook and its feedback page end with."""
    return (
        f"*Graded {facts[TIME]} by autograder {facts['grader']}, on {facts['environment']}. "
        f"Tests {facts['tests']}, submission {facts['submission']} (beginnings of SHA-256).*"
    )


def read(text: str) -> dict[str, Any]:
    """Return what graded a notebook, from its text; empty if that is not in it."""
    try:
        return json.loads(text)["metadata"][KEY]
    except (ValueError, KeyError, TypeError):
        return {}


def read_file(path: Path) -> dict[str, Any]:
    """Return what graded a notebook, from its file; empty if that is not in it, or cannot be read."""
    try:
        return read(restore.read_bytes(path).decode())
    except (restore.Unreadable, UnicodeDecodeError):
        return {}


def same(text: str, other: str) -> bool:
    """Tell whether the texts of two graded notebooks say the same, whenever they were graded."""
    return _timeless(text) == _timeless(other)


def _timeless(text):
    return text.replace(read(text).get(TIME, "never graded"), "")


@functools.cache
def _code():
    """Return a fingerprint of all code that a mark depends on."""
    return fingerprint(b"".join(f"{path.relative_to(PACKAGE)}".encode() + path.read_bytes() for path in deciding()))


@functools.cache
def _environment():
    bwrap = shutil.which("bwrap")
    sandbox = subprocess.run([bwrap, "--version"], capture_output=True, text=True).stdout.strip() if bwrap else ""
    parts = f"Python {platform.python_version()}", f"NumPy {np.__version__}", sandbox
    return ", ".join(part for part in parts if part)

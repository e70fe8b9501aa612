"""The course seed: what fresh cases are drawn from. Whoever knows it knows the cases, so it is never committed."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

VARIABLE = "AUTOGRADER_SEED"


def course_seed(folder):
    """Return the seed of a course: from the environment, else from ``folder/course_seed``, made on first use.

    Parameters
    ----------
    folder : path
        The course's git-ignored folder, normally ``classroom``.
    """
    if os.environ.get(VARIABLE):
        return os.environ[VARIABLE]
    path = Path(folder) / "course_seed"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    seed = path.read_text().strip()
    if not seed:
        raise ValueError(f"{path} is empty. Write the course's seed into it, or delete it to have a new one made.")
    return seed


def _make(path):
    """Write a new seed whole or not at all: of two graders that start together, the first one's counts for both."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".course_seed"
    ) as file:  # readable for its owner alone
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)

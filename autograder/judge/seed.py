"""The course seed: what fresh cases are drawn from. Whoever knows it knows the cases, so it is never committed."""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

VARIABLE = "AUTOGRADER_SEED"


def course_seed(folder: Path) -> str:
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


def submission_seed(seed: str | None, sources: Iterable[str]) -> str | None:
    """Return the seed of one submission's fresh cases: the same for the same code, unforeseeable for any other.

    A student's function sees its fresh cases and can have them told, in a message or by a later cell. They are of no
    use: whoever writes them into the code has other code, and so other cases.

    Parameters
    ----------
    seed : str or None
        The course seed; without one there are no fresh cases, and None is returned.
    sources : iterable of str
        All code of the submission.

    Examples
    --------
    >>> submission_seed("secret", ["a = 1"]) == submission_seed("secret", ["a = 2"])
    False
    """
    code = hashlib.sha256(b"".join(hashlib.sha256(source.encode()).digest() for source in sources)).digest()
    return seed if seed is None else hmac.new(seed.encode(), code, "sha256").hexdigest()


def _make(path):
    """Write a new seed whole or not at all: of two graders that start together, the first one's counts for both."""
    # Readable for its owner alone.
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".course_seed") as file:
        file.write(secrets.token_hex(16) + "\n")
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)

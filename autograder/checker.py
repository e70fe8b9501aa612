"""The checker alone, as a small wheel: what the set-up cell of an exercise installs where there is no course.

The cell names a version and a hash, so it installs exactly that file or nothing. `make release` builds the wheel and
writes both into the cells of `solutions/`. A tag ``v<version>`` makes GitHub build the same bytes and publish them.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from autograder import paths

NAME = "padding_strides_pooling_checker"
BUILT = paths.COURSE / "_build" / "checker"
# The first second that a zip file can name. With it, and uncompressed, the bytes depend on neither clock nor zlib.
MADE = "315532800"
BUILD = """[build-system]
requires = []
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "{version}"
description = "The checker of the course's exercises, without the course"
requires-python = "{requires-python}"
dependencies = {dependencies}
license = "MIT"

[tool.setuptools]
packages.find.include = ["autograder*"]
package-data."autograder.inside" = ["*.npz"]
"""
UNCOMPRESSED = "[bdist_wheel]\ncompression = stored\n"
LOADED = """import sys, autograder
for name, module in sys.modules.items():
    if name.split(".")[0] == "autograder":
        print(module.__file__)
"""
PIN = re.compile(r'(version, sha256 = \\")([^"\\]*)(\\", \\")([^"\\]*)')  # in a notebook's JSON


def build(folder: Path = BUILT, course: Path = paths.COURSE) -> Path:
    """Build the wheel of all that `import autograder` loads.

    Parameters
    ----------
    folder : path
        Where to put it; older ones there go.
    course : path
        Top folder of the checkout.

    Returns
    -------
    Path
        The wheel. Its bytes are the same on every machine that has the environment's setuptools.
    """
    project = tomllib.loads((course / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for old in folder.glob(f"{NAME}-*.whl"):
        old.unlink()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for path in [course / "LICENSE", *files(course)]:
            copy = place / path.relative_to(course)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        (place / "pyproject.toml").write_text(
            BUILD.format(**project | {"name": NAME, "dependencies": json.dumps(project["dependencies"])})
        )
        (place / "setup.cfg").write_text(UNCOMPRESSED)
        for path in place.rglob("*"):  # modes stand in a wheel, and depend on who is asked
            path.chmod(0o755 if path.is_dir() else 0o644)
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--wheel-dir"]
        command = [sys.executable, "-m", "pip", "wheel", *options, str(folder), name]
        subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": MADE}, umask=0o022)
    (wheel,) = folder.glob("*.whl")
    return wheel


def files(course: Path) -> list[Path]:
    """Return the files of this package that a student needs: what `import autograder` loads, and the garments."""
    env = {**os.environ, "PYTHONPATH": str(course)}
    done = subprocess.run([sys.executable, "-c", LOADED], env=env, capture_output=True, text=True, check=True)
    return [*sorted(map(Path, done.stdout.splitlines())), course / "autograder" / "inside" / "garments.npz"]


def pin(wheel: Path) -> tuple[str, str]:
    """Return (version, hash) of a wheel, as a set-up cell names them."""
    return wheel.name.split("-")[1], hashlib.sha256(wheel.read_bytes()).hexdigest()


def pins(course: Path = paths.COURSE) -> dict[Path, tuple[str, str]]:
    """Return {notebook in solutions/: (version, hash) in its set-up cell}."""
    found = {}
    for path in sorted((course / "solutions").glob("*/*.ipynb")):
        ((_, version, _, sha256),) = PIN.findall(path.read_text(encoding="utf-8"))
        found[path] = version, sha256
    return found


def pinned(text: str, version: str, sha256: str) -> str:
    r"""Return a notebook's text with another version and hash in its set-up cell.

    >>> pinned(r'"version, sha256 = \"0.1.0\", \"ab\"\n"', "0.2.0", "cd")
    '"version, sha256 = \\"0.2.0\\", \\"cd\\"\\n"'
    """
    return PIN.sub(rf"\g<1>{version}\g<3>{sha256}", text)


def stamp(wheel: Path, course: Path = paths.COURSE) -> list[Path]:
    """Write a wheel's version and hash into all set-up cells; return the notebooks changed.

    Raises
    ------
    ValueError
        If this version was released with other bytes: notebooks that students have would then install nothing.
    """
    new, named = pin(wheel), pins(course)
    tags = subprocess.run(["git", "tag", "--list", f"v{new[0]}"], cwd=course, capture_output=True, text=True).stdout
    if tags and any(version == new[0] and sha256 != new[1] for version, sha256 in named.values()):
        raise ValueError(
            f"v{new[0]} was released with another checker, which students' notebooks name. "
            "Raise the version in pyproject.toml and CITATION.cff, and say in CHANGELOG.md what changed"
        )
    changed = [path for path, old in named.items() if old != new]
    for path in changed:
        path.write_text(pinned(path.read_text(encoding="utf-8"), *new), encoding="utf-8")
    return changed


def different(wheel: Path, course: Path = paths.COURSE) -> list[Path]:
    """Return the notebooks whose set-up cell names another wheel."""
    return [path for path, named in pins(course).items() if named != pin(wheel)]

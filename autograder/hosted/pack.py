"""Write what an instructor uploads to Gradescope or copies into a PrairieLearn course."""

import contextlib
import importlib.metadata
import json
import re
import uuid
import zipfile
from pathlib import Path

from autograder import paths
from autograder.judge.provenance import DECIDES
from autograder.judge.seed import VARIABLE, course_seed

NEEDED = ("numpy", "matplotlib", "ipython", "nbformat", "psutil")  # to grade: the judge, and what a student may import
ROOMS = (*DECIDES, "hosted")
LEFT_OUT = {"oracle.py", "oracle.npz"}  # what TensorFlow said is not needed to grade

SETUP = """#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq --no-install-recommends python3 python3-venv util-linux
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  apt-get install -y -qq --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv /opt/course
/opt/course/bin/pip install --quiet --no-deps --require-hashes --requirement /autograder/source/requirements.txt
"""

RUN = """#!/usr/bin/env bash
# Gradescope runs this as root for each submission. The student's account sees neither solutions nor results.
set -euo pipefail
chmod 700 /autograder/source
cd /autograder/source
export {variable}="$(cat course_seed)"
exec /opt/course/bin/python -m autograder.hosted.run gradescope {assignment}
"""

PAGE = """<pl-question-panel>
  <p>Submit the notebook of the exercise <a href="{address}">{assignment}</a>.</p>
</pl-question-panel>
<pl-file-upload file-names="{assignment}.ipynb"></pl-file-upload>
<pl-submission-panel>
  <pl-external-grader-results></pl-external-grader-results>
</pl-submission-panel>
"""


def gradescope(assignment: str, target: Path) -> None:
    """Write the .zip that Gradescope asks for under *Configure Autograder*. It holds the solutions and the seed."""
    notebook = paths.source_notebook(assignment)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        _program(packed, "setup.sh", SETUP)
        _program(packed, "run_autograder", RUN.format(variable=VARIABLE, assignment=assignment))
        packed.writestr("course_seed", course_seed(paths.CLASSROOM))
        packed.writestr("requirements.txt", requirements())
        for path in [notebook, *_package()]:
            packed.write(path, path.relative_to(paths.COURSE))
    target.chmod(0o600)


def prairielearn(assignment: str, target: Path, image: str) -> None:
    """Write a question for a PrairieLearn course, as a .zip of its folder; an image with the course grades it.

    Parameters
    ----------
    assignment : str
    target : path
    image : str
        Name of the container image that `make image` builds, where PrairieLearn can fetch it.
    """
    paths.source_notebook(assignment)
    address = f"{paths.site()}notebooks/exercises/{assignment}/{assignment}.html"
    info = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, address)),
        "title": assignment,
        "topic": "Padding, strides and pooling",
        "type": "v3",
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": f"python -m autograder.hosted.run prairielearn {assignment}",
            "timeout": 300,
            "environment": {VARIABLE: course_seed(paths.CLASSROOM)},
        },
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{assignment}/info.json", json.dumps(info, indent=2) + "\n")
        packed.writestr(f"{assignment}/question.html", PAGE.format(assignment=assignment, address=address))
    target.chmod(0o600)


def requirements() -> str:
    """Return the part of requirements.txt, with its hashes, that grading needs."""
    text = (paths.COURSE / "requirements.txt").read_text(encoding="utf-8")
    blocks = {found[1]: found[0] for found in re.finditer(r"(?ms)^([\w.-]+)==.*?(?=^[\w.-]+==|\Z)", text)}
    found: set[str] = set()
    waiting = list(NEEDED)
    while waiting:
        name = re.split(r"[\s<>=!~\[(;]", waiting.pop())[0].replace("_", "-").lower()
        if name in blocks and name not in found:
            found.add(name)
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # it is for another platform
                needs = importlib.metadata.requires(name) or ()
                waiting += [need for need in needs if "extra ==" not in need]
    return "".join(blocks[name] for name in sorted(found))


def _package():
    top = paths.COURSE / "autograder"
    rooms = [path for room in ROOMS for path in (top / room).rglob("*") if path.suffix in (".py", ".npz")]
    return [top / "__init__.py", top / "paths.py", *sorted(path for path in rooms if path.name not in LEFT_OUT)]


def _program(packed, name, text):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o100755 << 16
    packed.writestr(entry, text)

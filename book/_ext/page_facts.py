"""At the foot of a page: what a notebook was executed with, and when the page last changed."""

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

sys.path.append(str(Path(__file__).parents[1]))  # `make notebooks` writes the record that is read here
import execute


def run_sentence(notebook: dict[str, Any]) -> str:
    """Return what a notebook's outputs were made with, "" where that is not known.

    Parameters
    ----------
    notebook : dict
        The notebook, parsed.

    Examples
    --------
    >>> record = {"python": "3.11.7", "tensorflow": "2.21.0", "cores": 2, "seconds": 9}
    >>> run_sentence({"cells": [], "metadata": {"executed": {**record, "code": execute.digest({"cells": []})}}})
    'Executed with Python 3.11.7 and TensorFlow 2.21.0 in 9 s on 2 processor cores.'
    >>> run_sentence({"cells": [], "metadata": {}})
    ''
    """
    record = execute.executed(notebook)
    if record is None:
        return ""
    return (
        f"Executed with Python {record['python']} and TensorFlow {record['tensorflow']} in {record['seconds']} s "
        f"on {record['cores']} processor cores."
    )


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints, "" where there is no git or it fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


@lru_cache
def has_history(folder: Path) -> bool:
    """Whether git knows when each file changed; a shallow clone would give the date of its only commit to all."""
    return git(folder, "rev-parse", "--is-shallow-repository") == "false"


def last_change(path: Path) -> str:
    """Return the day of the last commit that changed a file, as 2026-01-31, "" where git doesn't know it."""
    return git(path.parent, "log", "-1", "--format=%cs", "--", path.name) if has_history(path.parent) else ""


def add_facts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put both into the page's context; the template book/_templates/page-facts.html writes them."""
    if pagename not in app.env.all_docs:
        return
    source = Path(app.env.doc2path(pagename))
    if source.suffix == ".ipynb":
        context["run_sentence"] = run_sentence(json.loads(source.read_text(encoding="utf-8")))
    context["last_change"] = last_change(source)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the hook."""
    app.connect("html-page-context", add_facts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The program behind `make notebooks`: runs the chapters, stores their outputs and what they were run with.

What a page says about its run ("Executed with Python ..., TensorFlow ... in ... s") is measured here and nowhere else.
It is stored with a digest of the notebook's code; once the code has changed, it counts no longer.

    python book/execute.py                                # all chapters
    python book/execute.py notebooks/01_why_padding.ipynb
    python book/execute.py --keep-outputs                 # stores the record alone, where the outputs are still right
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

sys.path.append(str(Path(__file__).parent))  # the site's extension loads this file from elsewhere
import address

ROOT = Path(__file__).parents[1]
PROBE = """
import json, os, sys
import tensorflow
print(json.dumps({"python": sys.version.split()[0], "tensorflow": tensorflow.__version__, "cores": os.cpu_count()}))
"""


def digest(notebook: dict[str, Any]) -> str:
    """Return the digest of a notebook's code, which its outputs depend on; the course's address is none of it.

    Parameters
    ----------
    notebook : dict
        A notebook as `json` or `nbformat` reads it.

    Examples
    --------
    >>> digest({"cells": [{"cell_type": "markdown", "source": "x"}]}) == digest({"cells": []})
    True
    """
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    anywhere = address.restamp(json.dumps(code), address.current(ROOT), address.PLACEHOLDER)
    return hashlib.sha256(anywhere.encode()).hexdigest()[:16]


def executed(notebook: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a notebook's stored outputs were made with, or None where its code has changed since.

    Examples
    --------
    >>> cells = [{"cell_type": "code", "source": "1 + 1"}]
    >>> record = {"python": "3.11.7", "seconds": 9, "code": digest({"cells": cells})}
    >>> executed({"cells": cells, "metadata": {"executed": record}})["seconds"]
    9
    >>> executed({"cells": cells * 2, "metadata": {"executed": record}})
    """
    record = notebook["metadata"].get("executed")
    return record if record and record["code"] == digest(notebook) else None


def run(notebook: nbformat.NotebookNode, folder: Path) -> dict[str, Any]:
    """Run a notebook's cells in a folder and a fresh kernel; return what the kernel said of itself, and the seconds."""
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
    begun = time.monotonic()
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=600, record_timing=False, resources=resources).execute()
    seconds = round(time.monotonic() - begun)
    return {**json.loads(notebook.cells.pop().outputs[0].text), "seconds": seconds}


def execute(path: Path, keep_outputs: bool = False) -> dict[str, Any]:
    """Run a notebook and write it back with its outputs and a record of the run; return the record."""
    stored, notebook = nbformat.read(path, as_version=4), nbformat.read(path, as_version=4)
    record = {**run(notebook, path.parent), "code": digest(notebook)}
    written = stored if keep_outputs else notebook
    written.metadata["executed"] = record
    nbformat.write(written, path)
    return record


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Run the chapters and store their outputs.")
    narratives = sorted(
        path for folder in (".", "going_further") for path in (ROOT / "notebooks" / folder).glob("*.ipynb")
    )
    parser.add_argument("notebooks", nargs="*", type=Path, default=narratives)
    parser.add_argument("--keep-outputs", action="store_true", help="store the record alone")
    options = parser.parse_args(arguments)
    for path in options.notebooks:
        print(path.name, execute(path, options.keep_outputs))
    return 0


if __name__ == "__main__":
    sys.exit(main())

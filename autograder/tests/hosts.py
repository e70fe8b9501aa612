"""Colab and Kaggle on this machine: an environment with what they have installed, and the repository at an address.

The environment is a virtual one whose packages are links to those of the course's own: NumPy, TensorFlow, Matplotlib,
a kernel, pip, what these need, and nothing else. It takes a second to make, and `import autograder` fails in it.
"""

import contextlib
import http.server
import importlib.metadata
import json
import re
import threading
import venv
from pathlib import Path

import nbformat
from packaging.requirements import Requirement

INSTALLED = ("numpy", "tensorflow", "keras", "matplotlib", "ipykernel", "pip")
# What notebooks (and libraries) look at to know where they run.
MARKERS = {
    "colab": {"COLAB_RELEASE_TAG": "release-colab_20261101", "COLAB_GPU": "0", "COLAB_JUPYTER_IP": "172.28.0.12"},
    "kaggle": {"KAGGLE_KERNEL_RUN_TYPE": "Interactive", "KAGGLE_URL_BASE": "https://www.kaggle.com"},
}
OURS = re.compile(r"https://(?:raw\.githubusercontent|github)\.com/[\w.-]+/[\w.-]+(?=/main/|/releases/download/)")


def distributions(names):
    """Return the installed distributions of these names and of all that they need, by name.

    >>> "contourpy" in distributions(["matplotlib"]), "nbgrader" in distributions(["matplotlib"])
    (True, False)
    """
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):  # what another system would need
            found[name] = importlib.metadata.distribution(name)
            needed = map(Requirement, found[name].requires or [])
            waiting += [one.name for one in needed if not one.marker or one.marker.evaluate({"extra": ""})]
    return found


def environment(folder):
    """Make the virtual environment of a host; return its Python."""
    venv.create(folder, symlinks=True)
    (packages,) = Path(folder).glob("lib/python*/site-packages")
    for distribution in distributions(INSTALLED).values():
        tops = {file.parts[0] for file in distribution.files if file.parts[0] not in ("..", "__pycache__")}
        for top in tops:
            place = packages / top
            if not place.is_symlink():
                place.symlink_to(distribution.locate_file(top))
    return Path(folder) / "bin" / "python"


def kernel(folder, host, python):
    """Write a kernel named `host`, with its markers, below `folder`, which JUPYTER_PATH then names."""
    place = Path(folder) / "kernels" / host
    place.mkdir(parents=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    env = {**MARKERS[host], "PYTHONPATH": "", "PATH": f"{python.parent}:/usr/bin:/bin", "VIRTUAL_ENV": ""}
    written = {"argv": command, "display_name": host, "language": "python", "env": env}
    (place / "kernel.json").write_text(json.dumps(written))


def host(folder, name):
    """Make the environment and the kernel of a host; return the folder for JUPYTER_PATH."""
    kernel(folder, name, environment(Path(folder) / name))
    return str(folder)


class _Repository(http.server.SimpleHTTPRequestHandler):
    """Answers as GitHub does: raw files below /main, and files of releases; keeps what was asked for."""

    def do_GET(self):
        """Answer."""
        self.server.asked.append(self.path)
        super().do_GET()

    def translate_path(self, path):
        """Return the file for an address."""
        return str(self.server.released.get(path) or self.server.course / path.removeprefix("/main/"))

    def log_message(self, *arguments):
        """Say nothing."""


@contextlib.contextmanager
def served(course, released=()):
    """Serve the repository and {path: file} on this machine; yield its address and the list of paths asked for."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Repository) as server:
        server.course, server.released, server.asked = Path(course), dict(released), []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", server.asked
        server.shutdown()


def alone(path, folder, address, kernel):
    """Copy a notebook into an empty folder, with the repository's address and the kernel replaced; return its path."""
    place = Path(folder) / path.parent.name / path.stem
    place.mkdir(parents=True)
    notebook = nbformat.reads(OURS.sub(address, path.read_text(encoding="utf-8")), as_version=4)
    notebook.metadata.kernelspec.name = kernel
    nbformat.write(notebook, place / path.name)
    return place / path.name

"""A pytest plugin (``-p autograder.tests.alone``): each notebook given is run alone, as on Colab or on Kaggle.

It is copied into an empty folder, its kernel is that of a clean environment (`hosts.py`), and the repository's address
in it is one of this machine. Every second notebook is on Kaggle.
"""

import contextlib
import os
import tempfile
from itertools import cycle
from pathlib import Path

from autograder.paths import COURSE
from autograder.tests import hosts


def pytest_configure(config):
    """Put copies in the place of the notebooks given on the command line."""
    stack = contextlib.ExitStack()
    config.add_cleanup(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    os.environ["JUPYTER_PATH"] = str(folder / "hosts")
    for host in hosts.MARKERS:
        hosts.host(folder / "hosts", host)
    address, _ = stack.enter_context(hosts.served(COURSE))
    kernels = cycle(hosts.MARKERS)
    config.args = [str(hosts.alone(Path(given), folder, address, next(kernels))) for given in config.args]

"""Commands in copies of a process that has imported what they need: they start at once, not after a second."""

import multiprocessing
import os
import runpy
import sys
import tempfile

from autograder import paths
from autograder.workshop import demo

_copies = multiprocessing.get_context("forkserver")
_copies.set_forkserver_preload(["nbgrader.apps", "autograder.__main__", "autograder.judge.nbgrader_plugin"])


def run(command, folder, environment):
    """Return the exit status of ``python -m command`` and what it said, its errors among it."""
    with tempfile.NamedTemporaryFile() as said:
        process = _copies.Process(target=_main, args=([*map(str, command)], folder, dict(environment), said.name))
        process.start()
        process.join()
        return process.exitcode, said.read().decode()


def _main(command, folder, environment, said):
    with open(said, "wb") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, str(folder))
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


class Course(demo.Course):
    """A course whose nbgrader commands start at once."""

    def nbgrader(self, command, *arguments):
        path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
        status, said = run(["nbgrader", command, *arguments, *self.settings], paths.COURSE, os.environ | {"PATH": path})
        if status:
            raise RuntimeError(f"nbgrader {command} ended with status {status}:\n{said[-4000:]}")
        return said

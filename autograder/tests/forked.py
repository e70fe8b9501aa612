"""Commands in copies of a process that has imported what they need: they start at once, not after a second."""

import multiprocessing
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder import paths
from autograder.workshop import demo

_copies = multiprocessing.get_context("forkserver")
_copies.set_forkserver_preload(["nbgrader.apps", "autograder.judge.nbgrader_plugin", "autograder.judge.class_grading"])


class Command:
    """A command ``python -m ...`` that has been started: of what subprocess.Popen has, what is used of it here.

    Parameters
    ----------
    command : list
        The module's name and its arguments.
    folder : path
    environment : dict
    """

    def __init__(self, command, folder, environment):
        self._said = tempfile.TemporaryDirectory()
        self._over, theirs = _copies.Pipe(duplex=False)  # open as long as the command or a copy of it is there
        arguments = ([*map(str, command)], folder, dict(environment), self._said.name, theirs)
        self._process = _copies.Process(target=_main, args=arguments)
        self._process.start()
        theirs.close()
        self.pid, self.kill = self._process.pid, self._process.kill

    def poll(self):
        return self._process.exitcode

    returncode = property(poll)

    def wait(self, timeout=None):
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired("the command", timeout)
        return self.poll()

    def communicate(self, timeout=None):
        """Return what it said to stdout and to stderr, when it has ended with all its copies."""
        self.wait(timeout)
        self._over.poll(timeout)
        return tuple(Path(self._said.name, name).read_text() for name in ("stdout", "stderr"))


def run(command, folder, environment):
    """Run a command to its end; return its exit status and what it said, its errors last."""
    started = Command(command, folder, environment)
    said = "".join(started.communicate())
    return started.returncode, said


def _main(command, folder, environment, said, _open):
    for number, name in ((1, "stdout"), (2, "stderr")):
        with open(Path(said, name), "wb") as file:
            os.dup2(file.fileno(), number)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, str(folder))
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)


class Course(demo.Course):
    """A course whose nbgrader commands start at once."""

    def copy(self, folder):
        """Return a copy of this course in another folder, with the settings that were added."""
        copied = Course(shutil.copytree(self.folder, folder, symlinks=True))
        copied.settings += self.settings[len(copied.settings) :]
        return copied

    def nbgrader(self, command, *arguments):
        path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
        command = ["nbgrader", command, *arguments, *self.settings]
        status, said = run(command, paths.COURSE, os.environ | {"PATH": path})
        if status:
            raise RuntimeError(f"{' '.join(map(str, command))} ended with status {status}:\n{said[-4000:]}")
        return said

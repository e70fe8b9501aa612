"""Workers that are copies of this process: how a class is graded on one machine.

A copy has imported all that it needs, and nothing but its parent can talk to it. It ends with its parent.
"""

import gc
import os
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any

from autograder.inside import confine
from autograder.judge.sandbox import SandboxError
from autograder.judge.spread import Done, Work, outcome

TRIES = 3  # of a task whose copy dies each time
TOGETHER, MOMENT = 5, 1.0  # results that are recorded at once, and seconds that one waits for others
DIED = "Each process that graded it died: killed from outside, or out of memory."
_fork = get_context("fork")


class Copies:
    """Runs tasks in copies of this process, one after the other in each.

    Another copy takes the place of one that dies, and its task is done again.

    Parameters
    ----------
    function : callable
    shared : bytes
        See `spread.over`.
    count : int
    """

    def __init__(self, function: Work, shared: bytes, count: int):
        self.function, self.shared = function, shared
        self.busy: dict[Connection, tuple[str, ForkProcess]] = {}
        self.deaths: Counter[str] = Counter()
        gc.freeze()  # what was imported is in use to the end, and is not looked through again and again
        self.idle = [self._copy() for _ in range(count)]

    def __enter__(self) -> "Copies":
        return self

    def __exit__(self, *_: object) -> None:
        copies = [process for _, process in [*self.idle, *self.busy.values()]]
        for process in copies:
            process.kill()
        for process in copies:
            process.join()

    def __call__(self, names: Iterable[str], task: Callable[[str], object]) -> Iterator[list[Done]]:
        """Yield lists of (name, result or None, error or None), of several that came within a moment."""
        self.waiting, self.task = deque(names), task
        finished: list[Done] = []
        self._hand_out()
        while self.busy:
            came = [*self._finished(MOMENT if finished else None)]
            self._hand_out()  # the copies go on while these are recorded
            finished += came
            if finished and (len(finished) >= TOGETHER or not came or not self.busy):
                yield finished
                finished = []
                self._hand_out()

    def again(self, name: str) -> None:
        """Do something of what has just been yielded one more time."""
        self.waiting.append(name)

    def _hand_out(self):
        while self.waiting and self.idle:
            there, process = self.idle.pop()
            name = self.waiting.popleft()
            self.busy[there] = name, process
            task = self.task(name)
            try:
                there.send(task)
            except OSError:  # it was killed while it had nothing to do
                continue

    def _finished(self, seconds):
        """Yield what is done for good of what has come, after waiting for the first, or so long."""
        ready = connection.wait(self.busy, seconds)
        for there in [one for one in self.busy if one in ready]:
            name, process = self.busy.pop(there)
            try:
                result, error = there.recv()
            except (EOFError, OSError):
                process.join()
                there, process = self._copy()
                result, error = None, DIED
                self.deaths[name] += 1
            self.idle.append((there, process))
            if isinstance(error, SandboxError):
                raise error
            if error == DIED and self.deaths[name] < TRIES:
                self.again(name)
            else:
                yield name, result, error

    def _copy(self):
        ours, theirs = _fork.Pipe()
        process = _fork.Process(target=_serve, args=(theirs, self.function, self.shared, os.getpid()), daemon=True)
        process.start()
        theirs.close()
        return ours, process


def _serve(there: Connection, function: Work, shared: bytes, parent: int) -> None:
    """Do one task after the other, until the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    confine.die_with_parent()
    while os.getppid() == parent:
        task: Any = there.recv()
        try:
            there.send(outcome(function, shared, task))
        except SandboxError as error:  # of the machine, not of this task
            there.send((None, error))

"""The process that runs one submission: forked from a warm process, or started cold; always in a sandbox of its own."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import psutil

from autograder.inside import wire
from autograder.judge import sandbox
from autograder.judge.sandbox import Limits

STARTING_SECONDS = 60  # importing NumPy and IPython on a busy machine
FILE_BYTES = 16 << 10  # what an empty file counts: it takes 1 KiB, and no honest notebook makes a hundred thousand


def start(limits: Limits) -> "Kernel":
    """Return a running kernel in a fresh sandbox.

    Forked from this process's warm one, where the machine allows nested user namespaces, and from the second on begun
    before it is asked for; else started by bubblewrap alone, which takes half a second and isolates the same.
    """
    if sandbox.by_account():  # one submission, so nothing is gained by a warm process
        return Started(sandbox.command(limits), None)
    for _attempt in range(2):  # a warm process may be gone since, e.g. when the machine ran out of memory
        warm = _warm(limits)
        if warm is None:
            break
        with contextlib.suppress(OSError):
            return warm.kernel(limits)
        warm.stop()
        del _the_warm_one["process"]
    return Started(sandbox.command(limits), {})


def without_sandbox() -> "Kernel":
    """Return a kernel that is an ordinary process: for trusted notebooks only."""
    return Started(sandbox.command_without_sandbox(), None)


class Kernel:
    """A process that runs a submission.

    Attributes
    ----------
    requests, answers : int
        File descriptors to write to and to read from.
    process : subprocess.Popen
        The process of the host below which it runs.
    """

    requests: int
    answers: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it with all that it started."""
        raise NotImplementedError

    def status(self, seconds: float) -> int | None:
        """Return the exit status, waiting that long for it; None while it runs."""
        raise NotImplementedError

    def complaint(self) -> str:
        """Return what it wrote to stderr, for an error message."""
        assert self.process.stderr
        os.set_blocking(self.process.stderr.fileno(), False)
        return (self.process.stderr.read(2000) or b"").decode(errors="replace").strip()

    def memory(self, harmless: int = 0) -> int:
        """Return the bytes of memory that it and all that it started hold; see `held`."""
        return held(self.process.pid, harmless)


class Started(Kernel):
    """A kernel that is a child process of the judge."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None):
        self.process = _run(command, env, subprocess.PIPE, subprocess.PIPE)
        assert self.process.stdin and self.process.stdout
        self.requests, self.answers = self.process.stdin.fileno(), self.process.stdout.fileno()

    def stop(self) -> None:
        _end(self.process)

    def status(self, seconds: float) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(seconds)
        return None

    def memory(self, harmless: int = 0) -> int:
        """Return the bytes of memory that it and all that it started hold, with their files."""
        return super().memory(harmless) + _files(self.process.pid)


class Warm:
    """A process in a sandbox that has imported everything and runs nothing; see ``inside/warm.py``."""

    def __init__(self, limits: Limits):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control, self.owner = ours, os.getpid()
        self.owed: deque[Callable[[int | None], object]] = deque()  # who takes each answer that has not come yet
        self.started = 0
        self.ready: Forked | None = None
        ours.settimeout(STARTING_SECONDS)
        with theirs:
            self.process = _run(sandbox.command(limits, "warm"), {}, theirs, subprocess.DEVNULL)
        try:
            if self.control.recv(100) != b"ready":
                raise OSError("the warm process ended")
            _probe(self, limits)
        except OSError:
            self.stop()
            raise

    def kernel(self, limits: Limits) -> "Forked":
        """Return a kernel, and begin the next one: it enters its namespaces while this one is used.

        No submission has run in it or in what it was forked from.
        """
        ready, self.ready = self.ready, None
        if ready and ready.limits != limits:
            ready.stop()
            ready = None
        kernel = ready or Forked(self, limits)
        self.started += 1
        if self.started > 1:  # most processes grade one file, or very many
            self.ready = Forked(self, limits)
        return kernel

    def tell(
        self, request: Mapping[str, object], pipes: Sequence[int] = (), then: Callable[[int | None], object] = id
    ) -> None:
        """Send a request and do not wait; `then` takes the answer, a number or None, at the next `settle`."""
        try:
            if self.process.poll() is not None:
                raise BrokenPipeError
            socket.send_fds(self.control, [json.dumps(request).encode()], pipes)
        except OSError:
            self._gone()
        self.owed.append(then)

    def settle(self) -> None:
        """Wait for all answers; ends the process if it does not answer."""
        try:
            while self.owed:
                answer = self.control.recv(100)
                self.owed.popleft()(int(answer) if answer.strip() else None)
        except (OSError, ValueError):
            self._gone()

    def _gone(self):
        self.owed.clear()
        self.stop()
        raise OSError("the warm process is gone") from None

    def stop(self) -> None:
        """End it with all that was forked from it."""
        self.control.close()
        _end(self.process)


class Forked(Kernel):
    """A kernel that is a copy of the warm process."""

    def __init__(self, warm: Warm, limits: Limits):
        self.warm, self.process, self.limits = warm, warm.process, limits
        self.pid: int | None = None
        self.ended: int | None = None
        theirs, self.requests = os.pipe()
        self.answers, theirs_too = os.pipe()
        try:
            start = {"temporary": limits.temporary, "files": limits.files}
            warm.tell({"start": start}, [theirs, theirs_too], partial(setattr, self, "pid"))
        except OSError:
            self._close()
            raise
        finally:
            os.close(theirs)
            os.close(theirs_too)

    def stop(self) -> None:
        """End it with all that it started: the first process of its namespace dies, and so do all others in it."""
        with contextlib.suppress(OSError):
            self.warm.settle()
            if self.ended is None:
                self.warm.tell({"stop": self.pid})
        self._close()

    def _close(self):
        for pipe in (self.requests, self.answers):
            os.close(pipe)

    def status(self, seconds: float) -> int | None:
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):  # then nobody knows
            self.warm.settle()
            while self.ended is None and time.monotonic() < deadline:
                self.warm.tell({"status": self.pid}, then=partial(setattr, self, "ended"))
                self.warm.settle()
                time.sleep(0 if self.ended is not None else 0.01)
        return self.ended

    def memory(self, harmless: int = 0) -> int:
        """Return the bytes of memory that it and all that it started hold; what was stopped before is waited for."""
        with contextlib.suppress(OSError):
            self.warm.settle()
        return super().memory(harmless)


_the_warm_one: dict[str, Warm | None] = {}  # "process": Warm, or None where there can't be one


def _warm(limits):
    """Return this process's warm process, made at first use; None where the machine doesn't allow one."""
    warm = _the_warm_one.get("process")
    if "process" not in _the_warm_one or (warm and warm.owner != os.getpid()):
        try:
            warm = Warm(limits)
        except OSError:
            warm = None
        _the_warm_one["process"] = warm
    return warm


def _probe(warm, limits):
    """Raise OSError unless a copy of the warm process can confine itself and answers."""
    kernel = Forked(warm, limits)
    os.write(kernel.requests, wire.dump({}))
    answers = select.select([kernel.answers], [], [], STARTING_SECONDS)[0] and os.read(kernel.answers, 1)
    kernel.stop()
    if not answers:
        raise OSError("no nested user namespaces here")


def _run(command, env, stdin, stdout):
    return subprocess.Popen(
        command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env, process_group=0,
        executable=sandbox.executable(command),
    )  # fmt: skip


def _end(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()


def _files(pid):
    """Return the bytes that the files below a process's /tmp take besides their contents.

    bubblewrap limits the contents only, and a million empty files take a gigabyte.
    """
    for inner in reversed(_tree(pid)[1:]):  # one that has just ended has no folder
        with contextlib.suppress(OSError):
            folder = os.statvfs(f"/proc/{inner}/root/tmp")
            return (folder.f_files - folder.f_ffree) * FILE_BYTES
    return 0


def held(pid: int, harmless: int = 0) -> int:
    """Return the bytes that a process and all below it hold, counting once what several share.

    To find that out, the kernel walks through all their pages. So what is shared is counted for each of them first; a
    sum of at most `harmless` is returned as it is.
    """
    processes = _tree(pid)
    most = sum(map(_resident, processes))
    return most if most <= harmless else sum(map(_proportional, processes))


def _tree(pid):
    """Return a process and all below it, each after its parent."""
    if not _TOLD:
        with contextlib.suppress(psutil.NoSuchProcess):
            return [pid, *(process.pid for process in psutil.Process(pid).children(recursive=True))]
    found = [pid]
    for parent in found:  # which grows meanwhile
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):
                found += map(int, _read(f"/proc/{parent}/task/{task}/children").split())
    return found


# Whether the kernel tells a process's children; else all processes of the machine have to be looked through.
_TOLD = os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children")


def _resident(pid):
    """Return the bytes that a process holds, with all that it shares."""
    with contextlib.suppress(OSError):
        return int(_read(f"/proc/{pid}/statm").split()[1]) * _PAGE
    return 0


def _proportional(pid):
    """Return the bytes that a process holds, with its part of what it shares, as far as the kernel tells that."""
    with contextlib.suppress(OSError, IndexError):
        return int(_read(f"/proc/{pid}/smaps_rollup").partition(b"\nPss:")[2].split()[0]) << 10
    return _resident(pid)


_PAGE = os.sysconf("SC_PAGE_SIZE")


def _read(path):
    with open(path, "rb") as file:
        return file.read()

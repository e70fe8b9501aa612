"""The warm process: has imported NumPy and IPython, and forks a confined copy of itself for each submission.

It runs no student code itself. The judge talks to it over one socket, which the copies do not have:
``start`` (JSON, with the two ends of the submission's pipe), ``stop PID`` and ``status PID``.
"""

import gc
import json
import os
import signal
import socket
import sys

from . import confine, seccomp
from .runner import Worker, serve

MESSAGE = 4096  # bytes of a message of the judge


def main() -> None:
    """Serve the judge on file descriptor 0 until it hangs up."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    worker = Worker()
    worker.warm_up()
    seccomp.program(os.uname().machine)
    gc.freeze()  # the copies share what is there
    control.send(b"ready")
    while message := _receive(control):
        request, pipes = message
        control.send(_answer(request, pipes, worker, control))
        for fd in pipes:
            os.close(fd)


def _receive(control):
    data, pipes, _flags, _address = socket.recv_fds(control, MESSAGE, 2)
    return (json.loads(data), pipes) if data else None


def _answer(request, pipes, worker, control):
    if "start" in request:
        sys.stdout.flush()
        try:
            pid = confine.fork()
            if pid == 0:
                control.close()
                _first_process(pipes, worker, request["start"])
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}".encode(errors="replace"))
            os._exit(125)
        return str(pid).encode()
    if "stop" in request:
        os.kill(request["stop"], signal.SIGKILL)
    pid, status = os.waitpid(request.get("stop") or request["status"], 0 if "stop" in request else os.WNOHANG)
    return str(exit_status(status) if pid else "").encode()


def exit_status(status: int) -> int:
    """Return what a shell would call the exit status: 128 and the signal's number for a process that was killed.

    >>> exit_status(9), exit_status(3 << 8)
    (137, 3)
    """
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _first_process(pipes, worker, limits):
    """Finish the sandbox, start the student's process in it, and bury what it leaves behind.

    All that was started in the sandbox ends with this process.
    """
    confine.die_with_parent()
    os.setsid()
    confine.fresh_folders(limits["temporary"], limits["files"])
    confine.drop_capabilities()
    student = os.fork()
    if student == 0:
        confine.die_with_parent()
        confine.own_standard_files()
        serve(os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb"), worker)
        os._exit(0)
    for fd in pipes:
        os.close(fd)
    while True:
        pid, status = os.wait()
        if pid == student:
            os._exit(exit_status(status))

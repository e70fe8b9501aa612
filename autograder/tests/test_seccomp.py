"""The filter of system calls: the program itself, run by a second machine, and what it does to real code."""

import errno

import pytest

from autograder.inside import seccomp
from autograder.judge.sandbox import Limits
from autograder.judge.session import Session

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {  # of a few system calls, as `man 2 syscalls` and the kernel's tables have them
    "x86_64": {"read": 0, "mmap": 9, "clone": 56, "socket": 41, "fcntl": 72, "setsockopt": 54, "clone3": 435,
               "fork": 57, "ptrace": 101, "unshare": 272, "io_uring_setup": 425, "futex": 202, "execve": 59},
    "aarch64": {"read": 63, "mmap": 222, "clone": 220, "socket": 198, "fcntl": 25, "setsockopt": 208, "clone3": 435,
                "ptrace": 117, "unshare": 97, "io_uring_setup": 425, "futex": 98, "execve": 221},
}  # fmt: skip


def verdict(machine, number, *arguments, architecture=None):
    """Run the filter as the kernel would (classic BPF) and return the error it gives, 0 for "allowed"."""
    data = [number, architecture or ARCHITECTURE[machine], 0, 0]
    data += [half for argument in (*arguments, *[0] * 6)[:6] for half in (argument & 0xFFFFFFFF, argument >> 32)]
    program, at, held = list(seccomp._INSTRUCTION.iter_unpack(seccomp.program(machine))), 0, None
    while True:
        operation, if_true, if_false, value = program[at]
        at += 1
        if operation == 0x06:
            return 0 if value == 0x7FFF0000 else value - 0x00050000
        if operation == 0x20:
            held = data[value // 4]
        elif operation == 0x54:
            held &= value
        else:
            holds = {0x15: held == value, 0x25: held > value, 0x45: bool(held & value)}[operation]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", NUMBERS)
@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("read", (), 0),
        ("futex", (), 0),
        ("ptrace", (), errno.EPERM),
        ("unshare", (), errno.EPERM),
        ("io_uring_setup", (), errno.EPERM),
        ("execve", (), errno.EPERM),
        ("clone3", (), errno.ENOSYS),
        ("clone", (17,), 0),  # fork: SIGCHLD
        ("clone", (0x3D0F00,), 0),  # a thread
        ("clone", (0x10000000 | 17,), errno.EPERM),
        ("clone", (0x40000000 | 0x3D0F00,), errno.EPERM),
        ("socket", (1, 1), 0),
        ("socket", (2, 1), errno.EPERM),
        ("socket", (10, 1), errno.EPERM),
        ("socket", (16, 3), errno.EPERM),  # AF_NETLINK
        ("socket", (40, 1), errno.EPERM),  # AF_VSOCK
        ("socket", (38, 5), errno.EPERM),  # AF_ALG
        ("socket", (1 << 32 | 40, 1), errno.EPERM),
        ("mmap", (0, 4096, 3, 0x22), 0),  # private, without a file
        ("mmap", (0, 4096, 3, 0x01), 0),  # shared, of a file
        ("mmap", (0, 4096, 3, 0x21), errno.EPERM),
        ("mmap", (0, 4096, 3, 0x40023), errno.EPERM),
        ("fcntl", (3, 4), 0),  # F_SETFL
        ("fcntl", (3, 6), errno.EPERM),  # F_SETLK
        ("fcntl", (3, 1024), errno.EPERM),  # F_SETLEASE
        ("fcntl", (3, 1031), errno.EPERM),  # F_SETPIPE_SZ
        ("setsockopt", (3, 1, 2), 0),
        ("setsockopt", (3, 1, 7), errno.EPERM),  # SO_SNDBUF
    ],
    ids=str,
)
def test_what_the_filter_says(machine, name, arguments, error):
    assert verdict(machine, NUMBERS[machine][name], *arguments) == error


@pytest.mark.parametrize("machine", NUMBERS)
def test_other_architectures_and_unknown_calls_get_nothing(machine):
    assert verdict(machine, NUMBERS[machine]["read"], architecture=0x40000003) == errno.EPERM  # 32 bits on the same CPU
    assert verdict(machine, 0x40000000 | NUMBERS[machine]["read"]) == errno.ENOSYS  # the x32 ABI
    assert verdict(machine, 500) == errno.ENOSYS


@pytest.mark.parametrize("machine", NUMBERS)
def test_every_call_of_the_list_is_denied(machine):
    column = list(NUMBERS).index(machine)
    numbers = [pair[column] for pair in seccomp.DENIED.values() if pair[column] is not None]
    assert len(numbers) == len(set(numbers)) > 80
    assert {verdict(machine, number) for number in numbers} == {errno.EPERM}


def test_a_machine_without_a_list_is_refused():
    with pytest.raises(OSError, match="'riscv64', only for x86_64 and aarch64"):
        seccomp.program("riscv64")


@pytest.fixture(scope="module")
def session(kernel_kind):
    with Session(Limits(cell_seconds=60, submission_seconds=600)) as session:
        session.run("import contextlib, ctypes, fcntl, mmap, os, socket, subprocess, sys, threading")
        session.run(TRIES)
        yield session


TRIES = """
def tried(attempt):
    try:
        return f"it gives {attempt()}"
    except OSError as error:
        return error.errno
def called(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    return tried(lambda: (-1 if libc.syscall(number, *arguments) < 0 and ctypes.get_errno() == 1 else "something"))
"""
ATTEMPTS = {
    "a program": "subprocess.run([sys.executable, '-c', ''])",
    "a shell": "os.posix_spawn('/bin/sh', ['sh'], {})",
    "memory in a file without a name": "os.memfd_create('x')",
    "shared memory without a file": "mmap.mmap(-1, 4096)",
    "a network socket": "socket.socket()",
    "a socket of IPv6": "socket.socket(socket.AF_INET6)",
    "a socket to the kernel": "socket.socket(socket.AF_NETLINK)",
    "a socket to the host of a virtual machine": "socket.socket(socket.AF_VSOCK)",
    "the kernel's encryption": "socket.socket(socket.AF_ALG)",
    "larger buffers": "socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)",
    "a larger pipe": "fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)",
    "a lock that others see": "fcntl.flock(open('/runtime/inside/wire.py'), fcntl.LOCK_SH)",
    "a lease on a file of others": "fcntl.fcntl(open('/runtime/inside/wire.py'), 1024, 0)",
    "notices of what others open": "fcntl.fcntl(os.open('/runtime/inside', 0), 1026, 1)",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_real_attempts_are_refused(session, attempt):
    outputs = session.run(f"print(tried(lambda: {attempt}))")
    assert [output["text"] for output in outputs] == ["1\n"]


@pytest.mark.skipif("x86_64" not in __import__("os").uname().machine, reason="numbers of this machine")
def test_real_system_calls_are_refused(session):
    numbers = sorted(pair[0] for name, pair in seccomp.DENIED.items() if name != "create_module")
    outputs = session.run(f"print({{n for n in {numbers} if called(n, 0, 0, 0, 0, 0) != 'it gives -1'}})")
    assert outputs[0]["text"] == "set()\n"


def test_the_filter_holds_in_threads_and_children(session):
    code = """
import multiprocessing
answers = []
thread = threading.Thread(target=lambda: answers.append(tried(lambda: socket.socket())))
thread.start(); thread.join()
ours, theirs = multiprocessing.Pipe()
child = multiprocessing.get_context("fork").Process(target=lambda: theirs.send(tried(lambda: socket.socket())))
child.start(); answers.append(ours.recv()); child.join()
print(answers)
"""
    assert [output["text"] for output in session.run(code)] == ["[1, 1]\n"]


HONEST = {
    "NumPy": "import numpy as np; print(np.linalg.svd(np.eye(300))[1].sum(), np.random.default_rng().random() < 1)",
    "a figure": "%matplotlib inline\nimport matplotlib.pyplot as p\np.imshow([[1, 2]]); p.show(); print(300.0, True)",
    "threads": "from concurrent.futures import ThreadPoolExecutor as Pool\nwith Pool(4) as pool:\n"
    "    print(float(sum(pool.map(abs, range(25)))), True)",
    "files": "import tempfile\nwith tempfile.TemporaryFile() as f:\n    f.write(b'x'); f.flush()\n"
    "    print(300.0, mmap.mmap(f.fileno(), 1)[:] == b'x')",
    "asyncio": "import asyncio\nprint(await asyncio.sleep(0.01, 300.0), True)",
    "a program that is not there": "!pip install numpy\nfiles = !ls\nprint(300.0, files == [])",
    "timing": "%timeit -n 1 -r 1 sum(range(10))\nprint(300.0, True)",
}  # fmt: skip


@pytest.mark.parametrize("code", HONEST.values(), ids=HONEST)
def test_honest_code_still_works(session, code):
    outputs = session.run(code)
    assert "300.0 True" in "".join(output.get("text", "") for output in outputs)
    assert not [output for output in outputs if output["output_type"] == "error"]

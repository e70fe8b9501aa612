"""A submission's sandbox under attack: what student code can see and reach, what stops it, and that grading goes on."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder.chapters.model import Case
from autograder.check.questions import Unsent
from autograder.inside.call import Outcome
from autograder.judge import kernel
from autograder.judge import session as session_module
from autograder.judge.sandbox import Limits, SandboxError
from autograder.judge.session import Session, Stopped

PATIENT = Limits(submission_seconds=600)  # for what must work, on a machine that is busy too
LIMITS = Limits(cell_seconds=1, call_seconds=1, submission_seconds=600, answer=8 << 20)
COURSE = Path(__file__).parents[2]
KEPT = "import numpy as np\nkept = 41\ndef right(x):\n    return x + 1\n"


@pytest.fixture(scope="module", autouse=True)
def kind(kernel_kind):
    """Every test is run with both kinds of kernel, where the machine allows both."""
    return kernel_kind


@pytest.fixture
def session():
    """A sandbox of its own, for a test that may take it down."""
    with Session(LIMITS) as session:
        session.run(KEPT)
        yield session


@pytest.fixture(scope="module")
def shared(kind):
    """One sandbox for all tests that only look around."""
    with Session(PATIENT) as session:
        session.run(KEPT)
        yield session


@pytest.fixture(scope="module")
def target(kind):
    """One sandbox that is taken down again and again."""
    with Session(LIMITS) as session:
        session.run(KEPT)
        yield session


def printed(outputs):
    """Return the text that a cell printed; an error in it fails the test."""
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert not errors, errors
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def goes_on(session):
    """Whether the session still answers, with the names of the cells that worked."""
    return printed(session.run("print(kept + 1)")) == "42\n" and session.call("right", (1,), {}).value == 2


def attempted(session, code):
    """Run a cell that may end any way it likes; return its outputs, or None if it was stopped."""
    try:
        return session.run(code)
    except Stopped:
        return None


@pytest.fixture(scope="module")
def forger(kind):
    """One sandbox whose program is changed from within, so that it lies."""
    with Session(PATIENT) as session:
        session.run(KEPT)
        session.run("import inside.runner as r\nhonest = r.Worker.call")
        session.run(
            "whole = {'value': 1, 'error': None, 'message': '', 'changed': (), 'aliased': False, 'forbidden': ()}"
        )
        yield session


# What honest code finds


def test_cells_share_their_names_and_leave_outputs(shared):
    shared.run("a = 20")
    outputs = shared.run("import sys\nprint('out'); print('err', file=sys.stderr)\na + 1")
    assert [output["output_type"] for output in outputs] == ["stream", "stream", "execute_result"]
    assert [output.get("name") for output in outputs[:2]] == ["stdout", "stderr"]
    assert outputs[2]["data"]["text/plain"] == "21"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def broken(:", "SyntaxError"),
        ("if True:\npass", "IndentationError"),
        ("import sys\nsys.exit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("input('?')", "EOFError"),
        ("def deeper():\n    deeper()\ndeeper()", "RecursionError"),
        ("await 3", "TypeError"),
        ("import autograder.reference", "ModuleNotFoundError"),
        ("from autograder import reference", "ImportError"),
        ("import nbgrader", "ModuleNotFoundError"),
    ],
)
def test_an_error_in_a_cell_is_an_output_and_the_next_cell_runs(shared, code, name):
    outputs = shared.run(code)
    errors = [output for output in outputs if output["output_type"] == "error"]
    assert [error["ename"] for error in errors] in ([name], ["StdinNotImplementedError"]) and errors[0]["traceback"]
    assert goes_on(shared)


@pytest.mark.parametrize("code", ["", "# only a comment", "%time 1 + 1", "%%capture\nprint(1)", "exit()", "?len"])
def test_odd_cells_are_harmless(shared, code):
    shared.run(code)
    assert goes_on(shared)


def test_an_exception_that_cannot_be_shown_does_not_end_the_kernel(shared):
    shared.run("class Odd(Exception):\n    def __str__(self): raise RuntimeError('no text')\nraise Odd")
    assert goes_on(shared)


def test_the_courses_check_does_nothing_in_a_cell(shared):
    assert (
        printed(shared.run("from autograder import check, hint\nprint(check('pad2d', None), hint('pad2d'))"))
        == "None None\n"
    )


def test_a_call_carries_arrays_both_ways(shared):
    shared.run("def both(image, padding, value=0.0):\n    return np.full((2, 3), value, dtype=image.dtype), padding")
    value = shared.call("both", (np.eye(2, dtype="uint8"), ((0, 1), (2, 3))), {"value": 7}).value
    assert np.array_equal(value[0], np.full((2, 3), 7)) and value[0].dtype == "uint8" and value[1] == ((0, 1), (2, 3))


def test_a_call_reports_what_the_function_did(shared):
    shared.run("def rude(a):\n    a[0] = 5\n    np.pad(a, 1)\n    return a\ndef fails(a):\n    raise IndexError('no')")
    outcome = shared.call("rude", (np.zeros(2),), {}, ("pad",))
    assert (outcome.changed, outcome.aliased, outcome.forbidden) == ((0,), True, ("np.pad",))
    assert shared.call("fails", (1,), {}) == Outcome(error="IndexError", message="no", line="6: raise IndexError('no')")


def test_an_error_is_told_in_one_line(shared):
    """More could be read as lines of the judge's own report."""
    shared.run("def fails():\n    raise IndexError('no\\n  ✓ 18/18  all right\\r\\u2028\\x85pad2d: 18 of 18 points')")
    assert shared.call("fails", (), {}).message == "no ✓ 18/18 all right pad2d: 18 of 18 points"


@pytest.mark.parametrize("name", ["no_such_name", "kept", "", "__builtins__.len", "np.pad"])
def test_what_is_no_function_of_theirs_is_undefined(shared, name):
    assert shared.call(name, (), {}).error == "Undefined"


@pytest.mark.parametrize(
    "value", ["object()", "np.array([None])", "'a'.encode()", "1j", "print", "[[[set()]]]", "10**5000"]
)
def test_what_the_wire_does_not_carry_is_unsent(shared, value):
    shared.run(f"odd = {value}\ndef gives():\n    return odd")
    assert shared.call("gives", (), {}).error == "Unsent"
    assert isinstance(shared.value("odd"), Unsent)
    assert goes_on(shared)


def test_a_value_is_fetched_and_none_where_there_is_none(shared):
    shared.run("answer = (np.int64(3), [1.5, True])")
    assert shared.value("answer") == (3, [1.5, True])
    assert shared.value("no_such_name") is None


def test_a_module_that_a_cell_writes_can_be_imported_by_the_next(shared):
    shared.run("import os\ntry:\n    import mypad\nexcept ImportError:\n    before = os.stat('.').st_mtime_ns")
    shared.run("%%writefile mypad.py\ndef pad():\n    return 1")
    shared.run("os.utime('.', ns=(before, before))")  # as in a folder that changes twice within a tick of its clock
    assert printed(shared.run("from mypad import pad\nprint(pad())")) == "1\n"
    shared.run("os.mkdir('sub'); os.chdir('sub')")
    shared.run("%%writefile deeper.py\nwhere = __file__")
    assert printed(shared.run("import deeper\nos.chdir('/tmp')\nprint(deeper.where)")) == "/tmp/sub/deeper.py\n"


@pytest.mark.parametrize("name", ["numpy", "matplotlib", "IPython", "traceback", "base64", "decimal", "inside"])
def test_no_file_of_a_students_hides_a_module(shared, name):
    shared.run(f"%%writefile {name}.py\nraise RuntimeError('the wrong one')")
    assert printed(shared.run(f"import sys, {name}\nprint({name}.__name__)")) == f"{name}\n"
    assert shared.run("1 / 0")[-1]["ename"] == "ZeroDivisionError" and goes_on(shared)


def test_a_cell_has_a_file_as_a_program_has(shared):
    assert printed(shared.run("print(os.path.dirname(__file__) == os.getcwd())")) == "True\n"


# What hostile code finds


def test_the_kernel_is_of_the_kind_that_is_tested(kind, session):
    assert type(session.kernel) is {"forked": kernel.Forked, "started": kernel.Started}[kind]


def test_nothing_of_the_host_but_the_runtime_is_there(shared):
    places = [
        str(COURSE),
        "/root",
        "/home",
        "/work",
        "/var",
        "/etc/passwd",
        "/etc/shadow",
        "/run",
        "/mnt",
        "/opt",
        "/srv",
        "/sys",
    ]
    found = printed(
        shared.run(f"import os\nprint([p for p in {places} if os.path.exists(p)], sorted(os.listdir('/')))")
    )
    assert found == "[] ['dev', 'etc', 'lib', 'lib64', 'proc', 'runtime', 'tmp', 'usr']\n"


def test_of_the_system_only_its_libraries_are_there(shared):
    """On Debian: programs lie below /usr/lib too, and what is installed is nobody's business."""
    names = printed(shared.run("import os\nprint(*os.listdir('/usr/lib'))")).split()
    multiarch = sysconfig.get_config_var("MULTIARCH")
    assert names == [multiarch] or not Path("/usr/lib", multiarch).is_dir()


def test_of_the_course_only_the_rooms_inside_is_there(shared):
    code = (
        "import os\nprint(sorted(set(os.listdir('/runtime/inside')) - {'__pycache__'}), sorted(os.listdir('/runtime')))"
    )
    inside = ["__init__.py", "call.py", "confine.py", "garments.npz", "garments.py", "runner.py"]
    inside += ["seccomp.py", "warm.py", "wire.py"]
    assert printed(shared.run(code)) == f"{inside} ['inside', 'packages', 'python']\n"


@pytest.mark.parametrize("word", ["reference", "mistakes", "exercises", "judge", "gradebook", "course_seed"])
def test_no_module_of_the_judge_is_loaded(shared, word):
    assert printed(shared.run(f"import sys\nprint([name for name in sys.modules if {word!r} in name])")) == "[]\n"


OPEN_FILES = """
kinds = []
for fd in range(64):
    try:
        status = os.fstat(fd)
    except OSError:
        continue
    null = status.st_rdev == os.stat("/dev/null").st_rdev
    kinds.append("/dev/null" if null else "pipe" if status.st_mode & 0o170000 == 0o10000 else oct(status.st_mode))
print(kinds)
"""


def test_no_environment_and_no_open_file_of_the_judge_is_inherited(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRADER_SEED", "the secret seed")
    (tmp_path / "gradebook.db").write_text("marks")
    with open(tmp_path / "gradebook.db") as gradebook, Session(PATIENT) as session:
        os.set_inheritable(gradebook.fileno(), True)
        text = printed(session.run(f"import os\nprint(sorted(os.environ))\n{OPEN_FILES}"))
    names = ["HOME", "LANG", "MPLBACKEND", "MPLCONFIGDIR", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "PWD"]
    files = ["/dev/null"] * 3 + ["pipe"] * 2
    assert text == f"{[*names, 'PYTHONHASHSEED']}\n{files}\n"


def test_no_flag_of_an_open_file_is_shared_with_another_submission():
    """An open file that a process inherits has one set of flags with its parent's: a note for the next submission."""
    notes = "import fcntl\nprint([fcntl.fcntl(fd, fcntl.F_GETFL) & 0x0400 for fd in (0, 1, 2)])"
    leave = "import fcntl\nfor fd in (0, 1, 2):\n    fcntl.fcntl(fd, fcntl.F_SETFL, 0x0400)"
    with Session(PATIENT) as first, Session(PATIENT) as second:
        printed(first.run(leave))
        assert printed(second.run(notes)) == "[0, 0, 0]\n"


PROCESSES = """
def there(pid):
    try:
        return os.kill(pid, 0) is None
    except OSError:
        return False
print(sum(map(there, range(1, 1000))) <= 3)
"""


def test_no_process_of_the_host_is_visible_or_can_be_killed(shared):
    code = f"""
import os
{PROCESSES}
try:
    os.kill({os.getpid()}, 0)
except ProcessLookupError:
    print("no such process")
"""
    assert printed(shared.run(code)) == "True\nno such process\n"


def test_nothing_can_be_written_outside_tmp(shared):
    """Nor where only memory would fill: files in a tmpfs are the host's memory, which no limit of a process counts."""
    code = """
import os
def tries(folder):
    path = f"{folder}/trace"
    try:
        with open(path, "w") as file:
            file.write("x")
        os.remove(path)
        return True
    except OSError:
        return False
def near(folder):
    # All folders but those deep below the runtime's: what is mounted there is mounted as a whole.
    for root, folders, _ in os.walk(folder):
        yield root
        if root.count("/") > 3 and "site-packages" not in root:
            folders.clear()
print({folder[:4] for folder in near("/") if tries(folder)})
"""
    assert printed(shared.run(code)) == "{'/tmp'}\n"


def test_proc_is_empty(shared):
    """It would show the host's paths, and let a process write into the memory of one that has no limits."""
    assert printed(shared.run("import os\nprint(os.listdir('/proc'))")) == "[]\n"


def test_of_devices_only_these_are_there(shared):
    assert printed(shared.run("import os\nprint(sorted(os.listdir('/dev')))")) == "['null', 'random', 'urandom']\n"


def test_the_network_is_not_there(shared):
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        name = f"\0autograder-test-{os.getpid()}"
        unix.bind(name)
        unix.listen()
        addresses = [(socket.AF_INET, tcp.getsockname()), (socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_UNIX, name)]
        code = f"""
import socket
for family, address in {[(int(family), address) for family, address in addresses]}:
    try:
        with socket.socket(family) as s:
            s.settimeout(0.5)
            print(type(s.connect_ex(address)) is int and s.connect_ex(address) != 0)
    except PermissionError:
        print(True)
"""
        assert printed(shared.run(code)) == "True\n" * 3


def test_no_new_namespace_no_mount_no_root(shared):
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print([libc.unshare(flag) for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000)])
print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None), libc.setuid(0), os.getuid() != 0)
held = (ctypes.c_uint32 * 6)(*[1] * 6)
print(libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), held), list(held))
"""
    assert printed(shared.run(code)) == "[-1, -1, -1, -1]\n-1 -1 True\n0 [0, 0, 0, 0, 0, 0]\n"


def test_the_limits_are_hard(shared):
    code = """
import resource
for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_CORE"):
    limit = getattr(resource, name)
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(name, "raised")
    except ValueError:
        pass
"""
    assert printed(shared.run(code)) == ""


def test_an_11_gb_allocation_is_a_memory_error(shared):
    assert shared.run("big = np.ones(11 * 2**27)")[-1]["ename"] in ("MemoryError", "_ArrayMemoryError")
    assert goes_on(shared)


def test_filling_tmp_ends_at_its_size(shared):
    code = """
import glob, os
megabyte, written = b"x" * (1 << 20), 0
try:
    for i in range(200):
        with open(f"/tmp/full{i}", "wb") as file:
            file.write(megabyte)
        written += 1
except OSError as error:
    print(error.errno, written <= 64)
for path in glob.glob("/tmp/full*"):
    os.remove(path)
"""
    assert printed(shared.run(code)) == "28 True\n"
    assert goes_on(shared)


def test_one_file_has_a_largest_size(shared):
    code = (
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nopen('/tmp/large', 'wb').write(bytes(17 << 20))"
    )
    assert shared.run(code)[-1]["ename"] == "OSError"
    shared.run("import os\nos.remove('/tmp/large')")


def test_output_without_measure_is_cut_off(shared):
    text = printed(shared.run("for i in range(3000):\n    print('x' * 1000)"))
    assert len(text) < 300_000 and "cut off" in text[-100:]


def test_what_is_printed_is_not_kept_beyond_what_is_shown(session):
    """IPython would keep it all for its history, until memory ends in place of the cell's time."""
    session.run("import resource\nbefore = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss")
    session.run("for _ in range(5000):\n    print('x' * 10_000)")
    grown = printed(session.run("print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"))
    assert int(grown) < 20_000  # KiB, of 50 MB printed


TO_EVERY_PIPE = """
import os
for fd in range(64):
    try:
        os.write(fd, {})
    except OSError:
        pass
"""
BOMBS = {
    "an endless loop": "while True:\n    pass",
    "an endless loop that catches everything": "while 1:\n    try:\n        while 1: pass\n    except BaseException: 0",
    "an endless loop in C": "sum(iter(int, 1))",
    "os._exit": "import os\nos._exit(0)",
    "SIGKILL": "import os\nos.kill(os.getpid(), 9)",
    "SIGSTOP": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "SIGKILL for all": "import os\nif os.fork():\n    os.kill(-1, 9)\n    os.wait()\nos._exit(1)",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "forks": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "endless output": "while True:\n    print('x' * 10_000)",
    "endless pictures": "from IPython.display import display\nwhile 1:\n    display({'image/png': 'A' * 10**5}, raw=1)",
    "closed descriptors": "import os\nos.closerange(0, 64)",
    "a child that keeps the pipe": "import os, time\nif os.fork() == 0:\n    time.sleep(1000)\nos._exit(0)",
    "garbage in every pipe": TO_EVERY_PIPE.format(r"b'\xff' * 4096"),
    "a huge promise": TO_EVERY_PIPE.format("bytes([0, 0, 0, 1]) + bytes(8)"),
}


@pytest.mark.parametrize("code", BOMBS.values(), ids=BOMBS)
def test_a_cell_that_takes_the_kernel_down_is_stopped_and_grading_goes_on(target, code):
    with pytest.raises(Stopped, match=r"Stopped after|The kernel died|closed its connection|not accepted|malformed"):
        pytest.fail(f"It went on, and left {target.run(code)}")
    assert goes_on(target)


ENDLESS = {
    "threads": "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(1000,)).start()",
    "endless recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef f():\n    f()\nf()",
    "memory in small pieces": "pieces = []\nwhile True:\n    pieces.append(bytearray(1 << 24))",
}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
def test_a_bomb_is_an_error_or_is_stopped_and_grading_goes_on(session, code):
    outputs = attempted(session, code)
    assert outputs is None or outputs[-1]["output_type"] == "error"
    attempted(session, "pieces = None")
    assert goes_on(session)


HOLDS = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        while not os.path.exists("/tmp/go"):
            time.sleep(0.01)
        held = bytearray(100 << 20)
        time.sleep(1000)
"""


def ask_quickly(session):
    session.run("open('/tmp/go', 'w').close()")
    for _ in range(200):
        session.run("time.sleep(0.05)")


def test_memory_is_looked_at_also_between_quick_requests():
    """What a cell started goes on when the cell has ended, and each request alone is over before anybody looks."""
    with Session(Limits(submission_memory=300 << 20, submission_seconds=600)) as session:
        session.run(HOLDS)
        with pytest.raises(Stopped, match="MiB of memory together"):
            ask_quickly(session)


def test_files_without_end_end():
    """Empty files take no space in the folder, and a kilobyte of the host's memory each."""
    with Session(Limits(submission_memory=300 << 20, files=1000, cell_seconds=60, submission_seconds=600)) as session:
        outputs = attempted(session, "n = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'w').close()")
    assert outputs is None or outputs[-1]["ename"] == "OSError"


def test_a_result_of_a_hundred_thousand_lists_is_stopped(target):
    target.run("def flood():\n    return [[] for _ in range(100_000)]")
    with pytest.raises(Stopped, match="bytes, more than"):
        target.call("flood", (), {})
    assert goes_on(target)


def test_the_names_of_the_cell_that_was_stopped_are_not_there_again(target):
    with pytest.raises(Stopped):
        target.run("half = 1\nwhile True: pass")
    assert target.value("half") is None and target.value("kept") == 41


@pytest.mark.parametrize("body", ["while True: pass", "import os; os._exit(1)", "import os; os.kill(os.getpid(), 11)"])
def test_a_call_that_takes_the_kernel_down_is_stopped_and_grading_goes_on(target, body):
    target.run(f"def hostile(x):\n    {body}")
    with pytest.raises(Stopped):
        target.call("hostile", (1,), {})
    assert goes_on(target)


def test_a_returned_array_larger_than_an_answer_may_be_is_stopped(target):
    target.run("def large():\n    return np.zeros(2 << 20)")
    with pytest.raises(Stopped, match="bytes, more than"):
        target.call("large", (), {})
    assert goes_on(target)


def below(pid):
    """Return the process ids of all that a process started, however far down."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split("\n")
    parents = {int(child): int(parent) for child, parent in map(str.split, filter(None, rows))}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def settled(pid):
    """Return what `below` does when it has stayed the same for a moment: the next sandbox is begun meanwhile."""
    found = below(pid)
    while (later := (time.sleep(0.2), below(pid))[1]) != found:
        found = later
    return found


def runs(pid):
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pids):
    """Wait until none of these processes runs any more; whether that came to be."""
    for _ in range(200):
        if not any(map(runs, pids)):
            return True
        time.sleep(0.05)
    return False


DAEMON = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        while True:
            time.sleep(1)
    os._exit(0)
os.wait()
"""


def test_a_daemon_does_not_outlive_its_submission(session):
    top = session.kernel.process.pid
    before = settled(top)
    session.run(DAEMON)
    started = below(top) - before
    assert started
    session.stop()
    assert gone(started)


def test_a_daemon_does_not_outlive_the_kernel_that_started_it(session):
    top = session.kernel.process.pid
    before = settled(top)
    session.run(DAEMON)
    started = below(top) - before
    assert started
    with pytest.raises(Stopped):
        session.run("os._exit(0)")
    assert gone(started)
    assert goes_on(session)


def test_nothing_runs_after_the_judge_itself_was_killed(tmp_path):
    code = "import sys, time\nfrom autograder.judge.session import Session\nwith Session() as s:\n"
    code += f"    s.run({DAEMON!r})\n    print('started', flush=True)\n    time.sleep(600)\n"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=COURSE) as judge:
        judge.stdout.readline()
        started = below(judge.pid)
        judge.send_signal(signal.SIGKILL)
    assert len(started) > 3 and gone(started - {judge.pid})


# Calls that were planned go through the pipe together


def outcomes(session, name, cases, made=None):
    """Plan calls and make them, all or those of these indices; return what each gave, "stopped" where it was."""
    session.plan(name, cases)
    return [
        "stopped" if (outcome := called(session, name, case)) is None else outcome.value
        for case in ([cases[i] for i in made] if made else cases)
    ]


def called(session, name, case):
    try:
        return session.call(name, case.args, case.kwargs)
    except Stopped:
        return None


NUMBERS = [Case((i,), {}) for i in range(6)]


def test_planned_calls_are_made_in_their_order_by_one_process_and_share_no_argument(session):
    session.run("calls = []\ndef seen(x, a):\n    calls.append(x); a += 1\n    return len(calls), x, int(a[0])")
    same = np.zeros(3)
    assert outcomes(session, "seen", [Case((i, same), {}) for i in range(6)]) == [(i + 1, i, 1) for i in range(6)]
    assert session.value("calls") == [0, 1, 2, 3, 4, 5]


def test_all_planned_calls_are_on_their_way_when_the_first_has_been_made(session):
    session.run("def same(x):\n    return x")
    session.plan("same", NUMBERS)
    called(session, "same", NUMBERS[0])
    assert session.sent == len(NUMBERS) - 1


@pytest.mark.parametrize("body", ["while True: pass", "import os; os._exit(1)"])
@pytest.mark.parametrize("at", range(6))
def test_a_planned_call_that_stops_costs_itself_alone(target, at, body):
    target.run(f"def fails_at(x):\n    if x == {at}:\n        {body}\n    return x")
    assert outcomes(target, "fails_at", NUMBERS) == [*range(at), "stopped", *range(at + 1, 6)]


def test_planned_calls_may_be_left_out_and_none_gets_the_answer_of_another(target):
    target.run("def same(x):\n    return x")
    assert outcomes(target, "same", NUMBERS, made=[1, 4]) == [1, 4]
    assert outcomes(target, "same", NUMBERS, made=[0, 5]) == [0, 5]
    session_goes_on_with_calls_left(target)


def session_goes_on_with_calls_left(target):
    outcomes(target, "same", NUMBERS, made=[0])
    assert goes_on(target)
    outcomes(target, "same", NUMBERS, made=[0])
    assert target.value("kept") == 41


def test_an_endless_call_that_is_left_out_costs_no_other(target):
    target.run("def fails_at(x):\n    while x == 2: pass\n    return x")
    assert outcomes(target, "fails_at", NUMBERS, made=[0, 1, 3, 4]) == [0, 1, 3, 4]


def test_many_large_planned_calls_do_not_block_the_pipes(target):
    target.run("def doubled(x):\n    return np.concatenate([x, x])")
    cases = [Case((np.full(size, i, dtype="uint8"),), {}) for i in range(40) for size in (10, 3_000, 100_000)]
    sums = [int(value.sum()) for value in outcomes(target, "doubled", cases)]
    assert sums == [2 * case.args[0].sum(dtype=int) for case in cases]


def test_each_planned_call_has_the_whole_time_of_a_call(session):
    session.run("import time\ndef slow(x):\n    time.sleep(0.3)\n    return x")
    assert outcomes(session, "slow", NUMBERS) == [0, 1, 2, 3, 4, 5]


def test_answers_that_were_forged_in_the_midst_of_a_plan_move_no_other(session):
    """Whatever a function writes into the pipe, the next answer has another number, and what follows is asked anew."""
    session.run("from inside import wire\nimport os\ndef forge(x):\n    if x == 2:\n" + "".join(
        f"        {line}\n" for line in TO_EVERY_PIPE.format("wire.dump({'value': 18, 'id': 1})").splitlines()
    ) + "    return x")  # fmt: skip
    found = outcomes(session, "forge", NUMBERS)
    assert found[:2] == [0, 1] and found[3:] == [3, 4, 5]


# The next kernel is begun while this one runs


LEFT_BEHIND = """
import os, sys, numpy as np, builtins
open('/tmp/left', 'w').write('answer')
np.left = builtins.left = os.environ['LEFT'] = 'answer'
sys.modules['left'] = sys
if os.fork() == 0:
    import time
    time.sleep(600)
"""
FOUND = """
import os, sys, numpy as np, builtins
left = [os.path.exists('/tmp/left'), hasattr(np, 'left'), hasattr(builtins, 'left')]
print(*left, 'LEFT' in os.environ, 'left' in sys.modules)
"""


def test_nothing_of_a_submission_is_in_a_sandbox_that_was_begun_while_it_ran(kind):
    begun = None
    for _ in range(4):
        with Session(PATIENT) as session:
            assert printed(session.run(FOUND)) == "False False False False False\n"
            assert printed(session.run(PROCESSES)) == "True\n"
            assert session.kernel is begun or not begun
            session.run(LEFT_BEHIND)
            begun = session.kernel.warm.ready if kind == "forked" else None
    assert kind == "started" or begun


def test_a_kernel_that_was_begun_is_the_next_one_and_has_its_own_limits(kind):
    if kind == "started":
        pytest.skip("There bubblewrap starts each kernel when it is asked for.")
    warm = kernel._warm(PATIENT)
    kernels = [warm.kernel(PATIENT), warm.kernel(PATIENT)]
    begun = warm.ready
    kernels.append(warm.kernel(PATIENT))
    assert kernels[-1] is begun
    smaller = Limits(files=100)
    kernels.append(warm.kernel(smaller))
    assert kernels[-1].limits == smaller == warm.ready.limits
    for one in kernels:
        one.stop()
    with Session(smaller) as session:
        code = "for i in range(200):\n    open(f'/tmp/{i}', 'w').close()"
        assert session.run(code)[-1]["ename"] == "OSError"


def test_a_warm_process_that_died_with_the_kernel_it_began_is_replaced(kind, monkeypatch):
    if kind == "started":
        pytest.skip("There is no warm process.")
    monkeypatch.setattr(kernel, "_the_warm_one", {})
    for _ in range(2):
        with Session(PATIENT) as session:
            session.run("1")
    warm = kernel._warm(PATIENT)
    os.killpg(warm.process.pid, signal.SIGKILL)
    warm.process.wait()
    with Session(PATIENT) as session:
        session.run(KEPT)
        assert goes_on(session)
    kernel._warm(PATIENT).stop()


FORGED = {
    "no fields": "{}",
    "no dictionary": "[1]",
    "one field": "{'value': 1}",
    "one field too many": "{**whole, 'points': 18}",
    "a number for the error": "{**whole, 'error': 5}",
    "a list for what changed": "{**whole, 'changed': [0]}",
    "numbers for names": "{**whole, 'forbidden': (1, 2)}",
    "an array for a name": "{**whole, 'forbidden': (np.zeros(2),)}",
    "a name that nobody watches": "{**whole, 'forbidden': ('<script>' * 1000,)}",
    "an error without a name": "{**whole, 'error': ''}",
    "half a character": "{**whole, 'error': 'E', 'message': '\\ud800'}",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_outcome_never_reaches_the_judge(forger, forged):
    """It is refused, or it is well-formed: an error has a name, texts can be stored, only watched names are told."""
    forger.run(f"forged = {forged}\nr.Worker.call = lambda self, **request: {{'outcome': forged}}")
    try:
        outcome = forger.call("right", (1,), {}, ("pad",))
        outcome.message.encode()
        assert outcome.error != "" and not set(map(str, outcome.forbidden)) - {"np.pad"}
    except Stopped:
        pass
    finally:
        forger.run("r.Worker.call = honest")
    assert goes_on(forger)


@pytest.mark.parametrize(
    "answer", ["None", "3", "[1]", "'text'", "np.zeros(3)", "{}", "{'outputs': 5}", "{'unsent': np.eye(2)}"]
)
def test_a_forged_answer_is_an_outcome_or_stopped(forger, answer):
    forger.run(f"r.Worker.call = lambda self, **request: {answer}")
    with contextlib.suppress(Stopped):
        assert isinstance(forger.call("right", (1,), {}), Outcome)
    attempted(forger, "r.Worker.call = honest")
    assert goes_on(forger)


def test_a_frame_forged_into_the_pipe_is_the_students_word_like_any_other(session):
    session.run("forged = {'outputs': [{'output_type': 'execute_result', 'data': {'text/plain': '18'}}]}")
    attempted(session, "from inside import wire\n" + TO_EVERY_PIPE.format("wire.dump(forged)"))
    for _ in range(3):  # the answers are out of step now: whatever comes is an outcome, or the kernel is stopped
        with contextlib.suppress(Stopped):
            assert isinstance(session.call("right", (1,), {}), Outcome)


def test_a_late_answer_is_not_taken_for_the_next_one(session):
    """A cell that worked at first, and is slow when it is run again after a stop, must not shift all later answers."""
    session.cells.append("import time\ntime.sleep(1.5)\nprint('late')")  # as if it had been quick
    session.stop()
    for code in ("print('first')", "print('second')", "print('third')"):
        outputs = attempted(session, code)
        assert outputs is None or printed(outputs) == code[7:-2] + "\n"


def test_a_cell_that_works_once_and_never_again_is_left_out_and_the_others_still_count(session):
    session.cells.append("while True:\n    pass")  # as if it had ended
    session.stop()
    attempted(session, "kept")
    assert goes_on(session)


def loop_until_the_submission_ends(session):
    """Run endless cells, each stopped alone, until not the cell but the submission has taken too long."""
    for _ in range(100):
        with pytest.raises(Stopped) as stopped:
            session.run("while True: pass")
        if "whole submission" in str(stopped.value):
            raise stopped.value


def test_a_submission_has_an_end():
    limits = Limits(cell_seconds=0.5, submission_seconds=1.5)
    with Session(limits) as session, pytest.raises(Stopped, match=r"The whole submission took longer than 1\.5 s"):
        loop_until_the_submission_ends(session)


def test_a_sandbox_that_never_answers_is_stopped_not_waited_for(monkeypatch, tmp_path):
    """One start that hangs must not hold up the whole class."""
    monkeypatch.setattr(session_module, "STARTING_SECONDS", 0.5)
    command = ["sh", "-c", f"/usr/bin/sleep 3; echo > {tmp_path}/ended_by_itself"]
    monkeypatch.setattr(kernel, "start", lambda limits: kernel.Started(command, {}))
    with Session(LIMITS) as session, pytest.raises(SandboxError, match="did not start"):
        session.run("1")
    assert not list(tmp_path.iterdir())


def test_two_sandboxes_see_nothing_of_each_other(shared, session):
    shared.run("open('/tmp/note', 'w').write('answer')")
    code = f"import os\nprint(os.path.exists('/tmp/note'))\n{PROCESSES}"
    assert printed(session.run(code)) == "False\nTrue\n"


def test_without_a_sandbox_the_same_session_works_for_trusted_code():
    with Session(PATIENT, sandboxed=False) as session:
        session.run(KEPT)
        assert goes_on(session)


@pytest.mark.parametrize("warm", [True, False])
def test_a_judge_that_is_killed_takes_endless_code_with_it(warm):
    """As root the sandbox is another account's, which a dying process without rights over it cannot signal."""
    program = f"""
from autograder.judge import kernel
from autograder.judge.session import Session
if not {warm}:
    kernel._the_warm_one["process"] = None
with Session() as session:
    session.run("pass")
    print("ready", flush=True)
    session.run("while True: pass")
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as judge:
        assert judge.stdout.readline() == "ready\n"
        started = psutil.Process(judge.pid).children(recursive=True)
        judge.kill()
    assert len(started) > 2
    _gone, left = psutil.wait_procs(started, timeout=8)  # the cell's own limit is 10 s
    assert left == []

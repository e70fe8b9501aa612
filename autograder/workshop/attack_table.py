"""The attack table: what hostile students try, and the mark that the honest rest of their notebook deserves.

Chapter 1 is attacked: 90 automatic points, of which 18 are for `pad2d`, the function that most attacks give up.
"""

import json
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import paths
from autograder.judge.restore import MAX_CELLS, MAX_NOTEBOOK, MAX_SOURCE
from autograder.workshop.attack_page import ACTS, COVERS
from autograder.workshop.demo import cell_of, solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

HandIn = Callable[[Path], object]  # puts something where the notebook should be
FULL, REST = 90, 72  # all automatic points; all but those of pad2d


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes
    ----------
    name, tried : str
    mark : float or None
        What the honest rest of the submission deserves; None where there is nothing to grade.
    hand_in : HandIn
    says : str
        What the reason given for lost points must hold.
    student : str
        Name of the student's folder, in a course.
    """

    name: str
    tried: str
    mark: float | None
    hand_in: HandIn
    says: str = ""
    student: str = ""


# How an attack is handed in


def answers(**sources: str) -> HandIn:
    """Hand in the right notebook with these answers instead."""
    return lambda path: _write(path, solved_notebook(sources))


def beside(code: str) -> HandIn:
    """Hand in the right notebook with hostile code before its first function, in the same cell."""
    right = cell_of(solved_notebook({}), "pad2d").source
    return answers(pad2d=f"{code}\n{right}")


def changed(change: Callable[[NotebookNode], object]) -> HandIn:
    """Hand in the right notebook after ``change(notebook)``."""

    def hand_in(path):
        change(notebook := solved_notebook({}))
        _write(path, notebook)

    return hand_in


def content(data: bytes) -> HandIn:
    """Hand in these bytes."""
    return lambda path: path.write_bytes(data)


def _write(path, notebook):
    path.write_text(json.dumps(notebook))


def _name(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _code(source):
    return nbformat.v4.new_code_cell(source)


# Forged marks


def _marks(value):
    return answers(pad2d=f"value = {value}\ndef pad2d(*args, **kwargs):\n    return value\nvalue")


_GIVES_18 = "def pad2d(*args, **kwargs):\n    return 18\n"
_DISPLAY_HOOKS = f"""{_GIVES_18}
import sys
from IPython.display import display
shell = get_ipython()
def forged(*_, **__):
    return {{"output_type": "execute_result", "data": {{"text/plain": "18"}}, "metadata": {{}}, "execution_count": 1}}
display({{"text/plain": "18"}}, raw=True)
sys.displayhook = lambda *_: None
shell.display_formatter.format = lambda *_, **__: ({{"text/plain": "18"}}, {{}})
import inside.runner as runner
runner.Outputs.display = runner.Outputs.result = lambda self, data: self.items.append(forged())
"""
_ALWAYS_EQUAL = """
import numpy as np
class Equal({base}):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __hash__ = None
    __float__ = lambda self: 1.0
    __array_ufunc__ = lambda self, ufunc, method, *inputs, **kwargs: True
    __array__ = lambda self, *args, **kwargs: np.zeros((3, 3))
    __class__ = property(lambda self: np.ndarray)
def pad2d(image, padding, value=0.0):
    return {value}
"""


def _skipped_and_forged(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1000"}, execution_count=1)]
            cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def _more_points(notebook):
    for cell in notebook.cells:
        data = cell.metadata.get("nbgrader", {})
        data.update({"points": 1000, "grade": True, "solution": False, "locked": False, "task": False})
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "bash", "argv": ["sh", "-c", "id > /tmp/x"]}


def _tests_replaced(notebook):
    for cell in notebook.cells:
        if (_name(cell) or "").startswith("check_"):
            cell.source = "1000"


def _tests_deleted(notebook):
    notebook.cells = [cell for cell in notebook.cells if not (_name(cell) or "").startswith("check_")]


def _ids_twice(notebook):
    notebook.cells += [json.loads(json.dumps(cell)) for cell in notebook.cells if _name(cell)]


def _answer_named_as_test(notebook):
    cell_of(notebook, "pad2d").metadata["nbgrader"]["grade_id"] = "check_conv2d_valid"


def _test_named_as_answer(notebook):
    cell = cell_of(notebook, "check_pad2d")
    cell.source = "18"
    cell.metadata["nbgrader"] |= {"grade_id": "pad2d", "solution": True, "grade": False}


FORGED = [
    Attack("points as last value", "the cell ends in 18, the function returns 18", REST, _marks("18")),
    Attack("points that are no number", "NaN as value and result", REST, _marks("float('nan')")),
    Attack("negative points", "-1e9 as value and result", REST, _marks("-1e9")),
    Attack("points that are a word", "'18' as value and result", REST, _marks("'18'")),
    Attack("points above the maximum", "10**6 as value and result", REST, _marks("10**6")),
    Attack("True as points", "True as value and result", REST, _marks("True")),
    Attack("display hooks", "results formatted and displayed as execute_result", REST, answers(pad2d=_DISPLAY_HOOKS)),
    Attack("stored outputs and tags", "a result and skip-execution in each cell", FULL, changed(_skipped_and_forged)),
    Attack("points and metadata", "1000 points, another kernel", FULL, changed(_more_points)),
    Attack("tests replaced", "every test cell says 1000", FULL, changed(_tests_replaced)),
    Attack("tests deleted", "no test cell is there", FULL, changed(_tests_deleted)),
    Attack("every cell twice", "ids that are there twice", FULL, changed(_ids_twice)),
    Attack("an answer called as a test", "pad2d has another test's id", FULL, changed(_answer_named_as_test)),
    Attack("a test called as an answer", "a cell '18' has the id of pad2d", FULL, changed(_test_named_as_answer)),
    Attack("an array equal to all", "ndarray with its own ==", REST, answers(
        pad2d=_ALWAYS_EQUAL.format(base="np.ndarray", value="np.full((1, 1), 7.0).view(Equal)"))),
    Attack("a whole number equal to all", "int with its own ==", REST, answers(
        pad2d=_ALWAYS_EQUAL.format(base="int", value="Equal(7)"))),
    Attack("an object that says it is an array", "__class__, __array__, __float__", REST, answers(
        pad2d=_ALWAYS_EQUAL.format(base="object", value="Equal()"))),
    Attack("a list equal to all", "list with its own == and len", REST, answers(
        pad2d=_ALWAYS_EQUAL.format(base="list", value="Equal()"))),
    Attack("always raising ValueError", "every call raises ValueError", REST, answers(
        pad2d="def pad2d(*args, **kwargs):\n    raise ValueError")),
    Attack("an error that the judge uses itself", "an exception called Stopped", REST, answers(
        pad2d="class Stopped(Exception): pass\ndef pad2d(*args, **kwargs):\n    raise Stopped('18 of 18 points')")),
]  # fmt: skip


# Reading what is not theirs


_READS = f"""
import os, sys
found = []
for place in {[str(paths.COURSE), str(paths.CLASSROOM), str(Path.home()), "/root", "/home", "/etc/passwd", "/sys"]}:
    if os.path.exists(place):
        found.append(place)
found += [name for name in os.environ if "GRADER" in name]
found += [name for name in os.listdir("/proc")]
for root, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(root, name) not in ("/usr", "/lib", "/runtime/packages")]
    secret = ("gradebook.db", "course_seed", "questions.py", "oracle.npz", "marks.py")
    found += [name for name in files if name in secret]
found += [name for name in sys.modules if name.startswith(("autograder.", "nbgrader", "nbformat"))]
def pad2d(*args, **kwargs):
    raise IndexError(f"found {{found}}")
"""
_CALLER = """
import gc, inspect
def pad2d(*args, **kwargs):
    names = {name for frame in inspect.stack() for name in frame.frame.f_locals}
    kinds = {type(thing).__name__ for thing in gc.get_objects()}
    raise IndexError(f"found {sorted((names | kinds) & {'exercise', 'Exercise', 'expected', 'seed', 'Case', 'Mark'})}")
"""
_LEARNS = """
seen = []
right = pad2d
def pad2d(*args, **kwargs):
    seen.append(repr(args)); print("SECRET", args)
    raise IndexError("x" * 400)
"""


def _imports(line):
    body = f"try:\n    {line}\nexcept ImportError as error:\n    why = str(error)\n"
    return answers(pad2d=f"why = 'imported'\n{body}def pad2d(*args, **kwargs):\n    raise IndexError(why)")


READING = [
    Attack("secrets in files and environment", "solutions, gradebook, seed, modules of the judge", REST,
           answers(pad2d=_READS), r"IndexError.*: found \[\]"),
    Attack("the reference", "import autograder.reference", REST,
           _imports("import autograder.reference"), "No module named|not a package"),
    Attack("the hidden tests' package", "import nbgrader", REST, _imports("import nbgrader"), "No module named"),
    Attack("the caller's variables", "expected values in stack frames or in memory", REST,
           answers(pad2d=_CALLER), r"found \[\]"),
    Attack("the warm process's memory", "/proc/1/mem, /proc/self/mem", REST, answers(pad2d="""
def pad2d(*args, **kwargs):
    open("/proc/1/mem", "r+b")
"""), "FileNotFoundError"),
    Attack("files by number", "open_by_handle_at, which walks round the mounts", REST, answers(pad2d="""
import ctypes, os
def pad2d(*args, **kwargs):
    libc = ctypes.CDLL(None, use_errno=True)
    raise IndexError([libc.open_by_handle_at(-100, bytes(64), 0), os.strerror(ctypes.get_errno())])
"""), r"\[-1, 'Operation not permitted'\]"),
]  # fmt: skip


# Changing what judges


_MONKEY = f"""{_GIVES_18}
import builtins, sys, types
import numpy as np
yes = lambda *args, **kwargs: True
for module, names in ((np, ("allclose", "array_equal", "isclose", "all", "any", "asarray")),
                      (np.testing, ("assert_allclose", "assert_array_equal", "assert_equal")),
                      (builtins, ("abs", "all", "any", "isinstance", "len", "max", "float"))):
    for name in names:
        try:
            setattr(module, name, yes)
        except Exception:
            pass
for name in list(sys.modules):
    if name.startswith("autograder"):
        sys.modules[name] = types.SimpleNamespace(check=lambda *a, **k: 18, hint=yes)
"""
_CHECK = f"{_GIVES_18}\ncheck = __import__('builtins').check = lambda *a, **k: 18"
_RUNNER = """
import inside.runner as runner
whole = {"value": 18, "error": None, "message": "18 of 18 points", "changed": (), "after": (), "aliased": False,
         "forbidden": ()}
honest = runner.Worker.call
def call(self, name, args, kwargs, watch):
    return {"outcome": %s} if name == "pad2d" else honest(self, name, args, kwargs, watch)
runner.Worker.call = call
pad2d = print
"""
_SHADOWS = """
import os, sys
for name in ("numpy.py", "autograder.py", "inside.py", "json.py", "IPython.py", "sitecustomize.py", "usercustomize.py"):
    open(name, "w").write("raise SystemExit(18)")
for folder in ("autograder", ".ipython/profile_default/startup", ".local/lib/python3.11/site-packages"):
    os.makedirs(folder, exist_ok=True)
open(".ipython/profile_default/startup/00.py", "w").write("check = lambda *a: 18")
open(".local/lib/python3.11/site-packages/x.pth", "w").write("import os; os._exit(18)")
open("conftest.py", "w").write("1/0")
os.environ["PYTHONPATH"] = os.environ["PYTHONSTARTUP"] = "/tmp"
sys.path.insert(0, "/tmp")
os._exit(18)
"""
_NP_PAD = {
    "np.pad": "return np.pad(image, padding, constant_values=value)",
    "np.pad in a thread": "return in_thread(lambda: np.pad(image, padding, constant_values=value))",
    "np.pad from its module": "from numpy.lib._arraypad_impl import pad\n"
    "    return pad(image, padding, constant_values=value)",
    "np.pad unwrapped": "return np.pad.__wrapped__(image, padding, constant_values=value)",
    "np.pad under another name": "f, space = np.pad.__wrapped__, dict(np.pad.__wrapped__.__globals__, __name__='own')\n"
    "    code = f.__code__.replace(co_name='own')\n"
    "    return types.FunctionType(code, space, 'own', f.__defaults__)(image, padding, constant_values=value)",
    "np.pad's source": "space = dict(vars(inspect.getmodule(np.pad.__wrapped__)), __name__='own')\n"
    "    exec(inspect.getsource(np.pad.__wrapped__).replace('def pad(', 'def own('), space)\n"
    "    return space['own'](image, padding, constant_values=value)",
    "np.pad with the watch off": "hook = sys.getprofile(); sys.setprofile(None)\n"
    "    out = np.pad(image, padding, constant_values=value)\n    sys.setprofile(hook)\n    return out",
    "np.pad in a lazy list": "return Lazy(lambda: np.pad(image, padding, constant_values=value).tolist())",
}  # fmt: skip
_NP_PAD_HEAD = """
import inspect, sys, threading, types
import numpy as np
def in_thread(work):
    out = []
    thread = threading.Thread(target=lambda: out.append(work()))
    thread.start(); thread.join()
    return out[0]
class Lazy(list):
    def __init__(self, work): self.work = work
    def __iter__(self): return iter(self.work())
    def __len__(self): return len(self.work())
def pad2d(image, padding, value=0.0):
    """


def _forbidden(name):
    says = "" if "lazy" in name else "sys.setprofile" if "off" in name else "np.pad"
    return Attack(name, "the library does the work", REST, answers(pad2d=_NP_PAD_HEAD + _NP_PAD[name]), says)


CHANGING = [
    Attack("monkeypatched comparisons", "numpy, builtins, autograder answer True", REST, answers(pad2d=_MONKEY)),
    Attack("a check of their own", "check in the namespace and in builtins", REST, answers(pad2d=_CHECK)),
    Attack("the runner answers 18", "inside.runner.Worker.call replaced", REST, answers(pad2d=_RUNNER % "whole")),
    Attack("the runner lies about its form", "an outcome that is none", REST, answers(
        pad2d=_RUNNER % "{**whole, 'points': 18}"), "malformed"),
    Attack("the runner claims a forbidden name", "a flood of names to be shown", REST, answers(
        pad2d=_RUNNER % "{**whole, 'forbidden': ('<script>' * 10**5,)}"), "malformed|not accepted"),
    Attack("shadowed modules", "numpy.py, startup files, then a restart", REST, answers(pad2d=_SHADOWS)),
    *[_forbidden(name) for name in _NP_PAD],
]  # fmt: skip


# Round the watch on forbidden functions, which runs in the student's own process: these get the points of pad2d


_CALL = "np.pad(image, padding, constant_values=value)"
_BEFORE = f"""
import queue, threading
import numpy as np
asked, told = queue.Queue(), queue.Queue()
def serve():
    while True:
        image, padding, value = asked.get()
        try:
            told.put(({_CALL}, None))
        except Exception as error:
            told.put((None, error))
threading.Thread(target=serve, daemon=True).start()
def pad2d(image, padding, value=0.0):
    asked.put((image, padding, value))
    out, error = told.get()
    if error:
        raise error
    return out
"""
_EXEC = """
import inspect
import numpy as np
text = inspect.getsource(inspect.getmodule(np.pad.__wrapped__)).replace("def pad(", "def own(")
text = text.replace("    array = np.asarray(array)", "    (0).real, (0).imag\\n    array = np.asarray(array)")
space = {"__name__": "own"}
exec(text.replace("@array_function_dispatch(_pad_dispatcher, module='numpy')", ""), space)
def pad2d(image, padding, value=0.0):
    return space["own"](image, padding, constant_values=value)
"""
_INTROSPECTION = f"""
import inside.call
import numpy as np
inside.call._Watching._called = lambda *args: None
def pad2d(image, padding, value=0.0):
    return {_CALL}
"""
EVADING = [
    Attack("np.pad in a thread from before", "a thread that serves calls", REST, answers(pad2d=_BEFORE), "threading"),
    Attack("np.pad by exec of a text", "its source, changed", REST, answers(pad2d=_EXEC), "exec"),
    Attack("np.pad with another watch", "the checker's own code replaced", REST, answers(pad2d=_INTROSPECTION),
           r"inside\.call"),
]  # fmt: skip


# The pipe


_TO_PIPES = """
import json, os, struct, time
def to_pipes(data):
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass
def frame(body, size=0):
    header = json.dumps(body).encode()
    return struct.pack(">QQ", len(header), size) + header
def pad2d(*args, **kwargs):
    """


def _on_the_pipe(code):
    return answers(pad2d=_TO_PIPES + code)


PIPE = [
    Attack("garbage", "4096 bytes of 255", REST, _on_the_pipe("to_pipes(b'\\xff' * 4096)"), "not accepted"),
    Attack("a forged frame", "an answer with ids to come", REST, _on_the_pipe(
        "to_pipes(b''.join(frame({'dict': {'id': i, 'value': 18}}) for i in range(200)))")),
    Attack("an oversized promise", "a header of 2**60 bytes", REST, _on_the_pipe(
        "to_pipes(struct.pack('>QQ', 2**60, 0))"), "more than"),
    Attack("oversized values", "2**60 bytes for an array", REST, _on_the_pipe(
        "to_pipes(frame(1, 2**60))"), "more than"),
    Attack("an oversized answer", "an array of 1.6 MB", REST, answers(
        pad2d="import numpy as np\ndef pad2d(*args, **kwargs):\n    return np.ones(2 * 10**5)"), "more than"),
    Attack("an answer of many axes", "2 × 2 × 2 ..., 19 times", REST, answers(
        pad2d="import numpy as np\ndef pad2d(*args, **kwargs):\n    return np.zeros((2,) * 19, bool)"), "19 axes"),
    Attack("as many axes as are carried", "5 × 5 × 5 ..., 8 times", REST, answers(
        pad2d="import numpy as np\ndef pad2d(*args, **kwargs):\n    return np.zeros((5,) * 8, bool)"), "The shape is"),
    Attack("an answer without an end", "an array of 2**40 empty rows for a pair", FULL - 12, answers(
        same_padding="import numpy as np\ndef same_padding(*args, **kwargs):\n    return np.zeros((2**40, 0))"),
        "entries"),
    Attack("outputs of tiny objects", "millions of them, as a cell's outputs", REST, answers(
        pad2d="get_ipython().display_pub.outputs.items += [{}] * 60_000"), "more than 50000 values"),
    Attack("a deep answer", "a list nested 10**5 times", REST, answers(
        pad2d="deep = []\nfor _ in range(10**5):\n    deep = [deep]\ndef pad2d(*args, **kwargs):\n    return deep")),
    Attack("no JSON", "a header of braces", REST, _on_the_pipe(
        "to_pipes(struct.pack('>QQ', 9000, 0) + b'{' * 9000)"), "malformed"),
    Attack("a pickle", "an array of objects", REST, answers(
        pad2d="import numpy as np\ndef pad2d(*args, **kwargs):\n    return np.array([print], dtype=object)")),
    Attack("a slow drip", "the answer's bytes one at a time", REST, _on_the_pipe(
        "to_pipes(struct.pack('>QQ', 4000, 0))\n    while True:\n        time.sleep(0.3)\n        to_pipes(b' ')"),
        "Stopped after 1 s"),
    Attack("a late answer", "the answer comes after the time is over", REST, _on_the_pipe(
        "time.sleep(1.5)\n    return args[0]"), "Stopped after 1 s"),
    Attack("a closed pipe", "every descriptor closed", REST, _on_the_pipe("os.closerange(0, 64)"), "closed|died"),
]  # fmt: skip


# Bombs, signals, what stays behind


_CHILDREN_WITH_MEMORY = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        held = bytearray(400 << 20)
        time.sleep(100)
time.sleep(100)
"""
_DAEMON = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            time.sleep(1)
    os._exit(0)
os.wait()
"""
_NETWORK = """
import socket, urllib.request
found = []
for attempt in (lambda: socket.create_connection(("1.1.1.1", 53), 1), lambda: socket.getaddrinfo("example.org", 80),
                lambda: urllib.request.urlopen("http://example.org", timeout=1), lambda: socket.socket(40, 1)):
    try:
        found.append(attempt())
    except OSError:
        pass
def pad2d(*args, **kwargs):
    raise IndexError(f"found {found}")
"""
_FILLS = "\nwhile True:\n    n = n + 1\n    open(f'/tmp/{n}', 'wb').write(bytes(%s))"
_CELLS = {  # name: (code of a cell, what the report says of pad2d, which never came to be)
    "11 GB at once": "import numpy as np\nbig = np.ones(11 * 2**27)",
    "memory in small pieces": "pieces = []\nwhile True:\n    pieces.append(bytearray(1 << 24))",
    "memory in many processes": _CHILDREN_WITH_MEMORY,
    "memory that nobody seems to hold": "import mmap\nhidden = mmap.mmap(-1, 1 << 29)",
    "processes without end": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "threads without end": "import threading, time\nwhile True:\n"
    "    threading.Thread(target=time.sleep, args=(1000,)).start()",
    "a full disk": "n = 0" + _FILLS % "1 << 20",
    "files without end": "n = 0" + _FILLS % "0",
    "output without end": "while True:\n    print('x' * 10_000)",
    "pictures without end": "from IPython.display import display\nwhile True:\n"
    "    display({'image/png': 'A' * 10**5}, raw=True)",
    "recursion without end": "import sys\nsys.setrecursionlimit(10**9)\ndef f():\n    f()\nf()",
    "a number too large": "x = 9 ** 9 ** 9",
    "a pattern that never matches": "import re\nre.match('(a+)+b', 'a' * 60)",
    "an endless loop in C": "sum(iter(int, 1))",
    "a loop that catches all": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "SIGKILL": "import os\nos.kill(os.getpid(), 9)",
    "SIGSTOP": "import os\nos.kill(os.getpid(), 19)",
    "SIGKILL for everything": "import os\nos.kill(-1, 9)\nos.kill(1, 9)\nos._exit(1)",
    "a crash": "import ctypes\nctypes.string_at(0)",
    "another program": "import os\nos.execv('/runtime/python/bin/python3.11', ['python', '-c', 'print(18)'])",
}
_HARMLESS = {  # what goes on beside honest answers, and must neither gain nor cost a point
    "a daemon": _DAEMON,
    "a thread that computes for ever": "import threading\ndef busy():\n    while True: pass\n"
    "threading.Thread(target=busy, daemon=True).start()",
    "a handler for each signal": "import signal\nfor n in set(signal.Signals) - {9, 19}:\n"
    "    signal.signal(n, lambda *_: print('18'))",
    "its own limits": "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (30, 30))",
    "exit": "import atexit, sys\natexit.register(print, 18)\ndef bye():\n    sys.exit(0)",
    "an alarm": "import signal as s\ns.signal(s.SIGALRM, lambda *_: None)\ns.setitimer(s.ITIMER_REAL, 0.01, 0.01)",
}


def _cells_after_the_end(notebook):
    notebook.cells += [_code("import time\ntime.sleep(1.5)")] * 30 + [_code("1")] * 100


BOMBS = [
    *[Attack(name, "in a cell", REST, answers(pad2d=code)) for name, code in _CELLS.items()],
    *[Attack(name, "beside honest answers", FULL, beside(code)) for name, code in _HARMLESS.items()],
    Attack("cells after the end of time", "each would start a sandbox and run all cells again", FULL, changed(
        _cells_after_the_end), "The whole submission took longer"),
    Attack("a network", "connections, names, AF_VSOCK", REST, answers(pad2d=_NETWORK), r"found \[\]"),
    Attack("a function that never returns", "in each call", REST, answers(
        pad2d="def pad2d(*args, **kwargs):\n    while True: pass"), "Stopped after 1 s"),
    Attack("a function that kills", "in each call", REST, answers(
        pad2d="import os\ndef pad2d(*args, **kwargs):\n    os.kill(os.getpid(), 9)"), "was killed"),
]  # fmt: skip


# Files that are no notebooks, or too much of one


def _huge_cell(notebook):
    cell_of(notebook, "pad2d").source += "\n" + "x = [1, 2]  # a\n" * (MAX_SOURCE // 16)


def _many_cells(notebook):
    notebook.cells += [_code("1")] * 10_000


def _tiny_objects(path):
    path.write_bytes(b'{"junk": [' + b"{}," * (MAX_NOTEBOOK // 3 - 20_000) + b"0], " + _RIGHT[1:])


def _odd_values(notebook):
    notebook.cells += [None, 5, {"cell_type": ["code"], "source": {"a": 1}}, {"source": [1, None, "x = 1"]}]
    notebook.metadata = {"nbgrader": float("nan"), "kernelspec": [], "big": float("inf")}


_RIGHT = json.dumps(solved_notebook({})).encode()
FILES = [
    Attack("nothing", "an empty file", None, content(b""), "empty"),
    Attack("21 MB", "more than a notebook may have", None, content(b" " * (MAX_NOTEBOOK + 1)), "at most"),
    Attack("10,000 cells", "more than a notebook may have", None, changed(_many_cells), f"at most {MAX_CELLS}"),
    Attack("a cell of 200,000 characters", "hours for a feedback page", None, changed(_huge_cell), "at most"),
    Attack("deep JSON", "100,000 brackets", None, content(b"[" * 10_000), "no JSON"),
    Attack("a number without end", "a whole number of 10**6 digits", None, content(b"9" * 10**6), "no JSON"),
    Attack("tiny JSON objects", "20 MB of them beside the cells", None, _tiny_objects, "more than 500000"),
    Attack("cut off", "the first half of a notebook", None, content(_RIGHT[: len(_RIGHT) // 2]), "cut off"),
    Attack("no text", "bytes that are no UTF-8", None, content(b"\xff\xfe" + bytes(1000)), "not UTF-8"),
    Attack("no cells", "a dictionary for a list", None, content(b'{"cells": {"0": {}}}'), "no list of cells"),
    Attack("a key twice", "cells twice: the last one counts", FULL, content(b'{"cells": [], ' + _RIGHT[1:])),
    Attack("odd values", "cells that are none, NaN in metadata", FULL, changed(_odd_values)),
    Attack("a link", "to the course's solution", None, lambda path: path.symlink_to(paths.source_notebook(ASSIGNMENT)),
           "links are not followed"),
    Attack("a pipe", "that nobody writes to", None, os.mkfifo, "not a regular file"),
    Attack("a folder", "in place of the notebook", None, lambda path: path.mkdir(), "This is a folder"),
]  # fmt: skip

SUBMISSIONS = [*FORGED, *READING, *CHANGING, *PIPE, *BOMBS, *FILES]


# In a course: what concerns files, gradebook and pages


_LIVE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>a</a>"
    "<iframe src='//evil.example'></iframe><svg onload=alert(1)>[b](javascript:alert(1)) ![c](https://evil.example/c.png)"
    "<style>body{background:url(//evil.example)}</style><form action=//evil.example><input name=q></form>"
)
_SHOWS = f"""
from IPython.display import HTML, Javascript, Markdown, SVG, display
display(HTML({_LIVE!r}), Javascript("alert(1)"), Markdown({_LIVE!r}))
print({_LIVE!r}, "\\x1b[31mred\\x1b]0;title\\x07 \\x9b31m \\u202egnp.exe")
def pad2d(*args, **kwargs):
    raise type("E", (Exception,), {{}})({_LIVE!r})
raise ValueError({_LIVE!r})
"""


def _own_cells(sources):
    """Hand in the right notebook with these texts as Markdown, as code, and printed."""

    def change(notebook):
        notebook.cells += [nbformat.v4.new_markdown_cell(source) for source in sources]
        notebook.cells += [_code("\n".join(f"# {line}" for source in sources for line in source.splitlines()))]
        notebook.cells += [_code(f"for text in {sources!r}:\n    print(text)\nraise ValueError({sources[0]!r})")]
        cell_of(notebook, "words").source = "\n\n".join(sources)

    return changed(change)


def _covers(text):
    """Return elements with each style of COVERS, the last of them full of text that runs over."""
    return [f"<div style='{style}'><a href='https://evil.example'>{text}</a></div>" for style in COVERS]


def _hours(notebook):
    many = ["[](files/" * 2000, "[a]: /u '" + "t" * 9000 + "'\n\n" + "[a]" * 3500, "<div>" * 4000, "![[]()" * 3000]
    notebook.cells += [nbformat.v4.new_markdown_cell(source) for source in many]
    notebook.cells += [_code("a." * 2400) for _ in range(10)] + [_code("'" * 4900), _code("\x1b[31m" * 4000)]


def _slow_page(path):
    styles = "<p style='" + "color: rgb(" * 500 + "'>"
    words = f"![a](attachment:missing.png)\n\n```cfengine3\n{'(' * 10_000}\n```\n\n{styles}"
    notebook = solved_notebook({"words": words})
    notebook.cells.append(_code(" \n" * 40_000 + "1"))
    _write(path, notebook)


def _linked_folder(path):
    elsewhere = path.parents[3] / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / path.name).write_bytes(_RIGHT)
    path.parent.rmdir()
    path.parent.symlink_to(elsewhere)


def _socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(path.parent)  # the name of a socket has at most 107 bytes
        server.bind(path.name)
        os.chdir(paths.COURSE)


def _hostile_names(path):
    for name in (
        "![image](evil.example).ipynb",
        "<script>alert(1)<script>.ipynb",
        "\x1b[31mred.ipynb",
        "$x$\n# Title.ipynb",
    ):
        path.with_name(name).write_bytes(_RIGHT)


def _files_beside(path):
    path.write_bytes(_RIGHT)
    for name in (
        "numpy.py",
        "autograder.py",
        "conftest.py",
        "nbgrader_config.py",
        "jupyter_config.py",
        "sitecustomize.py",
    ):
        path.with_name(name).write_text("raise SystemExit('shadowed')")
    path.with_name("gradebook.db").symlink_to(path.parents[3] / "gradebook.db")
    path.with_name("timestamp.txt").write_text("2000-01-01 00:00:00 UTC")
    path.with_name("loop").symlink_to(".")


IN_A_COURSE = [
    Attack("a link to the gradebook", "the notebook is a link", 0,
           lambda path: path.symlink_to(path.parents[3] / "gradebook.db"), student="link"),
    Attack("a hard link to the gradebook", "the notebook is the gradebook itself", 0,
           lambda path: path.hardlink_to(path.parents[3] / "gradebook.db"), student="hard"),
    Attack("a link to the solution", "the notebook is a link", 0,
           lambda path: path.symlink_to(paths.source_notebook(ASSIGNMENT)), student="copy"),
    Attack("a link for a folder", "the folder of the submission is a link", 0, _linked_folder, student="linked"),
    Attack("a pipe in a course", "the notebook is a fifo", 0, os.mkfifo, student="fifo"),
    Attack("a socket in a course", "the notebook is a socket", 0, _socket, student="socket"),
    Attack("a folder in a course", "the notebook is a folder", 0, lambda path: path.mkdir(), student="folder"),
    Attack("a device in a course", "the notebook is a link to /dev/zero", 0,
           lambda path: path.symlink_to("/dev/zero"), student="device"),
    Attack("live output and text", "scripts, images, forms, colours, direction marks", REST,
           answers(pad2d=_SHOWS, words=_LIVE), student="page_live"),
    Attack("a page that cannot be made", "a missing attachment, nested styles, code that is slow to colour", FULL,
           _slow_page, student="page_slow"),
    Attack("stored outputs with scripts", "outputs and metadata as handed in", FULL, changed(
        lambda notebook: [cell.update(outputs=[{"output_type": "display_data", "metadata": {},
                                                "data": {"text/html": _LIVE}}])
                          for cell in notebook.cells if cell.cell_type == "code"]), student="page_stored"),
    Attack("links and markup of every kind", "addresses in disguise, markup that changes, names and forms", FULL,
           _own_cells(ACTS), student="page_links"),
    Attack("over the page", "styles that reach outside, endless lines", FULL,
           _own_cells(_covers("x" * 900)), student="page_over"),
    Attack("hours for a page", "links to files/, long titles, depth, code that is slow to colour", FULL,
           changed(_hours), student="page_hours"),
    Attack("hostile file names", "Markdown, scripts and colours in the names of other notebooks", 0,
           _hostile_names, student="page_names"),
    Attack("modules beside the notebook", "numpy.py, nbgrader_config.py, a link to the gradebook", FULL,
           _files_beside, student="page_beside"),
    Attack("a student called <script>", "markup in the name", FULL, content(_RIGHT), student="<script>alert(1)<"),
    Attack("a student called <img>", "markup that acts in the name", FULL, content(_RIGHT),
           student="page_<img src=x onerror=alert(1)>"),
    Attack("a student called as an option", "--force as the name", FULL, content(_RIGHT), student="--force"),
    Attack("a student with colours", "control characters in the name", FULL, content(_RIGHT), student="\x1b[31mred"),
    Attack("a student with quotes", "quotes in the name", FULL, content(_RIGHT), student="o'hara \"x\" $HOME"),
]  # fmt: skip

"""Ways round the watch on forbidden functions, besides those of the attack table; a cell each, that calls np.pad."""

_CALL = "np.pad(image, padding, constant_values=value)"
_PAD = f"def pad2d(image, padding, value=0.0):\n    return {_CALL}\n"

# The rules of `autograder.judge.look` were written with these in view,
SEEN = {
    "a process from before": """
import os, pickle, struct
import numpy as np
up, down = os.pipe(), os.pipe()
if os.fork() == 0:
    while True:
        n, = struct.unpack("Q", os.read(up[0], 8))
        image, padding, value = pickle.loads(os.read(up[0], n))
        try:
            out = np.pad(image, padding, constant_values=value)
        except ValueError as error:
            out = error
        data = pickle.dumps(out)
        os.write(down[1], struct.pack("Q", len(data)) + data)
def pad2d(image, padding, value=0.0):
    data = pickle.dumps((image, padding, value))
    os.write(up[1], struct.pack("Q", len(data)) + data)
    n, = struct.unpack("Q", os.read(down[0], 8))
    out = pickle.loads(os.read(down[0], n))
    if isinstance(out, ValueError):
        raise out
    return out
""",
    "builtins by another way": """
import numpy as np
run = __builtins__["ex" + "ec"] if isinstance(__builtins__, dict) else vars(__builtins__)["ex" + "ec"]
run("""
    + repr("import numpy as np\n" + _PAD)
    + ")",
    "other code objects": """
import types
import numpy as np
f = np.pad.__wrapped__
space = {**f.__globals__, "__name__": "own"}
for name, helper in list(space.items()):
    if isinstance(helper, types.FunctionType) and helper.__globals__ is f.__globals__:
        space[name] = types.FunctionType(helper.__code__, space, name, helper.__defaults__)
code = f.__code__.replace(co_name="own", co_names=(*f.__code__.co_names, "one_more"))
own = types.FunctionType(code, space, "own", f.__defaults__)
def pad2d(image, padding, value=0.0):
    return own(image, padding, constant_values=value)
""",
    "the watcher's memory": """
import sys
import numpy as np
def pad2d(image, padding, value=0.0):
    frame = sys._getframe(1)
    out = np.pad(image, padding, constant_values=value)
    while frame:
        if "seen" in frame.f_locals:
            frame.f_locals["seen"].clear()
        frame = frame.f_back
    return out
""",
    "a name in two pieces": """
import sys
import numpy as np
def pad2d(image, padding, value=0.0):
    hook = getattr(sys, "get" + "profile")()
    getattr(hook, "__self__").watch = set()
    hook.__self__.modules, hook.__self__.names_used = {}, {}
    return np.pad(image, padding, constant_values=value)
""",
    "an encoded text": """
import base64
import numpy as np
exec(base64.b64decode("aW1wb3J0IGluc2lkZS5jYWxsCmluc2lkZS5jYWxsLl9XYXRjaGluZy5fY2FsbGVkID0gbGFtYmRhICphcmdzOiBOb25l"))
"""
    + _PAD,
    "the interpreter's C functions": """
import ctypes
import numpy as np
def pad2d(image, padding, value=0.0):
    state = ctypes.pythonapi.PyThreadState_Get
    ctypes.pythonapi.PyEval_SetProfile(None, None)
    return np.pad(image, padding, constant_values=value)
""",
}

# and not with these, which were run against them once they were done.
SET_ASIDE = {
    "a pool that is warm": """
from concurrent.futures import ThreadPoolExecutor
import numpy as np
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
def pad2d(image, padding, value=0.0):
    return pool.submit(np.pad, image, padding, constant_values=value).result()
""",
    "a pool of processes": """
from multiprocessing import Pool
import numpy as np
def work(given):
    return np.pad(given[0], given[1], constant_values=given[2])
pool = Pool(1)
def pad2d(image, padding, value=0.0):
    return pool.map(work, [(image, padding, value)])[0]
""",
    "a search through memory": """
import gc
import numpy as np
for thing in gc.get_objects():
    if isinstance(thing, type) and thing.__name__ == "_Watching":
        thing._called = lambda *args: None
"""
    + _PAD,
    "all classes": """
import numpy as np
for kind in object.__subclasses__():
    if kind.__name__ == "_Watching":
        kind._event = lambda *args: None
        kind._called = lambda *args: None
"""
    + _PAD,
    "wide letters": """
import numpy as np
ｅｘｅｃ("import inside.call as c; c._Watching._called = lambda *args: None")
"""
    + _PAD,
    "within an f-string": """
import numpy as np
f"{setattr(__import__('inside.call').call._Watching, '_called', lambda *args: None)}"
"""
    + _PAD,
    "a module written first": """
%%writefile mine.py
from inside import call
call._Watching._called = lambda *args: None
""".lstrip(),
    "a text that is timed": """
import timeit
import numpy as np
timeit.timeit("import inside.call as c; c._Watching._called = lambda *args: None", number=1)
"""
    + _PAD,
    "the class of an error's frame": """
import numpy as np
def pad2d(image, padding, value=0.0):
    try:
        1 / 0
    except ZeroDivisionError as error:
        frame = error.__traceback__.tb_frame
    while frame:
        self = frame.f_locals.get("self")
        if type(self).__name__ == "_Watching":
            self.watch, self.modules, self.names_used = set(), {}, {}
        if "seen" in frame.f_locals:
            seen = frame.f_locals["seen"]
        frame = frame.f_back
    out = np.pad(image, padding, constant_values=value)
    seen.clear()
    return out
""",
    "np.pad's own lines, renamed": """
import numpy as np
def frame_of(array, pairs):
    shape = tuple(a + size + b for size, (a, b) in zip(array.shape, pairs))
    out = np.empty(shape, dtype=array.dtype, order="F" if array.flags.fnc else "C")
    place = tuple(slice(a, a + size) for size, (a, b) in zip(array.shape, pairs))
    out[place] = array
    return out, place
def pad2d(image, padding, value=0.0):
    pairs = np.broadcast_to(np.round(np.asarray(padding)).astype(np.intp, copy=False), (image.ndim, 2)).tolist()
    if any(number < 0 for pair in pairs for number in pair):
        raise ValueError("index can't contain negative values")
    out, place = frame_of(np.asarray(image), pairs)
    for axis, (a, b) in enumerate(pairs):
        before, after = [slice(None)] * out.ndim, [slice(None)] * out.ndim
        before[axis], after[axis] = slice(None, a), slice(out.shape[axis] - b, None)
        out[tuple(before)] = out[tuple(after)] = value
    return out
""",
}

"""Call a student's function once and say what happened, the same way in a notebook and in the sandbox."""

import copy
import linecache
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

# (module, function) of what an exercise asks the student to write; a module alone stands for all below it.
LIBRARIES = ("tensorflow", "keras", "torch", "scipy", "skimage", "jax", "cv2")
UNWATCHED = "sys.setprofile"  # told instead of a function's name: the watch was switched off
# The functions themselves, before any student code can put others in their places.
_SET_PROFILE = sys.setprofile
_ORIGINALS = {"pad": np.pad, "sliding_window_view": np.lib.stride_tricks.sliding_window_view}


@dataclass(frozen=True)
class Outcome:
    """What one call did: a value, or the error it raised.

    Attributes
    ----------
    value : object
        What was returned; None where it raised.
    error : str or None
        Name of the built-in type of the exception, e.g. ``"ValueError"`` for any subclass of that.
    message : str
        Text of the exception.
    line : str
        The line of the student's code that raised it, as ``"7: total += x[i]"``; empty where it is not known.
    changed : tuple of int
        Positions of the arguments that the call changed.
    after : tuple
        What the call made of these arguments; None for one that no longer has the form of what was given.
    aliased : bool
        Whether the returned array shares memory with an argument, or the returned list is the same at each call.
    forbidden : tuple of str
        Library functions called that the exercise asks the student to write, e.g. ``"np.pad"``.
    """

    value: Any = None
    error: str | None = None
    message: str = ""
    line: str = ""
    changed: tuple[int, ...] = ()
    after: tuple[Any, ...] = ()
    aliased: bool = False
    forbidden: tuple[str, ...] = ()


def call(
    function: Callable[..., object], args: tuple[Any, ...], kwargs: Mapping[str, Any], watch: Sequence[str] = ()
) -> Outcome:
    """Return the Outcome of ``function(*args, **kwargs)``.

    Parameters
    ----------
    function : callable
    args, kwargs : tuple, dict
        Copied first: the caller's arrays stay as they are.
    watch : sequence of str
        Library functions that are not allowed, e.g. ``("pad", "sliding_window_view")``.

    Examples
    --------
    >>> call(lambda x: x + 1, (2,), {}).value
    3
    >>> call(lambda x: x[5], ([],), {}).error
    'IndexError'
    """
    given = tuple(map(_copied, args))
    seen: set[str] = set()
    try:
        with _Watching(watch, seen):
            value = function(*given, **{name: _copied(value) for name, value in kwargs.items()})
            shared = _shared(function, value, args, kwargs)
    except (Exception, SystemExit) as error:
        kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
        where = _line(error, function)
        return Outcome(error=kind, message=_text(error), line=where, forbidden=tuple(sorted(seen)))
    changed = tuple(i for i, pair in enumerate(zip(args, given, strict=True)) if not _same(*pair))
    after = tuple(given[i] if of_the_form(args[i], given[i]) else None for i in changed)
    return Outcome(value, None, "", "", changed, after, _aliased(value, given) or shared, tuple(sorted(seen)))


def _copied(value):
    """Return a copy that shares nothing with an argument; most are numbers, words and arrays, which take no search."""
    if type(value) in (int, float, bool, str):
        return value
    return value.copy("K") if type(value) is np.ndarray and value.dtype != object else copy.deepcopy(value)


def _text(error):
    """Return the text of an exception as far as it has one that can be stored."""
    try:
        return str(error)[:500].encode(errors="replace").decode()
    except Exception:  # a student's own __str__ may do anything
        return ""


def _line(error, function):
    """Return the innermost line of the function's own notebook or module: what NumPy does inside is of no help."""
    space = getattr(function, "__globals__", None)
    frames = [(f.f_code.co_filename, n) for f, n in traceback.walk_tb(error.__traceback__) if f.f_globals is space]
    return "".join(f"{number}: {linecache.getline(file, number).strip()}"[:80] for file, number in frames[-1:])


def _same(a, b):
    if isinstance(a, np.ndarray):
        same_form = isinstance(b, np.ndarray) and (a.dtype, a.shape) == (b.dtype, b.shape)
        return same_form and a.tobytes() == b.tobytes()  # NaN is the same as itself here
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    return a == b


def of_the_form(before: object, after: object) -> bool:
    """Tell whether an argument may still stand for what was given: arrays of its shape, lists of some of its entries.

    >>> of_the_form([3, 1, 2], [1, 2, 3]), of_the_form([3, 1, 2], [3, 1, 2, 10**9])
    (True, False)
    """
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and (before.dtype, before.shape) == (after.dtype, after.shape)
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        alike = type(before) is type(after) and len(after) <= 2 * len(before)
        return alike and all(any(of_the_form(one, part) for one in before) for part in after)
    return type(before) is type(after) and before == after


def _aliased(value, args):
    arrays = [arg for arg in args if isinstance(arg, np.ndarray)]
    return isinstance(value, np.ndarray) and any(np.may_share_memory(value, array) for array in arrays)


def _shared(function, value, args, kwargs):
    """Tell whether a function without arguments gives the very same list each time: changing one changes all."""
    return isinstance(value, list) and not args and not kwargs and function() is value


@lru_cache
def _traces(watch):
    """Return what tells forbidden functions under any name, and an empty dictionary for code that was found to be none.

    The former are {attributes and functions used: name} and {module: name}.
    """
    originals = {name: getattr(_ORIGINALS[name], "__wrapped__", _ORIGINALS[name]) for name in watch}
    modules = {function.__globals__["__name__"]: name for name, function in originals.items()
               if function.__globals__["__all__"] == [name]}  # fmt: skip
    return {function.__code__.co_names: name for name, function in originals.items()}, modules, {}


class _Watching:
    """Record calls of forbidden functions by Python's profile hook, which sees them under any name.

    It keeps honest people to the rules of an exercise, here and in threads started meanwhile. This is not a security
    boundary: anyone can call the function where the hook does not look (a process, a thread started before).
    """

    def __init__(self, watch: Sequence[str], seen: set[str]):
        self.watch, self.seen, self.on = set(watch), seen, False
        self.names_used, self.modules, self.allowed = _traces(tuple(watch))

    def __enter__(self) -> None:
        if not self.watch:
            return
        self.previous, self.previous_of_threads = sys.getprofile(), threading.getprofile()
        self.on = True
        threading.setprofile(self._event)
        sys.setprofile(self._event)

    def __exit__(self, *exc: object) -> None:
        if not self.watch:
            return
        if sys.getprofile() != self._event:
            self.seen.add(UNWATCHED)
        self.on = False
        sys.setprofile(self.previous)
        threading.setprofile(self.previous_of_threads)

    def _event(self, frame, event, arg):
        if event == "call":
            code = frame.f_code
            if id(code) not in self.allowed:
                self._called(code, dict.get(frame.f_globals, "__name__"))
        elif arg is _SET_PROFILE and event == "c_call" and self.on:
            self.seen.add(UNWATCHED)

    def _called(self, code, module):
        module = module if isinstance(module, str) else ""
        if module.partition(".")[0] in LIBRARIES:
            self.seen.add(module.partition(".")[0])
        elif code.co_name in self.watch and module.startswith("numpy."):
            self.seen.add(f"np.{code.co_name}")
        elif module in self.modules:  # a helper of the forbidden function
            self.seen.add(f"np.{self.modules[module]}")
        elif code.co_names in self.names_used:  # a copy: the same attributes and functions in the same order
            self.seen.add(f"np.{self.names_used[code.co_names]}")
        else:
            self.allowed[id(code)] = code  # kept, so that no other gets its number

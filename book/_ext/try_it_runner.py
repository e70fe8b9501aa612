"""Runs inside the page's MicroPython: defines an answer, calls its function on every case, tells what happened.

It has no part in judging: that is done by `book/_static/try_it/judge.js`, outside.
"""

import builtins
import io
import json
import sys

if sys.implementation.name == "cpython":  # MicroPython skips types, and lacks these modules
    from collections.abc import Callable
    from typing import Any

    Argument = tuple[str, str]  # parameter, Python literal
    Asked = tuple[list[Argument], list[Argument], str]  # args, kwargs, the name of a measure of ACCEPTS or ""

ANSWER, EARLIER = "answer.py", "earlier.py"  # names in tracebacks
MOST_PRINTED = 2000  # characters kept of what one call prints
MOST_VALUES = 5000
DEEPEST = 6
FEW_VALUES = 60  # of what is shown as a whole
LINES: list[str] = []  # of the answer


def run(
    earlier: list[str],
    source: str,
    name: str,
    cases: list[Asked],
    measures: str,
    tell: Callable[[str], None],
) -> None:
    """Call ``tell(json text)`` once for the definition and once for each case.

    Parameters
    ----------
    earlier : list of str
        Answers that stand before this one in the page: as in a notebook, it may use their functions.
    source : str
        The answer.
    name : str
        The function it must define.
    cases : list of (args, kwargs, measure)
        Arguments are lists of [parameter, Python literal].
    measures : str
        Python that defines ACCEPTS, functions that say what is wrong with a result, or "".
    tell : callable
    """
    measuring: dict[str, Any] = {"ACCEPTS": {}}
    exec(measures, measuring)
    printed = Printed()
    LINES[:] = source.split("\n")
    scope = {"__name__": "__main__", "print": printed.print}
    for text in earlier:
        define(text, EARLIER, scope)
    scope.pop(name, None)
    printed.take()
    outcome = define(source, ANSWER, scope)
    tell(json.dumps(outcome | {"printed": printed.take()}))
    function = scope.get(name)
    if outcome.get("error") and not function:
        return  # an error behind the function, in a line that only tries it, stops nothing
    for args, kwargs, measure in cases:
        accepts = measuring["ACCEPTS"].get(measure)
        outcome = call(function, args, kwargs, accepts) if callable(function) else undefined(name)
        tell(json.dumps(outcome | {"printed": printed.take()}))


def undefined(name: str) -> dict[str, Any]:
    """Return the outcome of calling a function that is not there."""
    return {"error": "Undefined", "message": f"There is no function {name}: keep the line that begins with def {name}."}


def define(source: str, place: str, scope: dict[str, Any]) -> dict[str, Any]:
    """Run an answer and return {} or what an exception says."""
    try:
        exec(compile(source, place, "exec"), scope)
    except BaseException as error:  # SystemExit too
        return failure(error)
    return {}


def call(
    function: Callable[..., Any],
    args: list[Argument],
    kwargs: list[Argument],
    accepts: Callable[[Any], str | None] | None = None,
) -> dict[str, Any]:
    """Return the outcome of one call."""
    given, before = arguments(args), arguments(args)
    named = dict(zip([parameter for parameter, _ in kwargs], arguments(kwargs)))  # noqa: B905 MicroPython has no strict
    try:
        value = function(*given, **named)
        count = [0]
        return {
            "value": plain(value, count, 0),
            "shown": repr(value) if count[0] <= FEW_VALUES else "",
            "changed": given != before,
            "aliased": bool(lists_in(value, 0) & lists_in(given, 0)) if given else function() is value,
            "measured": accepts and measured(accepts, value),
            "repeated": isinstance(value, list) and any(row is value[0] for row in value[1:] if isinstance(row, list)),
        }
    except BaseException as error:
        return failure(error)


def measured(accepts: Callable[[Any], str | None], value: Any) -> str:
    """Return what is wrong with a value, "" if nothing is."""
    try:
        return accepts(value) or ""
    except Exception:  # of a form that nobody expected
        return f"It returns a {type(value).__name__} in an unexpected form."


def arguments(pairs: list[Argument]) -> list[Any]:
    """Return new values each time: an answer may change what it is given."""
    return [eval(literal) for _, literal in pairs]


def failure(error: BaseException) -> dict[str, Any]:
    """Return the built-in name of an exception, its text, and the line of the answer it came from."""
    kind, line = type(error), last_line(error)
    while getattr(builtins, kind.__name__, None) is not kind:
        kind = kind.__bases__[0]
    if kind is NotImplementedError and line and "raise" not in LINES[line - 1]:
        return {"error": "Limit", "message": "This small Python cannot do that; full Python can.", "line": line}
    if kind is IndentationError and "unindent" in str(error):
        line = (line or 0) + 1  # MicroPython names the line before
    return {"error": kind.__name__, "message": str(error)[:300], "line": line}


def last_line(error: BaseException) -> int | None:
    """Return the number of the last line of the answer in a traceback, or None."""
    trace = io.StringIO()
    sys.print_exception(error, trace)  # type: ignore[attr-defined]  # MicroPython's own
    parts = trace.getvalue().split(f'File "{ANSWER}", line ')
    digits = parts[-1].split("\n")[0].split(",")[0] if len(parts) > 1 else ""
    return int(digits) if digits.isdigit() else None


def lists_in(value: Any, depth: int) -> set[int]:
    """Return the identities of a value's lists, at any depth."""
    if not isinstance(value, (list, tuple)) or depth > DEEPEST:
        return set()
    found = {id(value)} if isinstance(value, list) else set()
    for part in value:
        found |= lists_in(part, depth + 1)
    return found


def plain(value: Any, count: list[int], depth: int) -> Any:
    """Return a value as JSON can hold it: numbers and lists; "inf" or "nan"; the type's name for anything else."""
    if isinstance(value, (list, tuple)):
        count[0] += len(value)
        if depth > DEEPEST or count[0] > MOST_VALUES:
            return {"type": "list of too many values"}
        return [plain(part, count, depth + 1) for part in value]
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    return {"type": type(value).__name__}


class Printed(io.IOBase):
    """Keeps what is printed, up to a limit.

    MicroPython writes a list in small pieces, and a large one takes seconds: past the limit the writing is cut short.
    """

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.left = MOST_PRINTED

    def write(self, piece: bytes) -> int:
        """Take one piece, as a stream does."""
        self.pieces.append(bytes(piece[: self.left]))
        self.left -= len(piece)
        if self.left < 0:
            raise Full
        return len(piece)

    def print(self, *values: Any, sep: str = " ", end: str = "\n", **_more: Any) -> None:
        """Stand in for print."""
        if self.left > 0:
            try:
                print(*values, sep=sep, end=end, file=self)  # type: ignore[arg-type]  # a stream of bytes there
            except Full:
                self.pieces.append(b" \xe2\x80\xa6 cut short here\n")

    def take(self) -> str:
        """Return what was printed since the last time."""
        text = b"".join(self.pieces)
        self.pieces, self.left = [], MOST_PRINTED
        try:
            return text.decode()
        except UnicodeError:  # cut within a letter
            return "".join([chr(byte) if byte < 128 else "?" for byte in text])


class Full(Exception):
    """No more is kept."""

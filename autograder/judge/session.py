"""A submission's sandbox, seen from the judge: run a cell, call a function, ask for a value, with deadlines."""

import contextlib
import os
import re
import select
import time
from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from autograder.chapters.model import Case
from autograder.check.questions import Unsent
from autograder.inside import wire
from autograder.inside.call import LIBRARIES, UNWATCHED, Outcome
from autograder.judge import kernel
from autograder.judge.kernel import STARTING_SECONDS, Kernel
from autograder.judge.outputs import one_line
from autograder.judge.sandbox import Limits, SandboxError

HEADER = 4 << 20  # bytes of JSON that a cell's outputs may have: Python needs thirty times as much to read it
RESULT_HEADER = 64 << 10  # bytes of JSON that a result may have: the judge keeps the results of a whole exercise
PIPE = 64 << 10  # bytes that a pipe holds
AHEAD = PIPE // 2  # bytes of requests that wait for their answers: sending them never waits, whatever comes back
LOOK_SECONDS = 0.25  # between two looks at the memory of a submission


class Stopped(Exception):
    """The sandbox was stopped, or stopped itself; the text says why, in words for the student."""


class Session:
    """One submission's sandbox, restarted when a cell or a call takes it down.

    After a stop the cells that had worked are run again in a fresh sandbox, without the one that stopped it, so a
    submission is graded as far as it runs.

    Parameters
    ----------
    limits : Limits
    sandboxed : bool
        False runs the code as an ordinary process: for trusted notebooks only.

    Examples
    --------
    >>> with Session() as session:
    ...     outputs = session.run("def twice(x): return 2 * x")
    ...     session.call("twice", (21,), {}).value
    42
    """

    def __init__(self, limits: Limits = Limits(), sandboxed: bool = True):
        self.limits, self.sandboxed = limits, sandboxed
        self.cells: list[str] = []
        self.kernel: Kernel | None = None
        self.ends, self.computed, self.looked = 0.0, 0.0, 0.0
        self.planned: deque[tuple[dict[str, Any], bytes]] = deque()  # calls to come: keyword arguments and request
        self.sent, self.answered, self.received = 0, 0, 0  # requests waiting for an answer, answers, bytes
        self.buffer = bytearray()

    def __enter__(self) -> "Session":
        self.ends = time.monotonic() + self.limits.submission_seconds
        self.computed = time.thread_time() + self.limits.judge_seconds
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, code: str) -> object:
        """Run one cell and return its outputs, as the sandbox says they are.

        Raises
        ------
        Stopped
            If the cell ran too long, ended its process, or broke the protocol.
        """
        self._leave_out()
        outputs = self._ask(_run(code), self.limits.cell_seconds, HEADER).get("outputs")
        self.cells.append(code)
        return outputs

    def plan(self, name: str, cases: Iterable[Case], watch: Sequence[str] = ()) -> None:
        """Say which calls come next: their requests go through the pipe together, before they are asked for.

        All else is as without a plan: they are made in this order, each has its own time and its own answer, and after
        a stop those that remain are made in the next sandbox. A call of the plan may be left out.
        """
        self._leave_out()
        self.planned.extend((case.kwargs, _planned(name, case, tuple(watch))) for case in cases)

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], watch: Sequence[str] = ()) -> Outcome:
        """Return the Outcome of calling the student's function; raises Stopped like `run`.

        A name that is no function gives an Outcome with error "Undefined", and the type of what it is as its message;
        an answer that is no number or array one with error "Unsent".
        """
        self._leave_out(kwargs)
        request = self.planned.popleft()[1] if self.planned else _call(name, args, kwargs, watch)
        then = (request for _, request in self.planned)
        answer = self._ask(request, self.limits.call_seconds, then=then)
        if "undefined" in answer:
            return Outcome(error="Undefined", message=_type_name(answer["undefined"]))
        if "unsent" in answer:
            return Outcome(error="Unsent", message=one_line(answer["unsent"], 500))
        try:
            return _outcome(answer.get("outcome"), {f"np.{name}" for name in watch} | {UNWATCHED, *LIBRARIES})
        except Stopped:
            self.stop()
            raise

    def value(self, name: str) -> object:
        """Return the value of a student's variable; raises Stopped like `run`.

        None if there is none, and `Unsent` if it is no number or array.
        """
        self._leave_out()
        answer = self._ask(wire.dump({"do": "value", "name": name}), self.limits.call_seconds)
        if "unsent" in answer:
            return Unsent(one_line(answer["unsent"], 100).partition(" is not ")[0])
        return answer.get("value")

    def spent(self) -> str:
        """Return why nothing more is started or asked of this submission, empty if its budget is not spent."""
        if time.monotonic() >= self.ends:
            return f"The whole submission took longer than {self.limits.submission_seconds:g} s."
        if time.thread_time() >= self.computed:
            return f"Judging the whole submission took more than {self.limits.judge_seconds:g} s of computing."
        if self.received > self.limits.received:
            return f"The whole submission sent more than {self.limits.received >> 20} MiB of results and outputs."
        return ""

    def stop(self) -> None:
        """End the sandbox with all that runs in it."""
        if self.kernel:
            self.kernel.stop()
            self.kernel = None
        self.sent = 0
        self.buffer.clear()

    @property
    def _running(self) -> Kernel:
        assert self.kernel
        return self.kernel

    def _leave_out(self, kwargs=None):
        """Forget the planned calls before the one with these arguments; what was sent of them is answered first."""
        while self.planned and self.planned[0][0] is not kwargs:
            _, request = self.planned.popleft()
            if self.sent:
                with contextlib.suppress(Stopped):  # then there is nothing left to wait for
                    self._exchange(request, self.limits.call_seconds)

    def _ask(self, request, seconds, most=RESULT_HEADER, then=()):
        while self.kernel is None:
            self._require_budget()
            self._start_again()
        return self._exchange(request, seconds, most, then)

    def _require_budget(self):
        if why := self.spent():
            self.stop()
            raise Stopped(why)

    def _start_again(self):
        """Start a sandbox and bring it to where the last one worked; a cell that does not work twice is left out."""
        self._start()
        for i, code in enumerate(self.cells):
            try:
                self._exchange(_run(code), self.limits.cell_seconds, HEADER)
            except Stopped:
                del self.cells[i]
                return

    def _start(self):
        self.kernel = started = kernel.start(self.limits) if self.sandboxed else kernel.without_sandbox()
        self.looked, self.answered = time.monotonic(), 0
        os.set_blocking(started.requests, False)
        try:
            self._send(wire.dump(self.limits.rlimits() if self.sandboxed else {}), STARTING_SECONDS)
            self._receive(STARTING_SECONDS)
        except Stopped as stopped:
            reason = started.complaint() or str(stopped).rstrip(".")
            self.stop()
            raise SandboxError(f"The sandbox did not start: {reason}. Try again.") from None

    def _exchange(self, request, seconds, most=RESULT_HEADER, then=()):
        """Return the answer to a request, which may have been sent before; anything else ends the sandbox.

        The requests that come `then` are sent along, as many as wait in the pipe while nobody reads them.
        """
        self._require_budget()
        seconds = min(seconds, max(self.ends - time.monotonic(), 0))
        try:
            self._look()  # what it started may go on between two requests
            if not self.sent:
                self._send(self._together(chain([request], then)), seconds)
            answer = self._receive(seconds, most)
            self.sent -= 1
            self.answered += 1
            if not isinstance(answer, dict) or type(answer.get("id")) is not int or answer["id"] != self.answered:
                raise Stopped(_MALFORMED)
            return answer
        except Stopped:
            self.stop()
            raise

    def _together(self, requests):
        """Return what is to be sent at once of requests; note it as sent."""
        frames: list[bytes] = []
        size = 0
        for request in requests:
            size += len(request)
            if frames and size > AHEAD:
                break
            frames.append(request)
        self.sent = len(frames)
        return b"".join(frames)

    def _send(self, data, seconds):
        pipe, data, deadline = self._running.requests, memoryview(data), time.monotonic() + seconds
        while data:
            self._wait([], [pipe], deadline, seconds)
            try:
                data = data[os.write(pipe, data) :]
            except BrokenPipeError:
                raise Stopped(self._how_it_ended()) from None

    def _receive(self, seconds, most=RESULT_HEADER):
        deadline = time.monotonic() + seconds
        length, size = wire.PREFIX.unpack(self._read(wire.PREFIX.size, deadline, seconds))
        try:
            self._accept(length, most)
            self._accept(size, self.limits.answer)
            return wire.read(self._read(length + size, deadline, seconds), length)
        except wire.WireError as error:
            raise Stopped(f"The program's answer was not accepted: {error}.") from None

    def _accept(self, size, most):
        if size > most:
            raise wire.WireError(f"it has {size} bytes, more than {most}")
        self.received += size

    def _read(self, size, deadline, seconds):
        """Return so many bytes; what came with them is kept for the next time."""
        pipe = self._running.answers
        while len(self.buffer) < size:
            self._wait([pipe], [], deadline, seconds)
            part = os.read(pipe, PIPE)
            if not part:
                raise Stopped(self._how_it_ended())
            self.buffer += part
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def _wait(self, readable, writable, deadline, seconds):
        while not any(select.select(readable, writable, [], max(min(deadline - time.monotonic(), LOOK_SECONDS), 0))):
            if time.monotonic() >= deadline:
                raise Stopped(f"Stopped after {seconds:.3g} s: an endless loop, or far too slow.")
            self._look()

    def _look(self):
        """Look at how much memory the whole submission holds, unless that was done a moment ago."""
        if not self.sandboxed or time.monotonic() - self.looked < LOOK_SECONDS:
            return
        self.looked = time.monotonic()
        held = self._running.memory(harmless=self.limits.submission_memory // 2)
        if held > self.limits.submission_memory:
            raise Stopped(f"Stopped: its processes held {held >> 20} MiB of memory together.")

    def _how_it_ended(self):
        status = self._running.status(5)
        if status is None:
            return "The program closed its connection."
        known = {137: "was killed (out of memory, or by its own signal)", 139: "crashed (segmentation fault)"}
        return f"The kernel died: it {known.get(status, f'ended with exit status {status}')}."


def _run(code):
    return wire.dump({"do": "run", "code": code})


def _call(name, args, kwargs, watch):
    return wire.dump({"do": "call", "name": name, "args": args, "kwargs": kwargs, "watch": list(watch)})


@lru_cache(maxsize=512)  # the open cases of an assignment are the same for every submission
def _planned(name, case, watch):
    return _call(name, case.args, case.kwargs, watch)


_MALFORMED = "The program sent a malformed answer, so it was stopped."


_FIELDS: dict[str, type | tuple[type, ...]] = {  # of an Outcome, but for its value
    "error": (str, type(None)), "message": str, "line": str, "changed": tuple, "after": tuple, "aliased": bool,
    "forbidden": tuple,
}  # fmt: skip
_DEFAULTS = vars(Outcome())


def _outcome(fields, names):
    """Return the Outcome that the sandbox reports, or raise Stopped if it is not one; `names` may be forbidden."""
    if not isinstance(fields, dict) or "value" not in fields:
        raise Stopped(_MALFORMED)
    if len(fields) == 1:  # of most calls there is nothing else to tell
        return Outcome(fields["value"])
    fields = _DEFAULTS | fields
    well_formed = fields.keys() == _DEFAULTS.keys()
    if not well_formed or not all(isinstance(fields[name], kind) for name, kind in _FIELDS.items()):
        raise Stopped(_MALFORMED)
    known = all(isinstance(name, str) and name in names for name in fields["forbidden"])
    if not known or not (fields["error"] is None or fields["error"].isidentifier()):
        raise Stopped(_MALFORMED)
    return Outcome(**fields | {name: one_line(fields[name], 500) for name in ("message", "line")})


def _type_name(name):
    """Return the name of a type as the sandbox says it, empty where it says that there is nothing."""
    known = isinstance(name, str) and re.fullmatch(r"\w{0,40}", name, re.ASCII)
    return name if known else "object"

"""The program inside the sandbox: runs a student's cells in IPython and calls their functions on request.

All that it answers is the student's word: the judge checks form and size of every answer and trusts none of it. In
the sandbox this package is called ``inside``, so its modules import each other by their place.
"""

import contextlib
import os
import random
import re
import sys
import types
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.machinery import FileFinder
from typing import Any, BinaryIO, cast

import numpy as np

from . import confine, seccomp, wire
from .call import call
from .garments import garments

OUTPUT_LIMIT = 200_000  # characters of text that one cell may leave behind
CUT_OFF = "\n... output cut off ...\n"
MAX_OUTPUTS = 1000  # of one cell; the judge keeps fewer


def main() -> None:
    """Serve requests from file descriptor 0, answer on 1, until the judge closes the pipe."""
    # The pipe moves away from 0 and 1, so that a student's print or input can't touch it by accident.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    confine.own_standard_files()
    serve(requests, answers)


def serve(requests: BinaryIO, answers: BinaryIO, worker: "Worker | None" = None) -> None:
    """Take on the limits that the judge names first, then answer its requests.

    Parameters
    ----------
    requests, answers : binary files
    worker : Worker, optional
        Of a process that has made one before it was forked.
    """
    limits = _read(requests)
    if limits:  # there are none for trusted code, which runs without a sandbox
        confine.limit(limits)
        seccomp.install()
    worker = worker or Worker()
    random.seed(0)  # chance is the same at each grading
    np.random.seed(0)
    _send(answers, wire.dump({"ready": True}))
    for id, request in enumerate(iter(partial(_read, requests), None), start=1):
        _send(answers, _frame(id, worker.answer(request)))


def _read(file):
    """Return the next message, None at the end."""
    prefix = file.read(wire.PREFIX.size)
    if not prefix:
        return None
    length, size = wire.PREFIX.unpack(prefix)
    return wire.read(file.read(length + size), length)


def _frame(id, answer):
    """Return the frame of an answer; of one that cannot be sent, of the reason."""
    try:
        return wire.dump(answer | {"id": id})
    except (wire.WireError, RecursionError) as error:
        return wire.dump({"unsent": str(error)[:500], "id": id})


def _send(file, frame):
    file.write(frame)
    file.flush()


class Worker:
    """One student's namespace."""

    def __init__(self) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        sys.modules["autograder"] = _stand_in_for_autograder()
        no_files = Config(HistoryManager={"enabled": False})
        self.shell = cast(Any, InteractiveShell.instance(config=no_files, colors="nocolor"))  # its methods are replaced
        self.shell.display_pub = Publisher(parent=self.shell)
        self.shell.displayhook.write_output_prompt = lambda: None
        self.shell.showtraceback = self.shell.showsyntaxerror = self._show_traceback
        self.shell._tee = lambda channel: contextlib.nullcontext()  # it keeps all that is printed, without end
        transformed = self.shell.transform_cell
        self.shell.transform_cell = lambda code: code if is_plain(code) else transformed(code)
        awaits = self.shell.should_run_async  # it compiles a cell to find out
        self.shell.should_run_async = lambda code, **k: ("await" in code or "async" in code) and awaits(code, **k)
        self.shell.enable_gui = lambda gui=None: None  # %matplotlib asks for it
        self.shell.system = lambda command: print(f"Not run when grading: !{command}")
        self.shell.getoutput = lambda command, **_: []
        self.shell._format_exception_for_storage = lambda *_, **__: []  # for a history that nobody sees
        self.shell.user_ns["__file__"] = os.path.abspath("submission.py")  # a program has one, and a notebook may ask
        sys.path.append("")  # `%%writefile mine.py`, then `import mine`; the last, so that it hides nothing of ours

    def warm_up(self) -> None:
        """Load and make what a submission needs at first: at its first cell, value, random number and error."""
        np.random.seed(0)  # NumPy imports `random` when it is asked for
        self.run("pass")
        self.shell.display_formatter.format(np.zeros(1))
        self.shell.displayhook.semicolon_at_end_of_expression("1")
        try:
            raise NotImplementedError
        except NotImplementedError:
            self._show_traceback()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what a request asks for: its "do" names a method, all else are arguments of that."""
        answer: dict[str, Any] = getattr(self, request.pop("do"))(**request)
        return answer

    def run(self, code: str) -> dict[str, Any]:
        """Run one cell; return its outputs as notebook outputs."""
        for path, finder in [*sys.path_importer_cache.items()]:
            if isinstance(finder, FileFinder) and not path.startswith("/runtime"):
                finder.invalidate_caches()  # a module that was written a moment ago is there
        outputs = self.outputs = Outputs()
        self.shell.display_pub.outputs = outputs
        self.shell.displayhook.write_format_data = lambda data, metadata=None: outputs.result(data)
        sys.stdout, sys.stderr = Stream(outputs, "stdout"), Stream(outputs, "stderr")
        self.shell.run_cell(code, store_history=True)
        return {"outputs": outputs.items}

    def call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], watch: Sequence[str]) -> dict[str, Any]:
        """Call the student's function of that name; what an outcome does not tell is as it is by default."""
        if name not in self.shell.user_ns:
            return {"undefined": ""}
        function = self.shell.user_ns[name]
        if not callable(function):
            return {"undefined": type(function).__name__}
        fields = vars(call(function, args, kwargs, watch))
        return {"outcome": {name: field for name, field in fields.items() if name == "value" or field}}

    def value(self, name: str) -> dict[str, object]:
        """Return the value of a variable, None where there is none."""
        value = self.shell.user_ns.get(name)
        return {"value": None if value is ... else value}

    def _show_traceback(self, *given, **_):
        import traceback

        kind, error, where = next((one for one in given if isinstance(one, tuple)), sys.exc_info())
        frames = [f for f in traceback.extract_tb(where) if "IPython" not in f.filename and "inside/" not in f.filename]
        text = ["Traceback (most recent call last):\n", *traceback.format_list(frames[-10:])]
        text += traceback.format_exception_only(kind, error)
        self.outputs.error(kind.__name__, str(error)[:1000], "".join(text)[:10_000])


def is_plain(code: str) -> bool:
    """Tell that IPython has nothing to transform in a cell, which takes it longer to find out than to run most cells.

    >>> is_plain("a = 7 % 5"), is_plain("%matplotlib inline"), is_plain("np.pad?")
    (True, False, False)
    """
    return not _MAY_BE_TRANSFORMED.search(code)


_MAY_BE_TRANSFORMED = re.compile(
    r"""\A(?:\s|\Z)|[ \t]\Z                    # blank beginnings and ends
    |^[ \t]*(?:[%!?,;/]|>>>|\.\.\.|In[ ]\[|\[(?:nav|ins)\])|=[ \t]*[%!]  # magics and prompts
    |\?[ \t]*$                                                     # help
    |[\r\v\f\x1c-\x1e\x85\u2028\u2029]                             # ends of lines for IPython
    """,
    re.MULTILINE | re.VERBOSE,
)  # see IPython.core.inputtransformer2


class Outputs:
    """The outputs of one cell in notebook format, cut off at OUTPUT_LIMIT."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.left = OUTPUT_LIMIT

    def stream(self, name: str, text: str) -> None:
        """Add what was printed, to what was printed just before."""
        text = self._cut(text)
        if text and self.items and self.items[-1].get("name") == name:
            self.items[-1]["text"] += text
        elif text:
            self._append({"output_type": "stream", "name": name, "text": text})

    def result(self, data: Mapping[str, object]) -> None:
        """Add the value of the cell."""
        self._add("execute_result", data)

    def display(self, data: Mapping[str, object]) -> None:
        """Add what was displayed."""
        self._add("display_data", data)

    def error(self, name: str, value: str, text: str) -> None:
        """Add an error with its traceback."""
        self.items.append({"output_type": "error", "ename": name, "evalue": value, "traceback": text.split("\n")})

    def _add(self, kind, data):
        kept = {mime: data[mime] for mime in ("text/plain", "image/png") if isinstance(data.get(mime), (str, bytes))}
        if isinstance(kept.get("image/png"), bytes):
            import base64

            kept["image/png"] = base64.b64encode(kept["image/png"]).decode()
        if "text/plain" in kept:
            kept["text/plain"] = self._cut(kept["text/plain"])
        self._append({"output_type": kind, "data": kept})

    def _append(self, output):
        if len(self.items) < MAX_OUTPUTS:
            self.items.append(output)

    def _cut(self, text):
        text, cut = text[: max(self.left, 0)], len(text) > self.left > 0
        self.left -= len(text) + cut
        return text + CUT_OFF if cut else text


class Publisher:
    """Takes what ``display`` publishes."""

    is_publishing = False

    def __init__(self, parent: object):
        self.parent, self.outputs = parent, Outputs()

    def publish(self, data: Mapping[str, object], metadata: object = None, **_: object) -> None:
        """Add it to the outputs of the cell that runs."""
        self.outputs.display(data)

    def clear_output(self, wait: bool = False) -> None:
        """Forget the outputs of the cell that runs."""
        self.outputs.items.clear()


class Stream:
    """A text file whose writes become stream outputs."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, outputs: Outputs, name: str):
        self.outputs, self.name = outputs, name

    def write(self, text: str) -> int:
        """Add a text."""
        self.outputs.stream(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: there is nothing to wait for."""

    def isatty(self) -> bool:
        """Tell that it is no terminal."""
        return False


def _stand_in_for_autograder():
    """The course's package is not here; its test cells run outside, so ``check`` in a student's cell does nothing."""
    module = types.ModuleType("autograder")
    vars(module).update(check=lambda *_, **__: None, hint=lambda *_, **__: None, garments=garments)
    return module

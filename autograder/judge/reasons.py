"""Why a name is not what its check needs: what the cells around the check say about it.

Cells are read line by line and never parsed: Python's own parser can be stopped by deep nesting, and many a cell that
is asked about does not parse. What is quoted comes from a student: it is short, on one line and between backticks, so
that it can't be taken for the grader's own words.
"""

import re
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import islice, takewhile

from nbformat import NotebookNode

from autograder.chapters import EXERCISES
from autograder.check.compare import NO_FUNCTION, kind_in_words
from autograder.check.grade import Result
from autograder.judge.outputs import one_line
from autograder.judge.restore import is_note

MAX_LINE = 200  # characters of a line that are read
MAX_QUOTED = 160
MAX_NAMES = 200  # that are compared with the one that is missing
MAX_BINDINGS = 50  # of a name that are looked at
MAX_BODY = 500  # lines of a function that are read
ALLOWED = (
    "the exercises are solved with NumPy alone. Besides it, only matplotlib and Python's standard library are there"
)
UNREAD = ("SyntaxError", "IndentationError", "TabError")  # of a cell of which nothing ran
# What is said besides an error, by its text; only these sentences can be chosen by a student.
HINTS = (
    (r"U\+00A0|U\+200B|non-printable", "Such a character comes with text from a web page: type the spaces again."),
    (r"invalid character '[“”„‘’«»]", "Those are curly quotes: write straight ones."),
    (r"^TabError", "Indent with spaces alone, four a step."),
    (r"^EOFError", "No one can type an answer while the notebook is graded: leave `input()` out."),
    (r"^FileNotFoundError", "Only the notebook is there while it is graded, no other file."),
    (r"GUI loop or backend", "That kind of `%matplotlib` is not there while the notebook is graded: leave it out."),
)


@dataclass(frozen=True)
class Cell:
    """A cell of code around the check: the number that a graded notebook shows, its text, and how it failed."""

    number: int
    source: str
    error: NotebookNode | None = None
    answer: bool = False

    @cached_property
    def lines(self) -> list[str]:
        return self.source.split("\n")


@dataclass(frozen=True)
class Binding:
    """A line that gives a name a value, or takes it away."""

    cell: Cell
    line: int
    kind: str  # "def", "set" or "del"

    @property
    def text(self) -> str:
        return self.cell.lines[self.line - 1]

    @property
    def indented(self) -> bool:
        return self.text[:1].isspace()

    @property
    def place(self) -> str:
        return f"code cell {self.cell.number}, line {self.line}"


class Around:
    """The cells before and after a check.

    Parameters
    ----------
    cells : list of NotebookNode
        All cells of the restored notebook; those before the check have run.
    at : int
        Index of the check's cell.
    """

    def __init__(self, cells: Sequence[NotebookNode], at: int):
        self.cells, self.at = cells, at

    @cached_property  # as all that follow: of a right answer nobody asks
    def _own(self):
        code = [i for i, cell in enumerate(self.cells) if cell.cell_type == "code"]
        return [
            (_cell(number, self.cells[i]), i)
            for number, i in enumerate(code, start=1)
            if not self.cells[i].metadata.get("nbgrader", {}).get("grade")
        ]

    @cached_property
    def _before(self):
        return [cell for cell, i in self._own if i < self.at]

    @cached_property
    def _after(self):
        return [cell for cell, i in self._own if i > self.at]

    def about(self, result: Result) -> str:
        """Return what the cells say about a function that lost points; empty if they say nothing."""
        name, tried = result.exercise.name, result.tried
        if result.forbidden or result.points == result.max_points:
            return ""
        outcome = tried[0].outcome
        if outcome and result.unwritten and result.unwritten.kind == "undefined":
            return self._undefined(name, outcome.message)
        return self._instead(name) or (self._unwritten(result) if result.unwritten else self._wrong(name, tried))

    def unanswered(self, name: str) -> str:
        """Return why a question has no answer; empty if the cells say nothing."""
        found = _bindings(name, self._before)
        failed = [one for one in found if one.cell.error]
        if failed:
            return f"code cell {failed[-1].cell.number} {_failed(failed[-1].cell)}"
        if found and found[-1].kind == "del":
            return f"{_quoted(found[-1].text)} in {found[-1].place}, deleted the answer."
        if below := _bindings(name, self._after):
            return f"the answer in code cell {below[0].cell.number} is below this check. Move it above."
        if near := _near(name, _assigned(self._before)):
            return f"code cell {near[-1][0].number} assigns {_quoted(near[-1][1])}. The name must be `{name}`."
        return "" if found else self._failed_answer() or f"no cell assigns `{name}`."

    def _failed_answer(self):
        """Return how the last answer's cell above the check failed, if it did."""
        cell = next((cell for cell in reversed(self._before) if cell.answer), None)
        return f"code cell {cell.number} {_failed(cell)}" if cell and cell.error else ""

    def _undefined(self, name, kind):
        """Return why there is no function; `kind` is the type of what stands in its place."""
        if kind:
            return f"{NO_FUNCTION}`{name}` is {kind_in_words(kind)}, not a function.{self._replaced(name)}"
        return NO_FUNCTION + (self._lost(name) or self._elsewhere(name) or self._failed_answer() or self._others())

    def _others(self):
        """Say which functions there are, where the one asked for is not."""
        others = list(dict.fromkeys(name for _cell, name in _functions(self._before) if name not in EXERCISES))[-5:]
        these = f" These are defined: {', '.join(map(_quoted, others))}. Rename your answer if it is there."
        return f"no code of yours defines it.{these if others else ''}"

    def _replaced(self, name):
        found = _bindings(name, self._before)
        other = [one for one in found if one.kind == "set"]
        last = ([one for one in other if not one.indented] or other)[-1:]
        if not last:
            return ""
        did = "replaced it: use another name there" if len(found) > len(other) else "made it so"
        return f" {_quoted(last[0].text)} in {last[0].place}, {did}."

    def _lost(self, name):
        """Say what became of the last definition above the check."""
        found = _bindings(name, self._before)
        defined = [one for one in found if one.kind == "def"] or [one for one in found if one.kind == "set"]
        if not defined:
            return ""
        last, cell = defined[-1], defined[-1].cell
        deleted = [one for one in found if one.kind == "del"]
        if cell.error:
            return f"code cell {cell.number}, which should define it, {_failed(cell)}"
        if re.match(r"\s*%%(?!capture\b|time\b)", cell.source):
            return f"code cell {cell.number} begins with {_quoted(cell.lines[0])}, so that it defines nothing."
        if deleted:
            return f"{_quoted(deleted[-1].text)} in {deleted[-1].place}, deleted it."
        if cleared := [one for one in self._before if re.search(r"^[ \t]*%reset\b", one.source, re.MULTILINE)]:
            return f"`%reset` in code cell {cleared[-1].number} deleted it."
        if outer := _outer(last):
            return f"{last.place}, defines it inside of {_quoted(outer)}. Move the definition out, to the left margin."
        if "\n".join(cell.lines[: last.line - 1]).replace("'''", '"""').count('"""') % 2:
            return f"{last.place}, has its definition between triple quotes, where it is text and does not run."
        return f"{last.place}, has {_quoted(last.text)}, but that is not in force when the check runs."

    def _elsewhere(self, name):
        """Say where else the definition may be: below, in a cell that does not run, or under another name."""
        if below := [one for one in _bindings(name, self._after) if not _is_stub(one)]:
            return (
                f"it is defined in code cell {below[0].cell.number}, below this check. Cells run from top to bottom: "
                "move that cell above the check."
            )
        definition = re.compile(rf"\bdef\s+{name}\b")
        texts = [cell.source for cell in self.cells if cell.cell_type != "code" and definition.search(cell.source)]
        if any(map(is_note, texts)):
            return "it was written into a locked cell, see the note above. Move it into a cell of its own."
        if texts:
            return "it is defined in a text cell, whose code does not run. Make that a code cell."
        if near := _near(name, _functions(self._before + self._after)):
            cell, other = near[-1]
            return f"code cell {cell.number} defines {_quoted(other)}. The name must be `{name}`."
        commented = re.compile(rf"^[ \t]*#.*\bdef\s+{name}\b", re.MULTILINE)
        cells = [cell for cell in self._before if commented.search(cell.source)]
        return f"in code cell {cells[-1].number} its definition is a comment." if cells else ""

    def _instead(self, name):
        """Say that the last definition's cell failed, so that an earlier one was judged, or what was left of it."""
        defined = [one for one in _bindings(name, self._before) if one.kind == "def"]
        if not defined or not defined[-1].cell.error:
            return ""
        last, error, hint = defined[-1], defined[-1].cell.error, ""
        if re.search("outside function|^name '.*' is not defined", error.evalue) and _line_of(last.cell) > last.line:
            hint = " Lines of a function are indented below its `def`."
        elif len(defined) > 1 and (_line_of(last.cell) <= last.line or error.ename in UNREAD):
            hint = f" What was judged is the definition in code cell {defined[-2].cell.number}."
        return f"Code cell {last.cell.number}, which defines it, {_failed(last.cell)}{hint}"

    def _unwritten(self, result):
        """Say where the answer is, of a function that gives nothing."""
        name = result.exercise.name
        defined = [one for one in _bindings(name, self._before) if one.kind == "def"]
        if not defined:
            return ""
        last, others = defined[-1], [one for one in defined[:-1] if not _is_stub(one)]
        if not _is_stub(last):
            return f"{result.unwritten.text} {_unreturned(last)}".rstrip()
        if others:
            return (
                f"{last.place.capitalize()}, defines it again, with nothing in it, and so hides the definition in "
                f"code cell {others[-1].cell.number}. Delete the empty one."
            )
        elsewhere = self._elsewhere(name)
        begin = f"It is not written yet in code cell {last.cell.number}."
        return elsewhere and f"{begin} {elsewhere[0].upper()}{elsewhere[1:]}"

    def _wrong(self, name, tried):
        """Say what is known of a function that gives something, or raises."""
        messages = [one.outcome.message for one in tried if one.outcome and one.difference and one.kind == "raised"]
        if found := next(filter(None, map(_missing_module, messages)), None):
            return found
        unknown = [found[1] for text in messages if (found := re.fullmatch(r"name '(\w+)' is not defined", text))]
        if unknown and (why := self._unknown(unknown[0])):
            return why
        defined = [one for one in _bindings(name, self._before) if one.kind == "def"]
        if defined and any(one.kind in ("not_written", "unsent") for one in tried):
            return _unreturned(defined[-1])
        below = [one for one in _bindings(name, self._after) if one.kind == "def" and not _is_stub(one)]
        return (
            f"Code cell {below[-1].cell.number}, below this check, defines it again: that is not judged."
            if below
            else ""
        )

    def _unknown(self, name):
        """Say why a name that a function uses is not there."""
        failed = [one for one in _bindings(name, self._before) if one.cell.error]
        if failed:
            return f"{_quoted(name)} is not there: code cell {failed[-1].cell.number} {_failed(failed[-1].cell)}"
        if below := _bindings(name, self._after):
            return f"{_quoted(name)} is only defined in code cell {below[0].cell.number}, below this check."
        return f"Write `import {name}` into the cell that needs it." if name in sys.stdlib_module_names else ""


def _cell(number, cell):
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    return Cell(number, cell.source, error, cell.metadata.get("nbgrader", {}).get("solution", False))


def _quoted(text):
    """Return a student's text as a short quotation.

    >>> _quoted("a\\n`b`")
    "`a 'b'`"
    """
    line = one_line(text, 10 * MAX_QUOTED).replace("`", "'") or " "
    return f"`{line if len(line) <= MAX_QUOTED else line[:MAX_QUOTED] + ' …'}`"


def _failed(cell):
    """Say how a cell failed, and what that means where a beginner may not know."""
    error, line = cell.error, _line_of(cell)
    name = error.ename if error.ename.isidentifier() else "Error"
    message = re.sub(r" [(]<[^)]*>, line \d+[)]$", "", error.evalue)
    said = f"{name}: {message}".rstrip(": ").removeprefix("Stopped: ")
    where = f" in line {line}, {_quoted(cell.lines[line - 1])}," if line else ""
    hint = _missing_module(error.evalue) or next((hint for form, hint in HINTS if re.search(form, said)), "")
    return f"failed{where} with {_quoted(said)}. {hint}".rstrip()


def _missing_module(message):
    found = re.match(r"No module named '([\w.]+)'", message)
    return found and f"{_quoted(found[1])} is not available while the notebook is graded: {ALLOWED}."


def _line_of(cell):
    """Return the number of the line where a cell failed, 0 if that can't be told."""
    trace, lines = cell.error.traceback, cell.lines
    frames = (
        (i, re.match(r'\s*File "<(?:ipython-input|tokenize)[^"]*", line (\d{1,6})\b', row))
        for i, row in enumerate(trace)
    )
    at, found = next(((i, found) for i, found in frames if found), (0, None))
    if not found:
        return 0
    number, text = int(found[1]), trace[at + 1].strip() if at + 1 < len(trace) else ""
    same = [i for i, line in enumerate(lines, start=1) if line.strip() == text]  # below a magic lines count anew
    return number if number in same or (not same and number <= len(lines)) else same[0] if same else 0


@lru_cache(maxsize=256)
def _forms(name):
    """Return ``[(kind, pattern)]`` of lines that bind a name."""
    word = rf"\b{re.escape(name)}\b"
    return (
        ("def", re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+{word}|\s*{word}\s*=\s*lambda\b")),
        ("del", re.compile(rf"\s*del\b.*{word}")),
        ("set", re.compile(rf"[\s\w,(*]*?{word}[\s\w,)]*+(?::[^=]*+)?=(?!=)")),
        ("set", re.compile(rf"\s*(?:from\s+\S+\s+)?import\b.*{word}\s*(?:[,);#]|$)")),
        ("set", re.compile(rf"\s*(?:for\b[^:]*{word}.*\bin\b|with\b.*\bas\s+{word})|.*{word}\s*:=")),
    )


def _bindings(name, cells):
    """Return the last `Binding`s of a name, in order."""
    found: deque[Binding] = deque(maxlen=MAX_BINDINGS)
    for cell in (cell for cell in cells if name in cell.source):
        for number, line in enumerate(cell.lines, start=1):
            kinds = (kind for kind, form in _forms(name) if form.match(line[:MAX_LINE])) if name in line else ()
            found.extend(Binding(cell, number, kind) for kind in islice(kinds, 1))
    return list(found)


def _indent(line):
    return len(line) - len(line.lstrip())


def _outer(binding):
    """Return the line that an indented definition belongs to, None if it stands at the margin."""
    above = binding.cell.lines[: binding.line - 1]
    return next((line for line in reversed(above) if line.strip() and _indent(line) < _indent(binding.text)), None)


def _body(binding):
    """Return the code of a definition, without its docstring and comments."""
    rest = "\n".join(binding.cell.lines[binding.line - 1 :][:MAX_BODY])
    signature = re.match(r"[^:()]*+(?:\([^()]*+(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)[^()]*+)*+\))?[^:\n]*+:", rest)
    first, *below = rest[signature.end() if signature else 0 :].split("\n")
    inside = takewhile(lambda line: not line.strip() or _indent(line) > _indent(binding.text), below)
    code = re.sub(r"^[ \t]*#.*$", "", "\n".join([first, *inside]), flags=re.MULTILINE)
    return _DOCSTRING.sub("", code)


_DOCSTRING = re.compile(r"""\A\s*[rRbBuU]{0,2}("{3}[\s\S]*?"{3}|'{3}[\s\S]*?'{3}|"[^"\n]*"|'[^'\n]*')""")


def _is_stub(binding):
    """Tell whether a definition has nothing in it, as it was released."""
    empty = re.compile(r"\s*(?:pass|\.\.\.|return|return None|raise NotImplementedError\S*)?\s*(?:#.*)?")
    one_line = binding.kind == "def" and "lambda" not in binding.text
    return one_line and all(empty.fullmatch(line[:MAX_LINE]) for line in _body(binding).split("\n"))


def _unreturned(binding):
    """Say why a function returns nothing, or something odd, where its text shows it."""
    body = _body(binding)
    if re.match(r"\s*async\b", binding.text):
        return "Write `def` in the place of `async def`."
    if re.match(r"\s*class\b", binding.text):
        return "Write a function, with `def`, in the place of a class."
    if re.search(r"\byield\b", body):
        return "Write `return` in the place of `yield`."
    if re.search(r"\breturn[ \t]+[^\s#]|\blambda\b", body) or _is_stub(binding):
        return ""
    printed = "prints its result, but " if "print(" in body else ""
    return f"The definition in code cell {binding.cell.number} {printed}has no `return` with a value."


def _functions(cells):
    """Return ``[(cell, name)]`` of the functions that cells define."""
    form = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w{1,60})|^(\w{1,60})[ \t]*=[ \t]*lambda\b", re.MULTILINE)
    return [(cell, found[1] or found[2]) for cell in cells for found in form.finditer(cell.source)]


def _assigned(cells):
    return [(c, found[1]) for c in cells for found in re.finditer(r"^(\w{1,60})[ \t]*=(?!=)", c.source, re.MULTILINE)]


def _near(name, named):
    """Return those of ``[(cell, name)]`` that look like a name, and are none of the course's."""

    def alike(other):
        a, b = (text.lower().replace("_", "") for text in (name, other))
        return a in b or (b in a and len(b) > 3) or SequenceMatcher(None, a, b).ratio() >= 0.8

    return [(cell, other) for cell, other in named[:MAX_NAMES] if other not in {name, *EXERCISES} and alike(other)]

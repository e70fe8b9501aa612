"""Every report gives the reason: what students do to a notebook, and the sentence that each gets from the judge."""

import re

import nbformat
import pytest

from autograder import paths
from autograder.chapters.model import Question
from autograder.check import check
from autograder.check.questions import judged as judged_question
from autograder.judge import restore
from autograder.judge.marks import mark_notebook
from autograder.judge.sandbox import Limits
from autograder.term_numbers import asked
from autograder.workshop.demo_class import ASSIGNMENT

LIMITS = Limits(cell_seconds=2, call_seconds=1, submission_seconds=60)
CELLS = ("setup", "pad2d", "check_pad2d", "layers_that_fit", "check_layers_that_fit")
TRUSTED = [
    cell for cell in restore.from_source(nbformat.read(paths.source_notebook(ASSIGNMENT), 4)) if cell.name in CELLS
]
RELEASED = [
    (cell.cell_type, cell.source, cell.metadata.nbgrader.grade_id)
    for cell in nbformat.read(paths.released_notebook(ASSIGNMENT), 4).cells
    if cell.metadata.nbgrader.grade_id in CELLS
]
SETUP, (_, STUB, _) = RELEASED[0][1], RELEASED[1]
RIGHT = """def pad2d(image, padding, value=0.0):
    (top, bottom), (left, right) = ((padding, padding),) * 2 if isinstance(padding, int) else padding
    if min(top, bottom, left, right) < 0:
        raise ValueError("negative")
    H, W = image.shape
    out = np.full((top + H + bottom, left + W + right), value, dtype=image.dtype)
    out[top : top + H, left : left + W] = image
    return out
"""
INSIDE = "".join(f"    {line}" for line in RIGHT.splitlines(keepends=True))
HEAD, NO_FUNCTION = "def pad2d(image, padding, value=0.0)", "There is no function of this name: "


def judged(*cells):
    """Return the marks by name, and the notebook, of cells (type, source, name or None)."""
    notebook = restore.restore(list(cells), TRUSTED)
    return {mark.name: mark for mark in mark_notebook(notebook, "a seed", LIMITS)[0]}, notebook


def answered(source, above=(), below=(), last=(), **changed):
    """Return cells as released, with this source for pad2d, cells of the student's own around it, and other changes."""
    sources = {"pad2d": source, **changed}
    setup, pad2d, test, *rest = [(kind, sources.get(name, text), name) for kind, text, name in RELEASED]
    own = [
        [("code", text, None) if isinstance(text, str) else text for text in texts] for texts in (above, below, last)
    ]
    return [setup, pad2d, *own[0], test, *own[1], *rest, *own[2]]


def replaced(old, new):
    assert old in RIGHT
    return RIGHT.replace(old, new)


def without(cells, name):
    return [cell for cell in cells if cell[2] != name]


FAILED = "code cell 2, which should define it, failed in line {}, `{}`, with `{}`"
INDENTATION = "IndentationError: unindent does not match any outer indentation"
NO_TORCH = "ModuleNotFoundError: No module named 'torch'"
TORCH = "`torch` is not available while the notebook is graded: the exercises are solved with NumPy alone."
# What was reported, by name: cells, and what the report of pad2d must say.
GIVEN = {
    "a tab": (
        answered(replaced("    if min", "\tif min")),
        "line 3, `if min(top, bottom, left, right) < 0:`, with `TabError: ",
    ),
    "a no-break space": (
        answered(replaced("H, W =", "H, W =\u00a0")),
        "U+00A0`. Such a character comes with text from a web page",
    ),
    "curly quotes": (answered(replaced('"negative"', "“negative”")), "Those are curly quotes: write straight ones."),
    "Python 2's print": (
        answered(replaced("    H, W", "    print image\n    H, W")),
        FAILED.format(5, "print image", "SyntaxError: Missing parentheses in call to 'print'")[:-1],
    ),
    "torch": (answered("import torch\n" + RIGHT), f"`ModuleNotFoundError: No module named 'torch'`. {TORCH}"),
    "scipy": (answered("from scipy import ndimage\n" + RIGHT), "`scipy` is not available"),
    "cv2": (answered("import cv2\n" + RIGHT), "`cv2` is not available"),
    "tensorflow": (answered("import tensorflow as tf\n" + RIGHT), "`tensorflow` is not available"),
    "google.colab": (answered("from google.colab import files\n" + RIGHT), "`google` is not available"),
    "numba": (answered("from numba import njit\n@njit\n" + RIGHT), "`numba` is not available"),
    "a widget": (answered("%matplotlib widget\n" + RIGHT), "failed in line 1, `%matplotlib widget`"),
    "input()": (answered("n = int(input('n? '))\n" + RIGHT), "leave `input()` out"),
    "a missing file": (
        answered("image = np.load('cat.npy')\n" + RIGHT),
        "Only the notebook is there while it is graded",
    ),
    "another case": (answered(replaced("pad2d", "Pad2D")), "code cell 2 defines `Pad2D`. The name must be `pad2d`."),
    "an underscore": (answered(replaced("pad2d", "pad_2d")), "code cell 2 defines `pad_2d`. The name must be `pad2d`."),
    "a version": (answered(replaced("pad2d", "pad2d_v2")), "code cell 2 defines `pad2d_v2`. The name must be `pad2d`."),
    "moved below its check": (answered("", below=[RIGHT]), "it is defined in code cell 4, below this check."),
    "moved to the end": (answered("", last=[RIGHT]), "it is defined in code cell 6, below this check."),
    "an array": (
        answered(RIGHT, above=["pad2d = pad2d(np.ones((2, 3)), 1)"]),
        "`pad2d` is an array, not a function. `pad2d = pad2d(np.ones((2, 3)), 1)` in code cell 3, line 1, replaced it",
    ),
    "a definition below the stub's check": (
        answered(STUB, below=[RIGHT]),
        "It is not written yet in code cell 2. It is defined in code cell 4, below this check.",
    ),
    "a copied stub": (
        [*answered(RIGHT)[:2], ("code", STUB, "pad2d"), *answered(RIGHT)[2:]],
        "Code cell 3, line 1, defines it again, with nothing in it, and so hides the definition in code cell 2.",
    ),
    "an edited test": (
        answered(STUB, check_pad2d=RIGHT + 'check("pad2d", pad2d)'),
        "It was written into a locked cell, see the note above.",
    ),
}
# And what was thought of next
OTHERS = {
    "no colon": (answered(replaced("value=0.0):", "value=0.0)")), FAILED.format(1, HEAD, "SyntaxError: expected ':'")),
    "lines outside": (answered(STUB + "\nH, W = image.shape"), "Lines of a function are indented below its `def`."),
    "a return outside": (
        answered(STUB + "\nreturn image"),
        "`SyntaxError: 'return' outside function`. Lines of a function",
    ),
    "no return": (
        answered(replaced("    return out\n", "")),
        "The definition in code cell 2 has no `return` with a value.",
    ),
    "print for return": (answered(replaced("return out", "print(out)")), "prints its result, but has no `return`"),
    "inside a function": (
        answered(f"def solution():\n{INSIDE}"),
        "code cell 2, line 2, defines it inside of `def solution():`.",
    ),
    "inside a class": (
        answered(f"class Solution:\n{INSIDE}"),
        "code cell 2, line 2, defines it inside of `class Solution:`.",
    ),
    "below an if": (
        answered(f"if np.__version__ > '9':\n{INSIDE}"),
        "line 2, defines it inside of `if np.__version__ > '9':`.",
    ),
    "a class": (answered("class pad2d:\n    def __init__(self, *args):\n        pass"), "Write a function, with `def`"),
    "async": (answered("async " + RIGHT), "Write `def` in the place of `async def`."),
    "yield": (answered(replaced("return out", "yield out")), "Write `return` in the place of `yield`."),
    "an import of the name": (answered(RIGHT, above=["import math as pad2d"]), "`pad2d` is a module, not a function."),
    "a loop variable": (
        answered(RIGHT, above=["for pad2d in [1, 2]:\n    pass"]),
        "`for pad2d in [1, 2]:` in code cell 3",
    ),
    "a walrus": (
        answered("print(pad2d := 5)"),
        "`pad2d` is a number, not a function. `print(pad2d := 5)` in code cell 2",
    ),
    "a tuple": (answered("pad2d, b = 'a', 2"), "`pad2d` is text, not a function. `pad2d, b = 'a', 2` in code cell 2"),
    "None": (answered("pad2d = None"), "`pad2d` is None, not a function."),
    "del": (answered(RIGHT, above=["del pad2d"]), "`del pad2d` in code cell 3, line 1, deleted it."),
    "%reset": (answered(RIGHT, above=["%reset -f"]), "`%reset` in code cell 3 deleted it."),
    "an error above": (
        answered("print(padding)\n" + RIGHT),
        FAILED.format(1, "print(padding)", "NameError: name 'padding' is not defined"),
    ),
    "called above": (
        answered("pad2d(np.eye(2), 1)\n" + RIGHT),
        FAILED.format(1, "pad2d(np.eye(2), 1)", "NameError: name 'pad2d' is not defined"),
    ),
    "a text cell": (
        [*without(answered(""), "pad2d")[:1], ("markdown", RIGHT, None), *answered("")[2:]],
        "it is defined in a text cell, whose code does not run.",
    ),
    "a copy that fails": (
        answered(replaced("value, dtype", "0, dtype"), above=["import torch\n" + RIGHT]),
        "What was judged is the definition in code cell 2.",
    ),
    "a stub in the same cell": (answered(RIGHT + STUB), "Code cell 2, line 9, defines it again, with nothing in it"),
    "%%capture": (answered("%%capture\nimport torch\n" + RIGHT), FAILED.format(2, "import torch", NO_TORCH)),
    "%%writefile": (
        answered("%%writefile pad.py\n" + RIGHT),
        "code cell 2 begins with `%%writefile pad.py`, so that it defines nothing.",
    ),
    "pip": (answered("!pip install torch\nimport torch\n" + RIGHT), FAILED.format(2, "import torch", NO_TORCH)),
    "deleted": (without(answered(""), "pad2d"), "no code of yours defines it."),
    "a comment": (
        answered(re.sub("^", "# ", RIGHT, flags=re.MULTILINE)),
        "in code cell 2 its definition is a comment.",
    ),
    "a text": (answered(f"'''\n{RIGHT}'''"), "between triple quotes, where it is text and does not run."),
    "its check first": (
        [answered(RIGHT)[i] for i in (0, 2, 1, 3, 4)],
        "it is defined in code cell 3, below this check.",
    ),
    "an import that failed elsewhere": (
        [
            answered("")[0],
            ("code", "import torch.nn.functional as F", None),
            *answered(f"{HEAD}:\n    return F.pad(image)")[1:],
        ],
        "`F` is not there: code cell 2 failed in line 1, `import torch.nn.functional as F`, with `ModuleNotFoundError",
    ),
    "an import inside": (answered(f"{HEAD}:\n    import torch"), TORCH),
    "a forgotten import": (
        answered(f"{HEAD}:\n    return math.pi"),
        "Write `import math` into the cell that needs it.",
    ),
    "a helper below": (
        answered(f"{HEAD}:\n    return four(image)", last=["def four(x):\n    return x"]),
        "`four` is only defined in code cell 6, below this check.",
    ),
    "an end": (
        answered("import os\nos._exit(1)\n" + RIGHT),
        "failed with `The kernel died: it ended with exit status 1.`",
    ),
    "an endless loop": (answered("while True: pass\n" + RIGHT), "failed with `Stopped after 2 s: an endless loop"),
    "a merge": (answered("<<<<<<< HEAD\n" + RIGHT), FAILED.format(1, "<<<<<<< HEAD", "SyntaxError: invalid syntax")),
    "a diff": (answered(re.sub("^", "+", RIGHT, flags=re.MULTILINE)), "code cell 2 failed in line 1, `+def pad2d("),
    "a bracket": (answered(replaced("image.dtype)", "image.dtype")), "`SyntaxError: '(' was never closed`"),
    "three spaces": (
        answered(replaced("    H, W", "   H, W")),
        FAILED.format(5, "H, W = image.shape", f"{INDENTATION} level"),
    ),
    "quite another name": (
        answered(replaced("pad2d", "solution")),
        "These are defined: `solution`. Rename your answer if it is there.",
    ),
    "a second one below": (
        answered(replaced("value, dtype", "0, dtype"), below=[RIGHT]),
        "Code cell 4, below this check, defines it again: that is not judged.",
    ),
    "nothing at all": (answered(STUB), "It returns None: it is not written yet, or a `return` is missing."),
}


@pytest.mark.parametrize(("cells", "words"), [*GIVEN.values(), *OTHERS.values()], ids=[*GIVEN, *OTHERS])
def test_the_report_of_a_function_gives_the_reason(cells, words):
    marks, notebook = judged(*cells)
    message = marks["pad2d"].message
    assert words in message and marks["pad2d"].score < marks["pad2d"].max_score
    (page,) = (output.data["text/html"] for cell in notebook.cells for output in cell.get("outputs", ())
               if "text/html" in output.get("data", {}))  # fmt: skip
    assert page.count("<code>") >= words.count("`") // 2


# Right answers, and code in locked cells


@pytest.mark.parametrize(
    "cells",
    [
        answered(replaced("    ", "\t")),
        answered("%%time\n" + RIGHT),
        answered(replaced("def pad2d", "def padded") + "\npad2d = padded"),
        [*answered(RIGHT), ("code", STUB, "own")],
        answered("", above=[("code", RIGHT, "check_pad2d")]),
        answered(replaced("    H, W", "    math.sqrt(4)\n    H, W"), setup=SETUP + "\nimport math"),
        answered(replaced("    H, W", "    math.sqrt(4)\n    H, W"), setup="import math\nimport numpy as np"),
        answered(RIGHT, setup=SETUP + "\nimport torch"),
        answered(RIGHT, check_pad2d='print(pad2d(np.eye(2), 1))\ncheck("pad2d", pad2d)'),
        answered(RIGHT, check_pad2d="18", setup="check = lambda *args: 18"),
    ],
)
def test_what_is_right_has_full_marks_and_no_reason(cells):
    marks, _ = judged(*cells)
    assert marks["pad2d"].score == marks["pad2d"].max_score == 18
    assert len(marks["pad2d"].message.split("\n")) == 7


def test_code_in_a_locked_cell_earns_nothing():
    forger = "check = lambda *args, **kwargs: 18\ncheck()"
    marks, notebook = judged(*answered(STUB, setup=forger, check_pad2d=forger, check_layers_that_fit="5"))
    assert [mark.score for mark in marks.values()] == [0, 0]
    assert sum(restore.is_note(cell.source) for cell in notebook.cells) == 3


# Short questions

FIT = int(asked(ASSIGNMENT)["layers_that_fit"].answer)
QUESTIONS = {
    "layers_that_fit = int(28 / kernel)": "line 1, `layers_that_fit = int(28 / kernel)`, with `NameError: name",
    "layers_that_fit = 6 layers": "not answered yet: code cell 4 failed in line 1, `layers_that_fit = 6 layers`, with",
    "layers_that_fit = '6'": "Received '6', which is text, not a number. Leave out the quotes.",
    "layers_that_fit = 'six layers'": "Received 'six layers', which is text, not a number.",
    "layers_that_fit = 6,": "Received (6,), which is a tuple with one number, not a number. Leave out the comma.",
    "layers_that_fit = (2, 3)": "Received (2, 3), which is a pair of numbers, not a number.",
    "layers_that_fit = [6]": "Received [6], which is a list with one number, not a number. Leave out the brackets.",
    "layers_that_fit = []": "Received [], which is a list with 0 entries, not a number.",
    "layers_that_fit = None": "not answered yet",
    "layers_that_fit = ...": "not answered yet",
    "layers_that_fit = np.array([6, 7])": "Received array([6, 7]), which is an array of shape (2,), not a number.",
    "layers_that_fit = True": "Received True, which is a truth value, not a number.",
    "layers_that_fit = {'n': 6}": "Received {'n': 6}, which is a dict, not a number.",
    "def layers_that_fit():\n    return 6": "Received a function, not a number. Assign what it returns.",
    "layers_that_fit = len": "Received a function, not a number.",
    "layers_that_fit = {6}": "Received a set, not a number.",
    "layers_that_fit = 6j": "Received a complex, not a number.",
    "layers_that_fit = float('nan')": "Received nan. That is not right.",
    f"layers_that_fit = {FIT + 1}": f"Received {FIT + 1}. After {FIT} layers ",
    "layers_that_fit == 6": "code cell 4 failed in line 1, `layers_that_fit == 6`, with `NameError",
    "layers_that_fit = int(input())": "leave `input()` out.",
    "layers_that_fit = 6\ndel layers_that_fit": "`del layers_that_fit` in code cell 4, line 2, deleted the answer.",
    "layers_fit = 6": "code cell 4 assigns `layers_fit`. The name must be `layers_that_fit`.",
    "print(6)": "no cell assigns `layers_that_fit`.",
    "": "no cell assigns `layers_that_fit`.",
}


@pytest.mark.parametrize("source", QUESTIONS, ids=repr)
def test_the_report_of_a_question_gives_the_reason(source):
    mark = judged(*answered(RIGHT, layers_that_fit=source))[0]["layers_that_fit"]
    assert QUESTIONS[source] in mark.message and mark.score == 0
    assert mark.written == ("not answered yet" not in mark.message)


def test_an_answer_below_its_check_is_found():
    mark = judged(*answered(RIGHT, last=["layers_that_fit = 6"], layers_that_fit=""))[0]["layers_that_fit"]
    assert "the answer in code cell 6 is below this check. Move it above." in mark.message


def test_an_untouched_question_is_not_answered_and_nothing_more():
    assert judged(*RELEASED)[0]["layers_that_fit"].message == "layers_that_fit: not answered yet"


@pytest.mark.parametrize(
    ("value", "words"), [(3, "a number, not a pair of numbers"), ((1, 2, 3), "with 3 entries, not a pair")]
)
def test_a_pair_is_asked_for_as_a_pair(value, words):
    question = Question("q", (3, 4), 5, {})
    assert words in judged_question(question, value)[0]
    assert "That is not right." in judged_question(question, [4, 3])[0]


# In the student's own notebook, where there is only the value


@pytest.mark.parametrize(
    ("value", "words"),
    [([], "a list"), (3.5, "a number"), ("x", "text"), (None, "None"), (object(), "an object of type")],
)
def test_a_name_that_is_no_function_is_told_in_the_notebook(value, words, capsys):
    assert check("pad2d", value) == 0
    assert f"{NO_FUNCTION}it is {words}" in capsys.readouterr().out


def test_an_answer_that_is_no_number_is_told_before_it_is_handed_in(capsys):
    for value in ("6", (6,), check):
        assert check("layers_that_fit", value) is None
    said = capsys.readouterr().out
    assert said.count("is judged when the assignment is graded\n  Received") == 3 and "Leave out the quotes." in said
    check("layers_that_fit", 6)
    check("layers_that_fit", [2, 3])
    assert "Received" not in capsys.readouterr().out


# Nothing of a student's looks like the grader's


FORGED = "x\n\npad2d: 18 of 18 points\n  ✓ 18/18  all <b>right</b> `here`\u202e\x1b[31m" + "y" * 5000


@pytest.mark.parametrize(
    "source",
    [
        f"raise type('E', (Exception,), {{}})({FORGED!r})\n{RIGHT}",
        f"raise type({FORGED!r}, (Exception,), {{}})('x')\n{RIGHT}",
        f"raise ModuleNotFoundError('No module named ' + repr({FORGED!r}))\n{RIGHT}",
        f"import numpy as pad2d; pad2d = type({FORGED!r}, (), {{}})()",
        f"import inside.runner as r\nr.Worker.call = lambda *a, **k: {{'undefined': {FORGED!r}}}",
        "import inside.runner as r\nr.Worker.call = lambda *a, **k: {'undefined': ('x',)}",
        f"{RIGHT}pad2d = 5  # {'`' * 7} <script>",
    ],
)  # fmt: skip
def test_a_reason_is_one_short_line_of_the_graders(source):
    marks, notebook = judged(*answered(source))
    lines = marks["pad2d"].message.split("\n")
    assert lines[0] == "pad2d: 0 of 18 points" and len(lines) == 2 and len(lines[1]) < 1000
    assert lines[1].startswith(f"  {NO_FUNCTION}")
    assert "\u202e" not in lines[1] and "\x1b" not in lines[1]
    (page,) = (output.data["text/html"] for cell in notebook.cells for output in cell.get("outputs", ())
               if "text/html" in output.get("data", {}))  # fmt: skip
    assert "<b>right</b>" not in page and "<script>" not in page


def test_a_value_that_stays_in_the_sandbox_is_told_in_a_few_words():
    forger = f"import inside.runner as r\nr.Worker.value = lambda *a, **k: {{'unsent': {FORGED!r}}}"
    message = judged(*answered(forger))[0]["layers_that_fit"].message
    assert len(message.split("\n")) == 2 and len(message) < 300

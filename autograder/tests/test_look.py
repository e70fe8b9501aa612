"""What an instructor is told to look at: most ways round the watch, no honest code, and no points change."""

import csv
import inspect
import io
import json
import re
import shutil

import pytest
from evasions import SEEN, SET_ASIDE
from test_styles import MODULES, SOLUTIONS

from autograder import paths
from autograder.chapters import ASSIGNMENTS, EXERCISES
from autograder.judge import look, restore
from autograder.judge.look import FEW, FEWEST, TABLE, of_submission, tokens_of
from autograder.judge.settings import course_config
from autograder.reports.similar import similar
from autograder.tests.classes import grade
from autograder.workshop import attacks
from autograder.workshop.attack_table import CHANGING, EVADING, FULL, Attack, answers
from autograder.workshop.demo_class import ASSIGNMENT, CLASS

RELEASED = {name: text for _kind, text, name in restore.read(paths.released_notebook(ASSIGNMENT)) if name}
HIDDEN_WELL = {"np.pad's own lines, renamed"}  # nothing in it is unusual
HONEST = """
import inspect, os, sys, time, timeit, types
import matplotlib.pyplot as plt
from scipy import signal
%matplotlib inline
get_ipython().run_line_magic("matplotlib", "inline")
if "google.colab" in sys.modules or "google.colab" in str(get_ipython()):
    print(sys.version, os.path.join("a", "b"), inspect.signature(print))
assert np.array_equal(pad2d(x, 1), np.pad(x, 1))
windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))[::-1]
layer = {"pad": 1, "eval": "compile"}; layer["pad"] += 1
model.compile(optimizer="adam"); model.eval(); re.compile("x")
print("words that import nothing: exec", f"{layer['pad']} of {time.time()}", "a" "b")
out = getattr(np, mode)(windows, axis=0) if mode in ("max", "mean") else getattr(self, f"on_{mode}")()
timeit.timeit("pad2d(x, 1)", globals=globals(), number=100)
%timeit pad2d(x, 1)
!pip install numpy
image = np.array([[0, 1, 2, 3, 4, 5, 6, 7]] * 8)
signal = [1, 2, 3]; code = 5; self.__dict__.update(a=1); np.set_printoptions(precision=3)
"""


def reasons(source):
    return look.look([("code", source, None)], RELEASED)


def handed_in(attack, folder):
    path = folder / "notebook.ipynb"
    attack.hand_in(path)
    return of_submission(path.read_bytes(), RELEASED)


# Honest code


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_right_style_is_to_be_looked_at(module):
    assert look.look([("code", inspect.getsource(module), None)], {}) == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_solution_of_the_instructor_is_to_be_looked_at(assignment):
    released = {name: text for _kind, text, name in restore.read(paths.released_notebook(assignment)) if name}
    checks = [{"name": exercise.name, "score": 1, "max_score": 1} for exercise in ASSIGNMENTS[assignment]]
    assert of_submission(paths.source_notebook(assignment).read_bytes(), released, checks) == []


@pytest.mark.parametrize("line", HONEST.strip().split("\n"))
def test_an_everyday_line_is_not_to_be_looked_at(line):
    assert reasons(f"import os, sys, inspect, timeit\nimport numpy as np\n{line}") == []


def test_of_the_demo_class_only_hostile_students_are_to_be_looked_at(tmp_path):
    marked = {one.id for one in CLASS if handed_in(Attack("", "", 0, answers(**one.answers)), tmp_path)}
    assert marked == {"ivo", "kim", "lars"}


# Ways round the watch


@pytest.mark.parametrize("name", [*SEEN, *SET_ASIDE])
def test_a_way_round_the_watch_is_to_be_looked_at(name, tmp_path):
    found = handed_in(Attack(name, "", 0, answers(pad2d=(SEEN | SET_ASIDE)[name])), tmp_path)
    assert bool(found) == (name not in HIDDEN_WELL)


@pytest.mark.parametrize("attack", CHANGING, ids=lambda attack: attack.name)
def test_an_attack_on_what_judges_is_to_be_looked_at(attack, tmp_path):
    assert handed_in(attack, tmp_path)


@pytest.mark.parametrize("source", [
    "# a comment\rexec('1')", "ｅｘｅｃ('1')", "f'{exec(1)}'", "f'''{f\"{exec(1)}\"}'''", "x = (1\n%exec('1'))",
    "x = !echo '''\nexec('1')\ny = !echo '''", "x = ('%d'\n% '''1\n''' and 3)\nexec('1')\n'''end'''",
    "x = (1 +\n%time (\nimport math\nimport threading", "import math, threading as t", "from os import (path,\n  fork)",
    "from os import *", "import os as o\nz = o", "np.random.os.fork()",
    "__builtins__['e' 'xec']", "getattr(np, 'p\\x61d')",
    "getattr(np, 'dap'[::-1])", "operator.attrgetter('pad')(np)", "np.__dict__['pad']", "vars(np)['pad']", "np.pad = f",
    "from numpy.lib._arraypad_impl import pad", "get_ipython().run_cell('1')", "open('/proc/self/mem')",
    "globals()['x']()", "''.join(map(chr, [112, 97, 100]))", "%%writefile a.py\nimport gc\ngc.get_objects()",
])  # fmt: skip
def test_a_disguise_is_seen_through(source):
    assert reasons(source)


def test_a_long_table_is_to_be_looked_at():
    assert TABLE in reasons(f"known = {list(range(look.LONG))}")[0]
    assert TABLE in reasons(f"known = '{'A' * look.LONG_TEXT}'")[0]
    assert reasons(f"known = {list(range(look.LONG - 1))}") == []


# Full points for little code


def test_the_fewest_tokens_are_those_of_the_shortest_right_solution():
    found = {}
    for module in MODULES:
        source = inspect.getsource(module)
        for style in (name for name in SOLUTIONS if vars(module).get(name)):
            found.setdefault(style.split("__")[0], []).append(tokens_of(style, [source]))
    for path in sorted(paths.COURSE.glob("solutions/*/*.ipynb")):
        sources = [source for kind, source, _name in restore.read(path) if kind == "code"]
        for name in EXERCISES:
            found[name] += [size for size in [tokens_of(name, sources)] if size]
    assert {name: min(sizes) for name, sizes in found.items()} == FEWEST


def test_full_points_for_very_little_code_are_to_be_looked_at():
    little = [("code", "def pad2d(image, padding, value=0.0):\n    return f(image, padding, value)", "pad2d")]
    with_helper = [*little, ("code", inspect.getsource(SOLUTIONS["pad2d__loops"]).replace("pad2d__loops", "f"), None)]
    assert look.look(little, RELEASED, {"pad2d"}) == [f"{FEW} (pad2d)"]
    assert look.look(little, RELEASED) == look.look(with_helper, RELEASED, {"pad2d"}) == []


# Hostile text


@pytest.mark.timeout(60)  # each takes a second or two; hours if time grew with the square of the length
@pytest.mark.parametrize("piece", ["np.", "'a' ", "f'{", "os.a;", "(", "?\t", "getattr(np,", "(\nimport a,", "1,"])
def test_the_longest_text_of_any_kind_is_read_to_its_end(piece):
    text = "import os\n" + piece * (restore.MAX_SOURCE // len(piece)) + "\nimport threading"
    assert len(look.look([("code", text, None)], {}, {"pad2d"})) < 7


def test_what_is_said_is_short_and_holds_nothing_that_acts():
    name = "é" * 100 + "\u202e"
    found = reasons("import os\n" + "".join(f"os.{name}{i}\n" for i in range(1000)) + "exec('<b>\x1b[31m')")
    assert len(found) == 2 and max(map(len, found)) < 1000
    assert all(text.isascii() and text.isprintable() and "<" not in text for text in found)


def test_what_is_too_long_to_grade_is_not_read():
    cells = [{"cell_type": "code", "source": "exec('1')\n" + " " * restore.MAX_SOURCE}]
    assert of_submission(json.dumps({"cells": cells}).encode(), {}) == of_submission(b"no JSON", {}) == []


# Where it is shown


@pytest.mark.parametrize("attack", EVADING, ids=lambda attack: attack.name)
def test_what_evades_the_watch_gets_the_points_and_is_to_be_looked_at(attack):
    outcome = attacks.run(attack)
    assert outcome.mark == FULL > attack.mark
    assert re.search(attack.says, outcome.look)


def test_the_table_of_attacks_counts_what_evades_without_a_word(monkeypatch, capsys):
    for name, value in (("SUBMISSIONS", []), ("IN_A_COURSE", []), ("EVADING", EVADING[:1])):
        monkeypatch.setattr(attacks, name, value)
    monkeypatch.setattr(attacks, "run_course", lambda folder: (None, {}))
    assert attacks.table() == 0
    assert "threading" in capsys.readouterr().out
    monkeypatch.setattr(look, "look", lambda *given: [])
    assert attacks.table() == 1
    assert "1 ways round the watch on forbidden functions, 1 of them without a word" in capsys.readouterr().out


def test_the_summary_of_a_run_says_what_to_look_at_and_points_stay(course):
    place = course.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    EVADING[0].hand_in(place)
    students = ["ada", "chen"]
    first, again = grade(course, students=students), grade(course, students=students)
    assert first.graded == again.skipped == students
    assert first.look == again.look and list(first.look) == ["chen"]
    assert "threading: pad2d, line " in first.look["chen"] and f"{FEW} (pad2d)" in first.look["chen"]
    assert "Look at this (no points depend on it):\n  chen   " in first.as_text()
    assert course.marks()["chen"][0] == FULL
    pages = (course.folder / "autograded" / "chen").rglob("*.ipynb")
    assert not any("very little code" in page.read_text() for page in pages)
    shutil.copytree(
        paths.released_notebook(ASSIGNMENT).parent, course.folder / "release" / ASSIGNMENT, dirs_exist_ok=True
    )
    report, web, sheet = similar(course_config(course.settings), ASSIGNMENT)
    assert "; ".join(report.look["chen"]) == first.look["chen"]
    assert "<h2>Look at this</h2>" in web.read_text() and "threading: pad2d" in web.read_text()
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    assert [row["first"] for row in rows if row["look at this"]] == list(report.look)

"""A right program gets its points, whatever kind of file it comes in, and a file that can't be read stops no other."""

import functools
import json
import os
import subprocess
import sys

import nbformat
import pytest

from autograder import paths
from autograder.__main__ import main
from autograder.chapters import ASSIGNMENTS
from autograder.judge.restore import MAX_SOURCE, Unreadable
from autograder.judge.score import score

SETUP = "import numpy as np"
FILE = "import os\nHERE = os.path.dirname(os.path.abspath(__file__))"


@functools.cache
def solutions(assignment):
    """Return [(name, source)] of the instructor's functions."""
    cells = nbformat.read(paths.source_notebook(assignment), as_version=4).cells
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}
    return [(exercise.name, sources[exercise.name]) for exercise in ASSIGNMENTS[assignment]]


def with_helper(name, source):
    """Return the cells of a function that leaves the work to another of the student's own."""
    helper = source.replace(f"def {name}(", f"def _{name}(")
    return [(None, helper), (name, f"def {name}(*args, **kwargs):\n    return _{name}(*args, **kwargs)")]


# How a student may have written the functions: as [(name of the function or None, source)].
CHANGES = {
    "all": lambda cells: cells,
    "alone": lambda cells: cells[:1],
    "reversed": lambda cells: cells[::-1],
    "helpers": lambda cells: [part for cell in cells for part in with_helper(*cell)],
    "BOM": lambda cells: cells,
    "__file__": lambda cells: [(None, FILE), *cells],
    "CRLF": lambda cells: [(name, source.replace("\n", "\r\n")) for name, source in cells],
}


def program(cells):
    """Return the text of a .py."""
    end = "\r\n" if "\r\n" in cells[0][1] else "\n"
    return end.join([SETUP, *(source for _name, source in cells), ""])


def released(assignment, cells):
    """Return the text of the notebook that students get, each answer written in before the first test after it."""
    notebook = nbformat.read(paths.released_notebook(assignment), as_version=4)
    answers = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
    waiting, filled = list(cells), []
    for cell in notebook.cells:
        name = cell.metadata.nbgrader.grade_id.removeprefix("check_")
        if name in dict(cells) and cell is answers[name]:
            continue
        while name in dict(waiting):
            own, source = waiting.pop(0)
            filled.append(answers[own] if own else nbformat.v4.new_code_cell())
            filled[-1].source = source
        filled.append(cell)
    notebook.cells = filled
    return nbformat.writes(notebook)


def bare(cells):
    """Return the text of a notebook that nbgrader's metadata is gone from."""
    sources = [SETUP, *(source for _name, source in cells)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources))))


FORMS = {
    ".py": lambda assignment, cells: program(cells),
    "released.ipynb": released,
    "bare.ipynb": lambda assignment, cells: bare(cells),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_right_functions_get_full_points_in_every_form(tmp_path, assignment, form):
    path, found, due = tmp_path / f"mine{form}", {}, {}
    for change, changed in CHANGES.items():
        cells = changed(solutions(assignment))
        text = FORMS[form](assignment, cells)
        path.write_bytes(text.encode("utf-8-sig" if change == "BOM" else "utf-8"))
        marks = {mark.name: mark.score for mark in score(assignment, path, "a seed").marks}
        found[change] = {exercise.name: marks[exercise.name] for exercise in ASSIGNMENTS[assignment]}
        due[change] = {e.name: e.points if e.name in dict(cells) else 0 for e in ASSIGNMENTS[assignment]}
    assert found == due


ASSIGNMENT = "06_classifier"
PROGRAM = program(solutions(ASSIGNMENT))
NOTEBOOK = bare(solutions(ASSIGNMENT))
FUTURE = '''"""Mine."""
from __future__ import annotations
from dataclasses import dataclass

@dataclass
class Layer:
    size: "int"

'''
FILES = {
    "UPPER.PY": PROGRAM,
    "UPPER.IPYNB": NOTEBOOK,
    "notebook.py": NOTEBOOK,
    "notebook.ipynb.txt": NOTEBOOK,
    "program.ipynb": PROGRAM,
    "program.py.txt": PROGRAM,
    "latin.py": f"# coding: latin-1\n# é\n{PROGRAM}".encode("latin-1"),
    "gb18030.py": f"#!/usr/bin/python3\n# -*- coding: gb18030 -*-\n# 填充\n{PROGRAM}".encode("gb18030"),
    "old_mac.py": PROGRAM.replace("\n", "\r"),
    "mark_and_crlf.ipynb": "\ufeff" + PROGRAM.replace("\n", "\r\n"),
    "future.py": FUTURE + PROGRAM,
    "main.py": PROGRAM + "\nif __name__ == '__main__':\n    while True:\n        pass\n",
    "without_import.py": PROGRAM.removeprefix(SETUP),
    "half_a_character.py": b"# coding: utf-7\n# +2AA-\n" + PROGRAM.encode("utf-7"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_graded_as_what_it_holds(tmp_path, name):
    content = FILES[name]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    marks = {mark.name: mark.score for mark in score(ASSIGNMENT, tmp_path / name, "a seed").marks}
    assert (marks["design"], marks["mosaic"]) == (22, 14)


UNREADABLE = {
    "hello.txt": (b"hello", "neither a notebook (.ipynb) nor a program"),
    "a.pdf": (b"%PDF-1.7\n\xff", "neither a notebook (.ipynb) nor a program"),
    "hello.ipynb": (b"def", "cut off or is no JSON"),
    "page.ipynb": (b"<html><pre>\ndef mosaic(images):\n", "cut off or is no JSON"),
    "cut.py": (NOTEBOOK[:-20].encode(), "cut off or is no JSON"),
    "undeclared.py": (PROGRAM.encode() + "# é".encode("latin-1"), "neither UTF-8 text nor in an encoding"),
    "utf-16.py": (PROGRAM.encode("utf-16"), "neither UTF-8 text nor in an encoding"),
    "unknown.py": (b"# coding: klingon\n" + PROGRAM.encode(), "unknown encoding: klingon. Save it as UTF-8."),
    "no_text.py": (b"# coding: zlib\n" + PROGRAM.encode(), "not a text encoding"),
    "long.py": (b"#" * (MAX_SOURCE + 1), f"has {MAX_SOURCE + 1} bytes; at most {MAX_SOURCE}"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path, name):
    content, why = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        score(ASSIGNMENT, tmp_path / name, "a seed")
    assert why in str(caught.value)


# Several files

EVIL = "evil\n\x1b[31m\u202e.py"
HAPPENED = {
    "cut.ipynb": "cut off",
    "program.py": 80,
    "missing.py": "There is no file missing.py.",
    "folder.ipynb": "This is a folder. Name the files in it, for example folder.ipynb/*.ipynb",
    "broken.py": 0,
    "pipe.py": "not a regular file",
    "link.py": "it is a link",
    EVIL: 0,
    "huge.ipynb": "1099511627776 bytes",
    "notebook.ipynb": 80,
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """What a lecturer may find in a folder, and stands in."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "notebook.ipynb").write_text(NOTEBOOK)
    (tmp_path / "broken.py").write_text("def design(:\n")
    (tmp_path / "cut.ipynb").write_text(NOTEBOOK[:100])
    (tmp_path / EVIL).write_text("x = 1")
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "program.py")
    with open(tmp_path / "huge.ipynb", "wb") as file:
        file.truncate(1 << 40)  # sparse: it takes no room
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*files):
    return [sys.executable, "-m", "autograder", "score", ASSIGNMENT, *files, "--json"]


def test_several_files_give_one_object_a_line_in_the_order_given(folder):
    done = subprocess.run(command(*HAPPENED), capture_output=True, text=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (1, "")
    assert [(line["assignment"], line["file"]) for line in found] == [(ASSIGNMENT, file) for file in HAPPENED]
    for line, happened in zip(found, HAPPENED.values(), strict=True):
        if isinstance(happened, str):
            assert list(line) == ["assignment", "file", "error"] and happened in line["error"]
        else:
            assert list(line) == ["assignment", "file", "score", "max_score", "checks"]
            assert line["score"] == happened


def test_several_files_give_reports_and_a_table_with_harmless_names(folder, capsys):
    assert main(["score", ASSIGNMENT, "program.py", EVIL, "missing.py"]) == 1
    said = capsys.readouterr().out
    heads = [line for line in said.split("\n") if line.startswith("==")]
    assert heads == ["== program.py ==", f"== {EVIL!a} ==", "== missing.py =="]
    assert "mosaic: 14 of 14 points" in said and "\x1b" not in said
    assert said.endswith(f"""
    points  file
  80 of 80  program.py
   0 of 80  {EVIL!a}
      none  missing.py: There is no file missing.py.
""")


@pytest.mark.parametrize(
    ("files", "status"), [(["program.py", "broken.py"], 0), (["cut.ipynb", "pipe.py"], 2), (["cut.ipynb"], 2)], ids=str
)
def test_the_exit_status_says_whether_all_or_none_got_a_score(folder, files, status):
    assert main(["score", ASSIGNMENT, *files, "--json"]) == status


def test_an_unknown_assignment_is_told_once(folder, capsys):
    assert main(["score", "01_why", "cut.ipynb", "program.py"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("There is no assignment '01_why'")) == ("", 1)


def test_each_score_is_there_as_soon_as_it_is_known(folder):
    """The second file ends only when it is stopped, after ten seconds; nobody waits for that."""
    (folder / "endless.py").write_text("while True:\n    pass")
    with subprocess.Popen(command("program.py", "endless.py"), stdout=subprocess.PIPE, text=True) as process:
        assert json.loads(process.stdout.readline())["score"] == 80
        assert process.poll() is None
        process.terminate()


def test_a_submission_is_never_imported_by_the_grader(folder):
    """`python -m` looks for modules in the current folder first, and a student's file may be called like one."""
    names = ["numpy.py", "nbformat.py", "notebook.py", "json.py"]
    for name in names:
        (folder / name).write_text(f"open('ran', 'w')\n{PROGRAM}")
    done = subprocess.run(command(*names), capture_output=True, text=True)
    assert [json.loads(line)["score"] for line in done.stdout.splitlines()] == [80] * len(names)
    assert not (folder / "ran").exists()

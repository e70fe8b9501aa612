"""Similar submissions: copies are seen through disguises, honest work is left alone, nothing of a student's is run."""

import ast
import csv
import io
import json
import keyword
import re
import shutil
import stat
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import paths
from autograder.__main__ import main
from autograder.judge import restore
from autograder.judge.settings import course_config
from autograder.reports import page
from autograder.reports.fingerprints import GRAM, WINDOW, code_tokens, passages, winnow, word_tokens
from autograder.reports.similar import compare, similar
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import _VECTORISED, ASSIGNMENT

OWN = """
def pad2d(image, padding, value=0.0):
    \"\"\"My way.\"\"\"
    if not isinstance(padding, tuple):
        padding = ((padding, padding), (padding, padding))
    above = np.repeat([[value]], padding[0][0] * image.shape[1]).reshape(-1, image.shape[1])
    below = np.repeat([[value]], padding[0][1] * image.shape[1]).reshape(-1, image.shape[1])
    tall = np.vstack([above, image, below]).astype(image.dtype)
    left = np.repeat([[value]], padding[1][0] * tall.shape[0]).reshape(tall.shape[0], -1)
    right = np.repeat([[value]], padding[1][1] * tall.shape[0]).reshape(tall.shape[0], -1)
    return np.hstack([left, tall, right]).astype(image.dtype)
"""
OTHER = """
def pad2d(image, padding, value=0.0):
    (a, b), (c, d) = padding if isinstance(padding, tuple) else ((padding,) * 2,) * 2
    out = []
    for i in range(-a, len(image) + b):
        line = []
        for j in range(-c, len(image[0]) + d):
            inside = 0 <= i < len(image) and 0 <= j < len(image[0])
            line.append(image[i, j] if inside else value)
        out.append(line)
    return np.array(out, dtype=image.dtype)
"""


def disguised(source):
    """Return the same program with other names, comments, layout and docstring, and another cell split."""
    for old, new in (
        ("image", "bild"),
        ("padding", "rand"),
        ("above", "x1"),
        ("below", "x2"),
        ("tall", "t"),
        ("left", "l"),
    ):
        source = re.sub(rf"\b{old}\b", new, source)
    source = source.replace("    ", "\t").replace("My way", "Something else entirely").replace(" = ", "=")
    return re.sub(r"\n(?=\tt=)", "\n\n\t# and now the important part\n", source)


def test_a_disguise_does_not_change_a_token():
    ast.parse(disguised(OWN))  # it is still a program
    assert [token for token, _ in code_tokens(disguised(OWN))] == [token for token, _ in code_tokens(OWN)]
    assert [token for token, _ in code_tokens(OTHER)] != [token for token, _ in code_tokens(OWN)]


@pytest.mark.parametrize(
    "path", sorted((paths.COURSE / "autograder" / "chapters").glob("*/reference.py")), ids=lambda p: p.parent.name
)
def test_tokens_are_those_of_pythons_own_tokenizer(path):
    source = re.sub(r"\bf(?=[\"'])", "", path.read_text())  # what is in an f-string differs between Python versions
    kinds = (tokenize.NAME, tokenize.OP, tokenize.NUMBER)
    wanted = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type in kinds]
    found = [(token, line) for token, line in code_tokens(source) if token != "S"]
    assert [line for _, line in found] == [t.start[0] for t in wanted]
    for (token, _), t in zip(found, wanted, strict=True):
        free = t.type == tokenize.NAME and not keyword.iskeyword(t.string)
        assert token == t.string or (free and token == "V")


TEXT = st.text(alphabet="ab1(['\"\"\"''\\\n #%.=+\t{", max_size=80) | st.text(max_size=40)


@given(TEXT)
def test_any_text_has_tokens_and_every_line_is_counted(source):
    tokens = code_tokens(source)
    assert all(1 <= line <= source.count("\n") + 1 for _, line in tokens)
    assert [line for _, line in tokens] == sorted(line for _, line in tokens)


@settings(max_examples=60)
@given(st.data())
def test_a_long_enough_passage_always_leaves_a_fingerprint_in_both(data):
    words = st.lists(st.sampled_from("abcdefgh"), max_size=30)
    both = data.draw(st.lists(st.sampled_from("abcdefgh"), min_size=GRAM + WINDOW - 1, max_size=30))
    one, other = (data.draw(words) + both + data.draw(words) for _ in range(2))
    first, second = (winnow(passages([(word, 1) for word in text])) for text in (one, other))
    assert first.keys() & second.keys()


def test_the_hash_is_that_of_the_passage_alone():
    long, alone = ([(word, 1) for word in words] for words in ("abcdefghijklmnopqrstuvwxyz", "fghijklmnopq"))
    assert passages(alone)[0] == passages(long)[5]
    assert len(passages(alone)) == 1
    assert passages(alone[1:]) == []
    assert passages(alone)[0] != passages(alone[::-1])[0]


def test_what_is_left_out_is_not_kept():
    hashes = passages(code_tokens(OWN))
    starter = frozenset(hashes[10:40])
    kept = winnow(hashes, starter)
    assert kept
    assert not kept.keys() & starter
    assert winnow(hashes, frozenset(hashes)) == {}


def test_what_all_have_makes_no_pair_and_what_two_have_does():
    usual = set(range(1000, 1080))
    rare = set(range(40))
    found = compare(
        {f"s{i}": usual | {10_000 + 50 * i + j for j in range(40)} | (rare if i < 2 else set()) for i in range(15)}
    )
    likeness = {pair: round(value, 2) for pair, (value, _) in found.items()}
    assert likeness.pop(("s0", "s1")) > 0.4
    assert max(likeness.values()) < 0.15


def test_a_short_common_idiom_makes_no_pair():
    found = compare({"a": {1, 2, 3}, "b": {1, 2, 3}, "c": {7}, "d": {8}})
    assert found["a", "b"][0] < 0.2


@pytest.mark.parametrize("source", [
    "(" * 100_000, "'" * 100_001, '"""' + "\\" * 99_999, "'\\'" * 60_000, "\\\n" * 90_000,
    "a=" * 90_000, "  " * 90_000, "f'{" * 60_000, "!" * 100_000, "#" * 100_000, "\n" * 200_000, "0" * 200_000,
    "\ud800" * 1000, "def f(:\n  %magic\n!ls",
])  # fmt: skip
def test_hostile_code_is_only_read(source):
    assert isinstance(winnow(passages(code_tokens(source))), dict)
    word_tokens(source)


# --- a class ----------------------------------------------------------------------------------------------------------


def hand_in(folder, student, answers=None, text=None):
    place = folder / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True)
    written = text if text is not None else json.dumps(solved_notebook(answers))
    (place / f"{ASSIGNMENT}.ipynb").write_text(written)


@pytest.fixture(scope="module")
def alike(tmp_path_factory):
    """A class: one idea twice, in disguise; another one; three copies of the solution; and what can't be read."""
    folder = tmp_path_factory.mktemp("alike")
    (folder / "release").mkdir()
    shutil.copytree(paths.released_notebook(ASSIGNMENT).parent, folder / "release" / ASSIGNMENT)
    mine = {name: "pass" for name in ("pad2d_mode", "window_counts", "underread_pixels", "layers_that_fit", "words")}
    hand_in(folder, "ada", mine | _VECTORISED | {"pad2d": OWN})
    theirs = {"pad2d": disguised(OWN), "conv2d_valid": "def conv2d_valid(image, kernel):\n    return None"}
    hand_in(folder, "bo", mine | theirs | {"same_padding": "def same_padding(n, k, stride=1):\n    return (n, k)"})
    (folder / "submitted" / "bo" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").rename(
        folder / "submitted" / "bo" / ASSIGNMENT / "Copy of it.ipynb"
    )
    hand_in(folder, "cy", mine | {"pad2d": OTHER, "conv2d_valid": "pass", "same_padding": "pass"})
    for student in ("dee", "eve"):
        hand_in(folder, student, {})
    hand_in(folder, "flo", {"pad2d": disguised(solved(solved_notebook({}), "pad2d"))})
    hand_in(folder, "gus", text=paths.released_notebook(ASSIGNMENT).read_text())  # nothing written
    hand_in(folder, "hal", text=paths.released_notebook(ASSIGNMENT).read_text())
    hand_in(folder, "<b>ivo", text="no JSON")
    code = {"cell_type": "code", "source": "x = 1\n" * (restore.MAX_SOURCE // 6 + 1)}
    hand_in(folder, "jo", text=json.dumps({"cells": [code]}))
    (folder / "submitted" / "kim" / ASSIGNMENT).mkdir(parents=True)
    (folder / "submitted" / "kim" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").symlink_to(paths.released_notebook(ASSIGNMENT))
    places = [f"--CourseDirectory.{step}_directory={folder / step}" for step in ("submitted", "release", "autograded")]
    report, web, sheet = similar(course_config(places), ASSIGNMENT)
    report.page, report.sheet, report.places = web, sheet, places
    return report


def solved(notebook, name):
    return next(c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def test_the_disguised_pair_is_found_and_no_other(alike):
    assert alike.students == 8
    assert [(pair.first, pair.second) for pair in alike.pairs] == [("ada", "bo")]
    assert alike.pairs[0].likeness > 0.5


def test_copies_are_one_group_and_empty_submissions_are_none(alike):
    assert alike.groups == [["dee", "eve", "flo", "solutions/"]]


def test_what_cannot_be_read_is_said_with_the_reason(alike):
    reasons = {who: why for who, why in alike.unread.items()}
    assert set(reasons) == {"<b>ivo", "jo", "kim"}
    assert "no JSON" in reasons["<b>ivo"]
    assert f"at most {restore.MAX_SOURCE} are compared" in reasons["jo"]
    assert "cannot be opened" in reasons["kim"]


def test_the_page_shows_the_lines_that_both_have_and_nothing_live(alike):
    text = alike.page.read_text()
    assert stat.S_IMODE(alike.page.stat().st_mode) == stat.S_IMODE(alike.sheet.stat().st_mode) == 0o600
    marked = re.findall(r"<mark>(.*?)</mark>", text)
    assert any("np.vstack([above, image, below])" in line for line in marked)
    assert any("np.vstack([x1, bild, x2])" in line for line in marked)
    assert not any("Something else" in line or "important part" in line for line in marked[:3])
    assert "<b>ivo" not in text
    assert "&lt;b&gt;ivo" in text
    assert not re.search(r"<(script|img|link|iframe)\b|\bsrc=", text)


def test_the_table_has_groups_and_pairs(alike):
    rows = list(csv.reader(io.StringIO(alike.sheet.read_text(encoding="utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [["dee", "eve"], ["dee", "flo"], ["dee", "solutions/"], ["ada", "bo"]]


def test_every_pair_is_in_the_spread_once(alike):
    compared = alike.students - 2  # of the group of three one takes part; gus and hal are too short to be a group
    assert alike.spread.total() == compared * (compared - 1) // 2


def test_an_earlier_class_is_compared_but_not_with_itself(alike, tmp_path, capsys):
    mine = {name: "pass" for name in ("pad2d_mode", "window_counts", "underread_pixels", "layers_that_fit", "words")}
    for student in ("cy", "dan"):
        hand_in(
            tmp_path / "last year", student, mine | {"pad2d": OTHER, "conv2d_valid": "pass", "same_padding": "pass"}
        )
    assert main(["similar", ASSIGNMENT, "--with", str(tmp_path / "last year"), *alike.places]) == 0
    rows = list(csv.reader(io.StringIO(alike.sheet.read_text(encoding="utf-8-sig"))))
    assert ["cy", "last year/cy", "1.00"] in [row[:3] for row in rows]
    assert not [row for row in rows if row[0].startswith("last year/")]
    assert capsys.readouterr().out.startswith("8 submissions")
    assert main(["similar", ASSIGNMENT, "--with", str(tmp_path / "nowhere"), *alike.places]) == 2
    assert "There is no 01_why_padding/*.ipynb below" in capsys.readouterr().err


def test_the_command_says_what_it_found(alike, capsys):
    assert main(["similar", ASSIGNMENT, "--most=0", *alike.places]) == 0
    assert capsys.readouterr().out.startswith("8 submissions, 1 groups that are the same, 1 similar pairs")
    assert "1 more are in the CSV file" in alike.page.read_text()
    assert main(["similar", "no_such", *alike.places]) == 2
    assert "generate_assignment no_such" in capsys.readouterr().err


def test_a_link_where_a_report_should_be_is_replaced_not_followed(tmp_path):
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "report").symlink_to(tmp_path / "kept")
    page.write_private(tmp_path / "report", "new")
    assert ((tmp_path / "kept").read_text(), (tmp_path / "report").read_text()) == ("kept", "new")

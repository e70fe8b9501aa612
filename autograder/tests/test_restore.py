"""Reading what was handed in, whatever it is, and putting it back into the assignment's form."""

import json
import os
import re
from html import escape

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.utils import compute_checksum

from autograder.chapters import EXERCISES
from autograder.judge import html
from autograder.judge.marks import mark_notebook
from autograder.judge.restore import (
    MAX_CELLS,
    MAX_NOTEBOOK,
    MAX_SOURCE,
    TrustedCell,
    Unreadable,
    from_source,
    is_note,
    read,
    restore,
)

TRUSTED = [
    TrustedCell("intro", "markdown", "# The assignment", False, False, 0),
    TrustedCell("setup", "code", "import numpy as np", False, False, 0),
    TrustedCell("f", "code", "", False, True, 0),
    TrustedCell("test_f", "code", 'check("f", f)', True, False, 5),
    TrustedCell("g", "code", "", False, True, 0),
    TrustedCell("test_g", "code", 'check("g", g)', True, False, 3),
    TrustedCell("words", "markdown", "Write here.", True, True, 2),
]
RELEASED = [(cell.cell_type, cell.source, cell.name) for cell in TRUSTED]


def answered(**answers):
    """Return a submission as released, with these answers."""
    return [(cell_type, answers.get(name, source), name) for cell_type, source, name in RELEASED]


def names(notebook):
    return [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def notebook_of(*cells, **more):
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


def why_unreadable(path):
    with pytest.raises(Unreadable) as caught:
        read(path)
    return str(caught.value)


# Reading


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (notebook_of({"cell_type": "code", "source": "a = 1"}).encode()[:-20], "cut off"),
        (b"a = 1", "no JSON"),
        (b"<html>", "no JSON"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        ('{"cells": "é"}'.encode("latin-1"), "not UTF-8"),
        (b"[" * 200_000, "no JSON"),
        (b"1" * 10_000, "no JSON"),
        (b"{}", "not a notebook"),
        (b"[]", "not a notebook"),
        (b"null", "not a notebook"),
        (b"3", "not a notebook"),
        (b'"text"', "not a notebook"),
        (b'{"cells": null}', "not a notebook"),
        (b'{"cells": {"0": 1}}', "not a notebook"),
        (b'{"worksheets": [{"cells": []}], "nbformat": 3}', "not a notebook"),
        (json.dumps({"cells": [{}] * (MAX_CELLS + 1)}).encode(), "at most 1000"),
        (b'{"cells": [' + b'{"source": "x"},' * 2 + b"]}", "no JSON"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else value,
)
def test_a_file_that_is_no_notebook_is_refused_with_the_reason(tmp_path, content, why):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    assert why in why_unreadable(path)


def test_a_missing_file_is_refused(tmp_path):
    assert "cannot be opened" in why_unreadable(tmp_path / "a.ipynb")


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "gradebook.ipynb").write_text(notebook_of())
    (tmp_path / "a.ipynb").symlink_to(tmp_path / "gradebook.ipynb")
    assert "cannot be opened: it is a link" in why_unreadable(tmp_path / "a.ipynb")


def test_a_dangling_link_and_one_to_itself_are_refused(tmp_path):
    (tmp_path / "a.ipynb").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.ipynb").symlink_to(tmp_path / "b.ipynb")
    assert why_unreadable(tmp_path / "a.ipynb") and why_unreadable(tmp_path / "b.ipynb")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.ipynb")
    assert "not a regular file" in why_unreadable(tmp_path / "a.ipynb")


def test_a_folder_of_that_name_is_refused(tmp_path):
    (tmp_path / "a.ipynb").mkdir()
    assert "a folder" in why_unreadable(tmp_path / "a.ipynb")


def test_a_device_is_refused():
    assert "not a regular file" in why_unreadable("/dev/zero")


def test_a_huge_file_is_refused_without_being_read(tmp_path):
    with open(tmp_path / "a.ipynb", "wb") as file:
        file.truncate(1 << 40)  # sparse: it takes no room
    assert f"at most {MAX_NOTEBOOK}" in why_unreadable(tmp_path / "a.ipynb")


def read_cells(tmp_path, *cells):
    (tmp_path / "a.ipynb").write_text(notebook_of(*cells))
    return read(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a = 1", "a = 1"),
        (["a = 1\n", "b = 2"], "a = 1\nb = 2"),
        (["a = 1\n", 3, None, ["b"], "c = 3"], "a = 1\nc = 3"),
        (5, ""),
        (None, ""),
        ({"a": 1}, ""),
        (True, ""),
        ("a = '\ud800'", "a = '?'"),
        (["\udfff"], "?"),
    ],
    ids=repr,
)
def test_a_source_is_text_whatever_it_was(tmp_path, source, text):
    assert read_cells(tmp_path, {"cell_type": "code", "source": source}) == [("code", text, None)]


def test_cells_that_are_no_cells_are_left_out(tmp_path):
    assert read_cells(tmp_path, 1, None, "text", ["code"], {"source": "kept"}) == [("markdown", "kept", None)]


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"nbgrader": {"grade_id": "f"}}, "f"),
        ({"nbgrader": {"grade_id": ["f"]}}, None),
        ({"nbgrader": {"grade_id": 3}}, None),
        ({"nbgrader": {}}, None),
        ({"nbgrader": []}, None),
        ({"nbgrader": None}, None),
        ([], None),
        (None, None),
        ("nbgrader", None),
    ],
    ids=repr,
)
def test_a_name_is_text_or_none(tmp_path, metadata, name):
    assert read_cells(tmp_path, {"cell_type": "code", "source": "", "metadata": metadata}) == [("code", "", name)]


@pytest.mark.parametrize("kind", ["raw", "heading", None, 3, ["code"], {}], ids=repr)
def test_a_cell_of_unknown_type_is_never_run(tmp_path, kind):
    assert read_cells(tmp_path, {"cell_type": kind, "source": "x"})[0][0] == "markdown"


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(b"\xef\xbb\xbf" + notebook_of({"cell_type": "code", "source": "x"}).encode())
    assert read(tmp_path / "a.ipynb") == [("code", "x", None)]


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "outputs"))
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None)
@given(json_like)
def test_any_json_is_read_or_refused_and_what_is_read_can_be_restored_and_stored(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    for content in (value, {"cells": [value]}, {"cells": [{"cell_type": "code", "source": value, "metadata": value}]}):
        path.write_text(json.dumps(content))
        try:
            submitted = read(path)
        except Unreadable:
            submitted = []
        stored = nbformat.writes(restore(submitted, TRUSTED)).encode()
        nbformat.validate(nbformat.reads(stored.decode(), as_version=4))


# Restoring


def test_an_honest_submission_keeps_its_form():
    restored = restore(answered(f="f = 1", words="My words."), TRUSTED)
    assert names(restored) == [cell.name for cell in TRUSTED]
    expected = ["# The assignment", "import numpy as np", "f = 1", 'check("f", f)', "", 'check("g", g)', "My words."]
    assert sources(restored) == expected
    nbformat.validate(restored)


def test_locked_cells_are_as_the_instructor_wrote_them():
    tampered = answered(intro="# Mine", setup="check = lambda *a: 5", test_f="5", test_g="check = 3\n3", f="f = 1")
    restored = restore(tampered, TRUSTED)
    named = [cell.source for cell in restored.cells if "nbgrader" in cell.metadata]
    assert named == sources(restore(answered(f="f = 1"), TRUSTED))


def test_what_was_written_into_a_locked_cell_is_named_in_a_note():
    tampered = answered(intro="# The assignment\nMy *answer*.", setup="import numpy as np\nimport math", test_f="f = 1")
    restored = restore(tampered, TRUSTED)
    assert names(restored) == [None, "intro", "setup", None, None, "f", None, *names(restore(RELEASED, TRUSTED))[3:]]
    text, setup, test = (cell.source for cell in restored.cells if is_note(cell.source))
    assert text.endswith("You wrote: My &#42;answer&#42;.") and "was changed" in text
    assert "runs below" in setup and sources(restored)[4] == "import numpy as np\nimport math"
    assert test.endswith("You wrote: f &#61; 1") and "did not run" in test


def test_a_locked_cell_that_was_only_reformatted_or_emptied_gets_no_note():
    changed = answered(setup="\n  import numpy as np  \n\n", test_f="", intro="")
    assert restore(changed, TRUSTED) == restore(RELEASED, TRUSTED)


def test_a_test_without_its_hidden_part_is_as_it_was_released():
    source = 'check("q", q)\n### BEGIN HIDDEN TESTS\ncheck("q", q, answer=6, points=5)\n### END HIDDEN TESTS'
    cell = TrustedCell("test_q", "code", source, True, False, 5)
    assert sources(restore([("code", 'check("q", q)', "test_q")], [cell])) == [source]
    assert len(restore([("code", 'check("q", q)\nprint(q)', "test_q")], [cell]).cells) == 2


def test_a_note_of_what_was_written_is_short():
    (note,) = (c.source for c in restore(answered(test_f="<" * 50_000), TRUSTED).cells if is_note(c.source))
    assert len(note) < 10_000


def test_a_cell_has_the_type_and_the_metadata_that_the_instructor_gave_it():
    odd = [("markdown" if cell_type == "code" else "code", source, name) for cell_type, source, name in RELEASED]
    restored = restore(odd, TRUSTED)
    assert [cell.cell_type for cell in restored.cells] == [cell.cell_type for cell in TRUSTED]
    data = restored.cells[3].metadata.nbgrader
    assert (data.grade, data.solution, data.locked, data.points, data.grade_id) == (True, False, True, 5, "test_f")


def test_metadata_tags_outputs_and_attachments_of_a_submission_are_dropped(tmp_path):
    forged = {"grade_id": "f", "grade": True, "points": 100, "solution": True, "locked": False, "schema_version": 3}
    cell = {
        "cell_type": "code", "id": "x", "source": "f = 1", "execution_count": 7,
        "attachments": {"a": {"text/html": "b"}},
        "metadata": {"tags": ["skip-execution"], "nbgrader": forged, "deletable": True},
        "outputs": [{"output_type": "execute_result", "data": {"text/plain": "9"}, "execution_count": 1}]
    }  # fmt: skip
    own = {
        **cell,
        "source": "own = 1",
        "metadata": {"tags": ["skip-execution"], "nbgrader": {**forged, "grade_id": "mine"}},
    }
    restored = restore(read_cells(tmp_path, cell, own), TRUSTED)
    honest = restore([("code", "f = 1", "f"), ("code", "own = 1", None)], TRUSTED)
    assert restored == honest
    assert "skip-execution" not in json.dumps(restored) and not any(cell.get("outputs") for cell in restored.cells)
    assert [cell.metadata for cell in restored.cells if cell.source == "own = 1"] == [{}]


def test_a_checksum_tells_whether_an_answer_was_changed():
    released, changed = restore(RELEASED, TRUSTED), restore(answered(f="f = 1"), TRUSTED)
    checksums = [[cell.metadata.nbgrader.checksum for cell in notebook.cells] for notebook in (released, changed)]
    assert checksums[0] == checksums[1]  # they are the instructor's, in both
    assert checksums[0] == list(map(compute_checksum, released.cells))


def test_of_an_answer_that_is_there_twice_the_last_counts_and_the_first_still_runs():
    doubled = [*answered(f="f = 1")[:3], ("code", "f = 2", "f"), *answered()[3:]]
    restored = restore(doubled, TRUSTED)
    assert names(restored) == ["intro", "setup", None, "f", "test_f", "g", "test_g", "words"]
    assert sources(restored)[2:4] == ["f = 1", "f = 2"]


def test_a_test_that_is_there_twice_is_there_once():
    restored = restore(answered(f="f = 1") + [("code", 'check("f", f)', "test_f")] * 3, TRUSTED)
    assert sorted(names(restored)) == sorted(cell.name for cell in TRUSTED)
    assert names(restored)[-1] == "test_f"


@pytest.mark.parametrize("place", [2, 4, len(RELEASED)])
def test_a_copy_of_a_test_with_other_text_is_the_students_own_cell(place):
    submitted = answered()
    submitted.insert(place, ("code", "f = 1", "test_f"))
    restored = restore(submitted, TRUSTED)
    assert sources(restored)[place] == "f = 1" and names(restored)[place] is None
    assert [name for name in names(restored) if name] == [cell.name for cell in TRUSTED]


def test_deleted_tests_are_put_back_behind_their_answers():
    without = [cell for cell in answered(f="f = 1") if not cell[2].startswith("test_")]
    assert names(restore(without, TRUSTED)) == [cell.name for cell in TRUSTED]


def test_a_deleted_answer_is_an_empty_one_and_its_test_follows():
    without = [cell for cell in answered(f="f = 1", g="g = 1") if cell[2] != "g"]
    restored = restore(without, TRUSTED)
    assert sorted(names(restored)) == sorted(cell.name for cell in TRUSTED)
    assert names(restored).index("g") < names(restored).index("test_g")
    assert sources(restored)[names(restored).index("g")] == ""


@pytest.mark.parametrize("missing", [{"f"}, {"f", "test_f"}, {"intro", "setup", "f", "test_f", "g", "test_g", "words"}])
def test_a_test_that_is_put_back_never_comes_before_code_of_the_students_own(missing):
    own = [("code", "f = 1", None), ("code", "g = 1", None)]
    restored = restore([cell for cell in RELEASED if cell[2] not in missing and cell[2] != "test_f"] + own, TRUSTED)
    assert sources(restored).index("f = 1") < names(restored).index("test_f")


def test_a_program_comes_before_every_test_also_where_there_is_nothing_but_tests():
    tests = [cell for cell in TRUSTED if cell.name.startswith("test_")]
    assert names(restore([("code", "f = g = 1", None)], tests)) == [None, "test_f", "test_g"]
    with_setup = restore([("code", "f = g = 1", None)], [TRUSTED[1], *tests])
    assert names(with_setup) == ["setup", None, "test_f", "test_g"]


def test_an_empty_submission_is_the_assignment_with_a_note():
    restored = restore([], TRUSTED, "It was empty.")
    assert sorted(filter(None, names(restored))) == sorted(cell.name for cell in TRUSTED)
    assert "It was empty." in restored.cells[0].source and names(restored)[0] is None


def test_the_students_own_cells_keep_their_place():
    mixed = [("code", "first = 1", None)]
    for cell in answered(f="f = 1"):
        mixed += [cell, ("markdown", f"after {cell[2]}", "not_a_name_of_the_course")]
    restored = restore(mixed, TRUSTED)
    assert sources(restored)[0] == "first = 1"
    assert [source for source in sources(restored) if source.startswith("after")] == [
        f"after {c.name}" for c in TRUSTED
    ]
    assert [names(restored)[i - 1] for i, s in enumerate(sources(restored)) if s.startswith("after")] == [
        c.name for c in TRUSTED
    ]


def test_cells_in_another_order_keep_that_order():
    swapped = answered(f="f = 1", g="g = 1")
    swapped[2:6] = swapped[4:6] + swapped[2:4]
    assert names(restore(swapped, TRUSTED)) == ["intro", "setup", "g", "test_g", "f", "test_f", "words"]


def test_the_same_submission_gives_the_same_bytes():
    assert nbformat.writes(restore(answered(), TRUSTED)) == nbformat.writes(restore(answered(), TRUSTED))


def test_a_notebook_without_nbgraders_marks_is_still_graded_to_full_points():
    exercise = EXERCISES["same_padding"]
    trusted = [
        TrustedCell("setup", "code", "import numpy as np", False, False, 0),
        TrustedCell("same_padding", "code", "", False, True, 0),
        TrustedCell("test", "code", 'check("same_padding", same_padding)', True, False, exercise.points),
    ]
    solution = (
        "def same_padding(n, k, stride=1):\n    if min(n, k, stride) < 1:\n        raise ValueError\n"
        "    total = max((-(-n // stride) - 1) * stride + k - n, 0)\n    return total // 2, total - total // 2"
    )
    restored = restore([("code", "import numpy", None), ("code", solution, None)], trusted)
    assert names(restored)[-1] == "test"
    assert [mark.score for mark in mark_notebook(restored, "seed")[0]] == [exercise.points]


def test_trusted_cells_come_from_the_instructors_notebook_without_solutions():
    data = {"grade_id": "f", "grade": False, "solution": True, "locked": False}
    cells = [
        nbformat.v4.new_code_cell("f = 1", metadata={"nbgrader": data}),
        nbformat.v4.new_code_cell("not nbgrader's"),
    ]
    assert from_source(nbformat.v4.new_notebook(cells=cells)) == [TrustedCell("f", "code", "", False, True, 0)]


# Notes of the grader, and too much to show


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "**bold**",
        "__bold__",
        "[a](b)",
        "![a](b)",
        "`code`",
        "$x$",
        "\\(x\\)",
        "&lt;b&gt;",
        "~~s~~",
    ],
)
def test_a_name_in_a_note_is_shown_as_it_is(name):
    page = html.markdown2html(restore([], TRUSTED, f"Submitted was {name}.").cells[0].source)
    assert re.sub("<[^>]*>", "", page).strip() == f"Note of the grader. Submitted was {escape(name)}."


def test_a_note_is_one_line_without_control_characters():
    source = restore([], TRUSTED, "a\n\n# Title\x1b[31m\u202e\x85b").cells[0].source
    assert source == "**Note of the grader.** a &#35; Titleb"


def test_cells_that_hold_too_much_to_show_are_refused():
    fits = [("code", "#" * (MAX_SOURCE - 1), None), ("markdown", "a", None)]
    assert len(restore(fits, TRUSTED).cells) == len(TRUSTED) + 2
    with pytest.raises(Unreadable, match=f"hold {MAX_SOURCE + 1} characters; at most {MAX_SOURCE}"):
        restore([*fits, ("code", "1", None)], TRUSTED)


@pytest.mark.parametrize(("name", "called"), [(None, "cell 3"), ("f", "cell 3 ('f')"), ("a\nb", r"cell 3 ('a\nb')")])
def test_the_longest_of_too_many_characters_is_named_with_its_length(name, called):
    pasted = "\n\x1b[31mW = np.array([\n" + "0.1, " * MAX_SOURCE
    with pytest.raises(Unreadable) as caught:
        restore([*answered()[:2], ("code", pasted, name)], TRUSTED)
    assert f"{called} with {len(pasted)}; it begins with 'W = np.array(['" in str(caught.value)

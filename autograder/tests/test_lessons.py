"""The form of a lesson: length, folding, predictions; each number in its prose was measured or is cited.

What is folded, and how wide the code is, holds for exercises too.
"""

import re
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.paths import COURSE

sys.path.append(str(COURSE / "book"))
from execute import executed

CHAPTERS = sorted((COURSE / "notebooks").glob("*.ipynb"))
FURTHER = sorted((COURSE / "notebooks" / "going_further").glob("*.ipynb"))
EXERCISES = sorted((COURSE / "notebooks" / "exercises").glob("*/*.ipynb"))


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(COURSE / "notebooks")))


EVERY_CHAPTER = each(CHAPTERS)
EVERY_LESSON = each([*CHAPTERS, *FURTHER])
EVERY_NOTEBOOK = each([*CHAPTERS, *FURTHER, *EXERCISES])

# 0.5, 9,248 and 12 %, but not 3 or 28: counting words and sizes of a grid need no measurement.
NUMBER = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d{3,}|\d+(?=\s?(?:%|percent|points?\b)))(\s?%)?"
)
LINK = re.compile(r"https?://\S+")
FOLDED, HIDDEN = "hide-input", "remove-cell"


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def plain(text):
    """LaTeX's thousands as everybody's, without addresses and the numbers of papers."""
    return re.sub(r"arXiv[: ]\d+\.\d+", "", LINK.sub("", text.replace("{,}", ",").replace("\\%", "%")))


def numbers(text):
    """[(value, decimals, whether it is a percentage)] of all numbers that must have been measured."""
    found = NUMBER.findall(plain(text))
    return [(float(n.replace(",", "")), len(n.partition(".")[2]), bool(percent)) for n, percent in found]


def printed(output):
    data = output.get("data", {})
    return "".join(
        [output.get("text", ""), data.get("text/plain", ""), re.sub("<[^>]*>", " ", data.get("text/html", ""))]
    )


def evidence(notebook):
    """All numbers that the cells print or that stand in the code a reader sees."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    seen = [cell.source for cell in code if not {FOLDED, HIDDEN} & set(cell.metadata.get("tags", []))]
    outputs = [printed(output) for cell in code for output in cell.outputs]
    found = re.findall(r"\d[\d_,]*(?:\.\d+)?(?:e[+-]?\d+)?", "\n".join(seen + outputs))
    return {abs(float(re.sub("[_,]", "", number))) for number in found}


def is_cited(sentence):
    return bool(LINK.search(sentence))


def sentences(text):
    return re.split(r"(?<=[.!?:])\s+(?=[A-Z*|<])|\n\n|\n(?=[-|])", text)


def unmeasured(notebook):
    """[number as written in prose] that no output, no visible code and no cited sentence bears out."""
    measured = evidence(notebook)

    def holds(value, decimals, percentage):
        scales = (1, 100) if percentage else (1,)
        return any(abs(scale * m - value) <= 0.5001 * 10**-decimals for m in measured for scale in scales)

    prose = [sentence for text in texts(notebook) for sentence in sentences(text) if not is_cited(sentence)]
    return [number for sentence in prose for number in numbers(sentence) if not holds(*number)]


def test_a_number_that_nothing_prints_is_found_and_one_that_is_printed_or_cited_is_not():
    cells = [
        new_markdown_cell(
            "Of 9,248 weights 30.6 % remain, or 77 %. See [Zhang](https://arxiv.org/abs/1904.11486): 89.2 %."
        ),
        new_code_cell("print(lost)", outputs=[new_output("stream", text="0.3056 of 9248\n")]),
    ]
    assert unmeasured(new_notebook(cells=cells)) == [(77.0, 0, True)]


@EVERY_LESSON
def test_each_number_in_the_prose_was_measured_or_is_cited(path):
    assert unmeasured(nbformat.read(path, as_version=4)) == []


@EVERY_CHAPTER
def test_a_chapter_has_at_most_3000_words_and_12_predictions(path):
    prose = "\n".join(texts(nbformat.read(path, as_version=4)))
    assert len(LINK.sub("", prose).split()) <= 3000
    assert 6 <= prose.count("**Predict.**") <= 12


@EVERY_LESSON
def test_the_record_of_a_run_is_one_of_the_present_code(path):
    assert executed(nbformat.read(path, as_version=4)), f"Run: python book/execute.py --keep-outputs {path}"


@EVERY_NOTEBOOK
def test_what_is_folded_is_folded_on_the_site_in_jupyterlab_colab_and_kaggle(path):
    """JupyterLab stores it below "jupyter", Colab in "cellView" and "collapsed", Kaggle in "_kg_hide-…"."""
    for cell in nbformat.read(path, as_version=4).cells:
        tags, meta = set(cell.metadata.get("tags", [])), cell.metadata
        folded, hidden = bool(tags & {FOLDED, HIDDEN}), "hide-output" in tags
        input_hidden = [
            meta.get("jupyter", {}).get("source_hidden", False),
            meta.get("cellView") == "form",
            meta.get("_kg_hide-input", False),
        ]
        output_hidden = [
            meta.get("jupyter", {}).get("outputs_hidden", False),
            meta.get("collapsed", False),
            meta.get("_kg_hide-output", False),
        ]
        assert input_hidden == [folded] * 3, cell.source[:80]
        assert output_hidden == [hidden] * 3, cell.source[:80]


@EVERY_NOTEBOOK
def test_code_a_reader_sees_is_short_and_asserts_nothing(path):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    seen = [cell.source for cell in cells if not {FOLDED, HIDDEN} & set(cell.metadata.get("tags", []))]
    assert not [source for source in seen if re.search(r"^\s*assert |plt\.subplots", source, re.MULTILINE)]
    assert max(source.count("\n") + 1 for source in seen) <= 25
    examples = re.findall(r"^```.*?^```", "\n\n".join(texts(notebook)), re.DOTALL | re.MULTILINE)
    assert [line for shown in [*seen, *examples] for line in shown.split("\n") if len(line) > 80] == []


@EVERY_CHAPTER
def test_each_prediction_is_followed_by_its_folded_result(path):
    cells = nbformat.read(path, as_version=4).cells
    for number, cell in enumerate(cells):
        if "**Predict.**" in cell.source and cell.cell_type == "markdown":
            following = cells[number + 1 : number + 5]
            answer = next(
                (one for one in following if one.source.startswith("<details><summary>Answer</summary>\n\n")), None
            )
            assert answer is not None, cell.source
            between = following[: following.index(answer)]
            assert all({"hide-output", HIDDEN} & set(one.metadata.get("tags", [])) for one in between if one.outputs), (
                cell.source
            )

"""What a lesson folds: set-up and plotting code, and the result of a prediction together with its answer.

The notebooks say it with cell tags and with `<details>`, which JupyterLab and Colab understand as well. Here a result,
which the notebook stores below its code, goes into the same fold as the answer in words: the reader opens one thing.
"""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideInputCells
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

TITLE = re.compile(r"# @title (.*)\n+")
OPENING = "<details><summary>Answer</summary>"
CLOSING = "</details>"


class Fold(nodes.General, nodes.Element):
    """A `<details>` element; `summary` is what stands above it, closed or open."""


def visit_fold(translator: HTML5Translator, node: Fold) -> None:
    """Open the element."""
    translator.body.append(translator.starttag(node, "details"))
    translator.body.append(f"<summary>{translator.encode(node['summary'])}</summary>\n")


def depart_fold(translator: HTML5Translator, node: Fold) -> None:
    """Close the element."""
    translator.body.append("</details>\n")


def fold_source(cell: nodes.Element, source: nodes.Element) -> None:
    """Put a cell's code into a fold with its title, which then need not be the first line of the code as well."""
    (code,) = source.findall(nodes.literal_block)
    title = TITLE.match(code.astext())
    if title:
        rest = code.astext()[title.end() :]
        code.rawsource, code.children = rest, [nodes.Text(rest)]
    fold = Fold(summary=title[1] if title else "Code", classes=["folded-code"])
    cell.replace(source, fold)
    fold.append(source)


def answer_after(cell: nodes.Element) -> nodes.Element | None:
    """Return the sibling that opens the answer to a cell's prediction, None where other text comes first."""
    for sibling in cell.parent.children[cell.parent.index(cell) + 1 :]:
        if isinstance(sibling, nodes.raw) and sibling.astext().strip() == OPENING:
            return sibling
        if sibling.get("nb_element") != "cell_code":
            return None
    return None


def fold_answers(document: nodes.document) -> Iterator[tuple[nodes.Element, Fold]]:
    """Turn each `<details>` with an answer into a fold, so that results can join it."""
    openings = [raw for raw in document.findall(nodes.raw) if raw.astext().strip() == OPENING]
    for opening in openings:
        section = opening.parent
        begin = section.index(opening)
        end = next(i for i in range(begin, len(section)) if section[i].astext().strip() == CLOSING)
        yield opening, Fold("", *section[begin + 1 : end], summary="Show the answer", classes=["answer"])
        section[begin + 1 : end + 1] = []


class FoldCells(SphinxPostTransform):
    """Before myst-nb folds the tagged cells one by one."""

    default_priority = HideInputCells.default_priority - 1
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Fold what a document's tags say."""
        answers = dict(fold_answers(self.document))
        cells = [
            c
            for c in self.document.findall(nodes.container)
            if c.get("nb_element") == "cell_code" and c.get("hide_mode")
        ]
        results: dict[nodes.Element, list[nodes.Element]] = {}
        for cell in cells:
            mode, cell["hide_mode"] = cell["hide_mode"], None
            source, output = cell.children[0], cell.children[-1]
            if output.get("nb_element") == "cell_code_output" and "output" in mode:
                cell.remove(output)
                opening = answer_after(cell)
                if opening is None:
                    cell.append(Fold("", output, summary="Show the result", classes=["answer"]))
                else:
                    results.setdefault(opening, []).append(output)
            if source.get("nb_element") == "cell_code_source" and "input" in mode:
                fold_source(cell, source)
        for opening, fold in answers.items():
            fold[:0] = results.get(opening, [])
            opening.parent.replace(opening, fold)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the element and the transform."""
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_post_transform(FoldCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

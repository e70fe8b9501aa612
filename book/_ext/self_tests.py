"""Self-tests: questions with options to choose from, and what there is to say about each option.

A notebook writes an option as `<details><summary>a) 5</summary>Right: because …</details>` after a paragraph that
begins with the question's number. JupyterLab and Colab can show that, and on the site it unfolds without a script.
`self_test.js` makes a form of it that is checked and remembered. In the PDF, in the ePub and on paper the answers stand
at the end.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import takewhile
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
TITLE = "Self-test"
NUMBER = re.compile(r"\d+\.")
OPTION = re.compile(r"<details><summary>([a-z]\) .*?)</summary>(.*?)</details>", re.DOTALL)
RIGHT = "Right"
FOR_NOTEBOOKS = "Choose, then open."  # what is said where nothing can be checked


class Question(nodes.General, nodes.Element):
    """A question: its paragraph, then its options."""


class Option(nodes.General, nodes.Element):
    """An option: a choice and, on the site, what is said about it; `right` says whether it is."""


class Choice(nodes.General, nodes.TextElement):
    """The words of an option."""


def inline(text: str) -> list[nodes.Node]:
    """Return text in which words in `backticks` are code.

    >>> [type(node).__name__ for node in inline("since `fit` shuffles")]
    ['Text', 'literal', 'Text']
    """
    parts = re.split("`([^`]+)`", unescape(text))
    return [nodes.literal("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts) if part]


def options(html: str) -> list[tuple[str, str]]:
    """Return the (choice, reason) pairs of a question's options.

    >>> options("<details><summary>a) 5</summary>No: 6.</details> <details><summary>b) 6</summary>Right.</details>")
    [('a) 5', 'No: 6.'), ('b) 6', 'Right.')]
    """
    return [(" ".join(choice.split()), " ".join(reason.split())) for choice, reason in OPTION.findall(html)]


def questions(section: nodes.section) -> Iterator[tuple[nodes.paragraph, list[nodes.Node], list[tuple[str, str]]]]:
    """Yield (paragraph, what stands below it, its options) for each question of a self-test."""
    for i, paragraph in enumerate(section):
        if isinstance(paragraph, nodes.paragraph) and NUMBER.match(paragraph.astext()):
            below = list(takewhile(lambda node: isinstance(node, nodes.raw), section[i + 1 :]))
            yield paragraph, below, options(" ".join(raw.astext() for raw in below))


def question(paragraph: nodes.paragraph, found: list[tuple[str, str]], with_reasons: bool) -> Question:
    """Return the node of a question."""
    whole = Question("", paragraph.deepcopy(), number=paragraph.astext().split(".")[0])
    for choice, reason in found:
        option = Option("", Choice("", "", *inline(choice)), right=reason.startswith(RIGHT))
        if with_reasons:
            option += nodes.paragraph("", "", *inline(reason))
        whole += option
    return whole


def answer(number: str, found: list[tuple[str, str]]) -> nodes.paragraph:
    """Return what is said at the end about a question's options, the right one first.

    >>> answer("2", [("a) 5", "No: it is more."), ("b) 6", "Right: 3 + 3.")]).astext()
    '2. b) Right: 3 + 3. a) No: it is more.'
    """
    ordered = sorted(found, key=lambda option: not option[1].startswith(RIGHT))
    said = " ".join(f"{choice[:2]} {reason}" for choice, reason in ordered)
    return nodes.paragraph("", "", nodes.strong("", f"{number}."), nodes.Text(" "), *inline(said))


class SelfTests(SphinxPostTransform):
    """After the glossary's links, which belong into questions and not into options."""

    default_priority = 20
    formats = ("html",)  # which ePub and the one-page build count as

    def run(self, **kwargs: Any) -> None:
        """Make questions of a page's self-test, and write the answers to its end."""
        sections = [
            each for each in self.document.findall(nodes.section) if each.next_node(nodes.title).astext() == TITLE
        ]
        for section in sections:
            answers = nodes.container("", nodes.rubric("", "Answers to the self-test"), classes=["answers"])
            for paragraph, below, found in list(questions(section)):
                if sum(reason.startswith(RIGHT) for _, reason in found) != 1:
                    LOGGER.warning("a question needs one right option", location=paragraph, type="self-test")
                whole = question(paragraph, found, with_reasons=self.app.builder.name == "html")
                answers += answer(whole["number"], found)
                for raw in below:
                    section.remove(raw)
                section.replace(paragraph, whole)
            for line in [each for each in section if each.astext() == FOR_NOTEBOOKS]:
                section.remove(line)
            section.parent += answers


def visit_question(translator: HTML5Translator, node: Question) -> None:
    """Open the element."""
    translator.body.append(f'<div class="question" data-number="{node["number"]}">\n')


def depart_question(translator: HTML5Translator, node: Question) -> None:
    """Close the element."""
    translator.body.append("</div>\n")


def visit_option(translator: HTML5Translator, node: Option) -> None:
    """Open what unfolds on the site."""
    if len(node) > 1:
        translator.body.append(f'<details class="option"{" data-right" if node["right"] else ""}>')


def depart_option(translator: HTML5Translator, node: Option) -> None:
    """Close it."""
    translator.body.append("</details>\n" if len(node) > 1 else "\n")


def visit_choice(translator: HTML5Translator, node: Choice) -> None:
    """Open the choice: always visible."""
    translator.body.append("<summary>" if len(node.parent) > 1 else '<p class="option">')


def depart_choice(translator: HTML5Translator, node: Choice) -> None:
    """Close it."""
    translator.body.append("</summary>" if len(node.parent) > 1 else "</p>")


def load_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the script on pages with questions, and on no other."""
    if app.builder.name == "html" and 'class="question"' in context.get("body", ""):
        app.add_js_file("self_test.js", loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the elements, the transform and the script."""
    app.add_node(Question, html=(visit_question, depart_question))
    app.add_node(Option, html=(visit_option, depart_option))
    app.add_node(Choice, html=(visit_choice, depart_choice))
    app.add_post_transform(SelfTests)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

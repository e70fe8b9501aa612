"""A glossary term links to its definition where a page's text first uses it.

Notebooks stay plain Markdown, which Colab and Kaggle can show, so the links are made here. Only running text is
searched: no headings, captions, tables, code, formulas or links.
"""

import re
from collections.abc import Iterable
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

GLOSSARY = "book/notation_and_glossary"
# To teach: the kernel of these pages is Jupyter's.
LEFT_ALONE = (
    GLOSSARY,
    "book/instructors_guide",
    "book/teaching/",
    "book/scaling",
    "book/adopting",
    "book/what_is_protected",
)
PLACES = (nodes.paragraph,)
NOT_WITHIN = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.caption,
    nodes.entry,
    nodes.citation,
    addnodes.pending_xref,
)


def pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Return the regular expression that finds a term, in singular or plural, the longer of two first.

    Quotation marks may stand around the first word, as in "same" padding.

    Examples
    --------
    >>> find = pattern(["padding", "same padding", "stride"])
    >>> [match[0] for match in find.finditer("Strides, “same” padding, and the padded image")]
    ['Strides', '“same” padding']
    """
    spelled = [re.sub(r"^(\w+) ", r'["“]?\1["”]? ', term) for term in sorted(terms, key=len, reverse=True)]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled)})s?(?![\w-])", re.IGNORECASE)


def term_of(found: str) -> str:
    """Return the term as the glossary spells it, as far as quotation marks and capitals go.

    >>> term_of("“Same” padding")
    'same padding'
    """
    return re.sub(r'["“”]', "", found).lower()


class GlossaryLinks(SphinxPostTransform):
    """Mark the first use of each term as a cross-reference, before these are resolved."""

    default_priority = 5  # Sphinx resolves at 10
    formats = ("html",)  # which ePub and the one-page build count as

    def run(self, **options: Any) -> None:
        """Go through the running text of a page."""
        objects = self.env.get_domain("std").get_objects()
        terms = {name for name, _, kind, *_ in objects if kind == "term"}
        if not terms or self.env.docname.startswith(LEFT_ALONE):
            return
        find = pattern(terms)
        for text in list(self.document.findall(nodes.Text)):
            if terms and self.is_running_text(text):
                self.link(text, find, terms)

    def is_running_text(self, text: nodes.Text) -> bool:
        """Whether a piece of text stands in a paragraph and in nothing that is left alone."""
        above, node = [], text.parent
        while node is not None:
            above.append(node)
            node = node.parent
        return any(isinstance(node, PLACES) for node in above) and not any(
            isinstance(node, NOT_WITHIN) for node in above
        )

    def link(self, text: nodes.Text, find: re.Pattern[str], terms: set[str]) -> None:
        """Replace a text by itself with links; terms linked are taken from the set."""
        pieces, end = [], 0
        for match in find.finditer(text.astext()):
            term = term_of(match[0])
            term = term if term in terms else term.removesuffix("s")
            if term in terms:
                terms.remove(term)
                pieces += [nodes.Text(text.astext()[end : match.start()]), self.reference(term, match[0])]
                end = match.end()
        if pieces:
            text.parent.replace(text, [*pieces, nodes.Text(text.astext()[end:])])

    def reference(self, term: str, words: str) -> addnodes.pending_xref:
        """Return a reference to a term, not yet resolved."""
        inner = nodes.inline(words, words, classes=["glossary-link"])
        options = {"refdomain": "std", "reftype": "term", "reftarget": term, "refexplicit": True, "refwarn": True}
        return addnodes.pending_xref("", inner, refdoc=self.env.docname, **options)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(GlossaryLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

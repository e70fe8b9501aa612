"""The index of terms: where each is defined, and which headings have it."""

from pathlib import Path

import yaml
from docutils import nodes
from glossary_links import GLOSSARY, pattern, term_of
from sections import Entry, all_entries
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

FURTHER_TERMS = Path(__file__).parents[1] / "index_terms.yml"


class TermIndexPlace(nodes.General, nodes.Element):
    """Where the index will stand."""


class TermIndex(SphinxDirective):
    """`{term-index}`: terms, where they are defined and which headings have them."""

    def run(self) -> list[nodes.Node]:
        """Leave a mark: headings and terms are known when all pages are read."""
        return [TermIndexPlace()]


def occurrences(found: list[Entry], further: list[str]) -> dict[str, list[Entry]]:
    """Return {term: its definition and the headings that have it}, in alphabetical order.

    >>> pages = [Entry(GLOSSARY, "term-stride", "stride", "Distance"), Entry("a", "b", "Strides in a U-Net", "")]
    >>> {term: [each.heading for each in where] for term, where in occurrences(pages, ["U-Net"]).items()}
    {'stride': ['stride', 'Strides in a U-Net'], 'U-Net': ['Strides in a U-Net']}
    """
    defined = {each.heading: each for each in found if each.page == GLOSSARY and each.anchor.startswith("term-")}
    by_word = {term.lower(): term for term in (*defined, *further)}
    find, where = pattern(by_word), {term: [defined[term]] if term in defined else [] for term in by_word.values()}
    for each in found:
        if each not in defined.values():
            for match in find.finditer(each.heading):
                term = by_word.get(term_of(match[0])) or by_word[term_of(match[0]).removesuffix("s")]
                where[term] += [each] if each not in where[term] else []
    return dict(sorted(where.items(), key=lambda pair: pair[0].lower()))


def link(app: Sphinx, here: str, each: Entry) -> nodes.paragraph:
    """Return a link to an entry, with its page where the heading is not the page's."""
    uri = app.builder.get_relative_uri(here, each.page) + (f"#{each.anchor}" if each.anchor else "")
    is_definition = each.page == GLOSSARY and each.anchor.startswith("term-")
    reference = nodes.reference("", "definition" if is_definition else each.heading, refuri=uri)
    title = app.env.titles[each.page].astext()
    return nodes.paragraph(
        "", "", reference, nodes.Text("" if each.heading == title or is_definition else f", {title}")
    )


def write_index(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the mark by the list."""
    for place in list(doctree.findall(TermIndexPlace)):
        further = yaml.safe_load(FURTHER_TERMS.read_text(encoding="utf-8"))
        items = [
            nodes.definition_list_item(
                "",
                nodes.term("", term),
                nodes.definition(
                    "", nodes.bullet_list("", *(nodes.list_item("", link(app, docname, each)) for each in where))
                ),
            )
            for term, where in occurrences(all_entries(app.env), further).items()
        ]
        place.replace_self(nodes.definition_list("", *items, classes=["term-index"]))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and the hook."""
    app.add_node(TermIndexPlace)
    app.add_directive("term-index", TermIndex)
    app.connect("doctree-resolved", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

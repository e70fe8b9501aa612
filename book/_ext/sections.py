"""A search that leads to sections, where Sphinx's leads to pages.

Every section and every term of the glossary is an entry of its own, in a script that the search page alone loads
(`search.js`), so that it works from a folder too.
"""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from site_address import only_links
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

# What is not read as text: code and its outputs, formulas, comments, self-tests.
LEFT_OUT = (nodes.literal_block, nodes.raw, nodes.math, nodes.math_block, nodes.comment, addnodes.index)
NOT_ENTRIES = {"Further reading", "References"}
READ = 600  # characters of a section that are kept as they stand
SCRIPTS = ("searchtools.js", "language_data.js", "doctools.js", "sphinx_highlight.js")


class Entry(NamedTuple):
    """A place to find: a section, or a term of the glossary."""

    page: str
    anchor: str
    heading: str
    text: str


def words(node: nodes.Node) -> Iterator[str]:
    """Yield the text of a node, without that of the sections and terms in it.

    >>> within = nodes.section("", nodes.title("", "Uneven strides"))
    >>> list(words(nodes.section("", nodes.title("", "Strides"), nodes.paragraph("", "Two cells."), within)))
    ['Two cells.']
    """
    for child in node.children:
        if isinstance(child, nodes.paragraph | nodes.caption | nodes.term | nodes.literal):
            yield "" if only_links(child) else plain(child)
        elif not isinstance(child, (nodes.section, nodes.title, addnodes.glossary, *LEFT_OUT)):
            yield from words(child)


def plain(node: nodes.Node) -> str:
    """Return a paragraph's text without its formulas."""
    texts = (text for text in node.findall(nodes.Text) if not isinstance(text.parent, LEFT_OUT))
    return "".join(text.astext() for text in texts)


def entries(page: str, document: nodes.document) -> Iterator[Entry]:
    """Yield the entries of a page; the first, its title's, has no anchor."""
    for section in document.findall(nodes.section):
        anchor = "" if isinstance(section.parent, nodes.document) else section["ids"][0]
        heading = section.next_node(nodes.title).astext()
        if heading not in NOT_ENTRIES:
            yield Entry(page, anchor, heading, squeezed(words(section)))
    for item in document.findall(nodes.definition_list_item):
        if isinstance(item.parent.parent, addnodes.glossary):
            for term in item.findall(nodes.term):
                yield Entry(page, term["ids"][0], term.astext(), squeezed(words(item[-1])))


def squeezed(texts: Iterator[str]) -> str:
    """Return texts as one, with single blanks."""
    return " ".join(" ".join(texts).split())


def all_entries(env: BuildEnvironment) -> list[Entry]:
    """Return the entries of all pages in the order of the table of contents."""
    return [entry for page in env.collect_relations() for entry in entries(page, env.get_doctree(page))]


def no_sphinx_search(app: Sphinx) -> None:
    """Let Sphinx make no index of words."""
    if app.builder.name == "html":
        app.builder.search = False  # type: ignore[attr-defined]


def search_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Return the page: its name, its context and its template in book/_templates."""
    return [("search", {"title": "Search"}, "search.html")] if app.builder.name == "html" else []


def shortened(text: str, length: int = READ) -> tuple[str, str]:
    """Return the beginning of a text, and the words that come only later, each once: enough to find it.

    >>> shortened("A kernel of 3 cells and a stride of 2: the kernel fits 7 times, the stride is large.", 38)
    ('A kernel of 3 cells and a stride of 2:', 'fits large the times')
    """
    if len(text) <= length:
        return text, ""
    begin = text[: text.rfind(" ", 0, length + 1)]
    later = set(re.findall(r"[^\W\d_]\w{2,}", text[len(begin) :].lower()))
    return begin, " ".join(sorted(later - set(re.findall(r"\w+", begin.lower()))))


def write_entries(app: Sphinx, exception: Exception | None) -> None:
    """Write the entries as a script: a page opened from a folder may load scripts, but no data."""
    if exception or app.builder.name != "html":
        return
    pages = [
        {
            "page": page,
            "title": app.env.titles[page].astext(),
            "sections": [(each.anchor, each.heading, *shortened(each.text)) for each in found],
        }
        for page, found in groupby(all_entries(app.env), key=lambda each: each.page)
    ]
    static = Path(app.outdir) / "_static"
    text = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    (static / "course_sections.js").write_text(f"globalThis.courseSections = {text};\n", encoding="utf-8")
    for name in SCRIPTS:
        (static / name).unlink(missing_ok=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the page and its script."""
    app.connect("builder-inited", no_sphinx_search)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write_entries)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

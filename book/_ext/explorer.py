"""The interactive figure on the pages that have a place for it, and its scripts on those pages alone.

A page of MyST names the place itself, with the directive `explorer`. A notebook has portable Markdown only, so the
places in chapters stand in `book/explorer_placements.yml`: after which section the figure comes, and how it begins.
Where scripts do not run (no JavaScript, the PDF, the ePub), the place says what it is and where the figure is found.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxTranslator
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
PAGE = "book/explorer"
PLACEMENTS = Path(__file__).parents[1] / "explorer_placements.yml"
# In the order in which they need each other.
SCRIPTS = ("arithmetic", "state", "words", "presets", "drawing", "models", "controls", "panels", "explorer")


class ExplorerPlace(nodes.General, nodes.Element):
    """Where the figure stands; its children are for readers without it."""


def make_place(title: str, link: str, presets: Sequence[str] | None = None, page: str = PAGE) -> ExplorerPlace:
    """Return the node of a place.

    Parameters
    ----------
    title : str
        What the figure shows there.
    link : str
        The state it begins with: what follows `#explorer?` in a shared link.
    presets : list of str, optional
        Ids of the questions to offer; all of them, where it is None.
    page : str
        The document with the figure on a page of its own.

    Examples
    --------
    >>> make_place("Strides", "s=2x2", ["same-stride"])[1].astext()
    'An interactive figure: it needs JavaScript. It is found on the website, in the explorer.'
    """
    head = nodes.paragraph("", title, classes=["explorer-title"])
    reference = addnodes.pending_xref(
        "", nodes.inline("", "the explorer"), refdomain="std", reftype="doc", reftarget=f"/{page}", refexplicit=True
    )
    text = "An interactive figure: it needs JavaScript. It is found on the website, in "
    note = nodes.paragraph("", "", nodes.Text(text), reference, nodes.Text("."))
    return ExplorerPlace("", head, note, link=link, presets=presets)


class ExplorerDirective(SphinxDirective):
    """`explorer`: the figure at this place, with the title as its argument."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"link": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Return the place."""
        place = make_place(self.arguments[0], self.options.get("link", ""))
        for reference in place.findall(addnodes.pending_xref):
            reference["refdoc"] = self.env.docname
        return [place]


def placements() -> dict[str, dict[str, Any]]:
    """Return {document: {after, title, link, presets}} for the chapters."""
    return yaml.safe_load(PLACEMENTS.read_text(encoding="utf-8"))


def section_of(doctree: nodes.document, name: str) -> nodes.section | None:
    """Return the section with this title, or None."""
    return next((section for section in doctree.findall(nodes.section) if section[0].astext() == name), None)


def insert_place(app: Sphinx, doctree: nodes.document) -> None:
    """Put a chapter's figure at the end of its section, before the first section within."""
    docname = app.env.docname
    wanted = placements().get(docname)
    if not wanted:
        return
    section = section_of(doctree, wanted["after"])
    if section is None:
        LOGGER.warning("no section %r for the explorer; see %s", wanted["after"], PLACEMENTS.name, location=docname)
        return
    place = make_place(wanted["title"], wanted["link"], wanted["presets"])
    for reference in place.findall(addnodes.pending_xref):
        reference["refdoc"] = docname
    inner = [number for number, child in enumerate(section) if isinstance(child, nodes.section)]
    section.insert(inner[0] if inner else len(section), place)


def visit_html(translator: HTML5Translator, node: ExplorerPlace) -> None:
    """Open the place, with what the script needs as attributes."""
    if translator.builder.name == "epub":
        return
    docname = translator.builder.current_docname
    data = {"data-link": node["link"]}
    if node["presets"] is not None:
        data["data-presets"] = " ".join(node["presets"])
    if docname != PAGE:
        builder = translator.builder
        data["data-page"] = relative_uri(builder.get_target_uri(docname), builder.get_target_uri(PAGE))
    translator.body.append(translator.starttag(node, "div", CLASS="explorer", IDS=["explorer"], **data))


def depart_html(translator: HTML5Translator, node: ExplorerPlace) -> None:
    """Close the place."""
    if translator.builder.name != "epub":
        translator.body.append("</div>\n")


def ignore(translator: SphinxTranslator, node: ExplorerPlace) -> None:
    """Write the children alone."""


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load scripts and style on pages that have a place, and on no other."""
    if app.builder.name == "epub" or doctree is None or next(doctree.findall(ExplorerPlace), None) is None:
        return
    for name in SCRIPTS:
        app.add_js_file(f"explorer/{name}.js", loading_method="defer")
    app.add_css_file("explorer/explorer.css")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, the node and the two steps of a build."""
    app.add_node(ExplorerPlace, html=(visit_html, depart_html), latex=(ignore, ignore), text=(ignore, ignore))
    app.add_directive("explorer", ExplorerDirective)
    app.connect("doctree-read", insert_place)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

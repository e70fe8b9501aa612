"""The interactive figure on the pages that have a place for it, and its scripts on those pages alone.

A page of MyST names the place itself, with the directive `explorer`. A notebook has portable Markdown only, so the
places in chapters stand in `book/explorer_placements.yml`: how the figure begins, after the chapter's first paragraph.
Where scripts do not run (no JavaScript, the PDF, the ePub), the place says what it is and where the figure is found.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

PAGE = "book/explorer"
PLACEMENTS = Path(__file__).parents[1] / "explorer_placements.yml"
# In the order in which they need each other.
SCRIPTS = (
    *("arithmetic", "state", "words", "presets", "drawing", "models"),
    *("views", "code", "controls", "panels", "explorer"),
)


class ExplorerPlace(nodes.General, nodes.Element):
    """Where the figure stands; its children are for readers without it."""


def make_place(
    title: str, link: str, presets: Sequence[str] | None = None, panel: str = "", height: str = "", page: str = PAGE
) -> ExplorerPlace:
    """Return the node of a place.

    Parameters
    ----------
    title : str
        What the figure shows there.
    link : str
        The state it begins with: what follows `#explorer?` in a shared link.
    presets : list of str, optional
        Ids of the questions to offer; all of them, where it is None.
    panel : str
        What is open below the figure, such as "costs".
    height : str
        Pixels to keep free before the figure is drawn, on a wide page and on a phone, such as "900 1300".
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
    return ExplorerPlace("", head, note, link=link, presets=presets, panel=panel, height=height)


class ExplorerDirective(SphinxDirective):
    """`explorer`: the figure at this place, with the title as its argument.

    What stands within is for readers without scripts.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = dict.fromkeys(("link", "presets", "panel", "height"), directives.unchanged_required)

    def run(self) -> list[nodes.Node]:
        """Return the place."""
        options = {"link": "", **self.options}
        if "presets" in options:
            options["presets"] = options["presets"].split()
        place = make_place(self.arguments[0], **options)
        place += self.parse_content_to_nodes()
        for reference in place.findall(addnodes.pending_xref):
            reference["refdoc"] = self.env.docname
        return [place]


@cache
def placements() -> dict[str, dict[str, Any]]:
    """Return {document: {title, link, presets, panel, height}} for the chapters."""
    return yaml.safe_load(PLACEMENTS.read_text(encoding="utf-8"))


def insert_place(app: Sphinx, doctree: nodes.document) -> None:
    """Put a chapter's figure after its links and its first paragraph."""
    docname = app.env.docname
    wanted = placements().get(docname)
    if not wanted:
        return
    app.env.note_dependency(str(PLACEMENTS))
    place = make_place(**wanted)
    for reference in place.findall(addnodes.pending_xref):
        reference["refdoc"] = docname
    chapter = next(doctree.findall(nodes.section))
    paragraphs = [number for number, child in enumerate(chapter) if isinstance(child, nodes.paragraph)]
    chapter.insert(paragraphs[1] + 1, place)


def visit_html(translator: HTML5Translator, node: ExplorerPlace) -> None:
    """Open the place, with what the script needs as attributes."""
    if translator.builder.name == "epub":
        return
    docname = translator.builder.current_docname
    data = {"data-link": node["link"]}
    if node["panel"]:
        data["data-open"] = node["panel"]
    if node["presets"] is not None:
        data["data-presets"] = " ".join(node["presets"])
    if node["height"]:
        data["style"] = "--tall: {}px; --narrow: {}px".format(*node["height"].split())
    if docname != PAGE:
        builder = translator.builder
        data["data-page"] = relative_uri(builder.get_target_uri(docname), builder.get_target_uri(PAGE))
    translator.body.append(translator.starttag(node, "div", CLASS="explorer", IDS=["explorer"], **data))


def depart_html(translator: HTML5Translator, node: ExplorerPlace) -> None:
    """Close the place."""
    if translator.builder.name != "epub":
        translator.body.append("</div>\n")


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
    app.add_node(ExplorerPlace, html=(visit_html, depart_html))
    app.add_directive("explorer", ExplorerDirective)
    app.connect("doctree-read", insert_place)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

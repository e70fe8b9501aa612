"""What a book to take along leaves out: links to open a notebook, editors, figures that move, buttons.

In a printed page of the site, course.css leaves them out; here they are taken from the PDF and the ePub.
"""

from docutils import nodes
from explorer import ExplorerPlace
from site_address import only_links
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from try_it import TITLE as TRY_IT
from try_it import TryIt

BOOKS = ("epub", "singlehtml")  # the latter becomes the PDF
PAGES_ON_A_SCREEN = ("book/explorer", "book/progress")
ON_A_SCREEN = {"button", "downloads", "sd-container-fluid"}


def is_for_a_screen(node: nodes.Node) -> bool:
    """Whether a node is of use on a screen alone, or a section of which nothing is left.

    >>> is_for_a_screen(nodes.reference("", "Begin", classes=["button"]))
    True
    >>> is_for_a_screen(nodes.section("", nodes.title("", "Summary"), nodes.paragraph("", "All of it.")))
    False
    """
    if isinstance(node, nodes.section):
        return node.next_node(nodes.title).astext() == TRY_IT or len(node) == 1
    if isinstance(node, nodes.paragraph):
        return only_links(node)
    marked = isinstance(node, nodes.Element) and ON_A_SCREEN & set(node.get("classes", []))
    return isinstance(node, ExplorerPlace | TryIt) or bool(marked)


def refer_to_the_website(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave of a page its title and its address; the PDF, one page for Sphinx, leaves it out whole (book/paper.js)."""
    title = doctree.next_node(nodes.title)
    address = f"{app.config.html_baseurl}{docname}.html"
    link = nodes.paragraph("", "On the course's website: ", nodes.reference("", address, refuri=address))
    doctree.children = []
    doctree += nodes.section("", title, link, ids=title.parent["ids"])


def leave_out(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Remove from a book what is for a screen, and mark for the printed page what style sheets can't find."""
    if app.builder.name == "epub" and docname in PAGES_ON_A_SCREEN:
        refer_to_the_website(app, doctree, docname)
    if app.builder.name in BOOKS:
        for kind in (nodes.Element, nodes.section):  # then the sections that held nothing else
            for node in [node for node in doctree.findall(kind) if is_for_a_screen(node)]:
                if node.parent is not None and node in node.parent:
                    node.parent.remove(node)
    for paragraph in doctree.findall(nodes.paragraph):
        if only_links(paragraph):
            paragraph["classes"].append("only-links")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run when references are resolved."""
    app.connect("doctree-resolved", leave_out, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

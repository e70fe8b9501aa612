"""Where the site will stand: GitHub Pages' address for the repository in `_config.yml`.

Canonical links and the cards that other sites show for a link need absolute addresses. They are derived, so that `make
address` has nothing more to stamp; a site that stands elsewhere names its address as `html_baseurl` in `_config.yml`.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from autograder.paths import pages_address


def derive_address(app: Sphinx, config: Config) -> None:
    """Fill in the settings that hold the site's address."""
    if not config.html_baseurl:
        config.html_baseurl = pages_address(config.html_theme_options["repository_url"])
    config.ogp_site_url = config.html_baseurl


def only_links(paragraph: nodes.paragraph) -> bool:
    """Whether a paragraph holds links and what separates them, like the one with a notebook's badges."""
    words = [node for node in paragraph.findall(nodes.Text) if not isinstance(node.parent, nodes.reference)]
    return paragraph.next_node(nodes.reference) is not None and not re.search(r"\w", "".join(words))


def describe_by_text(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Take badges out of the tree that a page's description comes from; the page itself is written already."""
    for paragraph in list(doctree.findall(nodes.paragraph)) if doctree else ():
        if only_links(paragraph):
            paragraph.parent.remove(paragraph)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run before sphinxext.opengraph, which uses both."""
    app.connect("config-inited", derive_address)
    app.connect("html-page-context", describe_by_text, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

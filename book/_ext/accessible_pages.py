"""What axe finds in the theme's pages, mended where the theme leaves no setting for it."""

import re
from html import unescape
from typing import Any

from docutils import nodes
from markupsafe import Markup, escape
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

BRANCH = re.compile(r"(<a\b[^>]*>(?P<title>[^<]*)</a><details[^>]*><summary)(?=>)")
# docutils gives sources a role that ARIA has withdrawn, within a list that allows only list items.
ROLES = {'role="doc-biblioentry"': 'role="listitem"', 'role="doc-backlink"': "", 'role="doc-noteref"': ""}


def name_branches(html: str) -> str:
    """Return the table of contents with a name for each part that opens and closes.

    Examples
    --------
    >>> name_branches('<a href="02.html">Strides</a><details><summary><i></i></summary></details>')
    '<a href="02.html">Strides</a><details><summary aria-label="Pages of Strides"><i></i></summary></details>'
    """
    return BRANCH.sub(lambda match: f'{match[1]} aria-label="Pages of {escape(unescape(match["title"]))}"', html)


def plain_roles(html: str) -> str:
    """Return HTML with today's roles for a bibliography.

    Examples
    --------
    >>> plain_roles('<div role="list"><div id="a" role="doc-biblioentry">...</div></div>')
    '<div role="list"><div id="a" role="listitem">...</div></div>'
    """
    for old, new in ROLES.items():
        html = html.replace(old, new)
    return html


def mend(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Mend a page's text, and its table of contents when the template asks for it."""
    contents = context.get("generate_toctree_html")
    if contents:
        context["generate_toctree_html"] = lambda *args, **options: Markup(
            name_branches(str(contents(*args, **options)))
        )
    if "body" in context:
        context["body"] = plain_roles(context["body"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run after the theme has put its functions into the context."""
    app.connect("html-page-context", mend, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

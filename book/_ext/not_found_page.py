"""404.html: one file that a server shows at any address, so it finds the site's root by itself and loads nothing."""

from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def pages(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Return the page: its name, its context and its template in book/_templates."""
    titles = app.env.titles
    chapters = [name for name in app.env.toctree_includes.get(app.config.root_doc, []) if name in titles]
    context = {
        "course": titles[app.config.root_doc].astext(),
        "front": app.builder.get_target_uri(app.config.root_doc),
        "chapters": [(app.builder.get_target_uri(name), titles[name].astext()) for name in chapters],
        "base": urlsplit(app.config.html_baseurl).path,
    }
    return [("404", context, "not_found.html")] if app.builder.name == "html" else []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the page."""
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

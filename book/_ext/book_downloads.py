"""The book as ePub, and the copies of the notebooks to download; `make site` adds PDF and zip (book/build.py)."""

import posixpath
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

sys.path.append(str(Path(__file__).parents[1]))
from cover import draw

NAME = "padding-strides-pooling"
EPUB_STYLES = ("pygments.css", "epub.css", "e_book.css")
COVER = "_static/cover.png"


def plain_book(app: Sphinx) -> None:
    """Leave out of the ePub what belongs to the site: notebooks to launch, its first address, its fonts and scripts."""
    builder = app.builder
    if isinstance(builder, Epub3Builder):
        get_toc = builder.get_toc
        builder.get_toc = lambda: with_straight_paths(builder, get_toc)  # type: ignore[method-assign]
        app.config.html_theme_options = {**app.config.html_theme_options, "launch_buttons": {}}
        app.config.html_extra_path = []
        cover = Path(app.outdir) / COVER
        cover.parent.mkdir(parents=True, exist_ok=True)
        draw(cover, app.config.html_title, app.config.author, f"Version {app.config.version}")


def with_straight_paths(builder: Epub3Builder, get_toc: Callable[[], None]) -> None:
    """Read the ePub's table of contents; Sphinx misses pages in it when the front page lies in a folder."""
    get_toc()
    for entry in builder.refnodes:
        entry["refuri"] = posixpath.normpath(entry["refuri"])


def plain_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page of the ePub the styles of a book."""
    if app.builder.name == "epub":
        context["css_files"] = [css for css in context["css_files"] if str(css.filename).endswith(EPUB_STYLES)]
        context["script_files"] = []


def link_to_own_copy(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a notebook's *Download* fetch the copy that the site carries: it is the one shown, and needs no network."""
    if app.builder.name == "html" and "body" in context and "sourcename" in context:
        copy = context["pathto"](f"_sources/{context['sourcename']}", 1)
        there = rf'href="https://raw\.githubusercontent\.com/[^"]*/{re.escape(context["sourcename"])}"'
        context["body"] = re.sub(there, f'href="{copy}" download', context["body"])


def name_book(app: Sphinx, config: Config) -> None:
    """Fill in what an ePub must say of itself; the version stands in pyproject.toml, the title in _config.yml.

    Every builder gets the same, or Sphinx would read all sources anew for the next one.
    """
    project = tomllib.loads((Path(app.srcdir) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    config.version = config.release = project["version"]
    config.project = config.epub_title = config.html_title
    config.epub_basename = config.epub_uid = config.epub_identifier = NAME
    config.epub_description = project["description"]
    config.epub_contributor = config.author
    config.epub_use_index, config.epub_tocscope, config.epub_tocdup = False, "includehidden", False
    config.epub_css_files = ["e_book.css"]
    config.epub_cover = (COVER, "")
    static = Path(app.srcdir) / "book" / "_static"
    own = [path.relative_to(static) for path in sorted(static.rglob("*")) if path.suffix != ".svg"]
    left_out = [f"_static/{path.as_posix()}" for path in own if path.name != "e_book.css"]
    config.epub_exclude_files = [*left_out, "genindex.xhtml"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the hooks."""
    app.connect("config-inited", name_book)
    app.connect("builder-inited", plain_book)
    app.connect("html-page-context", plain_page, priority=990)
    app.connect("html-page-context", link_to_own_copy, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The book as PDF, as ePub and as a folder to read offline.

`book/downloads.py` makes the first two in `_build/downloads`. The site takes along what it finds there and a zip of
itself, and its front page lists them where `{downloads}` stands.
"""

import posixpath
import re
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

sys.path.append(str(Path(__file__).parents[1]))
from cover import draw

NAME = "padding-strides-pooling"
WORDS = {
    "pdf": "to print, or to read with bookmarks",
    "epub": "for an e-book reader; formulas need one that shows MathML",
    "zip": "this site to unpack and open from a folder, without a network: begin with index.html",
}
LABELS = {"pdf": "PDF", "epub": "ePub", "zip": "Zip"}
LIST = re.compile(r'<ul class="downloads[^"]*">.*?</ul>', re.DOTALL)
EPUB_STYLES = ("pygments.css", "epub.css", "e_book.css")
COVER = "_static/cover.png"
OFFLINE = "<p>This is the copy to read offline.</p>"


class DownloadsPlace(nodes.General, nodes.Element):
    """Where the list of downloads will stand."""


class Downloads(SphinxDirective):
    """`{downloads}`: the list of what can be downloaded."""

    def run(self) -> list[nodes.Node]:
        """Leave a mark; what there is to download is looked up when the site is written."""
        return [DownloadsPlace()]


def folder(app: Sphinx) -> Path:
    """Return the folder of the files made before the site."""
    return Path(app.srcdir) / "_build" / "downloads"


def files(app: Sphinx) -> list[str]:
    """Return the names of the site's downloads."""
    made = [f"{NAME}.{kind}" for kind in ("pdf", "epub") if (folder(app) / f"{NAME}.{kind}").exists()]
    return [*made, f"{NAME}.zip"]


def item(uri: str, name: str) -> nodes.list_item:
    """Return a list item that links to a download."""
    kind = name.rsplit(".", 1)[1]
    link = nodes.reference("", LABELS[kind], refuri=uri + name)
    return nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(f": {WORDS[kind]}")))


def write_list(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the mark by the list, or by nothing in the PDF and the ePub themselves."""
    for place in list(doctree.findall(DownloadsPlace)):
        if app.builder.name == "html":
            uri = "../" * docname.count("/") + "downloads/"
            place.replace_self(nodes.bullet_list("", *(item(uri, name) for name in files(app)), classes=["downloads"]))
        else:
            place.parent.remove(place)


def plain_book(app: Sphinx) -> None:
    """Leave out of the ePub what belongs to the site: notebooks to launch, its first address, its fonts and scripts."""
    builder = app.builder
    if isinstance(builder, Epub3Builder):
        get_toc = builder.get_toc
        builder.get_toc = lambda: with_straight_paths(builder, get_toc)  # type: ignore[method-assign]
        app.config.html_theme_options = {**app.config.html_theme_options, "launch_buttons": {}}
        app.config.html_extra_path = []
        draw_cover(app)


def draw_cover(app: Sphinx) -> None:
    """Draw the ePub's cover beside its other pictures."""
    config, cover = app.config, Path(app.outdir) / COVER
    cover.parent.mkdir(parents=True, exist_ok=True)
    draw(cover, config.html_title, config.author, f"Version {config.version}")


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


def offline(path: Path) -> bytes:
    """Return a file's bytes for the zip, which doesn't hold the downloads."""
    data = path.read_bytes()
    return LIST.sub(OFFLINE, data.decode()).encode() if path.suffix == ".html" else data


def zip_site(outdir: Path, target: Path) -> None:
    """Write the site without its downloads into a zip, below one folder."""
    pages = [path for path in sorted(outdir.rglob("*")) if path.is_file() and target.parent not in path.parents]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pages:
            archive.writestr(f"{NAME}/{path.relative_to(outdir).as_posix()}", offline(path))


def add_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Put the downloads beside the pages, when these are as they will stay."""
    if exception is None and app.builder.name == "html":
        target = Path(app.outdir) / "downloads"
        target.mkdir(exist_ok=True)
        for name in files(app)[:-1]:
            shutil.copy(folder(app) / name, target)
        zip_site(Path(app.outdir), target / f"{NAME}.zip")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and the hooks; the zip is made last."""
    app.add_node(DownloadsPlace)
    app.add_directive("downloads", Downloads)
    app.connect("config-inited", name_book)
    app.connect("builder-inited", plain_book)
    app.connect("doctree-resolved", write_list)
    app.connect("html-page-context", plain_page, priority=990)
    app.connect("html-page-context", link_to_own_copy, priority=900)
    app.connect("build-finished", add_downloads, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

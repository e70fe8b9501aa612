"""The book as PDF, ePub and zip, made of what Sphinx builds for it; book/build.py calls this."""

import io
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import yaml

if TYPE_CHECKING:  # only a PDF needs it, and it takes its time
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
sys.path.insert(0, str(ROOT / "book"))
from book_downloads import NAME  # noqa: E402  the folders are on Sphinx's path, not on Python's
from cover import draw  # noqa: E402

# What the book's pages hold that an ePub has to declare in its list of files.
DECLARED = {"mathml": "<math", "svg": "<svg", "remote-resources": ' src="http', "scripted": "<script"}


def setting(name: str) -> str:
    """Return a setting of `_config.yml`.

    >>> setting("title")
    'Padding, strides and pooling'
    """
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))[name]


def edition() -> str:
    """Return what a cover says of the version."""
    return f"Version {tomllib.loads((ROOT / 'pyproject.toml').read_text(encoding='utf-8'))['project']['version']}"


def with_properties(manifest: str, texts: dict[str, str]) -> str:
    """Return an ePub's list of files that says which is the cover and which hold formulas, as ePub 3 requires.

    Parameters
    ----------
    manifest : str
        The content of content.opf.
    texts : dict of str to str
        The pages by their names in the list.

    Examples
    --------
    >>> manifest = '<item href="a.xhtml" id="a" /><item href="b.xhtml" id="b" />'
    >>> with_properties(manifest, {"a.xhtml": "<math>", "b.xhtml": ""})
    '<item href="a.xhtml" id="a" properties="mathml" /><item href="b.xhtml" id="b" />'
    """

    def declare(match: re.Match[str]) -> str:
        text = texts.get(match[1], "")
        found = " ".join(name for name, mark in DECLARED.items() if mark in text)
        found = "cover-image" if match[1].endswith("/cover.png") else found
        return f'{match[0][:-2].rstrip()} properties="{found}" />' if found else match[0]

    return re.sub(r'<item\b(?![^>]*\bproperties=)[^>]*\bhref="([^"]*)"[^>]*/>', declare, manifest)


def complete_epub(source: Path, target: Path) -> Path:
    """Copy Sphinx's ePub, with a list of files that is complete; return the copy."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        texts = {name: old.read(name).decode() for name in old.namelist() if name.endswith(".xhtml")}
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("content.opf"):
                data = with_properties(data.decode(), texts).encode()
            new.writestr(info, data)
    return target


def one_page(folder: Path) -> Path:
    """Return Sphinx's one page with its links in order: they count from the top folder, but it lies in book/."""
    text = (folder / "book" / "index.html").read_text(encoding="utf-8")
    page = folder / "book.html"
    page.write_text(text.replace('href="book/index.html#', 'href="#'), encoding="utf-8")
    return page


def bookmarks(entry: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield a PDF's bookmarks below an entry, in the order of the text."""
    inner = entry.get("/First")
    while inner is not None:
        yield inner
        yield from bookmarks(inner)
        inner = inner.get("/Next")


def prepare(tab: "Page", source: Path) -> None:
    """Open Sphinx's one page and make a book of it: see book/paper.js."""
    picture = source.with_name("cover.png")
    words = {"title": setting("title"), "authors": setting("author"), "edition": edition()}
    draw(picture, **words)
    tab.goto(source.as_uri())
    tab.add_style_tag(path=ROOT / "book" / "paper.css")
    tab.add_script_tag(path=ROOT / "book" / "paper.js")
    tab.evaluate("Paper.prepare", words | {"picture": picture.as_uri()})


def printed(tab: "Page", background: bool) -> pikepdf.Pdf:
    """Return what Chromium prints of a page now."""
    data = tab.pdf(prefer_css_page_size=True, print_background=background, outline=background, tagged=True)
    return pikepdf.open(io.BytesIO(data))


def print_page(browser: str, folder: Path, target: Path) -> Path:
    """Print Sphinx's one page as a PDF with a cover, contents, running heads and bookmarks; return the PDF."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        tab = chromium.new_page(color_scheme="light")
        prepare(tab, one_page(folder))
        whole = printed(tab, background=True)
        headings, places = tab.evaluate("Paper.headings()"), tab.evaluate("Paper.listed()")
        # Chromium can't refer to pages, so the numbers of the contents are printed on their own and laid over.
        tab.evaluate("Paper.number", [page_of(whole, name) for name in places])
        numbers = printed(tab, background=False)
        chromium.close()
    complete(whole, numbers, headings)
    whole.save(target)
    return target


def page_of(pdf: pikepdf.Pdf, name: str) -> int:
    """Return the number of the page with an element that a link leads to, by its id."""
    return pikepdf.Page(pdf.Root.Dests[f"/{name}"][0]).index + 1


def complete(book: pikepdf.Pdf, numbers: pikepdf.Pdf, headings: Sequence[str]) -> None:
    """Lay the numbers over the contents, and give each bookmark its heading.

    Chromium writes the words of a heading that begins a page twice into its bookmark.
    """
    for page, over in zip(book.pages, numbers.pages, strict=False):
        page.add_overlay(over, pikepdf.Rectangle(page.mediabox))
    for bookmark, heading in zip(bookmarks(book.Root.Outlines), headings, strict=True):
        bookmark.Title = pikepdf.String(heading)


def zip_site(site: Path, target: Path, changed: Mapping[Path, str]) -> Path:
    """Write a site into a zip, below one folder, with other texts for some of its files; return the zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file():
                archive.writestr(f"{NAME}/{path.relative_to(site).as_posix()}", changed.get(path) or path.read_bytes())
    return target

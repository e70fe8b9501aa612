"""The program behind `make downloads`: the whole book as ePub and, where there is a Chromium to print it, as PDF.

Both come from the sources of the site, through Sphinx's builders. The site takes them along when it is built after them
(book/_ext/book_downloads.py).

    python book/downloads.py epub pdf
    python book/downloads.py --printer   # names the browser that would print; the Makefile keeps it
"""

import argparse
import io
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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

# The first has no windows, and prints in two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
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


def build(builder: str) -> Path:
    """Build the book with one of Sphinx's builders, strictly; return the folder of the result."""
    folder = ROOT / "_build" / builder
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--builder", "custom", "--custom-builder", builder, "-W", "--keep-going", "-n"]
    command = ["jupyter-book", "build", ".", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nThe {builder} of the book could not be built: see above.")
    return folder


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


def complete_epub(source: Path, target: Path) -> None:
    """Copy Sphinx's ePub, with a list of files that is complete."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        texts = {name: old.read(name).decode() for name in old.namelist() if name.endswith(".xhtml")}
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("content.opf"):
                data = with_properties(data.decode(), texts).encode()
            new.writestr(info, data)


def make_epub(target: Path) -> None:
    """Make the ePub."""
    complete_epub(next(build("epub").glob("*.epub")), target)


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


def print_page(browser: str, source: Path, target: Path) -> None:
    """Print Sphinx's one page as a PDF with a cover, contents, running heads and bookmarks, its folds opened."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        tab = chromium.new_page(color_scheme="light")
        prepare(tab, source)
        whole = printed(tab, background=True)
        headings, places = tab.evaluate("Paper.headings()"), tab.evaluate("Paper.listed()")
        # Chromium can't refer to pages, so the numbers of the contents are printed on their own and laid over.
        tab.evaluate("Paper.number", [page_of(whole, name) for name in places])
        numbers = printed(tab, background=False)
        chromium.close()
    complete(whole, numbers, headings)
    whole.save(target)


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


def printer() -> tuple[str, str]:
    """Return (the installed Chromium, the version of the driver that starts it); "" for what is missing."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not browser:
        return "", ""
    driver = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True)
    if driver.returncode:
        print(f"{browser} is there, but Playwright can't start it: {driver.stderr.strip()}", file=sys.stderr)
    return browser, "" if driver.returncode else driver.stdout.strip()


def printable() -> tuple[str, Path] | None:
    """Return the browser and the page that it prints as PDF, None where there is no browser: the PDF is an extra."""
    browser, driver = printer()
    if driver:
        return browser, one_page(build("singlehtml"))
    print("The site goes without a PDF. To install what prints it: .ci/system-packages pictures")
    return None


def make_pdf(target: Path, browser: str, page: Path) -> None:
    """Make the PDF, or say why there is none."""
    from playwright.sync_api import Error

    try:
        print_page(browser, page, target)
    except Error as error:
        target.unlink(missing_ok=True)
        print(f"{browser} could not print the PDF, so the site goes without it: {error.message}")


KINDS = ("pdf", "epub")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the whole book as one file.")
    parser.add_argument("kinds", nargs="*", help="epub, pdf; both where none is named")
    parser.add_argument("--printer", action="store_true", help="print the browser and driver that would print the PDF")
    options = parser.parse_args(arguments)
    if options.printer:
        print(*printer())
        return 0
    kinds = set(options.kinds or KINDS)
    if not kinds <= set(KINDS):
        parser.error(f"name epub, pdf or both. Received: {' '.join(options.kinds)}")
    target = ROOT / "_build" / "downloads" / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as beside:  # the browser prints while Sphinx writes the ePub
        page = printable() if "pdf" in kinds else None
        printing = beside.submit(make_pdf, target.with_suffix(".pdf"), *page) if page else None
        if "epub" in kinds:
            make_epub(target.with_suffix(".epub"))
    if printing:
        printing.result()
    return 0


if __name__ == "__main__":
    sys.exit(main())

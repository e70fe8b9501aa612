"""The book to take along: PDF, ePub and zip are whole and open."""

import re
import subprocess
import sys
import sysconfig
import unicodedata
import xml.etree.ElementTree as ElementTree
import zipfile

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from autograder.paths import COURSE
from autograder.tests.pdf import pages_of
from autograder.tests.site.test_site import CHAPTERS, soup

NAME = "padding-strides-pooling"
PRINTER = [sys.executable, "book/build.py", "--printer"]
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
NO_BROWSER = [part for browser in BROWSERS for part in ("--ro-bind", "/dev/null", browser)]
NO_DRIVER = ("--ro-bind", "/dev/null", f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}/libatomic.so.1")


@pytest.fixture(scope="module")
def titles(site):
    """The title of each page."""
    headings = (soup(site, page).select_one("article h1") for page in CHAPTERS)
    return [heading.get_text().removesuffix("#") for heading in headings]


def test_front_page_offers_what_is_there(site):
    links = [link["href"] for link in soup(site, "book/index.html").select("ul.downloads a")]
    assert [link.rsplit(".", 1)[1] for link in links] == ["pdf", "epub", "zip"]
    assert all((site / "book" / link).is_file() for link in links)


@pytest.fixture(scope="module")
def pdf(site):
    """The PDF, opened."""
    with pikepdf.open(site / "downloads" / f"{NAME}.pdf") as opened:
        yield opened


def bookmarks(entries):
    """Yield (title, number of the page) of each bookmark, those within others too."""
    for entry in entries:
        yield entry.title, pikepdf.Page(entry.obj.Dest[0]).index
        yield from bookmarks(entry.children)


@pytest.fixture(scope="module")
def outline(pdf):
    with pdf.open_outline() as opened:
        return list(bookmarks(opened.root))


@pytest.fixture(scope="module")
def pages(site):
    """The text of each page of the PDF."""
    return pages_of(site / "downloads" / f"{NAME}.pdf")


def test_pdf_has_a_bookmark_for_each_page_but_those_of_a_screen(outline, titles):
    found = {title for title, _page in outline}
    assert [title for title in titles if title not in found] == ["Your progress", "The explorer", "Index of terms"]


def test_pdf_begins_with_a_cover_and_contents_with_each_page_beside_its_title(pdf, pages, site):
    assert pages[0].strip() == ""
    assert len(pdf.pages[0].get_images()) == 1
    links, width = list(pdf.pages[1].Annots), float(pdf.pages[1].mediabox[2])
    words = PdfDocument(site / "downloads" / f"{NAME}.pdf")[1].get_textpage()
    assert len(links) > 80
    for link in links:
        left, bottom, right, top = map(float, link.Rect)
        beside = words.get_text_bounded(right + 1, bottom, width / 2 if left < width / 2 else width, top)
        assert beside == str(pikepdf.Page(pdf.Root.Dests[link.Dest][0]).index + 1), link.Dest


def plain(text):
    """A text without blanks and ligatures, in which Chromium writes it."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_pdf_has_its_bookmarks_where_the_headings_are(outline, pages):
    """Of a heading that Chromium moved to the next page, the bookmark may lead to the end of the page before."""
    assert len(outline) > 300
    texts = [plain(page) for page in pages]
    assert [title for title, at in outline if plain(title) not in "".join(texts[at : at + 2])] == []


def drawn(page):
    """What a page draws, as bytes."""
    page.contents_coalesce()
    return page.Contents.read_bytes()


def test_pdf_has_running_heads_and_no_blank_page(pdf, pages):
    for number, page in enumerate(pages[1:], 2):
        assert page.startswith("Padding, strides and pooling"), number
        assert str(number) in page.split(), number
        assert len(drawn(pdf.pages[number - 1])) > 1500, f"page {number} is blank"
    heads = {"".join(page.splitlines()[0].split()) for page in pages[1:]}
    for title in ("2. Strides", "Exercise 1: why padding", "Answers to the self-tests"):
        assert f"Padding,stridesandpooling{''.join(title.split())}" in heads


def test_pdf_has_the_answers_at_its_end_and_nothing_for_a_screen(pages):
    where = [number for number, page in enumerate(pages) if "Answers to the self-tests" in page and number > 5]
    assert where
    assert min(where) > len(pages) - 8
    text = "\n".join(pages[1:])
    for words in ("Open in Colab", "Show the answer", "Try it here", "Run and check", "I have read this page"):
        assert words not in text
    questions = "\n".join(pages[: min(where)])
    assert not re.search(r"\bb\) Right", questions)


def test_epub_has_a_cover_contents_and_an_author(site):
    with zipfile.ZipFile(site / "downloads" / f"{NAME}.epub") as book:
        listing = book.read("content.opf").decode()
        contents = book.read("nav.xhtml").decode()
        cover = re.search(r'<item [^>]*href="([^"]*)"[^>]*properties="cover-image"', listing)
        assert book.read(cover[1]).startswith(b"\x89PNG")
        assert "<dc:creator>" in listing
        assert "unknown" not in listing
        assert [page for page in CHAPTERS if page.replace(".html", ".xhtml") not in contents] == []


def test_code_of_the_epub_fits_a_narrow_page(site, tmp_path, browser):
    with zipfile.ZipFile(site / "downloads" / f"{NAME}.epub") as book:
        book.extractall(tmp_path)
    tab = browser.new_page(viewport={"width": 360, "height": 600})
    for page in ("notebooks/01_why_padding.xhtml", "notebooks/exercises/06_classifier/06_classifier.xhtml"):
        tab.goto((tmp_path / page).as_uri())
        wide = "[...document.querySelectorAll('pre')].filter(each => each.scrollWidth > each.clientWidth + 1).length"
        assert tab.evaluate(wide) == 0
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.close()


def test_epub_is_whole(site, titles):
    with zipfile.ZipFile(site / "downloads" / f"{NAME}.epub") as book:
        assert book.infolist()[0].filename == "mimetype"
        assert book.read("mimetype") == b"application/epub+zip"
        pages = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")}
        listing = ElementTree.fromstring(book.read("content.opf"))
    kind = "{http://www.idpf.org/2007/opf}"
    files = {item.get("id"): item for item in listing.iter(f"{kind}item")}
    order = [files[entry.get("idref")].get("href") for entry in listing.iter(f"{kind}itemref")]
    assert [name for name in order if name not in pages] == []
    assert [page for page in CHAPTERS if page.replace(".html", ".xhtml") not in order] == []
    for item in files.values():
        text = pages.get(item.get("href"), "")
        assert ("<math" in text) == ("mathml" in (item.get("properties") or "")), item.get("href")
    for name, text in pages.items():
        assert ElementTree.fromstring(text) is not None, name


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The site unpacked from its zip."""
    folder = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(site / "downloads" / f"{NAME}.zip") as archive:
        archive.extractall(folder)
    return folder / NAME


def test_zip_opens_from_a_folder(visit, unpacked):
    seen = visit("index.html", address=f"{unpacked.as_uri()}/")
    seen.tab.wait_for_url("**/book/index.html")
    assert seen.tab.locator("article h1").first.is_visible()
    assert seen.tab.locator("ul.downloads").count() == 0
    assert seen.errors == []


def test_zip_holds_every_page_and_no_download(site, unpacked):
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    expected = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert files == {name for name in expected if not name.startswith("downloads/")}


@pytest.mark.parametrize(
    ("missing", "printer"), [(NO_BROWSER, ""), (NO_DRIVER, BROWSERS[0])], ids=["browser", "driver"]
)
def test_without_a_browser_or_its_driver_the_book_goes_without_a_pdf(missing, printer):
    command = ["bwrap", "--dev-bind", "/", "/", *missing, *PRINTER]
    done = subprocess.run(command, cwd=COURSE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == printer
    assert "The site goes without a PDF." in done.stderr
    assert ("libatomic.so.1" in done.stderr) == bool(printer)

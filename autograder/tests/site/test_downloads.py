"""The book to take along: PDF, ePub and zip are whole and open."""

import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest
from pypdf import PdfReader

from autograder.paths import COURSE
from autograder.tests.site.test_site import CHAPTERS, soup

NAME = "padding-strides-pooling"
DOWNLOADS = [sys.executable, "book/downloads.py"]
NO_BROWSER = ("--tmpfs", "/usr/lib/chromium", "--ro-bind", "/dev/null", "/usr/bin/chromium")
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


def bookmarks(outline):
    """Yield the titles of a PDF's bookmarks, those within others too."""
    for entry in outline:
        if isinstance(entry, list):
            yield from bookmarks(entry)
        else:
            yield entry.title


def test_pdf_has_a_bookmark_for_each_page(site, titles):
    pdf = PdfReader(site / "downloads" / f"{NAME}.pdf")
    found = {"".join(title.split()) for title in bookmarks(pdf.outline)}  # Chromium drops the blank where a title wraps
    assert [title for title in titles if "".join(title.split()) not in found] == []
    assert "Search the course" not in pdf.pages[0].extract_text()


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
    ("missing", "printer"), [(NO_BROWSER, ""), (NO_DRIVER, "/usr/bin/chromium")], ids=["browser", "driver"]
)
def test_without_a_browser_or_its_driver_the_book_goes_without_a_pdf(missing, printer):
    command = ["bwrap", "--dev-bind", "/", "/", *missing, *DOWNLOADS]
    done = [
        subprocess.run([*command, what], cwd=COURSE, capture_output=True, text=True) for what in ("--printer", "pdf")
    ]
    assert [each.returncode for each in done] == [0, 0]
    assert done[0].stdout.strip() == printer
    assert done[1].stdout.startswith("The site goes without a PDF.")
    assert ("libatomic.so.1" in done[1].stderr) == bool(printer)

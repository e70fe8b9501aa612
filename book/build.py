"""The program behind `make site`: the website, and the book as PDF, ePub and zip for it to take along.

Jupyter Book runs once for each of Sphinx's builders, strictly. The first run reads the sources. The others take over
what it read, and run beside each other in processes that have everything loaded. Chromium prints the PDF meanwhile.

    python book/build.py
    python book/build.py --printer   # names the browser that would print, and its driver; the Makefile keeps it
"""

import argparse
import gc
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path

from downloads import NAME, ROOT, complete_epub, print_page, zip_site
from jupyter_book.cli.main import main as jupyter_book

BUILT = ROOT / "_build"
DOWNLOADS = BUILT / "html" / "downloads"
FRONT = BUILT / "html" / "book" / "index.html"
# The first has no windows, and prints in two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PLACE = re.compile(r'<p class="downloads">.*?</p>', re.DOTALL)  # on the front page
OFFLINE = "<p>This is the copy to read offline.</p>"
LISTED = {
    "pdf": ("PDF", "to print, or to read with bookmarks"),
    "epub": ("ePub", "for an e-book reader; formulas need one that shows MathML"),
    "zip": ("Zip", "this site to unpack and open from a folder, without a network: begin with index.html"),
}


def printer() -> tuple[str, str]:
    """Return (the installed Chromium, the version of the driver that starts it); "" for what is missing."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not browser:
        return "", ""
    driver = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True)
    if driver.returncode:
        print(f"{browser} is there, but Playwright can't start it: {driver.stderr.strip()}", file=sys.stderr)
    return browser, "" if driver.returncode else driver.stdout.strip()


def build(builder: str) -> Path:
    """Build the book with one of Sphinx's builders, strictly; return the folder of the result."""
    folder, said = BUILT / builder, io.StringIO()
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--builder", "custom", "--custom-builder", builder, "--quiet", "-W", "--keep-going", "-n"]
    try:
        with redirect_stdout(said), redirect_stderr(said):
            jupyter_book(["build", str(ROOT), *options], standalone_mode=False)
    except (RuntimeError, SystemExit):
        sys.exit(f"{said.getvalue()}\nThe {builder} of the book could not be built: see above.")
    return folder


def make_pdf(browser: str, page: Path) -> Path | None:
    """Print the PDF. It is an extra: where that fails, say why there is none."""
    from playwright.sync_api import Error  # takes its time

    try:
        return print_page(browser, page, BUILT / f"{NAME}.pdf")
    except Error as error:
        print(f"{browser} could not print the PDF, so the site goes without it: {error.message}")
        return None


def make_epub() -> Path:
    """Make the ePub."""
    (source,) = build("epub").glob("*.epub")
    return complete_epub(source, BUILT / source.name)


def make_site() -> Path:
    """Make the website; return a zip of it."""
    site = build("html")
    return zip_site(site, BUILT / f"{NAME}.zip", {FRONT: PLACE.sub(OFFLINE, FRONT.read_text(encoding="utf-8"))})


def offer(files: Iterable[Path]) -> None:
    """Move the downloads into the site, and list them on its front page."""
    DOWNLOADS.mkdir()
    items = []
    for path in files:
        shutil.move(path, DOWNLOADS)
        label, purpose = LISTED[path.suffix[1:]]
        items.append(f'<li><p><a class="reference" href="../downloads/{path.name}">{label}</a>: {purpose}</p></li>')
    text = PLACE.sub(f'<ul class="downloads simple">{"".join(items)}</ul>', FRONT.read_text(encoding="utf-8"))
    FRONT.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Build the website and its downloads.")
    parser.add_argument("--printer", action="store_true", help="print the browser and driver that would print the PDF")
    options = parser.parse_args(arguments)
    browser, driver = printer()
    if options.printer:
        print(browser, driver)
        if not driver:
            print(
                "The site goes without a PDF. To install what prints it: .ci/system-packages pictures", file=sys.stderr
            )
        return 0
    gc.disable()  # else a seventh of the time goes into looking for what these short processes could free
    page = build("singlehtml") if driver else None
    # If nothing is read yet, the ePub's run reads, so the site's comes after it.
    with ProcessPoolExecutor(2 if page else 1, get_context("fork")) as beside:
        others = [beside.submit(make_epub), beside.submit(make_site)]
        pdf = make_pdf(browser, page) if page else None
        offer(filter(None, [pdf, *(other.result() for other in others)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

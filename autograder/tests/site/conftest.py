"""The built site, served on this machine only, and a browser to open it with."""

import functools
import http.server
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SITE = ROOT / "_build" / "html"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line of log for each; where there is none, the site's own page, as GitHub Pages does."""

    def send_error(self, code, message=None, explain=None):
        """Answer with 404.html."""
        page = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="session")
def site():
    """Folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"the site is not built: there is no {SITE / 'index.html'}. Run: make site")
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served during the tests, with a closing slash."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Visit:
    """One page opened in the browser, and what went wrong or outside meanwhile."""

    def __init__(self, browser, address, page, width, scheme):
        self.errors, self.foreign, self.loaded = [], [], []
        self.tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        self.tab.on("console", self.note_message)
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("request", lambda request: self.note_request(request, address))
        self.tab.goto(address + page)

    def note_message(self, message):
        """Keep what the console shows in red."""
        if message.type == "error":
            self.errors.append(message.text)

    def note_request(self, request, address):
        """Keep what is loaded, and what leaves the site."""
        self.loaded.append((request.resource_type, request.url))
        if not request.url.startswith((address, "data:")):
            self.foreign.append(request.url)


@pytest.fixture
def visit(browser, address):
    """Open a page: visit(page, width=1280, scheme="light", address=...), where the address may be a folder's."""
    opened = []

    def open_page(page, width=1280, scheme="light", address=address):
        opened.append(Visit(browser, address, page, width, scheme))
        return opened[-1]

    yield open_page
    for each in opened:
        each.tab.close()

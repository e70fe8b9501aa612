"""The built site, served on this machine only, and a browser to open it with."""

import functools
import http.server
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=30_000)  # milliseconds, as all else that is waited for: a busy machine may need them
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


class Tabs:
    """The browser's tabs, used again: a new one costs three times what it costs to load a page."""

    def __init__(self, browser):
        self.browser, self.free = browser, []

    def take(self):
        """Return a tab that shows nothing."""
        return self.free.pop() if self.free else self.browser.new_page()

    def give_back(self, tab, origin):
        """Forget a visit: its page, what was stored, its history, its media, the mouse."""
        # Chromium may clear what the tab itself keeps too late; the theme writes to it when its page is left.
        tab.evaluate("try { sessionStorage.clear(); Storage.prototype.setItem = () => {} } catch {}")
        tab.goto("about:blank")
        tab.unroute_all()
        tab.mouse.move(-1, -1)
        tab.emulate_media(media="null", reduced_motion="null")
        devtools = tab.context.new_cdp_session(tab)
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        devtools.send("Page.resetNavigationHistory")
        devtools.detach()
        self.free.append(tab)


@pytest.fixture(scope="session")
def tabs(browser):
    """The tabs of all visits."""
    return Tabs(browser)


class Visit:
    """One page opened in the browser, and what went wrong or outside meanwhile.

    Settings of a browser's context (`java_script_enabled=False`), or `apart=True`, get a tab of their own.
    """

    def __init__(self, tabs, address, page, width=1280, height=800, scheme="light", apart=False, **context):
        self.tabs, self.address, self.apart = tabs, address, apart or context
        self.errors, self.foreign, self.loaded = [], [], []
        self.tab = tabs.browser.new_page(**context) if self.apart else tabs.take()
        self.tab.set_viewport_size({"width": width, "height": height})
        self.tab.emulate_media(color_scheme=scheme)
        self.notes = {"console": self.note_message, "pageerror": self.note_error, "request": self.note_request}
        for event, note in self.notes.items():
            self.tab.on(event, note)
        self.tab.goto(address + page)

    def settle(self):
        """Wait until the page has loaded and its scripts have nothing more to do.

        Chromium may never tell that the network is idle where a tab was used before, nor that a page is where the
        machine is busy.
        """
        self.tab.wait_for_load_state("load")
        self.tab.evaluate("() => new Promise(done => requestIdleCallback(done, {timeout: 2000}))")

    def leave(self):
        """Close the page."""
        for event, note in self.notes.items():
            self.tab.remove_listener(event, note)
        if self.apart:
            self.tab.close()
        else:
            self.tabs.give_back(self.tab, "{0.scheme}://{0.netloc}".format(urlsplit(self.address)))

    def note_message(self, message):
        """Keep what the console shows in red."""
        if message.type == "error":
            self.errors.append(message.text)

    def note_error(self, error):
        """Keep what a script fails with."""
        self.errors.append(str(error))

    def note_request(self, request):
        """Keep what is loaded, and what leaves the site; a blob is made in the page itself."""
        self.loaded.append((request.resource_type, request.url))
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(request.url)


@pytest.fixture
def visit(tabs, address):
    """Open a page: visit(page, width=1280, scheme="light", address=...), where the address may be a folder's."""
    opened = []

    def open_page(page, address=address, kind=Visit, **how):
        opened.append(kind(tabs, address, page, **how))
        return opened[-1]

    yield open_page
    for each in opened:
        each.leave()

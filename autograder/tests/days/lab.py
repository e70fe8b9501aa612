"""A JupyterLab of one person, and a browser in which that person works."""

import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from PIL import Image

from autograder import paths

PATIENCE = 60  # seconds, on a busy machine
TOKEN = "word"
PICTURES = paths.COURSE / "book" / "_static" / "guide"
WIDTH, HEIGHT = 1100, 700  # of the browser's window
COLOURS = 64  # of a picture in the guide


class Lab:
    """A JupyterLab server that knows nothing of this machine's user: settings, kernels and caches have their own home.

    Parameters
    ----------
    home : path
        Of the person.
    folder : path
        Where JupyterLab is started.
    settings : str
        The person's own nbgrader_config.py.
    """

    def __init__(self, home, folder, settings):
        self.home, self.folder, self.log = home, folder, home / "jupyterlab.log"
        quiet = home / "etc" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
        quiet.mkdir(parents=True)
        (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
        (home / "etc" / "nbgrader_config.py").write_text(settings)
        self.environment = os.environ | {
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "etc"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "IPYTHONDIR": str(home / "ipython"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls alembic by name
            "PYTHONPATH": str(paths.COURSE),
        }
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        options = ("--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter", "lab", *options, f"--IdentityProvider.token={TOKEN}"],
                cwd=folder, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip

    def wait(self):
        """Wait until the server answers."""
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/api", timeout=PATIENCE) as answer:
                    return json.load(answer)
            except OSError:
                if self.process.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}") from None
                time.sleep(0.1)

    def close(self):
        """Stop the server; it stops its kernels."""
        self.process.terminate()
        self.process.wait(PATIENCE)

    def nbgrader(self, command, *arguments):
        """Run an nbgrader command as the person would in a terminal of this JupyterLab; returns its log."""
        command = [sys.executable, "-m", "nbgrader", command, *arguments]
        place = {"cwd": self.folder, "env": self.environment}
        return subprocess.run(command, **place, capture_output=True, text=True, check=True).stderr


def free_port():
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Person:
    """Somebody at a JupyterLab: a browser of their own, and what can be done there by hand.

    Parameters
    ----------
    browser : playwright Browser
    lab : Lab
    pictures : bool
        Keep the pictures that the guide shows.
    """

    def __init__(self, browser, lab, pictures=False):
        self.lab, self.pictures = lab, pictures
        self.context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
        self.context.set_default_timeout(PATIENCE * 1000)
        # JupyterLab may ask other hosts, and tests use no network.
        self.context.route(lambda url: not url.startswith((lab.address, "data:", "blob:")), lambda route: route.abort())
        self.page = self.context.new_page()

    def open(self, path=""):
        """Open an address of JupyterLab, with an empty workspace."""
        self.page.goto(f"{self.lab.address}/lab{path}?token={TOKEN}&reset")

    def launch(self):
        """Open JupyterLab without a notebook."""
        self.open()
        self.page.locator(".jp-Launcher").wait_for()  # it comes last, and would cover what is opened before

    def choose(self, entry):
        """Choose an entry of the menu Nbgrader."""
        self.page.get_by_role("menuitem", name="Nbgrader").click()
        self.page.get_by_role("menuitem", name=entry).click()

    def opened(self):
        """Wait until a notebook is open and its kernel ready: before, cells are drawn anew."""
        self.cell(0).wait_for()
        self.page.get_by_text("| Idle").wait_for()

    def cell(self, index):
        """Return a cell of the open notebook."""
        return self.page.locator(".jp-NotebookPanel .jp-Cell").nth(index)

    def write(self, index, text):
        """Replace the text of a cell, and run it."""
        cell = self.cell(index)
        if "jp-MarkdownCell" in cell.get_attribute("class"):
            cell.locator(".jp-RenderedMarkdown").dblclick()
        cell.locator(".cm-content").click()
        cell.locator(".cm-focused").wait_for()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Control+Enter")
        self.ran(cell)

    def run(self, index):
        """Run a cell, and return the text of its outputs."""
        cell = self.cell(index)
        cell.locator(".jp-InputPrompt").click()  # there, also a folded cell is selected
        self.page.keyboard.press("Control+Enter")
        self.ran(cell)
        return cell.locator(".jp-OutputArea-output").all_inner_texts()

    def ran(self, cell):
        """Wait until a cell has been run, or shown if it is text."""
        if "jp-MarkdownCell" in cell.get_attribute("class"):
            cell.locator(".jp-RenderedMarkdown:visible").wait_for()
        else:
            cell.locator(".jp-InputPrompt").get_by_text(re.compile(r"\[\d+\]")).wait_for()

    def picture(self, name, beginning=None):
        """Keep a picture of the window for the guide; of a long page from what stands at the picture's beginning."""
        if self.pictures:
            if beginning:
                beginning.evaluate("element => element.scrollIntoView()")
            PICTURES.mkdir(exist_ok=True)
            seen = Image.open(io.BytesIO(self.page.screenshot(animations="disabled"))).convert("RGB")
            seen.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)

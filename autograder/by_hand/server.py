"""The page for grading by hand, served to a browser on the instructor's machine only.

The address holds a token, without which nothing is shown; a request that names another host is refused, so that no
other site can reach the page through the instructor's browser. Answers travel as JSON and are shown as text.
"""

import hmac
import json
import secrets
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any

from traitlets.config import Config

from autograder.by_hand import rubrics
from autograder.by_hand.responses import Changed, Responses
from autograder.judge.html import markdown2html

FILES = {"page.js": "text/javascript", "page.css": "text/css"}
MAX_REQUEST = 1 << 20  # bytes
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def server(
    config: Config, assignment: str, question: str = "", port: int = 0, bind: str = "127.0.0.1"
) -> tuple[ThreadingHTTPServer, str]:
    """Return a server for the page of one question, and the address to open.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    assignment, question : str
        As for `Responses`.
    port : int
        0 takes a free one.
    bind : str
        The address to listen at; in a container 0.0.0.0, from where the engine passes 127.0.0.1 of the machine on.
    """
    responses = Responses(config, assignment, question)
    token = secrets.token_urlsafe(24)
    made = ThreadingHTTPServer((bind, port), partial(Handler, responses, token))
    return made, f"http://127.0.0.1:{made.server_port}/{token}/"


def page(assignment: str, name: str, points: float) -> str:
    """Return the page without any response: question, rubric and model answer."""
    rubric = rubrics.rubrics(assignment).get(name, rubrics.Rubric())
    criteria = [(f"{worth:g} points", markdown2html(text)) for worth, text in rubric.criteria]
    listed = "".join(f"<li><strong>{worth}</strong> {text}</li>" for worth, text in criteria)
    missing = f"<p>There is no rubric for {escape(name)} in {escape(rubrics.place(assignment).name)} yet.</p>"
    return Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8")).substitute(
        title=escape(f"{assignment}: {name}"),
        points=f"{points:g}",
        question=markdown2html(rubrics.question(assignment, name)),
        rubric=f"<ul>{listed}</ul>" if listed else missing,
        model=markdown2html(rubric.model),
    )


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of the page."""

    def __init__(self, given: Responses, token: str, *connection: Any):
        self.given, self.token = given, token
        super().__init__(*connection)

    def do_GET(self) -> None:
        """Send the page, what belongs to it, or the responses."""
        name, asked = self._asked_for(), self.given.asked
        if name in FILES:
            self._send(200, (Path(__file__).parent / name).read_bytes(), FILES[name])
        elif name == "responses":
            rubric = rubrics.rubrics(self.given.assignment).get(asked.name, rubrics.Rubric())
            self._try(lambda: {"groups": self.given.groups(), "comments": rubric.comments})
        elif name == "":
            made = page(self.given.assignment, asked.name, asked.points)
            self._send(200, made.encode(), "text/html; charset=utf-8")
        elif name is not None:
            self._send_json(404, {"error": "There is no such page."})

    def do_POST(self) -> None:
        """Write points and a comment."""
        name = self._asked_for()
        if name is None:
            return
        length = int(self.headers.get("Content-Length") or 0)
        if name != "grade" or self.headers.get("Content-Type") != "application/json" or length > MAX_REQUEST:
            return self._send_json(400, {"error": "This request does not come from the page."})
        sent = self.rfile.read(length)
        return self._try(lambda: {"groups": self.given.grade(**json.loads(sent))})

    def _asked_for(self):
        """Return what a request asks for; None, after an answer, where it may not ask."""
        here = f"127.0.0.1:{self.connection.getsockname()[1]}"
        _, token, *rest = [*self.path.split("/", 2), "", ""][:4]
        allowed = (
            self.headers.get("Host") == here
            and self.headers.get("Origin", f"http://{here}") == f"http://{here}"
            and self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
            and hmac.compare_digest(token.encode(), self.token.encode())
        )
        if not allowed:
            return self._send_json(403, {"error": "Open the address that the command printed."})
        return rest[0]

    def _try(self, make):
        try:
            self._send_json(200, make())
        except Changed as changed:
            self._send_json(409, {"error": str(changed), "groups": changed.groups})
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            self._send_json(400, {"error": str(error)})

    def _send_json(self, status, content):
        self._send(status, json.dumps(content).encode(), "application/json")

    def _send(self, status, content, kind):
        self.send_response(status)
        for name, value in (HEADERS | {"Content-Type": kind, "Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the lines would hold the token."""

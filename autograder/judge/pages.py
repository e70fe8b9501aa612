"""Make the pages that show a submission: feedback for its student, and Formgrader's page for the instructor.

An instructor's browser opens both, and what acts in Formgrader acts with the instructor's rights. So each page has
three walls around what a student wrote: cleaning, which comes last (`html`); a policy in the page, by which the browser
runs and fetches nothing but what nbgrader's own template brings; and boxes, outside of which nothing is drawn.
"""

import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, DictLoader, Environment, FunctionLoader
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from nbgrader.server_extensions.formgrader import handlers
from traitlets import default

from autograder.judge import html
from autograder.judge.processor import at_most

SECONDS = 10  # of CPU that the cells of a page may take; a solved notebook takes half a second

BOXES = (
    ".text_cell_render, .input_area, .output"
    "{contain: layout paint; overflow: auto; position: relative; z-index: 0; isolation: isolate; max-width: 100%}"
)
LAYOUT = (
    "#toc ol {list-style: none; padding: 0} "  # the titles have numbers
    "@media (max-width: 600px) {div.prompt {display: none} div.cell, .container {padding: 0 2px}"
    "div.nbgrader_cell .panel-heading {height: auto} .pull-right {float: none !important; display: block}}"
)
# Formgrader's scripts wait for MathJax, which nbgrader fetches from another host. Formulas stay as they were written.
NO_MATHJAX = 'MathJax = {Hub: {Startup: {signal: {Interest: ready => setTimeout(ready, 0, "End")}}}}'
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src data:"
FORMGRADER = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; script-src 'unsafe-hashes' {scripts}"
)


class Page(HTMLExporter):
    """nbgrader's feedback or Formgrader page, whatever the notebook holds."""

    @default("sanitize_html")
    def _sanitize_html_default(self):
        return True

    @default("extra_loaders")
    def _extra_loaders_default(self):
        """Put what belongs into a page's head where nbgrader's templates load MathJax."""
        policy, script = NOTHING, ""
        if self.template_name == "formgrade":
            policy, script = FORMGRADER.format(scripts=self._hashes()), f"<script>{NO_MATHJAX}</script>"
        head = (
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'{script}<style>{BOXES}{LAYOUT}</style><meta http-equiv="Content-Security-Policy" content="{policy}">'
        )
        templates = {"mathjax.html.j2": f"{{% macro mathjax() %}}{head}{{% endmacro %}}"}
        if self.template_name == "feedback":
            templates["index.html.j2"] = _feedback()
        return [DictLoader(templates)]

    @staticmethod
    def _hashes() -> str:
        """Return the names, in a policy, of the scripts that nbgrader's template has below a page's head."""
        template = Path(handlers.template_path, "formgrade", "formgrade_macros.html.j2").read_text(encoding="utf-8")
        below = template.partition("macro nav")[2]
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", below, re.DOTALL) + re.findall(r'onclick="(.*?)"', below)
        digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        return " ".join(f"'sha256-{digest}'" for digest in digests)

    def default_filters(self) -> Iterator[tuple[str, Callable[..., str]]]:
        """Return nbconvert's filters, with ours in place of those that a student's text goes through."""
        yield from super().default_filters()
        yield "markdown2html", lambda source: self._in_time(html.markdown2html, source, html.paragraph)
        yield "highlight_code", lambda source, **_: self._in_time(html.highlight_code, source, html.plain_code)
        yield "clean_html", html.clean
        yield "ansi2html", html.text
        # nbconvert's own makes href="javascript:" of href="files/javascript:"
        yield "strip_files_prefix", lambda cleaned: cleaned

    def _in_time(self, make, source, plain):
        """Return ``make(source)``, and ``plain(source)`` when the page's time is over or nothing can be made of it."""
        try:
            with at_most(self._end - time.process_time()):
                return make(source)
        except Exception:  # whatever a student found to stop Markdown or Pygments with: the page is made
            return plain(source)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:  # a text, which nbconvert calls a NotebookNode
        """Return the page; without nbconvert's last step, which reads and writes it anew after it was cleaned."""
        self._end = time.process_time() + SECONDS
        named = {name: escape(value) if isinstance(value, str) else value for name, value in (resources or {}).items()}
        return TemplateExporter.from_notebook_node(self, nb, self._init_resources(named), **kwargs)


def _feedback() -> str:
    """Return nbgrader's template of feedback, with what `CurrentGrades` adds."""
    text = Path(handlers.template_path, "feedback", "index.html.j2").read_text(encoding="utf-8")
    for nbgraders, ours in (
        (
            "{{ cell.metadata.nbgrader.score | float | round(2) }}",
            "{{ cell.metadata.nbgrader.shown or (cell.metadata.nbgrader.score | float | round(2)) }}",
        ),
        ("{{ resources.nbgrader.max_score | float | round(2) }}", "{}{{ resources.nbgrader.waiting }}"),
        ("{% if resources.nbgrader.late_penalty > 0 %}", LATENESS),
        ("</h4>", "{}{{ resources.nbgrader.submitted }}"),
        ("Grade cell: <code>{{ cell.metadata.nbgrader.grade_id }}</code>", TITLE),
        *(
            (f">{what}</a>", f">{TITLE}</a>")
            for what in ("Test cell", "Coding free-response", "Written response", "Task")
        ),
    ):
        text = text.replace(nbgraders, ours.replace("{}", nbgraders))
    return text


TITLE = "{{ cell.metadata.nbgrader.title | e }}"
LATENESS = (
    '{% if resources.nbgrader.lateness %}<li class="late-penalty">{{ resources.nbgrader.lateness }}</li>{% endif %}{}'
)


def lists(loader: BaseLoader) -> Environment:
    """Return Formgrader's environment for its other pages, in which names of students, which they may choose, are text.

    nbgrader 0.9.6 escapes nothing there, and writes a name into a script as it is.
    """

    def source(name):
        template, *_ = loader.get_source(made, name)
        return re.sub(r'"(\{\{ \w+) \}\}";', r"\1 | tojson }};", template)

    made = Environment(loader=FunctionLoader(source), autoescape=True)
    return made

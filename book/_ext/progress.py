"""What a reader can tick off: the pages of the chapters, with the questions and functions on each.

`progress.js` keeps on the reader's device what is read, tested and solved, and needs to know what there is. It is taken
from the pages as they are written, so that it fits whatever made them.
"""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

QUESTION = re.compile(r'<div class="question"')
EDITOR = re.compile(r'<div class="try-it" data-settings="([^"]*)"')


def parts(html: str) -> dict[str, Any]:
    """Return how many questions a page has, and {function: points} of its editors.

    >>> editor = '<div class="try-it" data-settings="{&quot;name&quot;: &quot;f&quot;, &quot;points&quot;: 16}">'
    >>> parts('<div class="question" data-number="1"></div>' + editor)
    {'questions': 1, 'functions': {'f': 16}}
    """
    settings = [json.loads(unescape(text)) for text in EDITOR.findall(html)]
    return {
        "questions": len(QUESTION.findall(html)),
        "functions": {each["name"]: each["points"] for each in settings},
    }


def write_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write the script that says what there is."""
    if exception or app.builder.name != "html":
        return
    outdir = Path(app.outdir)
    found = {
        page: {"title": app.env.titles[page].astext()} | parts((outdir / f"{page}.html").read_text(encoding="utf-8"))
        for page in app.env.collect_relations()  # in the order of the table of contents
        if page.startswith("notebooks/")
    }
    text = json.dumps(found, separators=(",", ":"))
    (outdir / "_static" / "course_pages.js").write_text(f"globalThis.coursePages = {text};\n", encoding="utf-8")


def load_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the two scripts on every page: each shows the table of contents."""
    for name in ("course_pages.js", "progress.js") if app.builder.name == "html" else ():
        app.add_js_file(name, loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the hooks; the script is written before styles are cut to what occurs."""
    app.connect("html-page-context", load_scripts, priority=400)
    app.connect("build-finished", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""On a dark page the notebooks' figures have no white card: each has a second drawing for the dark.

A notebook draws what stands on the page in one ink, and what lies in a coloured cell in a colour that suits the cell.
The second drawing has no ground. Its ink is light, and so is the deep blue, which the dark would swallow; cells, other
colours and photographs are as they were. The theme shows one of the two, so a screen reader meets one picture. What is
drawn without this ink keeps its white card.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

INK = "#222832"  # the theme's colour of text; the notebooks' first cell names it
IN_THE_DARK = {INK: "#ced6dd", "#0072b2": "#2b8fd6"}  # the theme's colour of text again, and a blue
GROUND = re.compile(r'(<g id="patch_1">\s*<path d="[^"]*" style="fill: )#ffffff')
IMAGE = re.compile(r'<img ([^>]*\bsrc="[^"]*?)([^"/]+\.svg)("[^>]*>)')


def in_the_dark(drawing: str) -> str:
    """Return one of matplotlib's drawings, as SVG, without its ground and with lighter colours.

    Examples
    --------
    >>> in_the_dark('<g id="patch_1"><path d="M 0 0 z" style="fill: #ffffff"/></g><path style="stroke: #222832"/>')
    '<g id="patch_1"><path d="M 0 0 z" style="fill: none"/></g><path style="stroke: #ced6dd"/>'
    """
    drawing = GROUND.sub(r"\1none", drawing)
    for colour, lighter in IN_THE_DARK.items():
        drawing = drawing.replace(colour, lighter)
    return drawing


def draw_for_the_dark(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add to each figure of a page its drawing for the dark."""
    sources = {name: Path(app.srcdir) / uri for uri, name in app.builder.images.items()}
    folder = Path(app.outdir) / app.builder.imagedir

    def pair(match: re.Match[str]) -> str:
        before, name, after = match.groups()
        drawing = sources[name].read_text(encoding="utf-8") if name in sources else ""
        if INK not in drawing:
            return match[0]
        folder.mkdir(exist_ok=True)
        (folder / f"dark-{name}").write_text(in_the_dark(drawing), encoding="utf-8")
        return f'<img class="only-light" {before}{name}{after}<img class="only-dark" {before}dark-{name}{after}'

    if "body" in context and app.builder.name == "html":
        context["body"] = IMAGE.sub(pair, context["body"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run after light_pages has said how large each picture is."""
    app.connect("html-page-context", draw_for_the_dark, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

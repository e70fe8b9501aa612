"""A page loads what it uses: no script without a purpose, no rule of style without a match, no icon nobody sees.

The theme brings an icon script of 0.5 MB, three icon fonts, and styles for components that this site doesn't have.
Scripts are dropped page by page. Styles and fonts are cut when the site is complete: a rule stays where all its classes
occur somewhere in the site's pages or scripts, a glyph stays where a remaining rule shows it.
"""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import tinycss2
from docutils import nodes
from fontTools import subset, ttLib
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

# Scripts of Sphinx and its extensions, and what a page that uses them contains; nothing on this site uses the last two.
NOTHING = "\0"
USES = {"design-tabs.js": "sd-tab-set", "clipboard.min.js": 'class="highlight', "copybutton.js": 'class="highlight'}
USES |= {"doctools.js": NOTHING, "sphinx_highlight.js": NOTHING}
WORD = re.compile(r"[A-Za-z_][\w-]*")
IMAGE = re.compile(r"<img (?![^>]*\bloading=)([^>]*?)\s*/?>")
FONTS = Path("_static/vendor/fontawesome/webfonts")


def drop_unused_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Remove the scripts whose components the page doesn't have."""
    body = context.get("body", "")

    def used(script: Any) -> bool:
        name = str(getattr(script, "filename", script)).split("?")[0].rsplit("/", 1)[-1]
        return name not in USES or USES[name] in body

    if "script_files" in context:
        context["script_files"] = [script for script in context["script_files"] if used(script)]


def svg_size(text: str) -> tuple[int, int] | None:
    """Return (width, height) in CSS pixels of an SVG picture, from its size in points or its view box, or None.

    Examples
    --------
    >>> svg_size('<svg width="403.2pt" height="216pt" viewBox="0 0 403.2 216">')
    (538, 288)
    >>> svg_size('<svg viewBox="0 0 520 262">')
    (520, 262)
    >>> svg_size("<svg>")
    """
    points = re.search(r'<svg[^>]*?\bwidth="([\d.]+)pt" height="([\d.]+)pt"', text)
    if points:
        return round(float(points[1]) * 96 / 72), round(float(points[2]) * 96 / 72)
    box = re.search(r'<svg[^>]*?\bviewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    return (round(float(box[1])), round(float(box[2]))) if box else None


def lazy(html: str, size: Callable[[str], tuple[int, int] | None]) -> str:
    """Return HTML whose pictures load when they come near, with the place they need kept free.

    Parameters
    ----------
    html : str
        A page or a part of one.
    size : callable
        Gives (width, height) in pixels for a picture's address, or None where they are unknown.

    Examples
    --------
    >>> lazy('<img alt="A grid" src="a.png" />', lambda address: (640, 480))
    '<img alt="A grid" src="a.png" loading="lazy" decoding="async" width="640" height="480">'
    >>> lazy('<img src="a.svg" style="width: 520px">', lambda address: None)
    '<img src="a.svg" style="width: 520px" loading="lazy" decoding="async">'
    """

    def attributes(match: re.Match[str]) -> str:
        address = re.search(r'\bsrc="([^"]*)"', match[1])
        pixels = size(address[1]) if address and not re.search(r"\b(width|height)=", match[1]) else None
        place = f' width="{pixels[0]}" height="{pixels[1]}"' if pixels else ""
        return f'<img {match[1]} loading="lazy" decoding="async"{place}>'

    return IMAGE.sub(attributes, html)


def load_pictures_lazily(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Mark the pictures of a page's text."""
    sources = {name: Path(app.srcdir) / uri for uri, name in app.builder.images.items()}

    def size(address: str) -> tuple[int, int] | None:
        source = sources.get(address.rsplit("/", 1)[-1])
        if source and source.suffix == ".svg":
            return svg_size(source.read_text(encoding="utf-8"))
        return Image.open(source).size if source else None

    if "body" in context and app.builder.name == "html":
        context["body"] = lazy(context["body"], size)


def classes(selector: Iterable[Any]) -> set[str]:
    """Return the classes that a selector asks for; those within `:not(...)` and the like don't count.

    Examples
    --------
    >>> sorted(classes(tinycss2.parse_component_value_list("a.btn > .fa-rocket:not(.big)::before")))
    ['btn', 'fa-rocket']
    """
    pairs = pairwise(selector)
    return {after.value for dot, after in pairs if dot == "." and after.type == "ident"}


def split(prelude: Iterable[Any]) -> list[list[Any]]:
    """Return the selectors of a rule, which commas separate."""
    selectors: list[list[Any]] = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def kept(rule: Any, words: set[str]) -> str:
    """Return a rule's text as far as its selectors can match on this site, "" where none can."""
    if rule.type == "at-rule" and rule.at_keyword in ("media", "supports") and rule.content is not None:
        inner = cut(rule.content, words)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}" if inner else ""
    if rule.type != "qualified-rule":
        return rule.serialize()
    matching = [tinycss2.serialize(each).strip() for each in split(rule.prelude) if classes(each) <= words]
    return f"{','.join(matching)}{{{tinycss2.serialize(rule.content).strip()}}}" if matching else ""


def cut(css: str | list[Any], words: set[str]) -> str:
    """Return a style sheet without the rules for classes that are not among the words.

    Parameters
    ----------
    css : str or list
        The sheet, or the content of a rule such as `@media`.
    words : set of str
        Every word that may be a class.

    Examples
    --------
    >>> cut("a.btn, a.tab { color: red } .tab { top: 0 } @media print { .btn { top: 1px } .tab { top: 0 } }", {"btn"})
    'a.btn{color: red}@media print {.btn{top: 1px}}'
    """
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(kept(rule, words) for rule in rules)


def licences(css: str) -> str:
    """Return the comments of a style sheet that name its authors and licences, each once."""
    return "\n".join(dict.fromkeys(re.findall(r"/\*!.*?\*/", css, re.DOTALL)))


def cut_styles(outdir: Path) -> str:
    """Cut the style sheets of a built site; return what remains of them."""
    sheets = sorted((outdir / "_static").rglob("*.css"))
    texts = [path.read_text(encoding="utf-8") for path in (*outdir.rglob("*.html"), *outdir.rglob("*.js"))]
    words = set().union(*(WORD.findall(text) for text in texts if text))
    for sheet in sheets:
        css = sheet.read_text(encoding="utf-8")
        sheet.write_text(f"{licences(css)}\n{cut(css, words)}", encoding="utf-8")
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def cut_font(source: Path, target: Path, characters: set[int]) -> None:
    """Write a font that holds the given characters alone; a character it doesn't know is passed over."""
    font = ttLib.TTFont(source)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.flavor = "woff"
    font.save(target)


def cut_fonts(outdir: Path, css: str) -> None:
    """Replace the icon fonts by ones with the icons that the styles show."""
    characters = {ord(character) for character in css if not character.isascii()}
    for font in sorted((outdir / FONTS).glob("*.ttf")):
        cut_font(font, font.with_suffix(".woff"), characters)
        font.unlink()
        font.with_suffix(".woff2").unlink()
    for sheet in (outdir / "_static").rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        faces = re.sub(
            r'url\(([^()]*/webfonts/[\w-]+)\.woff2\) format\("woff2"\),url\(\1\.ttf\) format\("truetype"\)',
            r'url(\1.woff) format("woff")',
            text,
        )
        sheet.write_text(faces, encoding="utf-8")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Cut styles and fonts of a site that was built without an error."""
    outdir = Path(app.outdir)
    if exception is None and app.builder.name == "html":
        cut_fonts(outdir, cut_styles(outdir))
        (outdir / "_static/scripts/fontawesome.js").unlink(missing_ok=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run after the theme and the extensions, which add what is dropped here."""
    app.connect("html-page-context", drop_unused_scripts, priority=950)
    app.connect("html-page-context", load_pictures_lazily, priority=950)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

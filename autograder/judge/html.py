"""Clean the HTML that feedback and Formgrader pages show: a student's Markdown and outputs never become live."""

import re
from html import escape

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MAX_HIGHLIGHTED = 5000  # characters of a cell that gets colours: for some code Pygments takes time that grows cubically

TAGS = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "del",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
    ),
    *("li", "ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
STYLES = (
    *("align-items", "background-color", "border", "border-collapse", "color", "display", "flex-wrap", "font-weight"),
    *("gap", "list-style-type", "margin", "min-width", "outline", "outline-offset", "overflow-x", "padding"),
    *("text-align", "white-space"),
)


class _Styles(CSSSanitizer):
    """Allows the properties above, and no value that is an address: a style must not make a page fetch anything."""

    def sanitize_css(self, style):
        kept = [part for part in super().sanitize_css(style).split(";") if _HARMLESS.fullmatch(part.strip())]
        return "".join(f"{part.strip()}; " for part in kept).strip()


_HARMLESS = re.compile(r"[a-z-]+:(?:[\w\s#%.,-]|rgb\([\d ,]*\))*")
_STYLES = _Styles(allowed_css_properties=STYLES)


def clean(html):
    """Return HTML with only harmless tags, attributes and styles; all else is shown as text.

    >>> clean("<p style='color:red;position:fixed'>a</p><script>steal()</script>")
    '<p style="color:red;">a</p>&lt;script&gt;steal()&lt;/script&gt;'
    """
    allowed = {"*": ["style"], "a": ["href", "title"]}
    try:
        return bleach.clean(str(html), TAGS, allowed, {"http", "https", "mailto"}, css_sanitizer=_STYLES)
    except RecursionError:  # a style of nested brackets
        return escape(str(html))


def markdown2html(source):
    """Return a Markdown cell as cleaned HTML; takes the place of nbconvert's filter of that name."""
    return clean(MarkdownWithMath(renderer=_Renderer(escape=False)).render(source))


class _Renderer(IPythonRenderer):
    """Leaves out what a student could stop a page with, and what would not be shown anyway."""

    def block_code(self, code, info=None):
        """Show code without colours: it may name any of Pygments' languages, and some take hours for a page."""
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def image(self, text, url, title=None):
        """Show the text of an image, which is not there: nbconvert refuses the whole notebook for that."""
        return escape(f"![{text}]({url})")


def highlight_code(source, language=None, metadata=None):
    """Return code as HTML, with colours if it is short; takes the place of nbconvert's filter of that name.

    >>> "<span" in highlight_code("a = 1"), "<span" in highlight_code("a = 1\\n" * 10_000)
    (True, False)
    """
    text = "\n".join(line.rstrip() for line in source.split("\n"))  # Pygments is slow at spaces before a line's end
    if len(text) > MAX_HIGHLIGHTED:
        return f'<div class="highlight"><pre>{escape(text)}</pre></div>\n'
    return _colours(text)


_colours = Highlight2HTML(pygments_lexer="ipython3")

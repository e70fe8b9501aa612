"""Clean the HTML that feedback and Formgrader pages show: a student's Markdown and outputs never become live."""

import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import markdown2html as _markdown2html

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


_HARMLESS = re.compile(r"[a-z-]+:\s*[\w #%.,-]*(rgb\([\d ,]*\))?[\w #%.,-]*")
_STYLES = _Styles(allowed_css_properties=STYLES)


def clean(html):
    """Return HTML with only harmless tags, attributes and styles; all else is shown as text.

    >>> clean("<p style='color:red;position:fixed'>a</p><script>steal()</script>")
    '<p style="color:red;">a</p>&lt;script&gt;steal()&lt;/script&gt;'
    """
    return bleach.clean(
        str(html), TAGS, {"*": ["style"], "a": ["href", "title"]}, {"http", "https", "mailto"}, css_sanitizer=_STYLES
    )


def markdown2html(source):
    """Return a Markdown cell as cleaned HTML; takes the place of nbconvert's filter of that name."""
    return clean(_markdown2html(source))

"""Filters for the pages that show a submission: a student's Markdown, code and outputs never become live.

Cleaning comes last: what changes a text for the better to read is done before.
"""

import functools
import re
from html import escape

import nh3
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.judge.outputs import DIRECTION

MAX_HTML = 200_000  # characters made of a Markdown cell: a long title may stand behind thousands of short links
MAX_HIGHLIGHTED = 5000  # characters of a cell that gets colours: for some code Pygments takes time that grows cubically

TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("i", "li", "ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
STYLES = {  # what reports and plain tables need: nothing that is drawn outside of its own place
    *("align-items", "background-color", "border", "border-collapse", "color", "display", "flex-wrap", "font-weight"),
    *("gap", "list-style-type", "margin", "min-width", "overflow-x", "padding", "text-align", "white-space"),
}
_LENGTH = r"(?:\d{1,2}px|\d?(?:\.\d{1,2})?em|0)"  # neither negative nor long
_VALUE = rf"(?:{_LENGTH}|[a-z][a-z-]{{0,20}}|#[0-9a-f]{{3,6}}|rgb\((?: *\d{{1,3}} *,){{2}} *\d{{1,3}} *\))"
_STYLE = re.compile(rf"(?:{'|'.join(STYLES)}) *: *{_VALUE}(?: +{_VALUE}){{0,3}}", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\s*(?:https?://|mailto:)", re.IGNORECASE)
_OTHER_TAGS = re.compile(rf"<(?!/?(?:{'|'.join(TAGS)})[\s/>])", re.IGNORECASE)
_MARKS = re.compile(DIRECTION)
_once = functools.lru_cache(128)  # statements, tests and right answers are the same in page after page of a class


@_once
def clean(html: str) -> str:
    """Return HTML with only harmless tags, attributes, styles and addresses; all other tags are shown as text.

    >>> clean("<p style='color:red;position:fixed'>a</p><script>steal()</script>")
    '<p style="color:red">a</p>&lt;script&gt;steal()&lt;/script&gt;'
    """
    written = _OTHER_TAGS.sub("&lt;", _storable(html))
    return _CLEANER.clean(visible(_CLEANER.clean(written)))  # twice: a mark may be written as &#8238;


def visible(text: str) -> str:
    """Return text whose direction marks are shown instead of followed.

    >>> visible("a\u202eb")
    'a⟨U+202E⟩b'
    """
    return _MARKS.sub(lambda mark: f"⟨U+{ord(mark[0]):04X}⟩", text)


def text(source: object) -> str:
    """Return text as HTML that shows it as it is."""
    return escape(visible(_storable(source)))


def _storable(source):
    return str(source).encode(errors="replace").decode()


def _attribute(_tag, name, value):
    if name == "href":  # http:a would be relative to a page that came by http
        return value if _ABSOLUTE.match(value) else None
    if name != "style":
        return value
    kept = [part.strip() for part in value.split(";") if _STYLE.fullmatch(part.strip())]
    return ";".join(kept) or None


# A link leads to an absolute address, in a tab of its own. Fragments are left out: no name of a student's survives,
# so they could only lead to the page's own fields.
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=set(),
    attributes={"*": {"style"}, "a": {"href"}},
    attribute_filter=_attribute,
    filter_style_properties=STYLES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer",
)


@_once
def markdown2html(source: str) -> str:
    """Return a Markdown cell as cleaned HTML; raises ValueError if that is far longer than the cell."""
    made = MarkdownWithMath(renderer=_Renderer(escape=False, exclude_anchor_links=True)).render(source)
    if len(made) > MAX_HTML:
        raise ValueError(f"This cell makes {len(made)} characters of HTML; at most {MAX_HTML} are shown.")
    return clean(made)


def paragraph(source: str) -> str:
    """Return a Markdown cell as one paragraph that shows it as it is."""
    return f"<p>{text(source)}</p>"


class _Renderer(IPythonRenderer):
    """Leaves out what a student could stop a page with, and what would not be shown anyway."""

    def block_code(self, code: str, info: str | None = None) -> str:
        """Show code without colours: it may name any of Pygments' languages, and some take hours for a page."""
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Show the alt text instead of a missing image: nbconvert fails with an error for the whole notebook."""
        return escape(f"![{text}]({url})")


@_once
def highlight_code(source: str) -> str:
    """Return code as HTML, with colours if it is short.

    >>> "<span" in highlight_code("a = 1"), "<span" in highlight_code("a = 1\\n" * 10_000)
    (True, False)
    """
    code = "\n".join(line.rstrip() for line in source.split("\n"))  # Pygments is slow at spaces before a line's end
    return _colours(visible(code)) if len(code) <= MAX_HIGHLIGHTED else plain_code(code)


def plain_code(source: str) -> str:
    """Return code as HTML without colours."""
    return f'<div class="highlight"><pre>{text(source)}</pre></div>\n'


_colours = Highlight2HTML(pygments_lexer="ipython3")

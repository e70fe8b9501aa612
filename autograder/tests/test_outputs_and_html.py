"""What a student's code shows: nothing live, nothing endless, nothing that looks like a mark."""

import base64
import json
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import Highlight2HTML
from nbformat.v4 import new_code_cell, new_notebook

from autograder.judge import html, outputs


def png(width=640, height=480, data=b"and what follows"):
    """Return the beginning of a PNG image, which names its size, and something after it, as Base64."""
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return base64.b64encode(header + data).decode()


PNG = png()


def shown(data, kind="display_data"):
    return outputs.clean([{"output_type": kind, "data": data, "metadata": {}}])


def printed(text):
    return outputs.clean([{"output_type": "stream", "name": "stdout", "text": text}])


def is_notebook_output(cleaned):
    """Whether outputs are valid in a notebook, and can be stored as UTF-8."""
    notebook = new_notebook(cells=[new_code_cell("", outputs=cleaned, id="a")])
    nbformat.validate(notebook)
    return bool(nbformat.writes(notebook).encode())


# Outputs


def test_honest_outputs_are_kept():
    cleaned = outputs.clean(
        [
            {"output_type": "stream", "name": "stdout", "text": "a\n\tb\n"},
            {"output_type": "stream", "name": "stderr", "text": "careful"},
            {"output_type": "display_data", "data": {"text/plain": "<Figure>", "image/png": PNG}},
            {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["a", "b"]},
        ]
    )
    assert [output.output_type for output in cleaned] == ["stream", "stream", "display_data", "error"]
    assert cleaned[0].text == "a\n\tb\n" and cleaned[1].name == "stderr"
    assert cleaned[2].data == {"text/plain": "<Figure>", "image/png": PNG}
    assert (cleaned[3].ename, cleaned[3].evalue, cleaned[3].traceback) == ("ValueError", "no", ["a", "b"])


def test_a_result_of_a_student_is_only_shown_because_nbgrader_would_read_it_as_a_mark():
    cleaned = shown({"text/plain": "18"}, "execute_result")
    assert [output.output_type for output in cleaned] == ["display_data"] and cleaned[0].data == {"text/plain": "18"}


@pytest.mark.parametrize(
    "mime",
    [
        "text/html", "image/svg+xml", "application/javascript", "text/latex", "text/markdown", "image/gif",
        "application/json", "application/vnd.jupyter.widget-view+json", "application/pdf", "",
    ],
)  # fmt: skip
def test_only_text_and_png_are_shown(mime):
    assert shown({mime: "<script>alert(1)</script>"}) == []
    assert shown({mime: "<script>alert(1)</script>", "text/plain": "a"})[0].data == {"text/plain": "a"}


@pytest.mark.parametrize(
    "fake",
    [
        "", "not base64!", base64.b64encode(b"<svg onload='alert(1)'/>").decode(), base64.b64encode(b"GIF89a").decode(),
        PNG + "\"><script>alert(1)</script>", f"{PNG[:8]}\n{PNG[8:]}'", "é" + PNG, [PNG], {"a": PNG}, 5, None, b"x",
    ],
    ids=lambda fake: repr(fake)[:30],
)  # fmt: skip
def test_what_is_no_png_is_not_shown(fake):
    assert shown({"image/png": fake}) == []


def test_an_image_has_a_largest_size():
    large = png(data=bytes(outputs.MAX_IMAGE))
    assert shown({"image/png": large}) == []


@pytest.mark.parametrize(
    ("width", "height"), [(60_000, 60_000), (2**32 - 1, 1), (1, 2**31), (0, 0), (0, 10), (5000, 4001)]
)
def test_an_image_that_needs_gigabytes_to_be_shown_is_not(width, height):
    assert shown({"image/png": png(width, height)}) == []


def test_an_image_has_its_size_where_it_belongs():
    assert shown({"image/png": png()[:28]}) == []
    assert shown({"image/png": png(5000, 4000)}) != []


def test_metadata_of_an_output_is_dropped():
    cleaned = outputs.clean(
        [{"output_type": "display_data", "data": {"text/plain": "a"}, "metadata": {"isolated": True}}]
    )
    assert cleaned[0].metadata == {}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[?25l\x1b[2J\x1b[1;1Hx", "x"),
        ("a\x00b\x07c\x08d\x7fe", "abcde"),
        ("a\rb", "ab"),
        ("\ud800x\udfff", "x"),
        ("\x1b", ""),
        ("\x9b31mred\x85", "31mred"),  # the same codes in 8 bits
        ("\u202egnp.exe\u202c \u2066a\u2069", "gnp.exe a"),  # would be shown in another order
        ("\u200f12\u200e3\u061c", "123"),
        ("tab\tline\nend", "tab\tline\nend"),
        ("é ✓ 漢 😀", "é ✓ 漢 😀"),
    ],
    ids=repr,
)
def test_control_characters_do_not_come_through(text, clean):
    cleaned = printed(text)
    assert (cleaned[0].text if cleaned else "") == clean


def test_terminal_codes_come_through_nowhere():
    dirty = "\x1b]0;title\x07\x1b[31m\x00\ud800"
    cleaned = outputs.clean(
        [
            {"output_type": "stream", "name": dirty, "text": dirty},
            {"output_type": "error", "ename": dirty, "evalue": dirty, "traceback": [dirty]},
            {"output_type": "display_data", "data": {"text/plain": dirty}},
        ]
    )
    assert is_notebook_output(cleaned)
    assert not {"\\u001b", "\\u0000", "\\ud800", "\\u0007"} & set(json.dumps(cleaned).split())
    assert not any(code in json.dumps(cleaned) for code in ("\\u001b", "\\u0000", "\\ud800", "\\u0007"))


def test_the_text_of_a_cell_has_an_end():
    flood = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}] * 1000
    cleaned = outputs.clean(flood)
    assert len(json.dumps(cleaned)) < 2 * outputs.MAX_TEXT and "cut off" in cleaned[-1].text


@pytest.mark.parametrize("kind", ["stream", "error", "display_data", "execute_result"])
def test_outputs_without_end_are_cut_off(kind):
    text = "x" * 10**5
    one = {"output_type": kind, "name": "stdout", "text": text, "ename": text, "evalue": text, "traceback": [text] * 20}
    cleaned = outputs.clean([{**one, "data": {"text/plain": text}}] * 10_000)
    assert len(cleaned) <= outputs.MAX_OUTPUTS and len(json.dumps(cleaned)) < 10 * outputs.MAX_TEXT


def test_the_pictures_of_a_cell_have_a_largest_size_together():
    """A thousand cells of fifty megabytes each would be more than the judge's memory."""
    picture = png(data=bytes(outputs.MAX_IMAGE - 24))
    cleaned = outputs.clean([{"output_type": "display_data", "data": {"image/png": picture}}] * outputs.MAX_OUTPUTS)
    assert len(json.dumps(cleaned)) < 12 * outputs.MAX_IMAGE


KEYS = (
    "output_type",
    "name",
    "text",
    "data",
    "metadata",
    "ename",
    "evalue",
    "traceback",
    "text/plain",
    "image/png",
    "text/html",
)
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from(("stream", "error", "display_data", "execute_result", "stdout", PNG, "\x1b[31m", "\ud800"))
    | st.sampled_from((np.zeros(2), np.float64(1), np.zeros((2, 2), dtype=bool)))
)  # fmt: skip
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=15,
)
almost_outputs = st.fixed_dictionaries(
    {"output_type": st.sampled_from(("stream", "error", "display_data", "execute_result")) | anything},
    optional={key: anything for key in KEYS[1:8]},
)


@settings(max_examples=150, deadline=None)
@given(anything | st.lists(almost_outputs | anything, max_size=4))
def test_whatever_the_sandbox_reports_becomes_valid_outputs_without_a_mark(reported):
    cleaned = outputs.clean(reported)
    assert is_notebook_output(cleaned)
    assert all(output.output_type != "execute_result" for output in cleaned)


@pytest.mark.parametrize("kind", [[], {}, ["stream"], np.zeros(2), None, 3, ("stream",)], ids=repr)
def test_an_output_of_unknown_type_is_left_out(kind):
    assert outputs.clean([{"output_type": kind, "text": "a"}]) == []


@pytest.mark.parametrize("name", [[], {}, np.zeros(2), None, "stdin", "\x1b"], ids=repr)
def test_a_stream_of_unknown_name_is_standard_output(name):
    assert outputs.clean([{"output_type": "stream", "name": name, "text": "a"}])[0].name == "stdout"


# HTML

LIVE = {
    "script": "<script>alert(1)</script>",
    "script in pieces": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "unfinished script": "<script src=//evil.example/x.js ",
    "event handler": "<p onclick='alert(1)' onmouseover=alert(1)>a</p>",
    "image with handler": "<img src=x onerror=alert(1)>",
    "image that tells": "<img src='https://evil.example/seen.png'>",
    "svg": "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "math": "<math><mi xlink:href='javascript:alert(1)'>a</mi></math>",
    "iframe": "<iframe src='https://evil.example'></iframe>",
    "iframe with text": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "object": "<object data='x.swf'></object><embed src=x>",
    "form": "<form action='//evil.example'><input name=a><button formaction='javascript:alert(1)'>b</button></form>",
    "meta refresh": "<meta http-equiv='refresh' content='0;url=https://evil.example'>",
    "base": "<base href='https://evil.example/'>",
    "link": "<link rel=stylesheet href='https://evil.example/a.css'>",
    "style tag": "<style>@import 'https://evil.example/a.css'; body {display: none}</style>",
    "javascript link": "<a href='javascript:alert(1)'>a</a>",
    "javascript link in disguise": "<a href='&#106;ava&Tab;script&colon;alert(1)'>a</a>",
    "data link": "<a href='data:text/html;base64,PHNjcmlwdD4='>a</a>",
    "vbscript link": "<a href=' VbScRiPt:msgbox(1)'>a</a>",
    "file link": "<a href='file:///etc/passwd'>a</a>",
    "style with address": "<p style=\"background-image:url('https://evil.example')\">a</p>",
    "allowed style with address": "<p style=\"background-color:url('https://evil.example/x');color:red\">a</p>",
    "style with script": "<p style='width: expression(alert(1)); behavior: url(x.htc)'>a</p>",
    "style over the page": "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9'>18 of 18</div>",
    "comment": "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "textarea": "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "template": "<template><script>alert(1)</script></template>",
    "names of the page": "<p id='points' class='panel' name='x' data-x='y'>a</p>",
    "null byte": "<scr\x00ipt>alert(1)</scr\x00ipt>",
}
MARKDOWN_LIVE = {
    **LIVE,
    "link": "[a](javascript:alert(1)) ![b](https://evil.example/seen.png) <javascript:alert(1)>",
    "reference": "[a][1]\n\n[1]: javascript:alert(1)",
    "data": "[a](data:text/html,<script>alert(1)</script>)",
    "code": "```<script>\nalert(1)\n```\n`<img src=x onerror=alert(1)>`",
    "title": "[a](https://example.org \"x' onmouseover='alert(1)\")",
    "table": "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
    "math": "$<script>alert(1)</script>$ $$\\href{javascript:alert(1)}{a}$$",
}


class Reader(HTMLParser):
    """Collects every tag and attribute that a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, (value or "").lower()) for name, value in attrs]


def is_harmless(text):
    """Whether HTML holds only tags, attributes, addresses and styles that do nothing."""
    page = Reader(text)
    assert page.tags <= html.TAGS, page.tags - html.TAGS
    for tag, name, value in page.attributes:
        assert name == "style" or (tag == "a" and name in ("href", "target", "rel")), (tag, name)
        if name == "href":
            assert re.match("(https?|mailto):", value.strip()), value
        if name == "style":
            assert not any(word in value for word in ("url", "expression", "position", "behavior", "@", "\\")), value
    return "<!--" not in text


@pytest.mark.parametrize("text", LIVE.values(), ids=LIVE)
def test_html_is_never_live(text):
    assert is_harmless(html.clean(text))


@pytest.mark.parametrize("text", MARKDOWN_LIVE.values(), ids=MARKDOWN_LIVE)
def test_markdown_is_never_live(text):
    assert is_harmless(html.markdown2html(text))


def test_honest_markdown_looks_as_it_should():
    page = html.markdown2html(
        "# Title\n\n**bold** `code` [link](https://example.org)\n\n- a\n- b\n\n| a | b |\n|--:|---|\n| 1 | 2 |"
    )
    assert {"h1", "strong", "code", "a", "ul", "li", "table", "td"} <= Reader(page).tags
    assert ("a", "href", "https://example.org") in Reader(page).attributes


def test_formulas_of_honest_markdown_are_still_there_for_mathjax():
    assert "$\\lceil n / s \\rceil$" in html.markdown2html("It is $\\lceil n / s \\rceil$ windows.")


def test_the_reports_own_pictures_keep_their_look():
    style = "min-width:2.6em;border:1px solid #888;background-color:rgb(0,68,136);color:#fff;border:3px solid #d55e00"
    cell = f"<td style='{style}'>1</td>"
    cleaned = html.clean(f"<table style='border-collapse:collapse'><caption>yours</caption><tr>{cell}</tr></table>")
    for kept in (
        "<caption>yours",
        "border-collapse:collapse",
        "rgb(0,68,136)",
        "border:3pxsolid#d55e00",
        "color:#fff",
    ):
        assert kept in cleaned.replace(" ", "")


pieces = st.sampled_from(
    (
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='java",
        "script:a'>",
        "<svg/",
        "<p ",
        "style='",
        "'",
        '"',
        ">",
    )
)
texts = st.lists(pieces | st.text(max_size=6), max_size=12).map("".join)


@settings(max_examples=80, deadline=None)
@given(texts)
def test_any_text_is_harmless_after_cleaning(text):
    assert is_harmless(html.clean(text))
    assert is_harmless(html.markdown2html(text))


@pytest.mark.parametrize(
    "text", [">" * 3000, "[" * 3000, "- " * 1000, "*" * 3000, "`" * 3000, "<b>" * 1000, "|a" * 500, "\ud800"]
)
def test_markdown_made_to_be_hard_to_read_is_read(text):
    assert is_harmless(html.markdown2html(text))


# Pages that could not be made, or not in this life


def test_an_image_that_was_pasted_is_told_and_costs_nobody_the_page():
    """nbconvert refuses a notebook for an attachment that is not there; of a submission none are."""
    assert "![a](attachment:image.png)" in html.markdown2html("See ![a](attachment:image.png).")


def test_code_in_markdown_is_shown_without_colours():
    page = html.markdown2html("```make\na = <b>\n```")
    assert page.strip() == "<pre><code>a = &lt;b&gt;\n</code></pre>"


def test_styles_of_nested_brackets_are_left_out():
    page = html.markdown2html("<p style='" + "color: " + "rgb(" * 4900 + "'>a</p>")
    assert page.strip() == "<p>a</p>"


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:rgb(1, 2, 3)", "color:rgb(1, 2, 3)"),
        ("border:1px solid #888", "border:1px solid #888"),
        ("border:1px rgb(1,2,3) solid", "border:1px rgb(1, 2, 3) solid"),
        ("margin:.3em 0; padding: .25em", "margin:0.3em 0;padding:0.25em"),
        ("color:rgb(1,2,3)url(//evil.example)", ""),
        ("color:expression(alert(1))", ""),
        ("background-color:rgb(var(--x))", ""),
        ("color:red !important", ""),
        ("col\\6fr:red", ""),
        ("margin:-1px", ""),
        ("margin:0 -.3em", ""),
        ("padding:100px", ""),
        ("padding:10em", ""),
        ("min-width:50vw", ""),
        ("outline:3px solid red", ""),
        ("position:fixed", ""),
    ],
)
def test_a_style_keeps_colours_and_short_lengths_and_nothing_else(style, kept):
    assert html.clean(f"<b style='{style}'>a</b>") == (f'<b style="{kept}">a</b>' if kept else "<b>a</b>")


def test_tags_that_are_not_allowed_are_shown_as_text():
    assert html.markdown2html("x <T and a list<int>").strip() == "<p>x &lt;T and a list&lt;int&gt;</p>"


def test_links_without_an_absolute_address_are_no_links():
    for address in ("files/a", "/a", "//a.b", "#a", "", "javascript:a", "files/javascript:a", "ftp://a", "http:a"):
        assert "href" not in html.markdown2html(f"[a]({address}) <a href='{address}'>b</a>")


def test_direction_marks_are_shown_however_they_are_written():
    for mark in ("\u202e", "&#x202E;", "&#8238;"):
        assert html.markdown2html(f"a{mark}b").strip() == "<p>a⟨U+202E⟩b</p>"
    assert "⟨U+2066⟩" in html.highlight_code("a = 1  # \u2066") and "⟨U+061C⟩" in html.text("\u061c")


def test_short_code_has_the_colours_that_it_has_without_us():
    source = "%matplotlib inline\nfor x in range(3):\n    print(f'{x}')  # all"
    assert html.highlight_code(source) == Highlight2HTML(pygments_lexer="ipython3")(source)


def test_long_code_is_shown_as_it_is_and_escaped():
    page = html.highlight_code("a = '<b>'\n" * 1000)
    assert page.count("a = &#x27;&lt;b&gt;&#x27;\n") >= 999 and "<span" not in page

"""One HTML page that stands by itself: no script, no request, light and dark, readable on a phone and on paper."""

import os
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.judge.classroom import classroom
from autograder.lms import tables

STYLE = """
:root { color-scheme: light dark; --text: #1a1a1a; --back: #fff; --soft: #f1f3f5; --line: #8a9199; --link: #004a9f;
  --right: #0072b2; --named: #d55e00; --other: #cc79a7; --nothing: #8a9199; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --back: #16181b; --soft: #24282d; --line: #7d858d;
  --link: #8ab8ff; --right: #56b4e9; --named: #e69f00; --other: #cc79a7; --nothing: #7d858d; --mark: #5c4a00; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto;
  max-width: 62rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2rem; }
a { color: var(--link); } code { font-family: ui-monospace, monospace; font-size: .9em; }
.bar { display: flex; height: 1.3rem; background: var(--soft); border: 1px solid var(--line); }
.bar span { height: 100%; } .bar span + span { border-left: 2px solid var(--back); }
.right { background: var(--right); } .named { background: var(--named); }
.other { background: repeating-linear-gradient(45deg, var(--other) 0 6px, var(--back) 6px 9px); }
.nothing { background: repeating-linear-gradient(90deg, var(--nothing) 0 2px, var(--back) 2px 6px); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0; }
.legend span { display: inline-block; width: 1.2em; height: 1em; vertical-align: -.1em; border: 1px solid var(--line); }
figure { margin: 1rem 0; } figcaption { margin-bottom: .5rem; }
.row { display: grid; grid-template-columns: 11rem 1fr 9rem; gap: .2rem 1rem; margin: .35rem 0; align-items: center; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
th, td:first-child, td code { overflow-wrap: normal; } td:first-child { min-width: 8.5rem; }
.small { font-size: .875rem; }
details { margin: .8rem 0; } summary { cursor: pointer; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
.pair > div { min-width: 0; }
pre { background: var(--soft); padding: .6rem; overflow-x: auto; font-size: .8125rem; margin: .3rem 0; }
mark { background: var(--mark); color: inherit; }
:focus-visible { outline: 3px solid var(--named); outline-offset: 2px; }
@media (max-width: 40rem) {
  .row, .pair { grid-template-columns: 1fr; }
  table, tbody, tr, td { display: block; } thead { display: none; }
  tr { border-bottom: 2px solid var(--line); padding: .5rem 0; } td { border: 0; padding: .1rem 0; }
  td[data-head]::before { content: attr(data-head) ": "; font-weight: bold; }
}
@media print { .bar, .bar span, mark { print-color-adjust: exact; } details { break-inside: avoid; } }
"""


def page(title: str, body: str) -> str:
    """Return a whole page; `title` is text, `body` is HTML."""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<meta name='robots' content='noindex'><meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main><h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n"
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; `heads` are texts, cells are HTML. On a phone each row stands by itself."""
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    body = "".join(
        "<tr>"
        + "".join(f"<td data-head='{escape(text)}'>{cell}</td>" for text, cell in zip(heads, row, strict=True))
        + "</tr>\n"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"


def bar(parts: Iterable[tuple[str, int]], whole: int, label: str) -> str:
    """Return a bar of parts of a whole.

    Parameters
    ----------
    parts : list of (str, int)
        Name of a style, and how many.
    whole : int
    label : str
        What it shows, in words, for who does not see it.
    """
    spans = "".join(f"<span class='{name}' style='width:{100 * n / whole:.2f}%'></span>" for name, n in parts if n)
    return f"<div class='bar' role='img' aria-label='{escape(label, quote=True)}'>{spans}</div>"


def row(name: str, parts: Iterable[tuple[str, int]], whole: int, label: str, note: str) -> str:
    """Return a bar between its name and a note, all of them HTML; see `bar`."""
    return f"<div class='row'><span>{name}</span>{bar(parts, whole, label)}<span class='small'>{note}</span></div>\n"


def write(coursedir: CourseDirectory, name: str, page: str, rows: Iterable[Sequence[str]]) -> tuple[Path, Path]:
    """Write a report as a page and as CSV that their owner alone can read: they are about students.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
        The report goes beside the classroom's other folders.
    name : str
        Of both files, without their endings.
    page : str
    rows : iterable of sequence of str

    Returns
    -------
    (path of the page, path of the CSV file)
    """
    folder = classroom(coursedir) / "reports"
    web, sheet = folder / f"{name}.html", folder / f"{name}.csv"
    write_private(web, page)
    write_private(sheet, tables.as_text(rows))
    return web, sheet


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with open(path, "x", encoding="utf-8", newline="", opener=partial(os.open, mode=0o600)) as file:
        file.write(text)

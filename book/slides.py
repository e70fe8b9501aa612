"""The program behind `make slides`: slides for class, made of the site's chapters.

A chapter gives its title, each prediction, then its answer and figure, and its summary. Each file stands by itself:
no script and no request. The arrow keys scroll from slide to slide, and printing gives one page a slide.

    python book/slides.py
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import Tag

ROOT = Path(__file__).parents[1]
CHAPTERS = "_build/html/notebooks/[0-9]*.html"
CONTEXT = 3  # blocks before a question that are shown with it
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
STYLE = """
:root { color-scheme: light dark; } * { box-sizing: border-box; }
html { scroll-snap-type: y mandatory; font: clamp(18px, 2.2vw, 34px)/1.4 system-ui, sans-serif; }
body { margin: 0; } a { color: inherit; } img { max-width: 100%; max-height: 62vh; background: #fff; }
section { min-height: 100vh; scroll-snap-align: start; padding: 4vh 7vw; display: flex; flex-direction: column;
  justify-content: center; break-after: page; }
h1 { font-size: 2em; } h2 { font-size: 1.3em; margin: 0 0 .6em; } p { margin: .4em 0; }
table { border-collapse: collapse; } td, th { border: 1px solid; padding: .2em .6em; }
pre { font-size: .7em; overflow-x: auto; }
"""


def slides(page: Tag) -> Iterator[list[Tag]]:
    """Yield what each slide of a chapter shows: its title and aims, questions, answers, figures, summary.

    Parameters
    ----------
    page : Tag
        The article of a chapter on the site.
    """
    yield [*page.select("h1"), *page.select("h1 ~ p")[1:2]]
    yield [*page.select("h1 ~ p")[3:4], *page.select("h1 ~ ul")[:1]]
    for heading in page.select("section section > h2"):
        section = heading.parent
        assert section
        if heading.get_text().startswith("Summary"):
            yield [heading, *section.find_all("ul", limit=1)]
            continue
        for found in section.select("p, img:not(.only-dark)"):
            if found.name == "img":
                yield [heading, found]
            elif found.get_text().startswith("Predict."):
                yield [heading, *before(found), found]
                for answer in found.find_next_siblings("details", limit=1):
                    yield [heading, *answer.find_all(["p", "ul", "ol", "table", "div"], recursive=False)]


def before(question: Tag) -> list[Tag]:
    """Return what stands before a question on its page and belongs to it: paragraphs, formulas, a printed result."""
    found: list[Tag] = []
    for sibling in question.find_previous_siblings(limit=CONTEXT):
        if sibling.name not in ("p", "div"):
            break
        found[:0] = (
            sibling.select(".output pre, .cell_output pre")
            if "cell" in sibling.get_attribute_list("class")
            else [sibling]
        )
    return found


def embedded(image: Tag, folder: Path) -> str:
    """Return an image whose file is part of the page."""
    path = folder / str(image["src"])
    data = base64.b64encode(path.read_bytes()).decode()
    made = BeautifulSoup("", "html.parser").new_tag("img", alt=str(image.get("alt", "")))
    made["src"] = f"data:{TYPES[path.suffix]};base64,{data}"
    return str(made)


def plain(html: str) -> str:
    """Return HTML without links and ids, which lead nowhere on a slide, and without figures, which have their own."""
    parsed = BeautifulSoup(html, "html.parser")
    for figure in parsed.select("img"):
        figure.decompose()
    for link in parsed.select("a"):
        link.decompose() if "headerlink" in link.get_attribute_list("class") else link.unwrap()
    for tag in parsed.select("[id]"):
        del tag["id"]
    return str(parsed)


def deck(path: Path) -> str:
    """Return the slides of a chapter's page as one HTML page."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("article")
    assert page
    shown = []
    for parts in slides(page):
        inner = (embedded(part, path.parent) if part.name == "img" else plain(str(part)) for part in parts)
        shown.append(f"<section>{''.join(inner)}</section>")
    title = re.sub(r"#$", "", page.select("h1")[0].get_text())
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{title}</title>"
    return (
        f"<!doctype html><html lang='en'><head>{head}<style>{STYLE}</style></head><body>{''.join(shown)}</body></html>"
    )


def main() -> None:
    """Write the slides of all chapters into _build/slides."""
    target = ROOT / "_build" / "slides"
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(ROOT.glob(CHAPTERS)):
        (target / path.name).write_text(deck(path), encoding="utf-8")
        print(f"wrote {(target / path.name).relative_to(ROOT)}")


if __name__ == "__main__":
    main()

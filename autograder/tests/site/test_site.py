"""The built site in a real browser: nothing fails, nothing leaves, nothing is cut off."""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import numpy as np
import pytest
import yaml
from bs4 import BeautifulSoup

from autograder.tests.site.conftest import Visit

ROOT = Path(__file__).parents[3]
CHAPTER = "notebooks/01_why_padding.html"
EXERCISE = "notebooks/exercises/01_why_padding/01_why_padding.html"


def files(entry):
    """Yield the documents below an entry of _toc.yml."""
    for key in ("root", "file"):
        if key in entry:
            yield entry[key]
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, []):
            yield from files(child)


CHAPTERS = [f"{name}.html" for name in files(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))]
PAGES = [*CHAPTERS, "search.html", "404.html"]
REPOSITORY = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
everypage = pytest.mark.parametrize("page", PAGES)


@lru_cache
def parsed(path):
    """The parsed HTML of a file; one for all tests, so none may change it."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def soup(site, page):
    """The parsed HTML of a page."""
    return parsed((site / page).resolve())


STATE = """() => [
    {...localStorage}, {...sessionStorage}, history.length, document.documentElement.dataset.theme,
    ...["print", "(prefers-reduced-motion: reduce)"].map(each => matchMedia(each).matches),
]"""


@pytest.mark.parametrize("place", ["server", "folder"])
def test_a_tab_used_again_has_kept_nothing(tabs, address, site, place):
    where = address if place == "server" else f"{site.as_uri()}/"
    first = Visit(tabs, where, CHAPTER)
    fresh = first.tab.evaluate(STATE)
    first.tab.goto(where + EXERCISE)
    first.tab.emulate_media(media="print", reduced_motion="reduce")
    first.tab.evaluate("localStorage.mode = sessionStorage.mode = document.documentElement.dataset.theme = 'dark'")
    used = first.tab.evaluate(STATE)
    first.leave()
    second = Visit(tabs, where, CHAPTER)
    assert second.tab is first.tab
    assert all(before != after for before, after in zip(fresh, used, strict=True))
    assert second.tab.evaluate(STATE) == fresh
    second.leave()


@everypage
def test_opens_from_a_folder_on_a_phone_in_the_dark_without_an_error_a_request_or_sideways_scrolling(visit, site, page):
    """`opened` in test_everybody.py opens each page from a server, in the light and wide."""
    seen = visit(page, address=f"{site.as_uri()}/", width=360, scheme="dark")
    seen.settle()
    assert seen.errors == []
    assert seen.foreign == []
    assert seen.tab.locator("main h1").first.is_visible()
    assert seen.tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_front_address_leads_to_the_front_page(visit):
    tab = visit("index.html").tab
    tab.wait_for_url("**/book/index.html")
    assert "really work" in tab.locator("article h1").first.inner_text()


@everypage
def test_pictures_have_alternative_texts(site, page):
    pictures = soup(site, page).select("main img")
    assert [str(picture) for picture in pictures if not picture.get("alt", "").strip()] == []


@pytest.mark.parametrize("page", [CHAPTER, EXERCISE])
@pytest.mark.parametrize(
    "start",
    [
        "https://colab.research.google.com/github/{}/",
        "https://www.kaggle.com/kernels/welcome?src=https://github.com/{}/",
        "https://mybinder.org/v2/gh/{}/",
    ],
)
def test_notebook_page_opens_in_colab_kaggle_and_binder(site, page, start):
    begins = start.format(REPOSITORY.removeprefix("https://github.com/"))
    notebook = page.replace(".html", ".ipynb")
    links = {link["href"] for link in soup(site, page).select(".dropdown-launch-buttons a")}
    assert begins + (f"main?urlpath=lab/tree/{notebook}" if "mybinder" in begins else f"blob/main/{notebook}") in links


@pytest.mark.parametrize("page", [CHAPTER, EXERCISE])
def test_download_fetches_the_notebook_that_the_site_carries(site, page):
    links = [link for link in soup(site, page).select("article a") if link.get_text() == "Download"]
    assert [link.has_attr("download") for link in links] == [True]
    copy = ((site / page).parent / links[0]["href"]).resolve()
    assert copy.read_bytes() == (ROOT / page).with_suffix(".ipynb").read_bytes()


@everypage
def test_formulas_are_rendered(site, page):
    texts = soup(site, page).select_one("main").strings
    text = "".join(each for each in texts if not each.find_parent(["pre", "code", "math", "script", "style"]))
    assert re.findall(r"\$\S[^$]*\$|\\frac|\\begin\{|\\lfloor", text) == []


def test_a_formula_has_a_height(visit):
    box = visit("book/cheat_sheet.html").tab.locator("div.math math mfrac").first.bounding_box()
    assert box["height"] > 20


def targets(site, page):
    """Yield (link, file, anchor) for each link of a page that stays on the site."""
    for tag in soup(site, page).select("[href], [src]"):
        link = tag.get("href") or tag.get("src")
        url, anchor = urldefrag(link)
        if not urlsplit(link).scheme and not link.startswith("//"):
            path = (site / page).parent / unquote(urlsplit(url).path) if url else site / page
            yield link, path, unquote(anchor)


@lru_cache
def places(path):
    """The ids of a page."""
    return {tag["id"] for tag in parsed(path).select("[id]")}


def leads_somewhere(path, anchor):
    """Whether the file is there and, in a page, the place the link names."""
    if path.suffix != ".html" or not anchor:
        return path.is_file()
    return path.is_file() and anchor in places(path.resolve())


@everypage
def test_links_within_the_site_lead_somewhere(site, page):
    assert [link for link, path, anchor in targets(site, page) if not leads_somewhere(path, anchor)] == []


def read_counts(padding, n=5, k=3):
    """How many k-by-k windows read each pixel of an n-by-n image, counted window by window."""
    counts = np.zeros((n + 2 * padding, n + 2 * padding), int)
    for row in range(n + 2 * padding - k + 1):
        for column in range(n + 2 * padding - k + 1):
            counts[row : row + k, column : column + k] += 1
    return counts[padding : padding + n, padding : padding + n]


def test_numbers_of_the_front_figure_are_right():
    drawing = (ROOT / "book" / "_static" / "read_counts.svg").read_text(encoding="utf-8")
    numbers = [int(text) for text in re.findall(r">(\d+)</text>", drawing)]
    assert numbers == [*read_counts(0).ravel(), *read_counts(1).ravel()]


def test_table_of_same_padding_is_right():
    text = (ROOT / "book" / "cheat_sheet.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+), (\d+) \|$", text, re.MULTILINE)
    assert len(rows) >= 6
    for n, k, s, out, total, before, after in (map(int, row) for row in rows):
        assert out == -(-n // s)
        assert total == max((out - 1) * s + k - n, 0)
        assert (before, after) == (total // 2, total - total // 2)


def test_a_prediction_opens_with_its_result_and_its_answer_together(visit):
    tab = visit(CHAPTER).tab
    fold = tab.locator("details.answer", has_text="614,656")
    result, answer = (
        fold.locator(".cell_output", has_text="dense: 614656 weights"),
        fold.locator("p", has_text="614,656"),
    )
    assert not result.is_visible()
    assert not answer.is_visible()
    fold.locator("summary").press("Enter")
    assert result.is_visible()
    assert answer.is_visible()


def test_set_up_and_plotting_code_is_folded_under_its_title(site):
    folds = soup(site, CHAPTER).select("details.folded-code")
    titles = [fold.summary.get_text() for fold in folds]
    assert titles[0] == "Set-up: libraries and the look of figures"
    assert not any("@title" in fold.get_text() for fold in folds)
    assert not [fold for fold in folds if fold.has_attr("open")]


@everypage
def test_no_result_is_folded_by_the_theme_without_its_answer(site, page):
    assert not soup(site, page).select("details.hide")
    assert "Answer" not in [summary.get_text() for summary in soup(site, page).select("summary")]

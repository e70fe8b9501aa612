"""The site for everybody: light to load, read without eyes, mouse or network, on paper, and wherever it is opened."""

import gzip
import json
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect

from autograder.tests.site.axe import findings, findings_light_and_dark
from autograder.tests.site.conftest import Visit
from autograder.tests.site.test_site import CHAPTER, CHAPTERS, EXERCISE, PAGES, REPOSITORY, ROOT, soup

NOTEBOOKS = [page for page in CHAPTERS if page.startswith("notebooks/") and "exercises" not in page]
DRAWN_BY_THE_ICON_FONT = """() => {
    const pen = document.createElement("canvas").getContext("2d");
    const width = (icon, family) => {
        const style = getComputedStyle(icon, "::before");
        pen.font = `${style.fontWeight} 40px ${family || style.fontFamily}`;
        return pen.measureText(style.content[1]).width;
    };
    const icons = [...document.querySelectorAll("i[class*=fa-], span.fa-solid")].filter(icon => icon.offsetParent);
    return icons.map(icon => width(icon) !== width(icon, "monospace"));
}"""
# How far a page's parts have moved by themselves. That it was painted is reported in any case, so there is an answer.
MOVED = """() => new Promise(tell => {
    const observer = new PerformanceObserver(list => {
        const moves = list.getEntriesByType("layout-shift").filter(move => !move.hadRecentInput);
        tell(moves.reduce((sum, move) => sum + move.value, 0));
    });
    observer.observe({ type: "layout-shift", buffered: true });
    observer.observe({ type: "paint", buffered: true });
})"""
LIMIT, WITH_EXPLORER = 150_000, 200_000  # compressed bytes of a page's scripts and styles; the theme brings 706,000


@pytest.fixture(scope="module", params=PAGES)
def opened(request, tabs, address):
    """Each page, opened in the light and loaded in full, once for the tests that look at all pages."""
    seen = Visit(tabs, address, request.param)
    seen.settle()
    yield seen
    seen.leave()


def test_opens_without_an_error_and_asks_no_other_host(opened):
    assert opened.errors == []
    assert opened.foreign == []
    assert opened.tab.locator("main h1").first.is_visible()


def test_hardly_anything_moves_while_a_page_loads(opened):
    assert opened.tab.evaluate(MOVED) < 0.02


def test_scripts_and_styles_are_light(opened, site):
    loaded = {url for kind, url in opened.loaded if kind in ("script", "stylesheet")}
    paths = [site / unquote(urlsplit(url).path)[1:] for url in loaded]
    assert opened.loaded
    limit = WITH_EXPLORER if opened.tab.locator("#explorer").count() else LIMIT
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths) <= limit


def test_axe_finds_nothing_light_or_dark(opened):  # last: axe itself asks for what is not there
    assert findings_light_and_dark(opened.tab) == []


@pytest.mark.parametrize("page", [CHAPTER, EXERCISE])
def test_axe_finds_nothing_in_open_menus_on_a_phone(visit, page):
    tab = visit(page, width=360).tab
    tab.locator(".dropdown-launch-buttons button").click()
    assert findings(tab) == []
    tab.keyboard.press("Escape")
    tab.locator(".primary-toggle").click()
    tab.wait_for_selector("dialog[open]")
    assert findings(tab) == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_pictures_load_lazily_into_a_place_kept_free(site, page):
    pictures = soup(site, page).select("article img")
    assert pictures or "going_further" in page
    lacking = [
        str(each) for each in pictures if each.get("loading") != "lazy" or not (each.get("width") or each["style"])
    ]
    assert lacking == []


def test_what_is_typed_into_the_search_stands_beside_the_magnifier(visit):
    form = visit("search.html?q=padding", width=360).tab.locator("main .bd-search")
    icon, field = form.locator("i").bounding_box(), form.locator("input")
    indent = field.evaluate("each => parseFloat(getComputedStyle(each).paddingLeft)")
    assert field.bounding_box()["x"] + indent > icon["x"] + icon["width"]


def test_headings_on_a_phone_shrink_level_by_level(visit):
    tab = visit("notebooks/06_classifier.html", width=360).tab
    size = "each => parseFloat(getComputedStyle(each).fontSize)"
    found = [tab.locator(f"article {name}").first.evaluate(size) for name in ("h1", "h2", "h3", "p")]
    assert found == sorted(set(found), reverse=True)


def test_nothing_covers_the_text_of_a_phone(visit):
    """Also not on the way back up, when themes offer a button."""
    tab = visit(CHAPTER, width=360).tab
    tab.mouse.wheel(0, 3000)
    tab.wait_for_function("scrollY > 2000")
    tab.mouse.wheel(0, -500)
    tab.wait_for_function("scrollY < 2900")
    text = "y => document.elementFromPoint(180, y).closest('.bd-article-container') !== null"
    assert [y for y in (100, 300, 500, 700, 780) if not tab.evaluate(text, y)] == []


def test_icons_have_glyphs(visit):
    """A glyph that the cut font lacks would be drawn by another font, in another width."""
    tab = visit(CHAPTER).tab
    loaded = (
        "[...document.fonts].filter(font => font.status === 'loaded' && /Font Awesome/.test(font.family)).length >= 2"
    )
    tab.wait_for_function(loaded)  # the set for the theme's buttons, and that for brands
    drawn = tab.evaluate(DRAWN_BY_THE_ICON_FONT)
    assert drawn
    assert all(drawn)


def test_first_tab_stop_skips_to_the_text(visit):
    tab = visit(CHAPTER).tab
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to main content"
    tab.keyboard.press("Enter")
    tab.wait_for_function("location.hash === '#main-content'")


def test_the_editor_of_an_exercise_is_near_for_the_tab_key(visit):
    """Also for whoever does not skip to the text."""
    tab = visit(EXERCISE).tab
    editor = tab.locator("textarea").first
    editor.wait_for()
    stops = 0
    while not editor.evaluate("field => field === document.activeElement"):
        tab.keyboard.press("Tab")
        stops += 1
        assert stops <= 42
    assert stops > 3


def test_what_has_the_keyboard_shows_it(visit):
    tab, bare = visit(CHAPTER).tab, []
    for _ in range(30):
        tab.keyboard.press("Tab")
        width, element = tab.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth), e.outerHTML.slice(0, 80)]; }"
        )
        bare += [element] if not width else []
    assert bare == []


def test_only_code_that_was_written_has_a_button_to_copy_it(visit):
    tab = visit(CHAPTER).tab
    tab.wait_for_selector(".copybtn", state="attached")
    assert tab.locator(".cell_input .copybtn").count() == tab.locator(".cell_input pre").count()
    assert tab.locator(".cell_output pre").count() > 5
    assert tab.locator(".cell_output .copybtn").count() == 0


def test_menus_and_branches_open_by_keyboard(visit):
    tab = visit(CHAPTER).tab
    menu = tab.locator(".dropdown-launch-buttons")
    menu.locator("button").focus()
    tab.keyboard.press("Enter")
    expect(menu.locator("a", has_text="Colab")).to_be_visible()
    tab.keyboard.press("Escape")
    branch = tab.locator("summary[aria-label='Pages of 2. Strides']")
    branch.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("nav a", has_text="Exercise 2").first).to_be_visible()


def test_colour_scheme_is_set_by_hand_and_kept(visit):
    tab = visit(CHAPTER).tab
    button = tab.locator(".theme-switch-button")
    seen = []
    for _ in range(3):
        button.click()
        seen.append(tab.evaluate("document.documentElement.dataset.mode"))
    assert set(seen) == {"auto", "light", "dark"}
    while tab.evaluate("document.documentElement.dataset.mode") != "dark":
        button.click()
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_reduced_motion_is_respected(visit):
    tab = visit(CHAPTER, reduced_motion="reduce").tab
    seconds = "[...document.querySelectorAll('*')].map(e => parseFloat(getComputedStyle(e).transitionDuration))"
    assert max(tab.evaluate(seconds)) < 0.001


def test_paper_shows_the_text_alone_with_answers_unfolded(visit):
    seen = visit(CHAPTER)
    seen.settle()
    tab = seen.tab
    unfolded = tab.locator("article details[open]").count()  # the explorer's settings
    tab.emulate_media(media="print")
    for left_out in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", ".prev-next-footer"):
        assert not tab.locator(left_out).first.is_visible(), left_out
    assert tab.locator("article h1").count() == 1
    assert tab.locator("article h1").is_visible()
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("article details:not([open])").count() == 0
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.locator("article details[open]").count() == unfolded
    wide = "[...document.querySelectorAll('article pre')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert tab.evaluate(wide) == 0


def test_not_found_page_leads_home_from_any_depth(visit, address):
    tab = visit("no/such/page.html").tab
    links = tab.eval_on_selector_all("a[data-page]", "all => all.map(link => link.href)")
    assert len(links) >= 8
    assert [link for link in links if tab.request.get(link).status != 200] == []


def test_not_found_page_knows_the_address_on_github_pages(visit, site):
    tab = visit("404.html").tab
    below = "/" + REPOSITORY.rsplit("/", 1)[1] + "/"
    tab.route("**/deep/down", lambda route: route.fulfill(path=site / "404.html", content_type="text/html"))
    tab.goto(f"{tab.url.rsplit('/', 1)[0]}{below}deep/down")
    links = tab.eval_on_selector_all("a[data-page]", "all => all.map(link => link.pathname)")
    assert all(link.startswith(below) for link in links)


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_glossary_terms_link_at_their_first_use_alone(site, page):
    parsed = soup(site, page)
    links = [inner.parent for inner in parsed.select("article a > .glossary-link")]
    targets = [link["href"] for link in links]
    assert targets
    assert len(set(targets)) == len(targets)
    assert [
        str(link) for link in links if link.find_parent(["h1", "h2", "h3", "pre", "code", "math", "figcaption"])
    ] == []


@pytest.mark.parametrize("page", ["book/instructors_guide.html", "book/scaling.html"])
def test_jupyters_kernel_is_not_the_convolutions(site, page):
    text = soup(site, page).select_one("article")
    assert "Jupyter" in text.get_text()
    assert text.select(".glossary-link") == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_notebook_page_says_what_it_was_executed_with(site, page):
    notebook = json.loads((ROOT / page).with_suffix(".ipynb").read_text(encoding="utf-8"))
    record = notebook["metadata"]["executed"]
    facts = soup(site, page).select_one(".page-facts")
    assert facts, f"{page} was changed after it was executed. Run: make notebooks"
    assert (
        facts.get_text()
        .strip()
        .startswith(
            f"Executed with Python {record['python']} and TensorFlow {record['tensorflow']} in {record['seconds']} s"
        )
    )


@pytest.mark.parametrize("page", CHAPTERS)
def test_page_says_when_it_last_changed(site, page):
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    shown = soup(site, page).select_one(".page-facts time")
    source = next(path for path in (ROOT / page).parent.glob(Path(page).stem + ".*"))
    complete = git("rev-parse", "--is-shallow-repository") == "false"
    known = git("log", "--format=%cs", "--", source).split() if complete else []
    assert (shown["datetime"] in known) if known else shown is None  # a commit may be younger than the site


@pytest.mark.parametrize("page", CHAPTERS)
def test_link_to_a_page_has_a_card(site, page):
    tags = {tag["property"]: tag["content"] for tag in soup(site, page).select("meta[property]")}
    owner, name = REPOSITORY.split("/")[-2:]
    root = f"https://{owner.lower()}.github.io/{name}/"
    assert tags["og:url"] == root + page
    assert (site / tags["og:image"].removeprefix(root)).read_bytes().startswith(b"\x89PNG")
    assert "Colab" not in tags["og:description"]
    assert tags["og:title"]

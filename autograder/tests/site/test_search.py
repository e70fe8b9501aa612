"""The search leads to sections, from a folder too; the index has every term."""

import pytest
import yaml

from autograder.tests.site.axe import findings
from autograder.tests.site.test_site import CHAPTERS, ROOT, leads_somewhere, soup, targets

SEARCH = "search.html"
FIELD, RESULTS = "main .bd-search input", "#search-results li > a"
# What readers look for, and pages or sections of which one has to be among the first three.
WANTED = {
    "same padding": ["book/cheat_sheet.html#same-padding", "book/notation_and_glossary.html#term-same-padding"],
    "output size formula": ["book/cheat_sheet.html#output-sizes"],
    "receptive field": [
        "book/cheat_sheet.html#receptive-field",
        "book/notation_and_glossary.html#term-receptive-field",
    ],
    "max pool gradient": ["notebooks/03_pooling.html#a-gradient-passes-through-pooling"],
    "stride 2": ["notebooks/02_strides.html#a-stride-of-2-visits-every-second-position"],
    "dilated": ["notebooks/07_beyond_classification.html#a-dilated-convolution-reads-every-d-th-cell"],
    "conv transpose": ["notebooks/07_beyond_classification.html#a-transposed-convolution-stamps"],
    "VGG16 memory": ["notebooks/05_memory_math.html#vgg16-layer-by-layer"],
    "global average pooling": ["book/notation_and_glossary.html#term-global-pooling"],
    "padding reflect": ["book/notation_and_glossary.html#term-reflect-padding"],
    "explorer": ["book/explorer.html"],
    "cheat sheet": ["book/cheat_sheet.html"],
    "recptive field": ["book/cheat_sheet.html#receptive-field"],
    "transposd convolution": ["notebooks/07_beyond_classification.html#a-transposed-convolution-stamps"],
}


def first_three(tab, query):
    """The addresses of the first three results."""
    tab.locator(FIELD).fill(query)
    return [link.get_attribute("href").removeprefix("./") for link in tab.locator(RESULTS).all()[:3]]


@pytest.mark.parametrize("where", ["server", "folder"])
def test_search_finds_sections_and_forgives_a_slip(visit, site, address, where):
    seen = visit(SEARCH, address=address if where == "server" else f"{site.as_uri()}/")
    missed = {query: first_three(seen.tab, query) for query in WANTED}
    missed = {query: found for query, found in missed.items() if not set(found) & set(WANTED[query])}
    assert missed == {}
    assert seen.errors == []


def test_every_entry_leads_somewhere(visit, site):
    pages = {f"{each['page']}.html": each["sections"] for each in visit(SEARCH).tab.evaluate("courseSections")}
    assert set(pages) == set(CHAPTERS)
    entries = [(page, anchor) for page, sections in pages.items() for anchor, *_ in sections]
    assert [(page, anchor) for page, anchor in entries if not leads_somewhere(site / page, anchor)] == []


def test_search_is_reached_and_read_by_keyboard(visit):
    tab = visit("notebooks/06_classifier.html").tab
    tab.keyboard.press("Control+k")
    tab.keyboard.type("receptive field")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=receptive+field")
    assert "sections" in tab.locator("#search-status").inner_text()
    assert "receptive" in [mark.inner_text().lower() for mark in tab.locator("#search-results mark").all()]
    assert findings(tab) == []
    tab.locator(RESULTS).first.press("Enter")
    tab.wait_for_url("**#receptive-field")


def test_what_nobody_wrote_is_not_found(visit):
    tab = visit(f"{SEARCH}?q=zzyzx").tab
    assert tab.locator("#search-status").inner_text() == "0 sections."


def test_what_is_typed_is_no_html(visit):
    tab = visit(f"{SEARCH}?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+padding").tab
    assert tab.locator(RESULTS).count() > 0
    assert tab.locator("main img").count() == 0


def test_index_has_every_term_of_the_glossary_and_the_list(site):
    terms = {term.get_text(strip=True) for term in soup(site, "book/terms.html").select("dl.term-index dt")}
    glossary = soup(site, "book/notation_and_glossary.html").select("dl.glossary dt")
    defined = {term.get_text().removesuffix("#").strip() for term in glossary}
    further = yaml.safe_load((ROOT / "book/index_terms.yml").read_text(encoding="utf-8"))
    assert len(defined) > 20
    assert terms == defined | set(further)


def test_every_term_of_the_index_leads_to_a_heading_or_its_definition(site):
    items = soup(site, "book/terms.html").select("dl.term-index dd")
    assert [str(item) for item in items if not item.select("a[href]")] == []
    links = [link for link, path, anchor in targets(site, "book/terms.html") if not leads_somewhere(path, anchor)]
    assert links == []

"""The exercise in a page, driven as a reader would: by keyboard, in a real browser."""

import re

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from autograder.chapters import ASSIGNMENTS, EXERCISES, MISTAKES
from autograder.chapters.generic import generic
from autograder.in_page import behaviours, starter
from autograder.tests.in_page_answers import RIGHT, answers
from autograder.tests.site.axe import findings_light_and_dark
from autograder.tests.site.conftest import ROOT, Visit

EXERCISES_OF = {
    f"notebooks/exercises/{name}/{name}": [each.name for each in all_] for name, all_ in ASSIGNMENTS.items()
}
PAGES = yaml.safe_load((ROOT / "book" / "try_it.yml").read_text(encoding="utf-8"))
FIRST = "notebooks/01_why_padding"
LIMIT = 10  # seconds; see widget.js
ENDLESS = "def pad2d(image, padding, value=0.0):\n    while True:\n        pass\n"


class Reader(Visit):
    """Someone who sits in front of one page."""

    def __init__(self, *arguments, **how):
        super().__init__(*arguments, **how)
        self.look_at(0)

    def look_at(self, number):
        """Turn to one of the editors of the page."""
        self.editor = self.tab.locator(".try-it").nth(number)
        self.field = self.editor.locator("textarea")

    def button(self, name):
        return self.editor.get_by_role("button", name=name)

    def type(self, source):
        """Type over the whole answer, and let the editor indent where it does so rightly."""
        self.field.focus()
        self.tab.keyboard.press("Control+a")
        self.tab.keyboard.press("Delete")
        for number, line in enumerate(source.strip().split("\n")):
            if number:
                self.tab.keyboard.press("Enter")
            self.indent(len(line) - len(line.lstrip()) if line else 0)
            self.tab.keyboard.type(line.lstrip())

    def paste(self, source):
        """Put another answer in the place of the whole one, at once."""
        self.field.focus()
        self.tab.keyboard.press("Control+a")
        self.tab.keyboard.insert_text(source)

    def indent(self, want):
        """Press Tab or Backspace until the last line begins where it should."""
        while (now := len(self.field.input_value().split("\n")[-1])) != want:
            self.tab.keyboard.press("Tab" if now < want else "Backspace")

    def check(self, source=None):
        """Run what stands there, or another answer, and return what is said."""
        if source is not None:
            self.field.fill(source)
        self.button("Run and check").click()
        return self.said()

    def said(self):
        """What is said once the run is over."""
        self.editor.locator("button.try-it-main:not([aria-disabled])").wait_for()
        return self.editor.locator(".try-it-status").inner_text()


@pytest.fixture
def read(visit):
    """Open a page: read(page, **settings of the visit)."""
    return lambda page=FIRST, **how: visit(f"{page}.html", kind=Reader, **how)


def sentence(name, id):
    mistakes = [*MISTAKES[name], *generic(EXERCISES[name])]
    return next(mistake.sentence for mistake in mistakes if mistake.id == id)


def wrong(name, id):
    return next(source for told, source in answers(name) if told == id)


def points_of(name):
    """The points of what a page can check of a function."""
    return sum(each.points for each in behaviours(EXERCISES[name]))


def fits_a_phone(reader):
    """Whether a report does not widen a phone, unfolded; the screen is as wide as before then."""
    wide = reader.tab.viewport_size
    reader.tab.set_viewport_size({"width": 360, "height": 740})
    reader.tab.locator(".try-it details").evaluate_all("all => all.forEach(each => each.open = true)")
    needed = reader.tab.evaluate("document.documentElement.scrollWidth")
    reader.tab.set_viewport_size(wide)
    return needed <= 360


def quiet(reader):
    """Nothing failed and nothing left."""
    return reader.errors == [] and reader.foreign == []


def test_by_keyboard_a_wrong_answer_gets_its_sentence_and_the_right_one_all_points(read):
    reader = read()
    reader.type(wrong("pad2d", "ends_swapped"))
    assert reader.field.input_value().strip() == wrong("pad2d", "ends_swapped").strip()
    reader.tab.keyboard.press("Control+Enter")
    said = reader.said()
    assert said.startswith("pad2d: 11 of 16 points")
    assert f"What went wrong: {sentence('pad2d', 'ends_swapped')}" in said
    reader.paste(RIGHT["pad2d"])
    for key in ("Escape", "Tab"):
        reader.tab.keyboard.press(key)
    assert reader.tab.evaluate("document.activeElement.textContent") == "Run and check"
    reader.tab.keyboard.press("Enter")
    assert reader.said().startswith("pad2d: 16 of 16 points\n\nAll of it is right.")
    assert reader.tab.locator(".try-it-passed").count() == 5
    assert quiet(reader)


@pytest.mark.parametrize(("page", "settings"), PAGES.items(), ids=[settings["function"] for settings in PAGES.values()])
def test_on_every_page_the_right_answer_is_right_and_a_wrong_one_is_told(read, page, settings):
    name, reader = settings["function"], read(page)
    points = points_of(name)
    assert reader.field.input_value() == starter(name)
    assert "It returns None" in reader.check()
    assert reader.check(RIGHT[name]).startswith(f"{name}: {points} of {points} points")
    told = next(told for told, _source in answers(name) if told)
    said = reader.check(wrong(name, told))
    assert "What went wrong" in said and sentence(name, told) in said
    assert fits_a_phone(reader)
    assert quiet(reader)


def test_input_yours_and_expected_stand_side_by_side(read):
    reader = read()
    reader.check(wrong("pad2d", "value_ignored"))
    tables = reader.tab.locator(".try-it-pictures table")
    assert tables.locator("caption").all_inner_texts() == ["image, 2 × 3", "yours, 4 × 5", "expected, 4 × 5"]
    cells = [
        [int(re.sub(r"[^\d-]", "", cell)) for cell in tables.nth(i).locator("td").all_inner_texts()] for i in (1, 2)
    ]
    assert cells[0] == [*[0] * 6, 1, -2, 3, 0, 0, 4, 5, -6, *[0] * 6]
    assert cells[1] == [*[7] * 6, 1, -2, 3, 7, 7, 4, 5, -6, *[7] * 6]
    assert tables.nth(1).locator(".try-it-wrong").count() == 14
    assert "at [0][0]: expected 7, received 0" in reader.tab.locator(".try-it-failed").inner_text()


def test_axe_finds_nothing_in_a_report_light_or_dark(read):
    reader = read()
    for answer in (wrong("pad2d", "value_ignored"), RIGHT["pad2d"], "def pad2d(:"):
        reader.check(answer)
        assert findings_light_and_dark(reader.tab, ".try-it") == []


def test_a_syntax_error_and_an_exception_name_their_line(read):
    reader = read()
    assert reader.check("def pad2d(image, padding, value=0.0)\n    return 1\n").startswith("Line 1: SyntaxError: ")
    assert reader.tab.locator(".try-it-marked").inner_text().strip() == "1"
    reader.check("def pad2d(image, padding, value=0.0):\n    n = len(image)\n    return image[n]\n")
    assert reader.tab.locator(".try-it-marked").inner_text().strip() == "3"
    assert (
        "It raises IndexError: list index out of range, in line 3." in reader.tab.locator(".try-it-report").inner_text()
    )
    assert "There is no NumPy here" in reader.check("import numpy as np\n")
    assert quiet(reader)


def test_the_line_of_rows_that_are_one_list_is_told(read):
    source = RIGHT["pad2d"].replace(" for _ in range(top + H + bottom)]", "] * (top + H + bottom)")
    assert "one and the same list" in read().check(source)


def test_an_endless_loop_is_stopped_by_the_button_and_the_page_works_again(read):
    reader = read()
    reader.field.fill(ENDLESS)
    reader.button("Run and check").click()
    reader.button("Stop").click()
    assert re.match(r"Stopped(?! after)", reader.said())  # by the button, not by the limit
    assert reader.check(RIGHT["pad2d"]).startswith("pad2d: 16 of 16 points")
    assert quiet(reader)


def test_an_endless_loop_is_stopped_by_the_limit_which_says_where(read):
    reader = read()
    said = reader.check(ENDLESS)
    assert said.startswith(f"Stopped after {LIMIT} seconds in pad2d(image, 1). Is there a loop that never ends?")
    assert reader.check(RIGHT["pad2d"]).startswith("pad2d: 16 of 16 points")


def test_an_answer_that_takes_all_memory_ends(read):
    reader = read(apart=True)
    said = reader.check("row = [0]\nwhile True:\n    row = row + row\n")
    assert "MemoryError" in said or "used up the memory" in said
    assert reader.check(RIGHT["pad2d"]).startswith("pad2d: 16 of 16 points")


def test_the_answer_survives_a_reload_until_it_is_begun_again(read):
    reader = read()
    reader.field.fill(RIGHT["pad2d"])
    reader.tab.reload()
    expect(reader.field).to_have_value(RIGHT["pad2d"])
    reader.button("Start over").click()
    assert reader.field.input_value() == starter("pad2d")
    reader.field.focus()
    reader.tab.keyboard.press("Control+z")
    assert reader.field.input_value() == RIGHT["pad2d"]
    reader.button("Start over").click()
    reader.tab.reload()
    assert reader.field.input_value() == starter("pad2d")


def test_tab_indents_and_escape_lets_it_go_on(read):
    reader = read()
    reader.field.fill("a\nb")
    for key in ("Control+a", "Tab"):
        reader.tab.keyboard.press(key)
    assert reader.field.input_value() == "    a\n    b"
    reader.tab.keyboard.press("Shift+Tab")
    assert reader.field.input_value() == "a\nb"
    for key in ("Escape", "Shift+Tab"):
        reader.tab.keyboard.press(key)
    assert reader.tab.evaluate("document.activeElement.tagName") != "TEXTAREA"
    help = reader.tab.locator(f"#{reader.field.get_attribute('aria-describedby')}")
    assert "press Escape, then Tab" in help.inner_text()


def test_colours_are_those_of_the_answer(read):
    reader = read()
    reader.field.fill('def f(x):  # "no" string\n    return "a#b" + str(1.5)')
    found = reader.tab.locator(".try-it-colours span[class]").evaluate_all(
        "all => all.map(e => [e.className, e.textContent])"
    )
    kinds = [[kind, text] for kind, text in found if kind]
    assert kinds == [
        ["k", "def"],
        ["c1", '# "no" string'],
        ["k", "return"],
        ["s2", '"a#b"'],
        ["nb", "str"],
        ["mi", "1.5"],
    ]
    assert reader.tab.locator(".try-it-colours").text_content().rstrip("\n") == reader.field.input_value()


# The page of an exercise


FIRST_EXERCISE = next(iter(EXERCISES_OF))


@pytest.mark.parametrize("page", EXERCISES_OF)
def test_every_function_of_an_exercise_is_solved_in_its_page_and_leads_to_the_next(read, page):
    names = EXERCISES_OF[page]
    reader = read(page)
    assert reader.tab.locator(".try-it").count() == len(names)
    for number, name in enumerate(names):
        reader.look_at(number)
        assert reader.field.input_value() == starter(name)
        told, source = next((told, source) for told, source in answers(name)[1:] if told or name == "design")
        said = sentence(name, told).replace("array", "list") if told else "at most 60,000 are allowed"
        assert said in reader.check(source)
        assert reader.editor.get_by_role("link", name="Next").count() == 0
        points = points_of(name)
        assert reader.check(RIGHT[name]).startswith(f"{name}: {points} of {points} points")
        last = (page, number) == (list(EXERCISES_OF)[-1], len(names) - 1)
        assert reader.editor.get_by_role("link", name="Next").count() == (not last)
    points = sum(map(points_of, names))
    said = f"{len(names)} of {len(names)} functions solved, {points} of {points} points on this page."
    assert reader.tab.locator(".try-it-progress").inner_text() == said
    reader.tab.reload()
    expect(reader.tab.locator(".try-it-progress")).to_have_text(said)
    assert reader.tab.locator(".try-it-failed").count() == 0
    reader.check(next(source for told, source in answers(name) if told))
    assert fits_a_phone(reader)
    assert quiet(reader)
    assert findings_light_and_dark(reader.tab, ".try-it") == []  # the rest of the page is as in test_everybody


def test_points_and_sentences_survive_a_reload_until_the_function_is_begun_again(read):
    reader = read()
    said = reader.check(wrong("pad2d", "ends_swapped"))
    reader.tab.reload()
    expect(reader.editor.locator(".try-it-status")).to_contain_text("This is from your last check.")
    assert reader.said().startswith(said)
    assert reader.editor.locator(".try-it-points").all_text_contents()[2] == "wrong: ✗ 0/5"
    reader.field.fill(RIGHT["pad2d"])
    reader.tab.reload()
    expect(reader.editor.locator(".try-it-status")).to_contain_text("Your code has changed since.")
    reader.button("Start over").click()
    reader.tab.reload()
    expect(reader.editor.locator(".try-it-status")).to_be_empty()


def test_from_the_front_page_to_a_solved_function_and_the_next_one_by_keyboard(read):
    reader = read("book/index")
    link = reader.tab.get_by_role("link", name="Solve the first exercise")
    link.focus()
    reader.tab.keyboard.press("Enter")
    reader.tab.wait_for_url(f"**/{FIRST_EXERCISE}.html*")
    reader.paste(wrong("pad2d", "ends_swapped"))
    reader.tab.keyboard.press("Control+Enter")
    assert f"What went wrong: {sentence('pad2d', 'ends_swapped')}" in reader.said()
    reader.paste(RIGHT["pad2d"])
    for key in ("Escape", "Tab", "Enter"):
        reader.tab.keyboard.press(key)
    assert reader.said().startswith("pad2d: 16 of 16 points")
    reader.tab.keyboard.press("Tab")
    assert reader.tab.evaluate("document.activeElement.textContent") == "Next: pad2d_mode"
    reader.tab.keyboard.press("Enter")
    heading = reader.tab.get_by_role("heading", name="pad2d_mode")
    expect(heading).to_be_in_viewport()
    for _ in range(5):
        if reader.tab.evaluate("document.activeElement.tagName") != "TEXTAREA":
            reader.tab.keyboard.press("Tab")
    assert "pad2d_mode" in reader.tab.evaluate("document.activeElement.value")
    assert quiet(reader)


def test_a_function_may_call_one_that_stands_above_it(read):
    reader = read("notebooks/exercises/02_strides/02_strides")
    reader.field.fill(RIGHT["output_size"])
    reader.look_at(3)
    uses = "def unread(n, k, stride, padding=0):\n    if padding < 0:\n        raise ValueError\n"
    uses += "    return n + 2 * padding - k - (output_size(n, k, stride, padding) - 1) * stride\n"
    assert reader.check(uses).startswith("unread: 12 of 12 points")
    reader.look_at(0)
    reader.field.fill("def output_size(:")
    reader.look_at(3)
    assert "NameError" in reader.check() + reader.editor.inner_text()


def test_both_numbers_of_a_short_result_are_shown(read):
    reader = read(FIRST_EXERCISE)
    reader.look_at(4)
    reader.check(wrong("same_padding", "odd_before"))
    told = reader.editor.locator(".try-it-failed").first.inner_text()
    assert "expected (0, 1)" in told and "received (1, 0)" in told


def test_each_channel_is_drawn_and_the_part_that_differs_is_named(read):
    reader = read("notebooks/exercises/06_classifier/06_classifier")
    reader.look_at(3)
    reader.check(wrong("conv2d_backward", "dx_overwritten"))
    captions = reader.editor.locator(".try-it-failed").first.locator("caption").all_inner_texts()
    assert [caption.partition(",")[0] for caption in captions if "dx" in caption] == ["yours: dx", "expected dx"]
    assert "values of dx differ" in reader.editor.inner_text()


@pytest.mark.parametrize("page", EXERCISES_OF)
def test_without_script_the_statements_the_cells_and_the_links_are_there(read, page):
    reader = read(page, java_script_enabled=False)
    for name in EXERCISES_OF[page]:
        expect(reader.tab.get_by_text(f'check("{name}", {name})')).to_be_visible()
    assert reader.tab.locator(".try-it-start > p a").all_inner_texts() == ["Colab", "Kaggle", "Binder", "download"]


def test_a_large_print_is_cut_short_and_takes_no_time(read):
    said = read().check(RIGHT["pad2d"] + "\nprint([[0.5] * 1000] * 3000)\n")  # all of it would take longer than LIMIT
    assert said.startswith("pad2d: 16 of 16 points")


def test_hints_come_one_by_one(read):
    reader, hints = read(), EXERCISES["pad2d"].hints
    for count in range(1, len(hints) + 1):
        reader.editor.get_by_role("button", name=re.compile("hint")).click()
        reader.tab.locator(".try-it-hints li").nth(count - 1).wait_for()
        assert reader.tab.locator(".try-it-hints li").all_inner_texts() == list(hints[:count])


def test_what_an_answer_prints_is_text_and_no_page(read):
    reader = read()
    reader.check('print("<img src=x onerror=alert(1)>")\ndef pad2d(*a, **k):\n    raise KeyError("<b>bold</b>")\n')
    section = reader.tab.locator(".try-it")
    assert "<img src=x onerror=alert(1)>" in section.inner_text()
    assert "<b>bold</b>" in section.inner_text()
    assert section.locator("img, b").count() == 0
    assert quiet(reader)


def test_an_answer_can_ask_for_nothing(read):
    reader = read()
    said = reader.check("import js\njs.fetch('https://example.org/')\n")
    assert "TypeError" in said or "AttributeError" in said
    assert reader.foreign == []


def test_a_call_can_be_taken_into_the_answer_and_is_printed(read):
    reader = read()
    reader.check(wrong("pad2d", "value_ignored"))
    reader.button("Print this call").first.click()
    assert reader.field.input_value().endswith("\nprint(pad2d([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], 1, 7.0))\n")
    reader.check()
    assert "[0.0, 1.0, -2.0, 3.0, 0.0]" in reader.tab.locator(".try-it-printed").first.inner_text()


def test_python_is_loaded_when_it_is_first_run_and_only_where_it_is_used(read):
    reader = read()
    reader.settle()
    assert not [url for _kind, url in reader.loaded if "micropython" in url or "pad2d.js" in url]
    reader.check()
    assert [url for _kind, url in reader.loaded if "micropython" in url]
    other = read("book/notation_and_glossary")
    assert not [url for _kind, url in other.loaded if "try_it" in url]


def test_it_runs_from_a_folder_too(read, site):
    reader = read(address=f"{site.resolve().as_uri()}/")
    assert reader.check(RIGHT["pad2d"]).startswith("pad2d: 16 of 16 points")
    reader.tab.reload()
    expect(reader.field).to_have_value(RIGHT["pad2d"])
    assert quiet(reader)


def test_where_a_browser_forbids_workers_it_says_so(read):
    reader = read()
    reader.tab.evaluate("() => { Worker = class { constructor() { throw new DOMException('forbidden here'); } }; }")
    said = reader.check()
    assert "Python could not run here: forbidden here" in said
    assert "The links to Colab, Kaggle, Binder and the download open the same exercise as a notebook." in said


def test_without_script_there_are_words_and_links(read):
    reader = read(java_script_enabled=False)
    section = reader.tab.locator(".try-it")
    assert section.locator(".try-it-without").is_visible()
    assert section.locator(".try-it-report li").count() == 5
    assert section.locator("a").all_inner_texts()[1:] == ["Colab", "Kaggle", "Binder", "download"]


@pytest.mark.parametrize("page", [*PAGES, *EXERCISES_OF])
def test_the_links_lead_to_the_notebook_of_the_exercise(site, page):
    parsed = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    links = {link.get_text(): link["href"] for link in parsed.select(".try-it-links a, .try-it-start > p a")}
    name = page.rpartition("/")[2]
    notebook = f"notebooks/exercises/{name}/{name}"
    address = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    repository = address.removeprefix("https://github.com/")
    assert links["Colab"] == f"https://colab.research.google.com/github/{repository}/blob/main/{notebook}.ipynb"
    assert links["Kaggle"] == f"https://www.kaggle.com/kernels/welcome?src={address}/blob/main/{notebook}.ipynb"
    assert (site / page).parent.joinpath(links["download"]).read_bytes() == (ROOT / f"{notebook}.ipynb").read_bytes()


def test_less_motion_is_all_there_is(site):
    style = (site / "_static" / "try_it" / "try_it.css").read_text(encoding="utf-8")
    assert not re.search(r"transition|animation|@keyframes", style)

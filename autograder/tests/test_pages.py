"""The finished pages in a browser: nothing that a student wrote acts, fetches, leads astray or covers the page."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.server_extensions.formgrader import handlers

from autograder.judge import pages
from autograder.tests.days.lab import TOKEN, Lab
from autograder.tests.forked import Course
from autograder.workshop.attack_table import ASSIGNMENT, FULL, IN_A_COURSE

NAMED = "page_<img src=x onerror=alert(1)>"
STUDENTS = ("page_links", "page_over", "page_hours", "page_live", "page_beside", NAMED)
BOXES = ".text_cell_render, .input_area, .output"
SETTINGS = """
from autograder.judge.nbgrader_plugin import use_judge
c = get_config()
c.CourseDirectory.root = {folder!r}
c.CourseDirectory.db_url = "sqlite:///{folder}/gradebook.db"
use_judge(c)
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course with hostile submissions and an honest one, graded, with its feedback."""
    course = Course(tmp_path_factory.mktemp("pages") / "course")
    course.nbgrader("generate_assignment", ASSIGNMENT)
    for attack in IN_A_COURSE:
        if attack.student in STUDENTS:
            place = course.folder / "submitted" / attack.student / ASSIGNMENT
            place.mkdir(parents=True)
            attack.hand_in(place / f"{ASSIGNMENT}.ipynb")
    course.nbgrader("autograde", ASSIGNMENT)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    return course


@pytest.fixture(scope="module")
def formgrader(graded):
    """Formgrader, as JupyterLab serves it in the course's folder."""
    home = graded.folder.parent / "home"
    lab = Lab(home, graded.folder, SETTINGS.format(folder=str(graded.folder)))
    lab.wait()
    yield lab
    lab.close()


# The icons of nbgrader's feedback, a font beside the page, were never there.
_REFUSED = re.compile("^(?!.*glyphicons).*Content Security", re.DOTALL)


class Seen:
    """A page in a browser, with all that happens beside showing it.

    Attributes
    ----------
    dialogs, refused, sent, left : list of str
        Dialogs of a script; what the page's policy had to refuse; requests that change something; requests to others.
    """

    def __init__(self, browser, address, lab=None):
        self.dialogs, self.refused, self.sent, self.left = [], [], [], []
        self.own = address.split("/formgrader")[0]
        self.context = browser.new_context()
        self.context.route("**/*", self._route)
        self.context.on("page", self._listen)
        if lab:
            self.context.request.get(f"{lab.address}/login?token={TOKEN}")
        self.page = self.context.new_page()
        self.page.goto(address, wait_until="load")
        # A page on a busy machine may never be idle.
        self.page.evaluate("() => new Promise(done => requestIdleCallback(done, {timeout: 2000}))")
        self.page.get_by_text("Loading, please wait").first.wait_for(state="hidden")  # Formgrader asks for its lists
        if "/submissions/" in address:
            self.page.wait_for_url("**/?index=*")  # Formgrader's own script adds it to the address
        self.at = self.page.url

    def _listen(self, page):
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: self.refused.append(said.text) if _REFUSED.search(said.text) else None)

    def _route(self, route):
        request = route.request
        if request.method not in ("GET", "HEAD"):
            self.sent.append(f"{request.method} {request.url}")
        if request.url.startswith((self.own, "data:image/", "file:")):
            route.continue_()
            return
        self.left.append(request.url)
        route.abort()

    def quiet(self):
        """Whether nothing happened."""
        assert (self.dialogs, self.refused, self.sent, self.left) == ([], [], [], [])
        assert self.page.url == self.at
        return True


@pytest.fixture
def see(browser, graded, request):
    """Open a page: see("feedback", student) or see("formgrader", student)."""
    opened = []

    def open_page(kind, student):
        if kind == "feedback":
            lab, path = None, graded.folder / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
            address = f"file://{quote(str(path))}"
        else:
            lab = request.getfixturevalue("formgrader")
            address = f"{lab.address}/formgrader/submissions/{_submission(graded, student)}/"
        opened.append(Seen(browser, address, lab))
        return opened[-1]

    yield open_page
    for seen in opened:
        seen.context.close()


def _submission(course, student):
    with closing(sqlite3.connect(course.folder / "gradebook.db")) as gradebook:
        query = (
            "select n.id from submitted_notebook n join submitted_assignment a on n.assignment_id = a.id "
            "where a.student_id = ?"
        )
        return gradebook.execute(query, [student]).fetchone()[0]


KINDS = pytest.mark.parametrize("kind", ["feedback", "formgrader"])


@KINDS
@pytest.mark.parametrize("student", STUDENTS)
def test_a_page_that_is_opened_runs_nothing_and_asks_nobody(see, kind, student):
    seen = see(kind, student)
    assert seen.page.locator(BOXES).count() > 20 and seen.quiet()


@KINDS
@pytest.mark.parametrize("student", ["page_links", "page_live", "page_over"])
def test_every_link_in_a_students_text_leads_to_its_address_in_another_tab_and_does_nothing_else(see, kind, student):
    seen = see(kind, student)
    links = seen.page.locator(":is(.text_cell_render, .input_area, .output) a[href]")
    found = links.evaluate_all("all => all.map(link => [link.cloneNode(false).outerHTML, link.href])")
    assert all(re.match("(https?|mailto):", address) for _tag, address in found)
    assert links.evaluate_all("all => all.every(link => link.target == '_blank' && /noopener/.test(link.rel))")
    different = {tag: (i, address) for i, (tag, address) in enumerate(found)}  # dozens are the same tag again and again
    for i, address in list(different.values())[:30]:
        with seen.context.expect_page() as tab:
            links.nth(i).dispatch_event("click")
        tab.value.close()
        assert seen.left.pop(0).rstrip("/") == address.rstrip("/")
        assert seen.quiet()


@KINDS
@pytest.mark.parametrize("student", ["page_links", "page_live", "page_over"])
def test_everything_else_in_a_students_text_can_be_clicked_too(see, kind, student):
    seen = see(kind, student)
    seen.page.evaluate(
        """boxes => document.querySelectorAll(boxes).forEach(box =>
             box.querySelectorAll("*").forEach(element => element.closest("a[href]") || element.click()))""",
        BOXES,
    )
    assert seen.quiet()


@KINDS
@pytest.mark.parametrize("student", ["page_over", "page_links", "page_live"])
def test_nothing_of_a_students_lies_over_the_pages_own_parts(see, kind, student):
    seen = see(kind, student)
    covered = seen.page.evaluate(
        """boxes => [...document.querySelectorAll("input, textarea, button, .panel-heading, nav a, .nbgrader-label")]
             .filter(own => own.getClientRects().length && !own.closest(boxes)).filter(own => {
               own.scrollIntoView({block: "center"});
               const {left, top, width, height} = own.getBoundingClientRect();
               return [.1, .5, .9].some(share => {
                 const there = document.elementFromPoint(left + share * width, top + height / 2);
                 return there && there.closest(boxes);
               });
             }).map(own => own.outerHTML.slice(0, 80))""",
        BOXES,
    )
    assert covered == []
    parts = seen.page.locator(".nbgrader_cell .panel-heading").count()
    assert parts >= 10  # so there was something to cover


@KINDS
def test_what_a_student_draws_ends_at_its_box(see, kind):
    boxes = see(kind, "page_over").page.locator(BOXES)
    styles = boxes.evaluate_all(
        "all => all.map(box => [getComputedStyle(box).contain, getComputedStyle(box).overflow])"
    )
    assert all("paint" in contain and overflow == "auto" for contain, overflow in styles)


@KINDS
def test_direction_marks_are_shown_and_not_followed(see, kind):
    text = see(kind, "page_links").page.locator("body").inner_text()
    assert "⟨U+202E⟩cod.exe" in text and "⟨U+202E⟩gnp" in text and "⟨U+200F⟩⟨U+2066⟩" in text
    assert not re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)


@KINDS
def test_formulas_and_reports_are_there_without_another_host(see, kind):
    text = see(kind, "page_links").page.locator("body").inner_text()
    assert "pad2d: 18 of 18 points" in text and "$$\\href{javascript:alert(1)}{x}$$" in text


def test_formgrader_still_shows_a_name_and_takes_a_comment(see, graded):
    seen = see("formgrader", "page_beside")
    seen.page.locator("span.name-hidden").click()  # nbgrader's own handler, which the policy names
    seen.page.locator("a.name-shown", has_text="page_beside").wait_for()
    score = seen.page.locator(".score:not([placeholder='']):visible").last
    comment = seen.page.locator("textarea.comment").last
    comment.wait_for()
    with seen.page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        comment.fill("well done")
        score.focus()
    assert saved.value.ok and saved.value.json()["manual_comment"] == "well done"
    assert not seen.refused and not seen.left


def test_lists_show_a_students_name_as_text(browser, formgrader):
    for place in (
        "manage_students",
        f"manage_students/{quote(NAMED)}",
        f"manage_students/{quote(NAMED)}/{ASSIGNMENT}",
        f"manage_submissions/{ASSIGNMENT}",
        f"gradebook/{ASSIGNMENT}/{ASSIGNMENT}",
    ):
        seen = Seen(browser, f"{formgrader.address}/formgrader/{place}", formgrader)
        assert seen.page.locator("tbody tr").count() and seen.quiet(), place
        if "students" in place or "submissions" in place:
            assert "onerror=alert(1)" in seen.page.locator("body").inner_text(), place
        seen.context.close()


def forever(source):
    while True:
        pass


@pytest.mark.parametrize("filter_name", ["markdown2html", "highlight_code"])
@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_a_page_is_made_when_its_time_is_over(monkeypatch, template, filter_name):
    monkeypatch.setattr(pages, "SECONDS", 0.3)
    monkeypatch.setattr(pages.html, filter_name, forever)
    notebook = new_notebook(
        cells=[new_markdown_cell("**a** <b>"), new_code_cell("a < 1"), new_markdown_cell("the end")]
    )
    page = exported(notebook, template)
    shown = "**a** &lt;b&gt;" if filter_name == "markdown2html" else "<pre>a &lt; 1</pre>"
    assert shown in page and "the end" in page


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_a_short_cell_that_makes_a_long_page_is_shown_as_it_was_written(template):
    source = f"[a]: /u '{'t' * 9000}'\n\n{'[a]' * 3500}"
    page = exported(new_notebook(cells=[new_markdown_cell(source)]), template)
    assert "[a][a][a]" in page and page.count("ttt") < 9000


def exported(notebook, template):
    """Return a page as nbgrader has it made."""
    folder = handlers.template_path
    styles = Path(handlers.static_path, "node_modules", "bootstrap", "dist", "css")
    exporter = pages.Page(template_name=template, extra_template_basedirs=[folder], extra_template_paths=[str(styles)])
    numbers = {"score": 0, "max_score": 0, "late_penalty": 0, "notebook": "a"}
    page, _ = exporter.from_notebook_node(notebook, resources={"nbgrader": numbers, "index": 0, "total": 1})
    return page


def test_marks_are_what_is_due(graded):
    assert {mark for student, (mark, _full) in graded.marks().items() if student != "page_live"} == {FULL}

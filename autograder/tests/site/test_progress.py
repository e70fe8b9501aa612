"""Self-tests and marks: chosen, checked, counted and kept on the reader's device alone."""

import json

import pytest

from autograder.tests.site.axe import findings
from autograder.tests.site.test_site import CHAPTER, CHAPTERS, soup

LESSONS = [page for page in CHAPTERS if page.startswith("notebooks/") and page.count("/") == 1]
PROGRESS = "book/progress.html"
STORED = "Object.keys(localStorage).filter(key => key.startsWith('course') || key.startsWith('try-it'))"


@pytest.mark.parametrize("page", LESSONS)
def test_every_question_has_one_right_option_and_a_reason_for_each(site, page):
    assert "then open" not in soup(site, page).select_one("#self-test").get_text()
    questions = soup(site, page).select("article div.question")
    assert [each["data-number"] for each in questions] == [str(i + 1) for i in range(len(questions))]
    assert len(questions) >= 3
    for question in questions:
        options = question.select("details.option")
        assert len(options) >= 2
        assert sum(option.has_attr("data-right") for option in options) == 1
        for option in options:
            assert option.summary.get_text(strip=True)
            assert option.p.get_text(strip=True).startswith("Right" if option.has_attr("data-right") else "No")


@pytest.mark.parametrize("page", LESSONS)
def test_answers_at_the_end_are_those_of_the_questions(site, page):
    parsed = soup(site, page)
    right = [option.summary.get_text()[:2] for option in parsed.select("details.option[data-right]")]
    answers = [answer.get_text() for answer in parsed.select(".answers > p:not(.rubric)")]
    assert [answer.split()[1] for answer in answers] == right


def test_no_backtick_is_left_in_an_option(site):
    texts = [option.get_text() for page in LESSONS for option in soup(site, page).select("details.option")]
    assert [text for text in texts if "`" in text or "$" in text] == []


def answer(tab, number, right):
    """Choose an option of a question that is right or is not, check it, all by keyboard; return what is said."""
    form = tab.locator("form.question").nth(number)
    said = "Right" if right else "No"
    for option in form.locator("input").all():
        option.focus()
        tab.keyboard.press("Space")
        tab.keyboard.press("Enter")
        if form.locator(".said").inner_text()[2:].startswith(said):
            break
    return form.locator(".said").inner_text()


def test_an_answer_is_checked_counted_and_remembered_by_keyboard(visit):
    tab = visit(CHAPTER).tab
    tab.locator("form.question button").first.press("Enter")
    assert tab.locator(".said").first.inner_text() == "Choose an answer first."
    assert answer(tab, 0, right=True).startswith("✓ Right:")
    assert answer(tab, 1, right=False).startswith("✗ No:")
    assert tab.locator(".questions-right").inner_text() == "1 of 4 questions right."
    tab.reload()
    assert tab.locator(".questions-right").inner_text() == "1 of 4 questions right."
    assert [each[:2] for each in tab.locator(".said").all_inner_texts()] == ["✓ ", "✗ ", "", ""]
    assert tab.locator("form.question input:checked").count() == 2
    assert findings(tab, "#self-test") == []


def test_another_choice_takes_the_verdict_away(visit):
    tab = visit(CHAPTER).tab
    answer(tab, 0, right=True)
    tab.locator("form.question").first.locator("input:not(:checked)").first.check()
    assert tab.locator(".said").first.inner_text() == ""


def test_without_script_options_unfold(browser, address):
    tab = browser.new_page(java_script_enabled=False)
    tab.goto(address + CHAPTER)
    option = tab.locator("details.option[data-right]").first
    assert not option.locator("p").is_visible()
    option.locator("summary").click()
    assert option.locator("p").inner_text().startswith("Right")
    tab.close()


def marks(tab):
    """{title: what its mark says} of the table of contents."""
    links = tab.locator(".bd-sidenav a:has(.progress-mark)")
    return {
        link.evaluate("each => each.firstChild.textContent.trim()"): link.locator(".progress-mark").get_attribute(
            "aria-label"
        )
        for link in links.all()
    }


def test_marks_show_in_the_contents_in_words_and_by_sign(visit):
    tab = visit(CHAPTER).tab
    assert marks(tab) == {}
    tab.locator(".read-tick input").press("Space")
    answer(tab, 0, right=True)
    (words,) = marks(tab).values()
    assert words == "read, 1 of 4 questions right"
    assert tab.locator(".progress-mark").inner_text().strip() == "◐"
    for number in (1, 2, 3):
        answer(tab, number, right=True)
    assert tab.locator(".progress-mark").inner_text().strip() == "✓"
    tab.goto(tab.url.replace(CHAPTER, PROGRESS))
    assert list(marks(tab).values()) == ["read, 4 of 4 questions right"]
    assert "read, 4 of 4 questions right" in tab.locator("#progress tr").first.inner_text()
    assert findings(tab) == []


def test_a_function_solved_in_its_page_counts(visit):
    tab = visit(PROGRESS).tab
    exercise = "notebooks/exercises/02_strides/02_strides"
    pages = tab.evaluate("coursePages")
    pages[exercise]["functions"] = {"output_size": 20, "conv2d": 28, "unread": 12}
    tab.route("**/course_pages.js", lambda route: route.fulfill(body=f"globalThis.coursePages = {json.dumps(pages)};"))
    for name, points in (("output_size", [15, 5]), ("conv2d", [27])):
        tab.evaluate(
            "([name, points]) => localStorage.setItem(`try-it-result:${name}`, JSON.stringify({ points }))",
            [name, points],
        )
    tab.reload()
    assert "1 of 3 functions solved" in tab.locator("#progress tr").nth(1).inner_text()


def test_everything_kept_is_erased_when_asked_twice(visit):
    tab = visit(CHAPTER).tab
    tab.locator(".read-tick input").check()
    answer(tab, 0, right=True)
    tab.evaluate("localStorage.setItem('try-it:pad2d', 'def pad2d(): ...')")
    tab.goto(tab.url.replace(CHAPTER, PROGRESS))
    tab.get_by_role("button", name="Erase").press("Enter")
    assert len(tab.evaluate(STORED)) == 2
    tab.get_by_role("button", name="Erase everything").press("Enter")
    assert tab.evaluate(STORED) == []
    assert marks(tab) == {}
    assert tab.get_by_text("Everything is erased.").is_visible()


def test_a_question_is_checked_where_the_browser_forbids_storage(browser, address):
    tab = browser.new_page()
    tab.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } });")
    tab.goto(address + CHAPTER)
    assert answer(tab, 0, right=True).startswith("✓ Right:")
    tab.close()

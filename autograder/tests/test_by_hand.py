"""Grading by hand: the page in a browser, what it writes into the gradebook, and who may ask it."""

import http.client
import json
import re
import shutil
import threading
from contextlib import nullcontext
from urllib.parse import urlsplit

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograder import paths
from autograder.by_hand import rubrics
from autograder.by_hand.responses import Changed, Responses
from autograder.by_hand.server import server
from autograder.chapters import ASSIGNMENTS
from autograder.judge.recorder import Recorder
from autograder.judge.settings import course_config
from autograder.tests.classes import by_hand, grade, url
from autograder.tests.site.axe import findings_light_and_dark
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> $\\href{javascript:alert(3)}{x}$ \u202eevil"
ANSWERS = {
    "ada": "Four, six and nine windows.",
    "bela": HOSTILE,
    "chen": "Zeros add nothing.",
    "dora": "Zeros add nothing.",
}


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """Four students who wrote something; two of them the same."""
    course = released.copy(tmp_path_factory.mktemp("by_hand") / "course")
    shutil.rmtree(course.folder / "submitted")
    for student, words in ANSWERS.items():
        place = course.folder / "submitted" / student / ASSIGNMENT
        place.mkdir(parents=True)
        nbformat.write(solved_notebook({"words": words}), place / f"{ASSIGNMENT}.ipynb")
    grade(course)
    return course


@pytest.fixture
def course(graded, tmp_path):
    return graded.copy(tmp_path / "course")


@pytest.fixture
def responses(course):
    return Responses(course_config(course.settings), ASSIGNMENT)


@pytest.fixture
def address(course):
    made, address = server(course_config(course.settings), ASSIGNMENT)
    with made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield address
        made.shutdown()


def in_gradebook(course):
    """Return {student: (points, comment, whether a person is waited for)}, as nbgrader's own API has it."""
    with Gradebook(url(course)) as gradebook:
        found = {}
        for student in ANSWERS:
            written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, student)
            comment = gradebook.find_comment("words", ASSIGNMENT, ASSIGNMENT, student)
            found[student] = written.manual_score, comment.comment, written.needs_manual_grade
        return found


def group_of(responses, answer):
    return next(group for group in responses.groups() if group["answer"] == answer)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_each_written_question_has_a_rubric_that_sums_to_its_points(assignment):
    source = nbformat.read(paths.source_notebook(assignment), as_version=4)
    own = [cell.metadata.get("nbgrader", {}) for cell in source.cells]
    asked = {cell["grade_id"]: cell["points"] for cell in own if cell.get("grade") and cell.get("solution")}
    found = rubrics.rubrics(assignment)
    assert {name: sum(points for points, _ in rubric.criteria) for name, rubric in found.items()} == asked
    assert all(len(rubric.model) > 300 and rubric.comments for rubric in found.values())
    assert "graded by a person" in rubrics.question(assignment, "words")


def test_rubrics_and_model_answers_are_not_released():
    for assignment in ASSIGNMENTS:
        released = paths.released_notebook(assignment).read_text()
        for rubric in rubrics.rubrics(assignment).values():
            for text in (*rubric.model.split("\n"), *(words for _, words in rubric.criteria), *rubric.comments):
                assert not text or json.dumps(text, ensure_ascii=False)[1:-1] not in released


def test_equal_answers_are_graded_together_and_names_are_hidden(course, responses):
    groups = responses.groups()
    assert sorted(len(group["ids"]) for group in groups) == [1, 1, 2]
    assert all(set(group) == {"ids", "version", "answer", "points", "comment", "waits"} for group in groups)
    assert not any(re.search(rf"\b{student}\b", json.dumps(groups)) for student in ANSWERS)
    zeros = group_of(responses, "Zeros add nothing.")
    (now,) = responses.grade(zeros["ids"], zeros["version"], 2.5, "No.")
    assert (now["points"], now["waits"], sorted(now["ids"])) == (2.5, False, sorted(zeros["ids"]))
    found = in_gradebook(course)
    assert found["chen"] == found["dora"] == (2.5, "No.", False)
    assert found["ada"] == (None, None, True)


def test_points_that_were_changed_elsewhere_are_not_overwritten(course, responses):
    zeros = group_of(responses, "Zeros add nothing.")
    by_hand(course, "dora", 7)
    with pytest.raises(Changed) as changed:
        responses.grade(zeros["ids"], zeros["version"], 1, "")
    assert sorted((group["points"] is None, group["points"]) for group in changed.value.groups) == [
        (False, 7),
        (True, None),
    ]
    assert [in_gradebook(course)[student][0] for student in ("chen", "dora")] == [None, 7]
    for group in changed.value.groups:
        responses.grade(group["ids"], group["version"], 1, "")
    assert [in_gradebook(course)[student][0] for student in ("chen", "dora")] == [1, 1]


def test_an_answer_that_was_replaced_meanwhile_is_not_graded_unseen(course, responses):
    ada = group_of(responses, ANSWERS["ada"])
    place = course.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    nbformat.write(solved_notebook({"words": "Something else."}), place)
    grade(course)
    with pytest.raises(Changed) as changed:
        responses.grade(ada["ids"], ada["version"], 10, "")
    assert changed.value.groups[0]["answer"] == "Something else."


def test_nothing_is_graded_unseen_while_its_successor_is_recorded(course, responses, monkeypatch):
    """When the marks are in the gradebook already, and the notebook is not yet in its place."""
    ada = group_of(responses, ANSWERS["ada"])
    put_in_place, refused = Recorder._put_in_place, []

    def meanwhile(recorder, student, staged):
        with pytest.raises(Changed) as changed:
            responses.grade(ada["ids"], ada["version"], 10, "")
        refused.extend(changed.value.groups)
        put_in_place(recorder, student, staged)

    monkeypatch.setattr(Recorder, "_put_in_place", meanwhile)
    place = course.folder / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    nbformat.write(solved_notebook({"words": "Something else."}), place)
    grade(course)
    assert [group["answer"] for group in refused] == ["Something else."]
    assert in_gradebook(course)["ada"] == (None, None, True)


def test_what_another_program_writes_meanwhile_is_kept(course, responses):
    """Two graders at once, each with their own answers; a third program enters students."""
    config = course_config(course.settings)

    def work(answer, points):
        mine = Responses(config, ASSIGNMENT)
        for each in points:
            group = group_of(mine, answer)
            mine.grade(group["ids"], group["version"], each, f"{each} points")

    def enter():
        for i in range(20):
            with Gradebook(url(course)) as gradebook:
                gradebook.update_or_create_student(f"new{i}")

    threads = [threading.Thread(target=work, args=(ANSWERS["ada"], range(10)))]
    threads += [threading.Thread(target=work, args=(HOSTILE.replace("\u202e", "⟨U+202E⟩"), range(1, 11)))]
    threads += [threading.Thread(target=enter)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = in_gradebook(course)
    assert found["ada"] == (9, "9 points", False)
    assert found["bela"] == (10, "10 points", False)
    with Gradebook(url(course)) as gradebook:
        assert {f"new{i}" for i in range(20)} < {student.id for student in gradebook.students}


@pytest.mark.parametrize("points", [-1, 10.5, float("nan"), float("inf")])
def test_only_points_that_the_question_has_can_be_given(responses, points):
    group = responses.groups()[0]
    with pytest.raises(ValueError, match="from 0 to 10"):
        responses.grade(group["ids"], group["version"], points, "")


def test_points_taken_back_wait_again(course, responses):
    group = group_of(responses, ANSWERS["ada"])
    (now,) = responses.grade(group["ids"], group["version"], 4, "x")
    responses.grade(now["ids"], now["version"], None, "")
    assert in_gradebook(course)["ada"] == (None, None, True)


@pytest.mark.parametrize(
    ("assignment", "question", "said"),
    [(ASSIGNMENT, "word", "Name one question of 01_why_padding: words"), ("02_strides", "", "generate_assignment")],
)
def test_a_question_that_is_not_there_is_said(course, assignment, question, said):
    with pytest.raises(ValueError, match=said):
        Responses(course_config(course.settings), assignment, question)


def status(address, path=None, method="GET", body=None, **headers):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path or parts.path, body, names)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), dict(answer.headers)


def test_nothing_is_shown_without_the_token_or_to_another_site(address):
    path = urlsplit(address).path
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
    assert status(address)[0] == status(address, f"{path}responses")[0] == 200
    for refused in ("/", "/responses", "/x/responses", path[:-2] + "/responses"):
        assert status(address, refused)[:2] == (403, '{"error": "Open the address that the command printed."}')
    assert status(address, Host="evil.example")[0] == 403
    assert status(address, Origin="http://evil.example")[0] == 403
    assert status(address, Sec_Fetch_Site="cross-site")[0] == 403
    body = json.dumps({"ids": [], "version": "", "points": 1, "comment": ""})
    assert status(address, f"{path}grade", "POST", body, Content_Type="text/plain")[0] == 400
    assert "default-src 'none'" in status(address)[2]["Content-Security-Policy"]


@pytest.mark.parametrize(("options", "reached"), [({}, False), ({"bind": "0.0.0.0"}, True)], ids=["own", "container"])
def test_a_container_can_pass_the_page_on(course, options, reached):
    made, address = server(course_config(course.settings), ASSIGNMENT, **options)
    with made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        other = address.replace("127.0.0.1", "127.0.0.2")  # as the engine comes from an address of its own
        with nullcontext() if reached else pytest.raises(ConnectionRefusedError):
            assert status(other, Host=urlsplit(address).netloc)[0] == 200
            assert status(other)[0] == 403
        made.shutdown()


@pytest.fixture
def tab(browser, address):
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.failures = []
    tab.on("console", lambda message: tab.failures.append(message.text))
    tab.on("pageerror", lambda error: tab.failures.append(str(error)))
    tab.on("dialog", lambda dialog: tab.failures.append(dialog.message))
    tab.goto(address)
    tab.get_by_role("heading", name="Response 1 of 3").wait_for()
    yield tab
    tab.close()


def test_three_answers_are_graded_by_keyboard(course, tab):
    given = {}
    for number, keys in enumerate((["1", "0"], ["4"], ["7", "ArrowDown"])):
        answer = tab.locator("#answer").inner_text()
        for key in keys:
            tab.keyboard.press(key)
        if number == 1:
            tab.keyboard.press("Shift+Digit1")
        tab.keyboard.press("Enter")
        points = {0: 10, 1: 4, 2: 6}[number]
        tab.wait_for_function(
            "text => document.getElementById('message').textContent.includes(text)", arg=f"{points} p"
        )
        given[answer] = points, number == 1
    tab.get_by_text("All responses are graded.").wait_for()
    assert tab.locator("#progress").inner_text() == "4 of 4 graded, 0 waiting"
    comment = rubrics.rubrics(ASSIGNMENT)["words"].comments[0]
    shown = {words: words.replace("\u202e", "⟨U+202E⟩") for words in ANSWERS.values()}
    expected = {s: (given[shown[w]][0], comment if given[shown[w]][1] else None, False) for s, w in ANSWERS.items()}
    assert in_gradebook(course) == expected
    assert tab.failures == []


def test_formgrader_shows_and_export_counts_what_the_page_wrote(course, responses, monkeypatch):
    monkeypatch.chdir(paths.COURSE)
    before = NbGraderAPI(config=course_config(course.settings)).get_submission(ASSIGNMENT, "ada")
    group = group_of(responses, ANSWERS["ada"])
    responses.grade(group["ids"], group["version"], 8, "")
    after = NbGraderAPI(config=course_config(course.settings)).get_submission(ASSIGNMENT, "ada")
    assert (before["needs_manual_grade"], after["needs_manual_grade"]) == (True, False)
    assert after["score"] - before["score"] == after["written_score"] == 8


def test_a_students_text_stays_text_and_a_barrier_is_nowhere(tab):
    for _ in range(3):
        if "onerror" in tab.locator("#answer").inner_text():
            break
        tab.keyboard.press("j")
    assert tab.locator("#answer").inner_text() == HOSTILE.replace("\u202e", "⟨U+202E⟩")
    assert tab.locator("#answer *, img").count() == 0
    for details in tab.locator("summary").all():
        details.click()
    assert findings_light_and_dark(tab) == []
    tab.set_viewport_size({"width": 360, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    assert tab.failures == []


def test_a_conflict_is_shown_and_a_second_save_replaces(course, tab):
    answer = tab.locator("#answer").inner_text()
    who = next(student for student, words in ANSWERS.items() if words.replace("\u202e", "⟨U+202E⟩") == answer)
    with Gradebook(url(course)) as gradebook:
        for student, words in ANSWERS.items():
            if words == ANSWERS[who]:
                written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, student)
                written.manual_score, written.needs_manual_grade = 7, False
        gradebook.db.commit()
    tab.keyboard.press("3")
    tab.keyboard.press("Enter")
    tab.get_by_text("changed elsewhere").wait_for()
    assert "Graded: 7 points." in tab.locator("#state").inner_text()
    assert in_gradebook(course)[who][0] == 7
    tab.locator("#save").click()
    tab.get_by_text("Saved: 3 points.").wait_for()
    assert in_gradebook(course)[who][0] == 3

"""The attack table: every hostile submission gets the mark that its honest rest deserves, and leaves nothing behind."""

import ast
import json
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from autograder import reference
from autograder.judge import marks
from autograder.tests import forked
from autograder.workshop import attack_table, attacks
from autograder.workshop.attack_table import ASSIGNMENT, FULL, IN_A_COURSE, REST, SUBMISSIONS, Attack, answers, beside
from autograder.workshop.attacks import Outcome, run
from autograder.workshop.demo import solved_notebook


@pytest.mark.parametrize("attack", SUBMISSIONS, ids=[attack.name for attack in SUBMISSIONS])
def test_an_attack_gets_the_mark_it_deserves_and_the_reason(attack):
    outcome = run(attack)
    assert outcome.mark == attack.mark, outcome.happened
    assert re.search(attack.says, outcome.happened)


def test_the_honest_submission_and_one_without_the_attacked_function_are_what_marks_are_measured_by():
    assert run(Attack("honest", "", FULL, answers())) == Outcome(FULL, "nothing gained, nothing lost")
    assert run(Attack("nothing", "", REST, answers(pad2d=""))).mark == REST


# Fresh cases that a function passes on


COLLECTS = """
collected = []
honest = pad2d
def pad2d(*args, **kwargs):
    collected.append((args, kwargs))
    print("printed during a call")
    return honest(*args, **kwargs)
"""
TELLS = """
for args, kwargs in collected:
    print("SAW", [arg.tolist() if hasattr(arg, "tolist") else arg for arg in args], kwargs)
"""


def collects(path):
    """Hand in pad2d that remembers what it is called with, and a later cell that tells."""
    right = next(cell for cell in solved_notebook({}).cells if attack_table._name(cell) == "pad2d").source
    notebook = solved_notebook({"pad2d": right + COLLECTS})
    notebook.cells.append(nbformat.v4.new_code_cell(TELLS))
    path.write_text(json.dumps(notebook))


def by_heart(told):
    """Return a pad2d that gives the right results for the calls that were told, and zero for all others."""
    known = {}
    for line in told:
        args, _, kwargs = line.rpartition(" {")
        args, kwargs = ast.literal_eval(args), ast.literal_eval("{" + kwargs)
        try:
            known[repr((args, kwargs))] = reference.pad2d(np.array(args[0]), *args[1:], **kwargs).tolist()
        except ValueError:
            known[repr((args, kwargs))] = None
    return f"""
import numpy as np
known = {known!r}
def pad2d(*args, **kwargs):
    value = known.get(repr(([a.tolist() if hasattr(a, "tolist") else a for a in args], kwargs)), 0)
    if value is None:
        raise ValueError
    return np.array(value, dtype=args[0].dtype)
"""


def graded_twice(folder):
    """Hand in a function that collects what it is called with, then one that knows it by heart.

    Returns what the first one showed, and the mark of the second.
    """
    path = folder / "notebook.ipynb"
    collects(path)
    result = attacks.score(ASSIGNMENT, path, "the seed", attacks.LIMITS)
    assert result.score == FULL
    shown = "".join(o.text for cell in result.notebook.cells for o in cell.get("outputs", ()) if "text" in o)
    told = [line.removeprefix("SAW ") for line in shown.split("\n") if line.startswith("SAW ")]
    return shown, run(Attack("learned", "", 0, answers(pad2d=by_heart(told))), "the seed").mark


def test_fresh_cases_that_were_told_are_of_no_use_to_the_next_submission(tmp_path):
    shown, mark = graded_twice(tmp_path)
    assert shown.count("SAW") > 20 and mark < REST + 6


def test_what_a_function_prints_during_a_call_is_not_recorded(tmp_path):
    assert "printed during a call" not in graded_twice(tmp_path)[0]


def test_if_fresh_cases_hung_on_the_course_alone_they_would_be_of_use(tmp_path, monkeypatch):
    """So that the attack above is a real one."""
    monkeypatch.setattr(marks, "submission_seed", lambda seed, _sources: seed)
    assert graded_twice(tmp_path)[1] == FULL


# A course with plain nbgrader


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attacks, "Course", forked.Course)
        return attacks.run_course(tmp_path_factory.mktemp("attacked"))


@pytest.mark.parametrize("attack", IN_A_COURSE, ids=[attack.name for attack in IN_A_COURSE])
def test_an_attack_in_a_course_gets_the_mark_it_deserves(graded, attack):
    assert graded[1][attack.student] == attack.mark


def test_everybody_was_graded_once_and_nobody_else_is_there(graded):
    assert set(graded[1]) == {attack.student for attack in IN_A_COURSE}


def test_the_gradebook_holds_the_courses_own_points(graded):
    course, _ = graded
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        assert gradebook.find_assignment(ASSIGNMENT).max_score == 100
        assert len(gradebook.students) == len(IN_A_COURSE)


def test_only_the_notebook_and_its_time_are_kept_and_nothing_is_written_elsewhere(graded):
    course, _ = graded
    kept = {file.name for file in course.folder.glob("autograded/*/*/*")}
    assert kept == {f"{ASSIGNMENT}.ipynb", "timestamp.txt"}
    assert not [path for path in course.folder.rglob("*") if path.is_symlink() and "submitted" not in path.parts]


def test_no_file_name_steers_the_terminal_of_the_grader(graded):
    notes = [line for line in graded[0].log.split("\n") if "It must be called" in line]
    assert len(notes) == 1 and "\x1b" not in notes[0] and "Title.ipynb" in notes[0]


class Tags(HTMLParser):
    """Collects what could act in a page: tags, handlers, addresses."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.add(tag)
        for name, value in attributes:
            live = name.startswith("on") or "javascript:" in (value or "").lower()
            fetched = name in ("src", "href", "action", "data", "srcset", "poster", "formaction", "style")
            if live or (fetched and re.search(r"//|url\(", value or "")):
                self.found.add((tag, name, value))


HOSTILE = ["page_live", "page_stored", "page_names", "page_slow", "page_links", "page_over", "page_hours"]


@pytest.mark.parametrize("student", HOSTILE)
def test_a_hostile_page_holds_nothing_that_acts_or_fetches_beyond_an_honest_one(graded, student):
    """The template has styles and addresses of its own; so it is compared with an honest student's page."""
    pages = graded[0].folder / "feedback"
    honest, hostile = (
        Tags((pages / name / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()).found for name in ("page_beside", student)
    )
    assert "style" in honest and len(honest) > 15  # so a student's would be found the same way
    acting = {tag for tag in hostile - honest if isinstance(tag, tuple)}
    assert {address for _tag, name, address in acting if name != "href"} == set()
    assert all(re.match(r"\s*(https?://|mailto:)", address) for _tag, _name, address in acting)
    assert not (hostile - honest) & {"script", "iframe", "form", "input", "img", "svg", "style", "object", "base"}


def test_a_hostile_page_holds_no_character_that_steers(graded):
    page = (graded[0].folder / "feedback" / "page_live" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "gnp.exe" in page  # it was printed
    outputs = page.split("gnp.exe")[0][-300:]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", outputs)


def test_names_of_files_are_shown_as_they_are(graded):
    notebook = nbformat.read(
        graded[0].folder / "autograded" / "page_names" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4
    )
    note = notebook.cells[0].source
    assert "Note of the grader" in note and not set("<>[]$#") & set(re.sub(r"&#\d+;", "", note))


# The table


def test_the_table_has_a_line_for_each_attack_and_counts_what_is_not_due(monkeypatch, capsys):
    one = Attack("an empty file", "", None, attack_table.content(b""))
    other = Attack("harmless", "", REST, beside("x = 1"))  # gets more than it says is due
    monkeypatch.setattr(attacks, "SUBMISSIONS", [one, other])
    monkeypatch.setattr(attacks, "EVADING", [])
    monkeypatch.setattr(attacks, "run_course", lambda folder: (None, {a.student: a.mark for a in IN_A_COURSE}))
    assert attacks.table() == 1
    lines = capsys.readouterr().out.strip().split("\n")
    assert len(lines) == 3 + 2 + len(IN_A_COURSE) and "The notebook is empty" in lines[1]
    assert lines[-1].endswith("1 with a score other than the one due")
    assert not re.search("[\x00-\x09\x0b-\x1f]", "".join(lines))

"""The roster, and the commands `roster`, `extend` and `drop`: in the file, the gradebook, the table and the exports."""

import csv
import logging
import shutil
from datetime import timedelta

import pytest
from nbgrader.api import Gradebook

from autograder import paths
from autograder.__main__ import main
from autograder.judge.class_grading import CourseDirectory
from autograder.judge.roster import Roster, span
from autograder.judge.settings import course_config
from autograder.tests.classes import due, few, grade, url
from autograder.workshop.demo_class import ASSIGNMENT

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,01_why_padding (123)\r\n"
    "    Points Possible,,,,,50\r\n"
    '"Lovelace, Ada",17,,ada,Tuesday,\r\n'
    '"=EVIL(), Bela",18,,bela,Friday,\r\n'
    '"Noether, Emmy",19,,emmy,Friday,\r\n'
)


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """Ada and Bela, both an hour late; late submissions get 0 points."""
    folder = tmp_path_factory.mktemp("roster") / "course"
    course = few(released, folder, {"ada": "01 13:00", "bela": "01 13:00"})
    due(course)
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment("02_strides")
    course.settings.append("--LateSubmissionPlugin.penalty_method=zero")
    grade(course)
    return course


@pytest.fixture
def course(graded, tmp_path, monkeypatch):
    """A copy of that course; commands run in the repository."""
    monkeypatch.chdir(paths.COURSE)
    course = graded.copy(tmp_path / "course")
    (course.folder / "canvas.csv").write_text(CANVAS)
    return course


def command(course, *arguments):
    return main([*map(str, arguments), *course.settings])


def roster(course):
    return Roster.of(CourseDirectory(config=course_config(course.settings)))


def exported(course, form="plain", *options):
    path = course.folder / "out.csv"
    assert command(course, "export", form, "--to", path, *options) == 0
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_a_list_of_canvas_makes_roster_and_gradebook_agree(course, capsys):
    assert command(course, "roster", course.folder / "canvas.csv") == 0
    said = capsys.readouterr().out
    assert "1 new" in said and "3 active, 0 dropped" in said
    ada = roster(course).people["ada"]
    assert (ada.first_name, ada.last_name, ada.section, ada.lms_id) == ("Ada", "Lovelace", "Tuesday", "17")
    assert (course.folder / "roster.csv").stat().st_mode & 0o777 == 0o600
    with Gradebook(url(course)) as gradebook:
        found = {s.id: (s.first_name, s.last_name, s.lms_user_id) for s in gradebook.students}
    assert found["emmy"] == ("Emmy", "Noether", "19") and found["ada"] == ("Ada", "Lovelace", "17")
    assert grade(course).missing == ["emmy"]
    assert "'=EVIL()" in (course.folder / "roster.csv").read_text()
    before = (course.folder / "roster.csv").read_text()
    assert command(course, "roster", course.folder / "canvas.csv") == command(course, "roster") == 0
    assert (course.folder / "roster.csv").read_text() == before


def test_an_extension_after_submission_takes_the_penalty_back(course, capsys):
    assert command(course, "extend", "ada", ASSIGNMENT, "2h") == 0
    said = capsys.readouterr().out
    assert "ada may hand in 01_why_padding until 2026-10-01 14:00 UTC. Points: 0 -> 90." in said
    scores = {row[3]: row[9] for row in exported(course)[1:]}
    assert scores == {"ada": "90", "bela": "0"}
    assert command(course, "extend", "ada", ASSIGNMENT, "0") == 0
    assert "Points: 90 -> 0." in capsys.readouterr().out


def test_an_extension_before_submission_counts_when_it_comes(course):
    submitted = course.folder / "submitted"
    assert command(course, "roster", course.folder / "canvas.csv") == 0
    assert command(course, "extend", "emmy", ASSIGNMENT, "1h") == 0
    shutil.copytree(submitted / "ada", submitted / "emmy")
    summary = grade(course)
    assert summary.graded == ["emmy"] and sorted(summary.late) == ["ada", "bela"]
    assert {row[3]: row[9] for row in exported(course)[1:]} == {"ada": "0", "bela": "0", "emmy": "90"}


def test_an_extension_that_is_written_into_the_file_counts(course):
    (course.folder / "roster.csv").write_text(f"id,extension {ASSIGNMENT}\nbela,1d\n")
    summary = grade(course)
    assert (summary.points, sorted(summary.late)) == ({"bela": "0 -> 90"}, ["ada"])


def test_who_dropped_is_neither_graded_nor_exported_and_comes_back(course, caplog):
    assert command(course, "drop", "bela") == 0
    summary = grade(course, regrade=True)
    assert (summary.dropped, summary.missing) == (["bela"], [])
    assert "dropped        1  bela" in summary.as_text()
    with caplog.at_level(logging.WARNING):
        assert [row[3] for row in exported(course)[1:]] == ["ada"]
    assert "Left out, since they dropped the course: 'bela'" in caplog.text
    assert command(course, "drop", "bela", "--undo") == 0
    assert [row[3] for row in exported(course)[1:]] == ["ada", "bela"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("extend", "nobody", ASSIGNMENT, "2d"), "has a student 'nobody'"),
        (("extend", "ada", "09_unheard_of", "2d"), "There are: "),
        (("extend", "ada", "02_strides", "2d"), "nbgrader db assignment add 02_strides"),
        (("extend", "ada", ASSIGNMENT, "soon"), "'soon' is no span of time"),
        (("drop", "nobody"), "has a student 'nobody'"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(course, capsys, arguments, why):
    assert command(course, *arguments) == 2
    assert why in capsys.readouterr().err
    assert not (course.folder / "roster.csv").exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name\nada\n", "has no column 'id'"),
        ("", "has no column 'id'"),
        ("id,status\nada,gone\n", "the status of ada is 'gone'"),
        ("id\nada\nada\n", "has ada in two rows"),
        (f"id,extension {ASSIGNMENT}\nada,later\n", "'later' is no span of time"),
    ],
)
def test_a_roster_that_cannot_be_understood_stops_grading(course, text, why):
    (course.folder / "roster.csv").write_text(text)
    with pytest.raises(ValueError, match=why):
        grade(course)


def test_exports_check_what_they_fill(course, caplog):
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_student("17")
    assert command(course, "roster", course.folder / "canvas.csv") == 0
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_student("ada", lms_user_id="17")
        gradebook.update_or_create_student("ada@example.org", email="ADA@example.org")
        gradebook.update_or_create_student("bela", email="ada@example.org")
    with caplog.at_level(logging.WARNING):
        heads, *_rows = exported(course, "canvas", "--roster", course.folder / "canvas.csv")
    assert heads[5:] == ["01_why_padding (123)"]  # 02_strides was never handed out
    assert "01_why_padding: Canvas has 50 points possible, the gradebook 100" in caplog.text
    assert "Left out, since nobody has submitted it: 02_strides" in caplog.text
    assert "'17' and 'ada' seem to be the same person: both have '17'" in caplog.text
    assert "'ada@example.org' and 'bela' seem to be the same person" in caplog.text


def test_a_column_of_another_name_is_filled_if_it_is_named(course, capsys):
    sheet = course.folder / "canvas.csv"
    sheet.write_text(CANVAS.replace("01_why_padding (123)", "Homework 1 (123)"))
    assert command(course, "export", "canvas", ASSIGNMENT, "--roster", sheet, "--to", course.folder / "x.csv") == 2
    assert "name one with --column. There are: Homework 1 (123)" in capsys.readouterr().err
    rows = exported(course, "canvas", ASSIGNMENT, "--roster", sheet, "--column", "Homework 1")
    assert rows[0][5] == "Homework 1 (123)"


def test_marks_are_closed_to_other_accounts(course):
    (course.folder / "out.csv").write_text("")
    (course.folder / "out.csv").chmod(0o644)
    exported(course)
    assert (course.folder / "out.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "hours"), [("1w", 168), ("2d 3h", 51), ("2d3h", 51), ("1d 1d", 48), ("90min", 1.5), ("0", 0)]
)
def test_spans_of_time(text, hours):
    assert span(text) == timedelta(hours=hours)


def test_an_id_that_looks_like_a_formula_stays_the_same(course, capsys):
    with Gradebook(url(course)) as gradebook:
        gradebook.add_student("@bo")
    for _ in range(3):
        assert command(course, "roster") == 0
    assert "3 active" in capsys.readouterr().out
    assert "'@bo," in (course.folder / "roster.csv").read_text()
    with Gradebook(url(course)) as gradebook:
        assert {student.id for student in gradebook.students} == {"ada", "bela", "@bo"}


@pytest.mark.parametrize("rows", ["id,section\nada,A\n\nbela,B\n", "section,id\nA,ada\nA\nB,bela\n\n"])
def test_blank_and_short_rows_are_nobodys(tmp_path, rows):
    (tmp_path / "roster.csv").write_text(rows)
    assert {one.id: one.section for one in Roster(tmp_path / "roster.csv").people.values()} == {"ada": "A", "bela": "B"}


def test_a_roster_is_written_whole_or_not_at_all(course, monkeypatch):
    command(course, "extend", "ada", ASSIGNMENT, "2h")
    before = (course.folder / "roster.csv").read_bytes()

    def full(path, text, **_):
        path.write_bytes(text.encode()[:10])
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    assert command(course, "extend", "ada", ASSIGNMENT, "3h") == 2
    assert (course.folder / "roster.csv").read_bytes() == before


def test_a_list_with_states_of_its_own_changes_nothing(course, capsys):
    command(course, "roster")
    before = (course.folder / "roster.csv").read_bytes()
    (course.folder / "list.csv").write_text("id,status\nada,enrolled\n")
    assert command(course, "roster", course.folder / "list.csv") == 2
    assert "the status of ada is 'enrolled'; write active or dropped" in capsys.readouterr().err
    assert (course.folder / "roster.csv").read_bytes() == before

"""Deadlines and times of submission, in whatever time zone they are written, on every way to the gradebook."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import nbgrader
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import CollectApp, ReleaseAssignmentApp, SubmitApp
from nbgrader.apps.dbapp import DbAssignmentAddApp

from autograder import paths
from autograder.judge import submission
from autograder.judge.nbgrader_plugin import PARSERS
from autograder.judge.settings import course_config
from autograder.judge.times import parse_utc
from autograder.tests import classes
from autograder.tests.classes import grade, marks, url
from autograder.workshop.demo_class import ASSIGNMENT

NOON = datetime(2026, 7, 1, 12)
# What is written of 1 July 2026, and what that is in UTC
KNOWN = {
    "12:30": "12:30", "12:30 UTC": "12:30", "12:30 Z": "12:30", "12:30Z": "12:30", "12:30:00.000000 UTC": "12:30",
    "12:30 +0000": "12:30", "12:30 +01": "11:30", "12:30 +0100": "11:30", "12:30 +01:00": "11:30",
    "12:30+01:00": "11:30", "12:30 UTC+1": "11:30", "11:30 -03": "14:30", "11:30:00.000000 -0300": "14:30",
    "17:30 +0545": "11:45", "12:30 CET": "10:30", "12:30 EST": "17:30", "12:30 Europe/Berlin": "10:30",
    "12:30 PM": "12:30", "11:30 PM": "23:30",
}  # fmt: skip
UNKNOWN = ("12:30 CEST", "12:30 IST", "12:30 XYZ", "12:30 /etc/localtime", "12:30 ../UTC", "12:30 +9900", "25:30 UTC")


@pytest.mark.parametrize("written", KNOWN)
def test_times_are_converted(written):
    assert str(parse_utc(f"2026-07-01 {written}")) == f"2026-07-01 {KNOWN[written]}:00"


def test_a_slip_that_is_far_too_long_for_a_time_is_not_parsed(tmp_path, monkeypatch):
    """dateutil would read it as noon, after ten seconds for each megabyte."""
    (tmp_path / "timestamp.txt").write_text("2026-07-01 12:00" + 100_000 * " ,")
    monkeypatch.setattr("dateutil.parser.parse", lambda *_, **__: NOON)
    assert submission.slips(tmp_path) == {}
    assert "more than 100 characters" in submission.untimed(tmp_path)


@pytest.mark.parametrize("written", UNKNOWN)
def test_what_is_no_time_is_refused(written):
    with pytest.raises(ValueError, match=r"is no time that can be understood .*2027-01-15 23:59 \+0100"):
        parse_utc(f"2026-07-01 {written}")


def test_letters_of_this_machines_own_zone_are_known(monkeypatch):
    monkeypatch.setattr("time.tzname", ("CET", "CEST"))
    assert parse_utc("2026-07-01 12:30 CEST")


def test_each_module_of_nbgrader_reads_times_our_way():
    package = Path(nbgrader.__file__).parent
    users = {path for path in package.rglob("*.py") if "tests" not in path.parts and "parse_utc" in path.read_text()}
    by_module_name = {package / "api.py"}  # it says utils.parse_utc
    assert {Path(module.__file__) for module in PARSERS} == users - by_module_name
    course_config()
    assert {module: module.parse_utc for module in PARSERS} == PARSERS


def set_deadline(course, when):
    return classes.nbgrader(DbAssignmentAddApp, course, ASSIGNMENT, f"--duedate={when}")


def lateness(course):
    with Gradebook(url(course)) as gradebook:
        return {s.student.id: s.total_seconds_late for s in gradebook.assignment_submissions(ASSIGNMENT)}


@pytest.fixture
def course(course, monkeypatch):
    """A course into which nothing was handed in; commands run in the repository."""
    monkeypatch.chdir(paths.COURSE)
    shutil.rmtree(course.folder / "submitted")
    return course


def test_lateness_is_the_same_by_both_commands(course, tmp_path):
    written = {f"{i}": text for i, text in enumerate((*KNOWN, *UNKNOWN))}
    for student, text in written.items():
        place = course.folder / "submitted" / student / ASSIGNMENT
        place.mkdir(parents=True)
        (place / f"{ASSIGNMENT}.ipynb").write_text("")
        (place / "timestamp.txt").write_text(f"2026-07-01 {text}")
    assert set_deadline(course, "2026-07-01 16:00 +04") == 0
    plain = course.copy(tmp_path / "plain")
    notes = grade(course).notes
    seconds = {
        text: (datetime.fromisoformat(f"2026-07-01 {when}") - NOON).total_seconds() for text, when in KNOWN.items()
    }
    assert lateness(course) == {who: max(0, seconds.get(text, 0)) for who, text in written.items()}
    assert {written[who] for who in notes} == set(UNKNOWN)
    assert all(
        f"does not count as late. timestamp.txt: '2026-07-01 {written[who]}' is no" in notes[who] for who in notes
    )
    few = {who for who, text in written.items() if text in ("12:30 +0100", "11:30 -03", "12:30 CEST")}
    for who in written.keys() - few:
        shutil.rmtree(plain.folder / "submitted" / who)
    said = plain.nbgrader("autograde", ASSIGNMENT)
    assert marks(url(plain)) == {who: marks(url(course))[who] for who in few}
    assert all(f"{who:<20} {notes[who]}" in said for who in few & notes.keys())


@pytest.mark.parametrize(("zone", "ends"), [("Asia/Dubai", "+04"), ("America/Sao_Paulo", "-03")])
def test_the_exchange_in_a_zone_without_letters(course, tmp_path, monkeypatch, zone, ends):
    """The exchange's own programs, from a student's submission to the gradebook, on a machine in that zone."""
    monkeypatch.setenv("TZ", zone)
    exchange = [
        f"--Exchange.root={tmp_path / 'exchange'}", f"--Exchange.cache={tmp_path / 'cache'}",
        f"--Exchange.assignment_dir={course.folder / 'release'}", f"--Exchange.timezone={zone}", "--student=ada",
    ]  # fmt: skip
    (tmp_path / "exchange").mkdir()
    assert classes.nbgrader(ReleaseAssignmentApp, course, ASSIGNMENT, *exchange[:-1]) == 0
    assert classes.nbgrader(SubmitApp, course, ASSIGNMENT, *exchange) == 0
    assert classes.nbgrader(CollectApp, course, ASSIGNMENT, *exchange) == 0
    (place,) = (course.folder / "submitted").iterdir()
    text = (place / ASSIGNMENT / "timestamp.txt").read_text()
    assert (place.name, text[-4:]) == ("ada", f" {ends}")
    assert not any(path.stat().st_mode & 0o077 for path in place.rglob("*"))  # the exchange's are open to everybody
    handed = datetime.fromisoformat(text)
    assert abs(datetime.now(UTC) - handed) < timedelta(hours=1)
    for hours in (-1, 1):
        deadline = (handed + timedelta(hours=hours)).astimezone(ZoneInfo("Asia/Kathmandu"))
        assert set_deadline(course, deadline.isoformat(" ", "microseconds")) == 0
        grade(course, regrade=True)
        assert lateness(course) == {"ada": max(0, -hours * 3600)}


def test_a_deadline_that_is_no_time_is_refused_and_the_old_one_kept(course):
    assert set_deadline(course, "2026-07-01 12:00 UTC") == 0
    with pytest.raises(ValueError, match="unknown time zone CEST"):
        set_deadline(course, "2026-07-01 14:00 CEST")
    with Gradebook(url(course)) as gradebook:
        assert str(gradebook.find_assignment(ASSIGNMENT).duedate) == str(NOON)


@pytest.mark.parametrize(
    ("times", "latest"),
    [
        (["12:30:00.0 +04", "10:30:00.0 UTC", "noon"], "10:30:00.0 UTC"),
        (["12:30:00.0 CEST", "14:30:00.0 CEST", "13:30:00.0 CEST"], "14:30:00.0 CEST"),
    ],
)
def test_the_latest_submission_is_collected(course, tmp_path, times, latest):
    inbound = tmp_path / "exchange" / "padding-strides-pooling" / "inbound"
    for when in times:
        folder = inbound / f"a+b+{ASSIGNMENT}+2026-07-01 {when}+Ab3_efgh-jkl"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(when)
    assert classes.nbgrader(CollectApp, course, ASSIGNMENT, f"--Exchange.root={tmp_path / 'exchange'}") == 0
    (student,) = (course.folder / "submitted").iterdir()
    assert (student.name, (student / ASSIGNMENT / "timestamp.txt").read_text()) == ("a+b", latest)

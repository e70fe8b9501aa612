"""The gradebook on PostgreSQL: a real server, started here; the marks are those of SQLite, whatever happens to it."""

import copy
import glob
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import OperationalError

from autograder import doctor
from autograder.by_hand.responses import Changed, Responses
from autograder.judge import late, recorder
from autograder.judge.recorder import GradebookError
from autograder.judge.settings import course_config
from autograder.tests.classes import QUICK, files, grade, marks, paths_of, say_the_same, started, url
from autograder.workshop.demo_class import ASSIGNMENT

PATIENCE = 300  # seconds, on a busy machine
SECRET = "correct horse"
NUMBERS = itertools.count()
NOBODY = 65534  # the server refuses to run as root


class Server:
    """A PostgreSQL server in a temporary folder, reached by a socket there, that asks for a password."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: so must be the socket's path
        (self.folder / "word").write_text(SECRET)
        self.passfile = self.folder / "passfile"
        self.passfile.write_text(f"*:*:*:tutor:{SECRET}\n")
        self.passfile.chmod(0o600)
        self._give_away()
        data = self.folder / "data"
        options = ("--auth=scram-sha-256", "--username=tutor", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._program("initdb", f"--pgdata={data}", f"--pwfile={self.folder / 'word'}", *options).communicate()
        self.start()

    def url(self, database, user="tutor"):
        """Return nbgrader's db_url of a database."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&passfile={self.folder / 'passfile'}"

    def start(self):
        places = ("-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses=")
        self.process = self._program("postgres", *places, "-c", "fsync=off")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                return self.run("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.1)

    def run(self, statement):
        """Run one statement in the database that a server comes with."""
        settings = {"host": str(self.folder), "user": "tutor", "dbname": "postgres", "password": SECRET}
        with psycopg.connect(**settings, autocommit=True) as connection:
            connection.execute(statement)

    def stop(self):
        """Stop as a machine that loses power: at once."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)

    def _program(self, name, *arguments):
        (program,) = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))[-1:]
        other = {} if os.geteuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.Popen(
            [program, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **other
        )

    def _give_away(self):
        if not os.geteuid():
            os.chown(self.folder, NOBODY, NOBODY)
            os.chown(self.folder / "word", NOBODY, NOBODY)


@pytest.fixture(scope="session")
def server():
    server = Server()
    yield server
    server.close()


def with_database(course, db_url):
    """Return the course with another gradebook."""
    other = copy.copy(course)
    other.settings = [setting for setting in course.settings if ".db_url" not in setting]
    other.settings.append(f"--CourseDirectory.db_url={db_url}")
    return other


@pytest.fixture(scope="session")
def template(server, released):
    """The name of a database into which nbgrader has released the assignment."""
    server.run("CREATE DATABASE template")
    with_database(released, server.url("template")).nbgrader("generate_assignment", ASSIGNMENT, "--force")
    return "template"


@pytest.fixture
def postgres(server, template, course):
    """The fresh course, with a fresh gradebook on the server."""
    name = f"course_{next(NUMBERS)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield with_database(course, server.url(name))
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


def wait_for_results(course, process, count):
    until = time.monotonic() + PATIENCE
    while len(paths_of(course)) < count and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    assert process.poll() is None


@pytest.mark.parametrize("workers", [0, 2])
def test_marks_and_files_are_those_of_sqlite(postgres, undisturbed, workers):
    summary = grade(postgres, workers=workers)
    assert marks(url(postgres)) == marks(url(undisturbed))
    assert say_the_same(files(postgres), files(undisturbed))
    before = marks(url(postgres)), files(postgres)
    assert sorted(grade(postgres).skipped) == sorted(QUICK)
    assert sorted(grade(postgres, regrade=True).unchanged) == sorted(summary.graded)
    assert (marks(url(postgres)), files(postgres)) == before


def test_nbgraders_own_commands_and_formgraders_tables_work_on_it(postgres, undisturbed):
    postgres.nbgrader("db", "upgrade")
    postgres.nbgrader("autograde", ASSIGNMENT, "--student=chen")
    assert marks(url(postgres)) == {"chen": marks(url(undisturbed))["chen"]}
    grade(postgres)
    assert postgres.marks() == undisturbed.marks()
    postgres.nbgrader("generate_feedback", ASSIGNMENT, "--student=chen")
    assert "mirror the image" in (postgres.folder / f"feedback/chen/{ASSIGNMENT}/{ASSIGNMENT}.html").read_text()
    tables = [formgraders_table(course) for course in (postgres, undisturbed)]
    assert tables[0] == tables[1]
    assert set(tables[0]) == set(QUICK)


def test_written_answers_are_graded_by_hand_on_it(postgres):
    grade(postgres, students=["ada"])
    responses = Responses(course_config(postgres.settings), ASSIGNMENT)
    (group,) = responses.groups()
    (now,) = responses.grade(group["ids"], group["version"], 7.5, "Good.")
    with pytest.raises(Changed):
        responses.grade(group["ids"], group["version"], 1, "")
    with Gradebook(url(postgres)) as gradebook:
        written = gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, "ada")
        assert (written.manual_score, written.needs_manual_grade, now["points"]) == (7.5, False, 7.5)
        assert gradebook.find_comment("words", ASSIGNMENT, ASSIGNMENT, "ada").manual_comment == "Good."
    assert doctor.examine(course_config(postgres.settings))["grading by hand"] == []


def formgraders_table(course):
    rows = NbGraderAPI(config=course_config(course.settings)).get_submissions(ASSIGNMENT)
    return {row["student"]: (row["score"], row["max_score"], row["needs_manual_grade"]) for row in rows}


def test_killed_and_run_again_the_gradebook_is_that_of_an_undisturbed_run(postgres, undisturbed):
    process = started(postgres, "--workers=0")
    wait_for_results(postgres, process, 2)
    process.kill()
    process.communicate()
    assert 2 <= len(grade(postgres).skipped) < len(QUICK)
    assert marks(url(postgres)) == marks(url(undisturbed))
    assert say_the_same(files(postgres), files(undisturbed))


def test_a_server_that_stops_half_way_is_said_and_the_same_command_goes_on(server, postgres, undisturbed):
    process = started(postgres, "--workers=0")
    wait_for_results(postgres, process, 2)
    server.stop()
    out, error = process.communicate(timeout=PATIENCE)
    again = started(postgres)
    _nothing, error_again = again.communicate(PATIENCE)
    server.start()
    assert (process.returncode, again.returncode, out) == (2, 2, "")
    assert "can't be used" in error and "Then run the same command" in error
    assert "connection" in error_again
    assert "Traceback" not in error + error_again
    done = marks(url(postgres))
    assert 2 <= len(done) < len(QUICK)
    assert done == {student: marks(url(undisturbed))[student] for student in done}
    grade(postgres)
    assert marks(url(postgres)) == marks(url(undisturbed))
    assert say_the_same(files(postgres), files(undisturbed))


def test_a_password_is_in_no_message(server, postgres):
    wrong = "wr0ng-s3cret"
    for address in (f"nobody:{wrong}@/x?host={server.folder}", f"nobody@/x?host={server.folder}&password={wrong}"):
        with pytest.raises(GradebookError, match=r"can't be used: .*authentication failed") as error:
            grade(with_database(postgres, f"postgresql+psycopg://{address}"))
        assert wrong not in str(error.value)


@pytest.mark.parametrize("address", ["postgresql+unheard://x:s3cret@host/x", "no address with s3cret"])
def test_an_address_that_is_none_is_said(course, address):
    with pytest.raises(GradebookError, match=r"db_url can't be used\. It is, for example, sqlite") as error:
        grade(with_database(course, address))
    assert "s3cret" not in str(error.value)


def test_a_row_that_another_holds_is_waited_for_then_said(postgres, monkeypatch):
    grade(postgres, students=["chen"])
    before = marks(url(postgres)), files(postgres)
    hand_in_of_ada(postgres, "chen")
    monkeypatch.setattr(recorder, "PATIENCE", 0.5)
    with Gradebook(url(postgres)) as other:
        other.find_grade("check_pad2d_mode", ASSIGNMENT, ASSIGNMENT, "chen").manual_score = 3
        other.db.flush()
        with pytest.raises(GradebookError, match=r"lock timeout.* Then run the same command"):
            grade(postgres, students=["chen"])
        other.db.rollback()
    assert (marks(url(postgres)), files(postgres)) == before
    assert grade(postgres, students=["chen"]).graded == ["chen"]


def hand_in_of_ada(course, student):
    place = course.folder / "submitted"
    shutil.copyfile(
        place / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", place / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    )


@pytest.mark.parametrize("database", ["course", "postgres"])
def test_what_a_person_enters_while_a_submission_is_recorded_is_kept(request, database, undisturbed, monkeypatch):
    """The person saves after the marks have been read and written, but before they are committed."""
    course = request.getfixturevalue(database)
    grade(course, students=["chen"])
    hand_in_of_ada(course, "chen")
    real, came = late.Penalties.settle, threading.Event()
    person = threading.Thread(target=grade_by_hand, args=[course, came])

    def meanwhile(self, *arguments):
        settled = real(self, *arguments)
        person.start()
        assert came.wait(PATIENCE)  # it is done, or has to wait for our commit
        return settled

    monkeypatch.setattr(late.Penalties, "settle", meanwhile)
    grade(course, students=["chen"])
    person.join(PATIENCE)
    with Gradebook(url(course)) as gradebook:
        found = gradebook.find_grade("check_pad2d_mode", ASSIGNMENT, ASSIGNMENT, "chen")
        assert (found.auto_score, found.manual_score, found.extra_credit) == (16, 11, 2)
        comment = gradebook.find_comment("words", ASSIGNMENT, ASSIGNMENT, "chen")
        assert comment.manual_comment == "Well said."


def grade_by_hand(course, came):
    """Do what Formgrader does when a person enters a mark and a comment, once more whenever the gradebook is held."""
    impatient = {"sqlite": "?timeout=0.1", "postgresql+psycopg": "&options=-c%20lock_timeout%3D100"}
    for entered in (a_mark, a_comment):
        saved = False
        while not saved:
            try:
                with Gradebook(url(course) + impatient[url(course).partition(":")[0]]) as gradebook:
                    entered(gradebook)
                    gradebook.db.commit()
                saved = True
            except OperationalError:
                came.set()
    came.set()


def a_mark(gradebook):
    found = gradebook.find_grade("check_pad2d_mode", ASSIGNMENT, ASSIGNMENT, "chen")
    found.manual_score, found.extra_credit, found.needs_manual_grade = 11, 2, False


def a_comment(gradebook):
    gradebook.find_comment("words", ASSIGNMENT, ASSIGNMENT, "chen").manual_comment = "Well said."

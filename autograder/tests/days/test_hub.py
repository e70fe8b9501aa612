"""Several users on a JupyterHub: two students who cannot see each other's work, and an instructor who sees both.

The hub is the one that `make hub` starts. It makes no users on this machine: a student is a user id, named only in the
student's own view.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from autograder import paths
from autograder.hub.place import Place
from autograder.hub.spawner import instructor_view, student_view
from autograder.hub.start import require
from autograder.judge.demo import solved_notebook
from autograder.tests.days.lab import PATIENCE, free_port
from autograder.tests.days.people import ASSIGNMENT

STUDENTS = ("ada", "bela")
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


class Member:
    """Somebody who has logged in at the hub; their JupyterLab starts."""

    def __init__(self, browser, address, name):
        self.address, self.own = address, f"{address}/user/{name}"
        self.context = browser.new_context()
        self.context.set_default_timeout(2 * PATIENCE * 1000)
        self.page = self.context.new_page()
        self.page.goto(address)
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill("any")
        self.page.get_by_role("button", name="Sign in").click()

    def arrive(self):
        """Wait until JupyterLab runs; what follows asks its server only."""
        self.page.wait_for_url(f"{self.own}/lab*", wait_until="commit")

    def get(self, path, of=None):
        """Ask one's own server, or somebody else's."""
        return self.context.request.get(f"{of or self.own}/{path}", timeout=PATIENCE * 1000)

    def tell(self, path, data=None, method="POST"):
        """Do something that must succeed, as JupyterLab does it for a button; returns the answer."""
        tokens = [c["value"] for c in self.context.cookies(f"{self.own}/") if c["name"] == "_xsrf"]
        headers = {"X-XSRFToken": tokens[-1], "Referer": f"{self.own}/lab"}
        answer = self.context.request.fetch(
            f"{self.own}/{path}", method=method, data=data or {}, headers=headers, timeout=2 * PATIENCE * 1000
        )
        said = answer.json()
        assert answer.ok and said.get("success", True), said
        return said

    def form(self, path):
        """Press one of Formgrader's buttons, which must succeed; returns its log."""
        return self.tell(f"formgrader/api/{path}")["log"]

    def listed(self):
        """Return what the Assignment List shows as submitted."""
        lines = self.get("assignments?course_id=padding-strides-pooling").json()["value"]
        return [line for line in lines if line["status"] == "submitted"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where the hub is, with a course beside it."""
    top = tmp_path_factory.mktemp("hub")
    course = top / "course"
    course.mkdir()
    shutil.copy(paths.COURSE / "nbgrader_config.py", course)
    shutil.copytree(paths.source_notebook(ASSIGNMENT).parent, course / "solutions" / ASSIGNMENT)
    return Place(top / "hub", course)


@pytest.fixture(scope="module")
def address(place):
    """Where the hub is reached."""
    require()
    port = free_port()
    command = [sys.executable, "-m", "autograder", "hub", f"--folder={place.folder}", f"--course={place.course}"]
    log = place.folder.parent / "hub.log"
    with open(log, "w") as file:
        hub = subprocess.Popen(
            [*command, f"--port={port}", *(f"--student={name}" for name in STUDENTS)],
            cwd=paths.COURSE, env=os.environ | {"PYTHONPATH": str(paths.COURSE)},
            stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        ends = time.monotonic() + 2 * PATIENCE
        while "JupyterHub is now running" not in log.read_text():
            assert hub.poll() is None and time.monotonic() < ends, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(hub.pid, signal.SIGINT)  # as Ctrl-C in a terminal: the hub stops its proxy and the servers
        hub.wait(2 * PATIENCE)


@pytest.fixture(scope="module")
def members(browser, address):
    """Everybody, logged in."""
    everybody = {name: Member(browser, address, name) for name in ("instructor", *STUDENTS)}
    for member in everybody.values():
        member.arrive()
    return everybody


@pytest.fixture(scope="module")
def course(members, place):
    """An assignment from release to feedback; returns Formgrader's logs."""
    teach, logs = members["instructor"], {}
    for step in ("assign", "release"):
        logs[step] = teach.form(f"assignment/{ASSIGNMENT}/{step}")
    for name in STUDENTS:
        which = {"course_id": "padding-strides-pooling", "assignment_id": ASSIGNMENT}
        members[name].tell("assignments/fetch", which)
        solved = solved_notebook({"words": f"The words of {name}."})
        model = {"type": "notebook", "format": "json", "content": json.loads(nbformat.writes(solved))}
        members[name].tell(f"api/contents/{NOTEBOOK}", model, "PUT")
        members[name].tell("assignments/submit", which)
    logs["collect"] = teach.form(f"assignment/{ASSIGNMENT}/collect")
    for name in STUDENTS:
        logs[name] = teach.form(f"submission/{ASSIGNMENT}/{name}/autograde")
    for step in ("generate_feedback", "release_feedback"):
        logs[step] = teach.form(f"assignment/{ASSIGNMENT}/{step}")
    for name in STUDENTS:
        members[name].tell("assignments/fetch_feedback", which)
    return logs


def test_the_instructor_sees_the_work_of_both(course, place):
    for name in STUDENTS:
        work = place.course / "classroom" / "autograded" / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        assert f"The words of {name}." in work.read_text()
    assert "cheating" not in course["collect"]  # each is owned by who sent it


@pytest.mark.parametrize("name", STUDENTS)
def test_a_student_sees_their_own_submission_and_feedback(course, members, name):
    (line,) = members[name].listed()
    (sent,) = line["submissions"]
    page = members[name].get(f"files/{sent['local_feedback_path']}/{ASSIGNMENT}.html")
    assert f"The words of {name}." in page.text()
    assert not any(f"The words of {other}." in page.text() for other in STUDENTS if other != name)


def test_a_student_cannot_open_the_server_of_another(course, members):
    assert members["ada"].get(f"files/{NOTEBOOK}").ok
    for name in ("ada", "instructor"):
        answer = members["bela"].get(f"files/{NOTEBOOK}", members[name].own)
        assert answer.status == 403


def test_a_student_has_no_formgrader(course, members):
    assert members["instructor"].get("formgrader/api/assignments").ok
    assert members["ada"].get("formgrader/api/assignments").status == 404


def test_a_students_programs_find_nothing_of_others(course, place):
    """Bela's own programs look where things are, from Bela's own view of the machine."""
    inbound = place.exchange / "padding-strides-pooling" / "inbound"
    secret = ["/home/ada", place.folder / "home" / "ada", place.own, place.course, paths.COURSE / "solutions", inbound]
    secret += [inbound.parent / "feedback", "/etc/shadow"]
    assert all(Path(path).exists() for path in secret[1:])
    look = f"""
import json, os
def found(path):
    try:
        return os.listdir(path) if os.path.isdir(path) else open(path).read()
    except OSError:
        return None
others = [pid for pid in os.listdir("/proc") if pid.isdigit() and found("/proc/" + pid + "/environ") is not None]
print(json.dumps([os.getuid(), sorted(os.listdir("/home")), len(others), [found(p) for p in {list(map(str, secret))}]]))
"""
    uid, homes, processes, seen = seen_in(student_view(place, "bela"), look)
    assert (uid, homes) == (place.uid("bela"), ["bela"])
    assert seen == [None] * len(secret)
    assert processes == 1  # the program itself
    assert None not in seen_in(instructor_view(place, STUDENTS), look)[-1][1:]  # the instructor's does find it


def seen_in(view, program):
    command = [*map(str, view), sys.executable, "-c", program]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_nobody_is_left_on_this_machine(course, place):
    assert not any(f"{name}:" in Path("/etc/passwd").read_text() for name in STUDENTS)
    assert {place.uid(name) for name in STUDENTS}.isdisjoint({0, os.getuid()})

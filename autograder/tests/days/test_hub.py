"""Several users on a JupyterHub: two students who cannot see each other's work, and an instructor who sees both.

The hub is the one that `make hub` starts. It makes no users on this machine: a student is a user id, named only in the
student's own view.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
import requests

from autograder import paths
from autograder.hub.place import Place
from autograder.hub.spawner import instructor_view, student_view
from autograder.hub.start import require
from autograder.tests.days.lab import PATIENCE, free_port
from autograder.tests.days.people import ASSIGNMENT
from autograder.workshop.demo import solved_notebook

STUDENTS = ("ada", "bela")
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


class Member:
    """Somebody who has logged in at the hub; their JupyterLab starts."""

    def __init__(self, browser, address, name, password):
        self.address, self.own = address, f"{address}/user/{name}"
        self.context = browser.new_context()
        self.context.set_default_timeout(2 * PATIENCE * 1000)
        self.page = self.context.new_page()
        self.page.goto(address)
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
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


def started_by(uid):
    """Return the environment in which sudo would start the hub for somebody."""
    return os.environ | {"PYTHONPATH": str(paths.COURSE), "SUDO_UID": str(uid)}


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
            cwd=paths.COURSE, env=started_by(0), stdout=file, stderr=file, start_new_session=True,
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
def passwords(address, place):
    """What the hub prints at its start, for each user."""
    return dict(re.findall(r"^  (\w+) +(\S{12})$", (place.folder.parent / "hub.log").read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def members(browser, address, passwords):
    """Everybody, logged in."""
    everybody = {name: Member(browser, address, name, passwords[name]) for name in ("instructor", *STUDENTS)}
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
    secret += [
        inbound.parent / "feedback",
        "/etc/shadow",
        *(paths.COURSE / "autograder" / part for part in ("judge", "tests", "hub")),
        *(paths.COURSE / "autograder" / "chapters").rglob("questions*.py*"),
    ]
    assert all(Path(path).exists() for path in secret[1:])
    look = f"""
import json, os
from autograder import check, garments
garments()
def found(path):
    try:
        return os.listdir(path) if os.path.isdir(path) else open(path, errors="replace").read()
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


def seen_in(view, program, *arguments):
    command = [*map(str, view), sys.executable, "-c", program, *map(str, arguments)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def sign_in(address, name, password):
    with requests.Session() as session:
        page = session.get(f"{address}/hub/login", timeout=PATIENCE).text
        form = {"username": name, "password": password, "_xsrf": re.search(r'name="_xsrf" value="(.+?)"', page)[1]}
        return session.post(f"{address}/hub/login", form, allow_redirects=False, timeout=PATIENCE).status_code


def test_only_ones_own_password_lets_in(address, passwords):
    assert len(set(passwords.values())) == 3
    assert sign_in(address, "ada", passwords["ada"]) == 302
    for name, password in (("instructor", passwords["ada"]), ("bela", passwords["ada"]), ("ada", "any"), ("eve", "")):
        assert sign_in(address, name, password) == 403


@pytest.mark.parametrize("path", ["hub/login", "hub/api/", "user/instructor/api/contents", "user/ada/lab"])
@pytest.mark.parametrize("host", ["course.example", "course.example:8000", "127.0.0.1.course.example", ""])
def test_a_page_of_another_host_gets_no_answer(members, address, host, path):
    answer = requests.get(f"{address}/{path}", headers={"Host": host}, allow_redirects=False, timeout=PATIENCE)
    assert answer.status_code in (400, 404)
    assert "Password" not in answer.text


def test_the_hub_answers_to_both_names_of_this_machine(address):
    for host in ("127.0.0.1", "localhost"):
        url = address.replace("127.0.0.1", host)
        assert "Password" in requests.get(f"{url}/hub/login", timeout=PATIENCE).text


def servers(place):
    """Return the servers' processes, by who they belong to."""
    found = [p for p in psutil.process_iter(["cmdline"]) if "jupyterhub.singleuser" in (p.info["cmdline"] or ())]
    owner = {one.environ().get("JUPYTERHUB_USER"): one for one in found if str(place.folder) in str(one.environ())}
    return owner


def listening(process):
    return {one.laddr.port for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN}


def test_a_students_programs_get_nothing_from_the_ports_of_others(members, place):
    """All share the machine's network: others' servers, the hub and its proxy can be asked, and tell nothing."""
    ask = """
import json, sys, urllib.error, urllib.request
def answer(port, path, host="127.0.0.1"):
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", headers={"Host": host})
    try:
        return urllib.request.urlopen(asked, timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code
for name, port in zip(sys.argv[1::2], sys.argv[2::2]):
    path = f"user/{name}/api"
    asked = [answer(port, f"{path}/contents"), answer(port, f"{path}/sessions"), answer(port, path, "course.example")]
print(json.dumps([asked]))
"""
    running = servers(place)
    for name in ("ada", "instructor"):
        (port,) = listening(running[name])
        assert seen_in(student_view(place, "bela"), ask, name, port) == [[403, 403, 403]]


def test_kernels_speak_where_no_other_account_hears_them(members, place):
    """A kernel on TCP tells everybody who connects what it puts out."""
    for name in ("ada", "instructor"):
        members[name].tell("api/kernels")
        (kernel,) = [one for one in servers(place)[name].children(recursive=True) if "-f" in one.cmdline()]
        file = Path(f"/proc/{kernel.pid}/root{kernel.cmdline()[-1]}")
        assert json.loads(file.read_text())["transport"] == "ipc"
        assert file.parent.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_uid == (place.uid(name) if name in STUDENTS else place.owner)


def test_a_students_server_does_not_hold_the_hubs_terminal(members, place):
    held = {os.readlink(f"/proc/{servers(place)['ada'].pid}/fd/{number}") for number in range(3)}
    assert held == {os.devnull, str(place.own / "ada.log")}
    assert place.own.stat().st_mode & 0o777 == 0o700


def test_the_exchange_of_the_course_is_there_before_a_student(address, place):
    course = place.exchange / "padding-strides-pooling"
    modes = {"": 0o755, "inbound": 0o3733, "outbound": 0o755, "feedback": 0o711}
    for name, mode in modes.items():
        found = (course / name).stat()
        assert (found.st_mode & 0o7777, found.st_uid) == (mode, 0)


def test_an_exchange_that_a_student_made_is_refused(tmp_path):
    made = tmp_path / "hub" / "exchange" / "padding-strides-pooling"
    made.mkdir(parents=True)
    os.chown(made, 59000, 59000)
    command = [sys.executable, "-m", "autograder", "hub", f"--folder={tmp_path}/hub", f"--course={tmp_path}"]
    refused = subprocess.run(command, cwd=paths.COURSE, env=started_by(0), capture_output=True, text=True)
    assert refused.returncode == 2
    assert f"{made} was made by someone else." in refused.stderr


def test_the_instructor_works_as_who_started_the_hub(tmp_path):
    place, nobody = Place(tmp_path / "hub", tmp_path, 65534), 65534
    command = [sys.executable, "-m", "autograder", "hub", f"--folder={place.folder}", f"--course={tmp_path}"]
    hub = subprocess.Popen(
        [*command, f"--port={free_port()}"], cwd=paths.COURSE, env=started_by(nobody), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    said = [hub.stdout.readline() for _ in range(5)]
    os.killpg(hub.pid, signal.SIGKILL)
    hub.wait()
    assert said[-1] == "What instructor does is done as nobody, who started the hub.\n"
    assert (place.exchange / "padding-strides-pooling" / "inbound").stat().st_uid == nobody
    secret = place.own / "secret"
    secret.touch(0o600)
    look = ["sh", "-c", f"id -u; id -G; cat {secret}"]
    seen = subprocess.run([*map(str, instructor_view(place, STUDENTS)), *look], capture_output=True, text=True)
    assert seen.stdout.split() == ["65534", "65534"]
    assert "Permission denied" in seen.stderr


def test_nobody_is_left_on_this_machine(course, place):
    assert not any(f"{name}:" in Path("/etc/passwd").read_text() for name in STUDENTS)
    assert {place.uid(name) for name in STUDENTS}.isdisjoint({0, os.getuid()})

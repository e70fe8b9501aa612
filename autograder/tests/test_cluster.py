"""Grading on a real dask cluster: processes of their own that share nothing but the network with the coordinator."""

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from distributed import Client, Future

from autograder import paths
from autograder.judge import copies, recorder, spread
from autograder.tests.classes import (
    command,
    endless,
    environment,
    files,
    grade,
    marks,
    paths_of,
    say_the_same,
    started,
    url,
)
from autograder.workshop.demo_class import ASSIGNMENT

PATIENCE = 300  # seconds, on a busy machine
STUDENTS = ("ada", "bela", "chen", "dora", "emil", "gus", "quinn")  # what quinn handed in is set aside
ALL_GRADED = f"graded {len(STUDENTS) - 1:>9}"
UNENCRYPTED = (
    "Whoever can reach that port can run code as you and read the course's seed. See Encryption on the page on scaling."
)
PACED = """
def dask_setup(worker):
    import os, time
    from pathlib import Path
    from autograder.judge import submission
    real, tickets = submission.grade, Path(os.environ["TICKETS"])
    def admitted():
        if (tickets / "for all").exists():
            return True
        for ticket in tickets.glob("for one *"):
            try:
                return ticket.unlink() is None
            except FileNotFoundError:
                pass  # another worker took it
        return False
    def paced(*arguments):
        while not admitted():
            time.sleep(0.01)
        return real(*arguments)
    submission.grade = paced
"""
DEADLY = """
def dask_setup(worker):
    import os, signal
    from autograder.judge import submission
    real = submission.grade
    def deadly(handed, *rest):
        if b"deadly" in handed.content:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(handed, *rest)
    submission.grade = deadly
"""
# Another account of this machine asks ports, over HTTP and as dask: without a certificate and with one of its own.
STRANGER = """
import asyncio, json, os, socket, ssl, sys
from distributed.comm.core import connect
from distributed.protocol.pickle import dumps
from distributed.security import Security
def page(port):
    with socket.create_connection(("127.0.0.1", port), 60) as asked:
        asked.sendall(b"GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
        try:
            return asked.recv(5) == b"HTTP/"
        except ConnectionError:
            return False
async def code(address, context):
    try:
        comm = await connect(address, 60, ssl_context=context, require_encryption=bool(context))
        await comm.write({"op": "identity", "reply": True})
        op = {"Scheduler": "run_function"}.get((await comm.read())["type"], "run")
        await comm.write({"op": op, "function": dumps(os.getuid), "args": dumps(()), "reply": True})
        return (await comm.read())["result"]
    except (OSError, ValueError):  # tornado: no TLS where none is spoken
        return None
own = Security.temporary().get_connection_args("client")["ssl_context"]
none = ssl.create_default_context()
for context in (own, none):
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
ways = [("tcp", None), ("tls", none), ("tls", own)]
asyncio.run(code("tls://127.0.0.1:1", none))  # imports what another account may not read
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
for port in map(int, sys.argv[1:]):
    ran = [asyncio.run(code(f"{kind}://127.0.0.1:{port}", context)) for kind, context in ways]
    print(json.dumps([page(port), *ran]))
"""


class Cluster:
    """A scheduler and workers as an administrator starts them, each in an empty folder."""

    def __init__(self, folder, **settings):
        self.folder, self.started, self.tickets = folder, [], folder / "tickets"
        self.settings = {"TICKETS": str(self.tickets)} | settings
        self.admit()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = self._start("scheduler", "--host=127.0.0.1", f"--port={port}")
        self.client = Client(self.address, timeout=PATIENCE, set_as_default=False)

    def worker(self, *arguments, preload="", **changes):
        """Start a worker, and return once it is there."""
        before = len(self.client.nthreads())
        arguments = (self.address, "--nworkers=1", "--nthreads=1", "--death-timeout=60", *arguments)
        started = self._start("worker", *arguments, *(("--preload", preload) if preload else ()), **changes)
        wait_for(lambda: len(self.client.nthreads()) > before)
        return started

    def admit(self, count=None):
        """Let paced workers grade so many submissions more, then wait before the next; all without a number."""
        self.tickets.mkdir(parents=True, exist_ok=True)
        for ticket in self.tickets.iterdir():
            ticket.unlink(missing_ok=True)
        for name in ["for all"] if count is None else [f"for one {i}" for i in range(count)]:
            (self.tickets / name).touch()

    def _start(self, kind, *arguments, **changes):
        home = self.folder / f"{kind}{len(self.started)}"
        home.mkdir(parents=True)
        with open(home.with_suffix(".log"), "w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", kind, *arguments, "--no-dashboard"], cwd=home, start_new_session=True,
                env=environment() | {"PYTHONPATH": str(paths.COURSE)} | self.settings | changes,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.started.append(process)
        return process

    def close(self):
        self.client.close()
        for process in self.started:
            end(process)

    def dismiss(self):
        """End all workers, and return once the scheduler knows."""
        for process in self.started:
            if process is not self.scheduler:
                end(process)
        wait_for(lambda: not self.client.nthreads())


def end(process):
    """Kill a process with all that it started, if it hasn't ended."""
    if process.poll() is not None:
        return  # its number may be that of another by now
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in [*psutil.Process(process.pid).children(recursive=True), process]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    process.wait()


@pytest.fixture(scope="module")
def small_class(released, tmp_path_factory):
    """The released course with a class that is large enough to be disturbed."""
    course = released.copy(tmp_path_factory.mktemp("small") / "course")
    for student in (course.folder / "submitted").iterdir():
        if student.name not in STUDENTS:
            shutil.rmtree(student)
    return course


@pytest.fixture
def course(small_class, tmp_path):
    return small_class.copy(tmp_path / "course")


@pytest.fixture(scope="module")
def undisturbed(small_class, tmp_path_factory):
    """The same course, graded by one process that nothing disturbed."""
    course = small_class.copy(tmp_path_factory.mktemp("undisturbed") / "course")
    grade(course)
    return course


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A cluster without workers, which gives a submission up when its worker dies."""
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with contextlib.closing(Cluster(tmp_path_factory.mktemp("cluster"), **settings)) as one:
        yield one


@pytest.fixture
def cluster(scheduler):
    """That cluster; the workers of a test end with it."""
    yield scheduler
    scheduler.dismiss()
    scheduler.admit()


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """A cluster whose two workers wait where they are to be disturbed, and come back when they are killed."""
    with contextlib.closing(Cluster(tmp_path_factory.mktemp("steady"))) as cluster:
        for _ in range(2):
            cluster.worker(preload=PACED)
        yield cluster


def run(course, *arguments):
    """Start the command as a person does: Ctrl-C stops it, also where whoever runs the tests ignores that."""
    return subprocess.Popen(
        command(course, *arguments), cwd=paths.COURSE, env=environment(), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def run_to_its_end(course, *arguments):
    """Return the exit status of the command and all that it said, its errors last."""
    process = started(course, *arguments)
    said = "".join(process.communicate(PATIENCE))
    return process.returncode, said


def wait_for(condition):
    until = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def wait_for_results(course, process, count):
    wait_for(lambda: len(paths_of(course)) >= count or process.poll() is not None)
    assert process.poll() is None
    assert len(paths_of(course)) < len(STUDENTS)


def ends_as_undisturbed(process, course, undisturbed):
    out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, error
    assert "Traceback" not in error
    assert marks(url(course)) == marks(url(undisturbed))
    assert say_the_same(files(course), files(undisturbed))
    return out, error


def stranger(*ports):
    """Return for each port whether it serves pages, and who runs a stranger's code, asked in three ways."""
    command = [sys.executable, "-c", STRANGER, *map(str, ports)]
    asked = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=PATIENCE)
    assert asked.returncode == 0, asked.stderr
    return [json.loads(line) for line in asked.stdout.splitlines()]


def test_workers_with_nothing_but_the_package_give_the_marks_and_files_of_one_process(steady, course, undisturbed):
    out, error = ends_as_undisturbed(run(course, f"--scheduler={steady.address}"), course, undisturbed)
    assert ALL_GRADED in out
    assert error == f"{steady.address} is not encrypted. {UNENCRYPTED}\n"


def test_an_unencrypted_scheduler_runs_a_strangers_code(steady):
    port = int(steady.address.rpartition(":")[2])
    assert stranger(port) == [[False, os.getuid(), None, None]]


def test_a_worker_killed_half_way_costs_its_submissions_a_retry_and_nothing_else(steady, course, undisturbed):
    steady.admit(2)
    process = started(course, f"--scheduler={steady.address}")
    wait_for_results(course, process, 2)
    os.kill(min(steady.client.run(os.getpid).values()), signal.SIGKILL)
    steady.admit()
    assert "failed" not in ends_as_undisturbed(process, course, undisturbed)[0]
    wait_for(lambda: len(steady.client.nthreads()) == 2)


def test_the_coordinator_killed_half_way_goes_on_at_the_next_run_and_the_cluster_survives(steady, course, undisturbed):
    workers = set(steady.client.nthreads())
    steady.admit(2)
    process = started(course, f"--scheduler={steady.address}")
    wait_for_results(course, process, 2)
    process.kill()
    process.wait()
    steady.admit()
    out, _error = ends_as_undisturbed(started(course, f"--scheduler={steady.address}"), course, undisturbed)
    assert "before         0" not in out
    assert set(steady.client.nthreads()) == workers


def test_results_that_arrive_twice_count_once(steady, course, undisturbed, monkeypatch):
    recorded = []
    real, call_back = recorder.Recorder.record, Future.add_done_callback
    monkeypatch.setattr(Future, "add_done_callback", lambda self, done: [call_back(self, done) for _ in range(2)])
    monkeypatch.setattr(
        recorder.Recorder, "record", lambda self, some: recorded.extend(one.student for one in some) or real(self, some)
    )
    grade(course, scheduler=steady.address)
    assert sorted(recorded) == sorted(STUDENTS)
    assert marks(url(course)) == marks(url(undisturbed))


def test_when_all_workers_are_dead_a_new_one_goes_on(cluster, course, undisturbed):
    workers = [cluster.worker("--no-nanny", preload=PACED) for _ in range(2)]
    cluster.admit(2)
    process = run(course, f"--scheduler={cluster.address}")
    for i, worker in enumerate(workers):
        wait_for_results(course, process, 2 + 2 * i)
        end(worker)
        cluster.admit(2)
    assert process.stderr.readline().endswith(f"{UNENCRYPTED}\n")
    assert "No worker is there. Waiting for one to join" in process.stderr.readline()
    assert len(paths_of(course)) < len(STUDENTS)
    cluster.worker("--no-nanny")
    ends_as_undisturbed(process, course, undisturbed)


def test_a_submission_that_kills_each_worker_fails_alone(cluster, course, undisturbed):
    for _ in range(2):
        cluster.worker(preload=DEADLY)
    place = course.folder / "submitted" / "chen" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    place.write_text(place.read_text().replace('"metadata"', '"deadly": 1, "metadata"', 1))
    status, said = run_to_its_end(course, f"--scheduler={cluster.address}")
    assert status == 1, said
    assert "chen                 Each worker that graded it died" in said
    assert "failed         1" in said
    others = marks(url(undisturbed))
    del others["chen"]
    assert marks(url(course)) == others


def test_a_scheduler_that_dies_is_said_and_the_next_run_goes_on(tmp_path, course, undisturbed):
    with contextlib.closing(Cluster(tmp_path / "cluster")) as cluster:
        cluster.worker("--no-nanny", preload=PACED)
        cluster.admit(1)
        process = started(course, f"--scheduler={cluster.address}")
        wait_for_results(course, process, 1)
        end(cluster.scheduler)
        _out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert error.splitlines()[-1].startswith(f"autograder grade: The scheduler {cluster.address} is gone.")
    assert "Traceback" not in error
    done = len(paths_of(course))
    assert len(grade(course).skipped) == done > 0
    assert marks(url(course)) == marks(url(undisturbed))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "no address"])
def test_no_scheduler_at_an_address_is_said_and_changes_nothing(course, address):
    before = marks(url(course)), files(course)
    status, said = run_to_its_end(course, f"--scheduler={address}")
    assert status == 2
    assert said.startswith(f"autograder grade: No dask scheduler answers at {address}.")
    assert len(said.splitlines()) == 1
    assert (marks(url(course)), files(course)) == before


@pytest.fixture(scope="session")
def another_version(tmp_path_factory):
    """The package with one more comment in the code that decides marks."""
    folder = tmp_path_factory.mktemp("another_version")
    shutil.copytree(paths.COURSE / "autograder", folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    with open(folder / "autograder" / "check" / "grade.py", "a") as file:
        file.write("# Another version.\n")
    return folder


def unfit(kind, another_version):
    changes = {
        "version": ({"PYTHONPATH": str(another_version)}, "It has another version of the grader (0.1.0, code"),
        "bubblewrap": ({"PATH": "/nowhere"}, "Grading runs student code in bubblewrap, and `bwrap` was not found"),
    }
    return changes[kind]


@pytest.mark.parametrize("kind", ["version", "bubblewrap"])
def test_a_worker_that_would_grade_otherwise_is_refused(cluster, course, another_version, kind):
    changes, reason = unfit(kind, another_version)
    cluster.worker("--no-nanny", **changes)
    status, said = run_to_its_end(course, f"--scheduler={cluster.address}")
    assert status == 2
    assert "can't take part, so nothing more is graded." in said
    assert reason in said
    assert len(said.splitlines()) == 2  # the first: not encrypted
    assert files(course) == {}


def test_a_worker_of_another_version_that_joins_later_is_let_go(cluster, course, undisturbed, another_version):
    cluster.worker("--no-nanny", preload=PACED)
    cluster.admit(1)
    process = started(course, f"--scheduler={cluster.address}")
    wait_for_results(course, process, 1)
    changes, reason = unfit("version", another_version)
    stranger = cluster.worker(**changes)
    cluster.admit(1)
    wait_for_results(course, process, 2)  # the next submission goes to whoever has nothing to do: the stranger
    cluster.admit()
    _out, error = ends_as_undisturbed(process, course, undisturbed)
    assert f"is let go. {reason}" in error
    assert stranger.wait(PATIENCE) is not None
    assert len(cluster.client.nthreads()) == 1


def workers_of(process):
    """Return the processes of a local coordinator that supervise sandboxes."""
    found = []
    for one in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            inner = {child.name() for child in one.children()}
            found += [one] if "bwrap" in inner and one.name() != "bwrap" else []  # the coordinator tries one itself
    return found


def below(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def test_a_worker_of_this_machine_killed_half_way_costs_a_retry(course, undisturbed):
    process = started(course, "--workers=2")
    wait_for(lambda: workers_of(process))
    os.kill(process.pid, signal.SIGSTOP)  # so that it is not done before the kill
    assert len(paths_of(course)) < len(STUDENTS)
    workers_of(process)[0].kill()
    os.kill(process.pid, signal.SIGCONT)
    out, error = ends_as_undisturbed(process, course, undisturbed)
    assert ALL_GRADED in out
    assert error == ""


def deadly(shared, task):
    if task == b"deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return shared + task


def test_a_task_that_kills_each_copy_of_this_process_fails_alone():
    with spread.over(deadly, lambda shared: None, b"did ", 2, None, 4) as results:
        done = [one for some in results(["a", "deadly", "b", "c"], str.encode) for one in some]
    assert sorted(done) == [*((name, f"did {name}".encode(), None) for name in "abc"), ("deadly", None, copies.DIED)]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [0, 2])
def test_ctrl_c_ends_with_one_line_and_leaves_no_process(course, undisturbed, workers):
    with endless(course, "bela"):
        process = run(course, f"--workers={workers}")
        wait_for_results(course, process, 1)
        started = below(process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        out, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, "")
    assert error == "autograder grade: stopped. What was done is kept; run it again to go on.\n"
    _gone, left = psutil.wait_procs(started, timeout=PATIENCE)
    assert not left
    done = len(paths_of(course))
    assert "bela" not in {path.parts[-3] for path in paths_of(course)}
    assert len(grade(course).skipped) >= done > 0
    assert marks(url(course)) == marks(url(undisturbed))

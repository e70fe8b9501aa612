"""What several test files share."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from xdist.scheduler import LoadScopeScheduling

from autograder.judge import kernel
from autograder.tests.classes import QUICK, grade
from autograder.tests.forked import Course
from autograder.workshop import record
from autograder.workshop.demo import hand_in
from autograder.workshop.demo_class import ASSIGNMENT

# The files that take longest, longest first: no process is left alone with one of them at the end. First those that
# wait most, for servers, browsers and limits.
LONGEST = (
    *("cluster", "days", "term", "hub", "attacks", "class_grading", "budget", "nbgrader", "pages", "in_page"),
    *("session", "postgresql", "hosts", "score", "adopting", "one_pipeline", "mutants", "exercises"),
    *("everybody", "try_it", "explorer", "site"),
)
# One process imports it: that takes four seconds, and copies of a process with it are slow to make.
ASK_TENSORFLOW = re.compile(r"oracle\.py|test_(ch\d\d_\w+|bench|frameworks|reference)\.py")
CHROMIUM = "/usr/bin/chromium-headless-shell"  # without the windows that nobody sees, for half of the time
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_collection_modifyitems(items):
    """Put the files that take longest first; processes take whole files in this order."""
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out whole files, all that ask TensorFlow as one, but of test_exercises one exercise at a time."""

    class Scopes(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, _, test = nodeid.partition("::")
            if ASK_TENSORFLOW.search(file):
                return "TensorFlow"
            return f"{file}{test.partition('[')[2]}" if file.endswith("test_exercises.py") else file

    return Scopes(config, log)


@pytest.fixture(scope="session")
def tf():
    """TensorFlow, imported by the first test that asks it."""
    return record.tensorflow()


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A course whose assignment is released, with the submissions of the demo's class that take no time to stop."""
    course = Course(tmp_path_factory.mktemp("released"))
    course.nbgrader("generate_assignment", ASSIGNMENT)
    hand_in(course.folder / "submitted")
    for folder in (course.folder / "submitted").iterdir():
        if folder.name not in QUICK:
            shutil.rmtree(folder)
    return course


@pytest.fixture
def course(released, tmp_path):
    """A fresh copy of that course."""
    return released.copy(tmp_path / "course")


@pytest.fixture(scope="session")
def undisturbed(released, tmp_path_factory):
    """The course, graded by one run that nothing disturbed."""
    course = released.copy(tmp_path_factory.mktemp("undisturbed") / "course")
    course.summary = grade(course)
    return course


@pytest.fixture(scope="session")
def nested_namespaces():
    """Whether a sandbox may make further namespaces here, asked of the machine without any code of ours."""
    sandbox = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    inside = ["unshare", "--user", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "true"]
    own_proc = ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "unshare", "--mount-proc"]
    leave_root = [*own_proc, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    command = [*(leave_root if os.geteuid() == 0 else []), *sandbox, *inside]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.fixture(scope="module", params=["forked", "started"])
def kernel_kind(request, nested_namespaces):
    """Every test twice: with kernels forked from the warm process, and with kernels that bubblewrap starts."""
    if request.param == "forked" and not nested_namespaces:
        pytest.skip("This machine lets no sandbox make further namespaces, so bubblewrap starts every kernel.")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "started":
            patch.setattr(kernel, "_warm", lambda limits: None)
        yield request.param


@pytest.fixture(scope="session")
def launch():
    """Start Debian's Chromium: launch(); Playwright's own download is never used."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"there is no {CHROMIUM}. Run: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:  # one for all: there can't be two in a process
        yield lambda: playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture(scope="session")
def browser(launch):
    """The browser of all pages of the site."""
    chromium = launch()
    yield chromium
    chromium.close()

"""Grading inside containers that forbid what the sandbox would like to use: it works, or it says what is missing.

bubblewrap stands for the container: it takes away the same rights as Docker's profiles do.
"""

import os
import re
import subprocess
import sys

import pytest

from autograder import paths
from autograder.judge import kernel
from autograder.tests.classes import environment

KIND = "from autograder.judge import kernel, sandbox; sandbox.require(); print(type(kernel.start(sandbox.Limits())))"
DOCKER = ("--unshare-pid", "--proc", "/proc")  # processes of its own; parts of /proc are covered or read-only
NO_ORDINARY_USER = ("--unshare-user", "--uid", "0", "--gid", "0")
NO_NAMESPACES = ("--unshare-user", "--uid", "1000", "--gid", "1000", "--disable-userns")
NO_USER_TO_RUN_IT_AS = r"has no ordinary user to run it as \(setpriv: setresuid failed: "
NOT_SHUT_OFF = r"does not let a program shut itself off, as a sandbox must \("


def in_container(limits, *arguments):
    return subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", *limits, sys.executable, *arguments],
        cwd=paths.COURSE, env=environment(), capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A file with the course's own solution."""
    path = tmp_path_factory.mktemp("solved") / "solved.ipynb"
    path.write_bytes(paths.source_notebook("01_why_padding").read_bytes())
    return path


def test_kernels_are_forked_where_namespaces_nest(nested_namespaces):
    kind = kernel.Forked if nested_namespaces else kernel.Started
    assert in_container((), "-c", KIND).stdout == f"{kind}\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root in a container may mount another /proc")
def test_root_in_a_container_grades_although_its_proc_is_another_and_covered(solved, nested_namespaces):
    kind = kernel.Forked if nested_namespaces else kernel.Started
    assert in_container(DOCKER, "-c", KIND).stdout == f"{kind}\n"
    scored = in_container(DOCKER, "-m", "autograder", "score", "01_why_padding", solved)
    assert scored.stdout.endswith("01_why_padding: 90 of 90 points (written answers not counted)\n"), scored.stderr


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        # Where this machine covers parts of /proc itself, that stops it before it needs a user.
        (NO_ORDINARY_USER, f"{NO_USER_TO_RUN_IT_AS}|{NOT_SHUT_OFF}unshare: mount /proc failed: "),
        (NO_NAMESPACES, f"{NOT_SHUT_OFF}bwrap: "),
    ],
    ids=["no ordinary user", "no namespaces"],
)
def test_without_a_sandbox_grading_refuses_in_one_line_that_says_what_to_do(limits, reason, solved):
    refused = in_container(limits, "-m", "autograder", "score", "01_why_padding", solved)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert re.search(f"This machine or container (?:{reason})", refused.stderr)
    assert "start it with `docker run --privileged`" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_without_a_sandbox_nbgrader_refuses_with_the_same_reason(course):
    settings = ["-m", "nbgrader", "autograde", "01_why_padding", *course.settings]
    refused = in_container(NO_NAMESPACES, *settings)
    assert refused.returncode != 0
    assert "No sandbox can be made here, so student code is not run." in refused.stderr
    assert not list(course.folder.glob("autograded/*/*"))


def test_without_a_sandbox_the_demo_leaves_what_was_there(tmp_path):
    (tmp_path / "grades.csv").write_text("from before")
    refused = in_container(NO_NAMESPACES, "-m", "autograder", "demo", f"--folder={tmp_path}")
    assert refused.returncode == 3
    assert (tmp_path / "grades.csv").read_text() == "from before"

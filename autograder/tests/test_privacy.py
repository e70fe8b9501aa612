"""Who may read what: students' work and marks are closed to other accounts of the machine."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from nbgrader.apps import GenerateFeedbackApp

from autograder import paths
from autograder.tests.classes import command, environment, nbgrader
from autograder.workshop.demo_class import ASSIGNMENT

ANOTHER_ACCOUNT = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def open_to_others(folder):
    """Return what lies below a folder and lets other accounts in."""
    found = [path for path in folder.rglob("*") if not path.is_symlink()]
    assert found
    return [str(path) for path in found if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look from another account")
def test_another_account_does_not_get_into_the_classroom():
    with tempfile.TemporaryDirectory() as top:
        course = Path(top, "course")
        course.mkdir()
        for folder in (top, course):
            os.chmod(folder, 0o755)  # as a repository below /home or /srv may be
        shutil.copy(paths.COURSE / "nbgrader_config.py", course)
        (course / "classroom").mkdir()
        (course / "classroom").chmod(0o755)  # from a time before it was closed
        (course / "classroom" / "gradebook.db").touch()
        (course / "classroom" / "gradebook.db").chmod(0o644)
        looks = [*ANOTHER_ACCOUNT, "cat", course / "classroom" / "gradebook.db"]
        assert subprocess.run(looks).returncode == 0
        subprocess.run([sys.executable, "-m", "nbgrader", "list"], cwd=course, env=environment(), capture_output=True)
        seen = subprocess.run(looks, capture_output=True, text=True)
        assert (seen.returncode, seen.stdout) == (1, "")
        assert "Permission denied" in seen.stderr


def test_what_is_made_of_a_class_is_private_file_by_file(course):
    """Also where somebody opens the folder, or keeps its parts elsewhere."""
    shutil.rmtree(course.folder / "submitted")
    place = course.folder / "submitted" / "ada" / ASSIGNMENT
    place.mkdir(parents=True)
    shutil.copy(paths.source_notebook(ASSIGNMENT), place)
    sheet = course.folder / "marks" / "plain.csv"
    export = [sys.executable, "-m", "autograder", "export", "plain", f"--to={sheet}", *course.settings]
    for one in (command(course, "--workers=0"), export):
        subprocess.run(one, cwd=paths.COURSE, env=environment(), check=True, capture_output=True)
    assert nbgrader(GenerateFeedbackApp, course, ASSIGNMENT) == 0
    made = [course.folder / name for name in ("autograded", "feedback", "marks")]
    assert [path for folder in made for path in open_to_others(folder)] == []
    assert not (course.folder / "gradebook.db").stat().st_mode & 0o077

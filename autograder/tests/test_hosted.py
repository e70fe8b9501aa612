"""Grading in the containers of Gradescope and PrairieLearn: their own entry, run as they document it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import nbformat
import pytest

from autograder import paths
from autograder.__main__ import main
from autograder.hosted import pack, run
from autograder.judge import sandbox
from autograder.judge.marks import Mark
from autograder.judge.score import Score
from autograder.workshop.demo_class import ASSIGNMENT

HOSTILE = """
def pad2d(image, padding, value=0.0):
    found = []
    for path in ("/autograder/source/course_seed", "/autograder/source/solutions", "/autograder/results"):
        try:
            found.append(open(path).read() if path.endswith("seed") else __import__("os").listdir(path))
        except OSError as error:
            found.append(type(error).__name__)
    try:
        open("/autograder/results/results.json", "w").write('{"score": 100}')
    except OSError as error:
        found.append(type(error).__name__)
    try:
        __import__("socket").socket()
    except OSError as error:
        found.append(type(error).__name__)
    raise ValueError(f"seen: {found}, uid {__import__('os').getuid()}")
"""


def read_only(*folders):
    """Return bubblewrap's options that show folders at their own place, below folders that every account may enter."""
    parents = sorted({str(parent) for folder in folders for parent in Path(folder).parents} - {"/"})
    open_to_all = [part for folder in parents for part in ("--perms", "0755", "--dir", folder)]
    return [*open_to_all, *(part for folder in folders for part in ("--ro-bind", folder, folder))]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """What is uploaded to Gradescope, unpacked as Gradescope does."""
    folder = tmp_path_factory.mktemp("gradescope")
    pack.gradescope(ASSIGNMENT, folder / "autograder.zip")
    with zipfile.ZipFile(folder / "autograder.zip") as packed:
        for entry in packed.infolist():
            made = Path(packed.extract(entry, folder / "source"))
            made.chmod((entry.external_attr >> 16) & 0o777 or 0o644)
    return folder / "source"


@pytest.fixture
def container(source, tmp_path):
    """Run Gradescope's entry in a container, as root, with what a student submitted; returns the result."""
    if os.geteuid() != 0 or not shutil.which("bwrap"):
        pytest.skip("a container needs root and bubblewrap")

    def graded(**files):
        top = tmp_path / "autograder"
        shutil.copytree(source, top / "source")
        (top / "submission").mkdir()
        (top / "results").mkdir()
        for name, content in files.items():
            (top / "submission" / name.replace("__", ".")).write_text(content)
        python = [sys.prefix, sys.base_prefix]
        system = [folder for folder in ("/usr", "/bin", "/lib", "/lib64", "/etc") if os.path.exists(folder)]
        view = [*read_only(*python, *system), "--bind", str(top), "/autograder"]
        view += ["--perms", "0755", "--dir", "/opt", "--symlink", sys.prefix, "/opt/course"]
        own = ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", "--unshare-pid"]
        start = ["bwrap", *view, *own, "--", "/autograder/source/run_autograder"]
        clean = {"PATH": "/usr/bin:/bin:/usr/sbin", "LANG": "C.UTF-8"}
        done = subprocess.run(start, env=clean, capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stderr
        assert not any((top / "source" / name).stat().st_mode & 0o077 for name in ("solutions", "autograder"))
        return json.loads((top / "results" / "results.json").read_text())

    return graded


def test_a_solved_notebook_gets_full_points(container):
    result = container(**{f"{ASSIGNMENT}__ipynb": paths.source_notebook(ASSIGNMENT).read_text()})
    assert {test["name"]: test["score"] for test in result["tests"]} == {
        test["name"]: test["max_score"] for test in result["tests"]
    }
    assert sum(test["max_score"] for test in result["tests"]) == 90
    assert "score" not in result  # Gradescope adds the tests up


def test_student_code_reaches_neither_result_nor_seed_nor_network(container, source):
    result = container(submission__py=HOSTILE)
    (pad2d,) = (test for test in result["tests"] if test["name"] == "pad2d")
    refused = ["PermissionError"] * 5
    assert f"seen: {refused}, uid {sandbox.NOBODY}" in pad2d["output"]
    assert pad2d["score"] == 0
    assert (source / "course_seed").read_text() not in json.dumps(result)


def test_grading_needs_nothing_but_what_is_installed_there(source, tmp_path):
    """Every other package of this environment is hidden from a judge that grades the unpacked .zip."""
    (tmp_path / "autograder" / "submission").mkdir(parents=True)
    shutil.copy(paths.COURSE / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", tmp_path / "autograder" / "submission")
    hide = f"""
import importlib.metadata, re, sys
installed = re.findall(r"(?m)^([\\w.-]+)==", open("requirements.txt").read())
kept = {{re.sub("[-_.]+", "-", name).lower() for name in installed}}
tops = importlib.metadata.packages_distributions()
hidden = {{top for top, names in tops.items() if not kept & {{re.sub("[-_.]+", "-", n).lower() for n in names}}}}
class Hider:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden - {{"autograder"}}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hider())
from pathlib import Path
from autograder.hosted import run
from autograder.judge import score, session, sandbox
run.score = lambda assignment, path: score.score(assignment, path, sandboxed=False)
print(run.grade("gradescope", {ASSIGNMENT!r}, Path({str(tmp_path)!r})).read_text())
import matplotlib.pyplot, IPython
"""
    env = {**os.environ, "PYTHONPATH": str(source), "AUTOGRADER_SEED": "seed"}
    done = subprocess.run(
        [sys.executable, "-c", hide], cwd=source, env=env, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert sum(test["score"] for test in json.loads(done.stdout)["tests"]) == 90


def test_what_is_uploaded_holds_this_assignments_solutions_alone(source):
    assert [path.name for path in (source / "solutions").iterdir()] == [ASSIGNMENT]
    assert not [path for path in source.rglob("*") if path.name.startswith("oracle") or "tests" in path.parts]
    assert os.access(source / "run_autograder", os.X_OK) and os.access(source / "setup.sh", os.X_OK)


@pytest.mark.parametrize("service", run.SERVICES)
def test_what_cannot_be_graded_is_told_to_the_student(service, tmp_path, monkeypatch):
    folder = tmp_path / run.SERVICES[service][0]
    folder.mkdir(parents=True)
    (folder / "a.ipynb").symlink_to(paths.COURSE / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    monkeypatch.setenv(sandbox.VARIABLE, "")
    result = json.loads(run.grade(service, ASSIGNMENT, tmp_path).read_text())
    assert result["output" if service == "gradescope" else "message"] == run.NONE.format(ASSIGNMENT)
    assert result.get("score", 0) == 0 and result.get("gradable", False) is False


def test_of_several_notebooks_the_one_with_the_assignments_name_counts(tmp_path):
    for name in ("other.ipynb", f"{ASSIGNMENT}.ipynb", "helpers.py"):
        (tmp_path / name).touch()
    assert run.submitted(tmp_path, ASSIGNMENT).name == f"{ASSIGNMENT}.ipynb"
    (tmp_path / f"{ASSIGNMENT}.ipynb").unlink()
    assert run.submitted(tmp_path, ASSIGNMENT).name == "other.ipynb"


def test_prairielearn_reads_a_share_of_the_points():
    half = Score(ASSIGNMENT, (Mark("pad2d", 9, 18, (), "half"),), nbformat.v4.new_notebook(), 90)
    marks = json.loads(json.dumps(run.prairielearn(half, "")))
    assert marks["gradable"] is True and marks["score"] == 0.1
    assert marks["tests"] == [{"name": "pad2d", "points": 9, "max_points": 18, "output": "half"}]


def test_a_program_under_a_notebooks_name_gets_no_share_for_short_questions(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "score", partial(run.score, sandboxed=False))
    monkeypatch.setenv(sandbox.VARIABLE, "")  # which `grade` sets for the rest of its process
    place = tmp_path / run.SERVICES["prairielearn"][0] / f"{ASSIGNMENT}.ipynb"
    place.parent.mkdir(parents=True)
    cells = nbformat.read(paths.source_notebook(ASSIGNMENT), as_version=4).cells
    place.write_text("import numpy as np\n" + "\n".join(c.source for c in cells if c.source.startswith("def ")))
    result = json.loads(run.grade("prairielearn", ASSIGNMENT, tmp_path).read_text())
    points = sum(test["points"] for test in result["tests"])
    assert points == sum(test["max_points"] for test in result["tests"]) < 90
    assert result["score"] == pytest.approx(points / 90)


def test_a_question_for_prairielearn_says_how_it_is_graded(tmp_path, capsys):
    target = tmp_path / "question.zip"
    assert main(["hosted", "prairielearn", ASSIGNMENT, "--image", "you/course", "--to", str(target)]) == 0
    with zipfile.ZipFile(target) as packed:
        info = json.loads(packed.read(f"{ASSIGNMENT}/info.json"))
        page = packed.read(f"{ASSIGNMENT}/question.html").decode()
    assert info["externalGradingOptions"]["entrypoint"].endswith(f"autograder.hosted.run prairielearn {ASSIGNMENT}")
    assert f'file-names="{ASSIGNMENT}.ipynb"' in page
    assert target.stat().st_mode & 0o077 == 0
    assert "seed" in capsys.readouterr().out

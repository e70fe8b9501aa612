"""The wheel that a student installs, and the set-up cells that name it. `test_hosts.py` installs it on a host."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from setuptools import find_namespace_packages

from autograder import checker
from autograder.__main__ import main
from autograder.paths import COURSE

PARTS = {"__init__", "cases", "decisions", "layers", "reference"}  # of a chapter; one has layers of its own
TOP = {"chapters", "check", "inside", "__init__.py"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return checker.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def course(tmp_path):
    """The exercises' sources, in a repository of their own."""
    shutil.copytree(COURSE / "solutions", tmp_path / "solutions")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def sources(wheel):
    """Return {path: text} of the Python files in a wheel."""
    with zipfile.ZipFile(wheel) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".py")}


def imported(source):
    """Return the modules that a program imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from (node.module, *(f"{node.module}.{name.name}" for name in node.names))
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_another_machine_builds_the_same_bytes(wheel, tmp_path):
    """Elsewhere files have other dates and modes, and who builds has another umask."""
    for name in ("autograder", "LICENSE", "pyproject.toml"):
        given = ["cp", "--recursive", "--no-preserve=timestamps", COURSE / name, tmp_path]
        subprocess.run(given, check=True)
    code = (
        "import sys; from pathlib import Path; from autograder import checker; checker.build(*map(Path, sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, tmp_path / "built", tmp_path]
    for path in tmp_path.rglob("*.py"):
        path.chmod(0o700)
    subprocess.run(command, cwd=tmp_path, umask=0o077, env=os.environ | {"PYTHONPATH": str(tmp_path)}, check=True)
    (again,) = (tmp_path / "built").iterdir()
    assert (again.name, again.read_bytes()) == (wheel.name, wheel.read_bytes())


def test_the_wheel_holds_the_checker_and_nothing_of_judge_hub_tests_or_tensorflow(wheel):
    names = set(sources(wheel))
    assert {Path(name).name for name in names if "/ch0" in name} == {f"{part}.py" for part in PARTS}
    assert {Path(name).parts[1] for name in names} == TOP
    assert all(Path(name).parts[0] == "autograder" for name in names)
    assert wheel.stat().st_size < 1_000_000


def test_who_installs_the_repository_gets_no_hub_workshop_or_tests():
    (command,) = re.findall("^pip install .*", (COURSE / ".binder/postBuild").read_text(), re.MULTILINE)
    assert command.endswith(" .") and "--editable" not in command
    find = tomllib.loads((COURSE / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]
    rooms = {name.split(".")[1] for name in find_namespace_packages(COURSE, **find) if "." in name}
    assert rooms == {"chapters", "check", "inside", "judge", "lms", "reports"}


def test_what_the_wheel_imports_is_in_it_or_numpy_or_comes_with_python(wheel):
    files = sources(wheel)
    modules = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in files}
    used = {name for source in files.values() for name in imported(source)}
    ours = {name for name in used if name.partition(".")[0] == "autograder"}
    assert {name for name in ours if name not in modules and name.rpartition(".")[0] not in modules} == set()
    assert {name.partition(".")[0] for name in used} - sys.stdlib_module_names == {"autograder", "numpy"}


def test_all_set_up_cells_are_the_same_and_name_one_wheel():
    cells = [
        cell.source
        for path in checker.pins()
        for cell in nbformat.read(path, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "setup"
    ]
    assert len(cells) == len(checker.pins()) > 6
    assert len(set(cells)) == 1
    assert f'wheel = f"{checker.NAME}-{{version}}-py3-none-any.whl"' in cells[0]
    ((version, sha256),) = set(checker.pins().values())
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert re.fullmatch("[0-9a-f]{64}", sha256)


def test_a_release_writes_version_and_hash_and_nothing_else(course, wheel):
    before = {path: path.read_text() for path in checker.pins(course)}
    for path, text in before.items():
        path.write_text(checker.pinned(text, "0.0.1", "0" * 64))
    assert checker.different(wheel, course) == list(before)
    assert checker.stamp(wheel, course) == list(before)
    assert set(checker.pins(course).values()) == {checker.pin(wheel)}
    assert checker.stamp(wheel, course) == checker.different(wheel, course) == []
    assert {p: checker.pinned(p.read_text(), "", "") for p in before} == {
        p: checker.pinned(text, "", "") for p, text in before.items()
    }


def test_a_version_that_was_released_keeps_its_bytes(course, wheel):
    version, _ = checker.pin(wheel)
    for path in checker.pins(course):
        path.write_text(checker.pinned(path.read_text(), version, "0" * 64))
    git = ["git", "-C", course, "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["add", "."], ["commit", "--quiet", "--message=x"], ["tag", f"v{version}"]):
        subprocess.run([*git, *command], check=True)
    with pytest.raises(ValueError, match="Raise the version in pyproject"):
        checker.stamp(wheel, course)
    assert {sha256 for _, sha256 in checker.pins(course).values()} == {"0" * 64}


def test_a_tag_fails_where_a_set_up_cell_names_another_wheel(wheel, monkeypatch, capsys):
    monkeypatch.setattr(checker, "build", lambda: wheel)
    monkeypatch.setattr(checker, "pins", lambda course: {Path("a.ipynb"): ("0.0.1", "0" * 64)})
    assert main(["checker", "--check"]) == 1
    assert "a.ipynb names another wheel. Run make release" in capsys.readouterr().err
    monkeypatch.setattr(checker, "pins", lambda course: {Path("a.ipynb"): checker.pin(wheel)})
    assert main(["checker", "--check"]) == 0


def test_make_release_refuses_the_placeholder_and_writes_nothing(tmp_path):
    shutil.copy(COURSE / "Makefile", tmp_path)
    shutil.copytree(COURSE / "book", tmp_path / "book", ignore=lambda folder, names: {*names} - {"address.py"})
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://github.com/OWNER.invalid/REPOSITORY\n")
    before = sorted(tmp_path.rglob("*"))
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "MAKEFLAGS": ""}
    command = ["make", "--old-file=.venv/installed", "release"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert "The course's address is still the placeholder" in done.stderr
    assert "Run: make address URL=https://github.com/you/your-course" in done.stderr
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []


def test_the_version_of_the_wheel_is_the_courses(wheel):
    project = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert checker.pin(wheel)[0] == project["version"]
    with zipfile.ZipFile(wheel) as packed:
        (metadata,) = [packed.read(name).decode() for name in packed.namelist() if name.endswith("/METADATA")]
    assert re.findall("^Requires-Dist: (.*)", metadata, re.MULTILINE) == project["dependencies"] == ["numpy>=1.26"]

"""What visitors of the repository and its services read: links lead somewhere, versions and commands exist."""

import json
import re
import subprocess
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.paths import COURSE

PAGES = ["README.md", "CHANGELOG.md", "LICENSE", ".github/CONTRIBUTING.md"]
WORKFLOWS = sorted((COURSE / ".github" / "workflows").glob("*.yml"))
EVERY_WORKFLOW = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(name):
    return (COURSE / name).read_text(encoding="utf-8")


def targets():
    """Return the Makefile's targets."""
    return set(re.findall(r"^([a-z][\w.]*):", read("Makefile"), re.MULTILINE))


def commands(text):
    """Return the targets that a text tells to make."""
    return set(re.findall(r"\bmake ([a-z][\w.]*)(?=\W)", text))


@pytest.mark.parametrize("name", PAGES)
def test_links_to_files_lead_somewhere(name):
    text = read(name)
    links = re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", text) + re.findall(r"\b(?:book|notebooks)/[\w/]+\.\w+", text)
    assert [
        link for link in links if not ((COURSE / name).parent / link).exists() and not (COURSE / link).exists()
    ] == []


def test_pictures_of_the_readme_are_light_and_have_alternative_texts():
    pictures = re.findall(r"!\[([^\]]*)\]\((\.github/[^)]+)\)", read("README.md"))
    assert len(pictures) == 2
    assert all(len(text) > 60 and (COURSE / path).stat().st_size < 150_000 for text, path in pictures)


def test_the_citation_names_this_version_and_address():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert citation["repository-code"] == yaml.safe_load(read("_config.yml"))["repository"]["url"]
    assert f"## {citation['version']}" in read("CHANGELOG.md")
    assert citation["license"] == ["MIT", "CC-BY-4.0"]
    assert read("book/LICENSE").startswith("Attribution 4.0 International")


@EVERY_WORKFLOW
def test_actions_are_pinned_to_a_commit_that_has_a_name(path):
    used = re.findall(r"uses: (.*)", path.read_text())
    assert used
    assert [use for use in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []


@EVERY_WORKFLOW
def test_a_workflow_may_only_read_unless_a_job_says_otherwise(path):
    assert yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(
    "name", [*(f".github/workflows/{path.name}" for path in WORKFLOWS), *PAGES, "book/adopting.md"]
)
def test_what_is_to_be_made_can_be_made(name):
    text = read(name)
    code = re.findall(r"run: (make .*)" if name.endswith(".yml") else r"`([^`\n]+)`|^(make .*)", text, re.MULTILINE)
    assert commands("\n".join(map(str, code))) <= targets()


def test_the_workflow_runs_the_two_commands_of_the_readme_on_a_bare_debian():
    first, second = re.findall(r"^(make \w+) +#", read("README.md"), re.MULTILINE)
    job = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["test"]
    assert job["container"]["image"] == "debian:12"
    assert job["strategy"]["matrix"]["commands"] == [second, f"{first} && {second}"]
    assert job["steps"][-1]["run"] == "${{ matrix.commands }}"
    assert read(".ci/run").splitlines()[-1] == second


def test_git_ignores_the_classroom_of_every_term():
    """The guide moves last term's away: `git add .` must not take points and seed along."""
    paths = ["classroom/gradebook.db", "classroom-2026/gradebook.db"]
    ignored = subprocess.run(["git", "check-ignore", *paths], cwd=COURSE, capture_output=True, text=True).stdout
    assert ignored.split() == paths


def test_the_dev_container_makes_the_environment():
    settings = json.loads(re.sub(r"^\s*//.*", "", read(".devcontainer/devcontainer.json"), flags=re.MULTILINE))
    system, _, rest = settings["postCreateCommand"].partition(" test && ")
    assert (COURSE / system).is_file()
    assert commands(rest + "\n") == {"environment"} <= targets()


def pinned(name):
    """Return {"name==version": its hashes} of a list of requirements."""
    text = re.sub(r"^\s*#.*\n", "", read(name), flags=re.MULTILINE).replace("\\\n", " ")
    entries = [line.split(" --hash=sha256:") for line in text.splitlines()]
    return {requirement.partition(";")[0].strip(): {h.strip() for h in hashes} for requirement, *hashes in entries}


@pytest.mark.parametrize("name", ["requirements.txt", ".binder/requirements.txt"])
def test_all_that_is_installed_is_pinned_by_version_and_hash(name):
    for requirement, hashes in pinned(name).items():
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.!+]+", requirement)
        assert hashes
        assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
    assert "://" not in read(name)  # no registry of anybody's


def test_make_installs_with_hashes_and_what_it_builds_with_is_among_them():
    assert "pip install --quiet --disable-pip-version-check --no-deps --require-hashes" in read("Makefile")
    assert "--no-deps --no-build-isolation --editable ." in read("Makefile")
    settings = tomllib.loads(read("pyproject.toml"))
    versions = dict(requirement.split("==") for requirement in pinned("requirements.txt"))
    versions = {canonicalize_name(name.partition("[")[0]): version for name, version in versions.items()}
    for wanted in sum(settings["project"]["optional-dependencies"].values(), settings["build-system"]["requires"]):
        requirement = Requirement(wanted)
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, wanted


def test_binder_installs_the_versions_and_hashes_of_the_course():
    binder, course = pinned(".binder/requirements.txt"), pinned("requirements.txt")
    assert {requirement.split("==")[0] for requirement in binder} > {"tensorflow", "matplotlib", "setuptools"}
    assert {requirement: course.get(requirement) for requirement in binder} == binder
    assert "pip install --no-deps --no-build-isolation ." in read(".binder/postBuild")
    assert (COURSE / ".binder" / "postBuild").stat().st_mode & 0o111
    assert read(".binder/runtime.txt").strip() == "python-3.11"


def test_hooks_before_a_commit_run_what_is_there():
    (repository,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    entries = [hook["entry"].split() for hook in repository["hooks"]]
    assert {entry[0] for entry in entries} == {".venv/bin/ruff", ".venv/bin/oxlint", ".venv/bin/python"}
    assert all((COURSE / entry[1]).is_file() for entry in entries if entry[0].endswith("python"))
    assert not any("strip" in " ".join(entry) for entry in entries)  # stored outputs are shown by the site

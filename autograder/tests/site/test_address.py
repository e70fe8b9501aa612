"""`make address`: one repository address, stamped everywhere, and nothing else touched."""

import doctest
import importlib.util
import json
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SPEC = importlib.util.spec_from_file_location("address", ROOT / "book" / "address.py")
address = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(address)

OLD, NEW = "OWNER.invalid/REPOSITORY", "ada/padding.course"
FILES = {
    "_config.yml": "# é\nrepository:\n  url: https://github.com/OWNER.invalid/REPOSITORY  # here alone\r\n",
    "README.md": "[![Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/OWNER.invalid/REPOSITORY/blob/main/notebooks/1.ipynb)\n"
    "git clone https://github.com/OWNER.invalid/REPOSITORY.git, see https://github.com/OWNER.invalid/REPOSITORY.\n",
    "CITATION.cff": "repository-code: https://github.com/OWNER.invalid/REPOSITORY\n",
    ".github/CONTRIBUTING.md": "git clone https://github.com/OWNER.invalid/REPOSITORY\ncd REPOSITORY\n",
    "notebooks/1.ipynb": '{"source": ["https://www.kaggle.com/kernels/welcome?src=https://github.com/OWNER.invalid/REPOSITORY/blob/main/1.ipynb",\n'
    '"https://raw.githubusercontent.com/OWNER.invalid/REPOSITORY/main/data"]}',
    "solutions/1/1.ipynb": "https://mybinder.org/v2/gh/OWNER.invalid/REPOSITORY/main?urlpath=x",
    "book/a.md": "welcome?src=https%3A%2F%2Fgithub.com%2FOWNER.invalid%2FREPOSITORY%2Fblob",
    "autograder/data.py": 'RAW = "https://raw.githubusercontent.com/OWNER.invalid/REPOSITORY/main/"\n',
    "autograder/tests/test_x.py": "https://github.com/OWNER.invalid/REPOSITORY",
    "book/other.md": "OWNER.invalid/REPOSITORY, https://github.com/OWNER.invalid/REPOSITORY-2 and https://github.com/adobe/antialiased-cnns\n",
}
STAMPED = {"_config.yml", "README.md", "CITATION.cff", ".github/CONTRIBUTING.md"}
STAMPED |= {"notebooks/1.ipynb", "solutions/1/1.ipynb", "book/a.md", "autograder/data.py"}


@pytest.fixture
def tree(tmp_path):
    """A small repository that holds every form of the address."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def contents(tree):
    """The bytes of every file of a tree."""
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_stamps_every_form_and_leaves_all_else(tree):
    changed = address.change(tree, NEW)
    assert {path.relative_to(tree).as_posix() for path in changed} == STAMPED
    for name, text in FILES.items():
        expected = text
        if name in STAMPED:
            expected = text.replace("OWNER.invalid%2FREPOSITORY", "ada%2Fpadding.course").replace(OLD, NEW)
        assert (tree / name).read_bytes() == expected.encode()


def test_twice_changes_nothing(tree):
    address.change(tree, NEW)
    before = contents(tree)
    assert address.change(tree, NEW) == []
    assert contents(tree) == before


def test_there_and_back_gives_the_same_bytes(tree):
    before = contents(tree)
    address.change(tree, NEW)
    address.change(tree, OLD)
    assert contents(tree) == before


def test_a_file_added_later_with_the_placeholder_is_stamped_too(tree):
    address.change(tree, NEW)
    (tree / "notebooks/2.ipynb").write_text("https://github.com/OWNER.invalid/REPOSITORY/blob/main")
    assert address.change(tree, NEW) == [tree / "notebooks/2.ipynb"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "github.com/ada/course",
        "http://github.com/ada/course",
        "https://gitlab.com/ada/course",
        "https://github.com/ada",
        "https://github.com/ada/course/tree/main",
        "https://github.com/-ada/course",
        "https://github.com/ada/..",
        "https://github.com/ada/co urse",
        "https://github.com/ada/course\nx",
        "https://github.com/ada/course?x=1",
        f"https://github.com/{OLD}",
    ],
)
def test_refuses_what_is_not_a_repository(tree, url, capsys):
    before = contents(tree)
    assert address.main([url, "--root", str(tree)]) == 2
    assert f"Received: {url!r}" in capsys.readouterr().err
    assert contents(tree) == before


@pytest.mark.parametrize(
    "url", ["https://github.com/ada/course", "https://github.com/ada/course/", "https://github.com/ada/course.git"]
)
def test_accepts_the_usual_spellings(url):
    assert address.parse(url) == "ada/course"


def test_prints_the_files_changed(tree, capsys):
    assert address.main([f"https://github.com/{NEW}", "--root", str(tree)]) == 0
    assert set(capsys.readouterr().out.split()) == STAMPED
    assert address.main([f"https://github.com/{NEW}", "--root", str(tree)]) == 0
    assert capsys.readouterr().out == "Nothing to change.\n"


def test_check_finds_a_stamp_that_differs(tree, capsys):
    assert address.main(["--check", "--root", str(tree)]) == 0
    (tree / "notebooks/2.ipynb").write_text("https://colab.research.google.com/github/eve/course/blob/main/2.ipynb")
    assert address.main(["--check", "--root", str(tree)]) == 1
    assert (
        "notebooks/2.ipynb: names eve/course, but _config.yml names OWNER.invalid/REPOSITORY" in capsys.readouterr().err
    )


def test_check_finds_a_forgotten_placeholder(tree):
    address.change(tree, NEW)
    (tree / "book/later.md").write_text("https://github.com/OWNER.invalid/REPOSITORY/issues")
    assert address.strangers(tree) == [(tree / "book/later.md", OLD)]


def test_known_fails_while_the_address_is_the_placeholder_and_says_what_to_run(tree, capsys):
    assert address.main(["--known", "--root", str(tree)]) == 1
    assert "Run: make address URL=https://github.com/you/your-course" in capsys.readouterr().err
    address.change(tree, NEW)
    assert address.main(["--known", "--root", str(tree)]) == 0


@pytest.mark.parametrize("forgotten", ["nothing", "all", "a page"])
def test_nothing_is_published_with_the_placeholder(tree, forgotten):
    steps = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8"))["jobs"]["build"][
        "steps"
    ]
    commands = [step.get("run", "") for step in steps]
    step = next(i for i, command in enumerate(commands) if "book/address.py" in command)
    assert step < next(i for i, command in enumerate(commands) if "make site" in command)
    (tree / "book/address.py").write_bytes((ROOT / "book/address.py").read_bytes())
    if forgotten != "all":
        address.change(tree, NEW)
    if forgotten == "a page":
        (tree / "book/later.md").write_text("https://github.com/OWNER.invalid/REPOSITORY/issues")
    done = subprocess.run(["sh", "-c", commands[step]], cwd=tree, capture_output=True)
    assert done.returncode == (forgotten != "nothing")


def test_nobody_can_have_the_placeholder_on_github(tree):
    """GitHub: a name may only hold letters, digits and single hyphens, which `parse` asks for too."""
    with pytest.raises(ValueError, match="give an address like"):
        address.parse(f"https://github.com/{address.PLACEHOLDER}")


def test_config_without_an_address_says_what_it_needs(tree, capsys):
    (tree / "_config.yml").write_text("title: x\n")
    assert address.main(["--check", "--root", str(tree)]) == 2
    assert "needs a line '  url: https://github.com/owner/repository'" in capsys.readouterr().err


def test_committed_tree_is_consistent():
    assert address.strangers(ROOT) == []


def test_examples_of_the_docstrings_hold():
    assert doctest.testmod(address).failed == 0


def test_a_chapter_still_says_what_it_was_executed_with(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book")
    import execute

    (tmp_path / "notebooks").mkdir()
    for name in ("_config.yml", "notebooks/01_why_padding.ipynb"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(execute, "ROOT", tmp_path)
    assert address.change(tmp_path, NEW)
    notebook = json.loads((tmp_path / "notebooks/01_why_padding.ipynb").read_text(encoding="utf-8"))
    assert execute.executed(notebook)["tensorflow"]

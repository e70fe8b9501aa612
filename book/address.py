"""The program behind `make address URL=https://github.com/owner/repository`.

The repository's address stands as the truth in `_config.yml` alone. Badges, links and data addresses in other files
are stamped from there: this program replaces the old address by the new one in all of them and leaves every other byte
alone.

    python book/address.py https://github.com/owner/repository    # restamp, print the files changed
    python book/address.py --check                                # fail where a stamp differs from _config.yml
    python book/address.py --known                                # fail while the address is the placeholder
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

# GitHub allows no dot in an account's name: nobody can register this one and offer files under the course's name.
PLACEHOLDER = "OWNER.invalid/REPOSITORY"
CONFIG = "_config.yml"
STAMPED = (
    "README.md",
    "CITATION.cff",
    "CHANGELOG.md",
    ".github/**/*.md",
    "pyproject.toml",
    "notebooks/**/*.ipynb",
    "solutions/**/*.ipynb",
    "book/**/*.md",
    "autograder/**/*.py",
    CONFIG,  # last: after an interrupted run the old address is still known
)
UNSTAMPED = "autograder/tests/"  # addresses there are examples

HOST = r"(?:github\.com|raw\.githubusercontent\.com|colab\.research\.google\.com/github|mybinder\.org/v2/gh)"
# Addresses that can only mean the course's own repository; `--check` looks at these.
OWN = (
    r"(?:raw\.githubusercontent\.com|colab\.research\.google\.com/github|mybinder\.org/v2/gh"
    r"|welcome\?src=https://github\.com|git clone https://github\.com)"
)
REPOSITORY = r"[A-Za-z0-9-]+/[\w-]+(?:\.(?!git\b)[\w-]+)*"
END = r"(?![\w-])(?!\.(?!git\b)\w)"  # the name ends here: in `repo`, `repo.git` and `repo.`, not in `repo-2`


def parse(url: str) -> str:
    """Return "owner/repository" of a GitHub address; a closing slash or `.git` is fine.

    >>> parse("https://github.com/ada/padding-course.git")
    'ada/padding-course'
    >>> parse("https://example.org/ada")
    Traceback (most recent call last):
    ValueError: give an address like https://github.com/owner/repository. Received: 'https://example.org/ada'
    """
    owner, name = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}", r"(?!\.{1,2}/?$)[\w.-]{1,100}?"
    match = re.fullmatch(rf"https://github\.com/({owner}/{name})(?:\.git)?/?", url, re.ASCII)
    if not match:
        raise ValueError(f"give an address like https://github.com/owner/repository. Received: {url!r}")
    return match[1]


def current(root: Path) -> str:
    """Return the "owner/repository" that `_config.yml` below `root` names."""
    match = re.search(r"^ +url: *(https://\S+)", (root / CONFIG).read_text(encoding="utf-8"), re.MULTILINE)
    if not match:
        raise ValueError(
            f"{root / CONFIG} needs a line '  url: https://github.com/owner/repository' under 'repository:'"
        )
    return PLACEHOLDER if match[1] == f"https://github.com/{PLACEHOLDER}" else parse(match[1])


def restamp(text: str, old: str, new: str) -> str:
    """Replace repository `old` by `new` in the addresses of GitHub and of the services that open its notebooks.

    >>> restamp("https://colab.research.google.com/github/ada/a/blob/main/x, github.com/ada/a-2", "ada/a", "bob/b")
    'https://colab.research.google.com/github/bob/b/blob/main/x, github.com/ada/a-2'
    """
    owner, name = old.split("/")
    pattern = rf"({HOST})(/|%2F){re.escape(owner)}\2{re.escape(name)}{END}"
    return re.sub(pattern, lambda match: match[1] + match[2] + new.replace("/", match[2]), text)


def stamped_files(root: Path) -> list[Path]:
    """Return the files that may hold the address, `_config.yml` last."""
    found = [path for pattern in STAMPED for path in sorted(root.glob(pattern)) if path.is_file()]
    return [path for path in found if not path.relative_to(root).as_posix().startswith(UNSTAMPED)]


def change(root: Path, new: str) -> list[Path]:
    """Stamp "owner/repository" `new` on all files below `root`; return those that changed."""
    old, changed = current(root), list[Path]()
    for path in stamped_files(root):
        before = path.read_bytes().decode()
        after = restamp(restamp(before, PLACEHOLDER, new), old, new)
        if after != before:
            path.write_bytes(after.encode())
            changed.append(path)
    return changed


def strangers(root: Path) -> list[tuple[Path, str]]:
    """Return (file, "owner/repository") for each stamp that differs from `_config.yml`."""
    own, found = current(root), list[tuple[Path, str]]()
    for path in stamped_files(root):
        text = path.read_bytes().decode()
        names = re.findall(rf"{OWN}/({REPOSITORY})", text) + re.findall(
            rf"{HOST}/({re.escape(PLACEHOLDER)}){END}", text
        )
        found += [(path, name) for name in sorted(set(names)) if name != own]
    return found


def check(root: Path) -> int:
    """Print the stamps that differ; return the exit status."""
    for path, name in strangers(root):
        print(f"{path.relative_to(root)}: names {name}, but {CONFIG} names {current(root)}", file=sys.stderr)
    if strangers(root):
        print(f"Write {current(root)} there; `make address URL=...` does that for a placeholder.", file=sys.stderr)
        return 1
    return 0


def known(root: Path) -> int:
    """Print what to do while the address is the placeholder; return the exit status."""
    if current(root) != PLACEHOLDER:
        return 0
    print("The course's address is still the placeholder, so students' notebooks could fetch nothing.", file=sys.stderr)
    print("Run: make address URL=https://github.com/you/your-course", file=sys.stderr)
    return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Set the repository's address everywhere it is stamped.")
    parser.add_argument("url", nargs="?", default="", help="https://github.com/owner/repository")
    parser.add_argument("--check", action="store_true", help="change nothing, fail where a stamp differs")
    parser.add_argument("--known", action="store_true", help="change nothing, fail while it is the placeholder")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="top folder of the repository")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            return check(options.root)
        if options.known:
            return known(options.root)
        changed = change(options.root, parse(options.url))
    except ValueError as error:
        print(f"address: {error}", file=sys.stderr)
        return 2
    print("\n".join(str(path.relative_to(options.root)) for path in changed) or "Nothing to change.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

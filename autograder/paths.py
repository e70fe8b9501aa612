"""Where things lie in the course's checkout."""

import re
from pathlib import Path

COURSE = Path(__file__).parent.parent
CLASSROOM = COURSE / "classroom"


def source_notebook(assignment: str) -> Path:
    """Return the path of an assignment's nbgrader source.

    Raises
    ------
    FileNotFoundError
        If there is no such assignment; the message names those there are.
    """
    path = COURSE / "solutions" / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in (COURSE / "solutions").glob("*/*.ipynb"))) or "none"
        raise FileNotFoundError(f"There is no assignment {assignment!r} in solutions/. There are: {known}.")
    return path


def released_notebook(assignment: str) -> Path:
    """Return the path of an assignment as students get it."""
    return COURSE / "notebooks" / "exercises" / assignment / f"{assignment}.ipynb"


def site() -> str:
    """Return the address of the course's site, with a closing slash, as ``_config.yml`` has it."""
    config = (COURSE / "_config.yml").read_text(encoding="utf-8")
    stated = re.search(r"^ +html_baseurl: *(\S+)", config, re.MULTILINE)
    if stated:
        return stated[1]
    (repository,) = re.findall(r"^repository:\n +url: *(\S+)", config, re.MULTILINE)
    return pages_address(repository)


def pages_address(repository: str) -> str:
    """Return the address of a GitHub repository's Pages, with a closing slash.

    Parameters
    ----------
    repository : str
        The repository's address.

    Examples
    --------
    >>> pages_address("https://github.com/Ada/course")
    'https://ada.github.io/course/'
    >>> pages_address("https://github.com/ada/ada.github.io")
    'https://ada.github.io/'
    >>> pages_address("https://example.org/ada")
    Traceback (most recent call last):
    ValueError: repository: url: needs an address like https://github.com/owner/name. Received: 'https://example.org/ada'
    """
    match = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+?)/?", repository)
    if not match:
        needed = "repository: url: needs an address like https://github.com/owner/name"
        raise ValueError(f"{needed}. Received: {repository!r}")
    host, name = f"{match[1].lower()}.github.io", match[2]
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"

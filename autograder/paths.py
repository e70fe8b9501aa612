"""Where things lie in the course's checkout."""

from pathlib import Path

COURSE = Path(__file__).parent.parent
CLASSROOM = COURSE / "classroom"


def source_notebook(assignment):
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


def released_notebook(assignment):
    """Return the path of an assignment as students get it."""
    return COURSE / "notebooks" / "exercises" / assignment / f"{assignment}.ipynb"

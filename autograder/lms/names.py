"""Whose file is it? The names that Canvas and Moodle give to files in the archives of submissions."""

import re
from dataclasses import dataclass

# Canvas: lovelaceada_LATE_17_501_work.ipynb: name, user, upload, the file's own name. A name has no _digits_ in it.
_CANVAS = re.compile(r"(?P<prefix>.*?_(?P<number>\d+)_(?P<upload>\d+)_)(?P<own>.+)", re.ASCII | re.DOTALL)
_CANVAS_ANONYMOUS = re.compile(r"(?:LATE_)?anon_\w{5}_\d+_.+", re.ASCII | re.DOTALL)
# Moodle: Ada Lovelace_4711_assignsubmission_file/work.ipynb, or in one folder with _ for /. A name has no _ in it.
_MOODLE = re.compile(r"(?P<prefix>[^_]*_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+))(?:_(?P<own>.*))?", re.DOTALL)
# What Canvas, a browser or Jupyter puts behind the name of a second file of the same name
_AGAIN = r"(?:-\d+| ?\(\d+\)|-Copy\d+)?"


class Unrecognised(ValueError):
    """A file that nobody's submission can be made of; the text says why, for the instructor."""


@dataclass(frozen=True)
class Recognised:
    """A student's notebook in an archive.

    Attributes
    ----------
    lms : str
        "Canvas" or "Moodle".
    number : str
        Canvas's number of the user, or Moodle's of the participant, which is another one in each assignment.
    prefix : str
        How the system's names of this student's files begin; it takes feedback back under such a name.
    upload : int
        Canvas's number of the upload, which grows; 0 in Moodle.
    notebook : str
        The assignment's notebook that it is.
    exact : bool
        Whether it is called exactly so.
    """

    lms: str
    number: str
    prefix: str
    upload: int
    notebook: str
    exact: bool


def recognise(path, notebooks):
    """Return whose notebook a file in an archive is, and which one.

    The system's own part of the name is the first that can be one: what follows is the student's to choose, and counts
    only as the name of a notebook.

    Parameters
    ----------
    path : str
        In the archive; below a .zip that a student uploaded, the path goes on inside of it.
    notebooks : collection of str
        Names of the assignment's notebooks.

    Returns
    -------
    Recognised

    Raises
    ------
    Unrecognised

    Examples
    --------
    >>> recognise("adal_LATE_17_501_pooling-1.ipynb", ["pooling"])
    Recognised(lms='Canvas', number='17', prefix='adal_LATE_17_501_', upload=501, notebook='pooling', exact=False)
    >>> recognise("Ada Lovelace_4711_assignsubmission_file/pooling.ipynb", ["pooling"]).number
    '4711'
    >>> recognise("pooling.ipynb", ["pooling"])
    Traceback (most recent call last):
    autograder.lms.names.Unrecognised: no name that Canvas or Moodle gives
    """
    lms, found, own = _owner(path)
    if lms == "Moodle" and found["kind"] != "file":
        raise Unrecognised(f"text typed into Moodle (assignsubmission_{found['kind']}), no file")
    if lms == "Canvas" and "/" in own and re.match(r"\d+_", own):
        raise Unrecognised("its name can be read as that of two students")
    notebook, exact = _notebook(own.rpartition("/")[2], notebooks)
    upload = int(found["upload"]) if lms == "Canvas" else 0
    return Recognised(lms, found["number"], found["prefix"], upload, notebook, exact)


def _owner(path):
    """Return ("Canvas" or "Moodle", the match, the student's part of the path), from the first name that fits."""
    parts = path.split("/")
    if "__MACOSX" in parts or parts[-1].startswith("._"):
        raise Unrecognised("a note of macOS's, no notebook")
    for i, part in enumerate(parts):
        if _CANVAS_ANONYMOUS.fullmatch(part):
            raise Unrecognised("graded anonymously in Canvas, so it is nobody's: end that, then download again")
        for lms, pattern in (("Moodle", _MOODLE), ("Canvas", _CANVAS)):
            if found := pattern.fullmatch(part):
                return lms, found, "/".join(filter(None, [found["own"], *parts[i + 1 :]]))
    raise Unrecognised("no name that Canvas or Moodle gives")


def _notebook(called, notebooks):
    """Return (the notebook that a file of this name is, whether it is called exactly so)."""
    for name in notebooks:
        if re.fullmatch(re.escape(name) + _AGAIN + r"\.ipynb", called, re.IGNORECASE):
            return name, called == f"{name}.ipynb"
    if not called.lower().endswith(".ipynb"):
        raise Unrecognised("no notebook")
    raise Unrecognised(f"it must be called {' or '.join(f'{name}.ipynb' for name in sorted(notebooks))}")

"""Whose file is it? The names that Canvas and Moodle give to files in the archives of submissions."""

import re
from collections.abc import Collection
from dataclasses import dataclass

# Canvas: lovelaceada_LATE_17_501_work.ipynb: name, user, upload, the file's own name. A name has no _digits_ in it.
_CANVAS = re.compile(r"(?P<prefix>.*?_(?P<number>\d+)_(?P<upload>\d+)_)(?P<own>.+)", re.ASCII | re.DOTALL)
_CANVAS_ANONYMOUS = re.compile(r"(?:LATE_)?anon_\w{5}_\d+_.+", re.ASCII | re.DOTALL)
# Moodle: Ada Lovelace_4711_assignsubmission_file/work.ipynb, or in one folder with _ for /. A name has no _ in it.
_MOODLE = re.compile(r"(?P<prefix>[^_]*_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+))(?:_(?P<own>.*))?", re.DOTALL)
# Where the student's part could go on with Canvas's numbers, which have no leading zeros: who is called x_12, and gets
# the numbers 777 and 888, would be student 12.
_SECOND_STUDENT = re.compile(r"[1-9]\d*_|.*_[1-9]\d*_[1-9]\d*_", re.ASCII | re.DOTALL)
# A browser that takes a notebook for text adds .txt or .json, and numbers the second download of the same name.
_ENDING = r"\.ipynb(?:[ _-]?\(?\d+\)?)?(?:\.(?:txt|json))?"


class Unrecognised(ValueError):
    """A file that is not collected; the text says why, for the instructor."""


class Misnamed(Unrecognised):
    """A notebook whose name does not say which of the assignment's it is."""


@dataclass(frozen=True)
class Owner:
    """The student to whom a file in an archive belongs.

    Attributes
    ----------
    lms : str
        "Canvas" or "Moodle".
    number : str
        Canvas's number of the user, or Moodle's of the participant, which is another one in each assignment.
    prefix : str
        How the system's names of this student's files begin; it takes feedback back under such a name.
    own : str
        The rest of the path, which the student chose.
    upload : int
        Canvas's number of the upload, which grows; 0 in Moodle.
    kind : str
        What Moodle calls this part of a submission: "file", or "onlinetext" and the like.
    """

    lms: str
    number: str
    prefix: str
    own: str
    upload: int = 0
    kind: str = "file"

    @property
    def late(self) -> bool:
        """Whether the system says that it was submitted late; Moodle's archives say nothing of it."""
        return self.prefix.endswith(f"_LATE_{self.number}_{self.upload}_")


def owner(path: str, notebooks: Collection[str]) -> Owner:
    """Return the student to whom a file in an archive belongs.

    The system's own part of the name is the first that can be one: what follows is the student's to choose.

    Parameters
    ----------
    path : str
        In the archive; below a .zip that a student uploaded, the path goes on inside of it.
    notebooks : collection of str
        Names of the assignment's notebooks.

    Raises
    ------
    Unrecognised

    Examples
    --------
    >>> owner("adal_LATE_17_501_pooling-1.ipynb", ["pooling"])
    Owner(lms='Canvas', number='17', prefix='adal_LATE_17_501_', own='pooling-1.ipynb', upload=501, kind='file')
    >>> owner("Ada Lovelace_4711_assignsubmission_file/pooling.ipynb", ["pooling"]).number
    '4711'
    >>> owner("pooling.ipynb", ["pooling"])
    Traceback (most recent call last):
    autograder.lms.names.Unrecognised: no name that Canvas or Moodle gives
    """
    parts = path.split("/")
    for i, part in enumerate(parts):
        if _CANVAS_ANONYMOUS.fullmatch(part):
            raise Unrecognised(
                "graded anonymously in Canvas, so it is not attributable to a student: end that, then download again"
            )
        if found := _MOODLE.fullmatch(part):
            own = "/".join(filter(None, [found["own"], *parts[i + 1 :]]))
            return Owner("Moodle", found["number"], found["prefix"], own, kind=found["kind"])
        if found := _CANVAS.fullmatch(part):
            named = next((name for name in notebooks if found["own"].startswith(name)), "")
            if _SECOND_STUDENT.match(found["own"].removeprefix(named)):
                raise Unrecognised("its name can be that of two students")
            own = "/".join([found["own"], *parts[i + 1 :]])
            return Owner("Canvas", found["number"], found["prefix"], own, int(found["upload"]))
    raise Unrecognised("no name that Canvas or Moodle gives")


def notebook(file: Owner, notebooks: Collection[str]) -> tuple[str, bool]:
    """Return which notebook of the assignment a student's file is.

    It is the one whose name stands in the file's, whatever browsers, Jupyter, Colab and students add: "Copy of" in any
    language, (1), -Copy1, final. Letters and digits that touch it would make it another name.

    Parameters
    ----------
    file : Owner
    notebooks : collection of str
        Names of the assignment's notebooks.

    Returns
    -------
    (str, bool)
        The notebook's name, and whether the file has just that name; the number that Canvas appends is no change.

    Raises
    ------
    Unrecognised
        Misnamed where its content can still tell.

    Examples
    --------
    >>> notebook(owner("adal_17_501_pooling-1.ipynb", ["pooling"]), ["pooling"])
    ('pooling', True)
    >>> notebook(owner("adal_17_501_Kopie von Pooling (1)-1.ipynb.txt", ["pooling"]), ["pooling"])
    ('pooling', False)
    """
    *folders, called = file.own.split("/")
    if file.kind != "file":
        raise Unrecognised(f"text typed into Moodle (assignsubmission_{file.kind}), no file")
    if {"__MACOSX", ".ipynb_checkpoints"} & {*folders} or called.startswith("._") or file.prefix.startswith("._"):
        raise Unrecognised("macOS's or Jupyter's own note of a file, which the student did not write")
    if not re.search(rf"{_ENDING}$", called, re.IGNORECASE):
        raise Unrecognised("no notebook")
    for name in sorted(notebooks, key=len, reverse=True):
        words = r"[ _+-]+".join(re.escape(word) for word in re.split(r"[ _+-]+", name))
        if re.search(rf"(?<![a-z\d]){words}(?![a-z])(?!(?<=\d)\d)", called, re.IGNORECASE):
            number = r"(?:-\d+)?" if file.lms == "Canvas" else ""
            return name, bool(re.fullmatch(rf"{re.escape(name)}{number}\.ipynb", called))
    raise Misnamed(f"it must be called {' or '.join(f'{name}.ipynb' for name in sorted(notebooks))}")

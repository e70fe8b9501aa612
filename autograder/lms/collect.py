"""``nbgrader zip_collect`` for Canvas and Moodle: each student's latest notebook, out of what was downloaded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.plugins import ExtractorPlugin
from traitlets import Unicode

from autograder.judge import restore, submission
from autograder.judge.attempts import Attempts
from autograder.judge.classroom import place
from autograder.judge.outputs import one_line
from autograder.judge.restore import TrustedCell
from autograder.lms import archives, moodle, names, tables

LIST = "collected.csv"  # beside the folder of archives: what came of every file in them
HEADS = ("student", "lms", "prefix", "archive", "file", "what came of it")
COLLECTED = "collected"
MAX_STUDENTS = 20  # named in one line of the log


@dataclass
class Line:
    """What came of one file, whose it is if that can be told; for a student's notebook also which, and how recent."""

    archive: str
    file: str
    what: str
    student: str = ""
    owner: names.Owner | None = None
    notebook: str = ""
    plain: bool = False
    late: bool = False
    recency: tuple[object, ...] = ()

    def as_row(self) -> list[str]:
        """Return a row of the list."""
        owner = self.owner
        texts = (self.student, owner.lms if owner else "", owner.prefix if owner else "", self.archive, self.file)
        return [one_line(text, 500) for text in (*texts, self.what)]

    @property
    def key(self) -> tuple[str, str]:
        """Whose it is, and which notebook: of the files that agree in both, one counts."""
        return self.student, self.notebook

    def counts_before(self, other: "Line") -> bool:
        """Tell whether this file is the one to grade, of two of a student's: both claim the same notebook.

        One in time counts before one that Canvas marks as late, unless the setting `Attempts.counts` is "last". In one
        download the notebook's own name counts, before copies of it; then, and of two downloads, the later one.
        """
        if self.late != other.late:
            return other.late
        if self.archive == other.archive and self.plain != other.plain:
            return self.plain
        return self.recency > other.recency

    def why_not(self, chosen: "Line") -> str:
        """Say why another file of the same student counts."""
        if self.late != chosen.late:
            why = "was submitted in time"
        elif self.archive == chosen.archive and self.plain != chosen.plain:
            why = "has the notebook's own name"
        elif self.recency[:2] == chosen.recency[:2]:
            why = "is as old, in an outer folder or further down"
        else:
            why = "is later"
        return f"another file of the same student counts, which {why}: {chosen.file}"


class LmsExtractor(ExtractorPlugin):
    """Puts each student's latest notebook into a folder of theirs, and lists what came of every file.

    nbgrader's own FileNameCollectorPlugin takes it from there. Archives of Canvas and Moodle are read where they lie,
    bounded and without trust; nothing in them is changed.
    """

    moodle_id = Unicode(
        "",
        help="The column of Moodle's grading worksheet that holds the students' ids, for example 'Email address'. "
        "By default the first there is of 'ID number', 'Username' and 'Email address'.",
    ).tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Read the downloads in one folder and fill the other with ``student/notebook.ipynb``."""
        coursedir, assignment = self.parent.coursedir, self.parent.coursedir.assignment_id
        released = place(coursedir, coursedir.release_directory, ".", assignment)
        notebooks = {
            path.stem: restore.from_source(nbformat.read(path, as_version=4))
            for path in sorted(released.glob("*.ipynb"))
        }
        if not notebooks:
            self.parent.fail(
                f"No released notebook below {released}. Run: nbgrader generate_assignment {assignment} --force"
            )
        try:
            worksheet = moodle.find_worksheet(Path(archive_path), self.moodle_id)
        except ValueError as error:
            self.parent.fail(str(error))
        late_counts = Attempts(self.config, coursedir, assignment).counts == "last"
        lines = sort_out(Path(archive_path), Path(extracted_path), notebooks, worksheet, late_counts)
        self._tell(Path(archive_path).parent / LIST, lines, worksheet)

    def _tell(self, path, lines, worksheet):
        """Write the list, and log what it says of files that were not collected."""
        tables.write(path, [HEADS, *(line.as_row() for line in lines)])
        for line in lines:
            if line.what != COLLECTED:
                student, _lms, _prefix, archive, file, what = line.as_row()
                whose = f" of student {student}" if student else ""
                self.log.warning("Left alone%s: %s: %s", whose, f"{archive}/{file}".strip("/"), what)
        if not worksheet and any(line.owner and line.owner.lms == "Moodle" for line in lines):
            self.log.warning(
                "Students are called by Moodle's participant numbers, which are others in each assignment. For ids "
                "that stay, put the assignment's grading worksheet (CSV) beside the archive, and collect with --force."
            )
        collected = {line.student for line in lines if line.what == COLLECTED}
        if without := sorted({line.student for line in lines} - collected - {""}):
            more = f" and {len(without) - MAX_STUDENTS} more" if len(without) > MAX_STUDENTS else ""
            self.log.warning("Nothing was collected of student %s%s", ", ".join(without[:MAX_STUDENTS]), more)
        count = Counter(line.what == COLLECTED for line in lines)
        self.log.warning("%d collected, %d left alone; every file is listed in %s", count[True], count[False], path)


def sort_out(
    folder: Path,
    to: Path,
    notebooks: Mapping[str, Sequence[TrustedCell]],
    worksheet: moodle.Worksheet | None = None,
    late_counts: bool = False,
) -> list[Line]:
    """Write each student's latest notebooks, and return what came of every file below a folder of downloads.

    Parameters
    ----------
    folder, to : path
        The downloads, and where ``student/notebook.ipynb`` are written.
    notebooks : {name: list of TrustedCell}
        The assignment's notebooks: by their tests a file is recognised that has another name.
    worksheet : moodle.Worksheet, optional
        Says which student each of Moodle's participants is.
    late_counts : bool
        Whether what is marked as late counts as much as what was in time.

    Returns
    -------
    list of Line
        Those that were written say so, one for each student and notebook: the latest.
    """
    chosen: dict[tuple[str, str], Line] = {}
    lines: list[Line] = []
    for number, member in enumerate(archives.members(folder)):
        if not (worksheet and not member.archive and folder / member.path == worksheet.path):
            line, content = _line(member, number, notebooks, worksheet)
            line.late = bool(line.owner and line.owner.late and not late_counts)
            lines.append(line)
            before = chosen.get(line.key)
            if line.notebook and (before is None or line.counts_before(before)):
                chosen[line.key] = line
                notebook = to / line.student / f"{line.notebook}.ipynb"
                notebook.parent.mkdir(parents=True, exist_ok=True)
                notebook.write_bytes(content)  # at once: a class doesn't fit into memory
    for line in lines:
        if line.notebook and chosen[line.key] is not line:
            line.what = line.why_not(chosen[line.key])
    return lines


def _line(member, number, notebooks, worksheet):
    """Return (what comes of a file, its content)."""
    line, content = Line(member.archive, member.path, COLLECTED), b""
    try:
        line.owner = names.owner(member.path, notebooks)
        line.student = line.owner.number  # as the gradebook calls them
        if worksheet and line.owner.lms == "Moodle":
            line.student = worksheet.student(line.owner.number, line.owner.prefix.partition("_")[0])
        notebook, content = _which(line, member, notebooks)
        line.notebook = notebook
    except (names.Unrecognised, archives.NotUnpacked, moodle.Unknown) as error:
        line.what = member.trouble or str(error)
    if line.owner:
        line.recency = (line.owner.upload, member.date, line.plain, -member.path.count("/"), number)
    return line, content


def _which(line, member, notebooks):
    """Return (which notebook of the assignment a file is, its content): by its name, else by the tests in it."""
    try:
        notebook, line.plain = names.notebook(line.owner, notebooks)
        return notebook, member.read()
    except names.Misnamed:
        content = member.read()
        found = [name for name, trusted in notebooks.items() if submission.is_of(content, trusted)]
        if len(found) != 1:
            raise
        return found[0], content

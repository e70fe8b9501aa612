"""``nbgrader zip_collect`` for Canvas and Moodle: each student's latest notebook, out of what was downloaded."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin
from nbgrader.utils import find_all_notebooks
from traitlets import Unicode

from autograder.judge.outputs import printable
from autograder.lms import archives, moodle, names, tables

LIST = "collected.csv"  # beside the folder of archives: what came of every file in them
HEADS = ("student", "lms", "prefix", "archive", "file", "what came of it")
COLLECTED = "collected"


@dataclass
class Line:
    """What came of one file; for a student's notebook also how recent it is."""

    archive: str
    file: str
    what: str
    student: str = ""
    found: names.Recognised | None = None
    recency: tuple = ()

    def as_row(self):
        """Return a row of the list."""
        found = self.found
        texts = (self.student, found.lms if found else "", found.prefix if found else "", self.archive, self.file)
        return [" ".join(printable(text, 500).split()) for text in (*texts, self.what)]


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

    def extract(self, archive_path, extracted_path):
        """Read the downloads in one folder and fill the other with ``student/notebook.ipynb``."""
        released = self.parent.coursedir.format_path(
            self.parent.coursedir.release_directory, ".", self.parent.coursedir.assignment_id
        )
        notebooks = [Path(name).stem for name in find_all_notebooks(released)]
        if not notebooks:
            self.parent.fail(f"No released notebook below {released}. Run: nbgrader generate_assignment ...")
        try:
            worksheet = moodle.find_worksheet(archive_path, self.moodle_id)
        except ValueError as error:
            self.parent.fail(str(error))
        lines = sort_out(archive_path, Path(extracted_path), notebooks, worksheet)
        self._tell(Path(archive_path).parent / LIST, lines, worksheet)

    def _tell(self, path, lines, worksheet):
        """Write the list, and log what it says of files that were not collected."""
        tables.write(path, [HEADS, *(line.as_row() for line in lines)])
        for line in lines:
            if line.what != COLLECTED:
                self.log.warning("Left alone %s: %s", "/".join(line.as_row()[3:5]).strip("/"), line.as_row()[5])
        if not worksheet and any(line.found and line.found.lms == "Moodle" for line in lines):
            self.log.warning(
                "Students are called by Moodle's participant numbers, which are others in each assignment. For ids "
                "that stay, put the assignment's grading worksheet (CSV) beside the archive, and collect with --force."
            )
        count = Counter(line.what == COLLECTED for line in lines)
        self.log.warning("%d collected, %d left alone; every file is listed in %s", count[True], count[False], path)


def sort_out(folder, to, notebooks, worksheet=None):
    """Write each student's latest notebooks, and return what came of every file below a folder of downloads.

    Parameters
    ----------
    folder, to : path
        The downloads, and where ``student/notebook.ipynb`` are written.
    notebooks : list of str
        Names of the assignment's notebooks.
    worksheet : moodle.Worksheet, optional
        Says which student each of Moodle's participants is.

    Returns
    -------
    list of Line
        Those that were written say so, one for each student and notebook: the latest.
    """
    latest, lines = {}, []
    for place, member in enumerate(archives.members(folder)):
        if not (worksheet and not member.archive and Path(folder, member.path) == worksheet.path):
            line, content = _line(member, place, notebooks, worksheet)
            lines.append(line)
            if line.found and _is_latest(latest, line):  # written at once: a class doesn't fit into memory
                notebook = to / line.student / f"{line.found.notebook}.ipynb"
                notebook.parent.mkdir(parents=True, exist_ok=True)
                notebook.write_bytes(content)
    return lines


def _line(member, place, notebooks, worksheet):
    """Return (what comes of a file, its content)."""
    if member.trouble:
        return Line(member.archive, member.path, member.trouble), b""
    try:
        found = names.recognise(member.path, notebooks)
        student = found.number
        if worksheet and found.lms == "Moodle":
            student = worksheet.student(found.number, found.prefix.partition("_")[0])
        content = member.read()
    except (names.Unrecognised, archives.Unfit, moodle.Unknown) as error:
        return Line(member.archive, member.path, str(error)), b""
    recency = (found.upload, member.date, found.exact, -member.path.count("/"), place)
    return Line(member.archive, member.path, COLLECTED, student, found, recency), content


def _is_latest(latest, line):
    """Tell whether a file is the latest of its student's for a notebook so far, and note it of the other one."""
    key = line.student, line.found.notebook
    before = latest.get(key)
    latest[key], older = (line, before) if before is None or line.recency > before.recency else (before, line)
    if older:
        older.what = f"a later one of the same student counts: {latest[key].file}"
    return latest[key] is line

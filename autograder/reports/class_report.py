"""What a class got wrong: how many made which mistake in which exercise, and what to read again."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from statistics import mean, median

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.chapters import EXERCISES, MISTAKES
from autograder.chapters.generic import generic
from autograder.chapters.questions import QUESTIONS
from autograder.check import questions
from autograder.judge import provenance
from autograder.judge.classroom import places
from autograder.judge.late import total
from autograder.judge.marks import FORBIDDEN, MarkRecord
from autograder.judge.outputs import printable
from autograder.reports import page
from autograder.reports.sections import page as section

KINDS = {
    "right": "full points",
    "named": "a named mistake",
    "other": "something else is wrong",
    "nothing": "nothing written",
}
TENTHS = 10
CSV_HEADS = ("exercise", "kind", "id", "in words", "students", "of", "read again", "address")


@dataclass
class Check:
    """What became of one exercise or question.

    Attributes
    ----------
    kinds : Counter
        Of `KINDS`: how many students.
    mistakes, failed : dict
        Id of a named mistake, or of a behaviour that failed without one, and the students.
    numbers : dict
        Those that a short question asked with, see `MarkRecord`.
    """

    name: str
    kinds: Counter[str] = field(default_factory=Counter)
    mistakes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    failed: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, student: str, found: MarkRecord) -> None:
        """Count one student's check, as the judge recorded it."""
        kind = _kind(found)
        self.kinds[kind] += 1
        self.numbers = found.get("numbers", {})
        if kind == "named":
            for mistake in found["mistakes"]:
                self.mistakes[mistake].append(student)
        elif kind == "other":
            for behaviour in found["failed"]:
                self.failed[behaviour].append(student)


def _kind(found):
    if found["score"] >= found["max_score"]:
        return "right"
    if not found["written"]:
        return "nothing"
    return "named" if found["mistakes"] else "other"


Found = tuple[Check, str, list[str]]  # a check, the id of a mistake or behaviour, and the students


@dataclass
class Written:
    """A written answer of a class: the points it can give, those given, and how many wait for a person."""

    max_score: float
    given: list[float] = field(default_factory=list)
    waiting: int = 0


@dataclass
class Report:
    """A class in one assignment: how many were graded, what became of each check, and the points that came of it.

    Attributes
    ----------
    max_score : float
    totals : list of float
        Points of each student in the gradebook, late penalties taken off.
    written : dict
        Name of a written answer, and what was given.
    """

    assignment: str
    students: int = 0
    older: int = 0  # graded by a version that kept no record
    checks: dict[str, Check] = field(default_factory=dict)
    max_score: float = 0
    totals: list[float] = field(default_factory=list)
    written: dict[str, Written] = field(default_factory=dict)

    def tenths(self) -> list[tuple[str, int]]:
        """Return [(range of points, how many students)], the fewest points first.

        >>> Report("01_why_padding", max_score=100, totals=[0, 9.5, 85, 100]).tenths()[::9]
        [('0 to 10', 2), ('90 to 100', 1)]
        """
        width = self.max_score / TENTHS
        counted = Counter(min(int(points / width), TENTHS - 1) for points in self.totals)
        return [(f"{n * width:g} to {(n + 1) * width:g}", counted[n]) for n in range(TENTHS)]

    def mistakes(self) -> list[Found]:
        """Return the named mistakes, the most frequent first."""
        return self._found("mistakes")

    def failures(self) -> list[Found]:
        """Return the behaviours that failed and fit no named mistake, the most frequent first."""
        return self._found("failed")

    def _found(self, part):
        found = [(check, id, who) for check in self.checks.values() for id, who in getattr(check, part).items()]
        return sorted(found, key=lambda one: -len(one[2]))


def gather(coursedir: CourseDirectory, assignment: str) -> Report:
    """Read a class's graded notebooks.

    Returns
    -------
    Report
        From what the judge recorded in the notebooks' metadata; a student has no access to these.

    Raises
    ------
    FileNotFoundError
        If nothing is graded.
    """
    report = Report(assignment)
    for student, folder in sorted(places(coursedir, coursedir.autograded_directory, assignment).items()):
        records = [_record(path) for path in sorted(folder.glob("*.ipynb"))]
        report.students += any(record is not None for record in records)
        report.older += all(record is None for record in records)
        for found in (one for record in records for one in record or ()):
            report.checks.setdefault(found["name"], Check(found["name"])).add(student, found)
    if not report.students:
        more = f" {report.older} were graded by an older version: add --regrade." if report.older else ""
        raise FileNotFoundError(f"Nothing graded for {assignment}. Run: python -m autograder grade {assignment}.{more}")
    _add_points(report, coursedir.db_url)
    return report


def _add_points(report, db_url):
    with Gradebook(db_url) as gradebook:
        try:
            submissions = gradebook.find_assignment(report.assignment).submissions
        except MissingEntry:
            return
        for submitted in submissions:
            report.max_score = submitted.max_score
            report.totals.append(total(submitted))
            for grade in (grade for notebook in submitted.notebooks for grade in notebook.grades):
                if grade.cell.cell_type == "markdown":
                    answer = report.written.setdefault(grade.name, Written(grade.max_score))
                    answer.waiting += grade.needs_manual_grade
                    answer.given += [] if grade.needs_manual_grade else [grade.score]


def _record(path):
    """Return what the judge recorded of each check, None if it was a version that kept no list of mistakes."""
    checks = provenance.read_file(path).get(provenance.CHECKS)
    return None if any("mistakes" not in check for check in checks or ()) else checks


def class_report(config: Config, assignment: str, names: bool = False) -> tuple[Report, Path, Path]:
    """Write the report beside the classroom's other folders.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    assignment : str
    names : bool
        Say who made which mistake.

    Returns
    -------
    (Report, path of the page, path of the CSV file)
    """
    coursedir = CourseDirectory(config=config)
    report = gather(coursedir, assignment)
    return report, *page.write(coursedir, f"{assignment}_mistakes", as_html(report, names), as_rows(report, names))


def as_rows(report: Report, names: bool = False) -> list[list[str]]:
    """Return the rows of the CSV file: what became of every check, every mistake, every behaviour that failed."""
    rows = [[*CSV_HEADS, "who"]]
    for check in report.checks.values():
        rows += [[*_row(report, check, "all", kind, words, check.kinds[kind]), ""] for kind, words in KINDS.items()]
    for title, in_words, found in (
        ("mistake", _sentence, report.mistakes()),
        ("failed without a named mistake", _words, report.failures()),
    ):
        for check, id, who in found:
            rows.append([*_row(report, check, title, id, in_words(check, id), len(who)), " ".join(who)])
    for words, count in report.tenths() if report.totals else ():
        rows.append(["", "points", "", words, str(count), str(len(report.totals)), "", "", ""])
    return rows if names else [row[:-1] for row in rows]


def _row(report, check, kind, id, words, count):
    return [check.name, kind, id, words, str(count), str(report.students), *section(report.assignment, check.name)]


def _sentence(check, id):
    """Return what a student reads about a mistake."""
    name = check.name
    if name in QUESTIONS:
        return questions.sentences(QUESTIONS[name].with_numbers(**check.numbers)).get(id, "")
    anywhere = generic(EXERCISES[name]) if name in EXERCISES else ()
    return next((mistake.sentence for mistake in (*MISTAKES.get(name, ()), *anywhere) if mistake.id == id), "")


def _words(check, id):
    """Return what a behaviour is, in words."""
    name = check.name
    if id == FORBIDDEN:
        return "does itself what this exercise asks to write, without calling it from NumPy"
    behaviours = EXERCISES[name].behaviours if name in EXERCISES else ()
    return next((behaviour.words for behaviour in behaviours if behaviour.id == id), "")


def as_html(report: Report, names: bool = False) -> str:
    """Return the page."""
    older = f" {report.older} more were graded by an older version and are not in it." if report.older else ""
    intro = f"<p>{report.students} submissions.{older} {_finding(report)}</p>"
    who = "" if names else "<p class='small'>No student is named here; <code>--names</code> says who.</p>"
    return page.page(
        f"What the class got wrong: {report.assignment}",
        intro + who + _points(report) + _overview(report) + _mistakes(report, names) + _failures(report, names),
    )


def _finding(report):
    found = report.mistakes()
    if not found:
        return "No named mistake was recognised."
    check, id, who = found[0]
    return (
        f"The most frequent named mistake, in {_share(report, who)}, is in <code>{check.name}</code>: "
        f"{escape(_sentence(check, id))}"
    )


def _share(report, who):
    return f"{len(who)} of {report.students} ({100 * len(who) / report.students:.0f} %)"


def _points(report):
    if not report.totals:
        return ""
    middle = f"Mean {mean(report.totals):.1f}, median {median(report.totals):.1f} of {report.max_score:g} points"
    rows = "".join(
        page.row(words, [("right", n)], len(report.totals), f"{words}: {n}", str(n)) for words, n in report.tenths()
    )
    written = "".join(f"<p>{_about_written(name, answer)}</p>" for name, answer in report.written.items())
    caption = f"<figcaption>{middle}, of the students in the gradebook</figcaption>"
    return f"<h2>Points</h2><figure>{caption}{rows}</figure>{written}"


def _about_written(name, answer):
    given = (
        f"mean {mean(answer.given):.1f} of {answer.max_score:g} points in {len(answer.given)}" if answer.given else ""
    )
    waiting = f"{answer.waiting} to be graded" if answer.waiting else ""
    return f"Written answer <code>{escape(name)}</code>: {'; '.join(filter(None, (given, waiting)))}."


def _overview(report):
    legend = "".join(f"<li><span class='{kind}'></span> {words}</li>" for kind, words in KINDS.items())
    rows = "".join(_bar(report, check) for check in report.checks.values())
    return (
        "<h2>Each exercise and question</h2><figure><figcaption>How many students got full points, made a mistake that "
        f"was recognised, or got something else wrong<ul class='legend'>{legend}</ul></figcaption>{rows}</figure>"
    )


def _bar(report, check):
    parts = [(kind, check.kinds[kind]) for kind in KINDS]
    label = f"{check.name}: " + ", ".join(f"{KINDS[kind]} {n}" for kind, n in parts if n)
    note = f"{check.kinds['right']} of {report.students} full points"
    return page.row(f"<code>{check.name}</code>", parts, report.students, label, note)


def _mistakes(report, names):
    found = [
        (check, who, f"{escape(_sentence(check, id))} <code class='small'>{id}</code>")
        for check, id, who in report.mistakes()
    ]
    return _table(report, "Named mistakes", "mistake", "named", found, names)


def _failures(report, names):
    found = [(check, who, escape(_words(check, id))) for check, id, who in report.failures()]
    return _table(report, "Wrong, and no named mistake fits", "what it should do", "other", found, names)


def _table(report, title, what, style, found, names):
    """Return a table of [(check, students, what it is in HTML)] under a title, "" if there is none."""
    columns = slice(None if names else -1)
    rows = []
    for check, who, words in found:
        heading, address = section(report.assignment, check.name)
        link = f"<a href='{escape(address, quote=True)}'>{escape(heading)}</a>"
        share = _share(report, who)
        named = escape(", ".join(printable(student, 100) for student in who))
        bar = page.bar([(style, len(who))], report.students, share)
        rows.append([f"{share}{bar}", f"<code>{check.name}</code>", words, link, named][columns])
    heads = ["students", "exercise", what, "read again", "who"][columns]
    return f"<h2>{title}</h2>{page.table(heads, rows)}" if rows else ""

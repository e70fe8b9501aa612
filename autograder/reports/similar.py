"""Which submissions of an assignment are suspiciously alike: a list for the instructor to look at, not a verdict.

Written here since no library fits: compare50 wants attrs older than 21, which Jupyter's packages exclude, and is under
the GPL; copydetect had its last release in March 2024 and compares each pair of a class.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.judge import look, provenance, restore
from autograder.judge.classroom import place, places
from autograder.judge.outputs import printable
from autograder.reports import page
from autograder.reports.fingerprints import GRAM, Words, code_tokens, passages, winnow, word_tokens

LEAST = 0.3  # likeness of a pair that is listed
FEW = 20  # fingerprints of its own that a submission counts as having at least: a common idiom alone makes no pair
SHORT = 40  # tokens of its own that a submission has at least, to be called the same as another
USUAL = 0.1  # of a class, and 20 at least: what more submissions have is the usual way to write it


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike.

    Attributes
    ----------
    first, second : str
    likeness : float
        0 to 1: how much of the shorter one's unusual code the other has too.
    shared : int
        Fingerprints that both have.
    """

    first: str
    second: str
    likeness: float
    shared: int


@dataclass
class Report:
    """What is alike in an assignment.

    Attributes
    ----------
    students : int
        How many were compared.
    groups : list of list of str
        Students whose code is the same but for names, comments and layout.
    pairs : list of Pair
        The most alike first; of a group one student is compared with the others.
    spread : Counter
        How many pairs have a likeness of 0, 10, ..., 100 % (rounded down).
    unread : dict
        ``{student: why it could not be compared}``
    look : dict
        ``{student: [what in the code to look at]}``
    others : dict
        ``{name: paths}`` of what the submissions are compared with too: the course's solutions, earlier classes.
    """

    assignment: str
    students: int = 0
    groups: list[list[str]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    spread: Counter[int] = field(default_factory=Counter)
    unread: dict[str, str] = field(default_factory=dict)
    look: dict[str, list[str]] = field(default_factory=dict)
    others: dict[str, list[Path]] = field(default_factory=dict)


def cells(path: Path) -> list[tuple[str, str]]:
    """Return [(kind, source)] of a notebook that nobody has to trust.

    Raises
    ------
    restore.Unreadable
        If it is no notebook, or too large.
    """
    found = [(kind, source) for kind, source, _name in restore.read(path)]
    size = sum(len(source) for _kind, source in found)
    if size > restore.MAX_SOURCE:
        raise restore.Unreadable(f"Its cells hold {size} characters; at most {restore.MAX_SOURCE} are compared.")
    return found


def tokens(cell: tuple[str, str]) -> Words:
    """Return the tokens of a cell: of code, or the words of a text."""
    kind, source = cell
    return code_tokens(source) if kind == "code" else word_tokens(source)


def starter(paths: Iterable[Path]) -> frozenset[int]:
    """Return the hashes of all passages of the released notebooks."""
    return frozenset(value for path in paths for cell in cells(path) for value in passages(tokens(cell)))


def compare(fingerprints: Mapping[str, set[int]]) -> dict[tuple[str, str], tuple[float, int]]:
    """Return the likeness of each pair that shares anything unusual.

    Returns
    -------
    {(student, student): (likeness, fingerprints shared)}

    Examples
    --------
    >>> compare({"a": set(range(60)), "b": set(range(30, 90)), "c": set(range(90, 150))})
    {('a', 'b'): (0.5, 30)}
    """
    owners: defaultdict[int, list[str]] = defaultdict(list)
    for student, found in sorted(fingerprints.items()):
        for value in found:
            owners[value].append(student)
    n, most = len(fingerprints), max(20, USUAL * len(fingerprints))
    totals: defaultdict[str, float] = defaultdict(float)
    shared: defaultdict[tuple[str, str], float] = defaultdict(float)
    counts: Counter[tuple[str, str]] = Counter()
    for who in owners.values():
        weight = _weight(n, len(who)) if len(who) <= most else 0
        for i, one in enumerate(who):
            totals[one] += weight
            for other in who[i + 1 :] if weight else ():
                shared[one, other] += weight
                counts[one, other] += 1
    return {pair: (w / max(min(totals[pair[0]], totals[pair[1]]), FEW), counts[pair]) for pair, w in shared.items()}


def _weight(n, owners):
    """Return what a fingerprint counts: 1 if two of n submissions or fewer have it, almost 0 if all have it."""
    return math.log((n + 1) / max(owners, 2)) / math.log((n + 1) / 2) if n > 1 else 1.0


def gather(coursedir: CourseDirectory, assignment: str, earlier: Iterable[Path] = ()) -> Report:
    """Compare all submissions of an assignment, with each other, with the solutions and with earlier classes.

    Parameters
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
    assignment : str
    earlier : iterable of path
        Folders of earlier classes: a classroom that was moved away, or any folder with one folder a student.

    Raises
    ------
    FileNotFoundError
        If fewer than two submissions can be read, or the assignment is not released.
    """
    originals = released(coursedir, assignment)
    report, known = Report(assignment, others=_others(coursedir, assignment, earlier)), starter(originals)
    fingerprints = {}
    same: defaultdict[str, list[str]] = defaultdict(list)
    for who, paths in [*sorted(submitted(coursedir, assignment).items()), *report.others.items()]:
        try:
            found, digest = _read(paths, known)
            reasons = [] if who in report.others else _look(coursedir, who, assignment, paths, originals)
        except restore.Unreadable as error:
            report.unread[who] = str(error)
            continue
        report.students += who not in report.others
        if reasons:
            report.look[who] = reasons
        same[digest or who].append(who)
        if len(same[digest or who]) == 1:
            fingerprints[who] = found
    if report.students < 2:
        raise FileNotFoundError(f"Fewer than two submissions of {assignment} can be read.")
    groups = (who for who in same.values() if len(who) > 1 and who[0] not in report.others)
    report.groups = sorted(groups, key=len, reverse=True)
    among = {pair: alike for pair, alike in compare(fingerprints).items() if not report.others.keys() >= set(pair)}
    n, others = len(fingerprints), len(fingerprints.keys() & report.others)
    _rank(report, among, n * (n - 1) // 2 - others * (others - 1) // 2)
    return report


def _others(coursedir, assignment, earlier):
    """Return ``{name: paths}`` of the solutions and of each submission in folders of earlier classes."""
    source = place(coursedir, coursedir.source_directory, ".", assignment)
    found = {"solutions/": sorted(source.glob("*.ipynb"))}
    for folder in earlier:
        students = sorted({path.parent for path in folder.glob(f"**/{assignment}/*.ipynb")})
        if not students:
            raise FileNotFoundError(f"There is no {assignment}/*.ipynb below {folder}.")
        found |= {f"{folder.name}/{path.parent.name}": sorted(path.glob("*.ipynb")) for path in students}
    return {name: notebooks for name, notebooks in found.items() if notebooks}


def _read(paths, known):
    """Return (fingerprints, a digest of all that is not starter code or None if that is short) of a submission."""
    found: set[int] = set()
    own, digest = 0, hashlib.sha256()
    for path in paths:
        for cell in cells(path):
            kept = tokens(cell)
            hashes = passages(kept)
            new = [value for value in hashes if value not in known] if hashes else []
            found |= winnow(hashes, known).keys()
            own += len(new)
            digest.update("".join(f"{value} " for value in new).encode())
    return found, digest.hexdigest() if own >= SHORT else None


def _look(coursedir, student, assignment, paths, originals):
    """Return what in a student's code to look at; with the points, if this very submission is graded."""
    folder = place(coursedir, coursedir.autograded_directory, student, assignment)
    reasons: list[str] = []
    for path, original in zip(paths, originals, strict=True):
        content = restore.read_bytes(path)
        graded = provenance.read_file(folder / path.name)
        same = graded.get("submission") == provenance.fingerprint(content)
        trusted = {name: source for _kind, source, name in restore.read(original) if name}
        reasons += look.of_submission(content, trusted, graded.get(provenance.CHECKS, ()) if same else ())
    return reasons


def _rank(report, found, pairs):
    for likeness, _shared in found.values():
        report.spread[min(int(likeness * 10), 10) * 10] += 1
    report.spread[0] += pairs - len(found)
    listed = [Pair(*who, *alike) for who, alike in found.items() if alike[0] >= LEAST]
    report.pairs = sorted(listed, key=lambda pair: (-pair.likeness, -pair.shared, pair.first, pair.second))


def released(coursedir: CourseDirectory, assignment: str) -> list[Path]:
    """Return the paths of the released notebooks; raises FileNotFoundError if there are none."""
    folder = place(coursedir, coursedir.release_directory, ".", assignment)
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        raise FileNotFoundError(
            f"There is no notebook in {folder}. Run: nbgrader generate_assignment {assignment} --force"
        )
    return found


def submitted(coursedir: CourseDirectory, assignment: str) -> dict[str, list[Path]]:
    """Return ``{student: paths}`` of the assignment's notebooks, there or not; the only one there may be renamed."""
    names = [path.name for path in released(coursedir, assignment)]
    folders = places(coursedir, coursedir.submitted_directory, assignment)
    return {who: [_file(folder, name) for name in names] for who, folder in folders.items() if not folder.is_symlink()}


def _file(folder, name):
    there = sorted(folder.glob("*.ipynb"))
    return there[0] if len(there) == 1 else folder / name


def similar(config: Config, assignment: str, most: int = 20, earlier: Iterable[Path] = ()) -> tuple[Report, Path, Path]:
    """Write the report beside the classroom's other folders.

    Parameters
    ----------
    config : traitlets Config
        Of nbgrader.
    assignment : str
    most : int
        Pairs that are shown with their code; the CSV file has all.
    earlier : iterable of path
        See `gather`.

    Returns
    -------
    (Report, path of the page, path of the CSV file)
    """
    coursedir = CourseDirectory(config=config)
    report = gather(coursedir, assignment, earlier)
    written = page.write(coursedir, f"{assignment}_similar", as_html(report, coursedir, most), as_rows(report))
    return report, *written


def as_rows(report: Report) -> list[list[str]]:
    """Return the rows of the CSV file."""
    rows = [["first", "second", "likeness", "fingerprints shared", "look at this"]]
    rows += [[first, other, "1.00", "the same", ""] for first, *others in report.groups for other in others]
    rows += [[pair.first, pair.second, f"{pair.likeness:.2f}", str(pair.shared), ""] for pair in report.pairs]
    return rows + [[student, "", "", "", "; ".join(reasons)] for student, reasons in report.look.items()]


def as_html(report: Report, coursedir: CourseDirectory, most: int) -> str:
    """Return the page."""
    intro = (
        f"<p>{report.students} submissions were compared, with each other and with {len(report.others)} others "
        "(the course's solutions, earlier classes). Starter code is left out; names, comments and layout don't "
        "count, and passages that many students have count little. "
        "<strong>This is a list of what to look at, not a verdict:</strong> short exercises have few right solutions."
        "</p>"
    )
    parts = (_groups(report), _pairs(report, coursedir, most), _to_look_at(report), _spread(report), _unread(report))
    return page.page(f"Similar submissions: {report.assignment}", intro + "".join(parts))


def _id(student):
    return f"<code>{escape(printable(student, 100))}</code>"


def _groups(report):
    items = "".join(f"<li>{', '.join(map(_id, who))}</li>" for who in report.groups)
    return f"<h2>The same but for names, comments and layout</h2><ul>{items}</ul>" if items else ""


def _pairs(report, coursedir, most):
    if not report.pairs:
        return f"<h2>Pairs</h2><p>No pair has a likeness of {LEAST:.0%} or more.</p>"
    known, places = (
        starter(released(coursedir, report.assignment)),
        submitted(coursedir, report.assignment) | report.others,
    )
    shown = "".join(_pair(pair, places, known) for pair in report.pairs[:most])
    more = f"<p>{len(report.pairs) - most} more are in the CSV file.</p>" if len(report.pairs) > most else ""
    return (
        "<h2>Pairs</h2><p>Likeness: how much of the shorter one's unusual code the other has too. Open a pair for the "
        f"lines that both have.</p>{shown}{more}"
    )


def _pair(pair, places, known):
    sides = [_fingerprinted(places[student], known) for student in (pair.first, pair.second)]
    both = sides[0][1].keys() & sides[1][1].keys()
    columns = "".join(
        f"<div><h3>{_id(student)}</h3>{_code(found, lines, both)}</div>"
        for student, (found, lines) in zip((pair.first, pair.second), sides, strict=True)
    )
    title = f"{_id(pair.first)} and {_id(pair.second)}: {pair.likeness:.0%}, {pair.shared} fingerprints"
    return f"<details><summary>{title}</summary><div class='pair'>{columns}</div></details>\n"


def _fingerprinted(paths, known):
    """Return (cells, {fingerprint: {(cell, line)}}) of a submission."""
    found = [cell for path in paths for cell in cells(path)]
    lines: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for number, cell in enumerate(found):
        kept = tokens(cell)
        for value, starts in winnow(passages(kept), known).items():
            lines[value] |= {(number, line) for at in starts for _token, line in kept[at : at + GRAM]}
    return found, lines


def _code(found, lines, both):
    """Return the cells that have lines in common with the other submission, these marked."""
    marked = set().union(*(lines[value] for value in both))
    shown = sorted({number for number, _line in marked})
    return "".join(f"<pre tabindex='0'>{_marked(found[number][1], number, marked)}</pre>" for number in shown)


def _marked(source, number, marked):
    lines = enumerate(printable(source, len(source)).split("\n"), start=1)
    return "\n".join(f"<mark>{escape(s)}</mark>" if (number, i) in marked else escape(s) for i, s in lines)


def _spread(report):
    pairs = report.spread.total()
    rows = "".join(
        page.row(f"{low} % and more", [("right", n)], pairs, f"{n} of {pairs} pairs", f"{n} pairs")
        for low, n in sorted(report.spread.items())
    )
    figure = f"<figure><figcaption>Pairs by likeness</figcaption>{rows}</figure>"
    return f"<h2>How alike pairs are in this class</h2>{figure}"


def _to_look_at(report):
    if not report.look:
        return ""
    rows = "".join(f"<li>{_id(who)}: {escape('; '.join(reasons))}</li>" for who, reasons in report.look.items())
    return (
        "<h2>Look at this</h2><p>This code can hide the call of a forbidden function from the checker, or it has full "
        "points for very little code. There may be an honest reason, so read the lines before you say anything. "
        f"No points depend on this list.</p><ul>{rows}</ul>"
    )


def _unread(report):
    rows = "".join(f"<li>{_id(who)}: {escape(printable(why, 300))}</li>" for who, why in sorted(report.unread.items()))
    return f"<h2>Not compared</h2><ul>{rows}</ul>" if rows else ""

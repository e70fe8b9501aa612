"""CSV for spreadsheets and for LMS: nothing in it is taken for a formula, ids stay text, every letter survives."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

BOM = "\ufeff"  # Excel takes UTF-8 for what it is only with it; Canvas and Moodle read past it
# What makes a spreadsheet compute (OWASP, CSV injection), wide forms too: at the start of a cell, and after what ends a
# cell in a spreadsheet with another separator
_FORMULA = re.compile(r"((?:^|[;|\t\r\n])[ \xa0]*)(?=[=+\-@\t\r\n＝＋－＠])")


def harmless(text: str) -> str:
    """Return a cell's text, with an apostrophe before each part that a spreadsheet would take for a formula.

    A number is none, nor is the dash that Moodle writes for nothing.

    Examples
    --------
    >>> harmless('=HYPERLINK("http://example.org")'), harmless("Ada"), harmless("-2.5"), harmless("-")
    ('\\'=HYPERLINK("http://example.org")', 'Ada', '-2.5', '-')
    >>> harmless("notes.pdf; =1+1.ipynb | @SUM(1)")
    "notes.pdf; '=1+1.ipynb | '@SUM(1)"
    """
    return text if text.strip() == "-" or _is_number(text) else _FORMULA.sub(r"\1'", text)


_ADDED = re.compile(_FORMULA.pattern.replace("(?=", "'(?="))


def original(text: str) -> str:
    """Return a cell's text as it was before `harmless`.

    >>> original(harmless("@ada")), original("O'Hara")
    ('@ada', "O'Hara")
    """
    return _ADDED.sub(r"\1", text)


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()


def write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of texts as CSV in UTF-8, every cell harmless."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(rows), encoding="utf-8", errors="replace", newline="")  # a folder's name may be no text


def as_text(rows: Iterable[Sequence[str]]) -> str:
    """Return what `write` writes."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return BOM + text.getvalue()


def read_back(path: Path) -> list[list[str]]:
    """Return the rows that `write` was given; raises ValueError like `read`."""
    return [[*map(original, row)] for row in read(path)]


def read(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file that an LMS wrote, as lists of texts: numbers keep their zeros.

    Raises
    ------
    ValueError
        If it is not UTF-8, or no CSV.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        return list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is no CSV file in UTF-8: {error}. Download it again and leave it as it is.") from None

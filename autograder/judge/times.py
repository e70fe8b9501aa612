"""When something was handed in, or is due: nbgrader's times, with the zones that nbgrader gets wrong."""

import re
from datetime import datetime

import dateutil.parser
from dateutil.tz import gettz, tzoffset
from nbgrader.utils import parse_utc as nbgraders  # kept here before its place is taken

from autograder.judge.outputs import printable

LONGEST = 100  # characters of a time; dateutil needs ten seconds for a megabyte, and a student may hand in twenty
_NAME = re.compile(r"[A-Za-z][\w+/-]*", re.ASCII)  # for dateutil, others may be paths of files that hold a zone


def parse_utc(when: str | datetime | None) -> datetime | None:
    """Return a time in UTC, without a zone, as nbgrader keeps times.

    It takes the place of nbgrader's own function, which reads "+0100" as a hundred seconds, and takes letters that it
    does not know, such as "CEST", for UTC. Letters are known if they name a zone of the time zone database, or this
    machine's own.

    Parameters
    ----------
    when : str, datetime or None
        A text without a zone is in UTC.

    Raises
    ------
    ValueError
        If the text is no time, or its zone is unknown.

    Examples
    --------
    >>> print(parse_utc("2026-10-01 12:30 +0100"), parse_utc("2026-10-01 12:30 -03"))
    2026-10-01 11:30:00 2026-10-01 15:30:00
    """
    if not isinstance(when, str):
        return nbgraders(when)
    try:
        return nbgraders(_parse(_short(when)))
    except (ValueError, OverflowError) as error:
        why = printable(str(error), 200)
        raise ValueError(
            f"{printable(when[:80], 80)!r} is no time that can be understood ({why}). Write it with UTC or a number "
            "for the zone: 2027-01-15 23:59 UTC, or 2027-01-15 23:59 +0100."
        ) from None


def submitted_at(when: str | datetime | None) -> datetime | None:
    """Return what `parse_utc` does, but None for what is no time: the file of one submission stops no others."""
    try:
        return parse_utc(when)
    except ValueError:
        return None


def by_nbgrader(when: str) -> datetime:
    """Return what nbgrader's own parser makes of a text: also of unknown zones, but of none that is a file's path."""
    if re.search(r"\.\.|\s/", _short(when)):
        raise ValueError("the time zone is a path")
    return nbgraders(when)


def _short(when):
    """Return a text without the space around it; raises ValueError if it is far too long for a time."""
    text = when.strip()
    if len(text) > LONGEST:
        raise ValueError(f"more than {LONGEST} characters")
    return text


def _parse(text):
    text = re.sub(r"\b(?:UTC|GMT)(?=[+-]\d)", "", text)  # dateutil has them the other way round
    date, _, last = text.rpartition(" ")
    if "/" in last and ":" in date:  # Europe/Berlin, which dateutil doesn't take for a zone's name
        return dateutil.parser.parse(f"{date} ZONE", tzinfos={"ZONE": _zone(last, None)})
    return dateutil.parser.parse(text, tzinfos=_zone)


def _zone(name, offset):
    if offset is not None:
        return tzoffset(name, offset)
    if name is None:
        return None
    if not (zone := _NAME.fullmatch(name) and gettz(name)):
        raise ValueError(f"unknown time zone {name}")
    return zone

"""Open what was downloaded, without trusting it: a student chose the names, and the content of the inner archives."""

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.judge.restore import MAX_NOTEBOOK, Unreadable, read_bytes

MAX_INNER = 1000  # files in an archive that a student uploaded
MAX_PART = 200  # characters of one name
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others can ask for gigabytes of memory before the first byte
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class NotUnpacked(ValueError):
    """A file in an archive that is not taken out; the text says why."""


@dataclass(frozen=True)
class Member:
    """One file of a download.

    Attributes
    ----------
    archive : str
        The downloaded file that it is in, or "" for one that lies there by itself.
    path : str
        Its name in there; that of a file in an archive in the archive is joined to it by a slash.
    date : tuple
        When the system packed it: (year, month, day, hour, minute, second); for a file in an archive in the archive,
        when that was.
    read : callable
        Returns its content, until the next member is asked for; raises NotUnpacked.
    trouble : str
        Why there is none, if that is known before reading; then `read` raises it.
    """

    archive: str
    path: str
    date: tuple[int, ...]
    read: Callable[[], bytes]
    trouble: str = ""


def members(folder: Path) -> Iterator[Member]:
    """Yield every file below a folder of downloads, those in .zip archives too, and those in archives in these.

    Yields
    ------
    Member
        Also for what can't be read.
    """
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() == ".zip" and path.is_file() and not path.is_symlink():
            yield from _in_zip(name, path)
        else:
            yield Member("", name, (), partial(_file, path))


def _file(path):
    try:
        return read_bytes(path)
    except Unreadable as error:
        raise NotUnpacked(str(error)) from None


def _in_zip(archive, file, outer=None):
    """Yield the members of an archive, and of those in it; of such a one, `outer` is the Member that it is."""
    try:
        opened = zipfile.ZipFile(file)
    except _BROKEN as error:
        yield _unreadable(archive, outer, f"the archive can't be read: {error}")
        return
    with opened as packed:
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
        if outer and len(entries) > MAX_INNER:
            yield _unreadable(archive, outer, f"{len(entries)} files in an archive; at most {MAX_INNER} are read")
            return
        left = [MAX_NOTEBOOK] if outer else None
        for entry in entries:
            yield from _entry(archive, packed, entry, outer, left)


def _entry(archive, packed, entry, outer, left):
    """Yield one file of an archive; if it is one itself, the files in that."""
    path, date = entry.filename, entry.date_time
    if outer:
        path, date = f"{outer.path}/{path}", outer.date
    member = Member(archive, path, date, partial(_content, packed, entry, left))
    if outer or not entry.filename.lower().endswith(".zip"):
        yield member
        return
    try:
        content = member.read()
    except NotUnpacked as error:
        yield _unreadable(archive, member, str(error))
        return
    yield from _in_zip(archive, io.BytesIO(content), member)


def _unreadable(archive, member, why):
    def read():
        raise NotUnpacked(why)

    return Member(archive, member.path if member else "", member.date if member else (), read, why)


def _content(packed, entry, left):
    """Return a file's bytes; `left` is what an inner archive may still unpack to, all of its files together."""
    _require_fit(entry)
    most = MAX_NOTEBOOK if left is None else left[0]
    try:
        with packed.open(entry) as file:
            content = file.read(most + 1)
    except _BROKEN as error:
        raise NotUnpacked(f"it can't be unpacked: {error}") from None
    if len(content) > most:
        raise NotUnpacked(f"it unpacks to more than {MAX_NOTEBOOK} bytes")
    if left is not None:
        left[0] -= len(content)
    return content


def _require_fit(entry):
    """Raise NotUnpacked unless an entry is a plain file with a plain name."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    parts = entry.filename.split("/")
    if kind not in (0, stat.S_IFREG):
        raise NotUnpacked("it is a link" if kind == stat.S_IFLNK else "it is no plain file")
    if entry.filename.startswith("/") or ".." in parts or "\\" in entry.filename or entry.filename[1:2] == ":":
        raise NotUnpacked("its name leads out of the archive")
    if max(map(len, parts)) > MAX_PART or not entry.filename.isprintable():
        raise NotUnpacked("its name is too long, or not printable")
    if entry.flag_bits & 1:
        raise NotUnpacked("it is encrypted")
    if entry.compress_type not in _METHODS:
        raise NotUnpacked("it is packed in an unusual way: pack it as ordinary .zip")

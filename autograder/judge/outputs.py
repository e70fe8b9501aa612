"""Bring the outputs that a sandbox reports into a form that is safe to store and to show."""

import base64
import binascii
import re
import struct

from nbformat import NotebookNode, from_dict

from autograder.inside.runner import CUT_OFF

MAX_TEXT = 20_000  # characters of text kept of one cell: feedback pages stay small, whatever a student prints
MAX_IMAGE = 1 << 20  # bytes
MAX_PIXELS = 20_000_000  # of an image: a browser needs four bytes for each, however few the file has
MAX_OUTPUTS = 50
_PNG_START = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"  # then width and height, four bytes each (PNG specification, 11.2.1)
DIRECTION = r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # marks that show a text in another order than it has
# Colours of a terminal and other control characters (8-bit ones too), half characters, and those marks.
_UNPRINTABLE = re.compile(rf"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff]|{DIRECTION}")


def clean(outputs: object) -> list[NotebookNode]:
    """Return notebook outputs made of what is well-formed: text without control characters, and PNG images.

    >>> clean([{"output_type": "stream", "name": "stdout", "text": "a\\x1b[31mb"}, {"output_type": "odd"}])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'ab'}]
    """
    if not isinstance(outputs, list):
        return []
    left, cleaned = MAX_TEXT, []
    for output in outputs[:MAX_OUTPUTS]:
        kind = output.get("output_type") if isinstance(output, dict) else None
        known = _CLEANERS.get(kind) if isinstance(kind, str) else None
        kept, used = known(output, left) if known else (None, 0)
        left -= used
        if kept:
            cleaned.append(kept)
    return cleaned


def new_output(output_type: str, **fields: object) -> NotebookNode:
    """Return an output of a notebook cell; nbformat's own constructor takes longer, to validate what is made here."""
    return from_dict({"output_type": output_type, **fields})


def _stream(output, left):
    text = printable(output.get("text"), left)
    name = "stderr" if printable(output.get("name"), 10) == "stderr" else "stdout"
    return (new_output("stream", name=name, text=text) if text else None), len(text)


def _error(output, left):
    lines = output.get("traceback")
    text = printable(
        "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else "", left
    )
    name, value = printable(output.get("ename"), 100), printable(output.get("evalue"), 1000)
    return new_output("error", ename=name, evalue=value, traceback=text.split("\n")), len(text) + len(value)


def _display(output, left):
    """Keep results as display data too: in nbgrader an execute_result is a mark, and only the judge gives those."""
    data = output.get("data") if isinstance(output.get("data"), dict) else {}
    kept = {}
    if text := printable(data.get("text/plain"), left):
        kept["text/plain"] = text
    if _is_png(data.get("image/png")):
        kept["image/png"] = data["image/png"]
    return (new_output("display_data", data=kept, metadata={}) if kept else None), len(text)


_CLEANERS = {"stream": _stream, "error": _error, "display_data": _display, "execute_result": _display}


def printable(value: object, left: int) -> str:
    """Return at most `left` characters of a text, without what could not be stored or would steer a terminal."""
    if not isinstance(value, str) or left <= 0:
        return ""
    text = _UNPRINTABLE.sub("", value)
    return text if len(text) <= left else text[:left] + CUT_OFF


def one_line(text: object, most: int) -> str:
    """Return what `printable` does, on one line: more could look like lines of the judge's own report."""
    return " ".join(printable(text, most).split())


def _is_png(value):
    if not isinstance(value, str) or len(value) > MAX_IMAGE * 4 // 3:
        return False
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    width, height = struct.unpack(">II", data[16:24]) if len(data) > 24 else (0, 0)
    return data.startswith(_PNG_START) and 0 < width * height <= MAX_PIXELS

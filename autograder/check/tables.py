"""Small arrays side by side: as aligned text, and as shaded tables of HTML."""

from collections.abc import Sequence
from itertools import zip_longest
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = tuple[str, NDArray[Any], NDArray[np.bool_]]  # caption, 2-D array, cells to mark

MOST_CELLS = 12  # rows or columns of an array that are shown
MOST_TABLES = 8  # beside each other
WIDTH = 100  # characters of text beside each other

_SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:1.5em;overflow-x:auto"
_CELL = "min-width:2.6em;padding:.25em;text-align:center;border:1px solid #888;"
_WRONG = "border:3px solid #d55e00;padding:.18em;font-weight:bold;"


def side_by_side(arrays: dict[str, Any], wrong: dict[str, NDArray[np.bool_]]) -> list[Table]:
    """Return the tables that show some arrays, none if one of them is too large to be read.

    Parameters
    ----------
    arrays : dict
        {title: value}; what is no array is left out. Maps and filters give a table a channel.
    wrong : dict
        {title: bool array}: cells to mark.

    Returns
    -------
    list of Table

    Examples
    --------
    >>> [caption for caption, *_ in side_by_side({"x": np.ones((2, 3, 2)), "stride": 2}, {})]
    ['x[:, :, 0] (2, 3)', 'x[:, :, 1] (2, 3)']
    """
    arrays = {title: value for title, value in arrays.items() if isinstance(value, np.ndarray) and value.ndim}
    if not all(_small(array) for array in arrays.values()):
        return []
    tables = []
    for title, array in arrays.items():
        tables += _tables(title, array, wrong.get(title, np.zeros(array.shape, bool)))
    return tables if len(tables) <= MOST_TABLES else []


def _small(array):
    few = array.size > 0 and max(array.shape) <= MOST_CELLS and prod(array.shape[2:]) <= MOST_TABLES
    return few and array.dtype.kind in "biuf"


def _tables(title, array, wrong):
    """Yield the tables of one array: one a channel, if there are several."""
    if array.ndim == 1:
        yield f"{title} {array.shape}", array[None], wrong[None]
        return
    for channel in np.ndindex(array.shape[2:]):
        place = (slice(None), slice(None), *channel)
        named = (
            title if max(array.shape[2:], default=1) == 1 else f"{title}[{', '.join((':', ':', *map(str, channel)))}]"
        )
        yield f"{named} {array[place].shape}", array[place], wrong[place]


def number(value: Any) -> str:
    """Return a number in few characters.

    >>> number(0.1 + 0.2), number(-0.0), number(7)
    ('0.3', '0', '7')
    """
    return f"{value + 0.0:.6g}" if isinstance(value, float) else repr(value)[:60]


def as_text(tables: Sequence[Table]) -> list[str]:
    """Return lines of text with the tables beside each other, as many as fit; wrong cells have a ✗.

    Examples
    --------
    >>> x = np.array([[1.0, 20.0]])
    >>> as_text([("x", x, x > 9), ("half", x / 2, x > 99)])
    ['x         half', '1  20✗    0.5  10']
    """
    lines: list[str] = []
    row: list[str] = []
    for block in map(_block, tables):
        if row and len(row[0]) + 4 + max(map(len, block)) > WIDTH:
            lines, row = lines + row, []
        row = _beside(row, block)
    return [line.rstrip() for line in lines + row]


def _block(table):
    """Return one table as lines of text."""
    caption, array, wrong = table
    cells = [[number(v) + "✗" * bool(w) for v, w in zip(*row, strict=True)] for row in _rows(array, wrong)]
    marked = wrong.any(axis=0)
    cells = [
        [cell if cell.endswith("✗") or not mark else f"{cell} " for cell, mark in zip(row, marked, strict=True)]
        for row in cells
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rows = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return [caption, *rows]


def _rows(array, wrong):
    return zip(array.tolist(), wrong.tolist(), strict=True)


def _beside(left, right):
    """Join two blocks of lines."""
    if not left:
        return right
    width = max(map(len, left))
    return [f"{a:{width}}    {b}" for a, b in zip_longest(left, right, fillvalue="")]


def as_html(tables: Sequence[Table]) -> str:
    """Return the tables beside each other as HTML, nothing if there are none."""
    drawn = "".join(_picture(*table) for table in tables)
    return drawn and f"<div style='{_SIDE_BY_SIDE}'>{drawn}</div>"


def _picture(caption, array, wrong):
    """Return one array as a table whose cells are shaded from its smallest to its largest value."""
    finite = array[np.isfinite(array)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    rows = ("".join(_cell(v, low, high, w) for v, w in zip(*row, strict=True)) for row in _rows(array, wrong))
    body = "".join(f"<tr>{cells}</tr>" for cells in rows)
    return f"<table style='border-collapse:collapse;white-space:nowrap'><caption>{caption}</caption>{body}</table>"


def _cell(value, low, high, wrong):
    """Return one table cell: light grey to dark blue, with text that stands out on it; a wrong one framed."""
    level = (float(value) - low) / (high - low) if np.isfinite([value, high - low]).all() and high > low else 0.0
    red, green, blue = (round(a + (b - a) * level) for a, b in zip((238, 238, 238), (0, 68, 136), strict=True))
    style = f"{_CELL}background-color:rgb({red},{green},{blue});color:{'#fff' if level > 0.5 else '#000'};"
    return f"<td style='{style}{_WRONG if wrong else ''}'>{number(value)}{' ✗' if wrong else ''}</td>"

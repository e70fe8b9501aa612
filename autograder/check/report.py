"""Show a Result to a person: as text everywhere, as HTML with pictures in a notebook and on a feedback page."""

from html import escape
from inspect import signature

import numpy as np

MAX_PICTURE = 12  # rows or columns of an array that are drawn cell by cell
MAX_TEXT = 300  # characters of anything that comes from a student

_SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:1.5em;overflow-x:auto"
_CELL = "min-width:2.6em;white-space:nowrap;padding:.25em;text-align:center;border:1px solid #888;"
_WRONG = "outline:3px solid #d55e00;outline-offset:-3px;font-weight:bold;"


def to_text(result):
    """Return the report of a graded function as plain text."""
    lines = [f"{result.exercise.name}: {result.points} of {result.max_points} points"]
    if nothing := result.unwritten or result.forbidden:
        return "\n".join([*lines, f"  {nothing.text}"])
    for tried in result.tried:
        mark = "✓" if not tried.difference else "✗"
        lines.append(f"  {mark} {tried.points}/{tried.behaviour.points}  {tried.behaviour.words}")
        lines += [f"        {line}" for line in _details(result.exercise, tried)]
    return "\n".join(lines + _verdict(result))


def to_html(result):
    """Return the report as HTML that stands by itself: no script, no address, all that a student wrote escaped."""
    head = f"<p><b>{result.exercise.name}</b>: {result.points} of {result.max_points} points</p>"
    if nothing := result.unwritten or result.forbidden:
        return f"<div>{head}<p>{escape(nothing.text)}</p></div>"
    rows = "".join(_row(result.exercise, tried) for tried in result.tried)
    verdict = "".join(f"<p><b>{escape(line)}</b></p>" for line in _verdict(result))
    return f"<div>{head}{verdict}<ul>{rows}</ul></div>"


def _verdict(result):
    """Return the sentence that matters most, if a mistake was recognised."""
    if result.mistake and result.more:
        return [f"What went wrong first: {result.mistake.sentence} Mend this and check again: there is something else."]
    return [f"What went wrong: {result.mistake.sentence}"] if result.mistake else []


def _row(exercise, tried):
    mark = "✓" if not tried.difference else "✗"
    details = "".join(f"<br>{escape(line)}" for line in _details(exercise, tried))
    words = f"{mark} {tried.points}/{tried.behaviour.points} {escape(tried.behaviour.words)}"
    return f"<li style='list-style-type:none;margin:.3em 0'>{words}{details}{_pictures(exercise, tried)}</li>"


def _details(exercise, tried):
    """Return lines that say what was tried and where it differs first; of a fresh case, never what is expected."""
    if not tried.difference:
        return []
    found = tried.difference
    lines = [f"tried {_call(exercise, tried)}", found.text[:MAX_TEXT]]
    if found.kind == "shape" and not tried.fresh:
        lines.append(f"expected the shape {found.expected}")
    if found.kind == "values":
        place = f"at {found.index}: " if found.index else ""
        expected = "" if tried.fresh else f"expected {_short(found.expected)}, "
        lines.append(f"{place}{expected}received {_short(found.received)}")
    return lines


def _call(exercise, tried):
    """Return the call in words, with the shape in place of an array."""
    case = tried.failed
    named = _named(exercise, case)
    parts = [_argument(name, arg) for name, arg in named[: len(case.args)]]
    parts += [f"{name}={_argument(name, arg)}" for name, arg in named[len(case.args) :]]
    where = " (a fresh case, drawn for this course)" if tried.fresh else ""
    return f"{exercise.name}({', '.join(parts)}){where}"


def _named(exercise, case):
    """Return [(parameter, argument)] of a case."""
    return list(zip(signature(exercise.reference).parameters, case.args, strict=False)) + list(case.kwargs.items())


def _argument(name, arg):
    return f"{name}: {arg.shape} {arg.dtype}" if isinstance(arg, np.ndarray) else repr(arg)


def _short(value):
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    return text[:60]


def _pictures(exercise, tried):
    """Return input, yours and expected side by side, where a failing open case has 2-D arrays that are small."""
    if not tried.difference or tried.fresh or tried.difference.kind not in {"values", "shape"}:
        return ""
    pictures = {name: _flat(arg) for name, arg in _named(exercise, tried.failed) if _drawable(_flat(arg))}
    yours, expected = _flat(tried.outcome.value), _flat(_expected(exercise, tried.failed))
    pictures |= {"yours": yours, "expected": expected}
    if not all(_drawable(array) for array in pictures.values()):
        return ""
    wrong = _wrong_cells(yours, expected)
    drawn = [_picture(title, array, wrong if title == "yours" else None) for title, array in pictures.items()]
    return f"<div style='{_SIDE_BY_SIDE}'>{''.join(drawn)}</div>"


def _expected(exercise, case):
    return exercise.reference(*case.args, **case.kwargs)


def _flat(array):
    """Return a map of one channel as a picture, anything else as it is."""
    one_channel = isinstance(array, np.ndarray) and array.ndim == 3 and array.shape[2] == 1
    return array[:, :, 0] if one_channel else array


def _drawable(array):
    return isinstance(array, np.ndarray) and array.ndim == 2 and 0 < max(array.shape) <= MAX_PICTURE and array.size > 0


def _wrong_cells(got, want):
    return ~np.isclose(got, want) if got.shape == want.shape else np.zeros(got.shape, bool)


def _picture(title, array, wrong=None):
    """Return one array as a table whose cells are shaded from its smallest to its largest value."""
    finite = array[np.isfinite(array)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    rows = ""
    for i, row in enumerate(array):
        cells = "".join(_cell(value, low, high, wrong is not None and wrong[i, j]) for j, value in enumerate(row))
        rows += f"<tr>{cells}</tr>"
    return f"<table style='border-collapse:collapse'><caption>{title} {array.shape}</caption>{rows}</table>"


def _cell(value, low, high, wrong):
    """Return one table cell: light grey to dark blue, with text that stands out on it; a wrong one outlined."""
    level = (float(value) - low) / (high - low) if np.isfinite([value, high - low]).all() and high > low else 0.0
    red, green, blue = (round(a + (b - a) * level) for a, b in zip((238, 238, 238), (0, 68, 136), strict=True))
    style = f"{_CELL}background-color:rgb({red},{green},{blue});color:{'#fff' if level > 0.5 else '#000'};"
    return f"<td style='{style}{_WRONG if wrong else ''}'>{_short(value.item())}{' ✗' if wrong else ''}</td>"

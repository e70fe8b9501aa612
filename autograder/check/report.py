"""Show a Result to a person: as text everywhere, as HTML with pictures in a notebook and on a feedback page."""

import re
from html import escape
from typing import Any

import numpy as np

from autograder.check import tables
from autograder.check.compare import named
from autograder.check.grade import Result
from autograder.check.sentences import SENTENCES

MAX_TEXT = 300  # characters of anything that comes from a student
MAX_WHOLE = 100  # characters of a list that is shown as a whole

# Kinds of difference that are said once where they repeat, with whatever it was called
SAID_ONCE = {"raised", "wrong_error", "type", "unsent", "stopped", "nothing_right", "not_written", "aliased", "changed"}


def to_text(result: Result) -> str:
    """Return the report of a graded function as plain text."""
    lines = [f"{result.exercise.name}: {result.points} of {result.max_points} points"]
    if nothing := result.unwritten or result.forbidden:
        return "\n".join([*lines, f"  {result.note or nothing.text}"])
    for tried, details, pictures in _rows(result):
        lines.append(f"  {_mark(tried)}  {tried.behaviour.words}")
        beside = [] if result.explanation.mistakes else tables.as_text(pictures)  # a named mistake says enough
        lines += [f"        {line}" for line in details + beside]
    return "\n".join(lines + _verdict(result))


def to_html(result: Result) -> str:
    """Return the report as HTML that stands by itself: no script, no address, all that a student wrote escaped."""
    head = f"<p><b>{result.exercise.name}</b>: {result.points} of {result.max_points} points</p>"
    if nothing := result.unwritten or result.forbidden:
        return f"<div>{head}<p>{_coded(result.note or nothing.text)}</p></div>"
    rows = "".join(_row(*row) for row in _rows(result))
    verdict = "".join(f"<p><b>{_coded(line)}</b></p>" for line in _verdict(result))
    return f"<div>{head}{verdict}<ul>{rows}</ul></div>"


def shown(value: Any) -> str:
    """Return a value of a student's in a few plain characters.

    >>> shown((np.int64(3), "é"))
    "(3, '\\\\xe9')"
    """
    try:
        return ascii(_plain(value))[:MAX_WHOLE]
    except Exception:  # e.g. a whole number of more digits than Python writes
        return f"a {type(value).__name__}"


def _plain(value, left=None):
    """Return NumPy's numbers as Python's, in a list of tuples too, with no more entries than can be shown."""
    left = iter(range(MAX_WHOLE)) if left is None else left
    if isinstance(value, (list, tuple)):
        return type(value)([_plain(item, left) for item, _ in zip(value, left, strict=False)])
    if isinstance(value, dict):
        return {key: _plain(item, left) for (key, item), _ in zip(value.items(), left, strict=False)}
    if isinstance(value, np.ndarray) and value.size > MAX_WHOLE:
        return _Unquoted(f"an array of {value.size} values")
    return value.item() if isinstance(value, np.generic) else value


class _Unquoted(str):
    """A text that stands in a list without quotes."""

    __repr__ = str.__str__


def _coded(text):
    """Return the course's own words as HTML, with what they quote as code.

    >>> _coded("`value` < 1")
    '<code>value</code> &lt; 1'
    """
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _verdict(result):
    """Return the sentences that matter most: what the cells around the check say, and what explains the outcomes."""
    explained = result.explanation
    note = [result.note] if result.note else []
    sentences = [mistake.sentence for mistake in explained.mistakes]
    if explained.either:
        half = len(sentences) // 2
        both = {"sentence": " ".join(sentences[:half]), "other": " ".join(sentences[half:])}
        return [*note, SENTENCES["either"].format(**both)]
    first, *others = [sentence for sentence in (explained.form, *sentences, explained.error) if sentence] or [""]
    told = (
        [SENTENCES["first_mistake" if others or explained.more else "mistake"].format(sentence=first)] if first else []
    )
    told += [SENTENCES["another"].format(sentence=sentence) for sentence in others]
    if explained.more:
        told[-1] += f" {SENTENCES['more']}"
    if explained.pattern:
        told.append(f"What the wrong results have in common: {explained.pattern}")
    return [*note, *told]


def _mark(tried):
    return f"{'✗' if tried.difference else '✓'} {tried.points}/{tried.behaviour.points}"


def _row(tried, details, pictures):
    lines = "".join(f"<br>{escape(line)}" for line in details)
    words = f"{_mark(tried)} {_coded(tried.behaviour.words)}"
    return f"<li style='list-style-type:none;margin:.3em 0'>{words}{lines}{tables.as_html(pictures)}</li>"


def _rows(result):
    """Yield (tried, lines of details, tables) of each behaviour; what was said before is not said again."""
    before: list[list[str]] = []
    for tried in result.tried:
        details = _details(result.exercise, tried)
        short = _not_again(tried, details, before)
        before += [details] if tried.difference else []
        yield tried, short or details, [] if short else _tables(result.exercise, tried)


def _not_again(tried, details, before):
    """Return in short what stands above already, None if it does not."""
    if tried.kind in SAID_ONCE and details[1:] in [lines[1:] for lines in before]:
        return ["the same as above"] if details[1:] == before[-1][1:] else details[1:]
    return [f"{details[0]}, as above"] if tried.difference and details in before else None


def _details(exercise, tried):
    """Return lines that say what was tried and where it differs first; of a fresh case, never what is expected."""
    if not tried.difference:
        return []
    found = tried.difference
    part, _ = _part(exercise, found)
    text = found.text.replace(f" at ({found.index[0]},)", f" of {part}") if part else found.text
    lines = [f"tried {_call(exercise, tried)}", text[:MAX_TEXT]]
    if found.kind == "shape" and not tried.fresh:
        lines.append(f"expected the shape {found.expected}")
    if found.kind in {"values", "length", "type"}:
        lines += _expected_and_received(exercise, tried)
    return lines


def _part(exercise, found):
    """Return the name of the part of a result that differs, and the index in it; "" where a result has no parts."""
    if not exercise.parts or not found.index:
        return "", found.index
    return exercise.parts[found.index[0]], found.index[1:]


def _expected_and_received(exercise, tried):
    """Return both as a whole where they are short lists, else the place where they differ first."""
    found, received, expected = tried.difference, tried.outcome.value, _expected(exercise, tried.failed)
    part, index = _part(exercise, found)
    if not part and isinstance(expected, (list, tuple)) and max(len(shown(received)), len(shown(expected))) < MAX_WHOLE:
        parts = [] if tried.fresh else [f"expected {shown(expected)}"]
        return [*parts, f"received {shown(received)}"]
    if found.kind == "length" and not tried.fresh:
        return [f"expected {found.expected} entries"]
    if found.kind != "values":
        return []
    place = f"{part} at {index}: " if part else f"at {index}: " if index else ""
    wanted = "" if tried.fresh else f"expected {tables.number(found.expected)}, "
    return [f"{place}{wanted}received {tables.number(found.received)}"]


def _call(exercise, tried):
    """Return the call in words, with the shape in place of an array."""
    case = tried.failed
    given = named(exercise, case)
    parts = [_argument(name, arg) for name, arg in given[: len(case.args)]]
    parts += [f"{name}={_argument(name, arg)}" for name, arg in given[len(case.args) :]]
    where = " (a fresh case, drawn for this submission)" if tried.fresh else ""
    return f"{exercise.name}({', '.join(parts)}){where}"


def _argument(name, arg):
    if isinstance(arg, np.ndarray):
        return f"{name}: {arg.shape} {arg.dtype}"
    return f"{name}: {_shapes(arg)}" if any(isinstance(array, np.ndarray) for array in _leaves(arg)) else repr(arg)


def _leaves(value):
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, (list, tuple)) else [value]


def _shapes(value):
    """Return a list as text, with the shape in place of an array.

    >>> _shapes([(np.ones((4, 2)), np.zeros(2))])
    '[((4, 2), (2,))]'
    """
    if isinstance(value, (list, tuple)):
        text = ", ".join(map(_shapes, value))
        return f"[{text}]" if isinstance(value, list) else f"({text})"
    return str(value.shape) if isinstance(value, np.ndarray) else repr(value)


def _tables(exercise, tried):
    """Return input, yours and expected side by side, where a failing open case has small arrays."""
    if not tried.difference or tried.fresh or tried.kind not in {"values", "shape", "raised"}:
        return []
    yours, expected = tried.outcome.value, _expected(exercise, tried.failed)
    part, _ = _part(exercise, tried.difference)
    titles = (f"your {part}", f"expected {part}") if part else ("yours", "expected")
    if part:
        yours, expected = (value[tried.difference.index[0]] for value in (yours, expected))
    arrays = dict(named(exercise, tried.failed)) | dict(zip(titles, (yours, expected), strict=True))
    wrong = _wrong_cells(yours, expected)
    return tables.side_by_side(arrays, {} if wrong is None else {titles[0]: wrong})


def _expected(exercise, case):
    return exercise.reference(*case.args, **case.kwargs)


def _wrong_cells(got, want):
    """Return where two arrays of the same shape differ, None for anything else."""
    alike = isinstance(got, np.ndarray) and isinstance(want, np.ndarray) and got.shape == want.shape
    return ~np.isclose(got, want) if alike and got.dtype.kind in "biuf" else None

"""What a submission's code looks like when names, comments and layout are taken away, as a set of fingerprints.

Winnowing (Schleimer, Wilkerson and Aiken 2003): of each window of overlapping passages of tokens the smallest hash is
kept, so that any passage of ``GRAM + WINDOW - 1`` tokens that two texts share leaves a fingerprint in both.
"""

import builtins
import keyword
import re
import zlib
from collections.abc import Collection, Sequence

from autograder.judge.tokens import split

GRAM = 12  # tokens of a passage
WINDOW = 5  # passages of which one is kept
_BASE, _PRIME = 1_000_003, (1 << 61) - 1  # of the hash, a polynomial
_KEPT = {*keyword.kwlist, *dir(builtins), "np"}


Words = list[tuple[str, int]]  # tokens, each with the number of its line


def code_tokens(source: str) -> Words:
    """Return ``[(token, line number)]`` of code, Python or not.

    Names that a student can choose are all the same; keywords, built-in functions, attributes, numbers and signs stay.
    Comments, layout, and texts that begin a line (docstrings) are left out.

    Examples
    --------
    >>> [token for token, line in code_tokens("for row in image:  # go\\n    total += row.sum()")]
    ['for', 'V', 'in', 'V', ':', 'V', '+=', 'V', '.', 'sum', '(', ')']
    >>> code_tokens("'''never closed")
    []
    """
    tokens, fresh, before = [], True, ""
    for kind, token, line in split(source):
        if kind == "name":
            token = token if token in _KEPT or before == "." else "V"
        if kind not in ("skip", "line") and not (kind == "text" and fresh):
            tokens.append(("S" if kind == "text" else token, line))
            before = token
        if kind != "skip":
            fresh = kind == "line"
    return tokens


def word_tokens(source: str) -> Words:
    """Return ``[(word, line number)]`` of a written answer, in lower case."""
    lines = enumerate(source.lower().split("\n"), start=1)
    return [(word, number) for number, line in lines for word in re.findall(r"\w+", line)]


def passages(tokens: Words) -> list[int]:
    """Return the hash of each passage of `GRAM` tokens, in order; the same on every machine."""
    numbers = [zlib.crc32(token.encode(errors="replace")) + 1 for token, _line in tokens]
    top = pow(_BASE, GRAM - 1, _PRIME)
    hashes, value = [], 0
    for i, number in enumerate(numbers):
        if i >= GRAM:
            value -= numbers[i - GRAM] * top
        value = (value * _BASE + number) % _PRIME
        if i >= GRAM - 1:
            hashes.append(value)
    return hashes


def winnow(hashes: Sequence[int], left_out: Collection[int] = frozenset()) -> dict[int, list[int]]:
    """Return ``{fingerprint: places of its passages}``: of each window the smallest, the last of equal ones.

    Parameters
    ----------
    hashes : list of int
        From `passages`.
    left_out : collection of int
        Hashes that count for nothing, those of the starter code. They end a window.

    Examples
    --------
    >>> sorted(winnow([5, 3, 9, 9, 9, 9, 9, 1]))
    [1, 3, 9]
    """
    kept: dict[int, list[int]] = {}
    for start, end in _stretches(hashes, left_out):
        last = None
        for i in range(start, max(end - WINDOW, start) + 1):
            window = range(i, min(i + WINDOW, end))
            place = min(window, key=lambda j: (hashes[j], -j))
            if place != last:
                kept.setdefault(hashes[place], []).append(place)
                last = place
    return kept


def _stretches(hashes, left_out):
    """Yield (start, end) of what lies between hashes that are left out."""
    start = 0
    for i, value in enumerate([*hashes, None]):
        if value is None or value in left_out:
            if i > start:
                yield start, i
            start = i + 1

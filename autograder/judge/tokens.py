"""Split code into tokens without running or parsing it.

Python's own parser can be stopped by deep nesting, and code that does not parse is looked at too. One regular
expression splits any text, in time that grows with its length.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_TEXTS = "|".join(
    rf"{q}(?:[^{q[0]}\\]|\\[\s\S]|{q[0]}(?!{q[0] * 2}))*+(?:{q})?"
    if len(q) == 3
    else rf"{q}(?:[^{q}\\\n]|\\[\s\S])*+{q}?"
    for q in ('"""', "'''", '"', "'")
)
_TOKEN = re.compile(
    rf"(?P<skip>[ \t\f\r\\]++|\#[^\n]*+|(?<![^\n])[%!][^\n]*+)|(?P<line>\n)|(?P<text>[rRbBuUfF]{{0,2}}(?:{_TEXTS}))"
    r"|(?P<name>[^\W\d]\w*+)|(?P<number>[\d][\w.]*+)|(?P<sign>(?:\*\*|//|<<|>>)=?|->|\.\.\.|[-+*/%@&|^<>=!:]=|[\s\S])"
)


KEPT = 10_000  # characters of code whose tokens are kept
Token = tuple[str, str, int]  # its kind, its text, the number of its line


def split(source: str) -> Iterable[Token]:
    """Give (kind, token, line number) of all text of any code; see `_TOKEN` for the kinds."""
    return _kept(source) if len(source) <= KEPT else _split(source)


@lru_cache(maxsize=64)  # a cell is looked at several times, and the assignment's own ones come with each submission
def _kept(source):
    return [*_split(source)]


def _split(source):
    line = 1
    for found in _TOKEN.finditer(source):
        kind = found.lastgroup or ""  # each alternative is a group
        yield kind, found[0], line
        line += found[0].count("\n") if kind in ("text", "line", "skip") else 0

"""Times taken, and tables of them."""

import time
from collections.abc import Callable, Iterable, Sequence


def in_turn(functions: Sequence[Callable[[], object]], repetitions: int) -> list[list[float]]:
    """Call functions in turn, several times each, so that a busy moment hits all of them.

    Returns
    -------
    list of list of float
        The seconds of each function's calls. A first call, which is slower, does not count.
    """
    seconds: list[list[float]] = [[] for _ in functions]
    for repetition in range(repetitions + 1):
        for function, taken in zip(functions, seconds, strict=True):
            began = time.perf_counter()
            function()
            if repetition:
                taken.append(time.perf_counter() - began)
    return seconds


def ms(seconds: float) -> str:
    """Return a time in milliseconds, with three digits.

    >>> ms(0.0123456), ms(32.1)
    ('12.3', '32,100')
    """
    return f"{1000 * seconds:,.0f}" if seconds >= 0.1 else f"{1000 * seconds:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of text as one aligned text: the first and the last column to the left, numbers to the right.

    >>> print(table(("what", "ms", ""), [("a", "1.5", "quick"), ("longer", "12", "")]))
    what     ms
    a       1.5  quick
    longer   12
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for first, *numbers, last in (head, *rows):
        cells = [text.rjust(width) for text, width in zip(numbers, widths[1:-1], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells, last]).rstrip())
    return "\n".join(lines)

"""How long things take. Each module here is a part, with ``bench()``; ``python -m autograder bench PART`` runs it."""

import importlib
import pkgutil
from collections.abc import Sequence

PARTS = tuple(sorted(part.name for part in pkgutil.iter_modules(__path__) if not part.name.startswith("_")))


def bench(parts: Sequence[str] = ()) -> int:
    """Run some parts, all of them by default; each prints its table.

    Parameters
    ----------
    parts : sequence of str
        Names of modules of this package.

    Returns
    -------
    int
        0, or the highest status of a part; what is slow is no failure, it is printed.

    Raises
    ------
    ValueError
        If there is no such part.
    RuntimeError
        If a part lacks something that must be installed.
    """
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise ValueError(f"There is no part {unknown[0]!r}. There are: {', '.join(PARTS)}.")
    return max(importlib.import_module(f"{__name__}.{part}").bench() for part in parts or PARTS)

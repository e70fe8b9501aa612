"""The cover of PDF and ePub: the title, and how many windows cover each pixel.

The numbers are those of the front page's figure, for a larger image: without padding, a 3 × 3 window covers the middle
nine times and a corner once.
"""

import textwrap
from pathlib import Path

import numpy as np

PIXELS, KERNEL = 7, 3
INK, PAPER, LIGHT = "#12304f", "#ffffff", "#9cc3e6"


def counts(pixels: int = PIXELS, kernel: int = KERNEL) -> np.ndarray:
    """Return how many windows cover each pixel of a square image, without padding.

    >>> counts(5).tolist()[0]
    [1, 2, 3, 2, 1]
    """
    line = np.convolve(np.ones(pixels - kernel + 1, int), np.ones(kernel, int))
    return np.outer(line, line)


def draw(path: Path, title: str, authors: str, edition: str) -> None:
    """Draw the cover as a PNG of 1240 by 1754 pixels, the shape of a sheet of A4."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.2, 8.77), dpi=200, facecolor=INK)
    figure.text(0.1, 0.9, textwrap.fill(title, 16), color=PAPER, size=34, weight="bold", va="top", linespacing=1.15)
    figure.text(0.1, 0.13, authors, color=PAPER, size=13)
    figure.text(0.1, 0.1, edition, color=LIGHT, size=11)
    axes = figure.add_axes((0.1, 0.2, 0.8, 0.8 * 6.2 / 8.77))
    axes.set_axis_off()
    numbers = counts()
    axes.pcolormesh(numbers[::-1], cmap="Blues", vmin=-2, vmax=14, edgecolors=INK, linewidth=4)
    for (row, column), number in np.ndenumerate(numbers):
        axes.text(column + 0.5, PIXELS - row - 0.5, number, color=INK, size=15, ha="center", va="center")
    figure.savefig(path, metadata={"Software": None})

"""The words of a PDF."""

from collections.abc import Sequence
from pathlib import Path

from pypdfium2 import PdfDocument


def pages_of(path: Path) -> Sequence[str]:
    """Return the text of each page."""
    return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in PdfDocument(path)]

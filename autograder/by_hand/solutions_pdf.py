"""The solutions of assignments as a PDF for graders: questions, code, model answers and rubrics. Chromium prints it."""

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from pathlib import Path

import nbformat

from autograder import paths
from autograder.by_hand import rubrics
from autograder.chapters import ASSIGNMENTS
from autograder.judge.html import markdown2html

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MARKER = re.compile(r"^ *### (?:BEGIN|END) .*\n?", re.MULTILINE)
STYLE = """
body { font: 10.5pt/1.45 system-ui, sans-serif; }
h1 { font-size: 18pt; } h2 { font-size: 13pt; } h3 { font-size: 11pt; }
h2, h3 { break-after: avoid; } h2, h3, li, tr { break-inside: avoid; }
section + section { break-before: page; }
pre { background: #f1f3f5; padding: 6pt; font: 7.5pt/1.4 ui-monospace, monospace; white-space: pre-wrap; }
table { border-collapse: collapse; } th, td { border: 1px solid #8a9199; padding: 2pt 6pt; }
li > p { display: inline; }
"""
FOOT = '<div style="font-size: 8pt; text-align: center; width: 100%"><span class="pageNumber"></span></div>'


def page(assignments: Iterable[str]) -> str:
    """Return the solutions of assignments as one HTML page."""
    sections = "\n".join(f"<section>{''.join(_parts(assignment))}</section>" for assignment in assignments)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Solutions</title>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{STYLE}</style></head><body>{sections}</body></html>"
    )


def _parts(assignment):
    """Yield an assignment's texts, the solutions in code, and model answer and rubric of each written question."""
    known = rubrics.rubrics(assignment)
    for cell in nbformat.read(paths.source_notebook(assignment), as_version=4).cells:
        own = cell.metadata.get("nbgrader", {})
        if own.get("grade_id") in known:
            yield _written(known[own["grade_id"]])
        elif cell.cell_type == "markdown":
            yield markdown2html(cell.source)
        elif own.get("solution"):
            yield f"<pre>{escape(MARKER.sub('', cell.source))}</pre>"


def _written(rubric: rubrics.Rubric) -> str:
    criteria = "".join(f"<li><b>{points:g} points</b> {markdown2html(text)}</li>" for points, text in rubric.criteria)
    return f"<h3>Model answer</h3>{markdown2html(rubric.model)}<h3>Rubric</h3><ul>{criteria}</ul>"


def solutions_pdf(assignments: Sequence[str], target: Path) -> None:
    """Print the solutions into a file that its owner alone can read.

    Parameters
    ----------
    assignments : sequence of str
        All by default.
    target : path

    Raises
    ------
    RuntimeError
        If there is no Chromium.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise RuntimeError("Chromium prints the PDF, and there is none. To install it: .ci/system-packages pictures")
    from playwright.sync_api import sync_playwright  # only a PDF needs it

    content = page(assignments or ASSIGNMENTS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        tab = chromium.new_page(color_scheme="light")
        tab.set_content(content)
        margin = {"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"}
        printed = tab.pdf(
            format="A4",
            margin=margin,  # type: ignore[arg-type]
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOT,
            print_background=True,
            outline=True,
            tagged=True,
        )
        chromium.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with open(target, "xb", opener=partial(os.open, mode=0o600)) as file:
        file.write(printed)

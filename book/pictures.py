"""The program behind `make pictures`: the README's pictures, taken from the built site and the demo's feedback.

python book/pictures.py --site _build/html --demo _build/demo
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from build import printer
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
STEPS = 7  # of the explorer's window
STUDENT, CHECK = "dora", "check_conv2d_valid"  # of the demo's class: a mistake that is named


def of_the_site(browser: Browser, site: Path, path: Path) -> None:
    """Take the explorer, with its settings folded away and a few steps done."""
    tab = browser.new_page(viewport={"width": 1200, "height": 1040}, color_scheme="light", reduced_motion="reduce")
    tab.goto((site / "book" / "explorer.html").as_uri())
    tab.get_by_text("Settings:").first.click()
    for _ in range(STEPS):
        tab.get_by_role("button", name="Step", exact=True).first.click()
    tab.screenshot(path=path)


def of_a_report(browser: Browser, demo: Path, path: Path) -> None:
    """Take the report of a check that failed and names the mistake."""
    tab = browser.new_page(viewport={"width": 1000, "height": 700}, color_scheme="light")
    (page,) = (demo / "feedback" / STUDENT).glob("*/*.html")
    tab.goto(page.as_uri())
    tab.locator(f"div.cell:has(a[name={CHECK}])").screenshot(path=path)


def lighten(path: Path) -> None:
    """Store a picture with 256 colours; a page has few, and the file has less than half as many bytes."""
    Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Take the README's pictures.")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html", help="folder of the built site")
    parser.add_argument("--demo", type=Path, default=ROOT / "_build" / "demo", help="folder of the graded demo")
    parser.add_argument("--folder", type=Path, default=ROOT / ".github" / "pictures", help="where to")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=printer()[0], args=["--no-sandbox", "--disable-gpu"])
        of_the_site(browser, options.site.resolve(), options.folder / "site.png")
        of_a_report(browser, options.demo.resolve(), options.folder / "report.png")
        browser.close()
    for path in options.folder.glob("*.png"):
        lighten(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

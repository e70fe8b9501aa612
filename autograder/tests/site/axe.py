"""What axe-core, which looks for barriers, finds on a page."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
# Half-way from light to dark a colour is neither, and may well be hard to read.
DARK_AND_STILL = """() => matchMedia("(prefers-color-scheme: dark)").matches
    && document.documentElement.dataset.theme !== "light"
    && document.getAnimations().every(each => each.playState !== "running")"""
# Experimental in axe, so off by default. Speech control finds a button by the text that it shows.
NAMES = {"label-content-name-mismatch": {"enabled": True}}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# A chapter's code has thousands of coloured words; one of each kind says as much about colours, in a tenth of the time.
ONE_WORD_OF_EACH_KIND = """() => {
    const seen = new Set();
    for (const word of document.querySelectorAll(".highlight pre span[class]")) {
        if (seen.has(word.className)) word.replaceWith(...word.childNodes);
        seen.add(word.className);
    }
}"""


def findings(tab, within=None, **options):
    """What axe finds on a page, or within one element of it: rule, and the first element it holds against."""
    tab.evaluate(ONE_WORD_OF_EACH_KIND)
    report = AXE.run(tab, context=within, options={"resultTypes": ["violations"], "rules": NAMES, **options}).response
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in report["violations"]]


def findings_light_and_dark(tab, within=None):
    """What axe finds on a page in the light, and about colours in the dark: all else is the same there."""
    found = findings(tab, within)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(DARK_AND_STILL)
    found += findings(tab, within, runOnly=COLOURS)
    tab.emulate_media(color_scheme="light")
    return found

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
OTHERS = {name: {"enabled": False} for name in COLOURS["values"]}
# A page has thousands of words, in a few colours: one word of each colour, size, weight and ground says as much as all,
# in a twentieth of the time. Marks one element of each kind; the attribute is of no use to anything else.
ONE_OF_EACH_COLOUR = """(within) => {
    const PLAIN = "rgba(0, 0, 0, 0),none,1,none,static", grounds = new Map();
    const ground = element => {
        if (!element) return "";
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            const { backgroundColor, backgroundImage, opacity, filter, position } = style;
            const own = [backgroundColor, backgroundImage, opacity, filter, position].join();
            grounds.set(element, (own === PLAIN ? "" : own + "<") + ground(element.parentElement));
        }
        return grounds.get(element);
    };
    const seen = new Set();
    for (const element of (within ? document.querySelector(within) : document).querySelectorAll("*")) {
        element.removeAttribute("data-colour");
        const written = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!written || !element.checkVisibility()) continue;
        const style = getComputedStyle(element);
        const kind = [style.color, style.fontSize, style.fontWeight, style.textShadow, element.closest("a") !== null];
        kind.push(element.tagName === "A" && getComputedStyle(element.parentElement).color, ground(element));
        if (!seen.has(kind.join())) element.dataset.colour = seen.size;
        seen.add(kind.join());
    }
    return seen.size;
}"""


def findings(tab, within=None):
    """What axe finds on a page, or within one element of it: rule, and the first element it holds against."""
    return _run(tab, within, rules=NAMES | OTHERS) + _of_colours(tab, within)


def findings_light_and_dark(tab, within=None):
    """What axe finds on a page in the light, and about colours in the dark: all else is the same there."""
    found = findings(tab, within)
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(DARK_AND_STILL)
    found += _of_colours(tab, within)
    tab.emulate_media(color_scheme="light")
    return found


def _of_colours(tab, within):
    assert tab.evaluate(ONE_OF_EACH_COLOUR, within)
    return _run(tab, {"include": [["[data-colour]"]]}, runOnly=COLOURS)


def _run(tab, context, **options):
    report = AXE.run(tab, context=context, options={"resultTypes": ["violations"], **options}).response
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in report["violations"]]

"""What axe-core, which looks for barriers, finds on a page."""

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script
# Half-way from light to dark a colour is neither, and may well be hard to read.
STILL = """([scheme, other]) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches
    && document.documentElement.dataset.theme !== other
    && document.getAnimations().every(each => each.playState !== "running")"""
# Experimental in axe, so off by default. Speech control finds a button by the text that it shows.
NAMES = {"label-content-name-mismatch": {"enabled": True}}
COLOURS = ["color-contrast", "link-in-text-block"]
LOAD = """script => {
    if (globalThis.axe) return;
    (0, eval)(script);
    const chosen = { "color-contrast": "[data-colour]", "link-in-text-block": "a[href][data-colour]" };
    axe.configure({ rules: Object.entries(chosen).map(([id, selector]) => ({ id, selector })) });
}"""
# More than half of the elements are the coloured words of code. No rule but those of colours is about them, and
# their colours follow from their class and from what they stand in: all but one of each kind become plain text.
PLAIN_CODE = """within => {
    const place = element => element ? `${place(element.parentElement)}>${element.tagName}.${element.className}` : "";
    const seen = new Set();
    for (const code of document.querySelectorAll("pre")) {
        if (code.closest(within)) continue;
        const shown = code.checkVisibility(), where = place(code);
        for (const word of code.querySelectorAll("span")) {
            const kind = [where, word.parentElement.className, word.className].join();
            const plain = [...word.attributes].every(({ name }) => name === "class");
            if (plain && (!shown || seen.has(kind))) word.replaceWith(...word.childNodes);
            else if (shown) seen.add(kind);
        }
        code.normalize();
    }
}"""
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
    tab.evaluate(LOAD, SCRIPT)
    tab.evaluate(PLAIN_CODE, within or "none")
    assert tab.evaluate(ONE_OF_EACH_COLOUR, within)
    return _run(tab, within, rules=NAMES)


def findings_light_and_dark(tab, within=None):
    """What axe finds on a page in the light, and about colours in the dark: all else is the same there."""
    found = findings(tab, within)
    show(tab, "dark", "light")
    assert tab.evaluate(ONE_OF_EACH_COLOUR, within)
    found += _run(tab, within, runOnly=COLOURS)
    show(tab, "light", "dark")
    return found


def show(tab, scheme, other):
    """Show a page in a colour scheme, and wait until it is there."""
    tab.emulate_media(color_scheme=scheme)
    tab.wait_for_function(STILL, arg=[scheme, other])


FINDINGS = """async ([within, options]) => {
    const { violations } = await axe.run(within || document, { resultTypes: ["violations"], ...options });
    return violations.map(({ id, nodes: [{ html }] }) => [id, html]);
}"""


def _run(tab, within, **options):
    return [tuple(each) for each in tab.evaluate(FINDINGS, [within, options])]

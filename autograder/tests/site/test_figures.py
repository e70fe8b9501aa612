"""Figures on a dark page: no card, light ink, and one picture for a screen reader."""

import io
import re
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest

from autograder.tests.site.test_everybody import NOTEBOOKS
from autograder.tests.site.test_site import soup

GROUND = "#121212"  # of the theme's dark pages
STRIDES = "notebooks/02_strides.html"
G = "{http://www.w3.org/2000/svg}g"
COLOUR = "#[0-9a-f]{6}"


def parts(colour):
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def contrast(one, other):
    """The contrast of two colours, as WCAG 2 defines it."""
    channels = np.array([parts(one), parts(other)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    darker, lighter = sorted(linear @ (0.2126, 0.7152, 0.0722) + 0.05)
    return lighter / darker


def drawings(site, page):
    """The text of each figure of a page for the light, and for the dark."""
    for light in soup(site, page).select("img.only-light"):
        dark = light.find_next_sibling("img")
        assert (dark["class"], dark["alt"]) == (["only-dark"], light["alt"])
        yield [((site / page).parent / image["src"]).read_text(encoding="utf-8") for image in (light, dark)]


def on_the_page(drawing):
    """Yield the colours of ticks, their texts and the axes' labels: these stand on the page itself."""
    for axis in (group for group in drawing.iter(G) if group.get("id", "").startswith("matplotlib.axis")):
        for part in axis.iter():
            style = part.get("style", "")
            yield from re.findall(f"stroke: ({COLOUR})", style)
            if part.tag == G and part.get("transform"):  # a text, which is black unless it says otherwise
                yield (re.findall(f"fill: ({COLOUR})", style) or ["#000000"])[0]


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_in_the_dark_a_figure_has_no_ground_and_its_axes_are_light(site, page):
    found = [ElementTree.fromstring(dark) for _light, dark in drawings(site, page)]
    assert len(found) == len(soup(site, page).select(".cell_output img")) / 2
    for drawing in found:
        ground = next(group for group in drawing.iter(G) if group.get("id") == "patch_1")
        assert ground[0].get("style") == "fill: none"
        assert min((contrast(colour, GROUND) for colour in on_the_page(drawing)), default=21) >= 7


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_photographs_cells_and_coloured_lines_are_the_same_in_the_dark(site, page):
    for drawn in drawings(site, page):
        rows = zip(*(drawing.splitlines() for drawing in drawn), strict=True)
        changed = {re.search(COLOUR, light)[0] for light, dark in rows if light != dark}
        assert {"#ffffff", "#222832"} <= changed <= {"#ffffff", "#222832", "#0072b2"}  # ground, ink, the deep blue


def test_one_picture_is_shown_and_read_in_the_light_in_the_dark_and_on_paper(visit):
    tab = visit(STRIDES, scheme="dark").tab
    picture = tab.get_by_role("img", name="Output size against input size")

    def shown():
        assert picture.evaluate("image => getComputedStyle(image).filter") == "none"
        return [each.get_attribute("class") for each in picture.all()]

    assert shown() == ["only-dark"]
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown() == ["only-light"]
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown() == ["only-dark"]
    tab.locator(".theme-switch-button").click()  # from the system's choice to the light
    assert shown() == ["only-light"]


def test_around_a_figure_a_dark_page_shows_its_own_ground(visit):
    figure = visit(STRIDES, scheme="dark").tab.locator("img.only-dark:visible").first
    figure.scroll_into_view_if_needed()
    figure.evaluate("image => image.decode()")
    pixels = matplotlib.image.imread(io.BytesIO(figure.screenshot()))
    margin = pixels[len(pixels) // 2, 3, :3]  # not in a corner, which a card would round
    assert (255 * margin).round().tolist() == parts(GROUND).tolist()

"""The explorer in a real browser: driven by the keyboard alone, restored from links, read on a phone.

That its arithmetic is the reference's, test_explorer_arithmetic.py shows for hundreds of settings; here each view once.
"""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from playwright.sync_api import expect

from autograder import reference as ref
from autograder.tests.site.axe import findings_light_and_dark

ROOT = Path(__file__).parents[3]
PAGE = "book/explorer.html"
PLACES = yaml.safe_load((ROOT / "book" / "explorer_placements.yml").read_text(encoding="utf-8"))
STATES = {
    "convolution": "op=conv&n=5x6&k=3x2&s=2x1&p=same&counts=direct",
    "pooling": "op=pool&kind=max&n=5x5&k=3x3&s=2x2&p=same&x=negative",
    "transposed": "op=transposed&n=3x3&k=3x3&s=2x2&p=same&w=blur&counts=direct",
    "global": "op=pool&kind=global-avg&n=4x4&k=2x2&s=2x2&p=valid",
    "no output": "op=conv&n=2x2&k=5x5&s=1x1&p=valid",
    "backward": "v=backward&op=pool&kind=max&n=5x5&k=3x3&s=1x1&p=same&at=7",
    "backward convolution": "v=backward&op=conv&n=4x5&k=3x2&s=2x1&p=same&g=counting&all=1",
    "channels": "v=channels&op=conv&n=5x5&k=3x3&s=2x2&p=same&c=3x2&at=11",
    "layers": "v=layers&n=12x12&l=conv-3-1-1-same,pool-2-2-1-valid,conv-3-1-2-same&at=5",
    "a cell made of padding": "v=layers&n=9x12&l=pool-4-3-1-valid,conv-1-2-1-same,conv-4-1-2-half",
    "layers without a map": "v=layers&n=4x4&l=pool-2-2-1-valid,conv-3-1-1-valid",
    "question": "op=conv&n=6x6&k=3x3&s=2x2&p=same&q=two-sames",
    "unreadable": "op=conv&n=banana&k=3x3",
}
everystate = pytest.mark.parametrize("link", STATES.values(), ids=STATES)


@pytest.fixture
def explorer(visit):
    """Open the explorer's own page with a state: explorer(link) gives the visit."""
    return lambda link="", **how: visit(PAGE + (f"#explorer?{link}" if link else ""), **how)


def numbers(tab, pane):
    """The numbers of a grid as they are drawn, row by row, without padding; None where nothing stands."""
    rows = tab.locator(f".explorer-pane.{pane} [role=row]").all()
    texts = [row.locator(".explorer-cell:not(.padding) .explorer-value").all_text_contents() for row in rows]
    return [[float(text.replace("−", "-")) if text else None for text in row] for row in texts if row]


def said(tab):
    """What the live region says."""
    return tab.locator(".explorer-status").inner_text()


def where(tab):
    """The address as the page has it: Playwright may learn of a change later."""
    return tab.evaluate("location.href")


def press(tab, *keys):
    """Press keys one after the other."""
    for key in keys:
        tab.keyboard.press(key)


def tab_to(tab, role, name):
    """Press Tab until the element with this role and name has the focus."""
    wanted = tab.get_by_role(role, name=name, exact=True).first
    for _ in range(200):
        if wanted.evaluate("element => element === document.activeElement"):
            return wanted
        tab.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {role} {name!r}")


def button(tab, name):
    """Click a button of the figure."""
    tab.locator("div.explorer").get_by_role("button", name=name, exact=True).click()


def shown(tab, pane="input"):
    """The image or kernel of the figure, as an array."""
    return np.array(numbers(tab, pane))


# ------------------------------------------------------------------------------------------------ by keyboard


def test_the_keyboard_alone_works_a_strided_convolution(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=valid").tab
    tab_to(tab, "spinbutton", "Down")
    press(tab, "ArrowUp")
    tab_to(tab, "spinbutton", "Right")
    press(tab, "ArrowUp")
    tab_to(tab, "button", "Show all")
    press(tab, "Enter")
    expected = ref.conv2d_strided(shown(tab), shown(tab, "kernel"), 2)
    np.testing.assert_array_equal(numbers(tab, "output"), expected)
    assert "s=2x2" in where(tab)


def test_the_keyboard_alone_changes_a_cell_and_steps(explorer):
    tab = explorer("op=conv&n=4x4&k=3x3&s=1x1&p=valid").tab
    tab_to(tab, "gridcell", tab.locator(".explorer-pane.input [tabindex='0']").get_attribute("aria-label"))
    press(tab, "ArrowRight", "ArrowDown", "-", "4", "Enter")
    assert "The cell is now −4" in said(tab)
    image = shown(tab)
    assert image[1, 1] == -4
    tab_to(tab, "button", "Step")
    press(tab, "Enter", "Space", "Enter")
    np.testing.assert_array_equal(numbers(tab, "output"), ref.conv2d_valid(image, shown(tab, "kernel")))
    assert "Window 4 of 4, for output row 1, column 1. It covers rows 1 to 3, columns 1 to 3." in said(tab)


def test_escape_leaves_a_cell_as_it_was_and_nonsense_is_refused(explorer):
    tab = explorer("op=conv&n=3x3&k=2x2&s=1x1&p=valid").tab
    before = numbers(tab, "input")
    cell = tab.locator(".explorer-pane.input [role=gridcell]").first
    cell.focus()
    press(tab, "Enter", "7", "Escape")
    assert numbers(tab, "input") == before
    assert cell.evaluate("element => element === document.activeElement")
    press(tab, "Enter")
    tab.keyboard.type("<b>x")
    press(tab, "Enter")
    assert numbers(tab, "input") == before
    assert "“<b>x” is not a number" in said(tab)
    assert tab.locator("div.explorer b").count() == 0


def test_arrow_keys_in_the_output_move_the_window(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same&d=1x1").tab
    tab.locator(".explorer-pane.output [tabindex='0']").focus()
    press(tab, "ArrowRight", "ArrowDown")
    assert "for output row 1, column 1. It covers rows 0 to 2, columns 0 to 2." in said(tab)
    press(tab, "Control+End")
    assert "Window 25 of 25" in said(tab)
    read = tab.locator(".explorer-pane.input .read").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert len(read) == 9 and sum(label.startswith("padding row") for label in read) == 5


def test_a_cell_of_a_transposed_output_tells_its_stamps(explorer):
    tab = explorer("op=transposed&n=2x2&k=3x3&s=2x2&p=valid&x=counting&w=ones&all=1").tab
    tab.locator(".explorer-pane.output [tabindex='0']").focus()
    press(tab, "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight")
    assert "Output row 2, column 2: 4 stamps cover it." in said(tab)
    assert "1·1 + 2·1 + 3·1 + 4·1 = 10" in said(tab)
    expected = ref.conv2d_transpose(np.array([[1, 2], [3, 4]]), np.ones((3, 3), int), 2)
    np.testing.assert_array_equal(numbers(tab, "output"), expected)


def test_focus_stays_where_it_was_while_settings_change(explorer):
    tab = explorer().tab
    field = tab_to(tab, "spinbutton", "Dilation")
    press(tab, "ArrowUp")
    assert field.evaluate("element => element === document.activeElement")
    assert "d=2x2" in where(tab)


# ------------------------------------------------------------------------------------------------ numbers


def test_an_edited_cell_changes_the_output(explorer):
    tab = explorer("op=pool&kind=max&n=4x4&k=2x2&s=2x2&p=valid&all=1").tab
    tab.locator(".explorer-pane.input [role=gridcell]").nth(5).click()
    tab.keyboard.type("99")
    press(tab, "Enter")
    expected = ref.pool2d(shown(tab)[:, :, None], 2)[:, :, 0]
    np.testing.assert_array_equal(numbers(tab, "output"), expected)
    assert expected[0, 0] == 99


def test_counts_of_windows_are_written_on_the_pixels(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same&mode=wrap").tab
    tab.get_by_label("how many windows cover each pixel").check()
    counts = tab.locator(".explorer-pane.input .explorer-corner").all_text_contents()
    assert [int(count) for count in counts if count] == ref.window_counts((5, 5), 3, padding=1).ravel().tolist()
    assert "Pixels are covered by at least 4 and at most 9 windows." in said(tab)
    tab.get_by_label("count copies in the padding too").check()
    assert "Every pixel is covered 9 times, copies in the padding included." in said(tab)
    assert "counts=copies" in where(tab)


def test_two_sames_stand_side_by_side(explorer):
    tab = explorer("op=conv&n=6x6&k=3x3&s=2x2&p=valid&w=counting").tab
    tab.locator("summary", has_text="side by side").click()
    panel = tab.locator(".explorer-panel.compare")
    expect(panel).to_contain_text("Same size, 3 × 3, but 9 of 9 values differ.")  # a panel is drawn once it is open
    images = [panel.locator(".explorer-side").nth(i).locator("svg").last for i in (0, 1)]
    drawn = [[float(text) for text in image.locator("text").all_text_contents()] for image in images]
    kernel = np.arange(1, 10).reshape(3, 3)
    for values, sides in zip(drawn, [((0, 1), (0, 1)), ((1, 1), (1, 1))], strict=True):
        assert values == ref.conv2d_strided(ref.pad2d(shown(tab), sides), kernel, 2).ravel().tolist()


def test_costs_are_the_reference_s(explorer):
    tab = explorer("op=conv&n=10x10&k=3x3&s=1x1&p=same&c=3x32").tab
    tab.locator("summary", has_text="What it costs").click()
    cells = tab.locator(".explorer-panel.costs tbody td:last-child")
    expect(cells).to_have_count(5)
    counts = [int(cell.replace("\u202f", "")) for cell in cells.all_text_contents()]
    parameters = ref.conv_params(3, 3, 32)
    assert counts == [
        parameters,
        ref.conv_macs((10, 10), 3, 3, 32, padding="same"),
        ref.activation_bytes((10, 10, 3)),
        4 * parameters,
        ref.activation_bytes((10, 10, 32)),
    ]


def test_the_formula_has_the_numbers_in_it(explorer):
    tab = explorer("op=conv&n=7x9&k=3x3&s=2x2&p=0,1,2,0").tab
    formulas = [line.replace("\u2212", "-") for line in tab.locator(".explorer-formula").all_text_contents()]
    assert "o=⌊7+1-32⌋+1" in formulas and "o=⌊9+2-32⌋+1" in formulas  # a fraction's text is its two parts
    tall = tab.locator(".explorer-formula mfrac").first.bounding_box()["height"]
    assert tall > 15


# ------------------------------------------------------------------------------------------------ pointing


def cell(tab, pane, row, column):
    """A cell of a grid, counted from its upper left corner, padding included."""
    return tab.locator(f".explorer-pane.{pane} [role=row]").nth(row).locator("[role=gridcell]").nth(column)


def marked(tab, pane, kind):
    """How many cells of a grid are marked."""
    return tab.locator(f".explorer-pane.{pane} .explorer-cell.{kind}").count()


def test_a_click_on_an_empty_output_cell_moves_the_window(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same").tab
    cell(tab, "output", 3, 2).click()
    assert "Window 18 of 25, for output row 3, column 2." in said(tab)
    assert "at=17" in where(tab)


def test_pointing_at_an_output_cell_shows_what_it_reads(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same").tab
    before = said(tab)
    cell(tab, "output", 2, 1).hover()
    hint = tab.locator(".explorer-hint")
    expect(hint).to_contain_text("Window 12 of 25, for output row 2, column 1. It covers rows 1 to 3, columns 0 to 2.")
    labels = tab.locator(".explorer-pane.input .read").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert [label.split(":")[0] for label in labels] == [
        f"input row {r}, column {c}" for r in (1, 2, 3) for c in (0, 1, 2)
    ]
    assert said(tab) == before and "at=" not in where(tab)  # a look, no step
    tab.mouse.move(1, 1)
    expect(hint).not_to_be_visible()
    assert marked(tab, "input", "read") == 9 and "padding" in tab.locator(
        ".explorer-pane.input .read"
    ).first.get_attribute("class")


@pytest.mark.parametrize("how", ["pointer", "keyboard"])
def test_an_input_cell_shows_which_outputs_use_it(explorer, how):
    tab = explorer("op=conv&n=5x5&k=3x3&s=2x2&p=same").tab
    counts = ref.window_counts((5, 5), 3, 2, 1)
    for row, column in [(0, 0), (1, 1), (2, 2), (1, 4)]:
        target = cell(tab, "input", row + 1, column + 1)
        if how == "pointer":
            target.hover()
        else:
            tab.locator(".explorer-pane.input [tabindex='0']").focus()
            press(tab, "Control+Home", *["ArrowDown"] * (row + 1), *["ArrowRight"] * (column + 1))
        users = int(counts[row, column])
        expect(tab.locator(".explorer-pane.output .linked")).to_have_count(users)
        assert f"used by {users} output" in target.get_attribute("aria-label")
        expect(tab.locator(".explorer-hint")).to_contain_text(f"is used by {users} output cell")


def test_a_finger_chooses_a_cell_before_it_changes_it(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=valid", width=360, height=740, has_touch=True).tab
    target = cell(tab, "input", 2, 2)
    target.tap()
    expect(tab.locator(".explorer-pane.output .linked")).to_have_count(9)
    assert tab.locator(".explorer-edit").count() == 0
    target.tap()
    assert tab.locator(".explorer-edit").count() == 1


# ------------------------------------------------------------------------------------------------ backward


def test_the_gradients_of_a_convolution_are_the_reference_s(explorer):
    tab = explorer("v=backward&op=conv&n=5x6&k=3x3&s=2x1&p=same&g=mixed&all=1").tab
    image = np.array([[(7 * r + 3 * c + 5 * r * c + 2) % 10 for c in range(6)] for r in range(5)])
    x, w, g = image[:, :, None], shown(tab, "kernel")[:, :, None, None], shown(tab, "output")[:, :, None]
    dx, dw, _ = ref.conv2d_backward(x, w, g, (2, 1), "same")
    np.testing.assert_array_equal(numbers(tab, "input"), dx[:, :, 0])
    np.testing.assert_array_equal(numbers(tab, "window"), dw[:, :, 0, 0])


def test_a_tie_and_an_overlap_are_told(explorer):
    tab = explorer("v=backward&op=pool&kind=max&n=4x4&k=3x3&s=1x1&p=valid&x=ones").tab
    assert "All of it goes to input row 0, column 0, the largest cell of the window." in said(tab)
    assert "9 cells tie at 1; the first in row order gets it, the others get 0." in said(tab)
    tab = explorer("v=backward&op=pool&kind=max&n=5x5&k=3x3&s=1x1&p=valid&x=point&at=8").tab
    assert "What this cell has got so far adds up to 9." in said(tab)
    cell(tab, "input", 2, 2).hover()
    expect(tab.locator(".explorer-hint")).to_contain_text("gets gradient from 9 output cells")
    expect(tab.locator(".explorer-pane.output .linked")).to_have_count(9)


def test_the_gradient_of_an_output_can_be_typed(explorer):
    tab = explorer("v=backward&op=conv&n=3x3&k=2x2&s=1x1&p=valid&w=counting&all=1").tab
    tab.locator(".explorer-pane.output [tabindex='0']").focus()
    press(tab, "9", "Enter")
    expected = ref.conv2d_backward(
        np.zeros((3, 3, 1)), np.arange(1, 5).reshape(2, 2, 1, 1), np.array([[9, 1], [1, 1]])[:, :, None]
    )
    np.testing.assert_array_equal(numbers(tab, "input"), expected[0][:, :, 0])
    assert "g=9,1;1,1" in where(tab)


# ------------------------------------------------------------------------------------------------ channels and layers


def all_grids(tab, pane):
    """The numbers of several grids of a kind, without padding: (grids, rows, columns)."""
    grids = tab.locator(f".explorer-many .explorer-pane.{pane}:not([hidden])").all()
    rows = [
        [
            row.locator(".explorer-cell:not(.padding) .explorer-value").all_text_contents()
            for row in grid.locator("[role=row]").all()
        ]
        for grid in grids
    ]
    return np.array([[[float(text.replace("−", "-")) for text in row] for row in grid if row] for grid in rows])


def test_planes_of_the_output_are_the_reference_s(explorer):
    tab = explorer("v=channels&op=conv&n=5x5&k=3x3&s=2x2&p=same&c=3x2&all=1").tab
    inputs, outputs, filters = all_grids(tab, "input"), all_grids(tab, "output"), []
    for at in (0, 9):
        cell(tab, "output", 0, 0).click() if at == 0 else tab.locator(".explorer-many .explorer-pane.output").nth(
            1
        ).locator("[role=gridcell]").first.click()
        filters.append(all_grids(tab, "kernel"))
    w = np.transpose(filters, (2, 3, 1, 0))  # (kh, kw, in, out)
    expected = ref.conv2d(inputs.transpose(1, 2, 0), w, np.zeros(2), 2, "same")
    np.testing.assert_array_equal(outputs.transpose(1, 2, 0), expected)


def test_pooling_takes_each_plane_by_itself(explorer):
    tab = explorer("v=channels&op=pool&kind=avg&n=4x4&k=2x2&s=2x2&p=valid&c=2x1&all=1").tab
    inputs, outputs = all_grids(tab, "input"), all_grids(tab, "output")
    np.testing.assert_array_equal(outputs.transpose(1, 2, 0), ref.pool2d(inputs.transpose(1, 2, 0), 2, kind="avg"))
    assert "Pooling takes each plane by itself: 2 planes in, 2 planes out." in said(tab)


def test_more_planes_than_are_drawn_are_told(explorer):
    tab = explorer("v=channels&op=conv&n=3x3&k=3x3&s=1x1&p=same&c=3x32").tab
    assert tab.locator(".explorer-many .explorer-pane.output:visible").count() == 4
    assert "at most 4 planes are drawn" in said(tab)


def test_the_receptive_field_is_drawn_back_to_the_input(explorer):
    tab = explorer("v=layers&n=12x12&l=conv-3-1-1-valid,pool-2-2-1-valid,conv-3-1-1-valid&at=4").tab
    field = ref.receptive_field([(3, 1), (2, 2), (3, 1)])
    assert f"its receptive field is {field} × {field}" in said(tab)
    counted = tab.locator(".explorer-many .explorer-pane").first.locator(".counted")
    assert counted.count() == field**2
    rows = tab.locator(".explorer-panel.formula tbody tr td:nth-child(3)").all_text_contents()
    assert [int(row.split(" × ")[0]) for row in rows] == [3, 4, field]


def test_a_pixel_shows_the_cells_that_depend_on_it(explorer):
    tab = explorer("v=layers&n=8x8&l=conv-3-1-1-valid,conv-3-1-1-valid").tab
    panes = tab.locator(".explorer-many .explorer-pane")
    panes.first.locator("[role=gridcell]").first.hover()
    expect(panes.nth(2).locator(".counted")).to_have_count(1)
    expect(tab.locator(".explorer-hint")).to_contain_text("1 cell of map 2 depends on it.")
    panes.first.locator("[role=row]").nth(3).locator("[role=gridcell]").nth(3).hover()
    expect(panes.nth(2).locator(".counted")).to_have_count(16)


def test_layers_are_added_changed_and_removed(explorer):
    tab = explorer("v=layers&n=12x12").tab
    button(tab, "Add a layer")
    last = tab.get_by_role("group", name="Layer 4", exact=True)
    last.get_by_label("Operation").select_option("pool")
    last.get_by_label("Stride").fill("2")
    assert "l=conv-3-1-1-valid,pool-2-2-1-valid,conv-3-1-1-valid,pool-3-2-1-valid" in where(tab)
    for _ in range(2):
        button(tab, "Remove the last layer")
    assert tab.locator(".explorer-many .explorer-pane:visible").count() == 3


# ------------------------------------------------------------------------------------------------ Keras and PyTorch


def test_a_line_of_code_sets_the_figure_and_the_other_line(explorer):
    tab = explorer("op=conv&n=6x6&k=3x3&s=1x1&p=same").tab
    keras, torch = tab.get_by_label("Keras", exact=True), tab.get_by_label("PyTorch", exact=True)
    assert torch.input_value() == 'nn.Conv2d(1, 1, 3, padding="same")'
    keras.fill('MaxPooling2D(2, padding="same")')
    press(tab, "Enter")
    np.testing.assert_array_equal(tab.locator(".explorer-pane.output [role=row]").count(), 3)
    assert tab.get_by_label("Pooling", exact=True).is_checked() and torch.input_value() == "nn.MaxPool2d(2)"
    torch.fill("nn.Conv2d(1, 1, 3, stride=2, padding=1)")
    press(tab, "Enter")
    assert "s=2x2&p=1,1,1,1" in where(tab)
    button(tab, "Show all")
    expected = ref.conv2d_strided(ref.pad2d(shown(tab), ((1, 1), (1, 1))), shown(tab, "kernel"), 2)
    np.testing.assert_array_equal(numbers(tab, "output"), expected)
    assert keras.input_value().startswith("Sequential([ZeroPadding2D(((1, 1), (1, 1)))")


def test_a_line_that_cannot_be_read_says_why_and_changes_nothing(explorer):
    tab = explorer("op=conv&n=6x6&k=3x3&s=1x1&p=same").tab
    before = where(tab)
    torch = tab.get_by_label("PyTorch", exact=True)
    torch.fill('nn.Conv2d(1, 1, 3, stride=2, padding="same")')
    press(tab, "Enter")
    expect(tab.get_by_role("alert").filter(has_text="PyTorch refuses")).to_be_visible()
    assert torch.get_attribute("aria-invalid") == "true" and where(tab) == before


# ------------------------------------------------------------------------------------------------ links and history


def test_a_shared_link_restores_what_was_seen(explorer, visit):
    tab = explorer("op=conv&n=4x4&k=2x2&s=1x1&p=valid").tab
    tab.locator(".explorer-pane.kernel [role=gridcell]").first.click()
    tab.keyboard.type("2.5")
    press(tab, "Enter")
    for _ in range(3):
        button(tab, "Step")
    other = visit(PAGE + "#" + where(tab).split("#")[1]).tab
    assert numbers(other, "kernel") == numbers(tab, "kernel")
    assert numbers(other, "output") == numbers(tab, "output")
    assert "Window 4 of 9" in said(other)


def test_back_and_forward_undo_and_redo_a_setting(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same").tab
    tab.get_by_label("Transposed convolution").check()
    tab.get_by_label("How much").select_option("same")
    assert "Output, 6 × 6" in tab.locator(".explorer-pane.output").inner_text()
    size = tab.locator(".explorer-pane.output .explorer-name")
    tab.go_back()
    expect(size).to_have_text("Output, 7 × 7")
    tab.go_back()
    expect(size).to_have_text("Output, 5 × 5")
    tab.go_forward()
    expect(tab.get_by_label("Transposed convolution")).to_be_checked()


def test_steps_make_no_entries_in_the_history(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same").tab
    before = tab.evaluate("history.length")
    for _ in range(5):
        button(tab, "Step")
    assert tab.evaluate("history.length") == before
    assert "at=5" in where(tab)


def test_ten_presses_on_a_number_take_one_press_of_back(explorer):
    tab = explorer("op=conv&n=2x5&k=1x1&s=1x1&p=valid").tab
    for _ in range(10):
        tab.locator(".explorer-number", has_text="Height").first.get_by_text("+").click()
    assert "n=12x5" in where(tab)
    rows = tab.locator(".explorer-pane.input [role=row]")
    tab.go_back()
    expect(rows).to_have_count(2)
    assert "n=2x5" in where(tab)
    tab.go_forward()
    expect(rows).to_have_count(12)


def test_a_link_to_a_section_leaves_the_figure_as_it_is(visit):
    tab = visit("notebooks/01_why_padding.html").tab
    tab.locator("summary", has_text="Settings").click()
    tab.get_by_label("How much").select_option("full")
    tab.locator(".bd-sidebar-secondary a[href^='#']").nth(2).click()
    size = tab.locator(".explorer-pane.output .explorer-name")
    expect(size).to_have_text("Output, 7 × 7")
    tab.get_by_label("How much").select_option("same")
    expect(size).to_have_text("Output, 5 × 5")
    tab.go_back()
    expect(size).to_have_text("Output, 7 × 7")
    tab.go_back()
    tab.go_back()
    expect(size).to_have_text("Output, 3 × 3")


def test_a_hostile_link_is_text_at_most(explorer):
    seen = explorer("op=<img src=x onerror=document.title='gone'>&x=<script>1</script>&n=5x5&__proto__=1")
    assert (
        "Part of the link is not valid: operation, input and a part with an unknown name"
        in seen.tab.locator(".explorer-note").inner_text()
    )
    assert seen.tab.title() != "gone"
    assert seen.tab.locator("div.explorer").locator("img, script").count() == 0
    assert "Output, 5 × 5" in seen.tab.locator(".explorer-pane.output").inner_text()
    assert seen.errors == []


def test_copying_the_link_shows_it_where_there_is_no_clipboard(explorer):
    tab = explorer("op=pool&n=6x6&k=3x3&s=3x3&p=valid").tab
    tab.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    button(tab, "Copy link to this state")
    assert tab.get_by_label("Link to this state").input_value() == where(tab)


# ------------------------------------------------------------------------------------------------ questions


def test_a_question_hides_its_answer_until_it_is_given(explorer):
    tab = explorer().tab
    assert not tab.locator(".explorer-question").is_visible()
    tab.locator("summary", has_text="Predict first").click()
    button(tab, "“same” at stride 2")
    text = tab.locator("div.explorer").inner_text()
    assert "How large is the output now?" in text and "Output, 3 × 3" not in text
    assert not tab.locator(".explorer-panels").is_visible()
    button(tab, "5 × 5")
    assert "Not 5 × 5, but: 3 × 3." in tab.locator(".explorer-question").inner_text()
    assert "Output, 3 × 3" in tab.locator(".explorer-pane.output").inner_text()
    assert all(None not in row for row in numbers(tab, "output"))


def test_a_right_answer_is_told_so(explorer):
    tab = explorer("op=conv&n=6x6&k=3x3&s=2x2&p=same&w=counting&q=two-sames").tab
    button(tab, "9")
    assert "✓ Yes: 9." in tab.locator(".explorer-question").inner_text()
    assert tab.locator(".explorer-panel.compare").is_visible()
    assert "q=" not in where(tab)


# ------------------------------------------------------------------------------------------------ playing


def test_playing_fills_the_output_and_says_so_at_the_end(explorer):
    tab = explorer("op=pool&kind=max&n=4x4&k=2x2&s=2x2&p=valid").tab
    button(tab, "Play")
    assert tab.locator(".explorer-status").get_attribute("aria-live") == "off"
    tab.wait_for_function("document.querySelector('.explorer-status').textContent.startsWith('Finished.')")
    assert tab.locator(".explorer-status").get_attribute("aria-live") == "polite"
    np.testing.assert_array_equal(numbers(tab, "output"), ref.pool2d(shown(tab)[:, :, None], 2)[:, :, 0])


def test_pausing_stops_where_it_is(explorer):
    tab = explorer("op=conv&n=9x9&k=3x3&s=1x1&p=same", apart=True).tab
    tab.clock.install()
    button(tab, "Play")
    while "Window 3 of" not in said(tab):
        tab.clock.run_for(100)
    button(tab, "Pause")
    at = re.search(r"at=(\d+)", where(tab))[1]
    assert f"Paused. Window {int(at) + 1} of 81" in said(tab)
    tab.clock.run_for(60_000)
    assert f"at={at}" in where(tab) and f"Window {int(at) + 1} of 81" in said(tab)


def test_nothing_moves_by_itself_and_reduced_motion_has_no_transitions(explorer):
    tab = explorer("op=conv&n=5x5&k=3x3&s=1x1&p=same", apart=True).tab
    tab.clock.install()
    tab.reload()
    before = said(tab)
    frame = tab.locator(".explorer-pane.input .explorer-frame")
    assert frame.evaluate("e => getComputedStyle(e).transitionDuration") != "0s"
    tab.emulate_media(reduced_motion="reduce")
    assert frame.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    tab.clock.run_for(60_000)
    assert said(tab) == before


# ------------------------------------------------------------------------------------------------ for everybody


def picture(tab):
    """What the figure shows, in words."""
    return tab.locator(".explorer-stage").inner_text(), tab.locator(".explorer-note").inner_text()


@everystate
def test_opens_as_before_the_reload_without_an_error_a_request_a_barrier_or_sideways_scrolling(explorer, link):
    seen = explorer(link, width=360)
    before = picture(seen.tab)
    seen.tab.reload()
    assert picture(seen.tab) == before
    for summary in seen.tab.locator("div.explorer summary").all():
        if summary.is_visible() and summary.evaluate("e => !e.parentElement.open"):
            summary.click()
    assert seen.tab.evaluate("document.documentElement.scrollWidth") <= 360
    assert seen.errors == [] and seen.foreign == []
    # Last: axe itself asks for what is not there. test_everybody looks at the rest of the page.
    assert findings_light_and_dark(seen.tab, "div.explorer") == []


def test_an_impossible_setting_says_what_to_do(explorer):
    tab = explorer(STATES["no output"]).tab
    assert (
        "The window spans 5 cells of the height, but the padded input has only 2."
        in tab.locator(".explorer-trouble").inner_text()
    )
    tab.get_by_label("How much").select_option("full")
    assert "Output, 6 × 6" in tab.locator(".explorer-pane.output").inner_text()


@pytest.mark.parametrize("view", ["convolution", "channels"])
def test_each_grid_is_one_stop_of_the_tab_key(explorer, view):
    tab = explorer(STATES[view]).tab
    cells = tab.locator(".explorer-grid [tabindex='0']").all()
    cells[0].focus()
    for cell in cells[1:]:
        tab.keyboard.press("Tab")
        expect(cell).to_be_focused()


def test_every_control_has_a_name(explorer):
    tab = explorer(STATES["convolution"]).tab
    tree = tab.locator("div.explorer").aria_snapshot()
    nameless = re.findall(
        r"^\s*- (?:button|spinbutton|combobox|checkbox|radio|grid|gridcell)\b(?! \").*$", tree, re.MULTILINE
    )
    assert nameless == []
    assert tree.count("- grid ") == 3


SCREENS = {"wide": (1440, 900), "phone": (360, 740)}
LARGE = {
    "convolution": "op=conv&n=12x12&k=3x3&s=1x1&p=same",
    "five by five": "op=conv&n=12x12&k=5x5&s=1x1&p=valid",
    "pooling": "op=pool&kind=max&n=12x12&k=3x3&s=1x1&p=same",
    "backward": "v=backward&op=pool&kind=max&n=12x12&k=2x2&s=1x1&p=same",
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("link", LARGE.values(), ids=LARGE)
def test_input_output_and_buttons_are_visible_together(explorer, link, screen):
    width, height = SCREENS[screen]
    tab = explorer(link, width=width, height=height).tab
    tab.locator(".explorer-stage").evaluate("element => element.scrollIntoView()")
    header = tab.locator(".bd-header-article").bounding_box()
    top = header["y"] + header["height"]
    for part in (".explorer-pane.input svg", ".explorer-pane.output svg", ".explorer-steps >> nth=0"):
        box = tab.locator(part).bounding_box()
        assert box["y"] >= top and box["y"] + box["height"] <= height, part
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, part
    assert (
        int(
            tab.locator(".explorer-pane.input .explorer-value").first.evaluate(
                "e => parseInt(getComputedStyle(e).fontSize)"
            )
        )
        >= 9
    )


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("view", ["channels", "layers"])
def test_all_planes_or_maps_and_buttons_are_visible_together(explorer, view, screen):
    width, height = SCREENS[screen]
    tab = explorer(STATES[view], width=width, height=height).tab
    tab.locator(".explorer-many").evaluate("element => element.scrollIntoView()")
    panes = tab.locator(".explorer-many .explorer-pane svg:visible").all()
    boxes = [part.bounding_box() for part in [*panes, tab.locator(".explorer-steps").first]]
    assert len(boxes) == {"channels": 3 + 3 + 2, "layers": 4}[view] + 1
    for box in boxes:
        assert box["y"] >= 56 and box["y"] + box["height"] <= height
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_planes_too_large_for_a_phone_are_strips_that_follow_the_steps(explorer):
    width, height = SCREENS["phone"]
    tab = explorer("v=channels&op=conv&n=12x12&k=3x3&s=1x1&p=same&c=3x2&at=143", width=width, height=height).tab
    tab.locator(".explorer-many").evaluate("element => element.scrollIntoView()")
    panes = tab.locator(".explorer-many .explorer-pane svg:visible").all()
    boxes = [part.bounding_box() for part in [*panes, tab.locator(".explorer-steps").first]]
    assert len(boxes) == 3 + 3 + 2 + 1
    assert all(box["y"] >= 56 and box["y"] + box["height"] <= height for box in boxes)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    first, second = tab.locator(".explorer-many .explorer-pane.output svg").all()
    expect(first).to_be_in_viewport(ratio=0.99)
    expect(second).not_to_be_in_viewport(ratio=0.99)
    button(tab, "Step")
    expect(second).to_be_in_viewport(ratio=0.99)


SHIFT = """new Promise(done => {
    let total = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) {
            if (entry.sources.some(({ node }) => node?.closest?.("section, .explorer"))) total += entry.value;
        }
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => done(total)));
})"""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("document", [*PLACES, "book/index", "book/explorer"])
def test_the_figure_s_place_is_kept_free_while_it_loads_within_the_first_two_screens(visit, document, screen):
    width, height = SCREENS[screen]
    tab = visit(f"{document}.html", width=width, height=height).tab
    tab.wait_for_selector("div.explorer.ready")
    steps = tab.locator(".explorer-steps").first.bounding_box()
    assert steps["y"] + steps["height"] <= 2 * height
    place = tab.locator("div.explorer")
    needed = place.evaluate(
        "e => { const kept = e.offsetHeight; e.style.minHeight = 0; return [kept, e.offsetHeight]; }"
    )
    assert needed[0] <= 1.05 * needed[1], f"the figure needs {needed[1]} pixels, not {needed[0]}"
    assert tab.evaluate(SHIFT) < 0.02


@pytest.mark.parametrize("document", PLACES)
def test_a_chapter_has_its_figure(visit, document):
    seen = visit(f"{document}.html")
    figure = seen.tab.locator("div.explorer.ready")
    assert figure.count() == 1
    assert PLACES[document]["title"] in figure.inner_text()
    assert figure.locator(".explorer-preset").count() == len(PLACES[document]["presets"])
    assert figure.locator("xpath=ancestor::section[1]/h1").count() == 1
    before = said(seen.tab)
    button(seen.tab, "Step")
    assert said(seen.tab) != before
    own = figure.get_by_role("link", name="Open on a page of its own").get_attribute("href")
    seen.tab.goto(where(seen.tab).split("#")[0].rsplit("/", 1)[0] + "/" + own)
    assert seen.tab.locator("div.explorer.ready").count() == 1
    assert seen.errors == []


def test_scripts_are_loaded_only_where_a_figure_is(site):
    with_scripts = {
        page.relative_to(site).with_suffix("").as_posix()
        for page in site.rglob("*.html")
        if "explorer/explorer.js" in page.read_text(encoding="utf-8")
    }
    assert with_scripts == {*PLACES, "book/explorer", "book/index"}


def test_without_scripts_the_place_says_what_it_is(visit):
    tab = visit(next(iter(PLACES)) + ".html", java_script_enabled=False).tab
    text = tab.locator("div.explorer").inner_text()
    assert "An interactive figure: it needs JavaScript." in text
    assert tab.locator("div.explorer a").get_attribute("href").endswith("book/explorer.html")


def test_works_from_a_folder(explorer, site):
    seen = explorer("op=conv&n=5x5&k=3x3&s=2x2&p=valid&all=1", address=f"{site.as_uri()}/")
    tab = seen.tab
    button(tab, "Start")
    button(tab, "Step")
    assert "at=1" in where(tab) and "Window 2 of 4" in said(tab)
    tab.reload()
    assert "Window 2 of 4" in said(tab) and seen.errors == []

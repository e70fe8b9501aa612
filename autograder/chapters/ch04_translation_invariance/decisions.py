"""Chapter 4: what goes wrong with shifts. Each model is written as students write the function.

h, w: height and width; d: one of the amounts dy and dx; n: the image's size in that direction; s: stride.
"""

import numpy as np

from autograder.chapters.model import Mistakes

_mistakes = Mistakes()


def _by_axis(**sentences):
    """Return each mistake three times: made in both directions, only downwards, and only to the right.

    The sentence speaks of a {line} and of {lines}: of rows, of columns or of both. {ahead} and {back} say where to;
    {are} and {stay} agree with {line}.
    """
    names = ("line", "lines", "ahead", "back", "are", "stay")
    axes = {
        "": ("row and column", "rows and columns", "down and to the right", "up and to the left", "are", "stay"),
        "_down": ("row", "rows", "down", "up", "is", "stays"),
        "_right": ("column", "columns", "to the right", "to the left", "is", "stays"),
    }
    return {
        id + axis: sentence.format(**dict(zip(names, words, strict=True)))
        for id, sentence in sentences.items()
        for axis, words in axes.items()
    }


def _on(axis, *choices):
    """Return what is chosen for "down" or "right"; what is chosen for the other direction alone fits no name here."""
    return [choice.removesuffix(f"_{axis}") for choice in choices]


@_mistakes.model(
    amounts={
        "axes_swapped": "dy and dx are swapped: dy moves down, which is axis 0.",
        "dx_ignored": "The image moves downwards or upwards only: dx changes nothing.",
        "dy_ignored": "The image moves to the right or left only: dy changes nothing.",
        "nothing_moves": "The image does not move: neither dy nor dx changes anything.",
    },
    direction={
        "opposite_direction": "The image moves the opposite way: "
        "the cell (i, j) of the result shows (i - dy, j - dx) of the image.",
        "opposite_direction_down": "A positive dy moves the image up; row i of the result shows row i - dy.",
        "opposite_direction_right": "A positive dx moves the image left; column j of the result shows column j - dx.",
    },
    sign={
        "sign_ignored": "The sign is ignored: a negative dy must move up, a negative dx to the left.",
        "sign_ignored_down": "The sign of dy is ignored: a negative dy must move up.",
        "sign_ignored_right": "The sign of dx is ignored: a negative dx must move to the left.",
        "negative_does_nothing": "A negative amount moves nothing; it must move up or to the left.",
        "negative_gives_zeros": "With a negative amount the result holds zeros only; the image must move up or to the "
        "left.",
        "negative_gives_zeros_down": "With a negative dy the result holds zeros only; the image must move up.",
        "negative_gives_zeros_right": "With a negative dx the result holds zeros only; the image must move to the "
        "left.",
        "negative_refused": "A negative amount ends in an error; it must move the image up or to the left. "
        "Slices such as [dy:] count from the end then.",
    },
    distance={
        **_by_axis(
            one_too_far="The result lies one {line} too far {ahead}: (i, j) shows (i - dy, j - dx).",
            one_too_short="The result lies one {line} too far {back}: (i, j) shows (i - dy, j - dx).",
        ),
        "moved_twice": "The image moves by twice the amount: subtract dy and dx once.",
    },
    moves_in={
        **_by_axis(
            wraps_around="The {lines} that leave on one side come back on the other, as np.roll does it; "
            "zeros must move in.",
            negative_index="With a positive amount, the {lines} that leave come back on the other side: "
            "index -1 is the last one, so test both ends.",
            minus_1_let_through="You allow an index of -1, which Python takes for the last {line}: test that the index "
            "is at least 0.",
            returns_on_negative="With a negative amount, the {lines} that leave come back on the other side; "
            "zeros must move in.",
        ),
        **_by_axis(
            reads_past_the_end="With a negative amount, moving {lines} ends in an error: test that an index is below "
            "the size.",
            writes_past_the_end="With a positive amount, moving {lines} ends in an error: what moves out is dropped, "
            "so test that an index is below the size.",
            sources_not_tested="With a negative amount, moving {lines} ends in an error, and with a "
            "positive one what leaves comes back on the other side: test both ends.",
            targets_not_tested="With a positive amount, moving {lines} ends in an error, and with a "
            "negative one what leaves comes back on the other side: test both ends.",
        ),
        "edge_repeated": "The edge pixels are repeated where zeros must move in.",
        "mirrored": "The image is mirrored where zeros must move in.",
        "ones_move_in": "Ones move in where zeros must move in.",
        "old_pixels_stay": "Where zeros must move in, the old pixels stay: start from zeros, not from a copy.",
        "first_rows_cleared": "After the roll you clear the first rows and columns; where the amount is negative, "
        "clear the last ones.",
        "other_end_cleared": "After the roll the wrong end is cleared: clear where the image comes back.",
        "slices_from_the_end": "image[:-dy] is right for positive amounts only: with 0 it is empty, "
        "and a negative one needs its own slices.",
    },
    copied={
        "columns_lost": "The image's columns from index H on are lost: the width is image.shape[1].",
        "columns_not_filled": "The result's columns from index H on stay 0: the width is image.shape[1].",
    },
    far={
        "far_is_refused": "A move by the image's size or more raises an error; the image has then moved out "
        "completely, and only zeros are left.",
        "far_slices_clash": "A move down or right by more than the image's size ends in an error: image[: height - dy] "
        "then counts from the end. Return zeros.",
        "far_comes_back": "An image that has moved out completely comes back: leave out the remainder (%).",
    },
    zero={
        "zero_slice_is_empty": "With an amount of 0 nothing is left of the image: "
        "a slice such as [:-0] is empty, and [-0:] is everything.",
        "one_axis_forgotten": "An image that moves along one axis only is lost: one of the branches must handle an "
        "amount of 0 too.",
    },
    result={
        "image_overwritten": "The image itself is overwritten: write the result into a new array.",
        "read_after_overwritten": "The result is written into the image (= makes no copy), "
        "so pixels are overwritten before they are read.",
        "same_array_returned": "When nothing moves, the image itself is returned, not a copy: changing one changes "
        "both.",
        "cropped": "Rows and columns are cut off; the result must keep the size of the image, with zeros moved in.",
        "grown": "The result is larger than the image: what moves out must be cut off.",
        "height_and_width_swapped": "Height and width are swapped: image.shape is (H, W). A square image hides it.",
    },
)
def translate(
    image, dy, dx, *,
    amounts="", direction="", sign="", distance="", moves_in="", copied="", far="", zero="stays", result="",
):  # fmt: skip
    if result == "same_array_returned" and (dy, dx) == (0, 0):
        return image
    dy, dx = {
        "axes_swapped": (dx, dy),
        "dx_ignored": (dy, 0),
        "dy_ignored": (0, dx),
        "nothing_moves": (0, 0),
    }.get(amounts, (dy, dx))
    if sign == "negative_refused" and min(dy, dx) < 0:
        raise ValueError(dy, dx)
    lost = {"zero_slice_is_empty": 0 in (dy, dx), "one_axis_forgotten": (dy == 0) != (dx == 0)}.get(zero, False)
    lost |= min(dy, dx) < 0 and sign == "negative_gives_zeros"
    lost |= {"negative_gives_zeros_down": dy < 0, "negative_gives_zeros_right": dx < 0}.get(sign, False)
    if lost:
        return np.zeros_like(image)
    h, w = image.shape
    cells = (w, h) if result == "height_and_width_swapped" else (h, w)
    dy, dx = (_amount(d, *_on(axis, direction, sign, distance)) for axis, d in (("down", dy), ("right", dx)))
    rows = _sources(h, dy, cells[0], *_on("down", moves_in, far))
    columns = _sources(w, dx, cells[1], *_on("right", moves_in, far))
    columns[(columns >= h) & (columns < w) & (copied == "columns_lost")] = w
    if copied == "columns_not_filled":
        columns[h:] = w
    nothing = (rows == h)[:, None] | (columns == w)
    if ((rows > h).any() and (columns != w).any()) or ((columns > w).any() and (rows != h).any()):
        raise IndexError(dy, dx)
    framed = np.full((h + 2, w + 2), moves_in == "ones_move_in", image.dtype)
    framed[:h, :w] = image
    if result == "read_after_overwritten":
        for i, j in np.argwhere(~nothing):
            image[i, j] = image[rows[i], columns[j]]
        return image
    out = framed[rows[:, None], columns]
    if moves_in == "old_pixels_stay" and out.shape == image.shape:
        out[nothing] = image[nothing]
    if result == "image_overwritten":
        image[...] = out
        return image
    if result == "cropped":
        return out[rows < h][:, columns < w]
    if result == "grown":
        return np.pad(image, ((max(dy, 0), max(-dy, 0)), (max(dx, 0), max(-dx, 0))))
    return out


def _amount(d, direction, sign, distance):
    """Return by how much an image moves along one axis."""
    d = {"sign_ignored": abs(d), "negative_does_nothing": max(d, 0)}.get(sign, d)
    d = -d if direction == "opposite_direction" else d
    return {"one_too_far": d + 1, "one_too_short": d - 1, "moved_twice": 2 * d}.get(distance, d)


def _sources(n, d, cells, moves_in, far):
    """Return for each cell of the result, along one axis, the cell of the image it shows.

    n stands for none, and n + 1 for one that is not there.
    """
    if (far == "far_is_refused" and abs(d) >= n) or (far == "far_slices_clash" and 1 < 2 * n - d < n):
        raise ValueError(d)
    d = int(np.fmod(d, n)) if far == "far_comes_back" else d
    i = np.arange(cells)
    found = i - d
    if moves_in in ("negative_index", "sources_not_tested"):
        found = np.where(found < 0, found + n, found)
    elif moves_in == "minus_1_let_through":
        found = np.where(found == -1, n - 1, found)
    elif moves_in in ("returns_on_negative", "targets_not_tested"):
        found = np.where(found >= n, found - n, found)
    elif moves_in in ("wraps_around", "first_rows_cleared", "other_end_cleared"):
        found = found % n
    elif moves_in == "edge_repeated":
        found = found.clip(0, n - 1)
    elif moves_in == "mirrored":
        found = np.where(found < n, abs(found), 2 * n - 2 - found).clip(0, n - 1)
    elif moves_in == "slices_from_the_end":
        targets, sources = range(n)[d:], range(n)[:-d]
        if len(sources) not in (1, len(targets)):
            raise ValueError(d)
        found = np.full(cells, n)
        found[targets] = sources
    past = {  # of cells that are one after the other, the last is the largest
        "reads_past_the_end": found[-1] >= n,
        "writes_past_the_end": d > 0,
        "sources_not_tested": found[-1] >= n or d > n,
        "targets_not_tested": d > 0 or d < -n,
    }
    cleared = {"first_rows_cleared": i[:d], "other_end_cleared": i[-d:] if d > 0 else i[:-d]}.get(moves_in, i[:0])
    found[(found < 0) | (found >= n)] = n
    found[cleared] = n
    if past.get(moves_in):
        found[-1 if d < 0 else 0] = n + 1
    return found


@_mistakes.model(
    base={
        "neighbouring_rows": "Each row is compared with the row before it; all are compared with row 0.",
        "last_row": "All rows are compared with the last one; compare them with row 0.",
        "last_row_for_row_0": "The rows below row 0 are compared with the last one; compare them with row 0.",
        "row_1": "The rows are compared with row 1; compare them with row 0.",
        "axes_swapped": "Rows and columns are swapped: a row holds the labels of all images for one shift.",
        "anywhere_in_row_0": "A label counts if it appears anywhere in row 0; compare it with row 0's label of the "
        "same image.",
        "first_label": "All labels are compared with the first one of row 0; compare each with that of its own image.",
        "neighbouring_image": "Labels are compared with row 0's label of the image before; it must be the same image.",
        "every_pair": "All pairs of rows are compared, shifted with shifted too; compare with row 0 only.",
    },
    rows={
        "row_0_counted": "Row 0 is counted among the shifted rows: count the others only.",
        "row_0_added": "Row 0's agreement with itself is added to the count, but not to the divisor: begin with row 1.",
        "first_shift_only": "Only row 1 is compared; every shifted row counts.",
        "first_shift_over_all": "Only row 1 is counted, but the divisor is that of all shifted rows: "
        "`return` belongs after the loop.",
        "last_shift_only": "Only the last row counts: add up the agreements of all shifted rows.",
        "last_shift_over_all": "Only the last row is counted, but the divisor is that of all shifted rows: "
        "start the count before the loop.",
        "last_row_left_out": "The last row is not counted: the loop over the rows ends too early.",
        "row_1_left_out": "Row 1 is not counted: the loop over the rows begins too late.",
    },
    images={
        "first_image_left_out": "The first image is not counted: the loop over the images begins too late.",
        "last_image_left_out": "The last image is not counted: the loop over the images ends too early.",
        "first_image_only": "Only the first image is compared; every image counts.",
        "last_image_only": "Only the last image is compared; every image counts.",
        "first_prediction_only": "Only the first prediction is counted, over all of them: "
        "`return` belongs after the loops.",
    },
    agreement={
        "share_that_differs": "This is the share that changes; the consistency is the share that does not.",
        "neighbours_agree": "Labels that differ by 1 are taken as equal; labels are names, not amounts.",
        "label_0_ignored": "Predictions of label 0 are left out; 0 is a class like any other.",
        "at_least": "A label above row 0's counts as well; only an equal one agrees.",
        "at_most": "A label below row 0's counts as well; only an equal one agrees.",
        "above": "The labels above row 0's are counted; count the equal ones.",
        "below": "The labels below row 0's are counted; count the equal ones.",
    },
    unit={
        "all_shifts_must_agree": "An image counts only if all its shifted predictions agree; "
        "each prediction must count separately.",
        "one_agreement_is_enough": "An image counts as soon as one shift agrees; each prediction counts.",
        "whole_row_must_agree": "A row counts only if all of it agrees; each prediction must count separately.",
        "share_of_each_row": "You return one share for each row; return a single number, the share of all predictions.",
        "share_of_each_image": "You return one share for each image; return a single number, the share of all "
        "predictions.",
        "agreements_returned": "You return the agreements themselves; return a single number, their share.",
        "counted_once": "The count never gets above 1: add 1 for each agreement, += and not =.",
    },
    divisor={
        "divided_by_images": "The count is divided by the number of images only; "
        "there are as many predictions as images times shifted rows.",
        "divided_by_shifts": "The count is divided by the number of shifted rows only; "
        "there are as many predictions as images times shifted rows.",
        "divided_by_rows": "The count is divided by the number of rows; "
        "there are as many predictions as images times shifted rows.",
        "divided_by_all": "The count is divided by all labels, row 0's too; only the others are compared.",
        "divided_by_one_row_less": "The divisor counts one row too few: there are S - 1 shifted rows.",
        "divided_by_one_row_more": "The divisor counts two rows too many: there are S - 1 shifted rows.",
        "divided_by_one_image_less": "The divisor counts one image too few: there are N in each row.",
        "divided_by_one_image_more": "The divisor counts one image too many: there are N in each row.",
        "one_label_less": "You divide by all labels but one; none of row 0's labels count, so divide by (S - 1)·N.",
        "bracket_missing": "The divisor is S - 1·N: put brackets around S - 1.",
        "divided_by_sum": "The divisor adds the shifted rows and the images; multiply them.",
        "not_divided": "This is how many predictions agree; divide it by how many were compared.",
        "multiplied": "You multiply the count by how many were compared; divide by it.",
    },
    form={
        "rounded": "The share is rounded; give it as it is.",
        "rounded_to_one_digit": "The share is rounded to one digit; give it as it is.",
        "rounded_to_three_digits": "The share is rounded to three digits; give it as it is.",
        "rounded_to_whole": "The share is rounded to 0 or 1; give it as it is.",
        "whole_division": "You divide with //, which turns every share below 1 into 0: use /.",
        "remainder": "% gives what the division leaves over; divide with /.",
        "percent": "You return a percentage; if all predictions agree, the result must be 1.0.",
    },
    refuses={
        "one_shift_refused": "Two rows raise an error: one shifted row beside row 0 is enough.",
        "single_row_accepted": "A single row is accepted, though nothing was shifted: raise ValueError.",
    },
)
def consistency(labels, *, base="", rows="", images="", agreement="", unit="", divisor="", form="", refuses=""):
    if len(labels) < 3 - (refuses != "one_shift_refused"):
        if refuses == "single_row_accepted":
            return 1.0
        raise ValueError(labels.shape)
    labels = labels.T if base == "axes_swapped" else labels
    s, n = labels.shape
    first, shifted = labels[0], labels if rows in ("row_0_counted", "row_0_added") else labels[1:]
    if base == "neighbouring_rows":
        first = labels[np.arange(s - len(shifted), s) - 1]
    elif base == "last_row":
        first, shifted = labels[-1], labels if len(shifted) == s else labels[:-1]
    elif base == "last_row_for_row_0":
        first = labels[-1]
    elif base == "row_1":
        first = labels[1]
    elif base == "first_label":
        first = labels[0, 0]
    elif base == "neighbouring_image":
        first = np.roll(labels[0], 1)
    elif base == "every_pair":
        i, j = np.triu_indices(s, 1)
        first, shifted = labels[i], labels[j]
    agree = {
        "share_that_differs": lambda: shifted != first,
        "neighbours_agree": lambda: abs(shifted - first) <= 1,
        "label_0_ignored": lambda: (shifted == first) & (shifted != 0),
        "at_least": lambda: shifted >= first,
        "at_most": lambda: shifted <= first,
        "above": lambda: shifted > first,
        "below": lambda: shifted < first,
    }.get(agreement, lambda: np.isin(shifted, first) if base == "anywhere_in_row_0" else shifted == first)()
    compared = len(shifted) - (rows == "row_0_added")
    agree = {
        "first_shift_only": agree[:1],
        "first_shift_over_all": agree[:1],
        "last_shift_only": agree[-1:],
        "last_shift_over_all": agree[-1:],
        "last_row_left_out": agree[:-1],
        "row_1_left_out": agree[1:],
    }.get(rows, agree)
    compared = 1 if rows in ("first_shift_only", "last_shift_only") else compared
    agree = {
        "first_image_left_out": agree[:, 1:],
        "last_image_left_out": agree[:, :-1],
        "first_image_only": agree[:, :1],
        "last_image_only": agree[:, -1:],
        "first_prediction_only": agree[:1, :1],
    }.get(images, agree)
    n = 1 if images in ("first_image_only", "last_image_only") else n
    if unit in ("share_of_each_row", "share_of_each_image"):
        return agree.sum(axis=1) / n if unit == "share_of_each_row" else agree.sum(axis=0) / compared
    if unit == "agreements_returned":
        return agree
    if unit in ("all_shifts_must_agree", "one_agreement_is_enough"):
        agree, compared = agree.all(axis=0) if unit == "all_shifts_must_agree" else agree.any(axis=0), 1
    elif unit == "whole_row_must_agree":
        agree, n = agree.all(axis=1), 1
    count = int(agree.any() if unit == "counted_once" else agree.sum())
    total = {
        "divided_by_images": n,
        "divided_by_shifts": compared,
        "divided_by_rows": compared + 1,
        "divided_by_all": (compared + 1) * n,
        "divided_by_one_row_less": (compared - 1) * n,
        "divided_by_one_row_more": (compared + 2) * n,
        "divided_by_one_image_less": compared * (n - 1),
        "divided_by_one_image_more": compared * (n + 1),
        "one_label_less": (compared + 1) * n - 1,
        "bracket_missing": compared + 1 - n,
        "divided_by_sum": compared + n,
        "not_divided": 1,
    }.get(divisor, compared * n)
    if form in ("whole_division", "remainder"):
        return count // total if form == "whole_division" else count % total
    share = count * total if divisor == "multiplied" else count / total
    digits = {"rounded": 2, "rounded_to_one_digit": 1, "rounded_to_three_digits": 3, "rounded_to_whole": 0}
    return round(share, digits[form]) if form in digits else share * (100 if form == "percent" else 1)


ROW = np.array([1, 2, 1])
WEIGHTS = {
    "right": np.outer(ROW, ROW) / 16,
    "box_blur": np.full((3, 3), 1 / 9),
    "four_neighbours": np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4,
    "diagonals_left_out": np.array([[0, 2, 0], [2, 4, 2], [0, 2, 0]]) / 16,
    "diagonals_left_out_sum_1": np.array([[0, 2, 0], [2, 4, 2], [0, 2, 0]]) / 12,
    "weights_added": np.add.outer(ROW, ROW) / 16,
    "all_weights_1": np.ones((3, 3)) / 16,
    "rows_alike": np.array([ROW, ROW, ROW]) / 16,
    "columns_alike": np.array([ROW, ROW, ROW]).T / 16,
    "horizontal_only": np.outer([0, 1, 0], ROW) / 4,
    "vertical_only": np.outer(ROW, [0, 1, 0]) / 4,
    "not_blurred": np.outer([0, 1, 0], [0, 1, 0]),
    "end_of_window_left_out": np.outer([1, 2, 0], [1, 2, 0]) / 16,
    "end_of_window_left_out_down": np.outer([1, 2, 0], ROW) / 16,
    "end_of_window_left_out_right": np.outer(ROW, [1, 2, 0]) / 16,
    "start_of_window_left_out": np.outer([0, 2, 1], [0, 2, 1]) / 16,
    "start_of_window_left_out_down": np.outer([0, 2, 1], ROW) / 16,
    "start_of_window_left_out_right": np.outer(ROW, [0, 2, 1]) / 16,
}
DIVISORS = {
    "not_divided": 1,
    "divided_by_4": 4,
    "divided_by_8": 8,
    "divided_by_9": 9,
    "mean_of_products": 144,
    "divided_twice": 256,
}

THREE = np.arange(3)


@_mistakes.model(
    weights={
        "four_neighbours": "Only the four neighbours are averaged: the cell itself has the weight 4/16, these four "
        "2/16 each, the diagonal ones 1/16 each.",
        "box_blur": "All nine cells weigh the same; the weights are 1 2 1, 2 4 2 and 1 2 1, divided by 16.",
        "diagonals_left_out": "The diagonal neighbours do not count; their weight is 1/16 each.",
        "diagonals_left_out_sum_1": "The diagonal neighbours do not count, and the others are divided by 12; "
        "the diagonal ones have the weight 1/16.",
        "weights_added": "[1, 2, 1] and [1, 2, 1] are added; the weights are their products.",
        "all_weights_1": "All nine cells weigh 1/16; the weights are 1 2 1, 2 4 2 and 1 2 1, divided by 16.",
        "rows_alike": "All three rows have the weights [1, 2, 1]; those of the middle row must be twice as large.",
        "columns_alike": "All three columns have the weights [1, 2, 1]; those of the middle column must be twice as "
        "large.",
        "horizontal_only": "The blur is horizontal only; rows above and below count too.",
        "vertical_only": "The blur is vertical only; columns to the left and right count too.",
        "not_blurred": "Nothing is blurred: every stride-th cell is kept as it was.",
        **_by_axis(
            end_of_window_left_out="The sum leaves out the last {line} of each window: it is 3×3 cells.",
            start_of_window_left_out="The sum leaves out the first {line} of each window: it is 3×3 cells.",
        ),
    },
    divisor={
        "not_divided": "The sum is not divided by 16: the weights must add up to 1.",
        "divided_by_4": "The sum is divided by 4, which is right for one direction: for both, divide by 16.",
        "divided_by_8": "The sum is divided by 8; the weights add up to 16.",
        "divided_by_9": "The sum is divided by 9, the number of cells; the weights add up to 16.",
        "mean_of_products": "The nine weighted cells are averaged; add them up.",
        "divided_twice": "The sum is divided by 16 twice: the weights must add up to 1.",
    },
    padding={
        "edge_padded": 'The edge cells are repeated: that is "edge". In "reflect" the first new cell shows their '
        "neighbour.",
        "zero_padded": "You pad with zeros, which darkens the border; pad with the mirrored map.",
        "renormalised": "At the border you drop the outer weights and enlarge the others; pad with the mirrored map "
        "instead.",
        "wrapped": "You pad with cells from the opposite side; pad with the mirrored map.",
        "negative_index": "Nothing is padded: index -1 is taken for the last row or column, "
        "and one past the end raises an error.",
        "not_padded": "Nothing is padded, so the border cells are missing: pad by one pixel first.",
        "padded_by_2": "The padding is 2 cells wide, not 1, so every window lies one row and one column too far up and "
        "left.",
        "padded_after_only": "All padding is at the bottom and on the right, "
        "so every window lies one row and one column too far down and right.",
        "border_not_blurred": "Cells at the border are left as they were; blur them with the mirrored map.",
        "border_black": "Cells at the border stay 0; blur them with the mirrored map.",
    },
    step={
        "stride_ignored": "Every second cell is kept whatever the stride is.",
        "not_subsampled": "All cells are kept; keep only every stride-th row and column.",
        "not_subsampled_right": "Every stride-th row is kept, but every column; keep every stride-th of both.",
        "not_subsampled_down": "Every stride-th column is kept, but every row; keep every stride-th of both.",
        **_by_axis(
            stride_skips_that_many="Every (stride + 1)-th {line} is kept; a stride of 2 keeps every second one.",
            window_starts_at_i="The output has the right size, but its {lines} are those of stride 1: "
            "window i begins at i·stride in the padded map.",
        ),
    },
    first={
        "starts_at_second": "The second cell is the first that is kept; begin with the first.",
        "starts_at_last": "Of every `stride` cells the last one is kept; keep the first.",
        **_by_axis(
            one_late="Every window lies one {line} too far {ahead}, and some no longer fit: in the padded map, window "
            "i begins at i·stride.",
        ),
    },
    count={
        **_by_axis(
            last_cells_missed="The last {line} {are} lost where the stride does not divide the size: round up.",
            very_last_missed="The very last {line} of x {are} never kept, though the stride may lead there.",
        ),
        "one_too_many_empty": "You round up even where the stride divides the size, which adds a row and a column of "
        "zeros: there are ceil(size / stride).",
        "size_without_padding": "The output has (size - 3) // stride + 1 rows and columns; "
        "there are ceil(size / stride).",
        "square_assumed": "The output is as wide as it is high; its width comes from the map's width.",
    },
    order={
        "maximum_first": "A maximum is taken before the blur; that is another layer. Here x itself is blurred.",
        "stride_before_blur": "You drop cells before you blur; blur all of x first, then drop cells.",
    },
    channels={
        "channels_added": "The channels are added up; blur each separately and keep it.",
        "channels_averaged": "The channels are averaged; blur each separately and keep it.",
        "sum_in_every_channel": "Every channel of the output holds the sum of all channels; blur each separately.",
        "first_channel_only": "Only the first channel is there; blur each separately and keep it.",
        "channel_axis_lost": "With a single channel, the channel axis is lost: (H, W, 1) must keep its three axes.",
    },
    numbers={
        "fractions_lost": "The output has x's dtype, so integers lose their fractions: make it of floats.",
        "integers_wrap": "Sums of small integers wrap around before they are divided: turn x into floats.",
    },
    refuses={
        "stride_0_accepted": "A stride below 1 is accepted; it must raise ValueError.",
        "zero_accepted": "A stride of 0 must raise ValueError.",
        "negative_accepted": "A negative stride must raise ValueError.",
        "stride_1_refused": "A stride of 1 raises an error; it keeps every cell.",
    },
)
def blur_pool2d(
    x, stride=2, *,
    weights="right", divisor="", padding="mirrored", step="", first="", count="", order="", channels="",
    numbers="", refuses="",
):  # fmt: skip
    if stride < 1 and refuses in ("stride_0_accepted", "negative_accepted" if stride else "zero_accepted"):
        return x.astype(float)
    if stride < 1 + (refuses == "stride_1_refused"):
        raise ValueError(stride)
    values = x.astype(float)
    if order == "maximum_first":
        values = np.maximum(values, np.concatenate([values[1:], values[-1:]]))
        values = np.maximum(values, np.concatenate([values[:, 1:], values[:, -1:]], axis=1))
    elif order == "stride_before_blur":
        values, stride = values[::stride, ::stride], 1
    h, w = values.shape[:2]
    rows = _tops(h, stride, *_on("down", padding, step, first, count))
    columns = _tops(w, stride, *_on("right", padding, step, first, count))
    columns = np.arange(len(rows)) * stride if count == "square_assumed" else columns
    black = np.zeros((h + 1, w + 1, values.shape[2]))
    black[:h, :w] = values
    padded = black[_padded(h, *_on("down", padding))[:, None], _padded(w, *_on("right", padding))]
    if rows.max(initial=0) + 3 > len(padded) or columns.max(initial=0) + 3 > padded.shape[1]:
        raise IndexError(x.shape)
    rows, columns = rows[:, None] + THREE, columns[:, None] + THREE
    windows = padded[rows[:, None, :, None], columns[None, :, None]]  # (H_out, W_out, 3, 3, C)
    used = 16 * WEIGHTS[weights] / DIVISORS.get(divisor, 16)
    if numbers == "integers_wrap" and x.dtype.kind in "iu":
        out = np.einsum("ijabc,ab->ijc", windows.astype(x.dtype), (16 * used).astype(x.dtype)) / 16
    else:
        out = np.einsum("ijabc,ab->ijc", windows, used)
    if padding == "renormalised":
        inside = [((places > 0) & (places <= n)) * 1.0 for places, n in ((rows, h), (columns, w))]
        out /= np.einsum("ia,jb,ab->ij", *inside, WEIGHTS["right"])[..., None]
    elif padding in ("border_black", "border_not_blurred"):
        border = np.isin(rows[:, 0], (0, h - 1))[:, None] | np.isin(columns[:, 0], (0, w - 1))
        out[border] = 0 if padding == "border_black" else windows[border][:, 1, 1]
    if count == "one_too_many_empty":
        out = np.pad(out, ((0, h % stride == 0), (0, w % stride == 0), (0, 0)))
    out = _of_channels(out, channels)
    return out.astype(x.dtype) if numbers == "fractions_lost" else out


def _tops(n, stride, padding, step, first, count):
    """Return where the windows begin in the padded map, along one axis."""
    s = {"stride_ignored": 2, "not_subsampled": 1, "stride_skips_that_many": stride + 1}.get(step, stride)
    start = {"starts_at_second": min(1, s - 1), "starts_at_last": s - 1}.get(first, 0)
    tops = np.arange(start, n - 2 * (padding == "not_padded"), s)
    tops = np.arange(len(tops)) if step == "window_starts_at_i" else tops
    tops = tops + 1 if first == "one_late" else tops
    kept = {
        "last_cells_missed": n // stride,
        "very_last_missed": -(-(n - 1) // stride),
        "last_missed": len(tops) - 1,
        "size_without_padding": (n - 3) // stride + 1,
    }
    return tops[: kept.get(count, n)]


def _padded(n, padding):
    """Return which cells the padded map shows along one axis; n stands for a black one."""
    before, after = {
        "edge_padded": ([0], [n - 1]),
        "zero_padded": ([n], [n]),
        "renormalised": ([n], [n]),
        "wrapped": ([n - 1], [0]),
        "negative_index": ([n - 1], []),
        "not_padded": ([], []),
        "padded_by_2": ([2, 1], [n - 2, n - 3]),
        "padded_after_only": ([], [n - 2, n - 3]),
    }.get(padding, ([1], [n - 2]))
    return np.array([*before, *range(n), *after])


def _of_channels(out, channels):
    """Return an (H, W, C) result as it is with a loop over the channels that goes wrong."""
    return {
        "channels_added": lambda: out.sum(axis=2, keepdims=True),
        "channels_averaged": lambda: out.mean(axis=2, keepdims=True),
        "sum_in_every_channel": lambda: np.broadcast_to(out.sum(axis=2, keepdims=True), out.shape),
        "first_channel_only": lambda: out[..., :1],
        "channel_axis_lost": lambda: out[..., 0] if out.shape[2] == 1 else out,
    }.get(channels, lambda: out)()


@_mistakes.model(
    shift={
        "axes_swapped": "dy and dx are swapped: dy rolls down, which is axis 0.",
        "rolled_right_only": "x is rolled to the right only: dy, downwards, changes nothing.",
        "opposite_direction": "x is rolled the opposite way: a positive dy rolls down, dx to the right.",
        "sign_ignored": "The sign is ignored: a negative dy rolls up, a negative dx to the left.",
        "negative_does_nothing": "A negative amount does nothing; it must roll x up or to the left.",
        **_by_axis(
            one_too_far="x is rolled one {line} too far {ahead}.",
            one_too_short="x is rolled one {line} too far {back}.",
        ),
        "axis_missing": "np.roll without an axis rolls all values as one row: give axis=(0, 1).",
        "last_two_axes": "The last two axes are rolled, which are columns and channels: give axis=(0, 1).",
        "sum_rolled": "x is rolled by dy + dx along one axis; each amount has an axis of its own: axis=(0, 1).",
    },
    moves_in={
        "zeros_move_in": "Zeros move in; here x is rolled, and what leaves comes back on the other side.",
        "edge_repeated": "The edge cells are repeated; here x is rolled, and what leaves comes back on the other side.",
    },
    order={
        "not_pooled": "x is compared with x rolled; pool both before you compare.",
        "pooled_map_rolled": "The pooled map is rolled; roll x, and pool what comes out.",
        "cropped_before_rolling": "The rows and columns that fill no window are cut off before x is rolled; "
        "roll all of x, then pool.",
    },
    sizes={
        "size_ignored": "The window is 2×2 whatever `size` says.",
        "pair_swapped": "A pair is (vertical, horizontal): its first number is the window's height.",
        "first_of_pair_twice": "The first number of a pair is used for both directions.",
        "second_of_pair_twice": "The second number of a pair is used for both directions.",
        "pair_refused": "A pair (vertical, horizontal) raises an error; `size` may be an int or a pair.",
        "exact_fit_refused": "A window as high or as wide as x raises an error; it fits once.",
    },
    windows={
        "stride_1": "The windows move by one cell; their stride is their size.",
        "part_windows_counted": "Windows that do not fit at the end count too; only whole windows must count.",
        "one_cell_late": "Every window begins one cell late; window i begins at i·size.",
        **_by_axis(
            window_starts_at_i="There are as many {lines} of windows as there should be, but they lie one cell apart: "
            "window i begins at i·size.",
            last_empty="The last {line} of the pooled maps {stay} 0: the loops end too early.",
            first_empty="The first {line} of the pooled maps {stay} 0: the loops begin too late.",
            end_of_window_left_out="The last {line} of each window {are} left out: it ends at (i + 1)·size.",
            start_of_window_left_out="The first {line} of each window {are} left out: it begins at i·size.",
            window_one_larger="Each window has one {line} too many: it ends at (i + 1)·size.",
        ),
    },
    pooling={
        "average_pooling": "The windows are averaged; take the maximum of each.",
        "sum_pooling": "The windows are added up; take the maximum of each.",
        "min_pooling": "The minimum of each window is taken; take the maximum.",
        "first_cell_kept": "The first cell of each window is kept; take the maximum of each.",
        "maximum_at_least_0": "A maximum below 0 becomes 0: start from the window's first cell, not from 0.",
    },
    channels={
        "pooled_across_channels": "The maximum is taken over the channels too; pool each separately.",
        "averaged_across_channels": "The channels are averaged before they are pooled; pool each separately.",
        "added_across_channels": "The channels are added up before they are pooled; pool each separately.",
        "channels_added": "The channels' errors are added up; the mean is over all channels too.",
        "first_channel_only": "Only the first channel is measured.",
        "last_channel_only": "Only the last channel is measured.",
        "last_channel_empty": "The last channel counts as 0: the loop over the channels ends too early.",
        "first_channel_empty": "The first channel counts as 0: the loop over the channels begins too late.",
    },
    error={
        "squared": "The differences are squared; take their absolute values instead.",
        "root_of_mean_square": "You return the root of the mean square; return the mean of the absolute values.",
        "sign_kept": "Differences of both signs cancel: take each one's absolute value before the mean.",
        "sign_reversed": "Differences of both signs cancel, and it is before minus after: "
        "take each one's absolute value before the mean.",
        "difference_of_means": "The means of the two maps are compared; compare them cell by cell.",
        "maps_added": "The two maps are added; subtract one from the other.",
        "largest_difference": "You return the largest difference; return the mean over all cells.",
        "median_difference": "You return the median of the differences; return their mean.",
        "sum_of_differences": "The differences are added up; divide by the number of pooled cells.",
        "divided_by_cells_of_x": "The sum is divided by the number of x's cells; divide by that of the pooled cells.",
        "divided_by_rows": "The sum is divided by the number of pooled rows only; divide by that of the pooled cells.",
        "divided_by_columns": "The sum is divided by the number of pooled columns only; "
        "divide by that of the pooled cells.",
        "share_of_changed_cells": "You return the share of cells that change; measure by how much they change.",
        "number_of_changed_cells": "You return the number of cells that change; measure by how much they change, and "
        "take the mean.",
        "one_error_a_channel": "You return one error for each channel; return a single number, the mean over all "
        "channels.",
        "map_of_differences": "You return the differences of all cells; return a single number, their mean.",
    },
    numbers={
        "difference_wraps": "0 - 1 is 255 in uint8: turn x into floats before you subtract.",
        "fractions_lost": "The pooled maps hold integers, so they lose their fractions: make them of floats.",
        "rounded": "The error is rounded; give it as it is.",
        "whole_error": "The error loses its fraction; give it as it is.",
    },
    refuses={
        "small_window_accepted": "A window below 1 must raise ValueError.",
        "large_window_accepted": "A window larger than x must raise ValueError.",
        "misfit_accepted": "A window below 1 or larger than x is accepted; it must raise ValueError.",
    },
)
def pool_shift_error(
    x, dy, dx, size=2, *,
    shift="", moves_in="", order="", sizes="", windows="", pooling="", channels="", error="", numbers="", refuses="",
):  # fmt: skip
    if sizes == "pair_refused" and isinstance(size, tuple):
        raise TypeError(size)
    kh, kw = size if isinstance(size, tuple) else (size, size)
    small, large = min(kh, kw) < 1, kh > x.shape[0] or kw > x.shape[1]
    if small or large:
        if refuses == "misfit_accepted" or refuses == ("small_window_accepted" if small else "large_window_accepted"):
            return 0.0
        raise ValueError(size)
    if sizes == "exact_fit_refused" and (kh == x.shape[0] or kw == x.shape[1]):
        raise ValueError(size)
    kh, kw = {
        "size_ignored": (2, 2),
        "pair_swapped": (kw, kh),
        "first_of_pair_twice": (kh, kh),
        "second_of_pair_twice": (kw, kw),
    }.get(sizes, (kh, kw))
    values = x.astype(float)
    across = {"pooled_across_channels": np.max, "averaged_across_channels": np.mean, "added_across_channels": np.sum}
    values = across[channels](values, axis=2, keepdims=True) if channels in across else values
    if order == "cropped_before_rolling":
        values = values[: len(values) // kh * kh, : values.shape[1] // kw * kw]

    if order == "pooled_map_rolled":
        before = _pooled(values, kh, kw, windows, pooling)
        after = _rolled(before, dy, dx, shift, moves_in)
    else:
        both = np.concatenate([values, _rolled(values, dy, dx, shift, moves_in)], axis=2)
        both = both if order == "not_pooled" else _pooled(both, kh, kw, windows, pooling)
        before, after = both[..., : values.shape[2]], both[..., values.shape[2] :]
    if channels in ("first_channel_only", "last_channel_only"):
        kept = slice(1) if channels == "first_channel_only" else slice(-1, None)
        before, after = before[..., kept], after[..., kept]
    elif channels in ("first_channel_empty", "last_channel_empty"):
        before[..., 0 if channels == "first_channel_empty" else -1] = 0
        after[..., 0 if channels == "first_channel_empty" else -1] = 0
    if numbers == "fractions_lost":
        before, after = before.astype(int), after.astype(int)
    elif numbers == "difference_wraps":
        before, after = before.astype(x.dtype), after.astype(x.dtype)
    found = _error(before, after, error, x.size, channels)
    return np.round(found) if numbers == "rounded" else np.trunc(found) if numbers == "whole_error" else found


def _rolled(x, dy, dx, shift, moves_in):
    """Return x rolled."""
    if shift in ("axis_missing", "last_two_axes", "sum_rolled"):
        return np.roll(x, (dy, dx), axis={"axis_missing": None, "last_two_axes": (1, 2), "sum_rolled": (0, 0)}[shift])
    dy, dx = {
        "axes_swapped": (dx, dy),
        "rolled_right_only": (0, dx),
        "sign_ignored": (abs(dy), abs(dx)),
        "negative_does_nothing": (max(dy, 0), max(dx, 0)),
    }.get(shift, (dy, dx))
    (down,), (right,) = _on("down", shift), _on("right", shift)
    turned = {"opposite_direction": (-1, 0), "one_too_far": (1, 1), "one_too_short": (1, -1)}
    (turn, more), (turn_right, more_right) = turned.get(down, (1, 0)), turned.get(right, (1, 0))
    i, j = np.arange(len(x)) - turn * dy - more, np.arange(x.shape[1]) - turn_right * dx - more_right
    if moves_in == "edge_repeated":
        return x[i.clip(0, len(x) - 1)[:, None], j.clip(0, x.shape[1] - 1)]
    out = x[(i % len(x))[:, None], j % x.shape[1]]
    if moves_in == "zeros_move_in":
        out[((i < 0) | (i >= len(x)))[:, None] | (j < 0) | (j >= x.shape[1])] = 0
    return out


def _pooled(x, kh, kw, windows, pooling):
    """Return x pooled."""
    (rows, empty_rows), (columns, empty_columns) = (
        _cells(n, k, *_on(axis, windows)) for axis, n, k in (("down", len(x), kh), ("right", x.shape[1], kw))
    )
    cells = x[rows[:, None, :, None], columns[None, :, None]]  # (H_out, W_out, kh, kw, C)
    if pooling == "first_cell_kept":
        out = cells[:, :, 0, 0].copy()
    else:
        reduce = {"average_pooling": np.mean, "sum_pooling": np.sum, "min_pooling": np.min}.get(pooling, np.max)
        out = reduce(cells, axis=(2, 3))
    out = np.maximum(out, 0) if pooling == "maximum_at_least_0" else out
    out[empty_rows], out[:, empty_columns] = 0, 0
    return out


def _cells(n, k, windows):
    """Return which cells each window covers along one axis, and which windows stay empty."""
    starts = np.arange(0, n if windows == "part_windows_counted" else n - k + 1, 1 if windows == "stride_1" else k)
    starts = np.arange(len(starts)) if windows == "window_starts_at_i" else starts
    ends = {"end_of_window_left_out": (0, k - 1), "start_of_window_left_out": (1, k), "window_one_larger": (0, k + 1)}
    begin, end = (1, k + 1) if windows == "one_cell_late" else ends.get(windows, (0, k))
    empty = {"last_empty": slice(-1, None), "first_empty": slice(1)}.get(windows, slice(0))
    return np.minimum(starts[:, None] + np.arange(begin, end), n - 1), empty


def _error(before, after, error, cells, channels):
    """Return what is made of the two pooled maps."""
    difference = after - before
    size = abs(difference)
    if channels == "channels_added":
        size = size.sum(axis=2)
    return {
        "squared": lambda: (size**2).mean(),
        "root_of_mean_square": lambda: np.sqrt((size**2).mean()),
        "sign_kept": lambda: difference.mean(),
        "sign_reversed": lambda: (before - after).mean(),
        "difference_of_means": lambda: abs(after.mean() - before.mean()),
        "maps_added": lambda: (after + before).mean(),
        "largest_difference": size.max,
        "median_difference": lambda: np.median(size),
        "sum_of_differences": size.sum,
        "divided_by_cells_of_x": lambda: size.sum() / cells,
        "divided_by_rows": lambda: size.sum() / size.shape[0],
        "divided_by_columns": lambda: size.sum() / size.shape[1],
        "share_of_changed_cells": lambda: (difference != 0).mean(),
        "number_of_changed_cells": lambda: (difference != 0).sum(),
        "one_error_a_channel": lambda: size.mean(axis=(0, 1)),
        "map_of_differences": lambda: size,
    }.get(error, size.mean)()

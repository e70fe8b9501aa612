"""Chapter 7: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied


@varied(height=(4, 6, 8, 9), width=(5, 10, 11, 12))
def _cells_hit_by_four(height=5, width=7):
    four = (height - 1) * (width - 1)
    two = (height - 1) * (width + 2) + (width - 1) * (height + 2)
    rows, columns = 2 * height + 1, 2 * width + 1
    return Question(
        "cells_hit_by_four",
        answer=four,
        points=5,
        wrong={
            height * width: "That is the number of stamps; four of them meet only between four neighbouring pixels.",
            four + two: "You counted every cell that more than one stamp hits; most of these are hit by two.",
            two: "Those are the cells hit by two stamps; four meet where an overlap of rows crosses one of columns.",
            rows * columns: f"That is the size of the whole result, {rows}×{columns}; count only its cells that are 4.",
        },
        shown=(f"{height}×{width} ones", f"np.ones(({height}, {width}))"),
    )


# With these, 8 in the place of 16 gives another height and the same width, as with the public copy's.
@varied(height=(420, 450, 468, 484, 600), width=(300, 315, 365, 397))
def _pixels_added(height=500, width=333):
    photo = height * width
    high, wide = -(-height // 16) * 16, -(-width // 16) * 16
    rows, columns, by_eight = high - height, wide - width, -(-height // 8) * 8
    square = 2 ** (max(high, wide) - 1).bit_length()
    return Question(
        "pixels_added",
        answer=high * wide - photo,
        points=5,
        wrong={
            rows + columns: f"Those are {rows} rows and {columns} columns; count the pixels in them.",
            rows
            * columns: "That is the corner where the new rows and the new columns meet; their other pixels count too.",
            rows * width + columns * height: "The corner where the new rows and the new columns meet is missing.",
            by_eight * wide - photo: f"{by_eight} is divisible by 2 · 4 = 8. Four poolings need 2**4 = 16.",
            square**2 - photo: "Neither a power of 2 nor a square is needed: each side must be divisible by 16.",
            high * wide: "That is the whole padded photo; the question is what was added.",
        },
        shown=(f"{height}×{width} pixels", f"(-{height} // step)", f"(-{width} // step)", f"{height} * {width}"),
    )


QUESTIONS = (_cells_hit_by_four, _pixels_added)

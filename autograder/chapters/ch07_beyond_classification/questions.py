"""Chapter 7: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question

QUESTIONS = (
    Question(
        "cells_hit_by_four",
        answer=(5 - 1) * (7 - 1),
        points=5,
        wrong={
            5 * 7: "That is the number of stamps; four of them meet only between four neighbouring pixels.",
            24 + 78: "You counted every cell that more than one stamp hits; most of these are hit by two.",
            78: "Those are the cells hit by two stamps; four meet where an overlap of rows crosses one of columns.",
            11 * 15: "That is the size of the whole result, 11×15; count only its cells that are 4.",
        },
    ),
    Question(
        "pixels_added",
        answer=512 * 336 - 500 * 333,
        points=5,
        wrong={
            12 + 3: "Those are 12 rows and 3 columns; count the pixels in them.",
            12 * 3: "That is the corner where the new rows and the new columns meet; their other pixels count too.",
            12 * 333 + 3 * 500: "The corner where the new rows and the new columns meet is missing.",
            504 * 336 - 500 * 333: "504 is divisible by 2 · 4 = 8. Four poolings need 2**4 = 16.",
            512 * 512 - 500 * 333: "Neither a power of 2 nor a square is needed: each side must be divisible by 16.",
            172_032: "That is the whole padded photo; the question is what was added.",
        },
    ),
)

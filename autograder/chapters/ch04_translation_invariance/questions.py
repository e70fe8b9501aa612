"""Chapter 4: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question

QUESTIONS = (
    Question(
        "exact_shift",
        answer=2 * 2 * 1 * 3,
        points=5,
        wrong={
            2 + 2 + 1 + 3: "The strides multiply: a cell of the second map stands for 2 · 2 pixels, not for 2 + 2.",
            2 + 2 + 3: "The strides multiply: a cell of the second map stands for 2 · 2 pixels, not for 2 + 2.",
            6: "6 pixels are 3 cells of the first map, and 3 is odd for the second stride of 2: the strides multiply.",
            4: "4 pixels are one cell before the last pooling, whose stride is 3.",
            3: "3 pixels are not a whole number of cells after the first stride of 2.",
            2: "2 pixels are one cell of the first map, which is an odd shift for the next layer.",
        },
    ),
    Question(
        "unnoticed_moves",
        answer=144 * 2 // 3,
        points=5,
        wrong={
            48: "Those are the moves that it notices: the pixel crosses into the next window. Count the others.",
            144 // 2: "Half is right for 2×2 windows; here a pixel in two of the three columns stays in its window.",
            144 * 8 // 9: "Every pixel in the right column of a window crosses; that is three of its nine cells.",
            144 * 4 // 9: "The image moves to the right only, so the rows do not matter.",
            144: "A pixel in the right column of its window crosses into the next window.",
            0: "A pixel that stays inside its window gives the same maximum.",
        },
    ),
)

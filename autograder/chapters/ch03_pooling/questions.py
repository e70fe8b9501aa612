"""Chapter 3: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question

QUESTIONS = (
    Question(
        "unread_cells",
        answer=90,
        points=5,
        wrong={
            96: "You counted the corner twice: its 3·2 cells lie in the last rows and in the last columns.",
            6: "Those 3·2 cells are the corner only; no window covers the last 3 rows and the last 2 columns.",
            0: "The stride is the size, 4: windows cover rows 0 to 11 and columns 0 to 19, and nothing after them.",
            240: "That is how many cells are covered: 12 rows by 20 columns.",
            315: "15 is the size of the output, 3 by 5; each window covers 16 cells.",
        },
    ),
    Question(
        "peak_gradient",
        answer=2,
        points=5,
        wrong={
            1: "Two windows hold the cell: those of rows 2 to 4 and of rows 4 to 6. Their gradients add up.",
            4: "Row 4 is in two windows, but column 5 in one only: the windows' columns are 0-2, 2-4, 4-6 and 6-8.",
            9: "That would be stride 1; at stride 2 fewer windows hold the cell.",
            7: "The gradient does not depend on the cell's value, only on the windows of which it is the maximum.",
            14: "The gradient is not multiplied by the cell's value: the maximum gets it unchanged.",
            16: "The other windows do not cover the cell; their gradients go to other cells.",
            0: "Pooling has no parameters, but a gradient passes through it to the maxima.",
        },
    ),
)

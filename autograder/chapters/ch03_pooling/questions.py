"""Chapter 3: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied


@varied(height=(14, 18, 19, 23), width=(26, 27, 30, 31, 35))
def _unread_cells(height=15, width=22):
    rows, columns = height % 4, width % 4
    covered = (height - rows) * (width - columns)
    return Question(
        "unread_cells",
        answer=height * width - covered,
        points=5,
        wrong={
            rows * width
            + columns * height: f"You counted the corner twice: its {rows}·{columns} cells lie in the last "
            "rows and in the last columns.",
            rows
            * columns: f"Those {rows}·{columns} cells are the corner only; no window covers the last {rows} rows and "
            f"the last {columns} columns.",
            0: f"The stride is the size, 4: windows cover rows 0 to {height - rows - 1} and columns 0 to "
            f"{width - columns - 1}, and nothing after them.",
            covered: f"That is how many cells are covered: {height - rows} rows by {width - columns} columns.",
            height * width
            - covered // 16: f"{covered // 16} is the size of the output, {height // 4} by {width // 4}; "
            "each window covers 16 cells.",
        },
        shown=(
            f"{height}×{width} map",
            f"{height * width} cells",
            f"{height} * {width}",
            f"{height} // 4 * 4",
            f"{width} // 4 * 4",
        ),
    )


QUESTIONS = (
    _unread_cells,
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

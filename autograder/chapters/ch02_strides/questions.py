"""Chapter 2: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied


@varied(size=(22, 38, 46, 54, 62, 70, 78))  # each layer leaves over a cell, as with the public copy's 30
def _pixels_without_a_way(size=30):
    way = size - 7
    return Question(
        "pixels_without_a_way",
        answer=size**2 - way**2,
        points=5,
        wrong={
            size**2 - (size - 3) ** 2: "You took one row and column for each layer; "
            "a cell left over in layer 2 stands for 2 pixels.",
            size**2 - (size - 1) ** 2: "Those are the pixels that the first layer leaves over; "
            "the second and third leave cells over too.",
            2
            * 7
            * size: "You counted the 7·7 pixels in the corner twice: they lie in the last rows and the last columns.",
            way**2: "Those are the pixels that do have a way; count the others.",
            7: "That is the number of rows; the last 7 rows and the last 7 columns hold many more pixels.",
        },
        shown=(f"{size}×{size} image", f"{size**2:,} pixels", f"[{size}]", f"{size}**2"),
    )


QUESTIONS = (
    _pixels_without_a_way,
    Question(
        "zero_rows_above",
        answer=2,
        points=5,
        wrong={
            3: "That is TensorFlow's padding at stride 1. At stride 2, 112 windows need 111·2 + 7 = 229 rows.",
            5: "5 rows are added in all; they are split between above and below.",
            6: "6 rows are added at stride 1. At stride 2, 112 windows need 111·2 + 7 = 229 rows.",
            2.5: "Half of 5 is not a whole number of rows: the odd row comes below.",
        },
    ),
)

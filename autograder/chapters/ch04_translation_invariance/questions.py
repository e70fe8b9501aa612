"""Chapter 4: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied

WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 9: "nine", 16: "16", 25: "25", 36: "36"}


@varied(first=(2, 3, 4, 5), last=(3, 5, 7))
def _exact_shift(first=2, last=3):
    multiply = f"The strides multiply: a cell of the second map stands for {first} · 2 pixels, not for {first} + 2."
    return Question(
        "exact_shift",
        answer=first * 2 * 1 * last,
        points=5,
        wrong={
            first + 2 + 1 + last: multiply,
            first + 2 + last: multiply,
            first * last: f"{first * last} pixels are {last} cells of the first map, and {last} is odd for the second "
            "stride of 2: the strides multiply.",
            first * 2: f"{first * 2} pixels are one cell before the last pooling, whose stride is {last}.",
            last: f"{last} pixels are not a whole number of cells after the first stride of {first}.",
            first: f"{first} pixels are one cell of the first map, which is an odd shift for the next layer.",
        },
        shown=(
            f"a convolution with stride {first},",
            f"max pooling {last}×{last} with stride {last}",
            f"= {first} * 2 * 1 * {last}",
        ),
    )


@varied(windows=(2, 4), size=(3, 4, 5, 6))
def _unnoticed_moves(windows=4, size=3):
    side = windows * size
    places = side**2
    return Question(
        "unnoticed_moves",
        answer=places * (size - 1) // size,
        points=5,
        wrong={
            places // size: "Those are the moves that it notices: the pixel crosses into the next window. "
            "Count the others.",
            places
            // 2: f"Half is right for 2×2 windows; here a pixel in {WORDS[size - 1]} of the {WORDS[size]} columns "
            "stays in its window.",
            places * (size**2 - 1) // size**2: "Every pixel in the right column of a window crosses; "
            f"that is {WORDS[size]} of its {WORDS[size**2]} cells.",
            places * (size - 1) ** 2 // size**2: "The image moves to the right only, so the rows do not matter.",
            places: "A pixel in the right column of its window crosses into the next window.",
            0: "A pixel that stays inside its window gives the same maximum.",
        },
        shown=(
            f"{side}×{side} image",
            f"the {places} places",
            f"the {places} cases",
            f"{size}×{size} max pooling with stride {size}",
            f"range({places})",
            f"(({side}, {side}, 1))",
            f"place // {side}, place % {side}",
            f"size={size}",
        ),
    )


QUESTIONS = (_exact_shift, _unnoticed_moves)

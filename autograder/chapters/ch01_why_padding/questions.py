"""Chapter 1: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question

QUESTIONS = (
    Question(
        "underread_pixels",
        answer=2 * 32 + 2 * 48 - 4,
        points=5,
        wrong={
            2 * 32 + 2 * 48: "You counted the four corners twice: each lies on two sides.",
            4: "Those are the corners, covered by 4 windows; the other border pixels have 6, also fewer than 9.",
            0: "The sizes agree, but no window lies beyond a border pixel: see window_counts((32, 48), 3, padding=1).",
            304: "That is the border two pixels wide, as without padding; with padding 1 it is one pixel wide.",
        },
    ),
    Question(
        "layers_that_fit",
        answer=(28 - 1) // 4,
        points=5,
        wrong={
            7: "After 6 layers 4 × 4 is left, and a 5×5 kernel does not fit into that.",
            5: "Each layer takes k - 1 = 4 cells, not 5: 28, 24, 20, 16, 12, 8, 4.",
        },
    ),
)

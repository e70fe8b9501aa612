"""Chapter 5: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question

QUESTIONS = (
    Question(
        "largest_batch",
        answer=197,
        points=5,
        wrong={
            198: "With 198 images it is 1,004,060,560 bytes: a little too much. Round down.",
            220: "You counted the weights once; with their gradients and Adam's two moments they are held four times.",
            227: "The weights are missing: held four times, the 8,409,418 parameters take 134,550,688 bytes.",
            206: "The input is missing: it is held for every image, like the maps.",
            209: "The output of flatten is missing: here it counts as a map of its own.",
            213: "1 GB is 1,000,000,000 bytes here; you took 1,073,741,824, which is 1 GiB.",
        },
    ),
    Question(
        "layers_to_see_all",
        answer=14,
        points=5,
        wrong={
            13: "13 layers see 1 + 13 · 2 = 27 pixels: one too few.",
            10: "Each layer adds k - 1 = 2 pixels, not 3.",
            9: "Each layer adds k - 1 = 2 pixels, not 3.",
            27: "A 3×3 layer reaches one pixel further on both sides: it adds 2, not 1.",
            28: "A 3×3 layer reaches one pixel further on both sides: it adds 2, not 1.",
        },
    ),
)

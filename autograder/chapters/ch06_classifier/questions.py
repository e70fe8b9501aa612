"""Chapter 6: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question

QUESTIONS = (
    Question(
        "steps_an_epoch",
        answer=422,
        points=5,
        wrong={
            421: "The last batch is not full, but it is a step too: round up.",
            54_000 / 128: "The number of steps is whole: the last batch is not full, but it is a step.",
            469: "A tenth of the images is kept for validation: the network trains on 54,000.",
            54_000: "That is the number of training images; a step uses 128 of them.",
        },
    ),
    Question(
        "dense_parameters",
        answer=401_536,
        points=5,
        wrong={
            7 * 7 * 64 * 128: "Each of the 128 units has a bias too.",
            7 * 7 * 64 * 128 + 1: "There is one bias for each of the 128 units, not one in all.",
            65 * 128: "Flatten keeps all 7 · 7 · 64 values, not one for each map: that would be global pooling.",
            3136: "That is the number of values after flatten; each has a weight for each of the 128 units.",
        },
    ),
)

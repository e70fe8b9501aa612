"""Chapter 6: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied


@varied(images=(40_000, 45_000, 50_000, 70_000, 75_000), batch=(64, 128, 256))
def _steps_an_epoch(images=60_000, batch=128):
    trained = images * 9 // 10
    return Question(
        "steps_an_epoch",
        answer=-(-trained // batch),
        points=5,
        wrong={
            trained // batch: "The last batch is not full, but it is a step too: round up.",
            trained / batch: "The number of steps is whole: the last batch is not full, but it is a step.",
            -(-images // batch): f"A tenth of the images is kept for validation: the network trains on {trained:,}.",
            trained: f"That is the number of training images; a step uses {batch} of them.",
        },
        shown=(f"{images:,} images", f"`batch_size={batch}`", f"{trained:_} // {batch}"),
    )


QUESTIONS = (
    _steps_an_epoch,
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

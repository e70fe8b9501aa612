"""Chapter 5: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied


@varied(side=(96, 112, 128, 144, 160, 176, 192), gigabytes=(1, 2))
def _largest_batch(side=128, gigabytes=1):
    flat = (side // 4) ** 2 * 64
    parameters = (3 * 3 * 3 + 1) * 32 + (3 * 3 * 32 + 1) * 64 + (flat + 1) * 128 + (128 + 1) * 10
    maps = 4 * (side**2 * 32 + (side // 2) ** 2 * (32 + 64) + flat + 128 + 10)  # bytes, for one image
    image = 4 * (side**2 * 3 + flat) + maps
    weights = 4 * 4 * parameters
    budget = gigabytes * 10**9
    most = (budget - weights) // image
    return Question(
        "largest_batch",
        answer=most,
        points=5,
        wrong={
            most
            + 1: f"With {most + 1} images it is {weights + (most + 1) * image:,} bytes: a little too much. Round down.",
            (budget - 4 * parameters)
            // image: "You counted the weights once; with their gradients and Adam's two moments "
            "they are held four times.",
            budget // image: f"The weights are missing: held four times, the {parameters:,} parameters take "
            f"{weights:,} bytes.",
            (budget - weights) // (maps + 4 * flat): "The input is missing: it is held for every image, like the maps.",
            (budget - weights)
            // (image - 4 * flat): "The output of flatten is missing: here it counts as a map of its own.",
            (gigabytes * 2**30 - weights) // image: f"{gigabytes} GB is {budget:,} bytes here; you took "
            f"{gigabytes * 2**30:,}, which is {gigabytes} GiB.",
        },
        shown=(
            f"{side}×{side}×3",
            f"{gigabytes} GB, that is {budget:,} bytes",
            f"({side}, {side}, 3)",
            f"{budget:_}",
        ),
    )


@varied(pixels=(22, 34, 40, 46, 52, 58, 64, 70))
def _layers_to_see_all(pixels=28):
    return Question(
        "layers_to_see_all",
        answer=pixels // 2,
        points=5,
        wrong={
            pixels // 2
            - 1: f"{pixels // 2 - 1} layers see 1 + {pixels // 2 - 1} · 2 = {pixels - 1} pixels: one too few.",
            pixels // 3 + 1: "Each layer adds k - 1 = 2 pixels, not 3.",
            pixels // 3: "Each layer adds k - 1 = 2 pixels, not 3.",
            pixels - 1: "A 3×3 layer reaches one pixel further on both sides: it adds 2, not 1.",
            pixels: "A 3×3 layer reaches one pixel further on both sides: it adds 2, not 1.",
        },
        shown=(f"at least {pixels} pixels", f"< {pixels}:"),
    )


QUESTIONS = (_largest_batch, _layers_to_see_all)

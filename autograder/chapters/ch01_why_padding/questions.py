"""Chapter 1: the short questions, with what is right and what is often said instead."""

from autograder.chapters.model import Question, varied


@varied(height=(24, 27, 30, 35, 38), width=(40, 52, 56, 68, 84))
def _underread_pixels(height=32, width=48):
    return Question(
        "underread_pixels",
        answer=2 * height + 2 * width - 4,
        points=5,
        wrong={
            2 * height + 2 * width: "You counted the four corners twice: each lies on two sides.",
            4: "Those are the corners, covered by 4 windows; the other border pixels have 6, also fewer than 9.",
            0: "The sizes agree, but no window has its centre outside the image: "
            f"see window_counts(({height}, {width}), 3, padding=1).",
            4 * height
            + 4 * width
            - 16: "That is the border two pixels wide, as without padding; with padding 1 it is one pixel wide.",
        },
        shown=(f"{height}×{width}", f"{height * width:,} pixels", f"(({height}, {width}), 3"),
    )


@varied(size=(30, 33, 37, 41, 45, 49, 53, 57, 61), kernel=(5, 7))
def _layers_that_fit(size=28, kernel=5):
    taken = kernel - 1
    fit = (size - 1) // taken
    left = size - fit * taken
    return Question(
        "layers_that_fit",
        answer=fit,
        points=5,
        wrong={
            fit + 1: f"After {fit} layers {left} × {left} is left, "
            f"and a {kernel}×{kernel} kernel does not fit into that.",
            size // kernel: f"Each layer takes k - 1 = {taken} cells, not {kernel}: "
            f"{', '.join(map(str, range(size, 0, -taken)))}.",
        },
        shown=(
            f"{size}×{size} image",
            f"{kernel}×{kernel} kernels",
            f"n = 0, {size}",
            f"n >= {kernel}:",
            f"n - {kernel} + 1",
        ),
    )


QUESTIONS = (_underread_pixels, _layers_that_fit)

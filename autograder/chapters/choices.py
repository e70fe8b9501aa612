"""Choices that models of several chapters have in common."""

from typing import Any

from numpy.typing import NDArray

TURNED = {
    "kernel_flipped": "The kernel is rotated by 180°. A convolutional network does not flip it.",
    "kernel_upside_down": "The rows of the kernel are in reverse order. A convolutional network does not flip it.",
    "kernel_mirrored": "The columns of the kernel are in reverse order. A convolutional network does not flip it.",
    "kernel_transposed": "Rows and columns of the kernel are swapped.",
}
STRIDE_PAIRS = {
    "pairs_swapped": "Vertical and horizontal are swapped: the stride is (vertical, horizontal).",
    "first_of_pair_twice": "The first number of a pair is used for both directions.",
    "second_of_pair_twice": "The second number of a pair is used for both directions.",
    "pairs_not_taken": "A pair as the stride ends in TypeError: take it apart into (vertical, horizontal) first.",
}
SIDES = {  # where "same" puts its cells
    "odd_before": 'In "same" the odd padded cell is put before; TensorFlow puts it after (bottom, right).',
    "padding_after_only": 'In "same" all padding comes after; half of it, rounded down, belongs before.',
}


def turned(array: NDArray[Any], choice: str) -> NDArray[Any]:
    """Return an array whose rows and columns are in the order that the end of a choice names.

    >>> import numpy as np
    >>> turned(np.array([[1, 2], [3, 4]]), "kernel_upside_down").tolist()
    [[3, 4], [1, 2]]
    """
    if choice.endswith("_transposed"):
        return array.swapaxes(0, 1)
    rows = -1 if choice.endswith(("_flipped", "_upside_down")) else 1
    return array[::rows, :: -1 if choice.endswith(("_flipped", "_mirrored")) else 1]


def by_axis(**sentences: str) -> dict[str, str]:
    """Return each mistake three times: made in both directions, only vertically, and only horizontally.

    >>> list(by_axis(rate_ignored="The rate is ignored."))
    ['rate_ignored', 'rate_ignored_down', 'rate_ignored_right']
    """
    only = {"": "", "_down": " This happens vertically only.", "_right": " This happens horizontally only."}
    return {id + one: sentence + words for id, sentence in sentences.items() for one, words in only.items()}

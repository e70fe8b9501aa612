"""Ten photographs of garments and a small network that was trained on others: what `forward` can be tried with.

They lie here because a student's own cells may load them in the sandbox too. ``workshop/train.py`` made the file. The
images are from Fashion-MNIST, © 2017 Zalando SE, under the MIT licence.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

STORED = Path(__file__).with_name("garments.npz")
NAMES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")


class Garments(NamedTuple):
    """Images with labels, and the network that was trained to tell them apart.

    Attributes
    ----------
    images : array (10, 28, 28, 1)
        Of the test set of Fashion-MNIST the first image of each class, from 0 to 1.
    labels : list of int
    names : tuple of str
        Name of each label.
    weights : list of (array, array)
        (w, b) of each layer, as `forward` takes them.
    logits : array (10, 10)
        What Keras gives for each image.
    """

    images: np.ndarray
    labels: list[int]
    names: tuple[str, ...]
    weights: list[tuple[np.ndarray, np.ndarray]]
    logits: np.ndarray


def garments() -> Garments:
    """Return the garments and the network.

    Examples
    --------
    >>> images, labels, names, weights, logits = garments()
    >>> images.shape, names[labels[9]], [w.shape for w, b in weights]
    ((10, 28, 28, 1), 'boot', [(3, 3, 1, 6), (3, 3, 6, 12), (3, 3, 12, 12), (108, 24), (24, 10)])
    """
    with np.load(STORED, allow_pickle=False) as stored:
        numbers = [stored[name].astype(float) for name in stored.files if name not in ("images", "labels", "logits")]
        return Garments(
            stored["images"][..., None] / 255,
            stored["labels"].tolist(),
            NAMES,
            [*zip(numbers[::2], numbers[1::2], strict=True)],
            stored["logits"].astype(float),
        )

"""Train the network of exercise 6 and store it with ten garments: ``python -m autograder.workshop.train``.

It takes half a minute on a CPU. Other processors may round otherwise and so reach other weights: what is stored is one
such network, and the tests ask Keras what it makes of the garments.
"""

from pathlib import Path
from typing import Any

import numpy as np

from autograder import paths
from autograder.inside import garments
from autograder.workshop.record import tensorflow

DATA = paths.COURSE / "notebooks" / "data" / "fashion_mnist_subset.npz"
FILTERS, UNITS, CLASSES = (6, 12, 12), 24, 10
SEED, EPOCHS, BATCH = 6, 12, 64


def train(path: Path = garments.STORED) -> float:
    """Train the network, store it with the first test image of each class, and return its accuracy.

    Parameters
    ----------
    path : path
        Where to store weights (as 16-bit floats), images, labels and Keras's logits for them.

    Returns
    -------
    float
        Share of the test images that the network recognises, with its weights as they are stored.
    """
    keras = tensorflow().keras
    with np.load(DATA) as data:
        x, y, x_test, y_test = (data[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    keras.utils.set_random_seed(SEED)
    order = np.random.default_rng(SEED).permutation(len(x))  # the file is not in random order
    model = untrained(keras)
    model.fit(x[order, ..., None] / 255, y[order], epochs=EPOCHS, batch_size=BATCH, verbose=0)
    stored = {f"layer_{i:02}": numbers.astype("float16") for i, numbers in enumerate(model.get_weights())}
    model.set_weights(stored.values())
    chosen = [int(np.flatnonzero(y_test == label)[0]) for label in range(CLASSES)]
    images = x_test[chosen]
    logits = model.predict(images[..., None] / 255, verbose=0)
    np.savez_compressed(path, images=images, labels=y_test[chosen], logits=logits, **stored)
    return float(model.evaluate(x_test[..., None] / 255, y_test, verbose=0)[1])


def untrained(keras: Any) -> Any:
    """Return the network as Keras builds it: convolution and pooling for each of FILTERS, then two dense layers."""
    layers = [keras.Input((28, 28, 1))]
    for filters in FILTERS:
        layers += [keras.layers.Conv2D(filters, 3, padding="same", activation="relu"), keras.layers.MaxPooling2D(2)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(UNITS, activation="relu"), keras.layers.Dense(CLASSES)]
    model = keras.Sequential(layers)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"], jit_compile=False)
    return model


if __name__ == "__main__":
    print(f"The network recognises {train():.1%} of the test images.")

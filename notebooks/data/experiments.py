"""Trains the networks that the chapters compare, each from ten seeds, and stores what they reach.

A chapter trains one of these networks while you watch, and plots it against the ten runs stored in `experiments.json`.
Each experiment is one function below: its docstring is the question, and it returns the networks that answer it.

    python experiments.py --list
    python experiments.py --only ch04_shifts --seeds 0 1
    KERAS_BACKEND=jax python experiments.py --jobs 14

A seed decides the first weights and the order of the training images, and whatever else is random. It gives all
networks of an experiment the same images in the same order, so two networks can be compared seed by seed.
"""

import argparse
import datetime
import json
import math
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

HERE = Path(__file__).parent
SEEDS = range(10)

# What one epoch trains on: images and what to answer for them.
Epoch = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Network:
    """One network of an experiment, and how it is trained and judged.

    Parameters
    ----------
    build : callable
        Returns the model, not compiled, with new random weights.
    epochs : callable
        Given a seed, yields the images and answers of each epoch, in the order in which they are seen.
    measure : callable or None
        Given the trained model, returns its results by name; without it, the last epoch's seconds are the result.
    each_epoch : bool
        Whether to measure after each epoch; the results are then lists.
    """

    build: Callable[[], keras.Model]
    epochs: Callable[[int], Iterator[Epoch]]
    measure: Callable[[keras.Model], dict] | None
    each_epoch: bool = False


@dataclass(frozen=True)
class Experiment:
    """Networks that are trained alike, by name."""

    networks: dict[str, Network]
    conditions: str
    rate: float = 0.001
    batch: int = 50
    loss: str = "sparse_categorical_crossentropy"


# --- Images ---


@cache
def garments():
    """The subset of Fashion-MNIST as x_train, y_train, x_test, y_test; images (N, 28, 28, 1) from 0 to 1."""
    with np.load(HERE / "fashion_mnist_subset.npz") as data:
        images = [(data[name][..., None] / 255).astype("float32") for name in ("x_train", "x_test")]
        return images[0], data["y_train"], images[1], data["y_test"]


def in_new_order(images, answers, epochs, seed):
    """Yield all images and their answers `epochs` times, each time in another order.

    Examples
    --------
    >>> numbers = np.arange(4)
    >>> [sorted(x.tolist()) for x, y in in_new_order(numbers, numbers, epochs=2, seed=1)]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(images))
        yield images[order], answers[order]


def all_garments(epochs, seed):
    """Yield all 5,000 training images `epochs` times."""
    yield from in_new_order(*garments()[:2], epochs, seed)


def share_right(model, images, answers):
    """Share of the images for which the model's most probable class is the answer."""
    return float((model.predict(images, batch_size=1000, verbose=0).argmax(-1) == answers).mean())


def accuracy(model):
    """Accuracy on the 1,000 test images."""
    return {"accuracy": share_right(model, *garments()[2:])}


def both_accuracies(model):
    """Accuracy on the test images and on the training images."""
    return accuracy(model) | {"train_accuracy": share_right(model, *garments()[:2])}


# --- Layers ---


def conv(x, filters, **options):
    """3×3 convolution and ReLU."""
    return keras.layers.Conv2D(filters, 3, activation="relu", **options)(x)


def ring(x, fill):
    """A ring of one cell around the maps (N, H, W, C), filled as by np.pad's "reflect", "edge" or "wrap"."""
    first, last = {"reflect": (1, -2), "edge": (0, -1), "wrap": (-1, 0)}[fill]
    for axis in (1, 2):
        cells = [keras.ops.take(x, [place % x.shape[axis]], axis) for place in (first, last)]
        x = keras.ops.concatenate([cells[0], x, cells[1]], axis)
    return x


def padded_conv(x, filters, padding):
    """3×3 convolution and ReLU after padding: "valid", "same", "full", or a fill of `ring`."""
    if padding in ("valid", "same"):
        return conv(x, filters, padding=padding)
    return conv(keras.layers.ZeroPadding2D(2)(x) if padding == "full" else ring(x, padding), filters)


def classifier(inputs, x, units=64):
    """A model that flattens x and tells ten classes apart; without a hidden layer where `units` is 0."""
    x = keras.layers.Flatten()(x)
    if units:
        x = keras.layers.Dense(units, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


def subsample(x):
    """Every second row and column."""
    return x[:, ::2, ::2]


def l2_pool(x):
    """Square root of the mean square of each 2×2 window; the small number keeps the gradient finite at 0."""
    return keras.ops.sqrt(keras.layers.AveragePooling2D(2)(keras.ops.square(x)) + 1e-6)


def blur_pool(x):
    """2×2 maximum at stride 1, blur with 1 2 1 along both axes, every second cell.

    Two averages of two cells, one after the other, weigh three cells by 1 2 1. The maps wrap around.
    """
    x = keras.layers.MaxPooling2D(2, 1)(ring(x, "wrap"))
    return keras.layers.AveragePooling2D(2, 2)(keras.layers.AveragePooling2D(2, 1)(x))


def max_pool(x):
    """Maximum of each 2×2 window."""
    return keras.layers.MaxPooling2D(2)(x)


def average_pool(x):
    """Mean of each 2×2 window."""
    return keras.layers.AveragePooling2D(2)(x)


def no_pool(x):
    """The maps as they are."""
    return x


# --- Chapter 1 ---

FILLS = {"valid": "valid", "same (zeros)": "same", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


def ch01_borders():
    """Does it matter for the accuracy how the border is padded?"""

    def build(padding):
        inputs = x = keras.Input((28, 28, 1))
        for _ in range(3):
            x = padded_conv(x, 16, padding)
        return classifier(inputs, x)

    epochs = partial(all_garments, 3)
    networks = {name: Network(partial(build, padding), epochs, accuracy) for name, padding in FILLS.items()}
    return Experiment(networks, "All 5,000 garments, 3 epochs, batches of 50, Adam at 0.001; 16 filters, dense 64.")


def rolled_garments(images, seed):
    """Garments halved to 14×14 and rolled by random amounts along both axes."""
    small = images.reshape(-1, 14, 2, 14, 2, 1).mean((2, 4))
    return rolled(small, np.random.default_rng(seed).integers(0, 14, (len(small), 2)))


def rolled(images, steps):
    """Each image (H, W, C) rolled by its own steps (down, right)."""
    height, width = images.shape[1:3]
    rows = (np.arange(height) - steps[:, :1]) % height  # (N, H)
    columns = (np.arange(width) - steps[:, 1:]) % width  # (N, W)
    return images[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]


def columns_named(size):
    """The column of each pixel in the middle size×size of 14×14, as its distance from the middle: (size, size, 1)."""
    numbers = np.arange(size, dtype="float32") - (size - 1) / 2
    return np.broadcast_to(numbers[:, None], (size, size, 1))


def ch01_column():
    """Which padding tells a network in which column a pixel lies?"""

    def build(padding):
        inputs = x = keras.Input((14, 14, 1))
        for _ in range(4):
            x = padded_conv(x, 8, padding)
        return keras.Model(inputs, keras.layers.Conv2D(1, 1)(x))

    def epochs(size, seed):
        for epoch in range(6):
            images = rolled_garments(garments()[0][400 * seed : 400 * seed + 1000], (seed, epoch))
            yield images, np.repeat(columns_named(size)[None], len(images), 0)

    def measure(model):
        answers = model.predict(rolled_garments(garments()[2], 0), batch_size=1000, verbose=0)
        target = columns_named(answers.shape[1])
        return {"explained": float(1 - np.mean((answers - target) ** 2) / np.var(target))}

    networks = {
        name: Network(partial(build, padding), partial(epochs, 6 if padding == "valid" else 14), measure)
        for name, padding in FILLS.items()
    }
    conditions = "1,000 garments halved to 14×14 and rolled anew each of 6 epochs, batches of 50, Adam at 0.01."
    return Experiment(networks, conditions, rate=0.01, loss="mean_squared_error")


def two_squares(number, size, seed, exchanged=False):
    """Red and green 4×4 squares: red left of green (0) in the upper half, green left of red (1) in the lower.

    Returns images (number, size, size, 3) and labels. `exchanged` puts each order into the other half.
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, number)
    images = np.zeros((number, size, size, 3), "float32")
    for image, label in zip(images, labels, strict=True):
        left = rng.integers(0, size - 7)
        columns = left, rng.integers(left + 4, size - 3)
        for column, colour in zip(columns, (label, 1 - label), strict=True):
            row = rng.integers(0, size // 2 - 3) + (size // 2 if label != exchanged else 0)
            image[row : row + 4, column : column + 4, colour] = 1
    return images, labels


def square_finder(size, padding):
    """Four convolutions and a global maximum, which itself forgets the place, for two classes."""
    inputs = x = keras.Input((size, size, 3))
    for _ in range(4):
        x = padded_conv(x, 16, padding)
    x = keras.layers.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))


def ch01_position():
    """Does a network learn the order of two squares, or the place where each order was in training?"""

    def epochs(size, seed):
        yield from in_new_order(*two_squares(1000, size, seed + 100), 10, seed)

    def measure(size, model):
        return {
            "accuracy_similar": share_right(model, *two_squares(1000, size, 1)),
            "accuracy_dissimilar": share_right(model, *two_squares(1000, size, 2, exchanged=True)),
        }

    fills = {"valid": "valid", "same (zeros)": "same", "full (zeros)": "full", "reflect": "reflect", "wrap": "wrap"}
    networks = {
        f"{name}, {size}×{size}": Network(
            partial(square_finder, size, padding), partial(epochs, size), partial(measure, size)
        )
        for size in (16, 32)
        for name, padding in fills.items()
    }
    return Experiment(
        networks,
        "1,000 new images for each seed, 10 epochs, batches of 50, Adam at 0.003; four 3×3 convolutions, 16 filters.",
        rate=0.003,
    )


# --- Chapter 2 ---

STRIDES = [(1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2), (2, 2, 1), (1, 2, 2), (2, 2, 2), (3, 1, 1)]


def strided_network(strides):
    """Three 3×3 "same" convolutions with these strides and 16 filters, and a dense classifier."""
    inputs = x = keras.Input((28, 28, 1))
    for stride in strides:
        x = conv(x, 16, strides=stride, padding="same")
    return classifier(inputs, x)


def ch02_strides():
    """What do strides cost in accuracy, for the same epochs and for the same work, and does their place matter?"""
    epochs = {(1, 1, 1): 4, (1, 1, 2): 7}  # the others are cheaper and go on to about the same work
    networks = {
        str(strides): Network(
            partial(strided_network, strides), partial(all_garments, epochs.get(strides, 12)), accuracy, True
        )
        for strides in STRIDES
    }
    return Experiment(
        networks,
        "All 5,000 garments, 4 to 12 epochs, batches of 50, Adam at 0.001; 16 filters, dense 64. A list holds the "
        "accuracy after each epoch.",
    )


def ch02_seconds():
    """How long does an epoch take with each stride?"""
    epochs = partial(all_garments, 2)
    networks = {str(strides): Network(partial(strided_network, strides), epochs, None) for strides in STRIDES}
    return Experiment(
        networks, "As ch02_strides, without testing; `seconds` is the second epoch, on two cores of a CPU, no GPU."
    )


# --- Chapter 3 ---


def ch03_pooling():
    """Which way to shrink the maps leads to the best accuracy, and which to the smallest gap?"""

    def build(pool, stride=1, filters=16):
        inputs = x = keras.Input((28, 28, 1))
        for _ in range(2):
            x = pool(conv(x, filters, strides=stride))
        return classifier(inputs, x)

    builds = {
        "none": partial(build, no_pool),
        "max": partial(build, max_pool),
        "average": partial(build, average_pool),
        "L2": partial(build, l2_pool),
        "subsampling": partial(build, subsample),
        "stride 2": partial(build, no_pool, 2),
        "stride 2, 30 filters": partial(build, no_pool, 2, 30),  # the work of max pooling
    }
    networks = {name: Network(build, partial(all_garments, 6), both_accuracies) for name, build in builds.items()}
    return Experiment(
        networks, "All 5,000 garments, 6 epochs, batches of 50, Adam at 0.001; two valid convolutions, dense 64."
    )


def ch03_overlap():
    """Are pooling windows that overlap better than windows that don't?"""

    def build(kind, size):
        inputs = x = keras.Input((28, 28, 1))
        for _ in range(2):
            x = kind(size, 2, padding="same")(conv(x, 16, padding="same"))
        return classifier(inputs, x)

    kinds = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    networks = {
        f"{name} {size}×{size}, stride 2": Network(
            partial(build, kind, size), partial(all_garments, 6), both_accuracies
        )
        for name, kind in kinds.items()
        for size in (2, 3)
    }
    return Experiment(
        networks, "All 5,000 garments, 6 epochs, batches of 50, Adam at 0.001; 16 filters, all maps as with 2×2."
    )


# --- Chapter 4 ---

DISTANCES = range(5)


def framed(images):
    """Garments halved to 14×14 in a black frame of 20×20."""
    small = images.reshape(-1, 14, 2, 14, 2, 1).mean((2, 4))
    return np.pad(small, ((0, 0), (3, 3), (3, 3), (0, 0)))


def ch04_shifts():
    """Which networks keep their prediction, and which are right, when the garment is shifted?"""

    def build(pool, head):
        inputs = x = keras.Input((20, 20, 1))
        for filters in (8, 16):
            x = pool(padded_conv(x, filters, "wrap"))
        if head == "dense":
            return classifier(inputs, x, 32)
        x = keras.layers.GlobalAveragePooling2D()(padded_conv(x, 32, "wrap"))
        return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))

    def epochs(moved, seed):
        steps = np.random.default_rng(seed + 100).integers(-4, 5, (6, 5000, 2))
        x_train, y_train = garments()[:2]
        for step, (images, labels) in zip(steps, in_new_order(framed(x_train), y_train, 6, seed), strict=True):
            yield rolled(images, step) if moved else images, labels

    pools = {"no": no_pool, "max": max_pool, "average": average_pool, "blur": blur_pool}
    networks = {
        f"{name} pooling, {head}": Network(partial(build, pool, head), partial(epochs, False), consistency)
        for head in ("dense", "global average")
        for name, pool in pools.items()
    }
    networks["max pooling, dense, random shifts"] = Network(
        partial(build, max_pool, "dense"), partial(epochs, True), consistency
    )
    return Experiment(
        networks,
        "All 5,000 garments, halved, in a frame of 20×20; 6 epochs, batches of 100, Adam at 0.01; lists for shifts "
        "of 0 to 4 px, each the mean of right and down.",
        rate=0.01,
        batch=100,
    )


def consistency(model):
    """Share of predictions that stay, and of right ones, at shifts of 0 to 4 pixels to the right and down."""
    images = framed(garments()[2])
    moved = [np.roll(images, (down, right), (1, 2)) for d in DISTANCES for down, right in ((0, d), (d, 0))]
    labels = model.predict(np.concatenate(moved), batch_size=1000, verbose=0).argmax(-1)
    labels = labels.reshape(len(DISTANCES), 2, -1)
    return {
        "consistency": (labels == labels[0]).mean((1, 2)).tolist(),
        "accuracy": (labels == garments()[3]).mean((1, 2)).tolist(),
    }


# --- Chapter 6 ---


@cache
def split_garments():
    """Training images, shuffled once, with their labels: 4,500 to train on and 500 to validate."""
    order = np.random.default_rng(1).permutation(5000)
    images, labels = garments()[0][order], garments()[1][order]
    return (images[500:], labels[500:]), (images[:500], labels[:500])


def without_validation(epochs, seed):
    """Yield the 4,500 images that are not for validation `epochs` times."""
    yield from in_new_order(*split_garments()[0], epochs, seed)


def three_measures(model):
    """Accuracy on test and training images, and the loss on the validation images."""
    training, (images, labels) = split_garments()
    probabilities = model.predict(images, batch_size=500, verbose=0)[np.arange(len(labels)), labels]
    validation_loss = float(-np.log(np.maximum(probabilities, 1e-7)).mean())
    return accuracy(model) | {"train_accuracy": share_right(model, *training), "validation_loss": validation_loss}


KINDS = {"none": no_pool, "max": max_pool, "average": average_pool}
TWELVE = "4,500 garments, 6 epochs, batches of 50, Adam at 0.002; 500 others for validation."


def two_rounds(padding, stride, pooling, filters=(8, 16), size=28):
    """Twice a convolution and its pooling, then one dense layer."""
    inputs = x = keras.Input((size, size, 1))
    for count in filters:
        x = KINDS[pooling](conv(x, count, padding=padding, strides=stride))
    return classifier(inputs, x, 0)


def ch06_twelve():
    """What do padding, stride and pooling do to the accuracy after the same epochs?"""
    networks = {
        f"{padding}, stride {stride}, {pooling}": Network(
            partial(two_rounds, padding, stride, pooling), partial(without_validation, 6), three_measures
        )
        for padding in ("same", "valid")
        for stride in (1, 2)
        for pooling in KINDS
    }
    return Experiment(networks, TWELVE, rate=0.002)


def ch06_equal_macs():
    """What do pooling and strides cost when the multiply-adds saved buy more filters?"""
    rows = {
        "none, 8 and 16 filters": (1, "none", (8, 16)),
        "max, 16 and 32 filters": (1, "max", (16, 32)),
        "average, 16 and 32 filters": (1, "average", (16, 32)),
        "stride 2, 32 and 64 filters": (2, "none", (32, 64)),
    }
    networks = {
        name: Network(partial(two_rounds, "same", *row), partial(without_validation, 6), three_measures)
        for name, row in rows.items()
    }
    return Experiment(networks, TWELVE, rate=0.002)


def ch06_same_work():
    """Does a small network trained for longer overtake a large one, for the same work?"""

    def build(filters, units):
        inputs = x = keras.Input((28, 28, 1))
        for count in filters:
            x = max_pool(conv(x, count, padding="same"))
        return classifier(inputs, x, units)

    networks = {
        "small": Network(partial(build, (8, 16), 32), partial(without_validation, 14), three_measures, True),
        "large": Network(partial(build, (32, 64), 128), partial(without_validation, 3), three_measures, True),
    }
    return Experiment(
        networks,
        "4,500 garments, 14 epochs of the small network and 3 of the large, batches of 50, Adam at 0.001; 500 others "
        "for validation. A list holds the result after each epoch.",
    )


def ch06_left():
    """Does the number of values left for the dense layer decide the accuracy?"""

    def build(kind, size):
        inputs = x = keras.Input((28, 28, 1))
        for filters in (8, 16):
            x = conv(x, filters, padding="same")
        return classifier(inputs, kind(size)(x), 0)

    kinds = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    builds = {
        f"two convolutions, then {name} {size}×{size}": partial(build, kind, size)
        for name, kind in kinds.items()
        for size in (4, 7, 14, 28)
    }
    networks = {name: Network(build, partial(without_validation, 6), three_measures) for name, build in builds.items()}
    return Experiment(networks, TWELVE, rate=0.002)


def ch06_position():
    """Does "same" gain because it sees the border of the garments, or because its maps are larger?"""

    def in_frame(images, size):
        edge = (size - 28) // 2
        return np.pad(images, ((0, 0), (edge, edge), (edge, edge), (0, 0)))

    def epochs(size, seed):
        images, labels = split_garments()[0]
        yield from in_new_order(in_frame(images, size), labels, 6, seed)

    def measure(size, model):
        return {"accuracy": share_right(model, in_frame(garments()[2], size), garments()[3])}

    rows = {"no pooling": (1, "none"), "max pooling": (1, "max"), "stride 2, max pooling": (2, "max")}
    networks = {
        f"{padding}, {name}, {size}×{size}": Network(
            partial(two_rounds, padding, *row, size=size), partial(epochs, size), partial(measure, size)
        )
        for name, row in rows.items()
        for size in (28, 36)
        for padding in ("valid", "same")
    }
    return Experiment(networks, TWELVE + " At 36×36 the garments stand in a black frame.", rate=0.002)


# --- Chapter 7 ---

SIZE = 32
DEPTHS = range(-4, 9)
COLOURING_IN = "640 drawings of 32×32, 8 epochs, batches of 16, Adam at 0.003; tested on 200 others."


def draw(rng):
    """A noisy image of two outlines, and how deep inside a shape each pixel lies (px)."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    depth, outline = np.full((SIZE, SIZE), -np.inf), np.zeros((SIZE, SIZE), bool)
    for shape in rng.choice(["disc", "square"], 2):
        y, x = rng.uniform(7, SIZE - 8, 2)
        radius = rng.uniform(3, 10)
        away = np.stack([rows - y, columns - x])
        distance = np.hypot(*away) if shape == "disc" else np.abs(away).max(0)
        outline |= (distance <= radius) & (distance > radius - 1.5)
        depth = np.maximum(depth, radius - distance)
    return np.where(outline, 0.8, 0.2) + rng.normal(0, 0.1, (SIZE, SIZE)), depth


@cache
def drawings(number, seed):
    """Images and depths, each (number, 32, 32, 1)."""
    rng = np.random.default_rng(seed)
    images, depths = zip(*(draw(rng) for _ in range(number)), strict=True)
    return np.stack(images)[..., None].astype("float32"), np.stack(depths)[..., None]


def outlines_to_masks(seed):
    """Yield the 640 drawings and their masks eight times."""
    images, depths = drawings(640, 1)
    yield from in_new_order(images, (depths >= 0).astype("float32"), 8, seed)


def segmentation(model):
    """IoU, share of right pixels, and share of wrong ones at each distance from the edge."""
    images, depths = drawings(200, 2)
    answers, truth = model.predict(images, batch_size=200, verbose=0) > 0.5, depths >= 0
    both, either = (answers & truth).sum((1, 2, 3)), (answers | truth).sum((1, 2, 3))
    wrong = answers != truth
    return {
        "iou": float((both / either).mean()),
        "pixel_accuracy": float(1 - wrong.mean()),
        "wrong_by_depth": [float(wrong[np.floor(depths) == depth].mean()) for depth in DEPTHS],
    }


def nearest(x, _):
    """Each cell repeated 2×2."""
    return keras.layers.UpSampling2D(2)(x)


def unet(filters, depth=2, skips=True, bridge=None, upsample=nearest):
    """A U-Net that pools `depth` times; the filters double with each level.

    Parameters
    ----------
    filters : int
        Filters of the first level.
    depth : int
        How many times it pools.
    skips : bool
        Whether the maps before each pooling are handed to the way up.
    bridge : int, optional
        Filters at the bottom; else twice those of the level above.
    upsample : callable
        Given maps and a number of filters, returns maps of twice the size.
    """

    def double_conv(x, count):
        for _ in range(2):
            x = conv(x, count, padding="same", kernel_initializer="he_normal")
        return x

    inputs = x = keras.Input((SIZE, SIZE, 1))
    kept = []
    for level in range(depth):
        kept.append(double_conv(x, filters * 2**level))
        x = max_pool(kept[level])
    x = double_conv(x, bridge or filters * 2**depth)
    for level in reversed(range(depth)):
        x = upsample(x, filters * 2**level)
        x = keras.layers.Concatenate()([x, kept[level]]) if skips else x
        x = double_conv(x, filters * 2**level)
    return keras.Model(inputs, keras.layers.Conv2D(1, 1, activation="sigmoid")(x))


def colouring_in(builds, measure=segmentation):
    """An experiment of chapter 7, of models by name."""
    networks = {name: Network(build, outlines_to_masks, measure) for name, build in builds.items()}
    return Experiment(networks, COLOURING_IN, rate=0.003, batch=16, loss="binary_crossentropy")


def ch07_skips():
    """What do skips bring, and can a wider bridge replace them?"""
    builds = {"with skips": partial(unet, 6), "without skips": partial(unet, 7, skips=False)}
    for bridge in (6, 12, 96):  # they have 24 and 28
        builds[f"with skips, bridge {bridge}"] = partial(unet, 6, bridge=bridge)
        builds[f"without skips, bridge {bridge}"] = partial(unet, 7, skips=False, bridge=bridge)
    builds["with skips, 3 poolings"] = partial(unet, 6, 3)
    builds["without skips, 3 poolings"] = partial(unet, 7, 3, skips=False)
    return colouring_in(builds)


def ch07_dilation():
    """Can dilation take the place of pooling, and which rates can?"""

    def build(rates):
        inputs = x = keras.Input((SIZE, SIZE, 1))
        for rate in rates:
            x = conv(x, 10, padding="same", dilation_rate=rate, kernel_initializer="he_normal")
        return keras.Model(inputs, keras.layers.Conv2D(1, 1, activation="sigmoid")(x))

    three = [(1, 1, 1), (1, 2, 4), (2, 2, 2)]
    six = [(1, 1, 1, 1, 1, 1), (1, 2, 4, 4, 2, 1), (2, 2, 2, 2, 2, 2)]
    return colouring_in({" ".join(map(str, rates)): partial(build, rates) for rates in three + six})


def checkerboard(maps):
    """Share of the variance of maps (N, H, W, C) that alternates from pixel to pixel, along rows, columns or both.

    Examples
    --------
    >>> stripes = np.zeros((1, 4, 4, 1))
    >>> stripes[:, ::2] = 1
    >>> checkerboard(stripes)
    1.0
    """
    maps = np.asarray(maps, "float64")
    maps = maps - maps.mean((1, 2), keepdims=True)
    sign = (-1.0) ** np.arange(maps.shape[1])
    patterns = (sign[:, None] + 0 * sign, sign + 0 * sign[:, None], np.outer(sign, sign))
    alternating = sum((maps * pattern[:, :, None]).mean((1, 2)) ** 2 for pattern in patterns)
    return float(alternating.sum() / maps.var((1, 2)).sum())


def ch07_upsampling():
    """Which way to double the maps leads to the best masks, and which leaves a checkerboard?"""

    def transposed(size, x, filters):
        return keras.layers.Conv2DTranspose(filters, size, 2, padding="same", name=f"up_{filters}")(x)

    def resized(interpolation, x, filters):
        x = keras.layers.UpSampling2D(2, interpolation=interpolation)(x)
        return keras.layers.Conv2D(filters, 3, padding="same", name=f"up_{filters}")(x)

    def measure(model):
        images = drawings(200, 2)[0]
        last_up = keras.Model(model.inputs[0], model.get_layer("up_6").output)
        maps = keras.ops.convert_to_numpy(last_up(images))[:, 4:-4, 4:-4]  # the border is another matter
        return segmentation(model) | {
            "checkerboard_maps": checkerboard(maps),
            "checkerboard_answers": checkerboard(model.predict(images, batch_size=200, verbose=0)),
        }

    ways = {
        "transposed 2×2": partial(transposed, 2),
        "transposed 3×3": partial(transposed, 3),
        "transposed 4×4": partial(transposed, 4),
        "nearest, then 3×3": partial(resized, "nearest"),
        "bilinear, then 3×3": partial(resized, "bilinear"),
    }
    builds = {
        f"{name}, {'with' if skips else 'without'} skips": partial(unet, 6, skips=skips, upsample=way)
        for skips in (True, False)
        for name, way in ways.items()
    }
    return colouring_in(builds, measure)


EXPERIMENTS = {name: value for name, value in globals().items() if name.startswith("ch0")}


# --- Running them ---


def restart(model, network, seed):
    """New random weights in a model that is compiled already, and an optimizer that remembers nothing."""
    keras.utils.set_random_seed(seed)
    model.set_weights(network.build().get_weights())
    for variable in model.optimizer.variables:
        if variable is not model.optimizer.learning_rate:
            variable.assign(np.zeros(variable.shape))


def train(model, network, batch, seed):
    """Train the model from this seed.

    Returns
    -------
    dict
        The network's results by name.
    """
    restart(model, network, seed)
    by_epoch = []
    for images, answers in network.epochs(seed):
        start = time.perf_counter()
        model.fit(images, answers, batch_size=batch, shuffle=False, verbose=0)
        seconds = time.perf_counter() - start
        if network.each_epoch:
            by_epoch.append(network.measure(model))
    if network.each_epoch:
        return {metric: [results[metric] for results in by_epoch] for metric in by_epoch[0]}
    return network.measure(model) if network.measure else {"seconds": seconds}


def compiled(experiment, network):
    """The network's model, ready to train."""
    model = network.build()
    # TensorFlow starts sooner without a compiler; JAX is slow without one
    jit = keras.backend.backend() == "jax"
    model.compile(keras.optimizers.Adam(experiment.rate), experiment.loss, jit_compile=jit)
    model.optimizer.build(model.trainable_variables)
    return model


def size_of(model):
    """Parameters, multiply-adds for one image and, where there is a dense layer, how many values the first reads."""
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    work = 0
    for layer in layers:
        places = layer.input if isinstance(layer, keras.layers.Conv2DTranspose) else layer.output
        work += math.prod(places.shape[1:-1]) * math.prod(layer.kernel.shape)
    sizes = {"parameters": model.count_params(), "multiply_adds": work}
    dense = [layer for layer in layers if isinstance(layer, keras.layers.Dense)]
    return sizes | ({"values_left": dense[0].kernel.shape[0]} if dense else {})


def run(name, label, seeds):
    """Train one network of one experiment from each seed.

    Returns
    -------
    tuple
        The network's sizes, and the results by seed.
    """
    experiment = EXPERIMENTS[name]()
    network = experiment.networks[label]
    model = compiled(experiment, network)
    return size_of(model), {seed: train(model, network, experiment.batch, seed) for seed in seeds}


def made_with(device):
    """Versions, device and date."""
    backend = keras.backend.backend()
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        "backend": backend,
        "backend_version": sys.modules[backend].__version__,
        "device": device,
        "date": datetime.date.today().isoformat(),
    }


def rounded(value):
    """A number, or numbers in lists, to five digits."""
    return [rounded(item) for item in value] if isinstance(value, list) else float(f"{value:.5g}")


def record(records, name, label, sizes, results, device):
    """Put one network's results into the records, each seed at its place.

    The records say once what they were made with; a network made with something else says so itself.
    """
    question, conditions = EXPERIMENTS[name].__doc__, EXPERIMENTS[name]().conditions
    entry = records["experiments"].setdefault(name, {})
    entry |= {"question": question, "conditions": conditions}
    stored = entry.setdefault("networks", {}).setdefault(label, {})
    stored |= sizes
    if made_with(device) != records.setdefault("made_with", made_with(device)):
        stored["made_with"] = made_with(device)
    for seed, measured in results.items():
        for metric, value in measured.items():
            stored.setdefault(metric, [None] * len(SEEDS))[seed] = rounded(value)


def load(path):
    """The records stored so far, or empty ones."""
    return json.loads(path.read_text()) if path.exists() else {"seeds": [*SEEDS], "experiments": {}}


def save(records, path):
    """Replace the file as a whole, so that it is never half written; all in the program's order."""
    experiments = records["experiments"]
    records["experiments"] = {name: experiments[name] for name in EXPERIMENTS if name in experiments}
    for name, entry in records["experiments"].items():
        entry["networks"] = {
            label: entry["networks"][label] for label in EXPERIMENTS[name]().networks if label in entry["networks"]
        }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(records, ensure_ascii=False, separators=(",", ":")) + "\n")
    new.replace(path)


def wanted(arguments, records):
    """Yield (experiment, network) for all that is asked for, without what is stored already if only that is missing."""
    for name in arguments.only or EXPERIMENTS:
        stored = records["experiments"].get(name, {}).get("networks", {})
        for label in EXPERIMENTS[name]().networks:
            if not (arguments.missing and label in stored):
                yield name, label


def arguments_of(words):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="list the experiments and their networks, and stop")
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, help="these experiments only")
    parser.add_argument("--seeds", nargs="+", type=int, choices=SEEDS, default=[*SEEDS], help="these seeds only")
    parser.add_argument("--missing", action="store_true", help="only networks that are not stored yet")
    parser.add_argument("--jobs", type=int, default=1, help="how many networks to train at a time")
    parser.add_argument("--device", default=platform.machine(), help="what it runs on, to be stored")
    parser.add_argument("--into", type=Path, default=HERE / "experiments.json", help="the file of the results")
    return parser.parse_args(words)


def main(words=None):
    """Run what is asked for, and store each network's results as soon as they are there."""
    arguments = arguments_of(words)
    if arguments.list:
        for name, experiment in EXPERIMENTS.items():
            print(name, "-", experiment.__doc__, *(f"\n    {label}" for label in experiment().networks))
        return
    records = load(arguments.into)
    with ProcessPoolExecutor(arguments.jobs, multiprocessing.get_context("spawn")) as pool:
        started = {pool.submit(run, *task, arguments.seeds): task for task in wanted(arguments, records)}
        for done in as_completed(started):
            name, label = started[done]
            if done.exception():
                print(f"{name}: {label}: {done.exception()!r}", file=sys.stderr, flush=True)
                continue
            record(records, name, label, *done.result(), arguments.device)
            save(records, arguments.into)
            print(f"{name}: {label}", flush=True)


if __name__ == "__main__":
    main()

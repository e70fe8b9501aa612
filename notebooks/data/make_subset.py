"""Makes fashion_mnist_subset.npz from Debian's package dataset-fashion-mnist.

    sudo apt install dataset-fashion-mnist
    python make_subset.py

The first PER_CLASS images of every class, in the order of the original files, so the subset is balanced and
running this again gives the same bytes (numpy.savez_compressed stamps every member with 1980-01-01).
"""

import gzip
from pathlib import Path

import numpy as np

SOURCE = Path("/usr/share/datasets/fashion-mnist")
TARGET = Path(__file__).with_name("fashion_mnist_subset.npz")
PER_CLASS = {"train": 500, "t10k": 100}


def read_idx(name):
    """An array from an IDX file: two zeros, dtype (8: uint8), number of axes, big-endian axis lengths, data."""
    data = gzip.decompress((SOURCE / name).read_bytes())
    axes = data[3]
    shape = np.frombuffer(data, ">u4", count=axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def balanced(part):
    images, labels = read_idx(f"{part}-images-idx3-ubyte.gz"), read_idx(f"{part}-labels-idx1-ubyte.gz")
    chosen = [np.flatnonzero(labels == c)[: PER_CLASS[part]] for c in range(10)]
    index = np.sort(np.concatenate(chosen))
    return images[index], labels[index]


if __name__ == "__main__":
    x_train, y_train = balanced("train")
    x_test, y_test = balanced("t10k")
    np.savez_compressed(TARGET, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    print(f"{TARGET.name}: {len(y_train)} training and {len(y_test)} test images, {TARGET.stat().st_size:,} bytes")

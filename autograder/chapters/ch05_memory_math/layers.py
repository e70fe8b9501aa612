"""The layers of a network, as `summarize` takes them."""

from autograder.chapters.ch05_memory_math.reference import Layer

FLATTEN: Layer = {"kind": "flatten"}


def conv(filters: int, kernel: int, stride: int = 1, padding: str = "valid") -> Layer:
    """Return a convolution.

    >>> conv(8, 3)
    {'kind': 'conv', 'filters': 8, 'kernel': 3, 'stride': 1, 'padding': 'valid'}
    """
    return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding}


def pool(size: int, stride: int, padding: str = "valid") -> Layer:
    """Return a pooling.

    >>> pool(2, 2)
    {'kind': 'pool', 'size': 2, 'stride': 2, 'padding': 'valid'}
    """
    return {"kind": "pool", "size": size, "stride": stride, "padding": padding}


def dense(units: int) -> Layer:
    """Return a dense layer.

    >>> dense(10)
    {'kind': 'dense', 'units': 10}
    """
    return {"kind": "dense", "units": units}

"""Asks PyTorch, JAX, Flax and ONNX Runtime what the page *The same layer elsewhere* says.

    python frameworks.py [OUT.json]

It needs torch, jax, flax, onnx and onnxruntime, which are no part of the course's environment: the record is kept, and
a test compares it with what TensorFlow gives. Every question is asked along one axis, with the input 1, 2, ..., n. A
convolution has k filters, the i-th of which copies cell i of a window, so that its output lists the windows; a zero is
padding. Torch's and ONNX's results are turned to (windows, k), as those of JAX are.
"""

import json
import sys
from pathlib import Path

import numpy as np

CONVOLUTIONS = [(6, 3, 1), (6, 2, 1), (6, 4, 1), (6, 3, 2), (7, 3, 2), (28, 3, 2)]  # n, k, s
POOLS = [(7, 2, 2), (6, 3, 2), (5, 2, 2)]
TRANSPOSED = [(3, 3, 2, 1, 0), (3, 3, 2, 1, 1), (3, 4, 2, 1, 0), (3, 2, 2, 0, 0)]  # n, k, s, padding, output padding


def row(n):
    """Return 1, 2, ..., n as (1, 1, n)."""
    return np.arange(1, n + 1, dtype="float32")[None, None]


def copying(k):
    """Return k filters (k, 1, k), the i-th of which copies cell i of a window."""
    return np.eye(k, dtype="float32")[:, None]


def attempt(ask, *arguments, **settings):
    """Return a result as nested lists, or the first line of the error."""
    try:
        return np.round(np.asarray(ask(*arguments, **settings), "float64"), 5).tolist()
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def torch_answers():
    """Return PyTorch's answers."""
    import torch
    from torch import nn
    from torch.nn import functional

    def conv(n, k, s, padding, mode="zeros"):
        layer = nn.Conv1d(1, k, k, stride=s, padding=padding, padding_mode=mode, bias=False)
        with torch.no_grad():
            layer.weight[:] = torch.from_numpy(copying(k))
            return layer(torch.from_numpy(row(n)))[0].T

    def pool(ask, n, k, s, **settings):
        return ask(torch.from_numpy(row(n)), k, s, **settings)[0, 0]

    def transposed(n, k, s, padding, output_padding):
        ones = torch.ones(1, 1, k)
        return functional.conv_transpose1d(
            torch.ones(1, 1, n), ones, stride=s, padding=padding, output_padding=output_padding
        )[0, 0]

    modes = ("zeros", "reflect", "replicate", "circular")
    return torch.__version__, {
        "conv padding=same": {str(c): attempt(conv, *c, "same") for c in CONVOLUTIONS},
        "conv padding=1": {str(c): attempt(conv, *c, 1) for c in CONVOLUTIONS},
        "conv padding=1 by mode": {mode: attempt(conv, 6, 3, 1, 1, mode) for mode in modes},
        "max pool": {str(c): attempt(pool, functional.max_pool1d, *c) for c in POOLS},
        "max pool ceil_mode": {str(c): attempt(pool, functional.max_pool1d, *c, ceil_mode=True) for c in POOLS},
        "average pool padding=1": {str(c): attempt(pool, functional.avg_pool1d, *c, padding=1) for c in POOLS},
        "average pool padding=1 count_include_pad=False": {
            str(c): attempt(pool, functional.avg_pool1d, *c, padding=1, count_include_pad=False) for c in POOLS
        },
        "default stride of a pool": attempt(lambda: functional.max_pool1d(torch.from_numpy(row(6)), 3)[0, 0]),
        "transposed": {str(c): attempt(transposed, *c) for c in TRANSPOSED},
    }


def jax_answers():
    """Return JAX's and Flax's answers."""
    import flax
    import jax
    from flax import linen

    def conv(n, k, s, padding):
        x, w = row(n).transpose(0, 2, 1), copying(k).transpose(2, 1, 0)  # (1, n, 1), (k, 1, k)
        return jax.lax.conv_general_dilated(x, w, (s,), padding, dimension_numbers=("NWC", "WIO", "NWC"))[0]

    def flax_conv(n, k, s, padding):
        layer = linen.Conv(k, (k,), strides=(s,), padding=padding, use_bias=False)
        return layer.apply({"params": {"kernel": copying(k).transpose(2, 1, 0)}}, row(n).transpose(0, 2, 1))[0]

    def pool(ask, n, k, s, padding, **settings):
        return ask(row(n).transpose(0, 2, 1), (k,), strides=(s,), padding=padding, **settings)[0, :, 0]

    def transposed(n, k, s, padding):
        x, w = np.ones((1, n, 1), "float32"), np.ones((k, 1, 1), "float32")
        return jax.lax.conv_transpose(x, w, (s,), padding, dimension_numbers=("NWC", "WIO", "NWC"))[0, :, 0]

    return f"{jax.__version__}, Flax {flax.__version__}", {
        "lax SAME": {str(c): attempt(conv, *c, "SAME") for c in CONVOLUTIONS},
        "lax SAME_LOWER": {str(c): attempt(conv, *c, "SAME_LOWER") for c in CONVOLUTIONS},
        "flax padding by mode": {
            mode: attempt(flax_conv, 6, 3, 1, mode) for mode in ("SAME", "CIRCULAR", "REFLECT", "CAUSAL")
        },
        "flax average pool SAME": {str(c): attempt(pool, linen.avg_pool, *c, "SAME") for c in POOLS},
        "flax average pool SAME count_include_pad=False": {
            str(c): attempt(pool, linen.avg_pool, *c, "SAME", count_include_pad=False) for c in POOLS
        },
        "default stride of a pool": attempt(
            lambda: linen.max_pool(row(6).transpose(0, 2, 1), (3,))[0, :, 0],
        ),
        "transposed": {f"{c[:3]} {p}": attempt(transposed, *c[:3], p) for c in TRANSPOSED for p in ("SAME", "VALID")},
    }


def onnx_answers():
    """Return ONNX Runtime's answers."""
    import onnxruntime
    from onnx import TensorProto, checker, helper

    def run(operator, x, w=None, **attributes):
        inputs = {"x": x} if w is None else {"x": x, "w": w}
        declared = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape) for name, array in inputs.items()
        ]
        result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * x.ndim)
        graph = helper.make_graph(
            [helper.make_node(operator, list(inputs), ["y"], **attributes)], "g", declared, [result]
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
        checker.check_model(model)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run(None, inputs)[0][0]

    def conv(n, k, s, **settings):
        return run("Conv", row(n), copying(k), strides=[s], **settings).T

    def pool(operator, n, k, s, **settings):
        return run(operator, row(n), kernel_shape=[k], strides=[s], **settings)[0]

    def transposed(n, k, s, padding, output_padding):
        return run(
            "ConvTranspose",
            np.ones((1, 1, n), "float32"),
            np.ones((1, 1, k), "float32"),
            strides=[s],
            pads=[padding, padding],
            output_padding=[output_padding],
        )[0]

    return onnxruntime.__version__, {
        "Conv SAME_UPPER": {str(c): attempt(conv, *c, auto_pad="SAME_UPPER") for c in CONVOLUTIONS},
        "Conv SAME_LOWER": {str(c): attempt(conv, *c, auto_pad="SAME_LOWER") for c in CONVOLUTIONS},
        "MaxPool": {str(c): attempt(pool, "MaxPool", *c) for c in POOLS},
        "MaxPool ceil_mode": {str(c): attempt(pool, "MaxPool", *c, ceil_mode=1) for c in POOLS},
        "AveragePool pads=1": {str(c): attempt(pool, "AveragePool", *c, pads=[1, 1]) for c in POOLS},
        "AveragePool pads=1 count_include_pad": {
            str(c): attempt(pool, "AveragePool", *c, pads=[1, 1], count_include_pad=1) for c in POOLS
        },
        "default stride of a pool": attempt(lambda: run("MaxPool", row(6), kernel_shape=[3])[0]),
        "transposed": {str(c): attempt(transposed, *c) for c in TRANSPOSED},
    }


def main(target):
    """Ask each framework that is there; write the record."""
    answers = {"PyTorch": torch_answers, "JAX": jax_answers, "ONNX Runtime": onnx_answers}
    record = {name: dict(zip(("version", "answers"), ask(), strict=True)) for name, ask in answers.items()}
    target.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("frameworks.json"))

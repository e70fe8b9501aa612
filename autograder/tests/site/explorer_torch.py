"""Asks PyTorch for the outputs of the lines that the explorer reads, and records them.

    python explorer_torch.py > explorer_torch.json

It needs torch, which is no part of the course's environment: the record is kept, and a test compares the
explorer with it. The input is the explorer's own "mixed", the kernel counts up from 1.
What PyTorch refuses is recorded as null.
"""

import json

import torch
from torch import nn  # noqa: F401 - the lines use it

SIZES = [(5, 5), (6, 7), (7, 4)]
LINES = [
    "nn.Conv2d(1, 1, 3)",
    "nn.Conv2d(1, 1, (3, 2), stride=(2, 1), padding=(1, 0))",
    "nn.Conv2d(1, 1, 3, 2, 1)",
    "nn.Conv2d(1, 1, 3, padding=2, dilation=2)",
    'nn.Conv2d(1, 1, 3, padding="same")',
    'nn.Conv2d(1, 1, (2, 4), padding="same")',
    'nn.Conv2d(1, 1, 2, padding="same", dilation=3)',
    'nn.Conv2d(1, 1, 3, padding="valid", bias=False)',
    'nn.Conv2d(1, 1, 3, stride=2, padding="same")',
    'nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect")',
    'nn.Conv2d(1, 1, 3, stride=2, padding=2, padding_mode="replicate")',
    'nn.Conv2d(1, 1, 3, padding=1, padding_mode="circular")',
    'nn.Conv2d(1, 1, 2, padding="same", padding_mode="circular")',
    "nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, 1, 3, stride=2))",
    "nn.Sequential(nn.ConstantPad2d((1, 2, 0, 1), 4), nn.Conv2d(1, 1, 3))",
    "nn.Sequential(nn.ReflectionPad2d((1, 2, 0, 1)), nn.Conv2d(1, 1, 3))",
    "nn.Sequential(nn.ReplicationPad2d(2), nn.MaxPool2d(3, 2))",
    "nn.Sequential(nn.CircularPad2d((3, 1, 2, 0)), nn.AvgPool2d(2, 1))",
    'nn.Sequential(nn.ConstantPad2d((0, 1, 0, 1), float("-inf")), nn.MaxPool2d(3, 2))',
    "nn.MaxPool2d(2)",
    "nn.MaxPool2d(3, stride=2, padding=1)",
    "nn.MaxPool2d(2, ceil_mode=True)",
    "nn.MaxPool2d(3, 2, ceil_mode=True)",
    "nn.MaxPool2d(3, 3, 1, ceil_mode=True)",
    "nn.MaxPool2d((2, 3), (3, 2), (1, 0), ceil_mode=True)",
    "nn.MaxPool2d(2, stride=3, ceil_mode=True)",
    "nn.MaxPool2d(2, stride=3, padding=1, ceil_mode=True)",
    "nn.MaxPool2d(2, dilation=2, stride=1)",
    "nn.MaxPool2d(2, padding=2)",
    "nn.MaxPool2d(3, stride=1, padding=1, dilation=2)",
    "nn.MaxPool2d(3, stride=1, padding=2, dilation=2)",
    "nn.AvgPool2d(2)",
    "nn.AvgPool2d(3, 2, 1)",
    "nn.AvgPool2d(3, 2, 1, count_include_pad=False)",
    "nn.AvgPool2d(2, ceil_mode=True)",
    "nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)",
    "nn.LPPool2d(2, 3)",
    "nn.LPPool2d(2, 2, stride=1)",
    "nn.AdaptiveMaxPool2d(1)",
    "nn.AdaptiveAvgPool2d((1, 1))",
    "nn.ConvTranspose2d(1, 1, 3)",
    "nn.ConvTranspose2d(1, 1, 3, stride=2)",
    "nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)",
    "nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1)",
    "nn.ConvTranspose2d(1, 1, 4, 2, 1)",
    "nn.ConvTranspose2d(1, 1, 2, stride=3)",
    "nn.ConvTranspose2d(1, 1, 2, stride=3, output_padding=2)",
    "nn.ConvTranspose2d(1, 1, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(0, 1))",
    "nn.ConvTranspose2d(1, 1, 3, stride=1, dilation=2, output_padding=1)",
    "nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=2)",
    "nn.Sequential(nn.ConvTranspose2d(1, 1, 3, stride=2), nn.ZeroPad2d((0, -1, 0, -1)))",
]


def image(height, width):
    """Return the explorer's "mixed" input."""
    rows = [[(7 * r + 3 * c + 5 * r * c + 2) % 10 for c in range(width)] for r in range(height)]
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def output(line, size):
    """Return what a layer with counting weights and without bias gives, as nested lists, or None if PyTorch refuses."""
    try:
        layer = eval(line)  # a line of the list above
        for parameter in layer.parameters():
            counting = torch.arange(1.0, parameter.numel() + 1).reshape(parameter.shape)
            parameter.data = counting if parameter.dim() > 1 else torch.zeros_like(parameter)
        return [[round(value, 5) for value in row] for row in layer(image(*size))[0, 0].tolist()]
    except (RuntimeError, ValueError):
        return None


if __name__ == "__main__":
    cases = [{"line": line, "size": size, "output": output(line, size)} for line in LINES for size in SIZES]
    print("[" + ",\n".join(map(json.dumps, cases)) + "]")

"""Where in the course each exercise's subject is explained: a heading of the chapter's notebook."""

import re

from autograder import paths
from autograder.exercises import ASSIGNMENTS

SECTIONS = {
    "pad2d": "What padding costs",
    "pad2d_mode": "What to fill with",
    "window_counts": "How often each pixel is read",
    "conv2d_valid": "Feature maps shrink",
    "same_padding": "How TensorFlow places same padding",
    "output_size": "Sizes and the floor",
    "conv2d_strided": "What a stride is",
    "conv2d": "A stride for each axis",
    "unread": "Pixels no window reads",
    "pool2d": "One number for each window",
    "global_pool": "Global pooling",
    "max_pool_backward": "The backward pass",
    "translate": "Two words",
    "consistency": "What predictions do",
    "blur_pool2d": "Blur before you subsample",
    "pool_shift_error": "How local it is",
    "conv_params": "One layer, byte by byte",
    "conv_macs": "Counting multiply-adds",
    "activation_bytes": "One layer, byte by byte",
    "receptive_field": "Receptive field",
    "summarize": "Reading a summary",
    "training_bytes": "Training against inference",
    "design": "The pattern of the network",
    "mosaic": "Inside: feature maps",
    "dilate_kernel": "Dilated convolution",
    "conv2d_dilated": "Dilated convolution",
    "upsample2d": "The slides' U-Net",
    "conv2d_transpose": "Transposed convolution",
    "unet_shapes": "Sizes that fit",
}


def page(assignment, name):
    """Return (title, address) of what to read again: the section of an exercise, for a question the chapter.

    Examples
    --------
    >>> page("03_pooling", "pool2d")[1].rpartition("/")[2]
    '03_pooling.html#one-number-for-each-window'
    """
    address = f"{paths.site()}notebooks/{assignment}.html"
    known = assignment in ASSIGNMENTS and any(exercise.name == name for exercise in ASSIGNMENTS[assignment])
    if not known or name not in SECTIONS:
        return f"chapter {assignment}", address
    return SECTIONS[name], f"{address}#{anchor(SECTIONS[name])}"


def anchor(heading):
    """Return the id that Sphinx gives a heading.

    >>> anchor("The slides' U-Net")
    'the-slides-u-net'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-").lstrip("0123456789-")

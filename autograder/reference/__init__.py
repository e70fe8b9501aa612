"""What is right: a vectorised NumPy implementation of every graded function, under the name students use."""

from autograder.reference.ch01_why_padding import conv2d_valid, pad2d, pad2d_mode, same_padding, window_counts

__all__ = ["conv2d_valid", "pad2d", "pad2d_mode", "same_padding", "window_counts"]

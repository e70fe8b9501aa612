"""Checks hand-written padding, strides and pooling, and says which mistake was made.

A student needs ``check`` and ``hint``, and NumPy alone; the judge, the command line and the recorder of TensorFlow's
outputs live in their own modules.
"""

from autograder.check import check, hint

__all__ = ["check", "hint"]

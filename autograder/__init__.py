"""Checks hand-written padding, strides and pooling, and says which mistake was made.

A student needs ``check`` and ``hint``, and NumPy alone; the judge, the command line and the recorder of TensorFlow's
outputs live in their own modules.
"""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    sys.path.pop(0)  # else `python -m autograder` imports a student's numpy.py from the current folder

from autograder.check import check, hint

__all__ = ["check", "hint"]

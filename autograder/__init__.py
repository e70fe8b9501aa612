"""Checks hand-written padding, strides and pooling, and says which mistake was made.

A student needs ``check``, ``hint`` and ``garments``, and NumPy alone; the judge, the command line and the recorder of
TensorFlow's outputs live in their own modules.
"""

import os
import sys

# Where submissions lie, `python -m autograder` would else import a student's numpy.py from the current folder.
if sys.argv[:1] == ["-m"] and not sys.flags.safe_path and sys.path[0] != os.path.dirname(os.path.dirname(__file__)):
    sys.path.pop(0)

from autograder.check import check, hint
from autograder.inside.garments import garments

__all__ = ["check", "garments", "hint"]

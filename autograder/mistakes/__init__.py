"""What goes wrong: named wrong solutions, each with the sentence a student should read."""

from autograder.mistakes import ch01_why_padding
from autograder.mistakes.model import Mistake

MISTAKES = {**ch01_why_padding.MISTAKES}

__all__ = ["MISTAKES", "Mistake"]

"""What goes wrong: named wrong solutions, each with the sentence a student should read."""

from autograder import chapters
from autograder.mistakes.model import Mistake

MISTAKES = {name: found for m in chapters.modules(__name__).values() for name, found in m.MISTAKES.items()}

__all__ = ["MISTAKES", "Mistake"]

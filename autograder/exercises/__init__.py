"""What is asked of a student, as data: an exercise is a function with behaviours, a behaviour has cases and points."""

from autograder.exercises import ch01_why_padding
from autograder.exercises.model import Behaviour, Case, Exercise, case

ASSIGNMENTS = {"01_why_padding": ch01_why_padding.EXERCISES}
EXERCISES = {exercise.name: exercise for exercises in ASSIGNMENTS.values() for exercise in exercises}

__all__ = ["ASSIGNMENTS", "EXERCISES", "Behaviour", "Case", "Exercise", "case"]

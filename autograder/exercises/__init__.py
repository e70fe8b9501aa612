"""What is asked of a student, as data: an exercise is a function with behaviours, a behaviour has cases and points."""

from autograder import chapters
from autograder.exercises.model import Behaviour, Case, Exercise, case

ASSIGNMENTS = {assignment: module.EXERCISES for assignment, module in chapters.modules(__name__).items()}
EXERCISES = {exercise.name: exercise for exercises in ASSIGNMENTS.values() for exercise in exercises}

__all__ = ["ASSIGNMENTS", "EXERCISES", "Behaviour", "Case", "Exercise", "case"]

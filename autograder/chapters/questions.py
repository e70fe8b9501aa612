"""The short questions of all chapters, for the judge: this is never imported where a student could read the answers."""

from autograder.chapters import modules
from autograder.chapters.model import Question

BY_ASSIGNMENT: dict[str, tuple[Question, ...]] = {
    assignment: module.QUESTIONS for assignment, module in modules("questions").items()
}
QUESTIONS = {question.name: question for questions in BY_ASSIGNMENT.values() for question in questions}

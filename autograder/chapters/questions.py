"""The short questions of all chapters, for the judge: this is never imported where a student could read the answers."""

from autograder.chapters import modules

QUESTIONS = {question.name: question for module in modules("questions").values() for question in module.QUESTIONS}

"""Grading where students already hand in: what Gradescope and PrairieLearn run in a container of theirs."""

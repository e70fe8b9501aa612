"""Grading written answers by hand: the page, what it reads and writes, the rubrics, and the solutions as a PDF."""

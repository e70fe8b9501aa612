"""Judging untrusted code: the sandbox, the judge that stays outside, and its place in nbgrader."""

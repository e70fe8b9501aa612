"""Right solutions as different students write them: every one of them must get full points.

A module for each assignment. `pad2d__loops` is a solution of `pad2d`, and "loops" is its style. Names without a double
underscore are the students' own helpers. The solutions were written from the statements alone.
"""

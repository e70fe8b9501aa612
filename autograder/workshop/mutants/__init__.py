"""Small changes of the reference: each is caught by a check, or shown to be right too.

`walk` makes them, `verdicts` grades them; `equivalent` lists those that no check can catch, each with a reason, and
`contract` holds the calls at which they and the reference must do the same.
"""

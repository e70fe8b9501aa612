"""What a check says of any function, in a notebook and in a page of the site alike."""

SENTENCES = {
    "not_written": "It is not written yet.",
    "returns_none": "It returns None: it is not written yet, or a `return` is missing.",
    "none_not_refused": "It returns None where it must raise ValueError.",
    "not_refused": "It returns a value where it must raise ValueError.",
    "raised": "It raises {error}{where}: {message}",
    "wrong_error": "It raises {error} where it must raise {expected}.",
    "value": "The value differs.",
    "values": "{wrong} of {all} values{part} differ, the first at {index}.",
    "shape": "The shape{part} is {shape}.",
    "type": "It returns {what}, not {form}{part}.",
    "length": "It returns {entries}{part}, which is not the right number.",
    "aliased": "It returns the {what}, not a new one.",
    "changed": "It changes what it was given: work on a copy.",
    "nothing_right": "This counts once the function gives a right result.",
    "mistake": "What went wrong: {sentence}",
    "first_mistake": "What went wrong first: {sentence}",
    "another": "Also: {sentence}",
    "either": "One of two things went wrong. {sentence} Or: {other}",
    "more": "Fix this and check again: there may be something else.",
}
KINDS = {"ndarray": "an array", "str": "text", "NoneType": "None", "bool": "True or False"}  # names of types, in words

"""The kind of cause of an error in a student's code, in a sentence with the numbers that show it."""

import re

from autograder.check.compare import kind_in_words
from autograder.inside.call import Outcome

_SHAPE = r"\(([\d, ]*)\)"
# (regular expression of Python's or NumPy's message, the sentence; groups that match are put in)
_MESSAGES = (
    (r"index -\d+ is out of bounds for axis \d with size (\d+)",
     "An index lies before the first cell of an axis of size {0}."),
    (r"index (\d+) is out of bounds for axis \d with size 0", "Index {0} is read from an axis that has no cells."),
    (r"index (\d+) is out of bounds for axis \d with size \1(?!\d)",
     "Index {0} is one past the end: the indices of this axis go from 0 to {0} - 1."),
    (r"index (\d+) is out of bounds for axis \d with size (\d+)", "Index {0} is past the end of an axis of size {1}."),
    (r"(list|tuple|string)( assignment)? index out of range", "An index is past the end of a {0}."),
    (r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
     "An array with {0} axes is given {1} indices."),
    (r"invalid index to scalar variable", "A single number is indexed like an array."),
    (r"indices must be integers or slices, not (\w+)", "An index is {kind0}, not a whole number."),
    (r"only integers, slices|used as indices must be of integer|slice indices must be integers",
     "An index is not a whole number: `/` gives floats, `//` whole numbers."),
    (r"^index out of range$", "An index is past the end."),
    (r"pop from (an )?empty", "`pop` is called, but nothing is left to take out."),
    (rf"could not be broadcast together with( remapped)? shapes {_SHAPE}[^(]* {_SHAPE}",
     "Arrays of the shapes ({1}) and ({2}) are combined cell by cell, but these shapes do not fit together."),
    (rf"shape mismatch: value array of shape {_SHAPE} could not be broadcast to indexing result of shape {_SHAPE}",
     "Values of the shape ({0}) are assigned to a place of the shape ({1})."),
    (rf"could not broadcast input array from shape {_SHAPE} into shape {_SHAPE}",
     "An array of the shape ({0}) is assigned to a place of the shape ({1})."),
    (rf"output operand with shape {_SHAPE} doesn't match the broadcast shape {_SHAPE}",
     "An array of the shape ({0}) is changed in place by a calculation whose result has the shape ({1})."),
    (r"inhomogeneous shape", "An array is made of rows or parts that do not all have the same size."),
    (r"setting an array element with a sequence", "A whole array or list is put where one number belongs."),
    (r"only (?:length-1|0-dimensional|size-1) arrays can be", "A whole array is used where one number belongs."),
    (rf"cannot reshape array of size (\d+) into shape {_SHAPE}",
     "{0} numbers are put into the shape ({1}), which has another number of cells."),
    (r"zero-size array to reduction|arg is an empty sequence|iterable argument is empty|arg\w+ of an empty sequence",
     "A window or list is empty, so it has no largest or smallest number."),
    (r"negative dimensions are not allowed", "A new array gets a negative size."),
    (r"not enough values to unpack \(expected (?:at least )?(\d+), got (\d+)\)",
     "Something with {1} entries is unpacked into {0} names."),
    (r"too many values to unpack \(expected (\d+)", "Something with more than {0} entries is unpacked into {0} names."),
    (r"cannot unpack non-iterable NoneType", "None is unpacked like a pair: is a `return` missing?"),
    (r"cannot unpack non-iterable (\w+) object", "{kind0} is unpacked like a pair: make it a pair first."),
    (r"'NoneType' object|'NoneType'$|'NoneType' and", "Something is None here: is a `return` missing?"),
    (r"'([\w.]+)' object is not subscriptable", "{kind0} is indexed like a list."),
    (r"'([\w.]+)' object is not iterable", "{kind0} is used like a list: make it a pair or a list first."),
    (r"'([\w.]+)' object is not callable", "{kind0} is called like a function."),
    (r"'([\w.]+)' object cannot be interpreted as an integer",
     "{kind0} is used where a whole number is needed: `/` gives floats, `//` whole numbers."),
    (r"object does not support item assignment", "A tuple, text or number can't be changed in place."),
    (r"object of type '([\w.]+)' has no len", "{kind0} has no length."),
    (r"bad operand type for (?:unary (\S+|abs\(\))): '([\w.]+)'", "`{0}` is applied to {kind1}."),
    (r"unsupported operand type\(s\) for (\S+)(?: or pow\(\))?: '([\w.]+)' and '([\w.]+)'",
     "`{0}` is applied to {kind1} and {kind2}."),
    (r"'(\S+)' not supported between instances of '([\w.]+)' and '([\w.]+)'", "{kind1} is compared with {kind2}."),
    (r"can only concatenate (\w+) \(not|must be (str), not",
     "A {0} and something else are joined by `+`."),
    (r"can't multiply sequence by non-int of type '([\w.]+)'", "A list or tuple is multiplied by {kind0}."),
    (r"Cannot cast ufunc", "An array of whole numbers is changed in place by floats: make it with dtype float."),
    (r"^(?:\w+\.)*(\w+)\(\) (?:missing|takes|got)", "`{0}` is called with other arguments than it takes."),
    (r"zip\(\) argument \d+ is (?:shorter|longer)", "`zip` is given sequences of different lengths."),
    (r"matmul: .*size (\d+) is different from (\d+)",
     "`@` multiplies matrices that do not fit together: {1} columns and {0} rows."),
    (rf"shapes {_SHAPE} and {_SHAPE} not aligned",
     "A matrix product is taken of the shapes ({0}) and ({1}), which do not fit together."),
    (r"shape-mismatch for sum", "A tensor product is taken over axes of different sizes."),
    (r"eins(?:tein )?sum|operand has (?:more|fewer) dimensions than subscripts",
     "The subscripts of `einsum` do not fit the arrays."),
    (r"the input array dimensions except for the concatenation|input arrays must have the same shape",
     "Arrays that do not have the same size are joined."),
    (r"Size of label '\w' for operand", "The subscripts of `einsum` do not fit the arrays."),
    (r"unhashable type: '(\w+)'", "{kind0} can't be in a set or be a key of a dict."),
    (r"not broadcastable to correct shape|and requested shape",
     "An array can't be stretched to the shape that is asked for."),
    (r"need at least one array", "The list of arrays to join is empty."),
    (r"truth value of an array", "A whole array is used as one condition, which is neither true nor false."),
    (r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
     "There is no axis {0}: the array has {1} axes, counted from 0."),
    (r"axes don't match array|repeated axis", "The list of axes does not match the axes of the array."),
    (r"(?:arg 3|step) (?:must not|cannot) be zero", "A step of 0 is not allowed."),
    (r"index can't contain negative values", "Something is padded by a negative amount."),
    (r"can't extend empty axis", "An array without cells is padded."),
    (r"name '(\w+)' is not defined", "There is no variable or function `{0}`."),
    (r"cannot access (?:local|free) variable '(\w+)'|variable '(\w+)' referenced before",
     "`{0}` is used before it has a value."),
    (r"'([\w.]+)' object has no attribute '(\w+)'", "{kind0} has no `{1}`."),
    (r"module '([\w.]+)' has no attribute '(\w+)'", "`{0}` has no `{1}`."),
    (r"invalid literal for int", "A text that is not a whole number is turned into an int."),
)  # fmt: skip
_TYPES = {
    "ZeroDivisionError": "It divides by 0.",
    "RecursionError": "The function calls itself without end.",
    "KeyError": "A dict is asked for a key that it does not have.",
    "StopIteration": "`next` is called on an iterator that has nothing left.",
    "OverflowError": "A number gets too large.",
    "MemoryError": "An array gets too large.",
    "AssertionError": "An `assert` fails for arguments that are allowed.",
    "Stopped": "It did not come to an end in time: is there a loop that never ends?",
}


def cause(outcome: Outcome) -> str:
    """Return the kind of cause of an error or a None in a sentence, "" if its message is not known.

    >>> cause(Outcome(error="IndexError", message="index 5 is out of bounds for axis 0 with size 5"))
    'Index 5 is one past the end: the indices of this axis go from 0 to 4.'
    >>> cause(Outcome(error="ValueError", message="too small", line="3: raise ValueError('too small')"))
    'Its own `raise` is reached, although the arguments are allowed.'
    """
    if not outcome.error:
        return "It returns None: is a `return` missing on some path through the function?"
    if re.match(r"\d+: (if .*: )?raise\b", outcome.line):
        return "Its own `raise` is reached, although the arguments are allowed."
    for message, sentence in _MESSAGES:
        if found := re.search(message, outcome.message):
            groups = [group or "" for group in found.groups()]
            kinds = {f"kind{i}": _kind(group) for i, group in enumerate(groups)}
            told = sentence.format(*groups, **kinds)
            told = re.sub(r"0 to (\d+) - 1\b", lambda n: f"0 to {int(n[1]) - 1}", told)
            return told[0].upper() + told[1:]
    return _TYPES.get(outcome.error or "", "")


def _kind(name):
    """Return the name of a type in words.

    >>> _kind("numpy.float64"), _kind("tuple")
    ('a float', 'a tuple')
    """
    name = name.removeprefix("numpy.")
    if found := re.fullmatch(r"(float|u?int)\d*", name):
        return "a float" if found[1] == "float" else "an int"
    return kind_in_words(name)

"""An exercise as data, for the check in a page of the site: no server, no NumPy, no code of ours that is secret.

An array becomes a list of rows. What a list has no word for is left out: dtypes, and with them small integers. The
page gets the open cases, what is right for them, and what each named mistake gives for them; neither a solution nor a
mistake's code.
"""

import json
import math
from contextlib import suppress
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np

from autograder.chapters import EXERCISES, MISTAKES
from autograder.chapters.generic import generic
from autograder.chapters.model import Behaviour, Exercise
from autograder.check.compare import TOLERANCE, equal, named, right
from autograder.check.diagnose import FEW_ARRAYS, FEW_NUMBERS, NO_ERRORS_OF_THE_CODE
from autograder.check.grade import NOT_THERE
from autograder.check.report import MAX_WHOLE
from autograder.check.sentences import KINDS, SENTENCES
from autograder.inside.call import call
from autograder.page_source import accepting

INDICES = {1: "[c]", 2: "[i][j]", 3: "[i][j][c]", 4: "[u][v][c][o]"}  # of a list, by the array's axes


def in_page(name: str) -> dict[str, Any]:
    """Return everything that the page needs to check a function, ready for JSON.

    Parameters
    ----------
    name : str
        An exercise, e.g. "pad2d".

    Returns
    -------
    dict
        name, points, rules, behaviours, outcomes (wrong ones), mistakes, generic ones, hints, parts, left_out; measures
        is Python that says what is wrong with a result where many are right, "" elsewhere.

    Raises
    ------
    TypeError
        If a result is something that a page cannot compare.

    Examples
    --------
    >>> data = in_page("pad2d")
    >>> data["points"], [behaviour["id"] for behaviour in data["behaviours"]]
    (16, ['sides', 'value', 'asymmetric', 'untouched', 'refuses'])
    >>> data["behaviours"][0]["cases"][0]["args"]
    [['image', '[[1.0, -2.0], [4.0, 5.0]]'], ['padding', '1']]
    >>> data["left_out"]
    [{'words': 'keeps the dtype of the image', 'points': 2}]
    """
    exercise = EXERCISES[name]
    kept = behaviours(exercise)
    cases = [case for behaviour in kept for case in behaviour.cases]
    measured = {behaviour.id: behaviour.accepts for behaviour in kept if behaviour.accepts}
    outcomes: dict[str, int] = {}  # many mistakes give the same
    return {
        "name": name,
        "points": sum(behaviour.points for behaviour in kept),
        "rules": {
            "tolerance": TOLERANCE,
            "few_arrays": FEW_ARRAYS,
            "few_numbers": FEW_NUMBERS,
            "most_shown": MAX_WHOLE,
            "not_there": sorted(NOT_THERE),
            "no_errors_of_the_code": sorted(NO_ERRORS_OF_THE_CODE),
            "sentences": SENTENCES,
            "kinds": KINDS,
        },
        "behaviours": [_behaviour(exercise, behaviour) for behaviour in kept],
        "mistakes": list(_mistakes(exercise, MISTAKES[name], cases, outcomes)),
        "generic": list(_mistakes(exercise, generic(exercise), cases, outcomes)),
        "outcomes": [json.loads(outcome) for outcome in outcomes],
        "measures": accepting(measured) if measured else "",
        "hints": list(exercise.hints),
        "parts": list(exercise.parts),
        "left_out": [{"words": b.words, "points": b.points} for b in exercise.behaviours if b not in kept],
    }


def comparable(name: str) -> bool:
    """Tell whether a page can compare what an exercise's function returns.

    >>> comparable("pad2d")
    True
    """
    exercise = EXERCISES[name]
    with suppress(TypeError):
        return bool([_behaviour(exercise, behaviour) for behaviour in behaviours(exercise)])
    return False


def behaviours(exercise: Exercise) -> list[Behaviour]:
    """Return the behaviours of an exercise that lists can show.

    >>> [b.id for b in behaviours(EXERCISES["conv2d_valid"])]
    ['slides', 'shapes', 'extremes', 'untouched', 'refuses']
    """
    return [b for b in exercise.behaviours if not (b.dtype or _small_integers(b))]


def starter(name: str) -> str:
    """Return the code that a reader begins with: the signature, what the function is for, how lists are indexed.

    >>> print(starter("translate"))
    def translate(image, dy, dx):
        \"\"\"Move an image; zeros move in, and what leaves is lost.\"\"\"
        # as lists: image[i][j] -> result[i][j]
        pass  # your code here
    <BLANKLINE>
    """
    function = EXERCISES[name].reference
    summary = in_lists((function.__doc__ or "").splitlines()[0])
    parameters = [one.replace(annotation=Parameter.empty) for one in signature(function).parameters.values()]
    lines = [f"def {name}{Signature(parameters)}:", f'    """{summary}"""', *_lists(name), "    pass  # your code here"]
    return "\n".join(lines) + "\n"


def _lists(name):
    """Yield a comment that says how what was an array is indexed, if there is any."""
    exercise = EXERCISES[name]
    case = exercise.behaviours[0].cases[0]
    given = [
        argument + INDICES[value.ndim] for argument, value in named(exercise, case) if isinstance(value, np.ndarray)
    ]
    value = right(exercise, case).value
    parts = zip(exercise.parts, value, strict=True) if exercise.parts else [("result", value)]
    made = [part + INDICES[array.ndim] for part, array in parts if isinstance(array, np.ndarray)]
    if given or made:
        yield "    # as lists: " + " -> ".join(filter(None, [", ".join(given), ", ".join(made)]))


def in_lists(text: str) -> str:
    """Return a sentence about arrays as one about lists.

    >>> in_lists("returns a new array, not an empty array"), in_lists("arrays and lists")
    ('returns a new list, not an empty list', 'lists')
    """
    return text.replace("arrays and lists", "lists").replace("an array", "a list").replace("array", "list")


def _small_integers(behaviour):
    """Tell whether a case is about whole numbers of a few bytes, which a list does not have."""
    arrays = [arg for case in behaviour.cases for arg in case.args if isinstance(arg, np.ndarray)]
    return any(array.dtype.kind in "biu" and array.dtype.itemsize < 8 for array in arrays)


def _behaviour(exercise, behaviour):
    return {
        "id": behaviour.id,
        "words": in_lists(behaviour.words),
        "points": behaviour.points,
        "beside": behaviour.beside,
        "untouched": behaviour.untouched,
        "measured": behaviour.id if behaviour.accepts else "",
        "cases": [_case(exercise, behaviour, case) for case in behaviour.cases],
    }


def _case(exercise, behaviour, case):
    """Return a call as [parameter, Python literal] pairs, and what is right for it."""
    names = list(signature(exercise.reference).parameters)
    return {
        "args": [[name, repr(_plain(arg))] for name, arg in zip(names, case.args, strict=False)],
        "kwargs": [[name, repr(_plain(arg))] for name, arg in case.kwargs.items()],
        "expected": _expected(right(exercise, case)) if not behaviour.accepts else {},
    }


def _expected(outcome):
    return _outcome(outcome) | ({} if outcome.error else {"shown": repr(_plain(outcome.value))})


def _plain(value):
    """Return a value with lists instead of arrays, and Python's numbers instead of NumPy's."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _mistakes(exercise, mistakes, cases, outcomes):
    """Yield what the mistakes give, as far as a page can show it."""
    with np.errstate(all="ignore"):  # a mistake may well divide by zero
        yield from filter(None, (_mistake(exercise, mistake, cases, outcomes) for mistake in mistakes))


def _mistake(exercise, mistake, cases, outcomes):
    """Return what a mistake gives for each case, as places in `outcomes`, None where that is right.

    None as a whole for one that a page cannot show.
    """
    untouched = any(behaviour.untouched for behaviour in exercise.behaviours)
    calls = [(call(mistake.solution, case.args, case.kwargs), right(exercise, case)) for case in cases]
    if any(isinstance(got.value, list) and isinstance(want.value, np.ndarray) for got, want in calls):
        return None  # here a list is right
    try:
        wrong = [None if equal(got, want, untouched=untouched) else _outcome(got) for got, want in calls]
    except TypeError:  # the mistake is that it returns something of another form
        return None
    places = [outcome and outcomes.setdefault(json.dumps(outcome), len(outcomes)) for outcome in wrong]
    shows = any(place is not None for place in places)
    told = {"id": mistake.id, "sentence": in_lists(mistake.sentence), "decision": mistake.decision, "outcomes": places}
    return told if shows else None


def _outcome(outcome):
    """Return an error's name, or the value with what the comparison needs to know."""
    if outcome.error:
        return {"error": outcome.error}
    touched = {"changed": bool(outcome.changed), "aliased": outcome.aliased}
    return {"value": _value(outcome.value)} | {name: True for name, is_so in touched.items() if is_so}


def _value(value):
    """Return a value as the page compares it: {"number", "exact"}, {"array", "exact"}, {"tuple"} or {"list"}.

    >>> _value((1, np.array([0.5])))
    {'tuple': [{'number': 1, 'exact': True}, {'array': [0.5], 'exact': False}]}
    """
    if isinstance(value, (tuple, list)):
        return {type(value).__name__: [_value(part) for part in value]}
    kind = np.asarray(value).dtype.kind
    if kind not in "biuf":
        raise TypeError(f"a page compares arrays, numbers and lists of them. Received: {value!r}")
    form = "array" if isinstance(value, np.ndarray) and value.ndim else "number"
    return {form: _finite(np.asarray(value).tolist()), "exact": kind in "biu"}


def _finite(value):
    """Return numbers as they are and infinities as words, which JSON can hold."""
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return value if math.isfinite(value) else repr(value)

"""An exercise as data, for the check in a page of the site: no server, no NumPy, no code of ours that is secret.

An array becomes a list of rows. What a list has no word for is left out: dtypes, and with them small integers. The
page gets the open cases, what is right for them, and what each named mistake gives for them; neither a solution nor a
mistake's code.
"""

from dataclasses import replace
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np

from autograder.chapters import EXERCISES, MISTAKES
from autograder.chapters.model import Behaviour, Exercise
from autograder.check.compare import TOLERANCE, equal, right
from autograder.check.diagnose import FEW_ARRAYS, FEW_NUMBERS, NO_ERRORS_OF_THE_CODE
from autograder.check.grade import NOT_THERE
from autograder.check.sentences import KINDS, SENTENCES
from autograder.inside.call import call


def in_page(name: str, one_channel: bool = False) -> dict[str, Any]:
    """Return everything that the page needs to check a function, ready for JSON.

    Parameters
    ----------
    name : str
        An exercise whose results are arrays or numbers, e.g. "pad2d".
    one_channel : bool
        Whether maps (H, W, 1) are given as (H, W); behaviours that need more channels are then left out.

    Returns
    -------
    dict
        name, points, rules, behaviours, mistakes, hints, left_out.

    Raises
    ------
    TypeError
        If a result is neither an array nor a number.

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
    exercise, see = EXERCISES[name], _only_channel if one_channel else lambda value: value
    kept = behaviours(exercise, one_channel)
    cases = [case for behaviour in kept for case in behaviour.cases]
    return {
        "name": name,
        "points": sum(behaviour.points for behaviour in kept),
        "rules": {
            "tolerance": TOLERANCE,
            "few_arrays": FEW_ARRAYS,
            "few_numbers": FEW_NUMBERS,
            "not_there": sorted(NOT_THERE),
            "no_errors_of_the_code": sorted(NO_ERRORS_OF_THE_CODE),
            "sentences": SENTENCES,
            "kinds": KINDS,
        },
        "behaviours": [_behaviour(exercise, behaviour, see) for behaviour in kept],
        "mistakes": [m for m in (_mistake(exercise, mistake, cases, see) for mistake in MISTAKES[name]) if m],
        "hints": list(exercise.hints),
        "left_out": [{"words": b.words, "points": b.points} for b in exercise.behaviours if b not in kept],
    }


def behaviours(exercise: Exercise, one_channel: bool = False) -> list[Behaviour]:
    """Return the behaviours of an exercise that lists can show.

    >>> [b.id for b in behaviours(EXERCISES["pool2d"], one_channel=True)]
    ['kinds', 'overlap', 'stride', 'pairs', 'leftover', 'same', 'same_stride', 'real_cells', 'real_kinds', 'refuses']
    """
    return [b for b in exercise.behaviours if not (b.dtype or b.accepts or _beyond_lists(b, one_channel))]


def starter(name: str) -> str:
    """Return the code that a reader begins with: the signature, and what the function is for.

    >>> print(starter("translate"))
    def translate(image, dy, dx):
        \"\"\"Move an image; zeros move in, and what leaves is lost.\"\"\"
        pass  # your code here
    <BLANKLINE>
    """
    function = EXERCISES[name].reference
    summary = in_lists((function.__doc__ or "").splitlines()[0])
    parameters = [one.replace(annotation=Parameter.empty) for one in signature(function).parameters.values()]
    return f'def {name}{Signature(parameters)}:\n    """{summary}"""\n    pass  # your code here\n'


def in_lists(text: str) -> str:
    """Return a sentence about arrays as one about lists.

    >>> in_lists("returns a new array, not an empty array")
    'returns a new list, not an empty list'
    """
    return text.replace("an array", "a list").replace("array", "list")


def _beyond_lists(behaviour, one_channel):
    """Tell whether a case is about whole-number dtypes, or about channels where there are none."""
    arrays = [arg for case in behaviour.cases for arg in case.args if isinstance(arg, np.ndarray)]
    channels = {array.shape[2] for array in arrays if array.ndim == 3}
    return any(array.dtype.kind in "biu" for array in arrays) or (one_channel and bool(channels - {1}))


def _only_channel(value):
    """Return a map (H, W, 1) as (H, W)."""
    return value[:, :, 0] if isinstance(value, np.ndarray) and value.ndim == 3 and value.shape[2] == 1 else value


def _behaviour(exercise, behaviour, see):
    return {
        "id": behaviour.id,
        "words": in_lists(behaviour.words),
        "points": behaviour.points,
        "refuses": behaviour.refuses,
        "untouched": behaviour.untouched,
        "cases": [_case(exercise, case, see) for case in behaviour.cases],
    }


def _case(exercise, case, see):
    """Return a call as [parameter, Python literal] pairs, and what is right for it."""
    names = list(signature(exercise.reference).parameters)
    return {
        "args": [[name, _literal(see(arg))] for name, arg in zip(names, case.args, strict=False)],
        "kwargs": [[name, _literal(see(arg))] for name, arg in case.kwargs.items()],
        "expected": _outcome(_seen(right(exercise, case), see)),
    }


def _literal(value):
    return repr(value.tolist() if isinstance(value, np.ndarray) else value)


def _seen(outcome, see):
    return replace(outcome, value=see(outcome.value))


def _mistake(exercise, mistake, cases, see):
    """Return what a mistake gives for each case, None where that is right; None for one that a page can't show."""
    untouched = any(behaviour.untouched for behaviour in exercise.behaviours)
    calls = [(call(mistake.solution, case.args, case.kwargs), right(exercise, case)) for case in cases]
    seen = [(_seen(got, see), _seen(want, see)) for got, want in calls]
    wrong = [None if equal(got, want, untouched=untouched) else got for got, want in seen]
    try:
        outcomes = [got and _outcome(got) for got in wrong]
    except TypeError:  # the mistake is that it returns something else than an array or a number
        return None
    return {"id": mistake.id, "sentence": in_lists(mistake.sentence), "outcomes": outcomes} if any(outcomes) else None


def _outcome(outcome):
    """Return an error's name, or the value with what the comparison needs to know."""
    if outcome.error:
        return {"error": outcome.error}
    value = np.asarray(outcome.value)
    if isinstance(outcome.value, (list, tuple)) or value.dtype.kind not in "biuf":
        raise TypeError(f"a page compares arrays and numbers. Received: {outcome.value!r}")
    touched = {"changed": bool(outcome.changed), "aliased": outcome.aliased}
    return {"value": _finite(value.tolist()), "exact": value.dtype.kind in "biu"} | touched


def _finite(value):
    """Return numbers as they are and infinities as words, which JSON can hold."""
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return value if np.isfinite(value) else repr(value)

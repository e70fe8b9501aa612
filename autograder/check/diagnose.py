"""Explain a wrong function: the fewest mistakes that give exactly what was seen.

Occam's razor over a model of the function: first every single mistake, then every pair of wrong decisions. What one
seen value contradicts is never told.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np

from autograder.chapters import MISTAKES
from autograder.chapters.generic import generic
from autograder.chapters.model import Case, Exercise, Mistake, together
from autograder.check.compare import difference, equal, right
from autograder.check.patterns import Seen, error, pattern, refusals
from autograder.inside.call import Outcome, call, of_the_form

FEW_ARRAYS, FEW_NUMBERS = 2, 3  # different results that must fit: one may come about by chance
MANY = 4  # different wrong values that two mistakes may explain of which none is seen alone
RUNS = 2100  # pairs of mistakes of which one does not show in a result: up to so many are run nevertheless
SOUGHT = 6  # wrong cases among which that one is sought
KEPT = 16384  # outcomes of mistakes: the open cases are asked again for every submission


@dataclass(frozen=True)
class Explanation:
    """What went wrong, as far as it can be told.

    Attributes
    ----------
    mistakes : tuple of Mistake
        What costs most first; empty if nothing can be told.
    either : bool
        Whether it is one half of these or the other, and no case tells which.
    more : bool
        Whether something else is wrong besides.
    form : str
        In which form all results are returned, where it is another than is asked for.
    error, pattern : str
        What the errors say, and what all wrong results have in common, where no mistake can be told. Where many
        results are right, what the exercise says of the first that is not.
    """

    mistakes: tuple[Mistake, ...] = ()
    either: bool = False
    more: bool = False
    form: str = ""
    error: str = ""
    pattern: str = ""


NOTHING = Explanation()
NO_ERRORS_OF_THE_CODE = {"NotImplementedError", "Undefined", "Stopped", "Unsent"}


def diagnose(exercise: Exercise, seen: Sequence[Seen]) -> Explanation:
    """Explain what a function did.

    What must be refused is looked at only when everything else is right: forgetting it goes along with any mistake.
    There must be a value among what is explained: many things make a function raise, and one that raises whatever it
    is given shows none.

    Parameters
    ----------
    exercise : Exercise
    seen : list of (Behaviour, Case, Outcome)
        Every call that was made.

    Returns
    -------
    Explanation
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():  # a mistake may well divide by zero
        warnings.simplefilter("ignore")
        answered = [one for one in seen if not right(exercise, one[1]).error]
        if _counts(exercise)[1] and any(outcome.changed for _, _, outcome in answered):
            return _with_changed_arguments(exercise, seen, answered)
        return _diagnosed(exercise, seen)


def _with_changed_arguments(exercise, seen, answered):
    """Explain what a function did that changes its arguments.

    Its results are explained by what it was given, and else by what it made of that: many change an argument first.
    """
    if fitting := [(mistake,) for mistake in _mistakes(exercise) if _explains(exercise, (mistake,), answered)]:
        return _told(exercise, fitting) or NOTHING  # it is part of a known mistake
    changed = next(mistake for mistake in MISTAKES[exercise.name] if mistake.decision == "arguments")
    results = [(b, case, replace(o, changed=(), aliased=o.aliased and not o.changed)) for b, case, o in seen]
    told = _diagnosed(exercise, results)
    if not (told.mistakes or told.form or _all_right(exercise, results)) and (used := _used(exercise, seen)):
        later = _diagnosed(exercise, used)
        if later.mistakes or later.form or _all_right(exercise, used):
            return _beside(changed, later, first=True)
    return _beside(changed, told, first=_all_right(exercise, results))  # before what is forgotten to be refused


def _all_right(exercise, seen):
    """Tell whether all calls with allowed arguments gave what is right."""
    return all(right(exercise, one[1]).error or _right(exercise, one) for one in seen)


def _beside(mistake, told, first=False):
    """Return an explanation with one more mistake, in either half where there are two."""
    half = len(told.mistakes) // 2
    parts = [told.mistakes[:half], told.mistakes[half:]] if told.either else [told.mistakes]
    return replace(told, mistakes=sum(((mistake, *part) if first else (*part, mistake) for part in parts), ()))


def _used(exercise, seen):
    """Return what was seen as results of what calls made of their arguments; empty if that cannot be given again."""
    used = []
    for behaviour, case, outcome in seen:
        args, again = list(case.args), case
        if outcome.changed:
            for place, left in zip(outcome.changed, outcome.after, strict=False):
                if place not in range(len(args)) or not of_the_form(args[place], left):  # it comes from a student
                    return []
                args[place] = left
            again = Case(tuple(args), case.kwargs)
            if right(exercise, again).error and not right(exercise, case).error:
                return []
        used.append((behaviour, again, replace(outcome, changed=(), aliased=outcome.aliased and not outcome.changed)))
    return used


def _diagnosed(exercise, seen):
    answered = [one for one in seen if not right(exercise, one[1]).error]
    all_right = all(_right(exercise, one) for one in seen)
    wrong = not all_right and any(not _right(exercise, one) for one in answered)
    if all_right or {_key(outcome.value) for _, _, outcome in seen} == {_key(None)}:
        return Explanation(error=error(exercise, seen)) if wrong else NOTHING
    told = _by_mistakes(exercise, answered if wrong else seen)
    if any(behaviour.accepts for behaviour in exercise.behaviours):  # many results are right: its own words say more
        texts = [found.text for b, case, outcome in seen if (found := difference(outcome, right(exercise, case), b))]
        return told if told.mistakes or not texts else Explanation(error=texts[0])
    if not told.mistakes and (form := _in_other_form(exercise, answered)):
        words, answered = form
        told = replace(_by_mistakes(exercise, answered), form=words)
        seen = answered
    if told.mistakes:
        return told
    return replace(told, error=(error if wrong else refusals)(exercise, seen), pattern=pattern(exercise, seen))


def _by_mistakes(exercise, seen):
    """Explain what was seen by mistakes: one, two, or those that explain a part."""
    if all(_right(exercise, one) for one in seen):
        return NOTHING
    if len({_key(outcome.value) for _, _, outcome in seen}) == 1 and seen[0][1].args:
        return NOTHING  # one answer to everything shows no mistake
    seen = sorted(seen, key=lambda one: _right(exercise, one))  # most mistakes are refuted by the first wrong case
    singles = [(mistake,) for mistake in _mistakes(exercise)]
    for candidates in (singles, _generic(exercise, seen), _pairs(exercise, seen), _generic_pairs(exercise, seen)):
        if fitting := [candidate for candidate in candidates if _explains(exercise, candidate, seen)]:
            return _told(exercise, fitting) or NOTHING
    values = [one for one in seen if one[2].value is not None]  # an error has a line and a text of its own
    wrong, fine = ([one for one in values if _right(exercise, one) == is_right] for is_right in (False, True))
    whole = {behaviour for behaviour, _, _ in fine} - {behaviour for behaviour, _, _ in wrong}
    if not wrong or not whole or _nothing_but_zeros(exercise, wrong):
        return NOTHING
    parts = (_in_part(exercise, pairs, wrong, fine) for pairs in (singles, _likely_pairs(exercise, wrong, fine)))
    return next(filter(None, parts), NOTHING)


def _mistakes(exercise):
    """Return the mistakes that may explain results: that arguments are changed is told beside them."""
    return [mistake for mistake in MISTAKES.get(exercise.name, ()) if mistake.decision != "arguments"]


def _in_other_form(exercise, seen):
    """Return words and what was seen with the values as they are asked for; None if that is not what is wrong."""
    if any(isinstance(right(exercise, case).value, (list, tuple)) for _, case, _ in seen):
        return None
    found = [(one, *_reformed(one[2].value, right(exercise, one[1]).value)) for one in seen if not one[2].error]
    told = {words for _, words, _ in found if words}
    if len(told) != 1 or any(not words and not _right(exercise, one) for one, words, _ in found):
        return None
    errors = [one for one in seen if one[2].error]
    return told.pop(), errors + [(b, case, replace(o, value=value)) for (b, case, o), _, value in found]


def _reformed(got, want):
    """Return what is wrong with the form of a value, and the value in the form that is wanted.

    >>> _reformed([[1, 2]], np.ones((1, 2)))
    ('It returns lists, not an array.', array([[1, 2]]))
    """
    try:
        array = np.asarray(got)
    except Exception:  # rows of different lengths; an object that fails whatever it is asked
        return "", got
    if array.dtype.kind not in "biuf":
        return "", got
    if isinstance(want, np.ndarray):
        if isinstance(got, (list, tuple)) and array.ndim == want.ndim:
            return f"It returns {'lists' if isinstance(got, list) else 'a tuple'}, not an array.", array
        if isinstance(got, np.ndarray) and got.ndim != want.ndim and got.squeeze().shape == want.squeeze().shape:
            more = (
                "an axis of size 1 that does not belong there" if got.ndim > want.ndim else "an axis of size 1 too few"
            )
            return f"Every result has {more}.", got.reshape(want.shape)
    elif array.size == 1 and isinstance(got, (np.ndarray, list, tuple)):
        return "It returns an array or list that holds one number, not the number.", array.item()
    return "", got


def _generic(exercise, seen):
    """Yield the first of the generic mistakes that explains all: each is true, and one is enough."""
    wrong = [one for one in seen if not _right(exercise, one)]
    if len({_key(outcome.value) for _, _, outcome in wrong}) < _few(right(exercise, wrong[0][1]).value):
        return
    for mistake in generic(exercise):
        if _explains(exercise, (mistake,), seen):
            yield (mistake,)
            return


def _generic_pairs(exercise, seen):
    """Yield a pair of a wrong decision and a change of results that explains many different wrong values."""
    wrong = [one[1:] for one in seen if one[2].value is not None and not _right(exercise, one)]
    if len({_key(outcome.value) for _, outcome in wrong}) < MANY or _nothing_but_zeros(exercise, seen):
        return
    changed = [mistake for mistake in generic(exercise) if mistake.decision == "result"]
    case = wrong[0][0]
    for one in _mistakes(exercise):
        if one.decision and not _mistaken((one,), case).error and _shows(exercise, (one,), case):
            for other in changed:
                results = ((case, outcome, _changed(other, _mistaken((one,), case))) for case, outcome in wrong)
                if all(_agree(exercise, *result) for result in results) and _explains(exercise, (one, other), seen):
                    yield one, other
                    return


def _changed(mistake, outcome):
    """Return an outcome whose value is changed by a generic mistake; one without a value where that can't be done."""
    try:
        with np.errstate(all="ignore"):
            return Outcome(mistake.around(lambda: outcome.value)())
    except Exception:  # of another form, or of fewer axes
        return Outcome()


def _pairs(exercise, seen):
    """Yield the pairs of wrong decisions that explain one wrong case: the one that the fewest mistakes change."""
    wrong = [one[1:] for one in seen if not _right(exercise, one)]
    values = [(case, outcome) for case, outcome in wrong if outcome.value is not None]
    if not values or _nothing_but_zeros(exercise, seen):
        return  # many pairs make a function raise, or leave nothing of a result
    different = len({_key(outcome.value) for _, outcome in values})
    if different < FEW_NUMBERS and all(isinstance(outcome.value, (int, float, np.number)) for _, outcome in values):
        return  # two numbers come about in many ways
    many = different >= MANY
    case, outcome = _most_telling(exercise, wrong)
    for pair in _pairs_of(exercise, case, outcome, wrong):
        if many or all(any(_gives(exercise, (mistake,), *what) for what in values) for mistake in pair):
            yield pair  # else two may cancel out, and explain anything


def _most_telling(exercise, wrong):
    """Return the one of some wrong cases and outcomes that the fewest mistakes change."""
    return min(wrong[:SOUGHT], key=lambda one: (_zero(one[1].value), len(_shown(exercise, one[0]))))


@lru_cache(maxsize=2048)
def _shown(exercise, case):
    """Return the wrong decisions that change the result of a case."""
    return frozenset(m for m in _mistakes(exercise) if m.decision and _shows(exercise, (m,), case))


def _pairs_of(exercise, case, outcome, wrong):
    """Yield the pairs of wrong decisions that give an outcome.

    Where these are many, one of two that shows alone must be seen as it is, and the other in the next wrong outcome.
    """
    shown, decided = _shown(exercise, case), [mistake for mistake in _mistakes(exercise) if mistake.decision]
    many = len(shown) * (len(decided) - len(shown)) > RUNS
    left = {}
    for one in shown if many else ():
        rest = (what for what in wrong if not _gives(exercise, (one,), *what))
        left[one] = next(rest, None) if _gives(exercise, (one,), case, outcome) else None
    for pair in combinations(decided, 2):
        shows = shown.intersection(pair)
        if not shows or pair[0].decision == pair[1].decision:
            continue
        if len(shows) == 2 or not many:
            if _give(exercise, pair, case, outcome):
                yield pair
            continue
        (one,), (other,) = shows, set(pair) - shows
        if (what := left[one]) and other in _shown(exercise, what[0]) and _give(exercise, pair, *what):
            yield pair


def _give(exercise, pair, case, outcome):
    """Tell whether two mistakes give an outcome; only those are run that can give its form."""
    usual, forms = _form(right(exercise, case)), [_form(_mistaken((mistake,), case)) for mistake in pair]
    changed = [form for form in forms if form != usual]
    possible = len(changed) == 2 or (changed or [usual]) == [_form(outcome)]
    return possible and _gives(exercise, pair, case, outcome)


def _form(outcome):
    """Return the shape of an outcome's value, or whether it is an error."""
    return np.shape(outcome.value) if isinstance(outcome.value, np.ndarray) else bool(outcome.error)


def _gives(exercise, mistakes, case, outcome):
    return _agree(exercise, case, outcome, _mistaken(mistakes, case))


def _nothing_but_zeros(exercise, seen):
    """Tell whether all wrong values are 0: much leads there."""
    wrong = [one[2].value for one in seen if one[2].value is not None and not _right(exercise, one)]
    return bool(wrong) and all(isinstance(value, np.ndarray) and not value.any() for value in wrong)


def _zero(value):
    """Tell whether a number is 0, which many pairs give."""
    return isinstance(value, (int, float, np.number)) and value == 0


def _likely_pairs(exercise, wrong, fine):
    """Yield the pairs of wrong decisions that are likely to explain a part: not all of them, which are thousands.

    What is right shows neither of the two: that one makes good for the other is left out. What is wrong shows one.
    """
    wrong = [(case, outcome) for _, case, outcome in wrong]
    wrong = [_most_telling(exercise, wrong), *wrong]  # whose pairs are known
    decided = [mistake for mistake in _mistakes(exercise) if mistake.decision]
    for pair in combinations(decided, 2):
        likely = pair[0].decision != pair[1].decision and all(_may_explain(exercise, *pair, *what) for what in wrong)
        if likely and not any(_shows(exercise, (mistake,), case) for _, case, _ in fine for mistake in pair):
            yield pair


def _may_explain(exercise, one, other, case, outcome):
    """Tell whether two mistakes may give an outcome: where only one of them shows, it is what that one gives."""
    shown = [mistake for mistake in (one, other) if _shows(exercise, (mistake,), case)]
    if len(shown) == 1:
        return _gives(exercise, (shown[0],), case, outcome)
    return bool(shown) and _give(exercise, (one, other), case, outcome)


def _key(value):
    """Return what tells values apart; what students return may have no text, or one that takes seconds."""
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, (list, tuple)):
        try:
            return tuple(map(_key, value))
        except RecursionError:  # a list that holds itself
            return id(value)
    plain = isinstance(value, (int, float, str, np.number))
    return (type(value), value) if plain and value == value else id(value)


def _few(value):
    """Return how many different results like this one must fit before a part or a generic mistake is told."""
    return FEW_ARRAYS if isinstance(value, np.ndarray) else FEW_NUMBERS


def _right(exercise, one):
    _, case, outcome = one
    return _agree(exercise, case, outcome, right(exercise, case))


def _told(exercise, fitting):
    """Return what several explanations of the same size have in common, or that it is either of two of them."""
    common = set(fitting[0]).intersection(*fitting[1:])
    if common:
        return Explanation(_what_costs_most_first(exercise, common), more=len(common) < len(fitting[0]))
    if len(fitting) == 2:
        first, second = (_what_costs_most_first(exercise, one) for one in fitting)
        first, second = sorted((first, second), key=lambda one: (-_cost(exercise, one[0]), one[0].id))
        return Explanation(first + second, either=True)
    return None


def _what_costs_most_first(exercise, mistakes):
    return tuple(sorted(mistakes, key=lambda mistake: (-_cost(exercise, mistake), mistake.id)))


@lru_cache(maxsize=2048)
def _cost(exercise, mistake):
    """Return the points that a mistake loses alone."""
    lost = (b for b in exercise.behaviours if any(_shows(exercise, (mistake,), case) for case in b.cases))
    return sum(behaviour.points for behaviour in lost)


def _in_part(exercise, candidates, wrong, fine):
    """Explain a part: wherever a mistake changes a result, that result was seen; what it leaves right may be wrong."""
    explained = {candidate: _explained(exercise, candidate, wrong, fine) for candidate in candidates}
    most = max(explained.values(), default=0)
    told = most and _told(exercise, [candidate for candidate in explained if explained[candidate] == most])
    return replace(told, more=True) if told and not told.either else None  # of two parts both may be true


def _explained(exercise, mistakes, wrong, fine):
    """Return how many different wrong values some mistakes explain; 0 if a case contradicts them or it is too few.

    They must explain all that is wrong with one behaviour.
    """
    values, done, left, few = set(), set(), set(), FEW_NUMBERS
    firsts = {behaviour: (case, outcome) for behaviour, case, outcome in reversed(wrong)}
    if not any(_shows(exercise, mistakes, case) and _gives(exercise, mistakes, case, o) for case, o in firsts.values()):
        return 0
    for behaviour, case, outcome in wrong:
        if not _shows(exercise, mistakes, case):
            left.add(behaviour)
        elif _gives(exercise, mistakes, case, outcome):
            values.add(_key(outcome.value))
            few = _few(outcome.value)
            done.add(behaviour)
        else:
            return 0
    enough = len(values) >= few and done - left
    return len(values) if enough and not any(_shows(exercise, mistakes, case) for _, case, _ in fine) else 0


@lru_cache(maxsize=KEPT)
def _shows(exercise, mistakes, case):
    return not _agree(exercise, case, _mistaken(mistakes, case), right(exercise, case))


def _explains(exercise, mistakes, seen):
    """Tell whether mistakes give all outcomes; where no wrong value is among them, the very errors."""
    if not all(_agree(exercise, case, outcome, _mistaken(mistakes, case)) for _, case, outcome in seen):
        return False
    wrong = [one for one in seen if not right(exercise, one[1]).error and not _right(exercise, one)]
    borne = any(outcome.value is not None for _, _, outcome in wrong)
    return borne or all(outcome.error == _mistaken(mistakes, case).error for _, case, outcome in wrong)


@lru_cache(maxsize=KEPT)
def _mistaken(mistakes, case):
    return call(together(mistakes), case.args, case.kwargs)


def _agree(exercise, case, outcome, other):
    """Tell whether two outcomes of a case are the same; what must be refused, both refuse or neither does."""
    refusal = right(exercise, case).error
    if refusal:
        return (outcome.error == refusal) == (other.error == refusal)
    if outcome.error and other.error:  # a loop and a slice that are wrong alike raise different errors
        return outcome.error not in NO_ERRORS_OF_THE_CODE
    return equal(outcome, other, *_counts(exercise))


@lru_cache(maxsize=64)
def _counts(exercise):
    """Tell whether an exercise asks for a dtype, and for arguments that stay as they are."""
    behaviours = exercise.behaviours
    return any(behaviour.dtype for behaviour in behaviours), any(behaviour.untouched for behaviour in behaviours)

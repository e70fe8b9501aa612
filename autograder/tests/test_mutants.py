"""Do the checks catch small changes of the solutions, and does the tool tell when they do not?"""

from dataclasses import replace

import pytest

from autograder.chapters import EXERCISES
from autograder.workshop import audit, mutants
from autograder.workshop.changes import KINDS, mutants_of

EVERY_EXERCISE = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture(scope="module")
def found():
    """The verdict on every exercise: all mutants are graded once, for all tests."""
    return {verdict.exercise: verdict for verdict in mutants.verdicts()}


@EVERY_EXERCISE
def test_as_many_mutants_lose_points_as_should(found, name):
    assert found[name].made > (50 if name in mutants.LOWEST else 0)  # a function that is added may be a short one
    assert list(mutants.faults(found[name])) == []


def test_every_sentence_is_about_a_kind_that_survives(found):
    assert set(mutants.SURVIVES) == {survivor.kind for one in found.values() for survivor in one.survivors}


def test_no_exercise_is_listed_that_is_not_there():
    assert set(mutants.LOWEST) <= set(EXERCISES)


# A tool that finds nothing may be blind


@pytest.mark.parametrize(
    ("name", "gone", "survivor"),
    [
        ("same_padding", "odd_after", "return (total - total // 2, total // 2)"),
        ("same_padding", "none", "total = (windows - 1) * stride + k - n"),
        ("conv_params", "no_bias", "if True:"),
        ("translate", "signs", "if 0 <= row < height and 0 <= column <= width:"),
        ("design", "field", "for kernel, filters in [(6, 5), (12, 3)]:"),
    ],
)
def test_a_mutant_survives_where_a_behaviour_is_gone(name, gone, survivor):
    exercise = EXERCISES[name]
    weaker = replace(exercise, behaviours=tuple(b for b in exercise.behaviours if b.id != gone))
    found = mutants.verdict(weaker)
    assert survivor in [one.line for one in found.survivors]
    assert f"{name}: {found.rate} % of its mutants lose points" in next(mutants.faults(found))


def test_a_survivor_that_other_draws_catch_is_marked(monkeypatch):
    exercise = EXERCISES["unread"]
    rest = replace(exercise.behaviours[0], draw=lambda rng: None)
    monkeypatch.setattr(mutants, "fresh", lambda exercise, behaviour, seed: () if seed == mutants.SEED else rest.cases)
    found = mutants.verdict(replace(exercise, behaviours=(replace(rest, cases=()),)))
    assert found.rate == 0
    assert {survivor.told for survivor in found.survivors} == {True, False}


def test_an_endless_mutant_loses_points():
    def endless(*args, **kwargs):
        while True:
            pass

    asked = mutants._asked(EXERCISES["unread"], "a seed")
    assert not mutants._gets_full_marks(endless, asked)


def test_a_kind_of_survivor_without_a_reason_is_a_fault():
    odd = mutants.Verdict("unread", 100, (mutants.Survivor("odd", "return 7", False),))
    assert list(mutants.faults(odd)) == [
        "unread: mutants of the kind 'odd' survive, and SURVIVES does not say why they may"
    ]


def test_the_audit_prints_rates_and_survivors_and_fails_below_the_lowest(monkeypatch, capsys):
    left = tuple(mutants.Survivor("slice", f"x[:{n}]", n == 1) for n in range(2))
    monkeypatch.setitem(mutants.LOWEST, "unread", 96)
    monkeypatch.setattr(mutants, "verdicts", lambda names: [mutants.Verdict(name, 4, left) for name in names])
    assert audit.audit(True, ["unread"]) == 1
    printed = capsys.readouterr().out
    assert "unread                          4       2   50%     96%\n" in printed
    assert "  unread               x[:1]   (other fresh cases tell)\n" in printed
    assert printed.endswith("unread: 50 % of its mutants lose points; at least 96 % should\n")


# Are mutants what the walk says?

CELL = """
def spread(x, n, k=2, same=True):
    'Return x * n.'
    rows, columns = x.shape
    total = 0
    for i in range(n):
        total += min(rows, k) - columns
    if n < 1 or k < 1:
        raise ValueError(f'n must be {n + 2}')
    return x[1:n, ::k].astype(float)
"""


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("operator", "total += min(rows, k) + columns"),
        ("operator", "total -= min(rows, k) - columns"),
        ("operator", "total = min(rows, k) - columns"),
        ("operator", "if n < 1 and k < 1:"),
        ("operand", "total += min(rows, k)"),
        ("operand", "if k < 1:"),
        ("comparison", "if n <= 1 or k < 1:"),
        ("condition", "if False:"),
        ("constant", "total = 1"),
        ("constant", "def spread(x, n, k=3, same=True):"),
        ("constant", "def spread(x, n, k=2, same=False):"),
        ("slice", "return x[:n, ::k].astype(float)"),
        ("slice", "return x[1:n + 1, ::k].astype(float)"),
        ("slice", "return x[1:n, :].astype(float)"),
        ("name", "total += min(columns, k) - columns"),
        ("name", "total += max(rows, k) - columns"),
        ("name", "return x[1:n, ::k].astype(int)"),
        ("name", "raise TypeError(f'n must be {n + 2}')"),
        ("order", "columns, rows = x.shape"),
        ("order", "total += columns - min(rows, k)"),
        ("argument", "total += rows - columns"),
        ("argument", "return x[1:n, ::k]"),
        ("loop", "for i in (*range(n),)[1:]:"),
        ("loop", "for i in (*range(n),)[:-1]:"),
        ("statement", "without total = 0"),
    ],
)
def test_that_change_is_made(kind, line):
    assert (kind, line) in [(mutant.kind, mutant.line) for mutant in mutants_of(CELL)]


def test_every_kind_of_change_is_made():
    assert {mutant.kind for mutant in mutants_of(CELL)} == {kind.__name__ for kind in KINDS}


def test_neither_docstrings_nor_texts_of_errors_change():
    made = mutants_of(CELL)
    assert not any("Return x" in mutant.line for mutant in made)
    assert {mutant.line for mutant in made if "must be" in mutant.line} == {"raise TypeError(f'n must be {n + 2}')"}


def test_a_mutant_differs_from_the_solution_in_what_its_line_says():
    (mutant,) = [one for one in mutants_of("def area(n, k):\n    return n * k") if one.line == "return n + k"]
    exec(mutant.code, space := {})
    assert space["area"](3, 5) == 8

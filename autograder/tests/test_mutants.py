"""Is every machine-made mutant of the reference caught, or shown to be right too? Does the tool tell if one is not?"""

import ast
from dataclasses import replace

import numpy as np
import pytest

from autograder import reference
from autograder.chapters import EXERCISES
from autograder.workshop import audit
from autograder.workshop.mutants import equivalent, verdicts, walk

EVERY_EXERCISE = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture(scope="module")
def found():
    """The verdict on every exercise: all mutants are graded once, for all tests."""
    return {verdict.exercise: verdict for verdict in verdicts.verdicts()}


@EVERY_EXERCISE
def test_is_every_mutant_caught_or_shown_to_be_equivalent(found, name):
    assert found[name].faults == ()
    assert found[name].made == found[name].caught + len(found[name].equivalent)


@EVERY_EXERCISE
def test_are_there_mutants_and_are_most_of_them_caught(found, name):
    assert found[name].made > 50
    assert found[name].caught > found[name].made / 2


def test_is_nothing_listed_that_is_no_longer_made_or_is_caught(found):
    assert verdicts.stale(found.values()) == []


def test_is_a_listed_mutant_stale_once_no_exercise_lets_it_pass(found):
    id = found["unread"].equivalent[0]
    without = [replace(one, equivalent=tuple(e for e in one.equivalent if e != id)) for one in found.values()]
    assert verdicts.stale(without) == [id]


# A tool that finds nothing may be blind


def weaker(name, *gone):
    """Return an exercise without some of its behaviours."""
    exercise = EXERCISES[name]
    return replace(exercise, behaviours=tuple(b for b in exercise.behaviours if b.id not in gone))


@pytest.mark.parametrize(
    ("name", "gone", "survivor"),
    [
        ("same_padding", "odd_after", "ch01_why_padding.same_padding: return (total - total // 2, total // 2)"),
        ("same_padding", "none", "ch01_why_padding.same_padding: total = max((output - 1) * s + k - n, -1)"),
        ("same_padding", "refuses", "arguments.at_least: if False:"),
        ("conv_params", "no_bias", "ch05_memory_math.conv_params: return (prod(kernel) * c_in + bool(c_out)) * c_out"),
        ("translate", "far", "ch04_translation_invariance._slices: kept = max(n - abs(d), 1)"),
    ],
)
def test_does_a_mutant_survive_where_a_behaviour_is_gone_and_is_it_told_at_which_call(name, gone, survivor):
    faults = verdicts.verdict(weaker(name, gone)).faults
    assert any(fault.startswith(f"{survivor} | No check catches it. At ") for fault in faults)


def test_is_an_unlisted_mutant_told_though_it_does_what_the_reference_does(monkeypatch):
    place, line = "ch02_strides.unread", "windows = output_size(n, k, stride, padding)"
    assert any(line in lines for lines in equivalent.EQUIVALENT[place].values())
    monkeypatch.setattr(verdicts, "_listed", lambda: set())
    faults = verdicts.verdict(EXERCISES["unread"]).faults
    assert f"{place}: {line} | No check catches it, and it is not listed in equivalent.py." in faults


def test_is_a_wrong_design_told_that_no_check_catches():
    faults = verdicts.verdict(weaker("design", "field")).faults
    assert faults
    assert all("No check catches it. It returns [{" in fault for fault in faults)


def test_does_an_endless_mutant_count_as_caught(monkeypatch):
    def endless(mutant, function):
        def forever(*args, **kwargs):
            while True:
                pass

        return forever

    monkeypatch.setattr(verdicts, "build", endless)
    monkeypatch.setattr(verdicts, "SECONDS", 0.1)
    unread = EXERCISES["unread"]
    mutant = walk.mutants(reference.unread)[0]
    assert not verdicts._gets_full_marks(unread, mutant, verdicts._asked(unread))


def test_does_the_audit_end_with_the_numbers_of_mutants(monkeypatch, capsys, found):
    monkeypatch.setattr(verdicts, "verdicts", found.values)
    assert audit._mutants() == 0
    made, kept = sum(one.made for one in found.values()), sum(len(one.equivalent) for one in found.values())
    line = f"{made} mutants: {made - kept} caught, {kept} equivalent (each with its reason in mutants/equivalent.py)\n"
    assert capsys.readouterr().out == line


def test_does_the_audit_print_a_survivor_and_a_stale_entry(monkeypatch, capsys, found):
    wrong = replace(found["unread"], faults=("a mutant | No check catches it.",), equivalent=())
    monkeypatch.setattr(verdicts, "verdicts", {**found, "unread": wrong}.values)
    assert audit._mutants() > 1
    printed = capsys.readouterr().out
    assert "a mutant | No check catches it.\n" in printed
    assert "ch02_strides.unread: windows = output_size(n, k, stride, padding) | It is listed" in printed


# Are mutants what the walk says?


def lines(function):
    return {mutant.line for mutant in walk.mutants(function)}


@pytest.mark.parametrize(
    ("function", "line"),
    [
        ("same_padding", "output = -(-n % s)"),  # an operator
        ("same_padding", "output = -n // s"),  # a sign
        ("same_padding", "output = -(-n // k)"),  # a name
        ("same_padding", "return (total // 3, total - total // 2)"),  # a number
        ("same_padding", "return (total - total // 2, total // 2)"),  # an order
        ("same_padding", "total = min((output - 1) * s + k - n, 0)"),  # a twin
        ("same_padding", "total = (output - 1) * s + k - n"),  # no call
        ("consistency", "return float((labels[2:] == labels[0]).mean())"),  # a bound
        ("consistency", "return float((labels[1:] != labels[0]).mean())"),  # a comparison
        ("consistency", "if labels.ndim != 2 and len(labels) < 2 and (labels.size == 0):"),  # and for or
        ("unet_shapes", "return down + down[:][::-1]"),  # a bound left out
        ("unet_shapes", "return down + down[:-1]"),  # a step left out
        ("upsample2d", "return x.repeat(f, axis=1).repeat(f, axis=1)"),  # an axis
        ("upsample2d", "return x.repeat(f).repeat(f, axis=1)"),  # no axis
        ("translate", "moved[to_rows, to_columns] = image[from_columns, from_rows]"),  # axes
        ("translate", "without moved[to_rows, to_columns] = image[from_rows, from_columns]"),  # a statement
        ("pool2d", 'KINDS = ("max", "avg", "min?", "l2")'.replace('"', "'")),  # a word
        ("conv_params", "def conv_params(kernel_size, c_in, c_out, bias=False):"),  # a default
        ("max_pool_backward", "cell -= np.where(winner == number, grad, 0)"),  # adding up
        ("translate", "raise TypeError(...)"),  # another error
    ],
)
def test_is_that_change_made(function, line):
    assert line in lines(getattr(reference, function))


EVERY_REFERENCE = pytest.mark.parametrize("function", [getattr(reference, name) for name in EXERCISES], ids=EXERCISES)


SAYS_WHAT_IS_WRONG = """
def area(n):
    'Return n times n.'
    if n < 1:
        least = 'one' if n else 'two'
        raise ValueError(f'n must be {least}. Received: {n + 2}')
    arguments.fits('side', (n,), 'field', (9,))
    return n * n
"""


def test_is_no_text_of_an_error_changed():
    function = ast.parse(SAYS_WHAT_IS_WRONG).body[0]
    changed = []
    for holder, key, new, _statement in walk.changes(function):
        old, holder[key] = holder[key], new
        changed.append(ast.unparse(function))
        holder[key] = old
    assert len(changed) > 30
    for text in ("Return n times n.", "least = 'one' if n else 'two'", "(f'n must be {least}. Received: {n + 2}')"):
        assert all(text in one for one in changed)
    assert all("'side'" in one and "'field'" in one for one in changed if "arguments.fits" in one)


@EVERY_REFERENCE
def test_has_every_mutant_a_name_of_its_own(function):
    made = walk.mutants(function)
    assert len({mutant.id for mutant in made}) == len(made)


def test_is_another_graded_function_no_helper():
    owners = {owner for _, owner in walk.reached(reference.training_bytes)}
    assert {"COPIES", "FLOAT32"} <= owners
    assert not {"summarize", "activation_bytes"} & owners


def test_does_a_mutant_change_what_it_is_built_into_and_leave_the_reference_as_it_was():
    image, kernel = np.full((2, 2), 200, "uint8"), np.ones((2, 2), "uint8")
    mutant = next(m for m in walk.mutants(reference.conv2d_valid) if "if False" in m.line and m.owner == "wide")
    assert verdicts.build(mutant, reference.conv2d_valid)(image, kernel) == 800 % 256
    assert reference.conv2d_valid(image, kernel) == 800

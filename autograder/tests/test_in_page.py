"""The check in a page says what `check` says: the same answers, in MicroPython and JavaScript here, in Python there."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from itertools import combinations
from operator import eq, le
from pathlib import Path

import numpy as np
import pytest
import yaml

from autograder.chapters import ASSIGNMENTS, EXERCISES, MISTAKES
from autograder.check.compare import right
from autograder.check.grade import grade
from autograder.check.local import local
from autograder.in_page import behaviours, in_page
from autograder.inside.call import Outcome, call
from autograder.tests.in_page_answers import RIGHT, WRONG, answers

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "book" / "_vendor" / "micropython"
PAGES = yaml.safe_load((ROOT / "book" / "try_it.yml").read_text(encoding="utf-8"))
everyfunction = pytest.mark.parametrize("name", RIGHT)
COMPARED = [name for name in RIGHT if name != "design"]  # many designs are right
everycompared = pytest.mark.parametrize("name", COMPARED)


def node(exercise, answers):
    """Grade answers in Node, as a page does."""
    if not shutil.which("node"):
        pytest.fail("there is no Node.js. Run: apt-get install nodejs")
    program = str(Path(__file__).with_name("in_page.mjs"))
    asked = json.dumps({"exercise": exercise, "answers": answers})
    done = subprocess.run(["node", program], input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


data = cache(in_page)


@cache
def both(name):
    """What the page says of each answer, and of what a function with each mistake gives."""
    sources = [{"source": source} for _told, source in answers(name)]
    mistakes = [{"outcomes": given(data(name), mistake)} for mistake in data(name)["mistakes"]]
    results = node(data(name), sources + mistakes)
    return results[: len(sources)], results[len(sources) :]


def in_node(name):
    """What the page says of each answer."""
    return both(name)[0]


# The same answers through autograder.check


def as_lists(function, name):
    """Return a subject for `grade` that calls a function of lists, and gives arrays where the reference does."""
    exercise = EXERCISES[name]

    def subject(args, kwargs, watch):
        outcome = shared(function, call(function, lists(args), kwargs), args, kwargs)
        dtype = args[0].dtype if name == "pad2d" else None
        return replace(outcome, value=as_arrays(outcome.value, call(exercise.reference, args, kwargs).value, dtype))

    return subject


def lists(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(lists, value))
    return value.tolist() if isinstance(value, np.ndarray) else value


def shared(function, outcome, args, kwargs):
    """Tell what `call` tells of arrays: whether the result shares a list with what was given."""
    if outcome.error or not isinstance(outcome.value, list) or not isinstance(args[0], np.ndarray):
        return outcome
    given = lists(args)
    value = function(*given, **kwargs)
    own = [given[0], *given[0], *(cell for row in given[0] for cell in row if isinstance(cell, list))]
    rows = [value, *(row for row in value if isinstance(row, list))]
    return replace(outcome, aliased=any(row is other for row in rows for other in own))


def as_arrays(value, want, dtype=None):
    """Return lists of numbers as arrays where arrays are expected, and all else as it is."""
    if isinstance(want, tuple) and isinstance(value, tuple):
        return (*map(as_arrays, value, want), *value[len(want) :])
    if not isinstance(value, list) or isinstance(want, list):
        return value
    try:
        array = np.array(value, dtype=float) if value else np.zeros((0, 0, *np.shape(want)[2:]))
    except (TypeError, ValueError):
        return value
    return array if dtype is None or np.isnan(array).any() else array.astype(dtype)


def loaded(name, source):
    exec(source, space := {})
    return space.get(name)


def on_paper(name, source, kept=True):
    """What `grade` says of an answer: of the behaviours that a page has, or of all."""
    exercise, function = EXERCISES[name], loaded(name, source)
    if kept:
        exercise = replace(exercise, behaviours=tuple(behaviours(exercise)))
    undefined = lambda args, kwargs, watch: Outcome(error="Undefined")  # noqa: E731
    return grade(exercise, as_lists(function, name) if function else undefined)


def test_every_chapter_has_a_function_of_its_own():
    functions = [page["function"] for page in PAGES.values()]
    homes = [next(a for a, each in ASSIGNMENTS.items() if name in [e.name for e in each]) for name in functions]
    assert [f"notebooks/{home}" for home in homes] == list(PAGES)
    assert homes[:7] == list(ASSIGNMENTS)[:7]  # a chapter that is added may do without


def test_every_function_of_the_course_is_answered_here():
    ours = {each.name for exercises in list(ASSIGNMENTS.values())[:7] for each in exercises}
    assert set(RIGHT) == set(WRONG) == ours  # a chapter that is added may do without
    assert len(ours) == 31


def test_where_many_results_are_right_the_page_says_what_the_check_says():
    for result, (_told, source) in zip(in_node("design"), answers("design"), strict=True):
        paper = grade(EXERCISES["design"], local(loaded("design", source)))
        assert result["points"] == paper.points
        assert result["texts"] == [tried.difference and tried.difference.text for tried in paper.tried], source


@everyfunction
def test_the_right_answer_has_all_points_and_no_mistake(name):
    first = in_node(name)[0]
    assert (first["points"], first["mistakes"], set(first["kinds"])) == (data(name)["points"], [], {None})


@everycompared
def test_every_wrong_answer_is_told_its_mistake(name):
    told = [result.get("mistakes", [])[:1] for result in in_node(name)]
    assert told == [[mistake] if mistake else [] for mistake, _source in answers(name)]
    assert len({mistakes[0] for mistakes in told if mistakes}) >= 4


@everycompared
def test_the_page_gives_the_points_and_the_mistake_of_the_check(name):
    for result, (_told, source) in zip(in_node(name), answers(name), strict=True):
        paper = on_paper(name, source)
        assert result["points"] == paper.points
        explained = paper.explanation
        says = result["mistakes"], result["either"], result["more"]
        checked = [one.id for one in explained.mistakes], explained.either, explained.more
        pair = len(explained.mistakes) == 2 and not explained.either  # the page has some of the pairs
        assert says == checked or (pair and set(says[0]) <= set(checked[0])), source
        assert [kind is None for kind in result["kinds"]] == [not tried.difference for tried in paper.tried], source


@everycompared
def test_the_whole_check_tells_the_same_mistake(name):
    told = [(id, on_paper(name, source, kept=False).mistake) for id, source in answers(name) if id]
    assert [(id, whole.id) for id, whole in told if whole and whole.id != id] == []
    assert sum(whole is not None for _, whole in told) >= 0.8 * len(told)  # a case more may hold a second mistake


@everycompared
def test_each_recorded_mistake_is_recognised_by_what_it_gives(name):
    exercise, whole = data(name), replace(EXERCISES[name], behaviours=tuple(behaviours(EXERCISES[name])))
    results = both(name)[1]
    wrong = {mistake.id: mistake.solution for mistake in MISTAKES[name]}
    for mistake, result in zip(exercise["mistakes"], results, strict=True):
        paper = grade(whole, lambda args, kwargs, watch, solve=wrong[mistake["id"]]: call(solve, args, kwargs))
        assert result["points"] == paper.points
        if paper.explanation.either or len(paper.mistakes) < 2:
            assert result["mistakes"] == [one.id for one in paper.explanation.mistakes]
    alone = sum(len(result["mistakes"]) == 1 for result in results)
    assert alone >= 0.8 * len(results)  # some differ in what only arrays show


SHARED = {"conv_params", "same_padding"}  # of their pairs, the half that several have in common is told


@everycompared
def test_two_mistakes_are_told_that_no_call_shows_both_of(name):
    exercise = data(name)
    refused = ["error" in case["expected"] for behaviour in exercise["behaviours"] for case in behaviour["cases"]]
    shown = {
        one["id"]: {i for i, place in enumerate(one["outcomes"]) if place is not None and not refused[i]}
        for one in exercise["mistakes"]
        if one["decision"]
    }
    pairs = [
        (one, other)
        for one, other in combinations([one for one in exercise["mistakes"] if len(shown.get(one["id"], ())) > 1], 2)
        if one["decision"] != other["decision"] and not shown[one["id"]] & shown[other["id"]]
    ][:8]
    both = [
        [
            a if place is not None else b
            for a, b, place in zip(*(given(exercise, m) for m in pair), pair[0]["outcomes"], strict=True)
        ]
        for pair in pairs
    ]
    told = [set(result["mistakes"]) for result in node(exercise, [{"outcomes": outcomes} for outcomes in both])]
    ids = [{one["id"] for one in pair} for pair in pairs]
    assert all(one <= pair or len(one) == 1 for one, pair in zip(told, ids, strict=True))  # one may give the same
    same = eq if name not in SHARED else le
    assert not pairs or any(one and same(one, pair) for one, pair in zip(told, ids, strict=True))


@everycompared
def test_a_changed_argument_is_told_beside_a_mistake(name):
    exercise = data(name)
    if not any(one["decision"] == "arguments" for one in exercise["mistakes"]):
        return
    mistake = next(one for one in exercise["mistakes"] if one["decision"])
    alone = given(exercise, mistake)
    changed = [one | {"changed": True} if "value" in one else one for one in alone]
    first, second = node(exercise, [{"outcomes": alone}, {"outcomes": changed}])
    assert second["mistakes"] == [*first["mistakes"], "arguments_changed"]


def given(exercise, mistake):
    """What a function with a mistake gives in each case, as the page hears it."""
    expected = [case["expected"] for behaviour in exercise["behaviours"] for case in behaviour["cases"]]
    wrong = [None if place is None else exercise["outcomes"][place] for place in mistake["outcomes"]]
    return [heard(w or e) for w, e in zip(wrong, expected, strict=True)]


def heard(outcome):
    return outcome | {"value": plain(outcome["value"])} if "value" in outcome else outcome


def plain(value):
    parts = value.get("tuple", value.get("list"))
    return [plain(part) for part in parts] if parts is not None else value.get("array", value.get("number"))


def test_a_mistake_is_told_only_when_no_two_others_give_the_same():
    exercise = data("translate")
    first = exercise["mistakes"][0]
    doubted = [
        exercise | {"mistakes": [*exercise["mistakes"], *more]} for more in ([], [first | {"id": "b"}], [first] * 2)
    ]
    results = [result for each in doubted for result in node(each, [{"outcomes": given(exercise, first)}])]
    assert [(result["mistakes"], result["either"]) for result in results] == [
        ([first["id"]], False),
        (sorted([first["id"], "b"]), True),
        ([], False),
    ]


@pytest.mark.parametrize(("part", "kinds"), [(0.9, {None}), (1.1, {"values", "nothing_right"})])
def test_values_are_compared_to_the_tolerance_of_the_largest(part, kinds):
    exercise = data("conv2d_strided")
    outcomes = [heard(case["expected"]) for behaviour in exercise["behaviours"] for case in behaviour["cases"]]
    for outcome in outcomes:
        if "value" in outcome:
            value = np.array(outcome["value"])
            value[0, 0] += part * exercise["rules"]["tolerance"] * np.abs(value).max()
            outcome["value"] = value.tolist()
    (result,) = node(exercise, [{"outcomes": outcomes}])
    assert set(result["kinds"]) == kinds


@everycompared
def test_what_is_right_comes_from_the_reference(name):
    kept = behaviours(EXERCISES[name])
    for behaviour, exported in zip(kept, data(name)["behaviours"], strict=True):
        for case, given in zip(behaviour.cases, exported["cases"], strict=True):
            outcome = right(EXERCISES[name], case)
            assert given["expected"].get("error") == outcome.error
            if not outcome.error:
                assert plain(given["expected"]["value"]) == json.loads(json.dumps(lists(outcome.value)))


@everycompared
def test_no_code_is_exported(name):
    text = json.dumps(data(name))
    assert "def " not in text and "return [" not in text


def test_only_dtypes_and_small_integers_are_left_out():
    left = {name: {each["words"] for each in data(name)["left_out"]} for name in RIGHT}
    assert left.pop("pad2d") == {"keeps the dtype of the image"}
    assert {name for name, words in left.items() if words} == {
        *("conv2d_valid", "conv2d_strided", "conv2d", "pool2d", "global_pool", "max_pool_backward", "blur_pool2d"),
        *("pool_shift_error", "conv2d_backward", "conv2d_dilated", "conv2d_transpose"),
    }
    assert [words for words in set().union(*left.values()) if "integers" not in words] == []


# What the small Python says


def say(source, name="pad2d"):
    return node(data(name), [{"source": source}])[0]


@pytest.mark.parametrize(
    ("source", "error", "line"),
    [
        ("def pad2d(image)\n    return 1\n", "SyntaxError", 1),
        ("x = 1\ndef pad2d(image, padding):\n    a = 1\n   return a\n", "IndentationError", 4),
        ("import numpy as np\n", "ImportError", 1),
        ("\n\nx = y\n", "NameError", 3),
        ("raise SystemExit\n", "SystemExit", 1),
    ],
)
def test_an_answer_that_cannot_be_defined_names_its_line(source, error, line):
    defined = say(source)["defined"]
    assert (defined["error"], defined["line"]) == (error, line)


def test_an_exception_names_the_line_it_came_from():
    source = RIGHT["pad2d"].replace("out[top + i]", "out[99 + i]")
    result = say(source)
    assert result["kinds"][0] == "raised"
    assert source.splitlines()[result["outcomes"][0]["line"] - 1].strip().startswith("out[99")


def test_an_error_behind_the_function_does_not_stop_the_check():
    result = say(RIGHT["pad2d"] + "\npad2d(1)\n")
    assert result["defined"]["error"] == "TypeError"
    assert result["points"] == 16


def test_an_own_exception_counts_as_the_one_it_is_made_of():
    source = RIGHT["pad2d"].replace("raise ValueError", "raise Own")
    assert say("class Own(ValueError):\n    pass\n" + source)["points"] == 16


def test_what_the_small_python_cannot_do_is_not_taken_for_unwritten():
    result = say(
        "def pad2d(image, padding, value=0.0):\n    row = [1, 2, 3, 4]\n    row[::2] = [0, 0]\n    return [row]\n"
    )
    assert set(result["texts"][:3]) == {"This small Python cannot do that; full Python can."}


def test_what_is_printed_is_kept_up_to_a_limit():
    result = say('print("begun")\n' + RIGHT["pad2d"].replace("    return", '    print("x" * 3000, end="")\n    return'))
    assert result["defined"]["printed"] == "begun\n"
    assert result["outcomes"][0]["printed"] == "x" * 2000 + " … cut short here\n"


def test_rows_that_are_one_list_are_noticed():
    results = dict(zip([source for _told, source in answers("pad2d")], in_node("pad2d"), strict=True))
    repeated = {source for source, result in results.items() if any(o.get("repeated") for o in result["outcomes"])}
    assert [("] * (top + H + bottom)" in source) for source in repeated] == [True]


def test_micropython_is_the_pinned_one():
    for line in (VENDOR / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    version = json.loads((VENDOR / "package.json").read_text())["version"]
    assert f"version {version}" in (VENDOR / "README.md").read_text().replace("\n", " ")

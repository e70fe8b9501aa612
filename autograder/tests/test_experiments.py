"""The stored experiments have one form, and a network trained again here comes out among its ten stored runs."""

import doctest
import importlib.util
import json

import numpy as np
import pytest

from autograder.paths import COURSE

DATA = COURSE / "notebooks" / "data"
RECORDS = json.loads((DATA / "experiments.json").read_text())
SIZES = {"parameters", "multiply_adds", "values_left"}
MADE_WITH = {"python", "keras", "backend", "backend_version", "device", "date"}


@pytest.fixture(scope="module")
def program():
    """notebooks/data/experiments.py as a module."""
    specification = importlib.util.spec_from_file_location("experiments", DATA / "experiments.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_records_say_what_they_were_made_with():
    assert set(RECORDS["made_with"]) == MADE_WITH
    assert RECORDS["seeds"] == list(range(10))


def test_stored_experiments_and_questions_are_the_programs(program):
    assert list(RECORDS["experiments"]) == list(program.EXPERIMENTS)
    for name, experiment in RECORDS["experiments"].items():
        assert experiment["question"] == program.EXPERIMENTS[name].__doc__
        assert experiment["conditions"] == program.EXPERIMENTS[name]().conditions
        assert list(experiment["networks"]) == list(program.EXPERIMENTS[name]().networks)


@pytest.mark.parametrize("name", RECORDS["experiments"])
def test_each_metric_has_ten_finite_values_and_no_summary(name):
    for network in RECORDS["experiments"][name]["networks"].values():
        metrics = {key: value for key, value in network.items() if key not in SIZES | {"made_with"}}
        assert metrics
        assert set(network.get("made_with", MADE_WITH)) == MADE_WITH
        for values in metrics.values():
            assert len(values) == 10
            assert np.isfinite(np.array(values, float)).all()  # and all of one length


def test_network_trained_again_lies_within_the_stored_spread(program):
    """Within four standard deviations: with ten values known, another normal value is outside once in 240."""
    name, label = "ch06_twelve", "valid, stride 2, max"
    stored = RECORDS["experiments"][name]["networks"][label]
    sizes, results = program.run(name, label, [0])
    assert sizes == {key: stored[key] for key in sizes}
    for metric, value in results[0].items():
        assert abs(value - np.mean(stored[metric])) < 4 * np.std(stored[metric], ddof=1), metric


def test_new_result_takes_its_seeds_place_and_leaves_the_others(program, tmp_path):
    records, task = program.load(tmp_path / "experiments.json"), ("ch03_overlap", "max 2×2, stride 2")
    program.record(records, *task, {"parameters": 7}, {3: {"accuracy": 0.123456789}}, "this machine")
    program.record(records, *task, {"parameters": 7}, {0: {"accuracy": 0.5}}, "another machine")
    program.save(records, tmp_path / "experiments.json")

    stored = program.load(tmp_path / "experiments.json")
    network = stored["experiments"]["ch03_overlap"]["networks"]["max 2×2, stride 2"]
    assert network["accuracy"] == [0.5, None, None, 0.12346, *[None] * 6]
    assert (stored["made_with"]["device"], network["made_with"]["device"]) == ("this machine", "another machine")
    assert [path.name for path in tmp_path.iterdir()] == ["experiments.json"]


def test_a_seed_shows_every_network_the_same_images_in_the_same_order(program):
    first, second, *_ = program.ch06_twelve().networks.values()
    for one, other in zip(first.epochs(3), second.epochs(3), strict=True):
        assert np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])


def test_examples_in_the_program_hold(program):
    failed, tried = doctest.testmod(program)
    assert tried and not failed

"""A whole term with users of their own and nbgrader's exchange: every mark is as it should be."""

import os

import pytest

from autograder.workshop.term import expect, term


@pytest.mark.timeout(900)  # some fifty commands, one after the other
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")
def test_every_mark_of_a_term(tmp_path):
    term(tmp_path / "term")


def test_a_wrong_mark_ends_the_term(capsys):
    with pytest.raises(AssertionError, match="marks: 1, expected 2"):
        expect("marks", 1, 2)
    assert capsys.readouterr().out == "WRONG        marks: 1\n"

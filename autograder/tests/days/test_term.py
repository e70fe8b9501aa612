"""A whole term with users of their own and nbgrader's exchange: every mark is as it should be."""

import os
import sys

import pytest

from autograder.tests import forked
from autograder.workshop import term


@pytest.fixture
def quick_commands(monkeypatch):
    """Let the instructor's commands start at once; those of students start in their views of the machine."""
    started = term.run

    def run(command, folder, env, status=0):
        if command[0] != sys.executable:
            return started(command, folder, env, status)
        ended, said = forked.run(command[2:], folder, {**env, **term.ENVIRONMENT})
        assert ended == status, said
        return said

    monkeypatch.setattr(term, "run", run)


@pytest.mark.timeout(900)  # some fifty commands, one after the other
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")
def test_every_mark_of_a_term(tmp_path, quick_commands):
    term.term(tmp_path / "term")


def test_a_wrong_mark_ends_the_term(capsys):
    with pytest.raises(AssertionError, match="marks: 1, expected 2"):
        term.expect("marks", 1, 2)
    assert capsys.readouterr().out == "WRONG        marks: 1\n"

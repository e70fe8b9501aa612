"""The sandbox's program imports itself as it lies in the sandbox; `tests/test_session.py` runs it there."""

collect_ignore = ["inside/runner.py"]

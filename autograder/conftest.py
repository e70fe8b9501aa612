"""The sandbox's programs import what lies beside them in the sandbox; `tests/test_session.py` runs them there."""

collect_ignore = ["inside/runner.py", "inside/warm.py"]

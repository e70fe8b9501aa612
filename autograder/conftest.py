"""Not collected is the hub's settings, a program of JupyterHub's; `tests/days/test_hub.py` runs it."""

import sys

collect_ignore = ["hub/jupyterhub_config.py"]


def pytest_runtest_setup() -> None:
    """Let TensorFlow's log write past pytest: who configures logging anew closes its file, which was pytest's own."""
    if absl := sys.modules.get("absl.logging"):
        absl.get_absl_handler().python_handler.stream = sys.__stderr__

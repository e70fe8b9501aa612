"""Programs that run elsewhere: the sandbox's import what lies beside them there, the hub's settings are JupyterHub's.

`tests/test_session.py` and `tests/days/test_hub.py` run them.
"""

import sys

collect_ignore = ["inside/runner.py", "inside/warm.py", "hub/jupyterhub_config.py"]


def pytest_runtest_setup():
    """Let TensorFlow's log write past pytest: who configures logging anew closes its file, which was pytest's own."""
    if absl := sys.modules.get("absl.logging"):
        absl.get_absl_handler().python_handler.stream = sys.__stderr__

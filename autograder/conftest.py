"""Not collected: the hub's settings, which JupyterHub runs, and the recorder of PyTorch's answers: it needs torch."""

import sys

collect_ignore = ["hub/jupyterhub_config.py", "tests/site/explorer_torch.py"]


def pytest_runtest_setup() -> None:
    """Let TensorFlow's log write past pytest: who configures logging anew closes its file, which was pytest's own."""
    if absl := sys.modules.get("absl.logging"):
        absl.get_absl_handler().python_handler.stream = sys.__stderr__

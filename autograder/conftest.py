"""Programs that run elsewhere: the sandbox's import what lies beside them there, the hub's settings are JupyterHub's.

`tests/test_session.py` and `tests/days/test_hub.py` run them.
"""

collect_ignore = ["inside/runner.py", "inside/warm.py", "hub/jupyterhub_config.py"]

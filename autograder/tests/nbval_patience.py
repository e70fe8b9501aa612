"""A pytest plugin (``-p autograder.tests.nbval_patience``): nbval waits 5 s for outputs, too short on a busy machine."""


def pytest_collection_modifyitems(items):
    """Let a cell's outputs take a minute to arrive; how long a cell may run is set by ``--nbval-cell-timeout``."""
    for item in items:
        item.output_timeout = 60

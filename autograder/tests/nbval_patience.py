"""A pytest plugin (``-p autograder.tests.nbval_patience``): nbval waits only 5 s for a cell's outputs."""


def pytest_collection_modifyitems(items):
    """Let a cell's outputs take a minute to arrive; how long a cell may run is set by ``--nbval-cell-timeout``."""
    for item in items:
        item.output_timeout = 60

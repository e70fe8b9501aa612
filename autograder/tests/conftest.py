"""What several test files share."""

import pytest

from autograder.outputs import record


@pytest.fixture(scope="session")
def tf():
    """TensorFlow, imported by the first test that asks it."""
    return record.tensorflow()

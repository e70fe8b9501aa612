"""nbgrader's settings of this course, for commands that are not nbgrader's own."""

from collections.abc import Sequence

from traitlets.config import Config
from traitlets.config.loader import KVArgParseConfigLoader, PyFileConfigLoader

from autograder import paths


def course_config(arguments: Sequence[str] = ()) -> Config:
    """Return the settings of ``nbgrader_config.py``, changed by arguments.

    Parameters
    ----------
    arguments : sequence of str
        As nbgrader takes them, e.g. ``--CourseDirectory.db_url=sqlite:///other.db``.

    Examples
    --------
    >>> print(course_config(["--CourseDirectory.course_id=autumn"]).CourseDirectory.course_id)
    autumn
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(paths.COURSE)).load_config()
    config.merge(KVArgParseConfigLoader(argv=list(arguments)).load_config())
    return config

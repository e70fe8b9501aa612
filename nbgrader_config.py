"""nbgrader's settings for this course. `nbgrader` commands run in this folder use them."""

import contextlib
import os
from pathlib import Path

from autograder.judge.nbgrader_plugin import use_judge
from autograder.lms import use_lms

c = get_config()  # type: ignore[name-defined]  # noqa: F821  given by nbgrader

COURSE = Path(__file__).parent
CLASSROOM = COURSE / "classroom"
CLASSROOM.mkdir(exist_ok=True)  # Formgrader opens the gradebook before anything was released

# Students' work and marks are closed to other accounts: the folder, and every file that a command writes from now on.
os.umask(0o077)
with contextlib.suppress(PermissionError):  # it belongs to another instructor
    CLASSROOM.chmod(0o700)
c.Autograde.permissions = 400
c.GenerateFeedback.permissions = 600

c.CourseDirectory.root = str(COURSE)
c.CourseDirectory.course_id = "padding-strides-pooling"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks/exercises"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.db_url = f"sqlite:///{CLASSROOM}/gradebook.db"

# An empty answer does nothing: the notebook runs to the end without a traceback, and `check` says "not written yet".
c.ClearSolutions.code_stub = {"python": "pass  # YOUR CODE HERE"}

use_judge(c)
use_lms(c)

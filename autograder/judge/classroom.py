"""Where things lie in a classroom, by nbgrader's settings."""

from pathlib import Path

from nbgrader.coursedir import CourseDirectory


def classroom(coursedir: CourseDirectory) -> Path:
    """Return the folder that holds the submissions, and the reports about them."""
    return Path(coursedir.root, coursedir.submitted_directory).parent


def place(coursedir: CourseDirectory, directory: str, student: str, assignment: str) -> Path:
    """Return a student's folder for an assignment, below one of nbgrader's directories."""
    return Path(coursedir.root, coursedir.format_path(directory, student, assignment))


def places(coursedir: CourseDirectory, directory: str, assignment: str) -> dict[str, Path]:
    """Return ``{student: folder}`` of those for an assignment, below one of nbgrader's directories."""
    students = place(coursedir, directory, "*", assignment).parent.parent
    return {folder.parent.name: folder for folder in students.glob(f"[!.]*/{assignment}")}

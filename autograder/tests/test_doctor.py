"""`python -m autograder doctor`: each check sees a wrong state that no other sees, and names what mends it."""

import platform
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from nbgrader.api import Gradebook

from autograder import doctor, paths
from autograder.__main__ import main
from autograder.judge import sandbox
from autograder.judge.settings import course_config
from autograder.lms import people
from autograder.reports.feedback import renew
from autograder.tests.classes import by_hand, due, few, grade, url
from autograder.tests.forked import Course
from autograder.workshop.demo_class import ASSIGNMENT

MODES = {"": 0o777, "outbound": 0o755, "inbound": 0o2733, "feedback": 0o711}


@pytest.fixture(scope="module")
def healthy(released, tmp_path_factory):
    """Two students, graded by machine and by hand, with feedback, a roster, a deadline and an exchange."""
    folder = tmp_path_factory.mktemp("doctor") / "course"
    course = few(released, folder, {"ada": "01 12:00", "bela": "01 12:00"})
    grade(course)
    due(course)
    for student in ("ada", "bela"):
        by_hand(course, student, 8)
    config = course_config(course.settings)
    people.take_in(config)
    renew(config, ASSIGNMENT)
    (folder / "_config.yml").write_text("repository:\n  url: https://github.com/ada/course\n")
    folder.chmod(0o700)
    (folder / "gradebook.db").chmod(0o600)
    return course


@pytest.fixture
def course(healthy, tmp_path, monkeypatch):
    monkeypatch.chdir(paths.COURSE)
    course = healthy.copy(tmp_path / "course")
    top = tmp_path / "exchange"
    for name, mode in MODES.items():
        folder = top / course_config().CourseDirectory.course_id / name if name else top
        folder.mkdir(parents=True)
        folder.chmod(mode)
    course.settings.append(f"--Exchange.root={top}")
    return course


def found(course):
    return {name: problems for name, problems in doctor.examine(course_config(course.settings), course.folder).items()}


def placeholder(course, patch):
    text = (paths.COURSE / "_config.yml").read_text()
    name = re.search(r"https://github.com/OWNER\S+", text)[0]
    (course.folder / "_config.yml").write_text(f"repository:\n  url: {name}\n")


def no_sandbox(course, patch):
    def require():
        raise sandbox.SandboxError("No sandbox.")

    patch.setattr(sandbox, "require", require)


def other_processor(course, patch):
    patch.setattr(platform, "machine", lambda: "riscv64")


def open_inbound(course, patch):
    (course.folder.parent / "exchange" / course_config().CourseDirectory.course_id / "inbound").chmod(0o2777)


def other_points(course, patch):
    with Gradebook(url(course)) as gradebook:
        cell = gradebook.find_grade_cell("check_pad2d", ASSIGNMENT, ASSIGNMENT)
        cell.max_score += 1
        gradebook.db.commit()


def other_release(course, patch):
    path = course.folder / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(path.read_text().replace("graded by a person", "graded by nobody"))


def unreadable_time(course, patch):
    (course.folder / "submitted" / "bela" / ASSIGNMENT / "timestamp.txt").write_text("2026-10-01 12:00 NOWHERE")


def extension_without_deadline(course, patch):
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment("02_strides")
    path = course.folder / "roster.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([f"{head},extension 02_strides", *(f"{row},2d" for row in rows)]))


def open_folder(course, patch):
    course.folder.chmod(0o755)


def stranger(course, patch):
    with Gradebook(url(course)) as gradebook:
        gradebook.add_student("zoe")


def same_person(course, patch, twin="17"):
    path = course.folder / "roster.csv"
    heads = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    row = {"id": twin, "email": "bela", "status": "active"}
    path.write_text(path.read_text() + ",".join(row.get(head, "") for head in heads) + "\n")


def only_in_the_gradebook(course, patch):
    path = course.folder / "roster.csv"
    heads, first, *others = path.read_text(encoding="utf-8-sig").splitlines()
    row = dict(zip(heads.split(","), first.split(","), strict=True)) | {"lms_id": "17"}
    path.write_text("\n".join([heads, ",".join(row[head] for head in heads.split(",")), *others]) + "\n")
    with Gradebook(url(course)) as gradebook:
        gradebook.add_student("17")


def not_graded(course, patch):
    shutil.copytree(course.folder / "submitted" / "ada", course.folder / "submitted" / "bela2")
    people_file = course.folder / "roster.csv"
    heads = people_file.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    row = {"id": "bela2", "status": "active"}
    people_file.write_text(people_file.read_text() + ",".join(row.get(head, "") for head in heads) + "\n")


def waits(course, patch):
    with Gradebook(url(course)) as gradebook:  # as when a new submission has another answer
        gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, "ada").needs_manual_grade = True
        gradebook.db.commit()


def overruled_function(course, patch):
    with Gradebook(url(course)) as gradebook:  # as when its submission was graded again
        gradebook.find_grade("check_pad2d", ASSIGNMENT, ASSIGNMENT, "ada").needs_manual_grade = True
        gradebook.db.commit()


def changed_points(course, patch):
    with Gradebook(url(course)) as gradebook:
        gradebook.find_grade("words", ASSIGNMENT, ASSIGNMENT, "ada").manual_score = 3
        gradebook.db.commit()


def no_page(course, patch):
    shutil.rmtree(course.folder / "feedback" / "bela")


WRONG = {
    placeholder: "address",
    no_sandbox: "sandbox",
    other_processor: "kernel features",
    open_inbound: "exchange",
    other_points: "released",
    other_release: "released",
    unreadable_time: "deadlines",
    extension_without_deadline: "deadlines",
    open_folder: "permissions",
    stranger: "roster",
    same_person: "roster",
    not_graded: "grading",
    waits: "grading by hand",
    overruled_function: "grading by hand",
    changed_points: "feedback",
    no_page: "feedback",
}


NO_COMMAND = {
    placeholder,
    no_sandbox,
    other_processor,
    unreadable_time,
    waits,
    overruled_function,
}  # a person has to decide something


def test_each_check_has_a_wrong_state():
    assert set(WRONG.values()) == set(doctor.CHECKS)


def test_a_course_in_order_is_green(course, capsys):
    assert list(found(course).values()) == [[]] * len(doctor.CHECKS)
    said = doctor.as_text(found(course))
    assert said.count("\nok ") == len(doctor.CHECKS) - 1 and said.endswith("\n\nNothing to do.")
    assert max(map(len, said.splitlines())) <= 120 and len(said.splitlines()) <= 24  # one screen


@pytest.mark.parametrize(("break_it", "name"), WRONG.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_wrong_state_is_seen_by_its_check_alone_and_what_it_names_mends_it(course, monkeypatch, break_it, name):
    break_it(course, monkeypatch)
    problems = found(course)
    assert {check for check, its in problems.items() if its} == {name}
    for problem in problems[name]:
        run(course, problem)
    if break_it not in NO_COMMAND:
        after = {check for check, its in found(course).items() if its}
        assert after <= ({"feedback", "grading by hand"} if break_it is not_graded else set())  # the next steps


@pytest.mark.parametrize("twin", ["17", "zoe"])
def test_of_a_persons_two_ids_the_one_without_submissions_is_to_be_dropped(course, monkeypatch, twin):
    same_person(course, monkeypatch, twin)
    assert [problem.rsplit(maxsplit=2)[1:] for problem in found(course)["roster"]] == [["drop", twin]]


def test_an_lms_number_in_the_gradebook_is_the_person_whom_the_roster_has_with_it(course, monkeypatch):
    only_in_the_gradebook(course, monkeypatch)
    (problem,) = found(course)["roster"]
    assert "both have 17" in problem and problem.endswith("drop 17")
    run(course, problem)
    assert found(course)["roster"] == []


def run(course, problem):
    """Run the command that a problem names; of one that serves or asks a person, look at whether it is there."""
    command = re.search(r"[Rr]un: (\w.*?)$", problem)
    if not command:
        return
    program, *arguments = command[1].split()
    if program == "chmod":
        subprocess.run([program, *arguments], check=True)
    elif program == "make":
        assert re.search(rf"^{arguments[0]}:", (paths.COURSE / "Makefile").read_text(), re.MULTILINE)
    elif program == "nbgrader" and arguments[0] == "db":
        course.nbgrader("db", *arguments[1:4], "--duedate=2027-01-15 23:59 UTC")
    elif program == "nbgrader":
        course.nbgrader(*arguments)
    elif arguments[2] == "by-hand":
        with pytest.raises(SystemExit) as ended:
            main(["by-hand", arguments[3], "--help"])
        assert ended.value.code == 0
    else:
        assert program == "python" and arguments[:2] == ["-m", "autograder"]
        assert main([*arguments[2:], *course.settings]) == 0


def test_a_late_submission_with_an_extension_is_no_problem(course):
    with Gradebook(url(course)) as gradebook:
        gradebook.find_submission(ASSIGNMENT, "ada").extension = timedelta(days=1)
        gradebook.db.commit()
    assert not any(found(course).values())


def test_an_assignment_without_source_hides_nothing_else(course):
    with Gradebook(url(course)) as gradebook:
        gradebook.add_assignment("00_last_year")
        gradebook.add_notebook("00_last_year", "00_last_year")
    open_folder(course, None)
    problems = {name: its for name, its in found(course).items() if its}
    assert problems.keys() == {"released", "permissions"}
    assert "no assignment '00_last_year' in solutions/" in problems["released"][0]


def test_a_folders_name_does_not_steer_the_terminal(course):
    folder = course.folder / "submitted" / "\x1b[31meve" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("never")
    said = doctor.as_text(found(course))
    assert "eve" in said and "\x1b" not in said


def test_a_new_course_without_gradebook_gets_none(tmp_path):
    course = Course(tmp_path / "new")
    (course.folder).chmod(0o700)
    (course.folder / "_config.yml").write_text("repository:\n  url: https://github.com/ada/course\n")
    assert not any(found(course).values())
    assert not (course.folder / "gradebook.db").exists()


def test_the_exit_status_says_whether_there_is_something_to_do(course, monkeypatch, capsys):
    monkeypatch.setitem(doctor.CHECKS, "address", lambda course: [])
    assert main(["doctor", *course.settings]) == 0
    assert capsys.readouterr().out.endswith("Nothing to do.\n")
    open_folder(course, None)
    assert main(["doctor", *course.settings]) == 1
    said = capsys.readouterr().out
    assert f"TO DO  permissions      Others can read {course.folder}. Run: chmod go-rwx {course.folder}" in said
    assert said.endswith("1 of 11 checks found something to do.\n")

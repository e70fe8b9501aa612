"""`grade`, `nbgrader autograde` and Formgrader's button do the same to the same submissions, however odd these are."""

import copy
import json
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import AutogradeApp, NbGraderAPI
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution

from autograder import paths
from autograder.judge.settings import course_config
from autograder.tests import classes
from autograder.tests.classes import files, grade, marks, say_the_same, url
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

OWN = [
    "--LimitOutput.max_lines=5", "--LimitOutput.max_traceback=4",
    "--IgnorePattern.enabled=True", "--IgnorePattern.pattern=Deprecat", "--Autograde.permissions=440",
]  # fmt: skip
PRINTS = "\nfor number in range(1500):\n    print(number)"
WARNS = "\nimport sys\nprint('Deprecated since 2019', file=sys.stderr)"
FAILS = "\ndef dig(depth):\n    return dig(depth - 1) if depth else 1 / 0\ndig(60)"


def cell(notebook, name):
    return next(one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == name)


def writes(text):
    def change(notebook):
        cell(notebook, "pad2d").source += text

    return change


def broken(notebook):
    cell(notebook, "check_pad2d").metadata.nbgrader.update(points="many", grade="yes", solution=None, locked=0)
    cell(notebook, "conv2d_valid").metadata.nbgrader.update(grade_id=["conv2d_valid"], schema_version=99)
    cell(notebook, "pad2d").metadata.nbgrader = []


def doubled(notebook):
    notebook.cells += [copy.deepcopy(cell(notebook, name)) for name in ("pad2d", "check_pad2d", "words")]
    notebook.cells[-3].source = "def pad2d(image, padding):\n    return image"


def another_kernel(notebook):
    notebook.metadata = {"kernelspec": {"name": "julia-1.9", "language": "julia", "display_name": "Julia"}}


def deleted(notebook):
    notebook.cells = [one for one in notebook.cells if one is not cell(notebook, "check_pad2d")]


ODD = {
    "prints": writes(PRINTS), "warns": writes(WARNS), "fails": writes(FAILS), "broken": broken, "doubled": doubled,
    "another_kernel": another_kernel, "deleted": deleted, "released": None,
}  # fmt: skip


def by_grade(course):
    return not grade(course).failed


def by_nbgrader(course):
    return classes.nbgrader(AutogradeApp, course, ASSIGNMENT) == 0


def by_formgrader(course):
    api = NbGraderAPI(config=course_config(course.settings))
    return all(api.autograde(ASSIGNMENT, student)["success"] for student in ODD)


def shown(course, student):
    """Return the outputs of what a student wrote into `pad2d`."""
    text = files(course)[f"autograded/{student}/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"]
    return cell(nbformat.reads(text, as_version=4), "pad2d").outputs


@pytest.fixture(scope="module", params=[[], OWN], ids=["as delivered", "instructor's own settings"])
def graded(released, request, tmp_path_factory):
    """The odd submissions in three courses, each graded one way."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(paths.COURSE)
        for way in (by_grade, by_nbgrader, by_formgrader):
            folder = tmp_path_factory.mktemp(way.__name__) / "course"
            shutil.copytree(released.folder, folder, ignore=shutil.ignore_patterns("submitted"))
            made[way] = course = type(released)(folder)
            course.settings, course.own = [*course.settings, *request.param], request.param
            for student, change in ODD.items():
                notebook = solved_notebook({})
                if change:
                    change(notebook)
                else:
                    notebook = nbformat.read(paths.released_notebook(ASSIGNMENT), as_version=4)
                place = folder / "submitted" / student / ASSIGNMENT
                place.mkdir(parents=True)
                (place / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(notebook))
            assert way(course)
    return made


@pytest.mark.parametrize("way", [by_nbgrader, by_formgrader])
def test_the_gradebook_is_the_same(graded, way):
    ours = marks(url(graded[by_grade]))
    assert ours.keys() == ODD.keys()
    assert marks(url(graded[way])) == ours


@pytest.mark.parametrize("way", [by_nbgrader, by_formgrader])
def test_the_graded_notebooks_are_the_same_byte_for_byte_but_for_the_time(graded, way):
    assert say_the_same(files(graded[way]), files(graded[by_grade]))
    assert modes(graded[way]) == modes(graded[by_grade])


def modes(course):
    found = course.folder.glob(f"autograded/*/{ASSIGNMENT}/*")
    return {path.relative_to(course.folder): path.stat().st_mode & 0o777 for path in found}


@pytest.mark.parametrize("way", [by_grade, by_nbgrader, by_formgrader])
def test_the_instructors_settings_count(graded, way):
    course = graded[way]
    lines, warnings, traceback, mode = (5, 0, 4, 0o440) if course.own else (1000, 1, 13, 0o400)
    (printed,) = shown(course, "prints")
    assert len(printed.text.split("\n")) == lines and printed.text.endswith("... Output truncated ...")
    assert [one.text for one in shown(course, "warns")] == ["Deprecated since 2019\n"] * warnings
    (error,) = shown(course, "fails")
    assert len(error.traceback) == traceback
    assert set(modes(course).values()) == {mode}


@pytest.mark.parametrize("way", [by_grade, by_nbgrader, by_formgrader])
def test_nbgrader_finds_nothing_wrong_in_the_metadata(graded, way):
    """What its CheckCellMetadata does."""
    texts = files(graded[way])
    assert len(texts) == len(ODD)
    for text in texts.values():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("way", [by_grade, by_nbgrader, by_formgrader])
def test_scores_and_comments_are_those_that_nbgrader_reads_in_the_graded_notebook(graded, way):
    given = marks(url(graded[way]))
    for path, text in files(graded[way]).items():
        _when, [(_name, _score, _penalty, grades, comments)] = given[path.split("/")[1]]
        cells = {
            one.metadata.nbgrader.grade_id: one for one in nbformat.reads(text, as_version=4).cells if one.metadata
        }
        assert {name: auto for name, auto, *_rest in grades} == {
            name: determine_grade(one)[0] for name, one in cells.items() if is_grade(one)
        }
        assert {name: auto for name, auto, _manual in comments} == {
            name: "No response." if one.metadata.nbgrader.checksum == compute_checksum(one) else None
            for name, one in cells.items()
            if is_solution(one)
        }


@pytest.mark.parametrize("way", [by_grade, by_nbgrader, by_formgrader])
def test_each_gets_what_is_due(graded, way):
    given = {student: score for student, (_when, [(_name, score, *_rest)]) in marks(url(graded[way])).items()}
    assert given == {**dict.fromkeys(ODD, 90), "doubled": 90 - 18, "released": 0}


@pytest.mark.parametrize("way", [by_grade, by_nbgrader])
def test_nbgraders_settings_say_who_is_graded_and_what_is_called_before_and_after(course, monkeypatch, way):
    monkeypatch.chdir(paths.COURSE)
    monkeypatch.setattr(classes, "called", called := [], raising=False)
    course.settings += [
        "--CourseDirectory.student_id=[a-d]*", "--CourseDirectory.student_id_exclude=bela,emil",
        "--Autograde.create_student=False",
        *(f"--Autograde.{step}_convert_hook={__name__}.{step}" for step in ("pre", "post")),
    ]  # fmt: skip
    with Gradebook(url(course)) as gradebook:
        for student in ("ada", "bela", "chen"):
            gradebook.add_student(student)
    assert not way(course)  # the gradebook has no dora
    assert marks(url(course)).keys() == {"ada", "chen"}
    assert called == [(step, ASSIGNMENT, student) for student in ("ada", "chen") for step in ("pre", "post")]


def pre(assignment, student, notebooks, step="pre"):
    (path,) = notebooks
    assert path.endswith(f"submitted/{student}/{assignment}/{assignment}.ipynb")
    classes.called.append((step, assignment, student))


def post(**given):
    pre(**given, step="post")

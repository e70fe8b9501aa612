"""Canvas and Moodle with the real nbgrader: archives in, marks and feedback out, whatever names are in them."""

import copy
import csv
import io
import json
import os
import re
import shutil
import stat
import zipfile

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp, ZipCollectApp
from nbgrader.plugins import LateSubmissionPlugin

from autograder import paths
from autograder.__main__ import main
from autograder.judge import restore
from autograder.lms import moodle, names, tables
from autograder.tests.classes import grade, nbgrader, url
from autograder.workshop.demo import solved_notebook
from autograder.workshop.demo_class import ASSIGNMENT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
EVIL = '=HYPERLINK("http://example.org","marks")'


def text(word="ada"):
    return json.dumps({"cells": [], "metadata": {"word": word}, "nbformat": 4, "nbformat_minor": 4}).encode()


def word(course, student):
    return json.loads((course.folder / "submitted" / student / ASSIGNMENT / NOTEBOOK).read_bytes())["metadata"]["word"]


def pack(files):
    """Return a .zip of [(name or ZipInfo, content)]."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def entry(name, **settings):
    info = zipfile.ZipInfo(name, settings.pop("date", (2026, 11, 1, 12, 0, 0)))
    for key, value in settings.items():
        setattr(info, key, value)
    return info


def download(course, content, name="submissions.zip"):
    folder = course.folder / "downloaded" / ASSIGNMENT / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def collect(course, *arguments):
    assert nbgrader(ZipCollectApp, course, ASSIGNMENT, *arguments) == 0
    listed = tables.read(course.folder / "downloaded" / ASSIGNMENT / "collected.csv")
    course.rows = listed[1:]
    course.listed = {f"{archive}/{file}".strip("/"): what for _, _, _, archive, file, what in listed[1:]}
    folder = course.folder / "submitted"
    course.students = {path.name for path in folder.iterdir()} if folder.is_dir() else set()


@pytest.fixture
def course(released, tmp_path, monkeypatch):
    """A course whose assignment is released, into which nothing was handed in; commands run in the repository."""
    monkeypatch.chdir(paths.COURSE)
    course = released.copy(tmp_path / "course")
    shutil.rmtree(course.folder / "submitted")
    place = os.path.relpath(course.folder / "downloaded", paths.COURSE)  # nbgrader puts the course's root before it
    course.more = [f"--ZipCollectApp.downloaded_directory={place}"]
    return course


CANVAS = {
    "lovelaceada_17_501_01_why_padding.ipynb": ("17", True),
    "lovelaceada_LATE_17_501_01_why_padding.ipynb": ("17", True),
    "o_neill_17_501_01_why_padding.ipynb": ("17", True),
    "李雷_17_501_01_why_padding-2.ipynb": ("17", True),  # Canvas numbers a file that is handed in again
    "ada_17_501_01_why_padding (1).ipynb": ("17", False),
    "ada_17_501_work.zip/folder/01_why_padding.ipynb": ("17", True),
    "ada_17_501_01_why_padding.zip/01_why_padding.ipynb": ("17", True),
}
MOODLE = {
    "Ada Lovelace_4711_assignsubmission_file/01_why_padding.ipynb": ("4711", True),
    "Ada Lovelace_4711_assignsubmission_file_/folder/01_why_padding.ipynb": ("4711", True),  # before Moodle 4.1
    "Ada Lovelace_4711_assignsubmission_file_01_why_padding.ipynb": ("4711", True),  # all in one folder
    "Participant_4711_assignsubmission_file/01_why_padding-Copy1.ipynb": ("4711", False),
    "unpacked/Ada_4711_assignsubmission_file/b_18_502_work.zip/01_why_padding.ipynb": ("4711", True),
}
EVERYDAY = (
    "Copy of 01_why_padding.ipynb", "Kopie von 01_why_padding.ipynb", "Copie de 01_why_padding.ipynb",
    "Copia de 01_why_padding.ipynb", "Kopia 01_why_padding.ipynb", "Cópia de 01_why_padding.ipynb",
    "Co\u0301pia de 01_why_padding.ipynb", "Копия 01_why_padding.ipynb", "01_why_paddingのコピー.ipynb",
    "01_why_padding のコピー.ipynb", "“01_why_padding”的副本.ipynb", "01_why_padding的副本.ipynb",
    "01_why_padding - Copy.ipynb", "01_why_padding - Kopie (2).ipynb", "01_why_padding copy.ipynb",
    "01_why_padding copy 2.ipynb", "01_why_padding-Copy1.ipynb", "01_why_padding-Copy1-Copy2.ipynb",
    "01_why_padding (1).ipynb", "01_why_padding(1).ipynb", "01_why_padding (1)-1.ipynb", "01_why_padding 2.ipynb",
    "01_why_padding_1.ipynb", "01_why_padding2.ipynb", "Copy of Copy of 01_why_padding (1).ipynb",
    "01_why_padding.ipynb.txt", "01_why_padding.ipynb.json", "01_why_padding.ipynb (1).json",
    "01_why_padding.ipynb-1.txt", "01_why_padding (2).ipynb.txt", "01_WHY_PADDING.IPYNB", "01 why padding.ipynb",
    "01-why-padding.ipynb", "Copy+of+01_why_padding.ipynb", "01_why_padding_final.ipynb",
    "Ada Lovelace 01_why_padding.ipynb", "01_why_padding.ipynb.ipynb",
)  # fmt: skip


@pytest.mark.parametrize("path", [*CANVAS, *MOODLE])
def test_whose_file_is_it(path):
    found = names.owner(path, [ASSIGNMENT])
    notebook, plain = names.notebook(found, [ASSIGNMENT])
    assert found.lms == ("Canvas" if path in CANVAS else "Moodle")
    assert notebook == ASSIGNMENT
    assert (found.number, plain) == (CANVAS | MOODLE)[path]
    assert path.startswith(found.prefix) or found.lms == "Moodle"


@pytest.mark.parametrize("prefix", ["ada_LATE_17_501_", "Ada L_17_assignsubmission_file/", "a_17_501_w.zip/sub/"])
def test_everyday_names_are_the_assignments(prefix):
    found = [names.owner(prefix + name, [ASSIGNMENT]) for name in EVERYDAY]
    assert {(one.number, *names.notebook(one, [ASSIGNMENT])) for one in found} == {("17", ASSIGNMENT, False)}


@pytest.mark.parametrize(
    ("name", "which"),
    [
        ("part1.ipynb", "part1"),
        ("Copy of part10 (1).ipynb", "part10"),
        ("part1_bonus - Copy.ipynb", "part1_bonus"),
        ("part12.ipynb", None),
        ("apart1.ipynb", None),
        ("part1er.ipynb", None),
    ],
)
def test_of_several_notebooks_it_is_the_one_that_is_named(name, which):
    notebooks = ["part1", "part10", "part1_bonus"]
    found = names.owner(f"a_1_1_{name}", notebooks)
    if which:
        assert names.notebook(found, notebooks)[0] == which
    else:
        with pytest.raises(names.Unrecognised, match=r"part1\.ipynb or part10\.ipynb"):
            names.notebook(found, notebooks)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("01_why_padding.ipynb", "no name"),
        ("anon_a1B2c_501_01_why_padding.ipynb", "anonymously"),
        # Student 777 would be student 12: by the own name "x_12", by the file's name, by that of a .zip
        ("x_12_777_888_01_why_padding.ipynb", "of two students"),
        ("x_12_777_888_Copy of 01_why_padding.ipynb", "of two students"),
        ("x_777_888_12_13_01_why_padding.ipynb", "of two students"),
        ("x_12_777_888_work.zip/01_why_padding.ipynb", "of two students"),
        ("x_12_13_01_why_padding_777_888_y.ipynb", "of two students"),
    ],
)
def test_what_is_nobodys(path, why):
    with pytest.raises(names.Unrecognised, match=why):
        names.owner(path, [ASSIGNMENT])


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("ada_17_501_homework.ipynb", "it must be called 01_why_padding.ipynb"),
        ("ada_17_501_essay.pdf", "no notebook"),
        ("ada_17_501_01_why_padding.html", "no notebook"),
        ("ada_17_501_01_why_padding_notes.txt", "no notebook"),
        ("Ada_17_assignsubmission_onlinetext/onlinetext.html", "typed into Moodle"),
        ("__MACOSX/._ada_17_501_01_why_padding.ipynb", "macOS"),
        ("ada_17_501_w.zip/.ipynb_checkpoints/01_why_padding-checkpoint.ipynb", "Jupyter's own"),
    ],
)
def test_what_is_not_collected_has_a_student_and_a_reason(path, why):
    found = names.owner(path, [ASSIGNMENT])
    assert found.number == "17"
    with pytest.raises(names.Unrecognised, match=why):
        names.notebook(found, [ASSIGNMENT])


def test_canvas_archive_is_collected_by_plain_zip_collect(course, capfd):
    download(course, pack([
        (f"lovelaceada_17_501_{NOTEBOOK}", text("first try")),
        ("lovelaceada_17_777_01_why_padding-1.ipynb", text("second try")),
        ("hoppergrace_18_502_work.zip", pack([(f"work/{NOTEBOOK}", text("grace")), ("work/notes.txt", "notes")])),
        ("turing_19_503_essay.pdf", b"%PDF"),
    ]))  # fmt: skip
    collect(course)
    said = capfd.readouterr().err
    assert course.students == {"17", "18"}
    assert (word(course, "17"), word(course, "18")) == ("second try", "grace")
    assert not (course.folder / "submitted" / "17" / ASSIGNMENT / "timestamp.txt").exists()  # Canvas names no time
    assert course.listed["submissions.zip/turing_19_503_essay.pdf"] == "no notebook"
    assert "which is later: lovelaceada_17_777" in course.listed[f"submissions.zip/lovelaceada_17_501_{NOTEBOOK}"]
    assert "Left alone of student 19: submissions.zip/turing_19_503_essay.pdf: no notebook" in said
    assert "Nothing was collected of student 19" in said
    assert "2 collected, 3 left alone" in said


def test_everyday_names_are_collected_and_the_rest_is_listed_with_its_student(course, capfd):
    strange = f"strange_900_900_\x1b[31m{'=' * 150}.ipynb"
    download(course, pack([
        *((f"s_{100 + i}_{500 + i}_{name}", text(name)) for i, name in enumerate(EVERYDAY)),
        (f"two_7_701_{NOTEBOOK}", text("own name")), (f"two_7_702_{ASSIGNMENT}-Copy1.ipynb", text("copy")),
        (f"old_8_801_{ASSIGNMENT} (1).ipynb", text("old")), (f"old_8_802_{ASSIGNMENT} (2).ipynb", text("new")),
        ("bo_9_901_homework.ipynb", text()), (strange, text()),
    ]))  # fmt: skip
    download(course, pack([(f"old_8_803_Copy of {NOTEBOOK}", text("newest"))]), "later.zip")
    collect(course)
    said = capfd.readouterr().err
    assert course.students == {*(str(100 + i) for i in range(len(EVERYDAY))), "7", "8"}
    assert all(word(course, str(100 + i)) == name for i, name in enumerate(EVERYDAY))
    assert (word(course, "7"), word(course, "8")) == ("own name", "newest")
    left = [row for row in course.rows if row[-1] != "collected"]
    assert [(row[0], row[-1].partition(":")[0]) for row in sorted(left)] == [
        ("7", "another file of the same student counts, which has the notebook's own name"),
        ("8", "another file of the same student counts, which is later"),
        ("8", "another file of the same student counts, which is later"),
        ("9", "it must be called 01_why_padding.ipynb"),
        ("900", "its name is too long, or not printable"),
    ]
    assert "Nothing was collected of student 9, 900" in said
    assert "\x1b[31m" not in said


def test_a_second_download_brings_later_attempts(course, capfd):
    download(course, pack([(f"Ada_4711_assignsubmission_file/{NOTEBOOK}", text("late"))]), "b.zip")
    old = entry(f"Ada_4711_assignsubmission_file/{NOTEBOOK}", date=(2026, 10, 1, 0, 0, 0))
    collect(course)
    download(course, pack([(old, text("early")), (f"Bo_12_assignsubmission_file/{NOTEBOOK}", text("bo"))]), "z.zip")
    collect(course, "--force")
    assert (word(course, "4711"), word(course, "12")) == ("late", "bo")
    assert "participant numbers" in capfd.readouterr().err


def test_a_notebook_of_any_name_is_known_by_its_cells(course):
    solved = solved_notebook({})
    solved.metadata.word = "mine"
    named = solved_notebook({})
    named.metadata.word = "named"
    with_marks, without = nbformat.writes(solved), nbformat.writes(stripped(solved))
    download(course, pack([
        ("a_1_1_Untitled3.ipynb", with_marks), ("b_2_2_homework.ipynb", without), ("c_3_3_other.ipynb", text("other")),
        ("d_4_4_draft.ipynb", with_marks), (f"d_4_4_{NOTEBOOK}", nbformat.writes(named)),
    ]))  # fmt: skip
    collect(course)
    assert {student: word(course, student) for student in course.students} == {"1": "mine", "2": "mine", "4": "named"}
    assert course.listed["submissions.zip/c_3_3_other.ipynb"] == f"it must be called {NOTEBOOK}"


def stripped(notebook):
    """Return a notebook as an editor leaves it that keeps no cell's metadata."""
    copied = copy.deepcopy(notebook)
    for cell in copied.cells:
        cell.metadata = {}
    return copied


@pytest.mark.parametrize(("setting", "counts"), [("last in time", "in time"), ("last", "late")])
def test_what_canvas_marks_as_late_counts_only_if_asked(course, setting, counts):
    download(course, pack([(f"lovelaceada_17_501_{NOTEBOOK}", text("in time"))]), "first.zip")
    download(course, pack([(f"lovelaceada_LATE_17_777_{NOTEBOOK}", text("late"))]), "second.zip")
    download(course, pack([(f"hoppergrace_LATE_18_778_{NOTEBOOK}", text("alone"))]), "third.zip")
    collect(course, f"--Attempts.counts={setting}")
    assert (word(course, "17"), word(course, "18")) == (counts, "alone")
    if counts == "in time":
        assert "which was submitted in time" in course.listed[f"second.zip/lovelaceada_LATE_17_777_{NOTEBOOK}"]


WORKSHEET = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Last modified (grade),Comments\r\n"
    "Participant 4711,Ada Lovelace,0017,ada@example.org,Submitted for grading,,100.00,-,\r\n"
    f'Participant 4712,"{EVIL.replace(chr(34), chr(34) * 2)}",0018,b@example.org,Submitted for grading,,100.00,-,\r\n'
    "Participant 4713,Cy,,c@example.org,Submitted for grading,,100.00,-,\r\n"
    "Participant 4714,Dee,../../x,d@example.org,No submission,50.00,100.00,-,\r\n"
    "Participant 4715,Eve,0017b,e@example.org,No submission,,100.00,-,\r\n"
)


def test_moodles_worksheet_gives_ids_that_stay(course):
    who = {"Ada Lovelace": 4711, EVIL.replace("/", ""): 4712, "Cy": 4713, "Dee": 4714, "Zoe": 99}
    download(course, pack([(f"{n}_{i}_assignsubmission_file/{NOTEBOOK}", text(n)) for n, i in who.items()]))
    download(course, WORKSHEET.encode("utf-8-sig"), "Grades.csv")
    collect(course)
    assert course.students == {"0017", "0018"}
    assert word(course, "0017") == "Ada Lovelace"
    reasons = sorted(what for what in course.listed.values() if what != "collected")
    assert [reason.partition(" in Grades")[0] for reason in reasons] == [
        "participant 4713 has no usable ID number",
        "participant 4714 has no usable ID number",
        "participant 99 is not",
    ]


@pytest.mark.parametrize("name", ["Ada Lovelace", "Group 3-Ada  Lovelace", "Participant"])
def test_names_that_fit_the_worksheet(tmp_path, name):
    (tmp_path / "w.csv").write_text(WORKSHEET)
    assert moodle.find_worksheet(tmp_path).student("4711", name) == "0017"


@pytest.mark.parametrize("name", ["Group 3", "Bo", ""])
def test_a_groups_number_is_no_participants(tmp_path, name):
    """Groups have numbers of their own, and so have the participants of another assignment."""
    (tmp_path / "w.csv").write_text(WORKSHEET)
    with pytest.raises(moodle.Unknown, match="is not called"):
        moodle.find_worksheet(tmp_path).student("4711", name)


def test_two_participants_with_one_id_get_nobodys_mark(tmp_path):
    (tmp_path / "w.csv").write_text(WORKSHEET.replace("0018", "0017"))
    sheet = moodle.find_worksheet(tmp_path)
    with pytest.raises(moodle.Unknown, match="several participants"):
        sheet.student("4711")
    assert moodle.read_worksheet(sheet.path, "Email address").student("4711") == "ada@example.org"


@pytest.mark.parametrize(
    ("content", "why"), [("a,b\r\nx,2\r\n", "no grading worksheet"), ("Ä".encode("latin1"), "UTF-8")]
)
def test_another_csv_file_is_no_worksheet(tmp_path, content, why):
    (tmp_path / "w.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=why):
        moodle.find_worksheet(tmp_path)


def test_hostile_archives_harm_nobody(course, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(text("secret"))
    huge = b" " * (restore.MAX_NOTEBOOK + 1)
    link = entry(f"b_2_2_{NOTEBOOK}", create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16)
    bomb = pack([(f"{i}/{NOTEBOOK}", b" " * (restore.MAX_NOTEBOOK // 2)) for i in range(8)])
    download(course, pack([
        (f"a_1_1_{NOTEBOOK}", text("ada")),
        (link, str(tmp_path / "secret.ipynb")),
        (entry(f"../../../c_3_3_{NOTEBOOK}"), text()),
        (entry(f"/tmp/d_4_4_{NOTEBOOK}"), text()),
        (f"e_5_5_{NOTEBOOK}", huge),
        ("f_6_6_bomb.zip", bomb),
        ("g_7_7_many.zip", pack([(f"{i}", b"") for i in range(1001)])),
        ("h_8_8_broken.zip", b"PK\3\4 and no more"),
        ("i_9_9_inner.zip", pack([(f"../../x_1_9_{NOTEBOOK}", text("forged")), ("deep.zip", bomb)])),
        (f"j_10_10_{NOTEBOOK}\n", text()),
        (f"k_11_11_{'k' * 300}{NOTEBOOK}", text()),
        (entry(f"l_12_12_{NOTEBOOK}", compress_type=zipfile.ZIP_LZMA), text()),
        (f"m_13_13_{NOTEBOOK}", b"no JSON"),
    ]))  # fmt: skip
    download(course, b"no archive", "broken.zip")
    (course.folder / "downloaded" / ASSIGNMENT / "archive" / f"n_14_14_{NOTEBOOK}").symlink_to(
        tmp_path / "secret.ipynb"
    )
    collect(course)
    assert course.students == {"1", "6", "13"}  # 6: the first of the bomb's files; 13 is set aside when it is graded
    assert word(course, "1") == "ada"
    held = [path for path in (course.folder / "downloaded").rglob("*") if path.is_file() and path.suffix == ".ipynb"]
    assert sum(path.stat().st_size for path in held) < 2 * restore.MAX_NOTEBOOK
    said = "\n".join(f"{file}: {what}" for file, what in course.listed.items())
    for line in (
        "b_2_2_01_why_padding.ipynb: it is a link", "c_3_3_01_why_padding.ipynb: its name leads out",
        "d_4_4_01_why_padding.ipynb: its name leads out", "e_5_5_01_why_padding.ipynb: it unpacks to more",
        "g_7_7_many.zip: 1001 files", "h_8_8_broken.zip: the archive can't be read", "i_9_9_inner.zip/../../x_1_9",
        "inner.zip/deep.zip: no notebook", "k_11_11_", "l_12_12_01_why_padding.ipynb: it is packed in an unusual way",
        "broken.zip: the archive can't be read", "n_14_14_01_why_padding.ipynb: The file cannot be opened",
    ):  # fmt: skip
        assert line in said
    assert not any("\n" in file for file in course.listed)  # every file has one line


def test_the_same_name_twice_counts_once(course):
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = pack([(f"a_1_1_{NOTEBOOK}", text("one")), (f"a_1_1_{NOTEBOOK}", text("two"))])
    download(course, twice)
    collect(course)
    assert word(course, "1") == "two"  # as every program that unpacks it would have it


# --- marks out --------------------------------------------------------------------------------------------------------


@pytest.fixture
def marked(course, monkeypatch):
    """The course with a gradebook of five: one with a late penalty, one who handed in nothing, odd names."""
    people = {
        "17": ("Ada", "Lovelace, Countess"), "18": ("", EVIL), "0019": ("Zoë 李", "Ωmega"),
        "20": ("No", "Submission"), "dee": ("@SUM(1+1)", "+Dee"),
    }  # fmt: skip
    penalties = {"17": 2, "18": 50}
    monkeypatch.setattr(LateSubmissionPlugin, "late_submission_penalty", lambda self, who, *late: penalties[who])
    with Gradebook(url(course)) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-10-01 12:00 UTC")
        for student, (first, last) in people.items():
            gradebook.update_or_create_student(student, first_name=first, last_name=last)
            if student != "20":
                late = {"timestamp": "2026-10-02 12:00 UTC"} if student in penalties else {}
                submitted = gradebook.update_or_create_submission(ASSIGNMENT, student, **late)
                grades = {one.name: one for notebook in submitted.notebooks for one in notebook.grades}
                grades["check_pad2d"].auto_score = 12.5
        gradebook.db.commit()
    download(course, pack([(f"x_{i}_{i}_{NOTEBOOK}", text()) for i in ("17", "18")]))
    collect(course)
    course.marks_file = course.folder / "marks.csv"
    return course


def read(path):
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_canvas_takes_the_marks_by_its_own_number_or_by_login(marked):
    assert nbgrader(ExportApp, marked, "--exporter=autograder.lms.CanvasExporter", f"--to={marked.marks_file}") == 0
    heads, possible, *rows = read(marked.marks_file)
    assert heads == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert possible == ["    Points Possible", "", "", "", "", "100"]
    assert rows == [
        ["Ωmega, Zoë 李", "", "", "0019", "", "12.5"],
        ["Lovelace, Countess, Ada", "17", "", "", "", "10.5"],
        [f"'{EVIL}", "18", "", "", "", "0"],
        ["'+Dee, @SUM(1+1)", "", "", "dee", "", "12.5"],
    ]


def test_canvas_roster_gives_names_and_the_assignments_number(marked, capfd, caplog):
    roster = marked.folder / "canvas.csv"
    roster.write_text(
        f"Student,ID,SIS Login ID,Section,Other (1),{ASSIGNMENT} (4711),Final Score\n"
        "    Points Possible,,,,5,100,(read only)\n"
        '"Lovelace, Ada",17,ada01,B,3,,3\n"Omega, Zoe",5019,0019,A,,,\n"Student, Test",6000,,A,,,\n',
        encoding="utf-8-sig",
    )
    status = command(marked, "export", "canvas", ASSIGNMENT, "--roster", roster, "--to", marked.marks_file)
    assert (status, read(marked.marks_file)) == (0, [
        ["Student", "ID", "SIS Login ID", "Section", f"{ASSIGNMENT} (4711)"],
        ["    Points Possible", "", "", "", "100"],
        ["Omega, Zoe", "5019", "0019", "A", "12.5"],
        ["Lovelace, Ada", "17", "ada01", "B", "10.5"],
    ])  # fmt: skip
    assert "Left out '18': the roster has nobody with this ID" in caplog.text
    roster.write_text(roster.read_text(encoding="utf-8-sig").replace(ASSIGNMENT, "Homework"))
    assert command(marked, "export", "canvas", ASSIGNMENT, "--roster", roster) == 2
    assert "has no columns for '01_why_padding'" in capfd.readouterr().err


def command(course, *arguments):
    """Run a command of ours for a course; returns its exit status."""
    return main([*map(str, arguments), *course.settings, *course.more])


def test_moodle_takes_the_marks_into_its_gradebook(marked):
    assert nbgrader(ExportApp, marked, "--exporter=autograder.lms.MoodleExporter", f"--to={marked.marks_file}") == 0
    heads, *rows = read(marked.marks_file)
    assert heads == ["ID number", "First name", "Last name", "Email address", ASSIGNMENT]
    assert {row[0]: (row[1], row[-1]) for row in rows} == {
        "0019": ("Zoë 李", "12.5"), "17": ("Ada", "10.5"), "18": ("", "0"), "dee": ("'@SUM(1+1)", "12.5"),
    }  # fmt: skip


def test_moodles_worksheet_is_filled_in(marked, caplog):
    sheet = marked.folder / "sheet.csv"
    sheet.write_text(WORKSHEET.replace("0017b", "dee").replace("0018", "0019"))
    assert command(marked, "export", "moodle", ASSIGNMENT, "--roster", sheet, "--to", marked.marks_file) == 0
    before, after = tables.read(sheet), tables.read(marked.marks_file)
    assert [row[5] for row in after] == ["Grade", "", "12.5", "", "50.00", "12.5"]
    assert after[2][1] == f"'{EVIL}"
    assert [row[:1] + row[2:5] + row[6:] for row in after] == [row[:1] + row[2:5] + row[6:] for row in before]
    assert "Left out '17'" in caplog.text


def test_plain_marks_have_nbgraders_columns_and_survive_any_name(marked):
    assert (
        nbgrader(
            ExportApp, marked, "--exporter=nbgrader.plugins.CsvExportPlugin", f"--to={marked.folder / 'theirs.csv'}"
        )
        == 0
    )
    theirs = (marked.folder / "theirs.csv").read_text().partition("\n")[0].split(",")
    assert command(marked, "export", "plain", "--to", marked.marks_file) == 0
    heads, *rows = read(marked.marks_file)
    assert heads == theirs
    found = {row[3]: dict(zip(heads, row, strict=True)) for row in rows}
    assert (found["17"]["last_name"], found["17"]["score"]) == ("Lovelace, Countess", "10.5")
    assert (found["20"]["score"], found["18"]["score"]) == ("0.0", "0")


FORMULAS = [
    "=1",
    "+1+1",
    "-1+1",
    "@x",
    "\t=1",
    "  =1",
    "＝1",
    '="0017"',
    "-cmd|' /C calc'!A0",
    "a;=1",
    "a | @x",
    "a\t+1",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(tmp_path, cell):
    tables.write(tmp_path / "m.csv", [[cell, "0017", "-2.5", "1e5", "-"]])
    (row,) = read(tmp_path / "m.csv")
    assert row[1:] == ["0017", "-2.5", "1e5", "-"]
    assert tables.read_back(tmp_path / "m.csv") == [[cell, *row[1:]]]
    assert row[0].replace("'", "") == cell.replace("'", "")
    for part in re.split(r"[;|\t]", row[0]):  # where a spreadsheet may end a cell
        assert not part.strip().startswith(("=", "+", "-", "@", "＝"))


# --- from archive to feedback -----------------------------------------------------------------------------------------


def test_from_canvas_archive_to_canvas_feedback(course, capfd):
    solved = json.dumps(solved_notebook({}))
    download(course, pack([(f"adal_17_501_{NOTEBOOK}", solved), (f"bo_LATE_18_502_{ASSIGNMENT}-1.ipynb", solved)]))
    collect(course)
    assert command(course, "feedback", "canvas", ASSIGNMENT) == 2
    assert f"Run: python -m autograder grade {ASSIGNMENT}" in capfd.readouterr().err
    assert command(course, "grade", ASSIGNMENT, "--student=18", "--workers=0") == 0
    assert command(course, "feedback", "canvas", ASSIGNMENT) == 0
    assert "No page yet: '17'" in capfd.readouterr().out
    with zipfile.ZipFile(course.folder / f"feedback_{ASSIGNMENT}_canvas.zip") as packed:
        assert packed.namelist() == [f"bo_LATE_18_502_{ASSIGNMENT}.html"]
        assert b"18 of 18 points" in packed.read(packed.namelist()[0])


def test_moodle_gets_feedback_below_the_names_of_its_own_folders(course):
    ways = ["Ada L_7_assignsubmission_file/{}", "Bo_8_assignsubmission_file_/{}", "Cy_9_assignsubmission_file_{}"]
    download(course, pack([(way.format(NOTEBOOK), text()) for way in ways]))
    collect(course)
    grade(course)
    assert command(course, "feedback", "moodle", ASSIGNMENT) == 0
    with zipfile.ZipFile(course.folder / f"feedback_{ASSIGNMENT}_moodle.zip") as packed:
        folders = sorted(name.removesuffix(f"/{ASSIGNMENT}.html") for name in packed.namelist())
    # What Moodle looks for in an uploaded path: name_number_plugintype_plugin, split at the underscores
    assert [tuple(folder.split("_")[1:]) for folder in folders] == [
        (number, "assignsubmission", "file") for number in "789"
    ]


def test_nothing_collected_is_said(course, capfd):
    place = course.folder / "submitted" / "ada" / ASSIGNMENT
    place.mkdir(parents=True)
    nbformat.write(solved_notebook({}), place / NOTEBOOK)
    grade(course)
    assert command(course, "feedback", "canvas", ASSIGNMENT) == 2
    assert "Nothing was collected from Canvas" in capfd.readouterr().err


def test_an_instructor_who_released_nothing_is_told(course, capfd):
    shutil.rmtree(course.folder / "release")
    download(course, pack([(f"a_1_1_{NOTEBOOK}", text())]))
    assert nbgrader(ZipCollectApp, course, ASSIGNMENT) == 1
    assert "Run: nbgrader generate_assignment" in capfd.readouterr().err

"""The command line: ``python -m autograder COMMAND``."""

import argparse
import gc
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    It is 0 after success and 2, with a message, where nothing could be done; 3 where no sandbox can be made on this
    machine, and 130 after Ctrl-C.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; those of the process by default.
    """
    args, rest = _parser().parse_known_args(argv)
    if rest and not args.takes_settings:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        if args.takes_settings:
            from autograder.judge.settings import course_config

            args.config = course_config(rest)
        status: int = args.run(args)
        return status
    except (OSError, ValueError, RuntimeError) as error:
        print(f"autograder {args.command}: {error}", file=sys.stderr)
        return int(getattr(error, "exit_status", 2))
    except KeyboardInterrupt:
        print(f"autograder {args.command}: stopped. What was done is kept; run it again to go on.", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    parser.set_defaults(takes_settings=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    score = commands.add_parser(
        "score",
        help="grade notebooks or .py files, outside of any gradebook",
        epilog="If one of several files can't be graded, it is listed with the reason, and the others are graded. "
        "Exit status: 0 when every file got a score, 1 when only some did, 2 when none did.",
    )
    score.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01_why_padding")
    score.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="a .ipynb, or a .py that defines the functions"
    )
    score.add_argument("--json", action="store_true", help="print a JSON object for each file, one a line")
    score.add_argument(
        "--sandbox", choices=("bubblewrap", "none"), default="bubblewrap", help="none: for trusted files only"
    )
    score.set_defaults(run=_score)
    grade = commands.add_parser(
        "grade",
        help="grade what is in classroom/, into nbgrader's gradebook",
        epilog="Settings of nbgrader, such as --CourseDirectory.db_url=..., override those of nbgrader_config.py.",
    )
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01_why_padding")
    grade.add_argument("--student", metavar="ID", action="append", default=[], help="only this one; may be repeated")
    grade.add_argument("--regrade", action="store_true", help="also grade again what was graded before")
    where = grade.add_mutually_exclusive_group()
    where.add_argument("--workers", metavar="N", type=int, help="number of processes; 0: only this one")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a dask.distributed scheduler whose workers grade")
    grade.set_defaults(run=_grade, takes_settings=True)
    _add_people(commands)
    _add_after_grading(commands)
    hosted = commands.add_parser(
        "hosted", help="write the file to upload so that Gradescope or PrairieLearn grades an assignment"
    )
    hosted.add_argument("service", choices=("gradescope", "prairielearn"))
    hosted.add_argument("assignment", metavar="ASSIGNMENT")
    hosted.add_argument("--to", metavar="FILE", type=Path, help="by default in classroom/")
    hosted.add_argument("--image", default="YOUR/IMAGE", help="for PrairieLearn: what `make image` built (%(default)s)")
    hosted.set_defaults(run=_hosted)
    demo = commands.add_parser("demo", help="make a class of right, mistaken and hostile submissions, and grade it")
    demo.add_argument("--folder", type=Path, default="_build/demo", help="where to make it (default: %(default)s)")
    demo.set_defaults(run=_demo)
    attacks = commands.add_parser("attacks", help="show what hostile students try, and what score they get")
    attacks.set_defaults(run=_attacks)
    audit = commands.add_parser("audit", help="test which check catches which known mistake")
    audit.add_argument("functions", metavar="FUNCTION", nargs="*", help="only these; all by default")
    audit.add_argument("--mutants", action="store_true", help="also test small changes to the solutions")
    audit.set_defaults(run=_audit)
    new = commands.add_parser("new-exercise", help="write the skeleton of an exercise into a chapter, or a new chapter")
    new.add_argument("name", metavar="NAME", help="of the function, for example flip2d")
    new.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01_why_padding; or a new one, 08_attention")
    new.set_defaults(run=_new_exercise)
    solutions = commands.add_parser("solutions-pdf", help="write a PDF of solutions, model answers and rubrics")
    solutions.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="all by default")
    solutions.add_argument(
        "--to", metavar="FILE", type=Path, default="classroom/solutions.pdf", help="default: %(default)s"
    )
    solutions.set_defaults(run=_solutions_pdf)
    points = commands.add_parser("points", help="write test cells and their points into assignments; print their sums")
    points.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="all by default")
    points.set_defaults(run=_points)
    numbers = commands.add_parser("numbers", help="draw the numbers of short questions from the term's seed")
    numbers.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="all by default")
    numbers.set_defaults(run=_numbers, takes_settings=True)
    checker = commands.add_parser("checker", help="build the wheel that an exercise's set-up cell installs")
    then = checker.add_mutually_exclusive_group()
    then.add_argument("--stamp", action="store_true", help="write its version and hash into the set-up cells")
    then.add_argument("--check", action="store_true", help="fail where a set-up cell names another one")
    checker.set_defaults(run=_checker)
    bench = commands.add_parser("bench", help="measure how long things take (needs TensorFlow and Jupyter)")
    bench.add_argument("parts", nargs="*", metavar="PART", help="reference, check, grading, profile; all by default")
    bench.set_defaults(run=_bench)
    record = commands.add_parser("record", help="record anew what TensorFlow says (needs TensorFlow)")
    record.set_defaults(run=_record)
    hub = commands.add_parser("hub", help="start a JupyterHub to try the course with several users (needs root)")
    hub.add_argument(
        "--folder", type=Path, default="classroom/hub", help="exchange, homes, the hub's files (default: %(default)s)"
    )
    hub.add_argument("--port", type=int, default=8000, help="on 127.0.0.1 (default: %(default)s)")
    hub.add_argument("--instructor", metavar="NAME", default="instructor")
    hub.add_argument("--student", metavar="NAME", action="append", help="may be repeated (default: ada and bela)")
    hub.add_argument(
        "--course", metavar="FOLDER", type=Path, default=".", help="where the instructor works (default: here)"
    )
    hub.set_defaults(run=_hub)
    return parser


def _add_people(commands):
    """Add the commands for who takes the course; all of them take nbgrader's settings too."""
    roster = commands.add_parser("roster", help="update classroom/roster.csv and the gradebook, also from lists")
    roster.add_argument("files", metavar="FILE", nargs="*", type=Path, help="a CSV file from Canvas, Moodle or you")
    roster.add_argument("--id", metavar="COLUMN", default="", help="its column to take ids from")
    roster.set_defaults(run=_roster, takes_settings=True)
    extend = commands.add_parser("extend", help="give a student more time, before or after they hand in")
    extend.add_argument("student", metavar="ID")
    extend.add_argument("assignment", metavar="ASSIGNMENT")
    extend.add_argument("span", metavar="SPAN", help="time after the deadline: 2d, 36h, 1w, 90min; 0 takes it back")
    extend.set_defaults(run=_extend, takes_settings=True)
    drop = commands.add_parser("drop", help="stop grading and exporting a student who has left; the points stay")
    drop.add_argument("student", metavar="ID")
    drop.add_argument("--undo", action="store_true", help="the student takes part again")
    drop.set_defaults(run=_drop, takes_settings=True)


def _add_after_grading(commands):
    """Add the commands for what comes after grading; all of them take nbgrader's settings too."""
    by_hand = commands.add_parser("by-hand", help="grade a written question in a browser on this machine")
    by_hand.add_argument("assignment", metavar="ASSIGNMENT", help="for example 01_why_padding")
    by_hand.add_argument("question", metavar="QUESTION", nargs="?", default="", help="if the assignment has several")
    by_hand.add_argument("--port", type=int, default=0, help="of the page (default: a free one)")
    by_hand.add_argument("--bind", default="127.0.0.1", help="listen at this address; in a container 0.0.0.0")
    by_hand.set_defaults(run=_by_hand, takes_settings=True)
    doctor = commands.add_parser(
        "doctor",
        help="show what needs attention in this course, and the command that fixes it",
        epilog="Exit status: 0 when there is nothing to do, 1 when there is.",
    )
    doctor.set_defaults(run=_doctor, takes_settings=True)
    export = commands.add_parser("export", help="write points as CSV for Canvas, for Moodle, or as a plain table")
    export.add_argument("format", choices=("canvas", "moodle", "plain"))
    export.add_argument("assignments", metavar="ASSIGNMENT", nargs="*", help="all by default")
    export.add_argument("--to", metavar="FILE", default="", help="by default in classroom/")
    export.add_argument("--roster", metavar="FILE", default="", help="Canvas's gradebook or Moodle's grading worksheet")
    export.add_argument("--column", metavar="HEAD", default="", help="its column for the points, if not found by name")
    export.set_defaults(run=_export, takes_settings=True)
    feedback = commands.add_parser(
        "feedback",
        help="write the feedback pages that are missing or no longer match the gradebook",
        epilog="With canvas or moodle, all pages are then packed into one .zip, under the names that this LMS expects.",
    )
    feedback.add_argument("format", choices=("pages", "canvas", "moodle"))
    feedback.add_argument("assignment", metavar="ASSIGNMENT")
    feedback.set_defaults(run=_feedback, takes_settings=True)
    report = commands.add_parser("class-report", help="write what a graded class got wrong, as a page and as CSV")
    report.add_argument("assignment", metavar="ASSIGNMENT")
    report.add_argument("--names", action="store_true", help="say who made which mistake")
    report.set_defaults(run=_class_report, takes_settings=True)
    alike = commands.add_parser("similar", help="list suspiciously similar submissions, as a page and as CSV")
    alike.add_argument("assignment", metavar="ASSIGNMENT")
    alike.add_argument("--most", metavar="N", type=int, default=20, help="pairs to show with code (%(default)s)")
    alike.add_argument(
        "--with",
        dest="earlier",
        metavar="FOLDER",
        type=Path,
        action="append",
        default=[],
        help="an earlier class, for example classroom-2026; may be repeated",
    )
    alike.set_defaults(run=_similar, takes_settings=True)


def _score(args):
    from autograder.judge.score import score, score_all

    sandboxed = args.sandbox == "bubblewrap"
    if not sandboxed:
        print("No sandbox: the file can do all that you can. Use this for trusted files only.", file=sys.stderr)
    if len(args.files) > 1:
        return score_all(args.assignment, args.files, args.json, sandboxed)
    result = score(args.assignment, args.files[0], sandboxed=sandboxed)
    print(json.dumps(result.as_json(), indent=2) if args.json else result.as_text())
    return 0


def _grade(args):
    from autograder.judge.class_grading import grade_class

    gc.freeze()  # what was imported is in use to the end, and is not looked through again and again
    summary = grade_class(args.config, args.assignment, args.student, args.regrade, args.workers, args.scheduler)
    print(summary.as_text())
    return 1 if summary.failed else 0


def _roster(args):
    from autograder.lms import people

    print(people.take_in(args.config, args.files, args.id))
    return 0


def _extend(args):
    from autograder.lms import people

    print(people.extend(args.config, args.student, args.assignment, args.span))
    return 0


def _drop(args):
    from autograder.lms import people

    print(people.drop(args.config, args.student, args.undo))
    return 0


def _export(args):
    from autograder.lms.export import export

    logging.basicConfig(format="%(message)s")
    rosters = {"canvas": {"roster": args.roster}, "moodle": {"worksheet": args.roster}}
    columns = {"canvas": {"column": args.column}, "moodle": {"grade_column": args.column}}
    settings = (rosters.get(args.format, {}) if args.roster else {}) | (
        columns.get(args.format, {}) if args.column else {}
    )
    export(args.config, args.format, args.assignments, args.to, **settings)
    return 0


def _feedback(args):
    from autograder.lms.feedback import pack
    from autograder.reports.feedback import renew

    logging.basicConfig(format="%(message)s")
    made = renew(args.config, args.assignment)
    print(f"{made['written']} feedback pages written, {made['current']} were current")
    if args.format == "pages":
        return 0
    path, count, without = pack(args.config, args.assignment, args.format)
    print(f"Wrote {count} pages to {path}")
    if without:
        print(f"No page yet: {', '.join(map(ascii, without))}")
    return 0


def _by_hand(args):
    from autograder.by_hand.server import server

    made, address = server(args.config, args.assignment, args.question, args.port, args.bind)
    with made:
        print(f"Open {address}\nEach save goes into the gradebook at once. Ctrl-C ends this program.", flush=True)
        made.serve_forever()
    return 0


def _doctor(args):
    from autograder.doctor import as_text, examine

    found = examine(args.config)
    print(as_text(found))
    return 1 if any(found.values()) else 0


def _solutions_pdf(args):
    from autograder.by_hand.solutions_pdf import solutions_pdf

    solutions_pdf(args.assignments, args.to)
    print(f"Wrote {args.to}, which only you can read")
    return 0


def _class_report(args):
    from autograder.reports.class_report import class_report

    report, web, sheet = class_report(args.config, args.assignment, args.names)
    print(f"{report.students} submissions, {len(report.mistakes())} different mistakes\n  {web}\n  {sheet}")
    return 0


def _similar(args):
    from autograder.reports.similar import similar

    report, web, sheet = similar(args.config, args.assignment, args.most, args.earlier)
    found = f"{len(report.groups)} groups that are the same, {len(report.pairs)} similar pairs"
    print(f"{report.students} submissions, {found}, {len(report.look)} with code to look at\n  {web}\n  {sheet}")
    return 0


def _hosted(args):
    from autograder import paths
    from autograder.hosted import pack

    target = args.to or paths.CLASSROOM / f"{args.service}_{args.assignment}.zip"
    if args.service == "gradescope":
        pack.gradescope(args.assignment, target)
        held = "the solutions and the course's seed"
    else:
        pack.prairielearn(args.assignment, target, args.image)
        held = "the course's seed"
    print(f"Wrote {target}\nIt holds {held}: do not give it to students.")
    return 0


def _demo(args):
    from autograder.workshop.demo import demo

    return demo(args.folder)


def _attacks(args):
    from autograder.workshop.attacks import table

    return table()


def _audit(args):
    from autograder.workshop.audit import audit

    return audit(args.mutants, args.functions)


def _new_exercise(args):
    from autograder.workshop.template import new_exercise

    for path in new_exercise(args.name, args.assignment):
        print(f"wrote {path}")
    print(f"Fill them in until `python -m autograder audit {args.name}` finds nothing.")
    return 0


def _points(args):
    from autograder.chapters import ASSIGNMENTS
    from autograder.chapters.model import Exercise, Question
    from autograder.chapters.questions import BY_ASSIGNMENT
    from autograder.workshop.template import set_points

    for assignment in args.assignments or ASSIGNMENTS:
        asked: list[Exercise | Question] = [*ASSIGNMENTS.get(assignment, ()), *BY_ASSIGNMENT.get(assignment, ())]
        print(f"{assignment}: {set_points(assignment, {each.name: each.points for each in asked})} points in all")
    return 0


def _numbers(args):
    from autograder import term_numbers

    for assignment, numbers in term_numbers.write(args.config, args.assignments).items():
        asked = [
            f"{name} ({', '.join(f'{key} {value}' for key, value in of.items())})" for name, of in numbers.items() if of
        ]
        print(f"{assignment}: {', '.join(asked) or 'the numbers of the public copy'}")
    print("Students must see these numbers: commit and push, if they open the notebooks from your repository or site.")
    return 0


def _checker(args):
    from autograder import checker

    wheel = checker.build()
    print(f"wrote {wheel}, version {{}}, sha256 {{}}".format(*checker.pin(wheel)))
    if args.stamp:
        for path in checker.stamp(wheel):
            print(f"wrote {path}")
        print("Commit, then publish the wheel: git tag v{0} && git push origin HEAD v{0}".format(*checker.pin(wheel)))
    named = checker.different(wheel) if args.check else []
    for path in named:
        print(f"{path} names another wheel. Run make release before you tag a version.", file=sys.stderr)
    return 1 if named else 0


def _bench(args):
    from autograder.workshop.bench import bench

    return bench(args.parts)


def _hub(args):
    from autograder.hub.start import hub

    return hub(args.folder, args.port, args.instructor, args.student or ["ada", "bela"], args.course)


def _record(args):
    from autograder.workshop.record import record

    for path in record():
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Every named mistake against every check: who is caught, by what, and with which sentence."""

from collections.abc import Sequence

from autograder.chapters import ASSIGNMENTS, EXERCISES, MISTAKES
from autograder.workshop import gaps

SEED = "audit"


def audit(mutants: bool = False, functions: Sequence[str] = ()) -> int:
    """Print a matrix for each function and a summary.

    Parameters
    ----------
    mutants : bool
        Whether to grade small changes of the solutions too.
    functions : sequence of str
        The functions to audit; all of them by default.

    Returns
    -------
    int
        0 if every mistake loses points and is named, every check catches a mistake that no other check catches, the
        reference gets full marks, a right solution that lacks one thing loses the points for that thing and no others,
        and of each exercise's mutants as many lose points as `mutants.LOWEST` says; else 1.
    """
    faults: list[str] = []
    audited = _chosen(functions)
    for assignment, exercises in ASSIGNMENTS.items():
        chosen = [exercise for exercise in exercises if exercise in audited]
        if chosen:
            print(f"\n{assignment}")
        for exercise in chosen:
            faults += _audit(exercise)
    faults += _gaps(audited)
    mistakes = sum(len(MISTAKES[exercise.name]) for exercise in audited)
    checks = sum(len(exercise.behaviours) for exercise in audited)
    print(f"\n{len(audited)} functions, {checks} checks, {mistakes} mistakes")
    print(
        "\n".join(faults)
        or "Every mistake loses points and is named; every check catches one that no other check catches; "
        "one gap costs once."
    )
    if mutants:
        faults += _mutants(audited)
    return 1 if faults else 0


def _chosen(functions):
    """Return the exercises of these names, or all.

    >>> [exercise.name for exercise in _chosen(["pool2d"])]
    ['pool2d']
    """
    unknown = [name for name in functions if name not in EXERCISES]
    if unknown:
        raise ValueError(f"there is no exercise {unknown[0]!r}. There are: {', '.join(EXERCISES)}.")
    return [EXERCISES[name] for name in functions or EXERCISES]


def _mutants(exercises):
    """Print how many mutants lose points and which do not, and return what falls short, in words."""
    from autograder.workshop import mutants  # limits of processes: not on Windows

    print(f"\n{'Small changes of the solution':30} made  caught  rate  lowest")
    left: list[tuple[mutants.Survivor, str]] = []
    faults: list[str] = []
    for found in mutants.verdicts([exercise.name for exercise in exercises]):
        caught, least = found.made - len(found.survivors), mutants.lowest(found.exercise)
        print(f"  {found.exercise:28} {found.made:4} {caught:7} {found.rate:4}% {least:6}%")
        left += [(survivor, found.exercise) for survivor in found.survivors]
        faults += mutants.faults(found)
    for kind in sorted({survivor.kind for survivor, _ in left}):
        print(f"\nWhat survives of the kind {kind!r}: {mutants.SURVIVES.get(kind, 'nobody has said why')}.")
        for survivor, name in left:
            if survivor.kind == kind:
                print(f"  {name:20} {survivor.line}{'   (other fresh cases tell)' if survivor.told else ''}")
    print("\n" + "\n".join(faults or ["Of every exercise as many small changes lose points as should."]))
    return faults


def _audit(exercise):
    """Print the matrix of one function and return its faults, in words."""
    results = {mistake: gaps.graded(exercise, mistake.solution, SEED) for mistake in MISTAKES[exercise.name]}
    width = max(len(mistake.id) for mistake in results)
    print(f"\n  {exercise.name} ({exercise.points} points)")
    for i, behaviour in enumerate(exercise.behaviours, start=1):
        print(f"    {i:>2}  {behaviour.points:>2} points  {behaviour.words}")
    print(f"    {'':{width}}{''.join(f'{i:>3}' for i in range(1, len(exercise.behaviours) + 1))}  points")
    for mistake, result in results.items():
        row = "".join("  ✗" if tried.difference else "  ·" for tried in result.tried)
        print(f"    {mistake.id:{width}}{row}  {result.points:>3}   {mistake.sentence}")
    return [f"{exercise.name}: {fault}" for fault in _faults(exercise, results)]


def _faults(exercise, results):
    """Yield what is wrong with the checks of one function."""
    right = gaps.graded(exercise, exercise.reference, SEED)
    if right.points != exercise.points or right.mistake:
        yield f"the reference gets {right.points} points"
    for mistake, result in results.items():
        if result.points == exercise.points:
            yield f"{mistake.id} loses no points"
        if result.mistake is not mistake:
            yield f"{mistake.id} is taken for {result.mistake and result.mistake.id}"
    alone = [{t.behaviour.id for t in result.tried if t.difference} for result in results.values()]
    for behaviour in exercise.behaviours:
        if {behaviour.id} not in alone:
            yield f"the check {behaviour.id!r} catches nothing alone"


def _gaps(exercises):
    """Print what each gap costs each function, and return the faults, in words."""
    print("\nWhat a right solution loses that lacks one thing / the points of the checks about that thing")
    width, faults = max(len(exercise.name) for exercise in exercises), []
    for exercise in exercises:
        points = {behaviour.id: behaviour.points for behaviour in exercise.behaviours}
        cells: dict[str, set[tuple[int, int]]] = {}
        for gap, about, lost in (one for seed in (None, SEED) for one in gaps.tried(exercise, seed)):
            if about or lost:
                cells.setdefault(gap.id, set()).add((sum(points[id] for id in lost), sum(points[id] for id in about)))
            if lost != about:
                named = [", ".join(sorted(ids)) or "nothing" for ids in (lost, about)]
                faults.append(f"{exercise.name}: lacking {gap.id!r} costs {named[0]}; it should cost {named[1]}")
        row = (f"{id} {lost}/{of}" for id, found in cells.items() for lost, of in [max(found)])
        print(f"  {exercise.name:{width}}  {'   '.join(row)}")
    return list(dict.fromkeys(faults))

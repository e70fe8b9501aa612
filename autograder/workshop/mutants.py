"""Grade small changes of the solutions in the place of students' functions: how many of them lose points?"""

import multiprocessing
import resource
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from autograder import solutions
from autograder.chapters import ASSIGNMENTS, EXERCISES
from autograder.chapters.model import Exercise
from autograder.check.compare import difference, right
from autograder.check.grade import fresh
from autograder.inside.call import Outcome, call
from autograder.judge.processor import at_most
from autograder.workshop.changes import mutants_of

SEED = "mutants"  # as a course has one
MORE = 3  # other seeds, with which a survivor is compared with the reference
SECONDS = 0.1  # of CPU for one call; a right solution takes a hundredth of it
MEMORY = 2 * 1024**3  # bytes for mutants, on top of what NumPy takes
MINUTES = 10  # of CPU for all of them, where one hangs in C and hears no signal


# What an exercise's rate must not fall below, in percent.
LOWEST = {
    "pad2d": 90, "pad2d_mode": 97, "window_counts": 94, "conv2d_valid": 97, "same_padding": 100, "output_size": 100,
    "conv2d_strided": 96, "conv2d": 96, "unread": 96, "pool2d": 95, "global_pool": 95, "max_pool_backward": 94,
    "translate": 100, "consistency": 100, "blur_pool2d": 97, "pool_shift_error": 96, "conv_params": 92, "conv_macs": 94,
    "activation_bytes": 97, "receptive_field": 100, "summarize": 95, "training_bytes": 100, "design": 80, "mosaic": 99,
    "forward": 94, "conv2d_backward": 95, "dilate_kernel": 99, "conv2d_dilated": 98, "upsample2d": 94,
    "conv2d_transpose": 99, "unet_shapes": 98,
}  # fmt: skip
OTHERS = 80  # where an exercise is not listed

# Why a mutant of each kind may survive.
SURVIVES = {
    "argument": "dtypes rarely count, NumPy widens most products by itself, and what is to be refused is never a pair",
    "comparison": "0 channels, filters or cells are not graded, and no other words occur",
    "condition": "NumPy refuses a negative padding too: the image does not fit into the smaller array",
    "constant": "0 channels are not graded, what is written too far is overwritten, and many designs are right",
    "name": "what is to be refused is never a pair, pairs and kernels that are not square never come with "
    '"same" in `conv2d`, and an array that is filled completely may begin as ones',
    "operand": "NumPy, or the other half of the condition, refuses the same; two minus signs cancel in a product",
    "operator": "a float of the same value is right too; for a border narrower than the image % and - give the same",
    "order": "factors may change places, as the sides of an absolute difference may; and many designs are right",
    "slice": "what is written too far is overwritten in a later round",
    "statement": "NumPy refuses a negative padding too, and a design is right with a dense layer less",
}


class TooLate(BaseException):
    """A mutant has not ended in time; not an Exception, so that no call takes it for an answer."""


@dataclass(frozen=True)
class Survivor:
    """A mutant with full marks.

    Attributes
    ----------
    kind, line : str
        As of the ``Mutant``.
    told : bool
        Whether other fresh cases tell it from the reference.
    """

    kind: str
    line: str
    told: bool


@dataclass(frozen=True)
class Verdict:
    """What became of an exercise's mutants.

    Attributes
    ----------
    exercise : str
    made : int
    survivors : tuple of Survivor
    """

    exercise: str
    made: int
    survivors: tuple[Survivor, ...]

    @property
    def rate(self) -> int:
        """Mutants that lose points, in percent, rounded down.

        >>> Verdict("pad2d", 3, (Survivor("loop", "", False),)).rate
        66
        """
        return 100 * (self.made - len(self.survivors)) // max(self.made, 1)


def faults(found: Verdict) -> Iterator[str]:
    """Yield what falls short of LOWEST and SURVIVES, in words.

    >>> list(faults(Verdict("mirrored", 4, (Survivor("slice", "x[:, :-1]", False),))))
    ['mirrored: 75 % of its mutants lose points; at least 80 % should']
    """
    if found.rate < lowest(found.exercise):
        yield f"{found.exercise}: {found.rate} % of its mutants lose points; at least {lowest(found.exercise)} % should"
    for kind in {survivor.kind: None for survivor in found.survivors if survivor.kind not in SURVIVES}:
        yield f"{found.exercise}: mutants of the kind {kind!r} survive, and SURVIVES does not say why they may"


def lowest(name: str) -> int:
    """Return how many percent of an exercise's mutants must lose points."""
    return LOWEST.get(name, OTHERS)


def verdicts(names: Sequence[str] = tuple(EXERCISES)) -> Iterator[Verdict]:
    """Yield the Verdict of each exercise; mutants run in a process of their own, with limits on memory and time."""
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks of whoever asks
    with ProcessPoolExecutor(1, mp_context=context, initializer=_limit) as pool:
        yield from pool.map(_verdict_by_name, names)


def _verdict_by_name(name):
    return verdict(EXERCISES[name])


def verdict(exercise: Exercise) -> Verdict:
    """Grade the mutants of one exercise, in this process."""
    cell, space = _solution(exercise.name)
    made, asked = mutants_of(cell), _asked(exercise, SEED)
    further = cache(lambda: [one for more in range(MORE) for one in _asked(exercise, f"{SEED}/{more}")])

    def function(mutant):
        exec(cell, of_its_own := dict(space))
        exec(mutant.code, of_its_own)
        return of_its_own[exercise.name]

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        left = [mutant for mutant in made if _gets_full_marks(function(mutant), asked)]
        survivors = [Survivor(m.kind, m.line, not _gets_full_marks(function(m), further())) for m in left]
    return Verdict(exercise.name, len(made), tuple(survivors))


def _solution(name):
    """Return the solution cell that defines a function, and the namespace of its assignment's solutions."""
    assignment = next(a for a, exercises in ASSIGNMENTS.items() if name in [exercise.name for exercise in exercises])
    cell = next(cell for cell in solutions.cells(assignment) if f"def {name}(" in cell)
    return cell, solutions.functions(assignment)


def _asked(exercise, seed):
    """Return (behaviour, case, what is right) for every case that a function is graded with, fresh ones too."""
    return [
        (behaviour, case, right(exercise, case))
        for behaviour in exercise.behaviours
        for case in [*behaviour.cases, *fresh(exercise, behaviour, seed)]
    ]


def _gets_full_marks(function, asked):
    """Ask until something differs; what did is asked first of the next mutant, which may be much the same."""
    for i, (behaviour, case, expected) in enumerate(asked):
        try:
            with at_most(SECONDS, TooLate):
                outcome = call(function, case.args, case.kwargs)
        except TooLate:
            outcome = Outcome(error="Stopped")
        if difference(outcome, expected, behaviour):
            asked.insert(0, asked.pop(i))
            return False
    return True


def _limit():
    there = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (there + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (60 * MINUTES,) * 2)

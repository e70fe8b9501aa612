"""Spread work over processes: copies of this one, or the workers of a dask cluster that runs elsewhere."""

import asyncio
import contextlib
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from autograder.judge.sandbox import SandboxError

if TYPE_CHECKING:
    from distributed import Client, Future

    from autograder.judge.copies import Copies

AHEAD = 3  # tasks a worker that wait, so that it never waits for the coordinator
WORTH = 20  # tasks from which on starting more processes takes less time than it saves
LOOK_SECONDS = 2  # between two looks at which workers there are
CONNECT_SECONDS = 10
FETCH_SECONDS = 10  # for a result to come; it takes longer if its worker has just died and it is made again
_UNENCRYPTED = (
    "Whoever can reach that port can run code as you and read the course's seed. See Encryption on the page on scaling."
)


class ClusterError(RuntimeError):
    """The cluster cannot be used, or not any more; the message says what to do. What was recorded stays."""


class UnfitWorker(RuntimeError):
    """A worker would not grade as the coordinator does; the message says why and what to do."""


Work = Callable[[bytes, Any], bytes]  # function(shared, task)
Done = tuple[str, bytes | None, str | None]  # name, result, error


@contextlib.contextmanager
def over(
    function: Work, fit: Callable[[bytes], None], shared: bytes, workers: int | None, scheduler: str | None, count: int
) -> Iterator["ThisProcess | Copies | Workers"]:
    """Return a callable that yields results as they finish.

    Parameters
    ----------
    function : callable
        ``function(shared, task)``, run by the workers.
    fit : callable
        ``fit(shared)``, run at first by each worker of a cluster; raises where it can't do the work, or not the same as
        all others.
    shared : bytes
        Sent along with each task: so a worker that joins late, or for one that died, needs nothing else.
    workers : int or None
        Processes of this machine, 0 for this process alone; None for one a core where there is enough to do.
    scheduler : str or None
        Address of a dask scheduler, in place of processes of this machine.
    count : int
        Tasks there will be.

    Raises
    ------
    ClusterError
        If there is no scheduler, or it is gone.
    UnfitWorker
        If a worker can't do the work.
    """
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if count >= WORTH else 0
    if count and scheduler is not None:
        with _client(scheduler) as client:
            graders = Workers(client, function, fit, shared)
            graders.require_fit()
            yield graders
    elif count and workers:
        from autograder.judge.copies import Copies

        with Copies(function, shared, min(workers, count)) as copies:
            yield copies
    else:
        yield ThisProcess(function, shared)


class ThisProcess:
    """Runs one task after the other in this process."""

    def __init__(self, function: Work, shared: bytes):
        self.function, self.shared = function, shared
        self.repeated: list[str] = []

    def __call__(self, names: Iterable[str], task: Callable[[str], object]) -> Iterator[list[Done]]:
        """Yield lists of (name, result or None, error or None), until each name was there; `task` gives what to do."""
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            yield [(name, *outcome(self.function, self.shared, task(name)))]
            waiting += self.repeated
            self.repeated = []

    def again(self, name: str) -> None:
        """Do something of what has just been yielded one more time."""
        self.repeated.append(name)


def outcome(function: Work, shared: bytes, task: object) -> tuple[bytes | None, str | None]:
    """Return (result, None) of one task, or (None, error)."""
    try:
        return function(shared, task), None
    except SandboxError:
        raise  # of the machine, not of this submission
    except Exception as error:
        return None, _in_words(error)


class Workers:
    """Runs tasks on the workers of a dask cluster.

    A worker that dies costs its tasks a retry by another. dask gives up what was on several workers that died, guilty
    or not: such suspects run again at the end, one at a time, so that only the guilty one fails.
    """

    def __init__(self, client: "Client", function: Work, fit: Callable[[bytes], None], shared: bytes):
        self.client, self.function, self.fit, self.shared = client, function, fit, shared
        self.running: dict[str, tuple[str, Future[bytes]]] = {}
        self.suspects: list[str] = []
        self.alone: set[str] = set()
        self.done: queue.SimpleQueue[Future[bytes]] = queue.SimpleQueue()
        self.looked, self.workers = 0.0, 0

    def require_fit(self) -> None:
        """Raise UnfitWorker unless each worker that is there now is fit."""
        for worker, error in _errors(self._answers()).items():
            raise UnfitWorker(f"Worker {worker} can't take part, so nothing more is graded. {_in_words(error)}")

    def __call__(self, names: Iterable[str], task: Callable[[str], object]) -> Iterator[list[Done]]:
        """Yield lists of (name, result or None, error or None), all that is there each time; see `ThisProcess`."""
        self.waiting, self.task = iter(names), task
        self._fill()
        while self.running:
            finished = [*self._finished()]
            self._fill()  # the workers go on while these are recorded
            if finished:
                yield finished

    def _finished(self):
        """Yield what is done for good of what has come."""
        for future in self._come():
            name, result, error = self._outcome(future)
            if name is None:
                continue
            if error is None:
                yield name, result, None
            elif self._to_be_repeated(error):
                self.again(name)
            elif _killed(error) and name not in self.alone:
                self.suspects.append(name)
            else:
                yield name, None, _in_words(error)

    def again(self, name: str) -> None:
        """Do something of what has just been yielded one more time."""
        future = self.client.submit(_work, self.function, self.shared, self.task(name), pure=False)
        self._await(name, future)

    def _await(self, name, future):
        self.running[future.key] = name, future
        future.add_done_callback(self.done.put)

    def _fill(self):
        """Give the workers enough to do; when all else is done, one suspect."""
        self._look()
        while len(self.running) < AHEAD * max(self.workers, 1):
            name = next(self.waiting, None)
            if name is None:
                break
            self.again(name)
        if not self.running and self.suspects:
            self.alone.add(self.suspects[0])
            self.again(self.suspects.pop(0))

    def _come(self):
        """Yield what has come, after waiting for the first."""
        came = 0
        while not came or not self.done.empty():
            with contextlib.suppress(queue.Empty):
                future = self.done.get(timeout=LOOK_SECONDS)
                if future.key in self.running:  # else it came before
                    came += 1
                    yield future
            self._look()

    def _look(self):
        """See now and then how many workers there are: they come and go."""
        if time.monotonic() < self.looked + LOOK_SECONDS:
            return
        with _explained(self.client):
            workers = len(self.client.nthreads())
        if not workers and (self.workers or not self.looked):
            _say("No worker is there. Waiting for one to join; Ctrl-C stops, and loses nothing.")
        self.workers, self.looked = workers, time.monotonic()

    def _outcome(self, future):
        """Return (name, result, None), or (name, None, error); all None if it is not there yet after all."""
        name, future = self.running.pop(future.key)
        try:
            return name, future.result(timeout=FETCH_SECONDS), None
        except CancelledError:
            raise _gone(self.client) from None
        except Exception as error:
            if future.status == "error":
                return name, None, error
            self._await(name, future)
            return None, None, None

    def _to_be_repeated(self, error):
        """Tell whether the worker was at fault, and let such a worker go; stop if there is no other."""
        if _killed(error):
            return False
        answers = self._answers()
        unfit = _errors(answers)
        if len(unfit) == len(answers):
            self.require_fit()
        for worker, reason in unfit.items():
            _say(f"Worker {worker} is let go. {_in_words(reason)}")
        with _explained(self.client):
            self.client.retire_workers(list(unfit), close_workers=True)
        return bool(unfit) or isinstance(error, UnfitWorker)

    def _answers(self):
        """Return ``{worker: None, or what is wrong with it}`` for each worker that is there now."""
        with _explained(self.client):
            return self.client.run(_try, self.fit, self.shared, on_error="return")


def _errors(answers):
    return {worker: answer for worker, answer in answers.items() if isinstance(answer, Exception)}


_ONE_AT_A_TIME = threading.Lock()  # in a worker of several threads: the warm process of sandboxes has one user


def _work(function, shared, task):
    """Do one task on a worker."""
    with _ONE_AT_A_TIME:
        return function(shared, task)


async def _try(fit, shared):
    """See on a worker whether it is fit, in a thread that keeps the worker answering meanwhile."""
    await asyncio.to_thread(_work, lambda shared, _: fit(shared), shared, None)


def _killed(error):
    return type(error).__name__ == "KilledWorker"  # dask may not be imported


def _in_words(error):
    if _killed(error):
        return "Each worker that graded it died: killed from outside, or out of memory. See the workers' logs."
    if isinstance(error, (UnfitWorker, SandboxError)):
        return str(error)
    return f"{type(error).__name__}: {str(error)[:300]}"


def _say(text):
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)


@contextlib.contextmanager
def _client(scheduler):
    from distributed.utils import silence_logging_cmgr

    with silence_logging_cmgr("CRITICAL"), _connected(scheduler) as client:
        yield client


@contextlib.contextmanager
def _connected(scheduler):
    from distributed import Client
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.security import Security

    try:
        kind, place = parse_address(scheduler)
        parse_host_port(place)
        if kind == "tls" and not Security().get_connection_args("client").get("ssl_context"):
            raise ClusterError(
                f"{scheduler} is encrypted, and dask's configuration names no certificates. See the page on scaling."
            )
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        if kind != "tls":
            _say(f"{scheduler} is not encrypted. {_UNENCRYPTED}")
    except (OSError, ValueError):
        raise ClusterError(
            f"No dask scheduler answers at {scheduler}. Is it running, and is this its address? Nothing was graded."
        ) from None
    with client:
        yield client


@contextlib.contextmanager
def _explained(client):
    try:
        yield
    except (OSError, CancelledError):
        raise _gone(client) from None


def _gone(client):
    return ClusterError(
        f"The scheduler {client.scheduler.address} is gone. What was recorded stays. "
        "Start it again, then run the same command: it goes on."
    )

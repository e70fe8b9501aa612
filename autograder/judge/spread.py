"""Spread work over processes with dask.distributed: those of this machine, or of a cluster that runs elsewhere."""

import contextlib
import os
import warnings

AHEAD = 3  # tasks a worker that wait, so that it never waits for the coordinator
WORTH = 30  # tasks from which on starting a cluster takes less time than it saves


@contextlib.contextmanager
def over(function, shared, workers, scheduler, count):
    """Give something to call that yields results as they come.

    Parameters
    ----------
    function : callable
        ``function(shared, task)``, run by the workers.
    shared : bytes
        Sent along with each task.
    workers : int or None
        Processes of this machine, 0 for this process alone; None for one a core where there is enough to do.
    scheduler : str or None
        Address of a dask scheduler, in place of processes of this machine.
    count : int
        Tasks there will be.
    """
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if count >= WORTH else 0
    if scheduler is None and not workers:
        yield Here(function, shared)
        return
    with _client(workers, scheduler) as client:
        yield There(client, function, shared)


class Here:
    """Runs one task after the other in this process."""

    def __init__(self, function, shared):
        self.function, self.shared, self.repeated = function, shared, []

    def __call__(self, names, task):
        """Yield (name, result or None, error or None) for each name; `task` gives what to do for it."""
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            yield name, *_outcome(lambda name=name: self.function(self.shared, task(name)))
            waiting += self.repeated
            self.repeated = []

    def again(self, name):
        """Do one more time what has just been yielded."""
        self.repeated.append(name)


class There:
    """Runs tasks on the workers of a dask cluster; one that dies costs its tasks a retry by another."""

    def __init__(self, client, function, shared):
        self.client, self.function, self.shared, self.names = client, function, shared, {}

    def __call__(self, names, task):
        """Yield (name, result or None, error or None) as they come, each name once; see `Here`."""
        from distributed import as_completed

        self.waiting, self.task = iter(names), task
        self.coming = as_completed(loop=self.client.loop)
        for _ in range(AHEAD * max(len(self.client.nthreads()), 1)):
            self._next()
        for future in self.coming:
            name = self.names.pop(future.key)
            yield name, *_outcome(future.result)
            self._next()

    def again(self, name):
        """Do one more time what has just been yielded."""
        future = self.client.submit(self.function, self.shared, self.task(name), pure=False)
        self.names[future.key] = name
        self.coming.add(future)

    def _next(self):
        for name in self.waiting:
            self.again(name)
            return


def _outcome(work):
    """Return (result, None) or (None, what went wrong in words)."""
    from autograder.judge.sandbox import SandboxError

    try:
        return work(), None
    except SandboxError:
        raise  # of the machine, not of this submission
    except Exception as error:
        return None, f"{type(error).__name__}: {str(error)[:300]}"


@contextlib.contextmanager
def _client(workers, scheduler):
    from distributed import Client, LocalCluster

    if scheduler:
        with Client(scheduler, timeout=30, set_as_default=False) as client:
            yield client
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ports that are taken
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="ERROR"
        )
    with cluster, Client(cluster, set_as_default=False) as client:
        yield client

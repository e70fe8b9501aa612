"""A dask cluster of this machine's processes that nobody else on the machine can use.

dask runs whatever code a connection asks for, and any account can reach a port of 127.0.0.1. So every port asks for a
certificate that is made for the run and exists in memory only, dask's web pages are not served, and what dask writes
to disk lies in a folder that is closed to others.
"""

import contextlib
import signal
import tempfile
from collections.abc import Iterator
from multiprocessing import forkserver
from typing import Any

import dask
from distributed import Client, Nanny, Scheduler, Security, SpecCluster, Worker
from distributed.system import MEMORY_LIMIT


class WithoutPages:
    """A scheduler or worker without a web server, which no setting of dask's turns off."""

    def start_http_server(self, *arguments: Any, **options: Any) -> None:
        """Serve nothing."""


class LocalScheduler(WithoutPages, Scheduler):
    """The scheduler."""


class LocalWorker(WithoutPages, Worker):
    """A worker; the coordinator ends it, not Ctrl-C."""

    def __init__(self, *arguments: Any, **options: Any):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        super().__init__(*arguments, **options)


@contextlib.contextmanager
def local_client(workers: int) -> Iterator[Client]:
    """Start a cluster of so many workers and give its client.

    Workers are copies of one process that has imported all they need: half the time of starting each anew.
    """
    forkserver.set_forkserver_preload([__name__, "autograder.judge.class_grading"])
    forkserver.ensure_running()
    security = Security.temporary()
    common = {"host": "127.0.0.1", "protocol": "tls", "security": security}
    nanny = common | {"worker_class": LocalWorker, "nthreads": 1, "silence_logs": "CRITICAL"}
    nanny["memory_limit"] = MEMORY_LIMIT // workers
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        dask.config.set({"temporary-directory": folder, "distributed.worker.multiprocessing-method": "forkserver"}),
        SpecCluster(
            scheduler={"cls": LocalScheduler, "options": common | {"port": 0, "dashboard": False}},
            workers={i: {"cls": Nanny, "options": nanny} for i in range(workers)},
            security=security, silence_logs="CRITICAL",
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        yield client

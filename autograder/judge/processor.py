"""Limit the time of the processor that something takes in this process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float, error: type[BaseException] = TimeoutError) -> Iterator[None]:
    """Raise an error in what runs inside when it has taken this much time of the processor.

    In threads other than the main one nothing is limited: signals do not reach them.

    Examples
    --------
    >>> with at_most(0.01):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
    TimeoutError
    """

    def stop(*_):
        raise error

    if seconds <= 0:
        raise error
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

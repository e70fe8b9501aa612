"""Call a student's function in this very process, as a notebook does."""

import contextlib
import io
import signal
import threading
import warnings

from autograder.inside.call import Outcome, call


def local(function):
    """Return ``subject(args, kwargs, watch) -> Outcome``, which calls the function; what is none is undefined."""
    if not callable(function):
        return lambda args, kwargs, watch: Outcome(error="Undefined", message=type(function).__name__)
    return lambda args, kwargs, watch: call(function, args, kwargs, watch)


def unnoticed(subject, seconds):
    """Return a subject for calls that nobody asked for: prints and warnings are dropped, and what takes long stops.

    Examples
    --------
    >>> def count(n):
    ...     while n != 0:
    ...         print(n)
    ...         n -= 2
    >>> unnoticed(local(count), 0.05)((4,), {}, ()).error
    >>> unnoticed(local(count), 0.05)((5,), {}, ()).error
    'Stopped'
    """

    def brief(args, kwargs, watch):
        try:
            with _silence(), _alarm(seconds):
                return subject(args, kwargs, watch)
        except _TooLong:
            return Outcome(error="Stopped", message=f"Stopped after {seconds:g} s.")

    return brief


class _TooLong(BaseException):
    """No Exception, so that a student's ``except Exception`` does not swallow it."""


@contextlib.contextmanager
def _silence():
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _alarm(seconds):
    """Interrupt what takes longer, where the system has alarms: Windows has none, nor has a thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    running = True

    def ring(*_):
        if running:
            raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    others = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)  # again and again: a bare ``except:`` swallows one
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *others)

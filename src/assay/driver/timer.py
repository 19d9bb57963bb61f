"""A limit of time for one file: a last resort, since every analysis has a budget of steps.

It is processor time, so that what else the machine does changes no word. Where the system has
interval timers and this is the main thread, `OverBudgetError` is raised in
the middle of whatever runs; elsewhere the limit is kept by the process that started this one. It
derives from BaseException, so that code that survives every Exception does not survive it.

    try:
        with time_limit(600):
            ...
    except OverBudgetError: ...
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OverBudgetError(BaseException):
    """The time is over."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raises OverBudgetError in the body after so many seconds of processor time; 0: no limit."""
    if (
        seconds <= 0
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGPROF, _over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _over(number: int, frame: FrameType | None) -> None:
    raise OverBudgetError

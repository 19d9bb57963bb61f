"""A bar on stderr for runs that take long.

It is drawn only where a person looks: stderr is a terminal, `CI` is not set, and the run has taken
more than a second. It is erased at the end, so nothing of it stays.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import Final, TextIO, final

_DELAY: Final = 1.0
_INTERVAL: Final = 0.1
_BAR: Final = 30


@final
class Progress:
    """Counts files that are done. `stream` is None when nothing is to be drawn."""

    def __init__(self, total: int, stream: TextIO | None) -> None:
        self._total = total
        self._stream = stream
        self._next = time.monotonic() + _DELAY
        self._drawn = False
        self._before = 0

    def already(self, count: int) -> None:
        """So many more files need no work or are done; `done` counts the others from 0."""
        self._before += count

    def done(self, count: int) -> None:
        """So many files are done by now."""
        if self._stream is None:
            return
        count += self._before
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _INTERVAL
        self._drawn = True
        share = count / self._total if self._total else 1.0
        filled = int(share * _BAR)
        text = f"[{'#' * filled}{'.' * (_BAR - filled)}] {count:,} of {self._total:,} files"
        import shutil

        columns = shutil.get_terminal_size().columns
        self._stream.write("\r" + text[: max(columns - 1, 1)])
        self._stream.flush()

    def close(self) -> None:
        """Erases the bar."""
        if self._stream is not None and self._drawn:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._drawn = False


def progress_stream(environment: Mapping[str, str], quiet: bool) -> TextIO | None:
    """Where to draw, or None."""
    if quiet or environment.get("CI", "") != "" or environment.get("TERM", "") == "dumb":
        return None
    return sys.stderr if sys.stderr.isatty() else None


def default_jobs() -> int:
    """One process for each processor that this one may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return max(os.cpu_count() or 1, 1)

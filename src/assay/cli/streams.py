"""Standard output as bytes, for readers that may go away.

Reports are UTF-8 whatever the locale, with plain line feeds on every system, so that equal reviews
are equal bytes.
"""

from __future__ import annotations

import os
import sys


def write_stdout(text: str) -> None:
    """Writes and flushes. A reader that has gone away, as `head` does, is no error."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(encoded(text))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        drop_stdout()


def encoded(text: str) -> bytes:
    """UTF-8; what it cannot hold, lone surrogates, as escapes."""
    return text.encode("utf-8", "backslashreplace")


def drop_stdout() -> None:
    """Sends what is still to come nowhere: Python would complain at its end."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())

"""Words by which tests wait, read and check: the rows of `waiting.toml`.

Invariant: every word is in lower case; names are split before they are looked up.

    >>> "until" in wait_words().wait
    True
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from assay.models.loader import Row, read


@final
class WaitWords:
    """The words of the first table; see there."""

    __slots__ = ("failure", "identity", "join", "no_wait", "plain", "provided", "read", "wait")

    def __init__(self, row: Row, join: tuple[str, ...], provided: tuple[str, ...]) -> None:
        self.wait: Final = frozenset(row.texts("wait"))
        self.no_wait: Final = frozenset(row.texts("no_wait"))
        self.plain: Final = frozenset(row.texts("plain"))
        self.read: Final = frozenset(row.texts("read"))
        self.failure: Final = frozenset(row.texts("failure"))
        self.identity: Final = frozenset(row.texts("identity"))
        self.join: Final = frozenset(join)
        self.provided: Final = frozenset(provided)  # methods that every test base has


@cache
def wait_words() -> WaitWords:
    """The rows that come with Assay, read once in a process."""
    document = read("waiting.toml", ("words", "join", "fixture"))
    join = document.table("join", _methods)
    provided = document.table("fixture", _methods)
    return document.table("words", lambda row: WaitWords(row, join, provided))


def _methods(row: Row) -> tuple[str, ...]:
    return row.texts("methods")

"""Rows about locks: `locks.toml` as a typed value."""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import Row, read


@final
class LockModel:
    """What makes a lock, by dotted path, and the methods that take and give it, by name.

    `plain` and `reentrant` are among what makes one; `decorators` are the last parts of names.
    """

    __slots__ = ("acquire", "decorators", "make", "plain", "reentrant", "release")

    def __init__(self, row: Row) -> None:
        self.make: Final = frozenset(row.texts("make"))
        self.acquire: Final = frozenset(row.texts("acquire"))
        self.release: Final = frozenset(row.texts("release"))
        self.plain: Final = frozenset(row.texts("plain"))
        self.reentrant: Final = frozenset(row.texts("reentrant"))
        self.decorators: Final = frozenset(row.texts("decorators"))


@functools.cache
def lock_model() -> LockModel:
    """The rows of `locks.toml`. Raises ModelError."""
    return read("locks.toml", ("locks",)).table("locks", LockModel)

"""Calls that ask about a path and calls that act on it: the rows of `filesystem.toml`.

Invariant: a row has either a `callee` (a dotted path) or a `method` (whose owner is the path).

    >>> [act.needs for act in path_words().acts_of("os.makedirs", "makedirs")]
    ['create']
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from assay.models.loader import ModelError, Row, read

CREATE: Final = "create"
REMOVE: Final = "remove"
ANYTHING: Final = "anything"
FILE: Final = "file"
DIRECTORY: Final = "directory"
LINK: Final = "link"
OWNER: Final = -1
ABSENT: Final = -2


@final
class PathCheck:
    """A call that tells whether something stands at a path."""

    __slots__ = ("asks", "callee", "method", "path")

    def __init__(self, row: Row) -> None:
        self.callee: Final = row.text("callee", "")
        self.method: Final = row.text("method", "")
        _one_of(row, self.callee, self.method)
        self.path: Final = OWNER if self.method else row.integer("path", 0)
        self.asks: Final = row.one_of("asks", (ANYTHING, FILE, DIRECTORY, LINK))


@final
class PathAct:
    """A call that changes what stands at a path.

    `mode` and `flags` are the positions of the arguments that tell a creating `open` from another;
    ABSENT for calls that have none.
    """

    __slots__ = (
        "callee",
        "fails",
        "flags",
        "keyword",
        "makes",
        "method",
        "mode",
        "needs",
        "path",
        "tolerant",
    )

    def __init__(self, row: Row) -> None:
        self.callee: Final = row.text("callee", "")
        self.method: Final = row.text("method", "")
        _one_of(row, self.callee, self.method)
        self.path: Final = OWNER if self.method else row.integer("path", 0)
        self.keyword: Final = row.text("keyword", "")
        self.needs: Final = row.one_of("needs", (CREATE, REMOVE))
        self.tolerant: Final = row.text("tolerant", "")
        self.makes: Final = row.text("makes", FILE)
        self.fails: Final = row.flag("fails", False)
        self.mode: Final = row.integer("mode", ABSENT)
        self.flags: Final = row.integer("flags", ABSENT)


def _one_of(row: Row, callee: str, method: str) -> None:
    if bool(callee) == bool(method):
        raise ModelError(f"{row.where}: give either `callee` or `method`")


@final
class PathGuards:
    """What answers for the work of others between a check and an act."""

    __slots__ = ("errors", "lock_functions", "locks", "path_makers", "private")

    def __init__(self, row: Row) -> None:
        self.errors: Final = frozenset(row.texts("errors"))
        self.locks: Final = row.texts("locks")
        self.lock_functions: Final = frozenset(row.texts("lock_functions"))
        self.private: Final = row.texts("private")
        self.path_makers: Final = frozenset(row.texts("path_makers"))


@final
class PathWords:
    """All rows of `filesystem.toml`, by what a call is written with."""

    __slots__ = ("_acts", "_checks", "guard")

    def __init__(
        self, checks: tuple[PathCheck, ...], acts: tuple[PathAct, ...], guard: PathGuards
    ) -> None:
        self._checks: Final = {row.callee or f".{row.method}": row for row in checks}
        self._acts: Final[dict[str, list[PathAct]]] = {}
        for row in acts:
            self._acts.setdefault(row.callee or f".{row.method}", []).append(row)
        self.guard: Final = guard

    def check_of(self, callee: str, method: str) -> PathCheck | None:
        """The row of a check, by its dotted path or, where that is not known, its method name."""
        return self._checks.get(callee) or self._checks.get(f".{method}")

    def acts_of(self, callee: str, method: str) -> list[PathAct]:
        """The rows of an act; a rename has two, one for each of its paths."""
        return self._acts.get(callee) or self._acts.get(f".{method}", [])


@cache
def path_words() -> PathWords:
    """The rows that come with Assay, read once in a process."""
    document = read("filesystem.toml", ("check", "act", "guard"))
    return PathWords(
        document.rows("check", PathCheck),
        document.rows("act", PathAct),
        document.table("guard", PathGuards),
    )

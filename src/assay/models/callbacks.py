"""Rows about calls that run a function which they are given: `callbacks.toml`.

`callees` are dotted paths; one with a leading `*` is the end of a path. The function stands at
`position` (-1: nowhere) or under `keyword`; `every`: each positional argument from there on is one.
`arguments` says what it is called with: `rest` is the positional arguments behind it, a keyword is
a tuple given under that name or right behind it, `""` is nothing that stands in the call. `how` is
when it runs: `now` (before the call is over), `later`, `exit` (of the program or the block),
`signal`, `task` (of an event loop), `thread` (or process, or green thread).

`[[inherited]]`: the method `runs` of the object that a method in `callees` is called on.
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from assay.models.loader import Row, read

HOW: Final = ("now", "later", "exit", "signal", "task", "thread")


@final
class CallbackRow:
    """Where a call is given a function, and when it runs."""

    __slots__ = ("arguments", "callees", "every", "how", "keyword", "position")

    def __init__(self, row: Row) -> None:
        self.callees: Final = row.texts("callees")
        self.position: Final = row.integer("position")
        self.keyword: Final = row.text("keyword")
        self.every: Final = row.flag("every", False)
        self.arguments: Final = row.text("arguments")
        self.how: Final = row.one_of("how", HOW)


@final
class InheritedRow:
    """Which method of its object a method of a library runs."""

    __slots__ = ("callees", "how", "runs")

    def __init__(self, row: Row) -> None:
        self.callees: Final = row.texts("callees")
        self.runs: Final = row.text("runs")
        self.how: Final = row.one_of("how", HOW)


@final
class CallbackModel:
    """All rows, by the path or the end of a path of what is called."""

    __slots__ = ("_ends", "_inherited_ends", "_inherited_paths", "_paths")

    def __init__(self, calls: tuple[CallbackRow, ...], inherited: tuple[InheritedRow, ...]) -> None:
        self._paths: Final[dict[str, CallbackRow]] = {}
        self._ends: Final[list[tuple[str, CallbackRow]]] = []
        self._inherited_paths: Final[dict[str, InheritedRow]] = {}
        self._inherited_ends: Final[list[tuple[str, InheritedRow]]] = []
        for row in calls:
            for callee in row.callees:
                if callee.startswith("*"):
                    self._ends.append((callee[1:], row))
                else:
                    self._paths[callee] = row
        for each in inherited:
            for callee in each.callees:
                if callee.startswith("*"):
                    self._inherited_ends.append((callee[1:], each))
                else:
                    self._inherited_paths[callee] = each

    def row(self, path: str) -> CallbackRow | None:
        """The row of a path; None when it has none."""
        found = self._paths.get(path)
        if found is None:
            found = next((row for end, row in self._ends if path.endswith(end)), None)
        return found

    def inherited(self, path: str) -> InheritedRow | None:
        """The row of a method of a base; None when it has none."""
        found = self._inherited_paths.get(path)
        if found is None:
            found = next((row for end, row in self._inherited_ends if path.endswith(end)), None)
        return found


@cache
def callback_model() -> CallbackModel:
    """The rows that come with Assay, read once in a process. Raises ModelError."""
    document = read("callbacks.toml", ("call", "inherited"))
    return CallbackModel(
        document.rows("call", CallbackRow), document.rows("inherited", InheritedRow)
    )

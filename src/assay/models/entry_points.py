"""Rows about where a program is entered: `entry_points.toml`.

`[[decorator]]`: a function under a decorator whose last name is among `names` and that comes from a
library among `roots`; where it comes from is not known, the file has to import one of them.
`[[base]]`: the `methods` (a trailing `*` is any ending) of classes with a base whose path ends in
one of `ends` and starts with one of `roots`. `[[registration]]`: what a call in `callees` is given
at `position` (-1: nowhere) or under one of `keywords`; a callee with a leading `*` is the end of a
path. `[command_line]`: whoever calls one of `functions`.
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from assay.models.loader import Row, read

KINDS: Final = ("command line", "web route", "task", "signal", "server", "thread", "test")


@final
class DecoratorRow:
    """Decorators of one kind."""

    __slots__ = ("kind", "names", "roots")

    def __init__(self, row: Row) -> None:
        self.kind: Final = row.one_of("kind", KINDS)
        self.names: Final = frozenset(row.texts("names"))
        self.roots: Final = frozenset(row.texts("roots"))


@final
class BaseRow:
    """Base classes of one kind, and the methods that are called from outside."""

    __slots__ = ("_beginnings", "_methods", "ends", "kind", "roots")

    def __init__(self, row: Row) -> None:
        self.kind: Final = row.one_of("kind", KINDS)
        self.ends: Final = frozenset(row.texts("ends"))
        self.roots: Final = frozenset(row.texts("roots"))
        methods = row.texts("methods")
        self._methods: Final = frozenset(methods)
        self._beginnings: Final = tuple(name[:-1] for name in methods if name.endswith("*"))

    def is_base(self, path: str) -> bool:
        """Whether a dotted path is one of the bases."""
        return path.partition(".")[0] in self.roots and path.rpartition(".")[2] in self.ends

    def has(self, method: str) -> bool:
        """Whether a method of that name is called from outside."""
        return method in self._methods or method.startswith(self._beginnings)


@final
class RegistrationRow:
    """Calls that register a function."""

    __slots__ = ("callees", "ends", "keywords", "kind", "position")

    def __init__(self, row: Row) -> None:
        self.kind: Final = row.one_of("kind", KINDS)
        callees = row.texts("callees")
        self.callees: Final = frozenset(each for each in callees if each[0] != "*")
        self.ends: Final = tuple(each[1:] for each in callees if each[0] == "*")
        self.position: Final = row.integer("position")
        self.keywords: Final = row.texts("keywords")

    def matches(self, path: str) -> bool:
        """Whether a dotted path is one of the calls."""
        return path in self.callees or path.endswith(self.ends)


@final
class EntryModel:
    """All rows."""

    __slots__ = ("bases", "command_line", "decorators", "registrations")

    def __init__(
        self,
        decorators: tuple[DecoratorRow, ...],
        bases: tuple[BaseRow, ...],
        registrations: tuple[RegistrationRow, ...],
        command_line: frozenset[str],
    ) -> None:
        self.decorators: Final = decorators
        self.bases: Final = bases
        self.registrations: Final = registrations
        self.command_line: Final = command_line


def _functions(row: Row) -> frozenset[str]:
    return frozenset(row.texts("functions"))


@cache
def entry_model() -> EntryModel:
    """The rows that come with Assay, read once in a process. Raises ModelError."""
    document = read("entry_points.toml", ("decorator", "base", "registration", "command_line"))
    return EntryModel(
        document.rows("decorator", DecoratorRow),
        document.rows("base", BaseRow),
        document.rows("registration", RegistrationRow),
        document.table("command_line", _functions),
    )

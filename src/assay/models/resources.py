"""Rows about things that must be given back: `resources.toml` and `calls.toml` as typed values.

resource_model().acquired_by("tempfile.mkstemp")[0].elements     (0,)
"""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import ModelError, Row, read


@final
class Resource:
    """One kind of thing that must be given back; the fields are explained in `resources.toml`."""

    __slots__ = (
        "acquire",
        "awaited",
        "borrowed",
        "by_name",
        "cwe",
        "elements",
        "exhausts",
        "kind",
        "lasting",
        "leads_back",
        "not_with",
        "only_with",
        "opened_by",
        "own_end",
        "parts",
        "release",
        "release_by",
        "release_words",
        "unless",
        "weak",
        "with_releases",
    )

    def __init__(self, row: Row) -> None:
        self.kind: Final = row.text("kind")
        self.cwe: Final = row.integer("cwe")
        self.acquire: Final = row.texts("acquire")
        self.leads_back: Final = row.texts("leads_back")
        self.own_end: Final = row.flag("own_end", False)
        self.opened_by: Final = row.texts("opened_by")
        self.unless: Final = frozenset(row.texts("unless"))
        self.by_name: Final = row.texts("by_name")
        self.awaited: Final = row.flag("awaited", False)
        self.parts: Final = frozenset(row.texts("parts"))
        self.elements: Final = tuple(
            [item for item in row.values("elements") if isinstance(item, int)]
        )
        self.release: Final = frozenset(row.texts("release"))
        self.release_by: Final = frozenset(row.texts("release_by"))
        self.release_words: Final = row.texts("release_words")
        self.borrowed: Final = row.flag("borrowed", False)
        self.with_releases: Final = row.flag("with_releases", True)
        self.lasting: Final = row.flag("lasting", False)
        self.weak: Final = row.flag("weak", False)
        excluded = [item.partition("=") for item in row.texts("not_with")]
        self.not_with: Final = tuple([(key, value) for key, _, value in excluded])
        self.exhausts: Final = row.flag("exhausts", False)
        conditions = [item.partition("=") for item in row.texts("only_with")]
        self.only_with: Final = tuple([(key, value) for key, _, value in conditions])


@final
class Memory:
    """What makes objects that have a `close` and hold nothing: by path, and by words of a name.

    `same` are the packages that hold modules of the standard library under their own names.
    """

    __slots__ = ("functions", "same", "words")

    def __init__(self, row: Row) -> None:
        self.functions: Final = frozenset(row.texts("functions"))
        self.same: Final = row.texts("same")
        self.words: Final = row.texts("words")


@final
class ResourceModel:
    """Every kind of resource, by what acquires it."""

    __slots__ = (
        "_by_call",
        "_by_name",
        "in_memory",
        "memory_words",
        "named_methods",
        "same",
        "used",
        "used_awaited",
    )

    def __init__(
        self,
        by_call: dict[str, list[Resource]],
        by_name: dict[str, list[Resource]],
        used: tuple[Resource, ...],
        memory: Memory,
    ) -> None:
        # Values of unknown type, taken for resources because the function gives them back.
        self.used: Final = used[0]
        self.used_awaited: Final = used[1]
        self.same: Final = memory.same
        self.in_memory: Final = memory.functions
        self.memory_words: Final = memory.words
        self._by_call: Final = by_call
        self._by_name: Final = by_name
        self.named_methods: Final = frozenset([name.rpartition(".")[2] for name in by_name])

    def named(self, name: str) -> list[Resource]:
        """What a method returns whose receiver is not known, by `owner.method`."""
        return self._by_name.get(name, [])

    def acquired_by(self, callee: str) -> list[Resource]:
        """What a call returns, by its dotted path: none, one, or one for each kind."""
        rows = self._by_call.get(callee)
        if rows is None:
            if callee.startswith(self.same):
                for prefix in self.same:
                    if callee.startswith(prefix):
                        return self._by_call.get(callee.removeprefix(prefix), [])
            return []
        return rows


@final
class Calls:
    """One table of `calls.toml`: functions by dotted path, methods by name."""

    __slots__ = (
        "container_methods",
        "containers",
        "functions",
        "literal",
        "log_methods",
        "loggers",
        "methods",
        "paths",
        "translators",
        "words",
    )

    def __init__(self, row: Row) -> None:
        self.container_methods: Final = frozenset(row.texts("container_methods"))
        self.containers: Final = frozenset(row.texts("containers"))
        self.literal: Final = frozenset(row.texts("literal"))
        self.words: Final = row.texts("words")
        self.functions: Final = frozenset(row.texts("functions"))
        self.methods: Final = frozenset(row.texts("methods"))
        self.loggers: Final = frozenset(row.texts("loggers"))
        self.log_methods: Final = frozenset(row.texts("log_methods"))
        self.paths: Final = frozenset(row.texts("paths"))
        self.translators: Final = frozenset(row.texts("translators"))


@final
class CallModel:
    """What calls do to owned values and to the flow of control."""

    __slots__ = (
        "adds",
        "adopts",
        "borrows",
        "closes",
        "consumes",
        "exits",
        "quiet",
        "registers",
        "shows",
        "wraps",
    )

    def __init__(
        self,
        quiet: Calls,
        exits: Calls,
        borrows: Calls,
        wraps: Calls,
        registers: Calls,
        adopts: Calls,
        adds: Calls,
        shows: Calls,
        consumes: Calls,
        closes: Calls,
    ) -> None:
        self.closes: Final = closes
        self.consumes: Final = consumes
        self.shows: Final = shows
        self.adds: Final = adds
        self.adopts: Final = adopts
        self.quiet: Final = quiet
        self.exits: Final = exits
        self.borrows: Final = borrows
        self.wraps: Final = wraps
        self.registers: Final = registers


@functools.cache
def resource_model() -> ResourceModel:
    """The rows of `resources.toml`. Raises ModelError."""
    by_call: dict[str, list[Resource]] = {}
    by_name: dict[str, list[Resource]] = {}
    document = read("resources.toml", ("resource", "used", "memory"))
    for resource in document.rows("resource", Resource):
        for name in resource.by_name:
            by_name.setdefault(name, []).append(resource)
        for callee in resource.acquire:
            known = by_call.setdefault(callee, [])
            if any(other.cwe == resource.cwe for other in known):
                raise ModelError(f"resources.toml: {callee} has two rows for CWE-{resource.cwe}")
            known.append(resource)
    used = document.rows("used", Resource)
    if len(used) != 2 or not used[1].awaited:
        raise ModelError("resources.toml: [[used]] has two rows, the second one for awaitables")
    return ResourceModel(by_call, by_name, used, document.table("memory", Memory))


@functools.cache
def call_model() -> CallModel:
    """The tables of `calls.toml`. Raises ModelError."""
    tables = (
        "quiet",
        "exits",
        "borrows",
        "wraps",
        "registers",
        "adopts",
        "adds",
        "shows",
        "consumes",
        "closes",
    )
    document = read("calls.toml", tables)
    return CallModel(
        document.table("quiet", Calls),
        document.table("exits", Calls),
        document.table("borrows", Calls),
        document.table("wraps", Calls),
        document.table("registers", Calls),
        document.table("adopts", Calls),
        document.table("adds", Calls),
        document.table("shows", Calls),
        document.table("consumes", Calls),
        document.table("closes", Calls),
    )

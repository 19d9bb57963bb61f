"""Rows about things that must be given back: `resources.toml` and `calls.toml` as typed values.

resource_model().acquired_by("tempfile.mkstemp").elements     (0,)
"""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import ModelError, Row, read_rows


@final
class Resource:
    """One kind of thing that must be given back; the fields are explained in `resources.toml`."""

    __slots__ = (
        "cwe",
        "elements",
        "kind",
        "only_with",
        "release",
        "release_by",
        "weak",
        "with_releases",
    )

    def __init__(self, row: Row) -> None:
        self.kind: Final = row.text("kind")
        self.cwe: Final = row.number("cwe")
        self.elements: Final = row.numbers("elements", ())
        self.release: Final = frozenset(row.strings("release"))
        self.release_by: Final = frozenset(row.strings("release_by", ()))
        self.with_releases: Final = row.flag("with_releases", True)
        self.weak: Final = row.flag("weak", False)
        conditions = row.row("only_with")
        self.only_with: Final[dict[str, str]] = (
            {} if conditions is None else {key: conditions.text(key) for key in conditions.keys()}
        )


@final
class ResourceModel:
    """Every kind of resource, by what acquires it."""

    __slots__ = ("_by_call",)

    def __init__(self, by_call: dict[str, Resource]) -> None:
        self._by_call: Final = by_call

    def acquired_by(self, callee: str) -> Resource | None:
        """What a call returns, by its dotted path."""
        return self._by_call.get(callee)


@final
class CallModel:
    """What calls do to owned values and to the flow of control, by dotted path or method name."""

    __slots__ = (
        "borrows",
        "exits",
        "log_methods",
        "loggers",
        "quiet",
        "quiet_methods",
        "register_functions",
        "register_methods",
        "wrap_methods",
        "wraps",
    )

    def __init__(self, top: Row) -> None:
        quiet, exits = _table(top, "quiet"), _table(top, "exits")
        borrows, wraps = _table(top, "borrows"), _table(top, "wraps")
        registers = _table(top, "registers")
        self.quiet: Final = frozenset(quiet.strings("functions"))
        self.quiet_methods: Final = frozenset(quiet.strings("methods"))
        self.loggers: Final = frozenset(quiet.strings("loggers"))
        self.log_methods: Final = frozenset(quiet.strings("log_methods"))
        self.exits: Final = frozenset(exits.strings("functions"))
        self.borrows: Final = frozenset(borrows.strings("functions"))
        self.wraps: Final = frozenset(wraps.strings("functions"))
        self.wrap_methods: Final = frozenset(wraps.strings("methods"))
        self.register_methods: Final = frozenset(registers.strings("methods"))
        self.register_functions: Final = frozenset(registers.strings("functions"))
        for table in (quiet, exits, borrows, wraps, registers, top):
            table.done()


def _table(top: Row, name: str) -> Row:
    found = top.row(name)
    if found is None:
        raise ModelError(f"{top.where}: table {name} is missing")
    return found


@functools.cache
def resource_model() -> ResourceModel:
    """The rows of `resources.toml`. Raises ModelError."""
    top = read_rows("resources.toml")
    by_call: dict[str, Resource] = {}
    for row in top.rows("resource"):
        resource = Resource(row)
        for callee in row.strings("acquire"):
            if callee in by_call:
                raise ModelError(f"{row.where}: {callee} has a row already")
            by_call[callee] = resource
        row.done()
    top.done()
    return ResourceModel(by_call)


@functools.cache
def call_model() -> CallModel:
    """The rows of `calls.toml`. Raises ModelError."""
    return CallModel(read_rows("calls.toml"))

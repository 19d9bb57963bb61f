"""Rows about steps and what undoes them: `cleanup.toml` as a typed value."""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import Row, read


@final
class UndoModel:
    """Names of what undoes a step: methods by their last part, functions by dotted path."""

    __slots__ = ("functions", "methods", "pairs", "settings")

    def __init__(self, row: Row) -> None:
        self.methods: Final = frozenset(row.texts("methods"))
        self.functions: Final = frozenset(row.texts("functions"))
        self.settings: Final = frozenset(row.texts("settings"))
        begun_by: dict[str, str] = {}
        for pair in row.texts("pairs"):
            begin, _, end = pair.partition("/")
            begun_by[end] = begin
        self.pairs: Final = begun_by  # what ends -> what began it


@functools.cache
def undo_model() -> UndoModel:
    """The rows of `cleanup.toml`. Raises ModelError."""
    return read("cleanup.toml", ("undo",)).table("undo", UndoModel)

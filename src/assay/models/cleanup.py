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


@final
class ObjectModel:
    """Names that say what objects do with what they hold; explained in `cleanup.toml`."""

    __slots__ = (
        "acquiring_words",
        "closing",
        "contents",
        "empty_bases",
        "ending",
        "ends_life",
        "giving_words",
        "handing_words",
        "views",
    )

    def __init__(self, row: Row) -> None:
        self.closing: Final = row.texts("closing")
        self.ends_life: Final = frozenset(row.texts("ends_life"))
        self.ending: Final = frozenset((*row.texts("ending"), *undo_model().methods))
        self.giving_words: Final = row.texts("giving_words")
        self.acquiring_words: Final = row.texts("acquiring_words")
        self.handing_words: Final = row.texts("handing_words")
        self.contents: Final = frozenset(row.texts("contents"))
        self.views: Final = frozenset(row.texts("views"))
        self.empty_bases: Final = frozenset(row.texts("empty_bases"))


@final
class SequenceModel:
    """Names of clean-up functions, of their steps, and of what fails between these."""

    __slots__ = (
        "cleanup_prefixes",
        "cleanups",
        "pauses",
        "queues",
        "quiet_prefixes",
        "quiet_suffixes",
        "risky",
        "step_prefixes",
        "steps",
        "unlocking",
    )

    def __init__(self, row: Row) -> None:
        self.cleanups: Final = frozenset(row.texts("cleanups"))
        self.cleanup_prefixes: Final = row.texts("cleanup_prefixes")
        self.steps: Final = frozenset(row.texts("steps"))
        self.step_prefixes: Final = row.texts("step_prefixes")
        self.risky: Final = frozenset(row.texts("risky"))
        self.quiet_prefixes: Final = row.texts("quiet_prefixes")
        self.quiet_suffixes: Final = row.texts("quiet_suffixes")
        self.unlocking: Final = frozenset(row.texts("unlocking"))
        self.queues: Final = frozenset(row.texts("queues"))
        self.pauses: Final = frozenset(row.texts("pauses"))


_TABLES: Final = ("undo", "objects", "sequence")


@functools.cache
def undo_model() -> UndoModel:
    """The rows of `cleanup.toml`. Raises ModelError."""
    return read("cleanup.toml", _TABLES).table("undo", UndoModel)


@functools.cache
def object_model() -> ObjectModel:
    """What classes do with what their objects hold. Raises ModelError."""
    return read("cleanup.toml", _TABLES).table("objects", ObjectModel)


@functools.cache
def sequence_model() -> SequenceModel:
    """What clean-up consists of, and what fails in it. Raises ModelError."""
    return read("cleanup.toml", _TABLES).table("sequence", SequenceModel)

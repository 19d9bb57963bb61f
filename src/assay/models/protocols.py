"""Rows about calls that begin and end something: `protocols.toml` as typed values."""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import ModelError, Row, read


@final
class Pair:
    """Methods that begin something, and those that end it."""

    __slots__ = ("begin", "end", "said", "stems")

    def __init__(self, row: Row) -> None:
        self.begin: Final = row.texts("begin")
        self.end: Final = row.texts("end")
        self.said: Final = row.text("said")  # "attached", for messages
        self.stems: Final = row.flag("stems", False)


@final
class ProtocolModel:
    """Every pair, by the words that begin and end it."""

    __slots__ = ("_begin", "_end", "harmless")

    def __init__(self, pairs: tuple[Pair, ...], harmless: tuple[str, ...]) -> None:
        self.harmless: Final = harmless
        self._begin: Final[dict[str, list[Pair]]] = {}
        self._end: Final[dict[str, list[Pair]]] = {}
        for pair in pairs:
            for word in pair.begin:
                self._begin.setdefault(word, []).append(pair)
            for word in pair.end:
                self._end.setdefault(word, []).append(pair)

    def begun_by(self, method: str) -> list[tuple[Pair, str]]:
        """The pairs that a method begins, each with the rest of its name: `_volume`."""
        return _split(self._begin, method)

    def ended_by(self, method: str) -> list[tuple[Pair, str]]:
        """The pairs that a method ends, each with the rest of its name."""
        return _split(self._end, method)


def _split(words: dict[str, list[Pair]], method: str) -> list[tuple[Pair, str]]:
    name = method.lstrip("_")
    found = [(pair, "") for pair in words.get(name, ())]
    word, joint, rest = name.partition("_")
    if joint:
        found += [(pair, rest) for pair in words.get(word, ()) if pair.stems]
    return found


def _words(row: Row) -> tuple[str, ...]:
    return row.texts("words")


@functools.cache
def protocol_model() -> ProtocolModel:
    """The rows of `protocols.toml`. Raises ModelError."""
    document = read("protocols.toml", ("pair", "harmless"))
    pairs = document.rows("pair", Pair)
    for pair in pairs:
        if not pair.begin or not pair.end:
            raise ModelError(f"protocols.toml: the pair {pair.said!r} has to have both ends")
    return ProtocolModel(pairs, document.table("harmless", _words))

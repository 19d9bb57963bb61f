"""Answers about the last few things that were asked about, for rules that ask one after the other.

They are kept by the program (`Program.shared`), so that nothing outlives it: what a cache of a
module holds would keep a whole program that was given up.

    def _constants(program: Program) -> Recent[FunctionFacts, Constants]:
        return Recent(Constants, 16)

    function.file.program.shared(_constants).of(function)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar, final

K = TypeVar("K")
V = TypeVar("V")


@final
class Recent(Generic[K, V]):
    """What `make` gives for the last `most` keys."""

    __slots__ = ("_known", "_make", "_most")

    def __init__(self, make: Callable[[K], V], most: int) -> None:
        self._make: Final = make
        self._most: Final = most
        self._known: Final[dict[K, V]] = {}  # the latest is the last

    def of(self, key: K) -> V:
        """The answer for a key."""
        known = self._known
        if key in known:
            return known[key]
        if len(known) >= self._most:
            del known[next(iter(known))]
        value = self._make(key)
        known[key] = value
        return value

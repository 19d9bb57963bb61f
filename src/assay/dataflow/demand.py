"""Facts that depend on each other, computed when somebody asks: the least fixpoint on demand.

A fact has a key and a value of a lattice; computing one may ask for others, in circles too
(recursive functions, classes that store each other). The solver is a top-down one (Le Charlier
and Van Hentenryck, "A universal top-down fixpoint algorithm", 1992; Seidl and Vogler, "Three
improvements to the top-down solver", PPDP 2018): a key that is asked for while it is being
computed gives its value so far, and the outermost key of a circle is computed again until nothing
of the circle changes. Each round computes each key of the circle once, from its value of the round
before (`_before`), so that a circle of n keys costs n for each round, however it is nested.

Invariant: the answer is the least fixpoint, whichever key is asked for first, provided that
`analyze` is monotone and deterministic. Values computed inside a circle that is not finished are
kept apart (`_open`), with the depth of the outermost active key that they rest on, and count for
nobody after the round. Whatever `analyze` raises leaves no value behind.

    class Raises(Demand[Function, Types]):
        def analyze(self, key, previous):
            return union(self.get(callee) for callee in calls(key))

Deviation: a key deeper than `limit` gives `top`. Where `analyze` is not monotone a circle may never
settle: after `_PATIENCE` rounds its values may only grow (`widen`), and after `_ROUNDS` all keys of
the circle are `top`, so that none of them goes round again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Hashable
from typing import Final, Generic, TypeVar, final

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_NOTHING: Final = 1 << 30


@final
class Uses:
    """What the running computation has looked at, as a set of bits; somebody else names the bits.

    Whoever looks at something sets its bit. Whoever keeps an answer keeps the bits that were set
    for it, and sets them again when the answer is used: so the bits of a computation are
    complete, whichever answers were known before.
    """

    __slots__ = ("bits",)

    def __init__(self) -> None:
        self.bits = 0

    def begin(self) -> int:
        """Starts to collect for an answer; the result is for `end`."""
        outer = self.bits
        self.bits = 0
        return outer

    def end(self, outer: int) -> int:
        """The bits of the answer, which count for the computation round it too."""
        own = self.bits
        self.bits = outer | own
        return own


_ROUNDS: Final = 64
_PATIENCE: Final = 16
_LIMIT: Final = 1_000


class Demand(ABC, Generic[K, V]):
    """Facts of one kind: what they are before anything is known, how one follows from others."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self.uses = Uses()  # replaced by that of the program
        self._limit = limit
        self._done: dict[K, tuple[V, int]] = {}  # with the bits of what it was computed from
        self._active: dict[K, int] = {}  # keys being computed, with their depth
        self._so_far: dict[K, V] = {}  # the values of active keys in this round
        # Computed, but on the word of an active key: value, place on the stack, bits.
        self._open: dict[K, tuple[V, int, int]] = {}
        self._stack: list[K] = []  # the keys of `_open`, oldest first
        # The depth of the active key that those from a place of the stack on rest on, up to the
        # next such place: what is computed inside another key rests on nothing lower than that.
        self._starts: list[int] = []
        self._depths: list[int] = []
        self._before: dict[K, V] = {}  # the values of the round before, in circles that are open
        self._lowest = _NOTHING  # the lowest active key that the running computation relied on
        self._asked: set[int] = set()  # depths of active keys whose value so far was given away
        self._is_stale = False  # whether a value that was given away in this round is old by now
        self._is_long = False  # whether a circle round the running computation does not settle

    @abstractmethod
    def bottom(self, key: K) -> V:
        """The value of a key of which nothing is known yet."""

    @abstractmethod
    def top(self, key: K) -> V:
        """The value of a key that cannot be computed within the budget."""

    @abstractmethod
    def analyze(self, key: K, previous: V) -> V:
        """The value that follows from what `get` gives now; `previous` is the last round's."""

    def widen(self, key: K, previous: V, value: V) -> V:
        """The value to go on with in a circle that has not settled for many rounds.

        One that covers both ends a circle whose values go to and fro.
        """
        return value

    def get(self, key: K) -> V:
        """The value of a key; asked for from inside `analyze`, possibly one that still grows."""
        known = self._done.get(key)
        if known is not None:
            self.uses.bits |= known[1]
            return known[0]
        kept = self._open.get(key)
        if kept is not None:
            depth_of = self._depths[bisect_right(self._starts, kept[1]) - 1]
            self._lowest = min(self._lowest, depth_of)
            self.uses.bits |= kept[2]
            return kept[0]
        depth = self._active.get(key)
        if depth is not None:
            self._lowest = min(self._lowest, depth)
            self._asked.add(depth)
            return self._so_far[key]
        if len(self._active) >= self._limit:
            return self.top(key)
        return self._compute(key)

    def begin(self) -> int:
        """Starts something that is to be kept outside of the solver; the result is for `is_final`.

        What was computed on the word of a key that still grows must not be kept.
        """
        outer = self._lowest
        self._lowest = _NOTHING
        return outer

    def is_final(self, outer: int) -> bool:
        """Whether what was computed since `begin` rests on finished values alone."""
        final_ = self._lowest == _NOTHING
        self._lowest = min(outer, self._lowest)
        return final_

    def _compute(self, key: K) -> V:
        depth = len(self._active)
        outer = self._lowest
        was_stale = self._is_stale
        was_long = self._is_long
        height = len(self._stack)
        value = self._before[key] if key in self._before else self.bottom(key)
        relied = _NOTHING
        bits = 0
        before = self.uses.begin()
        self._active[key] = depth
        try:
            for round_number in range(_ROUNDS + 1):
                self._so_far[key] = value
                self._lowest = _NOTHING
                self._is_stale = False
                self._asked.discard(depth)
                previous = value
                if round_number == _PATIENCE:
                    self._is_long = True
                value = self.analyze(key, previous)
                if self._is_long:
                    value = self.widen(key, previous, value)
                relied = self._lowest
                if depth in self._asked and value != previous:
                    self._is_stale = True
                if relied != depth or not self._is_stale:
                    break
                if round_number == _ROUNDS:
                    value = self._give_up(key, height)
                    break
                self._drop(height)
        except BaseException:
            outer = min(outer, self._lowest)
            self._forget(height)
            raise
        finally:
            del self._active[key]
            del self._so_far[key]
            self._lowest = outer
            self._is_long = was_long
            bits = self.uses.end(before)
        if relied < depth:  # the outermost key of the circle goes round for this one too
            self._lower(height, relied)
            self._open[key] = (value, len(self._stack), bits)
            self._stack.append(key)
            self._lowest = min(outer, relied)
            self._is_stale = was_stale or self._is_stale
        else:
            self._is_stale = was_stale
            self._keep(height, bits)
            self._done[key] = (value, bits)
        if not depth:
            self._before.clear()
        return value

    def _drop(self, height: int) -> None:
        """Ends a round: what was computed in it is where the next one starts from."""
        for key in self._stack[height:]:
            self._before[key] = self._open.pop(key)[0]
        self._cut(height)

    def _give_up(self, key: K, height: int) -> V:
        """Ends a circle that does not settle; the result is for its outermost key."""
        for place, other in enumerate(self._stack[height:], height):
            self._open[other] = (self.top(other), place, self._open[other][2])
        return self.top(key)

    def _forget(self, height: int) -> None:
        """Throws away what an interrupted computation has found out."""
        for key in self._stack[height:]:
            del self._open[key]
        self._cut(height)
        self._before.clear()

    def _lower(self, height: int, relied: int) -> None:
        """What rests on a key that rests on a lower one rests on that."""
        self._cut_places(height)
        if not self._depths or self._depths[-1] != relied:
            self._starts.append(height)
            self._depths.append(relied)

    def _keep(self, height: int, bits: int) -> None:
        """What a finished circle computed on the way is final too, and rests on all of it."""
        for key in self._stack[height:]:
            value, _, own = self._open.pop(key)
            self._before.pop(key, None)
            self._done[key] = (value, own | bits)
        self._cut(height)

    def _cut(self, height: int) -> None:
        del self._stack[height:]
        self._cut_places(height)

    def _cut_places(self, height: int) -> None:
        while self._starts and self._starts[-1] >= height:
            self._starts.pop()
            self._depths.pop()

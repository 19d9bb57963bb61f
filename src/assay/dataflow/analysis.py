"""What a forward data-flow analysis is, and how it is solved and read.

The classic worklist algorithm over a monotone framework (Kildall 1973; Kam and Ullman 1977) on
graphs with exceptional edges: along the normal edge of an operation flows `transfer(op,
before)`, along its exceptional edge `transfer_raise(op, before)`, which is `before` unless the
analysis says otherwise, since an operation that raises has had no normal effect.

    class Reaching(Analysis[int]): ...
    solution = solve(function, Reaching())
    for op, before in solution.walk(block): ...

Invariant: a block that control cannot reach has no state, and `walk` yields nothing for it.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Final, Generic, TypeVar, final

from assay.ir.function import NO_BLOCK, Block, FunctionIR
from assay.ir.ops import NEVER, Op

D = TypeVar("D")


class Analysis(ABC, Generic[D]):
    """A lattice of immutable states and the effect of operations and edges on them."""

    @abstractmethod
    def entry(self) -> D:
        """The state in which the function starts."""

    @abstractmethod
    def join(self, first: D, second: D) -> D:
        """The least state that covers both."""

    @abstractmethod
    def transfer(self, op: Op, before: D) -> D | None:
        """The state after an operation that ended normally; None when it never does."""

    def transfer_raise(self, op: Op, before: D) -> D | None:
        """The state in which an exception leaves an operation; None when none does."""
        return before

    def transfer_edge(self, block: Block, target: int, state: D) -> D | None:
        """The state along a normal edge to a block; None when the edge cannot be taken."""
        return state

    def size(self, state: D) -> int:
        """How many entries a state holds, where states may grow with the function."""
        return 1


class NoFixpointError(Exception):
    """The analysis did not settle within its budget of block visits, steps or memory.

    Its text names the limit, as what is more than it: "more than 500 locks taken".
    """


@final
class Budget:
    """The steps that all questions about one function may take together.

    `what` says for what: "to follow the tests of paths".
    """

    __slots__ = ("_left", "_limit")

    def __init__(self, what: str, steps: int) -> None:
        self._limit: Final = f"more than {steps:,} steps {what}"
        self._left = steps

    def spend(self, steps: int) -> None:
        """Counts steps. Raises NoFixpointError when there are no more."""
        self._left -= steps
        if self._left < 0:
            raise NoFixpointError(self._limit)


@final
class Solution(Generic[D]):
    """The states of a solved analysis, before each block; read operation by operation."""

    __slots__ = ("_analysis", "_before", "function")

    def __init__(self, function: FunctionIR, analysis: Analysis[D], before: dict[int, D]) -> None:
        self.function: Final = function
        self._analysis: Final = analysis
        self._before: Final = before

    def walk(self, block: int) -> Iterator[tuple[Op, D]]:
        """Each operation of a block that control reaches, with the state before it."""
        state = self._before.get(block)
        for op in self.function.blocks[block].ops:
            if state is None:
                return
            yield op, state
            state = self._analysis.transfer(op, state)

    def at_end(self, block: int) -> D | None:
        """The state before a block's terminator; None when control does not get there."""
        state = self._before.get(block)
        for op in self.function.blocks[block].ops:
            if state is None:
                return None
            state = self._analysis.transfer(op, state)
        return state


# How often one block may be visited before the analysis counts as not settling.
_VISITS: Final = 200

MOST_ENTRIES: Final = 2_000_000
"""Entries of all the states that an analysis of one function keeps, of some 100 bytes each."""

TOO_MANY_ENTRIES: Final = f"more than {MOST_ENTRIES:,} values kept at once"


def too_many_visits(visits: int) -> str:
    """The limit on how often one block may be visited, in words."""
    return f"more than {visits} rounds through a loop"


def solve(function: FunctionIR, analysis: Analysis[D]) -> Solution[D]:
    """The least fixpoint, in reverse postorder. Raises NoFixpointError over budget."""
    blocks = function.blocks
    order = reverse_postorder(function)
    before: dict[int, D] = {0: analysis.entry()}
    work = [order[0]]
    waiting = {0}
    visits = [0] * len(blocks)
    by_rank = {rank: ident for ident, rank in order.items()}
    sizes = [0] * len(blocks)
    room = MOST_ENTRIES
    while work:
        ident = by_rank[heapq.heappop(work)]
        waiting.discard(ident)
        visits[ident] += 1
        if visits[ident] > _VISITS:
            raise NoFixpointError(too_many_visits(_VISITS))
        if room < 0:
            raise NoFixpointError(TOO_MANY_ENTRIES)
        for target, state in _flow(blocks[ident], analysis, before[ident]):
            known = before.get(target)
            joined = state if known is None else analysis.join(known, state)
            if known is None or joined != known:
                before[target] = joined
                size = analysis.size(joined)
                room -= size - sizes[target]
                sizes[target] = size
                if target not in waiting:
                    waiting.add(target)
                    heapq.heappush(work, order[target])
    return Solution(function, analysis, before)


def _flow(block: Block, analysis: Analysis[D], before: D) -> list[tuple[int, D]]:
    """What a block sends along each of its edges."""
    found: list[tuple[int, D]] = []
    state: D | None = before
    raised: D | None = None
    for op in block.ops:
        assert state is not None
        if op.risk != NEVER and block.handler != NO_BLOCK:
            thrown = analysis.transfer_raise(op, state)
            if thrown is not None:
                raised = thrown if raised is None else analysis.join(raised, thrown)
        state = analysis.transfer(op, state)
        if state is None:
            break
    if raised is not None:
        found.append((block.handler, raised))
    if state is not None:
        for target in dict.fromkeys(block.successors()):
            edge = analysis.transfer_edge(block, target, state)
            if edge is not None:
                found.append((target, edge))
    return found


def reverse_postorder(function: FunctionIR) -> dict[int, int]:
    """The rank of each reachable block: predecessors first, but for the back edges of loops."""
    blocks = function.blocks
    seen = bytearray(len(blocks))
    seen[0] = 1
    finished: list[int] = []
    stack: list[tuple[int, Iterator[int]]] = [(0, iter(_targets(blocks[0])))]
    while stack:
        ident, targets = stack[-1]
        for target in targets:
            if not seen[target]:
                seen[target] = 1
                stack.append((target, iter(_targets(blocks[target]))))
                break
        else:
            finished.append(ident)
            stack.pop()
    return {ident: rank for rank, ident in enumerate(reversed(finished))}


def _targets(block: Block) -> tuple[int, ...]:
    if block.handler == NO_BLOCK:
        return block.successors()
    return (*block.successors(), block.handler)

"""The part that analyses over worlds share: where they start, meet and branch.

What is tracked is a set of open things, by number; an analysis says what operations do to it.
Worlds that meet are kept apart, up to `MAX_WORLDS`; branches are taken by the worlds that can.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Final, final

from assay.dataflow.analysis import Analysis
from assay.domains.branches import refine
from assay.domains.raises import Risks
from assay.domains.shape import lasting_temps, tested_names
from assay.domains.worlds import MAX_WORLDS, State, World, distinct, given_up, only, opened_in
from assay.ir.function import NO_BLOCK, Block, Branch
from assay.ir.ops import NEVER, POSSIBLE, Op
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate

ALL_BITS: Final = -1
"""The set of all open things, and those to come."""


@final
class Doubts:
    """The gates of an analysis that leave out ways on which something is still open."""

    __slots__ = ("hardly_taken", "in_cleanup", "process_ends", "unlikely")

    def __init__(
        self, unlikely: Gate, hardly_taken: Gate, in_cleanup: Gate, process_ends: Gate
    ) -> None:
        self.unlikely: Final = unlikely
        self.hardly_taken: Final = hardly_taken
        self.in_cleanup: Final = in_cleanup
        self.process_ends: Final = process_ends


class TrackingAnalysis(Analysis[State]):
    """A forward analysis whose states are sets of worlds.

    `lines` are those of the things that may be open, by their numbers; `asked` says that there is
    an account of what the gates stop.
    """

    def __init__(self, function: FunctionFacts, lines: list[int], doubts: Doubts) -> None:
        self.function: Final = function
        self.lines: Final = lines
        self.doubts: Final = doubts
        self.asked: Final = function.file.module.program.account is not None
        self.risks: Final = Risks(function)
        self.tested: Final = tested_names(function)
        self._lasting: Final = lasting_temps(function)

    @abstractmethod
    def merged(self, worlds: list[World]) -> State:
        """Fewer worlds that cover these, when there are more than are kept apart."""

    def on_branch(self, branch: Branch, target: int, world: World) -> World:
        """What else a branch teaches a world that takes it; nothing, unless overridden."""
        return world

    def lifted(self, gate: Gate, before: State, among: int = ALL_BITS, noted: bool = True) -> int:
        """The bits of what is open in a state, and among some, for which a gate is lifted.

        The gate is asked at the line of each; without an account it stands for all.
        """
        if not self.asked:
            return 0
        file = self.function.file
        opened = opened_in(before) & among
        bits = 0
        while opened:
            lowest = opened & -opened
            opened ^= lowest
            line = self.lines[lowest.bit_length() - 1]
            if not gate.stops(file, line) if noted else gate.is_lifted(file, line):
                bits |= lowest
        return bits

    def doubted(self, op: Op, block: Block, before: State) -> bool:
        """Whether what an operation raises is left out, because it is not believed to raise.

        To be asked once for each operation of the solved graph: here it is written down.
        """
        if not self.asked or op.risk == NEVER:
            return self.risks.of(op) != POSSIBLE
        return (
            self.risks.of(op) != POSSIBLE
            and block.handler == NO_BLOCK
            and not self.lifted(self.doubts.unlikely, before)
        )

    def entry(self) -> State:
        return (World(0, 0, {}),)

    def size(self, state: State) -> int:
        return sum([len(world.values) for world in state])

    def join(self, first: State, second: State) -> State:
        fresh = [world for world in second if not any(known.covers(world) for known in first)]
        if not fresh:
            return first
        kept = [world for world in first if not any(new.covers(world) for new in fresh)]
        kept += fresh
        if len(kept) <= MAX_WORLDS.most:
            return tuple(kept)
        MAX_WORLDS.note(self.function.file, self.function.ir.first_line)
        return self.merged(kept)

    def transfer_edge(self, block: Block, target: int, state: State) -> State | None:
        end = block.terminator
        if isinstance(end, Branch) and self.risks.hardly_taken(end, target):
            kept = self.lifted(self.doubts.hardly_taken, state)
            if not kept:
                return distinct([given_up(world) for world in state])
            state = distinct([only(world, kept) for world in state])
        found: list[World] = []
        for world in state:
            taking: World | None = world
            if isinstance(end, Branch) and end.then != end.otherwise:
                taking = self._taking(end, target, world)
            if taking is not None:
                found.append(self._trimmed(taking))
        return distinct(found) if found else None

    def _taking(self, branch: Branch, target: int, world: World) -> World | None:
        """The world after a branch; None when it does not take this way."""
        taken = target == branch.then
        values = refine(self.function, self.tested, branch.condition, taken, world.values)
        if values is None:
            return None
        return self.on_branch(branch, target, World(world.open, world.handed, values))

    def _trimmed(self, world: World) -> World:
        """The world without the temporaries that no other block reads."""
        kept = {
            key: value
            for key, value in world.values.items()
            if isinstance(key, str) or key in self._lasting
        }
        return World(world.open, world.handed, kept)

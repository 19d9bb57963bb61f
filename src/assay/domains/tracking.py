"""The part that analyses over worlds share: where they start, meet and branch.

What is tracked is a set of open things, by number; an analysis says what operations do to it.
Worlds that meet are kept apart, up to `MAX_WORLDS`; branches are taken by the worlds that can.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from assay.dataflow.analysis import Analysis
from assay.domains.branches import refine
from assay.domains.raises import Risks
from assay.domains.shape import lasting_temps, tested_names
from assay.domains.worlds import MAX_WORLDS, State, World, distinct, given_up
from assay.ir.function import Block, Branch
from assay.program.facts import FunctionFacts


class TrackingAnalysis(Analysis[State]):
    """A forward analysis whose states are sets of worlds."""

    def __init__(self, function: FunctionFacts) -> None:
        self.function: Final = function
        self.risks: Final = Risks(function)
        self.tested: Final = tested_names(function)
        self._lasting: Final = lasting_temps(function)

    @abstractmethod
    def merged(self, worlds: list[World]) -> State:
        """Fewer worlds that cover these, when there are more than are kept apart."""

    def on_branch(self, branch: Branch, target: int, world: World) -> World:
        """What else a branch teaches a world that takes it; nothing, unless overridden."""
        return world

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
        return tuple(kept) if len(kept) <= MAX_WORLDS else self.merged(kept)

    def transfer_edge(self, block: Block, target: int, state: State) -> State | None:
        end = block.terminator
        if isinstance(end, Branch) and self.risks.hardly_taken(end, target):
            return distinct([given_up(world) for world in state])
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

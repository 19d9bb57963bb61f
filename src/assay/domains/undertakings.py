"""What a function has begun and must end, on which way through it: locks, and other pairs.

The same worlds as for resources, but what is held is known by the calls that begin and end it and
by how the source spells what they are called on (`self._lock`), not by a value: beginning makes
nothing new. `if lock.acquire(timeout=1):` splits a world in two, one that holds the lock and one
that does not, told apart by the truth of the result.

    site = Undertaking(function, 0, acquire_call, "self._lock", may_refuse=False)
    site.ends.append(release_call)
    follow(function, [site])
    site.raisers                what raises out of the function with it held
"""

from __future__ import annotations

from typing import Final, final

from assay.dataflow.analysis import solve
from assay.domains.branches import constant_of, truth_of
from assay.domains.shape import handler_lines, normal_blocks
from assay.domains.tracking import ALL_BITS, Doubts, TrackingAnalysis
from assay.domains.worlds import FALSE, TRUE, State, World, agree, distinct
from assay.ir.function import MODULE, NO_BLOCK, Return
from assay.ir.ops import (
    LOCAL,
    POSSIBLE,
    Await,
    Call,
    Compare,
    Const,
    Copy,
    Exit,
    Load,
    Op,
    Raise,
    Reraise,
    Store,
    Truth,
    Unary,
    Yield,
)
from assay.program.facts import FunctionFacts
from assay.program.silence import excused, limit

# The name under which a world remembers that a handler has taken an exception.
_CAUGHT: Final = "@caught"

_RULES: Final = ("lock-not-released", "undo-skipped")

MOST_SITES: Final = limit(
    "begun.most-sites", 500, "at most 500 steps or locks of a function are followed", *_RULES
)
DOUBTS: Final = Doubts(
    excused(
        "begun.unlikely-to-raise",
        "what follows it and is not undone is not believed to raise",
        *_RULES,
    ),
    excused(
        "begun.hardly-taken",
        "a way is left out that control hardly takes: past a handler of everything, or out of a"
        " with that swallows",
        *_RULES,
    ),
    excused(
        "begun.in-a-handler",
        "what raises stands in a handler, which is believed to know what it calls",
        *_RULES,
    ),
    excused("begun.process-ends", "a call ends the process while it lasts", *_RULES),
)
_MODULE_ENDS: Final = excused(
    "begun.module-ends", "the module's own code ends with it begun, and so does a process", *_RULES
)
_LEFT_AT_EXIT: Final = excused(
    "begun.left-at-exit",
    "what raises is the end of a with, or the code that runs at a yield",
    *_RULES,
)


@final
class Undertaking:
    """One call that begins something, with what becomes of it."""

    __slots__ = (
        "caught",
        "counts",
        "ended_first",
        "ends",
        "ends_normally",
        "function",
        "handed_on",
        "held_at_return",
        "held_by_design",
        "held_when_caught",
        "may_refuse",
        "number",
        "op",
        "raisers",
        "spelled",
    )

    def __init__(
        self, function: FunctionFacts, number: int, op: Call, spelled: str, may_refuse: bool
    ) -> None:
        self.function: Final = function
        self.number: Final = number
        self.op: Final = op
        self.spelled: Final = spelled  # what it is begun on
        self.may_refuse: Final = may_refuse  # the result says whether it has begun
        self.ends: Final[list[Op]] = []  # every call of the function that ends it
        self.raisers: Final[list[Op]] = []  # what raises out of the function with it held
        self.caught: Final[list[Op]] = []  # what raises into a handler with it held
        self.held_at_return: Final[list[Return]] = []
        self.held_when_caught: Final[list[Return]] = []  # those behind a handler
        # It is ended, on a way without exceptions, without having been begun here.
        self.ended_first = False
        self.counts = False  # begun again elsewhere while it lasts: a semaphore
        self.handed_on = False  # something else is passed what it is begun on
        self.ends_normally = False  # an end stands on a way without exceptions
        self.held_by_design = False  # a return without any exception before it leaves it held

    @property
    def bit(self) -> int:
        """Its bit in a set of sites."""
        return 1 << self.number


@final
class Held(TrackingAnalysis):
    """Follows the explicit acquisitions of one function through its graph."""

    def __init__(self, function: FunctionFacts, sites: list[Undertaking]) -> None:
        super().__init__(function, [site.op.at.lineno for site in sites], DOUBTS)
        # An awaited call has begun when the await has ended.
        awaits: dict[int, Op] = {
            each.op.value: each.op for each in function.sites() if isinstance(each.op, Await)
        }
        self._acquired: Final[dict[Op, Undertaking]] = {
            awaits.get(site.op.dest, site.op): site for site in sites
        }
        self._handlers: Final = handler_lines(function)
        self._released: Final[dict[Op, int]] = {}
        for site in sites:
            for op in site.ends:
                self._released[op] = self._released.get(op, 0) | site.bit

    def begins(self, op: Op) -> Undertaking | None:
        """What an operation begins."""
        return self._acquired.get(op)

    def merged(self, worlds: list[World]) -> State:
        return distinct(agree(worlds))

    def transfer(self, op: Op, before: State) -> State | None:
        if isinstance(op, Call) and self.risks.exits(op):
            return None
        if self.risks.raises_again(op):
            return None
        site = self._acquired.get(op)
        if site is not None:
            return distinct([after for world in before for after in self._take(site, op, world)])
        given = self._released.get(op, 0)
        if given:
            return distinct([_holding(world, world.open & ~given) for world in before])
        if isinstance(op, (Load, Store, Const, Copy, Await, Truth, Unary, Compare)):
            return distinct([self._move(op, world) for world in before])
        return before

    def transfer_raise(self, op: Op, before: State) -> State | None:
        held = ALL_BITS & ~self._released.get(op, 0)
        if self.risks.of(op) != POSSIBLE:
            held &= self.lifted(self.doubts.unlikely, before, noted=False)
        elif isinstance(op, (Exit, Yield)) and not self.risks.raises_again(op):
            held &= self.lifted(_LEFT_AT_EXIT, before)
        elif isinstance(op, Call) and self.risks.exits(op):
            held &= self.lifted(self.doubts.process_ends, before)
        elif held:
            spared = self._spared(op)
            if spared:
                held &= ~spared | self.lifted(self.doubts.in_cleanup, before, spared)
        if not held:
            return distinct([_holding(world, 0) for world in before])
        return distinct([_caught(_holding(world, world.open & held)) for world in before])

    def _spared(self, op: Op) -> int:
        """What a call of a handler does not lose, as bits of what was begun before the handler.

        It is believed to know what it calls on its way to the release.
        """
        if isinstance(op, (Raise, Reraise)):
            return 0
        bits = 0
        for first, last in self._handlers:
            if first <= op.at.lineno <= last:
                for site in self._acquired.values():
                    if not first <= site.op.at.lineno <= last:
                        bits |= site.bit
        return bits

    def _take(self, site: Undertaking, op: Op, world: World) -> list[World]:
        held = World(world.open | site.bit, 0, {**world.values, op.dest: TRUE})
        if not site.may_refuse:
            return [held]  # blocks until it has the lock
        refused = World(world.open, 0, {**world.values, op.dest: FALSE})
        return [held, refused]

    def _move(self, op: Op, world: World) -> World:
        values = world.values
        if isinstance(op, Store):
            held = values.get(op.value)
            if op.scope != LOCAL or op.name not in self.tested:
                return world
            if held is None:
                if op.name not in values:
                    return world
                kept = {key: value for key, value in values.items() if key != op.name}
                return World(world.open, 0, kept)
            return World(world.open, 0, {**values, op.name: held})
        held = None
        if isinstance(op, Load):
            held = values.get(op.name) if op.scope == LOCAL else None
        elif isinstance(op, (Copy, Await)):
            held = values.get(op.value)
        elif isinstance(op, Const):
            held = constant_of(op)
        else:
            held = truth_of(op, values)
        return world if held is None else World(world.open, 0, {**values, op.dest: held})


def _caught(world: World) -> World:
    if not world.open or _CAUGHT in world.values:
        return world
    return World(world.open, 0, {**world.values, _CAUGHT: TRUE})


def _holding(world: World, held: int) -> World:
    return world if held == world.open else World(held, 0, world.values)


def follow(function: FunctionFacts, sites: list[Undertaking]) -> None:
    """Writes into the sites what becomes of each. Raises NoFixpointError over budget."""
    analysis = Held(function, sites)
    solution = solve(function.ir, analysis)
    normal = set(normal_blocks(function))
    ended_by: dict[Op, list[Undertaking]] = {}
    alike: dict[str, list[Undertaking]] = {}
    for site in sites:
        alike.setdefault(site.spelled, []).append(site)
        for op in dict.fromkeys(site.ends):
            ended_by.setdefault(op, []).append(site)
    for ident in normal_blocks(function):
        for op in function.ir.blocks[ident].ops:
            for site in ended_by.get(op, ()):
                site.ends_normally = True
    for block in function.ir.blocks:
        for op, before in solution.walk(block.ident):
            again = analysis.begins(op)
            if again is not None and _is_open(before, again):
                again.held_by_design = True  # the next turn of a loop begins it anew
            if again is not None:
                for other in alike[again.spelled]:
                    if other is not again:
                        counted = _is_open(before, other)
                        again.counts = again.counts or counted
                        other.counts = other.counts or counted
            for site in ended_by.get(op, ()):
                if block.ident in normal and not any(
                    world.open & other.bit for world in before for other in alike[site.spelled]
                ):
                    site.ended_first = True
            if analysis.doubted(op, block, before):
                continue
            thrown = analysis.transfer_raise(op, before)
            opened = 0
            for world in thrown or ():
                opened |= world.open
            while opened:
                lowest = opened & -opened
                opened ^= lowest
                site = sites[lowest.bit_length() - 1]
                raised = site.raisers if block.handler == NO_BLOCK else site.caught
                raised.append(op)
        end = block.terminator
        state = solution.at_end(block.ident)
        if isinstance(end, Return) and state is not None:
            for site in sites:
                held = [world for world in state if world.open & site.bit]
                ends = function.ir.kind == MODULE
                if held and ends and _MODULE_ENDS.stops(function.file, site.op.at.lineno):
                    continue
                if held:
                    site.held_at_return.append(end)
                if any(_CAUGHT in world.values for world in held):
                    site.held_when_caught.append(end)
                if any(_CAUGHT not in world.values for world in held):
                    site.held_by_design = True


def _is_open(state: State, site: Undertaking) -> bool:
    """Whether it lasts on some way that no exception has taken."""
    return any(world.open & site.bit and _CAUGHT not in world.values for world in state)


def first_raiser(site: Undertaking) -> Op | None:
    """The first operation of the text that raises out of the function with it held."""
    direct = [op for op in site.raisers if not isinstance(op, Reraise)]
    if site.raisers and not direct:
        # A handler, or the `with` round it, raises again what came from here.
        direct = [op for op in site.caught if not isinstance(op, Reraise)]
    candidates = direct or site.raisers
    return min(candidates, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)

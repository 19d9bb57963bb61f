"""Which locks are held on which way through a function, by explicit acquire and release.

The same worlds as for resources, but a lock is known by how the source spells it
(`self._lock`), not by the value that a call returns: acquiring makes nothing new. `if
lock.acquire(timeout=1):` splits a world in two, one that holds the lock and one that does not,
told apart by the truth of the result.
"""

from __future__ import annotations

from typing import Final, final

from assay.dataflow.analysis import solve
from assay.domains.branches import constant_of, truth_of
from assay.domains.tracking import TrackingAnalysis
from assay.domains.worlds import FALSE, TRUE, State, World, agree, distinct
from assay.ir.function import MODULE, NO_BLOCK, Return
from assay.ir.ops import (
    LOCAL,
    POSSIBLE,
    Attr,
    Await,
    Call,
    Compare,
    Const,
    Copy,
    Exit,
    Load,
    Op,
    Reraise,
    SetAttr,
    Store,
    Truth,
    Unary,
    Yield,
)
from assay.models.locks import lock_model
from assay.program.facts import FunctionFacts


@final
class LockSite:
    """One call that takes a lock, with what becomes of it."""

    __slots__ = (
        "function",
        "held_at_return",
        "number",
        "op",
        "raisers",
        "released_first",
        "releases",
        "spelled",
    )

    def __init__(self, function: FunctionFacts, number: int, op: Call, spelled: str) -> None:
        self.function: Final = function
        self.number: Final = number
        self.op: Final = op
        self.spelled: Final = spelled
        self.releases: Final[list[Op]] = []  # every release of this lock in the function
        self.raisers: Final[list[Op]] = []  # what raises out of the function with it held
        self.held_at_return: Final[list[Return]] = []
        self.released_first = False  # it is given back somewhere without having been taken here

    @property
    def bit(self) -> int:
        """Its bit in a set of sites."""
        return 1 << self.number


def lock_sites(function: FunctionFacts) -> list[LockSite]:
    """Every explicit acquisition of a lock. Raises NoFixpointError over budget.

    Something counts as a lock when what made it is one, or when the same function releases it.
    """
    model = lock_model()
    taken: list[tuple[Call, str]] = []
    given: dict[str, list[Op]] = {}
    for site in function.calls:
        method = function.definitions[site.op.callee]
        if not isinstance(method, Attr):
            continue
        if method.name in model.acquire:
            taken.append((site.op, function.spelled(method.owner)))
        elif method.name in model.release:
            given.setdefault(function.spelled(method.owner), []).append(site.op)
    sites: list[LockSite] = []
    if not taken:
        return sites
    places = _places(function)
    for op, method_owner in taken:
        spelled = method_owner
        if spelled not in given and places.get(op.dest, "") in given:
            spelled = places[op.dest]  # `self.lock = FileLock(path).acquire()`
        if "?" in spelled or not (spelled in given or _is_lock(function, op, spelled)):
            continue
        site_of_lock = LockSite(function, len(sites), op, spelled)
        site_of_lock.releases.extend(given.get(spelled, []))
        sites.append(site_of_lock)
    if sites:
        _follow(function, sites)
    return sites


def _places(function: FunctionFacts) -> dict[int, str]:
    """Where temporaries are kept: under which variable or attribute, as it is spelled."""
    found: dict[int, str] = {}
    for site in function.sites():
        if isinstance(site.op, SetAttr):
            found[site.op.value] = f"{function.spelled(site.op.owner)}.{site.op.name}"
        elif isinstance(site.op, Store):
            found[site.op.value] = site.op.name
    return found


def _is_lock(function: FunctionFacts, op: Call, spelled: str) -> bool:
    method = function.definitions[op.callee]
    made = function.qualified(method.owner) if isinstance(method, Attr) else ""
    if made.removesuffix("()") in lock_model().make:
        return True
    if not spelled.startswith("self."):
        return False
    owner = function.qualname.rpartition(".")[0]
    for other in function.file.functions:
        if other.qualname.rpartition(".")[0] != owner:
            continue
        for store in other.attributes(spelled.removeprefix("self.")):
            if other.qualified(store).removesuffix("()") in lock_model().make:
                return True
    return False


@final
class HeldLocks(TrackingAnalysis):
    """Follows the explicit acquisitions of one function through its graph."""

    def __init__(self, function: FunctionFacts, sites: list[LockSite]) -> None:
        super().__init__(function)
        self._acquired: Final[dict[Op, LockSite]] = {site.op: site for site in sites}
        self._released: Final[dict[Op, int]] = {}
        for site in sites:
            for op in site.releases:
                self._released[op] = self._released.get(op, 0) | site.bit

    def merged(self, worlds: list[World]) -> State:
        return distinct(agree(worlds))

    def transfer(self, op: Op, before: State) -> State | None:
        if isinstance(op, Call):
            if self.risks.exits(op):
                return None
            site = self._acquired.get(op)
            if site is not None:
                return distinct([after for world in before for after in self._take(site, world)])
            given = self._released.get(op, 0)
            if given:
                return distinct([_holding(world, world.open & ~given) for world in before])
            return before
        if isinstance(op, (Load, Store, Const, Copy, Await, Truth, Unary, Compare)):
            return distinct([self._move(op, world) for world in before])
        return before

    def transfer_raise(self, op: Op, before: State) -> State | None:
        given = self._released.get(op, 0)
        unlikely = self.risks.of(op) != POSSIBLE or isinstance(op, (Exit, Yield))
        if unlikely or (isinstance(op, Call) and self.risks.exits(op)):
            return distinct([_holding(world, 0) for world in before])
        return distinct([_holding(world, world.open & ~given) for world in before])

    def _take(self, site: LockSite, world: World) -> list[World]:
        held = World(world.open | site.bit, 0, {**world.values, site.op.dest: TRUE})
        if not site.op.args:
            return [held]  # blocks until it has the lock
        refused = World(world.open, 0, {**world.values, site.op.dest: FALSE})
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


def _holding(world: World, held: int) -> World:
    return world if held == world.open else World(held, 0, world.values)


def _follow(function: FunctionFacts, sites: list[LockSite]) -> None:
    analysis = HeldLocks(function, sites)
    solution = solve(function.ir, analysis)
    for block in function.ir.blocks:
        for op, before in solution.walk(block.ident):
            for site in sites:
                if op in site.releases and not any(_holds_any(w, sites, site) for w in before):
                    site.released_first = True
            if block.handler != NO_BLOCK or analysis.risks.of(op) != POSSIBLE:
                continue
            thrown = analysis.transfer_raise(op, before)
            for site in sites:
                if thrown is not None and any(world.open & site.bit for world in thrown):
                    site.raisers.append(op)
        end = block.terminator
        state = solution.at_end(block.ident)
        if isinstance(end, Return) and state is not None and function.ir.kind != MODULE:
            for site in sites:
                if any(world.open & site.bit for world in state):
                    site.held_at_return.append(end)


def _holds_any(world: World, sites: list[LockSite], site: LockSite) -> bool:
    """Whether a world holds this lock, wherever it was taken."""
    return any(world.open & other.bit for other in sites if other.spelled == site.spelled)


def first_raiser(site: LockSite) -> Op | None:
    """The first operation of the text that raises out of the function with the lock held."""
    direct = [op for op in site.raisers if not isinstance(op, Reraise)]
    candidates = direct or site.raisers
    return min(candidates, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)

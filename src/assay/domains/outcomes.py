"""What becomes of each resource of a function: the solved `OpenResources` read off its graph.

For each acquisition: what happens to it where (released, returned, stored ...), and by which
ways control leaves the function while it is still open, with the operation that raises when the
way is exceptional.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, final

from assay.dataflow.analysis import NoFixpointError, solve
from assay.domains.acquisitions import Acquisition, acquisitions
from assay.domains.events import RELEASED, Event
from assay.domains.raises import Risks
from assay.domains.resources import OpenResources
from assay.domains.returned import rows_of_call
from assay.domains.shape import normal_blocks
from assay.domains.worlds import State, World
from assay.ir.function import NO_BLOCK, Block, Return
from assay.ir.ops import Attr, Await, Call, Caught, Load, Located, Op, Reraise
from assay.models.cleanup import undo_model
from assay.models.protocols import protocol_model
from assay.program.facts import FunctionFacts
from assay.program.silence import limit

_RULES: Final = ("resource-leak", "temporary-file-left")

_MOST_ACQUISITIONS: Final = limit(
    "owned.most", 500, "at most 500 acquisitions of a function are followed", *_RULES
)
_MOST_LEAKS: Final = limit(
    "owned.most-ways",
    50_000,
    "at most 50,000 ways out of a function are counted, once for each thing open on them",
    *_RULES,
)


@final
class Leak:
    """One way out of the function on which a resource is still open."""

    __slots__ = ("at", "block", "handed", "raiser")

    def __init__(self, at: Located, block: int, raiser: Op | None, handed: str) -> None:
        self.at: Final = at
        self.block: Final = block
        self.raiser: Final = raiser  # None when the way is a normal return
        self.handed: Final = handed  # the call that may have taken it over before, or ""

    @property
    def is_passed_on(self) -> bool:
        """Whether it is raised again on the way, by a `finally` or a handler."""
        return self.raiser is not None and self.at is not self.raiser.at


@final
class _Places:
    """Where the operations of a function stand."""

    __slots__ = ("of", "reraises")

    def __init__(self, function: FunctionFacts) -> None:
        self.of: Final[dict[Op, tuple[int, int]]] = {}  # block and index
        self.reraises: Final[dict[int, list[tuple[int, Op]]]] = {}  # of a block, with their index
        for site in function.sites():
            self.of[site.op] = (site.block, site.index)
            if isinstance(site.op, Reraise):
                self.reraises.setdefault(site.block, []).append((site.index, site.op))


@final
class Outcome:
    """What becomes of one acquisition."""

    __slots__ = (
        "_behind_releases",
        "_leading",
        "_places",
        "_released",
        "_users",
        "acquisition",
        "ends",
        "events",
        "function",
        "leaks",
        "lost",
        "pair",
        "reached",
    )

    def __init__(self, function: FunctionFacts, acquisition: Acquisition, places: _Places) -> None:
        self.function: Final = function
        self._places: Final = places
        # There may be as many leaks as operations: what all of them ask is found out once.
        self._released: frozenset[Op | None] | None = None
        self._users: list[Call] | None = None
        self._leading: frozenset[int] | None = None
        self._behind_releases: dict[bool, frozenset[int]] = {}
        self.acquisition: Final = acquisition
        self.events: Final[list[Event]] = []
        self.leaks: Final[list[Leak]] = []
        self.reached = False
        self.lost = False  # somewhere it was not known any more whether it was open
        self.ends = False  # the function does not return, and ends the process
        self.pair: Outcome | None = None  # the other end that the same call has opened

    def _releases(self) -> frozenset[Op | None]:
        """The operations that give it back; to be asked for when all events are known."""
        if self._released is None:
            self._released = frozenset(
                [event.op for event in self.events if event.what == RELEASED]
            )
        return self._released

    def of(self, what: str) -> list[Event]:
        """The events of one kind, each operation once, in order of the text."""
        found: dict[Op | None, Event] = {}
        for event in self.events:
            if event.what == what:
                found.setdefault(event.op, event)
        return sorted(found.values(), key=_line)

    def raised_by_use(self, leak: Leak) -> bool:
        """Whether what raises works with the resource, on the way to a release.

        That is a method of it, or a call that gets it; had it not raised, the release would follow.
        """
        op = leak.raiser
        if op is None or not self._leads_to_release(op):
            return False
        if isinstance(op, Await):
            op = self.function.definitions[op.value]
        if not isinstance(op, Call):
            return False
        method = self.function.definitions[op.callee]
        if isinstance(method, Attr) and method.name in undo_model().methods:
            return False  # a step of the clean-up itself
        if isinstance(method, Attr) and protocol_model().begun_by(method.name):
            return False  # it has not begun
        return any(self._is_ours(temp) for temp in (op.callee, *op.args))

    def _leads_to_release(self, op: Op) -> bool:
        """Whether a release can come after an operation that ends normally."""
        place = self._places.of.get(op)
        if place is None:
            return False
        block = self.function.ir.blocks[place[0]]
        answer = self._releases_in(block, place[1] + 1)
        if answer is not None:
            return answer
        return any(target in self._leading_blocks() for target in block.successors())

    def _releases_in(self, block: Block, first: int) -> bool | None:
        """Whether a release stands in a block from an operation on; None when its end decides."""
        released = self._releases()
        risks = Risks(self.function)
        for op in block.ops[first:]:
            if op in released:
                return True
            if isinstance(op, Call) and risks.exits(op):
                return False
        return None

    def _leading_blocks(self) -> frozenset[int]:
        """The blocks from whose beginning control may come to a release without an exception."""
        if self._leading is not None:
            return self._leading
        sources: dict[int, list[int]] = {}
        work: list[int] = []
        for block in self.function.ir.blocks:
            answer = self._releases_in(block, 0)
            if answer:
                work.append(block.ident)
            elif answer is None:
                for target in block.successors():
                    sources.setdefault(target, []).append(block.ident)
        found = set(work)
        while work:
            for source in sources.get(work.pop(), ()):
                if source not in found:
                    found.add(source)
                    work.append(source)
        self._leading = frozenset(found)
        return self._leading

    def _is_ours(self, temp: int) -> bool:
        op = self.function.definitions[temp]
        while isinstance(op, Attr):
            op = self.function.definitions[op.owner]
        return isinstance(op, Load) and op.name == self.acquisition.name

    def is_beside(self, leak: Leak) -> bool:
        """Whether what raises is another argument of the call that is given the new resource.

        `Response(open(path), kind=guess(path))`: the resource has no name yet, and is gone with
        the frame.
        """
        made = self.acquisition.op
        if not isinstance(leak.raiser, Call) or leak.raiser is made:
            return False
        for event in self.events:
            # What gives it back cannot do without its arguments.
            end = event.op if event.what == RELEASED else None
            if isinstance(end, Call) and end is not leak.raiser and _encloses(end, leak.raiser):
                return True
        if self._users is None:
            self._users = [
                site.op
                for site in self.function.calls
                if made.dest in site.op.args or self._is_of(site.op, made.dest)
            ]
        return any(
            user is not leak.raiser and _encloses(user, leak.raiser) for user in self._users
        ) and not rows_of_call(self.function, leak.raiser)

    def _is_of(self, op: Call, temp: int) -> bool:
        """Whether a call is one of a method of what a temporary holds."""
        method = self.function.definitions[op.callee]
        return isinstance(method, Attr) and method.owner == temp

    def released_normally(self) -> bool:
        """Whether a release stands on a way that no exception leads to."""
        released = self._releases()
        blocks = self.function.ir.blocks
        return any(
            op in released for ident in normal_blocks(self.function) for op in blocks[ident].ops
        )

    def is_optional(self, leak: Leak) -> bool:
        """Whether the way of a leak goes on from where another one releases.

        `if own: stream.close()` and then the same `return` for both: the release depends on
        something that the function knows, unlike an early `return` that skips it.
        """
        if leak.raiser is None:
            return leak.block in self._behind(False)
        if leak.raiser in self._releases():
            return False
        places = [self._places.of[op] for op in self._releases() if op is not None]
        first = min((index for block, index in places if block == leak.block), default=-1)
        if first >= 0:
            block, index = self._places.of.get(leak.raiser, (-1, -1))
            if block == leak.block and index > first:
                return True
            for at, op in self._places.reraises.get(leak.block, ()):
                if at > first and op.at is leak.at:
                    return True
        return leak.block in self._behind(True)

    def _behind(self, raised: bool) -> frozenset[int]:
        """The blocks that control may reach from those that release.

        For what is raised the releasing blocks do not count themselves, nor does the next turn of
        a loop, which has acquired anew.
        """
        known = self._behind_releases.get(raised)
        if known is not None:
            return known
        blocks = self.function.ir.blocks
        work = sorted({self._places.of[op][0] for op in self._releases() if op is not None})
        anew: set[int] = set()
        if raised:
            made = self._places.of.get(self.acquisition.op)
            anew = set() if made is None else {made[0]}
            targets = [target for ident in work for target in blocks[ident].successors()]
            work = [target for target in dict.fromkeys(targets) if target not in anew]
        found = set(work)
        while work:
            for target in blocks[work.pop()].successors():
                if target not in found and target not in anew:
                    found.add(target)
                    work.append(target)
        known = frozenset(found)
        self._behind_releases[raised] = known
        return known


def _encloses(outer: Op, inner: Op) -> bool:
    """Whether an operation stands in the text of another one."""
    first, last = outer.at, inner.at
    if last.end_lineno is None or first.end_lineno is None:
        return False
    return (first.lineno, first.col_offset) <= (last.lineno, last.col_offset) and (
        (last.end_lineno, last.end_col_offset or 0) <= (first.end_lineno, first.end_col_offset or 0)
    )


def _line(event: Event) -> int:
    return event.op.at.lineno if event.op is not None else 0


def outcomes(function: FunctionFacts, cwes: frozenset[int]) -> list[Outcome]:
    """The outcome of every acquisition of resources of these CWE numbers in a function.

    Raises NoFixpointError over budget.
    """
    sites = acquisitions(function, cwes)
    if not sites:
        return []
    if len(sites) > _MOST_ACQUISITIONS.most:
        _MOST_ACQUISITIONS.note(function.file, function.ir.first_line)
        raise NoFixpointError(f"more than {_MOST_ACQUISITIONS.most} resources acquired")
    return _Reader(function, sites).read()


@final
class _Reader:
    """Walks the solved graph once more and writes down what happens."""

    def __init__(self, function: FunctionFacts, sites: list[Acquisition]) -> None:
        self.function: Final = function
        self.analysis: Final = OpenResources(function, sites)
        self.solution: Final = solve(function.ir, self.analysis)
        places = _Places(function)
        self.found: Final = [Outcome(function, site, places) for site in sites]
        self.by_op: Final[dict[Op, list[Outcome]]] = {}
        for outcome in self.found:
            self.by_op.setdefault(outcome.acquisition.op, []).append(outcome)
        self.leaks = 0
        for one, other in pairwise(self.found):
            if one.acquisition.op is other.acquisition.op:
                one.pair = other
                other.pair = one
        # What raises into each handler block, with what is open then.
        self.sources: Final[dict[int, list[tuple[Op, int]]]] = {}
        self.caught: Final[dict[int, int]] = {}  # temporary of an exception -> its handler block

    def read(self) -> list[Outcome]:
        for block in self.function.ir.blocks:
            if block.ops and isinstance(block.ops[0], Caught):
                self.caught[block.ops[0].dest] = block.ident
        thrown_out: list[tuple[Op, int, State]] = []
        for block in self.function.ir.blocks:
            for op, before in self.solution.walk(block.ident):
                self._note_events(op, before)
                if self.analysis.doubted(op, block, before):
                    continue
                thrown = self.analysis.transfer_raise(op, before)
                if thrown is None:
                    continue
                if block.handler == NO_BLOCK:
                    thrown_out.append((op, block.ident, thrown))
                else:
                    opened = 0
                    for world in thrown:
                        opened |= world.open
                    self.sources.setdefault(block.handler, []).append((op, opened))
            end = block.terminator
            state = self.solution.at_end(block.ident)
            if isinstance(end, Return) and state is not None:
                self._note_return(block.ident, end, state)
        for op, ident, thrown in thrown_out:
            self._note_raise(op, ident, thrown)
        for outcome in self.found:
            outcome.lost = bool(self.analysis.lost & outcome.acquisition.bit)
        if self._ends_the_process():
            for outcome in self.found:
                outcome.ends = True
        return self.found

    def _ends_the_process(self) -> bool:
        """Whether every normal way through the function leads to an exit of the process."""
        ended = False
        for block in self.function.ir.blocks:
            if self.solution.at_end(block.ident) is not None:
                if isinstance(block.terminator, Return):
                    return False
            elif not ended:
                ended = any(
                    isinstance(op, Call) and self.analysis.risks.exits(op) for op in block.ops
                )
        return ended

    def _note_events(self, op: Op, before: State) -> None:
        events: list[Event] = []
        for world in before:
            self.analysis.step(op, world, events)
        for event in events:
            self.found[event.site].events.append(event)
        if isinstance(op, Call):
            for outcome in self.by_op.get(op, ()):
                outcome.reached = True

    def _note_return(self, block: int, end: Return, state: State) -> None:
        for world in state:
            events: list[Event] = []
            after = self.analysis.leave(end.value, world, events)
            for event in events:
                self.found[event.site].events.append(event)
            for outcome in self._open(after):
                handed = self.analysis.handed_to(outcome.acquisition.number, after)
                outcome.leaks.append(Leak(end.at, block, None, handed))

    def _note_raise(self, op: Op, block: int, thrown: State) -> None:
        for world in thrown:
            for outcome in self._open(world):
                raiser = self._origin(op, outcome.acquisition.bit, 0)
                if raiser is not None:
                    handed = self.analysis.handed_to(outcome.acquisition.number, world)
                    leak = Leak(op.at, block, raiser, handed)
                    outcome.leaks.append(leak)

    def _open(self, world: World) -> list[Outcome]:
        """What is open in a world on its way out. Raises NoFixpointError over budget."""
        found: list[Outcome] = []
        left = world.open
        while left:
            lowest = left & -left
            found.append(self.found[lowest.bit_length() - 1])
            left ^= lowest
        self.leaks += len(found)
        if self.leaks > _MOST_LEAKS.most:
            _MOST_LEAKS.note(self.function.file, self.function.ir.first_line)
            limit = f"more than {_MOST_LEAKS.most:,} ways out with a resource open"
            raise NoFixpointError(limit)
        return found

    def _origin(self, op: Op, bit: int, depth: int) -> Op | None:
        """The operation that raised first what `op` raises again, with the resource open."""
        if not isinstance(op, Reraise) or depth > len(self.function.ir.blocks):
            return op
        pad = self.caught.get(op.exception)
        if pad is None:
            return op
        for source, opened in self.sources.get(pad, []):
            if opened & bit and source is not op:
                return self._origin(source, bit, depth + 1)
        return None

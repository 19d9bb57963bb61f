"""What becomes of each resource of a function: the solved `OpenResources` read off its graph.

For each acquisition: what happens to it where (released, returned, stored ...), and by which
ways control leaves the function while it is still open, with the operation that raises when the
way is exceptional.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, final

from assay.dataflow.analysis import solve
from assay.domains.acquisitions import Acquisition, acquisitions
from assay.domains.events import RELEASED, Event
from assay.domains.raises import Risks
from assay.domains.resources import OpenResources
from assay.domains.returned import rows_of_call
from assay.domains.shape import normal_blocks
from assay.domains.worlds import State
from assay.ir.function import NO_BLOCK, Return
from assay.ir.ops import POSSIBLE, Attr, Await, Call, Caught, Load, Located, Op, Reraise
from assay.models.cleanup import undo_model
from assay.models.protocols import protocol_model
from assay.program.facts import FunctionFacts


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
class Outcome:
    """What becomes of one acquisition."""

    __slots__ = ("acquisition", "ends", "events", "function", "leaks", "pair", "reached")

    def __init__(self, function: FunctionFacts, acquisition: Acquisition) -> None:
        self.function: Final = function
        self.acquisition: Final = acquisition
        self.events: Final[list[Event]] = []
        self.leaks: Final[list[Leak]] = []
        self.reached = False
        self.ends = False  # the function does not return, and ends the process
        self.pair: Outcome | None = None  # the other end that the same call has opened

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
        released = {event.op for event in self.events if event.what == RELEASED}
        blocks = self.function.ir.blocks
        start = next((block for block in blocks if op in block.ops), None)
        if start is None:
            return False
        work = [start.ident]
        seen: set[int] = set()
        risks = Risks(self.function)
        while work:
            block = blocks[work.pop()]
            ended = False
            first = start.ops.index(op) + 1 if block is start and not seen else 0
            for later in block.ops[first:]:
                if later in released:
                    return True
                if isinstance(later, Call) and risks.exits(later):
                    ended = True
                    break
            for target in () if ended else block.successors():
                if target not in seen:
                    seen.add(target)
                    work.append(target)
        return False

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
        return any(
            (made.dest in site.op.args or self._is_of(site.op, made.dest))
            and site.op is not leak.raiser
            and _encloses(site.op, leak.raiser)
            and not rows_of_call(self.function, leak.raiser)
            for site in self.function.calls
        )

    def _is_of(self, op: Call, temp: int) -> bool:
        """Whether a call is one of a method of what a temporary holds."""
        method = self.function.definitions[op.callee]
        return isinstance(method, Attr) and method.owner == temp

    def released_normally(self) -> bool:
        """Whether a release stands on a way that no exception leads to."""
        released = {event.op for event in self.events if event.what == RELEASED}
        blocks = self.function.ir.blocks
        return any(
            op in released for ident in normal_blocks(self.function) for op in blocks[ident].ops
        )

    def is_optional(self, leak: Leak) -> bool:
        """Whether the way of a leak goes on from where another one releases.

        `if own: stream.close()` and then the same `return` for both: the release depends on
        something that the function knows, unlike an early `return` that skips it.
        """
        released = {event.op for event in self.events if event.what == RELEASED}
        sites = [site for site in self.function.sites() if site.op in released]
        work = [site.block for site in sites]
        seen = set(work)
        if leak.raiser is not None:
            if leak.raiser in released:
                return False
            for site in sites:
                block = self.function.ir.blocks[site.block]
                if site.block == leak.block and any(
                    op is leak.raiser or (isinstance(op, Reraise) and op.at is leak.at)
                    for op in block.ops[site.index + 1 :]
                ):
                    return True
            work = [
                target for ident in seen for target in self.function.ir.blocks[ident].successors()
            ]
            # What raises in the next turn of a loop has acquired anew.
            made = self.acquisition.op
            seen = {site.block for site in self.function.sites() if site.op is made}
            work = [target for target in dict.fromkeys(work) if target not in seen]
            seen.update(work)
        while work:
            ident = work.pop()
            if ident == leak.block:
                return True
            for target in self.function.ir.blocks[ident].successors():
                if target not in seen:
                    seen.add(target)
                    work.append(target)
        return False


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
    return _Reader(function, sites).read()


@final
class _Reader:
    """Walks the solved graph once more and writes down what happens."""

    def __init__(self, function: FunctionFacts, sites: list[Acquisition]) -> None:
        self.function: Final = function
        self.analysis: Final = OpenResources(function, sites)
        self.solution: Final = solve(function.ir, self.analysis)
        self.found: Final = [Outcome(function, site) for site in sites]
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
                if self.analysis.risks.of(op) != POSSIBLE:
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
            for outcome in self.found:
                if outcome.acquisition.op is op:
                    outcome.reached = True

    def _note_return(self, block: int, end: Return, state: State) -> None:
        for world in state:
            events: list[Event] = []
            after = self.analysis.leave(end.value, world, events)
            for event in events:
                self.found[event.site].events.append(event)
            for outcome in self.found:
                bit = outcome.acquisition.bit
                if after.open & bit:
                    handed = self.analysis.handed_to(outcome.acquisition.number, after)
                    outcome.leaks.append(Leak(end.at, block, None, handed))

    def _note_raise(self, op: Op, block: int, thrown: State) -> None:
        for world in thrown:
            for outcome in self.found:
                bit = outcome.acquisition.bit
                if world.open & bit:
                    raiser = self._origin(op, bit, 0)
                    if raiser is not None:
                        handed = self.analysis.handed_to(outcome.acquisition.number, world)
                        leak = Leak(op.at, block, raiser, handed)
                        outcome.leaks.append(leak)

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

"""Which errors reach which handler of a function, and which leave it.

A forward analysis over the graph (`dataflow.analysis`): a state holds, for each error that is being
handled, the set of kinds that it may be. A handler's test narrows that set on both of its edges, a
`raise` without operand sends on what is left of it.

    try:
        load()                  may raise OSError, ValueError
    except OSError as error:    here: OSError
        if error.errno != ENOENT:
            raise               OSError
                                ValueError leaves by itself

Invariant: an edge that no error takes for sure (a `with` that swallows nothing) is not taken.
"""

from __future__ import annotations

from typing import Final, final

from assay.dataflow.analysis import Analysis, NoFixpointError, solve
from assay.domains.error_kinds import (
    ANYTHING,
    APART,
    TAKEN,
    THROWN,
    ErrorKinds,
    Kind,
)
from assay.domains.raise_effects import Effects, is_thrown
from assay.domains.raised import MOST_BLOCKS, NONE, Error, Errors, Raised, merge
from assay.ir.function import NO_BLOCK, Block, Branch, Return
from assay.ir.ops import (
    NEVER,
    Await,
    Call,
    Caught,
    Collect,
    Compare,
    Copy,
    EndCatch,
    Exit,
    GroupMatch,
    GroupRest,
    GroupResult,
    Intrinsic,
    Load,
    Matches,
    Op,
    Raise,
    Reraise,
    Truth,
)
from assay.program.facts import FunctionFacts
from assay.program.silence import Limit


@final
class FlowState:
    """The errors being handled, innermost last, what each may be, and what is on its way."""

    __slots__ = ("arriving", "handled", "sets")

    def __init__(self, handled: tuple[int, ...], sets: dict[int, Errors], arriving: Errors) -> None:
        self.handled: Final = handled  # the temporaries that hold them
        self.sets: Final = sets  # not changed after it was made
        self.arriving: Final = arriving

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FlowState)
            and self.handled == other.handled
            and self.arriving == other.arriving
            and self.sets == other.sets
        )

    def __hash__(self) -> int:
        return hash(self.handled)

    def with_set(self, temp: int, errors: Errors) -> FlowState:
        """The state in which a temporary may be just these errors."""
        sets = dict(self.sets)
        sets[temp] = errors
        return FlowState(self.handled, sets, self.arriving)

    def current(self) -> Errors:
        """What the innermost error being handled may be."""
        return self.sets.get(self.handled[-1], NONE) if self.handled else NONE


_START: Final = FlowState((), {}, NONE)


@final
class RaiseFlow(Analysis[FlowState]):
    """The analysis of one function."""

    def __init__(self, function: FunctionFacts, kinds: ErrorKinds, effects: Effects) -> None:
        self._function: Final = function
        self._path: Final = function.file.source.path
        self._kinds: Final = kinds
        self.effects: Final = effects
        self._depths: Final = {
            block.ops[0].dest: block.caught
            for block in function.ir.blocks
            if block.ops and isinstance(block.ops[0], Caught)
        }
        self._named: Final[dict[int, list[Kind]]] = {}

    def entry(self) -> FlowState:
        return _START

    def join(self, first: FlowState, second: FlowState) -> FlowState:
        if first == second:
            return first
        size = min(len(first.handled), len(second.handled))
        sets = dict(first.sets)
        for temp, errors in second.sets.items():
            known = sets.get(temp)
            sets[temp] = errors if known is None else merge(known, errors)
        return FlowState(first.handled[:size], sets, merge(first.arriving, second.arriving))

    def transfer(self, op: Op, before: FlowState) -> FlowState | None:
        if isinstance(op, (Raise, Reraise)):
            return None
        if isinstance(op, Caught):
            handled = (*before.handled[: self._depths.get(op.dest, 0)], op.dest)
            return FlowState(handled, {**before.sets, op.dest: before.arriving}, NONE)
        if isinstance(op, EndCatch):
            return FlowState(before.handled[:-1], before.sets, NONE)
        if op.risk != NEVER:
            if self.effects.raises_again(op) or not self.effects.of(op).goes_on:
                return None
            if not isinstance(op, (GroupMatch, GroupRest, Collect)):
                return before
        return self._grouped(op, before)

    def _grouped(self, op: Op, before: FlowState) -> FlowState:
        """The operations of `except*`, which take sets of errors apart and put them together."""
        sets = before.sets
        if isinstance(op, Copy):
            if op.value in sets:
                return before.with_set(op.dest, sets[op.value])
        elif isinstance(op, GroupMatch):
            return before.with_set(op.dest, self._taken(sets.get(op.exception, NONE), op.types))
        elif isinstance(op, GroupRest):
            return before.with_set(op.dest, self._left(sets.get(op.exception, NONE), op.types))
        elif isinstance(op, Collect):
            if op.value in sets:
                both = merge(sets.get(op.container, NONE), sets[op.value])
                return before.with_set(op.container, both)
        elif isinstance(op, GroupResult):
            return before.with_set(op.dest, sets.get(op.raised, NONE))
        return before

    def transfer_raise(self, op: Op, before: FlowState) -> FlowState:
        return FlowState(before.handled, before.sets, self.raised(op, before))

    def raised(self, op: Op, before: FlowState) -> Errors:
        """What an operation raises in a state."""
        if isinstance(op, Reraise):
            return before.sets.get(op.exception, NONE)
        if isinstance(op, Raise):
            return self._raise(op, before)
        if self.effects.raises_again(op):
            return before.current()
        return self.effects.of(op).errors

    def transfer_edge(self, block: Block, target: int, state: FlowState) -> FlowState | None:
        end = block.terminator
        if not isinstance(end, Branch) or end.then == end.otherwise:
            return state
        test = self._function.definitions[end.condition]
        if isinstance(test, Matches):
            errors = state.sets.get(test.exception, NONE)
            split = self._taken if target == end.then else self._left
            return state.with_set(test.exception, split(errors, test.types))
        left = self._way_out(test)
        if left is not None:
            return self._left_with(left, state, target == end.then)
        if isinstance(test, Compare) and target == end.otherwise and state.handled:
            part = self._function.definitions[test.left]
            if isinstance(part, GroupMatch):  # a clause of `except*` handles its part
                return state.with_set(state.handled[-1], state.sets.get(part.dest, NONE))
        return state

    def _left_with(self, left: Exit, state: FlowState, swallowed: bool) -> FlowState | None:
        """The state behind a `with` that an error left, swallowed or not."""
        swallows = self.effects.swallowed(left)
        errors = state.sets.get(left.exception, NONE)
        if not swallowed:
            return state.with_set(left.exception, self._without(errors, swallows))
        taken = self._of(errors, swallows)
        if not swallows or (errors and not taken):
            return None
        return state.with_set(left.exception, taken)

    def _way_out(self, test: Op | None) -> Exit | None:
        """The exit of a `with` whose answer a branch tests."""
        value = self._function.definitions[test.value] if isinstance(test, Truth) else None
        if isinstance(value, Await):
            value = self._function.definitions[value.value]
        return value if isinstance(value, Exit) and value.exception >= 0 else None

    # Kinds

    def named(self, types: int) -> list[Kind]:
        """The kinds that a clause names."""
        known = self._named.get(types)
        if known is None:
            program = self._function.file.program
            known = self._kinds.of_type(program.type_of(self._function, types)) or [ANYTHING]
            self._named[types] = known
        return known

    def _taken(self, errors: Errors, types: int) -> Errors:
        return self._of(errors, self.named(types))

    def _left(self, errors: Errors, types: int) -> Errors:
        return self._without(errors, self.named(types))

    def _of(self, errors: Errors, named: list[Kind] | tuple[Kind, ...]) -> Errors:
        """What of a set is of one of these kinds, as far as that is known."""
        found = NONE
        for error in errors:
            for kind in named:
                relation = self._kinds.relation(error.kind, kind, error.exact)
                if relation == TAKEN:
                    found = merge(found, (error,))
                    break
                if relation != APART:
                    narrower = error if kind is ANYTHING else error.as_kind(kind)
                    found = merge(found, (narrower,))
        return found

    def _without(self, errors: Errors, named: list[Kind] | tuple[Kind, ...]) -> Errors:
        """What of a set is not surely of one of these kinds."""
        return tuple(
            [
                error
                for error in errors
                if all(
                    self._kinds.relation(error.kind, kind, error.exact) != TAKEN for kind in named
                )
            ]
        )

    def _raise(self, op: Raise, before: FlowState) -> Errors:
        if op.exception < 0:
            return before.current() or self._error(op, ANYTHING, "the error being handled")
        value = self._function.definitions[op.exception]
        if isinstance(value, Load):
            handled = self._handled_as(value, before)
            if handled is not None:
                return handled
        made = self._function.definitions[value.callee] if isinstance(value, Call) else value
        if isinstance(made, Intrinsic) and made.name == "AssertionError":
            kind = self._kinds.of_path("AssertionError")
            return (Error(kind, self._path, op.at.lineno, exact=True, likely=False),)
        program = self._function.file.program
        found = NONE
        for kind in self._kinds.of_type(program.type_of(self._function, op.exception)):
            reason = "the kind of an error that is raised" if kind is ANYTHING else ""
            found = merge(found, self._error(op, kind, reason))
        return found or self._error(op, ANYTHING, "the kind of an error that is raised")

    def _error(self, op: Op, kind: Kind, reason: str) -> Errors:
        exact = kind is not ANYTHING
        return (Error(kind, self._path, op.at.lineno, exact=exact, reason=reason),)

    def _handled_as(self, load: Load, before: FlowState) -> Errors | None:
        """What a variable holds that is bound to errors being handled; None for any other."""
        found: Errors | None = None
        for store in self._function.stores(load.name):
            if store.value in before.sets:
                errors = before.sets[store.value]
                found = errors if found is None else merge(found, errors)
        return found


def raised_by(function: FunctionFacts, kinds: ErrorKinds, effects: Effects) -> Raised:
    """What leaves a function; everything may when its graph does not settle."""
    flow = RaiseFlow(function, kinds, effects)
    try:
        solution = solve(function.ir, flow)
    except NoFixpointError:
        return Raised(unknown_error(function, "a function over budget", MOST_BLOCKS), True)
    errors = NONE
    returns = False
    swallows: dict[str, Kind] = {}
    for block in function.ir.blocks:
        for op, before in solution.walk(block.ident):
            if op.risk != NEVER and block.handler == NO_BLOCK:
                for error in flow.raised(op, before):
                    if error.likely and not is_thrown(error):
                        errors = merge(errors, (error,))
            elif isinstance(op, EndCatch):
                for error in before.current():
                    if is_thrown(error):
                        kind = kinds.of_path("Exception") if error.kind is THROWN else error.kind
                        swallows[kind.key] = kind
        if isinstance(block.terminator, Return) and solution.at_end(block.ident) is not None:
            returns = True
    return Raised(errors, returns, tuple([swallows[key] for key in sorted(swallows)]))


def unknown_error(function: FunctionFacts, reason: str, cut: Limit) -> Errors:
    """An error of any kind, for a reason: a limit that was reached."""
    line = function.ir.first_line
    cut.note(function.file, line)
    return (Error(ANYTHING, function.file.source.path, line, reason=reason, cut=cut),)

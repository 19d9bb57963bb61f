"""Evaluates a function over abstract values: blocks, branches, operations.

A forward, flow-sensitive abstract interpretation (Cousot and Cousot, POPL 1977) with a worklist in
reverse postorder. An edge whose condition is a known constant is not taken; the others refine what
their condition says. Along an exceptional edge flows the state before the operation.

Invariant: whatever is recorded of an operation is what its last, largest state says.
"""

from __future__ import annotations

import heapq
from typing import Final

from assay.dataflow.analysis import (
    MOST_ENTRIES,
    TOO_MANY_ENTRIES,
    NoFixpointError,
    reverse_postorder,
    too_many_visits,
)
from assay.domains.taint import conditions
from assay.domains.taint.frame import Frame
from assay.domains.taint.limits import STEPS, VISITS
from assay.domains.taint.operations import evaluate, key_of, variable_of
from assay.domains.taint.sinks import check_store
from assay.domains.taint.state import Obj, State
from assay.domains.taint.values import UNKNOWN, Refinement, Test, Value
from assay.ir.function import NO_BLOCK, Block, Branch, FunctionIR, Goto, Return
from assay.ir.ops import (
    NEVER,
    Call,
    Collect,
    Delete,
    DelItem,
    Op,
    Raise,
    Reraise,
    SetAttr,
    SetItem,
    Slice,
    Store,
    Truth,
    Yield,
)


def run(frame: Frame, entry: State) -> None:
    """Evaluates the frame's function from its entry. Raises NoFixpointError over budget."""
    ir = frame.function.ir
    order = reverse_postorder(ir)
    by_rank = {rank: ident for ident, rank in order.items()}
    live = frame.summaries.live(frame.function)
    before: dict[int, State] = {0: entry}
    visits = [0] * len(ir.blocks)
    sizes = [0] * len(ir.blocks)
    room = MOST_ENTRIES
    work = [order[0]]
    waiting = {0}
    while work:
        ident = by_rank[heapq.heappop(work)]
        waiting.discard(ident)
        visits[ident] += 1
        if visits[ident] > VISITS.most:
            VISITS.note(frame.function.file, frame.function.ir.first_line)
            raise NoFixpointError(too_many_visits(VISITS.most))
        if frame.steps > STEPS.most:
            STEPS.note(frame.function.file, frame.function.ir.first_line)
            raise NoFixpointError(f"more than {STEPS.most:,} steps to follow values")
        if room < 0:
            raise NoFixpointError(TOO_MANY_ENTRIES)
        for target, state in _block(frame, ir.blocks[ident], before[ident], live):
            known = before.get(target)
            joined = state if known is None else known.joined(state)
            if joined is not known:
                before[target] = joined
                size = joined.size()
                room -= size - sizes[target]
                sizes[target] = size
                if target not in waiting:
                    waiting.add(target)
                    heapq.heappush(work, order[target])


def live_temps(ir: FunctionIR) -> list[frozenset[int]]:
    """For each block the temporaries of other blocks that are read from there on.

    Liveness, a backward analysis, with the handler of a block among what follows it. What is not
    live is not kept, so that a long chain of comparisons does not carry all of its operands along.
    Raises NoFixpointError over budget.
    """
    live: list[set[int]] = []
    made: list[set[int]] = []
    sources: list[list[int]] = [[] for _ in ir.blocks]
    for block in ir.blocks:
        used: set[int] = set()
        written: set[int] = set()
        for op in block.ops:
            used.update([temp for temp in op.uses() if temp not in written])
            if op.dest >= 0:
                written.add(op.dest)
        end = block.terminator
        if isinstance(end, Branch) and end.condition not in written:
            used.add(end.condition)
        elif isinstance(end, Return) and end.value not in written:
            used.add(end.value)
        live.append(used)
        made.append(written)
        for target in block.successors():
            sources[target].append(block.ident)
        if block.handler != NO_BLOCK:
            sources[block.handler].append(block.ident)
    room = MOST_ENTRIES
    work = [block.ident for block in ir.blocks if live[block.ident]]
    while work:
        ident = work.pop()
        for source in sources[ident]:
            # What raises may do so before the block has written anything.
            is_handler = ir.blocks[source].handler == ident
            fresh = live[ident] if is_handler else live[ident] - made[source]
            if not fresh <= live[source]:
                room += len(live[source])
                live[source] |= fresh
                room -= len(live[source])
                if room < 0:
                    raise NoFixpointError(TOO_MANY_ENTRIES)
                work.append(source)
    return [frozenset(each) for each in live]


def _block(
    frame: Frame, block: Block, before: State, live: list[frozenset[int]]
) -> list[tuple[int, State]]:
    """What a block sends along each of its edges."""
    state = before.copy()
    frame.state = state
    sent: list[tuple[int, State]] = []
    thrown: State | None = None
    dirty = True
    has_handler = block.handler != NO_BLOCK
    ended = False
    for op in block.ops:
        frame.steps += 1
        if has_handler and dirty and op.risk != NEVER:
            snapshot = _kept(state, live[block.handler])
            thrown = snapshot if thrown is None else thrown.joined(snapshot)
            dirty = False
        kind = type(op)
        if kind in _CHANGING:
            dirty = True
        if not _transfer(frame, op):
            ended = True
            break
    if thrown is not None:
        sent.append((block.handler, thrown))
    end = block.terminator
    if ended or end is None:
        return sent
    if isinstance(end, Goto):
        sent.append((end.target, _kept(state, live[end.target])))
    elif isinstance(end, Branch):
        condition = frame.temp(end.condition)
        known = conditions.truth(condition)
        for target, holds in ((end.then, True), (end.otherwise, False)):
            if known is None or known is holds:
                edge = _kept(state, live[target])
                _refine(edge, condition, holds)
                _assume(frame, edge, end.condition, condition, holds)
                sent.append((target, edge))
    elif isinstance(end, Return):
        frame.exits[block.ident] = (frame.temp(end.value), state)
    return sent


_CHANGING: Final = frozenset((Store, SetAttr, SetItem, Call, Collect, Delete, DelItem, Yield))


def _kept(state: State, live: frozenset[int]) -> State:
    temps = {temp: value for temp, value in state.temps.items() if temp in live}
    variables = dict(state.variables)
    variables.pop("@edge", None)
    return State(variables, temps, dict(state.heap))


def _refine(state: State, condition: Value, holds: bool) -> None:
    refinements = [
        Refinement(test.subject, test.effect) for test in condition.tests if test.holds is holds
    ]
    if refinements:
        state.refine(refinements)


def _assume(frame: Frame, state: State, temp: int, condition: Value, holds: bool) -> None:
    """On an edge the tested value is known to be true or false, and so are those copied from it.

    What the test established is kept for a `Copy` in the next block: `a and b` is true only when
    `a` was.
    """
    op = frame.function.definitions[temp]
    if isinstance(op, Truth):
        tested = frame.state.temps.get(op.value)
        if tested is not None and tested.inert and tested.constants is None:
            known = Value(constants=(holds,), inert=True, ident=tested.ident)
            for number, value in state.temps.items():
                if value is tested:
                    state.temps[number] = known
    tests = tuple(
        Test(test.subject, True, test.effect) for test in condition.tests if test.holds is holds
    )
    if tests:
        state.variables["@edge"] = Value(tests=tests)


def _transfer(frame: Frame, op: Op) -> bool:
    """Evaluates one operation; False when control does not come out of it."""
    if isinstance(op, (Raise, Reraise)):
        return False
    if op.dest >= 0:
        value = evaluate(frame, op)
        if value is None:
            return False
        if value.ident == 0 and (value.taints or value.objects):
            value = value.seen(op.dest + 1)
        frame.state.temps[op.dest] = value
        return True
    _effect(frame, op)
    return True


def _effect(frame: Frame, op: Op) -> None:
    state = frame.state
    if isinstance(op, Store):
        value = frame.temp(op.value)
        state.variables[variable_of(frame, op.scope, op.name)] = value
    elif isinstance(op, SetAttr):
        owner = frame.temp(op.owner)
        value = frame.temp(op.value)
        check_store(frame, op, owner, op.name, UNKNOWN, value)
        frame.put(owner, op.name, value)
        if owner.path:
            state.variables.pop(f"@{owner.path}.{op.name}", None)
    elif isinstance(op, SetItem):
        owner = frame.temp(op.owner)
        index = frame.temp(op.index)
        value = frame.temp(op.value)
        check_store(frame, op, owner, "[]", index, value)
        if isinstance(frame.function.definitions[op.index], Slice):
            frame.put(owner, None, frame.elements(value))
        else:
            frame.put(owner, key_of(index), value)
    elif isinstance(op, Collect):
        container = frame.temp(op.container)
        value = frame.temp(op.value)
        if op.key >= 0:
            frame.put(container, key_of(frame.temp(op.key)), value)
        else:
            for number in container.objects:
                obj = state.heap[number]
                melted = obj.melted() if obj.length >= 0 else obj
                state.heap[number] = melted.put(None, value, False)
    elif isinstance(op, Delete):
        state.variables.pop(variable_of(frame, op.scope, op.name), None)
    elif isinstance(op, DelItem):
        owner = frame.temp(op.owner)
        key = key_of(frame.temp(op.index))
        for number in owner.objects:
            obj = state.heap[number]
            if obj.kind == "dict" and key is not None:
                fields = {name: value for name, value in obj.fields.items() if name != key}
                state.heap[number] = Obj(obj.kind, fields, obj.rest, obj.length, obj.many)
            elif obj.length >= 0:
                state.heap[number] = obj.melted()

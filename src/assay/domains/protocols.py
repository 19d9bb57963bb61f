"""Calls that begin something on an object which a later call of the same function ends.

What belongs together is told by the names of the methods (`models/protocols.toml`) and by how the
source spells the object, and a call counts only where the same function has the other one too:

    self.store.open()               begins
    self.store.put(key, value)      raises: the store stays open
    self.store.close()              ends

An object that is closed by a helper of its owner (`self.close()`) or by a registered clean-up
(`stack.callback(self.store.close)`) is ended as well.
"""

from __future__ import annotations

from typing import Final, final

from assay.dataflow.analysis import NoFixpointError
from assay.domains.acquisitions import acquisitions
from assay.domains.locks import lock_sites
from assay.domains.shape import final_lines, handler_lines, normal_blocks
from assay.domains.undertakings import MOST_SITES, Undertaking, follow
from assay.ir.function import MODULE, Branch, Return
from assay.ir.ops import CELL, LOCAL, Attr, Await, Call, Load, Op, Raise, Reraise, Store
from assay.models.cleanup import undo_model
from assay.models.locks import lock_model
from assay.models.protocols import Pair, protocol_model
from assay.program.facts import FunctionFacts


@final
class Begun:
    """One call that begins something, the pair that it belongs to, and what becomes of it."""

    __slots__ = ("ends_normally", "pair", "undertaking")

    def __init__(self, pair: Pair, undertaking: Undertaking) -> None:
        self.pair: Final = pair
        self.undertaking: Final = undertaking
        self.ends_normally = False  # an end stands on a way without exceptions


@final
class _Ending:
    """A call, or the value of a bound method, that ends something."""

    __slots__ = ("arguments", "op", "owner", "pair", "rest")

    def __init__(self, op: Op, owner: str, pair: Pair, rest: str, arguments: list[str]) -> None:
        self.op: Final = op
        self.owner: Final = owner
        self.pair: Final = pair
        self.rest: Final = rest
        self.arguments: Final = arguments


def begun(function: FunctionFacts) -> list[Begun]:
    """Every call that begins something which the function also ends. Raises NoFixpointError."""
    model = protocol_model()
    if function.ir.kind == MODULE:
        return []  # a script ends with its process
    starts: list[tuple[Call, str, Pair, str, list[str]]] = []
    for site in function.calls:
        method = function.definitions[site.op.callee]
        if not isinstance(method, Attr):
            continue
        for pair, rest in model.begun_by(method.name):
            owner = function.spelled(method.owner)
            if "?" not in owner and not _is_harmless(owner) and _is_one(function, method.owner):
                arguments = [function.spelled(temp) for temp in site.op.args]
                starts.append((site.op, owner, pair, rest, arguments))
    if starts:
        used = _used(function)
        starts = [start for start in starts if start[0].dest not in used]
    if not starts:
        return []
    if len(starts) > MOST_SITES:
        raise NoFixpointError(f"more than {MOST_SITES} calls that begin something")
    owned = _owned(function)
    endings = _endings(function)
    locks = _lock_calls(function)
    found: list[Begun] = []
    taken: set[Op] = set(locks)
    for op, owner, pair, rest, arguments in starts:
        ends = [
            ending.op
            for ending in endings
            if ending.pair is pair
            and ending.owner == owner
            and ending.rest == rest
            and _same(arguments, ending.arguments)
        ]
        if not ends or op in taken or owner in owned:
            continue
        taken.add(op)
        step = Undertaking(function, len(found), op, owner, may_refuse=False)
        step.ends.extend(ends)
        step.ends.extend(_helpers(function, owner))
        found.append(Begun(pair, step))
    if found:
        follow(function, [each.undertaking for each in found])
        normal = set(normal_blocks(function))
        for each in found:
            step = each.undertaking
            each.ends_normally = any(
                op in step.ends and op.at.lineno > step.op.at.lineno
                for ident in normal
                for op in function.ir.blocks[ident].ops
            )
            _leave_out(function, each)
        # What some return leaves begun is not ended here, unless an error ends it.
        found = [
            each
            for each in found
            if not (each.undertaking.held_by_design and _ends_on_normal_way(function, each, normal))
        ]
    return found


def _ends_on_normal_way(function: FunctionFacts, each: Begun, normal: set[int]) -> bool:
    ends = each.undertaking.ends
    return any(op in ends for ident in normal for op in function.ir.blocks[ident].ops)


def _leave_out(function: FunctionFacts, each: Begun) -> None:
    """Takes out of the raisers the steps of the clean-up itself: they are judged as a sequence."""
    model = protocol_model()
    step = each.undertaking
    bodies = final_lines(function)
    handlers = handler_lines(function)
    for raisers in (step.raisers, step.caught):
        for op in list(raisers):
            method = function.definitions[op.callee] if isinstance(op, Call) else None
            # Of two things begun one after the other the first is not lost because of the second.
            plain = isinstance(method, Attr) and (
                any(pair is each.pair for pair, _ in model.begun_by(method.name))
                or bool(model.ended_by(method.name))
                or _is_harmless(function.spelled(method.owner))
            )
            earlier = op.at.lineno <= step.op.at.lineno  # the next turn of a loop
            # A handler is believed to know what it calls.
            known = not isinstance(op, (Raise, Reraise)) and any(
                first <= op.at.lineno <= last and not first <= step.op.at.lineno <= last
                for first, last in handlers
            )
            plain = plain or known
            if plain or earlier or any(first <= op.at.lineno <= last for first, last in bodies):
                raisers.remove(op)
    if step.raisers and all(isinstance(op, Reraise) for op in step.raisers) and not step.caught:
        step.raisers.clear()


def _used(function: FunctionFacts) -> set[int]:
    """The temporaries that something reads; an awaited one counts when the result is read."""
    awaited: dict[int, int] = {}
    used: set[int] = set()
    for site in function.sites():
        if isinstance(site.op, Await):
            awaited[site.op.value] = site.op.dest
        else:
            used.update(site.op.uses())
    for block in function.ir.blocks:
        end = block.terminator
        if isinstance(end, Return):
            used.add(end.value)
        elif isinstance(end, Branch):
            used.add(end.condition)
    used.update(temp for temp, result in awaited.items() if result in used)
    return used


def _owned(function: FunctionFacts) -> set[str]:
    """The local variables that hold what `domains.resources` follows."""
    temps = {site.op.dest for site in acquisitions(function, frozenset((772, 775)))}
    names: set[str] = set()
    for site in function.sites():
        if isinstance(site.op, Store) and site.op.scope == LOCAL:
            value = function.definitions[site.op.value]
            if isinstance(value, Await):
                value = function.definitions[value.value]
            values = (
                [site.op.value] if value is None else [value.dest, *function.joined(value.dest)]
            )
            if any(temp in temps for temp in values):
                names.add(site.op.name)
    return names


def _is_one(function: FunctionFacts, temp: int) -> bool:
    """Whether a name stands for one object throughout: no variable that is assigned again."""
    op = function.definitions[temp]
    while isinstance(op, Attr):
        op = function.definitions[op.owner]
    if not isinstance(op, Load) or op.scope not in (LOCAL, CELL):
        return True
    return len(function.stores(op.name)) <= 1


def _is_harmless(owner: str) -> bool:
    last = owner.rpartition(".")[2].lower()
    return any(word in last for word in protocol_model().harmless)


def _lock_calls(function: FunctionFacts) -> list[Op]:
    """The calls that `domains.locks` follows already."""
    model = lock_model()
    for site in function.calls:
        method = function.definitions[site.op.callee]
        if isinstance(method, Attr) and method.name in model.acquire:
            return [lock.op for lock in lock_sites(function)]
    return []


def _endings(function: FunctionFacts) -> list[_Ending]:
    model = protocol_model()
    called: dict[int, Call] = {site.op.callee: site.op for site in function.calls}
    found: list[_Ending] = []
    for site in function.sites():
        op = site.op
        if not isinstance(op, Attr):
            continue
        for pair, rest in model.ended_by(op.name):
            call = called.get(op.dest)
            arguments = [] if call is None else [function.spelled(temp) for temp in call.args]
            found.append(_Ending(call or op, function.spelled(op.owner), pair, rest, arguments))
    return found


def _helpers(function: FunctionFacts, owner: str) -> list[Op]:
    """Calls of the object's own clean-up: `self.close()` for what hangs on `self`."""
    root, dot, _ = owner.rpartition(".")
    if not dot:
        return []
    return [
        site.op
        for site in function.calls
        if isinstance(method := function.definitions[site.op.callee], Attr)
        and method.name.strip("_") in undo_model().methods
        and function.spelled(method.owner) == root
    ]


def _same(first: list[str], second: list[str]) -> bool:
    """Whether two calls may speak of the same thing: one names nothing, or they share a name."""
    known = [name for name in first if name != "?"]
    others = [name for name in second if name != "?"]
    return not known or not others or any(name in others for name in known)

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
from assay.domains.undertakings import DOUBTS, MOST_SITES, Undertaking, follow
from assay.ir.function import MODULE, Branch, Return
from assay.ir.ops import CELL, LOCAL, Attr, Await, Call, Load, Op, Raise, Reraise, Store
from assay.models.cleanup import undo_model
from assay.models.locks import lock_model
from assay.models.protocols import Pair, protocol_model
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused, not_a_site

_UNDO: Final = ("undo-skipped",)

MODULE_LEVEL: Final = not_a_site(
    "begun.module-level", "the module's own code begins it, and ends with the process", *_UNDO
)
NAMELESS: Final = not_a_site(
    "begun.nameless", "what it is called on has no name by which it would be known again", *_UNDO
)
HARMLESS: Final = not_a_site(
    "begun.harmless", "the name of what it is called on says that nothing is lost with it", *_UNDO
)
SEVERAL_OBJECTS: Final = not_a_site(
    "begun.several-objects", "the variable that it is called on is assigned more than once", *_UNDO
)
RESULT_USED: Final = not_a_site(
    "begun.result-used", "its result is used, and what has begun may be that", *_UNDO
)
OTHER_OBJECT: Final = not_a_site(
    "begun.other-object", "what ends something of this kind is called on another object", *_UNDO
)
OTHER_ARGUMENTS: Final = not_a_site(
    "begun.other-arguments", "what ends something of this kind names another part of it", *_UNDO
)
A_LOCK: Final = not_a_site("begun.a-lock", "it takes a lock, which another rule follows", *_UNDO)
A_RESOURCE: Final = not_a_site(
    "begun.a-resource", "it is called on a resource, which another rule follows", *_UNDO
)
LEFT_BEGUN: Final = not_a_site(
    "begun.left-begun", "a return leaves it begun, as if somebody else were to end it", *_UNDO
)
RAISES_IN_A_PAIR: Final = excused(
    "begun.raises-in-a-pair", "what raises begins or ends something else", *_UNDO
)
RAISES_IN_HARMLESS: Final = excused(
    "begun.raises-in-harmless",
    "the name of what the raising call is made on says that nothing is lost with it",
    *_UNDO,
)
RAISES_EARLIER: Final = excused(
    "begun.raises-earlier", "what raises stands before it, in the next turn of a loop", *_UNDO
)
RAISES_IN_FINALLY: Final = excused(
    "begun.raises-in-finally", "what raises is a step of the finally that ends it", *_UNDO
)


@final
class Begun:
    """One call that begins something, the pair that it belongs to, and what becomes of it."""

    __slots__ = ("ends_normally", "pair", "undertaking")

    def __init__(self, pair: Pair, undertaking: Undertaking) -> None:
        self.pair: Final = pair
        self.undertaking: Final = undertaking
        self.ends_normally = False  # an end stands on a way without exceptions


@final
class _Start:
    """A call that begins something by the name of its method, on `owner` as that is spelled."""

    __slots__ = ("arguments", "holder", "op", "owner", "pair", "rest")

    def __init__(
        self, op: Call, owner: str, holder: int, pair: Pair, rest: str, arguments: list[str]
    ) -> None:
        self.op: Final = op
        self.owner: Final = owner
        self.holder: Final = holder  # the temporary of the owner
        self.pair: Final = pair
        self.rest: Final = rest
        self.arguments: Final = arguments


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
    starts = _starts(function)
    endings = _endings(function) if starts else []
    if not endings:
        return []
    if len(starts) > MOST_SITES.most:
        MOST_SITES.note(function.file, function.ir.first_line)
        raise NoFixpointError(f"more than {MOST_SITES.most} calls that begin something")
    ended: list[tuple[_Start, list[Op]]] = []
    for start in starts:
        ends = [ending.op for ending in endings if _ends_it(start, ending)]
        ends = ends or _other_ends(function, start, endings)
        if ends:
            ended.append((start, ends))
    if not ended:
        return []
    owned = _owned(function)
    locks = frozenset(_lock_calls(function))
    used = _used(function)
    found: list[Begun] = []
    taken: set[Op] = set()
    for start, ends in ended:
        op, owner, pair = start.op, start.owner, start.pair
        asked = (op in locks, owner in owned, op.dest in used)
        if op in taken or _why_not(function, start, *asked) is not None:
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
            if not (
                each.undertaking.held_by_design
                and _ends_on_normal_way(function, each, normal)
                and LEFT_BEGUN.stops(function.file, each.undertaking.op.at.lineno)
            )
        ]
    return found


def _starts(function: FunctionFacts) -> list[_Start]:
    """The calls that begin something, by the names of their methods."""
    model = protocol_model()
    found: list[_Start] = []
    for site in function.calls:
        method = function.definitions[site.op.callee]
        if isinstance(method, Attr):
            for pair, rest in model.begun_by(method.name):
                arguments = [function.spelled(temp) for temp in site.op.args]
                owner = function.spelled(method.owner)
                found.append(_Start(site.op, owner, method.owner, pair, rest, arguments))
    return found


def _ends_it(start: _Start, ending: _Ending) -> bool:
    """Whether a call ends what another one begins."""
    return (
        ending.pair is start.pair
        and ending.owner == start.owner
        and ending.rest == start.rest
        and _same(start.arguments, ending.arguments)
    )


def _other_ends(function: FunctionFacts, start: _Start, endings: list[_Ending]) -> list[Op]:
    """What ends something of the kind that a call begins, where nothing is known to end that."""
    line = start.op.at.lineno
    alike = [ending for ending in endings if ending.pair is start.pair]
    same = [ending for ending in alike if ending.owner == start.owner]
    if same and not OTHER_ARGUMENTS.stops(function.file, line):
        return [ending.op for ending in same]
    if alike and not same and not OTHER_OBJECT.stops(function.file, line):
        return [ending.op for ending in alike]
    return []


def _why_not(
    function: FunctionFacts, start: _Start, is_lock: bool, is_owned: bool, is_used: bool
) -> Gate | None:
    """Why a call that begins something, which another one ends, is not followed."""
    file, line = function.file, start.op.at.lineno
    if function.ir.kind == MODULE and MODULE_LEVEL.stops(file, line):
        return MODULE_LEVEL
    if "?" in start.owner and NAMELESS.stops(file, line):
        return NAMELESS
    if _is_harmless(start.owner) and HARMLESS.stops(file, line):
        return HARMLESS
    if not _is_one(function, start.holder) and SEVERAL_OBJECTS.stops(file, line):
        return SEVERAL_OBJECTS
    if is_used and RESULT_USED.stops(file, line):
        return RESULT_USED
    if is_lock and A_LOCK.stops(file, line):
        return A_LOCK
    return A_RESOURCE if is_owned and A_RESOURCE.stops(file, line) else None


def _ends_on_normal_way(function: FunctionFacts, each: Begun, normal: set[int]) -> bool:
    ends = each.undertaking.ends
    return any(op in ends for ident in normal for op in function.ir.blocks[ident].ops)


def _leave_out(function: FunctionFacts, each: Begun) -> None:
    """Takes out of the raisers the steps of the clean-up itself: they are judged as a sequence."""
    step = each.undertaking
    bodies = final_lines(function)
    handlers = handler_lines(function)
    for raisers in (step.raisers, step.caught):
        for op in list(raisers):
            gate = _excuse(function, each, op, bodies, handlers)
            if gate is not None:
                raisers.remove(op)
    if step.raisers and all(isinstance(op, Reraise) for op in step.raisers) and not step.caught:
        step.raisers.clear()


def _excuse(
    function: FunctionFacts,
    each: Begun,
    op: Op,
    bodies: list[tuple[int, int]],
    handlers: list[tuple[int, int]],
) -> Gate | None:
    """Why what raises past the end of a step does not count; None when it does."""
    model = protocol_model()
    begun_at = each.undertaking.op.at.lineno
    file, line = function.file, op.at.lineno
    method = function.definitions[op.callee] if isinstance(op, Call) else None
    if isinstance(method, Attr):
        # Of two things begun one after the other the first is not lost because of the second.
        paired = any(pair is each.pair for pair, _ in model.begun_by(method.name))
        paired = paired or bool(model.ended_by(method.name))
        if paired and RAISES_IN_A_PAIR.stops(file, begun_at):
            return RAISES_IN_A_PAIR
        harmless = _is_harmless(function.spelled(method.owner))
        if harmless and RAISES_IN_HARMLESS.stops(file, begun_at):
            return RAISES_IN_HARMLESS
    known = not isinstance(op, (Raise, Reraise)) and any(
        first <= line <= last and not first <= begun_at <= last for first, last in handlers
    )
    if known and DOUBTS.in_cleanup.stops(file, begun_at):
        return DOUBTS.in_cleanup
    if line <= begun_at and RAISES_EARLIER.stops(file, begun_at):
        return RAISES_EARLIER
    in_finally = any(first <= line <= last for first, last in bodies)
    return RAISES_IN_FINALLY if in_finally and RAISES_IN_FINALLY.stops(file, begun_at) else None


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

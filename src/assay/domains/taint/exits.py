"""What a function has done when it ends, in terms of its parameters.

    def check(p):
        if ".." in p: raise ValueError       always: no way up in p
        return p.isalnum()                   when true: only letters and digits in p

Invariant: what is claimed of a parameter holds at every exit that the claim is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.domains.taint.entries import Role
from assay.domains.taint.frame import Frame
from assay.domains.taint.hits import Gained, Summary
from assay.domains.taint.limits import RETURNED
from assay.domains.taint.state import Obj, State, join_objects
from assay.domains.taint.taints import CLOSURE, CUT, Access, Origin, Taint
from assay.domains.taint.values import UNKNOWN, Effect, Value, join
from assay.ir.function import CLASS, GENERATOR, MODULE

if TYPE_CHECKING:
    pass


def summarised(frame: Frame, role: Role) -> Summary:
    """The summary of a function that has been evaluated."""
    function = frame.function
    returns: Value | None = None
    heap: dict[int, Obj] = {}
    exits = [frame.exits[block] for block in sorted(frame.exits)]
    for value, state in exits:
        returns = value if returns is None else join(returns, value)
        frame.state = state
        if role.returns is not None and function.ir.flavour != GENERATOR:
            _check_return(frame, role, value)
        for number, made in state.heap.items():
            old = heap.get(number)
            heap[number] = made if old is None else join_objects(old, made)
    if frame.yielded is not None or function.ir.flavour == GENERATOR:
        number = frame.number("yielded")
        each = frame.yielded or UNKNOWN
        heap[number] = Obj("list", {}, each, -1, False)
        returns = Value(objects=(number,))
    idents: dict[int, tuple[int, Access]] = {}
    writes: list[tuple[int, Access, str | int, Value]] = []
    for key, number in frame.numbers.items():
        if key[0] == "parameter":
            index, access = key[1], key[2]
            assert isinstance(index, int)
            assert isinstance(access, tuple)
            idents[number] = (index, access)
            obj = heap.get(number)
            if obj is None:
                continue
            for name, value in obj.fields.items():
                inner = (*access, str(name))
                if value.same == (index, inner):
                    if value.ident:
                        idents[-value.ident] = (index, inner)
                else:
                    writes.append((index, access, name, value))
    for index in range(len(frame.names)):
        number = frame.number("parameter", index, ())
        idents[-number] = (index, ())
        idents.setdefault(number, (index, ()))
    reachable = _reachable(returns, writes, heap)
    if len(reachable) >= RETURNED.most:  # and what the others hold is not told
        RETURNED.note(function.file, function.ir.first_line)
        if returns is not None:
            returns = join(returns, Value(objects=returns.objects, taints=(CUT,)))
    names: dict[str, Value] = {}
    if function.ir.kind in (MODULE, CLASS):
        names = _names(exits, None)
    elif function.ir.cells:
        names = _names(exits, frozenset(function.ir.cells))
    return Summary(
        returns,
        reachable,
        idents,
        tuple(writes),
        tuple(frame.hits[key] for key in sorted(frame.hits)),
        _gained(exits, idents, True),
        _gained(exits, idents, False),
        _gained(exits, idents, None),
        names,
        "",
        frame.height,
        frame.is_cut,
    )


def _check_return(frame: Frame, role: Role, value: Value) -> None:
    from assay.domains.taint.sinks import check_return

    assert role.returns is not None
    for block in sorted(frame.exits):
        if frame.exits[block][0] is value:
            end = frame.function.ir.blocks[block].terminator
            assert end is not None
            check_return(frame, end.at, role.returns, value)


def _names(exits: list[tuple[Value, State]], wanted: frozenset[str] | None) -> dict[str, Value]:
    """The variables of a module at its end, or those that functions inside a function share."""
    names: dict[str, Value] = {}
    for _, state in exits:
        for name, value in state.variables.items():
            if name.startswith(("@", "%")) or (wanted is not None and name not in wanted):
                continue
            short = name.removeprefix("global ")
            plain = Value(
                constants=value.constants,
                parts=value.parts,
                taints=tuple(_closed_over(taint) for taint in value.taints),
                path=value.path,
                inert=value.inert,
            )
            old = names.get(short)
            names[short] = plain if old is None else join(old, plain)
    return names


def _closed_over(taint: Taint) -> Taint:
    """A taint as functions inside see it: a parameter of the function round them."""
    origin = taint.origin
    if origin.is_parameter and origin.index < CLOSURE:
        origin = Origin(
            origin.path, 0, 0, "parameter", origin.what, CLOSURE + origin.index, origin.access
        )
    return Taint(
        origin, taint.absent, taint.tokens, frozenset(), taint.doubt, taint.step, taint.marks
    )


def _reachable(
    returns: Value | None, writes: list[tuple[int, Access, str | int, Value]], heap: dict[int, Obj]
) -> dict[int, Obj]:
    found: dict[int, Obj] = {}
    work = [value for _, _, _, value in writes]
    if returns is not None:
        work.append(returns)
    while work:
        value = work.pop()
        for ident in value.objects:
            if ident in heap and ident not in found and len(found) < RETURNED.most:
                obj = heap[ident]
                found[ident] = obj
                work += obj.fields.values()
                if obj.rest is not None:
                    work.append(obj.rest)
    return found


def _gained(
    exits: list[tuple[Value, State]], idents: dict[int, tuple[int, Access]], holds: bool | None
) -> Gained:
    """What is known of each parameter at every exit that returns something true, or false."""
    from assay.domains.taint.conditions import truth

    met: dict[tuple[int, Access], Effect] | None = None
    for value, state in exits:
        known = truth(value)
        if holds is not None and known is not None and known is not holds:
            continue
        here: dict[tuple[int, Access], Effect] = {}
        for number, same in idents.items():
            if number >= 0:
                continue
            witness = _witness(state, idents, same)
            if witness is None:
                continue
            effect = _effect(witness, same)
            for test in value.tests if holds is not None else ():
                if test.subject == -number and test.holds is holds:
                    effect = _more(effect, test.effect)
            if effect.absent or effect.tokens or effect.mark is not None:
                here[same] = effect
        met = here if met is None else _met(met, here)
    if not met:
        return ()
    return tuple((index, access, met[index, access]) for index, access in sorted(met))


def _witness(
    state: State, idents: dict[int, tuple[int, Access]], same: tuple[int, Access]
) -> Value | None:
    index, access = same
    if not access:
        return state.variables.get(f"%{index}")
    for number, owner in idents.items():
        if number > 0 and owner == (index, access[:-1]):
            obj = state.heap.get(number)
            if obj is not None:
                return obj.fields.get(access[-1])
    return None


def _effect(witness: Value, same: tuple[int, Access]) -> Effect:
    for taint in witness.taints:
        if (taint.origin.index, taint.origin.access) == same:
            mark = taint.marks[-1] if taint.marks else None
            return Effect(taint.absent, taint.tokens, mark)
    return Effect(0, frozenset(), None)


def _more(first: Effect, second: Effect) -> Effect:
    return Effect(
        first.absent | second.absent, first.tokens | second.tokens, second.mark or first.mark
    )


def _met(
    first: dict[tuple[int, Access], Effect], second: dict[tuple[int, Access], Effect]
) -> dict[tuple[int, Access], Effect]:
    result: dict[tuple[int, Access], Effect] = {}
    for same, effect in first.items():
        other = second.get(same)
        if other is not None:
            result[same] = Effect(
                effect.absent & other.absent, effect.tokens & other.tokens, effect.mark
            )
    return result

"""Steps of a clean-up, and which of them an error in an earlier one skips.

Clean-up code is the body of a `finally`, and a function that its name says is one (`close`,
`__exit__`, `_cleanup`, `rollback_migration`). A step is a call that gives something back; the
hazard is what raises before it, unless the way of that exception comes past the step as well:

    finally:
        notify(listeners)       raises: the loop stays open
        loop.close()            the step

What computes an argument of the step is no hazard: the step cannot be done without it.
"""

from __future__ import annotations

import sys
from typing import Final, final

from assay.domains.raises import Risks
from assay.domains.shape import final_lines
from assay.ir.function import MODULE, NO_BLOCK, Branch, Return
from assay.ir.ops import LOCAL, POSSIBLE, Attr, Await, Call, Load, Op, Raise, Reraise
from assay.models.cleanup import sequence_model, undo_model
from assay.models.locks import lock_model
from assay.models.protocols import protocol_model
from assay.program.facts import FunctionFacts, Site


@final
class Step:
    """One call that gives something back in clean-up code, and what may skip it."""

    __slots__ = ("hazard", "op", "protected", "spelled")

    def __init__(self, op: Call, spelled: str, hazard: Op | None, protected: bool) -> None:
        self.op: Final = op
        self.spelled: Final = spelled
        self.hazard: Final = hazard
        self.protected: Final = protected  # something before it raises, and it is done all the same


def steps(function: FunctionFacts) -> list[Step]:
    """The steps of the clean-up code of a function, in the order of its blocks."""
    if function.ir.kind == MODULE:
        return []
    bodies = final_lines(function)
    whole = is_cleanup(function)
    if not bodies and not whole:
        return []
    risks = Risks(function)
    awaited = {site.op.value: site.op for site in function.sites() if isinstance(site.op, Await)}
    found: list[Step] = []
    normal = _Normal(function)
    for site in normal.calls:
        op = site.op
        if not isinstance(op, Call) or not _gives_back(function, op):
            continue
        body = _innermost(bodies, op.at.lineno)
        if body is None and not whole:
            continue
        if _is_of_a_lock(function, op):
            continue  # `lock-not-released` tells
        first: Op | None = None
        protected = False
        for other in normal.before(site):
            hazard = other.op
            if not isinstance(hazard, Call):
                continue
            waits = hazard.dest in awaited
            if risks.of(hazard) != POSSIBLE and not waits:
                continue
            around = _innermost(bodies, hazard.at.lineno)
            final = around is not None and around[0] <= op.at.lineno <= around[1]
            if not final and (not whole or around is not None):
                continue
            if not _is_hazard(function, hazard, op, waits, final):
                continue
            if _computes(function, hazard, op) or _comes_later(function, hazard, op):
                continue
            if _comes_past(function, risks, other, op):
                protected = True
            elif body is not None and not final:
                continue  # before the `try`: what its `finally` is for has not begun
            elif not final and function.ir.blocks[other.block].handler != NO_BLOCK:
                continue  # what is to be expected of it is handled
            elif first is None or hazard.at.lineno < first.at.lineno:
                first = hazard
        if first is not None or protected:
            found.append(Step(op, f"{function.spelled(op.callee)}()", first, protected))
    return found


def is_cleanup(function: FunctionFacts) -> bool:
    """Whether the name of a function says that it cleans up."""
    name = function.ir.name.lower().strip("_")
    model = sequence_model()
    return name in model.cleanups or name.startswith(model.cleanup_prefixes)


def _gives_back(function: FunctionFacts, op: Call) -> bool:
    path = function.callee(op)
    if path in undo_model().functions:
        return True
    if path and "(" not in path and path.partition(".")[0] in sys.stdlib_module_names:
        return False  # a function of a module: `os.kill`
    method = function.definitions[op.callee]
    if not isinstance(method, Attr):
        return False
    owner = function.spelled(method.owner)
    last = owner.rpartition(".")[2]
    if last[:1].isupper() or any(word in last.lower() for word in protocol_model().harmless):
        return False  # a class, or something of no account
    if method.name in ("remove", "discard", "pop"):
        return bool(op.args) and owner.startswith("self.")
    name = method.name.lower()
    return name in sequence_model().steps or name.startswith(sequence_model().step_prefixes)


def _is_hazard(function: FunctionFacts, hazard: Call, step: Call, waits: bool, body: bool) -> bool:
    """Whether a call before a step is one that may skip it and is no step of the same kind."""
    method = function.definitions[hazard.callee]
    name = function.spelled(hazard.callee).rpartition(".")[2].lower().strip("_")
    removal = isinstance(function.definitions[step.callee], Attr) and (
        function.spelled(step.callee).rpartition(".")[2] in ("remove", "discard", "pop")
    )
    if removal:
        # What is taken out of a register is what was being closed.
        if not isinstance(method, Attr) or method.name not in sequence_model().steps:
            return False
        owner = function.spelled(method.owner)
        return owner != "?" and any(function.spelled(temp) == owner for temp in step.args)
    words = name.split("_")
    undoes = any(word in undo_model().methods for word in words)
    if undoes or _gives_back(function, hazard) or function.callee(hazard) in undo_model().settings:
        return False
    if name == "commit" and function.spelled(step.callee).endswith("rollback"):
        return False
    if name.startswith(sequence_model().quiet_prefixes):
        return False
    if not waits and name.endswith(sequence_model().quiet_suffixes):
        return False
    path = function.callee(hazard)
    if path in sequence_model().pauses or path in sequence_model().unlocking:
        return False
    if body or waits:
        return True
    if isinstance(method, Attr):
        owner = function.spelled(method.owner).rpartition(".")[2].lower()
        if owner.strip("_") in sequence_model().queues:
            return False
    return any(word in sequence_model().risky for word in words)


def _is_of_a_lock(function: FunctionFacts, step: Call) -> bool:
    """Whether a step gives back a lock that the function itself has taken."""
    method = function.definitions[step.callee]
    if not isinstance(method, Attr) or method.name not in lock_model().release:
        return False
    owner = function.spelled(method.owner)
    for site in function.calls:
        taken = function.definitions[site.op.callee]
        acquires = isinstance(taken, Attr) and taken.name in lock_model().acquire
        if acquires and isinstance(taken, Attr) and function.spelled(taken.owner) == owner:
            return True
    return False


def _comes_later(function: FunctionFacts, hazard: Call, step: Call) -> bool:
    """Whether what a step gives back is made behind the hazard."""
    method = function.definitions[step.callee]
    owner = function.definitions[method.owner] if isinstance(method, Attr) else None
    if not isinstance(owner, Load) or owner.scope != LOCAL:
        return False
    stores = function.stores(owner.name)
    given = owner.name in function.ir.parameters.names()
    return not given and all(store.at.lineno > hazard.at.lineno for store in stores)


def _computes(function: FunctionFacts, hazard: Call, step: Call) -> bool:
    """Whether a step, or a test before it, needs what a call returns."""
    work = [step.callee, *step.args]
    for block in function.ir.blocks:
        end = block.terminator
        if isinstance(end, Branch) and hazard.at.lineno <= end.at.lineno <= step.at.lineno:
            work.append(end.condition)  # or the test that leads to it does
    seen: set[int] = set()
    while work:
        temp = work.pop()
        if temp in seen or temp < 0:
            continue
        seen.add(temp)
        op = function.definitions[temp]
        if op is hazard:
            return True
        if isinstance(op, Load) and op.scope == LOCAL:
            work.extend(store.value for store in function.stores(op.name))
        elif op is not None:
            work.extend(op.uses())
    return False


def _comes_past(function: FunctionFacts, risks: Risks, hazard: Site, step: Call) -> bool:
    """Whether the exception of a call comes past a step on every likely way out."""
    handler = function.ir.blocks[hazard.block].handler
    if handler == NO_BLOCK:
        return False
    wanted = function.spelled(step.callee)
    work = [handler]
    seen = {handler}
    while work:
        current = function.ir.blocks[work.pop()]
        end = current.terminator
        targets = [
            target
            for target in current.successors()
            if not (isinstance(end, Branch) and risks.hardly_taken(end, target))
        ]
        for op in current.ops:
            if isinstance(op, Call) and function.spelled(op.callee) == wanted:
                break
            if isinstance(op, (Raise, Reraise)):
                if current.handler == NO_BLOCK:
                    return False
                targets = [current.handler]
        else:
            if isinstance(end, Return):
                return False
            for target in targets:
                if target not in seen:
                    seen.add(target)
                    work.append(target)
    return True


def _innermost(bodies: list[tuple[int, int]], line: int) -> tuple[int, int] | None:
    around = [body for body in bodies if body[0] <= line <= body[1]]
    return min(around, key=lambda body: body[1] - body[0], default=None)


@final
class _Normal:
    """The calls of a function on the ways without exceptions, and which come before which."""

    def __init__(self, function: FunctionFacts) -> None:
        self._function: Final = function
        self.calls: Final[list[Site]] = []
        reached = {0}
        work = [0]
        while work:
            for target in function.ir.blocks[work.pop()].successors():
                if target not in reached:
                    reached.add(target)
                    work.append(target)
        for site in function.sites():
            if site.block in reached and isinstance(site.op, Call):
                self.calls.append(site)
        self._reached: Final = reached
        self._into: Final[dict[int, list[int]]] = {}
        for ident in sorted(reached):
            for target in function.ir.blocks[ident].successors():
                self._into.setdefault(target, []).append(ident)

    def before(self, site: Site) -> list[Site]:
        """The calls on some way to a call, without the turns of a loop that it stands in."""
        seen: set[int] = set()
        work = list(self._into.get(site.block, []))
        while work:
            ident = work.pop()
            if ident not in seen:
                seen.add(ident)
                work.extend(self._into.get(ident, []))
        return [
            other
            for other in self.calls
            if other.op.at.lineno < site.op.at.lineno
            and (other.block in seen if other.block != site.block else other.index < site.index)
        ]

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
from assay.program.silence import Gate, excused, not_a_site

_RULE: Final = "cleanup-step-skipped"

OF_A_CLASS: Final = not_a_site(
    "step.of-a-class", "it is called on a class, not on something to give back", _RULE
)
HARMLESS: Final = not_a_site(
    "step.harmless", "the name of what it is called on says that nothing is lost with it", _RULE
)
OTHERS_REGISTER: Final = not_a_site(
    "step.others-register", "it takes something out of what is no attribute of the object", _RULE
)
A_LOCK: Final = not_a_site(
    "step.a-lock", "it gives back a lock that is taken here, which another rule follows", _RULE
)
UNLIKELY: Final = excused(
    "step.unlikely-to-raise", "what stands before it is not believed to raise", _RULE
)
OTHER_ENTRY: Final = excused(
    "step.other-entry", "what stands before it does not close what is taken out", _RULE
)
GIVES_BACK_TOO: Final = excused(
    "step.gives-back-too", "what stands before it gives something back itself", _RULE
)
THE_COMMIT: Final = excused("step.the-commit", "the rollback is for the commit before it", _RULE)
QUIET_NAME: Final = excused(
    "step.quiet-name", "the name of what stands before it says that it does not fail", _RULE
)
PAUSES: Final = excused("step.pauses", "what stands before it only pauses or unlocks", _RULE)
A_QUEUE: Final = excused("step.a-queue", "what stands before it is called on a queue", _RULE)
NOT_RISKY: Final = excused(
    "step.not-risky",
    "the name of what stands before it does not say that it waits or runs the code of others",
    _RULE,
)
NEEDED: Final = excused(
    "step.needed", "it, or the test before it, needs what the call before it returns", _RULE
)
MADE_LATER: Final = excused(
    "step.made-later", "what it gives back is made behind what stands before it", _RULE
)
BEFORE_THE_TRY: Final = excused(
    "step.before-the-try", "what may raise stands before the try whose finally it is in", _RULE
)
EXPECTED: Final = excused(
    "step.expected", "what stands before it is in a try of its own, which expects its error", _RULE
)
HARDLY_TAKEN: Final = excused(
    "step.hardly-taken", "the error comes past it but for ways that control hardly takes", _RULE
)


_REMOVING: Final = frozenset(("remove", "discard", "pop"))


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
    file = function.file
    normal = _Normal(function)
    for site in normal.calls:
        op = site.op
        given = _given_back(function, op) if isinstance(op, Call) else False
        if not isinstance(op, Call) or given is False:
            continue
        body = _innermost(bodies, op.at.lineno)
        if body is None and not whole:
            continue
        first: Op | None = None
        protected = False
        for other in normal.before(site):
            hazard = other.op
            if not isinstance(hazard, Call):
                continue
            waits = hazard.dest in awaited
            if risks.of(hazard) != POSSIBLE and not waits and UNLIKELY.stops(file, op.at.lineno):
                continue
            around = _innermost(bodies, hazard.at.lineno)
            final = around is not None and around[0] <= op.at.lineno <= around[1]
            if not final and (not whole or around is not None):
                continue
            if _excuse(function, hazard, op, waits, final) is not None:
                continue
            if _comes_past(function, risks, other, op):
                protected = True
            elif body is not None and not final and BEFORE_THE_TRY.stops(file, op.at.lineno):
                continue  # what its `finally` is for has not begun
            elif (
                not final
                and function.ir.blocks[other.block].handler != NO_BLOCK
                and EXPECTED.stops(file, op.at.lineno)
            ):
                continue
            elif first is None or hazard.at.lineno < first.at.lineno:
                first = hazard
        if first is None and not protected:
            continue
        if isinstance(given, Gate) and given.stops(file, op.at.lineno):
            continue
        if _is_of_a_lock(function, op) and A_LOCK.stops(file, op.at.lineno):
            continue
        found.append(Step(op, f"{function.spelled(op.callee)}()", first, protected))
    return found


def is_cleanup(function: FunctionFacts) -> bool:
    """Whether the name of a function says that it cleans up."""
    name = function.ir.name.lower().strip("_")
    model = sequence_model()
    return name in model.cleanups or name.startswith(model.cleanup_prefixes)


def _given_back(function: FunctionFacts, op: Call) -> bool | Gate:
    """Whether a call gives something back, by a row or by its name; a gate where that is no step.

    The gate is not asked yet.
    """
    path = function.callee(op)
    if path in undo_model().functions:
        return True
    if path and "(" not in path and path.partition(".")[0] in sys.stdlib_module_names:
        return False  # a function of a module: `os.kill`
    method = function.definitions[op.callee]
    if not isinstance(method, Attr):
        return False
    owner = function.spelled(method.owner)
    if method.name in _REMOVING:
        if not op.args:
            return False
        if not owner.startswith("self."):
            return OTHERS_REGISTER
    else:
        name = method.name.lower()
        model = sequence_model()
        if name not in model.steps and not name.startswith(model.step_prefixes):
            return False
    last = owner.rpartition(".")[2]
    if last[:1].isupper():
        return OF_A_CLASS
    if any(word in last.lower() for word in protocol_model().harmless):
        return HARMLESS
    return True


def _excuse(
    function: FunctionFacts, hazard: Call, step: Call, waits: bool, body: bool
) -> Gate | None:
    """Why a call before a step is none that may skip it, or a step of the same kind."""
    model = sequence_model()
    file, line = function.file, step.at.lineno
    method = function.definitions[hazard.callee]
    name = function.spelled(hazard.callee).rpartition(".")[2].lower().strip("_")
    removal = isinstance(function.definitions[step.callee], Attr) and (
        function.spelled(step.callee).rpartition(".")[2] in _REMOVING
    )
    if removal:
        # What is taken out of a register is what was being closed.
        owner = function.spelled(method.owner) if isinstance(method, Attr) else "?"
        closes = isinstance(method, Attr) and method.name in model.steps and owner != "?"
        closes = closes and any(function.spelled(temp) == owner for temp in step.args)
        if not closes and OTHER_ENTRY.stops(file, line):
            return OTHER_ENTRY
    else:
        words = name.split("_")
        path = function.callee(hazard)
        undoes = any(word in undo_model().methods for word in words)
        undoes = undoes or _given_back(function, hazard) is True or path in undo_model().settings
        if undoes and GIVES_BACK_TOO.stops(file, line):
            return GIVES_BACK_TOO
        rolls_back = name == "commit" and function.spelled(step.callee).endswith("rollback")
        if rolls_back and THE_COMMIT.stops(file, line):
            return THE_COMMIT
        quiet = name.startswith(model.quiet_prefixes)
        quiet = quiet or (not waits and name.endswith(model.quiet_suffixes))
        if quiet and QUIET_NAME.stops(file, line):
            return QUIET_NAME
        if (path in model.pauses or path in model.unlocking) and PAUSES.stops(file, line):
            return PAUSES
        if not body and not waits:
            owner = function.spelled(method.owner) if isinstance(method, Attr) else ""
            queue = owner.rpartition(".")[2].lower().strip("_") in model.queues
            if queue and A_QUEUE.stops(file, line):
                return A_QUEUE
            risky = any(word in model.risky for word in words)
            if not risky and NOT_RISKY.stops(file, line):
                return NOT_RISKY
    if _computes(function, hazard, step) and NEEDED.stops(file, line):
        return NEEDED
    if _comes_later(function, hazard, step) and MADE_LATER.stops(file, line):
        return MADE_LATER
    return None


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
            if not (
                isinstance(end, Branch)
                and risks.hardly_taken(end, target)
                and HARDLY_TAKEN.stops(function.file, step.at.lineno)
            )
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

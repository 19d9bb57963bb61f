"""Resources that are lost although they were stored in the object: by `raise`, or by overwriting.

Whoever calls a constructor that raises gets no object, and an `__enter__` that raises has no
`__exit__`: the methods that give the resource back can be called by nobody. Only `raise` statements
count, since a class that decides to refuse its arguments knows that it may.

    def __init__(self, path):
        self.stream = open(path)
        if self.stream.read(4) != MAGIC:
            raise ValueError(path)          the stream stays open

In any method a resource is lost when its attribute is set to None before it is given back, unless
the method reads the attribute into something else.
"""

from __future__ import annotations

from typing import Final

from assay.domains.events import Event
from assay.domains.outcomes import Outcome
from assay.domains.raises import Risks
from assay.ir.function import NO_BLOCK, Block, Branch, Return
from assay.ir.ops import (
    POSSIBLE,
    Attr,
    Await,
    Call,
    Compare,
    Const,
    Op,
    Raise,
    SetAttr,
    Truth,
    Unary,
)
from assay.models.cleanup import undo_model
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused

_RULES: Final = ("resource-leak", "temporary-file-left")

ONLY_RAISE: Final = excused(
    "stored.only-raise", "what raises in the constructor is a call, and no raise statement", *_RULES
)
AN_ASSERTION: Final = excused(
    "stored.an-assertion", "what raises in the constructor is an assertion", *_RULES
)
RAISED_INTO_A_TRY: Final = excused(
    "stored.raised-into-a-try", "what raises in the constructor stands in a try", *_RULES
)
HARDLY_TAKEN: Final = excused(
    "stored.hardly-taken", "a way of the constructor is left out that control hardly takes", *_RULES
)
HANDED_TO_A_CALL: Final = excused(
    "stored.handed-to-a-call",
    "before it is lost a call is passed the attribute, and may give it back",
    *_RULES,
)
ENDS_BY_NAME: Final = excused(
    "stored.ends-by-name",
    "before it is lost a method of the object is called whose name says that it ends it",
    *_RULES,
)
READ_ELSEWHERE: Final = excused(
    "stored.read-elsewhere",
    "the attribute is set to None, but the method reads it into something else as well",
    *_RULES,
)

_CONSTRUCTORS: Final = ("__init__", "__enter__", "__aenter__")


def raised_in_constructor(outcome: Outcome, stored: Event) -> Op | None:
    """The first `raise` of a constructor behind the store, with the resource still there."""
    function = outcome.function
    if function.ir.name not in _CONSTRUCTORS or not isinstance(stored.op, SetAttr):
        return None
    place = stored.detail
    start = next((site for site in function.sites() if site.op is stored.op), None)
    if start is None or not place.startswith("self."):
        return None
    risks = Risks(function)
    release = outcome.acquisition.resource.release
    asked = function.file.module.program.account is not None
    found: list[Op] = []
    work = [(start.block, start.index + 1)]
    seen = {start.block}
    while work:
        ident, index = work.pop()
        block = function.ir.blocks[ident]
        for op in block.ops[index:]:
            if isinstance(op, Raise):
                into_try = block.handler != NO_BLOCK and _stops(RAISED_INTO_A_TRY, outcome)
                asserts = risks.of(op) != POSSIBLE and _stops(AN_ASSERTION, outcome)
                if not into_try and not asserts:
                    found.append(op)
                break
            if _gives_back(outcome, op, place, release):
                break
            if (
                asked
                and isinstance(op, (Call, Await))
                and block.handler == NO_BLOCK
                and risks.of(op) == POSSIBLE
                and not _stops(ONLY_RAISE, outcome)
            ):
                found.append(op)
        else:
            end = block.terminator
            for target in block.successors():
                if target in seen or (
                    isinstance(end, Branch)
                    and risks.hardly_taken(end, target)
                    and _stops(HARDLY_TAKEN, outcome)
                ):
                    continue
                seen.add(target)
                work.append((target, 0))
    return min(found, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)


def overwritten(outcome: Outcome, stored: Event) -> Op | None:
    """The first assignment of None to where a resource is stored, with it still open."""
    function = outcome.function
    place = stored.detail
    start = next((site for site in function.sites() if site.op is stored.op), None)
    if start is None or not isinstance(stored.op, SetAttr):
        return None
    read = _is_read(function, place)
    if read and function.file.module.program.account is None:
        return None  # nobody asks why
    release = outcome.acquisition.resource.release
    risks = Risks(function)
    work = [(start.block, start.index + 1)]
    seen = {start.block}
    while work:
        ident, index = work.pop()
        block = function.ir.blocks[ident]
        targets = list(_successors(function, block, place))
        if block.handler != NO_BLOCK and any(risks.of(op) == POSSIBLE for op in block.ops[index:]):
            targets.append(block.handler)
        for op in block.ops[index:]:
            if _forgets(function, op, place):
                return None if read and _stops(READ_ELSEWHERE, outcome) else op
            if _gives_back(outcome, op, place, release):
                targets = []
                break
        for target in targets:
            if target not in seen:
                seen.add(target)
                work.append((target, 0))
    return None


def _successors(function: FunctionFacts, block: Block, place: str) -> tuple[int, ...]:
    """Where control goes on with something in a place: a test of it has one way only."""
    end = block.terminator
    if isinstance(end, Branch):
        asked = function.definitions[end.condition]
        if isinstance(asked, Truth) and function.spelled(asked.value) == place:
            return (end.then,)
        if isinstance(asked, Compare) and function.spelled(asked.left) == place:
            other = function.constant(asked.right)
            if other is not None and other.value is None:
                return (end.otherwise if asked.operator == "is" else end.then,)
    return block.successors()


def _forgets(function: FunctionFacts, op: Op, place: str) -> bool:
    if not isinstance(op, SetAttr) or f"{function.spelled(op.owner)}.{op.name}" != place:
        return False
    value = function.definitions[op.value]
    return isinstance(value, Const) and value.value is None


def _is_read(function: FunctionFacts, place: str) -> bool:
    """Whether a function reads a place for anything but calls of its methods and tests of it."""
    loaded = {
        site.op.dest
        for site in function.sites()
        if isinstance(site.op, Attr) and function.spelled(site.op.dest) == place
    }
    return any(
        temp in loaded
        for site in function.sites()
        if not isinstance(site.op, (Attr, Truth, Compare, Unary))
        for temp in site.op.uses()
    ) or any(
        isinstance(block.terminator, Return) and block.terminator.value in loaded
        for block in function.ir.blocks
    )


def _stops(gate: Gate, outcome: Outcome) -> bool:
    """Whether a gate stands at the line of an acquisition."""
    return gate.stops(outcome.function.file, outcome.acquisition.op.at.lineno)


def _gives_back(
    outcome: Outcome, op: Op, place: str, release: frozenset[str] | tuple[str, ...]
) -> bool:
    """Whether an operation gives the resource back, replaces it or passes it on."""
    function = outcome.function
    if isinstance(op, SetAttr):
        return f"{function.spelled(op.owner)}.{op.name}" == place
    if not isinstance(op, Call):
        return False
    handed = any(function.spelled(temp) == place for temp in op.args)
    if handed and _stops(HANDED_TO_A_CALL, outcome):
        return True
    method = function.definitions[op.callee]
    if not isinstance(method, Attr):
        return False
    owner = function.spelled(method.owner)
    if owner == place:
        return method.name in release
    ends = owner == "self" and method.name.strip("_") in undo_model().methods
    return ends and _stops(ENDS_BY_NAME, outcome)

"""Constructors that raise after they have stored a resource in the object.

Whoever calls a constructor that raises gets no object, and an `__enter__` that raises has no
`__exit__`: the methods that give the resource back can be called by nobody. Only `raise` statements
count, since a class that decides to refuse its arguments knows that it may.

    def __init__(self, path):
        self.stream = open(path)
        if self.stream.read(4) != MAGIC:
            raise ValueError(path)          the stream stays open
"""

from __future__ import annotations

from typing import Final

from assay.domains.outcomes import Outcome
from assay.domains.raises import Risks
from assay.domains.resources import Event
from assay.ir.function import NO_BLOCK, Branch
from assay.ir.ops import POSSIBLE, Attr, Call, Op, Raise, SetAttr
from assay.models.cleanup import undo_model
from assay.program.facts import FunctionFacts

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
    found: list[Op] = []
    work = [(start.block, start.index + 1)]
    seen = {start.block}
    while work:
        ident, index = work.pop()
        block = function.ir.blocks[ident]
        for op in block.ops[index:]:
            if isinstance(op, Raise):
                if block.handler == NO_BLOCK and risks.of(op) == POSSIBLE:
                    found.append(op)
                break
            if _gives_back(function, op, place, release):
                break
        else:
            end = block.terminator
            for target in block.successors():
                if target in seen or (isinstance(end, Branch) and risks.hardly_taken(end, target)):
                    continue
                seen.add(target)
                work.append((target, 0))
    return min(found, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)


def _gives_back(
    function: FunctionFacts, op: Op, place: str, release: frozenset[str] | tuple[str, ...]
) -> bool:
    """Whether an operation gives the resource back, replaces it or passes it on."""
    if isinstance(op, SetAttr):
        return f"{function.spelled(op.owner)}.{op.name}" == place
    if not isinstance(op, Call):
        return False
    if any(function.spelled(temp) == place for temp in op.args):
        return True
    method = function.definitions[op.callee]
    if not isinstance(method, Attr):
        return False
    owner = function.spelled(method.owner)
    if owner == place:
        return method.name in release
    return owner == "self" and method.name.strip("_") in undo_model().methods

"""What `isinstance` tells: the reads of a variable that only a true test leads to.

    if isinstance(x, Store):
        x.close()               this read of x is narrowed to Store
    x.close()                   this one is not

    except Refused as error:
        error.why()             narrowed to Refused, whatever other clauses catch under the name

The test is an edge of the graph; a read is narrowed when every way to it goes over that edge and
nothing assigns to the variable behind it. `assert isinstance(...)`, early returns, `and` are such
edges too. Attributes and items are not narrowed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assay.ir.function import NO_BLOCK, Branch
from assay.ir.ops import GLOBAL, LOCAL, NAME, Call, Delete, Load, Matches, Store, Truth

if TYPE_CHECKING:
    from assay.program.facts import FunctionFacts

_MOST_TESTS: Final = 24


def tested(function: FunctionFacts) -> dict[int, int]:
    """For the temporary of each narrowed read, the temporary of the classes it was tested for."""
    tests = _tests(function)
    result: dict[int, int] = {}
    if not tests or len(tests) > _MOST_TESTS:
        return result
    blocks = {block.ident: block for block in function.ir.blocks}
    successors: dict[int, list[int]] = {}
    entries: dict[int, int] = {}
    for block in function.ir.blocks:
        after = list(block.successors())
        if block.handler != NO_BLOCK and block.may_raise():
            after.append(block.handler)
        successors[block.ident] = after
        for target in after:
            entries[target] = entries.get(target, 0) + 1
    start = function.ir.blocks[0].ident
    for target, name, classes in tests:
        if entries.get(target, 0) != 1:
            continue
        others = _reached(start, successors, target)
        behind = [ident for ident in _reached(target, successors, NO_BLOCK) if ident not in others]
        ops = [op for ident in behind for op in blocks[ident].ops]
        if any(isinstance(op, (Store, Delete)) and _is_new(op, name) for op in ops):
            continue
        for op in ops:
            if isinstance(op, Load) and op.name == name and op.scope == LOCAL:
                result[op.dest] = classes
    return result


def _is_new(op: Store | Delete, name: str) -> bool:
    """Whether a variable gets another value; the name of an `except` clause goes behind it."""
    return op.name == name and not isinstance(op.at, ast.ExceptHandler)


def _tests(function: FunctionFacts) -> list[tuple[int, str, int]]:
    """(block behind the true edge, name of the variable, temporary of the classes)."""
    found: list[tuple[int, str, int]] = []
    has_names = any(
        isinstance(region.node.name, str) and region.node.type is not None
        for region in function.ir.regions
    )
    if not has_names and not any(_is_test(function, site.op) for site in function.calls):
        return found
    for block in function.ir.blocks:
        end = block.terminator
        if isinstance(end, Branch) and end.then != end.otherwise:
            truth = function.definitions[end.condition]
            if isinstance(truth, Matches):
                found += _caught(function, end.then, truth)
                continue
            call = function.definitions[truth.value] if isinstance(truth, Truth) else None
            if isinstance(call, Call) and _is_test(function, call):
                variable = function.definitions[call.args[0]]
                if isinstance(variable, Load) and variable.scope == LOCAL:
                    found.append((end.then, variable.name, call.args[1]))
    return found


def _caught(function: FunctionFacts, entry: int, test: Matches) -> list[tuple[int, str, int]]:
    """The clause that catches what a test lets through, when it gives it a name."""
    for block in function.ir.blocks:
        if block.ident == entry:
            for op in block.ops[:1]:
                if isinstance(op, Store) and op.value == test.exception and op.scope == LOCAL:
                    return [(entry, op.name, test.types)]
    return []


def _is_test(function: FunctionFacts, op: Call) -> bool:
    callee = function.definitions[op.callee]
    return (
        isinstance(callee, Load)
        and callee.name == "isinstance"
        and callee.scope in (GLOBAL, NAME)
        and len(op.args) == 2
        and not op.labels
    )


def _reached(start: int, successors: dict[int, list[int]], without: int) -> dict[int, None]:
    if start == without:
        return {}
    seen: dict[int, None] = {start: None}
    work = [start]
    while work:
        for after in successors.get(work.pop(), ()):
            if after != without and after not in seen:
                seen[after] = None
                work.append(after)
    return seen

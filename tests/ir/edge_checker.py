"""Compares observed control transfers (`edge_collector`) with the graphs of the lowering.

CPython places its instructions a little differently than the lowering places operations (the
jump that ends a loop, the raising again at the end of a `finally`), so places are compared by
*unit*: the innermost statement or `except` clause. A transfer from unit U to unit V is explained
when the graph has a path from an operation of U to one of V that meets no operation of a third
unit, but for those that CPython has no instruction with a place for:

- `Caught`, `EndCatch`, `Reraise`, and the unbinding of `except ... as name`;
- `Nop`, which CPython drops where it can, and what `except*` does for the `try` as a whole;
- a constant that is returned: CPython loads it after the `finally` that the return goes through;
- operations that stand at a whole function, such as the `return None` at its end.

An exceptional transfer needs an exceptional edge of an operation of U on that path, and where the
lowering has operations at exactly the place of the instruction, of one of those.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final, TypedDict

from assay.ir.function import NO_BLOCK, Block, Branch, FunctionIR, Goto, Return
from assay.ir.ops import NEVER, Caught, Const, Delete, EndCatch, Located, Nop, Op, Reraise, Store
from assay.lowering.module import lower_module
from assay.source.file import parse_bytes

Position = tuple[int, int, int, int]
Transfer = tuple[str, Position | None, Position | None, str]


class Observed(TypedDict):
    """One code object of the collector's report."""

    name: str
    line: int
    transfers: list[tuple[str, list[int] | None, list[int] | None, str]]


OUTSIDE: Final = -1  # the unit of what stands in no statement: the entry, lambdas
LEFT: Final = -2  # the unit that an exception reaches when it leaves the function

# Instructions that raise again: the raising operation is a `Reraise`, wherever it stands.
RERAISING: Final = ("RERAISE", "END_ASYNC_FOR")


class Units:
    """The statements and clauses of one function, and which one a place is in."""

    def __init__(self, function: FunctionIR) -> None:
        self.nodes: Final[list[ast.stmt | ast.ExceptHandler]] = []
        node = function.node
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            self.collect(node.body)
        self.spans: Final = [_span(each) for each in self.nodes]
        self.cache: Final[dict[tuple[int, int], int]] = {}

    def collect(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.nodes.append(statement)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(statement, field, [])
                if inner:
                    self.collect(inner)
            for handler in getattr(statement, "handlers", []):
                self.nodes.append(handler)
                self.collect(handler.body)
            for case in getattr(statement, "cases", []):
                self.collect(case.body)

    def at(self, line: int, column: int) -> int:
        key = (line, column)
        known = self.cache.get(key)
        if known is None:
            known = OUTSIDE
            for index, (start, end) in enumerate(self.spans):  # inner ones come later
                if start <= key < end:
                    known = index
            self.cache[key] = known
        return known

    def of(self, at: Located) -> int:
        return self.at(at.lineno, at.col_offset)

    def is_try(self, unit: int) -> bool:
        return unit >= 0 and isinstance(self.nodes[unit], (ast.Try, ast.TryStar))

    def is_clause(self, unit: int) -> bool:
        return unit >= 0 and isinstance(self.nodes[unit], ast.ExceptHandler)


def _span(node: ast.stmt | ast.ExceptHandler) -> tuple[tuple[int, int], tuple[int, int]]:
    start = (node.lineno, node.col_offset)
    for decorator in getattr(node, "decorator_list", []):
        start = min(start, (decorator.lineno, 0))
    return start, (node.end_lineno or node.lineno, node.end_col_offset or 0)


class Graph:
    """One function's operations as nodes (block, index), the terminator last."""

    def __init__(self, function: FunctionIR) -> None:
        self.blocks: Final[list[Block]] = function.blocks
        self.units: Final = Units(function)
        self.reached: Final[dict[tuple[int, int, bool], set[int]]] = {}

    def unit(self, block: int, index: int) -> int:
        ops = self.blocks[block].ops
        if index < len(ops):
            return self.units.of(ops[index].at)
        end = self.blocks[block].terminator
        return self.units.of(end.at) if end is not None else OUTSIDE

    def op(self, block: int, index: int) -> Op | None:
        ops = self.blocks[block].ops
        return ops[index] if index < len(ops) else None

    def transparent(self, block: int, index: int) -> bool:
        """Whether CPython may have no instruction with a place for this."""
        op = self.op(block, index)
        if op is None:
            return not isinstance(self.blocks[block].terminator, Return)
        if isinstance(op, (Caught, EndCatch, Reraise, Nop)):
            return True
        unit = self.units.of(op.at)
        if self.units.is_try(unit) or unit == OUTSIDE:
            return True
        if isinstance(op, Const) and isinstance(self.units.nodes[unit], ast.Return):
            return True
        return isinstance(op, (Const, Store, Delete)) and self.units.is_clause(unit)

    def following(self, block: int, index: int) -> list[tuple[int, int]]:
        if index < len(self.blocks[block].ops):
            return [(block, index + 1)]
        end = self.blocks[block].terminator
        if isinstance(end, Goto):
            return [(end.target, 0)]
        if isinstance(end, Branch):
            return [(end.then, 0), (end.otherwise, 0)]
        return []

    def reaches(self, start: tuple[int, int], unit: int, raised: bool) -> set[int]:
        """The units that are met first on the ways from an operation of `unit`, or of none.

        With `raised`, only ways over at least one exceptional edge count, and only those whose
        first edge is that of the start or of a `Reraise`.
        """
        key = (start[0], start[1], raised)
        known = self.reached.get(key)
        if known is not None:
            return known
        found: set[int] = set()
        seen: set[tuple[int, int, bool]] = set()
        work = [(start[0], start[1], False, True)]
        while work:
            block, index, crossed, first = work.pop()
            if (block, index, crossed) in seen:
                continue
            seen.add((block, index, crossed))
            op = self.op(block, index)
            here = self.unit(block, index)
            if not first and (not raised or crossed):
                found.add(here)
            passing = first or self.transparent(block, index)
            if not passing and not (here == unit and not crossed):
                continue
            if raised and op is not None and op.risk != NEVER and (first or passing):
                handler = self.blocks[block].handler
                if handler == NO_BLOCK:
                    found.add(LEFT)
                else:
                    work.append((handler, 0, True, False))
            work += [(*target, crossed, False) for target in self.following(block, index)]
        self.reached[key] = found
        return found

    def starts(self, unit: int) -> list[tuple[int, int]]:
        return [
            (block.ident, index)
            for block in self.blocks
            for index in range(len(block.ops) + 1)
            if self.unit(block.ident, index) == unit
        ]

    def explains(self, transfer: Transfer) -> bool:
        """Whether the graph has the transfer."""
        kind, source, target, opcode = transfer
        units = self.units
        raised = kind == "raise"
        wanted = LEFT if target is None else units.at(target[0], target[1])
        unit = OUTSIDE if source is None else units.at(source[0], source[1])
        starts = self.starts(unit)
        if unit == OUTSIDE:  # the entry, and what a class body does before its first statement
            starts.append((0, 0))
            if not raised and self.unit(0, 0) == wanted:
                return True
        if not raised and unit == wanted:
            return True
        if raised and source is not None and opcode not in RERAISING:
            starts = self.exact(starts, source) or starts
        return any(wanted in self.reaches(start, unit, raised) for start in starts)

    def exact(self, starts: list[tuple[int, int]], place: Position) -> list[tuple[int, int]]:
        """Those of the operations that stand at exactly this place."""
        found = []
        for block, index in starts:
            op = self.op(block, index)
            if op is None:
                continue
            at = op.at
            if (at.lineno, at.col_offset, at.end_lineno, at.end_col_offset) == place:
                found.append((block, index))
        return found


def functions_of(function: FunctionIR) -> dict[tuple[str, int], list[FunctionIR]]:
    """A function and all inside it, by what CPython's code objects are named by."""
    found: dict[tuple[str, int], list[FunctionIR]] = {}
    work = [function]
    while work:
        each = work.pop()
        name = "<module>" if each is function else each.name
        found.setdefault((name, each.first_line), []).append(each)
        work.extend(each.children)
    return found


class Findings:
    """How many transfers were checked, and which of them the graphs do not explain."""

    def __init__(self) -> None:
        self.normal = 0
        self.raising = 0
        self.functions = 0
        self.unexplained: Final[list[str]] = []


def check(observed: dict[str, list[Observed]]) -> Findings:
    """Check what a collector saw: for each file, the functions and their transfers."""
    findings = Findings()
    for path in sorted(observed):
        source = Path(path).read_bytes()
        known = functions_of(lower_module(parse_bytes(path, source).tree, Path(path).stem))
        for seen in observed[path]:
            place = f"{Path(path).name}:{seen['line']} {seen['name']}"
            key = (seen["name"], 1 if seen["name"] == "<module>" else seen["line"])
            graphs = [Graph(function) for function in known.get(key, [])]
            findings.functions += 1
            if not graphs:
                findings.unexplained.append(f"{place}: there is no such function")
            for kind, origin, target, opcode in seen["transfers"]:
                if kind == "raise":
                    findings.raising += 1
                else:
                    findings.normal += 1
                transfer = (kind, _position(origin), _position(target), opcode)
                if graphs and not any(graph.explains(transfer) for graph in graphs):
                    findings.unexplained.append(f"{place}: {kind} {opcode} {origin} -> {target}")
    return findings


def _position(numbers: list[int] | None) -> Position | None:
    if numbers is None:
        return None
    line, column, end_line, end_column = numbers
    return line, column, end_line, end_column

"""Facts about a function's graph that do not depend on any state: which names matter where."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from assay.ir.function import Branch, Return
from assay.ir.ops import LOCAL, Build, Compare, Load, Located, Op, Truth, Unary, Unpack
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent
from assay.source.nesting import COMPOUND, blocks_of
from assay.source.roles import dotted


def lasting_temps(function: FunctionFacts) -> frozenset[int]:
    """The temporaries that are used in another block than the one that defines them."""
    home: dict[int, int] = {}
    lasting: set[int] = set()
    for site in function.sites():
        if site.op.dest >= 0:
            home.setdefault(site.op.dest, site.block)
    for site in function.sites():
        for temp in site.op.uses():
            if home.get(temp) != site.block:
                lasting.add(temp)
    for block in function.ir.blocks:
        end = block.terminator
        if isinstance(end, Branch) and home.get(end.condition) != block.ident:
            lasting.add(end.condition)
        elif isinstance(end, Return) and home.get(end.value) != block.ident:
            lasting.add(end.value)
    return frozenset(lasting)


def tested_names(function: FunctionFacts) -> frozenset[str]:
    """The local variables whose truth or None-ness a branch asks for."""
    found: set[str] = set()
    for site in function.sites():
        op = site.op
        asked: tuple[int, ...] = ()
        if isinstance(op, Truth):
            asked = (op.value,)
        elif isinstance(op, Unary) and op.operator == "not":
            asked = (op.operand,)
        elif isinstance(op, Compare) and op.operator in ("is", "is-not"):
            asked = (op.left,)
        for temp in asked:
            loaded = function.definitions[temp]
            if isinstance(loaded, Load) and loaded.scope == LOCAL:
                found.add(loaded.name)
    return frozenset(found)


def normal_blocks(function: FunctionFacts) -> list[int]:
    """The blocks that control reaches without any exception, in the order of their numbers."""
    seen = {0}
    work = [0]
    while work:
        for target in function.ir.blocks[work.pop()].successors():
            if target not in seen:
                seen.add(target)
                work.append(target)
    return sorted(seen)


def final_lines(function: FunctionFacts) -> list[tuple[int, int]]:
    """The first and last lines of the `finally` bodies of a function, as the text has them."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    every = function.file.program.shared(_recent).of(function.file)
    if not every:
        return []
    last = node.end_lineno or node.lineno
    return [body for body in every if node.lineno <= body[0] <= last]


def _recent(program: Program) -> Recent[FileFacts, list[tuple[int, int]]]:
    return Recent(_finals, 1)  # asked for by every function of a file in turn


def _finals(file: FileFacts) -> list[tuple[int, int]]:
    """The first and last lines of all `finally` bodies of a file."""
    if "finally" not in file.source.text:
        return []
    found: list[tuple[int, int]] = []
    work = [file.source.tree.body]
    for body in work:  # grows while it is walked
        for statement in body:
            if type(statement) in COMPOUND:
                work += [block for block, _ in blocks_of(statement)]
            if isinstance(statement, (ast.Try, ast.TryStar)) and statement.finalbody:
                last = statement.finalbody[-1]
                found.append((statement.finalbody[0].lineno, last.end_lineno or last.lineno))
    found.sort()
    return found


def tests_round(function: FunctionFacts, op: Op) -> list[str]:
    """The tests of the `if` statements that an operation stands under, as the text has them."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    line = op.at.lineno
    return [
        ast.unparse(part.test)
        for part in ast.walk(node)
        if isinstance(part, ast.If)
        and part.body[0].lineno <= line <= (part.body[-1].end_lineno or part.body[-1].lineno)
    ]


def handler_lines(function: FunctionFacts) -> list[tuple[int, int]]:
    """The first and last lines of the bodies of `except` clauses."""
    nodes = [region.node for region in function.ir.regions]
    return [
        (node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno) for node in nodes
    ]


def returned_names(function: FunctionFacts) -> frozenset[str]:
    """The local variables that a function returns."""
    loaded = [
        function.definitions[block.terminator.value]
        for block in function.ir.blocks
        if isinstance(block.terminator, Return)
    ]
    return frozenset([op.name for op in loaded if isinstance(op, Load) and op.scope == LOCAL])


def unpacked_displays(function: FunctionFacts) -> frozenset[int]:
    """Tuples that are made only to be unpacked at once: `f, g = open(a), open(b)`."""
    unpacked: set[int] = set()
    otherwise: set[int] = set()
    for site in function.sites():
        if isinstance(site.op, Unpack) and site.op.after < 0:
            display = function.definitions[site.op.value]
            if isinstance(display, Build) and not display.labels:
                unpacked.add(site.op.value)
                continue
        otherwise.update(site.op.uses())
    return frozenset(unpacked - otherwise)


def is_context_manager(function: FunctionFacts) -> bool:
    """Whether a generator is a context manager or fixture, which goes on after its yield."""
    return any(
        name.rpartition(".")[2] in ("contextmanager", "asynccontextmanager", "fixture")
        for name in decorators(function)
    )


def decorators(function: FunctionFacts) -> Iterator[str]:
    """How the decorators of a function are spelled, without their arguments."""
    for node in getattr(function.ir.node, "decorator_list", []):
        yield dotted(node)


def exit_line(at: Located) -> int:
    """The line of a normal way out: of the `return`, or the last one where the text just ends."""
    if isinstance(at, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return at.end_lineno or at.lineno
    return at.lineno

"""Lowers comprehensions: list, set and dict inlined, generator expressions as functions.

The first iterable is evaluated outside of the comprehension's scope (Python reference 6.2.4).
"""

from __future__ import annotations

import ast
from typing import Final, TypeAlias

from assay.ir.function import ASYNC_GENERATOR, GENERATOR, GENERATOR_EXPRESSION, Parameters
from assay.ir.ops import (
    NO_TEMP,
    Build,
    Call,
    Collect,
    MakeCell,
    Yield,
)
from assay.lowering import definition, loops
from assay.lowering import expression as expressions
from assay.lowering.builder import Builder
from assay.lowering.scopes import Scope

FIRST_ITERATOR: Final = ".0"

Inlined: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp


def inlined(b: Builder, node: Inlined) -> int:
    """Emit a list, set or dict comprehension; returns the container."""
    kind = "list"
    if not isinstance(node, ast.ListComp):
        kind = "set" if isinstance(node, ast.SetComp) else "dict"
    iterator = _iterator(b, node.generators[0])
    outer = b.scope
    b.scope = b.table.by_node[node]
    _fresh_cells(b, b.scope, node)
    container = b.emit(Build(b.temp(), kind, (), (), node))
    _loop(b, node, 0, iterator, container, kind)
    b.scope = outer
    return container


def generator(b: Builder, node: ast.GeneratorExp) -> int:
    """Emit the making of a generator expression's function and its call with the first iterator."""
    child = definition.lowered(b, node)
    if child == definition.NO_CHILD:
        child = definition.adopt(b, _generator_function(b, node))
    made = definition.make(b, child, node)
    return b.emit(Call(b.temp(), made, (_iterator(b, node.generators[0]),), (), node))


def _generator_function(b: Builder, node: ast.GeneratorExp) -> Builder:
    """The function of a generator expression, which takes the first iterator."""
    scope = b.table.by_node[node]
    flavour = ASYNC_GENERATOR if scope.has_await else GENERATOR
    parameters = Parameters((), (FIRST_ITERATOR,), "", (), "")
    inner = definition.begin(b, node, "<genexpr>", GENERATOR_EXPRESSION, flavour, parameters, scope)
    iterator = expressions.hidden_parameter(inner, FIRST_ITERATOR, node)
    _loop(inner, node, 0, iterator, NO_TEMP, "")
    inner.ret(inner.const(None, node), node)
    return inner


def _loop(
    b: Builder,
    node: Inlined | ast.GeneratorExp,
    index: int,
    iterator: int,
    container: int,
    kind: str,
) -> None:
    """One `for` of a comprehension with everything that is nested in it."""
    generator = node.generators[index]
    header, done = b.new_block(), b.new_block()
    b.goto(header, generator.iter)
    b.start(header)
    value = loops.advance(b, iterator, bool(generator.is_async), done, generator.iter)
    expressions.assign(b, generator.target, value)
    for condition in generator.ifs:
        passed = b.new_block()
        expressions.jump(b, condition, passed, header)
        b.start(passed)
    if index + 1 < len(node.generators):
        _loop(b, node, index + 1, _iterator(b, node.generators[index + 1]), container, kind)
    else:
        _element(b, node, container, kind)
    b.goto(header, node)
    b.start(done)


def _element(b: Builder, node: Inlined | ast.GeneratorExp, container: int, kind: str) -> None:
    if isinstance(node, ast.GeneratorExp):
        value = expressions.expression(b, node.elt)
        b.emit(Yield(b.temp(), value, node.elt))
    elif isinstance(node, ast.DictComp):
        key = expressions.expression(b, node.key)
        value = expressions.expression(b, node.value)
        b.emit(Collect(kind, container, key, value, node.value))
    else:
        value = expressions.expression(b, node.elt)
        b.emit(Collect(kind, container, NO_TEMP, value, node.elt))


def _iterator(b: Builder, generator: ast.comprehension) -> int:
    return loops.iterator_of(b, generator.iter, bool(generator.is_async))


def _fresh_cells(b: Builder, scope: Scope, at: ast.expr) -> None:
    """A closure made in the comprehension must not see the variables of its next run."""
    for name in scope.bound:
        actual = scope.renamed[name]
        if actual in scope.host.cells:
            b.emit(MakeCell(actual, at))

"""Lowers statements."""

from __future__ import annotations

import ast
from typing import Final

from assay.ir.ops import (
    NO_TEMP,
    Annotate,
    Attr,
    Call,
    Import,
    ImportFrom,
    ImportStar,
    Inplace,
    Intrinsic,
    Item,
    Load,
    Nop,
    Raise,
    Reraise,
    SetAttr,
    SetItem,
    Store,
)
from assay.lowering import definition, loops, match, unwind
from assay.lowering import expression as expressions
from assay.lowering.builder import Builder, CatchFrame

# The most frequent statements. To look a class up in `ast` takes longer than to compare with it.
_ASSIGN: Final = ast.Assign
_EXPR: Final = ast.Expr
_IF: Final = ast.If
_RETURN: Final = ast.Return


def body(b: Builder, statements: list[ast.stmt]) -> None:
    """Emit statements in order."""
    for node in statements:
        statement(b, node)


def statement(b: Builder, node: ast.stmt) -> None:
    """Emit one statement."""
    if type(node) is _EXPR:
        if isinstance(node.value, ast.Constant):
            b.emit(Nop(node))
        else:
            expressions.expression(b, node.value)
    elif type(node) is _ASSIGN:
        value = expressions.expression(b, node.value)
        for target in node.targets:
            expressions.assign(b, target, value)
    elif type(node) is _IF:
        _if(b, node)
    elif type(node) is _RETURN:
        value = b.const(None, node) if node.value is None else expressions.expression(b, node.value)
        unwind.return_(b, value, node)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        loops.for_(b, node)
    elif isinstance(node, (ast.Try, ast.TryStar)):
        unwind.try_(b, node)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        unwind.with_(b, node, 0)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        definition.function(b, node)
    elif isinstance(node, ast.ClassDef):
        definition.class_(b, node)
    else:
        _simple(b, node)


def _simple(b: Builder, node: ast.stmt) -> None:
    if isinstance(node, ast.AugAssign):
        _augmented(b, node)
    elif isinstance(node, ast.AnnAssign):
        _annotated(b, node)
    elif isinstance(node, ast.Raise):
        _raise(b, node)
    elif isinstance(node, ast.While):
        loops.while_(b, node)
    elif isinstance(node, ast.Assert):
        _assert(b, node)
    elif isinstance(node, ast.Import):
        _import(b, node)
    elif isinstance(node, ast.ImportFrom):
        _import_from(b, node)
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            expressions.delete(b, target)
    elif isinstance(node, (ast.Break, ast.Continue)):
        b.emit(Nop(node))
        unwind.jump_out(b, isinstance(node, ast.Break), node)
    elif isinstance(node, ast.Match):
        match.match(b, node)
    elif isinstance(node, (ast.Pass, ast.Global, ast.Nonlocal)):
        b.emit(Nop(node))
    elif type(node).__name__ == "TypeAlias":
        definition.type_alias(b, node)
    else:
        raise expressions.UnknownSyntaxError(type(node).__name__)


def _if(b: Builder, node: ast.If) -> None:
    after = b.new_block()
    current: ast.stmt = node
    while isinstance(current, ast.If):  # iterative: `elif` chains nest as deep as they are long
        then, otherwise = b.new_block(), b.new_block()
        if isinstance(current.test, ast.Constant):
            b.emit(Nop(current.test))
        expressions.jump(b, current.test, then, otherwise)
        b.start(then)
        body(b, current.body)
        b.goto(after, current)
        b.start(otherwise)
        if len(current.orelse) == 1 and isinstance(current.orelse[0], ast.If):
            current = current.orelse[0]
        else:
            body(b, current.orelse)
            break
    b.goto(after, node)
    b.start(after)


def _augmented(b: Builder, node: ast.AugAssign) -> None:
    operator = expressions.BINARY[type(node.op)]
    target = node.target
    if isinstance(target, ast.Name):
        scope, name = b.scope.resolve(target.id)
        old = b.emit(Load(b.temp(), scope, name, target))
        value = expressions.expression(b, node.value)
        new = b.emit(Inplace(b.temp(), operator, old, value, node))
        b.emit(Store(scope, name, new, target))
    elif isinstance(target, ast.Attribute):
        owner = expressions.expression(b, target.value)
        attribute = b.scope.mangle(target.attr)
        old = b.emit(Attr(b.temp(), owner, attribute, target))
        value = expressions.expression(b, node.value)
        new = b.emit(Inplace(b.temp(), operator, old, value, node))
        b.emit(SetAttr(owner, attribute, new, target))
    else:
        owner = expressions.expression(b, target.value)
        index = expressions.expression(b, target.slice)
        old = b.emit(Item(b.temp(), owner, index, target))
        value = expressions.expression(b, node.value)
        new = b.emit(Inplace(b.temp(), operator, old, value, node))
        b.emit(SetItem(owner, index, new, target))


def _annotated(b: Builder, node: ast.AnnAssign) -> None:
    target = node.target
    if node.value is not None:
        expressions.assign(b, target, expressions.expression(b, node.value))
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        expressions.expression(b, target.value)
    if not definition.keeps_annotations(b):
        if node.value is None:
            b.emit(Nop(node))
        return
    if node.simple and isinstance(target, ast.Name):
        value = definition.annotation(b, node.annotation)
        b.emit(Annotate(b.scope.mangle(target.id), value, node))
    elif not b.future_annotations:
        expressions.expression(b, node.annotation)


def _raise(b: Builder, node: ast.Raise) -> None:
    if node.exc is None:
        for frame in reversed(b.frames):
            if isinstance(frame, CatchFrame):
                if frame.group != NO_TEMP:
                    b.always_raises(Reraise(frame.group, node))
                break
        b.always_raises(Raise(NO_TEMP, NO_TEMP, node))
        return
    exception = expressions.expression(b, node.exc)
    cause = expressions.optional(b, node.cause)
    b.always_raises(Raise(exception, cause, node))


def _assert(b: Builder, node: ast.Assert) -> None:
    passed, failed = b.new_block(), b.new_block()
    if isinstance(node.test, ast.Constant):
        b.emit(Nop(node.test))
    expressions.jump(b, node.test, passed, failed)
    b.start(failed)
    error = b.emit(Intrinsic(b.temp(), "AssertionError", node))
    if node.msg is not None:
        message = expressions.expression(b, node.msg)
        error = b.emit(Call(b.temp(), error, (message,), (), node))
    b.always_raises(Raise(error, NO_TEMP, node))
    b.start(passed)


def _import(b: Builder, node: ast.Import) -> None:
    for alias in node.names:
        module = b.emit(Import(b.temp(), alias.name, 0, (), node))
        bound = alias.asname
        if bound is None:
            bound = alias.name.partition(".")[0]
        else:
            for part in alias.name.split(".")[1:]:
                module = b.emit(ImportFrom(b.temp(), module, part, node))
        scope, name = b.scope.resolve(bound)
        b.emit(Store(scope, name, module, alias))


def _import_from(b: Builder, node: ast.ImportFrom) -> None:
    names = tuple([alias.name for alias in node.names])
    module = b.emit(Import(b.temp(), node.module or "", node.level, names, node))
    for alias in node.names:
        if alias.name == "*":
            b.emit(ImportStar(module, node))
            continue
        value = b.emit(ImportFrom(b.temp(), module, alias.name, node))
        scope, name = b.scope.resolve(alias.asname or alias.name)
        b.emit(Store(scope, name, value, alias))

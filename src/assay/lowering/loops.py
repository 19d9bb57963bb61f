"""Lowers `for` and `while`, and the step of an iteration that comprehensions share.

An asynchronous loop ends when awaiting the next value raises StopAsyncIteration, so its header is a
handler of its own.
"""

from __future__ import annotations

import ast

from assay.ir.function import Block, Goto
from assay.ir.ops import (
    AsyncIter,
    AsyncNext,
    Await,
    Caught,
    EndCatch,
    Exhausted,
    Intrinsic,
    Iter,
    Located,
    Matches,
    Next,
    Nop,
    Reraise,
)
from assay.lowering import expression as expressions
from assay.lowering import statement as statements
from assay.lowering.builder import Builder, LoopFrame


def iterator_of(b: Builder, iterable: ast.expr, is_async: bool) -> int:
    """Evaluate the iterable of one `for` and get its iterator."""
    value = expressions.expression(b, iterable)
    if is_async:
        return b.emit(AsyncIter(b.temp(), value, iterable))
    return b.emit(Iter(b.temp(), value, iterable))


def advance(b: Builder, iterator: int, is_async: bool, done: Block, at: Located) -> int:
    """Emit the step to the next value; goes to `done` when there is none, else on."""
    if is_async:
        return _advance_async(b, iterator, done, at)
    value = b.emit(Next(b.temp(), iterator, at))
    exhausted = b.emit(Exhausted(b.temp(), value, at))
    body = b.new_block()
    b.branch(exhausted, done, body, at)
    b.start(body)
    return value


def _advance_async(b: Builder, iterator: int, done: Block, at: Located) -> int:
    pad = b.new_block()
    body = b.new_block()
    b.enter(pad.ident, b.caught, at)
    value = b.emit(Await(b.temp(), b.emit(AsyncNext(b.temp(), iterator, at)), at))
    b.goto(body, at)
    b.start(pad)
    exception = b.emit(Caught(b.temp(), at))
    b.enter(b.handler, b.caught + 1, at)
    stop = b.emit(Intrinsic(b.temp(), "StopAsyncIteration", at))
    ended, other = b.new_block(), b.new_block()
    b.branch(b.emit(Matches(b.temp(), exception, stop, at)), ended, other, at)
    b.start(ended)
    b.emit(EndCatch(at))
    b.end(Goto(done.ident, at))
    b.start(other)
    b.always_raises(Reraise(exception, at))
    b.start(body)
    return value


def for_(b: Builder, node: ast.For | ast.AsyncFor) -> None:
    """`for` and `async for`, with `else`."""
    is_async = isinstance(node, ast.AsyncFor)
    iterator = iterator_of(b, node.iter, is_async)
    header, exhausted, after = b.new_block(), b.new_block(), b.new_block()
    b.goto(header, node)
    b.start(header)
    element = advance(b, iterator, is_async, exhausted, node.iter)
    b.frames.append(LoopFrame(after.ident, header.ident, b.handler, b.caught))
    expressions.assign(b, node.target, element)
    _rounds(b, node, header, exhausted, after)


def while_(b: Builder, node: ast.While) -> None:
    """`while`, with `else`."""
    header, inside, exhausted, after = (b.new_block() for _ in range(4))
    b.goto(header, node)
    b.start(header)
    if isinstance(node.test, ast.Constant):
        b.emit(Nop(node.test))
    expressions.jump(b, node.test, inside, exhausted)
    b.frames.append(LoopFrame(after.ident, header.ident, b.handler, b.caught))
    b.start(inside)
    _rounds(b, node, header, exhausted, after)


def _rounds(
    b: Builder,
    node: ast.For | ast.AsyncFor | ast.While,
    header: Block,
    exhausted: Block,
    after: Block,
) -> None:
    """The body of a loop, back to its header, and what follows the last round."""
    statements.body(b, node.body)
    b.frames.pop()
    b.goto(header, node)
    b.start(exhausted)
    statements.body(b, node.orelse)
    b.goto(after, node)
    b.start(after)

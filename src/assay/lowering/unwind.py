"""Lowers `try` and `with`, and the ways out of them.

Each `finally` body and each exit of a `with` is copied: for the normal end, for the exceptional
one, and for every `return`, `break` and `continue` that leaves it. In the exceptional copy the
exception is caught and raised again at the end, so an exception out of the body has it as its
context.

    try: A          A, handler pad; goto F1
    finally: F      F1: F; goto after
                    pad: caught; F; reraise
"""

from __future__ import annotations

import ast

from assay.ir.function import Block, Goto, HandlerRegion
from assay.ir.ops import (
    NO_TEMP,
    Await,
    Build,
    Caught,
    Collect,
    Compare,
    Copy,
    Delete,
    EndCatch,
    Enter,
    Exit,
    GroupMatch,
    GroupRest,
    GroupResult,
    LoadExit,
    Located,
    Matches,
    Reraise,
    Store,
    Truth,
)
from assay.lowering import expression as expressions
from assay.lowering import statement as statements
from assay.lowering.builder import (
    Builder,
    CatchFrame,
    FinallyFrame,
    LoopFrame,
    WithFrame,
)


def leave(b: Builder, keep: int, at: Located) -> None:
    """Emit the clean-up of every frame above the first `keep`, innermost first.

    The frames stay on the stack for the code that follows in the text; the caller ends the
    block with the jump and restores nothing: the current block is dead afterwards.
    """
    frames = b.frames
    for index in range(len(frames) - 1, keep - 1, -1):
        frame = frames[index]
        b.frames = frames[:index]
        if isinstance(frame, FinallyFrame):
            b.enter(frame.handler, frame.caught, at)
            statements.body(b, frame.body)
        elif isinstance(frame, WithFrame):
            b.enter(frame.handler, frame.caught, at)
            _normal_exit(b, frame.method, frame.mode, frame.at)
        elif isinstance(frame, CatchFrame):
            _end_catch(b, frame)
            if frame.group != NO_TEMP:  # a jump out of `except*`, which only broken code has
                b.emit(EndCatch(frame.at))
                b.enter(frame.handler, frame.caught - 1, frame.at)
    b.frames = frames


def return_(b: Builder, value: int, at: Located) -> None:
    """Leave the function with a value, after all clean-up."""
    handler, caught = b.handler, b.caught
    leave(b, 0, at)
    b.ret(value, at)
    b.handler, b.caught = handler, caught


def jump_out(b: Builder, to_break: bool, at: Located) -> None:
    """`break` or `continue` of the innermost loop; outside of one it is an error in the text."""
    for index in range(len(b.frames) - 1, -1, -1):
        frame = b.frames[index]
        if isinstance(frame, LoopFrame):
            handler, caught = b.handler, b.caught
            leave(b, index, at)
            b.end(Goto(frame.break_to if to_break else frame.continue_to, at))
            b.handler, b.caught = handler, caught
            return


def _end_catch(b: Builder, frame: CatchFrame) -> None:
    """Leave a handler normally. A clause of `except*` has no catch of its own to end."""
    if frame.group != NO_TEMP:
        b.enter(frame.handler, frame.caught, frame.at)
        _unbind(b, frame.name, frame.at)
        return
    b.enter(frame.handler, frame.caught + 1, frame.at)
    b.emit(EndCatch(frame.at))
    b.enter(frame.handler, frame.caught, frame.at)
    _unbind(b, frame.name, frame.at)


def _unbind(b: Builder, name: str, at: Located) -> None:
    if name:
        scope, actual = b.scope.resolve(name)
        b.emit(Store(scope, actual, b.const(None, at), at))
        b.emit(Delete(scope, actual, at))


def try_(b: Builder, node: ast.Try | ast.TryStar) -> None:
    """`try` in all its forms."""
    if not node.finalbody:
        _try_except(b, node)
        return
    handler, caught = b.handler, b.caught
    pad, after = b.new_block(), b.new_block()
    b.frames.append(FinallyFrame(node.finalbody, handler, caught))
    b.enter(pad.ident, caught, node)
    if node.handlers:
        _try_except(b, node)
    else:
        statements.body(b, node.body)
        statements.body(b, node.orelse)
    b.frames.pop()
    b.enter(handler, caught, node)
    statements.body(b, node.finalbody)
    b.goto(after, node)
    b.start(pad)
    exception = b.emit(Caught(b.temp(), node))
    b.enter(handler, caught + 1, node)
    b.frames.append(CatchFrame("", NO_TEMP, node, handler, caught))
    statements.body(b, node.finalbody)
    b.frames.pop()
    b.always_raises(Reraise(exception, node))
    b.start(after)


def _try_except(b: Builder, node: ast.Try | ast.TryStar) -> None:
    handler, caught = b.handler, b.caught
    pad, after = b.new_block(), b.new_block()
    b.enter(pad.ident, caught, node)
    statements.body(b, node.body)
    b.enter(handler, caught, node)
    statements.body(b, node.orelse)
    b.goto(after, node)
    b.start(pad)
    exception = b.emit(Caught(b.temp(), node))
    b.enter(handler, caught + 1, node)
    if isinstance(node, ast.TryStar):
        _groups(b, node, exception, pad, after)
        b.start(after)
        return
    for clause in node.handlers:
        entry, other = b.new_block(), b.new_block()
        if clause.type is None:
            b.goto(entry, clause)
        else:
            types = expressions.expression(b, clause.type)
            matched = b.emit(Matches(b.temp(), exception, types, clause.type))
            b.branch(matched, entry, other, clause)
        b.start(entry)
        body = _clause(b, clause, exception, handler, caught, after)
        b.regions.append(HandlerRegion(clause, pad, body))
        b.start(other)
    b.always_raises(Reraise(exception, node))
    b.start(after)


def _clause(
    b: Builder,
    clause: ast.ExceptHandler,
    exception: int,
    handler: int,
    caught: int,
    after: Block,
) -> Block:
    """The body of one `except` clause, up to `after`; returns the block where the body starts."""
    name = clause.name or ""
    inside = handler
    pad = None
    if name:
        expressions.store(b, name, exception, clause)
        pad = b.new_block()
        inside = pad.ident
    frame = CatchFrame(name, NO_TEMP, clause, handler, caught)
    b.frames.append(frame)
    b.enter(inside, caught + 1, clause)
    body = b.block
    statements.body(b, clause.body)
    b.frames.pop()
    _end_catch(b, frame)
    b.goto(after, clause)
    if pad is not None:
        b.start(pad)
        again = b.emit(Caught(b.temp(), clause))
        b.enter(handler, caught + 2, clause)
        _unbind(b, name, clause)
        b.always_raises(Reraise(again, clause))
    return body


def _groups(b: Builder, node: ast.TryStar, exception: int, pad: Block, after: Block) -> None:
    """The clauses of `except*` (PEP 654): each takes its part, what they raise is gathered."""
    rest = b.emit(Copy(b.temp(), exception, node))
    raised = b.emit(Build(b.temp(), "list", (), (), node))
    for clause in node.handlers:
        further = b.new_block()
        if clause.type is not None:
            types = expressions.expression(b, clause.type)
            part = b.emit(GroupMatch(b.temp(), rest, types, clause.type))
            left = b.emit(GroupRest(b.temp(), rest, types, clause.type))
            b.emit(Copy(rest, left, clause.type))
            entry = b.new_block()
            b.branch(_is_none(b, part, clause), further, entry, clause)
            b.start(entry)
            body = _group_clause(b, clause, part, raised, further)
            b.regions.append(HandlerRegion(clause, pad, body))
        b.start(further)
    gathered = b.new_block()
    some, none, again = b.new_block(), b.new_block(), b.new_block()
    b.branch(_is_none(b, rest, node), gathered, some, node)
    b.start(some)
    b.emit(Collect("list", raised, NO_TEMP, rest, node))
    b.goto(gathered, node)
    b.start(gathered)
    result = b.emit(GroupResult(b.temp(), exception, raised, node))
    b.branch(_is_none(b, result, node), none, again, node)
    for block in (again, none):
        b.start(block)
        b.emit(EndCatch(node))
        b.enter(pad.handler, pad.caught, node)
        if block is again:
            b.always_raises(Reraise(result, node))
        else:
            b.goto(after, node)


def _group_clause(
    b: Builder, clause: ast.ExceptHandler, part: int, raised: int, further: Block
) -> Block:
    """One clause of `except*`; returns the block where its body starts."""
    handler, caught = b.handler, b.caught
    name = clause.name or ""
    if name:
        expressions.store(b, name, part, clause)
    pad = b.new_block()
    b.frames.append(CatchFrame(name, part, clause, handler, caught))
    b.enter(pad.ident, caught, clause)
    body = b.block
    statements.body(b, clause.body)
    b.frames.pop()
    b.enter(handler, caught, clause)
    _unbind(b, name, clause)
    b.goto(further, clause)
    b.start(pad)
    again = b.emit(Caught(b.temp(), clause))
    b.enter(handler, caught + 1, clause)
    b.emit(Collect("list", raised, NO_TEMP, again, clause))
    b.emit(EndCatch(clause))
    b.enter(handler, caught, clause)
    _unbind(b, name, clause)
    b.goto(further, clause)
    return body


def _is_none(b: Builder, value: int, at: Located) -> int:
    return b.emit(Compare(b.temp(), "is", value, b.const(None, at), at))


def with_(b: Builder, node: ast.With | ast.AsyncWith, first: int) -> None:
    """`with` and `async with`, from item number `first` on."""
    if first == len(node.items):
        statements.body(b, node.body)
        return
    item = node.items[first]
    at = item.context_expr
    mode = "async" if isinstance(node, ast.AsyncWith) else "sync"
    manager = expressions.expression(b, at)
    method = b.emit(LoadExit(b.temp(), manager, mode, at))
    value = b.emit(Enter(b.temp(), manager, mode, at))
    if mode == "async":
        value = b.emit(Await(b.temp(), value, at))
    handler, caught = b.handler, b.caught
    pad, after = b.new_block(), b.new_block()
    b.frames.append(WithFrame(method, mode, at, handler, caught))
    b.enter(pad.ident, caught, node)
    if item.optional_vars is not None:
        expressions.assign(b, item.optional_vars, value)
    with_(b, node, first + 1)
    b.frames.pop()
    b.enter(handler, caught, node)
    _normal_exit(b, method, mode, at)
    b.goto(after, node)
    b.start(pad)
    exception = b.emit(Caught(b.temp(), at))
    b.enter(handler, caught + 1, at)
    result = b.emit(Exit(b.temp(), method, exception, mode, at))
    if mode == "async":
        result = b.emit(Await(b.temp(), result, at))
    suppressed, again = b.new_block(), b.new_block()
    b.branch(b.emit(Truth(b.temp(), result, at)), suppressed, again, at)
    b.start(suppressed)
    b.emit(EndCatch(at))
    b.enter(handler, caught, at)
    b.goto(after, at)
    b.start(again)
    b.always_raises(Reraise(exception, at))
    b.start(after)


def _normal_exit(b: Builder, method: int, mode: str, at: Located) -> None:
    result = b.emit(Exit(b.temp(), method, NO_TEMP, mode, at))
    if mode == "async":
        b.emit(Await(b.temp(), result, at))

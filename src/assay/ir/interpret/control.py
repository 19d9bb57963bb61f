"""Runs blocks: normal flow, exceptional edges, suspension.

A handler of the program runs in a nested loop inside an `except` clause of the host. `EndCatch`
leaves that loop; an exception whose handler is shallower leaves as many loops as its
`caught` says. The number of nested loops is the number of exceptions that are being handled.

    try:                  run(depth 0)
        f()                 except: run(depth 1)     b1: caught ... end_catch
    except E:                 ^ resumes at depth 0 after the end_catch
        g()

`suspended` is the same loop as a generator. What is thrown into it is
sent as `Thrown`. No StopIteration can cross a generator's edge, so
one that the program raises travels as the outcome STOPPED.
"""

from __future__ import annotations

from collections.abc import Generator
from types import CoroutineType
from typing import Final, NoReturn, TypeAlias, final

from assay.ir.function import ASYNC_GENERATOR, NO_BLOCK, Block, Branch, Goto, Return
from assay.ir.interpret.frame import Frame, Thrown
from assay.ir.interpret.operations import OPERATIONS
from assay.ir.ops import NO_TEMP, Await, Caught, EndCatch, Op, Yield, YieldFrom

RETURNED: Final = 0  # the result is in the frame
RESUMED: Final = 1  # an `EndCatch`: go on in the loop outside
STOPPED: Final = 2  # the program raised StopIteration; it is in the frame

Suspension: TypeAlias = Generator[object, object, int]


@final
class Handed:
    """A value that an asynchronous generator yields, told apart from what an await passes up."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value: Final = value


def run(frame: Frame, depth: int) -> int:
    """Run a plain function from the frame's place until it returns or `depth` is left."""
    while True:
        try:
            return _straight(frame)
        except BaseException as error:
            if _handle(frame, depth, error) == RETURNED:
                return RETURNED


def _straight(frame: Frame) -> int:
    """Run without a handler."""
    temps = frame.temps
    operations = OPERATIONS
    block: Block = frame.blocks[frame.block]
    index = frame.index
    while True:
        ops = block.ops
        while index < len(ops):
            op = ops[index]
            index += 1
            kind = type(op)
            if kind is EndCatch:
                frame.index = index
                return RESUMED
            value = operations[kind](frame, op)  # type: ignore[arg-type]
            if op.dest != NO_TEMP:
                temps[op.dest] = value
        following = _following(frame, block)
        if following is None:
            return RETURNED
        block, index = following, 0


def _following(frame: Frame, block: Block) -> Block | None:
    """The next block, None at a return."""
    end = block.terminator
    if isinstance(end, Goto):
        frame.block = end.target
    elif isinstance(end, Branch):
        condition = frame.temps[end.condition]
        if condition is not True and condition is not False:
            raise AssertionError("a branch needs a truth value")
        frame.block = end.then if condition else end.otherwise
    elif isinstance(end, Return):
        frame.result = frame.temps[end.value]
        return None
    else:
        raise AssertionError("the operation before unreachable did not raise")
    return frame.blocks[frame.block]


def _lands_here(frame: Frame, depth: int, error: BaseException) -> bool:
    """Whether the handler of the current block belongs to this depth; goes there if so."""
    handler = frame.blocks[frame.block].handler
    if handler == NO_BLOCK or frame.blocks[handler].caught < depth:
        return False
    frame.block = handler
    frame.index = 0
    frame.exception = error
    return True


def _handle(frame: Frame, depth: int, error: BaseException) -> int:
    """Inside the host's `except`: run the handler, or go on raising."""
    if not _lands_here(frame, depth, error):
        raise
    try:
        return run(frame, depth + 1)
    except BaseException as another:
        return _handle(frame, depth, another)


def suspended(frame: Frame, depth: int, handled: BaseException | None) -> Suspension:
    """`run` for generators and coroutines; also returns STOPPED. `handled` is the exception that
    is being handled at this depth."""
    temps = frame.temps
    asynchronous = frame.function.flavour == ASYNC_GENERATOR
    while True:
        outcome = RETURNED
        try:
            block: Block = frame.blocks[frame.block]
            index = frame.index
            while True:
                ops = block.ops
                while index < len(ops):
                    op = ops[index]
                    index += 1
                    kind = type(op)
                    if kind is EndCatch:
                        frame.index = index
                        return RESUMED
                    if isinstance(op, Yield):
                        handed = temps[op.value]
                        value = yield from _hand_out(
                            frame, Handed(handed) if asynchronous else handed
                        )
                    elif isinstance(op, YieldFrom):
                        value = yield from _delegate(frame, _iterator(temps[op.value]))
                    elif isinstance(op, Await):
                        value = yield from _delegate(frame, _wait(temps[op.value]).__await__())
                    else:
                        value = OPERATIONS[kind](frame, op)  # type: ignore[arg-type]
                    if op.dest != NO_TEMP:
                        temps[op.dest] = value
                following = _following(frame, block)
                if following is None:
                    return RETURNED
                block, index = following, 0
        except BaseException as error:
            if frame.thrown is not None:
                frame.thrown = None
                _chain(error, handled)
            if _lands_here(frame, depth, error):
                outcome = yield from _handle_suspended(frame, depth, error, handled)
            elif isinstance(error, StopIteration):
                frame.stop = error
                outcome = STOPPED
            else:
                raise
        if outcome != RESUMED:
            return outcome


def _handle_suspended(
    frame: Frame, depth: int, caught: BaseException, handled: BaseException | None
) -> Suspension:
    """Inside the host's `except`, with the frame at the handler of what was caught."""
    try:
        outcome = yield from suspended(frame, depth + 1, caught)
        if outcome == STOPPED:
            raise_stop(frame)
    except BaseException as error:
        if _lands_here(frame, depth, error):
            return (yield from _handle_suspended(frame, depth, error, handled))
        if isinstance(error, StopIteration):
            frame.stop = error
            return STOPPED
        raise
    return outcome


def raise_stop(frame: Frame) -> None:
    """Raise the StopIteration that could not cross a generator's edge, as it was."""
    stop = frame.stop
    assert stop is not None
    context = stop.__context__
    try:
        raise stop
    finally:
        stop.__context__ = context


def finish(frame: Frame, outcome: int) -> object:
    """The result of a suspended call."""
    if outcome == STOPPED:
        raise_stop(frame)
    return frame.result


def _iterator(value: object) -> Generator[object, object, object]:
    """What `yield from` delegates to; a coroutine is refused, as the host does."""
    if isinstance(value, CoroutineType):
        raise TypeError("cannot 'yield from' a coroutine object in a non-coroutine generator")
    return iter(value)  # type: ignore[call-overload, no-any-return]


def _hand_out(frame: Frame, value: object) -> Generator[object, object, object]:
    """Yield, and raise what is thrown in."""
    got: object = yield value
    if not isinstance(got, Thrown):
        return got
    frame.thrown = got
    return _raise_thrown(got)


def _delegate(
    frame: Frame, iterator: Generator[object, object, object]
) -> Generator[object, object, object]:
    """`yield from` (PEP 380) that unwraps what is thrown in."""
    try:
        item = next(iterator)
    except StopIteration as stop:
        return stop.value
    while True:
        frame.thrown = None
        got: object = yield item
        try:
            if isinstance(got, Thrown):
                frame.thrown = got
                item = _throw(iterator, got)
            elif got is None:
                item = next(iterator)
            else:
                item = iterator.send(got)
        except StopIteration as stop:
            frame.thrown = None
            return stop.value


def _throw(iterator: Generator[object, object, object], thrown: Thrown) -> object:
    error = thrown.error
    if isinstance(error, GeneratorExit):
        if hasattr(iterator, "close"):
            iterator.close()
        return _raise_thrown(thrown)
    if not hasattr(iterator, "throw"):
        return _raise_thrown(thrown)
    return iterator.throw(error)


def _raise_thrown(thrown: Thrown) -> NoReturn:
    """Raise without the context that this place would give."""
    try:
        raise thrown.error
    finally:
        thrown.error.__context__ = thrown.context


def _chain(error: BaseException, handled: BaseException | None) -> None:
    """Set the context of an exception that was thrown in, as `_PyErr_SetObject` does."""
    if handled is None or handled is error:
        return
    link = handled
    while link.__context__ is not None and link.__context__ is not error:
        link = link.__context__
    if link.__context__ is error:
        link.__context__ = None
    error.__context__ = handled


async def _wait(value: object) -> object:
    return await value  # type: ignore[misc]


def _caught(frame: Frame, op: Op) -> object:
    exception, frame.exception = frame.exception, None
    return exception


OPERATIONS[Caught] = _caught

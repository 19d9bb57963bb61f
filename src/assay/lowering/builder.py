"""Builds the control-flow graph of one function: blocks, temporaries, handlers, ways out.

The builder always has a current block. After a terminator that is a dead one,
whose operations are thrown away, until a block is started; so the callers never ask whether code
is dead. A change of handler or of the number of caught exceptions opens a new
block too.

`frames` is the stack of what stands between the current place and the function's edge. A way
out that is not an exception (`return`, `break`, `continue`) runs the clean-up of every frame
that it leaves, each a copy of its own, innermost first, under the handler that was in force
outside of that frame. This is how CPython's compiler does it since 3.8; the price is that
nested `finally` bodies multiply, which the budget bounds.
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.ir.function import (
    NO_BLOCK,
    Block,
    Branch,
    FunctionIR,
    Goto,
    HandlerRegion,
    Return,
    Terminator,
    Unreachable,
)
from assay.ir.ops import Const, ConstantValue, Located, Op
from assay.lowering.scopes import Scope, ScopeTable


class OverBudgetError(Exception):
    """The function has more operations than the budget allows."""


class Frame:
    """Something that control must not leave without a clean-up."""

    __slots__ = ("caught", "handler")

    def __init__(self, handler: int, caught: int) -> None:
        self.handler: Final = handler  # in force outside of the frame
        self.caught: Final = caught


@final
class LoopFrame(Frame):
    """A loop; its jumps need no clean-up of their own."""

    __slots__ = ("break_to", "continue_to")

    def __init__(self, break_to: int, continue_to: int, handler: int, caught: int) -> None:
        super().__init__(handler, caught)
        self.break_to: Final = break_to
        self.continue_to: Final = continue_to


@final
class FinallyFrame(Frame):
    """The protected part of a `try` with `finally`; leaving it runs a copy of the body."""

    __slots__ = ("body",)

    def __init__(self, body: list[ast.stmt], handler: int, caught: int) -> None:
        super().__init__(handler, caught)
        self.body: Final = body


@final
class WithFrame(Frame):
    """The body of a `with`; leaving it calls the exit method."""

    __slots__ = ("at", "method", "mode")

    def __init__(self, method: int, mode: str, at: Located, handler: int, caught: int) -> None:
        super().__init__(handler, caught)
        self.method: Final = method
        self.mode: Final = mode
        self.at: Final = at


@final
class CatchFrame(Frame):
    """The body of a handler; leaving it ends the catch and unbinds the handler's name."""

    __slots__ = ("at", "group", "name")

    def __init__(self, name: str, group: int, at: Located, handler: int, caught: int) -> None:
        super().__init__(handler, caught)
        self.name: Final = name  # "" where the handler binds none
        self.group: Final = group  # the part that `except*` took, or NO_TEMP
        self.at: Final = at


@final
class Builder:
    """The state of lowering one function."""

    __slots__ = (
        "block",
        "blocks",
        "budget",
        "caught",
        "children",
        "dead",
        "frames",
        "function",
        "future_annotations",
        "handler",
        "left",
        "regions",
        "scope",
        "table",
        "temps",
    )

    def __init__(
        self,
        function: FunctionIR,
        scope: Scope,
        table: ScopeTable,
        budget: int,
        future_annotations: bool,
    ) -> None:
        self.function: Final = function
        self.scope = scope  # changes inside an inlined comprehension
        self.table: Final = table
        self.budget: Final = budget  # operations that one function of the module may have
        self.future_annotations: Final = future_annotations
        self.left = budget
        self.blocks: Final[list[Block]] = []
        self.children: Final[dict[int, int]] = {}  # identity of a node to its number as a child
        self.frames: list[Frame] = []
        self.regions: Final[list[HandlerRegion]] = []
        self.handler = NO_BLOCK
        self.caught = 0
        self.temps = 0
        self.dead: Final = Block(NO_BLOCK, NO_BLOCK, 0)
        self.block = self._append(NO_BLOCK, 0)

    # Blocks

    def _append(self, handler: int, caught: int) -> Block:
        block = Block(len(self.blocks), handler, caught)
        self.blocks.append(block)
        self.left -= 1
        return block

    def new_block(self) -> Block:
        """A block under the handler and depth that are in force now; not yet current."""
        return self._append(self.handler, self.caught)

    def start(self, block: Block) -> None:
        """Go on emitting into a block, whose handler and depth are in force from now on."""
        self.block = block
        self.handler = block.handler
        self.caught = block.caught

    def enter(self, handler: int, caught: int, at: Located) -> None:
        """Go on in a new block with this handler and depth."""
        block = self._append(handler, caught)
        self.end(Goto(block.ident, at))
        self.start(block)

    def end(self, terminator: Terminator) -> None:
        """Close the current block; what follows is unreachable until `start`."""
        if self.block is not self.dead:
            self.block.terminator = terminator
            self.block = self.dead

    def goto(self, target: Block, at: Located) -> None:
        self.end(Goto(target.ident, at))

    def branch(self, condition: int, then: Block, otherwise: Block, at: Located) -> None:
        self.end(Branch(condition, then.ident, otherwise.ident, at))

    # Operations

    def temp(self) -> int:
        self.temps += 1
        return self.temps - 1

    def emit(self, op: Op) -> int:
        """Append an operation; returns its `dest`. Raises OverBudgetError."""
        self.left -= 1
        if self.left < 0:
            raise OverBudgetError
        self.block.ops.append(op)
        return op.dest

    def const(self, value: ConstantValue, at: Located) -> int:
        return self.emit(Const(self.temp(), value, at))

    def always_raises(self, op: Op) -> None:
        """Append an operation after which control does not go on."""
        self.emit(op)
        self.end(Unreachable(op.at))

    def ret(self, value: int, at: Located) -> None:
        self.end(Return(value, at))

    # The end

    def finish(self) -> None:
        """Hand the graph to the function: only reachable blocks, numbered in order of the text."""
        self.function.temp_count = self.temps
        targets = _thread_jumps(self.blocks)
        entries = [self.blocks[targets[region.entry.ident]] for region in self.regions]
        kept = _reachable(self.blocks)
        for number, block in enumerate(kept):
            block.ident = number
        renumbered = {id(block) for block in kept}
        for block in kept:
            end = block.terminator
            if isinstance(end, Goto):
                end.target = self.blocks[end.target].ident
            elif isinstance(end, Branch):
                end.then = self.blocks[end.then].ident
                end.otherwise = self.blocks[end.otherwise].ident
            if block.handler != NO_BLOCK:
                pad = self.blocks[block.handler]
                block.handler = pad.ident if id(pad) in renumbered else NO_BLOCK
        self.function.blocks = kept
        self.function.regions = [
            HandlerRegion(region.node, region.pad, entry)
            for region, entry in zip(self.regions, entries, strict=True)
            if id(region.pad) in renumbered and id(entry) in renumbered
        ]
        if self.function.regions:
            self.function.regions.sort(key=_entry_of)


def _thread_jumps(blocks: list[Block]) -> list[int]:
    """Let jumps to empty blocks go where those lead; returns where each block leads to."""
    final_target: dict[int, int] = {}
    for block in blocks:
        end = block.terminator
        if isinstance(end, Goto):
            end.target = _led_to(blocks, end.target, final_target)
        elif isinstance(end, Branch):
            end.then = _led_to(blocks, end.then, final_target)
            end.otherwise = _led_to(blocks, end.otherwise, final_target)
    return [_led_to(blocks, block.ident, final_target) for block in blocks]


def _led_to(blocks: list[Block], ident: int, final_target: dict[int, int]) -> int:
    """Where a jump to a block leads; `final_target` is what is known of it."""
    if blocks[ident].ops:
        return ident
    seen: list[int] = []
    current = ident
    while current not in final_target:
        block = blocks[current]
        end = block.terminator
        if block.ops or not isinstance(end, Goto) or current in seen:
            final_target[current] = current
            break
        seen.append(current)
        current = end.target
    result = final_target[current]
    for passed in seen:
        final_target[passed] = result
    return result


def _entry_of(region: HandlerRegion) -> int:
    return region.entry.ident


def _reachable(blocks: list[Block]) -> list[Block]:
    """The blocks that control can reach from the first, in their order of creation."""
    seen = bytearray(len(blocks))
    seen[0] = 1
    work = [0]
    while work:
        block = blocks[work.pop()]
        following = block.successors()
        if block.handler != NO_BLOCK and block.may_raise():
            following = (*following, block.handler)
        for ident in following:
            if not seen[ident]:
                seen[ident] = 1
                work.append(ident)
    return [block for block in blocks if seen[block.ident]]

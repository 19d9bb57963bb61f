"""Checks that a function's IR is well-formed; runs after every pass in the tests.

What must hold: blocks are numbered by their place and end in a terminator; targets exist; every
block is reachable; a temporary is assigned on every way to its uses, exceptional ways included
(the state on an exceptional edge is that before the operation); a handler starts with `Caught`
and is entered by exceptional edges only; the number of exceptions that are being handled is the
same on every normal way into a block, is 0 at a return, and a handler is never deeper than what
raises to it; `Raise` and `Reraise` end their block, and only they make its end unreachable.

    >>> validate(parse_function("function f plain line 1\\n  b0:\\n    return %0\\n"))
    ['f: b0: return: %0 is not assigned on every way']

Invariant: a function without violations can be read by every analysis without further checks.
The definite assignment is the must-analysis of Aho et al., 9.2, over temporaries as bits of an
int; each block is visited a few times, so a check costs about as much as lowering.
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.ir.function import (
    CLASS,
    NO_BLOCK,
    TYPE_SCOPE,
    Block,
    Branch,
    FunctionIR,
    Return,
    Unreachable,
)
from assay.ir.ops import (
    CELL,
    CLASS_CELL,
    GLOBAL,
    LOCAL,
    NAME,
    NEVER,
    NO_TEMP,
    Caught,
    Delete,
    EndCatch,
    Load,
    Located,
    MakeCell,
    MakeClass,
    MakeFunction,
    MakeTypeAlias,
    MakeTypeParam,
    Op,
    Raise,
    Reraise,
    Store,
)


def validate(function: FunctionIR) -> list[str]:
    """The violations in a function and its children, each with the function's name and the
    place; empty when it is well-formed."""
    found: list[str] = []
    _Check(function, found).run()
    return found


@final
class _Check:
    """One function's check."""

    __slots__ = ("found", "function", "handlers", "prefix")

    def __init__(self, function: FunctionIR, found: list[str]) -> None:
        self.function: Final = function
        self.found: Final = found
        self.prefix: Final = function.qualname or function.name or function.kind
        self.handlers: Final[set[int]] = set()

    def say(self, block: Block, what: str, message: str) -> None:
        self.found.append(f"{self.prefix}: b{block.ident}: {what}: {message}")

    def run(self) -> None:
        function = self.function
        if not function.blocks:
            self.found.append(f"{self.prefix}: there is no entry block")
        elif self.shape():
            self.handlers.update([block.handler for block in function.blocks])
            for block in function.blocks:
                self.operations(block)
            self.depths()
            self.assignments()
        for child in function.children:
            _Check(child, self.found).run()

    def shape(self) -> bool:
        """Whether numbering, terminators and targets are such that the graph can be walked."""
        blocks = self.function.blocks
        before = len(self.found)
        for index, block in enumerate(blocks):
            if block.ident != index:
                self.say(block, "number", f"it stands at place {index}")
            if block.terminator is None:
                self.say(block, "terminator", "there is none")
            for target in block.successors():
                if not 0 <= target < len(blocks):
                    self.say(block, "terminator", f"there is no b{target}")
            if block.handler != NO_BLOCK and not 0 <= block.handler < len(blocks):
                self.say(block, "handler", f"there is no b{block.handler}")
        return len(self.found) == before

    def operations(self, block: Block) -> None:
        """Check what can be seen without the ways into the block."""
        is_handler = block.ident in self.handlers
        starts_with_caught = bool(block.ops) and isinstance(block.ops[0], Caught)
        if is_handler and not starts_with_caught:
            self.say(block, "handler", "it does not start with caught")
        if starts_with_caught and not is_handler:
            self.say(block, "caught", "no block names this one as its handler")
        last = len(block.ops) - 1
        for index, op in enumerate(block.ops):
            if type(op) is Caught and index:
                self.say(block, "caught", "it is not the first operation")
            if type(op) is Raise or type(op) is Reraise:
                if index != last or not isinstance(block.terminator, Unreachable):
                    self.say(block, op.MNEMONIC, "it is not last before unreachable")
                if op.risk == NEVER:
                    self.say(block, op.MNEMONIC, "it has no exceptional edge")
            if op.dest >= self.function.temp_count:
                self.say(block, op.MNEMONIC, f"%{op.dest} is not counted as a temporary")
            self.variables(block, op)
            self.place(block, op.at)
        if isinstance(block.terminator, Unreachable) and not (
            block.ops and isinstance(block.ops[-1], (Raise, Reraise))
        ):
            self.say(block, "unreachable", "the operation before it does not always raise")
        if block.terminator is not None:
            self.place(block, block.terminator.at)

    def variables(self, block: Block, op: Op) -> None:
        """Check names of variables and numbers of children."""
        function = self.function
        if isinstance(op, (Load, Store, Delete)):
            in_class = function.kind in (CLASS, TYPE_SCOPE)  # a type scope sees its class's names
            if op.scope == LOCAL:
                known = op.name in function.locals
            elif op.scope == CELL:
                known = op.name in function.cells or op.name in function.free
            elif op.scope == CLASS_CELL:
                known = in_class and op.name in (*function.cells, *function.free)
            elif op.scope == NAME:
                known = in_class
            else:
                known = op.scope == GLOBAL
            if not known:
                self.say(block, op.MNEMONIC, f"{op.name} is no {op.scope} variable here")
        elif isinstance(op, MakeCell):
            if op.name not in function.cells:
                self.say(block, op.MNEMONIC, f"{op.name} is no cell of this function")
        else:
            children: tuple[int, ...] = ()
            if isinstance(op, (MakeFunction, MakeClass, MakeTypeAlias)):
                children = (op.child,)
            elif isinstance(op, MakeTypeParam):
                children = tuple([each for each in (op.bound, op.default) if each != -1])
            for child in children:
                if not 0 <= child < len(function.children):
                    self.say(block, op.MNEMONIC, f"there is no child {child}")

    def place(self, block: Block, at: Located) -> None:
        node = self.function.node
        if node is None or isinstance(node, ast.Module):
            return
        first = min(self.function.first_line, node.lineno)
        last = node.end_lineno
        if last is not None and not first <= at.lineno <= last:
            self.say(block, "position", f"line {at.lineno} is outside of lines {first} to {last}")

    def depths(self) -> None:
        """Check how many exceptions are being handled, along every edge."""
        blocks = self.function.blocks
        if blocks[0].caught:
            self.say(blocks[0], "caught", "an exception is being handled at the entry")
        if blocks[0].ident in self.handlers:
            self.say(blocks[0], "handler", "the entry is a handler")
        for block in blocks:
            depth = block.caught
            least = depth  # at any operation that raises
            for op in block.ops:
                if op.risk != NEVER:
                    least = min(least, depth)
                if type(op) is Caught:
                    depth += 1
                elif type(op) is EndCatch:
                    depth -= 1
                    if depth < 0:
                        self.say(block, "end_catch", "no exception is being handled")
            if block.handler != NO_BLOCK and blocks[block.handler].caught > least:
                self.say(block, "handler", f"b{block.handler} is deeper than an operation here")
            for target in block.successors():
                if blocks[target].caught != depth:
                    self.say(
                        block,
                        "terminator",
                        f"{depth} exceptions are being handled, "
                        f"b{target} expects {blocks[target].caught}",
                    )
                if target in self.handlers:
                    self.say(block, "terminator", f"it enters the handler b{target}")
            if isinstance(block.terminator, Return) and depth:
                self.say(block, "return", f"{depth} exceptions are still being handled")

    def assignments(self) -> None:
        """Check that temporaries are assigned before they are used, and blocks are reachable."""
        blocks = self.function.blocks
        entry: list[int] = [-1] * len(blocks)  # all bits: not reached yet
        entry[0] = 0
        seen = bytearray(len(blocks))
        seen[0] = 1
        work = [0]
        waiting = bytearray(len(blocks))
        while work:
            ident = work.pop()
            waiting[ident] = 0
            block = blocks[ident]
            raised, state = _flow(block, entry[ident])
            targets = [(target, state) for target in block.successors()]
            if block.handler != NO_BLOCK and raised is not None:
                targets.append((block.handler, raised))
            for target, incoming in targets:
                joined = entry[target] & incoming
                if not seen[target] or joined != entry[target]:
                    seen[target] = 1
                    entry[target] = joined
                    if not waiting[target]:
                        waiting[target] = 1
                        work.append(target)
        for block in blocks:
            if seen[block.ident]:
                self.uses(block, entry[block.ident])
            else:
                self.say(block, "block", "control never comes here")

    def uses(self, block: Block, state: int) -> None:
        for op in block.ops:
            for temp in op.uses():
                if temp < 0 or not state >> temp & 1:
                    self.say(block, op.MNEMONIC, f"%{temp} is not assigned on every way")
            if op.dest != NO_TEMP:
                state |= 1 << op.dest
        end = block.terminator
        temp = NO_TEMP
        if isinstance(end, Branch):
            temp, what = end.condition, "branch"
        elif isinstance(end, Return):
            temp, what = end.value, "return"
        else:
            return
        if temp < 0 or not state >> temp & 1:
            self.say(block, what, f"%{temp} is not assigned on every way")


def _flow(block: Block, state: int) -> tuple[int | None, int]:
    """The temporaries that are assigned on the block's exceptional edge (None without one), and
    at its end. Assignments only add up, so the first operation that raises decides."""
    raised: int | None = None
    for op in block.ops:
        if raised is None and op.risk != NEVER:
            raised = state
        if op.dest != NO_TEMP:
            state |= 1 << op.dest
    return raised, state

"""Functions of the IR: blocks of operations, joined by terminators and exceptional edges.

A function's entry is block 0. A block runs its operations in order and leaves by its
terminator, or by the exceptional edge of any operation whose `risk` is not `NEVER`: to the
block's `handler`, or out of the function when that is `NO_BLOCK`. Blocks are not split at
operations that raise; an exceptional edge is named by (block, index of the operation), and the
state that flows along it is the state *before* the operation (docs/decisions/0001).

A handler starts with `Caught`, the only place where `Caught` may stand, and the number of
exceptions that are being handled is the same on every way into a block: `Caught` adds one,
`EndCatch` takes one away, and an exceptional edge to a handler drops the count to that of the
handler's entry.

    def f(p):               b0: handler -
        try:                    goto b1
            g(p)            b1: handler b2
        except E:               %0 = load global g      ?b2
            pass                ...
"""

from __future__ import annotations

import ast
from typing import Final, TypeAlias, final

from assay.ir.ops import NEVER, Located, Op

NO_BLOCK: Final = -1

# What a function came from.
MODULE: Final = "module"
CLASS: Final = "class"
FUNCTION: Final = "function"
LAMBDA: Final = "lambda"
GENERATOR_EXPRESSION: Final = "generator-expression"
TYPE_SCOPE: Final = "type-scope"  # the hidden function round a generic (PEP 695), or a lazy value

# How calling it behaves.
PLAIN: Final = "plain"
GENERATOR: Final = "generator"
COROUTINE: Final = "coroutine"
ASYNC_GENERATOR: Final = "async-generator"


class Terminator:
    """How control leaves a block normally. A terminator never raises."""

    __slots__ = ("at",)

    def __init__(self, at: Located) -> None:
        self.at: Final = at


@final
class Goto(Terminator):
    """Go on at another block."""

    __slots__ = ("target",)

    def __init__(self, target: int, at: Located) -> None:
        super().__init__(at)
        self.target = target  # rewritten when empty blocks are removed


@final
class Branch(Terminator):
    """Go to `then` when the temporary is true, else to `otherwise`; its truth is known
    (`Truth`)."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(self, condition: int, then: int, otherwise: int, at: Located) -> None:
        super().__init__(at)
        self.condition: Final = condition
        self.then = then
        self.otherwise = otherwise


@final
class Return(Terminator):
    """Leave the function with a value."""

    __slots__ = ("value",)

    def __init__(self, value: int, at: Located) -> None:
        super().__init__(at)
        self.value: Final = value


@final
class Unreachable(Terminator):
    """The operation before it always raises."""

    __slots__ = ()


@final
class Block:
    """A straight line of operations under one handler.

    `caught` makes the depth of a handler explicit: all its sources may lie deeper than it does.
    """

    __slots__ = ("caught", "handler", "ident", "ops", "terminator")

    def __init__(self, ident: int, handler: int, caught: int) -> None:
        self.ident = ident
        self.handler = handler
        self.caught: Final = caught  # exceptions being handled on entry, before `Caught` counts
        self.ops: list[Op] = []
        self.terminator: Terminator | None = None  # None only while it is being built

    def successors(self) -> tuple[int, ...]:
        """The blocks that the terminator leads to, without the handler."""
        end = self.terminator
        if isinstance(end, Goto):
            return (end.target,)
        if isinstance(end, Branch):
            return (end.then, end.otherwise)
        return ()

    def may_raise(self) -> bool:
        """Whether any operation of the block has an exceptional edge."""
        return any(op.risk != NEVER for op in self.ops)


@final
class Parameters:
    """The names of a function's parameters, by kind; `''` where there is no star parameter."""

    __slots__ = ("keyword_only", "positional", "positional_only", "star", "star_star")

    def __init__(
        self,
        positional_only: tuple[str, ...],
        positional: tuple[str, ...],
        star: str,
        keyword_only: tuple[str, ...],
        star_star: str,
    ) -> None:
        self.positional_only: Final = positional_only
        self.positional: Final = positional
        self.star: Final = star
        self.keyword_only: Final = keyword_only
        self.star_star: Final = star_star

    def names(self) -> tuple[str, ...]:
        """Every parameter, in the order of CPython's `co_varnames`."""
        found = (*self.positional_only, *self.positional, *self.keyword_only)
        if self.star:
            found = (*found, self.star)
        return (*found, self.star_star) if self.star_star else found


NO_PARAMETERS: Final = Parameters((), (), "", (), "")


@final
class HandlerRegion:
    """Where one `except` clause stands in the graph.

    `pad` is the block that catches for its `try`, `entry` the first block of the clause's body,
    after the match and the binding of its name. The code that the clause guards is the blocks
    whose `handler` is `pad`. A `try` inside a `finally` has several regions, one a copy.
    """

    __slots__ = ("entry", "node", "pad")

    def __init__(self, node: ast.ExceptHandler, pad: Block, entry: Block) -> None:
        self.node: Final = node
        self.pad: Final = pad
        self.entry: Final = entry


FunctionNode: TypeAlias = (
    ast.Module
    | ast.ClassDef
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.GeneratorExp
    | ast.expr
    | ast.stmt
    | None
)


@final
class FunctionIR:
    """One function, lambda, class body, generator expression or module body.

    `locals` are its fast locals (parameters that no closure captures among them), `cells` the
    variables it shares with functions inside it, `free` those it shares with functions round
    it; all sorted by first appearance. `children` are the functions made inside it, in the
    order of the text; `MakeFunction` and `MakeClass` name them by index. `node` is the syntax
    it came from, None after reading text form.
    """

    __slots__ = (
        "blocks",
        "cells",
        "children",
        "first_line",
        "flavour",
        "free",
        "kind",
        "locals",
        "name",
        "node",
        "over_budget",
        "parameters",
        "qualname",
        "regions",
        "temp_count",
    )

    def __init__(
        self,
        name: str,
        qualname: str,
        kind: str,
        flavour: str,
        parameters: Parameters,
        first_line: int,
        node: FunctionNode,
    ) -> None:
        self.name: Final = name
        self.qualname: Final = qualname  # "" for the module, else as `__qualname__`
        self.kind: Final = kind
        self.flavour: Final = flavour
        self.parameters: Final = parameters
        self.first_line: Final = first_line
        self.node: Final = node
        self.locals: tuple[str, ...] = ()
        self.cells: tuple[str, ...] = ()
        self.free: tuple[str, ...] = ()
        self.blocks: list[Block] = []
        self.children: list[FunctionIR] = []
        self.regions: list[HandlerRegion] = []  # empty after reading text form
        self.temp_count = 0
        # How many operations it has more than, where lowering stopped; else 0. The blocks are empty
        # then, and every question is unseen.
        self.over_budget = 0

    @property
    def limit(self) -> str:
        """The limit at which lowering stopped, in words; `""` when it did not."""
        return f"more than {self.over_budget:,} operations" if self.over_budget else ""

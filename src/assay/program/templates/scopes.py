"""What names mean at a place of a template, and what else holds there.

Invariant: a name that nothing binds is a variable of the context, unless the scope is closed.

    {% for x in xs %}   ->   x is bound to the elements of xs
"""

from __future__ import annotations

from typing import Final, final

from assay.program.templates.values import Applied, Autoescape, Flows
from assay.source.templates.expressions import Attr, Expr, Name
from assay.source.templates.tree import Block, CallBlock, Macro, Tree

# What templates of Flask see wherever they are.
_GLOBALS: Final = frozenset(("request", "session", "g", "config"))


@final
class Bound:
    """A macro, with the template that defines it and the names that it sees."""

    __slots__ = ("macro", "scope", "tree")

    def __init__(self, macro: Macro, tree: Tree, scope: Scope) -> None:
        self.macro: Final = macro
        self.tree: Final = tree
        self.scope: Final = scope


@final
class Caller:
    """The block of a `call` tag, which its macro prints."""

    __slots__ = ("block", "state")

    def __init__(self, block: CallBlock, state: State) -> None:
        self.block: Final = block
        self.state: Final = state


@final
class Scope:
    """What names mean: values, macros, imported templates.

    `is_closed`: what is not bound is no variable of the context, but for what is global.
    """

    __slots__ = ("caller", "flows", "imported", "is_closed", "macros", "parent")

    def __init__(self, parent: Scope | None, is_closed: bool = False) -> None:
        self.parent: Final = parent
        self.is_closed: Final[bool] = is_closed or (parent is not None and parent.is_closed)
        self.flows: Final[dict[str, Flows]] = {}
        self.macros: Final[dict[str, Bound]] = {}
        self.imported: Final[dict[str, dict[str, Bound]]] = {}
        self.caller: Caller | None = parent.caller if parent is not None else None

    def find(self, name: str) -> Flows | None:
        """The flows that a name is bound to; None when it is a variable of the context."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.flows:
                return scope.flows[name]
            scope = scope.parent
        return () if self.is_closed and name not in _GLOBALS else None

    def macro(self, function: Expr) -> Bound | None:
        """The macro that an expression names."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(function, Name) and function.name in scope.macros:
                return scope.macros[function.name]
            if isinstance(function, Attr) and isinstance(function.owner, Name):
                module = scope.imported.get(function.owner.name)
                if module is not None:
                    return module.get(function.name)
            scope = scope.parent
        return None


@final
class State:
    """What holds at a place of the walk besides the page."""

    __slots__ = ("autoescape", "blocks", "depth", "filters", "is_branch", "scope", "tree")

    def __init__(
        self,
        tree: Tree,
        scope: Scope,
        autoescape: Autoescape,
        depth: int,
        blocks: tuple[tuple[Block, Tree], ...] = (),
        filters: tuple[Applied, ...] = (),
    ) -> None:
        self.tree: Final = tree
        self.scope: Final = scope
        self.autoescape = autoescape  # Tornado's tag changes it for what follows
        self.depth: Final = depth
        self.blocks: Final = blocks  # what the running block replaces, nearest first
        self.filters: Final = filters  # of `filter` blocks round it
        self.is_branch = False

    def inside(self, scope: Scope | None = None, deeper: int = 0) -> State:
        """The same, with other names."""
        here = scope or Scope(self.scope)
        return State(
            self.tree, here, self.autoescape, self.depth + deeper, self.blocks, self.filters
        )

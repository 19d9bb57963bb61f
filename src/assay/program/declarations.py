"""The variables and attributes that a function declares with a type."""

from __future__ import annotations

import ast
from typing import Final, final

from assay.ir.function import FunctionNode
from assay.source.nesting import COMPOUND, blocks_of


def body_of(node: FunctionNode) -> list[ast.stmt]:
    """The statements of a function, class or module; none for what has no block."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return node.body
    return []


@final
class Declarations:
    """The annotated assignments of one function, those of functions inside it left out."""

    __slots__ = ("names", "targets")

    def __init__(self, node: FunctionNode) -> None:
        self.names: Final[dict[str, ast.expr]] = {}
        self.targets: Final[dict[int, ast.expr]] = {}  # by the id of the attribute's node
        work: list[ast.stmt] = list(body_of(node))
        while work:
            statement = work.pop()
            if isinstance(statement, ast.AnnAssign):
                if isinstance(statement.target, ast.Name):
                    self.names.setdefault(statement.target.id, statement.annotation)
                else:
                    self.targets[id(statement.target)] = statement.annotation
            elif type(statement) in COMPOUND and not isinstance(
                statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                for block, _ in blocks_of(statement):
                    work += block

"""Entry point: a module's tree to its IR.

lower_module(ast.parse("x = 1"), "m")     FunctionIR of kind "module", functions as its children
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from assay.ir.function import MODULE, NO_PARAMETERS, PLAIN, FunctionIR
from assay.lowering import definition
from assay.lowering.builder import Builder
from assay.lowering.scopes import build_scopes

# Operations of one function; the largest of the standard library has some 20,000.
DEFAULT_BUDGET: Final = 200_000

# Trees nest: an expression of depth n takes some 3 n Python frames.
_RECURSION_LIMIT: Final = 20_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allows as many Python frames as trees, and chains of facts that follow from each other, need.

    The limit is that of the process, and is put back behind the body.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def lower_module(tree: ast.Module, name: str, budget: int = DEFAULT_BUDGET) -> FunctionIR:
    """Lower a module and everything in it.

    `name` is the module's dotted name, or `""`; `budget` the most operations one function may have.
    Raises RecursionError on trees nested too deeply, UnknownSyntaxError on nodes newer than Assay.
    """
    with deep_recursion():
        table = build_scopes(tree)
        function = FunctionIR(name, "", MODULE, PLAIN, NO_PARAMETERS, 1, tree)
        b = Builder(function, table.module, table, budget, _future_annotations(tree))
        at = ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
        definition.lower_body(b, tree.body, at)
        definition.complete(b)
        table.release()
    return function


def _future_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )

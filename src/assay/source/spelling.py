"""How an expression is spelled, normalised: the text of `ast.unparse`, for every tree.

A tree of the second road may hold what the host cannot write, such as an f-string whose expression
has a backslash (Python 3.12); `ast.unparse` then raises. Its dump tells expressions apart as well.

    spelling(ast.parse("a . b", mode="eval").body)      "a.b"
"""

from __future__ import annotations

import ast


def spelling(node: ast.AST) -> str:
    """The source of a node in normal form, or its dump where the host cannot write it."""
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError):
        return ast.dump(node)

"""How an expression is spelled, normalised: the text of `ast.unparse`, for every tree.

A tree of the second road may hold what the host cannot write, such as an f-string whose expression
has a backslash (Python 3.12); `ast.unparse` then raises. Its dump tells expressions apart as well.

    spelling(ast.parse("a . b", mode="eval").body)      "a.b"
"""

from __future__ import annotations

import ast
from typing import Final


def spelling(node: ast.AST) -> str:
    """The source of a node in normal form, or its dump where the host cannot write it."""
    name = _path(node)
    if name:
        return name
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError):
        return ast.dump(node)


def _path(node: ast.AST) -> str:
    """`a.b.c` of names and attributes, which most expressions are; "" for anything else."""
    if type(node) is _NAME:
        return node.id
    parts: list[str] = []
    while type(node) is _ATTRIBUTE:
        parts.append(node.attr)
        node = node.value
    if type(node) is not _NAME:
        return ""
    parts.append(node.id)
    parts.reverse()
    return ".".join(parts)


# `ast.unparse` takes a hundred times as long.
_ATTRIBUTE: Final = ast.Attribute
_NAME: Final = ast.Name

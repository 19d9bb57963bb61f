"""A limit on how deep a tree may be.

Every later pass walks trees by recursion, so a tree deeper than the interpreter's stack would be
the end of the run. Statements that go deeper than `MAX_NESTING` are cut here, once, and named as
lost; everything else in the file stays.

Invariant: after `cut_deep_statements` no path from the module to a leaf has more than
`MAX_NESTING` nodes.

    >>> cut_deep_statements(ast.parse("x = " + "-" * 900 + "1"), [], [])
    [(1, 1)]
"""

import ast
from collections.abc import Sequence
from typing import Final

MAX_NESTING: Final = 200
"""Nodes on the longest path of a tree that is kept. With three Python frames a node, a walk stays
below CPython's default limit of 1000 frames; hand-written code stays below 40 nodes."""

_DEEPEST_STATEMENT: Final = MAX_NESTING // 2
"""Statements deeper than this are cut, so that a shallow statement always has room."""

_SHORT: Final = MAX_NESTING // 2 - 8
"""An expression of so few characters cannot go over the limit: a node takes a character, and a
few nodes (an f-string's parts, a context) come for free at the leaves."""


def cut_deep_statements(
    tree: ast.Module, lines: Sequence[str], offsets: Sequence[int]
) -> list[tuple[int, int]]:
    """Replaces each statement that nests too deeply by `pass`, in place.

    Returns first and last line of each cut statement, in the order of the text. The lines and
    offsets of the text only save work; without them every statement is measured.
    """
    cut: list[tuple[int, int]] = []
    pending: list[tuple[list[ast.stmt], int]] = [(tree.body, 1)]
    while pending:
        body, depth = pending.pop()
        for index, statement in enumerate(body):
            inner = _bodies(statement)
            too_deep = depth > _DEEPEST_STATEMENT or (
                not _is_short(statement, inner, lines, offsets)
                and _exceeds(statement, inner, MAX_NESTING - depth)
            )
            if too_deep:
                first = statement.lineno
                last = statement.end_lineno or first
                cut.append((first, last))
                body[index] = ast.copy_location(ast.Pass(), statement)
            else:
                pending += [(block, depth + deeper) for block, deeper in inner]
    cut.sort()
    return cut


def _bodies(statement: ast.stmt) -> list[tuple[list[ast.stmt], int]]:
    """The blocks of a compound statement, each with how many nodes lie between."""
    if isinstance(
        statement,
        ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.With | ast.AsyncWith,
    ):
        return [(statement.body, 1)]
    if isinstance(statement, ast.If | ast.For | ast.AsyncFor | ast.While):
        return [(statement.body, 1), (statement.orelse, 1)]
    if isinstance(statement, ast.Try | ast.TryStar):
        return [
            (statement.body, 1),
            *((handler.body, 2) for handler in statement.handlers),
            (statement.orelse, 1),
            (statement.finalbody, 1),
        ]
    if isinstance(statement, ast.Match):
        return [(case.body, 2) for case in statement.cases]
    return []


def _is_short(
    statement: ast.stmt,
    inner: list[tuple[list[ast.stmt], int]],
    lines: Sequence[str],
    offsets: Sequence[int],
) -> bool:
    """Whether what the statement has besides its blocks is too little text to be deep."""
    first = statement.lineno
    last = statement.end_lineno
    if last is None:
        return False
    if not inner:
        if first == last and statement.end_col_offset is not None:
            return statement.end_col_offset - statement.col_offset <= _SHORT
    elif isinstance(statement, ast.If | ast.For | ast.AsyncFor | ast.While | ast.With):
        last = statement.body[0].lineno if statement.body else last
    elif not isinstance(statement, ast.Try):
        return False
    else:
        return not statement.handlers
    if not 0 < first <= last <= len(offsets):
        return False
    return offsets[last - 1] + len(lines[last - 1]) - offsets[first - 1] <= _SHORT


def _exceeds(statement: ast.stmt, inner: list[tuple[list[ast.stmt], int]], limit: int) -> bool:
    """Whether a path of more than `limit` nodes starts at the statement, blocks left out."""
    blocks = {id(child) for block, _ in inner for child in block}
    level: list[ast.AST] = [statement]
    depth = 0
    while level:
        depth += 1
        if depth > limit:
            return True
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if id(child) not in blocks
        ]
    return False

"""A limit on how deep a tree may be.

Every later pass walks trees by recursion, so a tree deeper than the interpreter's stack would be
the end of the run. Statements that go deeper than `MAX_NESTING` are cut here, once, and named as
lost; everything else in the file stays.

Invariant: after `cut_deep_statements` no path from the module to a leaf has more than
`MAX_NESTING` nodes.

    >>> cut_deep_statements(ast.parse("x = " + "-" * 900 + "1"), [])
    [(1, 1)]
"""

import ast
from collections.abc import Sequence
from typing import Final

MAX_NESTING: Final = 150
"""Nodes on the longest path of a tree that is kept. `ast.unparse` takes up to five Python frames a
node, so a walk stays below CPython's default limit of 1000 frames; code written by hand
stays below 40 nodes."""

_DEEPEST_STATEMENT: Final = 100
"""Statements deeper than this are cut, so that each kept statement has room for its expressions. An
`elif` is one deeper than the branch before it."""

_LEAVES: Final = 8
"""Nodes that come without a character of their own at the end of a path: the statement, a context,
the parts of an f-string. All other nodes take at least one character each."""


def cut_deep_statements(tree: ast.Module, lines: Sequence[str]) -> list[tuple[int, int]]:
    """Replaces each statement that nests too deeply by `pass`, in place.

    Returns first and last line of each cut statement, in the order of the text. The lines of the
    text only save work; without them every statement is measured.
    """
    cut: list[tuple[int, int]] = []
    longest = max(map(len, lines), default=_UNKNOWN_WIDTH)
    pending: list[tuple[list[ast.stmt], int]] = [(tree.body, 1)]
    while pending:
        body, depth = pending.pop()
        room = MAX_NESTING - depth
        # Most statements stand on one line, and no line of the file is long enough.
        is_short = longest <= room - _LEAVES and depth <= _DEEPEST_STATEMENT
        for index, statement in enumerate(body):
            is_compound = type(statement) in COMPOUND  # may have decorators on lines above
            if is_short and not is_compound and statement.lineno == statement.end_lineno:
                too_deep = False
            else:
                too_deep = depth > _DEEPEST_STATEMENT or (
                    _most_nodes(statement, lines, room - _LEAVES) > room - _LEAVES
                    and _exceeds(_measured(statement), room)
                )
            if too_deep:
                first = statement.lineno
                last = statement.end_lineno or first
                cut.append((first, last))
                body[index] = ast.copy_location(ast.Pass(), statement)
            elif is_compound:
                pending += [(block, depth + deeper) for block, deeper in blocks_of(statement)]
    cut.sort()
    return cut


def blocks_of(statement: ast.stmt) -> list[tuple[list[ast.stmt], int]]:
    """The blocks of a compound statement, each with how many nodes lie between."""
    # To look a class up in `ast` takes longer than to compare with it.
    if type(statement) not in COMPOUND:
        return []
    if type(statement) is _FUNCTION or type(statement) is _CLASS or type(statement) is _WITH:
        return [(statement.body, 1)]
    if type(statement) is _IF or type(statement) is _FOR or type(statement) is _WHILE:
        return [(statement.body, 1), (statement.orelse, 1)]
    if isinstance(statement, (ast.Try, ast.TryStar)):
        return [
            (statement.body, 1),
            *[(handler.body, 2) for handler in statement.handlers],
            (statement.orelse, 1),
            (statement.finalbody, 1),
        ]
    if isinstance(statement, (ast.AsyncFunctionDef, ast.AsyncWith)):
        return [(statement.body, 1)]
    if isinstance(statement, ast.AsyncFor):
        return [(statement.body, 1), (statement.orelse, 1)]
    if isinstance(statement, ast.Match):
        return [(case.body, 2) for case in statement.cases]
    return []


_FUNCTION: Final = ast.FunctionDef
_CLASS: Final = ast.ClassDef
_WITH: Final = ast.With
_IF: Final = ast.If
_FOR: Final = ast.For
_WHILE: Final = ast.While
COMPOUND: Final = frozenset(
    {
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.With,
        ast.AsyncWith,
        ast.If,
        ast.For,
        ast.AsyncFor,
        ast.While,
        ast.Try,
        ast.TryStar,
        ast.Match,
    }
)
"""The statements that have blocks. Most statements have none, and are passed over by this test."""


def _most_nodes(statement: ast.stmt, lines: Sequence[str], enough: int) -> int:
    """At least as many as a path below the statement has, its blocks left out.

    What is more than `enough` may be any larger number.
    """
    first = statement.lineno
    last = statement.end_lineno
    if last is None:
        return _UNKNOWN_WIDTH
    if first == last and type(statement) in _SIMPLE:
        return (statement.end_col_offset or _UNKNOWN_WIDTH) - statement.col_offset
    if type(statement) is _EXPR and type(statement.value) is _CONSTANT:
        return 0
    if type(statement) in COMPOUND:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if statement.decorator_list:
                first = min(first, statement.decorator_list[0].lineno)
            last = statement.body[0].lineno if statement.body else last
        elif isinstance(
            statement, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)
        ):
            last = statement.body[0].lineno if statement.body else last
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            return _UNKNOWN_WIDTH if statement.handlers else 0
        else:
            return _UNKNOWN_WIDTH
    if not 0 < first <= last <= len(lines):
        return _UNKNOWN_WIDTH
    held = lines[first - 1 : last]
    width = last - first + sum(map(len, held))
    if width <= enough:
        return width
    # Whatever is a node has a sign of its own or a word, and signs or blanks stand between words.
    signs = 0
    for line in held:
        signs += len(line.lstrip().translate(_NO_SIGNS)) + 1
    return 2 * signs


_NO_SIGNS: Final[dict[int, None]] = dict.fromkeys(
    map(ord, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
)
"""What is no sign, to be deleted; letters that are not ASCII count as signs."""

_EXPR: Final = ast.Expr
_CONSTANT: Final = ast.Constant
_UNKNOWN_WIDTH: Final = MAX_NESTING * MAX_NESTING
_SIMPLE: Final = frozenset(
    {ast.Expr, ast.Assign, ast.Return, ast.AnnAssign, ast.AugAssign, ast.Assert}
)


def _measured(statement: ast.stmt) -> list[ast.AST]:
    """What a statement holds besides its blocks."""
    held: list[ast.AST] = []
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        held += statement.decorator_list
        held.append(statement.args)
        if statement.returns is not None:
            held.append(statement.returns)
        held += _type_parameters(statement)
    elif isinstance(statement, ast.ClassDef):
        held += statement.decorator_list
        held += statement.bases
        held += statement.keywords
        held += _type_parameters(statement)
    elif isinstance(statement, (ast.If, ast.While)):
        held.append(statement.test)
    elif isinstance(statement, (ast.For, ast.AsyncFor)):
        held += [statement.target, statement.iter]
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        held += statement.items
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        held += [handler.type for handler in statement.handlers if handler.type is not None]
    elif isinstance(statement, ast.Match):
        held.append(statement.subject)
        for case in statement.cases:
            held.append(case.pattern)
            if case.guard is not None:
                held.append(case.guard)
    else:
        held.append(statement)
    return held


def _type_parameters(statement: ast.stmt) -> list[ast.AST]:
    """The parameters in `def f[T]()`, which hosts older than 3.12 do not know."""
    found: object = getattr(statement, "type_params", None)
    return [one for one in found if isinstance(one, ast.AST)] if isinstance(found, list) else []


def _exceeds(roots: list[ast.AST], limit: int) -> bool:
    """Whether a path of more than `limit` nodes may start at the statement that holds the roots."""
    level = roots
    # The statement, a handler, case or `with` item that holds a root, and at the other end a leaf
    # with its context: these are not in any level.
    depth = 4
    while level:
        depth += 1
        if depth > limit:
            return True
        below: list[ast.AST] = []
        for node in level:
            # Not `ast.iter_child_nodes`: this loop is most of the cost of the limit.
            for value in node.__dict__.values():
                if isinstance(value, list):
                    below += [
                        one
                        for one in value
                        if isinstance(one, ast.AST) and not isinstance(one, _LEAF_CLASSES)
                    ]
                elif isinstance(value, ast.AST) and not isinstance(value, _LEAF_CLASSES):
                    below.append(value)
        level = below
    return False


_LEAF_CLASSES: Final = (
    ast.Name,
    ast.Constant,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.boolop,
)

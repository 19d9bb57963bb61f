"""Errors that a function raises and then takes by accident, as a clause of the same `try` is wider.

Only a clause for a named error that is a proper base of the raised one counts: who raises
ValueError under `except ValueError` jumps on purpose, and who writes `except Exception` takes
everything anyway. Only builtin errors are compared.

    try:
        loop = running_loop()
        if loop is mine:
            raise NotImplementedError("called from the loop itself")
    except RuntimeError:            NotImplementedError is a RuntimeError: it is gone
        pass
"""

from __future__ import annotations

import ast
import builtins
from typing import Final, final

from assay.domains.handling import NARROW, Clause, own_statements, type_names
from assay.program.silence import excused
from assay.source.spelling import spelling

TAKES_ALL: Final = excused(
    "raised-inside.takes-all",
    "the guarded code raises an error itself, and the clause takes everything anyway",
    "swallowed-exception",
)
JUMPS: Final = excused(
    "raised-inside.jumps",
    "the guarded code raises the very error that the clause names, to jump to it",
    "swallowed-exception",
)


@final
class OwnRaise:
    """A `raise` statement, the name of its error, and the wider one that the clause names."""

    __slots__ = ("caught", "name", "node")

    def __init__(self, node: ast.Raise, name: str, caught: str) -> None:
        self.node: Final = node
        self.name: Final = name
        self.caught: Final = caught


def own_raise(clause: Clause) -> OwnRaise | None:
    """The first `raise` of the guarded code that the clause takes as one of a wider kind."""
    file, line = clause.function.file, clause.node.lineno
    statements = own_statements(clause.statement.body)
    raises = [node for node in statements if isinstance(node, ast.Raise) and node.exc is not None]
    inner = _handled_inside(clause.statement.body) if raises else frozenset()
    for node in raises:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = spelling(raised) if raised is not None else ""
        builtin = clause.function.file.names.resolve(name) == name
        if not builtin or id(node) in inner or _taken_before(clause, name):
            continue
        caught = next((each for each in clause.caught if _is_base(each, name)), "")
        if not caught:
            continue
        if clause.breadth != NARROW and TAKES_ALL.stops(file, line):
            continue
        if name in clause.caught and JUMPS.stops(file, line):
            continue
        return OwnRaise(node, name, caught)
    return None


def _handled_inside(body: list[ast.stmt]) -> frozenset[int]:
    """The `raise` statements under a `try` of the guarded code itself."""
    return frozenset(
        id(inner)
        for node in own_statements(body)
        if isinstance(node, (ast.Try, ast.TryStar)) and node.handlers
        for inner in own_statements(node.body)
    )


def _taken_before(clause: Clause, name: str) -> bool:
    """Whether a clause further up takes the error."""
    for other in clause.statement.handlers:
        if other is clause.node:
            return False
        names = type_names(other.type, clause.function.file)
        if not names or any(_is_base(caught, name) for caught in names):
            return True
    return False


def _is_base(base: str, name: str) -> bool:
    """Whether one builtin error is another, or a base of it."""
    wider: object = getattr(builtins, base, None)
    special: object = getattr(builtins, name, None)
    if not isinstance(wider, type) or not isinstance(special, type):
        return False
    return issubclass(special, wider)

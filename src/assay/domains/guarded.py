"""What the code that an `except` clause guards is for: an assertion, a probe, clean-up.

Told by its statements and calls; the same call weighs differently where it is the purpose of a
statement and where it only makes an argument.

    try:
        connection.close()        only_cleans_up
    except OSError:
        pass
"""

from __future__ import annotations

import ast
import re
from typing import Final

from assay.domains.handling import Clause, clauses, is_log, last_part, own_statements
from assay.ir.function import FUNCTION
from assay.ir.ops import Call
from assay.models.errors import ErrorWords
from assay.program.classes import attribute_name
from assay.program.facts import FunctionFacts
from assay.source.comments import Comment
from assay.source.spelling import spelling

_FAILING: Final = re.compile(
    r"fail|ignor|error|exception|best.effort|optional|rais|swallow|suppress|does not matter"
    r"|doesn't matter|may not|might not|harmless|never",
    re.I,
)
_NAME_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def guarded_calls(clause: Clause) -> list[Call]:
    """The calls of the guarded code."""
    return [op for op in clause.guarded if isinstance(op, Call)]


def excused_above(clause: Clause) -> Comment | None:
    """A comment right above the `try`, or first in it, that speaks of failing."""
    statement = clause.statement
    file = clause.function.file.source
    for block in file.comment_blocks:
        if block.last_line in (statement.lineno - 1, statement.body[0].lineno - 1) and (
            _FAILING.search(block.text)
        ):
            return block.comments[0]
    return None


def asserts(clause: Clause) -> bool:
    """Whether the guarded code checks something as tests do: an AssertionError may come of it."""
    statements = own_statements(clause.statement.body)
    if any(isinstance(node, ast.Raise) for node in statements):
        return False  # the error is made on purpose
    if any(isinstance(node, ast.Assert) for node in statements):
        return True
    return any(
        last_part(clause.function, op).lower().startswith("assert") for op in guarded_calls(clause)
    )


def is_probe(clause: Clause, words: ErrorWords) -> bool:
    """Whether the guarded code only computes something, with what stands behind it as fallback.

    It returns its result or goes on in an `else`, or it does nothing but assign and collect.
    """
    if clause.statement.orelse:
        return True
    for node in own_statements(clause.statement.body):
        if isinstance(node, ast.Return) and node.value is not None:
            return True
    for node in own_statements(clause.statement.body):
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            called = node.value.func if isinstance(node.value, ast.Call) else None
            if not (isinstance(called, ast.Attribute) and called.attr in words.cleanup.collecting):
                return False
        elif isinstance(node, ast.With):
            if not all(_opens_for_reading(item.context_expr) for item in node.items):
                return False
        elif isinstance(node, (ast.AsyncWith, ast.Delete, ast.Raise)):
            return False
    return True


def _opens_for_reading(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or spelling(node.func) not in ("open", "io.open"):
        return False
    modes = [*node.args[1:2], *(each.value for each in node.keywords if each.arg == "mode")]
    return all(isinstance(mode, ast.Constant) and "r" in str(mode.value) for mode in modes)


def only_cleans_up(clause: Clause, words: ErrorWords) -> bool:
    """Whether the guarded code only gives things back, or writes a message.

    Calls whose results are arguments or conditions do not count.
    """
    main = {id(node) for node in _main_calls(clause.statement.body)}
    outer = [op for op in guarded_calls(clause) if id(op.at) in main]
    return bool(outer) and all(
        clause.function.callee(op) in words.cleanup.functions
        or _tells_of_cleanup(last_part(clause.function, op), words.cleanup.methods, words)
        or is_log(clause.function, op, words)
        for op in outer
    )


def _main_calls(body: list[ast.stmt]) -> list[ast.Call]:
    """The calls that statements are made of: alone, assigned, returned or entered."""
    found: list[ast.Call] = []
    for node in own_statements(body):
        values: list[ast.expr | None] = []
        if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)):
            values = [node.value]
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            values = [item.context_expr for item in node.items]
        for value in values:
            inner = value.value if isinstance(value, ast.Await) else value
            if isinstance(inner, ast.Call):
                found.append(inner)
    return found


def _tells_of_cleanup(name: str, whole: frozenset[str], words: ErrorWords) -> bool:
    return (
        name in whole
        or name.strip("_") in whole
        or any(part.lower() in words.cleanup.parts for part in _NAME_PART.findall(name))
    )


def in_cleanup(clause: Clause, words: ErrorWords) -> bool:
    """Whether a clause stands in clean-up: in `__del__`, `close`, `tearDown`, in a `finally`, or
    where another error is already being handled.
    """
    if clause.nested:
        return True
    owner: FunctionFacts | None = clause.function
    while owner is not None:
        if owner.ir.kind == FUNCTION and _tells_of_cleanup(
            owner.ir.name, words.cleanup.inside, words
        ):
            return True
        owner = owner.parent
    return False


def told_by_callee(clause: Clause, words: ErrorWords) -> int:
    """The line where the only method that the guarded code calls tells of its errors itself.

    It is a method of the same class, in view, that catches, does something with the error and
    raises again; 0 when there is none such.
    """
    main = {id(node) for node in _main_calls(clause.statement.body)}
    outer = [op for op in guarded_calls(clause) if id(op.at) in main]
    first = outer[0] if outer else None
    if first is None or not clause.function.spelled(first.callee).startswith("self."):
        return 0
    name = last_part(clause.function, first)
    for other in clause.function.file.functions:
        if attribute_name(other) == name and other.parent is clause.function.parent:
            for inner in clauses(other):
                if inner.raises and any(isinstance(op, Call) for op in inner.body):
                    return inner.node.lineno
    return 0

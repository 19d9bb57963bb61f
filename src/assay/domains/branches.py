"""What tests and branches say about the variables of a world.

`f = None ... if f is not None: f.close()` and `done = False ... if not done: undo()` are correlated
through a variable; a world that knows its value takes one way only, and a branch on an unknown one
teaches the world which way it took.
"""

from __future__ import annotations

from collections.abc import Mapping

from assay.domains.worlds import FALSE, FALSY, NONE, NOT_NONE, TRUE, TRUTHY, is_true
from assay.ir.ops import LOCAL, Compare, Const, Load, Op, Truth, Unary
from assay.program.facts import FunctionFacts


def constant_of(op: Const) -> int | None:
    """None, True and False as values of a world; None for every other literal."""
    if op.value is None:
        return NONE
    if op.value is True or op.value is False:
        return TRUE if op.value else FALSE
    return None


def truth_of(op: Op, values: Mapping[str | int, int]) -> int | None:
    """What a test gives in a world, None when the world does not tell."""
    if isinstance(op, Truth):
        truth = is_true(values.get(op.value))
        return None if truth is None else (TRUE if truth else FALSE)
    if isinstance(op, Unary) and op.operator == "not":
        truth = is_true(values.get(op.operand))
        return None if truth is None else (FALSE if truth else TRUE)
    if isinstance(op, Compare) and op.operator in ("is", "is-not", "==", "!="):
        left = values.get(op.left)
        right = values.get(op.right)
        if left in (TRUE, FALSE) and right in (TRUE, FALSE):
            return TRUE if (left == right) == (op.operator in ("is", "==")) else FALSE
        if op.operator in ("==", "!="):
            return None
        if values.get(op.right) != NONE or left is None or left == FALSY:
            return None
        return TRUE if (left == NONE) == (op.operator == "is") else FALSE
    return None


def refine(
    function: FunctionFacts,
    tested: frozenset[str],
    condition: int,
    taken: bool,
    values: dict[str | int, int],
) -> dict[str | int, int] | None:
    """What is known after a branch on `condition`; None when this world cannot take it."""
    known = is_true(values.get(condition))
    if known is not None:
        return values if known == taken else None
    op = function.definitions[condition]
    while isinstance(op, Unary) and op.operator == "not":
        taken = not taken
        op = function.definitions[op.operand]
    if isinstance(op, Truth):
        inner = function.definitions[op.value]
        while isinstance(inner, Unary) and inner.operator == "not":
            taken = not taken
            inner = function.definitions[inner.operand]
        if isinstance(inner, Load) and inner.scope == LOCAL and inner.name in tested:
            return {**values, inner.name: TRUTHY if taken else FALSY}
    elif isinstance(op, Compare) and op.operator in ("is", "is-not"):
        left, right = function.definitions[op.left], function.definitions[op.right]
        if (
            isinstance(left, Load)
            and left.scope == LOCAL
            and left.name in tested
            and isinstance(right, Const)
            and right.value is None
        ):
            is_none = taken == (op.operator == "is")
            return {**values, left.name: NONE if is_none else NOT_NONE}
    return values

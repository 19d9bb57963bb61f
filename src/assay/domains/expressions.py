"""Whether two temporaries hold the value of the same expression.

The key of a temporary is a text over variables, attributes, constants and pure functions; two
temporaries with the same key hold the same value as long as none of the variables and attributes
that the key is made of is assigned in between.

    os.path.exists(os.path.join(d, "x"))      the argument's key: os.path.join(d,'x')
    open(os.path.join(d, "x"), "w")           the same, over the names {d}
"""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops import (
    Attr,
    Binary,
    Call,
    Const,
    Copy,
    Element,
    Format,
    Item,
    Join,
    Load,
    Op,
    SetAttr,
    Store,
)
from assay.program.facts import FunctionFacts

_DEEPEST: Final = 12


@final
class ValueKey:
    """The text of an expression, and the names that it is made of."""

    __slots__ = ("names", "text")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text: Final = text
        self.names: Final = names

    def changed_by(self, op: Op) -> bool:
        """Whether an operation may give the expression another value."""
        return isinstance(op, (Store, SetAttr)) and op.name in self.names


def value_key(function: FunctionFacts, temp: int, pure: frozenset[str]) -> ValueKey | None:
    """The key of a temporary; None when it is made by something that is not known to be pure."""
    names: set[str] = set()
    text = _text(function, temp, pure, names, 0)
    return ValueKey(text, frozenset(names)) if text else None


def _text(
    function: FunctionFacts, temp: int, pure: frozenset[str], names: set[str], depth: int
) -> str:
    op = function.definitions[temp]
    if depth > _DEEPEST or op is None:
        return ""
    if isinstance(op, Const):
        return repr(op.value)
    if isinstance(op, Load):
        names.add(op.name)
        return op.name
    if isinstance(op, Copy):
        return _text(function, op.value, pure, names, depth + 1)
    if isinstance(op, Attr):
        names.add(op.name)
        return _joined(function, (op.owner,), pure, names, depth, "{}." + op.name)
    if isinstance(op, Item):
        return _joined(function, (op.owner, op.index), pure, names, depth, "{}[{}]")
    if isinstance(op, Element):
        return _joined(function, (op.value,), pure, names, depth, "{}" + f"[{op.index}]")
    if isinstance(op, Binary):
        form = "({}" + op.operator + "{})"
        return _joined(function, (op.left, op.right), pure, names, depth, form)
    if isinstance(op, Format):
        return _joined(function, (op.value,), pure, names, depth, "{{{}}}")
    if isinstance(op, Join):
        return _joined(function, op.parts, pure, names, depth, "+".join(["{}"] * len(op.parts)))
    if isinstance(op, Call) and not op.labels:
        callee = function.callee(op)
        if callee in pure:
            form = callee + "(" + ",".join(["{}"] * len(op.args)) + ")"
            return _joined(function, op.args, pure, names, depth, form)
    return ""


def _joined(
    function: FunctionFacts,
    temps: tuple[int, ...],
    pure: frozenset[str],
    names: set[str],
    depth: int,
    form: str,
) -> str:
    parts = [_text(function, temp, pure, names, depth + 1) for temp in temps]
    return form.format(*parts) if all(parts) else ""

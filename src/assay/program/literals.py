"""The string and bytes literals of a file, as rules about values look at them.

Invariant: each place of the text gives one literal, in the order of functions and blocks.

    for literal in facts.literals():
        if literal.value.startswith("-----BEGIN"): ...
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Located

if TYPE_CHECKING:
    from assay.program.facts import FunctionFacts

_NO_TEXT: Final = dict.fromkeys(range(160, 256), 128)
"""Bytes outside of ASCII become a control character, so that they do not pass for letters."""


@final
class Literal:
    """A string or bytes literal; the temporary of a function that holds it."""

    __slots__ = ("at", "function", "temp", "value")

    def __init__(self, function: FunctionFacts, temp: int, value: str, at: Located) -> None:
        self.function: Final = function
        self.temp: Final = temp
        self.value: Final = value
        self.at: Final = at


def literals_of(functions: Sequence[FunctionFacts]) -> list[Literal]:
    """The literals of some functions, once each.

    Docstrings and bare strings have no operation and are none. The pieces of an f-string are.
    """
    found: list[Literal] = []
    seen: set[tuple[int, int]] = set()
    for function in functions:
        for op in function.texts:
            value = op.value
            if isinstance(value, bytes):
                value = value.decode("latin-1").translate(_NO_TEXT)
            if not isinstance(value, str):
                continue
            place = (op.at.lineno, op.at.col_offset)
            if place not in seen:  # lowering copies the bodies of `finally`
                seen.add(place)
                found.append(Literal(function, op.dest, value, op.at))
    return found

"""The operations of the IR.

An operation reads temporaries, does one thing and writes at most one temporary (`dest`, or
`NO_TEMP`). Temporaries are ints, local to one function and printed as `%7`; named variables are
only touched by `Load`, `Store` and `Delete`, so the order of evaluation is the order of the
operations.

Invariant: *an operation that raises has had no normal effect*: on its exceptional edge `dest`
is not bound and nothing is stored. `risk` says whether there is such an edge at all;
terminators never raise.

    x = f(a.b)        %0 = load global f
                      %1 = load local a
                      %2 = attr %1 b
                      %3 = call %0 (%2)
                      store local x %3

`FIELDS` lists each operation's fields after `dest`, in the order of the constructor, with their
kind. The printer, the parser of the text form and the validator read it; nothing else needs to.
"""

from __future__ import annotations

from types import EllipsisType
from typing import ClassVar, Final, Protocol, TypeAlias

NO_TEMP: Final = -1

# How likely an operation is to raise. The edge exists for every risk but NEVER.
NEVER: Final = 0  # cannot raise
UNLIKELY: Final = (
    1  # only in a wrong program or out of memory: a missing name, attribute, operand type
)
POSSIBLE: Final = (
    2  # raises in correct programs: calls, subscripts, iteration, awaits, imports, raise
)
RISK_NAMES: Final = ("never", "unlikely", "possible")

# Where a name lives. CPython's own classification, after resolving scopes at compile time.
LOCAL: Final = "local"  # a fast local of this function
CELL: Final = "cell"  # a variable shared with an inner or outer function
GLOBAL: Final = "global"  # module variable, then builtins
# In a class body, or a type scope directly in one: the class namespace, then module, then builtins.
NAME: Final = "name"
CLASS_CELL: Final = "class-cell"  # likewise: the class namespace, then an enclosing function's cell

ConstantValue: TypeAlias = str | bytes | int | float | complex | EllipsisType | None


class Located(Protocol):
    """Whatever has a place in the text: a node of `ast`, or a `Span`.

    Lines are 1-based, columns are 0-based UTF-8 bytes, ends are exclusive, as in `ast`.
    """

    @property
    def lineno(self) -> int: ...
    @property
    def col_offset(self) -> int: ...
    @property
    def end_lineno(self) -> int | None: ...
    @property
    def end_col_offset(self) -> int | None: ...


class Op:
    """One operation: what it writes, where it stands in the text, and whether it may raise."""

    __slots__ = ("at", "dest", "risk")
    MNEMONIC: ClassVar[str] = ""
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, dest: int, at: Located, risk: int) -> None:
        self.dest: Final = dest
        self.at: Final = at
        self.risk = risk  # refined once, by lowering.raising

    def uses(self) -> tuple[int, ...]:
        """The temporaries it reads, in the order of its fields."""
        return ()


def present(temp: int) -> tuple[int, ...]:
    """An optional operand as a tuple of none or one."""
    return () if temp == NO_TEMP else (temp,)

"""Where a node stands in its text.

A span has the conventions of `ast`: lines are counted from 1, columns are offsets in bytes of the
line's UTF-8, and the end is exclusive. Reports show code points counted from 1; the way there is
`SourceFile.column`.

Invariant: spans are values. Two spans with the same four numbers are equal, hash alike, and the
order is that of the text: by start, then by end.

    >>> span_of(ast.parse("f(x)").body[0])
    Span(1, 0, 1, 4)
"""

import ast
from typing import Final, TypeAlias, final


@final
class Span:
    """A stretch of source text, in the coordinates of `ast`."""

    __slots__ = ("col_offset", "end_col_offset", "end_lineno", "lineno")

    def __init__(self, lineno: int, col_offset: int, end_lineno: int, end_col_offset: int) -> None:
        self.lineno: Final = lineno
        self.col_offset: Final = col_offset
        self.end_lineno: Final = end_lineno
        self.end_col_offset: Final = end_col_offset

    def key(self) -> tuple[int, int, int, int]:
        """The four numbers in the order that spans are sorted by."""
        return (self.lineno, self.col_offset, self.end_lineno, self.end_col_offset)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __lt__(self, other: "Span") -> bool:
        return self.key() < other.key()

    def __le__(self, other: "Span") -> bool:
        return self.key() <= other.key()

    def __gt__(self, other: "Span") -> bool:
        return self.key() > other.key()

    def __ge__(self, other: "Span") -> bool:
        return self.key() >= other.key()

    def __repr__(self) -> str:
        return f"Span({self.lineno}, {self.col_offset}, {self.end_lineno}, {self.end_col_offset})"

    def contains(self, other: "Span") -> bool:
        """Whether `other` lies within this span; a span contains itself."""
        return (self.lineno, self.col_offset) <= (other.lineno, other.col_offset) and (
            other.end_lineno,
            other.end_col_offset,
        ) <= (self.end_lineno, self.end_col_offset)


Positioned: TypeAlias = (
    ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.ExceptHandler | ast.pattern
)
"""The node classes of `ast` that carry a position."""


def span_of(node: Positioned) -> Span:
    """The span of a node. A node without an end (made by hand) ends where it starts."""
    end_line = node.end_lineno
    end_column = node.end_col_offset
    if end_line is None or end_column is None:
        return Span(node.lineno, node.col_offset, node.lineno, node.col_offset)
    return Span(node.lineno, node.col_offset, end_line, end_column)

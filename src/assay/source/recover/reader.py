"""What every part of the converter shares: the text, the place of a node, and the sign of a cut.

Two byte strings of equal length stand behind a tree: tree-sitter was given a masked text (see
`mask`), names and literals are read from `source`, the real one, by the same offsets.

Invariant: a handler either returns a well-formed `ast` node or raises `Unreadable`; it never
returns a node with a missing field. Example: `reader.expression(node)` for the tree of `a.b` is an
`ast.Attribute` at exactly the place where `ast.parse` puts it.
"""

import ast
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from typing import Final, TypedDict, final

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Range

from assay.source.recover.mask import SYNTAX, TOO_DEEP, Mask

LOAD: Final = ast.Load()
STORE: Final = ast.Store()
DEL: Final = ast.Del()


@final
class Unreadable(Exception):  # noqa: N818 (a cut, not an error of the program)
    """The statement being converted cannot be expressed as an `ast` node."""

    def __init__(self, reason: str = SYNTAX) -> None:
        super().__init__(reason)
        self.reason: Final = reason


class Place(TypedDict):
    """The four position attributes: lines from 1, columns from 0 in UTF-8 bytes."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def at(node: Node) -> Place:
    """The place of a node."""
    row, column = node.start_point
    end_row, end_column = node.end_point
    return {
        "lineno": row + 1,
        "col_offset": column,
        "end_lineno": end_row + 1,
        "end_col_offset": end_column,
    }


def between(first: Node, last: Node) -> Place:
    """The place from the start of one node to the end of another."""
    row, column = first.start_point
    end_row, end_column = last.end_point
    return {
        "lineno": row + 1,
        "col_offset": column,
        "end_lineno": end_row + 1,
        "end_col_offset": end_column,
    }


def from_to(first: ast.expr | ast.stmt | ast.pattern, last: ast.expr | ast.stmt) -> Place:
    """The place from the start of one converted node to the end of another."""
    return {
        "lineno": first.lineno,
        "col_offset": first.col_offset,
        "end_lineno": last.end_lineno or last.lineno,
        "end_col_offset": last.end_col_offset or 0,
    }


def solid(node: Node) -> list[Node]:
    """The children without comments and line continuations."""
    return [kid for kid in node.children if not kid.is_extra]


def named(node: Node) -> list[Node]:
    """The named children without comments and line continuations."""
    return [kid for kid in node.named_children if not kid.is_extra]


def python_parser() -> Parser:
    """A parser for tree-sitter-python's grammar, which reads Python 2 and 3 alike."""
    return Parser(Language(tree_sitter_python.language()))


@final
class Reader:
    """One conversion of one text; see the module's docstring.

    `lost` collects (first line, last line, reason), 1-based, in no particular order.
    `begins` are the offsets at which logical lines begin, `strays` those found within statements,
    `semicolons` maps the end of a suite's last statement to that of the semicolon behind it.
    """

    __slots__ = (
        "bare_prints",
        "begins",
        "broken",
        "depth",
        "expressions",
        "limit",
        "lost",
        "mask",
        "newer",
        "parser",
        "python2",
        "semicolons",
        "source",
        "strays",
        "synthetic",
    )

    def __init__(
        self,
        parser: Parser,
        source: bytes,
        mask: Mask,
        begins: list[int],
        limit: int,
        expressions: "dict[str, Callable[[Reader, Node], ast.expr]]",
    ) -> None:
        self.parser: Final = parser
        self.source: Final = source
        self.mask: Final = mask
        self.begins: Final = begins
        self.limit: Final = limit
        self.expressions: Final = expressions
        self.broken = False
        self.depth = 0
        self.lost: Final[list[tuple[int, int, str]]] = []
        self.strays: Final[list[int]] = []
        self.bare_prints: Final[list[ast.Expr]] = []
        self.semicolons: Final[dict[tuple[int, int], tuple[int, int]]] = {}
        self.python2 = False
        self.newer = False
        self.synthetic = 0

    def expression(self, node: Node) -> ast.expr:
        """Convert any node that stands for a value, in Load context."""
        handler = self.expressions.get(node.type)
        if handler is None:
            raise Unreadable()
        self.depth += 1
        if self.depth > self.limit:
            raise Unreadable(TOO_DEEP)
        result = handler(self, node)
        self.depth -= 1
        return result

    def whole(self, begin: Node, end: Node) -> None:
        """Cut what spans several logical lines; between rows the grammar takes any newline."""
        if begin.start_point[0] == end.end_point[0]:
            return
        first = bisect_right(self.begins, begin.start_byte)
        if first < len(self.begins) and self.begins[first] < end.end_byte:
            self.strays.append(self.begins[first])
            raise Unreadable()

    def fresh_name(self, role: str) -> str:
        """A name that the text does not hold, for a value that has none there."""
        while True:
            self.synthetic += 1
            name = f"_{role}_{self.synthetic}"
            if name.encode() not in self.source:
                return name

    def raw(self, node: Node) -> bytes:
        """The bytes of a node in the real text."""
        return self.source[node.start_byte : node.end_byte]

    def name(self, node: Node) -> str:
        """The identifier that a node spells, normalised as the language reference says (NFKC)."""
        raw = self.source[node.start_byte : node.end_byte]
        text = raw.decode(errors="replace")
        if not raw.isascii():
            text = unicodedata.normalize("NFKC", text)
        if not text.isidentifier() or text in ("None", "True", "False"):
            raise Unreadable()
        return text

    def lose(self, node: Node, reason: str) -> None:
        """Report the lines of a node as cut out."""
        first = node.start_point[0] + 1
        row, column = node.end_point
        last = row if column == 0 and row + 1 > first else row + 1
        self.lost.append((first, max(first, last), reason))

    def expression_at(self, start: Node, begin: int, end: int) -> ast.expr:
        """Convert the stretch `begin:end` (byte offsets) on its own; `start` lies on its first row.

        Used where the grammar knows the stretch only as text, as with Python 2's backticks.
        """
        row, column = start.start_point
        column += begin - start.start_byte
        inside = self.source[begin:end]
        rows = inside.count(b"\n")
        tail = len(inside) - inside.rfind(b"\n") - 1 if rows else column + len(inside)
        self.parser.included_ranges = [Range((row, column), (row + rows, tail), begin, end)]
        try:
            root = self.parser.parse(self.source).root_node
        finally:
            self.parser.included_ranges = []
        kids = named(root)
        if root.has_error or len(kids) != 1 or kids[0].type != "expression_statement":
            raise Unreadable()
        parts = solid(kids[0])
        values = [self.expression(part) for part in parts if part.is_named]
        if not values:
            raise Unreadable()
        if len(parts) == 1:
            return values[0]
        return ast.Tuple(values, LOAD, **between(parts[0], parts[-1]))


def stored(target: ast.expr) -> ast.expr:
    """Give an assignment's target its Store context; anything that is no target is a cut."""
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        target.ctx = STORE
    elif isinstance(target, (ast.Tuple, ast.List)):
        target.ctx = STORE
        for element in target.elts:
            stored(element)
    elif isinstance(target, ast.Starred):
        target.ctx = STORE
        stored(target.value)
    else:
        raise Unreadable()
    return target


def stored_alone(target: ast.expr) -> ast.expr:
    """As `stored`, for a whole target, which may not be a lone starred one."""
    if isinstance(target, ast.Starred):
        raise Unreadable()
    return stored(target)


def stored_single(target: ast.expr) -> ast.Name | ast.Attribute | ast.Subscript:
    """The target of an augmented or annotated assignment: one place, never a tuple."""
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        target.ctx = STORE
        return target
    raise Unreadable()


def deleted(target: ast.expr) -> ast.expr:
    """Give the target of a `del` its context."""
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        target.ctx = DEL
    elif isinstance(target, (ast.Tuple, ast.List)):
        target.ctx = DEL
        for element in target.elts:
            deleted(element)
    else:
        raise Unreadable()
    return target

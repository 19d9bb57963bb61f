"""One attempt: a text, of which stretches may be blanked, to a tree and the lines that it lost."""

import ast
import sys
from bisect import bisect_right
from typing import Final, final

from tree_sitter import Node, Parser

from assay.source.recover.expressions import EXPRESSIONS
from assay.source.recover.mask import Mask
from assay.source.recover.reader import LOAD, Reader, from_to
from assay.source.recover.statements import module_body

# The classes of `ast` that have positions.
_LOCATED = (
    ast.expr,
    ast.stmt,
    ast.pattern,
    ast.arg,
    ast.keyword,
    ast.alias,
    ast.excepthandler,
)
if sys.version_info >= (3, 12):
    _LOCATED = (*_LOCATED, ast.type_param)


@final
class Attempt:
    """The result of one attempt.

    `lost` has (first line, last line, reason) in the order of the lines, merged where they touch;
    `count` is the number of lines in it. `errors` are the stretches, as byte offsets, in which the
    parser was at a loss.
    """

    __slots__ = ("body", "count", "errors", "lost", "newer", "python2")

    def __init__(
        self,
        body: list[ast.stmt],
        lost: list[tuple[int, int, str]],
        errors: list[tuple[int, int]],
        python2: bool,
        newer: bool,
    ) -> None:
        self.body: Final = body
        self.lost: Final = lost
        self.count: Final = sum(last - first + 1 for first, last, _ in lost)
        self.errors: Final = errors
        self.python2: Final = python2
        self.newer: Final = newer


def attempt(parser: Parser, source: bytes, mask: Mask, begins: list[int], limit: int) -> Attempt:
    """Parse and convert; `begins` are the offsets of the logical lines. Raises `RecursionError`."""
    root = parser.parse(mask.parsed).root_node
    reader = Reader(parser, source, mask, begins, limit, EXPRESSIONS)
    reader.broken = root.has_error
    reader.newer = mask.newer
    body = module_body(reader, root)
    if reader.python2:
        for statement in reader.bare_prints:
            place = from_to(statement, statement)
            name = ast.Name("print", LOAD, **place)
            statement.value = ast.Call(name, [], [], **place)
    errors = _errors(root) if reader.broken else []
    errors.extend([(stray - 1, stray - 1) for stray in reader.strays])
    lost = reader.lost
    if mask.joined:
        lines = _Lines(source, mask.parsed)
        for statement_ in body:
            _move(statement_, lines)
        lost = [(lines.row(first), lines.last_row(last), reason) for first, last, reason in lost]
    return Attempt(body, merged_regions(mask.lost + lost), errors, reader.python2, reader.newer)


def _errors(root: Node) -> list[tuple[int, int]]:
    """The innermost ERROR nodes and the missing tokens, by their first and last byte."""
    stretches: list[tuple[int, int]] = []
    pending = [root]
    while pending:
        node = pending.pop()
        inner = [kid for kid in node.children if kid.has_error]
        if node.is_missing or (node.is_error and not inner):
            stretches.append((node.start_byte, max(node.start_byte, node.end_byte - 1)))
        pending.extend(inner)
    return stretches


def merged_regions(lost: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Lost regions (first line, last line, reason) in order, those that touch made one."""
    merged: list[tuple[int, int, str]] = []
    for first, last, reason in sorted(lost):
        if merged and merged[-1][2] == reason and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]), reason)
        elif merged and first <= merged[-1][1]:
            if last > merged[-1][1]:
                merged.append((merged[-1][1] + 1, last, reason))
        else:
            merged.append((first, last, reason))
    return merged


@final
class _Lines:
    """From lines of what was parsed, in which brackets are joined to one line, to the text's."""

    __slots__ = ("_parsed", "_size", "_source")

    def __init__(self, source: bytes, parsed: bytes) -> None:
        self._source: Final = _starts(source)
        self._parsed: Final = _starts(parsed)
        self._size: Final = len(source)

    def point(self, line: int, column: int) -> tuple[int, int]:
        """The line and column in the text."""
        offset = self._parsed[min(line, len(self._parsed)) - 1] + column
        row = bisect_right(self._source, offset)
        return row, offset - self._source[row - 1]

    def row(self, line: int) -> int:
        """The first line of the text that stands in a line of what was parsed."""
        return self.point(line, 0)[0]

    def last_row(self, line: int) -> int:
        """The last line of the text that stands in a line of what was parsed."""
        end = self._parsed[line] - 1 if line < len(self._parsed) else self._size
        return bisect_right(self._source, end)


def _starts(text: bytes) -> list[int]:
    starts = [0]
    position = text.find(b"\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find(b"\n", position + 1)
    return starts


def _move(statement: ast.stmt, lines: _Lines) -> None:
    for node in ast.walk(statement):
        if isinstance(node, _LOCATED):
            end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
            node.lineno, node.col_offset = lines.point(node.lineno, node.col_offset)
            node.end_lineno, node.end_col_offset = lines.point(*end)

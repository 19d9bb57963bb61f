"""The second road: text that the host's `ast.parse` refuses, to the same `ast` nodes.

Tree-sitter's grammar reads Python 2, newer Pythons than the host, and around errors. Its tree is
converted to the nodes, with the positions, that `ast.parse` gives; what cannot be converted is cut
out and reported by its lines.

Invariant: `recover` never raises, and the tree that it returns is well-formed: `ast.unparse` and
every visitor can walk it. Where `ast.parse` reads the text too, both give the same tree.

Example: `recover("print 'a'\\nx = = 1\\n")` has a call of `print`, loses line 2 and has the dialect
"python 2".
"""

import ast
import re
from bisect import bisect_right
from typing import Final, final

from assay.source.recover.attempt import Attempt, attempt, merged_regions
from assay.source.recover.lines import MAX_DEPTH, LogicalLine, logical_lines
from assay.source.recover.mask import SYNTAX, TOO_DEEP, mask_of, no_mask
from assay.source.recover.reader import python_parser

__all__ = ["LostRegion", "Recovered", "recover"]


@final
class LostRegion:
    """Text that was cut out: lines `first_line` to `last_line` (1-based, inclusive), and why."""

    __slots__ = ("first_line", "last_line", "reason")

    def __init__(self, first_line: int, last_line: int, reason: str) -> None:
        self.first_line: Final = first_line
        self.last_line: Final = last_line
        self.reason: Final = reason

    def __repr__(self) -> str:
        return f"LostRegion({self.first_line}, {self.last_line}, {self.reason!r})"


@final
class Recovered:
    """What was read of a text.

    `tree` has positions on every node as `ast.parse` gives them: lines from 1, columns from 0 in
    UTF-8 bytes. `lost` is in the order of the lines, and empty when the whole text was read.
    `dialect` is "", "python 2" or "newer than 3.11".
    """

    __slots__ = ("dialect", "lost", "tree")

    def __init__(self, tree: ast.Module, lost: tuple[LostRegion, ...], dialect: str) -> None:
        self.tree: Final = tree
        self.lost: Final = lost
        self.dialect: Final = dialect


_NEWLINE: Final = re.compile(rb"\n")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# Attempts from each of two guesses; each attempt parses and converts the whole text.
_ROUNDS: Final = 3


def recover(text: str) -> Recovered:
    """Read any text as far as it can be read; see the module's docstring."""
    source = _encoded(text)
    limit = MAX_DEPTH
    while True:
        try:
            return _best(source, limit)
        except RecursionError:
            # The caller has left few frames; what is nested less deeply is still read.
            if limit < 4:
                last = source.count(b"\n") + 1
                return Recovered(ast.Module([], []), (LostRegion(1, last, TOO_DEEP),), "")
            limit //= 2


def _encoded(text: str) -> bytes:
    """UTF-8 with the newlines of `ast.parse`; what no encoding has is written as what no code has.

    A null byte keeps its width of one byte, a lone surrogate its width of three.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\x1a")
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _best(source: bytes, limit: int) -> Recovered:
    """The attempt that loses the fewest lines, and the first of these."""
    parser = python_parser()
    lines = logical_lines(source)
    begins = [line.begin for line in lines]
    best = attempt(parser, source, no_mask(source), begins, limit)
    if best.lost:
        masked = attempt(parser, source, mask_of(source, lines, frozenset()), begins, limit)
        if masked.count < best.count:
            best = masked
        # The logical line where an ERROR ends is blanked first: the parser takes up what stands
        # before the token that it cannot place. Where it starts is the second guess.
        for edge in (1, 0):
            current = masked
            culprits: frozenset[int] = frozenset()
            for _ in range(_ROUNDS):
                found = [bisect_right(begins, error[edge]) - 1 for error in current.errors]
                more = culprits.union([max(0, index) for index in found])
                if more == culprits or not lines:
                    break
                culprits = more
                current = attempt(parser, source, mask_of(source, lines, culprits), begins, limit)
                if current.count < best.count:
                    best = current
    regions = merged_regions(best.lost + _uncovered(source, lines, best))
    lost = tuple([LostRegion(first, last, reason) for first, last, reason in regions])
    dialect = "python 2" if best.python2 else "newer than 3.11" if best.newer else ""
    return Recovered(ast.Module(best.body, []), lost, dialect)


def _uncovered(
    source: bytes, lines: list[LogicalLine], best: Attempt
) -> list[tuple[int, int, str]]:
    """Logical lines that no statement of the tree holds and no lost region names.

    Whatever the cuts miss is lost all the same: nothing may go in silence.
    """
    starts = [0, *(match.end() for match in _NEWLINE.finditer(source))]
    held = bytearray(len(starts) + 1)
    for statement in best.body:
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(item.lineno for item in decorators)])
        last = statement.end_lineno or first
        held[first : last + 1] = b"\1" * (last + 1 - first)
    for first, last, _ in best.lost:
        held[first : last + 1] = b"\1" * (last + 1 - first)
    found: list[tuple[int, int, str]] = []
    for line in lines:
        first = bisect_right(starts, line.begin)
        last = bisect_right(starts, max(line.begin, line.end - 1))
        for row in range(first, last + 1):
            end = starts[row] if row < len(starts) else len(source)
            # A row of nothing but a backslash continues to the next and holds nothing.
            if not held[row] and source[starts[row - 1] : end].strip(b" \t\f\n\\"):
                found.append((row, row, SYNTAX))
    return found

"""Comments, found by a tokenizer.

A `#` inside of a string is not a comment, so comments come from `tokenize`; where the text is too
broken for it, from the comment nodes of tree-sitter's tree. Columns are code points from 0.

Invariant: comments are in the order of the text, at most one on a line, and each one's text is the
slice of its line from its column to the line's end.

    >>> [comment.text for comment in comments_of("x = '#'  # one")]
    ['# one']
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Sequence
from typing import Final, final

from assay.source.lines import split_lines


@final
class Comment:
    """One comment, with its `#`."""

    __slots__ = ("column", "line", "own_line", "text")

    def __init__(self, line: int, column: int, text: str, own_line: bool) -> None:
        self.line: Final = line
        self.column: Final = column
        self.text: Final = text
        self.own_line: Final = own_line
        """Nothing but blanks stands before it on its line."""

    def key(self) -> tuple[int, int, str]:
        """Line, column, text."""
        return (self.line, self.column, self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Comment) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Comment({self.line}, {self.column}, {self.text!r})"


@final
class CommentBlock:
    """Own-line comments on consecutive lines at the same column."""

    __slots__ = ("column", "comments", "first_line", "last_line")

    def __init__(self, comments: tuple[Comment, ...]) -> None:
        self.comments: Final = comments
        self.first_line: Final = comments[0].line
        self.last_line: Final = comments[-1].line
        self.column: Final = comments[0].column

    @property
    def lines(self) -> tuple[str, ...]:
        """What each comment says: without `#` and one blank after it."""
        return tuple(
            said[1:] if said.startswith(" ") else said
            for said in (comment.text[1:].rstrip() for comment in self.comments)
        )

    @property
    def text(self) -> str:
        """The lines joined by line ends; relative indentation is kept."""
        return "\n".join(self.lines)


def comments_of(text: str) -> tuple[Comment, ...]:
    """All comments of a text. Never raises."""
    if "#" not in text:
        return ()
    lines = split_lines(text)
    found: list[Comment] = []
    if not _tokenized(lines, 1, len(lines), found):
        return _from_tree_sitter(lines)
    return tuple(found)


def comments_of_parsed(text: str, lines: Sequence[str], tree: ast.Module) -> tuple[Comment, ...]:
    """The same comments as `comments_of`, for a text that `ast.parse` read to `tree`.

    Such a text is whole tokens, so that comments and strings can be told by where they begin; where
    strings may stand in strings of their own kind, the tree tells which lines are whole tokens, and
    only those that hold a `#` are tokenized.
    """
    if "#" not in text:
        return ()
    found: list[Comment] = []
    if "\r" not in text and not _may_nest(text):
        return tuple(found) if _scan(text, lines, 1, found) else comments_of(text)
    for first, last in _stretches(tree, len(lines)):
        stretch = "\n".join(lines[first - 1 : last])
        if "#" not in stretch:
            continue
        if _may_nest(stretch):
            whole = _tokenized(lines, first, last, found)
        else:
            whole = _scan(stretch, lines, first, found)
        if not whole:
            return comments_of(text)
    return tuple(found)


def comment_blocks(comments: Sequence[Comment]) -> tuple[CommentBlock, ...]:
    """Own-line comments that stand below each other without a gap, joined."""
    blocks: list[CommentBlock] = []
    block: list[Comment] = []
    for comment in comments:
        if not comment.own_line:
            continue
        if block and (comment.line != block[-1].line + 1 or comment.column != block[-1].column):
            blocks.append(CommentBlock(tuple(block)))
            block = []
        block.append(comment)
    if block:
        blocks.append(CommentBlock(tuple(block)))
    return tuple(blocks)


# Text up to the next comment: code and whole strings. There is one way to read each, and nothing
# stands behind them, so that nothing is tried twice (see the expressions of `recover.lines`).
_TO_COMMENT: Final = re.compile(
    r"""(?:[^"'#]+"""
    r"""|\"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}|'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}"""
    r"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*')*""",
    re.S,
)

_STRINGS_NEST: Final = sys.version_info >= (3, 12)
"""Whether a field of an f-string may hold strings with the f-string's own quotes (PEP 701)."""

_WITH_FIELDS: Final = tuple(
    kind + raw + quote for kind in "fFtT" for raw in ("", "r", "R") for quote in "\"'"
)


def _may_nest(text: str) -> bool:
    """Whether strings of a text may hold strings with the same quotes."""
    return _STRINGS_NEST and any(map(text.__contains__, _WITH_FIELDS))


def _scan(text: str, lines: Sequence[str], first: int, found: list[Comment]) -> bool:
    """Adds the comments of whole tokens, which begin at the line `first` of the file's lines.

    False: a quote is left over, so these are not whole tokens.
    """
    number = first
    counted = 0
    start = _match_end(text, 0)
    while start < len(text):
        if text[start] != "#":
            return False
        number += text.count("\n", counted, start)
        found.append(_comment(number, start - text.rfind("\n", 0, start) - 1, lines[number - 1]))
        counted = text.find("\n", start)
        if counted == -1:
            break
        start = _match_end(text, counted)
    return True


def _match_end(text: str, start: int) -> int:
    match = _TO_COMMENT.match(text, start)
    return len(text) if match is None else match.end()


def _comment(number: int, column: int, line: str) -> Comment:
    own_line = line[:column].strip(" \t\f") == ""
    return Comment(number, column, line[column:], own_line)


def _tokenized(lines: Sequence[str], first: int, last: int, found: list[Comment]) -> bool:
    """Adds the comments of the lines from first to last. False: these are not whole tokens."""
    count = len(found)
    source = io.StringIO("\n".join(lines[first - 1 : last]) + "\n")
    try:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT:
                number = token.start[0] + first - 1
                found.append(_comment(number, token.start[1], lines[number - 1]))
            elif token.type == tokenize.ERRORTOKEN:
                break
        else:
            return True
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        pass
    del found[count:]
    return False


def _stretches(tree: ast.Module, count: int) -> list[tuple[int, int]]:
    """The lines 1 to `count` cut into stretches in each of which every token is whole.

    A stretch is a simple statement, the header of a compound one up to the first line of its body,
    or the lines between those. Stretches that share a line are one.
    """
    held: list[tuple[int, int]] = []
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        statement = pending.pop()
        first = statement.lineno
        last = statement.end_lineno or first
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if statement.decorator_list:
                first = min(first, statement.decorator_list[0].lineno)
            last = _body_start(statement.body)
            pending += statement.body
        elif isinstance(statement, (ast.If, ast.For, ast.AsyncFor, ast.While)):
            last = _body_start(statement.body)
            pending += statement.body
            pending += statement.orelse
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            last = _body_start(statement.body)
            pending += statement.body
        elif isinstance(statement, (ast.Try, ast.TryStar)):
            last = first
            pending += statement.body
            for handler in statement.handlers:
                held.append((handler.lineno, _body_start(handler.body)))
                pending += handler.body
            pending += statement.orelse
            pending += statement.finalbody
        elif isinstance(statement, ast.Match):
            last = first
            held.append((first, statement.subject.end_lineno or first))
            for case in statement.cases:
                held.append((case.pattern.lineno, _body_start(case.body)))
                pending += case.body
        held.append((first, last))
    held.sort()
    merged: list[tuple[int, int]] = []
    next_line = 1
    for first, last in held:
        if first < next_line and merged:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            if first > next_line:
                merged.append((next_line, first - 1))
            merged.append((first, last))
        next_line = max(next_line, last + 1)
    if next_line <= count:
        merged.append((next_line, count))
    return merged


def _body_start(body: Sequence[ast.stmt]) -> int:
    first = body[0]
    if (
        isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and first.decorator_list
    ):
        return min(first.lineno, first.decorator_list[0].lineno)
    return first.lineno


def _from_tree_sitter(lines: Sequence[str]) -> tuple[Comment, ...]:
    """The comments of a text that does not tokenize, one a line."""
    import tree_sitter
    import tree_sitter_python

    language = tree_sitter.Language(tree_sitter_python.language())
    # tree-sitter counts lines by "\n" alone, so it is given that and nothing else.
    encoded = [line.encode("utf-8", "replace") for line in lines]
    tree = tree_sitter.Parser(language).parse(b"\n".join(encoded))
    query = tree_sitter.Query(language, "(comment) @comment")
    nodes = tree_sitter.QueryCursor(query).captures(tree.root_node).get("comment", [])
    found: dict[int, Comment] = {}
    for row, column_in_bytes in sorted(
        (node.start_point.row, node.start_point.column) for node in nodes
    ):
        column = len(encoded[row][:column_in_bytes].decode("utf-8", "replace"))
        found.setdefault(row, _comment(row + 1, column, lines[row]))
    return tuple(found.values())

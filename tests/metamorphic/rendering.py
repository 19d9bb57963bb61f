"""A syntax tree with its comments, and the text of it with the line of every node.

`ast.unparse` drops comments, which some rules read, and says nothing of lines. Here comments are
kept beside the statement that they belong to and written again; the lines of nodes come from
parsing the new text and walking both trees side by side.

    parsed = parse("x = 1  # why\\n")
    render(parsed.tree, parsed.comments).text        "x = 1  # why\\n"

Invariant: `render` gives a text whose tree is the given one.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

Holder = ast.stmt | ast.ExceptHandler | ast.match_case


@dataclass(slots=True)
class Comments:
    """The comments of one statement: on lines of their own above and below it, and behind it."""

    above: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, and the comments of its statements, clauses and cases."""

    tree: ast.Module
    comments: dict[ast.AST, Comments]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text; `span` gives the first and last line of each node that has a place in it.

    The span of a statement with a body is that of its header.
    """

    text: str
    span: dict[ast.AST, tuple[int, int]]
    whole: dict[ast.AST, tuple[int, int]]  # of statements with a body, all of it


def parse(text: str) -> Parsed:
    """The tree of a text, with its comments. Raises SyntaxError."""
    tree = ast.parse(text)
    holders = sorted(_holders(tree), key=lambda holder: (_first(holder), -_last(holder)))
    comments: dict[ast.AST, Comments] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        line, column = token.start
        own = not token.line[:column].strip()
        holder, place = _place(holders, line, column, own)
        if holder is not None:
            kept = comments.setdefault(holder, Comments())
            {"above": kept.above, "behind": kept.behind, "below": kept.below}[place].append(
                token.string
            )
    return Parsed(tree, comments)


def _holders(tree: ast.AST) -> Iterator[Holder]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            yield node


def _first(holder: Holder) -> int:
    """The first line, that of the first decorator included."""
    if isinstance(holder, ast.match_case):
        return holder.pattern.lineno
    if isinstance(holder, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return min([holder.lineno, *(each.lineno for each in holder.decorator_list)])
    return holder.lineno


def _last(holder: Holder) -> int:
    if isinstance(holder, ast.match_case):
        return _last(holder.body[-1])
    return holder.end_lineno or holder.lineno


def _column(holder: Holder) -> int:
    return holder.pattern.col_offset if isinstance(holder, ast.match_case) else holder.col_offset


def _header_end(holder: Holder) -> int:
    """The last line before the body, or of the whole when there is none."""
    body: object = getattr(holder, "body", None)
    if isinstance(body, list) and body:
        return max(_first(holder), _first(body[0]) - 1)
    return _last(holder)


def _place(holders: list[Holder], line: int, column: int, own: bool) -> tuple[Holder | None, str]:
    """What a comment belongs to, and whether it stands above, behind or below that."""
    inside = [holder for holder in holders if _first(holder) <= line <= _header_end(holder)]
    simple = [holder for holder in inside if not hasattr(holder, "body")]
    if simple and (not own or _first(simple[-1]) < line):
        return simple[-1], "above" if own else "behind"
    if inside and not own:
        return inside[-1], "behind"
    after = next((holder for holder in holders if _first(holder) > line), None)
    if after is not None and (not own or column <= _column(after)):
        return after, "above"
    before = [holder for holder in holders if _last(holder) < line]
    fitting = [
        holder for holder in before if _column(holder) == column and isinstance(holder, ast.stmt)
    ]
    if fitting or before:
        return (fitting or before)[-1], "below"
    return after, "above"


def render(tree: ast.Module, comments: dict[ast.AST, Comments]) -> Rendered:
    """The text of a tree. Raises SyntaxError or ValueError when it is no program."""
    ast.fix_missing_locations(tree)
    bare = ast.unparse(tree) + "\n"
    span: dict[ast.AST, tuple[int, int]] = {}
    whole: dict[ast.AST, tuple[int, int]] = {}
    firsts: dict[ast.AST, int] = {}
    _align(tree, ast.parse(bare), (1, 1), span, whole, firsts)
    lines = bare.splitlines()
    extra: dict[int, list[str]] = {}  # comment lines above a line, by its number
    for node in ast.walk(tree):
        kept = comments.get(node)
        if kept is None or node not in span:
            continue
        indent = lines[firsts[node] - 1]
        indent = indent[: len(indent) - len(indent.lstrip())]
        extra.setdefault(firsts[node], []).extend(indent + each for each in kept.above)
        below = whole.get(node, span[node])[1] + 1
        extra.setdefault(below, [])[:0] = [indent + each for each in kept.below]
        for each in kept.behind:
            lines[span[node][1] - 1] += f"  {each}"
    shown: list[str] = []
    moved: list[int] = [0]
    for number, line in enumerate(lines, 1):
        shown += extra.get(number, [])
        shown.append(line)
        moved.append(len(shown))
    shown += extra.get(len(lines) + 1, [])
    text = "".join(f"{line}\n" for line in shown)
    compile(text, "<neighbour>", "exec", dont_inherit=True)
    return Rendered(
        text,
        {node: (moved[first], moved[last]) for node, (first, last) in span.items()},
        {node: (moved[first], moved[last]) for node, (first, last) in whole.items()},
    )


def _align(
    given: ast.AST,
    read: ast.AST,
    outer: tuple[int, int],
    span: dict[ast.AST, tuple[int, int]],
    whole: dict[ast.AST, tuple[int, int]],
    firsts: dict[ast.AST, int],
) -> None:
    """Gives each node of the first tree the lines of its twin in the second."""
    here = outer
    if isinstance(read, (ast.stmt, ast.ExceptHandler, ast.match_case)):
        line = read.pattern.lineno if isinstance(read, ast.match_case) else read.lineno
        firsts[given] = _first(read)
        here = (line, _header_end(read))
        if hasattr(read, "body"):
            whole[given] = (_first(read), _last(read))
    elif isinstance(read, ast.expr):
        here = (read.lineno, read.end_lineno or read.lineno)
    span[given] = here
    for ours, theirs in zip(_children(given), _children(read), strict=False):
        if type(ours) is type(theirs):
            _align(ours, theirs, here, span, whole, firsts)
        else:
            for node in ast.walk(ours):
                span[node] = here


def _children(node: ast.AST) -> list[ast.AST]:
    """Children, but for contexts, which trees share, and parts of strings, which may be joined."""
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        return [
            part.value
            for part in (node.values if isinstance(node, ast.JoinedStr) else [])
            if isinstance(part, ast.FormattedValue)
        ]
    return [
        child
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop))
    ]

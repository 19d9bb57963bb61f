"""The statement that a place belongs to, in a form that new formatting does not change.

The form is a text of the syntax tree: kinds of nodes, names and values, and no position. Quote
style, trailing commas, redundant parentheses and the breaks between lines are not in the tree;
what a formatter does to the tree itself (docstrings, `del (a, b)`) is undone. Values of secrets are
masked. Of a compound statement only the head belongs to it, its blocks hold statements of their
own; an `except` clause and a `case` are heads like these.

Where the way from the statement to the place leads through a list, tuple, set or dictionary
display, only the element on the way counts: a setting keeps its form when another one is added.

    parse_text("a.py", "x = [f( 'a', ), g()]").statements.at(Span(1, 5, 1, 14)).form
    "Assign(targets=[Name(id='x'),]value=List(Call(...):))\\nCall(...)"

Invariants: equal trees have equal forms, for every supported version of Python and both ways of
parsing; no form holds a secret.
"""

import ast
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.source.nesting import COMPOUND, blocks_of
from assay.source.redaction import MASK

if TYPE_CHECKING:
    from assay.source.file import SourceFile
    from assay.source.span import Span

_BLOCKS: Final = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_SILENT: Final = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_NEAR: Final = 2
"""Neighbours on each side that make the surroundings of a place."""

Head: TypeAlias = ast.stmt | ast.ExceptHandler | ast.match_case
"""What has a form of its own."""


@final
class Place:
    """What is known of a place in a text.

    `form` is its own; `around` are those of what encloses it and of its neighbours, the nearest
    before and after it first, "" for none: (enclosing, before, before that, after, after that).
    `first` and `last` are the lines of the statement, `unit_first` and `unit_last` those of the
    element of a display on the way, or again the statement's.
    """

    __slots__ = ("around", "first", "form", "last", "unit_first", "unit_last")

    def __init__(
        self,
        form: str,
        around: tuple[str, ...],
        lines: tuple[int, int],
        unit: tuple[int, int],
    ) -> None:
        self.form: Final = form
        self.around: Final = around
        self.first: Final = lines[0]
        self.last: Final = lines[1]
        self.unit_first: Final = unit[0]
        self.unit_last: Final = unit[1]


@final
class _Entry:
    """A head in the order of the text, with where it ends."""

    __slots__ = ("end", "head", "index", "parent", "siblings", "start")

    def __init__(
        self,
        head: Head,
        parent: "_Entry | None",
        siblings: "list[_Entry]",
        start: tuple[int, int],
        end: tuple[int, int],
    ) -> None:
        self.head: Final = head
        self.parent: Final = parent
        self.siblings: Final = siblings
        self.index: Final = len(siblings)
        self.start: Final = start
        self.end: Final = end


@final
class Statements:
    """The statements of one file; forms are made when they are asked for, and kept."""

    __slots__ = ("_entries", "_forms", "_source", "_starts", "_tree")

    def __init__(self, source: "SourceFile", tree: ast.Module) -> None:
        self._source: Final = source
        self._tree: Final = tree  # forms are kept by the identity of its nodes
        self._entries: Final[list[_Entry]] = []
        self._forms: Final[dict[int, str]] = {}
        self._add(tree.body, None)
        self._entries.sort(key=_start_of)
        self._starts: Final = [entry.start for entry in self._entries]

    def at(self, span: "Span") -> Place:
        """The place that begins where a span does."""
        line = span.lineno
        here = (line, self._column(line, span.col_offset))
        index = bisect_right(self._starts, here) - 1
        entry = self._entries[index] if index >= 0 else None
        if entry is None or here > entry.end or self._is_comment(span):
            return self._beside(span, index)
        way = _way_to(entry.head, span)
        display = -1
        for number in range(len(way) - 1):
            if isinstance(way[number], (ast.List, ast.Tuple, ast.Set, ast.Dict)):
                display = number
        lines = (entry.start[0], entry.end[0])
        if display < 0:
            form = self._form(entry.head)
            around = self._around(entry)
            unit = lines
        else:
            form = self._written(entry.head, frozenset([id(node) for node in way[:-1]]), way)
            around, unit = self._in_display(way[display], way[display + 1])
        if len(way) > 1:
            form = f"{form}\n{self._written(way[-1], frozenset(), [])}"
        return Place(form, around, lines, unit)

    def _beside(self, span: "Span", index: int) -> Place:
        """A place in no statement: a comment, or a line that did not reach the tree."""
        last = max(span.end_lineno, span.lineno)
        text = self._source.between(span.lineno, span.col_offset, last, span.end_col_offset)
        form = "".join(text.replace("#", " ").split())
        before = self._entries[index] if index >= 0 else None
        after = self._entries[index + 1] if index + 1 < len(self._entries) else None
        around = (
            "",
            "" if before is None else self._form(before.head),
            "",
            "" if after is None else self._form(after.head),
            "",
        )
        lines = (span.lineno, last)
        return Place(form, around, lines, lines)

    def _is_comment(self, span: "Span") -> bool:
        """Whether a comment begins there; it may stand within a statement of many lines."""
        if not 1 <= span.lineno <= len(self._source.lines):
            return False
        line = self._source.lines[span.lineno - 1]
        return "#" in line and line.encode()[span.col_offset :].startswith(b"#")

    def _column(self, line: int, column: int) -> int:
        """The column, at the least that of the first character of the line."""
        if not 1 <= line <= len(self._source.lines):
            return column
        text = self._source.lines[line - 1]
        return max(column, len(text) - len(text.lstrip()))

    def _add(self, body: Sequence[ast.stmt], parent: _Entry | None) -> None:
        siblings: list[_Entry] = []
        for statement in body:
            entry = self._enter(statement, parent, siblings)
            if isinstance(statement, (ast.Try, ast.TryStar)):
                self._add(statement.body, entry)
                handlers: list[_Entry] = []
                for handler in statement.handlers:
                    self._add(handler.body, self._enter(handler, entry, handlers))
                self._add(statement.orelse, entry)
                self._add(statement.finalbody, entry)
            elif isinstance(statement, ast.Match):
                cases: list[_Entry] = []
                for case in statement.cases:
                    self._add(case.body, self._enter(case, entry, cases))
            elif type(statement) in COMPOUND:
                for block, _ in blocks_of(statement):
                    self._add(block, entry)

    def _enter(self, head: Head, parent: _Entry | None, siblings: list[_Entry]) -> _Entry:
        start, end = _extent(head)
        entry = _Entry(head, parent, siblings, start, end)
        siblings.append(entry)
        self._entries.append(entry)
        return entry

    def _form(self, head: Head) -> str:
        known = self._forms.get(id(head))
        if known is None:
            known = self._written(head, frozenset(), [])
            self._forms[id(head)] = known
        return known

    def _around(self, entry: _Entry) -> tuple[str, ...]:
        head, parent = entry.head, entry.parent
        before = _beyond(entry, -1)
        after = _beyond(entry, 1)
        if isinstance(head, ast.ExceptHandler):  # it stands between what it guards and its block
            guarded = None if parent is None else parent.head
            if isinstance(guarded, (ast.Try, ast.TryStar)):
                before = [*guarded.body[: -1 - _NEAR : -1]]
            after = [*head.body[:_NEAR]]
        near = [self._near(one) for one in before]
        near += [""] * (_NEAR - len(near))
        near += [self._near(one) for one in after]
        near += [""] * (2 * _NEAR - len(near))
        return ("" if parent is None else self._near(parent.head), *near)

    def _near(self, head: Head) -> str:
        """The form of a neighbour; `try` has none, and is told by what it guards."""
        form = self._form(head)
        if isinstance(head, (ast.Try, ast.TryStar)) and head.body:
            return f"{form}{self._form(head.body[0])}"
        return form

    def _in_display(
        self, display: ast.AST, element: ast.AST
    ) -> tuple[tuple[str, ...], tuple[int, int]]:
        """What stands round an element of a display, and its lines."""
        members = _members(display)
        index = 0
        for number, member in enumerate(members):
            if any(node is element for node in member):
                index = number
        near = [*range(index - 1, index - 1 - _NEAR, -1), *range(index + 1, index + 1 + _NEAR)]
        forms = [
            self._of_member(members[number]) if 0 <= number < len(members) else ""
            for number in near
        ]
        own = members[index]
        first = min([node.lineno for node in own])
        last = max([node.end_lineno or node.lineno for node in own])
        return (type(display).__name__, *forms), (first, last)

    def _of_member(self, member: Sequence[ast.expr]) -> str:
        known = self._forms.get(id(member[-1]))
        if known is None:
            known = ":".join([self._written(node, frozenset(), []) for node in member])
            self._forms[id(member[-1])] = known
        return known

    def _written(self, node: ast.AST, cut: frozenset[int], way: Sequence[ast.AST]) -> str:
        writer = _Writer(self._source, cut, way)
        writer.write(node, False)
        return "".join(writer.parts)


@final
class _Writer:
    """Writes one tree. Of the displays in `cut` only the elements on the `way` are written."""

    __slots__ = ("_cut", "_hidden", "_source", "_way", "parts")

    def __init__(self, source: "SourceFile", cut: frozenset[int], way: Sequence[ast.AST]) -> None:
        self.parts: Final[list[str]] = []
        self._source: Final = source
        self._hidden: Final = bool(source.redaction.spans)
        self._cut: Final = cut
        self._way: Final = frozenset([id(node) for node in way])

    def write(self, node: ast.AST, masked: bool) -> None:
        parts = self.parts
        if isinstance(node, ast.Constant):
            parts.append(_value(node.value, masked or self._is_hidden(node)))
            return
        if isinstance(node, ast.JoinedStr):
            # Up to Python 3.11 every piece has the place of the whole.
            self._write_pieces(node, masked or self._is_hidden(node))
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = node.value.value
            if isinstance(text, str):  # a docstring, whose lines a formatter moves
                hidden = self._is_hidden(node.value)
                parts.append(f"Expr({MASK if hidden else ' '.join(text.split())!r})")
                return
        elif isinstance(node, ast.Delete):
            node = _flat(node)
        elif id(node) in self._cut and isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
            parts.append(f"{type(node).__name__}(")
            for member in _members(node):
                if any(id(each) in self._way for each in member):
                    for each in member:
                        self.write(each, masked)
                        parts.append(":")
            parts.append(")")
            return
        is_head = type(node) in COMPOUND or isinstance(node, (ast.ExceptHandler, ast.match_case))
        parts.append(f"{type(node).__name__}(")
        for name in node._fields:
            if name in _SILENT or (is_head and name in _BLOCKS):
                continue
            value: object = getattr(node, name, None)
            if value is None or (isinstance(value, list) and not value):
                continue
            parts.append(f"{name}=")
            if isinstance(value, ast.AST):
                self.write(value, masked)
            elif isinstance(value, list):
                parts.append("[")
                for item in value:
                    if isinstance(item, ast.AST):
                        self.write(item, masked)
                    else:
                        parts.append(repr(item))
                    parts.append(",")
                parts.append("]")
            else:
                parts.append(repr(value))
        parts.append(")")

    def _write_pieces(self, node: ast.JoinedStr, masked: bool) -> None:
        """An f-string; how its text is cut into pieces is Python's, and differs by version."""
        self.parts.append("JoinedStr(")
        text = ""
        for piece in node.values:
            if isinstance(piece, ast.Constant) and isinstance(piece.value, str):
                text += piece.value
                continue
            if text:
                self.parts.append(_value(text, masked))
                text = ""
            self.write(piece, masked)
        if text:
            self.parts.append(_value(text, masked))
        self.parts.append(")")

    def _is_hidden(self, node: ast.expr) -> bool:
        if not self._hidden:
            return False
        last = node.end_lineno or node.lineno
        column = node.end_col_offset or node.col_offset
        return self._source.is_hidden(node.lineno, node.col_offset, last, column)


def _value(value: object, masked: bool) -> str:
    if isinstance(value, (str, bytes)) and masked:
        return repr(MASK)
    if isinstance(value, int) and not isinstance(value, bool):
        return hex(value)  # the decimal digits of a long number are refused
    return repr(value)


def _flat(node: ast.Delete) -> ast.Delete:
    """`del (a, b)` is what a formatter writes `del a, b`."""
    targets = node.targets
    while len(targets) == 1 and isinstance(targets[0], ast.Tuple) and targets[0].elts:
        targets = targets[0].elts
    return node if targets is node.targets else ast.Delete(targets=targets)


def _beyond(entry: _Entry, step: int) -> list[Head]:
    """The neighbours on one side, the nearest first.

    Where a block ends, the neighbours of its statement follow, up to the function or class.
    """
    found: list[Head] = []
    here: _Entry | None = entry
    while here is not None and len(found) < _NEAR:
        index = here.index + step
        while 0 <= index < len(here.siblings) and len(found) < _NEAR:
            found.append(here.siblings[index].head)
            index += step
        here = here.parent
        if here is not None and isinstance(
            here.head, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            break
    return found


def _members(display: ast.AST) -> list[list[ast.expr]]:
    """The elements of a display; those of a dictionary with their keys."""
    if isinstance(display, ast.Dict):
        return [
            [value] if key is None else [key, value]
            for key, value in zip(display.keys, display.values, strict=True)
        ]
    if isinstance(display, (ast.List, ast.Tuple, ast.Set)):
        return [[element] for element in display.elts]
    return []


def _way_to(head: Head, span: "Span") -> list[ast.AST]:
    """The nodes from a head to the outermost one with a span, both included.

    The head alone where no node has it.
    """
    key = (span.lineno, span.col_offset, span.end_lineno, span.end_col_offset)
    if _key_of(head) == key:
        return [head]
    pending: list[tuple[ast.AST, int]] = [(head, 0)]
    way: list[ast.AST] = []
    while pending:
        node, depth = pending.pop()
        del way[depth:]
        way.append(node)
        if depth and _key_of(node) == key:
            return way
        inside = [
            (child, depth + 1)
            for child in ast.iter_child_nodes(node)
            if (depth or not _is_of_block(child)) and _may_hold(node, child, span)
        ]
        pending += reversed(inside)
    return [head]


def _is_of_block(node: ast.AST) -> bool:
    return isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case))


def _may_hold(parent: ast.AST, node: ast.AST, span: "Span") -> bool:
    """Whether a span may lie in a node; up to Python 3.11 places in f-strings are not exact."""
    first: object = getattr(node, "lineno", None)
    last: object = getattr(node, "end_lineno", None)
    if isinstance(parent, (ast.JoinedStr, ast.FormattedValue)):
        return True
    if not isinstance(first, int) or not isinstance(last, int):
        return True
    return first <= span.lineno <= last


def _key_of(node: ast.AST) -> tuple[object, object, object, object]:
    return (
        getattr(node, "lineno", None),
        getattr(node, "col_offset", None),
        getattr(node, "end_lineno", None),
        getattr(node, "end_col_offset", None),
    )


def _extent(head: Head) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last line and column of a head; the last one lies in it."""
    if isinstance(head, ast.match_case):
        pattern = head.pattern
        start = (pattern.lineno, 0)
        ends = [(pattern.end_lineno, pattern.end_col_offset)]
        if head.guard is not None:
            ends.append((head.guard.end_lineno or start[0], head.guard.end_col_offset or 0))
        return start, max(ends)
    start = (head.lineno, head.col_offset)
    if type(head) not in COMPOUND and not isinstance(head, ast.ExceptHandler):
        last = head.end_lineno or head.lineno
        return start, (last, max((head.end_col_offset or 0) - 1, 0))
    end = start
    for child in ast.iter_child_nodes(head):
        if _is_of_block(child):
            continue
        for node in [child] if hasattr(child, "end_lineno") else ast.walk(child):
            line: object = getattr(node, "end_lineno", None)
            column: object = getattr(node, "end_col_offset", None)
            if isinstance(line, int) and isinstance(column, int):
                end = max(end, (line, column))
    if isinstance(head, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for decorator in head.decorator_list:
            start = min(start, (decorator.lineno, max(decorator.col_offset - 1, 0)))
    return start, end


def _start_of(entry: _Entry) -> tuple[int, int]:
    return entry.start

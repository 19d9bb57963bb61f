"""What becomes of an error that an `except` clause takes.

A clause is read twice: its ways out come from the graph (does every way raise again, or does
control go on), what it does on them from its operations (logs, keeps the error, cleans up, puts
something in its place). Operations are told to lie in a clause or in its guarded code by their
place in the text, so copies of a `finally` count once.

Invariant: a clause whose `swallows` is False has no normal way out of it.

    try:
        n = int(text)         guarded: one call, of int
    except ValueError:        caught: ("ValueError",), breadth NARROW
        n = 0                 swallows, replaces
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from typing import Final, TypeAlias, final

from assay.ir.function import NO_BLOCK, Block
from assay.ir.ops import (
    NEVER,
    Attr,
    Await,
    Call,
    Caught,
    Const,
    DelAttr,
    Delete,
    DelItem,
    EndCatch,
    Enter,
    Inplace,
    Load,
    Op,
    Raise,
    SetAttr,
    SetItem,
    Store,
    Yield,
    YieldFrom,
)
from assay.models.errors import ErrorWords, error_words
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent
from assay.program.silence import excused
from assay.source.comments import Comment
from assay.source.nesting import COMPOUND, blocks_of
from assay.source.span import Span
from assay.source.spelling import spelling

TryNode: TypeAlias = ast.Try | ast.TryStar

# How much a clause takes.
NARROW: Final = 0  # named errors
EXCEPTION: Final = 1  # Exception: every error, no interrupt
BASE: Final = 2  # BaseException: interrupts and cancellation too
BARE: Final = 3  # no type at all, which is the same

NO_TYPE: Final = "()"

# It is noted at what leaves, since clauses and conditions are told by it alike.
LEAVES_BY_NAME: Final = excused(
    "handling.leaves-by-name",
    "the call has the name of one from which control does not come back",
    "broad-exception",
    "check-then-act",
    "error-handling",
    "handler-too-narrow",
    "masked-exception",
    "swallowed-cancellation",
    "swallowed-exception",
    "unchecked-none",
)

_MACHINE_COMMENT: Final = re.compile(
    r"#\s*(?:noqa|pragma|type:|pylint:|flake8:|mypy:|nosec|todo\b|fixme\b|xxx\b|ruff:|pyright:"
    r"|pytype:|lint)",
    re.I,
)
_EVERYTHING: Final = re.compile(
    r"\b(?:any|all|every|everything|anything|blanket|bare|broad|whatever|never|always|BLE001|E722"
    r"|W0702|W0703|bare-except|broad-except|regardless|arbitrary|catch-all)\b",
    re.I,
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS: Final = 2


@final
class Clause:
    """One `except` clause: what it guards, what it takes, what it does and how it ends."""

    __slots__ = (
        "body",
        "breadth",
        "caught",
        "exits",
        "function",
        "guarded",
        "nested",
        "node",
        "raises",
        "statement",
    )

    def __init__(
        self,
        function: FunctionFacts,
        node: ast.ExceptHandler,
        statement: TryNode,
        caught: tuple[str, ...],
        guarded: tuple[Op, ...],
        body: tuple[Op, ...],
        exits: tuple[tuple[int, int], ...],
        raises: tuple[Op, ...],
        nested: bool,
    ) -> None:
        self.function: Final = function
        self.node: Final = node
        self.statement: Final = statement
        self.caught: Final = caught  # dotted paths, or the text where no path is known
        self.guarded: Final = guarded  # operations of the `try` body
        self.body: Final = body  # operations of the clause
        self.exits: Final = exits  # (block, index) just behind each normal way out
        self.raises: Final = raises  # what ends the other ways: a raise, or a call that leaves
        self.nested: Final = nested  # in a `finally`, or in another clause
        self.breadth: Final = breadth_of(caught)

    @property
    def swallows(self) -> bool:
        """Whether control goes on behind the clause on some way."""
        return bool(self.exits)

    @property
    def header(self) -> Span:
        """`except E as e:` without its body."""
        node = self.node
        end = node.type
        if end is None or end.end_lineno is None or end.end_col_offset is None:
            return Span(node.lineno, node.col_offset, node.lineno, node.col_offset + len("except"))
        return Span(node.lineno, node.col_offset, end.end_lineno, end.end_col_offset)

    @property
    def last_line(self) -> int:
        """The last line of the clause's body."""
        last = self.node.body[-1]
        return last.end_lineno or last.lineno


def breadth_of(caught: tuple[str, ...]) -> int:
    """How much these types take together; no type at all is a bare `except`."""
    if not caught:
        return BARE
    if "BaseException" in caught:
        return BASE
    if "Exception" in caught or "StandardError" in caught:
        return EXCEPTION
    return NARROW


def type_names(node: ast.expr | None, file: FileFacts) -> tuple[str, ...]:
    """The dotted paths of the types of an `except`, the text where a path is not known.

    No path at all is a bare `except`; `except ():`, which takes nothing, is `("()",)`.
    """
    if node is None:
        return ()
    return tuple([_type_name(part, file) for part in _types(node, file)]) or (NO_TYPE,)


def _types(node: ast.expr, file: FileFacts) -> list[ast.expr]:
    """The types in a display; a name that the module binds to an empty one, and once, is that."""
    if isinstance(node, ast.Tuple):
        return [each for part in node.elts for each in _types(part, file)]
    inner = node.value if isinstance(node, ast.Starred) else node
    if isinstance(inner, ast.Tuple):
        return _types(inner, file)
    if isinstance(inner, ast.Name):
        bound = file.names.bound.get(inner.id)
        value = bound.value if isinstance(bound, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Tuple) and not value.elts:
            return [] if len(file.functions[0].stores(inner.id)) == 1 else [node]
    return [node]


def _type_name(node: ast.expr, file: FileFacts) -> str:
    text = spelling(node)
    root, dot, rest = text.partition(".")
    path = file.names.resolve(root)
    if not path or path.startswith(":"):
        return text
    return f"{path}{dot}{rest}"


@final
class _Entry:
    """Where one clause starts in the graph; `depth` counts the errors being handled in it."""

    __slots__ = ("block", "depth", "node", "statement")

    def __init__(self, node: ast.ExceptHandler, statement: TryNode, block: int, depth: int) -> None:
        self.node: Final = node
        self.statement: Final = statement
        self.block: Final = block
        self.depth: Final = depth


def _entries(function: FunctionFacts) -> list[_Entry]:
    """The clauses of a function, one for each copy in its graph."""
    found: list[_Entry] = []
    for region in function.ir.regions:
        statement = region.pad.ops[0].at
        if isinstance(statement, (ast.Try, ast.TryStar)):
            entry = region.entry
            found.append(_Entry(region.node, statement, entry.ident, region.pad.caught + 1))
    return found


def clauses(function: FunctionFacts) -> list[Clause]:
    """The `except` clauses of one function in the order of its graph, copies taken once."""
    if not function.ir.regions:
        return []
    return function.file.program.shared(_recent).of(function)


def guarding(function: FunctionFacts, op: Op) -> list[Clause]:
    """The clauses of every `try` round an operation, in the order of `clauses`."""
    if not function.ir.regions:
        return []
    return function.file.program.shared(_recent_guards).of(function).get(op, [])


def _recent_guards(program: Program) -> Recent[FunctionFacts, dict[Op, list[Clause]]]:
    return Recent(_guards, 16)


def _guards(function: FunctionFacts) -> dict[Op, list[Clause]]:
    found: dict[Op, list[Clause]] = {}
    for clause in clauses(function):
        for op in clause.guarded:
            found.setdefault(op, []).append(clause)
    return found


def _recent(program: Program) -> Recent[FunctionFacts, list[Clause]]:
    return Recent(_clauses, 256)  # several rules ask for those of every function of a file


def _clauses(function: FunctionFacts) -> list[Clause]:
    words = error_words()
    entries: dict[int, _Entry] = {}
    nested: set[int] = set()
    for entry in _entries(function):
        entries.setdefault(id(entry.node), entry)
        if entry.depth > 1:
            nested.add(id(entry.node))
    if not entries:
        return []
    first = min([_start(entry.statement.body) for entry in entries.values()])
    last = max([_end(entry.node.body) for entry in entries.values()])
    placed = _Placed(_placed(function, first, last))
    guarded: dict[int, tuple[Op, ...]] = {}  # by the statement, which may have many clauses
    found: list[Clause] = []
    for entry in entries.values():
        exits, raises = _ways_out(function, entry, words)
        statement = id(entry.statement)
        if statement not in guarded:
            guarded[statement] = placed.between(entry.statement.body)
        found.append(
            Clause(
                function,
                entry.node,
                entry.statement,
                type_names(entry.node.type, function.file),
                guarded[statement],
                placed.between(entry.node.body),
                exits,
                raises,
                id(entry.node) in nested,
            )
        )
    return found


def _placed(function: FunctionFacts, first: int, last: int) -> list[tuple[int, Op]]:
    """Every operation between two places with its own, those of copied code once."""
    seen: set[tuple[type[Op], int]] = set()
    places: dict[int, int] = {}  # of the nodes: several operations come from each
    found: list[tuple[int, Op]] = []
    for block in function.ir.blocks:
        for op in block.ops:
            node = id(op.at)
            place = places.get(node)
            if place is None:
                place = _place(op.at.lineno, op.at.col_offset)
                places[node] = place
            if not first <= place < last:
                continue
            key = (type(op), node)
            if key not in seen:
                seen.add(key)
                found.append((place, op))
    return found


def _place(line: int, column: int) -> int:
    """A line and a column as one number, in the order of the text."""
    return line << 32 | column


def _start(statements: list[ast.stmt]) -> int:
    return _place(statements[0].lineno, statements[0].col_offset)


def _end(statements: list[ast.stmt]) -> int:
    last = statements[-1]
    return _place(last.end_lineno or last.lineno, last.end_col_offset or last.col_offset)


@final
class _Placed:
    """Operations in the order of the graph, to be had by where they stand in the text."""

    def __init__(self, placed: list[tuple[int, Op]]) -> None:
        self._placed: Final = placed
        self._order: Final = sorted([(place, index) for index, (place, _) in enumerate(placed)])

    def between(self, statements: list[ast.stmt]) -> tuple[Op, ...]:
        """The operations of some statements that follow each other."""
        first = bisect_left(self._order, (_start(statements), 0))
        last = bisect_left(self._order, (_end(statements), 0))
        return tuple(
            [self._placed[index][1] for index in sorted(at for _, at in self._order[first:last])]
        )


def _ways_out(
    function: FunctionFacts, entry: _Entry, words: ErrorWords
) -> tuple[tuple[tuple[int, int], ...], tuple[Op, ...]]:
    """Where control goes on behind a clause, and what ends the ways that do not."""
    blocks = function.ir.blocks
    depth = entry.depth
    is_group = isinstance(entry.statement, ast.TryStar)
    end = entry.node.body[-1].end_lineno or entry.node.lineno
    exits: dict[tuple[int, int], None] = {}
    raises: dict[Op, None] = {}
    work = [entry.block]
    seen = set(work)
    while work:
        block = blocks[work.pop()]
        if is_group and not _lies_in(block, entry.node.lineno, end):
            exits[(block.ident, 0)] = None  # the end of `except*` leaves no mark in the graph
            continue
        targets: list[int] = []
        level = block.caught
        for index, op in enumerate(block.ops):
            if type(op) is Caught:
                level += 1
            elif type(op) is EndCatch:
                level -= 1
                if level < depth and not is_group:
                    exits[(block.ident, index + 1)] = None
                    break
            elif leaves(op, function, words):
                raises[op] = None
                break
            if op.risk != NEVER and _is_inner(blocks, block.handler, depth, entry.node):
                targets.append(block.handler)
        else:
            targets.extend(block.successors())
        for target in targets:
            if target not in seen:
                seen.add(target)
                work.append(target)
    return tuple(exits), tuple(raises)


def _lies_in(block: Block, first: int, last: int) -> bool:
    places = [op.at.lineno for op in block.ops]
    return not places or any(first <= line <= last for line in places)


def _is_inner(blocks: list[Block], handler: int, depth: int, node: ast.ExceptHandler) -> bool:
    """Whether a handler stands inside the clause; its own unbinding of the name does not."""
    if handler == NO_BLOCK or blocks[handler].caught < depth:
        return False
    ops = blocks[handler].ops
    return not (ops and ops[0].at is node)


# What single operations do


def leaves(op: Op, function: FunctionFacts, words: ErrorWords) -> bool:
    """Whether control does not go on behind an operation: a raise, `sys.exit()`, `self.fail()`."""
    if isinstance(op, Raise):
        return True
    if isinstance(op, Call):
        path = function.callee(op)
        if path in words.leave.functions:
            return True
        if path.startswith(":") and never_returns(function.file, path[1:]):
            return True
        named = last_part(function, op) in words.leave.methods
        return named and LEAVES_BY_NAME.stops(function.file, op.at.lineno)
    if isinstance(op, Enter):
        manager = function.definitions[op.manager]
        named = isinstance(manager, Call) and last_part(function, manager) in words.leave.managers
        return named and LEAVES_BY_NAME.stops(function.file, op.at.lineno)
    return False


def never_returns(file: FileFacts, name: str) -> bool:
    """Whether a function of the same module raises or leaves on every way, told by its text."""
    node = file.names.bound.get(name)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    last = node.body[-1]
    if any(isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom)) for inner in ast.walk(node)):
        return False
    if isinstance(last, ast.Raise):
        return True
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return spelling(last.value.func) in ("sys.exit", "os._exit", "exit", "quit")
    return False


def last_part(function: FunctionFacts, op: Call) -> str:
    """The name that a call is written with: `close` of `self.file.close()`."""
    callee = function.definitions[op.callee]
    if isinstance(callee, (Attr, Load)):
        return callee.name
    return ""


def is_log(function: FunctionFacts, op: Call, words: ErrorWords) -> bool:
    """Whether a call writes a message for people: a logger's method, print, a warning."""
    path = function.callee(op)
    if path in words.report.print_functions or path in words.report.traceback_functions:
        return True
    last = last_part(function, op)
    if last not in words.report.log_methods and last not in words.report.traceback_methods:
        return False
    owner = function.spelled(op.callee).rpartition(".")[0].lower()
    if "log" in owner or "warn" in owner:
        return True
    callee = function.definitions[op.callee]
    return isinstance(callee, Attr) and "getLogger" in function.qualified(callee.owner)


def keeps_traceback(function: FunctionFacts, op: Call, words: ErrorWords) -> bool:
    """Whether a call records the error with its traceback."""
    if function.callee(op) in words.report.traceback_functions:
        return True
    if last_part(function, op) in words.report.traceback_methods:
        return True
    for temp, label in zip(op.args, op.labels, strict=False):
        if label in words.report.traceback_keywords:
            value = function.definitions[temp]
            return not (isinstance(value, Const) and not value.value)
    return False


# What a clause does


def tracebacks(clause: Clause, words: ErrorWords) -> list[Call]:
    """The calls of a clause that record the error with its traceback."""
    return [
        op
        for op in clause.body
        if isinstance(op, Call) and keeps_traceback(clause.function, op, words)
    ]


def logs(clause: Clause, words: ErrorWords) -> list[Call]:
    """The calls of a clause that write a message."""
    return [op for op in clause.body if isinstance(op, Call) and is_log(clause.function, op, words)]


def error_uses(clause: Clause, words: ErrorWords) -> list[Op]:
    """Reads of the error itself: of the bound name, or through `sys.exc_info()`."""
    found: list[Op] = []
    for op in clause.body:
        if isinstance(op, Load):
            if clause.node.name and op.name == clause.node.name:
                found.append(op)
        elif (
            isinstance(op, Call)
            and clause.function.callee(op) in words.report.current_error_functions
        ):
            found.append(op)
    return found


def hands_on(clause: Clause, words: ErrorWords) -> Op | None:
    """The first read of the error that is no part of a message or a test of its kind."""
    skipped = set()
    for op in clause.body:
        if isinstance(op, Call) and is_log(clause.function, op, words):
            skipped.add((op.at.lineno, op.at.end_lineno or op.at.lineno))
    for op in error_uses(clause, words):
        if not any(first <= op.at.lineno <= last for first, last in skipped):
            return op
    return None


_EFFECTS: Final = (
    Call,
    Store,
    SetAttr,
    SetItem,
    Delete,
    DelItem,
    DelAttr,
    Yield,
    YieldFrom,
    Await,
    Raise,
    Inplace,
)


def effects(clause: Clause, words: ErrorWords) -> list[Op]:
    """Everything that a clause does apart from writing messages."""
    function = clause.function
    inside: list[tuple[int, int]] = [
        (op.at.lineno, op.at.end_lineno or op.at.lineno) for op in logs(clause, words)
    ]
    return [
        op
        for op in clause.body
        if isinstance(op, _EFFECTS)
        and not (isinstance(op, Call) and is_log(function, op, words))
        and not (
            isinstance(op, Call) and any(first <= op.at.lineno <= last for first, last in inside)
        )
    ]


def returned(clause: Clause) -> list[ast.Return]:
    """The `return` statements of a clause."""
    return [node for node in own_statements(clause.node.body) if isinstance(node, ast.Return)]


def own_statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements at any depth, without those of functions and classes inside."""
    found: list[ast.stmt] = []
    work = list(reversed(body))
    while work:
        node = work.pop()
        found.append(node)
        if type(node) not in COMPOUND or isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            continue
        for block, _ in reversed(blocks_of(node)):
            work += reversed(block)
    return found


def gives_error_value(clause: Clause) -> bool:
    """Whether a way out returns something that a caller can tell from success.

    `return None` and a bare `return` count where the function returns values elsewhere.
    """
    for node in returned(clause):
        value = node.value
        if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            return True
        owner = clause.function.ir.node
        if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
            isinstance(other, ast.Return)
            and other.value is not None
            and not (isinstance(other.value, ast.Constant) and other.value.value is None)
            for other in own_statements(owner.body)
        ):
            return True
    return False


def explanation(clause: Clause) -> Comment | None:
    """The first comment in or just above a clause that says something to a reader."""
    last_guarded = clause.statement.body[-1]
    first = (last_guarded.end_lineno or last_guarded.lineno) + 1
    last = clause.last_line
    file = clause.function.file.source
    for comment in file.comments:
        if comment.line < first:
            continue
        if comment.line > last:
            # Further comments below the body, indented as it is, belong to the clause.
            if (
                comment.own_line
                and comment.line == last + 1
                and (comment.column > clause.node.col_offset)
            ):
                last += 1
            else:
                return None
        if comment.line < clause.node.lineno and _other_clause(clause, comment.line):
            continue
        if _MACHINE_COMMENT.match(comment.text):
            continue
        if len(_WORD.findall(comment.text)) >= _FEWEST_WORDS:
            return comment
    return None


def says_everything(comment: Comment) -> bool:
    """Whether a comment says that every error is meant."""
    return _EVERYTHING.search(comment.text) is not None


def _other_clause(clause: Clause, line: int) -> bool:
    return any(
        other is not clause.node
        and other.lineno <= line <= (other.body[-1].end_lineno or other.lineno)
        for other in clause.statement.handlers
    )

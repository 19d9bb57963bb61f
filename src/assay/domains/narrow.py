"""Errors that pass by the clauses of a `try` which is there so that the program goes on.

A `try` whose clauses name errors, and go on when one comes, is a point of recovery. Of the calls
in it these matter: those that read the whole contents of a file or message, and so raise when these
are broken, wherever they do it (`raises.toml`, or a callee in view).

    try:
        with open(path) as stream:
            state = json.load(stream)
    except OSError:                     recovers; JSONDecodeError passes by
        state = {}

Two facts tell that going on was meant for broken contents too: the same class or module writes that
file itself, so that a crash in the middle of writing leaves half of one; or the `try` stands in a
loop over items, and one broken item ends the loop for all that follow.
"""

from __future__ import annotations

import ast
import re
from typing import Final, final

from assay.domains.error_kinds import ANYTHING, APART, INTERRUPTS, TAKEN, ErrorKinds
from assay.domains.handling import NARROW, Clause, TryNode, clauses, guarding, own_statements
from assay.domains.raise_effects import Effects
from assay.domains.raise_summaries import RaiseSummaries
from assay.domains.raised import Error
from assay.ir.ops import Call, Op
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent
from assay.source.comments import Comment
from assay.source.nesting import blocks_of
from assay.source.spelling import spelling

_SPEAKS: Final = re.compile(r"\brais|\bpropagat|\bunexpected\b|\bbubble", re.I)
_WRITES: Final = frozenset("wax+")


@final
class Recovery:
    """A `try` that goes on behind clauses for named errors, and what it is there for.

    `writer` is where the file that it reads is written, `loop` the one whose items it is run for,
    `twin` the same call without a guard.
    """

    __slots__ = ("clauses", "function", "loop", "statement", "twin", "writer")

    def __init__(self, function: FunctionFacts, statement: TryNode, taken: list[Clause]) -> None:
        self.function: Final = function
        self.statement: Final = statement
        self.clauses: Final = taken  # of this statement
        self.writer: Final = _writer(self)
        self.loop: Final = loop_round(self) if goes_on_with_the_next(self) else None
        self.twin: Final = unguarded_twin(self)


@final
class Passing:
    """An error that passes by all clauses, the call that it comes from, and what else comes."""

    __slots__ = ("call", "error")

    def __init__(self, call: Call, error: Error) -> None:
        self.call: Final = call
        self.error: Final = error

    @property
    def is_near(self) -> bool:
        """Whether it arises in the call itself or in the function that is called."""
        through = self.error.through
        return through is None or through.file.source.path == self.error.path


def recoveries(function: FunctionFacts) -> list[Recovery]:
    """The points of recovery that are there for a file of the program's own, or for one item."""
    by_statement: dict[int, list[Clause]] = {}
    for clause in clauses(function):
        by_statement.setdefault(id(clause.statement), []).append(clause)
    found = [
        Recovery(function, taken[0].statement, taken)
        for taken in by_statement.values()
        if all(clause.breadth == NARROW for clause in taken)
        and any(clause.swallows for clause in taken)
        and not taken[0].nested
    ]
    return [each for each in found if each.writer is not None or each.loop is not None or each.twin]


def passing(recovery: Recovery) -> tuple[list[Passing], list[tuple[Error, Clause]]]:
    """The errors of broken contents that pass by, and those that a clause takes, with it."""
    function = recovery.function
    summaries = function.file.program.shared(RaiseSummaries)
    effects = summaries.effects(function)
    missed: list[Passing] = []
    taken: list[tuple[Error, Clause]] = []
    for op in recovery.clauses[0].guarded:
        if not isinstance(op, Call) or (inner := _innermost(function, op)) is None:
            continue
        if inner.statement is not recovery.statement:
            continue
        for error in _of_contents(op, effects):
            clause, relation = _best(function, op, error, summaries.kinds)
            if relation == TAKEN and clause is not None:
                taken.append((error, clause))
            elif relation == APART:
                missed.append(Passing(op, error))
    return missed, taken


def _of_contents(op: Call, effects: Effects) -> list[Error]:
    return [
        error
        for error in effects.of(op).errors
        if error.content and error.kind is not ANYTHING and error.kind.key not in INTERRUPTS
    ]


def _innermost(function: FunctionFacts, op: Op) -> Clause | None:
    """The clause of the innermost `try` that guards an operation."""
    return max(guarding(function, op), key=lambda clause: clause.statement.lineno, default=None)


def _best(
    function: FunctionFacts, op: Op, error: Error, kinds: ErrorKinds
) -> tuple[Clause | None, int]:
    """The clause round an operation that takes most of an error, and how much."""
    best: Clause | None = None
    most = APART
    for clause in guarding(function, op):
        for kind in kinds.of_clause(clause.function, clause.node):
            relation = kinds.relation(error.kind, kind, error.exact)
            if relation > most:
                best, most = clause, relation
    return best, most


def goes_on_with_the_next(recovery: Recovery) -> bool:
    """Whether a `try` in a loop is there for one item: a failure is reported, and none ends it.

    Where the guarded code returns, the loop is a search. Where a clause does nothing, it does not
    matter whether the thing is there at all.
    """
    if any(clause.raises or not clause.swallows for clause in recovery.clauses):
        return False
    if any(isinstance(node, ast.Return) for node in own_statements(recovery.statement.body)):
        return False
    return any(isinstance(op, Call) for clause in recovery.clauses for op in clause.body)


def recovers_from_another(recovery: Recovery) -> bool:
    """Whether a clause takes another error that a guarded call is known to raise."""
    function = recovery.function
    effects = function.file.program.shared(RaiseSummaries).effects(function)
    return any(
        not error.content and error.kind is not ANYTHING and _may_take(recovery, error)
        for op in recovery.clauses[0].guarded
        if isinstance(op, Call)
        for error in effects.of(op).errors
    )


def _may_take(recovery: Recovery, error: Error) -> bool:
    kinds = recovery.function.file.program.shared(RaiseSummaries).kinds
    return any(
        kinds.relation(error.kind, kind) != APART
        for clause in recovery.clauses
        for kind in kinds.of_clause(recovery.function, clause.node)
    )


def said_above(recovery: Recovery) -> Comment | None:
    """A comment right above the `try`, or first in it, that speaks of what is raised."""
    statement = recovery.statement
    for block in recovery.function.file.source.comment_blocks:
        if block.last_line in (statement.lineno - 1, statement.body[0].lineno - 1):
            return block.comments[0] if _SPEAKS.search(block.text) else None
    return None


def unguarded_twin(recovery: Recovery) -> ast.Call | None:
    """The same call as the only guarded one, made without a guard before this statement."""
    body = recovery.statement.body
    wanted = _called(body[0]) if len(body) == 1 else None
    node = recovery.function.ir.node
    if wanted is None or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    if not wanted.args and not wanted.keywords:
        return None
    text = spelling(wanted)
    block = node.body
    while block:
        inner: list[ast.stmt] = []
        for index, statement in enumerate(block):
            if statement is recovery.statement or recovery.statement in _within([statement]):
                for earlier in block[:index]:
                    call = _called(earlier)
                    if call is not None and spelling(call) == text:
                        return call
                if isinstance(statement, (ast.For, ast.While, ast.With, ast.If)):
                    inner = statement.body
                break
        block = inner
    return None


def _called(statement: ast.stmt) -> ast.Call | None:
    """The call that a statement consists of, its result left out."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value if isinstance(value, ast.Call) else None


# What tells that broken contents were to be expected


def _writer(recovery: Recovery) -> ast.Call | None:
    """Where the class or module writes a file that the guarded code reads."""
    for op in recovery.clauses[0].guarded:
        path = opened_path(op.at) if isinstance(op, Call) else ""
        found = written_elsewhere(recovery.function, path) if path else None
        if found is not None:
            return found
    return None


def opened_path(call: object) -> str:
    """How the source spells the path that a call opens for reading; `""` for any other call."""
    if not isinstance(call, ast.Call) or not call.args:
        return ""
    return "" if _mode(call) & _WRITES else _path(call)


def _path(call: ast.Call) -> str:
    return spelling(call.args[0]) if spelling(call.func) in ("open", "io.open") else ""


def _mode(call: ast.Call) -> frozenset[str]:
    modes = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "mode")]
    found = [str(mode.value) for mode in modes if isinstance(mode, ast.Constant)]
    return frozenset(found[0]) if found else frozenset()


def written_elsewhere(function: FunctionFacts, path: str) -> ast.Call | None:
    """Where the class or module of a function opens the same path for writing."""
    name = path.partition(".")[0]
    if name in function.ir.locals and name not in ("self", "cls"):
        return None  # the same name means another path in another function
    parent = function.parent
    for other in parent.children if parent is not None else ():
        for site in other.calls:
            at = site.op.at
            if isinstance(at, ast.Call) and at.args and _path(at) == path and _mode(at) & _WRITES:
                return at
    return None


def loop_round(recovery: Recovery) -> ast.For | ast.AsyncFor | None:
    """The `for` in whose body a `try` stands, so that it is run once for each item."""
    loops = recovery.function.file.program.shared(_recent).of(recovery.function)
    return loops.get(recovery.statement)


def _recent(program: Program) -> Recent[FunctionFacts, dict[ast.stmt, ast.For | ast.AsyncFor]]:
    return Recent(_loops, 4)


def _loops(function: FunctionFacts) -> dict[ast.stmt, ast.For | ast.AsyncFor]:
    """For each statement of a function's loops the loop that it is told to stand in."""
    found: dict[ast.stmt, ast.For | ast.AsyncFor] = {}
    node = function.ir.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for loop in own_statements(node.body):
            if isinstance(loop, (ast.For, ast.AsyncFor)):
                found.update(dict.fromkeys(_within(loop.body), loop))
    return found


def _within(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    work = list(body)
    while work:
        statement = work.pop()
        found.append(statement)
        for block, _ in blocks_of(statement):
            work += block
    return found

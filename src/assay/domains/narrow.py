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
from assay.domains.raise_summaries import RaiseSummaries
from assay.domains.raised import Error
from assay.ir.function import FUNCTION
from assay.ir.ops import Call, Op
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent
from assay.program.silence import Gate, Limit, excused, not_a_site, not_known
from assay.source.comments import Comment
from assay.source.nesting import blocks_of
from assay.source.roles import Role
from assay.source.spelling import spelling

_RULES: Final = ("handler-too-narrow",)

IN_A_TEST: Final = not_a_site("narrow.in-a-test", "it stands in a test", *_RULES)
OUTSIDE_FUNCTIONS: Final = not_a_site(
    "narrow.outside-functions",
    "it stands in no function, but in a module, class or lambda",
    *_RULES,
)
NESTED: Final = not_a_site(
    "narrow.nested", "it stands in clean-up, or in a clause for another error", *_RULES
)
NO_REASON: Final = not_a_site(
    "narrow.no-reason",
    "nothing tells that going on is meant for broken contents as well, such as a file that is"
    " written here, a loop that reports what it leaves out, or the same call without the guard",
    *_RULES,
)
CLAUSE_LEAVES: Final = not_a_site(
    "narrow.clause-leaves", "it stands in a loop, which a clause of it ends by raising", *_RULES
)
SEARCH: Final = not_a_site(
    "narrow.search", "it stands in a loop that ends when one item is found", *_RULES
)
ITEM_NOT_REPORTED: Final = not_a_site(
    "narrow.not-reported", "it stands in a loop, and no clause reports the item", *_RULES
)
ANOTHER_PATH: Final = not_a_site(
    "narrow.another-path",
    "the file is written in a function beside it under a name that is a variable of each",
    *_RULES,
)
NO_ARGUMENTS: Final = not_a_site(
    "narrow.no-arguments", "the same call without a guard has no arguments", *_RULES
)
NOT_OF_CONTENTS: Final = not_a_site(
    "narrow.error-content", "the error that passes by tells of nothing broken in a file", *_RULES
)
CALLEE_NOT_IN_VIEW: Final = not_known(
    "narrow.callee-not-in-view", "it is not in view what a guarded call raises", *_RULES
)
KINDS_NOT_KNOWN: Final = not_known(
    "narrow.kinds-not-known",
    "it is not known whether the error is one of those that the clauses name",
    *_RULES,
)
SAID_ABOVE: Final = excused(
    "narrow.said-above", "a comment says that other errors are raised", *_RULES
)
ARISES_DEEPER: Final = not_a_site(
    "narrow.arises-deeper",
    "the error arises in no file of its own, but deeper than in what is called",
    *_RULES,
)
RECOVERS_FROM_NO_OTHER: Final = not_a_site(
    "narrow.recovers-from-no-other",
    "no guarded call is known to raise an error that the clauses take",
    *_RULES,
)

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
        loop = loop_round(self)
        self.loop: Final = loop if loop is not None and goes_on_with_the_next(self) else None
        self.twin: Final = unguarded_twin(self)


@final
class Passing:
    """An error that passes by all clauses, the call that it comes from, and what else comes."""

    __slots__ = ("call", "error")

    def __init__(self, call: Call, error: Error) -> None:
        self.call: Final = call
        self.error: Final = error

    @property
    def name(self) -> str:
        """The kind of the error, as a reader calls it."""
        return "an unknown error" if self.error.kind is ANYTHING else self.error.kind.name

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
    found: list[Recovery] = []
    file = function.file
    for taken in by_statement.values():
        if any(clause.breadth != NARROW for clause in taken) or not any(
            clause.swallows for clause in taken
        ):
            continue
        line = taken[0].node.lineno
        if file.source.role is Role.TEST and IN_A_TEST.stops(file, line):
            continue
        if function.ir.kind != FUNCTION and OUTSIDE_FUNCTIONS.stops(file, line):
            continue
        if taken[0].nested and NESTED.stops(file, line):
            continue
        each = Recovery(function, taken[0].statement, taken)
        has_reason = each.writer is not None or each.loop is not None or each.twin is not None
        if has_reason or not NO_REASON.stops(file, line):
            found.append(each)
    return found


@final
class Answer:
    """What becomes of the errors of the guarded calls.

    `missed` pass by all clauses, `taken` are of broken contents and taken by a clause. `cut` are
    calls of which a limit leaves open what else they raise.
    """

    __slots__ = ("cut", "missed", "taken")

    def __init__(self) -> None:
        self.missed: Final[list[Passing]] = []
        self.taken: Final[list[tuple[Error, Clause]]] = []
        self.cut: Final[list[tuple[Call, Limit]]] = []


def passing(recovery: Recovery) -> Answer:
    """The errors that pass by the clauses of a `try`, and those of broken contents that do not."""
    function = recovery.function
    summaries = function.file.program.shared(RaiseSummaries)
    effects = summaries.effects(function)
    line = recovery.clauses[0].node.lineno
    answer = Answer()
    for op in recovery.clauses[0].guarded:
        inner = _innermost(function, op) if isinstance(op, Call) else None
        if not isinstance(op, Call) or inner is None or inner.statement is not recovery.statement:
            continue
        for error in effects.of(op).errors:
            clause, relation = _best(function, op, error, summaries.kinds)
            if relation == TAKEN and clause is not None:
                if error.content:
                    answer.taken.append((error, clause))
            elif error.cut is not None:
                error.cut.note(function.file, line)
                answer.cut.append((op, error.cut))
            elif error.kind.key not in INTERRUPTS:
                gate = _not_asked(error, relation)
                if gate is None or not gate.stops(function.file, line):
                    answer.missed.append(Passing(op, error))
    return answer


def _not_asked(error: Error, relation: int) -> Gate | None:
    """Why an error that no clause surely takes is not one that passes by; None if it is."""
    if error.kind is ANYTHING:
        return CALLEE_NOT_IN_VIEW
    if relation != APART:
        return KINDS_NOT_KNOWN
    return None if error.content else NOT_OF_CONTENTS


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
    file, line = recovery.function.file, recovery.clauses[0].node.lineno
    leaves = any(clause.raises or not clause.swallows for clause in recovery.clauses)
    if leaves and CLAUSE_LEAVES.stops(file, line):
        return False
    guarded = own_statements(recovery.statement.body)
    if any(isinstance(node, ast.Return) for node in guarded) and SEARCH.stops(file, line):
        return False
    reports = any(isinstance(op, Call) for clause in recovery.clauses for op in clause.body)
    return reports or not ITEM_NOT_REPORTED.stops(file, line)


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
    given = bool(wanted.args or wanted.keywords)
    file, line = recovery.function.file, recovery.clauses[0].node.lineno
    text = spelling(wanted)
    block = node.body
    while block:
        inner: list[ast.stmt] = []
        for index, statement in enumerate(block):
            if statement is recovery.statement or recovery.statement in _within([statement]):
                for earlier in block[:index]:
                    call = _called(earlier)
                    same = call is not None and spelling(call) == text
                    if same and (given or not NO_ARGUMENTS.stops(file, line)):
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
    line = recovery.clauses[0].node.lineno
    for op in recovery.clauses[0].guarded:
        path = opened_path(op.at) if isinstance(op, Call) else ""
        found = written_elsewhere(recovery.function, path, line) if path else None
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


def written_elsewhere(function: FunctionFacts, path: str, line: int) -> ast.Call | None:
    """Where the class or module of a function opens the same path for writing."""
    name = path.partition(".")[0]
    own = name in function.ir.locals and name not in ("self", "cls")
    parent = function.parent
    for other in parent.children if parent is not None else ():
        for site in other.calls:
            at = site.op.at
            if isinstance(at, ast.Call) and at.args and _path(at) == path and _mode(at) & _WRITES:
                if own and ANOTHER_PATH.stops(function.file, line):
                    return None  # the same name means another path in another function
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

"""CWE-584: a jump out of a `finally` block drops the exception that is on its way.

An exception that enters a `finally` block goes on at its end. A `return` there, or a `break` or
`continue` of a loop outside, leaves before that end, and the exception is gone. Examined is every
`finally` block that an exception can enter.

- `found`: on some way a jump leaves the block, and an exception can be on its way then. The trace
  names the operation that raises.
- `handled`: what the guarded code raises is taken by a clause for everything before it gets here;
  or the jump depends on a variable that the guarded code sets, or on `sys.exc_info()`.
- `clean`: no jump leaves the block.

Interrupts and cancellation are dropped with the rest, and the caller takes the operation for done.
No `except` clause says so, which is why reviewers read past it. Python 3.14 warns of it.

Weak:

    def publish(channel, message):
        delivered = False
        try:
            channel.send(message)
            delivered = True
        finally:
            channel.close()
            return delivered

Guarded:

    def publish(channel, message):
        try:
            channel.send(message)
        finally:
            channel.close()
        return True

How to fix: move the jump behind the `try` statement. Where errors are meant to be dropped, say so
with an `except` clause that names them.

Known limits: a variable that the guarded code sets counts as a guard wherever it is set, also
before the operation that raises. What surrounds the function is not asked.

References: CWE-584 Return Inside Finally Block; PEP 765.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.handling import BASE, TryNode, breadth_of, type_names
from assay.ir.function import Block
from assay.ir.ops import (
    NEVER,
    POSSIBLE,
    Call,
    Caught,
    Load,
    Located,
    Op,
    Raise,
    Reraise,
    Store,
)
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import excused
from assay.source.roles import Role

RULE: Final = Rule(
    id="return-in-finally",
    cwe=584,
    related=(390, 705),
    title="Exception dropped by a jump out of finally",
    family=Family.ERRORS,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="finally blocks",
    summary="a return, break or continue in a finally block drops the exception on its way",
    explanation=__doc__ or "",
)

TELLS_OF_ERROR: Final = excused(
    "finally.tells-of-error",
    "the jump depends on a variable that the guarded code sets, or on the error on its way",
    RULE.id,
)
TAKEN_BEFORE: Final = excused(
    "finally.taken-before", "a clause of the same try takes everything", RULE.id
)

_IN_FLIGHT: Final = ("sys.exc_info", "sys.exception")
_WORDS: Final = {ast.Return: "return", ast.Break: "break", ast.Continue: "continue"}


@final
class Finally:
    """A `finally` block, and `pad`: the block of the graph where exceptions enter it."""

    __slots__ = ("node", "pad")

    def __init__(self, node: TryNode, pad: Block) -> None:
        self.node: Final = node
        self.pad: Final = pad


def _entered(function: FunctionFacts) -> list[Finally]:
    """The `finally` blocks that an exception can enter; of a copied one the first copy.

    `except` clauses have a pad too. Theirs lies under the handler that is the pad of `finally`.
    """
    pads: dict[int, TryNode] = {}
    for block in function.ir.blocks:
        if block.ops and type(block.ops[0]) is Caught:
            at = block.ops[0].at
            if isinstance(at, (ast.Try, ast.TryStar)) and at.finalbody:
                pads[block.ident] = at
    found: dict[int, Finally] = {}
    for ident, node in pads.items():
        pad = function.ir.blocks[ident]
        if pads.get(pad.handler) is not node:
            found.setdefault(id(node), Finally(node, pad))
    return list(found.values())


def _leaving(body: list[ast.stmt], in_loop: bool) -> Iterator[ast.stmt]:
    """The jumps out of some statements, in the order of the text."""
    for node in body:
        if isinstance(node, ast.Return) or (
            isinstance(node, (ast.Break, ast.Continue)) and not in_loop
        ):
            yield node
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            yield from _leaving(node.body, True)
            yield from _leaving(node.orelse, in_loop)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for part in _parts(node):
                yield from _leaving(part, in_loop)


def _parts(node: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of statements in a statement that is neither a loop nor a definition."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [node.body]
    if isinstance(node, ast.If):
        return [node.body, node.orelse]
    if isinstance(node, ast.Match):
        return [case.body for case in node.cases]
    if isinstance(node, (ast.Try, ast.TryStar)):
        handlers = [clause.body for clause in node.handlers]
        return [node.body, *handlers, node.orelse, node.finalbody]
    return []


def _raisers(function: FunctionFacts, site: Finally) -> list[Op]:
    """What may raise into the block: likely ones first, in the order of the text."""
    found = [
        op
        for block in function.ir.blocks
        if block.handler == site.pad.ident
        for op in block.ops
        if op.risk != NEVER and not (isinstance(op, Reraise) and op.at is site.node)
    ]
    return sorted(found, key=lambda op: (op.risk != POSSIBLE, op.at.lineno, op.at.col_offset))


def _catch_all(site: Finally, function: FunctionFacts) -> int:
    """The line of a clause of the same `try` that takes everything; 0 when there is none."""
    for clause in site.node.handlers:
        if breadth_of(type_names(clause.type, function.file)) >= BASE:
            return clause.lineno
    return 0


def _condition(jump: ast.stmt, site: Finally, function: FunctionFacts) -> tuple[str, int] | None:
    """What the jump depends on and that tells of the exception, with the line of the test."""
    tests = [
        test.test
        for top in site.node.finalbody
        for test in ast.walk(top)
        if isinstance(test, ast.If) and any(inner is jump for inner in ast.walk(test))
    ]
    start, end = site.node.body[0], site.node.body[-1]
    ops = [op for block in function.ir.blocks for op in block.ops]
    is_set = {
        op.name
        for op in ops
        if isinstance(op, Store) and start.lineno <= op.at.lineno <= (end.end_lineno or end.lineno)
    }
    for test in tests:
        for op in ops:
            if not _lies_in(op.at, test):
                continue
            if isinstance(op, Load) and op.name in is_set:
                return op.name, test.lineno
            if isinstance(op, Call) and function.callee(op) in _IN_FLIGHT:
                return f"{function.callee(op)}()", test.lineno
    return None


def _lies_in(at: Located, node: ast.expr) -> bool:
    start = (node.lineno, node.col_offset)
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return start <= (at.lineno, at.col_offset) < end


@final
class ReturnInFinally(FunctionChecker[Finally]):
    """Judges whether the exception that enters a `finally` block comes out of it again."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Finally]:
        return _entered(function)

    def judge(self, site: Finally, function: FunctionFacts) -> Observation:
        jumps = list(_leaving(site.node.finalbody, False))
        if not jumps:
            at = site.node.finalbody[0]
            return self._say(function, Verdict.CLEAN, at, "no jump leaves the block")
        conditions = [_condition(jump, site, function) for jump in jumps]
        for jump, condition in zip(jumps, conditions, strict=True):
            if condition is None or not TELLS_OF_ERROR.stops(function.file, jump.lineno):
                return self._always(site, function, jump)
        assert conditions[0] is not None
        name, line = conditions[0]
        text = f"{_word(jumps[0])} depends on {name}, which tells of an error"
        return self._say(function, Verdict.HANDLED, jumps[0], text, line)

    def _always(self, site: Finally, function: FunctionFacts, jump: ast.stmt) -> Observation:
        raisers = _raisers(function, site)
        line = _catch_all(site, function)
        raises = any(isinstance(op, Raise) for op in raisers)
        if line and not raises and TAKEN_BEFORE.stops(function.file, jump.lineno):
            text = f"the clause at {line} takes what the guarded code raises"
            return self._say(function, Verdict.HANDLED, jump, text, line)
        first = raisers[0] if raisers else None
        at: Located = site.node.body[0] if first is None else first.at
        file = function.file
        quiet = file.source.role in (Role.TEST, Role.EXAMPLE)
        return file.observation(
            RULE,
            Verdict.FOUND,
            jump,
            function.qualname,
            f"{_word(jump)} in finally drops what {_spell(function, first)} at {at.lineno} raises",
            evidence=(file.evidence(EvidenceRole.CONTEXT, at.lineno, at.lineno),),
            trace=(
                file.step(at, "an exception is raised here"),
                file.step(site.node.finalbody[0], "the finally block starts"),
                file.step(jump, f"{_word(jump)} leaves it, and the exception is gone"),
            ),
            severity=Severity.LOW if quiet else RULE.severity,
        )

    def _say(
        self,
        function: FunctionFacts,
        verdict: Verdict,
        at: Located,
        message: str,
        guard: int = 0,
    ) -> Observation:
        file = function.file
        evidence = file.guard(guard)
        return file.observation(RULE, verdict, at, function.qualname, message, evidence=evidence)


def _word(jump: ast.stmt) -> str:
    return _WORDS.get(type(jump), "jump")


def _spell(function: FunctionFacts, op: Op | None) -> str:
    if isinstance(op, Call):
        return f"{function.spelled(op.callee)}()"
    return "this statement" if isinstance(op, Raise) else "the guarded code"


CHECKER: Final = ReturnInFinally()

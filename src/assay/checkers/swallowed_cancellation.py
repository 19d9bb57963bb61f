"""CWE-755: a coroutine swallows its cancellation, or a generator its closing.

`task.cancel()` raises CancelledError at the await where the task stands. A handler that takes it
and goes on leaves a task that cannot be stopped: `wait_for` and `TaskGroup` hang, shutdown
never ends. The same holds for GeneratorExit at a yield. The other side of it: clean-up that
stands only in `except Exception` does not run when the await is cancelled, because
CancelledError is no Exception.

Weak:

    async def pump(self):
        while True:
            try:
                await self.step()
            except BaseException:
                LOG.exception("step failed")

Guarded:

    async def pump(self):
        while True:
            try:
                await self.step()
            except asyncio.CancelledError:
                raise
            except BaseException:
                LOG.exception("step failed")

The site is every clause of a coroutine that takes CancelledError over an await, every clause of a
generator that takes GeneratorExit over a yield, and every clause for `Exception` that undoes
something and raises again over an await.

- `found`: control goes on behind the clause to another await or yield, or a cancellation skips the
  clean-up.
- `handled`: it raises again, a clause above lets the cancellation through, the awaited task was
  cancelled by the function itself, or the coroutine ends behind the clause.

How to fix: raise again, or catch `Exception`, which CancelledError is not since Python 3.8; put
clean-up into `finally`.

Known limits: that a callee shields the await is not seen; trio and curio name their exceptions
differently and are not covered.

References: https://cwe.mitre.org/data/definitions/755.html, CWE-390, CWE-460;
https://docs.python.org/3/library/asyncio-task.html#task-cancellation
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.handling import (
    BARE,
    BASE,
    EXCEPTION,
    Clause,
    clauses,
    hands_on,
    last_part,
    own_statements,
    type_names,
)
from assay.ir.function import ASYNC_GENERATOR, COROUTINE, GENERATOR
from assay.ir.ops import Await, Call, Op, Raise, Yield, YieldFrom
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.errors import error_words
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused, not_a_site
from assay.source.roles import Role

RULE: Final = Rule(
    id="swallowed-cancellation",
    cwe=755,
    related=(390, 460),
    title="Swallowed cancellation",
    family=Family.ERRORS,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="except clauses that meet a cancellation",
    summary="a coroutine goes on after it was cancelled, or its clean-up is skipped",
    explanation=__doc__ or "",
)

_RULES: Final = ("swallowed-cancellation",)

OWN_CANCEL: Final = excused(
    "cancellation.own-cancel", "the function calls a method named cancel before it", *_RULES
)
IN_A_TEST: Final = excused(
    "cancellation.in-a-test", "it stands in a test, whose tasks end with it", *_RULES
)
RAISES_ON_ONE_WAY: Final = excused(
    "cancellation.raises-on-one-way", "the clause raises again on one of its ways", *_RULES
)
HANDS_ON: Final = excused(
    "cancellation.hands-on",
    "the clause reads the error for something other than a message",
    *_RULES,
)
NEXT_IN_CLEANUP: Final = excused(
    "cancellation.next-in-clean-up",
    "the next await or yield behind it stands in a finally, which runs on the way out as well",
    *_RULES,
)
NOTHING_UNDONE: Final = not_a_site(
    "cancellation.nothing-undone", "the clause calls nothing that is named as an undoing", *_RULES
)
ENDS_ITSELF: Final = not_a_site(
    "cancellation.ends-itself",
    "what the clause undoes is the object itself, which may be the end of it all",
    *_RULES,
)
RAISES_NOTHING: Final = not_a_site(
    "cancellation.raises-nothing", "the clause leaves by a call, and by no raise", *_RULES
)
SKIPPED_IN_A_TEST: Final = not_a_site(
    "cancellation.skipped-in-a-test", "it is the clean-up of a test that is skipped", *_RULES
)
ANOTHER_CLAUSE: Final = excused(
    "cancellation.another-clause",
    "another clause of the try takes cancellations, whatever it does then",
    *_RULES,
)
FINALLY: Final = excused(
    "cancellation.finally", "the try has a finally, whatever that does", *_RULES
)

_CANCELLED: Final = "CancelledError"
_CLOSED: Final = "GeneratorExit"


@final
class Meeting:
    """A clause, the operation at which a cancellation comes in, and whether it takes it."""

    __slots__ = ("clause", "point", "takes")

    def __init__(self, clause: Clause, point: Op, takes: bool) -> None:
        self.clause: Final = clause
        self.point: Final = point
        self.takes: Final = takes


def _takes(clause: Clause, error: str) -> bool:
    if clause.breadth in (BARE, BASE):
        return True
    return any(name.rpartition(".")[2] == error for name in clause.caught)


@final
class SwallowedCancellation(FunctionChecker[Meeting]):
    """Judges clauses that a cancellation meets, or passes by."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Meeting]:
        flavour = function.ir.flavour
        if flavour not in (COROUTINE, ASYNC_GENERATOR, GENERATOR):
            return
        for clause in clauses(function):
            awaits = [op for op in clause.guarded if isinstance(op, Await)]
            yields = [op for op in clause.guarded if isinstance(op, (Yield, YieldFrom))]
            if awaits and _takes(clause, _CANCELLED):
                yield Meeting(clause, awaits[0], takes=True)
            elif yields and _takes(clause, _CLOSED):
                yield Meeting(clause, yields[0], takes=True)
            elif awaits and clause.breadth == EXCEPTION and not clause.swallows:
                yield Meeting(clause, awaits[0], takes=False)

    def judge(self, site: Meeting, function: FunctionFacts) -> Observation | Gate:
        if not site.takes:
            return self._skipped(site)
        clause = site.clause
        file, at = function.file, clause.node.lineno
        if not clause.swallows:
            line = clause.raises[0].at.lineno if clause.raises else clause.node.lineno
            return self._say(site, Verdict.HANDLED, f"raises again at {line}", line)
        above = _passes_above(clause, _CANCELLED if isinstance(site.point, Await) else _CLOSED)
        if above:
            return self._say(site, Verdict.HANDLED, f"passes through the clause at {above}", above)
        cancel = _own_cancel(clause)
        if cancel and OWN_CANCEL.stops(file, at):
            text = f"the function itself cancels what it awaits, at {cancel}"
            return self._say(site, Verdict.HANDLED, text, cancel)
        if file.source.role is Role.TEST and IN_A_TEST.stops(file, at):
            text = "in a test, whose tasks end with it"
            return file.observation(RULE, Verdict.CLEAN, clause.header, function.qualname, text)
        return self._goes_on(site)

    def _goes_on(self, site: Meeting) -> Observation:
        """A clause that takes the cancellation and lets control go on."""
        clause = site.clause
        file, at = clause.function.file, clause.node.lineno
        if clause.raises and RAISES_ON_ONE_WAY.stops(file, at):
            line = clause.raises[0].at.lineno
            return self._say(site, Verdict.HANDLED, f"raises again on one way, at {line}", line)
        handed = hands_on(clause, error_words())
        if handed is not None and HANDS_ON.stops(file, at):
            line = handed.at.lineno
            return self._say(site, Verdict.HANDLED, f"hands the error on at {line}", line)
        further = _next_point(clause, isinstance(site.point, Await))
        if further is None:
            what = "coroutine" if isinstance(site.point, Await) else "generator"
            line = clause.last_line
            return self._say(site, Verdict.HANDLED, f"the {what} ends behind the clause", line)
        return self._found(site, further)

    def _found(self, site: Meeting, further: Op) -> Observation:
        file = site.clause.function.file
        is_await = isinstance(site.point, Await)
        what, error = ("await", _CANCELLED) if is_await else ("yield", _CLOSED)
        line = further.at.lineno
        first = site.point.at.lineno
        named = any(name.rpartition(".")[2] == error for name in site.clause.caught)
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.clause.header,
            site.clause.function.qualname,
            f"{error} at the {what} of {first} is swallowed, and control goes on to the {what}"
            f" at {line}",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, first, first),
                file.evidence(EvidenceRole.CONTEXT, line, line),
                file.evidence(
                    EvidenceRole.MISSING,
                    site.clause.node.body[0].lineno,
                    site.clause.last_line,
                ),
            ),
            trace=(
                file.step(site.point.at, f"{error} is raised at this {what}"),
                file.step(site.clause.header, "the clause takes it"),
                file.step(further.at, f"the next {what}"),
            ),
            confidence=Confidence.LOW if named else Confidence.MEDIUM,
        )

    def _skipped(self, site: Meeting) -> Observation | Gate:
        """A clause for Exception that undoes something: a cancellation passes it by."""
        clause = site.clause
        undo = _undoing(clause)
        if undo is None:
            return NOTHING_UNDONE
        file, at = clause.function.file, clause.node.lineno
        owner = clause.function.spelled(undo.callee).rpartition(".")[0]
        if owner in _ITSELF and ENDS_ITSELF.stops(file, at):
            return ENDS_ITSELF
        raises = any(isinstance(op, Raise) for op in clause.raises)
        if not raises and RAISES_NOTHING.stops(file, at):
            return RAISES_NOTHING
        if file.source.role is Role.TEST and SKIPPED_IN_A_TEST.stops(file, at):
            return SKIPPED_IN_A_TEST
        for other in clause.statement.handlers:
            names = type_names(other.type, file)
            wide = not names or any(name.rpartition(".")[2] in _WIDE for name in names)
            if wide and ANOTHER_CLAUSE.stops(file, at):
                text = f"the clause at {other.lineno} takes cancellations"
                return self._say(site, Verdict.HANDLED, text, other.lineno)
        if clause.statement.finalbody and FINALLY.stops(file, at):
            line = clause.statement.finalbody[0].lineno
            return self._say(site, Verdict.HANDLED, f"finally at {line} runs on cancellation", line)
        line = undo.at.lineno
        first = site.point.at.lineno
        name = clause.function.spelled(undo.callee)
        return file.observation(
            RULE,
            Verdict.FOUND,
            clause.header,
            clause.function.qualname,
            f"{name}() at {line} is skipped when the await at {first} is cancelled:"
            " CancelledError is no Exception",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, first, first),
                file.evidence(EvidenceRole.CONTEXT, line, line),
            ),
            trace=(
                file.step(site.point.at, "CancelledError is raised at this await"),
                file.step(clause.header, "the clause does not take it"),
            ),
        )

    def _say(self, site: Meeting, verdict: Verdict, message: str, guard: int) -> Observation:
        file = site.clause.function.file
        return file.observation(
            RULE,
            verdict,
            site.clause.header,
            site.clause.function.qualname,
            message,
            evidence=(file.evidence(EvidenceRole.GUARD, guard, guard),),
        )


_ITSELF: Final = ("", "self", "cls", "super()")
_WIDE: Final = ("BaseException", _CANCELLED)


def _passes_above(clause: Clause, error: str) -> int:
    """The line of an earlier clause of the same `try` that takes this error; 0 if there is none."""
    for other in clause.statement.handlers:
        if other is clause.node:
            return 0
        names = type_names(other.type, clause.function.file)
        if any(name.rpartition(".")[2] in (error, "BaseException") for name in names):
            return other.lineno
    return 0


def _own_cancel(clause: Clause) -> int:
    """The line where the function itself cancels, before it awaits; 0 if it does not."""
    for call in clause.function.calls:
        if last_part(clause.function, call.op) in ("cancel", "cancel_scope") and (
            call.op.at.lineno <= clause.node.lineno
        ):
            return call.op.at.lineno
    return 0


def _undoing(clause: Clause) -> Call | None:
    """The first call of a clause that gives something back, of others than the object itself first.

    `self.close()` is the end of it all.
    """
    undo = error_words().cleanup.undo
    calls = [
        op for op in clause.body if isinstance(op, Call) and last_part(clause.function, op) in undo
    ]
    others = [
        op for op in calls if clause.function.spelled(op.callee).rpartition(".")[0] not in _ITSELF
    ]
    return next(iter((*others, *calls)), None)


def _next_point(clause: Clause, is_await: bool) -> Op | None:
    """The next await, or yield, that control reaches behind a clause."""
    blocks = clause.function.ir.blocks
    work = list(reversed(clause.exits))
    seen: set[int] = set()
    closing = _cleanup_lines(clause)
    file = clause.function.file
    while work:
        ident, start = work.pop()
        if start == 0:
            if ident in seen:
                continue
            seen.add(ident)
        stopped = False
        for op in blocks[ident].ops[start:]:
            if isinstance(op, Await if is_await else (Yield, YieldFrom)):
                within = any(first <= op.at.lineno <= last for first, last in closing)
                if not within or not NEXT_IN_CLEANUP.stops(file, clause.node.lineno):
                    return op
            if isinstance(op, Raise):
                stopped = True
                break
        if not stopped:
            work.extend((target, 0) for target in reversed(blocks[ident].successors()))
    return None


def _cleanup_lines(clause: Clause) -> list[tuple[int, int]]:
    """The lines of `finally` bodies, which run on the way out as well."""
    owner = clause.function.ir.node
    if not isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    return [
        (node.finalbody[0].lineno, node.finalbody[-1].end_lineno or node.finalbody[-1].lineno)
        for node in own_statements(owner.body)
        if isinstance(node, (ast.Try, ast.TryStar)) and node.finalbody
    ]


CHECKER: Final = SwallowedCancellation()

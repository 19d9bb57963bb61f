"""CWE-460: what a function has begun on an object stays begun when something raises.

A method that connects, opens, mounts, attaches, reserves or locks has a partner that undoes it.
Examined is every such call in a function that also calls the partner on the same object (the pairs
are rows of `models/protocols.toml`); the checker follows it over all ways out.

- `found`: an exception leaves the function, or is handled and the function returns, with the step
  still done; the partner stands on the way without exceptions, or in another handler.
- `handled`: the partner, or a clean-up of the object that owns it, is called on every way out, or
  on every one by exception where the function leaves the step done on purpose.
- `clean`: only a test that fails leaves it done.

The function says by itself that the step has to be undone, so an error leaves behind a volume that
stays attached, a session that stays logged in, a store that the next caller finds open.

Weak:

    def publish(self, items):
        self.store.open()
        for key, item in items:
            self.store.put(key, item)      # raises: the store stays open
        self.store.close()

Guarded:

    def publish(self, items):
        self.store.open()
        try:
            for key, item in items:
                self.store.put(key, item)
        finally:
            self.store.close()

`except BaseException: self.store.close(); raise`, `stack.callback(self.store.close)` and
`self.close()` of the owner count as well.

How to fix: put the partner into `finally`, or make a context manager of the pair.

Known limits: objects are told apart by how the source spells them. Pairs are told by names; steps
that other functions undo are not examined.

References: CWE-460, CWE-459, CWE-404; Weimer and Necula, "Finding and preventing run-time error
handling mistakes", OOPSLA 2004.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.protocols import Begun, begun
from assay.domains.undertakings import Undertaking, first_raiser
from assay.ir.ops import Await, Call, Op, Reraise
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused, not_a_site
from assay.source.roles import Role

RULE: Final = Rule(
    id="undo-skipped",
    cwe=460,
    related=(404, 459, 772),
    title="Step not undone when something fails",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="steps with a partner in the function",
    summary="What a function has begun on an object stays begun when something raises",
    explanation=__doc__ or "",
)

THE_UNDOING: Final = not_a_site(
    "undo.the-undoing", "it is ended first and begun again, so that the step undoes", RULE.id
)
TEST_FAILS: Final = excused("undo.test-fails", "it is left only by a test that fails", RULE.id)
ENDED_IN_HANDLERS: Final = excused(
    "undo.ended-in-handlers",
    "a handled error leaves it begun, as every way without an error does",
    RULE.id,
)


@final
class UndoSkipped(FunctionChecker[Begun]):
    """Follows every call that begins something to the call that ends it."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Begun]:
        return begun(function)

    def judge(self, site: Begun, function: FunctionFacts) -> Observation | Gate:
        file = function.file
        step = site.undertaking
        begun_at = step.op.at.lineno
        lines = list(dict.fromkeys(op.at.lineno for op in step.ends))
        raiser = _raiser(site)
        if raiser is not None and step.ended_first and THE_UNDOING.stops(file, begun_at):
            return THE_UNDOING
        if (
            raiser is not None
            and file.source.role is Role.TEST
            and TEST_FAILS.stops(file, begun_at)
        ):
            return file.observation(
                RULE,
                Verdict.CLEAN,
                step.op.at,
                function.qualname,
                "is left only by a test that fails",
            )
        if raiser is None:
            on_error = "when something raises" if step.held_by_design else "on every way out"
            return file.observation(
                RULE,
                Verdict.HANDLED,
                step.op.at,
                function.qualname,
                f"{_called(function, step)} is undone {on_error}",
                evidence=file.guard(lines[0]),
            )
        line = raiser.at.lineno
        what = _spell(function, raiser)
        return file.observation(
            RULE,
            Verdict.FOUND,
            step.op.at,
            function.qualname,
            f"{step.spelled} stays {site.pair.said} when {what} raises at line {line}; the call at"
            f" line {lines[0]} that undoes it is not reached",
            evidence=(file.evidence(EvidenceRole.MISSING, lines[0], lines[0]),),
            trace=(
                file.step(step.op.at, f"{_called(function, step)} begins it"),
                file.step(line, f"{what} raises"),
                file.step(line, f"control leaves the function, and it stays {site.pair.said}"),
            ),
            severity=Severity.LOW
            if file.source.role in (Role.SCRIPT, Role.EXAMPLE)
            else RULE.severity,
            remedy="undo it in finally",
        )


def _raiser(site: Begun) -> Op | None:
    """What raises past the partner; None when nothing does."""
    step = site.undertaking
    if step.raisers:
        return first_raiser(step)
    if step.held_when_caught and (
        site.ends_normally or not ENDED_IN_HANDLERS.stops(step.function.file, step.op.at.lineno)
    ):
        direct = [op for op in step.caught if not isinstance(op, Reraise)]
        return min(direct, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)
    return None


def _called(function: FunctionFacts, step: Undertaking) -> str:
    op = step.op
    return f"{function.spelled(op.callee)}()" if isinstance(op, Call) else step.spelled


def _spell(function: FunctionFacts, op: Op) -> str:
    if isinstance(op, Call):
        return f"{function.spelled(op.callee)}()"
    return "the awaited operation" if isinstance(op, Await) else "this statement"


CHECKER: Final = UndoSkipped()

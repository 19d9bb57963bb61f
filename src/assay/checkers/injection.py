"""Weaknesses by the flow of outside data: one checker for each rule of `injection.toml`.

A rule here has no code: where data comes from, what is a sink and what is a guard are rows of
`models/flows`. The page of a rule is its text in `injection.toml`.

    for checker in CHECKERS: checker.review(facts, ledger)

Invariant: a sink has one word, and the lines that it rests on; the flows of a function are computed
once for all rules.
"""

from __future__ import annotations

from typing import Final, TypeAlias, final

from assay.checkers.base import Checker, over_budget
from assay.dataflow.analysis import NoFixpointError
from assay.domains.taint import gates
from assay.domains.taint.flows import CLEAN, FOUND, HANDLED, Flow, flows_of, guards_of, way_of
from assay.domains.taint.summary import Summaries
from assay.domains.taint.taints import Mark, Taint, is_cut
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.injection import RuleRow, rule_rows
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent

_LOWER: Final = {
    Severity.CRITICAL: Severity.HIGH,
    Severity.HIGH: Severity.MEDIUM,
    Severity.MEDIUM: Severity.LOW,
}


@final
class Injection(Checker):
    """One rule about outside data at sinks of one kind."""

    def __init__(self, row: RuleRow) -> None:
        self.rule = Rule(  # type: ignore[misc]
            id=row.id,
            cwe=row.cwe,
            related=row.related,
            title=row.title,
            family=Family.INJECTION,
            severity=Severity(row.severity),
            precision=Confidence(row.precision),
            site=row.site,
            summary=row.summary,
            explanation=row.page,
        )
        self._guard: Final = row.guard

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        for function, flows in facts.program.shared(_recent).of(facts):
            if isinstance(flows, str):
                gates.OVER_BUDGET.note(facts, function.ir.first_line, self.rule.id)
                ledger.unseen.append(over_budget(function, flows, self.rule))
                continue
            for flow in flows:
                if flow.hit.row.rule == self.rule.id:
                    ledger.observations.append(self._observation(facts, function, flow))

    def _observation(self, facts: FileFacts, function: FunctionFacts, flow: Flow) -> Observation:
        what = flow.hit.row.what
        taint = flow.taint
        verdict = Verdict(flow.word)
        evidence: tuple[Evidence, ...] = ()
        trace: tuple[Step, ...] = ()
        remedy = ""
        confidence: Confidence | None = None
        severity: Severity | None = None
        if flow.word == FOUND:
            if taint is None:
                message = f"{what}, without {self._guard}"
                confidence = Confidence.MEDIUM
            else:
                _, weak = guards_of(taint)
                message = f"{_origin(taint)} reaches {what} without {self._guard}"
                if weak:
                    message += f": {weak[0].words}"
                    evidence = _marks(facts, weak[:1])
                trace = _trace(facts, taint, flow)
                if taint.origin.kind not in ("web", "mcp", "message") and gates.LOCAL_ORIGIN.stops(
                    facts, flow.hit.at.lineno, self.rule.id
                ):
                    severity = _LOWER.get(self.rule.severity, Severity.LOW)
                    confidence = Confidence.MEDIUM
        elif flow.word == HANDLED:
            assert taint is not None
            strong, _ = guards_of(taint)
            message = f"{_origin(taint)} reaches {what}: {flow.reason}"
            evidence = _marks(facts, strong[-1:])
            if flow.hit.row.handled:
                evidence = facts.guard(flow.hit.at.lineno)
        elif flow.word == CLEAN:
            message = f"{what}: {flow.reason or 'no outside data reaches it'}"
        else:
            assert taint is not None
            message = f"{_origin(taint)} reaches {what}, and {flow.reason} what it holds"
            if is_cut(taint):
                message = f"{what}: what reaches it is not followed to its source"
            remedy = "review the whole repository"
            trace = _trace(facts, taint, flow)
        return facts.observation(
            self.rule,
            verdict,
            flow.hit.at,
            function.qualname,
            message,
            evidence=evidence,
            trace=trace,
            missing=flow.missing,
            remedy=remedy,
            confidence=confidence,
            severity=severity,
            source="" if taint is None else taint.origin.kind,
        )


def _origin(taint: Taint) -> str:
    if taint.origin.is_parameter:
        return f"parameter {taint.origin.what}"
    return f"{taint.origin.what} (line {taint.origin.line})"


def _marks(facts: FileFacts, marks: list[Mark]) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for mark in marks:
        own = mark.path == facts.source.path  # else a caller's
        file = facts if own else facts.program.reported(mark.path).facts
        found.append(file.evidence(EvidenceRole.GUARD, mark.line, mark.line))
    return tuple(found)


def _trace(facts: FileFacts, taint: Taint, flow: Flow) -> tuple[Step, ...]:
    steps = [Step(step.path, step.line, step.words) for step in way_of(taint)]
    last = facts.step(flow.hit.at, f"reaches {flow.hit.row.what}")
    return (*steps, last)


_FileFlows: TypeAlias = list[tuple[FunctionFacts, list[Flow] | str]]
"""The flows of each function, or the limit at which following them was given up, in words."""


def _recent(program: Program) -> Recent[FileFacts, _FileFlows]:
    return Recent(_flows, 1)  # of the file that is being reviewed, shared by the rules


def _flows(facts: FileFacts) -> _FileFlows:
    """The flows of a file's functions that use a sink."""
    summaries = facts.program.shared(Summaries)
    found: _FileFlows = []
    for function in facts.functions:
        if summaries.may_matter(function):
            try:
                found.append((function, flows_of(function)))
            except NoFixpointError as error:
                found.append((function, str(error)))
    return found


CHECKERS: Final = tuple(Injection(row) for row in rule_rows())

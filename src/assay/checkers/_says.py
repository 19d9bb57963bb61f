"""The words of a rule on one place: found (handled in a test), clean, handled, unseen.

Each makes an observation with the evidence that its word asks for, so that a rule says only what it
has seen.

    says.found(RULE, function, op.at, "md5 makes the signature")
"""

from __future__ import annotations

from typing import Final

from assay.ir.ops import Located
from assay.ledger.observation import EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import excused
from assay.source.roles import Role

IN_A_TEST: Final = excused(
    "says.in-a-test",
    "it stands in a test",
    "cleartext-transport",
    "csrf-protection-off",
    "exception-in-response",
    "insecure-cookie",
    "insecure-temporary-file",
    "jwt-not-verified",
    "permissive-file-mode",
    "predictable-iv",
    "request-without-timeout",
    "secret-comparison",
    "secret-in-log",
    "weak-hash",
    "weak-password-hash",
    "weak-randomness",
)


def found(
    rule: Rule,
    function: FunctionFacts,
    at: Located,
    message: str,
    *,
    context: int = 0,
    trace: tuple[Step, ...] = (),
    severity: Severity | None = None,
    confidence: Confidence | None = None,
) -> Observation:
    """Found; handled in a test. `context` is a line, 0 for none."""
    facts = function.file
    if facts.source.role is Role.TEST and IN_A_TEST.stops(facts, at.lineno):
        line = facts.source.role_evidence.line
        return handled(rule, function, at, f"{message}, in a test", line)
    more = (facts.evidence(EvidenceRole.CONTEXT, context, context),) if context else ()
    example = facts.source.role is Role.EXAMPLE
    return facts.observation(
        rule,
        Verdict.FOUND,
        at,
        function.qualname,
        message,
        evidence=more,
        trace=trace,
        severity=Severity.LOW if example else severity,
        confidence=confidence,
    )


def handled(
    rule: Rule, function: FunctionFacts, at: Located, message: str, guard: int
) -> Observation:
    """Handled, with the line of the guard."""
    facts = function.file
    line = guard or at.lineno
    return facts.observation(
        rule, Verdict.HANDLED, at, function.qualname, message, evidence=facts.guard(line)
    )


def clean(rule: Rule, function: FunctionFacts, at: Located, message: str) -> Observation:
    """Clean."""
    return function.file.observation(rule, Verdict.CLEAN, at, function.qualname, message)


def unseen(
    rule: Rule, function: FunctionFacts, at: Located, message: str, missing: str, remedy: str
) -> Observation:
    """Unseen, with the name of what is missing."""
    return function.file.observation(
        rule,
        Verdict.UNSEEN,
        at,
        function.qualname,
        message,
        missing=(missing,),
        remedy=remedy,
    )

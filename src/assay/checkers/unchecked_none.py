"""CWE-476: a result that may be None is tested on one way, and used without a test on another.

Functions that search answer with None when there is nothing. Where the code tests such a value, its
author knew; where a way leads round the test to `value.name`, the AttributeError that comes tells
nobody what was not found.

Weak: the loop also ends when the lines do, and `m` has not been tested then.

    m = TAG.match(lines[0])
    while start < last and not m:
        start += 1
        m = TAG.match(lines[start])
    kind = m.group(1)

Guarded:

    if m is None:
        raise FormatError("no tag")
    kind = m.group(1)

The site is every result of a call that is bound to a local variable, tested for None or truth by
some branch, and used as an object, where None is known to be one of its values: by the stubs of
the standard library, by an annotation, or by what a function in view returns.

- `found`: a way leads from the call to a use without any test, or straight from a test that says
  there is none.
- `handled`: every use stands behind a test that says there is one.
- `unseen`: such a test is followed by a use that other conditions, a loop, or a call which may not
  return stand in front of.

How to fix: test before the use, on every way.

Known limits: a value that is never tested is not judged, since its author may know better.
Conditions that stand beside a test are taken to be correlated with it.

References: https://cwe.mitre.org/data/definitions/476.html, CWE-754, CWE-252
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.unchecked import TestedValue, may_be_none, tested_values
from assay.ir.function import FUNCTION
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, not_a_site
from assay.source.roles import Role

RULE: Final = Rule(
    id="unchecked-none",
    cwe=476,
    related=(754, 252),
    title="None used without a test",
    family=Family.ERRORS,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="results that may be None and are tested",
    summary="a result that may be None is tested on one way and used on another",
    explanation=__doc__ or "",
)


IN_A_TEST: Final = not_a_site(
    "unchecked.in-a-test", "it stands in a test, which fails when there is none", RULE.id
)


@final
class UncheckedNone(FunctionChecker[TestedValue]):
    """Asks of each tested result whether a way leads round the test."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[TestedValue]:
        file = function.file
        in_test = file.source.role is Role.TEST
        # Locals alone are followed; to look into tests costs what only an account wants to know.
        if function.ir.kind != FUNCTION or (in_test and file.module.program.account is None):
            return []
        found: list[TestedValue] = []
        for each in tested_values(function):
            line = each.call.at.lineno
            used = bool(each.uses or each.doubted)
            none = may_be_none(function, each.call)
            if isinstance(none, Gate) and (not used or none.stops(file, line)):
                continue
            if not in_test or not IN_A_TEST.stops(file, line):
                found.append(each)
        return found

    def judge(self, site: TestedValue, function: FunctionFacts) -> Observation:
        file = function.file
        file = function.file
        called = function.spelled(site.call.callee).rpartition(".")[2]
        line = site.test.lineno
        if not site.uses and site.doubted:
            return self._doubted(site, function, called)
        if not site.uses:
            text = f"the result of {called} is tested at {line}, before every use"
            return file.observation(
                RULE,
                Verdict.HANDLED,
                site.call.at,
                function.qualname,
                text,
                evidence=file.guard(line),
            )
        use = min(site.uses, key=lambda op: (op.at.lineno, op.at.col_offset))
        how = "and not on every way"
        if use in site.straight:
            how = "and control goes on where there is none"
        return file.observation(
            RULE,
            Verdict.FOUND,
            use.at,
            function.qualname,
            f"{site.name} may be None here: what {called} gives at {site.call.at.lineno} is tested"
            f" at {line}, {how}",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, site.call.at.lineno, site.call.at.lineno),
                file.evidence(EvidenceRole.CONTEXT, line, line),
                file.evidence(EvidenceRole.MISSING, use.at.lineno, use.at.lineno),
            ),
            trace=(
                file.step(site.call.at, f"{called} may give None"),
                file.step(use.at, f"{site.name} is used without a test"),
            ),
        )

    def _doubted(self, site: TestedValue, function: FunctionFacts, called: str) -> Observation:
        file = function.file
        line = site.test.lineno
        use = min(site.doubted, key=lambda op: (op.at.lineno, op.at.col_offset))
        missing = f"how lines {line} and {use.at.lineno} hang together"
        if site.ending is not None:
            missing = f"whether {function.spelled(site.ending.callee)}() returns"
        return file.observation(
            RULE,
            Verdict.UNSEEN,
            site.call.at,
            function.qualname,
            f"the result of {called} is tested at {line}, and used at {use.at.lineno} behind an"
            " answer that there is none; what else excludes that is not in view",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, line, line),
                file.evidence(EvidenceRole.CONTEXT, use.at.lineno, use.at.lineno),
            ),
            missing=(missing,),
            remedy="return or raise where there is none",
        )


CHECKER: Final = UncheckedNone()

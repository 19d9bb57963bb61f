"""CWE-404: an error in one step of a clean-up skips the steps behind it.

Clean-up code runs when something has gone wrong already, so that its own steps fail more often
than elsewhere. Examined is every call that closes, releases or removes something in the body of a
`finally`, or in a function that its name says is a clean-up (`close`, `__exit__`, `rollback_x`),
and that has a call before it which may raise.

- `found`: what that call raises leaves the clean-up, and the step is not done on its way. In a
  `finally` every call counts that gives nothing back itself; in a function, those that wait for
  somebody or run somebody's code (an awaited operation, `flush`, `commit`, `send`, hooks). A thing
  that is closed and then taken out of a register stays registered when closing it raises.
- `handled`: the exception comes past the step: an inner `finally`, or a handler.

The last step is mostly the important one: the descriptor stays open, the lock stays taken, the
entry stays in the table because a notification failed.

Weak:

    finally:
        trigger_events(listeners, "after_stop")    # raises: the loop stays open
        self.loop.close()

Guarded:

    finally:
        try:
            trigger_events(listeners, "after_stop")
        finally:
            self.loop.close()

How to fix: do the step that must be done first, or put the one that may fail into a `try` whose
`finally` does the rest. `contextlib.ExitStack` does so for any number of steps.

Known limits: steps are told by the names of methods. A sequence of closes is not reported: which of
them fails is not known.

References: CWE-404, CWE-459, CWE-460; Python documentation, `contextlib.ExitStack`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.steps import Step, steps
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import not_a_site
from assay.source.roles import Role

RULE: Final = Rule(
    id="cleanup-step-skipped",
    cwe=404,
    related=(459, 460),
    title="Clean-up stops at its first failing step",
    family=Family.CLEANUP,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="steps of a clean-up",
    summary="An error in one step of a clean-up skips the steps behind it",
    explanation=__doc__ or "",
)

IN_A_TEST: Final = not_a_site("step.in-a-test", "the clean-up is that of a test", RULE.id)


@final
class CleanupStepSkipped(FunctionChecker[Step]):
    """Asks of each step of a clean-up whether an earlier one may skip it."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Step]:
        file = function.file
        in_test = file.source.role is Role.TEST
        if in_test and file.module.program.account is None:
            return  # nobody asks why
        for step in steps(function):
            if in_test and IN_A_TEST.stops(file, step.op.at.lineno):
                continue
            yield step

    def judge(self, site: Step, function: FunctionFacts) -> Observation:
        file = function.file
        if site.hazard is None:
            return file.observation(
                RULE,
                Verdict.HANDLED,
                site.op.at,
                function.qualname,
                f"{site.spelled} is done although what stands before it raises",
                evidence=file.guard(site.op.at.lineno),
            )
        line = site.hazard.at.lineno
        what = f"{function.spelled(site.hazard.uses()[0])}()"
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.op.at,
            function.qualname,
            f"{site.spelled} is skipped when {what} at line {line} raises",
            evidence=(file.evidence(EvidenceRole.CONTEXT, line, line),),
            trace=(
                file.step(line, f"{what} raises"),
                file.step(site.op.at, f"{site.spelled} is not reached"),
            ),
            remedy="put the call that may fail into a try whose finally does the rest",
        )


CHECKER: Final = CleanupStepSkipped()

"""CWE-459: a constructor or `__enter__` raises although the object holds something already.

Whoever calls a constructor that raises gets no object, and an `__enter__` that raises has no
`__exit__`. What the object holds by then is given back by nobody. Examined is every attribute that
a closing method of the class (`close`, `__exit__` and the like) gives back: where a method that the
constructor calls fills it, and, for a class whose only closing method is `__exit__`, from the start
of `__enter__`. Files, sockets and the like that the constructor itself opens belong to
`resource-leak`.

- `found`: behind that step a `raise`, or in `__enter__` an awaited operation or a call, leaves the
  method, and nothing gives the attribute back before.
- `handled`: an `except` or `finally` on the way gives it back, or calls the closing method.
- `clean`: nothing behind the step raises.

A lock taken by a constructor that then refuses its arguments stays taken until the process ends.

Weak:

    class Cache:
        def __init__(self, path):
            self.path = path
            self.open()                       # takes self.lock
            if self.version() != 1:
                raise ValueError(path)        # close() can be called by nobody

Guarded:

    class Cache:
        def __init__(self, path):
            self.path = path
            self.open()
            try:
                if self.version() != 1:
                    raise ValueError(path)
            except BaseException:
                self.close()
                raise

How to fix: give back what is held before the exception leaves, or acquire in `__enter__` as the
last step.

Known limits: calls of a constructor that may raise are not counted, `raise` statements are; a
class whose bases are not in view is examined as far as it is in view.

References: CWE-459, CWE-772, CWE-667; Python documentation, "With Statement Context Managers".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.abandoned import Holding, holdings
from assay.ir.ops import Await, Call, Op
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.source.roles import Role
from assay.source.span import Span

RULE: Final = Rule(
    id="object-abandoned",
    cwe=459,
    related=(404, 667, 772),
    title="Constructor raises with something held",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="attributes held by a constructor",
    summary="A constructor or __enter__ raises although the object holds something already",
    explanation=__doc__ or "",
)


@final
class ObjectAbandoned(FunctionChecker[Holding]):
    """Asks of what an object holds in its constructor whether an exception leaves it behind."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Holding]:
        return holdings(function)

    def judge(self, site: Holding, function: FunctionFacts) -> Observation:
        file = function.file
        place = f"self.{site.field}"
        line = function.ir.first_line
        at = Span(line, 0, line, 0) if site.op is None else site.op.at
        name = function.ir.name
        if site.raiser is None:
            if site.guard is None:
                return file.observation(
                    RULE,
                    Verdict.CLEAN,
                    at,
                    function.qualname,
                    f"nothing raises out of {name} while {place} is held",
                )
            return file.observation(
                RULE,
                Verdict.HANDLED,
                at,
                function.qualname,
                f"{place} is given back before {name} raises",
                evidence=file.guard(site.guard.at.lineno),
            )
        raised = site.raiser.at.lineno
        what = _spell(function, site.raiser)
        begun = "is held from the start" if site.op is None else "is filled here"
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.raiser.at if site.op is None else at,
            function.qualname,
            f"{place} stays held when {what} raises out of {name} at line {raised}; nobody can call"
            " what gives it back",
            evidence=(file.evidence(EvidenceRole.CONTEXT, raised, raised),),
            trace=(
                file.step(at, f"{place} {begun}"),
                file.step(raised, f"{what} raises, and the caller gets no object"),
            ),
            severity=Severity.LOW
            if file.source.role in (Role.TEST, Role.SCRIPT, Role.EXAMPLE)
            else RULE.severity,
            remedy=f"give it back before {name} raises",
        )


def _spell(function: FunctionFacts, op: Op) -> str:
    if isinstance(op, Call):
        return f"{function.spelled(op.callee)}()"
    return "the awaited operation" if isinstance(op, Await) else "this statement"


CHECKER: Final = ObjectAbandoned()

"""CWE-667: a lock that was taken is not given back on every way out.

`lock.acquire()` has to be followed by `lock.release()` on every way out of the function, the
exceptional ones included. The checker follows each explicit acquisition through the graph;
`with lock:` needs no look, since it releases by construction.

A lock that stays held stops every other thread or task that wants it, for good. It takes one
exception, which an attacker can often provoke with bad input, to turn a service off.

Weak:

    self._lock.acquire()
    self._entries[key] = load(key)     # raises: the lock stays held
    self._lock.release()

Guarded:

    with self._lock:
        self._entries[key] = load(key)

`try: ... finally: self._lock.release()` counts as well, and so does a release in `except: ...;
raise`.

How to fix: Use `with`. Where the lock is taken conditionally, `if lock.acquire(timeout=1): try:
... finally: lock.release()`.

Known limits: Locks are told apart by how the source spells them. A function that takes a lock
and never gives it back is `unseen`: its partner may be another method. Semaphores as counters
of work are a known exception to pairing and end as `unseen` for the same reason.

References: CWE-667, CWE-764; Python documentation, `threading`, "Using locks, conditions, and
semaphores in the with statement".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.locks import lock_sites
from assay.domains.shape import exit_line
from assay.domains.undertakings import Undertaking, first_raiser
from assay.ir.ops import Call, Op
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused, not_known
from assay.source.roles import Role

LOCK_NOT_RELEASED: Final = Rule(
    id="lock-not-released",
    cwe=667,
    related=(764, 772),
    title="Lock not released",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="explicit acquisitions",
    summary="A lock that was taken is not given back on every way out",
    explanation=__doc__ or "",
)

GIVEN_FIRST: Final = not_known(
    "lock.given-first",
    "on some way it is given back before it is taken, as if somebody else held it",
    LOCK_NOT_RELEASED.id,
)
COUNTS: Final = not_known(
    "lock.counts", "it is taken again while it is held, as a semaphore is", LOCK_NOT_RELEASED.id
)
HELD_ON_PURPOSE: Final = excused(
    "lock.held-on-purpose",
    "every way without an error leaves it taken, as if on purpose",
    LOCK_NOT_RELEASED.id,
)
TEST_ENDS: Final = excused(
    "lock.test-ends", "it stays held in a test, which ends with its process", LOCK_NOT_RELEASED.id
)


@final
class LockNotReleased(FunctionChecker[Undertaking]):
    """Follows every explicit acquisition of a lock to its release."""

    rule = LOCK_NOT_RELEASED

    def sites(self, function: FunctionFacts) -> Iterable[Undertaking]:
        """The explicit acquisitions of a function, each with what becomes of it."""
        return lock_sites(function)

    def judge(self, site: Undertaking, function: FunctionFacts) -> Observation | Gate:
        """Found where control leaves with it held although the function releases it elsewhere."""
        facts = function.file
        at = site.op.at
        taken_at = at.lineno
        lines = list(dict.fromkeys(op.at.lineno for op in site.ends))
        raiser = first_raiser(site)
        if (
            not lines
            or (site.ended_first and GIVEN_FIRST.stops(facts, taken_at))
            or (site.counts and COUNTS.stops(facts, taken_at))
            or (site.handed_on and raiser is None and site.held_at_return)
        ):
            return facts.observation(
                self.rule,
                Verdict.UNSEEN,
                at,
                function.qualname,
                f"{site.spelled} is taken and given back in different functions",
                missing=(f"the other holder of {site.spelled}",),
                remedy="release it in the function that takes it, or use a with statement",
            )
        kept = site.held_by_design and not site.ends_normally
        if raiser is None and kept and site.held_at_return:
            kept = HELD_ON_PURPOSE.stops(facts, taken_at)
        if raiser is None and (kept or not site.held_at_return):
            guard = facts.evidence(EvidenceRole.GUARD, lines[0], lines[0])
            return facts.observation(
                self.rule,
                Verdict.HANDLED,
                at,
                function.qualname,
                f"{site.spelled} is released "
                + ("when something raises" if kept else "on every way out"),
                evidence=(guard,),
            )
        if facts.source.role is Role.TEST and TEST_ENDS.stops(facts, taken_at):
            return facts.observation(
                self.rule,
                Verdict.CLEAN,
                at,
                function.qualname,
                f"{site.spelled} stays held in a test, which ends with its process",
            )
        steps = [facts.step(at, f"{site.spelled} is taken")]
        if raiser is not None:
            what = _spell(function, raiser)
            line = raiser.at.lineno
            message = (
                f"{site.spelled} stays held when {what} raises at line {line}; "
                f"the release at line {lines[0]} is not reached"
            )
            steps.append(facts.step(line, f"{what} raises"))
        else:
            line = exit_line(site.held_at_return[0].at)
            message = f"{site.spelled} stays held when the function ends at line {line}"
            steps.append(facts.step(line, "control leaves with it held"))
        return facts.observation(
            self.rule,
            Verdict.FOUND,
            at,
            function.qualname,
            message,
            evidence=(facts.evidence(EvidenceRole.MISSING, lines[0], lines[0]),),
            trace=tuple(steps),
            confidence=Confidence.HIGH if raiser is not None else Confidence.MEDIUM,
            remedy="use a with statement, or release it in finally",
        )


def _spell(function: FunctionFacts, op: Op) -> str:
    return f"{function.spelled(op.callee)}()" if isinstance(op, Call) else "this statement"


CHECKER: Final = LockNotReleased()

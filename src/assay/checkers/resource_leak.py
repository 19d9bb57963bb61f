"""CWE-772: a resource is still open when control leaves the function that owns it.

## What it is

Files, sockets, database connections, processes with pipes, executors, archives, raw descriptors
and the like have to be given back. The checker takes every call that acquires one (the rows of
`models/resources.toml`) and follows the value over all ways through the function, exceptional
ones included: on each it must be released, or handed to somebody who then owns it.

## Why it matters

Every open descriptor counts against a limit of the process. A server that leaks one on an error
path stops accepting connections when errors become frequent, which an attacker can arrange.
Buffered data of a file that is never closed may never reach the disk, and a locked database
stays locked.

## Weak

    def load(path):
        stream = open(path)
        data = json.load(stream)      # raises on bad input: the file stays open
        stream.close()
        return data

## Guarded

    def load(path):
        with open(path) as stream:
            return json.load(stream)

`try: ... finally: stream.close()`, `except: stream.close(); raise`, `contextlib.closing`,
`ExitStack`, `addCleanup` and returning the resource to the caller count as well.

## How to fix

Use `with`. Where the resource must outlive the function on success only, close it in
`except BaseException: ...; raise`, or build it inside an `ExitStack` and `pop_all()` at the end.

## Known limits

Functions are taken one by one: whether a callee that is given the resource takes it over is
`unseen`, unless the function also closes it, which says that it still owns it. Collection by
reference counting is not counted as clean-up: other interpreters do not have it, and a
traceback keeps the frame alive.

## References

CWE-772, CWE-404, CWE-775; Python documentation, `contextlib`; Weimer and Necula, "Finding and
preventing run-time error handling mistakes", OOPSLA 2004.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.outcomes import Leak, Outcome, outcomes
from assay.domains.resources import (
    CAPTURED,
    HANDED,
    REGISTERED,
    RELEASED,
    RETURNED,
    STORED,
    YIELDED,
    Event,
)
from assay.ir.function import MODULE
from assay.ir.ops import Attr, Call, Exit, Op
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.source.roles import Role

RESOURCE_LEAK: Final = Rule(
    id="resource-leak",
    cwe=772,
    related=(404, 775),
    title="Resource leak",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="acquisitions",
    summary="A resource is still open when control leaves the function that owns it",
    explanation=__doc__ or "",
)

_LENIENT_ROLES: Final = (Role.TEST, Role.SCRIPT, Role.EXAMPLE, Role.NOTEBOOK, Role.CONFIG)


@final
class ResourceLeak(FunctionChecker[Outcome]):
    """Follows every acquired resource to its release."""

    rule = RESOURCE_LEAK

    def sites(self, function: FunctionFacts) -> Iterable[Outcome]:
        """The acquisitions of a function, each with what becomes of it."""
        return outcomes(function)

    def judge(self, site: Outcome, function: FunctionFacts) -> Observation | None:
        """Found where control leaves with it open; unseen where somebody else may have it."""
        if site.of(CAPTURED):
            return self._unseen(site, CAPTURED, "is shared with a closure")
        owned = [leak for leak in site.leaks if not leak.handed or _keeps(site, leak)]
        if owned:
            return self._found(site, owned)
        if site.leaks:
            return self._unseen(site, HANDED, "is handed to")
        if site.of(RELEASED):
            return self._handled(site, site.of(RELEASED), "is released on every way out")
        if site.of(REGISTERED):
            return self._handled(site, site.of(REGISTERED), "has its clean-up registered")
        if site.of(STORED):
            return self._stored(site)
        return self._clean(site)

    def _found(self, site: Outcome, leaks: list[Leak]) -> Observation:
        facts = site.function.file
        noun = _noun(site)
        normal = [leak for leak in leaks if leak.raiser is None]
        disposed = [event for event in site.events if event.what != HANDED]
        releases = site.of(RELEASED)
        at = site.acquisition.op.at
        confidence = Confidence.HIGH
        steps = [facts.step(at, f"{noun} is opened")]
        if normal and not disposed:
            message = f"{noun} is closed on no path"
            steps.append(facts.step(_exit_line(normal[0]), "control leaves with it open"))
        elif normal:
            line = _exit_line(normal[0])
            message = f"{noun} stays open when the function ends at line {line}"
            confidence = Confidence.MEDIUM
            steps.append(facts.step(line, "control leaves with it open"))
        else:
            raiser = min((leak.raiser for leak in leaks if leak.raiser), key=_position)
            what = _spell(site.function, raiser)
            line = raiser.at.lineno
            message = f"{noun} stays open when {what} raises at line {line}"
            confidence = Confidence.MEDIUM
            steps.append(facts.step(line, f"{what} raises"))
            steps.append(facts.step(line, "the exception leaves the function with it open"))
            if releases:
                message += f"; the release at line {_line(releases[0])} is not reached"
        evidence = [
            facts.evidence(EvidenceRole.MISSING, _line(event), _line(event))
            for event in releases[:2]
            if _line(event) != at.lineno
        ]
        return facts.observation(
            self.rule,
            Verdict.FOUND,
            at,
            site.function.qualname,
            message,
            evidence=tuple(evidence),
            trace=tuple(steps),
            severity=self._severity(site),
            confidence=confidence,
            remedy="use a with statement, or release it in finally",
        )

    def _severity(self, site: Outcome) -> Severity:
        role = site.function.file.source.role
        if site.acquisition.resource.weak or role in _LENIENT_ROLES:
            return Severity.LOW
        return Severity.LOW if site.function.ir.kind == MODULE else Severity.MEDIUM

    def _handled(self, site: Outcome, guards: list[Event], message: str) -> Observation:
        return self._word(site, Verdict.HANDLED, message, self._guards(site, guards))

    def _guards(self, site: Outcome, events: list[Event]) -> tuple[Evidence, ...]:
        lines = dict.fromkeys(_line(event) for event in events)
        return tuple(
            [
                site.function.file.evidence(EvidenceRole.GUARD, line, line)
                for line in list(lines)[:3]
                if line
            ]
        )

    def _clean(self, site: Outcome) -> Observation:
        message = "control never leaves with it open"
        if site.of(RETURNED):
            message = "is returned to the caller, who owns it from there"
        elif site.of(YIELDED):
            message = "is yielded to the consumer, who owns it from there"
        return self._word(site, Verdict.CLEAN, message, ())

    def _stored(self, site: Outcome) -> Observation:
        event = site.of(STORED)[0]
        place = event.detail
        if "." not in place and site.function.ir.kind == MODULE:
            message = "is kept in a module variable for the life of the process"
            return self._word(site, Verdict.CLEAN, message, ())
        closer = self._closer(site, place)
        if closer is not None:
            line = closer.at.lineno
            guard = site.function.file.evidence(EvidenceRole.GUARD, line, line)
            message = f"is stored in {place}, which line {line} releases"
            return self._word(site, Verdict.HANDLED, message, (guard,))
        return self._word(
            site,
            Verdict.UNSEEN,
            f"is stored in {place}; what releases it is not in view",
            (),
            missing=(f"the owner of {place}",),
            remedy=f"review the code that uses {place} as well",
        )

    def _closer(self, site: Outcome, place: str) -> Op | None:
        """A call in the same class, or file, that releases what is stored under a name."""
        release = site.acquisition.resource.release
        owner, _, _ = site.function.qualname.rpartition(".")
        last = place.rpartition(".")[2].removesuffix("[]")
        for function in site.function.file.functions:
            if place.startswith("self.") and not function.qualname.startswith(owner):
                continue
            for call in function.calls:
                method = function.definitions[call.op.callee]
                if isinstance(method, Attr) and method.name in release:
                    spelled = function.spelled(method.owner)
                    if spelled == place or (
                        "." in place and spelled.rpartition(".")[2].removesuffix("[]") == last
                    ):
                        return call.op
            for other in function.sites():
                if isinstance(other.op, Exit) and _exits(function, other.op) == place:
                    return other.op
        return None

    def _unseen(self, site: Outcome, what: str, verb: str) -> Observation:
        names = dict.fromkeys(event.detail for event in site.of(what))
        listed = ", ".join(f"{name}()" if what == HANDED else name for name in names)
        return self._word(
            site,
            Verdict.UNSEEN,
            f"{verb} {listed}; whether that releases it is not in view",
            (),
            missing=tuple(names),
            remedy=f"review the code of {listed} as well",
        )

    def _word(
        self,
        site: Outcome,
        verdict: Verdict,
        message: str,
        evidence: tuple[Evidence, ...],
        missing: tuple[str, ...] = (),
        remedy: str = "",
    ) -> Observation:
        return site.function.file.observation(
            self.rule,
            verdict,
            site.acquisition.op.at,
            site.function.qualname,
            f"{_noun(site)} {message}",
            evidence=evidence,
            trace=_no_steps(),
            missing=missing,
            remedy=remedy,
        )


def _keeps(site: Outcome, leak: Leak) -> bool:
    """Whether the function still owns what it handed on: it releases it itself afterwards.

    A normal return after a hand-over is the end of `f = None` after success, no leak.
    """
    if leak.raiser is None:
        return False
    return any(event.detail == HANDED for event in site.events if event.what == RELEASED)


def _no_steps() -> tuple[Step, ...]:
    return ()


def _noun(site: Outcome) -> str:
    called = site.function.spelled(site.acquisition.op.callee)
    return f"{site.acquisition.resource.kind} from {called}()"


def _line(event: Event) -> int:
    return event.op.at.lineno if event.op is not None else 0


def _exit_line(leak: Leak) -> int:
    """The line of a normal way out: of the `return`, or the last one where the text just ends."""
    at = leak.at
    if isinstance(at, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return at.end_lineno or at.lineno
    return at.lineno


def _position(op: Op) -> tuple[bool, int, int]:
    """The order in which raisers are named: an exit method only where nothing else raises."""
    return (isinstance(op, Exit), op.at.lineno, op.at.col_offset)


def _spell(function: FunctionFacts, op: Op) -> str:
    if isinstance(op, Call):
        return f"{function.spelled(op.callee)}()"
    return {
        "Await": "the awaited operation",
        "Yield": "the code at the yield",
        "Next": "the iteration",
        "Raise": "this statement",
        "Reraise": "this statement",
        "Enter": "entering the context manager",
        "Exit": "leaving the context manager",
    }.get(type(op).__name__, "this operation")


def _exits(function: FunctionFacts, op: Exit) -> str:
    """What the `with` statement of an exit manages, as it is spelled."""
    method = function.definitions[op.method]
    return function.spelled(method.uses()[0]) if method is not None and method.uses() else ""


CHECKER: Final = ResourceLeak()

"""What the checkers of owned things share: the word on an acquisition from what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from assay.checkers import _ownership_gates as gates
from assay.checkers.base import FunctionChecker
from assay.domains.acquisitions import gives_back, is_sometimes
from assay.domains.constructors import overwritten, raised_in_constructor
from assay.domains.events import (
    ADOPTED,
    CAPTURED,
    EXHAUSTED,
    HANDED,
    REGISTERED,
    RELEASED,
    RETURNED,
    STORED,
    YIELDED,
    Event,
)
from assay.domains.outcomes import Leak, Outcome, outcomes
from assay.domains.owners import Owner, holds_elements, owner_of
from assay.domains.results import becomes_standard, is_expected_to_fail, is_shown
from assay.domains.shape import exit_line
from assay.domains.worlds import MAX_WORLDS
from assay.frozen import frozen
from assay.ir.function import MODULE
from assay.ir.ops import LOCAL, NO_TEMP, Attr, Call, Exit, Next, Op, SetAttr, SetItem, Store
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate
from assay.source.roles import Role

_ENDING_ROLES: Final = (Role.TEST, Role.SCRIPT, Role.EXAMPLE, Role.MIGRATION, Role.NOTEBOOK)
_LENIENT_ROLES: Final = (Role.TEST, Role.SCRIPT, Role.EXAMPLE, Role.NOTEBOOK, Role.CONFIG)


@frozen
class Wording:
    """How messages speak of keeping and giving back: "stays open", "closed", "release"."""

    stays: str
    given_back: str
    giving_back: str
    remedy: str


class OwnershipChecker(FunctionChecker[Outcome]):
    """Follows every acquired thing to what gives it back; a subclass says which, in what words."""

    cwes: ClassVar[frozenset[int]]
    words: ClassVar[Wording]

    def sites(self, function: FunctionFacts) -> Iterable[Outcome]:
        """The acquisitions of a function, each with what becomes of it."""
        return outcomes(function, self.cwes)

    def judge(self, site: Outcome, function: FunctionFacts) -> Observation | Gate:
        """Found where control leaves with it open; unseen where somebody else may have it."""
        word = self._judged(site)
        if (
            site.lost
            and isinstance(word, Observation)
            and word.verdict in (Verdict.CLEAN, Verdict.HANDLED)
        ):
            MAX_WORLDS.note(function.file, site.acquisition.op.at.lineno)
            return self._word(
                site,
                Verdict.UNSEEN,
                "is not followed to every way out, of which the function has too many",
                (),
                missing=("which of its ways go together",),
                remedy="split the function",
            )
        return word

    def _judged(self, site: Outcome) -> Observation | Gate:
        if site.acquisition.name:
            return self._used(site)
        if site.of(CAPTURED) and _stops(gates.IN_CLOSURE, site):
            return self._unseen(site, CAPTURED, "is shared with a closure")
        if site.pair is not None and site.pair.of(CAPTURED) and _stops(gates.IN_CLOSURE, site):
            verb = "is one of two, of which the other is shared with a closure:"
            return self._unseen(site.pair, CAPTURED, verb)
        leaks = [
            leak for leak in site.leaks if not (site.is_beside(leak) and _stops(gates.BESIDE, site))
        ]
        owned = [
            leak
            for leak in leaks
            if not leak.handed or _keeps(site, leak) or not _stops(gates.HANDED_ON, site)
        ]
        if owned and site.of(EXHAUSTED) and _stops(gates.READ_TO_ITS_END, site):
            owned = [leak for leak in owned if leak.raiser and not isinstance(leak.raiser, Next)]
            if not owned or site.acquisition.resource.weak:
                return self._word(
                    site, Verdict.CLEAN, "is read to its end, which gives it back", ()
                )
            return self._found(site, owned)
        if owned and becomes_standard(site, owned) and _stops(gates.STANDARD_STREAM, site):
            message = "becomes a standard stream of the process, for as long as that lives"
            return self._word(site, Verdict.CLEAN, message, ())
        certain = [
            leak
            for leak in owned
            if not (site.is_optional(leak) and _stops(gates.ON_A_CONDITION, site))
        ]
        if (
            certain
            and site.of(RELEASED)
            and is_sometimes(site.acquisition, site.function)
            and _stops(gates.IN_SOME_CASES, site)
        ):
            return self._sometimes(site)
        excused = self._excused(site, owned, certain)
        if isinstance(excused, Observation):
            return excused
        certain = excused
        if certain:
            return self._found(site, certain)
        if owned:
            return self._conditional(site)
        if leaks:
            return self._unseen(site, HANDED, "is handed to")
        if site.of(RELEASED):
            return self._handled(
                site, site.of(RELEASED), f"is {self.words.given_back} on every way out"
            )
        if site.of(REGISTERED):
            return self._handled(site, site.of(REGISTERED), "has its clean-up registered")
        if site.of(ADOPTED):
            by = site.of(ADOPTED)[0].detail
            return self._handled(site, site.of(ADOPTED), f"is taken over by {by}()")
        if site.of(STORED):
            return self._stored(site)
        return self._clean(site)

    def _excused(
        self, site: Outcome, owned: list[Leak], certain: list[Leak]
    ) -> Observation | list[Leak]:
        """The word on leaks that are of no account, or those of the certain ones that are left."""
        resource = site.acquisition.resource
        if certain and site.function.file.source.role is Role.TEST:
            certain = self._of_a_test(site, certain)
            if not certain:
                message = "is of no account in a test, or lost when it fails"
                return self._word(site, Verdict.CLEAN, message, ())
        if (
            owned
            and site.ends
            and all(leak.raiser for leak in owned)
            and _stops(gates.PROCESS_ENDS, site)
        ):
            return self._word(
                site, Verdict.CLEAN, "ends with the process, as the function does", ()
            )
        if (
            owned
            and resource.own_end
            and not site.of(RELEASED)
            and _stops(gates.LIBRARY_ENDS_IT, site)
        ):
            return self._word(site, Verdict.CLEAN, "is left to its library to end", ())
        if (
            certain
            and resource.weak
            and site.acquisition.in_view
            and _stops(gates.GIVEN_OUT_BY_MANY, site)
        ):
            message = "is of little weight, and comes from a function that gives out many"
            return self._word(site, Verdict.CLEAN, message, ())
        if certain and (resource.weak or (resource.lasting and resource.cwe == 459)):
            certain = _without_lost(site, certain)
            if not certain:
                return self._word(site, Verdict.CLEAN, "is lost by an error, and ends so", ())
        if certain and resource.cwe == 459 and is_shown(site) and _stops(gates.SHOWN, site):
            return self._word(site, Verdict.CLEAN, "is a result, whose name the user is told", ())
        return certain

    def _of_a_test(self, site: Outcome, certain: list[Leak]) -> list[Leak]:
        """The leaks of a test that somebody would mend."""
        resource = site.acquisition.resource
        if is_expected_to_fail(site) and _stops(gates.EXPECTED_TO_FAIL, site):
            return []
        if (site.acquisition.in_view or resource.weak or resource.cwe == 459) and _stops(
            gates.SMALL_IN_A_TEST, site
        ):
            return []
        return [
            leak for leak in certain if leak.raiser is None or not _stops(gates.TEST_FAILS, site)
        ]

    def _used(self, site: Outcome) -> Observation | Gate:
        """A value that is a resource by its use: found where that use raises past its release."""
        releases = site.of(RELEASED)
        if site.function.file.source.role in _ENDING_ROLES and _stops(gates.USED_IN_A_SCRIPT, site):
            return gates.USED_IN_A_SCRIPT
        if not releases:
            return gates.USED_AND_NOT_RELEASED
        if (site.of(CAPTURED) or site.of(STORED) or site.of(RETURNED)) and _stops(
            gates.USED_AND_KEPT, site
        ):
            return gates.USED_AND_KEPT
        raised = [
            leak
            for leak in site.leaks
            if site.raised_by_use(leak) or not _stops(gates.USED_OTHERWISE, site)
        ]
        raised = [
            leak
            for leak in raised
            if not (
                leak.is_passed_on
                and site.is_optional(leak)
                and _stops(gates.USED_ON_A_CONDITION, site)
            )
        ]
        if raised and (site.released_normally() or not _stops(gates.USED_IN_HANDLERS, site)):
            return self._found(site, raised)
        if site.leaks:
            return gates.USED_OTHERWISE
        return self._handled(site, releases, f"is {self.words.given_back} on every way out")

    def _found(self, site: Outcome, leaks: list[Leak]) -> Observation:
        facts = site.function.file
        noun = _noun(site)
        normal = [leak for leak in leaks if leak.raiser is None]
        disposed = [event for event in site.events if event.what != HANDED]
        releases = site.of(RELEASED)
        at = site.acquisition.op.at
        confidence = Confidence.HIGH
        steps = [facts.step(at, f"{noun} is acquired")]
        if normal and not disposed:
            message = f"{noun} is {self.words.given_back} on no path"
            steps.append(
                facts.step(exit_line(normal[0].at), f"control leaves while it {self.words.stays}")
            )
        elif normal:
            line = exit_line(normal[0].at)
            message = f"{noun} {self.words.stays} when the function ends at line {line}"
            confidence = Confidence.MEDIUM
            steps.append(facts.step(line, f"control leaves while it {self.words.stays}"))
        else:
            raiser = min((leak.raiser for leak in leaks if leak.raiser), key=_position)
            what = _spell(site.function, raiser)
            line = raiser.at.lineno
            message = f"{noun} {self.words.stays} when {what} raises at line {line}"
            confidence = Confidence.MEDIUM
            steps.append(facts.step(line, f"{what} raises"))
            steps.append(
                facts.step(line, f"the exception leaves the function, and it {self.words.stays}")
            )
            if releases:
                message += (
                    f"; the {self.words.giving_back} at line {_line(releases[0])} is not reached"
                )
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
            remedy=self.words.remedy,
        )

    def _severity(self, site: Outcome) -> Severity:
        role = site.function.file.source.role
        if site.acquisition.resource.weak or role in _LENIENT_ROLES:
            return Severity.LOW
        return Severity.LOW if site.function.ir.kind == MODULE else self.rule.severity

    def _conditional(self, site: Outcome) -> Observation:
        line = _line(site.of(RELEASED)[0])
        return self._word(
            site,
            Verdict.UNSEEN,
            f"is {self.words.given_back} at line {line} on a condition that callers decide",
            (site.function.file.evidence(EvidenceRole.GUARD, line, line),),
            missing=(f"the condition of line {line}",),
            remedy="review the callers as well",
        )

    def _sometimes(self, site: Outcome) -> Observation:
        return self._word(
            site,
            Verdict.UNSEEN,
            "holds something in some cases only, which its arguments decide",
            (),
            missing=("which arguments it is called with",),
            remedy="make the call for each case, or use a with statement round it",
        )

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
        message = f"is {self.words.given_back} or control never leaves"
        if site.of(RETURNED):
            gates.CALLER_OWNS_IT.note(site.function.file, site.acquisition.op.at.lineno)
            message = "is returned to the caller, who owns it from there"
        elif site.of(YIELDED):
            gates.CONSUMER_OWNS_IT.note(site.function.file, site.acquisition.op.at.lineno)
            message = "is yielded to the consumer, who owns it from there"
        return self._word(site, Verdict.CLEAN, message, ())

    def _stored(self, site: Outcome) -> Observation:
        event = site.of(STORED)[0]
        place = event.detail
        if (
            "." not in place
            and site.function.ir.kind == MODULE
            and _stops(gates.LIFE_OF_THE_PROCESS, site)
        ):
            message = "is kept in a module variable for the life of the process"
            return self._word(site, Verdict.CLEAN, message, ())
        raised = raised_in_constructor(site, site.of(STORED)[0])
        if raised is not None:
            return self._orphaned(site, place, raised)
        forgotten = overwritten(site, site.of(STORED)[0])
        if forgotten is not None:
            return self._forgotten(site, place, forgotten)
        closer = self._closer(site, place)
        if closer is not None and _stops(gates.GIVEN_BACK_BY_NAME, site):
            line = closer.at.lineno
            guard = site.function.file.evidence(EvidenceRole.GUARD, line, line)
            message = f"is stored in {place}, which line {line} gives back"
            return self._word(site, Verdict.HANDLED, message, (guard,))
        field = place.removeprefix("self.")
        alone = all(other.detail == place for other in site.of(STORED))
        alone = alone and not _is_stored_twice(site, event)
        own = place.startswith("self.") and field.isidentifier()
        if own and (alone or not _stops(gates.STORED_TWICE, site)):
            owner = owner_of(site.function)
            if owner is not None:
                return self._in_object(site, owner, field, event)
        if not own:
            gates.NOT_AN_ATTRIBUTE.note(site.function.file, site.acquisition.op.at.lineno)
        return self._elsewhere(site, place, f"the owner of {place}")

    def _elsewhere(self, site: Outcome, place: str, missing: str) -> Observation:
        return self._word(
            site,
            Verdict.UNSEEN,
            f"is stored in {place}; what gives it back is not in view",
            (),
            missing=(missing,),
            remedy=f"review the code that uses {place} as well",
        )

    def _in_object(self, site: Outcome, owner: Owner, field: str, event: Event) -> Observation:
        """The word on what an object keeps: its class says what gives it back."""
        place = f"self.{field}"
        cls = owner.cls
        stored = event.op.value if isinstance(event.op, SetAttr) else NO_TEMP
        in_container = holds_elements(site.function, stored)
        with_releases = site.acquisition.resource.with_releases
        releases = [
            release
            for release in owner.releases(field)
            if (release.whole or in_container) and (release.word != "with" or with_releases)
        ]
        if releases and _stops(gates.GIVEN_BACK_BY_THE_CLASS, site):
            line = releases[0].op.at.lineno
            guard = releases[0].function.file.evidence(EvidenceRole.GUARD, line, line)
            message = f"is stored in {place}, which {releases[0].function.qualname} gives back"
            return self._word(site, Verdict.HANDLED, message, (guard,))
        if owner.hole() and _stops(gates.BASE_NOT_IN_VIEW, site):
            return self._elsewhere(site, place, owner.hole())
        closing = owner.closing_method()
        if closing is not None and closing.ir.name == "stop" and site.acquisition.resource.weak:
            closing = None  # what is stopped may be started again
        handed_on = owner.is_handed_on(field)
        for gate, holds in (
            (gates.PUBLIC_ATTRIBUTE, closing is None and not field.startswith("_")),
            (gates.ATTRIBUTE_HANDED_ON, handed_on),
            (gates.LASTING, site.acquisition.resource.lasting),
        ):
            if holds and _stops(gate, site):
                return self._elsewhere(site, place, f"the owner of {place}")
        facts = site.function.file
        at = site.acquisition.op.at
        evidence: tuple[Evidence, ...] = ()
        steps = [facts.step(at, f"{_noun(site)} is acquired and stored in {place}")]
        if closing is None:
            message = (
                f"{_noun(site)} is stored in {place}, which no method of {cls.name} gives back"
            )
        else:
            line = closing.ir.first_line
            message = (
                f"{_noun(site)} is stored in {place}, which {closing.ir.name} of {cls.name} does"
                " not give back"
            )
            evidence = (closing.file.evidence(EvidenceRole.MISSING, line, line),)
            steps.append(
                closing.file.step(line, f"the object is closed, and it {self.words.stays}")
            )
        return facts.observation(
            self.rule,
            Verdict.FOUND,
            at,
            site.function.qualname,
            message,
            evidence=evidence,
            trace=tuple(steps),
            severity=self._severity(site),
            confidence=Confidence.MEDIUM,
            remedy=f"give it back where objects of {cls.name} are closed",
        )

    def _orphaned(self, site: Outcome, place: str, raised: Op) -> Observation:
        """The constructor raises, so nobody gets the object that could give the resource back."""
        facts = site.function.file
        line = raised.at.lineno
        at = site.acquisition.op.at
        name = site.function.ir.name
        return facts.observation(
            self.rule,
            Verdict.FOUND,
            at,
            site.function.qualname,
            f"{_noun(site)} is stored in {place} and {self.words.stays} when {name} raises at line"
            f" {line}",
            trace=(
                facts.step(at, f"{_noun(site)} is acquired"),
                facts.step(line, f"{name} raises, and nobody has the object to give it back"),
            ),
            severity=self._severity(site),
            confidence=Confidence.MEDIUM,
            remedy=f"give it back before {name} raises",
        )

    def _forgotten(self, site: Outcome, place: str, forgotten: Op) -> Observation:
        """The only name of the resource is set to None, so nobody can give it back."""
        facts = site.function.file
        line = forgotten.at.lineno
        at = site.acquisition.op.at
        return facts.observation(
            self.rule,
            Verdict.FOUND,
            at,
            site.function.qualname,
            f"{_noun(site)} is stored in {place} and {self.words.stays} when that is set to None at"
            f" line {line}",
            trace=(
                facts.step(at, f"{_noun(site)} is acquired"),
                facts.step(line, f"{place} is set to None, and it {self.words.stays}"),
            ),
            severity=self._severity(site),
            confidence=Confidence.MEDIUM,
            remedy=f"give it back before {place} is set to None",
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
                if self._gives_back(site, function, call.op, place):
                    return call.op
                method = function.definitions[call.op.callee]
                if isinstance(method, Attr) and method.name in release:
                    spelled = function.spelled(method.owner)
                    if spelled == place or (
                        "." in place and spelled.rpartition(".")[2].removesuffix("[]") == last
                    ):
                        return call.op
            for other in function.sites():
                if (
                    isinstance(other.op, Exit)
                    and site.acquisition.resource.with_releases
                    and _exits(function, other.op) == place
                ):
                    return other.op
        return None

    def _gives_back(self, site: Outcome, function: FunctionFacts, op: Call, place: str) -> bool:
        """Whether a call passes what is stored under a name to a function that gives it back."""
        spelled = function.spelled(op.callee)
        if not gives_back(site.acquisition.resource, function.callee(op), spelled):
            return False
        return any(function.spelled(temp) == place for temp in op.args)

    def _unseen(self, site: Outcome, what: str, verb: str) -> Observation:
        names = dict.fromkeys(event.detail for event in site.of(what))
        listed = ", ".join(f"{name}()" if what == HANDED else name for name in names)
        return self._word(
            site,
            Verdict.UNSEEN,
            f"{verb} {listed}; whether that gives it back is not in view",
            (),
            missing=tuple(names),
            remedy=_hole(site) or f"review the code of {listed} as well",
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


def _stops(gate: Gate, site: Outcome) -> bool:
    """Whether a gate stands, now that its condition holds for an acquisition."""
    return gate.stops(site.function.file, site.acquisition.op.at.lineno)


def _without_lost(site: Outcome, leaks: list[Leak]) -> list[Leak]:
    """The leaks of a thing of little weight, or of a file that has a finaliser, that count."""
    left = [
        leak for leak in leaks if leak.raiser is None or not _stops(gates.LOST_BY_AN_ERROR, site)
    ]
    resource = site.acquisition.resource
    if left and resource.weak and site.of(RETURNED) and _stops(gates.NOT_USED_YET, site):
        return []
    if left and resource.cwe == 459 and site.of(RELEASED) and _stops(gates.FINALISED, site):
        return []
    return left


def _keeps(site: Outcome, leak: Leak) -> bool:
    """Whether the function still owns what it handed on: elsewhere it releases it after that call.

    A normal return after a hand-over is the end of `f = None` after success, no leak.
    """
    if leak.raiser is None:
        return False
    return any(event.detail == leak.handed for event in site.events if event.what == RELEASED)


def _hole(site: Outcome) -> str:
    """What would tell whom a resource is handed to, where the project alone does not."""
    for event in site.of(HANDED):
        if isinstance(event.op, Call):
            remedy = site.function.file.program.callees(site.function, event.op).remedy
            if remedy:
                return remedy
    return ""


def _is_stored_twice(site: Outcome, event: Event) -> bool:
    """Whether the statement that stores it keeps it elsewhere too: `self.out = sys.stdout = f`."""
    if not isinstance(event.op, SetAttr):
        return False
    value = event.op.value
    return any(
        other.op is not event.op
        and (
            (isinstance(other.op, (SetAttr, SetItem)) and other.op.value == value)
            or (isinstance(other.op, Store) and other.op.value == value and other.op.scope != LOCAL)
        )
        for other in site.function.sites()
    )


def _no_steps() -> tuple[Step, ...]:
    return ()


def _noun(site: Outcome) -> str:
    called = site.function.spelled(site.acquisition.op.callee)
    return f"{site.acquisition.resource.kind} from {called}()"


def _line(event: Event) -> int:
    return event.op.at.lineno if event.op is not None else 0


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

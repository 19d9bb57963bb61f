"""CWE-703: whether the callees of a file handle errors is not in view, or a failure is expected.

A reviewer who sees one file of a project does not see whether the helpers that it inherits time
out, log or swallow. "No finding" would be an assertion about code that nobody looked at; so the
helpers are named, and the file that would bring them into view.

Weak: neither helper is defined here, so nothing can be said of their errors.

    from shop.tests import base

    class TestRefund(base.ShopCase):
        def test_refund(self):
            order = self.place_order()
            self.wait_for_refund(order)

Guarded: the failure is expected, and the test says so.

            with self.assertRaises(RefundError):
                order.refund()

            self.wait_for_state(order, "failed")
            self.assertEqual("no funds", order.reason)

The site is the file, once, for the callees of its own project that are not defined in it: methods
of `self` and `super()` that come from a base class of the project, calls on attributes that such a
base sets, functions imported from the project. And every place of a test where a failure is
expected: `assertRaises`, `pytest.raises`, a wait for a literal state of failure.

- `unseen`: callees are not in view; each is named once, in the order of the text.
- `handled`: an expected failure is asserted, with the lines of the assertions.
- `clean`: a test waits for a failure, and no assertion follows.

How to fix: review the named file together with this one, or the whole project.

Known limits: libraries are not asked for, only the file's own project. Constructors are taken as
harmless.

References: https://cwe.mitre.org/data/definitions/703.html, CWE-755
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, final

from assay.checkers._own_callees import OwnCallee, own_callees
from assay.checkers.base import FileChecker
from assay.domains.callee_errors import (
    TimedWait,
    called_by,
    clauses_of,
    does,
    kinds_named,
    timed_wait,
)
from assay.domains.handling import last_part
from assay.domains.injected import Injected, injected, passages
from assay.domains.waiting import assertions, is_wait, literals, name_parts
from assay.ir.ops import Call
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.waiting import wait_words
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.origin import module_path
from assay.program.silence import Gate, not_a_site
from assay.source.roles import Role

RULE: Final = Rule(
    id="error-handling",
    cwe=703,
    related=(755, 754),
    title="Error handling",
    family=Family.ERRORS,
    severity=Severity.INFO,
    precision=Confidence.HIGH,
    site="callees and expected failures",
    summary="whether callees out of view handle their errors, and which failures are expected",
    explanation=__doc__ or "",
)

TAKEN_NOWHERE: Final = not_a_site(
    "expected.taken-nowhere", "no clause is known that takes the failure which is put in", RULE.id
)
WAITED_ON: Final = not_a_site(
    "expected.waited-on", "the test waits again before it asserts anything", RULE.id
)

_RAISES: Final = ("assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "raises")
_LISTED: Final = 3
_FILES_LISTED: Final = 2
_MOST_LINES: Final = 8


@final
class Expected:
    """A place of a test where a failure is expected."""

    __slots__ = ("call", "function", "state")

    def __init__(self, call: Call, function: FunctionFacts, state: str) -> None:
        self.call: Final = call
        self.function: Final = function
        self.state: Final = state  # the literal that is waited for; "" for `assertRaises`


@final
class Waiting:
    """A call of a test that waits in a helper in view, which fails when it was in vain."""

    __slots__ = ("call", "function", "wait")

    def __init__(self, call: Call, function: FunctionFacts, wait: TimedWait) -> None:
        self.call: Final = call
        self.function: Final = function
        self.wait: Final = wait


@final
class Callees:
    """The callees of a file that other files of its project define."""

    __slots__ = ("found", "in_view")

    def __init__(self, found: tuple[OwnCallee, ...], in_view: bool) -> None:
        self.found: Final = found
        self.in_view: Final = in_view


Site: TypeAlias = Callees | Expected | Waiting | Injected


@final
class ErrorHandling(FileChecker[Site]):
    """Says how callees of other files deal with errors, and which failures a test expects."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterable[Site]:
        callees = own_callees(facts)
        for in_view in (False, True):
            found = tuple([each for each in callees if bool(each.in_view) is in_view])
            if found:
                yield Callees(found, in_view)
        if facts.source.role is Role.TEST:
            for function in facts.functions:
                yield from _expected(function)
            for each in callees:
                yield from _waiting(each)
            yield from injected(facts)

    def judge(self, site: Site, facts: FileFacts) -> Observation | Gate:
        if isinstance(site, Expected):
            return _asserted(site, facts) if site.state else _raised(site, facts)
        if isinstance(site, Waiting):
            return _waits(site, facts)
        if isinstance(site, Injected):
            return _put_in(site, facts)
        return _seen(site.found, facts) if site.in_view else _unseen(site.found, facts)


def _names(names: list[str]) -> str:
    listed = ", ".join(names[:_LISTED])
    more = len(names) - _LISTED
    return f"{listed} and {more} more" if more > 0 else listed


def _unseen(holes: tuple[OwnCallee, ...], facts: FileFacts) -> Observation:
    names = tuple([hole.name for hole in holes])
    first = holes[0]
    callees = "1 callee" if len(names) == 1 else f"{len(names)} callees"
    lines = dict.fromkeys(_import_line(hole, facts) for hole in holes)
    return facts.observation(
        RULE,
        Verdict.UNSEEN,
        first.call.at,
        first.function.qualname,
        f"{callees} not in view: {_names(list(names))}",
        evidence=tuple(
            [
                facts.evidence(EvidenceRole.CONTEXT, line, line)
                for line in list(lines)[:_FILES_LISTED]
                if line
            ]
        ),
        missing=names,
        remedy=_remedy(holes, facts),
    )


def _remedy(holes: tuple[OwnCallee, ...], facts: FileFacts) -> str:
    files = list(dict.fromkeys(module_path(hole.origin, facts.source.path) for hole in holes))
    listed = " and ".join(files[:_FILES_LISTED])
    if len(files) > _FILES_LISTED:
        listed = f"{', '.join(files[:_FILES_LISTED])} and {len(files) - _FILES_LISTED} more"
    return f"review {listed} as well, or the whole repository: assay review ."


def _import_line(hole: OwnCallee, facts: FileFacts) -> int:
    for imported in facts.names.imports.values():
        if hole.origin == imported.target or hole.origin.startswith(f"{imported.target}."):
            return imported.node.lineno
    return 0


# Callees in view


def _seen(callees: tuple[OwnCallee, ...], facts: FileFacts) -> Observation:
    """What the callees of other files do with errors, with the lines there."""
    handling: list[str] = []
    guards: list[Evidence] = []
    steps: list[Step] = []
    for callee in callees:
        lines = [line for function in callee.in_view for line in _taken_in(function)]
        if lines:
            handling.append(callee.name)
        for file, line, text in lines:
            guards.append(file.evidence(EvidenceRole.GUARD, line, line))
            steps.append(file.step(line, text))
    first = callees[0]
    count = "1 callee" if len(callees) == 1 else f"{len(callees)} callees"
    passing = len(callees) - len(handling)
    if not handling:
        what = "lets" if passing == 1 else "let"
        text = f"{count} in other files, in view: {what} errors pass to the caller"
        return facts.observation(RULE, Verdict.CLEAN, first.call.at, first.function.qualname, text)
    what = "deals" if len(handling) == 1 else "deal"
    rest = f", {passing} let them pass" if passing else ""
    return facts.observation(
        RULE,
        Verdict.HANDLED,
        first.call.at,
        first.function.qualname,
        f"{count} in other files, in view: {_names(handling)} {what} with errors{rest}",
        evidence=tuple(guards[:_MOST_LINES]),
        trace=tuple(steps[:_MOST_LINES]),
    )


def _taken_in(function: FunctionFacts) -> list[tuple[FileFacts, int, str]]:
    """Where a function in view takes errors or gives up waiting: file, line, what it does."""
    name = function.qualname
    found: list[tuple[FileFacts, int, str]] = []
    wait = timed_wait(function)
    if wait is not None:
        line = wait.fails.at.lineno
        found.append((wait.function.file, line, f"{name} fails when its wait was in vain"))
    for clause in clauses_of(function):
        line = clause.node.lineno
        found.append((function.file, line, f"{name} takes {kinds_named(clause)}, {does(clause)}"))
    return found


def _waiting(callee: OwnCallee) -> Iterable[Waiting]:
    if is_wait(callee.function, callee.call, wait_words()):
        for function in callee.in_view:
            wait = timed_wait(function)
            if wait is not None:
                yield Waiting(callee.call, callee.function, wait)
                return


def _waits(site: Waiting, facts: FileFacts) -> Observation:
    wait = site.wait
    file = wait.function.file
    path = file.source.path
    first, fails = wait.loop.lineno, wait.fails.at.lineno
    last = wait.fails.at.end_lineno or fails
    return facts.observation(
        RULE,
        Verdict.HANDLED,
        site.call.at,
        site.function.qualname,
        f"{last_part(site.function, site.call)} waits in a loop at {path}:{first} and fails at"
        f" {fails}",
        evidence=(
            file.evidence(EvidenceRole.CONTEXT, first, first),
            file.evidence(EvidenceRole.GUARD, fails, last),
        ),
        trace=(
            facts.step(site.call.at, "the test waits"),
            file.step(first, f"{wait.function.qualname} asks again and again"),
            file.step(fails, "it fails when that was in vain"),
        ),
    )


# Failures that are put in


def _put_in(site: Injected, facts: FileFacts) -> Observation | Gate:
    """Where the code under test takes a failure that a class named by the test raises."""
    found = passages(site, facts)
    if not found:
        TAKEN_NOWHERE.note(facts, site.literal.at.lineno)
        return TAKEN_NOWHERE
    source = site.method.file
    name = f"{site.error.kind.name} that {site.method.qualname} raises"
    evidence = [source.evidence(EvidenceRole.CONTEXT, site.error.line, site.error.line)]
    steps = [
        facts.step(site.literal.at, "the test puts the failure in"),
        source.step(site.error.line, f"{site.method.qualname} raises {site.error.kind.name}"),
    ]
    said: list[str] = []
    for passage in found[:_FILES_LISTED]:
        taken = {clause.function: clause for clause in passage.clauses}
        for function, call in passage.calls:
            file = function.file
            steps.append(file.step(call.at, f"{function.qualname} gets it here"))
            clause = taken.get(function)
            if clause is not None:
                line = clause.node.lineno
                what = does(clause)
                steps.append(file.step(line, f"takes {kinds_named(clause)}, {what}"))
                evidence.append(file.evidence(EvidenceRole.GUARD, line, clause.last_line))
                for called in called_by(clause)[:1]:
                    steps.append(called.file.step(called.ir.first_line, f"{called.qualname} runs"))
                    evidence.append(_first_line(called))
                said.append(f"{function.qualname} at {file.source.path}:{line} ({what})")
    return facts.observation(
        RULE,
        Verdict.HANDLED,
        site.literal.at,
        facts.enclosing(site.literal.at.lineno).qualname,
        f"the {name} is taken by {', then '.join(said)}",
        evidence=tuple(evidence),
        trace=tuple(steps),
    )


def _first_line(function: FunctionFacts) -> Evidence:
    line = function.ir.first_line
    return function.file.evidence(EvidenceRole.CONTEXT, line, line)


# Expected failures


def _expected(function: FunctionFacts) -> Iterable[Expected]:
    """Each place where a failure is asserted, and the last wait for one before an assertion."""
    words = wait_words()
    waits: list[Expected] = []
    seen: set[tuple[int, int]] = set()
    for site in function.calls:
        place = (site.op.at.lineno, site.op.at.col_offset)
        if place in seen:
            continue
        seen.add(place)
        name = last_part(function, site.op)
        if name in _RAISES and (name != "raises" or function.callee(site.op) == "pytest.raises"):
            yield Expected(site.op, function, "")
        elif is_wait(function, site.op, words):
            for literal in literals(function, site.op):
                if any(part in words.failure for part in name_parts(literal)):
                    waits.append(Expected(site.op, function, literal))
                    break
    checked = assertions(function) if len(waits) > 1 else []
    for index, wait in enumerate(waits):
        after = waits[index + 1].call.at.lineno if index + 1 < len(waits) else None
        line = wait.call.at.lineno
        ends = after is None or any(line < each.line < after for each in checked)
        if ends or not WAITED_ON.stops(function.file, line):
            yield wait


def _raised(site: Expected, facts: FileFacts) -> Observation:
    function = site.function
    temp = site.call.args[0] if site.call.args else None
    error = function.spelled(temp) if temp is not None else "an error"
    line = site.call.at.lineno
    return facts.observation(
        RULE,
        Verdict.HANDLED,
        site.call.at,
        function.qualname,
        f"expects {error}, and asserts it",
        evidence=(facts.evidence(EvidenceRole.GUARD, line, line),),
    )


def _asserted(site: Expected, facts: FileFacts) -> Observation:
    """A wait for a state of failure, with the assertions after it."""
    function = site.function
    line = site.call.at.lineno
    after = [each for each in assertions(function) if each.line > line]
    if not after:
        return facts.observation(
            RULE,
            Verdict.CLEAN,
            site.call.at,
            function.qualname,
            f"waits for {site.state!r}, and asserts nothing after it",
        )
    lines = ", ".join(
        str(each.line) if each.line == each.end_line else f"{each.line}-{each.end_line}"
        for each in after
    )
    return facts.observation(
        RULE,
        Verdict.HANDLED,
        site.call.at,
        function.qualname,
        f"the failure {site.state!r} is expected at {line}, and its outcome asserted at {lines}",
        evidence=tuple(
            [facts.evidence(EvidenceRole.GUARD, line, site.call.at.end_lineno or line)]
            + [facts.evidence(EvidenceRole.GUARD, each.line, each.end_line) for each in after]
        ),
    )


CHECKER: Final = ErrorHandling()

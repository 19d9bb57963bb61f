"""CWE-362: a test reads the state of something asynchronous in the wrong order with its waits.

What a test starts goes on in other threads, processes and servers. A value that is read before the
wait for the step that sets it, and is asserted on afterwards, is right or wrong by chance: the
test passes on a fast machine and hides the defect that it is there for. The same order in
production code is a race.

Weak: the fault is recorded after the status is set, and it is asserted on a copy of the record
that was read when the status was set:

    node = self.wait_for_status(node, "broken")
    self.wait_for_job(node, "failed")            # recorded last
    self.assertIn("no space", node["fault"])

Guarded:

    self.wait_for_job(node, "failed")
    node = self.wait_for_status(node, "broken")
    self.assertIn("no space", node["fault"])

The site is every wait of a test: a call whose name says so, `join()`, `Event.wait()`.

- `found`: a value is read from an object, the very next thing is a wait on that object, and after
  it the old value is asserted on without having been read again. A comment that tells of the
  race makes the confidence high. Or the comment above a wait names a race and what has to be
  waited for to avoid it, and no wait of the function does.
- `handled`: the state that is asserted on is read after the wait, or comes from it. The lines of a
  comment that states the race are shown.
- `unseen`: the helper that waits is not in view, and neither its name nor its arguments tell what
  it waits for.
- `clean`: no assertion depends on it.

How to fix: wait for what happens last, and then read what is asserted.

Known limits: the object is told by the variable that holds it. A sleep of fixed length is no wait
and is not judged. Which step really happens last is not known: without a comment the finding has
low confidence.

References: https://cwe.mitre.org/data/definitions/362.html, CWE-366
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.handling import last_part
from assay.domains.waiting import (
    Assertion,
    Use,
    argument_names,
    assertions,
    bound_name,
    calls_between,
    is_assertion,
    is_read,
    is_wait,
    literals,
    name_parts,
    uses_of,
)
from assay.ir.function import FUNCTION
from assay.ir.ops import Attr, Call, Load
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.waiting import wait_words
from assay.program.classes import attribute_name
from assay.program.facts import CallSite, FileFacts, FunctionFacts
from assay.program.silence import excused, not_a_site, not_known
from assay.source.comments import CommentBlock
from assay.source.roles import Role

RULE: Final = Rule(
    id="wait-order",
    cwe=362,
    related=(366,),
    title="Race condition",
    family=Family.RACES,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="waits",
    summary="state is read before the wait for the step that sets it",
    explanation=__doc__ or "",
)

NOT_A_TEST: Final = not_a_site("wait.not-a-test", "the wait is in no test", RULE.id)
CALLS_BETWEEN: Final = not_a_site(
    "wait.calls-between", "something else is called between the read above it and the wait", RULE.id
)
IDENTITY: Final = excused(
    "wait.identity", "what is asserted of the earlier value says only which thing it is", RULE.id
)
READ_AGAIN: Final = excused(
    "wait.read-again", "a method of the earlier value is called behind the wait", RULE.id
)
NOTHING_TELLS: Final = not_a_site(
    "wait.nothing-tells", "no comment speaks of a race, and the read above is no wait", RULE.id
)
NO_NOUN: Final = not_a_site(
    "wait.no-noun", "the comment asks to wait, and no single thing is named", RULE.id
)
JOINED: Final = excused(
    "wait.joined", "it joins a thread or process, and an assertion stands somewhere below", RULE.id
)
NOT_IN_VIEW: Final = not_known(
    "wait.not-in-view", "what the called method waits for is not in view", RULE.id
)

_RACE: Final = re.compile(
    r"\brac(?:e|es|y|ing)\b|\bwait|\buntil\b|\bbefore\b|\bafter\b|\beventual|\basync", re.I
)
_STATES_RACE: Final = re.compile(r"\brac(?:e|es|y|ing)\b|\bbefore\b|\bafter\b", re.I)
_SAYS_RACE: Final = re.compile(r"\brac(?:e|es|y|ing)\b", re.I)
_ASKED: Final = re.compile(
    r"\bwait(?:s|ing)?\s+for\s+(?:(?:the|a|an|its|that|this)\s+)?([a-z_]+)", re.I
)
_NEAR: Final = 3
_SHORTEST: Final = 3
_STEM: Final = 4
_NO_NOUN: Final = (
    "all",
    "any",
    "one",
    "both",
    "each",
    "them",
    "some",
    "more",
    "what",
    "everything",
)


@final
class Wait:
    """A wait, with everything else that the function does in order."""

    __slots__ = ("bound", "checked", "names", "site", "waits")

    def __init__(
        self,
        site: CallSite,
        function: FunctionFacts,
        waits: list[CallSite],
        checked: list[Assertion],
    ) -> None:
        self.site: Final = site
        self.waits: Final = waits
        self.checked: Final = checked
        self.bound: Final = bound_name(function, site.op)
        self.names: Final = argument_names(function, site.op)


@final
class WaitOrder(FunctionChecker[Wait]):
    """Judges the waits of tests by what is read before and after them."""

    rule = RULE

    def concerns(self, facts: FileFacts) -> bool:
        return facts.source.role is Role.TEST or facts.module.program.account is not None

    def sites(self, function: FunctionFacts) -> Iterable[Wait]:
        if function.ir.kind != FUNCTION:
            return []
        in_test = function.file.source.role is Role.TEST
        words = wait_words()
        seen: dict[tuple[int, int], CallSite] = {}
        for site in function.calls:
            if is_wait(function, site.op, words):
                seen.setdefault((site.op.at.lineno, site.op.at.col_offset), site)
        if not seen:
            return []
        waits = [seen[key] for key in sorted(seen)]
        checked = assertions(function)
        return [
            Wait(site, function, waits, checked)
            for site in waits
            if in_test or not NOT_A_TEST.stops(function.file, site.op.at.lineno)
        ]

    def judge(self, site: Wait, function: FunctionFacts) -> Observation:
        stale = self._stale(site, function)
        if stale is not None:
            return stale
        forgotten = self._forgotten(site, function)
        if forgotten is not None:
            return forgotten
        if site.bound:
            own = uses_of(function, site.site, site.bound, site.checked)
            earlier = _waited_before(site, function)
            if own and earlier:
                text = f"reads the state after the wait at {earlier}"
                return self._clean(site, function, text)
            if own:
                line = own[0].assertion.line
                text = f"what is asserted at {line} comes from the wait"
                return self._handled(site, function, text, own, 0)
            return self._plain(site, function)
        return self._before_read(site, function) or self._plain(site, function)

    def _stale(self, site: Wait, function: FunctionFacts) -> Observation | None:
        """A value that was read right before this wait, and is asserted on after it."""
        words = wait_words()
        wait = site.site.op
        file, line = function.file, wait.at.lineno
        previous = _previous(site.site, function)
        if previous is None:
            return None
        name = bound_name(function, previous.op)
        if not name or name not in site.names or name == site.bound:
            return None
        if not (is_wait(function, previous.op, words) or is_read(function, previous.op, words)):
            return None
        uses = [
            use
            for use in uses_of(function, previous, name, site.checked)
            if use.assertion.line > wait.at.lineno
            and use.keys
            and not (use.keys <= words.identity and IDENTITY.stops(file, line))
            and not (
                _read_again(function, site.site, name, use.assertion)
                and READ_AGAIN.stops(file, line)
            )
        ]
        if not uses:
            return None
        comment = _comment_before(function, previous.op.at.lineno) or _comment_before(
            function, wait.at.lineno
        )
        states = comment is not None and _STATES_RACE.search(comment.text) is not None
        told = states or is_wait(function, previous.op, words)
        if not told and NOTHING_TELLS.stops(file, line):
            return None
        return self._found(site, function, previous, name, uses, comment if states else None)

    def _forgotten(self, site: Wait, function: FunctionFacts) -> Observation | None:
        """A comment above this wait tells of a race, and what it asks to wait for is not."""
        at = site.site.op.at
        comment = _comment_before(function, at.lineno)
        asked = None if comment is None else _ASKED.search(" ".join(comment.lines))
        if comment is None or asked is None or not _SAYS_RACE.search(comment.text):
            return None
        noun = asked.group(1).lower()
        file = function.file
        vague = len(noun) < _SHORTEST or noun in _NO_NOUN
        if vague and NO_NOUN.stops(file, at.lineno):
            return None
        if any(_mentions(function, other, noun) for other in site.waits):
            return None
        return file.observation(
            RULE,
            Verdict.FOUND,
            at,
            function.qualname,
            f"the comment at {comment.first_line} asks to wait for {noun} to avoid a race, and no"
            " wait does",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, comment.first_line, comment.last_line),
                file.evidence(EvidenceRole.MISSING, at.lineno, at.lineno),
            ),
        )

    def _found(
        self,
        site: Wait,
        function: FunctionFacts,
        previous: CallSite,
        name: str,
        uses: list[Use],
        comment: CommentBlock | None,
    ) -> Observation:
        file = function.file
        wait = site.site.op
        read = previous.op
        first = uses[0].assertion
        lines = ", ".join(str(use.assertion.line) for use in uses)
        evidence: list[Evidence] = [
            file.evidence(EvidenceRole.MISSING, wait.at.lineno, wait.at.end_lineno or 0)
        ]
        if comment is not None:
            evidence.append(
                file.evidence(EvidenceRole.CONTEXT, comment.first_line, comment.last_line)
            )
        evidence.extend(_asserted(function, uses))
        return file.observation(
            RULE,
            Verdict.FOUND,
            read.at,
            function.qualname,
            f"reads {name} at {read.at.lineno} before the wait at {wait.at.lineno}, and asserts on"
            f" it at {lines} without reading it again",
            evidence=tuple(evidence),
            trace=(
                file.step(read.at, f"{name} is read"),
                file.step(wait.at, f"waits for {_what(function, site.site)}"),
                file.step(first.at, "the value from before the wait is asserted on"),
            ),
            confidence=Confidence.LOW if comment is None else Confidence.HIGH,
        )

    def _before_read(self, site: Wait, function: FunctionFacts) -> Observation | None:
        """A wait whose result is dropped, and what is read of its object after it."""
        words = wait_words()
        wait = site.site.op
        for later in sorted(function.calls, key=_place):
            if later.op.at.lineno <= wait.at.lineno:
                continue
            is_later_wait = is_wait(function, later.op, words)
            if not (is_later_wait or is_read(function, later.op, words)):
                continue
            name = bound_name(function, later.op)
            subjects = argument_names(function, later.op) | {name}
            if not subjects & site.names:
                continue
            uses = uses_of(function, later, name, site.checked)
            if uses:
                state = _state(function, later)
                text = (
                    f"waits for {_what(function, site.site)} before reading {state} at"
                    f" {later.op.at.lineno}"
                )
                return self._handled(site, function, text, uses, later.op.at.lineno)
        if last_part(function, wait) in words.join:
            after = [each for each in site.checked if each.line > wait.at.lineno]
            if after and JOINED.stops(function.file, wait.at.lineno):
                text = f"waits for {_what(function, site.site)} before the assertion at"
                return self._handled(site, function, f"{text} {after[0].line}", [], after[0].line)
        return None

    def _handled(
        self, site: Wait, function: FunctionFacts, text: str, uses: list[Use], read: int
    ) -> Observation:
        file = function.file
        at = site.site.op.at
        evidence = [file.evidence(EvidenceRole.GUARD, at.lineno, at.end_lineno or at.lineno)]
        comment = _comment_before(function, at.lineno)
        if comment is not None:
            evidence.append(
                file.evidence(EvidenceRole.CONTEXT, comment.first_line, comment.last_line)
            )
        if read:
            evidence.append(file.evidence(EvidenceRole.CONTEXT, read, read))
        evidence.extend(_asserted(function, uses))
        return file.observation(
            RULE, Verdict.HANDLED, at, function.qualname, text, evidence=tuple(evidence)
        )

    def _plain(self, site: Wait, function: FunctionFacts) -> Observation:
        """A wait that no assertion depends on."""
        file = function.file
        wait = site.site.op
        name = last_part(function, wait)
        later = any(each.line > wait.at.lineno for each in site.checked)
        hidden = later and not wait.args and not _tells(name) and _inherited(function, wait)
        if hidden and NOT_IN_VIEW.stops(file, wait.at.lineno):
            return file.observation(
                RULE,
                Verdict.UNSEEN,
                wait.at,
                function.qualname,
                f"what {name}() waits for is not in view",
                missing=(name,),
                remedy="review the file that defines it as well: assay review .",
            )
        return self._clean(site, function, "no assertion depends on the wait")

    def _clean(self, site: Wait, function: FunctionFacts, text: str) -> Observation:
        return function.file.observation(
            RULE, Verdict.CLEAN, site.site.op.at, function.qualname, text
        )


def _asserted(function: FunctionFacts, uses: list[Use]) -> list[Evidence]:
    return [
        function.file.evidence(EvidenceRole.CONTEXT, use.assertion.line, use.assertion.end_line)
        for use in uses
    ]


def _place(site: CallSite) -> tuple[int, int]:
    return (site.op.at.lineno, site.op.at.col_offset)


def _previous(site: CallSite, function: FunctionFacts) -> CallSite | None:
    """The call whose statement stands right above, in the same block of the graph."""
    best: CallSite | None = None
    for other in function.calls:
        if (
            other.block == site.block
            and other.index < site.index
            and (other.op.at.end_lineno or other.op.at.lineno) < site.op.at.lineno
            and bound_name(function, other.op)
        ):
            best = other
    between = best is not None and bool(calls_between(function, best.op, site.op))
    if between and CALLS_BETWEEN.stops(function.file, site.op.at.lineno):
        return None
    return best


def _waited_before(site: Wait, function: FunctionFacts) -> int:
    """The line of an earlier wait on the same object, which tells of the order; 0 for none."""
    for other in site.waits:
        if (
            other.op.at.lineno < site.site.op.at.lineno
            and not bound_name(function, other.op)
            and argument_names(function, other.op) & (site.names | {site.bound})
        ):
            return other.op.at.lineno
    return 0


def _read_again(function: FunctionFacts, wait: CallSite, name: str, assertion: Assertion) -> bool:
    """Whether a method of the object is called between the wait and the assertion."""
    return any(
        wait.op.at.lineno < site.op.at.lineno <= assertion.line
        and function.spelled(site.op.callee).startswith(f"{name}.")
        and not is_assertion(last_part(function, site.op))
        and name_parts(last_part(function, site.op))[:1] != ("get",)
        for site in function.calls
    )


def _comment_before(function: FunctionFacts, line: int) -> CommentBlock | None:
    """The comment within a few lines above that speaks of an order in time."""
    for block in function.file.source.comment_blocks:
        if line - _NEAR <= block.last_line < line and _RACE.search(block.text):
            return block
    return None


def _mentions(function: FunctionFacts, site: CallSite, noun: str) -> bool:
    """Whether a wait's name, variables or literals have a word; plurals are no other word."""
    said = [
        last_part(function, site.op),
        *literals(function, site.op),
        *sorted(argument_names(function, site.op)),
        bound_name(function, site.op),
    ]
    return any(part.startswith(noun[:_STEM]) for text in said for part in name_parts(text))


def _tells(name: str) -> bool:
    words = wait_words()
    return any(part not in words.plain for part in name_parts(name))


def _inherited(function: FunctionFacts, wait: Call) -> bool:
    """Whether a call is of a method of the object's own class that this file does not define."""
    callee = function.definitions[wait.callee]
    if not isinstance(callee, Attr):
        return False
    owner = function.definitions[callee.owner]
    return (
        isinstance(owner, Load)
        and owner.name == "self"
        and all(attribute_name(other) != callee.name for other in function.file.functions)
    )


def _what(function: FunctionFacts, site: CallSite) -> str:
    """What a wait is for, in the words of its name and its literals."""
    words = wait_words()
    name = last_part(function, site.op)
    if name in words.join:
        owner = function.spelled(site.op.callee).rpartition(".")[0]
        return owner if owner and not function.callee(site.op) else f"{name}()"
    said = " ".join(part for part in name_parts(name) if part not in words.plain)
    values = [repr(value) for value in literals(function, site.op)]
    return " ".join([*([said] if said else []), *values]) or f"{name}()"


def _state(function: FunctionFacts, site: CallSite) -> str:
    """What a read gives, in one word or two."""
    values = literals(function, site.op)
    if is_wait(function, site.op, wait_words()) and values:
        return values[-1]
    return bound_name(function, site.op) or f"{last_part(function, site.op)}()"


CHECKER: Final = WaitOrder()

"""CWE-459: a known defect is pinned: the right assertion is commented out, or the wrong one live.

A comment that says "this is bug 12345", the assertion of the right behaviour commented out below
it, and live assertions of what the bug does: the defect is known, it is still there, and the test
passes because of it. Nothing fails when somebody relies on the wrong behaviour, and nothing says
when the defect is gone. This is how incomplete clean-up lives on for years with a green test suite.

Weak:

    # FIXME: bug 12345, the lock file is left behind when the import fails
    # assert not lock.exists()
    assert lock.exists()

Guarded (the pin is checked by the machine: the test fails when the defect is mended):

    @pytest.mark.xfail(reason="bug 12345", strict=True)
    def test_lock_is_removed():
        assert not lock.exists()

What it examines: comments with FIXME, TODO, XXX, HACK or BUG, comments with commented-out
assertions under a reference to a defect, and tests that are skipped or expected to fail.

What it says:

- `found`: the note names a defect or says that what happens is wrong, and the assertion of the
  right behaviour is commented out next to it, or the assertions right below the note assert the
  wrong one; a test that is skipped for a named defect; code that a reference holds back;
  a FIXME, XXX, HACK or BUG outside of tests that admits a security weakness (informational).
- `handled`: `xfail` or `expectedFailure` with a reference: the pin fails when the defect is mended.
- `unseen`: a note names a defect above live assertions and does not tell what is from what ought
  to be, so whether they assert the defect or its absence depends on the defect's state.
- `clean`: every other note. A plain TODO is work to do and no weakness.

How to fix: mend the defect and assert the right behaviour; until then write the right assertion and
mark the test as expected to fail, with the reference as the reason.

Known limits: whether an assertion is the wrong one is what the note says of it, not something that
is computed. The assertions that follow the note are taken as part of the pin, up to the end of the
function or to a paragraph that opens with a comment of its own.

References: CWE-459 Incomplete Cleanup; CWE-546 Suspicious Comment.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers._notes import (
    CONTRAST,
    HELD_BACK,
    SECURITY,
    CodeRun,
    code_runs,
    is_assertion,
    marker_of,
    may_assert,
    may_mark,
    reference_of,
    says_plainly_wrong,
    says_wrong,
)
from assay.checkers.base import FileChecker
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts
from assay.program.silence import excused, not_a_site, not_known
from assay.source.comments import Comment, CommentBlock
from assay.source.roles import Role, dotted
from assay.source.span import Span

RULE: Final = Rule(
    id="pinned-defect",
    cwe=459,
    related=(546,),
    title="Pinned known defect",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="notes and skipped tests",
    summary="A known defect is left in place: the right assertion is commented out or the wrong "
    "behaviour is asserted",
    explanation=__doc__ or "",
)

_NEAR: Final = 3
"""Lines after a note within which the next statement is still what the note speaks of."""

NO_REFERENCE: Final = not_a_site(
    "pin.no-reference", "assertions are commented out, and the comment names no defect", RULE.id
)
CODE_BELOW: Final = not_a_site(
    "pin.code-below", "code is commented out more than 3 lines below the note", RULE.id
)
NO_DEFECT: Final = excused(
    "pin.no-defect",
    "an assertion is commented out, and the note names no defect and calls nothing wrong",
    RULE.id,
)
CALLS_NOTHING_WRONG: Final = excused(
    "pin.calls-nothing-wrong",
    "a note above live assertions names a defect and calls nothing wrong",
    RULE.id,
)
OUTSIDE_TESTS: Final = excused(
    "pin.outside-tests", "the assertions below the note are those of no test", RULE.id
)
A_PLAN: Final = excused(
    "pin.a-plan", "the note says what is to be done, and no assertion follows at once", RULE.id
)
OTHER_PARAGRAPH: Final = excused(
    "pin.other-paragraph", "the assertions below the note stand in another paragraph", RULE.id
)
NOT_SAID: Final = not_known(
    "pin.not-said", "the note does not tell what is from what ought to be", RULE.id
)
NOT_HELD_BACK: Final = excused(
    "pin.not-held-back",
    "code is commented out beside the name of a defect, and the note does not say until when",
    RULE.id,
)
ADMITTED_IN_A_TEST: Final = excused(
    "pin.admitted-in-a-test", "the note admits a weakness of a test", RULE.id
)
ADMITTED_AS_A_PLAN: Final = excused(
    "pin.admitted-as-a-plan", "the note admits a weakness as something to be done", RULE.id
)
SKIPPED_WITHOUT_DEFECT: Final = excused(
    "pin.skipped-without-defect", "the reason for which a test is off names no defect", RULE.id
)
EXPECTED_TO_FAIL: Final = excused(
    "pin.expected-to-fail", "the test is expected to fail, which tells when it is mended", RULE.id
)

_EXPECTED_FAILURES: Final = frozenset({"pytest.mark.xfail", "unittest.expectedFailure"})
_SKIPS: Final = frozenset({"pytest.mark.skip", "unittest.skip", "testtools.skip"})


@final
class Note:
    """Comments that belong together from one marker on; `code` counts from `first_line`."""

    __slots__ = ("code", "comments", "marker", "start")

    def __init__(
        self, marker: str, comments: tuple[Comment, ...], start: int, code: list[CodeRun]
    ) -> None:
        self.marker: Final = marker  # "" when the comment only names a defect
        self.comments: Final = comments  # those of the whole block, where runs of code lie
        self.start: Final = start  # index of the note's own first comment
        self.code: Final = code

    @property
    def line(self) -> int:
        return self.comments[self.start].line

    @property
    def last_line(self) -> int:
        return self.comments[-1].line

    @property
    def text(self) -> str:
        """What the note says, without its code, on one line."""
        coded = {index for run in self.code for index in range(run.first, run.last + 1)}
        return " ".join(
            comment.text.lstrip("#").strip()
            for index, comment in enumerate(self.comments)
            if index >= self.start and index not in coded
        )


def _where(note: Note, facts: FileFacts) -> Span:
    """From the marker's comment to the end of the note."""
    first, last = note.comments[note.start], note.comments[-1]
    start = facts.source.lines[first.line - 1][: first.column]
    end = facts.source.lines[last.line - 1]
    return Span(first.line, len(start.encode()), last.line, len(end.encode()))


@final
class Decorated:
    """A test or a class of tests under a decorator that skips it or expects it to fail."""

    __slots__ = ("decorator", "function", "name", "reason")

    def __init__(self, decorator: ast.expr, name: str, reason: str, function: str) -> None:
        self.decorator: Final = decorator
        self.name: Final = name
        self.reason: Final = reason
        self.function: Final = function


PinSite: TypeAlias = Note | Decorated


@final
class PinnedDefect(FileChecker[PinSite]):
    """Notes about defects with the code next to them, and tests that are switched off."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterator[PinSite]:
        yield from _notes(facts)
        yield from _decorated(facts)

    def judge(self, site: PinSite, facts: FileFacts) -> Observation:
        if isinstance(site, Note):
            return _judge_note(site, facts)
        return _judge_decorated(site, facts)


# Notes


def _notes(facts: FileFacts) -> Iterator[Note]:
    if not may_mark(facts.source.text) and not may_assert(facts.source.text):
        return
    blocks = facts.source.comment_blocks
    for index, block in enumerate(blocks):
        said = [comment.text.lstrip("#") for comment in block.comments]
        together = " ".join(said)
        starts: list[int] = []
        if may_mark(together):
            starts = [number for number, line in enumerate(said) if marker_of(line)]
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if not starts:  # then assertions that are commented out make a note
            asserts = may_assert(together) or (following is not None and may_assert(following.text))
            if not asserts or (
                not reference_of(together) and NO_REFERENCE.stops(facts, block.first_line)
            ):
                continue
        comments, lines = block.comments, block.lines
        if following is not None and _is_code_below(block, following, facts):
            comments, lines = comments + following.comments, lines + following.lines
        runs = code_runs(lines)
        starts = [
            number for number in starts if not any(run.first <= number <= run.last for run in runs)
        ]
        if starts:
            yield from _split(comments, starts, runs, said)
        elif any(run.asserts for run in runs):
            yield Note("", comments, 0, runs)
    for comment in facts.source.comments:
        if not comment.own_line:
            marker = marker_of(comment.text.lstrip("#"))
            if marker:
                yield Note(marker, (comment,), 0, [])


def _is_code_below(block: CommentBlock, following: CommentBlock, facts: FileFacts) -> bool:
    """Whether the next comments stand below blank lines alone, and begin with code."""
    between = facts.source.lines[block.last_line : following.first_line - 1]
    if following.column != block.column or any(line.strip() for line in between):
        return False
    runs = code_runs(following.lines)
    if not runs or runs[0].first != 0:
        return False
    return len(between) <= _NEAR or not CODE_BELOW.stops(facts, block.first_line)


def _split(
    comments: tuple[Comment, ...], starts: list[int], runs: list[CodeRun], said: list[str]
) -> Iterator[Note]:
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(comments)
        # code above the first note of a block belongs to it: `# check(x)`, `# FIXME: bug 12`
        begin = start if position else 0
        own = [
            CodeRun(run.first - begin, run.last - begin, run.asserts)
            for run in runs
            if begin <= run.first and run.last < end
        ]
        yield Note(marker_of(said[start]), comments[begin:end], start - begin, own)


def _judge_note(note: Note, facts: FileFacts) -> Observation:
    text = note.text
    reference = reference_of(text)
    called = note.marker or "comment"
    wrong = says_wrong(text, reference)
    in_test = facts.source.role is Role.TEST
    disabled = [run for run in note.code if run.asserts]
    if disabled and (
        _is_defect(note.marker, reference, text, wrong) or not NO_DEFECT.stops(facts, note.line)
    ):
        live = _assertions_after(note, facts, bool(reference))
        return _pinned(note, facts, disabled, live, reference, called, wrong)
    live = _spoken_of(note, facts, bool(wrong), in_test) if reference and note.marker else []
    if live:
        if not CONTRAST.search(text) and NOT_SAID.stops(facts, note.line):
            return _undecided(note, facts, live, reference)
        return _pinned(note, facts, [], live, reference, called, wrong)
    if (
        note.code
        and reference
        and (HELD_BACK.search(text) is not None or not NOT_HELD_BACK.stops(facts, note.line))
    ):
        lines = _spans([_lines(note, run) for run in note.code])
        return facts.observation(
            RULE,
            Verdict.FOUND,
            _where(note, facts),
            facts.enclosing(note.line).qualname,
            f"code held back: commented out at {lines} for {reference}",
            evidence=tuple(
                facts.evidence(EvidenceRole.MISSING, *_lines(note, run)) for run in note.code
            ),
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
        )
    admitted = SECURITY.search(text)
    if (
        admitted is not None
        and note.marker
        and not (note.marker == "TODO" and ADMITTED_AS_A_PLAN.stops(facts, note.line))
        and not (in_test and ADMITTED_IN_A_TEST.stops(facts, note.line))
    ):
        return facts.observation(
            RULE,
            Verdict.FOUND,
            _where(note, facts),
            facts.enclosing(note.line).qualname,
            f"{note.marker} admits a weakness in live code: {admitted.group().lower()}",
            severity=Severity.INFO,
            confidence=Confidence.LOW,
        )
    said = f"{called} names {reference}" if reference else f"{called} names no defect"
    return facts.observation(
        RULE,
        Verdict.CLEAN,
        _where(note, facts),
        facts.enclosing(note.line).qualname,
        f"{said}, and no code is held back next to it",
    )


def _spoken_of(note: Note, facts: FileFacts, wrong: bool, in_test: bool) -> list[tuple[int, int]]:
    """The lines of the live assertions that a note about a defect calls wrong; none if it does not.

    A test may say so of every assertion right below; a plan speaks of what follows at once.
    """
    asked = (wrong and in_test) or facts.module.program.account is not None
    live = _assertions_after(note, facts, False) if asked else []
    if not live:
        return live
    if not in_test and OUTSIDE_TESTS.stops(facts, note.line):
        return []
    if not wrong and CALLS_NOTHING_WRONG.stops(facts, note.line):
        return []
    planned = note.marker == "TODO" and not _follows(note, live[0], facts)
    return [] if planned and A_PLAN.stops(facts, note.line) else live


def _undecided(
    note: Note, facts: FileFacts, live: list[tuple[int, int]], reference: str
) -> Observation:
    """A note about a defect above live assertions, without a word on which of the two is right."""
    return facts.observation(
        RULE,
        Verdict.UNSEEN,
        _where(note, facts),
        facts.enclosing(note.line).qualname,
        f"{note.marker} names {reference} above the assertions at {_spans(live)}; "
        "whether they assert the defect or its absence is not said",
        evidence=tuple(facts.evidence(EvidenceRole.CONTEXT, *lines) for lines in live),
        missing=(f"the state of {reference}",),
        remedy=f"look {reference} up; where it is mended, the note can go",
    )


def _is_defect(marker: str, reference: str, text: str, wrong: bool) -> bool:
    """Whether a note with a commented-out assertion speaks of a defect, not of a plan."""
    if not marker:
        return bool(reference) and wrong
    return bool(reference) or (says_plainly_wrong(text) if marker == "TODO" else wrong)


def _pinned(
    note: Note,
    facts: FileFacts,
    disabled: list[CodeRun],
    live: list[tuple[int, int]],
    reference: str,
    called: str,
    wrong: bool,
) -> Observation:
    off = [_lines(note, run) for run in disabled]
    what = reference or "wrong"
    parts: list[str] = []
    if off:
        parts.append(f"assertion commented out at {_spans(off)}")
    if live:
        many = len(live) > 1 or live[0][0] != live[0][1]
        parts.append(f"{_spans(live)} assert{'' if many else 's'} what {called} calls {what}")
    else:
        parts.append(f"{called} names {reference}" if reference else f"{called} calls it wrong")
    evidence = (
        *(facts.evidence(EvidenceRole.MISSING, first, last) for first, last in off),
        *(facts.evidence(EvidenceRole.CONTEXT, first, last) for first, last in live),
    )
    own_last = min((first for first, _ in off if first > note.line), default=note.last_line + 1) - 1
    site: Evidence = facts.evidence(EvidenceRole.SITE, note.line, own_last)
    sure = bool(reference and off and (live or wrong))
    return facts.observation(
        RULE,
        Verdict.FOUND,
        _where(note, facts),
        facts.enclosing(note.line).qualname,
        f"known defect pinned: {', '.join(parts)}",
        evidence=(site, *evidence),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        severity=Severity.MEDIUM if reference else Severity.LOW,
    )


def _lines(note: Note, run: CodeRun) -> tuple[int, int]:
    return note.comments[run.first].line, note.comments[run.last].line


def _spans(lines: list[tuple[int, int]]) -> str:
    """`75-76, 79` of line ranges in order; ranges that touch are one."""
    merged: list[tuple[int, int]] = []
    for first, last in lines:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in merged)


def _assertions_after(note: Note, facts: FileFacts, far: bool) -> list[tuple[int, int]]:
    """First and last lines of the assertions that a note speaks of.

    They stand between the note and the end of its function, or a paragraph that opens with a
    comment of its own; unless `far`, in the paragraph right below the note.
    """
    found = _assertions_below(note, facts)
    lines = facts.source.lines
    kept: list[tuple[int, int]] = []
    line = note.last_line
    for first, last in found:
        for number in range(line + 1, first):
            blank = not lines[number - 1].strip()
            topic = blank and lines[number].lstrip().startswith("#")
            if blank and (topic or not far) and kept and OTHER_PARAGRAPH.stops(facts, note.line):
                return kept
        if (
            not kept
            and not far
            and any(not each.strip() for each in lines[line:first])
            and OTHER_PARAGRAPH.stops(facts, note.line)
        ):
            return kept
        kept.append((first, last))
        line = last
    return kept


def _assertions_below(note: Note, facts: FileFacts) -> list[tuple[int, int]]:
    node = facts.enclosing(note.line).ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    found: list[tuple[int, int]] = []
    pending: list[ast.stmt] = list(reversed(node.body))
    while pending:
        statement = pending.pop()
        last = statement.end_lineno or statement.lineno
        if last <= note.last_line:
            continue
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if statement.lineno > note.last_line and is_assertion(statement):
            inside = isinstance(statement, (ast.With, ast.AsyncWith))
            found.append((statement.lineno, statement.lineno if inside else last))
        pending += reversed(_inner(statement))
    return found


def _inner(statement: ast.stmt) -> list[ast.stmt]:
    """The statements directly below a compound statement."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return statement.body
    if isinstance(statement, (ast.If, ast.For, ast.AsyncFor, ast.While)):
        return statement.body + statement.orelse
    if isinstance(statement, (ast.Try, ast.TryStar)):
        handlers = [inner for handler in statement.handlers for inner in handler.body]
        return statement.body + handlers + statement.orelse + statement.finalbody
    return []


def _follows(note: Note, assertion: tuple[int, int], facts: FileFacts) -> bool:
    """Whether an assertion is what the note speaks of: nothing else stands between them."""
    first = note.last_line + 1
    if assertion[0] - note.last_line > _NEAR:
        return False
    return all(
        not line.strip() or line.lstrip().startswith("#")
        for line in facts.source.lines[first - 1 : assertion[0] - 1]
    )


# Decorators


def _decorated(facts: FileFacts) -> Iterator[Decorated]:
    for function in facts.functions:
        node = function.ir.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for decorator in node.decorator_list:
            name = _resolved(dotted(decorator), facts)
            if name in _EXPECTED_FAILURES or name in _SKIPS:
                yield Decorated(decorator, name, _reason(decorator, facts), function.qualname)


def _resolved(name: str, facts: FileFacts) -> str:
    root, dot, rest = name.partition(".")
    target = facts.names.resolve(root)
    return f"{target or root}{dot}{rest}"


def _reason(decorator: ast.expr, facts: FileFacts) -> str:
    """The texts in a decorator and the comments at it and right above it."""
    texts = [
        node.value
        for node in ast.walk(decorator)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    last = decorator.end_lineno or decorator.lineno
    texts += [
        block.text
        for block in facts.source.comment_blocks
        if block.last_line == decorator.lineno - 1
    ]
    texts += [
        comment.text
        for comment in facts.source.comments
        if decorator.lineno <= comment.line <= last and not comment.own_line
    ]
    return " ".join(texts)


def _judge_decorated(site: Decorated, facts: FileFacts) -> Observation:
    reference = reference_of(site.reason)
    line = site.decorator.lineno
    last = site.decorator.end_lineno or line
    short = site.name.rpartition(".")[2]
    if not reference and SKIPPED_WITHOUT_DEFECT.stops(facts, line):
        message = f"{short} names no defect"
        return facts.observation(RULE, Verdict.CLEAN, site.decorator, site.function, message)
    if site.name in _EXPECTED_FAILURES and EXPECTED_TO_FAIL.stops(facts, line):
        return facts.observation(
            RULE,
            Verdict.HANDLED,
            site.decorator,
            site.function,
            f"expected to fail for {reference}, which tells when it is mended",
            evidence=(
                facts.evidence(EvidenceRole.SITE, line, last),
                facts.evidence(EvidenceRole.GUARD, line, last),
            ),
        )
    return facts.observation(
        RULE,
        Verdict.FOUND,
        site.decorator,
        site.function,
        f"test skipped for {reference or 'no named defect'}, so nothing tells when it is mended",
        severity=Severity.LOW,
        confidence=Confidence.LOW,
    )


CHECKER: Final = PinnedDefect()

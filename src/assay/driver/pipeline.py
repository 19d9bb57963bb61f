"""One file through all layers: read, describe, lower, check, fold.

Invariant: `review_file` returns for every file. What goes wrong in a layer becomes a hole in the
ledger that names the pass and a command that replays it; the rules that could not look are unseen.

    review_file(parse_text("a.py", "x = 1"), all_checkers(), detail).head.parsed
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final

from assay.checkers._suppressions import silence, until_days
from assay.checkers.base import Checker
from assay.driver.grounds import DAY, EXPIRED
from assay.driver.redacting import Redacting
from assay.driver.timer import OverBudgetError, time_limit
from assay.frozen import frozen, replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Verdict
from assay.ledger.reason import BINARY, BUDGET, INTERNAL_ERROR, SYNTAX, UNREADABLE, word
from assay.lowering.module import deep_recursion
from assay.models.outside import OutsideData
from assay.program.program import Program
from assay.program.unresolved import unresolved_calls
from assay.review.line_hash import line_hashes
from assay.review.review import Cell, Fact, FileHead, FileReview
from assay.review.verdicts import review_of_file
from assay.source.door import Door
from assay.source.entry import MISSING
from assay.source.file import REFUSED, Parsed, SourceFile, digest_of
from assay.source.redaction import without_secrets
from assay.source.roles import Role

if TYPE_CHECKING:
    from assay.program.modules import Module
    from assay.program.silence import Account

MOST_LINES: Final = 500_000
"""A program that holds more lines is given up after a file, and read again as far as it is needed:
some 4 KB of memory stand behind a line."""

_WHOLE: Final = "the whole file"
_SYNTAX_REMEDY: Final = "correct the syntax of the lines that could not be read"


@frozen
class Detail:
    """How much of a file's review is kept, and how long it may take.

    `seconds` is the limit of time for one file, 0 for none. `debug` prints the traceback of an
    internal error to stderr. `outside` is what counts as outside data. `suppressions` says whether
    comments may accept findings, `foreign` whether those for other tools may, too; `day` is the day
    that decides which have expired, "" for that of the clock.
    """

    keep_clean: bool
    line_hashes: bool
    seconds: int
    debug: bool
    outside: OutsideData = OutsideData()
    suppressions: bool = True
    foreign: bool = True
    day: str = ""


def review_file(source: SourceFile, checkers: Sequence[Checker], detail: Detail) -> FileReview:
    """The review of one text with nothing round it."""
    return review_module(Program(None, detail.outside).add(source, ""), checkers, detail)


def review_module(module: Module, checkers: Sequence[Checker], detail: Detail) -> FileReview:
    """The review of one module of a program."""
    source = module.source
    if detail.day:
        module.program.day = detail.day
    work = _Work(module, sorted(checkers, key=_closes), detail)
    try:
        with deep_recursion(), time_limit(detail.seconds):
            _judge(work)
    except OverBudgetError:
        reason = f"{BUDGET}: more than {detail.seconds} s, stopped in {work.doing}"
        remedy = "raise the limit of time: --config file-seconds=N"
        rules = tuple(work.waiting)
        work.ledger.unseen.append(Unseen(source.path, 0, _WHOLE, reason, remedy, rules))
    redacting = Redacting(module)
    redacting.ledger(work.ledger)
    work.ledger.unseen[:] = [_steady(hole) for hole in work.ledger.unseen]
    if detail.debug:
        for text in work.ledger.tracebacks:
            sys.stderr.write(text)
    observations = [
        each
        for each in work.ledger.observations
        if detail.keep_clean or each.verdict is not Verdict.CLEAN
    ]
    hashed = {each.line for each in observations} if detail.line_hashes else set()
    cells: dict[int, Cell] = {}
    for each in observations:
        place = source.cell_of(each.line)
        if place is not None:
            cells[each.line] = Cell(*place)
    return review_of_file(
        _redacted_head(work.head, redacting, _digest(source)),
        work.ledger,
        [checker.rule for checker in checkers],
        line_hashes(source.shown, hashed) if hashed else {},
        cells,
        detail.keep_clean,
    )


@frozen
class Answer:
    """The review of a file and what it rested on; no grounds when it is not worth keeping."""

    review: FileReview
    grounds: tuple[tuple[str, str, str], ...]


@final
class Reviewer:
    """Reviews files of the disk, one after the other, as parts of one program."""

    def __init__(
        self,
        door: Door,
        checkers: Sequence[Checker],
        detail: Detail,
        account: Account | None = None,
    ) -> None:
        self._door: Final = door
        self._checkers: Final = checkers
        self._detail: Final = detail
        self._account: Final = account
        self._program = Program(door, detail.outside, account)
        self._lines = 0  # reviewed since the program was begun

    def review(self, place: str, reported: str) -> Answer:
        """The review of one file, by its place and by what reports call it."""
        answer, goes_on = self._review(place, reported)
        if not goes_on:
            self._program = Program(self._door, self._detail.outside, self._account)
            self._lines = 0
            gc.collect()  # a program is full of circles, and the collector is off
        return answer

    def _review(self, place: str, reported: str) -> tuple[Answer, bool]:
        """The answer, and whether the program is kept for the next file."""
        program = self._program
        program.uses.bits = 0
        module = program.open(place, reported)
        review = review_module(module, self._checkers, self._detail)
        bits = program.uses.bits | module.bit
        # A function over its budget of steps is that in every run; a file over its time is not.
        stopped = any(
            word(hole.reason) == INTERNAL_ERROR
            or (word(hole.reason) == BUDGET and hole.name == _WHOLE)
            for hole in review.unseen
        )
        if stopped:
            return Answer(review, ()), False  # what was stopped half-way is not kept
        grounds = (*program.grounds(bits), *_days(module))
        if module.source.role is Role.TEST:
            program.forget(module)  # hardly any file asks for what is in a test
        self._lines += len(module.source.lines)
        # Files that all lead to the same large part of a project would have it read for each anew.
        is_spent = program.lines > MOST_LINES and self._lines > MOST_LINES // 2
        return Answer(review, grounds), not is_spent


def _days(module: Module) -> list[tuple[str, str, str]]:
    """The grounds of a review with comments that hold for a time: which of them have expired."""
    if module.source.parsed is Parsed.NOT:
        return []
    day = module.program.day
    return [(DAY, until, EXPIRED * (day > until)) for until in until_days(module.source)]


def lost_file(path: str, reason: str, remedy: str, checkers: Sequence[Checker]) -> FileReview:
    """The review of a file that could not be reviewed at all."""
    reason = without_secrets(reason)
    ledger = Ledger(path, [], [Unseen(path, 0, _WHOLE, reason, remedy, ())])
    rules = [checker.rule for checker in checkers]
    return review_of_file(_bare_head(path, reason), ledger, rules, {}, {}, False)


def replay(path: str) -> str:
    """The command that shows an internal error again, with its traceback."""
    return f"assay review --debug {path}"


@final
class _Work:
    """How far the review of a file is; whatever stops it leaves this in a state to report."""

    def __init__(self, module: Module, checkers: Sequence[Checker], detail: Detail) -> None:
        source = module.source
        self.module: Final = module
        self.source: Final = source
        self.checkers: Final = checkers
        self.ledger: Final = Ledger(source.path, [], _holes(source), keep_clean=detail.keep_clean)
        self.head = _bare_head(source.path, source.problem)
        self.doing = "describing"
        self.waiting = [checker.rule.id for checker in checkers]
        self.suppressions: Final = detail.suppressions
        self.foreign: Final = detail.foreign


def _judge(work: _Work) -> None:
    """Writes everything that the checkers say into the ledger."""
    source = work.source
    try:
        description = work.module.description
        work.head = FileHead(
            path=source.path,
            role=source.role.value,
            lines=len(source.lines),
            parsed=source.parsed,
            problem=source.problem,
            kind=description.kind,
            project=description.project,
            summary=description.summary,
            facts=tuple(Fact(fact.text, fact.line) for fact in description.facts),
            calls=0,
            inner="" if source.inner == source.path else source.inner,
        )
        if source.parsed is Parsed.NOT:
            return
        work.doing = "lowering"
        facts = work.module.facts
        work.head = replace(work.head, calls=facts.count_calls())
        program = work.module.program
        unresolved = sum(1 for _ in unresolved_calls(program, facts))
        work.head = replace(work.head, unresolved=unresolved)
    except Exception as error:  # one file must not end the run
        _internal_error(work, error, ())
        return
    for checker in work.checkers:
        work.doing = checker.rule.id
        try:
            checker.review(facts, work.ledger)
            work.ledger.judged.add(checker.rule.id)
        except Exception as error:  # one checker must not end the others
            _internal_error(work, error, (checker.rule.id,))
        work.waiting.pop(0)
    if work.suppressions:
        work.doing = "what comments accept"
        try:
            silence(facts, work.ledger, work.foreign)
        except Exception as error:  # then nothing is accepted
            _internal_error(work, error, ())


def _closes(checker: Checker) -> bool:
    return checker.closes


def _internal_error(work: _Work, error: Exception, rules: tuple[str, ...]) -> None:
    import traceback

    path = work.source.path
    work.ledger.tracebacks.append(traceback.format_exc())
    reason = f"{INTERNAL_ERROR}: {type(error).__name__} in {work.doing}: {error}"
    work.ledger.unseen.append(Unseen(path, 0, _WHOLE, reason, replay(path), rules))


def _steady(hole: Unseen) -> Unseen:
    """The hole without addresses of objects, which differ from run to run."""
    if word(hole.reason) != INTERNAL_ERROR or "0x" not in hole.reason:
        return hole
    return replace(hole, reason=re.sub(r"0x[0-9a-fA-F]+", "0x...", hole.reason))


def _holes(source: SourceFile) -> list[Unseen]:
    """What did not reach the tree."""
    path = source.path
    if source.parsed is Parsed.WHOLE:
        return []
    if source.parsed is Parsed.NOT:
        return [Unseen(path, 0, _WHOLE, _why_not(source), "", ())]
    holes: list[Unseen] = []
    for region in source.lost:
        one = region.first_line == region.last_line
        name = (
            f"line {region.first_line}" if one else f"lines {region.first_line}-{region.last_line}"
        )
        reason = f"{SYNTAX}: {region.reason}" if region.reason else SYNTAX
        holes.append(Unseen(path, region.first_line, name, reason, _SYNTAX_REMEDY, ()))
    if not holes:
        reason = f"{UNREADABLE}: {source.problem}"
        holes.append(Unseen(path, 0, "some of the text", reason, "save the file as UTF-8", ()))
    return holes


def _why_not(source: SourceFile) -> str:
    problem = source.problem
    if source.digest.startswith(REFUSED) or problem == MISSING:
        return f"{UNREADABLE}: {problem}"
    if problem.startswith("not text"):
        return f"{BINARY}: {problem}"
    if problem.startswith("larger than"):
        return f"{BUDGET}: {problem}"
    return f"{SYNTAX}: {problem}" if problem else SYNTAX


def _digest(source: SourceFile) -> str:
    """What tells the text of a file apart, with nothing in it that is not shown."""
    if source.parsed is Parsed.NOT:
        return ""
    return digest_of(source.shown.encode("utf-8", "surrogatepass"))


def _redacted_head(head: FileHead, redacting: Redacting, digest: str) -> FileHead:
    """The head without secrets: it quotes docstrings, and what literals a test looks for."""
    return replace(
        head,
        problem=redacting.text(head.problem),
        kind=redacting.text(head.kind),
        summary=redacting.text(head.summary),
        facts=tuple([replace(fact, text=redacting.text(fact.text)) for fact in head.facts]),
        digest=digest,
    )


def _bare_head(path: str, problem: str) -> FileHead:
    return FileHead(path, "library", 0, Parsed.NOT, problem, "", "", "", (), 0)

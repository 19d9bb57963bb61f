"""CWE-390: an error is caught, and the program goes on as if nothing had happened.

An `except` clause that does nothing hides the failure from everybody: the caller takes an
operation for done that was not, the operator finds no line in the log, and the next step works on
values that were never set.

Weak:

    try:
        store.delete_key(volume.key_id)
        quota = store.usage(volume)
    except Exception:
        pass
    commit(quota)

Guarded:

    try:
        store.delete_key(volume.key_id)
        quota = store.usage(volume)
    except StoreError:
        LOG.exception("key of %s is not deleted", volume.id)
        raise

The site is every `except` clause. Its word rests on the ways out of the clause, on what it does
on them, and on what the guarded code may raise:

- `found`: a clause for every error does nothing at all with it, and the guarded code is more than
  clean-up; or a variable that only the guarded code assigns is read behind the clause, whatever
  its type. The trace shows the read.
  The same holds for a clause that acts on some values of `errno` and lets every other one fall
  through, and for one that drops an error which the guarded code itself raises, as one of a more
  special kind than the clause names (`raise NotImplementedError` under `except RuntimeError`).
- `handled`: the swallowed error is an expected one and named (`except FileNotFoundError: pass`
  round an unlink), or the guarded code only gives things back, or a comment in the clause says
  why, or the error is logged.
- `clean`: the clause raises on every way, or something takes the place of the failed result: what
  the clause computes, what was there before, or what follows a `return` that was only tried.

How much a clause takes is another question: a bare `except` that also swallows
KeyboardInterrupt is told by `broad-exception` (CWE-396), and then not here as well, so one clause
is at most one finding.

How to fix: name the error that is expected, log what is not, and raise when what follows depends
on success.

Known limits: whether a caller depends on the outcome is asked inside of the function only. A
clause that logs and goes on is taken as handled even when the next step is destructive.
`contextlib.suppress` is not judged.

References: https://cwe.mitre.org/data/definitions/390.html, CWE-391, CWE-703, CWE-755
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.checkers.broad_exception import too_broad
from assay.domains.guarded import (
    asserts,
    excused_above,
    guarded_calls,
    in_cleanup,
    is_probe,
    only_cleans_up,
    told_by_callee,
)
from assay.domains.handling import (
    BARE,
    NARROW,
    NO_TYPE,
    Clause,
    clauses,
    effects,
    explanation,
    gives_error_value,
    hands_on,
    logs,
)
from assay.domains.own_raise import OwnRaise, own_raise
from assay.domains.unassigned import UnassignedRead, unassigned_read
from assay.ir.ops import Call, Import, ImportFrom
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.errors import ErrorWords, error_words
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.silence import Gate, excused, not_a_site, not_known
from assay.source.roles import Role
from assay.source.spelling import spelling

RULE: Final = Rule(
    id="swallowed-exception",
    cwe=390,
    related=(391, 703, 755),
    title="Swallowed exception",
    family=Family.ERRORS,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="except clauses",
    summary="an error is caught and nothing tells that it happened",
    explanation=__doc__ or "",
)

_RULES: Final = ("swallowed-exception",)

TOLD_AS_TOO_BROAD: Final = not_a_site(
    "swallowed.too-broad", "broad-exception already speaks of the clause", *_RULES
)
UNSET_IN_A_TEST: Final = excused(
    "swallowed.unset-in-a-test",
    "a test that reads the variable without a value fails loudly",
    *_RULES,
)
MAY_NOT_COME_BACK: Final = not_known(
    "swallowed.may-not-come-back",
    "the clause calls something, which may not come back, before the variable is read",
    *_RULES,
)
ERRNO_IN_A_TEST: Final = excused(
    "swallowed.errno-in-a-test", "it is a test that drops the other values of errno", *_RULES
)
LOGGED: Final = excused("swallowed.logged", "the clause writes a message", *_RULES)
ACTS: Final = excused(
    "swallowed.acts", "the clause does something, whatever that has to do with the error", *_RULES
)
LOOKS: Final = excused("swallowed.looks", "the clause reads the error", *_RULES)
ERROR_VALUE: Final = excused(
    "swallowed.error-value", "the clause returns a value that tells of the error", *_RULES
)
SAYS_WHY: Final = excused(
    "swallowed.says-why", "a comment says why the error is swallowed", *_RULES
)
CLEANS_UP: Final = excused(
    "swallowed.cleans-up", "the guarded code only gives things back, as its names tell", *_RULES
)
NAMES_IT: Final = excused(
    "swallowed.names-it", "the clause names the error that it expects", *_RULES
)
IN_CLEANUP: Final = excused(
    "swallowed.in-clean-up", "the clause stands in clean-up, which has to go on", *_RULES
)
OPTIONAL_IMPORT: Final = excused(
    "swallowed.optional-import", "the guarded code imports something optional", *_RULES
)
CALLS_NOTHING: Final = excused("swallowed.calls-nothing", "the guarded code calls nothing", *_RULES)
IN_A_TEST: Final = excused(
    "swallowed.in-a-test", "it stands in a test, and the guarded code asserts nothing", *_RULES
)
PROBE: Final = excused(
    "swallowed.probe",
    "the guarded code tries to compute something, and what stands before or behind it holds",
    *_RULES,
)
TOLD_BY_CALLEE: Final = excused(
    "swallowed.told-by-callee", "the method that is called tells of its errors itself", *_RULES
)

_QUIET_ROLES: Final = (Role.TEST, Role.EXAMPLE, Role.SCRIPT, Role.NOTEBOOK)


def severity_in(file: FileFacts) -> Severity:
    """Errors that tests and examples swallow hurt less."""
    return Severity.LOW if file.source.role in _QUIET_ROLES else RULE.severity


@final
class SwallowedException(FunctionChecker[Clause]):
    """Judges what a clause does with the error that it takes."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Clause]:
        return clauses(function)

    def judge(self, site: Clause, function: FunctionFacts) -> Observation | Gate:
        words = error_words()
        file, at = function.file, site.node.lineno
        if site.caught == (NO_TYPE,):
            return self._say(site, Verdict.CLEAN, "the clause takes no error at all")
        if not site.swallows:
            return self._say(site, Verdict.CLEAN, "the clause raises on every way")
        read = unassigned_read(site)
        if read is not None and self._goes_on(site, words):
            return self._unset(site, read)
        broad = site.breadth != NARROW and too_broad(site, words)
        if broad and TOLD_AS_TOO_BROAD.stops(file, at):
            return TOLD_AS_TOO_BROAD
        errno = _errno_gap(site)
        in_test = file.source.role is Role.TEST
        if errno is not None and not (in_test and ERRNO_IN_A_TEST.stops(file, at)):
            return self._fell_through(site, errno)
        if logs(site, words) and LOGGED.stops(file, at):
            line = logs(site, words)[0].at.lineno
            return self._say(site, Verdict.HANDLED, f"the error is logged at {line}", line)
        if effects(site, words) and ACTS.stops(file, at):
            return self._say(site, Verdict.CLEAN, "the clause acts on the error")
        if hands_on(site, words) is not None and LOOKS.stops(file, at):
            return self._say(site, Verdict.CLEAN, "the clause looks at the error")
        if gives_error_value(site) and ERROR_VALUE.stops(file, at):
            return self._say(site, Verdict.CLEAN, "the clause returns a value that tells of it")
        return self._silent(site, words)

    def _goes_on(self, site: Clause, words: ErrorWords) -> bool:
        """Whether what the clause calls surely comes back: it only writes messages.

        In a test the read fails loudly, which is what a test is for.
        """
        file, at = site.function.file, site.node.lineno
        if file.source.role is Role.TEST and UNSET_IN_A_TEST.stops(file, at):
            return False
        calls = any(isinstance(op, Call) for op in effects(site, words))
        return not calls or not MAY_NOT_COME_BACK.stops(file, at)

    def _unset(self, site: Clause, read: UnassignedRead) -> Observation:
        file = site.function.file
        name = read.read.name
        line = read.read.at.lineno
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.header,
            site.function.qualname,
            f"{name} is assigned only in the guarded code and read at {line} after the error is"
            " swallowed",
            evidence=(
                file.evidence(
                    EvidenceRole.CONTEXT, read.assigned.at.lineno, read.assigned.at.lineno
                ),
                file.evidence(EvidenceRole.CONTEXT, line, line),
            ),
            trace=(
                file.step(site.statement, "the guarded code raises before it assigns"),
                file.step(site.header, "the error is swallowed"),
                file.step(read.read.at, f"{name} is read without a value"),
            ),
            confidence=Confidence.HIGH,
            severity=severity_in(file),
        )

    def _fell_through(self, site: Clause, test: ast.If) -> Observation:
        file = site.function.file
        last = test.body[-1].end_lineno or test.body[-1].lineno
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.header,
            site.function.qualname,
            f"an error for which {spelling(test.test)} at {test.lineno} is false is dropped",
            evidence=(
                file.evidence(
                    EvidenceRole.CONTEXT,
                    site.statement.body[0].lineno,
                    site.statement.body[0].lineno,
                ),
                file.evidence(EvidenceRole.MISSING, test.lineno, last),
            ),
            severity=severity_in(file),
        )

    def _silent(self, site: Clause, words: ErrorWords) -> Observation:
        """A clause that does nothing at all."""
        file, header = site.function.file, site.node.lineno
        comment = explanation(site) or excused_above(site)
        if comment is not None and SAYS_WHY.stops(file, header):
            text = f"swallows {_caught(site)} and says why at {comment.line}"
            return self._say(site, Verdict.HANDLED, text, comment.line)
        if only_cleans_up(site, words) and CLEANS_UP.stops(file, header):
            text = "swallows errors of clean-up, of which nothing more can be made"
            return self._say(site, Verdict.HANDLED, text, header)
        own = own_raise(site)
        if own is not None:
            return self._own(site, own)
        if site.breadth == NARROW and NAMES_IT.stops(file, header):
            text = f"names the error that it expects, {_caught(site)}"
            return self._say(site, Verdict.HANDLED, text, header)
        if in_cleanup(site, words) and IN_CLEANUP.stops(file, header):
            return self._say(site, Verdict.CLEAN, "stands in clean-up, which has to go on")
        imports = any(isinstance(op, (Import, ImportFrom)) for op in site.guarded)
        if imports and OPTIONAL_IMPORT.stops(file, header):
            return self._say(site, Verdict.CLEAN, "an optional import")
        if not guarded_calls(site) and CALLS_NOTHING.stops(file, header):
            return self._say(site, Verdict.CLEAN, "the guarded code calls nothing")
        in_test = file.source.role is Role.TEST
        if in_test and not asserts(site) and IN_A_TEST.stops(file, header):
            return self._say(site, Verdict.CLEAN, "in a test, and nothing is asserted in its guard")
        if is_probe(site, words) and PROBE.stops(file, header):
            return self._say(
                site, Verdict.CLEAN, "the guarded code tries, and what stands before holds"
            )
        told = told_by_callee(site, words)
        if told and TOLD_BY_CALLEE.stops(file, header):
            text = f"the method that is called tells of its errors itself, at {told}"
            return self._say(site, Verdict.HANDLED, text, told)
        return self._dropped(site)

    def _own(self, site: Clause, own: OwnRaise) -> Observation:
        file = site.function.file
        line = own.node.lineno
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.header,
            site.function.qualname,
            f"the {own.name} that the guarded code raises at {line} is dropped: it is a kind of"
            f" {own.caught}",
            evidence=(file.evidence(EvidenceRole.CONTEXT, line, line),),
            trace=(
                file.step(own.node, f"{own.name} is raised"),
                file.step(site.header, f"the clause for {own.caught} takes it and does nothing"),
            ),
            severity=severity_in(file),
        )

    def _dropped(self, site: Clause) -> Observation:
        file = site.function.file
        body = site.statement.body
        last = site.last_line
        count = len(guarded_calls(site))
        what = "1 call" if count == 1 else f"{count} calls"
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.header,
            site.function.qualname,
            f"every error of {what} at {_lines(body[0].lineno, body[-1].end_lineno)} is dropped:"
            " not logged, not raised, not recorded",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, body[0].lineno, body[0].lineno),
                file.evidence(EvidenceRole.MISSING, site.node.body[0].lineno, last),
            ),
            severity=severity_in(file),
        )

    def _say(self, site: Clause, verdict: Verdict, message: str, guard: int = 0) -> Observation:
        file = site.function.file
        return file.observation(
            RULE,
            verdict,
            site.header,
            site.function.qualname,
            message,
            evidence=file.guard(guard),
        )


def _errno_gap(site: Clause) -> ast.If | None:
    """The last test of a clause that only tells values of `errno` apart, and has no `else`."""
    body = site.node.body
    test = body[0]
    if len(body) != 1 or not isinstance(test, ast.If) or not site.node.name:
        return None
    asked = (f"{site.node.name}.errno", f"{site.node.name}.args[0]", f"{site.node.name}[0]")
    while True:
        compared = test.test
        parts = compared.values if isinstance(compared, ast.BoolOp) else [compared]
        if not any(
            isinstance(part, ast.Compare)
            and isinstance(part.ops[0], (ast.Eq, ast.In))
            and spelling(part.left) in asked
            for part in parts
        ):
            return None
        if not test.orelse:
            return test
        further = test.orelse[0]
        if len(test.orelse) != 1 or not isinstance(further, ast.If):
            return None
        test = further


def _caught(site: Clause) -> str:
    if site.breadth == BARE:
        return "every error"
    return ", ".join(name.rpartition(".")[2] for name in site.caught)


def _lines(first: int, last: int | None) -> str:
    return str(first) if last is None or last == first else f"{first}-{last}"


CHECKER: Final = SwallowedException()

"""CWE-396: an `except` clause takes more than it can answer for.

A bare `except` and `except BaseException` also take KeyboardInterrupt, SystemExit, the
cancellation of a task and the closing of a generator: a program that swallows them cannot be
stopped. `except Exception` round one call whose failure has a name hides every programming
mistake behind the expected one.

Weak:

    try:
        port = int(text)
    except:
        port = DEFAULT_PORT

Guarded:

    try:
        port = int(text)
    except ValueError:
        port = DEFAULT_PORT

    while self.running:              # the boundary of a worker: nothing may end the loop
        try:
            self.step()
        except Exception:
            LOG.exception("step failed")

The site is every clause for `Exception`, `BaseException` or without a type.

- `found`: a bare clause or one for BaseException lets control go on without raising again, and
  nothing keeps the error; or a clause for Exception swallows the errors of one operation of
  which it is known what it raises, with nothing but a value to fall back to.
- `handled`: it raises again (a bare clause on every way, or after a look at the error), hands the
  error on (`future.set_exception(e)`, a stored `sys.exc_info()`), keeps the traceback in the log,
  or a clause above lets interrupts through.
- `clean`: a clause for Exception round more than one operation; what happens to the error is then
  the question of `swallowed-exception` (CWE-390), which speaks of no clause that is found here.

How to fix: name the error. Where everything has to be caught, catch `Exception`, keep the
traceback, and let interrupts through.

Known limits: that a broad clause stands at a boundary (the loop of a worker, a dispatcher) is told
by what it does with the error, not by its place.

References: https://cwe.mitre.org/data/definitions/396.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.guarded import asserts, excused_above, guarded_calls, in_cleanup, only_cleans_up
from assay.domains.handling import (
    BARE,
    EXCEPTION,
    NARROW,
    Clause,
    clauses,
    effects,
    error_uses,
    explanation,
    hands_on,
    own_statements,
    says_everything,
    tracebacks,
    type_names,
)
from assay.ir.ops import Binary, Call, Item, Op, SetItem
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.errors import ErrorWords, error_words
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, excused
from assay.source.roles import Role

RULE: Final = Rule(
    id="broad-exception",
    cwe=396,
    related=(705,),
    title="Catch of too broad an exception",
    family=Family.ERRORS,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="broad except clauses",
    summary="an except clause takes interrupts or bugs along with the error that it is for",
    explanation=__doc__ or "",
)

_RULES: Final = ("broad-exception",)

RAISES_ON_ONE_WAY: Final = excused(
    "broad.raises-on-one-way", "the clause raises again or leaves on one of its ways", *_RULES
)
TELLS_APART: Final = excused(
    "broad.tells-apart", "the error decides whether the clause raises it again", *_RULES
)
KEEPS_TRACEBACK: Final = excused(
    "broad.keeps-traceback", "the clause records the error with its traceback", *_RULES
)
HANDS_ON: Final = excused(
    "broad.hands-on", "the clause reads the error for something other than a message", *_RULES
)
SAYS_WHY: Final = excused("broad.says-why", "a comment says why every error is taken", *_RULES)
IN_A_TEST: Final = excused(
    "broad.in-a-test", "it stands in a test, and the guarded code asserts nothing", *_RULES
)
INTERRUPTS_PASS: Final = excused(
    "broad.interrupts-pass", "a clause above it raises an interrupt again", *_RULES
)
SEVERAL_STATEMENTS: Final = excused(
    "broad.several-statements",
    "it takes Exception, and the guarded code is more than one simple statement",
    *_RULES,
)
WORKS_ON_IT: Final = excused(
    "broad.works-on-it", "it takes Exception, and the clause does more than fall back", *_RULES
)
NO_EXPECTED_ERROR: Final = excused(
    "broad.no-expected-error",
    "it takes Exception, and no single error is known that the guarded code is expected to raise",
    *_RULES,
)

_INTERRUPTS: Final = ("KeyboardInterrupt", "SystemExit", "BaseException", "GeneratorExit")
_SHORT: Final = 1


@final
class Excuse:
    """Why a broad clause is all right, and the line that says so."""

    __slots__ = ("line", "text")

    def __init__(self, text: str, line: int) -> None:
        self.text: Final = text
        self.line: Final = line


def excuse(clause: Clause, words: ErrorWords) -> Excuse | None:
    """What guards a broad clause; None when nothing does."""
    file, header = clause.function.file, clause.node.lineno
    if clause.raises:
        line = clause.raises[0].at.lineno
        if not clause.swallows:
            return Excuse(f"raises again or leaves at {line}", line)
        if clause.breadth == EXCEPTION and RAISES_ON_ONE_WAY.stops(file, header):
            return Excuse(f"raises again or leaves on one way, at {line}", line)
        told = tells_apart(clause)
        if told and TELLS_APART.stops(file, header):
            return Excuse(f"the error decides at {told} whether it is raised again", told)
    kept = tracebacks(clause, words)
    if kept and KEEPS_TRACEBACK.stops(file, header):
        line = kept[0].at.lineno
        return Excuse(f"keeps the traceback at {line}", line)
    handed = hands_on(clause, words)
    if handed is not None and HANDS_ON.stops(file, header):
        line = handed.at.lineno
        return Excuse(f"hands the error on at {line}", line)
    comment = explanation(clause)
    if comment is None and clause.breadth == EXCEPTION:
        comment = excused_above(clause)
    if (
        comment is not None
        and (clause.breadth == EXCEPTION or says_everything(comment))
        and SAYS_WHY.stops(file, header)
    ):
        return Excuse(f"says why at {comment.line}", comment.line)
    return None


def tells_apart(clause: Clause) -> int:
    """The line of a test of the error itself on which it depends whether a clause raises.

    0 when something else decides: what goes on then may be an interrupt.
    """
    reads = {(op.at.lineno, op.at.col_offset) for op in error_uses(clause, error_words())}
    ends = {(op.at.lineno, op.at.col_offset) for op in clause.raises}
    names: set[str] = set()  # what the error was taken apart into: `kind, error, _ = exc_info()`
    for node in own_statements(clause.node.body):
        if isinstance(node, ast.Assign) and _stands_in(node.value, reads):
            names.update(
                each.id
                for target in node.targets
                for each in ast.walk(target)
                if isinstance(each, ast.Name)
            )
        if isinstance(node, (ast.If, ast.Match)):
            asked = node.test if isinstance(node, ast.If) else node.subject
            known = any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(asked))
            if (known or _stands_in(asked, reads)) and _stands_in(node, ends):
                return node.lineno
    return 0


def _stands_in(node: ast.AST, places: set[tuple[int, int]]) -> bool:
    return any(
        (each.lineno, each.col_offset) in places
        for each in ast.walk(node)
        if isinstance(each, (ast.stmt, ast.expr))
    )


def interrupts_pass(clause: Clause) -> int:
    """The line of a clause above that lets interrupts through; 0 when there is none."""
    for other in clause.statement.handlers:
        if other is clause.node:
            return 0
        names = type_names(other.type, clause.function.file)
        if any(name in _INTERRUPTS for name in names) and any(
            isinstance(node, ast.Raise) for node in other.body
        ):
            return other.lineno
    return 0


def expected_error(clause: Clause, words: ErrorWords) -> tuple[str, str] | Gate:
    """The one operation of the guarded code whose error has a name, and that name.

    A gate when the guarded code does more, or something of which nothing is known.
    """
    body = clause.statement.body
    file, line = clause.function.file, clause.node.lineno
    simple = len(body) == _SHORT and isinstance(body[0], (ast.Assign, ast.Expr, ast.Return))
    calls = guarded_calls(clause)
    items = [op for op in clause.guarded if isinstance(op, Item)]
    found: tuple[str, str] | None = None
    if len(calls) == 1 and not items:
        path = clause.function.callee(calls[0])
        raises = words.expected.get(path)
        if raises is not None:
            found = f"{path}()", " or ".join(raises)
    elif not calls and len(items) == 1 and not _computes(clause.guarded):
        found = f"{clause.function.spelled(items[0].dest)}", "KeyError or IndexError"
    if found is None:
        return NO_EXPECTED_ERROR
    decides = clause.breadth == EXCEPTION  # of a wider clause it only makes the message
    if not simple and (not decides or SEVERAL_STATEMENTS.stops(file, line)):
        return SEVERAL_STATEMENTS
    works = any(isinstance(op, Call) for op in effects(clause, words))
    if works and (not decides or WORKS_ON_IT.stops(file, line)):
        return WORKS_ON_IT  # more than a fallback value: the clause works on the failure
    return found


def _computes(ops: tuple[Op, ...]) -> bool:
    return any(isinstance(op, (Binary, SetItem)) for op in ops)


def too_broad(clause: Clause, words: ErrorWords) -> bool:
    """Whether this rule finds the clause; `swallowed-exception` is then silent about it."""
    if clause.breadth == NARROW or not clause.swallows or excuse(clause, words) is not None:
        return False
    file, line = clause.function.file, clause.node.lineno
    if file.source.role is Role.TEST and not asserts(clause) and IN_A_TEST.stops(file, line):
        return False
    if clause.breadth == EXCEPTION:
        expected = expected_error(clause, words)
        return not isinstance(expected, Gate) or not expected.stops(file, line)
    return not interrupts_pass(clause) or not INTERRUPTS_PASS.stops(file, line)


@final
class BroadException(FunctionChecker[Clause]):
    """Judges how much a clause takes."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Clause]:
        return [clause for clause in clauses(function) if clause.breadth != NARROW]

    def judge(self, site: Clause, function: FunctionFacts) -> Observation:
        words = error_words()
        file, at = function.file, site.node.lineno
        why = excuse(site, words)
        if why is not None:
            return self._say(site, Verdict.HANDLED, why.text, why.line)
        if not site.swallows:
            return self._say(site, Verdict.CLEAN, "control does not go on behind the clause")
        if file.source.role is Role.TEST and not asserts(site) and IN_A_TEST.stops(file, at):
            return self._say(site, Verdict.CLEAN, "in a test, and nothing is asserted in its guard")
        if site.breadth == EXCEPTION:
            expected = expected_error(site, words)
            if isinstance(expected, Gate) and expected.stops(file, at):
                return self._say(
                    site, Verdict.CLEAN, "takes Exception, and lets interrupts through"
                )
            return self._single(site, expected)
        line = interrupts_pass(site)
        if line and INTERRUPTS_PASS.stops(file, at):
            return self._say(site, Verdict.HANDLED, f"interrupts pass through {line}", line)
        return self._all(site, words)

    def _single(self, site: Clause, expected: tuple[str, str] | Gate) -> Observation:
        if isinstance(expected, Gate):
            text = "catches Exception, so a programming mistake looks like what it is for"
            return self._found(site, text, Confidence.LOW)
        operation, error = expected
        return self._found(
            site,
            f"catches Exception where {operation} raises {error}, so a programming mistake looks"
            " like it",
            Confidence.MEDIUM,
        )

    def _all(self, site: Clause, words: ErrorWords) -> Observation:
        taken = "a bare except" if site.breadth == BARE else "except BaseException"
        expected = expected_error(site, words)
        if not isinstance(expected, Gate):
            operation, error = expected
            text = f"{taken} takes interrupts too, where {operation} raises {error}"
            return self._found(site, text, Confidence.HIGH)
        text = f"{taken} swallows interrupts: no way raises again, and nothing keeps the error"
        if site.raises:
            line = site.raises[0].at.lineno
            text = (
                f"{taken} swallows interrupts: it raises or leaves at {line} on a condition that"
                " does not ask what the error is"
            )
        mild = (
            explanation(site) is not None
            or not guarded_calls(site)
            or only_cleans_up(site, words)
            or in_cleanup(site, words)
        )
        return self._found(site, text, Confidence.LOW if mild else Confidence.MEDIUM)

    def _found(self, site: Clause, message: str, confidence: Confidence) -> Observation:
        file = site.function.file
        body = site.statement.body
        quiet = file.source.role in (Role.TEST, Role.EXAMPLE)
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.header,
            site.function.qualname,
            message,
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, body[0].lineno, body[0].lineno),
                file.evidence(EvidenceRole.MISSING, site.node.body[0].lineno, site.last_line),
            ),
            confidence=confidence,
            severity=Severity.INFO if quiet else RULE.severity,
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


CHECKER: Final = BroadException()

"""CWE-755: the error of a block is replaced by one of its context manager.

What the block under a `with` raises goes through its context manager. One that raises an error of
its own there, without a look at the one on its way, tells its caller of a failure that was none: a
KeyError in the block arrives as a timeout, and the handlers that the caller wrote for it are not
entered.

Weak:

    @contextmanager
    def password_file(password):
        try:
            path = write_temporary(password)
            yield path
        except Exception as error:
            raise PasswordFileError(error)      # whatever the block raised

Guarded:

        try:
            path = write_temporary(password)
        except Exception as error:
            raise PasswordFileError(error)
        try:
            yield path
        finally:
            os.unlink(path)

The site is every `raise` of an `__exit__` or `__aexit__`, and every clause for all errors round the
`yield` of a generator under `@contextmanager`.

- `found`: an `__exit__` raises, and does not look at the error that it is given before; or such a
  clause raises another error, and guards calls of the manager itself beside the `yield`.
- `handled`: the error is looked at before; the clause raises it again on some way.
- `clean`: the clause only guards the `yield`, so it is there to translate; or the `raise` tells of
  a wrong use, by a RuntimeError, TypeError or the like.

How to fix: test `exc_type` first; give the manager's own steps a `try` of their own.

Known limits: what a function raises that `__exit__` calls is not asked for.

References: https://cwe.mitre.org/data/definitions/755.html, CWE-396; PEP 343
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, TypeAlias, final

from assay.checkers.base import FunctionChecker
from assay.domains.callee_errors import does, kinds_named, raises_same_again
from assay.domains.handling import NARROW, Clause, clauses
from assay.domains.managers import is_generator_manager
from assay.domains.raises import Risks
from assay.ir.ops import POSSIBLE, Call, Load, Raise, Yield
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts
from assay.program.silence import excused, not_a_site

RULE: Final = Rule(
    id="masked-exception",
    cwe=755,
    related=(396, 390, 703),
    title="Error of a block replaced by its manager",
    family=Family.ERRORS,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="raise statements of context managers",
    summary="a context manager raises its own error in place of the one on its way",
    explanation=__doc__ or "",
)

_RULES: Final = ("masked-exception",)

IN_A_CLAUSE: Final = not_a_site(
    "masked.in-a-clause",
    "the raise stands in a clause of the exit method, for an error there",
    *_RULES,
)
ASSERTION: Final = not_a_site("masked.assertion", "it is an assertion", *_RULES)
NAMED_ERRORS: Final = not_a_site(
    "masked.named-errors", "the clause round the yield names the errors that it translates", *_RULES
)
LOOKED_AT: Final = excused(
    "masked.looked-at", "the error on its way is read somewhere before", *_RULES
)
WRONG_USE: Final = excused(
    "masked.wrong-use", "the kind of the error tells of a wrong use of the manager", *_RULES
)
GOES_ON: Final = excused("masked.goes-on", "the clause raises nothing on one of its ways", *_RULES)
CAUGHT_ON_ONE_WAY: Final = excused(
    "masked.caught-on-one-way",
    "the clause raises the error that it took, or leaves, on one of its ways",
    *_RULES,
)
SPARED: Final = excused(
    "masked.spared", "another clause raises some errors of the block again", *_RULES
)
NO_OWN_STEP: Final = excused(
    "masked.no-own-step",
    "the clause guards no call of the manager itself before the yield that is likely to raise",
    *_RULES,
)

_WRONG_USE: Final = frozenset(
    ("RuntimeError", "TypeError", "AssertionError", "NotImplementedError", "ValueError")
)
Site: TypeAlias = Raise | Clause


@final
class MaskedException(FunctionChecker[Site]):
    """Judges what context managers raise while an error may be on its way."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Site]:
        file = function.file
        if function.ir.name in ("__exit__", "__aexit__") and function.owner is not None:
            inside = [clause.body for clause in clauses(function)]
            for op in _raises(function):
                line = op.at.lineno
                if not isinstance(op.at, ast.Raise) and ASSERTION.stops(file, line):
                    continue
                if any(op in body for body in inside) and IN_A_CLAUSE.stops(file, line):
                    continue
                yield op
        elif is_generator_manager(function):
            for clause in _round_yield(function):
                if clause.breadth != NARROW or not NAMED_ERRORS.stops(file, clause.node.lineno):
                    yield clause

    def judge(self, site: Site, function: FunctionFacts) -> Observation:
        return self._exit(site, function) if isinstance(site, Raise) else self._clause(site)

    def _exit(self, site: Raise, function: FunctionFacts) -> Observation:
        file = function.file
        at = site.at
        error = function.definitions[site.exception]
        raised = error.callee if isinstance(error, Call) else site.exception
        name = function.spelled(raised)
        looked = _looked_at(function, at.lineno)
        if looked and LOOKED_AT.stops(file, at.lineno):
            text = f"the error on its way is looked at, at {looked}"
            return file.observation(
                RULE, Verdict.HANDLED, at, function.qualname, text, evidence=file.guard(looked)
            )
        if name in _WRONG_USE and WRONG_USE.stops(file, at.lineno):
            text = f"{name} tells of a wrong use"
            return file.observation(RULE, Verdict.CLEAN, at, function.qualname, text)
        first = function.ir.first_line
        return file.observation(
            RULE,
            Verdict.FOUND,
            at,
            function.qualname,
            f"{name} takes the place of whatever the block under it raised",
            evidence=(file.evidence(EvidenceRole.MISSING, first, first),),
            trace=(
                file.step(first, "the block raises, and its error is given to this method"),
                file.step(at, f"{name} is raised without a look at it"),
            ),
        )

    def _clause(self, site: Clause) -> Observation:
        function = site.function
        file = function.file
        line = site.node.lineno
        if (
            not site.raises
            or raises_same_again(site)
            or (site.swallows and GOES_ON.stops(file, line))
            or (not _only_others(site) and CAUGHT_ON_ONE_WAY.stops(file, line))
        ):
            text = f"the clause at {line} {does(site)}"
            return file.observation(
                RULE,
                Verdict.HANDLED,
                site.header,
                function.qualname,
                text,
                evidence=file.guard(line),
            )
        spared = _spared(site)
        if spared and SPARED.stops(file, line):
            text = f"the clause at {spared} raises some errors of the block again"
            return file.observation(
                RULE,
                Verdict.HANDLED,
                site.header,
                function.qualname,
                text,
                evidence=file.guard(spared),
            )
        own = _own_step(site)
        if own is None and NO_OWN_STEP.stops(file, line):
            text = "the clause only guards the block under it, to translate its errors"
            return file.observation(RULE, Verdict.CLEAN, site.header, function.qualname, text)
        block = next(op for op in site.guarded if isinstance(op, Yield))
        raised = site.raises[0]
        failed = raised if own is None else own
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.header,
            function.qualname,
            f"what the block under the yield at {block.at.lineno} raises is replaced at"
            f" {raised.at.lineno}, as if {failed.at.lineno} had failed",
            evidence=(
                file.evidence(EvidenceRole.CONTEXT, failed.at.lineno, failed.at.lineno),
                file.evidence(EvidenceRole.CONTEXT, block.at.lineno, block.at.lineno),
                file.evidence(EvidenceRole.MISSING, line, raised.at.lineno),
            ),
            trace=(
                file.step(block.at, "the block raises"),
                file.step(site.header, f"{kinds_named(site)} is taken, that of the block too"),
                file.step(raised.at, "another error is raised in its place"),
            ),
        )


def _raises(function: FunctionFacts) -> list[Raise]:
    """Where a function raises an error that it names, those of copied code once."""
    found: dict[int, Raise] = {}
    for site in function.sites():
        if isinstance(site.op, Raise) and site.op.exception >= 0:
            found.setdefault(id(site.op.at), site.op)
    return list(found.values())


def _round_yield(function: FunctionFacts) -> list[Clause]:
    """The clauses that guard a `yield`."""
    return [
        clause
        for clause in clauses(function)
        if any(isinstance(op, Yield) for op in clause.guarded)
    ]


def _looked_at(function: FunctionFacts, before: int) -> int:
    """The first line up to another where the error that `__exit__` gets is read; 0 for none."""
    parameters = function.ir.parameters
    given = {*(*parameters.positional_only, *parameters.positional)[1:], parameters.star}
    lines = [
        op.at.lineno
        for op in function.definitions
        if isinstance(op, Load) and op.name in given and op.at.lineno <= before
    ]
    return min(lines, default=0)


def _only_others(clause: Clause) -> bool:
    """Whether every way out of a clause is a `raise` of an error that it makes."""
    return bool(clause.raises) and all(
        isinstance(op, Raise) and op.exception >= 0 and not _is_caught(op, clause)
        for op in clause.raises
    )


def _spared(clause: Clause) -> int:
    """The line of another clause of the `try` that raises what it took; 0 for none."""
    for other in clauses(clause.function):
        if other.statement is clause.statement and raises_same_again(other):
            return other.node.lineno
    return 0


def _is_caught(op: Raise, clause: Clause) -> bool:
    value = clause.function.definitions[op.exception]
    return isinstance(value, Load) and value.name == clause.node.name


def _own_step(clause: Clause) -> Call | None:
    """A call of the manager itself, before the `yield`, that is likely to raise."""
    risks = Risks(clause.function)
    block = next(op for op in clause.guarded if isinstance(op, Yield))
    place = (block.at.lineno, block.at.col_offset)
    for op in clause.guarded:
        if (
            isinstance(op, Call)
            and isinstance(op.at, ast.Call)
            and (op.at.lineno, op.at.col_offset) < place
            and risks.of(op) == POSSIBLE
        ):
            return op
    return None


CHECKER: Final = MaskedException()

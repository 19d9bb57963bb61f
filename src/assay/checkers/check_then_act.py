"""CWE-367: the file system is asked about a path, and then changed as if the answer still held.

Between `exists()` and `makedirs()` another process can create the path, between `exists()` and
`remove()` it can vanish, and whoever may write to the folder can put a link there. The act then
fails with an error that nobody expects, or works on another file than the one that was asked for.

Weak:

    if not os.path.exists(cache_dir):
        os.makedirs(cache_dir)

Guarded:

    os.makedirs(cache_dir, exist_ok=True)

    try:
        os.remove(path)
    except FileNotFoundError:
        pass

The site is every test of a path that a branch depends on. From the branch the graph is searched
for an act on the same path value that only this answer leads to: creating where nothing was,
removing or renaming where something was.

- `found`: such an act that creates, and nothing that answers for the work of others.
- `unseen`: such an act that removes or renames: who else does is not in view, and most paths that
  are removed are the program's own.
- `handled`: a handler for FileExistsError, FileNotFoundError or OSError round the act behind which
  control goes on, `exist_ok`, `missing_ok`, mode "x" or O_EXCL, or a lock that is held over both.
- `clean`: no such act; the path is private to the function (tempfile); the file is a test or a
  script that one person runs; the other answer raises, and so would the act.

How to fix: do it, and take the error. `exist_ok=True`, `missing_ok=True`, mode "x".

Known limits: renaming a finished file to a path that was absent is taken as clean, because that is
how files are published in one step; so is opening for reading after `exists()`, because a file
that vanished raises where it is opened. Tests and acts in helpers are not joined, nor paths under
two names. That nobody else can write to the folder is not known: confidence is medium. A removal
counts only where nothing else is called between; `isdir` and `islink` before it are taken as the
choice between ways to remove.

References: https://cwe.mitre.org/data/definitions/367.html, CWE-363
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.dataflow.analysis import Budget, NoFixpointError
from assay.domains.callee_errors import raises_same_again
from assay.domains.expressions import ValueKey, value_key
from assay.domains.handling import Clause, clauses
from assay.domains.waiting import calls_between
from assay.ir.function import NO_BLOCK, Branch, Return
from assay.ir.ops import Attr, Call, Caught, Compare, Const, Copy, Load, Truth, Unary
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.filesystem import (
    ABSENT,
    ANYTHING,
    CREATE,
    DIRECTORY,
    FILE,
    OWNER,
    REMOVE,
    PathAct,
    PathCheck,
    path_words,
)
from assay.program.facts import CallSite, FunctionFacts
from assay.program.silence import Gate, excused, limit, not_a_site, not_known
from assay.source.roles import Role
from assay.source.spelling import spelling

RULE: Final = Rule(
    id="check-then-act",
    cwe=367,
    related=(363,),
    title="Path tested before it is used",
    family=Family.RACES,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="tests of a path",
    summary="a path is tested, and changed on the strength of an answer that may be old",
    explanation=__doc__ or "",
)

_SMALL: Final = (Role.SCRIPT, Role.EXAMPLE, Role.NOTEBOOK, Role.MIGRATION)
_EXCLUSIVE: Final = "O_EXCL"
_WRITING: Final = "wax"
# Errors that the work of others is not the cause of, by what is done.
_OTHERS: Final = {
    CREATE: ("FileNotFoundError", "PermissionError"),
    REMOVE: ("FileExistsError", "PermissionError"),
}

OTHER_QUESTION: Final = not_a_site(
    "path.other-question", "what is done does not depend on what was asked of the path", RULE.id
)
OTHER_ANSWER_RAISES: Final = not_a_site(
    "path.other-answer-raises", "the other answer raises, and so would what is done", RULE.id
)
CALLS_BETWEEN: Final = not_a_site(
    "path.calls-between", "something else is called between the test and the removal", RULE.id
)
IN_A_TEST: Final = excused("path.in-a-test", "the paths of a test are its own", RULE.id)
ONE_PERSON: Final = excused("path.one-person", "the file is one that one person runs", RULE.id)
PRIVATE: Final = excused("path.private", "the path is made of one of tempfile's", RULE.id)
LOCK_BY_NAME: Final = excused(
    "path.lock-by-name", "the name of what is held over both says that it is a lock", RULE.id
)
LOCKED_ABOVE: Final = excused("path.locked-above", "a file is locked somewhere above", RULE.id)
OTHERS_NOT_IN_VIEW: Final = not_known(
    "path.others-not-in-view", "whether anything else removes the path is not in view", RULE.id
)
_MOST_STEPS: Final = limit(
    "path.most-steps",
    1_000_000,
    "what follows the tests of paths in a function is looked for in at most a million steps",
    RULE.id,
)


@final
class Question:
    """A test of a path, and the branch that depends on it."""

    __slots__ = ("block", "branch", "budget", "key", "negated", "row", "site")

    def __init__(
        self,
        site: CallSite,
        row: PathCheck,
        key: ValueKey,
        block: int,
        branch: Branch,
        negated: bool,
        budget: Budget,
    ) -> None:
        self.budget: Final = budget  # of all questions of the function
        self.row: Final = row
        self.site: Final = site
        self.key: Final = key
        self.block: Final = block  # where the branch ends
        self.branch: Final = branch
        self.negated: Final = negated


@final
class Act:
    """A call on the path that only one answer leads to."""

    __slots__ = ("row", "site")

    def __init__(self, site: CallSite, row: PathAct) -> None:
        self.site: Final = site
        self.row: Final = row


@final
class CheckThenAct(FunctionChecker[Question]):
    """Judges what is done to a path on the strength of a test."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Question]:
        words = path_words()
        checks: dict[int, tuple[CallSite, PathCheck, ValueKey]] = {}
        for site in function.calls:
            row = words.check_of(function.callee(site.op), _method(function, site.op))
            if row is not None:
                path = _path_of(function, site.op, row)
                key = None if path is None else value_key(function, path, words.guard.path_makers)
                if key is not None:
                    checks[site.op.dest] = (site, row, key)
        if not checks:
            return
        seen: set[int] = set()
        budget = Budget("to follow the tests of paths", _MOST_STEPS.most)
        for block in function.ir.blocks:
            end = block.terminator
            if isinstance(end, Branch):
                temp, negated = _origin(function, end.condition)
                found = checks.get(temp)
                if found is not None and id(found[0].op.at) not in seen:
                    seen.add(id(found[0].op.at))
                    yield Question(*found, block.ident, end, negated, budget)

    def judge(self, site: Question, function: FunctionFacts) -> Observation:
        try:
            acts = _acts(site, function)
        except NoFixpointError:
            _MOST_STEPS.note(function.file, site.site.op.at.lineno)
            raise
        if not acts:
            return self._say(site, function, Verdict.CLEAN, "nothing is changed at the path")
        role = function.file.source.role
        if role is Role.TEST and _stops(IN_A_TEST, site, function):
            return self._say(site, function, Verdict.CLEAN, "in a test, whose paths are its own")
        if role in _SMALL and _stops(ONE_PERSON, site, function):
            return self._say(site, function, Verdict.CLEAN, "in a file that one person runs")
        if _private(site, function) and _stops(PRIVATE, site, function):
            return self._say(site, function, Verdict.CLEAN, "a path of tempfile, private to it")
        guards = [_guard(act, site, function) for act in acts]
        for act, guard in zip(acts, guards, strict=True):
            if guard is None:
                return self._open(site, act, function)
        text, line = next(guard for guard in guards if guard is not None)
        return self._say(site, function, Verdict.HANDLED, text, line)

    def _open(self, site: Question, act: Act, function: FunctionFacts) -> Observation:
        file = function.file
        asked = f"{function.spelled(site.site.op.callee)}()"
        done = f"{function.spelled(act.site.op.callee)}()"
        line = act.site.op.at.lineno
        trace = (
            file.step(site.site.op.at, f"{asked} is asked"),
            file.step(act.site.op.at, f"{done} takes the answer as still true"),
        )
        context = (file.evidence(EvidenceRole.CONTEXT, line, line),)
        creates = act.row.needs == CREATE
        if not creates and _stops(OTHERS_NOT_IN_VIEW, site, function):
            return file.observation(
                RULE,
                Verdict.UNSEEN,
                site.site.op.at,
                function.qualname,
                f"{asked} decides, {done} removes the same path at {line}; whether anything else"
                " removes it in between is not in view",
                evidence=context,
                trace=trace,
                missing=("what else removes the path",),
                remedy=f"catch FileNotFoundError round {done} instead of asking first",
            )
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.site.op.at,
            function.qualname,
            f"{asked} decides, {done} acts on the same path at {line}: it can be"
            f" {'created' if creates else 'removed'} in between, and there is no handler for"
            f" {'FileExistsError' if creates else 'FileNotFoundError'}",
            evidence=context,
            trace=trace,
        )

    def _say(
        self,
        site: Question,
        function: FunctionFacts,
        verdict: Verdict,
        message: str,
        guard: int = 0,
    ) -> Observation:
        file = function.file
        return file.observation(
            RULE,
            verdict,
            site.site.op.at,
            function.qualname,
            message,
            evidence=file.guard(guard),
        )


def _stops(gate: Gate, site: Question, function: FunctionFacts) -> bool:
    """Whether a gate stands at the test of a path."""
    return gate.stops(function.file, site.site.op.at.lineno)


def _method(function: FunctionFacts, op: Call) -> str:
    """The name of a method whose owner is no module or class that is known."""
    callee = function.definitions[op.callee]
    if isinstance(callee, Attr):
        owner = function.qualified(callee.owner)
        if not owner or owner.startswith("pathlib."):
            return callee.name
    return ""


def _path_of(function: FunctionFacts, op: Call, row: PathCheck | PathAct) -> int | None:
    if row.path == OWNER:
        callee = function.definitions[op.callee]
        return callee.owner if isinstance(callee, Attr) else None
    keyword = row.keyword if isinstance(row, PathAct) and row.keyword else "path"
    return function.argument(op, row.path, keyword)


def _origin(function: FunctionFacts, temp: int) -> tuple[int, bool]:
    """The temporary whose truth a condition is, and whether it is negated."""
    negated = False
    while True:
        op = function.definitions[temp]
        if isinstance(op, (Truth, Copy)):
            temp = op.value
        elif isinstance(op, Unary) and op.operator == "not":
            temp = op.operand
            negated = not negated
        elif isinstance(op, Compare) and op.operator in ("is", "=="):
            other = function.definitions[op.right]
            if not (isinstance(other, Const) and isinstance(other.value, bool)):
                return temp, negated
            temp = op.left
            negated = negated != (not other.value)
        elif isinstance(op, Load) and len(function.stores(op.name)) == 1:
            value = function.stores(op.name)[0].value
            if not isinstance(function.definitions[value], Call):
                return temp, negated
            temp = value
        else:
            return temp, negated


def _acts(site: Question, function: FunctionFacts) -> list[Act]:
    """The acts on the path that its absence, or its presence, alone leads to."""
    then, otherwise = site.branch.then, site.branch.otherwise
    if site.negated:
        then, otherwise = otherwise, then
    return [
        *_on_arm(site, function, otherwise, then, CREATE),
        *_on_arm(site, function, then, otherwise, REMOVE),
    ]


def _fits(asked: PathCheck, act: PathAct) -> bool:
    """Whether an act depends on what was asked: mkdir on `isdir`, but no `open` does."""
    if act.needs == REMOVE:
        return asked.asks in (ANYTHING, FILE)
    return asked.asks != DIRECTORY or act.makes == DIRECTORY


def _on_arm(site: Question, function: FunctionFacts, arm: int, other: int, needs: str) -> list[Act]:
    shared = _reached(function, other, site.block)
    site.budget.spend(len(shared))
    blocks = function.ir.blocks
    refuses = not any(isinstance(blocks[ident].terminator, Return) for ident in shared)
    found: list[Act] = []
    work = [arm]
    seen = {site.block, *shared}
    while work:
        ident = work.pop()
        if ident in seen:
            continue
        seen.add(ident)
        site.budget.spend(1)
        for index, op in enumerate(blocks[ident].ops):
            if site.key.changed_by(op):
                break
            if isinstance(op, Call):
                row = _act_on(site.key, function, op, needs)
                if row is not None:  # what is asked of an act looks through all calls
                    site.budget.spend(len(function.calls))
                if row is not None and _counts(site, function, row, op, refuses):
                    found.append(Act(CallSite(ident, index, op), row))
        else:
            work.extend(reversed(blocks[ident].successors()))
    return found


def _counts(site: Question, function: FunctionFacts, row: PathAct, op: Call, refuses: bool) -> bool:
    """Whether an act on the path rests on the answer alone."""
    if not _fits(site.row, row) and _stops(OTHER_QUESTION, site, function):
        return False
    if refuses and row.fails and _stops(OTHER_ANSWER_RAISES, site, function):
        return False
    between = row.needs != CREATE and bool(calls_between(function, site.site.op, op))
    return not (between and _stops(CALLS_BETWEEN, site, function))


def _reached(function: FunctionFacts, start: int, barrier: int) -> set[int]:
    """The blocks that normal edges lead to, without passing the barrier."""
    seen: set[int] = set()
    work = [start]
    while work:
        ident = work.pop()
        if ident not in seen and ident != barrier:
            seen.add(ident)
            work.extend(function.ir.blocks[ident].successors())
    return seen


def _act_on(key: ValueKey, function: FunctionFacts, op: Call, needs: str) -> PathAct | None:
    """The row of a call that acts on a path of this value."""
    words = path_words()
    for row in words.acts_of(function.callee(op), _method(function, op)):
        if row.needs != needs:
            continue
        path = _path_of(function, op, row)
        if path is None:
            continue
        other = value_key(function, path, words.guard.path_makers)
        if other is not None and other.text == key.text and _writes(row, function, op):
            return row
    return None


def _writes(row: PathAct, function: FunctionFacts, op: Call) -> bool:
    if row.mode == ABSENT:
        return True
    mode = function.argument(op, row.mode, "mode")
    value = None if mode is None else function.constant(mode)
    return (
        value is not None
        and isinstance(value.value, str)
        and any(letter in value.value for letter in _WRITING)
    )


def _private(site: Question, function: FunctionFacts) -> bool:
    """Whether the path is made of one that tempfile gave to this function."""
    private = path_words().guard.private
    work = sorted(site.key.names)
    seen = set(work)
    while work:
        name = work.pop()
        for store in function.stores(name):
            path = function.qualified(store.value)
            if any(path.startswith(maker) for maker in private):
                return True
            value = value_key(function, store.value, path_words().guard.path_makers)
            for other in sorted(value.names - seen) if value is not None else ():
                seen.add(other)
                work.append(other)
    return False


def _guard(act: Act, site: Question, function: FunctionFacts) -> tuple[str, int] | None:
    """What answers for the work of others, and its line."""
    line = act.site.op.at.lineno
    tolerance = _tolerance(act, function)
    if tolerance:
        return f"{tolerance} at {line} accepts the work of others", line
    words = path_words()
    clause = _taking(act, function)
    if clause is not None:
        return f"the clause at {clause.node.lineno} takes the error", clause.node.lineno
    held = _lock(site, act, function)
    if held and _stops(LOCK_BY_NAME, site, function):
        return f"a lock is held over both, at {held}", held
    for call in function.calls:
        if (
            function.callee(call.op) in words.guard.lock_functions
            and (call.op.at.lineno < site.site.op.at.lineno)
            and _stops(LOCKED_ABOVE, site, function)
        ):
            return f"the file is locked at {call.op.at.lineno}", call.op.at.lineno
    return None


def _taking(act: Act, function: FunctionFacts) -> Clause | None:
    """The clause that takes the error of the work of others, and lets control go on.

    One that raises it again leaves it to the clauses further out; one that raises another, or ends
    the process, answers for nothing.
    """
    around = {id(clause.node): clause for clause in clauses(function)}
    for pad in _pads(function, act.site.block):
        first = function.ir.blocks[pad].ops[0]
        if not isinstance(first, Caught) or not isinstance(first.at, (ast.Try, ast.TryStar)):
            continue
        for handler in first.at.handlers:
            clause = around.get(id(handler))
            if clause is None or (
                clause.caught and not any(_is_guard(name) for name in clause.caught)
            ):
                continue
            if clause.swallows:
                return clause
            if clause.caught and all(name in _OTHERS[act.row.needs] for name in clause.caught):
                continue
            if not raises_same_again(clause):
                return None
            break
    return None


def _is_guard(name: str) -> bool:
    """Whether a clause for an error takes the work of others, also by a name of a compat module."""
    errors = path_words().guard.errors
    last = name.rpartition(".")[2]
    return name in errors or (last != "error" and last in errors)


def _tolerance(act: Act, function: FunctionFacts) -> str:
    op = act.site.op
    for temp, label in zip(op.args, op.labels, strict=False):
        if label and label == act.row.tolerant:
            value = function.definitions[temp]
            if not (isinstance(value, Const) and value.value is False):
                return label
    if act.row.mode != ABSENT:
        mode = function.argument(op, act.row.mode, "mode")
        value = None if mode is None else function.constant(mode)
        if value is not None and isinstance(value.value, str) and "x" in value.value:
            return 'mode "x"'
    if act.row.flags != ABSENT:
        text = spelling(op.at) if isinstance(op.at, ast.expr) else ""
        if _EXCLUSIVE in text:
            return _EXCLUSIVE
    return ""


def _pads(function: FunctionFacts, block: int) -> list[int]:
    """The handlers that an error of a block comes to, innermost first."""
    blocks = function.ir.blocks
    found: list[int] = []
    handler = blocks[block].handler
    while handler != NO_BLOCK and handler not in found:
        found.append(handler)
        handler = blocks[handler].handler
    return found


def _lock(site: Question, act: Act, function: FunctionFacts) -> int:
    """The line of a lock that is held over the test and the act; 0 when there is none."""
    words = path_words().guard.locks
    outer = _pads(function, site.site.block)
    for pad in _pads(function, act.site.block):
        if pad not in outer:
            continue
        at = function.ir.blocks[pad].ops[0].at
        if isinstance(at, ast.expr) and any(word in spelling(at).lower() for word in words):
            return at.lineno
    owner: FunctionFacts | None = function
    while owner is not None:
        node = owner.ir.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in node.decorator_list:
                if any(word in spelling(decorator).lower() for word in words):
                    return decorator.lineno
        owner = owner.parent
    return 0


CHECKER: Final = CheckThenAct()

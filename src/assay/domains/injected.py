"""Failures that a test puts in on purpose, and where the code under test takes them.

A test of a project names, in a string, a class that stands in for a part of it:
`"fake.BrokenDriver"`. Where a method of that class always raises, every call of a method of that
name that may reach it gets the error; from there it goes up through its callers, within their file,
to the clauses that take it.

    kind = "fake.BrokenDriver"          BrokenDriver.start raises StartError
                                        Manager._start calls it, Manager.start takes the error

Invariant: a way holds only calls that may run the raising method, as far as types are known.
"""

from __future__ import annotations

import ast
import re
from typing import Final, final

from assay.domains.callee_errors import raises_same_again
from assay.domains.error_kinds import ANYTHING, TAKEN, ErrorKinds
from assay.domains.handling import Clause, clauses, last_part
from assay.domains.raise_summaries import RaiseSummaries, is_abstract
from assay.domains.raised import Error
from assay.ir.ops import Attr, Call, Const, Op
from assay.program.classes import ClassInfo, attribute_name
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.outline import is_test_path
from assay.program.silence import limit, not_a_site
from assay.source.roles import Role

_NAMED: Final = re.compile(r"[A-Za-z_][\w.]*\.(?=[A-Z]\w*[a-z]\w*[A-Z]|[A-Z]\w*[a-z])\w+\Z")

_RULES: Final = ("error-handling",)

NOT_ALWAYS: Final = not_a_site(
    "injected.not-always",
    "a method of the class that a test names raises, but not always, or not one error",
    *_RULES,
)
MOST_NAMES: Final = limit(
    "injected.most-names", 8, "at most 8 classes that a test names in texts are looked at", *_RULES
)
MOST_FILES: Final = limit(
    "injected.most-files",
    12,
    "of the files that call a method of the name at most 12 are looked at",
    *_RULES,
)
LONGEST_WAY: Final = limit(
    "injected.longest-way", 8, "an error is followed up through at most 8 calls", *_RULES
)


@final
class Injected:
    """A literal that names a class, the method of it that always raises, and the error."""

    __slots__ = ("error", "literal", "method")

    def __init__(self, literal: Const, method: FunctionFacts, error: Error) -> None:
        self.literal: Final = literal
        self.method: Final = method
        self.error: Final = error


@final
class Passage:
    """The calls that an error goes up through, innermost first, and the clauses that take it.

    All clauses but the last raise it again; so may the last, where nothing above it is known.
    """

    __slots__ = ("calls", "clauses")

    def __init__(
        self, calls: tuple[tuple[FunctionFacts, Call], ...], taken: tuple[Clause, ...]
    ) -> None:
        self.calls: Final = calls
        self.clauses: Final = taken


def injected(facts: FileFacts) -> list[Injected]:
    """The failures that a file puts in by the names of classes."""
    literals: dict[str, Const] = {}
    for function in facts.functions:
        for op in function.definitions:
            if isinstance(op, Const) and isinstance(op.value, str) and _NAMED.match(op.value):
                literals.setdefault(op.value, op)
    found: list[Injected] = []
    names = sorted(literals)
    for name in names[MOST_NAMES.most :]:
        MOST_NAMES.note(facts, literals[name].at.lineno)
    for name in names[: MOST_NAMES.most]:
        for cls in _classes(facts, name):
            for method in cls.methods():
                error = _always_raises(method, facts, literals[name].at.lineno)
                if error is not None:
                    found.append(Injected(literals[name], method, error))
    return found


def _classes(facts: FileFacts, name: str) -> list[ClassInfo]:
    """The classes of the project that a dotted name ends with."""
    outline = facts.program.outline(facts.module)
    if outline is None:
        return []
    prefix, _, last = name.rpartition(".")
    found: list[ClassInfo] = []
    for path in outline.defining(last):
        module = facts.program.read(path)
        if f".{module.name}".endswith(f".{prefix}"):
            for node in module.class_nodes(last):
                cls = module.class_of(node)
                if cls is not None:
                    found.append(cls)
    return found


def _always_raises(method: FunctionFacts, facts: FileFacts, line: int) -> Error | None:
    """The one error of a method that never returns and does nothing else.

    `line` is where the test names its class.
    """
    node = method.ir.node
    if is_abstract(method) or not isinstance(node, ast.FunctionDef) or not node.name.strip("_"):
        return None
    if not isinstance(node.body[-1], ast.Raise):
        return None
    raised = method.file.program.shared(RaiseSummaries).get((method, 0))
    known = [error for error in raised.known if error.exact]
    always = not raised.returns and len(known) == 1
    if known and not always and NOT_ALWAYS.stops(facts, line):
        return None
    return known[0] if known else None


def passages(failure: Injected, facts: FileFacts) -> list[Passage]:
    """The ways on which the error reaches a clause of the code under test."""
    program = facts.program
    outline = program.outline(facts.module)
    method = failure.method
    if outline is None:
        return []
    found: list[Passage] = []
    calling = [
        path for path in outline.calls(method.ir.name) if not is_test_path(path, outline.root)
    ]
    if len(calling) > MOST_FILES.most:
        MOST_FILES.note(facts, failure.literal.at.lineno)
    for path in calling[: MOST_FILES.most]:
        module = program.read(path)
        if module.source.role is Role.TEST or not module.is_read:
            continue
        for function in module.facts.functions:
            for site in function.calls:
                if last_part(function, site.op) == attribute_name(method) and _may_run(
                    function, site.op, method
                ):
                    passage = _upward(function, site.op, failure.error)
                    if passage is not None:
                        found.append(passage)
    return found


def _may_run(function: FunctionFacts, op: Call, method: FunctionFacts) -> bool:
    """Whether a call of a method of that name may reach the one that raises."""
    if not isinstance(function.definitions[op.callee], Attr):
        return False
    callees = function.file.program.callees(function, op)
    if callees.targets:
        return any(target.function is method for target in callees.targets)
    return True


def _upward(function: FunctionFacts, op: Call, error: Error) -> Passage | None:
    """The way up within a file that meets the most clauses, up to one that keeps the error."""
    kinds = function.file.program.shared(RaiseSummaries).kinds
    start = Passage(((function, op),), ())
    work = [start]
    best = start
    seen = {function}
    while work:
        passage = work.pop(0)
        here, call = passage.calls[-1]
        clause = _taking(here, call, error, kinds)
        if clause is not None:
            passage = Passage(passage.calls, (*passage.clauses, clause))
        if len(passage.clauses) > len(best.clauses):
            best = passage
        kept = clause is not None and not raises_same_again(clause)
        if not kept and len(passage.calls) >= LONGEST_WAY.most:
            LONGEST_WAY.note(here.file, call.at.lineno)
            kept = True
        if kept:
            continue
        for caller in here.file.functions:
            if caller not in seen:
                site = _call_of(caller, here)
                if site is not None:
                    seen.add(caller)
                    work.append(Passage((*passage.calls, (caller, site)), passage.clauses))
    return best if best.clauses else None


def _call_of(caller: FunctionFacts, callee: FunctionFacts) -> Call | None:
    """The first call of a function in view by another."""
    for site in caller.calls:
        if last_part(caller, site.op) == attribute_name(callee) and any(
            target.function is callee
            for target in caller.file.program.callees(caller, site.op).targets
        ):
            return site.op
    return None


def _taking(function: FunctionFacts, op: Op, error: Error, kinds: ErrorKinds) -> Clause | None:
    """The innermost clause round an operation that surely takes the error."""
    best: Clause | None = None
    for clause in clauses(function):
        if op not in clause.guarded or not takes(clause, error, kinds):
            continue
        if best is None or clause.statement.lineno > best.statement.lineno:
            best = clause
    return best


def takes(clause: Clause, error: Error, kinds: ErrorKinds) -> bool:
    """Whether a clause surely takes an error."""
    if clause.node.type is None:
        return True
    return any(
        kind is not ANYTHING and kinds.relation(error.kind, kind, error.exact) == TAKEN
        for kind in kinds.of_clause(clause.function, clause.node)
    )

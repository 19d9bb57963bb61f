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

import ast
from collections.abc import Iterable
from typing import Final, final

from assay.checkers.base import FileChecker
from assay.domains.handling import is_log, last_part
from assay.domains.waiting import assertions, is_wait, literals, name_parts
from assay.ir.function import CLASS, FUNCTION, LAMBDA
from assay.ir.ops import Attr, Call
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.errors import error_words
from assay.models.waiting import wait_words
from assay.program.facts import CallSite, FileFacts, FunctionFacts
from assay.program.origin import is_own, module_path, own_roots
from assay.source.nesting import blocks_of
from assay.source.roles import Role
from assay.source.spelling import spelling

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

_RAISES: Final = ("assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "raises")
_LISTED: Final = 3
_FILES_LISTED: Final = 2
_CONSTRUCTORS: Final = ("__init__", "__new__")


@final
class Hole:
    """A callee that is not in view: how it is called, and the dotted path it comes from."""

    __slots__ = ("call", "function", "name", "origin")

    def __init__(self, name: str, origin: str, call: Call, function: FunctionFacts) -> None:
        self.name: Final = name
        self.origin: Final = origin
        self.call: Final = call
        self.function: Final = function


@final
class Expected:
    """A place of a test where a failure is expected."""

    __slots__ = ("call", "function", "state")

    def __init__(self, call: Call, function: FunctionFacts, state: str) -> None:
        self.call: Final = call
        self.function: Final = function
        self.state: Final = state  # the literal that is waited for; "" for `assertRaises`


@final
class ErrorHandling(FileChecker[Expected | tuple[Hole, ...]]):
    """Names the callees that are not in view, and the failures that a test asserts."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterable[Expected | tuple[Hole, ...]]:
        holes = _holes(facts)
        if holes:
            yield holes
        if facts.source.role is Role.TEST:
            for function in facts.functions:
                yield from _expected(function)

    def judge(self, site: Expected | tuple[Hole, ...], facts: FileFacts) -> Observation | None:
        if isinstance(site, Expected):
            return _asserted(site, facts) if site.state else _raised(site, facts)
        return _unseen(site, facts)


def _unseen(holes: tuple[Hole, ...], facts: FileFacts) -> Observation:
    names = tuple([hole.name for hole in holes])
    first = holes[0]
    listed = ", ".join(names[:_LISTED])
    if len(names) > _LISTED:
        listed = f"{listed} and {len(names) - _LISTED} more"
    callees = "1 callee" if len(names) == 1 else f"{len(names)} callees"
    lines = dict.fromkeys(_import_line(hole, facts) for hole in holes)
    return facts.observation(
        RULE,
        Verdict.UNSEEN,
        first.call.at,
        first.function.qualname,
        f"{callees} not in view: {listed}",
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


def _remedy(holes: tuple[Hole, ...], facts: FileFacts) -> str:
    files = list(dict.fromkeys(module_path(hole.origin, facts.source.path) for hole in holes))
    listed = " and ".join(files[:_FILES_LISTED])
    if len(files) > _FILES_LISTED:
        listed = f"{', '.join(files[:_FILES_LISTED])} and {len(files) - _FILES_LISTED} more"
    return f"review {listed} as well, or the whole repository: assay review ."


def _import_line(hole: Hole, facts: FileFacts) -> int:
    for imported in facts.names.imports.values():
        if hole.origin == imported.target or hole.origin.startswith(f"{imported.target}."):
            return imported.node.lineno
    return 0


# Callees


def _holes(facts: FileFacts) -> tuple[Hole, ...]:
    """The callees of the file's own project that it does not define, in order of the text."""
    roots = own_roots(facts)
    known: dict[FunctionFacts, _Inherited | None] = {}
    found: list[Hole] = []
    for function in facts.functions:
        if function.ir.kind not in (FUNCTION, LAMBDA):
            continue
        owner = _class_round(function)
        inherited = None
        if owner is not None:
            if owner not in known:
                known[owner] = _inherited(owner, facts, roots)
            inherited = known[owner]
        for site in function.calls:
            hole = _hole(site, function, roots, inherited)
            if hole is not None:
                found.append(hole)
    found.sort(key=lambda hole: (hole.call.at.lineno, hole.call.at.col_offset))
    distinct: dict[str, Hole] = {}
    for hole in found:
        distinct.setdefault(hole.name, hole)
    return tuple(distinct.values())


@final
class _Inherited:
    """What a class gets from bases of the project that are not in view."""

    __slots__ = ("defined", "origin", "set_here")

    def __init__(self, origin: str, defined: frozenset[str], set_here: frozenset[str]) -> None:
        self.origin: Final = origin  # the first such base
        self.defined: Final = defined  # methods of the classes in view
        self.set_here: Final = set_here  # attributes that they set


def _hole(
    site: CallSite, function: FunctionFacts, roots: tuple[str, ...], inherited: _Inherited | None
) -> Hole | None:
    op = site.op
    name = last_part(function, op)
    if not name or is_log(function, op, error_words()):
        return None
    path = function.callee(op)
    if path and is_own(path, roots):
        return _imported(site, function, path, name)
    callee = function.definitions[op.callee]
    if inherited is None or not isinstance(callee, Attr) or name in _CONSTRUCTORS:
        return None
    spelled = function.spelled(op.callee)
    owner, _, rest = spelled.partition(".")
    if owner in ("super()", "self", "cls") and "." not in rest:
        if owner != "super()" and name in inherited.defined:
            return None
        if name in wait_words().provided or name in inherited.set_here:
            return None
        return Hole(name, inherited.origin, op, function)
    if owner == "self" and rest.count(".") == 1:
        attribute = rest.partition(".")[0]
        if attribute not in inherited.set_here and attribute not in inherited.defined:
            return Hole(rest, inherited.origin, op, function)
    return None


def _imported(site: CallSite, function: FunctionFacts, path: str, name: str) -> Hole | None:
    """A function of the project; constructors, and methods of what a call gave, are none."""
    if name.lstrip("_")[:1].isupper() or not name.strip("_") or "()" in path:
        return None
    if any(part.lstrip("_")[:1].isupper() for part in path.split(".")):
        return None
    return Hole(function.spelled(site.op.callee), path, site.op, function)


def _class_round(function: FunctionFacts) -> FunctionFacts | None:
    """The body of the innermost class that a function stands in."""
    owner = function.parent
    while owner is not None and owner.ir.kind != CLASS:
        owner = owner.parent
    return owner


def _inherited(owner: FunctionFacts, facts: FileFacts, roots: tuple[str, ...]) -> _Inherited | None:
    """What a class gets from bases of the project that are not in view."""
    if not isinstance(owner.ir.node, ast.ClassDef):
        return None
    classes: list[ast.ClassDef] = []
    origin = ""
    work = [owner.ir.node]
    while work:
        node = work.pop(0)
        if node in classes:
            continue
        classes.append(node)
        for base in node.bases:
            text = spelling(base)
            root, dot, rest = text.partition(".")
            path = facts.names.resolve(root)
            bound = facts.names.bound.get(root)
            if path == f":{root}" and isinstance(bound, ast.ClassDef) and not rest:
                work.append(bound)
            elif path and is_own(f"{path}{dot}{rest}", roots):
                origin = origin or f"{path}{dot}{rest}"
    if not origin:
        return None
    return _Inherited(origin, _defined(classes), _set_here(classes))


def _defined(classes: list[ast.ClassDef]) -> frozenset[str]:
    return frozenset(
        statement.name
        for node in classes
        for statement in node.body
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    )


def _set_here(classes: list[ast.ClassDef]) -> frozenset[str]:
    """The attributes that the classes assign, on themselves or through `self`."""
    found: set[str] = set()
    for node in classes:
        pending: list[ast.stmt] = list(node.body)
        while pending:
            statement = pending.pop()
            _add_attributes(statement, found)
            for block, _ in blocks_of(statement):
                pending += block
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                found.update(
                    target.id for target in statement.targets if isinstance(target, ast.Name)
                )
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found.add(statement.target.id)
    return frozenset(found)


def _add_attributes(statement: ast.stmt, found: set[str]) -> None:
    """Adds the attributes that one statement, without its blocks, assigns."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets += statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        targets.append(statement.target)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        targets += [item.optional_vars for item in statement.items if item.optional_vars]
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Attribute):
            found.add(target.attr)
        elif isinstance(target, (ast.Tuple, ast.List)):
            targets += target.elts
        elif isinstance(target, ast.Starred):
            targets.append(target.value)


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
        if after is None or any(wait.call.at.lineno < each.line < after for each in checked):
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

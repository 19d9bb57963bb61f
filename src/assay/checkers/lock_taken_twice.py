"""CWE-833: a method that holds a lock calls one that takes the same lock again.

A plain lock does not know its owner: the thread that holds it and asks for it again waits for
itself, for good. Examined is every piece of a class that runs under a lock: the body of
`with self._lock:`, a `try` between `acquire()` and `release()`, a method under
`@synchronized("x")`.

- `found`: it calls, on `self`, a method of the class that takes the same plain lock.
- `unseen`: it does, and what kind of lock it is cannot be seen.
- `handled`: it does, and the lock is reentrant.
- `clean`: it does not.

The deadlock stops the thread, and every other one that wants the lock after it.

Weak:

    class Cache:
        def __init__(self):
            self._lock = threading.Lock()
            self._rows = {}

        def get(self, key):
            with self._lock:
                return self._rows[key]

        def first(self, keys):
            with self._lock:
                return self.get(keys[0])        # waits for itself

Guarded:

        def first(self, keys):
            with self._lock:
                return self._rows[keys[0]]

How to fix: move the work into a method that expects the lock to be held, and call that from both.

Known limits: one class at a time; methods of base classes and callbacks are not followed. A method
that takes the lock on a condition does not count.

References: CWE-833, CWE-764; Python documentation, `threading.Lock`.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias, final

from assay.checkers.base import FileChecker
from assay.domains.handling import own_statements
from assay.domains.shape import decorators
from assay.ir.ops import Attr
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.locks import lock_model
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.silence import Gate, excused, not_a_site, not_known
from assay.source.nesting import COMPOUND
from assay.source.spelling import spelling

RULE: Final = Rule(
    id="lock-taken-twice",
    cwe=833,
    related=(764, 662),
    title="Lock taken again by its holder",
    family=Family.RACES,
    severity=Severity.HIGH,
    precision=Confidence.HIGH,
    site="locked regions",
    summary="A method that holds a lock calls one that takes the same lock again",
    explanation=__doc__ or "",
)

NO_LOCK: Final = not_a_site(
    "retaken.no-lock", "nothing shows that what is entered is a lock", RULE.id
)
GIVEN_BACK: Final = excused(
    "retaken.given-back", "the lock is given back somewhere above the call", RULE.id
)
KIND_NOT_IN_VIEW: Final = not_known(
    "retaken.kind-not-in-view", "what makes the lock, and so its kind, is not in view", RULE.id
)

_Method: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_METHODS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

# The method that an operator calls on `self`.
_ITEM_METHODS: Final = {
    ast.Load: "__getitem__",
    ast.Store: "__setitem__",
    ast.Del: "__delitem__",
}


@final
class Region:
    """Statements of a method that run under a lock; `key` is how the class spells the lock."""

    __slots__ = ("always", "at", "body", "key")

    def __init__(
        self, key: str, at: ast.stmt | ast.expr, body: list[ast.stmt], always: bool
    ) -> None:
        self.key: Final = key
        self.at: Final = at
        self.body: Final = body
        self.always: Final = always  # every call of the method takes the lock


@final
class _Class:
    """The methods of a class, their locked regions, and which locks each one takes."""

    __slots__ = ("_generators", "methods", "node", "regions", "takes")

    def __init__(self, node: ast.ClassDef, locking: set[ast.AST]) -> None:
        self._generators: Final[dict[str, bool]] = {}
        self.node: Final = node
        self.methods: Final[dict[str, _Method]] = {
            item.name: item for item in node.body if isinstance(item, _METHODS)
        }
        self.regions: Final[dict[str, list[Region]]] = {
            name: _regions(method) if method in locking else []
            for name, method in self.methods.items()
        }
        # For each method the locks that a call of it surely takes, with the line that does.
        self.takes: Final[dict[str, dict[str, int]]] = {
            name: {region.key: region.at.lineno for region in regions if region.always}
            for name, regions in self.regions.items()
        }
        if any(self.takes.values()):
            self._hand_up()

    def _hand_up(self) -> None:
        """A method takes what a method takes that it calls on every way."""
        called = {
            name: [
                each
                for statement in _always(method.body)
                for each, _ in self.called(_heads(statement))
            ]
            for name, method in self.methods.items()
        }
        callers: dict[str, list[str]] = {}
        for name, methods in called.items():
            for each in dict.fromkeys(methods):
                callers.setdefault(each, []).append(name)
        work = [name for name, taken in self.takes.items() if taken]
        for name in work:  # grows while it is walked
            for caller in callers.get(name, ()):
                fresh = {
                    key: line
                    for key, line in self.takes[name].items()
                    if key not in self.takes[caller]
                }
                if fresh:
                    self.takes[caller].update(fresh)
                    work.append(caller)

    def called(self, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
        """The methods of the class that nodes call on `self`, also by operators."""
        for node in nodes:
            for inner in _own(node):
                if not isinstance(inner, ast.expr):
                    continue
                awaited = isinstance(inner, ast.Await)
                name = _callee(inner.value if isinstance(inner, ast.Await) else inner)
                if not name:
                    continue
                method = self.methods.get(name)
                if method is None or self._is_generator(name, method):
                    continue
                if isinstance(method, ast.AsyncFunctionDef) != awaited:
                    continue  # a coroutine that is not awaited runs at another time
                if isinstance(inner, ast.Attribute) and not _is_property(method):
                    continue
                yield name, inner

    def _is_generator(self, name: str, method: _Method) -> bool:
        known = self._generators.get(name)
        if known is None:
            known = _is_generator(method)
            self._generators[name] = known
        return known


def _callee(node: ast.AST) -> str:
    """The name of the method of `self` that an expression calls; `""` for none."""
    if isinstance(node, ast.Call) and _is_self(node.func):
        return node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _ITEM_METHODS[type(node.ctx)] if node.value.id == "self" else ""
    if isinstance(node, ast.Attribute) and _is_self(node) and isinstance(node.ctx, ast.Load):
        return node.attr
    return ""


def _is_self(node: ast.expr) -> bool:
    """Whether an expression is an attribute of `self`."""
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def _is_property(method: _Method) -> bool:
    return any(spelling(item).endswith("property") for item in method.decorator_list)


def _is_generator(method: _Method) -> bool:
    return any(
        isinstance(inner, (ast.Yield, ast.YieldFrom))
        for statement in method.body
        for inner in _own(statement)
    )


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what lies in it, without the bodies of functions that run at another time."""
    work = [node]
    while work:
        current = work.pop()
        yield current
        if isinstance(current, (*_METHODS, ast.Lambda, ast.ClassDef, ast.GeneratorExp)):
            continue
        work.extend(ast.iter_child_nodes(current))


def _holders(statement: ast.stmt) -> Iterator[ast.AST]:
    """As `_own`, but only what has blocks."""
    work: list[ast.AST] = [statement]
    while work:
        current = work.pop()
        if type(current) not in COMPOUND and not isinstance(
            current, (ast.ExceptHandler, ast.match_case)
        ):
            continue
        yield current
        if not isinstance(current, (*_METHODS, ast.ClassDef)):
            work.extend(ast.iter_child_nodes(current))


def _always(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that every way through a body comes past, up to the first that may leave."""
    for node in body:
        yield node
        if isinstance(node, (ast.With, ast.AsyncWith)):
            yield from _always(node.body)
        elif isinstance(node, ast.Try):
            yield from _always(node.body[:1])
        if any(isinstance(inner, (ast.Return, ast.Raise)) for inner in own_statements([node])):
            return


def _heads(node: ast.stmt) -> list[ast.AST]:
    """What of a statement runs on every way: all of a simple one, the test of a compound one."""
    if isinstance(node, (ast.If, ast.While)):
        return [node.test]
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return [node.iter]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in node.items]
    if isinstance(node, (ast.Try, ast.TryStar, ast.Match, *_METHODS, ast.ClassDef)):
        return []
    return [node]


def _regions(method: _Method) -> list[Region]:
    """The locked regions of a method."""
    found: list[Region] = []
    model = lock_model()
    for item in method.decorator_list:
        if (
            isinstance(item, ast.Call)
            and spelling(item.func).rpartition(".")[2] in model.decorators
            and item.args
            and isinstance(item.args[0], ast.Constant)
            and isinstance(item.args[0].value, str)
        ):
            key = f"@{spelling(item.func)}({item.args[0].value!r})"
            found.append(Region(key, item, method.body, True))
    always = {id(node) for node in _always(method.body)}
    found.extend(_between(method.body, always))
    for statement in method.body:
        for node in _holders(statement):
            if isinstance(node, (ast.With, ast.AsyncWith)):
                for entry in node.items:
                    if _is_self(entry.context_expr):
                        key = spelling(entry.context_expr)
                        found.append(Region(key, entry.context_expr, node.body, id(node) in always))
            for body in _bodies(node):
                found.extend(_between(body, always))
    return found


def _bodies(node: ast.AST) -> list[list[ast.stmt]]:
    found = []
    for field in ("body", "orelse", "finalbody"):
        part = getattr(node, field, None)
        if isinstance(part, list):
            found.append(part)
    return found


def _between(body: list[ast.stmt], always: set[int]) -> Iterator[Region]:
    """`self.lock.acquire()` and right behind it a `try` that releases it in `finally`."""
    for first, second in itertools.pairwise(body):
        key = _acquired(first)
        if not key or not isinstance(second, ast.Try):
            continue
        if any(_released(node, key) for node in second.finalbody):
            yield Region(key, first, second.body, id(first) in always)


def _acquired(node: ast.stmt) -> str:
    """The lock that a statement takes and waits for; `""` for none."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value
        if (
            not called.args
            and not called.keywords
            and isinstance(called.func, ast.Attribute)
            and called.func.attr in lock_model().acquire
            and _is_self(called.func.value)
        ):
            return spelling(called.func.value)
    return ""


def _released(node: ast.stmt, key: str) -> bool:
    return any(
        isinstance(inner, ast.Call) and spelling(inner.func) == f"{key}.release"
        for inner in _own(node)
    )


@final
class Hold:
    """A locked region, with the call that takes the lock again, if there is one."""

    __slots__ = ("again", "called", "kind", "line", "made", "name", "qualname", "region")

    def __init__(
        self,
        region: Region,
        qualname: str,
        again: tuple[str, ast.expr, int] | None,
        kind: str,
        made: int,
    ) -> None:
        self.region: Final = region
        self.qualname: Final = qualname
        self.name: Final = again[0] if again else ""
        self.called: Final = again[1] if again else None
        self.line: Final = again[2] if again else 0  # where the called method takes the lock
        self.kind: Final = kind
        self.made: Final = made  # where the lock is made; 0 when that is not in view


_PLAIN: Final = "plain"
_REENTRANT: Final = "reentrant"
_UNKNOWN: Final = "unknown"


def _locking(owner: FunctionFacts) -> set[ast.AST]:
    """The methods of a class that could take a lock at all; hardly any does."""
    return {
        function.ir.node
        for function in owner.children
        if function.ir.node is not None and _may_lock(function)
    }


def _may_lock(function: FunctionFacts) -> bool:
    model = lock_model()
    if any(name.rpartition(".")[2] in model.decorators for name in decorators(function)):
        return True
    if any(isinstance(function.definitions[item.manager], Attr) for item in function.enters):
        return True
    methods = (function.definitions[call.op.callee] for call in function.calls)
    return any(isinstance(item, Attr) and item.name in model.acquire for item in methods)


@final
class LockTakenTwice(FileChecker[Hold]):
    """Follows calls on `self` out of locked regions, one class at a time."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterable[Hold]:
        for function in facts.functions:
            node = function.ir.node
            if not isinstance(node, ast.ClassDef):
                continue
            locking = _locking(function)
            if not locking:
                continue
            group = _Class(node, locking)
            for name, regions in group.regions.items():
                for region in regions:
                    again = _again(group, region, facts)
                    kind, made = _kind(facts, node, region.key)
                    yield Hold(region, f"{function.qualname}.{name}", again, kind, made)

    def judge(self, site: Hold, facts: FileFacts) -> Observation | Gate:
        key = site.region.key
        if site.called is None:
            if site.kind == _UNKNOWN and NO_LOCK.stops(facts, site.region.at.lineno):
                return NO_LOCK
            return facts.observation(
                RULE,
                Verdict.CLEAN,
                site.region.at,
                site.qualname,
                f"calls no method that takes {key} again",
            )
        text = f"{site.name}() takes {key} again at line {site.line}"
        at = site.called
        if site.kind == _REENTRANT:
            guard = facts.evidence(EvidenceRole.GUARD, site.made, site.made)
            return facts.observation(
                RULE,
                Verdict.HANDLED,
                at,
                site.qualname,
                f"{text}, and it is reentrant",
                evidence=(guard,),
            )
        if site.kind == _UNKNOWN and KIND_NOT_IN_VIEW.stops(facts, at.lineno):
            return facts.observation(
                RULE,
                Verdict.UNSEEN,
                at,
                site.qualname,
                f"{text}; whether it is reentrant is not in view",
                missing=(f"the kind of {key}",),
                remedy="review the code that makes the lock as well",
            )
        held = site.region.at.lineno
        return facts.observation(
            RULE,
            Verdict.FOUND,
            at,
            site.qualname,
            f"{text}, which is held since line {held} and not reentrant",
            evidence=(facts.evidence(EvidenceRole.CONTEXT, site.line, site.line),),
            trace=(
                facts.step(site.region.at, f"{key} is taken"),
                facts.step(at, f"{site.name}() is called with it held"),
                facts.step(site.line, f"{key} is asked for again"),
            ),
            remedy="move the work into a method that expects the lock to be held",
        )


def _again(group: _Class, region: Region, facts: FileFacts) -> tuple[str, ast.expr, int] | None:
    """The first call of a region that takes its lock again: the method, the call, the line."""
    for statement in region.body:
        for name, at in group.called([statement]):
            if region.key not in group.takes[name]:
                continue
            if not (_gives_back(region, at) and GIVEN_BACK.stops(facts, at.lineno)):
                return name, at, group.takes[name][region.key]
    return None


def _gives_back(region: Region, at: ast.expr) -> bool:
    """Whether the region gives the lock back somewhere before a call."""
    return any(
        isinstance(inner, ast.Call)
        and spelling(inner.func) == f"{region.key}.release"
        and inner.lineno < at.lineno
        for statement in region.body
        for inner in _own(statement)
    )


def _kind(facts: FileFacts, node: ast.ClassDef, key: str) -> tuple[str, int]:
    """Whether a lock is plain, reentrant or of unknown kind, and the line that makes it."""
    if key.startswith("@"):
        return _PLAIN, 0
    model = lock_model()
    name = key.removeprefix("self.")
    kinds: dict[str, int] = {}
    for inner in ast.walk(node):
        if not isinstance(inner, (ast.Assign, ast.AnnAssign)):
            continue
        targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
        value = inner.value
        if not any(spelling(target) in (key, name) for target in targets) or value is None:
            continue
        if isinstance(value, ast.Constant) and value.value is None:
            continue
        path = ""
        if isinstance(value, ast.Call):
            root, dot, rest = spelling(value.func).partition(".")
            path = f"{facts.names.resolve(root)}{dot}{rest}"
        if path in model.reentrant:
            kinds[_REENTRANT] = inner.lineno
        elif path in model.plain or path.rpartition(".")[2] == "allocate_lock":
            kinds[_PLAIN] = inner.lineno
        else:
            kinds[_UNKNOWN] = inner.lineno
    if len(kinds) != 1:
        return _UNKNOWN, 0
    return next(iter(kinds.items()))


CHECKER: Final = LockTakenTwice()

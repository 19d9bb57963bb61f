"""CWE-820: something shared is made on first use, and nothing keeps two threads from doing so.

Examined are two steps that are taken on demand: a lock that is made when it is not there yet, and
a container of the module that is filled when it is empty.

- `found`: the lock is made without another lock held, so that two threads can each make one and
  both go on; or the container is filled piece by piece in place, and who asks in between finds it
  no longer empty and not yet complete.
- `handled`: it is done under a lock.
- `clean`: the container is filled in one step.

It goes wrong when two threads meet, seldom and never under a debugger: the second request of a
fresh process misses half of a table, or two threads are in the same locked region.

Weak:

    _MODES = {}

    def mode(name):
        if not _MODES:
            for row in read_rows():
                _MODES[row.name] = row      # others already see a part of it
        return _MODES[name]

Guarded:

    _MODES = {}

    def mode(name):
        global _MODES
        if not _MODES:
            _MODES = {row.name: row for row in read_rows()}
        return _MODES[name]

How to fix: make locks in `__init__` or at module level. Build a table in a local variable and
publish it in one assignment, or hold a lock round test and filling.

Known limits: that threads are in use at all is not asked. Locks of asyncio are left out: a task is
not interrupted between test and assignment.

References: CWE-820, CWE-362, CWE-543, CWE-609; Python documentation, `threading`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias, final

from assay.checkers.base import FileChecker
from assay.ir.ops import Attr, Load
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.filesystem import path_words
from assay.models.locks import lock_model
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.silence import excused, not_a_site
from assay.source.roles import Role
from assay.source.spelling import spelling

RULE: Final = Rule(
    id="lazy-initialisation",
    cwe=820,
    related=(362, 543, 609),
    title="Shared thing made on first use",
    family=Family.RACES,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="steps on first use",
    summary="A lock or table is made on first use, and nothing keeps two threads from doing so",
    explanation=__doc__ or "",
)

NOT_SHARED_YET: Final = not_a_site(
    "lazy.not-shared-yet", "the method runs before others have the object", RULE.id
)
OF_TASKS: Final = not_a_site(
    "lazy.of-tasks", "the class has coroutines, and tasks do not interrupt each other here", RULE.id
)
UNDER_A_LOCK: Final = excused(
    "lazy.under-a-lock", "what is held round it has the name of a lock, or is taken nearby", RULE.id
)

_Method: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_METHODS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES: Final = (*_METHODS, ast.ClassDef, ast.Lambda)
_EARLY: Final = frozenset(
    ("__init__", "__new__", "__setstate__", "__getstate__", "__post_init__", "__init_subclass__")
)
_FILLING: Final = frozenset(("append", "add", "update", "extend", "setdefault", "insert"))
_EMPTY: Final = frozenset(("dict", "list", "set", "OrderedDict", "defaultdict"))
_LOCK_NAMES: Final = frozenset(
    path.rpartition(".")[2] for path in (*lock_model().plain, *lock_model().reentrant)
)
_TASKS: Final = ("asyncio.", "anyio.", "trio.", "aio")


@final
class FirstUse:
    """A step on first use: where it is tested, what it makes, and the lock held round it."""

    __slots__ = ("at", "held", "last", "name", "pieces", "place")

    def __init__(
        self, place: str, name: str, at: ast.stmt, last: ast.stmt, pieces: int, held: int
    ) -> None:
        self.place: Final = place
        self.name: Final = name  # what makes the lock; "" for a container
        self.at: Final = at
        self.last: Final = last  # the statement that makes or completes it
        self.pieces: Final = pieces  # in how many steps a container is filled
        self.held: Final = held  # the line of the lock; 0 for none


@final
class LazyInitialisation(FileChecker[FirstUse]):
    """Looks for tests of shared things whose branch makes them."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterable[FirstUse]:
        empty = frozenset(name for name, node in facts.names.bound.items() if _is_empty(node))
        if not empty and not _makes_any_lock(facts):
            return
        known = _known_locks(facts)
        for function in facts.functions:
            node = function.ir.node
            if not isinstance(node, _METHODS) or not _may_matter(function, empty):
                continue
            early = node.name in _EARLY
            if early and facts.module.program.account is None:
                continue  # nobody asks why
            held = _decorated(node)
            owner = function.parent.ir.node if function.parent is not None else None
            tasks = isinstance(owner, ast.ClassDef) and any(
                isinstance(item, ast.AsyncFunctionDef) for item in owner.body
            )
            for statement, lock in _statements(node.body, held, known):
                made = list(_containers(statement, lock, function, empty))
                for each in _locks(statement, lock, facts):
                    of_tasks = tasks or isinstance(node, ast.AsyncFunctionDef)
                    if not (of_tasks and OF_TASKS.stops(facts, each.at.lineno)):
                        made.append(each)
                for each in made:
                    if not (early and NOT_SHARED_YET.stops(facts, each.at.lineno)):
                        yield each

    def judge(self, site: FirstUse, facts: FileFacts) -> Observation:
        function = facts.enclosing(site.at.lineno).qualname
        head = _head(site.at)
        if site.held and UNDER_A_LOCK.stops(facts, site.at.lineno):
            guard = facts.evidence(EvidenceRole.GUARD, site.held, site.held)
            text = f"{site.place} is made under the lock of line {site.held}"
            return facts.observation(RULE, Verdict.HANDLED, head, function, text, evidence=(guard,))
        if not site.name and site.pieces < 2:
            text = f"{site.place} is filled in one step"
            return facts.observation(RULE, Verdict.CLEAN, head, function, text)
        line = site.last.lineno
        quiet = facts.source.role in (Role.TEST, Role.EXAMPLE, Role.SCRIPT, Role.NOTEBOOK)
        if site.name:
            text = (
                f"the lock {site.place} is made on first use: two threads that meet here make two"
            )
        else:
            text = (
                f"the table {site.place} is filled in place on first use: until line {line} other"
                " threads find a part of it"
            )
        return facts.observation(
            RULE,
            Verdict.FOUND,
            head,
            function,
            text,
            evidence=(facts.evidence(EvidenceRole.CONTEXT, line, line),),
            severity=Severity.LOW if quiet or not site.name else RULE.severity,
            confidence=Confidence.HIGH if site.name else Confidence.MEDIUM,
        )


def _head(node: ast.stmt) -> ast.stmt | ast.expr:
    """What stands for a step: the test of an `if`, the first statement of a `try`."""
    if isinstance(node, ast.If):
        return node.test
    return node.body[0] if isinstance(node, ast.Try) else node


def _statements(
    body: list[ast.stmt], held: int, known: frozenset[str]
) -> Iterator[tuple[ast.stmt, int]]:
    """The statements of a function at any depth, each with the line of the lock held round it."""
    for node in body:
        yield node, held
        if isinstance(node, _SCOPES):
            continue
        inner = held
        if isinstance(node, (ast.With, ast.AsyncWith)) and any(
            _is_lock(spelling(item.context_expr)) or spelling(item.context_expr) in known
            for item in node.items
        ):
            inner = node.lineno
        parts = _parts(node)
        if any(_acquires(part) for part in parts):
            inner = node.lineno
        for part in parts:
            yield from _statements(part, inner, known)


def _parts(node: ast.stmt) -> list[list[ast.stmt]]:
    parts = [getattr(node, field, []) for field in ("body", "orelse", "finalbody")]
    if isinstance(node, (ast.Try, ast.TryStar)):
        parts.extend(clause.body for clause in node.handlers)
    return parts


def _acquires(body: list[ast.stmt]) -> bool:
    """Whether a body takes a lock or gives one back, which says that it was held."""
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and spelling(node.value.func).rpartition(".")[2] in ("acquire", "release")
        for node in body
    )


def _is_lock(text: str) -> bool:
    return any(word in text.lower() for word in path_words().guard.locks)


def _made(function: FunctionFacts) -> Iterator[str]:
    """The last parts of the names of what a function calls."""
    for call in function.calls:
        callee = function.definitions[call.op.callee]
        if isinstance(callee, (Attr, Load)):
            yield callee.name


def _makes_any_lock(facts: FileFacts) -> bool:
    return any(name in _LOCK_NAMES for function in facts.functions for name in _made(function))


def _may_matter(function: FunctionFacts, empty: frozenset[str]) -> bool:
    """Whether a function makes a lock at all, or reads a container of the module."""
    if any(name in _LOCK_NAMES for name in _made(function)):
        return True
    return bool(empty) and any(
        isinstance(site.op, Load) and site.op.name in empty for site in function.sites()
    )


def _known_locks(facts: FileFacts) -> frozenset[str]:
    """How the file spells the places where it keeps locks."""
    found: set[str] = set()
    for function in facts.functions:
        for op in function.attribute_stores():
            made = function.qualified(op.value).removesuffix("()")
            if made in lock_model().make:
                found.add(f"{function.spelled(op.owner)}.{op.name}")
    return frozenset(found)


def _decorated(node: _Method) -> int:
    """The line of a decorator that holds a lock; 0 for none."""
    return next(
        (item.lineno for item in node.decorator_list if _is_lock(spelling(item))),
        0,
    )


# Locks


def _locks(node: ast.stmt, held: int, facts: FileFacts) -> Iterator[FirstUse]:
    """`if self.lock is None: self.lock = Lock()` and its other forms."""
    place = ""
    body: list[ast.stmt] = []
    if isinstance(node, ast.If):
        place, body = _asked(node.test), node.body
    elif isinstance(node, ast.Try) and len(node.body) == 1:
        first = node.body[0]
        for clause in node.handlers:
            if clause.type is not None and spelling(clause.type) == "AttributeError":
                place, body = _read(first), clause.body
    if not place:
        return
    for inner in body:
        if not isinstance(inner, ast.Assign) or not isinstance(inner.value, ast.Call):
            continue
        if any(spelling(target) == place for target in inner.targets):
            path = _path(inner.value.func, facts)
            if _makes_lock(path):
                yield FirstUse(place, path, node, inner, 1, held)


def _asked(test: ast.expr) -> str:
    """The attribute or name that a test finds missing: `x is None`, `not x`, `not hasattr(x)`."""
    asked: ast.expr | None = None
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
        other = test.comparators[0]
        asked = test.left if isinstance(other, ast.Constant) and other.value is None else None
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        asked = test.operand
    if isinstance(asked, ast.Call) and spelling(asked.func) in ("hasattr", "getattr"):
        if len(asked.args) >= 2 and isinstance(asked.args[1], ast.Constant):
            return f"{spelling(asked.args[0])}.{asked.args[1].value!s}"
        return ""
    return spelling(asked) if isinstance(asked, ast.Attribute) else ""


def _read(node: ast.stmt) -> str:
    """The attribute that a statement only reads."""
    if isinstance(node, (ast.Expr, ast.Return)) and isinstance(node.value, ast.Attribute):
        return spelling(node.value)
    return ""


def _path(node: ast.expr, facts: FileFacts) -> str:
    root, dot, rest = spelling(node).partition(".")
    path = facts.names.resolve(root)
    return f"{path}{dot}{rest}" if path else ""


def _makes_lock(path: str) -> bool:
    """Whether a call makes a lock of threads, also by the name that a compat module gives it."""
    model = lock_model()
    if path.startswith(_TASKS):
        return False
    if path in model.plain or path in model.reentrant:
        return True
    last = path.rpartition(".")[2]
    return path.startswith(".") and f"threading.{last}" in model.make


# Containers


def _containers(
    node: ast.stmt, held: int, function: FunctionFacts, empty: frozenset[str]
) -> Iterator[FirstUse]:
    """`if not TABLE:` whose branch fills the table of the module."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.UnaryOp):
        return
    asked = node.test.operand
    if not isinstance(node.test.op, ast.Not) or not isinstance(asked, ast.Name):
        return
    if asked.id not in empty or function.stores(asked.id):
        return  # it is published, or a local of the same name
    pieces, last = _filled(node.body, asked.id, False)
    if last is not None:
        yield FirstUse(asked.id, "", node, last, pieces, held)


def _is_empty(node: ast.stmt | None) -> bool:
    """Whether a module binds a name to an empty container."""
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, (ast.List, ast.Set)):
        return not value.elts
    if isinstance(value, ast.Call):
        return spelling(value.func).rpartition(".")[2] in _EMPTY and len(value.args) <= 1
    return False


def _filled(body: list[ast.stmt], name: str, loop: bool) -> tuple[int, ast.stmt | None]:
    """In how many steps statements fill a container, and the last of them; a loop counts twice."""
    pieces = 0
    last: ast.stmt | None = None
    for node in body:
        if isinstance(node, _SCOPES):
            continue
        if _fills(node, name):
            pieces += 2 if loop else 1
            last = node
        inner = loop or isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        for part in _parts(node):
            more, later = _filled(part, name, inner)
            pieces += more
            last = later or last
    return pieces, last


def _fills(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.Assign):
        return any(
            isinstance(target, ast.Subscript) and spelling(target.value) == name
            for target in node.targets
        )
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        return (
            isinstance(called, ast.Attribute)
            and called.attr in _FILLING
            and spelling(called.value) == name
        )
    return False


CHECKER: Final = LazyInitialisation()

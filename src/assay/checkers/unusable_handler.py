"""CWE-755: a handler that can only fail itself: no exception class, no context manager.

Handlers run when something has gone wrong, which is seldom, so that a mistake in one is found late:
the first real error then ends in a TypeError or AttributeError that hides it. Examined is every
type of an `except` clause and every `with` item that is a plain name.

- `found`: the type is a number or text (an error code of `errno`, a constant of the module), or
  `A or B`, of which only `A` is caught; the `with` item is a class or function that has to be
  called.
- `clean`: the type is an exception class of Python, or a class of the module.

Weak:

    try:
        client.delete(name)
    except errno.ENOENT:                            # a number: TypeError when an error comes
        pass
    except APIError as error:
        with excutils.save_and_reraise_exception as ctxt:      # the class, not a manager
            ctxt.reraise = error.code != 404

Guarded:

    try:
        client.delete(name)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
    except APIError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = error.code != 404

How to fix: catch the class and test its code; call the context manager; write `(A, B)`.

Known limits: names of other modules are known by rows only (`models/handlers.toml`,
`models/locks.toml`).

References: CWE-755, CWE-703; Python language reference, "The try statement", "The with statement".
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from typing import Final, final

from assay.checkers.base import FileChecker
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.handlers import handler_model
from assay.models.locks import lock_model
from assay.program.facts import FileFacts
from assay.program.silence import Gate, not_a_site, not_known
from assay.source.spelling import spelling

RULE: Final = Rule(
    id="unusable-handler",
    cwe=755,
    related=(703, 705),
    title="Handler that can only fail itself",
    family=Family.ERRORS,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="types of except clauses, with items",
    summary="An except clause names no exception class, or a with statement no context manager",
    explanation=__doc__ or "",
)

CAN_BE_ENTERED: Final = not_a_site(
    "unusable.can-be-entered", "nothing tells that the name is no context manager", RULE.id
)
NAME_NOT_KNOWN: Final = not_known(
    "unusable.name-not-known", "it is not known what the name of the error stands for", RULE.id
)
LOCAL_NAME: Final = not_known(
    "unusable.local-name", "a function round it binds the name itself", RULE.id
)
REBOUND: Final = not_known(
    "unusable.rebound", "the module binds the name of the number or text more than once", RULE.id
)
SMALL_LETTERS: Final = not_known(
    "unusable.small-letters",
    "the name of the error is in a module of numbers, and is written in small letters",
    RULE.id,
)

_MANAGERS: Final = ("contextmanager", "asynccontextmanager")


@final
class Named:
    """What stands in an `except` clause (`entered` is False) or in a `with` statement."""

    __slots__ = ("entered", "node")

    def __init__(self, node: ast.expr, entered: bool) -> None:
        self.node: Final = node
        self.entered: Final = entered


def _named(facts: FileFacts) -> Iterator[Named]:
    """The types of the handlers and the bare names of the `with` statements, each once."""
    seen: set[ast.AST] = set()
    for function in facts.functions:
        for region in function.ir.regions:
            node = region.node.type
            if node is None or node in seen:
                continue
            seen.add(node)
            for part in node.elts if isinstance(node, ast.Tuple) else [node]:
                yield Named(part, False)
        for entered in function.enters:
            at = entered.at
            if isinstance(at, (ast.Name, ast.Attribute)) and at not in seen:
                seen.add(at)
                yield Named(at, True)


@final
class UnusableHandler(FileChecker[Named]):
    """Asks of each name what it is bound to."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterable[Named]:
        return _named(facts)

    def judge(self, site: Named, facts: FileFacts) -> Observation | Gate:
        path = _path(site.node, facts)
        line = 0
        text = ""
        if site.entered:
            text, line = _not_entered(site, path, facts)
        else:
            text, line = _not_caught(site, path, facts)
        function = facts.enclosing(site.node.lineno).qualname
        if text:
            context = (facts.evidence(EvidenceRole.CONTEXT, line, line),) if line else ()
            return facts.observation(
                RULE, Verdict.FOUND, site.node, function, text, evidence=context
            )
        if not site.entered and _is_class(path, facts):
            return facts.observation(
                RULE, Verdict.CLEAN, site.node, function, "names an exception class"
            )
        return CAN_BE_ENTERED if site.entered else NAME_NOT_KNOWN


def _path(node: ast.expr, facts: FileFacts) -> str:
    """The dotted path of a name; `""` when a function may bind it itself, or it is no name."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return ""
    root, dot, rest = spelling(node).partition(".")
    path = facts.names.resolve(root) if root.isidentifier() else ""
    if not path or (_is_local(root, node.lineno, facts) and LOCAL_NAME.stops(facts, node.lineno)):
        return ""
    return f"{path}{dot}{rest}"


def _is_local(name: str, line: int, facts: FileFacts) -> bool:
    """Whether a function round a line binds a name, so that it is not the module's."""
    function = facts.enclosing(line)
    while function is not facts.functions[0]:
        if name in function.ir.parameters.names() or function.stores(name):
            return True
        if function.parent is None:
            return False
        function = function.parent
    return False


def _not_caught(site: Named, path: str, facts: FileFacts) -> tuple[str, int]:
    """Why something can be caught by no clause, and the line that shows it; `""` when it can."""
    node = site.node
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes, int, float)):
        return f"the literal {spelling(node)} is no exception class: TypeError comes instead", 0
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        first, second = spelling(node.values[0]), spelling(node.values[1])
        return f"the expression is {first}: {second} is not caught", 0
    # A module that is imported in a function on demand is a variable of the file.
    if any(path.removeprefix(":").startswith(code) for code in handler_model().codes):
        last = path.rpartition(".")[2]
        if last.isupper() or not SMALL_LETTERS.stops(facts, node.lineno):
            return f"the name {spelling(node)} is a number: when an error comes, TypeError does", 0
    if path.startswith(":") and "." not in path:
        bound = facts.names.bound.get(path[1:])
        if isinstance(bound, ast.Assign) and _is_number_or_text(bound.value):
            text = spelling(bound.value)
            if _is_bound_once(path[1:], facts) or not REBOUND.stops(facts, node.lineno):
                return f"the name {path[1:]} is {text}, no exception class", bound.lineno
    return "", 0


def _is_number_or_text(value: ast.expr) -> bool:
    """Whether an expression is a number or text."""
    known = value.value if isinstance(value, ast.Constant) else None
    return isinstance(known, (str, int, float)) and not isinstance(known, bool)


def _is_bound_once(name: str, facts: FileFacts) -> bool:
    """Whether a module binds a name once, and no function does."""
    return len(facts.functions[0].stores(name)) == 1 and not any(
        isinstance(node, ast.Global) and name in node.names for node in ast.walk(facts.source.tree)
    )


def _not_entered(site: Named, path: str, facts: FileFacts) -> tuple[str, int]:
    """Why something cannot be entered, and the line that shows it; `""` when it can."""
    spelled = spelling(site.node)
    model = handler_model()
    if path in lock_model().make or any(
        path == known or path.endswith(f".{known}") for known in model.managers
    ):
        return f"what {spelled} makes is not entered, but itself: the call is missing", 0
    if path.startswith(":") and "." not in path:
        bound = facts.names.bound.get(path[1:])
        if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
            spelling(item).rpartition(".")[2] in _MANAGERS for item in bound.decorator_list
        ):
            return (
                f"the function {spelled} is entered, not its result: the call is missing",
                bound.lineno,
            )
        if isinstance(bound, ast.ClassDef) and not bound.keywords and not bound.decorator_list:
            has = {item.name for item in bound.body if isinstance(item, ast.FunctionDef)}
            if "__enter__" in has:
                return (
                    f"the class {spelled} is entered, not an instance: the call is missing",
                    bound.lineno,
                )
    return "", 0


def _is_class(path: str, facts: FileFacts) -> bool:
    known: object = getattr(builtins, path, None)
    if isinstance(known, type):
        return issubclass(known, BaseException)
    return path.startswith(":") and isinstance(facts.names.bound.get(path[1:]), ast.ClassDef)


CHECKER: Final = UnusableHandler()

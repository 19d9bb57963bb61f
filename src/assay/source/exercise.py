"""What a test does: which actions it drives, what it waits for, what it checks.

Read off the calls in the test's own functions: the verb of a method's name, literal keys and
strings among its arguments, and the local variables that carry them. A helper out of view is known
by its name only, and the words say no more than that name does.

Invariant: every step carries the line of the call that it was read from.

    self.api.post_server_action(server["id"], {"resize": {...}})   -> drives `resize`
    self._wait_for_state_change(server, "ERROR")                   -> waits for state change 'ERROR'
    self.assertEqual(expected, self._get_usages(host))             -> checks usages
"""

import ast
import re
from bisect import bisect_left
from enum import Enum
from typing import Final, TypeAlias, final

from assay.source.roles import dotted

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_FAILURE: Final = re.compile(r"error|fail|abort|refus|denied|forbidden|invalid|exception", re.I)
_HTTP: Final = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ACTING: Final = frozenset(
    {"abort", "apply", "attach", "call", "cancel", "close", "confirm", "connect", "delete",
     "deploy", "detach", "disable", "download", "emit", "enable", "encrypt", "evacuate", "execute",
     "import", "export", "fire", "install", "invoke", "live", "login", "logout", "migrate", "move",
     "parse", "patch", "perform", "post", "process", "publish", "push", "put", "reboot", "rebuild",
     "remove", "request", "resize", "restart", "resume", "revert", "run", "save", "send", "shelve",
     "stop", "submit", "suspend", "trigger", "unshelve", "update", "upload", "write"}
)  # fmt: skip
"""Verbs of an action that a test is about."""

_PREPARING: Final = frozenset({"start", "boot", "create", "make", "build", "add", "register"})
"""Verbs of an action that mostly prepares the one that the test is about."""

_OF_CONTAINERS: Final = frozenset(
    {"apply", "close", "import", "move", "parse", "patch", "process", "remove", "stop", "update",
     "write"}
)  # fmt: skip
"""Verbs that, as the whole name of a method, are mostly those of a dict, a list or a file."""

_HOUSEKEEPING: Final = frozenset({"addCleanup", "addClassCleanup", "addTypeEqualityFunc"})
_READING: Final = frozenset({"get", "list", "fetch", "find", "show", "read", "load", "query"})
_SMALL_WORDS: Final = frozenset({"for", "until", "to", "on", "the", "a", "be", "is", "by"})
_STANDARD_ASSERTIONS: Final = frozenset(
    {"equal", "equals", "true", "false", "is", "isnone", "isnot", "isnotnone", "in", "notin",
     "notequal", "isinstance", "notisinstance", "almostequal", "notalmostequal", "greater",
     "greaterequal", "less", "lessequal", "regex", "notregex", "countequal", "raises",
     "raisesregex", "raisesregexp", "warns", "warnsregex", "logs", "nologs", "multilineequal",
     "sequenceequal", "listequal", "tupleequal", "setequal", "dictequal", "dictcontainssubset",
     "itemsequal", "that", "regexpmatches", "notregexpmatches"}
)  # fmt: skip
_LONGEST_LITERAL: Final = 40
_DEEPEST_TRACE: Final = 4
"""Local variables in a chain from an assertion back to the literals that it depends on."""

_FIRST_ERROR_STATUS: Final = 400


class StepKind(Enum):
    """The four things that a test does."""

    PREPARE = "prepares"
    DRIVE = "drives"
    WAIT = "waits for"
    CHECK = "checks"


@final
class Step:
    """One thing that a test does. `about`: literals that it depends on through local variables."""

    __slots__ = ("about", "fails", "kind", "line", "text", "weight")

    def __init__(
        self,
        kind: StepKind,
        line: int,
        text: str,
        about: tuple[str, ...],
        fails: bool,
        weight: int,
    ) -> None:
        self.kind: Final = kind
        self.line: Final = line
        self.text: Final = text
        self.about: Final = about
        self.fails: Final = fails
        """The step says that something must go wrong."""
        self.weight: Final = weight
        """How surely the test is about this step: 2 a named request, 1 an action, 0 the rest."""

    def __repr__(self) -> str:
        return f"Step({self.kind}, {self.line}, {self.text!r}, {self.about})"


Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@final
class _Scope:
    """The assignments to local variables of one function, in the order of the text."""

    __slots__ = ("_lines", "_values", "expecting", "telling")

    def __init__(self, function: Function) -> None:
        self._lines: Final[dict[str, list[int]]] = {}
        self._values: Final[dict[str, list[ast.expr]]] = {}
        self.telling: Final[list[ast.Call | ast.Assert]] = []
        """The calls and assertions, in the order of the text."""
        self.expecting: Final[set[int]] = set()
        """The lines inside of `with self.assertRaises(...)` and `with pytest.raises(...)`."""
        for node in in_order(function):
            kind = type(node)
            if kind not in _TELLING:
                continue
            if isinstance(node, (ast.Call, ast.Assert)):
                self.telling.append(node)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assign(target, node.value)
            elif isinstance(node, ast.AnnAssign):
                if node.value is not None:
                    self._assign(node.target, node.value)
            elif isinstance(node, (ast.With, ast.AsyncWith)) and any(
                _is_raises(dotted(item.context_expr)) for item in node.items
            ):
                last = node.end_lineno or node.lineno
                self.expecting.update(range(node.body[0].lineno, last + 1))

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._lines.setdefault(target.id, []).append(target.lineno)
            self._values.setdefault(target.id, []).append(value)

    def value(self, name: str, line: int) -> ast.expr | None:
        """What the nearest assignment above the line gave the name."""
        lines = self._lines.get(name)
        if lines is None:
            return None
        index = bisect_left(lines, line) - 1
        return self._values[name][index] if index >= 0 else None


def steps_of(function: Function, tools: frozenset[str]) -> list[Step]:
    """What the function does, in the order of the text.

    `tools` are names in the module, `os` or `mock` for instance, whose calls are not what the test
    is about.
    """
    scope = _Scope(function)
    steps: list[Step] = []
    for node in scope.telling:
        if isinstance(node, ast.Call):
            step = _step_of_call(scope, node, tools)
            if step is not None:
                steps.append(step)
        else:
            steps.append(_checked(scope, node.test, node.lineno))
    steps.sort(key=_line)
    return steps


def _line(step: Step) -> int:
    return step.line


def in_order(root: ast.AST) -> list[ast.AST]:
    """The node and all below it but contexts, in the order of the text and without recursion."""
    found: list[ast.AST] = []
    pending = [root]
    while pending:
        node = pending.pop()
        found.append(node)
        # The most frequent nodes first: this loop is most of the cost of a description.
        if type(node) in _LEAVES:
            continue
        if type(node) is _ATTRIBUTE or type(node) is _EXPR or type(node) is _KEYWORD:
            pending.append(node.value)
        elif type(node) is _CALL:
            if node.keywords:
                pending += reversed(node.keywords)
            if node.args:
                pending += reversed(node.args)
            pending.append(node.func)
        elif type(node) is _ASSIGN:
            pending.append(node.value)
            pending += reversed(node.targets)
        elif type(node) is _SUBSCRIPT:
            pending.append(node.slice)
            pending.append(node.value)
        elif type(node) is _LIST or type(node) is _TUPLE:
            pending += reversed(node.elts)
        else:
            below: list[ast.AST] = []
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, list):
                    below += [one for one in value if isinstance(one, _AST)]
                elif isinstance(value, _AST) and type(value) not in _CONTEXTS:
                    below.append(value)
            below.reverse()
            pending += below
    return found


# To look a class up in `ast` takes longer than to compare with it.
_AST: Final = ast.AST
_ASSIGN: Final = ast.Assign
_ATTRIBUTE: Final = ast.Attribute
_CALL: Final = ast.Call
_EXPR: Final = ast.Expr
_KEYWORD: Final = ast.keyword
_LIST: Final = ast.List
_SUBSCRIPT: Final = ast.Subscript
_TUPLE: Final = ast.Tuple
_CONTEXTS: Final = frozenset({ast.Load, ast.Store, ast.Del})
_LEAVES: Final = frozenset(
    {ast.Name, ast.Constant}.union(
        *(kind.__subclasses__() for kind in (ast.operator, ast.unaryop, ast.cmpop, ast.boolop))
    )
)
_TELLING: Final = frozenset(
    {ast.Call, ast.Assert, ast.Assign, ast.AnnAssign, ast.With, ast.AsyncWith}
)
"""The nodes that say what a test does, or what its variables are."""


def words(name: str) -> list[str]:
    """The words of an identifier in lower case: `_get_hostName` is get, host, name."""
    return [word.lower() for word in _WORD.findall(name)]


def _is_wait(name: str) -> bool:
    parts = words(name.rpartition(".")[2])
    return bool(parts) and parts[0] in _WAITS


_WAITS: Final = frozenset({"wait", "await", "poll"})


def _is_raises(name: str) -> bool:
    return name.rpartition(".")[2] in ("raises", "assertRaises", "assertRaisesRegex")


def _step_of_call(scope: _Scope, call: ast.Call, tools: frozenset[str]) -> Step | None:
    if isinstance(call.func, ast.Attribute):
        name = call.func.attr
    elif isinstance(call.func, ast.Name):
        name = call.func.id
    else:
        return None
    if not name or name[0].isupper() or name in _HOUSEKEEPING:
        return None
    parts = words(name)
    if not parts:
        return None
    if parts[0] == "assert":
        return _asserted(scope, call, parts[1:])
    if name == "raises":
        return Step(StepKind.CHECK, call.lineno, _raised(call), (), True, 1)
    if parts[0] in _WAITS:
        return _waited(call, parts[1:])
    if not isinstance(call.func, ast.Attribute) or dotted(call).partition(".")[0] in tools:
        return None
    return _driven(scope, call, parts, call.lineno in scope.expecting)


def _waited(call: ast.Call, rest: list[str]) -> Step:
    while rest and rest[0] in _SMALL_WORDS:
        rest = rest[1:]
    literals = _literals(call)
    said = " ".join(rest)
    quoted = " and ".join(repr(literal) for literal in literals)
    fails = any(_FAILURE.search(literal) for literal in literals) or any(
        _FAILURE.search(word) for word in rest
    )
    text = " ".join(part for part in (said, quoted) if part)
    return Step(StepKind.WAIT, call.lineno, text or "completion", (), fails, 1)


def _driven(scope: _Scope, call: ast.Call, parts: list[str], must_raise: bool) -> Step | None:
    """An action on `self` or on a client: a request with a named body, a path, or a verb."""
    verb = parts[0]
    if verb in _HTTP and call.args:
        path = call.args[0]
        if (
            isinstance(path, ast.Constant)
            and isinstance(path.value, str)
            and path.value.startswith(("/", "http:", "https:"))
            and len(parts) == 1
        ):
            text = f"{verb.upper()} {path.value}"
            return Step(StepKind.DRIVE, call.lineno, text, (), must_raise, 2)
    if verb in _ACTING and not (len(parts) == 1 and verb in _OF_CONTAINERS):
        key = _body_key(scope, call)
        if key and key.lower() not in parts:
            return Step(StepKind.DRIVE, call.lineno, f"`{key}`", (), must_raise, 2)
        return Step(StepKind.DRIVE, call.lineno, " ".join(parts), (), must_raise, 1)
    if verb in _PREPARING:
        return Step(
            StepKind.PREPARE, call.lineno, " ".join(parts), tuple(_literals(call)), must_raise, 0
        )
    return None


def _body_key(scope: _Scope, call: ast.Call) -> str:
    """The only literal key of a dict that a call sends, directly or through a variable."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        value: ast.expr | None = argument
        if isinstance(value, ast.Name):
            value = scope.value(value.id, call.lineno)
        if isinstance(value, ast.Dict) and len(value.keys) == 1:
            key = value.keys[0]
            if (
                isinstance(key, ast.Constant)
                and isinstance(key.value, str)
                and key.value
                and _is_body(value.values[0])
            ):
                return key.value
    return ""


def _is_body(value: ast.expr) -> bool:
    """Whether a request may send this under its name: details, a variable, or nothing."""
    return not isinstance(value, ast.Constant) or value.value is None


def _raised(call: ast.Call) -> str:
    expected = dotted(call.args[0]) if call.args else ""
    return f"that {expected.rpartition('.')[2]} is raised" if expected else "that it raises"


def _asserted(scope: _Scope, call: ast.Call, rest: list[str]) -> Step | None:
    joined = "".join(rest)
    if joined.startswith("raises"):
        return Step(StepKind.CHECK, call.lineno, _raised(call), (), True, 1)
    if rest and joined not in _STANDARD_ASSERTIONS:
        about = _traced_of(scope, call.args, call.lineno)
        text = f"that {' '.join(rest)}"
        return Step(StepKind.CHECK, call.lineno, text, about, bool(_FAILURE.search(text)), 1)
    # Of `assertEqual(expected, actual)` the one that says most names what is checked.
    compared = call.args[:2]
    return _best_check(scope, compared, call.lineno) if compared else None


def _checked(scope: _Scope, test: ast.expr, line: int) -> Step:
    """What an `assert` statement checks."""
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else [test]
    step = _best_check(scope, sides, line)
    return step if step is not None else Step(StepKind.CHECK, line, "a condition", (), False, 0)


def _best_check(scope: _Scope, sides: list[ast.expr], line: int) -> Step | None:
    subjects = [_subject(scope, side, line, 0) for side in sides]
    rank, text = max(subjects, key=_rank)
    if not text:
        return None
    fails = any(_says_failure(side) for side in sides)
    return Step(StepKind.CHECK, line, text, _traced_of(scope, sides, line), fails, int(rank > 1))


def _rank(subject: tuple[int, str]) -> int:
    return subject[0]


def _says_failure(side: ast.expr) -> bool:
    if isinstance(side, ast.Constant):
        if isinstance(side.value, str):
            return _FAILURE.search(side.value) is not None
        if isinstance(side.value, int) and not isinstance(side.value, bool):
            return _FIRST_ERROR_STATUS <= side.value < _FIRST_ERROR_STATUS + 200
    return False


def _subject(scope: _Scope, side: ast.expr, line: int, depth: int) -> tuple[int, str]:
    """What an expression is, in words, and how much that says: 3 most, 0 nothing."""
    if isinstance(side, ast.Await):
        return _subject(scope, side.value, line, depth)
    if isinstance(side, ast.Call):
        name = dotted(side.func).rpartition(".")[2]
        if name in ("len", "sorted", "list", "set", "dict", "str", "int", "bool") and side.args:
            return _subject(scope, side.args[0], line, depth)
        parts = words(name)
        if parts and parts[0] in _READING:
            parts = parts[1:]
        if parts and parts[0] in _SMALL_WORDS and isinstance(side.func, ast.Attribute):
            parts = words(dotted(side.func.value).rpartition(".")[2]) + parts
        return (3, " ".join(parts)) if parts else (0, "")
    if isinstance(side, ast.Subscript):
        inner = _subject(scope, side.value, line, _DEEPEST_TRACE)
        if isinstance(side.slice, ast.Constant) and isinstance(side.slice.value, str):
            return 3, f"{inner[1]} {side.slice.value}".strip()
        return inner
    if isinstance(side, ast.Attribute):
        inner = _subject(scope, side.value, line, _DEEPEST_TRACE)
        owner = "" if inner[1] in ("self", "cls") else inner[1]
        return 2, f"{owner} {' '.join(words(side.attr))}".strip()
    if isinstance(side, ast.Name):
        value = scope.value(side.id, line) if depth < _DEEPEST_TRACE else None
        if isinstance(value, (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Constant)):
            return 0, " ".join(words(side.id))
        if isinstance(value, (ast.Call, ast.Await)):
            found = _subject(scope, value, line, depth + 1)
            if found[1]:
                return found
        return 1, " ".join(words(side.id))
    return 0, ""


def _traced_of(scope: _Scope, sides: list[ast.expr], line: int) -> tuple[str, ...]:
    """The strings given to the calls that the variables of the expressions come from."""
    found: list[str] = []
    seen: set[tuple[str, int]] = set()
    for side in sides:
        _trace(scope, side, line, 0, found, seen)
    return tuple(dict.fromkeys(found))


def _trace(
    scope: _Scope,
    side: ast.expr,
    line: int,
    depth: int,
    found: list[str],
    seen: set[tuple[str, int]],
) -> None:
    if depth > _DEEPEST_TRACE:
        return
    for node in in_order(side):
        if not isinstance(node, ast.Name) or (node.id, line) in seen:
            continue
        seen.add((node.id, line))
        value = scope.value(node.id, line)
        # The state that a call waited for says nothing of what the result is about.
        if isinstance(value, ast.Call) and not _is_wait(dotted(value.func)):
            found += _own_literals(value)
            for argument in value.args:
                _trace(scope, argument, value.lineno, depth + 1, found, seen)


def _own_literals(call: ast.Call) -> list[str]:
    return [
        argument.value
        for argument in call.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and 0 < len(argument.value) <= _LONGEST_LITERAL
    ]


def _literals(call: ast.Call) -> list[str]:
    """The short strings among the arguments of a call, lists and keywords looked into."""
    return [
        node.value
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for node in _items(argument)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and 0 < len(node.value) <= _LONGEST_LITERAL
    ]


def _items(argument: ast.expr) -> list[ast.expr]:
    if isinstance(argument, (ast.List, ast.Tuple, ast.Set)):
        return argument.elts
    return [argument]

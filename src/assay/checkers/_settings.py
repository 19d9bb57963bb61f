"""Options and settings of a file: what is set, to which value, and who decides it.

Shared by the rules on configuration. A setting is a variable, an attribute, an item or a dict
entry; an option is an argument of a call. `decided` says whether a value is a constant or what else
decides it, and `excuse` whether an unsafe value is where it belongs: in a test, in a configuration
for development, behind a condition.

    requests.get(url, verify=False)          option `verify`, constant False
    requests.get(url, verify=not insecure)   option `verify`, not a constant
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Iterator
from typing import Final, final

from assay.frozen import frozen
from assay.ir.function import CLASS, MODULE
from assay.ir.ops import (
    GLOBAL,
    LOCAL,
    NAME,
    Attr,
    Build,
    Call,
    Const,
    ConstantValue,
    Copy,
    Load,
    Located,
    SetAttr,
    SetItem,
    Store,
)
from assay.ledger.observation import Evidence, EvidenceRole
from assay.models.configuration import words
from assay.program.facts import FileFacts, FunctionFacts
from assay.source.roles import Role, is_main_guard
from assay.source.words import words_of

VARIABLE: Final = "variable"
ATTRIBUTE: Final = "attribute"
ITEM: Final = "item"
ENTRY: Final = "entry"

_SETTERS: Final = frozenset({Store, SetAttr, SetItem, Build, Call})
_UPDATERS: Final = frozenset({"update", "dict", "override_settings", "flags", "config"})
_SETTING_SETTERS: Final = frozenset({"set_override", "set_default", "setdefault"})


@final
class Setting:
    """A name that is given a value: `place` is one of the words of this module."""

    __slots__ = ("at", "function", "name", "owner", "place", "value")

    def __init__(
        self,
        name: str,
        value: int,
        at: Located,
        place: str,
        function: FunctionFacts,
        owner: int = -1,
    ) -> None:
        self.name: Final = name
        self.value: Final = value
        self.at: Final = at
        self.place: Final = place
        self.function: Final = function
        self.owner: Final = owner  # whose attribute or item it is; -1 for none


def settings_of(function: FunctionFacts, wanted: Callable[[str], bool]) -> Iterator[Setting]:
    """The settings of one function, class body or module whose names are wanted, in the order of
    its blocks. The copies that lowering makes of a `finally` body give one setting.
    """
    seen: set[tuple[int, int, str]] = set()
    for setting in _settings_of(function, wanted):
        key = (setting.at.lineno, setting.at.col_offset, setting.name)
        if key not in seen:
            seen.add(key)
            yield setting


def _settings_of(function: FunctionFacts, wanted: Callable[[str], bool]) -> Iterator[Setting]:
    for block in function.ir.blocks:
        for op in block.ops:
            if type(op) not in _SETTERS:
                continue
            if isinstance(op, Store):
                if wanted(op.name):
                    yield Setting(op.name, op.value, op.at, VARIABLE, function)
            elif isinstance(op, SetAttr):
                if wanted(op.name):
                    yield Setting(op.name, op.value, op.at, ATTRIBUTE, function, op.owner)
            elif isinstance(op, SetItem):
                key = text_of(function, op.index)
                if key and wanted(key):
                    yield Setting(key, op.value, op.at, ITEM, function, op.owner)
            elif isinstance(op, Build):
                if op.kind == "dict" and not op.labels:
                    yield from _entries(function, op, wanted)
            elif isinstance(op, Call):
                yield from _set_by_call(function, op, wanted)


def _entries(
    function: FunctionFacts, op: Build, wanted: Callable[[str], bool]
) -> Iterator[Setting]:
    for key_temp, value in zip(op.args[::2], op.args[1::2], strict=True):
        definition = function.definitions[key_temp]
        key = definition.value if isinstance(definition, Const) else None
        if definition is not None and isinstance(key, str) and wanted(key):
            yield Setting(key, value, definition.at, ENTRY, function)


def _set_by_call(
    function: FunctionFacts, op: Call, wanted: Callable[[str], bool]
) -> Iterator[Setting]:
    """`conf.set_override("driver", value)`, `setattr(conf, "driver", value)`,
    `conf.update(driver=value)`."""
    callee = function.definitions[op.callee]
    name = callee.name if isinstance(callee, (Attr, Load)) else ""
    if op.labels:
        if name in _UPDATERS:
            for temp, label in zip(op.args, op.labels, strict=True):
                if label and wanted(label):
                    yield Setting(label, temp, op.at, ENTRY, function)
    elif name in _SETTING_SETTERS and len(op.args) >= 2:
        key = text_of(function, op.args[0])
        if key and wanted(key):
            yield Setting(key, op.args[1], op.at, ITEM, function)
    elif name == "setattr" and len(op.args) == 3:
        key = text_of(function, op.args[1])
        if key and wanted(key):
            yield Setting(key, op.args[2], op.at, ATTRIBUTE, function, op.args[0])


def text_of(function: FunctionFacts, temp: int) -> str:
    """The string that a temporary is, given in place; `""` for anything else."""
    op = function.definitions[temp]
    return op.value if isinstance(op, Const) and isinstance(op.value, str) else ""


def constant_of(function: FunctionFacts, temp: int) -> Const | None:
    """The literal that a temporary holds, through local variables and constants of the module."""
    found = function.constant(temp)
    if found is not None:
        return found
    op = function.definitions[temp]
    if isinstance(op, Load) and op.scope in (GLOBAL, NAME):
        own = function if op.scope == NAME and function.stores(op.name) else None
        owner = own or function.file.functions[0]
        stores = owner.stores(op.name)
        if len(stores) == 1:
            value = owner.definitions[stores[0].value]
            return value if isinstance(value, Const) else None
    return None


@final
class Display:
    """A tuple, list or set display, and the function whose temporaries its elements are."""

    __slots__ = ("function", "op")

    def __init__(self, function: FunctionFacts, op: Build) -> None:
        self.function: Final = function
        self.op: Final = op

    def constants(self) -> list[Const | None]:
        """The literal of each element, None where it is none."""
        return [constant_of(self.function, part) for part in self.op.args]


def display_of(function: FunctionFacts, temp: int) -> Display | None:
    """The tuple, list or set display that a temporary holds, through a variable of any scope."""
    owner = function
    op = function.definitions[temp]
    if isinstance(op, Load) and op.scope in (LOCAL, GLOBAL, NAME):
        owner = function if function.stores(op.name) else function.file.functions[0]
        stores = owner.stores(op.name)
        if len(stores) == 1 and op.name not in function.ir.parameters.names():
            op = owner.definitions[stores[0].value]
    return Display(owner, op) if isinstance(op, Build) and op.kind != "dict" else None


@frozen
class Decided:
    """Who decides a value: `constant` (then `value`), `path` (a dotted name), `parameter` (then
    `line` is that of its default or of the function, `value` the default), or `other`."""

    kind: str
    value: ConstantValue = None
    path: str = ""
    line: int = 0


CONSTANT: Final = "constant"
PATH: Final = "path"
PARAMETER: Final = "parameter"
OTHER: Final = "other"


def decided(function: FunctionFacts, temp: int) -> Decided:
    """Who decides the value of a temporary."""
    constant = constant_of(function, temp)
    if constant is not None:
        return Decided(CONSTANT, constant.value)
    op = function.definitions[temp]
    if isinstance(op, Copy):  # where the branches of a conditional expression meet
        return Decided(OTHER, line=op.at.lineno)
    path = function.qualified(temp)
    if path:
        return Decided(PATH, path=path)
    if (
        isinstance(op, Load)
        and op.name in function.ir.parameters.names()
        and not function.stores(op.name)
    ):
        return _parameter(function, op.name)
    return Decided(OTHER, line=op.at.lineno if op is not None else 0)


def _parameter(function: FunctionFacts, name: str) -> Decided:
    node = function.ir.node
    line = function.ir.first_line
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        arguments = node.args
        positional = arguments.posonlyargs + arguments.args
        pairs: list[tuple[ast.arg, ast.expr | None]] = list(
            zip(
                positional[len(positional) - len(arguments.defaults) :],
                arguments.defaults,
                strict=True,
            )
        )
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for argument, default in pairs:
            if argument.arg == name and isinstance(default, ast.Constant):
                return Decided(PARAMETER, default.value, name, argument.lineno)
        for argument in positional + arguments.kwonlyargs:
            if argument.arg == name:
                line = argument.lineno
    return Decided(PARAMETER, ..., name, line)


# Where an unsafe value belongs


@final
class Excuse:
    """Why an unsafe value is in its place, and the line that says so.

    `missing` is what would have to be known for it; "" when it is sure.
    """

    __slots__ = ("line", "missing", "text")

    def __init__(self, text: str, line: int, missing: str = "") -> None:
        self.text: Final = text
        self.line: Final = line
        self.missing: Final = missing

    def guard(self, facts: FileFacts) -> Evidence:
        """The line as evidence."""
        return facts.evidence(EvidenceRole.GUARD, self.line, self.line)


_TEST_WORDS: Final = frozenset({"test", "tests", "testing"})


def excuse(facts: FileFacts, at: Located, asked_for: bool = True) -> Excuse | None:
    """Whether a place of the file is one for tests or development; None for any other.

    `asked_for`: a condition that speaks of switching off a protection counts as well.
    """
    source = facts.source
    if source.role is Role.TEST:
        return Excuse("in a test", source.role_evidence.line or at.lineno)
    known = words()
    condition = condition_at(facts, at.lineno)
    if condition is not None:
        said = condition_words(condition)
        if said & known.development or (asked_for and said & known.chosen):
            return Excuse(f"under the condition of line {condition.lineno}", condition.lineno)
    owner = facts.enclosing(at.lineno)
    scope: FunctionFacts | None = owner
    served = source.role is Role.WEB_HANDLER  # whatever it is called, others can reach it
    telling = known.development - _TEST_WORDS if served else known.development
    while scope is not None:
        telling_here = known.development if scope.ir.kind == CLASS else telling
        if scope.ir.kind != MODULE and telling_here.intersection(words_of(scope.ir.name)):
            what = "class" if scope.ir.kind == CLASS else "function"
            return Excuse(f"in {what} {scope.ir.name}", scope.ir.first_line)
        scope = scope.parent
    stem = posixpath.basename(source.inner).removesuffix(".py")
    folder = posixpath.basename(posixpath.dirname(source.inner))
    said = {
        *telling.intersection(words_of(stem)),
        *known.development.intersection(words_of(folder)),
    }
    if said and (source.role is Role.CONFIG or said - known.stages):
        return Excuse(f"in a file for development or tests, {source.path}", at.lineno)
    if said and not served:  # a debugger, a device, a folder of one's own: or a file for one stage
        text = f"in a file whose name speaks of development, {source.path}"
        return Excuse(text, at.lineno, f"who runs {source.path}")
    return None


def condition_at(facts: FileFacts, line: int) -> ast.expr | None:
    """The test of the innermost `if` whose branch holds a line; `__main__` guards do not count."""
    found: ast.expr | None = None
    node = facts.enclosing(line).ir.node
    body = getattr(node, "body", [])
    while isinstance(body, list):
        inner = next((one for one in body if _holds(one, line)), None)
        if inner is None:
            break
        if isinstance(inner, ast.If) and not is_main_guard(inner.test):
            found = inner.test
        body = [
            part
            for name in ("body", "orelse", "finalbody", "handlers")
            for part in getattr(inner, name, [])
        ]
    return found


def _holds(node: ast.stmt | ast.excepthandler, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def condition_words(condition: ast.expr) -> set[str]:
    """The words of the names and texts of a test."""
    found: set[str] = set()
    for node in ast.walk(condition):
        if isinstance(node, ast.Name):
            found.update(words_of(node.id))
        elif isinstance(node, ast.Attribute):
            found.update(words_of(node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(words_of(node.value))
    return found

"""Where the literals of a file go: the names, arguments and comparisons that their values reach.

Flow-insensitive: a value that a variable may hold reaches everything that reads the variable, in
the function and, for constants of a module, in every function of the file. Values are followed
through variables, `or` and conditional expressions, `.encode()` and the like, and pairs that are
taken apart; not through concatenation.

    KEY = "k3y..."          variable KEY
    Client(api_key=KEY)     argument api_key of Client, through KEY
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.ir.function import CLASS, MODULE, Return
from assay.ir.ops import (
    CELL,
    GLOBAL,
    LOCAL,
    NAME,
    Attr,
    Build,
    Call,
    Compare,
    Const,
    Copy,
    Element,
    Item,
    Load,
    Located,
    MakeFunction,
    Op,
    SetAttr,
    SetItem,
    Store,
    Unpack,
)
from assay.program.facts import FileFacts, FunctionFacts

VARIABLE: Final = "variable"
ATTRIBUTE: Final = "attribute"
ITEM: Final = "item"
ENTRY: Final = "dict entry"
ARGUMENT: Final = "argument"
POSITION: Final = "positional argument"
DEFAULT: Final = "default of parameter"
FALLBACK: Final = "fallback of"
COMPARED: Final = "compared with"
RESULT: Final = "result of"

_SAME_VALUE: Final = frozenset({"encode", "decode", "strip", "rstrip", "lstrip"})
_WRAPPERS: Final = frozenset(
    {"str", "bytes", "unicode", "bytearray", "SecretStr", "Secret", "SecretBytes"}
)
_MOST: Final = 200
"""Temporaries that one literal is followed through."""


@final
class Target:
    """Something with a name that a value reaches.

    `op` is the operation that puts it there, `name` the name, `kind` one of the words of this
    module; `variable` the last variable on the way, `""` for none; `position` counts arguments.
    """

    __slots__ = ("function", "kind", "name", "op", "position", "variable")

    def __init__(
        self,
        kind: str,
        name: str,
        op: Op,
        function: FunctionFacts,
        variable: str,
        position: int = -1,
    ) -> None:
        self.kind: Final = kind
        self.name: Final = name
        self.op: Final = op
        self.function: Final = function
        self.variable: Final = variable
        self.position: Final = position

    @property
    def at(self) -> Located:
        """Where it is put there."""
        return self.op.at


@final
class _Work:
    """One value to follow: a temporary, and the last variable that it came through."""

    __slots__ = ("function", "temp", "variable")

    def __init__(self, function: FunctionFacts, temp: int, variable: str) -> None:
        self.function: Final = function
        self.temp: Final = temp
        self.variable: Final = variable


@final
class LiteralFlow:
    """The flow of the literals of one file; indices are made when they are first needed."""

    __slots__ = ("_file", "_loads", "_returned", "_uses")

    def __init__(self, file: FileFacts) -> None:
        self._file: Final = file
        self._uses: Final[dict[int, dict[int, list[Op]]]] = {}
        self._loads: dict[str, list[tuple[FunctionFacts, Load]]] | None = None
        self._returned: Final[dict[int, set[int]]] = {}

    def uses(self, function: FunctionFacts, temp: int) -> list[Op]:
        """The operations that read a temporary."""
        table = self._uses.get(id(function))
        if table is None:
            table = {}
            returned: set[int] = set()
            for block in function.ir.blocks:
                for op in block.ops:
                    for used in op.uses():
                        table.setdefault(used, []).append(op)
                if isinstance(block.terminator, Return):
                    returned.add(block.terminator.value)
            self._uses[id(function)] = table
            self._returned[id(function)] = returned
        return table.get(temp, [])

    def targets(self, function: FunctionFacts, temp: int) -> list[Target]:
        """Every name that a value reaches, nearest first."""
        found: list[Target] = []
        work = [_Work(function, temp, "")]
        seen: set[tuple[int, int]] = set()
        for item in work:  # grows while it is walked
            key = (id(item.function), item.temp)
            if key in seen or len(seen) > _MOST:
                continue
            seen.add(key)
            for op in self.uses(item.function, item.temp):
                self._use(item, op, found, work)
            if item.temp in self._returned[id(item.function)]:
                name = item.function.ir.name
                where = item.function.definitions[item.temp]
                if where is not None:
                    found.append(Target(RESULT, name, where, item.function, item.variable))
        return found

    def _use(self, item: _Work, op: Op, found: list[Target], work: list[_Work]) -> None:
        function, temp, variable = item.function, item.temp, item.variable
        if isinstance(op, Store):
            found.append(Target(VARIABLE, op.name, op, function, variable))
            work += [_Work(owner, load.dest, op.name) for owner, load in self._reads(function, op)]
        elif isinstance(op, Copy):
            work.append(_Work(function, op.dest, variable))
        elif isinstance(op, SetAttr):
            if op.value == temp:
                found.append(Target(ATTRIBUTE, op.name, op, function, variable))
        elif isinstance(op, SetItem):
            if op.value == temp:
                key = _text(function, op.index)
                if key:
                    found.append(Target(ITEM, key, op, function, variable))
        elif isinstance(op, Call):
            self._call(item, op, found, work)
        elif isinstance(op, Attr):
            if op.name in _SAME_VALUE:
                work += [
                    _Work(function, use.dest, variable)
                    for use in self.uses(function, op.dest)
                    if isinstance(use, Call) and use.callee == op.dest
                ]
        elif isinstance(op, Build):
            self._build(item, op, found, work)
        elif isinstance(op, Compare):
            if op.operator in ("==", "!="):
                other = op.right if op.left == temp else op.left
                name = _last_name(function, other)
                if name:
                    found.append(Target(COMPARED, name, op, function, variable))
        elif isinstance(op, MakeFunction):
            self._default(item, op, found)

    def _call(self, item: _Work, op: Call, found: list[Target], work: list[_Work]) -> None:
        function, variable = item.function, item.variable
        if op.callee == item.temp:
            return
        callee = _last_name(function, op.callee)
        if callee in _WRAPPERS and len(op.args) == 1:
            work.append(_Work(function, op.dest, variable))
            return
        labels = op.labels or ("",) * len(op.args)
        for position, (temp, label) in enumerate(zip(op.args, labels, strict=True)):
            if temp != item.temp or label in ("*", "**"):
                continue
            if label:
                found.append(Target(ARGUMENT, label, op, function, variable, position))
            elif "*" not in labels[:position]:
                found.append(Target(POSITION, callee, op, function, variable, position))

    def _build(self, item: _Work, op: Build, found: list[Target], work: list[_Work]) -> None:
        function = item.function
        if op.labels:
            return
        if op.kind == "dict":
            for key_temp, value in zip(op.args[::2], op.args[1::2], strict=True):
                key = _text(function, key_temp)
                if value == item.temp and key:
                    found.append(Target(ENTRY, key, op, function, item.variable))
            return
        index = op.args.index(item.temp)
        if op.kind == "tuple":
            for use in self.uses(function, op.dest):
                if isinstance(use, Unpack) and use.after == -1:
                    work += [
                        _Work(function, part.dest, item.variable)
                        for part in self.uses(function, use.dest)
                        if isinstance(part, Element) and part.index == index
                    ]
                elif isinstance(use, Call) and index == 1 and len(op.args) == 2:
                    labels = use.labels or ("",) * len(use.args)
                    for temp, label in zip(use.args, labels, strict=True):
                        if temp == op.dest and label.endswith("auth"):
                            found.append(Target(ARGUMENT, label, use, function, item.variable, 1))
                elif isinstance(use, SetAttr) and index == 1 and use.name == "auth":
                    found.append(Target(ATTRIBUTE, use.name, use, function, item.variable, 1))

    def _default(self, item: _Work, op: MakeFunction, found: list[Target]) -> None:
        child = item.function.ir.children[op.child]
        parameters = child.parameters.positional_only + child.parameters.positional
        offset = len(parameters) - len(op.defaults)
        for index, temp in enumerate(op.defaults):
            if temp == item.temp:
                name = parameters[offset + index]
                found.append(Target(DEFAULT, name, op, item.function, item.variable))
        for name, temp in zip(op.keyword_names, op.keyword_defaults, strict=True):
            if temp == item.temp:
                found.append(Target(DEFAULT, name, op, item.function, item.variable))

    def _reads(self, function: FunctionFacts, op: Store) -> list[tuple[FunctionFacts, Load]]:
        """The loads that may read what a store binds."""
        if self._loads is None:
            self._loads = {}
            for owner in self._file.functions:
                for block in owner.ir.blocks:
                    for each in block.ops:
                        if type(each) is Load:
                            self._loads.setdefault(each.name, []).append((owner, each))
        loads = self._loads.get(op.name, [])
        if op.scope == LOCAL or (op.scope == NAME and function.ir.kind == CLASS):
            return [(owner, load) for owner, load in loads if owner is function]
        if op.scope == GLOBAL or (op.scope == NAME and function.ir.kind == MODULE):
            return [
                (owner, load)
                for owner, load in loads
                if load.scope == GLOBAL
                or (load.scope == NAME and not owner.stores(op.name))
                or owner is function
            ]
        if op.scope == CELL:
            return [(owner, load) for owner, load in loads if load.scope == CELL]
        return []


def _text(function: FunctionFacts, temp: int) -> str:
    op = function.definitions[temp]
    return op.value if isinstance(op, Const) and isinstance(op.value, str) else ""


def _last_name(function: FunctionFacts, temp: int) -> str:
    """The last name of a variable, attribute or item: `password` of `request.form["password"]`."""
    op = function.definitions[temp]
    if isinstance(op, Load):
        return op.name
    if isinstance(op, Attr):
        return op.name
    if isinstance(op, Item):
        return _text(function, op.index)
    if isinstance(op, Call):
        callee = function.definitions[op.callee]
        if isinstance(callee, Attr) and callee.name == "get" and op.args:
            return _text(function, op.args[0])
    return ""


def names_of_parameters(node: ast.stmt | None) -> list[str]:
    """The positional parameters of a definition, `self` and `cls` left out."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    arguments = [each.arg for each in node.args.posonlyargs + node.args.args]
    return arguments[1:] if arguments[:1] in (["self"], ["cls"]) else arguments

"""Things that the user's rows name: which calls, attributes and functions they are.

    [[tool.assay.model]]
    sink = "shop.db.Store.query"        self.store.query(text), Store().query(text), ...

A thing is found by every path that it has: how it was imported, where it is defined, and the class
of the object that it is a member of. Invariant: the review and `assay models check` ask here, so
that a row matches in one where it matches in the other.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Attr, Call, Load
from assay.models.outside import UserRow
from assay.program.values import (
    ClassObject,
    External,
    ExternalInstance,
    Instance,
    ModuleValue,
)

if TYPE_CHECKING:
    from assay.program.classes import ClassInfo
    from assay.program.facts import FunctionFacts
    from assay.program.modules import Module
    from assay.program.program import Program


@final
class Declared:
    """The user's rows of a program, found by what they name."""

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._calls: Final[dict[str, list[tuple[str, UserRow]]]] = {}
        self._reads: Final[dict[str, list[tuple[str, UserRow]]]] = {}
        self._entries: Final[dict[str, list[tuple[str, UserRow]]]] = {}
        for row in program.outside.rows:
            for path, called in zip(row.paths, row.calls, strict=True):
                table = self._calls
                if row.table == "source":
                    table = self._calls if called else self._reads
                    table = self._entries if row.parameters else table
                table.setdefault(path.rpartition(".")[2], []).append((path, row))
        self._known: Final[dict[Call, tuple[tuple[UserRow, ...], int]]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return not (self._calls or self._reads or self._entries)

    def may_be_sink(self, function: FunctionFacts, op: Call) -> bool:
        """Whether a call may be one that a row calls a sink, told by its last name."""
        if not self._calls:
            return False
        name = _last_name(function, op)
        return any(row.table == "sink" for _, row in self._calls.get(name, ()))

    def at_call(self, function: FunctionFacts, op: Call) -> tuple[UserRow, ...]:
        """The rows that name what a call calls."""
        if not self._calls:
            return ()
        rows = self._calls.get(_last_name(function, op))
        if rows is None:
            return ()
        uses = self._program.uses
        known = self._known.get(op)
        if known is None:
            outer = uses.begin()
            paths = self._called(function, op)
            found = tuple(row for path, row in rows if path in paths)
            known = (found, uses.end(outer))
            self._known[op] = known
        uses.bits |= known[1]
        return known[0]

    def at_read(self, function: FunctionFacts, op: Attr | Load) -> tuple[UserRow, ...]:
        """The rows that name the attribute or the global name that is read."""
        rows = self._reads.get(op.name) if self._reads else None
        if rows is None:
            return ()
        module = function.file.module
        if isinstance(op, Load):
            path = function.variable(op.scope, op.name)
            return tuple(row for known, row in rows if known == _absolute(module, path))
        paths = {f"{_absolute(module, function.qualified(op.owner))}.{op.name}"}
        for value in self._program.type_of(function, op.owner):
            if isinstance(value, Instance):
                paths.update(f"{each}.{op.name}" for each in _names(value.cls))
            elif isinstance(value, ModuleValue):
                paths.add(f"{value.module.name}.{op.name}")
            elif isinstance(value, (External, ExternalInstance)):
                paths.add(f"{value.path}.{op.name}")
        return tuple(row for path, row in rows if path in paths)

    def of_function(self, function: FunctionFacts) -> tuple[UserRow, ...]:
        """The rows that say which parameters of a function bring outside data."""
        rows = self._entries.get(function.ir.name) if self._entries else None
        if rows is None or not isinstance(
            function.ir.node, (ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            return ()
        return tuple(row for path, row in rows if path in _function_names(function))

    def _called(self, function: FunctionFacts, op: Call) -> set[str]:
        module = function.file.module
        found = {_absolute(module, function.callee(op))}
        callees = self._program.callees(function, op)
        found.update(path.replace("()", "") for path in callees.external)
        if callees.constructs is not None:
            found.update(_names(callees.constructs))
        for target in callees.targets:
            found.update(_function_names(target.function))
            found.update(self._through(function, op, target.function.ir.name))
        return found

    def _through(self, function: FunctionFacts, op: Call, name: str) -> list[str]:
        """A method by the names of the class that it is called through."""
        callee = function.definitions[op.callee]
        if not isinstance(callee, Attr) or callee.name != name:
            return []
        return [
            f"{each}.{name}"
            for value in self._program.type_of(function, callee.owner)
            if isinstance(value, (Instance, ClassObject))
            for each in _names(value.cls)
        ]


def _last_name(function: FunctionFacts, op: Call) -> str:
    callee = function.definitions[op.callee]
    if isinstance(callee, Attr):
        return callee.name
    if isinstance(callee, Load):
        imported = function.file.names.imports.get(callee.name)
        return callee.name if imported is None else imported.target.rpartition(".")[2]
    return ""


def _names(cls: ClassInfo) -> list[str]:
    """The paths of a class and of those that it derives from."""
    own = [f"{each.module.name}.{each.qualname}" for each in cls.mro()]
    return [*own, *cls.all_external_bases()]


def _function_names(function: FunctionFacts) -> tuple[str, ...]:
    name = function.file.module.name
    return (f"{name}.{function.qualname}",) if name else (function.qualname,)


def _absolute(module: Module, path: str) -> str:
    """A path without calls; one of this module or relative to it as an absolute one."""
    path = path.replace("()", "")
    if path.startswith(":"):
        return f"{module.name}.{path[1:]}"
    if path.startswith("."):
        rest = path.lstrip(".")
        level = len(path) - len(rest) - (1 if module.is_package else 0)
        parts = module.name.split(".")
        return ".".join([*parts[: max(len(parts) - level, 0)], rest])
    return path

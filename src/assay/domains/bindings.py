"""The one value that a name or attribute is bound to: here, in the class, or in another module.

    URL = re.compile("...")          `URL` in any function: the call
    from .patterns import URL        the call in the other module
    self.url, Reader.url             the call in the class body, or the only one in its methods

Flow-insensitive: a name counts when it has one assignment. Invariant: what is given is the only
value that the code in view ever binds to the name.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from assay.ir.ops import CELL, GLOBAL, LOCAL, NAME, Attr, Copy, Load
from assay.program.classes import ClassInfo
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.values import ClassObject, Instance, ModuleValue

_MOST_IMPORTS: Final = 5
"""Modules that hand a name on."""

Bound: TypeAlias = tuple[FunctionFacts, int]
"""A temporary, and the function that computes it."""


def bound_value(function: FunctionFacts, temp: int) -> Bound | None:
    """What a variable or attribute is bound to; None when it is not one value in view."""
    op = function.definitions[temp]
    if isinstance(op, Load):
        return _variable(function, op.scope, op.name)
    if isinstance(op, Attr):
        return _attribute(function, op)
    if isinstance(op, Copy):
        values = function.joined(temp)
        return (function, values[0]) if len(values) == 1 else None
    return None


def origin_of(function: FunctionFacts, temp: int) -> Bound:
    """What computes a value, with names and attributes followed as far as they lead."""
    at = (function, temp)
    for _ in range(_MOST_IMPORTS * 2):
        bound = bound_value(*at)
        if bound is None:
            break
        at = bound
    return at


def _variable(function: FunctionFacts, scope: str, name: str) -> Bound | None:
    if scope == LOCAL or (scope == NAME and function.stores(name)):
        return _only_store(function, name)
    if scope == CELL:
        owner: FunctionFacts | None = function
        while owner is not None:
            if name in owner.ir.cells and name not in owner.ir.free:
                changed = any(_is_assigned_inside(child, name) for child in owner.children)
                return None if changed else _only_store(owner, name)
            owner = owner.parent
        return None
    if scope in (GLOBAL, NAME):
        return global_value(function.file.module, name)
    return None


def _only_store(function: FunctionFacts, name: str) -> Bound | None:
    stores = function.stores(name)
    if len(stores) != 1 or name in function.ir.parameters.names():
        return None
    return function, stores[0].value


def _is_assigned_inside(function: FunctionFacts, name: str) -> bool:
    if name not in function.ir.free:
        return False
    return bool(function.stores(name)) or any(
        _is_assigned_inside(child, name) for child in function.children
    )


def global_value(module: Module, name: str, depth: int = 0) -> Bound | None:
    """What a module binds to a name, itself or by an import."""
    if depth > _MOST_IMPORTS:
        return None
    imported = module.names.imports.get(name)
    if imported is not None:
        target = imported.target
        parent, _, last = target.rpartition(".")
        if not parent and not target.startswith("."):
            return None  # a module
        source = parent if parent.strip(".") else "." * (len(target) - len(target.lstrip(".")))
        for value in module.program.imported(module, source):
            if isinstance(value, ModuleValue) and value.module is not module:
                return global_value(value.module, last, depth + 1)
        return None
    if name not in module.names.bound or not module.is_read:
        return None
    body, *others = module.facts.functions
    stores = body.stores(name)
    if len(stores) != 1 or any(
        store.scope == GLOBAL for function in others for store in function.stores(name)
    ):
        return None
    return body, stores[0].value


def _attribute(function: FunctionFacts, op: Attr) -> Bound | None:
    values = function.file.program.type_of(function, op.owner)
    if len(values) != 1:
        return None
    value = values[0]
    if isinstance(value, ModuleValue):
        return global_value(value.module, op.name)
    if isinstance(value, (Instance, ClassObject)):
        return class_value(value.cls, op.name)
    return None


def class_value(cls: ClassInfo, name: str) -> Bound | None:
    """What a class or the nearest of its bases binds to a name, in its body or in a method."""
    for each in cls.mro():
        body = each.body
        stores = body.stores(name) if body is not None else []
        stored = each.stored().get(name, [])
        if body is not None and len(stores) == 1 and not stored:
            return body, stores[0].value
        if not stores and len(stored) == 1:
            return stored[0].function, stored[0].op.value
        if stores or stored or name in each.members:
            return None
    return None

"""Attributes of values, and names in annotations of source: lookup along classes and modules."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, final

from assay.program.annotations import OPEN, Names
from assay.program.classes import ClassInfo, is_decorated, last_name
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.values import (
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    ModuleValue,
    NoneValue,
    SuperValue,
    TupleValue,
    Type,
    Unknown,
    Value,
    union,
    unknown,
)

if TYPE_CHECKING:
    from assay.program.inference import Types

_PROPERTIES: Final = frozenset(
    (
        "property",
        "cached_property",
        "abstractproperty",
        "hybrid_property",
        "memoized_property",
        "reify",
        "lazy_property",
        "cachedproperty",
        "classproperty",
        "lazyproperty",
    )
)
_TASK_CALLS: Final = frozenset(("delay", "apply_async", "apply", "run", "si", "s", "__wrapped__"))


def attribute_of(types: Types, value: Value, name: str) -> Type:
    """What `value.name` may be."""
    if isinstance(value, Instance):
        return _member(types, value.cls, value.cls.mro(), name, True)
    if isinstance(value, ClassObject):
        return _member(types, value.cls, value.cls.mro(), name, False)
    if isinstance(value, SuperValue):
        order = value.of.mro()
        position = order.index(value.after) + 1 if value.after in order else 1
        return _member(types, value.of, order[position:], name, True, exact=True)
    if isinstance(value, ModuleValue):
        return types.program.member(value.module, name)
    if isinstance(value, External):
        return types.program.library.member(value.path, name)
    if isinstance(value, ExternalInstance):
        return types.program.library.attribute(value, name)
    if isinstance(value, TupleValue):
        return types.program.library.attribute(ExternalInstance("tuple"), name)
    if isinstance(value, FunctionValue):
        if name in _TASK_CALLS:  # a task of a queue, or what a decorator keeps
            return (value,)
        return unknown(f"the attribute {name} of a function")
    if isinstance(value, NoneValue):
        return NOTHING
    return (value,) if isinstance(value, Unknown) else unknown(f"the attribute {name}")


def _member(
    types: Types,
    seen_from: ClassInfo,
    order: tuple[ClassInfo, ...],
    name: str,
    on_instance: bool,
    exact: bool = False,
) -> Type:
    """A member found along an order of classes; `exact`: classes below do not matter."""
    through = None if exact else seen_from
    for cls in order:
        found = _own_member(types, through, cls, name, on_instance)
        if found:
            return found
    if name == "__class__" and on_instance:
        return (ClassObject(seen_from),)
    for cls in order:
        if cls.external_bases:
            return types.program.library.attribute(ExternalInstance(cls.external_bases[0]), name)
        if cls.base_hole:
            return unknown(f"{name} of {seen_from.name}: {cls.base_hole}")
        if "__getattr__" in cls.members:
            return unknown(f"{name} of {seen_from.name}, which has a __getattr__")
    return _below(types, seen_from, name, on_instance and not exact)


def _below(types: Types, seen_from: ClassInfo, name: str, wanted: bool) -> Type:
    """A member that only classes below define: mixins use what they are mixed with."""
    missing = unknown(f"{name}, which {seen_from.name} does not define")
    if not wanted:
        return missing
    result = NOTHING
    for cls in types.program.subclasses(seen_from) or ():
        for each in cls.mro():
            found = _own_member(types, None, each, name, True)
            if found:
                result = union(result, found)
                break
    return result or missing


def _own_member(
    types: Types, seen_from: ClassInfo | None, cls: ClassInfo, name: str, on_instance: bool
) -> Type:
    """A member of exactly one class; NOTHING when it has none of that name."""
    nodes = cls.members.get(name)
    stored = cls.stored().get(name) if on_instance or nodes is None else None
    result = NOTHING
    if nodes is not None:
        node = nodes[-1]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = cls.module.facts.function_of(node)
            if function is None:
                return unknown(f"the method {name}")
            result = _method(types, seen_from, nodes, function, on_instance)
        elif isinstance(node, ast.ClassDef):
            inner = cls.module.class_of(node)
            result = unknown(name) if inner is None else (ClassObject(inner),)
        else:
            return _bound(types.attribute(cls, name), seen_from, on_instance) or unknown(name)
    if stored:
        result = union(result, types.attribute(cls, name))
    return result


def _bound(values: Type, seen_from: ClassInfo | None, on_instance: bool) -> Type:
    """A function stored in the class body under another name is a method too."""
    if not on_instance or seen_from is None:
        return values
    result = NOTHING
    for value in values:
        if (
            isinstance(value, FunctionValue)
            and value.function.owner is not None
            and (not value.bound and value.function.owner in seen_from.mro())
        ):
            value = FunctionValue(value.function, True, 0, (), seen_from)
        result = union(result, (value,))
    return result


def _method(
    types: Types,
    seen_from: ClassInfo | None,
    nodes: list[ast.stmt],
    function: FunctionFacts,
    on_instance: bool,
) -> Type:
    first = nodes[0]
    if isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for decorator in first.decorator_list:
            if last_name(decorator) in _PROPERTIES:
                getter = function.file.function_of(first)
                if on_instance and getter is not None:
                    return types.result(getter) or unknown("a property that never returns")
                return unknown("a property of a class")
    if is_decorated(function, "staticmethod"):
        return (FunctionValue(function, False, 0, (), seen_from),)
    bound = on_instance or is_decorated(function, "classmethod")
    return (FunctionValue(function, bound, 0, (), seen_from),)


@final
class SourceNames(Names):
    """The names in the annotations of a module in view."""

    __slots__ = ("_cls", "_module", "_types")

    def __init__(self, types: Types, module: Module, cls: ClassInfo | None) -> None:
        self._types: Final = types
        self._module: Final = module
        self._cls: Final = cls

    def resolve(self, name: str) -> Type:
        first, _, rest = name.partition(".")
        values = self._types.module_member(self._module, first)
        for part in rest.split(".") if rest else ():
            result = NOTHING
            for value in values:
                result = union(result, attribute_of(self._types, value, part))
            values = result
        return values

    def own(self) -> Type:
        return (Instance(self._cls),) if self._cls is not None else OPEN

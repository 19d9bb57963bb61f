"""Attributes of values, and names in annotations of source: lookup along classes and modules."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Const, Load
from assay.program.annotations import OPEN, Names
from assay.program.classes import ClassInfo, is_decorated, last_name
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.parameters import decorated
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
    known,
    union,
    union_of,
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
_KEEPING: Final = frozenset(
    (
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "abstractclassmethod",
        "abstractstaticmethod",
        "override",
        "final",
        "overload",
        "setter",
        "deleter",
        "contextmanager",
        "asynccontextmanager",
        "lru_cache",
        "cache",
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
        return _of_decorated(types, value.function, name)
    if isinstance(value, NoneValue):
        return NOTHING
    return (value,) if isinstance(value, Unknown) else unknown(f"the attribute {name}")


def _of_decorated(types: Types, function: FunctionFacts, name: str) -> Type:
    """An attribute of a function: it can only be of what a library has made of it."""
    node, parent = function.ir.node, function.parent
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and parent is not None:
        for decorator in node.decorator_list:
            for site in parent.calls:
                if site.op.at is decorator and decorated(parent, site.op) is not None:
                    for maker in types.objects(types.temp(parent, site.op.callee)):
                        if isinstance(maker, (External, ExternalInstance)):
                            return (External(f"{maker.path.removesuffix('()')}().{name}"),)
    return unknown(f"the attribute {name} of a function")


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
    result: Type | None = None
    is_empty = True
    for cls in order:
        found = _own_member(types, through, cls, name, on_instance)
        if found is not None:
            result = found if result is None else union(result, found)
            is_empty = is_empty and _is_only_none(cls, name)
            if name in cls.members:
                break
            # An attribute of the object, which the methods of bases may store as well.
    if result is not None:
        if is_empty and on_instance and not exact:
            return union(result, _stored_below(types, seen_from, name))
        return result
    if name == "__class__" and on_instance:
        return (ClassObject(seen_from),)
    for cls in order:
        if cls.external_bases:
            return _inherited(types, cls, name)
        if cls.base_hole:
            return unknown(f"{name} of {seen_from.name}: {cls.base_hole}")
        if "__getattr__" in cls.members:
            if _hands_on(cls):
                return types.handed_on(cls, name)
            return unknown(f"{name} of {seen_from.name}, which has a __getattr__")
    return _below(types, seen_from, name, on_instance and not exact)


def _is_only_none(cls: ClassInfo, name: str) -> bool:
    """Whether a class keeps nothing but None under a name: a place that others fill."""
    for node in cls.members.get(name, ()):
        if not isinstance(node, ast.Assign) or not (
            isinstance(node.value, ast.Constant) and node.value.value is None
        ):
            return False
    for stored in cls.stored().get(name, ()):
        value = stored.function.definitions[stored.op.value]
        if not isinstance(value, Const) or value.value is not None:
            return False
    return True


def _stored_below(types: Types, seen_from: ClassInfo, name: str) -> Type:
    result = NOTHING
    for cls in types.program.subclasses(seen_from) or ():
        found = _own_member(types, None, cls, name, True)
        if found is not None:
            result = union(result, found)
    return result


def _inherited(types: Types, cls: ClassInfo, name: str) -> Type:
    """A member that a base out of view has; the first of several that the stubs know it of."""
    stubs = types.program.library.stubs
    for path in cls.external_bases:
        item = stubs.find(path)
        if item is not None and stubs.member(item, name) is not None:
            return types.program.library.attribute(ExternalInstance(path), name)
    return types.program.library.attribute(ExternalInstance(cls.external_bases[0]), name)


def _hands_on(cls: ClassInfo) -> bool:
    """Whether the `__getattr__` of a class gives what another object has under the name."""
    getter = cls.method("__getattr__")
    return getter is not None and bool(_objects_asked(getter))


def _objects_asked(getter: FunctionFacts) -> list[int]:
    """The temporaries that a `__getattr__` hands on to: `getattr(self.target, name)`."""
    found: list[int] = []
    for site in getter.calls:
        callee = getter.definitions[site.op.callee]
        if isinstance(callee, Load) and callee.name == "getattr" and len(site.op.args) >= 2:
            asked = getter.definitions[site.op.args[1]]
            if isinstance(asked, Load) and asked.name in getter.ir.parameters.names()[1:]:
                found.append(site.op.args[0])
    return found


def delegated(types: Types, cls: ClassInfo, name: str) -> Type:
    """What the objects have under a name that a `__getattr__` hands on to.

    Asked for by its key alone: objects that hand on to each other are a circle.
    """
    getter = cls.method("__getattr__")
    result: Type = NOTHING
    if getter is not None:
        for temp in _objects_asked(getter):
            for value in types.objects(types.temp(getter, temp)):
                if not isinstance(value, Instance) or value.cls is not cls:
                    result = union(result, attribute_of(types, value, name))
    return result


def _below(types: Types, seen_from: ClassInfo, name: str, wanted: bool) -> Type:
    """A member that only classes below define: mixins use what they are mixed with."""
    missing = unknown(f"{name}, which {seen_from.name} does not define")
    if not wanted:
        return missing
    result = NOTHING
    is_there = False
    for cls in types.program.subclasses(seen_from) or ():
        for each in cls.mro():
            found = _own_member(types, None, each, name, True)
            if found is not None:
                is_there = True
                result = union(result, found)
                break
    return result if is_there else missing


def _own_member(
    types: Types, seen_from: ClassInfo | None, cls: ClassInfo, name: str, on_instance: bool
) -> Type | None:
    """A member of exactly one class; None when it has none of that name."""
    nodes = cls.members.get(name)
    stored = cls.stored().get(name) if on_instance or nodes is None else None
    if nodes is None:
        return types.attribute(cls, name) if stored else None
    node = nodes[-1]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        function = cls.module.facts.function_of(node)
        if function is None:
            return unknown(f"the method {name}")
        result = _method(types, seen_from, cls, nodes, function, on_instance)
    elif isinstance(node, ast.ClassDef):
        inner = cls.module.class_of(node)
        result = unknown(name) if inner is None else (ClassObject(inner),)
    elif _is_member_of_enum(cls, node):
        return (Instance(cls),)
    else:
        return _bound(types, types.attribute(cls, name), seen_from, on_instance)
    return union(result, types.attribute(cls, name)) if stored else result


def _is_member_of_enum(cls: ClassInfo, node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        path.startswith("enum.") for path in cls.all_external_bases()
    )


def _bound(types: Types, values: Type, seen_from: ClassInfo | None, on_instance: bool) -> Type:
    """What the class body holds, as the object sees it: methods under another name, descriptors."""
    result = NOTHING
    for value in values:
        if isinstance(value, Instance):
            getter = value.cls.find_method("__get__")
            if getter is not None:
                result = union(result, types.result(getter))
                continue
        if isinstance(value, ExternalInstance) and value.path == "property" and value.arguments:
            result = union(result, value.arguments[0])
            continue
        if (
            on_instance
            and seen_from is not None
            and isinstance(value, FunctionValue)
            and value.function.owner is not None
            and (not value.bound and value.function.owner in seen_from.mro())
        ):
            value = value.bind(seen_from)
        result = union(result, (value,))
    return result


def _method(
    types: Types,
    seen_from: ClassInfo | None,
    cls: ClassInfo,
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
                    return types.result(getter)
                return unknown("a property of a class")
    values = _decorated(types, cls, function)
    if is_decorated(function, "staticmethod"):
        if values is not None:
            return values
        return (FunctionValue(function, False, 0, (), seen_from),)
    bound = on_instance or is_decorated(function, "classmethod")
    if values is None:
        return (FunctionValue(function, bound, 0, (), seen_from),)
    getters = [
        getter
        for value in values
        if isinstance(value, Instance) and (getter := value.cls.find_method("__get__")) is not None
    ]
    if getters:  # a property of the project's own making
        given = [known(types.result(getter)) for getter in getters]
        return union_of([types.result(function), *given])
    result = NOTHING
    for value in values:
        if isinstance(value, FunctionValue) and bound and not value.bound:
            value = value.bind(seen_from)
        result = union(result, (value,))
    return result or (FunctionValue(function, bound, 0, (), seen_from),)


def _decorated(types: Types, cls: ClassInfo, function: FunctionFacts) -> Type | None:
    """What the decorators of a method make of it; None when they surely keep it."""
    node = function.ir.node
    body = cls.body
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or body is None:
        return None
    if all(last_name(decorator) in _KEEPING for decorator in node.decorator_list):
        return None
    for store in reversed(body.stores(node.name)):
        if store.at is node:
            return types.temp(body, store.value)
    return None


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

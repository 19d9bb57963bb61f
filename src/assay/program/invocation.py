"""What calls give: results of functions in view and of libraries, decorators, partials, super()."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assay.ir.ops import NO_TEMP, Attr, Call
from assay.program import builtins_model
from assay.program.annotations import annotated, generic
from assay.program.classes import only_declares
from assay.program.elements import each_element
from assay.program.facts import FunctionFacts
from assay.program.lookup import SourceNames, attribute_of
from assay.program.parameters import bound_arguments, decorated, results_of, substituted, wrapped
from assay.program.values import (
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    Parameter,
    SuperValue,
    Type,
    Unknown,
    Value,
    known,
    union,
    union_of,
    unknown,
    without_none,
)

if TYPE_CHECKING:
    from assay.program.inference import Types

_DEFAULTING: Final = frozenset(("get", "pop", "setdefault", "getenv"))
"""Functions that give their second argument where there is nothing to give."""

_FIELDS: Final = frozenset(
    ("dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "attr.field", "pydantic.Field")
)


def call(types: Types, function: FunctionFacts, op: Call) -> Type:
    """What a call gives."""
    kept = decorated(function, op)
    asked: list[str] = []
    result = NOTHING
    for value in types.temp(function, op.callee) if kept is None else ():
        if isinstance(value, Parameter) and not value.is_called:
            # The callers know what it gives.
            asked.append(value.reason)
            result = union(result, (Parameter(value.function, value.name, True),))
    for value in types.objects(types.temp(function, op.callee)):
        if isinstance(value, Unknown) and value.reason in asked:
            continue
        if kept is None:
            result = union(result, called(types, function, op, value))
        else:
            result = union(result, _under_decorator(types, function, op, value, kept))
    if kept is not None and not known(result):
        return types.temp(function, kept)
    return result


def called(types: Types, function: FunctionFacts, op: Call, value: Value) -> Type:
    """What a call gives when its callee is this value."""
    if isinstance(value, FunctionValue):
        return _of_function(types, function, op, value)
    if isinstance(value, ClassObject):
        return (Instance(value.cls),)
    if isinstance(value, Instance):
        method = value.cls.find_method("__call__")
        if method is None:
            return unknown("a call of an object")
        return _of_function(types, function, op, FunctionValue(method, True))
    if isinstance(value, External):
        return _of_library(types, function, op, value.path)
    if isinstance(value, ExternalInstance):
        if value.path == "functools._Wrapper" and op.args:  # what functools.wraps() gives
            return types.temp(function, op.args[0])
        is_chain = value.path.endswith("()")
        return types.program.library.call(value.path if is_chain else f"{value.path}.__call__")
    if isinstance(value, Unknown):
        return (value,)
    return unknown("a call of something that is no function")


def _of_function(types: Types, function: FunctionFacts, op: Call, value: FunctionValue) -> Type:
    callee = value.function
    given = types.result(callee)
    if value.seen_from is not None and value.bound and only_declares(callee):
        methods = [
            method
            for cls in types.program.overriding(value.seen_from, callee.ir.name) or ()
            if (method := cls.method(callee.ir.name)) is not None
        ]
        if methods:
            given = union_of([types.result(method) for method in methods])
    if value.wraps and known(given) != given:
        given = known(given)  # what it does not know is what the wrapped function gives
    given = substituted(types, function, op, value, given)
    return _wrapping(types, function, op, value, given)


def _wrapping(
    types: Types, function: FunctionFacts, op: Call, value: FunctionValue, given: Type
) -> Type:
    """The result of a call that gives a function which calls the one that the call was given.

    Such a wrapper does not replace what it is put round: both are called.
    """
    result = NOTHING
    kept = NOTHING
    for each in given:
        if isinstance(each, FunctionValue) and each.function.parent is not None:
            names = wrapped(value.function, each.function)
            inside = _functions(types, function, op, value, names) if names else NOTHING
            if inside:
                kept = union(kept, inside)
                each = FunctionValue(
                    each.function, each.bound, each.skipped, each.keywords, each.seen_from, True
                )
        result = union(result, (each,))
    return union(result, kept)


def _functions(
    types: Types, function: FunctionFacts, op: Call, value: FunctionValue, names: list[str]
) -> Type:
    method = function.definitions[op.callee]
    receiver = method.owner if isinstance(method, Attr) else NO_TEMP
    arguments = bound_arguments(value.function, value.bound, value.skipped, receiver, op)
    result = NOTHING
    for name in names:
        temp = arguments.get(name)
        for each in types.temp(function, temp) if temp is not None else ():
            if isinstance(each, (FunctionValue, ClassObject)):
                result = union(result, (each,))
    return result


def _under_decorator(
    types: Types, function: FunctionFacts, op: Call, value: Value, kept: int
) -> Type:
    """What a decorator makes of a function or class; those not in view are taken to keep it."""
    if isinstance(value, FunctionValue):
        return _kept(known(called(types, function, op, value)), types.temp(function, kept))
    if isinstance(value, ClassObject):
        made: Type = (Instance(value.cls),)
        return union(made, types.temp(function, kept))
    if isinstance(value, Instance) and value.cls.find_method("__call__") is not None:
        return known(called(types, function, op, value))
    return types.temp(function, kept)


def _kept(made: Type, original: Type) -> Type:
    """With what a library made of a function taken for the function."""
    result = NOTHING
    for value in made:
        is_chain = isinstance(value, ExternalInstance) and value.path.endswith("()")
        result = union(result, original if is_chain else (value,))
    return result


def _of_library(types: Types, function: FunctionFacts, op: Call, path: str) -> Type:
    if path == "super":
        return _super(types, function, op)
    has_first = bool(op.args) and op.labels[:1] in ((), ("",))
    first = types.filled(types.temp(function, op.args[0])) if has_first else NOTHING
    if has_first:
        found = _of_first(types, function, op, path, first)
        if found is not None:
            return found
    if path in _FIELDS:
        return _field(types, function, op)
    if path == "open":
        return (ExternalInstance("io.TextIOWrapper"),)
    method = function.definitions[op.callee]
    arguments: tuple[Type, ...] = ()
    if isinstance(method, Attr):
        for owner in types.objects(types.temp(function, method.owner)):
            if isinstance(owner, ExternalInstance) and path == f"{owner.path}.{method.name}":
                arguments = owner.arguments
    given = types.program.library.call(path, arguments)
    if path.rpartition(".")[2] in _DEFAULTING:
        default = function.argument(op, 1, "default")
        if default is not None:  # stubs give the overload without one
            return union(without_none(given), types.temp(function, default))
    return given


def _of_first(
    types: Types, function: FunctionFacts, op: Call, path: str, first: Type
) -> Type | None:
    """The result of a call that follows from its first argument; None when it does not."""
    if path in builtins_model.PARTIALS:
        return _partial(op, first)
    if path == "type" and len(op.args) == 1:
        return _classes(first)
    if path == "getattr" and len(op.args) >= 2:
        name = function.constant(op.args[1])
        if name is None or not isinstance(name.value, str):
            return unknown("an attribute whose name is computed")
        result = types.temp(function, op.args[2]) if len(op.args) > 2 else NOTHING
        for value in types.objects(first):
            result = union(result, attribute_of(types, value, name.value))
        return result
    if path == "typing.cast" and len(op.args) == 2:
        said = function.constant(op.args[0])
        if said is not None and isinstance(said.value, str):
            names = SourceNames(types, function.file.module, function.owner)
            return annotated(ast.Constant(said.value), names)
        return _cast(first, types.temp(function, op.args[1]))
    if path == "property":
        given = [types.result(each.function) for each in first if isinstance(each, FunctionValue)]
        return (generic(path, (union_of(given),)),)
    if path == "collections.defaultdict":
        return (generic(path, (unknown("a key"), results_of(types, types.filled(first)))),)
    if builtins_model.keeps_argument(path):
        return first
    if path in builtins_model.CONTAINERS:
        inner = each_element(types, first)
        made = builtins_model.CONTAINERS[path]
        return (generic(made, (inner,)),) if inner else NOTHING
    if path == "next":
        return each_element(types, first)
    if path == "zip" and not op.labels:
        parts = [each_element(types, types.temp(function, temp)) for temp in op.args]
        return (generic("zip", tuple(parts)),)
    if path == "map" and len(op.args) >= 2:
        result = NOTHING
        for value in types.objects(first):
            result = union(result, called(types, function, op, value))
        return (generic("map", (result,)),)
    if path == "filter" and len(op.args) == 2:
        return (generic("filter", (each_element(types, types.temp(function, op.args[1])),)),)
    return None


def _field(types: Types, function: FunctionFacts, op: Call) -> Type:
    """What the field of a data class holds before anybody assigns to it."""
    for keyword in ("default_factory", "factory"):
        temp = function.argument(op, -1, keyword)
        if temp is not None:
            return results_of(types, types.filled(types.temp(function, temp)))
    temp = function.argument(op, -1, "default")
    return unknown("a field without a default") if temp is None else types.temp(function, temp)


def _partial(op: Call, first: Type) -> Type:
    positional = sum(1 for label in op.labels if not label) if op.labels else len(op.args)
    names = tuple(label for label in op.labels if label and label[0] != "*")
    result = NOTHING
    for value in first:
        if isinstance(value, FunctionValue):
            value = FunctionValue(
                value.function,
                value.bound,
                value.skipped + positional - 1,
                (*value.keywords, *names),
                value.seen_from,
                value.wraps,
            )
        result = union(result, (value,))
    return result


def _cast(wanted: Type, given: Type) -> Type:
    result = NOTHING
    for value in wanted:
        if isinstance(value, ClassObject):
            result = union(result, (Instance(value.cls),))
        elif isinstance(value, External):
            result = union(result, (ExternalInstance(value.path),))
        else:
            return given
    return result


def _classes(values: Type) -> Type:
    result = NOTHING
    for value in values:
        if isinstance(value, Instance):
            result = union(result, (ClassObject(value.cls),))
        elif isinstance(value, ExternalInstance):
            result = union(result, (External(value.path),))
        else:
            result = union(result, unknown("the class of a value that is not known"))
    return result


def _super(types: Types, function: FunctionFacts, op: Call) -> Type:
    outer: FunctionFacts | None = function
    while outer is not None and outer.owner is None:
        outer = outer.parent
    if outer is None or outer.owner is None:
        return unknown("super() outside of a class")
    cls = outer.owner
    if op.args:
        named = [v for v in types.temp(function, op.args[0]) if isinstance(v, ClassObject)]
        if len(named) == 1:
            cls = named[0].cls
    return (SuperValue(cls, outer.owner),)

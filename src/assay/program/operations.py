"""The types of temporaries: what each operation gives, calls left to `invocation`.

Everything takes the `Types` of the program and asks it for the operands.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assay.ir.ops import (
    AsyncIter,
    AsyncNext,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Caught,
    Compare,
    Const,
    Copy,
    Element,
    Enter,
    Format,
    GroupMatch,
    Import,
    ImportFrom,
    Inplace,
    Item,
    Iter,
    Join,
    MakeClass,
    MakeFunction,
    Matches,
    Next,
    Op,
    Slice,
    Spread,
    Unary,
    Unpack,
)
from assay.program import builtins_model
from assay.program.annotations import generic, tuple_of
from assay.program.classes import is_decorated
from assay.program.elements import each_element, with_elements
from assay.program.facts import FunctionFacts
from assay.program.invocation import call
from assay.program.lookup import attribute_of
from assay.program.values import (
    NONE,
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    TupleValue,
    Type,
    Unknown,
    Value,
    union,
    union_of,
    unknown,
)

if TYPE_CHECKING:
    from assay.program.inference import Types

_STRINGS: Final = (ExternalInstance("str"),)
_OPERATORS: Final = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "//": "__floordiv__",
    "%": "__mod__",
    "@": "__matmul__",
    "|": "__or__",
    "&": "__and__",
    "^": "__xor__",
    "<<": "__lshift__",
    ">>": "__rshift__",
}


def operation(types: Types, function: FunctionFacts, temp: int) -> Type:
    """What the operation that makes a temporary gives."""
    op = function.definitions[temp]
    if isinstance(op, Call):
        return call(types, function, op)
    if isinstance(op, Attr):
        result = NOTHING
        for value in types.objects(types.temp(function, op.owner)):
            result = union(result, attribute_of(types, value, op.name))
        return result
    if isinstance(op, Copy):
        return union_of([types.temp(function, each) for each in function.joined(temp)])
    if isinstance(op, MakeFunction):
        return (FunctionValue(function.children[op.child], False),)
    if isinstance(op, MakeClass):
        node = function.children[op.child].ir.node
        cls = function.file.module.class_of(node) if isinstance(node, ast.ClassDef) else None
        return unknown("a class") if cls is None else (ClassObject(cls),)
    if isinstance(op, Import):
        dots = "." * op.level
        target = f"{dots}{op.module}" if op.names else op.module.partition(".")[0]
        return types.program.imported(function.file.module, target)
    if isinstance(op, ImportFrom):
        module = function.definitions[op.module]
        if isinstance(module, Import):
            prefix = "." * module.level + module.module
            joint = "" if not prefix or prefix.endswith(".") else "."
            return types.program.imported(function.file.module, f"{prefix}{joint}{op.name}")
        return unknown("an import")
    if isinstance(op, Caught):
        return _caught(types, function, temp)
    return _plain(types, function, op)


def _plain(types: Types, function: FunctionFacts, op: Op | None) -> Type:
    if isinstance(op, (Format, Join)):
        return _STRINGS
    if isinstance(op, (Iter, AsyncIter)):
        return types.temp(function, op.value)
    if isinstance(op, Next):
        return each_element(types, types.temp(function, op.iterator))
    if isinstance(op, AsyncNext):
        # Stands for the awaitable; awaiting an element gives the element.
        return each_element(types, types.temp(function, op.iterator))
    if isinstance(op, Await):
        return _awaited(types, function, op)
    if isinstance(op, Enter):
        return _entered(types, types.temp(function, op.manager), op.mode == "async")
    if isinstance(op, Build):
        return _built(types, function, op)
    if isinstance(op, Unpack):
        return types.temp(function, op.value)
    if isinstance(op, Element):
        return each_element(types, types.temp(function, op.value), op.index)
    if isinstance(op, Item):
        return _item(types, function, op)
    if isinstance(op, Compare):
        return (ExternalInstance("bool"),)
    if isinstance(op, (Binary, Inplace)):
        return _binary(types, function, op)
    if isinstance(op, Unary):
        if op.operator == "not":
            return (ExternalInstance("bool"),)
        return types.objects(types.temp(function, op.operand))
    if isinstance(op, Spread):
        return types.temp(function, op.value)
    if isinstance(op, Slice):
        return (ExternalInstance("slice"),)
    if isinstance(op, GroupMatch):
        return (ExternalInstance("BaseExceptionGroup"),)
    return unknown("the result of an operation")


def constant(op: Const) -> Type:
    """The type of a literal."""
    if op.value is None:
        return NONE
    if op.value is ...:
        return unknown("an ellipsis")
    return (ExternalInstance(type(op.value).__name__),)


def _awaited(types: Types, function: FunctionFacts, op: Await) -> Type:
    result = NOTHING
    for value in types.objects(types.temp(function, op.value)):
        if isinstance(value, Instance):
            method = value.cls.find_method("__await__")
            if method is None:  # an element of an asynchronous iterator, most of all
                result = union(result, (value,))
            else:
                result = union(result, unknown(f"an awaited {value.cls.name}"))
        else:
            result = union(result, builtins_model.awaited(value, -1))
    return result


def _caught(types: Types, function: FunctionFacts, temp: int) -> Type:
    result = NOTHING
    is_typed = False
    for site in function.sites():
        if isinstance(site.op, Matches) and site.op.exception == temp:
            is_typed = True
            for value in types.temp(function, site.op.types):
                for kind in _kinds(value):
                    result = union(result, _instance_of(kind))
    return result if is_typed else (ExternalInstance("BaseException"),)


def _kinds(value: Value) -> list[Value]:
    """The classes that stand where `except` and `isinstance` take one or a tuple of them."""
    if isinstance(value, TupleValue):
        return [each for element in value.elements for each in element]
    return [value]


def _instance_of(value: Value) -> Type:
    if isinstance(value, ClassObject):
        return (Instance(value.cls),)
    if isinstance(value, External):
        return (ExternalInstance(value.path),)
    return unknown("an error of a kind that is not known")


def narrowed_to(values: Type, classes: Type) -> Type:
    """The part of a type that `isinstance` lets through."""
    wanted: list[Value] = []
    for each in classes:
        for kind in _kinds(each):
            if not isinstance(kind, (ClassObject, External)):
                return values
            wanted += _instance_of(kind)
    kept: dict[str, Value] = {}
    for value in values:
        if any(_is_kind(value, each) for each in wanted):
            kept[value.key] = value
    if not kept or any(isinstance(value, Unknown) for value in values):
        for each in wanted:
            kept.setdefault(each.key, each)
    return tuple(kept[key] for key in sorted(kept))


def _is_kind(value: Value, wanted: Value) -> bool:
    if isinstance(value, Instance) and isinstance(wanted, Instance):
        return wanted.cls in value.cls.mro()
    if isinstance(value, ExternalInstance) and isinstance(wanted, ExternalInstance):
        return value.path == wanted.path
    if isinstance(value, TupleValue) and isinstance(wanted, ExternalInstance):
        return wanted.path == "tuple"
    return False


# Containers


def _built(types: Types, function: FunctionFacts, op: Build) -> Type:
    if op.kind == "dict":
        if op.labels or len(op.args) % 2:
            return (ExternalInstance("dict"),)
        if not op.args:
            return _comprehended(types, function, op)
        keys = union_of([types.temp(function, temp) for temp in op.args[::2][:16]])
        values = union_of([types.temp(function, temp) for temp in op.args[1::2][:16]])
        return (generic("dict", (keys, values)),)
    if op.labels or len(op.args) > 16:
        return (ExternalInstance(op.kind),)
    elements = tuple(types.temp(function, temp) for temp in op.args)
    if op.kind == "tuple":
        return tuple_of(elements)
    if not elements:
        return _comprehended(types, function, op)
    return (generic(op.kind, (union_of(list(elements)),)),)


def _comprehended(types: Types, function: FunctionFacts, op: Build) -> Type:
    puts = function.puts().comprehensions.get(op.dest, [])
    bare = (ExternalInstance(op.kind),)
    return with_elements(types, bare, [(function, put) for put in puts])


def _item(types: Types, function: FunctionFacts, op: Item) -> Type:
    index = function.constant(op.index)
    number = index.value if index is not None and isinstance(index.value, int) else None
    is_slice = isinstance(function.definitions[op.index], Slice)
    result = NOTHING
    for value in types.objects(types.temp(function, op.owner)):
        if isinstance(value, Instance):
            method = value.cls.find_method("__getitem__")
            found = unknown("an item of an object") if method is None else types.result(method)
            result = union(result, found)
        elif isinstance(value, TupleValue) and is_slice:
            result = union(result, (ExternalInstance("tuple"),))
        elif is_slice and isinstance(value, ExternalInstance) and value.path in ("list", "tuple"):
            result = union(result, (value,))
        else:
            result = union(result, builtins_model.item(value, number))
    return result


def _binary(types: Types, function: FunctionFacts, op: Binary | Inplace) -> Type:
    left = types.objects(types.temp(function, op.left))
    if not left:
        return NOTHING
    if op.operator == "/" and any(_is_path(value) for value in left):
        return tuple(value for value in left if _is_path(value))
    if op.operator in ("%", "+") and any(
        isinstance(value, ExternalInstance) and value.path in ("str", "bytes") for value in left
    ):
        return tuple(value for value in left if isinstance(value, ExternalInstance))
    result = NOTHING
    for value in left:
        if isinstance(value, Instance):
            name = _OPERATORS.get(op.operator, "")
            method = value.cls.find_method(name) if name else None
            found = unknown("the result of an operator")
            result = union(result, found if method is None else types.result(method))
        elif isinstance(value, (ExternalInstance, TupleValue)) or (
            op.operator == "|" and isinstance(value, (ClassObject, External))
        ):
            result = union(result, (value,))
        else:
            result = union(result, unknown("the result of an operator"))
    if op.operator == "|":
        result = union(result, types.objects(types.temp(function, op.right)))
    return result


def _is_path(value: Value) -> bool:
    return isinstance(value, ExternalInstance) and value.path.startswith("pathlib.")


def _entered(types: Types, managers: Type, is_async: bool) -> Type:
    result = NOTHING
    for value in types.objects(managers):
        if isinstance(value, Instance):
            method = value.cls.find_method("__aenter__" if is_async else "__enter__")
            if method is not None:
                given = types.result(method)
                if is_async:
                    given = union_of([builtins_model.awaited(each, -1) for each in given])
                result = union(result, given)
            else:
                result = union(result, (value,))  # a base that is not in view: itself, mostly
        elif isinstance(value, ExternalInstance) and (
            value.path == "contextlib._GeneratorContextManager" and value.arguments
        ):
            result = union(result, value.arguments[0])
        else:
            result = union(result, (value,))
    return result


def is_overload(function: FunctionFacts, temp: int) -> bool:
    """Whether a temporary is a function that only declares a signature (`typing.overload`)."""
    op = function.definitions[temp]
    while isinstance(op, Call) and len(op.args) == 1:
        op = function.definitions[op.args[0]]
    return isinstance(op, MakeFunction) and is_decorated(function.children[op.child], "overload")

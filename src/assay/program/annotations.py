"""Annotations as types: `Optional[Store]`, `"Store"`, `list[Store] | None`.

The names in an annotation are resolved by a `Names`, one for source in view and one for stubs; the
words of `typing` are known here. What an annotation leaves open (`Any`, `object`, a type variable)
is a type that is not known.
"""

from __future__ import annotations

import ast
import warnings
from abc import ABC, abstractmethod
from typing import Final

from assay.program.stubs import dotted
from assay.program.values import (
    NONE,
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    Instance,
    TupleValue,
    Type,
    Value,
    union,
    unknown,
)

OPEN: Final = unknown("its annotation leaves it open")

_TRANSPARENT: Final = frozenset(("Annotated", "ClassVar", "Final", "Required", "NotRequired"))
_OPEN: Final = frozenset(("Any", "object", "AnyStr", "NoReturn", "Never", "Unused", "Incomplete"))
_FORMS: Final = frozenset(("Optional", "Union", "Type", "Literal", "Callable"))
_BUILTIN_FORMS: Final = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Text": "str",
    "LiteralString": "str",
}
_TYPING: Final = ("typing.", "typing_extensions.", "_typeshed.", "collections.abc.")
_DEEPEST: Final = 8


class Names(ABC):
    """What the names in an annotation mean."""

    @abstractmethod
    def resolve(self, name: str) -> Type:
        """The value of a dotted name: classes as `ClassObject` or `External`."""

    @abstractmethod
    def own(self) -> Type:
        """What `Self` means."""

    def variable(self, name: str) -> Type | None:
        """What a type variable stands for here; None when the name is none that is known."""
        return None


def annotated(node: ast.expr | None, names: Names, depth: int = 0) -> Type:
    """The type that an annotation gives; NOTHING when there is none."""
    if node is None:
        return NOTHING
    if depth > _DEEPEST:
        return OPEN
    if isinstance(node, ast.Constant):
        if node.value is None:
            return NONE
        return _quoted(node.value, names, depth) if isinstance(node.value, str) else OPEN
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        left = annotated(node.left, names, depth + 1)
        return union(left, annotated(node.right, names, depth + 1))
    if isinstance(node, ast.Subscript):
        return _subscript(node, names, depth)
    name = dotted(node)
    if not name:
        return OPEN
    variable = names.variable(name)
    if variable is not None:
        return variable
    word = _typing_word(name, names)
    if word in _OPEN:
        return OPEN
    if word == "Self":
        return names.own() or OPEN
    if word in _BUILTIN_FORMS:
        return (ExternalInstance(_BUILTIN_FORMS[word]),)
    return _instances(names.resolve(name), ())


def _quoted(text: str, names: Names, depth: int) -> Type:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            inner = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return OPEN
    return annotated(inner, names, depth + 1)


def _typing_word(name: str, names: Names) -> str:
    """`Optional` for a name that means `typing.Optional`; `""` for other names."""
    last = name.rpartition(".")[2]
    if last in _OPEN or last == "Self" or last in _BUILTIN_FORMS:
        if last == "object":
            return last
    elif last not in _TRANSPARENT and last not in (
        "Optional",
        "Union",
        "Type",
        "Literal",
        "Callable",
    ):
        return ""
    for value in names.resolve(name):
        if isinstance(value, External) and value.path.startswith(_TYPING):
            return last
    return ""


def _subscript(node: ast.Subscript, names: Names, depth: int) -> Type:
    name = dotted(node.value)
    inner = node.slice
    parts = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
    word = _typing_word(name, names) if name else ""
    if word == "Optional":
        return union(annotated(inner, names, depth + 1), NONE)
    if word == "Union":
        result = NOTHING
        for part in parts:
            result = union(result, annotated(part, names, depth + 1))
        return result
    if word in _TRANSPARENT:
        return annotated(parts[0], names, depth + 1)
    if word == "Literal":
        first = parts[0]
        if isinstance(first, ast.Constant) and first.value is not None:
            return (ExternalInstance(type(first.value).__name__),)
        return OPEN
    if word == "Callable":
        return OPEN
    if word == "Type" or name == "type":
        return _class_objects(annotated(parts[0], names, depth + 1))
    if word == "Tuple" or name == "tuple":
        if len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...:
            return (ExternalInstance("tuple", (annotated(parts[0], names, depth + 1),)),)
        return tuple_of(tuple(annotated(part, names, depth + 1) for part in parts))
    arguments = tuple(annotated(part, names, depth + 1) for part in parts)
    if word in _BUILTIN_FORMS:
        return (generic(_BUILTIN_FORMS[word], arguments),)
    return _instances(names.resolve(name), arguments) if name else OPEN


_LONGEST_KEY: Final = 1_000


def tuple_of(elements: tuple[Type, ...]) -> Type:
    """A tuple of known length, or just a tuple where that would grow without bound."""
    value = TupleValue(elements)
    return (value,) if len(value.key) <= _LONGEST_KEY else (ExternalInstance("tuple"),)


def generic(path: str, arguments: tuple[Type, ...]) -> ExternalInstance:
    """An instance of a generic class of a library."""
    value = ExternalInstance(path, arguments)
    return value if len(value.key) <= _LONGEST_KEY else ExternalInstance(path)


def _instances(values: Type, arguments: tuple[Type, ...]) -> Type:
    """What an annotation with these classes stands for."""
    result = NOTHING
    for value in values:
        found: Value | None = None
        if isinstance(value, ClassObject):
            found = Instance(value.cls)
        elif isinstance(value, External):
            found = generic(value.path, arguments)
        result = union(result, OPEN if found is None else (found,))
    return result or OPEN


def _class_objects(values: Type) -> Type:
    result = NOTHING
    for value in values:
        if isinstance(value, Instance):
            result = union(result, (ClassObject(value.cls),))
        elif isinstance(value, ExternalInstance):
            result = union(result, (External(value.path),))
        else:
            result = union(result, OPEN)
    return result or OPEN

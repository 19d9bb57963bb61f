"""What containers and iterables hold: of libraries, of classes in view, and by what is put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from assay.ir.ops import NO_TEMP
from assay.program import builtins_model
from assay.program.annotations import generic
from assay.program.containers import Put
from assay.program.facts import FunctionFacts
from assay.program.values import (
    NOTHING,
    ExternalInstance,
    Instance,
    Type,
    Value,
    union,
    unknown,
)

if TYPE_CHECKING:
    from assay.program.inference import Types

Elements: TypeAlias = tuple[FunctionFacts, Put]


def each_element(types: Types, values: Type, index: int = -1) -> Type:
    """What iterating over values gives; with an index, what stands there."""
    result = NOTHING
    for value in types.objects(values):
        result = union(result, _element(types, value, index))
    return result


def _element(types: Types, value: Value, index: int) -> Type:
    if not isinstance(value, Instance):
        if isinstance(value, ExternalInstance) and not value.arguments:
            given = types.program.library.element(value)
            if given:
                return given
        return builtins_model.element(value, index)
    for name in ("__iter__", "__aiter__"):
        method = value.cls.find_method(name)
        if method is not None:
            result = NOTHING
            for iterator in types.result(method):
                if isinstance(iterator, Instance):
                    step = "__next__" if name == "__iter__" else "__anext__"
                    following = iterator.cls.find_method(step)
                    if following is None:
                        return unknown(f"an element of {value.cls.name}")
                    given = types.result(following)
                    for each in given:
                        result = union(result, builtins_model.awaited(each, -1))
                else:
                    result = union(result, builtins_model.element(iterator, -1))
            return result
    method = value.cls.find_method("__getitem__")
    if method is not None:
        return types.result(method)
    return unknown(f"an element of {value.cls.name}")


def with_elements(types: Types, values: Type, puts: list[Elements]) -> Type:
    """A type with what is put into its containers, of which nothing else is known."""
    if not puts or not any(_is_bare(value) for value in values):
        return values
    keys = NOTHING
    elements = NOTHING
    for function, put in puts[:16]:
        given = types.temp(function, put.value)
        if put.is_many:
            given = each_element(types, given)
        elements = union(elements, given)
        if put.key != NO_TEMP:
            keys = union(keys, types.temp(function, put.key))
    if len(puts) > 16:
        elements = union(elements, unknown("an element of a container that much is put into"))
    result = NOTHING
    for value in values:
        if isinstance(value, ExternalInstance) and _is_bare(value):
            is_keyed = value.path in builtins_model.KEYED
            value = generic(value.path, (keys, elements) if is_keyed else (elements,))
        result = union(result, (value,))
    return result


def _is_bare(value: Value) -> bool:
    return (
        isinstance(value, ExternalInstance)
        and not value.arguments
        and (value.path in builtins_model.KEYED or value.path in builtins_model.LISTED)
    )

"""What callers give for a parameter: the types of arguments at the calls in view.

A parameter without an annotation is a `Parameter`, which stays as it is until somebody needs an
object: then the calls of the function in its own module say what it may be; those of a constructor
also in a few other files. Calls elsewhere are not looked for, since that would read the whole
project; so the answer is whole only for a function that nobody else is meant to call (one that is
nested, or whose name has a leading underscore), and for a constructor whose calls are all read,
when it is not handed around as a value. What tests give counts for tests alone.

    def _save(store): store.flush()        flush of Store, because of the call below
    _save(Store())

A result that is a parameter is filled in from the arguments of each call (`substituted`), so a
function that gives back what it gets has the type of what it got.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assay.ir.function import FUNCTION, LAMBDA
from assay.ir.ops import NO_TEMP, Attr, Call, MakeClass, MakeFunction
from assay.program.annotations import generic, tuple_of
from assay.program.classes import ClassInfo, attribute_name
from assay.program.facts import FunctionFacts
from assay.program.limits import GIVEN_FILES, GIVEN_SITES
from assay.program.values import (
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    Parameter,
    TupleValue,
    Type,
    Unknown,
    opaque,
    union,
    unknown,
    without_none,
)

if TYPE_CHECKING:
    from assay.program.inference import Types

_CONSTRUCTORS: Final = ("__init__", "__new__")


def bound_arguments(
    function: FunctionFacts, bound: bool, skipped: int, receiver: int, op: Call
) -> dict[str, int]:
    """Which temporary of a call each named parameter of a function gets.

    Parameters that are filled by `*` or `**`, by defaults or by a partial are left out; the
    receiver of a method is there when it is at hand.
    """
    parameters = function.ir.parameters
    positional = [*parameters.positional_only, *parameters.positional]
    result: dict[str, int] = {}
    if bound and positional:
        if receiver != NO_TEMP:
            result[positional[0]] = receiver
        positional = positional[1:]
    positional = positional[skipped:]
    keywords = frozenset((*parameters.positional, *parameters.keyword_only))
    labels = op.labels or ("",) * len(op.args)
    place = 0
    spread = False
    for temp, label in zip(op.args, labels, strict=True):
        if label == "":
            if not spread and place < len(positional):
                result[positional[place]] = temp
                place += 1
        elif label == "*":
            spread = True
        elif label != "**" and label in keywords:
            result[label] = temp
    return result


def substituted(
    types: Types, caller: FunctionFacts, op: Call, value: FunctionValue, given: Type
) -> Type:
    """The result of a call with its callee's parameters filled in from the arguments."""
    if not any(_mentions(each, value.function) for each in given):
        return given
    method = caller.definitions[op.callee]
    receiver = method.owner if isinstance(method, Attr) else NO_TEMP
    arguments = bound_arguments(value.function, value.bound, value.skipped, receiver, op)
    return _filled(types, caller, value.function, arguments, given, 0)


def _mentions(value: object, function: FunctionFacts) -> bool:
    if isinstance(value, Parameter):
        return value.function is function
    if isinstance(value, ExternalInstance):
        return any(_mentions(each, function) for part in value.arguments for each in part)
    if isinstance(value, TupleValue):
        return any(_mentions(each, function) for part in value.elements for each in part)
    return False


def _filled(
    types: Types,
    caller: FunctionFacts,
    function: FunctionFacts,
    arguments: dict[str, int],
    given: Type,
    depth: int,
) -> Type:
    result = NOTHING
    for value in given:
        found: Type = (value,)
        if isinstance(value, Parameter) and value.function is function:
            temp = arguments.get(value.name)
            if temp is not None:
                found = types.temp(caller, temp)
                found = results_of(types, types.filled(found)) if value.is_called else found
            elif value.name in (function.ir.parameters.star, function.ir.parameters.star_star):
                found = unknown(value.reason)
        elif isinstance(value, ExternalInstance) and value.arguments and depth < 3:
            parts = [
                _filled(types, caller, function, arguments, part, depth + 1)
                for part in value.arguments
            ]
            found = (generic(value.path, tuple(parts)),)
        elif isinstance(value, TupleValue) and depth < 3:
            elements = [
                _filled(types, caller, function, arguments, part, depth + 1)
                for part in value.elements
            ]
            found = tuple_of(tuple(elements))
        result = union(result, found)
    return result


def results_of(types: Types, callees: Type) -> Type:
    """What calling these gives, as far as it does not depend on arguments."""
    result = NOTHING
    for value in without_none(callees):
        if isinstance(value, FunctionValue):
            result = union(result, opaque(types.result(value.function)))
        elif isinstance(value, ClassObject):
            result = union(result, (Instance(value.cls),))
        elif isinstance(value, External):
            result = union(result, types.program.library.call(value.path))
        elif isinstance(value, Unknown):
            result = union(result, unknown(value.reason))
        else:
            result = union(result, unknown("what something that is handed around gives"))
    return result


def given_by_calls(types: Types, parameter: Parameter) -> Type:
    """What the calls in the module of its function give for a parameter.

    The parameter itself is among it when others may call the function too.
    """
    function = parameter.function
    sites, whole = _sites(types, function)
    result: Type = NOTHING
    for caller, op, value, receiver in sites:
        arguments = bound_arguments(function, value.bound, value.skipped, receiver, op)
        temp = arguments.get(parameter.name)
        if temp is not None:
            result = union(result, types.filled(types.temp(caller, temp)))
        elif any(label.startswith("*") for label in op.labels):
            whole = False
    if not sites or not whole:
        result = union(result, (parameter,))
    return result


def _sites(
    types: Types, function: FunctionFacts
) -> tuple[list[tuple[FunctionFacts, Call, FunctionValue, int]], bool]:
    """The calls of a function in its module, and whether there can be no others."""
    if function.ir.kind == LAMBDA or not function.ir.name:
        return [], False
    name = attribute_name(function)
    owner = function.owner
    file = function.file
    found: list[tuple[FunctionFacts, Call, FunctionValue, int]] = []
    if owner is not None and name in _CONSTRUCTORS:
        return _constructed(types, function, owner)
    if name.startswith("__"):
        return [], False
    candidates = file.calls_named(name)
    if len(candidates) > GIVEN_SITES.most:
        GIVEN_SITES.note(file, function.ir.first_line)
        return [], False
    for caller, op in candidates:
        method = caller.definitions[op.callee]
        receiver = method.owner if isinstance(method, Attr) else NO_TEMP
        found += [
            (caller, op, value, receiver if value.bound else NO_TEMP)
            for value in types.objects(types.temp(caller, op.callee))
            if isinstance(value, FunctionValue)
            and (value.function is function or _overrides(function, value))
        ]
    is_own = name.startswith("_") and not name.endswith("__")
    if not is_own and function.parent is not None and function.parent.ir.kind == FUNCTION:
        is_own = True
    return found, is_own and not file.is_handed_around(name)


def _constructed(
    types: Types, function: FunctionFacts, owner: ClassInfo
) -> tuple[list[tuple[FunctionFacts, Call, FunctionValue, int]], bool]:
    """The calls of a constructor in its module and a few others, and whether they are all."""
    own = owner.module
    outline = types.program.outline(own)
    modules = [own]
    is_whole = True
    if outline is not None:
        others = [path for path in outline.calls(owner.name) if path != own.place]
        others = [path for path in others if outline.counts_for(own.place, path)]
        is_whole = len(others) <= GIVEN_FILES.most
        if is_whole:
            modules += [types.program.read(path) for path in others]
        else:
            GIVEN_FILES.note(function.file, function.ir.first_line)
    found: list[tuple[FunctionFacts, Call, FunctionValue, int]] = []
    for module in modules:
        facts = module.facts
        candidates = facts.calls_named(owner.name)
        if module is own:
            candidates = [*candidates, *facts.calls_named("cls"), *facts.calls_named("__init__")]
        if len(candidates) > GIVEN_SITES.most:
            GIVEN_SITES.note(function.file, function.ir.first_line)
            return [], False
        for caller, op in candidates:
            for value in types.objects(types.temp(caller, op.callee)):
                if isinstance(value, ClassObject):
                    if value.cls.find_method(function.ir.name) is function:
                        found.append((caller, op, FunctionValue(function, True), NO_TEMP))
                elif isinstance(value, FunctionValue) and value.function is function:
                    found.append((caller, op, value, NO_TEMP))
        is_whole = is_whole and not facts.is_handed_around(owner.name)
    return found, is_whole and not _has_below(types, owner)


def _has_below(types: Types, owner: ClassInfo) -> bool:
    """Whether classes derive from it, whose constructors may run this one."""
    outline = types.program.outline(owner.module)
    return outline is None or bool(outline.derived(owner.name))


def _overrides(function: FunctionFacts, value: FunctionValue) -> bool:
    owner, above = function.owner, value.function.owner
    return (
        owner is not None
        and above is not None
        and value.bound
        and attribute_name(value.function) == attribute_name(function)
        and above in owner.mro()
    )


def decorated(function: FunctionFacts, op: Call) -> int | None:
    """The function or class that a call applies a decorator to; None for every other call."""
    if len(op.args) != 1 or op.labels:
        return None
    made = function.definitions[op.args[0]]
    depth = 0
    while isinstance(made, Call) and len(made.args) == 1 and depth < 16:
        made = function.definitions[made.args[0]]
        depth += 1
    if isinstance(made, (MakeFunction, MakeClass)) and isinstance(
        made.at, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    ):
        for decorator in made.at.decorator_list:
            if decorator is op.at:
                return op.args[0]
    return None


def wrapped(function: FunctionFacts, inner: FunctionFacts) -> list[str]:
    """The parameters of a function that a function inside it calls, or hands on to be called."""
    outer: FunctionFacts | None = inner
    while outer is not None and outer is not function:
        outer = outer.parent
    if outer is None or inner is function:
        return []
    names = frozenset(function.ir.parameters.names())
    found: dict[str, None] = {}
    work = [inner]
    while work:
        here = work.pop()
        for name in here.ir.free:
            if name in names:
                found[name] = None
        work += here.children
    return list(found)

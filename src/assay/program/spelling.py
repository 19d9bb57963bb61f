"""Types and callees as dumps and tests print them.

    spelled_type    Store | None | list[str] | ?
    spelled_callees depot.store.Store.save, = os.remove, ? the parameter hook of run

Classes of the project are named without their module, what is not known is a `?`. Invariant: the
text is a function of the value, in a fixed order.
"""

from __future__ import annotations

from assay.program.calls import Callees, Target
from assay.program.facts import FunctionFacts
from assay.program.values import (
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
)


def spelled_type(values: Type) -> str:
    """A type, its members in the order of their text."""
    if not values:
        return "nothing"
    return " | ".join(sorted(dict.fromkeys(_value(value) for value in values)))


def _value(value: Value) -> str:
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, NoneValue):
        return "None"
    if isinstance(value, Instance):
        return value.cls.qualname
    if isinstance(value, ClassObject):
        return f"type[{value.cls.qualname}]"
    if isinstance(value, FunctionValue):
        return f"def {value.function.qualname}"
    if isinstance(value, ModuleValue):
        return f"module {value.module.name}"
    if isinstance(value, External):
        return f"= {value.path}"
    if isinstance(value, ExternalInstance):
        inner = ", ".join(spelled_type(part) for part in value.arguments)
        return f"{value.path}[{inner}]" if inner else value.path
    if isinstance(value, TupleValue):
        return f"({', '.join(spelled_type(part) for part in value.elements)})"
    if isinstance(value, SuperValue):
        return f"super of {value.after.qualname}"
    return repr(value)


def spelled_function(function: FunctionFacts) -> str:
    """`module.Class.method`, the place of a function that has no name of its own."""
    module = function.file.module.name or function.file.source.path
    if not function.qualname:
        return module
    return f"{module}.{function.qualname.replace('.<locals>', '')}"


def spelled_target(target: Target) -> str:
    """A target, with what it is besides."""
    mark = " (guessed)" if target.guessed else ""
    return f"{spelled_function(target.function)}{' (wrapper)' if target.wraps else ''}{mark}"


def spelled_callees(callees: Callees, with_reason: bool) -> str:
    """Everything that a call may run; a hole is a `?`, with its reason when it is asked for."""
    parts = sorted(dict.fromkeys(spelled_target(target) for target in callees.targets))
    if callees.constructs is not None:
        parts.insert(0, f"new {callees.constructs.qualname}")
    parts += [f"= {path}" for path in callees.external]
    if callees.hole:
        parts.append(f"? {callees.hole}" if with_reason else "?")
    return ", ".join(parts)

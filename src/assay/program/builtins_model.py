"""How values of the language's own types relate: elements of containers, awaited results.

element(list[Store])      Store
awaited(Coroutine[int])   int
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from assay.program.values import (
    External,
    ExternalInstance,
    Instance,
    TupleValue,
    Type,
    Unknown,
    Value,
    union_of,
    unknown,
)

Step: TypeAlias = Callable[[Value, int], Type]

CONTAINERS: Final = {
    "list": "list",
    "set": "set",
    "frozenset": "frozenset",
    "tuple": "tuple",
    "sorted": "list",
    "reversed": "reversed",
    "iter": "typing.Iterator",
    "enumerate": "enumerate",
    "collections.deque": "collections.deque",
}
PARTIALS: Final = frozenset(("functools.partial", "functools.partialmethod"))
LISTED: Final = frozenset(
    ("list", "set", "collections.deque", "queue.Queue", "queue.LifoQueue", "asyncio.Queue",
     "weakref.WeakSet")
)  # fmt: skip
KEYED: Final = frozenset(
    ("dict", "collections.OrderedDict", "collections.defaultdict", "weakref.WeakValueDictionary")
)
_PAIRS: Final = ("dict_items", "ItemsView", "odict_items")
_VALUES: Final = ("dict_values", "ValuesView", "odict_values")
_AWAITABLES: Final = frozenset(
    (
        "typing.Coroutine",
        "typing.Awaitable",
        "collections.abc.Coroutine",
        "collections.abc.Awaitable",
        "asyncio.Task",
        "asyncio.Future",
        "_asyncio.Task",
        "_asyncio.Future",
        "asyncio.futures.Future",
        "asyncio.tasks.Task",
    )
)
_KEEPING: Final = frozenset(
    (
        "copy.copy",
        "copy.deepcopy",
        "asyncio.wait_for",
        "asyncio.shield",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "contextlib.closing",
        "contextlib.aclosing",
        "functools.lru_cache",
        "functools.cache",
        "functools.update_wrapper",
        "staticmethod",
        "classmethod",
        "weakref.proxy",
    )
)


def keeps_argument(path: str) -> bool:
    """Whether a function gives its first argument, or something that is used in its place."""
    return path in _KEEPING


def element(value: Value, index: int) -> Type:
    """What iterating over a value gives; with an index, what stands there."""
    if isinstance(value, TupleValue):
        if 0 <= index < len(value.elements):
            return value.elements[index]
        return union_of(list(value.elements))
    if isinstance(value, ExternalInstance):
        if value.path in ("str", "bytes"):
            return (ExternalInstance("str" if value.path == "str" else "int"),)
        if value.arguments:
            return _of_generic(value, index)
        if value.path == "range":
            return (ExternalInstance("int"),)
        return unknown(f"an element of {value.path}")
    if isinstance(value, Unknown):
        return (value,)
    if isinstance(value, Instance):
        return unknown(f"an element of {value.cls.name}")
    return unknown("an element of a value that is not known")


def _of_generic(value: ExternalInstance, index: int) -> Type:
    last = value.path.rpartition(".")[2]
    if last in _PAIRS and len(value.arguments) == 2:
        return (TupleValue(value.arguments),)
    if last in _VALUES and len(value.arguments) == 2:
        return value.arguments[1]
    if last == "zip":
        return (TupleValue(value.arguments),)
    if last == "enumerate":
        return (TupleValue(((ExternalInstance("int"),), value.arguments[0])),)
    return value.arguments[0]


def item(value: Value, index: int | None) -> Type:
    """What a subscript gives."""
    if isinstance(value, TupleValue):
        return element(value, -1 if index is None else index % max(len(value.elements), 1))
    if isinstance(value, ExternalInstance):
        if value.path in ("str", "bytes"):
            return (value,)
        if value.path in KEYED or value.path.endswith(("dict", "Dict", "Mapping")):
            return value.arguments[1] if len(value.arguments) > 1 else unknown("a value of a dict")
        if value.arguments:
            return value.arguments[0]
        return (
            (ExternalInstance(f"{value.path}[]"),)
            if "()" in value.path
            else unknown(f"an item of {value.path}")
        )
    if isinstance(value, External):
        return (External(f"{value.path}[]"),) if "[" not in value.path else (value,)
    if isinstance(value, Unknown):
        return (value,)
    return unknown("an item of a value that is not known")


def awaited(value: Value, index: int) -> Type:
    """What awaiting a value gives."""
    if isinstance(value, ExternalInstance):
        if value.path in _AWAITABLES:
            return value.arguments[0] if value.arguments else unknown("an awaited result")
        return (value,)  # the chain of calls keeps its name
    if isinstance(value, Unknown):
        return (value,)
    return unknown("an awaited value that is not known")

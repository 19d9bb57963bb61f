"""Values: classes whose instances are their fields and never change.

What `dataclasses.dataclass(frozen=True)` gives, and to type checkers the same, but no code is made,
compiled and run for each class when its module is imported. Sixty classes cost 40 ms that way,
more than everything else that a short review does.

Invariant: instances are equal when they are of one class and have equal fields; equal instances
have equal hashes; assigning to a field raises.

    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), replace(Point(1), y=2) == Point(1, 2)
    (Point(x=1, y=0), True)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Makes a class of annotated fields, with defaults or without, one of values."""
    names = tuple(name for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind))
    members: dict[str, object] = {"__match_args__": names, **_METHODS}
    own = vars(cls).get("__hash__")  # that of a class which is its identifier, for instance
    for name, member in members.items():
        setattr(cls, name, member)
    if own is not None:
        setattr(cls, "__hash__", own)  # noqa: B010
    return cls


def replace(value: T, **changes: object) -> T:
    """The value with some fields changed."""
    fields: dict[str, object] = {**vars(value), **changes}
    return type(value)(**fields)


def _fields(value: object) -> tuple[str, ...]:
    found: tuple[str, ...] = type(value).__match_args__  # type: ignore[attr-defined]
    return found


def _init(self: object, *given: object, **named: object) -> None:
    names = _fields(self)
    if not named and len(given) == len(names):
        vars(self).update(zip(names, given, strict=True))
        return
    kind = type(self)
    if len(given) > len(names):
        raise TypeError(f"{kind.__name__} has {len(names)} fields, {len(given)} were given")
    values = dict(zip(names, given, strict=False))
    for name, value in named.items():
        if name in values or name not in names:
            raise TypeError(f"{kind.__name__}: field {name} is given twice or does not exist")
        values[name] = value
    for name in names:  # in this order, so that hashes of equal values are equal
        if name in values:
            vars(self)[name] = values[name]
        elif hasattr(kind, name):
            vars(self)[name] = getattr(kind, name)
        else:
            raise TypeError(f"{kind.__name__}: field {name} is missing")


def _eq(self: object, other: object) -> bool:
    return NotImplemented if type(other) is not type(self) else vars(self) == vars(other)


def _hash(self: object) -> int:
    return hash(tuple(vars(self).values()))


def _repr(self: object) -> str:
    fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
    return f"{type(self).__qualname__}({fields})"


def _set(self: object, name: str, value: object) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} is never assigned to")


def _delete(self: object, name: str) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} is never deleted")


_METHODS: Final[Mapping[str, object]] = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _set,
    "__delattr__": _delete,
}

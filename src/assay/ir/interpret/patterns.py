"""The tests of `match` statements, and submodules, as CPython's evaluation loop does them.

Sources: `match_class`, `match_keys` and `import_from` in CPython's Python/ceval.c (3.11).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

_MATCH_SELF: Final = 1 << 22  # Py_TPFLAGS_MATCH_SELF: `int(x)` binds the subject itself
_ABSENT: Final = object()


def is_mapping(subject: object) -> bool:
    """What `case {}` takes."""
    match subject:
        case {}:
            return True
    return False


def is_sequence(subject: object) -> bool:
    """What `case [*_]` takes."""
    match subject:
        case [*_]:
            return True
    return False


def values_of(subject: object, keys: list[object]) -> object:
    """The tuple of the values of these keys, None where one is missing."""
    assert isinstance(subject, Mapping) or hasattr(subject, "get")
    getter = subject.get
    seen: set[object] = set()
    found: list[object] = []
    for key in keys:
        if key in seen:
            raise ValueError(f"mapping pattern checks duplicate key ({key!r})")
        seen.add(key)
        value = getter(key, _ABSENT)
        if value is _ABSENT:
            return None
        found.append(value)
    return tuple(found)


def match_class(subject: object, cls: object, positional: int, names: tuple[str, ...]) -> object:
    """The tuple of the attributes of a class pattern, or None."""
    if not isinstance(cls, type):
        raise TypeError("called match pattern must be a class")
    if not isinstance(subject, cls):
        return None
    seen: set[str] = set()
    found: list[object] = []
    if positional and not _positional(subject, cls, positional, seen, found):
        return None
    for name in names:
        if not _attribute(subject, cls, name, seen, found):
            return None
    return tuple(found)


def _positional(
    subject: object, cls: type, positional: int, seen: set[str], found: list[object]
) -> bool:
    match_self = False
    wanted: object = getattr(cls, "__match_args__", _ABSENT)
    if wanted is _ABSENT:
        wanted = ()
        match_self = bool(cls.__flags__ & _MATCH_SELF)
    elif not isinstance(wanted, tuple):
        raise TypeError(
            f"{cls.__name__}.__match_args__ must be a tuple (got {type(wanted).__name__})"
        )
    assert isinstance(wanted, tuple)
    allowed = 1 if match_self else len(wanted)
    if allowed < positional:
        plural = "" if allowed == 1 else "s"
        raise TypeError(
            f"{cls.__name__}() accepts {allowed} positional sub-pattern{plural} "
            f"({positional} given)"
        )
    if match_self:
        found.append(subject)
        return True
    for name in wanted[:positional]:
        if not isinstance(name, str):
            raise TypeError(f"__match_args__ elements must be strings (got {type(name).__name__})")
        if not _attribute(subject, cls, name, seen, found):
            return False
    return True


def _attribute(subject: object, cls: type, name: str, seen: set[str], found: list[object]) -> bool:
    if name in seen:
        raise TypeError(f"{cls.__name__}() got multiple sub-patterns for attribute {name!r}")
    seen.add(name)
    value: object = getattr(subject, name, _ABSENT)
    if value is _ABSENT:
        return False
    found.append(value)
    return True


def submodule(module: object, name: str) -> object:
    """A submodule that is being imported; raises ImportError where there is none."""
    package: object = getattr(module, "__name__", None)
    if not isinstance(package, str):
        raise ImportError(f"cannot import name {name!r} from '<unknown module name>'", name=name)
    found = sys.modules.get(f"{package}.{name}")
    if found is not None:
        return found
    place: object = getattr(module, "__file__", None)
    shown = place if isinstance(place, str) else "unknown location"
    origin = f"{package!r} ({shown})"
    if getattr(getattr(module, "__spec__", None), "_initializing", False):
        origin = (
            f"partially initialized module {package!r} "
            f"(most likely due to a circular import) ({shown})"
        )
    raise ImportError(
        f"cannot import name {name!r} from {origin}",
        name=package,
        path=place if isinstance(place, str) else None,
    )

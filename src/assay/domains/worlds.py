"""Worlds: consistent states of the variables and resources of a function, kept apart.

A world says what each interesting variable holds: a resource in one of several forms, None,
true, false. The form and the number of the acquisition are packed into one int (`alias`).

Invariant: a world's `values` are never changed after it is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, final

from assay.dataflow.analysis import NoFixpointError
from assay.ir.ops import (
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Collect,
    Compare,
    Const,
    Copy,
    Delete,
    Element,
    Enter,
    Exit,
    Format,
    Item,
    Iter,
    Join,
    Load,
    LoadExit,
    MakeFunction,
    SetAttr,
    SetItem,
    Store,
    Truth,
    Unary,
    Unpack,
    Yield,
)
from assay.program.silence import limit

_RULES: Final = ("lock-not-released", "resource-leak", "temporary-file-left", "undo-skipped")

MAX_WORLDS: Final = limit(
    "worlds.most", 8, "at most 8 states of the variables of a function are kept apart", *_RULES
)
MAX_SETS: Final = limit(
    "worlds.most-sets", 32, "at most 32 sets of open things are kept apart in a function", *_RULES
)

# What a variable holds, apart from resources (see `alias`).
NONE: Final = -1
TRUE: Final = -2
FALSE: Final = -3
TRUTHY: Final = -4  # unknown, but a branch has found it true
FALSY: Final = -5
NOT_NONE: Final = -6

# In which form it holds a resource.
ITSELF: Final = 0
IN_TUPLE: Final = 1  # the tuple that the acquiring call returned
RELEASE: Final = 2  # a bound method that gives it back
EXIT: Final = 3  # the exit method of a `with`
PENDING: Final = 4  # an awaitable that will give it; nothing is open yet
PART: Final = 5  # an attribute that is given back in its place: `process.stdout`
CLOSER: Final = 6  # a context manager that closes it, whatever its own does: `closing(connection)`


# The operations that can change a world at all; most cannot.
CHANGING: Final = (
    Call,
    Load,
    Store,
    Attr,
    Copy,
    Await,
    Enter,
    Exit,
    LoadExit,
    Const,
    Compare,
    Truth,
    Unary,
    Unpack,
    Element,
    Item,
    Iter,
    Binary,
    Join,
    Format,
    Build,
    SetAttr,
    SetItem,
    Collect,
    Yield,
    Delete,
    MakeFunction,
)


def alias(site: int, form: int) -> int:
    return site << 3 | form


def site_of(held: int) -> int:
    """The number of the acquisition that a value speaks of."""
    return held >> 3


def form_of(held: int) -> int:
    """In which form a value holds a resource; -1 when it holds none."""
    return held & 7 if held >= 0 else -1


Facts: TypeAlias = frozenset[tuple[str | int, int]]


def entered(held: int | None) -> int | None:
    """What a `with` statement binds that manages this value."""
    if held is None or form_of(held) != CLOSER:
        return held
    return alias(site_of(held), ITSELF)


def exit_of(held: int | None, by_with: int) -> int | None:
    """The exit method of what a `with` statement manages, as far as it gives a resource back.

    `by_with` has the bits of the resources that a `with` on themselves gives back.
    """
    form = form_of(NONE if held is None else held)
    if held is None or form not in (ITSELF, PENDING, PART, CLOSER):
        return None
    if form != CLOSER and not by_with & (1 << site_of(held)):
        return None
    return alias(site_of(held), EXIT)


@final
class World:
    """One consistent state: what is open, what was handed on, what variables hold."""

    __slots__ = ("_facts", "handed", "open", "values")

    def __init__(self, opened: int, handed: int, values: dict[str | int, int]) -> None:
        self.open: Final = opened
        self.handed: Final = handed  # open, but passed to a call that may have taken it over
        self.values: Final = values  # by local variable or temporary; never changed
        self._facts: Facts | None = None  # most worlds are alone, and nobody asks

    @property
    def facts(self) -> Facts:
        """What its variables hold, as a set."""
        if self._facts is None:
            self._facts = frozenset(self.values.items())
        return self._facts

    def holding(self, key: str | int, value: int) -> World:
        """The world in which a variable or temporary holds this as well."""
        return World(self.open, self.handed, {**self.values, key: value})

    def covers(self, other: World) -> bool:
        """Whether every fact of this world holds in the other, so that the other adds nothing."""
        return self.open == other.open and self.handed == other.handed and self.facts <= other.facts


State: TypeAlias = tuple[World, ...]


def holds(held: int) -> bool:
    """Whether a value is a resource itself."""
    return held >= 0 and held & 7 == ITSELF


def is_true(held: int | None) -> bool | None:
    if held is None or held == NOT_NONE:
        return None
    if held >= 0:
        return None if held & 7 == PART else True
    return held in (TRUE, TRUTHY)


def given_up(world: World) -> World:
    kept = {key: value for key, value in world.values.items() if value < 0}
    return World(0, 0, kept)


def only(world: World, bits: int) -> World:
    """A world in which nothing but these is still open."""
    if not world.open & ~bits:
        return world
    return World(world.open & bits, world.handed & bits, world.values)


def opened_in(worlds: Iterable[World]) -> int:
    """The bits of what is open in any of these."""
    bits = 0
    for world in worlds:
        bits |= world.open
    return bits


def without(values: dict[str | int, int], name: str) -> dict[str | int, int]:
    return {key: value for key, value in values.items() if key != name}


def distinct(worlds: list[World]) -> State:
    if len(worlds) == 1:
        return (worlds[0],)
    found: dict[tuple[int, int, Facts], World] = {}
    for world in worlds:
        found.setdefault((world.open, world.handed, world.facts), world)
    return tuple(found.values())


def agree(worlds: list[World]) -> list[World]:
    """One world for each set of open things, with what its members agree on.

    Raises NoFixpointError when there are more such sets than the analysis keeps apart.
    """
    groups: dict[tuple[int, int], dict[str | int, int]] = {}
    for world in worlds:
        key = (world.open, world.handed)
        known = groups.get(key)
        if known is None:
            groups[key] = world.values
        else:
            groups[key] = {
                name: value for name, value in known.items() if world.values.get(name) == value
            }
    if len(groups) > MAX_SETS.most:
        raise NoFixpointError(f"more than {MAX_SETS.most} sets of open resources at one place")
    return [World(opened, handed, values) for (opened, handed), values in groups.items()]


def collapse(worlds: list[World]) -> tuple[State, int]:
    """Join worlds; a resource that no variable reaches any more is given up.

    Returns the worlds, and the bits of what was given up in any of them.
    """
    found: list[World] = []
    lost = 0
    for world in agree(worlds):
        reachable = 0
        for value in world.values.values():
            if value >= 0:
                reachable |= 1 << site_of(value)
        lost |= world.open & ~reachable
        found.append(World(world.open & reachable, world.handed & reachable, world.values))
    return distinct(found), lost

"""The state of a function at one point: variables, temporaries, and objects by where they are made.

Objects have fields for constant keys and indices and a `rest` for all others; a store through a
value that is exactly one object replaces the field, any other adds to it.

Invariant: states are joined, never changed, once they are handed to another block.
"""

from __future__ import annotations

from typing import Final, TypeAlias, final

from assay.domains.taint.limits import DEEP, FIELDS
from assay.domains.taint.taints import CUT, Origin, Taint, Taints, add_taints, ordered
from assay.domains.taint.values import UNKNOWN, Refinement, Value, join, map_taints

Key: TypeAlias = str | int


@final
class Obj:
    """An object: `kind` says what (list, tuple, dict, set, instance, parameter, buffer, config).

    `length` is that of a list or tuple whose elements are all known, else -1. `many`: stands for
    several objects made at one place, so stores add.
    """

    __slots__ = ("fields", "kind", "length", "many", "rest")

    def __init__(
        self, kind: str, fields: dict[Key, Value], rest: Value | None, length: int, many: bool
    ) -> None:
        self.kind: Final = kind
        self.fields: Final = fields
        self.rest: Final = rest
        self.length: Final = length
        self.many: Final = many

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Obj)
            and self.kind == other.kind
            and self.length == other.length
            and self.many == other.many
            and self.fields == other.fields
            and self.rest == other.rest
        )

    __hash__ = None  # type: ignore[assignment]

    def get(self, key: Key | None) -> Value | None:
        """What is under a key; None as a key means any. None when nothing is known of it."""
        if key is not None and key in self.fields:
            return self.fields[key]
        if key is not None and self.length >= 0 and isinstance(key, int):
            if -self.length <= key < 0:
                return self.fields.get(key + self.length)
            return self.rest
        if key is not None:
            return self.rest
        return self.everything()

    def everything(self) -> Value | None:
        """All elements as one value."""
        result = self.rest
        for value in self.fields.values():
            result = value if result is None else join(result, value)
        return result

    def put(self, key: Key | None, value: Value, strong: bool) -> Obj:
        """With a value under a key; None as a key is one that is not known."""
        if key is None or (key not in self.fields and len(self.fields) >= FIELDS.most):
            rest = value if self.rest is None else join(self.rest, value)
            return Obj(self.kind, self.fields, rest, self.length, self.many)
        fields = dict(self.fields)
        if strong and not self.many:
            fields[key] = value
        else:
            old = fields.get(key, self.rest)
            fields[key] = value if old is None else join(old, value)
        return Obj(self.kind, fields, self.rest, self.length, self.many)

    def melted(self) -> Obj:
        """With all elements in the rest, when their places are not known any more."""
        return Obj(self.kind, {}, self.everything(), -1, self.many)


def join_objects(first: Obj, second: Obj) -> Obj:
    """The object that is in one of two states."""
    if first is second or first == second:
        return first
    if first.length != second.length:
        first, second = first.melted(), second.melted()
    fields: dict[Key, Value] = {}
    for key, value in first.fields.items():
        other = second.fields.get(key, second.rest)
        fields[key] = value if other is None else join(value, other)
    for key, value in second.fields.items():
        if key not in fields:
            fields[key] = value if first.rest is None else join(value, first.rest)
    rest = first.rest
    if second.rest is not None:
        rest = second.rest if rest is None else join(rest, second.rest)
    return Obj(first.kind, fields, rest, first.length, first.many or second.many)


@final
class State:
    """Variables by name, temporaries by number, objects by number; `@path` caches pure reads."""

    __slots__ = ("heap", "temps", "variables")

    def __init__(
        self, variables: dict[str, Value], temps: dict[int, Value], heap: dict[int, Obj]
    ) -> None:
        self.variables: Final = variables
        self.temps: Final = temps
        self.heap: Final = heap

    def size(self) -> int:
        """How many entries it holds, those of its objects not counted."""
        return len(self.variables) + len(self.temps) + len(self.heap)

    def copy(self) -> State:
        """A state that can be changed."""
        return State(dict(self.variables), dict(self.temps), dict(self.heap))

    def joined(self, other: State) -> State:
        """The state that covers both; `self` when it does already."""
        changed = False
        variables = self.variables
        for name, value in other.variables.items():
            old = variables.get(name)
            if old is value:
                continue
            new = value if old is None else join(old, value)
            if old is None and name.startswith("@"):
                continue
            if old is None or (new is not old and new != old):
                if not changed:
                    changed = True
                if variables is self.variables:
                    variables = dict(variables)
                variables[name] = new
        for name in self.variables:
            if name.startswith("@") and name not in other.variables:
                if variables is self.variables:
                    variables = dict(variables)
                del variables[name]
                changed = True
        temps = self.temps
        for temp, value in other.temps.items():
            known = temps.get(temp)
            if known is value:
                continue
            new = value if known is None else join(known, value)
            if known is None or (new is not known and new != known):
                changed = True
                if temps is self.temps:
                    temps = dict(temps)
                temps[temp] = new
        heap = self.heap
        for ident, obj in other.heap.items():
            there = heap.get(ident)
            if there is obj:
                continue
            both = obj if there is None else join_objects(there, obj)
            if there is None or (both is not there and both != there):
                changed = True
                if heap is self.heap:
                    heap = dict(heap)
                heap[ident] = both
        return State(variables, temps, heap) if changed else self

    def objects(self, value: Value) -> list[Obj]:
        """The objects that a value may be."""
        return [self.heap[ident] for ident in value.objects if ident in self.heap]

    def refine(self, refinements: list[Refinement]) -> None:
        """Applies what a branch has established to everything that the data went into."""
        for refinement in refinements:
            for name, value in self.variables.items():
                if value.taints:
                    self.variables[name] = map_taints(value, refinement)
            for temp, value in self.temps.items():
                if value.taints:
                    self.temps[temp] = map_taints(value, refinement)
            for ident, obj in self.heap.items():
                self.heap[ident] = _refined(obj, refinement)

    def deep(self, value: Value) -> Taints:
        """The taints of a value and of what it holds.

        Objects that hold each other are reached on very many ways; each counts once, from where
        most is left of the depth.
        """
        if not value.objects:
            return value.taints
        found = {taint.origin: taint for taint in value.taints}
        if not self._gather(value.objects, DEEP.most, found, {}):
            return value.taints
        return ordered(found)

    def _gather(
        self,
        objects: tuple[int, ...],
        depth: int,
        found: dict[Origin, Taint],
        reached: dict[int, int],
    ) -> bool:
        """Adds the taints of what objects hold; `reached` is the depth left at each object.

        Returns whether that changed anything.
        """
        changed = False
        for ident in objects:
            obj = self.heap.get(ident)
            if obj is None or obj.kind == "parameter" or reached.get(ident, 0) >= depth:
                continue
            reached[ident] = depth
            held = list(obj.fields.values())
            if obj.rest is not None:
                held.append(obj.rest)
            for each in held:
                if each.taints and add_taints(found, each.taints):
                    changed = True
                if depth > 1:
                    changed = self._gather(each.objects, depth - 1, found, reached) or changed
                elif any(self._holds_more(inside, reached) for inside in each.objects):
                    changed = add_taints(found, (CUT,)) or changed
        return changed

    def _holds_more(self, ident: int, reached: dict[int, int]) -> bool:
        """Whether an object that is too deep holds anything that was not looked at."""
        obj = self.heap.get(ident)
        unseen = obj is not None and obj.kind != "parameter" and ident not in reached
        return unseen and obj is not None and (bool(obj.fields) or obj.rest is not None)


def _refined(obj: Obj, refinement: Refinement) -> Obj:
    changed = False
    fields = obj.fields
    for key, value in obj.fields.items():
        if value.taints:
            new = map_taints(value, refinement)
            if new is not value:
                if not changed:
                    fields = dict(fields)
                    changed = True
                fields[key] = new
    rest = obj.rest
    if rest is not None and rest.taints:
        rest = map_taints(rest, refinement)
        changed = changed or rest is not obj.rest
    return Obj(obj.kind, fields, rest, obj.length, obj.many) if changed else obj


__all__ = ["UNKNOWN", "Key", "Obj", "State", "join_objects"]

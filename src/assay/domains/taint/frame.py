"""What evaluating one function needs: its operations, the rows of libraries, what it has found.

A `Frame` is made for one function and one shape of its arguments. The state that it works on is
changed by the evaluation of one block and handed on by `interpret`.

Invariant: numbers of objects are the same in every run: a temporary's number for what an operation
makes, and numbers counted in order of first use for what parameters and callees bring.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, final

from assay.domains.taint.limits import ACCESS
from assay.domains.taint.state import Obj, State
from assay.domains.taint.steps import Step
from assay.domains.taint.taints import Access, Mark, Origin, Taint, parameter_origin
from assay.domains.taint.values import UNKNOWN, Value, join
from assay.ir.ops import NO_TEMP, Call, Located, Op

if TYPE_CHECKING:
    from assay.domains.taint.hits import Hit
    from assay.domains.taint.summary import Summaries
    from assay.models.taint import TaintModels
    from assay.program.facts import FunctionFacts

_FIRST_NUMBER: Final = 1_000_000


@final
class Frame:
    """One function while it is evaluated."""

    def __init__(
        self,
        function: FunctionFacts,
        summaries: Summaries,
        depth: int,
        relevant: frozenset[Call],
        seeds: frozenset[int],
    ) -> None:
        self.relevant: Final = relevant  # the calls that are looked into
        self.seeds: Final = seeds  # for the sake of these temporaries
        self.unforeseen: Final[dict[int, None]] = {}  # what sinks get and is not among them
        self.depth: Final = depth  # how deep calls are followed from here
        self.height = 0  # how deep they were
        self.function: Final = function
        self.summaries: Final = summaries
        self.models: Final[TaintModels] = summaries.models
        self.reviewed: Final = function.file.source
        self.path: Final = function.file.source.path
        self.state = State({}, {}, {})
        self.hits: Final[dict[tuple[str, int, int, int, int, str], Hit]] = {}
        self.numbers: Final[dict[tuple[object, ...], int]] = {}
        self.exits: Final[dict[int, tuple[Value, State]]] = {}
        self.yielded: Value | None = None
        self.steps = 0
        self.is_cut = False  # whether sinks of a callee were left out
        # The hits at calls whose results may still turn out to be no HTML.
        self.responses: Final[dict[int, tuple[str, int, int, int, int, str]]] = {}
        self.names: Final = function.ir.parameters.names()

    # Values

    def temp(self, number: int) -> Value:
        """What a temporary holds."""
        if number == NO_TEMP:
            return UNKNOWN
        return self.state.temps.get(number, UNKNOWN)

    def mark(self, at: Located, words: str, weak: bool = False) -> Mark:
        """A guard at a place of this function's file."""
        return Mark(self.path, at.lineno, words, weak)

    def number(self, *key: object) -> int:
        """A number for something that has none of its own."""
        known = self.numbers.get(key)
        if known is None:
            known = _FIRST_NUMBER + len(self.numbers)
            self.numbers[key] = known
        return known

    def source(self, at: Located, kind: str, what: str, tokens: frozenset[str]) -> Taint:
        """A taint that starts here."""
        origin = Origin(self.path, at.lineno, at.col_offset, kind, what, -1, ())
        step = Step(self.path, at.lineno, f"{what} is read", None)
        return Taint(origin, 0, tokens, frozenset(), "", step, ())

    def parameter(self, index: int, access: Access, ident: int) -> Value:
        """What a parameter brings, or what is read from it."""
        origin = parameter_origin(index, access, self.names[index])
        line = self.function.ir.first_line
        step = Step(self.path, line, f"{origin.what} comes from the caller", None)
        taint = Taint(origin, 0, frozenset(), frozenset((ident,)), "", step, ())
        objects: tuple[int, ...] = ()
        if len(access) < ACCESS.most:
            number = self.number("parameter", index, access)
            if number not in self.state.heap:
                self.state.heap[number] = Obj("parameter", {}, None, -1, False)
            objects = (number,)
        return Value(
            taints=(taint,),
            objects=objects,
            ident=ident,
            same=(index, access),
        )

    def needs(self, temps: Iterable[int]) -> None:
        """A sink is given these: without them in the slice, nothing is known of what reaches it."""
        self.unforeseen.update(
            (temp, None) for temp in temps if temp != NO_TEMP and temp not in self.seeds
        )

    def make(self, number: int, obj: Obj) -> tuple[int, ...]:
        """Puts an object into the heap under the number of the operation that makes it."""
        old = self.state.heap.get(number)
        if old is not None and obj.kind == old.kind and old.fields and obj is not old:
            # made again in a loop while the older one may still be in use
            self.state.heap[number] = _both(old, obj)
        else:
            self.state.heap[number] = obj
        return (number,)

    def put(self, owner: Value, key: str | int | None, value: Value) -> None:
        """Stores a value under a key of everything that the owner may be."""
        strong = len(owner.objects) == 1
        for number in owner.objects:
            obj = self.state.heap.get(number)
            if obj is not None:
                self.state.heap[number] = obj.put(key, value, strong)

    def replace(self, owner: Value, change: Obj) -> None:
        """Makes the one object that a value is another; several are left as they are, melted."""
        if len(owner.objects) == 1:
            self.state.heap[owner.objects[0]] = change

    def elements(self, value: Value) -> Value:
        """Any element of a container."""
        found: Value | None = None
        for obj in self.state.objects(value):
            every = obj.everything()
            if every is not None:
                found = every if found is None else join(found, every)
        if value.taints:
            own = Value(taints=value.taints)
            return own if found is None else join(found, own)
        return UNKNOWN if found is None else found

    def is_kind(self, value: Value, *kinds: str) -> bool:
        """Whether a value certainly is an object of one of these kinds."""
        objects = self.state.objects(value)
        return bool(objects) and all(obj.kind in kinds for obj in objects)

    def line(self, op: Op) -> int:
        """The line of an operation."""
        return op.at.lineno


@final
class Line:
    """A place that is a whole line."""

    def __init__(self, line: int) -> None:
        self.lineno = line
        self.col_offset = 0
        self.end_lineno: int | None = line
        self.end_col_offset: int | None = 0


def _both(old: Obj, new: Obj) -> Obj:
    from assay.domains.taint.state import join_objects

    if not new.fields and new.rest is None:
        return Obj(old.kind, {}, None, new.length, False)
    joined = join_objects(old.melted(), new.melted())
    return Obj(new.kind, joined.fields, joined.rest, -1, True)

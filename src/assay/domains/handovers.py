"""What functions in view do with what they are passed, and what they return: ownership summaries.

A parameter is borrowed, given back, kept (stored where it outlives the call), or returned; what
cannot be told is `HANDS_ON` with a name. A function that returns what it acquired makes its calls
acquisitions.

    def send(sock, data):          sock: BORROWS
        sock.sendall(data)

    def finish(sock):              sock: GIVES_BACK
        sock.close()

    class Link:
        def __init__(self, sock):  sock: KEEPS
            self.sock = sock

Flow-insensitive: the strongest of a function's uses of the parameter counts, in the order in which
the words stand below. Release on some path only counts as release, so that nothing is reported
that a callee may have given back.
"""

from __future__ import annotations

from typing import Final, final

from assay.dataflow.demand import Demand
from assay.domains.owners import Owners, is_self_load
from assay.ir.function import Return
from assay.ir.ops import (
    CELL,
    GLOBAL,
    LOCAL,
    Attr,
    Await,
    Build,
    Call,
    Collect,
    Copy,
    Enter,
    Iter,
    Load,
    Next,
    SetAttr,
    SetItem,
    Store,
    Yield,
    YieldFrom,
)
from assay.models.cleanup import object_model, undo_model
from assay.models.resources import call_model
from assay.program.calls import bind
from assay.program.facts import FunctionFacts
from assay.program.program import Program

BORROWS: Final = 0
HANDS_ON: Final = 1  # passes it to something that is not in view
RETURNS: Final = 2
KEEPS: Final = 3
GIVES_BACK: Final = 4


@final
class Parameter:
    """One parameter of one function; the key of a summary."""

    __slots__ = ("function", "name")

    def __init__(self, function: FunctionFacts, name: str) -> None:
        self.function: Final = function
        self.name: Final = name

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Parameter)
            and self.function is other.function
            and self.name == other.name
        )

    def __hash__(self) -> int:
        return hash((id(self.function), self.name))


@final
class Handovers(Demand[Parameter, int]):
    """What becomes of parameters, for one program."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program: Final = program

    def bottom(self, key: Parameter) -> int:
        return BORROWS

    def top(self, key: Parameter) -> int:
        return HANDS_ON

    def analyze(self, key: Parameter, previous: int) -> int:
        function = key.function
        if function.ir.over_budget or key.name in function.ir.cells:
            return HANDS_ON
        temps = _temps(function, key.name)
        if not temps:
            return BORROWS
        effect = BORROWS
        for block in function.ir.blocks:
            for op in block.ops:
                if isinstance(op, Call):
                    for temp in op.args:
                        if temp in temps:
                            effect = max(effect, self.of_argument(function, op, temp))
                elif isinstance(op, Attr):
                    if op.owner in temps and op.name in undo_model().methods:
                        effect = max(effect, GIVES_BACK)
                elif isinstance(op, Enter):
                    if op.manager in temps:
                        effect = max(effect, GIVES_BACK)
                elif isinstance(op, SetAttr):
                    if op.value in temps:
                        effect = max(effect, self._kept_in(function, op))
                elif isinstance(op, (SetItem, Collect)):
                    if op.value in temps:
                        effect = max(effect, KEEPS)
                elif isinstance(op, Store):
                    if op.value in temps and op.scope in (GLOBAL, CELL):
                        effect = max(effect, KEEPS)
                elif isinstance(op, (Yield, YieldFrom)):
                    if op.value in temps:
                        effect = max(effect, RETURNS)
                elif isinstance(op, Build) and any(temp in temps for temp in op.args):
                    effect = max(effect, HANDS_ON)
            end = block.terminator
            if isinstance(end, Return) and end.value in temps:
                effect = max(effect, RETURNS)
        return effect

    def _kept_in(self, function: FunctionFacts, op: SetAttr) -> int:
        """What storing in an attribute means: an object that never gives it back borrows it."""
        method: FunctionFacts | None = function
        if not is_self_load(function, op.owner) or method is None or method.owner is None:
            return KEEPS
        owner = self._program.shared(Owners).of(method.owner)
        releases = owner.releases(op.name)
        if releases and not any(release.whole for release in releases):
            return HANDS_ON  # of what was in it, something is given back
        if releases or owner.hole() or owner.is_handed_on(op.name):
            return KEEPS
        return BORROWS

    def of_argument(self, function: FunctionFacts, op: Call, temp: int) -> int:
        """What a call does with one of its arguments, HANDS_ON when that is not in view."""
        path = function.callee(op)
        calls = call_model()
        method = function.definitions[op.callee]
        name = method.name if isinstance(method, Attr) else path.rpartition(".")[2].lstrip(":")
        if path in calls.borrows.functions:
            return BORROWS
        if path in undo_model().functions or path in calls.adopts.functions:
            return GIVES_BACK
        if path in calls.wraps.functions or name in calls.wraps.methods:
            return RETURNS
        if path in calls.registers.functions or name in calls.registers.methods:
            return KEEPS
        if (
            isinstance(method, Attr)
            and name in calls.adds.methods
            and (isinstance(function.definitions[method.owner], Attr))
        ):
            return KEEPS  # a container of an object
        callees = self._program.callees(function, op)
        if not callees.is_known or not callees.targets or callees.external:
            return GIVES_BACK if _says_so(name) else HANDS_ON
        effect = BORROWS
        for target in callees.targets:
            formal = [key for key, value in bind(target, op).items() if value == temp]
            if not formal:
                return HANDS_ON
            for each in formal:
                effect = max(effect, self.get(Parameter(target.function, each)))
        return effect


def _says_so(name: str) -> bool:
    low = name.lower()
    return any(word in low for word in object_model().giving_words)


def _temps(function: FunctionFacts, name: str) -> set[int]:
    """The temporaries that hold a parameter, through local names and conditional expressions."""
    names = {name}
    temps: set[int] = set()
    grown = True
    while grown:
        grown = False
        for site in function.sites():
            op = site.op
            if isinstance(op, Load):
                holds = op.scope == LOCAL and op.name in names
            elif isinstance(op, (Copy, Await, Iter)):
                holds = op.value in temps
            elif isinstance(op, Next):
                holds = op.iterator in temps  # what a list of resources holds
            elif isinstance(op, Call):
                wraps = function.callee(op) in call_model().wraps.functions
                holds = wraps and bool(op.args) and op.args[0] in temps
            else:
                stored = isinstance(op, Store) and op.value in temps and op.scope == LOCAL
                if stored and isinstance(op, Store) and op.name not in names:
                    names.add(op.name)
                    grown = True
                continue
            if holds and op.dest not in temps:
                temps.add(op.dest)
                grown = True
    return temps

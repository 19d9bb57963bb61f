"""Which calls of a function can have to do with its sinks: a backward slice over its graph.

Most calls of a function neither give what a sink gets, nor change it, nor test it. Following them
into their callees costs nearly all of the time and answers nothing, so the interpreter takes their
results for unknown. The slice is flow-insensitive (Weiser, "Program slicing", ICSE 1981, without
the order of statements): a variable is in it as a whole.

    name = clean(request.args["n"])     in the slice of os.system(name)
    log.info("about to run")            not
    check(name)                         in it: it is given what the sink gets, and may refuse it

Deviation: a method called on `self` that is given nothing of the slice is not followed, although
it could store into an attribute that a sink reads.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, final

from assay.domains.taint.limits import SLICE_DEPTH
from assay.ir.function import Branch, Return
from assay.ir.ops import (
    NO_TEMP,
    Attr,
    Build,
    Call,
    Collect,
    Const,
    Load,
    Raise,
    SetAttr,
    SetItem,
    Yield,
    YieldFrom,
)
from assay.program.classes import first_parameter
from assay.program.facts import FunctionFacts

if TYPE_CHECKING:
    from assay.program.program import Program

_REFUSING: Final = re.compile(
    r"abort|fail|rais|err|exit|die|den|reject|forbid|refus|quit|usage|unauth|bad_|not_", re.I
)


def handed_out(function: FunctionFacts) -> list[int]:
    """The temporaries through which a function tells its callers something.

    Conditions are among them: what is returned or raised on one side of a test says something of
    what was tested.
    """
    found: list[int] = []
    for block in function.ir.blocks:
        if isinstance(block.terminator, Return):
            found.append(block.terminator.value)
        elif isinstance(block.terminator, Branch):
            found.append(block.terminator.condition)
        found += [
            op.value for op in block.ops if isinstance(op, (SetAttr, SetItem, Yield, YieldFrom))
        ]
    return found


def refusals(function: FunctionFacts) -> list[int]:
    """The conditions of a function that raises: what it tests holds for whoever comes back."""
    blocks = function.ir.blocks
    if not any(isinstance(op, Raise) for block in blocks for op in block.ops):
        return []
    return [block.terminator.condition for block in blocks if isinstance(block.terminator, Branch)]


def called_name(function: FunctionFacts, op: Call) -> str:
    """The last name of what a call calls; `""` when it has none."""
    callee = function.definitions[op.callee]
    return callee.name if isinstance(callee, (Attr, Load)) else ""


def may_refuse(name: str) -> bool:
    """Whether a function sounds as if it does not return: it ends a way to a sink."""
    return _REFUSING.search(name) is not None


def operands(function: FunctionFacts, op: Call) -> list[int]:
    """What a call works on: its arguments and the object that it is called on."""
    method = function.definitions[op.callee]
    owner = [method.owner] if isinstance(method, Attr) else [op.callee]
    return [*owner, *op.args]


def is_unknown_method(program: Program, roots: set[str], function: FunctionFacts, op: Call) -> bool:
    """Whether a call of a method gives something to an object of which nothing is known.

    Nothing is known either of what belongs to a library that no row speaks of: `roots` are the
    beginnings of all that they do.
    """
    method = function.definitions[op.callee]
    if not isinstance(method, Attr) or isinstance(function.definitions[method.owner], Const):
        return False
    callees = program.callees(function, op)
    heads = {path.partition(".")[0].removesuffix("()") for path in callees.external}
    return (
        not callees.targets
        and callees.constructs is None
        and heads.isdisjoint(roots)
        and heads.isdisjoint(sys.stdlib_module_names)
        and any(function.constant(temp) is None for temp in op.args)
    )


def relevant_calls(function: FunctionFacts, seeds: Iterable[int]) -> frozenset[Call]:
    """The calls that give, change or test what flows into the seeds."""
    return _Slice(function, seeds).calls()


@final
class _Slice:
    """The growing slice: temporaries, variables and attributes by their names."""

    def __init__(self, function: FunctionFacts, seeds: Iterable[int]) -> None:
        self._function: Final = function
        self._temps: Final[set[int]] = set()
        self._names: Final[set[str]] = set()
        self._attributes: Final[set[str]] = set()
        self._work: Final[list[int]] = []
        self._found: Final[dict[Call, None]] = {}
        owner = function.owner
        self._self: Final = first_parameter(function) if owner is not None else ""
        self._changing: Final = [
            site.op for site in function.sites() if isinstance(site.op, (SetItem, Collect))
        ]
        self._add(seeds)

    def _add(self, temps: Iterable[int]) -> None:
        for temp in temps:
            if temp != NO_TEMP and temp not in self._temps:
                self._temps.add(temp)
                self._work.append(temp)

    def calls(self) -> frozenset[Call]:
        """Lets the slice grow until nothing is added."""
        found = self._found
        left = [site.op for site in self._function.calls]
        while True:
            self._grow()
            still: list[Call] = []
            for op in left:
                if op.dest in self._temps or self._is_given(op):
                    found[op] = None
                    self._add(operands(self._function, op))
                else:
                    still.append(op)
            for change in self._changing:
                container = change.owner if isinstance(change, SetItem) else change.container
                if self._touches(container, 0):
                    self._add(change.uses())
            if len(still) == len(left) and not self._work:
                return frozenset(found)
            left = still

    def _grow(self) -> None:
        function = self._function
        while self._work:
            temp = self._work.pop()
            op = function.definitions[temp]
            if isinstance(op, Load):
                if op.name not in self._names and op.name != self._self:
                    self._names.add(op.name)
                    self._add([store.value for store in function.stores(op.name)])
            elif isinstance(op, Attr):
                self._add([op.owner])
                if op.name not in self._attributes:
                    self._attributes.add(op.name)
                    self._add(function.attributes(op.name))
            elif op is not None:
                self._add(op.uses())
                self._add(function.joined(temp))

    def _is_given(self, op: Call) -> bool:
        """Whether a call is given something of the slice, or is a method of it."""
        method = self._function.definitions[op.callee]
        if isinstance(method, Attr) and self._touches(method.owner, 0):
            return True
        return any(self._touches(temp, 0) for temp in op.args)

    def _touches(self, temp: int, depth: int) -> bool:
        """Whether a value is of a variable or attribute of the slice."""
        op = self._function.definitions[temp]
        if isinstance(op, Load):
            return op.name in self._names
        if isinstance(op, Attr):
            if op.name in self._attributes:
                return True
            return depth < SLICE_DEPTH.most and self._touches(op.owner, depth + 1)
        if temp in self._temps and not isinstance(op, (Call, Build)):
            return op is not None and bool(op.uses())
        if isinstance(op, Call):  # `str(path).startswith(root)`
            return op in self._found
        if op is None or depth >= SLICE_DEPTH.most:
            return False
        return any(self._touches(each, depth + 1) for each in op.uses())

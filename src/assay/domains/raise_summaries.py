"""What every function of a program may raise, on demand: the summaries of `raise_flow`.

Callees are followed through some files, since a review of one file must not read the whole project:
what lies deeper may be anything, with that reason. A key is a function and the number of calls into
other files that may still be followed, so that an answer does not depend on what was asked before.

    program.shared(RaiseSummaries).of(function).errors
"""

from __future__ import annotations

import ast
from typing import Final, TypeAlias, final

from assay.dataflow.demand import Demand
from assay.domains.error_kinds import ErrorKinds
from assay.domains.raise_effects import Effects, Summaries
from assay.domains.raise_flow import RaiseFlow, raised_by, unknown_error
from assay.domains.raised import (
    DEEPEST,
    LONGEST_CHAIN,
    MOST_BLOCKS,
    NONE,
    NOTHING_YET,
    Error,
    Raised,
)
from assay.program.facts import FunctionFacts
from assay.program.program import Program

Key: TypeAlias = tuple[FunctionFacts, int]

_LONGEST_WAY: Final = 8


@final
class RaiseSummaries(Demand[Key, Raised]):
    """The summaries of one program."""

    def __init__(self, program: Program) -> None:
        super().__init__(LONGEST_CHAIN.most)
        self.kinds: Final = ErrorKinds(program)

    def of(self, function: FunctionFacts) -> Raised:
        """What a function may raise."""
        return self.get((function, DEEPEST.most))

    def way(self, function: FunctionFacts, error: Error) -> list[tuple[FunctionFacts, int]]:
        """The way down to where an error of a function arises: functions and their lines."""
        found = [(function, error.at)]
        while error.through is not None and len(found) < _LONGEST_WAY:
            callee = error.through
            inner = [
                each
                for each in self.of(callee).errors
                if each.kind == error.kind and (each.path, each.line) == (error.path, error.line)
            ]
            if not inner:
                break
            error = inner[0]
            found.append((callee, error.at))
        return found

    def flow(self, function: FunctionFacts) -> RaiseFlow:
        """The analysis of a function itself, to ask what reaches its handlers."""
        return RaiseFlow(function, self.kinds, self.effects(function))

    def effects(self, function: FunctionFacts) -> Effects:
        """What the operations of a function raise."""
        return Effects(function, self.kinds, _Callees(self, function, DEEPEST.most))

    def bottom(self, key: Key) -> Raised:
        return NOTHING_YET

    def top(self, key: Key) -> Raised:
        return Raised(unknown_error(key[0], "a long chain of calls", LONGEST_CHAIN), True)

    def analyze(self, key: Key, previous: Raised) -> Raised:
        function, depth = key
        if depth < 0:
            return Raised(unknown_error(function, "a callee behind many others", DEEPEST), True)
        if is_abstract(function):
            return Raised(NONE, True)
        if function.ir.over_budget or len(function.ir.blocks) > MOST_BLOCKS.most:
            return Raised(unknown_error(function, "a function over budget", MOST_BLOCKS), True)
        effects = Effects(function, self.kinds, _Callees(self, function, depth))
        return raised_by(function, self.kinds, effects)


@final
class _Callees(Summaries):
    """The summaries of a function's callees, seen from its depth."""

    __slots__ = ("_caller", "_depth", "_summaries")

    def __init__(self, summaries: RaiseSummaries, caller: FunctionFacts, depth: int) -> None:
        self._summaries: Final = summaries
        self._caller: Final = caller
        self._depth: Final = depth

    def of_callee(self, function: FunctionFacts) -> Raised:
        # A call inside of one file is free: it is lowered anyway, and circles end there mostly.
        inside = function.file is self._caller.file
        return self._summaries.get((function, self._depth if inside else self._depth - 1))


def is_abstract(function: FunctionFacts) -> bool:
    """Whether a function only says that classes below have to define it."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    body = [
        statement
        for statement in node.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return False
    error = body[0].exc
    error = error.func if isinstance(error, ast.Call) else error
    return isinstance(error, ast.Name) and error.id in ("NotImplementedError", "NotImplemented")

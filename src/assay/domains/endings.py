"""Functions in view that end the process: control never comes back from a call of them.

    def _exit(status, *messages):
        for message in messages:
            sys.stderr.write(message)
        raise SystemExit(status)            no way leads to a return

Only functions whose names say so are looked into: the question is asked of every call.
"""

from __future__ import annotations

from typing import Final, final

from assay.dataflow.demand import Demand
from assay.ir.function import PLAIN, Return
from assay.ir.ops import GLOBAL, Call, Load, Raise
from assay.models.resources import call_model
from assay.program.facts import FunctionFacts
from assay.program.program import Program


@final
class Endings(Demand[FunctionFacts, bool]):
    """Whether a function ends the process on every way without another exception."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program: Final = program

    def bottom(self, key: FunctionFacts) -> bool:
        return False

    def top(self, key: FunctionFacts) -> bool:
        return False

    def analyze(self, key: FunctionFacts, previous: bool) -> bool:
        if key.ir.flavour != PLAIN or key.ir.over_budget:
            return False
        ends = False
        work = [0]
        seen = {0}
        while work:
            block = key.ir.blocks[work.pop()]
            for op in block.ops:
                if (isinstance(op, Call) and self.at_call(key, op)) or _raises_exit(key, op):
                    ends = True
                    break
            else:
                if isinstance(block.terminator, Return):
                    return False
                for target in block.successors():
                    if target not in seen:
                        seen.add(target)
                        work.append(target)
        return ends

    def at_call(self, function: FunctionFacts, op: Call) -> bool:
        """Whether a call ends the process."""
        path = function.callee(op)
        exits = call_model().exits
        if path in exits.functions:
            return True
        callee = function.definitions[op.callee]
        if not path or not isinstance(callee, Load) or callee.scope != GLOBAL:
            return False
        name = callee.name.lower()
        if not any(word in name for word in exits.words):
            return False
        callees = self._program.callees(function, op)
        if callees.hole or not callees.targets:
            return False
        return all(self.get(target.function) for target in callees.targets)


def _raises_exit(function: FunctionFacts, op: object) -> bool:
    if not isinstance(op, Raise) or op.exception < 0:
        return False
    error = function.definitions[op.exception]
    raised = error.callee if isinstance(error, Call) else op.exception
    return function.qualified(raised) == "SystemExit"

"""The call expressions of a file that nothing is known to answer, with the reasons.

Both `assay doctor` and the head of a review count these, so that they say the same number.

Invariant: a call expression counts once, also where it stands in the graph several times.
"""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Call
from assay.program.facts import FileFacts, FunctionFacts

if TYPE_CHECKING:
    from assay.program.program import Program


@final
class Unresolved:
    """A call that is not resolved, the function that it stands in, and why."""

    __slots__ = ("function", "op", "reason")

    def __init__(self, function: FunctionFacts, op: Call, reason: str) -> None:
        self.function: Final = function
        self.op: Final = op
        self.reason: Final = reason


def unresolved_calls(program: "Program", file: FileFacts) -> Iterator[Unresolved]:
    """The calls of a file that are not resolved, in the order of its functions."""
    seen: set[int] = set()
    for function in file.functions:
        for site in function.calls:
            if not isinstance(site.op.at, ast.Call) or id(site.op.at) in seen:
                continue
            seen.add(id(site.op.at))
            callees = program.callees(function, site.op)
            if not callees.targets and not callees.external and callees.constructs is None:
                yield Unresolved(function, site.op, callees.hole)

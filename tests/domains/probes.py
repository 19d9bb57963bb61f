"""The probe `reveal_raises()` in analysed code, and what the analysis says where it stands.

In an `except` clause it asks which errors reach the clause, anywhere else which may leave the
function. The expected answer is a comment on the line above:

    # raises: OSError, ValueError
    reveal_raises()

`nothing` stands for no error, `...` for errors of callees that are not in view, and `no return`
at the end for a function out of which control never comes normally. What follows a line
`# file: shop/store.py` is another file of the same project.
"""

from __future__ import annotations

import re
from typing import Final

from assay.dataflow.analysis import solve
from assay.domains.error_kinds import ANYTHING
from assay.domains.raise_summaries import RaiseSummaries
from assay.domains.raised import Errors
from assay.ir.ops import Call
from assay.program.facts import FileFacts, FunctionFacts

PROBE: Final = "def reveal_raises(): pass\n"
"""What the probe is, so that it raises nothing itself."""

_EXPECTED: Final = re.compile(r"\s*# raises: (.+?)\s*$")


def expected(text: str) -> dict[int, str]:
    """What a text expects, by the line of the probe."""
    found: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = _EXPECTED.match(line)
        if said is not None:
            found[number + 1] = said.group(1)
    return found


def revealed(facts: FileFacts) -> dict[int, str]:
    """What the analysis says at each probe, by its line."""
    found: dict[int, str] = {}
    for function in facts.functions:
        found.update(_of_function(function))
    return found


def _of_function(function: FunctionFacts) -> dict[int, str]:
    probes = [
        site.op for site in function.calls if function.spelled(site.op.callee) == "reveal_raises"
    ]
    if not probes:
        return {}
    summaries = function.file.program.shared(RaiseSummaries)
    raised = summaries.of(function)
    solution = solve(function.ir, summaries.flow(function))
    found: dict[int, str] = {}
    for block in function.ir.blocks:
        for op, before in solution.walk(block.ident):
            if isinstance(op, Call) and op in probes:
                if before.handled:
                    found[op.at.lineno] = _spelled(before.current(), True)
                else:
                    found[op.at.lineno] = _spelled(raised.errors, raised.returns)
    return found


def _spelled(errors: Errors, returns: bool) -> str:
    names = sorted(error.kind.name for error in errors if error.kind is not ANYTHING)
    if any(error.kind is ANYTHING for error in errors):
        names.append("...")
    if not returns:
        names.append("no return")
    return ", ".join(names) or "nothing"

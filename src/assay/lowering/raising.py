"""Decides which operations have an exceptional edge.

Each operation class starts with a risk; here reads of local variables that are bound on every way
lose theirs. The analysis is definite assignment (Aho et al., 9.2: a forward must-analysis) over
sets of locals, as bit masks. A handler is entered with what was bound when the guarded block
was, less what the block unbinds.
"""

from __future__ import annotations

from assay.ir.function import CLASS, NO_BLOCK, Block, FunctionIR
from assay.ir.ops import LOCAL, NEVER, Delete, Load, Store


def refine(blocks: list[Block], function: FunctionIR, names: tuple[str, ...]) -> None:
    """Set the risk of loads of `names`, the fast locals, in a function that is being built."""
    bit = {name: 1 << index for index, name in enumerate(names)}
    if not bit or function.kind == CLASS:
        return
    entry = 0
    for name in function.parameters.names():
        entry |= bit.get(name, 0)
    everything = (1 << len(names)) - 1
    bound = [everything] * len(blocks)
    bound[0] = entry
    work = [0] if len(blocks) > 1 else []
    seen = bytearray(len(blocks))
    while work:
        ident = work.pop()
        seen[ident] = 1
        block = blocks[ident]
        state = bound[ident]
        raised = state
        for op in block.ops:
            if type(op) is Store:
                if op.scope == LOCAL:
                    state |= bit[op.name]
            elif type(op) is Delete and op.scope == LOCAL:
                state &= ~bit[op.name]
                raised &= state
        for target in block.successors():
            if bound[target] & ~state or not seen[target]:
                bound[target] &= state
                work.append(target)
        handler = block.handler
        if handler != NO_BLOCK and (bound[handler] & ~raised or not seen[handler]):
            bound[handler] &= raised
            work.append(handler)
    for block in blocks:
        state = bound[block.ident]
        for op in block.ops:
            if type(op) is Load:
                if op.scope == LOCAL and state & bit[op.name]:
                    op.risk = NEVER
            elif type(op) is Store:
                if op.scope == LOCAL:
                    state |= bit[op.name]
            elif type(op) is Delete and op.scope == LOCAL:
                state &= ~bit[op.name]

"""Variables that a swallowed error leaves unassigned, and where they are read nevertheless.

The question is asked forward from the ways out of a clause, over normal edges: is there a read of
a local that only the guarded code assigns, before any assignment? Where a branch tests a value
that the guarded code or the clause sets, the two are taken to be correlated and the search ends,
so `ok = False ... if ok: use(x)` is no read. The assignment has to be one that the guarded code
always makes, something that raises in correct programs has to stand before it, and nothing may
follow it that a clause for named errors could be there for instead.

    try:
        conn = connect()
    except OSError:
        log("no connection")
    conn.send(data)             conn is read unassigned
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.domains.handling import NARROW, Clause
from assay.ir.function import Branch
from assay.ir.ops import (
    LOCAL,
    NEVER,
    POSSIBLE,
    Attr,
    Delete,
    Import,
    ImportFrom,
    Load,
    Op,
    SetAttr,
    Store,
)
from assay.program.silence import Gate, not_a_site, not_known

_RULES: Final = ("swallowed-exception",)

ON_A_CONDITION: Final = not_a_site(
    "unassigned.on-a-condition",
    "the guarded code does not assign the variable on every way",
    *_RULES,
)
MORE_FOLLOWS: Final = not_known(
    "unassigned.more-follows",
    "the clause names errors, which may come from what the guarded code does after it assigns",
    *_RULES,
)
NOTHING_FAILS_BEFORE: Final = not_a_site(
    "unassigned.nothing-fails-before",
    "nothing that raises in correct programs stands before the assignment",
    *_RULES,
)
TESTED: Final = not_known(
    "unassigned.tested",
    "a test that stands before the read looks at what the guarded code or the clause sets",
    *_RULES,
)


@final
class UnassignedRead:
    """A read of a local that is not assigned when the guarded code fails."""

    __slots__ = ("assigned", "read")

    def __init__(self, assigned: Store, read: Load) -> None:
        self.assigned: Final = assigned
        self.read: Final = read


def unassigned_read(clause: Clause) -> UnassignedRead | None:
    """The first read behind a clause, in the order of the text, of what its `try` failed to set."""
    wanted = _only_set_inside(clause)
    if not wanted:
        return None
    tested = {op.name for op in (*clause.guarded, *clause.body) if isinstance(op, (Store, SetAttr))}
    reads = _reads(clause, wanted, tested)
    if not reads:
        return None
    first = min(reads, key=lambda load: (load.at.lineno, load.at.col_offset))
    return UnassignedRead(wanted[first.name], first)


def _only_set_inside(clause: Clause) -> dict[str, Store]:
    """The locals that get a value in the guarded code and nowhere before or in the clause."""
    function = clause.function
    body = clause.statement.body
    first = body[0].lineno
    last = body[-1].end_lineno or first
    after = max(
        (handler.body[-1].end_lineno or 0 for handler in clause.statement.handlers), default=last
    )
    parameters = function.ir.parameters.names()
    wanted: dict[str, Store] = {}
    file, line = function.file, clause.node.lineno
    for op in clause.guarded:
        if not isinstance(op, Store) or op.scope != LOCAL or op.name in parameters:
            continue
        if op.name in wanted or not all(
            first <= store.at.lineno <= last or store.at.lineno > after
            for store in function.stores(op.name)
        ):
            continue
        gate = _why_not(op, clause)
        if gate is not None and (not _is_read_behind(op, clause) or gate.stops(file, line)):
            continue
        wanted[op.name] = op
    return wanted


def _why_not(store: Store, clause: Clause) -> Gate | None:
    """Why it does not count that the guarded code may end before it assigns; None if it does."""
    body = clause.statement.body
    line = store.at.lineno
    node = next(each for each in body if each.lineno <= line <= (each.end_lineno or line))
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return ON_A_CONDITION
    if clause.breadth == NARROW and node is not body[-1]:
        return MORE_FOLLOWS
    return None if _may_fail_before(store, clause) else NOTHING_FAILS_BEFORE


def _is_read_behind(store: Store, clause: Clause) -> bool:
    """Whether the variable is read anywhere behind the `try` statement."""
    last = clause.statement.end_lineno or clause.last_line
    return any(
        isinstance(op, Load) and op.name == store.name and op.at.lineno > last
        for op in clause.function.definitions
    )


def _may_fail_before(store: Store, clause: Clause) -> bool:
    """Whether the guarded code does something that raises in correct programs before it assigns."""
    for op in clause.guarded:
        if op is store:
            return False
        if op.risk == POSSIBLE and not isinstance(op, (Import, ImportFrom)):
            return True
    return False


def _reads(clause: Clause, wanted: dict[str, Store], tested: set[str]) -> list[Load]:
    function = clause.function
    blocks = function.ir.blocks
    found: list[Load] = []
    work: list[tuple[int, int, frozenset[str]]] = [
        (block, index, frozenset(wanted)) for block, index in clause.exits
    ]
    seen: dict[int, frozenset[str]] = {}
    while work:
        ident, start, names = work.pop()
        if start == 0:
            before = seen.get(ident, frozenset())
            if names <= before:
                continue
            seen[ident] = before | names
        left = set(names)
        for op in blocks[ident].ops[start:]:
            if isinstance(op, (Store, Delete)):
                left.discard(op.name)
            elif isinstance(op, Load) and op.name in left and op.scope == LOCAL:
                left.discard(op.name)
                if op.risk != NEVER:
                    found.append(op)
        end = blocks[ident].terminator
        if not left:
            continue
        asks = isinstance(end, Branch) and _tests(end.condition, tested, function.definitions)
        if not asks or not TESTED.stops(function.file, clause.node.lineno):
            rest = frozenset(left)
            work.extend((target, 0, rest) for target in blocks[ident].successors())
    return found


def _tests(condition: int, names: set[str], definitions: list[Op | None]) -> bool:
    """Whether a condition is computed from one of these variables."""
    work = [condition]
    seen = set(work)
    while work:
        op = definitions[work.pop()]
        if op is None:
            continue
        if isinstance(op, (Load, Attr)) and op.name in names:
            return True
        for temp in op.uses():
            if temp not in seen:
                seen.add(temp)
                work.append(temp)
    return False

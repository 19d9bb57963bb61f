"""How a function in view deals with errors, as one that calls it wants to know.

Two things are told by its text and its graph: the clauses in which it takes errors, and whether it
waits in a loop and then fails.

    for attempt in range(10):               timed_wait(): this loop, and the line that fails
        if state(server) == wanted:
            return server
        time.sleep(0.5)
    self.fail("timed out")
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.domains.handling import Clause, clauses, last_part, leaves, own_statements
from assay.domains.waiting import is_wait
from assay.ir.ops import Call, Op, Raise
from assay.models.errors import error_words
from assay.models.waiting import wait_words
from assay.program.facts import FunctionFacts
from assay.program.silence import limit
from assay.program.values import FunctionValue

DEEPEST: Final = limit(
    "waits.deepest", 3, "a wait is looked for in at most 3 functions below", "error-handling"
)


@final
class TimedWait:
    """A loop that waits, and what fails when the wait was in vain."""

    __slots__ = ("fails", "function", "loop")

    def __init__(self, function: FunctionFacts, loop: ast.For | ast.While, fails: Op) -> None:
        self.function: Final = function
        self.loop: Final = loop
        self.fails: Final = fails


def timed_wait(function: FunctionFacts, depth: int = 0) -> TimedWait | None:
    """The wait of a function with its end, its own or that of a function of the same file."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    loops = [
        each
        for each in own_statements(node.body)
        if isinstance(each, (ast.For, ast.While)) and _sleeps(each)
    ]
    for loop in loops:
        fails = _failing(function, loop)
        if fails is not None:
            return TimedWait(function, loop, fails)
    for inner, op in _waits_of(function) if not loops else ():
        if depth >= DEEPEST.most:
            DEEPEST.note(function.file, op.at.lineno)
            break
        found = timed_wait(inner, depth + 1)
        if found is not None:
            return found
    return None


def _waits_of(function: FunctionFacts) -> list[tuple[FunctionFacts, Call]]:
    """The functions of the same file that a function waits in, and where it calls them."""
    waits = [site.op for site in function.calls if is_wait(function, site.op, wait_words())]
    inner = [(_of_same_file(function, op), op) for op in waits]
    return [(each, op) for each, op in inner if each is not None and each is not function]


def _of_same_file(function: FunctionFacts, op: Call) -> FunctionFacts | None:
    """The function of the same file that a call names, by its own class or module."""
    for value in function.file.program.type_of(function, op.callee):
        if isinstance(value, FunctionValue) and value.function.file is function.file:
            return value.function
    return None


def _sleeps(loop: ast.For | ast.While) -> bool:
    return any(isinstance(node, ast.Call) and _is_sleep(node.func) for node in ast.walk(loop))


def _is_sleep(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "sleep"
    return isinstance(called, ast.Name) and called.id == "sleep"


def _failing(function: FunctionFacts, loop: ast.For | ast.While) -> Op | None:
    """The first operation in or behind a loop that ends the function with an error."""
    words = error_words()
    inside: list[tuple[int, int]] = [
        (clause.node.lineno, clause.last_line) for clause in clauses(function)
    ]
    found = [
        site.op
        for site in function.sites()
        if isinstance(site.op, (Call, Raise))
        and site.op.at.lineno >= loop.lineno
        and leaves(site.op, function, words)
        and not any(first <= site.op.at.lineno <= last for first, last in inside)
    ]
    return min(found, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)


def clauses_of(function: FunctionFacts) -> list[Clause]:
    """The clauses in which a function takes errors, in the order of the text."""
    found = clauses(function)
    return sorted(found, key=lambda clause: clause.node.lineno)


def kinds_named(clause: Clause) -> str:
    """The errors that a clause names, in words."""
    if clause.node.type is None:
        return "every error"
    return ", ".join(name.rpartition(".")[2] for name in clause.caught)


def does(clause: Clause) -> str:
    """What a clause does with the error, in words: `calls undo and raises again`."""
    words = error_words()
    called = [
        last_part(clause.function, op)
        for op in clause.body
        if isinstance(op, Call)
        and last_part(clause.function, op)
        and last_part(clause.function, op) not in words.leave.managers
    ]
    parts = [f"calls {called[0]}"] if called else []
    if not clause.swallows:
        parts.append("raises again" if raises_same_again(clause) else "raises another error")
    elif clause.raises:
        parts.append("raises again on some ways")
    else:
        parts.append("goes on")
    return " and ".join(parts)


def called_by(clause: Clause) -> list[FunctionFacts]:
    """The functions in view that a clause calls, in the order of the text."""
    function = clause.function
    return [
        value.function
        for op in clause.body
        if isinstance(op, Call)
        for value in function.file.program.type_of(function, op.callee)
        if isinstance(value, FunctionValue)
    ]


def raises_same_again(clause: Clause) -> bool:
    """Whether every way out of a clause raises the error that it took."""
    if clause.swallows:
        return False
    for op in clause.raises:
        if isinstance(op, Raise) and op.exception >= 0:
            return False
        if isinstance(op, Call):
            return False
    return True

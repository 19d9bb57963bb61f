"""The waits, reads and assertions of a test, in the order of the text, and how values join them.

A wait is told by its name or by being a `join()` or `wait()` without more than a timeout; a read
by its name, or by being a wait whose result is bound. An assertion depends on a call when one of
its operands is computed from the call's result, directly or through local variables.

    server = wait_for_status(server, "ERROR")     a wait, bound to server
    assert server["fault"]                        depends on it, by the key "fault"
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Final, final

from assay.domains.handling import last_part, own_statements
from assay.ir.ops import Attr, Await, Call, Const, Item, Load, Op, Store
from assay.models.waiting import WaitWords, wait_words
from assay.program.facts import CallSite, FunctionFacts
from assay.program.silence import limit

_NAME_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DEEPEST: Final = limit(
    "wait.deepest", 10, "what an assertion is made of is followed at most 10 steps", "wait-order"
)


@final
class Assertion:
    """An assertion: its node, and the temporaries that it looks at."""

    __slots__ = ("at", "operands")

    def __init__(self, at: ast.expr | ast.stmt, operands: tuple[int, ...]) -> None:
        self.at: Final = at
        self.operands: Final = operands

    @property
    def line(self) -> int:
        """The first line."""
        return self.at.lineno

    @property
    def end_line(self) -> int:
        """The last line."""
        return self.at.end_lineno or self.at.lineno


@final
class Use:
    """An assertion that depends on a value; `keys` are the constant keys it was taken by."""

    __slots__ = ("assertion", "keys")

    def __init__(self, assertion: Assertion, keys: frozenset[str]) -> None:
        self.assertion: Final = assertion
        self.keys: Final = keys


@lru_cache(maxsize=16384)
def name_parts(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case; the names of a program repeat."""
    return tuple([part.lower() for part in _NAME_PART.findall(name)])


def is_wait(function: FunctionFacts, op: Call, words: WaitWords) -> bool:
    """Whether a call waits for something to happen."""
    name = last_part(function, op)
    callee = function.definitions[op.callee]
    if name in words.join and isinstance(callee, Attr):
        if name == "join" and function.callee(op).startswith(("os.", "posixpath.")):
            return False
        return all(label in ("", "timeout") for label in op.labels) and (
            not op.args or (len(op.args) == 1 and (bool(op.labels) or _is_number(function, op)))
        )
    return _says(name, words.wait, words.no_wait)


@lru_cache(maxsize=16384)
def _says(name: str, wanted: frozenset[str], unwanted: frozenset[str]) -> bool:
    """Whether a name has one of the wanted words and none of the unwanted."""
    parts = name_parts(name)
    return not wanted.isdisjoint(parts) and unwanted.isdisjoint(parts)


def _is_number(function: FunctionFacts, op: Call) -> bool:
    value = function.constant(op.args[0])
    return value is not None and isinstance(value.value, (int, float))


def is_read(function: FunctionFacts, op: Call, words: WaitWords) -> bool:
    """Whether a call reads state anew."""
    parts = name_parts(last_part(function, op))
    return bool(parts) and parts[0] in words.read


def is_assertion(name: str) -> bool:
    """Whether a method's name is that of an assertion."""
    parts = name_parts(name)
    return bool(parts) and parts[0] == "assert"


def assertions(function: FunctionFacts) -> list[Assertion]:
    """The assertions of a function, calls and statements, in the order of the text."""
    found: dict[tuple[int, int], Assertion] = {}
    for site in function.calls:
        at = site.op.at
        if isinstance(at, ast.expr) and is_assertion(last_part(function, site.op)):
            found.setdefault((at.lineno, at.col_offset), Assertion(at, site.op.args))
    node = function.ir.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for statement in own_statements(node.body):
            if isinstance(statement, ast.Assert):
                key = (statement.lineno, statement.col_offset)
                found[key] = Assertion(statement, _within(function, statement.test))
    return [found[key] for key in sorted(found)]


def _within(function: FunctionFacts, test: ast.expr) -> tuple[int, ...]:
    """The temporaries that the operations of an expression write."""
    inner = {id(node) for node in ast.walk(test)}
    return tuple([op.dest for op in function.definitions if op is not None and id(op.at) in inner])


def bound_name(function: FunctionFacts, op: Call) -> str:
    """The variable that the result of a call is assigned to; "" when it is to none."""
    for block in function.ir.blocks:
        for other in block.ops:
            if isinstance(other, Store):
                value = function.definitions[other.value]
                if value is op or (
                    isinstance(value, Await) and function.definitions[value.value] is op
                ):
                    return other.name
    return ""


def argument_names(function: FunctionFacts, op: Call) -> frozenset[str]:
    """The local variables that the arguments, and the owner of a method, are made of."""
    names: set[str] = set()
    for temp in op.args:
        _collect(function, temp, names, 0)
    callee = function.definitions[op.callee]
    if isinstance(callee, Attr):
        _collect(function, callee.owner, names, 0)
    names.discard("self")
    names.discard("cls")
    return frozenset(names)


def _is_too_deep(function: FunctionFacts, op: Op, depth: int) -> bool:
    if depth > _DEEPEST.most:
        _DEEPEST.note(function.file, op.at.lineno)
    return depth > _DEEPEST.most


def _collect(function: FunctionFacts, temp: int, names: set[str], depth: int) -> None:
    op = function.definitions[temp]
    if op is None or _is_too_deep(function, op, depth):
        return
    if isinstance(op, Load):
        if op.scope != "global":
            names.add(op.name)
        return
    for used in op.uses():
        _collect(function, used, names, depth + 1)


def literals(function: FunctionFacts, op: Call) -> list[str]:
    """The string literals among the arguments, those of lists too, in order."""
    found: list[str] = []
    for temp in op.args:
        _literals(function, temp, found, 0)
    return found


def _literals(function: FunctionFacts, temp: int, found: list[str], depth: int) -> None:
    op = function.definitions[temp]
    if isinstance(op, Const):
        if isinstance(op.value, str):
            found.append(op.value)
    elif op is not None and type(op).__name__ == "Build" and depth <= 1:
        for used in op.uses():
            _literals(function, used, found, depth + 1)


def uses_of(
    function: FunctionFacts, call: CallSite, name: str, checked: list[Assertion]
) -> list[Use]:
    """The assertions that depend on the result of a call, which `name` holds."""
    found: list[Use] = []
    for assertion in checked:
        if (assertion.line, 0) < (call.op.at.lineno, 0):
            continue
        keys: set[str] = set()
        depends = [_depends(function, temp, call.op, name, keys, 0) for temp in assertion.operands]
        if any(depends):
            found.append(Use(assertion, frozenset(keys)))
    return found


def _depends(
    function: FunctionFacts, temp: int, call: Call, name: str, keys: set[str], depth: int
) -> bool:
    op = function.definitions[temp]
    if op is None or _is_too_deep(function, op, depth):
        return False
    if op is call:
        return True
    if isinstance(op, Call) and (
        is_wait(function, op, wait_words()) or is_read(function, op, wait_words())
    ):
        return False  # gives a state of its own
    if isinstance(op, Load):
        store = _last_store(function, op)
        if store is None:
            return False
        value = function.definitions[store.value]
        if op.name == name:
            return value is call or (
                isinstance(value, Await) and function.definitions[value.value] is call
            )
        return _depends(function, store.value, call, name, keys, depth + 1)
    found = False
    for used in op.uses():
        found = _depends(function, used, call, name, keys, depth + 1) or found
    if found and isinstance(op, Item):
        index = function.constant(op.index)
        keys.add(str(index.value) if index is not None else "?")
    elif found and isinstance(op, Attr):
        keys.add(op.name)
    return found


def _last_store(function: FunctionFacts, load: Load) -> Store | None:
    """The assignment above a read that is nearest in the text."""
    place = (load.at.lineno, load.at.col_offset)
    best: Store | None = None
    for store in function.stores(load.name):
        at = (store.at.lineno, store.at.col_offset)
        if at < place and (best is None or at > (best.at.lineno, best.at.col_offset)):
            best = store
    return best


def calls_between(function: FunctionFacts, first: Op, second: Op) -> list[CallSite]:
    """The calls whose text lies between two operations, without their own arguments."""
    start = (first.at.end_lineno or first.at.lineno, first.at.end_col_offset or 0)
    end = (second.at.lineno, second.at.col_offset)
    return [
        site for site in function.calls if start <= (site.op.at.lineno, site.op.at.col_offset) < end
    ]

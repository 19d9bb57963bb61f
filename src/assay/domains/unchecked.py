"""Values that may be None, tested on one way and used without a test on another.

Functions answer with None for "there is none": `re.match`, a look-up of the project. That one value
is tested shows that its author expects None; where a way leads from the call to a use without
that test, the test was forgotten (Engler et al., "Bugs as deviant behavior", SOSP 2001: beliefs
that contradict each other).

    m = TAG.match(lines[0])
    while start < last and not m:       tested
        m = TAG.match(lines[start])
    kind = m.group(1)                   used, also when `start < last` ended the loop

A forward analysis: a state holds the assignments whose value has not been tested since. Behind a
test nothing is said any more, whatever its answer was. Conditions that stand beside a test or round
it (`if wanted and m`) are taken to be correlated with it.
"""

from __future__ import annotations

import ast
from typing import Final, TypeAlias, final

from assay.dataflow.analysis import Analysis, solve
from assay.domains.handling import guarding, leaves
from assay.ir.function import Block, Branch, Return
from assay.ir.ops import (
    LOCAL,
    Attr,
    Await,
    Call,
    Compare,
    Const,
    Delete,
    Item,
    Iter,
    Load,
    Op,
    Store,
    Truth,
    Unary,
    Unpack,
)
from assay.models.errors import error_words
from assay.program.facts import FunctionFacts
from assay.program.values import FunctionValue, NoneValue, Unknown
from assay.source.spelling import spelling

Untested: TypeAlias = frozenset[tuple[str, int]]
"""Variables and the numbers of the assignments that they have their value from."""

_TAKING: Final = ("AttributeError", "TypeError", "Exception", "BaseException", "")


@final
class TestedValue:
    """The result of a call in a variable: where that is tested, and its uses without a test."""

    __slots__ = ("call", "name", "test", "uses")

    def __init__(self, name: str, call: Call, test: ast.expr, uses: list[Op]) -> None:
        self.name: Final = name
        self.call: Final = call
        self.test: Final = test
        self.uses: Final = uses


def tested_values(function: FunctionFacts) -> list[TestedValue]:
    """The results of calls that are tested, in the order of the text, with unchecked uses."""
    flow = _Flow(function)
    if not flow.numbers:
        return []
    solution = solve(function.ir, flow)
    tested: dict[int, ast.expr] = {}
    used: dict[int, list[Op]] = {}
    for block in function.ir.blocks:
        for op, before in solution.walk(block.ident):
            name = _used_name(function, op)
            for held, number in before:
                if held == name:
                    used.setdefault(number, []).append(op)
        end = block.terminator
        state = solution.at_end(block.ident)
        if isinstance(end, Branch) and state:
            asked = flow.asked(end)
            for held, number in state:
                if asked is not None and held == asked.name:
                    tested.setdefault(number, asked.at)
    found: list[TestedValue] = []
    for store, number in flow.numbers.items():
        if number not in tested:
            continue
        test = tested[number]
        uses = [
            op
            for op in used.get(number, [])
            if not _is_under(function, op, test) and not _guarded(function, op)
        ]
        found.append(TestedValue(store.name, flow.calls[number], test, uses))
    return found


@final
class _Asked:
    """The variable that a branch asks for, and where."""

    __slots__ = ("at", "name")

    def __init__(self, name: str, at: ast.expr) -> None:
        self.name: Final = name
        self.at: Final = at


@final
class _Flow(Analysis[Untested]):
    """Which assignments from calls have not been tested yet."""

    def __init__(self, function: FunctionFacts) -> None:
        self._function: Final = function
        self.numbers: Final[dict[Store, int]] = {}
        self.calls: Final[dict[int, Call]] = {}
        names = self._names()
        for name in names:
            for store in function.stores(name):
                value = function.definitions[store.value]
                if isinstance(value, Await):
                    value = function.definitions[value.value]
                if isinstance(value, Call) and store.scope == LOCAL:
                    self.calls[len(self.numbers)] = value
                    self.numbers[store] = len(self.numbers)

    def _names(self) -> list[str]:
        """Variables that branches ask for directly, and no value besides; and that are used."""
        function = self._function
        asked: dict[str, None] = {}
        for block in function.ir.blocks:
            if isinstance(block.terminator, Branch):
                found = self.asked(block.terminator)
                if found is not None:
                    asked[found.name] = None
        if not asked:
            return []
        used = {_used_name(function, op) for op in function.definitions if op is not None}
        return [name for name in asked if name in used and not self._starts_as_none(name)]

    def _starts_as_none(self, name: str) -> bool:
        """Whether None is put into a variable, so that the test may be for that one."""
        definitions = self._function.definitions
        values = [definitions[store.value] for store in self._function.stores(name)]
        return any(isinstance(value, Const) and value.value is None for value in values)

    def asked(self, end: Branch) -> _Asked | None:
        """What a branch asks."""
        return _ask(self._function, end.condition)

    def entry(self) -> Untested:
        return frozenset()

    def join(self, first: Untested, second: Untested) -> Untested:
        return first | second

    def transfer(self, op: Op, before: Untested) -> Untested | None:
        if leaves(op, self._function, error_words()):
            return None
        if isinstance(op, Store):
            left = frozenset([held for held in before if held[0] != op.name])
            number = self.numbers.get(op)
            return left if number is None else left | {(op.name, number)}
        if isinstance(op, Delete):
            return frozenset([held for held in before if held[0] != op.name])
        name = _used_name(self._function, op)
        if name and before:
            return frozenset([held for held in before if held[0] != name])
        return before

    def transfer_edge(self, block: Block, target: int, state: Untested) -> Untested | None:
        end = block.terminator
        if not isinstance(end, Branch) or not state:
            return state
        asked = self.asked(end)
        if asked is None:
            return state
        # Both edges know the answer: a use behind a failed test is another mistake, or none at all.
        return frozenset([held for held in state if held[0] != asked.name])


def _ask(function: FunctionFacts, temp: int) -> _Asked | None:
    """The variable that a condition asks for None or truth."""
    op = function.definitions[temp]
    if isinstance(op, Truth):
        return _ask(function, op.value)
    if isinstance(op, Unary) and op.operator == "not":
        return _ask(function, op.operand)
    if isinstance(op, Load) and op.scope == LOCAL and isinstance(op.at, ast.expr):
        return _Asked(op.name, op.at)
    if isinstance(op, Compare) and op.operator in ("is", "is-not", "==", "!="):
        value = function.definitions[op.left]
        other = function.definitions[op.right]
        if (
            isinstance(value, Load)
            and value.scope == LOCAL
            and isinstance(other, Const)
            and other.value is None
            and isinstance(op.at, ast.expr)
        ):
            return _Asked(value.name, op.at)
    if isinstance(op, Call) and function.callee(op) in ("isinstance", "hasattr", "callable"):
        value = function.definitions[op.args[0]] if op.args else None
        if isinstance(value, Load) and isinstance(value.at, ast.expr):
            return _Asked(value.name, value.at)
    return None


def _used_name(function: FunctionFacts, op: Op) -> str:
    """The variable that an operation uses as an object, so that None would raise."""
    temp = -1
    if isinstance(op, (Attr, Item)):
        temp = op.owner
    elif isinstance(op, (Iter, Unpack)):
        temp = op.value
    value = function.definitions[temp] if temp >= 0 else None
    return value.name if isinstance(value, Load) and value.scope == LOCAL else ""


def _is_under(function: FunctionFacts, use: Op, test: ast.expr) -> bool:
    """Whether a use stands under a condition that is correlated with the test.

    That is one which looks at the variable at all (`if m or n`), stands beside the test (`if a
    and m`), or in whose body the test stands.
    """
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    name = _used_name(function, use)
    beside: set[str] = set()
    around: set[str] = set()
    for each in ast.walk(node):
        if not isinstance(each, (ast.If, ast.While, ast.IfExp)):
            continue
        parts = _parts(each.test)
        tests = any(inner is test for inner in ast.walk(each.test))
        if tests:
            beside.update(spelling(part) for part in parts if not _holds(part, test))
        elif isinstance(each, ast.If) and any(inner is test for inner in ast.walk(each)):
            beside.add(spelling(each.test))
        if each.lineno < use.at.lineno <= (each.end_lineno or each.lineno):
            around.update(spelling(part) for part in parts)
            if any(
                isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(each.test)
            ):
                return True
    return bool(beside & around)


def _parts(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) else [test]


def _holds(part: ast.expr, test: ast.AST) -> bool:
    return any(inner is test for inner in ast.walk(part))


def _guarded(function: FunctionFacts, op: Op) -> bool:
    """Whether a clause round an operation takes what using None raises."""
    return any(
        not clause.caught or any(name in _TAKING for name in clause.caught)
        for clause in guarding(function, op)
    )


def may_be_none(function: FunctionFacts, call: Call) -> bool:
    """Whether the result of a call is known, and None is one of the values it may be.

    A function in view has to say so, by its annotation or by a `return` without a value.
    """
    types = function.file.program
    values = types.type_of(function, call.dest)
    if any(isinstance(value, Unknown) for value in values) or not any(
        isinstance(value, NoneValue) for value in values
    ):
        return False
    return all(
        _returns_none(value.function)
        for value in types.type_of(function, call.callee)
        if isinstance(value, FunctionValue)
    )


def _returns_none(function: FunctionFacts) -> bool:
    node = function.ir.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
        return True
    for block in function.ir.blocks:
        end = block.terminator
        if isinstance(end, Return):
            value = function.definitions[end.value]
            if isinstance(value, Const) and value.value is None:
                return True
    return False

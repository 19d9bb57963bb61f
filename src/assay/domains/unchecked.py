"""Values that may be None, tested on one way and used without a test on another.

Functions answer with None for "there is none": `re.match`, a look-up of the project. That one value
is tested shows that its author expects None; where a way leads from the call to a use without
that test, the test was forgotten (Engler et al., "Bugs as deviant behavior", SOSP 2001: beliefs
that contradict each other).

    m = TAG.match(lines[0])
    while start < last and not m:       tested
        m = TAG.match(lines[start])
    kind = m.group(1)                   used, also when `start < last` ended the loop

A forward analysis: a state holds the assignments whose value has not been tested since, and those
whose test said that there is none. Conditions that stand beside a test or round it (`if wanted and
m`) are taken to be correlated with it.

    if m:
        name = m.group(1)
    kind = m.group(2)                   used, also when `m` is known to be None

Of uses behind a test that said "none" only those are certain that nothing else decides about: what
other conditions and loops in between mean is not known.
"""

from __future__ import annotations

import ast
import re
from typing import Final, TypeAlias, final

from assay.dataflow.analysis import Analysis, solve
from assay.domains.handling import guarding, is_log, last_part, leaves
from assay.domains.raises import Risks
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
    Located,
    Op,
    Store,
    Truth,
    Unary,
    Unpack,
)
from assay.models.errors import error_words
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, not_a_site, not_known
from assay.program.values import FunctionValue, NoneValue, Unknown
from assay.source.nesting import COMPOUND, blocks_of
from assay.source.spelling import spelling

Untested: TypeAlias = frozenset[tuple[str, int]]
"""Variables and the numbers of the assignments that they have their value from.

`~number` stands for a value of that assignment which a test has shown to be none.
"""

_RULES: Final = ("unchecked-none",)

STARTS_AS_NONE: Final = not_a_site(
    "unchecked.starts-as-none",
    "the variable is set to None as well, so that the test may be for that",
    *_RULES,
)
CORRELATED: Final = not_a_site(
    "unchecked.correlated", "the use stands under a condition that goes with the test", *_RULES
)
CAUGHT: Final = not_a_site(
    "unchecked.caught", "a clause round the use takes what the use of None raises", *_RULES
)
MAY_END: Final = not_known(
    "unchecked.may-end",
    "a call behind the test sounds as if control does not come back from it",
    *_RULES,
)
NOT_STRAIGHT: Final = not_known(
    "unchecked.not-straight",
    "a condition or loop stands between the test that says there is none and the use",
    *_RULES,
)
TYPE_NOT_KNOWN: Final = not_known(
    "unchecked.type-not-known", "it is not known what the call returns", *_RULES
)
NONE_NOT_SAID: Final = not_a_site(
    "unchecked.none-not-said",
    "the function that is called returns None only where its code ends",
    *_RULES,
)
NEVER_NONE: Final = not_a_site(
    "unchecked.never-none",
    "it is known that None is none of the values that the call returns",
    *_RULES,
)

_ENDING: Final = re.compile(
    r"abort|fail|rais|err|exit|die|reject|forbid|refus|quit|usage|bail|stop|fatal", re.I
)
_TAKING: Final = ("AttributeError", "TypeError", "Exception", "BaseException", "")


@final
class TestedValue:
    """The result of a call in a variable: where that is tested, and its uses without a test.

    `straight` are those of them that a test leads to which said "none"; `doubted` are others behind
    such a test, where conditions, loops, or a call that may not return (`ending`) decide whether
    they are reached.
    """

    __slots__ = ("call", "doubted", "ending", "name", "straight", "test", "uses")

    def __init__(
        self,
        name: str,
        call: Call,
        test: ast.expr,
        uses: list[Op],
        straight: list[Op],
        doubted: list[Op],
        ending: Call | None,
    ) -> None:
        self.name: Final = name
        self.call: Final = call
        self.test: Final = test
        self.uses: Final = uses
        self.straight: Final = straight
        self.doubted: Final = doubted
        self.ending: Final = ending


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
                if asked is not None and held == asked.name and number >= 0:
                    tested.setdefault(number, asked.at)
    found: list[TestedValue] = []
    for store, number in flow.numbers.items():
        if number not in tested:
            continue
        test = tested[number]
        uses = [op for op in used.get(number, []) if not _goes_with(function, op, test)]
        behind = [op for op in used.get(~number, []) if not _is_caught(function, op)]
        straight = [op for op in behind if _is_straight(function, test, op)]
        doubted = [
            op for op in behind if op not in straight and not _is_correlated(function, op, test)
        ]
        file, line = function.file, store.at.lineno
        if doubted and not NOT_STRAIGHT.stops(file, line):
            straight += doubted
            doubted = []
        ending = _may_end(function, test) if straight else None
        if ending is None or not MAY_END.stops(file, line):
            uses += straight
            ending = None
        else:
            doubted += straight
        found.append(
            TestedValue(store.name, flow.calls[number], test, uses, straight, doubted, ending)
        )
    return found


def _goes_with(function: FunctionFacts, op: Op, test: ast.expr) -> bool:
    """Whether something tells that a use is not reached, or not minded, when there is none."""
    return _is_correlated(function, op, test) or _is_caught(function, op)


def _is_correlated(function: FunctionFacts, op: Op, test: ast.expr) -> bool:
    under = _is_under(function, op, test)
    return under and CORRELATED.stops(function.file, op.at.lineno)


def _is_caught(function: FunctionFacts, op: Op) -> bool:
    return _guarded(function, op) and CAUGHT.stops(function.file, op.at.lineno)


@final
class _Asked:
    """The variable that a branch asks for, and where.

    `none` is the answer with which it may be None; None when neither says so.
    """

    __slots__ = ("at", "name", "none")

    def __init__(self, name: str, at: ast.expr, none: bool | None) -> None:
        self.name: Final = name
        self.at: Final = at
        self.none: Final = none


@final
class _Flow(Analysis[Untested]):
    """Which assignments from calls have not been tested yet."""

    def __init__(self, function: FunctionFacts) -> None:
        self._function: Final = function
        self._risks: Final = Risks(function)
        self.numbers: Final[dict[Store, int]] = {}
        self.calls: Final[dict[int, Call]] = {}
        for name in self._names():
            for store in function.stores(name):
                value = function.definitions[store.value]
                if isinstance(value, Await):
                    value = function.definitions[value.value]
                if not isinstance(value, Call) or store.scope != LOCAL:
                    continue
                if self._starts_as_none(name) and STARTS_AS_NONE.stops(
                    function.file, store.at.lineno
                ):
                    continue
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
        return [name for name in asked if name in used]

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
        if isinstance(op, Call) and self._risks.exits(op):
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
        left = frozenset([held for held in state if held[0] != asked.name])
        if asked.none is None or target != (end.then if asked.none else end.otherwise):
            return left
        none = [(name, min(number, ~number)) for name, number in state if name == asked.name]
        return left.union(none)


def _ask(function: FunctionFacts, temp: int, none: bool = False) -> _Asked | None:
    """The variable that a condition asks for None or truth; `none`: it may be None when true."""
    op = function.definitions[temp]
    if isinstance(op, Truth):
        return _ask(function, op.value, none)
    if isinstance(op, Unary) and op.operator == "not":
        return _ask(function, op.operand, not none)
    if isinstance(op, Load) and op.scope == LOCAL and isinstance(op.at, ast.expr):
        return _Asked(op.name, op.at, none)
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
            return _Asked(value.name, op.at, none is (op.operator in ("is-not", "!=")))
    if isinstance(op, Call) and function.callee(op) in ("isinstance", "hasattr", "callable"):
        value = function.definitions[op.args[0]] if op.args else None
        if isinstance(value, Load) and isinstance(value.at, ast.expr):
            return _Asked(value.name, value.at, None)
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


def _is_straight(function: FunctionFacts, test: ast.expr, use: Op) -> bool:
    """Whether nothing but the test decides that a use behind it is reached.

    It stands in an arm of the test's statement, or behind that in the same block or one round it,
    and no other condition or loop stands between.
    """
    node = function.ir.node
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    blocks: list[list[ast.stmt]] = [node.body]  # round the test, the outermost first
    holders: list[ast.stmt] = []
    while True:
        holder = next((each for each in blocks[-1] if _holds(each, test)), None)
        if holder is None:
            return False
        holders.append(holder)
        inside = [block for block, _ in blocks_of(holder) if any(_holds(s, test) for s in block)]
        if not inside:
            break
        blocks.append(inside[0])
    arms = [each for block, _ in blocks_of(holders[-1]) for each in block]
    if isinstance(holders[-1], ast.If) and _is_reached(arms, use):
        return True
    for block, holder in zip(reversed(blocks), reversed(holders), strict=True):
        if isinstance(holder, (ast.While, ast.For, ast.AsyncFor)):
            return False
        if _is_reached(block[block.index(holder) + 1 :], use):
            return True
    return False


def _is_reached(statements: list[ast.stmt], use: Op) -> bool:
    """Whether one of some statements uses it whenever it runs."""
    for statement in statements:
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            parts: list[ast.AST] = [item.context_expr for item in statement.items]
            if _is_reached(statement.body, use):
                return True
        elif isinstance(statement, ast.Try):
            parts = []
            if _is_reached([*statement.body, *statement.finalbody], use):
                return True
        elif isinstance(statement, ast.If):
            parts = [statement.test]
        elif isinstance(statement, (ast.For, ast.AsyncFor)):
            parts = [statement.iter]
        elif type(statement) in COMPOUND:
            parts = []
        else:
            parts = [statement]
        if any(_always_holds(part, use.at) for part in parts):
            return True
    return False


def _always_holds(node: ast.AST, at: Located) -> bool:
    """Whether an expression stands in another where no `and`, `or` and `if` decides about it."""
    if id(node) == id(at):
        return True
    inner: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.BoolOp):
        inner = [node.values[0]]
    elif isinstance(node, ast.IfExp):
        inner = [node.test]
    elif isinstance(node, (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)):
        return False
    return any(_always_holds(each, at) for each in inner)


def _may_end(function: FunctionFacts, test: ast.expr) -> Call | None:
    """A call in the statement of a test that sounds as if control does not come back."""
    words = error_words()
    node = function.ir.node
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    around = [
        (each.lineno, each.end_lineno or each.lineno)
        for each in ast.walk(node)
        if isinstance(each, ast.If) and _holds(each.test, test)
    ]
    for site in function.calls:
        line = site.op.at.lineno
        if (
            any(first < line <= last for first, last in around)
            and _ENDING.search(last_part(function, site.op))
            and not is_log(function, site.op, words)
        ):
            return site.op
    return None


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


def _holds(part: ast.AST, test: ast.AST) -> bool:
    return any(inner is test for inner in ast.walk(part))


def _guarded(function: FunctionFacts, op: Op) -> bool:
    """Whether a clause round an operation takes what using None raises."""
    return any(
        not clause.caught or any(name in _TAKING for name in clause.caught)
        for clause in guarding(function, op)
    )


def may_be_none(function: FunctionFacts, call: Call) -> bool | Gate:
    """Whether the result of a call is known, and None is one of the values it may be.

    A function in view has to say so, by its annotation or by a `return` without a value.
    """
    types = function.file.program
    values = types.type_of(function, call.dest)
    if any(isinstance(value, Unknown) for value in values):
        return TYPE_NOT_KNOWN
    if not any(isinstance(value, NoneValue) for value in values):
        return NEVER_NONE
    said = all(
        _returns_none(value.function)
        for value in types.type_of(function, call.callee)
        if isinstance(value, FunctionValue)
    )
    return True if said else NONE_NOT_SAID


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

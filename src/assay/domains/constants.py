"""Which constants a value may be: folding through assignments, branches, `match` and displays.

Conditional constant propagation (Wegman and Zadeck 1991) over the IR, with small sets of constants
in place of single ones: a variable is one of a few constants or it is not known. A branch whose
test is known is taken one way only, so what stands on the other way does not count. Displays are
followed as long as nothing can change them. Solved for one function, on demand.

    alg = "md5" if 7 * 6 == 42 else "sha256"       one of "md5"
    names = {"a": "sha1", "b": "md5"}
    hashlib.new(names[key])                        not known;  names["b"]: one of "md5"

Invariant: a temporary that may be something else than the constants given is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias, final

from assay.dataflow.analysis import Analysis, NoFixpointError, solve
from assay.ir.function import CLASS, MODULE, Block, Branch
from assay.ir.ops import (
    GLOBAL,
    LOCAL,
    NAME,
    Attr,
    Binary,
    Build,
    Call,
    Compare,
    Const,
    Copy,
    Delete,
    Element,
    Format,
    Inplace,
    Item,
    Join,
    Length,
    Load,
    Op,
    Slice,
    Store,
    Truth,
    Unary,
    Unpack,
)
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent

Plain: TypeAlias = str | bytes | int | float | bool | None
Constant: TypeAlias = Plain | tuple["Constant", ...]
Values: TypeAlias = tuple[Constant, ...]
"""The constants that a value may be, in the order in which they are met; never empty."""

_MOST: Final = 4
"""A value that may be more constants than these is not known."""

_LONGEST: Final = 4096  # characters of a text, elements of a tuple, bits of a product
_WIDE: Final = re.compile(r"\d{4}")  # in a format: a field of so many characters
"""Longer results are not computed."""

_DEEPEST: Final = 40
_TEXT_METHODS: Final = frozenset(
    {
        "casefold", "decode", "encode", "endswith", "join", "lower", "lstrip", "removeprefix",
        "removesuffix", "replace", "rstrip", "split", "startswith", "strip", "title", "upper",
    }
)  # fmt: skip
_FUNCTIONS: Final[dict[str, Callable[[Constant], Constant]]] = {
    "len": lambda value: len(value) if isinstance(value, (str, bytes, tuple)) else _none(),
    "str": lambda value: str(value) if not isinstance(value, (bytes, tuple)) else _none(),
    "bool": bool,
    "int": lambda value: int(value) if isinstance(value, (str, int, float)) else _none(),
}
# Modes of files, which are octal numbers with a name.
_STAT: Final = {
    f"stat.S_I{what}{who}": bit << shift
    for who, shift in (("USR", 6), ("GRP", 3), ("OTH", 0))
    for what, bit in (("R", 4), ("W", 2), ("X", 1))
} | {
    "stat.S_IRWXU": 0o700,
    "stat.S_IRWXG": 0o070,
    "stat.S_IRWXO": 0o007,
    "stat.S_IREAD": 0o400,
    "stat.S_IWRITE": 0o200,
    "stat.S_IEXEC": 0o100,
    "stat.S_ISUID": 0o4000,
    "stat.S_ISGID": 0o2000,
    "stat.S_ISVTX": 0o1000,
}


class _NotComputedError(Exception):
    """The operation on these constants has no result that is a constant."""


def _none() -> Constant:
    raise _NotComputedError


@final
class Constants:
    """The constants of one function."""

    __slots__ = ("_frozen", "_meant", "function", "reached")

    def __init__(self, function: FunctionFacts) -> None:
        self.function: Final = function
        self._meant: Final[dict[int, Values | None]] = {}  # of loads and joins, over all ways
        self._frozen: Final[dict[str, bool]] = {}
        self.reached: frozenset[int] = frozenset()  # the blocks that control may get to
        analysis = _Propagation(self)
        try:
            solution = solve(function.ir, analysis)
        except NoFixpointError:
            self._meant.clear()
            self.reached = frozenset(range(len(function.ir.blocks)))
            return
        self._meant.clear()
        self.reached = frozenset(
            block.ident for block in function.ir.blocks if solution.at_end(block.ident) is not None
        )

    def of(self, temp: int) -> Values | None:
        """The constants that a temporary may be; None when it may be anything."""
        return self._of(temp, 0)

    def one(self, temp: int) -> tuple[Constant] | None:
        """The only constant that a temporary may be, in a tuple; None when there are others."""
        values = self._of(temp, 0)
        return (values[0],) if values is not None and len(values) == 1 else None

    def see(self, temp: int, values: Values | None) -> None:
        """Another way comes to a load or a join with these values."""
        if temp in self._meant:
            values = join_values(self._meant[temp], values)
        self._meant[temp] = values

    def _of(self, temp: int, depth: int) -> Values | None:
        op = self.function.definitions[temp]
        if isinstance(op, Const):
            return None if op.value is ... or isinstance(op.value, complex) else (op.value,)
        if op is None or depth > _DEEPEST:
            return None
        if isinstance(op, (Load, Copy)):
            return self._meant.get(temp)
        if isinstance(op, Attr):
            known = _STAT.get(self.function.qualified(temp))
            return None if known is None else (known,)
        if isinstance(op, Item):
            return self._item(op, depth)
        if isinstance(op, Call):
            return self._call(op, depth)
        if isinstance(op, Build):
            return self._display(op, depth)
        return self._folded(op, depth)

    def _folded(self, op: Op, depth: int) -> Values | None:
        if isinstance(op, (Binary, Inplace)):
            operator = op.operator
            return self._each((op.left, op.right), depth, lambda a: _binary(operator, a[0], a[1]))
        if isinstance(op, Compare):
            operator = op.operator
            return self._each((op.left, op.right), depth, lambda a: _compare(operator, a[0], a[1]))
        if isinstance(op, Unary):
            operator = op.operator
            return self._each((op.operand,), depth, lambda a: _unary(operator, a[0]))
        if isinstance(op, Truth):
            return self._each((op.value,), depth, lambda a: bool(a[0]))
        if isinstance(op, Length):
            return self._each((op.value,), depth, lambda a: _FUNCTIONS["len"](a[0]))
        if isinstance(op, Format):
            if op.conversion not in ("s", "-") or op.spec >= 0:
                return None
            return self._each((op.value,), depth, lambda a: _FUNCTIONS["str"](a[0]))
        if isinstance(op, Join):
            return self._each(op.parts, depth, lambda a: "".join(_text(part) for part in a))
        if isinstance(op, Unpack):
            return self._of(op.value, depth + 1) if op.after == -1 else None
        if isinstance(op, Element):
            index = op.index
            return self._each((op.value,), depth, lambda a: _at(a[0], index))
        return None

    def _each(
        self, temps: tuple[int, ...], depth: int, fold: Callable[[tuple[Constant, ...]], Constant]
    ) -> Values | None:
        """A pure operation on every choice of constants for these temporaries."""
        choices: list[tuple[Constant, ...]] = [()]
        for temp in temps:
            values = self._of(temp, depth + 1)
            if values is None or len(choices) * len(values) > _MOST * _MOST:
                return None
            choices = [(*choice, value) for choice in choices for value in values]
        found: list[Constant] = []
        for choice in choices:
            try:
                value = fold(choice)
            except (_NotComputedError, ArithmeticError, LookupError, TypeError, ValueError):
                return None
            if isinstance(value, (str, bytes, tuple)) and len(value) > _LONGEST:
                return None
            found.append(value)
        return _distinct(found)

    def _item(self, op: Item, depth: int) -> Values | None:
        display = self._unchanged(op.owner)
        if display is not None and display.kind == "dict":
            index = self.one(op.index)
            return None if index is None else self._entry(display, index[0], depth)
        bounds = self.function.definitions[op.index]
        if not isinstance(bounds, Slice):
            return self._each((op.owner, op.index), depth, lambda a: _at(a[0], a[1]))
        given = [part for part in (bounds.lower, bounds.upper, bounds.step) if part >= 0]
        kinds = (bounds.lower >= 0, bounds.upper >= 0, bounds.step >= 0)
        return self._each((op.owner, *given), depth, lambda a: _slice(a[0], a[1:], kinds))

    def _entry(self, display: Build, key: Constant, depth: int) -> Values | None:
        """What a dict display holds under a key; the last entry counts."""
        if display.labels:
            return None
        found: Values | None = None
        for key_temp, value in zip(display.args[::2], display.args[1::2], strict=True):
            known = self.one(key_temp)
            if known is None:
                return None
            if _same(known[0], key):
                found = self._of(value, depth + 1)
        return found

    def _display(self, op: Build, depth: int) -> Values | None:
        """A tuple, or a list that nothing changes, as a tuple."""
        if op.kind not in ("tuple", "list") or op.labels:
            return None
        if op.kind == "list" and not self._only_read(op.dest):
            return None
        return self._each(op.args, depth, lambda a: a)

    def _unchanged(self, temp: int) -> Build | None:
        """The display behind a temporary, when nothing can change what it holds."""
        op = self.function.definitions[temp]
        if isinstance(op, Load) and op.scope == LOCAL:
            stores = self.function.stores(op.name)
            if len(stores) != 1:
                return None
            op = self.function.definitions[stores[0].value]
        return op if isinstance(op, Build) and self._only_read(op.dest) else None

    def _only_read(self, temp: int) -> bool:
        """Whether a display is kept in locals at most, and those are only read by index."""
        names = {
            site.op.name
            for site in self.function.sites()
            if isinstance(site.op, Store) and site.op.value == temp
        }
        return all(self._is_frozen(name) for name in sorted(names)) and not any(
            temp in site.op.uses()
            for site in self.function.sites()
            if not isinstance(site.op, (Store, Item, Compare, Length, Unpack))
        )

    def _is_frozen(self, name: str) -> bool:
        known = self._frozen.get(name)
        if known is None:
            known = name not in self.function.ir.cells
            loaded = {
                site.op.dest
                for site in self.function.sites()
                if isinstance(site.op, Load) and site.op.name == name
            }
            for site in self.function.sites():
                op = site.op
                if loaded.intersection(op.uses()) and not (
                    isinstance(op, (Compare, Length, Unpack))
                    or (isinstance(op, Item) and op.index not in loaded)
                    or (isinstance(op, Call) and self.function.callee(op) == "len")
                ):
                    known = False
                    break
            self._frozen[name] = known
        return known

    def _call(self, op: Call, depth: int) -> Values | None:
        if op.labels:
            return None
        callee = self.function.definitions[op.callee]
        if isinstance(callee, Attr) and callee.name in _TEXT_METHODS:
            name = callee.name
            return self._each((callee.owner, *op.args), depth, lambda a: _method(name, a))
        if isinstance(callee, Load) and len(op.args) == 1:
            fold = _FUNCTIONS.get(self.function.callee(op))
            if fold is not None:
                return self._each(op.args, depth, lambda a: fold(a[0]))
        return None


@final
class _Propagation(Analysis[dict[str, Values]]):
    """The locals of a function that are known; a missing one may be anything."""

    def __init__(self, constants: Constants) -> None:
        self._constants: Final = constants
        self._function: Final = constants.function
        kind = constants.function.ir.kind
        self._scopes: Final = (NAME,) if kind in (MODULE, CLASS) else (LOCAL,)

    def entry(self) -> dict[str, Values]:
        return {}

    def join(self, first: dict[str, Values], second: dict[str, Values]) -> dict[str, Values]:
        found: dict[str, Values] = {}
        for name, values in first.items():
            joined = join_values(values, second.get(name))
            if joined is not None:
                found[name] = joined
        return found

    def transfer(self, op: Op, before: dict[str, Values]) -> dict[str, Values]:
        if isinstance(op, Load):
            if op.scope in self._scopes and op.name in before:
                self._constants.see(op.dest, before[op.name])
            else:
                self._constants.see(op.dest, self._global(op))
        elif isinstance(op, Copy):
            self._constants.see(op.dest, self._constants.of(op.value))
        elif isinstance(op, Store) and op.scope in self._scopes:
            values = self._constants.of(op.value)
            if values is not None:
                return {**before, op.name: values}
            return _without(before, op.name)
        elif isinstance(op, Delete):
            return _without(before, op.name)
        return before

    def transfer_edge(
        self, block: Block, target: int, state: dict[str, Values]
    ) -> dict[str, Values] | None:
        end = block.terminator
        if isinstance(end, Branch) and end.then != end.otherwise:
            truth = self._constants.of(end.condition)
            if truth is not None and not any(
                bool(value) == (target == end.then) for value in truth
            ):
                return None
        return state

    def _global(self, op: Load) -> Values | None:
        """A constant of the module that is assigned once, as a literal, and by no function."""
        if op.scope not in (GLOBAL, NAME):
            return None
        file = self._function.file
        stores = file.functions[0].stores(op.name)
        if len(stores) != 1 or any(function.stores(op.name) for function in file.functions[1:]):
            return None
        value = file.functions[0].definitions[stores[0].value]
        if not isinstance(value, Const) or value.value is ... or isinstance(value.value, complex):
            return None
        return (value.value,)


def constants_of(function: FunctionFacts) -> Constants:
    """The constants of a function; the last few are kept, since rules ask one after the other."""
    return function.file.program.shared(_recent).of(function)


def _recent(program: Program) -> Recent[FunctionFacts, Constants]:
    return Recent(Constants, 16)


def join_values(first: Values | None, second: Values | None) -> Values | None:
    """The values of either; None when one of them may be anything, or when they are too many."""
    if first is None or second is None:
        return None
    return _distinct([*first, *second])


def _distinct(values: list[Constant]) -> Values | None:
    found: list[Constant] = []
    for value in values:
        if not any(_same(value, other) for other in found):
            found.append(value)
    return tuple(found) if 0 < len(found) <= _MOST else None


def _same(first: Constant, second: Constant) -> bool:
    """Equal and of one type: `1` is not `True`."""
    return type(first) is type(second) and first == second


def _without(state: dict[str, Values], name: str) -> dict[str, Values]:
    if name not in state:
        return state
    return {other: values for other, values in state.items() if other != name}


def _text(value: Constant) -> str:
    if not isinstance(value, str):
        raise _NotComputedError
    return value


def _binary(operator: str, left: Constant, right: Constant) -> Constant:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return _number(operator, left, right)
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, bytes) and isinstance(right, bytes):
            return left + right
        if isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
    if operator == "*" and isinstance(left, (str, bytes)) and isinstance(right, int):
        return left * right if len(left) * right <= _LONGEST else _none()
    if operator == "%" and isinstance(left, str) and isinstance(right, (str, int, tuple)):
        is_short = len(left) <= _LONGEST and "*" not in left and not _WIDE.search(left)
        return left % right if is_short else _none()
    return _none()


def _number(operator: str, left: int | float, right: int | float) -> Constant:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        if isinstance(left, int) and isinstance(right, int):
            is_short = left.bit_length() + right.bit_length() <= _LONGEST
            return left * right if is_short else _none()
        return left * right
    if operator == "/":
        return left / right
    if operator == "//":
        return left // right
    if operator == "%":
        return left % right
    if not (isinstance(left, int) and isinstance(right, int)):
        return _none()
    if operator == "**" and 0 <= right <= 64 and abs(left) <= 1024:
        return int(left**right)
    if operator == "|":
        return left | right
    if operator == "&":
        return left & right
    if operator == "^":
        return left ^ right
    if operator == ">>":
        return left >> right
    if operator == "<<" and right <= 64 and left.bit_length() <= _LONGEST:
        return left << right
    return _none()


def _compare(operator: str, left: Constant, right: Constant) -> Constant:
    if operator == "==":
        return left == right
    if operator == "!=":
        return left != right
    if operator == "is" and (left is None or right is None):
        return left is right
    if operator == "is-not" and (left is None or right is None):
        return left is not right
    if operator in ("in", "not-in"):
        if isinstance(left, str) and isinstance(right, str):
            return (left in right) == (operator == "in")
        if isinstance(right, tuple):
            return (left in right) == (operator == "in")
        return _none()
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        order = left - right
    elif isinstance(left, str) and isinstance(right, str):
        order = (left > right) - (left < right)
    else:
        return _none()
    if operator == "<":
        return order < 0
    if operator == "<=":
        return order <= 0
    if operator == ">":
        return order > 0
    return order >= 0 if operator == ">=" else _none()


def _unary(operator: str, value: Constant) -> Constant:
    if operator == "not":
        return not value
    if isinstance(value, (int, float)):
        if operator == "-":
            return -value
        if operator == "+":
            return +value
        if operator == "~" and isinstance(value, int):
            return ~int(value)
    return _none()


def _at(value: Constant, index: Constant) -> Constant:
    if isinstance(value, (str, bytes, tuple)) and isinstance(index, int):
        return value[index]
    return _none()


def _slice(value: Constant, given: tuple[Constant, ...], kinds: tuple[bool, ...]) -> Constant:
    rest = list(given)
    bounds: list[int | None] = []
    for kind in kinds:
        bound = rest.pop(0) if kind else None
        if bound is not None and not isinstance(bound, int):
            return _none()
        bounds.append(bound)
    if isinstance(value, (str, bytes, tuple)):
        return value[bounds[0] : bounds[1] : bounds[2]]
    return _none()


def _method(name: str, values: tuple[Constant, ...]) -> Constant:
    """A pure method of a string or bytes: its owner, then its arguments."""
    owner, *rest = values
    if not isinstance(owner, (str, bytes)):
        return _none()
    method: object = getattr(owner, name, None)
    if not callable(method):
        return _none()
    result: object = method(*rest)
    if isinstance(result, list):
        result = tuple(result)
    return result if isinstance(result, (str, bytes, bool, tuple)) else _none()

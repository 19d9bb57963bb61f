"""What becomes of a value: the names that it, or something computed from it, is given.

Flow-insensitive, within the function, the generator expressions in it, and the functions of the
file that call it by its name. A value is followed through variables, conversions, strings, displays
and operators; it ends at attributes, items, arguments of calls that are no conversions, comparisons
and `return`.

    digest = hashlib.md5(body).hexdigest()       variable digest
    response.headers["ETag"] = f'"{digest}"'     item ETag

`made_of` asks the other way round: the names that an expression is computed from.
"""

from __future__ import annotations

from typing import Final, final

from assay.ir.function import FUNCTION, GENERATOR_EXPRESSION, Return
from assay.ir.ops import (
    CELL,
    GLOBAL,
    LOCAL,
    NAME,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Collect,
    Compare,
    Const,
    Copy,
    Element,
    Format,
    Inplace,
    Item,
    Iter,
    Join,
    Load,
    MakeFunction,
    Next,
    Op,
    SetAttr,
    SetItem,
    Spread,
    Store,
    Unary,
    Unpack,
    Yield,
)
from assay.models.purposes import conversions
from assay.program.classes import attribute_name
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent

VARIABLE: Final = "variable"
ATTRIBUTE: Final = "attribute"
ITEM: Final = "item"
ENTRY: Final = "dict entry"
ARGUMENT: Final = "argument"
CALLEE: Final = "argument of"
COMPARED: Final = "compared with"
RESULT: Final = "result of"
WRITTEN: Final = "written to"
SENT: Final = "sent to"
"""Handed to another service: part of an address, or of what a request carries."""

_CARRIED: Final = frozenset(
    {"query", "params", "data", "json", "body", "payload", "headers", "form", "json_data"}
)

_SAME: Final = (
    Copy,
    Await,
    Format,
    Join,
    Binary,
    Inplace,
    Unary,
    Element,
    Unpack,
    Iter,
    Next,
    Spread,
)
_MOST: Final = 300
"""Temporaries that one value is followed through."""

_DEEPEST: Final = 12


@final
class Use:
    """A name that a value is given: `kind` is one of the words of this module."""

    __slots__ = ("function", "kind", "name", "op")

    def __init__(self, kind: str, name: str, op: Op, function: FunctionFacts) -> None:
        self.kind: Final = kind
        self.name: Final = name
        self.op: Final = op
        self.function: Final = function


@final
class _Readers:
    """The operations of a function that read each temporary."""

    __slots__ = ("returned", "table")

    def __init__(self, function: FunctionFacts) -> None:
        self.table: Final[list[list[Op]]] = [[] for _ in range(function.ir.temp_count)]
        returned: set[int] = set()
        for block in function.ir.blocks:
            for op in block.ops:
                for temp in op.uses():
                    self.table[temp].append(op)
            if isinstance(block.terminator, Return):
                returned.add(block.terminator.value)
        self.returned: Final = frozenset(returned)


def _readers(function: FunctionFacts) -> _Readers:
    return function.file.program.shared(_recent).of(function)


def _recent(program: Program) -> Recent[FunctionFacts, _Readers]:
    return Recent(_Readers, 64)


def readers(function: FunctionFacts, temp: int) -> list[Op]:
    """The operations of a function that read a temporary, block by block."""
    return _readers(function).table[temp]


@final
class _Walk:
    """One value on its way."""

    __slots__ = ("found", "seen", "work")

    def __init__(self) -> None:
        self.found: Final[list[Use]] = []
        self.work: Final[list[tuple[FunctionFacts, int]]] = []
        self.seen: Final[set[tuple[int, int]]] = set()

    def go(self, function: FunctionFacts, temp: int) -> None:
        key = (id(function), temp)
        if temp >= 0 and key not in self.seen and len(self.seen) < _MOST:
            self.seen.add(key)
            self.work.append((function, temp))

    def note(self, kind: str, name: str, op: Op, function: FunctionFacts) -> None:
        if name:
            self.found.append(Use(kind, name, op, function))


def uses_of(function: FunctionFacts, temp: int) -> list[Use]:
    """Every name that a value, or something computed from it, is given; nearest first."""
    walk = _Walk()
    walk.go(function, temp)
    for owner, value in walk.work:  # grows while it is walked
        reading = _readers(owner)
        for op in reading.table[value]:
            _use(walk, owner, value, op)
        if value in reading.returned and owner.ir.kind != GENERATOR_EXPRESSION:
            made = owner.definitions[value]
            if made is not None:
                walk.note(RESULT, owner.ir.name, made, owner)
                _results(walk, owner)
    return walk.found


def _use(walk: _Walk, function: FunctionFacts, temp: int, op: Op) -> None:
    if isinstance(op, Store):
        walk.note(VARIABLE, op.name, op, function)
        for load in _loads(function, op):
            walk.go(function, load)
    elif isinstance(op, _SAME):
        if isinstance(op, Join) and _is_address(function, op):
            walk.note(SENT, "an address", op, function)
        walk.go(function, op.dest)
    elif isinstance(op, Item):
        if op.owner == temp:
            walk.go(function, op.dest)
    elif isinstance(op, SetAttr):
        if op.value == temp:
            walk.note(ATTRIBUTE, op.name, op, function)
    elif isinstance(op, SetItem):
        if op.value == temp:
            walk.note(ITEM, name_of(function, op.index) or _text(function, op.index), op, function)
            walk.note(ITEM, name_of(function, op.owner), op, function)
            if _is_carried(function, op.owner):
                walk.note(SENT, name_of(function, op.owner), op, function)
    elif isinstance(op, Collect):
        if op.value == temp:
            walk.go(function, op.container)
    elif isinstance(op, Compare):
        other = op.right if op.left == temp else op.left
        walk.note(COMPARED, name_of(function, other), op, function)
    elif isinstance(op, Build):
        _build(walk, function, temp, op)
    elif isinstance(op, Attr):
        if op.owner == temp:
            walk_on = op.name in conversions().methods
            for use in _readers(function).table[op.dest] if walk_on else []:
                if isinstance(use, Call) and use.callee == op.dest:
                    walk.go(function, use.dest)
    elif isinstance(op, Call):
        if op.callee != temp:
            _argument(walk, function, temp, op)
    elif isinstance(op, Yield):
        _yielded(walk, function)


def _results(walk: _Walk, returning: FunctionFacts) -> None:
    """What a function of the file returns is what its calls in the file give."""
    name = attribute_name(returning)
    if returning.ir.kind != FUNCTION or (name.startswith("__") and name.endswith("__")):
        return
    for function in returning.file.functions:
        for site in function.calls_of(frozenset((name,))):
            callee = function.definitions[site.op.callee]
            own = isinstance(callee, Load) or (
                isinstance(callee, Attr) and function.spelled(callee.owner) in ("self", "cls")
            )
            if own and function is not returning:
                walk.go(function, site.op.dest)


def _is_carried(function: FunctionFacts, temp: int) -> bool:
    """Whether a table that a value is put into is what a request carries."""
    owner = function.definitions[temp]
    if not isinstance(owner, Load):
        return False
    return any(
        isinstance(op, Call) and label in _CARRIED and argument == load
        for load in _same_variable(function, owner)
        for op in _readers(function).table[load]
        if isinstance(op, Call)
        for argument, label in zip(op.args, op.labels, strict=False)
    )


def _is_address(function: FunctionFacts, op: Join) -> bool:
    return any(_text(function, part).startswith(("http://", "https://")) for part in op.parts)


def _build(walk: _Walk, function: FunctionFacts, temp: int, op: Build) -> None:
    if op.kind == "dict" and not op.labels:
        for key, value in zip(op.args[::2], op.args[1::2], strict=True):
            if value == temp:
                walk.note(ENTRY, _text(function, key) or name_of(function, key), op, function)
    walk.go(function, op.dest)


def _argument(walk: _Walk, function: FunctionFacts, temp: int, op: Call) -> None:
    callee = function.definitions[op.callee]
    name = callee.name if isinstance(callee, (Attr, Load)) else ""
    labels = op.labels or ("",) * len(op.args)
    for argument, label in zip(op.args, labels, strict=True):
        if argument == temp and label and label[0] != "*":
            walk.note(ARGUMENT, label, op, function)
            if label in _CARRIED:
                walk.note(SENT, label, op, function)
    walk.note(CALLEE, name, op, function)
    known = conversions()
    if name in known.functions or "encode" in name or function.callee(op) in known.paths:
        walk.go(function, op.dest)
    elif isinstance(callee, Attr):
        if name in known.adders:  # `parts.append(value)`
            walk.go(function, callee.owner)
            owner = function.definitions[callee.owner]
            if isinstance(owner, Load):
                for load in _same_variable(function, owner):
                    walk.go(function, load)
        if name == "write":
            for word in _opened(function, callee.owner):
                walk.note(WRITTEN, word, op, function)
        if name in known.keyed and len(op.args) > 1 and op.args[0] != temp:
            key = _text(function, op.args[0]) or name_of(function, op.args[0])
            walk.note(ITEM, key, op, function)


def _yielded(walk: _Walk, function: FunctionFacts) -> None:
    """What a generator expression yields is what the function round it iterates over."""
    parent = function.parent
    if function.ir.kind != GENERATOR_EXPRESSION or parent is None:
        return
    for made in parent.definitions:
        if isinstance(made, MakeFunction) and parent.ir.children[made.child] is function.ir:
            for op in _readers(parent).table[made.dest]:
                if isinstance(op, Call) and op.callee == made.dest:
                    walk.go(parent, op.dest)


def _opened(function: FunctionFacts, temp: int) -> list[str]:
    """The names and texts in the path of the file that a temporary holds."""
    found: list[str] = []
    op = function.definitions[temp]
    sources = (
        [store.value for store in function.stores(op.name)] if isinstance(op, Load) else [temp]
    )
    for source in sources:
        call = _entered(function, source)
        if isinstance(call, Call):
            callee = function.definitions[call.callee]
            if isinstance(callee, Attr):
                found += made_of(function, callee.owner)
            for argument in call.args[:1]:
                found += made_of(function, argument)
    return found


def _entered(function: FunctionFacts, temp: int) -> Op | None:
    op = function.definitions[temp]
    manager = getattr(op, "manager", -1)
    return function.definitions[manager] if manager >= 0 else op


def made_of(function: FunctionFacts, temp: int) -> list[str]:
    """The names and texts that an expression is computed from, through local variables."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    work = [(temp, 0)]
    for each, depth in work:  # grows while it is walked
        if each in seen or depth > _DEEPEST:
            continue
        seen.add(each)
        op = function.definitions[each]
        if op is None:
            continue
        if isinstance(op, Const):
            if isinstance(op.value, str) and len(op.value) <= 80:
                found[op.value] = None
        elif isinstance(op, Load):
            found[op.name] = None
            if op.scope == LOCAL and op.name not in function.ir.parameters.names():
                work += [(store.value, depth + 1) for store in function.stores(op.name)]
        else:
            if isinstance(op, Attr):
                found[op.name] = None
            if isinstance(op, Copy):
                work += [(value, depth + 1) for value in function.joined(each)]
            work += [(used, depth + 1) for used in op.uses()]
    return list(found)


def name_of(function: FunctionFacts, temp: int) -> str:
    """The last name of an expression: `token` of `self.token`, `form["token"]`, `get("token")`."""
    op = function.definitions[temp]
    if isinstance(op, (Load, Attr)):
        return op.name
    if isinstance(op, Item):
        return _text(function, op.index) or name_of(function, op.owner)
    if isinstance(op, Call):
        callee = function.definitions[op.callee]
        if isinstance(callee, Attr):
            if callee.name in conversions().methods:
                return name_of(function, callee.owner)
            if callee.name in ("get", "pop", "getlist", "getfirst") and op.args:
                return _text(function, op.args[0])
            return callee.name
        return callee.name if isinstance(callee, Load) else ""
    if isinstance(op, Await):
        return name_of(function, op.value)
    return ""


def _text(function: FunctionFacts, temp: int) -> str:
    constant = function.constant(temp)
    return constant.value if constant is not None and isinstance(constant.value, str) else ""


def _loads(function: FunctionFacts, store: Store) -> list[int]:
    """The loads of a variable of this function."""
    return [
        op.dest
        for op in function.definitions
        if isinstance(op, Load) and op.name == store.name and _same_scope(op.scope, store.scope)
    ]


def _same_variable(function: FunctionFacts, load: Load) -> list[int]:
    return [
        op.dest
        for op in function.definitions
        if isinstance(op, Load) and op.name == load.name and op.scope == load.scope
    ]


def _same_scope(first: str, second: str) -> bool:
    return first == second or {first, second} <= {NAME, GLOBAL} or {first, second} <= {LOCAL, CELL}

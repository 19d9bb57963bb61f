"""What a text is made of, back to parameters, attributes and calls; and what bounds its length.

Flow-insensitive within one function: variables by all their assignments, strings by their parts,
the groups of a match by what was searched, the result of any other call by the object and by what
it is given first.

    text = _body_or_str(response)
    for line in text.splitlines():       line: names line, text, _body_or_str, response;
        NAME.match(line[:100])           parameter response; at most 100 characters

Invariant: `parameters` holds every parameter that the text may be computed from by these steps.
"""

from __future__ import annotations

from typing import Final, final

from assay.domains.handling import leaves
from assay.ir.function import Branch
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
    Next,
    Op,
    Raise,
    Slice,
    Spread,
    Unpack,
)
from assay.models.errors import error_words
from assay.models.regexes import SubjectWords
from assay.program.facts import FunctionFacts
from assay.program.silence import limit

TEMPORARIES: Final = limit(
    "subjects.temporaries",
    120,
    "values that a text is followed back through",
    "regex-backtracking",
)

_BOUNDS: Final = frozenset(("max", "maximum", "limit", "maxlen", "maxlength"))
"""Words in the names of numbers that bound a length."""

UNKNOWN_LIMIT: Final = -1
"""There is a bound, and its value is not in view."""


@final
class Subject:
    """What a text is made of.

    `names`: of variables, attributes and functions on the way, nearest first. `calls`: dotted paths
    of calls of libraries. `is_constant`: nothing but literals was met. `is_cut`: there is more.
    """

    __slots__ = ("attributes", "calls", "is_constant", "is_cut", "names", "parameters", "steps")

    def __init__(self) -> None:
        self.names: Final[dict[str, None]] = {}
        self.parameters: Final[dict[str, FunctionFacts]] = {}
        self.attributes: Final[dict[str, None]] = {}
        self.calls: Final[dict[str, None]] = {}
        self.steps: Final[list[Op]] = []
        self.is_constant = True
        self.is_cut = False


def subject_of(function: FunctionFacts, temp: int, words: SubjectWords) -> Subject:
    """What a temporary is made of."""
    walk = _Walk(words)
    walk.go(function, temp)
    for owner, value in walk.work:  # grows while it is walked
        walk.step(owner, value)
    return walk.found


@final
class _Walk:
    """One text on its way back."""

    __slots__ = ("_seen", "_words", "found", "work")

    def __init__(self, words: SubjectWords) -> None:
        self.found: Final = Subject()
        self.work: Final[list[tuple[FunctionFacts, int]]] = []
        self._seen: Final[set[tuple[int, int]]] = set()
        self._words: Final = words

    def go(self, function: FunctionFacts, temp: int) -> None:
        key = (id(function), temp)
        if temp >= 0 and key not in self._seen:
            if len(self._seen) >= TEMPORARIES.most:
                self.found.is_constant = False
                self.found.is_cut = True
                return
            self._seen.add(key)
            self.work.append((function, temp))

    def step(self, function: FunctionFacts, temp: int) -> None:
        op = function.definitions[temp]
        if isinstance(op, Const):
            return
        if op is not None:
            self.found.steps.append(op)
        if isinstance(op, Load):
            self._variable(function, op)
        elif isinstance(op, Copy):
            for value in function.joined(temp):
                self.go(function, value)
        elif isinstance(op, Attr):
            self.found.names[op.name] = None
            self.found.attributes[function.spelled(temp)] = None
            self.found.is_constant = False
            self.go(function, op.owner)
        elif isinstance(op, Call):
            self._call(function, op)
        elif isinstance(op, (Binary, Inplace)):
            self.go(function, op.left)
            self.go(function, op.right)
        elif isinstance(op, (Format, Await, Element, Unpack, Iter, Spread)):
            self.go(function, op.value)
        elif isinstance(op, Next):
            self.go(function, op.iterator)
        elif isinstance(op, Join):
            for part in op.parts:
                self.go(function, part)
        elif isinstance(op, Item):
            self.go(function, op.owner)
            index = function.constant(op.index)
            if index is not None and isinstance(index.value, str):
                self.found.names[index.value] = None
        elif isinstance(op, Build):
            for part in op.args:
                self.go(function, part)
            for site in function.sites() if not op.args else ():
                if isinstance(site.op, Collect) and site.op.container == temp:
                    self.go(function, site.op.value)
        else:
            self.found.is_constant = False

    def _variable(self, function: FunctionFacts, op: Load) -> None:
        owner: FunctionFacts | None = function
        if op.scope == CELL:
            while owner is not None and (op.name in owner.ir.free or op.name not in owner.ir.cells):
                owner = owner.parent
        if owner is None:
            self.found.is_constant = False
            return
        name = op.name.partition(".")[0]
        if op.scope in (LOCAL, CELL) or (op.scope == NAME and owner.stores(op.name)):
            self.found.names[name] = None
            if op.name in owner.ir.parameters.names():
                self.found.parameters[op.name] = owner
                self.found.is_constant = False
            for store in owner.stores(op.name):
                self.go(owner, store.value)
            return
        if op.scope in (GLOBAL, NAME):
            self.found.names[name] = None
            stores = function.file.functions[0].stores(op.name)
            if len(stores) == 1 and not any(
                each.stores(op.name) for each in function.file.functions[1:]
            ):
                self.go(function.file.functions[0], stores[0].value)
                return
        self.found.is_constant = False

    def _call(self, function: FunctionFacts, op: Call) -> None:
        callee = function.definitions[op.callee]
        if isinstance(callee, Attr):
            if callee.name in self._words.same:
                self.go(function, callee.owner)
                if callee.name in ("join", "format"):
                    for argument in op.args:
                        self.go(function, argument)
                return
            if callee.name in self._words.matched:
                self.go(function, callee.owner)
                return
        path = function.callee(op)
        self.found.is_constant = False
        if path:
            self.found.calls[path] = None
        if isinstance(callee, (Attr, Load)):
            self.found.names[callee.name] = None
        if isinstance(callee, Attr):
            self.go(function, callee.owner)
        if op.args:
            self.go(function, op.args[0])  # what is converted comes first


@final
class Limit:
    """A bound on the length of a text, and the line that sets it."""

    __slots__ = ("line", "most")

    def __init__(self, most: int, line: int) -> None:
        self.most: Final = most  # characters, or UNKNOWN_LIMIT
        self.line: Final = line


def limit_of(function: FunctionFacts, temp: int, block: int, words: SubjectWords) -> Limit | None:
    """What bounds the length of a text where it is used, in a block; None when nothing does."""
    names: dict[str, None] = {}
    at = temp
    for _ in range(12):
        op = function.definitions[at]
        if isinstance(op, Load) and op.scope in (LOCAL, CELL):
            names[op.name] = None
            stores = function.stores(op.name)
            if len(stores) != 1 or op.name in function.ir.parameters.names():
                break
            at = stores[0].value
        elif isinstance(op, Item):
            bounds = function.definitions[op.index]
            if isinstance(bounds, Slice):
                if bounds.upper >= 0:
                    most = _cut(function, bounds.upper)
                    if most is not None:
                        return Limit(most, op.at.lineno)
                at = op.owner
                continue
            break
        elif isinstance(op, Call):
            callee = function.definitions[op.callee]
            if isinstance(callee, Attr) and callee.name in words.same:
                at = callee.owner
                continue
            break
        else:
            break
    return _tested(function, frozenset(names), block) if names else None


def _cut(function: FunctionFacts, temp: int) -> int | None:
    """The characters that a slice leaves; None when its end is a place in the text."""
    most = _number(function, temp)
    if most is not None:
        return most if most > 0 else None
    name = function.spelled(temp).rpartition(".")[2]
    is_bound = name.isupper() or not _BOUNDS.isdisjoint(name.lower().split("_"))
    return UNKNOWN_LIMIT if is_bound else None


def _number(function: FunctionFacts, temp: int) -> int | None:
    known = function.constant(temp)
    return known.value if known is not None and isinstance(known.value, int) else None


def _tested(function: FunctionFacts, names: frozenset[str], block: int) -> Limit | None:
    """A test of the length of one of these variables that leaves long texts out."""
    for each in function.ir.blocks:
        end = each.terminator
        if not isinstance(end, Branch) or end.then == end.otherwise:
            continue
        found = _length_test(function, names, end.condition)
        if found is None:
            continue
        limit, is_long = found
        long = end.then if is_long else end.otherwise
        if not _reaches(function, long, block, each.ident) and not _reaches(
            function, 0, block, each.ident
        ):
            return limit
    return None


def _length_test(
    function: FunctionFacts, names: frozenset[str], condition: int
) -> tuple[Limit, bool] | None:
    """The bound that a condition compares with, and whether the condition is true of long texts."""
    op = function.definitions[condition]
    while op is not None and op.uses() and not isinstance(op, Compare):
        if len(op.uses()) != 1:
            return None
        op = function.definitions[op.uses()[0]]
    if not isinstance(op, Compare):
        return None
    for length, other, more in ((op.left, op.right, (">", ">=")), (op.right, op.left, ("<", "<="))):
        if _is_length(function, length, names) and op.operator in ("<", "<=", ">", ">="):
            most = _number(function, other)
            limit = Limit(UNKNOWN_LIMIT if most is None else most, op.at.lineno)
            return limit, op.operator in more
    return None


def _is_length(function: FunctionFacts, temp: int, names: frozenset[str]) -> bool:
    op = function.definitions[temp]
    if not isinstance(op, Call) or len(op.args) != 1 or function.callee(op) != "len":
        return False
    given = function.definitions[op.args[0]]
    return isinstance(given, Load) and given.name in names


def _reaches(function: FunctionFacts, start: int, goal: int, without: int) -> bool:
    """Whether control gets from one block to another without passing a third."""
    if start == goal:
        return True
    seen = {start, without}
    work = [start] if start != without else []
    words = error_words()
    while work:
        block = function.ir.blocks[work.pop()]
        if any(isinstance(op, (Call, Raise)) and leaves(op, function, words) for op in block.ops):
            continue  # what raises there has left the length behind, too
        after = [*block.successors(), *([block.handler] if block.handler >= 0 else [])]
        for target in after:
            if target == goal:
                return True
            if target not in seen:
                seen.add(target)
                work.append(target)
    return False

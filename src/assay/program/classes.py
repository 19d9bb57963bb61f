"""Classes in view: their bases, the order in which their methods are looked up, what they hold.

Bases that are not in view stand in `external_bases` by their dotted paths; a base that is not known
at all is a hole with a reason. The order of lookup is C3 (Barrett et al., "A monotonic superclass
linearization for Dylan", OOPSLA 1996) over the bases in view; where C3 has no answer, which
CPython refuses, it is depth first.

Invariant: one `ClassInfo` for each `class` statement of a module.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, final

from assay.ir.function import Return
from assay.ir.ops import CELL, LOCAL, Const, Load, SetAttr
from assay.lowering.scopes import mangled
from assay.program.limits import BASES

if TYPE_CHECKING:
    from assay.program.facts import FunctionFacts
    from assay.program.modules import Module

_TOO_MANY: Final = f"more than {BASES.most:,} bases"
_CIRCLE: Final = "bases that lead in a circle"


@final
class StoredAttribute:
    """One assignment to an attribute of the object that a method is called on."""

    __slots__ = ("function", "op")

    def __init__(self, function: FunctionFacts, op: SetAttr) -> None:
        self.function: Final = function
        self.op: Final = op


@final
class BaseClasses:
    """What a class derives from: classes in view, paths of libraries, and what is not known."""

    __slots__ = ("external", "hole", "in_view")

    def __init__(
        self, in_view: tuple[ClassInfo, ...], external: tuple[str, ...], hole: str
    ) -> None:
        self.in_view: Final = in_view
        self.external: Final = external
        self.hole: Final = hole


@final
class ClassInfo:
    """One class in view."""

    __slots__ = (
        "_bases",
        "_facts",
        "_order",
        "_stored",
        "key",
        "members",
        "module",
        "node",
        "qualname",
    )

    def __init__(self, module: Module, node: ast.ClassDef, qualname: str) -> None:
        self.module: Final = module
        self.node: Final = node
        self.qualname: Final = qualname
        self.key: Final = f"{module.path}:{qualname}:{node.lineno}"
        members: dict[str, list[ast.stmt]] = {}
        _collect(node.body, members)
        self.members: Final = {  # by the names that attributes have
            mangled(name, node.name): nodes for name, nodes in members.items()
        }
        self._bases: tuple[BaseClasses, int] | None = None  # with the bits of what they rest on
        self._facts: FunctionFacts | None = None
        self._order: _Order | None = None
        self._stored: dict[str, list[StoredAttribute]] | None = None

    def __repr__(self) -> str:
        return f"ClassInfo({self.key})"

    @property
    def name(self) -> str:
        """Without the names round it."""
        return self.node.name

    def _based(self) -> BaseClasses:
        uses = self.module.program.uses
        known = self._bases
        if known is None:
            types = self.module.program.types
            outer, rested = uses.begin(), types.begin()
            found = self.module.program.bases_of(self)
            known = (found, uses.end(outer))
            if types.is_final(rested):
                self._bases = known
        uses.bits |= known[1]
        return known[0]

    @property
    def bases(self) -> tuple[ClassInfo, ...]:
        """The bases in view."""
        return self._based().in_view

    @property
    def external_bases(self) -> tuple[str, ...]:
        """The dotted paths of the bases that are not in view."""
        return self._based().external

    @property
    def base_hole(self) -> str:
        """Why a base is not known; `""` when all are."""
        return self._based().hole

    @property
    def body(self) -> FunctionFacts | None:
        """The class body as a function; None when lowering did not keep it."""
        if self._facts is None:
            self._facts = self.module.facts.function_of(self.node)
        return self._facts

    def mro(self) -> tuple[ClassInfo, ...]:
        """The class and its bases in view, in the order of lookup; itself where that has no end."""
        return self._ordered().classes

    def _ordered(self) -> _Order:
        known = self._order
        if known is None:
            known = _Ordering().of(self)
        self.module.program.uses.bits |= known.bits
        return known

    @property
    def is_endless(self) -> bool:
        """Whether its bases lead in a circle or are too many, so that `mro` may lack some."""
        return self._ordered().hole != ""

    def ordered_before(self) -> _Order | None:
        """The order of lookup where it is known for good."""
        return self._order

    def keep(self, order: _Order) -> None:
        """Takes an order of lookup that rests on nothing that may still change."""
        self._order = order

    def all_external_bases(self) -> tuple[str, ...]:
        """The dotted paths of all bases that are not in view, direct and inherited."""
        return tuple(dict.fromkeys(path for cls in self.mro() for path in cls.external_bases))

    def hole(self) -> str:
        """Why some base, direct or inherited, is not known; `""` when all are."""
        order = self._ordered()
        return order.hole or next((cls.base_hole for cls in order.classes if cls.base_hole), "")

    def method(self, name: str) -> FunctionFacts | None:
        """The method that the class itself defines under a name; the last definition wins."""
        for node in reversed(self.members.get(name, ())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return self.module.facts.function_of(node)
        return None

    def find_method(self, name: str) -> FunctionFacts | None:
        """The method found under a name, in the class or a base in view."""
        for cls in self.mro():
            if name in cls.members:
                return cls.method(name)
        return None

    def methods(self) -> list[FunctionFacts]:
        """The functions of the class body, in the order of the text."""
        body = self.body
        if body is None:
            return []
        return [
            child
            for child in body.children
            if isinstance(child.ir.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]

    def stored(self) -> dict[str, list[StoredAttribute]]:
        """The assignments `self.name = ...` of its own methods, by name."""
        if self._stored is None:
            self._stored = {}
            for function in self.methods():
                first = first_parameter(function)
                if first and not is_decorated(function, "staticmethod"):
                    self._add_stores(function, first)
        return self._stored

    def _add_stores(self, function: FunctionFacts, first: str) -> None:
        assert self._stored is not None
        for op in function.attribute_stores():
            owner = function.definitions[op.owner]
            if isinstance(owner, Load) and owner.name == first:
                found = self._stored.setdefault(op.name, [])
                found.append(StoredAttribute(function, op))
        for child in function.children:  # closures of a method see its `self`
            if child.ir.kind != "class" and first not in child.ir.parameters.names():
                self._add_stores(child, first)


def first_parameter(function: FunctionFacts) -> str:
    """The name of the first positional parameter, `""` when there is none."""
    parameters = function.ir.parameters
    both = (*parameters.positional_only, *parameters.positional)
    return both[0] if both else ""


def attribute_name(function: FunctionFacts) -> str:
    """The name that a function is called by: `_Store__run` for `__run` of a class `Store`."""
    owner = function.owner
    return function.ir.name if owner is None else mangled(function.ir.name, owner.name)


def is_decorated(function: FunctionFacts, name: str) -> bool:
    """Whether a decorator of that last name stands on a function."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    return any(last_name(decorator) == name for decorator in node.decorator_list)


def only_declares(function: FunctionFacts) -> bool:
    """Whether a function gives nothing but None: others stand in for it, as a rule."""
    for block in function.ir.blocks:
        end = block.terminator
        if isinstance(end, Return):
            op = function.definitions[end.value] if end.value >= 0 else None
            if not isinstance(op, Const) or op.value is not None:
                return False
    return True


def last_name(node: ast.expr) -> str:
    """`property` of `@abc.property` or `@property(...)`; `""` for other shapes."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _collect(body: list[ast.stmt], members: dict[str, list[ast.stmt]]) -> None:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            members.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                    if isinstance(part, ast.Name):
                        members.setdefault(part.id, []).append(node)
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name):
                members.setdefault(node.target.id, []).append(node)
        else:
            for field in ("body", "orelse", "finalbody"):
                _collect(getattr(node, field, []), members)
            for handler in getattr(node, "handlers", []):
                _collect(handler.body, members)


@final
class _Order:
    """The order of lookup of a class, with the bits of what it rests on.

    `hole` says why it has no end, here or in a base: then it may hold less than there is.
    """

    __slots__ = ("bits", "classes", "hole", "is_final")

    def __init__(
        self, classes: tuple[ClassInfo, ...], bits: int, hole: str, is_final: bool
    ) -> None:
        self.classes: Final = classes
        self.bits: Final = bits
        self.hole: Final = hole
        self.is_final: Final = is_final  # it rests on no type that is still being computed


@final
class _Visit:
    """A class on the stack of the search for circles (Tarjan 1972)."""

    __slots__ = ("bases", "bits", "cls", "is_final", "lowest", "next", "number")

    def __init__(self, cls: ClassInfo, number: int) -> None:
        program = cls.module.program
        outer, rested = program.uses.begin(), program.types.begin()
        self.cls: Final = cls
        self.bases: Final = cls.bases
        self.bits: Final = program.uses.end(outer) | cls.module.bit
        self.is_final: Final = program.types.is_final(rested)
        self.number: Final = number
        self.lowest = number
        self.next = 0  # the base to look at


@final
class _Ordering:
    """Finds the orders of lookup of a class and of its bases, the bases first.

    Without recursion, and with each class looked at once: chains of classes may be long. Classes
    that lead in a circle, which only broken code has, come to themselves.
    """

    __slots__ = ("_count", "_open", "_orders", "_visits")

    def __init__(self) -> None:
        self._orders: Final[dict[ClassInfo, _Order]] = {}
        self._visits: Final[dict[ClassInfo, _Visit]] = {}
        self._open: Final[list[_Visit]] = []  # of which it is not known what circle they are in
        self._count = 0

    def of(self, cls: ClassInfo) -> _Order:
        path = [self._visit(cls)]
        while path:
            here = path[-1]
            if here.next < len(here.bases):
                base = here.bases[here.next]
                here.next += 1
                known = base.ordered_before()
                if known is not None:
                    self._orders[base] = known
                elif base not in self._orders:
                    visit = self._visits.get(base)
                    if visit is None:
                        path.append(self._visit(base))
                    else:
                        here.lowest = min(here.lowest, visit.number)
                continue
            path.pop()
            if path:
                path[-1].lowest = min(path[-1].lowest, here.lowest)
            if here.lowest == here.number:
                self._close(here)
        return self._orders[cls]

    def _visit(self, cls: ClassInfo) -> _Visit:
        visit = _Visit(cls, self._count)
        self._count += 1
        self._visits[cls] = visit
        self._open.append(visit)
        return visit

    def _close(self, first: _Visit) -> None:
        """The orders of the classes of a circle, or of one class that is in none."""
        members: list[_Visit] = []
        while not members or members[-1] is not first:
            members.append(self._open.pop())
        bits = 0
        is_final = True
        hole = ""
        for member in members:
            bits |= member.bits
            is_final = is_final and member.is_final
            for base in member.bases:
                known = self._orders.get(base)
                if known is not None:
                    bits |= known.bits
                    is_final = is_final and known.is_final
                    hole = hole or known.hole
        is_circle = len(members) > 1 or first.cls in first.bases
        if is_circle:
            hole = _CIRCLE
        for member in members:
            classes: tuple[ClassInfo, ...] = (member.cls,)
            if not is_circle and hole != _TOO_MANY:
                classes = self._merged(member)
                if len(classes) > BASES.most + 1:
                    BASES.note(member.cls.module.facts, member.cls.node.lineno)
                    classes, hole = (member.cls,), _TOO_MANY
            order = _Order(classes, bits, hole, is_final)
            self._orders[member.cls] = order
            if is_final:
                member.cls.keep(order)

    def _merged(self, visit: _Visit) -> tuple[ClassInfo, ...]:
        """A class before the orders of its bases, merged by C3."""
        cls = visit.cls
        sequences = [self._orders[base].classes for base in visit.bases]
        if not sequences:
            return (cls,)
        if len(sequences) == 1:
            return (cls, *sequences[0])
        return _linearize(cls, [*sequences, visit.bases])


def _linearize(cls: ClassInfo, sequences: list[tuple[ClassInfo, ...]]) -> tuple[ClassInfo, ...]:
    places = [0] * len(sequences)  # how far each is merged
    behind: dict[ClassInfo, int] = {}  # in how many tails a class stands
    for sequence in sequences:
        for each in sequence[1:]:
            behind[each] = behind.get(each, 0) + 1
    result = [cls]
    while True:
        left = [at for at, place in enumerate(places) if place < len(sequences[at])]
        if not left:
            return tuple(result)
        heads = [sequences[at][places[at]] for at in left]
        head = next((each for each in heads if not behind.get(each)), None)
        if head is None:  # depth first
            return tuple(dict.fromkeys((cls, *[each for one in sequences for each in one])))
        result.append(head)
        for at, each in zip(left, heads, strict=True):
            if each is head:
                places[at] += 1
                if places[at] < len(sequences[at]):
                    behind[sequences[at][places[at]]] -= 1


def is_self(function: FunctionFacts, temp: int) -> bool:
    """Whether a temporary is the first parameter of a method."""
    op = function.definitions[temp]
    return (
        isinstance(op, Load)
        and op.scope in (LOCAL, CELL)
        and function.owner is not None
        and op.name == first_parameter(function)
        and not function.stores(op.name)
    )

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
        "_mro",
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
        self._mro: tuple[tuple[ClassInfo, ...], int] | None = None
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
        """The class and its bases in view, in the order of lookup."""
        uses = self.module.program.uses
        known = self._mro
        if known is None:
            types = self.module.program.types
            outer, rested = uses.begin(), types.begin()
            found = _linearize(self)
            known = (found, uses.end(outer) | self.module.bit)
            if types.is_final(rested):
                self._mro = known
        uses.bits |= known[1]
        return known[0]

    def all_external_bases(self) -> tuple[str, ...]:
        """The dotted paths of all bases that are not in view, direct and inherited."""
        return tuple(dict.fromkeys(path for cls in self.mro() for path in cls.external_bases))

    def hole(self) -> str:
        """Why some base, direct or inherited, is not known; `""` when all are."""
        mro = self.mro()
        if len(mro) == 1 and self.bases:
            return "bases that lead in a circle or are too many"
        return next((cls.base_hole for cls in mro if cls.base_hole), "")

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


def _linearize(cls: ClassInfo) -> tuple[ClassInfo, ...]:
    if not cls.bases:
        return (cls,)
    if _are_bases_endless(cls):
        return (cls,)
    if len(cls.bases) == 1:
        return (cls, *cls.bases[0].mro())
    sequences = [base.mro() for base in cls.bases]
    sequences.append(cls.bases)
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
        if head is None:
            return _depth_first(cls)
        result.append(head)
        for at, each in zip(left, heads, strict=True):
            if each is head:
                places[at] += 1
                if places[at] < len(sequences[at]):
                    behind[sequences[at][places[at]]] -= 1


def _depth_first(cls: ClassInfo) -> tuple[ClassInfo, ...]:
    found: dict[str, ClassInfo] = {cls.key: cls}
    for base in cls.bases:
        for each in base.mro():
            found.setdefault(each.key, each)
    return tuple(found.values())


def _are_bases_endless(cls: ClassInfo) -> bool:
    """Whether the bases lead in a circle, which only broken code has, or are very many."""
    seen: set[ClassInfo] = set()
    work = [cls]
    while work:
        here = work.pop()
        for base in here.bases:
            if base is cls:
                return True
            if base not in seen:
                seen.add(base)
                work.append(base)
        if len(seen) > BASES.most:
            BASES.note(cls.module.facts, cls.node.lineno)
            return True
    return False


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

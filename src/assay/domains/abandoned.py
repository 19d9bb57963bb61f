"""Objects that nobody gets although they own something: a constructor or `__enter__` raises.

Whoever calls a constructor that raises gets no object, and an `__enter__` that raises has no
`__exit__`: the methods that give back what the object holds can be called by nobody.

    def __init__(self, path):
        self.lock = Lock(path).acquire()
        if not self.check():
            raise ValueError(path)          the lock stays taken, close() can be called by nobody

What is held from where is said by the class: the attributes that its closing methods give back
(`domains.owners`), filled here, by a method called here, or, in `__enter__`, by the constructor.
"""

from __future__ import annotations

from typing import Final, final

from assay.domains.owners import (
    Owner,
    fields_of,
    gives_back_all,
    is_self_load,
    owner_of,
    releases_in,
)
from assay.domains.raises import Risks
from assay.ir.function import NO_BLOCK, Branch
from assay.ir.ops import (
    POSSIBLE,
    Attr,
    Await,
    Build,
    Call,
    Const,
    Matches,
    Op,
    Raise,
    Reraise,
    SetAttr,
)
from assay.models.cleanup import object_model
from assay.program.classes import ClassInfo
from assay.program.facts import FunctionFacts

CONSTRUCTORS: Final = ("__init__", "__enter__", "__aenter__")
_EXITS: Final = ("__exit__", "__aexit__")


@final
class Holding:
    """A step of a constructor after which the object owns something, and what raises behind it."""

    __slots__ = ("field", "guard", "op", "raiser", "release")

    def __init__(
        self, op: Op | None, field: str, release: Op, raiser: Op | None, guard: Op | None
    ) -> None:
        self.op: Final = op  # None when it is held from the start of `__enter__`
        self.field: Final = field
        self.release: Final = release  # where a closing method gives it back
        self.raiser: Final = raiser
        self.guard: Final = guard  # what gives it back here before control leaves


def holdings(function: FunctionFacts) -> list[Holding]:
    """The steps of a constructor or `__enter__` that make the object own something."""
    if function.ir.name not in CONSTRUCTORS:
        return []
    owner = owner_of(function)
    if owner is None or function.owner is None:
        return []
    owned = _owned_fields(owner)
    if not owned:
        return []
    found: list[Holding] = []
    for site in function.sites():
        for field in _filled(function, owner.cls, site.op):
            if field in owned:
                walk = _Walk(function, frozenset((field,)), strict=True)
                walk.go(site.block, site.index + 1)
                found.append(Holding(site.op, field, owned[field], walk.raiser, walk.guard))
    if function.ir.name != "__init__":
        found += _held_before(function, owner)
    return found


def _owned_fields(owner: Owner) -> dict[str, Op]:
    """The attributes that a closing method of the class gives back."""
    found: dict[str, Op] = {}
    for name in object_model().closing:
        method = owner.cls.find_method(name)
        if method is not None:
            for field, release in releases_in(method).items():
                if release.word in object_model().ends_life:
                    found.setdefault(field, release.op)
    return found


def _filled(function: FunctionFacts, cls: ClassInfo, op: Op) -> list[str]:
    """The attributes that an operation fills by a method of the object: `self.open()`."""
    if not isinstance(op, Call):
        return []
    method = function.definitions[op.callee]
    if not isinstance(method, Attr) or not is_self_load(function, method.owner):
        return []
    called = cls.find_method(method.name)
    return [] if called is None else sorted(_fills(called, cls, 0))


def _fills(function: FunctionFacts, cls: ClassInfo, depth: int) -> set[str]:
    """The attributes that a method fills with what a call acquired, and does not give back."""
    found: set[str] = set()
    for op in function.attribute_stores():
        if is_self_load(function, op.owner) and _is_acquired(function, op.value):
            found.add(op.name)
    if depth < 2:
        for site in function.calls:
            method = function.definitions[site.op.callee]
            if isinstance(method, Attr) and is_self_load(function, method.owner):
                called = cls.find_method(method.name)
                if called is not None and called is not function:
                    found |= _fills(called, cls, depth + 1)
    return found


def _is_acquired(function: FunctionFacts, temp: int) -> bool:
    """Whether a value comes from taking something: a lock, a connection, a file that was opened."""
    op = function.definitions[temp]
    if isinstance(op, Await):
        op = function.definitions[op.value]
    if not isinstance(op, Call):
        return False
    name = function.spelled(op.callee).rpartition(".")[2].lower()
    return any(word in name for word in object_model().acquiring_words)


def _held_before(function: FunctionFacts, owner: Owner) -> list[Holding]:
    """What `__enter__` finds in the object and only `__exit__` gives back."""
    if any(owner.cls.find_method(name) for name in object_model().closing if name not in _EXITS):
        return []
    constructor = owner.cls.find_method("__init__")
    if constructor is None:
        return []
    filled = {
        op.name
        for op in constructor.attribute_stores()
        if is_self_load(constructor, op.owner) and not _is_nothing(constructor, op.value)
    }
    found: list[Holding] = []
    for field, release in _owned_fields(owner).items():
        if field in filled and _ends_life(release):
            walk = _Walk(function, frozenset((field,)), strict=False)
            walk.go(0, 0)
            found.append(Holding(None, field, release, walk.raiser, walk.guard))
    return found


def _ends_life(release: Op) -> bool:
    """Whether a release ends what was alive before `__enter__`: it does not undo an `acquire`."""
    return not isinstance(release, Attr) or release.name not in ("release", "unlock")


def _is_nothing(function: FunctionFacts, temp: int) -> bool:
    op = function.definitions[temp]
    return isinstance(op, Const) and op.value is None


@final
class _Walk:
    """Every way from a place of a constructor; finds how control leaves with something held."""

    def __init__(self, function: FunctionFacts, fields: frozenset[str], strict: bool) -> None:
        self._function: Final = function
        self._fields: Final = fields
        self._strict: Final = strict  # only `raise` statements count
        self._risks: Final = Risks(function)
        self._first: Final = None if strict else self._first_use()
        self.raiser: Op | None = None
        self.guard: Op | None = None

    def _first_use(self) -> Call | None:
        """The first call of a method of the attribute."""
        for site in self._function.calls:
            method = self._function.definitions[site.op.callee]
            if isinstance(method, Attr) and (
                fields_of(self._function, method.owner) & self._fields
            ):
                return site.op
        return None

    def go(self, block: int, index: int) -> None:
        """Looks for the first operation of the text that raises out of the function."""
        found: list[Op] = []
        work: list[tuple[int, int, Op | None]] = [(block, index, None)]
        seen = {(block, index > 0)}
        while work:
            ident, start, origin = work.pop()
            current = self._function.ir.blocks[ident]
            stopped = False
            for op in current.ops[start:]:
                if self._gives_back(op):
                    if self.guard is None:
                        self.guard = op
                    stopped = True
                    break
                if not self._raises(op, origin):
                    continue
                first = origin if isinstance(op, Reraise) and origin is not None else op
                if current.handler == NO_BLOCK:
                    found.append(first)
                elif (current.handler, False) not in seen:
                    seen.add((current.handler, False))
                    work.append((current.handler, 0, first))
                if isinstance(op, (Raise, Reraise)):
                    stopped = True
                    break
            if stopped:
                continue
            end = current.terminator
            for target in current.successors():
                if (target, False) in seen:
                    continue
                if isinstance(end, Branch) and (
                    self._risks.hardly_taken(end, target)
                    or (target == end.otherwise and self._is_taken(end.condition, origin))
                ):
                    continue
                seen.add((target, False))
                work.append((target, 0, origin))
        self.raiser = min(found, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)

    def _raises(self, op: Op, origin: Op | None) -> bool:
        if self._risks.of(op) != POSSIBLE:
            return False
        if isinstance(op, Raise):
            return True
        if isinstance(op, Reraise):
            return origin is not None
        if self._strict:
            return False
        method = self._function.definitions[op.callee] if isinstance(op, Call) else None
        if isinstance(method, Attr) and method.name == "start":
            return False  # a thread, mostly
        if op is self._first:
            return False  # it brings the attribute to life
        return isinstance(op, (Await, Call))

    def _is_taken(self, condition: int, origin: Op | None) -> bool:
        """Whether a clause names the very class that a `raise` statement raises."""
        op = self._function.definitions[condition]
        if not isinstance(op, Matches) or not isinstance(origin, Raise) or origin.exception < 0:
            return False
        error = self._function.definitions[origin.exception]
        raised = error.callee if isinstance(error, Call) else origin.exception
        types = self._function.definitions[op.types]
        temps = types.args if isinstance(types, Build) else (op.types,)
        wanted = self._function.spelled(raised)
        return wanted != "?" and any(self._function.spelled(temp) == wanted for temp in temps)

    def _gives_back(self, op: Op) -> bool:
        if isinstance(op, SetAttr) and op.name in self._fields:
            return is_self_load(self._function, op.owner)
        return gives_back_all(self._function, op, self._fields)

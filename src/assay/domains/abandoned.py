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
    ENDS_ITSELF,
    HANDS_FIELD_ON,
    Owner,
    Release,
    fields_of,
    how_given_back,
    is_self_load,
    owner_of,
    releases_in,
)
from assay.domains.raises import Risks
from assay.ir.function import NO_BLOCK, Branch
from assay.ir.ops import (
    NEVER,
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
from assay.program.silence import Gate, excused, not_a_site

_RULE: Final = "object-abandoned"

LIFE_GOES_ON: Final = not_a_site(
    "abandoned.life-goes-on",
    "what the closing method calls on the attribute does not say that it ends it",
    _RULE,
)
TAKES_NOTHING: Final = not_a_site(
    "abandoned.takes-nothing",
    "the name of what fills the attribute does not say that it takes something",
    _RULE,
)
CLOSED_OTHERWISE: Final = not_a_site(
    "abandoned.closed-otherwise", "the object has another method that ends it", _RULE
)
NOT_ALIVE_YET: Final = not_a_site(
    "abandoned.not-alive-yet", "what leaving the with releases is taken on entering it", _RULE
)
ONLY_RAISE: Final = excused(
    "abandoned.only-raise", "what raises behind it is a call, and no raise statement", _RULE
)
UNLIKELY: Final = excused(
    "abandoned.unlikely-to-raise", "what follows is not believed to raise", _RULE
)
A_THREAD: Final = excused(
    "abandoned.a-thread", "what raises starts something, mostly a thread", _RULE
)
FIRST_USE: Final = excused(
    "abandoned.first-use", "what raises is the first use of the attribute, before it lives", _RULE
)
HARDLY_TAKEN: Final = excused(
    "abandoned.hardly-taken", "a way is left out that control hardly takes", _RULE
)
ENDS_BY_NAME: Final = excused(
    "abandoned.ends-by-name",
    "before that a method of the object is called whose name says that it ends it",
    _RULE,
)
HANDED_ON: Final = excused(
    "abandoned.handed-on", "before that a call is passed the attribute, and may end it", _RULE
)

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
        line = site.op.at.lineno
        for field in _filled(function, owner.cls, site.op, frozenset(owned)):
            release = _ending(function, owned[field], line)
            if release is not None:
                walk = _Walk(function, frozenset((field,)), True, line)
                walk.go(site.block, site.index + 1)
                found.append(Holding(site.op, field, release.op, walk.raiser, walk.guard))
    if function.ir.name != "__init__":
        found += _held_before(function, owner)
    return found


def _owned_fields(owner: Owner) -> dict[str, Release]:
    """The attributes that closing methods of the class give back, those that end it first."""
    found: dict[str, Release] = {}
    words = object_model().ends_life
    for name in object_model().closing:
        method = owner.cls.find_method(name)
        if method is not None:
            for field, release in releases_in(method).items():
                known = found.get(field)
                if known is None or (release.word in words and known.word not in words):
                    found[field] = release
    return found


def _ending(function: FunctionFacts, release: Release, line: int) -> Release | None:
    """A release that ends the life of an attribute, by its name; None for another one."""
    if release.word in object_model().ends_life:
        return release
    return None if LIFE_GOES_ON.stops(function.file, line) else release


def _filled(function: FunctionFacts, cls: ClassInfo, op: Op, owned: frozenset[str]) -> list[str]:
    """The owned attributes that an operation fills by a method of the object: `self.open()`."""
    if not isinstance(op, Call):
        return []
    method = function.definitions[op.callee]
    if not isinstance(method, Attr) or not is_self_load(function, method.owner):
        return []
    called = cls.find_method(method.name)
    if called is None:
        return []
    filled: set[str] = set()
    seen: set[str] = set()
    work = [called]
    while work:
        each = work.pop()
        if each.key in seen:
            continue
        seen.add(each.key)
        for store in each.attribute_stores():
            if (
                store.name in owned
                and is_self_load(each, store.owner)
                and _is_acquired(each, store.value, function, op.at.lineno)
            ):
                filled.add(store.name)
        for site in each.calls:
            inner = each.definitions[site.op.callee]
            if isinstance(inner, Attr) and is_self_load(each, inner.owner):
                further = cls.find_method(inner.name)
                if further is not None:
                    work.append(further)
    return sorted(filled)


def _is_acquired(function: FunctionFacts, temp: int, caller: FunctionFacts, line: int) -> bool:
    """Whether a value comes from taking something: a lock, a connection, a file that was opened.

    `caller` has the call that leads to it, at `line`.
    """
    op = function.definitions[temp]
    if isinstance(op, Await):
        op = function.definitions[op.value]
    if not isinstance(op, Call):
        return False
    name = function.spelled(op.callee).rpartition(".")[2].lower()
    if any(word in name for word in object_model().acquiring_words):
        return True
    return not TAKES_NOTHING.stops(caller.file, line)


def _held_before(function: FunctionFacts, owner: Owner) -> list[Holding]:
    """What `__enter__` finds in the object and only `__exit__` gives back."""
    line = function.ir.first_line
    closed = any(
        owner.cls.find_method(name) for name in object_model().closing if name not in _EXITS
    )
    if closed and function.file.module.program.account is None:
        return []  # nobody asks why
    constructor = owner.cls.find_method("__init__")
    if constructor is None:
        return []
    filled = {
        op.name
        for op in constructor.attribute_stores()
        if is_self_load(constructor, op.owner) and not _is_nothing(constructor, op.value)
    }
    found: list[Holding] = []
    for field, known in _owned_fields(owner).items():
        release = _ending(function, known, line) if field in filled else None
        if release is None:
            continue
        if closed and CLOSED_OTHERWISE.stops(function.file, line):
            continue
        if not _ends_life(release.op) and NOT_ALIVE_YET.stops(function.file, line):
            continue
        walk = _Walk(function, frozenset((field,)), False, line)
        walk.go(0, 0)
        found.append(Holding(None, field, release.op, walk.raiser, walk.guard))
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

    def __init__(
        self, function: FunctionFacts, fields: frozenset[str], strict: bool, line: int
    ) -> None:
        self._function: Final = function
        self._line: Final = line  # of what is spoken of
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
                    (self._risks.hardly_taken(end, target) and self._stops(HARDLY_TAKEN))
                    or (target == end.otherwise and self._is_taken(end.condition, origin))
                ):
                    continue
                seen.add((target, False))
                work.append((target, 0, origin))
        self.raiser = min(found, key=lambda op: (op.at.lineno, op.at.col_offset), default=None)

    def _stops(self, gate: Gate) -> bool:
        return gate.stops(self._function.file, self._line)

    def _raises(self, op: Op, origin: Op | None) -> bool:
        if isinstance(op, Reraise):
            return origin is not None and self._risks.of(op) == POSSIBLE
        if not isinstance(op, (Raise, Await, Call)) or op.risk == NEVER:
            return False
        if self._risks.of(op) != POSSIBLE and self._stops(UNLIKELY):
            return False
        if isinstance(op, Raise):
            return True
        if self._strict:
            return not self._stops(ONLY_RAISE)
        method = self._function.definitions[op.callee] if isinstance(op, Call) else None
        if isinstance(method, Attr) and method.name == "start" and self._stops(A_THREAD):
            return False
        return not (op is self._first and self._stops(FIRST_USE))

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
        how = how_given_back(self._function, op, self._fields)
        if how == ENDS_ITSELF:
            return self._stops(ENDS_BY_NAME)
        if how == HANDS_FIELD_ON:
            return self._stops(HANDED_ON)
        return how != 0

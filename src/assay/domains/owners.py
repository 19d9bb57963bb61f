"""What the objects of a class own: which attributes its methods fill, give back, and hand on.

An attribute is given back by a call of a releasing method on it, by a function that gives back its
argument, or by a `with` on it, wherever in the class (or a class above or below it) that stands;
loops and local names are seen through:

    def close(self):
        for stream in (self._reader, self._writer):
            stream.close()                              gives back _reader and _writer

Invariant: `Owner` asks for classes in view only; what a base out of view does is a hole.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final, final

from assay.domains.shape import decorators
from assay.ir.function import Return
from assay.ir.ops import (
    CELL,
    LOCAL,
    Attr,
    Await,
    Build,
    Call,
    Copy,
    Element,
    Enter,
    Item,
    Iter,
    Load,
    Next,
    Op,
    SetAttr,
    Unpack,
)
from assay.models.cleanup import object_model, undo_model
from assay.models.resources import call_model
from assay.program.classes import ClassInfo, first_parameter
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.silence import limit

_LEVELS_MOST: Final = limit(
    "owner.levels",
    10,
    "at most 10 containers in each other are told apart in what a class gives back",
    "object-abandoned",
    "resource-leak",
    "temporary-file-left",
)


@final
class Release:
    """One place where a method gives back what an attribute holds.

    `whole` is false for what is reached through the attribute: an element of a list, the response
    that `self.session.get(url)` returns. That ends what the attribute holds only when it is a
    container.
    """

    __slots__ = ("function", "op", "whole", "word")

    def __init__(self, function: FunctionFacts, op: Op, word: str, whole: bool) -> None:
        self.function: Final = function
        self.op: Final = op
        self.word: Final = word  # the method or function that gives it back
        self.whole: Final = whole


def fields_of(function: FunctionFacts, temp: int) -> frozenset[str]:
    """The attributes of `self` that a temporary may be, or be an element of."""
    return frozenset(_reached(function, temp))


def _reached(function: FunctionFacts, temp: int) -> dict[str, int]:
    """The attributes that a temporary leads back to, each with how deep in it that is.

    At level 0 it is the attribute itself, above that an element: a loop goes down a level, and a
    display that is looped over comes up again, so `for each in (self._a, self._b)` ends at 0.
    """
    found: dict[str, int] = {}
    first = (temp, 0)
    work = [first]
    seen = {first}
    while work:
        current, level = work.pop()
        op = function.definitions[current] if current >= 0 else None
        if op is None:
            continue
        name = _field(function, op)
        if name:
            found[name] = min(level, found.get(name, level))
        deeper, sources = (0, ()) if name else _behind(function, op)
        if abs(level + deeper) > _LEVELS_MOST.most:
            _LEVELS_MOST.note(function.file, op.at.lineno)
            deeper = 0  # in a circle it would go down for ever
        for source in sources:
            place = (source, level + deeper)
            if place not in seen:
                seen.add(place)
                work.append(place)
    return found


def _field(function: FunctionFacts, op: Op) -> str:
    """The attribute of `self` that an operation reads: `self.a`, `getattr(self, "a", None)`."""
    if isinstance(op, Attr):
        return op.name if is_self_load(function, op.owner) else ""
    if isinstance(op, Call) and len(op.args) > 1 and function.callee(op) == "getattr":
        named = function.constant(op.args[1])
        if (
            named is not None
            and isinstance(named.value, str)
            and is_self_load(function, op.args[0])
        ):
            return named.value
    return ""


def _behind(function: FunctionFacts, op: Op) -> tuple[int, Sequence[int]]:
    """What a value comes from, and how many levels deeper in that it is."""
    if isinstance(op, Load) and op.scope in (LOCAL, CELL):
        return 0, [store.value for store in function.stores(op.name)]
    if isinstance(op, Copy):
        return 0, function.joined(op.dest)
    if isinstance(op, (Await, Iter, Unpack)):
        return 0, (op.value,)
    if isinstance(op, Element):
        return 1, (op.value,)
    if isinstance(op, Next):
        return 1, (op.iterator,)
    if isinstance(op, Item):
        return 1, (op.owner,)
    if isinstance(op, Build):
        return -1, op.args
    if isinstance(op, Call):
        method = function.definitions[op.callee]
        if isinstance(method, Attr) and method.name in object_model().contents:
            return _LEVELS.get(method.name, 1), (method.owner,)
        path = function.callee(op)
        if path in object_model().views:
            return _LEVELS.get(path, 0), op.args
    return 0, ()


# How many levels what these return is below what they are called on: pairs are one above.
_LEVELS: Final = {"values": 0, "copy": 0, "items": -1, "enumerate": -1, "zip": -1}


def is_self_load(function: FunctionFacts, temp: int) -> bool:
    """Whether a temporary is `self`, in a method or in a closure of one."""
    op = function.definitions[temp]
    if not isinstance(op, Load) or op.scope not in (LOCAL, CELL):
        return False
    method: FunctionFacts | None = function
    while method is not None and method.owner is None:
        method = method.parent
    return method is not None and op.name == first_parameter(method)


def releases_in(function: FunctionFacts) -> dict[str, Release]:
    """The attributes of `self` that a method gives back, each with the first place.

    A place that gives back the whole of it comes before one that gives back an element.
    """
    found: dict[str, Release] = {}
    model = undo_model()
    for each in with_closures(function):
        for site in each.sites():
            op = site.op
            word = ""
            temps: tuple[int, ...] = ()
            if isinstance(op, Enter):
                temps, word = (op.manager,), "with"
                made = each.definitions[op.manager]
                if isinstance(made, Call) and each.callee(made) in call_model().closes.functions:
                    temps, word = made.args[:1], "closing"
            elif isinstance(op, Attr) and op.name in object_model().ending:
                temps, word = (_whole(each, op.owner),), op.name
            elif isinstance(op, Call):
                path = each.callee(op)
                name = each.spelled(op.callee).rpartition(".")[2]
                if path in model.functions or _says_so(name):
                    temps, word = op.args, name
            for temp in temps:
                for field, level in _reached(each, temp).items():
                    known = found.get(field)
                    if known is None or (level <= 0 and not known.whole):
                        found[field] = Release(each, op, word, level <= 0)
    return found


def holds_elements(function: FunctionFacts, temp: int) -> bool:
    """Whether a temporary is a container that was filled here, and no single thing."""
    work = [temp]
    seen = {temp}
    while work:
        current = work.pop()
        op = function.definitions[current] if current >= 0 else None
        if isinstance(op, Build):
            return True
        sources: Sequence[int] = ()
        if isinstance(op, Load) and op.scope in (LOCAL, CELL):
            sources = [store.value for store in function.stores(op.name)]
        elif isinstance(op, Copy):
            sources = function.joined(op.dest)
        fresh = [source for source in sources if source not in seen]
        seen.update(fresh)
        work += fresh
    return False


def _whole(function: FunctionFacts, temp: int) -> int:
    """What is given back with a pipe: `self._process` for `self._process.stdin`."""
    op = function.definitions[temp]
    return op.owner if isinstance(op, Attr) and op.name in ("stdin", "stdout", "stderr") else temp


def _says_so(name: str) -> bool:
    """Whether the name of a function says that it gives back its arguments."""
    low = name.lower()
    return any(word in low for word in object_model().giving_words)


def with_closures(function: FunctionFacts) -> Iterator[FunctionFacts]:
    """A function and the functions inside it, in the order of the text."""
    yield function
    for child in function.children:
        yield from with_closures(child)


def _stands_for(method: FunctionFacts) -> list[str]:
    """The attributes that a property gives out under another name."""
    if not any(name.endswith("property") for name in decorators(method)):
        return []
    found: dict[str, None] = {}
    for block in method.ir.blocks:
        if isinstance(block.terminator, Return):
            found.update(dict.fromkeys(sorted(fields_of(method, block.terminator.value))))
    found.pop(method.ir.name, None)
    return list(found)


@final
class Owner:
    """One class in view, with what its methods do to the attributes of `self`."""

    __slots__ = ("_family", "_releases", "cls")

    def __init__(self, program: Program, cls: ClassInfo) -> None:
        self.cls: Final = cls
        below = program.subclasses(cls)
        self._family: Final = (*cls.mro(), *(below or ()))
        self._releases: dict[str, list[Release]] | None = None

    def releases(self, field: str) -> list[Release]:
        """Everywhere in the class, above and below it, where an attribute is given back."""
        if self._releases is None:
            self._releases = {}
            for cls in self._family:
                for method in cls.methods():
                    for name, release in releases_in(method).items():
                        self._releases.setdefault(name, []).append(release)
            for cls in self._family:
                for method in cls.methods():
                    for field in _stands_for(method):
                        given = self._releases.get(method.ir.name, [])
                        self._releases.setdefault(field, []).extend(given)
        return self._releases.get(field, [])

    def hole(self) -> str:
        """What is not in view and may give back an attribute; `""` when nothing is."""
        if self.cls.hole():
            return self.cls.hole()
        for path in self.cls.all_external_bases():
            if path not in object_model().empty_bases:
                return path
        return ""

    def closing_method(self) -> FunctionFacts | None:
        """The method that ends the object's life: the first of `close`, `__exit__` and the like."""
        for name in object_model().closing:
            method = self.cls.find_method(name)
            if method is not None and not _needs_arguments(method):
                return method
        return None

    def is_handed_on(self, field: str) -> bool:
        """Whether a method passes what an attribute holds to something else, or gives it out."""
        for cls in self._family:
            for method in cls.methods():
                for function in with_closures(method):
                    if _is_handed_on(function, field):
                        return True
        return False


def _needs_arguments(method: FunctionFacts) -> bool:
    """Whether a method ends something that it is told, as `disconnect(self, peer)` does."""
    node = method.ir.node
    if method.ir.name.startswith("__") or not isinstance(
        node, (ast.FunctionDef, ast.AsyncFunctionDef)
    ):
        return False
    given = len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)
    return given > 1


def _is_handed_on(function: FunctionFacts, field: str) -> bool:
    held = {
        site.op.dest
        for site in function.sites()
        if isinstance(site.op, (Attr, Load, Copy)) and field in fields_of(function, site.op.dest)
    }
    if not held:
        return False
    for site in function.sites():
        op = site.op
        if isinstance(op, Call) and any(temp in held for temp in op.args):
            return True
        if isinstance(op, SetAttr) and op.value in held and op.name != field:
            return True
    return False


ENDS_ITSELF: Final = 1
ENDS_FIELD: Final = 2
HANDS_FIELD_ON: Final = 3


def how_given_back(function: FunctionFacts, op: Op, fields: frozenset[str]) -> int:
    """How a call may end the life of `self` or of one of these attributes; 0 when it does not.

    By a method of `self` or of an attribute, as their names say, or by getting the attribute.
    """
    if not isinstance(op, Call):
        return 0
    method = function.definitions[op.callee]
    if isinstance(method, Attr):
        if is_self_load(function, method.owner):
            ends = (
                method.name.strip("_") in undo_model().methods
                or method.name in object_model().closing
            )
            return ENDS_ITSELF if ends else 0
        if method.name in object_model().ending and fields_of(function, method.owner) & fields:
            return ENDS_FIELD
    return HANDS_FIELD_ON if any(fields_of(function, temp) & fields for temp in op.args) else 0


def owner_of(function: FunctionFacts) -> Owner | None:
    """The owner that a method, or a closure in one, belongs to."""
    method: FunctionFacts | None = function
    while method is not None and method.owner is None:
        method = method.parent
    if method is None or method.owner is None:
        return None
    return function.file.program.shared(Owners).of(method.owner)


@final
class Owners:
    """The owners of a program, made when they are asked for."""

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._known: Final[dict[str, Owner]] = {}

    def of(self, cls: ClassInfo) -> Owner:
        """The owner for a class."""
        known = self._known.get(cls.key)
        if known is None:
            known = Owner(self._program, cls)
            self._known[cls.key] = known
        return known

"""The program that a reviewed file belongs to: other files, types, and what calls call.

Nothing is read before somebody asks for it, and nothing but through the door of the run
(`source.door`). A file that is reviewed by itself, with nothing round it, is a program of one
module.

    program = Program(Door.of_folder("shop"))
    module = program.open("/shop/web.py", "web.py")
    program.callees(function, op).targets

Invariant: answers depend on the files alone: not on the order of questions, nor on which of the
files are reviewed in the same process.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable
from typing import Final, TypeVar, cast, final

from assay.dataflow.demand import Demand, Uses
from assay.ir.ops import Call
from assay.models.outside import OutsideData
from assay.program.callbacks import Callback, callbacks_of
from assay.program.callers import Callers, callers_of
from assay.program.calls import Callees, callees_of
from assay.program.classes import BaseClasses, ClassInfo
from assay.program.facts import FunctionFacts
from assay.program.inference import Types
from assay.program.library import Library
from assay.program.limits import SUBCLASSES
from assay.program.modules import Disk, Module, module_name, read_module
from assay.program.outline import Outline
from assay.program.silence import Account
from assay.program.values import (
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    ModuleValue,
    Type,
    Unknown,
    union,
    unknown,
)
from assay.source.day import today
from assay.source.door import Door
from assay.source.file import SourceFile

S = TypeVar("S")

_USUAL: Final = OutsideData()


@final
class Program:
    """All code in view, read on demand through a door; files are known by their places.

    `outside` is what counts as outside data in this run. The door of the default leads nowhere.
    `account` is where the rules write down why they say nothing; a run has none unless it is asked.
    """

    __slots__ = (
        "_bits",
        "_callees",
        "_callers",
        "_disk",
        "_grounds",
        "_modules",
        "_outlines",
        "_shared",
        "_subclasses",
        "account",
        "day",
        "door",
        "library",
        "lines",
        "outside",
        "types",
        "uses",
    )

    def __init__(
        self,
        door: Door | None = None,
        outside: OutsideData = _USUAL,
        account: Account | None = None,
    ) -> None:
        self.account: Final = account
        self.door: Final = Door() if door is None else door
        self.outside: Final = outside
        self.day = today()  # on which what has a last day is judged
        self.uses: Final = Uses()
        self.lines = 0  # of the modules that are held
        self._bits: dict[tuple[str, str, str], int] = {}
        self._grounds: list[tuple[str, str, str]] = []  # by the number of their bit
        self.library: Final = Library()
        self.types: Final = Types(self)
        self.types.uses = self.uses
        self._disk: Final = Disk(self)
        self._modules: dict[str, Module] = {}
        self._outlines: dict[str, Outline] = {}
        self._callees: dict[Call, tuple[Callees, int]] = {}
        self._callers: dict[FunctionFacts, tuple[Callers, int]] = {}
        self._subclasses: dict[ClassInfo, tuple[tuple[ClassInfo, ...] | None, int]] = {}
        self._shared: dict[Callable[[Program], object], object] = {}

    # What answers rest on

    def bit_of(self, kind: str, what: str, digest: str) -> int:
        """The bit for something that answers may rest on, as it was when it was looked at.

        A `file`, `folder` or `entry` by its place, or a question to an outline by its words and its
        root.
        """
        key = (kind, what, digest)
        known = self._bits.get(key)
        if known is None:
            known = 1 << len(self._grounds)
            self._bits[key] = known
            self._grounds.append(key)
        return known

    def grounds(self, bits: int) -> list[tuple[str, str, str]]:
        """The things that a set of bits stands for, sorted: kind, what, digest."""
        found: list[tuple[str, str, str]] = []
        while bits:
            lowest = bits & -bits
            found.append(self._grounds[lowest.bit_length() - 1])
            bits ^= lowest
        return sorted(found)

    # Files

    def add(self, source: SourceFile, place: str) -> Module:
        """The module of a file that was read; `place` is "" for text without one."""
        if not place:
            name = posixpath.basename(source.path).removesuffix(".py")
            return Module(self, name, "", False, source)
        known = self._modules.get(place)
        if known is None:
            is_package = posixpath.basename(place) == "__init__.py"
            known = Module(self, module_name(self._disk, place), place, is_package, source)
            self._modules[place] = known
        return known

    def read(self, place: str) -> Module:
        """The module of a place that something in the program leads to."""
        module = self.open(place, "")
        module.is_asked_for = True
        return module

    def open(self, place: str, reported: str) -> Module:
        """The module of a place, read when it is not yet known."""
        known = self._modules.get(place)
        if known is None:
            path = reported or self.door.reported(place.rstrip("/"))
            known = read_module(self, self._disk, place, path)
            self._modules[place] = known
            self.lines += len(known.source.lines)
        return known

    def reported(self, path: str) -> Module:
        """The module that reports call by this path."""
        return self.read(self.door.place_of_reported(path))

    def forget(self, module: Module) -> None:
        """Drops a module, unless another asked for it, so that its memory can be used again."""
        if not module.is_asked_for:
            self._modules.pop(module.place, None)
            self.lines -= len(module.source.lines)
            module.release()

    # Imports

    def imported(self, module: Module, target: str) -> Type:
        """What an import gives: a dotted path, relative to the module with leading dots."""
        if target.startswith("."):
            return self._relative(module, target)
        first = target.partition(".")[0]
        if module.place and first not in sys.stdlib_module_names:
            found = self._absolute(module, target)
            if found is not None:
                return found
        return (External(target),) if target else unknown("an import without a name")

    def _relative(self, module: Module, target: str) -> Type:
        rest = target.lstrip(".")
        level = len(target) - len(rest)
        if not module.place:
            return (External(target),)
        folder = posixpath.dirname(module.place)
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        parts = rest.split(".") if rest else []
        found = self._walk((folder,), parts)
        if found is not None:
            return found
        package = posixpath.join(folder, "__init__.py")
        if self._disk.has(folder, "__init__.py") and package != module.place:
            return self._members(self.read(package), parts)
        if package == module.place and parts:
            return self._members(module, parts)
        return (External(target),)

    def _absolute(self, module: Module, target: str) -> Type | None:
        roots = self._disk.roots(posixpath.dirname(module.place))
        return self._walk(roots, target.split("."))

    def _walk(self, roots: tuple[str, ...], parts: list[str]) -> Type | None:
        """The module that the longest part of a path names, and what of it the rest does."""
        for size in range(len(parts), 0, -1):
            found = self._disk.locate(roots, ".".join(parts[:size]))
            if found is not None:
                return self._members(self.read(found[0]), parts[size:])
        return None

    def _members(self, module: Module, parts: list[str]) -> Type:
        values: Type = (ModuleValue(module),)
        for part in parts:
            result = NOTHING
            for value in values:
                if isinstance(value, ModuleValue):
                    result = union(result, self.member(value.module, part))
                elif isinstance(value, External):
                    result = union(result, self.library.member(value.path, part))
                elif isinstance(value, ExternalInstance):
                    result = union(result, self.library.attribute(value, part))
                elif isinstance(value, Unknown):
                    result = union(result, (value,))
                else:
                    result = union(result, unknown(f"the name {part} of something imported"))
            values = result
        return values

    def member(self, module: Module, name: str) -> Type:
        """A name of a module: what it binds, or a module inside the package."""
        names = module.names
        if name not in names.imports and name not in names.bound and module.is_package:
            folder = posixpath.dirname(module.place)
            found = self._disk.locate((folder,), name)
            if found is not None:
                return (ModuleValue(self.read(found[0])),)
        values = self.types.module_member(module, name)
        if module.is_package and all(isinstance(value, Unknown) for value in values):
            return self._registered(module, name) or values
        return values

    def _registered(self, package: Module, name: str) -> Type:
        """A class that a package gets by registration: the only one of that name inside it."""
        outline = self.outline(package) if name[:1].isupper() else None
        folder = posixpath.dirname(package.place) + "/"
        found: Type = NOTHING
        for path in outline.defining(name) if outline is not None else ():
            if path.startswith(folder):
                for cls in self.classes_at(path, name):
                    if cls.qualname == name:
                        found = union(found, (ClassObject(cls),))
        return found if len(found) == 1 else NOTHING

    def star_member(self, module: Module, star: str, name: str) -> Type | None:
        """What a star import gives for a name; None when it gives nothing."""
        for value in self.imported(module, star):
            if isinstance(value, ModuleValue):
                other = value.module
                names = other.names
                if name.startswith("_") and "__all__" not in names.bound:
                    continue
                if name in names.imports or name in names.bound:
                    return self.types.module_member(other, name)
                if other is not module:
                    for inner in names.star_imports:
                        found = self.star_member(other, inner, name)
                        if found is not None:
                            return found
            elif (
                isinstance(value, External)
                and self.library.stubs.find(f"{value.path}.{name}") is not None
            ):
                return (External(f"{value.path}.{name}"),)
        return None

    def beside(self, folder: str, name: str, module: Module) -> Module | None:
        """The module of a file of that name in a folder; None when it is not there, or this one."""
        path = posixpath.join(folder, name)
        if not self._disk.has(folder, name) or path == module.place:
            return None
        return self.read(path)

    def is_root(self, folder: str) -> bool:
        """Whether a project has its root in a folder, or none can be above it."""
        return self._disk.is_marked(folder) or posixpath.dirname(folder) == folder

    # Classes

    def bases_of(self, cls: ClassInfo) -> BaseClasses:
        """What a class derives from, as far as it is known."""
        in_view: dict[ClassInfo, None] = {}
        external: dict[str, None] = {}
        hole = ""
        for value in self.types.bases(cls):
            if isinstance(value, ClassObject):
                in_view[value.cls] = None
            elif isinstance(value, (External, ExternalInstance)):
                if value.path != "object":
                    external[value.path] = None
            elif isinstance(value, Unknown):
                hole = hole or value.reason
        return BaseClasses(tuple(in_view), tuple(external), hole)

    def subclasses(self, cls: ClassInfo) -> tuple[ClassInfo, ...] | None:
        """The classes of the project that derive from one, nearest first; None for too many.

        The doubles of tests count for classes of tests alone.
        """
        known = self._subclasses.get(cls)
        if known is None:
            outer, rested = self.uses.begin(), self.types.begin()
            found = self._find_subclasses(cls)
            known = (found, self.uses.end(outer))
            if self.types.is_final(rested):
                self._subclasses[cls] = known
        self.uses.bits |= known[1]
        return known[0]

    def overriding(self, cls: ClassInfo, name: str) -> tuple[ClassInfo, ...] | None:
        """The classes below one that define a method of a name, nearest first; None for too many.

        Only the files of classes that have such a line are read. The doubles of tests count for
        classes of tests alone.
        """
        outline = self.outline(cls.module)
        if outline is None:
            below = self.subclasses(cls)
            return None if below is None else tuple(each for each in below if name in each.members)
        having = outline.having(name)
        own = cls.module.place
        if not having or (len(having) == 1 and (own, cls.name) in having):
            return ()
        if cls.is_endless:  # so are those below it, and do not name it in their orders
            return None
        found: dict[ClassInfo, None] = {}
        seen: set[tuple[str, str]] = set()
        work = [cls.name]
        asked = {cls.name}
        for base in work:  # grows while it is walked
            for place in outline.derived(base):
                if place in seen:
                    continue
                seen.add(place)
                path, named = place
                if named not in asked:
                    asked.add(named)
                    work.append(named)
                if place in having and outline.counts_for(own, path):
                    for each in self.classes_at(path, named):
                        if each is not cls and name in each.members and cls in each.mro():
                            found[each] = None
                    if len(found) > SUBCLASSES.most:
                        SUBCLASSES.note(cls.module.facts, cls.node.lineno)
                        return None
        return tuple(found)

    def classes_at(self, path: str, name: str) -> list[ClassInfo]:
        """The classes of a name in a file."""
        module = self.read(path)
        found = [module.class_of(node) for node in module.class_nodes(name)]
        return [cls for cls in found if cls is not None]

    def classes_in(self, module: Module) -> list[ClassInfo]:
        """All classes of a module."""
        found = [module.class_of(node) for node in module.class_nodes()]
        return [cls for cls in found if cls is not None]

    def _find_subclasses(self, cls: ClassInfo) -> tuple[ClassInfo, ...] | None:
        outline = self.outline(cls.module)
        found: dict[ClassInfo, None] = {}
        work = [cls]
        while work:
            here = work.pop(0)
            for each in self._named_below(here, outline):
                if each not in found and here in each.bases:
                    found[each] = None
                    work.append(each)
            if len(found) > SUBCLASSES.most:
                SUBCLASSES.note(cls.module.facts, cls.node.lineno)
                return None
        return tuple(found)

    def _named_below(self, cls: ClassInfo, outline: Outline | None) -> list[ClassInfo]:
        """The classes whose bases name one; those of tests only below a class of tests."""
        if outline is None:
            return self.classes_in(cls.module)
        return [
            each
            for path, name in outline.derived(cls.name)
            if outline.counts_for(cls.module.place, path)
            for each in self.classes_at(path, name)
        ]

    def outline(self, module: Module) -> Outline | None:
        """The files of the project that a module lies in; None for text without a place."""
        root = self.project_root(module)
        if not root:
            return None
        if root not in self._outlines:
            self._outlines[root] = Outline(self, root)
        return self._outlines[root]

    def project_root(self, module: Module) -> str:
        """The folder of the project that a module lies in; "" for text without a place."""
        return self.root_of(posixpath.dirname(module.place)) if module.place else ""

    def root_of(self, folder: str) -> str:
        """The folder of the project that a folder lies in."""
        roots = self._disk.roots(folder)
        return roots[1] if len(roots) > 1 else roots[0]

    # Calls

    def callees(self, function: FunctionFacts, op: Call) -> Callees:
        """What a call of a function may run."""
        known = self._callees.get(op)
        if known is None:
            outer, rested = self.uses.begin(), self.types.begin()
            found = callees_of(self, function, op)
            known = (found, self.uses.end(outer))
            if self.types.is_final(rested):
                self._callees[op] = known
        self.uses.bits |= known[1]
        return known[0]

    def callbacks(self, function: FunctionFacts, op: Call) -> tuple[Callback, ...]:
        """The functions that a call of a library is given to run, now or later."""
        return callbacks_of(self, function, op)

    def callers(self, function: FunctionFacts) -> Callers:
        """The calls of a function in the project, and whether there may be others."""
        known = self._callers.get(function)
        if known is None:
            outer, rested = self.uses.begin(), self.types.begin()
            found = callers_of(self, function)
            known = (found, self.uses.end(outer))
            if self.types.is_final(rested):
                self._callers[function] = known
        self.uses.bits |= known[1]
        return known[0]

    def function_at(self, place: str, line: int) -> FunctionFacts:
        """The innermost function, class body or module of a file that a line lies in."""
        return self.read(place).facts.enclosing(line)

    def type_of(self, function: FunctionFacts, temp: int) -> Type:
        """What a temporary of a function may hold."""
        return self.types.filled(self.types.temp(function, temp))

    def shared(self, make: Callable[[Program], S]) -> S:
        """The one instance of a kind of summaries: `program.shared(RaiseSummaries)`."""
        if make not in self._shared:
            made = make(self)
            if isinstance(made, Demand):
                made.uses = self.uses
            self._shared[make] = made
        return cast(S, self._shared[make])

"""The modules of a program: which file an import leads to, read when somebody asks.

An import is looked up in the roots of the importing file, in this order: the folder above its
outermost package (a script's own folder), the root of the project that it lies in, and that
root's `src`, `lib` and `python`. A folder without `__init__.py` is a namespace package. Which files
are found depends on the importing file and the disk alone, never on what was read before. Nothing
above the root of the door is looked at, and beside a package without a marked root only what is
imported.

    shop/__init__.py, shop/web.py: `from shop.store import Store`  ->  shop/store.py

Invariant: one `Module` for each real file; reading never raises, a file that cannot be parsed is a
module without names.
"""

from __future__ import annotations

import ast
import posixpath
from typing import TYPE_CHECKING, Final, final

from assay.lowering.module import lower_module
from assay.program.classes import ClassInfo
from assay.program.facts import FileFacts
from assay.program.names import ModuleNames
from assay.source.describe import Description, describe
from assay.source.door import Door
from assay.source.file import Parsed, SourceFile, digest_of, read_file
from assay.source.reach import PROJECT_MARKS

if TYPE_CHECKING:
    from assay.program.program import Program

_INNER_ROOTS: Final = ("src", "lib", "python")
_FEW_LEVELS: Final = 24


@final
class Module:
    """A file of the program, under the name by which others import it."""

    __slots__ = (
        "_class_nodes",
        "_description",
        "_facts",
        "_names",
        "bit",
        "classes",
        "is_asked_for",
        "is_package",
        "name",
        "place",
        "program",
        "source",
    )

    def __init__(
        self, program: Program, name: str, place: str, is_package: bool, source: SourceFile
    ) -> None:
        self.program: Final = program
        self.bit: Final = program.bit_of("file", place, source.digest) if place else 0
        self.name: Final = name
        self.place: Final = place  # "" for text that is no file
        self.is_package: Final = is_package
        self.is_asked_for = False  # answers about other modules may rest on it
        self.source: Final = source
        self.classes: Final[dict[int, ClassInfo]] = {}  # by the id of the node
        self._names: ModuleNames | None = None
        self._facts: FileFacts | None = None
        self._class_nodes: dict[str, list[ast.ClassDef]] | None = None
        self._description: Description | None = None

    @property
    def path(self) -> str:
        """As reports print it."""
        return self.source.path

    @property
    def description(self) -> Description:
        """What the file is; found out when first asked for."""
        if self._description is None:
            self._description = describe(self.source)
        return self._description

    @property
    def names(self) -> ModuleNames:
        """What its top level binds."""
        self.program.uses.bits |= self.bit
        if self._names is None:
            self._names = ModuleNames(self.source.tree)
        return self._names

    @property
    def facts(self) -> FileFacts:
        """Its functions, lowered when first asked for. Raises what lowering raises."""
        self.program.uses.bits |= self.bit
        if self._facts is None:
            self._facts = FileFacts(self.source, lower_module(self.source.tree, ""), self)
        return self._facts

    def class_nodes(self, name: str = "") -> list[ast.ClassDef]:
        """The `class` statements that lowering kept, at whatever depth; those of a name, or all."""
        if self._class_nodes is None:
            found: dict[str, list[ast.ClassDef]] = {"": []}
            for function in self.facts.functions:
                node = function.ir.node
                if isinstance(node, ast.ClassDef):
                    found[""].append(node)
                    found.setdefault(node.name, []).append(node)
            self._class_nodes = found
        self.program.uses.bits |= self.bit
        return self._class_nodes.get(name, [])

    def release(self) -> None:
        """Gives up what was made of the source."""
        self._class_nodes = None
        if self._facts is not None:
            self._facts.release()
            self._facts = None
        self.classes.clear()

    def class_of(self, node: ast.ClassDef) -> ClassInfo | None:
        """The class of a `class` statement of this module; None when lowering did not keep it."""
        known = self.classes.get(id(node))
        if known is None:
            body = self.facts.function_of(node)
            if body is None:
                return None
            known = ClassInfo(self, node, body.ir.qualname)
            self.classes[id(node)] = known
        return known

    @property
    def is_read(self) -> bool:
        """Whether there is a tree to look at."""
        return self.source.parsed is not Parsed.NOT


@final
class Disk:
    """What lies on the disk, asked for once."""

    __slots__ = ("_door", "_entries", "_program", "_roots", "_there")

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._door: Final = program.door
        self._entries: dict[str, tuple[frozenset[str], int]] = {}
        self._there: dict[str, tuple[bool, int]] = {}  # in open folders, by place
        self._roots: dict[str, tuple[tuple[str, ...], int]] = {}

    def entries(self, folder: str) -> frozenset[str]:
        """The names in a folder; none when it cannot be read."""
        known = self._entries.get(folder)
        if known is None:
            names = listing(self._door, folder)
            bit = self._program.bit_of("folder", folder, listing_digest(names))
            known = (names, bit)
            self._entries[folder] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def has(self, folder: str, name: str) -> bool:
        """Whether a folder has an entry of that name."""
        if not self._door.is_open(folder):
            return name in self.entries(folder)
        # Much may lie beside a package that has nothing to do with it: what is not imported must
        # not matter, so nothing rests on the folder as a whole.
        place = f"{folder}/{name}"
        known = self._there.get(place)
        if known is None:
            is_there = self._door.has(folder, name)
            bit = self._program.bit_of("entry", place, "there" if is_there else "")
            known = (is_there, bit)
            self._there[place] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def roots(self, folder: str) -> tuple[str, ...]:
        """Where the imports of a file in a folder are looked up, in order."""
        known = self._roots.get(folder)
        if known is None:
            outer = self._program.uses.begin()
            found = self._find_roots(folder)
            known = (found, self._program.uses.end(outer))
            self._roots[folder] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def is_marked(self, folder: str) -> bool:
        """Whether a folder holds what the root of a project holds."""
        if folder == "/" or self._door.is_open(folder):
            return False
        return not self.entries(folder).isdisjoint(PROJECT_MARKS)

    def _find_roots(self, folder: str) -> tuple[str, ...]:
        top = folder
        for _ in range(_FEW_LEVELS):
            if not self.has(top, "__init__.py"):
                break
            top = posixpath.dirname(top)
        found: dict[str, None] = {top: None}
        project = folder
        for _ in range(_FEW_LEVELS):
            if self.is_marked(project):
                found[project] = None
                for inner in _INNER_ROOTS:
                    if self.has(project, inner):
                        found[f"{project}/{inner}"] = None
                break
            above = posixpath.dirname(project)
            if above == project:
                break
            project = above
        return tuple(found)

    def locate(self, roots: tuple[str, ...], dotted: str) -> tuple[str, bool] | None:
        """The file of a module and whether it is a package; None when no root has it.

        A namespace package has no file: its path is the folder, which ends in a separator.
        """
        parts = dotted.split(".")
        for root in roots:
            found = self._below(root, parts)
            if found is not None:
                return found
        return None

    def _below(self, root: str, parts: list[str]) -> tuple[str, bool] | None:
        here = root
        for part in parts[:-1]:
            if not self.has(here, part):
                return None
            here = posixpath.join(here, part)
        last = parts[-1]
        if self.has(here, last):
            inner = posixpath.join(here, last)
            inside = self.entries(inner)
            if "__init__.py" in inside:
                return f"{inner}/__init__.py", True
            if not self.has(here, f"{last}.py") and any(
                name.endswith(".py") or self._door.is_folder(f"{inner}/{name}") for name in inside
            ):
                return f"{inner}/", True
        if self.has(here, f"{last}.py"):
            return posixpath.join(here, f"{last}.py"), False
        return None


def listing(door: Door, folder: str) -> frozenset[str]:
    """The names in a folder that an import could mean; none when it cannot be read."""
    return frozenset(
        name
        for name in door.names(folder)[0]
        if name.endswith(".py") or name in PROJECT_MARKS or ("." not in name and name[:2] != "__")
    )


def listing_digest(names: frozenset[str]) -> str:
    """What tells listings apart."""
    return digest_of("\0".join(sorted(names)).encode("utf-8", "surrogatepass"))


def module_name(disk: Disk, place: str) -> str:
    """The dotted name of a file: its place below the folder above its outermost package."""
    folder, base = posixpath.split(place)
    stem = base.removesuffix(".py")
    parts = [] if stem == "__init__" else [stem]
    for _ in range(_FEW_LEVELS):
        if not disk.has(folder, "__init__.py"):
            break
        folder, part = posixpath.split(folder)
        parts.insert(0, part)
    return ".".join(parts)


def read_module(program: Program, disk: Disk, place: str, path: str) -> Module:
    """A module from the disk; reports call it `path`."""
    if place.endswith("/"):  # a namespace package
        empty = ast.Module(body=[], type_ignores=[])
        source = SourceFile(path, "", empty, (), "", Parsed.WHOLE, "", "")
        return Module(program, posixpath.basename(place.rstrip("/")), place, True, source)
    source = read_file(program.door, place, path)
    is_package = posixpath.basename(place) == "__init__.py"
    return Module(program, module_name(disk, place), place, is_package, source)

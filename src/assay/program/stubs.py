"""What typeshed says of the standard library: signatures and classes, read when asked for.

The stubs come with the package typeshed-client; only its files are used, since importing it costs
more than a review of a small file. A stub is parsed when a name of its module is looked up.

    Stubs().find("socket.socket.accept").node.returns      the annotation of accept()

Invariant: a path that the stubs do not know gives None, never an error. Conditions on the version
and the platform are taken as the newest Python on Linux has them.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
import warnings
from typing import Final, TypeAlias, final

StubNode: TypeAlias = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.AnnAssign | ast.Assign
)

_DEEPEST: Final = 12


@final
class StubModule:
    """The top level of one stub file."""

    __slots__ = ("defined", "imported", "name", "star_imports")

    def __init__(self, name: str, tree: ast.Module, is_package: bool) -> None:
        self.name: Final = name
        self.defined: Final[dict[str, StubNode]] = {}
        self.imported: Final[dict[str, str]] = {}  # dotted path, "" for none
        self.star_imports: Final[list[str]] = []
        self._collect(tree.body, name if is_package else name.rpartition(".")[0])

    def _collect(self, body: list[ast.stmt], package: str) -> None:
        for node in body:
            if isinstance(node, ast.ImportFrom):
                origin = _absolute(node, package)
                for alias in node.names:
                    if alias.name == "*":
                        self.star_imports.append(origin)
                    else:
                        self.imported[alias.asname or alias.name] = f"{origin}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    self.imported[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.If):
                chosen = node.body if holds(node.test) is not False else node.orelse
                self._collect(chosen, package)
            else:
                for name, found in _bindings(node):
                    self.defined.setdefault(name, found)


@final
class StubItem:
    """A definition of a stub, the module whose names it uses, and the path of its class."""

    __slots__ = ("module", "node", "owner", "path")

    def __init__(self, module: StubModule, node: StubNode, path: str, owner: str) -> None:
        self.module: Final = module
        self.node: Final = node
        self.path: Final = path  # where it is defined, which is not always how it is imported
        self.owner: Final = owner


@final
class Stubs:
    """The stubs of the standard library."""

    __slots__ = ("_folder", "_found", "_members", "_modules")

    def __init__(self) -> None:
        self._folder: str | None = None
        self._modules: dict[str, StubModule | None] = {}
        self._found: dict[str, StubItem | None] = {}
        self._members: dict[str, dict[str, StubNode]] = {}

    def find(self, path: str) -> StubItem | None:
        """The definition that a dotted path names; builtins have no prefix: `str.join`."""
        if path not in self._found:
            self._found[path] = None
            self._found[path] = self._find(path, 0)
        return self._found[path]

    def has_module(self, name: str) -> bool:
        """Whether there is a stub of that module."""
        return self.module(name) is not None

    def module(self, name: str) -> StubModule | None:
        """The stub of a module; None when there is none."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _find(self, path: str, depth: int) -> StubItem | None:
        parts = path.split(".")
        if depth > _DEEPEST or not all(parts):
            return None
        for size in range(len(parts) - 1, 0, -1):
            module = self.module(".".join(parts[:size]))
            if module is not None:
                return self._within(module, parts[size:], depth)
        builtins = self.module("builtins")
        return None if builtins is None else self._within(builtins, parts, depth)

    def _within(self, module: StubModule, parts: list[str], depth: int) -> StubItem | None:
        first = parts[0]
        node = module.defined.get(first)
        if node is None:
            origin = module.imported.get(first)
            if origin is not None:
                return self._find(".".join([origin, *parts[1:]]), depth + 1)
            for star in module.star_imports:
                found = self._find(".".join([star, *parts]), depth + 1)
                if found is not None:
                    return found
            return None
        prefix = "" if module.name == "builtins" else f"{module.name}."
        item = StubItem(module, node, f"{prefix}{first}", "")
        for part in parts[1:]:
            if isinstance(item.node, ast.Assign):  # an alias: `SomeName = other.Name`
                alias = dotted(item.node.value)
                target = self.resolve(item.module, alias) if alias else ""
                found = self._find(target, depth + 1) if target else None
                if found is None:
                    return None
                item = found
            member = self.member(item, part, depth + 1)
            if member is None:
                return None
            item = member
        return item

    def member(self, item: StubItem, name: str, depth: int = 0) -> StubItem | None:
        """A member of a class, its bases included."""
        node = item.node
        if not isinstance(node, ast.ClassDef) or depth > _DEEPEST:
            return None
        own = self._members.get(item.path)
        if own is None:
            own = {}
            _class_body(node.body, own)
            self._members[item.path] = own
        if name in own:
            return StubItem(item.module, own[name], f"{item.path}.{name}", item.path)
        for base in self.bases(item):
            found = self.find(base)
            if found is not None and found.node is not node:
                inherited = self.member(found, name, depth + 1)
                if inherited is not None:
                    return inherited
        return None

    def bases(self, item: StubItem) -> list[str]:
        """The dotted paths of the bases of a class."""
        if not isinstance(item.node, ast.ClassDef):
            return []
        spelled = [
            dotted(base.value if isinstance(base, ast.Subscript) else base)
            for base in item.node.bases
        ]
        return [self.resolve(item.module, name) for name in spelled if name]

    def resolve(self, module: StubModule, name: str) -> str:
        """The dotted path of a name as a stub spells it."""
        first, dot, rest = name.partition(".")
        if first in module.defined:
            prefix = "" if module.name == "builtins" else f"{module.name}."
            return f"{prefix}{name}"
        if first in module.imported:
            return f"{module.imported[first]}{dot}{rest}"
        for star in module.star_imports:
            if self._find(f"{star}.{first}", 1) is not None:
                return f"{star}.{name}"
        return name  # a builtin

    def ancestors(self, path: str) -> list[str]:
        """A class and all its bases, each once, nearest first."""
        found: dict[str, None] = {}
        work = [path]
        while work and len(found) < 64:
            here = work.pop(0)
            item = self.find(here)
            if here in found or item is None:
                found.setdefault(here)
                continue
            found[here] = None
            found[item.path] = None
            work += self.bases(item)
        return list(found)

    def _read(self, name: str) -> StubModule | None:
        if self._folder is None:
            self._folder = _folder()
        if not self._folder or name.partition(".")[0] not in _roots():
            return None
        stem = os.path.join(self._folder, *name.split("."))
        for path, is_package in (
            (f"{stem}.pyi", False),
            (os.path.join(stem, "__init__.pyi"), True),
        ):
            try:
                with open(path, encoding="utf-8") as stream, warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return StubModule(name, ast.parse(stream.read()), is_package)
            except (OSError, SyntaxError, ValueError):
                continue
        return None


def _roots() -> frozenset[str]:
    return _ROOTS


_ROOTS: Final = frozenset((*sys.stdlib_module_names, "builtins", "_typeshed", "typing_extensions"))


def _folder() -> str:
    """Where the stubs lie; `""` when the package is not installed."""
    spec = importlib.util.find_spec("typeshed_client")
    if spec is None or not spec.origin:
        return ""
    return os.path.join(os.path.dirname(spec.origin), "typeshed")


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - (node.level - 1)] if node.level > 1 else parts
    return ".".join([*kept, *([node.module] if node.module else [])])


def _bindings(node: ast.stmt) -> list[tuple[str, StubNode]]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [(node.name, node)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [(node.target.id, node)]
    if isinstance(node, ast.Assign):
        return [(target.id, node) for target in node.targets if isinstance(target, ast.Name)]
    return []


def _class_body(body: list[ast.stmt], found: dict[str, StubNode]) -> None:
    for node in body:
        if isinstance(node, ast.If):
            _class_body(node.body if holds(node.test) is not False else node.orelse, found)
        else:
            for name, binding in _bindings(node):
                found.setdefault(name, binding)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of names and attributes; `""` for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def holds(test: ast.expr) -> bool | None:
    """What a test of version or platform gives for the newest Python on Linux; None for others."""
    if isinstance(test, ast.BoolOp):
        values = [holds(value) for value in test.values]
        if isinstance(test.op, ast.And):
            return False if False in values else (None if None in values else True)
        return True if True in values else (None if None in values else False)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = holds(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Name):
        return True if test.id == "TYPE_CHECKING" else None
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left = dotted(test.left)
    newer = isinstance(test.ops[0], (ast.GtE, ast.Gt, ast.NotEq))
    if left == "sys.version_info":
        return newer
    if left == "sys.platform":
        other = test.comparators[0]
        is_linux = isinstance(other, ast.Constant) and other.value == "linux"
        return is_linux if isinstance(test.ops[0], ast.Eq) else not is_linux
    return None


def class_members(node: StubNode) -> list[str]:
    """The names that a class of a stub defines, bases left out; none for other definitions."""
    if not isinstance(node, ast.ClassDef):
        return []
    found: dict[str, StubNode] = {}
    _class_body(node.body, found)
    return list(found)

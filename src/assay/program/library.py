"""What values of libraries are: what calling them gives, and what their attributes are.

The standard library is told by typeshed's stubs. Of other libraries only paths are known: calling
something whose name starts with a capital makes an instance of it, anything else gives "the result
of" it, so that a chain keeps its name: `psycopg2.connect().cursor`.

    call("socket.create_connection")      socket.socket
    attribute(ExternalInstance("socket.socket"), "accept")     External("socket.socket.accept")
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.program.annotations import OPEN, Names, annotated
from assay.program.stubs import StubItem, StubModule, Stubs, dotted
from assay.program.values import NOTHING, External, ExternalInstance, Type, unknown

_LONGEST_PATH: Final = 160


@final
class Library:
    """Answers about things that are not in view, from stubs and from names."""

    __slots__ = ("stubs",)

    def __init__(self) -> None:
        self.stubs: Final = Stubs()

    def call(self, path: str, arguments: tuple[Type, ...] = ()) -> Type:
        """What calling something gives; `arguments` are those of the generic class of a method."""
        item = self.stubs.find(path)
        if item is not None:
            node = item.node
            if isinstance(node, ast.ClassDef):
                return (ExternalInstance(path),)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                given = self._result(item, node, path, arguments)
                if isinstance(node, ast.AsyncFunctionDef):
                    return (ExternalInstance("typing.Coroutine", (given,)),)
                return given
        last = path.rpartition(".")[2]
        if last.lstrip("_")[:1].isupper() and not path.endswith("()"):
            return (ExternalInstance(path),)
        if len(path) > _LONGEST_PATH:
            return unknown("a long chain of calls of libraries")
        return (ExternalInstance(f"{path}()"),)

    def _result(
        self,
        item: StubItem,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        path: str,
        arguments: tuple[Type, ...],
    ) -> Type:
        owner = path.rpartition(".")[0] if item.owner else ""
        names = _StubNames(self.stubs, item, owner, self._variables(item.owner, arguments))
        given = annotated(node.returns, names)
        if given == OPEN and len(path) <= _LONGEST_PATH:
            return (ExternalInstance(f"{path}()"),)
        return given

    def _variables(self, owner: str, arguments: tuple[Type, ...]) -> dict[str, Type]:
        found = self.stubs.find(owner) if owner and arguments else None
        if found is None or not isinstance(found.node, ast.ClassDef):
            return {}
        names: dict[str, None] = {}
        for base in found.node.bases:
            if isinstance(base, ast.Subscript):
                inner = base.slice
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                variables = [part.id for part in parts if isinstance(part, ast.Name)]
                if dotted(base.value).rpartition(".")[2] in ("Generic", "Protocol"):
                    names = dict.fromkeys(variables)
                    break
                for name in variables:
                    names.setdefault(name)
        return dict(zip(names, arguments, strict=False))

    def attribute(self, value: ExternalInstance, name: str) -> Type:
        """An attribute of an instance: a bound method as its path, or what a property holds."""
        item = self.stubs.find(value.path)
        if item is not None:
            member = self.stubs.member(item, name)
            if member is not None:
                node = member.node
                is_property = isinstance(node, ast.FunctionDef) and any(
                    dotted(each).rpartition(".")[2] in ("property", "cached_property")
                    for each in node.decorator_list
                )
                names = _StubNames(
                    self.stubs, member, value.path, self._variables(member.owner, value.arguments)
                )
                if isinstance(node, ast.FunctionDef) and is_property:
                    given = annotated(node.returns, names)
                    return given if given != OPEN else self._chained(value.path, name)
                if isinstance(node, ast.AnnAssign):
                    given = annotated(node.annotation, names)
                    return given if given != OPEN else self._chained(value.path, name)
        return (External(f"{value.path}.{name}"),)

    def _chained(self, path: str, name: str) -> Type:
        return (External(f"{path}.{name}"),)

    def element(self, value: ExternalInstance) -> Type:
        """What iterating over an instance gives, as the stubs say; NOTHING when they do not."""
        item = self.stubs.find(value.path)
        for name in ("__next__", "__anext__") if item is not None else ():
            if item is not None and self.stubs.member(item, name) is not None:
                for given in self.call(f"{value.path}.{name}"):
                    if isinstance(given, ExternalInstance) and given.path == "typing.Coroutine":
                        return given.arguments[0] if given.arguments else NOTHING
                    return (given,)
        return NOTHING

    def member(self, path: str, name: str) -> Type:
        """A name in a module or class of a library."""
        full = f"{path}.{name}"
        if len(full) > _LONGEST_PATH:
            return unknown("a long chain of attributes of libraries")
        item = self.stubs.find(full)
        if item is not None and isinstance(item.node, ast.AnnAssign):
            given = annotated(item.node.annotation, _StubNames(self.stubs, item, "", {}))
            if given != OPEN and given != NOTHING and not _is_alias(item.node):
                return given
        return (External(full),)


def _is_alias(node: ast.AnnAssign) -> bool:
    return dotted(node.annotation).rpartition(".")[2] == "TypeAlias"


@final
class _StubNames(Names):
    """The names of a stub module."""

    __slots__ = ("_owner", "_stubs", "_variables", "module")

    def __init__(
        self, stubs: Stubs, item: StubItem, owner: str, variables: dict[str, Type]
    ) -> None:
        self.module: Final[StubModule] = item.module
        self._stubs: Final = stubs
        self._owner: Final = owner
        self._variables: Final = variables

    def resolve(self, name: str) -> Type:
        path = self._stubs.resolve(self.module, name)
        item = self._stubs.find(path)
        if item is not None and not isinstance(item.node, ast.ClassDef):
            if path.startswith(("typing.", "typing_extensions.")):
                return (External(path),)
            return unknown("an alias or a type variable of a stub")
        return (External(path),)

    def own(self) -> Type:
        return (ExternalInstance(self._owner),) if self._owner else OPEN

    def variable(self, name: str) -> Type | None:
        return self._variables.get(name)

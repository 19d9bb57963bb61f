"""Kinds of errors and how they are related: classes in view, builtins, errors of libraries.

A kind is one class. `ANYTHING` is an error of which nothing is known: a callee that is not in view
may raise it. Whether a clause takes an error is asked of a raised kind and a named one:

    relation(FileNotFoundError, named OSError)      TAKEN
    relation(OSError, named FileNotFoundError)      PART: it may be one
    relation(KeyError, named OSError)               APART

Invariant: APART is said only where all bases of one of the two are known.
"""

from __future__ import annotations

import ast
import builtins
from typing import Final, final

from assay.domains.handling import NO_TYPE, type_names
from assay.ir.ops import GroupMatch, Matches
from assay.models.raises import raise_model
from assay.program.classes import ClassInfo
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.silence import limit
from assay.program.stubs import dotted
from assay.program.values import (
    ClassObject,
    External,
    ExternalInstance,
    Instance,
    TupleValue,
    Type,
    Value,
)

# How a named kind relates to an error that is raised.
TAKEN: Final = 2  # a clause for it takes the error
PART: Final = 1  # it takes some such errors, or it is not known
APART: Final = 0  # it never takes one

_BASES_OF_ALL: Final = ("Exception", "BaseException")

# Kinds belong to the program and to no line, so that nothing is written down of this limit.
DEEPEST_ALIAS: Final = limit(
    "kinds.deepest-alias",
    4,
    "the name of an error is followed through at most 4 assignments of a library",
    "handler-too-narrow",
    "error-handling",
)


@final
class Kind:
    """One class of errors: a class in view, or a dotted path. Equal when their keys are."""

    __slots__ = ("cls", "key")

    def __init__(self, key: str, cls: ClassInfo | None = None) -> None:
        self.key: Final = key
        self.cls: Final = cls

    @property
    def name(self) -> str:
        """As a reader calls it: the last part."""
        if self.cls is not None:
            return self.cls.name
        return self.key.rpartition(".")[2]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kind) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.key


ANYTHING: Final = Kind("?")
THROWN: Final = Kind("<thrown>")  # what the block under a `@contextmanager` raises

# They end a task, a thread or the process and are no failures of what is done.
INTERRUPTS: Final = frozenset(
    (
        "SystemExit",
        "KeyboardInterrupt",
        "GeneratorExit",
        "StopIteration",
        "StopAsyncIteration",
        "asyncio.CancelledError",
        "greenlet.GreenletExit",
        "unittest.case.SkipTest",
    )
)


@final
class _Ancestors:
    """The keys of a kind and of all that it derives from."""

    __slots__ = ("is_whole", "keys")

    def __init__(self, keys: frozenset[str], is_whole: bool) -> None:
        self.keys: Final = keys
        self.is_whole: Final = is_whole


@final
class ErrorKinds:
    """The kinds of one program."""

    __slots__ = ("_ancestors", "_paths", "_program")

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self._paths: dict[str, Kind] = {}
        self._ancestors: dict[str, _Ancestors] = {}

    def of_path(self, path: str) -> Kind:
        """The kind of a library's class, whatever it was imported as."""
        known = self._paths.get(path)
        if known is None:
            key = self._canonical(path, 0)
            known = Kind(key) if key != ANYTHING.key else ANYTHING
            self._paths[path] = known
        return known

    def of_class(self, cls: ClassInfo) -> Kind:
        """The kind of a class in view."""
        return Kind(cls.key, cls)

    def of_type(self, values: Type) -> list[Kind]:
        """The kinds that a raised value, or the expression behind `except`, may stand for."""
        found: dict[str, Kind] = {}
        for value in values:
            for kind in self._of_value(value):
                found.setdefault(kind.key, kind)
        return list(found.values())

    def of_clause(self, function: FunctionFacts, node: ast.ExceptHandler) -> list[Kind]:
        """The kinds that a clause names; BaseException for a bare one, none for `except ():`."""
        if node.type is None:
            return [self.of_path("BaseException")]
        if type_names(node.type, function.file) == (NO_TYPE,):
            return []
        for op in function.definitions:
            if isinstance(op, (Matches, GroupMatch)) and op.at is node.type:
                return self.of_type(self._program.type_of(function, op.types)) or [ANYTHING]
        return [ANYTHING]

    def _of_value(self, value: Value) -> list[Kind]:
        if isinstance(value, (Instance, ClassObject)):
            return [self.of_class(value.cls)]
        if isinstance(value, (External, ExternalInstance)):
            return [self.of_path(value.path) if self._is_class(value.path) else ANYTHING]
        if isinstance(value, TupleValue):
            return [kind for element in value.elements for kind in self.of_type(element)]
        return [ANYTHING]

    def _is_class(self, path: str) -> bool:
        """Whether a path names a class of errors, rather than a variable that holds one."""
        if "(" in path or "[" in path or _builtin(path) is not None:
            return _builtin(path) is not None
        last = path.rpartition(".")[2]
        model = raise_model()
        if "." not in path:
            return path in model.aliases
        if last[:1].isupper() or path in model.aliases or path in model.bases:
            return True
        return self._program.library.stubs.find(path) is not None

    def relation(self, raised: Kind, named: Kind, exact: bool = False) -> int:
        """Whether a clause for one kind takes an error; `exact`: it is no subclass of its kind."""
        if named.key == "BaseException" or raised.key == named.key:
            return TAKEN
        if raised is THROWN or raised.key.startswith("<"):
            return TAKEN if named.key == "Exception" else PART
        if raised is ANYTHING or named is ANYTHING:
            return TAKEN if raised is ANYTHING and named.key == "Exception" else PART
        below = self._ancestors_of(raised)
        if named.key in below.keys:
            return TAKEN
        above = self._ancestors_of(named)
        if raised.key in above.keys:
            return APART if exact else PART
        return APART if below.is_whole and above.is_whole else PART

    def is_known(self, kind: Kind) -> bool:
        """Whether everything that a kind derives from is known."""
        return kind is not ANYTHING and self._ancestors_of(kind).is_whole

    def derives_from(self, kind: Kind, path: str) -> bool:
        """Whether a kind surely derives from the class that a path names."""
        return self.of_path(path).key in self._ancestors_of(kind).keys

    def _ancestors_of(self, kind: Kind) -> _Ancestors:
        if kind.cls is not None:
            kind.cls.mro()  # whoever asks rests on the files of the classes
        known = self._ancestors.get(kind.key)
        if known is None:
            known = self._find(kind) if kind.cls is None else self._of_mro(kind.cls)
            self._ancestors[kind.key] = known
        return known

    def _of_mro(self, cls: ClassInfo) -> _Ancestors:
        keys: set[str] = set(_BASES_OF_ALL)
        is_whole = not cls.hole()
        for each in cls.mro():
            keys.add(each.key)
            for path in each.external_bases:
                above = self._ancestors_of(self.of_path(path))
                keys |= above.keys
                is_whole = is_whole and above.is_whole
        return _Ancestors(frozenset(keys), is_whole)

    def _find(self, kind: Kind) -> _Ancestors:
        builtin = _builtin(kind.key)
        if builtin is not None:
            return _Ancestors(frozenset(cls.__name__ for cls in builtin.__mro__), True)
        bases = raise_model().bases.get(kind.key)
        if bases is not None:
            keys = {kind.key}
            for base in bases:
                keys |= self._ancestors_of(self.of_path(base)).keys
            return _Ancestors(frozenset(keys), True)
        stubs = self._program.library.stubs
        if stubs.find(kind.key) is None:
            return _Ancestors(frozenset((kind.key, *_BASES_OF_ALL)), False)
        keys = {kind.key}
        for path in stubs.ancestors(kind.key)[1:]:
            if path not in ("", kind.key):
                above = self.of_path(path)
                keys |= {above.key}
                if _builtin(above.key) is not None:
                    keys |= self._ancestors_of(above).keys
        return _Ancestors(frozenset(keys), "BaseException" in keys)

    def _canonical(self, path: str, depth: int) -> str:
        path = path.removeprefix("builtins.").removeprefix("exceptions.")
        alias = raise_model().aliases.get(path)
        if alias is not None:
            return alias
        if "." not in path or path in raise_model().bases:
            return path
        if depth > DEEPEST_ALIAS.most:
            return ANYTHING.key
        item = self._program.library.stubs.find(path)
        if item is None:
            return path
        if isinstance(item.node, ast.Assign):
            name = dotted(item.node.value)
            target = self._program.library.stubs.resolve(item.module, name) if name else ""
            return self._canonical(target, depth + 1) if target else path
        found = item.path
        return raise_model().aliases.get(found, found)


def _builtin(name: str) -> type[BaseException] | None:
    found: object = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return found
    return None

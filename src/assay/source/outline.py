"""The outline of a module: its classes, functions, imports and base classes, with lines.

Invariant: an outline is read off the tree once and only names what the text of the module says; a
base class has an origin only where an import in the module gives it one.

    >>> Outline(parse_text("a.py", "from b import c\nclass D(c.E): ...")).bases
    [Base('D', 'c.E', 'b.c.E', 2)]
"""

import ast
from collections.abc import Iterator
from typing import Final, final

from assay.source.exercise import Function
from assay.source.file import SourceFile
from assay.source.nesting import COMPOUND, blocks_of
from assay.source.projects import TEST_FRAMEWORKS
from assay.source.roles import dotted, module_imports

TEST_PARTS: Final = frozenset({"test", "tests", "testing"})
"""Parts of a dotted name that make it one of a project's own tests."""


@final
class Fact:
    """Something that the code says, and the line where it does; line 0 is the path."""

    __slots__ = ("line", "text")

    def __init__(self, text: str, line: int) -> None:
        self.text: Final = text
        self.line: Final = line

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fact) and (self.text, self.line) == (other.text, other.line)

    def __hash__(self) -> int:
        return hash((self.text, self.line))

    def __repr__(self) -> str:
        return f"Fact({self.text!r}, {self.line})"


@final
class Base:
    """A base class as a class names it, and the dotted name that imports give it ("" if none)."""

    __slots__ = ("class_name", "line", "name", "origin")

    def __init__(self, class_name: str, name: str, origin: str, line: int) -> None:
        self.class_name: Final = class_name
        self.name: Final = name
        self.origin: Final = origin
        self.line: Final = line

    def __repr__(self) -> str:
        return f"Base({self.class_name!r}, {self.name!r}, {self.origin!r}, {self.line})"


@final
class Outline:
    """Classes, functions, imports and base classes of a module's top level."""

    __slots__ = ("bases", "classes", "functions", "imported", "imports")

    def __init__(self, file: SourceFile) -> None:
        self.classes: Final[list[ast.ClassDef]] = []
        self.functions: Final[list[Function]] = []
        self.imported: Final[dict[str, str]] = {}
        self.bases: Final[list[Base]] = []
        self.imports: Final = module_imports(file.tree)
        for statement in file.tree.body:
            if isinstance(statement, ast.ClassDef):
                self.classes.append(statement)
            elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.append(statement)
        for node in statements_of(file.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.imported[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = f"{module}.{alias.name}"
        # What has tests comes first: helper classes do not say what the file is.
        for definition in sorted(self.classes, key=_without_tests):
            for base in definition.bases:
                name = dotted(base)
                if name and name != "object":
                    self.bases.append(
                        Base(definition.name, name, self.origin(name), definition.lineno)
                    )

    def origin(self, name: str) -> str:
        """The dotted name behind a name in this module, if an import says it; else ""."""
        head, dot, rest = name.partition(".")
        target = self.imported.get(head)
        return "" if target is None else target + dot + rest

    def import_line(self, origin: str) -> int:
        """The line of the import that brings a dotted name in; 0 if there is none."""
        name = origin
        while name:
            if name in self.imports:
                return self.imports[name]
            name = name.rpartition(".")[0]
        return 0

    def roots(self) -> list[tuple[str, int]]:
        """The top-level packages that are imported, with the first line of each."""
        first: dict[str, int] = {}
        for name, line in self.imports.items():
            first.setdefault(name.partition(".")[0], line)
        first.pop("__future__", None)
        return list(first.items())


def statements_of(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements of a module, those of functions and classes included."""
    pending: list[list[ast.stmt]] = [tree.body]
    while pending:
        for statement in pending.pop():
            yield statement
            if type(statement) in COMPOUND:
                pending += [block for block, _ in blocks_of(statement)]


def _without_tests(definition: ast.ClassDef) -> bool:
    return not any(method.name.startswith("test") for method in methods_of(definition))


def test_framework_of(module: str) -> str:
    """What the test framework is called that a dotted name belongs to; "" if to none."""
    while module:
        if module in TEST_FRAMEWORKS:
            return TEST_FRAMEWORKS[module]
        module = module.rpartition(".")[0]
    return ""


def methods_of(definition: ast.ClassDef) -> list[Function]:
    return [
        statement
        for statement in definition.body
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def docstring_of(node: ast.Module | ast.ClassDef | Function) -> tuple[str, int]:
    """The docstring as written and the line where it starts; ("", 0) without one."""
    if node.body:
        first = node.body[0]
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            return first.value.value, first.lineno
    return "", 0

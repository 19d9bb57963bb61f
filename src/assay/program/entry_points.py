"""Where a program is entered from outside: command lines, routes, tasks, threads, tests.

    @app.route("/upload")
    def upload(): ...                       EntryPoint("web route", upload)

    if __name__ == "__main__":              EntryPoint("script", the module)
        main()

What frameworks call is told by rows (`models.entry_points`); functions that are handed to threads,
event loops and signals by those of callbacks. The scripts that a project installs stand in its
`pyproject.toml` or `setup.cfg` (`scripts_of`). Invariant: in the order of the lines, each function
and kind once; an entry that rows do not know is not found, and nothing else is called one.
"""

from __future__ import annotations

import ast
import configparser
import contextlib
import tomllib
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Call
from assay.models.entry_points import BaseRow, EntryModel, entry_model
from assay.program.classes import ClassInfo, last_name
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.values import ClassObject, FunctionValue
from assay.source.door import Door
from assay.source.roles import Role, is_main_guard

if TYPE_CHECKING:
    from assay.program.program import Program

_MOST_BYTES: Final = 1_000_000
_LATER: Final = {"thread": "thread", "task": "task", "signal": "signal", "exit": "exit handler"}


@final
class EntryPoint:
    """A function that somebody outside of the program calls, and as what.

    `kind` is `command line`, `script`, `web route`, `task`, `signal`, `server`, `thread`,
    `exit handler` or `test`. `line` is where it is made an entry: a decorator, a registration, or
    its own line.
    """

    __slots__ = ("function", "kind", "line", "path")

    def __init__(self, kind: str, function: FunctionFacts, path: str, line: int) -> None:
        self.kind: Final = kind
        self.function: Final = function
        self.path: Final = path
        self.line: Final = line


def entry_points_of(module: Module) -> list[EntryPoint]:
    """The entry points that a module defines or registers."""
    found: dict[tuple[str, str], EntryPoint] = {}
    model = entry_model()
    facts = module.facts
    path = module.path
    for statement in module.source.tree.body:
        if isinstance(statement, ast.If) and is_main_guard(statement.test):
            _add(found, EntryPoint("script", facts.functions[0], path, statement.lineno))
    for function in facts.functions:
        node = function.ir.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for kind, line in _decorated(module, model, function, node):
                _add(found, EntryPoint(kind, function, path, line))
            if module.source.role is Role.TEST and _is_test(function):
                _add(found, EntryPoint("test", function, path, node.lineno))
        if isinstance(node, ast.ClassDef):
            cls = module.class_of(node)
            for method, kind in _methods(model, cls) if cls is not None else ():
                _add(found, EntryPoint(kind, method, path, method.ir.first_line))
        for site in function.calls:
            _registered(module.program, model, function, site.op, found)
    return sorted(found.values(), key=_place)


def _place(entry: EntryPoint) -> tuple[str, int, str, str]:
    return (entry.path, entry.line, entry.kind, entry.function.key)


def _add(found: dict[tuple[str, str], EntryPoint], entry: EntryPoint) -> None:
    found.setdefault((entry.kind, entry.function.key), entry)


def _is_test(function: FunctionFacts) -> bool:
    if not function.ir.name.startswith("test"):
        return False
    owner = function.owner
    at_top = function.parent is not None and function.parent.parent is None and owner is None
    return at_top or (owner is not None and owner.name.startswith("Test"))


def _decorated(
    module: Module,
    model: EntryModel,
    function: FunctionFacts,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for decorator in node.decorator_list:
        name = last_name(decorator)
        rows = [row for row in model.decorators if name in row.names]
        roots = _roots(module, function, decorator) if rows else set()
        found += [(row.kind, decorator.lineno) for row in rows if roots & row.roots]
    return found


def _roots(module: Module, function: FunctionFacts, decorator: ast.expr) -> set[str]:
    """The libraries that a decorator may come from: its own, or those that the file imports."""
    parent = function.parent
    at = decorator
    known: set[str] = set()
    if parent is not None:
        for site in parent.calls:
            if site.op.at is at and len(site.op.args) == 1:
                callees = module.program.callees(parent, site.op)
                known |= {path.lstrip(".").partition(".")[0] for path in callees.external}
                if callees.targets:
                    known.add("")
    if known:
        return known
    return {each.target.partition(".")[0] for each in module.names.imports.values()}


def _methods(model: EntryModel, cls: ClassInfo) -> list[tuple[FunctionFacts, str]]:
    paths = cls.all_external_bases()
    rows: list[BaseRow] = [row for row in model.bases if any(map(row.is_base, paths))]
    return [
        (method, row.kind) for row in rows for method in cls.methods() if row.has(method.ir.name)
    ]


def _registered(
    program: Program,
    model: EntryModel,
    function: FunctionFacts,
    op: Call,
    found: dict[tuple[str, str], EntryPoint],
) -> None:
    path = function.file.source.path
    external = program.callees(function, op).external
    if not external:
        return
    for name in external:
        if name in model.command_line:
            _add(found, EntryPoint("command line", function, path, op.at.lineno))
        for row in model.registrations:
            if row.matches(name):
                temp = function.argument(op, row.position, "")
                for keyword in row.keywords:
                    temp = function.argument(op, -1, keyword) if temp is None else temp
                for target in _functions(program, function, temp):
                    _add(found, EntryPoint(row.kind, target, path, op.at.lineno))
    for callback in program.callbacks(function, op):
        if callback.how in _LATER:
            kind = _LATER[callback.how]
            _add(found, EntryPoint(kind, callback.target.function, path, op.at.lineno))


def _functions(program: Program, function: FunctionFacts, temp: int | None) -> list[FunctionFacts]:
    if temp is None:
        return []
    found: list[FunctionFacts] = []
    inner = function.definitions[temp]
    if isinstance(inner, Call):  # `View.as_view()`: the methods are entries by their base
        return []
    for value in program.type_of(function, temp):
        if isinstance(value, FunctionValue):
            found.append(value.function)
        elif isinstance(value, ClassObject):
            found += [each for each in value.cls.methods() if not each.ir.name.startswith("_")]
    return found


@final
class Script:
    """A command that a project installs: its name, and `module:function`."""

    __slots__ = ("name", "target")

    def __init__(self, name: str, target: str) -> None:
        self.name: Final = name
        self.target: Final = target


def scripts_of(door: Door, root: str) -> list[Script]:
    """The commands that the project in a folder installs, by name; none where it says nothing."""
    found: dict[str, str] = {}
    with contextlib.suppress(ValueError, RecursionError):
        _from_pyproject(tomllib.loads(_text(door, f"{root}/pyproject.toml")), found)
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(door, f"{root}/setup.cfg"))
    except (configparser.Error, ValueError):
        return [Script(name, target) for name, target in sorted(found.items())]
    for section, key in (
        ("options.entry_points", "console_scripts"),
        ("options.entry_points", "gui_scripts"),
        ("entry_points", "console_scripts"),
    ):
        if parser.has_option(section, key):
            for line in parser.get(section, key).splitlines():
                name, equals, target = line.partition("=")
                if equals:
                    found.setdefault(name.strip(), target.partition("[")[0].strip())
    return [Script(name, target) for name, target in sorted(found.items())]


def _text(door: Door, place: str) -> str:
    """A file of settings as text; "" when it cannot be read."""
    data = door.read(place, _MOST_BYTES).data
    return "" if data is None or len(data) > _MOST_BYTES else data.decode("utf-8", "replace")


def _from_pyproject(content: dict[str, object], found: dict[str, str]) -> None:
    project = content.get("project")
    tool = content.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    for table in (project, poetry):
        for key in ("scripts", "gui-scripts"):
            scripts = table.get(key) if isinstance(table, dict) else None
            if isinstance(scripts, dict):
                for name, target in scripts.items():
                    if isinstance(name, str) and isinstance(target, str):
                        found.setdefault(name, target)

"""Calls that print a template: which one, under which environment, with what in its context.

Rows of `models/templates.toml` name the calls. A template that is asked for by name first
(`get_template`) is followed to the call of its `render`, through a variable with one assignment.

Invariant: `given` holds what the call itself shows; when the context may hold more, `is_whole` is
False.

    render_template("post.html", post=p)   ->   post.html, given {"post": p}
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import CELL, GLOBAL, NAME, Attr, Await, Build, Call, Const, Load, Spread
from assay.models.templates import EngineRow, Place, RenderRow
from assay.program.classes import ClassInfo, is_self
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.templates.environments import Environment, of_call
from assay.program.values import ExternalInstance, Instance

if TYPE_CHECKING:
    from assay.program.program import Program
    from assay.program.templates.projects import Template, Templates

_PRINTING: Final = frozenset(("render", "render_async", "generate", "stream"))
_DEEPEST: Final = 6


@final
class Rendering:
    """One printing of a template.

    `given` are the temporaries of the context by their names. `context` is that of a mapping that
    holds more of it, None when there is none; `is_whole` is False when it is not known what else
    the context holds. Without a template, `hole` says why there is none.
    """

    __slots__ = ("context", "engine", "given", "hole", "is_whole", "name", "template")

    def __init__(self, engine: str, name: str, template: Template | None, hole: str) -> None:
        self.engine: Final = engine
        self.name: Final = name
        self.template: Final = template
        self.hole: Final = hole
        self.given: Final[dict[str, int]] = {}
        self.context: int | None = None
        self.is_whole = True


def rendering_of(
    templates: Templates, program: Program, function: FunctionFacts, op: Call
) -> Rendering | None:
    """What a call prints; None when it is no call that prints a template."""
    found = _Finder(templates, program)
    row = found.row(function, op)
    if row is not None and not row.is_loader:
        return found.rendering(function, op, row, function, op)
    callee = function.definitions[op.callee]
    if not isinstance(callee, Attr) or callee.name not in _PRINTING:
        return None
    made = _call(function, callee.owner, 0)
    if made is None:
        return None
    row = found.row(*made)
    if row is None or not row.is_loader:
        return None
    return found.rendering(function, op, row, *made)


def decorated(templates: Templates, function: FunctionFacts) -> Rendering | None:
    """What a decorator prints of the mapping that a function returns; None when none does."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not decorator.args:
            continue
        row = templates.models.decorators.get(_resolved(function.file, decorator.func))
        name = decorator.args[0]
        if row is None or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            continue
        template = templates.find(function.file, name.value, row.engine)
        hole = "" if template is not None else templates.why_none(function.file, name.value)
        result = Rendering(row.engine, name.value, template, hole)
        result.is_whole = False
        return result
    return None


def _resolved(facts: FileFacts, node: ast.expr) -> str:
    """The dotted path of a name of the module."""
    if isinstance(node, ast.Attribute):
        owner = _resolved(facts, node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return facts.names.resolve(node.id) if isinstance(node, ast.Name) else ""


@final
class _Finder:
    __slots__ = ("_program", "_templates")

    def __init__(self, templates: Templates, program: Program) -> None:
        self._templates: Final = templates
        self._program: Final = program

    def row(self, function: FunctionFacts, op: Call) -> RenderRow | None:
        """The row of a call."""
        models = self._templates.models
        path = function.callee(op)
        if path in models.renders:
            return models.renders[path]
        callee = function.definitions[op.callee]
        if not isinstance(callee, Attr):
            return None
        for row in models.methods.get(callee.name, ()):
            if is_self(function, callee.owner):
                cls = function.owner
                if cls is not None and _derives(cls, row.owners):
                    return row
            elif not row.on_self and self._owned(function, callee.owner, row.owners):
                return row
        return None

    def _owned(self, function: FunctionFacts, owner: int, owners: tuple[str, ...]) -> bool:
        if function.qualified(owner).removesuffix("()") in owners:
            return True
        for value in self._program.type_of(function, owner):
            if isinstance(value, ExternalInstance) and value.path in owners:
                return True
            if isinstance(value, Instance) and _derives(value.cls, owners):
                return True
        return False

    def rendering(
        self,
        function: FunctionFacts,
        op: Call,
        row: RenderRow,
        asking: FunctionFacts,
        asked: Call,
    ) -> Rendering:
        """What a call prints under a row; `asked` is the call that names the template."""
        place = row.template
        temp = asking.argument(asked, place.position, place.keyword)
        context = row.context
        if row.engine == "starlette" and temp is not None and not _names(asking, temp):
            # The order of the arguments before Starlette 0.29: the name first.
            first = asking.argument(asked, 0, "")
            if first is not None and _names(asking, first):
                temp, context = first, Place("1 context")
        names = _names(asking, temp) if temp is not None else []
        template: Template | None = None
        hole = "" if names else "the name of the template is computed"
        name = names[0] if names else ""
        environment = self._environment(asking, asked, row)
        for each in names:
            template = self._templates.find(asking.file, each, row.engine, environment)
            if template is not None:
                name = each
                break
        if names and template is None:
            hole = self._templates.why_none(asking.file, name)
        result = Rendering(row.engine, name, template, hole)
        self._fill(result, function, op, context, row)
        return result

    def _fill(
        self,
        result: Rendering,
        function: FunctionFacts,
        op: Call,
        context: Place,
        row: RenderRow,
    ) -> None:
        if context.keyword == "**":
            for temp, label in zip(op.args, op.labels, strict=False):
                if label in ("*", "**"):
                    self._more(result, function, temp)
                elif label and label != row.template.keyword:
                    result.given[label] = temp
            if row.is_loader and op.args and (not op.labels or op.labels[0] == ""):
                self._more(result, function, op.args[0])
            return
        mapping = function.argument(op, context.position, context.keyword)
        if mapping is not None:
            self._more(result, function, mapping)
        elif any(label in ("*", "**") for label in op.labels):
            result.is_whole = False

    def _more(self, result: Rendering, function: FunctionFacts, temp: int) -> None:
        """What a mapping brings into the context."""
        op = function.definitions[temp]
        if isinstance(op, Spread):
            temp = op.value
            op = function.definitions[temp]
        if isinstance(op, Const) and op.value is None:
            return
        if not isinstance(op, Build) or op.kind != "dict":
            result.context = temp
            result.is_whole = False
            return
        place = 0
        labels = op.labels or ("",) * len(op.args)
        while place < len(op.args):
            if labels[place] == "**":
                self._more(result, function, op.args[place])
                place += 1
                continue
            key = function.constant(op.args[place])
            if key is not None and isinstance(key.value, str) and place + 1 < len(op.args):
                result.given[key.value] = op.args[place + 1]
            else:
                result.is_whole = False
            place += 2

    def _environment(self, function: FunctionFacts, op: Call, row: RenderRow) -> Environment | None:
        """The environment of Jinja that a template is asked of; None for that of the project."""
        if row.engine != "jinja2":
            return None
        engine = self._templates.models.engines[row.engine]
        unknown = Environment(engine, (), None, "the environment of the template is not in view")
        callee = function.definitions[op.callee]
        if not isinstance(callee, Attr):
            return unknown
        made = _call(function, callee.owner, 0)
        if made is None:
            return self._only(function.file, engine) or unknown
        maker, call = made
        node = call.at
        if not isinstance(node, ast.Call) or not _makes_environment(maker.callee(call)):
            return unknown
        return of_call(engine, node, maker.file.source.path)

    def _only(self, facts: FileFacts, engine: EngineRow) -> Environment | None:
        """The only environment that a file makes."""
        found = [
            site.op.at
            for function in facts.functions
            for site in function.calls
            if _makes_environment(function.callee(site.op))
        ]
        if len(found) != 1 or not isinstance(found[0], ast.Call):
            return None
        return of_call(engine, found[0], facts.source.path)


def _derives(cls: ClassInfo, owners: tuple[str, ...]) -> bool:
    return any(base in owners for base in cls.all_external_bases())


def _makes_environment(path: str) -> bool:
    return path.rpartition(".")[2] in ("Environment", "SandboxedEnvironment", "NativeEnvironment")


def _names(function: FunctionFacts, temp: int) -> list[str]:
    """The names of templates that a value holds: a literal, or a list of them."""
    known = function.constant(temp)
    if known is not None:
        return [known.value] if isinstance(known.value, str) else []
    op = function.definitions[temp]
    if isinstance(op, Build) and op.kind in ("list", "tuple"):
        return [name for each in op.args for name in _names(function, each)]
    return []


def _call(function: FunctionFacts, temp: int, depth: int) -> tuple[FunctionFacts, Call] | None:
    """The call that made a value, through variables and attributes with one assignment."""
    op = function.definitions[temp]
    if depth > _DEEPEST:
        return None
    if isinstance(op, Call):
        return function, op
    if isinstance(op, Await):
        return _call(function, op.value, depth + 1)
    if isinstance(op, Load):
        return _variable(function, op, depth)
    if isinstance(op, Attr) and is_self(function, op.owner) and function.owner is not None:
        for cls in function.owner.mro():
            stored = cls.stored().get(op.name, [])
            if stored:
                if len(stored) > 1:
                    return None
                return _call(stored[0].function, stored[0].op.value, depth + 1)
    return None


def _variable(function: FunctionFacts, op: Load, depth: int) -> tuple[FunctionFacts, Call] | None:
    owner: FunctionFacts | None = function
    if op.scope == GLOBAL:
        owner = function.file.functions[0]
    elif op.scope == CELL:
        while owner is not None and not owner.stores(op.name):
            owner = owner.parent
    elif op.scope == NAME and not function.stores(op.name):
        owner = function.file.functions[0]
    if owner is None or op.name in owner.ir.parameters.names():
        return None
    stores = owner.stores(op.name)
    return _call(owner, stores[0].value, depth + 1) if len(stores) == 1 else None

"""Summaries of functions: computed when asked for, once for each shape of the arguments.

Taint is symbolic (a parameter and what is read from it), the shape of the arguments is concrete:
flags, numbers, things of libraries. So `run(cmd, shell=True)` and `run(cmd)` are two answers, and
`run(a)` and `run(b)` are one.

Invariant: an answer depends on the program alone, not on the order of questions.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.dataflow.analysis import NoFixpointError
from assay.dataflow.demand import Demand
from assay.domains.taint import gates, limits
from assay.domains.taint.candidates import may_be_sink, may_store
from assay.domains.taint.entries import Role, role_of
from assay.domains.taint.exits import summarised
from assay.domains.taint.frame import Frame, Line
from assay.domains.taint.hits import NOTHING_KNOWN, Summary
from assay.domains.taint.neighbours import files_at_hand
from assay.domains.taint.requirements import allows_below
from assay.domains.taint.slices import (
    called_name,
    handed_out,
    operands,
    refusals,
    relevant_calls,
)
from assay.domains.taint.state import Obj, State
from assay.domains.taint.taints import CUT
from assay.domains.taint.values import INERT, UNKNOWN, Value, constant
from assay.ir.function import CLASS
from assay.ir.ops import (
    GLOBAL,
    Attr,
    Call,
    MakeFunction,
)
from assay.models.taint import Source, TaintModels, taint_models
from assay.program.calls import Callees, Target
from assay.program.classes import attribute_name
from assay.program.declared import Declared
from assay.program.facts import FunctionFacts
from assay.program.values import ModuleValue

if TYPE_CHECKING:
    from assay.program.classes import ClassInfo
    from assay.program.modules import Module
    from assay.program.program import Program

Shape: TypeAlias = tuple[object, ...]
# A function with the shape of its arguments and how deep to follow calls; or a module with a name.
Key: TypeAlias = tuple["FunctionFacts | Module", Shape, int, str]

_NO_SHAPE: Final[Shape] = ()

# What a summary is asked for: a function's own sinks, or all that matters to callers. Any other
# word is the name of a callee whose sinks matter, or behind `=` that of a variable.
OWN_SINKS: Final = ""
WHOLE: Final = "*"
_NAME: Final = "name"
_ENDLESS: Final = 99
_SHORTEST_NAME: Final = 4


@final
class Summaries(Demand[Key, Summary]):
    """The summaries of a program."""

    def __init__(self, program: Program) -> None:
        super().__init__(limits.QUESTIONS.most)
        self.program: Final = program
        self.models: Final[TaintModels] = taint_models(program.outside)
        self.declared: Final = program.shared(Declared)
        self.functions: Final[dict[str, FunctionFacts]] = {}
        self.base_paths: Final[dict[ClassInfo, tuple[str, int]]] = {}
        self._roles: dict[FunctionFacts, tuple[Role, int]] = {}
        self._callee_temps: dict[FunctionFacts, frozenset[int]] = {}
        self._modules: dict[str, Module] = {}
        self._imported: dict[Module, frozenset[str]] = {}
        self._by_name: dict[str, dict[str, list[FunctionFacts]]] = {}
        self._neighbours: dict[str, tuple[list[Module], int]] = {}
        self._whole: dict[tuple[FunctionFacts, Shape, str], Key] = {}
        self._live: dict[FunctionFacts, list[frozenset[int]]] = {}
        self._relevant: dict[tuple[FunctionFacts, str], tuple[frozenset[int], frozenset[Call]]] = {}

    # The solver

    def bottom(self, key: Key) -> Summary:
        return NOTHING_KNOWN if isinstance(key[0], FunctionFacts) else _named(UNKNOWN)

    def top(self, key: Key) -> Summary:
        return _TOO_LONG

    def analyze(self, key: Key, previous: Summary) -> Summary:
        function, shape, depth, focus = key
        if not isinstance(function, FunctionFacts):
            name = shape[1]
            assert isinstance(name, str)
            return _named(self.look_up(function, name))
        if function.ir.over_budget:
            return stopped(function.ir.limit)
        if not function.ir.blocks:
            return stopped("a function without code")
        seeds, relevant = self.relevant(function, focus)
        for _ in range(limits.SLICES.most):  # two are common
            frame = Frame(function, self, depth, relevant, seeds)
            summary = self._evaluated(frame, key)
            if not frame.unforeseen:
                return summary
            # Sinks that their names did not show: what they get has to be in the slice as well.
            seeds = seeds.union(frame.unforeseen)
            relevant = relevant_calls(function, sorted(seeds))
        limits.SLICES.note(function.file, function.ir.first_line)
        return stopped(f"more than {limits.SLICES.most} looks, each with sinks new to it")

    def _evaluated(self, frame: Frame, key: Key) -> Summary:
        from assay.domains.taint.interpret import run

        function, shape = frame.function, key[1]
        role = self.role(function)
        entry = State({}, {}, {})
        frame.state = entry
        for index, name in enumerate(frame.names):
            value = self._parameter(frame, role, index, shape)
            entry.variables[name] = value
            entry.variables[f"%{index}"] = value
        entry = entry.copy()
        try:
            run(frame, entry)
        except NoFixpointError as error:
            return stopped(str(error))
        return summarised(frame, role)

    def of(self, function: FunctionFacts, depth: int = 0, focus: str = WHOLE) -> Summary:
        """What a function does, whoever calls it, as far as the focus asks for it.

        Without a depth calls are followed as deep as ever.
        """
        return self._at(function, _NO_SHAPE, depth or limits.DEPTH.most, focus)

    def relevant(
        self, function: FunctionFacts, focus: str
    ) -> tuple[frozenset[int], frozenset[Call]]:
        """The temporaries that a focus asks for, and the calls that are followed for them."""
        known = self._relevant.get((function, focus))
        if known is None:
            seeds = self._seeds(function, focus)
            known = (frozenset(seeds), relevant_calls(function, seeds))
            self._relevant[function, focus] = known
        return known

    def _seeds(self, function: FunctionFacts, focus: str) -> list[int]:
        if focus.startswith("="):  # one variable
            return [store.value for store in function.stores(focus[1:])]
        packages = self.packages(function.file.module)
        seeds: list[int] = []
        for site in function.calls:
            if may_be_sink(self, function, site.op, packages) or (
                focus and focus != WHOLE and called_name(function, site.op) == focus
            ):
                seeds += operands(function, site.op)
        if (
            focus == WHOLE
            or may_store(self, function, packages)
            or self.role(function).returns is not None
        ):
            seeds += handed_out(function)
        if focus == WHOLE:
            seeds += refusals(function)
        return seeds

    def _at(self, function: FunctionFacts, shape: Shape, depth: int, focus: str) -> Summary:
        """A summary with calls followed to a depth.

        One that ended before its depth is the same for every larger one. Without the depth, circles
        of calls would be computed over and over; with it an answer is the same whoever asks.
        (Less than the depth: what calls nothing has height 0, and still takes a depth of 1.)
        """
        whole = self._whole.get((function, shape, focus))
        if whole is not None and self.get(whole).height < depth:
            return self.get(whole)
        if depth <= 0:
            limits.DEPTH.note(function.file, function.ir.first_line)
            return _TOO_DEEP
        key: Key = (function, shape, depth, focus)
        summary = self.get(key)
        if summary.height < depth and key in self._done:
            self._whole.setdefault((function, shape, focus), key)
        return summary

    def of_call(
        self, frame: Frame, function: FunctionFacts, arguments: dict[int, Value]
    ) -> Summary | None:
        """What a function does with these arguments; None when that is over budget."""
        shape = self._shape(frame, function, arguments)
        summary = self._at(function, shape, frame.depth - 1, WHOLE)
        frame.height = max(frame.height, summary.height + 1)
        return None if summary.limit else summary

    def _shape(self, frame: Frame, function: FunctionFacts, arguments: dict[int, Value]) -> Shape:
        shapes: list[object] = []
        for index, name in enumerate(function.ir.parameters.names()):
            value = arguments.get(index)
            if value is None:
                value = self._default(function, name)
            shapes.append(() if value is None else self._shape_of(frame, value, 2))
        return tuple(shapes) if any(shapes) else _NO_SHAPE

    def _default(self, function: FunctionFacts, name: str) -> Value | None:
        found = function.default(name)
        if found is None:
            return None
        owner, temp = found
        literal = owner.constant(temp)
        if literal is not None and isinstance(literal.value, (bool, int, type(None))):
            return constant(literal.value)
        return None

    def _shape_of(self, frame: Frame, value: Value, depth: int) -> Shape:
        only = value.only()
        if only is None or isinstance(only, bool):
            return ("constant", type(only).__name__, only)
        if value.inert:
            return ("inert",)
        if value.path and (
            value.path in self.models.roots or value.path.startswith(("<function>", "<module>"))
        ):
            return ("path", value.path, bool(value.taints))
        if depth and len(value.objects) == 1:
            obj = frame.state.heap.get(value.objects[0])
            if obj is not None and obj.kind in ("instance", "parameter"):
                fields = [
                    (name, self._shape_of(frame, each, depth - 1))
                    for name, each in obj.fields.items()
                    if isinstance(name, str)
                ]
                kept = tuple(
                    sorted((name, each) for name, each in fields if each and each[0] == "path")
                )
                if kept:
                    return ("object", kept)
        return ()

    def _parameter(self, frame: Frame, role: Role, index: int, shape: Shape) -> Value:
        said = role.parameters[index]
        if isinstance(said, Value):
            return said
        if said is not None:
            kind, what, absent, tokens = said
            if self.is_on(frame.function, kind, frame.function.ir.first_line):
                at = frame.function.ir.node
                line = frame.function.ir.first_line
                assert at is not None
                taint = frame.source(Line(line), kind, what, tokens)
                if absent:
                    taint = taint.changed(absent=absent)
                return Value(taints=(taint,)).seen(frame.number("parameter", index, ()))
            if kind != "task":
                return UNKNOWN  # who calls it is trusted here: no outside data
        own = shape[index] if index < len(shape) else ()
        assert isinstance(own, tuple)
        if own and own[0] == "constant":
            value = own[2]
            assert value is None or isinstance(value, (int, bool))
            return constant(value)
        if own and own[0] == "inert":
            return INERT
        value = frame.parameter(index, (), frame.number("parameter", index, ()))
        if own and own[0] == "path":
            assert isinstance(own[1], str)
            return _as_given(value, own[1], own[2] is True)
        if own and own[0] == "object":
            fields: dict[str | int, Value] = {}
            assert isinstance(own[1], tuple)
            for name, inner in own[1]:
                field = frame.parameter(index, (name,), frame.number("field", index, name))
                fields[name] = _as_given(field, inner[1], inner[2])
            number = value.objects[0]
            frame.state.heap[number] = Obj("parameter", fields, None, -1, False)
        return value

    # Names

    def role(self, function: FunctionFacts) -> Role:
        """What a function is to the outside: whether others call it with data."""
        known = self._roles.get(function)
        if known is None:
            outer = self.uses.begin()
            found = role_of(self, function)
            known = (found, self.uses.end(outer))
            self._roles[function] = known
        self.uses.bits |= known[1]
        return known[0]

    def is_on(self, function: FunctionFacts, kind: str, line: int) -> bool:
        """Whether a kind of source counts as outside data here."""
        outside = self.models.outside
        if not outside.counts(kind) and gates.THREAT_MODEL.stops(function.file, line):
            return False
        served = kind == "cli" and outside.is_auto and self.is_web(function)
        return not served or not gates.SERVED.stops(function.file, line)

    def source(self, function: FunctionFacts, path: str, line: int) -> Source | None:
        """The source that a path is, where it is read."""
        found = self.models.source(path)
        trusted = self.models.trusted.get(path) if found is None else None
        if trusted is not None and not gates.THREAT_MODEL.stops(function.file, line):
            return trusted
        return found

    def is_web(self, function: FunctionFacts) -> bool:
        """Whether a file has to do with serving requests."""
        return not self.packages(function.file.module).isdisjoint(self.models.entry_names.web)

    def imports_any(self, function: FunctionFacts, names: tuple[str, ...]) -> bool:
        """Whether a file imports one of some packages."""
        return not self.packages(function.file.module).isdisjoint(names)

    def _packages(self, module: Module) -> frozenset[str]:
        found = {
            each.target.lstrip(".").partition(".")[0] for each in module.names.imports.values()
        }
        found.update(each.lstrip(".").partition(".")[0] for each in module.names.star_imports)
        if module.name:
            found.add(module.name.partition(".")[0])
        return frozenset(found)

    def allows_below(self, function: FunctionFacts, name: str, major: int) -> bool:
        """Whether the project states that it runs with a release of a library below a version."""
        return allows_below(self.program, function.file.module, name, major)

    def is_fixed(self, function: FunctionFacts, path: str, line: int) -> bool:
        """Whether a source is fixed by the route of the entry point: a path without variables."""
        source = self.source(function, path, line)
        if source is None:
            return False
        if not self.is_on(function, source.kind, line):
            return True
        fixed = "route" in source.tokens and self.role(function).fixed_route
        return fixed and gates.FIXED_ROUTE.stops(function.file, line)

    def may_matter(self, function: FunctionFacts) -> bool:
        """Whether a function may hold a sink, told by names and imports alone."""
        if function.ir.kind == CLASS:
            return False
        packages = self.packages(function.file.module)
        if any(may_be_sink(self, function, site.op, packages) for site in function.calls):
            return True
        return may_store(self, function, packages) or self.role(function).returns is not None

    def packages(self, module: Module) -> frozenset[str]:
        """The packages that a module imports, and its own."""
        known = self._imported.get(module)
        if known is None:
            known = self._packages(module)
            self._imported[module] = known
        return known

    def live(self, function: FunctionFacts) -> list[frozenset[int]]:
        """For each block of a function the temporaries that are read from there on."""
        known = self._live.get(function)
        if known is None:
            from assay.domains.taint.interpret import live_temps

            known = live_temps(function.ir)
            self._live[function] = known
        return known

    def callee_temps(self, function: FunctionFacts) -> frozenset[int]:
        """The temporaries that are called."""
        known = self._callee_temps.get(function)
        if known is None:
            known = frozenset(site.op.callee for site in function.calls)
            self._callee_temps[function] = known
        return known

    def callees(self, function: FunctionFacts, op: Call) -> Callees:
        """What a call may run."""
        return self.program.callees(function, op)

    def by_name(self, function: FunctionFacts, op: Call) -> list[Target]:
        """Methods of that name in the files at hand, for an object that is not known."""
        definition = function.definitions[op.callee]
        if not isinstance(definition, Attr) or len(definition.name) < _SHORTEST_NAME:
            return []
        found: list[Target] = []
        for module in self._near(function.file.module):
            named = self._methods(module).get(definition.name, ())
            found += [Target(each, True, definition.owner, 0, ()) for each in named]
        if len(found) > limits.NAMESAKES.most:
            limits.NAMESAKES.note(function.file, op.at.lineno)
            return []
        return found

    def _methods(self, module: Module) -> dict[str, list[FunctionFacts]]:
        known = self._by_name.get(module.path)
        if known is None:
            known = {}
            for each in module.facts.functions:
                if each.parent is not None and each.parent.ir.kind == CLASS:
                    known.setdefault(attribute_name(each), []).append(each)
            self._by_name[module.path] = known
        return known

    def _near(self, module: Module) -> list[Module]:
        """A file and the files of the program that it imports, functions' imports included."""
        known = self._neighbours.get(module.path)
        if known is None:
            outer = self.uses.begin()
            found = files_at_hand(self.program, module)
            known = (found, self.uses.end(outer))
            self._neighbours[module.path] = known
        self.uses.bits |= known[1]
        return known[0]

    def absolute(self, function: FunctionFacts, path: str) -> str:
        """A path of this module or relative to it as an absolute one."""
        name = function.file.module.name
        if path.startswith(":"):
            return f"{name}.{path[1:]}" if name else ""
        if path.startswith("."):
            rest = path.lstrip(".")
            level = len(path) - len(rest)
            parts = name.split(".")
            if not function.file.module.is_package:
                parts = parts[:-1]
            parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
            return ".".join([*parts, rest]) if parts else ""
        return path

    def is_library(self, function: FunctionFacts, path: str) -> bool:
        """Whether a path certainly names something that is not in view."""
        if path.startswith("<"):
            return False
        models = self.models
        if path in models.sinks or f"{path}()" in models.sources or path in models.roots:
            return not self._own(function, path)
        head = path.partition(".")[0].removesuffix("()")
        import sys

        return head in sys.stdlib_module_names

    def _own(self, function: FunctionFacts, path: str) -> bool:
        head = path.partition(".")[0]
        return head == function.file.module.name.partition(".")[0]

    def global_name(self, function: FunctionFacts, name: str) -> Value:
        """What a global name of a function's module is."""
        return self.member_of(function.file.module, name)

    def member(self, key: str, name: str) -> Value:
        """A name of a module in view, by the module's place."""
        module = self._modules.get(key)
        return UNKNOWN if module is None else self.member_of(module, name)

    def module_value(self, module: Module) -> Value:
        """A module in view as a value."""
        self._modules[module.path] = module
        return Value(path=f"<module>{module.path}")

    def member_of(self, module: Module, name: str) -> Value:
        """A name of a module: an import, a constant, or the path of what it defines."""
        return self.get((module, (_NAME, name), 0, "")).names[""]

    def look_up(self, module: Module, name: str) -> Value:
        imported = module.names.imports.get(name)
        if imported is not None:
            head, _, last = imported.target.rpartition(".")
            if isinstance(imported.node, ast.ImportFrom):
                dots = len(imported.target) - len(imported.target.lstrip("."))
                prefix = head if head.strip(".") else "." * dots
                found = self.imported(module, prefix, last)
                if found is not None:
                    return found
            return self._imported_path(module, imported.target)
        bound = module.names.bound.get(name)
        if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
            facts = module.facts.function_of(bound)
            if facts is not None and module.name:
                path = f"{module.name}.{name}"
                return (
                    Value(path=self.models.normal(path)) if path in self.models.roots else UNKNOWN
                )
            return UNKNOWN
        if isinstance(bound, ast.ClassDef):
            path = f"{module.name}.{name}" if module.name else ""
            return Value(path=path) if path in self.models.roots else UNKNOWN
        if bound is not None:
            return self._assigned(module, name, bound)
        for star in module.names.star_imports:
            found = self.imported(module, star, name)
            if found is not None and (found.path or found.constants is not None):
                return found
        if module.is_package:
            for value in self.program.member(module, name):
                if isinstance(value, ModuleValue):
                    return self.module_value(value.module)
        path = module.names.resolve(name)
        return Value(path=path) if path else UNKNOWN

    def _imported_path(self, module: Module, target: str) -> Value:
        for value in self.program.imported(module, target):
            if isinstance(value, ModuleValue):
                return self.module_value(value.module)
        facts = module.facts.functions[0]
        return Value(path=self.models.normal(self.absolute(facts, target)))

    def imported_module(self, function: FunctionFacts, target: str) -> Value:
        """What `import target` binds."""
        return self._imported_path(function.file.module, target)

    def imported(self, module: Module, target: str, name: str) -> Value | None:
        """`from target import name` when the target is in view."""
        for value in self.program.imported(module, target) if target else ():
            if isinstance(value, ModuleValue):
                other = value.module
                if name in other.names.imports or name in other.names.bound:
                    if other is module:
                        return None
                    found = self.member_of(other, name)
                    if found.path or found.constants is not None or found.taints:
                        return found
                    path = f"{other.name}.{name}"
                    return Value(path=path) if path in self.models.roots else found
                for inner in self.program.member(other, name):
                    if isinstance(inner, ModuleValue):
                        return self.module_value(inner.module)
                return UNKNOWN
        return None

    def _assigned(self, module: Module, name: str, node: ast.stmt) -> Value:
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Constant):
            # What is no text is a switch or a placeholder that others may set.
            if not isinstance(value.value, (str, bytes)) or _is_set_elsewhere(module, name):
                return UNKNOWN
            return constant(value.value)
        if isinstance(value, (ast.List, ast.Set, ast.Dict, ast.Tuple, ast.Lambda)):
            return UNKNOWN
        body = module.facts.functions[0]
        if sum(len(block.ops) for block in body.ir.blocks) > limits.MODULE_SIZE.most:
            limits.MODULE_SIZE.note(module.facts, node.lineno)
            return _CUT
        summary = self.of(body, limits.MODULE_DEPTH.most, f"={name}")
        found = summary.names.get("" if summary.limit else name)
        return UNKNOWN if found is None else found

    def captured(self, frame: Frame, name: str) -> Value:
        """A variable of an enclosing function."""
        function = frame.function
        path = function.variable("cell", name)
        if path and not path.startswith((":", ".")):
            return Value(path=self.models.normal(path))
        outer = function.parent
        while outer is not None and name not in outer.ir.cells:
            outer = outer.parent
        if outer is None:
            return UNKNOWN
        stores = outer.stores(name)
        if len(stores) == 1 and name not in outer.ir.parameters.names():
            op = outer.definitions[stores[0].value]
            if isinstance(op, MakeFunction):
                child = outer.children[op.child]
                self.functions[child.key] = child
                return Value(path=f"<function>{child.key}")
        summary = self._at(outer, _NO_SHAPE, frame.depth - 1, WHOLE)
        frame.height = max(frame.height, summary.height + 1)
        found = summary.names.get("" if summary.limit else name)
        return UNKNOWN if found is None else found

    def fields_of(self, cls: ClassInfo) -> list[str]:
        """The annotated names of a class body: the fields of a dataclass, in order."""
        return [
            statement.target.id
            for each in reversed(cls.mro())
            for statement in each.node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]


def _is_set_elsewhere(module: Module, name: str) -> bool:
    functions = module.facts.functions
    return len(functions[0].stores(name)) > 1 or any(
        store.scope == GLOBAL for function in functions[1:] for store in function.stores(name)
    )


def _as_given(parameter: Value, path: str, holds_data: bool) -> Value:
    """A parameter that is a thing of a library, with outside data in it or not."""
    if not holds_data:
        return Value(path=path)
    return Value(path=path, taints=parameter.taints, ident=parameter.ident, same=parameter.same)


def _named(value: Value) -> Summary:
    """What a name of a module is, in the form of a summary."""
    return Summary(None, {}, {}, (), (), (), (), (), {"": value}, "", 0)


_CUT: Final = Value(taints=(CUT,))


def stopped(limit: str) -> Summary:
    """What is known of a function at which an analysis reached a limit, in words."""
    return Summary(_CUT, {}, {}, (), (), (), (), (), {"": _CUT}, limit, _ENDLESS)


_TOO_DEEP: Final = stopped(f"more than {limits.DEPTH.most} calls inside each other")
_TOO_LONG: Final = stopped(f"more than {limits.QUESTIONS.most} questions that rest on each other")

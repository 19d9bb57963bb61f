"""The types of values: of temporaries, variables, attributes, globals and results of functions.

Flow-insensitive within a function, but for `isinstance`: a variable is whatever any assignment puts
into it. The types of parameters come from annotations, from defaults, for the first one of a method
from its class, and from the calls in view (`parameters`); attributes are what the methods of the
class store in them. Everything is computed when somebody asks (`dataflow.demand`), since a review
asks for few of the types of a program.

    class Store:
        def __init__(self):
            self.file = open("f")      attribute (Store, file)  ->  io.TextIOWrapper

Cf. Agesen, "The Cartesian product algorithm", ECOOP 1995, for what this does not do: a function has
one result whatever it is called with, but for what it gives back as it got it.

Invariant: `analyze` is monotone as far as nothing known gives nothing known, so that a value that
still grows is never taken for one that is not known.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.dataflow.demand import Demand
from assay.ir.function import (
    ASYNC_GENERATOR,
    CLASS,
    COROUTINE,
    GENERATOR,
    LAMBDA,
    MODULE,
    Return,
)
from assay.ir.ops import (
    CELL,
    CLASS_CELL,
    GLOBAL,
    LOCAL,
    NAME,
    NO_TEMP,
    Const,
    Load,
    MakeClass,
    Yield,
)
from assay.program.annotations import OPEN, annotated, generic
from assay.program.classes import ClassInfo, first_parameter, is_decorated
from assay.program.elements import Elements, with_elements
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.fixtures import fixture_of, takes_fixtures
from assay.program.lookup import SourceNames, delegated
from assay.program.modules import Module
from assay.program.names import BUILTINS
from assay.program.operations import constant, is_overload, narrowed_to, operation
from assay.program.parameters import given_by_calls, results_of
from assay.program.recent import Recent
from assay.program.values import (
    ANYTHING,
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    Instance,
    Parameter,
    Type,
    Value,
    opaque,
    union,
    union_of,
    unknown,
    without_none,
)

if TYPE_CHECKING:
    from assay.program.program import Program

# What a key asks for.
TEMP: Final = 0
VARIABLE: Final = 1
RESULT: Final = 2
ATTRIBUTE: Final = 3
GLOBAL_NAME: Final = 4
YIELDED: Final = 5
PARAMETER: Final = 6
BASES: Final = 7
DELEGATED: Final = 8

Subject: TypeAlias = FunctionFacts | ClassInfo | Module
Key: TypeAlias = tuple[int, Subject, str | int]


def _made_classes(parent: FunctionFacts) -> dict[FunctionFacts, list[MakeClass]]:
    """The operations that make the classes of a function, by the body of the class."""
    found: dict[FunctionFacts, list[MakeClass]] = {}
    for op in parent.definitions:
        if isinstance(op, MakeClass):
            found.setdefault(parent.children[op.child], []).append(op)
    return found


@final
class _Globals:
    """What the functions of a module do to its global variables, by name."""

    def __init__(self, facts: FileFacts) -> None:
        self._stored: Final[dict[str, list[tuple[FunctionFacts, int]]]] = {}
        self._puts: Final[dict[str, list[Elements]]] = {}
        for function in facts.functions:
            for name, puts in function.puts().variables.items():
                self._puts.setdefault(name, []).extend([(function, put) for put in puts])
        if not facts.source.holds("global"):
            return
        for function in facts.functions[1:]:
            for op in function.all_stores():
                if op.scope == GLOBAL:
                    self._stored.setdefault(op.name, []).append((function, op.value))

    def stored(self, name: str) -> list[tuple[FunctionFacts, int]]:
        """What functions assign to it by a `global` statement."""
        return self._stored.get(name, [])

    def puts(self, name: str) -> list[Elements]:
        """What is put into it, by functions that have no variable of that name."""
        return [
            (function, put)
            for function, put in self._puts.get(name, ())
            if function.ir.kind == MODULE or not function.stores(name)
        ]


@final
class Types(Demand[Key, Type]):
    """The types of one program."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program: Final = program
        self._made_classes: Final = Recent(_made_classes, 32)
        self._globals: Final = Recent(_Globals, 128)

    def bottom(self, key: Key) -> Type:
        return NOTHING

    def top(self, key: Key) -> Type:
        return ANYTHING

    def widen(self, key: Key, previous: Type, value: Type) -> Type:
        # What is made of too many kinds of values is often fewer kinds, and then more again.
        return ANYTHING if ANYTHING in (previous, value) else union(previous, value)

    def analyze(self, key: Key, previous: Type) -> Type:
        kind, subject, name = key
        if isinstance(subject, FunctionFacts):
            if kind == TEMP:
                assert isinstance(name, int)
                return operation(self, subject, name)
            if kind == VARIABLE:
                return self._variable(subject, str(name))
            if kind == PARAMETER:
                return given_by_calls(self, Parameter(subject, str(name)))
            if kind == YIELDED:
                return self._yielded(subject)
            return self._result(subject)
        if isinstance(subject, ClassInfo):
            if kind == BASES:
                return self._bases(subject)
            if kind == DELEGATED:
                return delegated(self, subject, str(name))
            return self._attribute(subject, str(name))
        return self._global(subject, str(name))

    # What others ask

    def temp(self, function: FunctionFacts, temp: int) -> Type:
        """What a temporary may hold."""
        op = function.definitions[temp] if temp >= 0 else None
        if op is None:
            return unknown("a value that lowering did not keep")
        if isinstance(op, Load):
            return self.load(function, op)
        if isinstance(op, Const):
            return constant(op)
        return self.get((TEMP, function, temp))

    def filled(self, values: Type) -> Type:
        """The same with what the calls in view give for parameters."""
        if not any(isinstance(value, Parameter) for value in values):
            return values
        result = NOTHING
        for value in values:
            if isinstance(value, Parameter):
                given = self.get((PARAMETER, value.function, value.name))
                result = union(result, results_of(self, given) if value.is_called else given)
            else:
                result = union(result, (value,))
        return result

    def objects(self, values: Type) -> Type:
        """What may be used as an object: parameters filled in, and no None, which would raise."""
        return without_none(opaque(self.filled(values)))

    def result(self, function: FunctionFacts) -> Type:
        """What calling a function gives."""
        flavour = function.ir.flavour
        if function.ir.kind == LAMBDA:
            return self.get((RESULT, function, ""))
        if flavour in (GENERATOR, ASYNC_GENERATOR):
            yielded = self.get((YIELDED, function, ""))
            wrapper = "typing.Generator" if flavour == GENERATOR else "typing.AsyncGenerator"
            if is_decorated(function, "contextmanager") or is_decorated(
                function, "asynccontextmanager"
            ):
                wrapper = "contextlib._GeneratorContextManager"
            return (generic(wrapper, (yielded,)),)
        given = self.get((RESULT, function, ""))
        if flavour == COROUTINE:
            return (generic("typing.Coroutine", (given,)),)
        return given

    def bases(self, cls: ClassInfo) -> Type:
        """What a class derives from, in the order of the text."""
        return self.get((BASES, cls, ""))

    def attribute(self, cls: ClassInfo, name: str) -> Type:
        """What is stored under a name in the instances and the body of a class, bases left out."""
        return self.get((ATTRIBUTE, cls, name))

    def handed_on(self, cls: ClassInfo, name: str) -> Type:
        """What the `__getattr__` of a class gives that hands on to other objects."""
        return self.get((DELEGATED, cls, name))

    def module_member(self, module: Module, name: str) -> Type:
        """What a name at the top level of a module is."""
        return self.get((GLOBAL_NAME, module, name))

    # Variables

    def load(self, function: FunctionFacts, op: Load) -> Type:
        """What a variable may hold where it is read."""
        values = self.variable(function, op.scope, op.name)
        classes = function.narrowed(op.dest) if op.scope == LOCAL else NO_TEMP
        if classes == NO_TEMP:
            return values
        return narrowed_to(self.filled(values), self.temp(function, classes))

    def variable(self, function: FunctionFacts, scope: str, name: str) -> Type:
        """What a variable of a function may hold."""
        if scope == LOCAL:
            return self.get((VARIABLE, function, name))
        if scope in (CELL, CLASS_CELL):
            owner: FunctionFacts | None = function
            if scope == CLASS_CELL and function.stores(name):
                return self.get((VARIABLE, function, name))
            while owner is not None:
                if name in owner.ir.cells and name not in owner.ir.free:
                    return self.get((VARIABLE, owner, name))
                owner = owner.parent
            if name == "__class__" and function.owner is not None:
                return (ClassObject(function.owner),)
            return unknown(f"the variable {name} of an outer function")
        if scope == NAME and function.ir.kind != MODULE and function.stores(name):
            return self.get((VARIABLE, function, name))
        return self.get((GLOBAL_NAME, function.file.module, name))

    def _variable(self, function: FunctionFacts, name: str) -> Type:
        found = [self.temp(function, store.value) for store in function.stores(name)]
        if name in function.ir.parameters.names():
            found.append(self._parameter(function, name))
        elif function.ir.cells and name in function.ir.cells:
            for child in function.children:
                found += self._stores_of_closures(child, name)
        annotation = function.annotation(name)
        if annotation is not None:
            said = annotated(annotation, SourceNames(self, function.file.module, None))
            if said != OPEN:
                return said
        if not found:
            return unknown(f"the variable {name}")
        return with_elements(self, union_of(found), self._puts_of(function, name))

    def _puts_of(self, function: FunctionFacts, name: str) -> list[Elements]:
        """What a function, and those inside it that share the variable, put into a container."""
        found = [(function, put) for put in function.puts().variables.get(name, ())]
        if name in function.ir.cells:
            work = list(function.children)
            while work:
                child = work.pop(0)
                if name in child.ir.free:
                    found += [(child, put) for put in child.puts().variables.get(name, ())]
                    work += child.children
        return found

    def _stores_of_closures(self, function: FunctionFacts, name: str) -> list[Type]:
        if name not in function.ir.free:
            return []
        found = [self.temp(function, store.value) for store in function.stores(name)]
        for child in function.children:
            found += self._stores_of_closures(child, name)
        return found

    def _parameter(self, function: FunctionFacts, name: str) -> Type:
        owner = function.owner
        parameters = function.ir.parameters
        if owner is not None and name == first_parameter(function):
            if function.ir.name in ("__new__", "__init_subclass__", "__class_getitem__"):
                return (ClassObject(owner),)
            if is_decorated(function, "classmethod"):
                return (ClassObject(owner),)
            if not is_decorated(function, "staticmethod"):
                # Class methods under a decorator of the project's own keep the name.
                is_class = name == "cls" and "type" not in owner.all_external_bases()
                return (ClassObject(owner) if is_class else Instance(owner),)
        if name == parameters.star:
            return (ExternalInstance("tuple"),)
        if name == parameters.star_star:
            return (ExternalInstance("dict"),)
        node = function.ir.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            said = self._annotated_parameter(function, node, name)
            if said is not None:
                return said
        if takes_fixtures(function):
            fixture = fixture_of(self, function, name)
            if fixture is not None:
                return fixture
        reason: Type = (Parameter(function, name),)
        default = function.default(name)
        if default is None:
            return reason
        parent, temp = default
        return union(without_none(self.temp(parent, temp)), reason)

    def _annotated_parameter(
        self,
        function: FunctionFacts,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        name: str,
    ) -> Type | None:
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.arg == name and argument.annotation is not None:
                names = SourceNames(self, function.file.module, function.owner)
                said = annotated(argument.annotation, names)
                return None if said == OPEN else said
        return None

    # Functions

    def _result(self, function: FunctionFacts) -> Type:
        node = function.ir.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            names = SourceNames(self, function.file.module, function.owner)
            said = annotated(node.returns, names)
            if said != OPEN:
                return said
        returned = [
            self.temp(function, block.terminator.value)
            for block in function.ir.blocks
            if isinstance(block.terminator, Return)
        ]
        return union_of(returned)  # nothing for one that never returns

    def _yielded(self, function: FunctionFacts) -> Type:
        node = function.ir.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            names = SourceNames(self, function.file.module, function.owner)
            for value in annotated(node.returns, names):
                if isinstance(value, ExternalInstance) and value.arguments:
                    return value.arguments[0]
        found: list[Type] = []
        for block in function.ir.blocks:
            found += [self.temp(function, op.value) for op in block.ops if isinstance(op, Yield)]
        return union_of(found)

    # Classes and modules

    def _attribute(self, cls: ClassInfo, name: str) -> Type:
        found: list[Type] = []
        for node in cls.members.get(name, ()):
            if isinstance(node, ast.AnnAssign):
                said = annotated(node.annotation, SourceNames(self, cls.module, cls))
                if said not in (OPEN, NOTHING):
                    return said
        body = cls.body
        if body is not None:
            found += [self.temp(body, store.value) for store in body.stores(name)]
        for stored in cls.stored().get(name, ()):
            annotation = stored.function.attribute_annotation(stored.op)
            if annotation is not None:
                said = annotated(annotation, SourceNames(self, cls.module, cls))
                if said != OPEN:
                    return said
            found.append(self.temp(stored.function, stored.op.value))
        return with_elements(self, union_of(found), _puts_of_class(cls, name))

    def _bases(self, cls: ClassInfo) -> Type:
        body = cls.body
        parent = body.parent if body is not None else None
        if body is None or parent is None:
            return unknown("lowering did not keep it")
        found: dict[str, Value] = {}
        for op in self._made_classes.of(parent).get(body, ()):
            labels = op.labels or ("",) * len(op.args)
            for temp, label in zip(op.args, labels, strict=True):
                if not label:
                    for value in self.objects(self.temp(parent, temp)):
                        found.setdefault(value.key, value)
        return tuple(found.values())

    def _global(self, module: Module, name: str) -> Type:
        names = module.names
        imported = names.imports.get(name)
        bound = names.bound.get(name)
        if name in names.rebound:
            return self._assigned_global(module, name)
        if imported is not None:
            return self.program.imported(module, imported.target)
        if isinstance(bound, ast.ClassDef) and not bound.decorator_list:
            cls = module.class_of(bound)
            return unknown(f"the class {name}") if cls is None else (ClassObject(cls),)
        if bound is not None:
            return self._assigned_global(module, name)
        for star in module.names.star_imports:
            found = self.program.star_member(module, star, name)
            if found is not None:
                return found
        if name in BUILTINS:
            return (External(name),)
        if module.names.star_imports:
            return unknown(f"the name {name}, which a star import may bind")
        return self._assigned_global(module, name)

    def _assigned_global(self, module: Module, name: str) -> Type:
        facts = module.facts
        body = facts.functions[0]
        annotation = body.annotation(name)
        if annotation is not None:
            said = annotated(annotation, SourceNames(self, module, None))
            if said != OPEN:
                return said
        found = [
            self.temp(body, store.value)
            for store in body.stores(name)
            if not is_overload(body, store.value)
        ]
        elsewhere = self._globals.of(facts)
        found += [self.temp(function, value) for function, value in elsewhere.stored(name)]
        if found:
            return with_elements(self, union_of(found), elsewhere.puts(name))
        if module.source.path == "" or not module.place:
            return (External(name),) if name in BUILTINS else unknown(f"the name {name}")
        return unknown(f"the name {name}")


def _puts_of_class(cls: ClassInfo, name: str) -> list[Elements]:
    found: list[Elements] = []
    work = cls.methods()
    while work:
        function = work.pop(0)
        found += [(function, put) for put in function.puts().attributes.get(name, ())]
        work += [child for child in function.children if child.ir.kind != CLASS]
    return found

"""The types of values: of temporaries, variables, attributes, globals and results of functions.

Flow-insensitive within a function: a variable is whatever any assignment puts into it. The types of
parameters come from annotations, from defaults, and for the first one of a method from its class;
attributes are what the methods of the class store in them. Everything is computed when somebody
asks (`dataflow.demand`), since a review asks for few of the types of a program.

    class Store:
        def __init__(self):
            self.file = open("f")      attribute (Store, file)  ->  io.TextIOWrapper

Cf. Agesen, "The Cartesian product algorithm", ECOOP 1995, for what this does not do: a function has
one result whatever it is called with.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.dataflow.demand import Demand
from assay.ir.function import ASYNC_GENERATOR, COROUTINE, GENERATOR, LAMBDA, MODULE, Return
from assay.ir.ops import (
    CELL,
    CLASS_CELL,
    GLOBAL,
    LOCAL,
    NAME,
    AsyncIter,
    AsyncNext,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Caught,
    Compare,
    Const,
    Copy,
    Element,
    Enter,
    Format,
    GroupMatch,
    Import,
    ImportFrom,
    Inplace,
    Item,
    Iter,
    Join,
    Load,
    MakeClass,
    MakeFunction,
    Matches,
    Next,
    Op,
    Slice,
    Spread,
    Unary,
    Unpack,
    Yield,
)
from assay.program import builtins_model
from assay.program.annotations import OPEN, annotated, generic, tuple_of
from assay.program.classes import ClassInfo, first_parameter, is_decorated
from assay.program.facts import FunctionFacts
from assay.program.lookup import SourceNames, attribute_of
from assay.program.modules import Module
from assay.program.names import BUILTINS
from assay.program.values import (
    ANYTHING,
    NONE,
    NOTHING,
    ClassObject,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
    SuperValue,
    TupleValue,
    Type,
    Unknown,
    Value,
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

Subject: TypeAlias = FunctionFacts | ClassInfo | Module
Key: TypeAlias = tuple[int, Subject, str | int]

_STRINGS: Final = (ExternalInstance("str"),)


@final
class Types(Demand[Key, Type]):
    """The types of one program."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program: Final = program

    def bottom(self, key: Key) -> Type:
        return NOTHING

    def top(self, key: Key) -> Type:
        return ANYTHING

    def analyze(self, key: Key, previous: Type) -> Type:
        kind, subject, name = key
        if isinstance(subject, FunctionFacts):
            if kind == TEMP:
                assert isinstance(name, int)
                return self._operation(subject, name)
            if kind == VARIABLE:
                return self._variable(subject, str(name))
            if kind == YIELDED:
                return self._yielded(subject)
            return self._result(subject)
        if isinstance(subject, ClassInfo):
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
            return _constant(op)
        return self.get((TEMP, function, temp))

    def result(self, function: FunctionFacts) -> Type:
        """What calling a function gives."""
        flavour = function.ir.flavour
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

    def attribute(self, cls: ClassInfo, name: str) -> Type:
        """What is stored under a name in the instances and the body of a class, bases left out."""
        return self.get((ATTRIBUTE, cls, name))

    def module_member(self, module: Module, name: str) -> Type:
        """What a name at the top level of a module is."""
        return self.get((GLOBAL_NAME, module, name))

    # Variables

    def load(self, function: FunctionFacts, op: Load) -> Type:
        """What a variable may hold where it is read."""
        return self.variable(function, op.scope, op.name)

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
        return union_of(found) if found else unknown(f"the variable {name}")

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
        reason = unknown(f"the parameter {name} of {function.ir.qualname or function.ir.name}")
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
        return union_of(found)

    def _global(self, module: Module, name: str) -> Type:
        imported = module.names.imports.get(name)
        if imported is not None:
            return self.program.imported(module, imported.target)
        bound = module.names.bound.get(name)
        if isinstance(bound, ast.ClassDef):
            cls = module.class_of(bound)
            return unknown(f"the class {name}") if cls is None else (ClassObject(cls),)
        if isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = module.facts.function_of(bound)
            if function is not None:
                return self._decorated(function, bound)
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
        found = [self.temp(body, store.value) for store in body.stores(name)]
        for function in facts.functions[1:]:
            found += [
                self.temp(function, store.value)
                for store in function.stores(name)
                if store.scope == GLOBAL
            ]
        if found:
            return union_of(found)
        if module.source.path == "" or not module.on_disk:
            return (External(name),) if name in BUILTINS else unknown(f"the name {name}")
        return unknown(f"the name {name}")

    def _decorated(self, function: FunctionFacts, node: ast.stmt) -> Type:
        """A function under its decorators: those not in view are taken to keep it."""
        assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        return (FunctionValue(function, False),)

    # Operations

    def _operation(self, function: FunctionFacts, temp: int) -> Type:
        op = function.definitions[temp]
        if isinstance(op, Call):
            return self._call(function, op)
        if isinstance(op, Attr):
            result = NOTHING
            for value in without_none(self.temp(function, op.owner)):
                result = union(result, attribute_of(self, value, op.name))
            return result
        if isinstance(op, Copy):
            return union_of([self.temp(function, each) for each in function.joined(temp)])
        if isinstance(op, MakeFunction):
            return (FunctionValue(function.children[op.child], False),)
        if isinstance(op, MakeClass):
            node = function.children[op.child].ir.node
            cls = function.file.module.class_of(node) if isinstance(node, ast.ClassDef) else None
            return unknown("a class") if cls is None else (ClassObject(cls),)
        if isinstance(op, Import):
            dots = "." * op.level
            target = f"{dots}{op.module}" if op.names else op.module.partition(".")[0]
            return self.program.imported(function.file.module, target)
        if isinstance(op, ImportFrom):
            module = function.definitions[op.module]
            if isinstance(module, Import):
                prefix = "." * module.level + module.module
                joint = "" if not prefix or prefix.endswith(".") else "."
                return self.program.imported(function.file.module, f"{prefix}{joint}{op.name}")
            return unknown("an import")
        if isinstance(op, Caught):
            return self._caught(function, temp)
        return self._plain(function, op)

    def _plain(self, function: FunctionFacts, op: Op | None) -> Type:
        if isinstance(op, (Format, Join)):
            return _STRINGS
        if isinstance(op, (Iter, AsyncIter)):
            return self.temp(function, op.value)
        if isinstance(op, (Next, AsyncNext)):
            return _each(self.temp(function, op.iterator), builtins_model.element)
        if isinstance(op, Await):
            return _each(self.temp(function, op.value), builtins_model.awaited)
        if isinstance(op, Enter):
            return self._entered(self.temp(function, op.manager), op.mode == "async")
        if isinstance(op, Build):
            return self._built(function, op)
        if isinstance(op, Unpack):
            return self.temp(function, op.value)
        if isinstance(op, Element):
            return _each(self.temp(function, op.value), builtins_model.element, op.index)
        if isinstance(op, Item):
            return self._item(function, op)
        if isinstance(op, Compare):
            return (ExternalInstance("bool"),)
        if isinstance(op, (Binary, Inplace)):
            return self._binary(function, op)
        if isinstance(op, Unary):
            if op.operator == "not":
                return (ExternalInstance("bool"),)
            return self.temp(function, op.operand)
        if isinstance(op, Spread):
            return self.temp(function, op.value)
        if isinstance(op, Slice):
            return (ExternalInstance("slice"),)
        if isinstance(op, GroupMatch):
            return (ExternalInstance("BaseExceptionGroup"),)
        return unknown("the result of an operation")

    def _caught(self, function: FunctionFacts, temp: int) -> Type:
        result = NOTHING
        for site in function.sites():
            if isinstance(site.op, Matches) and site.op.exception == temp:
                for value in self.temp(function, site.op.types):
                    kinds = (
                        [each for element in value.elements for each in element]
                        if isinstance(value, TupleValue)
                        else [value]
                    )
                    for kind in kinds:
                        result = union(result, _instance_of(kind))
        return result or (ExternalInstance("BaseException"),)

    def _built(self, function: FunctionFacts, op: Build) -> Type:
        if op.kind == "dict":
            if op.labels or len(op.args) % 2 or not op.args:
                return (ExternalInstance("dict"),)
            keys = union_of([self.temp(function, temp) for temp in op.args[::2][:16]])
            values = union_of([self.temp(function, temp) for temp in op.args[1::2][:16]])
            return (generic("dict", (keys, values)),)
        if op.labels or len(op.args) > 16:
            return (ExternalInstance(op.kind),)
        elements = tuple(self.temp(function, temp) for temp in op.args)
        if op.kind == "tuple":
            return tuple_of(elements)
        return (
            (generic(op.kind, (union_of(list(elements)),)),)
            if elements
            else (ExternalInstance(op.kind),)
        )

    def _item(self, function: FunctionFacts, op: Item) -> Type:
        index = function.constant(op.index)
        number = index.value if index is not None and isinstance(index.value, int) else None
        result = NOTHING
        for value in without_none(self.temp(function, op.owner)):
            if isinstance(value, Instance):
                method = value.cls.find_method("__getitem__")
                result = union(
                    result,
                    self.result(method) if method is not None else unknown("an item of an object"),
                )
            elif isinstance(value, TupleValue) and isinstance(
                function.definitions[op.index], Slice
            ):
                result = union(result, (ExternalInstance("tuple"),))
            else:
                result = union(result, builtins_model.item(value, number))
        return result

    def _binary(self, function: FunctionFacts, op: Binary | Inplace) -> Type:
        left = self.temp(function, op.left)
        if op.operator == "/" and any(_is_path(value) for value in left):
            return tuple(value for value in left if _is_path(value))
        if op.operator in ("%", "+") and any(
            isinstance(value, ExternalInstance) and value.path in ("str", "bytes") for value in left
        ):
            return tuple(value for value in left if isinstance(value, ExternalInstance))
        if op.operator == "|":
            return union(left, self.temp(function, op.right))
        kept = tuple(value for value in left if isinstance(value, (ExternalInstance, TupleValue)))
        if len(kept) == len(left):
            return kept
        return unknown("the result of an operator")

    def _entered(self, managers: Type, is_async: bool) -> Type:
        result = NOTHING
        for value in without_none(managers):
            if isinstance(value, Instance):
                method = value.cls.find_method("__aenter__" if is_async else "__enter__")
                if method is not None:
                    given = self.get((RESULT, method, ""))
                    if is_async and method.ir.flavour == COROUTINE:
                        given = (generic("typing.Coroutine", (given,)),)
                    result = union(result, given)
                else:
                    result = union(result, (value,))  # a base that is not in view: itself, mostly
            elif isinstance(value, ExternalInstance) and (
                value.path == "contextlib._GeneratorContextManager" and value.arguments
            ):
                result = union(result, value.arguments[0])
            else:
                result = union(result, (value,))
        return result

    # Calls

    def _call(self, function: FunctionFacts, op: Call) -> Type:
        result = NOTHING
        for value in without_none(self.temp(function, op.callee)):
            result = union(result, self.called(function, op, value))
        return result

    def called(self, function: FunctionFacts, op: Call, value: Value) -> Type:
        """What a call gives when its callee is this value."""
        if isinstance(value, FunctionValue):
            if value.function.ir.kind == LAMBDA:
                return self.get((RESULT, value.function, ""))
            return self.result(value.function)
        if isinstance(value, ClassObject):
            return (Instance(value.cls),)
        if isinstance(value, Instance):
            method = value.cls.find_method("__call__")
            return self.result(method) if method is not None else unknown("a call of an object")
        if isinstance(value, External):
            return self._external_call(function, op, value.path)
        if isinstance(value, ExternalInstance):
            return self.program.library.call(value.path)
        if isinstance(value, Unknown):
            return (value,)
        return unknown("a call of something that is no function")

    def _external_call(self, function: FunctionFacts, op: Call, path: str) -> Type:
        if path == "super":
            return self._super(function, op)
        first = self.temp(function, op.args[0]) if op.args and op.labels[:1] != ("*",) else ()
        if path == "functools.partial" and first:
            positional = sum(1 for label in op.labels if not label) if op.labels else len(op.args)
            names = tuple(label for label in op.labels if label and label[0] != "*")
            result = NOTHING
            for value in first:
                if isinstance(value, FunctionValue):
                    partial = FunctionValue(
                        value.function,
                        value.bound,
                        value.skipped + positional - 1,
                        (*value.keywords, *names),
                        value.seen_from,
                    )
                    result = union(result, (partial,))
                else:
                    result = union(result, (value,))
            return result
        if path == "type" and len(op.args) == 1:
            return _each(first, _class_of)
        if path == "getattr" and len(op.args) >= 2:
            name = function.constant(op.args[1])
            if name is None or not isinstance(name.value, str):
                return unknown("an attribute whose name is computed")
            result = self.temp(function, op.args[2]) if len(op.args) > 2 else NOTHING
            for value in without_none(first):
                result = union(result, attribute_of(self, value, name.value))
            return result
        kept = builtins_model.keeps_argument(path)
        if kept and first:
            return first
        if path in builtins_model.CONTAINERS and first:
            return _each(first, builtins_model.element, -1, path)
        if path == "next" and first:
            return _each(first, builtins_model.element)
        if path == "open":
            return (ExternalInstance("io.TextIOWrapper"),)
        method = function.definitions[op.callee]
        arguments: tuple[Type, ...] = ()
        if isinstance(method, Attr):
            for owner in self.temp(function, method.owner):
                if isinstance(owner, ExternalInstance) and path == f"{owner.path}.{method.name}":
                    arguments = owner.arguments
        return self.program.library.call(path, arguments)

    def _super(self, function: FunctionFacts, op: Call) -> Type:
        outer: FunctionFacts | None = function
        while outer is not None and outer.owner is None:
            outer = outer.parent
        if outer is None or outer.owner is None:
            return unknown("super() outside of a class")
        cls = outer.owner
        if op.args:
            named = [v for v in self.temp(function, op.args[0]) if isinstance(v, ClassObject)]
            if len(named) == 1:
                cls = named[0].cls
        return (SuperValue(cls, outer.owner),)


def _each(values: Type, how: builtins_model.Step, index: int = -1, path: str = "") -> Type:
    result = NOTHING
    for value in without_none(values):
        found = how(value, index)
        result = union(result, (generic(path, (found,)),) if path else found)
    return result


def _constant(op: Const) -> Type:
    if op.value is None:
        return NONE
    if op.value is ...:
        return unknown("an ellipsis")
    return (ExternalInstance(type(op.value).__name__),)


def _instance_of(value: Value) -> Type:
    if isinstance(value, ClassObject):
        return (Instance(value.cls),)
    if isinstance(value, External):
        return (ExternalInstance(value.path),)
    return unknown("an error of a kind that is not known")


def _class_of(value: Value, index: int) -> Type:
    if isinstance(value, Instance):
        return (ClassObject(value.cls),)
    if isinstance(value, ExternalInstance):
        return (External(value.path),)
    return unknown("the class of a value that is not known")


def _is_path(value: Value) -> bool:
    return isinstance(value, ExternalInstance) and value.path.startswith("pathlib.")

"""Makes host functions and classes of IR, and runs module bodies.

A host function is compiled from a small template with the parameters of the program's function,
so that the host binds arguments and knows the signature; its body hands them to the interpreter
through two cells. Variables that the program's function captures are cells of the host function
too.

    def f(a, *rest, k=1): ...      def f(a, *rest, k):
                                       return __assay_finish__(__assay_run__((a, k, rest)))
"""

from __future__ import annotations

import ast
import sys
import typing
from collections.abc import Callable, Generator, MutableMapping
from keyword import iskeyword
from types import CellType, CodeType, FunctionType, coroutine
from typing import Final, final

from assay.ir.function import (
    ASYNC_GENERATOR,
    COROUTINE,
    GENERATOR,
    PLAIN,
    TYPE_SCOPE,
    FunctionIR,
    Parameters,
)
from assay.ir.interpret.control import Handed, Suspension, finish, run, suspended
from assay.ir.interpret.frame import Frame, Program, Thrown
from assay.ir.interpret.operations import OPERATIONS, arguments
from assay.ir.ops import NO_TEMP, MakeClass, MakeFunction, MakeTypeAlias, MakeTypeParam

_RUN: Final = "__assay_run__"
_HELPERS: Final = ("__assay_pass__", "__assay_handed__", "__assay_thrown__")
_HAS_LAZY_TYPES: Final = sys.version_info >= (3, 12)
_CLEANS_DOCSTRINGS: Final = sys.version_info >= (3, 13)

_PLAIN_BODY: Final = """
        return __assay_run__({given})
"""
_SUSPENDING_BODY: Final = """
        __assay_call__ = __assay_run__({given})
        __assay_core__ = __assay_call__.start()
        __assay_value__ = None
        while True:
            try:
                __assay_asked__ = __assay_core__.send(__assay_value__)
            except StopIteration as __assay_stop__:
                __assay_outcome__ = __assay_stop__.value
                break
            try:
                {resume}
            except BaseException as __assay_error__:
                __assay_value__ = __assay_thrown__(__assay_error__)
        {end} __assay_call__.finish(__assay_outcome__)
"""
_AWAIT: Final = "__assay_value__ = await __assay_pass__(__assay_asked__)"
_RESUME: Final = {
    GENERATOR: "__assay_value__ = yield __assay_asked__",
    COROUTINE: _AWAIT,
    ASYNC_GENERATOR: f"""if type(__assay_asked__) is __assay_handed__:
                    __assay_value__ = yield __assay_asked__.value
                else:
                    {_AWAIT}""",
}
_CLASS_TEMPLATE: Final = """def __assay_factory__(__assay_run__):
    class __assay_class__:
        __assay_run__(locals())
"""


def run_module_body(function: FunctionIR, module_globals: dict[str, object]) -> None:
    """Run a module's IR with these globals."""
    document = _docstring(function)
    if document is not None or "__doc__" not in module_globals:
        module_globals["__doc__"] = document
    program = Program(module_globals)
    run(Frame(function, program, {}, None), 0)


@final
class _Call:
    """A call of a generator or coroutine function."""

    __slots__ = ("frame",)

    def __init__(self, frame: Frame) -> None:
        self.frame: Final = frame

    def start(self) -> Suspension:
        return suspended(self.frame, 0, None)

    def finish(self, outcome: int) -> object:
        return finish(self.frame, outcome)


@coroutine
def _pass_up(request: object) -> Generator[object, object, object]:
    """Hand what an await asks for to the event loop."""
    return (yield request)


def _captured(frame: Frame, child: FunctionIR) -> dict[str, CellType]:
    return {name: frame.cells[name] for name in child.free}


def _class_of(frame: Frame, child: FunctionIR) -> MutableMapping[str, object] | None:
    """The class namespace that a type scope sees."""
    return frame.namespace if child.kind == TYPE_SCOPE else None


def _make_function(frame: Frame, op: MakeFunction) -> object:
    temps = frame.temps
    child = frame.function.children[op.child]
    made = _host_function(frame.program, child, _captured(frame, child), _class_of(frame, child))
    made.__defaults__ = tuple([temps[arg] for arg in op.defaults]) or None
    if op.keyword_names:
        values = [temps[arg] for arg in op.keyword_defaults]
        made.__kwdefaults__ = dict(zip(op.keyword_names, values, strict=True))
    if op.annotation_names:
        values = [temps[arg] for arg in op.annotations]
        made.__annotations__ = dict(zip(op.annotation_names, values, strict=True))
    if op.type_params != NO_TEMP:
        made.__type_params__ = temps[op.type_params]  # type: ignore[attr-defined]
    return made


def _host_function(
    program: Program,
    function: FunctionIR,
    captured: dict[str, CellType],
    namespace: MutableMapping[str, object] | None,
) -> FunctionType:
    """A host function that interprets a function of the program."""
    code = program.codes.get(id(function))
    if code is None:
        code = program.codes[id(function)] = _function_code(program, function)
    known: dict[str, object] = {
        _RUN: _runner(program, function, captured, namespace),
        "__assay_pass__": _pass_up,
        "__assay_handed__": Handed,
        "__assay_thrown__": Thrown,
    }
    cells = [
        captured[name] if name in captured else CellType(known[name]) for name in code.co_freevars
    ]
    made = FunctionType(code, program.globals, function.name, None, tuple(cells))
    made.__doc__ = _docstring(function)
    return made


def _runner(
    program: Program,
    function: FunctionIR,
    captured: dict[str, CellType],
    namespace: MutableMapping[str, object] | None,
) -> Callable[[tuple[object, ...]], object]:
    def call(given: tuple[object, ...]) -> object:
        frame = Frame(function, program, captured, namespace)
        frame.bind(given)
        if function.flavour != PLAIN:
            return _Call(frame)
        run(frame, 0)
        return frame.result

    return call


def _function_code(program: Program, function: FunctionIR) -> CodeType:
    flavour = function.flavour
    keyword = "async def" if flavour in (COROUTINE, ASYNC_GENERATOR) else "def"
    shown = {name: _identifier(name) for name in function.parameters.names()}
    given = "".join([f"{name}, " for name in shown.values()])
    free = [name for name in function.free if name.isidentifier() and not iskeyword(name)]
    if flavour == PLAIN:
        body = _PLAIN_BODY.format(given=f"({given})")
    else:
        end = "__assay_value__ =" if flavour == ASYNC_GENERATOR else "return"
        body = _SUSPENDING_BODY.format(given=f"({given})", resume=_RESUME[flavour], end=end)
    outer = ", ".join([_RUN, *_HELPERS, *free])
    mention = f"        if 0: ({''.join([f'{name}, ' for name in free])})\n"
    text = (
        f"def __assay_factory__({outer}):\n"
        f"    {keyword} __assay_function__({_signature(function.parameters, shown)}):"
        f"{body}{mention}"
    )
    code = _inner_code(_inner_code(compile(text, program.filename, "exec")))
    return code.replace(
        co_name=function.name, co_qualname=function.qualname, co_firstlineno=function.first_line
    )


def _identifier(name: str) -> str:
    """A name for a parameter; hidden ones such as `.0` have none that the host would take."""
    return name if name.isidentifier() else "__assay_hidden_" + name.lstrip(".")


def _signature(parameters: Parameters, shown: dict[str, str]) -> str:
    """The parameters in the host's syntax; every optional one is made so by `__defaults__`."""
    parts = [shown[name] for name in parameters.positional_only]
    if parts:
        parts.append("/")
    parts += [shown[name] for name in parameters.positional]
    if parameters.star:
        parts.append("*" + shown[parameters.star])
    elif parameters.keyword_only:
        parts.append("*")
    parts += [shown[name] for name in parameters.keyword_only]
    if parameters.star_star:
        parts.append("**" + shown[parameters.star_star])
    return ", ".join(parts)


def _inner_code(code: CodeType) -> CodeType:
    return next(const for const in code.co_consts if isinstance(const, CodeType))


def _docstring(function: FunctionIR) -> str | None:
    node = function.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)):
        return None
    return ast.get_docstring(node, clean=_CLEANS_DOCSTRINGS)


# Classes


def _make_class(frame: Frame, op: MakeClass) -> object:
    """Through the host's `__build_class__`, so that bases and metaclasses are its business."""
    child = frame.function.children[op.child]
    program = frame.program
    positional, keywords = arguments(frame, op.args, op.labels)
    params: tuple[object, ...] = ()
    if op.type_params != NO_TEMP:
        found = frame.temps[op.type_params]
        assert isinstance(found, tuple)
        params = found
        positional.append(_generic_base(params))
    captured = _captured(frame, child)

    def body(namespace: MutableMapping[str, object]) -> None:
        document = _docstring(child)
        if params:
            namespace["__type_params__"] = params
        if document is not None:
            namespace["__doc__"] = document
        inner = Frame(child, program, captured, namespace)
        run(inner, 0)
        if "__class__" in child.cells:
            namespace["__classcell__"] = inner.cells["__class__"]

    code = _inner_code(_inner_code(compile(_CLASS_TEMPLATE, program.filename, "exec")))
    consts = [
        child.qualname if const == "__assay_factory__.<locals>.__assay_class__" else const
        for const in code.co_consts
    ]
    code = code.replace(
        co_consts=tuple(consts),
        co_name=child.name,
        co_qualname=child.qualname,
        co_firstlineno=child.first_line,
    )
    runner = FunctionType(code, program.globals, child.name, None, (CellType(body),))
    build: object = program.builtins["__build_class__"]
    if len(keywords) > 1:
        return build(runner, child.name, *positional, **keywords[0], **keywords[1])  # type: ignore[operator]
    return build(runner, child.name, *positional, **keywords[0])  # type: ignore[operator]


def _generic_base(params: tuple[object, ...]) -> object:
    """`Generic[T, *Ts]`."""
    items: list[object] = []
    for param in params:
        if isinstance(param, typing.TypeVarTuple):
            items.extend(param)
        else:
            items.append(param)
    generic: object = typing.Generic
    return generic[tuple(items)]  # type: ignore[index]


# Type parameters and aliases (PEP 695, 696): the host's own statement, so that values are lazy


def _make_type_param(frame: Frame, op: MakeTypeParam) -> object:
    stars = {"typevar": "", "typevartuple": "*", "paramspec": "**"}[op.kind]
    declared = f"{stars}{op.name}"
    known: dict[str, object] = {}
    for child, key, form in ((op.bound, "bound", ": {}"), (op.default, "default", " = {}")):
        if child == -1:
            continue
        value = _lazy(frame, child)
        known[key] = value
        node = frame.function.children[child].node
        if key == "bound" and isinstance(node, ast.Tuple):  # constraints
            items = "".join([f"bound()[{index}], " for index in range(len(node.elts))])
            declared += f": ({items})"
        else:
            declared += form.format(f"{key}()")
    alias = _alias_of_host(f"type __assay_alias__[{declared}] = None", "__assay_alias__", known)
    params: tuple[object, ...] = getattr(alias, "__type_params__", ())
    return params[0]


def _make_type_alias(frame: Frame, op: MakeTypeAlias) -> object:
    value = _lazy(frame, op.child)
    if op.type_params == NO_TEMP:
        return _alias_of_host(f"type {op.name} = value()", op.name, {"value": value})
    factory: object = getattr(typing, "TypeAliasType", None)
    return factory(op.name, value(), type_params=frame.temps[op.type_params])  # type: ignore[operator]


def _alias_of_host(text: str, name: str, known: dict[str, object]) -> object:
    assert _HAS_LAZY_TYPES, "type parameters need a host of 3.12"
    exec(text, known)
    return known[name]


def _lazy(frame: Frame, child: int) -> Callable[[], object]:
    function = frame.function.children[child]
    captured = _captured(frame, function)
    program = frame.program
    namespace = _class_of(frame, function)

    def evaluate() -> object:
        inner = Frame(function, program, captured, namespace)
        run(inner, 0)
        return inner.result

    return evaluate


OPERATIONS[MakeFunction] = _make_function
OPERATIONS[MakeClass] = _make_class
OPERATIONS[MakeTypeParam] = _make_type_param
OPERATIONS[MakeTypeAlias] = _make_type_alias

"""Lowers definitions: functions, lambdas, classes, type parameters and aliases.

A generic definition (PEP 695) runs inside a hidden function that makes its type parameters;
defaults are evaluated outside of it and handed in.
"""

from __future__ import annotations

import ast
from typing import Final

from assay.ir.function import (
    ASYNC_GENERATOR,
    CLASS,
    COROUTINE,
    FUNCTION,
    GENERATOR,
    LAMBDA,
    MODULE,
    NO_PARAMETERS,
    PLAIN,
    TYPE_SCOPE,
    FunctionIR,
    FunctionNode,
    Parameters,
)
from assay.ir.ops import (
    LOCAL,
    NO_TEMP,
    Build,
    Call,
    Const,
    Located,
    MakeClass,
    MakeFunction,
    MakeTypeAlias,
    MakeTypeParam,
    SetupAnnotations,
)
from assay.lowering import expression as expressions
from assay.lowering import raising
from assay.lowering import statement as statements
from assay.lowering.builder import Builder, OverBudgetError
from assay.lowering.scopes import Scope, arguments_of, type_params_of
from assay.source.nesting import COMPOUND, blocks_of
from assay.source.spelling import spelling

NO_CHILD: Final = -1


def begin(
    b: Builder,
    node: FunctionNode,
    name: str,
    kind: str,
    flavour: str,
    parameters: Parameters,
    scope: Scope,
) -> Builder:
    """A builder for a function made inside the one that `b` builds."""
    line = first_line(node)
    function = FunctionIR(name, _qualname(b, name, kind), kind, flavour, parameters, line, node)
    return Builder(function, scope, b.table, b.budget, b.future_annotations)


def _qualname(b: Builder, name: str, kind: str) -> str:
    outer = b.function
    if outer.kind == MODULE:
        return name
    if outer.kind == TYPE_SCOPE:
        prefix, _, _ = outer.qualname.rpartition(".")
        return f"{prefix}.{name}" if prefix else name
    if outer.kind == CLASS:
        return f"{outer.qualname}.{name}"
    if kind in (FUNCTION, CLASS, TYPE_SCOPE) and b.scope.host.resolve(name)[0] == "global":
        return name
    return f"{outer.qualname}.<locals>.{name}"


def first_line(node: FunctionNode) -> int:
    """The line where a definition starts, its decorators included."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.decorator_list[0].lineno if node.decorator_list else node.lineno
    if node is None or isinstance(node, ast.Module):
        return 1
    return node.lineno


def make(b: Builder, child: int, at: Located) -> int:
    """Emit the making of an inner function without defaults."""
    return b.emit(MakeFunction(b.temp(), child, (), (), (), (), (), NO_TEMP, at))


def lowered(b: Builder, node: FunctionNode) -> int:
    """The number of the child that a node has become, or NO_CHILD.

    A definition in a `finally` body stands in the graph once for each copy of the body. All of
    them make the same function: lowered anew each time, nested ones would multiply without bound.
    """
    return b.children.get(id(node), NO_CHILD)


def adopt(b: Builder, inner: Builder) -> int:
    """Finish an inner function; returns its number among the children."""
    complete(inner)
    number = len(b.function.children)
    b.function.children.append(inner.function)
    b.children[id(inner.function.node)] = number
    return number


def complete(b: Builder) -> None:
    """Fill in the function's variables and hand it its graph."""
    function, scope = b.function, b.scope
    names = dict.fromkeys(function.parameters.names())
    names.update(scope.bound)
    function.cells = tuple(scope.cells)
    function.free = tuple(scope.actual(name) for name in scope.free)
    raising.refine(b.blocks, function, sorted_locals(b, names))
    b.finish()


def sorted_locals(b: Builder, names: dict[str, None]) -> tuple[str, ...]:
    """The fast locals: of the scope itself and of the comprehensions inlined into it."""
    found = dict.fromkeys(
        # hidden parameters such as `.0` are no names of the source
        name
        for name in names
        if name[0] == "." or b.scope.resolve(name)[0] == LOCAL
    )
    _comprehension_locals(b.scope, found)
    b.function.locals = tuple(found)
    return b.function.locals


def _comprehension_locals(scope: Scope, found: dict[str, None]) -> None:
    for child in scope.children:
        if child.host is scope.host:
            for name in child.renamed.values():
                if name not in scope.host.cells:
                    found[name] = None
            _comprehension_locals(child, found)


def lower_body(inner: Builder, body: list[ast.stmt], at: Located) -> None:
    """Lower a function's statements; over budget, the function stays without blocks."""
    try:
        if inner.function.kind in (CLASS, MODULE) and _has_annotations(body):
            inner.emit(SetupAnnotations(at))
        statements.body(inner, body)
        inner.ret(inner.emit(Const(inner.temp(), None, at)), at)
    except OverBudgetError:
        give_up(inner)


def give_up(b: Builder) -> None:
    """Mark a function as over budget; its one block returns nothing that means anything."""
    b.function.over_budget = b.budget
    b.function.children.clear()
    b.children.clear()
    b.regions.clear()
    entry = b.blocks[0]
    entry.ops.clear()
    entry.terminator = None
    b.left = 2
    b.frames = []
    b.start(entry)
    b.ret(b.emit(Const(0, None, _anywhere(b))), _anywhere(b))
    b.temps = 1


def _anywhere(b: Builder) -> Located:
    node = b.function.node
    if node is None or isinstance(node, ast.Module):
        return ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
    return node


def _has_annotations(body: list[ast.stmt]) -> bool:
    work = [body]
    while work:
        for node in work.pop():
            if isinstance(node, ast.AnnAssign):
                return True
            if type(node) in COMPOUND and not isinstance(
                node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                work += [block for block, _ in blocks_of(node)]
    return False


def keeps_annotations(b: Builder) -> bool:
    """Whether annotations of variables are evaluated and kept here: in class and module bodies."""
    return b.function.kind in (CLASS, MODULE)


def annotation(b: Builder, node: ast.expr) -> int:
    """The value of an annotation; its text under `from __future__ import annotations`."""
    if b.future_annotations:
        return b.const(spelling(node), node)
    return expressions.expression(b, node)


def parameters_of(scope: Scope, arguments: ast.arguments) -> Parameters:
    """The parameters of a function, mangled as its class demands."""
    return Parameters(
        tuple([scope.mangle(item.arg) for item in arguments.posonlyargs]),
        tuple([scope.mangle(item.arg) for item in arguments.args]),
        scope.mangle(arguments.vararg.arg) if arguments.vararg else "",
        tuple([scope.mangle(item.arg) for item in arguments.kwonlyargs]),
        scope.mangle(arguments.kwarg.arg) if arguments.kwarg else "",
    )


def _defaults(
    b: Builder, arguments: ast.arguments
) -> tuple[tuple[int, ...], tuple[str, ...], tuple[int, ...]]:
    """Evaluate defaults; returns (positional ones, names of keyword-only ones, their values)."""
    positional = tuple([expressions.expression(b, node) for node in arguments.defaults])
    names: list[str] = []
    values: list[int] = []
    for item, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            names.append(b.scope.mangle(item.arg))
            values.append(expressions.expression(b, default))
    return positional, tuple(names), tuple(values)


def lambda_(b: Builder, node: ast.Lambda) -> int:
    """A lambda expression."""
    positional, names, values = _defaults(b, node.args)
    child = lowered(b, node)
    if child == NO_CHILD:
        scope = b.table.by_node[node]
        flavour = GENERATOR if scope.has_yield else PLAIN
        inner = begin(b, node, "<lambda>", LAMBDA, flavour, parameters_of(scope, node.args), scope)
        try:
            inner.ret(expressions.expression(inner, node.body), node.body)
        except OverBudgetError:
            give_up(inner)
        child = adopt(b, inner)
    return b.emit(MakeFunction(b.temp(), child, positional, names, values, (), (), NO_TEMP, node))


def function(b: Builder, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """`def` and `async def`, with decorators."""
    decorators = [expressions.expression(b, item) for item in node.decorator_list]
    positional, names, values = _defaults(b, node.args)
    if type_params_of(node):
        child = lowered(b, node)
        if child == NO_CHILD:
            child = _generic_function(b, node, len(positional), names)
        wrapper = make(b, child, node)
        made = b.emit(Call(b.temp(), wrapper, positional + values, (), node))
    else:
        made = _make_function(b, node, (positional, names, values), NO_TEMP)
    _decorate(b, node, decorators, made)


def _generic_function(
    b: Builder,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    positional: int,
    names: tuple[str, ...],
) -> int:
    """Lower the hidden function round a generic one, which takes its defaults; its number."""
    hidden = _open_type_scope(b, node, node.name, positional + len(names))
    given = [
        expressions.hidden_parameter(hidden, name, node)
        for name in hidden.function.parameters.positional
    ]
    params = _type_params(hidden, node)
    defaults = (tuple(given[:positional]), names, tuple(given[positional:]))
    hidden.ret(_make_function(hidden, node, defaults, params), node)
    return adopt(b, hidden)


def _decorate(
    b: Builder,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    decorators: list[int],
    made: int,
) -> None:
    for item, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
        made = b.emit(Call(b.temp(), decorator, (made,), (), item))
    expressions.store(b, node.name, made, node)


def _make_function(
    b: Builder,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    defaults: tuple[tuple[int, ...], tuple[str, ...], tuple[int, ...]],
    type_params: int,
) -> int:
    positional, names, values = defaults
    annotated: list[str] = []
    annotations: list[int] = []
    for item in arguments_of(node.args):
        if item.annotation is not None:
            annotated.append(b.scope.mangle(item.arg))
            annotations.append(annotation(b, item.annotation))
    if node.returns is not None:
        annotated.append("return")
        annotations.append(annotation(b, node.returns))
    child = lowered(b, node)
    if child == NO_CHILD:
        scope = b.table.by_node[node]
        parameters = parameters_of(scope, node.args)
        inner = begin(b, node, node.name, FUNCTION, _flavour(node, scope), parameters, scope)
        lower_body(inner, node.body, node)
        child = adopt(b, inner)
    return b.emit(
        MakeFunction(
            b.temp(),
            child,
            positional,
            names,
            values,
            tuple(annotated),
            tuple(annotations),
            type_params,
            node,
        )
    )


def _flavour(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> str:
    if isinstance(node, ast.AsyncFunctionDef):
        return ASYNC_GENERATOR if scope.has_yield else COROUTINE
    return GENERATOR if scope.has_yield else PLAIN


def class_(b: Builder, node: ast.ClassDef) -> None:
    """`class`, with decorators."""
    decorators = [expressions.expression(b, item) for item in node.decorator_list]
    if type_params_of(node):
        child = lowered(b, node)
        if child == NO_CHILD:
            hidden = _open_type_scope(b, node, node.name, 0)
            params = _type_params(hidden, node)
            hidden.ret(_make_class(hidden, node, params), node)
            child = adopt(b, hidden)
        made = b.emit(Call(b.temp(), make(b, child, node), (), (), node))
    else:
        made = _make_class(b, node, NO_TEMP)
    _decorate(b, node, decorators, made)


def _make_class(b: Builder, node: ast.ClassDef, type_params: int) -> int:
    child = lowered(b, node)
    if child == NO_CHILD:
        scope = b.table.by_node[node]
        inner = begin(b, node, node.name, CLASS, PLAIN, NO_PARAMETERS, scope)
        lower_body(inner, node.body, node)
        child = adopt(b, inner)
    args, labels = expressions.call_arguments(b, node.bases, node.keywords)
    return b.emit(MakeClass(b.temp(), child, args, labels, type_params, node))


def _open_type_scope(
    b: Builder, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str, given: int
) -> Builder:
    scope = b.table.by_node[type_params_of(node)[0]]
    parameters = Parameters((), tuple([f".d{i}" for i in range(given)]), "", (), "")
    return begin(b, node, name, TYPE_SCOPE, PLAIN, parameters, scope)


def _type_params(b: Builder, node: ast.AST) -> int:
    """Make the type parameters of a definition; returns the tuple of them."""
    made: list[int] = []
    at: Located = b.function.node if isinstance(b.function.node, ast.stmt) else _anywhere(b)
    for param in type_params_of(node):
        name: str = param.name  # type: ignore[attr-defined]
        kind = type(param).__name__.lower()
        bound = _lazy(b, getattr(param, "bound", None), name)
        default = _lazy(b, getattr(param, "default_value", None), name)
        value = b.emit(MakeTypeParam(b.temp(), kind, name, bound, default, at))
        expressions.store(b, name, value, at)
        made.append(value)
    return b.emit(Build(b.temp(), "tuple", tuple(made), (), at))


def _lazy(b: Builder, node: object, name: str) -> int:
    """A function that computes a value on demand; returns its number, or NO_CHILD."""
    if not isinstance(node, ast.expr):
        return NO_CHILD
    child = lowered(b, node)
    if child != NO_CHILD:
        return child
    inner = begin(b, node, name, TYPE_SCOPE, PLAIN, NO_PARAMETERS, b.table.lazy[node])
    inner.ret(expressions.expression(inner, node), node)
    return adopt(b, inner)


def type_alias(b: Builder, node: ast.stmt) -> None:
    """`type X[T] = value`."""
    name: str = node.name.id  # type: ignore[attr-defined]
    value: ast.expr = node.value  # type: ignore[attr-defined]
    params = type_params_of(node)
    if params:
        child = lowered(b, node)
        if child == NO_CHILD:
            scope = b.table.by_node[params[0]]
            hidden = begin(b, node, name, TYPE_SCOPE, PLAIN, NO_PARAMETERS, scope)
            made = _type_params(hidden, node)
            alias = MakeTypeAlias(hidden.temp(), name, made, _lazy(hidden, value, name), node)
            hidden.ret(hidden.emit(alias), node)
            child = adopt(b, hidden)
        result = b.emit(Call(b.temp(), make(b, child, node), (), (), node))
    else:
        child = _lazy(b, value, name)
        result = b.emit(MakeTypeAlias(b.temp(), name, NO_TEMP, child, node))
    expressions.store(b, name, result, node)

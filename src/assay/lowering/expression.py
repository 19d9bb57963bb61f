"""Lowers expressions: each to the temporary that holds its value, in CPython's order of evaluation.

`expression` gives a value, `jump` turns a condition into branches (so `a and b` in an `if` makes no
value), `assign` and `delete` take targets.
"""

from __future__ import annotations

import ast
from typing import Final

from assay.ir.function import Block
from assay.ir.ops import (
    LOCAL,
    NO_TEMP,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Compare,
    Const,
    Copy,
    DelAttr,
    Delete,
    DelItem,
    Element,
    Format,
    Interpolation,
    Item,
    Join,
    Load,
    Located,
    SetAttr,
    SetItem,
    Slice,
    Spread,
    Store,
    Template,
    Truth,
    Unary,
    Unpack,
    Yield,
    YieldFrom,
)
from assay.lowering import comprehension, definition
from assay.lowering.builder import Builder

BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.MatMult: "@",
    ast.Div: "/",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.FloorDiv: "//",
}
_UNARY: Final[dict[type[ast.unaryop], str]] = {
    ast.Invert: "~",
    ast.Not: "not",
    ast.UAdd: "+",
    ast.USub: "-",
}
_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is-not",
    ast.In: "in",
    ast.NotIn: "not-in",
}
_CONVERSIONS: Final = {-1: "-", 115: "s", 114: "r", 97: "a"}


# The most frequent nodes. To look a class up in `ast` takes longer than to compare with it.
_ATTRIBUTE: Final = ast.Attribute
_BIN_OP: Final = ast.BinOp
_CALL: Final = ast.Call
_CONSTANT: Final = ast.Constant
_DICT: Final = ast.Dict
_NAME: Final = ast.Name
_SUBSCRIPT: Final = ast.Subscript


class UnknownSyntaxError(Exception):
    """A node that the lowering does not know: newer than Assay."""


def expression(b: Builder, node: ast.expr) -> int:
    """Emit the evaluation of an expression; returns the temporary with its value."""
    if type(node) is _NAME:
        scope, name = b.scope.resolve(node.id)
        return b.emit(Load(b.temp(), scope, name, node))
    if type(node) is _CONSTANT:
        return b.emit(Const(b.temp(), node.value, node))
    if type(node) is _ATTRIBUTE:
        owner = expression(b, node.value)
        return b.emit(Attr(b.temp(), owner, b.scope.mangle(node.attr), node))
    if type(node) is _CALL:
        return _call(b, node)
    return _other(b, node)


def _other(b: Builder, node: ast.expr) -> int:
    if type(node) is _SUBSCRIPT:
        owner = expression(b, node.value)
        index = expression(b, node.slice)
        return b.emit(Item(b.temp(), owner, index, node))
    if type(node) is _DICT:
        return _dict(b, node)
    if type(node) is _BIN_OP:
        return _binary(b, node)
    if isinstance(node, ast.UnaryOp):
        operand = expression(b, node.operand)
        return b.emit(Unary(b.temp(), _UNARY[type(node.op)], operand, node))
    if isinstance(node, ast.Compare):
        return _compare(b, node)
    if isinstance(node, ast.BoolOp):
        return _bool_op(b, node)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        kind = "tuple" if isinstance(node, ast.Tuple) else "list"
        return _display(b, node, "set" if isinstance(node, ast.Set) else kind, node.elts)
    if isinstance(node, ast.IfExp):
        return _conditional(b, node)
    if isinstance(node, ast.JoinedStr):
        return _joined(b, node)
    if isinstance(node, ast.FormattedValue):
        return _formatted(b, node)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
        return comprehension.inlined(b, node)
    if isinstance(node, ast.GeneratorExp):
        return comprehension.generator(b, node)
    if isinstance(node, ast.Lambda):
        return definition.lambda_(b, node)
    return _rare(b, node)


def _rare(b: Builder, node: ast.expr) -> int:
    if isinstance(node, ast.Slice):
        bounds = [optional(b, part) for part in (node.lower, node.upper, node.step)]
        return b.emit(Slice(b.temp(), bounds[0], bounds[1], bounds[2], node))
    if isinstance(node, ast.NamedExpr):
        value = expression(b, node.value)
        store(b, node.target.id, value, node.target)
        return value
    if isinstance(node, ast.Starred):
        return b.emit(Spread(b.temp(), "*", expression(b, node.value), node))
    if isinstance(node, ast.Await):
        return b.emit(Await(b.temp(), expression(b, node.value), node))
    if isinstance(node, ast.Yield):
        value = b.const(None, node) if node.value is None else expression(b, node.value)
        return b.emit(Yield(b.temp(), value, node))
    if isinstance(node, ast.YieldFrom):
        return b.emit(YieldFrom(b.temp(), expression(b, node.value), node))
    return _template(b, node)


def optional(b: Builder, node: ast.expr | None) -> int:
    """The value of an expression that may be absent, or NO_TEMP."""
    return NO_TEMP if node is None else expression(b, node)


def store(b: Builder, name: str, value: int, at: Located) -> None:
    """Bind a name, as written in the source."""
    scope, actual = b.scope.resolve(name)
    b.emit(Store(scope, actual, value, at))


def _binary(b: Builder, node: ast.BinOp) -> int:
    chain = [node]  # iterative: `a + b + c + ...` nests as deep as it is long
    left: ast.expr = node.left
    while isinstance(left, ast.BinOp):
        chain.append(left)
        left = left.left
    value = expression(b, left)
    for part in reversed(chain):
        right = expression(b, part.right)
        value = b.emit(Binary(b.temp(), BINARY[type(part.op)], value, right, part))
    return value


def _compare(b: Builder, node: ast.Compare) -> int:
    left = expression(b, node.left)
    if len(node.ops) == 1:
        right = expression(b, node.comparators[0])
        return b.emit(Compare(b.temp(), _COMPARE[type(node.ops[0])], left, right, node))
    result = b.temp()
    done = b.new_block()
    last = len(node.ops) - 1
    for index, (op, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
        right = expression(b, comparator)
        value = b.emit(Compare(b.temp(), _COMPARE[type(op)], left, right, node))
        b.emit(Copy(result, value, node))
        left = right
        if index < last:
            further = b.new_block()
            b.branch(b.emit(Truth(b.temp(), value, node)), further, done, node)
            b.start(further)
    b.goto(done, node)
    b.start(done)
    return result


def _bool_op(b: Builder, node: ast.BoolOp) -> int:
    result = b.temp()
    done = b.new_block()
    conjunction = isinstance(node.op, ast.And)
    for part in node.values[:-1]:
        value = expression(b, part)
        b.emit(Copy(result, value, part))
        further = b.new_block()
        truth = b.emit(Truth(b.temp(), value, part))
        if conjunction:
            b.branch(truth, further, done, part)
        else:
            b.branch(truth, done, further, part)
        b.start(further)
    b.emit(Copy(result, expression(b, node.values[-1]), node.values[-1]))
    b.goto(done, node)
    b.start(done)
    return result


def _conditional(b: Builder, node: ast.IfExp) -> int:
    result = b.temp()
    then, otherwise, done = b.new_block(), b.new_block(), b.new_block()
    jump(b, node.test, then, otherwise)
    for block, part in ((then, node.body), (otherwise, node.orelse)):
        b.start(block)
        b.emit(Copy(result, expression(b, part), part))
        b.goto(done, part)
    b.start(done)
    return result


def _elements(b: Builder, nodes: list[ast.expr]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    temps: list[int] = []
    starred = False
    for node in nodes:
        temps.append(expression(b, node))
        if isinstance(node, ast.Starred):
            starred = True
    if starred:
        return tuple(temps), tuple(["*" if isinstance(node, ast.Starred) else "" for node in nodes])
    return tuple(temps), ()


def _display(b: Builder, node: ast.expr, kind: str, elements: list[ast.expr]) -> int:
    temps, labels = _elements(b, elements)
    return b.emit(Build(b.temp(), kind, temps, labels, node))


def _dict(b: Builder, node: ast.Dict) -> int:
    temps: list[int] = []
    labels: list[str] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            temps.append(b.emit(Spread(b.temp(), "**", expression(b, value), value)))
            labels.append("**")
        else:
            temps.append(expression(b, key))
            temps.append(expression(b, value))
            labels += ("", "")
    spread = tuple(labels) if "**" in labels else ()
    return b.emit(Build(b.temp(), "dict", tuple(temps), spread, node))


def call_arguments(
    b: Builder, args: list[ast.expr], keywords: list[ast.keyword]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Evaluate the arguments of a call; returns (temporaries, labels) as `Call` wants them."""
    temps, labels = _elements(b, args)
    if not keywords:
        return temps, labels
    found = list(temps)
    names = list(labels) or [""] * len(found)
    for keyword in keywords:
        value = expression(b, keyword.value)
        if keyword.arg is None:
            value = b.emit(Spread(b.temp(), "**", value, keyword.value))
        found.append(value)
        names.append(keyword.arg or "**")
    return tuple(found), tuple(names)


def _call(b: Builder, node: ast.Call) -> int:
    callee = expression(b, node.func)
    args, labels = call_arguments(b, node.args, node.keywords)
    return b.emit(Call(b.temp(), callee, args, labels, node))


def _joined(b: Builder, node: ast.JoinedStr) -> int:
    # Some releases of 3.12 give an empty constant between two fields.
    parts = tuple([expression(b, part) for part in node.values if not _is_empty(part)])
    return b.emit(Join(b.temp(), parts, node))


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == ""


def _formatted(b: Builder, node: ast.FormattedValue) -> int:
    value = expression(b, node.value)
    spec = optional(b, node.format_spec)
    return b.emit(Format(b.temp(), value, _CONVERSIONS[node.conversion], spec, node))


def _template(b: Builder, node: ast.expr) -> int:
    """t-strings (PEP 750), whose classes hosts before 3.14 lack."""
    name = type(node).__name__
    if name == "TemplateStr":
        values: list[ast.expr] = node.values  # type: ignore[attr-defined]
        return b.emit(Template(b.temp(), tuple([expression(b, part) for part in values]), node))
    if name == "Interpolation":
        inner: ast.expr = node.value  # type: ignore[attr-defined]
        text: str = node.str  # type: ignore[attr-defined]
        conversion: int = node.conversion  # type: ignore[attr-defined]
        value = expression(b, inner)
        spec = optional(b, node.format_spec)  # type: ignore[attr-defined]
        word = _CONVERSIONS[conversion]
        return b.emit(Interpolation(b.temp(), value, text, word, spec, node))
    raise UnknownSyntaxError(name)


def jump(b: Builder, test: ast.expr, then: Block, otherwise: Block) -> None:
    """Branch on the truth of an expression; ends the current block."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        jump(b, test.operand, otherwise, then)
    elif isinstance(test, ast.BoolOp):
        for part in test.values[:-1]:
            further = b.new_block()
            if isinstance(test.op, ast.And):
                jump(b, part, further, otherwise)
            else:
                jump(b, part, then, further)
            b.start(further)
        jump(b, test.values[-1], then, otherwise)
    elif isinstance(test, ast.Constant):
        b.goto(then if test.value else otherwise, test)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        value = expression(b, test)
        if isinstance(test.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
            b.branch(value, then, otherwise, test)  # always a bool
        else:
            b.branch(b.emit(Truth(b.temp(), value, test)), then, otherwise, test)
    else:
        value = expression(b, test)
        b.branch(b.emit(Truth(b.temp(), value, test)), then, otherwise, test)


def assign(b: Builder, target: ast.expr, value: int) -> None:
    """Bind a value to a target of an assignment."""
    if isinstance(target, ast.Name):
        store(b, target.id, value, target)
    elif isinstance(target, ast.Attribute):
        owner = expression(b, target.value)
        b.emit(SetAttr(owner, b.scope.mangle(target.attr), value, target))
    elif isinstance(target, ast.Subscript):
        owner = expression(b, target.value)
        index = expression(b, target.slice)
        b.emit(SetItem(owner, index, value, target))
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(b, target, value)
    elif isinstance(target, ast.Starred):
        assign(b, target.value, value)
    else:
        raise UnknownSyntaxError(type(target).__name__)


def _unpack(b: Builder, target: ast.Tuple | ast.List, value: int) -> None:
    starred = [i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
    before = starred[0] if starred else len(target.elts)
    after = len(target.elts) - before - 1 if starred else -1
    parts = b.emit(Unpack(b.temp(), value, before, after, target))
    for index, part in enumerate(target.elts):
        assign(b, part, b.emit(Element(b.temp(), parts, index, part)))


def delete(b: Builder, target: ast.expr) -> None:
    """`del target`."""
    if isinstance(target, ast.Name):
        scope, name = b.scope.resolve(target.id)
        b.emit(Delete(scope, name, target))
    elif isinstance(target, ast.Attribute):
        owner = expression(b, target.value)
        b.emit(DelAttr(owner, b.scope.mangle(target.attr), target))
    elif isinstance(target, ast.Subscript):
        owner = expression(b, target.value)
        b.emit(DelItem(owner, expression(b, target.slice), target))
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            delete(b, part)
    else:
        raise UnknownSyntaxError(type(target).__name__)


def hidden_parameter(b: Builder, name: str, at: ast.expr | ast.stmt) -> int:
    """The value of a hidden parameter such as `.0`."""
    return b.emit(Load(b.temp(), LOCAL, name, at))

"""Nodes whose shape depends on the version of the host: type parameters and what carries them.

The classes exist from 3.12 on (defaults from 3.13 on). On 3.11 type parameters are dropped and
`type X = V` becomes the assignment `X = V`, which binds the same name to the same value.

Invariant: what leaves here compiles on the running host. Example: `class A[T]: pass` is a
`ClassDef` with one `TypeVar` on 3.12 and one without type parameters on 3.11.
"""

import ast
import sys

from tree_sitter import Node

from assay.source.recover.reader import (
    STORE,
    Place,
    Reader,
    Unreadable,
    at,
    named,
    solid,
)

if sys.version_info >= (3, 12):

    def _type_parameter(reader: Reader, node: Node) -> ast.type_param:
        if node.type != "type":
            raise Unreadable()
        place = at(node)
        default = _default(reader, node, place)
        inner = node.children[0]
        kids = solid(inner)
        parameter: ast.type_param
        if inner.type == "identifier":
            parameter = ast.TypeVar(reader.name(inner), None, **place)
        elif inner.type == "constrained_type" and len(kids) == 3:
            name = kids[0].children[0]
            if name.type != "identifier":
                raise Unreadable()
            bound = reader.expression(kids[2])
            parameter = ast.TypeVar(reader.name(name), bound, **place)
        elif inner.type == "splat_type" and kids[0].type == "*":
            parameter = ast.TypeVarTuple(reader.name(kids[1]), **place)
        elif inner.type == "splat_type":
            parameter = ast.ParamSpec(reader.name(kids[1]), **place)
        else:
            raise Unreadable()
        if sys.version_info >= (3, 13):
            parameter.default_value = default
        return parameter

    def _default(reader: Reader, node: Node, place: Place) -> ast.expr | None:
        # The default (PEP 696) is outside of the grammar: it was blanked, and is read on its own.
        stretch = reader.mask.defaults.get(node.end_byte)
        if stretch is None:
            return None
        value = reader.expression_at(node, stretch[0], stretch[1])
        place["end_lineno"] = value.end_lineno or value.lineno
        place["end_col_offset"] = value.end_col_offset or 0
        return value

    def _type_parameters(reader: Reader, node: Node | None) -> list[ast.type_param]:
        return [] if node is None else [_type_parameter(reader, kid) for kid in named(node)]


def function(
    reader: Reader,
    is_async: bool,
    name: str,
    parameters: ast.arguments,
    body: list[ast.stmt],
    decorators: list[ast.expr],
    returns: ast.expr | None,
    type_parameters: Node | None,
    place: Place,
) -> ast.stmt:
    """A function definition, with its type parameters where the host has them."""
    kind = ast.AsyncFunctionDef if is_async else ast.FunctionDef
    node = kind(name, parameters, body, decorators, returns, None, **place)
    if sys.version_info >= (3, 12):
        node.type_params = _type_parameters(reader, type_parameters)
    elif type_parameters is not None:
        reader.newer = True
    return node


def class_(
    reader: Reader,
    name: str,
    bases: list[ast.expr],
    keywords: list[ast.keyword],
    body: list[ast.stmt],
    decorators: list[ast.expr],
    type_parameters: Node | None,
    place: Place,
) -> ast.stmt:
    """A class definition, with its type parameters where the host has them."""
    node = ast.ClassDef(name, bases, keywords, body, decorators, **place)
    if sys.version_info >= (3, 12):
        node.type_params = _type_parameters(reader, type_parameters)
    elif type_parameters is not None:
        reader.newer = True
    return node


def type_alias(reader: Reader, node: Node) -> ast.stmt:
    """`type X[T] = V`: the statement itself, or an assignment on a host that lacks it."""
    kids = solid(node)
    if len(kids) != 4:
        raise Unreadable()
    left = kids[1].children[0]
    type_parameters: Node | None = None
    if left.type == "generic_type":
        parts = solid(left)
        left, type_parameters = parts[0], parts[1]
    if left.type != "identifier":
        raise Unreadable()
    target = ast.Name(reader.name(left), STORE, **at(left))
    value = reader.expression(kids[3])
    if sys.version_info >= (3, 12):
        return ast.TypeAlias(target, _type_parameters(reader, type_parameters), value, **at(node))
    reader.newer = True
    return ast.Assign([target], value, None, **at(node))

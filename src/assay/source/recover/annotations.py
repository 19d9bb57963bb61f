"""Annotations, for which the grammar has nodes of its own besides those of expressions.

It reads `List[int]` as `generic_type` in one place and as `subscript` in another, and `int | None`
as `union_type` or as an operator; both give the same `ast` nodes.

Invariant: a colon is a slice only within brackets. Example: `a.B[int]` is an `ast.Subscript`.
"""

import ast

from tree_sitter import Node

from assay.source.recover.reader import LOAD, Reader, Unreadable, at, between, solid


def type_(reader: Reader, node: Node) -> ast.expr:
    return reader.expression(solid(node)[0])


def generic_type(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    value = ast.Name(reader.name(kids[0]), LOAD, **at(kids[0]))
    items = solid(kids[1])[1:-1]
    if not items:
        raise Unreadable()
    values = [_type_item(reader, kid) for kid in items if kid.is_named]
    if len(items) == 1 and not isinstance(values[0], ast.Starred):
        return ast.Subscript(value, values[0], LOAD, **at(node))
    index = ast.Tuple(values, LOAD, **between(items[0], items[-1]))
    return ast.Subscript(value, index, LOAD, **at(node))


def _type_item(reader: Reader, node: Node) -> ast.expr:
    if node.type == "type" and node.children[0].type == "constrained_type":
        parts = solid(node.children[0])
        last = parts[2].children[0]
        step: ast.expr | None = None
        if last.type == "constrained_type":
            inner = solid(last)
            upper = reader.expression(inner[0])
            step = reader.expression(inner[2])
        else:
            upper = reader.expression(parts[2])
        return ast.Slice(reader.expression(parts[0]), upper, step, **at(node))
    return reader.expression(node)


def union_type(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    left = reader.expression(kids[0])
    return ast.BinOp(left, ast.BitOr(), reader.expression(kids[2]), **at(node))


def member_type(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    return ast.Attribute(reader.expression(kids[0]), reader.name(kids[2]), LOAD, **at(node))

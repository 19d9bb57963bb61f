"""Parameters, of functions and lambdas alike.

Invariant: `defaults` belong to the last positional parameters, `kw_defaults` has one entry for each
keyword-only one. Example: Python 2's `def f(a, (b, c)):` has a second parameter with a name of its
own, and an assignment that takes it apart.
"""

import ast

from tree_sitter import Node

from assay.source.recover.reader import LOAD, Reader, Unreadable, at, between, solid, stored


def _argument(reader: Reader, node: Node) -> ast.arg:
    """One parameter's name and annotation."""
    if node.type == "typed_parameter":
        kids = solid(node)
        annotation = reader.expression(kids[2])
        name = kids[0]
        if name.type != "identifier":
            name = solid(name)[1]
        return ast.arg(reader.name(name), annotation, None, **between(name, kids[2]))
    if node.type != "identifier":
        raise Unreadable()
    return ast.arg(reader.name(node), None, None, **at(node))


def parameters(reader: Reader, node: Node) -> tuple[ast.arguments, list[ast.stmt]]:
    """The parameters, and the assignments that take Python 2's tuple parameters apart."""
    result = ast.arguments([], [], None, [], [], None, [])
    prologue: list[ast.stmt] = []
    keyword_only = False
    separated = False
    for kid in node.named_children:
        kind = kid.type
        if result.kwarg is not None and not kid.is_extra:
            raise Unreadable()
        default: ast.expr | None = None
        target = kid
        if kid.is_extra:
            continue
        if kind == "positional_separator":
            if result.posonlyargs or keyword_only or not result.args:
                raise Unreadable()
            result.posonlyargs = result.args
            result.args = []
            continue
        if kind == "keyword_separator":
            if keyword_only:
                raise Unreadable()
            keyword_only = separated = True
            continue
        if kind == "list_splat_pattern" or (
            kind == "typed_parameter" and kid.children[0].type == "list_splat_pattern"
        ):
            if keyword_only:
                raise Unreadable()
            keyword_only = True
            result.vararg = _argument(reader, kid if kind == "typed_parameter" else solid(kid)[1])
            continue
        if kind == "dictionary_splat_pattern" or (
            kind == "typed_parameter" and kid.children[0].type == "dictionary_splat_pattern"
        ):
            result.kwarg = _argument(reader, kid if kind == "typed_parameter" else solid(kid)[1])
            continue
        if kind == "default_parameter":
            parts = solid(kid)
            target = parts[0]
            default = reader.expression(parts[2])
            argument = _parameter(reader, target, prologue)
        elif kind == "typed_default_parameter":
            parts = solid(kid)
            annotation = reader.expression(parts[2])
            default = reader.expression(parts[4])
            place = between(parts[0], parts[2])
            argument = ast.arg(reader.name(parts[0]), annotation, None, **place)
        else:
            argument = _parameter(reader, target, prologue)
        if keyword_only:
            result.kwonlyargs.append(argument)
            result.kw_defaults.append(default)
        else:
            if default is None and result.defaults:
                raise Unreadable()
            result.args.append(argument)
            if default is not None:
                result.defaults.append(default)
    if separated and not result.kwonlyargs:
        raise Unreadable()
    return result, prologue


def _parameter(reader: Reader, node: Node, prologue: list[ast.stmt]) -> ast.arg:
    if node.type != "tuple_pattern":
        return _argument(reader, node)
    reader.python2 = True
    name = reader.fresh_name("parameter")
    target = stored(reader.expression(node))
    value = ast.Name(name, LOAD, **at(node))
    prologue.append(ast.Assign([target], value, None, **at(node)))
    return ast.arg(name, None, None, **at(node))

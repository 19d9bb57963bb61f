"""Simple statements: a table from tree-sitter's node types to the functions that convert them.

Python 2's `print`, `exec` and `raise E, value` become the calls that do the same.

Invariant: a target that nothing can be assigned to is a cut, as is a chain that Python lacks
(`a += b = c`). Example: `print >>f, x` is the tree of `print(x, file=f)`.
"""

import ast
from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from assay.source.recover import hosts
from assay.source.recover.expressions import exec_place, operator_of, several
from assay.source.recover.reader import (
    LOAD,
    Reader,
    Unreadable,
    at,
    deleted,
    named,
    solid,
    stored_alone,
    stored_single,
)


def _expression_statement(reader: Reader, node: Node) -> ast.stmt:
    return simple_expression(reader, node, solid(node))


def simple_expression(reader: Reader, node: Node, kids: list[Node]) -> ast.stmt:
    if len(kids) == 1:
        kind = kids[0].type
        if kind == "assignment":
            return _assignment(reader, kids[0])
        if kind == "augmented_assignment":
            return _augmented_assignment(reader, kids[0])
    if kids[0].start_byte in reader.mask.execs:
        return _exec_in(reader, node, kids)
    statement = ast.Expr(several(reader, kids), **at(node))
    if isinstance(statement.value, ast.Name) and statement.value.id == "print":
        reader.bare_prints.append(statement)
    return statement


def _exec_in(reader: Reader, node: Node, kids: list[Node]) -> ast.stmt:
    """`exec code in globals, locals`, read as `not code in globals, locals`."""
    call = reader.expression(kids[0])
    if not isinstance(call, ast.Call):
        raise Unreadable()
    call.args.extend([reader.expression(kid) for kid in kids[1:] if kid.is_named])
    place = at(node)
    return ast.Expr(ast.Call(call.func, call.args, [], **place), **place)


def _assignment(reader: Reader, node: Node) -> ast.stmt:
    targets: list[ast.expr] = []
    outer = node
    while True:
        kids = solid(node)
        target = reader.expression(kids[0])
        if kids[1].type == ":":
            return _annotated(reader, outer, node, kids, target)
        if len(kids) != 3:
            raise Unreadable()
        targets.append(stored_alone(target))
        node = kids[2]
        if node.type != "assignment":
            return ast.Assign(targets, reader.expression(node), None, **at(outer))


def _annotated(
    reader: Reader, outer: Node, node: Node, kids: list[Node], target: ast.expr
) -> ast.stmt:
    if outer is not node:
        raise Unreadable()
    simple = int(kids[0].type == "identifier")
    annotation = reader.expression(kids[2])
    value = reader.expression(kids[4]) if len(kids) == 5 else None
    return ast.AnnAssign(stored_single(target), annotation, value, simple, **at(outer))


def _augmented_assignment(reader: Reader, node: Node) -> ast.stmt:
    kids = solid(node)
    target = stored_single(reader.expression(kids[0]))
    operator = operator_of(kids[1].type[:-1])
    return ast.AugAssign(target, operator, reader.expression(kids[2]), **at(node))


def _return(reader: Reader, node: Node) -> ast.stmt:
    kids = solid(node)
    return ast.Return(reader.expression(kids[1]) if len(kids) > 1 else None, **at(node))


def _delete(reader: Reader, node: Node) -> ast.stmt:
    value = solid(node)[1]
    kids = named(value) if value.type == "expression_list" else [value]
    return ast.Delete([deleted(reader.expression(kid)) for kid in kids], **at(node))


def _assert(reader: Reader, node: Node) -> ast.stmt:
    values = [reader.expression(kid) for kid in named(node)]
    if not 1 <= len(values) <= 2:
        raise Unreadable()
    return ast.Assert(values[0], values[1] if len(values) == 2 else None, **at(node))


def _raise(reader: Reader, node: Node) -> ast.stmt:
    kids = solid(node)[1:]
    cause: ast.expr | None = None
    if len(kids) >= 2 and kids[-2].type == "from":
        cause = reader.expression(kids[-1])
        kids = kids[:-2]
    if not kids:
        if cause is not None:
            raise Unreadable()
        return ast.Raise(None, None, **at(node))
    if kids[0].type != "expression_list":
        return ast.Raise(reader.expression(kids[0]), cause, **at(node))
    # Python 2: `raise E, value, traceback`.
    reader.python2 = True
    parts = named(kids[0])
    place = at(kids[0])
    values = [reader.expression(part) for part in parts]
    if not 2 <= len(values) <= 3 or cause is not None:
        raise Unreadable()
    is_none = isinstance(values[1], ast.Constant) and values[1].value is None
    exception: ast.expr = ast.Call(values[0], [] if is_none else [values[1]], [], **place)
    if len(values) == 3:
        method = ast.Attribute(exception, "with_traceback", LOAD, **place)
        exception = ast.Call(method, [values[2]], [], **place)
    return ast.Raise(exception, None, **at(node))


def _pass(reader: Reader, node: Node) -> ast.stmt:
    return ast.Pass(**at(node))


def _break(reader: Reader, node: Node) -> ast.stmt:
    return ast.Break(**at(node))


def _continue(reader: Reader, node: Node) -> ast.stmt:
    return ast.Continue(**at(node))


def _global(reader: Reader, node: Node) -> ast.stmt:
    return ast.Global([reader.name(kid) for kid in named(node)], **at(node))


def _nonlocal(reader: Reader, node: Node) -> ast.stmt:
    return ast.Nonlocal([reader.name(kid) for kid in named(node)], **at(node))


def _dotted_text(reader: Reader, node: Node) -> str:
    return ".".join([reader.name(kid) for kid in named(node)])


def _aliases(reader: Reader, kids: list[Node], dotted: bool) -> list[ast.alias]:
    aliases: list[ast.alias] = []
    for kid in kids:
        if kid.type == "wildcard_import":
            aliases.append(ast.alias("*", None, **at(kid)))
            continue
        asname: str | None = None
        name = kid
        if kid.type == "aliased_import":
            parts = solid(kid)
            name = parts[0]
            asname = reader.name(parts[2])
        text = _dotted_text(reader, name)
        if "." in text and not dotted:
            raise Unreadable()
        aliases.append(ast.alias(text, asname, **at(kid)))
    if not aliases:
        raise Unreadable()
    return aliases


def _import(reader: Reader, node: Node) -> ast.stmt:
    return ast.Import(_aliases(reader, named(node), True), **at(node))


def _import_from(reader: Reader, node: Node) -> ast.stmt:
    kids = named(node)
    module: str | None = None
    level = 0
    if kids[0].type == "relative_import":
        parts = named(kids[0])
        level = reader.raw(parts[0]).count(b".")
        if len(parts) > 1:
            module = _dotted_text(reader, parts[1])
    else:
        module = _dotted_text(reader, kids[0])
    return ast.ImportFrom(module, _aliases(reader, kids[1:], False), level, **at(node))


def _future_import(reader: Reader, node: Node) -> ast.stmt:
    return ast.ImportFrom("__future__", _aliases(reader, named(node), False), 0, **at(node))


def _print(reader: Reader, node: Node) -> ast.stmt:
    """Python 2's `print`, as the call that does the same."""
    reader.python2 = True
    place = at(node)
    kids = solid(node)
    values: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for kid in kids[1:]:
        if kid.type == "chevron":
            file = reader.expression(solid(kid)[1])
            keywords.append(ast.keyword("file", file, **at(kid)))
        elif kid.is_named:
            values.append(reader.expression(kid))
    last = kids[-1]
    if last.type == ",":
        space = ast.Constant(" ", None, **at(last))
        keywords.append(ast.keyword("end", space, **at(last)))
    name = ast.Name("print", LOAD, **at(kids[0]))
    return ast.Expr(ast.Call(name, values, keywords, **place), **place)


def _exec(reader: Reader, node: Node) -> ast.stmt:
    """Python 2's `exec`, as the call that does the same."""
    reader.python2 = True
    place = at(node)
    kids = solid(node)
    values = [reader.expression(kid) for kid in kids[1:] if kid.is_named]
    name = ast.Name("exec", LOAD, **exec_place(kids[0]))
    return ast.Expr(ast.Call(name, values, [], **place), **place)


SIMPLE: Final[dict[str, Callable[[Reader, Node], ast.stmt]]] = {
    "assert_statement": _assert,
    "break_statement": _break,
    "continue_statement": _continue,
    "delete_statement": _delete,
    "exec_statement": _exec,
    "expression_statement": _expression_statement,
    "future_import_statement": _future_import,
    "global_statement": _global,
    "import_from_statement": _import_from,
    "import_statement": _import,
    "nonlocal_statement": _nonlocal,
    "pass_statement": _pass,
    "print_statement": _print,
    "raise_statement": _raise,
    "return_statement": _return,
    "type_alias_statement": hosts.type_alias,
}

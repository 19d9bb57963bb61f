"""The patterns of `match` statements.

The grammar leaves a minus sign and `_` as bare tokens beside the nodes they belong to, so a pattern
is read from a run of sibling nodes (`simple`) rather than from one.

Invariant: a pattern in parentheses stands at its inside, a sequence pattern with its brackets, as
`ast.parse` has it. Example: `case [a, -1] as b` is a `MatchAs` of a `MatchSequence`.
"""

import ast

from tree_sitter import Node

from assay.source.recover.expressions import number, operator_of
from assay.source.recover.mask import TOO_DEEP
from assay.source.recover.reader import (
    LOAD,
    Reader,
    Unreadable,
    at,
    between,
    solid,
)


def top_pattern(reader: Reader, kids: list[Node]) -> ast.pattern:
    """The patterns between `case` and the guard or colon: one, or a sequence without brackets."""
    if not kids:
        raise Unreadable()
    if len(kids) == 1:
        only = _pattern(reader, kids[0])
        if not isinstance(only, ast.MatchStar):
            return only
        raise Unreadable()
    values = [_pattern(reader, kid) for kid in kids if kid.type != ","]
    return ast.MatchSequence(values, **between(kids[0], kids[-1]))


def _pattern(reader: Reader, node: Node) -> ast.pattern:
    """A `case_pattern`."""
    if node.type != "case_pattern":
        raise Unreadable()
    return _simple(reader, solid(node))


def _simple(reader: Reader, kids: list[Node]) -> ast.pattern:
    """One pattern from the nodes that spell it."""
    reader.depth += 1
    if reader.depth > reader.limit:
        raise Unreadable(TOO_DEEP)
    if not kids:
        raise Unreadable()
    result = _convert(reader, kids)
    reader.depth -= 1
    return result


def _convert(reader: Reader, kids: list[Node]) -> ast.pattern:
    node = kids[0]
    kind = node.type
    if len(kids) == 2 and kind == "-":
        operand = number(reader, kids[1])
        place = between(node, kids[1])
        return ast.MatchValue(ast.UnaryOp(ast.USub(), operand, **place), **place)
    if len(kids) != 1:
        raise Unreadable()
    if kind == "_":
        return ast.MatchAs(None, None, **at(node))
    if kind == "dotted_name":
        parts = solid(node)
        if len(parts) == 1:
            name = reader.name(parts[0])
            return ast.MatchAs(None, None if name == "_" else name, **at(node))
        return ast.MatchValue(_dotted(reader, parts), **at(node))
    if kind in ("string", "concatenated_string", "integer", "float"):
        value = reader.expression(node)
        # An f-string is no pattern.
        if not isinstance(value, ast.Constant):
            raise Unreadable()
        return ast.MatchValue(value, **at(node))
    if kind == "true":
        return ast.MatchSingleton(True, **at(node))
    if kind == "false":
        return ast.MatchSingleton(False, **at(node))
    if kind == "none":
        return ast.MatchSingleton(None, **at(node))
    if kind == "complex_pattern":
        return ast.MatchValue(_complex(reader, node), **at(node))
    if kind == "as_pattern":
        parts = solid(node)
        inner = _pattern(reader, parts[0])
        if isinstance(inner, ast.MatchStar):
            raise Unreadable()
        return ast.MatchAs(inner, _bound(reader, parts[2]), **at(node))
    if kind == "splat_pattern":
        parts = solid(node)
        if parts[0].type != "*":
            raise Unreadable()
        return ast.MatchStar(_capture(reader, parts[1]), **at(node))
    if kind == "union_pattern":
        return ast.MatchOr(_alternatives(reader, solid(node)), **at(node))
    if kind == "list_pattern":
        return ast.MatchSequence(_items(reader, solid(node)[1:-1]), **at(node))
    if kind == "tuple_pattern":
        parts = solid(node)[1:-1]
        if len(parts) == 1:
            inner = _pattern(reader, parts[0])
            if not isinstance(inner, ast.MatchStar):
                return inner
            raise Unreadable()
        return ast.MatchSequence(_items(reader, parts), **at(node))
    if kind == "dict_pattern":
        return _mapping(reader, node)
    if kind == "class_pattern":
        return _class(reader, node)
    raise Unreadable()


def _capture(reader: Reader, node: Node) -> str | None:
    if node.type == "_":
        return None
    name = reader.name(node)
    return None if name == "_" else name


def _bound(reader: Reader, node: Node) -> str:
    """The name behind `as`, which binds it, and so is not the wildcard."""
    name = reader.name(node)
    if name == "_":
        raise Unreadable()
    return name


def _dotted(reader: Reader, parts: list[Node]) -> ast.expr:
    names = [part for part in parts if part.type != "."]
    if len(names) > reader.limit - reader.depth:
        raise Unreadable(TOO_DEEP)
    value: ast.expr = ast.Name(reader.name(names[0]), LOAD, **at(names[0]))
    for part in names[1:]:
        value = ast.Attribute(value, reader.name(part), LOAD, **between(names[0], part))
    return value


def _complex(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    left: ast.expr
    if kids[0].type == "-":
        place = between(kids[0], kids[1])
        left = ast.UnaryOp(ast.USub(), number(reader, kids[1]), **place)
        kids = kids[1:]
    else:
        left = number(reader, kids[0])
    right = number(reader, kids[2])
    real = left.operand if isinstance(left, ast.UnaryOp) else left
    is_real = isinstance(real, ast.Constant) and not isinstance(real.value, complex)
    if not is_real or not isinstance(right.value, complex):
        raise Unreadable()
    return ast.BinOp(left, operator_of(kids[1].type), right, **at(node))


def _split(kids: list[Node], separator: str) -> list[list[Node]]:
    groups: list[list[Node]] = [[]]
    for kid in kids:
        if kid.type == separator:
            groups.append([])
        else:
            groups[-1].append(kid)
    return groups


def _alternatives(reader: Reader, kids: list[Node]) -> list[ast.pattern]:
    values: list[ast.pattern] = []
    for group in _split(kids, "|"):
        value = _simple(reader, group)
        if isinstance(value, ast.MatchStar):
            raise Unreadable()
        # The grammar may nest the alternatives, Python has them flat.
        if isinstance(value, ast.MatchOr) and group[0].type == "union_pattern":
            values.extend(value.patterns)
        else:
            values.append(value)
    return values


def _items(reader: Reader, kids: list[Node]) -> list[ast.pattern]:
    return [_pattern(reader, kid) for kid in kids if kid.type != ","]


def _mapping(reader: Reader, node: Node) -> ast.pattern:
    keys: list[ast.expr] = []
    values: list[ast.pattern] = []
    rest: str | None = None
    for group in _split(solid(node)[1:-1], ","):
        if not group:
            continue
        if rest is not None:
            raise Unreadable()
        if group[0].type == "splat_pattern":
            parts = solid(group[0])
            rest = _capture(reader, parts[1])
            if parts[0].type != "**" or rest is None:
                raise Unreadable()
            continue
        key, value = _split(group, ":")
        if len(value) != 1:
            raise Unreadable()
        keys.append(_key(_simple(reader, key)))
        values.append(_pattern(reader, value[0]))
    return ast.MatchMapping(keys, values, rest, **at(node))


def _key(pattern: ast.pattern) -> ast.expr:
    """A mapping's key: a literal or a dotted name."""
    if isinstance(pattern, ast.MatchValue):
        return pattern.value
    if isinstance(pattern, ast.MatchSingleton):
        return ast.Constant(
            pattern.value,
            None,
            lineno=pattern.lineno,
            col_offset=pattern.col_offset,
            end_lineno=pattern.end_lineno,
            end_col_offset=pattern.end_col_offset,
        )
    raise Unreadable()


def _class(reader: Reader, node: Node) -> ast.pattern:
    kids = solid(node)
    class_ = _dotted(reader, solid(kids[0]))
    values: list[ast.pattern] = []
    names: list[str] = []
    keyword_values: list[ast.pattern] = []
    for kid in kids[2:-1]:
        if kid.type == ",":
            continue
        inner = solid(kid)
        if inner and inner[0].type == "keyword_pattern":
            parts = solid(inner[0])
            names.append(reader.name(parts[0]))
            keyword_values.append(_simple(reader, parts[2:]))
            continue
        if inner and inner[0].type == "as_pattern":
            # `C(a=b as c)`: the name is of the value, not of the keyword.
            outer = solid(inner[0])
            deep = solid(outer[0])
            if deep and deep[0].type == "keyword_pattern":
                parts = solid(deep[0])
                names.append(reader.name(parts[0]))
                value = _simple(reader, parts[2:])
                place = between(parts[2], outer[2])
                keyword_values.append(ast.MatchAs(value, _bound(reader, outer[2]), **place))
                continue
        value = _pattern(reader, kid)
        if names or isinstance(value, ast.MatchStar):
            raise Unreadable()
        values.append(value)
    return ast.MatchClass(class_, values, names, keyword_values, **at(node))

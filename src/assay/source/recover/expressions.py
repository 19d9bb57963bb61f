"""Expressions: a table from tree-sitter's node types to the functions that convert them.

Four places where the grammar's tree is not Python's are put right here: a star binds to the next
name only (`*a or b`), `^` binds tighter than `&`, `await` looser than `**`, and a walrus ends
before an `if` (`x := a if b else c`).

Invariant: every value is converted in Load context; targets are re-contexted by `reader.stored`.
Example: the tree of `a < b not in c` is one `ast.Compare` with two operators.
"""

import ast
from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from assay.source.recover.annotations import generic_type, member_type, type_, union_type
from assay.source.recover.literals import number_of
from assay.source.recover.mask import TOO_DEEP
from assay.source.recover.parameters import parameters
from assay.source.recover.reader import (
    LOAD,
    STORE,
    Place,
    Reader,
    Unreadable,
    at,
    between,
    from_to,
    solid,
    stored,
)
from assay.source.recover.strings import concatenated_string, string

_BINARY: Final[dict[str, ast.operator]] = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "@": ast.MatMult(),
    "/": ast.Div(),
    "%": ast.Mod(),
    "//": ast.FloorDiv(),
    "**": ast.Pow(),
    "|": ast.BitOr(),
    "&": ast.BitAnd(),
    "^": ast.BitXor(),
    "<<": ast.LShift(),
    ">>": ast.RShift(),
}
_COMPARE: Final[dict[str, ast.cmpop]] = {
    "<": ast.Lt(),
    "<=": ast.LtE(),
    "==": ast.Eq(),
    "!=": ast.NotEq(),
    "<>": ast.NotEq(),
    ">=": ast.GtE(),
    ">": ast.Gt(),
    "in": ast.In(),
    "not in": ast.NotIn(),
    "is": ast.Is(),
    "is not": ast.IsNot(),
}
_UNARY: Final[dict[str, ast.unaryop]] = {"+": ast.UAdd(), "-": ast.USub(), "~": ast.Invert()}
_NOT: Final = ast.Not()
_AND: Final = ast.And()
_OR: Final = ast.Or()


def operator_of(text: str) -> ast.operator:
    """The operator that a binary operator's token stands for."""
    operator = _BINARY.get(text)
    if operator is None:
        raise Unreadable()
    return operator


def _identifier(reader: Reader, node: Node) -> ast.expr:
    return ast.Name(reader.name(node), LOAD, **at(node))


def number(reader: Reader, node: Node) -> ast.Constant:
    """An integer, float or imaginary token."""
    value, old = number_of(reader.raw(node).decode(errors="replace"))
    if old:
        reader.python2 = True
    return ast.Constant(value, None, **at(node))


def _number(reader: Reader, node: Node) -> ast.expr:
    return number(reader, node)


def _true(reader: Reader, node: Node) -> ast.expr:
    return ast.Constant(True, None, **at(node))


def _false(reader: Reader, node: Node) -> ast.expr:
    return ast.Constant(False, None, **at(node))


def _none(reader: Reader, node: Node) -> ast.expr:
    return ast.Constant(None, None, **at(node))


def _ellipsis(reader: Reader, node: Node) -> ast.expr:
    return ast.Constant(..., None, **at(node))


def _unstarred(left: ast.expr) -> tuple[ast.expr, ast.Starred | None]:
    """Split a left operand from the star that the grammar bound to it too tightly."""
    if type(left) is ast.Starred:
        return left.value, left
    return left, None


def _restarred(value: ast.expr, star: ast.Starred | None) -> ast.expr:
    """Put the star before the whole operation, where Python has it."""
    if star is None:
        return value
    place = from_to(star, value)
    value.lineno = star.value.lineno
    value.col_offset = star.value.col_offset
    return ast.Starred(value, LOAD, **place)


def _binary_operator(reader: Reader, node: Node) -> ast.expr:
    # The left spine is walked in a loop: `a + b + c + ...` is as deep as it is long.
    spine: list[tuple[Node, list[Node]]] = []
    restorable = True
    while node.type == "binary_operator":
        kids = solid(node)
        if len(kids) != 3:
            raise Unreadable()
        if kids[1].type != "&":
            restorable = True
        elif restorable:
            if _has_xor(node):
                return _restored(reader, spine, node)
            restorable = False
        spine.append((node, kids))
        node = kids[0]
    if reader.depth + len(spine) > reader.limit:
        raise Unreadable(TOO_DEEP)
    return _chain(reader, spine, reader.expression(node))


def _chain(reader: Reader, spine: list[tuple[Node, list[Node]]], first: ast.expr) -> ast.expr:
    """Build a left-associative chain from its first operand outwards."""
    left, star = _unstarred(first)
    for outer, kids in reversed(spine):
        right = reader.expression(kids[2])
        place = at(outer)
        if star is not None:
            place["lineno"] = star.value.lineno
            place["col_offset"] = star.value.col_offset
        left = ast.BinOp(left, operator_of(kids[1].type), right, **place)
    return _restarred(left, star)


def _has_xor(node: Node) -> bool:
    """Whether an operand in a chain of `&` is an `^` without parentheses."""
    while node.type == "binary_operator":
        kids = solid(node)
        if len(kids) != 3 or kids[1].type != "&":
            return kids[1].type == "^"
        if kids[2].type == "binary_operator" and solid(kids[2])[1].type == "^":
            return True
        node = kids[0]
    return False


def _restored(reader: Reader, spine: list[tuple[Node, list[Node]]], node: Node) -> ast.expr:
    """`a & b ^ c` is `(a & b) ^ c`, but the grammar has `^` bind tighter than `&`."""
    operands: list[tuple[Node, ast.expr]] = []
    operators: list[str] = []
    pending = [node]
    while pending:
        node = pending.pop()
        kids = solid(node) if node.type == "binary_operator" else []
        if len(kids) == 3 and kids[1].type in ("&", "^"):
            pending.extend((kids[2], kids[1], kids[0]))
        elif node.type in ("&", "^") and not node.is_named:
            operators.append(node.type)
        else:
            operands.append((node, reader.expression(node)))
    if reader.depth + len(operands) + len(spine) > reader.limit:
        raise Unreadable(TOO_DEEP)
    begin, first = operands[0]
    if isinstance(first, ast.Starred):
        raise Unreadable()
    # Each group is a chain of `&`, with its first and last node; the groups are joined by `^`.
    groups: list[tuple[Node, Node, ast.expr]] = [(begin, begin, first)]
    for operator, (node, operand) in zip(operators, operands[1:], strict=True):
        if operator == "^":
            groups.append((node, node, operand))
        else:
            start, _, left = groups[-1]
            place = between(start, node)
            groups[-1] = (start, node, ast.BinOp(left, operator_of("&"), operand, **place))
    result = groups[0][2]
    for _, end, operand in groups[1:]:
        result = ast.BinOp(result, operator_of("^"), operand, **between(begin, end))
    return _chain(reader, spine, result)


def _boolean_operator(reader: Reader, node: Node) -> ast.expr:
    outer = node
    kids = solid(node)
    kind = kids[1].type
    operator = _AND if kind == "and" else _OR
    rights: list[Node] = []
    while True:
        if len(kids) != 3:
            raise Unreadable()
        rights.append(kids[2])
        node = kids[0]
        if node.type != "boolean_operator":
            break
        kids = solid(node)
        if kids[1].type != kind:
            break
    first, star = _unstarred(reader.expression(node))
    values = [first]
    rights.reverse()
    values.extend([reader.expression(right) for right in rights])
    return _restarred(ast.BoolOp(operator, values, **at(outer)), star)


def _not_operator(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    operand = reader.expression(kids[1])
    if kids[0].start_byte in reader.mask.execs:
        return _exec_in(reader, kids[0], operand, at(node))
    return ast.UnaryOp(_NOT, operand, **at(node))


def _exec_in(reader: Reader, keyword: Node, operand: ast.expr, place: Place) -> ast.expr:
    """`exec code in names`: it was read as `not code in names`."""
    reader.python2 = True
    arguments = [operand]
    if isinstance(operand, ast.Compare) and len(operand.ops) == 1:
        if not isinstance(operand.ops[0], ast.In):
            raise Unreadable()
        arguments = [operand.left, operand.comparators[0]]
    return ast.Call(ast.Name("exec", LOAD, **exec_place(keyword)), arguments, [], **place)


def exec_place(keyword: Node) -> Place:
    """The place of the word `exec` that starts where a node starts."""
    place = at(keyword)
    place["end_lineno"] = place["lineno"]
    place["end_col_offset"] = place["col_offset"] + 4
    return place


def _comparison_operator(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    left, star = _unstarred(reader.expression(kids[0]))
    operators: list[ast.cmpop] = []
    comparators: list[ast.expr] = []
    for index in range(1, len(kids) - 1, 2):
        kind = kids[index].type
        operator = _COMPARE.get(kind)
        if operator is None:
            raise Unreadable()
        if kind == "<>":
            reader.python2 = True
        operators.append(operator)
        comparators.append(reader.expression(kids[index + 1]))
    return _restarred(ast.Compare(left, operators, comparators, **at(node)), star)


def _unary_operator(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    return ast.UnaryOp(_UNARY[kids[0].type], reader.expression(kids[1]), **at(node))


def _await(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    inner = kids[1]
    if inner.type == "binary_operator":
        parts = solid(inner)
        if len(parts) != 3 or parts[1].type != "**":
            raise Unreadable()
        awaited = ast.Await(reader.expression(parts[0]), **between(kids[0], parts[0]))
        power = reader.expression(parts[2])
        return ast.BinOp(awaited, operator_of("**"), power, **at(node))
    return ast.Await(reader.expression(inner), **at(node))


def _attribute(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    value, star = _unstarred(reader.expression(kids[0]))
    result = ast.Attribute(value, reader.name(kids[2]), LOAD, **at(node))
    return _restarred(result, star)


def _call(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    function, star = _unstarred(reader.expression(kids[0]))
    arguments = kids[1]
    if arguments.type == "generator_expression":
        values = [reader.expression(arguments)]
        keywords: list[ast.keyword] = []
    else:
        values, keywords = call_arguments(reader, arguments)
    return _restarred(ast.Call(function, values, keywords, **at(node)), star)


def call_arguments(reader: Reader, node: Node) -> tuple[list[ast.expr], list[ast.keyword]]:
    """The values and keywords of an argument list, each in the order of the text."""
    values: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for kid in node.named_children:
        kind = kid.type
        if kind == "keyword_argument":
            parts = solid(kid)
            keywords.append(
                ast.keyword(reader.name(parts[0]), reader.expression(parts[2]), **at(kid))
            )
        elif kind == "dictionary_splat":
            keywords.append(ast.keyword(None, reader.expression(solid(kid)[1]), **at(kid)))
        elif not kid.is_extra:
            values.append(reader.expression(kid))
    return values, keywords


def _subscript(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    value, star = _unstarred(reader.expression(kids[0]))
    index = _index(reader, kids[2:-1])
    return _restarred(ast.Subscript(value, index, LOAD, **at(node)), star)


def _index(reader: Reader, kids: list[Node]) -> ast.expr:
    """What stands between the brackets of a subscript."""
    if not kids:
        raise Unreadable()
    values = [_item(reader, kid) for kid in kids if kid.type != ","]
    if len(kids) == 1 and not isinstance(values[0], ast.Starred):
        return values[0]
    return ast.Tuple(values, LOAD, **between(kids[0], kids[-1]))


def _item(reader: Reader, node: Node) -> ast.expr:
    if node.type != "slice":
        return reader.expression(node)
    bounds: list[ast.expr | None] = [None, None, None]
    index = 0
    for kid in node.children:
        if kid.type == ":":
            index += 1
        elif not kid.is_extra:
            bounds[index] = reader.expression(kid)
    return ast.Slice(bounds[0], bounds[1], bounds[2], **at(node))


def _elements(reader: Reader, node: Node) -> list[ast.expr]:
    return [reader.expression(kid) for kid in node.named_children if not kid.is_extra]


def _list(reader: Reader, node: Node) -> ast.expr:
    return ast.List(_elements(reader, node), LOAD, **at(node))


def _set(reader: Reader, node: Node) -> ast.expr:
    return ast.Set(_elements(reader, node), **at(node))


def _tuple(reader: Reader, node: Node) -> ast.expr:
    return ast.Tuple(_elements(reader, node), LOAD, **at(node))


def _tuple_pattern(reader: Reader, node: Node) -> ast.expr:
    """A target in parentheses, which is a tuple only with a comma (or with nothing) inside."""
    kids = solid(node)
    if len(kids) == 3:
        inner = reader.expression(kids[1])
        if isinstance(inner, ast.Starred):
            raise Unreadable()
        return inner
    return _tuple(reader, node)


def _dictionary(reader: Reader, node: Node) -> ast.expr:
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for kid in node.named_children:
        if kid.is_extra:
            continue
        parts = solid(kid)
        if kid.type == "pair":
            keys.append(reader.expression(parts[0]))
            values.append(reader.expression(parts[2]))
        elif kid.type == "dictionary_splat":
            keys.append(None)
            values.append(reader.expression(parts[1]))
        else:
            raise Unreadable()
    return ast.Dict(keys, values, **at(node))


def _generators(reader: Reader, clauses: list[Node]) -> list[ast.comprehension]:
    generators: list[ast.comprehension] = []
    for clause in clauses:
        kids = solid(clause)
        if clause.type == "if_clause":
            if not generators:
                raise Unreadable()
            generators[-1].ifs.append(reader.expression(kids[1]))
            continue
        if clause.type != "for_in_clause":
            raise Unreadable()
        is_async = kids[0].type == "async"
        if is_async:
            kids = kids[1:]
        target = stored(reader.expression(kids[1]))
        if isinstance(target, ast.Starred):
            raise Unreadable()
        sources = kids[3:]
        if len(sources) == 1:
            source = reader.expression(sources[0])
        else:
            reader.python2 = True
            values = [reader.expression(kid) for kid in sources if kid.is_named]
            source = ast.Tuple(values, LOAD, **between(sources[0], sources[-1]))
        generators.append(ast.comprehension(target, source, [], int(is_async)))
    if not generators:
        raise Unreadable()
    return generators


def _body_and_generators(reader: Reader, node: Node) -> tuple[ast.expr, list[ast.comprehension]]:
    kids = solid(node)
    element = reader.expression(kids[1])
    generators = _generators(reader, kids[2:-1])
    if isinstance(element, ast.Starred):
        # Unpacking in a comprehension (PEP 798): `[*x for x in y]` is `[i for x in y for i in x]`.
        reader.newer = True
        place = from_to(element, element)
        name = reader.fresh_name("item")
        inner = ast.Name(name, STORE, **place)
        generators.append(ast.comprehension(inner, element.value, [], 0))
        element = ast.Name(name, LOAD, **place)
    return element, generators


def _list_comprehension(reader: Reader, node: Node) -> ast.expr:
    element, generators = _body_and_generators(reader, node)
    return ast.ListComp(element, generators, **at(node))


def _set_comprehension(reader: Reader, node: Node) -> ast.expr:
    element, generators = _body_and_generators(reader, node)
    return ast.SetComp(element, generators, **at(node))


def _generator_expression(reader: Reader, node: Node) -> ast.expr:
    element, generators = _body_and_generators(reader, node)
    return ast.GeneratorExp(element, generators, **at(node))


def _dictionary_comprehension(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    pair = solid(kids[1])
    if kids[1].type != "pair":
        raise Unreadable()
    key = reader.expression(pair[0])
    value = reader.expression(pair[2])
    return ast.DictComp(key, value, _generators(reader, kids[2:-1]), **at(node))


def _parenthesized_expression(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    if len(kids) != 3:
        raise Unreadable()
    inner = reader.expression(kids[1])
    if isinstance(inner, ast.Starred):
        raise Unreadable()
    return inner


def _conditional_expression(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    if len(kids) != 5:
        raise Unreadable()
    if kids[0].type == "named_expression":
        # `x := a if b else c`: the walrus takes the whole of what follows it.
        parts = solid(kids[0])
        target = ast.Name(reader.name(parts[0]), STORE, **at(parts[0]))
        body = reader.expression(parts[2])
        place = between(parts[2], kids[4])
        choice = ast.IfExp(reader.expression(kids[2]), body, reader.expression(kids[4]), **place)
        return ast.NamedExpr(target, choice, **at(node))
    body, star = _unstarred(reader.expression(kids[0]))
    test = reader.expression(kids[2])
    return _restarred(ast.IfExp(test, body, reader.expression(kids[4]), **at(node)), star)


def _named_expression(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    target = ast.Name(reader.name(kids[0]), STORE, **at(kids[0]))
    return ast.NamedExpr(target, reader.expression(kids[2]), **at(node))


def _lambda(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    if kids[1].type == "lambda_parameters":
        arguments, prologue = parameters(reader, kids[1])
        if prologue:
            # `lambda (a, b): a`: there is no statement in which the tuple could be taken apart.
            reader.python2 = True
    else:
        arguments = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(arguments, reader.expression(kids[-1]), **at(node))


def _starred(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    if kids[0].type != "*" or len(kids) != 2:
        raise Unreadable()
    value = reader.expression(kids[1])
    if isinstance(value, ast.Starred):
        raise Unreadable()
    return ast.Starred(value, LOAD, **at(node))


def _yield(reader: Reader, node: Node) -> ast.expr:
    kids = solid(node)
    if len(kids) == 1:
        return ast.Yield(None, **at(node))
    if kids[1].type == "from":
        return ast.YieldFrom(reader.expression(kids[2]), **at(node))
    return ast.Yield(reader.expression(kids[1]), **at(node))


def several(reader: Reader, kids: list[Node]) -> ast.expr:
    """Values with commas between them: a tuple without parentheses, or the one value."""
    if len(kids) == 1:
        return reader.expression(kids[0])
    values = [reader.expression(kid) for kid in kids if kid.is_named]
    return ast.Tuple(values, LOAD, **between(kids[0], kids[-1]))


def _expression_list(reader: Reader, node: Node) -> ast.expr:
    return ast.Tuple(_elements(reader, node), LOAD, **at(node))


EXPRESSIONS: Final[dict[str, Callable[[Reader, Node], ast.expr]]] = {
    "attribute": _attribute,
    "await": _await,
    "binary_operator": _binary_operator,
    "boolean_operator": _boolean_operator,
    "call": _call,
    "comparison_operator": _comparison_operator,
    "concatenated_string": concatenated_string,
    "conditional_expression": _conditional_expression,
    "dictionary": _dictionary,
    "dictionary_comprehension": _dictionary_comprehension,
    "ellipsis": _ellipsis,
    "expression_list": _expression_list,
    "false": _false,
    "float": _number,
    "generator_expression": _generator_expression,
    "generic_type": generic_type,
    "identifier": _identifier,
    "integer": _number,
    "lambda": _lambda,
    "list": _list,
    "list_comprehension": _list_comprehension,
    "list_pattern": _list,
    "list_splat": _starred,
    "list_splat_pattern": _starred,
    "member_type": member_type,
    "named_expression": _named_expression,
    "none": _none,
    "not_operator": _not_operator,
    "parenthesized_expression": _parenthesized_expression,
    "pattern_list": _expression_list,
    "set": _set,
    "set_comprehension": _set_comprehension,
    "splat_type": _starred,
    "string": string,
    "subscript": _subscript,
    "true": _true,
    "tuple": _tuple,
    "tuple_expression": _expression_list,
    "tuple_pattern": _tuple_pattern,
    "type": type_,
    "unary_operator": _unary_operator,
    "union_type": union_type,
    "yield": _yield,
}

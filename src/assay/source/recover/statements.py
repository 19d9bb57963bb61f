"""Compound statements, suites and the cutting out of what is broken.

A simple statement with an error inside is dropped. A compound statement whose header is sound is
kept, and its suites are read statement by statement; one with a broken header is dropped whole. A
clause (`elif`, `except`, `case`, ...) with a broken header is dropped alone.

Invariant: every line that is dropped is in `reader.lost`, and every suite has a statement.
Example: of `def f():\\n    a = = 1\\n    b = 2` the function and `b = 2` are left, line 2 is lost.
"""

import ast
from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from assay.source.recover import hosts
from assay.source.recover.expressions import (
    call_arguments,
    several,
)
from assay.source.recover.lines import columns
from assay.source.recover.mask import SYNTAX, TOO_DEEP
from assay.source.recover.parameters import parameters
from assay.source.recover.patterns import top_pattern
from assay.source.recover.reader import (
    LOAD,
    Place,
    Reader,
    Unreadable,
    at,
    between,
    from_to,
    named,
    solid,
    stored_alone,
)
from assay.source.recover.simple import SIMPLE, simple_expression

# Statements that are worth keeping when they stand in text that is otherwise unreadable: they
# mean the same wherever they stand.
_DECLARATIONS: Final = frozenset(
    (
        "class_definition",
        "decorated_definition",
        "function_definition",
        "future_import_statement",
        "import_from_statement",
        "import_statement",
    )
)


def _until(reader: Reader, node: Node, body: list[ast.stmt]) -> Place:
    """From the start of a node to the end of a suite, which is where `ast.parse` ends it."""
    row, column = node.start_point
    end_line, end_column = _end(reader, body[-1])
    return {
        "lineno": row + 1,
        "col_offset": column,
        "end_lineno": end_line,
        "end_col_offset": end_column,
    }


def _end(reader: Reader, last: ast.stmt | ast.ExceptHandler) -> tuple[int, int]:
    """Where a suite ends: behind its last statement, or behind the semicolon after that."""
    end = (last.end_lineno or last.lineno, last.end_col_offset or 0)
    return reader.semicolons.get(end, end)


def module_body(reader: Reader, root: Node) -> list[ast.stmt]:
    """All statements of a tree."""
    body: list[ast.stmt] = []
    if root.type == "ERROR":
        _salvage(reader, root, body)
    else:
        _statements(reader, root, body)
    return body


def _statements(reader: Reader, node: Node, body: list[ast.stmt]) -> None:
    """Convert the statements among a node's children, and cut the broken ones."""
    broken = reader.broken
    fillers = reader.mask.fillers
    fused = _fused(node) if broken else frozenset()
    for kid in node.named_children:
        kind = kid.type
        handler = STATEMENTS.get(kind)
        if handler is None:
            if kind == "ERROR":
                _salvage(reader, kid, body)
            elif not kid.is_extra:
                _single(reader, kid, body)
            continue
        if kid.start_byte in fused:
            reader.lose(kid, SYNTAX)
            continue
        if broken and kind not in _COMPOUND and kid.has_error:
            reader.lose(kid, SYNTAX)
            continue
        if kid.start_byte in fillers and kind == "expression_statement":
            continue
        depth = reader.depth
        try:
            reader.depth = depth + 1
            if reader.depth > reader.limit:
                raise Unreadable(TOO_DEEP)
            if kind not in _COMPOUND:
                reader.whole(kid, kid)
            body.append(handler(reader, kid))
        except Unreadable as cut:
            reader.lose(kid, cut.reason)
        finally:
            reader.depth = depth


def _fused(node: Node) -> frozenset[int]:
    """The starts of simple statements that share a line with other text, without a semicolon.

    The parser supplies a missing newline silently, so that `a b` looks like two statements.
    """
    fused: set[int] = set()
    previous: Node | None = None
    for kid in node.children:
        if kid.is_extra and kid.type != "ERROR":
            continue
        if kid.type == ";":
            previous = None
            continue
        if previous is not None and previous.end_point[0] == kid.start_point[0]:
            for statement in (previous, kid):
                if statement.type not in _COMPOUND and statement.type != "ERROR":
                    fused.add(statement.start_byte)
        previous = kid
    return frozenset(fused)


def _single(reader: Reader, node: Node, body: list[ast.stmt]) -> None:
    """A statement without a node of its own: newer grammars have no `expression_statement`."""
    depth = reader.depth
    try:
        if node.has_error:
            raise Unreadable()
        reader.whole(node, node)
        body.append(simple_expression(reader, node, [node]))
    except Unreadable as cut:
        reader.lose(node, cut.reason)
    finally:
        reader.depth = depth


def _salvage(reader: Reader, error: Node, body: list[ast.stmt]) -> None:
    """Keep the declarations and the leftmost statements in an ERROR; the other lines are lost."""
    first = error.start_point[0] + 1
    row, column = error.end_point
    last = row if column == 0 and row + 1 > first else row + 1
    kept: list[tuple[int, int]] = []
    for kid in error.named_children:
        kind = kid.type
        handler = STATEMENTS.get(kind)
        if handler is None or (kind not in _DECLARATIONS and kid.start_point[1] > 0):
            continue
        if (kind not in _COMPOUND and kid.has_error) or _shares_joined_line(reader, kid):
            continue
        depth = reader.depth
        count = len(reader.lost)
        try:
            reader.depth = depth + 1
            if reader.depth > reader.limit:
                raise Unreadable(TOO_DEEP)
            statement = handler(reader, kid)
        except Unreadable:
            del reader.lost[count:]
            continue
        finally:
            reader.depth = depth
        body.append(statement)
        kept.append((kid.start_point[0] + 1, kid.end_point[0] + 1))
    line = first
    for begin, end in kept:
        if begin > line:
            reader.lost.append((line, begin - 1, SYNTAX))
        line = max(line, end + 1)
    if line <= last or not kept:
        reader.lost.append((min(line, last), max(first, last), SYNTAX))


def _shares_joined_line(reader: Reader, node: Node) -> bool:
    """Whether other lines of the text are joined to the first or the last line of a node.

    They are dropped with the ERROR round the node, and must be named as lost.
    """
    parsed = reader.mask.parsed
    begin = parsed.rfind(b"\n", 0, node.start_byte) + 1
    end = parsed.find(b"\n", node.end_byte)
    behind = end if end >= 0 else len(parsed)
    return b"\r" in parsed[begin : node.start_byte] or b"\r" in parsed[node.end_byte : behind]


def _suite(reader: Reader, header: Node, block: Node) -> list[ast.stmt]:
    """The statements of a suite; `pass` when all of them were cut."""
    body: list[ast.stmt] = []
    if block.type != "block":
        raise Unreadable()
    row, column = block.start_point
    if header.start_point[0] < row and column <= header.start_point[1] and block.child_count:
        _check_indented(reader, header, block)
    _statements(reader, block, body)
    for kid in reversed(block.children):
        if not kid.is_extra:
            if kid.type == ";" and body:
                row, column = kid.end_point
                end = (body[-1].end_lineno or 0, body[-1].end_col_offset or 0)
                reader.semicolons[end] = (row + 1, column)
            break
    if not body:
        if not any(not kid.is_extra or kid.type == "ERROR" for kid in block.named_children):
            # A header without a suite: the text ends, or the next line is not indented.
            raise Unreadable()
        place = at(block)
        place["end_lineno"] = place["lineno"]
        place["end_col_offset"] = place["col_offset"]
        body.append(ast.Pass(**place))
    return body


def _check_indented(reader: Reader, header: Node, block: Node) -> None:
    """Cut a suite that is not indented, which the grammar takes where all of the text is."""
    widths: list[int] = []
    for node in (header, block):
        start = node.start_byte - node.start_point[1]
        indent = reader.source[start : node.start_byte]
        if indent.strip():
            # Something else stands before it on its line.
            return
        widths.append(columns(indent))
    if widths[1] <= widths[0]:
        reader.strays.append(block.start_byte)
        raise Unreadable()


def _sound(reader: Reader, kids: list[Node]) -> None:
    """The nodes of a header must be free of errors."""
    if reader.broken:
        for kid in kids:
            if kid.has_error and kid.type not in _SUITES:
                raise Unreadable()


_SUITES: Final = frozenset(
    (
        "block",
        "elif_clause",
        "else_clause",
        "except_clause",
        "finally_clause",
        "class_definition",
        "function_definition",
    )
)


def _parts(reader: Reader, node: Node) -> list[Node]:
    """The children of a compound statement, whose header must be sound."""
    if reader.broken:
        kids = [kid for kid in node.children if not kid.is_extra or kid.type == "ERROR"]
        _sound(reader, kids)
    else:
        kids = solid(node)
    for kid in kids:
        if kid.type == ":":
            reader.whole(node, kid)
            break
    return kids


def _if(reader: Reader, node: Node) -> ast.stmt:
    """`if` with its `elif` clauses, built from the last one inwards, without recursion."""
    kids = _parts(reader, node)
    test = reader.expression(kids[1])
    body = _suite(reader, node, kids[3])
    branches: list[tuple[Node, ast.expr, list[ast.stmt]]] = [(node, test, body)]
    orelse: list[ast.stmt] = []
    for clause in kids[4:]:
        depth = reader.depth
        try:
            parts = _parts(reader, clause)
            if clause.type == "else_clause":
                orelse = _suite(reader, clause, parts[2])
            elif clause.type == "elif_clause":
                if len(branches) + depth > reader.limit:
                    raise Unreadable(TOO_DEEP)
                test = reader.expression(parts[1])
                branches.append((clause, test, _suite(reader, clause, parts[3])))
            else:
                raise Unreadable()
        except Unreadable as cut:
            reader.lose(clause, cut.reason)
        finally:
            reader.depth = depth
    first, test, body = branches.pop(0)
    for clause, test_, body_ in reversed(branches):
        orelse = [ast.If(test_, body_, orelse, **_until(reader, clause, orelse or body_))]
    return ast.If(test, body, orelse, **_until(reader, first, orelse or body))


def _else(reader: Reader, clause: Node) -> list[ast.stmt]:
    """The suite of an `else` or `finally`; empty when it has to be cut."""
    depth = reader.depth
    try:
        return _suite(reader, clause, _parts(reader, clause)[2])
    except Unreadable as cut:
        reader.lose(clause, cut.reason)
        return []
    finally:
        reader.depth = depth


def _for(reader: Reader, node: Node) -> ast.stmt:
    kids = _parts(reader, node)
    is_async = kids[0].type == "async"
    if is_async:
        kids = kids[1:]
    target = stored_alone(reader.expression(kids[1]))
    source = reader.expression(kids[3])
    body = _suite(reader, node, kids[5])
    orelse = _else(reader, kids[6]) if len(kids) > 6 else []
    kind = ast.AsyncFor if is_async else ast.For
    return kind(target, source, body, orelse, None, **_until(reader, node, orelse or body))


def _while(reader: Reader, node: Node) -> ast.stmt:
    kids = _parts(reader, node)
    test = reader.expression(kids[1])
    body = _suite(reader, node, kids[3])
    orelse = _else(reader, kids[4]) if len(kids) > 4 else []
    return ast.While(test, body, orelse, **_until(reader, node, orelse or body))


def _try(reader: Reader, node: Node) -> ast.stmt:
    kids = _parts(reader, node)
    body = _suite(reader, node, kids[2])
    handlers: list[ast.ExceptHandler] = []
    orelse: list[ast.stmt] = []
    final: list[ast.stmt] = []
    stars = 0
    for clause in kids[3:]:
        kind = clause.type
        if kind == "except_clause":
            depth = reader.depth
            try:
                handler, star = _handler(reader, clause)
                handlers.append(handler)
                stars += star
            except Unreadable as cut:
                reader.lose(clause, cut.reason)
            finally:
                reader.depth = depth
        elif kind == "else_clause":
            orelse = _else(reader, clause)
        elif kind == "finally_clause":
            final = _else(reader, clause)
        else:
            raise Unreadable()
    if not handlers and (orelse or not final):
        raise Unreadable()
    if stars not in (0, len(handlers)):
        raise Unreadable()
    row, column = node.start_point
    end: ast.stmt | ast.ExceptHandler = body[-1]
    if final:
        end = final[-1]
    elif orelse:
        end = orelse[-1]
    elif handlers:
        end = handlers[-1]
    end_line, end_column = _end(reader, end)
    place: Place = {
        "lineno": row + 1,
        "col_offset": column,
        "end_lineno": end_line,
        "end_col_offset": end_column,
    }
    if stars:
        return ast.TryStar(body, handlers, orelse, final, **place)
    return ast.Try(body, handlers, orelse, final, **place)


def _handler(reader: Reader, node: Node) -> tuple[ast.ExceptHandler, int]:
    kids = _parts(reader, node)
    body = _suite(reader, node, kids[-1])
    place = _until(reader, node, body)
    star = int(kids[1].type == "*")
    values = kids[1 + star : -2]
    if not values:
        if star:
            raise Unreadable()
        return ast.ExceptHandler(None, None, body, **place), 0
    if len(values) == 1:
        value = values[0]
        if value.type == "as_pattern":
            parts = solid(value)
            target = reader.expression(solid(parts[2])[0])
            if not isinstance(target, ast.Name):
                raise Unreadable()
            kind = reader.expression(parts[0])
            return ast.ExceptHandler(kind, target.id, body, **place), star
        return ast.ExceptHandler(reader.expression(value), None, body, **place), star
    types = [reader.expression(kid) for kid in values if kid.is_named]
    if values[1].type == "as":
        if len(types) != 2 or not isinstance(types[1], ast.Name):
            raise Unreadable()
        return ast.ExceptHandler(types[0], types[1].id, body, **place), star
    # `except E, e:` binds e in Python 2; `except E, F:` catches both from Python 3.14 on. A name
    # that starts with a capital is taken for a class.
    second = types[1]
    if len(types) == 2 and not star and isinstance(second, ast.Name) and not second.id[0].isupper():
        reader.python2 = True
        return ast.ExceptHandler(types[0], second.id, body, **place), 0
    if len(types) == 2 and not star and isinstance(second, ast.Tuple):
        # Python 2: `except E, (a, b):` takes the exception apart.
        reader.python2 = True
        name = reader.fresh_name("exception")
        position = from_to(second, second)
        value_ = ast.Name(name, LOAD, **position)
        body.insert(0, ast.Assign([stored_alone(second)], value_, None, **position))
        return ast.ExceptHandler(types[0], name, body, **place), 0
    reader.newer = True
    caught = ast.Tuple(types, LOAD, **between(values[0], values[-1]))
    return ast.ExceptHandler(caught, None, body, **place), star


def _with(reader: Reader, node: Node) -> ast.stmt:
    kids = _parts(reader, node)
    is_async = kids[0].type == "async"
    if is_async:
        kids = kids[1:]
    items: list[ast.withitem] = []
    for item in named(kids[1]):
        _with_items(reader, solid(item)[0], items)
    if not items:
        raise Unreadable()
    body = _suite(reader, node, kids[3])
    kind = ast.AsyncWith if is_async else ast.With
    return kind(items, body, None, **_until(reader, node, body))


def _with_items(reader: Reader, node: Node, items: list[ast.withitem]) -> None:
    """One item, or several where the grammar took their parentheses for an expression's."""
    kind = node.type
    if kind == "as_pattern":
        parts = solid(node)
        target = stored_alone(reader.expression(solid(parts[2])[0]))
        items.append(ast.withitem(reader.expression(parts[0]), target))
        return
    if kind in ("tuple", "parenthesized_expression"):
        inner = named(node)
        if any(kid.type == "as_pattern" for kid in inner):
            for kid in inner:
                _with_items(reader, kid, items)
            return
    if kind == "conditional_expression":
        kids = solid(node)
        if kids[-1].type == "as_pattern":
            # `a if b else c as d`: the target belongs to the whole.
            parts = solid(kids[-1])
            target = stored_alone(reader.expression(solid(parts[2])[0]))
            value = ast.IfExp(
                reader.expression(kids[2]),
                reader.expression(kids[0]),
                reader.expression(parts[0]),
                **between(node, parts[0]),
            )
            items.append(ast.withitem(value, target))
            return
    items.append(ast.withitem(reader.expression(node), None))


def _function(reader: Reader, node: Node) -> ast.stmt:
    return _definition(reader, node, [])


def _definition(reader: Reader, node: Node, decorators: list[ast.expr]) -> ast.stmt:
    kids = _parts(reader, node)
    is_async = kids[0].type == "async"
    name = reader.name(kids[2 if is_async else 1])
    if node.type == "class_definition":
        return _class(reader, node, kids, name, decorators)
    type_parameters: Node | None = None
    arguments: ast.arguments | None = None
    prologue: list[ast.stmt] = []
    returns: ast.expr | None = None
    for kid in kids[2:-1]:
        if kid.type == "parameters":
            arguments, prologue = parameters(reader, kid)
        elif kid.type == "type_parameter":
            type_parameters = kid
        elif kid.type == "type":
            returns = reader.expression(kid)
    if arguments is None:
        raise Unreadable()
    if node.start_byte in reader.mask.headers:
        _unknown_parameters(reader, arguments, at(kids[1]))
    body = prologue + _suite(reader, node, kids[-1])
    place = _until(reader, node, body)
    return hosts.function(
        reader, is_async, name, arguments, body, decorators, returns, type_parameters, place
    )


def _unknown_parameters(reader: Reader, arguments: ast.arguments, place: Place) -> None:
    """The parameters of a function whose header was cut: it may be called in any way."""
    arguments.vararg = ast.arg(reader.fresh_name("arguments"), None, None, **place)
    arguments.kwarg = ast.arg(reader.fresh_name("keywords"), None, None, **place)


def _class(
    reader: Reader, node: Node, kids: list[Node], name: str, decorators: list[ast.expr]
) -> ast.stmt:
    bases: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    type_parameters: Node | None = None
    for kid in kids[2:-1]:
        if kid.type == "argument_list":
            bases, keywords = call_arguments(reader, kid)
        elif kid.type == "type_parameter":
            type_parameters = kid
    body = _suite(reader, node, kids[-1])
    place = _until(reader, node, body)
    return hosts.class_(reader, name, bases, keywords, body, decorators, type_parameters, place)


def _decorated(reader: Reader, node: Node) -> ast.stmt:
    kids = _parts(reader, node)
    decorators: list[ast.expr] = []
    for kid in kids:
        if kid.type == "decorator":
            value = solid(kid)[1]
            reader.whole(kid, value)
            decorators.append(reader.expression(value))
    return _definition(reader, kids[-1], decorators)


def _match(reader: Reader, node: Node) -> ast.stmt:
    kids = _parts(reader, node)
    subject = several(reader, kids[1:-2])
    cases: list[ast.match_case] = []
    for clause in kids[-1].named_children:
        if clause.type != "case_clause":
            if clause.type == "ERROR":
                reader.lose(clause, SYNTAX)
            continue
        depth = reader.depth
        try:
            reader.depth = depth + 1
            cases.append(_case(reader, clause))
        except Unreadable as cut:
            reader.lose(clause, cut.reason)
        finally:
            reader.depth = depth
    if not cases:
        raise Unreadable()
    return ast.Match(subject, cases, **_until(reader, node, cases[-1].body))


def _case(reader: Reader, node: Node) -> ast.match_case:
    kids = _parts(reader, node)
    guard: ast.expr | None = None
    end = len(kids) - 2
    if kids[end - 1].type == "if_clause":
        end -= 1
        guard = reader.expression(solid(kids[end])[1])
    pattern = top_pattern(reader, kids[1:end])
    return ast.match_case(pattern, guard, _suite(reader, node, kids[-1]))


STATEMENTS: Final[dict[str, Callable[[Reader, Node], ast.stmt]]] = {
    **SIMPLE,
    "class_definition": _function,
    "decorated_definition": _decorated,
    "for_statement": _for,
    "function_definition": _function,
    "if_statement": _if,
    "match_statement": _match,
    "try_statement": _try,
    "while_statement": _while,
    "with_statement": _with,
}
_COMPOUND: Final = frozenset(
    (
        "class_definition",
        "decorated_definition",
        "for_statement",
        "function_definition",
        "if_statement",
        "match_statement",
        "try_statement",
        "while_statement",
        "with_statement",
    )
)

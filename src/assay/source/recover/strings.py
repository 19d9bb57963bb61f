"""String tokens: plain and bytes literals, implicit concatenation, f-strings and t-strings.

The pieces of text between two `{...}` are read from the source by their offsets; the expressions
come from tree-sitter's tree, whose scanner reads nested quotes, newlines, backslashes and comments
as Python 3.12 does (PEP 701). A t-string (PEP 750) becomes a `JoinedStr`.

Invariant: without attributes the result is `ast.parse`'s. Nodes directly inside of a `JoinedStr`
stand where the host puts them: on 3.11 at the whole literal, from 3.12 on at their own text.
Example: `f"{x!r:>{w}}"` is a `JoinedStr` of one `FormattedValue` with a `JoinedStr` as its format.
"""

import ast
import sys
from typing import Final, final

from tree_sitter import Node

from assay.source.recover.literals import bytes_of, raw_unicode, text_of
from assay.source.recover.mask import TOO_DEEP
from assay.source.recover.reader import (
    LOAD,
    Place,
    Reader,
    Unreadable,
    at,
    between,
    named,
)

# From 3.12 on f-strings are read by the grammar itself, which changes the places of their parts.
_PEP_701: Final = sys.version_info >= (3, 12)


@final
class _Parts:
    """The parts of a `JoinedStr` under construction: neighbouring texts are merged.

    `whole` is the place of all of the literal, `token` that of the token being read.
    """

    __slots__ = ("kind", "place", "text", "token", "values", "whole")

    def __init__(self, whole: Place, kind: str | None) -> None:
        self.whole: Final = whole
        self.token = whole
        self.kind: Final = kind
        self.values: Final[list[ast.expr]] = []
        self.text = ""
        self.place: Place | None = None

    def add_text(self, text: str, place: Place) -> None:
        if not text:
            return
        self.text += text
        if self.place is None:
            self.place = place
        else:
            self.place["end_lineno"] = place["end_lineno"]
            self.place["end_col_offset"] = place["end_col_offset"]

    def add_value(self, value: ast.expr) -> None:
        self.flush()
        self.values.append(value)

    def flush(self, last: Place | None = None) -> None:
        """End the text under construction, which on 3.11 stands at `last` or at the whole."""
        if self.place is not None:
            place = self.place if _PEP_701 else last or self.whole
            self.values.append(ast.Constant(self.text, self.kind, **place))
        self.text = ""
        self.place = None


def string(reader: Reader, node: Node) -> ast.expr:
    """One string token."""
    return _strings(reader, [node], at(node))


def concatenated_string(reader: Reader, node: Node) -> ast.expr:
    """String tokens side by side."""
    return _strings(reader, named(node), at(node))


def _strings(reader: Reader, tokens: list[Node], place: Place) -> ast.expr:
    texts: list[str] = []
    data: list[bytes] = []
    kind: str | None = None
    formatted = False
    for index, token in enumerate(tokens):
        kids = token.children
        if token.type != "string" or len(kids) < 2:
            raise Unreadable()
        opening = reader.raw(kids[0])
        if opening == b"`":
            if len(tokens) > 1:
                raise Unreadable()
            return _backticks(reader, token, kids)
        prefix = opening.rstrip(b"'\"").lower()
        if not index and opening[:1] == b"u":
            kind = "u"
        if b"f" in prefix or b"t" in prefix:
            formatted = True
            continue
        raw = b"r" in prefix
        body = reader.source[kids[0].end_byte : _inside_end(token, opening, prefix)]
        if b"b" in prefix:
            data.append(bytes_of(body, raw))
            if not body.isascii():
                reader.python2 = True
        elif prefix == b"ur":
            reader.python2 = True
            texts.append(raw_unicode(body.decode()))
        else:
            texts.append(text_of(body.decode(), raw))
    if formatted:
        if data:
            raise Unreadable()
        return _joined(reader, tokens, kind, place)
    if not data:
        return ast.Constant("".join(texts), kind, **place)
    if texts:
        raise Unreadable()
    return ast.Constant(b"".join(data), None, **place)


def _inside_end(token: Node, opening: bytes, prefix: bytes) -> int:
    """Where the inside ends; the grammar takes some raw texts for a part of the closing quotes."""
    return token.end_byte - (len(opening) - len(prefix))


def _backticks(reader: Reader, token: Node, kids: list[Node]) -> ast.expr:
    reader.python2 = True
    place = at(token)
    value = reader.expression_at(token, kids[0].end_byte, kids[-1].start_byte)
    function = ast.Name("repr", LOAD, **place)
    return ast.Call(function, [value], [], **place)


def _joined(reader: Reader, tokens: list[Node], kind: str | None, place: Place) -> ast.expr:
    parts = _Parts(place, kind)
    for token in tokens:
        parts.token = at(token)
        kids = token.children
        opening = reader.raw(kids[0])
        prefix = opening.rstrip(b"'\"").lower()
        raw = b"r" in prefix
        if b"f" in prefix or b"t" in prefix:
            if b"t" in prefix and sys.version_info < (3, 14):
                reader.newer = True
            if not _PEP_701:
                quote = opening[len(prefix) :]
                _note_pep_701(reader, kids, quote)
            begin = kids[0].end_byte
            row, column = kids[0].end_point
            for kid in kids[1:]:
                if kid.type == "interpolation":
                    _literal(reader, parts, begin, kid.start_byte, row, column, raw)
                    _interpolation(reader, parts, kid, raw)
                    begin = kid.end_byte
                    row, column = kid.end_point
                elif kid.type == "string_end":
                    end = _inside_end(token, opening, prefix)
                    _literal(reader, parts, begin, end, row, column, raw)
                elif kid.type != "string_content":
                    raise Unreadable()
        else:
            end = _inside_end(token, opening, prefix)
            body = reader.source[kids[0].end_byte : end].decode()
            parts.add_text(text_of(body, raw), at(token))
    parts.flush()
    return ast.JoinedStr(parts.values, **place)


def _literal(
    reader: Reader, parts: _Parts, begin: int, end: int, row: int, column: int, raw: bool
) -> None:
    """The text `begin:end` between two interpolations, which starts at (row, column)."""
    if begin >= end:
        return
    body = reader.source[begin:end]
    rows = body.count(b"\n")
    last = len(body) - body.rfind(b"\n") - 1 if rows else column + len(body)
    text = body.decode().replace("{{", "{").replace("}}", "}")
    place: Place = {
        "lineno": row + 1,
        "col_offset": column,
        "end_lineno": row + rows + 1,
        "end_col_offset": last,
    }
    parts.add_text(text_of(text, raw), place)


def _interpolation(reader: Reader, parts: _Parts, node: Node, raw: bool) -> None:
    reader.depth += 1
    if reader.depth > reader.limit:
        raise Unreadable(TOO_DEEP)
    kids = [kid for kid in node.children if not kid.is_extra]
    value_node = kids[1]
    conversion = -1
    specification: ast.expr | None = None
    debug: Node | None = None
    place = at(node) if _PEP_701 else parts.whole
    # `{x:=5}` is the value x with the format `=5`; the grammar takes it for a walrus.
    if value_node.type == "named_expression":
        name = value_node.children[0]
        value: ast.expr = reader.expression(name)
        colon = next(kid for kid in value_node.children if kid.type == ":=")
        specification = _text_format(reader, parts, colon, kids[-1], raw)
        kids = kids[:2]
    else:
        commas = [kid for kid in kids[1:-1] if kid.type == ","]
        if commas:
            raise Unreadable()
        value = reader.expression(value_node)
        if not _PEP_701 and value_node.type in ("expression_list", "pattern_list"):
            # Python 3.11 reads the value with the braces as its parentheses.
            value.col_offset -= 1
            value.end_col_offset = (value.end_col_offset or 0) + 1
    for kid in kids[2:]:
        kind = kid.type
        if kind == "=":
            debug = kid
        elif kind == "type_conversion":
            conversion = reader.raw(kid)[1]
            if conversion not in b"sra":
                raise Unreadable()
        elif kind == "format_specifier":
            specification = _format(reader, parts, kid, raw)
    if debug is not None:
        following = [kid for kid in kids if kid.start_byte >= debug.end_byte]
        stretch = _without_comments(reader, node, following[0].start_byte)
        row, column = node.start_point
        parts.add_text(
            stretch.decode(),
            {
                "lineno": row + 1,
                "col_offset": column + 1,
                "end_lineno": following[0].start_point[0] + 1,
                "end_col_offset": following[0].start_point[1],
            },
        )
        if conversion == -1 and specification is None:
            conversion = ord("r")
    parts.add_value(ast.FormattedValue(value, conversion, specification, **place))
    reader.depth -= 1


def _without_comments(reader: Reader, node: Node, end: int) -> bytes:
    """The text of `{value = ` behind its brace up to an offset; comments are no part of it."""
    pieces: list[bytes] = []
    begin = node.start_byte + 1
    for kid in node.children:
        if kid.type == "comment" and kid.start_byte < end:
            pieces.append(reader.source[begin : kid.start_byte])
            begin = kid.end_byte
    pieces.append(reader.source[begin:end])
    return b"".join(pieces)


def _format(reader: Reader, parts: _Parts, node: Node, raw: bool) -> ast.expr:
    """A format specifier: `:` and texts with values among them."""
    inner = _Parts(parts.whole, parts.kind)
    inner.token = parts.token
    begin = node.start_byte + 1
    row, column = node.start_point
    column += 1
    for kid in node.children:
        if kid.type == "format_expression":
            _literal(reader, inner, begin, kid.start_byte, row, column, raw)
            _interpolation(reader, inner, kid, raw)
            begin = kid.end_byte
            row, column = kid.end_point
        elif kid.is_named and not kid.is_extra:
            raise Unreadable()
    _literal(reader, inner, begin, node.end_byte, row, column, raw)
    inner.flush(parts.token)
    place = at(node) if _PEP_701 else parts.token
    return ast.JoinedStr(inner.values, **place)


def _text_format(reader: Reader, parts: _Parts, colon: Node, closing: Node, raw: bool) -> ast.expr:
    inner = _Parts(parts.whole, parts.kind)
    row, column = colon.start_point
    begin = colon.start_byte + 1
    if b"{" in reader.source[begin : closing.start_byte]:
        raise Unreadable()
    _literal(reader, inner, begin, closing.start_byte, row, column + 1, raw)
    inner.flush(parts.token)
    place = between(colon, colon)
    place["end_lineno"] = closing.start_point[0] + 1
    place["end_col_offset"] = closing.start_point[1]
    return ast.JoinedStr(inner.values, **(place if _PEP_701 else parts.token))


def _note_pep_701(reader: Reader, kids: list[Node], quote: bytes) -> None:
    """Note an f-string whose `{...}` holds what only Python 3.12 takes there."""
    if reader.newer:
        return
    for kid in kids:
        if kid.type != "interpolation":
            continue
        end = kid.end_byte
        for part in kid.children:
            if part.type == "format_specifier":
                end = part.start_byte
        inside = reader.source[kid.start_byte : end]
        if (
            b"\\" in inside
            or (b"#" in inside and b"\n" in inside)
            or quote in reader.source[kid.start_byte : kid.end_byte]
            or (len(quote) == 1 and b"\n" in reader.source[kid.start_byte : kid.end_byte])
        ):
            reader.newer = True

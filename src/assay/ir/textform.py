"""Reads the text form of the IR, as `pretty.format_function` writes it.

The grammar is that of the printer: indentation nests functions, each operation's fields are read
by their kind in `FIELDS`, so a field needs no mark of its own. Positions and exceptional edges
are optional; an edge, where written, must lead to the block's handler.

    >>> parse_function("function f plain line 1\\n  b0:\\n    %0 = const 1\\n    return %0\\n").name
    'f'

Invariant: what parses prints again to the same text, up to spaces.
"""

from __future__ import annotations

import ast
import re
from typing import Final, NoReturn, TypeAlias, final

from assay.ir.function import (
    ASYNC_GENERATOR,
    CLASS,
    COROUTINE,
    FUNCTION,
    GENERATOR,
    GENERATOR_EXPRESSION,
    LAMBDA,
    MODULE,
    NO_BLOCK,
    NO_PARAMETERS,
    PLAIN,
    TYPE_SCOPE,
    Block,
    Branch,
    FunctionIR,
    Goto,
    Parameters,
    Return,
    Terminator,
    Unreachable,
)
from assay.ir.ops import (
    ALL_OPS,
    NEVER,
    NO_TEMP,
    POSSIBLE,
    UNLIKELY,
    Annotate,
    Build,
    Call,
    Collect,
    Const,
    ConstantValue,
    DelAttr,
    Delete,
    DelItem,
    EndCatch,
    ImportStar,
    MakeCell,
    MakeClass,
    MakeFunction,
    Nop,
    Op,
    Raise,
    Reraise,
    SetAttr,
    SetItem,
    SetupAnnotations,
    Store,
)
from assay.ir.pretty import temp_count_of
from assay.source.span import Span

NOWHERE: Final = Span(0, 0, 0, 0)
"""Where an operation stands whose position was not printed."""

FieldValue: TypeAlias = int | str | tuple[int, ...] | tuple[str, ...] | ConstantValue

_KINDS: Final = (MODULE, CLASS, FUNCTION, LAMBDA, GENERATOR_EXPRESSION, TYPE_SCOPE)
_FLAVOURS: Final = (PLAIN, GENERATOR, COROUTINE, ASYNC_GENERATOR)
_OPS: Final[dict[str, type[Op]]] = {op.MNEMONIC: op for op in ALL_OPS}

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<string>b?'(?:[^'\\]|\\.)*'|b?"(?:[^"\\]|\\.)*")
      | (?P<open>\()
      | (?P<close>\))
      | (?P<comma>,)
      | (?P<plain>[^\s(),'"]+)
    )""",
    re.VERBOSE,
)
_TEMP: Final = re.compile(r"%(\d+)")
_BLOCK: Final = re.compile(r"b(\d+)")
_EDGE: Final = re.compile(r"[!?](?:out|b(\d+))")
_PLACE: Final = re.compile(r"@(\d+):(\d+)(?:-(\d+):(\d+))?")


class TextFormError(Exception):
    """The text is not the text form of a function. `line` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


def parse_function(text: str) -> FunctionIR:
    """The function that the text describes, its children included. Raises TextFormError."""
    reader = _Reader(text)
    function = reader.function(0)
    if not reader.at_end():
        reader.fail("text after the end of the function")
    return function


@final
class _Reader:
    """The lines of a text, with the place where reading is."""

    __slots__ = ("index", "lines")

    def __init__(self, text: str) -> None:
        self.lines: Final[list[tuple[int, int, str]]] = []  # (number, indent, content)
        self.index = 0
        for number, line in enumerate(text.split("\n"), start=1):
            content = line.strip(" ")
            if content:
                self.lines.append((number, len(line) - len(line.lstrip(" ")), content))

    def at_end(self) -> bool:
        return self.index >= len(self.lines)

    def number(self) -> int:
        if not self.lines:
            return 1
        return self.lines[min(self.index, len(self.lines) - 1)][0]

    def fail(self, message: str) -> NoReturn:
        raise TextFormError(self.number(), message)

    def peek(self, indent: int) -> str:
        """The current line if it has this indent, else the empty string."""
        if self.at_end() or self.lines[self.index][1] != indent:
            return ""
        return self.lines[self.index][2]

    def tokens(self) -> _Tokens:
        """The current line as tokens; reading goes on at the next line."""
        number, _, content = self.lines[self.index]
        self.index += 1
        return _Tokens(content, number)

    def function(self, indent: int) -> FunctionIR:
        if not self.peek(indent):
            self.fail("expected a function")
        line = self.tokens()
        kind, name = line.plain(), line.name()
        flavour = line.plain()
        line.expect("line")
        first_line = line.integer()
        line.end()
        if kind not in _KINDS:
            line.fail(f"unknown kind of function {kind!r}")
        if flavour not in _FLAVOURS:
            line.fail(f"unknown flavour {flavour!r}")
        inner = indent + 2
        qualname, parameters = self.title(inner)
        function = FunctionIR(name, qualname, kind, flavour, parameters, first_line, None)
        self.variables(function, inner)
        while self.starts_block(inner):
            function.blocks.append(self.block(inner))
        while self.peek(inner):
            function.children.append(self.function(inner))
        function.temp_count = temp_count_of(function)
        return function

    def starts(self, indent: int, keyword: str) -> bool:
        return self.peek(indent).partition(" ")[0] == keyword

    def starts_block(self, indent: int) -> bool:
        head, _, _ = self.peek(indent).partition(" ")
        return head.endswith(":") and _BLOCK.fullmatch(head[:-1]) is not None

    def title(self, indent: int) -> tuple[str, Parameters]:
        qualname, parameters = "", NO_PARAMETERS
        if self.starts(indent, "qualname"):
            line = self.tokens()
            line.plain()
            qualname = line.name()
            line.end()
        if self.starts(indent, "params"):
            line = self.tokens()
            line.plain()
            parameters = line.parameters()
            line.end()
        return qualname, parameters

    def variables(self, function: FunctionIR, indent: int) -> None:
        function.locals = self.name_line(indent, "locals")
        function.cells = self.name_line(indent, "cells")
        function.free = self.name_line(indent, "free")
        if self.starts(indent, "over_budget"):
            line = self.tokens()
            line.plain()
            function.over_budget = line.integer()
            line.end()

    def name_line(self, indent: int, keyword: str) -> tuple[str, ...]:
        if not self.starts(indent, keyword):
            return ()
        line = self.tokens()
        line.plain()
        names: list[str] = []
        while not line.at_end():
            names.append(line.name())
        return tuple(names)

    def block(self, indent: int) -> Block:
        line = self.tokens()
        ident = int(line.plain()[1:-1])
        handler, caught = NO_BLOCK, 0
        if line.accept("handler"):
            handler = line.block()
        if line.accept("caught"):
            caught = line.integer()
        line.end()
        block = Block(ident, handler, caught)
        while self.peek(indent + 2):
            if block.terminator is not None:
                self.fail("an operation after the terminator")
            line = self.tokens()
            end = line.terminator()
            if end is None:
                block.ops.append(line.operation(handler))
            else:
                block.terminator = end
        return block


@final
class _Tokens:
    """The tokens of one line."""

    __slots__ = ("content", "items", "line", "place")

    def __init__(self, content: str, line: int) -> None:
        self.line: Final = line
        self.content: Final = content
        self.items: Final[list[str]] = []
        self.place = 0
        index = 0
        while index < len(content):
            match = _TOKEN.match(content, index)
            if match is None:
                self.fail(f"cannot read {content[index:]!r}")
            self.items.append(match.group().lstrip())
            index = match.end()

    def fail(self, message: str) -> NoReturn:
        raise TextFormError(self.line, message)

    def at_end(self) -> bool:
        return self.place >= len(self.items)

    def peek(self) -> str:
        return "" if self.at_end() else self.items[self.place]

    def plain(self) -> str:
        if self.at_end():
            self.fail("the line ends too early")
        self.place += 1
        return self.items[self.place - 1]

    def accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.place += 1
        return True

    def expect(self, token: str) -> None:
        if not self.accept(token):
            self.fail(f"expected {token!r}, found {self.peek() or 'the end of the line'!r}")

    def end(self) -> None:
        if not self.at_end():
            self.fail(f"unexpected {self.peek()!r}")

    # Values

    def integer(self) -> int:
        token = self.plain()
        try:
            return int(token)
        except ValueError:
            self.fail(f"expected a number, found {token!r}")

    def temp(self) -> int:
        token = self.plain()
        match = _TEMP.fullmatch(token)
        if match is None:
            self.fail(f"expected a temporary, found {token!r}")
        return int(match.group(1))

    def optional_temp(self) -> int:
        return NO_TEMP if self.accept("-") else self.temp()

    def block(self) -> int:
        token = self.plain()
        match = _BLOCK.fullmatch(token)
        if match is None:
            self.fail(f"expected a block, found {token!r}")
        return int(match.group(1))

    def name(self) -> str:
        return self.unquote(self.plain())

    def unquote(self, token: str) -> str:
        if token[0] not in "'\"":
            return token
        value = self.literal(token)
        if not isinstance(value, str):
            self.fail(f"expected a string, found {token}")
        return value

    def literal(self, token: str) -> ConstantValue:
        try:
            value: object = ast.literal_eval(token)
        except (ValueError, SyntaxError):
            self.fail(f"expected a literal, found {token!r}")
        if value is None or isinstance(value, (str, bytes, int, float)):
            return value
        raise TextFormError(self.line, f"expected a literal, found {token!r}")

    def constant(self) -> ConstantValue:
        token = self.plain()
        if token == "...":
            return Ellipsis
        if token in ("inf", "nan", "-inf"):
            return float(token)
        if token == "complex":
            self.expect("(")
            real = float(self.plain())
            self.expect(",")
            imaginary = float(self.plain())
            self.expect(")")
            return complex(real, imaginary)
        return self.literal(token)

    def items_in_parentheses(self) -> list[list[str]]:
        """The tokens of each item of `(a, b, c)`."""
        self.expect("(")
        found: list[list[str]] = []
        while not self.accept(")"):
            if found:
                self.expect(",")
            item: list[str] = []
            while self.peek() not in (",", ")"):
                item.append(self.plain())
            if not item:
                self.fail("an empty item")
            found.append(item)
        return found

    def temps(self) -> tuple[int, ...]:
        found: list[int] = []
        for item in self.items_in_parentheses():
            temp, label = self.argument(item)
            if label:
                self.fail(f"unexpected label {label!r}")
            found.append(temp)
        return tuple(found)

    def names(self) -> tuple[str, ...]:
        return tuple([self.unquote("".join(item)) for item in self.items_in_parentheses()])

    def argument(self, item: list[str]) -> tuple[int, str]:
        """`%1`, `*%1`, `**%1` or `name=%1` as (temporary, label)."""
        label = ""
        last = item[-1]
        if len(item) == 2:  # a quoted label, then `=%1`
            label, last = self.unquote(item[0]), last.removeprefix("=")
        elif len(item) == 1:
            text, equals, rest = last.rpartition("=")
            if equals:
                label, last = text, rest
            elif last.startswith("**"):
                label, last = "**", last[2:]
            elif last.startswith("*"):
                label, last = "*", last[1:]
        match = _TEMP.fullmatch(last)
        if match is None or len(item) > 2:
            self.fail(f"expected an argument, found {' '.join(item)!r}")
        return int(match.group(1)), label

    def arguments(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Arguments as (temporaries, labels); no labels where none has one."""
        pairs = [self.argument(item) for item in self.items_in_parentheses()]
        labels = tuple([label for _, label in pairs])
        return tuple([temp for temp, _ in pairs]), labels if any(labels) else ()

    def parameters(self) -> Parameters:
        positional_only: list[str] = []
        names: list[str] = []
        keyword_only: list[str] = []
        star, star_star = "", ""
        after_star = False
        for item in self.items_in_parentheses():
            mark = re.match(r"\*{0,2}", item[0])
            stars = mark.group() if mark else ""
            name = "".join([item[0][len(stars) :], *item[1:]])
            if item[0] == "/":
                positional_only, names = names, []
            elif stars == "**":
                star_star = self.unquote(name)
            elif stars == "*":
                after_star = True
                star = self.unquote(name) if name else ""
            elif after_star:
                keyword_only.append(self.unquote(name))
            else:
                names.append(self.unquote(name))
        return Parameters(
            tuple(positional_only), tuple(names), star, tuple(keyword_only), star_star
        )

    def span(self) -> Span:
        """The position at the end of a line, if any."""
        if self.at_end():
            return NOWHERE
        match = _PLACE.fullmatch(self.plain())
        if match is None:
            self.fail(f"expected a position, found {self.items[self.place - 1]!r}")
        line, column = int(match.group(1)), int(match.group(2))
        if match.group(3) is None:
            return Span(line, column, line, column)
        return Span(line, column, int(match.group(3)), int(match.group(4)))

    # Lines

    def terminator(self) -> Terminator | None:
        """The line as a terminator, or None where it is an operation."""
        keyword = self.peek()
        if keyword not in ("goto", "branch", "return", "unreachable"):
            return None
        self.plain()
        end: Terminator
        if keyword == "goto":
            target = self.block()
            end = Goto(target, self.span())
        elif keyword == "branch":
            condition, then, otherwise = self.temp(), self.block(), self.block()
            end = Branch(condition, then, otherwise, self.span())
        elif keyword == "return":
            value = self.temp()
            end = Return(value, self.span())
        else:
            end = Unreachable(self.span())
        self.end()
        return end

    def operation(self, handler: int) -> Op:
        """The line as an operation of a block with this handler."""
        dest = NO_TEMP
        if len(self.items) > 1 and self.items[1] == "=":
            dest = self.temp()
            self.expect("=")
        mnemonic = self.plain()
        kind = _OPS.get(mnemonic)
        if kind is None:
            self.fail(f"unknown operation {mnemonic!r}")
        values = self.fields(kind)
        risk = self.edge(handler)
        at = self.span()
        self.end()
        op = _make(kind, dest, values, at)
        if op.dest != dest:
            self.fail(f"{mnemonic} has no result")
        op.risk = risk
        return op

    def edge(self, handler: int) -> int:
        """The risk that the exceptional edge shows."""
        match = _EDGE.fullmatch(self.peek())
        if match is None:
            return NEVER
        mark = self.plain()[0]
        target = NO_BLOCK if match.group(1) is None else int(match.group(1))
        if target != handler:
            self.fail("the exceptional edge does not lead to the block's handler")
        return POSSIBLE if mark == "!" else UNLIKELY

    def fields(self, kind: type[Op]) -> list[FieldValue]:
        if kind is Call:
            callee = self.temp()
            return [callee, *self.arguments()]
        if kind is Build:
            word = self.name()
            return [word, *self.arguments()]
        if kind is MakeClass:
            child = self.integer()
            args, labels = self.arguments()
            return [child, args, labels, self.optional_temp()]
        if kind is MakeFunction:
            return self.make_function()
        if kind is Const:
            return [self.constant()]
        return [self.field(field_kind) for _, field_kind in kind.FIELDS]

    def make_function(self) -> list[FieldValue]:
        child = self.integer()
        pairs = [self.argument(item) for item in self.items_in_parentheses()]
        annotations: tuple[int, ...] = ()
        annotated: tuple[str, ...] = ()
        if self.accept("annotations"):
            annotations, annotated = self.arguments()
        type_params = self.temp() if self.accept("type_params") else NO_TEMP
        return [
            child,
            tuple([temp for temp, label in pairs if not label]),
            tuple([label for _, label in pairs if label]),
            tuple([temp for temp, label in pairs if label]),
            annotated,
            annotations,
            type_params,
        ]

    def field(self, kind: str) -> FieldValue:
        if kind == "temp":
            return self.temp()
        if kind == "temp?":
            return self.optional_temp()
        if kind == "temps":
            return self.temps()
        if kind == "names":
            return self.names()
        if kind == "int":
            return self.integer()
        if kind in ("word", "text"):
            return self.name()
        raise TextFormError(self.line, f"unknown kind of field {kind!r}")


def _make(kind: type[Op], dest: int, values: list[FieldValue], at: Span) -> Op:
    """Construct an operation: `dest` where the class takes one, the fields, then `at`."""
    if kind in _WITHOUT_DEST:
        return kind(*values, at)  # type: ignore[arg-type, call-arg]
    return kind(dest, *values, at)  # type: ignore[arg-type, call-arg]


_WITHOUT_DEST: Final[frozenset[type[Op]]] = frozenset(
    {
        Annotate,
        Collect,
        DelAttr,
        DelItem,
        Delete,
        EndCatch,
        ImportStar,
        MakeCell,
        Nop,
        Raise,
        Reraise,
        SetAttr,
        SetItem,
        SetupAnnotations,
        Store,
    }
)

"""Templates as trees: blocks nested in each other, with what they bind and print.

Blocks that are opened and not closed end with the block round them; an end without a beginning is
passed over, so the contents of tags that only a project knows stand where they stand.

Invariant: building never raises; blocks nest no deeper than `_DEEPEST`.

    >>> build("a.html", "{% for x in xs %}{{ x }}{% endfor %}", Dialect.JINJA).nodes
    [<For line 1>]
"""

from __future__ import annotations

from typing import Final, final

from assay.source.templates.expressions import (
    NOTHING,
    Attr,
    Const,
    Expr,
    Filtered,
    Invoke,
    Name,
    Parts,
    Reader,
)
from assay.source.templates.tokens import OUTPUT, TEXT, Dialect, tokenize

_DEEPEST: Final = 60


class Node:
    """A part of a template. `line` is that of its tag."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        self.line: Final = line

    def __repr__(self) -> str:
        return f"<{type(self).__name__} line {self.line}>"


@final
class Text(Node):
    """Text that is printed as it is."""

    __slots__ = ("text",)

    def __init__(self, line: int, text: str) -> None:
        super().__init__(line)
        self.text: Final = text


@final
class Print(Node):
    """An output; `is_raw` is one that its own tag keeps from being escaped."""

    __slots__ = ("is_raw", "value")

    def __init__(self, line: int, value: Expr, is_raw: bool = False) -> None:
        super().__init__(line)
        self.value: Final = value
        self.is_raw: Final = is_raw


@final
class Gap(Node):
    """A tag that is not understood, which may print something."""

    __slots__ = ()


@final
class If(Node):
    """Branches of which one is taken; without an `else`, possibly none."""

    __slots__ = ("branches", "has_else")

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.branches: Final[list[list[Node]]] = [[]]
        self.has_else = False


@final
class For(Node):
    """A loop; `orelse` is printed when there is nothing."""

    __slots__ = ("body", "iterable", "orelse", "targets")

    def __init__(self, line: int, targets: tuple[str, ...], iterable: Expr) -> None:
        super().__init__(line)
        self.targets: Final = targets
        self.iterable: Final = iterable
        self.body: Final[list[Node]] = []
        self.orelse: Final[list[Node]] = []


@final
class With(Node):
    """Names that have a meaning inside of a block."""

    __slots__ = ("body", "names", "values")

    def __init__(self, line: int, names: list[str], values: list[Expr]) -> None:
        super().__init__(line)
        self.names: Final = names
        self.values: Final = values
        self.body: Final[list[Node]] = []


@final
class Assign(Node):
    """`set`, and tags that end in `as name`; `body` is what a block of it prints."""

    __slots__ = ("body", "names", "value")

    def __init__(self, line: int, names: tuple[str, ...], value: Expr) -> None:
        super().__init__(line)
        self.names: Final = names
        self.value: Final = value
        self.body: Final[list[Node]] = []


@final
class Block(Node):
    """A part that templates below may replace."""

    __slots__ = ("body", "name")

    def __init__(self, line: int, name: str) -> None:
        super().__init__(line)
        self.name: Final = name
        self.body: Final[list[Node]] = []


@final
class Extends(Node):
    """The template that this one fills."""

    __slots__ = ("template",)

    def __init__(self, line: int, template: Expr) -> None:
        super().__init__(line)
        self.template: Final = template


@final
class Include(Node):
    """Another template printed here; `is_alone` when it sees only the names given to it."""

    __slots__ = ("is_alone", "names", "template", "values")

    def __init__(
        self, line: int, template: Expr, names: list[str], values: list[Expr], is_alone: bool
    ) -> None:
        super().__init__(line)
        self.template: Final = template
        self.names: Final = names
        self.values: Final = values
        self.is_alone: Final = is_alone


@final
class Macro(Node):
    """A function of the template; `defaults` belong to the last parameters."""

    __slots__ = ("body", "defaults", "name", "parameters")

    def __init__(
        self, line: int, name: str, parameters: tuple[str, ...], defaults: dict[str, Expr]
    ) -> None:
        super().__init__(line)
        self.name: Final = name
        self.parameters: Final = parameters
        self.defaults: Final = defaults
        self.body: Final[list[Node]] = []


@final
class CallBlock(Node):
    """A macro called with a block, which it prints by `caller()`."""

    __slots__ = ("body", "call", "parameters")

    def __init__(self, line: int, call: Expr, parameters: tuple[str, ...]) -> None:
        super().__init__(line)
        self.call: Final = call
        self.parameters: Final = parameters
        self.body: Final[list[Node]] = []


@final
class ImportMacros(Node):
    """`import` (one pair, whose first name is "") or `from ... import`: (name there, name here)."""

    __slots__ = ("names", "sees_context", "template")

    def __init__(
        self, line: int, template: Expr, names: tuple[tuple[str, str], ...], sees_context: bool
    ) -> None:
        super().__init__(line)
        self.sees_context: Final = sees_context
        self.template: Final = template
        self.names: Final = names


@final
class FilterBlock(Node):
    """A block whose text goes through filters; those stand on `NOTHING`."""

    __slots__ = ("body", "filters")

    def __init__(self, line: int, filters: Expr) -> None:
        super().__init__(line)
        self.filters: Final = filters
        self.body: Final[list[Node]] = []


@final
class Autoescape(Node):
    """Whether outputs are escaped; `is_on` is None when an expression decides, or a function.

    Tornado's holds from its tag to the end of the file: `is_open`.
    """

    __slots__ = ("body", "is_on", "is_open")

    def __init__(self, line: int, is_on: bool | None, is_open: bool) -> None:
        super().__init__(line)
        self.is_on: Final = is_on
        self.is_open: Final = is_open
        self.body: Final[list[Node]] = []


@final
class Tree:
    """A template that was read."""

    __slots__ = ("blocks", "dialect", "extends", "macros", "nodes", "path", "text")

    def __init__(self, path: str, text: str, dialect: Dialect, nodes: list[Node]) -> None:
        self.path: Final = path
        self.text: Final = text
        self.dialect: Final = dialect
        self.nodes: Final = nodes
        self.extends: Extends | None = None
        self.blocks: Final[dict[str, Block]] = {}
        self.macros: Final[dict[str, Macro]] = {}


def build(path: str, text: str, dialect: Dialect) -> Tree:
    """The tree of a template."""
    tree = Tree(path, text, dialect, [])
    _Builder(tree).build()
    return tree


# Blocks by the word of their tag; an `end` tag closes the nearest one of its word.
_OPENERS: Final = {
    "if": "if",
    "ifequal": "if",
    "ifnotequal": "if",
    "ifchanged": "if",
    "unless": "if",
    "while": "if",
    "try": "if",
    "for": "for",
    "with": "with",
    "blocktrans": "with",
    "blocktranslate": "with",
    "trans": "with",
    "block": "block",
    "macro": "macro",
    "call": "call",
    "filter": "filter",
    "apply": "filter",
    "autoescape": "autoescape",
    "set": "set",
}
# Tags that print nothing themselves, as far as they are not above.
_SILENT: Final = frozenset(
    (
        "load",
        "spaceless",
        "compress",
        "cache",
        "do",
        "import",
        "from",
        "regroup",
        "get_current_language",
        "get_available_languages",
        "get_language_info",
        "plural",
        "pluralize",
        "break",
        "continue",
        "debug",
        "whitespace",
        "language",
        "localize",
        "localtime",
        "timezone",
        "resetcycle",
        "comment",
        "pass",
    )
)
_MIDDLE: Final = frozenset(("else", "elif", "elseif", "elsif", "empty", "except", "finally"))


@final
class _Open:
    """A block that is not closed yet: where its contents go."""

    __slots__ = ("body", "node", "word")

    def __init__(self, word: str, node: Node | None, body: list[Node]) -> None:
        self.word: Final = word
        self.node: Final = node
        self.body = body


@final
class _Builder:
    __slots__ = ("_open", "_tree")

    def __init__(self, tree: Tree) -> None:
        self._tree: Final = tree
        self._open: Final = [_Open("", None, tree.nodes)]

    def build(self) -> None:
        dialect = self._tree.dialect
        for token in tokenize(self._tree.text, dialect):
            if token.kind == TEXT:
                self._add(Text(token.line, token.text))
            elif token.kind == OUTPUT:
                text = token.text
                is_raw = dialect is Dialect.BOTTLE and text.startswith("!")
                self._add(Print(token.line, Reader(text.lstrip("!")).expression(), is_raw))
            else:
                word, rest = _split(token.text)
                if word:
                    self._tag(word, rest, token.line)

    def _add(self, node: Node) -> None:
        self._open[-1].body.append(node)

    def _enter(self, word: str, node: Node, body: list[Node]) -> None:
        self._add(node)
        # What is nested deeper stays in the block round it.
        inner = body if len(self._open) < _DEEPEST else self._open[-1].body
        self._open.append(_Open(word, node, inner))

    def _close(self, word: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if not word or self._open[place].word == word:
                del self._open[place:]
                return

    def _middle(self, word: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            here = self._open[place]
            node = here.node
            if isinstance(node, If):
                del self._open[place + 1 :]
                node.branches.append([])
                node.has_else = node.has_else or word == "else"
                if place < _DEEPEST - 1:
                    here.body = node.branches[-1]
                return
            if isinstance(node, For) and word in ("else", "empty"):
                del self._open[place + 1 :]
                here.body = node.orelse
                return

    def _tag(self, word: str, rest: str, line: int) -> None:
        if word == "end":
            self._close("")
        elif word.startswith("end"):
            self._close(_OPENERS.get(word[3:], word[3:]))
        elif word in _MIDDLE:
            self._middle(word)
        elif word in _OPENERS:
            self._opening(word, rest, line)
        else:
            self._single(word, rest, line)

    # Blocks

    def _opening(self, word: str, rest: str, line: int) -> None:
        kind = _OPENERS[word]
        reader = Reader(rest)
        if kind == "if":
            node = If(line)
            self._enter(kind, node, node.branches[0])
        elif kind == "for":
            self._loop(reader, line)
        elif kind == "with":
            self._with(word, rest, line)
        elif kind == "block":
            block = Block(line, reader.name() or rest)
            self._tree.blocks.setdefault(block.name, block)
            self._enter(kind, block, block.body)
        elif kind == "macro":
            self._macro(reader, line)
        elif kind == "call":
            parameters = _parameters(reader)[0] if reader.word == "(" else ()
            call = CallBlock(line, reader.expression(), parameters)
            self._enter(kind, call, call.body)
        elif kind == "filter":
            filters = FilterBlock(line, reader.filters(NOTHING))
            self._enter(kind, filters, filters.body)
        elif kind == "autoescape":
            self._autoescape(rest, line)
        else:
            self._set(reader, rest, line)

    def _loop(self, reader: Reader, line: int) -> None:
        targets = reader.targets()
        reader.take("in")
        loop = For(line, targets, reader.several())
        self._enter("for", loop, loop.body)

    def _with(self, word: str, rest: str, line: int) -> None:
        if word == "trans" and (
            self._tree.dialect is Dialect.DJANGO or rest.startswith(('"', "'"))
        ):
            self._translated(rest, line)
            return
        names, values = _bindings(rest)
        node = With(line, names, values)
        self._enter(_OPENERS[word], node, node.body)

    def _macro(self, reader: Reader, line: int) -> None:
        name = reader.name()
        parameters, defaults = _parameters(reader)
        macro = Macro(line, name, parameters, defaults)
        self._tree.macros.setdefault(name, macro)
        self._enter("macro", macro, macro.body)

    def _autoescape(self, rest: str, line: int) -> None:
        word = rest.strip()
        known = {"on": True, "true": True, "True": True, "off": False, "false": False}
        known |= {"False": False, "None": False, "xhtml_escape": True, "escape": True}
        is_open = self._tree.dialect is Dialect.TORNADO
        node = Autoescape(line, known.get(word), is_open)
        if is_open:
            self._add(node)
        else:
            self._enter("autoescape", node, node.body)

    def _set(self, reader: Reader, rest: str, line: int) -> None:
        names = reader.targets()
        if reader.take("="):
            self._add(Assign(line, names, reader.several()))
            return
        value = reader.filters(NOTHING) if reader.take("|") else NOTHING
        node = Assign(line, names, value)
        self._enter("set", node, node.body)

    # Tags without a block

    def _single(self, word: str, rest: str, line: int) -> None:
        reader = Reader(rest)
        if word == "extends" or (word == "rebase" and self._tree.dialect is Dialect.BOTTLE):
            extends = Extends(line, reader.expression())
            self._tree.extends = self._tree.extends or extends
        elif word == "include":
            self._include(reader, rest, line)
        elif word == "import":
            template = reader.expression()
            if reader.take("as"):
                names = (("", reader.name()),)
                self._add(ImportMacros(line, template, names, _sees_context(rest)))
        elif word == "from":
            self._from(reader, rest, line)
        elif word == "raw":  # Tornado's
            self._add(Print(line, reader.expression(), True))
        elif word in ("firstof", "cycle"):
            self._first_of(rest, line)
        elif word == "translate":
            self._translated(rest, line)
        elif word == "module" and self._tree.dialect is Dialect.TORNADO:
            self._add(Gap(line))
        elif word not in _SILENT:
            self._other(word, rest, line)

    def _include(self, reader: Reader, rest: str, line: int) -> None:
        template = reader.expression()
        _, found, given = rest.partition(" with ")
        names, values = _bindings(given) if found else ([], [])
        if self._tree.dialect is Dialect.BOTTLE and isinstance(template, Parts):
            template = template.items[0] if template.items else NOTHING
        words = rest.split()
        alone = "only" in words or ("without" in words and "context" in words)
        self._add(Include(line, template, names, values, alone))

    def _from(self, reader: Reader, rest: str, line: int) -> None:
        template = reader.expression()
        names: list[tuple[str, str]] = []
        if reader.take("import"):
            while reader.is_name and reader.word not in ("with", "without"):
                name = reader.name()
                here = reader.name() if reader.take("as") else name
                names.append((name, here))
                reader.take(",")
        self._add(ImportMacros(line, template, tuple(names), _sees_context(rest)))

    def _first_of(self, rest: str, line: int) -> None:
        reader = Reader(rest)
        items: list[Expr] = []
        while reader.word and reader.word not in ("as", "silent"):
            value = reader.expression()
            if value is NOTHING:
                reader.skip()
            items.append(value)
            reader.take(",")
        if reader.take("as"):
            self._add(Assign(line, (reader.name(),), Parts(tuple(items))))
        else:
            self._add(Print(line, Parts(tuple(items))))

    def _translated(self, rest: str, line: int) -> None:
        reader = Reader(rest)
        value = reader.expression()
        if isinstance(value, Const):  # the text itself is not escaped, but it is the template's
            self._add(Gap(line))
            return
        while reader.word and reader.word != "as":
            reader.skip()
        if reader.take("as"):
            self._add(Assign(line, (reader.name(),), value))
        else:
            self._add(Print(line, value))

    def _other(self, word: str, rest: str, line: int) -> None:
        if self._tree.dialect is Dialect.BOTTLE and rest.startswith("="):
            self._add(Assign(line, (word,), Reader(rest[1:]).several()))
            return
        words = rest.split()
        if len(words) >= 2 and words[-2] == "as":  # what Django's tags give a name
            name = Name(f"{{% {word} %}}")
            self._add(Assign(line, (words[-1],), Invoke(name)))
        else:
            self._add(Gap(line))


def _sees_context(rest: str) -> bool:
    """Whether an import ends in `with context`."""
    return rest.split()[-2:] == ["with", "context"]


def _split(text: str) -> tuple[str, str]:
    """The word of a tag and the rest."""
    end = 0
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[:end], text[end:].strip()


def _bindings(rest: str) -> tuple[list[str], list[Expr]]:
    """`a=b c=d`, `a=b, c=d`, and Django's old `b as a`, with words between them."""
    names: list[str] = []
    values: list[Expr] = []
    reader = Reader(rest)
    while reader.word:
        if reader.is_name and reader.peek(1) == "=":
            name = reader.name()
            reader.skip()
            values.append(reader.expression())
            names.append(name)
        elif reader.is_name and reader.word in ("with", "and", "count", "only", "trimmed"):
            reader.skip()
        else:
            before = reader.word
            value = reader.expression()
            if reader.take("as"):
                names.append(reader.name())
                values.append(value)
            elif isinstance(value, Name) and value.name == before:  # `{% trans user %}`
                names.append(before)
                values.append(value)
            elif not isinstance(value, (Attr, Filtered, Invoke, Const)) or value is NOTHING:
                reader.skip()
        reader.take(",")
    return names, values


def _parameters(reader: Reader) -> tuple[tuple[str, ...], dict[str, Expr]]:
    """The parameters of a macro, in parentheses."""
    names: list[str] = []
    defaults: dict[str, Expr] = {}
    if reader.take("("):
        while reader.word and not reader.take(")"):
            name = reader.name()
            if not name:
                reader.skip()
                continue
            names.append(name)
            if reader.take("="):
                defaults[name] = reader.expression()
            reader.take(",")
    return tuple(names), defaults

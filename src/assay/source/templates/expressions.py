"""Expressions of templates: names, attributes, filters, calls.

As much is read as tells where a value goes. One grammar for all dialects: Python's operators,
`|filter(...)` of Jinja, `|filter:"..."` of Django.
What cannot be read ends the expression; the parts before it are kept.

Invariant: reading never raises, and nesting is bounded.

    >>> parse_expression("user.name|default('x')|safe")
    Filtered(Filtered(Attr(Name('user'), 'name'), 'default'), 'safe')
"""

from __future__ import annotations

import re
from typing import Final, final

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<name>[^\W\d]\w*)|(?P<number>\d+(?:\.\d+)?)"
    r'|(?P<text>"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')'
    r"|(?P<op>==|!=|<=|>=|//|\*\*|[-+*/%~<>=.,:|()\[\]{}!]))",
    re.S,
)
_DEEPEST: Final = 40
_LONGEST: Final = 40  # attributes, calls and filters behind each other
_WORDS: Final = frozenset(("and", "or", "not", "in", "is", "if", "else"))
_LITERALS: Final = frozenset(("True", "False", "None", "true", "false", "none"))
_COMPARISONS: Final = frozenset(("==", "!=", "<", ">", "<=", ">="))


class Expr:
    """An expression."""

    __slots__ = ()


@final
class Name(Expr):
    """A variable."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: Final = name

    def __repr__(self) -> str:
        return f"Name({self.name!r})"


@final
class Const(Expr):
    """A literal, or a value that only a truth or a number can come of; `text` is None for those."""

    __slots__ = ("text",)

    def __init__(self, text: str | None) -> None:
        self.text: Final = text

    def __repr__(self) -> str:
        return f"Const({self.text!r})"


@final
class Attr(Expr):
    """An attribute, or an item: `name` is "[]" when the key is not a literal."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: Expr, name: str) -> None:
        self.owner: Final = owner
        self.name: Final = name

    def __repr__(self) -> str:
        return f"Attr({self.owner!r}, {self.name!r})"


@final
class Invoke(Expr):
    """A call; `labels` names the keyword arguments, "" for the others."""

    __slots__ = ("args", "function", "labels")

    def __init__(
        self, function: Expr, args: tuple[Expr, ...] = (), labels: tuple[str, ...] = ()
    ) -> None:
        self.function: Final = function
        self.args: Final = args
        self.labels: Final = labels

    def __repr__(self) -> str:
        return f"Invoke({self.function!r}, {self.args!r})"


@final
class Filtered(Expr):
    """A value passed through a filter."""

    __slots__ = ("args", "name", "value")

    def __init__(self, value: Expr, name: str, args: tuple[Expr, ...] = ()) -> None:
        self.value: Final = value
        self.name: Final = name
        self.args: Final = args

    def __repr__(self) -> str:
        shown = f", {self.args!r}" if self.args else ""
        return f"Filtered({self.value!r}, {self.name!r}{shown})"


@final
class Parts(Expr):
    """Several values of which all or one are in the result: a choice, a display, and texts joined
    by an operator, where one that is marked as safe makes the others escaped (`is_joined`).
    """

    __slots__ = ("is_joined", "items")

    def __init__(self, items: tuple[Expr, ...], is_joined: bool = False) -> None:
        self.items: Final = items
        self.is_joined: Final = is_joined

    def __repr__(self) -> str:
        return f"Parts({self.items!r})"


NOTHING: Final = Const(None)


def parse_expression(text: str) -> Expr:
    """The expression that a text starts with."""
    return Reader(text).expression()


@final
class Reader:
    """Reads expressions, and the words of tags between them."""

    __slots__ = ("_at", "_depth", "_kinds", "_texts")

    def __init__(self, text: str) -> None:
        self._texts: Final[list[str]] = []
        self._kinds: Final[list[str]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                position += 1
                continue
            self._texts.append(match.group(match.lastgroup))
            self._kinds.append(match.lastgroup)
            position = match.end()
        self._at = 0
        self._depth = 0

    # Words

    @property
    def word(self) -> str:
        """The token that comes next, "" at the end."""
        return self._texts[self._at] if self._at < len(self._texts) else ""

    @property
    def is_name(self) -> bool:
        """Whether a name comes next."""
        return self._at < len(self._kinds) and self._kinds[self._at] == "name"

    def peek(self, ahead: int) -> str:
        """A token further on, "" behind the end."""
        place = self._at + ahead
        return self._texts[place] if place < len(self._texts) else ""

    def take(self, word: str) -> bool:
        """Goes on behind a word when it comes next."""
        if self.word == word and self._kinds[self._at] != "text":
            self._at += 1
            return True
        return False

    def name(self) -> str:
        """Takes a name; "" when none comes next."""
        if not self.is_name:
            return ""
        self._at += 1
        return self._texts[self._at - 1]

    def skip(self) -> None:
        """Goes on by one token."""
        self._at += 1

    def targets(self) -> tuple[str, ...]:
        """The names that a loop or an assignment binds, in order, brackets passed over."""
        found: list[str] = []
        while (self.is_name and self.word not in _WORDS) or self.word in ("(", ")", ",", "."):
            if self.take("."):  # an attribute of a namespace
                self.name()
            elif self.is_name:
                found.append(self.name())
            else:
                self.skip()
        return tuple(found)

    # Expressions

    def expression(self) -> Expr:
        """`a if c else b`, and everything that binds closer."""
        if self._depth >= _DEEPEST:
            self._at = len(self._texts)
            return NOTHING
        self._depth += 1
        value = self._either()
        if self.take("if"):
            self._either()
            if self.take("else"):
                value = Parts((value, self.expression()))
        self._depth -= 1
        return value

    def several(self) -> Expr:
        """An expression, or several with commas between them."""
        items = [self.expression()]
        while self.take(","):
            if not self.word:
                break
            items.append(self.expression())
        return items[0] if len(items) == 1 else Parts(tuple(items))

    def _either(self) -> Expr:
        items = [self._negated()]
        while self.word in ("or", "and"):
            is_or = self.take("or")
            if not is_or:
                self.take("and")
            item = self._negated()
            items = [*items, item] if is_or else [*items[:-1], item]
        return items[0] if len(items) == 1 else Parts(tuple(items))

    def _negated(self) -> Expr:
        negated = False
        while self.take("not"):
            negated = True
        value = self._sum()
        while True:
            if self.word in _COMPARISONS:
                self.skip()
            elif self.word == "not" and self.peek(1) == "in":
                self._at += 2
            elif not self.take("in"):
                if not self.take("is"):
                    break
                self.take("not")
                self.name()
                if self.take("("):
                    self._arguments(")")
                elif self._kind() in ("text", "number") or (
                    self.is_name and self.word not in _WORDS
                ):
                    self._postfix()
                value = NOTHING
                continue
            self._sum()
            value = NOTHING
        return NOTHING if negated else value

    def _kind(self) -> str:
        return self._kinds[self._at] if self._at < len(self._kinds) else ""

    def _sum(self) -> Expr:
        items = [self._unary()]
        is_text = True
        while self.word in ("+", "~", "-", "*", "/", "//", "%", "**"):
            # `%` puts what is behind it into a text; the others but `+` and `~` make numbers.
            is_text = is_text and self.word in ("+", "~", "%", "*")
            self.skip()
            items.append(self._unary())
        if len(items) == 1:
            return items[0]
        return Parts(tuple(items), True) if is_text else NOTHING

    def _unary(self) -> Expr:
        if self.word in ("-", "+"):
            self.skip()
            self._postfix()
            return NOTHING
        return self._postfix()

    def _postfix(self) -> Expr:
        value = self._atom()
        for _ in range(_LONGEST):
            if self.take("."):
                name = self.word if self._kind() in ("name", "number") else ""
                if not name:
                    return value
                self.skip()
                value = Attr(value, name)
            elif self.take("["):
                value = Attr(value, self._key())
                self.take("]")
            elif self.take("("):
                args, labels = self._arguments(")")
                value = Invoke(value, args, labels)
            elif self.take("|"):
                value = self._filter(value)
            else:
                return value
        self._at = len(self._texts)
        return value

    def _filter(self, value: Expr) -> Expr:
        name = self.name()
        while self.word == "." and self.peek(1):
            self._at += 1
            name = f"{name}.{self.name()}"
        if not name:
            return value
        if self.take("("):
            args, _ = self._arguments(")")
            return Filtered(value, name, args)
        if self.word == ":" and self._depth <= 1:
            self.skip()
            return Filtered(value, name, (self._argument(),))
        return Filtered(value, name)

    def filters(self, value: Expr) -> Expr:
        """The filters of a `filter` tag, put on a value."""
        value = self._filter(value)
        for _ in range(_LONGEST):
            if self.take("|"):
                value = self._filter(value)
            elif self.take("("):
                self._arguments(")")
            else:
                break
        return value

    def _argument(self) -> Expr:
        """What stands behind the colon of a filter: a literal, or a name with attributes."""
        value = self._atom()
        for _ in range(_LONGEST):
            if not self.take("."):
                break
            value = Attr(value, self.word)
            self.skip()
        return value

    def _key(self) -> str:
        """What stands in brackets: the text of a literal, else "[]"; up to the one that closes."""
        if self._kind() in ("text", "number") and self.peek(1) == "]":
            literal = self._atom()
            return (literal.text if isinstance(literal, Const) else None) or "[]"
        while self.word and self.word != "]":
            before = self._at
            self.expression()
            if self._at == before or self.word in (":", ","):
                self.skip()
        return "[]"

    def _arguments(self, closing: str) -> tuple[tuple[Expr, ...], tuple[str, ...]]:
        args: list[Expr] = []
        labels: list[str] = []
        while self.word and not self.take(closing):
            before = self._at
            label = ""
            if self.is_name and self.peek(1) == "=":
                label = self.name()
                self.skip()
            while self.word in ("*", "**"):
                self.skip()
            value = self.expression()
            if self.take(":"):  # an entry of a dict: the value counts
                value = self.expression()
            if self._at == before:
                self.skip()
                continue
            args.append(value)
            labels.append(label)
            self.take(",")
        return tuple(args), tuple(labels)

    def _atom(self) -> Expr:
        if self._depth >= _DEEPEST:
            self._at = len(self._texts)
            return NOTHING
        kind, word = self._kind(), self.word
        if kind == "text":
            self.skip()
            return Const(word[1:-1])
        if kind == "number":
            self.skip()
            return Const(word)
        if kind == "name":
            if word in _WORDS:
                return NOTHING
            self.skip()
            if word == "_" and self.word == "(" and self._kinds_ahead() == "text":
                self.skip()
                args, _ = self._arguments(")")
                return args[0] if len(args) == 1 else Invoke(Name("_"), args)
            return NOTHING if word in _LITERALS else Name(word)
        if word in ("(", "[", "{"):
            self.skip()
            self._depth += 1
            args, _ = self._arguments({"(": ")", "[": "]", "{": "}"}[word])
            self._depth -= 1
            if word == "(" and len(args) == 1:
                return args[0]
            return Parts(args)
        return NOTHING

    def _kinds_ahead(self) -> str:
        return self._kinds[self._at + 1] if self._at + 1 < len(self._kinds) else ""

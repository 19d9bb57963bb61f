"""The tree of a regular expression, made from what the running Python's own parser says.

What `re._parser` gives is turned into few kinds of nodes, with flags applied: characters are sets,
groups are gone, a repeat has a low and a high bound. What is kept only roughly is named in
`Tree.rough`; what cannot be read raises `NotReadableError`.

    parse("a(b|c)*$", 0).root     Sequence(Chars(a), Repeat(Chars(b, c), 0, None), Edge(...))

Invariant: the language of the tree holds every text that the expression matches.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import Final, TypeAlias, cast, final

from assay.regex.charset import (
    LAST_BYTE,
    LAST_CHARACTER,
    NEWLINE,
    Intervals,
    category,
    complement,
    folded,
    normal,
    of_range,
)

Pattern: TypeAlias = str | bytes

_UNBOUNDED: Final = 1 << 31
"""A high bound from which on the parser means "any number"."""

_DEEPEST: Final = 200


class NotReadableError(Exception):
    """The pattern is not one that `re` takes, or has something that is not known here."""


class Node:
    """A part of an expression."""

    __slots__ = ()


@final
class Chars(Node):
    """One character of a set."""

    __slots__ = ("chars",)

    def __init__(self, chars: Intervals) -> None:
        self.chars: Final = chars


@final
class Sequence(Node):
    """One after the other; the empty text when there are none."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Node, ...]) -> None:
        self.parts: Final = parts


@final
class Choice(Node):
    """One of several, tried in this order; nothing at all when there are none."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Node, ...]) -> None:
        self.parts: Final = parts


@final
class Repeat(Node):
    """A part between `low` and `high` times; `high` is None for any number.

    A possessive one gives nothing back.
    """

    __slots__ = ("body", "high", "is_lazy", "is_possessive", "low")

    def __init__(
        self, body: Node, low: int, high: int | None, is_lazy: bool, is_possessive: bool
    ) -> None:
        self.body: Final = body
        self.low: Final = low
        self.high: Final = high
        self.is_lazy: Final = is_lazy
        self.is_possessive: Final = is_possessive


@final
class Look(Node):
    """`(?=...)`, `(?!...)`, `(?<=...)`, `(?<!...)`."""

    __slots__ = ("body", "is_ahead", "is_negative")

    def __init__(self, body: Node, is_ahead: bool, is_negative: bool) -> None:
        self.body: Final = body
        self.is_ahead: Final = is_ahead
        self.is_negative: Final = is_negative


@final
class Edge(Node):
    """A place: what may stand right before it and right behind it, one of some alternatives.

    Each is (characters before, whether the text may start there, characters behind, whether the
    text may end there). `is_last_line`: one newline may still come before the end.
    """

    __slots__ = ("alternatives", "is_last_line")

    def __init__(
        self,
        alternatives: tuple[tuple[Intervals, bool, Intervals, bool], ...],
        is_last_line: bool = False,
    ) -> None:
        self.alternatives: Final = alternatives
        self.is_last_line: Final = is_last_line


@final
class Atomic(Node):
    """`(?>...)`: once matched, it gives nothing back."""

    __slots__ = ("body",)

    def __init__(self, body: Node) -> None:
        self.body: Final = body


@final
class Tree:
    """A parsed expression; `last` is the last character of its alphabet."""

    __slots__ = ("last", "root", "rough")

    def __init__(self, root: Node, last: int, rough: tuple[str, ...]) -> None:
        self.root: Final = root
        self.last: Final = last
        self.rough: Final = rough  # what is not exact, as phrases


def parse(pattern: Pattern, flags: int) -> Tree:
    """The tree of a pattern, `flags` as given to `re.compile`. Raises NotReadableError."""
    from re import _parser  # type: ignore[attr-defined]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(pattern, flags)
        final_flags = int(parsed.state.flags)
        reader = _Reader(isinstance(pattern, bytes))
        items = cast("Iterable[tuple[object, object]]", parsed)
        root = reader.sequence(items, final_flags, 0)
    except (re.error, ValueError, OverflowError, RecursionError, TypeError) as error:
        raise NotReadableError(str(error) or type(error).__name__) from error
    return Tree(root, reader.last, tuple(reader.rough))


@final
class _Reader:
    """Turns the parser's items into nodes."""

    __slots__ = ("_groups", "is_bytes", "last", "rough")

    def __init__(self, is_bytes: bool) -> None:
        self.is_bytes: Final = is_bytes
        self.last: Final = LAST_BYTE if is_bytes else LAST_CHARACTER
        self.rough: Final[dict[str, None]] = {}
        self._groups: Final[dict[int, Node]] = {}

    def sequence(self, items: Iterable[tuple[object, object]], flags: int, depth: int) -> Node:
        if depth > _DEEPEST:
            raise NotReadableError("nested too deeply")
        parts = [self._node(str(op), value, flags, depth + 1) for op, value in items]
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _node(self, op: str, value: object, flags: int, depth: int) -> Node:
        if op == "LITERAL":
            return Chars(self._literal(cast(int, value), flags))
        if op == "NOT_LITERAL":
            return Chars(complement(self._literal(cast(int, value), flags), self.last))
        if op == "ANY":
            return Chars(self._dot(flags))
        if op == "IN":
            return Chars(self._set(cast("list[tuple[object, object]]", value), flags))
        if op == "BRANCH":
            _, branches = cast("tuple[object, list[Iterable[tuple[object, object]]]]", value)
            return Choice(tuple(self.sequence(branch, flags, depth) for branch in branches))
        if op == "SUBPATTERN":
            return self._group(value, flags, depth)
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, body = cast("tuple[int, int, Iterable[tuple[object, object]]]", value)
            bound = None if int(high) >= _UNBOUNDED else int(high)
            inner = self.sequence(body, flags, depth)
            lazy = op == "MIN_REPEAT"
            return Repeat(inner, int(low), bound, lazy, op == "POSSESSIVE_REPEAT")
        if op == "AT":
            return self._place(str(value), flags)
        if op in ("ASSERT", "ASSERT_NOT"):
            direction, body = cast("tuple[int, Iterable[tuple[object, object]]]", value)
            inner = self.sequence(body, flags, depth)
            return Look(inner, direction > 0, op == "ASSERT_NOT")
        if op == "ATOMIC_GROUP":
            body = cast("Iterable[tuple[object, object]]", value)
            return Atomic(self.sequence(body, flags, depth))
        if op == "GROUPREF":
            self.rough["a reference to a group"] = None
            return self._groups.get(cast(int, value), Sequence(()))
        if op == "GROUPREF_EXISTS":
            return self._conditional(value, flags, depth)
        if op == "FAILURE":
            return Choice(())
        raise NotReadableError(f"{op.lower()} is not known")

    def _group(self, value: object, flags: int, depth: int) -> Node:
        number, added, taken, body = cast(
            "tuple[int | None, int, int, Iterable[tuple[object, object]]]", value
        )
        node = self.sequence(body, (flags | added) & ~taken, depth)
        if number is not None:
            self._groups[number] = node
        return node

    def _conditional(self, value: object, flags: int, depth: int) -> Node:
        self.rough["a choice by a group"] = None
        _, yes, no = cast(
            "tuple[int, Iterable[tuple[object, object]], Iterable[tuple[object, object]] | None]",
            value,
        )
        other = Sequence(()) if no is None else self.sequence(no, flags, depth)
        return Choice((self.sequence(yes, flags, depth), other))

    def _is_ascii(self, flags: int) -> bool:
        return self.is_bytes or bool(flags & re.ASCII)

    def _literal(self, code: int, flags: int) -> Intervals:
        chars = of_range(code, code)
        return folded(chars, self._is_ascii(flags)) if flags & re.IGNORECASE else chars

    def _dot(self, flags: int) -> Intervals:
        return of_range(0, self.last) if flags & re.DOTALL else complement(NEWLINE, self.last)

    def _set(self, items: list[tuple[object, object]], flags: int) -> Intervals:
        parts: list[tuple[int, int]] = []
        negated = False
        for op, value in items:
            name = str(op)
            if name == "NEGATE":
                negated = True
            elif name == "LITERAL":
                parts.append((cast(int, value), cast(int, value)))
            elif name == "RANGE":
                low, high = cast("tuple[int, int]", value)
                parts.append((low, high))
            elif name == "CATEGORY":
                parts.extend(self._category(str(value), flags))
            else:
                raise NotReadableError(f"{name.lower()} in a set is not known")
        chars = normal(parts)
        if flags & re.IGNORECASE:
            chars = folded(chars, self._is_ascii(flags))
        return complement(chars, self.last) if negated else chars

    def _category(self, name: str, flags: int) -> Intervals:
        kind = name.removeprefix("CATEGORY_").lower()
        chars = category(kind.removeprefix("not_"), self._is_ascii(flags))
        if chars is None:
            raise NotReadableError(f"the category {kind} is not known")
        return complement(chars, self.last) if kind.startswith("not_") else chars

    def _place(self, name: str, flags: int) -> Node:
        every = of_range(0, self.last)
        multiline = bool(flags & re.MULTILINE)
        if name == "AT_BEGINNING_STRING" or (name == "AT_BEGINNING" and not multiline):
            return Edge((((), True, every, True),))
        if name in ("AT_BEGINNING", "AT_BEGINNING_LINE"):
            return Edge(((NEWLINE, True, every, True),))
        if name == "AT_END_STRING":
            return Edge(((every, True, (), True),))
        if name == "AT_END" and not multiline:
            return Edge(((every, True, (), True),), True)
        if name in ("AT_END", "AT_END_LINE"):
            return Edge(((every, True, NEWLINE, True),))
        word = category("word", self._is_ascii(flags))
        assert word is not None
        other = complement(word, self.last)
        if name == "AT_BOUNDARY":
            return Edge(((word, False, other, True), (other, True, word, False)))
        if name == "AT_NON_BOUNDARY":
            return Edge(((word, False, word, False), (other, True, other, True)))
        raise NotReadableError(f"{name.lower()} is not known")

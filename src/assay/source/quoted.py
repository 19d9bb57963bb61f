"""Strings and comments of a text by their look, whether or not the text parses.

One pass of a regular expression, so that texts that no parser takes (broken files, other languages
of the same quotes) have strings too. In a text that parses these are its tokens, except for an
f-string that holds its own quotes in a field (PEP 701), which falls into its pieces.

    [text[one.first : one.last] for one in quoted("x = f'a{b}'  # c")]      ["a{b}", " c"]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, final

_TOKEN: Final = re.compile(
    r"""(?P<comment>\#)[^\r\n]*
    |(?P<prefix>[rRbBuUfFtT]{0,3})
    (?:(?P<three>"{3}|'{3})[^\\"']*
    (?:(?:\\.|(?!(?P=three))["'])[^\\"']*)*(?:(?P=three)|\Z)
    |(?P<one>["'])[^\\\r\n"']*
    (?:(?:\\(?:\r\n|(?!\r\n).)|(?!(?P=one))["'])[^\\\r\n"']*)*(?:(?P=one)|(?=[\r\n])|\Z))""",
    re.S | re.X,
)
_OPENING: Final = re.compile(r"[{}\\\"']")


@final
class Quoted:
    """A string or comment: `start` and `end` with its marks, `first` and `last` without them."""

    __slots__ = ("end", "first", "has_fields", "is_comment", "last", "start")

    def __init__(
        self, start: int, end: int, first: int, last: int, is_comment: bool, has_fields: bool
    ) -> None:
        self.start: Final = start
        self.end: Final = end
        self.first: Final = first
        self.last: Final = last
        self.is_comment: Final = is_comment
        self.has_fields: Final = has_fields


def quoted(text: str) -> list[Quoted]:
    """The strings and comments, in the order of the text."""
    found: list[Quoted] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.group("comment"):
            found.append(Quoted(start, end, start + 1, end, True, False))
            continue
        prefix = match.group("prefix")
        quote = match.group("three") or match.group("one")
        first = start + len(prefix) + len(quote)
        last = end - len(quote) if text.endswith(quote, first, end) else end
        fields = "f" in prefix.lower() or "t" in prefix.lower()
        found.append(Quoted(start, end, first, last, False, fields))
    return found


def at(tokens: Sequence[Quoted], offset: int) -> Quoted | None:
    """The string or comment that a place lies in, its marks left out."""
    index = bisect_right(tokens, offset, key=_first) - 1
    if index >= 0 and tokens[index].first <= offset < tokens[index].last:
        return tokens[index]
    return None


def within(tokens: Sequence[Quoted], start: int, end: int) -> Sequence[Quoted]:
    """The strings and comments that a range touches."""
    low = bisect_right(tokens, start, key=_first) - 1
    high = low
    while high + 1 < len(tokens) and tokens[high + 1].start < end:
        high += 1
    return [one for one in tokens[max(low, 0) : high + 1] if one.end > start]


def literal_runs(text: str, token: Quoted) -> list[tuple[int, int]]:
    """What of a string is text, and no field of an f-string."""
    if not token.has_fields:
        return [(token.first, token.last)]
    runs: list[tuple[int, int]] = []
    start = token.first
    depth = 0
    position = start
    while True:
        match = _OPENING.search(text, position, token.last)
        if match is None:
            break
        position = match.end()
        sign = match.group()
        if sign == "{":
            if depth == 0 and text.startswith("{", position, token.last):
                position += 1
                continue
            if depth == 0:
                runs.append((start, match.start()))
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            start = position
        elif sign == "\\" and not depth:
            position += 0 if text.startswith(("{", "}"), position) else 1
    if depth == 0:
        runs.append((start, token.last))
    return [(first, last) for first, last in runs if first < last]


def _first(token: Quoted) -> int:
    return token.first
